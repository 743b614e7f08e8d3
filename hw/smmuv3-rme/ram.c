/*
 * SMMUv3 with RME: where RAM is.
 *
 * A walk reads a dozen words; to find each of them in QEMU's memory map would
 * cost more than all the rest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "ram.h"

static void region_add(MemoryListener *listener, MemoryRegionSection *section)
{
    CcaRam *ram = container_of(listener, CcaRam, listener);
    MemoryRegion *mr = section->mr;
    CcaRamSpan span;

    /* What is memory for now only, as flash, is not for us. */
    if (!memory_region_is_ram(mr) || memory_region_is_ram_device(mr)) {
        return;
    }
    span = (CcaRamSpan) {
        .addr = section->offset_within_address_space,
        .size = int128_get64(section->size),
        .host = (uint8_t *)memory_region_get_ram_ptr(mr) +
                section->offset_within_region,
        .mr = mr,
        .offset = section->offset_within_region,
    };
    qemu_mutex_lock(ram->lock);
    g_array_append_val(ram->spans, span);
    qemu_mutex_unlock(ram->lock);
}

static void region_del(MemoryListener *listener, MemoryRegionSection *section)
{
    CcaRam *ram = container_of(listener, CcaRam, listener);

    qemu_mutex_lock(ram->lock);
    for (guint i = 0; i < ram->spans->len; i++) {
        if (g_array_index(ram->spans, CcaRamSpan, i).addr ==
            section->offset_within_address_space) {
            g_array_remove_index_fast(ram->spans, i);
            break;
        }
    }
    ram->last = (CcaRamSpan) { 0 };
    ram->changed(ram->opaque);
    qemu_mutex_unlock(ram->lock);
}

const CcaRamSpan *cca_ram_search(const CcaRam *ram, hwaddr addr, size_t len)
{
    for (guint i = 0; i < ram->spans->len; i++) {
        const CcaRamSpan *span = &g_array_index(ram->spans, CcaRamSpan, i);
        hwaddr offset = addr - span->addr;

        if (offset < span->size && len <= span->size - offset) {
            return span;
        }
    }
    return NULL;
}

void cca_ram_init(CcaRam *ram, AddressSpace *as, QemuMutex *lock,
                  void (*changed)(void *opaque), void *opaque)
{
    ram->lock = lock;
    ram->changed = changed;
    ram->opaque = opaque;
    ram->spans = g_array_new(false, false, sizeof(CcaRamSpan));
    ram->listener = (MemoryListener) {
        .name = "cca-smmuv3-ram",
        .region_add = region_add,
        .region_del = region_del,
    };
    memory_listener_register(&ram->listener, as);
}
