/*
 * SMMUv3 with RME: PCI functions behind it.
 *
 * QEMU's own devices make Non-secure, untranslated transactions without a
 * PASID, by way of an IOMMU memory region for each function. Ours come
 * through the DMA port, with their whole identity.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/memory.h"
#include "hw/pci/pci_bus.h"
#include "inspect.h"
#include "smmuv3-rme.h"
#include "trace.h"

#define TYPE_CCA_SMMU_ENDPOINT "cca-smmuv3-endpoint"
DECLARE_INSTANCE_CHECKER(IOMMUMemoryRegion, CCA_SMMU_ENDPOINT_MR,
                         TYPE_CCA_SMMU_ENDPOINT)

/* What one answer of the engine holds for at least. */
enum { SMMU_PAGE = 4096 };

typedef struct EndpointKey {
    PCIBus *bus;
    int devfn;
} EndpointKey;

struct CcaSmmuEndpoint {
    IOMMUMemoryRegion mr;
    AddressSpace as;
    EndpointKey key;
    CcaSmmuState *smmu;
};

static guint key_hash(gconstpointer v)
{
    const EndpointKey *key = v;

    return g_direct_hash(key->bus) * 31 + key->devfn;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const EndpointKey *x = a, *y = b;

    return x->bus == y->bus && x->devfn == y->devfn;
}

/* May an answer be used again? Not past what faults are to be injected into. */
static bool answers_count(CcaSmmuState *s)
{
    CcaFaults *faults = s->config.faults;

    return !s->config.strict && s->config.tlb_entries == 1 &&
           !cca_fault_armed(faults, CCA_SITE_SMMU_WALK) &&
           !cca_fault_armed(faults, CCA_SITE_SMMU_GPC) &&
           !cca_fault_armed(faults, CCA_SITE_GPT_FETCH) &&
           !cca_fault_armed(faults, CCA_SITE_GPC_VERDICT);
}

static SmmuOutcome ask(CcaSmmuState *s, const SmmuTxn *txn, SmmuOutput *out)
{
    SmmuEffort effort;
    SmmuOutcome outcome;

    if (!answers_count(s)) {
        return smmu_transact(s->engine, txn, out);
    }
    if (cca_answers_find(&s->answers, txn, out, &effort)) {
        smmu_transact_again(s->engine, &effort);
        return SMMU_PASS;
    }
    cca_answers_begin(&s->answers);
    outcome = smmu_transact_noting(s->engine, txn, out, &effort);
    cca_answers_end(&s->answers, txn, out, &effort);
    if (outcome == SMMU_STALL) {
        cca_answers_forget(&s->answers);
    }
    return outcome;
}

/* Where a transaction goes; false: nowhere. */
static bool transact(CcaSmmuState *s, const SmmuTxn *txn, SmmuOutput *out,
                     SmmuOutcome *outcome)
{
    cca_smmu_lock(s);
    *outcome = ask(s, txn, out);
    cca_smmu_unlock(s);
    if (*outcome == SMMU_PASS) {
        trace_cca_smmu_pass(smmu_sec_sid_name(txn->sec_sid), txn->sid,
                            txn->addr, txn->access.write ? "write" : "read",
                            out->pa, cca_pas_name(out->pas));
        return true;
    }
    trace_cca_smmu_no_pass(smmu_sec_sid_name(txn->sec_sid), txn->sid,
                           txn->addr, txn->access.write ? "write" : "read",
                           smmu_outcome_name(*outcome));
    return false;
}

static IOMMUTLBEntry endpoint_translate(IOMMUMemoryRegion *mr, hwaddr addr,
                                        IOMMUAccessFlags flag, int iommu_idx)
{
    CcaSmmuEndpoint *e = container_of(mr, CcaSmmuEndpoint, mr);
    CcaSmmuState *s = e->smmu;
    SmmuTxn txn = {
        .addr = addr,
        .sid = PCI_BUILD_BDF(pci_bus_num(e->key.bus), e->key.devfn),
        .sec_sid = CCA_SEC_SID_NS,
        .access = { .write = flag & IOMMU_WO },
    };
    IOMMUTLBEntry entry = {
        .target_as = &s->raz_wi_as, .iova = addr, .translated_addr = addr,
        .addr_mask = SMMU_PAGE - 1, .perm = IOMMU_NONE,
    };
    SmmuOutcome outcome;
    SmmuOutput out;

    /* QEMU asks without an access too: whether there is a way at all. */
    if (transact(s, &txn, &out, &outcome)) {
        entry.target_as = cca_smmu_as(s, out.pas);
        entry.addr_mask = (1ull << out.shift) - 1;
        entry.iova = addr & ~entry.addr_mask;
        entry.translated_addr = out.pa & ~entry.addr_mask;
        entry.perm = flag;
    } else if (outcome == SMMU_RAZ_WI) {
        entry.perm = flag;
    }
    return entry;
}

static int endpoint_notify_flag_changed(IOMMUMemoryRegion *mr,
                                        IOMMUNotifierFlag old,
                                        IOMMUNotifierFlag new, Error **errp)
{
    if (new & (IOMMU_NOTIFIER_MAP | IOMMU_NOTIFIER_DEVIOTLB_UNMAP |
               IOMMU_NOTIFIER_UNMAP)) {
        error_setg(errp, "cca-smmuv3 does not report changes of its mappings: "
                   "devices that keep translations (vhost, vfio, ats=on) "
                   "cannot be behind it");
        return -EINVAL;
    }
    return 0;
}

static CcaSmmuEndpoint *endpoint(CcaSmmuState *s, PCIBus *bus, int devfn)
{
    EndpointKey key = { bus, devfn };
    CcaSmmuEndpoint *e = g_hash_table_lookup(s->endpoints, &key);
    g_autofree char *name = NULL;

    if (e) {
        return e;
    }
    name = g_strdup_printf("cca-smmuv3-%02x.%x", PCI_SLOT(devfn),
                           PCI_FUNC(devfn));
    e = g_new0(CcaSmmuEndpoint, 1);
    e->key = key;
    e->smmu = s;
    memory_region_init_iommu(&e->mr, sizeof(e->mr), TYPE_CCA_SMMU_ENDPOINT,
                             OBJECT(s), name, UINT64_MAX);
    address_space_init(&e->as, MEMORY_REGION(&e->mr), name);
    g_hash_table_insert(s->endpoints, &e->key, e);
    return e;
}

static AddressSpace *get_address_space(PCIBus *bus, void *opaque, int devfn)
{
    return &endpoint(opaque, bus, devfn)->as;
}

/* The DMA port */

static SmmuTxn txn_of(const CcaDmaIdentity *id, uint64_t addr, bool write)
{
    return (SmmuTxn) {
        .addr = addr, .sid = id->rid, .sec_sid = id->sec_sid,
        .ssv = id->pasid_valid, .ssid = id->pasid,
        .access = {
            .write = write, .privileged = id->privileged,
            .instruction = id->instruction && !write,
        },
        .ns = id->ns,
        .translated = id->at == CCA_DMA_TRANSLATED,
        .stallable = id->stallable,
    };
}

/*
 * The access that was let through. Reads of RAM need no more than where it
 * is; writes have more to them (migration, translated code).
 */
static bool move(CcaSmmuState *s, const CcaDmaIdentity *id,
                 const SmmuOutput *out, void *buf, size_t len, bool write)
{
    AddressSpace *as = cca_smmu_as(s, out->pas);
    MemTxAttrs attrs = cca_smmu_attrs(out->pas, out->mecid, id->rid);
    const CcaRamSpan *span = write ? NULL :
        cca_ram_search(cca_smmu_ram(s, out->pas), out->pa, len);

    if (span && !cca_dram_part_apart(span->mr, cca_ram_offset(span, out->pa),
                                     len, attrs)) {
        memcpy(buf, cca_ram_host(span, out->pa), len);
        return true;
    }
    return address_space_rw(as, out->pa, attrs, buf, len, write) == MEMTX_OK;
}

/* One page's worth at most. */
static CcaDmaResult access_chunk(CcaSmmuState *s, const CcaDmaIdentity *id,
                                 uint64_t addr, void *buf, size_t len,
                                 bool write)
{
    SmmuTxn txn = txn_of(id, addr, write);
    SmmuOutcome outcome;
    SmmuOutput out;

    if (!transact(s, &txn, &out, &outcome)) {
        return outcome == SMMU_RAZ_WI ? CCA_DMA_RAZ_WI :
               outcome == SMMU_STALL ? CCA_DMA_STALLED : CCA_DMA_ABORT;
    }
    return move(s, id, &out, buf, len, write) ? CCA_DMA_OK : CCA_DMA_ABORT;
}

static CcaDmaResult port_access(CcaDmaPort *port, const CcaDmaIdentity *id,
                                uint64_t addr, void *buf, size_t len,
                                bool write)
{
    CcaSmmuState *s = CCA_SMMUV3(port);
    CcaDmaResult result = CCA_DMA_OK;
    uint8_t *p = buf;

    while (len && result == CCA_DMA_OK) {
        size_t n = MIN(len, SMMU_PAGE - (addr & (SMMU_PAGE - 1)));

        result = access_chunk(s, id, addr, p, n, write);
        if (result == CCA_DMA_RAZ_WI && !write) {
            memset(p, 0, len);
        }
        addr += n;
        p += n;
        len -= n;
    }
    return result;
}

static void port_ats_request(CcaDmaPort *port, const CcaDmaIdentity *id,
                             uint64_t addr, bool write, CcaAtsAnswer *answer)
{
    CcaSmmuState *s = CCA_SMMUV3(port);
    SmmuTxn txn = txn_of(id, addr, write);
    SmmuAtsCompletion c;

    /* Here it is a flag beside NW, not a kind of access. */
    txn.access.instruction = id->instruction;
    cca_smmu_lock(s);
    smmu_ats_request(s->engine, &txn, &c);
    cca_smmu_unlock(s);
    *answer = (CcaAtsAnswer) {
        .status = c.status == SMMU_ATS_SUCCESS ? CCA_ATS_SUCCESS :
                  c.status == SMMU_ATS_UR ? CCA_ATS_UNSUPPORTED :
                                            CCA_ATS_ABORT,
        .addr = c.addr, .size = 1ull << c.shift,
        .read = c.r, .write = c.w, .execute = c.x, .privileged = c.priv,
    };
    trace_cca_smmu_ats(smmu_sec_sid_name(id->sec_sid), id->rid, addr,
                       smmu_ats_status_name(c.status), c.addr, c.r, c.w);
}

static bool port_page_request(CcaDmaPort *port, const CcaDmaIdentity *id,
                              const CcaPageRequest *request)
{
    CcaSmmuState *s = CCA_SMMUV3(port);
    bool recorded;

    cca_smmu_lock(s);
    recorded = smmu_page_request(s->engine, &(SmmuPageRequest) {
        .sec_sid = id->sec_sid, .sid = id->rid, .ssv = id->pasid_valid,
        .ssid = id->pasid, .addr = request->addr, .group = request->group,
        .last = request->last, .read = request->read,
        .write = request->write, .execute = request->execute,
        .privileged = id->privileged,
    });
    cca_smmu_unlock(s);
    return recorded;
}

static void port_attach(CcaDmaPort *port, uint16_t rid,
                        const CcaDmaClientOps *ops, void *opaque)
{
    CcaSmmuState *s = CCA_SMMUV3(port);
    CcaSmmuClient client = { .sid = rid, .ops = ops, .opaque = opaque };

    qemu_mutex_lock(&s->lock);
    for (guint i = 0; i < s->clients->len; i++) {
        if (g_array_index(s->clients, CcaSmmuClient, i).sid == rid) {
            g_array_remove_index(s->clients, i);
            break;
        }
    }
    if (ops) {
        g_array_append_val(s->clients, client);
    }
    qemu_mutex_unlock(&s->lock);
}

void cca_smmu_port_class_init(CcaDmaPortClass *port)
{
    port->access = port_access;
    port->ats_request = port_ats_request;
    port->page_request = port_page_request;
    port->attach = port_attach;
}

bool cca_smmu_pci_realize(CcaSmmuState *s, Error **errp)
{
    static const PCIIOMMUOps ops = { .get_address_space = get_address_space };

    s->endpoints = g_hash_table_new(key_hash, key_equal);
    if (!s->bus) {
        return true;
    }
    if (s->bus->iommu_ops) {
        error_setg(errp, "there is an IOMMU on the PCI bus already");
        return false;
    }
    pci_setup_iommu(s->bus, &ops, s);
    return true;
}

static void endpoint_class_init(ObjectClass *oc, void *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(oc);

    imrc->translate = endpoint_translate;
    imrc->notify_flag_changed = endpoint_notify_flag_changed;
}

static const TypeInfo endpoint_info = {
    .name = TYPE_CCA_SMMU_ENDPOINT,
    .parent = TYPE_IOMMU_MEMORY_REGION,
    .class_init = endpoint_class_init,
};

static void register_types(void)
{
    type_register_static(&endpoint_info);
}

type_init(register_types)
