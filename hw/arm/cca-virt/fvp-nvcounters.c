/*
 * Non-volatile counters of the Base FVP: the least versions of trusted and of
 * non-trusted firmware that may run. They outlive resets, though not QEMU,
 * and only grow: a smaller value is ignored.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "fvp-nvcounters.h"
#include "fvp-words.h"

enum {
    SIZE = 0x1000,
    COUNTERS = 2,               /* trusted, non-trusted */
};

struct CcaFvpNvCounters {
    SysBusDevice parent_obj;
    MemoryRegion mmio;
    bool locked;

    uint32_t counter[COUNTERS];
};

static uint32_t read_word(void *opaque, hwaddr offset)
{
    CcaFvpNvCounters *s = opaque;

    if (offset / 4 >= COUNTERS) {
        cca_fvp_no_register(TYPE_CCA_FVP_NVCOUNTERS, "read", offset);
        return 0;
    }
    return s->counter[offset / 4];
}

static void write_word(void *opaque, hwaddr offset, uint32_t value)
{
    CcaFvpNvCounters *s = opaque;
    unsigned n = offset / 4;

    if (n >= COUNTERS) {
        cca_fvp_no_register(TYPE_CCA_FVP_NVCOUNTERS, "write", offset);
    } else if (s->locked || value < s->counter[n]) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_CCA_FVP_NVCOUNTERS ": counter %u "
                      "stays %" PRIu32 ", not %" PRIu32 "\n", n,
                      s->counter[n], value);
    } else {
        s->counter[n] = value;
    }
}

static uint64_t read_regs(void *opaque, hwaddr addr, unsigned size)
{
    return cca_fvp_read(read_word, opaque, addr, size);
}

static void write_regs(void *opaque, hwaddr addr, uint64_t value,
                       unsigned size)
{
    cca_fvp_write(write_word, opaque, TYPE_CCA_FVP_NVCOUNTERS, addr, value,
                  size);
}

static const MemoryRegionOps ops = {
    .read = read_regs,
    .write = write_regs,
    CCA_FVP_WORD_ACCESS,
};

static void init(Object *obj)
{
    CcaFvpNvCounters *s = CCA_FVP_NVCOUNTERS(obj);

    memory_region_init_io(&s->mmio, obj, &ops, s, TYPE_CCA_FVP_NVCOUNTERS,
                          SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
}

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_FVP_NVCOUNTERS,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(counter, CcaFvpNvCounters, COUNTERS),
        VMSTATE_END_OF_LIST()
    },
};

/* What TF-A gives images by default for this platform: tied-off values. */
static const Property properties[] = {
    DEFINE_PROP_UINT32("trusted", CcaFvpNvCounters, counter[0], 31),
    DEFINE_PROP_UINT32("non-trusted", CcaFvpNvCounters, counter[1], 223),
    DEFINE_PROP_BOOL("locked", CcaFvpNvCounters, locked, false),
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Non-volatile counters";
    dc->vmsd = &vmstate;
    device_class_set_props(dc, properties);
}

static const TypeInfo nvcounters_info = {
    .name = TYPE_CCA_FVP_NVCOUNTERS,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaFvpNvCounters),
    .instance_init = init,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&nvcounters_info);
}

type_init(register_types)
