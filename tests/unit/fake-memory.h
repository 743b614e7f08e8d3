/*
 * A small memory for tests that place entries by hand: sparse, 8-byte words,
 * counts and remembers reads. What was not written aborts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FAKE_MEMORY_H
#define FAKE_MEMORY_H

#include "gpt.h"

enum { FAKE_WORDS_MAX = 512 };

typedef struct FakeMemory {
    struct { uint64_t addr, value; } word[FAKE_WORDS_MAX];
    unsigned words;
    unsigned reads;             /* since it was last set to 0 */
    uint64_t last_read;         /* address */
} FakeMemory;

void fake_write(FakeMemory *m, uint64_t addr, uint64_t value);
/* From now on, reads of @addr abort. */
void fake_remove(FakeMemory *m, uint64_t addr);
GptBus fake_bus(FakeMemory *m);

#endif
