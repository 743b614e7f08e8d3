/*
 * The configuration cache.
 *
 * Entries of a kind stand in slots of one store, which comes in chunks and
 * has a hash table over the slots' tags. Streams are such a store too: a
 * stream lists its STE, CDs and L1CDs, and is gone with the last of them.
 * Streams and L1STDs are on a list for each Security state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
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
    uint32_t store;                 /* which one it is of; free: NIL */
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

struct SmmuCfgCache {
    Store store[STORE__COUNT];
    size_t payload[SMMU_CFG__COUNT];
    uint32_t streams[CCA_SEC_SID__COUNT];      /* first of the list ... */
    uint32_t stream_count[CCA_SEC_SID__COUNT]; /* ... and how many */
    uint32_t l1stds[CCA_SEC_SID__COUNT];
    size_t memory;
    SmmuCfgStats stats;
};

static Slot *slot_at(const Store *st, uint32_t i)
{
    return (Slot *)(st->chunks[i >> CHUNK_BITS] +
                    (i & (CHUNK_SLOTS - 1)) * st->stride);
}

static void *payload_of(Slot *s)
{
    return (unsigned char *)s + ENTRY_HEADER;
}

static uint32_t *head_of(const Store *st, uint64_t tag)
{
    uint64_t h = tag * 0xd6e8feb86659fd93ull;

    h = (h ^ h >> 32) * 0xd6e8feb86659fd93ull;
    return &st->heads[(h >> 32) & (st->buckets - 1)];
}

static uint32_t find(const Store *st, uint64_t tag)
{
    uint32_t i = *head_of(st, tag);

    while (i != NIL && slot_at(st, i)->tag != tag) {
        i = slot_at(st, i)->hash_next;
    }
    return i;
}

static uint64_t make_tag(SmmuCfgKind kind, const SmmuCfgKey *key,
                         unsigned shift)
{
    uint64_t tag = SMMU_SET(0, TAG_SEC_SID, key->sec_sid);

    tag = SMMU_SET(tag, TAG_SHIFT, shift);
    tag = SMMU_SET(tag, TAG_SID,
                   kind == SMMU_CFG_L1STD ? key->sid >> shift : key->sid);
    if (kind == SMMU_CFG_CD || kind == SMMU_CFG_L1CD) {
        tag = SMMU_SET(tag, TAG_SSID, key->ssid >> shift);
    }
    return tag;
}

static uint64_t stream_tag(CcaSecSid sec_sid, uint32_t sid)
{
    return make_tag(SMMU_CFG_STE,
                    &(SmmuCfgKey) { .sec_sid = sec_sid, .sid = sid }, 0);
}

static CcaSecSid sec_sid_of(const Slot *s)
{
    return SMMU_GET(s->tag, TAG_SEC_SID);
}

/* The list that slot @s of store @kind is on. */
static uint32_t *list_of(SmmuCfgCache *cache, unsigned kind, const Slot *s)
{
    if (kind == STORE_STREAMS) {
        return &cache->streams[sec_sid_of(s)];
    }
    if (kind == SMMU_CFG_L1STD) {
        return &cache->l1stds[sec_sid_of(s)];
    }
    return &slot_at(&cache->store[STORE_STREAMS], s->owner)->first[kind];
}

/* Memory */

static bool rehash(SmmuCfgCache *cache, Store *st, uint32_t buckets)
{
    uint32_t *heads = malloc(buckets * sizeof(*heads));

    if (!heads) {
        return false;
    }
    memset(heads, 0xff, buckets * sizeof(*heads));
    free(st->heads);
    cache->memory += (buckets - st->buckets) * sizeof(*heads);
    st->heads = heads;
    st->buckets = buckets;
    for (uint32_t i = 0; i < st->chunk_count * CHUNK_SLOTS; i++) {
        Slot *s = slot_at(st, i);

        if (s->store != NIL) {
            uint32_t *head = head_of(st, s->tag);

            s->hash_next = *head;
            *head = i;
        }
    }
    return true;
}

static bool add_chunk(SmmuCfgCache *cache, Store *st)
{
    uint32_t n = st->chunk_count;
    unsigned char **chunks, *chunk;

    if (n * CHUNK_SLOTS >= st->limit) {
        return false;
    }
    chunks = realloc(st->chunks, (n + 1) * sizeof(*chunks));
    if (!chunks) {
        return false;
    }
    st->chunks = chunks;
    chunk = malloc(CHUNK_SLOTS * st->stride);
    if (!chunk) {
        return false;
    }
    chunks[n] = chunk;
    st->chunk_count++;
    cache->memory += CHUNK_SLOTS * st->stride + sizeof(*chunks);
    for (uint32_t i = (n + 1) * CHUNK_SLOTS; i-- > n * CHUNK_SLOTS; ) {
        Slot *s = slot_at(st, i);

        s->store = NIL;
        if (i < st->limit) {
            s->next = st->free;
            st->free = i;
        }
    }
    /* Longer chains if memory is short. */
    if ((n + 1) * CHUNK_SLOTS > st->buckets) {
        rehash(cache, st, st->buckets * 2);
    }
    return true;
}

static void free_store(Store *st)
{
    for (uint32_t c = 0; c < st->chunk_count; c++) {
        free(st->chunks[c]);
    }
    free(st->chunks);
    free(st->heads);
}

/* Slots */

static void add_slot(SmmuCfgCache *cache, unsigned kind, uint32_t i,
                     uint64_t tag, uint32_t owner)
{
    Store *st = &cache->store[kind];
    Slot *s = slot_at(st, i);
    uint32_t *head = head_of(st, tag), *list;
    unsigned shift = SMMU_GET(tag, TAG_SHIFT);

    st->free = s->next;
    st->count++;
    st->shift_count[shift]++;
    st->shifts |= 1u << shift;
    s->tag = tag;
    s->store = kind;
    s->owner = owner;
    s->hash_next = *head;
    *head = i;
    list = list_of(cache, kind, s);
    s->prev = NIL;
    s->next = *list;
    if (*list != NIL) {
        slot_at(st, *list)->prev = i;
    }
    *list = i;
}

static void drop_slot(SmmuCfgCache *cache, unsigned kind, uint32_t i)
{
    Store *st = &cache->store[kind];
    Slot *s = slot_at(st, i);
    uint32_t *link = head_of(st, s->tag);
    unsigned shift = SMMU_GET(s->tag, TAG_SHIFT);

    while (*link != i) {
        link = &slot_at(st, *link)->hash_next;
    }
    *link = s->hash_next;
    if (s->prev == NIL) {
        *list_of(cache, kind, s) = s->next;
    } else {
        slot_at(st, s->prev)->next = s->next;
    }
    if (s->next != NIL) {
        slot_at(st, s->next)->prev = s->prev;
    }
    if (--st->shift_count[shift] == 0) {
        st->shifts &= ~(1u << shift);
    }
    st->count--;
    s->store = NIL;
    s->next = st->free;
    st->free = i;
}

/* Drop stream @i if it has nothing any more. */
static void drop_stream_if_empty(SmmuCfgCache *cache, uint32_t i)
{
    const Slot *s = slot_at(&cache->store[STORE_STREAMS], i);

    for (int k = 0; k < SMMU_CFG__COUNT; k++) {
        if (s->first[k] != NIL) {
            return;
        }
    }
    cache->stream_count[sec_sid_of(s)]--;
    drop_slot(cache, STORE_STREAMS, i);
}

static void remove_entry(SmmuCfgCache *cache, SmmuCfgKind kind, uint32_t i)
{
    uint32_t owner = slot_at(&cache->store[kind], i)->owner;

    drop_slot(cache, kind, i);
    if (owner != NIL) {
        drop_stream_if_empty(cache, owner);
    }
}

static bool have_free(SmmuCfgCache *cache, Store *st)
{
    return st->free != NIL || add_chunk(cache, st);
}

/* The stream of @key, a new one if need be; NIL if memory is short. */
static uint32_t get_stream(SmmuCfgCache *cache, const SmmuCfgKey *key)
{
    Store *st = &cache->store[STORE_STREAMS];
    uint64_t tag = stream_tag(key->sec_sid, key->sid);
    uint32_t i = find(st, tag);

    if (i == NIL && have_free(cache, st)) {
        i = st->free;
        memset(slot_at(st, i)->first, 0xff, sizeof(slot_at(st, i)->first));
        add_slot(cache, STORE_STREAMS, i, tag, NIL);
        cache->stream_count[key->sec_sid]++;
    }
    return i;
}

/* Interface */

SmmuCfgCache *smmu_cfgcache_new(const size_t payload[SMMU_CFG__COUNT],
                                bool strict, uint32_t entries)
{
    SmmuCfgCache *cache;

    if (!entries || entries > SMMU_CFG_STRICT_LIMIT) {
        return NULL;
    }
    cache = calloc(1, sizeof(*cache));
    if (!cache) {
        return NULL;
    }
    cache->memory = sizeof(*cache);
    memset(cache->streams, 0xff, sizeof(cache->streams));
    memset(cache->l1stds, 0xff, sizeof(cache->l1stds));
    for (int k = 0; k < STORE__COUNT; k++) {
        Store *st = &cache->store[k];

        st->free = NIL;
        st->limit = strict ? SMMU_CFG_STRICT_LIMIT : entries;
        if (k == STORE_STREAMS) {
            /* In the worst case each entry has a stream of its own. */
            st->limit *= SMMU_CFG__COUNT - 1;
            st->stride = (sizeof(Slot) + 7) & ~(size_t)7;
        } else {
            if (!payload[k] || payload[k] > SMMU_CFG_MAX_PAYLOAD) {
                smmu_cfgcache_free(cache);
                return NULL;
            }
            cache->payload[k] = payload[k];
            st->stride = ENTRY_HEADER + ((payload[k] + 7) & ~(size_t)7);
        }
        if (!rehash(cache, st, INITIAL_BUCKETS)) {
            smmu_cfgcache_free(cache);
            return NULL;
        }
    }
    return cache;
}

void smmu_cfgcache_free(SmmuCfgCache *cache)
{
    if (cache) {
        for (int k = 0; k < STORE__COUNT; k++) {
            free_store(&cache->store[k]);
        }
        free(cache);
    }
}

static bool key_ok(SmmuCfgKind kind, const SmmuCfgKey *key)
{
    return (unsigned)kind < SMMU_CFG__COUNT &&
           (unsigned)key->sec_sid < CCA_SEC_SID__COUNT &&
           key->ssid >> SSID_BITS == 0 && key->shift < SHIFTS;
}

/* Probe each shift in use: one or two. */
static uint32_t find_entry(const SmmuCfgCache *cache, SmmuCfgKind kind,
                           const SmmuCfgKey *key)
{
    const Store *st = &cache->store[kind];

    for (uint32_t shifts = st->shifts; shifts; shifts &= shifts - 1) {
        uint32_t i = find(st, make_tag(kind, key, __builtin_ctz(shifts)));

        if (i != NIL) {
            return i;
        }
    }
    return NIL;
}

const void *smmu_cfgcache_lookup(const SmmuCfgCache *cache, SmmuCfgKind kind,
                                 const SmmuCfgKey *key)
{
    uint32_t i = key_ok(kind, key) ? find_entry(cache, kind, key) : NIL;

    return i == NIL ? NULL : payload_of(slot_at(&cache->store[kind], i));
}

bool smmu_cfgcache_insert(SmmuCfgCache *cache, SmmuCfgKind kind,
                          const SmmuCfgKey *key, const void *payload)
{
    bool level1 = kind == SMMU_CFG_L1STD || kind == SMMU_CFG_L1CD;
    uint32_t i, owner = NIL;
    uint64_t tag;
    Store *st;

    if (!key_ok(kind, key)) {
        return false;
    }
    st = &cache->store[kind];
    tag = make_tag(kind, key, level1 ? key->shift : 0);
    i = find(st, tag);
    if (i == NIL) {
        if (!have_free(cache, st)) {
            if (!st->count) {
                return false;       /* not even a first chunk */
            }
            /* All slots are in use: any may go. */
            remove_entry(cache, kind, st->victim);
            st->victim = (st->victim + 1) % (st->count + 1);
            cache->stats.evictions++;
        }
        if (kind != SMMU_CFG_L1STD) {
            owner = get_stream(cache, key);
            if (owner == NIL) {
                return false;
            }
        }
        i = st->free;
        add_slot(cache, kind, i, tag, owner);
    }
    memcpy(payload_of(slot_at(st, i)), payload, cache->payload[kind]);
    cache->stats.inserts++;
    return true;
}

void smmu_cfgcache_clear(SmmuCfgCache *cache)
{
    for (CcaSecSid s = 0; s < CCA_SEC_SID__COUNT; s++) {
        smmu_cfgcache_invalidate(cache, &(SmmuCfgInv) {
            .scope = SMMU_CFG_INV_ALL, .sec_sid = s });
    }
}

/* Invalidation */

static void forget(SmmuCfgCache *cache, SmmuCfgKind kind, uint32_t i)
{
    if (i != NIL) {
        cache->stats.visited++;
        cache->stats.removed++;
        remove_entry(cache, kind, i);
    }
}

/* Forget the entries of @kind of a stream, which is gone with its last one. */
static void forget_list(SmmuCfgCache *cache, SmmuCfgKind kind, uint32_t first)
{
    while (first != NIL) {
        uint32_t next = slot_at(&cache->store[kind], first)->next;

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
    memcpy(first, slot_at(&cache->store[STORE_STREAMS], i)->first,
           sizeof(first));
    forget_list(cache, SMMU_CFG_CD, first[SMMU_CFG_CD]);
    forget_list(cache, SMMU_CFG_L1CD, first[SMMU_CFG_L1CD]);
    if (ste) {
        forget_list(cache, SMMU_CFG_STE, first[SMMU_CFG_STE]);
    }
}

static uint32_t find_stream(const SmmuCfgCache *cache, const SmmuCfgInv *inv,
                            uint32_t sid)
{
    return find(&cache->store[STORE_STREAMS], stream_tag(inv->sec_sid, sid));
}

/* The level 1 descriptors of all shifts that locate @key. */
static void forget_level1(SmmuCfgCache *cache, SmmuCfgKind kind,
                          const SmmuCfgKey *key)
{
    const Store *st = &cache->store[kind];

    for (uint32_t shifts = st->shifts; shifts; shifts &= shifts - 1) {
        forget(cache, kind, find(st, make_tag(kind, key,
                                              __builtin_ctz(shifts))));
    }
}

/* Streams from first to last: by probes, or by the list if that is shorter. */
static void forget_streams(SmmuCfgCache *cache, const SmmuCfgInv *inv)
{
    const Store *st = &cache->store[STORE_STREAMS];
    uint32_t i;

    if (inv->last_sid - inv->sid < cache->stream_count[inv->sec_sid]) {
        for (uint64_t sid = inv->sid; sid <= inv->last_sid; sid++) {
            i = find_stream(cache, inv, sid);
            cache->stats.visited += i != NIL;
            forget_stream(cache, i, true);
        }
        return;
    }
    for (i = cache->streams[inv->sec_sid]; i != NIL; ) {
        uint32_t next = slot_at(st, i)->next;
        uint32_t sid = SMMU_GET(slot_at(st, i)->tag, TAG_SID);

        cache->stats.visited++;
        if (sid >= inv->sid && sid <= inv->last_sid) {
            forget_stream(cache, i, true);
        }
        i = next;
    }
}

/* L1STDs that locate any StreamID from first to last, likewise. */
static void forget_l1stds(SmmuCfgCache *cache, const SmmuCfgInv *inv)
{
    const Store *st = &cache->store[SMMU_CFG_L1STD];
    uint64_t probes = 0;

    for (uint32_t shifts = st->shifts; shifts; shifts &= shifts - 1) {
        unsigned shift = __builtin_ctz(shifts);

        probes += (inv->last_sid >> shift) - (inv->sid >> shift) + 1ull;
    }
    if (probes < st->count) {
        for (uint32_t shifts = st->shifts; shifts; shifts &= shifts - 1) {
            unsigned shift = __builtin_ctz(shifts);
            uint64_t last = inv->last_sid >> shift;

            for (uint64_t n = inv->sid >> shift; n <= last; n++) {
                SmmuCfgKey key = { .sec_sid = inv->sec_sid,
                                   .sid = n << shift };

                forget(cache, SMMU_CFG_L1STD,
                       find(st, make_tag(SMMU_CFG_L1STD, &key, shift)));
            }
        }
        return;
    }
    for (uint32_t i = cache->l1stds[inv->sec_sid]; i != NIL; ) {
        const Slot *s = slot_at(st, i);
        uint32_t next = s->next;
        unsigned shift = SMMU_GET(s->tag, TAG_SHIFT);
        uint64_t sid = SMMU_GET(s->tag, TAG_SID);

        if (sid >= inv->sid >> shift && sid <= inv->last_sid >> shift) {
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

    if (!key_ok(SMMU_CFG_CD, &key)) {
        return;
    }
    cache->stats.invalidations++;
    switch (inv->scope) {
    case SMMU_CFG_INV_STE:
        forget_stream(cache, find_stream(cache, inv, inv->sid), true);
        if (!inv->leaf) {
            forget_level1(cache, SMMU_CFG_L1STD, &key);
        }
        break;
    case SMMU_CFG_INV_CD:
        forget(cache, SMMU_CFG_CD, find_entry(cache, SMMU_CFG_CD, &key));
        if (!inv->leaf) {
            forget_level1(cache, SMMU_CFG_L1CD, &key);
        }
        break;
    case SMMU_CFG_INV_CD_ALL:
        forget_stream(cache, find_stream(cache, inv, inv->sid), false);
        break;
    case SMMU_CFG_INV_ALL:
        range.sid = 0;
        range.last_sid = UINT32_MAX;
        /* fall through */
    case SMMU_CFG_INV_RANGE:
        if (range.sid <= range.last_sid) {
            forget_streams(cache, &range);
            forget_l1stds(cache, &range);
        }
        break;
    default:
        break;
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
