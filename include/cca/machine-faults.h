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
 * Virtual time in ns, callable where QEMU's clock is not: under -icount the
 * clock can be read at the end of a translation block only, and a model may
 * be asked in the middle of one. What this returns is right to within one
 * block, and the same in each run.
 */
int64_t cca_fault_virtual_ns(void);

#endif
