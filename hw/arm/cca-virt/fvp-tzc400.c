/*
 * Machine "cca-fvp": the TZC-400 in front of DRAM.
 *
 * Each master has a view of memory. Where it may read and write, an alias of
 * the memory behind stands in the view, so that accesses cost nothing more;
 * under the aliases lies a region of ours, which asks the engine about each
 * access, carries out what is allowed (a master may have one of reads and
 * writes), and records the others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/host-utils.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "fvp-tzc400.h"
#include "tzc400-regs.h"
#include "tzc400.h"

/* All under the big lock. */
typedef struct View {
    CcaTzc400State *tzc;
    Tzc400Master who;
    MemoryRegion memory;        /* what the master gets */
    MemoryRegion checked;       /* below @open */
    MemoryRegion open[TZC_MAX_OPEN];
    Tzc400Range range[TZC_MAX_OPEN];    /* where @open are */
    unsigned opened;
} View;

struct CcaTzc400State {
    SysBusDevice parent_obj;

    MemoryRegion *downstream;
    bool secure_memory;

    AddressSpace as;            /* @downstream */
    MemoryRegion regs;
    qemu_irq irq;
    Tzc400 engine;
    unsigned address_bits;
    View *view[TZC_NSAIDS][2];  /* the second: secure */
};

/* --- views --- */

static Tzc400Verdict check(const View *v, hwaddr addr, unsigned size)
{
    const hwaddr last = addr + size - 1;
    Tzc400Verdict begin = tzc400_check(&v->tzc->engine, &v->who, addr), end;

    if (begin & ~TZC_BOTH || !((addr ^ last) & ~(hwaddr)(TZC_GRANULE - 1))) {
        return begin;
    }
    /* Buses break accesses at such a boundary; both parts must pass. */
    end = tzc400_check(&v->tzc->engine, &v->who, last);
    return end & ~TZC_BOTH ? end : begin & end;
}

static MemTxResult refuse(View *v, Tzc400Verdict verdict, hwaddr addr,
                          bool write, MemTxAttrs attrs)
{
    CcaTzc400State *s = v->tzc;
    bool error = tzc400_fail(&s->engine, &v->who, verdict, addr, write,
                             !attrs.user, v->who.nsaid);

    qemu_log_mask(LOG_GUEST_ERROR, "%s: %s %s at 0x%" HWADDR_PRIx
                  " of NSAID %u refused%s\n", TYPE_CCA_TZC400,
                  v->who.secure ? "Secure" : "Non-secure",
                  write ? "write" : "read", addr, v->who.nsaid,
                  verdict == TZC_CLOSED ? ": the gate is closed" :
                  verdict == TZC_OVERLAP ? ": regions overlap" : "");
    qemu_set_irq(s->irq, tzc400_line(&s->engine));
    return error ? MEMTX_DECODE_ERROR : MEMTX_OK;
}

static MemTxResult checked_read(void *opaque, hwaddr addr, uint64_t *data,
                                unsigned size, MemTxAttrs attrs)
{
    View *v = opaque;
    Tzc400Verdict verdict = check(v, addr, size);
    uint8_t bytes[8] = { 0 };
    MemTxResult result;

    *data = 0;
    if (!(verdict & TZC_READ) && !attrs.debug) {
        return refuse(v, verdict, addr, false, attrs);
    }
    result = address_space_read(&v->tzc->as, addr, attrs, bytes, size);
    *data = ldn_le_p(bytes, size);
    return result;
}

static MemTxResult checked_write(void *opaque, hwaddr addr, uint64_t data,
                                 unsigned size, MemTxAttrs attrs)
{
    View *v = opaque;
    Tzc400Verdict verdict = check(v, addr, size);
    uint8_t bytes[8];

    if (!(verdict & TZC_WRITE) && !attrs.debug) {
        return refuse(v, verdict, addr, true, attrs);
    }
    stn_le_p(bytes, size, data);
    return address_space_write(&v->tzc->as, addr, attrs, bytes, size);
}

static const MemoryRegionOps checked_ops = {
    .read_with_attrs = checked_read,
    .write_with_attrs = checked_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

static unsigned open_ranges(const View *v, Tzc400Range range[TZC_MAX_OPEN])
{
    const CcaTzc400State *s = v->tzc;

    if (!s->secure_memory) {
        range[0] = (Tzc400Range) { 0, UINT64_MAX >> (64 - s->address_bits) };
        return 1;
    }
    return tzc400_open_ranges(&s->engine, &v->who, range);
}

/* Have @v->open[i] stand where @to says; NULL: nowhere. */
static void move(View *v, unsigned i, const Tzc400Range *to)
{
    const Tzc400Range *from = i < v->opened ? &v->range[i] : NULL;
    MemoryRegion *mr = &v->open[i];

    if (to && from && to->first == from->first && to->last == from->last) {
        return;
    }
    memory_region_set_enabled(mr, false);
    if (to) {
        uint64_t size = to->last - to->first;

        /* All of 64 bits is UINT64_MAX to QEMU. */
        memory_region_set_size(mr, size == UINT64_MAX ? size : size + 1);
        memory_region_set_alias_offset(mr, to->first);
        memory_region_set_address(mr, to->first);
        memory_region_set_enabled(mr, true);
        v->range[i] = *to;
    }
}

/* What does not change is not touched. */
static void rebuild(View *v)
{
    Tzc400Range range[TZC_MAX_OPEN];
    unsigned count = open_ranges(v, range);

    memory_region_transaction_begin();
    for (unsigned i = 0; i < TZC_MAX_OPEN; i++) {
        if (i < count || i < v->opened) {
            move(v, i, i < count ? &range[i] : NULL);
        }
    }
    v->opened = count;
    memory_region_transaction_commit();
}

static void rebuild_all(CcaTzc400State *s)
{
    memory_region_transaction_begin();
    for (unsigned i = 0; i < TZC_NSAIDS; i++) {
        for (unsigned secure = 0; secure < 2; secure++) {
            if (s->view[i][secure]) {
                rebuild(s->view[i][secure]);
            }
        }
    }
    memory_region_transaction_commit();
}

/* Displays have a way of their own. */
static unsigned filter_of(unsigned nsaid)
{
    return nsaid == TZC400_NSAID_HDLCD || nsaid == TZC400_NSAID_CLCD ? 2 : 0;
}

static View *make_view(CcaTzc400State *s, unsigned nsaid, bool secure)
{
    g_autofree char *name = g_strdup_printf("tzc400-%s-%u",
                                            secure ? "s" : "ns", nsaid);
    uint64_t size = memory_region_size(s->downstream);
    View *v = g_new0(View, 1);

    v->tzc = s;
    v->who = (Tzc400Master) {
        .filter = filter_of(nsaid), .nsaid = nsaid, .secure = secure,
    };
    memory_region_init(&v->memory, OBJECT(s), name, size);
    memory_region_init_io(&v->checked, OBJECT(s), &checked_ops, v,
                          "tzc400-checked", size);
    memory_region_add_subregion_overlap(&v->memory, 0, &v->checked, 0);
    for (unsigned i = 0; i < TZC_MAX_OPEN; i++) {
        memory_region_init_alias(&v->open[i], OBJECT(s), "tzc400-open",
                                 s->downstream, 0, TZC_GRANULE);
        memory_region_set_enabled(&v->open[i], false);
        memory_region_add_subregion_overlap(&v->memory, 0, &v->open[i], 1);
    }
    rebuild(v);
    return v;
}

MemoryRegion *cca_tzc400_view(CcaTzc400State *s, unsigned nsaid, bool secure)
{
    g_assert(bql_locked());
    g_assert(DEVICE(s)->realized && nsaid < TZC_NSAIDS);
    if (!s->view[nsaid][secure]) {
        s->view[nsaid][secure] = make_view(s, nsaid, secure);
    }
    return &s->view[nsaid][secure]->memory;
}

/* --- registers --- */

static uint64_t read_regs(void *opaque, hwaddr offset, unsigned size)
{
    CcaTzc400State *s = opaque;

    return tzc400_read(&s->engine, offset);
}

static void write_regs(void *opaque, hwaddr offset, uint64_t value,
                       unsigned size)
{
    CcaTzc400State *s = opaque;
    bool wrong;

    if (tzc400_write(&s->engine, offset, value, &wrong)) {
        rebuild_all(s);
    }
    if (wrong) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: nothing to write at offset 0x%"
                      HWADDR_PRIx "\n", TYPE_CCA_TZC400, offset);
    }
    qemu_set_irq(s->irq, tzc400_line(&s->engine));
}

static const MemoryRegionOps regs_ops = {
    .read = read_regs,
    .write = write_regs,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* --- life --- */

static void reset_hold(Object *obj, ResetType type)
{
    CcaTzc400State *s = CCA_TZC400(obj);

    tzc400_reset(&s->engine, s->address_bits);
    rebuild_all(s);
    qemu_set_irq(s->irq, 0);
}

static int post_load(void *opaque, int version)
{
    CcaTzc400State *s = opaque;

    if (!tzc400_sane(&s->engine)) {
        return -EINVAL;
    }
    rebuild_all(s);
    return 0;
}

static const VMStateDescription vmstate_region = {
    .name = TYPE_CCA_TZC400 "/region",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(base, Tzc400Region),
        VMSTATE_UINT64(top, Tzc400Region),
        VMSTATE_UINT32(attributes, Tzc400Region),
        VMSTATE_UINT32(id_access, Tzc400Region),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_fail = {
    .name = TYPE_CCA_TZC400 "/fail",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(address, Tzc400Fail),
        VMSTATE_UINT32(control, Tzc400Fail),
        VMSTATE_UINT32(id, Tzc400Fail),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_TZC400,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(engine.action, CcaTzc400State),
        VMSTATE_UINT32(engine.gates, CcaTzc400State),
        VMSTATE_UINT32(engine.speculation, CcaTzc400State),
        VMSTATE_UINT32(engine.status, CcaTzc400State),
        VMSTATE_UINT32(engine.overrun, CcaTzc400State),
        VMSTATE_UINT32(engine.overlap, CcaTzc400State),
        VMSTATE_STRUCT_ARRAY(engine.fail, CcaTzc400State, TZC_FILTERS, 1,
                             vmstate_fail, Tzc400Fail),
        VMSTATE_STRUCT_ARRAY(engine.region, CcaTzc400State, TZC_REGIONS, 1,
                             vmstate_region, Tzc400Region),
        VMSTATE_END_OF_LIST()
    },
};

static void realize(DeviceState *dev, Error **errp)
{
    CcaTzc400State *s = CCA_TZC400(dev);
    uint64_t size = s->downstream ? memory_region_size(s->downstream) : 0;

    if (size == UINT64_MAX) {
        s->address_bits = 64;
    } else if (is_power_of_2(size) && ctz64(size) >= 32) {
        s->address_bits = ctz64(size);
    } else {
        error_setg(errp, "%s: downstream must be memory of a power of two "
                   "of bytes, 4 GiB at least", TYPE_CCA_TZC400);
        return;
    }
    tzc400_reset(&s->engine, s->address_bits);
    address_space_init(&s->as, s->downstream, TYPE_CCA_TZC400);
    memory_region_init_io(&s->regs, OBJECT(s), &regs_ops, s, TYPE_CCA_TZC400,
                          TZC_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->regs);
    sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->irq);
}

static const Property properties[] = {
    DEFINE_PROP_LINK("downstream", CcaTzc400State, downstream,
                     TYPE_MEMORY_REGION, MemoryRegion *),
    DEFINE_PROP_BOOL("secure-memory", CcaTzc400State, secure_memory, true),
};

static void class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "Arm TZC-400, TrustZone Address Space Controller";
    dc->realize = realize;
    dc->vmsd = &vmstate;
    dc->user_creatable = false;     /* the machine wires it */
    RESETTABLE_CLASS(oc)->phases.hold = reset_hold;
    device_class_set_props(dc, properties);
}

static const TypeInfo info = {
    .name = TYPE_CCA_TZC400,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaTzc400State),
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&info);
}

type_init(register_types)
