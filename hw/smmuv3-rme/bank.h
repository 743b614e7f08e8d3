/*
 * SMMUv3 with RME: the programming interface of one Security state.
 *
 * A bank is registers and what hangs on them: acknowledgements, guards,
 * global errors, interrupts. It knows nothing of memory, commands or
 * translation; what those need to know reaches them through SmmuBankOps.
 * Sections are those of IHI 0070, chapter 6.
 *
 * A bank is not thread-safe; its owner locks it. Callbacks come while a
 * register is being written, and may call the functions below that are not
 * smmu_bank_read() or smmu_bank_write().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_BANK_H
#define CCA_SMMU_BANK_H

#include "queue.h"
#include "smmu-types.h"

/* Interrupt sources (section 3.18). The first three are bits of IRQ_CTRL. */
typedef enum SmmuIrqSource {
    SMMU_IRQ_GERROR = 0,
    SMMU_IRQ_PRIQ = 1,
    SMMU_IRQ_EVENTQ = 2,
    SMMU_IRQ_CMD_SYNC = 3,
    SMMU_IRQ__COUNT
} SmmuIrqSource;

/* An edge on a wire, or a 4-byte write: what an interrupt asks for. */
typedef struct SmmuIrq {
    SmmuIrqSource source;
    bool msi;               /* the rest counts only if set */
    uint64_t addr;          /* 4-byte aligned */
    uint32_t data;
    CcaPas pas;
    uint16_t mecid;
    uint8_t sh, memattr;    /* as in IRQ_CFG2 */
} SmmuIrq;

/*
 * What a bank tells its owner. All but @irq may be NULL. @sec_sid is always
 * that of the bank.
 */
typedef struct SmmuBankOps {
    /*
     * Commands may have become processable: CMDQ_PROD was written, CMDQEN
     * was acknowledged, or CMDQ_ERR was.
     */
    void (*cmdq_kick)(void *opaque, CcaSecSid sec_sid);
    /*
     * CR0 is about to go from @from to @to. True: at once, and whatever
     * else is pending with it. False: CR0ACK stays until
     * smmu_bank_cr0_complete(). NULL: always at once.
     */
    bool (*cr0_begin)(void *opaque, CcaSecSid sec_sid, uint32_t from,
                      uint32_t to);
    /* CR0ACK went from @from to @to. */
    void (*cr0_done)(void *opaque, CcaSecSid sec_sid, uint32_t from,
                     uint32_t to);
    void (*irq)(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq);
    /* S_INIT.INV_ALL: forget all cached configuration and translations. */
    void (*invalidate_all)(void *opaque);
    void *opaque;
} SmmuBankOps;

typedef enum SmmuQueueId {
    SMMU_CMDQ, SMMU_EVENTQ, SMMU_PRIQ, SMMU_QUEUE__COUNT
} SmmuQueueId;

typedef struct SmmuQueueRegs {
    uint64_t base;
    uint32_t prod, cons;
} SmmuQueueRegs;

typedef struct SmmuIrqCfg {
    uint64_t cfg0;
    uint32_t cfg1, cfg2;
} SmmuIrqCfg;

/* Registers by the architecture's names; what it calls UNKNOWN resets to 0. */
typedef struct SmmuBank {
    const SmmuFeatures *feat;
    CcaSecSid sec_sid;
    bool gbpa_abort;                /* GBPA.ABORT at reset */
    SmmuBankOps ops;

    uint32_t cr0, cr0ack, cr1, cr2;
    uint32_t gbpa;
    uint32_t irq_ctrl, irq_ctrlack;
    uint32_t gerror, gerrorn;
    SmmuIrqCfg irq_cfg[SMMU_IRQ_CMD_SYNC];  /* by SmmuIrqSource */
    uint64_t strtab_base;
    uint32_t strtab_base_cfg;
    SmmuQueueRegs queue[SMMU_QUEUE__COUNT];
    uint32_t gmecid;
    uint64_t dpt_base, dpt_cfg_far;
    uint32_t dpt_base_cfg;
} SmmuBank;

/*
 * Make a bank in its reset state. @feat must pass smmu_features_check() and
 * outlive the bank; @gbpa_abort is what GBPA.ABORT resets to (Realm: always
 * 1). A bank of an interface that is not implemented reads as zero.
 */
void smmu_bank_init(SmmuBank *bank, CcaSecSid sec_sid,
                    const SmmuFeatures *feat, bool gbpa_abort,
                    const SmmuBankOps *ops);

/* Registers as after reset. No callback is made. */
void smmu_bank_reset(SmmuBank *bank);

/*
 * Access the register at @offset: from the base of the interface, Page 1 at
 * 0x10000; for Secure, from the start of its window. @size is in bytes.
 * Registers are accessed whole, 64-bit ones also by halves; every other
 * access, and every offset without a register, is RAZ/WI.
 */
uint64_t smmu_bank_read(const SmmuBank *bank, uint32_t offset, unsigned size);
void smmu_bank_write(SmmuBank *bank, uint32_t offset, unsigned size,
                     uint64_t value);

/* The update that cr0_begin held back is done: CR0ACK follows CR0. */
void smmu_bank_cr0_complete(SmmuBank *bank);

/* CR0 and CR0ACK have all bits of @mask set: what is enabled for sure. */
static inline bool smmu_bank_enabled(const SmmuBank *bank, uint32_t mask)
{
    return (bank->cr0 & bank->cr0ack & mask) == mask;
}

/*
 * Raise the errors in @mask (SMMU_GERROR_*_MASK; section 7.5): those that are
 * not active yet and exist in this interface are toggled, and the GERROR
 * interrupt is asked for if any was. Returns whether any was. An aborted
 * GERROR MSI asks for no interrupt: that would abort as well.
 */
bool smmu_bank_raise_gerror(SmmuBank *bank, uint32_t mask);

/* The errors that are active: GERROR differs from GERRORN. */
uint32_t smmu_bank_active_gerror(const SmmuBank *bank);

/*
 * @source (not CMD_SYNC) wants an interrupt: passed on if IRQ_CTRL has it
 * enabled, as an MSI if one is configured, else by wire (section 3.18).
 */
void smmu_bank_raise_irq(SmmuBank *bank, SmmuIrqSource source);

/*
 * A CMD_SYNC with CS == SIG_IRQ completed; the arguments are its fields
 * (@ns: MSI_NS, Realm only). IRQ_CTRL has no say. @addr 0 is the wire.
 */
void smmu_bank_cmd_sync_irq(SmmuBank *bank, uint64_t addr, uint32_t data,
                            uint8_t sh, uint8_t memattr, bool ns);

/* The MSI of @source ended in an abort: the GERROR bit that says so. */
void smmu_bank_msi_aborted(SmmuBank *bank, SmmuIrqSource source);

/* A queue as it stands, for the functions of queue.h. */
SmmuQueue smmu_bank_queue(const SmmuBank *bank, SmmuQueueId id);

/*
 * The SMMU moves on: @reg is the whole new CMDQ_CONS, or the whole new
 * EVENTQ_PROD or PRIQ_PROD.
 */
void smmu_bank_set_queue(SmmuBank *bank, SmmuQueueId id, uint32_t reg);

/*
 * The queue works: enabled and acknowledged; the Command queue without an
 * active CMDQ_ERR, the PRI queue only while SMMUEN (section 6.3.9.5).
 */
bool smmu_bank_queue_on(const SmmuBank *bank, SmmuQueueId id);

/* MECID of what the SMMU does for itself to @pas (section 18). */
uint16_t smmu_bank_gmecid(const SmmuBank *bank, CcaPas pas);

/*
 * Record a DPT lookup fault (section 3.24.4): R_DPT_CFG_FAR holds the first,
 * R_GERROR.DPT_ERR says that there is one. @code is a FAULTCODE.
 */
void smmu_bank_dpt_fault(SmmuBank *bank, unsigned level, unsigned code,
                         uint64_t addr);

#endif
