/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the device tree says of this machine: memory and PEs.
 */
#ifndef BL33_BOARD_H
#define BL33_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "pe.h"

#define BANK_MAX        4

typedef struct Bank {
    uint64_t base;
    uint64_t size;
} Bank;

typedef struct Board {
    unsigned int bank_count;
    Bank bank[BANK_MAX];
    /* PEs that are there; a device tree may list more. */
    unsigned int pe_count;
    unsigned int pes_listed;
    /* MPIDR affinity fields of each PE that is there. */
    uint64_t mpidr[PE_MAX];
} Board;

/*
 * Reads the device tree at blob, which may occupy at most limit bytes, and
 * asks PSCI which of its PEs are there. False when it is no device tree or
 * names no such PE; *board is then unspecified.
 */
bool board_read(const void *blob, uint32_t limit, Board *board);

#endif
