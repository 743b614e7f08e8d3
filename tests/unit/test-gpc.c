/*
 * The granule protection check: which cause wins, what the cache keeps, what
 * an invalidation takes, and what the fault sites do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "fake-faults.h"
#include "fake-memory.h"
#include "gpc.h"

#define KIB 1024ull
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define ALL_NS 0x9999999999999999ull
#define ALL_REALM 0xbbbbbbbbbbbbbbbbull

enum {
    L0 = 0x100000,          /* level 0 table */
    T1 = 0x400000,          /* level 1 table of the second GiB */
    /* GPCCR_EL3: 36 bits, 4 KiB, write-back, Inner Shareable, on */
    PPS_36 = 1, PGS_64K = 1 << 14, GPC_ON = 1 << 16,
    GOOD = GPC_ON | 3 << 12 | 1 << 10 | 1 << 8 | PPS_36,
};

static struct {
    FakeMemory memory;
    CcaFaults faults;
    Gpc gpc;
    GptRegs regs;
    CcaGpcVerdict verdict;  /* of the last check */
} t;

static void set_gpccr(uint64_t gpccr)
{
    t.regs.gpccr = gpccr;
    gpc_set_regs(&t.gpc, &t.regs);
}

static int start(bool strict)
{
    GptImpl impl = {
        .rme = 3, .l0gptsz = 0, .pa_bits = 48, .sel2 = true,
        .tgran4 = true, .tgran16 = true, .tgran64 = true,
    };
    GptBus bus = fake_bus(&t.memory);

    memset(&t, 0, sizeof(t));
    if (!gpc_init(&t.gpc, &impl, &bus, strict)) {
        return -1;
    }
    t.gpc.faults = &t.faults;
    t.regs.gptbr = L0 >> 12;
    set_gpccr(GOOD);
    fake_write(&t.memory, L0, 0x91);            /* first GiB: NS */
    fake_write(&t.memory, L0 + 8, T1 | 3);      /* second: table */
    fake_write(&t.memory, T1, ALL_NS);
    fake_write(&t.memory, T1 + 8, ALL_NS);
    return 0;
}

static int setup_plain(void **state)
{
    (void)state;
    return start(false);
}

static int setup_strict(void **state)
{
    (void)state;
    return start(true);
}

static int teardown(void **state)
{
    (void)state;
    gpc_destroy(&t.gpc);
    return 0;
}

static bool check_from(uint64_t addr, CcaPas pas, CcaRequesterKind kind)
{
    CcaAccess a = {
        .addr = addr, .pas = pas,
        .requester = { .kind = kind, .id = 3, .state = CCA_PAS_ROOT },
    };
    bool passed;

    t.memory.reads = 0;
    passed = gpc_check(&t.gpc, &a, &t.verdict);
    assert_int_equal(passed, t.verdict.fault == CCA_GPCF_NONE);
    return passed;
}

static bool check(uint64_t addr, CcaPas pas)
{
    return check_from(addr, pas, CCA_REQUESTER_PE);
}

/* The access passes after @reads reads of memory. */
static void passes(uint64_t addr, CcaPas pas, unsigned reads)
{
    assert_true(check(addr, pas));
    assert_int_equal(t.memory.reads, reads);
}

static void faults(uint64_t addr, CcaPas pas, CcaGpcf fault, unsigned level,
                   unsigned reads)
{
    assert_false(check(addr, pas));
    assert_int_equal(t.verdict.fault, fault);
    assert_int_equal(t.verdict.level, level);
    assert_int_equal(t.memory.reads, reads);
}

/*
 * Priority. Each test sets up the cause of one step with that of the next
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

/* The cache. */

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

/* Fault sites. */

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
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_plain, teardown)
#define STRICT(name) { #name ", strict", name, setup_strict, teardown, NULL }
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
        TEST(test_hits_read_nothing), STRICT(test_hits_read_nothing),
        TEST(test_faults_are_not_held), STRICT(test_faults_are_not_held),
        TEST(test_stale_until_told), STRICT(test_stale_until_told),
        TEST(test_registers_do_not_invalidate),
        STRICT(test_registers_do_not_invalidate),
        TEST(test_tlbi_levels), STRICT(test_tlbi_levels),
        TEST(test_tlbi_block), STRICT(test_tlbi_block),
        TEST(test_tlbi_contiguous), STRICT(test_tlbi_contiguous),
        TEST(test_tlbi_granules), STRICT(test_tlbi_granules),
        TEST(test_granule_size_change), STRICT(test_granule_size_change),
        TEST(test_reset), STRICT(test_reset),
        TEST(test_debug_leaves_no_trace), STRICT(test_debug_leaves_no_trace),
        TEST(test_observer),
        TEST(test_site_fetch_abort),
        TEST(test_site_fetch_flip),
        TEST(test_site_fetch_stale),
        TEST(test_site_fetch_not_on_hits),
        TEST(test_site_fetch_of_nothing),
        TEST(test_site_verdict_pass),
        TEST(test_site_verdict_fail),
        TEST(test_site_verdict_not_when_off),
    };

    return cmocka_run_group_tests_name("gpc", tests, NULL, NULL);
}
