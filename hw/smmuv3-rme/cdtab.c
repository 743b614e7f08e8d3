/*
 * Which Context Descriptor a transaction uses, and where it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cdtab.h"
#include "ttparam.h"

/* CDs in a leaf table of 4KB and of 64KB, log2. */
enum { LEAF_4K = 6, LEAF_64K = 10 };

static unsigned leaf_log2(const SmmuSte *ste)
{
    return ste->s1fmt == STE_S1FMT_4K ? LEAF_4K : LEAF_64K;
}

SmmuCdUse smmu_cd_select(const SmmuSte *ste, bool ssv, uint32_t substream_id,
                         uint32_t *index)
{
    *index = 0;
    if (ssv) {
        if (!ste->s1 || !ste->s1cdmax || substream_id >> ste->s1cdmax) {
            return SMMU_CD_BAD_SUBSTREAMID;
        }
        if (!substream_id && ste->s1dss == STE_S1DSS_SSID0) {
            return SMMU_CD_STREAM_DISABLED;
        }
        *index = substream_id;
        return SMMU_CD_USE;
    }
    if (!ste->s1) {
        return SMMU_CD_BYPASS;
    }
    if (!ste->s1cdmax) {
        return SMMU_CD_USE;
    }
    switch (ste->s1dss) {
    case STE_S1DSS_BYPASS:
        return SMMU_CD_BYPASS;
    case STE_S1DSS_SSID0:
        return SMMU_CD_USE;
    default:
        return SMMU_CD_STREAM_DISABLED;
    }
}

bool smmu_cdtab_first(const SmmuSte *ste, uint32_t index, uint64_t *addr)
{
    if (ste->s1fmt == STE_S1FMT_LINEAR) {
        *addr = ste->s1contextptr + ((uint64_t)index << CD_LOG2_BYTES);
        return false;
    }
    *addr = ste->s1contextptr +
            ((uint64_t)(index >> leaf_log2(ste)) << L1CD_LOG2_BYTES);
    return true;
}

bool smmu_cdtab_second(const SmmuSte *ste, const SmmuFeatures *f,
                       uint64_t l1cd, uint32_t index, uint64_t *addr)
{
    uint64_t leaf = SMMU_IN_PLACE(l1cd, L1CD_L2PTR);
    unsigned n = leaf_log2(ste);

    if (!SMMU_GET(l1cd, L1CD_V) || (leaf & ~smmu_low_bits(f->oas))) {
        return false;
    }
    *addr = (leaf & ~smmu_low_bits(n + CD_LOG2_BYTES)) +
            ((index & smmu_low_bits(n)) << CD_LOG2_BYTES);
    return true;
}
