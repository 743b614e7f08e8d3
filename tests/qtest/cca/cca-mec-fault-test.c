/*
 * Fault sites of memory encryption: each one with each action, and what a
 * guest sees of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "exerciser.h"
#include "mec.h"

/* A granule of its own; all that is armed looks there only. */
#define PA          ((uint64_t)MAILBOX_TEST_BASE + 0x340000)
#define OLD         0x0123456789abcdefull
#define NEW         0xfedcba9876543210ull

static char *arm_at(QTestState *s, uint64_t pa, const char *more)
{
    g_autofree char *json = g_strdup_printf("{ 'addr': %" PRIu64 ", %s }",
                                            pa, more);

    return arm(s, json);
}

static uint64_t read_realm(QTestState *s, uint64_t pa)
{
    return guest_read(s, pa, 8, MAILBOX_REALM);
}

static void write_realm(QTestState *s, uint64_t pa, uint64_t value)
{
    guest_write(s, pa, 8, MAILBOX_REALM, value);
}

/* The guest is to make its next access by a new translation. */
static void forget(QTestState *s, unsigned pe)
{
    guest_tlbi_va(s, pe);
}

static uint64_t counter_of(QTestState *s, const char *id, const char *name)
{
    QDict *f = armed_fault(s, id);
    uint64_t n = member_uint(f, name);

    qobject_unref(f);
    return n;
}

static uint64_t hits_of(QTestState *s, const char *id)
{
    return counter_of(s, id, "hits");
}

/* The next event, which is there: @id fired. */
static QDict *firing_of(QTestState *s, const char *id)
{
    QDict *f;

    g_assert_cmpuint(counter_of(s, id, "fired"), >=, 1);
    f = next_firing(s);
    g_assert_cmpstr(member_str(f, "id"), ==, id);
    return f;
}

/* The same: at PA, for PE 0 in Root, with the Realm PAS. */
static QDict *check_firing(QTestState *s, const char *id, const char *site,
                           const char *action, unsigned mecid)
{
    QDict *f = firing_of(s, id), *requester = qdict_get_qdict(f, "requester");

    g_assert_cmpstr(member_str(f, "site"), ==, site);
    g_assert_cmpstr(member_str(f, "action"), ==, action);
    g_assert_cmphex(member_uint(f, "address") & ~0xfffull, ==, PA);
    g_assert_cmpstr(member_str(f, "pas"), ==, "realm");
    g_assert_cmpuint(member_uint(f, "mecid"), ==, mecid);
    g_assert_cmpstr(member_str(requester, "kind"), ==, "pe");
    g_assert_cmpuint(member_uint(requester, "id"), ==, 0);
    g_assert_cmpstr(member_str(requester, "state"), ==, "root");
    g_assert_cmphex(member_uint(f, "pc"), !=, 0);
    return f;
}

/* --- each site ------------------------------------------------------------ */

/* A PE that has the page in its TLB passes the site all the same. */
static void test_context_flip(void)
{
    QTestState *s = mec_start("pas", "");
    g_autofree char *id = NULL, *pas = NULL;
    QDict *f;

    guest_set_mecid(s, 5, 0);
    write_realm(s, PA, OLD);
    g_assert_cmphex(read_realm(s, PA), ==, OLD);
    id = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                " 'mask': 3, 'nth': 1");
    g_assert_cmphex(read_realm(s, PA), !=, OLD);
    f = check_firing(s, id, "mec.context", "flip", 5);
    g_assert_cmphex(member_uint(f, "value"), ==, 0x30005);
    g_assert_cmphex(member_uint(f, "new-value"), ==, 0x30006);
    g_assert_cmphex(member_uint(f, "entry-address"), ==, PA);
    qobject_unref(f);
    check_context(s, PA, "realm", 6);
    /* Its own data is there at the next use, which is a new translation. */
    forget(s, 0);
    g_assert_cmphex(read_realm(s, PA), ==, OLD);
    check_context(s, PA, "realm", 5);
    disarm(s, id);

    /* Realm 3, Secure 0. */
    pas = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                 " 'mask': 196608, 'nth': 1");
    g_assert_cmphex(read_realm(s, PA), !=, OLD);
    qobject_unref(check_firing(s, pas, "mec.context", "flip", 5));
    check_context(s, PA, "secure", 5);
    /* What is written by mistake damages what was there. */
    write_realm(s, PA, NEW);
    disarm(s, pas);
    forget(s, 0);
    g_assert_cmphex(read_realm(s, PA), !=, OLD);
    g_assert_cmphex(read_realm(s, PA), !=, NEW);
    qtest_quit(s);
}

static void test_context_stale(void)
{
    QTestState *s = mec_start("pas", "");
    g_autofree char *id = NULL;
    QDict *f;

    guest_set_mecid(s, 5, 0);
    id = arm_at(s, PA, "'site': 'mec.context', 'action': 'stale'");
    write_realm(s, PA, OLD);
    g_assert_cmpuint(hits_of(s, id), ==, 0);
    /* The realm that comes after it writes, and reads, as the one before. */
    guest_set_mecid(s, 6, 0);
    g_assert_cmphex(read_realm(s, PA), ==, OLD);
    f = check_firing(s, id, "mec.context", "stale", 6);
    g_assert_cmphex(member_uint(f, "value"), ==, 0x30006);
    g_assert_cmphex(member_uint(f, "new-value"), ==, 0x30005);
    qobject_unref(f);
    check_context(s, PA, "realm", 5);
    disarm(s, id);
    forget(s, 0);
    g_assert_cmphex(read_realm(s, PA), !=, OLD);
    qtest_quit(s);
}

static void test_key(void)
{
    QTestState *s = mec_start("pas", "");
    g_autofree char *id = NULL;

    guest_set_mecid(s, 5, 0);
    write_realm(s, PA, OLD);
    write_realm(s, PA + 4096, OLD);
    guest_set_mecid(s, 6, 0);
    write_realm(s, PA + 8192, OLD);
    guest_set_mecid(s, 5, 0);
    g_assert_cmphex(read_realm(s, PA + 4096), ==, OLD);
    id = arm_at(s, PA, "'site': 'mec.key', 'action': 'drop', 'nth': 1");
    /* Of memory that is no Realm's there is no key to lose. */
    guest_read(s, PA, 8, MAILBOX_NS);
    g_assert_cmpuint(hits_of(s, id), ==, 0);
    g_assert_cmphex(read_realm(s, PA), !=, OLD);
    qobject_unref(check_firing(s, id, "mec.key", "drop", 5));
    g_assert_cmpuint(mec_counter(s, "lost-keys"), ==, 1);
    /* All that it wrote is lost, also where a TLB had it. */
    g_assert(dram_run(s, PA + 4096).lost);
    g_assert(!dram_run(s, PA).lost);
    g_assert_cmphex(read_realm(s, PA + 4096), !=, OLD);
    g_assert(!dram_run(s, PA + 4096).lost);
    write_realm(s, PA, NEW);
    g_assert_cmphex(read_realm(s, PA), ==, NEW);
    guest_set_mecid(s, 6, 0);
    g_assert_cmphex(read_realm(s, PA + 8192), ==, OLD);
    qtest_quit(s);
}

static void test_flip(void)
{
    QTestState *s = mec_start("pas", "");
    g_autofree char *id = NULL, *plain = NULL;
    uint8_t before[128], after[128];
    QDict *f;

    guest_set_mecid(s, 5, 0);
    for (unsigned i = 0; i < 16; i++) {
        write_realm(s, PA + 8 * i, OLD);
    }
    dram_read(s, PA, before, sizeof(before));
    id = arm_at(s, PA, "'site': 'mem.flip', 'action': 'flip', 'mask': 256,"
                " 'word': 3, 'nth': 1");
    /* The second line; its third and fourth words are one block. */
    g_assert_cmphex(read_realm(s, PA + 64), ==, OLD);
    f = check_firing(s, id, "mem.flip", "flip", 5);
    g_assert_cmphex(member_uint(f, "entry-address"), ==, PA + 64);
    g_assert_cmpuint(member_uint(f, "word"), ==, 3);
    g_assert_cmphex(member_uint(f, "value") ^ member_uint(f, "new-value"),
                    ==, 256);
    qobject_unref(f);
    dram_read(s, PA, after, sizeof(after));
    before[64 + 3 * 8 + 1] ^= 1;
    g_assert_cmpmem(after, sizeof(after), before, sizeof(before));
    for (unsigned i = 0; i < 16; i++) {
        g_assert_cmpint(read_realm(s, PA + 8 * i) == OLD, ==,
                        i != 10 && i != 11);
    }
    g_assert_cmpuint(mec_counter(s, "flips"), ==, 1);
    disarm(s, id);

    guest_write(s, PA, 8, MAILBOX_NS, OLD);
    plain = arm_at(s, PA, "'site': 'mem.flip', 'action': 'flip', 'mask': 16,"
                   " 'nth': 1, 'pas': 'ns'");
    g_assert_cmphex(guest_read(s, PA, 8, MAILBOX_NS), ==, OLD ^ 16);
    qtest_quit(s);
}

static void test_replay(void)
{
    QTestState *s = mec_start("pas", "");
    g_autofree char *id = NULL;

    guest_set_mecid(s, 5, 0);
    write_realm(s, PA, OLD);
    id = arm_at(s, PA, "'site': 'mem.replay', 'action': 'replay'");
    g_assert_cmphex(read_realm(s, PA), ==, OLD);
    write_realm(s, PA, NEW);
    g_assert_cmpuint(hits_of(s, id), ==, 0);
    forget(s, 0);
    g_assert_cmphex(read_realm(s, PA), ==, OLD);
    qobject_unref(check_firing(s, id, "mem.replay", "replay", 5));
    g_assert_cmpuint(mec_counter(s, "replays"), ==, 1);
    disarm(s, id);
    qtest_quit(s);
}

/* Without encryption, DRAM can fail all the same; contexts cannot. */
static void test_off(void)
{
    QTestState *s = mec_start("off", "");
    g_autofree char *flip = NULL, *replay = NULL, *context = NULL, *key = NULL;

    guest_set_mecid(s, 5, 0);
    write_realm(s, PA, OLD);
    context = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                     " 'mask': 1");
    key = arm_at(s, PA, "'site': 'mec.key', 'action': 'drop'");
    flip = arm_at(s, PA, "'site': 'mem.flip', 'action': 'flip', 'mask': 1,"
                  " 'nth': 1");
    g_assert_cmphex(read_realm(s, PA), ==, OLD ^ 1);
    qobject_unref(check_firing(s, flip, "mem.flip", "flip", 5));
    disarm(s, flip);
    replay = arm_at(s, PA, "'site': 'mem.replay', 'action': 'replay'");
    g_assert_cmphex(read_realm(s, PA), ==, OLD ^ 1);
    write_realm(s, PA, NEW);
    forget(s, 0);
    g_assert_cmphex(read_realm(s, PA), ==, OLD ^ 1);
    qobject_unref(check_firing(s, replay, "mem.replay", "replay", 5));
    g_assert_cmpuint(hits_of(s, context), ==, 0);
    g_assert_cmpuint(hits_of(s, key), ==, 0);
    qtest_quit(s);
}

/* --- what is a hit -------------------------------------------------------- */

/*
 * An access is one passage, however often its instruction is begun: PEs with
 * threads of their own make it again in an exclusive section.
 */
static void count_hits(const char *args)
{
    QTestState *s = mec_start("pas", args);
    g_autofree char *id = NULL;

    guest_set_mecid(s, 5, 0);
    id = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                " 'mask': 1, 'nth': 1000000");
    for (unsigned i = 0; i < 8; i++) {
        g_assert_cmpuint(hits_of(s, id), ==, i);
        read_realm(s, PA + 8 * i);
        g_assert_cmpuint(hits_of(s, id), ==, i + 1);
        /* The translation stands. */
        write_realm(s, PA + 8 * i, i);
        g_assert_cmpuint(hits_of(s, id), ==, i + 1);
        forget(s, 0);
    }
    qtest_quit(s);
}

static void test_hits(void)
{
    count_hits("-smp 2 -accel tcg,thread=multi");
    count_hits("-smp 2 -accel tcg,thread=single");
    count_hits("-icount shift=0");
}

/*
 * A T32 instruction across two pages is fetched while code is translated,
 * where a granule cannot change its context at once.
 */
static void run_across_pages(const char *args)
{
    enum {
        CODE64 = 0x40010000, CODE32 = 0x40020ffc, RESULT = 0x40030000,
        POLLS = 10000, POLL_US = 10000,
    };
    /* From EL3 to Secure EL1 in AArch32, at CODE32. */
    static const uint32_t code64[] = {
        0xd2800600,                         /* mov x0, #0x30 */
        0xd51e1100,                         /* msr scr_el3, x0 */
        0xd2810700, 0xf2a018a0,             /* mov x0, #0xc50838 */
        0xd5181000,                         /* msr sctlr_el1, x0 */
        0xd2803e60,                         /* mov x0, #0x1f3 */
        0xd51e4000,                         /* msr spsr_el3, x0 */
        0xd281ff80, 0xf2a80040,             /* mov x0, #CODE32 */
        0xd51e4020,                         /* msr elr_el3, x0 */
        0xd69f03e0,                         /* eret */
    };
    static const uint16_t code32[] = {
        0xbf00,                             /* nop */
        0xf241, 0x2034,                     /* movw r0, #0x1234: two pages */
        0xf240, 0x0100,                     /* movw r1, #0 */
        0xf2c4, 0x0103,                     /* movt r1, #0x4003 */
        0x6008,                             /* str r0, [r1] */
        0xe7fe,                             /* b . */
    };
    QTestState *s = qtest_initf(
        "-accel tcg -M cca-virt,mpe=mecid -m 1G -net none -serial none -S"
        " -device loader,addr=0x40010000,cpu-num=0 -object cca-fault,id=f,"
        "site=mec.context,action=flip,mask=1,addr=0x40021000,nth=1000000 %s",
        args);
    uint32_t result = 0;
    unsigned polls = 0;

    qtest_memwrite(s, CODE64, code64, sizeof(code64));
    qtest_memwrite(s, CODE32, code32, sizeof(code32));
    qtest_qmp_assert_success(s, "{ 'execute': 'cont' }");
    while (result != 0x1234 && polls++ < POLLS) {
        g_usleep(POLL_US);
        dram_read(s, RESULT, &result, sizeof(result));
    }
    g_assert_cmphex(result, ==, 0x1234);
    g_assert_cmpuint(hits_of(s, "f"), >=, 1);
    qtest_quit(s);
}

static void test_across_pages(void)
{
    run_across_pages("-smp 2 -accel tcg,thread=multi");
    run_across_pages("-accel tcg,thread=single");
}

/* Who, where from, which PAS. */
static void test_triggers(void)
{
    QTestState *s = mec_start("pas", "-smp 2");
    g_autofree char *by_pe = NULL, *by_state = NULL, *by_pas = NULL;
    g_autofree char *here = NULL, *elsewhere = NULL, *at = NULL, *not_at = NULL;
    g_autofree char *id = NULL;
    uint64_t pc;
    QDict *f;

    guest_set_mecid(s, 5, 0);
    guest_set_mecid(s, 5, 1);
    write_realm(s, PA, OLD);
    id = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                " 'mask': 1, 'nth': 1");
    g_assert_cmphex(read_realm(s, PA), !=, OLD);
    f = check_firing(s, id, "mec.context", "flip", 5);
    pc = member_uint(f, "pc");
    qobject_unref(f);
    disarm(s, id);

    here = g_strdup_printf("'site': 'mec.context', 'action': 'flip',"
                           " 'mask': 1, 'count': 1, 'pc': %" PRIu64, pc);
    elsewhere = g_strdup_printf("'site': 'mec.context', 'action': 'flip',"
                                " 'mask': 1, 'pc': %" PRIu64, pc + 4);
    by_state = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                      " 'mask': 1, 'state': 'realm'");
    by_pas = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                    " 'mask': 1, 'pas': 'secure'");
    not_at = arm_at(s, PA, elsewhere);
    by_pe = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                   " 'mask': 1, 'pe': 1, 'count': 1");
    g_assert_cmphex(read_realm(s, PA), ==, OLD);
    g_assert_cmphex(guest_do(s, (GuestRequest) {
        .command = MAILBOX_READ, .address = PA, .size = 8,
        .pas = MAILBOX_REALM, .pe = 1,
    }).result, !=, OLD);
    f = firing_of(s, by_pe);
    g_assert_cmpuint(member_uint(qdict_get_qdict(f, "requester"), "id"), ==,
                     1);
    qobject_unref(f);
    disarm(s, by_pe);
    forget(s, 0);
    g_assert_cmphex(read_realm(s, PA), ==, OLD);
    at = arm_at(s, PA, here);
    g_assert_cmphex(read_realm(s, PA), !=, OLD);
    f = check_firing(s, at, "mec.context", "flip", 5);
    g_assert_cmphex(member_uint(f, "pc"), ==, pc);
    qobject_unref(f);
    g_assert_cmpuint(hits_of(s, by_state), ==, 0);
    g_assert_cmpuint(hits_of(s, by_pas), ==, 0);
    g_assert_cmpuint(hits_of(s, not_at), ==, 0);
    qtest_quit(s);
}

/*
 * An instruction that zeroes a line of its own granule, by another address,
 * wants that twice: it goes by DRAM's operations then, a byte at a time, and
 * is a PE's all the same.
 */
static void test_own_page(void)
{
    static const uint32_t code[] = {
        0xd2810801, 0xf2b00681,             /* mov x1, #PA + 0x840 */
        0xd50b7421,                         /* dc zva, x1 */
        0xd65f03c0,                         /* ret */
    };
    enum { LINE = 64 };
    QTestState *s = mec_start("pas", "-smp 2 -accel tcg,thread=multi");
    GuestRequest fetch = {
        .command = MAILBOX_FETCH, .address = PA, .pas = MAILBOX_ROOT, .el = 3,
    };
    g_autofree char *id = NULL;
    QDict *f, *requester;

    for (unsigned i = 0; i < ARRAY_SIZE(code); i++) {
        guest_write(s, PA + 0x800 + 4 * i, 4, MAILBOX_ROOT, code[i]);
    }
    guest_write(s, PA + 0x878, 8, MAILBOX_ROOT, OLD);
    id = arm_at(s, PA, "'site': 'mem.flip', 'action': 'flip', 'mask': 1,"
                " 'word': 1, 'pe': 0, 'state': 'root', 'nth': 32");
    guest_do(s, fetch);
    g_assert_cmpuint(hits_of(s, id), >, LINE);
    f = firing_of(s, id);
    requester = qdict_get_qdict(f, "requester");
    g_assert_cmpstr(member_str(requester, "kind"), ==, "pe");
    g_assert_cmphex(member_uint(f, "pc") & 0xfff, ==, 0x808);
    g_assert_cmphex(member_uint(f, "address") & ~63ull, ==, PA + 0x840);
    qobject_unref(f);
    disarm(s, id);
    g_assert_cmphex(guest_read(s, PA + 0x878, 8, MAILBOX_ROOT), ==, 0);
    qtest_quit(s);
}

/* A device's DMA: no granule changes over, and nobody has a PC. */
static void test_device(void)
{
    QTestState *s = qtest_init("-M cca-virt,mec=on,mpe=pas -m 2G -net none"
                               " -device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    g_autofree char *other = NULL, *id = NULL, *at = NULL, *context = NULL;
    g_autofree char *by = NULL, *second = NULL;
    uint8_t data[64], seen[64], long_data[3 * 4096];
    QDict *f, *requester;

    memset(data, 0x55, sizeof(data));
    g_assert_cmpuint(exerciser_write(&ex, NULL, PA, data, sizeof(data)), ==,
                     EXERCISER_CAUSE_NONE);
    by = g_strdup_printf("'site': 'mem.flip', 'action': 'flip', 'mask': 128,"
                         " 'word': 1, 'device': %u, 'count': 1", ex.rid);
    other = arm_at(s, PA, "'site': 'mem.flip', 'action': 'flip', 'mask': 1,"
                   " 'pe': 0");
    at = arm_at(s, PA, "'site': 'mem.flip', 'action': 'flip', 'mask': 1,"
                " 'pc': 0");
    id = arm_at(s, PA, by);
    g_assert_cmpuint(exerciser_read(&ex, NULL, PA, seen, sizeof(seen)), ==,
                     EXERCISER_CAUSE_NONE);
    data[8] ^= 0x80;
    g_assert_cmpmem(seen, sizeof(seen), data, sizeof(data));
    f = firing_of(s, id);
    requester = qdict_get_qdict(f, "requester");
    g_assert_cmphex(member_uint(f, "address"), ==, PA);
    g_assert_cmpstr(member_str(f, "pas"), ==, "ns");
    g_assert_cmpuint(member_uint(f, "mecid"), ==, 0);
    g_assert(!qdict_haskey(f, "pc"));
    g_assert_cmpstr(member_str(requester, "kind"), ==, "device");
    g_assert_cmpuint(member_uint(requester, "id"), ==, ex.rid);
    qobject_unref(f);
    /* A DMA within a granule is one passage. */
    g_assert_cmpuint(hits_of(s, id), ==, 1);
    g_assert_cmpuint(hits_of(s, other), ==, 0);
    g_assert_cmpuint(hits_of(s, at), ==, 0);

    context = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                     " 'mask': 5, 'nth': 1");
    g_assert_cmpuint(exerciser_read(&ex, NULL, PA, seen, sizeof(seen)), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert(memcmp(seen, data, 16));
    g_assert_cmpuint(exerciser_read(&ex, NULL, PA, seen, sizeof(seen)), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmpmem(seen, sizeof(seen), data, sizeof(data));
    check_context(s, PA, "ns", 0);
    g_assert_cmpuint(mec_counter(s, "switches"), ==, 0);

    /* The second of three granules, of a master that says nothing. */
    second = arm_at(s, PA + 4096, "'site': 'mem.flip', 'action': 'flip',"
                    " 'mask': 1, 'nth': 1");
    qtest_memread(s, PA, long_data, sizeof(long_data));
    g_assert_cmpuint(hits_of(s, second), ==, 1);
    for (size_t i = 64; i < sizeof(long_data); i++) {
        g_assert_cmphex(long_data[i], ==, i == 4096);
    }
    qtest_quit(s);
}

/* Views from outside pass no site: QMP, HMP. */
static void test_no_trace(void)
{
    QTestState *s = mec_start("pas", "");
    g_autofree char *context = NULL, *flip = NULL, *info = NULL, *read = NULL;
    uint8_t bytes[64];

    context = arm_at(s, PA, "'site': 'mec.context', 'action': 'flip',"
                     " 'mask': 1");
    flip = arm_at(s, PA, "'site': 'mem.flip', 'action': 'flip', 'mask': 1");
    dram_read(s, PA, bytes, sizeof(bytes));
    dram_write(s, PA, bytes, sizeof(bytes));
    check_context(s, PA, "ns", 0);
    info = qtest_hmp(s, "info mec");
    read = qtest_hmp(s, "cca_dram_read 0x80340000 64");
    g_assert(strstr(info, "policy pas") && strstr(read, "80340000:"));
    g_assert_cmpuint(hits_of(s, context), ==, 0);
    g_assert_cmpuint(hits_of(s, flip), ==, 0);
    qtest_quit(s);
}

/* --- runs ----------------------------------------------------------------- */

/* The firings while PE 0 reads 64 granules, and what is in DRAM then. */
static char *firings_of_run(const char *seed)
{
    g_autofree char *args = g_strdup_printf(
        "-icount shift=0,sleep=off -seed %s -object cca-fault,id=f,"
        "site=mec.context,action=flip,mask=1,pas=realm,addr=0x80340000,"
        "size=256K,probability=0.25,seed=%s", seed, seed);
    QTestState *s = mec_start("pas", args);
    GString *text = g_string_new(NULL);
    uint8_t bytes[32];
    QDict *state;
    uint64_t n;

    guest_do(s, (GuestRequest) {
        .command = MAILBOX_SWEEP, .address = PA, .value = 64, .size = 4096,
        .pas = MAILBOX_REALM, .el = 3,
    });
    state = qtest_qmp_assert_success_ref(s,
                                         "{ 'execute': 'query-cca-faults' }");
    n = member_uint(state, "firings");
    qobject_unref(state);
    g_assert_cmpuint(n, >, 4);
    g_assert_cmpuint(n, <, 64);
    while (n--) {
        QDict *f = next_firing(s);

        g_string_append_printf(text, "0x%" PRIx64 " hit %" PRIu64 " pc 0x%"
                               PRIx64 "\n", member_uint(f, "address"),
                               member_uint(f, "hit"), member_uint(f, "pc"));
        qobject_unref(f);
    }
    guest_write(s, PA, 8, MAILBOX_REALM, OLD);
    dram_read(s, PA, bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        g_string_append_printf(text, "%02x", bytes[i]);
    }
    qtest_quit(s);
    return g_string_free(text, FALSE);
}

/* The same seeds make the same choices, and the same ciphertext. */
static void test_seeds(void)
{
    g_autofree char *first = firings_of_run("1");
    g_autofree char *again = firings_of_run("1");
    g_autofree char *other = firings_of_run("2");

    g_assert_cmpstr(first, ==, again);
    g_assert_cmpstr(first, !=, other);
}

/* Faults come and go while a PE makes accesses: it gets on. */
static void test_while_running(void)
{
    enum { ACCESSES = 2000, ROUNDS = 50 };
    QTestState *s = mec_start("pas", "-smp 2 -accel tcg,thread=multi");
    uint64_t done = qtest_readq(s, MAILBOX_ADDRESS +
                                   offsetof(struct Mailbox, done));
    struct Mailbox box = {
        .command = MAILBOX_SWEEP, .address = PA, .value = ACCESSES,
        .size = 4096, .pas = MAILBOX_REALM, .el = 3, .pe = 1,
    };
    size_t request = offsetof(struct Mailbox, command);
    uint8_t bytes[64];

    qtest_memwrite(s, MAILBOX_ADDRESS + request, (char *)&box + request,
                   offsetof(struct Mailbox, status) - request);
    qtest_writeq(s, MAILBOX_ADDRESS + offsetof(struct Mailbox, request),
                 done + 1);
    for (unsigned i = 0; i < ROUNDS; i++) {
        g_autofree char *context = arm(s, "{ 'site': 'mec.context',"
            " 'action': 'flip', 'mask': 1, 'pas': 'realm', 'every': 3 }");
        g_autofree char *key = arm(s, "{ 'site': 'mec.key', 'pas': 'realm',"
            " 'action': 'drop', 'every': 5 }");
        g_autofree char *flip = arm(s, "{ 'site': 'mem.flip', 'mask': 2,"
            " 'action': 'flip', 'pas': 'realm', 'every': 7 }");
        g_autofree char *replay = arm(s, "{ 'site': 'mem.replay',"
            " 'action': 'replay', 'pas': 'realm' }");

        dram_read(s, PA + i * 4096, bytes, sizeof(bytes));
        dram_write(s, PA + i * 4096, bytes, sizeof(bytes));
        disarm(s, context);
        disarm(s, key);
        disarm(s, flip);
        disarm(s, replay);
    }
    while (qtest_readq(s, MAILBOX_ADDRESS + offsetof(struct Mailbox, done)) !=
           done + 1) {
        g_usleep(1000);
    }
    write_realm(s, PA, NEW);
    g_assert_cmphex(read_realm(s, PA), ==, NEW);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/mec-site/mec.context/flip", test_context_flip);
    qtest_add_func("cca/mec-site/mec.context/stale", test_context_stale);
    qtest_add_func("cca/mec-site/mec.key/drop", test_key);
    qtest_add_func("cca/mec-site/mem.flip/flip", test_flip);
    qtest_add_func("cca/mec-site/mem.replay/replay", test_replay);
    qtest_add_func("cca/mec-site/off", test_off);
    qtest_add_func("cca/mec-site/hits", test_hits);
    qtest_add_func("cca/mec-site/across-pages", test_across_pages);
    qtest_add_func("cca/mec-site/triggers", test_triggers);
    qtest_add_func("cca/mec-site/own-page", test_own_page);
    qtest_add_func("cca/mec-site/device", test_device);
    qtest_add_func("cca/mec-site/no-trace", test_no_trace);
    qtest_add_func("cca/mec-site/seeds", test_seeds);
    qtest_add_func("cca/mec-site/while-running", test_while_running);
    return g_test_run();
}
