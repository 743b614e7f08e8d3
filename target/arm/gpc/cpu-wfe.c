/*
 * WFE on a CCA machine: a PE that polls by WFE sleeps between its looks.
 *
 * To QEMU with a host thread for each PE, WFE is a NOP. TF-A's PLAT=qemu has
 * all PEs but one poll by WFE until software starts them. With fewer host
 * CPUs than PEs those keep the one that boots from running, and each
 * broadcast TLBI of it has to wait until every one of them had its turn.
 *
 * Machines with a power controller keep upstream's WFE: their PEs are off
 * instead, and the controller takes a PE that halts for one in WFI.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "cpu.h"
#include "internals.h"
#include "exec/cpu-common.h"
#include "exec/exec-all.h"
#include "exec/translation-block.h"
#include "hw/boards.h"
#include "cca/power.h"
#include "hooks.h"
#include "trace.h"
#include "wfe-wait.h"

/* By the index of the PE; each of the PE's own thread only. */
static WfeWait *waits;

static bool wfe(CPUState *cs)
{
    ARMCPU *cpu = ARM_CPU(cs);
    CPUARMState *env = &cpu->env;
    int64_t now, sleep;

    if (!(cs->tcg_cflags & CF_PARALLEL)) {
        return false;
    }
    if (!cpu->wfxt_timer || cpu_has_work(cs)) {
        return true;
    }
    QEMU_BUILD_BUG_ON(sizeof(env->xregs) != sizeof(waits->regs));
    now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    sleep = wfe_wait(&waits[cs->cpu_index], env->pc, env->xregs, now);
    if (!sleep) {
        return true;
    }
    trace_cca_wfe_sleep(cs->cpu_index, env->pc, sleep);
    timer_mod_ns(cpu->wfxt_timer, now + sleep);
    cs->exception_index = EXCP_HLT;
    cs->halted = 1;
    cpu_loop_exit(cs);
}

void cca_cpu_define_wfe(ARMCPU *cpu)
{
    if (!waits) {
        waits = g_new0(WfeWait, current_machine->smp.max_cpus);
        cca_wfe_hook = wfe;
    }
    assert(CPU(cpu)->cpu_index < (int)current_machine->smp.max_cpus);
}
