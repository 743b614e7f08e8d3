/*
 * The address translation cache of a PCIe function.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>
#include "atc.h"

enum { ATC_FLAGS = 63 };

static bool entry_sane(const AtcEntry *e)
{
    return e->size >= ATC_MIN_SIZE && !(e->size & (e->size - 1)) &&
           !(e->addr & (e->size - 1)) && !(e->out & (e->size - 1)) &&
           !(e->flags & ~(uint32_t)ATC_FLAGS);
}

static bool overlaps(const AtcEntry *e, uint64_t first, uint64_t last)
{
    return e->addr <= last && e->addr + (e->size - 1) >= first;
}

static bool has_key(const AtcEntry *e, AtcKey key)
{
    return (e->flags & ATC_VALID) &&
           !(e->flags & ATC_PASID) == !key.pasid_valid &&
           !(e->flags & ATC_PRIVILEGED) == !key.privileged &&
           (!key.pasid_valid || e->pasid == key.pasid);
}

void atc_clear(Atc *atc)
{
    *atc = (Atc) { .next = 0 };
}

unsigned atc_count(const Atc *atc)
{
    unsigned n = 0;

    for (unsigned i = 0; i < ATC_ENTRIES; i++) {
        n += atc->entries[i].flags & ATC_VALID;
    }
    return n;
}

void atc_insert(Atc *atc, const AtcEntry *entry)
{
    AtcKey key = {
        .pasid_valid = entry->flags & ATC_PASID,
        .privileged = entry->flags & ATC_PRIVILEGED,
        .pasid = entry->pasid,
    };
    AtcEntry *place = NULL;

    if (!entry_sane(entry)) {
        return;
    }
    for (unsigned i = 0; i < ATC_ENTRIES; i++) {
        AtcEntry *e = &atc->entries[i];

        if (has_key(e, key) &&
            overlaps(e, entry->addr, entry->addr + (entry->size - 1))) {
            e->flags = 0;
        }
        if (!place && !(e->flags & ATC_VALID)) {
            place = e;
        }
    }
    if (!place) {
        place = &atc->entries[atc->next];
        atc->next = (atc->next + 1) % ATC_ENTRIES;
    }
    *place = *entry;
    place->flags |= ATC_VALID;
}

const AtcEntry *atc_find(const Atc *atc, AtcKey key, uint64_t addr,
                         uint64_t len)
{
    for (unsigned i = 0; i < ATC_ENTRIES; i++) {
        const AtcEntry *e = &atc->entries[i];

        if (has_key(e, key) && addr >= e->addr && addr - e->addr < e->size &&
            len <= e->size - (addr - e->addr)) {
            return e;
        }
    }
    return NULL;
}

unsigned atc_invalidate(Atc *atc, bool pasid_valid, uint32_t pasid,
                        bool global, uint64_t first, uint64_t last)
{
    unsigned n = 0;

    for (unsigned i = 0; i < ATC_ENTRIES; i++) {
        AtcEntry *e = &atc->entries[i];
        bool with_pasid = e->flags & ATC_PASID;

        if (!(e->flags & ATC_VALID) || with_pasid != pasid_valid ||
            (with_pasid && !global && e->pasid != pasid) ||
            !overlaps(e, first, last)) {
            continue;
        }
        e->flags = 0;
        n++;
    }
    return n;
}

bool atc_sane(const Atc *atc)
{
    for (unsigned i = 0; i < ATC_ENTRIES; i++) {
        const AtcEntry *e = &atc->entries[i];

        if ((e->flags & ATC_VALID) && !entry_sane(e)) {
            return false;
        }
    }
    return atc->next < ATC_ENTRIES;
}
