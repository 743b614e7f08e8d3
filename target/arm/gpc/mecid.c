/*
 * Which MECID register an access takes its MECID from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mecid.h"

static bool enabled(const MecidControls *c, MecidRegime regime)
{
    return regime == MECID_REGIME_EL3 ? c->emec_el3 : c->emec_el2;
}

MecidSource mecid_of_walk(const MecidControls *c, MecidRegime regime,
                          bool realm, bool a1)
{
    if (!realm || !enabled(c, regime)) {
        return MECID_DEFAULT;
    }
    switch (regime) {
    case MECID_REGIME_EL10:
    case MECID_REGIME_STAGE2:
        return MECID_VP;
    case MECID_REGIME_EL2:
        return MECID_P0;
    case MECID_REGIME_EL20:
        return a1 ? MECID_P0 : MECID_P1;
    default:
        /* Walks of EL3 are in the Root physical address space. */
        return MECID_DEFAULT;
    }
}

MecidSource mecid_of_untranslated(const MecidControls *c, MecidRegime regime,
                                  bool realm)
{
    if (!realm || !enabled(c, regime)) {
        return MECID_DEFAULT;
    }
    switch (regime) {
    case MECID_REGIME_EL10:
    case MECID_REGIME_STAGE2:
        return MECID_VP;
    case MECID_REGIME_EL2:
    case MECID_REGIME_EL20:
        return MECID_P0;
    default:
        /* With its MMU off, EL3 is in the Root physical address space. */
        return MECID_DEFAULT;
    }
}

MecidSource mecid_of_output(const MecidControls *c, MecidRegime regime,
                            bool realm, bool upper, bool amec)
{
    if (!realm || !enabled(c, regime)) {
        return MECID_DEFAULT;
    }
    switch (regime) {
    case MECID_REGIME_EL10:
        return MECID_VP;
    case MECID_REGIME_STAGE2:
        return amec ? MECID_VA : MECID_VP;
    case MECID_REGIME_EL20:
        return upper ? (amec ? MECID_A1 : MECID_P1) :
                       (amec ? MECID_A0 : MECID_P0);
    case MECID_REGIME_EL2:
        return amec ? MECID_A0 : MECID_P0;
    case MECID_REGIME_EL3:
        return MECID_RL;
    default:
        return MECID_DEFAULT;
    }
}

bool mecid_faults(const MecidControls *c, MecidRegime regime, bool realm,
                  bool upper, bool amec)
{
    switch (regime) {
    case MECID_REGIME_EL2:
        upper = false;
        break;
    case MECID_REGIME_EL20:
        break;
    default:
        return false;
    }
    return amec && realm && c->emec_el2 && !c->amec[upper];
}
