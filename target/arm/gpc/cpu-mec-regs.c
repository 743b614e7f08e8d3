/*
 * System registers and instructions of FEAT_MEC, and of FEAT_SCTLR2 and
 * FEAT_TCR2, which it needs (DDI 0487).
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
#include "mecid-regs.h"

static CcaPeMec *mec_of(CPUARMState *env)
{
    return env_archcpu(env)->cca->mec;
}

static bool has_mec(CPUARMState *env)
{
    CcaPe *pe = env_archcpu(env)->cca;

    return pe && pe->mec;
}

uint64_t cca_mecid_scr_bits(CPUARMState *env)
{
    return has_mec(env) ? SCR_EL3_TCR2EN | SCR_EL3_SCTLR2EN | SCR_EL3_MECEN : 0;
}

uint64_t cca_mecid_hcrx_bits(CPUARMState *env)
{
    return has_mec(env) ? HCRX_EL2_TCR2EN | HCRX_EL2_SCTLR2EN : 0;
}

void cca_mecid_scr_written(CPUARMState *env)
{
    if (has_mec(env)) {
        cca_mecid_update(env);
    }
}

/* The bits of a register that are not RES0. */
static uint64_t implemented(const CcaPeMec *mec, CcaMecReg reg)
{
    switch (reg) {
    case CCA_SCTLR2_EL1:
    case CCA_TCR2_EL1:
        return 0;
    case CCA_SCTLR2_EL2:
    case CCA_SCTLR2_EL3:
        return SCTLR2_EMEC;
    case CCA_TCR2_EL2:
        return TCR2_EL2_AMEC0 | TCR2_EL2_AMEC1;
    default:
        return mec->mask;
    }
}

/* The register that an access by the name of @ri goes to. */
static CcaMecReg target_of(CPUARMState *env, const ARMCPRegInfo *ri)
{
    CcaMecReg reg = (uintptr_t)ri->opaque;

    if (ri->opc1 == 0 && arm_current_el(env) == 2 &&
        (arm_hcr_el2_eff(env) & HCR_E2H)) {
        return reg == CCA_SCTLR2_EL1 ? CCA_SCTLR2_EL2 : CCA_TCR2_EL2;
    }
    return reg;
}

static void set(CPUARMState *env, CcaMecReg reg, uint64_t value)
{
    CcaPeMec *mec = mec_of(env);

    mec->reg[reg] = value & implemented(mec, reg);
    cca_mecid_update(env);
}

static uint64_t mec_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return mec_of(env)->reg[target_of(env, ri)];
}

static void mec_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    set(env, target_of(env, ri), value);
}

static uint64_t mec_raw_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return mec_of(env)->reg[(uintptr_t)ri->opaque];
}

static void mec_raw_write(CPUARMState *env, const ARMCPRegInfo *ri,
                          uint64_t value)
{
    set(env, (uintptr_t)ri->opaque, value);
}

static void mec_reset_reg(CPUARMState *env, const ARMCPRegInfo *ri)
{
    set(env, (uintptr_t)ri->opaque, 0);
}

static uint64_t mecidr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return ctz32(~(uint32_t)mec_of(env)->mask) - 1;     /* MECIDWidthm1 */
}

/*
 * SCTLR2_EL1 and TCR2_EL1: @scr and @hcrx are the bits that let them be
 * accessed. Traps to EL2 come before those to EL3.
 */
static CPAccessResult el1_access(CPUARMState *env, const ARMCPRegInfo *ri,
                                 bool isread, uint64_t scr, uint64_t hcrx)
{
    int el = arm_current_el(env);

    if (el == 1) {
        CPAccessResult result = access_tvm_trvm(env, ri, isread);

        if (result != CP_ACCESS_OK) {
            return result;
        }
        if (arm_is_el2_enabled(env) && !(arm_hcrx_el2_eff(env) & hcrx)) {
            return CP_ACCESS_TRAP_EL2;
        }
    }
    return el < 3 && !(env->cp15.scr_el3 & scr) ? CP_ACCESS_TRAP_EL3 :
                                                  CP_ACCESS_OK;
}

static CPAccessResult sctlr2_el1_access(CPUARMState *env,
                                        const ARMCPRegInfo *ri, bool isread)
{
    return el1_access(env, ri, isread, SCR_EL3_SCTLR2EN, HCRX_EL2_SCTLR2EN);
}

static CPAccessResult tcr2_el1_access(CPUARMState *env, const ARMCPRegInfo *ri,
                                      bool isread)
{
    return el1_access(env, ri, isread, SCR_EL3_TCR2EN, HCRX_EL2_TCR2EN);
}

/*
 * At EL1 these are for HCR_EL2.NV alone, which comes after this function and
 * before traps to EL3.
 */
static CPAccessResult el2_access(CPUARMState *env, uint64_t scr)
{
    return arm_current_el(env) == 2 && !(env->cp15.scr_el3 & scr) ?
           CP_ACCESS_TRAP_EL3 : CP_ACCESS_OK;
}

static CPAccessResult sctlr2_el2_access(CPUARMState *env,
                                        const ARMCPRegInfo *ri, bool isread)
{
    return el2_access(env, SCR_EL3_SCTLR2EN);
}

static CPAccessResult tcr2_el2_access(CPUARMState *env, const ARMCPRegInfo *ri,
                                      bool isread)
{
    return el2_access(env, SCR_EL3_TCR2EN);
}

static CPAccessResult el12_access(CPUARMState *env, uint64_t scr)
{
    if (arm_current_el(env) != 1 && !(arm_hcr_el2_eff(env) & HCR_E2H)) {
        return CP_ACCESS_UNDEFINED;
    }
    return el2_access(env, scr);
}

static CPAccessResult sctlr2_el12_access(CPUARMState *env,
                                         const ARMCPRegInfo *ri, bool isread)
{
    return el12_access(env, SCR_EL3_SCTLR2EN);
}

static CPAccessResult tcr2_el12_access(CPUARMState *env,
                                       const ARMCPRegInfo *ri, bool isread)
{
    return el12_access(env, SCR_EL3_TCR2EN);
}

/* HCR_EL2.NV does not trap registers and instructions of FEAT_MEC. */
static CPAccessResult mecidr_access(CPUARMState *env, const ARMCPRegInfo *ri,
                                    bool isread)
{
    return arm_current_el(env) < 2 ? CP_ACCESS_UNDEFINED : CP_ACCESS_OK;
}

static CPAccessResult cipae_access(CPUARMState *env, const ARMCPRegInfo *ri,
                                   bool isread)
{
    int el = arm_current_el(env);

    return el == 3 || (el == 2 && arm_security_space(env) == ARMSS_Realm) ?
           CP_ACCESS_OK : CP_ACCESS_UNDEFINED;
}

static CPAccessResult mecid_access(CPUARMState *env, const ARMCPRegInfo *ri,
                                   bool isread)
{
    CPAccessResult result = cipae_access(env, ri, isread);

    return result == CP_ACCESS_OK ? el2_access(env, SCR_EL3_MECEN) : result;
}

#define REG(name_, opc1_, crn_, crm_, opc2_)                            \
    .name = name_, .state = ARM_CP_STATE_AA64, .opc0 = 3,               \
    .opc1 = opc1_, .crn = crn_, .crm = crm_, .opc2 = opc2_
#define STORED                                                          \
    .readfn = mec_read, .writefn = mec_write, .resetfn = mec_reset_reg, \
    .raw_readfn = mec_raw_read, .raw_writefn = mec_raw_write
/* The state is the EL1 register's. */
#define ALIAS                                                           \
    .type = ARM_CP_ALIAS | ARM_CP_NO_RAW,                               \
    .readfn = mec_read, .writefn = mec_write
#define MECID(name_, crm_, opc2_)                                       \
    { REG(name_, 4, 10, crm_, opc2_), .access = PL2_RW,                 \
      .accessfn = mecid_access, STORED }

static const struct {
    CcaMecReg reg;
    ARMCPRegInfo ri;
} stored[] = {
    { CCA_SCTLR2_EL1,
      { REG("SCTLR2_EL1", 0, 1, 0, 3), .access = PL1_RW,
        .accessfn = sctlr2_el1_access, .fgt = FGT_SCTLR_EL1,
        .nv2_redirect_offset = VNCR_SCTLR2_EL1 | NV2_REDIR_NV1, STORED } },
    { CCA_SCTLR2_EL1,
      { REG("SCTLR2_EL12", 5, 1, 0, 3), .access = PL2_RW,
        .accessfn = sctlr2_el12_access,
        .nv2_redirect_offset = VNCR_SCTLR2_EL1 | NV2_REDIR_NO_NV1, ALIAS } },
    { CCA_SCTLR2_EL2,
      { REG("SCTLR2_EL2", 4, 1, 0, 3), .access = PL2_RW,
        .accessfn = sctlr2_el2_access, STORED } },
    { CCA_SCTLR2_EL3,
      { REG("SCTLR2_EL3", 6, 1, 0, 3), .access = PL3_RW, STORED } },
    { CCA_TCR2_EL1,
      { REG("TCR2_EL1", 0, 2, 0, 3), .access = PL1_RW,
        .accessfn = tcr2_el1_access, .fgt = FGT_TCR_EL1,
        .nv2_redirect_offset = VNCR_TCR2_EL1 | NV2_REDIR_NV1, STORED } },
    { CCA_TCR2_EL1,
      { REG("TCR2_EL12", 5, 2, 0, 3), .access = PL2_RW,
        .accessfn = tcr2_el12_access,
        .nv2_redirect_offset = VNCR_TCR2_EL1 | NV2_REDIR_NO_NV1, ALIAS } },
    { CCA_TCR2_EL2,
      { REG("TCR2_EL2", 4, 2, 0, 3), .access = PL2_RW,
        .accessfn = tcr2_el2_access, STORED } },
    { CCA_MECID_P0_EL2, MECID("MECID_P0_EL2", 8, 0) },
    { CCA_MECID_A0_EL2, MECID("MECID_A0_EL2", 8, 1) },
    { CCA_MECID_P1_EL2, MECID("MECID_P1_EL2", 8, 2) },
    { CCA_MECID_A1_EL2, MECID("MECID_A1_EL2", 8, 3) },
    { CCA_VMECID_P_EL2, MECID("VMECID_P_EL2", 9, 0) },
    { CCA_VMECID_A_EL2, MECID("VMECID_A_EL2", 9, 1) },
    { CCA_MECID_RL_A_EL3,
      { REG("MECID_RL_A_EL3", 6, 10, 10, 1), .access = PL3_RW, STORED } },
};

static const ARMCPRegInfo mecidr_reginfo = {
    REG("MECIDR_EL2", 4, 10, 8, 7), .access = PL2_R, .type = ARM_CP_NO_RAW,
    .accessfn = mecidr_access, .readfn = mecidr_read,
};

/* There are no caches that maintenance to the PoE could reach. */
static const ARMCPRegInfo cipae_reginfo = {
    .name = "DC_CIPAE", .state = ARM_CP_STATE_AA64,
    .opc0 = 1, .opc1 = 4, .crn = 7, .crm = 14, .opc2 = 0,
    .access = PL2_W, .type = ARM_CP_NOP, .accessfn = cipae_access,
};
static const ARMCPRegInfo cigdpae_reginfo = {
    .name = "DC_CIGDPAE", .state = ARM_CP_STATE_AA64,
    .opc0 = 1, .opc1 = 4, .crn = 7, .crm = 14, .opc2 = 7,
    .access = PL2_W, .type = ARM_CP_NOP, .accessfn = cipae_access,
};

void cca_mecid_define_regs(ARMCPU *cpu)
{
    for (size_t i = 0; i < ARRAY_SIZE(stored); i++) {
        define_one_arm_cp_reg_with_opaque(cpu, &stored[i].ri,
                                          (void *)(uintptr_t)stored[i].reg);
    }
    define_one_arm_cp_reg(cpu, &mecidr_reginfo);
    define_one_arm_cp_reg(cpu, &cipae_reginfo);
    if (cpu_isar_feature(aa64_mte, cpu)) {
        define_one_arm_cp_reg(cpu, &cigdpae_reginfo);
    }
}
