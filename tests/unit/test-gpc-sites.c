/*
 * The granule protection check: what its fault sites do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "gpc-fixture.h"

static void test_site_fetch_abort(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_GPT_FETCH, .effect = { .action = CCA_ACT_ABORT },
    };

    (void)state;
    fake_fault_arm(&t.faults, &fault);
    faults(GIB + 9, CCA_PAS_NS, CCA_GPCF_EABT, 0, 1);
    assert_int_equal(fault.passage.access.addr, GIB + 9);
    assert_int_equal(fault.passage.access.pas, CCA_PAS_NS);
    assert_int_equal(fault.passage.access.requester.id, 3);
    assert_int_equal(fault.passage.entry_addr, L0 + 8);
    assert_int_equal(fault.passage.value, T1 | 3);
    fault.skip = 1;
    faults(GIB, CCA_PAS_NS, CCA_GPCF_EABT, 1, 2);
    assert_int_equal(fault.passage.entry_addr, T1);
    assert_int_equal(fault.passage.value, ALL_NS);
    /* An abort is not held. */
    fake_fault_arm(&t.faults, NULL);
    passes(GIB, CCA_PAS_NS, 1);
}

/* A flipped bit is what the walk sees, and what the cache keeps. */
static void test_site_fetch_flip(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_GPT_FETCH, .skip = 1,
        .effect = { .action = CCA_ACT_FLIP, .xor_mask = 2 },
    };

    (void)state;
    fake_fault_arm(&t.faults, &fault);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_FAIL, 1, 2);
    fake_fault_arm(&t.faults, NULL);
    passes(GIB, CCA_PAS_REALM, 0);
    passes(GIB + 4 * KIB, CCA_PAS_NS, 0);
    gpc_tlbi_pa(&t.gpc, GIB, 4 * KIB, true);
    passes(GIB, CCA_PAS_NS, 1);
    /* Into an invalid entry. */
    fault.skip = 0;
    fault.effect.xor_mask = 1ull << 63;
    fake_fault_arm(&t.faults, &fault);
    faults(0, CCA_PAS_NS, CCA_GPCF_WALK, 0, 1);
}

static void test_site_fetch_stale(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_GPT_FETCH, .skip = 1,
        .effect = { .action = CCA_ACT_STALE, .value = ALL_REALM },
    };

    (void)state;
    fake_fault_arm(&t.faults, &fault);
    passes(GIB, CCA_PAS_REALM, 2);
    assert_int_equal(fault.consults, 2);
    fake_fault_arm(&t.faults, NULL);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_FAIL, 1, 0);
}

/* Only what is read can go wrong: a hit does not ask the site. */
static void test_site_fetch_not_on_hits(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_GPT_FETCH, .effect = { .action = CCA_ACT_ABORT },
    };

    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    fake_fault_arm(&t.faults, &fault);
    passes(GIB, CCA_PAS_NS, 0);
    assert_int_equal(fault.consults, 0);
}

/* Memory that aborts stays so, whatever the site would read. */
static void test_site_fetch_of_nothing(void **state)
{
    static const CcaFaultAction action[] = {
        CCA_ACT_ABORT, CCA_ACT_FLIP, CCA_ACT_STALE,
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(action); i++) {
        FakeFault fault = {
            .site = CCA_SITE_GPT_FETCH,
            .effect = { action[i], 0x91, 0x91, 0 },
        };

        fake_fault_arm(&t.faults, &fault);
        faults(3 * GIB, CCA_PAS_NS, CCA_GPCF_EABT, 0, 1);
    }
}

static void test_site_verdict_pass(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_GPC_VERDICT,
        .effect = { .action = CCA_ACT_WRONG_PASS },
    };

    (void)state;
    fake_fault_arm(&t.faults, &fault);
    passes(GIB, CCA_PAS_SECURE, 2);
    assert_true(fault.passage.failed);
    assert_int_equal(fault.passage.access.addr, GIB);
    passes(3 * GIB, CCA_PAS_NS, 1);             /* an abort too */
    passes(GIB, CCA_PAS_NS, 0);
    assert_false(fault.passage.failed);
    assert_int_equal(t.gpc.stats.faults[CCA_GPCF_NONE], 3);
    fake_fault_arm(&t.faults, NULL);
    faults(GIB, CCA_PAS_SECURE, CCA_GPCF_FAIL, 1, 0);
}

static void test_site_verdict_fail(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_GPC_VERDICT,
        .effect = { .action = CCA_ACT_WRONG_FAIL },
    };

    (void)state;
    fake_fault_arm(&t.faults, &fault);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_FAIL, 1, 2);
    faults(0, CCA_PAS_NS, CCA_GPCF_FAIL, 0, 1);
    faults(1ull << 36, CCA_PAS_NS, CCA_GPCF_FAIL, 0, 0);
    /* What fails anyway fails as it should. */
    faults(3 * GIB, CCA_PAS_NS, CCA_GPCF_EABT, 0, 1);
    fake_fault_arm(&t.faults, NULL);
    passes(GIB, CCA_PAS_NS, 0);
}

/* With checks off there is no verdict to spoil. */
static void test_site_verdict_not_when_off(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_GPC_VERDICT,
        .effect = { .action = CCA_ACT_WRONG_FAIL },
    };

    (void)state;
    set_gpccr(GOOD & ~GPC_ON);
    fake_fault_arm(&t.faults, &fault);
    passes(GIB, CCA_PAS_SECURE, 0);
    assert_int_equal(fault.consults, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_site_fetch_abort),
        TEST(test_site_fetch_flip),
        TEST(test_site_fetch_stale),
        TEST(test_site_fetch_not_on_hits),
        TEST(test_site_fetch_of_nothing),
        TEST(test_site_verdict_pass),
        TEST(test_site_verdict_fail),
        TEST(test_site_verdict_not_when_off),
    };

    return cmocka_run_group_tests_name("gpc-sites", tests, NULL, NULL);
}
