/*
 * The SMMU seen from QMP: what the files of query-cca-smmu share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QMP_SMMU_H
#define CCA_QMP_SMMU_H

#include "qapi/qapi-types-cca-smmu-walk-target.h"
#include "inspect.h"

/* qmp-smmu-state.c: all but the stream and the translation. */
CcaSmmuInfo *cca_smmu_describe(const SmmuStateLook *look);

/* qmp-smmu-walk.c */
CcaSmmuStream *cca_smmu_describe_stream(const SmmuTxn *txn,
                                        const SmmuStreamLook *look);
CcaSmmuTranslation *cca_smmu_describe_translation(const SmmuLook *look);

#endif
