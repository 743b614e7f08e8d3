/*
 * Translation table walks of the SMMU: stage 1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk-tables.h"

/* What Table descriptors hand down. */
typedef struct Hierarchy {
    uint8_t ap;             /* APTable */
    bool xn, pxn, ns;
} Hierarchy;

typedef struct Walk1 {
    Walk walk;              /* the first member: the two are cast */
    const SmmuMem *mem;
    const SmmuWalkS1 *cfg;
    const SmmuWalkHalf *half;
    const SmmuWalkVia *via;
    Hierarchy inherited;
} Walk1;

static bool two_privileges(const SmmuWalkS1 *cfg)
{
    return cfg->regime == SMMU_WALK_EL1 || cfg->regime == SMMU_WALK_EL2_E2H;
}

static bool secure(const SmmuWalkS1 *cfg)
{
    return cfg->sec_sid == CCA_SEC_SID_SECURE;
}

/* Realm EL2 and EL2-E2H: descriptors choose the output PAS. */
static bool realm_el2(const SmmuWalkS1 *cfg)
{
    return cfg->sec_sid == CCA_SEC_SID_REALM &&
           cfg->regime != SMMU_WALK_EL1;
}

bool smmu_walk_s1_size_ok(const SmmuWalkS1 *cfg, unsigned half)
{
    const SmmuWalkHalf *h = &cfg->half[half & 1];
    bool big = cfg->vax && (h->granule == 16 || cfg->ds);

    return (h->granule == 12 || h->granule == 14 || h->granule == 16) &&
           walk_tsz_ok(h->granule, h->tsz, big, cfg->stt);
}

static bool fail(Walk *w, SmmuEventId event, int level)
{
    *w->fault = (SmmuWalkFault) {
        .event = event, .class_ = SMMU_CLASS_IN, .level = level,
    };
    return false;
}

static bool fail_fetch(Walk *w, SmmuMemResult r, const WalkPlace *p,
                       int level)
{
    /* Class TT, unlike all other faults of stage 1 (section 7.3.12). */
    *w->fault = (SmmuWalkFault) {
        .event = SMMU_F_WALK_EABT, .class_ = SMMU_CLASS_TT, .level = level,
        .gpf = r == SMMU_MEM_GPF, .fetch_addr = p->addr,
    };
    return false;
}

/*
 * Choose the half and check the range (section 3.4.1): from bit 63, or 55
 * with TBI, down to the input size all bits are those of the half.
 */
static bool select_half(Walk1 *w)
{
    const SmmuWalkS1 *cfg = w->cfg;
    uint64_t va = w->walk.input;
    unsigned n = two_privileges(cfg) ? va >> 55 & 1 : 0;
    unsigned in_bits, top;
    uint64_t rest;

    w->half = &cfg->half[n];
    if (two_privileges(cfg) && w->half->epd) {
        return fail(&w->walk, SMMU_F_TRANSLATION, 0);
    }
    if (!smmu_walk_s1_size_ok(cfg, n)) {
        return fail(&w->walk, SMMU_F_TRANSLATION, 0);
    }
    in_bits = 64 - w->half->tsz;
    top = w->half->tbi ? 56 : 64;
    rest = (n ? ~va : va) & WALK_LOW_BITS(top) & ~WALK_LOW_BITS(in_bits);
    if (rest) {
        return fail(&w->walk, SMMU_F_TRANSLATION, 0);
    }
    if (two_privileges(cfg) && w->half->e0pd && !w->walk.access.privileged) {
        return fail(&w->walk, SMMU_F_TRANSLATION, 0);
    }
    w->walk.shape = walk_shape(w->half->granule, in_bits, cfg->ds, cfg->ips,
                               cfg->oas);
    /* The level at which the whole input is at most one table. */
    w->walk.shape.start = WALK_FINAL_LEVEL;
    while (walk_shift(&w->walk.shape, w->walk.shape.start - 1) < in_bits) {
        w->walk.shape.start--;
    }
    return true;
}

static bool locate(Walk *walk, uint64_t addr, bool write, WalkPlace *p)
{
    Walk1 *w = (Walk1 *)walk;
    CcaPas pas = smmu_pas_of_sec_sid(w->cfg->sec_sid);

    if (secure(w->cfg) && w->inherited.ns) {
        pas = CCA_PAS_NS;
    }
    *p = (WalkPlace) {
        .mem = w->mem, .addr = addr, .pas = pas,
        .big_endian = w->cfg->big_endian,
    };
    if (w->via && !w->via->translate(w->via->opaque, write, &p->addr, &p->pas,
                                     walk->fault)) {
        return false;
    }
    p->mecid = walk_mecid(p->pas, w->cfg->mecid);
    return true;
}

static bool dirty_by_hardware(const SmmuWalkS1 *cfg, uint64_t desc)
{
    return cfg->ha && cfg->hd && SMMU_GET(desc, TTD_DBM);
}

static bool output_ns(const Walk1 *w, uint64_t desc)
{
    const SmmuWalkS1 *cfg = w->cfg;

    if (secure(cfg)) {
        return w->inherited.ns || SMMU_GET(desc, TTD1_NS);
    }
    return realm_el2(cfg) && SMMU_GET(desc, TTD1_NS);
}

/*
 * Permissions of a leaf, a clean one taken as writable (DDI 0487,
 * AArch64.S1DirectBasePermissions).
 */
static uint8_t permissions(const Walk1 *w, uint64_t desc)
{
    const SmmuWalkS1 *cfg = w->cfg;
    const Hierarchy *t = &w->inherited;
    bool writable = !SMMU_GET(desc, TTD1_AP2) || dirty_by_hardware(cfg, desc);
    uint8_t perms = SMMU_PERM_PR | SMMU_PERM_X;

    if (t->ap & TTD_APTABLE_NO_WRITE) {
        writable = false;
    }
    if (writable) {
        perms |= SMMU_PERM_PW;
    }
    if (!two_privileges(cfg)) {
        /* Whatever the client says, it is privileged. */
        perms |= SMMU_PERM_UR | (writable ? SMMU_PERM_UW : 0);
    } else {
        if (SMMU_GET(desc, TTD1_AP1) && !(t->ap & TTD_APTABLE_NO_EL0)) {
            perms |= SMMU_PERM_UR | (writable ? SMMU_PERM_UW : 0);
        }
        if (SMMU_GET(desc, TTD1_PXN) || t->pxn || (perms & SMMU_PERM_UW)) {
            perms &= ~SMMU_PERM_PX;
        }
    }
    if (SMMU_GET(desc, TTD1_XN) || t->xn) {
        perms &= two_privileges(cfg) ? ~SMMU_PERM_UX : ~SMMU_PERM_X;
    }
    if (cfg->wxn) {
        /* Each X is one bit above the W of the same privilege. */
        perms &= ~((perms & SMMU_PERM_W) << 1);
    }
    if (cfg->pan && two_privileges(cfg) && (perms & SMMU_PERM_UR)) {
        perms &= ~(SMMU_PERM_PR | SMMU_PERM_PW);
    }
    /* Section 7.3.16: no Realm fetch from elsewhere; section 3.10: SIF. */
    if (output_ns(w, desc) && (!secure(cfg) || cfg->sif)) {
        perms &= ~SMMU_PERM_X;
    }
    return perms;
}

static void finish(const Walk *walk, uint64_t desc, uint64_t before,
                   uint8_t perms, int level)
{
    const Walk1 *w = (const Walk1 *)walk;
    const SmmuWalkS1 *cfg = w->cfg;
    SmmuWalkResult *r = walk->result;
    unsigned shift = walk_shift(&walk->shape, level);
    bool block = level != WALK_FINAL_LEVEL;
    uint64_t changed = desc ^ before;

    *r = (SmmuWalkResult) {
        .pa = walk_output(&walk->shape, desc, level, WALK_LEAF) |
              (walk->input & WALK_LOW_BITS(shift)),
        .pas = output_ns(w, desc) ? CCA_PAS_NS :
                                    smmu_pas_of_sec_sid(cfg->sec_sid),
        .shift = shift, .s1_shift = shift, .s1_level = level,
        .s2_perms = SMMU_PERM_ALL,
        .set_af = changed & TTD_AF_MASK ? SMMU_WALK_STAGE1 : 0,
        .set_dirty = changed & TTD1_AP2_MASK ? SMMU_WALK_STAGE1 : 0,
        .contiguous = SMMU_GET(desc, TTD_CONTIGUOUS) ? SMMU_WALK_STAGE1 : 0,
        .nt = block && SMMU_GET(desc, TTD_NT) ? SMMU_WALK_STAGE1 : 0,
        .mair = cfg->mair >> 8 * SMMU_GET(desc, TTD1_ATTRINDX),
        .sh = walk->shape.ds ? w->half->sh : SMMU_GET(desc, TTD_SH),
        /* Non-secure tables cannot make Secure entries global. */
        .ng = two_privileges(cfg) &&
              (SMMU_GET(desc, TTD1_NG) ||
               (secure(cfg) && w->inherited.ns)),
    };
    r->mecid = walk_mecid(r->pas, cfg->mecid);
    r->ipa_ns = secure(cfg) && r->pas == CCA_PAS_NS;
    if (SMMU_GET(desc, TTD1_AP2) && (perms & SMMU_PERM_W)) {
        r->clean = SMMU_WALK_STAGE1;
        perms &= ~SMMU_PERM_W;
    }
    r->perms = r->s1_perms = perms;
}

static void inherit(Walk *walk, uint64_t desc)
{
    Walk1 *w = (Walk1 *)walk;

    if (!w->half->had) {
        w->inherited.ap |= SMMU_GET(desc, TTD_APTABLE);
        w->inherited.xn |= SMMU_GET(desc, TTD_XNTABLE);
        w->inherited.pxn |= SMMU_GET(desc, TTD_PXNTABLE);
    }
    w->inherited.ns |= secure(w->cfg) && SMMU_GET(desc, TTD_NSTABLE);
}

static bool bad_amec(const Walk *walk, uint64_t desc)
{
    const SmmuWalkS1 *cfg = ((const Walk1 *)walk)->cfg;

    return realm_el2(cfg) && cfg->mec && SMMU_GET(desc, TTD_AMEC) &&
           !SMMU_GET(desc, TTD1_NS);
}

static bool access_leaf(Walk *walk, uint64_t desc, int level, uint8_t *perms,
                        uint64_t *wanted)
{
    const Walk1 *w = (const Walk1 *)walk;
    const SmmuWalkS1 *cfg = w->cfg;

    if (!SMMU_GET(desc, TTD_AF) && !cfg->ha && !cfg->affd) {
        return fail(walk, SMMU_F_ACCESS, level);
    }
    *perms = permissions(w, desc);
    if (!smmu_perms_allow(*perms, walk->access)) {
        return fail(walk, SMMU_F_PERMISSION, level);
    }
    *wanted = desc;
    if (cfg->ha) {
        *wanted |= TTD_AF_MASK;
    }
    if (walk->access.write && dirty_by_hardware(cfg, desc)) {
        *wanted &= ~TTD1_AP2_MASK;
    }
    return true;
}

static const WalkOps stage1 = {
    .stage = 1, .locate = locate, .bad_amec = bad_amec, .access = access_leaf,
    .inherit = inherit, .finish = finish, .fail = fail,
    .fail_fetch = fail_fetch,
};

bool smmu_walk_stage1(const SmmuMem *mem, const SmmuWalkS1 *cfg, uint64_t va,
                      SmmuAccessType access, const SmmuWalkVia *via,
                      SmmuWalkTrace *trace, SmmuWalkResult *result,
                      SmmuWalkFault *fault)
{
    Walk1 w = {
        .walk = { .input = va, .access = access,
                  .trace = trace, .result = result, .fault = fault },
        .mem = mem, .cfg = cfg, .via = via,
    };

    if (!select_half(&w)) {
        return false;
    }
    w.inherited.ns = secure(cfg) && w.half->nscfg;
    return walk_tables(&w.walk, &stage1,
                       walk_base(&w.walk.shape, w.half->ttb, cfg->ips,
                                 cfg->oas));
}
