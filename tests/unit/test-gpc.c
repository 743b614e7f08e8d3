/*
 * The granule protection check: what its cache keeps, what an invalidation
 * takes, and who leaves a trace.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "gpc-fixture.h"

static void test_hits_read_nothing(void **state)
{
    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    passes(GIB + 65535, CCA_PAS_NS, 0);         /* same entry */
    faults(GIB + 4096, CCA_PAS_ROOT, CCA_GPCF_FAIL, 1, 0);
    passes(GIB + 65536, CCA_PAS_NS, 1);         /* level 0 is held */
    passes(5, CCA_PAS_NS, 1);
    passes(GIB - 1, CCA_PAS_NS, 0);
    assert_int_equal(t.gpc.stats.checks, 6);
    assert_int_equal(t.gpc.stats.hits, 3);
    assert_int_equal(t.gpc.stats.fetches, 4);
    assert_int_equal(t.gpc.stats.faults[CCA_GPCF_NONE], 5);
    assert_int_equal(t.gpc.stats.faults[CCA_GPCF_FAIL], 1);
}

static void test_faults_are_not_held(void **state)
{
    (void)state;
    fake_write(&t.memory, T1, 0xc);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_WALK, 1, 2);
    fake_remove(&t.memory, T1);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_EABT, 1, 1);
    fake_write(&t.memory, T1, ALL_NS);
    passes(GIB, CCA_PAS_NS, 1);
    fake_write(&t.memory, L0 + 16, 0);
    faults(2 * GIB, CCA_PAS_NS, CCA_GPCF_WALK, 0, 1);
    fake_write(&t.memory, L0 + 16, 1ull << 36 | 3);
    faults(2 * GIB, CCA_PAS_NS, CCA_GPCF_ADDRESS_SIZE, 0, 1);
    fake_write(&t.memory, L0 + 16, 0x91);
    passes(2 * GIB, CCA_PAS_NS, 1);
}

/* Without an invalidation the held answer stands; with one, the new. */
static void test_stale_until_told(void **state)
{
    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    fake_write(&t.memory, T1, ALL_REALM);
    passes(GIB, CCA_PAS_NS, 0);
    gpc_tlbi_pa(&t.gpc, GIB, 4 * KIB, true);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_FAIL, 1, 1);
    passes(GIB, CCA_PAS_REALM, 0);
}

/* Who wants no cache sees each change at once, and pays each time. */
static void test_uncached(void **state)
{
    (void)state;
    t.gpc.uncached = true;
    passes(GIB, CCA_PAS_NS, 2);
    passes(GIB, CCA_PAS_NS, 2);
    fake_write(&t.memory, T1, ALL_REALM);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_FAIL, 1, 2);
    passes(5, CCA_PAS_NS, 1);
    passes(5, CCA_PAS_NS, 1);
    assert_int_equal(t.gpc.stats.hits, 0);
}

static void test_registers_do_not_invalidate(void **state)
{
    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    fake_write(&t.memory, T1, ALL_REALM);
    set_gpccr(GOOD & ~GPC_ON);
    set_gpccr(GOOD);
    t.regs.gptbr = 0x200;
    set_gpccr(GOOD);
    passes(GIB, CCA_PAS_NS, 0);
    gpc_tlbi_all(&t.gpc);
    faults(GIB, CCA_PAS_NS, CCA_GPCF_EABT, 0, 1);
}

/* RPALOS leaves the level 0 Table entry, RPAOS and PAALL take it. */
static void test_tlbi_levels(void **state)
{
    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    gpc_tlbi_pa(&t.gpc, GIB, 4 * KIB, true);
    passes(GIB, CCA_PAS_NS, 1);
    gpc_tlbi_pa(&t.gpc, GIB, 4 * KIB, false);
    passes(GIB, CCA_PAS_NS, 2);
    gpc_tlbi_pa(&t.gpc, 0, 64 * GIB, true);
    passes(GIB, CCA_PAS_NS, 1);
    gpc_tlbi_all(&t.gpc);
    passes(GIB, CCA_PAS_NS, 2);
    assert_int_equal(t.gpc.stats.tlbi_pa, 3);
    assert_int_equal(t.gpc.stats.tlbi_all, 1);
}

/* A Block is a last level entry. */
static void test_tlbi_block(void **state)
{
    (void)state;
    passes(0, CCA_PAS_NS, 1);
    gpc_tlbi_pa(&t.gpc, GIB, 4 * KIB, false);
    passes(0, CCA_PAS_NS, 0);
    gpc_tlbi_pa(&t.gpc, GIB - 4 * KIB, 4 * KIB, true);
    passes(0, CCA_PAS_NS, 1);
    gpc_tlbi_pa(&t.gpc, 0, 4 * KIB, false);
    passes(0, CCA_PAS_NS, 1);
}

/* Any granule of a Contiguous range takes the whole range, no other. */
static void test_tlbi_contiguous(void **state)
{
    static const uint64_t size[] = { 0, 2 * MIB, 32 * MIB, 512 * MIB };

    (void)state;
    for (unsigned c = 1; c < 4; c++) {
        uint64_t at = GIB + size[c], far = at + size[c] - 4 * KIB;

        gpc_tlbi_all(&t.gpc);
        fake_write(&t.memory, T1 + size[c] / (64 * KIB) * 8, 0x91 | c << 8);
        passes(at, CCA_PAS_NS, 2);
        passes(far, CCA_PAS_NS, 0);
        gpc_tlbi_pa(&t.gpc, at - 4 * KIB, 4 * KIB, true);
        if (c < 3) {        /* what follows 512 MiB is another GiB */
            gpc_tlbi_pa(&t.gpc, at + size[c], 4 * KIB, true);
        }
        passes(far, CCA_PAS_NS, 0);
        gpc_tlbi_pa(&t.gpc, far, 4 * KIB, true);
        passes(at, CCA_PAS_NS, 1);
    }
}

/* Granules entries: the one that holds the range, and its neighbours not. */
static void test_tlbi_granules(void **state)
{
    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    passes(GIB + 64 * KIB, CCA_PAS_NS, 1);
    gpc_tlbi_pa(&t.gpc, GIB + 60 * KIB, 4 * KIB, true);
    passes(GIB + 64 * KIB, CCA_PAS_NS, 0);
    passes(GIB, CCA_PAS_NS, 1);
    gpc_tlbi_pa(&t.gpc, GIB + 64 * KIB, 4 * KIB, true);
    passes(GIB, CCA_PAS_NS, 0);
    passes(GIB + 64 * KIB, CCA_PAS_NS, 1);
    gpc_tlbi_pa(&t.gpc, GIB, 2 * MIB, true);
    passes(GIB, CCA_PAS_NS, 1);
    passes(GIB + 64 * KIB, CCA_PAS_NS, 1);
}

/* What was read under another granule size is not used, nor forgotten. */
static void test_granule_size_change(void **state)
{
    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    passes(0, CCA_PAS_NS, 1);
    set_gpccr(GOOD | PGS_64K);
    passes(0, CCA_PAS_NS, 1);
    passes(GIB, CCA_PAS_NS, 2);
    set_gpccr(GOOD);
    passes(GIB, CCA_PAS_NS, 0);
    /* An invalidation takes both. */
    gpc_tlbi_pa(&t.gpc, GIB, 4 * KIB, false);
    passes(GIB, CCA_PAS_NS, 2);
    set_gpccr(GOOD | PGS_64K);
    passes(GIB, CCA_PAS_NS, 2);
}

static void test_reset(void **state)
{
    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    gpc_reset(&t.gpc);
    assert_int_equal(t.gpc.stats.checks, 0);
    passes(GIB, CCA_PAS_SECURE, 0);             /* off */
    set_gpccr(GOOD);
    passes(GIB, CCA_PAS_NS, 2);
}

static void test_debug_leaves_no_trace(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_GPC_VERDICT,
        .effect = { .action = CCA_ACT_WRONG_PASS },
    };
    GpcStats before;

    (void)state;
    passes(GIB, CCA_PAS_NS, 2);
    before = t.gpc.stats;
    /* It sees memory, not the cache, and puts nothing into the cache. */
    fake_write(&t.memory, T1, ALL_REALM);
    assert_false(check_from(GIB, CCA_PAS_NS, CCA_REQUESTER_DEBUG));
    assert_int_equal(t.verdict.level, 1);
    assert_true(check_from(GIB, CCA_PAS_REALM, CCA_REQUESTER_DEBUG));
    assert_int_equal(t.memory.reads, 2);
    assert_true(check_from(0, CCA_PAS_NS, CCA_REQUESTER_DEBUG));
    fake_fault_arm(&t.faults, &fault);
    assert_false(check_from(GIB, CCA_PAS_NS, CCA_REQUESTER_DEBUG));
    fault.site = CCA_SITE_GPT_FETCH;
    fake_fault_arm(&t.faults, &fault);
    assert_false(check_from(GIB, CCA_PAS_NS, CCA_REQUESTER_DEBUG));
    assert_int_equal(fault.consults, 0);
    fake_fault_arm(&t.faults, NULL);
    assert_memory_equal(&before, &t.gpc.stats, sizeof(before));
    passes(GIB, CCA_PAS_NS, 0);
    passes(0, CCA_PAS_NS, 1);
}

typedef struct Seen {
    unsigned calls, level;
    uint64_t pa, entry_addr, entry;
    bool ok;
} Seen;

static void observe(void *opaque, uint64_t pa, unsigned level,
                    uint64_t entry_addr, uint64_t entry, bool ok)
{
    Seen *s = opaque;

    *s = (Seen) { s->calls + 1, level, pa, entry_addr, entry, ok };
}

static void test_observer(void **state)
{
    Seen s = { 0 };

    (void)state;
    t.gpc.on_fetch = observe;
    t.gpc.opaque = &s;
    passes(GIB + 5, CCA_PAS_NS, 2);
    assert_int_equal(s.calls, 2);
    assert_int_equal(s.level, 1);
    assert_int_equal(s.pa, GIB + 5);
    assert_int_equal(s.entry_addr, T1);
    assert_int_equal(s.entry, ALL_NS);
    assert_true(s.ok);
    faults(3 * GIB, CCA_PAS_NS, CCA_GPCF_EABT, 0, 1);
    assert_int_equal(s.calls, 3);
    assert_int_equal(s.level, 0);
    assert_int_equal(s.entry_addr, L0 + 24);
    assert_false(s.ok);
    assert_int_equal(s.entry, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_hits_read_nothing), STRICT(test_hits_read_nothing),
        TEST(test_faults_are_not_held), STRICT(test_faults_are_not_held),
        TEST(test_stale_until_told), STRICT(test_stale_until_told),
        TEST(test_registers_do_not_invalidate), STRICT(test_registers_do_not_invalidate),
        TEST(test_uncached), STRICT(test_uncached),
        TEST(test_tlbi_levels), STRICT(test_tlbi_levels),
        TEST(test_tlbi_block), STRICT(test_tlbi_block),
        TEST(test_tlbi_contiguous), STRICT(test_tlbi_contiguous),
        TEST(test_tlbi_granules), STRICT(test_tlbi_granules),
        TEST(test_granule_size_change), STRICT(test_granule_size_change),
        TEST(test_reset), STRICT(test_reset),
        TEST(test_debug_leaves_no_trace), STRICT(test_debug_leaves_no_trace),
        TEST(test_observer),
    };

    return cmocka_run_group_tests_name("gpc", tests, NULL, NULL);
}
