/*
 * Touching granules concurrently.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mmu.h"
#include "string.h"
#include "sysreg.h"
#include "test.h"
#include "touch.h"

#define SETTLED     0x10ull
#define GENERATION  0x100ull

struct touch_granule touch_granules[TOUCH_GRANULES];
unsigned touch_count;
struct touch_result touch_results[TOUCH_PES];

static volatile bool stop;

void touch_moving(unsigned g)
{
    uint64_t state = touch_granules[g].state;

    __atomic_store_n(&touch_granules[g].state,
                     (state & ~(GENERATION - 1)) + GENERATION,
                     __ATOMIC_SEQ_CST);
    dsb(sy);
}

void touch_settled(unsigned g, unsigned gpi)
{
    uint64_t state = touch_granules[g].state;

    dsb(sy);
    __atomic_store_n(&touch_granules[g].state,
                     (state & ~(GENERATION - 1)) | SETTLED | gpi,
                     __ATOMIC_SEQ_CST);
}

uint64_t touch_least(void)
{
    uint64_t least = UINT64_MAX;

    for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
        const volatile struct touch_result *r = &touch_results[pe];
        uint64_t n = r->passed + r->failed;

        least = n < least ? n : least;
    }
    return least;
}

static bool is_gpf(const struct outcome *out)
{
    if (ESR_EC(out->esr) == EC_GPC) {
        return ((out->esr >> 14) & 0x3e) == 0xc;
    }
    return (out->esr & 0x3f) == 0x28;
}

static void note(struct touch_result *r, uint64_t *what,
                 const struct outcome *out)
{
    (*what)++;
    r->example = *out;
}

static void touch_one(struct touch_result *r, struct touch_granule *g,
                      unsigned el, enum pas pas, enum op op)
{
    uint64_t before = __atomic_load_n(&g->state, __ATOMIC_SEQ_CST), after;
    struct outcome out;
    bool passed, may;

    dsb(sy);
    out = access_run(op, el, g->pa, pas, 0);
    dsb(sy);
    after = __atomic_load_n(&g->state, __ATOMIC_SEQ_CST);
    passed = out.el == 0;
    if (!passed && !is_gpf(&out)) {
        note(r, &r->odd, &out);
        return;
    }
    if (before != after || !(before & SETTLED)) {
        r->moving++;
        return;
    }
    may = (before & 15) == GPI_ANY || (before & 15) == (8u | pas);
    if (passed == may) {
        *(passed ? &r->passed : &r->failed) += 1;
    } else {
        note(r, passed ? &r->wrong_pass : &r->wrong_fail, &out);
    }
}

static void touch(struct pe *pe, uint64_t arg)
{
    struct touch_result *r = &touch_results[pe->index];
    unsigned el = 4 - pe->index;
    uint64_t random = 0x9e3779b97f4a7c15ull * pe->index;

    (void)arg;
    pe_set_world(el == 3 ? PAS_ROOT : PAS_NS, SCR_GPF);
    while (!stop) {
        unsigned g;

        random = random * 6364136223846793005ull + 1442695040888963407ull;
        g = (random >> 33) % touch_count;
        touch_one(r, &touch_granules[g], el,
                  el == 3 && (random >> 60) & 1 ? PAS_REALM : PAS_NS,
                  (random >> 61) & 1 ? OP_LOAD : OP_LDADD);
    }
}

static void enable(struct pe *pe, uint64_t arg)
{
    (void)pe;
    write_sysreg(GPTBR_EL3, GPT_L0_BASE >> 12);
    mmu_stage2(false, false, false, 0);
    gpt_on(arg);
}

void touch_prepare(void)
{
    enable(pe_self(), 0);
    for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
        pe_start(pe, enable, 0);
        pe_wait(pe);
    }
    memset(touch_granules, 0, sizeof(touch_granules));
}

void touch_begin(void)
{
    stop = false;
    memset(touch_results, 0, sizeof(touch_results));
    for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
        pe_start(pe, touch, 0);
    }
}

void touch_end(void)
{
    stop = true;
    for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
        pe_wait(pe);
    }
}

void touch_judge(const char *what)
{
    for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
        const struct touch_result *r = &touch_results[pe];

        test_case(r->wrong_pass == 0, "%s: PE %u: %lu accesses passed after "
                  "the invalidation of what allowed them", what, pe,
                  (unsigned long)r->wrong_pass);
        test_case(r->wrong_fail == 0, "%s: PE %u: %lu accesses failed that "
                  "were allowed, the last with ESR %lx FAR %lx MFAR %lx",
                  what, pe, (unsigned long)r->wrong_fail,
                  (unsigned long)r->example.esr,
                  (unsigned long)r->example.far,
                  (unsigned long)r->example.mfar);
        test_case(r->odd == 0, "%s: PE %u: %lu accesses ended in something "
                  "else, the last with ESR %lx FAR %lx MFAR %lx", what, pe,
                  (unsigned long)r->odd, (unsigned long)r->example.esr,
                  (unsigned long)r->example.far,
                  (unsigned long)r->example.mfar);
        test_case(r->passed > 0, "%s: PE %u: not one access passed", what,
                  pe);
    }
}
