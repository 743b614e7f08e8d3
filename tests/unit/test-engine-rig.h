/*
 * SMMUv3TestEngine for unit tests: an engine, its memory, and a log of what it
 * does. Included once per test program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_ENGINE_RIG_H
#define TEST_ENGINE_RIG_H

#include "cmocka-all.h"
#include "test-engine.h"

/* Memory is an arena around a multiple of 4 GiB; all else is aborted. */
#define ARENA       0x5ffffc000ull
enum { ARENA_SIZE = 0x10000, LOG = 4096 };

typedef struct Access {
    TestEngineId id;
    uint64_t addr;
    size_t len;
    bool write;
} Access;

typedef struct Rig {
    TestEngine e;
    uint8_t memory[ARENA_SIZE];
    uint64_t hole;              /* this byte is aborted, too */
    Access log[LOG];
    unsigned accesses;
    Access msi[8];              /* len: the data */
    unsigned msis, begun, ended;
    uint32_t last_end;
    bool msi_aborts;
    /* Before the access or MSI of this number. */
    unsigned strike;
    void (*struck)(struct Rig *r);
} Rig;

static inline void count_strike(Rig *r)
{
    if (r->strike && !--r->strike) {
        r->struck(r);
    }
}

static inline bool rig_access(void *opaque, const TestEngineId *id, uint64_t addr,
                       void *buf, size_t len, bool write)
{
    Rig *r = opaque;

    assert_in_range(len, 1, 4096);
    assert_int_equal(addr / 4096, (addr + len - 1) / 4096);
    if (r->accesses < LOG) {
        r->log[r->accesses] = (Access) { *id, addr, len, write };
    }
    r->accesses++;
    count_strike(r);
    if (addr < ARENA || addr - ARENA > ARENA_SIZE - len ||
        (r->hole >= addr && r->hole - addr < len)) {
        return false;
    }
    if (write) {
        memcpy(r->memory + (addr - ARENA), buf, len);
    } else {
        memcpy(buf, r->memory + (addr - ARENA), len);
    }
    return true;
}

static inline bool rig_msi(void *opaque, const TestEngineId *id, uint64_t addr,
                    uint32_t data)
{
    Rig *r = opaque;

    assert_in_range(r->msis, 0, COUNT_OF(r->msi) - 1);
    r->msi[r->msis++] = (Access) { *id, addr, data, true };
    count_strike(r);
    return !r->msi_aborts;
}

static inline void rig_begun(void *opaque, unsigned frame, uint32_t cmd)
{
    Rig *r = opaque;

    assert_true(test_engine_running(&r->e, frame));
    assert_true(te_is_work(cmd));
    r->begun++;
}

static inline void rig_ended(void *opaque, unsigned frame, uint32_t cmd)
{
    Rig *r = opaque;

    assert_in_range(frame, 0, TE_FRAMES - 1);
    r->last_end = cmd;
    r->ended++;
}

static Rig rig;

static inline Rig *start(bool pci)
{
    TestEngineConfig config = { .pci = pci, .streamid = 31 };
    TestEngineBus bus = {
        rig_access, rig_msi, rig_begun, rig_ended, &rig,
    };

    memset(&rig, 0, sizeof(rig));
    for (unsigned i = 0; i < ARENA_SIZE; i++) {
        rig.memory[i] = (uint8_t)(i * 7 + (i >> 8));
    }
    test_engine_init(&rig.e, &config, &bus);
    return &rig;
}

static inline uint64_t user(unsigned frame, unsigned offset)
{
    return (uint64_t)frame * TE_FRAME_SIZE + offset;
}

static inline uint64_t priv(unsigned frame, unsigned offset)
{
    return TE_PAGE_SIZE + user(frame, offset);
}

static inline void set(Rig *r, uint64_t offset, uint64_t value)
{
    unsigned at = offset % TE_FRAME_SIZE;
    bool wide = offset < TE_PAGE_SIZE &&
                (at == TE_MSIADDRESS || at >= TE_BEGIN);

    test_engine_write(&r->e, offset, value, wide ? 8 : 4, false);
}

static inline uint32_t get(Rig *r, uint64_t offset)
{
    return (uint32_t)test_engine_read(&r->e, offset, 4, false);
}

static inline uint64_t get64(Rig *r, uint64_t offset)
{
    return test_engine_read(&r->e, offset, 8, false);
}

static inline void work(Rig *r, unsigned frame, uint32_t cmd, uint64_t begin,
                 uint64_t end, uint64_t stride, uint32_t seed, uint64_t to)
{
    set(r, user(frame, TE_BEGIN), begin);
    set(r, user(frame, TE_END_INCL), end);
    set(r, user(frame, TE_STRIDE), stride);
    set(r, user(frame, TE_SEED), seed);
    set(r, user(frame, TE_UDATA), to);
    set(r, user(frame, TE_CMD), cmd);
}

static inline void run_all(Rig *r)
{
    unsigned n = 0;

    while (test_engine_run(&r->e, 4096)) {
        assert_in_range(++n, 0, 100000);
    }
    assert_int_equal(r->e.running, 0);
}

#endif
