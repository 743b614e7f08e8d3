/*
 * Machine "cca-fvp": the power controller (Base_PowerController of Arm's Fast
 * Models reference).
 *
 * Software asks for a PE or a cluster to be switched off; that happens when
 * the PEs concerned idle in WFI. A PE comes back by a cold reset, because
 * software writes PPONR or, where it enabled that, because an interrupt waits
 * for it in the GIC.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "cpu.h"
#include "hw/intc/arm_gicv3_common.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "target/arm/multiprocessing.h"
#include "cca/power.h"
#include "fvp-pwrc.h"

REG32(PPOFFR, 0x00)
REG32(PPONR, 0x04)
REG32(PCOFFR, 0x08)
REG32(PWKUPR, 0x0c)
    FIELD(PWKUPR, WEN, 31, 1)
REG32(PSYSR, 0x10)
    FIELD(PSYSR, ID, 0, 24)
    FIELD(PSYSR, WK, 24, 2)
    FIELD(PSYSR, PP, 26, 1)
    FIELD(PSYSR, PC, 27, 1)
    FIELD(PSYSR, WEN, 28, 1)
    FIELD(PSYSR, L0, 29, 1)
    FIELD(PSYSR, L1, 30, 1)
    FIELD(PSYSR, L2, 31, 1)

enum {
    PWRC_SIZE = 0x1000,
    MAX_PES = 32,               /* bits of @armed */
    NO_PE = 0xffffffff,         /* PSYSR of an affinity that nobody has */
    NO_INTERRUPT = 0xff,        /* priority */
    MPIDR_MT = 1 << 24,
};

/* PSYSR.WK */
typedef enum Wake {
    WAKE_COLD, WAKE_RESET, WAKE_PPONR, WAKE_GIC,
} Wake;

typedef struct Pe {
    ARMCPU *cpu;
    uint32_t id;                /* affinities 2, 1 and 0, as in MPIDR_EL1 */
    unsigned cluster;
    bool on, off_pending, wake_enabled;
    uint8_t wake;
} Pe;

typedef struct Cluster {
    bool on, off_pending;
} Cluster;

/* Under the big lock, except @armed. */
struct CcaFvpPwrcState {
    SysBusDevice parent_obj;

    char *startup;

    MemoryRegion regs;
    bool has_threads;           /* affinity 0 counts threads */
    bool was_reset;
    unsigned count, clusters;
    Pe pe[MAX_PES];             /* by CPU index */
    Cluster cluster[MAX_PES];
    uint32_t last[A_PSYSR / 4 + 1];     /* what was written */
    /* PEs that something happens to when they idle; atomic. */
    uint32_t armed;
};

static CcaFvpPwrcState *the_pwrc;

static CPUState *cpu_of(const Pe *pe)
{
    return CPU(pe->cpu);
}

static Cluster *cluster_of(CcaFvpPwrcState *s, const Pe *pe)
{
    return &s->cluster[pe->cluster];
}

/* Call when a request has come or gone. */
static void arm(CcaFvpPwrcState *s)
{
    uint32_t armed = 0;

    for (unsigned i = 0; i < s->count; i++) {
        const Pe *pe = &s->pe[i];

        if (pe->off_pending || cluster_of(s, pe)->off_pending) {
            armed |= 1u << i;
        }
    }
    qatomic_set(&s->armed, armed);
}

/* --- on --- */

/* In the PE's thread: what power_on() decided, unless a reset came before. */
static void start(CPUState *cs, run_on_cpu_data data)
{
    Pe *pe = data.host_ptr;

    if (pe->on && pe->cpu->power_state != PSCI_ON) {
        cpu_reset(cs);
        cs->halted = 0;
        pe->cpu->power_state = PSCI_ON;
    }
}

static void power_on(CcaFvpPwrcState *s, Pe *pe, Wake why)
{
    Cluster *cluster = cluster_of(s, pe);

    pe->off_pending = false;
    cluster->off_pending = false;
    arm(s);
    if (!pe->on) {
        pe->on = true;
        pe->wake = why;
        cluster->on = true;
        async_run_on_cpu(cpu_of(pe), start, RUN_ON_CPU_HOST_PTR(pe));
    }
}

static bool gic_has_interrupt(const Pe *pe)
{
    const GICv3CPUState *gic = pe->cpu->env.gicv3state;

    return gic && gic->hppi.prio != NO_INTERRUPT;
}

/* The interface of a PE that is off masks nothing: the GIC asks for it. */
static void wake_by_gic(CcaFvpPwrcState *s, Pe *pe)
{
    if (!pe->on && pe->wake_enabled && gic_has_interrupt(pe)) {
        power_on(s, pe, WAKE_GIC);
    }
}

/* --- off --- */

static bool is_idle(const Pe *pe)
{
    return cpu_of(pe)->halted && !cpu_has_work(cpu_of(pe));
}

static void settle_cluster(CcaFvpPwrcState *s, unsigned n);

/* In its own thread, where it idles. */
static void power_off(CcaFvpPwrcState *s, Pe *pe)
{
    pe->on = false;
    pe->off_pending = false;
    pe->cpu->power_state = PSCI_OFF;
    arm(s);
    settle_cluster(s, pe->cluster);
    wake_by_gic(s, pe);
}

static void off_with_cluster(CPUState *cs, run_on_cpu_data data)
{
    CcaFvpPwrcState *s = the_pwrc;
    Pe *pe = data.host_ptr;

    if (pe->on && cluster_of(s, pe)->off_pending && is_idle(pe)) {
        power_off(s, pe);
    }
}

/* If all PEs of cluster @n are off or idle, see to a request for it. */
static void settle_cluster(CcaFvpPwrcState *s, unsigned n)
{
    Cluster *cluster = &s->cluster[n];
    bool all_off = true;

    if (!cluster->off_pending) {
        return;
    }
    for (unsigned i = 0; i < s->count; i++) {
        const Pe *pe = &s->pe[i];

        if (pe->cluster == n && pe->on) {
            all_off = false;
            if (!is_idle(pe)) {
                return;
            }
        }
    }
    if (all_off) {
        cluster->on = false;
        cluster->off_pending = false;
        arm(s);
        return;
    }
    /* Each looks again whether it still idles. */
    for (unsigned i = 0; i < s->count; i++) {
        Pe *pe = &s->pe[i];

        if (pe->cluster == n && pe->on) {
            async_run_on_cpu(cpu_of(pe), off_with_cluster,
                             RUN_ON_CPU_HOST_PTR(pe));
        }
    }
}

/* In the PE's thread, after it halted; an interrupt may have come since. */
static void settle(CPUState *cs, run_on_cpu_data data)
{
    CcaFvpPwrcState *s = the_pwrc;
    Pe *pe = data.host_ptr;

    if (!pe->on || !is_idle(pe)) {
        return;
    }
    if (pe->off_pending) {
        power_off(s, pe);
    } else {
        settle_cluster(s, pe->cluster);
    }
}

/* --- hooks --- */

static void idles(CPUState *cs)
{
    CcaFvpPwrcState *s = the_pwrc;
    int i = cs->cpu_index;

    if (qatomic_read(&s->armed) >> i & 1) {
        async_run_on_cpu(cs, settle, RUN_ON_CPU_HOST_PTR(&s->pe[i]));
    }
}

static void interrupts(CPUState *cs)
{
    wake_by_gic(the_pwrc, &the_pwrc->pe[cs->cpu_index]);
}

static const CcaPowerHooks hooks = {
    .idles = idles,
    .interrupts = interrupts,
};

/* --- registers --- */

static Pe *find(CcaFvpPwrcState *s, uint32_t id)
{
    for (unsigned i = 0; i < s->count; i++) {
        if (s->pe[i].id == FIELD_EX32(id, PSYSR, ID)) {
            return &s->pe[i];
        }
    }
    return NULL;
}

/* Is any thread on of the core that thread @pe is of? */
static bool core_is_on(const CcaFvpPwrcState *s, const Pe *pe)
{
    for (unsigned i = 0; i < s->count; i++) {
        if (s->pe[i].id >> 8 == pe->id >> 8 && s->pe[i].on) {
            return true;
        }
    }
    return false;
}

static uint32_t psysr(CcaFvpPwrcState *s, uint32_t id)
{
    const Pe *pe = find(s, id);
    const Cluster *cluster;
    uint32_t value;

    if (!pe) {
        return NO_PE;
    }
    cluster = cluster_of(s, pe);
    value = FIELD_DP32(pe->id, PSYSR, WK, pe->wake);
    value = FIELD_DP32(value, PSYSR, PP, pe->off_pending);
    value = FIELD_DP32(value, PSYSR, PC, cluster->off_pending);
    value = FIELD_DP32(value, PSYSR, WEN, pe->wake_enabled);
    value = FIELD_DP32(value, PSYSR, L0, pe->on);
    if (s->has_threads) {
        /* Levels are threads, cores, clusters; else cores, clusters. */
        value = FIELD_DP32(value, PSYSR, L1, core_is_on(s, pe));
        return FIELD_DP32(value, PSYSR, L2, cluster->on);
    }
    return FIELD_DP32(value, PSYSR, L1, cluster->on);
}

static uint64_t read_regs(void *opaque, hwaddr offset, unsigned size)
{
    CcaFvpPwrcState *s = opaque;

    if (offset > A_PSYSR) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no register at offset 0x%"
                      HWADDR_PRIx "\n", TYPE_CCA_FVP_PWRC, offset);
        return 0;
    }
    return offset == A_PSYSR ? psysr(s, s->last[R_PSYSR]) :
                               s->last[offset / 4];
}

static void write_regs(void *opaque, hwaddr offset, uint64_t value,
                       unsigned size)
{
    CcaFvpPwrcState *s = opaque;
    Pe *pe = find(s, value);

    if (offset > A_PSYSR) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no register at offset 0x%"
                      HWADDR_PRIx "\n", TYPE_CCA_FVP_PWRC, offset);
        return;
    }
    s->last[offset / 4] = value;
    if (offset == A_PSYSR) {
        return;                 /* software finds out by reading */
    }
    if (!pe) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: no PE has affinity 0x%06x\n",
                      TYPE_CCA_FVP_PWRC, FIELD_EX32(value, PSYSR, ID));
        return;
    }
    switch (offset) {
    case A_PPOFFR:
        pe->off_pending = pe->on;
        if (pe->on && is_idle(pe)) {
            async_run_on_cpu(cpu_of(pe), settle, RUN_ON_CPU_HOST_PTR(pe));
        }
        break;
    case A_PPONR:
        power_on(s, pe, WAKE_PPONR);
        break;
    case A_PCOFFR:
        cluster_of(s, pe)->off_pending = cluster_of(s, pe)->on;
        settle_cluster(s, pe->cluster);
        break;
    case A_PWKUPR:
        pe->wake_enabled = FIELD_EX32(value, PWKUPR, WEN);
        wake_by_gic(s, pe);
        break;
    }
    arm(s);
}

static const MemoryRegionOps regs_ops = {
    .read = read_regs,
    .write = write_regs,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* --- which PEs start --- */

/* One dotted quad; sets whether it is @id's. False: it is not a quad. */
static bool match_quad(const char *quad, uint32_t id, bool *matches)
{
    g_auto(GStrv) part = g_strsplit(quad, ".", 0);

    *matches = true;
    if (g_strv_length(part) != 4) {
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        unsigned value;

        if (g_str_equal(part[i], "*")) {
            continue;
        }
        if (qemu_strtoui(part[i], NULL, 10, &value) || value > 255) {
            return false;
        }
        *matches &= value == extract32(id, 8 * (3 - i), 8);
    }
    return true;
}

static bool starts(const CcaFvpPwrcState *s, uint32_t id, bool *starts,
                   Error **errp)
{
    g_auto(GStrv) quad = g_strsplit(s->startup, ",", 0);

    *starts = false;
    for (unsigned i = 0; quad[i]; i++) {
        bool matches;

        if (!match_quad(quad[i], id, &matches)) {
            error_setg(errp, "startup=%s: '%s' is not an affinity like "
                       "0.0.0.1 or 0.0.0.*", s->startup, quad[i]);
            return false;
        }
        *starts |= matches;
    }
    return true;
}

/* --- life --- */

static void reset_hold(Object *obj, ResetType type)
{
    CcaFvpPwrcState *s = CCA_FVP_PWRC(obj);

    memset(s->cluster, 0, sizeof(s->cluster));
    memset(s->last, 0, sizeof(s->last));
    for (unsigned i = 0; i < s->count; i++) {
        Pe *pe = &s->pe[i];

        pe->on = !cpu_of(pe)->start_powered_off;
        pe->off_pending = false;
        pe->wake_enabled = false;
        pe->wake = s->was_reset ? WAKE_RESET : WAKE_COLD;
        cluster_of(s, pe)->on |= pe->on;
    }
    /* The first one is that of power-on. */
    s->was_reset = true;
    arm(s);
}

static int post_load(void *opaque, int version)
{
    CcaFvpPwrcState *s = opaque;

    for (unsigned i = 0; i < s->count; i++) {
        if (s->pe[i].wake > WAKE_GIC) {
            return -EINVAL;
        }
    }
    arm(s);
    return 0;
}

static const VMStateDescription vmstate_pe = {
    .name = TYPE_CCA_FVP_PWRC "/pe",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(on, Pe),
        VMSTATE_BOOL(off_pending, Pe),
        VMSTATE_BOOL(wake_enabled, Pe),
        VMSTATE_UINT8(wake, Pe),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_cluster = {
    .name = TYPE_CCA_FVP_PWRC "/cluster",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(on, Cluster),
        VMSTATE_BOOL(off_pending, Cluster),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_FVP_PWRC,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT_ARRAY(pe, CcaFvpPwrcState, MAX_PES, 1, vmstate_pe, Pe),
        VMSTATE_STRUCT_ARRAY(cluster, CcaFvpPwrcState, MAX_PES, 1,
                             vmstate_cluster, Cluster),
        VMSTATE_UINT32_ARRAY(last, CcaFvpPwrcState, A_PSYSR / 4 + 1),
        VMSTATE_END_OF_LIST()
    },
};

/* Clusters by number in order of their first PE. */
static unsigned cluster_number(CcaFvpPwrcState *s, uint32_t id)
{
    unsigned shift = s->has_threads ? 16 : 8;

    for (unsigned i = 0; i < s->count; i++) {
        if (s->pe[i].id >> shift == id >> shift) {
            return s->pe[i].cluster;
        }
    }
    return s->clusters++;
}

static bool add_pe(CcaFvpPwrcState *s, CPUState *cs, bool *any, Error **errp)
{
    uint64_t affinity = arm_cpu_mp_affinity(ARM_CPU(cs));
    uint32_t id = FIELD_EX32(affinity, PSYSR, ID);
    Pe *pe = &s->pe[s->count];
    bool on = false;

    if (s->count == MAX_PES) {
        error_setg(errp, "%s: more than %d PEs", TYPE_CCA_FVP_PWRC, MAX_PES);
        return false;
    }
    if (s->startup && !starts(s, id, &on, errp)) {
        return false;
    }
    g_assert((unsigned)cs->cpu_index == s->count);
    s->has_threads = affinity & MPIDR_MT;
    pe->cpu = ARM_CPU(cs);
    pe->id = id;
    pe->cluster = cluster_number(s, id);
    s->count++;
    if (s->startup) {
        cs->start_powered_off = !on;
    }
    *any |= !cs->start_powered_off;
    return true;
}

static void realize(DeviceState *dev, Error **errp)
{
    CcaFvpPwrcState *s = CCA_FVP_PWRC(dev);
    bool any = false;
    CPUState *cs;

    CPU_FOREACH(cs) {
        if (!add_pe(s, cs, &any, errp)) {
            return;
        }
    }
    if (!any) {
        error_setg(errp, "%s: no PE would run; see startup",
                   TYPE_CCA_FVP_PWRC);
        return;
    }
    memory_region_init_io(&s->regs, OBJECT(s), &regs_ops, s,
                          TYPE_CCA_FVP_PWRC, PWRC_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->regs);
    the_pwrc = s;
    cca_power_hooks = &hooks;
}

static const Property properties[] = {
    DEFINE_PROP_STRING("startup", CcaFvpPwrcState, startup),
};

static void class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "Power controller of Arm's Base FVPs";
    dc->realize = realize;
    dc->vmsd = &vmstate;
    dc->user_creatable = false;     /* the machine wires it */
    RESETTABLE_CLASS(oc)->phases.hold = reset_hold;
    device_class_set_props(dc, properties);
}

static const TypeInfo info = {
    .name = TYPE_CCA_FVP_PWRC,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaFvpPwrcState),
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&info);
}

type_init(register_types)
