/*
 * Granule protection of a PE: system registers and TLB maintenance
 * instructions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "cpu-features.h"
#include "internals.h"
#include "cpregs.h"
#include "hooks.h"
#include "cpu-gpc.h"
#include "cpu-mecid.h"

static CcaPe *pe_of(CPUARMState *env)
{
    return env_archcpu(env)->cca;
}

/* The engine's copy of the registers is the only one. */
static void set_regs(CcaPe *pe, GptRegs regs)
{
    qemu_spin_lock(&pe->lock);
    gpc_set_regs(&pe->gpc, &regs);
    pass_cache_clear(pe->passed);
    qemu_spin_unlock(&pe->lock);
    cca_gpc_tell_regs(pe, false);
}

static uint64_t merge(uint64_t old, uint64_t value, uint64_t writable)
{
    return (old & ~writable) | (value & writable);
}

static uint64_t gpccr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return pe_of(env)->gpc.regs.gpccr;
}

static void gpccr_write(CPUARMState *env, const ARMCPRegInfo *ri,
                        uint64_t value)
{
    CcaPe *pe = pe_of(env);
    GptRegs regs = pe->gpc.regs;

    regs.gpccr = merge(regs.gpccr, value, gpt_gpccr_writable(&pe->gpc.impl));
    set_regs(pe, regs);
}

/* From a snapshot or a migration stream: nothing held is about this memory. */
static void gpccr_raw_write(CPUARMState *env, const ARMCPRegInfo *ri,
                            uint64_t value)
{
    CcaPe *pe = pe_of(env);

    gpccr_write(env, ri, value);
    qemu_spin_lock(&pe->lock);
    gpt_cache_clear(&pe->gpc.cache);
    pe->filter->everything = pe->filter->any = true;
    qemu_spin_unlock(&pe->lock);
    cca_gpc_tell_regs(pe, true);
}

static void gpccr_reset(CPUARMState *env, const ARMCPRegInfo *ri)
{
    CcaPe *pe = pe_of(env);

    qemu_spin_lock(&pe->lock);
    gpc_reset(&pe->gpc);
    memset(&pe->counters, 0, sizeof(pe->counters));
    pe->short_cuts = 0;
    cca_pe_forget_pages(pe);
    pe->filter->everything = pe->filter->any = true;
    qemu_spin_unlock(&pe->lock);
    cca_gpc_tell_regs(pe, true);
}

static uint64_t gptbr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return pe_of(env)->gpc.regs.gptbr;
}

static void gptbr_write(CPUARMState *env, const ARMCPRegInfo *ri,
                        uint64_t value)
{
    CcaPe *pe = pe_of(env);
    GptRegs regs = pe->gpc.regs;

    regs.gptbr = value & gpt_gptbr_writable(&pe->gpc.impl);
    set_regs(pe, regs);
}

static uint64_t gpcbw_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return pe_of(env)->gpc.regs.gpcbw;
}

static void gpcbw_write(CPUARMState *env, const ARMCPRegInfo *ri,
                        uint64_t value)
{
    CcaPe *pe = pe_of(env);
    GptRegs regs = pe->gpc.regs;

    regs.gpcbw = value & gpt_gpcbw_writable(&pe->gpc.impl);
    set_regs(pe, regs);
}

static uint64_t actlr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return pe_of(env)->actlr_el3;
}

static void actlr_write(CPUARMState *env, const ARMCPRegInfo *ri,
                        uint64_t value)
{
    pe_of(env)->actlr_el3 = value;
}

static void actlr_reset(CPUARMState *env, const ARMCPRegInfo *ri)
{
    pe_of(env)->actlr_el3 = 0;
}

static void paall_write(CPUARMState *env, const ARMCPRegInfo *ri,
                        uint64_t value)
{
    cca_pe_tlbi_all(pe_of(env), false);
}

static void paallos_write(CPUARMState *env, const ARMCPRegInfo *ri,
                          uint64_t value)
{
    cca_pe_tlbi_all(pe_of(env), true);
}

static void rpaos_write(CPUARMState *env, const ARMCPRegInfo *ri,
                        uint64_t value)
{
    cca_pe_tlbi_range(pe_of(env), value, false);
}

static void rpalos_write(CPUARMState *env, const ARMCPRegInfo *ri,
                         uint64_t value)
{
    cca_pe_tlbi_range(pe_of(env), value, true);
}

/*
 * All replace what QEMU has for them, if anything. "Raises an exception" on
 * the TLBIs makes the PC exact, for the fault site.
 */
#define EL3_REG(name_, crn_, crm_, opc2_)                               \
    .name = name_, .state = ARM_CP_STATE_AA64, .opc0 = 3, .opc1 = 6,    \
    .crn = crn_, .crm = crm_, .opc2 = opc2_, .access = PL3_RW,          \
    .type = ARM_CP_OVERRIDE
#define EL3_TLBI(name_, crm_, opc2_)                                    \
    .name = name_, .state = ARM_CP_STATE_AA64, .opc0 = 1, .opc1 = 6,    \
    .crn = 8, .crm = crm_, .opc2 = opc2_, .access = PL3_W,              \
    .type = ARM_CP_OVERRIDE | ARM_CP_NO_RAW | ARM_CP_RAISES_EXC

static const ARMCPRegInfo gpc_reginfo[] = {
    { EL3_REG("GPCCR_EL3", 2, 1, 6),
      .readfn = gpccr_read, .writefn = gpccr_write,
      .raw_readfn = gpccr_read, .raw_writefn = gpccr_raw_write,
      .resetfn = gpccr_reset },
    { EL3_REG("GPTBR_EL3", 2, 1, 4),
      .readfn = gptbr_read, .writefn = gptbr_write,
      .raw_readfn = gptbr_read, .raw_writefn = gptbr_write,
      .resetfn = arm_cp_reset_ignore },
    { EL3_REG("ACTLR_EL3", 1, 0, 1),
      .readfn = actlr_read, .writefn = actlr_write,
      .raw_readfn = actlr_read, .raw_writefn = actlr_write,
      .resetfn = actlr_reset },
    { EL3_TLBI("TLBI_PAALL", 7, 4), .writefn = paall_write },
    { EL3_TLBI("TLBI_PAALLOS", 1, 4), .writefn = paallos_write },
    { EL3_TLBI("TLBI_RPAOS", 4, 3), .writefn = rpaos_write },
    { EL3_TLBI("TLBI_RPALOS", 4, 7), .writefn = rpalos_write },
};

static const ARMCPRegInfo gpc3_reginfo[] = {
    { EL3_REG("GPCBW_EL3", 2, 1, 5),
      .readfn = gpcbw_read, .writefn = gpcbw_write,
      .raw_readfn = gpcbw_read, .raw_writefn = gpcbw_write,
      .resetfn = arm_cp_reset_ignore },
};

void cca_cpu_define_regs(ARMCPU *cpu)
{
    if (cca_pe_configuration()) {
        cca_cpu_define_zcr(cpu);
        cca_cpu_define_wfe(cpu);
    }
    if (!cpu->cca) {
        return;
    }
    define_arm_cp_regs(cpu, gpc_reginfo);
    if (cpu->cca->gpc.impl.rme >= 3) {
        define_arm_cp_regs(cpu, gpc3_reginfo);
    }
    if (cpu->cca->mec) {
        cca_mecid_define_regs(cpu);
    }
}
