/*
 * SMMUv3 with RME: L1CD (section 5.3) and CD (section 5.4), formats.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_CD_FIELDS_H
#define CCA_SMMU_CD_FIELDS_H

#include "smmu-fields.h"

/* Level 1 Context Descriptor: one word */
SMMU_FIELD(L1CD_V, 0, 1);
SMMU_FIELD(L1CD_L2PTR, 12, 44);             /* address bits [55:12] */

enum { L1CD_BYTES = 8, L1CD_LOG2_BYTES = 3 };

enum { CD_WORDS = 8, CD_BYTES = 64, CD_LOG2_BYTES = 6 };

SMMU_WFIELD(CD_T0SZ, 0, 0, 6);
SMMU_WFIELD(CD_TG0, 0, 6, 2);
SMMU_WFIELD(CD_IR0, 0, 8, 2);
SMMU_WFIELD(CD_OR0, 0, 10, 2);
SMMU_WFIELD(CD_SH0, 0, 12, 2);
SMMU_WFIELD(CD_EPD0, 0, 14, 1);
SMMU_WFIELD(CD_ENDI, 0, 15, 1);
SMMU_WFIELD(CD_T1SZ, 0, 16, 6);
SMMU_WFIELD(CD_TG1, 0, 22, 2);
SMMU_WFIELD(CD_IR1, 0, 24, 2);
SMMU_WFIELD(CD_OR1, 0, 26, 2);
SMMU_WFIELD(CD_SH1, 0, 28, 2);
SMMU_WFIELD(CD_EPD1, 0, 30, 1);
SMMU_WFIELD(CD_V, 0, 31, 1);
SMMU_WFIELD(CD_IPS, 0, 32, 3);
SMMU_WFIELD(CD_AFFD, 0, 35, 1);
SMMU_WFIELD(CD_WXN, 0, 36, 1);
SMMU_WFIELD(CD_UWXN, 0, 37, 1);
SMMU_WFIELD(CD_TBI0, 0, 38, 1);
SMMU_WFIELD(CD_TBI1, 0, 39, 1);
SMMU_WFIELD(CD_PAN, 0, 40, 1);
SMMU_WFIELD(CD_AA64, 0, 41, 1);
SMMU_WFIELD(CD_HD, 0, 42, 1);
SMMU_WFIELD(CD_HA, 0, 43, 1);
SMMU_WFIELD(CD_S, 0, 44, 1);
SMMU_WFIELD(CD_R, 0, 45, 1);
SMMU_WFIELD(CD_A, 0, 46, 1);
SMMU_WFIELD(CD_ASET, 0, 47, 1);
SMMU_WFIELD(CD_ASID, 0, 48, 16);
SMMU_WFIELD(CD_ASID_HI, 0, 56, 8);          /* with 16-bit ASIDs */

SMMU_WFIELD(CD_NSCFG0, 1, 0, 1);            /* [64] */
SMMU_WFIELD(CD_HAD0, 1, 1, 1);
SMMU_WFIELD(CD_E0PD0, 1, 2, 1);
SMMU_WFIELD(CD_TTB0, 1, 4, 48);             /* address bits [51:4] */

SMMU_WFIELD(CD_NSCFG1, 2, 0, 1);            /* [128] */
SMMU_WFIELD(CD_HAD1, 2, 1, 1);
SMMU_WFIELD(CD_E0PD1, 2, 2, 1);
SMMU_WFIELD(CD_TTB1, 2, 4, 48);             /* address bits [51:4] */
SMMU_WFIELD(CD_DS, 2, 58, 1);               /* [186] */

SMMU_WFIELD(CD_MAIR, 3, 0, 64);             /* MAIR1:MAIR0, [255:192] */

enum {
    /* TG0 is as STE.S2TG; TG1 has its own order */
    CD_TG0_4K = 0, CD_TG0_64K = 1, CD_TG0_16K = 2, CD_TG0_RESERVED = 3,
    CD_TG1_RESERVED = 0, CD_TG1_16K = 1, CD_TG1_4K = 2, CD_TG1_64K = 3,
};

#endif
