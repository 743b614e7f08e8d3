/*
 * Random granule protection: implementations, registers, tables, accesses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "gpt-synth.h"

static uint64_t low_bits(unsigned n)
{
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

static unsigned pick(Rng *r, const uint8_t *of, unsigned count)
{
    return of[rng_below(r, count)];
}

GptImpl synth_impl(Rng *r)
{
    static const uint8_t l0gptsz[] = { 0, 4, 6, 9 };
    static const uint8_t pa_bits[] = {
        32, 36, 40, 42, 44, 46, 47, 48, 52, 56,
    };

    return (GptImpl) {
        .rme = 1 + rng_below(r, 3),
        .l0gptsz = pick(r, l0gptsz, 4),
        .pa_bits = pick(r, pa_bits, 10),
        .sel2 = !rng_once_in(r, 4),
        .gdi = rng_once_in(r, 4),
        .tgran4 = !rng_once_in(r, 16),
        .tgran16 = !rng_once_in(r, 16),
        .tgran64 = !rng_once_in(r, 16),
    };
}

static uint64_t sane_gpccr(Rng *r, const GptImpl *impl)
{
    uint64_t v = 0, pps;
    RefMachine m = synth_reference(impl, &(GptRegs) { 0 });

    do {
        pps = rng_below(r, 16);
        m.gpccr = pps;
    } while (ref_pps(&m) == 0 || ref_pps(&m) > impl->pa_bits);
    v |= pps;
    v |= (1 + rng_below(r, 3)) << 8;        /* IRGN: cacheable */
    v |= rng_below(r, 4) << 10;             /* ORGN */
    v |= (uint64_t)pick(r, (uint8_t[]) { 0, 2, 3 }, 3) << 12;
    v |= rng_below(r, 3) << 14;             /* PGS */
    v |= rng_next(r) & (7ull << 17);        /* GPCP, TBGPCD, NSO */
    v |= rng_next(r) & (0xfull << 25);      /* SA, NSP, NA6, NA7 */
    v |= rng_once_in(r, 4) ? 1ull << 24 : 0;    /* APPSAA */
    v |= rng_once_in(r, 4) ? 1ull << 29 : 0;    /* GPCBW */
    for (unsigned pad = 5; pad <= 7; pad++) {
        v |= rng_once_in(r, 12) ? 1ull << pad : 0;
    }
    return v;
}

static uint64_t sane_gpcbw(Rng *r)
{
    static const uint8_t size[] = { 0, 1, 2, 4, 6 };
    static const uint8_t stride[] = { 0, 2, 4, 6, 7, 8, 9, 0xa, 0x10 };
    uint64_t sz = pick(r, size, 5), st = pick(r, stride, 9);
    uint64_t addr = rng_next(r) & low_bits(10 + st) & low_bits(26);

    if (rng_once_in(r, 2)) {
        addr &= 0xff;       /* where small machines have memory */
    }
    return (addr & ~low_bits(sz)) | st << 32 | sz << 37;
}

GptRegs synth_regs(Rng *r, const GptImpl *impl)
{
    GptRegs regs = { .gpccr = sane_gpccr(r, impl), .gpcbw = sane_gpcbw(r) };
    RefMachine m = synth_reference(impl, &regs);
    uint64_t base = rng_next(r) & low_bits(ref_pps(&m) - 12);

    regs.gpccr |= rng_once_in(r, 40) ? 0 : 1ull << 16;
    /* Tables at, and just above, the end of the protected space. */
    if (rng_once_in(r, 24)) {
        base = (1ull << (ref_pps(&m) - 12)) - rng_below(r, 2);
    } else if (rng_once_in(r, 24)) {
        base = rng_next(r);
    } else if (rng_once_in(r, 24)) {
        base |= 1ull << (40 + rng_below(r, 4));
    }
    regs.gptbr = base;
    if (rng_once_in(r, 12)) {
        regs.gpccr ^= 1ull << rng_below(r, 16);
    } else if (rng_once_in(r, 24)) {
        regs.gpccr ^= rng_next(r);
    }
    if (rng_once_in(r, 12)) {
        regs.gpcbw ^= 1ull << rng_below(r, 40);
    } else if (rng_once_in(r, 24)) {
        regs.gpcbw = rng_next(r);
    }
    return regs;
}

Synth synth_memory(Rng *r, const GptImpl *impl, const GptRegs *regs,
                   bool hostile)
{
    RefMachine m = synth_reference(impl, regs);
    Synth s = {
        .seed = rng_next(r),
        .pps = ref_pps(&m) ? ref_pps(&m) : 40,
        .pgs = ref_pgs(&m) ? ref_pgs(&m) : 12,
        .l0_bits = ref_l0_bits(&m),
        .hostile = hostile,
    };

    m.gpccr = (m.gpccr & ~7ull) | 2;    /* any size: only the GPIs matter */
    for (unsigned gpi = 0; gpi < 16; gpi++) {
        if (ref_gpi_valid(&m, gpi)) {
            s.gpis[s.gpi_count++] = gpi;
        }
    }
    m.gpccr = regs->gpccr;
    if (ref_pps(&m)) {
        s.l0_base = ref_l0_addr(&m, 0);
        s.l0_end = s.l0_base + 8;
        if (s.pps > s.l0_bits) {
            s.l0_end = s.l0_base + (8ull << (s.pps - s.l0_bits));
        }
    }
    return s;
}

static uint64_t good_gpi(const Synth *s, Rng *h)
{
    return s->gpis[rng_below(h, s->gpi_count)];
}

static uint64_t good_l0(const Synth *s, Rng *h)
{
    uint64_t align = low_bits(s->l0_bits - s->pgs - 1);

    if (rng_below(h, 10) < 4) {
        return 1 | good_gpi(s, h) << 4;
    }
    return (rng_next(h) & low_bits(s->pps < 52 ? s->pps : 52) & ~align) | 3;
}

static uint64_t good_l1(const Synth *s, Rng *h)
{
    uint64_t v = 0;

    if (rng_below(h, 10) < 4 && !s->no_contiguous) {
        return 1 | good_gpi(s, h) << 4 | (1 + rng_below(h, 3)) << 8;
    }
    for (unsigned i = 0; i < 16; i++) {
        v = v << 4 | good_gpi(s, h);
    }
    return v;
}

bool synth_entry(const Synth *s, uint64_t addr, uint64_t salt,
                 uint64_t *value)
{
    Rng h = { rng_mix(s->seed ^ addr) + salt };
    bool l0 = addr >= s->l0_base && addr < s->l0_end;
    unsigned roll = s->hostile ? rng_below(&h, 64) : 63;

    *value = l0 ? good_l0(s, &h) : good_l1(s, &h);
    switch (roll) {
    case 0: case 1:
        return false;
    case 2:
        *value = rng_next(&h);
        break;
    case 3: case 4: case 5:
        *value ^= 1ull << rng_below(&h, 64);
        break;
    case 6: case 7:             /* an unknown GPI, or another type of entry */
        *value ^= rng_below(&h, 16) << (rng_below(&h, 16) * 4);
        break;
    case 8: case 9:             /* a table above the protected space */
        if (l0) {
            *value = (1ull << s->pps & low_bits(52)) | 3;
        }
        break;
    case 10:                    /* bits that only the PGS makes reserved */
        *value ^= 1ull << (12 + rng_below(&h, 16));
        break;
    default:
        break;
    }
    return true;
}

static uint64_t synth_address(Rng *r, const RefMachine *m)
{
    static const uint8_t edges[] = { 12, 14, 16, 18, 20, 21, 25, 29, 30, 34 };
    unsigned pps = ref_pps(m) ? ref_pps(m) : 40;
    uint64_t a = rng_next(r) & low_bits(pps), bw;

    switch (rng_below(r, 16)) {
    case 0:                     /* around the end of the protected space */
        a = (1ull << pps) - 4096 + rng_below(r, 8192);
        break;
    case 1:
        a = rng_next(r) & low_bits(pps + 1);
        break;
    case 2:
        a = rng_next(r);
        break;
    case 3: case 4:             /* around the edges of a window */
        bw = (m->gpcbw & low_bits(26)) << 30;
        bw += rng_once_in(r, 2) ? 1ull << (30 + (m->gpcbw >> 37 & 7)) : 0;
        bw += rng_once_in(r, 2) ? 1ull << (40 + (m->gpcbw >> 32 & 15)) : 0;
        a = bw + rng_below(r, 3) * 4096 - 4096;
        break;
    case 5: case 6:             /* low memory */
        a &= low_bits(32);
        break;
    case 7: case 8: case 9: case 10:
        a &= ~low_bits(pick(r, edges, sizeof(edges)));
        a -= rng_once_in(r, 2);
        break;
    case 11:                    /* around the edges of a level 0 entry */
        a &= ~low_bits(ref_l0_bits(m));
        a -= rng_once_in(r, 2);
        break;
    default:
        break;
    }
    return a & low_bits(56);
}

CcaAccess synth_access(Rng *r, const GptImpl *impl, const GptRegs *regs)
{
    RefMachine m = synth_reference(impl, regs);

    return (CcaAccess) {
        .addr = synth_address(r, &m),
        .pas = rng_once_in(r, 8) ? rng_below(r, CCA_PAS__COUNT) :
                                   rng_below(r, 4),
        .mecid = rng_next(r),
        .requester = {
            .kind = rng_below(r, 2) ? CCA_REQUESTER_PE : CCA_REQUESTER_DEVICE,
            .id = rng_below(r, 8),
            .state = rng_below(r, 4),
        },
    };
}

RefMachine synth_reference(const GptImpl *impl, const GptRegs *regs)
{
    return (RefMachine) {
        .rme = impl->rme, .l0gptsz = impl->l0gptsz, .pa_bits = impl->pa_bits,
        .sel2 = impl->sel2, .gdi = impl->gdi, .tgran4 = impl->tgran4,
        .tgran16 = impl->tgran16, .tgran64 = impl->tgran64,
        .gpccr = regs->gpccr, .gptbr = regs->gptbr, .gpcbw = regs->gpcbw,
    };
}
