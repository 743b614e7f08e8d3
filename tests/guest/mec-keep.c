/*
 * What has to stay of memory under contexts while the machine is saved,
 * moved or reset: no test by itself, tests/boot/mecstate.py runs it.
 *
 * Each PE has a context of its own. It rewrites granules of its own again and
 * again, and finds in them what it left, while all others read them; and it
 * reads granules that nobody writes any more, and finds the same garbage each
 * time. With 1 as `seconds` of test_param(), one PE leaves memory under each
 * context instead, and after a reset looks what is left; more than 1 makes the
 * fight so many times as long.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "console.h"
#include "mec.h"
#include "sysreg.h"
#include "test.h"
#include "world.h"

/* Granules that nobody writes after the start, one per context. */
#define FIXED(context)  (TEST_BASE + (context) * PAGE_SIZE)
/* Those that are fought over, and what a reset finds. */
#define FOUGHT(i)       (TEST_BASE + 0x200000ull + (i) * PAGE_SIZE)
#define LEFT(context)   (TEST_BASE + 0x400000ull + (context) * PAGE_SIZE)
#define NOTE            (TEST_BASE + 0x600000ull)
/* Data behind it, so that those are not the last granules that are saved. */
#define REST(i)         (TEST_BASE + 0x800000ull + (i) * PAGE_SIZE)
#define MAGIC           0x7065656b2d63656dull

enum { WORDS = PAGE_SIZE / 8, GRANULES = 16, ROUNDS = 400, LOOK = 16,
       STRIDE = 64, LEAD = 4, RESTS = 256, LEAVE = 1 };

/* In the Normal world's memory, from before the reset. */
struct note {
    uint64_t magic;
    uint64_t sum[MAX_PES];      /* of LEFT(), as the Normal world reads it */
};

static const struct context {
    enum pas pas;
    uint16_t mecid;
} with_mec[MAX_PES] = {
    { PAS_NS, 0 }, { PAS_ROOT, 0 }, { PAS_REALM, 1 }, { PAS_REALM, 2 },
}, without_mec[MAX_PES] = {
    { PAS_NS, 0 }, { PAS_ROOT, 0 }, { PAS_REALM, 0 }, { PAS_SECURE, 0 },
}, *contexts;

static unsigned pes;
static volatile unsigned passed[MAX_PES], failed[MAX_PES];
static unsigned rounds = ROUNDS;
static uint64_t generation[GRANULES];
static volatile uint32_t round_of[MAX_PES];

static void check(unsigned pe, bool ok, const char *what, unsigned which)
{
    if (ok) {
        passed[pe]++;
    } else if (!failed[pe]++) {
        con_printf("mec-keep: PE %u: FAILED: %s %u\n", pe, what, which);
    }
}

static bool differ(unsigned a, unsigned b)
{
    const struct context *x = &contexts[a], *y = &contexts[b];

    return (x->mecid != y->mecid && mpe_policy() != MPE_OFF) ||
           pas_differ(x->pas, y->pas);
}

/* The PE that calls has this context for all that is the Realm's. */
static void take_context(unsigned context)
{
    if (mec_present()) {
        mec_enable(false, true);
        mec_set(MECID_RL_A, contexts[context].mecid);
    }
}

static volatile uint64_t *words(uint64_t pa, unsigned context)
{
    return view(pa, contexts[context].pas);
}

static uint64_t pattern(uint64_t seed, unsigned i)
{
    return (seed * WORDS + i + 1) * 0x9e3779b97f4a7c15ull;
}

static void fill(volatile uint64_t *p, uint64_t seed)
{
    for (unsigned i = 0; i < WORDS; i++) {
        p[i] = pattern(seed, i);
    }
}

static unsigned equal(volatile uint64_t *p, uint64_t seed)
{
    unsigned n = 0;

    for (unsigned i = 0; i < WORDS; i++) {
        n += p[i] == pattern(seed, i);
    }
    return n;
}

static uint64_t sum(volatile uint64_t *p)
{
    uint64_t s = 0xcbf29ce484222325ull;

    for (unsigned i = 0; i < WORDS; i++) {
        s = (s ^ p[i]) * 0x100000001b3ull;
    }
    return s;
}

/* --- while others fight for it -------------------------------------------- */

static void prepare(struct pe *pe, uint64_t arg)
{
    unsigned me = pe->index;

    (void)arg;
    take_context(me);
    fill(words(FIXED(me), me), me);
    for (unsigned i = me; i < GRANULES; i += pes) {
        fill(words(FOUGHT(i), me), generation[i] = i);
    }
}

static void mine(unsigned me, unsigned i)
{
    volatile uint64_t *p = words(FOUGHT(i), me);

    check(me, equal(p, generation[i]) == WORDS, "damage to granule", i);
    generation[i] += GRANULES;
    fill(p, generation[i]);
}

static void other(unsigned me, unsigned i)
{
    volatile uint64_t *p = words(FOUGHT(i), me);

    for (unsigned at = 0; at < WORDS; at += STRIDE) {
        (void)p[at];
    }
}

/* No PE gets far ahead of another, so that they meet. */
static void keep_pace(unsigned me, unsigned round)
{
    round_of[me] = round;
    for (unsigned i = 0; i < pes; i++) {
        while (round_of[i] + LEAD < round) {
            __asm__ volatile("yield");
        }
    }
}

static void fight(struct pe *pe, uint64_t arg)
{
    unsigned me = pe->index;
    uint64_t seen[MAX_PES], random = me + 1;

    (void)arg;
    for (unsigned c = 0; c < pes; c++) {
        volatile uint64_t *p = words(FIXED(c), me);

        seen[c] = sum(p);
        check(me, equal(p, c) == (differ(me, c) ? 0 : WORDS),
              "what it sees of context", c);
    }
    for (unsigned round = 1; round <= rounds; round++) {
        unsigned i;

        keep_pace(me, round);
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        i = (random >> 33) % GRANULES;
        if (i % pes == me) {
            mine(me, i);
        } else {
            other(me, i);
        }
        if (round % LOOK == 0) {
            i = (round / LOOK) % pes;
            check(me, sum(words(FIXED(i), me)) == seen[i],
                  "it sees something else of context", i);
        }
        if (me == 0 && round == rounds / 2) {
            con_puts("mec-keep: in the middle\n");
        }
    }
}

static void everywhere(void (*work)(struct pe *pe, uint64_t arg))
{
    for (unsigned i = 1; i < pes; i++) {
        pe_start(i, work, 0);
    }
    work(pe_self(), 0);
    for (unsigned i = 1; i < pes; i++) {
        pe_wait(i);
    }
}

/* --- a reset -------------------------------------------------------------- */

static void leave(void)
{
    volatile struct note *note = view(NOTE, PAS_NS);

    for (unsigned c = 0; c < MAX_PES; c++) {
        take_context(c);
        fill(words(LEFT(c), c), c);
        note->sum[c] = sum(words(LEFT(c), 0));
        /* The reset finds it under its own context. */
        (void)*words(LEFT(c), c);
    }
    for (unsigned i = 0; i < RESTS; i++) {
        *words(REST(i), 0) = MAGIC;
    }
    note->magic = MAGIC;
    con_puts("mec-keep: left\n");
    for (;;) {
        __asm__ volatile("wfi");
    }
}

static void look(void)
{
    volatile struct note *note = view(NOTE, PAS_NS);

    note->magic = 0;
    for (unsigned c = 0; c < MAX_PES; c++) {
        check(0, sum(words(LEFT(c), 0)) == note->sum[c],
              "to the Normal world has changed: context", c);
    }
    for (unsigned c = 0; c < MAX_PES; c++) {
        take_context(c);
        check(0, equal(words(LEFT(c), c), c) == (differ(0, c) ? 0 : WORDS),
              differ(0, c) ? "is there after a reset: context"
                           : "is lost by a reset: context", c);
    }
}

void test_main(void)
{
    unsigned good = 0, bad = 0;

    while (pes < MAX_PES && (!pes || pe_present(pes))) {
        pes++;
    }
    views_init();
    contexts = mec_present() ? with_mec : without_mec;
    if (test_param().seconds != LEAVE) {
        rounds *= test_param().seconds ? test_param().seconds : 1;
        everywhere(prepare);
        everywhere(fight);
    } else if (((volatile struct note *)view(NOTE, PAS_NS))->magic == MAGIC) {
        look();
    } else {
        leave();
    }
    for (unsigned i = 0; i < MAX_PES; i++) {
        good += passed[i];
        bad += failed[i];
    }
    con_printf("mec-keep: %u passed, %u failed\n", good, bad);
    for (;;) {
        __asm__ volatile("wfi");
    }
}
