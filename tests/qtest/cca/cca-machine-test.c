/*
 * Machine options of cca-virt: what cannot be ends with one clear sentence,
 * what can be is there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

static const struct Bad {
    const char *machine;        /* after "cca-virt" */
    const char *more[2];        /* another option, if any */
    const char *says[2];
} bad[] = {
    { ",rme=7", { NULL }, { "rme=7", "off" } },
    { ",rme=0", { NULL }, { "rme=0", "off" } },
    { ",rme=on", { NULL }, { "rme=on", "1 (RME)" } },
    { ",rme=", { NULL }, { "rme=", "off" } },
    { ",l0gptsz=31", { NULL }, { "l0gptsz=31", "39" } },
    { ",l0gptsz=big", { NULL }, { "l0gptsz", "" } },
    { ",l0gptsz=30,rme=off", { NULL }, { "l0gptsz", "rme=off" } },
    { ",strict-tlb=maybe", { NULL }, { "strict-tlb", "" } },
    { ",mec=maybe", { NULL }, { "mec", "" } },
    { ",mec=on,rme=off", { NULL }, { "mec=on", "rme=off" } },
    { ",mecid-bits=4", { NULL }, { "mecid-bits", "mec=off" } },
    { ",mec=on,mecid-bits=0", { NULL }, { "mecid-bits=0", "16" } },
    { ",mec=on,mecid-bits=17", { NULL }, { "mecid-bits=17", "16" } },
    { ",secure=off", { NULL }, { "secure=off", "rme=off" } },
    { ",virtualization=off", { NULL }, { "virtualization=off", "rme=off" } },
    { ",gic-version=2", { NULL }, { "gic-version", "3" } },
    { ",colour=blue", { NULL }, { "colour", "" } },
    { "", { "-cpu", "cortex-a57" }, { "cortex-a57", "RME" } },
    { "", { "-cpu", "nonsense" }, { "nonsense", "" } },
    { "", { "-smp", "65" }, { "65", "64" } },
    { "", { "-cpu", "max,has_el3=off" }, { "EL3", "" } },
    { "", { "-cpu", "max,aarch64=off" }, { "aarch64", "" } },
    { ",rme=off", { "-cpu", "max,x-rme=on" }, { "x-rme=on", "rme=off" } },
};

static void test_bad_options(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *machine = g_strdup_printf("cca-virt%s",
                                                   bad[i].machine);
        const char *args[] = {
            "-display", "none", "-S", "-accel", "tcg", "-M", machine,
            bad[i].more[0], bad[i].more[1], NULL,
        };
        g_autofree char *err = qemu_refusal(args);

        if (!strstr(err, bad[i].says[0]) || !strstr(err, bad[i].says[1])) {
            g_error("-M %s %s %s: no '%s' and '%s' in '%s'", machine,
                    bad[i].more[0] ?: "", bad[i].more[1] ?: "",
                    bad[i].says[0], bad[i].says[1], err);
        }
    }
}

/* An accelerator that is not TCG: there or not, one sentence. */
static void test_kvm(void)
{
    const char *args[] = {
        "-display", "none", "-S", "-M", "cca-virt", "-accel", "kvm",
        "-cpu", "max", NULL,
    };
    g_autofree char *err = qemu_refusal(args);

    g_assert(strstr(err, "kvm") || strstr(err, "tcg"));
}

/* Every good value of every option makes a machine that is what it says. */
static void test_good_options(void)
{
    static const char *const good[][3] = {
        /* options, the value of rme, the value of l0gptsz */
        { "", "2", "30" },
        { ",rme=1", "1", "30" },
        { ",rme=2,l0gptsz=34", "2", "34" },
        { ",rme=3,l0gptsz=36", "3", "36" },
        { ",l0gptsz=39,strict-tlb=on", "2", "39" },
        { ",rme=off", "off", "30" },
        { ",rme=off,secure=off,virtualization=off", "off", "30" },
        { ",gic-version=4", "2", "30" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        QTestState *s = qtest_initf("-M cca-virt%s -m 1G -smp 2", good[i][0]);
        QDict *answer = qtest_qmp(s, "{ 'execute': 'qom-get', 'arguments':"
                                  " { 'path': '/machine',"
                                  " 'property': 'rme' } }");

        g_assert_cmpstr(member_str(answer, "return"), ==, good[i][1]);
        qobject_unref(answer);
        answer = qtest_qmp(s, "{ 'execute': 'qom-get', 'arguments':"
                           " { 'path': '/machine',"
                           " 'property': 'l0gptsz' } }");
        g_assert_cmpuint(member_uint(answer, "return"), ==,
                         strtoul(good[i][2], NULL, 10));
        qobject_unref(answer);
        qtest_quit(s);
    }
}

/* Memory Encryption Contexts at the PEs: what a machine has if not told. */
static void test_mec(void)
{
    static const struct {
        const char *machine;
        bool mec;
        unsigned bits;
    } machines[] = {
        { "cca-virt", false, 16 },
        { "cca-virt,mec=on", true, 16 },
        { "cca-virt,mec=on,mecid-bits=1", true, 1 },
        { "cca-virt,rme=off,mec=off", false, 16 },
        { "cca-fvp", true, 16 },
        { "cca-fvp,mecid-bits=7", true, 7 },
        { "cca-fvp,mec=off", false, 16 },
        { "cca-fvp,rme=off", false, 16 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
        QTestState *s = qtest_initf("-M %s -m 1G", machines[i].machine);
        QDict *answer = qtest_qmp(s, "{ 'execute': 'qom-get', 'arguments':"
                                  " { 'path': '/machine',"
                                  " 'property': 'mec' } }");

        g_assert_cmpint(qdict_get_bool(answer, "return"), ==,
                        machines[i].mec);
        qobject_unref(answer);
        answer = qtest_qmp(s, "{ 'execute': 'qom-get', 'arguments':"
                           " { 'path': '/machine',"
                           " 'property': 'mecid-bits' } }");
        g_assert_cmpuint(member_uint(answer, "return"), ==,
                         machines[i].bits);
        qobject_unref(answer);
        qtest_quit(s);
    }
}

static void test_64_pes(void)
{
    QTestState *s = qtest_init("-M cca-virt -m 1G -smp 64");
    QDict *answer = qtest_qmp(s, "{ 'execute': 'query-cca-gpc-faults' }");
    QDict *faults = qdict_get_qdict(answer, "return");

    g_assert_cmpuint(qlist_size(qdict_get_qlist(faults, "counters")), ==, 64);
    qobject_unref(answer);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/machine/bad-options", test_bad_options);
    qtest_add_func("cca/machine/kvm", test_kvm);
    qtest_add_func("cca/machine/good-options", test_good_options);
    qtest_add_func("cca/machine/mec", test_mec);
    qtest_add_func("cca/machine/64-pes", test_64_pes);
    return g_test_run();
}
