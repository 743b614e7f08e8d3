/*
 * What QEMU's own files tell a machine's power controller, and how they ask
 * what a PE does in WFE (qemu/patches).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_POWER_H
#define CCA_POWER_H

#ifndef CONFIG_USER_ONLY

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

/*
 * A WFE of @cpu. May leave to QEMU's main loop with the PE asleep; false: do
 * as QEMU does. NULL on machines that are not ours.
 */
extern bool (*cca_wfe_hook)(CPUState *cpu);

/* Has WFE to be told, with a thread for each PE, too? */
static inline bool cca_wfe_matters(void)
{
    return unlikely(cca_wfe_hook) && !cca_power_hooks;
}

/*
 * @cpu, whose thread this is, executes a WFE; its PC is behind it. May not
 * return: the PE sleeps. Without the big lock. True: the PE goes on at once;
 * false: it does as QEMU's own PEs.
 */
static inline bool cca_cpu_waits(CPUState *cpu)
{
    return cca_wfe_matters() && cca_wfe_hook(cpu);
}

#else

static inline bool cca_wfe_matters(void)
{
    return false;
}

static inline bool cca_cpu_waits(void *cpu)
{
    return false;
}

#endif
#endif
