/*
 * Physical address spaces and security states.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_PAS_H
#define CCA_PAS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A physical address space, numbered by its selector {NSE2,NSE,NS}
 * (Arm ARM, "Physical address spaces"). The first four also name the
 * Security state that an access is made from.
 *
 * SA (System Agent) and NSP (Non-secure Protected) exist with FEAT_RME_GDI
 * only; no PE accesses them.
 */
typedef enum CcaPas {
    CCA_PAS_SECURE = 0,
    CCA_PAS_NS = 1,
    CCA_PAS_ROOT = 2,
    CCA_PAS_REALM = 3,
    CCA_PAS_SA = 4,
    CCA_PAS_NSP = 5,
    CCA_PAS__COUNT
} CcaPas;

/* The name of @pas as the architecture spells it; "?" outside the enum. */
const char *cca_pas_name(CcaPas pas);

#endif
