/*
 * The SMMU seen from QMP: query-cca-smmu.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-cca-smmu-walk-target.h"
#include "qom/object.h"
#include "hw/qdev-core.h"
#include "qmp-smmu.h"
#include "smmuv3-rme.h"

enum { SUBSTREAM_BITS = 20 };

/* What a command asks of each SMMU. */
typedef struct Question {
    bool stream, translation;
    SmmuTxn txn;
} Question;

static int collect(Object *obj, void *opaque)
{
    GPtrArray *found = opaque;
    CcaSmmuState *s = (CcaSmmuState *)object_dynamic_cast(obj,
                                                          TYPE_CCA_SMMUV3);

    if (s && s->engine) {
        g_ptr_array_add(found, s);
    }
    return 0;
}

/* The SMMUs meant by @path; NULL with @errp set if that is none. */
static GPtrArray *find(const char *path, Error **errp)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    bool ambiguous = false;
    Object *obj;

    if (!path) {
        object_child_foreach_recursive(object_get_root(), collect, found);
        return g_steal_pointer(&found);
    }
    obj = object_resolve_path(path, &ambiguous);
    if (obj) {
        collect(obj, found);
    }
    if (!found->len) {
        error_setg(errp, "path=%s %s", path, ambiguous ?
                   "is ambiguous" : "is no cca-smmuv3");
        return NULL;
    }
    return g_steal_pointer(&found);
}

/* An argument that makes no sense without another one. */
static bool alone(bool given, const char *name, bool other,
                  const char *other_name, Error **errp)
{
    if (given && !other) {
        error_setg(errp, "%s is given, but %s is not", name, other_name);
        return true;
    }
    return false;
}

static CcaSmmuInfo *answer(CcaSmmuState *s, const Question *q, Error **errp)
{
    g_autofree SmmuStateLook *state = g_new(SmmuStateLook, 1);
    g_autofree SmmuLook *look = g_new(SmmuLook, 1);
    g_autofree char *path = object_get_canonical_path(OBJECT(s));
    SmmuStreamLook stream;
    CcaSmmuInfo *info;
    bool ok = true;

    cca_smmu_lock(s);
    smmu_look_at_state(s->engine, state);
    if (q->stream) {
        ok = smmu_look_at_stream(s->engine, &q->txn, &stream);
    }
    if (q->translation && ok) {
        smmu_look(s->engine, &q->txn, look);
    }
    cca_smmu_unlock(s);
    if (!ok) {
        error_setg(errp, "sec-sid=%s: %s has no such interface",
                   CcaStreamWorld_str((CcaStreamWorld)q->txn.sec_sid), path);
        return NULL;
    }
    info = cca_smmu_describe(state);
    info->path = g_steal_pointer(&path);
    info->stream = q->stream ? cca_smmu_describe_stream(&q->txn, &stream) :
                               NULL;
    info->translation = q->translation ?
                        cca_smmu_describe_translation(look) : NULL;
    return info;
}

CcaSmmuInfoList *qmp_query_cca_smmu(const char *path, bool has_stream_id,
                                    uint32_t stream_id, bool has_sec_sid,
                                    CcaStreamWorld sec_sid,
                                    bool has_substream_id,
                                    uint32_t substream_id, bool has_address,
                                    uint64_t address, bool has_access,
                                    CcaSmmuAccess access, bool has_privileged,
                                    bool privileged, bool has_translated,
                                    bool translated, Error **errp)
{
    g_autoptr(CcaSmmuInfoList) list = NULL;
    g_autoptr(GPtrArray) found = NULL;
    CcaSmmuInfoList **tail = &list;
    Question q = {
        .stream = has_stream_id, .translation = has_address,
        .txn = {
            .addr = address, .sid = stream_id,
            .sec_sid = has_sec_sid ? (CcaSecSid)sec_sid : CCA_SEC_SID_NS,
            .ssv = has_substream_id, .ssid = substream_id,
            .access = {
                .write = has_access && access == CCA_SMMU_ACCESS_WRITE,
                .instruction = has_access &&
                               access == CCA_SMMU_ACCESS_EXECUTE,
                .privileged = has_privileged && privileged,
            },
            .translated = has_translated && translated,
        },
    };

    if (alone(has_sec_sid, "sec-sid", has_stream_id, "stream-id", errp) ||
        alone(has_substream_id, "substream-id", has_stream_id, "stream-id",
              errp) ||
        alone(has_address, "address", has_stream_id, "stream-id", errp) ||
        alone(has_access, "access", has_address, "address", errp) ||
        alone(has_privileged, "privileged", has_address, "address", errp) ||
        alone(has_translated, "translated", has_address, "address", errp)) {
        return NULL;
    }
    if (has_substream_id && substream_id >> SUBSTREAM_BITS) {
        error_setg(errp, "substream-id=%" PRIu32 " has more than %d bits",
                   substream_id, SUBSTREAM_BITS);
        return NULL;
    }
    found = find(path, errp);
    if (!found) {
        return NULL;
    }
    if (has_stream_id && !found->len) {
        error_setg(errp, "stream-id=%" PRIu32 ": the machine has no "
                   "cca-smmuv3", stream_id);
        return NULL;
    }
    for (guint i = 0; i < found->len; i++) {
        CcaSmmuInfo *info = answer(g_ptr_array_index(found, i), &q, errp);

        if (!info) {
            return NULL;
        }
        QAPI_LIST_APPEND(tail, info);
    }
    return g_steal_pointer(&list);
}
