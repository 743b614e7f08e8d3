/*
 * The Secure physical timer of a PE, as an interrupt that EL3 takes from
 * below: pe_run() ends with timer_fired().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_TIMER_H
#define GUEST_TIMER_H

#include "pe.h"

/* SCR_EL3: FIQs are taken to EL3. */
#define SCR_FIQ     (1ull << 2)

/* The interrupt controller, and this PE's part of it. */
void timer_init(void);
/* An interrupt after @us microseconds; again with each call. */
void timer_start(unsigned us);
void timer_stop(void);
/* Has it ended the last pe_run()? It is acknowledged then. */
bool timer_fired(void);

#endif
