/*
 * DRAM under Memory Encryption Contexts: mappings for DMA.
 *
 * A device that maps memory keeps an address of the host's over many events,
 * until it is done. If all of the range is under its context then, that is
 * where the memory is, and the granules are pinned: none of them changes over
 * before the device gives the mapping back. Else it is a copy of what the
 * device's context sees, which is written back in the end, wherever the
 * granules are by then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "qemu/memalign.h"
#include "qemu/units.h"
#include "dram.h"

enum {
    /*
     * Copies of one address space: who wants more gets less, or nothing until
     * it gives some back.
     */
    COPIES_MAX = 32 * MiB,
    CHUNK = 512,                /* granules whose pins come together */
};

typedef struct Mapping Mapping;
struct Mapping {
    Mapping *next;              /* at the same address of the host's */
    uint8_t *host;
    hwaddr offset, len;
    void *copy;                 /* what to free, or NULL: pinned */
    MemTxAttrs attrs;           /* of a copy */
    AddressSpace *as;
};

static struct {
    /* A leaf. Mappings may end without the big lock, but not begin. */
    QemuMutex lock;
    GHashTable *by_host;        /* Mapping *, by host */
    GHashTable *copied;         /* bytes, by AddressSpace *; not 0 */
    unsigned copies;            /* atomic */
    uint64_t size;              /* of the region */
    uint32_t **pins;            /* of chunks of granules; made when needed */
    size_t chunks;
} maps;

void cca_dram_map_init(void)
{
    maps.size = memory_region_size(cca_dram->config.mr);
    qemu_mutex_init(&maps.lock);
    maps.by_host = g_hash_table_new(NULL, NULL);
    maps.copied = g_hash_table_new(NULL, NULL);
    maps.chunks = DIV_ROUND_UP(maps.size, (uint64_t)CHUNK * MEC_GRANULE);
    maps.pins = g_new0(uint32_t *, maps.chunks);
}

/* --- pins ----------------------------------------------------------------- */

static void pin(const Mapping *m, int change)
{
    uint64_t first = m->offset / MEC_GRANULE;
    uint64_t last = (m->offset + m->len - 1) / MEC_GRANULE;

    for (uint64_t g = first; g <= last; g++) {
        uint32_t **chunk = &maps.pins[g / CHUNK];

        if (!*chunk) {
            *chunk = g_new0(uint32_t, CHUNK);
        }
        (*chunk)[g % CHUNK] += change;
    }
}

bool cca_dram_pinned(uint64_t pa)
{
    const uint32_t *chunk;
    hwaddr offset;
    uint64_t g;

    if (!cca_dram_offset(pa, &offset)) {
        return false;
    }
    g = offset / MEC_GRANULE;
    QEMU_LOCK_GUARD(&maps.lock);
    chunk = maps.pins[g / CHUNK];
    return chunk && chunk[g % CHUNK];
}

/* --- the list ------------------------------------------------------------- */

static void add(Mapping *m)
{
    m->next = g_hash_table_lookup(maps.by_host, m->host);
    g_hash_table_insert(maps.by_host, m->host, m);
}

static void unlink_mapping(Mapping *m)
{
    Mapping *first = g_hash_table_lookup(maps.by_host, m->host);

    if (first == m) {
        if (m->next) {
            g_hash_table_insert(maps.by_host, m->host, m->next);
        } else {
            g_hash_table_remove(maps.by_host, m->host);
        }
        return;
    }
    while (first->next != m) {
        first = first->next;
    }
    first->next = m->next;
}

static bool is_in_dram(const void *host)
{
    return (uintptr_t)host - (uintptr_t)cca_dram->host < maps.size;
}

/*
 * Devices give back what they took; some cut a piece off first, at the end or
 * at the start.
 */
static Mapping *find(uint8_t *host, hwaddr len)
{
    Mapping *first = g_hash_table_lookup(maps.by_host, host);
    GHashTableIter iter;
    gpointer value;

    for (Mapping *m = first; m; m = m->next) {
        if (m->len == len) {
            return m;
        }
    }
    if (first) {
        return first;
    }
    g_hash_table_iter_init(&iter, maps.by_host);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        for (Mapping *m = value; m; m = m->next) {
            if ((uintptr_t)host - (uintptr_t)m->host < m->len) {
                return m;
            }
        }
    }
    return NULL;
}

/* --- copies --------------------------------------------------------------- */

/* Room for up to @len bytes of copies for @as. */
static hwaddr take_room(AddressSpace *as, hwaddr len)
{
    size_t used;

    QEMU_LOCK_GUARD(&maps.lock);
    used = GPOINTER_TO_SIZE(g_hash_table_lookup(maps.copied, as));
    len = MIN(len, COPIES_MAX - used);
    if (len) {
        g_hash_table_insert(maps.copied, as, GSIZE_TO_POINTER(used + len));
    }
    return len;
}

/* With the lock held. */
static void give_room(AddressSpace *as, hwaddr len)
{
    size_t used = GPOINTER_TO_SIZE(g_hash_table_lookup(maps.copied, as));

    if (used > len) {
        g_hash_table_insert(maps.copied, as, GSIZE_TO_POINTER(used - len));
    } else {
        g_hash_table_remove(maps.copied, as);
    }
}

/*
 * It starts where the memory does within a page, as what comes of it in
 * block/ goes by that. A device that writes gets what is there too: it may
 * leave some of it as it is.
 */
static Mapping *make_copy(AddressSpace *as, hwaddr offset, hwaddr len,
                          MemTxAttrs attrs)
{
    size_t lead = offset % MEC_GRANULE;
    Mapping *m;
    void *copy;

    len = take_room(as, len);
    if (!len) {
        return NULL;
    }
    qatomic_inc(&maps.copies);
    copy = qemu_memalign(MEC_GRANULE, lead + len);
    m = g_new(Mapping, 1);
    *m = (Mapping) {
        .host = (uint8_t *)copy + lead, .offset = offset, .len = len,
        .copy = copy, .attrs = attrs, .as = as,
    };
    if (cca_dram_view(offset, m->host, len, attrs, false) != MEMTX_OK) {
        memset(m->host, 0, len);
    }
    return m;
}

static void end_copy(Mapping *m, hwaddr at, hwaddr written)
{
    if (written) {
        cca_dram_view(m->offset + at, m->host + at, MIN(written, m->len - at),
                      m->attrs, true);
    }
    qemu_mutex_lock(&maps.lock);
    give_room(m->as, m->len);
    qemu_mutex_unlock(&maps.lock);
    qatomic_dec(&maps.copies);
    qemu_vfree(m->copy);
    memory_region_unref(cca_dram->config.mr);
}

/* --- what the memory core asks -------------------------------------------- */

/*
 * Is the range under the context of @attrs, and will be until the big lock
 * goes?
 */
static bool is_direct(hwaddr offset, hwaddr len, MemTxAttrs attrs)
{
    hwaddr n = len;

    return bql_locked() && !cca_dram_differs(offset, &n, attrs) && n == len;
}

bool cca_dram_map_range(AddressSpace *as, hwaddr offset, hwaddr *len,
                        MemTxAttrs attrs, bool write, void **copy)
{
    Mapping *m;

    if (cca_dram->mec->policy == MEC_OFF) {
        return false;
    }
    if (is_direct(offset, *len, attrs)) {
        m = g_new(Mapping, 1);
        *m = (Mapping) {
            .host = cca_dram->host + offset, .offset = offset, .len = *len,
        };
    } else {
        m = make_copy(as, offset, *len, attrs);
        *len = m ? m->len : 0;
        *copy = m ? m->host : NULL;
        if (!m) {
            memory_region_unref(cca_dram->config.mr);
            return true;
        }
    }
    QEMU_LOCK_GUARD(&maps.lock);
    add(m);
    if (!m->copy) {
        pin(m, 1);
    }
    return m->copy;
}

bool cca_dram_unmap_range(AddressSpace *as, void *host, hwaddr len,
                          bool write, hwaddr access_len)
{
    Mapping *m = NULL;
    bool copy;

    /* Other memory than DRAM is none of ours. */
    if (cca_dram->mec->policy == MEC_OFF ||
        (!is_in_dram(host) && !qatomic_read(&maps.copies))) {
        return false;
    }
    WITH_QEMU_LOCK_GUARD(&maps.lock) {
        m = find(host, len);
        if (!m) {
            return false;
        }
        unlink_mapping(m);
        if (!m->copy) {
            pin(m, -1);
        }
    }
    copy = m->copy;
    if (copy) {
        end_copy(m, (uint8_t *)host - m->host, write ? access_len : 0);
    }
    g_free(m);
    return copy;
}
