/*
 * Machine "cca-virt": the SMMU.
 *
 * Its registers stand where virt has nothing: between the virtio-mmio
 * transports and the platform bus. The node in the device tree describes the
 * Non-secure interface, which is what Linux drives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/arm/virt.h"
#include "hw/pci/pci_bus.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "system/device_tree.h"
#include "target/arm/cpu.h"
#include "hw/smmuv3-rme/smmuv3-rme.h"
#include "cca-virt.h"

enum {
    SMMU_BASE = 0x0b000000,
    SMMU_NS_SIZE = 0x20000,     /* Page 0 and Page 1 */
    SMMU_ROOM = 0x01000000,     /* up to the platform bus */
    /* SPIs: by world, SmmuIrqSource, then Root's two. */
    SMMU_FIRST_SPI = 80,
    FDT_IRQ_SPI = 0, FDT_IRQ_EDGE = 1,
    PCI_RIDS = 0x10000,
};

static uint32_t ns_spi(SmmuIrqSource source)
{
    return SMMU_FIRST_SPI + CCA_SEC_SID_NS * SMMU_IRQ__COUNT + source;
}

static void describe(VirtMachineState *vms)
{
    static const char names[] = "eventq\0priq\0cmdq-sync\0gerror";
    void *fdt = MACHINE(vms)->fdt;
    uint32_t phandle = qemu_fdt_alloc_phandle(fdt);
    g_autofree char *node = g_strdup_printf("/smmuv3@%x", SMMU_BASE);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "compatible", "arm,smmu-v3");
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, (uint64_t)SMMU_BASE,
                                 2, (uint64_t)SMMU_NS_SIZE);
    qemu_fdt_setprop_cells(fdt, node, "interrupts",
                           FDT_IRQ_SPI, ns_spi(SMMU_IRQ_EVENTQ), FDT_IRQ_EDGE,
                           FDT_IRQ_SPI, ns_spi(SMMU_IRQ_PRIQ), FDT_IRQ_EDGE,
                           FDT_IRQ_SPI, ns_spi(SMMU_IRQ_CMD_SYNC),
                           FDT_IRQ_EDGE,
                           FDT_IRQ_SPI, ns_spi(SMMU_IRQ_GERROR),
                           FDT_IRQ_EDGE);
    qemu_fdt_setprop(fdt, node, "interrupt-names", names, sizeof(names));
    qemu_fdt_setprop(fdt, node, "dma-coherent", NULL, 0);
    qemu_fdt_setprop_cell(fdt, node, "#iommu-cells", 1);
    qemu_fdt_setprop_cell(fdt, node, "phandle", phandle);
    /*
     * No msi-parent: all DeviceIDs of the ITS belong to PCI functions, so
     * interrupts of the SMMU's own come by wire, unless software gives them
     * another address.
     */

    if (!vms->default_bus_bypass_iommu) {
        qemu_fdt_setprop_cells(fdt, vms->pciehb_nodename, "iommu-map",
                               0, phandle, 0, PCI_RIDS);
    }
}

void cca_virt_create_smmu(VirtMachineState *vms)
{
    DeviceState *dev = qdev_new(TYPE_CCA_SMMUV3);
    CPUState *cs = first_cpu;

    object_property_add_child(OBJECT(vms), TYPE_CCA_SMMUV3, OBJECT(dev));
    object_property_set_link(OBJECT(dev), "primary-bus", OBJECT(vms->bus),
                             &error_abort);
    if (cs->num_ases > ARMASIdx_S) {
        AddressSpace *as = cpu_get_address_space(cs, ARMASIdx_S);

        object_property_set_link(OBJECT(dev), "secure-memory",
                                 OBJECT(as->root), &error_abort);
    }
    /* TF-A's PLAT=qemu programs no Root page. */
    if (!CCA_SMMUV3(dev)->gpt) {
        qdev_prop_set_string(dev, "gpt", "follow-pe");
    }
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    if (memory_region_size(sysbus_mmio_get_region(SYS_BUS_DEVICE(dev), 0)) >
        SMMU_ROOM) {
        error_setg(&error_fatal, "cca-smmuv3.root-offset=0x%" PRIx32 ": "
                   "cca-virt has 0x%x bytes for the SMMU's pages",
                   CCA_SMMUV3(dev)->config.root_offset, SMMU_ROOM);
    }
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, SMMU_BASE);
    for (unsigned i = 0; i < CCA_SMMU_LINES; i++) {
        qdev_connect_gpio_out(dev, i,
                              qdev_get_gpio_in(vms->gic, SMMU_FIRST_SPI + i));
    }
    describe(vms);
}
