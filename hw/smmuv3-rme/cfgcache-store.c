/*
 * The configuration cache: its stores, and the streams.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include "cfgcache-internal.h"

static uint32_t *head_of(const Store *st, uint64_t tag)
{
    uint64_t h = tag * 0xd6e8feb86659fd93ull;

    h = (h ^ h >> 32) * 0xd6e8feb86659fd93ull;
    return &st->heads[(h >> 32) & (st->buckets - 1)];
}

uint32_t cfg_find(const Store *st, uint64_t tag)
{
    uint32_t i = *head_of(st, tag);

    while (i != NIL && cfg_slot(st, i)->tag != tag) {
        i = cfg_slot(st, i)->hash_next;
    }
    return i;
}

uint64_t cfg_tag(SmmuCfgKind kind, const SmmuCfgKey *key, unsigned shift)
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

uint64_t cfg_stream_tag(CcaSecSid sec_sid, uint32_t sid)
{
    return cfg_tag(SMMU_CFG_STE,
                   &(SmmuCfgKey) { .sec_sid = sec_sid, .sid = sid }, 0);
}

/* The list of a Security state that a slot of store @kind is on, or NULL. */
static StateList *state_list(SmmuCfgCache *cache, unsigned kind, const Slot *s)
{
    CcaSecSid sec_sid = SMMU_GET(s->tag, TAG_SEC_SID);

    return kind == STORE_STREAMS ? &cache->streams[sec_sid] :
           kind == SMMU_CFG_L1STD ? &cache->l1stds[sec_sid] : NULL;
}

/* Where the list that slot @s of store @kind is on begins. */
static uint32_t *list_of(SmmuCfgCache *cache, unsigned kind, const Slot *s)
{
    StateList *list = state_list(cache, kind, s);

    return list ? &list->first :
           &cfg_slot(&cache->store[STORE_STREAMS], s->owner)->first[kind];
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
        Slot *s = cfg_slot(st, i);

        if (s->used) {
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
        Slot *s = cfg_slot(st, i);

        s->used = false;
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

bool cfg_init_store(SmmuCfgCache *cache, Store *st, size_t stride,
                    uint32_t limit)
{
    st->free = NIL;
    st->limit = limit;
    st->stride = (stride + 7) & ~(size_t)7;
    return rehash(cache, st, INITIAL_BUCKETS);
}

void cfg_free_store(Store *st)
{
    for (uint32_t c = 0; c < st->chunk_count; c++) {
        free(st->chunks[c]);
    }
    free(st->chunks);
    free(st->heads);
}

/* Slots */

uint32_t cfg_add_slot(SmmuCfgCache *cache, unsigned kind, uint64_t tag,
                      uint32_t owner)
{
    Store *st = &cache->store[kind];
    uint32_t i = st->free;
    Slot *s = cfg_slot(st, i);
    uint32_t *head = head_of(st, tag), *list;
    unsigned shift = SMMU_GET(tag, TAG_SHIFT);
    StateList *state;

    st->free = s->next;
    st->count++;
    st->shift_count[shift]++;
    st->shifts |= 1u << shift;
    s->tag = tag;
    s->used = true;
    s->owner = owner;
    s->hash_next = *head;
    *head = i;
    list = list_of(cache, kind, s);
    s->prev = NIL;
    s->next = *list;
    if (*list != NIL) {
        cfg_slot(st, *list)->prev = i;
    }
    *list = i;
    state = state_list(cache, kind, s);
    if (state) {
        state->count++;
    }
    return i;
}

static void drop_slot(SmmuCfgCache *cache, unsigned kind, uint32_t i)
{
    Store *st = &cache->store[kind];
    Slot *s = cfg_slot(st, i);
    uint32_t *link = head_of(st, s->tag);
    unsigned shift = SMMU_GET(s->tag, TAG_SHIFT);
    StateList *state = state_list(cache, kind, s);

    while (*link != i) {
        link = &cfg_slot(st, *link)->hash_next;
    }
    *link = s->hash_next;
    if (s->prev == NIL) {
        *list_of(cache, kind, s) = s->next;
    } else {
        cfg_slot(st, s->prev)->next = s->next;
    }
    if (s->next != NIL) {
        cfg_slot(st, s->next)->prev = s->prev;
    }
    if (--st->shift_count[shift] == 0) {
        st->shifts &= ~(1u << shift);
    }
    if (state) {
        state->count--;
    }
    st->count--;
    s->used = false;
    s->next = st->free;
    st->free = i;
}

/* Drop stream @i if it has nothing any more. */
static void drop_stream_if_empty(SmmuCfgCache *cache, uint32_t i)
{
    const Slot *s = cfg_slot(&cache->store[STORE_STREAMS], i);

    for (int k = 0; k < SMMU_CFG__COUNT; k++) {
        if (s->first[k] != NIL) {
            return;
        }
    }
    drop_slot(cache, STORE_STREAMS, i);
}

void cfg_remove(SmmuCfgCache *cache, SmmuCfgKind kind, uint32_t i)
{
    uint32_t owner = cfg_slot(&cache->store[kind], i)->owner;

    drop_slot(cache, kind, i);
    if (owner != NIL) {
        drop_stream_if_empty(cache, owner);
    }
}

bool cfg_have_free(SmmuCfgCache *cache, Store *st)
{
    return st->free != NIL || add_chunk(cache, st);
}

/* The stream of @key, a new one if need be; NIL if memory is short. */
uint32_t cfg_get_stream(SmmuCfgCache *cache, const SmmuCfgKey *key)
{
    Store *st = &cache->store[STORE_STREAMS];
    uint64_t tag = cfg_stream_tag(key->sec_sid, key->sid);
    uint32_t i = cfg_find(st, tag);

    if (i == NIL && cfg_have_free(cache, st)) {
        i = cfg_add_slot(cache, STORE_STREAMS, tag, NIL);
        memset(cfg_slot(st, i)->first, 0xff, sizeof(cfg_slot(st, i)->first));
    }
    return i;
}

