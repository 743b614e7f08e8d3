/*
 * Machine "cca-fvp": devices to their places in the map.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "fvp.h"

qemu_irq cca_fvp_spi(const CcaFvpMachineState *s, unsigned spi)
{
    return qdev_get_gpio_in(s->gic, spi);
}

static MemoryRegion *memory_of(const CcaFvpMachineState *s, CcaFvpPlace place)
{
    return cca_fvp_map[place].secure ? s->trusted : get_system_memory();
}

void cca_fvp_map_at(CcaFvpMachineState *s, DeviceState *dev, unsigned n,
                    CcaFvpPlace place)
{
    memory_region_add_subregion(memory_of(s, place), cca_fvp_map[place].base,
        sysbus_mmio_get_region(SYS_BUS_DEVICE(dev), n));
}

DeviceState *cca_fvp_make(CcaFvpMachineState *s, const char *type,
                          CcaFvpPlace place)
{
    DeviceState *dev = qdev_new(type);

    object_property_add_child(object_resolve_path_component(OBJECT(s), "map"),
                              cca_fvp_map[place].name, OBJECT(dev));
    return dev;
}

void cca_fvp_put(CcaFvpMachineState *s, DeviceState *dev, CcaFvpPlace place)
{
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    cca_fvp_map_at(s, dev, 0, place);
}

void cca_fvp_wire(CcaFvpMachineState *s, DeviceState *dev, unsigned line,
                  unsigned spi)
{
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), line, cca_fvp_spi(s, spi));
}
