/*
 * What QEMU's own files call (qemu/patches) for cca/pe-watch.h, and the
 * traces that PEs toggle.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_PE_WATCH_HOOKS_H
#define CCA_PE_WATCH_HOOKS_H

#ifndef CONFIG_USER_ONLY

#include "cca/pe-watch.h"
#include "hw/core/cpu.h"

/* Who listens; NULL: nobody. Set before PEs exist, never changed. */
extern const CcaPeWatch *cca_pe_watch;

/* @cpu leaves its translation block before its last @count instructions. */
static inline void cca_pe_unwound(CPUState *cpu, int count)
{
    if (unlikely(cca_pe_watch)) {
        cca_pe_watch->unwound(cpu->cpu_index, count);
    }
}

/* May code for plugins be made for one PE, or must it find out which it is? */
static inline bool cca_pe_alone(void)
{
    return likely(!cca_pe_watch) || !CPU_NEXT(first_cpu);
}

/* @cpu was reset; whoever did may place it elsewhere before it runs. */
void cca_pe_reset(CPUState *cpu);

/* The machine's option trace-hlt: 0 to 0xffff; -1: there is no such HLT. */
extern int cca_trace_hlt;

/* Is HLT #@imm a trace toggle, which executes as NOP? */
static inline bool cca_is_trace_hlt(unsigned imm)
{
    return (int)imm == cca_trace_hlt;
}

#else

static inline void cca_pe_unwound(CPUState *cpu, int count)
{
}

static inline bool cca_pe_alone(void)
{
    return true;
}

static inline bool cca_is_trace_hlt(unsigned imm)
{
    return false;
}

#endif
#endif
