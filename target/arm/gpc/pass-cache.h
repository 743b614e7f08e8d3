/*
 * Pages whose last check passed: the short cut in front of the walk cache.
 *
 * A page gets in when it is checked and noted in the TLB filter, and the
 * cache is cleared whenever the filter is. So a hit says that the verdict
 * still stands and that the filter knows the page: nothing is left to do.
 * Verdicts that depend on the Security state stay out.
 *
 * One thread adds and tests. Any thread may clear; a test that runs at the
 * same time may see the old answer, so whoever clears because of an
 * invalidation also makes the tester drop what it does with the answer
 * (cpu-gpc-tlbi.c flushes its TLB).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_PASS_CACHE_H
#define CCA_PASS_CACHE_H

#include "cca/pas.h"

enum {
    PASS_CACHE_PAGE_SHIFT = 12,
    PASS_CACHE_CHUNK_SHIFT = 18,    /* 64 pages */
    PASS_CACHE_LINES = 4096,        /* reach: 1 GiB */
    PASS_CACHE_GENERATION_BITS = 23,
};

typedef struct PassCacheLine {
    uint64_t tag;                   /* chunk, PAS, generation */
    uint64_t pages;                 /* a bit per page of the chunk */
} PassCacheLine;

typedef struct PassCache {
    uint32_t generation;            /* of the lines that count; not 0 */
    PassCacheLine line[PASS_CACHE_LINES];
} PassCache;

static inline uint64_t pass_cache_tag(const PassCache *c, uint64_t pa,
                                      CcaPas pas)
{
    uint64_t chunk = pa >> PASS_CACHE_CHUNK_SHIFT;

    return (chunk << 3 | pas) << PASS_CACHE_GENERATION_BITS |
           __atomic_load_n(&c->generation, __ATOMIC_RELAXED);
}

/* The PASes of one chunk go to lines far apart. */
static inline unsigned pass_cache_index(uint64_t pa, CcaPas pas)
{
    return (pa >> PASS_CACHE_CHUNK_SHIFT ^ pas << 10) % PASS_CACHE_LINES;
}

/* Has the page at @pa passed in @pas since the cache was cleared? */
static inline bool pass_cache_test(const PassCache *c, uint64_t pa,
                                   CcaPas pas)
{
    const PassCacheLine *line = &c->line[pass_cache_index(pa, pas)];

    return line->tag == pass_cache_tag(c, pa, pas) &&
           (line->pages >> (pa >> PASS_CACHE_PAGE_SHIFT & 63) & 1);
}

/* The page at @pa has passed in @pas. */
static inline void pass_cache_add(PassCache *c, uint64_t pa, CcaPas pas)
{
    PassCacheLine *line = &c->line[pass_cache_index(pa, pas)];
    uint64_t tag = pass_cache_tag(c, pa, pas);

    if (line->tag != tag) {
        *line = (PassCacheLine) { .tag = tag };
    }
    line->pages |= 1ull << (pa >> PASS_CACHE_PAGE_SHIFT & 63);
}

/* So have all pages of the 1 << @shift bytes around it (12 or more). */
static inline void pass_cache_add_around(PassCache *c, uint64_t pa, CcaPas pas,
                                         unsigned shift)
{
    PassCacheLine *line = &c->line[pass_cache_index(pa, pas)];
    unsigned page = pa >> PASS_CACHE_PAGE_SHIFT & 63;
    unsigned pages_log2 = shift - PASS_CACHE_PAGE_SHIFT;

    pass_cache_add(c, pa, pas);
    if (shift >= PASS_CACHE_CHUNK_SHIFT) {
        line->pages = UINT64_MAX;
    } else {
        line->pages |= ((1ull << (1u << pages_log2)) - 1)
                       << (page >> pages_log2 << pages_log2);
    }
}

/* Forget everything. Also makes a cache of zeroes ready for use. */
void pass_cache_clear(PassCache *c);

#endif
