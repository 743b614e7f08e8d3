/*
 * True random number generator (TZ-TRNG, 101049).
 *
 * An entropy source fills the entropy holding register (EHR) with 192 bits as
 * soon as it is enabled, and again when the last word has been read. The bits
 * are the host's, or come of QEMU's -seed. Its tests of the source never fail.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/guest-random.h"
#include "hw/irq.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "fvp-trng.h"
#include "fvp-words.h"

REG32(RNG_IMR, 0x100)
REG32(RNG_ISR, 0x104)
    FIELD(RNG_ISR, EHR_VALID, 0, 1)
    FIELD(RNG_ISR, ERRORS, 1, 3)        /* AUTOCORR, CRNGT, VN */
REG32(RNG_ICR, 0x108)
REG32(TRNG_CONFIG, 0x10c)
REG32(TRNG_VALID, 0x110)
REG32(EHR_DATA0, 0x114)
REG32(EHR_DATA5, 0x128)
REG32(RND_SOURCE_ENABLE, 0x12c)
REG32(SAMPLE_CNT1, 0x130)
REG32(AUTOCORR_STATISTIC, 0x134)
REG32(TRNG_DEBUG_CONTROL, 0x138)
REG32(RNG_SW_RESET, 0x140)
REG32(RNG_BUSY, 0x1b8)
REG32(RST_BITS_COUNTER, 0x1bc)
REG32(RNG_BIST_CNTR0, 0x1e0)
REG32(RNG_BIST_CNTR2, 0x1e8)

enum {
    SIZE = 0x1000, WORDS = 6,
    INTERRUPTS = R_RNG_ISR_EHR_VALID_MASK | R_RNG_ISR_ERRORS_MASK,
    CONFIG_MASK = 3, DEBUG_MASK = 0xe,
    SAMPLE_CNT1_RESET = 0xffff,
};

struct CcaFvpTrng {
    SysBusDevice parent_obj;
    MemoryRegion mmio;
    qemu_irq irq;

    uint32_t imr, isr, config, sample_count, debug;
    uint32_t ehr[WORDS];
    bool valid, enabled;
};

static void update_irq(CcaFvpTrng *s)
{
    qemu_set_irq(s->irq, (s->isr & ~s->imr) != 0);
}

/* Throw away what the EHR holds; if the source is on, it fills again. */
static void collect(CcaFvpTrng *s)
{
    memset(s->ehr, 0, sizeof(s->ehr));
    s->valid = s->enabled;
    if (s->enabled) {
        qemu_guest_getrandom_nofail(s->ehr, sizeof(s->ehr));
        s->isr |= R_RNG_ISR_EHR_VALID_MASK;
    }
    update_irq(s);
}

static uint32_t read_ehr(CcaFvpTrng *s, hwaddr offset)
{
    uint32_t value = s->ehr[(offset - A_EHR_DATA0) / 4];

    if (offset == A_EHR_DATA5 && s->valid) {
        collect(s);
    }
    return value;
}

static uint32_t read_word(void *opaque, hwaddr offset)
{
    CcaFvpTrng *s = opaque;

    switch (offset) {
    case A_RNG_IMR:
        return s->imr;
    case A_RNG_ISR:
        return s->isr;
    case A_TRNG_CONFIG:
        return s->config;
    case A_TRNG_VALID:
        return s->valid;
    case A_EHR_DATA0 ... A_EHR_DATA5:
        return read_ehr(s, offset);
    case A_RND_SOURCE_ENABLE:
        return s->enabled;
    case A_SAMPLE_CNT1:
        return s->sample_count;
    case A_TRNG_DEBUG_CONTROL:
        return s->debug;
    case A_AUTOCORR_STATISTIC:
    case A_RNG_BUSY:
    case A_RNG_BIST_CNTR0 ... A_RNG_BIST_CNTR2:
        return 0;
    default:
        cca_fvp_no_register(TYPE_CCA_FVP_TRNG, "read", offset);
        return 0;
    }
}

static void reset(CcaFvpTrng *s)
{
    s->imr = INTERRUPTS;
    s->isr = s->config = s->debug = 0;
    s->sample_count = SAMPLE_CNT1_RESET;
    s->enabled = s->valid = false;
    memset(s->ehr, 0, sizeof(s->ehr));
}

static void write_word(void *opaque, hwaddr offset, uint32_t value)
{
    CcaFvpTrng *s = opaque;

    switch (offset) {
    case A_RNG_IMR:
        s->imr = value & INTERRUPTS;
        break;
    case A_RNG_ICR:
        s->isr &= ~value;
        break;
    case A_TRNG_CONFIG:
        s->config = value & CONFIG_MASK;
        break;
    case A_RND_SOURCE_ENABLE:
        if (s->enabled != (value & 1)) {
            s->enabled = value & 1;
            collect(s);
        }
        break;
    case A_SAMPLE_CNT1:
        s->sample_count = value;
        break;
    case A_TRNG_DEBUG_CONTROL:
        s->debug = value & DEBUG_MASK;
        break;
    case A_RNG_SW_RESET:
        if (value & 1) {
            reset(s);
        }
        break;
    case A_RST_BITS_COUNTER:
        if (value & 1) {
            collect(s);
        }
        break;
    case A_AUTOCORR_STATISTIC:  /* clears what is always 0 */
        break;
    default:
        cca_fvp_no_register(TYPE_CCA_FVP_TRNG, "write", offset);
        break;
    }
    update_irq(s);
}

static uint64_t read_regs(void *opaque, hwaddr addr, unsigned size)
{
    return cca_fvp_read(read_word, opaque, addr, size);
}

static void write_regs(void *opaque, hwaddr addr, uint64_t value,
                       unsigned size)
{
    cca_fvp_write(write_word, opaque, TYPE_CCA_FVP_TRNG, addr, value, size);
}

static const MemoryRegionOps ops = {
    .read = read_regs,
    .write = write_regs,
    CCA_FVP_WORD_ACCESS,
};

static void reset_hold(Object *obj, ResetType type)
{
    reset(CCA_FVP_TRNG(obj));
}

static void reset_exit(Object *obj, ResetType type)
{
    update_irq(CCA_FVP_TRNG(obj));
}

static void init(Object *obj)
{
    CcaFvpTrng *s = CCA_FVP_TRNG(obj);

    memory_region_init_io(&s->mmio, obj, &ops, s, TYPE_CCA_FVP_TRNG, SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
}

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_FVP_TRNG,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(imr, CcaFvpTrng),
        VMSTATE_UINT32(isr, CcaFvpTrng),
        VMSTATE_UINT32(config, CcaFvpTrng),
        VMSTATE_UINT32(sample_count, CcaFvpTrng),
        VMSTATE_UINT32(debug, CcaFvpTrng),
        VMSTATE_UINT32_ARRAY(ehr, CcaFvpTrng, WORDS),
        VMSTATE_BOOL(valid, CcaFvpTrng),
        VMSTATE_BOOL(enabled, CcaFvpTrng),
        VMSTATE_END_OF_LIST()
    },
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "TZ-TRNG random number generator";
    dc->vmsd = &vmstate;
    RESETTABLE_CLASS(klass)->phases.hold = reset_hold;
    RESETTABLE_CLASS(klass)->phases.exit = reset_exit;
}

static const TypeInfo trng_info = {
    .name = TYPE_CCA_FVP_TRNG,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaFvpTrng),
    .instance_init = init,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&trng_info);
}

type_init(register_types)
