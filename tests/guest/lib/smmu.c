/*
 * The SMMU of cca-virt.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu.h"
#include "string.h"
#include "sysreg.h"

enum {
    CR0 = 0x20, CR0ACK = 0x24, CR1 = 0x28, STRTAB_BASE = 0x80,
    STRTAB_BASE_CFG = 0x88, CMDQ_BASE = 0x90, CMDQ_PROD = 0x98,
    CMDQ_CONS = 0x9c,
    CR0_SMMUEN = 1, CR0_CMDQEN = 8, CR0_ATSCHK = 16,
    CR1_CACHEABLE = 0xd75,
    OP_CFGI_ALL = 0x04, OP_TLBI_EL2_ALL = 0x20, OP_TLBI_NSNH_ALL = 0x30,
    OP_SYNC = 0x46, OP_TLBI_S_EL2_ALL = 0x50, OP_TLBI_SNH_ALL = 0x60,
    SSEC = 1 << 10, ALL_STREAMS = 31,
    CMDQ_LOG2 = 5, CMD_BYTES = 16, POLLS = 1000000,
};

bool smmu_present(void)
{
    return smmu_id(SMMU_IDR0) & 3;
}

uint32_t smmu_id(unsigned offset)
{
    return *(volatile uint32_t *)(SMMU_BASE + offset);
}

uint32_t smmu_load(const struct smmu *s, unsigned offset)
{
    return *(volatile uint32_t *)(s->regs + offset);
}

void smmu_store(const struct smmu *s, unsigned offset, uint32_t value)
{
    *(volatile uint32_t *)(s->regs + offset) = value;
}

static void store64(const struct smmu *s, unsigned offset, uint64_t value)
{
    *(volatile uint64_t *)(s->regs + offset) = value;
}

static bool set_cr0(const struct smmu *s, uint32_t value)
{
    smmu_store(s, CR0, value);
    for (int i = 0; i < POLLS; i++) {
        if ((smmu_load(s, CR0ACK) & ~(uint32_t)CR0_ATSCHK) == value) {
            return true;
        }
    }
    return false;
}

static void command(struct smmu *s, uint64_t w0, uint64_t w1)
{
    uint32_t entries = 1u << CMDQ_LOG2;
    uint64_t *at = (uint64_t *)(s->cmdq +
                                (s->prod & (entries - 1)) * CMD_BYTES);

    at[0] = w0;
    at[1] = w1;
    s->prod = (s->prod + 1) & (2 * entries - 1);
    dsb(sy);
    smmu_store(s, CMDQ_PROD, s->prod);
}

static bool drain(const struct smmu *s)
{
    for (int i = 0; i < POLLS; i++) {
        if (smmu_load(s, CMDQ_CONS) == s->prod) {
            return true;
        }
    }
    return false;
}

bool smmu_on(struct smmu *s, enum pas pas, uint32_t cr2)
{
    uint64_t base = SMMU_STRUCTURES + pas * 0x100000;

    *s = (struct smmu) {
        .pas = pas, .strtab = base, .cmdq = base + 0x10000,
        .regs = SMMU_BASE + (pas == PAS_REALM ? 0x40000 :
                             pas == PAS_SECURE ? 0x8000 : 0),
    };
    memset((void *)s->strtab, 0, 64ul << SMMU_STREAMS_LOG2);
    if (!set_cr0(s, 0)) {
        return false;
    }
    smmu_store(s, CR1, CR1_CACHEABLE);
    smmu_store(s, SMMU_CR2, cr2 | SMMU_CR2_RECINVSID);
    store64(s, STRTAB_BASE, s->strtab);
    smmu_store(s, STRTAB_BASE_CFG, SMMU_STREAMS_LOG2);
    store64(s, CMDQ_BASE, s->cmdq | CMDQ_LOG2);
    smmu_store(s, CMDQ_PROD, 0);
    smmu_store(s, CMDQ_CONS, 0);
    return set_cr0(s, CR0_CMDQEN) && smmu_forget(s) &&
           set_cr0(s, CR0_CMDQEN | CR0_SMMUEN);
}

bool smmu_off(struct smmu *s)
{
    return set_cr0(s, 0);
}

void smmu_set_ste(struct smmu *s, unsigned sid, const uint64_t ste[8])
{
    memcpy((void *)(s->strtab + sid * 64ul), ste, 64);
    dsb(sy);
}

bool smmu_forget(struct smmu *s)
{
    bool secure = s->pas == PAS_SECURE;

    command(s, OP_CFGI_ALL | (secure ? SSEC : 0), ALL_STREAMS);
    command(s, secure ? OP_TLBI_SNH_ALL : OP_TLBI_NSNH_ALL, 0);
    command(s, secure ? OP_TLBI_S_EL2_ALL : OP_TLBI_EL2_ALL, 0);
    command(s, OP_SYNC, 0);
    return drain(s);
}
