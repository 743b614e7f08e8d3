/*
 * Fault injection by command line and QMP: arguments, listing, life of
 * objects. What faults do to a guest is in cca-fault-guest-test.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

/* Wrong arguments, with what the error has to name. */
static const struct Bad {
    const char *json;           /* members of the arguments */
    const char *option;         /* the same for -object; NULL: not there */
    const char *says[2];
} bad[] = {
    { "'action': 'abort'", "action=abort", { "site", "missing" } },
    { "'site': 'gpt.fetch'", "site=gpt.fetch", { "action", "missing" } },
    { "'site': 'gpt.fech', 'action': 'abort'",
      "site=gpt.fech,action=abort", { "'gpt.fech'", "gpt.fetch" } },
    { "'site': 'tlbi.pa', 'action': 'flip', 'mask': 1",
      "site=tlbi.pa,action=flip,mask=1", { "'flip'", "drop, delay" } },
    { "'site': 'dma.rid', 'action': 'flip', 'mask': 65536",
      "site=dma.rid,action=flip,mask=65536", { "0x10000", "Requester ID" } },
    { "'site': 'gpt.fetch', 'action': 'flip', 'mask': 0",
      "site=gpt.fetch,action=flip,mask=0", { "mask", "0" } },
    { "'site': 'gpt.fetch', 'action': 'flip', 'mask': 'x'",
      "site=gpt.fetch,action=flip,mask=x", { "mask", "" } },
    { "'site': 'tlbi.pa', 'action': 'delay', 'delay': 3600000000001",
      "site=tlbi.pa,action=delay,delay=3600000000001",
      { "delay=3600000000001", "hour" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'nth': 0",
      "site=gpt.fetch,action=abort,nth=0", { "nth=0", "1" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'addr': 72057594037927936",
      "site=gpt.fetch,action=abort,addr=0x100000000000000",
      { "addr=0x100000000000000", "56 bits" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'size': 4096",
      "site=gpt.fetch,action=abort,size=4K", { "size=4096", "addr" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'pas': 'blue'",
      "site=gpt.fetch,action=abort,pas=blue", { "pas='blue'", "realm" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'state': 'sa'",
      "site=gpt.fetch,action=abort,state=sa", { "state='sa'", "realm" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'pe': 512",
      "site=gpt.fetch,action=abort,pe=512", { "pe=512", "511" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'pe': 1, 'device': 2",
      "site=gpt.fetch,action=abort,pe=1,device=2",
      { "pe=1", "device=0x2" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'probability': '2'",
      "site=gpt.fetch,action=abort,probability=2",
      { "probability='2'", "at most 1" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'seed': 3",
      "site=gpt.fetch,action=abort,seed=3", { "seed=3", "probability" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'colour': 1",
      "site=gpt.fetch,action=abort,colour=1", { "colour", "" } },
    { "'site': 'gpt.fetch', 'action': 'abort', 'id': '1st'",
      NULL, { "id='1st'", "identifier" } },
};

static QTestState *start(const char *args)
{
    return qtest_initf("-M cca-virt -m 1G %s", args);
}

static void test_bad_arguments(void)
{
    QTestState *s = start("");

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *json = g_strdup_printf(
            "{ 'execute': 'cca-fault-arm', 'arguments': { %s } }",
            bad[i].json);

        expect_error(s, bad[i].says[0], bad[i].says[1], json, NULL);
    }
    expect_error(s, "id='nobody'", "armed", "{ 'execute': 'cca-fault-disarm',"
                 " 'arguments': { 'id': 'nobody' } }");
    qtest_quit(s);
}

/* The same by object-add: one sentence each, and no object is left. */
static void test_bad_objects(void)
{
    QTestState *s = start("");

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *json = g_strdup_printf(
            "{ 'execute': 'object-add', 'arguments': "
            "{ 'qom-type': 'cca-fault', 'id': 'bad', %s } }", bad[i].json);

        if (bad[i].option) {
            expect_error(s, bad[i].says[0], bad[i].says[1], json, NULL);
        }
    }
    expect_error(s, "bad", "", "{ 'execute': 'object-del',"
                 " 'arguments': { 'id': 'bad' } }");
    qtest_quit(s);
}

/* And on the command line: QEMU says so and exits with status 1. */
static void test_bad_command_line(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *object = NULL, *err = NULL;
        const char *argv[] = {
            "-M", "cca-virt", "-display", "none", "-accel", "qtest",
            "-object", NULL, NULL,
        };

        if (!bad[i].option) {
            continue;
        }
        object = g_strdup_printf("cca-fault,id=f,%s", bad[i].option);
        argv[7] = object;
        err = qemu_refusal(argv);
        if (!strstr(err, bad[i].says[0]) || !strstr(err, bad[i].says[1])) {
            g_error("-object %s: '%s'", object, err);
        }
    }
}

static void test_sites(void)
{
    QTestState *s = start("");
    QDict *response = qtest_qmp(s, "{ 'execute': 'query-cca-fault-sites' }");
    static const char *const expected[][5] = {
        { "gpt.fetch", "abort", "flip", "stale" },
        { "gpc.verdict", "wrong-pass", "wrong-fail", NULL },
        { "tlbi.pa", "drop", "delay", NULL },
        { "smmu.l1std-fetch", "abort", "flip", "stale" },
        { "smmu.ste-fetch", "abort", "flip", "stale" },
        { "smmu.cd-fetch", "abort", "flip", "stale" },
        { "smmu.walk", "abort", "flip", "stale" },
        { "smmu.cmdq", "flip", "drop", "duplicate", "stall" },
        { "smmu.tlbi", "drop", "delay", NULL },
        { "smmu.eventq", "drop", "overflow", NULL },
        { "smmu.gpc", "wrong-pass", "wrong-fail", NULL },
        { "smmu.msi", "abort", "flip", "drop" },
        { "dma.rid", "flip", NULL },
        { "dma.data", "abort", "flip", "drop" },
        { "mec.context", "flip", "stale", NULL },
        { "mec.key", "drop", NULL },
        { "mem.flip", "flip", NULL },
        { "mem.replay", "replay", NULL },
    };
    size_t n = 0;
    QListEntry *e, *a;

    QLIST_FOREACH_ENTRY(qdict_get_qlist(response, "return"), e) {
        QDict *site = qobject_to(QDict, qlist_entry_obj(e));
        size_t k = 1;

        g_assert_cmpuint(n, <, ARRAY_SIZE(expected));
        g_assert_cmpstr(member_str(site, "name"), ==, expected[n][0]);
        g_assert_cmpuint(strlen(member_str(site, "doc")), >, 10);
        QLIST_FOREACH_ENTRY(qdict_get_qlist(site, "actions"), a) {
            g_assert_cmpuint(k, <, ARRAY_SIZE(expected[n]));
            g_assert_cmpstr(qstring_get_str(qobject_to(QString,
                                                       qlist_entry_obj(a))),
                            ==, expected[n][k++]);
        }
        n++;
    }
    g_assert_cmpuint(n, ==, ARRAY_SIZE(expected));
    qobject_unref(response);
    qtest_quit(s);
}

static void test_arm_and_disarm(void)
{
    QTestState *s = start("");
    g_autofree char *id = arm(s, "{ 'site': 'gpt.fetch', 'action': 'flip',"
                              " 'mask': 18446744073709551615, 'nth': 7,"
                              " 'addr': 1073742000, 'pas': 'Realm',"
                              " 'state': 'root', 'device': 264,"
                              " 'pc': 4096, 'probability': '0.125',"
                              " 'seed': 5 }");
    QDict *f = armed_fault(s, id);

    g_assert(f);
    g_assert_cmpstr(member_str(f, "site"), ==, "gpt.fetch");
    g_assert_cmpstr(member_str(f, "action"), ==, "flip");
    g_assert_cmpuint(member_uint(f, "mask"), ==, UINT64_MAX);
    g_assert_cmpuint(member_uint(f, "nth"), ==, 7);
    g_assert_cmpuint(member_uint(f, "every"), ==, 1);
    g_assert_cmpuint(member_uint(f, "count"), ==, 1);
    g_assert_cmpuint(member_uint(f, "addr"), ==, 0x40000000);
    g_assert_cmpuint(member_uint(f, "size"), ==, 4096);
    g_assert_cmpstr(member_str(f, "pas"), ==, "realm");
    g_assert_cmpstr(member_str(f, "state"), ==, "root");
    g_assert_cmpuint(member_uint(f, "device"), ==, 264);
    g_assert(!qdict_haskey(f, "pe"));
    g_assert_cmpuint(member_uint(f, "pc"), ==, 4096);
    g_assert_cmpuint(member_uint(f, "pc-size"), ==, 4);
    g_assert_cmpstr(member_str(f, "probability"), ==, "0.125");
    g_assert_cmpuint(member_uint(f, "seed"), ==, 5);
    g_assert_cmpuint(member_uint(f, "hits"), ==, 0);
    g_assert_cmpuint(member_uint(f, "fired"), ==, 0);
    qobject_unref(f);

    expect_error(s, id, "already", "{ 'execute': 'cca-fault-arm',"
                 " 'arguments': { 'id': %s, 'site': 'tlbi.pa',"
                 " 'action': 'drop' } }", id);
    disarm(s, id);
    g_assert(!armed_fault(s, id));
    expect_error(s, id, "armed", "{ 'execute': 'cca-fault-disarm',"
                 " 'arguments': { 'id': %s } }", id);
    qtest_quit(s);
}

/* A fault is armed as long as its object lives. */
static void test_objects(void)
{
    QTestState *s = start("-object cca-fault,id=first,site=tlbi.pa,"
                          "action=delay,delay=1000,every=2,pe=3 "
                          "-object cca-fault,id=second,site=gpt.fetch,"
                          "action=abort,addr=0x80000000,size=2M");
    QDict *f = armed_fault(s, "first");

    g_assert_cmpuint(member_uint(f, "delay"), ==, 1000);
    g_assert_cmpuint(member_uint(f, "every"), ==, 2);
    g_assert_cmpuint(member_uint(f, "nth"), ==, 2);
    g_assert(!qdict_haskey(f, "count"));
    g_assert_cmpuint(member_uint(f, "pe"), ==, 3);
    qobject_unref(f);
    f = armed_fault(s, "second");
    g_assert_cmpuint(member_uint(f, "size"), ==, 0x200000);
    qobject_unref(f);

    expect_error(s, "mask", "armed", "{ 'execute': 'qom-set', 'arguments':"
                 " { 'path': '/objects/second', 'property': 'mask',"
                 " 'value': 3 } }");
    qtest_qmp_assert_success(s, "{ 'execute': 'object-del',"
                             " 'arguments': { 'id': 'second' } }");
    g_assert(!armed_fault(s, "second"));

    /* Deleting an object whose fault is gone spares who took the name. */
    disarm(s, "first");
    g_free(arm(s, "{ 'id': 'first', 'site': 'tlbi.pa', 'action': 'drop' }"));
    qtest_qmp_assert_success(s, "{ 'execute': 'object-del',"
                             " 'arguments': { 'id': 'first' } }");
    f = armed_fault(s, "first");
    g_assert_cmpstr(member_str(f, "action"), ==, "drop");
    qobject_unref(f);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/fault/bad-arguments", test_bad_arguments);
    qtest_add_func("cca/fault/bad-objects", test_bad_objects);
    qtest_add_func("cca/fault/bad-command-line", test_bad_command_line);
    qtest_add_func("cca/fault/sites", test_sites);
    qtest_add_func("cca/fault/arm-and-disarm", test_arm_and_disarm);
    qtest_add_func("cca/fault/objects", test_objects);
    return g_test_run();
}
