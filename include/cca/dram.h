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
#include "exec/memattrs.h"

/* The region of DRAM; NULL on a machine without contexts. */
extern MemoryRegion *cca_dram_region;

/* What is behind the questions below; offsets are in DRAM. */
typedef struct CcaDramHooks {
    bool (*differs)(hwaddr offset, hwaddr *len, MemTxAttrs attrs);
    MemTxResult (*rw)(hwaddr offset, void *buf, hwaddr len, MemTxAttrs attrs,
                      bool write);
    bool (*map)(AddressSpace *as, hwaddr offset, hwaddr *len, MemTxAttrs attrs,
                bool write, void **copy);
    bool (*unmap)(AddressSpace *as, void *host, hwaddr len, bool write,
                  hwaddr access_len);
    bool (*cacheable)(void);
} CcaDramHooks;

extern const CcaDramHooks *cca_dram_hooks;

static inline bool cca_dram_is(MemoryRegion *mr)
{
    return unlikely(mr == cca_dram_region) && mr;
}

/*
 * Must an access with @attrs to [@offset, @offset + *@len) of @mr go by the
 * operations of the region, or cca_dram_rw()? If not, *@len (not 0) may have
 * become less: what comes after that is another question.
 */
static inline bool cca_dram_apart(MemoryRegion *mr, hwaddr offset,
                                  hwaddr *len, MemTxAttrs attrs)
{
    return cca_dram_is(mr) && cca_dram_hooks->differs(offset, len, attrs);
}

/* The same for an access that is made as a whole. */
static inline bool cca_dram_part_apart(MemoryRegion *mr, hwaddr offset,
                                       hwaddr len, MemTxAttrs attrs)
{
    hwaddr direct = len;

    return cca_dram_apart(mr, offset, &direct, attrs) || direct < len;
}

/*
 * Make such an access: @len bytes at @offset of DRAM. Needs no lock, and
 * takes but a leaf. An error, and nothing has happened: that is no DRAM.
 */
static inline MemTxResult cca_dram_rw(hwaddr offset, void *buf, hwaddr len,
                                      MemTxAttrs attrs, bool write)
{
    return cca_dram_hooks->rw(offset, buf, len, attrs, write);
}

/*
 * address_space_map() has come to [@offset, @offset + *@len) of @mr, with a
 * reference to it. True: it returns *@copy, of *@len bytes, which takes over
 * the reference; or if that is NULL, has no room (*@len is 0). False: it
 * returns the host's address, and the granules stay as they are until it is
 * given back.
 */
static inline bool cca_dram_map(AddressSpace *as, MemoryRegion *mr,
                                hwaddr offset, hwaddr *len, MemTxAttrs attrs,
                                bool write, void **copy)
{
    return cca_dram_is(mr) &&
           cca_dram_hooks->map(as, offset, len, attrs, write, copy);
}

/*
 * address_space_unmap() is called. True: it was a copy, and there is no more
 * to it than to tell who waits for room.
 */
static inline bool cca_dram_unmap(AddressSpace *as, void *host, hwaddr len,
                                  bool write, hwaddr access_len)
{
    return unlikely(cca_dram_region) &&
           cca_dram_hooks->unmap(as, host, len, write, access_len);
}

/* May address_space_cache_init() keep an address of the host's in @mr? */
static inline bool cca_dram_cacheable(MemoryRegion *mr)
{
    return !cca_dram_is(mr) || cca_dram_hooks->cacheable();
}

/*
 * What a master without attributes sees of [@offset, @offset + @len) of @mr,
 * to be freed with g_free(); NULL if that is what the host's memory holds.
 */
uint8_t *cca_dram_copy(MemoryRegion *mr, hwaddr offset, hwaddr len);

#endif
