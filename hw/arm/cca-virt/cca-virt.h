/*
 * Machine "cca-virt": what its files share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_VIRT_H
#define CCA_VIRT_H

#include "hw/arm/virt.h"

/*
 * The SMMU in front of the PCIe root complex, with its node in the device
 * tree. Call when virt's own devices stand.
 */
void cca_virt_create_smmu(VirtMachineState *vms);

#endif
