/*
 * The fault sites there are, and what each can be told to do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "control.h"

#define ACT(name) (1u << CCA_ACT_##name)

static const CcaFaultSiteInfo sites[CCA_SITE__COUNT] = {
    [CCA_SITE_GPT_FETCH] = {
        .name = "gpt.fetch",
        .doc = "a granule protection table entry is read from memory",
        .actions = ACT(ABORT) | ACT(FLIP) | ACT(STALE),
    },
    [CCA_SITE_GPC_VERDICT] = {
        .name = "gpc.verdict",
        .doc = "a granule protection check has come to its end",
        .actions = ACT(WRONG_PASS) | ACT(WRONG_FAIL),
    },
    [CCA_SITE_TLBI_PA] = {
        .name = "tlbi.pa",
        .doc = "a TLB invalidation by physical address arrives",
        .actions = ACT(DROP) | ACT(DELAY),
    },
};

static const char *const actions[CCA_ACT__COUNT] = {
    [CCA_ACT_NONE] = "none",
    [CCA_ACT_ABORT] = "abort",
    [CCA_ACT_FLIP] = "flip",
    [CCA_ACT_STALE] = "stale",
    [CCA_ACT_WRONG_PASS] = "wrong-pass",
    [CCA_ACT_WRONG_FAIL] = "wrong-fail",
    [CCA_ACT_DROP] = "drop",
    [CCA_ACT_DELAY] = "delay",
};

static const char *const pas_names[CCA_PAS__COUNT] = {
    [CCA_PAS_SECURE] = "secure",
    [CCA_PAS_NS] = "ns",
    [CCA_PAS_ROOT] = "root",
    [CCA_PAS_REALM] = "realm",
    [CCA_PAS_SA] = "sa",
    [CCA_PAS_NSP] = "nsp",
};

const CcaFaultSiteInfo *cca_fault_site_info(CcaFaultSite site)
{
    return (unsigned)site < CCA_SITE__COUNT ? &sites[site] : NULL;
}

const char *cca_fault_action_name(CcaFaultAction action)
{
    return (unsigned)action < CCA_ACT__COUNT ? actions[action] : "?";
}

const char *cca_fault_pas_name(CcaPas pas)
{
    return (unsigned)pas < CCA_PAS__COUNT ? pas_names[pas] : "?";
}
