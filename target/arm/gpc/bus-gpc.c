/*
 * Granule protection of bus masters that no SMMU stands in front of.
 *
 * Each master has its own view of memory: an IOMMU region that maps every
 * address to itself, and checks it as a Non-secure access under the tables of
 * the PEs. All share one Gpc. What the machine's strict-tlb decides is
 * whether that holds what it has read until software invalidates it, or reads
 * the tables again at each access.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"
#include "hw/virtio/virtio.h"
#include "hw/virtio/virtio-bus.h"
#include "cca/bus-master.h"
#include "gpc.h"
#include "bus-gpc.h"
#include "gpc-follow.h"
#include "trace.h"

#define TYPE_BUS_GPC_REGION "cca-bus-gpc-region"

enum { PA_BITS = 56 };

typedef struct BusMaster {
    struct BusMaster *next;
    IOMMUMemoryRegion region;
    AddressSpace as;
    AddressSpace *memory;       /* behind the check */
    CcaBusMasterInfo info;      /* counters: under the lock of bus.gpc */
    VirtIODevice *vdev;         /* to be told of faults; or NULL */
    bool told;                  /* @bus.tell is to tell @vdev; atomic */
} BusMaster;

static struct BusGpc {
    CcaGpcFollower follower;
    /*
     * Guards @gpc and counters: accesses may come from iothreads, without
     * the big lock. A leaf, like that of a PE.
     */
    QemuSpin lock;
    Gpc gpc;
    /*
     * In the order of creation, which needs the big lock; grows only, so that
     * reading it needs none.
     */
    BusMaster *first, **last;
    uint32_t next_id;
    AddressSpace *(*memory)(DeviceState *dev);  /* of a master; or NULL */
    QEMUBH *tell;
} bus;

#define FOREACH_MASTER(m) \
    for (BusMaster *m = qatomic_load_acquire(&bus.first); m; \
         m = qatomic_load_acquire(&m->next))

/* --- following the PEs --- */

static void follow_regs(CcaGpcFollower *follower, const GptRegs *regs,
                        bool forget)
{
    qemu_spin_lock(&bus.lock);
    gpc_set_regs(&bus.gpc, regs);
    if (forget) {
        gpt_cache_clear(&bus.gpc.cache);
    }
    qemu_spin_unlock(&bus.lock);
}

static void follow_tlbi_all(CcaGpcFollower *follower)
{
    qemu_spin_lock(&bus.lock);
    gpc_tlbi_all(&bus.gpc);
    qemu_spin_unlock(&bus.lock);
}

static void follow_tlbi_pa(CcaGpcFollower *follower, uint64_t base,
                           uint64_t size, bool last_level)
{
    qemu_spin_lock(&bus.lock);
    gpc_tlbi_pa(&bus.gpc, base, size, last_level);
    qemu_spin_unlock(&bus.lock);
}

static void observe_fetch(void *opaque, uint64_t pa, unsigned level,
                          uint64_t entry_addr, uint64_t entry, bool ok)
{
    trace_cca_bus_gpt_fetch(pa, level, entry_addr, entry,
                            ok ? "" : " External abort");
}

/* --- the check --- */

/* Count a verdict; needs the lock. */
static void count(BusMaster *m, const CcaGpcVerdict *verdict, bool write)
{
    m->info.checks += bus.gpc.cfg.enabled;
    if (verdict->fault != CCA_GPCF_NONE) {
        m->info.faults[verdict->fault]++;
        m->info.last = *verdict;
        m->info.last_write = write;
    }
}

static void report(BusMaster *m, const CcaGpcVerdict *verdict, bool write)
{
    trace_cca_bus_gpc_fault(m->info.name, m->info.id,
                            write ? "write to" : "read of", verdict->addr,
                            cca_gpcf_name(verdict->fault), verdict->level);
    if (qatomic_read(&m->vdev) && !qatomic_xchg(&m->told, true)) {
        qemu_bh_schedule(bus.tell);
    }
}

/* One page, or all of memory while checks are off, maps to itself. */
static IOMMUTLBEntry translate(IOMMUMemoryRegion *region, hwaddr addr,
                               IOMMUAccessFlags flag, int iommu_idx)
{
    BusMaster *m = container_of(region, BusMaster, region);
    bool write = flag & IOMMU_WO;
    CcaAccess access = {
        .addr = addr,
        .pas = CCA_PAS_NS,
        .requester = {
            .kind = flag == IOMMU_NONE ? CCA_REQUESTER_DEBUG :
                                         CCA_REQUESTER_DEVICE,
            .id = m->info.id,
            .state = CCA_PAS_NS,
        },
    };
    CcaGpcVerdict verdict = { .fault = CCA_GPCF_NONE };
    unsigned bits = PA_BITS;
    bool pass = true;

    /* Above all physical addresses nothing answers anyway. */
    if (!(addr >> PA_BITS)) {
        qemu_spin_lock(&bus.lock);
        pass = gpc_check(&bus.gpc, &access, &verdict);
        if (bus.gpc.cfg.enabled) {
            bits = bus.gpc.cfg.valid ? bus.gpc.cfg.pgs : 12;
        }
        if (flag != IOMMU_NONE) {
            count(m, &verdict, write);
        }
        qemu_spin_unlock(&bus.lock);
        if (!pass && flag != IOMMU_NONE) {
            report(m, &verdict, write);
        }
    }
    return (IOMMUTLBEntry) {
        .target_as = m->memory,
        .iova = addr & ~MAKE_64BIT_MASK(0, bits),
        .translated_addr = addr & ~MAKE_64BIT_MASK(0, bits),
        .addr_mask = MAKE_64BIT_MASK(0, bits),
        .perm = pass ? IOMMU_RW : IOMMU_NONE,
    };
}

/* Verdicts are for one access: nobody can be told when they end. */
static int refuse_notifiers(IOMMUMemoryRegion *region,
                            IOMMUNotifierFlag old_flags,
                            IOMMUNotifierFlag new_flags, Error **errp)
{
    error_setg(errp, "vhost and VFIO make accesses that granule protection "
               "cannot check: use them with rme=off");
    return -EINVAL;
}

/* --- devices that want to know --- */

/*
 * A virtio device takes the zeros that it gets for an access that failed as
 * if they had been in memory; so it is told, as one that must be reset.
 */
static void tell_devices(void *opaque)
{
    FOREACH_MASTER(m) {
        VirtIODevice *vdev = m->vdev;

        if (qatomic_xchg(&m->told, false) && vdev && vdev->status &&
            !vdev->broken) {
            virtio_error(vdev, "%s: an access at 0x%" PRIx64 " failed its "
                         "granule protection check", m->info.name,
                         m->info.last.addr);
        }
    }
}

static void device_goes(DeviceListener *listener, DeviceState *dev)
{
    FOREACH_MASTER(m) {
        if (m->vdev && DEVICE(m->vdev) == dev) {
            qatomic_set(&m->vdev, NULL);
        }
    }
}

/* --- the masters --- */

/* Of a virtio device, the one that it is behind. */
static DeviceState *transport_of(DeviceState *dev)
{
    BusState *parent = qdev_get_parent_bus(dev);

    return parent && object_dynamic_cast(OBJECT(parent), TYPE_VIRTIO_BUS) ?
           parent->parent : dev;
}

/* To be freed. */
static char *name_of(DeviceState *dev)
{
    return qdev_get_dev_path(dev) ?:
           object_get_canonical_path(OBJECT(transport_of(dev)));
}

static uint32_t id_of(DeviceState *dev)
{
    PCIDevice *pci = dev ? (PCIDevice *)object_dynamic_cast(
        OBJECT(transport_of(dev)), TYPE_PCI_DEVICE) : NULL;

    /* Other buses get their numbers from software. */
    if (pci && pci_bus_is_root(pci_get_bus(pci))) {
        return pci_get_bdf(pci);
    }
    return bus.next_id++;
}

static BusMaster *find(const char *name)
{
    FOREACH_MASTER(m) {
        if (g_str_equal(m->info.name, name)) {
            return m;
        }
    }
    return NULL;
}

static BusMaster *make_master(const char *name, DeviceState *dev)
{
    BusMaster *m = g_new0(BusMaster, 1);

    m->info.name = g_strdup(name);
    m->info.id = id_of(dev);
    m->memory = bus.memory ? bus.memory(dev) : &address_space_memory;
    memory_region_init_iommu(&m->region, sizeof(m->region),
                             TYPE_BUS_GPC_REGION, NULL, name, UINT64_MAX);
    address_space_init(&m->as, MEMORY_REGION(&m->region), name);
    /* What cannot be mapped shall fail, and not become a copy of nothing. */
    m->as.max_bounce_buffer_size = 0;
    qatomic_store_release(bus.last, m);
    bus.last = &m->next;
    trace_cca_bus_master(m->info.name, m->info.id);
    return m;
}

/* Once there are CPUs. */
static void follow(void)
{
    bus.follower.set_regs = follow_regs;
    bus.follower.tlbi_all = follow_tlbi_all;
    bus.follower.tlbi_pa = follow_tlbi_pa;
    if (!cca_gpc_follow(&bus.follower) ||
        !gpc_init(&bus.gpc, &bus.follower.impl, bus.follower.bus,
                  bus.follower.strict_tlb)) {
        error_report("no memory for the GPT walk cache of bus masters");
        exit(1);
    }
    bus.gpc.uncached = !bus.follower.strict_tlb;
    bus.gpc.faults = bus.follower.faults;
    bus.gpc.on_fetch = observe_fetch;
    cca_gpc_follow_now(&bus.follower);
}

static AddressSpace *view_of(const char *name, DeviceState *dev)
{
    g_autofree char *made_up = name ? NULL : name_of(dev);
    BusMaster *m;

    m = find(name ?: made_up);
    if (!m) {
        g_assert(bql_locked());
        if (!bus.first) {
            follow();
        }
        m = make_master(name ?: made_up, dev);
    }
    if (dev && object_dynamic_cast(OBJECT(dev), TYPE_VIRTIO_DEVICE)) {
        qatomic_set(&m->vdev, VIRTIO_DEVICE(dev));
    }
    return &m->as;
}

void cca_bus_gpc_enable(void)
{
    static DeviceListener listener = { .unrealize = device_goes };

    bus.last = &bus.first;
    bus.next_id = CCA_BUS_MASTER_IDS;
    bus.tell = qemu_bh_new(tell_devices, NULL);
    qemu_spin_init(&bus.lock);
    device_listener_register(&listener);
    cca_bus_master_view = view_of;
}

void cca_bus_gpc_set_memory(AddressSpace *(*memory)(DeviceState *dev))
{
    bus.memory = memory;
}

bool cca_bus_gpc_master(unsigned i, CcaBusMasterInfo *info)
{
    FOREACH_MASTER(m) {
        if (i-- == 0) {
            qemu_spin_lock(&bus.lock);
            *info = m->info;
            qemu_spin_unlock(&bus.lock);
            return true;
        }
    }
    return false;
}

static void region_class_init(ObjectClass *klass, void *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = translate;
    imrc->notify_flag_changed = refuse_notifiers;
}

static const TypeInfo region_info = {
    .name = TYPE_BUS_GPC_REGION,
    .parent = TYPE_IOMMU_MEMORY_REGION,
    .class_init = region_class_init,
};

static void register_types(void)
{
    type_register_static(&region_info);
}

type_init(register_types)
