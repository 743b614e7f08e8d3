/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BL33's stage 1 at EL2: a flat map of 512 GiB in blocks of 1 GiB, and one
 * slot that leads to a table of the caller's choice.
 */
#ifndef BL33_MMU_H
#define BL33_MMU_H

#include <stdint.h>

/* First VA of the slot; no memory is mapped there until mmu_set_slot(). */
#define MMU_SLOT_VA UINT64_C(0x7fc0000000)

/*
 * Fills the table, the first device_gib GiB as Device memory; once, before
 * the first mmu_enable().
 */
void mmu_init(unsigned int device_gib);

/* Turns the MMU and caches of this PE on. */
void mmu_enable(void);

/*
 * Lets the slot's level 1 entry point to a level 2 table at PA table
 * (4 KiB aligned), or unmaps the slot for table = 0; then invalidates the
 * TLBs of all PEs for EL2.
 */
void mmu_set_slot(uint64_t table);

/* A level 2 block descriptor: 2 MiB of Normal memory at PA. */
uint64_t mmu_block_descriptor(uint64_t pa);

#endif
