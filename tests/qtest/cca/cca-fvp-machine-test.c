/*
 * Machine cca-fvp: what cannot be ends with one clear sentence; what can be is
 * there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"
#include "guest.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include <glib/gstdio.h>

#define FVP_SRAM    0x04000000u
#define DRAM2       0x880000000ull

/* Files of this run, by the names that the tables use */

static char *folder;

static char *path_of(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void write_file(const char *name, const void *data, size_t len,
                       uint64_t size)
{
    g_autofree char *path = path_of(name);

    g_assert(g_file_set_contents(path, data, len, NULL));
    g_assert_cmpint(truncate(path, size), ==, 0);
}

/* A device tree blob: numbers of a root node, and a node of memory or none. */
static void write_tree(const char *name, uint32_t cells, bool memory)
{
    enum { BEGIN = 1, END = 2, PROPERTY = 3, LAST = 9, HEADER = 40 };
    static const char strings[] = "#address-cells\0#size-cells\0device_type";
    const uint32_t nodes[] = {
        BEGIN, 0,
        PROPERTY, 4, 0, cells,
        PROPERTY, 4, 15, cells,
        BEGIN, 0x6d000000,                                  /* "m" */
        PROPERTY, 7, 27, memory ? 0x6d656d6f : 0x6e6f6e65,  /* "memo" */
                         memory ? 0x72790000 : 0x6e650000,  /* "ry" */
        END, END, LAST,
    };
    uint32_t header[] = {
        0xd00dfeed, 0, HEADER + 16, 0, HEADER, 17, 16, 0, sizeof(strings),
        sizeof(nodes),
    };
    uint8_t blob[HEADER + 16 + sizeof(nodes) + sizeof(strings)] = { };

    header[1] = sizeof(blob);
    header[3] = HEADER + 16 + sizeof(nodes);
    for (size_t i = 0; i < ARRAY_SIZE(header); i++) {
        stl_be_p(blob + 4 * i, header[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
        stl_be_p(blob + HEADER + 16 + 4 * i, nodes[i]);
    }
    memcpy(blob + header[3], strings, sizeof(strings));
    write_file(name, blob, sizeof(blob), sizeof(blob));
}

static const char *const files[] = {
    "empty", "five", "long", "good.dtb", "cells.dtb", "none.dtb",
};

static void write_files(void)
{
    folder = g_dir_make_tmp("cca-fvp-XXXXXX", NULL);
    g_assert(folder);
    write_file("empty", "", 0, 0);
    write_file("five", "hello", 5, 5);
    write_file("long", "", 0, 64 * MiB + 1);
    write_tree("good.dtb", 2, true);
    write_tree("cells.dtb", 1, true);
    write_tree("none.dtb", 2, false);
}

static void remove_files(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        g_autofree char *path = path_of(files[i]);

        g_unlink(path);
    }
    g_rmdir(folder);
}

/* @text with the folder for each '@'. */
static char *with_folder(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "@", -1);
    g_autofree char *dir = g_strconcat(folder, "/", NULL);

    return g_strjoinv(dir, parts);
}

/* Arguments behind "-M cca-fvp", in words; what the sentence says. */
static const struct Bad {
    const char *args, *says;
} bad[] = {
    /* fvp.c */
    { "-object memory-backend-ram,id=m,size=33G,reserve=off "
      "-M memory-backend=m -m 33G", "cca-fvp has at most 32 GiB of memory" },
    { "-m 32M", "cca-fvp needs 64 MiB of memory at least" },
    { "-smp 8,clusters=4", "cca-fvp has 2 clusters of at most 4 cores" },
    { "-smp 8,threads=2", "cca-fvp has one thread per core" },
    { "-smp 9", "Invalid SMP CPUs 9. The max CPUs supported by machine" },
    { "-M rvbar=2", "cca-fvp rvbar= must be a multiple of 4" },
    { "-M rvbar=here", "rvbar" },
    { "-M refcounter-frequency=0",
      "refcounter-frequency=0: must be 1 to 1000000000 Hz" },
    { "-M refcounter-frequency=1000000001",
      "refcounter-frequency=1000000001: must be 1 to 1000000000 Hz" },
    { "-M refcounter-frequency=fast", "refcounter-frequency" },
    { "-M mt=perhaps", "'mt' expects 'on' or 'off'" },
    { "-M secure-memory=perhaps", "'secure-memory' expects 'on' or 'off'" },
    { "-M rme=7", "rme=7" },
    { "-cpu cortex-a57", "cortex-a57" },
    /* fvp-boot.c */
    { "-bios @missing", "-bios: Failed to open file" },
    { "-bios @empty", "@empty is empty" },
    { "-bios @long", "-bios: @long has 67108865 bytes, and there is room "
                      "for 67108864" },
    { "-M flash0=@missing", "flash0: Failed to open file" },
    { "-M flash0=@empty", "flash0: @empty is empty" },
    { "-M flash1=@long", "flash1: @long has 67108865 bytes, and there is "
                          "room for 67108864" },
    { "-M flash1=@five -drive if=pflash,index=1,format=raw,file.driver="
      "null-co,file.size=64M,file.read-zeroes=on",
      "flash1=@five and -drive if=pflash,index=1 are for the same flash" },
    { "-kernel @five", "-kernel needs -dtb" },
    { "-kernel @missing", "-kernel: Failed to open file" },
    { "-kernel @long", "-kernel: @long has 67108865 bytes" },
    { "-kernel @five -dtb @good.dtb -m 128M",
      "-kernel needs 256 MiB of memory at least" },
    { "-kernel @five -dtb @missing", "-dtb: Failed to open file" },
    { "-kernel @five -dtb @five", "-dtb @five is no device tree blob" },
    { "-kernel @five -dtb @none.dtb", "-dtb @none.dtb has no memory node" },
    { "-kernel @five -dtb @cells.dtb",
      "-dtb @cells.dtb does not have 2 cells" },
    { "-kernel @five -dtb @good.dtb -initrd @five -m 256M",
      "-initrd: there is no memory at 0x90000000" },
    { "-kernel @five -dtb @good.dtb -initrd @missing",
      "-initrd: Failed to open file" },
    { "-initrd @five", "-initrd only allowed with -kernel option" },
    { "-append x", "-append only allowed with -kernel option" },
    /* fvp-load.c */
    { "-device cca-fvp-load,addr=0", "cca-fvp-load needs file=" },
    { "-device cca-fvp-load,file=@missing", "cca-fvp-load: Failed to open" },
    { "-device cca-fvp-load,file=@empty", "cca-fvp-load: @empty is empty" },
    { "-device cca-fvp-load,file=@five,addr=0x30000000",
      "@five: there is no memory for its 5 bytes at 0x30000000" },
    { "-device cca-fvp-load,file=@five,addr=0x1c090000",
      "@five: there is no memory for its 5 bytes at 0x1c090000" },
    { "-device cca-fvp-load,file=@five,addr=0x0407fffc",
      "@five: there is no memory for its 5 bytes at 0x407fffc" },
    { "-device cca-fvp-load,file=@five,addr=0xfffffffffffffffe",
      "@five: there is no memory for its 5 bytes at 0xfffffffffffffffe" },
    { "-m 1G -device cca-fvp-load,file=@five,addr=0xbffffffc",
      "@five: there is no memory for its 5 bytes at 0xbffffffc" },
    { "-device cca-fvp-load,file=@five,addr=much", "addr" },
};

static void test_bad(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *args = with_folder(bad[i].args);
        g_autofree char *says = with_folder(bad[i].says);
        g_autofree char *line = g_strdup_printf(
            "-display none -S -accel tcg -net none -M cca-fvp %s", args);
        g_auto(GStrv) words = g_strsplit(line, " ", -1);
        g_autofree char *err = qemu_refusal((const char *const *)words);

        if (!strstr(err, says)) {
            g_error("%s: no '%s' in '%s'", args, says, err);
        }
    }
    g_test_message("%zu sentences", ARRAY_SIZE(bad));
}

static void test_load_elsewhere(void)
{
    g_autofree char *args = with_folder(
        "-display none -S -accel tcg -M cca-virt -device "
        "cca-fvp-load,file=@five");
    g_auto(GStrv) words = g_strsplit(args, " ", -1);
    g_autofree char *err = qemu_refusal((const char *const *)words);

    g_assert(strstr(err, "cca-fvp-load is for machine cca-fvp only"));
}

/* Files of any length come to their places, and again after a reset. */
static void test_good_images(void)
{
    g_autofree char *args = with_folder(
        "-bios @five -M flash0=@five,flash1=@five "
        "-device cca-fvp-load,file=@five,addr=0x0407fffb "
        "-device cca-fvp-load,file=@five,addr=0x80000003 "
        "-device cca-fvp-load,file=@five,addr=0x8fffffffb");
    static const struct {
        uint64_t address, tail;         /* where it is; what stands behind */
    } places[] = {
        { 0, 0 }, { 0x08000000, 0xffffff }, { 0x0c000000, 0xffffff },
        { 0x80000003, 0 },
    };
    QTestState *s = fvp_start_open(args);

    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
            uint64_t word = qtest_readq(s, places[i].address);

            g_assert_cmphex(word, ==, places[i].tail << 40 | 0x6f6c6c6568);
        }
        g_assert_cmphex(qtest_readl(s, FVP_SRAM + 0x7fffc), ==, 0x6f6c6c65);
        g_assert_cmphex(qtest_readl(s, 0x8fffffffcull), ==, 0x6f6c6c65);
        qtest_writel(s, 0x80000003, 0);
        qtest_writel(s, FVP_SRAM + 0x7fffc, 0);
        fvp_reset(s);
    }
    qtest_quit(s);
}

/* Options */

static uint64_t pe_number(QTestState *s, unsigned pe, const char *property)
{
    g_autofree char *path = g_strdup_printf("/machine/unattached/device[%u]",
                                            pe);
    QDict *answer = qtest_qmp(s, "{ 'execute': 'qom-get', 'arguments':"
                              " { 'path': %s, 'property': %s } }", path,
                              property);
    uint64_t value = member_uint(answer, "return");

    qobject_unref(answer);
    return value;
}

/* MPIDR_EL1 by PE, as the PE's and as the redistributor's GICR_TYPER. */
static void check_pes(const char *args, bool mt, unsigned per_cluster,
                      unsigned pes)
{
    enum { GICR_STRIDE = 0x20000, GICR_TYPER = 8, LAST = 1 << 4 };
    QTestState *s = fvp_start_open(args);

    for (unsigned n = 0; n < pes; n++) {
        uint64_t frame = FVP_GICR + (uint64_t)n * GICR_STRIDE;
        uint32_t affinity = n / per_cluster << 8 | n % per_cluster;
        uint64_t typer = qtest_readl(s, frame + GICR_TYPER) |
            (uint64_t)qtest_readl(s, frame + GICR_TYPER + 4) << 32;

        affinity <<= mt ? 8 : 0;
        g_assert_cmphex(pe_number(s, n, "mp-affinity"), ==,
                        affinity | (mt ? 1 << 24 : 0));
        g_assert_cmphex(typer >> 32, ==, affinity);
        g_assert_cmpuint(typer >> 8 & 0xffff, ==, n);
        g_assert_cmpuint(!!(typer & LAST), ==, n == pes - 1);
    }
    /* Behind the last one: nothing, and no redistributor. */
    g_assert_cmphex(qtest_readl(s, FVP_GICR + pes * GICR_STRIDE +
                                GICR_TYPER), ==, 0);
    qtest_quit(s);
}

static void test_pes(void)
{
    for (unsigned pes = 1; pes <= 8; pes++) {
        g_autofree char *args = g_strdup_printf("-smp %u", pes);
        g_autofree char *no_mt = g_strdup_printf("-smp %u -M mt=off", pes);

        check_pes(args, true, 4, pes);
        check_pes(no_mt, false, 4, pes);
    }
    check_pes("", true, 4, 8);
    check_pes("-smp 2,clusters=2,cores=1", true, 1, 2);
    check_pes("-smp 6,clusters=2,cores=3", true, 3, 6);
    check_pes("-smp 4,clusters=2,cores=2 -M mt=off", false, 2, 4);
}

static void test_gic(void)
{
    enum { TYPER = 4, PIDR2 = 0xffe8, ITS = 0x2f020000, ITS_TYPER = 8 };
    QTestState *s = fvp_start_open("");
    uint32_t typer = qtest_readl(s, FVP_GICD + TYPER);

    /* 224 SPIs and 32 of each PE; two security states; LPIs. */
    g_assert_cmpuint(32 * ((typer & 31) + 1), ==, 256);
    g_assert_cmphex(typer >> 17 & 1, ==, 1);
    g_assert_cmphex(qtest_readl(s, FVP_GICD + PIDR2) >> 4 & 15, ==, 3);
    g_assert_cmphex(qtest_readl(s, ITS + PIDR2) >> 4 & 15, ==, 3);
    g_assert_cmpuint((qtest_readl(s, ITS + ITS_TYPER) >> 13 & 31) + 1, ==, 17);
    qtest_quit(s);
}

/* The last word of each bank is there, the next one is not. */
static void test_memory(void)
{
    static const struct {
        const char *args;
        uint64_t bank[2];
    } sizes[] = {
        { "-m 64M", { 64 * MiB } }, { "-m 1G", { 1 * GiB } },
        { "-m 2G", { 2 * GiB } }, { "-m 2176M", { 2 * GiB, 128 * MiB } },
        { "", { 2 * GiB, 2 * GiB } }, { "-m 8G", { 2 * GiB, 6 * GiB } },
    };
    static const uint64_t base[] = { FVP_DRAM, DRAM2 };

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        QTestState *s = fvp_start_open(sizes[i].args);

        for (unsigned b = 0; b < ARRAY_SIZE(base); b++) {
            uint64_t end = base[b] + sizes[i].bank[b];

            qtest_writeq(s, end, ~0ull);
            g_assert_cmphex(qtest_readq(s, end), ==, 0);
            if (sizes[i].bank[b]) {
                qtest_writeq(s, base[b], i + 1);
                qtest_writeq(s, end - 8, i + 2);
                g_assert_cmphex(qtest_readq(s, base[b]), ==, i + 1);
                g_assert_cmphex(qtest_readq(s, end - 8), ==, i + 2);
            }
        }
        qtest_quit(s);
    }
}

/* What qtest, which is Non-secure, reaches of trusted memory and DRAM. */
static void test_secure_memory(void)
{
    static const struct {
        const char *args;
        bool open;
    } runs[] = {
        { "-M cca-fvp", false }, { "-M cca-fvp,secure-memory=on", false },
        { "-M cca-fvp,secure-memory=off", true },
        { "-M cca-fvp,secure-memory=off,rme=off", true },
        { "-M cca-fvp,rme=off", false },
    };
    static const uint64_t places[] = {
        FVP_SRAM, 0x06000000, 0x07fffff8, FVP_DRAM, DRAM2,
    };

    for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
        QTestState *s = qtest_initf("%s -net none", runs[i].args);

        for (size_t p = 0; p < ARRAY_SIZE(places); p++) {
            qtest_writeq(s, places[p], 0x1234);
            g_assert_cmphex(qtest_readq(s, places[p]), ==,
                            runs[i].open ? 0x1234 : 0);
        }
        qtest_writeq(s, FVP_NSRAM, 0x1234);
        g_assert_cmphex(qtest_readq(s, FVP_NSRAM), ==, 0x1234);
        qtest_quit(s);
    }
}

/* The smallest page that PEs know is one TLB entry: 4 KiB. */
static void test_pages(void)
{
    g_autofree char *file = path_of("pages");
    g_autofree char *uri = g_strdup_printf("file:%s", file);
    QTestState *s = fvp_start_open("-m 64M");
    QDict *answer;

    /* QEMU tells it with what a migration has done. */
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate', 'arguments':"
                             " { 'uri': %s } }", uri);
    wait_for_migration(s);
    answer = qtest_qmp_assert_success_ref(s, "{ 'execute': 'query-migrate' }");
    g_assert_cmpuint(member_uint(qdict_get_qdict(answer, "ram"), "page-size"),
                     ==, 4096);
    qobject_unref(answer);
    qtest_quit(s);
    g_unlink(file);
}

static void test_options(void)
{
    QTestState *s = fvp_start_open("-M rvbar=0x4000,refcounter-frequency="
                                   "62500000 -smp 2");

    for (unsigned n = 0; n < 2; n++) {
        g_assert_cmphex(pe_number(s, n, "rvbar"), ==, 0x4000);
        g_assert_cmpuint(pe_number(s, n, "cntfrq"), ==, 62500000);
        g_assert_cmphex(pe_number(s, n, "midr"), ==, 0x410fd0f0);
    }
    qtest_quit(s);
    s = fvp_start_open("-smp 2");
    g_assert_cmphex(pe_number(s, 1, "rvbar"), ==, 0);
    g_assert_cmpuint(pe_number(s, 1, "cntfrq"), ==, 100000000);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    int failed;

    g_test_init(&argc, &argv, NULL);
    write_files();
    qtest_add_func("/cca/fvp/machine/bad", test_bad);
    qtest_add_func("/cca/fvp/machine/load-elsewhere", test_load_elsewhere);
    qtest_add_func("/cca/fvp/machine/good-images", test_good_images);
    qtest_add_func("/cca/fvp/machine/pes", test_pes);
    qtest_add_func("/cca/fvp/machine/gic", test_gic);
    qtest_add_func("/cca/fvp/machine/memory", test_memory);
    qtest_add_func("/cca/fvp/machine/secure-memory", test_secure_memory);
    qtest_add_func("/cca/fvp/machine/pages", test_pages);
    qtest_add_func("/cca/fvp/machine/options", test_options);
    failed = g_test_run();
    remove_files();
    return failed;
}
