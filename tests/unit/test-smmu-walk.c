/*
 * Table walks of the SMMU, stage 1: descriptors placed by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "smmu-memory.h"
#include "walk.h"

#define BIT(n) (1ull << (n))
#define AF BIT(10)

enum { TTB = 0x100000, TABLES = 0x200000 };

static const SmmuAccessType
    pr = { .privileged = true }, ur = { .privileged = false },
    pw = { .privileged = true, .write = true }, uw = { .write = true },
    px = { .privileged = true, .instruction = true },
    ux = { .instruction = true };

static SmmuWalkS1 stage1(unsigned granule, unsigned tsz)
{
    SmmuWalkHalf half = { .ttb = TTB, .granule = granule, .tsz = tsz };

    return (SmmuWalkS1) {
        .half = { half, half }, .regime = SMMU_WALK_EL1, .ips = 48, .oas = 52,
        .vax = true, .stt = true, .mair = 0xff44bb0c04ull, .mecid = 0x77,
    };
}

typedef struct Got {
    bool ok;
    SmmuWalkResult r;
    SmmuWalkFault f;
} Got;

static Got walk(SmmuMemory *m, const SmmuWalkS1 *cfg, uint64_t va,
                SmmuAccessType access)
{
    SmmuMem mem = smmu_memory_bus(m);
    Got g = { .f.event = SMMU_EVT_NONE };

    g.ok = smmu_walk_stage1(&mem, cfg, va, access, NULL, NULL, &g.r, &g.f);
    assert_false(m->broken);
    return g;
}

static void expect_fault(const Got *g, SmmuEventId event, int level)
{
    assert_false(g->ok);
    assert_int_equal(g->f.event, event);
    assert_int_equal(g->f.level, level);
    assert_false(g->f.s2);
    assert_int_equal(g->f.class_, event == SMMU_F_WALK_EABT ? SMMU_CLASS_TT :
                                                             SMMU_CLASS_IN);
}

static unsigned shift_of(unsigned granule, int level)
{
    return granule + (3 - level) * (granule - 3);
}

/*
 * Tables for VA 0 from @start down to @level, where @desc is. The table of
 * level n is at TABLES + n * 64KB, the first one at TTB.
 */
static uint64_t entry_at(int start, int level)
{
    return level == start ? TTB : TABLES + level * 0x10000ull;
}

static void tables(SmmuMemory *m, CcaPas pas, int start, int level,
                   uint64_t desc)
{
    for (int l = start; l < level; l++) {
        smmu_memory_put(m, entry_at(start, l), pas,
                        entry_at(start, l + 1) | 3, false);
    }
    smmu_memory_put(m, entry_at(start, level), pas, desc, false);
}

/* Each granule and level, with and without 52 bits: what may stand there. */
static void test_levels(void **state)
{
    static const struct {
        uint8_t granule, tsz;
        bool ds;
        uint8_t oas;
        int8_t start;
        uint8_t blocks;         /* bit per level */
    } rows[] = {
        { 12, 16, false, 52, 0, 1 << 1 | 1 << 2 },
        { 12, 25, false, 52, 1, 1 << 1 | 1 << 2 },
        { 12, 34, false, 52, 2, 1 << 2 },
        { 12, 43, false, 52, 3, 0 },
        { 12, 12, true, 52, -1, 1 << 0 | 1 << 1 | 1 << 2 },
        { 12, 16, true, 52, 0, 1 << 0 | 1 << 1 | 1 << 2 },
        { 14, 16, false, 52, 0, 1 << 2 },
        { 14, 17, false, 52, 1, 1 << 2 },
        { 14, 12, true, 52, 0, 1 << 1 | 1 << 2 },
        { 14, 48, false, 52, 3, 0 },
        { 16, 12, false, 52, 1, 1 << 1 | 1 << 2 },
        { 16, 16, false, 48, 1, 1 << 2 },
        { 16, 22, false, 48, 2, 1 << 2 },
        { 16, 47, false, 48, 3, 0 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        SmmuWalkS1 cfg = stage1(rows[i].granule, rows[i].tsz);

        cfg.ds = rows[i].ds;
        cfg.oas = rows[i].oas;
        for (int level = rows[i].start; level <= 3; level++) {
            unsigned shift = shift_of(rows[i].granule, level);
            bool block = level >= 0 && (rows[i].blocks >> level & 1);
            uint64_t pa = shift < 47 ? BIT(shift) : 0;
            SmmuMemory m = { .words = 0 };
            Got g;

            /* bit 0 clear: invalid, whatever else there is */
            tables(&m, CCA_PAS_NS, rows[i].start, level, ~1ull);
            g = walk(&m, &cfg, 0x123, pr);
            expect_fault(&g, SMMU_F_TRANSLATION, level);
            assert_int_equal(m.reads, level - rows[i].start + 1);

            tables(&m, CCA_PAS_NS, rows[i].start, level, pa | AF | 1);
            g = walk(&m, &cfg, 0x123, pr);
            if (block) {
                assert_true(g.ok);
                assert_int_equal(g.r.pa, pa | 0x123);
                assert_int_equal(g.r.shift, shift);
                assert_int_equal(g.r.s1_level, level);
            } else {
                expect_fault(&g, SMMU_F_TRANSLATION, level);
            }
            if (level == 3) {
                tables(&m, CCA_PAS_NS, rows[i].start, level, pa | AF | 3);
                g = walk(&m, &cfg, 0xabc, pr);
                assert_true(g.ok);
                assert_int_equal(g.r.pa, pa | 0xabc);
                assert_int_equal(g.r.shift, rows[i].granule);
            }
        }
    }
}

/* TxSZ: the ranges of section 5.4, and nothing is read outside of them. */
static void test_size_ranges(void **state)
{
    (void)state;
    for (unsigned granule = 12; granule <= 16; granule += 2) {
        for (unsigned bits = 0; bits < 8; bits++) {
            bool vax = bits & 1, ds = bits & 2, stt = bits & 4;
            unsigned min = vax && (ds || granule == 16) ? 12 : 16;
            unsigned max = !stt ? 39 : granule == 16 ? 47 : 48;

            for (unsigned tsz = 0; tsz < 64; tsz++) {
                SmmuWalkS1 cfg = stage1(granule, tsz);
                SmmuMemory m = { .words = 0 };
                bool ok = tsz >= min && tsz <= max;
                Got g;

                cfg.vax = vax;
                cfg.ds = ds;
                cfg.stt = stt;
                assert_int_equal(smmu_walk_s1_size_ok(&cfg, 0), ok);
                assert_int_equal(smmu_walk_s1_size_ok(&cfg, 1), ok);
                g = walk(&m, &cfg, 0, pr);
                assert_int_equal(m.reads, ok);
                assert_int_equal(g.f.event, ok ? SMMU_F_WALK_EABT :
                                                 SMMU_F_TRANSLATION);
            }
        }
    }
}

static void test_va_ranges(void **state)
{
    static const struct {
        SmmuWalkRegime regime;
        bool tbi;
        uint64_t va;
        int half;               /* -1: out of range */
    } rows[] = {
        { SMMU_WALK_EL1, false, 0x7fffffffff, 0 },
        { SMMU_WALK_EL1, false, 0x8000000000, -1 },
        { SMMU_WALK_EL1, false, BIT(55), -1 },
        { SMMU_WALK_EL1, false, BIT(63), -1 },
        { SMMU_WALK_EL1, false, 0xffffff8000000000, 1 },
        { SMMU_WALK_EL1, false, 0xffffff7fffffffff, -1 },
        { SMMU_WALK_EL1, false, 0x00ffff8000000000, -1 },
        { SMMU_WALK_EL1, true, 0x00ffff8000000000, 1 },
        { SMMU_WALK_EL1, true, 0xa5ffff8000000000, 1 },
        { SMMU_WALK_EL1, true, 0xa500000000000000, 0 },
        { SMMU_WALK_EL1, true, 0x0080000000000000, -1 },
        { SMMU_WALK_EL2_E2H, false, 0xffffff8000000000, 1 },
        { SMMU_WALK_EL2, false, 0xffffff8000000000, -1 },
        { SMMU_WALK_EL2, true, 0xffffff8000000000, -1 },
        { SMMU_WALK_EL2, true, 0xff00000000000000, 0 },
        { SMMU_WALK_EL2, false, 0xff00000000000000, -1 },
        { SMMU_WALK_EL3, false, 0x7fffffffff, 0 },
        { SMMU_WALK_EL3, false, BIT(39), -1 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        SmmuWalkS1 cfg = stage1(12, 25);
        SmmuMemory m = { .words = 0 };
        Got g;

        cfg.regime = rows[i].regime;
        cfg.half[0].tbi = cfg.half[1].tbi = rows[i].tbi;
        cfg.half[1].ttb = TTB + 0x1000;
        for (unsigned n = 0; n < 512; n += 511) {
            smmu_memory_put(&m, TTB + n * 8, CCA_PAS_NS, AF | 1, false);
            smmu_memory_put(&m, TTB + 0x1000 + n * 8, CCA_PAS_NS,
                            BIT(40) | AF | 1, false);
        }
        g = walk(&m, &cfg, rows[i].va, pr);
        if (rows[i].half < 0) {
            expect_fault(&g, SMMU_F_TRANSLATION, 0);
            assert_int_equal(m.reads, 0);
        } else {
            assert_true(g.ok);
            assert_int_equal(g.r.pa >> 40, rows[i].half);
            assert_int_equal(g.r.pa & 0x3fffffff, rows[i].va & 0x3fffffff);
        }
    }
}

static void test_epd_e0pd(void **state)
{
    SmmuWalkS1 cfg = stage1(12, 25);
    SmmuMemory m = { .words = 0 };
    Got g;

    (void)state;
    tables(&m, CCA_PAS_NS, 1, 1, AF | 1 | BIT(6));
    cfg.half[1].epd = cfg.half[1].e0pd = true;
    assert_true(walk(&m, &cfg, 0, ur).ok);
    cfg.half[0].e0pd = true;
    g = walk(&m, &cfg, 0, ur);
    expect_fault(&g, SMMU_F_TRANSLATION, 0);
    assert_true(walk(&m, &cfg, 0, pr).ok);
    cfg.half[0].epd = true;
    g = walk(&m, &cfg, 0, pr);
    expect_fault(&g, SMMU_F_TRANSLATION, 0);
    /* Neither exists with one privilege. */
    cfg.regime = SMMU_WALK_EL2;
    assert_true(walk(&m, &cfg, 0, ur).ok);
}

/* Output sizes, of tables and of leaves, at each level. */
static void test_address_sizes(void **state)
{
    static const uint8_t sizes[] = { 32, 36, 40, 42, 44, 48 };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(sizes); i++) {
        for (unsigned bit = 30; bit < 48; bit++) {
            for (int level = 0; level <= 3; level++) {
                bool leaf = level == 1 || level == 3;
                SmmuWalkS1 cfg = stage1(12, 16);
                SmmuMemory m = { .words = 0 };
                Got g;

                if (i & 1) {
                    cfg.ips = sizes[i];
                } else {
                    cfg.oas = sizes[i];
                }
                tables(&m, CCA_PAS_NS, 0, level,
                       BIT(bit) | AF | (level == 1 ? 1 : 3));
                g = walk(&m, &cfg, 0, pr);
                if (bit >= sizes[i]) {
                    expect_fault(&g, SMMU_F_ADDR_SIZE, level);
                } else if (leaf) {
                    assert_int_equal(g.r.pa, BIT(bit));
                } else {
                    expect_fault(&g, SMMU_F_WALK_EABT, level + 1);
                    assert_int_equal(g.f.fetch_addr, BIT(bit));
                }
            }
        }
    }
}

/* Where OA[51:48] is, and when. */
static void test_52_bits(void **state)
{
    static const struct {
        uint8_t granule;
        bool ds;
        uint8_t ips, oas;
        uint64_t desc, pa;      /* pa 0: address size fault */
    } rows[] = {
        { 12, true, 52, 52, BIT(9), BIT(51) },
        { 12, true, 52, 52, BIT(8), BIT(50) },
        { 12, true, 52, 52, BIT(49), BIT(49) },
        { 12, true, 52, 52, BIT(48), BIT(48) },
        { 12, true, 48, 52, BIT(8), 0 },
        { 12, true, 52, 48, BIT(48), 0 },
        { 14, true, 52, 52, BIT(9) | BIT(48), BIT(51) | BIT(48) },
        /* RES0, or shareability, without DS */
        { 12, false, 52, 52, BIT(49) | BIT(8) | BIT(20), BIT(20) },
        { 14, false, 52, 52, BIT(48) | BIT(20), BIT(20) },
        { 16, false, 52, 52, BIT(12), BIT(48) },
        { 16, false, 52, 52, BIT(15), BIT(51) },
        { 16, true, 52, 52, BIT(15) | BIT(9) | BIT(49), BIT(51) },
        { 16, false, 48, 52, BIT(15), 0 },
        { 16, false, 48, 48, BIT(15) | BIT(20), BIT(20) },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        SmmuWalkS1 cfg = stage1(rows[i].granule, 47);
        SmmuMemory m = { .words = 0 };
        Got g;

        cfg.ds = rows[i].ds;
        cfg.ips = rows[i].ips;
        cfg.oas = rows[i].oas;
        tables(&m, CCA_PAS_NS, 3, 3, rows[i].desc | AF | 3);
        g = walk(&m, &cfg, 0, pr);
        if (rows[i].pa) {
            assert_true(g.ok);
            assert_int_equal(g.r.pa, rows[i].pa);
        } else {
            expect_fault(&g, SMMU_F_ADDR_SIZE, 3);
        }
    }
    /* Shareability comes from the CD then. */
    SmmuWalkS1 cfg = stage1(12, 43);
    SmmuMemory m = { .words = 0 };

    cfg.half[0].sh = 3;
    tables(&m, CCA_PAS_NS, 3, 3, AF | 2 << 8 | 4 << 2 | 3);
    assert_int_equal(walk(&m, &cfg, 0, pr).r.sh, 2);
    assert_int_equal(walk(&m, &cfg, 0, pr).r.mair, 0xff);
    cfg.ds = true;
    cfg.ips = 52;
    assert_int_equal(walk(&m, &cfg, 0, pr).r.sh, 3);
}

/* AP, XN, tables, WXN, PAN: what each of the six accesses may do. */
static void test_permissions(void **state)
{
    enum {
        EL1 = SMMU_WALK_EL1, E2H = SMMU_WALK_EL2_E2H, EL2 = SMMU_WALK_EL2,
        R = SMMU_PERM_PR, W = SMMU_PERM_PW, X = SMMU_PERM_PX,
        r = SMMU_PERM_UR, w = SMMU_PERM_UW, x = SMMU_PERM_UX,
        WXN = 1, PAN = 2, HAD = 4,
    };
    static const struct {
        uint8_t regime, flags;
        uint64_t table, leaf;
        uint8_t perms;
    } rows[] = {
        { EL1, 0, 0, 0, R | W | X | x },
        { EL1, 0, 0, BIT(6), R | W | r | w | x },
        { EL1, 0, 0, BIT(7), R | X | x },
        { EL1, 0, 0, BIT(7) | BIT(6), R | X | r | x },
        { E2H, 0, 0, BIT(7) | BIT(6), R | X | r | x },
        { EL1, 0, 0, BIT(53), R | W | x },
        { EL1, 0, 0, BIT(54), R | W | X },
        { EL1, WXN, 0, 0, R | W | x },
        { EL1, WXN, 0, BIT(6), R | W | r | w },
        { EL1, WXN, 0, BIT(7) | BIT(6), R | X | r | x },
        { EL1, PAN, 0, BIT(6), r | w | x },
        { EL1, PAN, 0, BIT(7) | BIT(6), X | r | x },
        { EL1, PAN, 0, 0, R | W | X | x },
        { EL1, PAN, BIT(61), BIT(6), R | W | X | x },
        { EL1, 0, BIT(61), BIT(6), R | W | X | x },
        { EL1, 0, BIT(62), BIT(6), R | X | r | x },
        { EL1, 0, BIT(62) | BIT(61), BIT(6), R | X | x },
        { EL1, 0, BIT(60), BIT(7), R | X },
        { EL1, 0, BIT(59), BIT(7), R | x },
        { EL1, HAD, 15ull << 59, BIT(7), R | X | x },
        { EL2, 0, 0, 0, R | W | X | r | w | x },
        { EL2, PAN, 0, BIT(6), R | W | X | r | w | x },
        { EL2, 0, 0, BIT(7), R | X | r | x },
        { EL2, 0, 0, BIT(54), R | W | r | w },
        { EL2, 0, 0, BIT(53), R | W | X | r | w | x },
        { EL2, WXN, 0, 0, R | W | r | w },
        { EL2, 0, BIT(62), 0, R | X | r | x },
        { EL2, 0, BIT(61) | BIT(59), 0, R | W | X | r | w | x },
        { EL2, 0, BIT(60), 0, R | W | r | w },
        { EL2, HAD, BIT(60) | BIT(62), 0, R | W | X | r | w | x },
    };
    const SmmuAccessType accesses[] = { pr, pw, px, ur, uw, ux };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        SmmuWalkS1 cfg = stage1(12, 16);

        cfg.regime = rows[i].regime;
        cfg.wxn = rows[i].flags & WXN;
        cfg.pan = rows[i].flags & PAN;
        cfg.half[0].had = rows[i].flags & HAD;
        /* A hierarchical bit counts at whatever level it is. */
        for (int level = 0; level < 3; level++) {
            SmmuMemory m = { .words = 0 };

            tables(&m, CCA_PAS_NS, 0, 3, rows[i].leaf | AF | 3);
            smmu_memory_put(&m, entry_at(0, level), CCA_PAS_NS,
                            entry_at(0, level + 1) | rows[i].table | 3, false);
            for (unsigned a = 0; a < COUNT_OF(accesses); a++) {
                Got g = walk(&m, &cfg, 0, accesses[a]);

                if (rows[i].perms >> a & 1) {
                    assert_true(g.ok);
                    assert_int_equal(g.r.perms, rows[i].perms);
                } else {
                    expect_fault(&g, SMMU_F_PERMISSION, 3);
                }
            }
        }
    }
}

static void test_access_flag(void **state)
{
    SmmuWalkS1 cfg = stage1(12, 43);

    (void)state;
    for (unsigned be = 0; be < 2; be++) {
        SmmuMemory m = { .words = 0 };
        Got g;

        cfg = stage1(12, 43);
        cfg.big_endian = be;
        smmu_memory_put(&m, TTB, CCA_PAS_NS, 0x5003, be);
        g = walk(&m, &cfg, 0, pr);
        expect_fault(&g, SMMU_F_ACCESS, 3);
        cfg.affd = true;
        assert_true(walk(&m, &cfg, 0, pr).ok);
        assert_int_equal(m.updates, 0);
        /* HA beats AFFD; a permission fault updates nothing. */
        cfg.ha = true;
        g = walk(&m, &cfg, 0, ur);
        expect_fault(&g, SMMU_F_PERMISSION, 3);
        assert_int_equal(smmu_memory_get(&m, TTB, CCA_PAS_NS, be), 0x5003);
        g = walk(&m, &cfg, 0, pr);
        assert_true(g.ok);
        assert_int_equal(g.r.pa, 0x5000);
        assert_int_equal(g.r.set_af, SMMU_WALK_STAGE1);
        assert_int_equal(smmu_memory_get(&m, TTB, CCA_PAS_NS, be),
                         0x5003 | AF);
        g = walk(&m, &cfg, 0, pr);
        assert_int_equal(g.r.set_af, 0);
        assert_int_equal(m.updates, 1);
    }
}

static void test_dirty(void **state)
{
    const uint64_t clean = 0x5003 | BIT(51) | BIT(7) | AF;
    SmmuWalkS1 cfg = stage1(12, 43);
    SmmuMemory m = { .words = 0 };
    Got g;

    (void)state;
    smmu_memory_put(&m, TTB, CCA_PAS_NS, clean, false);
    g = walk(&m, &cfg, 0, pw);
    expect_fault(&g, SMMU_F_PERMISSION, 3);
    cfg.hd = true;                      /* reserved without HA */
    g = walk(&m, &cfg, 0, pw);
    expect_fault(&g, SMMU_F_PERMISSION, 3);
    cfg.ha = true;
    g = walk(&m, &cfg, 0, pr);
    assert_true(g.ok);
    assert_int_equal(m.updates, 0);
    assert_int_equal(g.r.clean, SMMU_WALK_STAGE1);
    assert_false(g.r.perms & SMMU_PERM_W);
    g = walk(&m, &cfg, 0, pw);
    assert_true(g.ok);
    assert_int_equal(g.r.set_dirty, SMMU_WALK_STAGE1);
    assert_int_equal(g.r.set_af, 0);
    assert_int_equal(g.r.clean, 0);
    assert_true(g.r.perms & SMMU_PERM_PW);
    assert_int_equal(smmu_memory_get(&m, TTB, CCA_PAS_NS, false),
                     clean & ~BIT(7));
    /* Without DBM, or without HD, a page stays read-only. */
    smmu_memory_put(&m, TTB, CCA_PAS_NS, clean & ~BIT(51), false);
    g = walk(&m, &cfg, 0, pw);
    expect_fault(&g, SMMU_F_PERMISSION, 3);
    smmu_memory_put(&m, TTB, CCA_PAS_NS, clean, false);
    cfg.hd = false;
    g = walk(&m, &cfg, 0, pw);
    expect_fault(&g, SMMU_F_PERMISSION, 3);
}

/* The descriptor changes between read and update. */
static void test_update_races(void **state)
{
    SmmuWalkS1 cfg = stage1(12, 43);
    SmmuMemory m = { .words = 0 };
    Got g;

    (void)state;
    cfg.ha = cfg.hd = true;
    smmu_memory_put(&m, TTB, CCA_PAS_NS, 0x5003, false);
    m.race = BIT(13);
    m.races = 1;
    g = walk(&m, &cfg, 0, pr);
    assert_true(g.ok);
    assert_int_equal(g.r.pa, 0x7000);
    assert_int_equal(m.updates, 2);
    /* Becomes invalid. */
    smmu_memory_put(&m, TTB, CCA_PAS_NS, 0x5003, false);
    m.race = 1;
    m.races = 1;
    g = walk(&m, &cfg, 0, pr);
    expect_fault(&g, SMMU_F_TRANSLATION, 3);
    /* Never rests: a fault in the end, and few attempts. */
    smmu_memory_put(&m, TTB, CCA_PAS_NS, 0x5003, false);
    m.race = BIT(13);
    m.races = 1000000;
    m.updates = 0;
    g = walk(&m, &cfg, 0, pr);
    expect_fault(&g, SMMU_F_ACCESS, 3);
    assert_in_range(m.updates, 2, 64);
    smmu_memory_put(&m, TTB, CCA_PAS_NS, 0x5083 | BIT(51) | AF, false);
    g = walk(&m, &cfg, 0, pw);
    expect_fault(&g, SMMU_F_PERMISSION, 3);
    /* A Block becomes a Table, and the walk goes on. */
    cfg = stage1(12, 39);
    cfg.ha = true;
    m.races = 1;
    m.race = 2;
    smmu_memory_put(&m, TTB, CCA_PAS_NS, 0x200001, false);
    smmu_memory_put(&m, 0x200000, CCA_PAS_NS, 0x9003, false);
    g = walk(&m, &cfg, 0, pr);
    assert_true(g.ok);
    assert_int_equal(g.r.pa, 0x9000);
}

static void test_aborts(void **state)
{
    static const SmmuMemResult results[] = { SMMU_MEM_ABORT, SMMU_MEM_GPF };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(results); i++) {
        for (int level = -1; level <= 3; level++) {
            SmmuWalkS1 cfg = stage1(12, 12);
            SmmuMemory m = { .words = 0 };
            Got g;

            cfg.ds = true;
            tables(&m, CCA_PAS_NS, -1, 3, 0x5003 | AF);
            smmu_memory_word(&m, entry_at(-1, level), CCA_PAS_NS)->read =
                results[i];
            g = walk(&m, &cfg, 0, pr);
            expect_fault(&g, SMMU_F_WALK_EABT, level);
            assert_int_equal(g.f.fetch_addr, entry_at(-1, level));
            assert_int_equal(g.f.gpf, results[i] == SMMU_MEM_GPF);
        }
        SmmuWalkS1 cfg = stage1(12, 43);
        SmmuMemory m = { .words = 0 };
        Got g;

        cfg.ha = true;
        tables(&m, CCA_PAS_NS, 3, 3, 0x5003);
        smmu_memory_word(&m, TTB, CCA_PAS_NS)->update = results[i];
        g = walk(&m, &cfg, 0, pr);
        expect_fault(&g, SMMU_F_WALK_EABT, 3);
        assert_int_equal(g.f.gpf, results[i] == SMMU_MEM_GPF);
    }
}

/* NS, NSTable, NSCFG, AMEC: in which PAS tables and output are. */
static void test_worlds(void **state)
{
    enum { NS = CCA_SEC_SID_NS, S = CCA_SEC_SID_SECURE,
           RL = CCA_SEC_SID_REALM, EL1 = SMMU_WALK_EL1,
           EL2 = SMMU_WALK_EL2, E2H = SMMU_WALK_EL2_E2H };
    static const struct {
        uint8_t sid, regime;
        bool nscfg, mec;
        uint64_t table, leaf;
        CcaPas first, last, out;
        bool fault, ng;
    } rows[] = {
        { NS, EL1, true, true, BIT(63), BIT(63) | BIT(5),
          CCA_PAS_NS, CCA_PAS_NS, CCA_PAS_NS, false, false },
        { S, EL1, false, true, 0, BIT(63),
          CCA_PAS_SECURE, CCA_PAS_SECURE, CCA_PAS_SECURE, false, false },
        { S, EL1, false, true, 0, BIT(5),
          CCA_PAS_SECURE, CCA_PAS_SECURE, CCA_PAS_NS, false, false },
        { S, EL1, false, true, BIT(63), 0,
          CCA_PAS_SECURE, CCA_PAS_NS, CCA_PAS_NS, false, true },
        { S, EL2, true, true, 0, 0,
          CCA_PAS_NS, CCA_PAS_NS, CCA_PAS_NS, false, false },
        { RL, EL1, true, true, BIT(63), BIT(5) | BIT(63),
          CCA_PAS_REALM, CCA_PAS_REALM, CCA_PAS_REALM, false, false },
        { RL, EL2, true, true, BIT(63), BIT(5) | BIT(63),
          CCA_PAS_REALM, CCA_PAS_REALM, CCA_PAS_NS, false, false },
        { RL, E2H, false, true, 0, 0,
          CCA_PAS_REALM, CCA_PAS_REALM, CCA_PAS_REALM, false, false },
        { RL, E2H, false, true, 0, BIT(63),
          CCA_PAS_REALM, CCA_PAS_REALM, CCA_PAS_REALM, true, false },
        { RL, EL2, false, false, 0, BIT(63),
          CCA_PAS_REALM, CCA_PAS_REALM, CCA_PAS_REALM, false, false },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        SmmuWalkS1 cfg = stage1(12, 34);
        SmmuMemory m = { .words = 0 };
        Got g;

        cfg.sec_sid = rows[i].sid;
        cfg.regime = rows[i].regime;
        cfg.mec = rows[i].mec;
        cfg.half[0].nscfg = rows[i].nscfg;
        smmu_memory_put(&m, TTB, rows[i].first, TABLES | rows[i].table | 3,
                        false);
        smmu_memory_put(&m, TABLES, rows[i].last, 0x5003 | AF | rows[i].leaf,
                        false);
        g = walk(&m, &cfg, 0, pr);
        assert_int_equal(m.mecid, rows[i].last == CCA_PAS_REALM ? 0x77 : 0);
        if (rows[i].fault) {
            expect_fault(&g, SMMU_F_TRANSLATION, 3);
            continue;
        }
        assert_true(g.ok);
        assert_int_equal(g.r.pas, rows[i].out);
        assert_int_equal(g.r.ng, rows[i].ng);
        assert_int_equal(g.r.mecid, rows[i].out == CCA_PAS_REALM ? 0x77 : 0);
        /* Fetches must stay in the Realm PAS; in Secure if SIF. */
        g = walk(&m, &cfg, 0, px);
        assert_int_equal(g.ok, rows[i].sid != CCA_SEC_SID_REALM ||
                               rows[i].out == CCA_PAS_REALM);
        cfg.sif = true;
        g = walk(&m, &cfg, 0, px);
        assert_int_equal(g.ok, rows[i].sid == CCA_SEC_SID_NS ||
                               rows[i].out != CCA_PAS_NS);
    }
}

static void test_hints_and_base(void **state)
{
    SmmuWalkS1 cfg = stage1(12, 34);
    SmmuMemory m = { .words = 0 };
    Got g;

    (void)state;
    smmu_memory_put(&m, TTB, CCA_PAS_NS,
                    BIT(52) | BIT(16) | BIT(11) | AF | 1, false);
    g = walk(&m, &cfg, 0x1234, pr);
    assert_true(g.ok && g.r.ng);
    assert_int_equal(g.r.pa, 0x1234);
    assert_int_equal(g.r.shift, 21);
    assert_int_equal(g.r.contiguous, SMMU_WALK_STAGE1);
    assert_int_equal(g.r.nt, SMMU_WALK_STAGE1);
    cfg.regime = SMMU_WALK_EL2;
    assert_false(walk(&m, &cfg, 0, pr).r.ng);

    /* Two entries: aligned to 16 bytes, to 64 where 52 bits come out. */
    cfg = stage1(12, 42);
    cfg.half[0].tsz = 33;               /* level 1, two entries */
    cfg.half[0].ttb = TTB + 0x38;
    g = walk(&m, &cfg, BIT(30), pr);
    expect_fault(&g, SMMU_F_WALK_EABT, 1);
    assert_int_equal(g.f.fetch_addr, TTB + 0x38);
    cfg.ips = 52;
    g = walk(&m, &cfg, BIT(30), pr);
    assert_int_equal(g.f.fetch_addr, TTB + 8);
    /* A base that is too big is the decoder's to refuse; still no fetch. */
    cfg.half[0].ttb = BIT(49);
    m.reads = 0;
    g = walk(&m, &cfg, 0, pr);
    expect_fault(&g, SMMU_F_ADDR_SIZE, 0);
    assert_int_equal(m.reads, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_size_ranges),
        cmocka_unit_test(test_va_ranges),
        cmocka_unit_test(test_epd_e0pd),
        cmocka_unit_test(test_address_sizes),
        cmocka_unit_test(test_52_bits),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_access_flag),
        cmocka_unit_test(test_dirty),
        cmocka_unit_test(test_update_races),
        cmocka_unit_test(test_aborts),
        cmocka_unit_test(test_worlds),
        cmocka_unit_test(test_hints_and_base),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
