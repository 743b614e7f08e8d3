/*
 * A stand-in for a device that firmware does not touch: it says who it is,
 * and logs who asks for more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "fvp-stub.h"
#include "fvp-words.h"

enum { PAGE = 0x1000, PART_MAX = 0xfff, REVISION_MAX = 0xf };

struct CcaFvpStub {
    SysBusDevice parent_obj;
    MemoryRegion mmio;

    char *name;
    uint64_t size;
    CcaPrimeCell id;
};

static uint32_t read_word(void *opaque, hwaddr offset)
{
    CcaFvpStub *s = opaque;
    hwaddr last_page = s->size - PAGE;

    if (s->id.part && offset >= last_page + PRIMECELL_ID) {
        return cca_primecell_id(&s->id, offset - last_page);
    }
    qemu_log_mask(LOG_UNIMP, "%s: read at 0x%" HWADDR_PRIx "\n", s->name,
                  offset);
    return 0;
}

static uint64_t read_regs(void *opaque, hwaddr addr, unsigned size)
{
    return cca_fvp_read(read_word, opaque, addr, size);
}

static void write_regs(void *opaque, hwaddr addr, uint64_t value,
                       unsigned size)
{
    CcaFvpStub *s = opaque;

    qemu_log_mask(LOG_UNIMP, "%s: %u-byte write of 0x%" PRIx64 " at 0x%"
                  HWADDR_PRIx "\n", s->name, size, value, addr);
}

static const MemoryRegionOps ops = {
    .read = read_regs,
    .write = write_regs,
    CCA_FVP_WORD_ACCESS,
};

static void realize(DeviceState *dev, Error **errp)
{
    CcaFvpStub *s = CCA_FVP_STUB(dev);

    if (!s->name || s->size == 0 || s->size % PAGE) {
        error_setg(errp, TYPE_CCA_FVP_STUB " needs a name, and a size that "
                   "is a multiple of %u", PAGE);
        return;
    }
    if (s->id.part > PART_MAX || s->id.revision > REVISION_MAX) {
        error_setg(errp, TYPE_CCA_FVP_STUB ": part has 12 bits, revision 4");
        return;
    }
    memory_region_init_io(&s->mmio, OBJECT(s), &ops, s, s->name, s->size);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mmio);
}

static const Property properties[] = {
    DEFINE_PROP_STRING("name", CcaFvpStub, name),
    DEFINE_PROP_UINT64("size", CcaFvpStub, size, PAGE),
    DEFINE_PROP_UINT16("part", CcaFvpStub, id.part, 0),
    DEFINE_PROP_UINT8("revision", CcaFvpStub, id.revision, 0),
    DEFINE_PROP_UINT8("configuration", CcaFvpStub, id.configuration, 0),
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Stand-in for a device of the Base FVP";
    dc->realize = realize;
    device_class_set_props(dc, properties);
}

static const TypeInfo stub_info = {
    .name = TYPE_CCA_FVP_STUB,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaFvpStub),
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&stub_info);
}

type_init(register_types)
