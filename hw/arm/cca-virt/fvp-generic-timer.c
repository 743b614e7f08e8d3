/*
 * Timers of the Generic Timer in memory: frames CNTCTLBase and CNTBase<n>
 * (Arm ARM, "System Level Implementation of the Generic Timer").
 *
 * Root accesses are as Secure ones, Realm accesses as Non-secure ones. What
 * CNTNSAR and CNTACR<n> do not allow is RAZ/WI. No frame has a second view.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "fvp-generic-timer.h"
#include "fvp-refcounter.h"
#include "fvp-words.h"

/* CNTCTLBase */
REG32(CTL_CNTFRQ, 0x000)
REG32(CNTNSAR, 0x004)
REG32(CNTTIDR, 0x008)
    FIELD(CNTTIDR, FI, 0, 1)            /* of frame 0; one every 4 bits */
    FIELD(CNTTIDR, FVI, 1, 1)
REG32(CNTACR0, 0x040)
    FIELD(CNTACR0, RPCT, 0, 1)
    FIELD(CNTACR0, RVCT, 1, 1)
    FIELD(CNTACR0, RFRQ, 2, 1)
    FIELD(CNTACR0, RVOFF, 3, 1)
    FIELD(CNTACR0, RWVT, 4, 1)
    FIELD(CNTACR0, RWPT, 5, 1)
REG32(CNTVOFF0, 0x080)                  /* 64 bits each */
/* CNTBase<n> */
REG32(CNTPCT_LO, 0x000)
REG32(CNTPCT_HI, 0x004)
REG32(CNTVCT_LO, 0x008)
REG32(CNTVCT_HI, 0x00c)
REG32(CNTFRQ, 0x010)
REG32(CNTEL0ACR, 0x014)
REG32(CNTVOFF_LO, 0x018)
REG32(CNTVOFF_HI, 0x01c)
/* A timer, at TIMER_PHYSICAL or TIMER_VIRTUAL. */
REG32(TIMER_PHYSICAL, 0x020)
REG32(TIMER_VIRTUAL, 0x030)
REG32(TIMER_END, 0x040)
REG32(CVAL_LO, 0x00)
REG32(CVAL_HI, 0x04)
REG32(TVAL, 0x08)
REG32(CTL, 0x0c)
    FIELD(CTL, ENABLE, 0, 1)
    FIELD(CTL, IMASK, 1, 1)
    FIELD(CTL, ISTATUS, 2, 1)
/* All */
REG32(COUNTERID0, 0xfd0)
REG32(COUNTERID_END, 0x1000)

enum {
    FRAMES = 2, FRAME_SIZE = 0x10000,
    CNTACR_MASK = 0x3f, CNTNSAR_MASK = (1 << FRAMES) - 1,
    TIMER_STRIDE = A_TIMER_VIRTUAL - A_TIMER_PHYSICAL,
};
#define FRAME_NAME TYPE_CCA_GENERIC_TIMER "-frame"

enum { PHYSICAL, VIRTUAL, TIMERS };

typedef struct Timer {
    uint64_t cval;
    uint32_t ctl;               /* without ISTATUS */
} Timer;

typedef struct Frame {
    CcaGenericTimer *parent;
    MemoryRegion mmio;
    qemu_irq irq;
    QEMUTimer *event;           /* when the interrupt next changes */

    Timer timers[TIMERS];
    uint64_t voff;
    uint32_t acr;
} Frame;

struct CcaGenericTimer {
    SysBusDevice parent_obj;
    MemoryRegion ctl;
    CcaRefcounter *counter;
    Notifier on_counter;
    bool secure_memory;
    uint64_t sample;            /* the count, for all of one access */
    bool secure;                /* so is this access */

    uint32_t frq, nsar;
    Frame frames[FRAMES];
};

/* Timers */

static uint64_t offset_of(const Frame *f, unsigned timer)
{
    return timer == VIRTUAL ? f->voff : 0;
}

/* The condition of timer @n is met at @count. */
static bool is_met(const Frame *f, unsigned n, uint64_t count)
{
    const Timer *t = &f->timers[n];

    return FIELD_EX32(t->ctl, CTL, ENABLE) &&
           count - offset_of(f, n) >= t->cval;
}

/* How long until that changes; 0: in 2^64 ticks. */
static uint64_t ticks_to_change(const Frame *f, unsigned n, uint64_t count)
{
    uint64_t view = count - offset_of(f, n);

    return view >= f->timers[n].cval ? -view : f->timers[n].cval - view;
}

static void update(Frame *f)
{
    const CcaRefcounter *counter = f->parent->counter;
    uint64_t count = cca_refcounter_count(counter);
    int64_t when = INT64_MAX;
    bool level = false;

    for (unsigned n = 0; n < TIMERS; n++) {
        const Timer *t = &f->timers[n];
        uint64_t ticks;

        if (!FIELD_EX32(t->ctl, CTL, ENABLE) ||
            FIELD_EX32(t->ctl, CTL, IMASK)) {
            continue;
        }
        level |= is_met(f, n, count);
        ticks = ticks_to_change(f, n, count);
        if (ticks) {
            when = MIN(when, cca_refcounter_after(counter, ticks));
        }
    }
    qemu_set_irq(f->irq, level);
    if (when == INT64_MAX) {
        timer_del(f->event);
    } else {
        timer_mod(f->event, when);
    }
}

static void event(void *opaque)
{
    update(opaque);
}

static void counter_changed(Notifier *notifier, void *data)
{
    CcaGenericTimer *s = container_of(notifier, CcaGenericTimer, on_counter);

    for (unsigned n = 0; n < FRAMES; n++) {
        update(&s->frames[n]);
    }
}

/* A register of both kinds of frame, or none. */
static void no_register(const char *name, const char *what, hwaddr offset)
{
    if (offset < A_COUNTERID0 || offset >= A_COUNTERID_END) {
        cca_fvp_no_register(name, what, offset);
    }
}

/* CNTBase<n> */

/* The bit of CNTACR<n> that opens register @offset; 0: there is none. */
static uint32_t permission(hwaddr offset)
{
    switch (offset) {
    case A_CNTPCT_LO:
    case A_CNTPCT_HI:
        return R_CNTACR0_RPCT_MASK;
    case A_CNTVCT_LO:
    case A_CNTVCT_HI:
        return R_CNTACR0_RVCT_MASK;
    case A_CNTFRQ:
        return R_CNTACR0_RFRQ_MASK;
    case A_CNTVOFF_LO:
    case A_CNTVOFF_HI:
        return R_CNTACR0_RVOFF_MASK;
    case A_TIMER_PHYSICAL ... A_TIMER_VIRTUAL - 1:
        return R_CNTACR0_RWPT_MASK;
    case A_TIMER_VIRTUAL ... A_TIMER_END - 1:
        return R_CNTACR0_RWVT_MASK;
    default:
        return 0;
    }
}

/* This access reaches register @offset of @f. */
static bool allowed(const Frame *f, hwaddr offset)
{
    const CcaGenericTimer *s = f->parent;
    unsigned n = f - s->frames;

    return (s->secure || (s->nsar >> n & 1)) && (f->acr & permission(offset));
}

static uint32_t read_timer(const Frame *f, unsigned n, hwaddr offset)
{
    const Timer *t = &f->timers[n];
    uint64_t count = f->parent->sample;

    switch (offset) {
    case A_CVAL_LO:
        return t->cval;
    case A_CVAL_HI:
        return t->cval >> 32;
    case A_TVAL:
        return t->cval - (count - offset_of(f, n));
    default: /* CTL */
        return FIELD_DP32(t->ctl, CTL, ISTATUS, is_met(f, n, count));
    }
}

static uint32_t frame_read_word(void *opaque, hwaddr offset)
{
    const Frame *f = opaque;
    const CcaGenericTimer *s = f->parent;

    if (!permission(offset) && offset != A_CNTEL0ACR) {
        no_register(FRAME_NAME, "read", offset);
        return 0;
    }
    if (!allowed(f, offset)) {
        return 0;
    }
    switch (offset) {
    case A_CNTPCT_LO:
        return s->sample;
    case A_CNTPCT_HI:
        return s->sample >> 32;
    case A_CNTVCT_LO:
        return s->sample - f->voff;
    case A_CNTVCT_HI:
        return (s->sample - f->voff) >> 32;
    case A_CNTFRQ:
        return s->frq;
    case A_CNTVOFF_LO:
        return f->voff;
    case A_CNTVOFF_HI:
        return f->voff >> 32;
    default:
        return read_timer(f, (offset - A_TIMER_PHYSICAL) / TIMER_STRIDE,
                          offset % TIMER_STRIDE);
    }
}

static void frame_write_word(void *opaque, hwaddr offset, uint32_t value)
{
    Frame *f = opaque;
    unsigned n = (offset - A_TIMER_PHYSICAL) / TIMER_STRIDE;
    Timer *t;

    if (offset < A_TIMER_PHYSICAL || offset >= A_TIMER_END) {
        if (offset != A_CNTEL0ACR) {
            cca_fvp_no_register(FRAME_NAME, "write", offset);
        }
        return;
    }
    if (!allowed(f, offset)) {
        return;
    }
    t = &f->timers[n];
    switch (offset % TIMER_STRIDE) {
    case A_CVAL_LO:
        t->cval = deposit64(t->cval, 0, 32, value);
        break;
    case A_CVAL_HI:
        t->cval = deposit64(t->cval, 32, 32, value);
        break;
    case A_TVAL:
        t->cval = f->parent->sample - offset_of(f, n) + (int32_t)value;
        break;
    default: /* CTL */
        t->ctl = value & (R_CTL_ENABLE_MASK | R_CTL_IMASK_MASK);
        break;
    }
}

static void begin(CcaGenericTimer *s, MemTxAttrs attrs)
{
    s->secure = attrs.secure || !s->secure_memory;
    s->sample = cca_refcounter_count(s->counter);
}

static MemTxResult frame_read(void *opaque, hwaddr addr, uint64_t *value,
                              unsigned size, MemTxAttrs attrs)
{
    Frame *f = opaque;

    begin(f->parent, attrs);
    *value = cca_fvp_read(frame_read_word, f, addr, size);
    return MEMTX_OK;
}

static MemTxResult frame_write(void *opaque, hwaddr addr, uint64_t value,
                               unsigned size, MemTxAttrs attrs)
{
    Frame *f = opaque;

    begin(f->parent, attrs);
    cca_fvp_write(frame_write_word, f, FRAME_NAME, addr, value, size);
    update(f);
    return MEMTX_OK;
}

/* CNTCTLBase */

/* The frame whose CNTACR<n> or CNTVOFF<n> this access reaches, or NULL. */
static Frame *controlled(CcaGenericTimer *s, hwaddr offset)
{
    unsigned n;

    if (offset >= A_CNTACR0 && offset < A_CNTACR0 + FRAMES * 4) {
        n = (offset - A_CNTACR0) / 4;
    } else if (offset >= A_CNTVOFF0 && offset < A_CNTVOFF0 + FRAMES * 8) {
        n = (offset - A_CNTVOFF0) / 8;
    } else {
        return NULL;
    }
    return s->secure || (s->nsar >> n & 1) ? &s->frames[n] : NULL;
}

static uint32_t timer_id(void)
{
    uint32_t value = 0;

    for (unsigned n = 0; n < FRAMES; n++) {
        value |= (R_CNTTIDR_FI_MASK | R_CNTTIDR_FVI_MASK) << 4 * n;
    }
    return value;
}

static uint32_t ctl_read_word(void *opaque, hwaddr offset)
{
    CcaGenericTimer *s = opaque;
    const Frame *f;

    switch (offset) {
    case A_CTL_CNTFRQ:
        return s->secure ? s->frq : 0;
    case A_CNTNSAR:
        return s->secure ? s->nsar : 0;
    case A_CNTTIDR:
        return timer_id();
    default:
        break;
    }
    f = controlled(s, offset);
    if (!f) {
        no_register(TYPE_CCA_GENERIC_TIMER, "read", offset);
        return 0;
    }
    return offset < A_CNTVOFF0 ? f->acr :
           offset % 8 ? f->voff >> 32 : f->voff;
}

static void ctl_write_word(void *opaque, hwaddr offset, uint32_t value)
{
    CcaGenericTimer *s = opaque;
    Frame *f = controlled(s, offset);

    if (f && offset < A_CNTVOFF0) {
        f->acr = value & CNTACR_MASK;
    } else if (f) {
        f->voff = deposit64(f->voff, offset % 8 * 8, 32, value);
    } else if (s->secure && offset == A_CTL_CNTFRQ) {
        s->frq = value;
    } else if (s->secure && offset == A_CNTNSAR) {
        s->nsar = value & CNTNSAR_MASK;
    } else {
        cca_fvp_no_register(TYPE_CCA_GENERIC_TIMER, "write", offset);
    }
}

static MemTxResult ctl_read(void *opaque, hwaddr addr, uint64_t *value,
                            unsigned size, MemTxAttrs attrs)
{
    CcaGenericTimer *s = opaque;

    begin(s, attrs);
    *value = cca_fvp_read(ctl_read_word, s, addr, size);
    return MEMTX_OK;
}

static MemTxResult ctl_write(void *opaque, hwaddr addr, uint64_t value,
                             unsigned size, MemTxAttrs attrs)
{
    CcaGenericTimer *s = opaque;

    begin(s, attrs);
    cca_fvp_write(ctl_write_word, s, TYPE_CCA_GENERIC_TIMER, addr, value,
                  size);
    for (unsigned n = 0; n < FRAMES; n++) {
        update(&s->frames[n]);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps frame_ops = {
    .read_with_attrs = frame_read,
    .write_with_attrs = frame_write,
    CCA_FVP_WORD_ACCESS,
};

static const MemoryRegionOps ctl_ops = {
    .read_with_attrs = ctl_read,
    .write_with_attrs = ctl_write,
    CCA_FVP_WORD_ACCESS,
};

/* The device */

static void reset_hold(Object *obj, ResetType type)
{
    CcaGenericTimer *s = CCA_GENERIC_TIMER(obj);

    s->frq = s->nsar = 0;
    for (unsigned n = 0; n < FRAMES; n++) {
        Frame *f = &s->frames[n];

        memset(f->timers, 0, sizeof(f->timers));
        f->voff = 0;
        f->acr = 0;
        timer_del(f->event);
    }
}

static void reset_exit(Object *obj, ResetType type)
{
    counter_changed(&CCA_GENERIC_TIMER(obj)->on_counter, NULL);
}

static void init(Object *obj)
{
    CcaGenericTimer *s = CCA_GENERIC_TIMER(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->ctl, obj, &ctl_ops, s, TYPE_CCA_GENERIC_TIMER,
                          FRAME_SIZE);
    sysbus_init_mmio(sbd, &s->ctl);
    for (unsigned n = 0; n < FRAMES; n++) {
        Frame *f = &s->frames[n];

        f->parent = s;
        memory_region_init_io(&f->mmio, obj, &frame_ops, f, FRAME_NAME,
                              FRAME_SIZE);
        sysbus_init_mmio(sbd, &f->mmio);
        sysbus_init_irq(sbd, &f->irq);
        f->event = timer_new_ns(QEMU_CLOCK_VIRTUAL, event, f);
    }
    s->on_counter.notify = counter_changed;
}

static void finalize(Object *obj)
{
    CcaGenericTimer *s = CCA_GENERIC_TIMER(obj);

    for (unsigned n = 0; n < FRAMES; n++) {
        timer_free(s->frames[n].event);
    }
}

static void realize(DeviceState *dev, Error **errp)
{
    CcaGenericTimer *s = CCA_GENERIC_TIMER(dev);

    if (!s->counter) {
        error_setg(errp, TYPE_CCA_GENERIC_TIMER " needs a counter");
        return;
    }
    cca_refcounter_observe(s->counter, &s->on_counter);
}

static const VMStateDescription vmstate_timer = {
    .name = TYPE_CCA_GENERIC_TIMER "-timer",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(cval, Timer),
        VMSTATE_UINT32(ctl, Timer),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_frame = {
    .name = FRAME_NAME,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_TIMER_PTR(event, Frame),
        VMSTATE_STRUCT_ARRAY(timers, Frame, TIMERS, 1, vmstate_timer, Timer),
        VMSTATE_UINT64(voff, Frame),
        VMSTATE_UINT32(acr, Frame),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_GENERIC_TIMER,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(frq, CcaGenericTimer),
        VMSTATE_UINT32(nsar, CcaGenericTimer),
        VMSTATE_STRUCT_ARRAY(frames, CcaGenericTimer, FRAMES, 1,
                             vmstate_frame, Frame),
        VMSTATE_END_OF_LIST()
    },
};

static const Property properties[] = {
    DEFINE_PROP_LINK("counter", CcaGenericTimer, counter, TYPE_CCA_REFCOUNTER,
                     CcaRefcounter *),
    DEFINE_PROP_BOOL("secure-memory", CcaGenericTimer, secure_memory, true),
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Memory-mapped generic timer";
    dc->vmsd = &vmstate;
    dc->realize = realize;
    RESETTABLE_CLASS(klass)->phases.hold = reset_hold;
    RESETTABLE_CLASS(klass)->phases.exit = reset_exit;
    device_class_set_props(dc, properties);
}

static const TypeInfo generic_timer_info = {
    .name = TYPE_CCA_GENERIC_TIMER,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaGenericTimer),
    .instance_init = init,
    .instance_finalize = finalize,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&generic_timer_info);
}

type_init(register_types)
