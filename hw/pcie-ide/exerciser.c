/*
 * Device "cca-exerciser": a PCIe function that software makes do DMA under
 * any identity. docs/exerciser.md; register map in exerciser-regs.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "exerciser.h"
#include "trace.h"

#define RAM_SIZE_MIN        (4 * KiB)
#define RAM_SIZE_MAX        (256 * MiB)
#define BUFFER_SIZE_MIN     (2 * KiB)
#define VECTORS_MAX         2048
#define PASID_BITS_MAX      20
#define PASID_CAP_SIZE      8
#define PRI_CAP_SIZE        16

/* --- configuration space -------------------------------------------------- */

bool exerciser_ats_enabled(CcaExerciser *s)
{
    return s->has_ats &&
           (pci_get_word(PCI_DEVICE(s)->config + EXERCISER_CAP_ATS +
                         PCI_ATS_CTRL) & PCI_ATS_CTRL_ENABLE);
}

bool exerciser_pri_enabled(CcaExerciser *s)
{
    return s->has_pri &&
           (pci_get_word(PCI_DEVICE(s)->config + EXERCISER_CAP_PRI +
                         PCI_PRI_CTRL) & PCI_PRI_CTRL_ENABLE);
}

uint16_t exerciser_pasid_control(CcaExerciser *s)
{
    return s->pasid_bits ?
           pci_get_word(PCI_DEVICE(s)->config + EXERCISER_CAP_PASID +
                        PCI_PASID_CTRL) : 0;
}

static void add_pasid(CcaExerciser *s)
{
    PCIDevice *dev = PCI_DEVICE(s);
    uint8_t *cap = dev->config + EXERCISER_CAP_PASID;

    pcie_add_capability(dev, PCI_EXT_CAP_ID_PASID, 1, EXERCISER_CAP_PASID,
                        PASID_CAP_SIZE);
    pci_set_word(cap + PCI_PASID_CAP, PCI_PASID_CAP_EXEC | PCI_PASID_CAP_PRIV |
                 s->pasid_bits << 8);
    pci_set_word(dev->wmask + EXERCISER_CAP_PASID + PCI_PASID_CTRL,
                 PCI_PASID_CTRL_ENABLE | PCI_PASID_CTRL_EXEC |
                 PCI_PASID_CTRL_PRIV);
}

static void add_pri(CcaExerciser *s)
{
    PCIDevice *dev = PCI_DEVICE(s);

    pcie_add_capability(dev, PCI_EXT_CAP_ID_PRI, 1, EXERCISER_CAP_PRI,
                        PRI_CAP_SIZE);
    pci_set_long(dev->config + EXERCISER_CAP_PRI + PCI_PRI_MAX_REQ,
                 PRI_CAPACITY);
    pci_set_word(dev->wmask + EXERCISER_CAP_PRI + PCI_PRI_CTRL,
                 PCI_PRI_CTRL_ENABLE | PCI_PRI_CTRL_RESET);
    pci_set_word(dev->w1cmask + EXERCISER_CAP_PRI + PCI_PRI_STATUS,
                 PCI_PRI_STATUS_RF | PCI_PRI_STATUS_UPRGI);
    /* Stopped is ours to change, and so may differ from a migrated one. */
    pci_word_test_and_clear_mask(dev->cmask + EXERCISER_CAP_PRI +
                                 PCI_PRI_STATUS, PCI_PRI_STATUS_STOPPED);
    pci_set_long(dev->wmask + EXERCISER_CAP_PRI + PCI_PRI_ALLOC_REQ,
                 UINT32_MAX);
}

static void write_config(PCIDevice *dev, uint32_t addr, uint32_t value,
                         int len)
{
    CcaExerciser *s = CCA_EXERCISER(dev);
    bool ats = exerciser_ats_enabled(s), pri = exerciser_pri_enabled(s);

    pci_default_write_config(dev, addr, value, len);
    pcie_cap_flr_write_config(dev, addr, value, len);
    pcie_aer_write_config(dev, addr, value, len);
    if (exerciser_ats_enabled(s) != ats) {
        /* What it holds is of an earlier life (PCIe 6.0, 10.5.1.3). */
        atc_clear(&s->atc);
    }
    exerciser_pri_control(s, pri);
    if (exerciser_ats_enabled(s) || exerciser_pri_enabled(s)) {
        exerciser_attach(s);
    }
    exerciser_update_intx(s);
}

/* --- the port ------------------------------------------------------------- */

void exerciser_detach(CcaExerciser *s)
{
    if (s->port) {
        CCA_DMA_PORT_GET_CLASS(s->port)->attach(s->port, s->port_rid, NULL,
                                                NULL);
        s->port = NULL;
    }
}

CcaDmaPort *exerciser_attach(CcaExerciser *s)
{
    CcaDmaPort *port = cca_dma_port_of(PCI_DEVICE(s));
    uint16_t rid = pci_requester_id(PCI_DEVICE(s));

    if (s->port != port || (port && s->port_rid != rid)) {
        exerciser_detach(s);
        s->port = port;
        s->port_rid = rid;
        if (port) {
            CCA_DMA_PORT_GET_CLASS(port)->attach(port, rid,
                                                 &exerciser_client_ops, s);
        }
    }
    return port;
}

/* --- interrupts ----------------------------------------------------------- */

void exerciser_update_intx(CcaExerciser *s)
{
    PCIDevice *dev = PCI_DEVICE(s);

    pci_set_irq(dev, (s->intxctl & INTXCTL_ASSERT) && !msix_enabled(dev));
}

/* An MSI is a write in the world of the device. */
static void send_msi(PCIDevice *dev, MSIMessage msg)
{
    CcaExerciser *s = CCA_EXERCISER(dev);
    CcaDmaIdentity id = {
        .rid = pci_requester_id(dev),
        .sec_sid = s->sec_sid_ctl & SEC_SID_CTL_SEC_SID,
    };
    uint8_t data[4];

    if (!cca_dma_port_of(dev)) {
        s->plain_msi(dev, msg);
    } else if (id.sec_sid < CCA_SEC_SID__COUNT) {
        stl_le_p(data, msg.data);
        cca_dma_rw(dev, &id, msg.address, data, sizeof(data), true);
    }
}

void exerciser_fire_msi(CcaExerciser *s)
{
    PCIDevice *dev = PCI_DEVICE(s);
    uint32_t vector = s->msictl & MSICTL_VECTOR;

    trace_cca_exerciser_msi(pci_requester_id(dev), vector);
    if (!msix_enabled(dev) || vector >= s->vectors) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: MSI %u: %s\n", dev->name, vector,
                      msix_enabled(dev) ? "no such vector" :
                                          "MSI-X is not enabled");
        return;
    }
    msix_notify(dev, vector);
}

/* The PCI core sets the trigger after realize(), so this is for the reset. */
static void take_msis(CcaExerciser *s)
{
    PCIDevice *dev = PCI_DEVICE(s);

    if (dev->msi_trigger != send_msi) {
        s->plain_msi = dev->msi_trigger;
        dev->msi_trigger = send_msi;
    }
}

/* --- life ----------------------------------------------------------------- */

static void reset_hold(Object *obj, ResetType type)
{
    CcaExerciser *s = CCA_EXERCISER(obj);
    PCIDevice *dev = PCI_DEVICE(obj);

    s->msictl = s->intxctl = s->dmactl1 = s->dma_offset = s->dma_len = 0;
    s->dmastatus = s->pasid = s->atsctl = s->ats_perm = s->rid_ctl = 0;
    s->sec_sid_ctl = s->atcctl = s->atcinv = s->prictl = s->prirsp = 0;
    s->dma_addr = s->ats_addr = s->ats_size = s->pri_addr = 0;
    s->pri_responses = 0;
    s->held = false;
    atc_clear(&s->atc);
    pri_clear(&s->pri);
    pcie_cap_deverr_reset(dev);
    if (s->has_ats) {
        pci_set_word(dev->config + EXERCISER_CAP_ATS + PCI_ATS_CTRL, 0);
    }
    if (s->pasid_bits) {
        pci_set_word(dev->config + EXERCISER_CAP_PASID + PCI_PASID_CTRL, 0);
    }
    if (s->has_pri) {
        pci_set_word(dev->config + EXERCISER_CAP_PRI + PCI_PRI_CTRL, 0);
        pci_set_word(dev->config + EXERCISER_CAP_PRI + PCI_PRI_STATUS,
                     s->pasid_bits ? PCI_PRI_STATUS_PASID : 0);
        pci_set_long(dev->config + EXERCISER_CAP_PRI + PCI_PRI_ALLOC_REQ, 0);
    }
    exerciser_pri_status(s);
    take_msis(s);
    /* Interrupt lines fall with the reset of the PCI function. */
}

/* What cannot be about the properties; fills in what was not given. */
static bool check_properties(CcaExerciser *s, Error **errp)
{
    if (!is_power_of_2(s->ram_size) || s->ram_size < RAM_SIZE_MIN ||
        s->ram_size > RAM_SIZE_MAX) {
        error_setg(errp, "ram-size=%" PRIu64 ": must be a power of two from "
                   "4 KiB to 256 MiB", s->ram_size);
    } else if (s->buffer_size && (s->buffer_size < BUFFER_SIZE_MIN ||
                                  s->buffer_size > s->ram_size)) {
        error_setg(errp, "buffer-size=%" PRIu64 ": must be from 2 KiB to "
                   "ram-size, which is %" PRIu64, s->buffer_size,
                   s->ram_size);
    } else if (!s->vectors || s->vectors > VECTORS_MAX) {
        error_setg(errp, "vectors=%" PRIu32 ": must be from 1 to 2048",
                   s->vectors);
    } else if (s->pasid_bits > PASID_BITS_MAX) {
        error_setg(errp, "pasid-bits=%u: must be from 1 to 20, or 0 for no "
                   "PASID", s->pasid_bits);
    } else if (s->has_pri && !s->has_ats) {
        error_setg(errp, "pri=on needs ats=on; for neither, say "
                   "ats=off,pri=off");
    } else if (!pci_bus_is_express(pci_get_bus(PCI_DEVICE(s)))) {
        error_setg(errp, TYPE_CCA_EXERCISER " needs a PCI Express bus");
    } else {
        s->buffer_size = s->buffer_size ?: s->ram_size;
        return true;
    }
    return false;
}

static void unrealize(PCIDevice *dev)
{
    CcaExerciser *s = CCA_EXERCISER(dev);

    exerciser_detach(s);
    msix_uninit_exclusive_bar(dev);
    pcie_aer_exit(dev);
    pcie_cap_exit(dev);
    address_space_destroy(&s->ram_as);
}

static void realize(PCIDevice *dev, Error **errp)
{
    CcaExerciser *s = CCA_EXERCISER(dev);

    if (!check_properties(s, errp)) {
        return;
    }
    memory_region_init_io(&s->regs, OBJECT(s), &exerciser_regs_ops, s,
                          TYPE_CCA_EXERCISER "-regs", EXERCISER_REGS_SIZE);
    if (!memory_region_init_ram(&s->ram, OBJECT(s), TYPE_CCA_EXERCISER "-ram",
                                s->ram_size, errp)) {
        return;
    }
    if (pcie_endpoint_cap_init(dev, 0) < 0) {
        error_setg(errp, "no room for the PCI Express capability");
        return;
    }
    pcie_cap_flr_init(dev);
    pcie_cap_deverr_init(dev);
    if (pcie_aer_init(dev, PCI_ERR_VER, EXERCISER_CAP_AER, PCI_ERR_SIZEOF,
                      errp) < 0) {
        pcie_cap_exit(dev);
        return;
    }
    if (msix_init_exclusive_bar(dev, s->vectors, EXERCISER_BAR_MSIX,
                                errp) < 0) {
        pcie_aer_exit(dev);
        pcie_cap_exit(dev);
        return;
    }
    for (unsigned i = 0; i < s->vectors; i++) {
        msix_vector_use(dev, i);
    }
    if (s->has_ats) {
        pcie_ats_init(dev, EXERCISER_CAP_ATS, true);
    }
    if (s->pasid_bits) {
        add_pasid(s);
    }
    if (s->has_pri) {
        add_pri(s);
    }
    memory_region_init(&s->ram_bar, OBJECT(s), TYPE_CCA_EXERCISER "-ram-bar",
                       s->ram_size);
    memory_region_add_subregion(&s->ram_bar, 0, &s->ram);
    address_space_init(&s->ram_as, &s->ram, TYPE_CCA_EXERCISER);
    pci_config_set_interrupt_pin(dev->config, 1);
    pci_register_bar(dev, EXERCISER_BAR_REGS, PCI_BASE_ADDRESS_SPACE_MEMORY,
                     &s->regs);
    pci_register_bar(dev, EXERCISER_BAR_RAM, PCI_BASE_ADDRESS_SPACE_MEMORY |
                     PCI_BASE_ADDRESS_MEM_TYPE_64 |
                     PCI_BASE_ADDRESS_MEM_PREFETCH, &s->ram_bar);
}

/* --- migration ------------------------------------------------------------ */

static bool stream_sane(const CcaExerciser *s)
{
    return s->dma.offset <= s->buffer_size &&
           s->dma.len <= s->buffer_size - s->dma.offset &&
           s->dma.sec_sid < CCA_SEC_SID__COUNT &&
           s->dma.at <= CCA_DMA_TRANSLATED &&
           !(s->pasid & ~EXERCISER_PASID_MASK) &&
           atc_sane(&s->atc) && pri_sane(&s->pri);
}

static int post_load(void *opaque, int version)
{
    CcaExerciser *s = opaque;

    if (!stream_sane(s)) {
        return -EINVAL;
    }
    exerciser_attach(s);
    return 0;
}

static const VMStateDescription vmstate_entry = {
    .name = "cca-exerciser/atc-entry",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(addr, AtcEntry),
        VMSTATE_UINT64(size, AtcEntry),
        VMSTATE_UINT64(out, AtcEntry),
        VMSTATE_UINT32(pasid, AtcEntry),
        VMSTATE_UINT32(flags, AtcEntry),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_dma = {
    .name = "cca-exerciser/dma",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(addr, ExerciserDma),
        VMSTATE_UINT32(offset, ExerciserDma),
        VMSTATE_UINT32(len, ExerciserDma),
        VMSTATE_UINT16(rid, ExerciserDma),
        VMSTATE_UINT8(sec_sid, ExerciserDma),
        VMSTATE_UINT8(at, ExerciserDma),
        VMSTATE_UINT32(pasid, ExerciserDma),
        VMSTATE_BOOL(write, ExerciserDma),
        VMSTATE_BOOL(pasid_valid, ExerciserDma),
        VMSTATE_BOOL(privileged, ExerciserDma),
        VMSTATE_BOOL(instruction, ExerciserDma),
        VMSTATE_BOOL(no_snoop, ExerciserDma),
        VMSTATE_BOOL(stallable, ExerciserDma),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_exerciser = {
    .name = TYPE_CCA_EXERCISER,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_PCI_DEVICE(parent_obj, CcaExerciser),
        VMSTATE_MSIX(parent_obj, CcaExerciser),
        VMSTATE_STRUCT(parent_obj.exp.aer_log, CcaExerciser, 0,
                       vmstate_pcie_aer_log, PCIEAERLog),
        VMSTATE_UINT64_EQUAL(buffer_size, CcaExerciser, NULL),
        VMSTATE_UINT32(msictl, CcaExerciser),
        VMSTATE_UINT32(intxctl, CcaExerciser),
        VMSTATE_UINT32(dmactl1, CcaExerciser),
        VMSTATE_UINT32(dma_offset, CcaExerciser),
        VMSTATE_UINT32(dma_len, CcaExerciser),
        VMSTATE_UINT32(dmastatus, CcaExerciser),
        VMSTATE_UINT32(pasid, CcaExerciser),
        VMSTATE_UINT32(atsctl, CcaExerciser),
        VMSTATE_UINT32(ats_perm, CcaExerciser),
        VMSTATE_UINT32(rid_ctl, CcaExerciser),
        VMSTATE_UINT32(sec_sid_ctl, CcaExerciser),
        VMSTATE_UINT32(atcctl, CcaExerciser),
        VMSTATE_UINT32(atcinv, CcaExerciser),
        VMSTATE_UINT32(prictl, CcaExerciser),
        VMSTATE_UINT32(prirsp, CcaExerciser),
        VMSTATE_UINT64(dma_addr, CcaExerciser),
        VMSTATE_UINT64(ats_addr, CcaExerciser),
        VMSTATE_UINT64(ats_size, CcaExerciser),
        VMSTATE_UINT64(pri_addr, CcaExerciser),
        VMSTATE_UINT16(pri_responses, CcaExerciser),
        VMSTATE_STRUCT_ARRAY(atc.entries, CcaExerciser, ATC_ENTRIES, 1,
                             vmstate_entry, AtcEntry),
        VMSTATE_UINT32(atc.next, CcaExerciser),
        VMSTATE_UINT8_ARRAY(pri.waiting, CcaExerciser, PRI_GROUPS),
        VMSTATE_UINT32(pri.total, CcaExerciser),
        VMSTATE_BOOL(held, CcaExerciser),
        VMSTATE_STRUCT(dma, CcaExerciser, 1, vmstate_dma, ExerciserDma),
        VMSTATE_END_OF_LIST()
    },
};

/* --- type ----------------------------------------------------------------- */

static const Property properties[] = {
    DEFINE_PROP_SIZE("ram-size", CcaExerciser, ram_size, 64 * KiB),
    DEFINE_PROP_SIZE("buffer-size", CcaExerciser, buffer_size, 0),
    DEFINE_PROP_UINT32("vectors", CcaExerciser, vectors, 16),
    DEFINE_PROP_UINT8("pasid-bits", CcaExerciser, pasid_bits, PASID_BITS_MAX),
    DEFINE_PROP_BOOL("ats", CcaExerciser, has_ats, true),
    DEFINE_PROP_BOOL("pri", CcaExerciser, has_pri, true),
};

static const struct { const char *name, *text; } descriptions[] = {
    { "ram-size", "Size of the memory BAR" },
    { "buffer-size", "How much of it DMA may use (default: all)" },
    { "vectors", "Number of MSI-X vectors" },
    { "pasid-bits", "Width of PASIDs; 0: no PASID capability" },
    { "ats", "Address Translation Services" },
    { "pri", "Page Request Interface" },
};

static void class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    pc->realize = realize;
    pc->exit = unrealize;
    pc->config_write = write_config;
    pc->vendor_id = EXERCISER_VENDOR_ID;
    pc->device_id = EXERCISER_DEVICE_ID;
    pc->class_id = PCI_CLASS_OTHERS;
    rc->phases.hold = reset_hold;
    dc->desc = "PCIe DMA exerciser for testing SMMUs";
    dc->vmsd = &vmstate_exerciser;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, properties);
    for (size_t i = 0; i < ARRAY_SIZE(descriptions); i++) {
        object_class_property_set_description(oc, descriptions[i].name,
                                              descriptions[i].text);
    }
}

static const TypeInfo exerciser_info = {
    .name = TYPE_CCA_EXERCISER,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(CcaExerciser),
    .class_init = class_init,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void register_types(void)
{
    type_register_static(&exerciser_info);
}

type_init(register_types)
