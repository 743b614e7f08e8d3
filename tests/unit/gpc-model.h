/*
 * A model of a Gpc whose cache forgets nothing by itself: a plain list of
 * what was read, searched from end to end. For tests only.
 *
 * It knows which entries a check has to read, in which order, and what it
 * must answer; built on the reference, not on the engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GPC_MODEL_H
#define GPC_MODEL_H

#include "gpt-ref.h"

enum { MODEL_HELD_MAX = 4096, MODEL_READS_MAX = 4 };

/* A valid entry that was read, and the range that it describes. */
typedef struct ModelHeld {
    unsigned shift;     /* log2 of the range */
    unsigned level;
    unsigned pgs;       /* granule size that it was read under */
    uint64_t base;
    uint64_t entry;
} ModelHeld;

typedef struct GpcModel {
    RefMachine machine;         /* registers and memory, now */
    ModelHeld held[MODEL_HELD_MAX];
    unsigned count;
    bool learning;              /* what is read is held */
    /* of the last check */
    uint64_t read_addr[MODEL_READS_MAX];
    unsigned reads;
    bool from_cache;            /* held entries alone decided */
} GpcModel;

/* The answer, and what it takes to get there. */
RefVerdict model_check(GpcModel *model, const CcaAccess *access);

void model_tlbi_all(GpcModel *model);
void model_tlbi_pa(GpcModel *model, uint64_t base, uint64_t size,
                   bool last_level);

/*
 * For a cache that may forget by itself: could one that was told what this
 * model was told read @reads entries, the first at @first_read, and answer
 * {@fault, @level}? The model learns what was read.
 */
bool model_accepts(GpcModel *model, const CcaAccess *access, unsigned reads,
                   uint64_t first_read, CcaGpcf fault, unsigned level);

#endif
