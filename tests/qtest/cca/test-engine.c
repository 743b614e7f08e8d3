/*
 * SMMUv3TestEngine for qtests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "test-engine.h"
#include "hw/pci/pci_regs.h"
#include "ste-s2.h"

#define ECAM        0x4010000000ull
#define PORT        (ECAM + (4 << 15))          /* 00:04.0 */
#define BEHIND      (ECAM + (1ull << 20))       /* 01:00.0 */
/* Each function gets a slice of the window for 32-bit memory. */
#define WINDOW      0x10000000u
#define SLICE       0x00100000u

/* --- the engine ----------------------------------------------------------- */

static void set_bar(const Engine *e, unsigned bar, uint64_t addr)
{
    qtest_writel(e->qts, e->config + PCI_BASE_ADDRESS_0 + 4 * bar, addr);
    qtest_writel(e->qts, e->config + PCI_BASE_ADDRESS_0 + 4 * bar + 4,
                 addr >> 32);
}

unsigned engine_scan(QTestState *qts, Engine *found, unsigned max)
{
    uint32_t limit = WINDOW + 8 * SLICE - 1;
    unsigned n = 0;

    g_assert_cmphex(qtest_readb(qts, PORT + PCI_HEADER_TYPE) & 0x7f, ==,
                    PCI_HEADER_TYPE_BRIDGE);
    qtest_writel(qts, PORT + PCI_PRIMARY_BUS, 1 << 8 | 1 << 16);
    qtest_writel(qts, PORT + PCI_MEMORY_BASE,
                 WINDOW >> 16 | (limit & 0xfff00000));
    qtest_writew(qts, PORT + PCI_COMMAND,
                 PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    for (unsigned fn = 0; fn < 8; fn++) {
        Engine e = {
            .qts = qts, .config = BEHIND + (fn << 12), .rid = 0x100 + fn,
            .frames = WINDOW + fn * SLICE,
            .table = WINDOW + fn * SLICE + 0x40000,
            .pba = WINDOW + fn * SLICE + 0x50000,
        };

        if (qtest_readl(qts, e.config) != (TE_PCI_VENDOR_ID |
                                           (uint32_t)TE_PCI_DEVICE_ID << 16)) {
            continue;
        }
        set_bar(&e, TE_BAR_FRAMES, e.frames);
        set_bar(&e, TE_BAR_MSIX, e.table);
        set_bar(&e, TE_BAR_PBA, e.pba);
        engine_command(&e, true);
        if (n < max) {
            found[n] = e;
        }
        n++;
    }
    return n;
}

unsigned engine_cap(const Engine *e, uint8_t id)
{
    unsigned at = qtest_readb(e->qts, e->config + PCI_CAPABILITY_LIST);

    for (unsigned i = 0; at && i < 48; i++) {
        if (qtest_readb(e->qts, e->config + at) == id) {
            return at;
        }
        at = qtest_readb(e->qts, e->config + at + 1);
    }
    return 0;
}

void engine_command(const Engine *e, bool master)
{
    qtest_writew(e->qts, e->config + PCI_COMMAND, PCI_COMMAND_MEMORY |
                 (master ? PCI_COMMAND_MASTER : 0));
}

uint64_t engine_user(const Engine *e, unsigned frame, unsigned offset)
{
    return e->frames + frame * TE_FRAME_SIZE + offset;
}

uint64_t engine_priv(const Engine *e, unsigned frame, unsigned offset)
{
    return engine_user(e, frame, offset) + TE_PAGE_SIZE;
}

uint32_t engine_get(const Engine *e, unsigned frame, unsigned offset)
{
    return qtest_readl(e->qts, engine_user(e, frame, offset));
}

uint64_t engine_get64(const Engine *e, unsigned frame, unsigned offset)
{
    return qtest_readq(e->qts, engine_user(e, frame, offset));
}

void engine_set(const Engine *e, unsigned frame, unsigned offset,
                uint32_t value)
{
    qtest_writel(e->qts, engine_user(e, frame, offset), value);
}

void engine_set64(const Engine *e, unsigned frame, unsigned offset,
                  uint64_t value)
{
    qtest_writeq(e->qts, engine_user(e, frame, offset), value);
}

void engine_prepare(const Engine *e, unsigned frame, const EngineWork *work)
{
    engine_set64(e, frame, TE_BEGIN, work->begin);
    engine_set64(e, frame, TE_END_INCL, work->begin + work->size - 1);
    engine_set64(e, frame, TE_STRIDE, work->stride ?: 1);
    engine_set64(e, frame, TE_UDATA, work->to);
    engine_set(e, frame, TE_SEED, work->seed);
}

void engine_begin(const Engine *e, unsigned frame, const EngineWork *work)
{
    engine_prepare(e, frame, work);
    engine_set(e, frame, TE_CMD, work->cmd);
}

uint32_t engine_wait(const Engine *e, unsigned frame)
{
    uint32_t cmd = engine_get(e, frame, TE_CMD);

    /* Firmware does not look more often than that. */
    for (unsigned i = 0; i < 5000 && cmd >= TE_CMD_MEMCPY &&
                         cmd <= TE_CMD_SUM64; i++) {
        cmd = engine_get(e, frame, TE_CMD);
    }
    return cmd;
}

uint32_t engine_run(const Engine *e, unsigned frame, const EngineWork *work)
{
    engine_begin(e, frame, work);
    return engine_wait(e, frame);
}

static uint8_t pattern(uint64_t i, unsigned seed)
{
    return (i + 1) * (2 * seed + 7) + (i >> 8) + seed;
}

void engine_fill(QTestState *qts, uint64_t addr, size_t size, unsigned seed)
{
    g_autofree uint8_t *bytes = g_malloc(size);

    for (size_t i = 0; i < size; i++) {
        bytes[i] = pattern(i, seed);
    }
    qtest_memwrite(qts, addr, bytes, size);
}

bool engine_filled(QTestState *qts, uint64_t addr, size_t size, unsigned seed)
{
    g_autofree uint8_t *bytes = g_malloc(size);

    qtest_memread(qts, addr, bytes, size);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != pattern(i, seed)) {
            return false;
        }
    }
    return true;
}

/* --- the SMMU ------------------------------------------------------------- */

/* In @memory */
enum {
    STRTAB = 0x00000, EVENTQ = 0x10000, S2_L1 = 0x20000, S2_L2 = 0x21000,
    S2_L3 = 0x22000, LOG2_STREAMS = 9, LOG2_EVENTS = 6,
};
#define EVENTS      (1u << LOG2_EVENTS)
#define S2_TABLE    3ull
#define S2_PAGE     (3ull | 0xfull << 2 | 3ull << 8 | 1ull << 10)
#define PAGE_1      0x10000

EngineSmmu engine_smmu(QTestState *qts, uint64_t regs, uint64_t memory)
{
    EngineSmmu s = { .qts = qts, .regs = regs, .memory = memory };

    qtest_writeq(qts, memory + S2_L1, (memory + S2_L2) | S2_TABLE);
    qtest_writeq(qts, memory + S2_L2, (memory + S2_L3) | S2_TABLE);
    return s;
}

void engine_smmu_map(EngineSmmu *s, uint64_t ipa, uint64_t pa,
                     unsigned rights)
{
    qtest_writeq(s->qts, s->memory + S2_L3 + ipa / 0x1000 * 8,
                 pa | S2_PAGE | (uint64_t)rights << 6);
}

void engine_smmu_stream(EngineSmmu *s, uint32_t sid)
{
    uint64_t ste[STE_WORDS] = { 0 };

    ste_s2_only(ste, s->memory + S2_L1);
    for (unsigned i = 0; i < STE_WORDS; i++) {
        qtest_writeq(s->qts, s->memory + STRTAB + sid * STE_BYTES + i * 8,
                     ste[i]);
    }
}

void engine_smmu_enable(EngineSmmu *s)
{
    qtest_writeq(s->qts, s->regs + SMMU_STRTAB_BASE, s->memory + STRTAB);
    qtest_writel(s->qts, s->regs + SMMU_STRTAB_BASE_CFG, LOG2_STREAMS);
    qtest_writeq(s->qts, s->regs + SMMU_EVENTQ_BASE,
                 (s->memory + EVENTQ) | LOG2_EVENTS);
    qtest_writel(s->qts, s->regs + SMMU_CR2, 2);    /* bad StreamIDs, too */
    qtest_writel(s->qts, s->regs + SMMU_CR0, 5);    /* SMMUEN, EVENTQEN */
    g_assert_cmphex(qtest_readl(s->qts, s->regs + SMMU_CR0ACK), ==, 5);
}

void engine_smmu_event(EngineSmmu *s, unsigned number, uint32_t sid,
                       uint64_t addr)
{
    uint64_t at = s->memory + EVENTQ + s->eventq_cons % EVENTS * 32, first;

    g_assert_cmphex(qtest_readl(s->qts, s->regs + PAGE_1 + SMMU_EVENTQ_PROD),
                    !=, s->eventq_cons);
    first = qtest_readq(s->qts, at);
    g_assert_cmphex(first & 0xff, ==, number);
    g_assert_cmphex(first >> 32, ==, sid);
    g_assert_cmphex(qtest_readq(s->qts, at + 16), ==, addr);
    s->eventq_cons = (s->eventq_cons + 1) % (2 * EVENTS);
    qtest_writel(s->qts, s->regs + PAGE_1 + SMMU_EVENTQ_CONS, s->eventq_cons);
}

void engine_smmu_no_event(EngineSmmu *s)
{
    g_assert_cmphex(qtest_readl(s->qts, s->regs + PAGE_1 + SMMU_EVENTQ_PROD),
                    ==, s->eventq_cons);
}
