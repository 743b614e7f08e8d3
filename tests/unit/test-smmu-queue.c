/*
 * SMMU queue arithmetic, against a queue that counts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "queue.h"
#include "rng.h"

#define SEED 0x5eed0071ull

static void test_log2size(void **state)
{
    static const struct { uint64_t base; unsigned max, want; } rows[] = {
        { 0, 19, 0 }, { 5, 19, 5 }, { 19, 19, 19 }, { 20, 19, 19 },
        { 31, 19, 19 }, { 8, 7, 7 }, { 7, 7, 7 }, { 6, 7, 6 }, { 31, 0, 0 },
        { 31, 31, 19 }, { 31, 255, 19 },
        { 0xffffffffffffffe4ull, 19, 4 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(smmu_queue_log2size(rows[i].base, rows[i].max),
                         rows[i].want);
    }
}

static void test_masks(void **state)
{
    (void)state;
    assert_int_equal(smmu_queue_ptr_mask(0), 1);
    assert_int_equal(smmu_queue_ptr_mask(1), 3);
    assert_int_equal(smmu_queue_ptr_mask(7), 0xff);
    assert_int_equal(smmu_queue_ptr_mask(19), 0xfffff);
    assert_int_equal(smmu_queue_ptr_mask(20), 0xfffff);
    assert_int_equal(smmu_queue_ptr_mask(~0u), 0xfffff);
}

static void test_empty_and_full(void **state)
{
    static const struct {
        unsigned log2size;
        uint32_t prod, cons, used;
        bool empty, full;
    } rows[] = {
        { 0, 0, 0, 0, true, false },
        { 0, 1, 0, 1, false, true },
        { 0, 1, 1, 0, true, false },
        { 0, 0, 1, 1, false, true },
        { 3, 5, 5, 0, true, false },
        { 3, 8 + 5, 5, 8, false, true },
        { 3, 5, 8 + 5, 8, false, true },
        { 3, 8 + 5, 8 + 5, 0, true, false },
        { 3, 8 + 2, 7, 3, false, false },
        { 3, 1, 8 + 7, 2, false, false },
        /* Flags and bits above the wrap flag are none of its business. */
        { 3, 0x80000000, 0x7f000010, 0, true, false },
        { 3, 0xfffffff0, 0, 0, true, false },
        /* Pointers that cannot be: more than the queue holds. */
        { 3, 12, 0, 12, false, true },
        { 3, 0, 1, 15, false, true },
        { 19, 0x80000, 0, 0x80000, false, true },
        { 19, 0x7ffff, 0, 0x7ffff, false, false },
        { 19, 0, 1, 0xfffff, false, true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        SmmuQueue q = { .log2size = rows[i].log2size,
                        .prod = rows[i].prod, .cons = rows[i].cons };

        assert_int_equal(smmu_queue_used(&q), rows[i].used);
        assert_int_equal(smmu_queue_empty(&q), rows[i].empty);
        assert_int_equal(smmu_queue_full(&q), rows[i].full);
    }
}

static void test_advance(void **state)
{
    static const struct { unsigned log2size; uint32_t reg, want; } rows[] = {
        { 0, 0, 1 }, { 0, 1, 0 },
        { 3, 6, 7 }, { 3, 7, 8 }, { 3, 15, 0 },
        { 3, 0x8000000f, 0x80000000 }, { 3, 0x7f00000f, 0x7f000000 },
        { 3, 0xffff0, 0x1 },
        { 19, 0xfffff, 0 }, { 19, 0x800fffff, 0x80000000 },
        { 19, 0x7ffff, 0x80000 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        SmmuQueue q = { .log2size = rows[i].log2size };

        assert_int_equal(smmu_queue_advance(&q, rows[i].reg), rows[i].want);
    }
}

static void test_entry_addr(void **state)
{
    static const struct {
        uint64_t base;
        unsigned log2size, shift;
        uint32_t reg;
        uint64_t want;
    } rows[] = {
        { 0x1000, 3, 4, 0, 0x1000 },
        { 0x1000, 3, 4, 7, 0x1070 },
        { 0x1000, 3, 4, 8 + 7, 0x1070 },            /* not the wrap flag */
        { 0x1000, 3, 4, 0x80000002, 0x1020 },
        { 0x10e0, 3, 4, 1, 0x1090 },                /* aligned to its size */
        { 0x10e0, 3, 5, 1, 0x1020 },
        { 0x10e0, 0, 4, 1, 0x10e0 },                /* to 32 bytes at least */
        { 0x10f3, 0, 4, 0, 0x10e0 },
        { 0x4000000000001000ull, 3, 4, 0, 0x1000 }, /* RA is not address */
        { ~0ull, 19, 5, ~0u, 0xffffffffffffe0ull },
        { ~0ull, 255, 5, ~0u, 0xffffffffffffe0ull },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        SmmuQueue q = { .base = rows[i].base, .log2size = rows[i].log2size,
                        .entry_shift = rows[i].shift };

        assert_int_equal(smmu_queue_entry_addr(&q, rows[i].reg),
                         rows[i].want);
    }
}

static void test_overflow(void **state)
{
    SmmuQueue q = { .log2size = 2, .prod = 5, .cons = 1 };

    (void)state;
    assert_false(smmu_queue_overflow_pending(&q));
    q.prod = smmu_queue_overflow(&q);
    assert_int_equal(q.prod, 0x80000005);
    assert_true(smmu_queue_overflow_pending(&q));
    assert_int_equal(smmu_queue_overflow(&q), 0x80000005);
    q.cons |= 0x80000000;
    assert_false(smmu_queue_overflow_pending(&q));
    q.prod = smmu_queue_overflow(&q);
    assert_int_equal(q.prod, 5);
    assert_true(smmu_queue_overflow_pending(&q));
}

/* Produce and consume at random; a plain counter says what has to be true. */
static void test_random(void **state)
{
    Rng rng = { SEED };

    (void)state;
    for (unsigned log2size = 0; log2size <= 19; log2size++) {
        SmmuQueue q = { .base = 1ull << 40, .log2size = log2size,
                        .entry_shift = 4, .prod = 0x80000000 };
        uint64_t made = 0, taken = 0, size = 1ull << log2size;
        bool fill = true;

        for (int i = 0; i < 20000; i++) {
            if (fill ? !rng_once_in(&rng, 4) : rng_once_in(&rng, 4)) {
                assert_int_equal(smmu_queue_full(&q), made - taken == size);
                if (!smmu_queue_full(&q)) {
                    assert_int_equal(smmu_queue_entry_addr(&q, q.prod),
                                     (1ull << 40) + made % size * 16);
                    q.prod = smmu_queue_advance(&q, q.prod);
                    made++;
                }
            } else if (!smmu_queue_empty(&q)) {
                q.cons = smmu_queue_advance(&q, q.cons);
                taken++;
            }
            assert_int_equal(smmu_queue_used(&q), made - taken);
            assert_int_equal(smmu_queue_empty(&q), made == taken);
            assert_int_equal(q.prod >> 20, 0x800);
            if (rng_once_in(&rng, 500)) {
                fill = !fill;
            }
        }
        assert_true(made > 0 && taken > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log2size),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_empty_and_full),
        cmocka_unit_test(test_advance),
        cmocka_unit_test(test_entry_addr),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
