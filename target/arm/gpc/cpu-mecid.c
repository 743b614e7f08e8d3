/*
 * MECIDs of a PE: state, and the choice at each translation.
 *
 * MECID registers may not be cached in a TLB, but QEMU's TLB holds a MECID in
 * each entry. So the entries that were made with a register are remembered,
 * some of them by page, and are dropped when its effective value changes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "internals.h"
#include "exec/cputlb.h"
#include "exec/exec-all.h"
#include "hooks.h"
#include "cpu-gpc.h"
#include "cpu-mecid.h"
#include "mecid-regs.h"

enum {
    EL10_INDEXES = ARMMMUIdxBit_E10_0 | ARMMMUIdxBit_E10_1 |
                   ARMMMUIdxBit_E10_1_PAN | ARMMMUIdxBit_Stage2,
    EL20_INDEXES = ARMMMUIdxBit_E20_0 | ARMMMUIdxBit_E20_2 |
                   ARMMMUIdxBit_E20_2_PAN,
    EL2_INDEXES = EL20_INDEXES | ARMMMUIdxBit_E2,
    EL3_INDEXES = ARMMMUIdxBit_E3 | ARMMMUIdxBit_E30_0 |
                  ARMMMUIdxBit_E30_3_PAN,
};

/* Indexes of the TLB that may hold what came from a source. */
static const unsigned indexes[MECID_SOURCES] = {
    [MECID_DEFAULT] = EL10_INDEXES | EL2_INDEXES | EL3_INDEXES,
    [MECID_P0] = EL2_INDEXES, [MECID_A0] = EL2_INDEXES,
    [MECID_P1] = EL20_INDEXES, [MECID_A1] = EL20_INDEXES,
    [MECID_VP] = EL10_INDEXES, [MECID_VA] = EL10_INDEXES,
    [MECID_RL] = EL3_INDEXES,
};

static const CcaMecReg registers[MECID_SOURCES] = {
    [MECID_P0] = CCA_MECID_P0_EL2, [MECID_A0] = CCA_MECID_A0_EL2,
    [MECID_P1] = CCA_MECID_P1_EL2, [MECID_A1] = CCA_MECID_A1_EL2,
    [MECID_VP] = CCA_VMECID_P_EL2, [MECID_VA] = CCA_VMECID_A_EL2,
    [MECID_RL] = CCA_MECID_RL_A_EL3,
};

void cca_mecid_realize(ARMCPU *cpu, unsigned bits)
{
    static const unsigned fields[] = {
        ID_AA64MMFR3_TCRX_SHIFT, ID_AA64MMFR3_SCTLRX_SHIFT,
        ID_AA64MMFR3_MEC_SHIFT,
    };
    CcaPeMec *mec = g_new0(CcaPeMec, 1);

    mec->mask = MAKE_64BIT_MASK(0, bits);
    cpu->cca->mec = mec;
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        cpu->isar.id_aa64mmfr3 = deposit64(cpu->isar.id_aa64mmfr3, fields[i],
                                           4, 1);
    }
}

static void drop(CPUARMState *env, MecidSource source)
{
    CcaMecidUse *use = &env_archcpu(env)->cca->mec->use[source];

    if (use->many) {
        tlb_flush_by_mmuidx(env_cpu(env), indexes[source]);
    } else {
        for (unsigned i = 0; i < use->pages; i++) {
            tlb_flush_page_by_mmuidx(env_cpu(env), use->page[i],
                                     indexes[source]);
        }
    }
    use->many = false;
    use->pages = 0;
}

void cca_mecid_update(CPUARMState *env)
{
    CcaPeMec *mec = env_archcpu(env)->cca->mec;
    uint64_t scr = env->cp15.scr_el3;
    const MecidControls old = mec->controls;

    mec->controls = (MecidControls) {
        .emec_el2 = (scr & SCR_EL3_SCTLR2EN) &&
                    (mec->reg[CCA_SCTLR2_EL2] & SCTLR2_EMEC),
        .emec_el3 = mec->reg[CCA_SCTLR2_EL3] & SCTLR2_EMEC,
        .amec = {
            (scr & SCR_EL3_TCR2EN) &&
            (mec->reg[CCA_TCR2_EL2] & TCR2_EL2_AMEC0),
            (scr & SCR_EL3_TCR2EN) &&
            (mec->reg[CCA_TCR2_EL2] & TCR2_EL2_AMEC1),
        },
    };
    for (MecidSource s = MECID_P0; s < MECID_SOURCES; s++) {
        bool el2 = s != MECID_RL;
        uint16_t value = el2 && !(scr & SCR_EL3_MECEN) ? 0 :
                         mec->reg[registers[s]];
        bool enabled = el2 ? mec->controls.emec_el2 : mec->controls.emec_el3;
        bool before = el2 ? old.emec_el2 : old.emec_el3;

        /* Without EMEC entries have MECID 0, and so they may have after it. */
        if (before && (!enabled || value != mec->mecid[s])) {
            drop(env, s);
        }
        mec->mecid[s] = value;
    }
    if ((mec->controls.emec_el2 && !old.emec_el2) ||
        (mec->controls.emec_el3 && !old.emec_el3)) {
        drop(env, MECID_DEFAULT);
    }
}

static MecidRegime regime_of(ARMMMUIdx mmu_idx)
{
    switch (mmu_idx) {
    case ARMMMUIdx_E2:
        return MECID_REGIME_EL2;
    case ARMMMUIdx_E20_0:
    case ARMMMUIdx_E20_2:
    case ARMMMUIdx_E20_2_PAN:
        return MECID_REGIME_EL20;
    case ARMMMUIdx_E3:
    case ARMMMUIdx_E30_0:
    case ARMMMUIdx_E30_3_PAN:
        return MECID_REGIME_EL3;
    case ARMMMUIdx_Stage2:
    case ARMMMUIdx_Stage2_S:
        return MECID_REGIME_STAGE2;
    default:
        return MECID_REGIME_EL10;
    }
}

#define NO_VA   ((vaddr)-1)

/* An entry for @va (NO_VA: unknown) is about to be made with @source. */
static void note(CcaPeMec *mec, MecidSource source, vaddr va)
{
    CcaMecidUse *use = &mec->use[source];

    if (use->many || va == NO_VA || source == MECID_DEFAULT) {
        use->many = true;
        return;
    }
    va &= TARGET_PAGE_MASK;
    for (unsigned i = 0; i < use->pages; i++) {
        if (use->page[i] == va) {
            return;
        }
    }
    if (use->pages == ARRAY_SIZE(use->page)) {
        use->many = true;
    } else {
        use->page[use->pages++] = va;
    }
}

static uint16_t take(CcaPeMec *mec, MecidSource source, bool debug, vaddr va)
{
    if (!debug) {
        note(mec, source, va);
    }
    return mec->mecid[source];
}

uint16_t cca_mecid_untranslated_slowly(CPUARMState *env, ARMMMUIdx mmu_idx,
                                       ARMSecuritySpace space, bool debug,
                                       uint16_t mecid_of_walk)
{
    CcaPeMec *mec = env_archcpu(env)->cca->mec;

    switch (mmu_idx) {
    case ARMMMUIdx_Phys_Realm:
        return debug ? mecid_of_walk : mec->walks;
    case ARMMMUIdx_Phys_S:
    case ARMMMUIdx_Phys_NS:
    case ARMMMUIdx_Phys_Root:
        return 0;
    default:
        return take(mec, mecid_of_untranslated(&mec->controls,
                                               regime_of(mmu_idx),
                                               space == ARMSS_Realm),
                    debug, NO_VA);
    }
}

bool cca_mecid_faults_slowly(CPUARMState *env, ARMMMUIdx mmu_idx,
                             ARMSecuritySpace space, bool upper, int level,
                             uint64_t descriptor)
{
    CcaPeMec *mec = env_archcpu(env)->cca->mec;

    return (level == 3 || !(descriptor & DESC_TABLE)) &&
           mecid_faults(&mec->controls, regime_of(mmu_idx),
                        space == ARMSS_Realm && !(descriptor & DESC_S1_NS),
                        upper, descriptor & DESC_AMEC);
}

uint16_t cca_mecid_of_output_slowly(CPUARMState *env, ARMMMUIdx mmu_idx,
                                    ARMSecuritySpace out_space, vaddr va,
                                    bool upper, uint64_t descriptor,
                                    bool debug)
{
    CcaPeMec *mec = env_archcpu(env)->cca->mec;
    MecidRegime regime = regime_of(mmu_idx);

    /* What stage 2 translates is no address that the TLB knows. */
    if (regime == MECID_REGIME_STAGE2) {
        va = NO_VA;
    }
    return take(mec, mecid_of_output(&mec->controls, regime,
                                     out_space == ARMSS_Realm, upper,
                                     descriptor & DESC_AMEC), debug, va);
}

uint16_t cca_mecid_of_walk_slowly(CPUARMState *env, ARMMMUIdx mmu_idx,
                                  ARMMMUIdx ptw_idx, bool debug)
{
    CcaPeMec *mec = env_archcpu(env)->cca->mec;
    uint16_t mecid;

    if (ptw_idx != ARMMMUIdx_Phys_Realm) {
        return 0;
    }
    mecid = mec->mecid[mecid_of_walk(&mec->controls, regime_of(mmu_idx), true,
                                     env->cp15.tcr_el[2] & TCR_EL2_A1)];
    if (!debug && mecid != mec->walks) {
        tlb_flush_by_mmuidx(env_cpu(env),
                            1 << arm_to_core_mmu_idx(ARMMMUIdx_Phys_Realm));
        mec->walks = mecid;
    }
    return mecid;
}
