/*
 * Geometry of Stream tables (sections 3.3.1, 5.1, 6.3.24, 6.3.25).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_STRTAB_H
#define CCA_SMMU_STRTAB_H

#include "smmu-types.h"

typedef struct SmmuStrtab {
    uint64_t base;          /* aligned as the table is, below 2^oas */
    bool two_level;
    uint8_t log2size;       /* effective: at most SIDSIZE */
    uint8_t split;          /* 6, 8 or 10, if @two_level */
    uint8_t oas;
} SmmuStrtab;

/*
 * Decode SMMU_(*_)STRTAB_BASE and STRTAB_BASE_CFG. Never fails: reserved
 * values have a meaning. Address bits at and above OAS are taken as 0.
 */
void smmu_strtab_decode(SmmuStrtab *tab, const SmmuFeatures *f,
                        uint64_t strtab_base, uint32_t strtab_base_cfg);

/*
 * The address to read for @stream_id: of its STE (64 bytes) in a linear
 * table, of its L1STD (8 bytes) in one with two levels. False:
 * C_BAD_STREAMID, the table is too small.
 */
bool smmu_strtab_first(const SmmuStrtab *tab, uint32_t stream_id,
                       uint64_t *addr);

/*
 * With two levels: the address of the STE, given the descriptor that was
 * read at smmu_strtab_first(). False: C_BAD_STREAMID, because Span is 0,
 * reserved, beyond SPLIT + 1 or too small.
 */
bool smmu_strtab_second(const SmmuStrtab *tab, uint64_t l1std,
                        uint32_t stream_id, uint64_t *addr);

#endif
