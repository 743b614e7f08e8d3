/*
 * Broadcast TLB maintenance: TLBIs of PEs reach the SMMU (section 3.17.6).
 *
 * The PEs' TLBI instructions get a function of ours around QEMU's. They are
 * system registers to QEMU, of which each PE has definitions of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "cpu.h"
#include "internals.h"
#include "cpregs.h"
#include "smmuv3-rme.h"
#include "tlbi.h"

/* CRn 9: the nXS variants (FEAT_XS). */
enum { TLBI_OP0 = 1, TLBI_CRN = 8, TLBI_CRN_NXS = 9, DS_BIT_TCR = 59, DS_BIT_TCR_EL2 = 32 };

typedef struct Wrapped {
    CPWriteFn *original;
    CcaSmmuState *smmu;
} Wrapped;

static CcaSecSid world_of(ARMSecuritySpace space)
{
    switch (space) {
    case ARMSS_Realm:
        return CCA_SEC_SID_REALM;
    case ARMSS_Secure:
        return CCA_SEC_SID_SECURE;
    default:
        return CCA_SEC_SID_NS;
    }
}

static SmmuTlbiPe state_of(CPUARMState *env)
{
    bool el2 = arm_is_el2_enabled(env);
    uint64_t hcr = arm_hcr_el2_eff(env);
    uint64_t vttbr = el2 ? env->cp15.vttbr_el2 : 0;
    bool e2h = hcr & HCR_E2H, tge = hcr & HCR_TGE;
    bool ds2 = extract64(env->cp15.tcr_el[2],
                         e2h ? DS_BIT_TCR : DS_BIT_TCR_EL2, 1);

    return (SmmuTlbiPe) {
        .world = world_of(arm_security_space_below_el3(env)),
        .e2h = e2h, .tge = tge,
        .force = arm_current_el(env) == 1 && (hcr & HCR_FB),
        /* VTCR_EL2.VS: 16 bits. */
        .vmid = extract64(env->cp15.vtcr_el2, 19, 1) ?
                extract64(vttbr, 48, 16) : extract64(vttbr, 48, 8),
        .ds = { e2h && tge ? ds2 : extract64(env->cp15.tcr_el[1], DS_BIT_TCR,
                                             1), ds2 },
        .ds2 = extract64(env->cp15.vtcr_el2, 32, 1),
    };
}

static void write_tlbi(CPUARMState *env, const ARMCPRegInfo *ri,
                       uint64_t value)
{
    const Wrapped *w = ri->opaque;
    SmmuTlbi tlbi = { ri->opc1, ri->crm, ri->opc2, value };
    SmmuTlbiPe pe = state_of(env);
    SmmuTlbInv inv;

    if (w->original) {
        w->original(env, ri, value);
    }
    if (smmu_tlbi_decode(&tlbi, &pe, &inv)) {
        cca_smmu_lock(w->smmu);
        smmu_tlbi(w->smmu->engine, &inv);
        cca_smmu_unlock(w->smmu);
    }
}

static void wrap(gpointer key, gpointer value, gpointer opaque)
{
    ARMCPRegInfo *ri = value;
    /* QEMU's TLBs hold nothing that some of them are about. */
    bool nop = (ri->type & ARM_CP_SPECIAL_MASK) == ARM_CP_NOP;
    Wrapped *w;

    if (ri->state != ARM_CP_STATE_AA64 || ri->opc0 != TLBI_OP0 ||
        (ri->crn != TLBI_CRN && ri->crn != TLBI_CRN_NXS) ||
        (!ri->writefn && !nop) || ri->opaque ||
        !smmu_tlbi_concerns(ri->opc1, ri->crm, ri->opc2)) {
        return;
    }
    if (nop) {
        ri->type = (ri->type & ~ARM_CP_SPECIAL_MASK) | ARM_CP_NO_RAW;
    }
    w = g_new(Wrapped, 1);
    *w = (Wrapped) { .original = ri->writefn, .smmu = opaque };
    ri->opaque = w;
    ri->writefn = write_tlbi;
}

void cca_smmu_hear_tlbis(CcaSmmuState *s)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        g_hash_table_foreach(ARM_CPU(cs)->cp_regs, wrap, s);
    }
}
