/*
 * Random granule protection: implementations, registers, tables, accesses.
 *
 * The tables are a function of (seed, address): nothing is stored, and every
 * address of a 56-bit space has an entry. Most are valid, many are one
 * mutation away from it, some are garbage, some abort.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GPT_SYNTH_H
#define GPT_SYNTH_H

#include "gpt.h"
#include "gpt-ref.h"
#include "rng.h"

typedef struct Synth {
    uint64_t seed;
    /* What a generator of good tables has to know. */
    unsigned pps, pgs, l0_bits;
    uint64_t l0_base, l0_end;
    uint8_t gpis[16];       /* the valid ones */
    unsigned gpi_count;
    bool hostile;           /* else: no aborts, no invalid entries */
    bool no_contiguous;
} Synth;

/* A random implementation. */
GptImpl synth_impl(Rng *r);

/* Random registers for it: mostly a consistent configuration, or not. */
GptRegs synth_regs(Rng *r, const GptImpl *impl);

/* A memory for that configuration. */
Synth synth_memory(Rng *r, const GptImpl *impl, const GptRegs *regs,
                   bool hostile);

/* An entry as it may stand at @addr; false: this read aborts. */
bool synth_entry(const Synth *s, uint64_t addr, uint64_t salt,
                 uint64_t *value);

/* A random access: addresses love boundaries. */
CcaAccess synth_access(Rng *r, const GptImpl *impl, const GptRegs *regs);

/* The same machine for the reference. */
RefMachine synth_reference(const GptImpl *impl, const GptRegs *regs);

#endif
