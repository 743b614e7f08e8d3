/*
 * What PEs do, told to a listener: the part that knows QEMU's CPU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_GPC_PE_WATCH_H
#define CCA_GPC_PE_WATCH_H

#include "target/arm/cpu-qom.h"

/* Make @cpu heard, if somebody listens. Call once, when it is realized. */
void cca_pe_watch_realize(ARMCPU *cpu);

#endif
