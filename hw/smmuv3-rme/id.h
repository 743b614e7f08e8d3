/*
 * SMMUv3 with RME: identification registers, and which features go together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_ID_H
#define CCA_SMMU_ID_H

#include "smmu-types.h"

/* The feature set of the reference platform, complete for RME-DA. */
SmmuFeatures smmu_features_reference(void);

/*
 * Is @feat a combination that the architecture allows and that this model
 * can be? NULL, or a sentence about the first thing that is wrong.
 */
const char *smmu_features_check(const SmmuFeatures *feat);

/*
 * Does the programming interface @sec_sid have ATS, PRI, MSIs (IDR0, S_IDR0,
 * R_IDR0)? An interface that is not implemented has nothing.
 */
bool smmu_has_ats(const SmmuFeatures *feat, CcaSecSid sec_sid);
bool smmu_has_pri(const SmmuFeatures *feat, CcaSecSid sec_sid);
bool smmu_has_msi(const SmmuFeatures *feat, CcaSecSid sec_sid);

/* Is the programming interface there at all? */
bool smmu_has_interface(const SmmuFeatures *feat, CcaSecSid sec_sid);

/*
 * The identification register at @offset of the programming interface
 * @sec_sid (section 6.3: IDR0..6, IIDR, AIDR, R_MECIDR); 0 for any offset
 * that has none, and for all of an interface that is not implemented.
 */
uint32_t smmu_id_read(const SmmuFeatures *feat, CcaSecSid sec_sid,
                      uint32_t offset);

/* SMMU_ROOT_IDR0 or SMMU_ROOT_IIDR, by its offset; else 0. */
uint32_t smmu_root_id_read(const SmmuFeatures *feat, uint32_t offset);

#endif
