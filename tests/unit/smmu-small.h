/*
 * A whole SMMU in a small machine: 8 MiB of RAM with stream table, tables of
 * both stages and a GPT in it, and everything noted that the SMMU does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_SMALL_H
#define SMMU_SMALL_H

#include "cmocka-all.h"
#include "cd.h"
#include "id.h"
#include "inspect.h"
#include "smmu-words.h"

enum {
    RAM = 0x40000000, RAM_SIZE = 8 << 20,
    STRTAB = RAM, L1STDS = RAM + 0x1000, REALM_STRTAB = RAM + 0x2000,
    EVENTS = RAM + 0x10000, CDS = RAM + 0x20000, L1CDS = RAM + 0x21000,
    S1_L1 = RAM + 0x30000, S1_L2 = RAM + 0x31000, S1_L3 = RAM + 0x32000,
    S2_L1 = RAM + 0x40000, S2_L2 = RAM + 0x41000, S2_L3 = RAM + 0x42000,
    DPT_L0 = RAM + 0x50000, DATA = RAM + 0x200000,
    GPT_L0 = RAM + 0x600000, GPT_L1 = RAM + 0x620000,
    ROOT_REGS = 0x20000, REALM_REGS = 0x40000,
    SID = 3, EVENT_LOG2 = 2, SMALL_READS = 128,
};

/* Descriptors */
#define D_TABLE 3ull
#define D_PAGE 3ull
#define D_BLOCK 1ull
#define D_AF (1ull << 10)
#define D_DBM (1ull << 51)
#define D1_USER (1ull << 6)
#define D1_RO (1ull << 7)
#define D2_R (1ull << 6)
#define D2_W (1ull << 7)
#define D2_WB (15ull << 2)
#define D1_RW (D_PAGE | D_AF | D1_USER)
#define D2_RW (D_PAGE | D_AF | D2_R | D2_W | D2_WB)

typedef struct SmallRead {
    uint64_t addr;
    CcaPas pas;
    size_t len;
} SmallRead;

typedef struct Small {
    Smmu *s;
    uint8_t ram[RAM_SIZE];
    SmallRead read[SMALL_READS];
    unsigned reads;
    unsigned changes;       /* writes, updates, interrupts, callbacks */
    unsigned events;
    SmmuEvent event;        /* the last one */
    bool recorded;
} Small;

static Small m;

static bool ram_has(uint64_t addr, size_t len)
{
    return addr >= RAM && addr - RAM <= RAM_SIZE - len;
}

static bool ram_read(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                     void *buf, size_t len)
{
    (void)opaque;
    (void)mecid;
    assert_in_range(len, 1, 64);
    assert_true(m.reads < SMALL_READS);
    m.read[m.reads++] = (SmallRead) { addr, pas, len };
    if (!ram_has(addr, len)) {
        return false;
    }
    memcpy(buf, &m.ram[addr - RAM], len);
    return true;
}

static bool ram_write(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                      const void *buf, size_t len)
{
    (void)opaque;
    (void)pas;
    (void)mecid;
    m.changes++;
    if (!ram_has(addr, len)) {
        return false;
    }
    memcpy(&m.ram[addr - RAM], buf, len);
    return true;
}

static uint64_t get64(uint64_t addr)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < 8; i++) {
        v |= (uint64_t)m.ram[addr - RAM + i] << 8 * i;
    }
    return v;
}

static void put64(uint64_t addr, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++) {
        m.ram[addr - RAM + i] = v >> 8 * i;
    }
}

static void put_words(uint64_t addr, const uint64_t words[8])
{
    for (unsigned i = 0; i < 8; i++) {
        put64(addr + 8 * i, words[i]);
    }
}

static bool ram_cmpxchg64(void *opaque, uint64_t addr, CcaPas pas,
                          uint16_t mecid, uint64_t expected, uint64_t desired,
                          uint64_t *seen)
{
    (void)opaque;
    (void)pas;
    (void)mecid;
    m.changes++;
    if (!ram_has(addr, 8)) {
        return false;
    }
    *seen = get64(addr);
    if (*seen == expected) {
        put64(addr, desired);
    }
    return true;
}

static bool ram_read_gpt(void *opaque, uint64_t addr, uint64_t *value)
{
    (void)opaque;
    if (!ram_has(addr, 8)) {
        return false;
    }
    *value = get64(addr);
    return true;
}

static void on_irq(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq)
{
    (void)opaque;
    (void)sec_sid;
    (void)irq;
    m.changes++;
}

static void on_root_irq(void *opaque, SmmuRootFar which)
{
    (void)opaque;
    (void)which;
    m.changes++;
}

static void on_event(void *opaque, const SmmuEvent *event, bool recorded)
{
    (void)opaque;
    m.changes++;
    m.events++;
    m.event = *event;
    m.recorded = recorded;
}

static void on_gpc_fault(void *opaque, const CcaGpcVerdict *verdict,
                         uint32_t sid, SmmuGpcReason reason, SmmuGpcCode code)
{
    (void)opaque;
    (void)verdict;
    (void)sid;
    (void)reason;
    (void)code;
    m.changes++;
}

static inline void wr(uint32_t offset, unsigned size, uint64_t value)
{
    smmu_write(m.s, offset, size, CCA_PAS_ROOT, value);
}

/* Give or take all access to the granule at @addr. */
static inline void grant(uint64_t addr, bool all)
{
    uint64_t entry = GPT_L1 + (addr - RAM) / 0x10000 * 8;
    unsigned shift = (addr >> 12 & 15) * 4;

    put64(entry, (get64(entry) & ~(15ull << shift)) |
                 (all ? 15ull << shift : 0));
}

/* An STE with @config for 32-bit addresses at both stages. */
static inline void put_ste(uint64_t table, unsigned sid, unsigned config)
{
    uint64_t w[8] = { 0 };

    smmu_put(w, 0, 0, 1);
    smmu_put(w, 3, 1, config);
    smmu_put(w, 55, 6, CDS >> 6);
    smmu_put(w, 143, 128, 0x42);        /* S2VMID */
    smmu_put(w, 165, 160, 32);          /* S2T0SZ */
    smmu_put(w, 167, 166, 1);           /* S2SL0 */
    smmu_put(w, 178, 176, 2);           /* S2PS: 40 bits */
    smmu_put(w, 179, 179, 1);           /* S2AA64 */
    smmu_put(w, 186, 186, 1);           /* S2R */
    smmu_put(w, 243, 196, S2_L1 >> 4);
    put_words(table + 64 * sid, w);
}

static inline void change(uint64_t addr, unsigned hi, unsigned lo,
                          uint64_t value)
{
    uint64_t w[8];

    for (unsigned i = 0; i < 8; i++) {
        w[i] = get64(addr + 8 * i);
    }
    smmu_put(w, hi, lo, value);
    put_words(addr, w);
}

static inline void put_cd(uint64_t addr)
{
    uint64_t w[8] = { 0 };

    smmu_put(w, 5, 0, 32);              /* T0SZ */
    smmu_put(w, 30, 30, 1);             /* EPD1 */
    smmu_put(w, 31, 31, 1);             /* V */
    smmu_put(w, 34, 32, 2);             /* IPS: 40 bits */
    smmu_put(w, 41, 41, 1);             /* AA64 */
    smmu_put(w, 45, 45, 1);             /* R */
    smmu_put(w, 46, 46, 1);             /* A */
    smmu_put(w, 63, 48, 7);             /* ASID */
    smmu_put(w, 115, 68, S1_L1 >> 4);   /* TTB0 */
    smmu_put(w, 255, 192, 0xff);        /* MAIR */
    put_words(addr, w);
}

/* Page n of the VA and IPA space of the tables is DATA + n * 4096. */
static inline void put_tables(void)
{
    put64(S1_L1, S1_L2 | D_TABLE);
    put64(S1_L2, S1_L3 | D_TABLE);
    put64(S2_L1 + 8, S2_L2 | D_TABLE);
    put64(S2_L2, RAM | D_BLOCK | (D2_RW & ~3ull));
    put64(S2_L2 + 8, S2_L3 | D_TABLE);
    for (unsigned n = 0; n < 16; n++) {
        put64(S1_L3 + 8 * n, (DATA + n * 4096) | D1_RW);
        put64(S2_L3 + 8 * n, (DATA + n * 4096) | D2_RW);
    }
}

static inline void small_start_with(bool strict, CcaFaults *faults)
{
    SmmuConfig config = {
        .feat = smmu_features_reference(),
        .gpt = { .rme = 2, .pa_bits = 52, .sel2 = true, .tgran4 = true,
                 .tgran16 = true, .tgran64 = true },
        .root_offset = ROOT_REGS, .strict = strict, .tlb_entries = 64,
        .faults = faults,
    };
    SmmuBus bus = {
        .read = ram_read, .write = ram_write, .cmpxchg64 = ram_cmpxchg64,
        .gpt = { .read64 = ram_read_gpt }, .irq = on_irq,
        .root_irq = on_root_irq, .on_event = on_event,
        .on_gpc_fault = on_gpc_fault,
    };
    const char *error;

    memset(&m, 0, sizeof(m));
    config.feat.stall = config.feat.dpt = true;
    m.s = smmu_new(&config, &bus, &error);
    assert_non_null(m.s);
    put_tables();
    put_cd(CDS);
    for (unsigned i = 0; i < 4; i++) {
        put64(GPT_L0 + 8 * i, i == 1 ? GPT_L1 | 3 : 0xf1);
    }
    memset(&m.ram[GPT_L1 - RAM], 0xff, 0x20000);
    wr(ROOT_REGS + 0x28, 8, GPT_L0);
    wr(ROOT_REGS + 0x30, 8, 0x3500);
    wr(ROOT_REGS + 0x20, 4, 3);         /* ACCESSEN, GPCEN */
    wr(0x80, 8, STRTAB);
    wr(0x88, 4, 4);                     /* linear, 16 entries */
    wr(0xa0, 8, EVENTS | EVENT_LOG2);
    wr(0x2c, 4, 2);                     /* CR2.RECINVSID */
    wr(0x20, 4, 5);                     /* SMMUEN, EVENTQEN */
    wr(REALM_REGS + 0x80, 8, REALM_STRTAB);
    wr(REALM_REGS + 0x88, 4, 4);
    wr(REALM_REGS + 0x20, 4, 1);
    m.changes = m.reads = 0;
}

static inline void small_start(bool strict)
{
    small_start_with(strict, NULL);
}

static inline void small_stop(void)
{
    smmu_free(m.s);
}

#endif
