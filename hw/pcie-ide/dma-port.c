/*
 * From a device to the port that its DMA goes through, and the fault sites on
 * the way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"
#include "hw/qdev-core.h"
#include "cca/bus-master.h"
#include "cca/dma-port.h"
#include "cca/machine-faults.h"
#include "trace.h"

static const TypeInfo port_interface = {
    .name = TYPE_CCA_DMA_PORT,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(CcaDmaPortClass),
};

static void register_types(void)
{
    type_register_static(&port_interface);
}

type_init(register_types)

static int is_machine_port(Object *child, void *opaque)
{
    if (!object_dynamic_cast(child, TYPE_CCA_DMA_PORT) ||
        object_dynamic_cast(child, TYPE_PCI_DEVICE)) {
        return 0;
    }
    *(Object **)opaque = child;
    return 1;
}

/*
 * The port that all root buses lead to: part of the machine for good, or not
 * there. To find an interface of an object takes longer than a translation.
 */
static struct {
    bool searched;
    CcaDmaPort *port;
    CcaDmaPortClass *class;
} machine;

static CcaDmaPort *machine_port(void)
{
    if (!machine.searched) {
        Object *port = NULL;

        object_child_foreach_recursive(object_get_root(), is_machine_port,
                                       &port);
        if (port) {
            machine.port = CCA_DMA_PORT(port);
            machine.class = CCA_DMA_PORT_GET_CLASS(port);
        }
        machine.searched = port || phase_check(PHASE_MACHINE_READY);
    }
    return machine.port;
}

static CcaDmaPortClass *class_of(CcaDmaPort *port)
{
    return port == machine.port ? machine.class : CCA_DMA_PORT_GET_CLASS(port);
}

CcaDmaPort *cca_dma_port_of(PCIDevice *dev)
{
    PCIBus *bus = pci_get_bus(dev);
    Object *port = NULL;

    if (pci_bus_bypass_iommu(bus)) {
        return NULL;
    }
    for (; !port && !pci_bus_is_root(bus); bus = pci_get_bus(bus->parent_dev)) {
        port = object_dynamic_cast(OBJECT(bus->parent_dev), TYPE_CCA_DMA_PORT);
    }
    return port ? CCA_DMA_PORT(port) : machine_port();
}

/* --- fault sites ---------------------------------------------------------- */

static CcaFaultPassage passage_of(const CcaDmaIdentity *id, uint64_t addr,
                                  uint64_t size)
{
    static const CcaPas states[CCA_SEC_SID__COUNT] = {
        [CCA_SEC_SID_NS] = CCA_PAS_NS,
        [CCA_SEC_SID_SECURE] = CCA_PAS_SECURE,
        [CCA_SEC_SID_REALM] = CCA_PAS_REALM,
    };
    CcaPas state = states[id->sec_sid];

    return (CcaFaultPassage) {
        .access = {
            .addr = addr,
            .pas = state,
            .requester = { CCA_REQUESTER_DEVICE, id->rid, state },
        },
        .size = size,
    };
}

/* @id as it goes out. */
static CcaDmaIdentity outgoing(const CcaDmaIdentity *id, uint64_t addr,
                               uint64_t size)
{
    CcaFaults *faults = cca_machine_faults();
    CcaDmaIdentity out = *id;

    if (cca_fault_armed(faults, CCA_SITE_DMA_RID)) {
        CcaFaultPassage passage = passage_of(id, addr, size);
        CcaFaultEffect effect;

        passage.value = id->rid;
        if (cca_fault_consult(faults, CCA_SITE_DMA_RID, &passage, &effect)) {
            out.rid ^= effect.xor_mask;
        }
    }
    return out;
}

/* What a fault does to the data; CCA_ACT_NONE: nothing. */
static CcaFaultEffect data_effect(const CcaDmaIdentity *id, uint64_t addr,
                                  uint64_t size)
{
    CcaFaults *faults = cca_machine_faults();
    CcaFaultEffect effect = { .action = CCA_ACT_NONE };

    if (cca_fault_armed(faults, CCA_SITE_DMA_DATA)) {
        CcaFaultPassage passage = passage_of(id, addr, size);

        if (!cca_fault_consult(faults, CCA_SITE_DMA_DATA, &passage, &effect)) {
            effect.action = CCA_ACT_NONE;
        }
    }
    return effect;
}

/* @mask inverts bits of each 8 bytes from the first on, little-endian. */
static void flip(uint8_t *buf, size_t len, uint64_t mask)
{
    for (size_t i = 0; i < len; i++) {
        buf[i] ^= mask >> (i % 8 * 8);
    }
}

/* --- transactions --------------------------------------------------------- */

static bool may_send(PCIDevice *dev)
{
    return pci_get_word(dev->config + PCI_COMMAND) & PCI_COMMAND_MASTER;
}

/* Who makes a transaction: @pci, or if that is NULL, @other. */
typedef struct Master {
    PCIDevice *pci;
    DeviceState *other;
} Master;

static CcaDmaResult without_port(const Master *m, const CcaDmaIdentity *id,
                                 uint64_t addr, void *buf, size_t len,
                                 bool write)
{
    MemTxAttrs attrs = { .requester_id = id->rid };
    MemTxResult result;

    if (id->sec_sid != CCA_SEC_SID_NS || id->pasid_valid || id->privileged ||
        id->instruction || id->at != CCA_DMA_UNTRANSLATED) {
        return CCA_DMA_ABORT;
    }
    if (m->pci) {
        result = pci_dma_rw(m->pci, addr, buf, len,
                            write ? DMA_DIRECTION_FROM_DEVICE :
                            DMA_DIRECTION_TO_DEVICE, attrs);
    } else {
        result = address_space_rw(cca_bus_master_as(NULL, m->other), addr,
                                  attrs, buf, len, write);
    }
    return result == MEMTX_OK ? CCA_DMA_OK : CCA_DMA_ABORT;
}

static CcaDmaResult access_memory(const Master *m, const CcaDmaIdentity *id,
                                  uint64_t addr, void *buf, size_t len,
                                  bool write)
{
    CcaDmaPort *port = m->pci ? cca_dma_port_of(m->pci) : machine_port();

    return port ? class_of(port)->access(port, id, addr, buf, len, write)
                : without_port(m, id, addr, buf, len, write);
}

static CcaDmaResult transact(const Master *m, const CcaDmaIdentity *id,
                             uint64_t addr, void *buf, size_t len, bool write)
{
    CcaDmaIdentity out;
    CcaFaultEffect effect;
    CcaDmaResult result;

    if (!len) {
        return CCA_DMA_OK;
    }
    out = outgoing(id, addr, len);
    effect = data_effect(id, addr, len);
    switch (effect.action) {
    case CCA_ACT_ABORT:
        return CCA_DMA_ABORT;
    case CCA_ACT_DROP:
        /* Nobody waits for a write; a read ends in a completion timeout. */
        return write ? CCA_DMA_OK : CCA_DMA_ABORT;
    case CCA_ACT_FLIP:
        break;
    default:
        return access_memory(m, &out, addr, buf, len, write);
    }
    if (write) {
        g_autofree uint8_t *flipped = g_memdup2(buf, len);

        flip(flipped, len, effect.xor_mask);
        return access_memory(m, &out, addr, flipped, len, true);
    }
    result = access_memory(m, &out, addr, buf, len, false);
    if (result == CCA_DMA_OK) {
        flip(buf, len, effect.xor_mask);
    }
    return result;
}

CcaDmaResult cca_dma_rw(PCIDevice *dev, const CcaDmaIdentity *id,
                        uint64_t addr, void *buf, size_t len, bool write)
{
    Master m = { .pci = dev };

    return may_send(dev) ? transact(&m, id, addr, buf, len, write)
                         : CCA_DMA_ABORT;
}

CcaDmaResult cca_dma_stream_rw(DeviceState *dev, const CcaDmaIdentity *id,
                               uint64_t addr, void *buf, size_t len,
                               bool write)
{
    Master m = { .other = dev };

    return transact(&m, id, addr, buf, len, write);
}

void cca_dma_ats_request(PCIDevice *dev, const CcaDmaIdentity *id,
                         uint64_t addr, bool write, CcaAtsAnswer *answer)
{
    CcaDmaPort *port = cca_dma_port_of(dev);
    CcaDmaIdentity out;

    *answer = (CcaAtsAnswer) { .status = CCA_ATS_UNSUPPORTED };
    if (!may_send(dev)) {
        answer->status = CCA_ATS_ABORT;
    } else if (port) {
        out = outgoing(id, addr, 0);
        class_of(port)->ats_request(port, &out, addr, write,
                                                  answer);
    }
}

bool cca_dma_page_request(PCIDevice *dev, const CcaDmaIdentity *id,
                          const CcaPageRequest *request)
{
    CcaDmaPort *port = cca_dma_port_of(dev);
    CcaDmaIdentity out;

    if (!port || !may_send(dev)) {
        return false;
    }
    out = outgoing(id, request->addr, 0);
    return class_of(port)->page_request(port, &out, request);
}
