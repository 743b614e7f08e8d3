/*
 * Delegate and undelegate granules that three other PEs are touching: no
 * access succeeds after the TLBI and DSB have completed, none fails that is
 * allowed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sysreg.h"
#include "test.h"
#include "touch.h"

enum { MOVES = 30000, ACCESSES = 30000 };

/* As TF-A's GPT library does it, but for the cleaning of caches. */
static void delegate(unsigned g)
{
    uint64_t pa = touch_granules[g].pa;

    touch_moving(g);
    gpt_set(pa, GPI_REALM);
    gpt_tlbi_rpalos(pa, 4096);
    touch_settled(g, GPI_REALM);
}

static void undelegate(unsigned g)
{
    uint64_t pa = touch_granules[g].pa;

    touch_moving(g);
    gpt_set(pa, GPI_NONE);
    gpt_tlbi_rpalos(pa, 4096);
    touch_settled(g, GPI_NONE);
    touch_moving(g);
    gpt_set(pa, GPI_NS);
    gpt_tlbi_rpalos(pa, 4096);
    touch_settled(g, GPI_NS);
}

static void moves(const char *name, uint64_t stride)
{
    uint64_t random = 42;
    bool delegated[TOUCH_GRANULES] = { false };

    test_group(name);
    touch_count = TOUCH_GRANULES;
    for (unsigned g = 0; g < touch_count; g++) {
        touch_granules[g].pa = TEST_BASE + g * stride;
        gpt_set(touch_granules[g].pa, GPI_NS);
        touch_settled(g, GPI_NS);
    }
    gpt_tlbi_all_os();
    touch_begin();
    for (unsigned i = 0; i < MOVES || touch_least() < ACCESSES; i++) {
        unsigned g;

        random = random * 6364136223846793005ull + 1442695040888963407ull;
        g = (random >> 33) % touch_count;
        if (delegated[g]) {
            undelegate(g);
        } else {
            delegate(g);
        }
        delegated[g] = !delegated[g];
    }
    touch_end();
    touch_judge(name);
    for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
        test_case(touch_results[pe].failed > 0, "PE %u never saw a GPF", pe);
    }
    for (unsigned g = 0; g < touch_count; g++) {
        gpt_set(touch_granules[g].pa, GPI_ANY);
    }
}

extern const uint32_t stub_watch[];

/* PEs 1 to 3 watch @watched at EL3, EL2, EL1 until they may not any more. */
static const uint64_t watched = TEST_BASE + 0x300000;
static volatile uint64_t closed;
static volatile uint32_t watching[TOUCH_PES];
static struct outcome ends[TOUCH_PES];

static void watch(struct pe *pe, uint64_t arg)
{
    unsigned el = 4 - pe->index;
    const uint64_t x[5] = {
        access_map(el, watched, PAS_NS), (uint64_t)&closed,
    };

    (void)arg;
    pe_set_world(el == 3 ? PAS_ROOT : PAS_NS, SCR_GPF);
    access_run(OP_LOAD, el, watched, PAS_NS, 0);
    watching[pe->index] = 1;
    ends[pe->index] = pe_run(el, stub_watch, x);
}

/*
 * The moment the TLBI and DSB are done, no other PE gets through, not even
 * one that is in the middle of a block of code.
 */
static void at_once(void)
{
    test_group("stress-at-once");
    for (unsigned round = 0; round < 200; round++) {
        closed = 0;
        gpt_set(watched, GPI_NS);
        gpt_tlbi_rpalos(watched, 4096);
        for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
            watching[pe] = 0;
            pe_start(pe, watch, 0);
        }
        for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
            while (!watching[pe]) {
            }
        }
        gpt_set(watched, GPI_REALM);
        gpt_tlbi_rpalos(watched, 4096);
        closed = 1;
        for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
            pe_wait(pe);
            test_case(ends[pe].el != 0, "round %u: PE %u read the granule "
                      "after TLBI and DSB", round, pe);
        }
    }
    gpt_set(watched, GPI_ANY);
    gpt_tlbi_rpalos(watched, 4096);
}

void test_main(void)
{
    for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
        if (!pe_present(pe)) {
            test_skip("stress", "needs 4 PEs");
            return;
        }
    }
    gpt_build(2, 0);
    touch_prepare();
    moves("stress-neighbours", 4096);
    moves("stress-apart", 0x110000);
    at_once();
}
