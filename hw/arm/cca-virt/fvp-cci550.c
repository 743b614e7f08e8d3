/*
 * Machine "cca-fvp": the cache coherent interconnect CCI-550.
 *
 * QEMU has no caches, so that all masters are coherent whatever software
 * switches on. Registers keep what is written to them; performance counters
 * count nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/units.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "fvp-cci550.h"

REG32(CTRL_OVERRIDE, 0x000)
REG32(SECURE_ACCESS, 0x008)
    FIELD(SECURE_ACCESS, NON_SECURE, 0, 1)
    FIELD(SECURE_ACCESS, PMU_NON_SECURE, 1, 1)
REG32(STATUS, 0x00c)            /* bit 0: a change is pending; never */
REG32(IMPRECISE_ERROR, 0x010)   /* bits go by writing 1; none ever comes */
REG32(PMCR, 0x100)
    FIELD(PMCR, COUNTERS, 11, 5)
REG32(INTERFACE_MONITOR, 0x104)
REG32(PID4, 0xfd0)
REG32(PID0, 0xfe0)
REG32(CID0, 0xff0)

/* In the page of a slave interface */
REG32(SNOOP_CONTROL, 0x000)
    FIELD(SNOOP_CONTROL, SNOOP_EN, 0, 1)
    FIELD(SNOOP_CONTROL, DVM_EN, 1, 1)
    FIELD(SNOOP_CONTROL, SUPPORTS_SNOOP, 30, 1)
    FIELD(SNOOP_CONTROL, SUPPORTS_DVM, 31, 1)
REG32(SHAREABLE_OVERRIDE, 0x004)
REG32(READ_QOS, 0x100)
REG32(WRITE_QOS, 0x104)
REG32(MAX_OT, 0x110)

enum {
    CCI_SIZE = 1 * MiB,
    CCI_PAGE = 0x1000,
    CCI_SLAVES = 7,             /* pages 1 to 7 */
    /* Those of the clusters; the others are ACE-Lite, without caches. */
    CCI_FIRST_ACE_SLAVE = 5,
    CCI_COUNTERS = 8,
    CCI_EVENTS = 0x10000,       /* event counters, monitors */
    /* What can be written */
    CCI_CTRL_OVERRIDE_MASK = 0x3f,
    CCI_SHAREABLE_MASK = 0x3,
    CCI_QOS_MASK = 0xf,
    CCI_MAX_OT_MASK = 0x3f3f3f3f,
};

typedef struct Slave {
    uint32_t enables, shareable, read_qos, write_qos, max_ot;
} Slave;

struct CcaCci550State {
    SysBusDevice parent_obj;

    MemoryRegion regs;
    uint32_t ctrl_override, secure_access;
    Slave slave[CCI_SLAVES];
};

static uint32_t id_byte(hwaddr offset)
{
    /* Part 0x423, designed by Arm, r1p0; registers of 64 KiB. */
    static const uint8_t pid0[] = { 0x23, 0xb4, 0x1b, 0x00 };
    static const uint8_t cid[] = { 0x0d, 0xf0, 0x05, 0xb1 };

    if (offset >= A_CID0) {
        return cid[(offset - A_CID0) / 4];
    }
    if (offset >= A_PID0) {
        return pid0[(offset - A_PID0) / 4];
    }
    return offset == A_PID4 ? 0x44 : 0;
}

static void log_stub(const char *what, hwaddr offset)
{
    qemu_log_mask(LOG_UNIMP, "%s: %s at offset 0x%" HWADDR_PRIx
                  ": nothing is counted or monitored\n", TYPE_CCA_CCI550,
                  what, offset);
}

static uint32_t read_control(const CcaCci550State *s, hwaddr offset)
{
    if (offset >= A_PID4) {
        return id_byte(offset);
    }
    switch (offset) {
    case A_CTRL_OVERRIDE:
        return s->ctrl_override;
    case A_SECURE_ACCESS:
        return s->secure_access;
    case A_PMCR:
        return FIELD_DP32(0, PMCR, COUNTERS, CCI_COUNTERS);
    default:
        return 0;
    }
}

static void write_control(CcaCci550State *s, hwaddr offset, uint32_t value)
{
    switch (offset) {
    case A_CTRL_OVERRIDE:
        s->ctrl_override = value & CCI_CTRL_OVERRIDE_MASK;
        break;
    case A_SECURE_ACCESS:
        s->secure_access = value & (R_SECURE_ACCESS_NON_SECURE_MASK |
                                    R_SECURE_ACCESS_PMU_NON_SECURE_MASK);
        break;
    case A_IMPRECISE_ERROR:
        break;
    case A_PMCR:
    case A_INTERFACE_MONITOR:
        log_stub("write", offset);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: nothing to write at offset 0x%"
                      HWADDR_PRIx "\n", TYPE_CCA_CCI550, offset);
        break;
    }
}

/* SNOOP_CONTROL's bits 31:30 of slave interface @n */
static uint32_t supports(unsigned n)
{
    return n < CCI_FIRST_ACE_SLAVE ? 0 : R_SNOOP_CONTROL_SUPPORTS_SNOOP_MASK |
                                         R_SNOOP_CONTROL_SUPPORTS_DVM_MASK;
}

/* A register that only keeps what is written; NULL: it is none. */
static uint32_t *slave_register(Slave *slave, hwaddr offset, uint32_t *mask)
{
    switch (offset) {
    case A_SHAREABLE_OVERRIDE:
        *mask = CCI_SHAREABLE_MASK;
        return &slave->shareable;
    case A_READ_QOS:
        *mask = CCI_QOS_MASK;
        return &slave->read_qos;
    case A_WRITE_QOS:
        *mask = CCI_QOS_MASK;
        return &slave->write_qos;
    case A_MAX_OT:
        *mask = CCI_MAX_OT_MASK;
        return &slave->max_ot;
    default:
        return NULL;
    }
}

static uint32_t read_slave(CcaCci550State *s, unsigned n, hwaddr offset)
{
    uint32_t *reg, mask;

    if (offset == A_SNOOP_CONTROL) {
        return s->slave[n].enables | supports(n);
    }
    reg = slave_register(&s->slave[n], offset, &mask);
    return reg ? *reg : 0;
}

static void write_slave(CcaCci550State *s, unsigned n, hwaddr offset,
                        uint32_t value)
{
    uint32_t *reg, mask;

    if (offset == A_SNOOP_CONTROL) {
        /* Each enable bit can be set where its feature is supported. */
        s->slave[n].enables = value &
            supports(n) >> R_SNOOP_CONTROL_SUPPORTS_SNOOP_SHIFT;
        return;
    }
    reg = slave_register(&s->slave[n], offset, &mask);
    if (reg) {
        *reg = value & mask;
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: nothing to write at offset 0x%"
                      HWADDR_PRIx " of slave interface %u\n", TYPE_CCA_CCI550,
                      offset, n);
    }
}

/* Non-secure masters need the permission of Secure ones. */
static bool may(const CcaCci550State *s, hwaddr offset, bool write,
                MemTxAttrs attrs)
{
    bool pmu = offset >= CCI_EVENTS || offset == A_PMCR ||
               offset == A_INTERFACE_MONITOR;
    uint32_t allowed = R_SECURE_ACCESS_NON_SECURE_MASK |
                       (pmu ? R_SECURE_ACCESS_PMU_NON_SECURE_MASK : 0);

    if (attrs.unspecified || attrs.secure ||
        (s->secure_access & allowed && !(write && offset == A_SECURE_ACCESS)) ||
        (!write && offset >= A_PID4 && offset < CCI_PAGE)) {
        return true;
    }
    qemu_log_mask(LOG_GUEST_ERROR, "%s: Non-secure %s at offset 0x%"
                  HWADDR_PRIx " ignored\n", TYPE_CCA_CCI550,
                  write ? "write" : "read", offset);
    return false;
}

static MemTxResult read_regs(void *opaque, hwaddr offset, uint64_t *data,
                             unsigned size, MemTxAttrs attrs)
{
    CcaCci550State *s = opaque;
    unsigned page = offset / CCI_PAGE;

    *data = 0;
    if (!may(s, offset, false, attrs)) {
        return MEMTX_OK;
    }
    if (page == 0) {
        *data = read_control(s, offset);
    } else if (page <= CCI_SLAVES) {
        *data = read_slave(s, page - 1, offset % CCI_PAGE);
    } else {
        log_stub("read", offset);
    }
    return MEMTX_OK;
}

static MemTxResult write_regs(void *opaque, hwaddr offset, uint64_t value,
                              unsigned size, MemTxAttrs attrs)
{
    CcaCci550State *s = opaque;
    unsigned page = offset / CCI_PAGE;

    if (!may(s, offset, true, attrs)) {
        return MEMTX_OK;
    }
    if (page == 0) {
        write_control(s, offset, value);
    } else if (page <= CCI_SLAVES) {
        write_slave(s, page - 1, offset % CCI_PAGE, value);
    } else {
        log_stub("write", offset);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps regs_ops = {
    .read_with_attrs = read_regs,
    .write_with_attrs = write_regs,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void reset_hold(Object *obj, ResetType type)
{
    CcaCci550State *s = CCA_CCI550(obj);

    s->ctrl_override = 0;
    s->secure_access = 0;
    memset(s->slave, 0, sizeof(s->slave));
}

static const VMStateDescription vmstate_slave = {
    .name = TYPE_CCA_CCI550 "/slave",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(enables, Slave),
        VMSTATE_UINT32(shareable, Slave),
        VMSTATE_UINT32(read_qos, Slave),
        VMSTATE_UINT32(write_qos, Slave),
        VMSTATE_UINT32(max_ot, Slave),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_CCI550,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(ctrl_override, CcaCci550State),
        VMSTATE_UINT32(secure_access, CcaCci550State),
        VMSTATE_STRUCT_ARRAY(slave, CcaCci550State, CCI_SLAVES, 1,
                             vmstate_slave, Slave),
        VMSTATE_END_OF_LIST()
    },
};

static void instance_init(Object *obj)
{
    CcaCci550State *s = CCA_CCI550(obj);

    memory_region_init_io(&s->regs, obj, &regs_ops, s, TYPE_CCA_CCI550,
                          CCI_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->regs);
}

static void class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "Arm CCI-550, cache coherent interconnect";
    dc->vmsd = &vmstate;
    dc->user_creatable = false;     /* the machine maps it */
    RESETTABLE_CLASS(oc)->phases.hold = reset_hold;
}

static const TypeInfo info = {
    .name = TYPE_CCA_CCI550,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaCci550State),
    .instance_init = instance_init,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&info);
}

type_init(register_types)
