/*
 * The geometry of Stream tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "rng.h"
#include "smmu-words.h"
#include "strtab.h"

typedef struct TabRow {
    const char *what;
    uint64_t base;
    uint32_t cfg;
    uint32_t stream_id;
    uint64_t l1std;
    bool first, second;     /* is there an address */
    uint64_t first_addr, second_addr;
} TabRow;

#define LINEAR(log2) (log2)
#define TWO_LEVEL(log2, split) ((log2) | (split) << 6 | 1 << 16)

static const TabRow tab_rows[] = {
    { "linear", 0x80000000, LINEAR(8), 5, 0, true, false, 0x80000140, 0 },
    { "linear, last", 0x80000000, LINEAR(8), 255, 0, true, false,
      0x80003fc0, 0 },
    { "linear, beyond", 0x80000000, LINEAR(8), 256, 0, false, false, 0, 0 },
    { "linear, one", 0x80000040, LINEAR(0), 0, 0, true, false,
      0x80000040, 0 },
    { "linear, one, beyond", 0x80000040, LINEAR(0), 1, 0, false, false,
      0, 0 },
    { "linear, aligned", 0x80003fc0, LINEAR(8), 1, 0, true, false,
      0x80000040, 0 },
    { "linear, RA and RES0", 0x7f00000080000003, LINEAR(4), 1, 0, true,
      false, 0x80000040, 0 },
    { "LOG2SIZE above SIDSIZE", 0x80000000, LINEAR(17), 0xffff, 0, true,
      false, 0x803fffc0, 0 },
    { "StreamID above SIDSIZE", 0x80000000, LINEAR(32), 0x10000, 0, false,
      false, 0, 0 },
    { "alignment by LOG2SIZE", 0x80400000, LINEAR(17), 0, 0, true, false,
      0x80000000, 0 },
    { "LOG2SIZE 63", 0x80400000, LINEAR(63), 3, 0, true, false, 0xc0, 0 },
    { "reserved FMT 2", 0x80000000, 4 | 2 << 16, 5, 0, true, false,
      0x80000140, 0 },
    { "two levels", 0x80000000, TWO_LEVEL(16, 6), 0x1234, 0x90001007, true,
      true, 0x80000240, 0x90001000 + 0x34 * 64 },
    { "two levels, 8", 0x80000000, TWO_LEVEL(16, 8), 0x1234, 0x90004009,
      true, true, 0x80000090, 0x90004000 + 0x34 * 64 },
    { "two levels, 10", 0x80000000, TWO_LEVEL(16, 10), 0x1234, 0x9001000b,
      true, true, 0x80000020, 0x90010000 + 0x234 * 64 },
    { "reserved SPLIT", 0x80000000, TWO_LEVEL(16, 7), 0x1234, 0x90001007,
      true, true, 0x80000240, 0x90001000 + 0x34 * 64 },
    { "reserved SPLIT 31", 0x80000000, TWO_LEVEL(16, 31), 0x1234,
      0x90001007, true, true, 0x80000240, 0x90001000 + 0x34 * 64 },
    { "two levels, beyond", 0x80000000, TWO_LEVEL(10, 6), 1024, 0, false,
      false, 0, 0 },
    { "two levels, aligned", 0x80001fc0, TWO_LEVEL(16, 6), 0, 0x90000001,
      true, true, 0x80000000, 0x90000000 },
    { "LOG2SIZE below SPLIT", 0x80000040, TWO_LEVEL(4, 6), 15, 0x90000007,
      true, true, 0x80000040, 0x900003c0 },
    { "LOG2SIZE below, out", 0x80000040, TWO_LEVEL(4, 6), 16, 0, false,
      false, 0, 0 },
    { "Span 0", 0x80000000, TWO_LEVEL(16, 6), 0, 0x90001000, true, false,
      0x80000000, 0 },
    { "Span 1", 0x80000000, TWO_LEVEL(16, 6), 0, 0x90001041, true, true,
      0x80000000, 0x90001040 },
    { "Span 1, entry 1", 0x80000000, TWO_LEVEL(16, 6), 1, 0x90001041, true,
      false, 0x80000000, 0 },
    { "Span 3, entry 3", 0x80000000, TWO_LEVEL(16, 6), 3, 0x90001003, true,
      true, 0x80000000, 0x900010c0 },
    { "Span 3, entry 4", 0x80000000, TWO_LEVEL(16, 6), 4, 0x90001003, true,
      false, 0x80000000, 0 },
    { "Span SPLIT + 2", 0x80000000, TWO_LEVEL(16, 6), 0, 0x90001008, true,
      false, 0x80000000, 0 },
    { "Span 11, SPLIT 8", 0x80000000, TWO_LEVEL(16, 8), 0, 0x9000000b, true,
      false, 0x80000000, 0 },
    { "Span 12", 0x80000000, TWO_LEVEL(16, 10), 0, 0x9000000c, true, false,
      0x80000000, 0 },
    { "Span 31", 0x80000000, TWO_LEVEL(16, 10), 0, 0x9000001f, true, false,
      0x80000000, 0 },
    { "L2Ptr aligned", 0x80000000, TWO_LEVEL(16, 6), 2, 0xff00000090001fe7,
      true, true, 0x80000000, 0x90001080 },
    { "L2Ptr above OAS", 0x80000000, TWO_LEVEL(16, 6), 2,
      0x00f0000090001007, true, true, 0x80000000, 0x90001080 },
};

static void test_stream_tables(void **state)
{
    unsigned failed = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(tab_rows); i++) {
        const TabRow *row = &tab_rows[i];
        SmmuFeatures f = smmu_all_features();
        uint64_t first = 0, second = 0;
        bool has_first, has_second = false;
        SmmuStrtab tab;

        smmu_strtab_decode(&tab, &f, row->base, row->cfg);
        has_first = smmu_strtab_first(&tab, row->stream_id, &first);
        if (has_first && tab.two_level) {
            has_second = smmu_strtab_second(&tab, row->l1std, row->stream_id,
                                            &second);
        }
        if (has_first != row->first || has_second != row->second ||
            first != row->first_addr || second != row->second_addr) {
            print_error("row %zu, %s: %#jx, %#jx\n", i, row->what,
                        (uintmax_t)first, (uintmax_t)second);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_no_two_levels(void **state)
{
    SmmuFeatures f = smmu_all_features();
    SmmuStrtab tab;

    (void)state;
    f.st_level = false;
    smmu_strtab_decode(&tab, &f, 0x80000000, TWO_LEVEL(8, 6));
    assert_false(tab.two_level);
}

/* Whatever is programmed, addresses are below OAS, and aligned. */
static void test_random_tables(void **state)
{
    Rng rng = { 0x7ab1e };
    unsigned found = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        SmmuFeatures f = smmu_random_features(&rng);
        uint64_t addr, l1std = rng_next(&rng);
        uint32_t cfg, sid = (uint32_t)rng_next(&rng) >> rng_below(&rng, 32);
        SmmuStrtab tab;

        f.sid_bits = 6 + rng_below(&rng, 27);
        cfg = rng_next(&rng);
        if (i % 2) {
            cfg = TWO_LEVEL(cfg % 64, 6 + cfg / 64 % 3 * 2);
            l1std = (l1std & ~31ull) | rng_below(&rng, 13);
        }
        smmu_strtab_decode(&tab, &f, rng_next(&rng), cfg);
        if (!smmu_strtab_first(&tab, sid, &addr)) {
            continue;
        }
        assert_true(f.sid_bits == 32 || !(sid >> f.sid_bits));
        assert_int_equal(addr >> f.oas, 0);
        assert_int_equal(addr % (tab.two_level ? 8 : 64), 0);
        if (tab.two_level && smmu_strtab_second(&tab, l1std, sid, &addr)) {
            assert_int_equal(addr >> f.oas, 0);
            assert_int_equal(addr % 64, 0);
            found++;
        }
    }
    assert_true(found > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stream_tables),
        cmocka_unit_test(test_no_two_levels),
        cmocka_unit_test(test_random_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
