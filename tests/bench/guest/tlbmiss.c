/*
 * Random loads over 1 GiB, one per 4 KiB page, from Normal-world EL1 with
 * 4 KiB pages: nearly each is a TLB miss, hence a walk and a granule
 * protection check. The runner's parameter word: bit 0, GPC on; bit 1, stage
 * 2 on (1 GiB blocks).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bench.h"
#include "gpt.h"
#include "mmu.h"
#include "test.h"
#include "world.h"

#define LOADS       4000000ull
#define WARM_UP     200000ull
/* 512 tables of level 3, then one of level 2 */
#define TABLES      0x4c000000ull

extern const uint32_t stub_random_loads[];

static void map_gib(void)
{
    uint64_t *l3 = view(TABLES, PAS_NS), *l2 = l3 + 512 * TABLE_ENTRIES;

    for (uint64_t i = 0; i < GIB / PAGE_SIZE; i++) {
        l3[i] = mmu_page(REGIME_EL10, TEST_BASE + i * PAGE_SIZE, PAS_NS,
                         false);
    }
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        l2[i] = mmu_table(TABLES + i * (uint64_t)PAGE_SIZE, false);
    }
    world_table(PAS_NS, TEST_BASE, TABLES + 512 * PAGE_SIZE);
}

static void loads(uint64_t n, uint64_t seed)
{
    const uint64_t x[5] = { TEST_BASE, n, seed };
    struct outcome out = world_run(PAS_NS, 1, stub_random_loads, x);

    if (out.el) {
        con_printf("FAIL tlbmiss: ESR %lx\n", (unsigned long)out.esr);
    }
}

void test_main(void)
{
    uint64_t param;
    bool gpc, stage2;

    views_init();
    param = *(volatile uint64_t *)view(PARAM_ADDRESS, PAS_NS);
    gpc = param & 1;
    stage2 = param & 2;
    world_build(PAS_NS);
    map_gib();
    gpt_build(2, 0);
    gpt_fill(TEST_BASE, GIB, L1_GRANULES(GPI_NS));
    if (gpc) {
        gpt_on(0);
    }
    world_enter(PAS_NS);
    world_stage2(stage2);
    loads(WARM_UP, 1);
    bench_begin();
    loads(LOADS, 2);
    bench_end(LOADS, gpc ? "loads, GPC on" : "loads, GPC off");
}
