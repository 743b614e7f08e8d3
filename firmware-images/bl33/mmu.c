/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BL33's stage 1 at EL2, 4 KiB granule, 39-bit VA (Arm ARM D8).
 */
#include "mmu.h"
#include "sysreg.h"

#define ENTRIES                 512
#define GIB                     UINT64_C(0x40000000)

/* MAIR_EL2: index 0 Normal Write-Back, index 1 Device-nGnRnE. */
#define MAIR_VALUE              UINT64_C(0x00ff)
#define ATTR_NORMAL             (UINT64_C(0) << 2)
#define ATTR_DEVICE             (UINT64_C(1) << 2)

#define DESC_BLOCK              UINT64_C(1)
#define DESC_TABLE              UINT64_C(3)
#define DESC_AP_RES1            (UINT64_C(1) << 6)
#define DESC_SH_INNER           (UINT64_C(3) << 8)
#define DESC_AF                 (UINT64_C(1) << 10)
#define DESC_XN                 (UINT64_C(1) << 54)

/* TCR_EL2 with E2H = 0. */
#define TCR_RES1                ((UINT64_C(1) << 31) | (UINT64_C(1) << 23))
#define TCR_T0SZ_39BIT          UINT64_C(25)
#define TCR_IRGN_WBWA           (UINT64_C(1) << 8)
#define TCR_ORGN_WBWA           (UINT64_C(1) << 10)
#define TCR_SH_INNER            (UINT64_C(3) << 12)
#define TCR_PS_40BIT            (UINT64_C(2) << 16)

#define SCTLR_RES1              UINT64_C(0x30c50830)
#define SCTLR_M                 (UINT64_C(1) << 0)
#define SCTLR_C                 (UINT64_C(1) << 2)
#define SCTLR_I                 (UINT64_C(1) << 12)

#define HCR_RW                  (UINT64_C(1) << 31)

static uint64_t level1[ENTRIES] __attribute__((aligned(4096)));

uint64_t mmu_block_descriptor(uint64_t pa)
{
    return pa | DESC_AF | DESC_SH_INNER | DESC_AP_RES1 | ATTR_NORMAL |
           DESC_BLOCK;
}

void mmu_init(unsigned int device_gib)
{
    for (uint64_t i = 0; i < ENTRIES; i++) {
        level1[i] = i < device_gib
                        ? i * GIB | DESC_XN | DESC_AF | DESC_AP_RES1 |
                              ATTR_DEVICE | DESC_BLOCK
                        : mmu_block_descriptor(i * GIB);
    }
    level1[MMU_SLOT_VA / GIB] = 0;
    dsb(ish);
}

void mmu_enable(void)
{
    write_sysreg(hcr_el2, HCR_RW);
    write_sysreg(mair_el2, MAIR_VALUE);
    write_sysreg(tcr_el2, TCR_RES1 | TCR_T0SZ_39BIT | TCR_IRGN_WBWA |
                              TCR_ORGN_WBWA | TCR_SH_INNER | TCR_PS_40BIT);
    write_sysreg(ttbr0_el2, (uintptr_t)level1);
    isb();
    tlbi(alle2);
    dsb(ish);
    isb();
    write_sysreg(sctlr_el2, SCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_I);
    isb();
}

void mmu_set_slot(uint64_t table)
{
    level1[MMU_SLOT_VA / GIB] = table ? table | DESC_TABLE : 0;
    dsb(ish);
    tlbi(alle2is);
    dsb(ish);
    isb();
}
