/*
 * The configuration cache: invalidation (section 4.3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "cfgcache-internal.h"

static void forget(SmmuCfgCache *cache, SmmuCfgKind kind, uint32_t i)
{
    if (i != NIL) {
        cache->stats.visited++;
        cache->stats.removed++;
        cfg_remove(cache, kind, i);
    }
}

/* Forget the entries of @kind of a stream, which is gone with its last one. */
static void forget_list(SmmuCfgCache *cache, SmmuCfgKind kind, uint32_t first)
{
    while (first != NIL) {
        uint32_t next = cfg_slot(&cache->store[kind], first)->next;

        forget(cache, kind, first);
        first = next;
    }
}

static void forget_stream(SmmuCfgCache *cache, uint32_t i, bool ste)
{
    uint32_t first[SMMU_CFG__COUNT];

    if (i == NIL) {
        return;
    }
    memcpy(first, cfg_slot(&cache->store[STORE_STREAMS], i)->first,
           sizeof(first));
    forget_list(cache, SMMU_CFG_CD, first[SMMU_CFG_CD]);
    forget_list(cache, SMMU_CFG_L1CD, first[SMMU_CFG_L1CD]);
    if (ste) {
        forget_list(cache, SMMU_CFG_STE, first[SMMU_CFG_STE]);
    }
}

static uint32_t probe(SmmuCfgCache *cache, unsigned kind, uint64_t tag)
{
    cache->stats.probes++;
    return cfg_find(&cache->store[kind], tag);
}

static uint32_t find_stream(SmmuCfgCache *cache, const SmmuCfgInv *inv,
                            uint32_t sid)
{
    return probe(cache, STORE_STREAMS, cfg_stream_tag(inv->sec_sid, sid));
}

/* The entries of @kind with all shifts that are for @key. */
static void forget_key(SmmuCfgCache *cache, SmmuCfgKind kind,
                       const SmmuCfgKey *key)
{
    uint32_t shifts = cache->store[kind].shifts;

    for (; shifts; shifts &= shifts - 1) {
        forget(cache, kind,
               probe(cache, kind, cfg_tag(kind, key, __builtin_ctz(shifts))));
    }
}

/* Streams from first to last: by probes, or by the list if that is shorter. */
static void forget_streams(SmmuCfgCache *cache, const SmmuCfgInv *inv)
{
    const Store *st = &cache->store[STORE_STREAMS];
    const StateList *list = &cache->streams[inv->sec_sid];
    uint32_t i;

    if (inv->last_sid - inv->sid < list->count) {
        for (uint64_t sid = inv->sid; sid <= inv->last_sid; sid++) {
            i = find_stream(cache, inv, sid);
            cache->stats.visited += i != NIL;
            forget_stream(cache, i, true);
        }
        return;
    }
    for (i = list->first; i != NIL; ) {
        uint32_t next = cfg_slot(st, i)->next;
        uint32_t sid = SMMU_GET(cfg_slot(st, i)->tag, TAG_SID);

        cache->stats.visited++;
        if (sid >= inv->sid && sid <= inv->last_sid) {
            forget_stream(cache, i, true);
        }
        i = next;
    }
}

/* How many L1STDs with shifts in use there may be from first to last. */
static uint64_t l1stds_in_range(const SmmuCfgCache *cache,
                                const SmmuCfgInv *inv)
{
    uint32_t shifts = cache->store[SMMU_CFG_L1STD].shifts;
    uint64_t n = 0;

    for (; shifts; shifts &= shifts - 1) {
        unsigned shift = __builtin_ctz(shifts);

        n += (inv->last_sid >> shift) - (inv->sid >> shift) + 1ull;
    }
    return n;
}

/* L1STDs that locate any StreamID from first to last, likewise. */
static void forget_l1stds(SmmuCfgCache *cache, const SmmuCfgInv *inv)
{
    const Store *st = &cache->store[SMMU_CFG_L1STD];
    const StateList *list = &cache->l1stds[inv->sec_sid];

    if (l1stds_in_range(cache, inv) < list->count) {
        for (uint32_t shifts = st->shifts; shifts; shifts &= shifts - 1) {
            unsigned shift = __builtin_ctz(shifts);
            uint64_t last = inv->last_sid >> shift;

            for (uint64_t n = inv->sid >> shift; n <= last; n++) {
                SmmuCfgKey key = { .sec_sid = inv->sec_sid,
                                   .sid = n << shift };

                forget(cache, SMMU_CFG_L1STD,
                       probe(cache, SMMU_CFG_L1STD,
                             cfg_tag(SMMU_CFG_L1STD, &key, shift)));
            }
        }
        return;
    }
    for (uint32_t i = list->first; i != NIL; ) {
        const Slot *s = cfg_slot(st, i);
        uint32_t next = s->next;
        unsigned shift = SMMU_GET(s->tag, TAG_SHIFT);
        uint64_t n = SMMU_GET(s->tag, TAG_SID);

        if (n >= inv->sid >> shift && n <= inv->last_sid >> shift) {
            forget(cache, SMMU_CFG_L1STD, i);
        } else {
            cache->stats.visited++;
        }
        i = next;
    }
}

void smmu_cfgcache_invalidate(SmmuCfgCache *cache, const SmmuCfgInv *inv)
{
    SmmuCfgKey key = { .sec_sid = inv->sec_sid, .sid = inv->sid,
                       .ssid = inv->ssid };
    SmmuCfgInv range = *inv;

    if (!cfg_key_ok(inv->scope == SMMU_CFG_INV_CD ? SMMU_CFG_CD : SMMU_CFG_STE,
                    &key)) {
        return;
    }
    cache->stats.invalidations++;
    cache->changes++;
    switch (inv->scope) {
    case SMMU_CFG_INV_STE:
        forget_stream(cache, find_stream(cache, inv, inv->sid), true);
        if (!inv->leaf) {
            forget_key(cache, SMMU_CFG_L1STD, &key);
        }
        break;
    case SMMU_CFG_INV_CD:
        forget_key(cache, SMMU_CFG_CD, &key);
        if (!inv->leaf) {
            forget_key(cache, SMMU_CFG_L1CD, &key);
        }
        break;
    case SMMU_CFG_INV_CD_ALL:
        forget_stream(cache, find_stream(cache, inv, inv->sid), false);
        break;
    case SMMU_CFG_INV_ALL:
    case SMMU_CFG_INV_RANGE:
        if (inv->scope == SMMU_CFG_INV_ALL) {
            range.sid = 0;
            range.last_sid = UINT32_MAX;
        }
        if (range.sid <= range.last_sid) {
            forget_streams(cache, &range);
            forget_l1stds(cache, &range);
        }
        break;
    default:
        break;
    }
}
