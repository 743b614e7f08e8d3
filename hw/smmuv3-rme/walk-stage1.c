/*
 * Translation table walks of the SMMU: stage 1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk-internal.h"

enum {
    TSZ_MIN = 16, TSZ_MIN_52 = 12,
    TSZ_MAX = 39, TSZ_MAX_STT = 48, TSZ_MAX_STT_64K = 47,
};

/* What Table descriptors hand down. */
typedef struct Hierarchy {
    uint8_t ap;             /* APTable */
    bool xn, pxn, ns;
} Hierarchy;

/* A walk under way. */
typedef struct Walk1 {
    const SmmuMem *mem;
    const SmmuWalkS1 *cfg;
    const SmmuWalkHalf *half;
    const SmmuWalkVia *via;
    SmmuAccessType access;
    WalkShape shape;
    Hierarchy inherited;
    SmmuWalkFault *fault;
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
    unsigned max = !cfg->stt ? TSZ_MAX :
                   h->granule == 16 ? TSZ_MAX_STT_64K : TSZ_MAX_STT;

    return (h->granule == 12 || h->granule == 14 || h->granule == 16) &&
           h->tsz >= (big ? TSZ_MIN_52 : TSZ_MIN) && h->tsz <= max;
}

static bool fail(Walk1 *w, SmmuEventId event, int level)
{
    *w->fault = (SmmuWalkFault) {
        .event = event, .class_ = SMMU_CLASS_IN, .level = level,
    };
    return false;
}

static bool fail_fetch(Walk1 *w, SmmuMemResult r, const WalkPlace *p,
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
static bool select_half(Walk1 *w, uint64_t va)
{
    const SmmuWalkS1 *cfg = w->cfg;
    unsigned n = two_privileges(cfg) ? va >> 55 & 1 : 0;
    unsigned in_bits, top;
    uint64_t rest;

    w->half = &cfg->half[n];
    if (two_privileges(cfg) && w->half->epd) {
        return fail(w, SMMU_F_TRANSLATION, 0);
    }
    if (!smmu_walk_s1_size_ok(cfg, n)) {
        return fail(w, SMMU_F_TRANSLATION, 0);
    }
    in_bits = 64 - w->half->tsz;
    top = w->half->tbi ? 56 : 64;
    rest = (n ? ~va : va) & WALK_LOW_BITS(top) & ~WALK_LOW_BITS(in_bits);
    if (rest) {
        return fail(w, SMMU_F_TRANSLATION, 0);
    }
    if (two_privileges(cfg) && w->half->e0pd && !w->access.privileged) {
        return fail(w, SMMU_F_TRANSLATION, 0);
    }
    w->shape = walk_shape(w->half->granule, in_bits, cfg->ds, cfg->ips,
                          cfg->oas);
    /* The level at which the whole input is at most one table. */
    w->shape.start = WALK_FINAL_LEVEL;
    while (walk_shift(&w->shape, w->shape.start - 1) < in_bits) {
        w->shape.start--;
    }
    return true;
}

/* Where in memory the descriptor at @addr lies. */
static bool locate(Walk1 *w, uint64_t addr, bool write, WalkPlace *p)
{
    CcaPas pas = smmu_pas_of_sec_sid(w->cfg->sec_sid);

    if (secure(w->cfg) && w->inherited.ns) {
        pas = CCA_PAS_NS;
    }
    *p = (WalkPlace) {
        .mem = w->mem, .addr = addr, .pas = pas,
        .big_endian = w->cfg->big_endian,
    };
    if (w->via && !w->via->translate(w->via->opaque, write, &p->addr, &p->pas,
                                     w->fault)) {
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

static void finish(const Walk1 *w, uint64_t va, uint64_t desc, uint64_t before,
                   uint8_t perms, int level, SmmuWalkResult *r)
{
    const SmmuWalkS1 *cfg = w->cfg;
    unsigned shift = walk_shift(&w->shape, level);
    bool block = level != WALK_FINAL_LEVEL;
    uint64_t changed = desc ^ before;

    *r = (SmmuWalkResult) {
        .pa = walk_output(&w->shape, desc, level, WALK_LEAF) |
              (va & WALK_LOW_BITS(shift)),
        .pas = output_ns(w, desc) ? CCA_PAS_NS :
                                    smmu_pas_of_sec_sid(cfg->sec_sid),
        .shift = shift, .s1_shift = shift, .s1_level = level,
        .s2_perms = SMMU_PERM_ALL,
        .set_af = changed & TTD_AF_MASK ? SMMU_WALK_STAGE1 : 0,
        .set_dirty = changed & TTD1_AP2_MASK ? SMMU_WALK_STAGE1 : 0,
        .contiguous = SMMU_GET(desc, TTD_CONTIGUOUS) ? SMMU_WALK_STAGE1 : 0,
        .nt = block && SMMU_GET(desc, TTD_NT) ? SMMU_WALK_STAGE1 : 0,
        .mair = cfg->mair >> 8 * SMMU_GET(desc, TTD1_ATTRINDX),
        .sh = w->shape.ds ? w->half->sh : SMMU_GET(desc, TTD_SH),
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

static void inherit(Walk1 *w, uint64_t desc)
{
    if (!w->half->had) {
        w->inherited.ap |= SMMU_GET(desc, TTD_APTABLE);
        w->inherited.xn |= SMMU_GET(desc, TTD_XNTABLE);
        w->inherited.pxn |= SMMU_GET(desc, TTD_PXNTABLE);
    }
    w->inherited.ns |= secure(w->cfg) && SMMU_GET(desc, TTD_NSTABLE);
}

/*
 * The checks of one descriptor up to its address, in the order of section
 * 7.3.22.
 */
static bool check(Walk1 *w, uint64_t desc, int level, WalkKind *kind)
{
    *kind = walk_kind(&w->shape, desc, level);
    if (*kind == WALK_INVALID) {
        return fail(w, SMMU_F_TRANSLATION, level);
    }
    if (*kind == WALK_LEAF && realm_el2(w->cfg) && w->cfg->mec &&
        SMMU_GET(desc, TTD_AMEC) && !SMMU_GET(desc, TTD1_NS)) {
        return fail(w, SMMU_F_TRANSLATION, level);
    }
    if (walk_too_big(&w->shape,
                     walk_output(&w->shape, desc, level, *kind))) {
        return fail(w, SMMU_F_ADDR_SIZE, level);
    }
    return true;
}

/* What hardware makes of the leaf @desc for this access (section 3.13). */
static bool access_leaf(Walk1 *w, uint64_t desc, int level, uint8_t *perms,
                        uint64_t *wanted)
{
    const SmmuWalkS1 *cfg = w->cfg;

    if (!SMMU_GET(desc, TTD_AF) && !cfg->ha && !cfg->affd) {
        return fail(w, SMMU_F_ACCESS, level);
    }
    *perms = permissions(w, desc);
    if (!smmu_perms_allow(*perms, w->access)) {
        return fail(w, SMMU_F_PERMISSION, level);
    }
    *wanted = desc;
    if (cfg->ha) {
        *wanted |= TTD_AF_MASK;
    }
    if (w->access.write && dirty_by_hardware(cfg, desc)) {
        *wanted &= ~TTD1_AP2_MASK;
    }
    return true;
}

bool smmu_walk_stage1(const SmmuMem *mem, const SmmuWalkS1 *cfg, uint64_t va,
                      SmmuAccessType access, const SmmuWalkVia *via,
                      SmmuWalkTrace *trace, SmmuWalkResult *result,
                      SmmuWalkFault *fault)
{
    Walk1 w = {
        .mem = mem, .cfg = cfg, .via = via, .access = access, .fault = fault,
    };
    uint64_t table;

    if (!select_half(&w, va)) {
        return false;
    }
    w.inherited.ns = secure(cfg) && w.half->nscfg;
    table = walk_base(&w.shape, w.half->ttb, cfg->ips, cfg->oas);
    if (walk_too_big(&w.shape, table)) {
        return fail(&w, SMMU_F_ADDR_SIZE, 0);
    }
    for (int level = w.shape.start; level <= WALK_FINAL_LEVEL; level++) {
        uint64_t entry = walk_entry(&w.shape, table, level, va);
        uint64_t desc, wanted = 0;
        SmmuMemResult r;
        WalkKind kind;
        WalkPlace p;
        uint8_t perms = 0;

        if (!locate(&w, entry, false, &p)) {
            return false;
        }
        r = walk_read(&p, &desc);
        if (r != SMMU_MEM_OK) {
            return fail_fetch(&w, r, &p, level);
        }
        walk_note(trace, &p, desc, level, 1);

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
                finish(&w, va, desc, desc, perms, level, result);
                return true;
            }
            if (tries == WALK_UPDATE_TRIES) {
                /* As if hardware could not do it: software can. */
                return fail(&w, SMMU_GET(desc, TTD_AF) ? SMMU_F_PERMISSION :
                                                         SMMU_F_ACCESS, level);
            }
            if (!locate(&w, entry, true, &p)) {
                return false;
            }
            r = walk_update(&p, desc, wanted, &seen);
            if (r != SMMU_MEM_OK) {
                return fail_fetch(&w, r, &p, level);
            }
            if (seen == desc) {
                finish(&w, va, wanted, desc, perms, level, result);
                return true;
            }
            desc = seen;
        }
        inherit(&w, desc);
        table = walk_output(&w.shape, desc, level, WALK_TABLE);
    }
    /* Not reached: level 3 has no tables. */
    return fail(&w, SMMU_F_TRANSLATION, WALK_FINAL_LEVEL);
}
