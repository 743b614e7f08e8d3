/*
 * Memory as bus masters see it that no IOMMU stands in front of.
 *
 * QEMU's own devices take address_space_memory for it. The lines of theirs
 * that do ask here instead (qemu/patches), so that a machine with granule
 * protection can check what they do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_BUS_MASTER_H
#define CCA_BUS_MASTER_H

#include "exec/address-spaces.h"
#include "exec/memory.h"

/*
 * Set by a machine with granule protection before it makes devices; NULL
 * elsewhere. Returns the view of the master @name, or if that is NULL, of
 * @dev: a PCI function, a virtio device or one on the system bus. The same
 * master gets the same view each time, and it is never freed.
 */
extern AddressSpace *(*cca_bus_master_view)(const char *name,
                                            DeviceState *dev);

/* The memory that a master reaches. The first call needs the big lock. */
static inline AddressSpace *cca_bus_master_as(const char *name,
                                              DeviceState *dev)
{
    return cca_bus_master_view ? cca_bus_master_view(name, dev) :
                                 &address_space_memory;
}

/* The same as a region, for those who make an address space of their own. */
static inline MemoryRegion *cca_bus_master_memory(const char *name,
                                                  MemoryRegion *memory)
{
    return cca_bus_master_view ? cca_bus_master_view(name, NULL)->root :
                                 memory;
}

/* Where QEMU has cpu_physical_memory_read() and _write(). */
static inline MemTxResult cca_bus_master_read(const char *name, hwaddr addr,
                                              void *buf, hwaddr len)
{
    return address_space_read(cca_bus_master_as(name, NULL), addr,
                              MEMTXATTRS_UNSPECIFIED, buf, len);
}

static inline MemTxResult cca_bus_master_write(const char *name, hwaddr addr,
                                               const void *buf, hwaddr len)
{
    return address_space_write(cca_bus_master_as(name, NULL), addr,
                               MEMTXATTRS_UNSPECIFIED, buf, len);
}

/*
 * A table that is read byte by byte. Each access of a master that is checked
 * has its price, so ours reads some bytes ahead.
 */
typedef struct CcaBusPiece {
    hwaddr at;
    bool valid;
    uint8_t bytes[256];
} CcaBusPiece;

/* The byte at @addr; 0 where it may not be read. Start with a zeroed @piece. */
static inline uint8_t cca_bus_master_byte(CcaBusPiece *piece, AddressSpace *as,
                                          hwaddr addr)
{
    const hwaddr mask = sizeof(piece->bytes) - 1;
    uint8_t byte = 0;

    if (!cca_bus_master_view) {
        address_space_read(as, addr, MEMTXATTRS_UNSPECIFIED, &byte, 1);
        return byte;
    }
    if (!piece->valid || piece->at != (addr & ~mask)) {
        piece->at = addr & ~mask;
        piece->valid = true;
        if (address_space_read(as, piece->at, MEMTXATTRS_UNSPECIFIED,
                               piece->bytes, sizeof(piece->bytes)) !=
            MEMTX_OK) {
            memset(piece->bytes, 0, sizeof(piece->bytes));
        }
    }
    return piece->bytes[addr & mask];
}

#endif
