/*
 * Machine "cca-fvp": the map of Arm's FVP Base RevC 2xAEMvA, so that firmware
 * that is built for the FVP runs unmodified.
 *
 * Options and PEs; fvp-memory.c has memory, fvp-devices.c the rest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "exec/address-spaces.h"
#include "hw/pci/pci_device.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/virtio/virtio-mmio.h"
#include "hw/virtio/virtio-pci.h"
#include "system/numa.h"
#include "system/system.h"
#include "target/arm/cpu.h"
#include "fvp.h"

enum { DEFAULT_COUNTER_HZ = 100000000 };

/* PEs */

bool cca_fvp_direct(const CcaFvpMachineState *s)
{
    return MACHINE(s)->kernel_filename && !MACHINE(s)->firmware;
}

uint64_t cca_fvp_affinity(const CcaFvpMachineState *s, unsigned n)
{
    const CpuTopology *smp = &MACHINE(s)->smp;
    unsigned per_cluster = smp->clusters > 1 ? smp->cores : FVP_CLUSTER_CPUS;
    uint64_t cluster = n / per_cluster, core = n % per_cluster;

    /* Bit 24 is MPIDR_EL1.MT: the lowest level is threads, one per core. */
    return s->mt ? 1ull << 24 | cluster << 16 | core << 8 :
                   cluster << 8 | core;
}

static void create_pes(CcaFvpMachineState *s)
{
    MachineState *machine = MACHINE(s);
    /* QEMU's own PSCI finds PEs by the fields alone. */
    uint64_t fields = cca_fvp_direct(s) ? ARM64_AFFINITY_MASK : ~0ull;

    for (unsigned n = 0; n < machine->smp.cpus; n++) {
        Object *cpu = object_new(machine->cpu_type);

        object_property_set_uint(cpu, "mp-affinity",
                                 cca_fvp_affinity(s, n) & fields,
                                 &error_abort);
        object_property_set_uint(cpu, "cntfrq", s->counter_frequency,
                                 &error_abort);
        object_property_set_uint(cpu, "rvbar", s->rvbar, &error_abort);
        object_property_set_bool(cpu, "start-powered-off", n > 0,
                                 &error_abort);
        if (object_property_find(cpu, "reset-cbar")) {
            object_property_set_uint(cpu, "reset-cbar", FVP_PERIPHBASE,
                                     &error_abort);
        }
        object_property_set_link(cpu, "memory",
                                 OBJECT(get_system_memory()), &error_abort);
        object_property_set_link(cpu, "secure-memory", OBJECT(s->secure),
                                 &error_abort);
        qdev_realize(DEVICE(cpu), NULL, &error_fatal);
        object_unref(cpu);
    }
}

/* The first thing about the configuration that cannot be, or NULL. */
static char *objection(const CcaFvpMachineState *s)
{
    const MachineState *machine = MACHINE(s);
    const CpuTopology *smp = &machine->smp;
    uint64_t most = cca_fvp_map[FVP_DRAM1].size + cca_fvp_map[FVP_DRAM2].size;

    if (machine->ram_size > most) {
        return g_strdup_printf("has at most %" PRIu64 " GiB of memory",
                               most / GiB);
    }
    if (machine->ram_size < 64 * MiB) {
        return g_strdup("needs 64 MiB of memory at least");
    }
    if (smp->clusters > FVP_CLUSTERS ||
        (smp->clusters > 1 && smp->cores > FVP_CLUSTER_CPUS)) {
        return g_strdup_printf("has %d clusters of at most %d cores",
                               FVP_CLUSTERS, FVP_CLUSTER_CPUS);
    }
    if (smp->threads > 1) {
        return g_strdup("has one thread per core");
    }
    if (s->rvbar & 3) {
        return g_strdup("rvbar= must be a multiple of 4");
    }
    return NULL;
}

static void init(MachineState *machine)
{
    CcaFvpMachineState *s = CCA_FVP_MACHINE(machine);
    g_autofree char *what = NULL;

    cca_machine_configure(OBJECT(machine));
    what = objection(s);
    if (what) {
        error_report("cca-fvp %s", what);
        exit(1);
    }
    if (s->auto_secure_memory) {
        /* Without firmware nobody would open the filters of DRAM. */
        s->secure_memory = !cca_fvp_direct(s);
    }
    cca_fvp_create_memory(s);
    create_pes(s);
    cca_fvp_encrypt_dram(s);
    cca_fvp_create_devices(s);
    cca_fvp_boot(s);
}

/* Options */

static bool get_secure_memory(Object *obj, Error **errp)
{
    return CCA_FVP_MACHINE(obj)->secure_memory;
}

static void set_secure_memory(Object *obj, bool value, Error **errp)
{
    CCA_FVP_MACHINE(obj)->secure_memory = value;
    CCA_FVP_MACHINE(obj)->auto_secure_memory = false;
}

static bool get_mt(Object *obj, Error **errp)
{
    return CCA_FVP_MACHINE(obj)->mt;
}

static void set_mt(Object *obj, bool value, Error **errp)
{
    CCA_FVP_MACHINE(obj)->mt = value;
}

static char *get_flash0(Object *obj, Error **errp)
{
    return g_strdup(CCA_FVP_MACHINE(obj)->flash[0]);
}

static char *get_flash1(Object *obj, Error **errp)
{
    return g_strdup(CCA_FVP_MACHINE(obj)->flash[1]);
}

static void set_flash(char **to, const char *value)
{
    g_free(*to);
    *to = g_strdup(value);
}

static void set_flash0(Object *obj, const char *value, Error **errp)
{
    set_flash(&CCA_FVP_MACHINE(obj)->flash[0], value);
}

static void set_flash1(Object *obj, const char *value, Error **errp)
{
    set_flash(&CCA_FVP_MACHINE(obj)->flash[1], value);
}

static void get_frequency(Object *obj, Visitor *v, const char *name,
                          void *opaque, Error **errp)
{
    visit_type_uint32(v, name, &CCA_FVP_MACHINE(obj)->counter_frequency, errp);
}

static void set_frequency(Object *obj, Visitor *v, const char *name,
                          void *opaque, Error **errp)
{
    uint32_t hz;

    if (!visit_type_uint32(v, name, &hz, errp)) {
        return;
    }
    if (hz == 0 || hz > NANOSECONDS_PER_SECOND) {
        error_setg(errp, "refcounter-frequency=%u: must be 1 to %u Hz", hz,
                   (unsigned)NANOSECONDS_PER_SECOND);
        return;
    }
    CCA_FVP_MACHINE(obj)->counter_frequency = hz;
}

static CcaMachineOptions *options(Object *machine)
{
    return &CCA_FVP_MACHINE(machine)->options;
}

static void instance_init(Object *obj)
{
    CcaFvpMachineState *s = CCA_FVP_MACHINE(obj);

    cca_machine_options_init(&s->options);
    s->options.mec_default = true;
    s->auto_secure_memory = true;
    s->mt = true;
    s->counter_frequency = DEFAULT_COUNTER_HZ;
    object_property_add_uint64_ptr(obj, "rvbar", &s->rvbar,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_set_description(obj, "rvbar",
        "Where PEs begin after a reset (default 0, the ROM)");
}

static void instance_finalize(Object *obj)
{
    CcaFvpMachineState *s = CCA_FVP_MACHINE(obj);

    g_free(s->flash[0]);
    g_free(s->flash[1]);
}

static void add_properties(ObjectClass *oc)
{
    cca_machine_class_add_options(oc);
    object_class_property_add_bool(oc, "secure-memory", get_secure_memory,
                                   set_secure_memory);
    object_class_property_set_description(oc, "secure-memory",
        "Trusted memory and devices are for Root and Secure only, and the "
        "TZC-400 filters (default: on, but for -kernel without -bios)");
    object_class_property_add_bool(oc, "mt", get_mt, set_mt);
    object_class_property_set_description(oc, "mt",
        "MPIDR_EL1.MT is set: affinity levels are thread, core, cluster "
        "(default on)");
    object_class_property_add_str(oc, "flash0", get_flash0, set_flash0);
    object_class_property_set_description(oc, "flash0",
        "File for NOR flash 0 (the FIP), up to 64 MiB");
    object_class_property_add_str(oc, "flash1", get_flash1, set_flash1);
    object_class_property_set_description(oc, "flash1",
        "File for NOR flash 1, up to 64 MiB");
    object_class_property_add(oc, "refcounter-frequency", "uint32",
                              get_frequency, set_frequency, NULL, NULL);
    object_class_property_set_description(oc, "refcounter-frequency",
        "System counter and generic timers, Hz (default 100000000)");
}

static void class_init(ObjectClass *oc, void *data)
{
    static GlobalProperty compat[] = {
        /* The FVP's architecture envelope model, which TF-A asks for. */
        { .driver = TYPE_ARM_CPU, .property = "midr", .value = "0x410fd0f0" },
        /* Debian's QEMU source has no option ROMs. */
        { .driver = TYPE_PCI_DEVICE, .property = "romfile", .value = "" },
        { .driver = TYPE_VIRTIO_MMIO, .property = "force-legacy",
          .value = "off" },
        /* As on cca-virt: PCI functions go where their bus leads. */
        { .driver = TYPE_VIRTIO_PCI, .property = "iommu_platform",
          .value = "on", .optional = true },
        { .driver = TYPE_VIRTIO_PCI, .property = "packed", .value = "on",
          .optional = true },
        { .driver = TYPE_VIRTIO_PCI, .property = "disable-legacy",
          .value = "on", .optional = true },
    };
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->desc = "Arm FVP Base RevC 2xAEMvA map with Arm CCA";
    mc->init = init;
    mc->max_cpus = FVP_MAX_CPUS;
    mc->default_cpus = FVP_MAX_CPUS;
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("max");
    /* Else QEMU has TLB entries of 1 KiB, for PEs of before Armv7. */
    mc->minimum_page_bits = 12;
    mc->default_ram_size = 4 * GiB;
    mc->default_ram_id = "fvp.ram";
    mc->smp_props.clusters_supported = true;
    mc->block_default_type = IF_VIRTIO;
    mc->no_cdrom = true;
    mc->no_floppy = true;
    mc->default_nic = "virtio-net-device";
    mc->pci_allow_0_address = true;
    machine_add_audiodev_property(mc);
    compat_props_add(mc->compat_props, compat, G_N_ELEMENTS(compat));
    CCA_MACHINE_CLASS(oc)->options = options;
    add_properties(oc);
}

static const TypeInfo info = {
    .name = TYPE_CCA_FVP_MACHINE,
    .parent = TYPE_MACHINE,
    .instance_size = sizeof(CcaFvpMachineState),
    .instance_init = instance_init,
    .instance_finalize = instance_finalize,
    .class_init = class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_CCA_MACHINE },
        { }
    },
};

static void register_types(void)
{
    type_register_static(&info);
}

type_init(register_types)
