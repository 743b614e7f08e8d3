/*
 * DRAM under Memory Encryption Contexts, as QEMU's memory core meets it:
 * who may touch the host's memory, and what others see.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "hw/core/cpu.h"
#include "dram.h"

/*
 * A thread that has no big lock and is no PE's could be in the middle of its
 * access when a granule changes over.
 */
static bool may_be_overtaken(void)
{
    return !current_cpu && !bql_locked();
}

bool cca_dram_differs(hwaddr offset, hwaddr *len, MemTxAttrs attrs)
{
    const Mec *mec = cca_dram->mec;
    CcaPas pas = cca_dram_pas(attrs);
    hwaddr done = 0;

    if (mec->policy == MEC_OFF && !mec_armed(mec)) {
        return false;
    }
    if (may_be_overtaken()) {
        return true;
    }
    do {
        uint64_t pa;

        if (cca_dram_pa(offset + done, &pa) &&
            !mec_holds(mec, pa, pas, attrs.mecid)) {
            break;
        }
        done += MEC_GRANULE - (offset + done) % MEC_GRANULE;
    } while (done < *len);
    if (!done) {
        return true;
    }
    *len = MIN(*len, done);
    return false;
}

/* The bytes from @offset on that are at @pa and above; 0: it has none. */
static hwaddr piece(hwaddr offset, hwaddr len, uint64_t *pa)
{
    const CcaDramConfig *config = &cca_dram->config;

    for (unsigned i = 0; i < config->range_count; i++) {
        const CcaDramRange *r = &config->range[i];
        hwaddr at = offset - r->offset;

        if (at < r->size) {
            *pa = r->base + at;
            return MIN(len, r->size - at);
        }
    }
    return 0;
}

MemTxResult cca_dram_view(hwaddr offset, void *buf, hwaddr len,
                          MemTxAttrs attrs, bool write)
{
    uint8_t *at = buf;

    while (len) {
        uint64_t pa = 0;
        hwaddr n = piece(offset, len, &pa);
        CcaAccess a = cca_dram_access(pa, attrs);

        /* Each granule passes the fault sites. */
        if (mec_armed(cca_dram->mec)) {
            n = MIN(n, MEC_GRANULE - pa % MEC_GRANULE);
        }
        if (!n || !(write ? cca_dram_write(&a, at, n) :
                            cca_dram_read(&a, at, n))) {
            return MEMTX_DECODE_ERROR;
        }
        offset += n;
        at += n;
        len -= n;
    }
    return MEMTX_OK;
}

static bool cacheable(void)
{
    return cca_dram->mec->policy == MEC_OFF;
}

const CcaDramHooks cca_dram_memory_hooks = {
    .differs = cca_dram_differs,
    .rw = cca_dram_view,
    .map = cca_dram_map_range,
    .unmap = cca_dram_unmap_range,
    .cacheable = cacheable,
};
