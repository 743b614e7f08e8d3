/*
 * Fault injection: what the files of the glue share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FAULT_GLUE_H
#define CCA_FAULT_GLUE_H

#include "qapi/qapi-types-cca.h"
#include "cca/machine-faults.h"
#include "control.h"

/* Arm what @props ask for, as @id (NULL: made up). 0 with @errp set if not. */
uint64_t cca_fault_arm_qapi(const char *id, const CcaFaultProperties *props,
                            Error **errp);

/* How many firings no event told of, since power-on. */
uint64_t cca_fault_unreported(void);

/* Let the firings of @faults become events from now on. */
void cca_fault_report_events(CcaFaults *faults);

#endif
