/*
 * DRAM whose granules are under Memory Encryption Contexts, as QEMU's memory
 * core meets it (docs/mec.md).
 *
 * QEMU's RAM holds what each granule's current context makes of DRAM. Who
 * has another context must not touch it directly: the lines of QEMU's that
 * do ask here first (qemu/patches), and go by the operations of the region
 * instead, as for a device. Those know what the access sees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_DRAM_H
#define CCA_DRAM_H

#include "exec/hwaddr.h"
#include "exec/memory.h"

/* The region of DRAM; NULL on a machine without contexts. */
extern MemoryRegion *cca_dram_region;

/* The question in full; @offset is in DRAM. */
extern bool (*cca_dram_differs)(hwaddr offset, hwaddr *len, MemTxAttrs attrs);

/*
 * Must an access with @attrs to [@offset, @offset + *@len) of @mr go by the
 * operations of the region? If not, *@len (not 0) may have become less: what
 * comes after that is another question.
 */
static inline bool cca_dram_apart(MemoryRegion *mr, hwaddr offset,
                                  hwaddr *len, MemTxAttrs attrs)
{
    return unlikely(mr == cca_dram_region) && mr &&
           cca_dram_differs(offset, len, attrs);
}

/* The same for an access that is made as a whole. */
static inline bool cca_dram_part_apart(MemoryRegion *mr, hwaddr offset,
                                       hwaddr len, MemTxAttrs attrs)
{
    hwaddr direct = len;

    return cca_dram_apart(mr, offset, &direct, attrs) || direct < len;
}

#endif
