/*
 * System registers of a Versatile Express board, as the Base FVP has them:
 * identification, switches and LEDs, two counters, flags, and the interface
 * to what configures the board (SYS_CFG*), through which software turns the
 * machine off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/timer.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "system/runstate.h"
#include "fvp-sysregs.h"
#include "fvp-words.h"

REG32(SYS_ID, 0x00)
REG32(SYS_SW, 0x04)
REG32(SYS_LED, 0x08)
REG32(SYS_100HZ, 0x24)
REG32(SYS_FLAGS, 0x30)          /* write: set */
REG32(SYS_FLAGSCLR, 0x34)
REG32(SYS_NVFLAGS, 0x38)        /* write: set */
REG32(SYS_NVFLAGSCLR, 0x3c)
REG32(SYS_MCI, 0x48)
    FIELD(SYS_MCI, CARDIN, 0, 1)
    FIELD(SYS_MCI, WPROT, 1, 1)
REG32(SYS_FLASH, 0x4c)
REG32(SYS_CFGSW, 0x58)
REG32(SYS_24MHZ, 0x5c)
REG32(SYS_MISC, 0x60)
REG32(SYS_DMA, 0x64)
REG32(SYS_PROCID0, 0x84)
REG32(SYS_PROCID1, 0x88)
REG32(SYS_CFGDATA, 0xa0)
REG32(SYS_CFGCTRL, 0xa4)
    FIELD(SYS_CFGCTRL, DEVICE, 0, 12)
    FIELD(SYS_CFGCTRL, POSITION, 12, 4)
    FIELD(SYS_CFGCTRL, SITE, 16, 2)
    FIELD(SYS_CFGCTRL, FUNCTION, 20, 6)
    FIELD(SYS_CFGCTRL, DCC, 26, 4)
    FIELD(SYS_CFGCTRL, WRITE, 30, 1)
    FIELD(SYS_CFGCTRL, START, 31, 1)
REG32(SYS_CFGSTAT, 0xa8)
    FIELD(SYS_CFGSTAT, COMPLETE, 0, 1)
    FIELD(SYS_CFGSTAT, ERROR, 1, 1)

/* Functions of SYS_CFGCTRL that the board has. */
enum {
    CFG_OSC = 1, CFG_RESET = 5, CFG_MUXFPGA = 7, CFG_SHUTDOWN = 8,
    CFG_REBOOT = 9, CFG_DVIMODE = 11,
};

enum {
    SIZE = 0x1000,
    LED_MASK = 0xff, SW_MASK = 0xff, FLASH_MASK = 1,
    MISC_MASK = 1 << 19,        /* SWINT */
    OSCS = 3, MUX_MAX = 3, DVI_MAX = 4,
    BOARD_SITE = 0,
    /* Revision C, HBI 0x020, GICv3's map, a model. */
    REVC_ID = 2 << 28 | 0x020 << 16 | 1 << 12 | 1 << 8,
};

static const uint32_t osc_hz[OSCS] = { 50000000, 23750000, 24000000 };

struct CcaFvpSysregs {
    SysBusDevice parent_obj;
    MemoryRegion mmio;

    /* Properties */
    uint32_t sys_id, proc_id[2];
    uint8_t switches, mux_site;
    bool exit_on_shutdown;

    /* Registers */
    uint32_t sw, led, flags, flash, cfgsw, misc, dma;
    uint32_t nvflags;           /* of those that no reset touches */
    uint32_t mci;               /* pins */
    uint32_t cfgdata, cfgctrl, cfgstat;
    uint32_t osc[OSCS], mux, dvi;
    int64_t reset_ns;           /* when the counters were 0 */
};

/* Ticks of a clock of @hz since reset. */
static uint32_t ticks(const CcaFvpSysregs *s, uint32_t hz)
{
    int64_t ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) - s->reset_ns;

    return muldiv64(ns, hz, NANOSECONDS_PER_SECOND);
}

/* A value that @write sets, up to @max, or that is read. */
static bool cfg_value(CcaFvpSysregs *s, uint32_t *value, bool write,
                      uint32_t max)
{
    if (!write) {
        s->cfgdata = *value;
        return true;
    }
    if (s->cfgdata > max) {
        return false;
    }
    *value = s->cfgdata;
    return true;
}

static bool reset_machine(bool write)
{
    if (write) {
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    }
    return write;
}

/* Carry out what SYS_CFGCTRL says; false if the board cannot. */
static bool cfg_execute(CcaFvpSysregs *s)
{
    bool write = FIELD_EX32(s->cfgctrl, SYS_CFGCTRL, WRITE);
    unsigned device = FIELD_EX32(s->cfgctrl, SYS_CFGCTRL, DEVICE);
    unsigned function = FIELD_EX32(s->cfgctrl, SYS_CFGCTRL, FUNCTION);

    if (FIELD_EX32(s->cfgctrl, SYS_CFGCTRL, SITE) != BOARD_SITE ||
        FIELD_EX32(s->cfgctrl, SYS_CFGCTRL, POSITION) ||
        FIELD_EX32(s->cfgctrl, SYS_CFGCTRL, DCC) ||
        device >= (function == CFG_OSC ? OSCS : 1)) {
        return false;
    }
    switch (function) {
    case CFG_OSC:
        return cfg_value(s, &s->osc[device], write, UINT32_MAX);
    case CFG_MUXFPGA:
        return cfg_value(s, &s->mux, write, MUX_MAX);
    case CFG_DVIMODE:
        return cfg_value(s, &s->dvi, write, DVI_MAX);
    case CFG_RESET:
    case CFG_REBOOT:
        return reset_machine(write);
    case CFG_SHUTDOWN:
        if (write && s->exit_on_shutdown) {
            qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        }
        return write;
    default:
        return false;
    }
}

static void write_cfgctrl(CcaFvpSysregs *s, uint32_t value)
{
    s->cfgctrl = value & ~(1u << 18 | 1u << 19 | R_SYS_CFGCTRL_START_MASK);
    if (!FIELD_EX32(value, SYS_CFGCTRL, START)) {
        return;
    }
    s->cfgstat = R_SYS_CFGSTAT_COMPLETE_MASK;
    if (!cfg_execute(s)) {
        s->cfgstat |= R_SYS_CFGSTAT_ERROR_MASK;
        qemu_log_mask(LOG_UNIMP, TYPE_CCA_FVP_SYSREGS ": SYS_CFGCTRL 0x%08"
                      PRIx32 ": the board has no such function\n", value);
    }
}

static uint32_t read_word(void *opaque, hwaddr offset)
{
    CcaFvpSysregs *s = opaque;

    switch (offset) {
    case A_SYS_ID:
        return s->sys_id;
    case A_SYS_SW:
        return s->sw;
    case A_SYS_LED:
        return s->led;
    case A_SYS_100HZ:
        return ticks(s, 100);
    case A_SYS_FLAGS:
        return s->flags;
    case A_SYS_NVFLAGS:
        return s->nvflags;
    case A_SYS_MCI:
        return s->mci;
    case A_SYS_FLASH:
        return s->flash;
    case A_SYS_CFGSW:
        return s->cfgsw;
    case A_SYS_24MHZ:
        return ticks(s, 24000000);
    case A_SYS_MISC:
        return s->misc;
    case A_SYS_DMA:
        return s->dma;
    case A_SYS_PROCID0:
        return s->proc_id[0];
    case A_SYS_PROCID1:
        return s->proc_id[1];
    case A_SYS_CFGDATA:
        return s->cfgdata;
    case A_SYS_CFGCTRL:
        return s->cfgctrl;
    case A_SYS_CFGSTAT:
        return s->cfgstat;
    default:
        cca_fvp_no_register(TYPE_CCA_FVP_SYSREGS, "read", offset);
        return 0;
    }
}

static void write_word(void *opaque, hwaddr offset, uint32_t value)
{
    CcaFvpSysregs *s = opaque;

    switch (offset) {
    case A_SYS_SW:
        s->sw = value & SW_MASK;
        break;
    case A_SYS_LED:
        s->led = value & LED_MASK;
        break;
    case A_SYS_FLAGS:
        s->flags |= value;
        break;
    case A_SYS_FLAGSCLR:
        s->flags &= ~value;
        break;
    case A_SYS_NVFLAGS:
        s->nvflags |= value;
        break;
    case A_SYS_NVFLAGSCLR:
        s->nvflags &= ~value;
        break;
    case A_SYS_FLASH:
        s->flash = value & FLASH_MASK;
        break;
    case A_SYS_CFGSW:
        s->cfgsw = value;
        break;
    case A_SYS_MISC:
        s->misc = value & MISC_MASK;
        break;
    case A_SYS_DMA:
        s->dma = value;
        break;
    case A_SYS_CFGDATA:
        s->cfgdata = value;
        break;
    case A_SYS_CFGCTRL:
        write_cfgctrl(s, value);
        break;
    case A_SYS_CFGSTAT:
        s->cfgstat = value & (R_SYS_CFGSTAT_COMPLETE_MASK |
                              R_SYS_CFGSTAT_ERROR_MASK);
        break;
    default:
        cca_fvp_no_register(TYPE_CCA_FVP_SYSREGS, "write", offset);
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
    cca_fvp_write(write_word, opaque, TYPE_CCA_FVP_SYSREGS, addr, value,
                  size);
}

static const MemoryRegionOps ops = {
    .read = read_regs,
    .write = write_regs,
    CCA_FVP_WORD_ACCESS,
};

static void card_inserted(void *opaque, int n, int level)
{
    CcaFvpSysregs *s = opaque;

    s->mci = FIELD_DP32(s->mci, SYS_MCI, CARDIN, !!level);
}

static void card_read_only(void *opaque, int n, int level)
{
    CcaFvpSysregs *s = opaque;

    s->mci = FIELD_DP32(s->mci, SYS_MCI, WPROT, !!level);
}

/* SYS_NVFLAGS outlives resets: firmware finds there why it was reset. */
static void reset_hold(Object *obj, ResetType type)
{
    CcaFvpSysregs *s = CCA_FVP_SYSREGS(obj);

    s->sw = s->switches;
    s->led = s->flags = s->flash = s->cfgsw = s->misc = s->dma = 0;
    s->cfgdata = s->cfgctrl = s->cfgstat = 0;
    memcpy(s->osc, osc_hz, sizeof(s->osc));
    s->mux = s->mux_site;
    s->dvi = 0;
    s->reset_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void init(Object *obj)
{
    CcaFvpSysregs *s = CCA_FVP_SYSREGS(obj);

    memory_region_init_io(&s->mmio, obj, &ops, s, TYPE_CCA_FVP_SYSREGS, SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
    qdev_init_gpio_in_named(DEVICE(obj), card_inserted, "card-inserted", 1);
    qdev_init_gpio_in_named(DEVICE(obj), card_read_only, "card-read-only", 1);
}

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_FVP_SYSREGS,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(sw, CcaFvpSysregs),
        VMSTATE_UINT32(led, CcaFvpSysregs),
        VMSTATE_UINT32(flags, CcaFvpSysregs),
        VMSTATE_UINT32(nvflags, CcaFvpSysregs),
        VMSTATE_UINT32(mci, CcaFvpSysregs),
        VMSTATE_UINT32(flash, CcaFvpSysregs),
        VMSTATE_UINT32(cfgsw, CcaFvpSysregs),
        VMSTATE_UINT32(misc, CcaFvpSysregs),
        VMSTATE_UINT32(dma, CcaFvpSysregs),
        VMSTATE_UINT32(cfgdata, CcaFvpSysregs),
        VMSTATE_UINT32(cfgctrl, CcaFvpSysregs),
        VMSTATE_UINT32(cfgstat, CcaFvpSysregs),
        VMSTATE_UINT32_ARRAY(osc, CcaFvpSysregs, OSCS),
        VMSTATE_UINT32(mux, CcaFvpSysregs),
        VMSTATE_UINT32(dvi, CcaFvpSysregs),
        VMSTATE_INT64(reset_ns, CcaFvpSysregs),
        VMSTATE_END_OF_LIST()
    },
};

static const Property properties[] = {
    DEFINE_PROP_UINT32("sys-id", CcaFvpSysregs, sys_id, REVC_ID),
    DEFINE_PROP_UINT32("proc-id0", CcaFvpSysregs, proc_id[0], 0),
    DEFINE_PROP_UINT32("proc-id1", CcaFvpSysregs, proc_id[1], 0),
    DEFINE_PROP_UINT8("switches", CcaFvpSysregs, switches, 0),
    DEFINE_PROP_UINT8("mux-site", CcaFvpSysregs, mux_site, 1),
    DEFINE_PROP_BOOL("exit-on-shutdown", CcaFvpSysregs, exit_on_shutdown,
                     true),
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Versatile Express system registers";
    dc->vmsd = &vmstate;
    RESETTABLE_CLASS(klass)->phases.hold = reset_hold;
    device_class_set_props(dc, properties);
}

static const TypeInfo sysregs_info = {
    .name = TYPE_CCA_FVP_SYSREGS,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaFvpSysregs),
    .instance_init = init,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&sysregs_info);
}

type_init(register_types)
