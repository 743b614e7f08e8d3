/*
 * Stream Table Entries: decoding and validity (section 5.2).
 *
 * Assumed of the implementation, beside SmmuFeatures: SMMUv3.3;
 * S_IDR1.SEL2 == SECURE_IMPL; IDR0.TTF == 0b10 (AArch64 only);
 * IDR0.TTENDIAN == 0b00 (either); IDR0.NS1ATS == 0; IDR1.ATTR_TYPES_OVR ==
 * ATTR_PERMS_OVR == 1; R_IDR0.STALL_MODEL == 0b01; IDR3.DPT == 0 for
 * Non-secure streams; no MPAM, PBHA, D128, S1PI, S2PI, S2PO, THE, XT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_STE_H
#define CCA_SMMU_STE_H

#include "smmu-types.h"
#include "ste-fields.h"

/* StreamWorld (section 3.3.3), to be read together with SEC_SID. */
typedef enum SmmuStreamWorld {
    SMMU_WORLD_EL1,         /* NS-EL1, Secure, Realm-EL1 */
    SMMU_WORLD_EL2_E2H,
    SMMU_WORLD_EL2,
    SMMU_WORLD_EL3,
} SmmuStreamWorld;

/* Why an STE is ILLEGAL; each of them is a C_BAD_STE. */
typedef enum SmmuSteError {
    SMMU_STE_OK,
    SMMU_STE_BAD_V,             /* V == 0 */
    SMMU_STE_BAD_S1,            /* stage 1 without IDR0.S1P */
    SMMU_STE_BAD_S2,            /* stage 2 that this Security state lacks */
    SMMU_STE_BAD_EATS_SPLIT,    /* needs both stages and S2S == 0 */
    SMMU_STE_BAD_EATS_STALL,    /* full ATS and S2S == 1 */
    SMMU_STE_BAD_EATS_DPT,      /* DPT outside of StreamWorld EL1 */
    SMMU_STE_BAD_DPT_VMATCH,
    SMMU_STE_BAD_STRW,
    SMMU_STE_BAD_S1STALLD,
    SMMU_STE_BAD_S1CDMAX,
    SMMU_STE_BAD_S1FMT,
    SMMU_STE_BAD_S1CONTEXTPTR,
    SMMU_STE_BAD_S2AA64,
    SMMU_STE_BAD_S2S,
    SMMU_STE_BAD_S2HA,
    SMMU_STE_BAD_S2HD,
    SMMU_STE_BAD_S2VMID,
    SMMU_STE_BAD_S2TG,
    SMMU_STE_BAD_S2TTB,
    SMMU_STE_BAD_S2T0SZ,
    SMMU_STE_BAD_S2SL0,         /* reserved, or not for this S2T0SZ */
    SMMU_STE_BAD_S_S2TG,
    SMMU_STE_BAD_S_S2TTB,
    SMMU_STE_BAD_S_S2T0SZ,
    SMMU_STE_BAD_S_S2SL0,
    SMMU_STE__ERRORS
} SmmuSteError;

/* One stage 2 table; a Secure stream has two. */
typedef struct SmmuSteS2 {
    uint64_t ttb;           /* aligned as the starting-level table is */
    uint8_t granule;        /* log2: 12, 14 or 16 */
    uint8_t t0sz;
    uint8_t sl0;
    bool sl0_2;             /* 0 where it does not count */
    int8_t start_level;     /* -1..3 */
} SmmuSteS2;

enum { SMMU_STE_S2_TTB, SMMU_STE_S2_S_TTB, SMMU_STE_S2__COUNT };

/*
 * A decoded STE. Where @error is not SMMU_STE_OK, only @sec_sid, @error and
 * @mev mean something, and all else is 0. Else fields are as they act: what
 * is IGNORED or RES0 in this configuration is 0, reserved values are what
 * they behave as.
 */
typedef struct SmmuSte {
    SmmuSteError error;
    CcaSecSid sec_sid;
    bool abort;             /* Config 0b0xx: abort, without an event */
    bool s1, s2;            /* the stages that translate */
    SmmuStreamWorld world;
    bool mev;
    uint8_t cont;           /* log2 of the span of like STEs */
    bool dre, dcp, ppar;
    uint8_t eats;           /* STE_EATS_*; see smmu_ste_eats() */
    uint8_t dpt_vmatch;

    /* Overrides of what came with the transaction (section 13.1) */
    bool mtcfg;
    uint8_t memattr, alloccfg, shcfg, nscfg, privcfg, instcfg;

    /* Stage 1 */
    uint8_t s1fmt;          /* STE_S1FMT_*, linear if there is one CD */
    uint8_t s1cdmax;        /* 0: no substreams */
    uint8_t s1dss;          /* STE_S1DSS_* */
    uint8_t s1cir, s1cor, s1csh;
    bool s1stalld;
    uint64_t s1contextptr;  /* IPA if @s2, else PA; aligned to its table */

    /* Stage 2 */
    uint16_t s2vmid;        /* also with stage 1 only, in NS and Realm EL1 */
    SmmuSteS2 s2tt[SMMU_STE_S2__COUNT];     /* [1]: Secure IPA space */
    uint8_t s2ps;           /* effective bits, 32..52 */
    uint8_t s2ir0, s2or0, s2sh0;
    bool s2ds, s2endi, s2affd, s2ptw, s2ha, s2hd, s2s, s2r, s2fwb;
    bool s2nsw, s2nsa, s2sw, s2sa;          /* Secure streams */

    uint16_t mecid;         /* Realm streams */
} SmmuSte;

/*
 * Decode @words, in host order, of the Stream table of @sec_sid. @e2h is
 * SMMU_(*_)CR2.E2H. Any words will do. True if the STE is not ILLEGAL;
 * if false, a transaction that selects it ends with C_BAD_STE. Of several
 * reasons *@ste has the first in the order of section 5.2.2.
 */
bool smmu_ste_decode(SmmuSte *ste, const SmmuFeatures *f, CcaSecSid sec_sid,
                     bool e2h, const uint64_t words[STE_WORDS]);

/* The effective EATS, which goes by SMMU_(*_)CR0.ATSCHK too. */
uint8_t smmu_ste_eats(const SmmuSte *ste, bool atschk);

/*
 * SMMU_(*_)IDR0.STALL_MODEL for streams of @sec_sid: 0 stall and terminate,
 * 1 terminate only, 2 stall forced.
 */
unsigned smmu_stall_model(const SmmuFeatures *f, CcaSecSid sec_sid);

/* The name of the field at fault, for logs and traces: "S2T0SZ", ... */
const char *smmu_ste_error_name(SmmuSteError error);

#endif
