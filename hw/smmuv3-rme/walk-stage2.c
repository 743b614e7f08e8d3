/*
 * Translation table walks of the SMMU: stage 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk-internal.h"

enum {
    TSZ_MIN = 16, TSZ_MIN_52 = 12,
    TSZ_MAX = 39, TSZ_MAX_STT = 48, TSZ_MAX_STT_64K = 47,
    CONCATENATED_LOG2 = 4,  /* up to 16 tables at the start */
    NO_LEVEL = 4,
    MAIR_NORMAL_WB = 0xff,
};

/* A walk under way. */
typedef struct Walk2 {
    const SmmuWalkS2 *cfg;
    SmmuAccessType access;
    SmmuFaultClass class_;
    WalkShape shape;
    uint64_t ipa;
    SmmuWalkFault *fault;
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
    unsigned min = big ? TSZ_MIN_52 : TSZ_MIN;
    unsigned max = !cfg->stt ? TSZ_MAX :
                   cfg->granule == 16 ? TSZ_MAX_STT_64K : TSZ_MAX_STT;
    int start = start_level(cfg);
    unsigned in_bits, start_shift;

    /* The input is at most IAS, which is OAS (section 3.4). */
    if (start == NO_LEVEL || cfg->tsz < min || cfg->tsz > max ||
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

static bool fail(Walk2 *w, SmmuEventId event, int level)
{
    *w->fault = (SmmuWalkFault) {
        .event = event, .s2 = true, .class_ = w->class_, .level = level,
        .ipa = w->ipa, .nsipa = secure(w->cfg) && w->cfg->ipa_ns,
        .tt_write = w->class_ == SMMU_CLASS_TT && w->access.write,
    };
    return false;
}

static bool fail_fetch(Walk2 *w, SmmuMemResult r, const WalkPlace *p,
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

static bool check(Walk2 *w, uint64_t desc, int level, WalkKind *kind)
{
    *kind = walk_kind(&w->shape, desc, level);
    if (*kind == WALK_INVALID) {
        return fail(w, SMMU_F_TRANSLATION, level);
    }
    if (*kind == WALK_LEAF && realm(w->cfg) && w->cfg->mec &&
        SMMU_GET(desc, TTD_AMEC) && !SMMU_GET(desc, TTD2_NS)) {
        return fail(w, SMMU_F_TRANSLATION, level);
    }
    if (walk_too_big(&w->shape,
                     walk_output(&w->shape, desc, level, *kind))) {
        return fail(w, SMMU_F_ADDR_SIZE, level);
    }
    return true;
}

static bool access_leaf(Walk2 *w, uint64_t desc, int level, uint8_t *perms,
                        uint64_t *wanted)
{
    const SmmuWalkS2 *cfg = w->cfg;
    bool own = w->class_ != SMMU_CLASS_IN;

    if (!SMMU_GET(desc, TTD_AF) && !cfg->ha && !cfg->affd) {
        return fail(w, SMMU_F_ACCESS, level);
    }
    *perms = permissions(cfg, desc);
    if (!smmu_perms_allow(*perms, w->access) ||
        (own && cfg->ptw && is_device(cfg, desc)) ||
        (own && realm(cfg) && output_ns(cfg, desc))) {
        return fail(w, SMMU_F_PERMISSION, level);
    }
    *wanted = desc;
    if (cfg->ha) {
        *wanted |= TTD_AF_MASK;
    }
    if (w->access.write && dirty_by_hardware(cfg, desc)) {
        *wanted |= TTD2_S2AP_W_MASK;
    }
    return true;
}

static void finish(const Walk2 *w, uint64_t desc, uint64_t before,
                   uint8_t perms, int level, SmmuWalkResult *r)
{
    const SmmuWalkS2 *cfg = w->cfg;
    unsigned shift = walk_shift(&w->shape, level);
    bool block = level != WALK_FINAL_LEVEL;
    uint64_t changed = desc ^ before;

    *r = (SmmuWalkResult) {
        .pa = walk_output(&w->shape, desc, level, WALK_LEAF) |
              (w->ipa & WALK_LOW_BITS(shift)),
        .pas = output_ns(cfg, desc) ? CCA_PAS_NS :
                                      smmu_pas_of_sec_sid(cfg->sec_sid),
        .shift = shift, .s2_shift = shift, .s2_level = level,
        .s1_perms = SMMU_PERM_ALL,
        .set_af = changed & TTD_AF_MASK ? SMMU_WALK_STAGE2 : 0,
        .set_dirty = changed & TTD2_S2AP_W_MASK ? SMMU_WALK_STAGE2 : 0,
        .contiguous = SMMU_GET(desc, TTD_CONTIGUOUS) ? SMMU_WALK_STAGE2 : 0,
        .nt = block && SMMU_GET(desc, TTD_NT) ? SMMU_WALK_STAGE2 : 0,
        .mair = MAIR_NORMAL_WB,
        .s2_memattr = SMMU_GET(desc, TTD2_MEMATTR),
        .s2_sh = w->shape.ds ? cfg->sh : SMMU_GET(desc, TTD_SH),
        .ipa = w->ipa,
        .ipa_ns = secure(cfg) && cfg->ipa_ns,
    };
    r->mecid = walk_mecid(r->pas, cfg->mecid);
    smmu_attr_combine(&r->mair, &r->sh, r->s2_memattr, r->s2_sh, cfg->fwb);
    if (!SMMU_GET(desc, TTD2_S2AP_W) && (perms & SMMU_PERM_W)) {
        r->clean = SMMU_WALK_STAGE2;
        perms &= ~SMMU_PERM_W;
    }
    r->perms = r->s2_perms = perms;
}

bool smmu_walk_stage2(const SmmuMem *mem, const SmmuWalkS2 *cfg, uint64_t ipa,
                      SmmuAccessType access, SmmuFaultClass class_,
                      SmmuWalkTrace *trace, SmmuWalkResult *result,
                      SmmuWalkFault *fault)
{
    Walk2 w = {
        .cfg = cfg, .access = access, .class_ = class_, .ipa = ipa,
        .fault = fault,
    };
    WalkPlace p = {
        .mem = mem, .pas = smmu_pas_of_sec_sid(cfg->sec_sid),
        .big_endian = cfg->big_endian,
    };
    uint64_t table;

    if (secure(cfg) && cfg->walk_ns) {
        p.pas = CCA_PAS_NS;
    }
    p.mecid = walk_mecid(p.pas, cfg->mecid);
    if (!make_shape(cfg, &w.shape) ||
        (ipa & ~WALK_LOW_BITS(w.shape.in_bits))) {
        return fail(&w, SMMU_F_TRANSLATION, 0);
    }
    table = walk_base(&w.shape, cfg->ttb, cfg->ps, cfg->oas);
    if (walk_too_big(&w.shape, table)) {
        return fail(&w, SMMU_F_ADDR_SIZE, 0);
    }
    for (int level = w.shape.start; level <= WALK_FINAL_LEVEL; level++) {
        uint64_t desc, wanted = 0;
        SmmuMemResult r;
        WalkKind kind;
        uint8_t perms = 0;

        p.addr = walk_entry(&w.shape, table, level, ipa);
        r = walk_read(&p, &desc);
        if (r != SMMU_MEM_OK) {
            return fail_fetch(&w, r, &p, level);
        }
        walk_note(trace, &p, desc, level, 2);

        /* Another round only if the descriptor changes under our hands. */
        for (unsigned tries = 0; ; tries++) {
            uint64_t seen;

            if (!check(&w, desc, level, &kind)) {
                return false;
            }
            if (kind == WALK_TABLE) {
                break;
            }
            if (!access_leaf(&w, desc, level, &perms, &wanted)) {
                return false;
            }
            if (wanted == desc) {
                finish(&w, desc, desc, perms, level, result);
                return true;
            }
            if (tries == WALK_UPDATE_TRIES) {
                /* As if hardware could not do it: software can. */
                return fail(&w, SMMU_GET(desc, TTD_AF) ? SMMU_F_PERMISSION :
                                                         SMMU_F_ACCESS, level);
            }
            r = walk_update(&p, desc, wanted, &seen);
            if (r != SMMU_MEM_OK) {
                return fail_fetch(&w, r, &p, level);
            }
            if (seen == desc) {
                finish(&w, wanted, desc, perms, level, result);
                return true;
            }
            desc = seen;
        }
        table = walk_output(&w.shape, desc, level, WALK_TABLE);
    }
    /* Not reached: level 3 has no tables. */
    return fail(&w, SMMU_F_TRANSLATION, WALK_FINAL_LEVEL);
}
