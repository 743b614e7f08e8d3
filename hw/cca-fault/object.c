/*
 * -object cca-fault: a fault that is armed as long as the object lives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qom/object_interfaces.h"
#include "glue.h"
#include "trace.h"

#define TYPE_CCA_FAULT "cca-fault"
OBJECT_DECLARE_SIMPLE_TYPE(CcaFaultObject, CCA_FAULT)

struct CcaFaultObject {
    Object parent_obj;

    CcaFaultProperties props;
    uint64_t handle;            /* 0: not armed */
};

typedef enum PropertyType { STRING, UINT64, SIZE } PropertyType;

/* A property, and where its value is kept in CcaFaultProperties. */
typedef struct Property {
    const char *name;
    PropertyType type;
    size_t value, has;          /* offsets; strings have no has */
    const char *doc;
} Property;

#define AT(field) offsetof(CcaFaultProperties, field)
#define TEXT(field, doc) { #field, STRING, AT(field), 0, doc }
#define VALUE(name, type, field, doc) \
    { name, type, AT(field), AT(has_##field), doc }

static const Property properties[] = {
    TEXT(site, "where the fault is: gpt.fetch, gpc.verdict, ..."),
    TEXT(action, "what it does: abort, flip, stale, wrong-pass, ..."),
    VALUE("mask", UINT64, mask, "flip: the bits to invert"),
    VALUE("word", UINT64, word, "flip: which 64-bit word, from 0"),
    VALUE("delay", UINT64, delay, "delay, stall: ns of virtual time"),
    VALUE("nth", UINT64, nth, "the first hit that counts"),
    VALUE("every", UINT64, every, "and each so many-th after it"),
    VALUE("count", UINT64, count, "fire at most so many times"),
    VALUE("addr", UINT64, addr, "physical address"),
    VALUE("size", SIZE, size, "bytes from addr"),
    TEXT(pas, "PAS of the access: ns, secure, root, realm, sa, nsp"),
    VALUE("pe", UINT64, pe, "the requester is the PE with this index"),
    VALUE("device", UINT64, device, "the requester is the device of this id"),
    TEXT(state, "Security state of the requester"),
    VALUE("pc", UINT64, pc, "the requester's program counter"),
    VALUE("pc-size", SIZE, pc_size, "bytes from pc"),
    TEXT(probability, "of each hit, up to 1: a decimal like 0.25"),
    VALUE("seed", UINT64, seed, "of the probability"),
};

static bool visit(Visitor *v, const char *name, const Property *p, void *value,
                  Error **errp)
{
    switch (p->type) {
    case STRING:
        return visit_type_str(v, name, value, errp);
    case UINT64:
        return visit_type_uint64(v, name, value, errp);
    case SIZE:
        return visit_type_size(v, name, value, errp);
    }
    g_assert_not_reached();
}

static void get_property(Object *obj, Visitor *v, const char *name,
                         void *opaque, Error **errp)
{
    const Property *p = opaque;
    char *props = (char *)&CCA_FAULT(obj)->props, *empty = (char *)"";
    void *value = props + p->value;

    if (p->type == STRING && !*(char **)value) {
        value = &empty;
    }
    visit(v, name, p, value, errp);
}

static void set_property(Object *obj, Visitor *v, const char *name,
                         void *opaque, Error **errp)
{
    CcaFaultObject *fault = CCA_FAULT(obj);
    const Property *p = opaque;
    char *props = (char *)&fault->props;
    char *text = NULL;

    if (fault->handle) {
        error_setg(errp, "%s cannot be changed: the fault is armed", name);
        return;
    }
    if (p->type == STRING) {
        if (visit(v, name, p, &text, errp)) {
            g_free(*(char **)(props + p->value));
            *(char **)(props + p->value) = text;
        }
    } else if (visit(v, name, p, props + p->value, errp)) {
        *(bool *)(props + p->has) = true;
    }
}

static void complete(UserCreatable *uc, Error **errp)
{
    CcaFaultObject *fault = CCA_FAULT(uc);
    const char *id = object_get_canonical_path_component(OBJECT(uc));

    fault->handle = cca_fault_arm_qapi(id, &fault->props, errp);
}

static void finalize(Object *obj)
{
    CcaFaultObject *fault = CCA_FAULT(obj);
    char id[CCA_FAULT_ID_MAX + 1];

    if (fault->handle) {
        cca_fault_id(cca_machine_faults(), fault->handle, id);
        if (cca_fault_disarm_handle(cca_machine_faults(), fault->handle)) {
            trace_cca_fault_disarmed(id);
        }
    }
    g_free(fault->props.site);
    g_free(fault->props.action);
    g_free(fault->props.pas);
    g_free(fault->props.state);
    g_free(fault->props.probability);
}

static void class_init(ObjectClass *klass, void *data)
{
    static const char *const types[] = {
        [STRING] = "string", [UINT64] = "uint64", [SIZE] = "size",
    };

    USER_CREATABLE_CLASS(klass)->complete = complete;
    for (size_t i = 0; i < ARRAY_SIZE(properties); i++) {
        const Property *p = &properties[i];

        object_class_property_add(klass, p->name, types[p->type],
                                  get_property, set_property, NULL,
                                  (void *)p);
        object_class_property_set_description(klass, p->name, p->doc);
    }
}

static const TypeInfo cca_fault_info = {
    .name = TYPE_CCA_FAULT,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(CcaFaultObject),
    .instance_finalize = finalize,
    .class_init = class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_USER_CREATABLE },
        { }
    },
};

static void register_types(void)
{
    type_register_static(&cca_fault_info);
}

type_init(register_types)
