/*
 * A small memory for tests of table walks: 8-byte words, each in one PAS.
 * What was not written aborts; words can be told to abort or to fail the
 * granule protection check, and to change under an update.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_MEMORY_H
#define SMMU_MEMORY_H

#include "smmu-types.h"

enum { SMMU_MEMORY_WORDS = 256 };

typedef struct SmmuWord {
    uint64_t addr;
    uint8_t bytes[8];
    CcaPas pas;
    SmmuMemResult read, update;     /* how accesses end */
} SmmuWord;

typedef struct SmmuMemory {
    SmmuWord word[SMMU_MEMORY_WORDS];
    unsigned words;
    unsigned reads, updates;        /* accesses made */
    uint16_t mecid;                 /* of the last access */
    unsigned races;     /* updates still to find another value there ... */
    uint64_t race;      /* ... which has these bits flipped */
    bool broken;        /* an access had an odd address or length */
} SmmuMemory;

/* The word at @addr, made (as 0, readable) if there is none. */
SmmuWord *smmu_memory_word(SmmuMemory *m, uint64_t addr, CcaPas pas);
void smmu_memory_put(SmmuMemory *m, uint64_t addr, CcaPas pas, uint64_t value,
                     bool big_endian);
uint64_t smmu_memory_get(SmmuMemory *m, uint64_t addr, CcaPas pas,
                         bool big_endian);
SmmuMem smmu_memory_bus(SmmuMemory *m);

#endif
