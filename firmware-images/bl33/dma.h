/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices: DMA of cca-exerciser to granules that change their PAS, through
 * the SMMU as TF-A has set it up.
 */
#ifndef BL33_DMA_H
#define BL33_DMA_H

#include <stdbool.h>

/*
 * All steps with DMA; none where the machine has no exerciser. With rme, TF-A
 * has switched granule protection of devices on.
 */
void dma_steps(bool rme);

#endif
