/*
 * What QEMU's files tell a power controller, and ask about WFE
 * (include/cca/power.h). In every QEMU, also in one without a machine of ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cca/power.h"

const CcaPowerHooks *cca_power_hooks;
bool (*cca_wfe_hook)(CPUState *cpu);
