/*
 * What QEMU's own files tell a machine's power controller (qemu/patches).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_POWER_H
#define CCA_POWER_H

#include "hw/core/cpu.h"

/* Set by a power controller before PEs run; NULL on other machines. */
typedef struct CcaPowerHooks {
    void (*idles)(CPUState *cpu);
    void (*interrupts)(CPUState *cpu);
} CcaPowerHooks;

extern const CcaPowerHooks *cca_power_hooks;

/*
 * @cpu, whose thread this is, finds nothing to do in a WFI and is about to
 * halt. Without the big lock.
 */
static inline void cca_cpu_idles(CPUState *cpu)
{
    if (unlikely(cca_power_hooks)) {
        cca_power_hooks->idles(cpu);
    }
}

/*
 * The GIC has found anew what interrupt of @cpu has the highest priority.
 * Under the big lock.
 */
static inline void cca_cpu_interrupts(CPUState *cpu)
{
    if (unlikely(cca_power_hooks)) {
        cca_power_hooks->interrupts(cpu);
    }
}

#endif
