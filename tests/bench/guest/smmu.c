/*
 * Sections are those of the Arm SMMU architecture specification (IHI 0070).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu.h"
#include "mmu.h"
#include "string.h"
#include "sysreg.h"

/* Registers (section 6.3) */
#define CR0             0x20
#define CR0ACK          0x24
#define CR1             0x28
#define CR2             0x2c
#define STRTAB_BASE     0x80
#define STRTAB_BASE_CFG 0x88
#define CMDQ_BASE       0x90
#define CMDQ_PROD       0x98
#define CMDQ_CONS       0x9c
#define EVENTQ_BASE     0xa0
#define EVENTQ_PROD     0x100a8
#define EVENTQ_CONS     0x100ac
#define CR0_SMMUEN      (1u << 0)
#define CR0_EVENTQEN    (1u << 2)
#define CR0_CMDQEN      (1u << 3)
/* Tables and queues are cacheable and Inner Shareable. */
#define CR1_WB          0xd75u

/* Structures, in memory under granule protection */
#define STREAMS_LOG2    8
#define STREAMS         0x80000000ull
#define CONTEXT         0x80004000ull
#define COMMANDS        0x80008000ull
#define EVENTS          0x8000c000ull
#define QUEUE_LOG2      7
#define TABLES          0x80100000ull
#define STAGE2          0x81000000ull

/* STE and CD (sections 5.2, 5.4) */
#define STE0_V          (1ull << 0)
#define STE0_S1         (5ull << 1)
#define STE0_NESTED     (7ull << 1)
#define STE1_WB         (1ull << 2 | 1ull << 4 | 3ull << 6) /* CD fetches */
#define STE1_SHCFG_IN   (1ull << 44)
#define STE2_VMID       7ull
#define STE2_S2T0SZ_39  (25ull << 32)
#define STE2_S2SL0_L1   (1ull << 38)
#define STE2_WB         (1ull << 40 | 1ull << 42 | 3ull << 44)
#define STE2_S2PS_44    (4ull << 48)
#define STE2_S2AA64     (1ull << 51)
#define STE2_S2R        (1ull << 58)
#define CD0_T0SZ_48     16ull
#define CD0_WB          (1ull << 8 | 1ull << 10 | 3ull << 12)
#define CD0_EPD1        (1ull << 30)
#define CD0_V           (1ull << 31)
#define CD0_IPS_44      (4ull << 32)
#define CD0_AA64        (1ull << 41)
#define CD0_R           (1ull << 45)
#define CD0_A           (1ull << 46)
#define CD0_ASET        (1ull << 47)
#define CD0_ASID        (5ull << 48)
#define MAIR_WB         0xffull

/* Descriptors */
#define D_TABLE         3ull
#define D_PAGE          3ull
#define D_AP_USER       (1ull << 6)
#define D_SH_INNER      (3ull << 8)
#define D_AF            (1ull << 10)
#define D_NG            (1ull << 11)
#define S2_ATTR_WB      (0xfull << 2)
#define S2_AP_RW        (3ull << 6)
#define ADDRESS         0x0000fffffffff000ull

enum { CMD_CFGI_STE_RANGE = 0x04, CMD_TLBI_NSNH_ALL = 0x30, CMD_SYNC = 0x46 };
enum { PATIENCE = 1000000 };

static uint64_t next_table;

static void store32(uint64_t addr, uint32_t value)
{
    *(volatile uint32_t *)addr = value;
}

static uint32_t load32(uint64_t addr)
{
    return *(volatile uint32_t *)addr;
}

static void store64(uint64_t addr, uint64_t value)
{
    *(volatile uint64_t *)addr = value;
}

static volatile uint64_t *new_table(void)
{
    uint64_t *t = (uint64_t *)next_table;

    next_table += PAGE_SIZE;
    memset(t, 0, PAGE_SIZE);
    return t;
}

/* Map @addr by tables of which @top, at @level, is the first. */
static void map(volatile uint64_t *top, unsigned level, uint64_t addr,
                uint64_t page)
{
    for (; level < 3; level++) {
        volatile uint64_t *d = &top[addr >> (39 - 9 * level) & 511];

        if (!*d) {
            *d = (uint64_t)new_table() | D_TABLE;
        }
        top = (volatile uint64_t *)(*d & ADDRESS);
    }
    top[addr >> 12 & 511] = page;
}

uint64_t smmu_target(uint64_t iova, uint64_t bytes)
{
    uint64_t offset = iova - SMMU_IOVA, pages = bytes / PAGE_SIZE;

    /* An odd factor permutes a power of two. */
    return SMMU_DATA + offset / PAGE_SIZE * 77 % pages * PAGE_SIZE +
           offset % PAGE_SIZE;
}

static void make_context(uint64_t bytes)
{
    volatile uint64_t *cd = (volatile uint64_t *)CONTEXT, *top;

    next_table = TABLES;
    top = new_table();
    for (uint64_t i = 0; i < bytes; i += PAGE_SIZE) {
        map(top, 0, SMMU_IOVA + i, smmu_target(SMMU_IOVA + i, bytes) |
            D_PAGE | D_AP_USER | D_SH_INNER | D_AF | D_NG);
    }
    memset((void *)CONTEXT, 0, PAGE_SIZE);
    cd[0] = CD0_T0SZ_48 | CD0_WB | CD0_EPD1 | CD0_V | CD0_IPS_44 | CD0_AA64 |
            CD0_R | CD0_A | CD0_ASET | CD0_ASID;
    cd[1] = (uint64_t)top;
    cd[3] = MAIR_WB;
}

static uint64_t make_stage2(void)
{
    uint64_t page = D_PAGE | S2_ATTR_WB | S2_AP_RW | D_SH_INNER | D_AF;
    volatile uint64_t *top;

    next_table = STAGE2;
    top = new_table();
    for (uint64_t a = STREAMS; a < STAGE2; a += PAGE_SIZE) {
        map(top, 1, a, a | page);
    }
    for (uint64_t a = SMMU_DATA; a < SMMU_DATA + SMMU_DATA_MAX;
         a += PAGE_SIZE) {
        map(top, 1, a, a | page);
    }
    return (uint64_t)top;
}

static void make_stream(uint32_t sid, bool nested)
{
    volatile uint64_t *ste = (volatile uint64_t *)STREAMS + sid * 8;

    memset((void *)STREAMS, 0, 64 << STREAMS_LOG2);
    ste[1] = STE1_WB | STE1_SHCFG_IN;
    if (nested) {
        ste[2] = STE2_VMID | STE2_S2T0SZ_39 | STE2_S2SL0_L1 | STE2_WB |
                 STE2_S2PS_44 | STE2_S2AA64 | STE2_S2R;
        ste[3] = make_stage2();
    }
    ste[0] = STE0_V | (nested ? STE0_NESTED : STE0_S1) | CONTEXT;
}

static bool set_cr0(uint64_t base, uint32_t value)
{
    store32(base + CR0, value);
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (load32(base + CR0ACK) == value) {
            return true;
        }
    }
    return false;
}

/* The queue is empty at first and holds all of these. */
static bool invalidate_all(uint64_t base)
{
    static const uint64_t list[][2] = {
        { CMD_CFGI_STE_RANGE, 31 }, { CMD_TLBI_NSNH_ALL }, { CMD_SYNC },
    };
    volatile uint64_t *queue = (volatile uint64_t *)COMMANDS;
    enum { COUNT = sizeof(list) / sizeof(list[0]) };

    for (unsigned i = 0; i < COUNT; i++) {
        queue[2 * i] = list[i][0];
        queue[2 * i + 1] = list[i][1];
    }
    dsb(sy);
    store32(base + CMDQ_PROD, COUNT);
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (load32(base + CMDQ_CONS) == COUNT) {
            return true;
        }
    }
    return false;
}

bool smmu_start(uint64_t base, uint32_t sid, uint64_t bytes, bool nested)
{
    if (sid >> STREAMS_LOG2 || bytes > SMMU_DATA_MAX || !set_cr0(base, 0)) {
        return false;
    }
    make_context(bytes);
    make_stream(sid, nested);
    dsb(sy);
    store32(base + CR1, CR1_WB);
    store32(base + CR2, 0);
    store64(base + STRTAB_BASE, STREAMS);
    store32(base + STRTAB_BASE_CFG, STREAMS_LOG2);
    store64(base + CMDQ_BASE, COMMANDS | QUEUE_LOG2);
    store32(base + CMDQ_PROD, 0);
    store32(base + CMDQ_CONS, 0);
    store64(base + EVENTQ_BASE, EVENTS | QUEUE_LOG2);
    store32(base + EVENTQ_PROD, 0);
    store32(base + EVENTQ_CONS, 0);
    return set_cr0(base, CR0_CMDQEN) && invalidate_all(base) &&
           set_cr0(base, CR0_CMDQEN | CR0_EVENTQEN | CR0_SMMUEN);
}
