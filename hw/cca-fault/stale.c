/*
 * The memory of a "stale" fault: a hash table of fixed size.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include "internal.h"

enum { SLOT_BITS = 13, SLOTS = 1 << SLOT_BITS };
_Static_assert(SLOTS >= 2 * CCA_FAULT_STALE_MAX, "look-ups must end soon");

typedef struct Sighting {
    uint64_t addr;
    uint64_t value;
    uint64_t older;
    bool used;
    bool has_older;
} Sighting;

struct FaultStale {
    Sighting slot[SLOTS];
    size_t used;
    uint64_t untracked;
};

FaultStale *fault_stale_new(void)
{
    return calloc(1, sizeof(FaultStale));
}

void fault_stale_free(FaultStale *stale)
{
    free(stale);
}

uint64_t fault_stale_untracked(const FaultStale *stale)
{
    return stale->untracked;
}

/* The slot of @addr, or the free one where it would go. */
static Sighting *find(FaultStale *stale, uint64_t addr)
{
    size_t i = (addr * 0x9e3779b97f4a7c15ull) >> (64 - SLOT_BITS);

    while (stale->slot[i].used && stale->slot[i].addr != addr) {
        i = (i + 1) % SLOTS;
    }
    return &stale->slot[i];
}

bool fault_stale_see(FaultStale *stale, uint64_t addr, uint64_t value,
                     uint64_t *older)
{
    Sighting *s = find(stale, addr);

    if (!s->used) {
        if (stale->used == CCA_FAULT_STALE_MAX) {
            stale->untracked++;
            return false;
        }
        stale->used++;
        *s = (Sighting) { .addr = addr, .value = value, .used = true };
    } else if (s->value != value) {
        s->older = s->value;
        s->value = value;
        s->has_older = true;
    }
    *older = s->older;
    return s->has_older;
}
