/*
 * SMMUv3 with RME: arithmetic of the circular queues.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "queue.h"
#include "smmu-regs.h"

static unsigned bounded(unsigned log2size)
{
    return log2size < SMMU_QUEUE_LOG2SIZE_MAX ? log2size :
           SMMU_QUEUE_LOG2SIZE_MAX;
}

unsigned smmu_queue_log2size(uint64_t base, unsigned max)
{
    unsigned log2size = SMMU_GET(base, SMMU_QUEUE_BASE_LOG2SIZE);

    max = bounded(max);
    return log2size < max ? log2size : max;
}

uint32_t smmu_queue_ptr_mask(unsigned log2size)
{
    uint32_t mask = (2u << bounded(log2size)) - 1;

    return mask & SMMU_QUEUE_PTR_MASK;
}

uint32_t smmu_queue_used(const SmmuQueue *q)
{
    return (q->prod - q->cons) & smmu_queue_ptr_mask(q->log2size);
}

bool smmu_queue_empty(const SmmuQueue *q)
{
    return smmu_queue_used(q) == 0;
}

bool smmu_queue_full(const SmmuQueue *q)
{
    return smmu_queue_used(q) >= 1u << bounded(q->log2size);
}

uint32_t smmu_queue_advance(const SmmuQueue *q, uint32_t reg)
{
    return (reg & ~SMMU_QUEUE_PTR_MASK) |
           ((reg + 1) & smmu_queue_ptr_mask(q->log2size));
}

uint64_t smmu_queue_entry_addr(const SmmuQueue *q, uint32_t reg)
{
    unsigned log2size = bounded(q->log2size);
    unsigned align = log2size + q->entry_shift;
    uint64_t index = reg & ((1u << log2size) - 1);

    /* Aligned to its size; ADDR itself starts at 32 bytes. */
    return ((q->base & SMMU_QUEUE_BASE_ADDR_MASK) >> align << align) +
           (index << q->entry_shift);
}

bool smmu_queue_overflow_pending(const SmmuQueue *q)
{
    return (q->prod ^ q->cons) & SMMU_QUEUE_OVFLG_MASK;
}

uint32_t smmu_queue_overflow(const SmmuQueue *q)
{
    return smmu_queue_overflow_pending(q) ? q->prod :
           q->prod ^ (uint32_t)SMMU_QUEUE_OVFLG_MASK;
}
