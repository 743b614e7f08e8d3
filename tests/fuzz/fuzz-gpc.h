/*
 * What the input of fuzz-gpc looks like: a header, then operations until the
 * input ends. Numbers are little-endian; what is cut off reads as 0.
 *
 *   header:  impl, features (a byte each), GPCCR, GPTBR, GPCBW (8 bytes each)
 *            FUZZ_WORDS words of table memory (8 bytes each)
 *   operation: opcode (a byte), then its operands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_GPC_H
#define FUZZ_GPC_H

#include <stdint.h>

/*
 * Memory repeats itself: it is so many words, chosen by FUZZ_WORD(address).
 * The word FUZZ_ABORT aborts.
 */
enum { FUZZ_WORDS = 16 };
#define FUZZ_WORD(addr) \
    ((((addr) >> 3) ^ ((addr) >> 9) ^ ((addr) >> 17)) % FUZZ_WORDS)
#define FUZZ_ABORT UINT64_MAX

/* Opcodes, modulo FUZZ_OP__COUNT. */
enum {
    FUZZ_OP_CHECK,          /* who (a byte: PAS, state), address (8) */
    FUZZ_OP_TLBI_ALL,
    FUZZ_OP_TLBI_PA,        /* last level (a byte), operand (8) */
    FUZZ_OP_REGS,           /* GPCCR, GPTBR, GPCBW (8 each) */
    FUZZ_OP_WRITE,          /* which word (a byte), value (8) */
    FUZZ_OP_MAP,            /* reads (a byte), from (8) */
    FUZZ_OP__COUNT
};

/* The byte "impl": rme - 1, + 3 * which of l0gptsz, + 12 * which of pa_bits */
#define FUZZ_IMPL(rme, l0, pa) ((rme) - 1 + 3 * (l0) + 12 * (pa))

/* Bits of the byte "features". */
enum {
    FUZZ_SEL2 = 1, FUZZ_GDI = 2, FUZZ_NO_4K = 4, FUZZ_NO_16K = 8,
    FUZZ_NO_64K = 16,
};

static const uint8_t fuzz_l0gptsz[4] = { 0, 4, 6, 9 };
static const uint8_t fuzz_pa_bits[10] = {
    32, 36, 40, 42, 44, 46, 47, 48, 52, 56,
};

#endif
