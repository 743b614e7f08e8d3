/*
 * SMMUv3 with RME: the table of registers behind a programming interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_BANK_REGS_H
#define CCA_SMMU_BANK_REGS_H

#include "bank.h"

/* What else a write does; PLAIN stores the writable bits. */
typedef enum SmmuRegAction {
    SMMU_REG_PLAIN,
    SMMU_REG_CR0, SMMU_REG_CR1, SMMU_REG_GBPA, SMMU_REG_IRQ_CTRL,
    SMMU_REG_GERRORN, SMMU_REG_CMDQ_PROD, SMMU_REG_DPT_FAR,
} SmmuRegAction;

/* A register with storage. Identification and S_INIT are apart. */
typedef struct SmmuReg {
    uint32_t offset;
    uint8_t size;           /* bytes: 4 or 8 */
    uint8_t in;             /* bit per CcaSecSid */
    uint8_t need;           /* a feature without which it is RES0 */
    uint8_t guard;          /* what has to be off for a write */
    uint8_t action;         /* SmmuRegAction */
    uint16_t field;         /* where in SmmuBank */
} SmmuReg;

/*
 * The register that [@offset, @offset + @size) is, or is half of; NULL if
 * there is none, or the access is not one that registers know.
 */
const SmmuReg *smmu_reg_find(const SmmuBank *bank, uint32_t offset,
                             unsigned size);

/* The stored value of a register, all bits of it. */
uint64_t smmu_reg_load(const SmmuBank *bank, const SmmuReg *reg);
void smmu_reg_store(SmmuBank *bank, const SmmuReg *reg, uint64_t value);

/* The bits that are there to be read. */
uint64_t smmu_reg_readable(const SmmuBank *bank, const SmmuReg *reg);

/*
 * The bits that a write may change in this interface: of a register whose
 * guard is open, and of any register.
 */
bool smmu_reg_guard_open(const SmmuBank *bank, const SmmuReg *reg);
uint64_t smmu_reg_writable(const SmmuBank *bank, const SmmuReg *reg);

/*
 * May the registers hold what they do? Not if bits are set that no write
 * sets, or an update waits that nobody will acknowledge.
 */
bool smmu_bank_possible(const SmmuBank *bank);

/* R_CR0.ATSCHK is read-only, 1: Realm state always checks. */
uint32_t smmu_cr0_fixed(const SmmuBank *bank);

/* Is every bit of @mask clear in CR0 and in CR0ACK? */
bool smmu_cr0_off(const SmmuBank *bank, uint32_t mask);

/* The errors that this interface can have. No ECMDQ: no CMDQP_ERR. */
uint32_t smmu_gerror_implemented(const SmmuBank *bank);

#endif
