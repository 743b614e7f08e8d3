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

#define LOADS       4000000ull
#define WARM_UP     200000ull
/* 512 tables of level 3, then one of level 2 */
#define TABLES      0x4c000000ull
#define GIB         0x40000000ull

extern const uint32_t stub_random_loads[];

static void map_gib(void)
{
    uint64_t *l3 = (uint64_t *)TABLES, *l2 = l3 + 512 * TABLE_ENTRIES;

    for (uint64_t i = 0; i < GIB / PAGE_SIZE; i++) {
        l3[i] = mmu_page(REGIME_EL10, TEST_BASE + i * PAGE_SIZE, PAS_NS,
                         false);
    }
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        l2[i] = mmu_table((uint64_t)&l3[i * TABLE_ENTRIES], false);
    }
    mmu_s1[REGIME_EL10].l1[TEST_BASE / GIB] = mmu_table((uint64_t)l2, false);
    dsb(sy);
}

static void loads(uint64_t n, uint64_t seed)
{
    const uint64_t x[5] = { TEST_BASE, n, seed };
    struct outcome out = pe_run(1, stub_random_loads, x);

    if (out.el) {
        con_printf("FAIL tlbmiss: ESR %lx\n", (unsigned long)out.esr);
    }
}

void test_main(void)
{
    uint64_t param = *(volatile uint64_t *)PARAM_ADDRESS;
    bool gpc = param & 1, stage2 = param & 2;

    map_gib();
    gpt_build(2, 0);
    gpt_fill(TEST_BASE, GIB, L1_GRANULES(GPI_NS));
    if (gpc) {
        gpt_on(0);
    }
    pe_set_world(PAS_NS, SCR_GPF);
    mmu_stage2(stage2, false, false, 0);
    pe_tlb_clear();
    loads(WARM_UP, 1);
    bench_begin();
    loads(LOADS, 2);
    bench_end(LOADS, gpc ? "loads, GPC on" : "loads, GPC off");
}
