/*
 * SMMUv3 with RME: event records (section 7.3), formats.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_EVENT_FIELDS_H
#define CCA_SMMU_EVENT_FIELDS_H

#include "smmu-fields.h"

enum { EVT_WORDS = 4, EVT_BYTES = 32 };

/* All records */
SMMU_WFIELD(EVT_ID, 0, 0, 8);
SMMU_WFIELD(EVT_SSV, 0, 11, 1);
SMMU_WFIELD(EVT_SUBSTREAMID, 0, 12, 20);
SMMU_WFIELD(EVT_STREAMID, 0, 32, 32);

/* Translation-related faults */
SMMU_WFIELD(EVT_STAG, 1, 0, 16);            /* [79:64] */
SMMU_WFIELD(EVT_STALL, 1, 31, 1);           /* [95] */

/* F_UUT, fetches, F_WALK_EABT, conflicts */
SMMU_WFIELD(EVT_REASON, 1, 0, 16);          /* [79:64] */
SMMU_WFIELD(EVT_CFG_CONFLICT_REASON, 1, 0, 32); /* F_CFG_CONFLICT [95:64] */
SMMU_WFIELD(EVT_GPCF, 1, 16, 1);            /* [80] */

/* The access */
SMMU_WFIELD(EVT_PNU, 1, 33, 1);             /* [97] */
SMMU_WFIELD(EVT_IND, 1, 34, 1);
SMMU_WFIELD(EVT_RNW, 1, 35, 1);
SMMU_WFIELD(EVT_NSIPA, 1, 36, 1);           /* [100], unconfirmed */
SMMU_WFIELD(EVT_S2, 1, 39, 1);              /* [103] */
SMMU_WFIELD(EVT_CLASS, 1, 40, 2);           /* [105:104] */
SMMU_WFIELD(EVT_TTRNW, 1, 44, 1);           /* F_PERMISSION [108] */

SMMU_WFIELD(EVT_INPUTADDR, 2, 0, 64);       /* [191:128] */
SMMU_WFIELD(EVT_INPUTADDR_PAGE, 2, 12, 52); /* where [11:0] mean others */

SMMU_WFIELD(EVT_IPA, 3, 12, 44);            /* IPA[55:12], [247:204] */
SMMU_WFIELD(EVT_FETCHADDR, 3, 3, 53);       /* PA[55:3], [247:195] */

/*
 * F_BAD_ATS_TREQ: what the Translation Request asked for. Unconfirmed: that
 * there are R, W, X, P and Span is certain, which bits they are is not.
 */
SMMU_WFIELD(EVT_ATS_P, 1, 32, 1);           /* [96] */
SMMU_WFIELD(EVT_ATS_X, 1, 33, 1);
SMMU_WFIELD(EVT_ATS_W, 1, 34, 1);
SMMU_WFIELD(EVT_ATS_R, 1, 35, 1);
SMMU_WFIELD(EVT_ATS_SPAN, 2, 0, 8);         /* [135:128] */

/* E_PAGE_REQUEST */
SMMU_WFIELD(EVT_PAGE_UX, 1, 33, 1);         /* [97] */
SMMU_WFIELD(EVT_PAGE_UW, 1, 34, 1);
SMMU_WFIELD(EVT_PAGE_UR, 1, 35, 1);
SMMU_WFIELD(EVT_PAGE_PX, 1, 37, 1);         /* [101] */
SMMU_WFIELD(EVT_PAGE_PW, 1, 38, 1);
SMMU_WFIELD(EVT_PAGE_PR, 1, 39, 1);
SMMU_WFIELD(EVT_PAGE_SPAN, 1, 44, 8);       /* [115:108], in 4KB */

#endif
