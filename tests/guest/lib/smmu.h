/*
 * The SMMU of cca-virt, without an operating system: one world's interface
 * with a linear Stream table of 64 streams, one Command queue and no events.
 * For EL3, which reaches the registers of every world.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_SMMU_H
#define GUEST_SMMU_H

#include "pe.h"

#define SMMU_BASE       0x0b000000ull

/* Where structures are: in test memory, apart from what tests use. */
#define SMMU_STRUCTURES (TEST_BASE + 0x8000000)

enum { SMMU_STREAMS_LOG2 = 6, SMMU_IDR0 = 0x00, SMMU_CR2 = 0x2c,
       SMMU_CR2_PTM = 4, SMMU_CR2_RECINVSID = 2 };
#define SMMU_IDR0_BTM   (1u << 5)

struct smmu {
    enum pas pas;           /* PAS_NS, PAS_SECURE or PAS_REALM */
    uint64_t regs;
    uint64_t strtab, cmdq;
    uint32_t prod;
};

/* Is there one? */
bool smmu_present(void);

/* Registers of the Non-secure Page 0; of the world that @s drives. */
uint32_t smmu_id(unsigned offset);
uint32_t smmu_load(const struct smmu *s, unsigned offset);
void smmu_store(const struct smmu *s, unsigned offset, uint32_t value);

/*
 * Switch the interface of @pas on, with @cr2; off again. False: it does not
 * answer.
 */
bool smmu_on(struct smmu *s, enum pas pas, uint32_t cr2);
bool smmu_off(struct smmu *s);

/* Write the STE of @sid; nothing is invalidated. */
void smmu_set_ste(struct smmu *s, unsigned sid, const uint64_t ste[8]);

/* Have all configurations and translations forgotten. False: no answer. */
bool smmu_forget(struct smmu *s);

#endif
