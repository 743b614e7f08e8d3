/*
 * TZC-400: registers, who may access what, what a failed access leaves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "rng.h"
#include "tzc400-regs.h"
#include "tzc400.h"

enum { NSAID_DEFAULT = 0, NSAID_PCI = 1, NSAID_CLCD = 7, NSAID_AP = 9 };
#define BITS 40
#define LAST (UINT64_MAX >> (64 - BITS))
#define RW (TZC_ATTR_S_RD_EN | TZC_ATTR_S_WR_EN)

static const Tzc400Master secure = { 0, NSAID_AP, true };
static const Tzc400Master ap = { 0, NSAID_AP, false };
static const Tzc400Master pci = { 0, NSAID_PCI, false };
static const Tzc400Master other = { 0, 3, false };
static const Tzc400Master clcd = { 2, NSAID_CLCD, false };

static uint32_t region_reg(unsigned n, uint32_t reg)
{
    return TZC_REGION + n * TZC_REGION_STRIDE + reg;
}

static void set_region(Tzc400 *t, unsigned n, uint64_t base, uint64_t top,
                       uint32_t attributes, uint32_t id_access)
{
    assert_true(tzc400_write(t, region_reg(n, TZC_REGION_BASE_LOW),
                             (uint32_t)base, NULL));
    assert_true(tzc400_write(t, region_reg(n, TZC_REGION_BASE_HIGH),
                             base >> 32, NULL));
    assert_true(tzc400_write(t, region_reg(n, TZC_REGION_TOP_LOW),
                             (uint32_t)top, NULL));
    assert_true(tzc400_write(t, region_reg(n, TZC_REGION_TOP_HIGH),
                             top >> 32, NULL));
    assert_true(tzc400_write(t, region_reg(n, TZC_REGION_ATTRIBUTES),
                             attributes, NULL));
    assert_true(tzc400_write(t, region_reg(n, TZC_REGION_ID_ACCESS),
                             id_access, NULL));
}

static void open_gates(Tzc400 *t, uint32_t gates)
{
    assert_true(tzc400_write(t, TZC_GATE_KEEPER, gates, NULL));
}

static Tzc400 fresh(void)
{
    Tzc400 t;

    memset(&t, 0xa5, sizeof(t));
    tzc400_reset(&t, BITS);
    assert_true(tzc400_sane(&t));
    return t;
}

/* Read and write of @nsaid. */
static uint32_t both(unsigned nsaid)
{
    return 0x00010001u << nsaid;
}

/* --- registers --- */

typedef struct RegCase {
    const char *name;
    uint32_t offset, reset, writable, ones;
} RegCase;

/* @ones: what reads as one in any case. */
static const RegCase reg_cases[] = {
    { "BUILD_CONFIG", 0x000, 0x03002708, 0, 0x03002708 },
    { "ACTION", 0x004, 0, 0x3, 0 },
    { "SPECULATION_CTRL", 0x00c, 0, 0x3, 0 },
    { "INT_STATUS", 0x010, 0, 0, 0 },
    { "INT_CLEAR", 0x014, 0, 0, 0 },
    { "FAIL_ADDRESS_LOW_0", 0x020, 0, 0, 0 },
    { "FAIL_ID_3", 0x05c, 0, 0, 0 },
    { "REGION_BASE_LOW_0", 0x100, 0, 0, 0 },
    { "REGION_TOP_LOW_0", 0x108, 0xffffffff, 0, 0xffffffff },
    { "REGION_TOP_HIGH_0", 0x10c, 0xff, 0, 0xff },
    { "REGION_ATTRIBUTES_0", 0x110, 0xc000000f, 0xc0000000, 0xf },
    { "REGION_ID_ACCESS_0", 0x114, 0, 0xffffffff, 0 },
    { "after region 0", 0x118, 0, 0, 0 },
    { "REGION_BASE_LOW_1", 0x120, 0, 0xfffff000, 0 },
    { "REGION_BASE_HIGH_1", 0x124, 0, 0xff, 0 },
    { "REGION_TOP_LOW_1", 0x128, 0xfff, 0xfffff000, 0xfff },
    { "REGION_TOP_HIGH_1", 0x12c, 0, 0xff, 0 },
    { "REGION_ATTRIBUTES_1", 0x130, 0, 0xc000000f, 0 },
    { "REGION_ID_ACCESS_1", 0x134, 0, 0xffffffff, 0 },
    { "REGION_ID_ACCESS_8", 0x214, 0, 0xffffffff, 0 },
    { "region 9", 0x220, 0, 0, 0 },
    { "PID4", 0xfd0, 0x04, 0, 0x04 },
    { "PID5", 0xfd4, 0, 0, 0 },
    { "PID0", 0xfe0, 0x60, 0, 0x60 },
    { "PID1", 0xfe4, 0xb4, 0, 0xb4 },
    { "CID0", 0xff0, 0x0d, 0, 0x0d },
    { "CID3", 0xffc, 0xb1, 0, 0xb1 },
};

static void test_registers(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(reg_cases); i++) {
        const RegCase *c = &reg_cases[i];
        Tzc400 t = fresh();
        bool wrong;

        print_message("    %s\n", c->name);
        assert_int_equal(tzc400_read(&t, c->offset), c->reset);
        tzc400_write(&t, c->offset, 0xffffffff, &wrong);
        assert_int_equal(wrong, !c->writable && c->offset != TZC_INT_CLEAR);
        assert_int_equal(tzc400_read(&t, c->offset), c->writable | c->ones);
        tzc400_write(&t, c->offset, 0, NULL);
        assert_int_equal(tzc400_read(&t, c->offset), c->ones);
        assert_true(tzc400_sane(&t));
    }
}

/* Requests are obeyed at once, and status shows it. */
static void test_gate_keeper(void **state)
{
    Tzc400 t = fresh();

    (void)state;
    assert_int_equal(tzc400_read(&t, TZC_GATE_KEEPER), 0);
    assert_int_equal(tzc400_check(&t, &secure, 0), TZC_CLOSED);
    open_gates(&t, 0xfffffff4);
    assert_int_equal(tzc400_read(&t, TZC_GATE_KEEPER), 0x00040004);
    assert_int_equal(tzc400_check(&t, &secure, 0), TZC_CLOSED);
    assert_int_equal(tzc400_check(&t, &clcd, 0), TZC_NONE);
    open_gates(&t, 0x1);
    assert_int_equal(tzc400_read(&t, TZC_GATE_KEEPER), 0x00010001);
    assert_int_equal(tzc400_check(&t, &secure, 0), TZC_BOTH);
    assert_int_equal(tzc400_check(&t, &clcd, 0), TZC_CLOSED);
}

/* What cannot come from writes does not load. */
static void test_sane(void **state)
{
    Tzc400 t;

    (void)state;
#define REFUSES(what)                   \
    do {                                \
        t = fresh();                    \
        what;                           \
        assert_false(tzc400_sane(&t));  \
    } while (0)
    REFUSES(t.address_bits = 31);
    REFUSES(t.address_bits = 65);
    REFUSES(t.gates = 0x10);
    REFUSES(t.overlap = 1);
    REFUSES(t.action = 4);
    REFUSES(t.speculation = 4);
    REFUSES(t.region[3].base = 0x800);
    REFUSES(t.region[3].top = 0x1000);
    REFUSES(t.region[3].top = LAST + 0x1000);
    REFUSES(t.region[8].attributes = 0x10);
    REFUSES(t.region[0].base = 0x1000);
    REFUSES(t.region[0].top = 0xfff);
    REFUSES(t.region[0].attributes = 0);
#undef REFUSES
}

/* --- who may access what --- */

static void test_permissions(void **state)
{
    Tzc400 t = fresh();

    (void)state;
    open_gates(&t, 0xf);
    set_region(&t, 1, 0x80000000, 0x80000fff, TZC_ATTR_S_RD_EN | 1,
               1u << NSAID_AP | 1u << (16 + NSAID_PCI));
    assert_int_equal(tzc400_check(&t, &secure, 0x80000000), TZC_READ);
    assert_int_equal(tzc400_check(&t, &ap, 0x80000fff), TZC_READ);
    assert_int_equal(tzc400_check(&t, &pci, 0x80000800), TZC_WRITE);
    assert_int_equal(tzc400_check(&t, &other, 0x80000800), TZC_NONE);
    /* Filter 2 does not have that region; region 0 lets Secure only. */
    assert_int_equal(tzc400_check(&t, &clcd, 0x80000800), TZC_NONE);
    assert_int_equal(tzc400_check(&t, &secure, 0x7fffffff), TZC_BOTH);
    assert_int_equal(tzc400_check(&t, &ap, 0x7fffffff), TZC_NONE);
    assert_int_equal(tzc400_check(&t, &ap, 0x80001000), TZC_NONE);
    /* Region 0 for all, and each filter. */
    tzc400_write(&t, region_reg(0, TZC_REGION_ID_ACCESS), both(NSAID_CLCD),
                 NULL);
    tzc400_write(&t, region_reg(0, TZC_REGION_ATTRIBUTES), 0, NULL);
    assert_int_equal(tzc400_check(&t, &clcd, 0x80000800), TZC_BOTH);
    assert_int_equal(tzc400_check(&t, &secure, 0x7fffffff), TZC_NONE);
    /* Beyond the width there is nothing. */
    tzc400_write(&t, region_reg(0, TZC_REGION_ATTRIBUTES), RW, NULL);
    assert_int_equal(tzc400_check(&t, &secure, LAST), TZC_BOTH);
    assert_int_equal(tzc400_check(&t, &secure, LAST + 1), TZC_NONE);
}

static void test_overlap(void **state)
{
    Tzc400 t = fresh();

    (void)state;
    open_gates(&t, 0xf);
    set_region(&t, 2, 0x1000, 0x3fff, RW | 0x1, both(NSAID_AP));
    set_region(&t, 5, 0x3000, 0x4fff, RW | 0x2, both(NSAID_AP));
    /* In different filters they do not meet. */
    assert_int_equal(tzc400_check(&t, &ap, 0x3000), TZC_BOTH);
    set_region(&t, 5, 0x3000, 0x4fff, RW | 0x3, both(NSAID_AP));
    assert_int_equal(tzc400_check(&t, &ap, 0x2fff), TZC_BOTH);
    assert_int_equal(tzc400_check(&t, &ap, 0x3000), TZC_OVERLAP);
    assert_int_equal(tzc400_check(&t, &secure, 0x3fff), TZC_OVERLAP);
    assert_int_equal(tzc400_check(&t, &ap, 0x4000), TZC_BOTH);
    /* A region that ends before it begins is nowhere. */
    set_region(&t, 5, 0x5000, 0x3fff, RW | 0x1, both(NSAID_AP));
    assert_int_equal(tzc400_check(&t, &ap, 0x3000), TZC_BOTH);
    assert_int_equal(tzc400_check(&t, &ap, 0x5000), TZC_NONE);
}

/* --- failed accesses --- */

static void test_fail(void **state)
{
    Tzc400 t = fresh();

    (void)state;
    /* ACTION: nothing. */
    assert_false(tzc400_fail(&t, &ap, TZC_NONE, 0x8123456789, true, true,
                             0x77));
    assert_false(tzc400_line(&t));
    assert_int_equal(tzc400_read(&t, TZC_INT_STATUS), 0x1);
    assert_int_equal(tzc400_read(&t, 0x20), 0x23456789);
    assert_int_equal(tzc400_read(&t, 0x24), 0x81);
    assert_int_equal(tzc400_read(&t, 0x28), 1u << 24 | 1u << 21 | 1u << 20);
    assert_int_equal(tzc400_read(&t, 0x2c), 0x77);
    /* The first one stays. */
    tzc400_write(&t, TZC_ACTION, TZC_ACTION_ERROR, NULL);
    assert_true(tzc400_fail(&t, &secure, TZC_WRITE, 0x1000, false, false, 1));
    assert_int_equal(tzc400_read(&t, TZC_INT_STATUS), 0x101);
    assert_int_equal(tzc400_read(&t, 0x20), 0x23456789);
    assert_false(tzc400_line(&t));
    /* Another filter is its own. */
    tzc400_write(&t, TZC_ACTION, TZC_ACTION_INTERRUPT, NULL);
    assert_true(tzc400_line(&t));
    assert_false(tzc400_fail(&t, &clcd, TZC_NONE, 0x2000, false, false, 7));
    assert_int_equal(tzc400_read(&t, TZC_INT_STATUS), 0x105);
    assert_int_equal(tzc400_read(&t, 0x40), 0x2000);
    assert_int_equal(tzc400_read(&t, 0x48), 1u << 21);
    tzc400_write(&t, TZC_INT_CLEAR, 0x1, NULL);
    assert_int_equal(tzc400_read(&t, TZC_INT_STATUS), 0x4);
    assert_true(tzc400_line(&t));
    tzc400_write(&t, TZC_INT_CLEAR, 0x4, NULL);
    assert_false(tzc400_line(&t));
    assert_true(tzc400_fail(&t, &secure, TZC_OVERLAP, 0x1000, false, false,
                            1));
    assert_int_equal(tzc400_read(&t, 0x28), 0);
}

/* Overlaps do not care for ACTION; closed gates leave no trace. */
static void test_fail_overlap(void **state)
{
    Tzc400 t = fresh();

    (void)state;
    assert_false(tzc400_fail(&t, &ap, TZC_CLOSED, 0x1000, true, true, 9));
    assert_int_equal(tzc400_read(&t, TZC_INT_STATUS), 0);
    assert_true(tzc400_fail(&t, &ap, TZC_OVERLAP, 0x1000, true, true, 9));
    assert_int_equal(tzc400_read(&t, TZC_INT_STATUS), 0x00010001);
    assert_int_equal(tzc400_read(&t, 0x20), 0x1000);
    assert_true(tzc400_line(&t));
    assert_true(tzc400_sane(&t));
    tzc400_write(&t, TZC_INT_CLEAR, 0x1, NULL);
    assert_int_equal(tzc400_read(&t, TZC_INT_STATUS), 0);
    assert_false(tzc400_line(&t));
    tzc400_write(&t, TZC_ACTION, TZC_ACTION_ERROR, NULL);
    assert_true(tzc400_fail(&t, &ap, TZC_CLOSED, 0x1000, true, true, 9));
}

/* --- ranges --- */

static void assert_ranges(const Tzc400 *t, const Tzc400Master *who,
                          const Tzc400Range *expected, unsigned count)
{
    Tzc400Range ranges[TZC_MAX_OPEN];

    assert_int_equal(tzc400_open_ranges(t, who, ranges), count);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(ranges[i].first, expected[i].first);
        assert_int_equal(ranges[i].last, expected[i].last);
    }
}

/* Regions as TF-A's PLAT=fvp ENABLE_RME=1 has them. */
static void test_firmware(void **state)
{
    static const Tzc400Range root[] = {
        { 0xfc000000, 0xfdbfffff }, { 0xffc00000, 0xffffffff },
    };
    static const Tzc400Range ns[] = {
        { 0x80000000, 0xfbffffff }, { 0xfdc00000, 0xffbfffff },
        { 0x880000000, 0xfffffffff },
    };
    const uint32_t devices = both(NSAID_DEFAULT) | both(NSAID_PCI) |
                             both(NSAID_AP) | both(8) | both(15);
    Tzc400 t = fresh();

    (void)state;
    assert_ranges(&t, &secure, NULL, 0);
    open_gates(&t, 1);
    assert_ranges(&t, &secure, &(Tzc400Range) { 0, LAST }, 1);
    assert_ranges(&t, &ap, NULL, 0);
    tzc400_write(&t, region_reg(0, TZC_REGION_ATTRIBUTES), 0, NULL);
    set_region(&t, 1, 0xfc000000, 0xfdbfffff, RW | 1, 0);
    set_region(&t, 2, 0xffc00000, 0xffffffff, RW | 1, 0);
    set_region(&t, 3, 0x80000000, 0xfbffffff, 1, devices);
    set_region(&t, 4, 0xfdc00000, 0xffbfffff, 1, devices);
    set_region(&t, 5, 0x880000000, 0xfffffffff, 1, devices);
    open_gates(&t, 0xf);
    assert_ranges(&t, &secure, root, COUNT_OF(root));
    assert_ranges(&t, &ap, ns, COUNT_OF(ns));
    assert_ranges(&t, &pci, ns, COUNT_OF(ns));
    assert_ranges(&t, &other, NULL, 0);
    assert_ranges(&t, &clcd, NULL, 0);
}

/* Eight regions apart, open in region 0: nine ranges, and up to both ends. */
static void test_most_ranges(void **state)
{
    Tzc400Range ranges[TZC_MAX_OPEN];
    Tzc400 t;

    (void)state;
    tzc400_reset(&t, 64);
    open_gates(&t, 1);
    for (unsigned i = 1; i < TZC_REGIONS; i++) {
        set_region(&t, i, i * 0x2000, i * 0x2000 + 0xfff, 1, 0);
    }
    assert_int_equal(tzc400_open_ranges(&t, &secure, ranges), TZC_MAX_OPEN);
    assert_int_equal(ranges[0].first, 0);
    assert_int_equal(ranges[8].first, 0x11000);
    assert_int_equal(ranges[8].last, UINT64_MAX);
    set_region(&t, 8, ~0xfffull, UINT64_MAX, 1, 0);
    assert_int_equal(tzc400_open_ranges(&t, &secure, ranges), 8);
    assert_int_equal(ranges[7].last, ~0x1000ull);
    set_region(&t, 8, 0, UINT64_MAX, RW | 1, 0);
    assert_int_equal(tzc400_open_ranges(&t, &secure, ranges), 8);
    assert_int_equal(ranges[7].last, UINT64_MAX);
}

/* --- random comparison with a naive model --- */

/* Registers as they were written. */
typedef struct Naive {
    uint32_t base[TZC_REGIONS], top[TZC_REGIONS];
    uint32_t attributes[TZC_REGIONS], ids[TZC_REGIONS], gates;
} Naive;

/* By granule number: 0 nothing, 1 read, 2 write, 3 both, 4 gate, 8 overlap. */
static unsigned naive_check(const Naive *n, const Tzc400Master *who,
                            uint32_t granule)
{
    unsigned here[TZC_REGIONS], count = 0, r;

    if ((n->gates & 1u << who->filter) == 0) {
        return 4;
    }
    for (r = 1; r < TZC_REGIONS; r++) {
        if ((n->attributes[r] & 1u << who->filter) &&
            n->base[r] >> 12 <= granule && granule <= n->top[r] >> 12) {
            here[count++] = r;
        }
    }
    if (count > 1) {
        return 8;
    }
    r = count ? here[0] : 0;
    if (who->secure) {
        return n->attributes[r] >> 30;
    }
    return (n->ids[r] & 1u << who->nsaid ? 1 : 0) +
           (n->ids[r] & 0x10000u << who->nsaid ? 2 : 0);
}

/* Small numbers of granules, at the beginning and at the end. */
enum { WINDOW = 40 };

static uint32_t random_granule(Rng *r)
{
    uint32_t granule = (uint32_t)rng_below(r, WINDOW);

    return rng_once_in(r, 8) ? 0xfffff - granule : granule;
}

static void random_write(Rng *r, Tzc400 *t, Naive *n)
{
    unsigned region = (unsigned)rng_below(r, TZC_REGIONS);
    uint32_t value = (uint32_t)rng_next(r);

    switch (rng_below(r, 8)) {
    case 0:
        open_gates(t, value);
        n->gates = value & 0xf;
        break;
    case 1:
    case 2:
        tzc400_write(t, region_reg(region, TZC_REGION_ATTRIBUTES), value,
                     NULL);
        n->attributes[region] = value;
        break;
    case 3:
        tzc400_write(t, region_reg(region, TZC_REGION_ID_ACCESS), value,
                     NULL);
        n->ids[region] = value;
        break;
    case 4:
    case 5:
        value = random_granule(r) << 12 | (value & 0xfff);
        tzc400_write(t, region_reg(region, TZC_REGION_BASE_LOW), value, NULL);
        n->base[region] = value;
        break;
    default:
        value = random_granule(r) << 12 | (value & 0xfff);
        tzc400_write(t, region_reg(region, TZC_REGION_TOP_LOW), value, NULL);
        n->top[region] = value;
        break;
    }
}

static bool in_ranges(const Tzc400Range *ranges, unsigned count,
                      uint64_t address)
{
    for (unsigned i = 0; i < count; i++) {
        if (address >= ranges[i].first && address <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static void compare(Rng *r, const Tzc400 *t, const Naive *n)
{
    const Tzc400Master who = {
        .filter = (unsigned)rng_below(r, TZC_FILTERS),
        .nsaid = (unsigned)rng_below(r, TZC_NSAIDS),
        .secure = rng_once_in(r, 2),
    };
    Tzc400Range ranges[TZC_MAX_OPEN];
    unsigned count = tzc400_open_ranges(t, &who, ranges);

    assert_true(count <= TZC_MAX_OPEN);
    for (unsigned i = 0; i < count; i++) {
        assert_true(ranges[i].first <= ranges[i].last);
        assert_true(i == 0 || ranges[i - 1].last + 1 < ranges[i].first);
    }
    for (uint32_t g = 0; g < 2 * WINDOW + 2; g++) {
        uint32_t granule = g <= WINDOW ? g : 0xfffff - (2 * WINDOW + 1 - g);
        uint64_t address = (uint64_t)granule << 12 | rng_below(r, 0x1000);
        unsigned expected = naive_check(n, &who, granule);

        assert_int_equal(tzc400_check(t, &who, address), expected);
        assert_int_equal(in_ranges(ranges, count, address), expected == 3);
    }
}

static void test_random(void **state)
{
    Rng r = { 400 };

    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        Naive n = { .attributes[0] = RW };
        Tzc400 t;

        tzc400_reset(&t, 32);
        for (unsigned i = 0; i < 60; i++) {
            random_write(&r, &t, &n);
            assert_true(tzc400_sane(&t));
            compare(&r, &t, &n);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registers),
        cmocka_unit_test(test_gate_keeper),
        cmocka_unit_test(test_sane),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_fail),
        cmocka_unit_test(test_fail_overlap),
        cmocka_unit_test(test_firmware),
        cmocka_unit_test(test_most_ranges),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
