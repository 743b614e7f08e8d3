/*
 * The granule protection check: which of several causes wins.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "gpc-fixture.h"

/*
 * Each test sets up the cause of one step with that of the next
 * one (or of all later ones) beneath it: the earlier must win.
 */

static void test_off_before_config(void **state)
{
    (void)state;
    set_gpccr((GOOD | 3 << 14) & ~GPC_ON);
    passes(0, CCA_PAS_SECURE, 0);
    assert_int_equal(t.gpc.stats.checks, 0);
    set_gpccr(GOOD | 3 << 14);
    faults(0, CCA_PAS_SECURE, CCA_GPCF_WALK, 0, 0);
}

static void test_config_before_pas_off(void **state)
{
    (void)state;
    set_gpccr(GOOD | 7 << 5 | 3 << 14);
    faults(0, CCA_PAS_NS, CCA_GPCF_WALK, 0, 0);
    set_gpccr(GOOD | 7 << 5);
    faults(0, CCA_PAS_NS, CCA_GPCF_FAIL, 0, 0);
    faults(0, CCA_PAS_REALM, CCA_GPCF_FAIL, 0, 0);
    faults(0, CCA_PAS_SECURE, CCA_GPCF_FAIL, 0, 0);
    set_gpccr(GOOD | 7 << 5);
    faults(GIB, CCA_PAS_ROOT, CCA_GPCF_FAIL, 1, 2);     /* by the table */
}

/* NS above the protected space passes, unless NS is switched off. */
static void test_pas_off_before_above(void **state)
{
    (void)state;
    set_gpccr(GOOD | 1 << 6 | 1 << 24);
    faults(1ull << 36, CCA_PAS_NS, CCA_GPCF_FAIL, 0, 0);
    passes(1ull << 36, CCA_PAS_REALM, 0);
    set_gpccr(GOOD);
    passes(1ull << 36, CCA_PAS_NS, 0);
}

static void open_window(uint64_t gib)
{
    t.regs.gpcbw = gib | 0x10ull << 32;     /* 1 GiB, once */
    set_gpccr(t.regs.gpccr | 1 << 29);
}

static void test_pas_off_before_window(void **state)
{
    (void)state;
    set_gpccr(GOOD | 1 << 5);
    open_window(1);
    faults(GIB, CCA_PAS_REALM, CCA_GPCF_FAIL, 0, 0);
    passes(GIB, CCA_PAS_SECURE, 0);
}

static void test_above_before_window(void **state)
{
    (void)state;
    open_window(64);
    faults(64 * GIB, CCA_PAS_ROOT, CCA_GPCF_FAIL, 0, 0);
    set_gpccr(t.regs.gpccr | 1 << 24);                  /* APPSAA */
    passes(64 * GIB, CCA_PAS_ROOT, 0);
    passes(64 * GIB, CCA_PAS_REALM, 0);
}

static void test_above_before_base(void **state)
{
    (void)state;
    t.regs.gptbr = 1ull << (36 - 12);
    set_gpccr(GOOD);
    faults(64 * GIB, CCA_PAS_ROOT, CCA_GPCF_FAIL, 0, 0);
    passes(64 * GIB, CCA_PAS_NS, 0);
    faults(0, CCA_PAS_NS, CCA_GPCF_ADDRESS_SIZE, 0, 0);
}

static void test_window_before_base(void **state)
{
    (void)state;
    t.regs.gptbr = 1ull << (36 - 12);
    open_window(1);
    passes(GIB, CCA_PAS_REALM, 0);
    passes(2 * GIB - 1, CCA_PAS_REALM, 0);
    faults(GIB - 1, CCA_PAS_REALM, CCA_GPCF_ADDRESS_SIZE, 0, 0);
    faults(2 * GIB, CCA_PAS_REALM, CCA_GPCF_ADDRESS_SIZE, 0, 0);
}

/* The base is out of bounds where a good table would stand. */
static void test_base_before_l0_fetch(void **state)
{
    (void)state;
    fake_write(&t.memory, 1ull << 36, 0x91);
    t.regs.gptbr = 1ull << (36 - 12);
    set_gpccr(GOOD);
    faults(0, CCA_PAS_NS, CCA_GPCF_ADDRESS_SIZE, 0, 0);
}

static void test_l0_fetch_entry_address(void **state)
{
    (void)state;
    fake_remove(&t.memory, L0 + 8);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_EABT, 0, 1);
    /* invalid, and above the protected space too */
    fake_write(&t.memory, L0 + 8, 1ull << 36 | 0x13);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_WALK, 0, 1);
    /* above the protected space, where nothing answers */
    fake_write(&t.memory, L0 + 8, 1ull << 36 | 3);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_ADDRESS_SIZE, 0, 1);
    /* and where something would */
    fake_write(&t.memory, 1ull << 36, ALL_NS);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_ADDRESS_SIZE, 0, 1);
}

static void test_l1_fetch_entry_gpi(void **state)
{
    (void)state;
    fake_remove(&t.memory, T1);
    faults(GIB, CCA_PAS_REALM, CCA_GPCF_EABT, 1, 2);
    /* an unknown GPI in another granule's place, and a mismatch here */
    fake_write(&t.memory, T1, 0xe999999999999999);
    faults(GIB, CCA_PAS_REALM, CCA_GPCF_WALK, 1, 1);
    fake_write(&t.memory, T1, ALL_NS);
    faults(GIB, CCA_PAS_REALM, CCA_GPCF_FAIL, 1, 1);
    passes(GIB, CCA_PAS_NS, 0);
}

static void test_block_gpi(void **state)
{
    (void)state;
    faults(0, CCA_PAS_SECURE, CCA_GPCF_FAIL, 0, 1);
    passes(GIB - 1, CCA_PAS_NS, 0);
}

/* A block whose GPI is unknown is an invalid entry, not a mismatch. */
static void test_block_unknown_gpi(void **state)
{
    (void)state;
    fake_write(&t.memory, L0, 0xd1);
    faults(0, CCA_PAS_SECURE, CCA_GPCF_WALK, 0, 1);
    set_gpccr(GOOD | 1 << 19);
    faults(0, CCA_PAS_SECURE, CCA_GPCF_FAIL, 0, 1);
    passes(0, CCA_PAS_NS, 0);
    assert_true(t.verdict.state_dependent);
}

static void test_verdict_repeats_access(void **state)
{
    (void)state;
    faults(0x1234567, CCA_PAS_REALM, CCA_GPCF_FAIL, 0, 1);
    assert_int_equal(t.verdict.addr, 0x1234567);
    assert_int_equal(t.verdict.pas, CCA_PAS_REALM);
    assert_false(t.verdict.state_dependent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_off_before_config),
        TEST(test_config_before_pas_off),
        TEST(test_pas_off_before_above),
        TEST(test_pas_off_before_window),
        TEST(test_above_before_window),
        TEST(test_above_before_base),
        TEST(test_window_before_base),
        TEST(test_base_before_l0_fetch),
        TEST(test_l0_fetch_entry_address),
        TEST(test_l1_fetch_entry_gpi),
        TEST(test_block_gpi),
        TEST(test_block_unknown_gpi),
        TEST(test_verdict_repeats_access),
    };

    return cmocka_run_group_tests_name("gpc-priority", tests, NULL, NULL);
}
