/*
 * Machine "cca-virt": QEMU's virt with Arm CCA.
 *
 * Everything that virt has stands where virt has it, so that firmware for
 * TF-A's PLAT=qemu runs unmodified. What firmware needs is on by default:
 * EL3, EL2, RME, GICv3 with ITS, secure memory and UART.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "hw/arm/virt.h"
#include "hw/intc/arm_gicv3_common.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/pci/pci_device.h"
#include "hw/virtio/virtio.h"
#include "hw/virtio/virtio-pci.h"
#include "cca/bus-master.h"
#include "cca-virt.h"
#include "options.h"

#define TYPE_CCA_VIRT_MACHINE MACHINE_TYPE_NAME("cca-virt")
OBJECT_DECLARE_SIMPLE_TYPE(CcaVirtMachineState, CCA_VIRT_MACHINE)

enum { MAX_CPUS = 64 };

struct CcaVirtMachineState {
    VirtMachineState parent_obj;

    CcaMachineOptions options;
    bool smmu;
};

static void (*virt_init)(MachineState *machine);

/* The first thing about the configuration that cannot be, or NULL. */
static const char *objection(const CcaVirtMachineState *s)
{
    const VirtMachineState *vms = VIRT_MACHINE(s);

    switch (vms->gic_version) {
    case VIRT_GIC_VERSION_3:
    case VIRT_GIC_VERSION_4:
    case VIRT_GIC_VERSION_MAX:
        break;
    default:
        return "needs gic-version=3 or 4";
    }
    if (s->smmu && vms->iommu != VIRT_IOMMU_NONE) {
        return "iommu=smmuv3 (QEMU's own SMMU) needs smmu=off";
    }
    if (!s->options.rme) {
        return NULL;
    }
    if (!vms->secure) {
        return "secure=off needs rme=off: without EL3 there is no RME";
    }
    if (!vms->virt) {
        return "virtualization=off needs rme=off: RME includes EL2";
    }
    return NULL;
}

/* Those that do not ask for their memory by themselves (bus-master.h). */
static void check_bus_masters(VirtMachineState *vms)
{
    if (!cca_bus_master_view) {
        return;
    }
    vms->fw_cfg->dma_as = cca_bus_master_as("fw-cfg", NULL);
    /* A command queue that cannot be read stalls: no copies of nothing. */
    ARM_GICV3_COMMON(vms->gic)->dma_as.max_bounce_buffer_size = 0;
}

static void encrypt_dram(VirtMachineState *vms)
{
    MachineState *machine = MACHINE(vms);
    CcaDramRange range = {
        vms->memmap[VIRT_MEM].base, machine->ram_size, 0,
    };

    cca_machine_encrypt_dram(OBJECT(machine), machine->ram, &range, 1, 0);
}

static void cca_virt_init(MachineState *machine)
{
    CcaVirtMachineState *s = CCA_VIRT_MACHINE(machine);
    const char *what;

    cca_machine_configure(OBJECT(machine));
    what = objection(s);
    if (what) {
        error_report("cca-virt %s", what);
        exit(1);
    }
    virt_init(machine);
    encrypt_dram(VIRT_MACHINE(machine));
    if (s->smmu) {
        cca_virt_create_smmu(VIRT_MACHINE(machine));
    }
    check_bus_masters(VIRT_MACHINE(machine));
}

static bool get_smmu(Object *obj, Error **errp)
{
    return CCA_VIRT_MACHINE(obj)->smmu;
}

static void set_smmu(Object *obj, bool value, Error **errp)
{
    CCA_VIRT_MACHINE(obj)->smmu = value;
}

static CcaMachineOptions *options(Object *machine)
{
    return &CCA_VIRT_MACHINE(machine)->options;
}

static void cca_virt_instance_init(Object *obj)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);

    vms->secure = true;
    vms->virt = true;
    vms->gic_version = VIRT_GIC_VERSION_3;
    cca_machine_options_init(&CCA_VIRT_MACHINE(obj)->options);
    CCA_VIRT_MACHINE(obj)->smmu = true;
}

static void cca_virt_class_init(ObjectClass *oc, void *data)
{
    static GlobalProperty compat[] = {
        /* Debian's QEMU source has no option ROMs. */
        { .driver = TYPE_PCI_DEVICE, .property = "romfile", .value = "" },
        /* Virtio devices go where their bus leads, not straight to memory. */
        { .driver = TYPE_VIRTIO_DEVICE, .property = "iommu_platform",
          .value = "on" },
        /*
         * QEMU translates an element of a split ring that lies across a page
         * boundary only once; elements of packed rings never do.
         */
        { .driver = TYPE_VIRTIO_DEVICE, .property = "packed", .value = "on" },
        { .driver = TYPE_VIRTIO_PCI, .property = "disable-legacy",
          .value = "on", .optional = true },
    };
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->desc = "QEMU's virt with Arm CCA: RME, granule protection";
    virt_init = mc->init;
    mc->init = cca_virt_init;
    mc->max_cpus = MAX_CPUS;
    mc->default_ram_size = 3 * GiB;
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("max");
    mc->valid_cpu_types = NULL;
    compat_props_add(mc->compat_props, compat, G_N_ELEMENTS(compat));

    CCA_MACHINE_CLASS(oc)->options = options;
    cca_machine_class_add_options(oc);
    object_class_property_add_bool(oc, "smmu", get_smmu, set_smmu);
    object_class_property_set_description(oc, "smmu",
        "SMMUv3 with RME between the PCIe root complex and memory");
}

static const TypeInfo cca_virt_info = {
    .name = TYPE_CCA_VIRT_MACHINE,
    .parent = TYPE_VIRT_MACHINE,
    .instance_size = sizeof(CcaVirtMachineState),
    .instance_init = cca_virt_instance_init,
    .class_init = cca_virt_class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_CCA_MACHINE },
        { }
    },
};

static void cca_virt_register(void)
{
    type_register_static(&cca_virt_info);
}

type_init(cca_virt_register)
