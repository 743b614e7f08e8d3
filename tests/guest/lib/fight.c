/*
 * PEs that fight over granules: who they are, and when they stop. Nobody may
 * wait for ever: a phase ends when each PE has made its rounds, or after
 * FIGHT_SECONDS (tests/guest/run) in all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "console.h"
#include "fight.h"
#include "mec.h"
#include "sysreg.h"
#include "test.h"
#include "timer.h"

enum { ROUNDS = 1500 };

struct fighter fighters[FIGHTERS];
bool fight_by_mecid;
struct exerciser *fight_device;

static const struct phase *phase;
static volatile bool stop;
static struct exerciser device;

uint64_t fight_random(struct fighter *f)
{
    f->random = f->random * 6364136223846793005ull + 1442695040888963407ull;
    return f->random >> 24;
}

void fight_expect(struct fighter *f, uint64_t got, uint64_t want)
{
    if (got != want) {
        f->wrong++;
        f->got = got;
        f->want = want;
    }
}

bool fight_differ(unsigned i, unsigned j)
{
    const struct fighter *a = &fighters[i], *b = &fighters[j];

    if (fight_by_mecid) {
        return a->mecid != b->mecid && mpe_policy() != MPE_OFF;
    }
    return pas_differ(a->pas, b->pas);
}

uint64_t fight_block(struct fighter *f)
{
    uint64_t n = fight_random(f) % (GRANULES * BLOCKS / FIGHTERS);

    return FIGHT(0) + (n * FIGHTERS + f->pe) * BLOCK;
}

struct outcome fight_access(struct fighter *f, unsigned op, uint64_t va,
                            uint64_t value)
{
    unsigned el = f->pas == PAS_ROOT ? 3 : 1 + (f->rounds & 1);

    return world_access(f->pas, el, op, va, value);
}

/* --- PEs ------------------------------------------------------------------ */

static void enter(struct pe *pe, uint64_t arg)
{
    struct fighter *f = &fighters[pe->index];

    (void)arg;
    if (fight_by_mecid) {
        world_use_copy(f->pe);
        pe_set_world(PAS_REALM, SCR_MEC);
        mec_set(MECID_RL_A, f->mecid);
        mec_set(MECID_P0, f->mecid);
        mec_set(VMECID_P, f->mecid);
        mec_enable(true, true);
    } else {
        world_use_copy(phase->pairs ? f->pe : 0);
    }
    if (f->pas == PAS_ROOT) {
        pe_set_world(PAS_ROOT, SCR_GPF);
    } else {
        world_build(f->pas);
        world_enter(f->pas);
    }
    if (phase->begin) {
        phase->begin(f);
    }
}

static void fight(struct pe *pe, uint64_t arg)
{
    struct fighter *f = &fighters[pe->index];

    (void)arg;
    while (!stop) {
        phase->round(f);
        f->rounds = f->rounds + 1;
    }
}

static void leave(struct pe *pe, uint64_t arg)
{
    (void)arg;
    timer_stop();
    if (phase->end) {
        phase->end(&fighters[pe->index]);
    }
    if (fight_by_mecid) {
        pe_set_world(PAS_REALM, SCR_MEC);
        mec_off();
    }
}

static void one_by_one(void (*fn)(struct pe *pe, uint64_t arg))
{
    fn(pe_self(), 0);
    for (unsigned i = 1; i < FIGHTERS; i++) {
        pe_start(i, fn, 0);
        pe_wait(i);
    }
}

static uint64_t least(void)
{
    uint64_t n = UINT64_MAX;

    for (unsigned i = 0; i < FIGHTERS; i++) {
        n = fighters[i].rounds < n ? fighters[i].rounds : n;
    }
    return n;
}

static void run(const struct phase *p, uint64_t ticks)
{
    static const enum pas pairs[] = { PAS_REALM, PAS_NS };
    uint64_t start;

    phase = p;
    test_group(p->name);
    for (unsigned i = 0; i < FIGHTERS; i++) {
        unsigned side = p->pairs ? i & 1 : i;

        fighters[i] = (struct fighter) {
            .pe = i, .side = side, .random = i * 0x9e3779b97f4a7c15ull + 1,
            .pas = fight_by_mecid ? PAS_REALM : p->pairs ? pairs[side] : side,
            .mecid = 10 + side,
        };
    }
    one_by_one(enter);
    stop = false;
    start = read_sysreg(cntpct_el0);
    for (unsigned i = 1; i < FIGHTERS; i++) {
        pe_start(i, fight, 0);
    }
    do {
        p->round(&fighters[0]);
        fighters[0].rounds = fighters[0].rounds + 1;
    } while (least() < (ticks ? 1 : p->slow ? ROUNDS / 10 : ROUNDS) ||
             read_sysreg(cntpct_el0) - start < ticks);
    stop = true;
    for (unsigned i = 1; i < FIGHTERS; i++) {
        pe_wait(i);
    }
    for (unsigned i = 0; i < FIGHTERS; i++) {
        const struct fighter *f = &fighters[i];

        test_case(f->wrong == 0, "PE %u (%s): %lu of %lu rounds are wrong, "
                  "the last: 0x%lx, expected 0x%lx", i, pas_name(f->pas),
                  (unsigned long)f->wrong, (unsigned long)f->rounds,
                  (unsigned long)f->got, (unsigned long)f->want);
        test_case(f->rounds > 0, "PE %u gets nowhere", i);
    }
    one_by_one(leave);
    con_printf("ROUNDS %s: %lu %lu %lu %lu\n", p->name,
               (unsigned long)fighters[0].rounds,
               (unsigned long)fighters[1].rounds,
               (unsigned long)fighters[2].rounds,
               (unsigned long)fighters[3].rounds);
}

void fight_all(const struct phase *phases, unsigned count)
{
    uint64_t ticks;

    for (unsigned i = 1; i < FIGHTERS; i++) {
        if (!pe_present(i)) {
            test_skip("fight", "needs 4 PEs");
            return;
        }
    }
    views_init();
    fight_by_mecid = mec_present();
    if (exerciser_find(&device, 0)) {
        fight_device = &device;
    }
    ticks = test_param().seconds * read_sysreg(cntfrq_el0) / count;
    for (unsigned i = 0; i < count; i++) {
        run(&phases[i], ticks);
    }
}
