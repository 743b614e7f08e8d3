/*
 * Looking at an SMMU: registers, caches, counters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "inspect.h"
#include "smmu-internal.h"

static bool queue_exists(const Smmu *s, CcaSecSid sec_sid, SmmuQueueId id)
{
    return id != SMMU_PRIQ ||
           (s->regs.feat.pri && sec_sid != CCA_SEC_SID_SECURE);
}

static void look_at_queue(const SmmuBank *bank, SmmuQueueId id,
                          SmmuQueueLook *look)
{
    SmmuQueue q = smmu_bank_queue(bank, id);

    look->on = smmu_bank_queue_on(bank, id);
    look->base = smmu_queue_entry_addr(&q, 0);
    look->entries = 1u << q.log2size;
    look->used = smmu_queue_used(&q);
    look->prod = q.prod;
    look->cons = q.cons;
    look->full = smmu_queue_full(&q);
    look->overflow = id != SMMU_CMDQ && smmu_queue_overflow_pending(&q);
    if (id == SMMU_CMDQ &&
        (smmu_bank_active_gerror(bank) & SMMU_GERROR_CMDQ_ERR_MASK)) {
        look->error = SMMU_GET(q.cons, SMMU_CMDQ_CONS_ERR);
    }
}

static void look_at_world(const Smmu *s, CcaSecSid sec_sid,
                          SmmuWorldLook *look)
{
    const SmmuBank *bank = &s->regs.bank[sec_sid];

    look->implemented = smmu_has_interface(&s->regs.feat, sec_sid);
    if (!look->implemented) {
        return;
    }
    look->cr0 = bank->cr0;
    look->cr0ack = bank->cr0ack;
    look->cr1 = bank->cr1;
    look->cr2 = bank->cr2;
    look->gbpa = bank->gbpa;
    look->irq_ctrl = bank->irq_ctrl;
    look->gerror = bank->gerror;
    look->gerrorn = bank->gerrorn;
    look->active = smmu_bank_active_gerror(bank);
    smmu_strtab_decode(&look->strtab, &s->regs.feat, bank->strtab_base,
                       bank->strtab_base_cfg);
    for (SmmuQueueId id = 0; id < SMMU_QUEUE__COUNT; id++) {
        look->queue[id].exists = queue_exists(s, sec_sid, id);
        if (look->queue[id].exists) {
            look_at_queue(bank, id, &look->queue[id]);
        }
    }
    memcpy(look->irq, bank->irq_cfg, sizeof(look->irq));
    look->gmecid = bank->gmecid;
    look->has_dpt = s->regs.feat.dpt && sec_sid == CCA_SEC_SID_REALM;
    look->dpt_base = bank->dpt_base;
    look->dpt_base_cfg = bank->dpt_base_cfg;
    look->dpt_cfg_far = bank->dpt_cfg_far;
}

static CcaPas pas_of_fpas(unsigned fpas)
{
    switch (fpas) {
    case SMMU_FPAS_SECURE:
        return CCA_PAS_SECURE;
    case SMMU_FPAS_ROOT:
        return CCA_PAS_ROOT;
    case SMMU_FPAS_REALM:
        return CCA_PAS_REALM;
    default:
        return CCA_PAS_NS;
    }
}

static void look_at_far(uint64_t value, SmmuFarLook *look)
{
    *look = (SmmuFarLook) {
        .value = value,
        .fault = SMMU_GET(value, SMMU_ROOT_FAR_FAULT),
        .addr = SMMU_IN_PLACE(value, SMMU_ROOT_FAR_FADDR),
        .pas = pas_of_fpas(SMMU_GET(value, SMMU_ROOT_FAR_FPAS)),
        .reason = SMMU_GET(value, SMMU_ROOT_FAR_REASON),
        .code = SMMU_GET(value, SMMU_ROOT_FAR_FAULTCODE),
        .cfg_err = SMMU_GET(value, SMMU_ROOT_GPT_CFG_FAR_CFG_ERR),
    };
}

static void look_at_root(const Smmu *s, SmmuRootLook *look)
{
    const SmmuRoot *root = &s->regs.root;

    look->implemented = s->regs.feat.root_impl;
    look->following = look->implemented && s->config.follow_pe &&
                      !s->root_written;
    look->cr0 = root->cr0;
    look->cr0ack = root->cr0ack;
    look->base = root->gpt_base;
    look->base_cfg = root->gpt_base_cfg;
    look->cfg = s->gpc.cfg;
    for (SmmuRootFar i = 0; i < SMMU_ROOT_FAR__COUNT; i++) {
        look_at_far(root->far[i], &look->far[i]);
    }
}

static void look_at_stalls(const Smmu *s, SmmuStateLook *look)
{
    for (unsigned i = 0; i < SMMU_STALLS; i++) {
        const SmmuStallSlot *slot = &s->stall[i];

        if (slot->state != SMMU_STALL_FREE) {
            look->stall[look->stalls++] = (SmmuStallLook) {
                .txn = slot->txn, .stag = i,
                .decided = slot->state != SMMU_STALL_WAITING,
                .recorded = !slot->unrecorded,
            };
        }
    }
}

void smmu_look_at_state(const Smmu *s, SmmuStateLook *look)
{
    _Static_assert((int)SMMU_STALL_LOOKS >= (int)SMMU_STALLS,
                   "all stalls are shown");

    memset(look, 0, sizeof(*look));
    for (CcaSecSid i = 0; i < CCA_SEC_SID__COUNT; i++) {
        look_at_world(s, i, &look->world[i]);
    }
    look_at_root(s, &look->root);
    look->strict = s->config.strict;
    look->stats = s->stats;
    look->gpc = s->gpc.stats;
    look->tlb = *smmu_tlb_stats(s->tlb);
    look->tlb_entries = smmu_tlb_count(s->tlb);
    look->config = *smmu_cfgcache_stats(s->cfg);
    for (SmmuCfgKind i = 0; i < SMMU_CFG__COUNT; i++) {
        look->config_entries[i] = smmu_cfgcache_count(s->cfg, i);
    }
    look_at_stalls(s, look);
}
