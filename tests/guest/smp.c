/*
 * PA TLB maintenance with several PEs: PAALL is for the PE that executes it,
 * the others are for all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mmu.h"
#include "sysreg.h"
#include "test.h"
#include "verdict.h"

enum { PES = 4 };

enum kind { NOTHING, PAALL, PAALLOS, RPAOS, RPALOS };
static const char *const kind_names[] = {
    "no TLBI", "PAALL", "PAALLOS", "RPAOS", "RPALOS",
};

/* The order to a PE, and its answer. */
static struct order {
    enum kind kind;
    uint64_t pa, size;
    unsigned el;
    enum verdict verdict;
} orders[PES];

static void on(unsigned pe, void (*fn)(struct pe *pe, uint64_t arg))
{
    if (pe == 0) {
        fn(pe_self(), 0);
    } else {
        pe_start(pe, fn, 0);
        pe_wait(pe);
    }
}

static void do_enable(struct pe *pe, uint64_t arg)
{
    (void)pe;
    (void)arg;
    write_sysreg(GPTBR_EL3, GPT_L0_BASE >> 12);
    mmu_stage2(false, false, false, 0);
    gpt_on(0);
}

static void do_verdict(struct pe *pe, uint64_t arg)
{
    struct order *o = &orders[pe->index];

    (void)arg;
    pe_set_world(o->el == 3 ? PAS_ROOT : PAS_NS, SCR_GPF);
    o->verdict = verdict_now(o->el, o->pa, PAS_NS);
}

static void do_tlbi(struct pe *pe, uint64_t arg)
{
    struct order *o = &orders[pe->index];

    (void)arg;
    switch (o->kind) {
    case NOTHING:
        break;
    case PAALL:
        gpt_tlbi_all();
        break;
    case PAALLOS:
        gpt_tlbi_all_os();
        break;
    case RPAOS:
        gpt_tlbi_rpaos(o->pa & ~(o->size - 1), o->size);
        break;
    default:
        gpt_tlbi_rpalos(o->pa & ~(o->size - 1), o->size);
        break;
    }
}

static void check(unsigned pe, unsigned el, uint64_t pa, enum verdict want,
                  const char *after, unsigned by)
{
    orders[pe].el = el;
    orders[pe].pa = pa;
    on(pe, do_verdict);
    test_case(orders[pe].verdict == want, "PE %u EL%u, PA %lx, after %s by "
              "PE %u: expected %s, got %s", pe, el, (unsigned long)pa, after,
              by, verdict_name(want), verdict_name(orders[pe].verdict));
}

static void check_all(uint64_t pa, enum verdict want, const char *after,
                      unsigned by)
{
    for (unsigned pe = 0; pe < PES; pe++) {
        check(pe, pe, pa, want, after, by);     /* EL0 .. EL3 */
    }
}

static void tlbi_by(unsigned pe, enum kind kind, uint64_t pa, uint64_t size)
{
    orders[pe].kind = kind;
    orders[pe].pa = pa;
    orders[pe].size = size;
    on(pe, do_tlbi);
}

static void broadcast(void)
{
    static const uint64_t sizes[] = {
        1ull << 12, 1ull << 16, 1ull << 21, 1ull << 29, 1ull << 39,
    };

    test_group("smp-broadcast");
    for (enum kind kind = PAALLOS; kind <= RPALOS; kind++) {
        for (unsigned by = 0; by < PES; by++) {
            for (unsigned i = 0; i < (kind == PAALLOS ? 1 : 5); i++) {
                uint64_t pa = TEST_BASE + 0x100000 * (by + 1) + 0x3000;

                gpt_set(pa, GPI_NS);
                tlbi_by(0, PAALLOS, 0, 0);
                check_all(pa, PASSES, kind_names[PAALLOS], 0);
                gpt_set(pa, GPI_SECURE);
                tlbi_by(by, kind, pa, sizes[i]);
                check_all(pa, FAILS, kind_names[kind], by);
                gpt_set(pa, GPI_NS);
                tlbi_by(by, kind, pa, sizes[i]);
                check_all(pa, PASSES, kind_names[kind], by);
                gpt_set(pa, GPI_ANY);
            }
        }
    }
}

/* Old and new answers side by side: each PE has its own to forget. */
static void local(bool strict)
{
    test_group("smp-local");
    for (unsigned by = 0; by < PES; by++) {
        for (int round = 0; round < 2; round++) {
            uint64_t pa = TEST_BASE + 0x800000 + 0x40000 * by;
            enum verdict old = round ? FAILS : PASSES;
            enum verdict new = round ? PASSES : FAILS;
            bool done[PES] = { false };

            gpt_set(pa, round ? GPI_NONE : GPI_NS);
            tlbi_by(0, PAALLOS, 0, 0);
            check_all(pa, old, kind_names[PAALLOS], 0);
            gpt_set(pa, round ? GPI_NS : GPI_NONE);
            if (strict) {
                check_all(pa, old, kind_names[NOTHING], by);
            }
            for (unsigned i = 0; i < PES; i++) {
                unsigned pe = (by + i) % PES;

                tlbi_by(pe, PAALL, 0, 0);
                done[pe] = true;
                for (unsigned p = 0; p < PES; p++) {
                    if (done[p] || strict) {
                        check(p, p, pa, done[p] ? new : old,
                              kind_names[PAALL], pe);
                    }
                }
            }
            gpt_set(pa, GPI_ANY);
        }
    }
}

/* What is not named stays with every PE. */
static void scope(bool strict)
{
    uint64_t pa = TEST_BASE + 0x1000000;

    if (!strict) {
        test_skip("smp-scope", "needs strict-tlb=on");
        return;
    }
    test_group("smp-scope");
    for (enum kind kind = RPAOS; kind <= RPALOS; kind++) {
        for (unsigned by = 0; by < PES; by++) {
            gpt_set(pa, GPI_NS);
            tlbi_by(0, PAALLOS, 0, 0);
            check_all(pa, PASSES, kind_names[PAALLOS], 0);
            gpt_set(pa, GPI_REALM);
            tlbi_by(by, kind, pa + 0x10000, 1ull << 16);
            check_all(pa, PASSES, "a range above", by);
            tlbi_by(by, kind, pa - 0x200000, 1ull << 21);
            check_all(pa, PASSES, "a range below", by);
            tlbi_by(by, kind, pa, 1ull << 12);
            check_all(pa, FAILS, kind_names[kind], by);
        }
    }
}

/* GPCCR_EL3 is of each PE: one PE without checks does not free the others. */
static void do_disable(struct pe *pe, uint64_t arg)
{
    (void)pe;
    (void)arg;
    write_sysreg(GPCCR_EL3, gpt.gpccr & ~GPCCR_GPC);
    isb();
    gpt_tlbi_all();
}

static void per_pe_registers(void)
{
    uint64_t pa = TEST_BASE + 0x2000000;

    test_group("smp-registers");
    gpt_set(pa, GPI_NONE);
    tlbi_by(0, PAALLOS, 0, 0);
    for (unsigned pe = 0; pe < PES; pe++) {
        check_all(pa, FAILS, "GPC on", pe);
        on(pe, do_disable);
        for (unsigned p = 0; p < PES; p++) {
            check(p, p, pa, p == pe ? PASSES : FAILS, "GPC off", pe);
        }
        on(pe, do_enable);
    }
    gpt_set(pa, GPI_ANY);
}

void test_main(void)
{
    bool strict = test_param().strict;

    for (unsigned pe = 1; pe < PES; pe++) {
        if (!pe_present(pe)) {
            test_skip("smp", "needs 4 PEs");
            return;
        }
    }
    gpt_build(2, 0);
    for (unsigned pe = 0; pe < PES; pe++) {
        on(pe, do_enable);
    }
    broadcast();
    local(strict);
    scope(strict);
    per_pe_registers();
}
