/*
 * SMMUv3 with RME: arithmetic of the circular queues.
 *
 * A pointer is what stands in PROD.WR or CONS.RD: an index of log2size bits
 * with the wrap flag above it (section 3.5.1, "SMMU circular queues"). All
 * functions take any value of any register: @log2size is limited to 19, bits
 * above the wrap flag are ignored, and nothing loops.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_QUEUE_H
#define CCA_SMMU_QUEUE_H

#include "smmu-types.h"

/* A queue as its registers describe it. */
typedef struct SmmuQueue {
    uint64_t base;          /* SMMU_*_BASE, as written */
    uint8_t log2size;       /* effective, see smmu_queue_log2size() */
    uint8_t entry_shift;    /* log2 of the bytes of an entry */
    uint32_t prod, cons;    /* SMMU_*_PROD, SMMU_*_CONS */
} SmmuQueue;

/*
 * The effective BASE.LOG2SIZE: never above what IDR1 offers (@max), except
 * for readback (section 6.3, "SMMU_CMDQ_BASE").
 */
unsigned smmu_queue_log2size(uint64_t base, unsigned max);

/* The bits of PROD.WR and CONS.RD that exist: index and wrap flag. */
uint32_t smmu_queue_ptr_mask(unsigned log2size);

/*
 * How many entries are between CONS and PROD: 0 .. 2^(log2size + 1) - 1. More
 * than 2^log2size only if software wrote pointers that cannot be.
 */
uint32_t smmu_queue_used(const SmmuQueue *q);

/* Nothing to consume; no space to produce into. Never both. */
bool smmu_queue_empty(const SmmuQueue *q);
bool smmu_queue_full(const SmmuQueue *q);

/*
 * @reg (a PROD or CONS register) with its pointer moved on by one entry,
 * wrapped; its other fields (OVFLG, ERR) stay.
 */
uint32_t smmu_queue_advance(const SmmuQueue *q, uint32_t reg);

/* Address of the entry that @reg (a PROD or CONS register) points at. */
uint64_t smmu_queue_entry_addr(const SmmuQueue *q, uint32_t reg);

/*
 * Overflow of an output queue (section 7.4): it is pending while PROD.OVFLG
 * differs from CONS.OVACKFLG. smmu_queue_overflow() is PROD with an overflow
 * made pending; one that already is stays.
 */
bool smmu_queue_overflow_pending(const SmmuQueue *q);
uint32_t smmu_queue_overflow(const SmmuQueue *q);

#endif
