/*
 * Where a guest test image keeps things: shared by C, assembly and linker.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_LAYOUT_H
#define GUEST_LAYOUT_H

/* The image is copied here from the reset address, and runs here. */
#define IMAGE_BASE      0x41000000
/* The boot PE stores 1 here when the image has been copied. */
#define BOOT_FLAG       0x40fffff0

/* The runner leaves a word here (test_param()). */
#define PARAM_ADDRESS   0x40ffff00

#define UART_BASE       0x09000000

/* mailbox.h */
#define MAILBOX_BASE    0x48000000

/* Granule protection tables: level 0 (up to 32 MiB) and one of level 1. */
#define GPT_L0_BASE     0x52000000ull
#define GPT_L1_BASE     0x58000000ull

/* Memory under test; its GPIs change, nothing else lives here. */
#define TEST_BASE       0x80000000ull
#define TEST_SIZE       0x20000000ull

#define MAX_PES         4
#define STACK_SIZE      0x4000

/* Offsets in struct pe (pe.h), for start.S */
#define PE_REGS         0
#define PE_ELR          248
#define PE_SPSR         256
#define PE_ESR          264
#define PE_FAR          272
#define PE_MFAR         280
#define PE_VECTOR       288
#define PE_ACTIVE       296
#define PE_SP           304
#define PE_SAFE_GPCCR   312
#define PE_RESTORE      320
#define PE_SIZE         512

/* SMC immediates with which the vectors of EL1 and EL2 report to EL3. */
#define SMC_DONE        0
#define SMC_EL1         0x10
#define SMC_EL2         0x20

#endif
