/*
 * Translation table walks of the SMMU: stage 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk-tables.h"

enum {
    CONCATENATED_LOG2 = 4,  /* up to 16 tables at the start */
    NO_LEVEL = 4,
    MAIR_NORMAL_WB = 0xff,
};

typedef struct Walk2 {
    Walk walk;              /* the first member: the two are cast */
    const SmmuMem *mem;
    const SmmuWalkS2 *cfg;
    SmmuFaultClass class_;
    bool nested;            /* attributes are for the caller to combine */
} Walk2;

static bool secure(const SmmuWalkS2 *cfg)
{
    return cfg->sec_sid == CCA_SEC_SID_SECURE;
}

static bool realm(const SmmuWalkS2 *cfg)
{
    return cfg->sec_sid == CCA_SEC_SID_REALM;
}

void smmu_walk_s2_secure(SmmuWalkS2 *s, SmmuWalkS2 *ns, bool sw, bool sa,
                         bool nsw, bool nsa)
{
    s->ipa_ns = false;
    s->walk_ns = sw;
    s->out_ns = sa || sw;
    ns->ipa_ns = true;
    ns->walk_ns = nsw;
    ns->out_ns = nsa || nsw || s->out_ns;
}

/* Start level of {S2SL0_2, S2SL0}, or NO_LEVEL. */
static int start_level(const SmmuWalkS2 *cfg)
{
    unsigned sl0 = cfg->sl0 & 3;

    switch (cfg->granule) {
    case 12:
        if (cfg->ds && cfg->sl0_2) {
            return sl0 == 0 && cfg->oas >= 52 ? -1 : NO_LEVEL;
        }
        switch (sl0) {
        case 3:
            return cfg->stt ? 3 : NO_LEVEL;
        case 2:
            return cfg->oas >= 44 ? 0 : NO_LEVEL;
        default:
            return 2 - sl0;
        }
    case 14:
        switch (sl0) {
        case 3:
            return cfg->ds && cfg->oas >= 52 ? 0 : NO_LEVEL;
        case 2:
            return cfg->oas >= 42 ? 1 : NO_LEVEL;
        default:
            return 3 - sl0;
        }
    case 16:
        switch (sl0) {
        case 3:
            return NO_LEVEL;
        case 2:
            return cfg->oas >= 44 ? 1 : NO_LEVEL;
        default:
            return 3 - sl0;
        }
    default:
        return NO_LEVEL;
    }
}

static bool make_shape(const SmmuWalkS2 *cfg, WalkShape *shape)
{
    bool big = cfg->granule == 16 || cfg->ds;
    int start = start_level(cfg);
    unsigned in_bits, start_shift;

    /* The input is at most IAS, which is OAS (section 3.4). */
    if (start == NO_LEVEL ||
        !walk_tsz_ok(cfg->granule, cfg->tsz, big, cfg->stt) ||
        64 - cfg->tsz > cfg->oas) {
        return false;
    }
    in_bits = 64 - cfg->tsz;
    *shape = walk_shape(cfg->granule, in_bits, cfg->ds, cfg->ps, cfg->oas);
    shape->start = start;
    start_shift = walk_shift(shape, start);
    return in_bits > start_shift &&
           in_bits <= start_shift + (cfg->granule - 3) + CONCATENATED_LOG2;
}

bool smmu_walk_s2_size_ok(const SmmuWalkS2 *cfg)
{
    WalkShape shape;

    return make_shape(cfg, &shape);
}

static bool fail(Walk *walk, SmmuEventId event, int level)
{
    const Walk2 *w = (const Walk2 *)walk;

    *walk->fault = (SmmuWalkFault) {
        .event = event, .s2 = true, .class_ = w->class_, .level = level,
        .ipa = walk->input, .nsipa = secure(w->cfg) && w->cfg->ipa_ns,
        .tt_write = w->class_ == SMMU_CLASS_TT && walk->access.write,
    };
    return false;
}

static bool fail_fetch(Walk *w, SmmuMemResult r, const WalkPlace *p,
                       int level)
{
    fail(w, SMMU_F_WALK_EABT, level);
    w->fault->gpf = r == SMMU_MEM_GPF;
    w->fault->fetch_addr = p->addr;
    return false;
}

static bool dirty_by_hardware(const SmmuWalkS2 *cfg, uint64_t desc)
{
    return cfg->ha && cfg->hd && SMMU_GET(desc, TTD_DBM);
}

static bool output_ns(const SmmuWalkS2 *cfg, uint64_t desc)
{
    if (secure(cfg)) {
        return cfg->out_ns;
    }
    return realm(cfg) && SMMU_GET(desc, TTD2_NS);
}

/* DDI 0487, "Stage 2 data accesses permissions", "Execute permissions". */
static uint8_t permissions(const SmmuWalkS2 *cfg, uint64_t desc)
{
    bool xn0 = cfg->xnx && SMMU_GET(desc, TTD2_XN0);
    bool xn1 = SMMU_GET(desc, TTD2_XN1);
    uint8_t perms = 0;

    if (SMMU_GET(desc, TTD2_S2AP_R)) {
        perms |= SMMU_PERM_PR | SMMU_PERM_UR;
    }
    if (SMMU_GET(desc, TTD2_S2AP_W) || dirty_by_hardware(cfg, desc)) {
        perms |= SMMU_PERM_W;
    }
    /* XN[1:0]: 0 both execute, 1 EL0 only, 2 none, 3 EL1 only. */
    if (!xn1) {
        perms |= SMMU_PERM_UX;
    }
    if (xn0 == xn1) {
        perms |= SMMU_PERM_PX;
    }
    if (output_ns(cfg, desc) && (realm(cfg) || cfg->sif)) {
        perms &= ~SMMU_PERM_X;
    }
    return perms;
}

static bool is_device(const SmmuWalkS2 *cfg, uint64_t desc)
{
    unsigned memattr = SMMU_GET(desc, TTD2_MEMATTR);

    return cfg->fwb ? !(memattr & 4) : !(memattr >> 2);
}

static bool bad_amec(const Walk *walk, uint64_t desc)
{
    const SmmuWalkS2 *cfg = ((const Walk2 *)walk)->cfg;

    return realm(cfg) && cfg->mec && SMMU_GET(desc, TTD_AMEC) &&
           !SMMU_GET(desc, TTD2_NS);
}

static bool locate(Walk *walk, uint64_t addr, bool write, WalkPlace *p)
{
    const Walk2 *w = (const Walk2 *)walk;
    const SmmuWalkS2 *cfg = w->cfg;

    (void)write;
    *p = (WalkPlace) {
        .mem = w->mem, .addr = addr,
        .pas = secure(cfg) && cfg->walk_ns ? CCA_PAS_NS :
               smmu_pas_of_sec_sid(cfg->sec_sid),
        .big_endian = cfg->big_endian,
    };
    p->mecid = walk_mecid(p->pas, cfg->mecid);
    return true;
}

static bool access_leaf(Walk *walk, uint64_t desc, int level, uint8_t *perms,
                        uint64_t *wanted)
{
    const Walk2 *w = (const Walk2 *)walk;
    const SmmuWalkS2 *cfg = w->cfg;
    bool own = w->class_ != SMMU_CLASS_IN;

    if (!SMMU_GET(desc, TTD_AF) && !cfg->ha && !cfg->affd) {
        return fail(walk, SMMU_F_ACCESS, level);
    }
    *perms = permissions(cfg, desc);
    if (!smmu_perms_allow(*perms, walk->access) ||
        (own && cfg->ptw && is_device(cfg, desc)) ||
        (own && realm(cfg) && output_ns(cfg, desc))) {
        return fail(walk, SMMU_F_PERMISSION, level);
    }
    *wanted = desc;
    if (cfg->ha) {
        *wanted |= TTD_AF_MASK;
    }
    if (walk->access.write && dirty_by_hardware(cfg, desc)) {
        *wanted |= TTD2_S2AP_W_MASK;
    }
    return true;
}

static void finish(const Walk *walk, uint64_t desc, uint64_t before,
                   uint8_t perms, int level)
{
    const Walk2 *w = (const Walk2 *)walk;
    const SmmuWalkS2 *cfg = w->cfg;
    SmmuWalkResult *r = walk->result;
    unsigned shift = walk_shift(&walk->shape, level);
    bool block = level != WALK_FINAL_LEVEL;
    uint64_t changed = desc ^ before;
    uint64_t pa = walk_output(&walk->shape, desc, level, WALK_LEAF) |
                  (walk->input & WALK_LOW_BITS(shift));
    CcaPas pas = output_ns(cfg, desc) ? CCA_PAS_NS :
                                        smmu_pas_of_sec_sid(cfg->sec_sid);

    if (w->nested && w->class_ != SMMU_CLASS_IN) {
        /* Where a descriptor of stage 1 is: nothing else is asked. */
        r->pa = pa;
        r->pas = pas;
        return;
    }
    *r = (SmmuWalkResult) {
        .pa = pa, .pas = pas,
        .shift = shift, .s2_shift = shift, .s2_level = level,
        .s1_perms = SMMU_PERM_ALL,
        .set_af = changed & TTD_AF_MASK ? SMMU_WALK_STAGE2 : 0,
        .set_dirty = changed & TTD2_S2AP_W_MASK ? SMMU_WALK_STAGE2 : 0,
        .contiguous = SMMU_GET(desc, TTD_CONTIGUOUS) ? SMMU_WALK_STAGE2 : 0,
        .nt = block && SMMU_GET(desc, TTD_NT) ? SMMU_WALK_STAGE2 : 0,
        .s2_memattr = SMMU_GET(desc, TTD2_MEMATTR),
        .s2_sh = walk->shape.ds ? cfg->sh : SMMU_GET(desc, TTD_SH),
        .ipa = walk->input,
        .ipa_ns = secure(cfg) && cfg->ipa_ns,
    };
    r->mecid = walk_mecid(r->pas, cfg->mecid);
    if (!w->nested) {
        r->mair = MAIR_NORMAL_WB;
        smmu_attr_combine(&r->mair, &r->sh, r->s2_memattr, r->s2_sh,
                          cfg->fwb);
    }
    if (!SMMU_GET(desc, TTD2_S2AP_W) && (perms & SMMU_PERM_W)) {
        r->clean = SMMU_WALK_STAGE2;
        perms &= ~SMMU_PERM_W;
    }
    r->perms = r->s2_perms = perms;
}

static const WalkOps stage2 = {
    .stage = 2, .locate = locate, .bad_amec = bad_amec, .access = access_leaf,
    .finish = finish, .fail = fail, .fail_fetch = fail_fetch,
};

void walk_stage2_prepare(const SmmuWalkS2 *cfg, WalkStage2 *s2)
{
    s2->cfg = cfg;
    s2->ok = make_shape(cfg, &s2->shape);
    if (s2->ok) {
        s2->table = walk_base(&s2->shape, cfg->ttb, cfg->ps, cfg->oas);
    }
}

static bool run(const SmmuMem *mem, const WalkStage2 *s2, bool nested,
                uint64_t ipa, SmmuAccessType access, SmmuFaultClass class_,
                SmmuWalkTrace *trace, SmmuWalkResult *result,
                SmmuWalkFault *fault)
{
    Walk2 w = {
        .walk = { .shape = s2->shape, .input = ipa, .access = access,
                  .trace = trace, .result = result, .fault = fault },
        .mem = mem, .cfg = s2->cfg, .class_ = class_, .nested = nested,
    };

    if (!s2->ok || (ipa & ~WALK_LOW_BITS(s2->shape.in_bits))) {
        return fail(&w.walk, SMMU_F_TRANSLATION, 0);
    }
    return walk_tables(&w.walk, &stage2, s2->table);
}

bool walk_stage2_nested(const SmmuMem *mem, const WalkStage2 *s2, uint64_t ipa,
                        SmmuAccessType access, SmmuFaultClass class_,
                        SmmuWalkTrace *trace, SmmuWalkResult *result,
                        SmmuWalkFault *fault)
{
    return run(mem, s2, true, ipa, access, class_, trace, result, fault);
}

bool smmu_walk_stage2(const SmmuMem *mem, const SmmuWalkS2 *cfg, uint64_t ipa,
                      SmmuAccessType access, SmmuFaultClass class_,
                      SmmuWalkTrace *trace, SmmuWalkResult *result,
                      SmmuWalkFault *fault)
{
    WalkStage2 s2 = { .cfg = cfg };

    walk_stage2_prepare(cfg, &s2);
    return run(mem, &s2, false, ipa, access, class_, trace, result, fault);
}
