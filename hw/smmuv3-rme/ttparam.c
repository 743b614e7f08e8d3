/*
 * Parameters of VMSAv8-64 translation tables, as STE and CD have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ttparam.h"
#include "cd-fields.h"
#include "ste-fields.h"

enum {
    GRANULE_4K = 12, GRANULE_16K = 14, GRANULE_64K = 16,
    LOG2_DESCRIPTOR = 3, LAST_LEVEL = 3,
    /* Stage 2 tables of the starting level may stand in a row of 16. */
    LOG2_CONCATENATED = 4,
    TSZ_MAX = 39, TSZ_MAX_STT = 48, TSZ_MAX_STT_64K = 47,
    LPA_TTB_ALIGN = 6,      /* of a table base in a 52-bit output range */
};

unsigned smmu_tg0_log2(const SmmuFeatures *f, unsigned tg0)
{
    switch (tg0) {
    case STE_TG_4K:
        return f->gran4k ? GRANULE_4K : 0;
    case STE_TG_16K:
        return f->gran16k ? GRANULE_16K : 0;
    case STE_TG_64K:
        return f->gran64k ? GRANULE_64K : 0;
    default:
        return 0;
    }
}

unsigned smmu_tg1_log2(const SmmuFeatures *f, unsigned tg1)
{
    switch (tg1) {
    case CD_TG1_4K:
        return smmu_tg0_log2(f, CD_TG0_4K);
    case CD_TG1_16K:
        return smmu_tg0_log2(f, CD_TG0_16K);
    case CD_TG1_64K:
        return smmu_tg0_log2(f, CD_TG0_64K);
    default:
        return 0;
    }
}

unsigned smmu_ps_bits(const SmmuFeatures *f, unsigned ps)
{
    static const uint8_t bits[STE_PS_RESERVED + 1] = {
        [STE_PS_32] = 32, [STE_PS_36] = 36, [STE_PS_40] = 40,
        [STE_PS_42] = 42, [STE_PS_44] = 44, [STE_PS_48] = 48,
        [STE_PS_52] = 52, [STE_PS_RESERVED] = 52,
    };
    unsigned n = bits[ps & STE_PS_RESERVED];

    return n < f->oas ? n : f->oas;
}

unsigned smmu_tsz_max(const SmmuFeatures *f, unsigned granule)
{
    return !f->stt ? TSZ_MAX :
           granule == GRANULE_64K ? TSZ_MAX_STT_64K : TSZ_MAX_STT;
}

bool smmu_ttb_in_range(uint64_t ttb, unsigned ps_bits, unsigned granule,
                       bool ds)
{
    unsigned limit = ps_bits;

    if (limit > 48 && granule < GRANULE_64K && !ds) {
        limit = 48;
    }
    return !(ttb & ~smmu_low_bits(limit));
}

uint64_t smmu_ttb_align(uint64_t ttb, unsigned index_bits, unsigned ps_bits)
{
    unsigned align = index_bits + LOG2_DESCRIPTOR;

    if (ps_bits > 48 && align < LPA_TTB_ALIGN) {
        align = LPA_TTB_ALIGN;
    }
    return ttb & ~smmu_low_bits(align);
}

bool smmu_s2_start_level(const SmmuFeatures *f, unsigned granule, bool ds,
                         bool sl0_2, unsigned sl0, int *level)
{
    switch (granule) {
    case GRANULE_4K:
        if (ds && sl0_2) {
            *level = -1;
            return sl0 == 0 && f->oas >= 52;
        }
        *level = sl0 == 3 ? 3 : 2 - (int)sl0;
        return sl0 == 3 ? f->stt : sl0 < 2 || f->oas >= 44;
    case GRANULE_16K:
        *level = 3 - (int)sl0;
        return sl0 == 3 ? ds && f->oas >= 52 : sl0 < 2 || f->oas >= 42;
    default:
        *level = 3 - (int)sl0;
        return sl0 < 2 || (sl0 == 2 && f->oas >= 44);
    }
}

int smmu_index_bits(unsigned granule, unsigned ia_bits, int level)
{
    int stride = granule - LOG2_DESCRIPTOR;

    return (int)ia_bits - (LAST_LEVEL - level) * stride - (int)granule;
}

int smmu_s1_start_level(unsigned granule, unsigned ia_bits)
{
    int stride = granule - LOG2_DESCRIPTOR;

    return LAST_LEVEL - ((int)ia_bits - 1 - (int)granule) / stride;
}
