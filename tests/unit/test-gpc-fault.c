/*
 * The granule protection check with the real fault engine: what is armed by
 * name reaches the verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "control.h"
#include "fake-memory.h"
#include "gpc.h"

enum { L0 = 0x100000, T1 = 0x400000, GIB = 1 << 30 };

#define ALL_NS 0x9999999999999999ull

static struct {
    FakeMemory memory;
    CcaFaults *faults;
    Gpc gpc;
} t;

static int setup(void **state)
{
    GptImpl impl = { .rme = 1, .pa_bits = 48, .tgran4 = true };
    GptRegs regs = {
        .gpccr = 1 << 16 | 3 << 12 | 1 << 8 | 1, .gptbr = L0 >> 12,
    };
    GptBus bus = fake_bus(&t.memory);

    (void)state;
    memset(&t, 0, sizeof(t));
    t.faults = cca_faults_new();
    if (!t.faults || !gpc_init(&t.gpc, &impl, &bus, true)) {
        return -1;
    }
    t.gpc.faults = t.faults;
    gpc_set_regs(&t.gpc, &regs);
    fake_write(&t.memory, L0, 0x91);
    fake_write(&t.memory, L0 + 8, T1 | 3);
    fake_write(&t.memory, T1, ALL_NS);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gpc_destroy(&t.gpc);
    cca_faults_free(t.faults);
    return 0;
}

static CcaGpcf check(uint64_t addr, CcaPas pas, CcaRequesterKind kind)
{
    CcaAccess a = {
        .addr = addr, .pas = pas,
        .requester = { .kind = kind, .state = CCA_PAS_ROOT },
    };
    CcaGpcVerdict v;
    bool passed = gpc_check(&t.gpc, &a, &v);

    assert_int_equal(passed, v.fault == CCA_GPCF_NONE);
    return v.fault;
}

static void arm(const CcaFaultSpec *spec)
{
    CcaFaultError error;

    if (!cca_fault_arm(t.faults, spec, &error)) {
        fail_msg("%s", error.text);
    }
}

static void test_fetch_abort_nth(void **state)
{
    (void)state;
    arm(&(CcaFaultSpec) {
        .id = "f", .site = "gpt.fetch", .action = "abort",
        .nth = { true, 2 }, .count = { true, 1 },
    });
    /* the second fetch is that of level 1 */
    assert_int_equal(check(GIB, CCA_PAS_NS, CCA_REQUESTER_PE),
                     CCA_GPCF_EABT);
    assert_int_equal(check(GIB, CCA_PAS_NS, CCA_REQUESTER_PE),
                     CCA_GPCF_NONE);
    assert_int_equal(cca_fault_firings(t.faults), 1);
}

static void test_fetch_flip(void **state)
{
    (void)state;
    arm(&(CcaFaultSpec) {
        .site = "gpt.fetch", .action = "flip", .mask = { true, 0x20 },
    });
    /* NS becomes Realm */
    assert_int_equal(check(0, CCA_PAS_REALM, CCA_REQUESTER_PE),
                     CCA_GPCF_NONE);
    assert_int_equal(check(0, CCA_PAS_NS, CCA_REQUESTER_PE), CCA_GPCF_FAIL);
    assert_int_equal(cca_fault_firings(t.faults), 1);
}

/* An older value of the entry comes back after the invalidation. */
static void test_fetch_stale(void **state)
{
    (void)state;
    arm(&(CcaFaultSpec) {
        .id = "old", .site = "gpt.fetch", .action = "stale",
        .addr = { true, 0 }, .size = { true, GIB },
    });
    assert_int_equal(check(0, CCA_PAS_NS, CCA_REQUESTER_PE), CCA_GPCF_NONE);
    fake_write(&t.memory, L0, 0xb1);
    gpc_tlbi_all(&t.gpc);
    assert_int_equal(check(0, CCA_PAS_NS, CCA_REQUESTER_PE), CCA_GPCF_NONE);
    assert_true(cca_fault_disarm(t.faults, "old"));
    gpc_tlbi_all(&t.gpc);
    assert_int_equal(check(0, CCA_PAS_NS, CCA_REQUESTER_PE), CCA_GPCF_FAIL);
    assert_int_equal(check(0, CCA_PAS_REALM, CCA_REQUESTER_PE),
                     CCA_GPCF_NONE);
}

static void test_verdict_by_pas(void **state)
{
    (void)state;
    arm(&(CcaFaultSpec) {
        .site = "gpc.verdict", .action = "wrong-pass", .pas = "secure",
    });
    arm(&(CcaFaultSpec) {
        .site = "gpc.verdict", .action = "wrong-fail", .pas = "ns",
        .addr = { true, GIB }, .size = { true, 4096 },
    });
    assert_int_equal(check(0, CCA_PAS_SECURE, CCA_REQUESTER_PE),
                     CCA_GPCF_NONE);
    assert_int_equal(check(0, CCA_PAS_REALM, CCA_REQUESTER_PE),
                     CCA_GPCF_FAIL);
    assert_int_equal(check(GIB + 4095, CCA_PAS_NS, CCA_REQUESTER_PE),
                     CCA_GPCF_FAIL);
    assert_int_equal(check(GIB + 4096, CCA_PAS_NS, CCA_REQUESTER_PE),
                     CCA_GPCF_NONE);
}

static void test_debug_fires_nothing(void **state)
{
    (void)state;
    arm(&(CcaFaultSpec) { .site = "gpc.verdict", .action = "wrong-fail" });
    arm(&(CcaFaultSpec) { .site = "gpt.fetch", .action = "abort" });
    assert_int_equal(check(0, CCA_PAS_NS, CCA_REQUESTER_DEBUG),
                     CCA_GPCF_NONE);
    assert_int_equal(cca_fault_firings(t.faults), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_fetch_abort_nth),
        TEST(test_fetch_flip),
        TEST(test_fetch_stale),
        TEST(test_verdict_by_pas),
        TEST(test_debug_fires_nothing),
    };

    return cmocka_run_group_tests_name("gpc-fault", tests, NULL, NULL);
}
