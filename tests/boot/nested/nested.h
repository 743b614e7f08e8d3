/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A hypervisor at EL2 for one guest, a Linux kernel on one PE, whose drivers
 * use the SMMU's stage 1. Below it lies a stage 2 of ours, for the PE and for
 * devices, that is not the identity: a device whose accesses lose either stage
 * reaches other memory than its driver means.
 */
#ifndef NESTED_H
#define NESTED_H

#include <stdbool.h>
#include <stdint.h>

/* Registers of the guest at a trap, in the order start.S stores them. */
typedef struct Frame {
    uint64_t x[31];
    uint64_t unused;
} Frame;

/* Where things are: the machine's map, and what tests/boot/linux.py loads. */
#define SMMU_BASE       UINT64_C(0x0b000000)
#define SMMU_PAGE0_SIZE UINT64_C(0x10000)
#define KERNEL          UINT64_C(0x62000000)
#define DEVICE_TREE     UINT64_C(0x40000000)

/* Stage 2, as VTCR_EL2 and STE both say it: 40-bit IPA, 4 KiB granule, walks
 * start at level 1 with two tables side by side. */
#define S2_T0SZ         24
#define S2_SL0          1
#define S2_WALK_CACHED  1       /* Normal, write-back, as IRGN and ORGN */
#define S2_INNER        3
#define S2_PS_40BIT     2

/* VMID of the guest's devices. */
#define GUEST_VMID      0x2a

/* Makes the translation tables of stage 2; the address of the first. */
uint64_t stage2_init(void);

/* The PA behind a guest's address; inside 2 MiB both are contiguous. */
uint64_t stage2_pa(uint64_t ipa);

/* Prepares EL1 and enters the kernel there. */
void __attribute__((noreturn)) guest_enter(uint64_t tables);

/* The guest's access to the SMMU's Page 0 at offset. */
void smmu_init(uint64_t tables);
uint64_t smmu_read(uint32_t offset, unsigned int size);
void smmu_write(uint32_t offset, unsigned int size, uint64_t value);

/* Says why and stops. */
void __attribute__((noreturn)) stop(const char *why, uint64_t value);

#endif
