/*
 * The SMMU seen from QMP: a stream, and the way of a transaction.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/util.h"
#include "event.h"
#include "qmp-smmu.h"

static bool gpc_fault(const CcaGpcVerdict *v, CcaGpcFaultKind *kind)
{
    switch (v->fault) {
    case CCA_GPCF_NONE:
        return false;
    case CCA_GPCF_ADDRESS_SIZE:
        *kind = CCA_GPC_FAULT_KIND_ADDRESS_SIZE;
        break;
    case CCA_GPCF_WALK:
        *kind = CCA_GPC_FAULT_KIND_WALK;
        break;
    case CCA_GPCF_EABT:
        *kind = CCA_GPC_FAULT_KIND_EXTERNAL_ABORT;
        break;
    default:
        *kind = CCA_GPC_FAULT_KIND_PROTECTION;
        break;
    }
    return true;
}

static uint64List *list_of(const uint64_t *words, unsigned n)
{
    uint64List *list = NULL;

    while (n-- > 0) {
        QAPI_LIST_PREPEND(list, words[n]);
    }
    return list;
}

/* Streams */

static CcaSmmuEntry *entry(const SmmuEntryLook *at, const char *error,
                           const SmmuNamedValue *values, unsigned n)
{
    CcaSmmuEntry *e = g_new0(CcaSmmuEntry, 1);
    CcaSmmuFieldList **fields = &e->fields;

    e->cached = at->cached;
    e->stale = at->stale;
    e->error = g_strdup(error);
    for (unsigned i = 0; i < n; i++) {
        CcaSmmuField *field = g_new0(CcaSmmuField, 1);

        field->name = g_strdup(values[i].name);
        field->value = values[i].value;
        QAPI_LIST_APPEND(fields, field);
    }
    if (at->read) {
        e->has_address = e->has_pas = e->has_words = true;
        e->address = at->addr;
        e->pas = (CcaSpace)at->pas;
        e->words = list_of(at->word, ARRAY_SIZE(at->word));
    }
    return e;
}

CcaSmmuStream *cca_smmu_describe_stream(const SmmuTxn *txn,
                                        const SmmuStreamLook *look)
{
    CcaSmmuStream *s = g_new0(CcaSmmuStream, 1);
    SmmuNamedValue values[SMMU_NAMED_MAX];
    const char *error;
    unsigned n;

    s->sec_sid = (CcaStreamWorld)txn->sec_sid;
    s->stream_id = txn->sid;
    s->has_substream_id = txn->ssv;
    s->substream_id = txn->ssid;
    s->enabled = look->enabled;
    if (look->fault != SMMU_EVT_NONE) {
        s->fault = g_strdup(smmu_event_name(look->fault));
    }
    if (look->has_ste) {
        n = smmu_ste_values(&look->ste, values);
        error = look->ste.error == SMMU_STE_OK ? NULL :
                smmu_ste_error_name(look->ste.error);
        s->config = g_strdup(smmu_ste_config_name(&look->ste));
        s->world = error || look->ste.abort ? NULL :
                   g_strdup(smmu_ste_world_name(&look->ste));
        s->ste = entry(&look->ste_at, error, values, n);
    }
    if (look->has_cd) {
        n = smmu_cd_values(&look->cd, values);
        error = look->cd.error == SMMU_CD_OK ? NULL :
                smmu_cd_error_name(look->cd.error);
        s->cd = entry(&look->cd_at, error, values, n);
    }
    return s;
}

/* Translation */

static CcaSmmuStep *step(const SmmuStep *s)
{
    CcaSmmuStep *step = g_new0(CcaSmmuStep, 1);
    bool stage2 = s->kind == SMMU_STEP_STAGE2;

    step->what = g_strdup(smmu_step_name(s->kind));
    step->has_level = stage2 || s->kind == SMMU_STEP_STAGE1 ||
                      s->kind == SMMU_STEP_DPT;
    step->level = s->level;
    step->q_for = stage2 ? g_strdup(smmu_step_name(s->serves)) : NULL;
    step->has_for_level = stage2 && s->serves == SMMU_STEP_STAGE1;
    step->for_level = s->serves_level;
    step->cached = s->cached;
    if (s->cached) {
        return step;
    }
    step->has_address = step->has_pas = step->has_mecid = true;
    step->address = s->addr;
    step->pas = (CcaSpace)s->pas;
    step->mecid = s->mecid;
    step->has_gpc_fault = gpc_fault(&s->verdict, &step->gpc_fault);
    step->has_gpc_level = step->has_gpc_fault;
    step->gpc_level = s->verdict.level;
    step->has_aborts = s->result == SMMU_MEM_ABORT;
    step->aborts = step->has_aborts;
    step->has_words = s->words;
    step->words = list_of(s->word, s->words);
    step->has_would_write = s->updates;
    step->would_write = s->update;
    step->has_sets_af = step->has_sets_dirty = s->updates;
    step->sets_af = s->sets_af;
    step->sets_dirty = s->sets_dirty;
    return step;
}

static CcaSmmuFault *fault(const SmmuLook *look)
{
    static const char *const classes[] = {
        [SMMU_CLASS_CD] = "cd", [SMMU_CLASS_TT] = "tt", [SMMU_CLASS_IN] = "in",
    };
    const SmmuEvent *e = &look->event;
    CcaSmmuFault *f;

    if (look->cause == SMMU_EVT_NONE) {
        return NULL;
    }
    f = g_new0(CcaSmmuFault, 1);
    f->event = g_strdup(smmu_event_name(look->cause));
    f->code = look->cause;
    f->wanted = look->reported;
    f->recorded = look->recorded;
    f->stage2 = e->s2;
    switch (look->cause) {
    case SMMU_F_WALK_EABT:
    case SMMU_F_TRANSLATION:
    case SMMU_F_ADDR_SIZE:
    case SMMU_F_ACCESS:
    case SMMU_F_PERMISSION:
        f->q_class = g_strdup(classes[e->class_ % ARRAY_SIZE(classes)]);
        break;
    default:
        break;
    }
    f->has_ipa = e->s2;
    f->ipa = e->ipa;
    f->gpcf = e->gpcf;
    f->has_fetch_address = look->cause == SMMU_F_STE_FETCH ||
                           look->cause == SMMU_F_CD_FETCH ||
                           look->cause == SMMU_F_WALK_EABT;
    f->fetch_address = e->fetch_addr;
    return f;
}

static CcaSmmuOutput *output(const SmmuLook *look)
{
    const SmmuOutput *out = &look->output;
    CcaSmmuOutput *o;

    if (!look->has_output) {
        return NULL;
    }
    o = g_new0(CcaSmmuOutput, 1);
    o->address = out->pa;
    o->pas = (CcaSpace)out->pas;
    o->mecid = out->mecid;
    o->size = 1ull << out->shift;
    o->has_gpc_fault = gpc_fault(&look->verdict, &o->gpc_fault);
    o->has_gpc_level = o->has_gpc_fault;
    o->gpc_level = look->verdict.level;
    return o;
}

static CcaSmmuHeld *held(const SmmuLook *look)
{
    const SmmuTlbEntry *e = &look->held_entry;
    CcaSmmuHeld *h;

    if (!look->held) {
        return NULL;
    }
    h = g_new0(CcaSmmuHeld, 1);
    h->address = e->pa;
    h->pas = (CcaSpace)e->pas;
    h->size = 1ull << e->shift;
    h->allowed = look->held_allows;
    h->stale = look->has_output ? e->pa != look->output.pa ||
                                  e->pas != look->output.pas :
                                  look->held_allows;
    return h;
}

CcaSmmuTranslation *cca_smmu_describe_translation(const SmmuLook *look)
{
    static const CcaSmmuOutcome outcomes[] = {
        [SMMU_PASS] = CCA_SMMU_OUTCOME_PASS,
        [SMMU_ABORT] = CCA_SMMU_OUTCOME_ABORT,
        [SMMU_RAZ_WI] = CCA_SMMU_OUTCOME_RAZ_WI,
        [SMMU_STALL] = CCA_SMMU_OUTCOME_STALL,
    };
    CcaSmmuTranslation *t = g_new0(CcaSmmuTranslation, 1);
    CcaSmmuStepList **steps = &t->steps;

    t->outcome = outcomes[look->outcome];
    t->why = g_strdup(look->why);
    t->fault = fault(look);
    for (unsigned i = 0; i < look->steps; i++) {
        QAPI_LIST_APPEND(steps, step(&look->step[i]));
    }
    t->output = output(look);
    t->held = held(look);
    return t;
}
