/*
 * The configuration cache: decoded stream table entries, context
 * descriptors, and the level 1 descriptors that locate them (section 16.2).
 *
 * What an entry holds is the caller's: an opaque block of a fixed size per
 * kind. Invalidation is exactly that of section 4.3, in both modes, and costs
 * by what it hits. A plain cache has a fixed number of entries of each kind
 * and loses old ones to new ones; a strict one grows instead.
 *
 * Entries come in chunks, so that memory goes with use. Besides its payload a
 * stream costs about 56 bytes and each entry about 40, hash tables included.
 * Not thread-safe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_CFGCACHE_H
#define CCA_SMMU_CFGCACHE_H

#include "smmu-types.h"

typedef enum SmmuCfgKind {
    SMMU_CFG_L1STD,     /* key: StreamID, in steps of 1 << shift */
    SMMU_CFG_STE,       /* key: StreamID */
    SMMU_CFG_L1CD,      /* key: StreamID, SubstreamID in steps of 1 << shift */
    SMMU_CFG_CD,        /* key: StreamID, SubstreamID */
    SMMU_CFG__COUNT
} SmmuCfgKind;

typedef struct SmmuCfgKey {
    CcaSecSid sec_sid;
    uint32_t sid;
    uint32_t ssid;      /* CD, L1CD: below 1 << 20 */
    uint8_t shift;      /* L1STD: STRTAB_BASE_CFG.SPLIT; L1CD: 6 or 10 */
} SmmuCfgKey;

/* What an invalidation is for (section 4.3). */
typedef enum SmmuCfgInvScope {
    SMMU_CFG_INV_STE,       /* STE and CDs of one StreamID */
    SMMU_CFG_INV_RANGE,     /* STEs, CDs and L1STDs of StreamIDs */
    SMMU_CFG_INV_CD,        /* one CD */
    SMMU_CFG_INV_CD_ALL,    /* the CDs and L1CDs of one StreamID */
    SMMU_CFG_INV_ALL,       /* everything of a Security state */
    SMMU_CFG_INV__COUNT
} SmmuCfgInvScope;

typedef struct SmmuCfgInv {
    SmmuCfgInvScope scope;
    CcaSecSid sec_sid;
    uint32_t sid;           /* RANGE: the first one */
    uint32_t last_sid;      /* RANGE: the last one */
    uint32_t ssid;          /* CD */
    bool leaf;              /* STE, CD: level 1 descriptors stay */
} SmmuCfgInv;

typedef struct SmmuCfgStats {
    uint64_t inserts;
    uint64_t evictions;     /* entries lost to others */
    uint64_t invalidations;
    uint64_t probes;        /* hash look-ups that invalidations made */
    uint64_t visited;       /* entries and streams looked at ... */
    uint64_t removed;       /* ... and entries removed, by invalidations */
} SmmuCfgStats;

enum {
    SMMU_CFG_MAX_PAYLOAD = 4096,
    SMMU_CFG_DEFAULT_ENTRIES = 1 << 16,
    /* Of each kind, in a strict cache; there it evicts. */
    SMMU_CFG_STRICT_LIMIT = 1 << 22,
};

typedef struct SmmuCfgCache SmmuCfgCache;

/*
 * A new, empty cache; NULL if memory is short. @payload: bytes that an entry
 * of each kind holds, 1 .. SMMU_CFG_MAX_PAYLOAD, handed out aligned to 8.
 * A plain cache holds @entries of each kind, 1 .. SMMU_CFG_STRICT_LIMIT.
 */
SmmuCfgCache *smmu_cfgcache_new(const size_t payload[SMMU_CFG__COUNT],
                                bool strict, uint32_t entries);
void smmu_cfgcache_free(SmmuCfgCache *cache);

/*
 * The payload for @key (its shift does not matter here), NULL if there is
 * none. Of level 1 descriptors with several shifts the smallest counts. The
 * answer stays until its entry goes or changes: by an invalidation, or by an
 * insertion of the same kind.
 */
const void *smmu_cfgcache_lookup(const SmmuCfgCache *cache, SmmuCfgKind kind,
                                 const SmmuCfgKey *key);

/*
 * Hold a copy of @payload for @key, in the place of an older one. False, and
 * nothing is held, if a part of the key that @kind has is out of range (see
 * above; shifts: below 32), or memory is short.
 */
bool smmu_cfgcache_insert(SmmuCfgCache *cache, SmmuCfgKind kind,
                          const SmmuCfgKey *key, const void *payload);

/* Forget what @inv covers; out-of-range ones cover nothing. */
void smmu_cfgcache_invalidate(SmmuCfgCache *cache, const SmmuCfgInv *inv);

/* Forget everything. */
void smmu_cfgcache_clear(SmmuCfgCache *cache);

/* A number that changes whenever an answer of the cache may have changed. */
uint64_t smmu_cfgcache_changes(const SmmuCfgCache *cache);

/* Entries of a kind; bytes of memory that the cache has taken in all. */
uint32_t smmu_cfgcache_count(const SmmuCfgCache *cache, SmmuCfgKind kind);
size_t smmu_cfgcache_memory(const SmmuCfgCache *cache);
const SmmuCfgStats *smmu_cfgcache_stats(const SmmuCfgCache *cache);

#endif
