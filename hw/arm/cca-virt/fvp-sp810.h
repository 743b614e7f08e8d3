/*
 * System controller (PrimeXsys SP810).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_SP810_H
#define CCA_FVP_SP810_H

#include "hw/sysbus.h"
#include "qom/object.h"

/* One region of 4 KiB, no properties. */
#define TYPE_CCA_FVP_SP810 "cca-fvp-sp810"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpSp810, CCA_FVP_SP810)

#endif
