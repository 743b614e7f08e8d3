/*
 * The engine against the reference: random machines, registers, tables and
 * accesses, each check on an empty cache.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "gpc.h"
#include "gpt-ref.h"
#include "gpt-synth.h"

enum { MACHINES = 4500, CHECKS_PER_MACHINE = 256 };

typedef struct Memory {
    Synth synth;
    unsigned reads;
} Memory;

static bool memory_read64(void *opaque, uint64_t addr, uint64_t *value)
{
    Memory *m = opaque;

    m->reads++;
    return synth_entry(&m->synth, addr, 0, value);
}

/* What was seen, so that the generator is known not to be vacuous. */
static struct {
    uint64_t checks;
    uint64_t reason[REF__COUNT];
    uint64_t fault[CCA_GPCF__COUNT][2];
    uint64_t gpi_pas[16][CCA_PAS__COUNT];
    uint64_t state_dependent;
    uint64_t config_pps[57], config_pgs[17], config_l0[10], config_rme[4];
    uint64_t pps_below_l0;
} seen;

static void note(const RefMachine *m, const CcaAccess *a, const RefVerdict *v)
{
    seen.checks++;
    seen.reason[v->reason]++;
    seen.fault[v->fault][v->level]++;
    if (v->reason == REF_PASS_BLOCK || v->reason == REF_PASS_CONTIGUOUS ||
        v->reason == REF_PASS_GRANULES || v->reason == REF_FAULT_BLOCK ||
        v->reason == REF_FAULT_CONTIGUOUS ||
        v->reason == REF_FAULT_GRANULES) {
        seen.gpi_pas[v->gpi][a->pas]++;
        seen.config_pps[ref_pps(m)]++;
        seen.config_pgs[ref_pgs(m)]++;
        seen.config_l0[m->l0gptsz]++;
        seen.config_rme[m->rme]++;
        seen.pps_below_l0 += ref_pps(m) < ref_l0_bits(m);
    }
}

/* The answer depends on the state if some state gets another answer. */
static bool ref_state_dependent(const RefMachine *m, CcaAccess a)
{
    CcaGpcf first = CCA_GPCF_NONE;

    for (unsigned state = 0; state < 4; state++) {
        CcaGpcf fault;

        a.requester.state = state;
        fault = ref_check(m, &a).fault;
        if (state == 0) {
            first = fault;
        } else if (fault != first) {
            return true;
        }
    }
    return false;
}

static void same(const char *who, const RefMachine *m, const CcaAccess *a,
                 const RefVerdict *want, bool passed, const CcaGpcVerdict *got)
{
    if (passed == (want->fault == CCA_GPCF_NONE) &&
        got->fault == want->fault && got->pas == a->pas &&
        got->addr == a->addr &&
        (want->fault == CCA_GPCF_NONE || got->level == want->level)) {
        return;
    }
    fail_msg("%s: address 0x%" PRIx64 " PAS %d from state %d: expected fault "
             "%d level %u (%s), got %d level %u; rme %u l0gptsz %u pa_bits %u "
             "sel2 %d gdi %d GPCCR 0x%" PRIx64 " GPTBR 0x%" PRIx64
             " GPCBW 0x%" PRIx64, who, a->addr, a->pas, a->requester.state,
             want->fault, want->level, ref_reason_name(want->reason),
             got->fault, got->level, m->rme, m->l0gptsz, m->pa_bits, m->sel2,
             m->gdi, m->gpccr, m->gptbr, m->gpcbw);
}

static void one_check(Gpc *gpc, const RefMachine *m, Memory *memory,
                      const CcaAccess *a)
{
    RefVerdict want = ref_check(m, a);
    CcaAccess debug = *a;
    CcaGpcVerdict got;
    GpcStats before;
    bool passed;

    gpc_tlbi_all(gpc);
    memory->reads = 0;
    passed = gpc_check(gpc, a, &got);
    same("first check", m, a, &want, passed, &got);
    assert_int_equal(memory->reads, want.reads);
    if (got.state_dependent != ref_state_dependent(m, *a)) {
        fail_msg("state_dependent is wrong at 0x%" PRIx64, a->addr);
    }
    seen.state_dependent += got.state_dependent;
    note(m, a, &want);

    /* What it just learnt must give the same answer. */
    passed = gpc_check(gpc, a, &got);
    same("second check", m, a, &want, passed, &got);

    gpc_tlbi_all(gpc);
    before = gpc->stats;
    debug.requester.kind = CCA_REQUESTER_DEBUG;
    passed = gpc_check(gpc, &debug, &got);
    same("debug check", m, a, &want, passed, &got);
    assert_memory_equal(&before, &gpc->stats, sizeof(before));
}

static void test_against_reference(void **state)
{
    Rng r = { 0x6763 };

    (void)state;
    for (unsigned i = 0; i < MACHINES; i++) {
        GptImpl impl = synth_impl(&r);
        GptRegs regs = synth_regs(&r, &impl);
        RefMachine m = synth_reference(&impl, &regs);
        Memory memory = {
            .synth = synth_memory(&r, &impl, &regs, !rng_once_in(&r, 4)),
        };
        GptBus bus = { memory_read64, &memory };
        Gpc gpc;

        m.read64 = memory_read64;
        m.opaque = &memory;
        assert_true(gpc_init(&gpc, &impl, &bus, rng_once_in(&r, 2)));
        gpc_set_regs(&gpc, &regs);
        for (unsigned k = 0; k < CHECKS_PER_MACHINE; k++) {
            CcaAccess a = synth_access(&r, &impl, &regs);

            one_check(&gpc, &m, &memory, &a);
        }
        gpc_destroy(&gpc);
    }
}

static void at_least(uint64_t have, uint64_t want, const char *what)
{
    if (have < want) {
        fail_msg("%s: seen %" PRIu64 " times, %" PRIu64 " wanted", what, have,
                 want);
    }
}

/* Runs after the test above: was everything there? */
static void test_coverage(void **state)
{
    static const uint8_t pps[] = { 32, 36, 40, 42, 44, 46, 47, 48, 52, 56 };
    static const uint8_t gpis[] = {
        0, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xd, 0xf,
    };
    char what[64];

    (void)state;
    printf("  %" PRIu64 " checks\n", seen.checks);
    at_least(seen.checks, 1000000, "checks");
    for (unsigned i = 0; i < REF__COUNT; i++) {
        printf("  %8" PRIu64 "  %s\n", seen.reason[i], ref_reason_name(i));
        at_least(seen.reason[i], 1000, ref_reason_name(i));
    }
    for (CcaGpcf f = CCA_GPCF_ADDRESS_SIZE; f < CCA_GPCF__COUNT; f++) {
        for (unsigned level = 0; level < 2; level++) {
            snprintf(what, sizeof(what), "fault %d level %u", f, level);
            /* Address size faults have no level 1. */
            if (f == CCA_GPCF_ADDRESS_SIZE && level == 1) {
                assert_int_equal(seen.fault[f][level], 0);
            } else {
                at_least(seen.fault[f][level], 1000, what);
            }
        }
    }
    for (unsigned i = 0; i < COUNT_OF(gpis); i++) {
        for (unsigned pas = 0; pas < CCA_PAS__COUNT; pas++) {
            snprintf(what, sizeof(what), "GPI %x, PAS %u", gpis[i], pas);
            at_least(seen.gpi_pas[gpis[i]][pas], 100, what);
        }
    }
    for (unsigned i = 0; i < COUNT_OF(pps); i++) {
        snprintf(what, sizeof(what), "table decides, PPS %u bits", pps[i]);
        at_least(seen.config_pps[pps[i]], 1000, what);
    }
    for (unsigned pgs = 12; pgs <= 16; pgs += 2) {
        at_least(seen.config_pgs[pgs], 1000, "each granule size");
    }
    at_least(seen.config_l0[0], 1000, "L0GPTSZ 0");
    at_least(seen.config_l0[4], 1000, "L0GPTSZ 4");
    at_least(seen.config_l0[6], 1000, "L0GPTSZ 6");
    at_least(seen.config_l0[9], 1000, "L0GPTSZ 9");
    for (unsigned rme = 1; rme <= 3; rme++) {
        at_least(seen.config_rme[rme], 1000, "each RME version");
    }
    at_least(seen.pps_below_l0, 1000, "PPS below L0GPTSZ");
    at_least(seen.state_dependent, 1000, "answers for one state only");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_reference),
        cmocka_unit_test(test_coverage),
    };

    return cmocka_run_group_tests_name("gpc-random", tests, NULL, NULL);
}
