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
#include "qapi/visitor.h"
#include "system/qtest.h"
#include "system/tcg.h"
#include "hw/arm/virt.h"
#include "hw/intc/arm_gicv3_common.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/pci/pci_device.h"
#include "hw/virtio/virtio.h"
#include "hw/virtio/virtio-pci.h"
#include "cca/bus-master.h"
#include "cca/machine-faults.h"
#include "cca-virt.h"
#include "target/arm/cpu-qom.h"
#include "target/arm/gpc/bus-gpc.h"
#include "target/arm/gpc/cpu-gpc.h"

#define TYPE_CCA_VIRT_MACHINE MACHINE_TYPE_NAME("cca-virt")
OBJECT_DECLARE_SIMPLE_TYPE(CcaVirtMachineState, CCA_VIRT_MACHINE)

enum {
    MAX_CPUS = 64,
    DEFAULT_RME = 2,
    DEFAULT_L0GPTSZ = 30,
};

struct CcaVirtMachineState {
    VirtMachineState parent_obj;

    uint8_t rme;                /* 0: off */
    uint32_t l0gptsz;           /* 0: not given */
    bool strict_tlb;
    bool smmu;
};

static void (*virt_init)(MachineState *machine);

/* The first thing about the configuration that cannot be, or NULL. */
static const char *objection(const CcaVirtMachineState *s)
{
    const VirtMachineState *vms = VIRT_MACHINE(s);

    if (!tcg_enabled() && !qtest_enabled()) {
        return "needs -accel tcg: no other accelerator emulates RME";
    }
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
    if (!s->rme) {
        return s->l0gptsz ? "l0gptsz= has no meaning with rme=off" : NULL;
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

static void cca_virt_init(MachineState *machine)
{
    CcaVirtMachineState *s = CCA_VIRT_MACHINE(machine);
    const char *what = objection(s);

    if (what) {
        error_report("cca-virt %s", what);
        exit(1);
    }
    if (!g_str_equal(machine->cpu_type, ARM_CPU_TYPE_NAME("max"))) {
        g_autofree char *model = cpu_model_from_type(machine->cpu_type);

        error_report("cca-virt needs -cpu max: CPU model '%s' has no RME",
                     model);
        exit(1);
    }
    cca_pe_configure(&(CcaPeConfig) {
        .rme = s->rme,
        .l0gptsz = s->l0gptsz ?: DEFAULT_L0GPTSZ,
        .strict_tlb = s->strict_tlb,
        .faults = cca_machine_faults(),
    });
    if (s->rme) {
        cca_bus_gpc_enable();
    }
    virt_init(machine);
    if (s->smmu) {
        cca_virt_create_smmu(VIRT_MACHINE(machine));
    }
    check_bus_masters(VIRT_MACHINE(machine));
}

static char *get_rme(Object *obj, Error **errp)
{
    CcaVirtMachineState *s = CCA_VIRT_MACHINE(obj);

    return s->rme ? g_strdup_printf("%u", s->rme) : g_strdup("off");
}

static void set_rme(Object *obj, const char *value, Error **errp)
{
    CcaVirtMachineState *s = CCA_VIRT_MACHINE(obj);

    if (g_str_equal(value, "off")) {
        s->rme = 0;
    } else if (value[0] >= '1' && value[0] <= '3' && !value[1]) {
        s->rme = value[0] - '0';
    } else {
        error_setg(errp, "rme=%s: must be 1 (RME), 2 (with GPC2), "
                   "3 (with GPC3) or off", value);
    }
}

static void get_l0gptsz(Object *obj, Visitor *v, const char *name,
                        void *opaque, Error **errp)
{
    uint32_t value = CCA_VIRT_MACHINE(obj)->l0gptsz ?: DEFAULT_L0GPTSZ;

    visit_type_uint32(v, name, &value, errp);
}

static void set_l0gptsz(Object *obj, Visitor *v, const char *name,
                        void *opaque, Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    switch (value) {
    case 30:
    case 34:
    case 36:
    case 39:
        CCA_VIRT_MACHINE(obj)->l0gptsz = value;
        break;
    default:
        error_setg(errp, "l0gptsz=%u: must be 30, 34, 36 or 39", value);
        break;
    }
}

static bool get_strict_tlb(Object *obj, Error **errp)
{
    return CCA_VIRT_MACHINE(obj)->strict_tlb;
}

static void set_strict_tlb(Object *obj, bool value, Error **errp)
{
    CCA_VIRT_MACHINE(obj)->strict_tlb = value;
}

static bool get_smmu(Object *obj, Error **errp)
{
    return CCA_VIRT_MACHINE(obj)->smmu;
}

static void set_smmu(Object *obj, bool value, Error **errp)
{
    CCA_VIRT_MACHINE(obj)->smmu = value;
}

static void cca_virt_instance_init(Object *obj)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);

    vms->secure = true;
    vms->virt = true;
    vms->gic_version = VIRT_GIC_VERSION_3;
    CCA_VIRT_MACHINE(obj)->rme = DEFAULT_RME;
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

    object_class_property_add_str(oc, "rme", get_rme, set_rme);
    object_class_property_set_description(oc, "rme",
        "Realm Management Extension: 1 (base), 2 (with FEAT_RME_GPC2), "
        "3 (with FEAT_RME_GPC3), off");
    object_class_property_add(oc, "l0gptsz", "uint32", get_l0gptsz,
                              set_l0gptsz, NULL, NULL);
    object_class_property_set_description(oc, "l0gptsz",
        "Address bits that a level 0 GPT entry covers: 30, 34, 36, 39");
    object_class_property_add_bool(oc, "strict-tlb", get_strict_tlb,
                                   set_strict_tlb);
    object_class_property_set_description(oc, "strict-tlb",
        "Forget no GPT entry, and nothing that the SMMU holds, that software "
        "did not invalidate");
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
};

static void cca_virt_register(void)
{
    type_register_static(&cca_virt_info);
}

type_init(cca_virt_register)
