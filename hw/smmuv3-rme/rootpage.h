/*
 * SMMUv3 with RME: the Root Control Page (sections 3.25 and 6.3.110..119).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_ROOTPAGE_H
#define CCA_SMMU_ROOTPAGE_H

#include "target/arm/gpc/gpt.h"
#include "smmu-regs.h"
#include "smmu-types.h"

/* Which fault address register; also which of the two Root interrupts. */
typedef enum SmmuRootFar {
    SMMU_ROOT_FAR_GPF,          /* ROOT_GPF_FAR */
    SMMU_ROOT_FAR_GPT_CFG,      /* ROOT_GPT_CFG_FAR */
    SMMU_ROOT_FAR__COUNT
} SmmuRootFar;

/* REASON: for what an access that failed its check was made. */
typedef enum SmmuGpcReason {
    SMMU_GPC_TRANSLATION = 1,   /* to translate for a client */
    SMMU_GPC_GERROR = 2,        /* for the SMMU itself */
    SMMU_GPC_TRANSACTION = 3,   /* the client's own, translated */
} SmmuGpcReason;

/* FAULTCODE; with TRANSACTION it is 0. */
typedef enum SmmuGpcCode {
    SMMU_GPC_STE_FETCH = 0x03, SMMU_GPC_CD_FETCH = 0x09,    /* TRANSLATION */
    SMMU_GPC_WALK = 0x0b, SMMU_GPC_VMS_FETCH = 0x25,

    SMMU_GPC_CMDQ = 0x00, SMMU_GPC_EVENTQ = 0x02,           /* GERROR */
    SMMU_GPC_PRIQ = 0x03, SMMU_GPC_MSI_CMDQ = 0x04,
    SMMU_GPC_MSI_EVENTQ = 0x05, SMMU_GPC_MSI_PRIQ = 0x06,
    SMMU_GPC_MSI_GERROR = 0x07, SMMU_GPC_OTHER = 0x10,
} SmmuGpcCode;

/* A ROOT_TLBI operation. @base and @size count only without @all. */
typedef struct SmmuRootTlbi {
    bool all;                   /* as TLBI PAALL; else as TLBI RPAOS, RPALOS */
    bool last_level;
    uint64_t base, size;        /* bytes; @base is a multiple of @size */
} SmmuRootTlbi;

/* What the page tells its owner. Each may be NULL. */
typedef struct SmmuRootOps {
    /*
     * CR0 is about to go from @from to @to. True, or NULL: at once. False:
     * CR0ACK stays until smmu_root_cr0_complete().
     */
    bool (*cr0_begin)(void *opaque, uint32_t from, uint32_t to);
    /* CR0ACK went from @from to @to. */
    void (*cr0_done)(void *opaque, uint32_t from, uint32_t to);
    /* Invalidate. False: RUN stays set until smmu_root_tlbi_complete(). */
    bool (*tlbi)(void *opaque, const SmmuRootTlbi *tlbi);
    /* An edge on one of the two interrupts: a register became valid. */
    void (*irq)(void *opaque, SmmuRootFar which);
    void *opaque;
} SmmuRootOps;

typedef struct SmmuRoot {
    const SmmuFeatures *feat;
    GptImpl impl;
    SmmuRootOps ops;
    uint32_t cr0, cr0ack;
    uint64_t gpt_base, gpt_base_cfg;
    uint64_t far[SMMU_ROOT_FAR__COUNT];
    uint64_t tlbi;
    uint32_t tlbi_ctrl;
} SmmuRoot;

/*
 * Make a page in its reset state: no access is enabled. @feat must pass
 * smmu_features_check() and outlive the page. @impl says which fields of
 * GPT_BASE_CFG exist and what L0GPTSZ is; its pa_bits should be the OAS.
 */
void smmu_root_init(SmmuRoot *root, const SmmuFeatures *feat,
                    const GptImpl *impl, const SmmuRootOps *ops);

/* Registers as after reset. No callback is made. */
void smmu_root_reset(SmmuRoot *root);

/*
 * Access the register at @offset of the page, @size in bytes. 64-bit
 * registers are accessed whole or by halves; all else is RAZ/WI.
 */
uint64_t smmu_root_read(const SmmuRoot *root, uint32_t offset, unsigned size);
void smmu_root_write(SmmuRoot *root, uint32_t offset, unsigned size,
                     uint64_t value);

/* As smmu_bank_possible(); GPT_BASE_CFG may be anything that a PE has. */
bool smmu_root_possible(const SmmuRoot *root);

/* What cr0_begin or tlbi held back is done. */
void smmu_root_cr0_complete(SmmuRoot *root);
void smmu_root_tlbi_complete(SmmuRoot *root);

/*
 * May the SMMU and its clients access memory at all (ACCESSEN, in CR0 and in
 * CR0ACK)? Where there is no Root page: yes.
 */
static inline bool smmu_root_access_enabled(const SmmuRoot *root)
{
    return !root->feat->root_impl ||
           (root->cr0 & root->cr0ack & SMMU_ROOT_CR0_ACCESSEN_MASK);
}

/*
 * The configuration for gpc_set_regs(). Checks are on as soon as GPCEN is
 * written with 1, and until its update to 0 has been acknowledged.
 */
GptRegs smmu_root_gpt_regs(const SmmuRoot *root);

/*
 * Record a check that failed (section 3.25.4): a granule protection fault in
 * ROOT_GPF_FAR, everything else in ROOT_GPT_CFG_FAR. The first one is kept.
 * False if nothing was recorded: no fault, or the register is taken.
 */
bool smmu_root_record(SmmuRoot *root, const CcaGpcVerdict *verdict,
                      SmmuGpcReason reason, SmmuGpcCode code);

/*
 * The value that smmu_root_record() would store, for the configuration as it
 * is: from it follows which CFG_ERR a fault at level 0 has. *@which is the
 * register. @verdict is a fault.
 */
uint64_t smmu_root_far_encode(const SmmuRoot *root,
                              const CcaGpcVerdict *verdict,
                              SmmuGpcReason reason, SmmuGpcCode code,
                              SmmuRootFar *which);

#endif
