/*
 * System registers of a Versatile Express board, as the Base FVP has them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_SYSREGS_H
#define CCA_FVP_SYSREGS_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * One region of 4 KiB. Properties: sys-id, switches (of the user),
 * exit-on-shutdown, proc-id0, proc-id1, mux-site. Inputs, named as QEMU's
 * PL181 names its outputs: "card-inserted", "card-read-only".
 */
#define TYPE_CCA_FVP_SYSREGS "cca-fvp-sysregs"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpSysregs, CCA_FVP_SYSREGS)

#endif
