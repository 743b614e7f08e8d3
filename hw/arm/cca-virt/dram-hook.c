/*
 * What QEMU's memory core asks about DRAM (include/cca/dram.h). In every
 * QEMU, also in one without a machine of ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/memory.h"
#include "cca/dram.h"

MemoryRegion *cca_dram_region;
const CcaDramHooks *cca_dram_hooks;

uint8_t *cca_dram_copy(MemoryRegion *mr, hwaddr offset, hwaddr len)
{
    uint8_t *copy;

    if (!cca_dram_part_apart(mr, offset, len, MEMTXATTRS_UNSPECIFIED)) {
        return NULL;
    }
    copy = g_malloc0(len);
    cca_dram_rw(offset, copy, len, MEMTXATTRS_UNSPECIFIED, false);
    return copy;
}
