/*
 * MECIDs of a PE: registers, and the choice at each translation. Glue between
 * mecid.h and QEMU's CPU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_CPU_MECID_H
#define CCA_CPU_MECID_H

#include "cpu.h"
#include "mecid.h"

/* Registers of FEAT_MEC, FEAT_SCTLR2 and FEAT_TCR2. */
typedef enum CcaMecReg {
    CCA_SCTLR2_EL1, CCA_SCTLR2_EL2, CCA_SCTLR2_EL3,
    CCA_TCR2_EL1, CCA_TCR2_EL2,
    CCA_MECID_P0_EL2, CCA_MECID_A0_EL2, CCA_MECID_P1_EL2, CCA_MECID_A1_EL2,
    CCA_VMECID_P_EL2, CCA_VMECID_A_EL2, CCA_MECID_RL_A_EL3,
    CCA_MEC_REGS,
} CcaMecReg;

/* Pages that the TLB got with the MECID of one source. */
typedef struct CcaMecidUse {
    uint8_t pages;              /* how many of @page; if not @many */
    bool many;
    vaddr page[8];
} CcaMecidUse;

/* Of the PE's own thread only. */
typedef struct CcaPeMec {
    uint64_t reg[CCA_MEC_REGS];
    uint16_t mask;              /* of a MECID */

    /* What the registers and SCR_EL3 come to: */
    MecidControls controls;
    uint16_t mecid[MECID_SOURCES];

    /* What the TLB may hold: */
    CcaMecidUse use[MECID_SOURCES];
    uint16_t walks;             /* the MECID of all of ARMMMUIdx_Phys_Realm */
} CcaPeMec;

/* Give @cpu FEAT_MEC with MECIDs of @bits (1..16): ID registers and state. */
void cca_mecid_realize(ARMCPU *cpu, unsigned bits);

/* Define the registers and the instructions for @cpu, which has @mec. */
void cca_mecid_define_regs(ARMCPU *cpu);

/*
 * A register or SCR_EL3 has changed: entries of the TLB that were made with
 * what is another MECID now go.
 */
void cca_mecid_update(CPUARMState *env);

#endif
