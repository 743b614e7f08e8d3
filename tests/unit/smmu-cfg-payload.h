/*
 * Payloads for tests of the configuration cache: sizes as its user has them,
 * each filled with a number from which all of its bytes follow.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_CFG_PAYLOAD_H
#define SMMU_CFG_PAYLOAD_H

#include "cmocka-all.h"
#include "cfgcache.h"

static const size_t cfg_payload[SMMU_CFG__COUNT] = {
    [SMMU_CFG_L1STD] = 8, [SMMU_CFG_STE] = 192,
    [SMMU_CFG_L1CD] = 8, [SMMU_CFG_CD] = 192,
};

typedef struct CfgPayload {
    unsigned char bytes[192];
} CfgPayload;

static inline CfgPayload cfg_fill(uint32_t number)
{
    CfgPayload p;

    for (unsigned i = 0; i < sizeof(p.bytes); i++) {
        p.bytes[i] = (number >> i % 4 * 8) + i;
    }
    return p;
}

/* @got is what cfg_fill(@number) begins with, to the size of @kind. */
static inline bool cfg_is(const void *got, SmmuCfgKind kind, uint32_t number)
{
    CfgPayload want = cfg_fill(number);

    return got && !((uintptr_t)got & 7) &&
           !memcmp(got, want.bytes, cfg_payload[kind]);
}

static inline SmmuCfgCache *cfg_new(bool strict, uint32_t entries)
{
    SmmuCfgCache *cache = smmu_cfgcache_new(cfg_payload, strict, entries);

    assert_non_null(cache);
    return cache;
}

static inline void cfg_insert(SmmuCfgCache *cache, SmmuCfgKind kind,
                              SmmuCfgKey key, uint32_t number)
{
    CfgPayload p = cfg_fill(number);

    assert_true(smmu_cfgcache_insert(cache, kind, &key, &p));
}

static inline bool cfg_has(const SmmuCfgCache *cache, SmmuCfgKind kind,
                           SmmuCfgKey key)
{
    return smmu_cfgcache_lookup(cache, kind, &key) != NULL;
}

#endif
