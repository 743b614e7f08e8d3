/*
 * SMMUv3 with RME: making one, registers, granule protection, broadcasts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include "smmu-internal.h"

/* Granule protection */

/* The Root page, or what follows the PEs in its place, was changed. */
static void update_gpc(Smmu *s)
{
    GptRegs regs = smmu_root_gpt_regs(&s->regs.root);

    gpc_set_regs(&s->gpc, &regs);
    pass_cache_clear(&s->passed);
}

static void drop_gpt_answers(Smmu *s)
{
    gpc_tlbi_all(&s->gpc);
    pass_cache_clear(&s->passed);
}

static void drop_some_gpt_answers(Smmu *s, uint64_t base, uint64_t size,
                                  bool last_level)
{
    gpc_tlbi_pa(&s->gpc, base, size, last_level);
    pass_cache_clear(&s->passed);
}

void smmu_follow_pe(Smmu *s, const GptRegs *regs)
{
    SmmuRoot *root = &s->regs.root;
    bool on = regs->gpccr & GPCCR_GPC_MASK;

    if (!s->config.follow_pe || s->root_written || !s->regs.feat.root_impl) {
        return;
    }
    /* As TF-A does it: BASE_CFG is GPCCR without GPC. */
    root->gpt_base_cfg = SMMU_SET(regs->gpccr & ~GPCCR_GPC_MASK,
                                  GPCCR_L0GPTSZ, s->config.gpt.l0gptsz);
    root->gpt_base = SMMU_SET(0, SMMU_ROOT_GPT_BASE_ADDR, regs->gptbr);
    root->cr0 = root->cr0ack = SMMU_ROOT_CR0_ACCESSEN_MASK |
                               SMMU_SET(0, SMMU_ROOT_CR0_GPCEN, on);
    update_gpc(s);
}

static void root_cr0_done(void *opaque, uint32_t from, uint32_t to)
{
    (void)from;
    (void)to;
    update_gpc(opaque);
}

static bool root_tlbi(void *opaque, const SmmuRootTlbi *tlbi)
{
    Smmu *s = opaque;

    if (tlbi->all) {
        drop_gpt_answers(s);
    } else {
        drop_some_gpt_answers(s, tlbi->base, tlbi->size, tlbi->last_level);
    }
    return true;
}

static void root_irq(void *opaque, SmmuRootFar which)
{
    Smmu *s = opaque;

    if (s->bus.root_irq) {
        s->bus.root_irq(s->bus.opaque, which);
    }
}

void smmu_tlbi_pa_all(Smmu *s)
{
    if (s->regs.feat.bgptm) {
        drop_gpt_answers(s);
    }
}

void smmu_tlbi_pa(Smmu *s, uint64_t base, uint64_t size, bool last_level)
{
    if (s->regs.feat.bgptm) {
        drop_some_gpt_answers(s, base, size, last_level);
    }
}

void smmu_tlbi(Smmu *s, const SmmuTlbInv *inv)
{
    const SmmuFeatures *f = &s->regs.feat;
    CcaSecSid world = inv->regime <= SMMU_REGIME_NS_EL2_E2H ? CCA_SEC_SID_NS :
                      inv->regime <= SMMU_REGIME_S_EL2_E2H ?
                      CCA_SEC_SID_SECURE : CCA_SEC_SID_REALM;
    SmmuTlbInv copy = *inv;

    if (!f->btm || (s->regs.bank[world].cr2 & SMMU_CR2_PTM_MASK)) {
        return;
    }
    copy.broadcast = true;
    copy.vmid_ignore = smmu_vmw_ignore(SMMU_GET(s->regs.bank[world].cr0,
                                                SMMU_CR0_VMW));
    smmu_tlb_invalidate(s->tlb, &copy);
}

/* Banks */

static void cmdq_kick(void *opaque, CcaSecSid sec_sid)
{
    smmu_run_queue(opaque, sec_sid);
}

static void cr0_done(void *opaque, CcaSecSid sec_sid, uint32_t from,
                     uint32_t to)
{
    if (from & ~to & SMMU_CR0_SMMUEN_MASK) {
        smmu_stall_terminate(opaque, sec_sid, true, 0);
    }
}

static SmmuGpcCode msi_code(SmmuIrqSource source)
{
    switch (source) {
    case SMMU_IRQ_GERROR:
        return SMMU_GPC_MSI_GERROR;
    case SMMU_IRQ_PRIQ:
        return SMMU_GPC_MSI_PRIQ;
    case SMMU_IRQ_EVENTQ:
        return SMMU_GPC_MSI_EVENTQ;
    default:
        return SMMU_GPC_MSI_CMDQ;
    }
}

/* Fault site smmu.msi. False: nothing is sent. */
static bool tamper_msi(Smmu *s, CcaSecSid sec_sid, SmmuIrq *irq)
{
    CcaFaultPassage passage = {
        .access.addr = irq->addr, .size = 4, .value = irq->data,
    };
    CcaFaultEffect effect;

    if (!smmu_consult(s, CCA_SITE_SMMU_MSI, sec_sid, 0, passage, &effect)) {
        return true;
    }
    switch (effect.action) {
    case CCA_ACT_DROP:
        return false;
    case CCA_ACT_ABORT:
        smmu_bank_msi_aborted(&s->regs.bank[sec_sid], irq->source);
        return false;
    case CCA_ACT_FLIP:
        irq->data ^= effect.xor_mask;
        return true;
    default:
        return true;
    }
}

static void send_irq(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq)
{
    Smmu *s = opaque;
    SmmuIrq copy = *irq;
    SmmuOwn own = {
        .s = s, .sec_sid = sec_sid, .reason = SMMU_GPC_GERROR,
        .code = msi_code(irq->source), .site = CCA_SITE__COUNT,
    };

    if (irq->msi) {
        if (!smmu_gpc_passes(&own, irq->addr, irq->pas, irq->mecid)) {
            smmu_bank_msi_aborted(&s->regs.bank[sec_sid], irq->source);
            return;
        }
        if (!tamper_msi(s, sec_sid, &copy)) {
            return;
        }
    }
    s->bus.irq(s->bus.opaque, sec_sid, &copy);
}

void smmu_msi_aborted(Smmu *s, CcaSecSid sec_sid, SmmuIrqSource source)
{
    if ((unsigned)sec_sid < CCA_SEC_SID__COUNT) {
        smmu_bank_msi_aborted(&s->regs.bank[sec_sid], source);
    }
}

static void invalidate_all(void *opaque)
{
    Smmu *s = opaque;

    smmu_cfgcache_clear(s->cfg);
    smmu_tlb_clear(s->tlb);
    drop_gpt_answers(s);
}

/* Registers */

uint64_t smmu_size(const Smmu *s)
{
    return smmu_mmio_size(&s->regs);
}

uint64_t smmu_read(Smmu *s, uint64_t offset, unsigned size, CcaPas pas)
{
    return smmu_mmio_read(&s->regs, offset, size, pas);
}

void smmu_write(Smmu *s, uint64_t offset, unsigned size, CcaPas pas,
                uint64_t value)
{
    uint64_t in_root = offset - s->config.root_offset;

    /* Clearing a fault or a TLBI is not yet taking over. */
    if (pas == CCA_PAS_ROOT && in_root >= SMMU_ROOT_CR0 &&
        in_root < SMMU_ROOT_GPF_FAR) {
        s->root_written = true;
    }
    smmu_mmio_write(&s->regs, offset, size, pas, value);
    for (CcaSecSid i = 0; s->stalled && i < CCA_SEC_SID__COUNT; i++) {
        smmu_stall_retry(s, i);
    }
}

void smmu_registers_changed(Smmu *s)
{
    invalidate_all(s);
    update_gpc(s);
}

/* Making one */

static bool make_caches(Smmu *s)
{
    static const size_t payload[SMMU_CFG__COUNT] = {
        [SMMU_CFG_L1STD] = sizeof(uint64_t),
        [SMMU_CFG_STE] = sizeof(SmmuSte),
        [SMMU_CFG_L1CD] = sizeof(uint64_t),
        [SMMU_CFG_CD] = sizeof(SmmuCd),
    };
    const SmmuConfig *c = &s->config;

    if (!gpc_init(&s->gpc, &c->gpt, &s->bus.gpt, c->strict)) {
        return false;
    }
    s->gpc.faults = c->faults;
    s->gpc.uncached = !c->strict;
    s->tlb = smmu_tlb_new(c->strict, c->strict ? SMMU_IOTLB_STRICT_START :
                                                 c->tlb_entries);
    s->cfg = smmu_cfgcache_new(payload, c->strict, SMMU_CFG_DEFAULT_ENTRIES);
    return s->tlb && s->cfg;
}

Smmu *smmu_new(const SmmuConfig *config, const SmmuBus *bus,
               const char **error)
{
    Smmu *s = calloc(1, sizeof(*s));
    SmmuMmioConfig mmio = {
        .feat = config->feat, .gpt = config->gpt,
        .gbpa_abort = config->gbpa_abort, .root_offset = config->root_offset,
        .bank_ops = {
            .cmdq_kick = cmdq_kick, .cr0_done = cr0_done, .irq = send_irq,
            .invalidate_all = invalidate_all, .opaque = s,
        },
        .root_ops = {
            .cr0_done = root_cr0_done, .tlbi = root_tlbi, .irq = root_irq,
            .opaque = s,
        },
    };

    *error = "There is not enough memory for the SMMU's caches.";
    if (!s) {
        return NULL;
    }
    s->config = *config;
    s->bus = *bus;
    if (!config->tlb_entries ||
        config->tlb_entries > SMMU_IOTLB_STRICT_LIMIT) {
        *error = "The translation cache has 1 to 4194304 entries.";
        free(s);
        return NULL;
    }
    if (!make_caches(s)) {
        smmu_free(s);
        return NULL;
    }
    *error = smmu_mmio_init(&s->regs, &mmio);
    if (*error) {
        smmu_free(s);
        return NULL;
    }
    smmu_reset(s);
    return s;
}

void smmu_free(Smmu *s)
{
    if (s) {
        gpc_destroy(&s->gpc);
        smmu_tlb_free(s->tlb);
        smmu_cfgcache_free(s->cfg);
        free(s);
    }
}

void smmu_reset(Smmu *s)
{
    smmu_mmio_reset(&s->regs);
    gpc_reset(&s->gpc);
    smmu_cfgcache_clear(s->cfg);
    smmu_tlb_clear(s->tlb);
    s->stats = (SmmuStats) { 0 };
    s->root_written = false;
    s->stalled = 0;
    s->late_count = 0;
    for (unsigned i = 0; i < SMMU_STALLS; i++) {
        s->stall[i].state = SMMU_STALL_FREE;
    }
    for (unsigned i = 0; i < CCA_SEC_SID__COUNT; i++) {
        s->atc_failed[i] = false;
        s->stuck_until[i] = 0;
    }
    smmu_follow_pe(s, &(GptRegs) { 0 });
    update_gpc(s);
}

/* For those who look */

SmmuMmio *smmu_registers(Smmu *s)
{
    return &s->regs;
}

const SmmuStats *smmu_stats(const Smmu *s)
{
    return &s->stats;
}

const GpcStats *smmu_gpc_stats(const Smmu *s)
{
    return &s->gpc.stats;
}

const SmmuIotlbStats *smmu_tlb_stats_of(const Smmu *s)
{
    return smmu_tlb_stats(s->tlb);
}

const SmmuCfgStats *smmu_config_stats_of(const Smmu *s)
{
    return smmu_cfgcache_stats(s->cfg);
}

uint32_t smmu_tlb_entries(const Smmu *s)
{
    return smmu_tlb_count(s->tlb);
}

uint32_t smmu_config_entries(const Smmu *s, SmmuCfgKind kind)
{
    return smmu_cfgcache_count(s->cfg, kind);
}

size_t smmu_config_memory(const Smmu *s)
{
    return smmu_cfgcache_memory(s->cfg);
}
