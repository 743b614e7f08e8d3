/*
 * Which MECID register an access takes its MECID from (DDI 0487, FEAT_MEC).
 * Values only: no memory, no state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_MECID_H
#define CCA_MECID_H

#include <stdbool.h>

/* Where a MECID comes from. */
typedef enum MecidSource {
    MECID_DEFAULT,              /* no register: MECID 0 */
    MECID_P0, MECID_A0,         /* MECID_P0_EL2, MECID_A0_EL2 */
    MECID_P1, MECID_A1,         /* MECID_P1_EL2, MECID_A1_EL2 */
    MECID_VP, MECID_VA,         /* VMECID_P_EL2, VMECID_A_EL2 */
    MECID_RL,                   /* MECID_RL_A_EL3 */
    MECID_SOURCES,
} MecidSource;

/* Translation regimes, as far as MECIDs tell them apart. */
typedef enum MecidRegime {
    MECID_REGIME_EL10,          /* EL1&0, stage 1 */
    MECID_REGIME_STAGE2,        /* EL1&0, stage 2 */
    MECID_REGIME_EL2,           /* EL2, with HCR_EL2.E2H = 0 */
    MECID_REGIME_EL20,          /* EL2&0, with HCR_EL2.E2H = 1 */
    MECID_REGIME_EL3,
    MECID_REGIMES,
} MecidRegime;

/* Effective values of the controls. */
typedef struct MecidControls {
    bool emec_el2;              /* SCTLR2_EL2.EMEC; 0 if SCR_EL3.SCTLR2En is */
    bool emec_el3;              /* SCTLR2_EL3.EMEC */
    bool amec[2];               /* TCR2_EL2.AMEC0, .AMEC1; 0 if .TCR2En is */
} MecidControls;

/*
 * The source for fetches of descriptors by a walk of @regime. @realm: its
 * Security state is Realm. @a1: TCR_EL2.A1, for MECID_REGIME_EL20 only.
 */
MecidSource mecid_of_walk(const MecidControls *c, MecidRegime regime,
                          bool realm, bool a1);

/*
 * The source for an access whose address that stage of @regime does not
 * translate. @realm: it is to the Realm physical address space.
 */
MecidSource mecid_of_untranslated(const MecidControls *c, MecidRegime regime,
                                  bool realm);

/*
 * The source for an access by a Block or Page descriptor. @realm: to the
 * Realm physical address space. @upper: the upper range of addresses (TTBR1),
 * for MECID_REGIME_EL20 only. @amec: bit 63 of the descriptor.
 */
MecidSource mecid_of_output(const MecidControls *c, MecidRegime regime,
                            bool realm, bool upper, bool amec);

/* Does that descriptor give a Translation fault instead? */
bool mecid_faults(const MecidControls *c, MecidRegime regime, bool realm,
                  bool upper, bool amec);

#endif
