/*
 * Machine "cca-fvp": the power controller.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_PWRC_H
#define CCA_FVP_PWRC_H

#include "hw/sysbus.h"

/*
 * Make it when all PEs are realized, and one of it only. "startup" decides
 * which PEs run after a reset of the machine: their affinities as dotted
 * quads, with commas between them and * for any value. Without it, that is
 * what the PEs' own "start-powered-off" says.
 */
#define TYPE_CCA_FVP_PWRC "cca-fvp-pwrc"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpPwrcState, CCA_FVP_PWRC)

#endif
