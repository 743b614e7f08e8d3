/*
 * A stream for SMMU qtests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

#define PATTERN 0x5ca1ab1e00c0ffeeull
#define OTHER   0x0ddba11c0ffee000ull

/* Something in each level's index. */
#define VA      0x5aa5c3a9b4f10000ull

static uint64_t low_bits(unsigned n)
{
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

/* As few levels as it takes, with up to 16 tables at the first. */
static int s2_start(unsigned granule, unsigned in_bits, bool ds)
{
    int level = smmu_s1_start(granule, in_bits);

    /* 16KB: level 0 is for 52 bits only. */
    return granule == 14 && level == 0 && !ds ? 1 : level;
}

static void new_s2(SmmuStream *x, SmmuTable *t, unsigned granule,
                   unsigned in_bits)
{
    const SmmuShape *h = &x->shape;
    int start = h->start2 ? h->start2 - 1 : s2_start(granule, in_bits, h->ds2);

    smmu_table_new(x->s, t, granule, in_bits, start, h->ds2);
}

/* One table has them all. */
void smmu_stream_map2(SmmuStream *x, uint64_t pa)
{
    uint64_t at = smmu_map(&x->s2, pa + x->offset, pa, 3, D_LEAF2);
    unsigned n = 64 * KIB >> x->s2.granule;
    uint64_t words[16];

    words[0] = smmu_desc(&x->s2, at);
    for (unsigned i = 1; i < n; i++) {
        words[i] = words[0] + (i << x->s2.granule);
    }
    smmu_poke(x->s, at, words, n);
}

/* --- making --------------------------------------------------------------- */

static void make_s2(SmmuStream *x)
{
    const SmmuShape *h = &x->shape;
    unsigned granule = h->g2 ?: 12, in_bits = h->in2 ?: 48, sl0;
    int leaf = h->leaf2 ?: 3;

    /* Apart from PAs where there is room; data apart from all the rest. */
    x->offset = in_bits >= 38 ? 0x1000000000ull : -0x40000000ull;
    x->ipa = x->page + x->offset + (in_bits >= 44 ? 1ull << 43 : 0);
    new_s2(x, &x->s2, granule, in_bits);
    x->leaf2 = smmu_map(&x->s2, x->ipa, x->page, leaf, x->bits2);
    if (leaf < 3) {
        /* The block has an output of its own size. */
        uint64_t low = low_bits(smmu_table_shift(&x->s2, leaf));

        x->ipa = (x->ipa & ~low) | (x->page & low);
    }
    sl0 = smmu_sl0(granule, x->s2.start);
    x->ste.s2vmid = STREAM_VMID;
    x->ste.s2t0sz = 64 - in_bits;
    x->ste.s2sl0 = sl0 & 3;
    x->ste.s2sl0_2 = sl0 >> 2;
    x->ste.s2tg = smmu_tg0(granule);
    x->ste.s2ps = h->ds2 || (granule == 16 && in_bits > 48) ? 6 : STREAM_PS;
    x->ste.s2ds = h->ds2;
    x->ste.s2aa64 = x->ste.s2r = true;
    x->ste.s2ttb = x->s2.root;
    if (x->s->world == W_SECURE) {
        new_s2(x, &x->s2_ns, granule, in_bits);
        x->ste.s_s2t0sz = x->ste.s2t0sz;
        x->ste.s_s2sl0 = x->ste.s2sl0;
        x->ste.s_s2sl0_2 = x->ste.s2sl0_2;
        x->ste.s_s2tg = x->ste.s2tg;
        x->ste.s_s2ttb = x->s2.root;
        x->ste.s2ttb = x->s2_ns.root;
    }
}

static void make_cd_table(SmmuStream *x)
{
    const SmmuShape *h = &x->shape;
    unsigned leaf = h->cdfmt == 1 ? 6 : 10;     /* log2 of CDs */
    uint64_t l2, word;

    if (!h->cdmax || !h->cdfmt) {
        x->cdtab = smmu_alloc(x->s, 64ull << h->cdmax);
        x->cd_at = x->cdtab + x->ssid * 64ull;
    } else {
        x->cdtab = smmu_alloc(x->s, 64 * KIB);
        l2 = smmu_alloc(x->s, 64 * KIB);
        x->l1cd = x->cdtab + (x->ssid >> leaf) * 8ull;
        word = (l2 + x->offset) | 1;
        smmu_poke(x->s, x->l1cd, &word, 1);
        x->cd_at = l2 + (x->ssid & ((1u << leaf) - 1)) * 64ull;
        if (x->has_s2) {
            smmu_stream_map2(x, l2);
        }
    }
    x->ste.s1cdmax = h->cdmax;
    x->ste.s1fmt = h->cdfmt;
    x->ste.s1contextptr = x->cdtab + x->offset;
    if (x->has_s2) {
        smmu_stream_map2(x, x->cdtab);
    }
}

static void make_s1(SmmuStream *x)
{
    const SmmuShape *h = &x->shape;
    unsigned granule = h->g1 ?: 12, in_bits = h->in1 ?: 48;
    int leaf = h->leaf1 ?: 3;
    uint64_t output = x->has_s2 ? x->ipa : x->page;
    uint64_t ttb;

    smmu_table_new(x->s, &x->s1, granule, in_bits,
                   smmu_s1_start(granule, in_bits), h->ds1);
    x->s1.offset = x->offset;
    x->va = VA & low_bits(in_bits);
    x->leaf1 = smmu_map(&x->s1, x->va, output, leaf, x->bits1);
    if (leaf < 3) {
        uint64_t low = low_bits(smmu_table_shift(&x->s1, leaf));

        x->va = (x->va & ~low) | (output & low);
    }
    if (h->high) {
        x->va |= ~low_bits(in_bits);
    }
    ttb = x->s1.root + x->offset;
    x->cd = (SmmuCd) {
        .v = true, .aa64 = true, .a = true, .r = true, .asid = STREAM_ASID,
        .t0sz = 64 - in_bits, .tg0 = smmu_tg0(granule),
        .t1sz = 64 - in_bits, .tg1 = smmu_tg1(granule),
        .ips = h->ds1 || (granule == 16 && in_bits > 48) ? 6 : STREAM_PS,
        .ds = h->ds1, .mair = 0xff,
        .epd0 = h->high, .epd1 = !h->high,
        .ttb0 = h->high ? 0 : ttb, .ttb1 = h->high ? ttb : 0,
    };
    if (h->el2) {
        x->ste.strw = STRW_EL2;
        x->cd.epd1 = x->s->config.cr2 & CR2_E2H;
    }
    make_cd_table(x);
    if (x->has_s2) {
        for (unsigned i = 0; i < x->s1.pages; i++) {
            smmu_stream_map2(x, x->s1.page[i]);
        }
    }
}

void smmu_stream_new(Smmu *s, SmmuStream *x, const SmmuShape *shape)
{
    unsigned ssid = x->ssid;

    *x = (SmmuStream) {
        .s = s, .shape = *shape, .sid = s->ex.rid, .ssid = ssid,
        .has_s1 = (shape->config & 5) == 5, .has_s2 = (shape->config & 6) == 6,
        .bits1 = D_LEAF1, .bits2 = D_LEAF2,
        .ste = { .v = true, .config = shape->config, .shcfg = 1 },
    };
    x->page = smmu_alloc(s, 64 * KIB);
    x->va = x->page;
    if (x->has_s2) {
        make_s2(x);
        x->va = x->ipa;
    }
    if (x->has_s1) {
        make_s1(x);
    }
}

void smmu_stream_set(SmmuStream *x, const SmmuSet *set, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *at = (char *)x + set[i].offset;

        switch (set[i].size) {
        case 0:
            break;
        case sizeof(bool):
            *(bool *)at = set[i].value;
            break;
        case sizeof(unsigned):
            *(unsigned *)(void *)at = set[i].value;
            break;
        default:
            *(uint64_t *)(void *)at = set[i].value;
            break;
        }
    }
}

void smmu_stream_install(SmmuStream *x)
{
    uint64_t words[8];

    if (x->has_s1) {
        smmu_cd_pack(&x->cd, words);
        smmu_poke(x->s, x->cd_at, words, 8);
    }
    x->ste_at = smmu_set_ste(x->s, x->sid, &x->ste);
    smmu_forget(x->s);
}

/* --- using ---------------------------------------------------------------- */

static ExerciserId identity(const SmmuStream *x, const SmmuDma *dma)
{
    ExerciserId id = dma->id;

    id.sec_sid = x->s->world;
    return id;
}

static uint64_t address(const SmmuStream *x, const SmmuDma *dma)
{
    return (dma->addr ?: x->va + IN_PAGE) ^ dma->xor;
}

void smmu_stream_access(SmmuStream *x, const SmmuDma *dma, SmmuEnd end)
{
    ExerciserId id = identity(x, dma);
    uint64_t addr = address(x, dma), at = x->page + IN_PAGE;
    uint64_t memory = PATTERN, device = OTHER, seen;
    QTestState *qts = x->s->qts;
    unsigned cause;

    if (end != END_ABORT && !dma->write) {
        device = end == END_ZERO ? 0 : PATTERN;
    } else if (end == END_WORKS) {
        memory = OTHER;
    }
    qtest_writeq(qts, at, PATTERN);
    qtest_writeq(qts, x->s->ex.ram, OTHER);
    cause = exerciser_dma(&x->s->ex, &id, dma->write, addr, 0, 8);
    if (cause != (end == END_ABORT ? EXERCISER_CAUSE_ABORT :
                                     EXERCISER_CAUSE_NONE)) {
        smmu_fail(x->s, "the access to 0x%" PRIx64 " ends with %u", addr,
                  cause);
    }
    seen = qtest_readq(qts, at);
    if (seen != memory) {
        smmu_fail(x->s, "memory has 0x%" PRIx64, seen);
    }
    seen = qtest_readq(qts, x->s->ex.ram);
    if (seen != device) {
        smmu_fail(x->s, "the device has 0x%" PRIx64, seen);
    }
}

SmmuEvt smmu_stream_event(const SmmuStream *x, const SmmuDma *dma, unsigned id)
{
    return (SmmuEvt) {
        .id = id, .sid = dma->id.forge ? dma->id.rid : x->sid,
        .ssv = dma->id.pasid_valid, .ssid = dma->id.pasid,
        .rnw = !dma->write, .pnu = dma->id.privileged,
        .ind = dma->id.instruction, .addr = address(x, dma),
        .class_ = CLASS_IN,
    };
}
