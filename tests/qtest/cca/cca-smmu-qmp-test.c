/*
 * The SMMU seen from QMP and HMP, on tables that the test puts in memory, and
 * next to what the SMMU then does with DMA of the exerciser.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"
#include "exerciser.h"
#include "qapi/error.h"
#include "qobject/qjson.h"
#include "hw/smmuv3-rme/cd-fields.h"
#include "hw/smmuv3-rme/cmd-fields.h"
#include "hw/smmuv3-rme/smmu-regs.h"
#include "hw/smmuv3-rme/ste-fields.h"

#define SMMU        0x0b000000ull
#define PAGE1       (SMMU + 0x10000)

/* From the base of the test's memory */
enum {
    STRTAB = 0, CMDQ = 0x10000, EVENTQ = 0x20000, MSI = 0x30000,
    S2_L1 = 0x40000, S2_L2 = 0x41000, S2_L3 = 0x42000,
    PAGES = 0x200000,
    /* Pages that have a purpose */
    CD_PAGE = 16, S1_L1_PAGE = 17, S1_L2_PAGE = 18, S1_L3_PAGE = 19,
    LOG2_QUEUE = 4, QUEUE = 1 << LOG2_QUEUE,
};

#define TABLE       3ull
#define S1_PAGE     (3ull | 1ull << 6 | 1ull << 10)
#define S1_RO       (1ull << 7)
#define S2_PAGE     (3ull | 0xfull << 2 | 3ull << 6 | 1ull << 10)

typedef struct World {
    QTestState *s;
    Exerciser ex;
    uint16_t sid;
    uint64_t base;
    uint32_t commands;
} World;

static uint64_t page(const World *w, unsigned n)
{
    return w->base + PAGES + n * 0x1000ull;
}

static void put(const World *w, uint64_t at, const uint64_t words[8])
{
    for (unsigned i = 0; i < 8; i++) {
        qtest_writeq(w->s, at + 8 * i, words[i]);
    }
}

/*
 * Stage 2 has page n at IPA n * 4096; stage 1 has VA 0x1000 there, as page 3,
 * VA 0x2000 as page 4, read-only.
 */
static void configure(const World *w, unsigned config)
{
    bool s2 = config & STE_CONFIG_S2;
    uint64_t ste[STE_WORDS] = { 0 }, cd[CD_WORDS] = { 0 };
    uint64_t base = s2 ? 0 : page(w, 0);

    SMMU_WSET(ste, STE_V, 1);
    SMMU_WSET(ste, STE_CONFIG, config);
    ste[0] |= base + CD_PAGE * 0x1000;
    SMMU_WSET(ste, STE_SHCFG, 1);
    SMMU_WSET(ste, STE_S2VMID, 0x42);
    SMMU_WSET(ste, STE_S2T0SZ, 25);
    SMMU_WSET(ste, STE_S2SL0, 1);
    SMMU_WSET(ste, STE_S2PS, 5);
    SMMU_WSET(ste, STE_S2AA64, 1);
    SMMU_WSET(ste, STE_S2R, 1);
    ste[STE_S2TTB_WORD] |= w->base + S2_L1;
    put(w, w->base + STRTAB + w->sid * STE_BYTES, ste);

    SMMU_WSET(cd, CD_V, 1);
    SMMU_WSET(cd, CD_AA64, 1);
    SMMU_WSET(cd, CD_T0SZ, 25);
    SMMU_WSET(cd, CD_EPD1, 1);
    SMMU_WSET(cd, CD_IPS, 5);
    SMMU_WSET(cd, CD_A, 1);
    SMMU_WSET(cd, CD_R, 1);
    SMMU_WSET(cd, CD_ASID, 7);
    cd[1] = base + S1_L1_PAGE * 0x1000;
    cd[3] = 0xff;
    put(w, page(w, CD_PAGE), cd);

    qtest_writeq(w->s, page(w, S1_L1_PAGE), (base + S1_L2_PAGE * 0x1000) |
                                            TABLE);
    qtest_writeq(w->s, page(w, S1_L2_PAGE), (base + S1_L3_PAGE * 0x1000) |
                                            TABLE);
    qtest_writeq(w->s, page(w, S1_L3_PAGE) + 8, (base + 0x3000) | S1_PAGE);
    qtest_writeq(w->s, page(w, S1_L3_PAGE) + 16, (base + 0x4000) | S1_PAGE |
                                                 S1_RO);
    qtest_writeq(w->s, w->base + S2_L1, (w->base + S2_L2) | TABLE);
    qtest_writeq(w->s, w->base + S2_L2, (w->base + S2_L3) | TABLE);
    for (unsigned n = 0; n < 32; n++) {
        qtest_writeq(w->s, w->base + S2_L3 + 8 * n, page(w, n) | S2_PAGE);
    }
}

static void enable(const World *w)
{
    qtest_writeq(w->s, SMMU + SMMU_STRTAB_BASE, w->base + STRTAB);
    qtest_writel(w->s, SMMU + SMMU_STRTAB_BASE_CFG, 8);
    qtest_writeq(w->s, SMMU + SMMU_CMDQ_BASE, (w->base + CMDQ) | LOG2_QUEUE);
    qtest_writeq(w->s, SMMU + SMMU_EVENTQ_BASE,
                 (w->base + EVENTQ) | LOG2_QUEUE);
    qtest_writel(w->s, SMMU + SMMU_CR2, 2);
    qtest_writel(w->s, SMMU + SMMU_CR0, 0x1d);
    g_assert_cmphex(qtest_readl(w->s, SMMU + SMMU_CR0ACK), ==, 0x1d);
}

static World make(unsigned config, const char *args)
{
    World w = {
        .s = qtest_initf("-M cca-virt -m 512M -net none -device cca-exerciser "
                         "%s", args),
        .base = 0x50000000,
    };

    w.ex = exerciser_one(w.s);
    w.sid = w.ex.rid;
    configure(&w, config);
    enable(&w);
    return w;
}

/* CMD_@opcode and CMD_SYNC, which asks for nothing. */
static void command(World *w, uint64_t word0, uint64_t word1)
{
    const uint64_t words[] = { word0, word1, SMMU_CMD_SYNC, 0 };

    for (unsigned i = 0; i < 4; i += 2) {
        uint64_t at = w->base + CMDQ + w->commands++ % QUEUE * 16;

        qtest_writeq(w->s, at, words[i]);
        qtest_writeq(w->s, at + 8, words[i + 1]);
    }
    qtest_writel(w->s, SMMU + SMMU_CMDQ_PROD, w->commands % (2 * QUEUE));
}

/* query-cca-smmu of the only SMMU; @arguments: JSON, "" for none. */
static QDict *query(QTestState *s, const char *arguments)
{
    g_autofree char *text = g_strdup_printf(
        "{ 'execute': 'query-cca-smmu', 'arguments': { %s } }", arguments);
    QDict *response = qtest_qmp(s, "%p", qobject_from_json(text, &error_abort));
    QList *list;
    QDict *info;

    if (!qdict_haskey(response, "return")) {
        g_error("%s: %s", text, qdict_get_str(qdict_get_qdict(
            response, "error"), "desc"));
    }
    list = qdict_get_qlist(response, "return");
    g_assert_cmpuint(qlist_size(list), ==, 1);
    info = qobject_to(QDict, qlist_entry_obj(qlist_first(list)));
    qobject_ref(info);
    qobject_unref(response);
    return info;
}

/* The same for a transaction; only the translation. */
static QDict *look(const World *w, uint64_t addr, const char *more)
{
    g_autofree char *arguments = g_strdup_printf(
        "'stream-id': %u, 'address': %" PRIu64 "%s", w->sid, addr, more);
    QDict *info = query(w->s, arguments);
    QDict *t = qdict_get_qdict(info, "translation");

    qobject_ref(t);
    qobject_unref(info);
    return t;
}

static QDict *stream(const World *w)
{
    g_autofree char *arguments = g_strdup_printf("'stream-id': %u", w->sid);
    QDict *info = query(w->s, arguments);
    QDict *stream = qdict_get_qdict(info, "stream");

    g_assert(!qdict_haskey(info, "translation"));
    qobject_ref(stream);
    qobject_unref(info);
    return stream;
}

static QDict *nth(const QDict *d, const char *name, unsigned n)
{
    const QListEntry *e = qlist_first(qdict_get_qlist(d, name));

    while (n-- && e) {
        e = qlist_next(e);
    }
    g_assert(e);
    return qobject_to(QDict, qlist_entry_obj(e));
}

static uint64_t word(const QDict *d, unsigned n)
{
    const QListEntry *e = qlist_first(qdict_get_qlist(d, "words"));
    uint64_t value = 0;

    while (n--) {
        e = qlist_next(e);
    }
    g_assert(qnum_get_try_uint(qobject_to(QNum, qlist_entry_obj(e)), &value));
    return value;
}

static uint64_t field(const QDict *entry, const char *name)
{
    const QListEntry *e;

    QLIST_FOREACH_ENTRY(qdict_get_qlist(entry, "fields"), e) {
        QDict *f = qobject_to(QDict, qlist_entry_obj(e));

        if (g_str_equal(member_str(f, "name"), name)) {
            return member_uint(f, "value");
        }
    }
    g_error("no field %s", name);
}

static void check_step(const QDict *t, unsigned n, const char *what, int level,
                       uint64_t address)
{
    QDict *step = nth(t, "steps", n);

    g_assert_cmpstr(member_str(step, "what"), ==, what);
    g_assert_cmphex(member_uint(step, "address"), ==, address);
    g_assert_cmpstr(member_str(step, "pas"), ==, "ns");
    g_assert(!qdict_haskey(step, "gpc-fault"));
    if (level >= 0) {
        g_assert_cmpuint(member_uint(step, "level"), ==, level);
    } else {
        g_assert(!qdict_haskey(step, "level"));
    }
}

static void check_output(const QDict *t, uint64_t address)
{
    QDict *out = qdict_get_qdict(t, "output");

    g_assert_cmpstr(member_str(t, "outcome"), ==, "pass");
    g_assert(!qdict_haskey(t, "fault"));
    g_assert_cmphex(member_uint(out, "address"), ==, address);
    g_assert_cmpstr(member_str(out, "pas"), ==, "ns");
    g_assert(!qdict_haskey(out, "gpc-fault"));
}

static void check_fault(const QDict *t, const char *event, bool recorded)
{
    QDict *fault = qdict_get_qdict(t, "fault");

    g_assert_cmpstr(member_str(t, "outcome"), ==, "abort");
    g_assert_cmpstr(member_str(fault, "event"), ==, event);
    g_assert_cmpint(qdict_get_bool(fault, "recorded"), ==, recorded);
    g_assert(!qdict_haskey(t, "output"));
}

static unsigned steps(const QDict *t)
{
    return qlist_size(qdict_get_qlist(t, "steps"));
}

/* A line that is too long for a terminal is none that people read. */
static void check_lines(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; lines[i]; i++) {
        g_strchomp(lines[i]);
        if (strlen(lines[i]) > 80) {
            g_error("%zu columns: %s", strlen(lines[i]), lines[i]);
        }
    }
}

static char *hmp(QTestState *s, const char *command, const char *says)
{
    char *text = qtest_hmp(s, "%s", command);

    check_lines(text);
    if (!strstr(text, says)) {
        g_error("%s does not say \"%s\":\n%s", command, says, text);
    }
    return text;
}

static void test_errors(void)
{
    static const struct {
        const char *arguments, *says1, *says2;
    } cases[] = {
        { "'address': 0", "address", "stream-id" },
        { "'sec-sid': 'realm'", "sec-sid", "stream-id" },
        { "'substream-id': 0", "substream-id", "stream-id" },
        { "'stream-id': 0, 'access': 'read'", "access", "address" },
        { "'stream-id': 0, 'privileged': true", "privileged", "address" },
        { "'stream-id': 0, 'translated': true", "translated", "address" },
        { "'stream-id': 0, 'substream-id': 1048576",
          "substream-id=1048576", "20 bits" },
        { "'stream-id': 4294967296", "stream-id", "" },
        { "'stream-id': 0, 'sec-sid': 'root'", "root", "" },
        { "'stream-id': 0, 'address': 0, 'access': 'dream'", "dream", "" },
        { "'path': '/machine'", "path=/machine", "cca-smmuv3" },
        { "'path': 'nowhere'", "path=nowhere", "cca-smmuv3" },
        { "'stream-id': 0, 'sec-sid': 'secure'", "sec-sid=secure",
          "no such interface" },
    };
    QTestState *s = qtest_init("-M cca-virt -m 128M -net none "
                               "-global cca-smmuv3.secure=off");
    g_autofree char *text = NULL;

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autofree char *json = g_strdup_printf(
            "{ 'execute': 'query-cca-smmu', 'arguments': { %s } }",
            cases[i].arguments);

        expect_error(s, cases[i].says1, cases[i].says2, "%p",
                     qobject_from_json(json, &error_abort));
    }
    text = hmp(s, "info cca-smmu -s -r 1", "one of them");
    g_free(hmp(s, "info cca-smmu -s 1", "no such interface"));
    qtest_quit(s);
}

static void test_without_smmu(void)
{
    static const char *const machines[] = {
        "cca-virt,smmu=off", "virt", "none",
    };

    for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
        QTestState *s = qtest_initf("-M %s -m 128M -net none", machines[i]);
        QDict *r = qtest_qmp(s, "{ 'execute': 'query-cca-smmu' }");

        g_assert(qlist_empty(qdict_get_qlist(r, "return")));
        qobject_unref(r);
        expect_error(s, "stream-id=8", "no cca-smmuv3",
                     "{ 'execute': 'query-cca-smmu',"
                     " 'arguments': { 'stream-id': 8 } }");
        g_free(hmp(s, "info cca-smmu", "no SMMU"));
        qtest_quit(s);
    }
}

static void test_state(void)
{
    World w = make(STE_CONFIG_S1_ONLY, "");
    QDict *info = query(w.s, ""), *world, *q, *counters;
    uint64_t value;

    g_assert_cmpuint(qlist_size(qdict_get_qlist(info, "worlds")), ==, 3);
    world = nth(info, "worlds", 0);
    g_assert_cmpstr(member_str(world, "sec-sid"), ==, "ns");
    g_assert(qdict_get_bool(world, "enabled"));
    g_assert_cmphex(member_uint(world, "stream-table"), ==, w.base + STRTAB);
    g_assert_cmpuint(member_uint(world, "stream-bits"), ==, 8);
    q = nth(world, "queues", 1);
    g_assert_cmpstr(member_str(q, "queue"), ==, "event");
    g_assert_cmphex(member_uint(q, "base"), ==, w.base + EVENTQ);
    g_assert_cmpuint(member_uint(q, "entries"), ==, QUEUE);
    g_assert(qdict_get_bool(q, "on"));
    g_assert(!qdict_get_bool(nth(world, "queues", 2), "on"));
    world = nth(info, "worlds", 2);
    g_assert_cmpstr(member_str(world, "sec-sid"), ==, "realm");
    g_assert(!qdict_get_bool(world, "enabled"));
    g_assert(qdict_get_bool(world, "gbpa-abort"));
    g_assert(qdict_get_bool(qdict_get_qdict(info, "root"), "follows-pes"));
    counters = qdict_get_qdict(info, "counters");
    g_assert_cmpuint(member_uint(counters, "passed"), ==, 0);
    qobject_unref(info);

    /* One that passes, more events than there is room for, a bad command. */
    g_assert_cmpuint(exerciser_readq(&w.ex, NULL, 0x1000, &value), ==,
                     EXERCISER_CAUSE_NONE);
    for (unsigned i = 0; i < QUEUE + 1; i++) {
        exerciser_readq(&w.ex, NULL, 0x8000, &value);
    }
    command(&w, 0xff, 0);
    info = query(w.s, "'path': '/machine/cca-smmuv3'");
    world = nth(info, "worlds", 0);
    q = nth(world, "queues", 1);
    g_assert_cmpuint(member_uint(q, "used"), ==, QUEUE);
    g_assert(qdict_get_bool(q, "full"));
    g_assert(qdict_get_bool(q, "overflow"));
    g_assert_cmpuint(member_uint(nth(world, "queues", 0), "error"), ==, 1);
    g_assert_cmpstr(qstring_get_str(qobject_to(QString, qlist_entry_obj(
        qlist_first(qdict_get_qlist(world, "gerror"))))), ==, "CMDQ_ERR");
    counters = qdict_get_qdict(info, "counters");
    g_assert_cmpuint(member_uint(counters, "passed"), ==, 1);
    g_assert_cmpuint(member_uint(counters, "aborted"), ==, QUEUE + 1);
    g_assert_cmpuint(member_uint(counters, "events"), ==, QUEUE);
    g_assert_cmpuint(member_uint(counters, "events-lost"), ==, 1);
    g_assert_cmpuint(member_uint(counters, "command-errors"), ==, 1);
    qobject_unref(info);
    g_free(hmp(w.s, "info cca-smmu", "GERROR.CMDQ_ERR"));
    g_free(hmp(w.s, "info cca-smmu", "overflow: entries were lost"));
    g_free(hmp(w.s, "info cca-smmu", "realm: off (abort)"));
    qtest_quit(w.s);
}

static void test_stage1(void)
{
    World w = make(STE_CONFIG_S1_ONLY, "");
    QDict *t = look(&w, 0x1018, ""), *s;

    g_assert_cmpuint(steps(t), ==, 5);
    check_step(t, 0, "STE", -1, w.base + STRTAB + w.sid * STE_BYTES);
    check_step(t, 1, "CD", -1, page(&w, CD_PAGE));
    check_step(t, 2, "stage 1", 1, page(&w, S1_L1_PAGE));
    check_step(t, 3, "stage 1", 2, page(&w, S1_L2_PAGE));
    check_step(t, 4, "stage 1", 3, page(&w, S1_L3_PAGE) + 8);
    g_assert_cmphex(word(nth(t, "steps", 4), 0), ==, page(&w, 3) | S1_PAGE);
    check_output(t, page(&w, 3) + 0x18);
    qobject_unref(t);

    t = look(&w, 0x2000, ", 'access': 'write'");
    check_fault(t, "F_PERMISSION", true);
    g_assert_cmpstr(member_str(qdict_get_qdict(t, "fault"), "class"), ==,
                    "in");
    qobject_unref(t);
    t = look(&w, 0x2000, ", 'access': 'read'");
    check_output(t, page(&w, 4));
    qobject_unref(t);
    t = look(&w, 0x1000, ", 'translated': true");
    check_fault(t, "F_TRANSL_FORBIDDEN", true);
    qobject_unref(t);

    s = stream(&w);
    g_assert_cmpstr(member_str(s, "config"), ==, "stage 1");
    g_assert_cmpstr(member_str(s, "world"), ==, "NS-EL1");
    g_assert_cmphex(field(qdict_get_qdict(s, "ste"), "S1ContextPtr"), ==,
                    page(&w, CD_PAGE));
    g_assert_cmphex(field(qdict_get_qdict(s, "cd"), "TTB0"), ==,
                    page(&w, S1_L1_PAGE));
    g_assert_cmpuint(field(qdict_get_qdict(s, "cd"), "ASID"), ==, 7);
    g_assert_cmphex(word(qdict_get_qdict(s, "cd"), 1), ==,
                    page(&w, S1_L1_PAGE));
    g_assert(!qdict_haskey(s, "fault"));
    qobject_unref(s);
    qtest_quit(w.s);
}

static void test_stage2(void)
{
    World w = make(STE_CONFIG_S2_ONLY, "");
    QDict *t = look(&w, 0x5020, ", 'access': 'write'");

    g_assert_cmpuint(steps(t), ==, 4);
    check_step(t, 1, "stage 2", 1, w.base + S2_L1);
    check_step(t, 2, "stage 2", 2, w.base + S2_L2);
    check_step(t, 3, "stage 2", 3, w.base + S2_L3 + 8 * 5);
    g_assert_cmpstr(member_str(nth(t, "steps", 3), "for"), ==, "output");
    check_output(t, page(&w, 5) + 0x20);
    qobject_unref(t);

    t = look(&w, 0x40000, "");
    check_fault(t, "F_TRANSLATION", true);
    g_assert(qdict_get_bool(qdict_get_qdict(t, "fault"), "stage2"));
    g_assert_cmphex(member_uint(qdict_get_qdict(t, "fault"), "ipa"), ==,
                    0x40000);
    qobject_unref(t);
    qtest_quit(w.s);
}

static void test_nested(void)
{
    World w = make(STE_CONFIG_NESTED, "");
    QDict *t = look(&w, 0x1018, "");

    g_assert_cmpuint(steps(t), ==, 20);
    g_assert_cmpstr(member_str(nth(t, "steps", 3), "for"), ==, "CD");
    check_step(t, 4, "CD", -1, page(&w, CD_PAGE));
    g_assert_cmpstr(member_str(nth(t, "steps", 13), "for"), ==, "stage 1");
    g_assert_cmpuint(member_uint(nth(t, "steps", 13), "for-level"), ==, 3);
    check_step(t, 16, "stage 1", 3, page(&w, S1_L3_PAGE) + 8);
    check_output(t, page(&w, 3) + 0x18);
    qobject_unref(t);

    /* Hardware is to set flags. */
    {
        uint64_t at = w.base + STRTAB + w.sid * STE_BYTES + 16;

        qtest_writeq(w.s, at, qtest_readq(w.s, at) | 3ull << 55);
        qtest_writeq(w.s, w.base + S2_L3 + 8 * 3,
                     (page(&w, 3) | S2_PAGE) & ~(1ull << 10));
    }
    t = look(&w, 0x1018, "");
    check_output(t, page(&w, 3) + 0x18);
    g_assert_cmphex(member_uint(nth(t, "steps", 19), "would-write"), ==,
                    page(&w, 3) | S2_PAGE);
    g_assert(qdict_get_bool(nth(t, "steps", 19), "sets-af"));
    g_assert(!qdict_get_bool(nth(t, "steps", 19), "sets-dirty"));
    g_assert_cmphex(qtest_readq(w.s, w.base + S2_L3 + 8 * 3), ==,
                    (page(&w, 3) | S2_PAGE) & ~(1ull << 10));
    qobject_unref(t);
    {
        g_autofree char *line = g_strdup_printf("info cca-smmu %u 0x1018",
                                                w.sid);

        g_free(hmp(w.s, line, "for stage 1 L3"));
        g_free(hmp(w.s, line, "an access would write"));
        g_free(hmp(w.s, line, "  pass\r\n"));
        g_free(hmp(w.s, line, "stage 1 and stage 2, NS-EL1"));
    }
    qtest_quit(w.s);
}

/* What is said is what DMA does, and asking changes nothing. */
static void test_no_trace(void)
{
    World w = make(STE_CONFIG_NESTED, "");
    QDict *before = query(w.s, ""), *after, *t;
    uint64_t value;

    qtest_writeq(w.s, page(&w, 3), 0x1122334455667788);
    for (unsigned i = 0; i < 3; i++) {
        qobject_unref(look(&w, 0x1000, ""));
        qobject_unref(look(&w, 0x8000, ", 'access': 'write'"));
        qobject_unref(stream(&w));
    }
    after = query(w.s, "");
    g_assert(qobject_is_equal(QOBJECT(before), QOBJECT(after)));
    qobject_unref(before);
    qobject_unref(after);
    g_assert_cmphex(qtest_readl(w.s, PAGE1 + SMMU_EVENTQ_PROD), ==, 0);

    g_assert_cmpuint(exerciser_readq(&w.ex, NULL, 0x1000, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(value, ==, 0x1122334455667788);
    t = look(&w, 0x8000, "");
    check_fault(t, "F_TRANSLATION", true);
    qobject_unref(t);
    g_assert_cmpuint(exerciser_readq(&w.ex, NULL, 0x8000, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    g_assert_cmphex(qtest_readl(w.s, PAGE1 + SMMU_EVENTQ_PROD), ==, 1);
    g_assert_cmphex(qtest_readq(w.s, w.base + EVENTQ) & 0xff, ==, 0x10);
    qtest_quit(w.s);
}

/* Tables were changed, and nobody told the SMMU. */
static void test_stale(void)
{
    World w = make(STE_CONFIG_S1_ONLY, "");
    uint64_t at = w.base + STRTAB + w.sid * STE_BYTES, value;
    g_autofree char *line = g_strdup_printf("info cca-smmu %u 0x1008", w.sid);
    QDict *t, *s, *held;

    exerciser_readq(&w.ex, NULL, 0x1000, &value);
    t = look(&w, 0x1008, "");
    g_assert(qdict_get_bool(nth(t, "steps", 0), "cached"));
    g_assert(!qdict_haskey(nth(t, "steps", 0), "address"));
    held = qdict_get_qdict(t, "held");
    g_assert_cmphex(member_uint(held, "address"), ==, page(&w, 3) + 8);
    g_assert(qdict_get_bool(held, "allowed"));
    g_assert(!qdict_get_bool(held, "stale"));
    qobject_unref(t);

    qtest_writeq(w.s, page(&w, S1_L3_PAGE) + 8, page(&w, 9) | S1_PAGE);
    qtest_writeq(w.s, at, 0);
    t = look(&w, 0x1008, "");
    check_output(t, page(&w, 9) + 8);
    held = qdict_get_qdict(t, "held");
    g_assert_cmphex(member_uint(held, "address"), ==, page(&w, 3) + 8);
    g_assert(qdict_get_bool(held, "stale"));
    qobject_unref(t);
    s = stream(&w);
    g_assert(qdict_get_bool(qdict_get_qdict(s, "ste"), "stale"));
    g_assert_cmpstr(member_str(s, "config"), ==, "stage 1");
    g_assert_cmphex(word(qdict_get_qdict(s, "ste"), 0), ==, 0);
    qobject_unref(s);
    g_free(hmp(w.s, line, "STALE"));

    /* CMD_CFGI_STE */
    command(&w, SMMU_CMD_CFGI_STE | (uint64_t)w.sid << 32, 1);
    s = stream(&w);
    g_assert_cmpstr(member_str(s, "fault"), ==, "C_BAD_STE");
    g_assert_cmpstr(member_str(qdict_get_qdict(s, "ste"), "error"), ==, "V");
    qobject_unref(s);
    g_free(hmp(w.s, line, "ILLEGAL: V"));
    qtest_quit(w.s);
}

/* Without a word from Root software, nothing passes. */
static void test_default_deny(void)
{
    World w = make(STE_CONFIG_S1_ONLY, "-global cca-smmuv3.gpt=root-page");
    QDict *info = query(w.s, ""), *t, *root;
    uint64_t value;

    root = qdict_get_qdict(info, "root");
    g_assert(!qdict_get_bool(root, "access-enabled"));
    g_assert(!qdict_get_bool(root, "follows-pes"));
    g_assert(!qdict_haskey(root, "gpf-far"));
    qobject_unref(info);
    t = look(&w, 0x1000, "");
    check_fault(t, "F_STE_FETCH", false);
    g_assert(qdict_get_bool(qdict_get_qdict(t, "fault"), "wanted"));
    g_assert(qdict_get_bool(qdict_get_qdict(t, "fault"), "gpcf"));
    g_assert_cmpstr(member_str(nth(t, "steps", 0), "gpc-fault"), ==,
                    "protection");
    g_assert(!qdict_haskey(nth(t, "steps", 0), "words"));
    qobject_unref(t);
    info = query(w.s, "");
    g_assert(!qdict_haskey(qdict_get_qdict(info, "root"), "gpf-far"));
    qobject_unref(info);

    exerciser_readq(&w.ex, NULL, 0x1000, &value);
    info = query(w.s, "");
    root = qdict_get_qdict(qdict_get_qdict(info, "root"), "gpf-far");
    g_assert_cmphex(member_uint(root, "address"), ==, w.base + STRTAB);
    g_assert_cmpstr(member_str(root, "pas"), ==, "ns");
    g_assert_cmpstr(member_str(root, "what"), ==, "STE fetch");
    qobject_unref(info);
    g_free(hmp(w.s, "info cca-smmu", "GPF_FAR: 0x000050000000 (ns)"));
    qtest_quit(w.s);
}

/* The tables of a guest's PEs, whose configuration the SMMU follows. */
static void test_granules(void)
{
    World w = {
        .s = guest_start(""), .base = MAILBOX_TEST_BASE, .sid = 8,
    };
    QDict *t, *step;

    configure(&w, STE_CONFIG_NESTED);
    enable(&w);
    t = look(&w, 0x1000, "");
    check_output(t, page(&w, 3));
    qobject_unref(t);

    guest_set_gpi(w.s, page(&w, 3), GPI_REALM);
    t = look(&w, 0x1000, "");
    g_assert_cmpstr(member_str(t, "outcome"), ==, "abort");
    g_assert(!qdict_haskey(t, "fault"));
    g_assert(strstr(member_str(t, "why"), "granule protection"));
    step = qdict_get_qdict(t, "output");
    g_assert_cmphex(member_uint(step, "address"), ==, page(&w, 3));
    g_assert_cmpstr(member_str(step, "gpc-fault"), ==, "protection");
    g_assert_cmpuint(member_uint(step, "gpc-level"), ==, 1);
    qobject_unref(t);
    g_free(hmp(w.s, "info cca-smmu 8 0x1000", "protection fault, level 1"));

    guest_set_gpi(w.s, page(&w, S1_L2_PAGE), GPI_NO_ACCESS);
    t = look(&w, 0x1000, "");
    check_fault(t, "F_WALK_EABT", true);
    g_assert(qdict_get_bool(qdict_get_qdict(t, "fault"), "gpcf"));
    step = nth(t, "steps", steps(t) - 1);
    g_assert_cmpstr(member_str(step, "what"), ==, "stage 1");
    g_assert_cmpuint(member_uint(step, "level"), ==, 2);
    g_assert_cmphex(member_uint(step, "address"), ==, page(&w, S1_L2_PAGE));
    g_assert_cmpstr(member_str(step, "gpc-fault"), ==, "protection");
    qobject_unref(t);

    guest_set_gpi(w.s, w.base + STRTAB, 1);     /* reserved: the entry */
    t = look(&w, 0x1000, "");
    check_fault(t, "F_STE_FETCH", true);
    g_assert_cmpstr(member_str(nth(t, "steps", 0), "gpc-fault"), ==, "walk");
    qobject_unref(t);
    qtest_quit(w.s);
}

/* Every trace event of the SMMU fires, with what it is about. */
static void test_trace(void)
{
    static const char *const lines[] = {
        "cca_smmu_read 0x00024/4 from Non-secure: 0x1d",
        "cca_smmu_write 0x00020/4 from Non-secure: 0x1d",
        "cca_smmu_pass ns StreamID 0x8: 0x1000 read to 0x50203000 in Non-",
        "cca_smmu_no_pass ns StreamID 0x8: 0x8000 write, abort",
        "cca_smmu_event ns StreamID 0x8: F_TRANSLATION, address 0x8000",
        "cca_smmu_command ns: CMD_TLBI_NSNH_ALL 0x",
        "cca_smmu_ats ns StreamID 0x8: 0x1000 success, 0x50203000, R 1 W ",
        "cca_smmu_msi ns: Event queue, 0x50030000 = 0x1234",
    };
    static const char gpc[] = "cca_smmu_gpc_fault StreamID 0x8: 0x50000200 in "
                              "Non-secure, granule protection fault, for "
                              "translation: STE fetch";
    g_autofree char *file = NULL, *args = NULL, *log = NULL;
    const ExerciserId id = { 0 };
    uint64_t value;
    World w;
    int fd = g_file_open_tmp("cca-smmu-trace-XXXXXX", &file, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    args = g_strdup_printf("-trace cca_smmu_* -D %s", file);
    w = make(STE_CONFIG_S1_ONLY, args);
    {
        uint64_t at = w.base + STRTAB + w.sid * STE_BYTES + 8;

        qtest_writeq(w.s, at, qtest_readq(w.s, at) | 1ull << 28);
    }
    qtest_writeq(w.s, SMMU + SMMU_EVENTQ_IRQ_CFG0, w.base + MSI);
    qtest_writel(w.s, SMMU + SMMU_EVENTQ_IRQ_CFG1, 0x1234);
    qtest_writel(w.s, SMMU + SMMU_IRQ_CTRL, 4);
    exerciser_readq(&w.ex, NULL, 0x1000, &value);
    exerciser_writeq(&w.ex, NULL, 0x8000, 0);
    exerciser_enable(&w.ex, true, false, false);
    exerciser_ats(&w.ex, &id, 0x1000, false);
    command(&w, SMMU_CMD_TLBI_NSNH_ALL, 0);
    qtest_quit(w.s);
    g_assert(g_file_get_contents(file, &log, NULL, NULL));
    for (unsigned i = 0; i < ARRAY_SIZE(lines); i++) {
        if (!strstr(log, lines[i])) {
            g_error("not traced: %s\n%s", lines[i], log);
        }
    }
    g_clear_pointer(&args, g_free);
    g_clear_pointer(&log, g_free);
    args = g_strdup_printf("-global cca-smmuv3.gpt=root-page "
                           "-trace cca_smmu_* -D %s", file);
    w = make(STE_CONFIG_S1_ONLY, args);
    exerciser_readq(&w.ex, NULL, 0x1000, &value);
    qtest_quit(w.s);
    g_assert(g_file_get_contents(file, &log, NULL, NULL));
    if (!strstr(log, gpc)) {
        g_error("not traced: %s\n%s", gpc, log);
    }
    unlink(file);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/smmu-qmp/errors", test_errors);
    qtest_add_func("cca/smmu-qmp/without-smmu", test_without_smmu);
    qtest_add_func("cca/smmu-qmp/state", test_state);
    qtest_add_func("cca/smmu-qmp/stage1", test_stage1);
    qtest_add_func("cca/smmu-qmp/stage2", test_stage2);
    qtest_add_func("cca/smmu-qmp/nested", test_nested);
    qtest_add_func("cca/smmu-qmp/no-trace", test_no_trace);
    qtest_add_func("cca/smmu-qmp/stale", test_stale);
    qtest_add_func("cca/smmu-qmp/default-deny", test_default_deny);
    qtest_add_func("cca/smmu-qmp/granules", test_granules);
    qtest_add_func("cca/smmu-qmp/trace", test_trace);
    return g_test_run();
}
