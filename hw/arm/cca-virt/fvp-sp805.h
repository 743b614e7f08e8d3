/*
 * Watchdog (SP805).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SP805_H
#define CCA_SP805_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * One region of 4 KiB, one interrupt (WDOGINT). Property: clock-frequency in
 * Hz, by default 32768. WDOGRES carries out QEMU's watchdog action.
 */
#define TYPE_CCA_SP805 "cca-sp805"
OBJECT_DECLARE_SIMPLE_TYPE(CcaSp805, CCA_SP805)

#endif
