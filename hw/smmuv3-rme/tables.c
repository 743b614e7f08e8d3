/*
 * Through the translation tables of a stream: from its configuration to a
 * walk, with the translation cache in front (sections 3.3, 3.4, 3.17).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-internal.h"

static bool two_halves(SmmuStreamWorld world)
{
    return world == SMMU_WORLD_EL1 || world == SMMU_WORLD_EL2_E2H;
}

SmmuRegime smmu_regime_of(const SmmuReq *r)
{
    static const SmmuRegime first[CCA_SEC_SID__COUNT] = {
        [CCA_SEC_SID_NS] = SMMU_REGIME_NS_EL1,
        [CCA_SEC_SID_SECURE] = SMMU_REGIME_S_EL1,
        [CCA_SEC_SID_REALM] = SMMU_REGIME_REALM_EL1,
    };
    SmmuRegime base = first[r->txn->sec_sid];

    switch (r->ste->world) {
    case SMMU_WORLD_EL2:
        return base + 1;
    case SMMU_WORLD_EL2_E2H:
        return base + 2;
    case SMMU_WORLD_EL3:
        return SMMU_REGIME_EL3;
    default:
        return base;
    }
}

void smmu_make_s1(const SmmuReq *r, SmmuWalkS1 *s1)
{
    static const SmmuWalkRegime regimes[] = {
        [SMMU_WORLD_EL1] = SMMU_WALK_EL1,
        [SMMU_WORLD_EL2_E2H] = SMMU_WALK_EL2_E2H,
        [SMMU_WORLD_EL2] = SMMU_WALK_EL2,
        [SMMU_WORLD_EL3] = SMMU_WALK_EL3,
    };
    const SmmuFeatures *f = &r->s->regs.feat;
    const SmmuCd *cd = r->cd;

    *s1 = (SmmuWalkS1) {
        .sec_sid = r->txn->sec_sid, .regime = regimes[r->ste->world],
        .ips = cd->ips, .oas = f->oas, .vax = f->vax, .stt = f->stt,
        .mec = f->mec, .ds = cd->ds, .big_endian = cd->endi,
        .ha = cd->ha, .hd = cd->hd, .affd = cd->affd,
        .wxn = cd->wxn, .pan = cd->pan,
        .sif = r->bank->cr0 & SMMU_S_CR0_SIF_MASK,
        .mecid = r->ste->mecid, .mair = cd->mair,
    };
    for (unsigned i = 0; i < 2; i++) {
        const SmmuCdHalf *h = &cd->half[i];

        s1->half[i] = (SmmuWalkHalf) {
            .ttb = h->ttb, .granule = h->granule, .tsz = h->tsz,
            .sh = h->sh, .epd = h->epd, .tbi = h->tbi, .had = h->had,
            .e0pd = h->e0pd, .nscfg = h->nscfg,
        };
    }
}

static void make_one_s2(const SmmuReq *r, SmmuWalkS2 *s2, unsigned which)
{
    const SmmuFeatures *f = &r->s->regs.feat;
    const SmmuSte *ste = r->ste;
    const SmmuSteS2 *t = &ste->s2tt[which];

    *s2 = (SmmuWalkS2) {
        .ttb = t->ttb, .granule = t->granule, .tsz = t->t0sz, .sl0 = t->sl0,
        .sl0_2 = t->sl0_2, .sh = ste->s2sh0, .sec_sid = r->txn->sec_sid,
        .ps = ste->s2ps, .oas = f->oas, .stt = f->stt, .xnx = f->xnx,
        .mec = f->mec, .ds = ste->s2ds, .big_endian = ste->s2endi,
        .ha = ste->s2ha, .hd = ste->s2hd,
        .affd = ste->s2affd,
        .ptw = ste->s2ptw, .fwb = ste->s2fwb,
        .sif = r->bank->cr0 & SMMU_S_CR0_SIF_MASK, .mecid = ste->mecid,
    };
}

void smmu_make_s2(const SmmuReq *r, SmmuWalkS2 *s2, SmmuWalkS2 *ns)
{
    if (r->txn->sec_sid != CCA_SEC_SID_SECURE) {
        make_one_s2(r, s2, SMMU_STE_S2_TTB);
        return;
    }
    make_one_s2(r, s2, SMMU_STE_S2_S_TTB);
    make_one_s2(r, ns, SMMU_STE_S2_TTB);
    smmu_walk_s2_secure(s2, ns, r->ste->s2sw, r->ste->s2sa, r->ste->s2nsw,
                        r->ste->s2nsa);
}

static SmmuTlbContext context_of(const SmmuReq *r, SmmuTlbStage stage)
{
    return (SmmuTlbContext) {
        .regime = smmu_regime_of(r), .stage = stage, .vmid = r->ste->s2vmid,
        .asid = stage == SMMU_TLB_S2 ? 0 : r->cd->asid,
        .aset = stage != SMMU_TLB_S2 && r->cd->aset,
    };
}

SmmuTlbContext smmu_stage1_context(const SmmuReq *r)
{
    return context_of(r, r->ste->s2 ? SMMU_TLB_S12 : SMMU_TLB_S1);
}

/* Attributes of an entry: MAIR and SH in one. */
static uint32_t pack_attrs(uint8_t mair, uint8_t sh)
{
    return mair | (uint32_t)sh << 8;
}

/* From an entry of the TLB to the answer for one address. */
static void answer(const SmmuTlbEntry *e, uint64_t addr, SmmuTlbEntry *out)
{
    *out = *e;
    out->pa = e->pa | (addr & ((1ull << e->shift) - 1));
}

/* A human wants to see the walk: say what is held, but take nothing. */
SMMU_WATCHED
static const SmmuTlbEntry *watched(SmmuReq *r, const SmmuTlbContext *ctx,
                                   uint64_t addr)
{
    const SmmuTlbEntry *e = smmu_tlb_lookup(r->s->tlb, ctx, addr);

    /* Is it about the client's address? */
    r->watch->held = e && (ctx->stage == SMMU_TLB_S2) == !r->s1;
    if (r->watch->held) {
        answer(e, addr, &r->watch->entry);
    }
    return NULL;
}

static const SmmuTlbEntry *look_up(SmmuReq *r, const SmmuTlbContext *ctx,
                                   uint64_t addr, SmmuAccessType access)
{
    const SmmuTlbEntry *e;

    if (r->watch) {
        return watched(r, ctx, addr);
    }
    e = smmu_tlb_lookup(r->s->tlb, ctx, addr);
    if (e && !smmu_perms_allow(e->perms, access)) {
        e = NULL;
    }
    *(e ? &r->s->stats.tlb_hits : &r->s->stats.tlb_misses) += 1;
    return e;
}

/* What the walk found, as an entry; held unless a human looks. */
static void keep(SmmuReq *r, const SmmuTlbContext *ctx, uint64_t addr,
                 const SmmuWalkResult *w, SmmuTlbEntry *out)
{
    uint64_t low = (1ull << w->shift) - 1;
    bool s1 = ctx->stage != SMMU_TLB_S2;

    *out = (SmmuTlbEntry) {
        .input = addr & ~low, .pa = w->pa & ~low,
        .ipa = w->s2_shift ? w->ipa & ~((1ull << w->s2_shift) - 1) : 0,
        .attrs = pack_attrs(w->mair, w->sh), .mecid = w->mecid,
        .pas = w->pas, .perms = w->perms, .shift = w->shift,
        .ipa_shift = w->s2_shift,
        .tg = s1 ? r->cd->half[addr >> 55 & 1].granule :
                   r->ste->s2tt[ctx->ns_ipa ||
                               r->txn->sec_sid != CCA_SEC_SID_SECURE ?
                               SMMU_STE_S2_TTB : SMMU_STE_S2_S_TTB].granule,
        .level = (s1 ? w->s1_level : w->s2_level) < 0 ? 0 :
                 s1 ? w->s1_level : w->s2_level,
        .global = s1 && !w->ng,
    };
    if (s1 && !two_halves(r->ste->world)) {
        out->tg = r->cd->half[0].granule;
    }
    if (!r->watch) {
        smmu_tlb_insert(r->s->tlb, ctx, out);
    }
    out->pa = w->pa;
}

static void begin_walk(SmmuReq *r)
{
    r->own.code = SMMU_GPC_WALK;
    r->own.site = CCA_SITE_SMMU_WALK;
}

bool smmu_translate_ipa(SmmuReq *r, uint64_t ipa, bool ns_ipa,
                        SmmuAccessType access, SmmuFaultClass class_,
                        SmmuTlbEntry *out)
{
    SmmuTlbContext ctx = context_of(r, SMMU_TLB_S2);
    const SmmuTlbEntry *e;
    SmmuWalkResult w;
    SmmuWalkFault fault;
    SmmuWalkS2 s2, ns;

    ctx.ns_ipa = ns_ipa;
    /* What S2PTW says of a fetch stands in no TLB entry. */
    e = class_ == SMMU_CLASS_IN || !r->ste->s2ptw ?
        look_up(r, &ctx, ipa, access) : NULL;
    if (e && !(class_ != SMMU_CLASS_IN &&
               r->txn->sec_sid == CCA_SEC_SID_REALM &&
               e->pas != CCA_PAS_REALM)) {
        answer(e, ipa, out);
        return true;
    }
    smmu_make_s2(r, &s2, &ns);
    begin_walk(r);
    if (!smmu_walk_stage2(&r->mem, ns_ipa ? &ns : &s2, ipa, access, class_,
                          r->trace, &w, &fault)) {
        smmu_req_walk_fault(r, &fault);
        return false;
    }
    keep(r, &ctx, ipa, &w, out);
    return true;
}

/* The address as it counts: without a tag, sign-extended (section 3.4.1). */
static uint64_t canonical(const SmmuReq *r, uint64_t va)
{
    unsigned half = two_halves(r->ste->world) ? va >> 55 & 1 : 0;
    const uint64_t top = 0xffull << 56;

    if (!r->cd->half[half].tbi) {
        return va;
    }
    return half ? va | top : va & ~top;
}

/*
 * CD.E0PDx ends an unprivileged access before it comes to a walk, and so
 * before what a privileged one left in the TLB.
 */
static bool stopped_by_e0pd(const SmmuReq *r, uint64_t va)
{
    return two_halves(r->ste->world) && !r->access.privileged &&
           r->cd->half[va >> 55 & 1].e0pd;
}

static bool walk_stage1(SmmuReq *r, const SmmuTlbContext *ctx, uint64_t addr,
                        SmmuTlbEntry *out)
{
    SmmuWalkS2 s2, ns;
    SmmuWalkResult w;
    SmmuWalkFault fault;
    SmmuWalkS1 s1;
    bool ok;

    smmu_make_s1(r, &s1);
    begin_walk(r);
    if (r->ste->s2) {
        smmu_make_s2(r, &s2, &ns);
        ok = smmu_walk_nested(&r->mem, &(SmmuWalkNested) {
            .s1 = &s1, .s2 = &s2,
            .s2_ns = r->txn->sec_sid == CCA_SEC_SID_SECURE ? &ns : NULL,
        }, addr, r->access, r->trace, &w, &fault);
    } else {
        ok = smmu_walk_stage1(&r->mem, &s1, addr, r->access, NULL, r->trace,
                              &w, &fault);
    }
    if (!ok) {
        smmu_req_walk_fault(r, &fault);
        return false;
    }
    keep(r, ctx, canonical(r, addr), &w, out);
    return true;
}

static bool stage1(SmmuReq *r, uint64_t addr, SmmuTlbEntry *out)
{
    SmmuTlbContext ctx = r->ctx ? *r->ctx : smmu_stage1_context(r);
    uint64_t va = canonical(r, addr);
    const SmmuTlbEntry *e = stopped_by_e0pd(r, va) ? NULL :
                            look_up(r, &ctx, va, r->access);

    if (e) {
        answer(e, va, out);
        return true;
    }
    return walk_stage1(r, &ctx, addr, out);
}

bool smmu_translate_stages(SmmuReq *r, uint64_t addr, SmmuTlbEntry *out)
{
    const SmmuFeatures *f = &r->s->regs.feat;
    bool ns_ipa;

    if (r->s1) {
        return stage1(r, addr, out);
    }
    /* IAS is OAS: there is no VMSAv8-32 (section 3.4). */
    if (addr >> f->oas) {
        smmu_req_fault(r, SMMU_F_ADDR_SIZE);
        r->event.class_ = SMMU_CLASS_IN;
        r->translation_fault = false;
        return false;
    }
    /* Section 3.10.2: which IPA space is the result of NSCFG. */
    ns_ipa = r->txn->sec_sid == CCA_SEC_SID_SECURE &&
             smmu_bypass_pas(r->txn->sec_sid, r->txn->ns, r->ste->nscfg) ==
             CCA_PAS_NS;
    return smmu_translate_ipa(r, addr, ns_ipa, r->access, SMMU_CLASS_IN, out);
}
