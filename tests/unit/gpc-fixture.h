/*
 * A Gpc with a table of a few entries, and one line per check: for the tests
 * of gpc.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GPC_FIXTURE_H
#define GPC_FIXTURE_H

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

typedef struct GpcTest {
    FakeMemory memory;
    CcaFaults faults;
    Gpc gpc;
    GptRegs regs;
    CcaGpcVerdict verdict;  /* of the last check */
} GpcTest;

static GpcTest t;

static inline void set_gpccr(uint64_t gpccr)
{
    t.regs.gpccr = gpccr;
    gpc_set_regs(&t.gpc, &t.regs);
}

static inline int start(bool strict)
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

static inline int setup_plain(void **state)
{
    (void)state;
    return start(false);
}

static inline int setup_strict(void **state)
{
    (void)state;
    return start(true);
}

static inline int teardown(void **state)
{
    (void)state;
    gpc_destroy(&t.gpc);
    return 0;
}

static inline bool check_from(uint64_t addr, CcaPas pas, CcaRequesterKind kind)
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

static inline bool check(uint64_t addr, CcaPas pas)
{
    return check_from(addr, pas, CCA_REQUESTER_PE);
}

/* The access passes after @reads reads of memory. */
static inline void passes(uint64_t addr, CcaPas pas, unsigned reads)
{
    assert_true(check(addr, pas));
    assert_int_equal(t.memory.reads, reads);
}

static inline void faults(uint64_t addr, CcaPas pas, CcaGpcf fault, unsigned level,
                   unsigned reads)
{
    assert_false(check(addr, pas));
    assert_int_equal(t.verdict.fault, fault);
    assert_int_equal(t.verdict.level, level);
    assert_int_equal(t.memory.reads, reads);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_plain, teardown)
#define STRICT(name) { #name ", strict", name, setup_strict, teardown, NULL }

#endif
