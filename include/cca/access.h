/*
 * One access to physical memory, as every engine sees it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_ACCESS_H
#define CCA_ACCESS_H

#include "cca/pas.h"

typedef enum CcaRequesterKind {
    CCA_REQUESTER_PE,       /* id: the PE's index */
    CCA_REQUESTER_DEVICE,   /* id: the StreamID or Requester ID */
    CCA_REQUESTER_DEBUG,    /* a human looking: leaves no trace in the model */
} CcaRequesterKind;

/* Who makes an access. */
typedef struct CcaRequester {
    CcaRequesterKind kind;
    uint32_t id;
    /*
     * The Security state of the requester (never SA or NSP). For a PE it is
     * the state that owns the translation regime in use; for a device, its
     * SEC_SID.
     */
    CcaPas state;
} CcaRequester;

/* One access. @addr is a physical address of at most 56 bits. */
typedef struct CcaAccess {
    uint64_t addr;
    CcaPas pas;
    uint16_t mecid;
    CcaRequester requester;
} CcaAccess;

/*
 * Granule protection check faults (Arm ARM, "Granule Protection Check
 * faults"). The order is that of the PE's syndrome encodings.
 */
typedef enum CcaGpcf {
    CCA_GPCF_NONE,
    CCA_GPCF_ADDRESS_SIZE,  /* GPT address size fault */
    CCA_GPCF_WALK,          /* GPT walk fault */
    CCA_GPCF_FAIL,          /* Granule protection fault (GPF) */
    CCA_GPCF_EABT,          /* Synchronous External abort on GPT fetch */
    CCA_GPCF__COUNT
} CcaGpcf;

/* What granule protection says of an access: one type for PE and SMMU. */
typedef struct CcaGpcVerdict {
    CcaGpcf fault;          /* CCA_GPCF_NONE: the access passes */
    uint8_t level;          /* GPT lookup level of the fault: 0 or 1 */
    CcaPas pas;             /* of the access that was checked */
    uint64_t addr;          /* of the access that was checked */
    /*
     * The verdict holds for this requester's Security state only (GPI NSO):
     * whoever caches it must tag it with the state, or not cache it.
     */
    bool state_dependent;
} CcaGpcVerdict;

/* "GPF", "walk fault", ...; "none" for CCA_GPCF_NONE. */
const char *cca_gpcf_name(CcaGpcf fault);

#endif
