/*
 * What tests of SMMU structures share: features, and fields by the bit
 * numbers of the specification (not by the formats under test).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_SMMU_WORDS_H
#define TEST_SMMU_WORDS_H

#include "rng.h"
#include "smmu-types.h"

/* A change of features; NULL: none. */
typedef void SmmuTweak(SmmuFeatures *f);

/* Defines tweak no_@field, or @name, which sets @field to @value. */
#define SMMU_TWEAK(name, field, value)              \
    static void name(SmmuFeatures *f)               \
    {                                               \
        f->field = (value);                         \
    }

/* Field [@hi:@lo] of a structure is @value; {0, 0, 0} ends a list. */
typedef struct SmmuBits {
    uint16_t hi, lo;
    uint64_t value;
} SmmuBits;

/* All that SmmuFeatures has, in its largest size. */
SmmuFeatures smmu_all_features(void);

/* Some of that, in some size; stage 1 or stage 2 or both. */
SmmuFeatures smmu_random_features(Rng *rng);

/* [@hi:@lo] in @words: in one word. */
void smmu_put(uint64_t *words, unsigned hi, unsigned lo, uint64_t value);
uint64_t smmu_bits(const uint64_t *words, unsigned hi, unsigned lo);

/* A list of at most @max. */
void smmu_put_list(uint64_t *words, const SmmuBits *list, unsigned max);

#endif
