/*
 * cca-fvp: where nothing stands, and stand-ins.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"

#define HOLE        0x30000000u         /* between GIC and PCIe */
#define LOG         "-d guest_errors,unimp -D "
enum { PAGES_MAX = 64 * 1024, PAGE = 0x1000 };

static char *temporary(void)
{
    char *path = g_strdup_printf("%s/cca-fvp-nothing-XXXXXX",
                                 g_get_tmp_dir());
    int fd = g_mkstemp(path);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    return path;
}

/* Lines of the file that say @text. */
static unsigned lines(const char *path, const char *text)
{
    g_autofree char *all = NULL;
    unsigned n = 0;

    g_assert(g_file_get_contents(path, &all, NULL, NULL));
    for (const char *at = all; (at = strstr(at, text)); n++) {
        at += strlen(text);
    }
    return n;
}

/* End QEMU, so that its log is complete. */
static void expect_lines(QTestState *s, const char *path,
                         const char *const *texts, size_t count)
{
    qtest_quit(s);
    for (size_t i = 0; i < count; i++) {
        if (lines(path, texts[i]) != 1) {
            g_error("%u lines say '%s'", lines(path, texts[i]), texts[i]);
        }
    }
    unlink(path);
}

/* Once per page; each with what an access is. */
static void test_once(void)
{
    static const char *const says[] = {
        "cca-fvp: nothing at 0x30000004: 4-byte read, PAS Non-secure\n",
        "cca-fvp: nothing at 0x30001008: 4-byte write, PAS Non-secure\n",
        "cca-fvp: nothing at 0x30002fff: 1-byte read, PAS Non-secure\n",
    };
    g_autofree char *path = temporary();
    g_autofree char *args = g_strconcat(LOG, path, NULL);
    QTestState *s = fvp_start_open(args);

    for (unsigned i = 0; i < 3; i++) {
        qtest_readl(s, HOLE + 4);
        qtest_readl(s, HOLE + 0x10);
        qtest_writeq(s, HOLE + PAGE + 8, 1);
        qtest_readb(s, HOLE + 2 * PAGE + 0xfff);
    }
    qtest_readl(s, FVP_NSRAM);
    g_assert_cmpuint(lines(path, "nothing at"), ==, ARRAY_SIZE(says));
    expect_lines(s, path, says, ARRAY_SIZE(says));
}

/* Up to so many pages, then one line more. */
static void test_bound(void)
{
    g_autofree char *path = temporary();
    g_autofree char *args = g_strconcat(LOG, path, NULL);
    QTestState *s = fvp_start_open(args);

    for (unsigned i = 0; i < PAGES_MAX + 100; i++) {
        qtest_readb(s, 0x100000000000ull + (uint64_t)i * PAGE);
    }
    qtest_quit(s);
    g_assert_cmpuint(lines(path, "nothing at"), ==, PAGES_MAX);
    g_assert_cmpuint(lines(path, "no more of this"), ==, 1);
    g_assert_cmpuint(lines(path, "0x10000ffff000: 1-byte"), ==, 1);
    unlink(path);
}

/* A PE that loads from there: who it is, and an External abort. */
static void test_pe(void)
{
    static const char *const says[] = {
        "cca-fvp: nothing at 0x30000040: 4-byte read, PAS Root; "
        "PE 0 at PC 0x",
        "cca-fvp: nothing at 0x30001040: 4-byte write, PAS Root; "
        "PE 0 at PC 0x",
    };
    enum { EC_DATA_ABORT = 0x25, SYNC_EXTERNAL = 0x10 };
    g_autofree char *path = temporary();
    g_autofree char *args = g_strconcat(LOG, path, NULL);
    QTestState *s = fvp_start(args);
    FvpAnswer load = fvp_load(s, 0, HOLE + 0x40);
    FvpAnswer store = fvp_store(s, 0, HOLE + PAGE + 0x40, 7);

    g_assert_cmphex(load.esr >> 26, ==, EC_DATA_ABORT);
    g_assert_cmphex(load.esr & 0x3f, ==, SYNC_EXTERNAL);
    g_assert_cmphex(store.esr >> 26, ==, EC_DATA_ABORT);
    g_assert_cmphex(store.esr & 0x3f, ==, SYNC_EXTERNAL);
    expect_lines(s, path, says, ARRAY_SIZE(says));
}

/*
 * Without -d it is a warning on stderr, with the PC of the last instruction
 * of a block: of a page. The abort's vector ends QEMU.
 */
static void test_stderr(void)
{
    static const uint32_t rom[] = {
        [0xff8 / 4] = 0xd2a60000,       /* mov  x0, #0x30000000 */
                      0xb9400801,       /* ldr  w1, [x0, #8] */
        [0x200 / 4] = 0xd2a38020,       /* mov  x0, #0x1c010000 */
                      0x52b81001,       /* mov  w1, #0xc0800000 */
                      0xb900a401,       /* str  w1, [x0, #0xa4] */
                      0x14000000,       /* b    . */
    };
    g_autofree char *file = temporary();
    g_autofree char *line = NULL, *err = NULL;
    int status;

    g_assert(g_file_set_contents(file, (const char *)rom, sizeof(rom), NULL));
    line = g_strdup_printf("%s -accel tcg -M cca-fvp,rvbar=0xff8 -bios %s "
                           "-net none -display none -serial none "
                           "-monitor none",
                           getenv("QTEST_QEMU_BINARY"), file);
    g_assert(g_spawn_command_line_sync(line, NULL, &err, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    g_assert(strstr(err, "warning: cca-fvp: nothing at 0x30000008: 4-byte "
                    "read, PAS Root; PE 0 at PC 0xffc\n"));
    unlink(file);
}

/* What stands is not nothing: PCI functions that are not there. */
static void test_pci(void)
{
    g_autofree char *path = temporary();
    g_autofree char *args = g_strconcat(LOG, path, NULL);
    QTestState *s = fvp_start_open(args);

    for (unsigned devfn = 8; devfn < 256; devfn++) {
        g_assert_cmphex(qtest_readl(s, 0x40000000 + (devfn << 12)), ==,
                        UINT32_MAX);
    }
    qtest_quit(s);
    g_assert_cmpuint(lines(path, "nothing at"), ==, 0);
    unlink(path);
}

static void test_stubs(void)
{
    static const char *const says[] = {
        "hdlcd: read at 0x4\n",
        "dma330: 4-byte write of 0x7 at 0x8\n",
    };
    g_autofree char *path = temporary();
    g_autofree char *args = g_strconcat(LOG, path, NULL);
    QTestState *s = fvp_start_open(args);

    fvp_check_primecell(s, FVP_DMA330, 0x330, 0);
    g_assert_cmphex(qtest_readl(s, FVP_HDLCD + 4), ==, 0);
    qtest_writel(s, FVP_DMA330 + 8, 7);
    g_assert_cmphex(qtest_readl(s, FVP_DMA330 + 8), ==, 0);
    g_assert_cmphex(qtest_readl(s, FVP_HDLCD + 0xff0), ==, 0);
    expect_lines(s, path, says, ARRAY_SIZE(says));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/cca/fvp/nothing/once", test_once);
    qtest_add_func("/cca/fvp/nothing/bound", test_bound);
    qtest_add_func("/cca/fvp/nothing/pe", test_pe);
    qtest_add_func("/cca/fvp/nothing/stderr", test_stderr);
    qtest_add_func("/cca/fvp/nothing/pci", test_pci);
    qtest_add_func("/cca/fvp/stubs", test_stubs);
    return g_test_run();
}
