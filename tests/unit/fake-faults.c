/*
 * A stand-in for the fault engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>
#include "fake-faults.h"

static FakeFault *armed;

void fake_fault_arm(CcaFaults *faults, FakeFault *fault)
{
    for (CcaFaultSite site = 0; site < CCA_SITE__COUNT; site++) {
        atomic_store(&faults->armed[site], fault && fault->site == site);
    }
    armed = fault;
}

bool cca_fault_consult(CcaFaults *faults, CcaFaultSite site,
                       const CcaFaultPassage *passage, CcaFaultEffect *effect)
{
    (void)faults;
    if (!armed || armed->site != site) {
        return false;
    }
    armed->consults++;
    armed->passage = *passage;
    if (armed->skip) {
        armed->skip--;
        return false;
    }
    *effect = armed->effect;
    return true;
}

bool cca_fault_watches(CcaFaults *faults, CcaFaultSite site,
                       const CcaFaultPassage *passage)
{
    (void)faults;
    (void)passage;
    return armed && armed->site == site;
}
