/*
 * Memory Encryption Contexts of a PE: registers, controls, descriptors.
 * For EL3, which may access all of them at any time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_MEC_H
#define GUEST_MEC_H

#include "mmu.h"

/* For pe_set_world(): all that lets EL2 and EL1 use MECIDs. */
#define SCR_TCR2EN      (1ull << 43)
#define SCR_SCTLR2EN    (1ull << 44)
#define SCR_MECEN       (1ull << 49)
#define SCR_MEC         (SCR_TCR2EN | SCR_SCTLR2EN | SCR_MECEN)

/* Block and Page descriptors of Realm EL2, EL2&0 and stage 2. */
#define DESC_AMEC       (1ull << 63)

#define HCR_E2H         (1ull << 34)
#define TCR_A1          (1ull << 22)

enum mecid {
    MECID_P0, MECID_A0, MECID_P1, MECID_A1, VMECID_P, VMECID_A, MECID_RL_A,
    MECIDS
};

/* Does the PE have FEAT_MEC? The width of its MECIDs: 1 to 16. */
bool mec_present(void);
unsigned mec_bits(void);

/* Write a MECID register, with an ISB. No TLB maintenance is needed. */
void mec_set(enum mecid which, uint16_t value);

/*
 * SCTLR2_EL2.EMEC and SCTLR2_EL3.EMEC; TCR2_EL2.AMEC0 and .AMEC1. All of
 * these may be cached in a TLB: it is cleared.
 */
void mec_enable(bool el2, bool el3);
void mec_allow_alternate(bool amec0, bool amec1);

/* Everything back to 0, as mec_set() and the others had it before. */
void mec_off(void);

/*
 * The EL2&0 regime (HCR_EL2.E2H = 1) instead of EL2: with the tables of
 * REGIME_EL10, the window by TTBR0_EL2 and TTBR1_EL2. @tcr: extra bits of
 * TCR_EL2. mec_el2() goes back. The TLB is cleared. mmu_stage2() and
 * path_set() end it, too, but for TCR_EL2 and TTBR0_EL2.
 */
void mec_el20(uint64_t tcr);
void mec_el2(void);

#endif
