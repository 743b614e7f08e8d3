/*
 * The configuration cache: look-ups and insertion.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include "cfgcache-internal.h"

SmmuCfgCache *smmu_cfgcache_new(const size_t payload[SMMU_CFG__COUNT],
                                bool strict, uint32_t entries)
{
    uint32_t limit = strict ? SMMU_CFG_STRICT_LIMIT : entries;
    SmmuCfgCache *cache;

    if (!entries || entries > SMMU_CFG_STRICT_LIMIT) {
        return NULL;
    }
    cache = calloc(1, sizeof(*cache));
    if (!cache) {
        return NULL;
    }
    cache->memory = sizeof(*cache);
    for (int s = 0; s < CCA_SEC_SID__COUNT; s++) {
        cache->streams[s].first = NIL;
        cache->l1stds[s].first = NIL;
    }
    for (int k = 0; k < SMMU_CFG__COUNT; k++) {
        cache->payload[k] = payload[k];
        if (!payload[k] || payload[k] > SMMU_CFG_MAX_PAYLOAD ||
            !cfg_init_store(cache, &cache->store[k],
                            ENTRY_HEADER + payload[k], limit)) {
            smmu_cfgcache_free(cache);
            return NULL;
        }
    }
    /* In the worst case each entry has a stream of its own. */
    if (!cfg_init_store(cache, &cache->store[STORE_STREAMS], sizeof(Slot),
                        limit * (SMMU_CFG__COUNT - 1))) {
        smmu_cfgcache_free(cache);
        return NULL;
    }
    return cache;
}

void smmu_cfgcache_free(SmmuCfgCache *cache)
{
    if (cache) {
        for (int k = 0; k < STORE__COUNT; k++) {
            cfg_free_store(&cache->store[k]);
        }
        free(cache);
    }
}

static bool is_level1(SmmuCfgKind kind)
{
    return kind == SMMU_CFG_L1STD || kind == SMMU_CFG_L1CD;
}

bool cfg_key_ok(SmmuCfgKind kind, const SmmuCfgKey *key)
{
    bool has_ssid = kind == SMMU_CFG_CD || kind == SMMU_CFG_L1CD;

    return (unsigned)kind < SMMU_CFG__COUNT &&
           (unsigned)key->sec_sid < CCA_SEC_SID__COUNT &&
           (!has_ssid || key->ssid >> SSID_BITS == 0);
}

const void *smmu_cfgcache_lookup(const SmmuCfgCache *cache, SmmuCfgKind kind,
                                 const SmmuCfgKey *key)
{
    const Store *st;
    uint32_t i;

    if (!cfg_key_ok(kind, key)) {
        return NULL;
    }
    st = &cache->store[kind];
    /* Probe each shift in use: one or two. */
    for (uint32_t shifts = st->shifts; shifts; shifts &= shifts - 1) {
        i = cfg_find(st, cfg_tag(kind, key, __builtin_ctz(shifts)));
        if (i != NIL) {
            return cfg_payload_of(cfg_slot(st, i));
        }
    }
    return NULL;
}

bool smmu_cfgcache_insert(SmmuCfgCache *cache, SmmuCfgKind kind,
                          const SmmuCfgKey *key, const void *payload)
{
    uint32_t i, owner = NIL;
    uint64_t tag;
    Store *st;

    if (!cfg_key_ok(kind, key) || (is_level1(kind) && key->shift >= SHIFTS)) {
        return false;
    }
    cache->changes++;
    st = &cache->store[kind];
    tag = cfg_tag(kind, key, is_level1(kind) ? key->shift : 0);
    i = cfg_find(st, tag);
    if (i == NIL) {
        if (!cfg_have_free(cache, st)) {
            if (!st->count) {
                return false;       /* not even a first chunk */
            }
            /* All slots are in use: any may go. */
            cfg_remove(cache, kind, st->victim);
            st->victim = (st->victim + 1) % (st->count + 1);
            cache->stats.evictions++;
        }
        if (kind != SMMU_CFG_L1STD) {
            owner = cfg_get_stream(cache, key);
            if (owner == NIL) {
                return false;
            }
        }
        i = cfg_add_slot(cache, kind, tag, owner);
    }
    memcpy(cfg_payload_of(cfg_slot(st, i)), payload, cache->payload[kind]);
    cache->stats.inserts++;
    return true;
}

uint64_t smmu_cfgcache_changes(const SmmuCfgCache *cache)
{
    return cache->changes;
}

void smmu_cfgcache_clear(SmmuCfgCache *cache)
{
    for (CcaSecSid s = 0; s < CCA_SEC_SID__COUNT; s++) {
        smmu_cfgcache_invalidate(cache, &(SmmuCfgInv) {
            .scope = SMMU_CFG_INV_ALL, .sec_sid = s });
    }
}

uint32_t smmu_cfgcache_count(const SmmuCfgCache *cache, SmmuCfgKind kind)
{
    return cache->store[kind].count;
}

size_t smmu_cfgcache_memory(const SmmuCfgCache *cache)
{
    return cache->memory;
}

const SmmuCfgStats *smmu_cfgcache_stats(const SmmuCfgCache *cache)
{
    return &cache->stats;
}
