/*
 * Write seed inputs for fuzz-smmu into a folder: SMMUs that are programmed as
 * software would, with valid structures and tables, then random operations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include "cmd-fields.h"
#include "fuzz-smmu.h"
#include "fuzz-seeds.h"
#include "rng.h"
#include "smmu-regs.h"

enum { SEEDS = 96, OPS = 90, WORLDS = 3, REGION_SHIFT = 24 };

/* Pages of FUZZ_OP_WRITE_REG. */
enum { PAGE_NS, PAGE_NS1, PAGE_SECURE, PAGE_REALM, PAGE_REALM1, PAGE_ROOT };

static void put(FILE *f, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        fputc(v >> (8 * i) & 0xff, f);
    }
}

static void put_reg(FILE *f, unsigned pas, unsigned page, unsigned offset,
                    unsigned size, uint64_t value)
{
    put(f, FUZZ_OP_WRITE_REG, 1);
    put(f, pas | (size == 8 ? 3 : 2) << 4, 1);
    put(f, page, 1);
    put(f, offset, 2);
    put(f, value, 8);
}

static uint64_t region(unsigned r)
{
    return (uint64_t)r << REGION_SHIFT;
}

static void put_word(FILE *f, unsigned r, unsigned line, unsigned word,
                     uint64_t value)
{
    put(f, FUZZ_OP_MEMORY, 1);
    put(f, (r * FUZZ_REGION_LINES + line) * 8 + word, 1);
    put(f, value, 8);
}

/* STEs of all kinds, CDs, tables whose descriptors fit at any level. */
static void put_memory(FILE *f, Rng *r)
{
    for (unsigned line = 0; line < FUZZ_REGION_LINES; line++) {
        unsigned config = 4 + rng_below(r, 4);
        uint64_t dss = rng_below(r, 3), eats = rng_below(r, 4);

        put_word(f, FUZZ_STES, line, 0, region(FUZZ_CDS) | config << 1 | 1 |
                 (rng_once_in(r, 2) ? 3ull << 59 : 0));
        put_word(f, FUZZ_STES, line, 1, dss | eats << 28 |
                 (rng_once_in(r, 3) ? rng_below(r, 16) << 46 : 0));
        put_word(f, FUZZ_STES, line, 2, 0x42 | 25ull << 32 | 1ull << 38 |
                 5ull << 48 | 1ull << 51 | rng_below(r, 32) << 54);
        put_word(f, FUZZ_STES, line, 3, region(FUZZ_TABLES2));
        put_word(f, FUZZ_STES, line, 4, 25ull << 32 | 1ull << 38);
        put_word(f, FUZZ_STES, line, 6, region(FUZZ_TABLES2));
        put_word(f, FUZZ_CDS, line, 0, 25 | 1ull << 30 | 1ull << 31 |
                 5ull << 32 | 1ull << 41 | rng_below(r, 32) << 42 |
                 7ull << 48);
        put_word(f, FUZZ_CDS, line, 1, region(FUZZ_TABLES1));
        put_word(f, FUZZ_CDS, line, 3, rng_next(r));
        for (unsigned i = 0; i < 3; i++) {
            put_word(f, FUZZ_TABLES1, line, rng_below(r, 8),
                     region(FUZZ_TABLES1) | 0x743 |
                     (rng_once_in(r, 2) ? 1ull << 51 | 1 << 7 : 0));
            put_word(f, FUZZ_TABLES2, line, rng_below(r, 8),
                     region(FUZZ_TABLES2) | 0x7ff |
                     (rng_once_in(r, 4) ? 1ull << 51 : 0));
        }
    }
}

static void put_world(FILE *f, Rng *r, unsigned world)
{
    static const unsigned pages[WORLDS] = { PAGE_NS, PAGE_SECURE, PAGE_REALM };
    static const unsigned pas[WORLDS] = { 1, 0, 3 };
    unsigned page = pages[world], p = pas[world];

    put_reg(f, p, page, SMMU_STRTAB_BASE, 8, region(FUZZ_STES));
    put_reg(f, p, page, SMMU_STRTAB_BASE_CFG, 4, 8);
    put_reg(f, p, page, SMMU_CMDQ_BASE, 8, region(FUZZ_QUEUES) | 4);
    put_reg(f, p, page, SMMU_EVENTQ_BASE, 8,
            region(FUZZ_QUEUES) | 0x1000 | rng_below(r, 5));
    put_reg(f, p, page, SMMU_PRIQ_BASE, 8, region(FUZZ_QUEUES) | 0x2000 | 2);
    put_reg(f, p, page, SMMU_EVENTQ_IRQ_CFG0, 8, region(FUZZ_DATA));
    put_reg(f, p, page, SMMU_CR2, 4, rng_below(r, 16));
    put_reg(f, p, page, SMMU_IRQ_CTRL, 4, 7);
    if (world == 2) {
        put_reg(f, p, page, SMMU_R_DPT_BASE, 8, region(FUZZ_DPT));
        put_reg(f, p, page, SMMU_R_DPT_BASE_CFG, 4, 1);
    }
    put_reg(f, p, page, SMMU_CR0, 4, 0x1f | rng_below(r, 2) << 10);
}

static void put_command(FILE *f, Rng *r)
{
    static const uint8_t ops[] = {
        SMMU_CMD_CFGI_STE, SMMU_CMD_CFGI_STE_RANGE, SMMU_CMD_CFGI_CD,
        SMMU_CMD_TLBI_NH_ALL, SMMU_CMD_TLBI_NH_VA, SMMU_CMD_TLBI_S2_IPA,
        SMMU_CMD_TLBI_S12_VMALL, SMMU_CMD_ATC_INV, SMMU_CMD_PRI_RESP,
        SMMU_CMD_RESUME, SMMU_CMD_STALL_TERM, SMMU_CMD_SYNC,
        SMMU_CMD_DPTI_ALL,
    };

    put(f, FUZZ_OP_COMMAND, 1);
    put(f, rng_below(r, WORLDS), 1);
    put(f, ops[rng_below(r, sizeof(ops))] | rng_below(r, 4) << 12 |
           rng_below(r, 8) << 32, 8);
    put(f, rng_below(r, 64) | rng_below(r, 4) << 12, 8);
}

static void put_op(FILE *f, Rng *r)
{
    unsigned op = rng_below(r, FUZZ_OP_SAVE_LOAD + 1);

    if (op == FUZZ_OP_COMMAND) {
        put_command(f, r);
        return;
    }
    if (op > FUZZ_OP_COMMAND && op < FUZZ_OP_SAVE_LOAD) {
        op = FUZZ_OP_TRANSACT;
    }
    put(f, op, 1);
    if (op != FUZZ_OP_SAVE_LOAD) {
        put(f, rng_below(r, 3) | (rng_next(r) & 0xfc), 1);
        put(f, rng_below(r, 5), 1);
        put(f, rng_below(r, 9), 1);
        put(f, rng_below(r, 2) ? rng_below(r, 1 << 16) : rng_next(r) >> 25,
            8);
    }
}

static void put_seed(FILE *f, Rng *r)
{
    put(f, rng_below(r, 16), 1);
    for (unsigned i = 0; i < FUZZ_SEEDED; i++) {
        put(f, rng_below(r, 256), 1);
        put(f, 0, 8);
    }
    put_reg(f, 2, PAGE_ROOT, SMMU_ROOT_GPT_BASE_CFG, 4,
            5 | 1 << 8 | 1 << 10 | 3 << 12);
    put_reg(f, 2, PAGE_ROOT, SMMU_ROOT_CR0, 4, 1 + 2 * rng_below(r, 2));
    for (unsigned world = 0; world < WORLDS; world++) {
        put_world(f, r, world);
    }
    put_memory(f, r);
    for (unsigned i = 0; i < OPS; i++) {
        put_op(f, r);
    }
}

static void one_seed(FILE *f, void *opaque)
{
    put_seed(f, opaque);
}

int main(int argc, char **argv)
{
    Rng r = { 0x736d6d75 };

    return write_seeds(argc, argv, SEEDS, one_seed, &r);
}
