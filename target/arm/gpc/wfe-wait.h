/*
 * How long a PE sleeps in a WFE: the decision, apart from QEMU.
 *
 * A PE may leave WFE at any time, so one that never sleeps is right, too. But
 * software that waits for another PE by WFE, as firmware has all but one PE
 * do from power-on, then keeps a host CPU busy for each. This tells a wait
 * that goes on: the PE comes to the same WFE again with the same values in
 * all registers, so nothing but another agent changes what it will do. Such a
 * PE sleeps for a part of the time that it has waited already, and so learns
 * what it waits for late by at most that part, without any event.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_WFE_WAIT_H
#define CCA_WFE_WAIT_H

#include <stdint.h>

enum {
    WFE_REGS = 32,                  /* X0 to X30 and SP */
    WFE_WAIT_PATIENCE = 100000,     /* ns of waiting before the first sleep */
    WFE_WAIT_PART = 4,              /* one in so many of the time waited... */
    WFE_WAIT_LONGEST = 5000000,     /* ...and at most these ns */
    WFE_WAIT_GAP = 50000,           /* ns between two WFEs of one wait */
};

/* The wait that a PE may be in; all zero: none yet. */
typedef struct WfeWait {
    uint64_t pc;
    uint64_t regs[WFE_REGS];
    int64_t since;                  /* of its first WFE, in ns */
    int64_t next;                   /* its next WFE comes no later than this */
} WfeWait;

/*
 * A PE executes the WFE at @pc with @regs (WFE_REGS of them) at @now (ns of a
 * clock that never goes back). Returns for how many ns it is to sleep, at
 * most WFE_WAIT_LONGEST; 0: it goes on at once.
 */
int64_t wfe_wait(WfeWait *w, uint64_t pc, const uint64_t *regs, int64_t now);

#endif
