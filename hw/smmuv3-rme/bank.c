/*
 * SMMUv3 with RME: the programming interface of one Security state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bank.h"
#include "bank-regs.h"
#include "id.h"
#include "smmu-regs.h"

static void kick(SmmuBank *bank)
{
    if (bank->ops.cmdq_kick && smmu_bank_queue_on(bank, SMMU_CMDQ)) {
        bank->ops.cmdq_kick(bank->ops.opaque, bank->sec_sid);
    }
}

/*
 * Section 6.3.9: a field that waits for its acknowledgement keeps its value;
 * the other fields are independent of it.
 */
static void write_cr0(SmmuBank *bank, uint32_t value, uint32_t mask)
{
    uint32_t pending = bank->cr0 ^ bank->cr0ack;
    uint32_t new;

    if (pending & SMMU_CR0_VMW_MASK) {
        pending |= SMMU_CR0_VMW_MASK;
    }
    mask &= ~pending;
    new = (bank->cr0 & ~mask) | (value & mask);
    if (new == bank->cr0) {
        return;
    }
    bank->cr0 = new;
    if (!bank->ops.cr0_begin ||
        bank->ops.cr0_begin(bank->ops.opaque, bank->sec_sid, bank->cr0ack,
                            new)) {
        smmu_bank_cr0_complete(bank);
    }
}

void smmu_bank_cr0_complete(SmmuBank *bank)
{
    uint32_t from = bank->cr0ack, to = bank->cr0;

    bank->cr0ack = to;
    if (from != to && bank->ops.cr0_done) {
        bank->ops.cr0_done(bank->ops.opaque, bank->sec_sid, from, to);
    }
    if (to & ~from & SMMU_CR0_CMDQEN_MASK) {
        kick(bank);
    }
}

/* Section 6.3.11: two halves, each with its guard. */
static void write_cr1(SmmuBank *bank, uint32_t value)
{
    uint32_t mask = 0;

    if (smmu_cr0_off(bank, SMMU_CR0_SMMUEN_MASK)) {
        mask |= SMMU_CR1_TABLE_MASK;
    }
    if (smmu_cr0_off(bank, SMMU_CR0_CMDQEN_MASK | SMMU_CR0_EVENTQEN_MASK |
                           SMMU_CR0_PRIQEN_MASK)) {
        mask |= SMMU_CR1_QUEUE_MASK;
    }
    bank->cr1 = (bank->cr1 & ~mask) | (value & mask);
}

/* Section 6.3.15: counts only with Update, which is done when it reads 0. */
static void write_gbpa(SmmuBank *bank, uint32_t value, uint32_t mask)
{
    if (value & SMMU_GBPA_UPDATE_MASK) {
        bank->gbpa = value & mask;
    }
}

static void write_gerrorn(SmmuBank *bank, uint32_t value)
{
    uint32_t before = smmu_bank_active_gerror(bank);

    bank->gerrorn = value & smmu_gerror_implemented(bank);
    if (before & ~smmu_bank_active_gerror(bank) & SMMU_GERROR_CMDQ_ERR_MASK) {
        kick(bank);
    }
}

/* S_INIT exists even without Secure state, so that firmware can use it. */
static bool is_s_init(const SmmuBank *bank, uint32_t offset, unsigned size)
{
    return bank->sec_sid == CCA_SEC_SID_SECURE && offset == SMMU_S_INIT &&
           size == 4;
}

uint64_t smmu_bank_read(const SmmuBank *bank, uint32_t offset, unsigned size)
{
    const SmmuReg *r = smmu_reg_find(bank, offset, size);
    uint64_t value;

    if (!r) {
        return size == 4 && offset % 4 == 0 ?
               smmu_id_read(bank->feat, bank->sec_sid, offset) : 0;
    }
    value = smmu_reg_load(bank, r) & smmu_reg_readable(bank, r);
    if (size == r->size) {
        return value;
    }
    return (uint32_t)(value >> (offset - r->offset) * 8);
}

void smmu_bank_write(SmmuBank *bank, uint32_t offset, unsigned size,
                     uint64_t value)
{
    const SmmuReg *r = smmu_reg_find(bank, offset, size);
    uint64_t covered = ~0ull, mask;

    if (is_s_init(bank, offset, size)) {
        if ((value & SMMU_S_INIT_INV_ALL_MASK) && bank->ops.invalidate_all) {
            bank->ops.invalidate_all(bank->ops.opaque);
        }
        return;
    }
    if (!r || !smmu_reg_guard_open(bank, r)) {
        return;
    }
    if (size < r->size) {
        covered = 0xffffffffull << (offset - r->offset) * 8;
        value = (value & 0xffffffff) << (offset - r->offset) * 8;
    }

    mask = smmu_reg_writable(bank, r) & covered;
    switch ((SmmuRegAction)r->action) {
    case SMMU_REG_CR0:
        write_cr0(bank, value, mask);
        break;
    case SMMU_REG_CR1:
        write_cr1(bank, value);
        break;
    case SMMU_REG_GBPA:
        write_gbpa(bank, value, mask);
        break;
    case SMMU_REG_IRQ_CTRL:
        bank->irq_ctrl = value & mask;
        bank->irq_ctrlack = bank->irq_ctrl;
        break;
    case SMMU_REG_GERRORN:
        write_gerrorn(bank, value);
        break;
    case SMMU_REG_DPT_FAR:
        if ((covered & ~value) & SMMU_R_DPT_CFG_FAR_FAULT_MASK) {
            bank->dpt_cfg_far = 0;
        }
        break;
    case SMMU_REG_CMDQ_PROD:
    case SMMU_REG_PLAIN:
        smmu_reg_store(bank, r, (smmu_reg_load(bank, r) & ~mask) |
                                (value & mask));
        if (r->action == SMMU_REG_CMDQ_PROD) {
            kick(bank);
        }
        break;
    }
}

uint32_t smmu_bank_active_gerror(const SmmuBank *bank)
{
    return bank->gerror ^ bank->gerrorn;
}

bool smmu_bank_raise_gerror(SmmuBank *bank, uint32_t mask)
{
    mask &= smmu_gerror_implemented(bank) & ~smmu_bank_active_gerror(bank);
    bank->gerror ^= mask;
    if (mask & ~SMMU_GERROR_MSI_GERROR_ABT_ERR_MASK) {
        smmu_bank_raise_irq(bank, SMMU_IRQ_GERROR);
    }
    return mask;
}

static void send_irq(SmmuBank *bank, SmmuIrq *irq, bool ns)
{
    irq->addr &= SMMU_IRQ_CFG0_ADDR_MASK & ((1ull << bank->feat->oas) - 1);
    irq->msi = irq->addr && smmu_has_msi(bank->feat, bank->sec_sid);
    irq->pas = bank->sec_sid == CCA_SEC_SID_REALM && ns ? CCA_PAS_NS :
               smmu_pas_of_sec_sid(bank->sec_sid);
    irq->mecid = smmu_bank_gmecid(bank, irq->pas);
    bank->ops.irq(bank->ops.opaque, bank->sec_sid, irq);
}

void smmu_bank_raise_irq(SmmuBank *bank, SmmuIrqSource source)
{
    const SmmuIrqCfg *cfg;

    if ((unsigned)source >= SMMU_IRQ_CMD_SYNC ||
        !(bank->irq_ctrl & bank->irq_ctrlack & 1u << source)) {
        return;
    }
    cfg = &bank->irq_cfg[source];
    send_irq(bank, &(SmmuIrq) {
        .source = source,
        .addr = cfg->cfg0,
        .data = cfg->cfg1,
        .sh = SMMU_GET(cfg->cfg2, SMMU_IRQ_CFG2_SH),
        .memattr = SMMU_GET(cfg->cfg2, SMMU_IRQ_CFG2_MEMATTR),
    }, cfg->cfg0 & SMMU_R_IRQ_CFG0_NS_MASK);
}

void smmu_bank_cmd_sync_irq(SmmuBank *bank, uint64_t addr, uint32_t data,
                            uint8_t sh, uint8_t memattr, bool ns)
{
    send_irq(bank, &(SmmuIrq) {
        .source = SMMU_IRQ_CMD_SYNC, .addr = addr, .data = data,
        .sh = sh, .memattr = memattr,
    }, ns);
}

void smmu_bank_msi_aborted(SmmuBank *bank, SmmuIrqSource source)
{
    static const uint8_t shift[SMMU_IRQ__COUNT] = {
        [SMMU_IRQ_GERROR] = SMMU_GERROR_MSI_GERROR_ABT_ERR_SHIFT,
        [SMMU_IRQ_PRIQ] = SMMU_GERROR_MSI_PRIQ_ABT_ERR_SHIFT,
        [SMMU_IRQ_EVENTQ] = SMMU_GERROR_MSI_EVENTQ_ABT_ERR_SHIFT,
        [SMMU_IRQ_CMD_SYNC] = SMMU_GERROR_MSI_CMDQ_ABT_ERR_SHIFT,
    };

    if ((unsigned)source < SMMU_IRQ__COUNT) {
        smmu_bank_raise_gerror(bank, 1u << shift[source]);
    }
}

SmmuQueue smmu_bank_queue(const SmmuBank *bank, SmmuQueueId id)
{
    const SmmuFeatures *f = bank->feat;
    const SmmuQueueRegs *q = &bank->queue[id];
    unsigned max = id == SMMU_CMDQ ? f->cmdq_log2 :
                   id == SMMU_EVENTQ ? f->eventq_log2 : f->priq_log2;

    return (SmmuQueue) {
        .base = q->base,
        .log2size = smmu_queue_log2size(q->base, max),
        .entry_shift = id == SMMU_CMDQ ? SMMU_CMDQ_ENTRY_SHIFT :
                       id == SMMU_EVENTQ ? SMMU_EVENTQ_ENTRY_SHIFT :
                       SMMU_PRIQ_ENTRY_SHIFT,
        .prod = q->prod, .cons = q->cons,
    };
}

void smmu_bank_set_queue(SmmuBank *bank, SmmuQueueId id, uint32_t reg)
{
    if (id == SMMU_CMDQ) {
        bank->queue[id].cons = reg & (SMMU_QUEUE_PTR_MASK |
                                      SMMU_CMDQ_CONS_ERR_MASK);
    } else {
        bank->queue[id].prod = reg & (SMMU_QUEUE_PTR_MASK |
                                      SMMU_QUEUE_OVFLG_MASK);
    }
}

bool smmu_bank_queue_on(const SmmuBank *bank, SmmuQueueId id)
{
    switch (id) {
    case SMMU_CMDQ:
        return smmu_bank_enabled(bank, SMMU_CR0_CMDQEN_MASK) &&
               !(smmu_bank_active_gerror(bank) & SMMU_GERROR_CMDQ_ERR_MASK);
    case SMMU_EVENTQ:
        return smmu_bank_enabled(bank, SMMU_CR0_EVENTQEN_MASK);
    default:
        return smmu_bank_enabled(bank, SMMU_CR0_PRIQEN_MASK |
                                       SMMU_CR0_SMMUEN_MASK);
    }
}

uint16_t smmu_bank_gmecid(const SmmuBank *bank, CcaPas pas)
{
    return pas == CCA_PAS_REALM ? bank->gmecid : 0;
}

void smmu_bank_dpt_fault(SmmuBank *bank, unsigned level, unsigned code,
                         uint64_t addr)
{
    if (!(smmu_gerror_implemented(bank) & SMMU_GERROR_DPT_ERR_MASK)) {
        return;
    }
    if (!(bank->dpt_cfg_far & SMMU_R_DPT_CFG_FAR_FAULT_MASK)) {
        bank->dpt_cfg_far =
            SMMU_R_DPT_CFG_FAR_FAULT_MASK |
            SMMU_SET(0, SMMU_R_DPT_CFG_FAR_LEVEL, level) |
            SMMU_SET(0, SMMU_R_DPT_CFG_FAR_FAULTCODE, code) |
            (addr & SMMU_R_DPT_CFG_FAR_FADDR_MASK);
    }
    smmu_bank_raise_gerror(bank, SMMU_GERROR_DPT_ERR_MASK);
}

void smmu_bank_init(SmmuBank *bank, CcaSecSid sec_sid,
                    const SmmuFeatures *feat, bool gbpa_abort,
                    const SmmuBankOps *ops)
{
    *bank = (SmmuBank) {
        .feat = feat, .sec_sid = sec_sid, .gbpa_abort = gbpa_abort,
        .ops = *ops,
    };
    smmu_bank_reset(bank);
}

void smmu_bank_reset(SmmuBank *bank)
{
    *bank = (SmmuBank) {
        .feat = bank->feat, .sec_sid = bank->sec_sid,
        .gbpa_abort = bank->gbpa_abort, .ops = bank->ops,
    };
    bank->cr0 = bank->cr0ack = smmu_cr0_fixed(bank);
    if (bank->sec_sid == CCA_SEC_SID_REALM) {
        bank->gbpa = SMMU_GBPA_ABORT_MASK;
    } else {
        bank->gbpa = SMMU_SET(0, SMMU_GBPA_SHCFG, SMMU_SHCFG_INCOMING) |
                     SMMU_SET(0, SMMU_GBPA_ABORT, bank->gbpa_abort);
    }
}
