/*
 * Timers of the Generic Timer in memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_GENERIC_TIMER_H
#define CCA_GENERIC_TIMER_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * Regions, each of 64 KiB: 0 is CNTCTLBase, 1 and 2 are CNTBase0 and
 * CNTBase1. Interrupts 0 and 1 are those of the frames; the physical and the
 * virtual timer of a frame share theirs. Link: counter, a cca-refcounter.
 * Property: secure-memory, by default on: there are two Security states; off,
 * every access counts as Secure.
 */
#define TYPE_CCA_GENERIC_TIMER "cca-generic-timer"
OBJECT_DECLARE_SIMPLE_TYPE(CcaGenericTimer, CCA_GENERIC_TIMER)

#endif
