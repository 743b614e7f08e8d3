/*
 * Looking at a transaction of an SMMU: what it says is what happens then, and
 * nothing shows that somebody looked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-small-tables.h"
#include "smmu-small-untouched.h"

/* What is asked, and what comes of it. */
typedef struct Case {
    const char *name;
    void (*prepare)(void);
    uint64_t addr;
    SmmuOutcome outcome;
    SmmuEventId cause;
    unsigned steps;
    bool write, ssv, translated, stallable;
    CcaSecSid world;
    uint32_t sid, ssid;         /* SID + @sid */
} Case;

#define R .write = false
#define W .write = true

static const Case cases[] = {
    { "SMMUEN 0", smmu_off, DATA, SMMU_PASS, SMMU_EVT_NONE, 0, R },
    { "SMMUEN 0, above OAS", smmu_off, 1ull << 60, SMMU_ABORT, SMMU_EVT_NONE,
      0, R },
    { "GBPA.ABORT", gbpa_aborts, DATA, SMMU_ABORT, SMMU_EVT_NONE, 0, R },
    { "ACCESSEN 0", no_access, 0x10, SMMU_ABORT, SMMU_F_STE_FETCH, 1, R },
    { "bad StreamID", bypass, 0, SMMU_ABORT, SMMU_C_BAD_STREAMID, 0,
      .sid = 16 },
    { "bad StreamID, RECINVSID 0", quiet_invalid_sid, 0, SMMU_ABORT,
      SMMU_C_BAD_STREAMID, 0, .sid = 16 },
    { "no STE", smmu_off, 0, SMMU_ABORT, SMMU_F_TRANSL_FORBIDDEN, 0,
      .translated = true },
    { "V 0", quiet_invalid_sid, 0, SMMU_ABORT, SMMU_C_BAD_STE, 1, R },
    { "abort", ste_aborts, 0, SMMU_ABORT, SMMU_EVT_NONE, 1, R },
    { "bypass", bypass, DATA + 8, SMMU_PASS, SMMU_EVT_NONE, 1, R },
    { "bypass, above OAS", bypass, 1ull << 60, SMMU_ABORT, SMMU_F_ADDR_SIZE,
      1, R },
    { "L1STD denied", l1std_denied, 0, SMMU_ABORT, SMMU_F_STE_FETCH, 1, R },
    { "STE denied", ste_denied, 0, SMMU_ABORT, SMMU_F_STE_FETCH, 1, R },
    { "STE illegal", ste_illegal, 0, SMMU_ABORT, SMMU_C_BAD_STE, 1, R },
    { "CD denied", cd_denied, 0, SMMU_ABORT, SMMU_F_CD_FETCH, 2, R },
    { "CD aborts", cd_aborts, 0, SMMU_ABORT, SMMU_F_CD_FETCH, 2, R },
    { "CD invalid", cd_invalid, 0, SMMU_ABORT, SMMU_C_BAD_CD, 4, R },
    { "CD unmapped", cd_unmapped, 0, SMMU_ABORT, SMMU_F_TRANSLATION, 3,
      R },
    { "stage 1", s1, 0x1010, SMMU_PASS, SMMU_EVT_NONE, 5, R },
    { "stage 1 write", s1, 0x1010, SMMU_PASS, SMMU_EVT_NONE, 5, W },
    { "stage 1, level 1", s1, 0x50000000, SMMU_ABORT, SMMU_F_TRANSLATION, 3,
      R },
    { "stage 1, out of range", s1, 1ull << 40, SMMU_ABORT,
      SMMU_F_TRANSLATION, 2, R },
    { "stage 2", s2, DATA + 0x2018, SMMU_PASS, SMMU_EVT_NONE, 4, R },
    { "stage 2, unmapped", s2, 0x90000000, SMMU_ABORT, SMMU_F_TRANSLATION,
      2, R },
    { "nested", nested, 0x3020, SMMU_PASS, SMMU_EVT_NONE, 16, R },
    { "two levels", two_levels, 0x3020, SMMU_PASS, SMMU_EVT_NONE, 17, W },
    { "CD table of two levels", cd_two_levels, 0x3020, SMMU_PASS,
      SMMU_EVT_NONE, 19, .ssv = true, .ssid = 66 },
    { "L1CD invalid", cd_two_levels, 0, SMMU_ABORT, SMMU_C_BAD_SUBSTREAMID,
      4, .ssv = true, .ssid = 0x80 },
    { "bad SubstreamID", nested, 0, SMMU_ABORT, SMMU_C_BAD_SUBSTREAMID, 1,
      .ssv = true, .ssid = 1 },
    { "stage 1 table denied", table_denied, 0, SMMU_ABORT, SMMU_F_WALK_EABT,
      4, R },
    { "stage 1 table aborts", table_aborts, 0, SMMU_ABORT, SMMU_F_WALK_EABT,
      5, R },
    { "nested, table denied", table_denied_nested, 0, SMMU_ABORT,
      SMMU_F_WALK_EABT, 13, R },
    { "nested, table unmapped", table_unmapped, 0, SMMU_ABORT,
      SMMU_F_TRANSLATION, 12, R },
    { "output denied", output_denied, 0, SMMU_ABORT, SMMU_EVT_NONE, 16, R },
    { "AF by hardware", af, 8, SMMU_PASS, SMMU_EVT_NONE, 5, R },
    { "no AF", no_af, 8, SMMU_ABORT, SMMU_F_ACCESS, 5, R },
    { "dirty by hardware", dirty, 8, SMMU_PASS, SMMU_EVT_NONE, 5, W },
    { "clean remains", dirty, 8, SMMU_PASS, SMMU_EVT_NONE, 5, R },
    { "both stages dirty", dirty_nested, 8, SMMU_PASS, SMMU_EVT_NONE, 16, W },
    { "both stages, AF", dirty_nested, 8, SMMU_PASS, SMMU_EVT_NONE, 16, R },
    { "big-endian", dirty_big_endian, 8, SMMU_PASS, SMMU_EVT_NONE, 16, W },
    { "read-only", read_only, 8, SMMU_ABORT, SMMU_F_PERMISSION, 5, W },
    { "read-only at stage 2", read_only_stage2, 8, SMMU_ABORT,
      SMMU_F_PERMISSION, 16, W },
    { "RAZ/WI", read_as_zero, 8, SMMU_RAZ_WI, SMMU_F_PERMISSION, 5, W },
    { "not recorded", unrecorded, 8, SMMU_ABORT, SMMU_F_PERMISSION, 5, W },
    { "stalls", stalls, 8, SMMU_STALL, SMMU_F_PERMISSION, 5, W,
      .stallable = true },
    { "cannot stall", stalls, 8, SMMU_ABORT, SMMU_F_PERMISSION, 5, W },
    { "invalid", invalid, 8, SMMU_ABORT, SMMU_F_TRANSLATION, 5, R },
    { "output too large", too_far, 8, SMMU_ABORT, SMMU_F_ADDR_SIZE, 5, R },
    { "Event queue full", events_full, 8, SMMU_ABORT, SMMU_F_TRANSLATION, 5,
      R },
    { "Translated, ATSCHK 0", s1, DATA, SMMU_PASS, SMMU_EVT_NONE, 0,
      .translated = true },
    { "Translated", ats, DATA, SMMU_PASS, SMMU_EVT_NONE, 1,
      .translated = true },
    { "Translated, split", ats_split, DATA, SMMU_PASS, SMMU_EVT_NONE, 4,
      .translated = true },
    { "Translated, forbidden", ats_forbidden, DATA, SMMU_ABORT,
      SMMU_F_TRANSL_FORBIDDEN, 1, .translated = true },
    { "Realm", realm, 0x3020, SMMU_PASS, SMMU_EVT_NONE, 16,
      .world = CCA_SEC_SID_REALM },
    { "Realm, unrecorded", realm, 0x80000000, SMMU_ABORT, SMMU_F_TRANSLATION,
      7, .world = CCA_SEC_SID_REALM },
    { "DPT", dpt, DATA, SMMU_PASS, SMMU_EVT_NONE, 2, W, .translated = true,
      .world = CCA_SEC_SID_REALM },
    { "DPT off", dpt_off, DATA, SMMU_ABORT, SMMU_F_TRANSL_FORBIDDEN, 1,
      .translated = true, .world = CCA_SEC_SID_REALM },
};

static SmmuTxn txn_of(const Case *c)
{
    return (SmmuTxn) {
        .addr = c->addr, .sid = SID + c->sid, .sec_sid = c->world,
        .ssv = c->ssv, .ssid = c->ssid, .access = { .write = c->write },
        .translated = c->translated, .stallable = c->stallable,
    };
}

static void expect_event(const SmmuEvent *said)
{
    uint8_t a[EVT_BYTES], b[EVT_BYTES];

    assert_true(smmu_event_encode(said, 52, a));
    assert_true(smmu_event_encode(&m.event, 52, b));
    assert_memory_equal(a, b, EVT_BYTES);
    assert_int_equal(said->sec_sid, m.event.sec_sid);
}

/* An access does what was said. */
static void expect_access(const SmmuTxn *txn, const SmmuLook *look)
{
    SmmuOutput out;

    m.events = m.reads = 0;
    assert_int_equal(smmu_transact(m.s, txn, &out), look->outcome);
    assert_int_equal(m.events, look->reported);
    if (m.events) {
        expect_event(&look->event);
        assert_int_equal(m.recorded, look->recorded);
    }
    assert_int_equal(look->has_output, look->outcome == SMMU_PASS ||
                                       look->verdict.fault != CCA_GPCF_NONE);
    if (look->outcome == SMMU_PASS) {
        assert_true(look->has_output);
        assert_int_equal(look->output.pa, out.pa);
        assert_int_equal(look->output.pas, out.pas);
        assert_int_equal(look->output.mecid, out.mecid);
        assert_int_equal(look->output.shift, out.shift);
    }
}

/* The steps are the reads of the access, in their order. */
static void expect_reads(const SmmuLook *look)
{
    bool updates = false;
    unsigned n = 0;

    for (unsigned i = 0; i < look->steps; i++) {
        const SmmuStep *step = &look->step[i];

        if (step->cached || step->result == SMMU_MEM_GPF) {
            continue;
        }
        /* What stage 2 found for the L1CD may do for the CD as well. */
        if (smmu_stats(m.s)->tlb_hits && step->kind == SMMU_STEP_STAGE2 &&
            step->serves == SMMU_STEP_CD) {
            continue;
        }
        updates |= step->updates;
        /* The way to an update is not shown twice. */
        while (updates && n < m.reads && m.read[n].addr != step->addr) {
            n++;
        }
        assert_true(n < m.reads);
        assert_int_equal(m.read[n].addr, step->addr);
        assert_int_equal(m.read[n].pas, step->pas);
        if (step->words) {
            assert_int_equal(m.read[n].len, 8 * step->words);
        }
        n++;
    }
    assert_true(updates || n == m.reads);
}

/* The last of the updates of a descriptor is what is there now. */
static void expect_updates(const SmmuLook *look, bool big_endian)
{
    for (unsigned i = 0; i < look->steps; i++) {
        const SmmuStep *step = &look->step[i], *last = step;
        bool swap = big_endian && step->kind == SMMU_STEP_STAGE1;

        if (!step->updates) {
            continue;
        }
        assert_true(step->sets_af || step->sets_dirty);
        for (unsigned j = i; j < look->steps; j++) {
            if (look->step[j].updates && look->step[j].addr == step->addr) {
                last = &look->step[j];
            }
        }
        assert_int_equal(get64(step->addr),
                         swap ? __builtin_bswap64(last->update) :
                                last->update);
    }
}

static void run_case(const Case *c, bool strict)
{
    SmmuTxn txn = txn_of(c);
    static SmmuLook look, again;

    small_start(strict);
    c->prepare();
    begin_untouched();
    smmu_look(m.s, &txn, &look);
    end_untouched();
    if (look.outcome != c->outcome || look.cause != c->cause ||
        look.steps != c->steps) {
        fail_msg("%s: outcome %d, cause %d, %u steps", c->name, look.outcome,
                 look.cause, look.steps);
    }
    assert_false(look.held);
    assert_true(look.why || look.cause || look.outcome == SMMU_PASS);
    expect_access(&txn, &look);
    expect_reads(&look);
    expect_updates(&look, c->prepare == dirty_big_endian);

    /* Now caches are warm; a stalled one would be asked for its answer. */
    if (c->outcome == SMMU_STALL || c->prepare == events_full) {
        small_stop();
        return;
    }
    begin_untouched();
    smmu_look(m.s, &txn, &again);
    end_untouched();
    assert_int_equal(again.outcome, look.outcome);
    assert_int_equal(again.cause, look.cause);
    for (unsigned i = 0; i < again.steps; i++) {
        bool config = again.step[i].kind <= SMMU_STEP_CD;

        assert_true(!again.step[i].cached || config);
        assert_true(!again.step[i].updates);
    }
    if (again.held) {
        assert_true(again.held_allows || c->outcome != SMMU_PASS);
        assert_int_equal(again.held_entry.pa, again.output.pa);
    }
    expect_access(&txn, &again);
    small_stop();
}

static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        run_case(&cases[i], false);
        run_case(&cases[i], true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
