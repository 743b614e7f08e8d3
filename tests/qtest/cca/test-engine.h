/*
 * SMMUv3TestEngine for qtests: find it, give it work; and a small SMMU setup
 * for it, of Non-secure or Secure streams with stage 2 only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_TEST_ENGINE_H
#define CCA_QTEST_TEST_ENGINE_H

#include "qemu/osdep.h"
#include "tests/qtest/libqtest.h"
#include "hw/pcie-ide/test-engine-regs.h"

/* Work is told as far as it is not 0. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* A slice of the engine's work: time, and bytes that it copies in it. */
enum { ENGINE_SLICE_NS = 50000, ENGINE_SLICE = 0x20000 };

typedef struct Engine {
    QTestState *qts;
    uint64_t frames;            /* address of its registers */
    /* PCIe only */
    uint64_t config, table, pba;
    uint16_t rid;
} Engine;

/* What makes an engine of @n functions behind a root port, as -device. */
#define ENGINE_DEVICE(options) \
    "-device pcie-root-port,id=rp,addr=4,chassis=1 " \
    "-device cca-smmu-test-engine,bus=rp" options " "

/*
 * Find the functions of ENGINE_DEVICE() on virt or cca-virt, map and enable
 * them. Returns how many there are; at most @max are filled in.
 */
unsigned engine_scan(QTestState *qts, Engine *found, unsigned max);
/* Offset of a capability of a function; 0: not there. */
unsigned engine_cap(const Engine *e, uint8_t id);
/* Memory and bus master enable, or memory only. */
void engine_command(const Engine *e, bool master);

uint64_t engine_user(const Engine *e, unsigned frame, unsigned offset);
uint64_t engine_priv(const Engine *e, unsigned frame, unsigned offset);
uint32_t engine_get(const Engine *e, unsigned frame, unsigned offset);
uint64_t engine_get64(const Engine *e, unsigned frame, unsigned offset);
void engine_set(const Engine *e, unsigned frame, unsigned offset,
                uint32_t value);
void engine_set64(const Engine *e, unsigned frame, unsigned offset,
                  uint64_t value);

/* Work; @stride 0 stands for 1. */
typedef struct EngineWork {
    uint32_t cmd;               /* TE_CMD_* */
    uint64_t begin, size, to, stride;
    uint32_t seed;
} EngineWork;

/* Set up all but cmd; and begin it, too. */
void engine_prepare(const Engine *e, unsigned frame, const EngineWork *work);
void engine_begin(const Engine *e, unsigned frame, const EngineWork *work);
/* Read cmd until the work is over, as software does. */
uint32_t engine_wait(const Engine *e, unsigned frame);
/* Both. */
uint32_t engine_run(const Engine *e, unsigned frame, const EngineWork *work);

/* Fill memory with what depends on @seed; is it there? */
void engine_fill(QTestState *qts, uint64_t addr, size_t size, unsigned seed);
bool engine_filled(QTestState *qts, uint64_t addr, size_t size, unsigned seed);

/*
 * The SMMU with registers at @regs and its structures at @memory. Stage 2
 * translates IPAs below 2 MiB by pages; all streams have the same tables.
 */
typedef struct EngineSmmu {
    QTestState *qts;
    uint64_t regs, memory;
    uint32_t eventq_cons;
} EngineSmmu;

enum { ENGINE_SMMU_STREAMS = 512 };

EngineSmmu engine_smmu(QTestState *qts, uint64_t regs, uint64_t memory);
/* The page of @ipa is @pa; @rights: 1 read, 2 write. */
void engine_smmu_map(EngineSmmu *s, uint64_t ipa, uint64_t pa,
                     unsigned rights);
/* Stream @sid exists: translated. */
void engine_smmu_stream(EngineSmmu *s, uint32_t sid);
void engine_smmu_enable(EngineSmmu *s);
/* The next event is @number of stream @sid, at @addr; there is none. */
void engine_smmu_event(EngineSmmu *s, unsigned number, uint32_t sid,
                       uint64_t addr);
void engine_smmu_no_event(EngineSmmu *s);

#endif
