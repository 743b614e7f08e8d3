/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The little of a flattened device tree (Devicetree Specification v0.4, 5)
 * that BL33 asks for: memory and PEs.
 */
#ifndef BL33_FDT_H
#define BL33_FDT_H

#include <stdbool.h>
#include <stdint.h>

#include "pe.h"

typedef struct Board {
    uint64_t ram_base;
    uint64_t ram_size;
    unsigned int pe_count;
    /* MPIDR affinity fields of each PE. */
    uint64_t mpidr[PE_MAX];
} Board;

/*
 * Reads the device tree at blob, which may occupy at most limit bytes. False
 * when it is no device tree or names no PE; *board is then unspecified.
 */
bool fdt_read_board(const void *blob, uint32_t limit, Board *board);

#endif
