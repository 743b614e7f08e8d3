/*
 * The SMMU's queues as hostile or careless software sees them: commands that
 * are wrong, ATS invalidations that nobody answers, overflow of the Event and
 * PRI queues, page requests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

enum { NS = 1 << W_NS, SEC = 1 << W_SECURE, RLM = 1 << W_REALM,
       ALL = NS | SEC | RLM };
enum { CMD_SYNC = 0x46, CMD_ATC_INV = 0x40, CMD_PRI_RESP = 0x41,
       SSEC = 1 << 10 };

static Smmu smmu;

static void begin(SmmuWorld world, const char *what, const SmmuConfig *config)
{
    if (smmu.world != world) {
        smmu_switch(&smmu, world);
    }
    smmu.what = what;
    smmu_reset(&smmu);
    smmu_configure(&smmu, config);
}

/* --- commands ------------------------------------------------------------- */

typedef struct Command {
    const char *name;
    unsigned good, bad;         /* queues that take it, and that do not */
    uint64_t w0, w1;
} Command;

static const Command commands[] = {
    { "opcode-00", 0, ALL, 0x00 },
    { "opcode-7f", 0, ALL, 0x7f },
    { "opcode-ff", 0, ALL, 0xff },
    { "prefetch-config", ALL, 0, 0x01 },
    { "prefetch-config-ssec", SEC, NS | RLM, 0x01 | SSEC },
    { "prefetch-addr", ALL, 0, 0x02, 0x1000 },
    { "cfgi-ste", ALL, 0, 0x03 },
    { "cfgi-ste-ssec", SEC, NS | RLM, 0x03 | SSEC },
    { "cfgi-ste-any-sid", ALL, 0, 0x03 | 0xffffffffull << 32 },
    { "cfgi-ste-range", ALL, 0, 0x04, 5 },
    { "cfgi-all", ALL, 0, 0x04, 31 },
    { "cfgi-all-ssec", SEC, NS | RLM, 0x04 | SSEC, 31 },
    { "cfgi-cd", ALL, 0, 0x05 },
    { "cfgi-cd-ssec", SEC, NS | RLM, 0x05 | SSEC },
    { "cfgi-cd-all", ALL, 0, 0x06 },
    { "tlbi-nh-all", ALL, 0, 0x10 },
    { "tlbi-nh-asid", ALL, 0, 0x11 },
    { "tlbi-nh-va", ALL, 0, 0x12 },
    { "tlbi-nh-va-range", ALL, 0, 0x12 | 3 << 12 | 2 << 20, 1 << 10 },
    { "tlbi-nh-va-range-0", 0, ALL, 0x12, 1 << 10 },
    { "tlbi-nh-va-ttl", ALL, 0, 0x12, 1 << 10 | 3 << 8 },
    { "tlbi-nh-vaa", ALL, 0, 0x13 },
    { "tlbi-el3-all", 0, ALL, 0x18 },
    { "tlbi-el3-va", 0, ALL, 0x1a },
    { "tlbi-el2-all", ALL, 0, 0x20 },
    { "tlbi-el2-asid", ALL, 0, 0x21 },
    { "tlbi-el2-va", ALL, 0, 0x22 },
    { "tlbi-el2-vaa", ALL, 0, 0x23 },
    { "tlbi-s12-vmall", ALL, 0, 0x28 },
    { "tlbi-s2-ipa", ALL, 0, 0x2a },
    { "tlbi-s2-ipa-range-0", 0, ALL, 0x2a, 3 << 10 },
    { "tlbi-nsnh-all", ALL, 0, 0x30 },
    { "tlbi-s-el2-all", SEC, NS | RLM, 0x50 },
    { "tlbi-s-el2-va", SEC, NS | RLM, 0x52 },
    { "tlbi-s-s12-vmall", SEC, NS | RLM, 0x58 },
    { "tlbi-s-s2-ipa", SEC, NS | RLM, 0x5a },
    { "tlbi-snh-all", SEC, NS | RLM, 0x60 },
    { "dpti-all-without-dpt", 0, ALL, 0x70 },
    { "dpti-pa-without-dpt", 0, ALL, 0x73 },
    { "resume-without-stalls", 0, ALL, 0x44 },
    { "stall-term-without-stalls", 0, ALL, 0x45 },
    { "atc-inv-ssec", SEC, NS | RLM, CMD_ATC_INV | SSEC },
    { "pri-resp-reserved", 0, ALL, CMD_PRI_RESP, 3 << 12 },
    { "pri-resp-ssec", SEC, NS | RLM, CMD_PRI_RESP | SSEC },
    { "sync", ALL, 0, CMD_SYNC },
    { "sync-sev", ALL, 0, CMD_SYNC | 2 << 12 },
    { "sync-cs-reserved", 0, ALL, CMD_SYNC | 3 << 12 },
    { "ecmdq-like-high-bits", ALL, 0, 0x30, 0xfffull << 52 },
};

typedef struct Instance {
    const void *row;
    SmmuWorld world;
} Instance;

/* CONS.ERR counts while GERROR.CMDQ_ERR is active: section 6.3.28. */
static void expect_cons(uint32_t index, unsigned error)
{
    uint32_t cons = smmu_read(&smmu, R_CMDQ_CONS);

    if ((cons & 0xfffff) != index ||
        (error && (cons >> 24 & 0x7f) != error)) {
        smmu_fail(&smmu, "CMDQ_CONS is 0x%x: not %u, error %u", cons, index,
                  error);
    }
}

/* An error stops the queue at the command, until it is acknowledged. */
static void run_command(const void *opaque)
{
    const Instance *i = opaque;
    const Command *c = i->row;
    const uint64_t sync[2] = { CMD_SYNC, 0 };
    bool good = c->good >> i->world & 1;
    uint32_t at;

    begin(i->world, c->name, NULL);
    at = smmu.cmdq_prod;
    /* Somebody is to answer an invalidation. */
    smmu_cmd(&smmu, c->w0 | ((c->w0 & 0xff) == CMD_ATC_INV ?
                             (uint64_t)smmu.ex.rid << 32 : 0), c->w1);
    if (good) {
        smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
        expect_cons(smmu.cmdq_prod, CERROR_NONE);
        smmu_expect_gerror(&smmu, 0);
        return;
    }
    smmu_cmd(&smmu, CMD_SYNC, 0);
    smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
    expect_cons(at, CERROR_ILL);
    smmu_expect_gerror(&smmu, GERROR_CMDQ);
    /* More commands do not move it. */
    smmu_cmd(&smmu, CMD_SYNC, 0);
    smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
    expect_cons(at, CERROR_ILL);
    /* Mended in place and acknowledged: it goes on. */
    smmu_poke(&smmu, smmu.cmdq + (at & 63) * 16ull, sync, 2);
    smmu_gerror_ack(&smmu);
    g_assert_cmphex(smmu_read(&smmu, R_CMDQ_CONS) & 0xfffff, ==,
                    smmu.cmdq_prod);
    smmu_expect_gerror(&smmu, 0);
}

/* More commands than the queue has entries, by several wraps. */
static void run_wrap(SmmuWorld world)
{
    static const SmmuConfig small = {
        .log2size = 8, .cmdq_log2 = 2, .eventq_log2 = 6, .priq_log2 = 4,
    };

    begin(world, "wrap", &small);
    for (unsigned i = 0; i < 21; i++) {
        smmu_cmd(&smmu, 0x30, 0);
        if (i % 3 == 2) {
            smmu_sync(&smmu);
        }
    }
    g_assert_cmphex(smmu_read(&smmu, R_CMDQ_CONS), ==, smmu.cmdq_prod);
}

static void test_wrap(void)
{
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        run_wrap(w);
    }
}

/* --- ATS invalidation ----------------------------------------------------- */

static uint64_t atc_inv(uint32_t sid)
{
    return CMD_ATC_INV | (uint64_t)sid << 32;
}

/* Somebody answers; nobody does: the next CMD_SYNC says so, once. */
static void run_atc_inv(SmmuWorld world)
{
    enum { ALL_OF_IT = 52, NOBODY = 0x55, HOST_BRIDGE = 0 };
    uint32_t at;

    begin(world, "ATC_INV", NULL);
    exerciser_enable(&smmu.ex, true, true, false);
    /* A device is heard of when it has asked for something. */
    exerciser_ats(&smmu.ex, &(ExerciserId) { .sec_sid = world }, 0, false);
    smmu_reset(&smmu);
    exerciser_set_reg(&smmu.ex, EXERCISER_ATCINV, 0);
    smmu_cmd(&smmu, atc_inv(smmu.ex.rid), ALL_OF_IT);
    smmu_sync(&smmu);
    g_assert_cmpuint(exerciser_reg(&smmu.ex, EXERCISER_ATCINV), ==, 1);

    /* A function without ATS answers UR, and that is an answer. */
    smmu_cmd(&smmu, atc_inv(HOST_BRIDGE), ALL_OF_IT);
    smmu_sync(&smmu);

    smmu_cmd(&smmu, atc_inv(NOBODY), ALL_OF_IT);
    at = smmu.cmdq_prod;
    smmu_cmd(&smmu, CMD_SYNC, 0);
    g_assert_cmpuint(smmu_submit(&smmu), ==, CERROR_ATC_INV_SYNC);
    expect_cons(at, CERROR_ATC_INV_SYNC);
    smmu_gerror_ack(&smmu);
    expect_cons(smmu.cmdq_prod, CERROR_NONE);
    smmu_expect_gerror(&smmu, 0);
    smmu_sync(&smmu);

    /* Section 4.5.1: ignored while SMMUEN is 0. */
    smmu_cr0(&smmu, CR0_CMDQEN | CR0_EVENTQEN);
    smmu_cmd(&smmu, atc_inv(NOBODY), ALL_OF_IT);
    smmu_cmd(&smmu, atc_inv(smmu.ex.rid), ALL_OF_IT);
    smmu_sync(&smmu);
    g_assert_cmpuint(exerciser_reg(&smmu.ex, EXERCISER_ATCINV), ==, 1);
    exerciser_enable(&smmu.ex, false, true, false);
    smmu_disable(&smmu);
}

static void test_atc_inv_ns(void)
{
    run_atc_inv(W_NS);
}

static void test_atc_inv_realm(void)
{
    run_atc_inv(W_REALM);
}

/* --- the Event queue ------------------------------------------------------ */

enum { OVERFLOW_FLAG = 1u << 31 };

/* A transaction of a stream that has no STE. */
static void make_event(uint16_t rid)
{
    ExerciserId id = { .sec_sid = smmu.world, .forge = true, .rid = rid };

    g_assert_cmpuint(exerciser_dma(&smmu.ex, &id, false, 0, 0, 8), ==,
                     EXERCISER_CAUSE_ABORT);
}

static void take_event(uint16_t rid)
{
    uint64_t words[4];

    g_assert(smmu_event(&smmu, words));
    g_assert_cmphex(words[0], ==, (uint64_t)rid << 32 | C_BAD_STE);
}

static void run_event_overflow(SmmuWorld world)
{
    static const SmmuConfig small = {
        .log2size = 8, .cmdq_log2 = 6, .eventq_log2 = 2, .priq_log2 = 4,
    };
    uint64_t words[4];

    begin(world, "overflow", &small);
    smmu_disable(&smmu);
    smmu_configure(&smmu, &small);
    for (unsigned i = 0; i < 4; i++) {
        make_event(0x40 + i);
    }
    /* Full is no overflow yet. */
    g_assert_cmphex(smmu_read(&smmu, R_EVENTQ_PROD), ==, 4);
    make_event(0x50);
    make_event(0x51);
    g_assert_cmphex(smmu_read(&smmu, R_EVENTQ_PROD), ==, OVERFLOW_FLAG | 4);
    /* Space, but no acknowledgement: section 7.4 records again. */
    take_event(0x40);
    take_event(0x41);
    smmu_write(&smmu, R_EVENTQ_CONS, smmu.eventq_cons);
    make_event(0x52);
    g_assert_cmphex(smmu_read(&smmu, R_EVENTQ_PROD), ==, OVERFLOW_FLAG | 5);
    take_event(0x42);
    take_event(0x43);
    take_event(0x52);
    g_assert(!smmu_event(&smmu, words));
    smmu.eventq_cons |= OVERFLOW_FLAG;
    smmu_write(&smmu, R_EVENTQ_CONS, smmu.eventq_cons);
    /* The next overflow toggles it back. */
    for (unsigned i = 0; i < 5; i++) {
        make_event(0x60 + i);
    }
    g_assert_cmphex(smmu_read(&smmu, R_EVENTQ_PROD), ==, 1);
    for (unsigned i = 0; i < 4; i++) {
        take_event(0x60 + i);
    }
    /* EVENTQEN is 0: lost, and no overflow. */
    smmu_cr0(&smmu, CR0_CMDQEN | CR0_SMMUEN);
    make_event(0x70);
    g_assert_cmphex(smmu_read(&smmu, R_EVENTQ_PROD), ==, 1);
    smmu_disable(&smmu);
}

static void test_event_overflow_ns(void)
{
    run_event_overflow(W_NS);
}

static void test_event_overflow_secure(void)
{
    run_event_overflow(W_SECURE);
}

static void test_event_overflow_realm(void)
{
    run_event_overflow(W_REALM);
}

/* --- page requests -------------------------------------------------------- */

#define REQ_ADDR    0x0000123456789000ull

typedef struct Page {
    const char *name;
    uint32_t prictl;
    unsigned group;
    bool pasid;
    uint64_t w0;                /* without StreamID and SubstreamID */
} Page;

#define PQ_PRIV (1ull << 58)
#define PQ_X    (1ull << 59)
#define PQ_R    (1ull << 60)
#define PQ_W    (1ull << 61)
#define PQ_LAST (1ull << 62)
#define PQ_SSV  (1ull << 63)

static const Page pages[] = {
    { "read", PRICTL_READ, 0, false, PQ_R },
    { "write", PRICTL_WRITE, 1, false, PQ_W },
    { "read-write-last", PRICTL_READ | PRICTL_WRITE | PRICTL_LAST, 511,
      false, PQ_R | PQ_W | PQ_LAST },
    { "execute-without-pasid", PRICTL_READ | PRICTL_EXECUTE |
      PRICTL_PRIVILEGED, 2, false, PQ_R },
    { "pasid", PRICTL_READ | PRICTL_LAST, 3, true, PQ_R | PQ_LAST | PQ_SSV },
    { "pasid-execute", PRICTL_READ | PRICTL_EXECUTE, 4, true,
      PQ_R | PQ_X | PQ_SSV },
    { "pasid-privileged", PRICTL_WRITE | PRICTL_PRIVILEGED, 5, true,
      PQ_W | PQ_PRIV | PQ_SSV },
    { "stop-marker", PRICTL_LAST, 6, true, PQ_LAST | PQ_SSV },
};

enum { PASID = 0x54321 };

static bool request(const Page *p)
{
    ExerciserId id = {
        .sec_sid = smmu.world, .pasid_valid = p->pasid,
        .pasid = p->pasid ? PASID : 0,
    };

    return exerciser_page_request(&smmu.ex, &id, REQ_ADDR, p->prictl,
                                  p->group);
}

/* Code of a response that has just come, or 15; with or without a PASID. */
static unsigned response(unsigned group, bool pasid)
{
    uint32_t r = exerciser_reg(&smmu.ex, EXERCISER_PRIRSP);

    exerciser_set_reg(&smmu.ex, EXERCISER_PRIRSP, 0);
    if (!(r & PRIRSP_VALID)) {
        return 15;
    }
    g_assert_cmpuint(r & PRIRSP_GROUP, ==, group);
    if (!!(r & PRIRSP_PASID) != pasid) {
        smmu_fail(&smmu, "the response has %s PASID", pasid ? "no" : "a");
    }
    return (r & PRIRSP_CODE) >> PRIRSP_CODE_SHIFT;
}

enum { RSP_FAILURE = 0, RSP_INVALID = 1, RSP_SUCCESS = 2, RSP_NONE = 15 };

static void pri_on(void)
{
    exerciser_enable(&smmu.ex, false, true, false);
    exerciser_enable(&smmu.ex, true, true, true);
    exerciser_set_reg(&smmu.ex, EXERCISER_PRIRSP, 0);
}

/* The record, and each answer that software may give. */
static void run_page(const void *opaque)
{
    const Instance *i = opaque;
    const Page *p = i->row;
    uint64_t w0 = p->w0 | smmu.ex.rid, w1 = REQ_ADDR | p->group;
    uint64_t at;

    begin(i->world, p->name, NULL);
    pri_on();
    if (p->pasid) {
        w0 |= (uint64_t)PASID << 32;
    }
    at = smmu.priq + (smmu.priq_cons & 15) * 16ull;
    if (!request(p)) {
        smmu_fail(&smmu, "the request was not recorded");
    }
    smmu.priq_cons = (smmu.priq_cons + 1) & 31;
    g_assert_cmphex(smmu_read(&smmu, R_PRIQ_PROD), ==, smmu.priq_cons);
    if (smmu_peek(&smmu, at) != w0 || smmu_peek(&smmu, at + 8) != w1) {
        smmu_fail(&smmu, "the record is %" PRIx64 " %" PRIx64 ", not %" PRIx64
                  " %" PRIx64, smmu_peek(&smmu, at), smmu_peek(&smmu, at + 8),
                  w0, w1);
    }
    smmu_write(&smmu, R_PRIQ_CONS, smmu.priq_cons);
    g_assert_cmpuint(response(p->group, false), ==, RSP_NONE);
    for (unsigned code = RSP_FAILURE; code <= RSP_SUCCESS; code++) {
        smmu_cmd(&smmu, CMD_PRI_RESP | (uint64_t)smmu.ex.rid << 32 |
                 (p->pasid ? (uint64_t)(PASID & 0xfffff) << 12 | 1 << 11 : 0),
                 p->group | code << 12);
        smmu_sync(&smmu);
        g_assert_cmpuint(response(p->group, p->pasid), ==, code);
    }
    exerciser_enable(&smmu.ex, false, true, false);
}

/* Answers that the SMMU gives itself (sections 8.1, 8.2). */
static void run_pri_overflow(SmmuWorld world)
{
    static const SmmuConfig small = {
        .log2size = 8, .cmdq_log2 = 6, .eventq_log2 = 6, .priq_log2 = 1,
    };
    const Page more = { .prictl = PRICTL_READ, .group = 1 };
    const Page last = { .prictl = PRICTL_READ | PRICTL_LAST, .group = 2 };
    const Page with_pasid = { .prictl = PRICTL_READ | PRICTL_LAST,
                              .group = 3, .pasid = true };
    const Page marker = { .prictl = PRICTL_LAST, .group = 4, .pasid = true };

    begin(world, "PRI overflow", &small);
    pri_on();
    g_assert(request(&more) && request(&more));
    g_assert_cmphex(smmu_read(&smmu, R_PRIQ_PROD), ==, 2);
    /* Lost; who waits for an answer, gets Success. */
    g_assert(!request(&more));
    g_assert_cmpuint(response(1, false), ==, RSP_NONE);
    g_assert_cmphex(smmu_read(&smmu, R_PRIQ_PROD), ==, OVERFLOW_FLAG | 2);
    g_assert(!request(&last));
    g_assert_cmpuint(response(2, false), ==, RSP_SUCCESS);
    g_assert(!request(&with_pasid));
    g_assert_cmpuint(response(3, true), ==, RSP_SUCCESS);
    g_assert(!request(&marker));
    g_assert_cmpuint(response(4, true), ==, RSP_NONE);
    /* Space alone does not open it; the acknowledgement does. */
    smmu_write(&smmu, R_PRIQ_CONS, 2);
    g_assert(!request(&more));
    g_assert_cmphex(smmu_read(&smmu, R_PRIQ_PROD), ==, OVERFLOW_FLAG | 2);
    smmu_write(&smmu, R_PRIQ_CONS, OVERFLOW_FLAG | 2);
    g_assert(request(&more));
    g_assert_cmphex(smmu_read(&smmu, R_PRIQ_PROD), ==, OVERFLOW_FLAG | 3);

    /* Off: Failure, which has no PASID. */
    smmu_cr0(&smmu, CR0_CMDQEN | CR0_EVENTQEN | CR0_SMMUEN);
    pri_on();
    request(&last);
    g_assert_cmpuint(response(2, false), ==, RSP_FAILURE);
    pri_on();
    request(&with_pasid);
    g_assert_cmpuint(response(3, false), ==, RSP_FAILURE);
    /* Section 4.5.2: no answer from a disabled interface. */
    smmu_cr0(&smmu, CR0_CMDQEN | CR0_EVENTQEN);
    smmu_cmd(&smmu, CMD_PRI_RESP | (uint64_t)smmu.ex.rid << 32, 2 << 12);
    smmu_sync(&smmu);
    g_assert_cmpuint(response(0, false), ==, RSP_NONE);
    exerciser_enable(&smmu.ex, false, true, false);
    smmu_disable(&smmu);
}

static void test_pri_overflow_ns(void)
{
    run_pri_overflow(W_NS);
}

static void test_pri_overflow_realm(void)
{
    run_pri_overflow(W_REALM);
}

/* There is no Secure PRI queue: Failure, without a PASID. */
static void test_pri_secure(void)
{
    const Page p = { .prictl = PRICTL_READ | PRICTL_LAST, .group = 3,
                     .pasid = true };

    begin(W_SECURE, "PRI, Secure", NULL);
    pri_on();
    request(&p);
    g_assert_cmpuint(response(3, false), ==, RSP_FAILURE);
    exerciser_enable(&smmu.ex, false, true, false);
}

/* -------------------------------------------------------------------------- */

static void add(const char *kind, const char *name, const void *row,
                SmmuWorld world, GTestDataFunc f)
{
    g_autofree char *path = g_strdup_printf("cca/smmu-queue/%s/%s/%s", kind,
                                            smmu_world_name(world), name);
    Instance *i = g_new(Instance, 1);

    *i = (Instance) { row, world };
    qtest_add_data_func_full(path, i, f, g_free);
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
            add("command", commands[i].name, &commands[i], w, run_command);
        }
        for (size_t i = 0; w != W_SECURE && i < ARRAY_SIZE(pages); i++) {
            add("page-request", pages[i].name, &pages[i], w, run_page);
        }
    }
    qtest_add_func("cca/smmu-queue/wrap", test_wrap);
    qtest_add_func("cca/smmu-queue/atc-inv/ns", test_atc_inv_ns);
    qtest_add_func("cca/smmu-queue/atc-inv/realm", test_atc_inv_realm);
    qtest_add_func("cca/smmu-queue/events/ns", test_event_overflow_ns);
    qtest_add_func("cca/smmu-queue/events/secure",
                   test_event_overflow_secure);
    qtest_add_func("cca/smmu-queue/events/realm", test_event_overflow_realm);
    qtest_add_func("cca/smmu-queue/pri/ns", test_pri_overflow_ns);
    qtest_add_func("cca/smmu-queue/pri/realm", test_pri_overflow_realm);
    qtest_add_func("cca/smmu-queue/pri/secure", test_pri_secure);
    smmu_start(&smmu, W_NS, "");
    exerciser_enable(&smmu.ex, false, true, false);
    /* The SMMU hears of a device when it makes its first transaction. */
    exerciser_dma(&smmu.ex, NULL, false, MAILBOX_TEST_BASE, 0, 4);
    smmu_root_write64(&smmu, ROOT_GPF_FAR, 0);
    result = g_test_run();
    smmu_quit(&smmu);
    return result;
}
