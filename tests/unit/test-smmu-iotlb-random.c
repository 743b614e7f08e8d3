/*
 * The translation cache against a list that knows nothing of hashes, groups
 * and chains: the same answers and the same losses, step by step.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "iotlb.h"
#include "rng.h"

/* The list: every entry that no invalidation has covered. */

enum { MODEL_MAX = 4096, STEPS = 600000 };

typedef struct ModelEntry {
    SmmuTlbContext ctx;
    SmmuTlbEntry e;
} ModelEntry;

typedef struct Model {
    ModelEntry entry[MODEL_MAX];
    unsigned count;
    bool strict;
} Model;

static bool is_el1(SmmuRegime r)
{
    return r == SMMU_REGIME_NS_EL1 || r == SMMU_REGIME_S_EL1 ||
           r == SMMU_REGIME_REALM_EL1;
}

static bool is_tagless(SmmuRegime r)
{
    return r == SMMU_REGIME_EL3 || r == SMMU_REGIME_NS_EL2 ||
           r == SMMU_REGIME_S_EL2 || r == SMMU_REGIME_REALM_EL2;
}

static bool model_is_global(const ModelEntry *m)
{
    return m->ctx.stage != SMMU_TLB_S2 && !is_tagless(m->ctx.regime) &&
           m->e.global;
}

/* Would the entry answer in that context, if the address fits? */
static bool model_in(const ModelEntry *m, const SmmuTlbContext *ctx)
{
    if (m->ctx.regime != ctx->regime || m->ctx.stage != ctx->stage ||
        (is_el1(ctx->regime) && m->ctx.vmid != ctx->vmid)) {
        return false;
    }
    if (ctx->stage == SMMU_TLB_S2) {
        return m->ctx.ns_ipa == ctx->ns_ipa;
    }
    if (is_tagless(ctx->regime)) {
        return true;
    }
    return model_is_global(m) ? m->ctx.aset == ctx->aset :
           m->ctx.asid == ctx->asid;
}

static bool model_at(const ModelEntry *m, uint64_t addr)
{
    return addr - m->e.input < 1ull << m->e.shift;
}

static bool model_touches(uint64_t base, unsigned shift, const SmmuTlbInv *inv)
{
    uint64_t last = base + (1ull << shift) - 1;

    return !(last < inv->first || base > inv->last);
}

static bool model_covers(const ModelEntry *m, const SmmuTlbInv *inv,
                         bool strict)
{
    bool s2 = m->ctx.stage == SMMU_TLB_S2;
    bool in_range = model_touches(m->e.input, m->e.shift, inv);
    bool hinted = !strict ||
        ((inv->tg == 0 || m->e.tg == inv->tg) &&
         (inv->level == SMMU_TLB_ANY_LEVEL || m->e.level == inv->level));
    bool shared = !strict || !inv->broadcast || !m->ctx.aset;

    if (m->ctx.regime != inv->regime) {
        return false;
    }
    if (inv->scope == SMMU_TLB_INV_REGIME) {
        return true;
    }
    if (is_el1(inv->regime) &&
        ((m->ctx.vmid ^ inv->vmid) & ~(unsigned)inv->vmid_ignore)) {
        return false;
    }
    switch (inv->scope) {
    case SMMU_TLB_INV_VA:
        return !s2 && in_range && hinted && shared &&
               (is_tagless(inv->regime) || model_is_global(m) ||
                m->ctx.asid == inv->asid);
    case SMMU_TLB_INV_VAA:
        return !s2 && in_range && hinted &&
               (shared || !is_tagless(inv->regime));
    case SMMU_TLB_INV_ASID:
        return !s2 && !model_is_global(m) && shared &&
               (is_tagless(inv->regime) || m->ctx.asid == inv->asid);
    case SMMU_TLB_INV_VMID_S1:
        return !s2;
    case SMMU_TLB_INV_VMID:
        return true;
    case SMMU_TLB_INV_IPA:
        if (m->ctx.stage == SMMU_TLB_S12) {
            return !strict && model_touches(m->e.ipa, m->e.ipa_shift, inv);
        }
        return s2 && in_range && hinted && m->ctx.ns_ipa == inv->ns_ipa;
    default:
        return false;
    }
}

static unsigned model_invalidate(Model *model, const SmmuTlbInv *inv)
{
    unsigned before = model->count, kept = 0;

    for (unsigned i = 0; i < model->count; i++) {
        if (!model_covers(&model->entry[i], inv, model->strict)) {
            model->entry[kept++] = model->entry[i];
        }
    }
    model->count = kept;
    return before - kept;
}

static void model_insert(Model *model, const SmmuTlbContext *ctx,
                         const SmmuTlbEntry *e)
{
    ModelEntry m = { *ctx, *e };
    unsigned i;

    for (i = 0; i < model->count; i++) {
        const ModelEntry *old = &model->entry[i];

        if (model_in(old, ctx) && old->e.input == e->input &&
            old->e.shift == e->shift &&
            model_is_global(old) == model_is_global(&m)) {
            break;
        }
    }
    assert_true(i < MODEL_MAX);
    model->entry[i] = m;
    model->count += i == model->count;
}

static const ModelEntry *model_lookup(const Model *model,
                                      const SmmuTlbContext *ctx, uint64_t addr)
{
    const ModelEntry *best = NULL;

    for (unsigned i = 0; i < model->count; i++) {
        const ModelEntry *m = &model->entry[i];

        if (model_in(m, ctx) && model_at(m, addr) &&
            (!best || m->e.shift < best->e.shift ||
             (m->e.shift == best->e.shift && !model_is_global(m)))) {
            best = m;
        }
    }
    return best;
}

static uint64_t random_address(Rng *r)
{
    return (rng_once_in(r, 4) ? 0ull - (1u << 21) : 0) +
           (rng_below(r, 512) << 12);
}

static SmmuTlbContext random_context(Rng *r)
{
    SmmuTlbContext ctx = {
        .regime = rng_once_in(r, 2) ? SMMU_REGIME_NS_EL1 :
                  rng_below(r, SMMU_REGIME__COUNT),
        .vmid = rng_below(r, 4) << (rng_once_in(r, 4) ? 8 : 0),
        .asid = rng_below(r, 3), .aset = rng_once_in(r, 3),
    };

    if (is_el1(ctx.regime)) {
        ctx.stage = rng_below(r, SMMU_TLB_STAGE__COUNT);
    }
    ctx.ns_ipa = ctx.regime == SMMU_REGIME_S_EL1 && rng_once_in(r, 2);
    return ctx;
}

static SmmuTlbEntry random_entry(Rng *r)
{
    static const uint8_t shifts[] = { 12, 12, 12, 14, 16, 21, 30 };
    unsigned shift = shifts[rng_below(r, COUNT_OF(shifts))];
    unsigned ipa_shift = shift + (rng_once_in(r, 2) ? 0 : 3);

    return (SmmuTlbEntry) {
        .input = random_address(r) >> shift << shift,
        .pa = rng_below(r, 1u << 20) << shift,
        .ipa = (rng_below(r, 512) << 12) >> ipa_shift << ipa_shift,
        .shift = shift, .ipa_shift = ipa_shift, .attrs = rng_next(r),
        .mecid = rng_next(r), .perms = rng_below(r, 64),
        .tg = 12 + 2 * rng_below(r, 3), .level = 1 + rng_below(r, 3),
        .global = rng_once_in(r, 3),
    };
}

static SmmuTlbInv random_inv(Rng *r)
{
    SmmuTlbContext ctx = random_context(r);
    uint64_t pages = rng_once_in(r, 3) ? 1 + rng_below(r, 600) : 1;
    SmmuTlbInv inv = {
        .scope = rng_below(r, 10), .regime = ctx.regime, .vmid = ctx.vmid,
        .asid = ctx.asid, .ns_ipa = ctx.ns_ipa, .first = random_address(r),
        .level = SMMU_TLB_ANY_LEVEL, .broadcast = rng_once_in(r, 4),
    };

    /* By address more often; everything seldom, or nothing would stay. */
    if (inv.scope >= SMMU_TLB_INV__COUNT ||
        (inv.scope == SMMU_TLB_INV_REGIME && !rng_once_in(r, 10))) {
        inv.scope = rng_below(r, 2) ? SMMU_TLB_INV_VA : SMMU_TLB_INV_IPA;
    }
    if (rng_once_in(r, 8)) {
        inv.vmid_ignore = (1u << (1 + rng_below(r, 4))) - 1;
    }
    inv.last = inv.first + (pages << 12) - 1;
    if (inv.last < inv.first || rng_once_in(r, 50)) {
        inv.last = UINT64_MAX;
    }
    if (rng_once_in(r, 4)) {
        inv.tg = 12 + 2 * rng_below(r, 3);
        inv.level = rng_once_in(r, 2) ? SMMU_TLB_ANY_LEVEL :
                    1 + rng_below(r, 3);
    }
    return inv;
}

/* The same answer, or for a plain cache that has evicted: none, or one that
 * stands in the list. */
static void check_lookup(const Model *model, const SmmuIotlb *tlb,
                         const SmmuTlbContext *ctx, uint64_t addr, bool exact)
{
    const SmmuTlbEntry *got = smmu_tlb_lookup(tlb, ctx, addr);
    const ModelEntry *want = model_lookup(model, ctx, addr);

    if (exact) {
        assert_int_equal(!got, !want);
    }
    if (!got) {
        return;
    }
    for (unsigned i = 0; !exact && i < model->count; i++) {
        const ModelEntry *m = &model->entry[i];

        if (model_in(m, ctx) && model_at(m, addr) &&
            m->e.shift == got->shift && model_is_global(m) == got->global) {
            want = m;
        }
    }
    assert_non_null(want);
    assert_int_equal(got->input, want->e.input);
    assert_int_equal(got->pa, want->e.pa);
    assert_int_equal(got->attrs, want->e.attrs);
    assert_int_equal(got->mecid, want->e.mecid);
    assert_int_equal(got->perms, want->e.perms);
    assert_int_equal(got->shift, want->e.shift);
}

static void run_random(bool strict, uint32_t entries, bool exact,
                       uint64_t seed)
{
    SmmuIotlb *tlb = smmu_tlb_new(strict, entries);
    Model *model = calloc(1, sizeof(*model));
    Rng r = { seed };
    unsigned most = 0, hits = 0, covered = 0;

    assert_non_null(model);
    model->strict = strict;
    for (unsigned step = 0; step < STEPS; step++) {
        SmmuTlbContext ctx = random_context(&r);
        unsigned what = rng_below(&r, 16);

        if (what < 7) {
            SmmuTlbEntry e = random_entry(&r);

            assert_true(smmu_tlb_insert(tlb, &ctx, &e));
            model_insert(model, &ctx, &e);
            assert_non_null(smmu_tlb_lookup(tlb, &ctx, e.input));
        } else if (what < 14) {
            uint64_t addr = random_address(&r);

            check_lookup(model, tlb, &ctx, addr, exact);
            hits += smmu_tlb_lookup(tlb, &ctx, addr) != NULL;
        } else {
            SmmuTlbInv inv = random_inv(&r);
            uint64_t removed = smmu_tlb_stats(tlb)->removed;
            unsigned gone = model_invalidate(model, &inv);

            smmu_tlb_invalidate(tlb, &inv);
            removed = smmu_tlb_stats(tlb)->removed - removed;
            if (exact) {
                assert_int_equal(removed, gone);
            } else {
                assert_true(removed <= gone);
            }
            covered += gone;
        }
        if (exact) {
            assert_int_equal(smmu_tlb_count(tlb), model->count);
        }
        most = model->count > most ? model->count : most;
    }
    /* Or the comparison would be about little. */
    assert_true(most > 200 && hits > STEPS / 200 && covered > STEPS / 10);
    assert_int_equal(smmu_tlb_stats(tlb)->evictions == 0, exact);
    free(model);
    smmu_tlb_free(tlb);
}

static void test_strict(void **state)
{
    (void)state;
    run_random(true, 1, true, 1);
}

static void test_plain(void **state)
{
    (void)state;
    run_random(false, MODEL_MAX, true, 2);
}

static void test_plain_small(void **state)
{
    (void)state;
    run_random(false, 50, false, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strict),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_plain_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
