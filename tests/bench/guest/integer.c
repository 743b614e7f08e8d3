/*
 * An integer loop that lives in the TLB: what the machine costs when granule
 * protection has nothing to do. GPC is on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bench.h"
#include "gpt.h"
#include "pe.h"
#include "test.h"
#include "world.h"

#define ROUNDS      200000000ull
#define WARM_UP     1000000ull

extern const uint32_t stub_integer[];

void test_main(void)
{
    const uint64_t warm[5] = { 0, WARM_UP }, real[5] = { 0, ROUNDS };

    gpt_build(2, 0);
    gpt_on(0);
    views_init();
    world_build(PAS_NS);
    world_enter(PAS_NS);
    world_run(PAS_NS, 1, stub_integer, warm);
    bench_begin();
    world_run(PAS_NS, 1, stub_integer, real);
    bench_end(ROUNDS, "rounds");
}
