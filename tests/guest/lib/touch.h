/*
 * PEs that touch granules while another PE moves them between worlds, and
 * judge every access by what has been promised of the granule.
 *
 * The mover publishes a state per granule: "settled" with the PAS that may
 * access it, after its TLBI and DSB; "moving" before it changes anything. An
 * access that begins and ends in the same settled state must be as promised;
 * one that meets a moving granule may pass or fail with a GPF. No access ever
 * may end in any other fault.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_TOUCH_H
#define GUEST_TOUCH_H

#include "access.h"
#include "gpt.h"

enum { TOUCH_PES = 4, TOUCH_GRANULES = 64 };

struct touch_granule {
    uint64_t pa;
    /* generation << 8 | settled << 4 | GPI */
    uint64_t state;
};

struct touch_result {
    uint64_t passed, failed;    /* accesses to settled granules */
    uint64_t moving;
    /* what must not happen */
    uint64_t wrong_pass, wrong_fail, odd;
    struct outcome example;     /* of the last of these */
};

/* Granules to touch: fill in pa and settle them before touch_begin(). */
extern struct touch_granule touch_granules[TOUCH_GRANULES];
extern unsigned touch_count;

/* The mover: about to change granule @g; done, with barriers and TLBI. */
void touch_moving(unsigned g);
void touch_settled(unsigned g, unsigned gpi);

/* PEs 1 to 3 with GPC on as here; they begin to touch, from EL3, EL2, EL1. */
void touch_prepare(void);
void touch_begin(void);
/* They stop. What they saw is in touch_results[1..3]. */
void touch_end(void);
extern struct touch_result touch_results[TOUCH_PES];

/* How many accesses the least busy of them has made to settled granules. */
uint64_t touch_least(void);

/* One case for each PE and each kind of wrong. */
void touch_judge(const char *what);

#endif
