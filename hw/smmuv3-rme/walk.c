/*
 * Translation table walks of the SMMU: what the stages share, and both.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk-internal.h"

enum {
    TSZ_MIN = 16, TSZ_MIN_52 = 12,
    TSZ_MAX = 39, TSZ_MAX_STT = 48, TSZ_MAX_STT_64K = 47,
};

bool walk_tsz_ok(unsigned granule, unsigned tsz, bool big, bool stt)
{
    unsigned max = !stt ? TSZ_MAX :
                   granule == 16 ? TSZ_MAX_STT_64K : TSZ_MAX_STT;

    return tsz >= (big ? TSZ_MIN_52 : TSZ_MIN) && tsz <= max;
}

WalkShape walk_shape(unsigned granule, unsigned in_bits, bool ds,
                     unsigned size, unsigned oas)
{
    WalkShape s = {
        .granule = granule,
        .in_bits = in_bits,
        .ds = ds && granule != 16,
        .high_64k = granule == 16 && oas >= 52,
    };

    s.out_bits = size < oas ? size : oas;
    if (s.out_bits > 48 && !s.ds && !s.high_64k) {
        s.out_bits = 48;
    }
    return s;
}

uint64_t walk_base(const WalkShape *s, uint64_t ttb, unsigned size,
                   unsigned oas)
{
    unsigned align = s->in_bits - walk_shift(s, s->start) + 3;

    /* Where IPS or S2PS says 52 bits, a table has at least 64 bytes. */
    if (align < 6 && size >= 52 && oas >= 52) {
        align = 6;
    }
    return ttb & ~WALK_LOW_BITS(align);
}

static uint64_t swap_bytes(uint64_t v)
{
    uint64_t swapped = 0;

    for (unsigned i = 0; i < 64; i += 8) {
        swapped |= (v >> i & 0xff) << (56 - i);
    }
    return swapped;
}

SmmuMemResult walk_update(const WalkPlace *p, uint64_t desc, uint64_t wanted,
                          uint64_t *seen)
{
    bool swap = p->big_endian;
    uint64_t was = 0;
    SmmuMemResult r;

    r = p->mem->cmpxchg64(p->mem->opaque, p->addr, p->pas, p->mecid,
                          swap ? swap_bytes(desc) : desc,
                          swap ? swap_bytes(wanted) : wanted, &was);
    *seen = swap ? swap_bytes(was) : was;
    return r;
}

/* What a nested walk's way to the tables of stage 1 needs. */
typedef struct NestedVia {
    const SmmuMem *mem;
    const SmmuWalkNested *cfg;
    SmmuWalkTrace *trace;
    WalkStage2 s2, s2_ns;
} NestedVia;

static bool nested_stage2(const NestedVia *n, uint64_t ipa, CcaPas ipa_pas,
                          SmmuAccessType access, SmmuFaultClass class_,
                          SmmuWalkTrace *trace, SmmuWalkResult *result,
                          SmmuWalkFault *fault)
{
    bool ns_ipa = n->cfg->s1->sec_sid == CCA_SEC_SID_SECURE &&
                  ipa_pas == CCA_PAS_NS;
    const WalkStage2 *s2 = ns_ipa ? &n->s2_ns : &n->s2;

    if (!s2->cfg) {
        *fault = (SmmuWalkFault) {
            .event = SMMU_F_TRANSLATION, .s2 = true, .class_ = class_,
            .ipa = ipa, .nsipa = true,
            .tt_write = class_ == SMMU_CLASS_TT && access.write,
        };
        return false;
    }
    return walk_stage2_nested(n->mem, s2, ipa, access, class_, trace, result,
                              fault);
}

static bool nested_translate(void *opaque, bool write, uint64_t *addr,
                             CcaPas *pas, SmmuWalkFault *fault)
{
    const NestedVia *n = opaque;
    SmmuAccessType access = { .write = write, .privileged = true };
    SmmuWalkResult r;

    /* The way to an update was recorded when the descriptor was read. */
    if (!nested_stage2(n, *addr, *pas, access, SMMU_CLASS_TT,
                       write ? NULL : n->trace, &r, fault)) {
        return false;
    }
    *addr = r.pa;
    *pas = r.pas;
    return true;
}

bool smmu_walk_nested(const SmmuMem *mem, const SmmuWalkNested *cfg,
                      uint64_t va, SmmuAccessType access,
                      SmmuWalkTrace *trace, SmmuWalkResult *result,
                      SmmuWalkFault *fault)
{
    NestedVia n = { .mem = mem, .cfg = cfg, .trace = trace };
    SmmuWalkVia via = { nested_translate, &n };
    SmmuWalkResult r1, r2;

    walk_stage2_prepare(cfg->s2, &n.s2);
    if (cfg->s2_ns) {
        walk_stage2_prepare(cfg->s2_ns, &n.s2_ns);
    }
    if (!smmu_walk_stage1(mem, cfg->s1, va, access, &via, trace, &r1, fault) ||
        !nested_stage2(&n, r1.pa, r1.pas, access, SMMU_CLASS_IN, trace, &r2,
                       fault)) {
        return false;
    }
    *result = r2;
    result->shift = r1.shift < r2.shift ? r1.shift : r2.shift;
    result->s1_shift = r1.s1_shift;
    result->s1_level = r1.s1_level;
    result->s1_perms = r1.s1_perms;
    result->perms = r1.perms & r2.perms;
    result->clean = r1.clean | r2.clean;
    result->set_af = r1.set_af | r2.set_af;
    result->set_dirty = r1.set_dirty | r2.set_dirty;
    result->contiguous = r1.contiguous | r2.contiguous;
    result->nt = r1.nt | r2.nt;
    result->ng = r1.ng;
    result->ipa = r1.pa;
    result->ipa_ns = r2.ipa_ns;
    result->mair = r1.mair;
    result->sh = r1.sh;
    smmu_attr_combine(&result->mair, &result->sh, r2.s2_memattr, r2.s2_sh,
                      r2.ipa_ns ? cfg->s2_ns->fwb : cfg->s2->fwb);
    return true;
}
