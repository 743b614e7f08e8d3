/*
 * Page requests that wait for a response.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "pri.h"
#include "rng.h"

static void test_capacity(void **state)
{
    Pri pri;

    (void)state;
    pri_clear(&pri);
    assert_false(pri_may_send(&pri, 0));
    for (unsigned i = 0; i < PRI_CAPACITY; i++) {
        assert_true(pri_may_send(&pri, UINT32_MAX));
        assert_true(pri_may_send(&pri, i + 1));
        assert_false(pri_may_send(&pri, i));
        pri_sent(&pri, i / 4);
    }
    assert_false(pri_may_send(&pri, UINT32_MAX));
    assert_int_equal(pri.total, PRI_CAPACITY);
    assert_true(pri_sane(&pri));
    pri_unsent(&pri, 0);
    assert_int_equal(pri.total, PRI_CAPACITY - 1);
    assert_true(pri_may_send(&pri, UINT32_MAX));
}

/* A response ends all of its group, and nothing else. */
static void test_groups(void **state)
{
    Pri pri;

    (void)state;
    pri_clear(&pri);
    pri_sent(&pri, 0);
    pri_sent(&pri, 511);
    pri_sent(&pri, 511);
    assert_false(pri_answered(&pri, 1));
    assert_false(pri_answered(&pri, 512));
    assert_false(pri_answered(&pri, 65535));
    assert_int_equal(pri.total, 3);
    assert_true(pri_answered(&pri, 511));
    assert_int_equal(pri.total, 1);
    assert_false(pri_answered(&pri, 511));
    pri_unsent(&pri, 511);
    assert_int_equal(pri.total, 1);
    assert_true(pri_answered(&pri, 0));
    assert_int_equal(pri.total, 0);
}

static void test_random(void **state)
{
    unsigned waiting[PRI_GROUPS] = { 0 }, total = 0;
    Rng r = { 5 };
    Pri pri;

    (void)state;
    pri_clear(&pri);
    for (unsigned i = 0; i < 100000; i++) {
        uint16_t group = rng_below(&r, 40);

        if (!rng_once_in(&r, 3)) {
            assert_int_equal(pri_may_send(&pri, 20), total < 20);
            if (total < 20) {
                pri_sent(&pri, group);
                waiting[group]++;
                total++;
            }
        } else {
            assert_int_equal(pri_answered(&pri, group), waiting[group] > 0);
            total -= waiting[group];
            waiting[group] = 0;
        }
        assert_int_equal(pri.total, total);
        assert_true(pri_sane(&pri));
    }
}

static void test_sane(void **state)
{
    Pri pri;

    (void)state;
    pri_clear(&pri);
    pri.total = 1;
    assert_false(pri_sane(&pri));
    pri.waiting[7] = 1;
    assert_true(pri_sane(&pri));
    pri.waiting[7] = PRI_CAPACITY + 1;
    pri.total = PRI_CAPACITY + 1;
    assert_false(pri_sane(&pri));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_capacity),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_sane),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
