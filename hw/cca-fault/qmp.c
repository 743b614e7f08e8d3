/*
 * QMP: arm, disarm and list faults; list the sites.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-cca-target.h"
#include "glue.h"
#include "trace.h"

CcaFaultArmed *qmp_cca_fault_arm(CcaFaultArmArguments *args, Error **errp)
{
    char id[CCA_FAULT_ID_MAX + 1];
    CcaFaultArmed *armed;
    uint64_t handle;

    handle = cca_fault_arm_qapi(args->id,
                                qapi_CcaFaultArmArguments_base(args), errp);
    if (!handle) {
        return NULL;
    }
    cca_fault_id(cca_machine_faults(), handle, id);
    armed = g_new0(CcaFaultArmed, 1);
    armed->id = g_strdup(id);
    return armed;
}

void qmp_cca_fault_disarm(const char *id, Error **errp)
{
    if (!cca_fault_disarm(cca_machine_faults(), id)) {
        error_setg(errp, "no fault with id='%s' is armed", id);
        return;
    }
    trace_cca_fault_disarmed(id);
}

static CcaArmedFault *describe(const CcaFaultInfo *info)
{
    const CcaFaultPlan *plan = &info->plan;
    CcaArmedFault *f = g_new0(CcaArmedFault, 1);

    f->id = g_strdup(info->id);
    f->hits = info->hits;
    f->fired = info->fired;
    f->has_untracked = plan->action == CCA_ACT_STALE;
    f->untracked = info->untracked;

    f->site = g_strdup(cca_fault_site_info(plan->site)->name);
    f->action = g_strdup(cca_fault_action_name(plan->action));
    f->has_mask = plan->action == CCA_ACT_FLIP;
    f->mask = plan->mask;
    f->has_word = plan->action == CCA_ACT_FLIP;
    f->word = plan->word;
    f->has_delay = plan->delay_ns;
    f->delay = plan->delay_ns;
    f->has_nth = f->has_every = true;
    f->nth = plan->nth;
    f->every = plan->every;
    f->has_count = plan->count;
    f->count = plan->count;
    f->has_addr = f->has_size = plan->addr.given;
    f->addr = plan->addr.first;
    f->size = plan->addr.last - plan->addr.first + 1;
    f->pas = plan->by_pas ? g_strdup(cca_fault_pas_name(plan->pas)) : NULL;
    f->has_pe = plan->by_requester && plan->requester_kind == CCA_REQUESTER_PE;
    f->has_device = plan->by_requester && !f->has_pe;
    f->pe = f->device = plan->requester_id;
    f->state = plan->by_state ? g_strdup(cca_fault_pas_name(plan->state)) :
                                NULL;
    f->has_pc = f->has_pc_size = plan->pc.given;
    f->pc = plan->pc.first;
    f->pc_size = plan->pc.last - plan->pc.first + 1;
    f->probability = plan->by_chance ? g_strdup(plan->probability_text) : NULL;
    f->has_seed = plan->by_chance;
    f->seed = plan->seed;
    return f;
}

CcaFaultsState *qmp_query_cca_faults(Error **errp)
{
    CcaFaults *faults = cca_machine_faults();
    g_autofree CcaFaultInfo *info = g_new(CcaFaultInfo, CCA_FAULT_ARMED_MAX);
    size_t n = cca_fault_list(faults, info, CCA_FAULT_ARMED_MAX);
    CcaFaultsState *state = g_new0(CcaFaultsState, 1);
    CcaArmedFaultList **tail = &state->faults;

    for (size_t i = 0; i < n; i++) {
        QAPI_LIST_APPEND(tail, describe(&info[i]));
    }
    state->firings = cca_fault_firings(faults);
    state->unreported = cca_fault_unreported();
    return state;
}

CcaFaultSiteDescriptionList *qmp_query_cca_fault_sites(Error **errp)
{
    CcaFaultSiteDescriptionList *list = NULL, **tail = &list;

    for (CcaFaultSite s = 0; s < CCA_SITE__COUNT; s++) {
        const CcaFaultSiteInfo *info = cca_fault_site_info(s);
        CcaFaultSiteDescription *d = g_new0(CcaFaultSiteDescription, 1);
        strList **actions = &d->actions;

        d->name = g_strdup(info->name);
        d->doc = g_strdup(info->doc);
        for (CcaFaultAction a = 0; a < CCA_ACT__COUNT; a++) {
            if (info->actions >> a & 1) {
                QAPI_LIST_APPEND(actions, g_strdup(cca_fault_action_name(a)));
            }
        }
        QAPI_LIST_APPEND(tail, d);
    }
    return list;
}
