/*
 * Fault injection: what the files of this folder share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FAULT_INTERNAL_H
#define CCA_FAULT_INTERNAL_H

#include "control.h"

/* Store a sentence in @error. Always false, for "return refuse(...)". */
bool cca_fault_refuse(CcaFaultError *error, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A passage with its PC, which is asked for once at most. */
typedef struct FaultPassage {
    const CcaFaultPassage *p;
    bool asked;
    uint64_t pc;
} FaultPassage;

/* The PC of the passage. False: there is none. */
bool fault_passage_pc(FaultPassage *passage, uint64_t *pc);

/* Does @passage touch the addresses that @plan asks for? */
bool fault_trigger_addr(const CcaFaultPlan *plan, const CcaFaultPassage *p);

/* Does it meet every other condition on who and where? No state changes. */
bool fault_trigger_match(const CcaFaultPlan *plan, FaultPassage *passage);

/* Does the @hit-th hit (from 1) count, with @fired firings before it? */
bool fault_trigger_counts(const CcaFaultPlan *plan, uint64_t hit,
                          uint64_t fired);

/* Draw from the generator whose state is *@state. */
bool fault_trigger_draw(const CcaFaultPlan *plan, uint64_t *state);

/*
 * What a "stale" fault remembers: for each address, the value seen last and
 * the different one that was seen before it.
 */
typedef struct FaultStale FaultStale;

FaultStale *fault_stale_new(void);      /* NULL if memory is short */
void fault_stale_free(FaultStale *stale);

/*
 * @addr reads as @value. True if another value was seen there before: then
 * *@older is the latest such value.
 */
bool fault_stale_see(FaultStale *stale, uint64_t addr, uint64_t value,
                     uint64_t *older);

/* How many sightings there was no room for. */
uint64_t fault_stale_untracked(const FaultStale *stale);

#endif
