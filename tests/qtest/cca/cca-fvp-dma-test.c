/*
 * Devices of cca-fvp before any firmware runs: the SMMU's Root page lets
 * nothing pass. tests/boot has what follows when TF-A programs it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "exerciser.h"
#include "qobject/qdict.h"
#include "qobject/qlist.h"

#define MACHINE     "-M cca-fvp,secure-memory=off -m 128M -smp 1 -net none " \
                    "-device cca-exerciser "
#define MEMORY      0x80100000ull

enum { BEFORE = 0x11, AFTER = 0x22 };

static const char *const worlds[] = { "Non-secure", "Secure", "Realm" };

static QTestState *start(const char *more, Exerciser *ex)
{
    g_autofree char *arguments = g_strconcat(MACHINE, more, NULL);
    QTestState *s = qtest_init(arguments);

    g_assert_cmpuint(exerciser_scan(s, EXERCISER_ECAM_FVP, ex, 1), ==, 1);
    exerciser_enable(ex, true, false, false);
    qtest_writeq(s, MEMORY, BEFORE);
    return s;
}

static void refused(Exerciser *ex, const ExerciserId *id)
{
    uint64_t value;

    g_assert_cmpuint(exerciser_writeq(ex, id, MEMORY, AFTER), ==,
                     EXERCISER_CAUSE_ABORT);
    g_assert_cmpuint(exerciser_readq(ex, id, MEMORY, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    g_assert_cmphex(qtest_readq(ex->qts, MEMORY), ==, BEFORE);
}

/* After reset ACCESSEN is 0. */
static void test_reset(void)
{
    Exerciser ex;
    QTestState *s = start("", &ex);
    QDict *answer, *root;

    for (unsigned i = 0; i < G_N_ELEMENTS(worlds); i++) {
        ExerciserId id = { .sec_sid = i };

        refused(&ex, &id);
        id.translated = true;
        refused(&ex, &id);
        g_test_message("%s: refused, translated or not", worlds[i]);
    }
    answer = qtest_qmp(s, "{ 'execute': 'query-cca-smmu' }");
    root = qdict_get_qdict(qobject_to(QDict, qlist_peek(
        qdict_get_qlist(answer, "return"))), "root");
    g_assert_cmpint(qdict_get_int(root, "cr0"), ==, 0);
    g_assert_false(qdict_get_bool(root, "access-enabled"));
    g_assert_false(qdict_get_bool(root, "follows-pes"));
    qobject_unref(answer);
    qtest_quit(s);
}

/* It is the Root page alone that refused: elsewhere the same DMA works. */
static void test_open(const void *more)
{
    Exerciser ex;
    QTestState *s = start(more, &ex);
    uint64_t value;

    g_assert_cmpuint(exerciser_readq(&ex, NULL, MEMORY, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(value, ==, BEFORE);
    g_assert_cmpuint(exerciser_writeq(&ex, NULL, MEMORY, AFTER), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(qtest_readq(s, MEMORY), ==, AFTER);
    g_test_message("DMA with %s works", (const char *)more);
    qtest_quit(s);
}

/* A system reset closes it again. */
static void test_reset_again(void)
{
    Exerciser ex;
    QTestState *s = start("", &ex);

    qtest_system_reset(s);
    g_assert_cmpuint(exerciser_scan(s, EXERCISER_ECAM_FVP, &ex, 1), ==, 1);
    exerciser_enable(&ex, true, false, false);
    qtest_writeq(s, MEMORY, BEFORE);
    refused(&ex, NULL);
    g_test_message("Non-secure: refused after another reset");
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/cca-fvp/dma/reset", test_reset);
    qtest_add_func("/cca-fvp/dma/reset-again", test_reset_again);
    qtest_add_data_func("/cca-fvp/dma/follow-pe",
                        "-global cca-smmuv3.gpt=follow-pe", test_open);
    qtest_add_data_func("/cca-fvp/dma/no-rme",
                        "-global cca-smmuv3.gpt=follow-pe -M rme=off",
                        test_open);
    return g_test_run();
}
