/*
 * Was an SMMU in its small machine left as it was?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_SMALL_UNTOUCHED_H
#define SMMU_SMALL_UNTOUCHED_H

#include "smmu-small.h"

enum { STATE_WORDS = 1024 };

/* All that can change. */
typedef struct State {
    uint64_t word[STATE_WORDS];
    unsigned words;
    SmmuStateLook look;
} State;

static uint8_t ram_before[RAM_SIZE];
static State before, after;

static inline void take(State *state)
{
    memset(state, 0, sizeof(*state));
    state->words = smmu_save(m.s, state->word, STATE_WORDS);
    assert_true(state->words);
    smmu_look_at_state(m.s, &state->look);
}

static inline void begin_untouched(void)
{
    memcpy(ram_before, m.ram, RAM_SIZE);
    take(&before);
    m.changes = 0;
}

static inline void end_untouched(void)
{
    take(&after);
    assert_int_equal(m.changes, 0);
    assert_memory_equal(ram_before, m.ram, RAM_SIZE);
    assert_memory_equal(&before, &after, sizeof(before));
}

#endif
