/*
 * True random number generator (TZ-TRNG).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_TRNG_H
#define CCA_FVP_TRNG_H

#include "hw/sysbus.h"
#include "qom/object.h"

/* One region of 4 KiB, one interrupt, no properties. */
#define TYPE_CCA_FVP_TRNG "cca-fvp-trng"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpTrng, CCA_FVP_TRNG)

#endif
