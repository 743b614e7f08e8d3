/*
 * Looking at an SMMU: steps, entries, state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-small-tables.h"
#include "smmu-small-untouched.h"
#include "control.h"

static void look_at(uint64_t addr, bool write, SmmuLook *look)
{
    smmu_look(m.s, &(SmmuTxn) { .addr = addr, .sid = SID,
                                .access = { .write = write } }, look);
}

static void expect_step(const SmmuStep *step, SmmuStepKind kind, int level,
                        uint64_t addr, uint64_t value)
{
    assert_int_equal(step->kind, kind);
    assert_int_equal(step->level, level);
    assert_int_equal(step->addr, addr);
    assert_int_equal(step->word[0], value);
    assert_int_equal(step->verdict.fault, CCA_GPCF_NONE);
    assert_int_equal(step->verdict.addr, addr);
    assert_int_equal(step->result, SMMU_MEM_OK);
}

static void test_steps(void **state)
{
    static const SmmuStepKind serves[] = {
        SMMU_STEP_CD, SMMU_STEP_STAGE1, SMMU_STEP_STAGE1, SMMU_STEP_STAGE1,
        SMMU_STEP_OUTPUT,
    };
    static SmmuLook look;
    unsigned n = 0;

    (void)state;
    small_start(true);
    nested();
    look_at(0x3020, true, &look);
    assert_int_equal(look.steps, 16);
    expect_step(&look.step[0], SMMU_STEP_STE, 0, STRTAB + 64 * SID,
                get64(STRTAB + 64 * SID));
    assert_int_equal(look.step[0].words, 8);
    assert_int_equal(look.step[0].word[3], get64(STRTAB + 64 * SID + 24));
    expect_step(&look.step[1], SMMU_STEP_STAGE2, 1, S2_L1 + 8,
                S2_L2 | D_TABLE);
    expect_step(&look.step[2], SMMU_STEP_STAGE2, 2, S2_L2, get64(S2_L2));
    expect_step(&look.step[3], SMMU_STEP_CD, 0, CDS, get64(CDS));
    expect_step(&look.step[6], SMMU_STEP_STAGE1, 1, S1_L1, S1_L2 | D_TABLE);
    expect_step(&look.step[9], SMMU_STEP_STAGE1, 2, S1_L2, S1_L3 | D_TABLE);
    expect_step(&look.step[12], SMMU_STEP_STAGE1, 3, S1_L3 + 24,
                (DATA + 0x3000) | D1_RW);
    expect_step(&look.step[15], SMMU_STEP_STAGE2, 3, S2_L3 + 24,
                (DATA + 0x3000) | D2_RW);
    for (unsigned i = 0; i < look.steps; i++) {
        const SmmuStep *step = &look.step[i];

        if (step->kind == SMMU_STEP_STAGE2) {
            assert_int_equal(step->serves, serves[n]);
            assert_int_equal(step->serves_level,
                             serves[n] == SMMU_STEP_STAGE1 ? n : 0);
        } else if (i) {
            n++;
        }
    }
    assert_int_equal(look.output.pa, DATA + 0x3020);
    small_stop();
}

/* What a failed way was looking for, which has no step of its own. */
static void test_serves_what_failed(void **state)
{
    static SmmuLook look;

    (void)state;
    small_start(true);
    cd_unmapped();
    look_at(0, false, &look);
    assert_int_equal(look.step[2].serves, SMMU_STEP_CD);
    small_stop();
    small_start(true);
    cd_two_levels();
    put64(S2_L2, 0);
    smmu_look(m.s, &(SmmuTxn) { .sid = SID, .ssv = true, .ssid = 66 }, &look);
    assert_int_equal(look.steps, 3);
    assert_int_equal(look.step[2].serves, SMMU_STEP_L1CD);
    small_stop();
    small_start(true);
    table_unmapped();
    look_at(0, false, &look);
    assert_int_equal(look.step[11].serves, SMMU_STEP_STAGE1);
    assert_int_equal(look.step[11].serves_level, 3);
    small_stop();
}

/* Reads that granule protection stops, or that memory does not answer. */
static void test_failed_steps(void **state)
{
    static SmmuLook look;

    (void)state;
    small_start(true);
    table_denied_nested();
    look_at(0x3020, false, &look);
    assert_int_equal(look.step[12].kind, SMMU_STEP_STAGE1);
    assert_int_equal(look.step[12].level, 3);
    assert_int_equal(look.step[12].result, SMMU_MEM_GPF);
    assert_int_equal(look.step[12].verdict.fault, CCA_GPCF_FAIL);
    assert_int_equal(look.step[12].verdict.level, 1);
    assert_int_equal(look.step[12].words, 0);
    assert_true(look.event.gpcf);
    small_stop();
    small_start(true);
    table_aborts();
    look_at(0x3020, false, &look);
    assert_int_equal(look.step[4].addr, 0x80000000 + 8 * 3);
    assert_int_equal(look.step[4].level, 3);
    assert_int_equal(look.step[4].result, SMMU_MEM_ABORT);
    small_stop();
    small_start(true);
    output_denied();
    look_at(0x20, false, &look);
    assert_true(look.has_output);
    assert_int_equal(look.output.pa, DATA + 0x20);
    assert_int_equal(look.verdict.fault, CCA_GPCF_FAIL);
    assert_non_null(look.why);
    small_stop();
}

static void test_updates(void **state)
{
    static SmmuLook look;

    (void)state;
    small_start(true);
    dirty_nested();
    look_at(8, true, &look);
    /* The block that holds CD and tables: accessed for the CD, dirty later. */
    assert_true(look.step[2].updates && look.step[2].sets_af);
    assert_false(look.step[2].sets_dirty);
    assert_true(look.step[5].word[0] & D_AF);
    assert_true(look.step[12].sets_af && look.step[12].sets_dirty);
    assert_int_equal(look.step[12].update, DATA | D1_RW | D_DBM);
    assert_true(look.step[11].sets_dirty);
    assert_true(look.step[15].sets_af && look.step[15].sets_dirty);
    assert_int_equal(look.step[15].update, DATA | D2_RW | D_DBM);
    small_stop();
}

/* Tables that were changed behind the caches' back. */
static void test_stale(void **state)
{
    const SmmuTxn txn = { .addr = 0x3020, .sid = SID };
    static SmmuLook look;
    SmmuStreamLook stream;
    SmmuOutput out;

    (void)state;
    small_start(true);
    nested();
    assert_int_equal(smmu_transact(m.s, &txn, &out), SMMU_PASS);
    assert_true(smmu_look_at_stream(m.s, &txn, &stream));
    assert_true(stream.ste_at.cached && !stream.ste_at.stale);
    assert_true(stream.cd_at.cached && !stream.cd_at.stale);

    change(STRTAB + 64 * SID, 143, 128, 0x43);
    change(CDS, 63, 48, 8);
    put64(S1_L3 + 8 * 3, (DATA + 0x5000) | D1_RW);
    begin_untouched();
    assert_true(smmu_look_at_stream(m.s, &txn, &stream));
    smmu_look(m.s, &txn, &look);
    end_untouched();
    assert_true(stream.ste_at.cached && stream.ste_at.stale);
    assert_int_equal(stream.ste.s2vmid, 0x42);
    assert_int_equal(stream.ste_at.word[2] & 0xffff, 0x43);
    assert_true(stream.cd_at.cached && stream.cd_at.stale);
    assert_int_equal(stream.cd.asid, 7);
    assert_true(look.held && look.held_allows);
    assert_int_equal(look.held_entry.pa, DATA + 0x3020);
    assert_int_equal(look.output.pa, DATA + 0x5020);
    assert_int_equal(smmu_transact(m.s, &txn, &out), SMMU_PASS);
    assert_int_equal(out.pa, look.held_entry.pa);

    /* An STE that is gone from memory. */
    put64(STRTAB + 64 * SID, 0);
    assert_true(smmu_look_at_stream(m.s, &txn, &stream));
    assert_true(stream.ste_at.stale && stream.cd_at.stale);
    assert_int_equal(stream.fault, SMMU_EVT_NONE);
    small_stop();
}

static uint64_t value_of(const SmmuNamedValue *v, unsigned n,
                         const char *name)
{
    for (unsigned i = 0; i < n; i++) {
        if (!strcmp(v[i].name, name)) {
            return v[i].value;
        }
    }
    fail_msg("no %s", name);
    return 0;
}

static void test_stream(void **state)
{
    SmmuTxn txn = { .sid = SID };
    SmmuNamedValue v[SMMU_NAMED_MAX];
    SmmuStreamLook look;
    unsigned n;

    (void)state;
    small_start(false);
    nested();
    begin_untouched();
    assert_true(smmu_look_at_stream(m.s, &txn, &look));
    end_untouched();
    assert_true(look.enabled && look.has_ste && look.has_cd);
    assert_false(look.ste_at.cached || look.cd_at.cached);
    assert_true(look.ste_at.read && look.cd_at.read);
    assert_int_equal(look.ste_at.addr, STRTAB + 64 * SID);
    assert_int_equal(look.cd_at.addr, CDS);
    assert_string_equal(smmu_ste_config_name(&look.ste),
                        "stage 1 and stage 2");
    assert_string_equal(smmu_ste_world_name(&look.ste), "NS-EL1");
    n = smmu_ste_values(&look.ste, v);
    assert_true(n < SMMU_NAMED_MAX);
    assert_int_equal(value_of(v, n, "S2TTB"), S2_L1);
    assert_int_equal(value_of(v, n, "S2VMID"), 0x42);
    assert_int_equal(value_of(v, n, "S1ContextPtr"), CDS);
    n = smmu_cd_values(&look.cd, v);
    assert_int_equal(value_of(v, n, "TTB0"), S1_L1);
    assert_int_equal(value_of(v, n, "ASID"), 7);
    assert_int_equal(value_of(v, n, "EPD1"), 1);

    change(CDS, 31, 31, 0);
    assert_true(smmu_look_at_stream(m.s, &txn, &look));
    assert_true(look.has_cd);
    assert_int_equal(look.cd.error, SMMU_CD_BAD_V);
    assert_int_equal(look.fault, SMMU_C_BAD_CD);
    ste_illegal();
    assert_true(smmu_look_at_stream(m.s, &txn, &look));
    assert_true(look.has_ste && !look.has_cd);
    assert_int_equal(look.fault, SMMU_C_BAD_STE);
    assert_int_equal(look.ste.error, SMMU_STE_BAD_S2T0SZ);
    txn.sid = 16;
    assert_true(smmu_look_at_stream(m.s, &txn, &look));
    assert_false(look.has_ste);
    assert_int_equal(look.fault, SMMU_C_BAD_STREAMID);
    wr(0x20, 4, 0);
    assert_true(smmu_look_at_stream(m.s, &txn, &look));
    assert_false(look.enabled || look.has_ste);
    txn.sec_sid = CCA_SEC_SID__COUNT;
    assert_false(smmu_look_at_stream(m.s, &txn, &look));
    small_stop();
}

static void test_state(void **state)
{
    const SmmuTxn txn = { .addr = 8, .sid = SID, .stallable = true,
                          .access = { .write = true } };
    static SmmuStateLook look;
    static SmmuLook way;
    SmmuOutput out;

    (void)state;
    small_start(true);
    stalls();
    smmu_look_at_state(m.s, &look);
    assert_true(look.world[0].implemented && look.strict);
    assert_int_equal(look.world[0].strtab.base, STRTAB);
    assert_int_equal(look.world[0].queue[SMMU_EVENTQ].base, EVENTS);
    assert_int_equal(look.world[0].queue[SMMU_EVENTQ].entries, 4);
    assert_true(look.world[0].queue[SMMU_EVENTQ].on);
    assert_false(look.world[0].queue[SMMU_CMDQ].on);
    assert_false(look.world[1].queue[SMMU_PRIQ].exists);
    assert_int_equal(look.world[2].strtab.base, REALM_STRTAB);
    assert_true(look.root.cfg.enabled && look.root.cfg.valid);
    assert_int_equal(look.root.cfg.base, GPT_L0);
    assert_false(look.root.far[0].fault || look.root.following);
    assert_int_equal(look.stalls, 0);

    assert_int_equal(smmu_transact(m.s, &txn, &out), SMMU_STALL);
    set_events_prod(0x80000004);        /* full, and an overflow */
    wr(0x98, 4, 1);
    output_denied();
    grant(STRTAB, false);
    smmu_tlbi_pa_all(m.s);
    look_at(0, false, &way);
    smmu_transact(m.s, &(SmmuTxn) { .sid = SID + 1 }, &out);
    smmu_look_at_state(m.s, &look);
    assert_int_equal(look.stalls, 1);
    assert_int_equal(look.stall[0].txn.addr, 8);
    assert_true(look.stall[0].recorded && !look.stall[0].decided);
    assert_true(look.world[0].queue[SMMU_EVENTQ].full);
    assert_true(look.world[0].queue[SMMU_EVENTQ].overflow);
    assert_int_equal(look.world[0].queue[SMMU_EVENTQ].used, 4);
    assert_int_equal(look.stats.transactions[SMMU_STALL], 1);
    assert_int_equal(look.stats.gpc_faults, 1);
    assert_int_equal(look.config_entries[SMMU_CFG_STE], 1);
    assert_true(look.root.far[SMMU_ROOT_FAR_GPF].fault);
    assert_int_equal(look.root.far[SMMU_ROOT_FAR_GPF].addr, STRTAB);
    assert_int_equal(look.root.far[SMMU_ROOT_FAR_GPF].pas, CCA_PAS_NS);
    assert_string_equal(smmu_gpc_code_name(
        look.root.far[SMMU_ROOT_FAR_GPF].reason,
        look.root.far[SMMU_ROOT_FAR_GPF].code), "STE fetch");
    small_stop();
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(smmu_gerror_name(2), "EVENTQ_ABT_ERR");
    assert_null(smmu_gerror_name(1));
    assert_null(smmu_gerror_name(32));
    assert_string_equal(smmu_sec_sid_name(CCA_SEC_SID_REALM), "realm");
    assert_string_equal(smmu_sec_sid_name(CCA_SEC_SID__COUNT), "?");
    assert_string_equal(smmu_irq_name(SMMU_IRQ__COUNT), "?");
    assert_string_equal(smmu_ats_status_name(SMMU_ATS_CA), "CA");
    assert_string_equal(smmu_step_name(SMMU_STEP__COUNT), "?");
    assert_string_equal(smmu_outcome_name(SMMU_RAZ_WI), "RAZ/WI");
    assert_string_equal(smmu_gpc_code_name(SMMU_GPC_GERROR, 0x30), "?");
    assert_string_equal(smmu_gpc_code_name(SMMU_GPC_GERROR, 0x08), "?");
    assert_string_equal(smmu_gpc_reason_name(7), "?");
    assert_string_equal(smmu_cfg_err_name(9), "?");
}

/* Armed faults neither fire nor count. */
static void test_fault_sites(void **state)
{
    static const char *const sites[][2] = {
        { "smmu.ste-fetch", "abort" }, { "smmu.cd-fetch", "abort" },
        { "smmu.walk", "abort" }, { "smmu.gpc", "wrong-fail" },
        { "gpt.fetch", "abort" }, { "gpc.verdict", "wrong-fail" },
    };
    CcaFaults *faults = cca_faults_new();
    CcaFaultInfo info[COUNT_OF(sites)];
    static SmmuLook look;
    SmmuOutput out;

    (void)state;
    assert_non_null(faults);
    small_start_with(true, faults);
    nested();
    for (unsigned i = 0; i < COUNT_OF(sites); i++) {
        CcaFaultSpec spec = { .site = sites[i][0], .action = sites[i][1] };
        CcaFaultError error;

        assert_true(cca_fault_arm(faults, &spec, &error));
    }
    look_at(0x3020, true, &look);
    assert_int_equal(look.outcome, SMMU_PASS);
    assert_int_equal(cca_fault_list(faults, info, COUNT_OF(info)),
                     COUNT_OF(info));
    for (unsigned i = 0; i < COUNT_OF(info); i++) {
        assert_int_equal(info[i].hits, 0);
    }
    smmu_transact(m.s, &(SmmuTxn) { .addr = 0x3020, .sid = SID }, &out);
    assert_true(cca_fault_firings(faults) > 0);
    small_stop();
    cca_faults_free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_serves_what_failed),
        cmocka_unit_test(test_failed_steps),
        cmocka_unit_test(test_updates),
        cmocka_unit_test(test_stale),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_fault_sites),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
