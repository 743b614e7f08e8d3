/*
 * System controller (PrimeXsys SP810, DDI 0254), as far as the FVP has it:
 * registers that keep what they are told. It moves no clock: the SP804s count
 * at 1 MHz whatever SCCTRL selects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "fvp-sp810.h"
#include "fvp-words.h"

REG32(SCCTRL, 0x000)
    FIELD(SCCTRL, MODECTRL, 0, 3)
    FIELD(SCCTRL, MODESTATUS, 3, 4)
    FIELD(SCCTRL, REMAPCLEAR, 8, 1)
    FIELD(SCCTRL, HCLKDIVSEL, 12, 3)
    FIELD(SCCTRL, TIMEREN, 15, 8)       /* select and override, by timer */
    FIELD(SCCTRL, WDOGENOV, 23, 1)
REG32(SCSYSSTAT, 0x004)
REG32(SCIMCTRL, 0x008)
REG32(SCIMSTAT, 0x00c)
REG32(SCXTALCTRL, 0x010)
REG32(SCPLLCTRL, 0x014)
REG32(SCPLLFCTRL, 0x018)
REG32(SCPERCTRL0, 0x01c)
REG32(SCPERCTRL1, 0x020)
REG32(SCPEREN, 0x024)
REG32(SCPERDIS, 0x028)
REG32(SCPERCLKEN, 0x02c)
REG32(SCPERSTAT, 0x030)

enum {
    SIZE = 0x1000,
    SCCTRL_MASK = R_SCCTRL_MODECTRL_MASK | R_SCCTRL_REMAPCLEAR_MASK |
                  R_SCCTRL_HCLKDIVSEL_MASK | R_SCCTRL_TIMEREN_MASK |
                  R_SCCTRL_WDOGENOV_MASK,
    MODE_DOZE = 1,
    CONFIG_FIRST = A_SCIMCTRL, CONFIG_END = A_SCPEREN,
    CONFIGS = (CONFIG_END - CONFIG_FIRST) / 4,
};

/* Bits of SCIMCTRL to SCPERCTRL1 that software can write. */
static const uint32_t config_mask[CONFIGS] = {
    0x8f, 0x1, 0x7fffb, 0x0ffffffb, UINT32_MAX, UINT32_MAX, UINT32_MAX,
};

static const CcaPrimeCell id = { .part = 0x810 };

struct CcaFvpSp810 {
    SysBusDevice parent_obj;
    MemoryRegion mmio;

    uint32_t ctrl;              /* without MODESTATUS */
    uint32_t config[CONFIGS];
    uint32_t clocks;            /* SCPERCLKEN */
};

/* The mode that SCCTRL asks for is reached at once; one bit per mode. */
static uint32_t mode_status(uint32_t ctrl)
{
    uint32_t mode = FIELD_EX32(ctrl, SCCTRL, MODECTRL);

    return mode ? 1u << (31 - clz32(mode)) : 0;
}

static uint32_t read_word(void *opaque, hwaddr offset)
{
    CcaFvpSp810 *s = opaque;

    switch (offset) {
    case A_SCCTRL:
        return FIELD_DP32(s->ctrl, SCCTRL, MODESTATUS, mode_status(s->ctrl));
    case CONFIG_FIRST ... CONFIG_END - 1:
        return s->config[(offset - CONFIG_FIRST) / 4];
    case A_SCPERCLKEN:
    case A_SCPERSTAT:
        return s->clocks;
    case PRIMECELL_ID ... PRIMECELL_END - 1:
        return cca_primecell_id(&id, offset);
    default:
        cca_fvp_no_register(TYPE_CCA_FVP_SP810, "read", offset);
        return 0;
    }
}

static void write_word(void *opaque, hwaddr offset, uint32_t value)
{
    CcaFvpSp810 *s = opaque;
    unsigned n;

    switch (offset) {
    case A_SCCTRL:
        s->ctrl = value & SCCTRL_MASK;
        break;
    case A_SCSYSSTAT:
        qemu_log_mask(LOG_UNIMP, TYPE_CCA_FVP_SP810
                      ": nothing hangs on the request for a soft reset\n");
        break;
    case CONFIG_FIRST ... CONFIG_END - 1:
        n = (offset - CONFIG_FIRST) / 4;
        s->config[n] = value & config_mask[n];
        break;
    case A_SCPEREN:
        s->clocks |= value;
        break;
    case A_SCPERDIS:
        s->clocks &= ~value;
        break;
    default:
        cca_fvp_no_register(TYPE_CCA_FVP_SP810, "write", offset);
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
    cca_fvp_write(write_word, opaque, TYPE_CCA_FVP_SP810, addr, value, size);
}

static const MemoryRegionOps ops = {
    .read = read_regs,
    .write = write_regs,
    CCA_FVP_WORD_ACCESS,
};

static void reset_hold(Object *obj, ResetType type)
{
    CcaFvpSp810 *s = CCA_FVP_SP810(obj);

    s->ctrl = MODE_DOZE;
    memset(s->config, 0, sizeof(s->config));
    s->clocks = UINT32_MAX;
}

static void init(Object *obj)
{
    CcaFvpSp810 *s = CCA_FVP_SP810(obj);

    memory_region_init_io(&s->mmio, obj, &ops, s, TYPE_CCA_FVP_SP810, SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
}

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_FVP_SP810,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(ctrl, CcaFvpSp810),
        VMSTATE_UINT32_ARRAY(config, CcaFvpSp810, CONFIGS),
        VMSTATE_UINT32(clocks, CcaFvpSp810),
        VMSTATE_END_OF_LIST()
    },
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "SP810 system controller";
    dc->vmsd = &vmstate;
    RESETTABLE_CLASS(klass)->phases.hold = reset_hold;
}

static const TypeInfo sp810_info = {
    .name = TYPE_CCA_FVP_SP810,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaFvpSp810),
    .instance_init = init,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&sp810_info);
}

type_init(register_types)
