/*
 * Translation table descriptors of VMSAv8-64, as the SMMU reads them.
 *
 * Section names are those of the Arm Architecture Reference Manual for
 * A-profile (DDI 0487), "VMSAv8-64 descriptor formats".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_DESCRIPTOR_H
#define CCA_SMMU_DESCRIPTOR_H

#include "smmu-fields.h"

/* All descriptors */
SMMU_FIELD(TTD_TYPE, 0, 2);

enum {
    TTD_TYPE_BLOCK = 1,     /* reserved at level 3 */
    TTD_TYPE_TABLE = 3,     /* a Page at level 3 */
};

/* Output or next-level address; what it means depends on granule and DS. */
SMMU_FIELD(TTD_ADDR_48, 0, 48);         /* OA[47:0], to be aligned */
SMMU_FIELD(TTD_ADDR_64K_51_48, 12, 4);  /* 64KB granule: OA[51:48] */
SMMU_FIELD(TTD_ADDR_DS_49_48, 48, 2);   /* 4KB and 16KB, DS: OA[49:48] */
SMMU_FIELD(TTD_ADDR_DS_51_50, 8, 2);    /* 4KB and 16KB, DS: OA[51:50] */

/* Table descriptors of stage 1 */
SMMU_FIELD(TTD_PXNTABLE, 59, 1);
SMMU_FIELD(TTD_XNTABLE, 60, 1);         /* UXNTable with two privileges */
SMMU_FIELD(TTD_APTABLE, 61, 2);
SMMU_FIELD(TTD_NSTABLE, 63, 1);

enum {
    TTD_APTABLE_NO_EL0 = 1, TTD_APTABLE_NO_WRITE = 2,
};

/* Block and Page descriptors, both stages */
SMMU_FIELD(TTD_SH, 8, 2);               /* unless DS */
SMMU_FIELD(TTD_AF, 10, 1);
SMMU_FIELD(TTD_NT, 16, 1);              /* Block only */
SMMU_FIELD(TTD_DBM, 51, 1);
SMMU_FIELD(TTD_CONTIGUOUS, 52, 1);
SMMU_FIELD(TTD_AMEC, 63, 1);            /* Realm EL2 stage 1, Realm stage 2 */

/* Block and Page descriptors of stage 1 */
SMMU_FIELD(TTD1_ATTRINDX, 2, 3);
SMMU_FIELD(TTD1_NS, 5, 1);
SMMU_FIELD(TTD1_AP1, 6, 1);             /* EL0 has access */
SMMU_FIELD(TTD1_AP2, 7, 1);             /* read-only */
SMMU_FIELD(TTD1_NG, 11, 1);
SMMU_FIELD(TTD1_PXN, 53, 1);
SMMU_FIELD(TTD1_XN, 54, 1);             /* UXN with two privileges */

/* Block and Page descriptors of stage 2 */
SMMU_FIELD(TTD2_MEMATTR, 2, 4);
SMMU_FIELD(TTD2_S2AP_R, 6, 1);
SMMU_FIELD(TTD2_S2AP_W, 7, 1);
SMMU_FIELD(TTD2_XN0, 53, 1);            /* FEAT_XNX */
SMMU_FIELD(TTD2_XN1, 54, 1);
SMMU_FIELD(TTD2_NS, 55, 1);             /* Realm */

#endif
