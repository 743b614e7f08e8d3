/*
 * The plainest STE with stage 2 only: 39 bits from level 1 on, 48 bits out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_STE_S2_H
#define CCA_QTEST_STE_S2_H

#include "hw/smmuv3-rme/smmu-regs.h"
#include "hw/smmuv3-rme/ste-fields.h"

/* @ste is zeroed, @table its S2TTB, 4 KiB aligned. */
static inline void ste_s2_only(uint64_t ste[STE_WORDS], uint64_t table)
{
    SMMU_WSET(ste, STE_V, 1);
    SMMU_WSET(ste, STE_CONFIG, STE_CONFIG_S2_ONLY);
    SMMU_WSET(ste, STE_SHCFG, 1);
    SMMU_WSET(ste, STE_S2VMID, 1);
    SMMU_WSET(ste, STE_S2T0SZ, 25);
    SMMU_WSET(ste, STE_S2SL0, 1);
    SMMU_WSET(ste, STE_S2IR0, 1);
    SMMU_WSET(ste, STE_S2OR0, 1);
    SMMU_WSET(ste, STE_S2SH0, 3);
    SMMU_WSET(ste, STE_S2PS, 5);
    SMMU_WSET(ste, STE_S2AA64, 1);
    SMMU_WSET(ste, STE_S2R, 1);
    ste[STE_S2TTB_WORD] |= table;
}

#endif
