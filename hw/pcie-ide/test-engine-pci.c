/*
 * SMMUv3TestEngine as a PCIe function, or several of them in one device: the
 * first one makes the others. Its StreamID is its Requester ID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pcie.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "test-engine-device.h"

OBJECT_DECLARE_TYPE(CcaTestEnginePci, CcaTestEnginePciClass,
                    CCA_TEST_ENGINE_PCI)

enum { FUNCTIONS_MAX = 8 };

struct CcaTestEnginePci {
    PCIDevice parent_obj;

    uint32_t functions;         /* property: in the device, with this one */
    MemoryRegion table, pba;    /* BARs of MSI-X */
    MSITriggerFunc *plain_msi;  /* MSIs where there is no port */
    bool msi_sent;              /* by the last call of send_msi() */
    CcaTestEngine te;
};

struct CcaTestEnginePciClass {
    PCIDeviceClass parent_class;

    DeviceRealize parent_realize;
};

/* --- transactions --------------------------------------------------------- */

static bool succeeded(CcaDmaResult result)
{
    return result == CCA_DMA_OK || result == CCA_DMA_RAZ_WI;
}

static bool pci_form_access(CcaTestEngine *t, const TestEngineId *id,
                            uint64_t addr, void *buf, size_t len, bool write)
{
    PCIDevice *dev = PCI_DEVICE(t->dev);
    CcaDmaIdentity dma = {
        .rid = pci_requester_id(dev),
        .sec_sid = CCA_SEC_SID_NS,
        .pasid_valid = id->has_substreamid,
        .pasid = id->substreamid,
        .privileged = id->privileged,
        .instruction = id->instruction && !write,
    };

    return succeeded(cca_dma_rw(dev, &dma, addr, buf, len, write));
}

/* An MSI is a write like others. */
static void send_msi(PCIDevice *dev, MSIMessage msg)
{
    CcaTestEnginePci *s = CCA_TEST_ENGINE_PCI(dev);
    CcaDmaIdentity id = { .rid = pci_requester_id(dev) };
    uint8_t data[4];

    if (!cca_dma_port_of(dev)) {
        s->plain_msi(dev, msg);
        s->msi_sent = true;
        return;
    }
    stl_le_p(data, msg.data);
    s->msi_sent = succeeded(cca_dma_rw(dev, &id, msg.address, data,
                                       sizeof(data), true));
}

/* A masked vector is left pending, and counts as aborted all the same. */
static bool pci_form_msi(CcaTestEngine *t, const TestEngineId *id,
                         uint64_t addr, uint32_t data)
{
    CcaTestEnginePci *s = container_of(t, CcaTestEnginePci, te);

    s->msi_sent = false;
    msix_notify(PCI_DEVICE(s), data);
    return s->msi_sent;
}

static const CcaTestEngineForm pci_form = {
    .access = pci_form_access,
    .msi = pci_form_msi,
};

/* --- life ----------------------------------------------------------------- */

static void write_config(PCIDevice *dev, uint32_t addr, uint32_t value,
                         int len)
{
    pci_default_write_config(dev, addr, value, len);
    pcie_cap_flr_write_config(dev, addr, value, len);
}

static void reset_hold(Object *obj, ResetType type)
{
    CcaTestEnginePci *s = CCA_TEST_ENGINE_PCI(obj);
    PCIDevice *dev = PCI_DEVICE(obj);

    cca_test_engine_reset(&s->te);
    /* The PCI core sets it after realize(). */
    if (dev->msi_trigger != send_msi) {
        s->plain_msi = dev->msi_trigger;
        dev->msi_trigger = send_msi;
    }
}

static void unrealize(PCIDevice *dev)
{
    CcaTestEnginePci *s = CCA_TEST_ENGINE_PCI(dev);

    cca_test_engine_exit(&s->te);
    msix_uninit(dev, &s->table, &s->pba);
    pcie_cap_exit(dev);
}

static void add_bar(PCIDevice *dev, int bar, MemoryRegion *mr)
{
    pci_register_bar(dev, bar, PCI_BASE_ADDRESS_SPACE_MEMORY |
                     PCI_BASE_ADDRESS_MEM_TYPE_64, mr);
}

static void realize(PCIDevice *dev, Error **errp)
{
    CcaTestEnginePci *s = CCA_TEST_ENGINE_PCI(dev);
    TestEngineConfig config = { .pci = true };

    memory_region_init(&s->table, OBJECT(s), "cca-smmu-test-engine-msix",
                       TE_PCI_VECTORS * PCI_MSIX_ENTRY_SIZE);
    memory_region_init(&s->pba, OBJECT(s), "cca-smmu-test-engine-pba", 4096);
    if (pcie_endpoint_cap_init(dev, 0) < 0) {
        error_setg(errp, "no room for the PCI Express capability");
        return;
    }
    pcie_cap_flr_init(dev);
    if (msix_init(dev, TE_PCI_VECTORS, &s->table, TE_BAR_MSIX, 0, &s->pba,
                  TE_BAR_PBA, 0, 0, errp) < 0) {
        pcie_cap_exit(dev);
        return;
    }
    for (unsigned i = 0; i < TE_PCI_VECTORS; i++) {
        msix_vector_use(dev, i);
    }
    cca_test_engine_init(&s->te, DEVICE(dev), &pci_form, &config);
    add_bar(dev, TE_BAR_FRAMES, &s->te.frames);
    add_bar(dev, TE_BAR_MSIX, &s->table);
    add_bar(dev, TE_BAR_PBA, &s->pba);
}

static bool check_properties(CcaTestEnginePci *s, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);
    PCIBus *bus = pci_get_bus(dev);

    if (!s->functions || s->functions > FUNCTIONS_MAX) {
        error_setg(errp, "functions=%" PRIu32 ": must be from 1 to 8",
                   s->functions);
    } else if (!pci_bus_is_express(bus)) {
        error_setg(errp, TYPE_CCA_TEST_ENGINE_PCI
                   " needs a PCI Express bus");
    } else if (s->functions > 1 && dev->devfn > 0 && PCI_FUNC(dev->devfn)) {
        error_setg(errp, "addr=%x.%x: the first of functions=%" PRIu32
                   " has to be function 0", PCI_SLOT(dev->devfn),
                   PCI_FUNC(dev->devfn), s->functions);
    } else {
        return true;
    }
    return false;
}

static bool add_functions(CcaTestEnginePci *s, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);
    PCIBus *bus = pci_get_bus(dev);

    for (unsigned i = 1; i < s->functions; i++) {
        if (bus->devices[dev->devfn + i]) {
            error_setg(errp, "functions=%" PRIu32 ": %x.%x is in use",
                       s->functions, PCI_SLOT(dev->devfn), i);
            return false;
        }
    }
    for (unsigned i = 1; i < s->functions; i++) {
        PCIDevice *other = pci_new_multifunction(dev->devfn + i,
                                                 TYPE_CCA_TEST_ENGINE_PCI);
        g_autofree char *name = g_strdup_printf("function[%u]", i);

        qdev_prop_set_uint32(DEVICE(other), "functions", 1);
        object_property_add_child(OBJECT(s), name, OBJECT(other));
        if (!pci_realize_and_unref(other, bus, errp)) {
            return false;
        }
    }
    return true;
}

static void device_realize(DeviceState *dev, Error **errp)
{
    CcaTestEnginePci *s = CCA_TEST_ENGINE_PCI(dev);
    CcaTestEnginePciClass *class = CCA_TEST_ENGINE_PCI_GET_CLASS(s);
    ERRP_GUARD();

    if (!check_properties(s, errp)) {
        return;
    }
    if (s->functions > 1) {
        PCI_DEVICE(dev)->cap_present |= QEMU_PCI_CAP_MULTIFUNCTION;
    }
    class->parent_realize(dev, errp);
    if (!*errp && !add_functions(s, errp)) {
        DEVICE_GET_CLASS(dev)->unrealize(dev);
    }
}

static const VMStateDescription vmstate_pci = {
    .name = TYPE_CCA_TEST_ENGINE_PCI,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj, CcaTestEnginePci),
        VMSTATE_MSIX(parent_obj, CcaTestEnginePci),
        VMSTATE_CCA_TEST_ENGINE(te, CcaTestEnginePci),
        VMSTATE_END_OF_LIST()
    },
};

static const Property properties[] = {
    DEFINE_PROP_UINT32("functions", CcaTestEnginePci, functions, 2),
};

static void class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);
    CcaTestEnginePciClass *class = CCA_TEST_ENGINE_PCI_CLASS(oc);

    device_class_set_parent_realize(dc, device_realize,
                                    &class->parent_realize);
    pc->realize = realize;
    pc->exit = unrealize;
    pc->config_write = write_config;
    pc->vendor_id = TE_PCI_VENDOR_ID;
    pc->device_id = TE_PCI_DEVICE_ID;
    pc->revision = TE_PCI_REVISION;
    pc->class_id = TE_PCI_CLASS;
    pc->subsystem_vendor_id = TE_PCI_VENDOR_ID;
    rc->phases.hold = reset_hold;
    dc->desc = "SMMUv3TestEngine (PCIe)";
    dc->vmsd = &vmstate_pci;
    dc->hotpluggable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, properties);
    object_class_property_set_description(oc, "functions", "Number of "
                                          "functions of the device, 1 to 8");
}

static const TypeInfo pci_info = {
    .name = TYPE_CCA_TEST_ENGINE_PCI,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(CcaTestEnginePci),
    .class_size = sizeof(CcaTestEnginePciClass),
    .class_init = class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void register_types(void)
{
    type_register_static(&pci_info);
}

type_init(register_types)
