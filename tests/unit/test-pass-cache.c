/*
 * The short cut for pages whose last check passed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include "pass-cache.h"

#define PAGE    0x1000ull
/* Two pages this far apart share a line. */
#define REACH   ((uint64_t)PASS_CACHE_LINES << PASS_CACHE_CHUNK_SHIFT)

static int make(void **state)
{
    PassCache *c = calloc(1, sizeof(*c));

    pass_cache_clear(c);
    *state = c;
    return c ? 0 : -1;
}

static int drop(void **state)
{
    free(*state);
    return 0;
}

/* One page says nothing of its neighbours, nor of other PASes. */
static void test_exact(void **state)
{
    static const uint64_t pages[] = {
        0, PAGE, 63 * PAGE, 64 * PAGE, 0x80000000, REACH - PAGE, REACH,
        (1ull << 56) - PAGE,
    };
    PassCache *c = *state;

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        for (CcaPas pas = 0; pas < CCA_PAS__COUNT; pas++) {
            pass_cache_clear(c);
            assert_false(pass_cache_test(c, pages[i], pas));
            pass_cache_add(c, pages[i] + 0x123, pas);
            assert_true(pass_cache_test(c, pages[i], pas));
            assert_true(pass_cache_test(c, pages[i] + 0xfff, pas));
            assert_false(pass_cache_test(c, pages[i] + PAGE, pas));
            assert_false(pass_cache_test(c, pages[i] - PAGE, pas));
            assert_false(pass_cache_test(c, pages[i] ^ REACH, pas));
            for (CcaPas other = 0; other < CCA_PAS__COUNT; other++) {
                assert_int_equal(pass_cache_test(c, pages[i], other),
                                 other == pas);
            }
        }
    }
}

/* A line that goes to another chunk takes nothing along. */
static void test_conflict(void **state)
{
    PassCache *c = *state;

    pass_cache_add(c, PAGE, CCA_PAS_NS);
    pass_cache_add(c, REACH + 2 * PAGE, CCA_PAS_NS);
    assert_true(pass_cache_test(c, REACH + 2 * PAGE, CCA_PAS_NS));
    assert_false(pass_cache_test(c, REACH + PAGE, CCA_PAS_NS));
    assert_false(pass_cache_test(c, PAGE, CCA_PAS_NS));
    assert_false(pass_cache_test(c, 2 * PAGE, CCA_PAS_NS));
}

/* All pages of its reach at once, until it is cleared. */
static void test_reach_and_clear(void **state)
{
    PassCache *c = *state;
    uint64_t pa;

    for (pa = 0; pa < REACH; pa += PAGE) {
        pass_cache_add(c, pa, CCA_PAS_REALM);
    }
    for (pa = 0; pa < REACH; pa += PAGE) {
        assert_true(pass_cache_test(c, pa, CCA_PAS_REALM));
    }
    pass_cache_clear(c);
    for (pa = 0; pa < REACH; pa += PAGE) {
        assert_false(pass_cache_test(c, pa, CCA_PAS_REALM));
    }
    pass_cache_add(c, 0, CCA_PAS_REALM);
    assert_false(pass_cache_test(c, PAGE, CCA_PAS_REALM));
}

/* Generations run out: lines of long ago must not come to life again. */
static void test_generations(void **state)
{
    PassCache *c = *state;
    uint32_t first = c->generation;
    uint64_t clears = 0;

    pass_cache_add(c, 5 * PAGE, CCA_PAS_ROOT);
    do {
        pass_cache_clear(c);
        clears++;
        if (pass_cache_test(c, 5 * PAGE, CCA_PAS_ROOT)) {
            fail_msg("there again after %llu clears",
                     (unsigned long long)clears);
        }
        assert_int_not_equal(c->generation, 0);
    } while (c->generation != first);
    assert_true(clears > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_exact, make, drop),
        cmocka_unit_test_setup_teardown(test_conflict, make, drop),
        cmocka_unit_test_setup_teardown(test_reach_and_clear, make, drop),
        cmocka_unit_test_setup_teardown(test_generations, make, drop),
    };

    return cmocka_run_group_tests_name("pass-cache", tests, NULL, NULL);
}
