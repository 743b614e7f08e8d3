/*
 * A small seeded random number generator (SplitMix64), for tests: the same
 * seed gives the same numbers everywhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RNG_H
#define RNG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Rng {
    uint64_t state;
} Rng;

static inline uint64_t rng_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

static inline uint64_t rng_next(Rng *r)
{
    r->state += 0x9e3779b97f4a7c15ull;
    return rng_mix(r->state);
}

/* 0 .. @n - 1; the bias does not matter here. */
static inline uint64_t rng_below(Rng *r, uint64_t n)
{
    return rng_next(r) % n;
}

/* True once in @n. */
static inline bool rng_once_in(Rng *r, unsigned n)
{
    return rng_below(r, n) == 0;
}

#endif
