/*
 * Accesses to the registers of FEAT_MEC, FEAT_SCTLR2 and FEAT_TCR2, and its
 * instructions, to be executed at any exception level: see mec-regs.c, which
 * has them in the same order. x2 is what is written, x0 what is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "layout.h"

        .section .text.stubs, "ax"

        .macro  REGISTER reg:req
        mrs     x0, \reg
        smc     #SMC_DONE
        b       .
        msr     \reg, x2
        smc     #SMC_DONE
        b       .
        .endm

        .balign 64
        .globl  mec_stubs
mec_stubs:
        REGISTER s3_0_c1_c0_3           /* SCTLR2_EL1 */
        REGISTER s3_5_c1_c0_3           /* SCTLR2_EL12 */
        REGISTER s3_4_c1_c0_3           /* SCTLR2_EL2 */
        REGISTER s3_6_c1_c0_3           /* SCTLR2_EL3 */
        REGISTER s3_0_c2_c0_3           /* TCR2_EL1 */
        REGISTER s3_5_c2_c0_3           /* TCR2_EL12 */
        REGISTER s3_4_c2_c0_3           /* TCR2_EL2 */
        REGISTER s3_4_c10_c8_0          /* MECID_P0_EL2 */
        REGISTER s3_4_c10_c8_1          /* MECID_A0_EL2 */
        REGISTER s3_4_c10_c8_2          /* MECID_P1_EL2 */
        REGISTER s3_4_c10_c8_3          /* MECID_A1_EL2 */
        REGISTER s3_4_c10_c9_0          /* VMECID_P_EL2 */
        REGISTER s3_4_c10_c9_1          /* VMECID_A_EL2 */
        REGISTER s3_6_c10_c10_1         /* MECID_RL_A_EL3 */
        REGISTER s3_4_c10_c8_7          /* MECIDR_EL2 */
        REGISTER s1_4_c7_c14_0          /* DC CIPAE: as MSR */
        REGISTER s1_4_c7_c14_7          /* DC CIGDPAE: as MSR */
        .balign 4096
