/*
 * A stand-in for a device that firmware does not touch.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_STUB_H
#define CCA_FVP_STUB_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * One region. Properties: name, size (a multiple of 4 KiB); part, revision
 * and configuration of a PrimeCell at its end, none if part is 0. The rest
 * is RAZ/WI; accesses are logged (-d unimp).
 */
#define TYPE_CCA_FVP_STUB "cca-fvp-stub"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpStub, CCA_FVP_STUB)

#endif
