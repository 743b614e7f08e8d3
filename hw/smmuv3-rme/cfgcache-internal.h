/*
 * The configuration cache inside. For cfgcache*.c only.
 *
 * Entries of a kind stand in slots of one store, which comes in chunks and
 * has a hash table over the slots' tags. Streams are such a store too: a
 * stream lists its STE, CDs and L1CDs, and is gone with the last of them.
 * Streams and L1STDs are on a list for each Security state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_CFGCACHE_INTERNAL_H
#define CCA_SMMU_CFGCACHE_INTERNAL_H

#include "cfgcache.h"
#include "smmu-fields.h"

#define NIL UINT32_MAX

enum {
    STORE_STREAMS = SMMU_CFG__COUNT,
    STORE__COUNT,
    CHUNK_BITS = 8,
    CHUNK_SLOTS = 1 << CHUNK_BITS,
    INITIAL_BUCKETS = 256,
    SSID_BITS = 20,
    SHIFTS = 32,
};

SMMU_FIELD(TAG_SID, 0, 32);         /* L1STD: shifted */
SMMU_FIELD(TAG_SSID, 32, 20);       /* L1CD: shifted */
SMMU_FIELD(TAG_SHIFT, 52, 5);
SMMU_FIELD(TAG_SEC_SID, 57, 2);

typedef struct Slot {
    uint64_t tag;
    uint32_t hash_next;
    uint32_t next, prev;            /* list of stream or Security state */
    bool used;
    uint32_t owner;                 /* stream; NIL for L1STDs and streams */
    uint32_t first[SMMU_CFG__COUNT];    /* streams only: their entries */
} Slot;

/* Streams have no payload, entries no lists: one starts where the other is. */
#define ENTRY_HEADER (offsetof(Slot, first) + 4)
_Static_assert(ENTRY_HEADER % 8 == 0, "payloads are aligned to 8");

typedef struct Store {
    unsigned char **chunks;
    uint32_t *heads;
    size_t stride;
    uint32_t chunk_count, buckets;
    uint32_t count, limit;
    uint32_t free;                  /* list through next */
    uint32_t victim;
    uint32_t shift_count[SHIFTS];
    uint32_t shifts;                /* those in use, as a set */
} Store;

/* The slots of a store that belong to a Security state. */
typedef struct StateList {
    uint32_t first, count;
} StateList;

struct SmmuCfgCache {
    Store store[STORE__COUNT];
    size_t payload[SMMU_CFG__COUNT];
    StateList streams[CCA_SEC_SID__COUNT];
    StateList l1stds[CCA_SEC_SID__COUNT];
    size_t memory;
    uint64_t changes;
    SmmuCfgStats stats;
};

static inline Slot *cfg_slot(const Store *st, uint32_t i)
{
    return (Slot *)(st->chunks[i >> CHUNK_BITS] +
                    (i & (CHUNK_SLOTS - 1)) * st->stride);
}

static inline void *cfg_payload_of(Slot *s)
{
    return (unsigned char *)s + ENTRY_HEADER;
}

/*
 * The tag of @key among entries of @kind, with @shift for its own; that of a
 * stream.
 */
uint64_t cfg_tag(SmmuCfgKind kind, const SmmuCfgKey *key, unsigned shift);
uint64_t cfg_stream_tag(CcaSecSid sec_sid, uint32_t sid);

/* The slot with @tag, NIL if there is none. */
uint32_t cfg_find(const Store *st, uint64_t tag);

/* False if memory is short. */
bool cfg_init_store(SmmuCfgCache *cache, Store *st, size_t stride,
                    uint32_t limit);
void cfg_free_store(Store *st);

/* Is there a free slot? Takes memory for more up to the limit. */
bool cfg_have_free(SmmuCfgCache *cache, Store *st);

/* Use a free slot of store @kind, which must have one. */
uint32_t cfg_add_slot(SmmuCfgCache *cache, unsigned kind, uint64_t tag,
                      uint32_t owner);

/* The stream of @key, a new one if need be; NIL if memory is short. */
uint32_t cfg_get_stream(SmmuCfgCache *cache, const SmmuCfgKey *key);

/* Remove the entry of slot @i, and its stream if that is empty then. */
void cfg_remove(SmmuCfgCache *cache, SmmuCfgKind kind, uint32_t i);

/* Are those parts of @key in range that entries of @kind have? */
bool cfg_key_ok(SmmuCfgKind kind, const SmmuCfgKey *key);

#endif
