/*
 * Trusted key storage of the Base FVP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_KEYS_H
#define CCA_FVP_KEYS_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * One region of 4 KiB, for the trusted part of the map. Properties, strings
 * of hexadecimal digits: public-key-hash (32 bytes), hardware-unique-key
 * (16), endorsement-key (32).
 */
#define TYPE_CCA_FVP_KEYS "cca-fvp-keys"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpKeys, CCA_FVP_KEYS)

#endif
