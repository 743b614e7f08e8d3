/*
 * Memory attributes of translations: how stage 2 changes those of stage 1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

/* Shareability, as in descriptors; 1 is reserved and means Outer here. */
enum { SH_NON = 0, SH_RESERVED = 1, SH_OUTER = 2, SH_INNER = 3 };

/* Half of a MAIR byte for Normal memory: kind and allocation hints. */
enum {
    HALF_NC = 0x4, HALF_WT = 0xb, HALF_WB = 0xf,
    HALF_WB_BIT = 0x4,      /* unset in Write-Through */
};

/* The order of cacheability: the weaker one wins. */
enum { CACHE_NC = 1, CACHE_WT = 2, CACHE_WB = 3 };

/* Stage 2 MemAttr[2:0] with FWB, if it is no Device type */
enum { FWB_DEVICE_MAX = 3, FWB_NC = 5, FWB_WB = 6, FWB_STAGE1 = 7 };

static bool is_device(uint8_t mair)
{
    return mair >> 4 == 0;
}

/* Encodings of MAIR that stand for others (FEAT_XS, FEAT_MTE) or nothing. */
static uint8_t plain(uint8_t mair)
{
    switch (mair) {
    case 0x40:              /* Non-cacheable, XS 0 */
        return HALF_NC << 4 | HALF_NC;
    case 0xa0:              /* Write-Through, XS 0 */
        return 0xaa;
    case 0xf0:              /* Tagged */
        return HALF_WB << 4 | HALF_WB;
    }
    if (is_device(mair)) {
        return mair & 0x0c;
    }
    /* An inner half of 0 is unpredictable: the safe one. */
    return mair & 0x0f ? mair : (mair & 0xf0) | HALF_NC;
}

static unsigned half_cache(uint8_t half)
{
    return half == HALF_NC ? CACHE_NC :
           half & HALF_WB_BIT ? CACHE_WB : CACHE_WT;
}

/* Stage 1's half under stage 2's cacheability; hints are stage 1's. */
static uint8_t half_combine(uint8_t half, unsigned s2_cache)
{
    if (half_cache(half) <= s2_cache) {
        return half;
    }
    return s2_cache == CACHE_NC ? HALF_NC : half & ~HALF_WB_BIT;
}

static uint8_t sh_combine(uint8_t a, uint8_t b)
{
    if (a == SH_OUTER || b == SH_OUTER || a == SH_RESERVED ||
        b == SH_RESERVED) {
        return SH_OUTER;
    }
    return a == SH_INNER || b == SH_INNER ? SH_INNER : SH_NON;
}

static uint8_t device_combine(uint8_t mair, unsigned type)
{
    unsigned s1 = mair >> 2;

    return (is_device(mair) && s1 < type ? s1 : type) << 2;
}

static uint8_t combine_fwb(uint8_t mair, uint8_t memattr)
{
    memattr &= 7;
    if (memattr <= FWB_DEVICE_MAX) {
        return device_combine(mair, memattr);
    }
    switch (memattr) {
    case FWB_STAGE1:
        return mair;
    case FWB_WB:
        /* Write-Back, with stage 1's hints if it has some. */
        if (!is_device(mair) && half_cache(mair >> 4) == CACHE_WB &&
            half_cache(mair & 15) == CACHE_WB) {
            return mair;
        }
        return HALF_WB << 4 | HALF_WB;
    case FWB_NC:
    default:                /* 4 is reserved */
        return is_device(mair) ? mair : HALF_NC << 4 | HALF_NC;
    }
}

static uint8_t combine_plain(uint8_t mair, uint8_t memattr)
{
    unsigned outer = memattr >> 2 & 3, inner = memattr & 3;

    if (outer == 0) {
        return device_combine(mair, inner);
    }
    if (is_device(mair)) {
        return mair;
    }
    if (inner == 0) {       /* reserved */
        inner = CACHE_NC;
    }
    return half_combine(mair >> 4, outer) << 4 |
           half_combine(mair & 15, inner);
}

void smmu_attr_combine(uint8_t *mair, uint8_t *sh, uint8_t s2_memattr,
                       uint8_t s2_sh, bool fwb)
{
    uint8_t s1 = plain(*mair);

    *mair = fwb ? combine_fwb(s1, s2_memattr) : combine_plain(s1, s2_memattr);
    if (is_device(*mair) || *mair == (HALF_NC << 4 | HALF_NC)) {
        *sh = SH_OUTER;
    } else {
        *sh = sh_combine(is_device(s1) ? SH_OUTER : *sh, s2_sh);
    }
}
