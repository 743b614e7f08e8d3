/*
 * Non-volatile counters of the Base FVP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_NVCOUNTERS_H
#define CCA_FVP_NVCOUNTERS_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * One region of 4 KiB, for the trusted part of the map. Properties: trusted
 * and non-trusted, the values at power-on; locked, by default off: writes are
 * ignored.
 */
#define TYPE_CCA_FVP_NVCOUNTERS "cca-fvp-nvcounters"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpNvCounters, CCA_FVP_NVCOUNTERS)

#endif
