/*
 * How much is remembered: with strict-tlb=on everything, otherwise a bounded
 * number of entries. Needs 3 GiB of memory and l0gptsz of 34 or more (one
 * level 1 table then describes all of it).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mmu.h"
#include "test.h"
#include "verdict.h"

#define SIZE        (1ull << 31)

static void capacity(bool strict)
{
    uint64_t step = gpt_entry_bytes(), count = SIZE / step;
    uint64_t stale = 0, wrong = 0;

    test_group("tlbi-capacity");
    pe_set_world(PAS_ROOT, 0);
    gpt_on(0);
    gpt_fill(TEST_BASE, SIZE, L1_GRANULES(GPI_NS));
    gpt_tlbi_all_os();
    for (uint64_t i = 0; i < count; i++) {
        wrong += verdict_now(3, TEST_BASE + i * step, PAS_NS) != PASSES;
    }
    test_case(wrong == 0, "%lu of %lu granules with GPI NS do not pass",
              (unsigned long)wrong, (unsigned long)count);
    gpt_fill(TEST_BASE, SIZE, L1_GRANULES(GPI_ROOT));
    access_unmap_all();
    for (uint64_t i = 0; i < count; i++) {
        stale += verdict_now(3, TEST_BASE + i * step, PAS_NS) == PASSES;
    }
    test_case(strict ? stale == count : stale < count,
              "without TLBI, %lu of %lu entries are remembered: expected %s",
              (unsigned long)stale, (unsigned long)count,
              strict ? "all" : "not all");
    gpt_tlbi_all_os();
    stale = 0;
    for (uint64_t i = 0; i < count; i++) {
        stale += verdict_now(3, TEST_BASE + i * step, PAS_NS) != FAILS;
    }
    test_case(stale == 0, "after PAALLOS, %lu of %lu entries are remembered",
              (unsigned long)stale, (unsigned long)count);
    gpt_fill(TEST_BASE, SIZE, L1_GRANULES(GPI_ANY));
    gpt_tlbi_all_os();
}

void test_main(void)
{
    if (gpt_l0gptsz() < 34) {
        test_skip("tlbi-capacity", "needs l0gptsz=34 or more");
        return;
    }
    gpt_build(5, 0);
    capacity(test_param().strict);
}
