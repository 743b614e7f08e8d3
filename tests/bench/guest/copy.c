/*
 * Copying 256 KiB to and fro, a page after the other: loads and stores that
 * hit the TLB. GPC is on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bench.h"
#include "gpt.h"
#include "mmu.h"
#include "test.h"

#define BYTES       (256u << 10)
#define TIMES       8000u
#define FROM        (TEST_BASE + 0x1000000)
#define TO          (TEST_BASE + 0x2000000)

extern const uint32_t stub_copy[];

void test_main(void)
{
    const uint64_t warm[5] = { FROM, TO, BYTES, 10 };
    const uint64_t real[5] = { FROM, TO, BYTES, TIMES };

    gpt_build(2, 0);
    gpt_fill(TEST_BASE, 1ull << 30, L1_GRANULES(GPI_ROOT));
    gpt_on(0);
    pe_set_world(PAS_ROOT, 0);
    pe_run(3, stub_copy, warm);
    bench_begin();
    pe_run(3, stub_copy, real);
    bench_end((uint64_t)BYTES * TIMES >> 20, "MiB");
}
