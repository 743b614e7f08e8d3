/*
 * The system counter, seen through memory: frames CNTControlBase and
 * CNTReadBase (Arm ARM, "System Level Implementation of the Generic Timer").
 *
 * It counts with QEMU's virtual clock, as the counters of the PEs do: while
 * software leaves it alone, CNTCV and CNTPCT_EL0 are the same. Software that
 * stops it or sets it does so for these two frames and for the timers in
 * memory; the counters of QEMU's PEs cannot be stopped, and go on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "fvp-refcounter.h"
#include "fvp-words.h"

/* CNTControlBase */
REG32(CNTCR, 0x000)
    FIELD(CNTCR, EN, 0, 1)
    FIELD(CNTCR, HDBG, 1, 1)
    FIELD(CNTCR, FCREQ, 8, 10)
REG32(CNTSR, 0x004)
REG32(CNTCV_LO, 0x008)
REG32(CNTCV_HI, 0x00c)
REG32(CNTID, 0x01c)
REG32(CNTFID0, 0x020)
REG32(CNTFID_END, 0x0c0)
/* CNTReadBase */
REG32(READ_CNTCV_LO, 0x000)
REG32(READ_CNTCV_HI, 0x004)
/* Both */
REG32(COUNTERID0, 0xfd0)
REG32(COUNTERID_END, 0x1000)

enum {
    FRAME_SIZE = 0x10000,
    CNTCR_MASK = R_CNTCR_EN_MASK | R_CNTCR_HDBG_MASK | R_CNTCR_FCREQ_MASK,
    DEFAULT_HZ = 100000000,
};

struct CcaRefcounter {
    SysBusDevice parent_obj;
    MemoryRegion control, read;
    NotifierList observers;
    uint64_t sample;            /* the count, for all of one access */

    uint32_t hz;
    bool start_at_default;

    uint32_t cntcr;
    /* The count while it stands; else what to add to the clock's ticks. */
    uint64_t base;
};

/*
 * QEMU's PEs take whole nanoseconds per tick, so 300 MHz are really 333; so
 * does this.
 */
static int64_t period_ns(const CcaRefcounter *s)
{
    return NANOSECONDS_PER_SECOND / s->hz;
}

static uint64_t clock_ticks(const CcaRefcounter *s)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / period_ns(s);
}

static bool enabled(const CcaRefcounter *s)
{
    return FIELD_EX32(s->cntcr, CNTCR, EN);
}

uint64_t cca_refcounter_count(const CcaRefcounter *s)
{
    return enabled(s) ? s->base + clock_ticks(s) : s->base;
}

int64_t cca_refcounter_after(const CcaRefcounter *s, uint64_t ticks)
{
    uint64_t now = clock_ticks(s);
    uint64_t most = INT64_MAX / period_ns(s);

    if (!enabled(s) || ticks > most - MIN(now, most)) {
        return INT64_MAX;
    }
    return (now + ticks) * period_ns(s);
}

void cca_refcounter_observe(CcaRefcounter *s, Notifier *notifier)
{
    notifier_list_add(&s->observers, notifier);
}

static void set_count(CcaRefcounter *s, uint64_t count)
{
    s->base = enabled(s) ? count - clock_ticks(s) : count;
}

static void write_cntcr(CcaRefcounter *s, uint32_t value)
{
    uint64_t count = cca_refcounter_count(s);

    s->cntcr = value & CNTCR_MASK;
    set_count(s, count);
}

static bool is_id(hwaddr offset)
{
    return offset >= A_COUNTERID0 && offset < A_COUNTERID_END;
}

/* One frequency, so CNTSR says entry 0, whatever FCREQ asks for. */
static uint32_t control_read_word(void *opaque, hwaddr offset)
{
    CcaRefcounter *s = opaque;

    switch (offset) {
    case A_CNTCR:
        return s->cntcr;
    case A_CNTCV_LO:
        return s->sample;
    case A_CNTCV_HI:
        return s->sample >> 32;
    case A_CNTFID0:
        return s->hz;
    case A_CNTSR:
    case A_CNTID:
    case A_CNTFID0 + 4 ... A_CNTFID_END - 1:
        return 0;
    default:
        if (!is_id(offset)) {
            cca_fvp_no_register(TYPE_CCA_REFCOUNTER, "read", offset);
        }
        return 0;
    }
}

static void control_write_word(void *opaque, hwaddr offset, uint32_t value)
{
    CcaRefcounter *s = opaque;
    uint64_t count;

    switch (offset) {
    case A_CNTCR:
        write_cntcr(s, value);
        break;
    case A_CNTCV_LO:
    case A_CNTCV_HI:
        count = cca_refcounter_count(s);
        set_count(s, deposit64(count, offset == A_CNTCV_LO ? 0 : 32, 32,
                               value));
        break;
    default:
        cca_fvp_no_register(TYPE_CCA_REFCOUNTER, "write", offset);
        break;
    }
}

static uint64_t control_read(void *opaque, hwaddr addr, unsigned size)
{
    CcaRefcounter *s = opaque;

    s->sample = cca_refcounter_count(s);
    return cca_fvp_read(control_read_word, s, addr, size);
}

static void control_write(void *opaque, hwaddr addr, uint64_t value,
                          unsigned size)
{
    CcaRefcounter *s = opaque;

    cca_fvp_write(control_write_word, s, TYPE_CCA_REFCOUNTER, addr, value,
                  size);
    notifier_list_notify(&s->observers, NULL);
}

static uint32_t read_read_word(void *opaque, hwaddr offset)
{
    CcaRefcounter *s = opaque;

    switch (offset) {
    case A_READ_CNTCV_LO:
        return s->sample;
    case A_READ_CNTCV_HI:
        return s->sample >> 32;
    default:
        if (!is_id(offset)) {
            cca_fvp_no_register(TYPE_CCA_REFCOUNTER "-read", "read", offset);
        }
        return 0;
    }
}

static uint64_t read_read(void *opaque, hwaddr addr, unsigned size)
{
    CcaRefcounter *s = opaque;

    s->sample = cca_refcounter_count(s);
    return cca_fvp_read(read_read_word, s, addr, size);
}

static void read_write(void *opaque, hwaddr addr, uint64_t value,
                       unsigned size)
{
    cca_fvp_no_register(TYPE_CCA_REFCOUNTER "-read", "write", addr);
}

static const MemoryRegionOps control_ops = {
    .read = control_read,
    .write = control_write,
    CCA_FVP_WORD_ACCESS,
};

static const MemoryRegionOps read_ops = {
    .read = read_read,
    .write = read_write,
    CCA_FVP_WORD_ACCESS,
};

static void reset_hold(Object *obj, ResetType type)
{
    CcaRefcounter *s = CCA_REFCOUNTER(obj);

    s->cntcr = s->start_at_default ? R_CNTCR_EN_MASK : 0;
    s->base = 0;
}

static void init(Object *obj)
{
    CcaRefcounter *s = CCA_REFCOUNTER(obj);

    notifier_list_init(&s->observers);
    memory_region_init_io(&s->control, obj, &control_ops, s,
                          TYPE_CCA_REFCOUNTER, FRAME_SIZE);
    memory_region_init_io(&s->read, obj, &read_ops, s,
                          TYPE_CCA_REFCOUNTER "-read", FRAME_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->control);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->read);
}

static void realize(DeviceState *dev, Error **errp)
{
    CcaRefcounter *s = CCA_REFCOUNTER(dev);

    if (s->hz == 0 || s->hz > NANOSECONDS_PER_SECOND) {
        error_setg(errp, TYPE_CCA_REFCOUNTER ".frequency=%u: must be 1 to %u "
                   "Hz", s->hz, (unsigned)NANOSECONDS_PER_SECOND);
    }
}

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_REFCOUNTER,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(cntcr, CcaRefcounter),
        VMSTATE_UINT64(base, CcaRefcounter),
        VMSTATE_END_OF_LIST()
    },
};

static const Property properties[] = {
    DEFINE_PROP_UINT32("frequency", CcaRefcounter, hz, DEFAULT_HZ),
    DEFINE_PROP_BOOL("non-arch-start-at-default", CcaRefcounter,
                     start_at_default, true),
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Memory-mapped system counter";
    dc->vmsd = &vmstate;
    dc->realize = realize;
    RESETTABLE_CLASS(klass)->phases.hold = reset_hold;
    device_class_set_props(dc, properties);
}

static const TypeInfo refcounter_info = {
    .name = TYPE_CCA_REFCOUNTER,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaRefcounter),
    .instance_init = init,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&refcounter_info);
}

type_init(register_types)
