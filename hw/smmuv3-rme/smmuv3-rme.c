/*
 * SMMUv3 with RME: the device, its properties and its registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "cca/machine-faults.h"
#include "id.h"
#include "smmu-regs.h"
#include "smmuv3-rme.h"
#include "trace.h"

enum {
    /* Where the Root page is on Arm's FVP, too. */
    DEFAULT_ROOT_OFFSET = 0x20000,
    DEFAULT_TLB_ENTRIES = 1,
    /* Without PEs to follow: all of RME, 4KB granules only. */
    FALLBACK_PA_BITS = 52,
};

/* Registers */

/* The PAS of an access: a master that says nothing is Non-secure. */
static CcaPas pas_of(MemTxAttrs attrs)
{
    if (attrs.secure) {
        return attrs.space == CCA_PAS_ROOT ? CCA_PAS_ROOT : CCA_PAS_SECURE;
    }
    return attrs.space == CCA_PAS_REALM ? CCA_PAS_REALM : CCA_PAS_NS;
}

static MemTxResult read_regs(void *opaque, hwaddr offset, uint64_t *data,
                             unsigned size, MemTxAttrs attrs)
{
    CcaSmmuState *s = opaque;
    CcaPas pas = pas_of(attrs);

    cca_smmu_lock(s);
    *data = smmu_read(s->engine, offset, size, pas);
    cca_smmu_unlock(s);
    trace_cca_smmu_read(offset, size, cca_pas_name(pas), *data);
    return MEMTX_OK;
}

/* A write to an index of a queue, or to GERRORN: of any page but the Root's. */
static bool is_index(hwaddr offset, unsigned size)
{
    switch (offset % SMMU_SECURE_WINDOW) {
    case SMMU_CMDQ_PROD:
    case SMMU_EVENTQ_CONS:
    case SMMU_PRIQ_CONS:
    case SMMU_GERRORN:
        return size == 4;
    default:
        return false;
    }
}

static MemTxResult write_regs(void *opaque, hwaddr offset, uint64_t data,
                              unsigned size, MemTxAttrs attrs)
{
    CcaSmmuState *s = opaque;
    CcaPas pas = pas_of(attrs);

    trace_cca_smmu_write(offset, size, cca_pas_name(pas), data);
    cca_smmu_lock(s);
    if (!is_index(offset, size)) {
        cca_answers_forget(&s->answers);
    }
    smmu_write(s->engine, offset, size, pas, data);
    cca_smmu_unlock(s);
    return MEMTX_OK;
}

static const MemoryRegionOps regs_ops = {
    .read_with_attrs = read_regs,
    .write_with_attrs = write_regs,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

static uint64_t read_zero(void *opaque, hwaddr offset, unsigned size)
{
    return 0;
}

static void write_ignored(void *opaque, hwaddr offset, uint64_t data,
                          unsigned size)
{
}

static const MemoryRegionOps raz_wi_ops = {
    .read = read_zero, .write = write_ignored,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

/* Following the PEs */

static CcaSmmuState *of_follower(CcaGpcFollower *follower)
{
    return container_of(follower, CcaSmmuState, follower);
}

static void follow_regs(CcaGpcFollower *follower, const GptRegs *regs,
                        bool forget)
{
    CcaSmmuState *s = of_follower(follower);

    cca_smmu_lock(s);
    cca_answers_forget(&s->answers);
    smmu_follow_pe(s->engine, regs);
    if (forget) {
        smmu_tlbi_pa_all(s->engine);
    }
    cca_smmu_unlock(s);
}

static void follow_tlbi_all(CcaGpcFollower *follower)
{
    CcaSmmuState *s = of_follower(follower);

    cca_smmu_lock(s);
    smmu_tlbi_pa_all(s->engine);
    cca_smmu_unlock(s);
}

static void follow_tlbi_pa(CcaGpcFollower *follower, uint64_t base,
                           uint64_t size, bool last_level)
{
    CcaSmmuState *s = of_follower(follower);

    cca_smmu_lock(s);
    smmu_tlbi_pa(s->engine, base, size, last_level);
    cca_smmu_unlock(s);
}

/* Life */

static void ram_gone(void *opaque)
{
    CcaSmmuState *s = opaque;

    cca_answers_forget(&s->answers);
}

static bool set_gpt_source(CcaSmmuState *s, Error **errp)
{
    if (!s->gpt || g_str_equal(s->gpt, "root-page")) {
        s->config.follow_pe = false;
    } else if (g_str_equal(s->gpt, "follow-pe")) {
        s->config.follow_pe = true;
    } else {
        error_setg(errp, "gpt=%s: must be root-page (the Root page decides) "
                   "or follow-pe (as if firmware had copied the PEs' "
                   "configuration to it)", s->gpt);
        return false;
    }
    return true;
}

static void realize(DeviceState *dev, Error **errp)
{
    CcaSmmuState *s = CCA_SMMUV3(dev);
    const char *why = smmu_features_check(&s->config.feat);
    SmmuBus bus;

    if (why) {
        error_setg(errp, "%s", why);
        return;
    }
    if (!set_gpt_source(s, errp)) {
        return;
    }
    s->following = cca_gpc_follow(&s->follower);
    if (s->following) {
        s->config.gpt = s->follower.impl;
        s->config.strict = s->follower.strict_tlb;
    } else {
        s->config.gpt = (GptImpl) {
            .rme = 1, .sel2 = true, .tgran4 = true, .tgran16 = true,
            .tgran64 = true,
        };
        /* No PE has granule protection: then nobody can switch it on. */
        s->config.feat.root_impl = s->config.feat.realm_impl = false;
        s->config.feat.bgptm = s->config.feat.rgptm = false;
        s->config.feat.mec = s->config.feat.dpt = false;
    }
    s->config.gpt.pa_bits = s->config.feat.oas;
    s->config.faults = cca_machine_faults();

    bus = cca_smmu_bus(s);
    s->engine = smmu_new(&s->config, &bus, &why);
    if (!s->engine) {
        error_setg(errp, "%s", why);
        return;
    }
    if (s->secure_memory) {
        address_space_init(&s->secure_as, s->secure_memory,
                           "cca-smmuv3-secure");
        s->has_secure_as = true;
        cca_ram_init(&s->secure_ram, &s->secure_as, &s->lock, ram_gone, s);
    }
    s->memory_as = &address_space_memory;
    if (s->memory) {
        address_space_init(&s->own_as, s->memory, "cca-smmuv3-memory");
        s->memory_as = &s->own_as;
    }
    cca_ram_init(&s->ram, s->memory_as, &s->lock, ram_gone, s);
    memory_region_init_io(&s->raz_wi, OBJECT(s), &raz_wi_ops, s,
                          "cca-smmuv3-raz-wi", UINT64_MAX);
    address_space_init(&s->raz_wi_as, &s->raz_wi, "cca-smmuv3-raz-wi");
    memory_region_init_io(&s->regs, OBJECT(s), &regs_ops, s, TYPE_CCA_SMMUV3,
                          smmu_size(s->engine));
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->regs);
    if (!cca_smmu_pci_realize(s, errp)) {
        return;
    }
    if (s->config.feat.btm) {
        cca_smmu_hear_tlbis(s);
    }
    if (s->following) {
        cca_gpc_follow_now(&s->follower);
    }
}

static void reset_hold(Object *obj, ResetType type)
{
    CcaSmmuState *s = CCA_SMMUV3(obj);

    cca_smmu_lock(s);
    smmu_reset(s->engine);
    cca_answers_forget(&s->answers);
    g_array_set_size(s->due, 0);
    s->root_due = 0;
    s->run = false;
    timer_del(s->timer);
    cca_smmu_unlock(s);
    /* Whichever of us and the PEs was reset first. */
    if (s->following) {
        cca_gpc_follow_now(&s->follower);
    }
}

static int pre_save(void *opaque)
{
    CcaSmmuState *s = opaque;

    cca_smmu_lock(s);
    s->saved_words = smmu_save(s->engine, s->saved, CCA_SMMU_STATE_WORDS);
    cca_smmu_unlock(s);
    return s->saved_words ? 0 : -EINVAL;
}

static int post_load(void *opaque, int version)
{
    CcaSmmuState *s = opaque;
    bool ok;

    if (s->saved_words > CCA_SMMU_STATE_WORDS) {
        return -EINVAL;
    }
    cca_smmu_lock(s);
    ok = smmu_load(s->engine, s->saved, s->saved_words);
    cca_answers_forget(&s->answers);
    /* Commands that were left over when the state was saved. */
    s->run = true;
    cca_smmu_unlock(s);
    qemu_bh_schedule(s->bh);
    if (!ok) {
        error_report("cca-smmuv3: the state is that of an SMMU with other "
                     "features");
        return -EINVAL;
    }
    return 0;
}

static const VMStateDescription vmstate = {
    .name = TYPE_CCA_SMMUV3,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = pre_save,
    .post_load = post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(saved_words, CcaSmmuState),
        VMSTATE_UINT64_ARRAY(saved, CcaSmmuState, CCA_SMMU_STATE_WORDS),
        VMSTATE_END_OF_LIST()
    },
};

static void instance_init(Object *obj)
{
    CcaSmmuState *s = CCA_SMMUV3(obj);

    qemu_mutex_init(&s->lock);
    s->follower = (CcaGpcFollower) {
        .set_regs = follow_regs, .tlbi_all = follow_tlbi_all,
        .tlbi_pa = follow_tlbi_pa,
    };
    qdev_init_gpio_out(DEVICE(obj), s->line, CCA_SMMU_LINES);
}

#define FEATURE(name, field, on) \
    DEFINE_PROP_BOOL(name, CcaSmmuState, config.feat.field, on)
#define SIZE(name, field, value) \
    DEFINE_PROP_UINT8(name, CcaSmmuState, config.feat.field, value)

/* The defaults are the reference set: smmu_features_reference(). */
static const Property properties[] = {
    DEFINE_PROP_LINK("primary-bus", CcaSmmuState, bus, TYPE_PCI_BUS, PCIBus *),
    DEFINE_PROP_LINK("memory", CcaSmmuState, memory, TYPE_MEMORY_REGION,
                     MemoryRegion *),
    DEFINE_PROP_LINK("secure-memory", CcaSmmuState, secure_memory,
                     TYPE_MEMORY_REGION, MemoryRegion *),
    DEFINE_PROP_STRING("gpt", CcaSmmuState, gpt),
    DEFINE_PROP_UINT32("msi-device-id", CcaSmmuState, msi_device_id, 0),
    DEFINE_PROP_BOOL("gbpa-abort", CcaSmmuState, config.gbpa_abort, false),
    DEFINE_PROP_UINT32("root-offset", CcaSmmuState, config.root_offset,
                       DEFAULT_ROOT_OFFSET),
    DEFINE_PROP_UINT32("tlb-entries", CcaSmmuState, config.tlb_entries,
                       DEFAULT_TLB_ENTRIES),
    FEATURE("s1p", s1p, true), FEATURE("s2p", s2p, true),
    FEATURE("secure", secure_impl, true), FEATURE("realm", realm_impl, true),
    FEATURE("root", root_impl, true),
    FEATURE("bgptm", bgptm, true), FEATURE("rgptm", rgptm, true),
    FEATURE("btm", btm, false), FEATURE("ats", ats, true),
    FEATURE("pri", pri, true), FEATURE("msi", msi, true),
    FEATURE("sev", sev, true), FEATURE("vmw", vmw, true),
    FEATURE("hyp", hyp, true), FEATURE("asid16", asid16, true),
    FEATURE("vmid16", vmid16, true), FEATURE("cd2l", cd2l, true),
    FEATURE("st-level", st_level, true), FEATURE("stall", stall, false),
    FEATURE("stall-forced", stall_forced, false), SIZE("httu", httu, 2),
    SIZE("sid-bits", sid_bits, 16), SIZE("ssid-bits", ssid_bits, 20),
    SIZE("cmdq-log2", cmdq_log2, 19), SIZE("eventq-log2", eventq_log2, 19),
    SIZE("priq-log2", priq_log2, 7),
    FEATURE("gran4k", gran4k, true), FEATURE("gran16k", gran16k, true),
    FEATURE("gran64k", gran64k, true), FEATURE("vax", vax, true),
    FEATURE("ds", ds, true), SIZE("oas", oas, 52),
    FEATURE("ril", ril, true), FEATURE("had", had, true),
    FEATURE("xnx", xnx, true), FEATURE("pps", pps, true),
    FEATURE("fwb", fwb, true), FEATURE("stt", stt, true),
    FEATURE("e0pd", e0pd, true), FEATURE("ptwnnc", ptwnnc, true),
    SIZE("bbml", bbml, 2), FEATURE("mec", mec, true),
    SIZE("mecid-bits", mecid_bits, 16), FEATURE("dpt", dpt, false),
};

static void class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "Arm SMMUv3 with RME and RME-DA";
    dc->realize = realize;
    dc->vmsd = &vmstate;
    dc->user_creatable = false;     /* the machine wires it */
    RESETTABLE_CLASS(oc)->phases.hold = reset_hold;
    device_class_set_props(dc, properties);
    cca_smmu_port_class_init(CCA_DMA_PORT_CLASS(oc));
}

static const TypeInfo info = {
    .name = TYPE_CCA_SMMUV3,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaSmmuState),
    .instance_init = instance_init,
    .class_init = class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_CCA_DMA_PORT },
        { }
    },
};

static void register_types(void)
{
    type_register_static(&info);
}

type_init(register_types)
