/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the device tree says of this machine.
 */
#include "board.h"
#include "fdt.h"
#include "smc.h"
#include "string.h"

static void add_pe(Board *board, uint64_t mpidr)
{
    board->pes_listed++;
    if (board->pe_count < PE_MAX &&
        smc_call(PSCI_AFFINITY_INFO, mpidr, 0, 0).x0 >= 0) {
        board->mpidr[board->pe_count++] = mpidr;
    }
}

bool board_read(const void *blob, uint32_t limit, Board *board)
{
    FdtProperty property;
    Fdt fdt;

    *board = (Board){ 0 };
    if (!fdt_open(&fdt, blob, limit)) {
        return false;
    }
    while (fdt_next(&fdt, &property)) {
        const uint8_t *value = property.value;
        uint32_t length = property.length;

        if (strcmp(property.name, "reg") != 0) {
            continue;
        }
        if (fdt_node_is(&property, "cpu@") && (length == 4 || length == 8)) {
            add_pe(board, fdt_number(value, length));
        } else if (fdt_node_is(&property, "memory@")) {
            for (; length >= 16 && board->bank_count < BANK_MAX;
                 length -= 16, value += 16) {
                board->bank[board->bank_count++] = (Bank){
                    .base = fdt_number(value, 8),
                    .size = fdt_number(value + 8, 8),
                };
            }
        }
    }
    return !fdt.malformed && board->pe_count > 0;
}
