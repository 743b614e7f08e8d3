/*
 * Memory Encryption Contexts of a PE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mec.h"
#include "sysreg.h"

#define SCTLR2_EL2          S3_4_C1_C0_3
#define SCTLR2_EL3          S3_6_C1_C0_3
#define TCR2_EL2            S3_4_C2_C0_3
#define MECID_P0_EL2        S3_4_C10_C8_0
#define MECID_A0_EL2        S3_4_C10_C8_1
#define MECID_P1_EL2        S3_4_C10_C8_2
#define MECID_A1_EL2        S3_4_C10_C8_3
#define MECIDR_EL2          S3_4_C10_C8_7
#define VMECID_P_EL2        S3_4_C10_C9_0
#define VMECID_A_EL2        S3_4_C10_C9_1
#define MECID_RL_A_EL3      S3_6_C10_C10_1
#define TTBR1_EL2           S3_4_C2_C0_1

#define SCTLR2_EMEC         (1ull << 1)
#define TCR2_AMEC0          (1ull << 12)
#define TCR2_AMEC1          (1ull << 13)

bool mec_present(void)
{
    return sysreg_field(read_sysreg(ID_AA64MMFR3_EL1), 31, 28) != 0;
}

unsigned mec_bits(void)
{
    return sysreg_field(read_sysreg(MECIDR_EL2), 3, 0) + 1;
}

void mec_set(enum mecid which, uint16_t value)
{
    switch (which) {
    case MECID_P0:
        write_sysreg(MECID_P0_EL2, value);
        break;
    case MECID_A0:
        write_sysreg(MECID_A0_EL2, value);
        break;
    case MECID_P1:
        write_sysreg(MECID_P1_EL2, value);
        break;
    case MECID_A1:
        write_sysreg(MECID_A1_EL2, value);
        break;
    case VMECID_P:
        write_sysreg(VMECID_P_EL2, value);
        break;
    case VMECID_A:
        write_sysreg(VMECID_A_EL2, value);
        break;
    default:
        write_sysreg(MECID_RL_A_EL3, value);
        break;
    }
    isb();
}

void mec_enable(bool el2, bool el3)
{
    write_sysreg(SCTLR2_EL2, el2 ? SCTLR2_EMEC : 0);
    write_sysreg(SCTLR2_EL3, el3 ? SCTLR2_EMEC : 0);
    isb();
    pe_tlb_clear();
}

void mec_allow_alternate(bool amec0, bool amec1)
{
    write_sysreg(TCR2_EL2, (amec0 ? TCR2_AMEC0 : 0) | (amec1 ? TCR2_AMEC1 : 0));
    isb();
    pe_tlb_clear();
}

void mec_off(void)
{
    for (unsigned i = 0; i < MECIDS; i++) {
        mec_set(i, 0);
    }
    mec_enable(false, false);
    mec_allow_alternate(false, false);
}

void mec_el20(uint64_t tcr)
{
    struct tables *t = &mmu_s1[REGIME_EL10];

    write_sysreg(hcr_el2, read_sysreg(hcr_el2) | HCR_E2H);
    isb();
    write_sysreg(tcr_el2, read_sysreg(tcr_el1) | tcr);
    write_sysreg(ttbr0_el2, (uint64_t)t->l0);
    write_sysreg(TTBR1_EL2, (uint64_t)t->l0_high);
    isb();
    pe_tlb_clear();
}

void mec_el2(void)
{
    write_sysreg(hcr_el2, read_sysreg(hcr_el2) & ~HCR_E2H);
    isb();
    mmu_enable();
}
