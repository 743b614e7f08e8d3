/*
 * SMMUv3 with RME: the memory map (section 6.1), from bus accesses to banks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_MMIO_H
#define CCA_SMMU_MMIO_H

#include "bank.h"
#include "rootpage.h"

/* What an SMMU's registers are made from. */
typedef struct SmmuMmioConfig {
    SmmuFeatures feat;
    GptImpl gpt;
    bool gbpa_abort;            /* GBPA.ABORT and S_GBPA.ABORT at reset */
    uint32_t root_offset;       /* of the Root page from the SMMU's base */
    SmmuBankOps bank_ops;       /* of all three interfaces */
    SmmuRootOps root_ops;
} SmmuMmioConfig;

/* All registers of an SMMU. Does not move: the banks point into it. */
typedef struct SmmuMmio {
    SmmuFeatures feat;
    uint32_t root_offset;
    SmmuBank bank[CCA_SEC_SID__COUNT];
    SmmuRoot root;
} SmmuMmio;

/*
 * Make the registers in their reset state. NULL, or a sentence about what is
 * wrong with @config: features that do not go together, or a Root page that
 * is not 64KB-aligned or lies on other pages.
 */
const char *smmu_mmio_init(SmmuMmio *mmio, const SmmuMmioConfig *config);

/* Registers as after reset. No callback is made. */
void smmu_mmio_reset(SmmuMmio *mmio);

/* Bytes from the base of the SMMU to the end of its last page. */
uint64_t smmu_mmio_size(const SmmuMmio *mmio);

/*
 * An access of @size bytes at @offset from the SMMU's base, made to @pas:
 *
 *   Non-secure registers    every PAS
 *   0x8000..0xbfff          Secure and Root
 *   Realm pages             Realm and Root
 *   Root Control Page       Root
 *
 * Everything else is RAZ/WI, for any values of the arguments.
 */
uint64_t smmu_mmio_read(const SmmuMmio *mmio, uint64_t offset, unsigned size,
                        CcaPas pas);
void smmu_mmio_write(SmmuMmio *mmio, uint64_t offset, unsigned size,
                     CcaPas pas, uint64_t value);

#endif
