/*
 * A small memory for tests that place entries by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <assert.h>
#include "fake-memory.h"

void fake_write(FakeMemory *m, uint64_t addr, uint64_t value)
{
    fake_remove(m, addr);
    assert(m->words < FAKE_WORDS_MAX);
    m->word[m->words].addr = addr;
    m->word[m->words++].value = value;
}

void fake_remove(FakeMemory *m, uint64_t addr)
{
    for (unsigned i = 0; i < m->words; i++) {
        if (m->word[i].addr == addr) {
            m->word[i] = m->word[--m->words];
            return;
        }
    }
}

static bool fake_read64(void *opaque, uint64_t addr, uint64_t *value)
{
    FakeMemory *m = opaque;

    m->reads++;
    m->last_read = addr;
    for (unsigned i = 0; i < m->words; i++) {
        if (m->word[i].addr == addr) {
            *value = m->word[i].value;
            return true;
        }
    }
    return false;
}

GptBus fake_bus(FakeMemory *m)
{
    return (GptBus) { fake_read64, m };
}
