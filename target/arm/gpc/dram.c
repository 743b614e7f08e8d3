/*
 * The machine's DRAM under Memory Encryption Contexts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/guest-random.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "exec/exec-all.h"
#include "exec/ram_addr.h"
#include "hw/core/cpu.h"
#include "migration/vmstate.h"
#include "system/reset.h"
#include "system/tcg.h"
#include "cca/dram.h"
#include "cca/its-device-id.h"
#include "dram.h"
#include "trace.h"

CcaDram *cca_dram;
uint32_t cca_dram_era;

static void new_era(void)
{
    qatomic_inc(&cca_dram_era);
}

/* --- addresses ------------------------------------------------------------ */

bool cca_dram_pa(hwaddr offset, uint64_t *pa)
{
    for (unsigned i = 0; i < cca_dram->config.range_count; i++) {
        const CcaDramRange *r = &cca_dram->config.range[i];

        if (offset - r->offset < r->size) {
            *pa = r->base + (offset - r->offset);
            return true;
        }
    }
    return false;
}

bool cca_dram_offset(uint64_t pa, hwaddr *offset)
{
    for (unsigned i = 0; i < cca_dram->config.range_count; i++) {
        const CcaDramRange *r = &cca_dram->config.range[i];

        if (pa - r->base < r->size) {
            *offset = r->offset + (pa - r->base);
            return true;
        }
    }
    return false;
}

/* --- the engine's bus ----------------------------------------------------- */

static uint8_t *bus_granule(void *opaque, uint64_t pa)
{
    CcaDram *d = opaque;
    hwaddr offset;

    return cca_dram_offset(pa, &offset) ? d->host + offset : NULL;
}

static void flush_work(CPUState *cs, run_on_cpu_data data)
{
    tlb_flush(cs);
}

/*
 * A view that writes changes memory as DMA does: translations stay, as they
 * do where mem.flip changes a line in the middle of a switch. A key
 * that is lost outside of a switch is lost at once; PEs that had the page in
 * their TLBs notice when they leave their instructions.
 */
static bool bus_change(void *opaque, uint64_t pa, uint64_t size)
{
    CcaDram *d = opaque;
    CPUState *cs;

    if (d->switching && size >= MEC_GRANULE) {
        new_era();
        return !d->drop || d->drop(pa, size);
    }
    if (size == UINT64_MAX) {
        new_era();
        CPU_FOREACH(cs) {
            async_run_on_cpu(cs, flush_work, RUN_ON_CPU_NULL);
        }
    }
    return true;
}

/* Code that was translated from it is void, and migration sends it again. */
static void touched(CcaDram *d, hwaddr offset, uint64_t size)
{
    MemoryRegion *mr = d->config.mr;
    ram_addr_t addr = memory_region_get_ram_addr(mr) + offset;

    if (tcg_enabled() &&
        cpu_physical_memory_range_includes_clean(addr, size,
                                                 1 << DIRTY_MEMORY_CODE)) {
        tb_invalidate_phys_range(addr, addr + size - 1);
    }
    memory_region_set_dirty(mr, offset, size);
}

static void touched_pa(CcaDram *d, uint64_t pa, uint64_t size)
{
    while (size) {
        uint64_t n = MIN(size, MEC_GRANULE - pa % MEC_GRANULE);
        hwaddr offset;

        if (cca_dram_offset(pa, &offset)) {
            touched(d, offset, n);
        }
        pa += n;
        size -= n;
    }
}

static void bus_changed(void *opaque, uint64_t pa, uint64_t size)
{
    CcaDram *d = opaque;

    if (size == UINT64_MAX) {
        return;
    }
    if (!d->writing) {
        touched_pa(d, pa, size);
    } else if (d->late_first > d->late_last) {
        d->late_first = pa;
        d->late_last = pa + size - 1;
    } else {
        d->late_first = MIN(d->late_first, pa);
        d->late_last = MAX(d->late_last, pa + size - 1);
    }
}

static uint64_t pc_of_access(void *opaque)
{
    CcaDram *d = opaque;

    return d->pc && current_cpu ? d->pc() : 0;
}

/* --- accesses ------------------------------------------------------------- */

/* A view writes, or may do so at a fault site. */
static void begin_write(CcaDram *d)
{
    qemu_mutex_lock(&d->lock);
    d->writing = true;
    d->late_first = 1;
    d->late_last = 0;
}

/*
 * Code that was translated from what was written is dropped without the lock:
 * who translates code holds locks that this takes, and may come here for the
 * entries of a table.
 */
static void end_write(CcaDram *d)
{
    uint64_t first = d->late_first, last = d->late_last;

    d->writing = false;
    qemu_mutex_unlock(&d->lock);
    if (first <= last) {
        touched_pa(d, first, last - first + 1);
    }
}

bool cca_dram_read(const CcaAccess *access, void *buf, size_t len)
{
    bool ok;

    begin_write(cca_dram);
    ok = mec_access_read(cca_dram->mec, access, buf, len);
    end_write(cca_dram);
    return ok;
}

bool cca_dram_write(const CcaAccess *access, const void *buf, size_t len)
{
    bool ok;

    begin_write(cca_dram);
    ok = mec_access_write(cca_dram->mec, access, buf, len);
    end_write(cca_dram);
    return ok;
}

bool cca_dram_probe_read(uint64_t pa, void *buf, size_t len)
{
    g_assert(bql_locked());
    QEMU_LOCK_GUARD(&cca_dram->lock);
    return mec_cipher_read(cca_dram->mec, pa, buf, len);
}

bool cca_dram_probe_write(uint64_t pa, const void *buf, size_t len)
{
    bool ok;

    g_assert(bql_locked());
    begin_write(cca_dram);
    ok = mec_cipher_write(cca_dram->mec, pa, buf, len);
    end_write(cca_dram);
    return ok;
}

bool cca_dram_cmpxchg64(const CcaAccess *access, uint64_t expected,
                        uint64_t desired, uint64_t *seen)
{
    Mec *mec = cca_dram->mec;
    bool ok;

    begin_write(cca_dram);
    ok = mec_access_read(mec, access, seen, sizeof(*seen)) &&
         (*seen != expected ||
          mec_access_write(mec, access, &desired, sizeof(desired)));
    end_write(cca_dram);
    return ok;
}

static void trace_switch(CcaDram *d, const CcaAccess *access, MecContext from,
                         MecResult result)
{
    trace_cca_mec_switch(access->requester.id, access->addr,
                         cca_pas_name(from.pas), from.mecid,
                         cca_pas_name(access->pas), access->mecid,
                         cca_pas_name(access->requester.state),
                         pc_of_access(d),
                         result == MEC_REFUSED ? ", refused" : "");
}

MecResult cca_dram_switch(const CcaAccess *access)
{
    bool traced = trace_event_get_state_backends(TRACE_CCA_MEC_SWITCH);
    CcaDram *d = cca_dram;
    MecContext from = { 0 };
    MecResult result;

    g_assert(bql_locked());
    QEMU_LOCK_GUARD(&d->lock);
    if (traced) {
        mec_context_of(d->mec, access->addr, &from);
    }
    d->switching = true;
    result = mec_switch(d->mec, access);
    d->switching = false;
    if (traced && (result == MEC_SWITCHED || result == MEC_REFUSED)) {
        trace_switch(d, access, from, result);
    }
    return result;
}

CcaAccess cca_dram_access(uint64_t pa, MemTxAttrs attrs)
{
    CcaPas pas = cca_dram_pas(attrs);
    CcaAccess access = {
        .addr = pa, .pas = pas, .mecid = attrs.mecid,
        .requester = {
            .kind = attrs.debug ? CCA_REQUESTER_DEBUG : CCA_REQUESTER_DEVICE,
            .id = cca_its_device_id(attrs),
            .state = pas,
        },
    };

    if (cca_dram_is_by_pe(attrs) && !attrs.debug && current_cpu) {
        access.requester = cca_dram->pe();
    }
    return access;
}

/* What accesses come to that must not touch host memory. */
static MemTxResult op_read(void *opaque, hwaddr offset, uint64_t *value,
                           unsigned size, MemTxAttrs attrs)
{
    uint64_t word = 0, pa;
    CcaAccess a;

    if (!cca_dram_pa(offset, &pa)) {
        return MEMTX_DECODE_ERROR;
    }
    a = cca_dram_access(pa, attrs);
    if (!cca_dram_read(&a, &word, size)) {
        return MEMTX_DECODE_ERROR;
    }
    *value = le64_to_cpu(word);
    return MEMTX_OK;
}

static MemTxResult op_write(void *opaque, hwaddr offset, uint64_t value,
                            unsigned size, MemTxAttrs attrs)
{
    uint64_t word = cpu_to_le64(value), pa;
    CcaAccess a;

    if (!cca_dram_pa(offset, &pa)) {
        return MEMTX_DECODE_ERROR;
    }
    a = cca_dram_access(pa, attrs);
    return cca_dram_write(&a, &word, size) ? MEMTX_OK : MEMTX_DECODE_ERROR;
}

static const MemoryRegionOps dram_ops = {
    .read_with_attrs = op_read,
    .write_with_attrs = op_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

/* --- life ----------------------------------------------------------------- */

/* What a reset changes is under other contexts than the first. */
static bool note_run(void *opaque, const MecRun *run)
{
    GArray *runs = opaque;

    if (run->context.pas != CCA_PAS_NS || run->context.mecid) {
        g_array_append_vals(runs, run, 1);
    }
    return true;
}

/* Before loaders fill memory, which all belongs to (NS, 0) after this. */
static void reset(void *opaque)
{
    g_autoptr(GArray) runs = g_array_new(false, false, sizeof(MecRun));
    CcaDram *d = opaque;
    uint8_t seed[MEC_SEED_BYTES];

    qemu_guest_getrandom_nofail(seed, sizeof(seed));
    QEMU_LOCK_GUARD(&d->lock);
    new_era();
    mec_runs(d->mec, 0, UINT64_MAX, note_run, runs);
    mec_reset(d->mec, seed);
    for (guint i = 0; i < runs->len; i++) {
        const MecRun *run = &g_array_index(runs, MecRun, i);

        bus_changed(d, run->base, run->size);
    }
}

static int pre_save(void *opaque)
{
    CcaDram *d = opaque;
    size_t len;

    QEMU_LOCK_GUARD(&d->lock);
    free(d->state);
    d->state = mec_save(d->mec, &len);
    if (!d->state || len > UINT32_MAX) {
        error_report("no memory to save the contexts of DRAM");
        return -ENOMEM;
    }
    d->state_size = len;
    return 0;
}

static int post_save(void *opaque)
{
    CcaDram *d = opaque;

    free(d->state);
    d->state = NULL;
    return 0;
}

static int pre_load(void *opaque)
{
    return post_save(opaque);
}

static int post_load(void *opaque, int version_id)
{
    CcaDram *d = opaque;
    MecError why;
    bool ok;

    qemu_mutex_lock(&d->lock);
    new_era();
    ok = mec_load(d->mec, d->state, d->state_size, &why);
    qemu_mutex_unlock(&d->lock);
    g_free(d->state);
    d->state = NULL;
    if (!ok) {
        error_report("memory encryption contexts: %s", why.text);
        return -EINVAL;
    }
    return 0;
}

static const VMStateDescription vmstate = {
    .name = "cca-dram",
    .version_id = 1,
    .minimum_version_id = 1,
    /* Devices that map memory as they are loaded go by the contexts. */
    .priority = MIG_PRI_IOMMU,
    .pre_save = pre_save,
    .post_save = post_save,
    .pre_load = pre_load,
    .post_load = post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(state_size, CcaDram),
        VMSTATE_VBUFFER_ALLOC_UINT32(state, CcaDram, 0, NULL, state_size),
        VMSTATE_END_OF_LIST()
    },
};

void cca_dram_create(const CcaDramConfig *config)
{
    CcaDram *d = g_new0(CcaDram, 1);
    MecConfig mec = {
        MEC_CONFIG_DEFAULT,
        .range_count = config->range_count,
        .bus = {
            .granule = bus_granule, .change = bus_change,
            .changed = bus_changed, .opaque = d,
        },
        .faults = config->faults,
        .pc = pc_of_access,
    };
    MecError why;

    d->config = *config;
    d->host = memory_region_get_ram_ptr(config->mr);
    qemu_mutex_init(&d->lock);
    mec.policy = config->policy;
    mec.mecid_bits = config->mecid_bits;
    for (unsigned i = 0; i < config->range_count; i++) {
        mec.range[i] = (MecRange) {
            config->range[i].base, config->range[i].size,
        };
    }
    qemu_guest_getrandom_nofail(mec.seed, sizeof(mec.seed));
    d->mec = mec_new(&mec, &why);
    if (!d->mec) {
        error_report("DRAM: %s", why.text);
        exit(1);
    }
    config->mr->ops = &dram_ops;
    config->mr->opaque = d;
    cca_dram = d;
    cca_dram_map_init();
    cca_dram_hooks = &cca_dram_memory_hooks;
    cca_dram_region = config->mr;
    qemu_register_reset(reset, d);
    vmstate_register(NULL, 0, &vmstate, d);
}
