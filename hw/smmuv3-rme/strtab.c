/*
 * Geometry of Stream tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "strtab.h"
#include "ste-fields.h"
#include "ttparam.h"

enum { L1STD_LOG2_BYTES = 3, STRTAB_MIN_ALIGN = 6 };

void smmu_strtab_decode(SmmuStrtab *tab, const SmmuFeatures *f,
                        uint64_t strtab_base, uint32_t strtab_base_cfg)
{
    unsigned log2size = SMMU_GET(strtab_base_cfg, STRTAB_BASE_CFG_LOG2SIZE);
    unsigned split = SMMU_GET(strtab_base_cfg, STRTAB_BASE_CFG_SPLIT);
    unsigned align;

    if (split != 8 && split != 10) {
        split = 6;
    }
    *tab = (SmmuStrtab) {
        .two_level = f->st_level &&
                     SMMU_GET(strtab_base_cfg, STRTAB_BASE_CFG_FMT) ==
                     STRTAB_FMT_2LVL,
        .log2size = log2size < f->sid_bits ? log2size : f->sid_bits,
        .split = split,
        .oas = f->oas,
    };

    /* The alignment goes by LOG2SIZE as it was written. */
    if (!tab->two_level) {
        align = log2size + STE_LOG2_BYTES;
    } else {
        align = log2size > split ? log2size - split + L1STD_LOG2_BYTES : 0;
        if (align < STRTAB_MIN_ALIGN) {
            align = STRTAB_MIN_ALIGN;
        }
    }
    tab->base = SMMU_IN_PLACE(strtab_base, STRTAB_BASE_ADDR) &
                smmu_low_bits(tab->oas) & ~smmu_low_bits(align);
}

bool smmu_strtab_first(const SmmuStrtab *tab, uint32_t stream_id,
                       uint64_t *addr)
{
    if (stream_id & ~smmu_low_bits(tab->log2size)) {
        return false;
    }
    *addr = tab->base;
    if (tab->two_level) {
        *addr += (uint64_t)(stream_id >> tab->split) << L1STD_LOG2_BYTES;
    } else {
        *addr += (uint64_t)stream_id << STE_LOG2_BYTES;
    }
    /* A table may be larger than memory; addresses are cut (3.4.3). */
    *addr &= smmu_low_bits(tab->oas);
    return true;
}

bool smmu_strtab_second(const SmmuStrtab *tab, uint64_t l1std,
                        uint32_t stream_id, uint64_t *addr)
{
    unsigned span = SMMU_GET(l1std, L1STD_SPAN);
    uint32_t index = stream_id & smmu_low_bits(tab->split);

    if (span == 0 || span > L1STD_SPAN_MAX || span > tab->split + 1u) {
        return false;
    }
    if (index & ~smmu_low_bits(span - 1)) {
        return false;
    }
    *addr = (SMMU_IN_PLACE(l1std, L1STD_L2PTR) & smmu_low_bits(tab->oas) &
             ~smmu_low_bits(STE_LOG2_BYTES + span - 1)) +
            ((uint64_t)index << STE_LOG2_BYTES);
    return true;
}
