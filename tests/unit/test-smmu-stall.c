/*
 * Stalled transactions (sections 3.12.2, 4.7.1, 4.7.2, 7.2.1, 7.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig-streams.h"

enum { RETRY = 1 << 12, ABORT = 1 << 13, SSEC = 1 << 10, SLOTS = 64 };

static Rig rig;
static Tables tables;

static const SmmuBits stall_cd[4] = { { CD_S, 1 } };
static const SmmuBits stall_ste[4] = { { S2S, 1 } };

static int set_up(void **state)
{
    (void)state;
    rig_start(&rig, NULL);
    tables = make_tables(&rig, NS);
    rig_stream(&rig, NS, SID, 5, tables.s2, tables.s1, NULL, stall_cd);
    rig_stream(&rig, NS, SID + 1, 5, tables.s2, tables.s1, NULL, stall_cd);
    rig_stream(&rig, NS, SID + 2, 7, tables.s2, tables.s1, stall_ste, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static SmmuOutcome access_page(CcaSecSid world, uint32_t sid, uint64_t addr)
{
    SmmuTxn txn = rig_read(world, sid, addr);
    SmmuOutput out;

    txn.stallable = true;
    return smmu_transact(rig.s, &txn, &out);
}

static SmmuOutcome stall(uint32_t sid, uint64_t addr)
{
    return access_page(NS, sid, addr);
}

static void expect_stall(uint32_t sid, uint64_t addr, unsigned tag)
{
    const SmmuBits want[] = {
        { 7, 0, 0x10 }, { 63, 32, sid }, EV_READ, EV_IN, EV_ADDR(addr),
        EV_STALL(tag), { 0, 0, 0 },
    };

    rig_expect_event(&rig, NS, want, COUNT_OF(want));
}

static void resume(CcaSecSid queue, uint32_t sid, unsigned tag,
                   unsigned flags)
{
    rig_cmd(&rig, queue, SMMU_CMD_RESUME | flags | (uint64_t)sid << 32, tag);
}

static void mend(uint64_t va)
{
    rig_map(&rig, CCA_PAS_NS, tables.s1, va, 3, RIG_S1_RW | RIG_DATA);
}

static void test_stalls(void **state)
{
    (void)state;
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    expect_stall(SID, VA_NONE, 0);
    /* It waits, and is reported once. */
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    mend(VA_NONE);
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    rig_expect_event(&rig, NS, NULL, 0);
    /* Another gets a tag of its own, and others just go by. */
    assert_int_equal(stall(SID + 1, VA_NO_TABLE), SMMU_STALL);
    expect_stall(SID + 1, VA_NO_TABLE, 1);
    assert_int_equal(stall(SID, VA_RW), SMMU_PASS);
    assert_int_equal(smmu_stats(rig.s)->transactions[SMMU_STALL], 4);
}

static void test_resume(void **state)
{
    static const struct {
        unsigned flags;
        bool mended;
        SmmuOutcome outcome;
    } rows[] = {
        { RETRY, true, SMMU_PASS }, { RETRY, false, SMMU_STALL },
        { RETRY | ABORT, true, SMMU_PASS },
        { ABORT, true, SMMU_ABORT }, { ABORT, false, SMMU_ABORT },
        { 0, false, SMMU_RAZ_WI }, { 0, true, SMMU_RAZ_WI },
    };

    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        uint64_t at;

        assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
        expect_stall(SID, VA_NONE, 0);
        rig_forget_log(&rig);
        resume(NS, SID, 0, rows[i].flags);
        assert_int_equal(rig.resumes, 1);
        assert_int_equal(rig.resume[0].sid, SID);
        assert_int_equal(rig.resume[0].sec_sid, NS);
        if (rows[i].mended) {
            mend(VA_NONE);
        }
        assert_int_equal(stall(SID, VA_NONE), rows[i].outcome);
        if (rows[i].outcome == SMMU_STALL) {
            expect_stall(SID, VA_NONE, 0);
        }
        rig_expect_event(&rig, NS, NULL, 0);
        /* The answer was for that transaction only. */
        at = rig_desc_addr(&rig, CCA_PAS_NS, tables.s1, VA_NONE, 3);
        rig_put(&rig, at, CCA_PAS_NS, 0);
        tear_down(state);
        set_up(state);
    }
}

/* Who is not meant is not touched. */
static void test_resume_of_others(void **state)
{
    (void)state;
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    resume(NS, SID + 1, 0, ABORT);
    resume(NS, SID, 1, ABORT);
    resume(NS, SID, SLOTS, ABORT);
    resume(NS, SID, 0xffff, ABORT);
    resume(SECURE, SID, 0, ABORT | SSEC);
    assert_int_equal(rig.resumes, 0);
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    /* Illegal there */
    resume(REALM, SID, 0, ABORT);
    assert_int_equal(rig_rd(&rig, REALM, SMMU_CMDQ_CONS, 4), 1 << 24);
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    /* The Secure queue may speak for a Non-secure stream. */
    resume(SECURE, SID, 0, ABORT);
    assert_int_equal(stall(SID, VA_NONE), SMMU_ABORT);
    /* A tag that was answered is not answered again. */
    rig_forget_log(&rig);
    resume(NS, SID, 0, ABORT);
    assert_int_equal(rig.resumes, 0);
}

static void test_terminate(void **state)
{
    (void)state;
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    assert_int_equal(stall(SID, VA_NO_TABLE), SMMU_STALL);
    assert_int_equal(stall(SID + 1, VA_NONE), SMMU_STALL);
    rig_cmd(&rig, NS, SMMU_CMD_STALL_TERM | (uint64_t)SID << 32, 0);
    assert_int_equal(rig.resumes, 2);
    mend(VA_NONE);
    assert_int_equal(stall(SID, VA_NONE), SMMU_ABORT);
    assert_int_equal(stall(SID, VA_NO_TABLE), SMMU_ABORT);
    assert_int_equal(stall(SID + 1, VA_NONE), SMMU_STALL);
    /* SMMUEN going to 0 ends the rest. */
    rig_cr0(&rig, NS, 0, 1);
    assert_int_equal(rig.resumes, 3);
    assert_int_equal(stall(SID + 1, VA_NONE), SMMU_ABORT);
    assert_int_equal(stall(SID + 1, VA_NONE), SMMU_PASS);   /* GBPA */
}

static void test_stage_2(void **state)
{
    const SmmuBits want[] = {
        { 7, 0, 0x10 }, { 63, 32, SID + 2 }, EV_READ, EV_S2, EV_IN,
        EV_ADDR(VA_IPA_NONE), EV_IPA(IPA_NONE), EV_STALL(0), { 0, 0, 0 },
    };
    const SmmuBits none[] = {
        { 7, 0, 0x10 }, { 63, 32, SID + 2 }, EV_READ, EV_IN, EV_ADDR(VA_NONE),
        { 0, 0, 0 },
    };

    (void)state;
    assert_int_equal(stall(SID + 2, VA_IPA_NONE), SMMU_STALL);
    rig_expect_event(&rig, NS, want, COUNT_OF(want));
    /* Stage 1 of this stream terminates. */
    assert_int_equal(stall(SID + 2, VA_NONE), SMMU_ABORT);
    rig_expect_event(&rig, NS, none, COUNT_OF(none));
}

/* No space: no overflow, and it is tried again when there is some. */
static void test_queue_full(void **state)
{
    uint32_t prod;

    (void)state;
    for (unsigned i = 0; i < 1 << RIG_EVENTQ_LOG2; i++) {
        SmmuTxn txn = rig_read(NS, 0x1000 + i, 0);
        SmmuOutput out;

        assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_ABORT);
    }
    prod = rig_rd(&rig, NS, SMMU_EVENTQ_PROD, 4);
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    assert_int_equal(rig_rd(&rig, NS, SMMU_EVENTQ_PROD, 4), prod);
    assert_int_equal(rig.resumes, 0);
    for (unsigned i = 0; i < 1 << RIG_EVENTQ_LOG2; i++) {
        uint64_t event[4];

        rig_next_event(&rig, NS, event);
        assert_int_equal(event[0], 0x02 | (0x1000ull + i) << 32);
    }
    assert_int_equal(rig.resumes, 1);
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    expect_stall(SID, VA_NONE, 0);
}

/* The same with a queue that is off, or in error; mended in between. */
static void test_queue_unwritable(void **state)
{
    (void)state;
    rig_cr0(&rig, NS, 0, 1 << 2);
    assert_int_equal(stall(SID, VA_NONE), SMMU_STALL);
    rig_cr0(&rig, NS, 1 << 2, 0);
    assert_int_equal(rig.resumes, 1);
    mend(VA_NONE);
    assert_int_equal(stall(SID, VA_NONE), SMMU_PASS);
    rig_expect_event(&rig, NS, NULL, 0);

    rig_kill(&rig, RIG_EVENTQ, CCA_PAS_NS, true);
    assert_int_equal(stall(SID, VA_NO_TABLE), SMMU_STALL);
    assert_int_equal(rig_rd(&rig, NS, SMMU_GERROR, 4), 1 << 2);
    rig_revive(&rig);
    assert_int_equal(stall(SID, VA_NO_TABLE), SMMU_STALL);
    rig_wr(&rig, NS, SMMU_GERRORN, 4, 1 << 2);
    assert_int_equal(rig.resumes, 2);
    assert_int_equal(stall(SID, VA_NO_TABLE), SMMU_STALL);
    expect_stall(SID, VA_NO_TABLE, 0);
}

/* More than can be held: the rest ends as with the Terminate model. */
static void test_too_many(void **state)
{
    uint64_t event[4];

    (void)state;
    for (unsigned i = 0; i <= SLOTS; i++) {
        uint64_t addr = VA_NO_TABLE + i * 0x1000;

        assert_int_equal(stall(SID, addr), i < SLOTS ? SMMU_STALL :
                                                       SMMU_ABORT);
        rig_next_event(&rig, NS, event);
        assert_int_equal(smmu_bits(event, 95, 95), i < SLOTS);
        assert_int_equal(smmu_bits(event, 79, 64), i < SLOTS ? i : 0);
        assert_int_equal(event[2], addr);
    }
    /* One that has its answer and never comes for it gives its place. */
    resume(NS, SID, 17, ABORT);
    assert_int_equal(stall(SID + 1, VA_NO_TABLE), SMMU_STALL);
    expect_stall(SID + 1, VA_NO_TABLE, 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_stalls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_resume, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_resume_of_others, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_terminate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stage_2, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_queue_full, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_queue_unwritable, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_too_many, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
