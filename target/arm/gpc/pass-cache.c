/*
 * Pages whose last check passed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "pass-cache.h"

void pass_cache_clear(PassCache *c)
{
    uint32_t next = c->generation + 1;

    if (next >> PASS_CACHE_GENERATION_BITS) {
        memset(c->line, 0, sizeof(c->line));
        next = 1;
    }
    __atomic_store_n(&c->generation, next, __ATOMIC_RELAXED);
}
