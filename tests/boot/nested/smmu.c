/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The guest's SMMU (IHI 0070). Registers are passed on, addresses in them by
 * way of stage 2. The stream table is a shadow of the guest's, brought up to
 * date by what CMD_CFGI_* name, with our stage 2 in each entry. Commands stay
 * in the guest's queue, and those that need it get our VMID before the SMMU
 * may see them.
 */
#include <stddef.h>

#include "console.h"
#include "mmio.h"
#include "nested.h"
#include "sysreg.h"

enum {
    CR0ACK = 0x24, CMDQEN = 1 << 3,
    STRTAB_BASE = 0x80, STRTAB_BASE_CFG = 0x88,
    CMDQ_BASE = 0x90, CMDQ_PROD = 0x98,
    EVENTQ_BASE = 0xa0, PRIQ_BASE = 0xc0,

    CMD_CFGI_STE = 0x03, CMD_CFGI_STE_RANGE = 0x04,
    CMD_TLBI_NH_ALL = 0x10, CMD_TLBI_NH_VAA = 0x13, CMD_SYNC = 0x46,
    SYNC_BY_MSI = 1,

    STE_WORDS = 8,
    CONFIG_ABORT = 0, CONFIG_BYPASS = 4, CONFIG_STAGE1 = 5, CONFIG_NESTED = 7,
    CONFIG_STAGE2 = 2,

    /* The shadow: two levels, 256 entries in each second level. */
    SPLIT = 8, L2_ENTRIES = 1 << SPLIT, L1_ENTRIES = 256,
    LOG2SIZE = 16, SPAN = SPLIT + 1, FORMAT_2LEVEL = 1,
    /* One second level for each 256 StreamIDs that Linux uses. */
    L2_TABLES = 8,
};

#define QUEUE_ADDRESS   UINT64_C(0x00ffffffffffffe0)
#define TABLE_ADDRESS   UINT64_C(0x00ffffffffffffc0)
#define RA              (UINT64_C(1) << 62)

static uint64_t level1[L1_ENTRIES] __attribute__((aligned(4096)));
static uint64_t level2[L2_TABLES][L2_ENTRIES][STE_WORDS]
    __attribute__((aligned(16384)));
static unsigned int level2_used;

static struct {
    uint64_t tables;            /* stage 2 */
    uint64_t strtab_base, strtab_cfg;
    uint64_t cmdq_base, cmdq_prod;
    uint64_t eventq_base, priq_base;
    bool said[L1_ENTRIES * L2_ENTRIES];
} smmu;

static uint64_t *guest_memory(uint64_t ipa)
{
    return (uint64_t *)(uintptr_t)stage2_pa(ipa);
}

/* The guest's own entry of a StreamID, or NULL. */
static const uint64_t *guest_ste(uint32_t sid)
{
    uint64_t base = smmu.strtab_base & TABLE_ADDRESS;
    unsigned int split = (unsigned int)sysreg_field(smmu.strtab_cfg, 10, 6);
    unsigned int log2size = (unsigned int)sysreg_field(smmu.strtab_cfg, 5, 0);
    unsigned int format = (unsigned int)sysreg_field(smmu.strtab_cfg, 17, 16);
    uint64_t descriptor, span;

    if (sid >> log2size) {
        return NULL;
    }
    if (format != FORMAT_2LEVEL) {
        return guest_memory(base + sid * 64ull);
    }
    descriptor = *guest_memory(base + (uint64_t)(sid >> split) * 8);
    span = sysreg_field(descriptor, 4, 0);
    if (!span || (sid & ((1u << split) - 1)) >> (span - 1)) {
        return NULL;
    }
    return guest_memory((descriptor & TABLE_ADDRESS) +
                        (sid & ((1u << split) - 1)) * 64ull);
}

/* The shadow's entry of a StreamID; makes the second level that it is in. */
static uint64_t *shadow_ste(uint32_t sid)
{
    uint64_t *descriptor = &level1[sid >> SPLIT];

    if (!*descriptor) {
        if (level2_used == L2_TABLES) {
            stop("no more second levels of the stream table for", sid);
        }
        *descriptor = (uintptr_t)level2[level2_used++] | SPAN;
    }
    return (uint64_t *)(uintptr_t)(*descriptor & TABLE_ADDRESS) +
           (sid & (L2_ENTRIES - 1)) * STE_WORDS;
}

/* Brings the shadow of one StreamID up to date. */
static void update(uint32_t sid)
{
    const uint64_t *from = guest_ste(sid);
    uint64_t *to, config;

    if (sid >> LOG2SIZE) {
        return;
    }
    if (!from || !(from[0] & 1)) {
        if (level1[sid >> SPLIT]) {
            shadow_ste(sid)[0] = 0;
            dsb(sy);
        }
        return;
    }
    config = sysreg_field(from[0], 3, 1);
    to = shadow_ste(sid);
    /* Invalid while it changes: a fetch in between finds no half of it. */
    to[0] = 0;
    dsb(sy);
    for (unsigned int i = 1; i < STE_WORDS; i++) {
        to[i] = from[i];
    }
    if (config == CONFIG_STAGE1 || config == CONFIG_BYPASS) {
        config |= CONFIG_STAGE2;
        /* S2VMID, S2T0SZ, S2SL0, S2IR0, S2OR0, S2SH0, S2TG = 4 KiB, S2PS,
         * S2AA64, S2R */
        to[2] = GUEST_VMID | (uint64_t)S2_T0SZ << 32 | (uint64_t)S2_SL0 << 38 |
                (uint64_t)S2_WALK_CACHED << 40 |
                (uint64_t)S2_WALK_CACHED << 42 | (uint64_t)S2_INNER << 44 |
                (uint64_t)S2_PS_40BIT << 48 | UINT64_C(1) << 51 |
                UINT64_C(1) << 58;
        to[3] = smmu.tables;
    } else if (config != CONFIG_ABORT) {
        stop("a configuration that only a hypervisor may choose", from[0]);
    }
    dsb(sy);
    to[0] = (from[0] & ~UINT64_C(0xe)) | config << 1;
    dsb(sy);
    if (config == CONFIG_NESTED && !smmu.said[sid]) {
        smmu.said[sid] = true;
        con_printf("\nnested: StreamID 0x%x: stage 1 over stage 2\n", sid);
    }
}

/* A command that the SMMU has not seen yet. */
static void command(uint64_t *cmd)
{
    unsigned int code = (unsigned int)sysreg_field(cmd[0], 7, 0);
    uint32_t sid = (uint32_t)(cmd[0] >> 32);

    if (code == CMD_CFGI_STE) {
        update(sid);
    } else if (code == CMD_CFGI_STE_RANGE) {
        unsigned int range = (unsigned int)sysreg_field(cmd[1], 4, 0);
        uint64_t count = UINT64_C(2) << range;
        uint64_t first = sid & ~(count - 1);

        if (count > L1_ENTRIES * L2_ENTRIES) {
            count = L1_ENTRIES * L2_ENTRIES;
            first = 0;
        }
        for (uint64_t i = 0; i < count; i++) {
            update((uint32_t)(first + i));
        }
    } else if (code >= CMD_TLBI_NH_ALL && code <= CMD_TLBI_NH_VAA) {
        cmd[0] &= ~(UINT64_C(0xffff) << 32);
        cmd[0] |= (uint64_t)GUEST_VMID << 32;
    } else if (code == CMD_SYNC &&
               sysreg_field(cmd[0], 13, 12) == SYNC_BY_MSI) {
        uint64_t address = cmd[1] & UINT64_C(0x000ffffffffffffc);

        cmd[1] = (cmd[1] & ~UINT64_C(0x000ffffffffffffc)) | stage2_pa(address);
    }
}

/* All commands up to a new CMDQ_PROD. */
static void commands(uint64_t prod)
{
    unsigned int log2size = (unsigned int)sysreg_field(smmu.cmdq_base, 4, 0);
    uint64_t index = UINT64_MAX >> (63 - log2size);     /* with the wrap bit */
    uint64_t base = smmu.cmdq_base & QUEUE_ADDRESS;

    if (log2size > 17) {
        stop("a command queue larger than stage 2's blocks", log2size);
    }
    for (; smmu.cmdq_prod != (prod & index);
         smmu.cmdq_prod = (smmu.cmdq_prod + 1) & index) {
        command(guest_memory(base + (smmu.cmdq_prod & index >> 1) * 16));
    }
    dsb(sy);
}

/* Halves of 64-bit registers come together here. */
static void keep(uint64_t *reg, uint32_t part, unsigned int size,
                 uint64_t value)
{
    if (size == 8) {
        *reg = value;
    } else {
        *reg = (*reg & ~(UINT64_C(0xffffffff) << part * 8)) |
               (value & 0xffffffff) << part * 8;
    }
}

static void pass_base(uint32_t offset, uint64_t value, uint64_t mask)
{
    mmio_write64(SMMU_BASE + offset,
                 (value & ~mask) | stage2_pa(value & mask));
}

uint64_t smmu_read(uint32_t offset, unsigned int size)
{
    switch (offset & ~7u) {
    case STRTAB_BASE:
        return smmu.strtab_base >> (offset & 4) * 8;
    case STRTAB_BASE_CFG:
        if (offset == STRTAB_BASE_CFG) {
            return smmu.strtab_cfg;
        }
        break;
    case CMDQ_BASE:
        return smmu.cmdq_base >> (offset & 4) * 8;
    case EVENTQ_BASE:
        return smmu.eventq_base >> (offset & 4) * 8;
    case PRIQ_BASE:
        return smmu.priq_base >> (offset & 4) * 8;
    }
    return size == 8 ? mmio_read64(SMMU_BASE + offset) :
                       mmio_read32(SMMU_BASE + offset);
}

void smmu_write(uint32_t offset, unsigned int size, uint64_t value)
{
    uint32_t part = offset & 4;

    switch (offset) {
    case STRTAB_BASE:
    case STRTAB_BASE + 4:
        keep(&smmu.strtab_base, part, size, value);
        mmio_write64(SMMU_BASE + STRTAB_BASE,
                     (uintptr_t)level1 | (smmu.strtab_base & RA));
        return;
    case STRTAB_BASE_CFG:
        smmu.strtab_cfg = value & 0xffffffff;
        mmio_write32(SMMU_BASE + STRTAB_BASE_CFG,
                     FORMAT_2LEVEL << 16 | SPLIT << 6 | LOG2SIZE);
        return;
    case CMDQ_BASE:
    case CMDQ_BASE + 4:
        keep(&smmu.cmdq_base, part, size, value);
        pass_base(CMDQ_BASE, smmu.cmdq_base, QUEUE_ADDRESS);
        return;
    case EVENTQ_BASE:
    case EVENTQ_BASE + 4:
        keep(&smmu.eventq_base, part, size, value);
        pass_base(EVENTQ_BASE, smmu.eventq_base, QUEUE_ADDRESS);
        return;
    case PRIQ_BASE:
    case PRIQ_BASE + 4:
        keep(&smmu.priq_base, part, size, value);
        pass_base(PRIQ_BASE, smmu.priq_base, QUEUE_ADDRESS);
        return;
    case CMDQ_PROD:
        /* Before the queue runs, this sets where it starts. */
        if (mmio_read32(SMMU_BASE + CR0ACK) & CMDQEN) {
            commands(value);
        } else {
            smmu.cmdq_prod = value & 0xfffff;
        }
        break;
    }
    if (size == 8) {
        mmio_write64(SMMU_BASE + offset, value);
    } else {
        mmio_write32(SMMU_BASE + offset, (uint32_t)value);
    }
}

void smmu_init(uint64_t tables)
{
    smmu.tables = tables;
}
