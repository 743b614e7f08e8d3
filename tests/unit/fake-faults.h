/*
 * A stand-in for the fault engine, so that a test of another engine says
 * exactly what happens at a fault site.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FAKE_FAULTS_H
#define FAKE_FAULTS_H

#include "cca/fault.h"

/* What cca_fault_consult() does while @site is armed. */
typedef struct FakeFault {
    CcaFaultSite site;
    CcaFaultEffect effect;
    unsigned skip;              /* passages to let through first */
    unsigned consults;          /* how often the site asked */
    CcaFaultPassage passage;    /* the last passage through it */
} FakeFault;

/* Arm @fault in @faults (NULL: nothing is armed any more). */
void fake_fault_arm(CcaFaults *faults, FakeFault *fault);

#endif
