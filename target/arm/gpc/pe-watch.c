/*
 * What PEs do, told to a listener (include/cca/pe-watch.h).
 *
 * QEMU's own hooks on changes of Exception level tell of exceptions and
 * returns; resets and loaded state are heard of besides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "internals.h"
#include "syndrome.h"
#include "cca/pe-watch-hooks.h"
#include "system/runstate.h"
#include "pe-watch.h"

/* ESR_ELx.ISS: software step, GPC exception (Arm ARM, D24.2) */
enum {
    ISS_STEP_ISV = 1u << 24,
    ISS_GPC_IND = 1u << 20,
};

/* Before an exception or a return: what the PE forgets by it. */
typedef struct Before {
    CcaPeContext at;
    uint64_t pc;
} Before;

static CcaPeContext context_of(CPUARMState *env)
{
    return (CcaPeContext) {
        .world = (CcaPas)arm_security_space(env),
        .el = arm_current_el(env),
        .aarch32 = !is_a64(env),
    };
}

static void before_switch(ARMCPU *cpu, void *opaque)
{
    CPUARMState *env = &cpu->env;
    Before *before = opaque;

    before->at = context_of(env);
    before->pc = is_a64(env) ? env->pc : env->regs[15];
}

/* How exception @index with @syndrome came about; < 0: it is a return. */
static CcaPeCause cause_of(int index, uint32_t syndrome)
{
    if (index < 0) {
        return CCA_PE_RETURN;
    }
    switch (syn_get_ec(syndrome)) {
    case EC_PCALIGNMENT:
        if (index == EXCP_PREFETCH_ABORT) {
            return CCA_PE_BY_INSTRUCTION;
        }
        break;
    case EC_SOFTWARESTEP:
    case EC_SOFTWARESTEP_SAME_EL:
        if (index == EXCP_UDEF) {
            /* Without ISV nothing was executed since the last one. */
            return syndrome & ISS_STEP_ISV ? CCA_PE_BETWEEN :
                                             CCA_PE_BY_INSTRUCTION;
        }
        break;
    }
    switch (index) {
    case EXCP_GPC:
        return syndrome & ISS_GPC_IND ? CCA_PE_BETWEEN :
                                        CCA_PE_BY_INSTRUCTION;
    case EXCP_PREFETCH_ABORT:
    case EXCP_IRQ:
    case EXCP_FIQ:
    case EXCP_NMI:
    case EXCP_VIRQ:
    case EXCP_VFIQ:
    case EXCP_VINMI:
    case EXCP_VFNMI:
    case EXCP_VSERR:
        return CCA_PE_BETWEEN;
    default:
        return CCA_PE_BY_INSTRUCTION;
    }
}

static void after_switch(ARMCPU *cpu, void *opaque)
{
    const Before *before = opaque;
    CPUARMState *env = &cpu->env;
    CPUState *cs = CPU(cpu);

    cca_pe_watch->switched(cs->cpu_index, &(CcaPeSwitch) {
        .from = before->at,
        .to = context_of(env),
        .cause = cause_of(cs->exception_index, env->exception.syndrome),
        .pc = before->pc,
        .syndrome = env->exception.syndrome,
        .x0 = is_a64(env) ? env->xregs[0] : env->regs[0],
    });
}

static void tell_place(CPUState *cs, run_on_cpu_data unused)
{
    cca_pe_watch->placed(cs->cpu_index, context_of(cpu_env(cs)));
}

/*
 * In its own thread, so that the PE executes nothing before; and later, for
 * QEMU's PSCI resets a PE and then moves it to the level that was asked for.
 */
void cca_pe_reset(CPUState *cs)
{
    if (cca_pe_watch && cs->cpu_index != UNASSIGNED_CPU_INDEX) {
        async_run_on_cpu(cs, tell_place, RUN_ON_CPU_NULL);
    }
}

static void on_running(void *opaque, bool running, RunState state)
{
    CPUState *cs;

    if (running) {
        CPU_FOREACH(cs) {
            cca_pe_reset(cs);
        }
    }
}

void cca_pe_watch_realize(ARMCPU *cpu)
{
    static bool follows_vm;
    Before *before;

    if (!cca_pe_watch) {
        return;
    }
    before = g_new0(Before, 1);
    arm_register_pre_el_change_hook(cpu, before_switch, before);
    arm_register_el_change_hook(cpu, after_switch, before);
    if (!follows_vm) {
        follows_vm = true;
        qemu_add_vm_change_state_handler(on_running, NULL);
    }
}
