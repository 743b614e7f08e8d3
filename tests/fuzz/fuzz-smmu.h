/*
 * What the input of fuzz-smmu looks like: a header, then operations until the
 * input ends. Numbers are little-endian; what is cut off reads as 0.
 *
 *   header:    features (a byte), then FUZZ_SEEDED words of memory, each a
 *              place (a byte: line * 8 + word, modulo) and a value (8 bytes)
 *   operation: opcode (a byte), then its operands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_SMMU_H
#define FUZZ_SMMU_H

#include <stdint.h>

/*
 * Memory repeats itself: so many lines of 64 bytes in each of 8 regions,
 * chosen by FUZZ_LINE(address). A line whose first word is FUZZ_ABORT aborts.
 * The GPT has words of its own.
 */
enum {
    FUZZ_REGIONS = 8, FUZZ_REGION_LINES = 4,
    FUZZ_LINES = FUZZ_REGIONS * FUZZ_REGION_LINES,
    FUZZ_SEEDED = 24, FUZZ_GPT_WORDS = 16,
};
#define FUZZ_LINE(addr) \
    (((addr) >> 24 & 7) * FUZZ_REGION_LINES + \
     (((addr) >> 6 ^ (addr) >> 12 ^ (addr) >> 18) & (FUZZ_REGION_LINES - 1)))
#define FUZZ_GPT_WORD(addr) \
    ((((addr) >> 3) ^ ((addr) >> 9) ^ ((addr) >> 17)) % FUZZ_GPT_WORDS)
#define FUZZ_ABORT UINT64_MAX
/* What the GPT holds at first: a level 0 Block, any access. */
#define FUZZ_GPT_OPEN 0xf1

/* Regions that seeds use, by address bits 26:24. */
enum {
    FUZZ_STES = 0, FUZZ_CDS = 1, FUZZ_TABLES1 = 2, FUZZ_TABLES2 = 3,
    FUZZ_QUEUES = 4, FUZZ_DPT = 5, FUZZ_DATA = 6,
};

/* Opcodes, modulo FUZZ_OP__COUNT. */
enum {
    FUZZ_OP_TRANSACT,       /* flags, SID (1), SSID (1), address (8) */
    FUZZ_OP_ATS,            /* the same */
    FUZZ_OP_LOOK,           /* the same */
    FUZZ_OP_PAGE_REQUEST,   /* the same */
    FUZZ_OP_COMMAND,        /* world (1), two words (8 each) */
    FUZZ_OP_WRITE_REG,      /* PAS and size (1), page (1), offset (2), v (8) */
    FUZZ_OP_READ_REG,       /* the same without a value */
    FUZZ_OP_MEMORY,         /* place (1), value (8) */
    FUZZ_OP_GPT,            /* which word (1), value (8) */
    FUZZ_OP_TLBI,           /* scope, regime (1 each), first, last (8 each) */
    FUZZ_OP_TLBI_PA,        /* which (1), base (8), size log2 (1) */
    FUZZ_OP_FOLLOW_PE,      /* GPCCR, GPTBR (8 each) */
    FUZZ_OP_SAVE_LOAD,
    FUZZ_OP_LOAD_BAD,       /* words to change: count (1), {index, 8}... */
    FUZZ_OP_RUN,
    FUZZ_OP_MSI_ABORTED,    /* world, source (1 each) */
    FUZZ_OP_RESET,
    FUZZ_OP__COUNT
};

/* Bits of "flags". */
enum {
    FUZZ_WORLD = 3, FUZZ_WRITE = 4, FUZZ_INSTRUCTION = 8, FUZZ_PRIV = 16,
    FUZZ_SSV = 32, FUZZ_NS = 64, FUZZ_TRANSLATED = 128,
};

/* Bits of "features". */
enum {
    FUZZ_LAZY = 1, FUZZ_FOLLOW = 2, FUZZ_SMALL = 4, FUZZ_STALLABLE = 8,
};

#endif
