/*
 * SMMUv3 with RME: where RAM is, without a walk through QEMU's memory map.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_RAM_H
#define CCA_SMMU_RAM_H

#include "exec/memory.h"
#include "qemu/thread.h"

/* A piece of RAM or ROM in an address space. */
typedef struct CcaRamSpan {
    hwaddr addr, size;
    uint8_t *host;
    MemoryRegion *mr;
    hwaddr offset;              /* in @mr */
} CcaRamSpan;

/*
 * All of an address space that is always memory. Changes come with the big
 * lock and @lock held, so that either is enough to look.
 */
typedef struct CcaRam {
    MemoryListener listener;
    QemuMutex *lock;
    GArray *spans;              /* CcaRamSpan */
    CcaRamSpan last;            /* found last; with @lock held */
    void (*changed)(void *opaque);
    void *opaque;               /* of @changed, which comes with @lock held */
} CcaRam;

/* Once; @as is then followed for good. @changed: a span is gone. */
void cca_ram_init(CcaRam *ram, AddressSpace *as, QemuMutex *lock,
                  void (*changed)(void *opaque), void *opaque);

/* The span that holds @len bytes at @addr, NULL if none does. */
const CcaRamSpan *cca_ram_search(const CcaRam *ram, hwaddr addr, size_t len);

/* The same, where the last one is likely the next one; with @lock held. */
static inline const CcaRamSpan *cca_ram_find(CcaRam *ram, hwaddr addr,
                                             size_t len)
{
    hwaddr offset = addr - ram->last.addr;
    const CcaRamSpan *span;

    if (likely(offset < ram->last.size && len <= ram->last.size - offset)) {
        return &ram->last;
    }
    span = cca_ram_search(ram, addr, len);
    if (span) {
        ram->last = *span;
    }
    return span;
}

/* Where @addr is in @span's region. */
static inline hwaddr cca_ram_offset(const CcaRamSpan *span, hwaddr addr)
{
    return span->offset + (addr - span->addr);
}

static inline void *cca_ram_host(const CcaRamSpan *span, hwaddr addr)
{
    return span->host + (addr - span->addr);
}

#endif
