/*
 * The translation cache: what each invalidation hits and what it spares, and
 * what it costs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "iotlb.h"

/* Rows of the tables below override defaults of the macros that make them. */
#pragma GCC diagnostic ignored "-Woverride-init"

#define HIGH 0xffffff8000000000ull

static SmmuTlbEntry page(uint64_t input, uint64_t pa)
{
    return (SmmuTlbEntry) {
        .input = input, .pa = pa, .shift = 12, .ipa = input, .ipa_shift = 12,
        .tg = 12, .level = 3, .pas = CCA_PAS_REALM, .mecid = 7,
        .perms = SMMU_TLB_PRIV_R | SMMU_TLB_USER_W, .attrs = 0x12345678,
    };
}

static SmmuTlbContext nested(uint16_t vmid, uint16_t asid)
{
    return (SmmuTlbContext) { .regime = SMMU_REGIME_NS_EL1,
                              .stage = SMMU_TLB_S12, .vmid = vmid,
                              .asid = asid };
}

static SmmuTlbInv whole(SmmuTlbInvScope scope, uint16_t vmid, uint16_t asid)
{
    return (SmmuTlbInv) { .scope = scope, .regime = SMMU_REGIME_NS_EL1,
                          .vmid = vmid, .asid = asid, .last = UINT64_MAX,
                          .level = SMMU_TLB_ANY_LEVEL };
}

static void test_what_is_held_comes_back(void **state)
{
    SmmuIotlb *tlb = smmu_tlb_new(true, 1);
    SmmuTlbContext ctx = nested(3, 4);
    SmmuTlbEntry e = page(0x5000, 0x123456000);
    const SmmuTlbEntry *got;

    (void)state;
    assert_non_null(tlb);
    assert_null(smmu_tlb_lookup(tlb, &ctx, 0x5000));
    assert_true(smmu_tlb_insert(tlb, &ctx, &e));
    got = smmu_tlb_lookup(tlb, &ctx, 0x5fff);
    assert_non_null(got);
    assert_int_equal(got->pa, 0x123456000);
    assert_int_equal(got->pas, CCA_PAS_REALM);
    assert_int_equal(got->mecid, 7);
    assert_int_equal(got->perms, e.perms);
    assert_int_equal(got->attrs, e.attrs);
    assert_null(smmu_tlb_lookup(tlb, &ctx, 0x4fff));
    assert_null(smmu_tlb_lookup(tlb, &ctx, 0x6000));
    /* The same range again: one entry, the new answer. */
    e.pa = 0x777000;
    assert_true(smmu_tlb_insert(tlb, &ctx, &e));
    assert_int_equal(smmu_tlb_lookup(tlb, &ctx, 0x5000)->pa, 0x777000);
    assert_int_equal(smmu_tlb_count(tlb), 1);
    smmu_tlb_clear(tlb);
    assert_null(smmu_tlb_lookup(tlb, &ctx, 0x5000));
    assert_int_equal(smmu_tlb_count(tlb), 0);
    smmu_tlb_free(tlb);
}

static void test_every_size(void **state)
{
    SmmuIotlb *tlb = smmu_tlb_new(true, 4);
    SmmuTlbContext ctx = nested(0, 0);

    (void)state;
    for (unsigned shift = SMMU_TLB_MIN_SHIFT; shift <= SMMU_TLB_MAX_SHIFT;
         shift++) {
        uint64_t base = shift > 47 ? 0 : HIGH >> shift << shift;
        SmmuTlbEntry e = page(base, 0);

        e.shift = shift;
        assert_true(smmu_tlb_insert(tlb, &ctx, &e));
        assert_int_equal(smmu_tlb_lookup(tlb, &ctx, base)->shift, shift);
        assert_non_null(smmu_tlb_lookup(tlb, &ctx,
                                          base + (1ull << shift) - 1));
        assert_null(smmu_tlb_lookup(tlb, &ctx, base + (1ull << shift)));
        assert_null(smmu_tlb_lookup(tlb, &ctx, base - 1));
        smmu_tlb_clear(tlb);
    }
    smmu_tlb_free(tlb);
}

static void test_bad_input(void **state)
{
    SmmuIotlb *tlb = smmu_tlb_new(true, 4);
    SmmuTlbContext ctx = nested(0, 0);
    SmmuTlbEntry e = page(0, 0);
    SmmuTlbInv inv = whole(SMMU_TLB_INV_REGIME, 0, 0);

    (void)state;
    assert_null(smmu_tlb_new(false, 0));
    assert_null(smmu_tlb_new(false, SMMU_IOTLB_STRICT_LIMIT + 1u));
    e.shift = 11;
    assert_false(smmu_tlb_insert(tlb, &ctx, &e));
    e.shift = 53;
    assert_false(smmu_tlb_insert(tlb, &ctx, &e));
    e.shift = 12;
    e.ipa_shift = 0;
    assert_false(smmu_tlb_insert(tlb, &ctx, &e));
    e.ipa_shift = 12;
    ctx.regime = SMMU_REGIME__COUNT;
    assert_false(smmu_tlb_insert(tlb, &ctx, &e));
    ctx.regime = SMMU_REGIME_NS_EL2;    /* has no stage 2 */
    assert_false(smmu_tlb_insert(tlb, &ctx, &e));
    ctx = nested(0, 0);
    assert_true(smmu_tlb_insert(tlb, &ctx, &e));
    inv.regime = SMMU_REGIME__COUNT;
    smmu_tlb_invalidate(tlb, &inv);
    inv = whole(SMMU_TLB_INV__COUNT, 0, 0);
    smmu_tlb_invalidate(tlb, &inv);
    inv = whole(SMMU_TLB_INV_VAA, 0, 0);
    inv.first = 2;
    inv.last = 1;
    smmu_tlb_invalidate(tlb, &inv);
    assert_int_equal(smmu_tlb_count(tlb), 1);
    smmu_tlb_free(tlb);
}

static void test_plain_is_bounded_strict_is_not(void **state)
{
    SmmuIotlb *plain = smmu_tlb_new(false, 16);
    SmmuIotlb *strict = smmu_tlb_new(true, 16);
    SmmuTlbContext ctx = nested(0, 0);

    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        SmmuTlbEntry e = page(i << 12, i << 12);

        assert_true(smmu_tlb_insert(plain, &ctx, &e));
        assert_true(smmu_tlb_insert(strict, &ctx, &e));
        assert_non_null(smmu_tlb_lookup(plain, &ctx, i << 12));
    }
    assert_int_equal(smmu_tlb_count(plain), 16);
    assert_int_equal(smmu_tlb_stats(plain)->evictions, 1000 - 16);
    assert_int_equal(smmu_tlb_count(strict), 1000);
    assert_int_equal(smmu_tlb_stats(strict)->evictions, 0);
    for (uint64_t i = 0; i < 1000; i++) {
        assert_int_equal(smmu_tlb_lookup(strict, &ctx, i << 12)->pa, i << 12);
    }
    smmu_tlb_free(plain);
    smmu_tlb_free(strict);
}

/* What is covered, case by case */

typedef struct CoverCase {
    const char *name;
    SmmuTlbContext ctx;
    bool global;
    SmmuTlbInv inv;
    bool strict_hit, plain_hit;
} CoverCase;

/* The entry is at 0x200000, 4 KiB, its stage 2 a block of 2 MiB at 0x800000. */
#define EL1(...) { .regime = SMMU_REGIME_NS_EL1, .vmid = 5, .asid = 6, \
                   __VA_ARGS__ }
#define INV(scope_, first_, last_, ...)                                 \
    { .scope = SMMU_TLB_INV_##scope_, .regime = SMMU_REGIME_NS_EL1,     \
      .vmid = 5, .asid = 6, .first = (first_), .last = (last_),         \
      .level = SMMU_TLB_ANY_LEVEL, __VA_ARGS__ }

static const CoverCase cover_cases[] = {
    { "VA", EL1(0), false, INV(VA, 0x200000, 0x200fff), true, true },
    { "VA, page below", EL1(0), false, INV(VA, 0x1ff000, 0x1fffff), false,
      false },
    { "VA, page above", EL1(0), false, INV(VA, 0x201000, 0x201fff), false,
      false },
    { "VA, a byte", EL1(0), false, INV(VA, 0x200fff, 0x200fff), true, true },
    { "VA, other ASID", EL1(0), false,
      INV(VA, 0x200000, 0x200fff, .asid = 7), false, false },
    { "VA, global, other ASID", EL1(0), true,
      INV(VA, 0x200000, 0x200fff, .asid = 7), true, true },
    { "VA, other VMID", EL1(0), false,
      INV(VA, 0x200000, 0x200fff, .vmid = 4), false, false },
    { "VA, VMID wildcard", EL1(0), false,
      INV(VA, 0x200000, 0x200fff, .vmid = 4, .vmid_ignore = 1), true, true },
    { "VA, VMID wildcard too small", EL1(0), false,
      INV(VA, 0x200000, 0x200fff, .vmid = 7, .vmid_ignore = 1), false, false },
    { "VA, other regime", EL1(0), false,
      INV(VA, 0x200000, 0x200fff, .regime = SMMU_REGIME_REALM_EL1), false,
      false },
    { "VA is not for IPAs", EL1(.stage = SMMU_TLB_S2), false,
      INV(VA, 0x200000, 0x200fff), false, false },
    { "VA, combined", EL1(.stage = SMMU_TLB_S12), false,
      INV(VA, 0x200000, 0x200fff), true, true },
    { "VA, TG", EL1(0), false, INV(VA, 0x200000, 0x200fff, .tg = 12), true,
      true },
    { "VA, other TG", EL1(0), false, INV(VA, 0x200000, 0x20ffff, .tg = 16),
      false, true },
    { "VA, TTL", EL1(0), false, INV(VA, 0x200000, 0x200fff, .level = 3), true,
      true },
    { "VA, other TTL", EL1(0), false, INV(VA, 0x200000, 0x200fff, .level = 2),
      false, true },
    { "VA, broadcast", EL1(0), false,
      INV(VA, 0x200000, 0x200fff, .broadcast = true), true, true },
    { "VA, broadcast, ASET", EL1(.aset = true), false,
      INV(VA, 0x200000, 0x200fff, .broadcast = true), false, true },
    { "VA, command, ASET", EL1(.aset = true), false,
      INV(VA, 0x200000, 0x200fff), true, true },
    { "VA, global, ASET", EL1(.aset = true), true,
      INV(VA, 0x200000, 0x200fff), true, true },
    { "VA, EL2 has no ASID", { .regime = SMMU_REGIME_NS_EL2, .asid = 1 },
      false, INV(VA, 0x200000, 0x200fff, .regime = SMMU_REGIME_NS_EL2), true,
      true },
    { "VA, EL2, broadcast, ASET",
      { .regime = SMMU_REGIME_NS_EL2, .aset = true }, false,
      INV(VA, 0x200000, 0x200fff, .regime = SMMU_REGIME_NS_EL2,
          .broadcast = true), false, true },
    { "VA, E2H by ASID", { .regime = SMMU_REGIME_NS_EL2_E2H, .asid = 1 },
      false, INV(VA, 0x200000, 0x200fff, .regime = SMMU_REGIME_NS_EL2_E2H),
      false, false },
    { "VA, E2H has no VMID",
      { .regime = SMMU_REGIME_NS_EL2_E2H, .asid = 6, .vmid = 77 }, false,
      INV(VA, 0x200000, 0x200fff, .regime = SMMU_REGIME_NS_EL2_E2H), true,
      true },
    { "VA, all there is", EL1(0), false, INV(VA, 0, UINT64_MAX), true, true },
    { "VAA", EL1(0), false, INV(VAA, 0x200000, 0x200fff, .asid = 9), true,
      true },
    { "VAA, global", EL1(0), true, INV(VAA, 0x200000, 0x200fff), true, true },
    { "VAA, broadcast, ASET", EL1(.aset = true), false,
      INV(VAA, 0x200000, 0x200fff, .broadcast = true), true, true },
    { "VAA, other VA", EL1(0), false, INV(VAA, 0x300000, 0x300fff), false,
      false },
    { "VAA, other VMID", EL1(0), false,
      INV(VAA, 0x200000, 0x200fff, .vmid = 4), false, false },
    { "ASID", EL1(0), false, INV(ASID, 0, 0), true, true },
    { "ASID, combined", EL1(.stage = SMMU_TLB_S12), false, INV(ASID, 0, 0),
      true, true },
    { "ASID, other", EL1(0), false, INV(ASID, 0, 0, .asid = 7), false, false },
    { "ASID, global", EL1(0), true, INV(ASID, 0, 0), false, false },
    { "ASID, broadcast, ASET", EL1(.aset = true), false,
      INV(ASID, 0, 0, .broadcast = true), false, true },
    { "VMID_S1", EL1(0), true, INV(VMID_S1, 0, 0), true, true },
    { "VMID_S1, combined", EL1(.stage = SMMU_TLB_S12), false,
      INV(VMID_S1, 0, 0), true, true },
    { "VMID_S1, stage 2", EL1(.stage = SMMU_TLB_S2), false,
      INV(VMID_S1, 0, 0), false, false },
    { "VMID_S1, other", EL1(0), false, INV(VMID_S1, 0, 0, .vmid = 6), false,
      false },
    { "VMID, stage 2", EL1(.stage = SMMU_TLB_S2), false, INV(VMID, 0, 0),
      true, true },
    { "VMID, stage 1", EL1(0), false, INV(VMID, 0, 0), true, true },
    { "VMID, other", EL1(0), false, INV(VMID, 0, 0, .vmid = 6), false, false },
    { "VMID, wildcard of 4", EL1(0), false,
      INV(VMID, 0, 0, .vmid = 10, .vmid_ignore = 15), true, true },
    { "IPA", EL1(.stage = SMMU_TLB_S2), false, INV(IPA, 0x200000, 0x200fff),
      true, true },
    { "IPA, other", EL1(.stage = SMMU_TLB_S2), false,
      INV(IPA, 0x201000, 0x201fff), false, false },
    { "IPA, other VMID", EL1(.stage = SMMU_TLB_S2), false,
      INV(IPA, 0x200000, 0x200fff, .vmid = 1), false, false },
    { "IPA is not for stage 1", EL1(0), false, INV(IPA, 0x200000, 0x200fff),
      false, false },
    { "IPA, combined, far end of its block", EL1(.stage = SMMU_TLB_S12), false,
      INV(IPA, 0x9ff000, 0x9fffff), false, true },
    { "IPA, combined, past its block", EL1(.stage = SMMU_TLB_S12), false,
      INV(IPA, 0xa00000, 0xa00fff), false, false },
    { "IPA, combined, not by its VA", EL1(.stage = SMMU_TLB_S12), false,
      INV(IPA, 0x200000, 0x200fff), false, false },
    { "IPA, Secure",
      { .regime = SMMU_REGIME_S_EL1, .stage = SMMU_TLB_S2, .vmid = 5 }, false,
      INV(IPA, 0x200000, 0x200fff, .regime = SMMU_REGIME_S_EL1), true, true },
    { "IPA, Secure, other space",
      { .regime = SMMU_REGIME_S_EL1, .stage = SMMU_TLB_S2, .vmid = 5,
        .ns_ipa = true }, false,
      INV(IPA, 0x200000, 0x200fff, .regime = SMMU_REGIME_S_EL1), false,
      false },
    { "IPA, Secure, Non-secure space",
      { .regime = SMMU_REGIME_S_EL1, .stage = SMMU_TLB_S2, .vmid = 5,
        .ns_ipa = true }, false,
      INV(IPA, 0x200000, 0x200fff, .regime = SMMU_REGIME_S_EL1,
          .ns_ipa = true), true, true },
    { "REGIME, stage 2", EL1(.stage = SMMU_TLB_S2), false,
      INV(REGIME, 0, 0, .vmid = 0), true, true },
    { "REGIME, global", EL1(0), true, INV(REGIME, 0, 0, .vmid = 0), true,
      true },
    { "REGIME, other", EL1(0), false,
      INV(REGIME, 0, 0, .regime = SMMU_REGIME_S_EL1), false, false },
    { "REGIME, EL3", { .regime = SMMU_REGIME_EL3 }, false,
      INV(REGIME, 0, 0, .regime = SMMU_REGIME_EL3), true, true },
};

static void check_cover(const CoverCase *c, bool strict)
{
    SmmuIotlb *tlb = smmu_tlb_new(strict, 4);
    SmmuTlbEntry e = page(0x200000, 0x40000000);
    bool hit;

    e.ipa = 0x800000;
    e.ipa_shift = 21;
    e.global = c->global;
    assert_true(smmu_tlb_insert(tlb, &c->ctx, &e));
    assert_non_null(smmu_tlb_lookup(tlb, &c->ctx, 0x200000));
    smmu_tlb_invalidate(tlb, &c->inv);
    hit = !smmu_tlb_lookup(tlb, &c->ctx, 0x200000);
    if (hit != (strict ? c->strict_hit : c->plain_hit)) {
        fail_msg("%s, %s: %s", c->name, strict ? "strict" : "plain",
                 hit ? "hit" : "spared");
    }
    assert_int_equal(smmu_tlb_count(tlb), !hit);
    smmu_tlb_free(tlb);
}

static void test_cover(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cover_cases); i++) {
        check_cover(&cover_cases[i], true);
        check_cover(&cover_cases[i], false);
    }
}

/* Global entries answer for all ASIDs, but only for their own ASET. */
static void test_global_look_up(void **state)
{
    SmmuIotlb *tlb = smmu_tlb_new(true, 4);
    SmmuTlbContext ctx = nested(1, 1);
    SmmuTlbEntry e = page(0x1000, 0x1000);

    (void)state;
    e.global = true;
    assert_true(smmu_tlb_insert(tlb, &ctx, &e));
    ctx.asid = 2;
    assert_non_null(smmu_tlb_lookup(tlb, &ctx, 0x1000));
    ctx.aset = true;
    assert_null(smmu_tlb_lookup(tlb, &ctx, 0x1000));
    ctx.aset = false;
    ctx.vmid = 2;
    assert_null(smmu_tlb_lookup(tlb, &ctx, 0x1000));
    /* Not global: ASET does not matter (section 3.17). */
    e.global = false;
    assert_true(smmu_tlb_insert(tlb, &ctx, &e));
    ctx.aset = true;
    assert_non_null(smmu_tlb_lookup(tlb, &ctx, 0x1000));
    smmu_tlb_free(tlb);
}

/* What it costs */

enum { VMIDS = 16, ASIDS = 16, PAGES = 64 };

typedef struct CostCase {
    const char *name;
    SmmuTlbInv inv;
    bool strict;
    unsigned removed, visited, probes;  /* the latter two at most */
} CostCase;

#define COST(scope_, first_, last_, ...)                                \
    { .scope = SMMU_TLB_INV_##scope_, .regime = SMMU_REGIME_NS_EL1,     \
      .vmid = 3, .asid = 3, .first = (first_), .last = (last_),         \
      .level = SMMU_TLB_ANY_LEVEL, __VA_ARGS__ }

/* Among 16384 combined entries and as many of stage 2. */
static const CostCase cost_cases[] = {
    { "one VA", COST(VA, 0x5000, 0x5fff), true, 1, 1, 1 },
    { "16 VAs", COST(VA, 0x10000, 0x1ffff), true, 16, 16, 16 },
    { "all VAs of an ASID", COST(VA, 0, UINT64_MAX), true, PAGES, PAGES, 0 },
    { "a VA that is not there", COST(VA, 0x4000000, 0x4000fff), true, 0, 0, 1 },
    { "much of nothing", COST(VA, 0, UINT64_MAX, .asid = 99), true, 0, 0, 0 },
    { "a VA of all ASIDs", COST(VAA, 0x5000, 0x5fff), true, ASIDS, ASIDS, 1 },
    { "all VAs of all ASIDs", COST(VAA, 0, UINT64_MAX), true, ASIDS * PAGES,
      ASIDS * PAGES, 0 },
    { "an ASID", COST(ASID, 0, 0), true, PAGES, PAGES, 0 },
    { "stage 1 of a VMID", COST(VMID_S1, 0, 0), true, ASIDS * PAGES,
      ASIDS * PAGES, 0 },
    { "a VMID", COST(VMID, 0, 0), true, 2 * ASIDS * PAGES, 2 * ASIDS * PAGES,
      0 },
    { "16 VMIDs", COST(VMID_S1, 0, 0, .vmid_ignore = 15), true,
      VMIDS * ASIDS * PAGES, VMIDS * ASIDS * PAGES, 0 },
    { "an IPA", COST(IPA, 0x7000, 0x7fff), true, 1, 1, 1 },
    { "an IPA, combined too", COST(IPA, 0x7000, 0x7fff), false, 1 + ASIDS,
      1 + ASIDS, 2 },
    { "a regime", COST(REGIME, 0, 0), true, 2 * VMIDS * ASIDS * PAGES,
      2 * VMIDS * ASIDS * PAGES, 0 },
    { "another regime", COST(REGIME, 0, 0, .regime = SMMU_REGIME_EL3), true, 0,
      0, 0 },
};

static void test_cost(void **state)
{
    (void)state;
    for (unsigned c = 0; c < COUNT_OF(cost_cases); c++) {
        const CostCase *cc = &cost_cases[c];
        SmmuIotlb *tlb = smmu_tlb_new(cc->strict,
                                        2 * VMIDS * ASIDS * PAGES);
        const SmmuIotlbStats *stats = smmu_tlb_stats(tlb);

        for (unsigned v = 0; v < VMIDS; v++) {
            for (unsigned i = 0; i < ASIDS * PAGES; i++) {
                SmmuTlbContext ctx = nested(v, i / PAGES);
                SmmuTlbEntry e = page((i % PAGES) << 12, 0);

                assert_true(smmu_tlb_insert(tlb, &ctx, &e));
                ctx.stage = SMMU_TLB_S2;
                e.input = (uint64_t)i << 12;
                assert_true(smmu_tlb_insert(tlb, &ctx, &e));
            }
        }
        smmu_tlb_invalidate(tlb, &cc->inv);
        if (stats->removed != cc->removed || stats->visited > cc->visited ||
            stats->probes > cc->probes) {
            fail_msg("%s: removed %" PRIu64 ", visited %" PRIu64
                     ", probes %" PRIu64, cc->name, stats->removed,
                     stats->visited, stats->probes);
        }
        assert_int_equal(smmu_tlb_count(tlb),
                         2 * VMIDS * ASIDS * PAGES - cc->removed);
        smmu_tlb_free(tlb);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_held_comes_back),
        cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_plain_is_bounded_strict_is_not),
        cmocka_unit_test(test_cover),
        cmocka_unit_test(test_global_look_up),
        cmocka_unit_test(test_cost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
