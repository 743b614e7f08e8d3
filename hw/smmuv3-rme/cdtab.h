/*
 * Which Context Descriptor a transaction uses, and where it is
 * (sections 3.3.2, 5.2 "S1Fmt", "S1CDMax" and "S1DSS", 5.3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_CDTAB_H
#define CCA_SMMU_CDTAB_H

#include "ste.h"
#include "cd-fields.h"

typedef enum SmmuCdUse {
    SMMU_CD_USE,            /* stage 1 translates with CD *@index */
    SMMU_CD_BYPASS,         /* stage 1 is bypassed, by Config or S1DSS */
    SMMU_CD_BAD_SUBSTREAMID,    /* C_BAD_SUBSTREAMID */
    SMMU_CD_STREAM_DISABLED,    /* F_STREAM_DISABLED */
} SmmuCdUse;

/*
 * For a transaction with (@ssv) or without a SubstreamID, through a valid
 * STE that does not abort. @substream_id: any value.
 */
SmmuCdUse smmu_cd_select(const SmmuSte *ste, bool ssv, uint32_t substream_id,
                         uint32_t *index);

/*
 * The address (IPA with stage 2, else PA) to read for CD @index, which is
 * below 2^s1cdmax: of the CD (64 bytes), or, if this returns true, of the
 * L1CD (8 bytes) for smmu_cdtab_second().
 */
bool smmu_cdtab_first(const SmmuSte *ste, uint32_t index, uint64_t *addr);

/*
 * The address of CD @index, given the L1CD. False: C_BAD_SUBSTREAMID,
 * because the L1CD is invalid or points above OAS.
 */
bool smmu_cdtab_second(const SmmuSte *ste, const SmmuFeatures *f,
                       uint64_t l1cd, uint32_t index, uint64_t *addr);

#endif
