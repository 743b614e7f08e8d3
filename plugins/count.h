/*
 * The counts themselves: instructions by Exception level and Security state,
 * switches between them, and calls, in phases that markers open.
 *
 * Each PE has a slot that translated code counts in: the instructions of each
 * block are added when the block begins. Everything else is done at events.
 * An instruction is counted when the PE goes past it; one whose exception
 * returns to itself (an abort, a trap, an UNDEFINED instruction) is not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_COUNT_H
#define CCA_COUNT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cca/pe-watch.h"
#include "block.h"

enum {
    COUNT_WORLDS = 4,           /* the first four of CcaPas */
    COUNT_ELS = 4,
    COUNT_CONTEXTS = COUNT_WORLDS * COUNT_ELS,
    COUNT_MAX_PHASES = 256,     /* and one for all others */
    COUNT_MAX_CALLS = 4096,     /* different ones, of a PE in a phase */
};

/* What translated code writes. */
typedef struct CountSlot {
    uint64_t insns;     /* of all blocks that were begun */
    uint64_t block;     /* the last one, as count_block() */
} CountSlot;

typedef struct CountOptions {
    bool has_start, has_stop, has_hlt;
    uint64_t start, stop;       /* numbers of markers */
    unsigned hlt;               /* immediate of the HLT that toggles */
    bool from_start;            /* count before the first marker */
    bool per_pe;                /* a marker concerns its own PE only */
} CountOptions;

typedef enum CountConduit {
    COUNT_SMC,
    COUNT_HVC,
} CountConduit;

/* One PE in one phase. */
typedef struct CountCell {
    uint64_t insns[COUNT_CONTEXTS];
    /* Exceptions and returns, from and to; the diagonal: the same level. */
    uint64_t moves[COUNT_CONTEXTS][COUNT_CONTEXTS];
    /* By way of Root: from the last other world to the next. */
    uint64_t passages[COUNT_WORLDS][COUNT_WORLDS];
    GHashTable *calls;          /* count_call_key() to a count; may be NULL */
    uint64_t calls_lost;        /* of those beyond COUNT_MAX_CALLS */
} CountCell;

typedef struct CountPhase {
    uint64_t number;            /* of its marker */
    bool by_marker;             /* else the phase before all markers */
    bool others;                /* all that came after COUNT_MAX_PHASES */
    uint64_t entries;           /* how often it was opened */
} CountPhase;

typedef struct Count Count;

/*
 * Counts of at most @max_pes PEs. @slot: where translated code counts for a
 * PE, called from any thread; @blocks: what made the words in it.
 */
Count *count_new(const CountOptions *options, unsigned max_pes,
                 CountBlocks *blocks,
                 CountSlot *(*slot)(void *opaque, unsigned pe), void *opaque);
void count_free(Count *count);

/* What cca/pe-watch.h tells. In the thread of @pe. */
void count_switched(Count *count, unsigned pe, const CcaPeSwitch *how);
void count_placed(Count *count, unsigned pe, CcaPeContext now);
void count_unwound(Count *count, unsigned pe, int insns);

/*
 * @pe is about to execute a marker with @number, or if @hlt the HLT that
 * toggles; it and what follows it in its block are @rest instructions.
 * Markers themselves are not counted. Returns true if counting stopped by it.
 */
bool count_mark(Count *count, unsigned pe, bool hlt, uint64_t number,
                unsigned rest);

/* Bring all cells up to date, before they are read. */
void count_update(Count *count);

/* The phases in the order in which they came up: 0 to count_phases() - 1. */
unsigned count_phases(const Count *count);
const CountPhase *count_phase(const Count *count, unsigned phase);
unsigned count_max_pes(const Count *count);

/* What @pe did in @phase; NULL: nothing. */
const CountCell *count_cell(const Count *count, unsigned pe, unsigned phase);

/* Add @cell to @sum. */
void count_cell_add(CountCell *sum, const CountCell *cell);
void count_cell_clear(CountCell *cell);

/*
 * Exceptions whose address lay outside of the block that they ended. If there
 * is one, counts may be wrong by some instructions.
 */
uint64_t count_strays(const Count *count);

static inline unsigned count_context(CcaPeContext at)
{
    return (at.world % COUNT_WORLDS) * COUNT_ELS + at.el % COUNT_ELS;
}

static inline CcaPas count_world(unsigned context)
{
    return (CcaPas)(context / COUNT_ELS);
}

static inline unsigned count_el(unsigned context)
{
    return context % COUNT_ELS;
}

/* Calls by function id, caller, who took it, and instruction. */
static inline uint64_t count_call_key(CountConduit conduit, unsigned from,
                                      unsigned to, uint32_t id)
{
    return (uint64_t)from << 40 | (uint64_t)to << 36 |
           (uint64_t)conduit << 32 | id;
}

static inline CountConduit count_call_conduit(uint64_t key)
{
    return (CountConduit)(key >> 32 & 1);
}

static inline unsigned count_call_from(uint64_t key)
{
    return key >> 40 & 0xf;
}

static inline unsigned count_call_to(uint64_t key)
{
    return key >> 36 & 0xf;
}

#endif
