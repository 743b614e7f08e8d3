/*
 * Watchdog (SP805, DDI 0270).
 *
 * A counter goes from WdogLoad down to 0, where it raises the interrupt, and
 * one tick later starts again. Reaching 0 once more with the interrupt still
 * there resets the machine, if software wants that.
 *
 * The counter is not counted: it is worked out from the time at which it was
 * loaded. There is a timer for the next expiry that changes something, so one
 * that nobody attends to costs nothing, however small its period.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "system/watchdog.h"
#include "fvp-sp805.h"
#include "fvp-words.h"

REG32(WDOGLOAD, 0x000)
REG32(WDOGVALUE, 0x004)
REG32(WDOGCONTROL, 0x008)
    FIELD(WDOGCONTROL, INTEN, 0, 1)
    FIELD(WDOGCONTROL, RESEN, 1, 1)
REG32(WDOGINTCLR, 0x00c)
REG32(WDOGRIS, 0x010)
REG32(WDOGMIS, 0x014)
REG32(WDOGLOCK, 0xc00)
REG32(WDOGITCR, 0xf00)
REG32(WDOGITOP, 0xf04)
    FIELD(WDOGITOP, WDOGRES, 0, 1)
    FIELD(WDOGITOP, WDOGINT, 1, 1)

enum { SIZE = 0x1000, DEFAULT_HZ = 32768 };
#define UNLOCK 0x1acce551u

static const CcaPrimeCell id = { .part = 0x805, .revision = 1 };

struct CcaSp805 {
    SysBusDevice parent_obj;
    MemoryRegion mmio;
    qemu_irq irq;
    QEMUTimer *timer;
    uint32_t hz;

    uint32_t load, control, itcr, itop;
    uint32_t stopped_value;     /* while the counter stands still */
    bool ris;                   /* it was 0, and nobody cleared that */
    bool resetting;             /* WDOGRES is asserted; the counter stands */
    bool locked;
    /* While it runs: its first round began with @start_value at @start_ns. */
    uint32_t start_value;
    int64_t start_ns;
};

static bool running(const CcaSp805 *s)
{
    return FIELD_EX32(s->control, WDOGCONTROL, INTEN) && !s->resetting;
}

static uint64_t ticks_since_start(const CcaSp805 *s)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    return muldiv64(MAX(now - s->start_ns, 0), s->hz, NANOSECONDS_PER_SECOND);
}

static uint32_t counter(const CcaSp805 *s)
{
    uint64_t ticks;

    if (!running(s)) {
        return s->stopped_value;
    }
    ticks = ticks_since_start(s);
    if (ticks <= s->start_value) {
        return s->start_value - ticks;
    }
    ticks -= s->start_value + 1ull;
    return s->load - ticks % (s->load + 1ull);
}

static void update_irq(CcaSp805 *s)
{
    bool level = s->ris && FIELD_EX32(s->control, WDOGCONTROL, INTEN);

    if (s->itcr) {
        level = FIELD_EX32(s->itop, WDOGITOP, WDOGINT);
    }
    qemu_set_irq(s->irq, level);
}

/* When the counter is 0 next, in ns; not the time that is now. */
static int64_t next_zero(const CcaSp805 *s)
{
    uint64_t ticks = ticks_since_start(s);
    uint64_t zero = s->start_value;
    uint64_t ns;

    if (ticks >= zero) {
        uint64_t period = s->load + 1ull;

        zero += ((ticks - zero) / period + 1) * period;
    }
    /* The first ns of that tick. */
    ns = muldiv64_round_up(zero, NANOSECONDS_PER_SECOND, s->hz);
    return ns > (uint64_t)(INT64_MAX - s->start_ns) ? INT64_MAX :
                                                     s->start_ns + ns;
}

static void schedule(CcaSp805 *s)
{
    bool matters = !s->ris || FIELD_EX32(s->control, WDOGCONTROL, RESEN);

    if (running(s) && matters) {
        timer_mod(s->timer, next_zero(s));
    } else {
        timer_del(s->timer);
    }
}

/* Start from @value now, or stand at it. */
static void set_counter(CcaSp805 *s, uint32_t value)
{
    s->stopped_value = s->start_value = value;
    s->start_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    if (value == 0 && running(s)) {
        s->ris = true;
    }
    schedule(s);
    update_irq(s);
}

static void expired(void *opaque)
{
    CcaSp805 *s = opaque;

    if (s->ris && FIELD_EX32(s->control, WDOGCONTROL, RESEN)) {
        s->stopped_value = 0;
        s->resetting = true;
        schedule(s);
        watchdog_perform_action();
        return;
    }
    s->ris = true;
    schedule(s);
    update_irq(s);
}

static uint32_t read_word(void *opaque, hwaddr offset)
{
    CcaSp805 *s = opaque;

    switch (offset) {
    case A_WDOGLOAD:
        return s->load;
    case A_WDOGVALUE:
        return counter(s);
    case A_WDOGCONTROL:
        return s->control;
    case A_WDOGRIS:
        return s->ris;
    case A_WDOGMIS:
        return s->ris && FIELD_EX32(s->control, WDOGCONTROL, INTEN);
    case A_WDOGLOCK:
        return s->locked;
    case A_WDOGITCR:
        return s->itcr;
    case PRIMECELL_ID ... PRIMECELL_END - 1:
        return cca_primecell_id(&id, offset);
    default:
        cca_fvp_no_register(TYPE_CCA_SP805, "read", offset);
        return 0;
    }
}

static void write_control(CcaSp805 *s, uint32_t value)
{
    uint32_t now = counter(s);
    bool ran = running(s);

    s->control = value & (R_WDOGCONTROL_INTEN_MASK |
                          R_WDOGCONTROL_RESEN_MASK);
    if (ran && !running(s)) {
        s->stopped_value = now;
    } else if (!ran && running(s)) {
        set_counter(s, s->load);
        return;
    }
    schedule(s);
    update_irq(s);
}

static void write_word(void *opaque, hwaddr offset, uint32_t value)
{
    CcaSp805 *s = opaque;

    if (s->locked && offset != A_WDOGLOCK) {
        qemu_log_mask(LOG_GUEST_ERROR, TYPE_CCA_SP805 ": write at 0x%"
                      HWADDR_PRIx " while locked\n", offset);
        return;
    }
    switch (offset) {
    case A_WDOGLOAD:
        s->load = value;
        set_counter(s, value);
        break;
    case A_WDOGCONTROL:
        write_control(s, value);
        break;
    case A_WDOGINTCLR:
        s->ris = false;
        set_counter(s, s->load);
        break;
    case A_WDOGLOCK:
        s->locked = value != UNLOCK;
        break;
    case A_WDOGITCR:
        s->itcr = value & 1;
        update_irq(s);
        break;
    case A_WDOGITOP:
        s->itop = value & (R_WDOGITOP_WDOGRES_MASK | R_WDOGITOP_WDOGINT_MASK);
        update_irq(s);
        if (s->itcr && FIELD_EX32(s->itop, WDOGITOP, WDOGRES)) {
            watchdog_perform_action();
        }
        break;
    default:
        cca_fvp_no_register(TYPE_CCA_SP805, "write", offset);
        break;
    }
}

static uint64_t read_regs(void *opaque, hwaddr addr, unsigned size)
{
    return cca_fvp_read(read_word, opaque, addr, size);
}

static void write_regs(void *opaque, hwaddr addr, uint64_t value,
                       unsigned size)
{
    cca_fvp_write(write_word, opaque, TYPE_CCA_SP805, addr, value, size);
}

static const MemoryRegionOps ops = {
    .read = read_regs,
    .write = write_regs,
    CCA_FVP_WORD_ACCESS,
};

static void reset_hold(Object *obj, ResetType type)
{
    CcaSp805 *s = CCA_SP805(obj);

    s->load = s->stopped_value = UINT32_MAX;
    s->control = s->itcr = s->itop = 0;
    s->ris = s->resetting = s->locked = false;
    timer_del(s->timer);
}

static void reset_exit(Object *obj, ResetType type)
{
    update_irq(CCA_SP805(obj));
}

static void init(Object *obj)
{
    CcaSp805 *s = CCA_SP805(obj);

    memory_region_init_io(&s->mmio, obj, &ops, s, TYPE_CCA_SP805, SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
}

static void realize(DeviceState *dev, Error **errp)
{
    CcaSp805 *s = CCA_SP805(dev);

    if (s->hz == 0 || s->hz > NANOSECONDS_PER_SECOND) {
        error_setg(errp, TYPE_CCA_SP805 ".clock-frequency=%u: must be 1 to "
                   "%u Hz", s->hz, (unsigned)NANOSECONDS_PER_SECOND);
        return;
    }
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, expired, s);
}

static void finalize(Object *obj)
{
    timer_free(CCA_SP805(obj)->timer);
}

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_SP805,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_TIMER_PTR(timer, CcaSp805),
        VMSTATE_UINT32(load, CcaSp805),
        VMSTATE_UINT32(control, CcaSp805),
        VMSTATE_UINT32(itcr, CcaSp805),
        VMSTATE_UINT32(itop, CcaSp805),
        VMSTATE_UINT32(stopped_value, CcaSp805),
        VMSTATE_BOOL(ris, CcaSp805),
        VMSTATE_BOOL(resetting, CcaSp805),
        VMSTATE_BOOL(locked, CcaSp805),
        VMSTATE_UINT32(start_value, CcaSp805),
        VMSTATE_INT64(start_ns, CcaSp805),
        VMSTATE_END_OF_LIST()
    },
};

static const Property properties[] = {
    DEFINE_PROP_UINT32("clock-frequency", CcaSp805, hz, DEFAULT_HZ),
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "SP805 watchdog";
    dc->vmsd = &vmstate;
    dc->realize = realize;
    RESETTABLE_CLASS(klass)->phases.hold = reset_hold;
    RESETTABLE_CLASS(klass)->phases.exit = reset_exit;
    device_class_set_props(dc, properties);
}

static const TypeInfo sp805_info = {
    .name = TYPE_CCA_SP805,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaSp805),
    .instance_init = init,
    .instance_finalize = finalize,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&sp805_info);
}

type_init(register_types)
