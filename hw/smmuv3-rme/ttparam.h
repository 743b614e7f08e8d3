/*
 * What STE and CD have in common: parameters of VMSAv8-64 translation tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_TTPARAM_H
#define CCA_SMMU_TTPARAM_H

#include "smmu-types.h"

/* Bits [n-1:0], for n of 0..64. */
static inline uint64_t smmu_low_bits(unsigned n)
{
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

/*
 * log2 of the granule that S2TG, S_S2TG or TG0 (TG1) select: 12, 14 or 16;
 * 0 if reserved or not implemented (IDR5).
 */
unsigned smmu_tg0_log2(const SmmuFeatures *f, unsigned tg0);
unsigned smmu_tg1_log2(const SmmuFeatures *f, unsigned tg1);

/* Effective bits of S2PS or IPS: what is reserved or above OAS is OAS. */
unsigned smmu_ps_bits(const SmmuFeatures *f, unsigned ps);

/*
 * The largest TxSZ or S2T0SZ for granule 2^@granule (IDR3.STT). With a
 * @granule of 0: what holds for any.
 */
unsigned smmu_tsz_max(const SmmuFeatures *f, unsigned granule);

/* May a table base address have these bits (CD.TTB0, STE.S2TTB)? */
bool smmu_ttb_in_range(uint64_t ttb, unsigned ps_bits, unsigned granule,
                       bool ds);

/*
 * @ttb with those bits 0 that the alignment of the starting-level table
 * wants 0. @index_bits: how many address bits index that table (1 or more).
 */
uint64_t smmu_ttb_align(uint64_t ttb, unsigned index_bits, unsigned ps_bits);

/*
 * Stage 2: the starting level, -1..3, that {@sl0_2,@sl0} select (DDI 0487,
 * "Stage 2 translation: starting level"). @sl0_2 counts with 4KB and @ds
 * only. False: reserved, or for more address bits than are implemented.
 */
bool smmu_s2_start_level(const SmmuFeatures *f, unsigned granule, bool ds,
                         bool sl0_2, unsigned sl0, int *level);

/*
 * How many bits of a @ia_bits wide input address index the table at @level;
 * may be below 1 (the level has nothing to do) or large (too small a level).
 */
int smmu_index_bits(unsigned granule, unsigned ia_bits, int level);

/* Stage 1: the level at which a walk for @ia_bits starts. */
int smmu_s1_start_level(unsigned granule, unsigned ia_bits);

#endif
