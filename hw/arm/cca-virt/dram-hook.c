/*
 * What QEMU's memory core asks about DRAM (include/cca/dram.h). In every
 * QEMU, also in one without a machine of ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cca/dram.h"

MemoryRegion *cca_dram_region;
bool (*cca_dram_differs)(hwaddr offset, hwaddr *len, MemTxAttrs attrs);
