/*
 * A BL33 that delegates and undelegates granules by TF-A's SMC, as fast as it
 * can. It is linked at 0x60000000, where PLAT=qemu starts BL33 at EL2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bench.h"
#include "smc.h"

#define PAIRS       100000ull
#define WARM_UP     1000ull
#define FIRST       UINT64_C(0x68000000)
#define GRANULES    64u

static uint64_t refused;

void bench_main(void);

static void pairs(uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        uint64_t granule = FIRST + (i % GRANULES) * 4096;

        refused += smc_call(RMI_GRANULE_DELEGATE, granule, 0, 0).x0 != 0;
        refused += smc_call(RMI_GRANULE_UNDELEGATE, granule, 0, 0).x0 != 0;
    }
}

void bench_main(void)
{
    con_init(CON_UART0_BASE);
    pairs(WARM_UP);
    bench_begin();
    pairs(PAIRS);
    if (refused) {
        con_printf("FAIL delegate: %lu calls were refused\n",
                   (unsigned long)refused);
    }
    bench_end(PAIRS, "pairs");
}
