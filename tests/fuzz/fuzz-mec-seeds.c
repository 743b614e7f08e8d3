/*
 * Write seed inputs for fuzz-mec into a folder: contexts that meet in few
 * granules, and addresses in DRAM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdbool.h>
#include "fuzz-mec.h"
#include "fuzz-seeds.h"
#include "rng.h"

enum { SEEDS = 48, OPS = 20 };

static void put(FILE *f, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        fputc(v >> (8 * i) & 0xff, f);
    }
}

static void put_context(FILE *f, Rng *r)
{
    put(f, rng_below(r, 4), 1);
    put(f, rng_below(r, 3), 2);
}

/* As take_addr() of fuzz-mec.c takes it: mostly in DRAM. */
static void put_addr(FILE *f, Rng *r)
{
    put(f, rng_below(r, 2) << 62 | rng_below(r, 0x2000), 8);
}

static void put_op(FILE *f, Rng *r)
{
    unsigned op = rng_once_in(r, 2) ? rng_below(r, 2) :
                                      rng_below(r, FUZZ_MEC__COUNT);

    put(f, op, 1);
    if (op == FUZZ_MEC_PLAIN_READ || op == FUZZ_MEC_PLAIN_WRITE) {
        put_context(f, r);
    }
    switch (op) {
    case FUZZ_MEC_READ:
    case FUZZ_MEC_WRITE:
        put(f, rng_below(r, 0x2000), 2);
        put_context(f, r);
        put(f, rng_next(r), op == FUZZ_MEC_WRITE ? 2 : 0);
        break;
    case FUZZ_MEC_PLAIN_READ:
    case FUZZ_MEC_PLAIN_WRITE:
    case FUZZ_MEC_CIPHER_READ:
    case FUZZ_MEC_CIPHER_WRITE:
        put_addr(f, r);
        put(f, rng_below(r, 0x1800), 2);
        put(f, rng_next(r), op % 2);
        break;
    case FUZZ_MEC_LOSE:
        put_context(f, r);
        break;
    case FUZZ_MEC_RESET:
        put(f, rng_next(r), 1);
        break;
    case FUZZ_MEC_BAD_STATE:
        put(f, rng_once_in(r, 4) ? rng_below(r, 40) : 0, 2);
        put(f, rng_next(r), 2);
        put(f, rng_next(r) & 0xfe, 2);
        break;
    case FUZZ_MEC_CLAIM:
        put_addr(f, r);
        put(f, rng_below(r, 0x3000), 8);
        break;
    case FUZZ_MEC_RUNS:
        put_addr(f, r);
        put(f, rng_below(r, 8), 1);
        break;
    default:
        break;
    }
}

static void one_seed(FILE *f, void *opaque)
{
    Rng *r = opaque;

    put(f, rng_below(r, 3) | rng_below(r, 2) << 7, 1);
    put(f, rng_next(r), 1);
    for (unsigned i = 0; i < OPS; i++) {
        put_op(f, r);
    }
}

int main(int argc, char **argv)
{
    Rng r = { 0x6d6563 };

    return write_seeds(argc, argv, SEEDS, one_seed, &r);
}
