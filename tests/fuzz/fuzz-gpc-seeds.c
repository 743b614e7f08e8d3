/*
 * Write seed inputs for fuzz-gpc into a folder: machines that work, with
 * tables that are valid, so that the fuzzer starts beyond the first checks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include "fuzz-gpc.h"
#include "fuzz-seeds.h"
#include "gpt-synth.h"

enum { SEEDS = 64, OPS = 24 };

static void put(FILE *f, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        fputc(v >> (8 * i) & 0xff, f);
    }
}

static void put_regs(FILE *f, const GptRegs *regs)
{
    put(f, regs->gpccr, 8);
    put(f, regs->gptbr, 8);
    put(f, regs->gpcbw, 8);
}

static unsigned index_of(const uint8_t *in, unsigned n, uint8_t value)
{
    for (unsigned i = 0; i < n; i++) {
        if (in[i] == value) {
            return i;
        }
    }
    abort();
}

static uint64_t some_entry(Rng *r, const Synth *s)
{
    uint64_t addr = rng_once_in(r, 3) ? s->l0_base : rng_next(r) >> 8;
    uint64_t v;

    return synth_entry(s, addr, rng_next(r), &v) ? v : FUZZ_ABORT;
}

static void put_op(FILE *f, Rng *r, const GptImpl *impl, const GptRegs *regs,
                   const Synth *s)
{
    CcaAccess a = synth_access(r, impl, regs);
    unsigned op = rng_once_in(r, 2) ? FUZZ_OP_CHECK :
                                      rng_below(r, FUZZ_OP__COUNT);

    put(f, op, 1);
    switch (op) {
    case FUZZ_OP_CHECK:
        put(f, a.pas + CCA_PAS__COUNT * a.requester.state, 1);
        put(f, a.addr, 8);
        break;
    case FUZZ_OP_TLBI_PA:
        put(f, rng_below(r, 2), 1);
        put(f, a.addr >> 12 | rng_below(r, 10) << 44, 8);
        break;
    case FUZZ_OP_REGS:
        put_regs(f, regs);
        break;
    case FUZZ_OP_WRITE:
        put(f, rng_below(r, FUZZ_WORDS), 1);
        put(f, some_entry(r, s), 8);
        break;
    case FUZZ_OP_MAP:
        put(f, rng_below(r, 256), 1);
        put(f, a.addr << 8, 8);
        break;
    default:
        break;
    }
}

static void put_seed(FILE *f, Rng *r)
{
    GptImpl impl = synth_impl(r);
    GptRegs regs = synth_regs(r, &impl);
    Synth s = synth_memory(r, &impl, &regs, rng_once_in(r, 2));

    put(f, FUZZ_IMPL(impl.rme, index_of(fuzz_l0gptsz, 4, impl.l0gptsz),
                     index_of(fuzz_pa_bits, 10, impl.pa_bits)), 1);
    put(f, (impl.sel2 ? FUZZ_SEL2 : 0) | (impl.gdi ? FUZZ_GDI : 0) |
           (impl.tgran4 ? 0 : FUZZ_NO_4K) | (impl.tgran16 ? 0 : FUZZ_NO_16K) |
           (impl.tgran64 ? 0 : FUZZ_NO_64K), 1);
    put_regs(f, &regs);
    for (unsigned i = 0; i < FUZZ_WORDS; i++) {
        put(f, some_entry(r, &s), 8);
    }
    for (unsigned i = 0; i < OPS; i++) {
        put_op(f, r, &impl, &regs, &s);
    }
}

static void one_seed(FILE *f, void *opaque)
{
    put_seed(f, opaque);
}

int main(int argc, char **argv)
{
    Rng r = { 0x73656564 };

    return write_seeds(argc, argv, SEEDS, one_seed, &r);
}
