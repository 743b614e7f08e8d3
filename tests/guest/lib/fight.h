/*
 * PEs that fight over granules, each under a context of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_FIGHT_H
#define GUEST_FIGHT_H

#include "exerciser.h"
#include "world.h"

enum { FIGHTERS = 4, GRANULES = 4 };
/* The granules that are fought over are neighbours; then one that is not. */
#define FIGHT(n)        (TEST_BASE + 0x1000000ull + (n) * (uint64_t)PAGE_SIZE)
#define NEIGHBOUR       FIGHT(GRANULES)
/* A page of each fighter's own. */
#define OWN(pe, n)      (TEST_BASE + 0x1800000ull + \
                         ((pe) * 2 + (n)) * (uint64_t)PAGE_SIZE)

/* One PE; written by that PE only. */
struct fighter {
    unsigned pe;
    enum pas pas;
    uint16_t mecid;         /* with fight_by_mecid: of PAS_REALM */
    unsigned side;          /* 0 and 1 have the context of 2 and 3, or all */
    uint64_t random;        /* have their own: the number of the context */
    volatile uint64_t rounds;
    uint64_t wrong, got, want;      /* what must not be, and the last one */
    uint64_t count[4];      /* the phase's own */
};

/* What PEs do, over and over, from EL3. */
struct phase {
    const char *name;
    bool pairs;             /* two and two PEs have one context */
    bool slow;              /* a tenth of the rounds will do */
    /* For all of these, @f is the fighter that calls. One after the other: */
    void (*begin)(struct fighter *f);
    /* All at once: */
    void (*round)(struct fighter *f);
    /* One after the other; may make cases. */
    void (*end)(struct fighter *f);
};
/* The image's test_main(): these phases, one after the other. */
void fight_all(const struct phase *phases, unsigned count);

extern struct fighter fighters[FIGHTERS];
extern bool fight_by_mecid;
/* The device, if there is one. */
extern struct exerciser *fight_device;

/* Do fighters @i and @j see garbage of each other? */
bool fight_differ(unsigned i, unsigned j);

uint64_t fight_random(struct fighter *f);
/* Counts it as wrong if @got is not @want. */
void fight_expect(struct fighter *f, uint64_t got, uint64_t want);
/* @pa as the fighter's context has it; blocks that are its own. */
static inline void *fight_view(const struct fighter *f, uint64_t pa)
{
    return view(pa, f->pas);
}
uint64_t fight_block(struct fighter *f);
/* EL1 or EL2 of the fighter's world, or EL3 for Root. */
struct outcome fight_access(struct fighter *f, unsigned op, uint64_t va,
                            uint64_t value);

#endif
