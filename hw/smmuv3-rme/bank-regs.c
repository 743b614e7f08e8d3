/*
 * SMMUv3 with RME: the table of registers behind a programming interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bank-regs.h"
#include "id.h"
#include "smmu-regs.h"

#define BIT_MASK(n) ((1ull << (n)) - 1)

/* Which interfaces have a register. */
enum {
    IN_NS = 1 << CCA_SEC_SID_NS,
    IN_S = 1 << CCA_SEC_SID_SECURE,
    IN_R = 1 << CCA_SEC_SID_REALM,
    IN_ALL = IN_NS | IN_S | IN_R,
};

/* What has to be off, in a control register and its ACK, for a write. */
typedef enum Guard {
    G_NONE,
    G_RO,
    G_SMMUEN, G_CMDQEN, G_EVENTQEN, G_PRIQEN,
    G_GMECID,               /* SMMUEN, CMDQEN and EVENTQEN */
    G_DPT_WALK_EN,
    G_GERROR_IRQEN, G_EVENTQ_IRQEN, G_PRIQ_IRQEN,
} Guard;

/* A feature without which the register is RES0. */
typedef enum Need { ALWAYS, NEED_MSI, NEED_PRI, NEED_PRI_MSI, NEED_DPT,
                    NEED_MEC } Need;

#define REG32(off, in_, need_, guard_, action_, field_)                 \
    { .offset = (off), .size = 4, .in = (in_), .need = (need_),         \
      .guard = (guard_), .action = SMMU_REG_##action_,                  \
      .field = offsetof(SmmuBank, field_) }
#define REG64(off, in_, need_, guard_, action_, field_)                 \
    { .offset = (off), .size = 8, .in = (in_), .need = (need_),         \
      .guard = (guard_), .action = SMMU_REG_##action_,                  \
      .field = offsetof(SmmuBank, field_) }

static const SmmuReg regs[] = {
    REG32(SMMU_CR0, IN_ALL, ALWAYS, G_NONE, CR0, cr0),
    REG32(SMMU_CR0ACK, IN_ALL, ALWAYS, G_RO, PLAIN, cr0ack),
    REG32(SMMU_CR1, IN_ALL, ALWAYS, G_NONE, CR1, cr1),
    REG32(SMMU_CR2, IN_ALL, ALWAYS, G_SMMUEN, PLAIN, cr2),
    REG32(SMMU_GBPA, IN_NS | IN_S, ALWAYS, G_NONE, GBPA, gbpa),
    REG32(SMMU_GBPA, IN_R, ALWAYS, G_RO, PLAIN, gbpa),
    REG32(SMMU_IRQ_CTRL, IN_ALL, ALWAYS, G_NONE, IRQ_CTRL, irq_ctrl),
    REG32(SMMU_IRQ_CTRLACK, IN_ALL, ALWAYS, G_RO, PLAIN, irq_ctrlack),
    REG32(SMMU_GERROR, IN_ALL, ALWAYS, G_RO, PLAIN, gerror),
    REG32(SMMU_GERRORN, IN_ALL, ALWAYS, G_NONE, GERRORN, gerrorn),
    REG64(SMMU_GERROR_IRQ_CFG0, IN_ALL, NEED_MSI, G_GERROR_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_GERROR].cfg0),
    REG32(SMMU_GERROR_IRQ_CFG1, IN_ALL, NEED_MSI, G_GERROR_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_GERROR].cfg1),
    REG32(SMMU_GERROR_IRQ_CFG2, IN_ALL, NEED_MSI, G_GERROR_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_GERROR].cfg2),
    REG64(SMMU_STRTAB_BASE, IN_ALL, ALWAYS, G_SMMUEN, PLAIN, strtab_base),
    REG32(SMMU_STRTAB_BASE_CFG, IN_ALL, ALWAYS, G_SMMUEN, PLAIN,
          strtab_base_cfg),
    REG64(SMMU_CMDQ_BASE, IN_ALL, ALWAYS, G_CMDQEN, PLAIN,
          queue[SMMU_CMDQ].base),
    REG32(SMMU_CMDQ_PROD, IN_ALL, ALWAYS, G_NONE, CMDQ_PROD,
          queue[SMMU_CMDQ].prod),
    REG32(SMMU_CMDQ_CONS, IN_ALL, ALWAYS, G_CMDQEN, PLAIN,
          queue[SMMU_CMDQ].cons),
    REG64(SMMU_EVENTQ_BASE, IN_ALL, ALWAYS, G_EVENTQEN, PLAIN,
          queue[SMMU_EVENTQ].base),
    REG32(SMMU_EVENTQ_PROD, IN_S, ALWAYS, G_EVENTQEN, PLAIN,
          queue[SMMU_EVENTQ].prod),
    REG32(SMMU_EVENTQ_CONS, IN_S, ALWAYS, G_NONE, PLAIN,
          queue[SMMU_EVENTQ].cons),
    REG32(SMMU_PAGE_1 + SMMU_EVENTQ_PROD, IN_NS | IN_R, ALWAYS, G_EVENTQEN,
          PLAIN, queue[SMMU_EVENTQ].prod),
    REG32(SMMU_PAGE_1 + SMMU_EVENTQ_CONS, IN_NS | IN_R, ALWAYS, G_NONE,
          PLAIN, queue[SMMU_EVENTQ].cons),
    REG64(SMMU_EVENTQ_IRQ_CFG0, IN_ALL, NEED_MSI, G_EVENTQ_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_EVENTQ].cfg0),
    REG32(SMMU_EVENTQ_IRQ_CFG1, IN_ALL, NEED_MSI, G_EVENTQ_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_EVENTQ].cfg1),
    REG32(SMMU_EVENTQ_IRQ_CFG2, IN_ALL, NEED_MSI, G_EVENTQ_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_EVENTQ].cfg2),
    REG64(SMMU_PRIQ_BASE, IN_NS | IN_R, NEED_PRI, G_PRIQEN, PLAIN,
          queue[SMMU_PRIQ].base),
    REG32(SMMU_PAGE_1 + SMMU_PRIQ_PROD, IN_NS | IN_R, NEED_PRI, G_PRIQEN,
          PLAIN, queue[SMMU_PRIQ].prod),
    REG32(SMMU_PAGE_1 + SMMU_PRIQ_CONS, IN_NS | IN_R, NEED_PRI, G_NONE,
          PLAIN, queue[SMMU_PRIQ].cons),
    REG64(SMMU_PRIQ_IRQ_CFG0, IN_NS | IN_R, NEED_PRI_MSI, G_PRIQ_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_PRIQ].cfg0),
    REG32(SMMU_PRIQ_IRQ_CFG1, IN_NS | IN_R, NEED_PRI_MSI, G_PRIQ_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_PRIQ].cfg1),
    /* PRIQ_IRQ_CFG2.LO is there without MSIs too. */
    REG32(SMMU_PRIQ_IRQ_CFG2, IN_NS | IN_R, NEED_PRI, G_PRIQ_IRQEN, PLAIN,
          irq_cfg[SMMU_IRQ_PRIQ].cfg2),
    REG64(SMMU_R_DPT_BASE, IN_R, NEED_DPT, G_DPT_WALK_EN, PLAIN, dpt_base),
    REG32(SMMU_R_DPT_BASE_CFG, IN_R, NEED_DPT, G_DPT_WALK_EN, PLAIN,
          dpt_base_cfg),
    REG64(SMMU_R_DPT_CFG_FAR, IN_R, NEED_DPT, G_NONE, DPT_FAR, dpt_cfg_far),
    REG32(SMMU_R_GMECID, IN_R, NEED_MEC, G_GMECID, PLAIN, gmecid),
};

static bool has_need(const SmmuBank *bank, Need need)
{
    const SmmuFeatures *f = bank->feat;
    bool msi = smmu_has_msi(f, bank->sec_sid);
    bool pri = smmu_has_pri(f, bank->sec_sid);

    switch (need) {
    case NEED_MSI:
        return msi;
    case NEED_PRI:
        return pri;
    case NEED_PRI_MSI:
        return msi && pri;
    case NEED_DPT:
        return f->dpt;
    case NEED_MEC:
        return f->mec;
    default:
        return true;
    }
}

const SmmuReg *smmu_reg_find(const SmmuBank *bank, uint32_t offset,
                             unsigned size)
{
    if ((size != 4 && size != 8) || offset % size ||
        !smmu_has_interface(bank->feat, bank->sec_sid)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
        const SmmuReg *r = &regs[i];

        if (offset >= r->offset && offset - r->offset + size <= r->size &&
            (r->in >> bank->sec_sid & 1)) {
            return has_need(bank, r->need) ? r : NULL;
        }
    }
    return NULL;
}

uint64_t smmu_reg_load(const SmmuBank *bank, const SmmuReg *r)
{
    const char *p = (const char *)bank + r->field;

    return r->size == 8 ? *(const uint64_t *)(const void *)p :
                          *(const uint32_t *)(const void *)p;
}

void smmu_reg_store(SmmuBank *bank, const SmmuReg *r, uint64_t value)
{
    char *p = (char *)bank + r->field;

    if (r->size == 8) {
        *(uint64_t *)(void *)p = value;
    } else {
        *(uint32_t *)(void *)p = value;
    }
}

static uint32_t cr0_writable(const SmmuBank *bank)
{
    const SmmuFeatures *f = bank->feat;
    uint32_t mask = SMMU_CR0_SMMUEN_MASK | SMMU_CR0_EVENTQEN_MASK |
                    SMMU_CR0_CMDQEN_MASK;

    if (smmu_has_pri(f, bank->sec_sid)) {
        mask |= SMMU_CR0_PRIQEN_MASK;
    }
    if (f->vmw) {
        mask |= SMMU_CR0_VMW_MASK;
    }
    switch (bank->sec_sid) {
    case CCA_SEC_SID_NS:
        return mask | (f->ats ? SMMU_CR0_ATSCHK_MASK : 0);
    case CCA_SEC_SID_SECURE:
        return mask | SMMU_S_CR0_SIF_MASK;
    default:
        return mask | (f->dpt ? SMMU_R_CR0_DPT_WALK_EN_MASK : 0);
    }
}

uint32_t smmu_cr0_fixed(const SmmuBank *bank)
{
    return bank->sec_sid == CCA_SEC_SID_REALM && bank->feat->ats ?
           SMMU_CR0_ATSCHK_MASK : 0;
}

static uint32_t cr2_writable(const SmmuBank *bank)
{
    uint32_t mask = SMMU_CR2_RECINVSID_MASK;

    if (bank->feat->hyp) {
        mask |= SMMU_CR2_E2H_MASK;
    }
    if (bank->feat->btm) {
        mask |= SMMU_CR2_PTM_MASK;
    }
    if (smmu_has_ats(bank->feat, bank->sec_sid)) {
        mask |= SMMU_CR2_REC_CFG_ATS_MASK;
    }
    return mask;
}

static uint32_t gbpa_writable(const SmmuBank *bank)
{
    return SMMU_GBPA_MEMATTR_MASK | SMMU_GBPA_MTCFG_MASK |
           SMMU_GBPA_ALLOCCFG_MASK | SMMU_GBPA_SHCFG_MASK |
           SMMU_GBPA_PRIVCFG_MASK | SMMU_GBPA_INSTCFG_MASK |
           SMMU_GBPA_ABORT_MASK |
           (bank->sec_sid == CCA_SEC_SID_SECURE ? SMMU_S_GBPA_NSCFG_MASK : 0);
}

static uint32_t irq_ctrl_writable(const SmmuBank *bank)
{
    return SMMU_IRQ_CTRL_GERROR_IRQEN_MASK | SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK |
           (smmu_has_pri(bank->feat, bank->sec_sid) ?
            SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK : 0);
}

uint32_t smmu_gerror_implemented(const SmmuBank *bank)
{
    bool msi = smmu_has_msi(bank->feat, bank->sec_sid);
    bool pri = smmu_has_pri(bank->feat, bank->sec_sid);
    uint32_t mask = SMMU_GERROR_CMDQ_ERR_MASK |
                    SMMU_GERROR_EVENTQ_ABT_ERR_MASK;

    if (pri) {
        mask |= SMMU_GERROR_PRIQ_ABT_ERR_MASK;
    }
    if (msi) {
        mask |= SMMU_GERROR_MSI_CMDQ_ABT_ERR_MASK |
                SMMU_GERROR_MSI_EVENTQ_ABT_ERR_MASK |
                SMMU_GERROR_MSI_GERROR_ABT_ERR_MASK;
    }
    if (msi && pri) {
        mask |= SMMU_GERROR_MSI_PRIQ_ABT_ERR_MASK;
    }
    if (bank->sec_sid == CCA_SEC_SID_REALM) {
        return mask | (bank->feat->dpt ? SMMU_GERROR_DPT_ERR_MASK : 0);
    }
    return mask | SMMU_GERROR_SFM_ERR_MASK;
}

uint64_t smmu_reg_writable(const SmmuBank *bank, const SmmuReg *r)
{
    const SmmuFeatures *f = bank->feat;
    uint64_t pa = BIT_MASK(f->oas);
    uint64_t lo = r->offset == SMMU_PRIQ_IRQ_CFG2 ?
                  SMMU_PRIQ_IRQ_CFG2_LO_MASK : 0;

    switch (r->offset) {
    case SMMU_CR0:
        return cr0_writable(bank);
    case SMMU_GBPA:
        return gbpa_writable(bank);
    case SMMU_IRQ_CTRL:
        return irq_ctrl_writable(bank);
    case SMMU_GERRORN:
        return smmu_gerror_implemented(bank);
    case SMMU_CR1:
        return SMMU_CR1_QUEUE_MASK | SMMU_CR1_TABLE_MASK;
    case SMMU_CR2:
        return cr2_writable(bank);
    case SMMU_GERROR_IRQ_CFG0:
    case SMMU_EVENTQ_IRQ_CFG0:
    case SMMU_PRIQ_IRQ_CFG0:
        return (SMMU_IRQ_CFG0_ADDR_MASK & pa) |
               (bank->sec_sid == CCA_SEC_SID_REALM ?
                SMMU_R_IRQ_CFG0_NS_MASK : 0);
    case SMMU_GERROR_IRQ_CFG1:
    case SMMU_EVENTQ_IRQ_CFG1:
    case SMMU_PRIQ_IRQ_CFG1:
        return SMMU_IRQ_CFG1_DATA_MASK;
    case SMMU_GERROR_IRQ_CFG2:
    case SMMU_EVENTQ_IRQ_CFG2:
    case SMMU_PRIQ_IRQ_CFG2:
        return lo | (smmu_has_msi(f, bank->sec_sid) ? SMMU_IRQ_CFG2_MEMATTR_MASK |
                              SMMU_IRQ_CFG2_SH_MASK : 0);
    case SMMU_STRTAB_BASE:
        return SMMU_STRTAB_BASE_RA_MASK | (SMMU_STRTAB_BASE_ADDR_MASK & pa);
    case SMMU_STRTAB_BASE_CFG:
        return SMMU_STRTAB_BASE_CFG_LOG2SIZE_MASK |
               (f->st_level ? SMMU_STRTAB_BASE_CFG_SPLIT_MASK |
                              SMMU_STRTAB_BASE_CFG_FMT_MASK : 0);
    case SMMU_CMDQ_BASE:
    case SMMU_EVENTQ_BASE:
    case SMMU_PRIQ_BASE:
        return SMMU_QUEUE_BASE_RA_MASK | SMMU_QUEUE_BASE_LOG2SIZE_MASK |
               (SMMU_QUEUE_BASE_ADDR_MASK & pa);
    case SMMU_CMDQ_PROD:
        return SMMU_QUEUE_PTR_MASK;
    case SMMU_CMDQ_CONS:
        return SMMU_QUEUE_PTR_MASK | SMMU_CMDQ_CONS_ERR_MASK;
    case SMMU_EVENTQ_PROD:
    case SMMU_EVENTQ_CONS:
    case SMMU_PAGE_1 + SMMU_EVENTQ_PROD:
    case SMMU_PAGE_1 + SMMU_EVENTQ_CONS:
    case SMMU_PAGE_1 + SMMU_PRIQ_PROD:
    case SMMU_PAGE_1 + SMMU_PRIQ_CONS:
        return SMMU_QUEUE_PTR_MASK | SMMU_QUEUE_OVFLG_MASK;
    case SMMU_R_DPT_BASE:
        return SMMU_R_DPT_BASE_RA_MASK | (SMMU_R_DPT_BASE_BADDR_MASK & pa);
    case SMMU_R_DPT_BASE_CFG:
        return SMMU_R_DPT_BASE_CFG_DPTPS_MASK |
               SMMU_R_DPT_BASE_CFG_DPTGS_MASK |
               SMMU_R_DPT_BASE_CFG_L0DPTSZ_MASK;
    case SMMU_R_GMECID:
        return SMMU_R_GMECID_GMECID_MASK & BIT_MASK(f->mecid_bits);
    default:
        return 0;
    }
}

bool smmu_cr0_off(const SmmuBank *bank, uint32_t mask)
{
    return !((bank->cr0 | bank->cr0ack) & mask);
}

static bool irq_off(const SmmuBank *bank, uint32_t mask)
{
    return !((bank->irq_ctrl | bank->irq_ctrlack) & mask);
}

bool smmu_reg_guard_open(const SmmuBank *bank, const SmmuReg *reg)
{
    switch ((Guard)reg->guard) {
    case G_RO:
        return false;
    case G_SMMUEN:
        return smmu_cr0_off(bank, SMMU_CR0_SMMUEN_MASK);
    case G_CMDQEN:
        return smmu_cr0_off(bank, SMMU_CR0_CMDQEN_MASK);
    case G_EVENTQEN:
        return smmu_cr0_off(bank, SMMU_CR0_EVENTQEN_MASK);
    case G_PRIQEN:
        return smmu_cr0_off(bank, SMMU_CR0_PRIQEN_MASK);
    case G_GMECID:
        return smmu_cr0_off(bank, SMMU_CR0_SMMUEN_MASK |
                                  SMMU_CR0_CMDQEN_MASK |
                                  SMMU_CR0_EVENTQEN_MASK);
    case G_DPT_WALK_EN:
        return smmu_cr0_off(bank, SMMU_R_CR0_DPT_WALK_EN_MASK);
    case G_GERROR_IRQEN:
        return irq_off(bank, SMMU_IRQ_CTRL_GERROR_IRQEN_MASK);
    case G_EVENTQ_IRQEN:
        return irq_off(bank, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK);
    case G_PRIQ_IRQEN:
        return irq_off(bank, SMMU_IRQ_CTRL_PRIQ_IRQEN_MASK);
    default:
        return true;
    }
}

/* PROD and CONS read without the bits above the wrap flag. */
uint64_t smmu_reg_readable(const SmmuBank *bank, const SmmuReg *r)
{
    for (SmmuQueueId id = 0; id < SMMU_QUEUE__COUNT; id++) {
        if (r->field == offsetof(SmmuBank, queue) +
                        id * sizeof(SmmuQueueRegs) +
                        offsetof(SmmuQueueRegs, prod) ||
            r->field == offsetof(SmmuBank, queue) +
                        id * sizeof(SmmuQueueRegs) +
                        offsetof(SmmuQueueRegs, cons)) {
            return ~SMMU_QUEUE_PTR_MASK |
                   smmu_queue_ptr_mask(smmu_bank_queue(bank, id).log2size);
        }
    }
    return ~0ull;
}

/* What a register may hold that neither was reset nor written to it. */
static bool reg_possible(const SmmuBank *bank, const SmmuReg *r)
{
    uint64_t value = smmu_reg_load(bank, r);

    switch (r->offset) {
    case SMMU_CR0:
        return (value & ~(uint64_t)cr0_writable(bank)) ==
               smmu_cr0_fixed(bank);
    case SMMU_CR0ACK:
        return value == bank->cr0;
    case SMMU_IRQ_CTRLACK:
        return value == bank->irq_ctrl;
    case SMMU_GERROR:
        return !(value & ~(uint64_t)smmu_gerror_implemented(bank));
    case SMMU_GBPA:
        return bank->sec_sid == CCA_SEC_SID_REALM ?
               value == SMMU_GBPA_ABORT_MASK :
               !(value & ~(uint64_t)gbpa_writable(bank));
    case SMMU_R_DPT_CFG_FAR:
        return !(value & ~(SMMU_R_DPT_CFG_FAR_FAULT_MASK |
                           SMMU_R_DPT_CFG_FAR_LEVEL_MASK |
                           SMMU_R_DPT_CFG_FAR_FAULTCODE_MASK |
                           SMMU_R_DPT_CFG_FAR_FADDR_MASK));
    default:
        return !(value & ~smmu_reg_writable(bank, r));
    }
}

bool smmu_bank_possible(const SmmuBank *bank)
{
    for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
        const SmmuReg *r = &regs[i];

        if ((r->in >> bank->sec_sid & 1) && !reg_possible(bank, r)) {
            return false;
        }
    }
    return true;
}
