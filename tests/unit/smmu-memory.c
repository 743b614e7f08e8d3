/*
 * A small memory for tests of table walks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <assert.h>
#include <string.h>
#include "smmu-memory.h"

static SmmuWord *find(SmmuMemory *m, uint64_t addr, CcaPas pas)
{
    for (unsigned i = 0; i < m->words; i++) {
        if (m->word[i].addr == addr && m->word[i].pas == pas) {
            return &m->word[i];
        }
    }
    return NULL;
}

SmmuWord *smmu_memory_word(SmmuMemory *m, uint64_t addr, CcaPas pas)
{
    SmmuWord *w = find(m, addr, pas);

    if (!w) {
        assert(m->words < SMMU_MEMORY_WORDS);
        w = &m->word[m->words++];
        *w = (SmmuWord) { .addr = addr, .pas = pas };
    }
    return w;
}

void smmu_memory_put(SmmuMemory *m, uint64_t addr, CcaPas pas, uint64_t value,
                     bool big_endian)
{
    SmmuWord *w = smmu_memory_word(m, addr, pas);

    for (unsigned i = 0; i < 8; i++) {
        w->bytes[big_endian ? 7 - i : i] = value >> 8 * i;
    }
}

uint64_t smmu_memory_get(SmmuMemory *m, uint64_t addr, CcaPas pas,
                         bool big_endian)
{
    SmmuWord *w = smmu_memory_word(m, addr, pas);
    uint64_t v = 0;

    for (unsigned i = 0; i < 8; i++) {
        v |= (uint64_t)w->bytes[big_endian ? 7 - i : i] << 8 * i;
    }
    return v;
}

static SmmuMemResult memory_read(void *opaque, uint64_t addr, CcaPas pas,
                                 uint16_t mecid, void *buf, size_t len)
{
    SmmuMemory *m = opaque;
    SmmuWord *w = find(m, addr, pas);

    m->reads++;
    m->mecid = mecid;
    m->broken |= len != 8 || addr % 8;
    if (!w) {
        return SMMU_MEM_ABORT;
    }
    if (w->read == SMMU_MEM_OK) {
        memcpy(buf, w->bytes, 8);
    }
    return w->read;
}

static SmmuMemResult memory_write(void *opaque, uint64_t addr, CcaPas pas,
                                  uint16_t mecid, const void *buf, size_t len)
{
    SmmuMemory *m = opaque;

    (void)addr;
    (void)pas;
    (void)mecid;
    (void)buf;
    (void)len;
    m->broken = true;       /* walks update, they do not write */
    return SMMU_MEM_ABORT;
}

static SmmuMemResult memory_cmpxchg64(void *opaque, uint64_t addr, CcaPas pas,
                                      uint16_t mecid, uint64_t expected,
                                      uint64_t desired, uint64_t *seen)
{
    SmmuMemory *m = opaque;
    SmmuWord *w = find(m, addr, pas);

    m->updates++;
    m->mecid = mecid;
    m->broken |= addr % 8;
    if (!w) {
        return SMMU_MEM_ABORT;
    }
    if (w->update != SMMU_MEM_OK) {
        return w->update;
    }
    if (m->races) {
        m->races--;
        smmu_memory_put(m, addr, pas,
                        smmu_memory_get(m, addr, pas, false) ^ m->race, false);
    }
    *seen = smmu_memory_get(m, addr, pas, false);
    if (*seen == expected) {
        smmu_memory_put(m, addr, pas, desired, false);
    }
    return SMMU_MEM_OK;
}

SmmuMem smmu_memory_bus(SmmuMemory *m)
{
    return (SmmuMem) { memory_read, memory_write, memory_cmpxchg64, m };
}
