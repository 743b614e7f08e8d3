/*
 * Security states of streams (IHI 0070, section 3.10).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SEC_SID_H
#define CCA_SEC_SID_H

/* SEC_SID, also the Security state of an SMMU's programming interface. */
typedef enum CcaSecSid {
    CCA_SEC_SID_NS = 0,
    CCA_SEC_SID_SECURE = 1,
    CCA_SEC_SID_REALM = 2,
    CCA_SEC_SID__COUNT
} CcaSecSid;

#endif
