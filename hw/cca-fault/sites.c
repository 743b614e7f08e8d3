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
        .has_entry = true, .has_value = true,
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
    [CCA_SITE_SMMU_L1STD_FETCH] = {
        .name = "smmu.l1std-fetch",
        .doc = "the SMMU reads a level 1 stream table descriptor",
        .actions = ACT(ABORT) | ACT(FLIP) | ACT(STALE),
        .has_entry = true, .has_value = true,
    },
    [CCA_SITE_SMMU_STE_FETCH] = {
        .name = "smmu.ste-fetch",
        .doc = "the SMMU reads a stream table entry",
        .actions = ACT(ABORT) | ACT(FLIP) | ACT(STALE),
        .has_entry = true, .has_value = true, .words = 8,
    },
    [CCA_SITE_SMMU_CD_FETCH] = {
        .name = "smmu.cd-fetch",
        .doc = "the SMMU reads a context descriptor, or its level 1",
        .actions = ACT(ABORT) | ACT(FLIP) | ACT(STALE),
        .has_entry = true, .has_value = true, .words = 8,
    },
    [CCA_SITE_SMMU_WALK] = {
        .name = "smmu.walk",
        .doc = "the SMMU reads a translation table descriptor",
        .actions = ACT(ABORT) | ACT(FLIP) | ACT(STALE),
        .has_entry = true, .has_value = true,
    },
    [CCA_SITE_SMMU_CMDQ] = {
        .name = "smmu.cmdq",
        .doc = "the SMMU has fetched a command",
        .actions = ACT(DROP) | ACT(DUPLICATE) | ACT(FLIP) | ACT(STALL),
        .has_entry = true, .has_value = true, .words = 2,
    },
    [CCA_SITE_SMMU_TLBI] = {
        .name = "smmu.tlbi",
        .doc = "a command invalidates translations of the SMMU",
        .actions = ACT(DROP) | ACT(DELAY),
    },
    [CCA_SITE_SMMU_EVENTQ] = {
        .name = "smmu.eventq",
        .doc = "the SMMU records an event",
        .actions = ACT(DROP) | ACT(OVERFLOW),
        .has_entry = true, .has_value = true,
    },
    [CCA_SITE_SMMU_GPC] = {
        .name = "smmu.gpc",
        .doc = "a granule protection check of the SMMU has come to its end",
        .actions = ACT(WRONG_PASS) | ACT(WRONG_FAIL),
    },
    [CCA_SITE_SMMU_MSI] = {
        .name = "smmu.msi",
        .doc = "the SMMU sends an MSI of its own",
        .actions = ACT(DROP) | ACT(ABORT) | ACT(FLIP),
        .has_value = true, .bits = 32, .value_name = "the data of an MSI",
    },
    [CCA_SITE_DMA_RID] = {
        .name = "dma.rid",
        .doc = "a device sends a transaction under its Requester ID",
        .actions = ACT(FLIP),
        .has_value = true, .bits = 16, .value_name = "a Requester ID",
    },
    [CCA_SITE_DMA_DATA] = {
        .name = "dma.data",
        .doc = "the data of a device's DMA is on its way",
        .actions = ACT(FLIP) | ACT(ABORT) | ACT(DROP),
    },
    [CCA_SITE_MEC_CONTEXT] = {
        .name = "mec.context",
        .doc = "an access brings its memory encryption context to a granule",
        .actions = ACT(FLIP) | ACT(STALE),
        .has_entry = true, .has_value = true, .has_context = true, .bits = 19,
        .value_name = "a context: MECID [15:0], PAS [18:16]",
    },
    [CCA_SITE_MEC_KEY] = {
        .name = "mec.key",
        .doc = "an access needs the key of its memory encryption context",
        .actions = ACT(DROP),
        .has_entry = true, .has_context = true,
    },
    [CCA_SITE_MEM_FLIP] = {
        .name = "mem.flip",
        .doc = "a line of ciphertext is read from DRAM",
        .actions = ACT(FLIP),
        .has_entry = true, .has_value = true, .has_context = true, .words = 8,
    },
    [CCA_SITE_MEM_REPLAY] = {
        .name = "mem.replay",
        .doc = "a granule of ciphertext is read from DRAM",
        .actions = ACT(REPLAY),
        .has_entry = true, .has_context = true,
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
    [CCA_ACT_DUPLICATE] = "duplicate",
    [CCA_ACT_STALL] = "stall",
    [CCA_ACT_OVERFLOW] = "overflow",
    [CCA_ACT_REPLAY] = "replay",
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
