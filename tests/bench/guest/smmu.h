/*
 * The Non-secure interface of an SMMUv3 for benches: one function of a PCI
 * bus behind stage 1, or behind both stages, with 4 KiB pages everywhere.
 * Ours and QEMU's own are driven alike.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_SMMU_H
#define BENCH_SMMU_H

#include <stdbool.h>
#include <stdint.h>

/* Where the input addresses begin. */
#define SMMU_IOVA       0x100000000ull
/* What the two below can map: memory from here on, and how much of it. */
#define SMMU_DATA       0x84000000ull
#define SMMU_DATA_MAX   0x04000000ull

/*
 * Switch on the SMMU at @base for StreamID @sid alone. @bytes from SMMU_IOVA
 * on go to pages of SMMU_DATA in another order, by way of 48-bit addresses
 * (four levels); @nested: and then by a stage 2 of 39-bit ones (three levels)
 * to the same address. False: the SMMU does not answer.
 */
bool smmu_start(uint64_t base, uint32_t sid, uint64_t bytes, bool nested);

/* Where @iova of those goes. */
uint64_t smmu_target(uint64_t iova, uint64_t bytes);

#endif
