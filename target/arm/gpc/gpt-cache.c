/*
 * The walk cache: set-associative tables of raw GPT entries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include "gpt-cache.h"

/*
 * log2 of the number of sets when empty. 4096 sets of Granules entries in 4
 * ways reach 1 GiB with 4 KiB granules.
 */
static const uint8_t initial_set_bits[GPT_CACHE__COUNT] = {
    [GPT_CACHE_GRANULES] = 12,
    [GPT_CACHE_2M] = 6, [GPT_CACHE_32M] = 4, [GPT_CACHE_512M] = 4,
    [GPT_CACHE_L0] = 6,
};

/* A strict table stops to grow here: 64 Mi lines, 1 GiB. */
enum { MAX_SET_BITS = 24 };

static size_t line_count(const GptCacheTable *t)
{
    return (size_t)GPT_CACHE_WAYS << t->set_bits;
}

/* The granule size goes into the tag, and bit 0 tells it from an empty one. */
static uint64_t make_tag(uint64_t key, unsigned pgs)
{
    return key << 8 | (pgs & 31) << 1 | 1;
}

static uint64_t tag_key(uint64_t tag)
{
    return tag >> 8;
}

static unsigned tag_pgs(uint64_t tag)
{
    return tag >> 1 & 31;
}

static GptCacheLine *set_of(const GptCacheTable *t, uint64_t key)
{
    /* Neighbours in different sets; far-away multiples too. */
    uint64_t hash = key ^ key >> t->set_bits;

    return t->lines + (hash & ((1ull << t->set_bits) - 1)) * GPT_CACHE_WAYS;
}

static bool table_init(GptCacheTable *t, unsigned set_bits)
{
    t->set_bits = set_bits;
    t->used = 0;
    t->victim = 0;
    t->lines = calloc(line_count(t), sizeof(*t->lines));
    return t->lines;
}

bool gpt_cache_init(GptCache *cache, bool strict)
{
    memset(cache, 0, sizeof(*cache));
    cache->strict = strict;
    for (int k = 0; k < GPT_CACHE__COUNT; k++) {
        if (!table_init(&cache->table[k], initial_set_bits[k])) {
            gpt_cache_destroy(cache);
            return false;
        }
    }
    return true;
}

void gpt_cache_destroy(GptCache *cache)
{
    for (int k = 0; k < GPT_CACHE__COUNT; k++) {
        free(cache->table[k].lines);
        cache->table[k].lines = NULL;
    }
}

bool gpt_cache_lookup(const GptCache *cache, GptCacheKind kind, uint64_t key,
                      unsigned pgs, uint64_t *entry)
{
    const GptCacheTable *t = &cache->table[kind];
    const GptCacheLine *set;
    uint64_t tag = make_tag(key, pgs);

    if (!t->used) {
        return false;
    }
    set = set_of(t, key);
    for (int way = 0; way < GPT_CACHE_WAYS; way++) {
        if (set[way].tag == tag) {
            *entry = set[way].entry;
            return true;
        }
    }
    return false;
}

/* The line for @tag: its own, else an empty one, else NULL. */
static GptCacheLine *line_for(GptCacheTable *t, uint64_t tag)
{
    GptCacheLine *set = set_of(t, tag_key(tag)), *empty = NULL;

    for (int way = 0; way < GPT_CACHE_WAYS; way++) {
        if (set[way].tag == tag) {
            return &set[way];
        }
        if (!set[way].tag && !empty) {
            empty = &set[way];
        }
    }
    return empty;
}

static void fill(GptCacheTable *t, GptCacheLine *line, uint64_t tag,
                 uint64_t entry)
{
    t->used += !line->tag;
    line->tag = tag;
    line->entry = entry;
}

/* Move everything to a table with more sets, as many as it takes. */
static bool grow(GptCacheTable *t)
{
    for (unsigned bits = t->set_bits + 1; bits <= MAX_SET_BITS; bits++) {
        GptCacheTable bigger;
        bool fits = true;

        if (!table_init(&bigger, bits)) {
            return false;
        }
        for (size_t i = 0; fits && i < line_count(t); i++) {
            const GptCacheLine *from = &t->lines[i];

            if (from->tag) {
                GptCacheLine *to = line_for(&bigger, from->tag);

                fits = to;
                if (fits) {
                    fill(&bigger, to, from->tag, from->entry);
                }
            }
        }
        if (fits) {
            free(t->lines);
            *t = bigger;
            return true;
        }
        free(bigger.lines);
    }
    return false;
}

void gpt_cache_insert(GptCache *cache, GptCacheKind kind, uint64_t key,
                      unsigned pgs, uint64_t entry)
{
    GptCacheTable *t = &cache->table[kind];
    uint64_t tag = make_tag(key, pgs);
    GptCacheLine *line = line_for(t, tag);

    while (!line && cache->strict && grow(t)) {
        line = line_for(t, tag);
    }
    if (!line) {
        t->victim = (t->victim + 1) % GPT_CACHE_WAYS;
        line = set_of(t, key) + t->victim;
        cache->evictions++;
    }
    fill(t, line, tag, entry);
    cache->pgs_held |= 1u << pgs;
}

typedef struct Doomed {
    unsigned pgs;
    uint64_t first, last;
    GptCacheMatch *match;
} Doomed;

static void drop_line(GptCacheTable *t, GptCacheLine *line, const Doomed *d)
{
    if (line->tag && tag_key(line->tag) >= d->first &&
        tag_key(line->tag) <= d->last &&
        (!d->pgs || tag_pgs(line->tag) == d->pgs) &&
        (!d->match || d->match(line->entry))) {
        line->tag = 0;
        t->used--;
    }
}

void gpt_cache_invalidate(GptCache *cache, GptCacheKind kind, unsigned pgs,
                          uint64_t first, uint64_t last,
                          GptCacheMatch *match)
{
    const Doomed doomed = { pgs, first, last, match };
    GptCacheTable *t = &cache->table[kind];

    if (!t->used || (pgs && !(cache->pgs_held >> pgs & 1))) {
        return;
    }
    /* Probe each key, or sweep the table, whichever is less work. */
    if (last - first < (1ull << t->set_bits)) {
        for (uint64_t key = first; key <= last; key++) {
            GptCacheLine *set = set_of(t, key);

            for (int way = 0; way < GPT_CACHE_WAYS; way++) {
                drop_line(t, &set[way], &doomed);
            }
        }
    } else {
        for (size_t i = 0; t->used && i < line_count(t); i++) {
            drop_line(t, &t->lines[i], &doomed);
        }
    }
}

void gpt_cache_clear(GptCache *cache)
{
    cache->pgs_held = 0;
    for (int k = 0; k < GPT_CACHE__COUNT; k++) {
        GptCacheTable *t = &cache->table[k];

        if (t->set_bits > initial_set_bits[k]) {
            GptCacheTable small;

            if (table_init(&small, initial_set_bits[k])) {
                free(t->lines);
                *t = small;
                continue;
            }
        }
        if (t->used) {
            memset(t->lines, 0, line_count(t) * sizeof(*t->lines));
            t->used = 0;
        }
    }
}
