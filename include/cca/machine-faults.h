/*
 * The faults of the machine that this QEMU process is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_MACHINE_FAULTS_H
#define CCA_MACHINE_FAULTS_H

#include "cca/fault.h"

/*
 * The faults that -object cca-fault and QMP arm. Never NULL, always the same,
 * there before the machine is: -object comes first.
 */
CcaFaults *cca_machine_faults(void);

/*
 * Have @fn called each time that a fault has been armed at @site, before
 * whoever armed it goes on; with the big lock held. For a model with short
 * cuts around a site, which end there. There is one such model.
 */
void cca_machine_faults_on_arming(void (*fn)(CcaFaultSite site));

/*
 * Virtual time in ns, callable where QEMU's clock is not: under -icount the
 * clock can be read at the end of a translation block only, and a model may
 * be asked in the middle of one. What this returns is right to within one
 * block, and the same in each run.
 */
int64_t cca_fault_virtual_ns(void);

#endif
