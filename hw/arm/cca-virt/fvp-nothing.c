/*
 * Accesses to addresses where nothing stands: reported once per page, with
 * what a firmware developer wants to know.
 *
 * A region below all others takes no access: its ops refuse them, as those of
 * QEMU's own unassigned memory do, so that everything ends as it would
 * without it. On the way they are noted. The region is I/O, so RAM does not
 * notice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "qemu/log.h"
#include "system/qtest.h"
#include "system/tcg.h"
#include "cca/pas.h"
#include "target/arm/cpu.h"
#include "target/arm/gpc/cpu-gpc.h"
#include "fvp-nothing.h"

enum {
    PAGE_BITS = 12,
    PAGES_MAX = 64 * 1024,      /* remembered */
    /* Over what the map has at -1, and what that has beneath it. */
    PRIORITY = -10000,
};
#define SPACE (1ull << 52)      /* bytes: all physical addresses */

typedef struct Nothing {
    MemoryRegion region;
    char *world;
    QemuMutex lock;             /* of what follows */
    GHashTable *pages;          /* of page numbers */
    bool full;
} Nothing;

/* The first access to its page; @full: the last page to be reported. */
static bool is_new(Nothing *s, hwaddr addr, bool *full)
{
    gint64 page = addr >> PAGE_BITS;

    QEMU_LOCK_GUARD(&s->lock);
    if (s->full || g_hash_table_contains(s->pages, &page)) {
        return false;
    }
    g_hash_table_add(s->pages, g_memdup2(&page, sizeof(page)));
    *full = s->full = g_hash_table_size(s->pages) == PAGES_MAX;
    return true;
}

/*
 * The instruction that this thread's PE is at, be it for the PE or for a
 * device that it has just set to work; "" in other threads. For a walk of
 * translation tables it is the last one that made an access to a device.
 */
static char *where(void)
{
    CPUState *cs = current_cpu;

    if (!cs || !tcg_enabled()) {
        return g_strdup("");
    }
    return g_strdup_printf("; PE %d at PC 0x%" PRIx64, cs->cpu_index,
                           cca_cpu_pc(ARM_CPU(cs), cs->mem_io_pc));
}

static void G_GNUC_PRINTF(1, 2) report(const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    if (qtest_enabled() || qemu_loglevel_mask(LOG_UNIMP | LOG_GUEST_ERROR)) {
        qemu_log_mask(LOG_UNIMP | LOG_GUEST_ERROR, "%s\n", text);
    } else {
        warn_report("%s", text);
    }
}

static const char *pas_of(MemTxAttrs attrs)
{
    bool secure = attrs.secure;

    if (attrs.unspecified) {
        return cca_pas_name(CCA_PAS_NS);
    }
    if (attrs.space == CCA_PAS_ROOT || attrs.space == CCA_PAS_REALM) {
        return cca_pas_name(attrs.space);
    }
    return cca_pas_name(secure ? CCA_PAS_SECURE : CCA_PAS_NS);
}

static bool accepts(void *opaque, hwaddr addr, unsigned size, bool is_write,
                    MemTxAttrs attrs)
{
    Nothing *s = opaque;
    bool full;

    if (!attrs.debug && is_new(s, addr, &full)) {
        g_autofree char *pc = where();

        report("%s: nothing at 0x%" HWADDR_PRIx ": %u-byte %s, PAS %s%s",
               s->world, addr, size, is_write ? "write" : "read",
               pas_of(attrs), pc);
        if (full) {
            report("%s: nothing in %d pages so far: no more of this",
                   s->world, PAGES_MAX);
        }
    }
    return false;
}

static const MemoryRegionOps ops = {
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.accepts = accepts,
};

void cca_fvp_log_nothing(MemoryRegion *container, Object *owner,
                         const char *world)
{
    Nothing *s = g_new0(Nothing, 1);
    g_autofree char *name = g_strdup_printf("nothing (%s)", world);

    s->world = g_strdup(world);
    qemu_mutex_init(&s->lock);
    s->pages = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                     NULL);
    memory_region_init_io(&s->region, owner, &ops, s, name, SPACE);
    memory_region_add_subregion_overlap(container, 0, &s->region, PRIORITY);
}
