/*
 * Looking at the tables: one address, and the whole map.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "fake-memory.h"
#include "gpt-ref.h"
#include "gpt-synth.h"

enum {
    L0 = 0x100000,
    T1 = 0x400000,
    GIB = 1 << 30,
};

#define ALL_NS 0x9999999999999999ull

static const GptImpl impl = {
    .rme = 3, .l0gptsz = 0, .pa_bits = 56, .sel2 = true,
    .tgran4 = true, .tgran16 = true, .tgran64 = true,
};

/* 32 bits: four level 0 entries at L0. */
static GptConfig config(uint64_t gpccr)
{
    GptRegs regs = {
        .gpccr = 1 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | gpccr,
        .gptbr = L0 >> 12,
    };
    GptConfig cfg;

    gpt_config_decode(&cfg, &impl, &regs);
    return cfg;
}

/* 0: Root block; 1: table at T1; 2: NS block; 3: NS block. */
static FakeMemory four_gib(void)
{
    FakeMemory m = { .words = 0 };

    fake_write(&m, L0, 0xa1);
    fake_write(&m, L0 + 8, T1 | 3);
    fake_write(&m, L0 + 16, 0x91);
    fake_write(&m, L0 + 24, 0x91);
    return m;
}

static GptWalk walk(const GptConfig *cfg, FakeMemory *m, uint64_t pa)
{
    GptBus bus = fake_bus(m);
    GptWalk w;

    m->reads = 0;
    gpt_walk(cfg, &bus, pa, &w);
    assert_int_equal(m->reads, w.levels);
    assert_true(pa >= w.base && pa - w.base < w.size);
    return w;
}

static void test_walk_block(void **state)
{
    GptConfig cfg = config(0);
    FakeMemory m = four_gib();
    GptWalk w = walk(&cfg, &m, 0x3ffffabc);

    (void)state;
    assert_true(w.protected_);
    assert_int_equal(w.fault, CCA_GPCF_NONE);
    assert_int_equal(w.level, 0);
    assert_int_equal(w.levels, 1);
    assert_int_equal(w.gpi, 0xa);
    assert_int_equal(w.kind, GPT_ENTRY_BLOCK);
    assert_int_equal(w.entry[0], 0xa1);
    assert_int_equal(w.entry_addr[0], L0);
    assert_int_equal(w.base, 0);
    assert_int_equal(w.size, GIB);
}

static void test_walk_granules(void **state)
{
    GptConfig cfg = config(0);
    FakeMemory m = four_gib();
    GptWalk w;

    (void)state;
    fake_write(&m, T1 + 8, 0xb999999999999990);
    w = walk(&cfg, &m, GIB + 0x1f123);
    assert_int_equal(w.fault, CCA_GPCF_NONE);
    assert_int_equal(w.level, 1);
    assert_int_equal(w.levels, 2);
    assert_int_equal(w.gpi, 0xb);
    assert_int_equal(w.kind, GPT_ENTRY_GRANULES);
    assert_int_equal(w.entry[0], T1 | 3);
    assert_int_equal(w.entry[1], 0xb999999999999990);
    assert_int_equal(w.entry_addr[0], L0 + 8);
    assert_int_equal(w.entry_addr[1], T1 + 8);
    assert_int_equal(w.base, GIB + 0x1f000);
    assert_int_equal(w.size, 4096);
    assert_int_equal(walk(&cfg, &m, GIB + 0x10000).gpi, 0);
}

static void test_walk_contiguous(void **state)
{
    static const uint8_t shift[] = { 0, 21, 25, 29 };
    GptConfig cfg = config(0);
    FakeMemory m = four_gib();

    (void)state;
    for (unsigned c = 1; c < 4; c++) {
        GptWalk w;

        fake_write(&m, T1 + 0x2000 * 8 + 16, 0xb1 | c << 8);
        w = walk(&cfg, &m, GIB + 0x20000000 + 0x2f000);
        assert_int_equal(w.kind, GPT_ENTRY_CONTIGUOUS);
        assert_int_equal(w.gpi, 0xb);
        assert_int_equal(w.base, GIB + 0x20000000);
        assert_int_equal(w.size, 1ull << shift[c]);
    }
}

static void test_walk_faults(void **state)
{
    GptConfig cfg = config(0);
    FakeMemory m = four_gib();
    GptWalk w;

    (void)state;
    /* level 1: nothing there, then nonsense */
    w = walk(&cfg, &m, GIB);
    assert_int_equal(w.fault, CCA_GPCF_EABT);
    assert_int_equal(w.level, 1);
    fake_write(&m, T1, 1);
    w = walk(&cfg, &m, GIB);
    assert_int_equal(w.fault, CCA_GPCF_WALK);
    assert_int_equal(w.level, 1);
    assert_int_equal(w.kind, GPT_ENTRY_INVALID);
    assert_int_equal(w.size, 0x10000);
    /* level 0: the same, and a table that is too far away */
    fake_write(&m, L0 + 8, 1ull << 32 | 3);
    w = walk(&cfg, &m, GIB);
    assert_int_equal(w.fault, CCA_GPCF_ADDRESS_SIZE);
    assert_int_equal(w.level, 0);
    assert_int_equal(w.kind, GPT_ENTRY_TOO_BIG);
    fake_write(&m, L0 + 8, 0);
    assert_int_equal(walk(&cfg, &m, GIB).fault, CCA_GPCF_WALK);
    fake_remove(&m, L0 + 8);
    w = walk(&cfg, &m, GIB);
    assert_int_equal(w.fault, CCA_GPCF_EABT);
    assert_int_equal(w.level, 0);
    assert_int_equal(w.levels, 1);
}

static void test_walk_by_registers(void **state)
{
    GptConfig cfg = config(0);
    FakeMemory m = four_gib();
    GptWalk w = walk(&cfg, &m, 1ull << 32);

    (void)state;
    assert_false(w.protected_);
    assert_int_equal(w.levels, 0);
    assert_int_equal(w.fault, CCA_GPCF_NONE);
    assert_int_equal(w.base, 1ull << 32);
    assert_int_equal(w.base + w.size, 1ull << 56);

    cfg.enabled = false;
    assert_false(walk(&cfg, &m, 0).protected_);
    cfg = config(1 << 12);
    cfg = config(3);                        /* 42 bits: base not aligned */
    assert_true(walk(&cfg, &m, 0).protected_);
    cfg = config(3 << 14);                  /* PGS is reserved */
    w = walk(&cfg, &m, 0);
    assert_int_equal(w.fault, CCA_GPCF_WALK);
    assert_int_equal(w.levels, 0);
}

/* A window of 1 GiB at 1 GiB, in each TiB. */
static void test_walk_window(void **state)
{
    GptRegs regs = {
        .gpccr = 1 << 29 | 1 << 16 | 3 << 12 | 1 << 8 | 3,
        .gptbr = L0 >> 12, .gpcbw = 1,
    };
    FakeMemory m = { .words = 0 };
    GptConfig cfg;
    GptWalk w;

    (void)state;
    gpt_config_decode(&cfg, &impl, &regs);
    for (unsigned n = 0; n < 4; n++) {
        w = walk(&cfg, &m, ((uint64_t)n << 40) + GIB + 0x5000);
        assert_false(w.protected_);
        assert_int_equal(w.fault, CCA_GPCF_NONE);
        assert_int_equal(w.size, GIB);
        w = walk(&cfg, &m, ((uint64_t)n << 40) + GIB - 1);
        assert_true(w.protected_);
        w = walk(&cfg, &m, ((uint64_t)n << 40) + 2ull * GIB);
        assert_true(w.protected_);
    }
}

/* The base is too far away: a fault outside of windows only. */
static void test_walk_base(void **state)
{
    GptRegs regs = {
        .gpccr = 1 << 16 | 3 << 12 | 1 << 8, .gptbr = 1 << 20,
    };
    FakeMemory m = { .words = 0 };
    GptConfig cfg;
    GptWalk w;

    (void)state;
    gpt_config_decode(&cfg, &impl, &regs);
    w = walk(&cfg, &m, 0x1234);
    assert_int_equal(w.fault, CCA_GPCF_ADDRESS_SIZE);
    assert_int_equal(w.level, 0);
    assert_int_equal(w.levels, 0);
}

/* FEAT_RME_GDI: the neighbour counts, whichever of the two is asked for. */
static void test_walk_pairs(void **state)
{
    GptImpl with_gdi = impl;
    GptRegs regs = {
        .gpccr = 1 << 16 | 3 << 12 | 1 << 8, .gptbr = L0 >> 12,
    };
    FakeMemory m = four_gib();
    GptBus bus = fake_bus(&m);
    GptConfig cfg;
    GptWalk w;

    (void)state;
    with_gdi.gdi = true;
    gpt_config_decode(&cfg, &with_gdi, &regs);
    fake_write(&m, T1, ALL_NS);
    for (unsigned i = 0; i < 2; i++) {
        gpt_walk(&cfg, &bus, GIB + i * 0x10000, &w);
        assert_int_equal(w.fault, CCA_GPCF_EABT);
        assert_int_equal(w.level, 1);
    }
    fake_write(&m, T1 + 8, 0x9c);
    for (unsigned i = 0; i < 2; i++) {
        gpt_walk(&cfg, &bus, GIB + i * 0x10000, &w);
        assert_int_equal(w.fault, CCA_GPCF_WALK);
        assert_int_equal(w.level, 1);
    }
    fake_write(&m, T1 + 8, 0x1b1);
    for (unsigned i = 0; i < 2; i++) {
        gpt_walk(&cfg, &bus, GIB + i * 0x10000, &w);
        assert_int_equal(w.fault, CCA_GPCF_NONE);
        assert_int_equal(w.gpi, i ? 0xb : 9);
    }
}

/* What the map reported. */
enum { RANGES_MAX = 64 };

typedef struct Map {
    struct {
        uint64_t base, size;
        CcaGpcf fault;
        uint8_t gpi, level;
        bool protected_;
    } range[RANGES_MAX];
    unsigned count;
    unsigned stop_at;       /* refuse when there are so many, 0: never */
} Map;

static bool note_range(void *opaque, uint64_t base, uint64_t size,
                       const GptWalk *first)
{
    Map *map = opaque;

    assert_true(map->count < RANGES_MAX);
    map->range[map->count].base = base;
    map->range[map->count].size = size;
    map->range[map->count].fault = first->fault;
    map->range[map->count].gpi = first->gpi;
    map->range[map->count].level = first->level;
    map->range[map->count].protected_ = first->protected_;
    map->count++;
    return map->count != map->stop_at;
}

static void is_range(const Map *map, unsigned i, uint64_t base, uint64_t end,
                     CcaGpcf fault, unsigned gpi)
{
    assert_true(i < map->count);
    assert_int_equal(map->range[i].base, base);
    assert_int_equal(map->range[i].base + map->range[i].size, end);
    assert_int_equal(map->range[i].fault, fault);
    if (!fault) {
        assert_int_equal(map->range[i].gpi, gpi);
    }
}

static void test_map_merges(void **state)
{
    GptConfig cfg = config(0);
    FakeMemory m = four_gib();
    GptBus bus = fake_bus(&m);
    Map map = { .count = 0 };

    (void)state;
    /* 512 MiB Realm; 32 MiB NS; 2 MiB of Granules; the rest aborts */
    fake_write(&m, T1, 0x3b1);
    fake_write(&m, T1 + 0x2000 * 8, 0x291);
    for (unsigned i = 0; i < 32; i++) {
        fake_write(&m, T1 + (0x2200 + i) * 8,
                   i == 31 ? 0x99999999999999b0 : ALL_NS);
    }
    assert_int_equal(gpt_map(&cfg, &bus, 0, 100000, note_range, &map),
                     UINT64_MAX);
    is_range(&map, 0, 0, GIB, CCA_GPCF_NONE, 0xa);
    is_range(&map, 1, GIB, 0x60000000, CCA_GPCF_NONE, 0xb);
    /* the contiguous entry and the granules with the same answer are one */
    is_range(&map, 2, 0x60000000, 0x621f0000, CCA_GPCF_NONE, 9);
    is_range(&map, 3, 0x621f0000, 0x621f1000, CCA_GPCF_NONE, 0);
    is_range(&map, 4, 0x621f1000, 0x621f2000, CCA_GPCF_NONE, 0xb);
    is_range(&map, 5, 0x621f2000, 0x62200000, CCA_GPCF_NONE, 9);
    is_range(&map, 6, 0x62200000, 0x80000000, CCA_GPCF_EABT, 0);
    is_range(&map, 7, 0x80000000, 1ull << 32, CCA_GPCF_NONE, 9);
    assert_int_equal(map.count, 8);
}

static void test_map_off_and_broken(void **state)
{
    GptConfig cfg = config(0);
    FakeMemory m = { .words = 0 };
    GptBus bus = fake_bus(&m);
    Map map = { .count = 0 };

    (void)state;
    cfg.enabled = false;
    assert_int_equal(gpt_map(&cfg, &bus, 0, 10, note_range, &map),
                     UINT64_MAX);
    assert_int_equal(map.count, 1);
    assert_false(map.range[0].protected_);
    is_range(&map, 0, 0, 1ull << 56, CCA_GPCF_NONE, 0);

    map.count = 0;
    cfg = config(3 << 14);
    assert_int_equal(gpt_map(&cfg, &bus, 0, 10, note_range, &map),
                     UINT64_MAX);
    assert_int_equal(map.count, 1);
    is_range(&map, 0, 0, 1ull << 56, CCA_GPCF_WALK, 0);
    assert_int_equal(m.reads, 0);

    map.count = 0;
    assert_int_equal(gpt_map(&cfg, &bus, UINT64_MAX, 10, note_range, &map),
                     UINT64_MAX);
    assert_int_equal(map.count, 0);
}

/* From the middle of a range, and to its end only. */
static void test_map_from(void **state)
{
    GptConfig cfg = config(0);
    FakeMemory m = four_gib();
    GptBus bus = fake_bus(&m);
    Map map = { .count = 0 };

    (void)state;
    assert_int_equal(gpt_map(&cfg, &bus, 0x90005000, 100, note_range, &map),
                     UINT64_MAX);
    assert_int_equal(map.count, 1);
    is_range(&map, 0, 0x90005000, 1ull << 32, CCA_GPCF_NONE, 9);
}

/* The caller says stop: what it has seen is not lost, nor seen twice. */
static void test_map_stops(void **state)
{
    GptConfig cfg = config(0);
    FakeMemory m = four_gib();
    GptBus bus = fake_bus(&m);
    Map map = { .stop_at = 1 };
    uint64_t next;

    (void)state;
    fake_write(&m, T1, 0x99999999999990b0);
    next = gpt_map(&cfg, &bus, 0, 100000, note_range, &map);
    assert_int_equal(map.count, 1);
    assert_int_equal(next, GIB);
    map.count = 0;
    next = gpt_map(&cfg, &bus, next, 100000, note_range, &map);
    assert_int_equal(map.count, 1);
    is_range(&map, 0, GIB, GIB + 0x1000, CCA_GPCF_NONE, 0);
    assert_int_equal(next, GIB + 0x1000);
    map.count = 0;
    map.stop_at = 2;
    next = gpt_map(&cfg, &bus, next, 100000, note_range, &map);
    is_range(&map, 0, GIB + 0x1000, GIB + 0x2000, CCA_GPCF_NONE, 0xb);
    is_range(&map, 1, GIB + 0x2000, GIB + 0x3000, CCA_GPCF_NONE, 0);
    assert_int_equal(next, GIB + 0x3000);
}

/* A hostile table: many entries. The reader is held up for so long only. */
static bool granules_everywhere(void *opaque, uint64_t addr, uint64_t *value)
{
    unsigned *reads = opaque;

    (*reads)++;
    *value = addr < 0x2000000 ? 0x2000003 : 0x9b9b9b9b9b9b9b9bull;
    return true;
}

static bool count_ranges(void *opaque, uint64_t base, uint64_t size,
                         const GptWalk *first)
{
    uint64_t *next = opaque;

    (void)first;
    assert_int_equal(base, *next);
    assert_true(size > 0);
    *next = base + size;
    return true;
}

static void test_map_is_bounded(void **state)
{
    unsigned reads = 0;
    GptBus bus = { granules_everywhere, &reads };
    GptConfig cfg = config(6);              /* 52 bits */
    uint64_t at = 0, next = 0;

    (void)state;
    cfg.base = 0;
    cfg.pairs = true;
    for (unsigned i = 0; i < 100; i++) {
        uint64_t before = at;

        reads = 0;
        at = gpt_map(&cfg, &bus, at, 900 + i, count_ranges, &next);
        assert_true(reads <= 900 + i);
        assert_true(reads >= 897 + i);
        assert_true(at > before);
        assert_int_equal(at, next);
    }
}

/* In pieces or at once, the map is the same, and agrees with the reference. */
typedef struct Whole {
    const RefMachine *ref;
    uint64_t next;
    uint64_t ranges;
    Rng rng;
} Whole;

static bool synth_read64(void *opaque, uint64_t addr, uint64_t *value)
{
    return synth_entry(opaque, addr, 0, value);
}

static bool check_range(void *opaque, uint64_t base, uint64_t size,
                        const GptWalk *first)
{
    Whole *w = opaque;
    uint64_t at[3] = { base, base + size - 1, 0 };

    w->ranges++;
    assert_int_equal(base, w->next);
    w->next = base + size;
    at[2] = base + rng_below(&w->rng, size);
    for (unsigned i = 0; i < 3; i++) {
        CcaAccess a = { .addr = at[i], .pas = CCA_PAS_ROOT };
        RefVerdict v = ref_check(w->ref, &a);
        bool table = v.reads > 0;

        if (first->fault != CCA_GPCF_NONE) {
            assert_int_equal(first->fault, v.fault);
            assert_int_equal(first->level, v.level);
        } else {
            assert_true(v.fault == CCA_GPCF_NONE ||
                        v.fault == CCA_GPCF_FAIL);
            assert_int_equal(first->protected_, table);
            if (table) {
                assert_int_equal(first->gpi, v.gpi);
            }
        }
    }
    return true;
}

static void test_map_random(void **state)
{
    Rng r = { 0x6d6170 };
    uint64_t ranges = 0;

    (void)state;
    for (unsigned i = 0; i < 150; i++) {
        GptImpl im = synth_impl(&r);
        GptRegs regs = synth_regs(&r, &im);
        RefMachine m;
        Synth s;
        GptBus bus = { synth_read64, &s };
        GptConfig cfg;
        Whole whole = { .ref = &m, .rng = { i } };
        uint64_t at = 0;

        im.pa_bits = 56;
        regs.gpccr = (regs.gpccr & ~15ull) | rng_below(&r, 2);
        m = synth_reference(&im, &regs);
        m.read64 = synth_read64;
        m.opaque = &s;
        s = synth_memory(&r, &im, &regs, true);
        /* Random ones contradict each other: then any answer is right. */
        s.no_contiguous = true;
        gpt_config_decode(&cfg, &im, &regs);
        for (unsigned calls = 0; at != UINT64_MAX && calls < 40; calls++) {
            at = gpt_map(&cfg, &bus, at, 3 + rng_below(&r, 500), check_range,
                         &whole);
            if (at != UINT64_MAX) {
                assert_int_equal(at, whole.next);
            } else {
                assert_int_equal(whole.next, cfg.enabled && cfg.valid ?
                                             1ull << cfg.pps : 1ull << 56);
            }
        }
        ranges += whole.ranges;
    }
    printf("  %" PRIu64 " ranges\n", ranges);
    assert_true(ranges > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk_block),
        cmocka_unit_test(test_walk_granules),
        cmocka_unit_test(test_walk_contiguous),
        cmocka_unit_test(test_walk_faults),
        cmocka_unit_test(test_walk_by_registers),
        cmocka_unit_test(test_walk_window),
        cmocka_unit_test(test_walk_base),
        cmocka_unit_test(test_walk_pairs),
        cmocka_unit_test(test_map_merges),
        cmocka_unit_test(test_map_off_and_broken),
        cmocka_unit_test(test_map_from),
        cmocka_unit_test(test_map_stops),
        cmocka_unit_test(test_map_is_bounded),
        cmocka_unit_test(test_map_random),
    };

    return cmocka_run_group_tests_name("gpt-walk", tests, NULL, NULL);
}
