/*
 * How long a PE sleeps in a WFE: only in a wait that goes on, and for a part
 * of what it has lasted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "rng.h"
#include "wfe-wait.h"

enum { STEP = 20, PC = 0x4000 };

static WfeWait wait;
static uint64_t regs[WFE_REGS];

static int setup(void **state)
{
    (void)state;
    memset(&wait, 0, sizeof(wait));
    for (unsigned i = 0; i < WFE_REGS; i++) {
        regs[i] = 0x1000 + i;
    }
    return 0;
}

/* WFE after WFE from @now until @end or a sleep; when it ended, and *@sleep. */
static int64_t poll(int64_t now, int64_t end, int64_t *sleep)
{
    for (*sleep = 0; now < end && !*sleep; now += STEP) {
        *sleep = wfe_wait(&wait, PC, regs, now);
    }
    return now - STEP;
}

static void test_patience(void **state)
{
    int64_t sleep, start = 12345678;

    (void)state;
    assert_int_equal(poll(start, start + WFE_WAIT_PATIENCE, &sleep),
                     start + WFE_WAIT_PATIENCE - STEP);
    assert_int_equal(sleep, 0);
    assert_int_equal(wfe_wait(&wait, PC, regs, start + WFE_WAIT_PATIENCE),
                     WFE_WAIT_PATIENCE / WFE_WAIT_PART);
}

/* Never more than a part of the wait, ever longer, then no longer. */
static void test_grows(void **state)
{
    int64_t now = 1000, sleep, before = 0;
    bool longest = false;

    (void)state;
    poll(now, now + WFE_WAIT_PATIENCE, &sleep);
    now += WFE_WAIT_PATIENCE;
    for (unsigned i = 0; i < 100; i++) {
        sleep = wfe_wait(&wait, PC, regs, now);
        assert_true(sleep > 0 && sleep <= WFE_WAIT_LONGEST);
        assert_true(sleep * WFE_WAIT_PART <= now - 1000);
        assert_true(sleep > before || sleep == WFE_WAIT_LONGEST);
        longest |= sleep == WFE_WAIT_LONGEST;
        before = sleep;
        now += sleep + STEP;
    }
    assert_true(longest);
}

/* Any register, the place, or work in between: it is another wait. */
static void test_another(void **state)
{
    int64_t sleep, now = 5000;

    (void)state;
    for (unsigned i = 0; i <= WFE_REGS + 1; i++) {
        now = poll(now, now + 2 * WFE_WAIT_PATIENCE, &sleep);
        assert_true(sleep > 0);
        now += sleep + STEP;
        assert_true(wfe_wait(&wait, PC, regs, now) > 0);
        if (i < WFE_REGS) {
            now += STEP;
            regs[i]++;
            assert_int_equal(wfe_wait(&wait, PC, regs, now), 0);
        } else if (i == WFE_REGS) {
            now += STEP;
            assert_int_equal(wfe_wait(&wait, PC + 4, regs, now), 0);
        } else {
            now += 10 * WFE_WAIT_PATIENCE;
            assert_int_equal(wfe_wait(&wait, PC, regs, now), 0);
        }
        now += STEP;
        assert_int_equal(wfe_wait(&wait, PC, regs, now), 0);
    }
}

/* A host that wakes the PE late does not end the wait. */
static void test_late(void **state)
{
    int64_t sleep, now = poll(1000, 1000000, &sleep);
    int64_t last = now + 2 * sleep + WFE_WAIT_GAP;

    (void)state;
    assert_true(wfe_wait(&wait, PC, regs, last) > sleep);
}

/* Whatever comes, a sleep has its bounds, and something stood still. */
static void test_random(void **state)
{
    Rng r = { 0x776665 };
    int64_t now = 1;
    unsigned sleeps = 0;

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        WfeWait before = wait;
        uint64_t chance = rng_next(&r);
        uint64_t pc = PC + (chance % 512 == 0) * 4;
        int64_t sleep;

        if (chance >> 32 & 511) {
            now += chance >> 16 & 0x3ff;
        } else {
            regs[chance % WFE_REGS] ^= chance >> 60;
            now += chance >> 16 & 0xfffff;
        }
        sleep = wfe_wait(&wait, pc, regs, now);
        assert_true(sleep >= 0 && sleep <= WFE_WAIT_LONGEST);
        if (sleep) {
            assert_true(before.pc == pc);
            assert_memory_equal(before.regs, regs, sizeof(regs));
            assert_true(now - before.since >= WFE_WAIT_PATIENCE);
            sleeps++;
            now += sleep;
        }
    }
    assert_true(sleeps > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_patience, setup),
        cmocka_unit_test_setup(test_grows, setup),
        cmocka_unit_test_setup(test_another, setup),
        cmocka_unit_test_setup(test_late, setup),
        cmocka_unit_test_setup(test_random, setup),
    };

    return cmocka_run_group_tests_name("wfe-wait", tests, NULL, NULL);
}
