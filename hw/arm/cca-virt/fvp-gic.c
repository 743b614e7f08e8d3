/*
 * Machine "cca-fvp": GICv3 with ITS, and its wires to the PEs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qobject/qlist.h"
#include "exec/address-spaces.h"
#include "hw/intc/arm_gicv3.h"
#include "hw/intc/arm_gicv3_its_common.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "target/arm/cpu.h"
#include "cca/bus-master.h"
#include "fvp.h"

/* GITS_TYPER.Devbits: DeviceIDs of PCI functions, and as many beyond. */
enum { ITS_DEVBITS_M1 = 16 };

static void wire_pe(CcaFvpMachineState *s, unsigned n)
{
    static const struct {
        int timer;
        unsigned ppi;
    } timers[] = {
        { GTIMER_PHYS, FVP_PPI_PHYS_TIMER },
        { GTIMER_VIRT, FVP_PPI_VIRT_TIMER },
        { GTIMER_HYP, FVP_PPI_HYP_TIMER },
        { GTIMER_SEC, FVP_PPI_SEC_TIMER },
        { GTIMER_HYPVIRT, FVP_PPI_HYP_VIRT_TIMER },
        { GTIMER_S_EL2_PHYS, FVP_PPI_SEC_HYP_TIMER },
        { GTIMER_S_EL2_VIRT, FVP_PPI_SEC_HYP_VIRT_TIMER },
    };
    /* In the order in which the GIC has them, one of each per PE. */
    static const int lines[] = {
        ARM_CPU_IRQ, ARM_CPU_FIQ, ARM_CPU_VIRQ, ARM_CPU_VFIQ, ARM_CPU_NMI,
        ARM_CPU_VINMI,
    };
    unsigned pes = MACHINE(s)->smp.cpus;
    DeviceState *cpu = DEVICE(qemu_get_cpu(n));
    /* Private interrupts of the PE follow all SPIs; SGIs come first. */
    unsigned ppi = FVP_SPIS + n * GIC_INTERNAL + GIC_NR_SGIS;

    for (unsigned i = 0; i < ARRAY_SIZE(timers); i++) {
        qdev_connect_gpio_out(cpu, timers[i].timer,
                              qdev_get_gpio_in(s->gic, ppi + timers[i].ppi));
    }
    qdev_connect_gpio_out_named(cpu, "gicv3-maintenance-interrupt", 0,
        qdev_get_gpio_in(s->gic, ppi + FVP_PPI_MAINTENANCE));
    qdev_connect_gpio_out_named(cpu, "pmu-interrupt", 0,
        qdev_get_gpio_in(s->gic, ppi + FVP_PPI_PMU));
    for (unsigned i = 0; i < ARRAY_SIZE(lines); i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(s->gic), n + i * pes,
                           qdev_get_gpio_in(cpu, lines[i]));
    }
}

void cca_fvp_create_gic(CcaFvpMachineState *s)
{
    unsigned pes = MACHINE(s)->smp.cpus;
    DeviceState *its = cca_fvp_make(s, its_class_name(), FVP_GITS);
    QList *redists = qlist_new();

    s->gic = cca_fvp_make(s, gicv3_class_name(), FVP_GICD);
    qlist_append_int(redists, pes);
    qdev_prop_set_array(s->gic, "redist-region-count", redists);
    qdev_prop_set_uint32(s->gic, "revision", 3);
    qdev_prop_set_uint32(s->gic, "num-cpu", pes);
    qdev_prop_set_uint32(s->gic, "num-irq", FVP_SPIS + GIC_INTERNAL);
    qdev_prop_set_bit(s->gic, "has-security-extensions", true);
    qdev_prop_set_bit(s->gic, "has-lpi", true);
    object_property_set_link(OBJECT(s->gic), "sysmem",
        OBJECT(cca_bus_master_memory("gic", get_system_memory())),
        &error_abort);
    cca_fvp_put(s, s->gic, FVP_GICD);
    cca_fvp_map_at(s, s->gic, 1, FVP_GICR);
    for (unsigned n = 0; n < pes; n++) {
        wire_pe(s, n);
    }
    if (cca_bus_master_view) {
        /* A command queue that cannot be read stalls: no copies of nothing. */
        ARM_GICV3_COMMON(s->gic)->dma_as.max_bounce_buffer_size = 0;
    }
    object_property_set_link(OBJECT(its), "parent-gicv3", OBJECT(s->gic),
                             &error_abort);
    cca_fvp_put(s, its, FVP_GITS);
    ARM_GICV3_ITS_COMMON(its)->typer =
        deposit64(ARM_GICV3_ITS_COMMON(its)->typer, 13, 5, ITS_DEVBITS_M1);
}
