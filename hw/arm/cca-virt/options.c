/*
 * Options that all CCA machines have: granule protection of the PEs, memory
 * encryption contexts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/boards.h"
#include "system/qtest.h"
#include "system/tcg.h"
#include "cca/machine-faults.h"
#include "cca/pe-watch-hooks.h"
#include "target/arm/cpu-qom.h"
#include "target/arm/gpc/bus-gpc.h"
#include "target/arm/gpc/cpu-gpc.h"
#include "target/arm/gpc/cpu-mec.h"
#include "options.h"

enum {
    DEFAULT_RME = 2,
    DEFAULT_L0GPTSZ = 30,
    DEFAULT_MECID_BITS = 16,
};

#define DEFAULT_MPE MEC_PAS

static CcaMachineOptions *options_of(Object *obj)
{
    return CCA_MACHINE_GET_CLASS(obj)->options(obj);
}

static char *get_rme(Object *obj, Error **errp)
{
    CcaMachineOptions *o = options_of(obj);

    return o->rme ? g_strdup_printf("%u", o->rme) : g_strdup("off");
}

static void set_rme(Object *obj, const char *value, Error **errp)
{
    CcaMachineOptions *o = options_of(obj);

    if (g_str_equal(value, "off")) {
        o->rme = 0;
    } else if (value[0] >= '1' && value[0] <= '3' && !value[1]) {
        o->rme = value[0] - '0';
    } else {
        error_setg(errp, "rme=%s: must be 1 (RME), 2 (with GPC2), "
                   "3 (with GPC3) or off", value);
    }
}

static void get_l0gptsz(Object *obj, Visitor *v, const char *name,
                        void *opaque, Error **errp)
{
    uint32_t value = options_of(obj)->l0gptsz ?: DEFAULT_L0GPTSZ;

    visit_type_uint32(v, name, &value, errp);
}

static void set_l0gptsz(Object *obj, Visitor *v, const char *name,
                        void *opaque, Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    switch (value) {
    case 30:
    case 34:
    case 36:
    case 39:
        options_of(obj)->l0gptsz = value;
        break;
    default:
        error_setg(errp, "l0gptsz=%u: must be 30, 34, 36 or 39", value);
        break;
    }
}

static bool get_strict_tlb(Object *obj, Error **errp)
{
    return options_of(obj)->strict_tlb;
}

static void set_strict_tlb(Object *obj, bool value, Error **errp)
{
    options_of(obj)->strict_tlb = value;
}

static bool has_mec(const CcaMachineOptions *o)
{
    return o->mec == ON_OFF_AUTO_AUTO ? o->mec_default && o->rme :
                                        o->mec == ON_OFF_AUTO_ON;
}

static bool get_mec(Object *obj, Error **errp)
{
    return has_mec(options_of(obj));
}

static void set_mec(Object *obj, bool value, Error **errp)
{
    options_of(obj)->mec = value ? ON_OFF_AUTO_ON : ON_OFF_AUTO_OFF;
}

static void get_mecid_bits(Object *obj, Visitor *v, const char *name,
                           void *opaque, Error **errp)
{
    uint32_t value = options_of(obj)->mecid_bits ?: DEFAULT_MECID_BITS;

    visit_type_uint32(v, name, &value, errp);
}

static void set_mecid_bits(Object *obj, Visitor *v, const char *name,
                           void *opaque, Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    if (value < 1 || value > 16) {
        error_setg(errp, "mecid-bits=%u: must be 1 to 16", value);
        return;
    }
    options_of(obj)->mecid_bits = value;
}

static void get_trace_hlt(Object *obj, Visitor *v, const char *name,
                          void *opaque, Error **errp)
{
    visit_type_int32(v, name, &options_of(obj)->trace_hlt, errp);
}

static void set_trace_hlt(Object *obj, Visitor *v, const char *name,
                          void *opaque, Error **errp)
{
    int64_t value;

    if (!visit_type_int(v, name, &value, errp)) {
        return;
    }
    if (value < 0 || value > UINT16_MAX) {
        error_setg(errp, "trace-hlt=%" PRId64 ": HLT has an immediate of 16 "
                   "bits", value);
        return;
    }
    options_of(obj)->trace_hlt = value;
}

static char *get_mpe(Object *obj, Error **errp)
{
    return g_strdup(mec_policy_name(options_of(obj)->mpe));
}

static void set_mpe(Object *obj, const char *value, Error **errp)
{
    CcaMachineOptions *o = options_of(obj);

    for (unsigned i = 0; i < MEC_POLICY__COUNT; i++) {
        if (g_str_equal(value, mec_policy_name(i))) {
            o->mpe = i;
            o->mpe_given = true;
            return;
        }
    }
    error_setg(errp, "mpe=%s: must be off, mecid or pas", value);
}

void cca_machine_options_init(CcaMachineOptions *options)
{
    options->mpe = DEFAULT_MPE;
    options->rme = DEFAULT_RME;
    options->mec = ON_OFF_AUTO_AUTO;
    options->trace_hlt = -1;
}

void cca_machine_class_add_options(ObjectClass *oc)
{
    object_class_property_add_str(oc, "rme", get_rme, set_rme);
    object_class_property_set_description(oc, "rme",
        "Realm Management Extension: 1 (base), 2 (with FEAT_RME_GPC2), "
        "3 (with FEAT_RME_GPC3), off");
    object_class_property_add(oc, "l0gptsz", "uint32", get_l0gptsz,
                              set_l0gptsz, NULL, NULL);
    object_class_property_set_description(oc, "l0gptsz",
        "Address bits that a level 0 GPT entry covers: 30, 34, 36, 39");
    object_class_property_add_bool(oc, "strict-tlb", get_strict_tlb,
                                   set_strict_tlb);
    object_class_property_set_description(oc, "strict-tlb",
        "Forget no GPT entry, and nothing that the SMMU holds, that software "
        "did not invalidate");
    object_class_property_add_bool(oc, "mec", get_mec, set_mec);
    object_class_property_set_description(oc, "mec",
        "Memory Encryption Contexts (FEAT_MEC) at the PEs");
    object_class_property_add(oc, "mecid-bits", "uint32", get_mecid_bits,
                              set_mecid_bits, NULL, NULL);
    object_class_property_set_description(oc, "mecid-bits",
        "Width of a MECID: 1 to 16");
    object_class_property_add(oc, "trace-hlt", "int32", get_trace_hlt,
                              set_trace_hlt, NULL, NULL);
    object_class_property_set_description(oc, "trace-hlt",
        "Immediate of the HLT that toggles traces and else does nothing; "
        "-1: none");
    object_class_property_add_str(oc, "mpe", get_mpe, set_mpe);
    object_class_property_set_description(oc, "mpe",
        "Which contexts DRAM is encrypted under: off (all alike), mecid (by "
        "MECID only), pas (by PAS and MECID; default, unless PEs begin in "
        "DRAM)");
}

static char *objection(const MachineState *machine,
                       const CcaMachineOptions *o)
{
    if (!tcg_enabled() && !qtest_enabled()) {
        return g_strdup("needs -accel tcg: no other accelerator emulates RME");
    }
    if (!o->rme && o->l0gptsz) {
        return g_strdup("l0gptsz= has no meaning with rme=off");
    }
    if (!o->rme && o->mpe_given && o->mpe != MEC_OFF) {
        return g_strdup_printf("mpe=%s needs RME: drop rme=off",
                               mec_policy_name(o->mpe));
    }
    if (!o->rme && has_mec(o)) {
        return g_strdup("mec=on needs RME: drop rme=off");
    }
    if (!has_mec(o) && o->mecid_bits) {
        return g_strdup_printf("mecid-bits= has no meaning with %s",
                               o->rme ? "mec=off" : "rme=off");
    }
    if (!g_str_equal(machine->cpu_type, ARM_CPU_TYPE_NAME("max"))) {
        g_autofree char *model = cpu_model_from_type(machine->cpu_type);

        return g_strdup_printf("needs -cpu max: CPU model '%s' has no RME",
                               model);
    }
    return NULL;
}

/* What an SMMU says of MECIDs is what PEs say, unless -global wants else. */
static void tell_smmu(const CcaMachineOptions *o)
{
    g_autofree char *bits = NULL;

    if (!has_mec(o)) {
        object_register_sugar_prop("cca-smmuv3", "mec", "off", true);
        return;
    }
    bits = g_strdup_printf("%u", o->mecid_bits ?: DEFAULT_MECID_BITS);
    object_register_sugar_prop("cca-smmuv3", "mecid-bits", bits, true);
}

void cca_machine_configure(Object *obj)
{
    CcaMachineOptions *o = options_of(obj);
    g_autofree char *what = objection(MACHINE(obj), o);

    if (what) {
        error_report("%s %s", MACHINE_GET_CLASS(obj)->name, what);
        exit(1);
    }
    cca_pe_configure(&(CcaPeConfig) {
        .rme = o->rme,
        .l0gptsz = o->l0gptsz ?: DEFAULT_L0GPTSZ,
        .strict_tlb = o->strict_tlb,
        .mec = has_mec(o),
        .mecid_bits = o->mecid_bits ?: DEFAULT_MECID_BITS,
        .faults = cca_machine_faults(),
    });
    cca_trace_hlt = o->trace_hlt;
    tell_smmu(o);
    if (o->rme) {
        cca_bus_gpc_enable();
    }
}

/*
 * Firmware that starts in DRAM was brought there by a loader, which has no
 * PAS, and is not to be garbage to Root.
 */
static void choose_mpe(CcaMachineOptions *o, const CcaDramRange *range,
                       unsigned count, uint64_t start)
{
    for (unsigned i = 0; i < count && !o->mpe_given; i++) {
        if (start - range[i].base < range[i].size) {
            o->mpe = MEC_MECID;
        }
    }
}

void cca_machine_encrypt_dram(Object *obj, MemoryRegion *mr,
                              const CcaDramRange *range, unsigned count,
                              uint64_t start)
{
    CcaMachineOptions *o = options_of(obj);
    CcaDramConfig config = {
        .mr = mr,
        .range_count = count,
        .mecid_bits = o->mecid_bits ?: DEFAULT_MECID_BITS,
        .faults = cca_machine_faults(),
    };

    if (!o->rme) {
        return;
    }
    choose_mpe(o, range, count, start);
    config.policy = o->mpe;
    memcpy(config.range, range, count * sizeof(*range));
    cca_dram_create(&config);
    cca_mec_attach_pes();
}

static const TypeInfo info = {
    .name = TYPE_CCA_MACHINE,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(CcaMachineClass),
};

static void register_types(void)
{
    type_register_static(&info);
}

type_init(register_types)
