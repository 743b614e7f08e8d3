/*
 * What an SMMU remembers: saved states, reset, caches in both modes, and the
 * PEs that it follows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig-streams.h"

enum { STATE_MAX = 1024, STREAMS = 1 << 16 };

static Rig rig, other;
static Tables tables;

static void start(Rig *r, bool lazy)
{
    RigOptions o = { .lazy = lazy };

    rig_start(r, &o);
    tables = make_tables(r, NS);
    rig_stream(r, NS, SID, 7, tables.s2, tables.s1, NULL, NULL);
}

static SmmuOutcome transact(Rig *r, uint64_t addr, SmmuOutput *out)
{
    SmmuTxn txn = rig_read(NS, SID, addr);

    return smmu_transact(r->s, &txn, out);
}

/* Every register of every world, and of the Root page, survives. */
static void test_save_and_load(void **state)
{
    static const uint32_t places[] = { 0, 0x10000, 0x8000, 0x40000, 0x50000,
                                       0x20000 };
    uint64_t words[STATE_MAX], again[STATE_MAX];
    SmmuTxn stalled = rig_read(NS, SID + 1, VA_NONE);
    const SmmuBits stall[4] = { { CD_S, 1 } };
    SmmuOutput out;
    unsigned n;

    (void)state;
    start(&rig, false);
    rig_stream(&rig, NS, SID + 1, 5, 0, tables.s1, NULL, stall);
    for (CcaSecSid w = NS; w <= REALM; w++) {
        rig_cr0(&rig, w, 3 << 6, 1);
        rig_wr(&rig, w, SMMU_STRTAB_BASE, 8, 0x11223344000 + w * 0x100000);
        rig_wr(&rig, w, SMMU_CR1, 4, 0xd75 + w);
        rig_wr(&rig, w, SMMU_GBPA, 4, 1u << 31 | 3 << 14 | w << 16);
        rig_cmd(&rig, w, 0xff, 0);                  /* GERROR */
        rig_wr(&rig, w, SMMU_IRQ_CTRL, 4, 0);
        rig_wr(&rig, w, SMMU_GERROR_IRQ_CFG0, 8, 0x123450 + w * 0x1000);
        rig_wr(&rig, w, SMMU_GERROR_IRQ_CFG1, 4, 0x77 + w);
        rig_wr(&rig, w, SMMU_EVENTQ_IRQ_CFG2, 4, 0x15);
        rig_wr(&rig, w, SMMU_IRQ_CTRL, 4, 5);
    }
    rig_wr(&rig, NS, SMMU_STRTAB_BASE, 8, RIG_STRTAB);
    rig_cr0(&rig, NS, 1, 0);
    stalled.stallable = true;
    assert_int_equal(smmu_transact(rig.s, &stalled, &out), SMMU_STALL);
    rig_wr(&rig, REALM, SMMU_R_DPT_BASE, 8, 0x4567000);
    rig_gpi(&rig, RIG_DATA + VA_RW, 0);
    rig_cmd(&rig, NS, SMMU_CMD_SYNC, 0);
    assert_int_equal(transact(&rig, VA_RW, &out), SMMU_ABORT);  /* GPF_FAR */

    n = smmu_save(rig.s, words, STATE_MAX);
    assert_true(n > 50 && n <= STATE_MAX);
    for (unsigned short_ = 0; short_ < n; short_++) {
        assert_int_equal(smmu_save(rig.s, again, short_), 0);
    }

    rig_start(&other, &(RigOptions) { .off = true });
    memcpy(other.word, rig.word, sizeof(rig.word));
    assert_true(smmu_load(other.s, words, n));
    for (unsigned p = 0; p < COUNT_OF(places); p++) {
        for (uint32_t offset = 0; offset < 0x300; offset += 4) {
            uint64_t a = smmu_read(rig.s, places[p] + offset, 4,
                                   CCA_PAS_ROOT);
            uint64_t b = smmu_read(other.s, places[p] + offset, 4,
                                   CCA_PAS_ROOT);

            if (a != b) {
                fail_msg("register %#x: %#" PRIx64 ", not %#" PRIx64,
                         places[p] + offset, b, a);
            }
        }
    }
    assert_int_equal(smmu_save(other.s, again, STATE_MAX), n);
    assert_memory_equal(words, again, n * sizeof(words[0]));
    /* And it works: granule protection, translation, the stall. */
    assert_int_equal(transact(&other, VA_RO, &out), SMMU_PASS);
    assert_int_equal(out.pa, RIG_DATA + VA_RO);
    assert_int_equal(smmu_transact(other.s, &stalled, &out), SMMU_STALL);
    smmu_write(other.s, SMMU_GERRORN, 4, CCA_PAS_NS, 1);
    rig_put(&other, RIG_CMDQ, CCA_PAS_NS,
            SMMU_CMD_STALL_TERM | (SID + 1ull) << 32);
    smmu_write(other.s, SMMU_GERRORN, 4, CCA_PAS_NS, 0);
    assert_int_equal(smmu_transact(other.s, &stalled, &out), SMMU_ABORT);
    rig_stop(&other);
    rig_stop(&rig);
}

static void no_realm(SmmuFeatures *f)
{
    f->realm_impl = f->mec = f->dpt = false;
}

/* What is no state, or another SMMU's, is refused and leaves a reset one. */
static void test_bad_states(void **state)
{
    uint64_t words[STATE_MAX], bad[STATE_MAX], fresh[STATE_MAX];
    uint64_t after[STATE_MAX];
    unsigned n, clean, refused = 0;

    (void)state;
    rig_start(&other, &(RigOptions) { .off = true });
    clean = smmu_save(other.s, fresh, STATE_MAX);
    start(&rig, false);
    n = smmu_save(rig.s, words, STATE_MAX);
    assert_false(smmu_load(other.s, words, 0));
    assert_false(smmu_load(other.s, words, n - 1));
    assert_false(smmu_load(other.s, words, n + 1));
    /* Any word may be anything. */
    for (unsigned i = 0; i < n; i++) {
        memcpy(bad, words, sizeof(bad));
        bad[i] = ~bad[i];
        if (!smmu_load(other.s, bad, n)) {
            refused++;
            assert_int_equal(smmu_save(other.s, after, STATE_MAX), clean);
            assert_memory_equal(after, fresh, clean * sizeof(fresh[0]));
        } else {
            SmmuOutput out;

            transact(&other, VA_RW, &out);
        }
    }
    assert_true(refused > 20);
    rig_stop(&other);
    rig_start(&other, &(RigOptions) { .off = true, .tweak = no_realm });
    assert_false(smmu_load(other.s, words, n));
    rig_stop(&other);
    rig_stop(&rig);
}

/* Reset: caches, counters, stalls, registers. */
static void test_reset(void **state)
{
    uint64_t fresh[STATE_MAX], after[STATE_MAX];
    SmmuOutput out;
    unsigned n;

    (void)state;
    rig_start(&other, &(RigOptions) { .off = true });
    n = smmu_save(other.s, fresh, STATE_MAX);
    start(&rig, false);
    assert_int_equal(transact(&rig, VA_RW, &out), SMMU_PASS);
    assert_int_not_equal(smmu_tlb_entries(rig.s), 0);
    smmu_reset(rig.s);
    assert_int_equal(smmu_tlb_entries(rig.s), 0);
    assert_int_equal(smmu_config_entries(rig.s, SMMU_CFG_STE), 0);
    assert_int_equal(smmu_stats(rig.s)->transactions[SMMU_PASS], 0);
    assert_int_equal(smmu_save(rig.s, after, STATE_MAX), n);
    assert_memory_equal(after, fresh, n * sizeof(fresh[0]));
    /* ACCESSEN is off again. */
    assert_int_equal(transact(&rig, VA_RW, &out), SMMU_ABORT);
    rig_stop(&other);
    rig_stop(&rig);
}

/*
 * What is changed, what makes the change count in a strict SMMU, and whether
 * one that is not strict (with a TLB of one entry) sees it without.
 */
typedef enum Change { STE, CD, TABLE1, TABLE2, GPT } Change;

static void change(Rig *r, Change what)
{
    uint64_t words[8];

    switch (what) {
    case STE:
        rig_ste(words, SID, 0, 0);
        rig_put_ste(r, NS, SID, words);
        break;
    case CD:
        memset(words, 0, sizeof(words));
        rig_put_cd(r, NS, SID, 0, words);
        break;
    case TABLE1:
        rig_map(r, CCA_PAS_NS, tables.s1, VA_RW, 3, 0);
        break;
    case TABLE2:
        rig_map(r, CCA_PAS_NS, tables.s2, 0, 1, 0);
        break;
    case GPT:
        rig_gpi(r, RIG_DATA + VA_RW, 0);
        break;
    }
}

typedef struct Forget {
    const char *name;
    Change what;
    bool lazy_sees;             /* after another page was used */
    /* Commands that do not cover the change, then one that does. */
    uint64_t not_these[3][2], this_one[2];
} Forget;

#define AT_SID  ((uint64_t)SID << 32)
#define AT_VMID (0x42ull << 32)
#define AT_ASID (7ull << 48)

static const Forget forgets[] = {
    { "STE", STE, false,
      { { SMMU_CMD_CFGI_STE | (SID + 1ull) << 32, 1 },
        { SMMU_CMD_TLBI_NSNH_ALL }, { SMMU_CMD_CFGI_CD_ALL | AT_SID } },
      { SMMU_CMD_CFGI_STE | AT_SID, 1 } },
    { "STE, by range", STE, false,
      { { SMMU_CMD_CFGI_STE_RANGE | 8ull << 32, 2 } },
      { SMMU_CMD_CFGI_STE_RANGE, 2 } },
    { "CD", CD, false,
      { { SMMU_CMD_CFGI_CD | AT_SID | 1 << 12, 1 },
        { SMMU_CMD_CFGI_CD | (SID + 1ull) << 32, 1 },
        { SMMU_CMD_TLBI_NH_ALL | AT_VMID } },
      { SMMU_CMD_CFGI_CD | AT_SID, 1 } },
    { "CD, by its STE", CD, false, { { 0 } },
      { SMMU_CMD_CFGI_STE | AT_SID, 1 } },
    { "stage 1", TABLE1, true,
      { { SMMU_CMD_TLBI_NH_VA | AT_VMID | AT_ASID, VA_RO },
        { SMMU_CMD_TLBI_NH_VA | AT_VMID | 8ull << 48, VA_RW },
        { SMMU_CMD_TLBI_NH_VA | 0x43ull << 32 | AT_ASID, VA_RW } },
      { SMMU_CMD_TLBI_NH_VA | AT_VMID | AT_ASID, VA_RW } },
    { "stage 1, by ASID", TABLE1, true,
      { { SMMU_CMD_CFGI_STE | AT_SID, 1 },
        { SMMU_CMD_TLBI_EL2_ALL },
        { SMMU_CMD_TLBI_S2_IPA | AT_VMID, RIG_DATA + VA_RW } },
      { SMMU_CMD_TLBI_NH_ASID | AT_VMID | AT_ASID } },
    { "stage 2, both by VMID", TABLE2, true,
      { { SMMU_CMD_TLBI_S12_VMALL | 0x43ull << 32 },
        { SMMU_CMD_TLBI_S2_IPA | AT_VMID, RIG_DATA + VA_RW } },
      { SMMU_CMD_TLBI_S12_VMALL | AT_VMID } },
};

static void command(Rig *r, const uint64_t words[2])
{
    if (words[0]) {
        rig_cmd(r, NS, words[0], words[1]);
        assert_int_equal(rig_rd(r, NS, SMMU_GERROR, 4), 0);
    }
}

/* In a strict SMMU stale answers live until exactly what must end them. */
static void test_strict(void **state)
{
    SmmuOutput out;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(forgets); i++) {
        const Forget *f = &forgets[i];

        start(&rig, false);
        assert_int_equal(transact(&rig, VA_RW, &out), SMMU_PASS);
        assert_int_equal(transact(&rig, VA_RO, &out), SMMU_PASS);
        change(&rig, f->what);
        for (unsigned k = 0; k < 3; k++) {
            command(&rig, f->not_these[k]);
            if (transact(&rig, VA_RW, &out) != SMMU_PASS) {
                fail_msg("'%s': forgotten after command %u", f->name, k);
            }
        }
        command(&rig, f->this_one);
        if (transact(&rig, VA_RW, &out) != SMMU_ABORT) {
            fail_msg("'%s': held after its invalidation", f->name);
        }
        rig_stop(&rig);
    }
}

/* In another, translations survive in one entry only, configurations do. */
static void test_lazy(void **state)
{
    SmmuOutput out;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(forgets); i++) {
        const Forget *f = &forgets[i];

        start(&rig, true);
        assert_int_equal(transact(&rig, VA_RW, &out), SMMU_PASS);
        assert_int_equal(transact(&rig, VA_RO, &out), SMMU_PASS);
        change(&rig, f->what);
        assert_int_equal(transact(&rig, VA_RW, &out),
                         f->lazy_sees ? SMMU_ABORT : SMMU_PASS);
        command(&rig, f->this_one);
        assert_int_equal(transact(&rig, VA_RW, &out), SMMU_ABORT);
        rig_stop(&rig);
    }
}

typedef enum PaInv {
    ROOT_TLBI_ALL, ROOT_TLBI_PAGE, ROOT_TLBI_OTHER, BROADCAST_ALL,
    BROADCAST_PAGE, BROADCAST_OTHER, INIT_NS,
} PaInv;

static void invalidate_pa(Rig *r, PaInv how)
{
    const uint64_t page = RIG_DATA + VA_RW;

    switch (how) {
    case ROOT_TLBI_ALL:
    case ROOT_TLBI_PAGE:
    case ROOT_TLBI_OTHER:
        rig_root_wr(r, SMMU_ROOT_TLBI, 8, how == ROOT_TLBI_ALL ? 1 :
                    how == ROOT_TLBI_PAGE ? page : page + 0x100000);
        rig_root_wr(r, SMMU_ROOT_TLBI_CTRL, 4, 1);
        break;
    case BROADCAST_ALL:
        smmu_tlbi_pa_all(r->s);
        break;
    case BROADCAST_PAGE:
        smmu_tlbi_pa(r->s, page, 0x1000, true);
        break;
    case BROADCAST_OTHER:
        smmu_tlbi_pa(r->s, page + 0x100000, 0x1000, true);
        break;
    case INIT_NS:
        rig_cmd(r, NS, SMMU_CMD_TLBI_NSNH_ALL, 0);
        break;
    }
}

static void no_bgptm(SmmuFeatures *f)
{
    f->bgptm = false;
    f->rgptm = true;
}

static void both_gptm(SmmuFeatures *f)
{
    f->bgptm = f->rgptm = true;
}

/* Verdicts of the GPT: until a TLBI by PA, or not at all. */
static void test_gpt_answers(void **state)
{
    static const struct { PaInv how; bool bgptm, counts; } rows[] = {
        { ROOT_TLBI_ALL, true, true }, { ROOT_TLBI_PAGE, true, true },
        { ROOT_TLBI_OTHER, true, false }, { BROADCAST_ALL, true, true },
        { BROADCAST_PAGE, true, true }, { BROADCAST_OTHER, true, false },
        { BROADCAST_ALL, false, false }, { BROADCAST_PAGE, false, false },
        { INIT_NS, true, false },
    };
    SmmuOutput out;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        for (unsigned lazy = 0; lazy < 2; lazy++) {
            RigOptions o = { .lazy = lazy,
                             .tweak = rows[i].bgptm ? both_gptm : no_bgptm };

            rig_start(&rig, &o);
            tables = make_tables(&rig, NS);
            rig_stream(&rig, NS, SID, 5, 0, tables.s1, NULL, NULL);
            assert_int_equal(transact(&rig, VA_RW, &out), SMMU_PASS);
            change(&rig, GPT);
            assert_int_equal(transact(&rig, VA_RW, &out),
                             lazy ? SMMU_ABORT : SMMU_PASS);
            invalidate_pa(&rig, rows[i].how);
            assert_int_equal(transact(&rig, VA_RW, &out),
                             lazy || rows[i].counts ? SMMU_ABORT :
                                                      SMMU_PASS);
            rig_stop(&rig);
        }
    }
}

/* gpt=follow-pe: as if firmware had copied the PEs' registers. */
static void test_follow_pe(void **state)
{
    const GptRegs on = { .gpccr = 1 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 6,
                         .gptbr = RIG_GPT >> 12 };
    const GptRegs off = { .gpccr = 0 };
    RigOptions o = { .off = true, .follow_pe = true };
    SmmuTxn txn = rig_read(NS, 1, RIG_DATA + VA_RW);
    SmmuOutput out;

    (void)state;
    rig_start(&rig, &o);
    /* Unchecked while the PEs are. */
    assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_PASS);
    assert_int_equal(rig.gpt_reads, 0);
    rig_gpi(&rig, RIG_DATA + VA_RW, 11);
    smmu_follow_pe(rig.s, &on);
    assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_CR0, 4), 3);
    assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_GPT_BASE, 8), RIG_GPT);
    assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_ABORT);
    smmu_follow_pe(rig.s, &off);
    assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_PASS);
    /* Root software takes over: PEs are followed no more, until a reset. */
    rig_root_wr(&rig, SMMU_ROOT_CR0, 4, 0);
    assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_ABORT);
    smmu_follow_pe(rig.s, &off);
    assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_ABORT);
    smmu_reset(rig.s);
    assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_PASS);
    rig_stop(&rig);

    o.follow_pe = false;
    rig_start(&rig, &o);
    smmu_follow_pe(rig.s, &on);
    assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_CR0, 4), 0);
    assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_ABORT);
    rig_stop(&rig);
}

/* Two levels of 2^6: all L1STDs but the first share one table of 64 STEs. */
static void many_streams(Rig *r)
{
    uint64_t words[8];

    rig_cr0(r, NS, 0, 1);
    rig_wr(r, NS, SMMU_STRTAB_BASE, 8, 0x30000000);
    rig_wr(r, NS, SMMU_STRTAB_BASE_CFG, 4, 16 | 6 << 6 | 1 << 16);
    rig_cr0(r, NS, 1, 0);
    for (unsigned i = 0; i < STREAMS >> 6; i++) {
        rig_put(r, 0x30000000 + i * 8, CCA_PAS_NS,
                (RIG_STRTAB_L2 + (i ? 0x1000 : 0)) | 7);
    }
    rig_ste(words, SID, 7, tables.s2);
    for (unsigned i = 0; i < 128; i++) {
        rig_put_words(r, RIG_STRTAB_L2 + i * 64, CCA_PAS_NS, words, 8);
    }
}

/* 64K streams in use, each with its STE and CD: at most 1 KiB each. */
static void test_many_streams(void **state)
{
    SmmuOutput out;
    size_t before;

    (void)state;
    start(&rig, false);
    many_streams(&rig);
    before = smmu_config_memory(rig.s);
    for (uint32_t sid = 0; sid < STREAMS; sid++) {
        SmmuTxn txn = rig_read(NS, sid, VA_RW);

        assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_PASS);
    }
    assert_int_equal(smmu_config_entries(rig.s, SMMU_CFG_STE), STREAMS);
    assert_int_equal(smmu_config_entries(rig.s, SMMU_CFG_CD), STREAMS);
    assert_true((smmu_config_memory(rig.s) - before) / STREAMS <= 1024);
    rig_cmd(&rig, NS, SMMU_CMD_CFGI_STE_RANGE, 31);
    assert_int_equal(smmu_config_entries(rig.s, SMMU_CFG_STE), 0);
    rig_stop(&rig);
}

/* A stream whose place in a cache of 64K entries went to another. */
static void test_evicted_stream(void **state)
{
    SmmuTxn first = rig_read(NS, 0, 0x12345678);
    uint64_t words[8];
    SmmuOutput out;

    (void)state;
    start(&rig, true);
    many_streams(&rig);
    rig_ste(words, 0, 4, 0);            /* bypass */
    rig_put_words(&rig, RIG_STRTAB_L2, CCA_PAS_NS, words, 8);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(smmu_transact(rig.s, &first, &out), SMMU_PASS);
    }
    rig_ste(words, 1, 6, 0);            /* nothing like it */
    rig_put_ste(&rig, REALM, 1, words);
    for (uint32_t sid = 1; sid < STREAMS; sid++) {
        SmmuTxn txn = rig_read(NS, sid, VA_RW);

        smmu_transact(rig.s, &txn, &out);
    }
    smmu_transact(rig.s, &(SmmuTxn) { .sec_sid = REALM, .sid = 1 }, &out);
    assert_int_equal(smmu_config_stats_of(rig.s)->evictions, 1);
    assert_int_equal(smmu_transact(rig.s, &first, &out), SMMU_PASS);
    assert_int_equal(out.pa, first.addr);
    assert_int_equal(out.pas, CCA_PAS_NS);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_save_and_load), cmocka_unit_test(test_bad_states),
        cmocka_unit_test(test_reset), cmocka_unit_test(test_strict),
        cmocka_unit_test(test_lazy), cmocka_unit_test(test_gpt_answers),
        cmocka_unit_test(test_follow_pe), cmocka_unit_test(test_many_streams),
        cmocka_unit_test(test_evicted_stream),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
