/*
 * DMA of cca-exerciser through an SMMU, with GPC on. The runner's parameter
 * word:
 *
 *   5:0    log2 of the bytes of one DMA: 6, 12 or 16
 *   8      device to memory, else memory to device
 *   9      stage 1 and 2, else stage 1
 *   10     over 64 MiB, else over 256 KiB, one DMA after the other
 *   63:32  address of the SMMU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bench.h"
#include "exerciser.h"
#include "gpt.h"
#include "smmu.h"
#include "test.h"

#define SMALL_SET       (256ull << 10)
#define TIMES           1000000u
#define MAX_BYTES       (4ull << 30)

static void fail(const char *why)
{
    con_printf("FAIL dma: %s\n", why);
    for (;;) {
        wfi();
    }
}

/* Is what the SMMU does what the rest is to be measured with? */
static void try_it(const struct exerciser *ex, uint64_t bytes)
{
    uint64_t mine = 0x1122334455667788, iova = SMMU_IOVA + bytes - 4096;
    volatile uint64_t *there = (uint64_t *)smmu_target(iova, bytes);

    exerciser_fill(ex, 0, &mine, 8);
    *there = 0;
    if (exerciser_dma(ex, NULL, true, iova, 0, 8) != EXERCISER_CAUSE_NONE ||
        *there != mine) {
        fail("a write does not go where it should");
    }
    if (exerciser_dma(ex, NULL, false, SMMU_IOVA + bytes, 0, 8) !=
        EXERCISER_CAUSE_ABORT) {
        fail("an address that is not mapped is not refused");
    }
    if ((exerciser_load(ex, EXERCISER_INFO) & INFO_PORT)) {
        gpt_set((uint64_t)there, GPI_REALM);
        gpt_tlbi_rpalos((uint64_t)there, 4096);
        if (exerciser_dma(ex, NULL, false, iova, 0, 8) !=
            EXERCISER_CAUSE_ABORT) {
            fail("granule protection is not on");
        }
        gpt_set((uint64_t)there, GPI_ANY);
        gpt_tlbi_rpalos((uint64_t)there, 4096);
    }
}

/* As exerciser_dma(), with only what changes from one to the next. */
static void dma(const struct exerciser *ex, uint32_t go, uint64_t length,
                uint64_t bytes, uint64_t count)
{
    uint64_t offset = 0;

    for (uint64_t i = 0; i < count; i++) {
        *(volatile uint64_t *)(ex->regs + EXERCISER_DMA_ADDR) =
            SMMU_IOVA + offset;
        exerciser_store(ex, EXERCISER_DMACTL1, go);
        if (exerciser_load(ex, EXERCISER_DMASTATUS)) {
            fail("a DMA was refused");
        }
        offset = (offset + length) & (bytes - 1);
    }
}

void test_main(void)
{
    uint64_t param = *(volatile uint64_t *)PARAM_ADDRESS;
    uint64_t length = 1ull << (param & 0x3f);
    uint64_t bytes = param >> 10 & 1 ? SMMU_DATA_MAX : SMALL_SET;
    uint64_t count = length * TIMES > MAX_BYTES ? MAX_BYTES / length : TIMES;
    uint32_t go = DMACTL1_GO | (param >> 8 & 1 ? DMACTL1_TO_MEMORY : 0);
    struct exerciser ex;

    gpt_build(2, 0);
    gpt_on(0);
    if (!exerciser_find(&ex, 0) || ex.buffer_size < length) {
        fail("there is no exerciser with such a buffer");
    }
    if (!smmu_start(param >> 32, ex.rid, bytes, param >> 9 & 1)) {
        fail("the SMMU does not answer");
    }
    try_it(&ex, bytes);
    /* Sets up the registers that stay. */
    exerciser_dma(&ex, NULL, param >> 8 & 1, SMMU_IOVA, 0, length);
    dma(&ex, go, length, bytes, 2000);
    bench_begin();
    dma(&ex, go, length, bytes, count);
    bench_end(count, "DMAs");
}
