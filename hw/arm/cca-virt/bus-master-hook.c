/*
 * What QEMU's devices ask for their memory (include/cca/bus-master.h). In
 * every QEMU, also in one without a machine of ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cca/bus-master.h"

AddressSpace *(*cca_bus_master_view)(const char *name, DeviceState *dev);
