/*
 * The address translation cache of a PCIe function: what ATS answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_ATC_H
#define CCA_ATC_H

#include <stdbool.h>
#include <stdint.h>

enum {
    ATC_ENTRIES = 8,
    ATC_MIN_SIZE = 4096,
};

/* AtcEntry.flags */
enum {
    ATC_VALID = 1, ATC_PASID = 2, ATC_PRIVILEGED = 4,
    ATC_READ = 8, ATC_WRITE = 16, ATC_EXECUTE = 32,
};

/*
 * Untranslated [addr, addr + size) is translated [out, out + size); all are
 * aligned to @size, a power of 2 of at least ATC_MIN_SIZE.
 */
typedef struct AtcEntry {
    uint64_t addr, size, out;
    uint32_t pasid;         /* if ATC_PASID */
    uint32_t flags;
} AtcEntry;

typedef struct Atc {
    AtcEntry entries[ATC_ENTRIES];
    uint32_t next;          /* the entry to replace next */
} Atc;

/* Whose translations a look-up is about. */
typedef struct AtcKey {
    bool pasid_valid, privileged;
    uint32_t pasid;
} AtcKey;

void atc_clear(Atc *atc);

/* How many entries are valid. */
unsigned atc_count(const Atc *atc);

/*
 * Keep @entry (its ATC_VALID is implied), in place of what overlaps it under
 * the same key, else of the oldest. An entry that is not as AtcEntry says is
 * not kept.
 */
void atc_insert(Atc *atc, const AtcEntry *entry);

/* The entry that covers all of @len bytes (at least 1) at @addr, or NULL. */
const AtcEntry *atc_find(const Atc *atc, AtcKey key, uint64_t addr,
                         uint64_t len);

/*
 * Drop what overlaps [first, last] (PCIe 6.0, 10.3.1): entries with @pasid,
 * with any PASID if @global, or, if there is no PASID, those without one.
 * Returns how many were dropped.
 */
unsigned atc_invalidate(Atc *atc, bool pasid_valid, uint32_t pasid,
                        bool global, uint64_t first, uint64_t last);

/* Is this what the functions above could have made? For migration. */
bool atc_sane(const Atc *atc);

#endif
