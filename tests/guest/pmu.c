/*
 * Filters of PMU counters: which exception levels of which world a counter
 * counts, with the filter bits that RME adds for Realm.
 *
 * A counter that is filtered stands still, so nothing here depends on how
 * fast the other ones are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "mmu.h"
#include "pe.h"
#include "sysreg.h"
#include "test.h"

extern const uint32_t stub_spin[];

#define P       (1u << 31)
#define U       (1u << 30)
#define NSK     (1u << 29)
#define NSH     (1u << 27)
#define M       (1u << 26)
#define RLK     (1u << 22)
#define RLU     (1u << 21)
#define RLH     (1u << 20)
#define PMCR_E  1u
#define CYCLES  (1ull << 31)
#define SPINS   10000

static const struct {
    const char *name;
    enum pas world;
    unsigned el;
    uint32_t filter;
    bool counts;
} rows[] = {
    { "0", PAS_NS, 1, 0, true },
    { "P", PAS_NS, 1, P, false },
    { "P, NSK", PAS_NS, 1, P | NSK, true },
    { "RLK", PAS_NS, 1, RLK, true },
    { "P, RLK", PAS_NS, 1, P | RLK, false },
    { "0", PAS_NS, 2, 0, false },
    { "NSH", PAS_NS, 2, NSH, true },
    { "NSH, RLH", PAS_NS, 2, NSH | RLH, true },
    { "RLH", PAS_NS, 2, RLH, false },

    { "0", PAS_REALM, 1, 0, true },
    { "P", PAS_REALM, 1, P, false },
    { "P, NSK", PAS_REALM, 1, P | NSK, false },
    { "NSK", PAS_REALM, 1, NSK, true },
    { "RLK", PAS_REALM, 1, RLK, false },
    { "P, RLK", PAS_REALM, 1, P | RLK, true },
    { "U, P, RLK, NSH, RLH", PAS_REALM, 1, U | P | RLK | NSH | RLH, true },
    { "0", PAS_REALM, 2, 0, false },
    { "NSH", PAS_REALM, 2, NSH, true },
    { "RLH", PAS_REALM, 2, RLH, true },
    { "NSH, RLH", PAS_REALM, 2, NSH | RLH, false },
};

/* EL3 counts where M equals P: never here. */
static uint64_t not_el3(uint32_t filter)
{
    return filter & P ? filter : filter | M;
}

static void filters(void)
{
    const uint64_t x[5] = { SPINS };

    test_group("pmu-filters");
    write_sysreg(mdcr_el3, 0);
    write_sysreg(pmcntenset_el0, CYCLES);
    write_sysreg(pmcr_el0, PMCR_E);
    isb();
    for (unsigned n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        uint64_t count;

        pe_set_world(rows[n].world, 0);
        write_sysreg(pmccfiltr_el0, not_el3(rows[n].filter));
        write_sysreg(pmccntr_el0, 0);
        isb();
        pe_run(rows[n].el, stub_spin, x);
        count = read_sysreg(pmccntr_el0);
        test_case(!count == !rows[n].counts, "%s EL%u, PMCCFILTR_EL0 has %s: "
                  "%s, counted %lu", pas_name(rows[n].world), rows[n].el,
                  rows[n].name, rows[n].counts ? "counts" : "stands still",
                  (unsigned long)count);
    }
}

static void bits(void)
{
    static const uint32_t there = P | U | NSK | NSH | M | RLK | RLU | RLH;

    test_group("pmu-bits");
    write_sysreg(pmccfiltr_el0, there);
    isb();
    test_case(read_sysreg(pmccfiltr_el0) == there,
              "PMCCFILTR_EL0: %lx written, %lx read", (unsigned long)there,
              (unsigned long)read_sysreg(pmccfiltr_el0));
    write_sysreg(pmevtyper0_el0, there);
    isb();
    test_case(read_sysreg(pmevtyper0_el0) == there,
              "PMEVTYPER0_EL0: %lx written, %lx read", (unsigned long)there,
              (unsigned long)read_sysreg(pmevtyper0_el0));
}

void test_main(void)
{
    filters();
    bits();
}
