/*
 * The SMMU seen from QMP: registers, caches, counters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/util.h"
#include "qmp-smmu.h"
#include "smmu-regs.h"

static CcaSmmuQueue *queue(SmmuQueueId id, const SmmuQueueLook *look)
{
    static const CcaSmmuQueueKind kinds[SMMU_QUEUE__COUNT] = {
        [SMMU_CMDQ] = CCA_SMMU_QUEUE_KIND_COMMAND,
        [SMMU_EVENTQ] = CCA_SMMU_QUEUE_KIND_EVENT,
        [SMMU_PRIQ] = CCA_SMMU_QUEUE_KIND_PRI,
    };
    CcaSmmuQueue *q = g_new0(CcaSmmuQueue, 1);

    *q = (CcaSmmuQueue) {
        .queue = kinds[id], .on = look->on, .base = look->base,
        .entries = look->entries, .used = look->used, .prod = look->prod,
        .cons = look->cons, .full = look->full, .overflow = look->overflow,
        .has_error = look->error, .error = look->error,
    };
    return q;
}

static CcaSmmuInterrupt *interrupt(CcaSecSid sec_sid, SmmuIrqSource source,
                                   const SmmuWorldLook *look)
{
    static const char *const names[SMMU_IRQ_CMD_SYNC] = {
        [SMMU_IRQ_GERROR] = "gerror", [SMMU_IRQ_PRIQ] = "pri",
        [SMMU_IRQ_EVENTQ] = "event",
    };
    const SmmuIrqCfg *cfg = &look->irq[source];
    CcaSmmuInterrupt *irq = g_new0(CcaSmmuInterrupt, 1);
    bool ns = sec_sid == CCA_SEC_SID_REALM &&
              SMMU_GET(cfg->cfg0, SMMU_R_IRQ_CFG0_NS);

    irq->source = g_strdup(names[source]);
    irq->enabled = look->irq_ctrl >> source & 1;
    irq->address = SMMU_IN_PLACE(cfg->cfg0, SMMU_IRQ_CFG0_ADDR);
    if (irq->address) {
        irq->has_address = irq->has_data = irq->has_pas = true;
        irq->data = cfg->cfg1;
        irq->pas = (CcaSpace)(ns ? CCA_PAS_NS : smmu_pas_of_sec_sid(sec_sid));
    }
    return irq;
}

static CcaSmmuWorld *world(CcaSecSid sec_sid, const SmmuWorldLook *look)
{
    CcaSmmuWorld *w = g_new0(CcaSmmuWorld, 1);
    CcaSmmuInterruptList **interrupts = &w->interrupts;
    CcaSmmuQueueList **queues = &w->queues;
    strList **errors = &w->gerror;

    w->sec_sid = (CcaStreamWorld)sec_sid;
    w->enabled = look->cr0 & look->cr0ack & SMMU_CR0_SMMUEN_MASK;
    w->cr0 = look->cr0;
    w->cr0ack = look->cr0ack;
    w->cr1 = look->cr1;
    w->cr2 = look->cr2;
    w->gbpa = look->gbpa;
    w->gbpa_abort = look->gbpa & SMMU_GBPA_ABORT_MASK;
    w->stream_table = look->strtab.base;
    w->stream_bits = look->strtab.log2size;
    w->has_split = look->strtab.two_level;
    w->split = look->strtab.split;
    for (SmmuQueueId i = 0; i < SMMU_QUEUE__COUNT; i++) {
        if (look->queue[i].exists) {
            QAPI_LIST_APPEND(queues, queue(i, &look->queue[i]));
        }
    }
    for (unsigned bit = 0; bit < 32; bit++) {
        if (look->active >> bit & 1) {
            const char *name = smmu_gerror_name(bit);

            QAPI_LIST_APPEND(errors, g_strdup(name ? name : "?"));
        }
    }
    for (SmmuIrqSource i = 0; i < SMMU_IRQ_CMD_SYNC; i++) {
        if (i != SMMU_IRQ_PRIQ || look->queue[SMMU_PRIQ].exists) {
            QAPI_LIST_APPEND(interrupts, interrupt(sec_sid, i, look));
        }
    }
    w->has_gmecid = sec_sid == CCA_SEC_SID_REALM;
    w->gmecid = look->gmecid;
    w->has_dpt_base = w->has_dpt_base_cfg = w->has_dpt_cfg_far = look->has_dpt;
    w->dpt_base = look->dpt_base;
    w->dpt_base_cfg = look->dpt_base_cfg;
    w->dpt_cfg_far = look->dpt_cfg_far;
    return w;
}

static CcaSmmuFar *far(SmmuRootFar which, const SmmuFarLook *look)
{
    CcaSmmuFar *f;

    if (!look->fault) {
        return NULL;
    }
    f = g_new0(CcaSmmuFar, 1);
    f->value = look->value;
    f->address = look->addr;
    f->pas = (CcaSpace)look->pas;
    f->reason = g_strdup(smmu_gpc_reason_name(look->reason));
    f->what = g_strdup(smmu_gpc_code_name(look->reason, look->code));
    f->error = which == SMMU_ROOT_FAR_GPT_CFG ?
               g_strdup(smmu_cfg_err_name(look->cfg_err)) : NULL;
    return f;
}

static CcaSmmuRoot *root(const SmmuRootLook *look)
{
    CcaSmmuRoot *r;

    if (!look->implemented) {
        return NULL;
    }
    r = g_new0(CcaSmmuRoot, 1);
    r->follows_pes = look->following;
    r->cr0 = look->cr0;
    r->cr0ack = look->cr0ack;
    r->access_enabled = look->cr0 & look->cr0ack &
                        SMMU_ROOT_CR0_ACCESSEN_MASK;
    r->gpc_enabled = look->cfg.enabled;
    r->gpc_valid = look->cfg.valid;
    r->gpt_base = look->base;
    r->gpt_base_cfg = look->base_cfg;
    r->gpf_far = far(SMMU_ROOT_FAR_GPF, &look->far[SMMU_ROOT_FAR_GPF]);
    r->gpt_cfg_far = far(SMMU_ROOT_FAR_GPT_CFG,
                         &look->far[SMMU_ROOT_FAR_GPT_CFG]);
    return r;
}

static CcaSmmuCounters *counters(const SmmuStateLook *look)
{
    CcaSmmuCounters *c = g_new0(CcaSmmuCounters, 1);
    const SmmuStats *s = &look->stats;

    *c = (CcaSmmuCounters) {
        .passed = s->transactions[SMMU_PASS],
        .aborted = s->transactions[SMMU_ABORT],
        .raz_wi = s->transactions[SMMU_RAZ_WI],
        .stalled = s->transactions[SMMU_STALL],
        .tlb_hits = s->tlb_hits, .tlb_misses = s->tlb_misses,
        .config_hits = s->config_hits, .config_misses = s->config_misses,
        .events = s->events, .events_lost = s->events_lost,
        .commands = s->commands, .command_errors = s->command_errors,
        .ats_requests = s->ats_requests, .page_requests = s->page_requests,
        .gpc_faults = s->gpc_faults, .gpc_checks = look->gpc.checks,
        .gpc_hits = look->gpc.hits, .gpc_fetches = look->gpc.fetches,
    };
    return c;
}

static CcaSmmuCacheList *caches(const SmmuStateLook *look)
{
    CcaSmmuCache *tlb = g_new0(CcaSmmuCache, 1);
    CcaSmmuCache *config = g_new0(CcaSmmuCache, 1);
    CcaSmmuCacheList *list = NULL;

    tlb->name = g_strdup("translation");
    tlb->entries = look->tlb_entries;
    tlb->inserts = look->tlb.inserts;
    tlb->evictions = look->tlb.evictions;
    tlb->invalidations = look->tlb.invalidations;
    tlb->removed = look->tlb.removed;
    config->name = g_strdup("configuration");
    for (SmmuCfgKind i = 0; i < SMMU_CFG__COUNT; i++) {
        config->entries += look->config_entries[i];
    }
    config->inserts = look->config.inserts;
    config->evictions = look->config.evictions;
    config->invalidations = look->config.invalidations;
    config->removed = look->config.removed;
    QAPI_LIST_PREPEND(list, config);
    QAPI_LIST_PREPEND(list, tlb);
    return list;
}

static CcaSmmuStallList *stalls(const SmmuStateLook *look)
{
    CcaSmmuStallList *list = NULL;

    for (unsigned i = look->stalls; i-- > 0; ) {
        const SmmuStallLook *s = &look->stall[i];
        CcaSmmuStall *stall = g_new0(CcaSmmuStall, 1);

        *stall = (CcaSmmuStall) {
            .stag = s->stag, .sec_sid = (CcaStreamWorld)s->txn.sec_sid,
            .stream_id = s->txn.sid, .has_substream_id = s->txn.ssv,
            .substream_id = s->txn.ssid, .address = s->txn.addr,
            .write = s->txn.access.write, .decided = s->decided,
            .recorded = s->recorded,
        };
        QAPI_LIST_PREPEND(list, stall);
    }
    return list;
}

CcaSmmuInfo *cca_smmu_describe(const SmmuStateLook *look)
{
    CcaSmmuInfo *info = g_new0(CcaSmmuInfo, 1);
    CcaSmmuWorldList **worlds = &info->worlds;

    info->strict = look->strict;
    for (CcaSecSid i = 0; i < CCA_SEC_SID__COUNT; i++) {
        if (look->world[i].implemented) {
            QAPI_LIST_APPEND(worlds, world(i, &look->world[i]));
        }
    }
    info->root = root(&look->root);
    info->counters = counters(look);
    info->caches = caches(look);
    info->stalled = stalls(look);
    return info;
}
