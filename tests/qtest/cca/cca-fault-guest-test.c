/*
 * Every fault site with every action, and its architectural consequence for
 * a guest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

/*
 * Granules of their own for each test, in level 1 entries of their own: 16
 * granules of 4 KiB each.
 */
#define PA          ((uint64_t)MAILBOX_TEST_BASE + 0x40000)
#define ENTRY       ((uint64_t)MAILBOX_GPT_L1 + 0x40000 / 0x10000 * 8)
#define WARM        ((uint64_t)MAILBOX_TEST_BASE + 0x1f0000)
#define ANY_ENTRY   UINT64_MAX

static void tlbi_pa(QTestState *s, uint64_t pa)
{
    guest_do(s, (GuestRequest) {
        .command = MAILBOX_RPALOS, .address = pa, .size = 4096,
    });
}

static void check_passes(GuestAnswer a)
{
    g_assert_cmpuint(a.took_el, ==, 0);
}

static void check_gpc_exception(GuestAnswer a, unsigned gpcsc, uint64_t pa)
{
    g_assert_cmpuint(a.took_el, ==, 3);
    g_assert_cmpuint(ESR_EC(a.esr), ==, EC_GPC);
    g_assert_cmphex(ESR_GPCSC(a.esr), ==, gpcsc);
    g_assert_cmphex(a.far, ==, a.va);
    /* MFAR_EL3: NS PAS. */
    g_assert_cmphex(a.mfar, ==, (pa & ~0xfffull) | 1ull << 63);
}

/* What every event says, for a firing of @id for the NS load at PA. */
static QDict *check_firing(QTestState *s, const char *id, const char *site,
                           const char *action, uint64_t sequence)
{
    QDict *f = next_firing(s), *requester = qdict_get_qdict(f, "requester");

    g_assert_cmpstr(member_str(f, "id"), ==, id);
    g_assert_cmpstr(member_str(f, "site"), ==, site);
    g_assert_cmpstr(member_str(f, "action"), ==, action);
    g_assert_cmpuint(member_uint(f, "sequence"), ==, sequence);
    g_assert_cmpuint(member_uint(f, "unreported"), ==, 0);
    g_assert_cmpuint(member_uint(f, "virtual-ns"), >, 0);
    g_assert_cmpstr(member_str(requester, "kind"), ==, "pe");
    if (strcmp(site, "tlbi.pa")) {
        g_assert_cmphex(member_uint(f, "address") & ~0xfffull, ==, PA);
        g_assert_cmpstr(member_str(f, "pas"), ==, "ns");
        g_assert_cmpstr(member_str(requester, "state"), ==, "ns");
    }
    return f;
}

static char *arm_at_pa(QTestState *s, const char *more)
{
    g_autofree char *json = g_strdup_printf("{ 'addr': %" PRIu64 ", %s }",
                                            PA, more);

    return arm(s, json);
}

static void test_fetch_abort(void)
{
    QTestState *s = guest_start("");
    g_autofree char *id = NULL, *l0 = NULL;
    GuestAnswer a;
    QDict *f;

    check_passes(guest_load_ns(s, WARM, 0));
    id = arm_at_pa(s, "'site': 'gpt.fetch', 'action': 'abort'");
    a = guest_load_ns(s, PA + 16, 0);
    check_gpc_exception(a, GPCSC_EABT_L1, PA);
    f = check_firing(s, id, "gpt.fetch", "abort", 1);
    g_assert_cmphex(member_uint(f, "entry-address"), ==, ENTRY);
    g_assert_cmphex(member_uint(f, "value"), ==, ANY_ENTRY);
    g_assert(!qdict_haskey(f, "new-value"));
    g_assert_cmphex(member_uint(f, "pc"), !=, 0);
    qobject_unref(f);
    /* An aborted fetch is not cached. */
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_EABT_L1, PA);
    qobject_unref(check_firing(s, id, "gpt.fetch", "abort", 2));
    disarm(s, id);
    check_passes(guest_load_ns(s, PA, 0));

    /* Level 0, once nothing is cached. */
    guest_do(s, (GuestRequest) { .command = MAILBOX_PAALL });
    l0 = arm_at_pa(s, "'site': 'gpt.fetch', 'action': 'abort', 'pas': 'ns',"
                   " 'nth': 1, 'state': 'ns', 'pe': 0");
    /* EL3 works there as Root all the while: it fetches level 0 first. */
    a = guest_load_ns(s, PA, 0);
    g_assert_cmpuint(a.took_el, ==, 3);
    g_assert(ESR_GPCSC(a.esr) == GPCSC_EABT_L0 ||
             ESR_GPCSC(a.esr) == GPCSC_EABT_L1);
    f = check_firing(s, l0, "gpt.fetch", "abort", 3);
    g_assert_cmpuint(ESR_GPCSC(a.esr) - GPCSC_EABT_L0, ==,
                     member_uint(f, "entry-address") == ENTRY);
    qobject_unref(f);
    /* The first one only. */
    check_passes(guest_load_ns(s, PA, 0));
    qtest_quit(s);
}

static void test_fetch_flip(void)
{
    QTestState *s = guest_start("");
    g_autofree char *realm = NULL, *reserved = NULL;
    QDict *f;

    check_passes(guest_load_ns(s, WARM, 0));
    /* Any (0xf) becomes Realm (0xb) in the slot of PA. */
    realm = arm_at_pa(s, "'site': 'gpt.fetch', 'action': 'flip', 'mask': 4");
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_FAIL_L1, PA);
    f = check_firing(s, realm, "gpt.fetch", "flip", 1);
    g_assert_cmphex(member_uint(f, "value"), ==, ANY_ENTRY);
    g_assert_cmphex(member_uint(f, "new-value"), ==, ANY_ENTRY ^ 4);
    qobject_unref(f);
    disarm(s, realm);
    /* The flipped entry is cached like any other, until it is invalidated. */
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_FAIL_L1, PA);
    tlbi_pa(s, PA);
    check_passes(guest_load_ns(s, PA, 0));

    /* A reserved GPI in a neighbour's slot makes the entry invalid. */
    tlbi_pa(s, PA);
    reserved = arm_at_pa(s, "'site': 'gpt.fetch', 'action': 'flip',"
                         " 'mask': 224");
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_WALK_L1, PA);
    qobject_unref(check_firing(s, reserved, "gpt.fetch", "flip", 2));
    disarm(s, reserved);
    check_passes(guest_load_ns(s, PA, 0));
    qtest_quit(s);
}

static void test_fetch_stale(void)
{
    QTestState *s = guest_start("");
    g_autofree char *id = NULL;
    QDict *f;

    id = arm_at_pa(s, "'site': 'gpt.fetch', 'action': 'stale'");
    check_passes(guest_load_ns(s, PA, 0));
    /* Software does all that it must, and yet the old entry is seen. */
    guest_set_gpi(s, PA, GPI_REALM);
    tlbi_pa(s, PA);
    check_passes(guest_load_ns(s, PA, 0));
    f = check_firing(s, id, "gpt.fetch", "stale", 1);
    g_assert_cmphex(member_uint(f, "value"), ==, ANY_ENTRY ^ 4);
    g_assert_cmphex(member_uint(f, "new-value"), ==, ANY_ENTRY);
    g_assert_cmphex(member_uint(f, "entry-address"), ==, ENTRY);
    qobject_unref(f);
    disarm(s, id);
    tlbi_pa(s, PA);
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_FAIL_L1, PA);
    qtest_quit(s);
}

static void test_wrong_pass(void)
{
    QTestState *s = guest_start("");
    g_autofree char *id = NULL;
    GuestAnswer a;

    guest_do(s, (GuestRequest) {
        .command = MAILBOX_FILL, .address = PA, .value = 0x5ec2e7,
    });
    guest_set_gpi(s, PA, GPI_REALM);
    guest_do(s, (GuestRequest) { .command = MAILBOX_PAALLOS });
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_FAIL_L1, PA);
    id = arm_at_pa(s, "'site': 'gpc.verdict', 'action': 'wrong-pass'");
    /* NS software reads the Realm's secret. */
    a = guest_load_ns(s, PA, 0);
    check_passes(a);
    g_assert_cmphex(a.result, ==, 0x5ec2e7);
    qobject_unref(check_firing(s, id, "gpc.verdict", "wrong-pass", 1));
    disarm(s, id);
    guest_tlbi_va(s, 0);
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_FAIL_L1, PA);
    qtest_quit(s);
}

static void test_wrong_fail(void)
{
    QTestState *s = guest_start("");
    g_autofree char *id = NULL;

    check_passes(guest_load_ns(s, PA, 0));
    guest_tlbi_va(s, 0);
    id = arm_at_pa(s, "'site': 'gpc.verdict', 'action': 'wrong-fail',"
                   " 'pas': 'ns', 'nth': 1");
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_FAIL_L1, PA);
    qobject_unref(check_firing(s, id, "gpc.verdict", "wrong-fail", 1));
    /* Software that tries again succeeds. */
    check_passes(guest_load_ns(s, PA, 0));
    qtest_quit(s);
}

static void test_tlbi_drop(void)
{
    QTestState *s = guest_start("-smp 2");
    g_autofree char *id = NULL;
    QDict *f;

    check_passes(guest_load_ns(s, PA, 0));
    check_passes(guest_load_ns(s, PA, 1));
    id = arm_at_pa(s, "'site': 'tlbi.pa', 'action': 'drop'");
    guest_set_gpi(s, PA, GPI_NO_ACCESS);
    tlbi_pa(s, PA);
    f = check_firing(s, id, "tlbi.pa", "drop", 1);
    g_assert_cmphex(member_uint(f, "address"), ==, PA);
    g_assert_cmphex(member_uint(f, "size"), ==, 4096);
    g_assert_cmpstr(member_str(qdict_get_qdict(f, "requester"), "state"), ==,
                    "root");
    qobject_unref(f);
    /* Both PEs go on with what they have cached, even with an empty TLB. */
    check_passes(guest_load_ns(s, PA, 0));
    check_passes(guest_load_ns(s, PA, 1));
    guest_tlbi_va(s, 1);
    check_passes(guest_load_ns(s, PA, 1));
    disarm(s, id);
    tlbi_pa(s, PA);
    check_gpc_exception(guest_load_ns(s, PA, 0), GPCSC_FAIL_L1, PA);
    check_gpc_exception(guest_load_ns(s, PA, 1), GPCSC_FAIL_L1, PA);

    /* PAALLOS covers every address. */
    guest_set_gpi(s, PA, 15);
    tlbi_pa(s, PA);
    check_passes(guest_load_ns(s, PA, 0));
    g_free(id);
    id = arm_at_pa(s, "'site': 'tlbi.pa', 'action': 'drop'");
    guest_set_gpi(s, PA, GPI_NO_ACCESS);
    guest_do(s, (GuestRequest) { .command = MAILBOX_PAALLOS });
    qobject_unref(check_firing(s, id, "tlbi.pa", "drop", 2));
    check_passes(guest_load_ns(s, PA, 0));
    qtest_quit(s);
}

static void test_tlbi_delay(void)
{
    QTestState *s = guest_start("-smp 2");
    g_autofree char *hour = NULL, *moment = NULL;
    QDict *f;

    check_passes(guest_load_ns(s, PA, 0));
    check_passes(guest_load_ns(s, PA, 1));
    guest_set_gpi(s, PA, GPI_NO_ACCESS);
    hour = arm_at_pa(s, "'site': 'tlbi.pa', 'action': 'delay',"
                     " 'delay': 3600000000000");
    tlbi_pa(s, PA);
    f = check_firing(s, hour, "tlbi.pa", "delay", 1);
    g_assert_cmpuint(member_uint(f, "delay"), ==, 3600000000000);
    qobject_unref(f);
    check_passes(guest_load_ns(s, PA, 0));
    check_passes(guest_load_ns(s, PA, 1));
    disarm(s, hour);

    moment = arm_at_pa(s, "'site': 'tlbi.pa', 'action': 'delay',"
                       " 'delay': 1000000");
    tlbi_pa(s, PA);
    qobject_unref(check_firing(s, moment, "tlbi.pa", "delay", 2));
    /* It does arrive, everywhere. */
    for (unsigned pe = 0; pe < 2; pe++) {
        GuestAnswer a;

        do {
            a = guest_load_ns(s, PA, pe);
        } while (!a.took_el);
        check_gpc_exception(a, GPCSC_FAIL_L1, PA);
    }
    qtest_quit(s);
}

/* Triggers on who and where, with a real requester. */
static void test_triggers(void)
{
    QTestState *s = guest_start("-smp 2");
    g_autofree char *id = NULL, *realm = NULL, *elsewhere = NULL, *at = NULL;
    g_autofree char *text = NULL, *text2 = NULL;
    uint64_t pc;
    QDict *f;

    realm = arm_at_pa(s, "'site': 'gpc.verdict', 'action': 'wrong-fail',"
                      " 'state': 'realm'");
    id = arm_at_pa(s, "'site': 'gpc.verdict', 'action': 'wrong-fail',"
                   " 'pe': 1");
    check_passes(guest_load_ns(s, PA, 0));
    check_gpc_exception(guest_load_ns(s, PA, 1), GPCSC_FAIL_L1, PA);
    f = check_firing(s, id, "gpc.verdict", "wrong-fail", 1);
    g_assert_cmpuint(member_uint(qdict_get_qdict(f, "requester"), "id"), ==,
                     1);
    pc = member_uint(f, "pc");
    qobject_unref(f);
    disarm(s, id);
    f = armed_fault(s, realm);
    g_assert_cmpuint(member_uint(f, "hits"), ==, 0);
    qobject_unref(f);

    /* The PC in the event is the PC that triggers go by. */
    text = g_strdup_printf("'site': 'gpc.verdict', 'action': 'wrong-fail',"
                           " 'pc': %" PRIu64, pc + 4);
    text2 = g_strdup_printf("'site': 'gpc.verdict', 'action': 'wrong-fail',"
                            " 'pc': %" PRIu64, pc);
    elsewhere = arm_at_pa(s, text);
    check_passes(guest_load_ns(s, PA, 1));
    guest_tlbi_va(s, 1);
    at = arm_at_pa(s, text2);
    check_gpc_exception(guest_load_ns(s, PA, 1), GPCSC_FAIL_L1, PA);
    f = check_firing(s, at, "gpc.verdict", "wrong-fail", 2);
    g_assert_cmphex(member_uint(f, "pc"), ==, pc);
    qobject_unref(f);
    qtest_quit(s);
}

/* query-cca-faults, to be unref'd. */
static QDict *state_of(QTestState *s)
{
    return qtest_qmp_assert_success_ref(s,
                                        "{ 'execute': 'query-cca-faults' }");
}

static uint64_t firings_of(QTestState *s)
{
    QDict *state = state_of(s);
    uint64_t n = member_uint(state, "firings");

    qobject_unref(state);
    return n;
}

static GuestAnswer sweep(QTestState *s, uint64_t n, uint64_t step, unsigned pe)
{
    return guest_do(s, (GuestRequest) {
        .command = MAILBOX_SWEEP, .address = PA, .value = n, .size = step,
        .pas = MAILBOX_NS, .world = MAILBOX_NS, .el = 2, .pe = pe,
        .flags = MAILBOX_SCR_GPF,
    });
}

/* The firings of a sweep over 256 granules, as text. */
static char *firings_of_sweep(const char *object)
{
    g_autofree char *args = g_strdup_printf("-icount shift=0 %s", object);
    QTestState *s = guest_start(args);
    GString *text = g_string_new(NULL);
    uint64_t faults = sweep(s, 256, 4096, 0).result;

    g_assert_cmpuint(faults, ==, firings_of(s));
    g_assert_cmpuint(faults, >, 16);
    while (faults--) {
        QDict *f = next_firing(s);

        g_string_append_printf(text, "%" PRIu64 ": 0x%" PRIx64 " hit %" PRIu64
                               " pc 0x%" PRIx64 "\n",
                               member_uint(f, "sequence"),
                               member_uint(f, "address"),
                               member_uint(f, "hit"), member_uint(f, "pc"));
        qobject_unref(f);
    }
    qtest_quit(s);
    return g_string_free(text, FALSE);
}

#define BY_CHANCE "-object cca-fault,id=f,site=gpc.verdict,action=wrong-fail," \
    "pas=ns,addr=0x80000000,size=1M,probability=0.25,seed="

/* The same seed fires the same faults, another one does not. */
static void test_seeds(void)
{
    g_autofree char *first = firings_of_sweep(BY_CHANCE "1");
    g_autofree char *again = firings_of_sweep(BY_CHANCE "1");
    g_autofree char *other = firings_of_sweep(BY_CHANCE "2");

    g_assert_cmpstr(first, ==, again);
    g_assert_cmpstr(first, !=, other);
}

/* What fired before the image was up, with virtual time, as text. */
static char *firings_of_boot(void)
{
    QTestState *s = guest_start_paused(
        "-icount shift=0,sleep=off -object cca-fault,id=f,site=tlbi.pa,"
        "action=delay,delay=5000,probability=0.5,seed=3");
    GString *text = g_string_new(NULL);
    uint64_t n;

    guest_wait(s);
    n = firings_of(s);
    g_assert_cmpuint(n, >, 0);
    while (n--) {
        QDict *f = next_firing(s);

        g_string_append_printf(text, "%" PRIu64 ": hit %" PRIu64 " pc 0x%"
                               PRIx64 " at %" PRIu64 " ns\n",
                               member_uint(f, "sequence"),
                               member_uint(f, "hit"), member_uint(f, "pc"),
                               member_uint(f, "virtual-ns"));
        qobject_unref(f);
    }
    qtest_quit(s);
    return g_string_free(text, FALSE);
}

/* Under -icount, a run from reset is the same down to the nanosecond. */
static void test_icount(void)
{
    g_autofree char *first = firings_of_boot();
    g_autofree char *again = firings_of_boot();

    g_assert_cmpstr(first, ==, again);
}

/*
 * A storm of firings neither blocks the guest nor floods the monitor, and
 * every firing is accounted for. In virtual time, it takes milliseconds.
 */
static void test_storm(void)
{
    enum { FIRINGS = 5000 };
    QTestState *s = guest_start("-icount shift=0");
    g_autofree char *id = arm_at_pa(s, "'site': 'gpc.verdict',"
                                    " 'action': 'wrong-fail', 'pas': 'ns'");
    uint64_t events = 0, told = 0, unreported;
    QDict *state, *f;

    g_assert_cmpuint(sweep(s, FIRINGS, 0, 0).result, ==, FIRINGS);
    state = state_of(s);
    unreported = member_uint(state, "unreported");
    g_assert_cmpuint(member_uint(state, "firings"), ==, FIRINGS);
    g_assert_cmpuint(unreported, >, 0);
    qobject_unref(state);
    while (events < FIRINGS - unreported) {
        f = next_firing(s);
        g_assert_cmpuint(member_uint(f, "sequence"), ==,
                         ++events + (told += member_uint(f, "unreported")));
        qobject_unref(f);
    }
    g_assert_cmpuint(events, >=, 1000);
    qtest_quit(s);
}

/*
 * Arm and disarm while PEs run through the site, with the memory under test:
 * the mailbox is Non-secure, too.
 */
static void test_while_running(void)
{
    enum { ACCESSES = 20000, ROUNDS = 200 };
    QTestState *s = guest_start("-smp 2 -accel tcg,thread=multi");
    uint64_t done = qtest_readq(s, MAILBOX_ADDRESS +
                                   offsetof(struct Mailbox, done));
    struct Mailbox box = {
        .command = MAILBOX_SWEEP, .address = PA, .value = ACCESSES,
        .size = 4096, .pas = MAILBOX_NS, .world = MAILBOX_NS, .el = 2,
        .pe = 1, .flags = MAILBOX_SCR_GPF,
    };
    uint64_t before = firings_of(s);
    size_t request = offsetof(struct Mailbox, command);

    qtest_memwrite(s, MAILBOX_ADDRESS + request, (char *)&box + request,
                   offsetof(struct Mailbox, status) - request);
    qtest_writeq(s, MAILBOX_ADDRESS + offsetof(struct Mailbox, request),
                 done + 1);
    for (unsigned i = 0; i < ROUNDS; i++) {
        g_autofree char *fail = arm(s, "{ 'site': 'gpc.verdict',"
            " 'action': 'wrong-fail', 'pas': 'ns', 'every': 3,"
            " 'addr': 2147483648, 'size': 536870912 }");
        g_autofree char *stale = arm(s, "{ 'site': 'gpt.fetch',"
            " 'action': 'stale' }");

        disarm(s, fail);
        disarm(s, stale);
    }
    while (qtest_readq(s, MAILBOX_ADDRESS + offsetof(struct Mailbox, done)) !=
           done + 1) {
        g_usleep(1000);
    }
    /* Each firing is a fault that the guest saw, and the other way round. */
    g_assert_cmpuint(qtest_readq(s, MAILBOX_ADDRESS +
                                    offsetof(struct Mailbox, result)), ==,
                     firings_of(s) - before);
    check_passes(guest_load_ns(s, PA, 1));
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/site/gpt.fetch/abort", test_fetch_abort);
    qtest_add_func("cca/site/gpt.fetch/flip", test_fetch_flip);
    qtest_add_func("cca/site/gpt.fetch/stale", test_fetch_stale);
    qtest_add_func("cca/site/gpc.verdict/wrong-pass", test_wrong_pass);
    qtest_add_func("cca/site/gpc.verdict/wrong-fail", test_wrong_fail);
    qtest_add_func("cca/site/tlbi.pa/drop", test_tlbi_drop);
    qtest_add_func("cca/site/tlbi.pa/delay", test_tlbi_delay);
    qtest_add_func("cca/site/triggers", test_triggers);
    qtest_add_func("cca/site/seeds", test_seeds);
    qtest_add_func("cca/site/icount", test_icount);
    qtest_add_func("cca/site/storm", test_storm);
    qtest_add_func("cca/site/while-running", test_while_running);
    return g_test_run();
}
