/*
 * SMMUv3 with RME: the Root Control Page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rootpage.h"
#include "id.h"
#include "smmu-regs.h"

#define CR0_MASK (SMMU_ROOT_CR0_ACCESSEN_MASK | SMMU_ROOT_CR0_GPCEN_MASK)

/* The 64-bit registers: where they are stored, or NULL. */
static uint64_t *reg64(SmmuRoot *root, uint32_t offset)
{
    switch (offset) {
    case SMMU_ROOT_GPT_BASE:
        return &root->gpt_base;
    case SMMU_ROOT_GPT_BASE_CFG:
        return &root->gpt_base_cfg;
    case SMMU_ROOT_GPF_FAR:
        return &root->far[SMMU_ROOT_FAR_GPF];
    case SMMU_ROOT_GPT_CFG_FAR:
        return &root->far[SMMU_ROOT_FAR_GPT_CFG];
    case SMMU_ROOT_TLBI:
        return root->feat->rgptm ? &root->tlbi : NULL;
    default:
        return NULL;
    }
}

static bool access_ok(const SmmuRoot *root, uint32_t offset, unsigned size)
{
    return root->feat->root_impl && (size == 4 || size == 8) &&
           offset % size == 0;
}

static uint32_t read32(const SmmuRoot *root, uint32_t offset)
{
    switch (offset) {
    case SMMU_ROOT_CR0:
        return root->cr0;
    case SMMU_ROOT_CR0ACK:
        return root->cr0ack;
    case SMMU_ROOT_TLBI_CTRL:
        return root->tlbi_ctrl;
    default:
        return smmu_root_id_read(root->feat, offset);
    }
}

uint64_t smmu_root_read(const SmmuRoot *root, uint32_t offset, unsigned size)
{
    const uint64_t *reg;

    if (!access_ok(root, offset, size)) {
        return 0;
    }
    reg = reg64((SmmuRoot *)root, offset & ~7u);
    if (reg) {
        return size == 8 ? *reg : (uint32_t)(*reg >> (offset & 4) * 8);
    }
    return size == 4 ? read32(root, offset) : 0;
}

void smmu_root_cr0_complete(SmmuRoot *root)
{
    uint32_t from = root->cr0ack, to = root->cr0;

    root->cr0ack = to;
    if (from != to && root->ops.cr0_done) {
        root->ops.cr0_done(root->ops.opaque, from, to);
    }
}

/* While either field waits for its acknowledgement, both are read-only. */
static void write_cr0(SmmuRoot *root, uint32_t value)
{
    value &= CR0_MASK;
    if (root->cr0 != root->cr0ack || value == root->cr0) {
        return;
    }
    root->cr0 = value;
    if (!root->ops.cr0_begin ||
        root->ops.cr0_begin(root->ops.opaque, root->cr0ack, value)) {
        smmu_root_cr0_complete(root);
    }
}

/* False: a reserved SIZE, for which nothing needs to be invalidated. */
static bool decode_tlbi(const SmmuRoot *root, SmmuRootTlbi *op)
{
    GptRegs regs = smmu_root_gpt_regs(root);
    uint64_t operand = SMMU_GET(root->tlbi, SMMU_ROOT_TLBI_ADDR);
    GptConfig cfg;

    *op = (SmmuRootTlbi) { 0 };
    if (root->tlbi & SMMU_ROOT_TLBI_ALL_MASK) {
        op->all = true;
        return true;
    }
    op->last_level = root->tlbi & SMMU_ROOT_TLBI_L_MASK;
    gpt_config_decode(&cfg, &root->impl, &regs);
    operand = GPT_SET(operand, TLBI_RPA_SIZE,
                      SMMU_GET(root->tlbi, SMMU_ROOT_TLBI_SIZE));
    return gpt_tlbi_range(&cfg, operand, &op->base, &op->size);
}

void smmu_root_tlbi_complete(SmmuRoot *root)
{
    root->tlbi_ctrl = 0;
}

static void write_tlbi_ctrl(SmmuRoot *root, uint32_t value)
{
    SmmuRootTlbi op;

    if (!(value & SMMU_ROOT_TLBI_CTRL_RUN_MASK) || root->tlbi_ctrl ||
        !decode_tlbi(root, &op)) {
        return;
    }
    root->tlbi_ctrl = SMMU_ROOT_TLBI_CTRL_RUN_MASK;
    if (!root->ops.tlbi || root->ops.tlbi(root->ops.opaque, &op)) {
        smmu_root_tlbi_complete(root);
    }
}

static void write32(SmmuRoot *root, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case SMMU_ROOT_CR0:
        write_cr0(root, value);
        break;
    case SMMU_ROOT_TLBI_CTRL:
        if (root->feat->rgptm) {
            write_tlbi_ctrl(root, value);
        }
        break;
    }
}

/* The bits of a 64-bit register that can be written now. */
static uint64_t writable(const SmmuRoot *root, uint32_t offset)
{
    bool locked = (root->cr0 | root->cr0ack) & SMMU_ROOT_CR0_GPCEN_MASK;

    switch (offset) {
    case SMMU_ROOT_GPT_BASE:
        return locked ? 0 : SMMU_ROOT_GPT_BASE_ADDR_MASK;
    case SMMU_ROOT_GPT_BASE_CFG:
        return locked ? 0 : gpt_gpccr_writable(&root->impl) & ~GPCCR_GPC_MASK;
    case SMMU_ROOT_TLBI:
        return root->tlbi_ctrl ? 0 :
               SMMU_ROOT_TLBI_ALL_MASK | SMMU_ROOT_TLBI_L_MASK |
               SMMU_ROOT_TLBI_SIZE_MASK | SMMU_ROOT_TLBI_ADDR_MASK;
    default:
        return 0;
    }
}

void smmu_root_write(SmmuRoot *root, uint32_t offset, unsigned size,
                     uint64_t value)
{
    uint64_t covered = ~0ull, mask, *reg;
    uint32_t base = offset & ~7u;

    if (!access_ok(root, offset, size)) {
        return;
    }
    reg = reg64(root, base);
    if (!reg) {
        if (size == 4) {
            write32(root, offset, value);
        }
        return;
    }
    if (size == 4) {
        covered = 0xffffffffull << (offset & 4) * 8;
        value = (value & 0xffffffff) << (offset & 4) * 8;
    }
    if (base == SMMU_ROOT_GPF_FAR || base == SMMU_ROOT_GPT_CFG_FAR) {
        /* Only a write that clears FAULT counts, and it clears all. */
        if (covered & ~value & SMMU_ROOT_FAR_FAULT_MASK) {
            *reg = 0;
        }
        return;
    }
    mask = writable(root, base) & covered;
    *reg = (*reg & ~mask) | (value & mask);
}

bool smmu_root_possible(const SmmuRoot *root)
{
    return !(root->cr0 & ~CR0_MASK) && root->cr0 == root->cr0ack &&
           !(root->gpt_base & ~SMMU_ROOT_GPT_BASE_ADDR_MASK) &&
           !(root->gpt_base_cfg & GPCCR_GPC_MASK) &&
           root->tlbi_ctrl == 0;
}

GptRegs smmu_root_gpt_regs(const SmmuRoot *root)
{
    bool on = (root->cr0 | root->cr0ack) & SMMU_ROOT_CR0_GPCEN_MASK;

    return (GptRegs) {
        .gpccr = GPT_SET(root->gpt_base_cfg, GPCCR_GPC, on),
        .gptbr = SMMU_GET(root->gpt_base, SMMU_ROOT_GPT_BASE_ADDR),
    };
}

static unsigned fpas(CcaPas pas)
{
    switch (pas) {
    case CCA_PAS_SECURE:
        return SMMU_FPAS_SECURE;
    case CCA_PAS_ROOT:
        return SMMU_FPAS_ROOT;
    case CCA_PAS_REALM:
        return SMMU_FPAS_REALM;
    default:
        return SMMU_FPAS_NS;
    }
}

static unsigned cfg_err(const SmmuRoot *root, const CcaGpcVerdict *v)
{
    GptRegs regs = smmu_root_gpt_regs(root);
    GptConfig cfg;

    gpt_config_decode(&cfg, &root->impl, &regs);
    switch (v->fault) {
    case CCA_GPCF_ADDRESS_SIZE:
        return cfg.base_ok ? SMMU_CFG_ERR_TABLE : SMMU_CFG_ERR_BASE;
    case CCA_GPCF_EABT:
        return SMMU_CFG_ERR_EABT;
    default:
        return cfg.valid ? SMMU_CFG_ERR_ENTRY : SMMU_CFG_ERR_CONFIG;
    }
}

uint64_t smmu_root_far_encode(const SmmuRoot *root,
                              const CcaGpcVerdict *verdict,
                              SmmuGpcReason reason, SmmuGpcCode code,
                              SmmuRootFar *which)
{
    uint64_t far = SMMU_ROOT_FAR_FAULT_MASK |
                   SMMU_SET(0, SMMU_ROOT_FAR_REASON, reason) |
                   (verdict->addr & SMMU_ROOT_FAR_FADDR_MASK) |
                   SMMU_SET(0, SMMU_ROOT_FAR_FPAS, fpas(verdict->pas));

    if (reason != SMMU_GPC_TRANSACTION) {
        far = SMMU_SET(far, SMMU_ROOT_FAR_FAULTCODE, code);
    }
    if (verdict->fault == CCA_GPCF_FAIL) {
        *which = SMMU_ROOT_FAR_GPF;
        return far;
    }
    *which = SMMU_ROOT_FAR_GPT_CFG;
    return SMMU_SET(far, SMMU_ROOT_GPT_CFG_FAR_CFG_ERR,
                    cfg_err(root, verdict));
}

bool smmu_root_record(SmmuRoot *root, const CcaGpcVerdict *verdict,
                      SmmuGpcReason reason, SmmuGpcCode code)
{
    SmmuRootFar which;
    uint64_t far;

    if (verdict->fault == CCA_GPCF_NONE) {
        return false;
    }
    far = smmu_root_far_encode(root, verdict, reason, code, &which);
    if (root->far[which] & SMMU_ROOT_FAR_FAULT_MASK) {
        return false;
    }
    root->far[which] = far;
    if (root->ops.irq) {
        root->ops.irq(root->ops.opaque, which);
    }
    return true;
}

void smmu_root_init(SmmuRoot *root, const SmmuFeatures *feat,
                    const GptImpl *impl, const SmmuRootOps *ops)
{
    *root = (SmmuRoot) { .feat = feat, .impl = *impl, .ops = *ops };
    smmu_root_reset(root);
}

void smmu_root_reset(SmmuRoot *root)
{
    *root = (SmmuRoot) {
        .feat = root->feat, .impl = root->impl, .ops = root->ops,
        .gpt_base_cfg = SMMU_SET(0, GPCCR_L0GPTSZ, root->impl.l0gptsz),
    };
}
