/*
 * Two contexts take turns at a granule: each load finds it under the other
 * one. The runner's parameter word: how many granules, one after the other
 * (0: one).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bench.h"
#include "mmu.h"
#include "test.h"
#include "world.h"

#define SWITCHES    400000ull
#define WARM_UP     20000ull
#define GRANULES    1024u

static void switches(uint64_t n, uint64_t granules)
{
    for (uint64_t i = 0; i < n; i += 2) {
        uint64_t pa = TEST_BASE + i / 2 % granules * PAGE_SIZE;

        (void)*(volatile uint64_t *)view(pa, PAS_REALM);
        (void)*(volatile uint64_t *)view(pa, PAS_ROOT);
    }
}

void test_main(void)
{
    uint64_t granules = 1;

    views_init();
    granules += *(volatile uint64_t *)view(PARAM_ADDRESS, PAS_NS) % GRANULES;
    switches(WARM_UP, granules);
    bench_begin();
    switches(SWITCHES, granules);
    bench_end(SWITCHES, "switches");
}
