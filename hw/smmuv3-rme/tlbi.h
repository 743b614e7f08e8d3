/*
 * What a TLBI instruction of a PE asks of the SMMU's translation cache
 * (section 3.17; DDI 0487, "TLB maintenance instructions").
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_TLBI_H
#define CCA_SMMU_TLBI_H

#include "iotlb.h"

/* A TLBI as it is encoded (op0 is 1, CRn is 8), and its operand. */
typedef struct SmmuTlbi {
    uint8_t op1, crm, op2;
    uint64_t operand;
} SmmuTlbi;

/* The state of the PE that it depends on. */
typedef struct SmmuTlbiPe {
    CcaSecSid world;    /* that it works on: below EL3, SCR_EL3 says which */
    bool e2h;           /* HCR_EL2.E2H */
    bool tge;           /* HCR_EL2.TGE */
    bool force;         /* HCR_EL2.FB at EL1: local ones are broadcast too */
    uint16_t vmid;      /* effective VTTBR_EL2.VMID; 0 without EL2 */
    bool ds[2];         /* DS of EL1's (EL2's, if host) and of EL2's stage 1 */
    bool ds2;           /* VTCR_EL2.DS */
} SmmuTlbiPe;

/*
 * Decode @tlbi. False: it reaches no other PE, is about EL3 or about physical
 * addresses, or is no TLBI at all; nothing is to be done then.
 */
bool smmu_tlbi_decode(const SmmuTlbi *tlbi, const SmmuTlbiPe *pe,
                      SmmuTlbInv *inv);

/* Is it one that smmu_tlbi_decode() can be true for? */
bool smmu_tlbi_concerns(uint8_t op1, uint8_t crm, uint8_t op2);

#endif
