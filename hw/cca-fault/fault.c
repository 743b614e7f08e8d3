/*
 * The armed faults of a machine.
 *
 * One lock guards all; models take it only at a site where something is
 * armed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "internal.h"

typedef struct Fault {
    struct Fault *next;         /* in the order of arming */
    uint64_t handle;
    char id[CCA_FAULT_ID_MAX + 1];
    CcaFaultPlan plan;
    uint64_t random;            /* state of the generator */
    FaultStale *stale;          /* CCA_ACT_STALE only */
    uint64_t hits, fired;
} Fault;

struct CcaFaultsPrivate {
    pthread_mutex_t lock;
    Fault *first;
    unsigned armed;
    uint64_t last_handle;
    uint64_t firings;
    CcaFaultObserver *observer;
    void *opaque;
};

typedef struct CcaFaultsPrivate Private;

CcaFaults *cca_faults_new(void)
{
    CcaFaults *faults = calloc(1, sizeof(*faults));
    Private *priv = calloc(1, sizeof(*priv));

    if (!faults || !priv || pthread_mutex_init(&priv->lock, NULL)) {
        free(faults);
        free(priv);
        return NULL;
    }
    for (CcaFaultSite s = 0; s < CCA_SITE__COUNT; s++) {
        atomic_init(&faults->armed[s], 0);
    }
    faults->priv = priv;
    return faults;
}

static void free_fault(Fault *f)
{
    if (f) {
        fault_stale_free(f->stale);
        free(f);
    }
}

void cca_faults_free(CcaFaults *faults)
{
    Fault *next;

    if (!faults) {
        return;
    }
    for (Fault *f = faults->priv->first; f; f = next) {
        next = f->next;
        free_fault(f);
    }
    pthread_mutex_destroy(&faults->priv->lock);
    free(faults->priv);
    free(faults);
}

/* The link that points to the fault with this @id or @handle, or to NULL. */
static Fault **find(Private *priv, const char *id, uint64_t handle)
{
    Fault **link = &priv->first;

    while (*link && !(id ? !strcmp((*link)->id, id) :
                           (*link)->handle == handle)) {
        link = &(*link)->next;
    }
    return link;
}

/* An id of our own that nobody uses. */
static void make_id(Private *priv, char id[CCA_FAULT_ID_MAX + 1])
{
    uint64_t n = priv->last_handle;

    do {
        snprintf(id, CCA_FAULT_ID_MAX + 1, "fault%" PRIu64, n++);
    } while (*find(priv, id, 0));
}

/* With the lock held. */
static bool link_fault(CcaFaults *faults, Fault *f, const char *id,
                       CcaFaultError *error)
{
    Private *priv = faults->priv;

    if (id && *find(priv, id, 0)) {
        return cca_fault_refuse(error, "id='%s' names a fault that is armed "
                                "already", id);
    }
    if (priv->armed == CCA_FAULT_ARMED_MAX) {
        return cca_fault_refuse(error, "%d faults are armed, and there is "
                                "room for no more", CCA_FAULT_ARMED_MAX);
    }
    f->handle = ++priv->last_handle;
    if (id) {
        snprintf(f->id, sizeof(f->id), "%s", id);
    } else {
        make_id(priv, f->id);
    }
    *find(priv, NULL, 0) = f;
    priv->armed++;
    atomic_fetch_add(&faults->armed[f->plan.site], 1);
    return true;
}

uint64_t cca_fault_arm(CcaFaults *faults, const CcaFaultSpec *spec,
                       CcaFaultError *error)
{
    CcaFaultPlan plan;
    Fault *f;
    uint64_t handle = 0;

    if (!cca_fault_plan(spec, &plan, error)) {
        return 0;
    }
    f = calloc(1, sizeof(*f));
    if (f) {
        f->plan = plan;
        f->random = plan.seed;
        if (plan.action == CCA_ACT_STALE) {
            f->stale = fault_stale_new();
        }
    }
    if (!f || (plan.action == CCA_ACT_STALE && !f->stale)) {
        free_fault(f);
        cca_fault_refuse(error, "memory is short");
        return 0;
    }
    pthread_mutex_lock(&faults->priv->lock);
    if (link_fault(faults, f, spec->id, error)) {
        handle = f->handle;
        f = NULL;
    }
    pthread_mutex_unlock(&faults->priv->lock);
    free_fault(f);
    return handle;
}

void cca_fault_id(CcaFaults *faults, uint64_t handle,
                  char id[CCA_FAULT_ID_MAX + 1])
{
    Fault *f;

    pthread_mutex_lock(&faults->priv->lock);
    f = *find(faults->priv, NULL, handle);
    snprintf(id, CCA_FAULT_ID_MAX + 1, "%s", f ? f->id : "");
    pthread_mutex_unlock(&faults->priv->lock);
}

static bool disarm(CcaFaults *faults, const char *id, uint64_t handle)
{
    Private *priv = faults->priv;
    Fault **link, *f;

    pthread_mutex_lock(&priv->lock);
    link = find(priv, id, handle);
    f = *link;
    if (f) {
        *link = f->next;
        priv->armed--;
        atomic_fetch_sub(&faults->armed[f->plan.site], 1);
    }
    pthread_mutex_unlock(&priv->lock);
    free_fault(f);
    return f;
}

bool cca_fault_disarm(CcaFaults *faults, const char *id)
{
    return disarm(faults, id, 0);
}

bool cca_fault_disarm_handle(CcaFaults *faults, uint64_t handle)
{
    return disarm(faults, NULL, handle);
}

size_t cca_fault_list(CcaFaults *faults, CcaFaultInfo *out, size_t max)
{
    size_t n = 0;

    pthread_mutex_lock(&faults->priv->lock);
    for (Fault *f = faults->priv->first; f && n < max; f = f->next, n++) {
        out[n] = (CcaFaultInfo) {
            .plan = f->plan,
            .hits = f->hits,
            .fired = f->fired,
            .untracked = f->stale ? fault_stale_untracked(f->stale) : 0,
        };
        memcpy(out[n].id, f->id, sizeof(f->id));
    }
    pthread_mutex_unlock(&faults->priv->lock);
    return n;
}

uint64_t cca_fault_firings(CcaFaults *faults)
{
    uint64_t n;

    pthread_mutex_lock(&faults->priv->lock);
    n = faults->priv->firings;
    pthread_mutex_unlock(&faults->priv->lock);
    return n;
}

void cca_fault_observe(CcaFaults *faults, CcaFaultObserver *observer,
                       void *opaque)
{
    pthread_mutex_lock(&faults->priv->lock);
    faults->priv->observer = observer;
    faults->priv->opaque = opaque;
    pthread_mutex_unlock(&faults->priv->lock);
}

/*
 * Is the passage where @f looks, and is there something to be done? A stale
 * fault takes note of the value, whoever the requester is.
 */
static bool sees(Fault *f, const CcaFaultPassage *passage, uint64_t *older)
{
    if (!fault_trigger_addr(&f->plan, passage)) {
        return false;
    }
    return !f->stale ||
           (!passage->failed &&
            fault_stale_see(f->stale, passage->entry_addr, passage->value,
                            older));
}

bool cca_fault_watches(CcaFaults *faults, CcaFaultSite site,
                       const CcaFaultPassage *passage)
{
    bool watches = false;

    if (!faults || passage->access.requester.kind == CCA_REQUESTER_DEBUG) {
        return false;
    }
    pthread_mutex_lock(&faults->priv->lock);
    for (Fault *f = faults->priv->first; f && !watches; f = f->next) {
        watches = f->plan.site == site && fault_trigger_addr(&f->plan, passage);
    }
    pthread_mutex_unlock(&faults->priv->lock);
    return watches;
}

/* Does @f, which sees the passage, fire? Counts what has to be counted. */
static bool fires(Fault *f, FaultPassage *passage)
{
    if (!fault_trigger_match(&f->plan, passage)) {
        return false;
    }
    f->hits++;
    if (!fault_trigger_counts(&f->plan, f->hits, f->fired) ||
        !fault_trigger_draw(&f->plan, &f->random)) {
        return false;
    }
    f->fired++;
    return true;
}

static void report(Private *priv, const Fault *f, CcaFaultSite site,
                   FaultPassage *passage, const CcaFaultEffect *effect)
{
    CcaFaultFiring firing = {
        .id = f->id,
        .site = site,
        .sequence = priv->firings,
        .hit = f->hits,
        .passage = passage->p,
        .effect = effect,
        .has_value = cca_fault_site_info(site)->has_value,
        .value_before = passage->p->value,
    };

    firing.has_pc = fault_passage_pc(passage, &firing.pc);
    if (effect->action == CCA_ACT_FLIP && firing.has_value) {
        firing.has_values = true;
        if (passage->p->word_count) {
            firing.value_before = passage->p->words[effect->word];
        }
        firing.value_after = firing.value_before ^ effect->xor_mask;
    } else if (effect->action == CCA_ACT_STALE) {
        firing.has_values = true;
        firing.value_after = effect->value;
    }
    priv->observer(priv->opaque, &firing);
}

bool cca_fault_consult(CcaFaults *faults, CcaFaultSite site,
                       const CcaFaultPassage *passage, CcaFaultEffect *effect)
{
    FaultPassage fp = { .p = passage };
    Private *priv;
    Fault *f = NULL;

    if (!faults || passage->access.requester.kind == CCA_REQUESTER_DEBUG) {
        return false;
    }
    priv = faults->priv;
    pthread_mutex_lock(&priv->lock);
    for (Fault *each = priv->first; each; each = each->next) {
        uint64_t older = 0;

        if (each->plan.site == site && sees(each, passage, &older) &&
            !f && fires(each, &fp)) {
            f = each;
            *effect = (CcaFaultEffect) {
                .action = f->plan.action,
                .xor_mask = f->plan.mask,
                .word = f->plan.word,
                .value = older,
                .delay_ns = f->plan.delay_ns,
            };
        }
    }
    if (f) {
        priv->firings++;
        if (priv->observer) {
            report(priv, f, site, &fp, effect);
        }
    }
    pthread_mutex_unlock(&priv->lock);
    return f;
}
