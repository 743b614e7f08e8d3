/*
 * The filter in front of TLB flushes: it never misses a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "rng.h"
#include "tlb-filter.h"

#define MIB (1ull << 20)
#define GIB (1ull << 30)

static TlbFilter filter;

static int setup(void **state)
{
    (void)state;
    memset(&filter, 0, sizeof(filter));
    return 0;
}

static void test_empty(void **state)
{
    (void)state;
    assert_false(tlb_filter_test(&filter, 0, 4096));
    assert_false(tlb_filter_test(&filter, 0, 1ull << 56));
}

static void test_one_page(void **state)
{
    (void)state;
    tlb_filter_add(&filter, 0x40005678);
    assert_true(tlb_filter_test(&filter, 0x40005000, 4096));
    assert_false(tlb_filter_test(&filter, 0x40004000, 4096));
    assert_false(tlb_filter_test(&filter, 0x40006000, 4096));
    assert_true(tlb_filter_test(&filter, 0x40000000, 65536));
    assert_false(tlb_filter_test(&filter, 0x40010000, 65536));
    assert_true(tlb_filter_test(&filter, 0x40000000, 2 * MIB));
    assert_false(tlb_filter_test(&filter, 0x40200000, 2 * MIB));
    assert_true(tlb_filter_test(&filter, 0x40000000, 32 * MIB));
    assert_false(tlb_filter_test(&filter, 0x42000000, 32 * MIB));
    assert_true(tlb_filter_test(&filter, 0x40000000, GIB));
    assert_false(tlb_filter_test(&filter, 0x80000000, GIB));
    assert_true(tlb_filter_test(&filter, 0, 512 * GIB));
}

static void test_everything(void **state)
{
    (void)state;
    filter.everything = true;
    assert_true(tlb_filter_test(&filter, 0x12345000, 4096));
    tlb_filter_clear(&filter);
    assert_false(tlb_filter_test(&filter, 0x12345000, 4096));
}

static void test_clear(void **state)
{
    static const TlbFilter none;

    (void)state;
    for (uint64_t i = 0; i < 3000; i++) {
        tlb_filter_add(&filter, rng_mix(i));
    }
    tlb_filter_clear(&filter);
    assert_memory_equal(&filter, &none, sizeof(none));
}

/* Never a miss, wherever the page is; rarely a wrong alarm. */
static void test_random(void **state)
{
    static const uint8_t sizes[] = { 12, 14, 16, 21, 25, 29, 30, 34, 36, 39 };
    Rng r = { 0x746c62 };
    unsigned alarms = 0;

    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        uint64_t page[16];

        tlb_filter_clear(&filter);
        for (unsigned i = 0; i < 16; i++) {
            page[i] = rng_next(&r) >> 8;
            tlb_filter_add(&filter, page[i]);
        }
        for (unsigned i = 0; i < 16; i++) {
            uint64_t other = rng_next(&r) >> 8 & ~0xfffull;

            for (unsigned k = 0; k < sizeof(sizes); k++) {
                uint64_t size = 1ull << sizes[k];

                assert_true(tlb_filter_test(&filter, page[i] & ~(size - 1),
                                            size));
            }
            alarms += tlb_filter_test(&filter, other, 4096);
        }
    }
    /* 16 of 2^20 pages are set; 3200 tests */
    assert_true(alarms < 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_empty, setup),
        cmocka_unit_test_setup(test_one_page, setup),
        cmocka_unit_test_setup(test_everything, setup),
        cmocka_unit_test_setup(test_clear, setup),
        cmocka_unit_test_setup(test_random, setup),
    };

    return cmocka_run_group_tests_name("tlb-filter", tests, NULL, NULL);
}
