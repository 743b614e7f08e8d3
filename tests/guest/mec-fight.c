/*
 * Four PEs fight over a few granules, each under a context of its own:
 * physical address spaces or, with mec=on, MECIDs of Realm. Here is what they
 * do, and what each may rely on. A write under one context damages the blocks
 * of 16 bytes that it touches for all others, and nothing else. So:
 *
 * - who only reads sees the same each time;
 * - who writes only to blocks that are its own finds them as it left them;
 * - who has a granule to itself for a time finds it as its last owner left
 *   it, if that one had the same context, and else not;
 * - what is changed by atomic instructions of one context adds up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "fight.h"
#include "string.h"
#include "sysreg.h"
#include "test.h"
#include "timer.h"

static uint64_t mix(uint64_t a, uint64_t b)
{
    a = (a ^ b) * 0x9e3779b97f4a7c15ull;
    return a ^ a >> 29;
}

/* --- readers -------------------------------------------------------------- */

enum { WORDS = GRANULES * PAGE_SIZE / 8 };
static uint64_t seen[FIGHTERS][WORDS];

static void readers_begin(struct fighter *f)
{
    if (f->pe == 0) {
        for (unsigned i = 0; i < WORDS; i++) {
            ((uint64_t *)fight_view(f, FIGHT(0)))[i] = mix(i, 5);
        }
    }
    memcpy(seen[f->pe], fight_view(f, FIGHT(0)), sizeof(seen[0]));
}

static void readers_round(struct fighter *f)
{
    unsigned word = fight_random(f) % WORDS;
    volatile uint64_t *p = fight_view(f, FIGHT(0));

    if (f->rounds & 1) {
        fight_expect(f, p[word], seen[f->pe][word]);
    } else {
        fight_expect(f, fight_access(f, OP_LOAD, FIGHT(0) + word * 8, 0).x0,
                     seen[f->pe][word]);
    }
}

/* --- writers -------------------------------------------------------------- */

static uint64_t written[WORDS];     /* block by block, by its owner */

static void writers_begin(struct fighter *f)
{
    uint64_t *p = fight_view(f, FIGHT(0));

    for (unsigned i = 0; i < WORDS; i++) {
        if (i / 2 % FIGHTERS == f->pe) {
            p[i] = written[i] = mix(i, f->pe);
        }
    }
}

static void writers_round(struct fighter *f)
{
    uint64_t pa = fight_block(f), value = fight_random(f);
    unsigned word = (pa - FIGHT(0)) / 8;
    uint64_t *p = fight_view(f, pa), *want = &written[word];

    fight_expect(f, p[0], want[0]);
    fight_expect(f, p[1], want[1]);
    switch (value % 6) {
    case 0:
        __asm__ volatile("stp %0, %1, [%2]" : : "r"(value), "r"(~value),
                         "r"(p) : "memory");
        want[0] = value;
        want[1] = ~value;
        break;
    case 1:
        *((volatile uint8_t *)p + 5) = value;
        ((uint8_t *)want)[5] = value;
        break;
    case 2:
        __asm__ volatile("str %w0, [%1]" : : "r"(value),
                         "r"((uint8_t *)p + 6) : "memory");
        memcpy((uint8_t *)want + 6, &value, 4);
        break;
    case 3:
        __atomic_fetch_add(&p[1], value, __ATOMIC_SEQ_CST);
        want[1] += value;
        break;
    case 4:
        fight_access(f, OP_STORE, pa, value);
        want[0] = value;
        break;
    default:
        fight_expect(f, fight_access(f, OP_SWP, pa + 8, value).x0, want[1]);
        want[1] = value;
    }
    fight_expect(f, p[0], want[0]);
    fight_expect(f, p[1], want[1]);
}

/* --- owners --------------------------------------------------------------- */

static struct owned {
    uint32_t lock;
    unsigned owner;
    uint64_t seed;
} owned[GRANULES];

static void owners_begin(struct fighter *f)
{
    if (f->pe == 0) {
        for (unsigned g = 0; g < GRANULES; g++) {
            uint64_t *p = fight_view(f, FIGHT(g));

            owned[g] = (struct owned) { 0 };
            for (unsigned i = 0; i < PAGE_SIZE / 8; i++) {
                p[i] = mix(i, 0);
            }
        }
    }
}

static void owners_round(struct fighter *f)
{
    unsigned g = fight_random(f) % GRANULES, equal = 0, words = PAGE_SIZE / 8;
    volatile uint64_t *p;
    struct owned *o;

    /* There are as many granules as PEs: one of them is free. */
    while (__atomic_exchange_n(&owned[g].lock, 1, __ATOMIC_ACQUIRE)) {
        g = (g + 1) % GRANULES;
    }
    o = &owned[g];
    p = fight_view(f, FIGHT(g));
    for (unsigned i = 0; i < words; i++) {
        equal += p[i] == mix(i, o->seed);
    }
    fight_expect(f, equal, fight_differ(o->owner, f->pe) ? 0 : words);
    f->count[equal == words]++;
    if (fight_random(f) & 1) {
        o->seed = fight_random(f);
        o->owner = f->pe;
        for (unsigned i = 0; i < words; i++) {
            p[i] = mix(i, o->seed);
        }
    }
    __atomic_store_n(&o->lock, 0, __ATOMIC_RELEASE);
}

/* --- code ----------------------------------------------------------------- */

static void code_put(struct fighter *f, uint64_t pa, unsigned value)
{
    uint32_t *code = fight_view(f, pa);

    code[0] = 0xd2800000u | (value & 0xffff) << 5;      /* mov x0, #value */
    code[1] = 0xd65f03c0u;                              /* ret */
    written[(pa - FIGHT(0)) / 8] = value & 0xffff;
    dsb(sy);
    __asm__ volatile("ic ialluis" : : : "memory");
    dsb(sy);
    isb();
}

static void code_begin(struct fighter *f)
{
    for (uint64_t b = f->pe; b < GRANULES * BLOCKS; b += FIGHTERS) {
        code_put(f, FIGHT(0) + b * BLOCK, b);
    }
}

static void code_round(struct fighter *f)
{
    uint64_t pa = fight_block(f);
    struct outcome out;

    if (fight_random(f) % 4 == 0) {
        code_put(f, pa, fight_random(f));
    }
    out = fight_access(f, OP_FETCH, pa, 0);
    fight_expect(f, out.el, 0);
    fight_expect(f, out.x0, written[(pa - FIGHT(0)) / 8]);
}

/* --- tables --------------------------------------------------------------- */

/* The first granule is the level 3 table of all. */
static void tables_begin(struct fighter *f)
{
    for (unsigned n = 0; n < 2; n++) {
        *(volatile uint64_t *)fight_view(f, OWN(f->pe, n)) = 100 * f->pe + n;
    }
    if (f->pas == PAS_ROOT) {
        mmu_s1[REGIME_EL3].win[2][1] = mmu_table(FIGHT(0), false);
    } else {
        world_window(f->pas, REGIME_EL2, FIGHT(0));
        world_window(f->pas, REGIME_EL10, FIGHT(0));
    }
    pe_tlb_clear();
}

static void tables_round(struct fighter *f)
{
    unsigned block = fight_random(f) % (BLOCKS / FIGHTERS) * FIGHTERS + f->pe;
    unsigned entry = block * 2 + (fight_random(f) & 1);
    unsigned n = fight_random(f) & 1;
    bool root = f->pas == PAS_ROOT;
    uint64_t *table = fight_view(f, FIGHT(0));
    struct outcome out;

    table[entry] = mmu_page(root ? REGIME_EL3 : f->rounds & 1 ? REGIME_EL2 :
                            REGIME_EL10, OWN(f->pe, n), f->pas, false);
    pe_tlb_clear();
    out = fight_access(f, OP_LOAD, (root ? WIN_VA + 0x200000 : WORLD_WIN_VA) +
                       entry * (uint64_t)PAGE_SIZE, 0);
    fight_expect(f, out.el, 0);
    fight_expect(f, out.x0, 100 * f->pe + n);
}

/* --- atomics -------------------------------------------------------------- */

static uint64_t *counter(struct fighter *f, unsigned n)
{
    return fight_view(f, FIGHT(n) + 0x100 + f->side * BLOCK);
}

static void atomics_begin(struct fighter *f)
{
    for (unsigned n = 0; n < 3 && f->pe == f->side; n++) {
        *counter(f, n) = 0;
    }
}

static void atomics_round(struct fighter *f)
{
    uint64_t *p, value, next;
    uint32_t failed;

    __atomic_fetch_add(counter(f, 0), 3, __ATOMIC_SEQ_CST);
    p = counter(f, 1);
    do {
        __asm__ volatile("ldxr %0, [%2]\n add %0, %0, #5\n"
                         "stxr %w1, %0, [%2]"
                         : "=&r"(value), "=&r"(failed) : "r"(p) : "memory");
    } while (failed);
    p = counter(f, 2);
    do {
        value = *(volatile uint64_t *)p;
        next = value;
        __asm__ volatile("cas %0, %2, [%1]" : "+r"(next) : "r"(p),
                         "r"(value + 7) : "memory");
    } while (next != value);
}

static void atomics_end(struct fighter *f)
{
    static const unsigned step[] = { 3, 5, 7 };
    static const char *const names[] = { "LDADD", "LDXR and STXR", "CAS" };
    uint64_t rounds = 0;

    for (unsigned i = 0; i < FIGHTERS; i++) {
        rounds += fighters[i].side == f->side ? fighters[i].rounds : 0;
    }
    for (unsigned n = 0; n < 3; n++) {
        test_case(*counter(f, n) == rounds * step[n], "PE %u: %s: 0x%lx, "
                  "expected 0x%lx", f->pe, names[n],
                  (unsigned long)*counter(f, n),
                  (unsigned long)(rounds * step[n]));
    }
}

/* --- two granules in one instruction -------------------------------------- */

static void crossing_begin(struct fighter *f)
{
    if (f->pe == 0) {
        for (unsigned i = 0; i < FIGHTERS; i++) {
            view_pair(i, FIGHT(i), fighters[i].pas,
                      FIGHT((i + 1) % GRANULES), fighters[i].pas);
        }
    }
    pe_tlb_clear();
}

static void crossing_round(struct fighter *f)
{
    uint8_t *p = (uint8_t *)WIN_VA + (2 * f->pe + 1) * PAGE_SIZE - 8;
    unsigned shift = fight_random(f) % 7 + 1;
    uint64_t a = fight_random(f), b = ~a, x, y;

    __asm__ volatile("stp %0, %1, [%2]" : : "r"(a), "r"(b), "r"(p) :
                     "memory");
    __asm__ volatile("ldp %0, %1, [%2]" : "=&r"(x), "=&r"(y) : "r"(p) :
                     "memory");
    fight_expect(f, x, a);
    fight_expect(f, y, b);
    __asm__ volatile("str %0, [%1]" : : "r"(b), "r"(p + shift) : "memory");
    __asm__ volatile("ldr %0, [%1]" : "=r"(x) : "r"(p + shift) : "memory");
    fight_expect(f, x, b);
}

/* --- interrupts ----------------------------------------------------------- */

extern const uint32_t stub_loop[];

static void timer_begin(struct fighter *f)
{
    writers_begin(f);
    *(volatile uint64_t *)fight_view(f, OWN(f->pe, 0)) = 0;
    timer_init();
    write_sysreg(scr_el3, read_sysreg(scr_el3) | SCR_FIQ);
    isb();
}

/* Load until an interrupt comes. EL3 takes none of itself. */
static void timer_round(struct fighter *f)
{
    uint64_t pa = fight_block(f);
    const uint64_t x[5] = { pa, OWN(f->pe, 0) };

    if (f->pas != PAS_ROOT) {
        struct pe *pe = pe_self();

        timer_start(20);
        world_run(f->pas, 1 + (f->rounds & 1), stub_loop, x);
        fight_expect(f, timer_fired(), true);
        f->count[0] += pe->regs[0];
        if (pe->regs[0] > 1) {
            fight_expect(f, pe->regs[3], written[(pa - FIGHT(0)) / 8]);
        }
    } else {
        yield();    /* to those who wait, if all PEs share a thread */
    }
    writers_round(f);
}

static void timer_end(struct fighter *f)
{
    test_case(f->pas == PAS_ROOT || f->count[0] > 0, "PE %u: not one load "
              "between interrupts", f->pe);
}

/* --- a device ------------------------------------------------------------- */

/* It has the blocks of the first PE, which drives it, as Non-secure. */
static void device_begin(struct fighter *f)
{
    if (f->pe == 0 && fight_device) {
        f->pas = PAS_NS;
    }
    writers_begin(f);
    if (f->pe == 0) {
        memset(view(NEIGHBOUR, PAS_NS), 0, PAGE_SIZE);
    }
}

static void device_round(struct fighter *f)
{
    static uint64_t page[2][PAGE_SIZE / 8];
    uint64_t pa, *want;

    if (f->pe || !fight_device) {
        writers_round(f);
        return;
    }
    pa = fight_block(f);
    want = &written[(pa - FIGHT(0)) / 8];
    fight_expect(f, exerciser_dma(fight_device, NULL, false, pa, 0, BLOCK),
                 EXERCISER_CAUSE_NONE);
    exerciser_fetch(fight_device, 0, page[0], BLOCK);
    fight_expect(f, page[0][0], want[0]);
    fight_expect(f, page[0][1], want[1]);
    want[0] = fight_random(f);
    want[1] = fight_random(f);
    exerciser_fill(fight_device, 0, want, BLOCK);
    exerciser_dma(fight_device, NULL, true, pa, 0, BLOCK);
    if (f->rounds % 16 == 0) {
        for (unsigned i = 0; i < PAGE_SIZE / 8; i++) {
            page[0][i] = mix(i, f->rounds);
        }
        exerciser_fill(fight_device, 0, page[0], PAGE_SIZE / 2);
        exerciser_dma(fight_device, NULL, true, NEIGHBOUR, 0, PAGE_SIZE / 2);
        fight_expect(f, memcmp(view(NEIGHBOUR, PAS_NS), page[0],
                               PAGE_SIZE / 2), 0);
    }
}

static const struct phase phases[] = {
    { "fight-readers", false, false, readers_begin, readers_round, NULL },
    { "fight-writers", false, false, writers_begin, writers_round, NULL },
    { "fight-owners", false, false, owners_begin, owners_round, NULL },
    { "fight-owners-pairs", true, false, owners_begin, owners_round, NULL },
    { "fight-code", false, false, code_begin, code_round, NULL },
    { "fight-tables", false, false, tables_begin, tables_round, NULL },
    { "fight-atomics", true, false, atomics_begin, atomics_round, atomics_end },
    { "fight-crossing", false, false, crossing_begin, crossing_round, NULL },
    { "fight-timer", false, true, timer_begin, timer_round, timer_end },
    { "fight-device", false, false, device_begin, device_round, NULL },
};

void test_main(void)
{
    fight_all(phases, sizeof(phases) / sizeof(phases[0]));
}
