/*
 * PEs that wait by WFE, as firmware has all but one do: they sleep, and miss
 * nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"
#include "qemu/bswap.h"
#include <glib/gstdio.h>

enum { PES = 3, POLL_US = 500, POLLS = 600000 };

/*
 * From reset, at EL3. The boot PE idles; each other one waits in BOX(n) for a
 * word that is not 0, takes it away and puts it in the next word.
 */
#define BOX(n)  (0x50000000ull + 0x100 * (n))

static const uint32_t image[] = {
    0xd53800a0,     /*      mrs  x0, mpidr_el1          */
    0x92401c00,     /*      and  x0, x0, #0xff          */
    0xb4000120,     /*      cbz  x0, 3f                 */
    0xd2aa0001,     /*      mov  x1, #0x50000000        */
    0x8b002021,     /*      add  x1, x1, x0, lsl #8     */
    0xd503205f,     /*  1:  wfe                         */
    0xf9400022,     /*      ldr  x2, [x1]               */
    0xb4ffffc2,     /*      cbz  x2, 1b                 */
    0xf900003f,     /*      str  xzr, [x1]              */
    0xf9000422,     /*      str  x2, [x1, #8]           */
    0x17fffffb,     /*      b    1b                     */
    0xd503207f,     /*  3:  wfi                         */
    0x17ffffff,     /*      b    3b                     */
};

static char *folder, *bios, *trace;

static QTestState *start(const char *args)
{
    g_unlink(trace);
    return qtest_initf("-machine cca-virt,mpe=off -smp %d -m 1G -net none -serial none"
                       " -bios %s -trace cca_wfe_sleep -D %s %s", PES, bios,
                       trace, args);
}

/* Until PE @n has slept; never, if it does not. */
static void wait_for_sleep(unsigned n)
{
    g_autofree char *line = g_strdup_printf("PE %u polls before 0x18: sleeps ",
                                            n);

    for (unsigned i = 0; i < POLLS; i++) {
        g_autofree char *text = NULL;

        if (g_file_get_contents(trace, &text, NULL, NULL) &&
            strstr(text, line)) {
            return;
        }
        g_usleep(POLL_US);
    }
    g_error("PE %u keeps its host's CPU busy", n);
}

static bool somebody_slept(void)
{
    g_autofree char *text = NULL;

    return g_file_get_contents(trace, &text, NULL, NULL) &&
           strstr(text, "sleeps");
}

/* Each waiting PE hands a word over. */
static void pass_words(QTestState *s, uint64_t word)
{
    for (unsigned n = 1; n < PES; n++) {
        qtest_writeq(s, BOX(n), word + n);
    }
    for (unsigned n = 1; n < PES; n++) {
        unsigned i = 0;

        while (qtest_readq(s, BOX(n) + 8) != word + n) {
            g_assert_cmpuint(++i, <, POLLS);
            g_usleep(POLL_US);
        }
        g_assert_cmphex(qtest_readq(s, BOX(n)), ==, 0);
    }
}

static void test_sleep(void)
{
    QTestState *s = start("-accel tcg,thread=multi");

    for (unsigned n = 1; n < PES; n++) {
        wait_for_sleep(n);
    }
    for (unsigned round = 0; round < 20; round++) {
        pass_words(s, 0x100 * (round + 1));
    }
    qtest_quit(s);
}

/* A PE that sleeps is saved and goes on elsewhere; so it does after a reset. */
static void test_moves(void)
{
    g_autofree char *file = g_build_filename(folder, "state", NULL);
    g_autofree char *uri = g_strdup_printf("file:%s", file);
    QTestState *s = start("-accel tcg,thread=multi");

    for (unsigned n = 1; n < PES; n++) {
        wait_for_sleep(n);
    }
    qtest_qmp_assert_success(s, "{ 'execute': 'stop' }");
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate', 'arguments':"
                             " { 'uri': %s } }", uri);
    wait_for_migration(s);
    qtest_quit(s);
    s = start("-accel tcg,thread=multi -incoming defer");
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate-incoming',"
                             " 'arguments': { 'uri': %s } }", uri);
    wait_for_migration(s);
    g_unlink(file);
    qtest_qmp_assert_success(s, "{ 'execute': 'cont' }");
    pass_words(s, 0x1000);
    qtest_system_reset(s);
    pass_words(s, 0x2000);
    qtest_quit(s);
}

/* With one host thread for all PEs, WFE lets the next PE run instead. */
static void test_one_thread(void)
{
    QTestState *s = start("-accel tcg,thread=single");

    for (unsigned round = 0; round < 20; round++) {
        pass_words(s, 0x100 * (round + 1));
    }
    qtest_quit(s);
    g_assert(!somebody_slept());
}

int main(int argc, char **argv)
{
    uint32_t words[ARRAY_SIZE(image)];
    int failed;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("cca-wfe-XXXXXX", NULL);
    bios = g_build_filename(folder, "bios", NULL);
    trace = g_build_filename(folder, "trace", NULL);
    for (size_t i = 0; i < ARRAY_SIZE(image); i++) {
        words[i] = cpu_to_le32(image[i]);
    }
    g_assert(g_file_set_contents(bios, (char *)words, sizeof(words), NULL));

    qtest_add_func("/cca/wfe/sleep", test_sleep);
    qtest_add_func("/cca/wfe/moves", test_moves);
    qtest_add_func("/cca/wfe/one-thread", test_one_thread);
    failed = g_test_run();

    g_unlink(bios);
    g_unlink(trace);
    g_rmdir(folder);
    g_free(bios);
    g_free(trace);
    g_free(folder);
    return failed;
}
