/*
 * Fields of PE registers that FEAT_MEC, FEAT_SCTLR2 and FEAT_TCR2 add
 * (DDI 0487), with the architecture's names. Only what is implemented here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_MECID_REGS_H
#define CCA_MECID_REGS_H

#include <stdint.h>

/* ID_AA64MMFR3_EL1: one nibble each; 1 is "implemented" */
#define ID_AA64MMFR3_TCRX_SHIFT     0
#define ID_AA64MMFR3_SCTLRX_SHIFT   4
#define ID_AA64MMFR3_MEC_SHIFT      28

/* SCR_EL3 */
#define SCR_EL3_TCR2EN      (UINT64_C(1) << 43)
#define SCR_EL3_SCTLR2EN    (UINT64_C(1) << 44)
#define SCR_EL3_MECEN       (UINT64_C(1) << 49)

/* HCRX_EL2 */
#define HCRX_EL2_TCR2EN     (UINT64_C(1) << 14)
#define HCRX_EL2_SCTLR2EN   (UINT64_C(1) << 15)

/* SCTLR2_EL2 and SCTLR2_EL3; SCTLR2_EL1 has no such bit */
#define SCTLR2_EMEC         (UINT64_C(1) << 1)

/* TCR2_EL2; TCR2_EL1 has no such bits */
#define TCR2_EL2_AMEC0      (UINT64_C(1) << 12)
#define TCR2_EL2_AMEC1      (UINT64_C(1) << 13)

/* TCR_EL2 with HCR_EL2.E2H = 1 */
#define TCR_EL2_A1          (UINT64_C(1) << 22)

/* Offsets from VNCR_EL2.BADDR of EL1 registers (FEAT_NV2) */
#define VNCR_TCR2_EL1       0x270
#define VNCR_SCTLR2_EL1     0x278

/* Block and Page descriptors of Realm EL2, Realm EL2&0 and Realm stage 2 */
#define DESC_AMEC           (UINT64_C(1) << 63)
#define DESC_S1_NS          (UINT64_C(1) << 5)
/* ... at levels 0 to 2: a Table descriptor */
#define DESC_TABLE          (UINT64_C(1) << 1)

#endif
