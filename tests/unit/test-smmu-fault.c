/*
 * Fault sites of the SMMU that have to do with time: a Command queue that
 * stands still, invalidations that come late.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "control.h"
#include "fake-faults.h"
#include "smmu-rig.h"

enum { OP_SYNC = 0x46, OP_CFGI_ALL = 0x04, OP_NSNH_ALL = 0x30 };

static Rig rig;
static CcaFaults faults;

static int start(void **state)
{
    (void)state;
    rig_start(&rig, &(RigOptions) { .faults = &faults });
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fake_fault_arm(&faults, NULL);
    rig_stop(&rig);
    return 0;
}

static uint32_t cons(CcaSecSid world)
{
    return rig_rd(&rig, world, SMMU_CMDQ_CONS, 4);
}

/* Put a CMD_SYNC into the queue of @world; index of the command after it. */
static uint32_t put_sync(CcaSecSid world)
{
    rig_cmd(&rig, world, OP_SYNC, 0);
    return rig_rd(&rig, world, SMMU_CMDQ_PROD, 4);
}

/* Only the queue in which it happened stands still, until it is due. */
static void stall(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_SMMU_CMDQ,
        .effect = { .action = CCA_ACT_STALL, .delay_ns = 500 },
    };
    uint32_t prod;

    (void)state;
    rig.now = 7000;
    fake_fault_arm(&faults, &fault);
    prod = put_sync(REALM);
    fake_fault_arm(&faults, NULL);
    assert_int_equal(cons(REALM), prod - 1);
    assert_int_equal(rig.schedules, 1);
    assert_int_equal(rig.due, 7500);

    assert_int_equal(cons(NS), put_sync(NS));
    rig.now = 7499;
    smmu_run(rig.s);
    assert_int_equal(cons(REALM), prod - 1);
    /* Nobody asks to be called again and again. */
    assert_int_equal(rig.schedules, 1);
    rig.now = 7500;
    smmu_run(rig.s);
    assert_int_equal(cons(REALM), prod);
}

/* Loading a state ends it: time may have gone back. */
static void stall_and_load(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_SMMU_CMDQ,
        .effect = { .action = CCA_ACT_STALL, .delay_ns = 500 },
    };
    uint64_t words[1024];
    unsigned n;
    uint32_t prod;

    (void)state;
    rig.now = 7000;
    fake_fault_arm(&faults, &fault);
    prod = put_sync(NS);
    fake_fault_arm(&faults, NULL);
    n = smmu_save(rig.s, words, 1024);
    assert_true(n > 0);
    rig.now = 10;
    assert_true(smmu_load(rig.s, words, n));
    smmu_run(rig.s);
    assert_int_equal(cons(NS), prod);
}

/* What the passages of each queue look like. */
static void passages(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_SMMU_CMDQ, .effect = { .action = CCA_ACT_NONE },
    };
    const uint64_t word0 = OP_SYNC | 5ull << 32;

    (void)state;
    fake_fault_arm(&faults, &fault);
    rig_cmd(&rig, SECURE, word0, 0x10);
    assert_int_equal(fault.consults, 1);
    assert_int_equal(fault.passage.value, word0);
    assert_int_equal(fault.passage.word_count, 2);
    assert_int_equal(fault.passage.entry_addr, RIG_CMDQ);
    assert_int_equal(fault.passage.access.pas, CCA_PAS_SECURE);
    assert_int_equal(fault.passage.access.requester.state, CCA_PAS_SECURE);
    assert_int_equal(fault.passage.access.requester.id, 5);

    fault = (FakeFault) {
        .site = CCA_SITE_SMMU_TLBI, .effect = { .action = CCA_ACT_DROP },
    };
    fake_fault_arm(&faults, &fault);
    rig_cmd(&rig, REALM, OP_NSNH_ALL, 0);
    assert_int_equal(fault.consults, 1);
    assert_int_equal(fault.passage.access.addr, 0);
    assert_true(fault.passage.size == UINT64_MAX);
    assert_int_equal(fault.passage.access.pas, CCA_PAS_REALM);
    /* Configurations are not translations. */
    rig_cmd(&rig, REALM, OP_CFGI_ALL, 31);
    assert_int_equal(fault.consults, 1);
}

/* The 64 that are held back are carried out, each when it is due. */
static void late(void **state)
{
    FakeFault fault = {
        .site = CCA_SITE_SMMU_TLBI,
        .effect = { .action = CCA_ACT_DELAY, .delay_ns = 100 },
    };
    uint64_t before = smmu_tlb_stats_of(rig.s)->invalidations;

    (void)state;
    fake_fault_arm(&faults, &fault);
    for (unsigned i = 0; i < 65; i++) {
        rig.now = 1000 + i;
        rig_cmd(&rig, NS, OP_NSNH_ALL, 0);
        assert_int_equal(rig.due, 1100 + (i < 64 ? i : 63));
    }
    /* The last had no place. */
    assert_int_equal(smmu_tlb_stats_of(rig.s)->invalidations - before, 1);
    rig.now = 1099;
    smmu_run(rig.s);
    assert_int_equal(smmu_tlb_stats_of(rig.s)->invalidations - before, 1);
    rig.now = 1109;
    smmu_run(rig.s);
    assert_int_equal(smmu_tlb_stats_of(rig.s)->invalidations - before, 11);
    rig.now = 5000;
    smmu_run(rig.s);
    assert_int_equal(smmu_tlb_stats_of(rig.s)->invalidations - before, 65);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stall), TEST(stall_and_load), TEST(passages), TEST(late),
    };

    return cmocka_run_group_tests_name("smmu-fault", tests, NULL, NULL);
}
