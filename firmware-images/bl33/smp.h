/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The other PEs: started by PSCI, each checks granule protection for itself.
 */
#ifndef BL33_SMP_H
#define BL33_SMP_H

#include "board.h"

/*
 * All steps that need several PEs; with one PE, the PSCI errors only. Without
 * rme, granules stay what they are.
 */
void smp_steps(const Board *board, bool rme);

#endif
