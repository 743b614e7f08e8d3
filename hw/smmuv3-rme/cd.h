/*
 * Context Descriptors: decoding and validity (section 5.4).
 *
 * What ste.h assumes of the implementation holds here too, and
 * IDR0.TERM_MODEL == 0 (faults may end as RAZ/WI).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_CD_H
#define CCA_SMMU_CD_H

#include "ste.h"
#include "cd-fields.h"

/* Why a CD is ILLEGAL; each of them is a C_BAD_CD. */
typedef enum SmmuCdError {
    SMMU_CD_OK,
    SMMU_CD_BAD_V,              /* V == 0 */
    SMMU_CD_BAD_S,              /* stalls, against S1STALLD or STALL_MODEL */
    SMMU_CD_BAD_AA64,
    SMMU_CD_BAD_HA,
    SMMU_CD_BAD_HD,
    SMMU_CD_BAD_ASID,
    SMMU_CD_BAD_TG0,
    SMMU_CD_BAD_T0SZ,
    SMMU_CD_BAD_TTB0,
    SMMU_CD_BAD_TG1,
    SMMU_CD_BAD_T1SZ,
    SMMU_CD_BAD_TTB1,
    SMMU_CD__ERRORS
} SmmuCdError;

/* What the fields with 0 or 1 in their names say. */
typedef struct SmmuCdHalf {
    bool epd;               /* walks end in F_TRANSLATION; most else is 0 */
    bool tbi, had, e0pd;
    bool nscfg;             /* Secure streams */
    uint64_t ttb;           /* aligned as the starting-level table is */
    uint8_t granule;        /* log2: 12, 14 or 16 */
    uint8_t tsz;
    int8_t start_level;     /* -1..3 */
    uint8_t ir, or_, sh;
} SmmuCdHalf;

/*
 * A decoded CD. All else is 0 where @error is not SMMU_CD_OK. Fields are as
 * they act: what is IGNORED or RES0 in this configuration is 0.
 */
typedef struct SmmuCd {
    SmmuCdError error;
    SmmuCdHalf half[2];     /* with StreamWorld EL2 or EL3, [1] is disabled */
    uint8_t ips;            /* effective bits, 32..52 */
    bool ds, endi, affd, ha, hd;
    bool wxn, pan;
    bool uwxn;              /* as written: VMSAv8-64 ignores it */
    bool a, r, s;           /* @r is set by @s */
    bool aset;
    uint16_t asid;
    uint64_t mair;          /* MAIR1:MAIR0 */
} SmmuCd;

/*
 * Decode @words, in host order, as reached through the valid @ste. Any words
 * will do. True if the CD is not ILLEGAL; if false, the transaction ends with
 * C_BAD_CD. Of several reasons *@cd has the first.
 */
bool smmu_cd_decode(SmmuCd *cd, const SmmuFeatures *f, const SmmuSte *ste,
                    const uint64_t words[CD_WORDS]);

/* The name of the field at fault, for logs and traces: "T0SZ", ... */
const char *smmu_cd_error_name(SmmuCdError error);

#endif
