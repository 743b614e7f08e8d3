/*
 * What the input of fuzz-mec looks like: a header of two bytes, then
 * operations until the input ends. Numbers are little-endian; what is cut off
 * reads as 0.
 *
 *   header:    policy and NS identity, mecid-bits - 1
 *   operation: opcode (a byte), then its operands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FUZZ_MEC_H
#define FUZZ_MEC_H

#include <stdint.h>

/* Opcodes, modulo FUZZ_MEC__COUNT. CONTEXT: PAS (a byte), MECID (2). */
enum {
    FUZZ_MEC_READ,          /* place (2), CONTEXT: an access */
    FUZZ_MEC_WRITE,         /* place (2), CONTEXT, length, value (a byte each) */
    FUZZ_MEC_CIPHER_READ,   /* address (8), length (2) */
    FUZZ_MEC_CIPHER_WRITE,  /* address (8), length (2), value (1) */
    FUZZ_MEC_PLAIN_READ,    /* CONTEXT, address (8), length (2) */
    FUZZ_MEC_PLAIN_WRITE,   /* CONTEXT, address (8), length (2), value (1) */
    FUZZ_MEC_LOSE,          /* CONTEXT */
    FUZZ_MEC_RESET,         /* seed (1) */
    FUZZ_MEC_MOVE,          /* save, and go on with what is loaded */
    FUZZ_MEC_BAD_STATE,     /* length to cut (2), place (2), value (1) */
    FUZZ_MEC_CLAIM,         /* address (8), size (8) */
    FUZZ_MEC_RUNS,          /* from (8), limit (1) */
    FUZZ_MEC__COUNT
};

#define FUZZ_MEC_LOW 0x80000000ull
#define FUZZ_MEC_HIGH 0x880000000ull
enum { FUZZ_MEC_LOW_GRANULES = 4, FUZZ_MEC_GRANULES = 6 };

#endif
