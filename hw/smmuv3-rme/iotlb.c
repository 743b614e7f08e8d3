/*
 * The translation cache: slots, look-up and insertion.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include "iotlb-internal.h"

static SmmuTlbStage stage_of(const Slot *s)
{
    return SMMU_GET(s->space_key, SPACE_STAGE);
}

/* Is the slot on chains of that kind? */
static bool on_chain(const Slot *s, ChainKind kind)
{
    switch (kind) {
    case CHAIN_VA:
        return stage_of(s) != SMMU_TLB_S2;
    case CHAIN_IPA:
        return stage_of(s) == SMMU_TLB_S12;
    default:
        return true;
    }
}

static uint32_t *head_of(const SmmuIotlb *tlb, const Slot *s, ChainKind kind)
{
    uint64_t range = kind == CHAIN_IPA ?
        iotlb_range(s->entry.ipa, s->entry.ipa_shift) : s->range;
    uint32_t hash = iotlb_hash(range, iotlb_chain_tags(kind, s->space_key));

    return &tlb->heads[kind][hash & tlb->mask];
}

static void chain_add(SmmuIotlb *tlb, uint32_t i, ChainKind kind)
{
    Slot *s = &tlb->slots[i];
    uint32_t *head = head_of(tlb, s, kind);

    s->chain[kind] = (Link) { *head, NIL };
    if (*head != NIL) {
        tlb->slots[*head].chain[kind].prev = i;
    }
    *head = i;
}

static void chain_remove(SmmuIotlb *tlb, uint32_t i, ChainKind kind)
{
    const Link *l = &tlb->slots[i].chain[kind];

    if (l->prev == NIL) {
        *head_of(tlb, &tlb->slots[i], kind) = l->next;
    } else {
        tlb->slots[l->prev].chain[kind].next = l->next;
    }
    if (l->next != NIL) {
        tlb->slots[l->next].chain[kind].prev = l->prev;
    }
}

static void slot_list_add(SmmuIotlb *tlb, uint32_t i, uint32_t *first)
{
    tlb->slots[i].list = (Link) { *first, NIL };
    if (*first != NIL) {
        tlb->slots[*first].list.prev = i;
    }
    *first = i;
}

static void slot_list_remove(SmmuIotlb *tlb, uint32_t i, uint32_t *first)
{
    const Link *l = &tlb->slots[i].list;

    if (l->prev == NIL) {
        *first = l->next;
    } else {
        tlb->slots[l->prev].list.next = l->next;
    }
    if (l->next != NIL) {
        tlb->slots[l->next].list.prev = l->prev;
    }
}

/* Groups */

static uint32_t *group_head(const SmmuIotlb *tlb, uint64_t key)
{
    return &tlb->group_heads[iotlb_hash(0, key) & tlb->mask];
}

uint32_t iotlb_find_group(const SmmuIotlb *tlb, uint64_t key)
{
    uint32_t i = *group_head(tlb, key);

    while (i != NIL && tlb->groups[i].key != key) {
        i = tlb->groups[i].chain.next;
    }
    return i;
}

static void group_hash_add(SmmuIotlb *tlb, uint32_t i)
{
    Group *g = &tlb->groups[i];
    uint32_t *head = group_head(tlb, g->key);

    g->chain = (Link) { *head, NIL };
    if (*head != NIL) {
        tlb->groups[*head].chain.prev = i;
    }
    *head = i;
}

/* The list of which group @i is a member. */
static uint32_t *group_list(SmmuIotlb *tlb, uint32_t i)
{
    const Group *g = &tlb->groups[i];

    return g->parent == NIL ?
        &tlb->regime_first[SMMU_GET(g->key, SPACE_REGIME)] :
        &tlb->groups[g->parent].first;
}

/* There are twice as many groups as slots: they never run out. */
static uint32_t group_new(SmmuIotlb *tlb, uint64_t key, uint32_t parent)
{
    uint32_t i = tlb->free_group;
    Group *g = &tlb->groups[i];
    uint32_t *first;

    tlb->free_group = g->list.next;
    *g = (Group) { .key = key, .first = NIL, .parent = parent };
    group_hash_add(tlb, i);
    first = group_list(tlb, i);
    g->list = (Link) { *first, NIL };
    if (*first != NIL) {
        tlb->groups[*first].list.prev = i;
    }
    *first = i;
    return i;
}

static void group_free(SmmuIotlb *tlb, uint32_t i)
{
    Group *g = &tlb->groups[i];

    if (g->chain.prev == NIL) {
        *group_head(tlb, g->key) = g->chain.next;
    } else {
        tlb->groups[g->chain.prev].chain.next = g->chain.next;
    }
    if (g->chain.next != NIL) {
        tlb->groups[g->chain.next].chain.prev = g->chain.prev;
    }
    if (g->list.prev == NIL) {
        *group_list(tlb, i) = g->list.next;
    } else {
        tlb->groups[g->list.prev].list.next = g->list.next;
    }
    if (g->list.next != NIL) {
        tlb->groups[g->list.next].list.prev = g->list.prev;
    }
    g->list.next = tlb->free_group;
    tlb->free_group = i;
}

static uint32_t group_get(SmmuIotlb *tlb, uint64_t key, uint32_t parent)
{
    uint32_t i = iotlb_find_group(tlb, key);

    return i != NIL ? i : group_new(tlb, key, parent);
}

/* Sizes in use */

static void count_size(uint64_t *sizes, uint32_t *count, unsigned shift,
                       bool add)
{
    count[shift] += add ? 1 : -1;
    if (count[shift]) {
        *sizes |= 1ull << shift;
    } else {
        *sizes &= ~(1ull << shift);
    }
}

static void count_sizes(SmmuIotlb *tlb, const Slot *s, bool add)
{
    SmmuTlbStage stage = stage_of(s);
    bool global = SMMU_GET(s->space_key, SPACE_GLOBAL);

    count_size(&tlb->sizes[stage][global], tlb->size_count[stage][global],
               s->entry.shift, add);
    if (on_chain(s, CHAIN_IPA)) {
        count_size(&tlb->ipa_sizes, tlb->ipa_size_count, s->entry.ipa_shift,
                   add);
    }
}

/* Slots */

/* A filled slot in what goes by its range: chains, sizes. */
static void hang(SmmuIotlb *tlb, uint32_t i)
{
    const Slot *s = &tlb->slots[i];

    for (ChainKind k = 0; k < CHAIN__COUNT; k++) {
        if (on_chain(s, k)) {
            chain_add(tlb, i, k);
        }
    }
    count_sizes(tlb, s, true);
}

static void unhang(SmmuIotlb *tlb, uint32_t i)
{
    const Slot *s = &tlb->slots[i];

    for (ChainKind k = 0; k < CHAIN__COUNT; k++) {
        if (on_chain(s, k)) {
            chain_remove(tlb, i, k);
        }
    }
    count_sizes(tlb, s, false);
}

/* A slot in its space and VM. */
static void join(SmmuIotlb *tlb, uint32_t i)
{
    Slot *s = &tlb->slots[i];
    uint32_t vm = group_get(tlb,
        iotlb_vm_key(SMMU_GET(s->space_key, SPACE_REGIME),
                     SMMU_GET(s->space_key, SPACE_VMID)), NIL);
    uint32_t space = group_get(tlb, s->space_key, vm);

    tlb->groups[vm].count++;
    tlb->groups[space].count++;
    s->space = space;
    slot_list_add(tlb, i, &tlb->groups[space].first);
    tlb->count++;
}

void iotlb_remove(SmmuIotlb *tlb, uint32_t i)
{
    Slot *s = &tlb->slots[i];
    uint32_t space = s->space, vm = tlb->groups[space].parent;

    unhang(tlb, i);
    slot_list_remove(tlb, i, &tlb->groups[space].first);
    if (--tlb->groups[space].count == 0) {
        group_free(tlb, space);
    }
    if (--tlb->groups[vm].count == 0) {
        group_free(tlb, vm);
    }
    tlb->count--;
    s->space = NIL;
    s->list.next = tlb->free_slot;
    tlb->free_slot = i;
}

static uint32_t bucket_count(uint32_t capacity)
{
    uint32_t n = 1;

    while (n < capacity) {
        n <<= 1;
    }
    return n;
}

/* Slots and groups from @from on become free ones. */
static void add_free(SmmuIotlb *tlb, uint32_t from)
{
    for (uint32_t i = tlb->capacity; i-- > from; ) {
        tlb->slots[i].space = NIL;
        tlb->slots[i].list.next = tlb->free_slot;
        tlb->free_slot = i;
    }
    for (uint32_t i = 2 * tlb->capacity; i-- > 2 * from; ) {
        tlb->groups[i].count = 0;
        tlb->groups[i].list.next = tlb->free_group;
        tlb->free_group = i;
    }
}

/* All chains are empty. */
static void clear_heads(SmmuIotlb *tlb)
{
    size_t size = ((size_t)tlb->mask + 1) * sizeof(uint32_t);

    for (int k = 0; k < CHAIN__COUNT; k++) {
        memset(tlb->heads[k], 0xff, size);
    }
    memset(tlb->group_heads, 0xff, size);
}

static bool resize(void *array, size_t count, size_t size)
{
    void **pointer = array;
    void *bigger = realloc(*pointer, count * size);

    if (bigger) {
        *pointer = bigger;
    }
    return bigger;
}

/* Give every array room for @capacity; those that have it may stay longer. */
static bool reserve(SmmuIotlb *tlb, uint32_t capacity)
{
    uint32_t buckets = bucket_count(capacity);

    for (int k = 0; k < CHAIN__COUNT; k++) {
        if (!resize(&tlb->heads[k], buckets, sizeof(uint32_t))) {
            return false;
        }
    }
    if (!resize(&tlb->group_heads, buckets, sizeof(uint32_t)) ||
        !resize(&tlb->slots, capacity, sizeof(Slot)) ||
        !resize(&tlb->groups, 2 * (size_t)capacity, sizeof(Group))) {
        return false;
    }
    tlb->capacity = capacity;
    tlb->mask = buckets - 1;
    return true;
}

SmmuIotlb *smmu_tlb_new(bool strict, uint32_t entries)
{
    SmmuIotlb *tlb;

    if (!entries || entries > SMMU_IOTLB_STRICT_LIMIT) {
        return NULL;
    }
    tlb = calloc(1, sizeof(*tlb));
    if (!tlb || !reserve(tlb, entries)) {
        smmu_tlb_free(tlb);
        return NULL;
    }
    tlb->strict = strict;
    smmu_tlb_clear(tlb);
    return tlb;
}

void smmu_tlb_free(SmmuIotlb *tlb)
{
    if (tlb) {
        for (int k = 0; k < CHAIN__COUNT; k++) {
            free(tlb->heads[k]);
        }
        free(tlb->group_heads);
        free(tlb->groups);
        free(tlb->slots);
        free(tlb);
    }
}

void smmu_tlb_clear(SmmuIotlb *tlb)
{
    clear_heads(tlb);
    memset(tlb->regime_first, 0xff, sizeof(tlb->regime_first));
    memset(tlb->sizes, 0, sizeof(tlb->sizes));
    memset(tlb->size_count, 0, sizeof(tlb->size_count));
    memset(tlb->ipa_size_count, 0, sizeof(tlb->ipa_size_count));
    tlb->ipa_sizes = 0;
    tlb->count = 0;
    tlb->victim = 0;
    tlb->free_slot = tlb->free_group = NIL;
    add_free(tlb, 0);
}

/* Double a strict cache. False: the limit is reached, or memory is short. */
static bool grow(SmmuIotlb *tlb)
{
    uint32_t old = tlb->capacity;

    if (!tlb->strict || old > SMMU_IOTLB_STRICT_LIMIT / 2 ||
        !reserve(tlb, 2 * old)) {
        return false;
    }
    clear_heads(tlb);
    for (uint32_t i = 0; i < old; i++) {
        for (ChainKind k = 0; k < CHAIN__COUNT; k++) {
            if (tlb->slots[i].space != NIL && on_chain(&tlb->slots[i], k)) {
                chain_add(tlb, i, k);
            }
        }
    }
    for (uint32_t i = 0; i < 2 * old; i++) {
        if (tlb->groups[i].count) {
            group_hash_add(tlb, i);
        }
    }
    add_free(tlb, old);
    return true;
}

/*
 * A slot for a new entry of space @key, not hung. *@joined: it is in that
 * space already, having lost its entry to this one.
 */
static uint32_t take_slot(SmmuIotlb *tlb, uint64_t key, bool *joined)
{
    uint32_t i;

    *joined = false;
    if (tlb->free_slot == NIL && !grow(tlb)) {
        i = tlb->victim;
        tlb->victim = (tlb->victim + 1) % tlb->capacity;
        tlb->stats.evictions++;
        if (tlb->slots[i].space_key == key) {
            unhang(tlb, i);
            *joined = true;
            return i;
        }
        iotlb_remove(tlb, i);
    }
    i = tlb->free_slot;
    tlb->free_slot = tlb->slots[i].list.next;
    return i;
}

static uint32_t find(const SmmuIotlb *tlb, uint64_t range, uint64_t space_key)
{
    uint32_t i = tlb->heads[CHAIN_KEY][iotlb_hash(range, space_key) &
                                       tlb->mask];

    while (i != NIL && (tlb->slots[i].range != range ||
                        tlb->slots[i].space_key != space_key)) {
        i = tlb->slots[i].chain[CHAIN_KEY].next;
    }
    return i;
}

const SmmuTlbEntry *smmu_tlb_lookup(const SmmuIotlb *tlb,
                                      const SmmuTlbContext *ctx,
                                      uint64_t addr)
{
    uint64_t own = tlb->sizes[ctx->stage][false];
    uint64_t global = tlb->sizes[ctx->stage][true];
    uint64_t own_key = iotlb_space_key(ctx, false);
    uint64_t global_key = global ? iotlb_space_key(ctx, true) : 0;

    for (uint64_t sizes = own | global; sizes; sizes &= sizes - 1) {
        unsigned shift = __builtin_ctzll(sizes);
        uint64_t range = iotlb_range(addr, shift);
        uint32_t i = NIL;

        if (own >> shift & 1) {
            i = find(tlb, range, own_key);
        }
        if (i == NIL && (global >> shift & 1)) {
            i = find(tlb, range, global_key);
        }
        if (i != NIL) {
            return &tlb->slots[i].entry;
        }
    }
    return NULL;
}

static bool shift_ok(unsigned shift)
{
    return shift >= SMMU_TLB_MIN_SHIFT && shift <= SMMU_TLB_MAX_SHIFT;
}

static uint64_t align(uint64_t addr, unsigned shift)
{
    return addr >> shift << shift;
}

bool smmu_tlb_insert(SmmuIotlb *tlb, const SmmuTlbContext *ctx,
                       const SmmuTlbEntry *entry)
{
    SmmuTlbEntry e = *entry;
    uint64_t range, key;
    bool joined;
    uint32_t i;

    if ((unsigned)ctx->regime >= SMMU_REGIME__COUNT ||
        (unsigned)ctx->stage >= SMMU_TLB_STAGE__COUNT || !shift_ok(e.shift) ||
        (ctx->stage != SMMU_TLB_S1 && !smmu_regime_has_vmid(ctx->regime)) ||
        (ctx->stage == SMMU_TLB_S12 && !shift_ok(e.ipa_shift))) {
        return false;
    }
    e.global = e.global && ctx->stage != SMMU_TLB_S2 &&
               smmu_regime_has_asid(ctx->regime);
    e.aset = ctx->aset && ctx->stage != SMMU_TLB_S2;
    e.input = align(e.input, e.shift);
    e.pa = align(e.pa, e.shift);
    if (ctx->stage == SMMU_TLB_S12) {
        e.ipa = align(e.ipa, e.ipa_shift);
    }
    range = iotlb_range(e.input, e.shift);
    key = iotlb_space_key(ctx, e.global);
    i = find(tlb, range, key);
    if (i != NIL) {
        iotlb_remove(tlb, i);       /* its IPA chain may change */
    }
    i = take_slot(tlb, key, &joined);
    tlb->slots[i].range = range;
    tlb->slots[i].space_key = key;
    tlb->slots[i].entry = e;
    hang(tlb, i);
    if (!joined) {
        join(tlb, i);
    }
    tlb->stats.inserts++;
    return true;
}

uint32_t smmu_tlb_count(const SmmuIotlb *tlb)
{
    return tlb->count;
}

const SmmuIotlbStats *smmu_tlb_stats(const SmmuIotlb *tlb)
{
    return &tlb->stats;
}
