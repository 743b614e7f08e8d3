/*
 * The TZC-400 of cca-fvp really filters DRAM. Who may access what is tested
 * with the engine; here, that masters notice it.
 *
 * The agent accesses as Root, which counts as Secure; qtest as a Non-secure
 * PE does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp.h"

enum {
    BUILD_CONFIG = 0x000, ACTION = 0x004, GATE_KEEPER = 0x008,
    INT_STATUS = 0x010, INT_CLEAR = 0x014,
    FAIL_ADDRESS_LOW = 0x020, FAIL_ADDRESS_HIGH = 0x024,
    FAIL_CONTROL = 0x028, FAIL_ID = 0x02c,
    BASE_LOW = 0x100, BASE_HIGH = 0x104, TOP_LOW = 0x108, TOP_HIGH = 0x10c,
    ATTRIBUTES = 0x110, ID_ACCESS = 0x114, PID0 = 0xfe0, PID1 = 0xfe4,
};
enum { OKAY = 0, DECERR = 1, INTERRUPT = 2 };
enum { FAILED_WRITE = 1 << 24, FAILED_NS = 1 << 21, FAILED_PRIV = 1 << 20 };
#define S_RD            (1u << 30)
#define S_WR            (1u << 31)
#define NS_RD(nsaid)    (1u << (nsaid))
#define NS_WR(nsaid)    (1u << (16 + (nsaid)))
enum { AP = 9, PCI = 1, VIRTIO = 8, VIRTIO_OLD = 15 };
#define DEVICES         ((1u << 0 | 1u << PCI | 1u << AP | 1u << VIRTIO | \
                          1u << VIRTIO_OLD) * 0x00010001u)

#define ONE_REGION      (FVP_DRAM + 0x100000u)
#define DRAM2           0x880000000ull
#define ESR_DATA_ABORT  0x25u
#define DFSC_EXTERNAL   0x10u
#define GICD_ISPENDR    0x200
enum { TZC_INTID = 32 + 80 };

static uint32_t tzc(QTestState *s, unsigned reg)
{
    return fvp_read(s, FVP_TZC + reg);
}

static void set_tzc(QTestState *s, unsigned reg, uint32_t value)
{
    fvp_write(s, FVP_TZC + reg, value);
}

static void set_region(QTestState *s, unsigned n, uint64_t base, uint64_t top,
                       uint32_t attributes, uint32_t ids)
{
    set_tzc(s, n * 0x20 + BASE_LOW, base);
    set_tzc(s, n * 0x20 + BASE_HIGH, base >> 32);
    set_tzc(s, n * 0x20 + TOP_LOW, top);
    set_tzc(s, n * 0x20 + TOP_HIGH, top >> 32);
    set_tzc(s, n * 0x20 + ATTRIBUTES, attributes);
    set_tzc(s, n * 0x20 + ID_ACCESS, ids);
}

static void open_gates(QTestState *s)
{
    set_tzc(s, GATE_KEEPER, 0xf);
    g_assert_cmphex(tzc(s, GATE_KEEPER), ==, 0x000f000f);
}

static void expect_abort(FvpAnswer a)
{
    g_assert_cmphex(ESR_EC(a.esr), ==, ESR_DATA_ABORT);
    g_assert_cmphex(a.esr & 0x3f, ==, DFSC_EXTERNAL);
}

/* May a Root PE read and write at @pa? With ACTION DECERR. */
static void expect_root(QTestState *s, uint64_t pa, bool may)
{
    static uint32_t next = 0x1000;
    uint32_t value = ++next;
    FvpAnswer w = fvp_store(s, 0, pa, value), r = fvp_load(s, 0, pa);

    if (may) {
        g_assert_cmphex(w.esr, ==, 0);
        g_assert_cmphex(r.esr, ==, 0);
        g_assert_cmphex(r.value, ==, value);
    } else {
        expect_abort(w);
        expect_abort(r);
    }
}

static void expect_ns(QTestState *s, uint64_t pa, bool may)
{
    static uint32_t next = 0x80001000;
    uint32_t value = ++next;

    qtest_writel(s, pa, value);
    g_assert_cmphex(qtest_readl(s, pa), ==, may ? value : 0);
}

/* --- cases --- */

/* Until firmware opens a gate nobody reaches DRAM. */
static void test_closed(void)
{
    QTestState *s = fvp_start("-smp 1");

    g_assert_cmphex(tzc(s, BUILD_CONFIG) & 0x0300001f, ==, 0x03000008);
    /* TF-A's regions for DRAM end at 52 bits. */
    g_assert_cmphex(tzc(s, BUILD_CONFIG) >> 8 & 0x3f, >=, 51);
    g_assert_cmphex(tzc(s, PID0) | (tzc(s, PID1) & 0xf) << 8, ==, 0x460);
    g_assert_cmphex(tzc(s, GATE_KEEPER), ==, 0);
    fvp_write(s, FVP_DRAM, 0x12345678);
    g_assert_cmphex(fvp_read(s, FVP_DRAM), ==, 0);
    g_assert_cmphex(fvp_read(s, DRAM2), ==, 0);
    expect_ns(s, FVP_DRAM, false);
    set_tzc(s, ACTION, DECERR);
    expect_root(s, FVP_DRAM, false);
    g_assert_cmphex(tzc(s, INT_STATUS), ==, 0);
    /* Registers are for trusted masters. */
    g_assert_cmphex(qtest_readl(s, FVP_TZC + BUILD_CONFIG), ==, 0);
    qtest_quit(s);
}

/* As TF-A's PLAT=fvp with RME programs it, in its order. */
static void program_as_firmware(QTestState *s)
{
    for (unsigned filter = 1; filter < 4; filter++) {
        set_tzc(s, GATE_KEEPER, 0);
    }
    set_tzc(s, ATTRIBUTES, 0);
    set_tzc(s, ID_ACCESS, 0);
    set_region(s, 1, 0xfc000000, 0xfdbfffff, S_RD | S_WR | 1, 0);
    set_region(s, 2, 0xffc00000, 0xffffffff, S_RD | S_WR | 1, 0);
    set_region(s, 3, 0x80000000, 0xfbffffff, 1, DEVICES);
    set_region(s, 4, 0xfdc00000, 0xffbfffff, 1, DEVICES);
    set_region(s, 5, DRAM2, 0x8ffffffff, 1, DEVICES);
    set_tzc(s, ACTION, DECERR);
    for (unsigned filter = 0; filter < 4; filter++) {
        set_tzc(s, GATE_KEEPER, (2u << filter) - 1);
    }
}

static void expect_as_firmware(QTestState *s)
{
    static const struct {
        uint64_t first, last;
        bool root;
    } parts[] = {
        { 0x80000000, 0xfbfffffc, false },      /* Non-secure */
        { 0xfc000000, 0xfdbffffc, true },       /* Secure */
        { 0xfdc00000, 0xffbffffc, false },      /* Realm */
        { 0xffc00000, 0xfffffffc, true },       /* EL3, GPT */
        { DRAM2, DRAM2 + 0x7ffffffc, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        expect_root(s, parts[i].first, parts[i].root);
        expect_root(s, parts[i].last, parts[i].root);
        expect_ns(s, parts[i].first, !parts[i].root);
        expect_ns(s, parts[i].last, !parts[i].root);
    }
}

static void test_firmware(void)
{
    QTestState *s = fvp_start("-smp 1");

    program_as_firmware(s);
    expect_as_firmware(s);
    qtest_quit(s);
}

/* The same memory stands behind all views. */
static void test_same_memory(void)
{
    QTestState *s = fvp_start("-smp 1");

    open_gates(s);
    fvp_write(s, ONE_REGION, 0xcafe);
    g_assert_cmphex(qtest_readl(s, ONE_REGION), ==, 0);
    set_tzc(s, ID_ACCESS, DEVICES);
    g_assert_cmphex(qtest_readl(s, ONE_REGION), ==, 0xcafe);
    qtest_writel(s, ONE_REGION, 0xbeef);
    set_tzc(s, ATTRIBUTES, S_RD | S_WR);
    g_assert_cmphex(fvp_read(s, ONE_REGION), ==, 0xbeef);
    set_tzc(s, GATE_KEEPER, 0xe);
    g_assert_cmphex(fvp_read(s, ONE_REGION), ==, 0);
    g_assert_cmphex(qtest_readl(s, ONE_REGION), ==, 0);
    qtest_quit(s);
}

/* A page of each kind between others, and accesses across its edge. */
static void test_one_way(void)
{
    QTestState *s = fvp_start("-smp 1");
    const uint64_t page = ONE_REGION, after = page + 0x1000;

    set_tzc(s, ID_ACCESS, DEVICES);
    set_tzc(s, ACTION, DECERR);
    open_gates(s);
    fvp_write(s, page, 0x11111111);
    fvp_write(s, after, 0x22222222);
    set_region(s, 1, page, page + 0xfff, S_WR | 1, NS_RD(AP));
    /* Non-secure may read, ... */
    g_assert_cmphex(qtest_readl(s, page), ==, 0x11111111);
    qtest_writel(s, page, 0x33333333);
    g_assert_cmphex(qtest_readl(s, page), ==, 0x11111111);
    g_assert_cmphex(tzc(s, FAIL_ADDRESS_LOW), ==, page);
    g_assert_cmphex(tzc(s, FAIL_ADDRESS_HIGH), ==, 0);
    g_assert_cmphex(tzc(s, FAIL_CONTROL), ==,
                    FAILED_WRITE | FAILED_NS | FAILED_PRIV);
    g_assert_cmphex(tzc(s, FAIL_ID), ==, AP);
    g_assert_cmphex(tzc(s, INT_STATUS), ==, 0x1);
    /* ... Secure write. */
    g_assert_cmphex(fvp_store(s, 0, page, 0x44444444).esr, ==, 0);
    expect_abort(fvp_load(s, 0, page));
    g_assert_cmphex(tzc(s, INT_STATUS), ==, 0x101);
    g_assert_cmphex(qtest_readl(s, page), ==, 0x44444444);
    /* Across both edges: as the stricter part has it. */
    qtest_writel(s, page - 2, 0x55555555);
    qtest_writel(s, after - 2, 0x66666666);
    g_assert_cmphex(qtest_readl(s, page), ==, 0x44444444);
    g_assert_cmphex(qtest_readl(s, after - 4) & 0xffff0000, ==, 0);
    /* Neighbours are as before. */
    expect_ns(s, page - 4, true);
    expect_root(s, after, true);
    expect_ns(s, after, true);
    qtest_quit(s);
}

static bool line_is_high(QTestState *s)
{
    return fvp_read(s, FVP_GICD + GICD_ISPENDR + TZC_INTID / 32 * 4) >>
           TZC_INTID % 32 & 1;
}

static void test_interrupt(void)
{
    QTestState *s = fvp_start("-smp 1");

    set_tzc(s, ATTRIBUTES, 0);
    set_tzc(s, ACTION, INTERRUPT);
    open_gates(s);
    g_assert(!line_is_high(s));
    /* No error, but it is told. */
    g_assert_cmphex(fvp_read(s, DRAM2 + 0x1234), ==, 0);
    g_assert(line_is_high(s));
    g_assert_cmphex(tzc(s, INT_STATUS), ==, 0x1);
    g_assert_cmphex(tzc(s, FAIL_ADDRESS_LOW), ==, 0x80001234);
    g_assert_cmphex(tzc(s, FAIL_ADDRESS_HIGH), ==, 0x8);
    g_assert_cmphex(tzc(s, FAIL_CONTROL), ==, FAILED_PRIV);
    set_tzc(s, INT_CLEAR, 0x1);
    g_assert(!line_is_high(s));
    g_assert_cmphex(tzc(s, INT_STATUS), ==, 0);
    /* Regions that overlap are always told. */
    set_tzc(s, ACTION, OKAY);
    set_region(s, 1, FVP_DRAM, FVP_DRAM + 0x1fff, S_RD | S_WR | 1, 0);
    set_region(s, 2, FVP_DRAM + 0x1000, FVP_DRAM + 0x1fff, S_RD | S_WR | 1,
               0);
    g_assert_cmphex(fvp_load(s, 0, FVP_DRAM).esr, ==, 0);
    g_assert(!line_is_high(s));
    expect_abort(fvp_load(s, 0, FVP_DRAM + 0x1000));
    g_assert_cmphex(tzc(s, INT_STATUS), ==, 0x00010001);
    g_assert(line_is_high(s));
    qtest_quit(s);
}

static void test_reset(void)
{
    QTestState *s = fvp_start("-smp 1");

    program_as_firmware(s);
    qtest_system_reset(s);
    fvp_wait_for_boots(s, 0, 2);
    g_assert_cmphex(tzc(s, GATE_KEEPER), ==, 0);
    g_assert_cmphex(tzc(s, ATTRIBUTES), ==, 0xc000000f);
    expect_ns(s, FVP_DRAM, false);
    g_assert_cmphex(fvp_read(s, 0xffc00000), ==, 0);
    program_as_firmware(s);
    expect_as_firmware(s);
    qtest_quit(s);
}

static void test_migration(void)
{
    QTestState *s = fvp_start("-smp 1");

    program_as_firmware(s);
    set_tzc(s, ACTION, DECERR | INTERRUPT);
    expect_abort(fvp_load(s, 0, 0x90000000));
    g_assert(line_is_high(s));
    s = fvp_migrate(s, fvp_start_paused("-smp 1 -incoming defer"));
    g_assert_cmphex(tzc(s, FAIL_ADDRESS_LOW), ==, 0x90000000);
    g_assert_cmphex(tzc(s, INT_STATUS), ==, 0x1);
    g_assert(line_is_high(s));
    set_tzc(s, INT_CLEAR, 1);
    g_assert(!line_is_high(s));
    expect_as_firmware(s);
    qtest_quit(s);
}

static void test_off(void)
{
    QTestState *s = fvp_start("-smp 1 -M secure-memory=off");

    expect_root(s, FVP_DRAM, true);
    expect_ns(s, FVP_DRAM, true);
    expect_ns(s, DRAM2, true);
    /* Firmware programs it all the same. */
    program_as_firmware(s);
    g_assert_cmphex(tzc(s, GATE_KEEPER), ==, 0x000f000f);
    expect_root(s, 0x90000000, true);
    expect_ns(s, 0xffc00000, true);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/fvp-tzc/closed", test_closed);
    qtest_add_func("cca/fvp-tzc/firmware", test_firmware);
    qtest_add_func("cca/fvp-tzc/same-memory", test_same_memory);
    qtest_add_func("cca/fvp-tzc/one-way", test_one_way);
    qtest_add_func("cca/fvp-tzc/interrupt", test_interrupt);
    qtest_add_func("cca/fvp-tzc/reset", test_reset);
    qtest_add_func("cca/fvp-tzc/migration", test_migration);
    qtest_add_func("cca/fvp-tzc/off", test_off);
    return g_test_run();
}
