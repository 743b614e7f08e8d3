/*
 * SMMUv3TestEngine, the engine: 512 pairs of frames, each of which software
 * gives work to do in memory, as a client of an SMMU. All of them work at
 * once, in turns.
 *
 * No QEMU here: the memory is behind callbacks. These may lead back to
 * test_engine_read(), _write() and _reset(), for a frame can do its work on
 * the frames of its own engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_ENGINE_H
#define TEST_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "test-engine-regs.h"

/* As whom a frame makes an access. */
typedef struct TestEngineId {
    unsigned frame;
    uint32_t port;              /* 0 .. TE_PORTS - 1 */
    uint32_t streamid;
    bool has_substreamid;
    uint32_t substreamid;       /* 20 bits */
    bool secure;                /* the stream is Secure: PCTRL.SSD_NS is 0 */
    bool ns;                    /* attributes of the access */
    bool privileged, instruction;
} TestEngineId;

/* What the engine reaches. */
typedef struct TestEngineBus {
    /*
     * @len bytes, 1 to 4096, which do not cross 4 KiB. False: aborted.
     */
    bool (*access)(void *opaque, const TestEngineId *id, uint64_t addr,
                   void *buf, size_t len, bool write);
    /* The interrupt at the end of work. False: aborted. */
    bool (*msi)(void *opaque, const TestEngineId *id, uint64_t addr,
                uint32_t data);
    /* Frame @frame has begun @cmd: call test_engine_run() soon. */
    void (*begun)(void *opaque, unsigned frame, uint32_t cmd);
    /* Frame @frame has come to the end @cmd, after the MSI. */
    void (*ended)(void *opaque, unsigned frame, uint32_t cmd);
    void *opaque;
} TestEngineBus;

typedef struct TestEngineConfig {
    /*
     * Under PCIe: all frames are Non-secure, there is port 0 only, and an MSI
     * is an MSI-X vector.
     */
    bool pci;
    uint32_t streamid;          /* of frames after a reset */
} TestEngineConfig;

/* A pair of frames, and how far its work has come. */
typedef struct TestEngineFrame {
    uint32_t user[TE_FRAME_WORDS], priv[TE_FRAME_WORDS];
    /*
     * What is left: bytes @lo .. @hi of memory with a stride of 1, elements
     * @lo .. @hi with another.
     */
    uint64_t lo, hi;
    uint64_t direction;         /* random numbers: which end comes next */
    uint64_t sum;
} TestEngineFrame;

typedef struct TestEngine {
    TestEngineConfig config;
    TestEngineBus bus;
    TestEngineFrame frame[TE_FRAMES];
    uint32_t running;           /* how many frames are at work */
    uint32_t turn;              /* whose turn it is next; < TE_FRAMES */
    uint32_t resets;            /* so far: what was before one is void */
    bool busy;                  /* test_engine_run() is under way */
} TestEngine;

void test_engine_init(TestEngine *e, const TestEngineConfig *config,
                      const TestEngineBus *bus);
/* All frames halted, with the StreamID of the configuration. */
void test_engine_reset(TestEngine *e);

/*
 * Registers. @offset < TE_SIZE; @size bytes, 1 to 8, which need not be
 * aligned; what is beyond the end reads as 0. @secure: a Secure or Root
 * access. Frames of the Secure world are RAZ/WI to others.
 *
 * A command takes a store of all four bytes of cmd; it begins when all of the
 * store is done. A frame at work ignores stores.
 */
uint64_t test_engine_read(const TestEngine *e, uint64_t offset, unsigned size,
                          bool secure);
void test_engine_write(TestEngine *e, uint64_t offset, uint64_t value,
                       unsigned size, bool secure);

/* What test_engine_run() may do at most: a page of data costs 4096. */
enum {
    TE_TURN = 0x4000,           /* of a frame before the next has its turn */
    TE_TRANSACTION = 256,       /* what any transaction costs at least */
};

/*
 * Let the frames work in turns, until that has cost @budget, or all have
 * ended. Returns whether there is more to do. Does nothing when called from a
 * callback.
 */
bool test_engine_run(TestEngine *e, uint64_t budget);

/* Is frame @frame at work? */
bool test_engine_running(const TestEngine *e, unsigned frame);

/*
 * After all of TestEngineFrame was loaded from outside: count the running
 * frames. False: it is a state that no engine can be in.
 */
bool test_engine_loaded(TestEngine *e);

/*
 * The random numbers of RAND48, 32 bits each. The state is 48 bits.
 */
uint64_t test_engine_random_seed(uint32_t seed);
uint32_t test_engine_random(uint64_t *state);

/* Registers of frames, for the engine's files. @offset is a TE_*. */
static inline uint64_t te_reg64(const uint32_t *words, unsigned offset)
{
    return words[offset / 4] | (uint64_t)words[offset / 4 + 1] << 32;
}

static inline void te_set64(uint32_t *words, unsigned offset, uint64_t value)
{
    words[offset / 4] = (uint32_t)value;
    words[offset / 4 + 1] = (uint32_t)(value >> 32);
}

static inline bool te_is_work(uint32_t cmd)
{
    return cmd >= TE_CMD_MEMCPY && cmd <= TE_CMD_SUM64;
}

/* test-engine-work.c: the work of one frame. */
/* Is what the registers of @f say of @cmd good? */
bool te_work_valid(const TestEngine *e, const TestEngineFrame *f,
                   uint32_t cmd);
/* Set up @f->lo, and so on. */
void te_work_begin(TestEngineFrame *f);
/* Could te_work_begin() and work have led to @f->lo, and so on? */
bool te_work_sane(const TestEngineFrame *f);
/*
 * One transaction, or the read and the write of a copy. Returns its cost. The
 * last one, or one that is aborted, ends the work, with an MSI.
 */
unsigned te_work_step(TestEngine *e, unsigned frame);

#endif
