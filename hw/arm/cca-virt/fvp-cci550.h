/*
 * Machine "cca-fvp": the cache coherent interconnect.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_CCI550_H
#define CCA_FVP_CCI550_H

#include "hw/sysbus.h"

/* One MMIO region of 1 MiB. Its memory is always coherent. */
#define TYPE_CCA_CCI550 "cca-cci550"
OBJECT_DECLARE_SIMPLE_TYPE(CcaCci550State, CCA_CCI550)

#endif
