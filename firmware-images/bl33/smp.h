/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The other PEs: started by PSCI, each checks granule protection for itself.
 */
#ifndef BL33_SMP_H
#define BL33_SMP_H

#include "fdt.h"

/* All steps that need several PEs; with one PE, the PSCI errors only. */
void smp_steps(const Board *board);

#endif
