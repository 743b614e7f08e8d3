/*
 * Granule protection seen from QMP and HMP, on tables that a guest built.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

/* query-cca-gpt for @pa, to be unref'd. */
static QDict *look_up(QTestState *s, uint64_t pa)
{
    return qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'query-cca-gpt', 'arguments': { 'address': %"
        PRIu64 " } }", pa);
}

/* The PAS that may access, as "ns realm". */
static char *access_of(const QDict *answer)
{
    GString *names = g_string_new(NULL);
    QListEntry *e;

    QLIST_FOREACH_ENTRY(qdict_get_qlist(answer, "access"), e) {
        g_string_append_printf(names, "%s%s", names->len ? " " : "",
                               qstring_get_str(qobject_to(
                                   QString, qlist_entry_obj(e))));
    }
    return g_string_free(names, FALSE);
}

static void check_access(QTestState *s, uint64_t pa, const char *expected)
{
    QDict *answer = look_up(s, pa);
    g_autofree char *names = access_of(answer);

    g_assert_cmpstr(names, ==, expected);
    qobject_unref(answer);
}

static void test_errors(void)
{
    QTestState *s = qtest_init("-M cca-virt -m 1G -smp 2");

    expect_error(s, "address=0x100000000000000", "56 bits",
                 "{ 'execute': 'query-cca-gpt', 'arguments':"
                 " { 'address': 72057594037927936 } }");
    expect_error(s, "cpu=2", "exist", "{ 'execute': 'query-cca-gpt',"
                 " 'arguments': { 'address': 0, 'cpu': 2 } }");
    expect_error(s, "cpu=-1", "exist", "{ 'execute': 'query-cca-gpt',"
                 " 'arguments': { 'address': 0, 'cpu': -1 } }");
    expect_error(s, "cpu=4294967296", "exist",
                 "{ 'execute': 'query-cca-gpc-faults',"
                 " 'arguments': { 'cpu': 4294967296 } }");
    expect_error(s, "max-records=257", "256",
                 "{ 'execute': 'query-cca-gpc-faults',"
                 " 'arguments': { 'max-records': 257 } }");
    expect_error(s, "address", "", "{ 'execute': 'query-cca-gpt',"
                 " 'arguments': { 'address': 'home' } }");
    qtest_quit(s);
}

/* Machines without granule protection say so. */
static void test_without_gpc(void)
{
    static const char *const machines[] = {
        "cca-virt,rme=off", "virt", "none",
    };

    for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
        QTestState *s = qtest_initf("-M %s -m 128M -net none", machines[i]);
        g_autofree char *text = qtest_hmp(s, "info gpt");
        QDict *answer;

        expect_error(s, "cpu=0", "", "{ 'execute': 'query-cca-gpt',"
                     " 'arguments': { 'address': 0 } }");
        expect_error(s, "cpu=0", "", "{ 'execute': 'query-cca-gpc-faults',"
                     " 'arguments': { 'cpu': 0 } }");
        answer = qtest_qmp_assert_success_ref(
            s, "{ 'execute': 'query-cca-gpc-faults' }");
        g_assert(qlist_empty(qdict_get_qlist(answer, "counters")));
        g_assert_cmpuint(member_uint(answer, "total"), ==, 0);
        qobject_unref(answer);
        g_assert(strstr(text, "granule protection") ||
                 strstr(text, "No CPU"));
        qtest_quit(s);
    }
}

static void test_off(void)
{
    QTestState *s = qtest_init("-M cca-virt -m 1G");
    QDict *answer = look_up(s, 0x40000000);
    g_autofree char *text = qtest_hmp(s, "info gpt");

    g_assert(!qdict_get_bool(answer, "enabled"));
    g_assert(!qdict_get_bool(answer, "protected"));
    qobject_unref(answer);
    check_access(s, 0x40000000, "secure ns root realm");
    g_assert(strstr(text, "checks are off"));
    qtest_quit(s);
}

static void test_look_up(void)
{
    const uint64_t pa = MAILBOX_TEST_BASE + 0x5000;
    const uint64_t entry_address = MAILBOX_GPT_L1 +
                                   (pa - MAILBOX_TEST_BASE) / 0x10000 * 8;
    QTestState *s = guest_start("");
    QDict *answer, *entry;
    QList *entries;

    guest_set_gpi(s, pa, GPI_REALM);
    answer = look_up(s, pa + 0x123);
    g_assert(qdict_get_bool(answer, "enabled"));
    g_assert(qdict_get_bool(answer, "protected"));
    g_assert(!qdict_haskey(answer, "fault"));
    g_assert_cmpuint(member_uint(answer, "address"), ==, pa + 0x123);
    g_assert_cmpuint(member_uint(answer, "level"), ==, 1);
    g_assert_cmpuint(member_uint(answer, "gpi"), ==, GPI_REALM);
    g_assert_cmpstr(member_str(answer, "gpi-name"), ==, "Realm");
    g_assert_cmpstr(member_str(answer, "kind"), ==, "granules");
    g_assert_cmpuint(member_uint(answer, "base"), ==, pa);
    g_assert_cmpuint(member_uint(answer, "size"), ==, 4096);
    entries = qdict_get_qlist(answer, "entries");
    g_assert_cmpuint(qlist_size(entries), ==, 2);
    entry = qobject_to(QDict, qlist_entry_obj(qlist_first(entries)));
    g_assert_cmpuint(member_uint(entry, "level"), ==, 0);
    g_assert_cmpuint(member_uint(entry, "address"), ==, MAILBOX_GPT_L0 + 16);
    g_assert_cmpuint(member_uint(entry, "value"), ==, MAILBOX_GPT_L1 | 3);
    entry = qobject_to(QDict,
                       qlist_entry_obj(qlist_next(qlist_first(entries))));
    g_assert_cmpuint(member_uint(entry, "level"), ==, 1);
    g_assert_cmpuint(member_uint(entry, "address"), ==, entry_address);
    g_assert_cmpuint(member_uint(entry, "value") >> 20 & 15, ==, GPI_REALM);
    qobject_unref(answer);

    check_access(s, pa, "realm");
    guest_set_gpi(s, pa, GPI_NO_ACCESS);
    check_access(s, pa, "");
    guest_set_gpi(s, pa, 15);
    check_access(s, pa, "secure ns root realm");
    guest_set_gpi(s, pa, 8);
    check_access(s, pa, "secure");
    guest_set_gpi(s, pa, 10);
    check_access(s, pa, "root");
    check_access(s, 0x40000000, "secure ns root realm");
    /* Above the protected range (PPS: 40 bits). */
    check_access(s, 1ull << 40, "ns");

    /* A reserved GPI in one of sixteen slots spoils the entry. */
    guest_set_gpi(s, pa, 1);
    answer = look_up(s, pa + 0x1000);
    g_assert_cmpstr(member_str(answer, "fault"), ==, "walk");
    g_assert_cmpuint(member_uint(answer, "level"), ==, 1);
    g_assert(!qdict_haskey(answer, "gpi"));
    qobject_unref(answer);
    check_access(s, pa + 0x1000, "");
    qtest_quit(s);
}

/* A newest fault and the counters are what the guest just did. */
static void test_fault_log(void)
{
    const uint64_t pa = MAILBOX_TEST_BASE + 0x7000;
    QTestState *s = guest_start("-smp 2");
    QDict *answer, *record = NULL, *counters;
    uint64_t total, protection;
    GuestAnswer a;
    QList *list;
    QListEntry *e;

    guest_set_gpi(s, pa, GPI_REALM);
    guest_do(s, (GuestRequest) { .command = MAILBOX_PAALLOS });
    answer = qtest_qmp_assert_success_ref(s, "{ 'execute':"
        " 'query-cca-gpc-faults', 'arguments': { 'cpu': 1 } }");
    total = member_uint(answer, "total");
    counters = qobject_to(QDict, qlist_entry_obj(qlist_first(
        qdict_get_qlist(answer, "counters"))));
    g_assert_cmpuint(member_uint(counters, "cpu-index"), ==, 1);
    protection = member_uint(qdict_get_qdict(counters, "faults"),
                             "protection");
    qobject_unref(answer);

    a = guest_load_ns(s, pa + 8, 1);
    g_assert_cmpuint(a.took_el, ==, 3);
    g_assert_cmpuint(ESR_EC(a.esr), ==, EC_GPC);
    g_assert_cmpuint(ESR_GPCSC(a.esr), ==, GPCSC_FAIL_L1);

    answer = qtest_qmp_assert_success_ref(s, "{ 'execute':"
        " 'query-cca-gpc-faults', 'arguments': { 'cpu': 1,"
        " 'max-records': 1 } }");
    g_assert_cmpuint(member_uint(answer, "total"), ==, total + 1);
    list = qdict_get_qlist(answer, "records");
    g_assert_cmpuint(qlist_size(list), ==, 1);
    record = qobject_to(QDict, qlist_entry_obj(qlist_first(list)));
    g_assert_cmpuint(member_uint(record, "sequence"), ==, total);
    g_assert_cmpuint(member_uint(record, "cpu-index"), ==, 1);
    g_assert_cmpstr(member_str(record, "fault"), ==, "protection");
    g_assert_cmpuint(member_uint(record, "level"), ==, 1);
    g_assert_cmphex(member_uint(record, "address") & ~0xfffull, ==, pa);
    g_assert_cmpstr(member_str(record, "pas"), ==, "ns");
    g_assert_cmpstr(member_str(record, "state"), ==, "ns");
    g_assert_cmphex(member_uint(record, "va"), ==, a.far);
    g_assert_cmpuint(member_uint(record, "el"), ==, 2);
    g_assert_cmpuint(member_uint(record, "target-el"), ==, 3);
    g_assert_cmpstr(member_str(record, "access"), ==, "load");
    g_assert_cmpstr(member_str(record, "report"), ==, "gpc-exception");
    g_assert_cmphex(member_uint(record, "syndrome"), ==, a.esr);
    g_assert(!qdict_get_bool(record, "on-walk"));
    g_assert(!qdict_get_bool(record, "at"));
    g_assert_cmphex(member_uint(record, "pc"), !=, 0);
    counters = qobject_to(QDict, qlist_entry_obj(qlist_first(
        qdict_get_qlist(answer, "counters"))));
    g_assert_cmpuint(member_uint(qdict_get_qdict(counters, "faults"),
                                 "protection"), >, protection);
    g_assert_cmpuint(member_uint(counters, "checks"), >, 0);
    g_assert_cmpuint(member_uint(counters, "fetches"), >, 0);
    qobject_unref(answer);

    /* PE 0 is spared: no record of it. */
    answer = qtest_qmp_assert_success_ref(s, "{ 'execute':"
        " 'query-cca-gpc-faults', 'arguments': { 'cpu': 0,"
        " 'max-records': 256 } }");
    QLIST_FOREACH_ENTRY(qdict_get_qlist(answer, "records"), e) {
        record = qobject_to(QDict, qlist_entry_obj(e));
        g_assert_cmpuint(member_uint(record, "cpu-index"), ==, 0);
    }
    qobject_unref(answer);
    qtest_quit(s);
}

/* Looking leaves no trace: neither in counters nor at fault sites. */
static void test_no_trace(void)
{
    const uint64_t pa = MAILBOX_TEST_BASE + 0x9000;
    QTestState *s = guest_start("");
    g_autofree char *id = arm(s, "{ 'site': 'gpt.fetch', 'action': 'abort',"
                              " 'addr': 2147520512 }");
    g_autofree char *map = NULL;
    QDict *f;

    check_access(s, pa, "secure ns root realm");
    map = qtest_hmp(s, "info gpt");
    f = armed_fault(s, id);
    g_assert_cmpuint(member_uint(f, "addr"), ==, pa);
    g_assert_cmpuint(member_uint(f, "hits"), ==, 0);
    qobject_unref(f);
    qtest_quit(s);
}

static void test_map(void)
{
    const uint64_t pa = MAILBOX_TEST_BASE + 0x21000;
    QTestState *s = guest_start("");
    g_autofree char *map = NULL, *verbose = NULL, *from = NULL;

    guest_set_gpi(s, pa, GPI_REALM);
    guest_set_gpi(s, pa + 0x1000, GPI_REALM);
    map = qtest_hmp(s, "info gpt");
    g_assert(strstr(map, "PE 0: granule protection checks are on"));
    g_assert(strstr(map, "PPS 40 bits, PGS 4 KiB, L0GPTSZ 30 bits, "
                    "level 0 table at 0x52000000"));
    /* Neighbours are merged, across entries and across levels. */
    g_assert(strstr(map, "00000000000000-00000080020fff"));
    g_assert(strstr(map, "00000080021000-00000080022fff      8 KiB  Realm"));
    g_assert(strstr(map, "from 0x10000000000 up: Non-secure accesses pass"));
    g_assert(!strstr(map, "cut short"));
    verbose = qtest_hmp(s, "info gpt -v");
    g_assert(strstr(verbose, "level 1 entry at 0x00000058000010: 0x"));
    from = qtest_hmp(s, "info gpt 0x80022000");
    g_assert(strstr(from, "00000080022000-00000080022fff      4 KiB  Realm"));
    g_assert(!strstr(from, "00000080021000"));
    qtest_quit(s);
}

/* A table that changes at every granule is cut, and says how to go on. */
static void test_hostile_map(void)
{
    QTestState *s = guest_start("");
    g_autofree char *map = NULL;

    qtest_memset(s, MAILBOX_GPT_L1, 0xf9, 0x8000);
    map = qtest_hmp(s, "info gpt");
    g_assert(strstr(map, "-00000080ffefff      4 KiB  "));
    g_assert(strstr(map, "cut short; to go on: info gpt 0x80fff000"));
    /* Tables that are nonsense altogether. */
    qtest_memset(s, MAILBOX_GPT_L1, 0xff, 0x8000);
    qtest_memset(s, MAILBOX_GPT_L0 + 32, 0xee, 0x1000 - 32);
    g_free(map);
    map = qtest_hmp(s, "info gpt");
    g_assert(strstr(map, "GPT walk fault"));
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/gpt/errors", test_errors);
    qtest_add_func("cca/gpt/without-gpc", test_without_gpc);
    qtest_add_func("cca/gpt/off", test_off);
    qtest_add_func("cca/gpt/look-up", test_look_up);
    qtest_add_func("cca/gpt/fault-log", test_fault_log);
    qtest_add_func("cca/gpt/no-trace", test_no_trace);
    qtest_add_func("cca/gpt/map", test_map);
    qtest_add_func("cca/gpt/hostile-map", test_hostile_map);
    return g_test_run();
}
