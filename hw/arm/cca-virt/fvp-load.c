/*
 * A file in memory at power-on, as the FVP's --data has it: written behind
 * all filters, where trusted memory is and where a TZC-400 is still closed.
 *
 * -device cca-fvp-load,file=FILE,addr=ADDR
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/memory.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "fvp.h"

#define TYPE_CCA_FVP_LOAD "cca-fvp-load"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpLoadState, CCA_FVP_LOAD)

struct CcaFvpLoadState {
    DeviceState parent_obj;

    char *file;
    uint64_t addr;
};

/* Is there RAM, ROM or flash at each byte? */
static bool all_memory(MemoryRegion *space, hwaddr addr, uint64_t len)
{
    while (len) {
        MemoryRegionSection found = memory_region_find(space, addr, len);
        bool ram = found.mr && (memory_region_is_ram(found.mr) ||
                                memory_region_is_romd(found.mr)) &&
                   found.offset_within_address_space == addr;
        uint64_t here = ram ? int128_get64(found.size) : 0;

        memory_region_unref(found.mr);
        if (!here) {
            return false;
        }
        addr += here;
        len -= here;
    }
    return true;
}

static void realize(DeviceState *dev, Error **errp)
{
    CcaFvpLoadState *s = CCA_FVP_LOAD(dev);
    CcaFvpMachineState *machine = (CcaFvpMachineState *)
        object_dynamic_cast(OBJECT(current_machine), TYPE_CCA_FVP_MACHINE);
    g_autoptr(GError) err = NULL;
    g_autofree char *data = NULL;
    gsize len;

    if (!machine) {
        error_setg(errp, "cca-fvp-load is for machine cca-fvp only");
        return;
    }
    if (!s->file) {
        error_setg(errp, "cca-fvp-load needs file=");
        return;
    }
    if (!g_file_get_contents(s->file, &data, &len, &err)) {
        error_setg(errp, "cca-fvp-load: %s", err->message);
        return;
    }
    if (len == 0) {
        error_setg(errp, "cca-fvp-load: %s is empty", s->file);
        return;
    }
    if (len > UINT64_MAX - s->addr ||
        !all_memory(&machine->physical, s->addr, len)) {
        error_setg(errp, "cca-fvp-load: %s: there is no memory for its %zu "
                   "bytes at 0x%" PRIx64, s->file, (size_t)len, s->addr);
        return;
    }
    rom_add_blob_fixed_as(s->file, data, len, s->addr, &machine->physical_as);
}

static const Property properties[] = {
    DEFINE_PROP_STRING("file", CcaFvpLoadState, file),
    DEFINE_PROP_UINT64("addr", CcaFvpLoadState, addr, 0),
};

static void class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "A file in the memory of cca-fvp at power-on";
    dc->realize = realize;
    dc->hotpluggable = false;
    device_class_set_props(dc, properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo info = {
    .name = TYPE_CCA_FVP_LOAD,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(CcaFvpLoadState),
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&info);
}

type_init(register_types)
