/*
 * The walk cache: GPT entries that were read and found valid.
 *
 * It holds raw entries, by the range that they describe: Granules entries,
 * Contiguous entries of each size, and level 0 entries (Block and Table).
 * Invalid entries and aborted fetches are never held.
 *
 * A plain cache has a fixed size and loses old entries to new ones. A strict
 * one grows instead, so that only an invalidation makes it forget: a missing
 * TLBI in firmware then always shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_GPT_CACHE_H
#define CCA_GPT_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is held, one table each; the order is that of the look-up. */
typedef enum GptCacheKind {
    GPT_CACHE_GRANULES,     /* 16 granules */
    GPT_CACHE_2M,           /* Contiguous */
    GPT_CACHE_32M,
    GPT_CACHE_512M,
    GPT_CACHE_L0,           /* Block or Table */
    GPT_CACHE__COUNT
} GptCacheKind;

enum { GPT_CACHE_WAYS = 4 };

typedef struct GptCacheLine {
    uint64_t tag;           /* 0: empty */
    uint64_t entry;
} GptCacheLine;

typedef struct GptCacheTable {
    GptCacheLine *lines;    /* (1 << set_bits) * GPT_CACHE_WAYS */
    uint32_t used;          /* how many are not empty */
    uint8_t set_bits;
    uint8_t victim;         /* next way to lose its entry, plain only */
} GptCacheTable;

typedef struct GptCache {
    GptCacheTable table[GPT_CACHE__COUNT];
    bool strict;
    uint32_t pgs_held;      /* bit per log2 of a granule size: may be held */
    uint64_t evictions;     /* entries lost to others */
} GptCache;

/* False if memory is short. */
bool gpt_cache_init(GptCache *cache, bool strict);
void gpt_cache_destroy(GptCache *cache);

/*
 * Look up the entry of @kind for @key (the address shifted right by the
 * range of an entry), read under granule size @pgs (log2). An entry that was
 * read under another granule size is not found.
 */
bool gpt_cache_lookup(const GptCache *cache, GptCacheKind kind, uint64_t key,
                      unsigned pgs, uint64_t *entry);

/* Hold @entry, in the place of an older one with the same key if any. */
void gpt_cache_insert(GptCache *cache, GptCacheKind kind, uint64_t key,
                      unsigned pgs, uint64_t entry);

/*
 * Forget the entries of @kind whose key is within [@first, @last], that were
 * read under granule size @pgs (0: under any), and for which @match (NULL:
 * always) returns true.
 */
typedef bool GptCacheMatch(uint64_t entry);
void gpt_cache_invalidate(GptCache *cache, GptCacheKind kind, unsigned pgs,
                          uint64_t first, uint64_t last,
                          GptCacheMatch *match);

/* Forget everything; a strict cache gives its memory back. */
void gpt_cache_clear(GptCache *cache);

#endif
