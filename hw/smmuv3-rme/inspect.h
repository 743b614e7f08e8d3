/*
 * Looking at an SMMU: its state, what it makes of a stream, and what would
 * become of a transaction, step by step.
 *
 * Nothing that is done here leaves a trace: no event and no fault register,
 * no counter, no cache entry, no flag in a table, no fault site. Memory is
 * read only where a transaction would read it.
 *
 * Sections are those of IHI 0070.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_INSPECT_H
#define CCA_SMMU_INSPECT_H

#include "cd.h"
#include "cfgcache.h"
#include "iotlb.h"
#include "smmu.h"
#include "strtab.h"

/* What the SMMU reads on the way of a transaction. */
typedef enum SmmuStepKind {
    SMMU_STEP_L1STD, SMMU_STEP_STE, SMMU_STEP_L1CD, SMMU_STEP_CD,
    SMMU_STEP_STAGE1, SMMU_STEP_STAGE2,         /* descriptor of a level */
    SMMU_STEP_DPT,                              /* entry of a level */
    SMMU_STEP_OUTPUT,                           /* of SmmuStep.serves only */
    SMMU_STEP__COUNT
} SmmuStepKind;

typedef struct SmmuStep {
    SmmuStepKind kind;
    int8_t level;               /* -1..3, of STAGE1, STAGE2 and DPT */
    /* The configuration cache has it: nothing is read, the rest is 0. */
    bool cached;
    SmmuStepKind serves;        /* STAGE2: what is looked for ... */
    int8_t serves_level;        /* ... and its level */
    uint64_t addr;
    CcaPas pas;
    uint16_t mecid;
    CcaGpcVerdict verdict;
    SmmuMemResult result;
    uint8_t words;              /* 1 or 8; 0 if the read failed */
    uint64_t word[8];           /* in host order */
    bool updates;               /* an access would write @update there */
    bool sets_af, sets_dirty;
    uint64_t update;
} SmmuStep;

/* The longest way: all levels nested, CD and L1CD behind a stage 2. */
enum { SMMU_LOOK_STEPS = SMMU_WALK_STEPS_MAX + 5 };

typedef struct SmmuLook {
    SmmuStep step[SMMU_LOOK_STEPS];
    unsigned steps;
    SmmuOutcome outcome;
    /* Why, where no fault and no step says so; NULL: they do. */
    const char *why;
    /* The fault, or SMMU_EVT_NONE. @event is what an access would record. */
    SmmuEventId cause;
    SmmuEvent event;
    bool reported;              /* the configuration wants it recorded ... */
    bool recorded;              /* ... and the Event queue would take it */
    bool has_output;            /* also if granule protection stops it */
    SmmuOutput output;
    CcaGpcVerdict verdict;      /* of the output */
    /*
     * All of the above is from the tables as they stand in memory, below the
     * configuration cache. If the translation cache holds the address, an
     * access of the kind would be answered by this instead.
     */
    bool held, held_allows;
    SmmuTlbEntry held_entry;    /* @pa is of the address */
} SmmuLook;

/* What would become of @txn. */
void smmu_look(Smmu *s, const SmmuTxn *txn, SmmuLook *look);

/* An STE or a CD, in memory and in the configuration cache. */
typedef struct SmmuEntryLook {
    bool cached;                /* what is held counts ... */
    bool stale;                 /* ... and memory says something else */
    bool read;                  /* from memory: */
    uint64_t addr;
    CcaPas pas;
    uint64_t word[8];
} SmmuEntryLook;

typedef struct SmmuStreamLook {
    bool enabled;               /* SMMUEN; if not, no STE is looked at */
    bool has_ste, has_cd;       /* there is one, maybe an ILLEGAL one */
    SmmuEntryLook ste_at, cd_at;
    SmmuSte ste;
    SmmuCd cd;
    /* Why a transaction finds no valid STE, or CD; SMMU_EVT_NONE: it does. */
    SmmuEventId fault;
} SmmuStreamLook;

/*
 * The STE and the CD of @txn's stream and substream; its address and access
 * do not count. False: there is no interface of that Security state.
 */
bool smmu_look_at_stream(Smmu *s, const SmmuTxn *txn, SmmuStreamLook *look);

/* A field as it acts, by the architecture's name. */
typedef struct SmmuNamedValue {
    const char *name;
    uint64_t value;
} SmmuNamedValue;

enum { SMMU_NAMED_MAX = 48 };

/* The fields that count in this configuration; how many they are. */
unsigned smmu_ste_values(const SmmuSte *ste,
                         SmmuNamedValue values[SMMU_NAMED_MAX]);
unsigned smmu_cd_values(const SmmuCd *cd,
                        SmmuNamedValue values[SMMU_NAMED_MAX]);

/* "abort", "bypass", "stage 1", ...; "illegal" for what did not decode. */
const char *smmu_ste_config_name(const SmmuSte *ste);
/* The StreamWorld: "NS-EL1", "Realm-EL2-E2H", ... */
const char *smmu_ste_world_name(const SmmuSte *ste);

/* State */

typedef struct SmmuQueueLook {
    bool exists, on;
    uint64_t base;
    uint32_t entries, used;     /* @used may exceed @entries: see queue.h */
    uint32_t prod, cons;        /* the registers */
    bool full, overflow;
    uint8_t error;              /* Command queue: CONS.ERR, if it is active */
} SmmuQueueLook;

typedef struct SmmuWorldLook {
    bool implemented;
    uint32_t cr0, cr0ack, cr1, cr2, gbpa, irq_ctrl, gerror, gerrorn;
    uint32_t active;            /* GERROR bits that are active */
    SmmuStrtab strtab;
    SmmuQueueLook queue[SMMU_QUEUE__COUNT];
    SmmuIrqCfg irq[SMMU_IRQ_CMD_SYNC];
    uint32_t gmecid;
    bool has_dpt;
    uint64_t dpt_base, dpt_cfg_far;
    uint32_t dpt_base_cfg;
} SmmuWorldLook;

/* A fault address register, taken apart. */
typedef struct SmmuFarLook {
    uint64_t value;             /* the register; the rest counts if FAULT */
    bool fault;
    uint64_t addr;
    CcaPas pas;
    SmmuGpcReason reason;
    uint8_t code, cfg_err;
} SmmuFarLook;

typedef struct SmmuRootLook {
    bool implemented;
    bool following;             /* as if firmware had copied the PEs' */
    uint32_t cr0, cr0ack;
    uint64_t base, base_cfg;    /* GPT_BASE, GPT_BASE_CFG */
    GptConfig cfg;              /* what checks go by */
    SmmuFarLook far[SMMU_ROOT_FAR__COUNT];
} SmmuRootLook;

typedef struct SmmuStallLook {
    SmmuTxn txn;
    uint16_t stag;
    bool decided;               /* resumed or terminated, not yet fetched */
    bool recorded;
} SmmuStallLook;

enum { SMMU_STALL_LOOKS = 64 };

typedef struct SmmuStateLook {
    SmmuWorldLook world[CCA_SEC_SID__COUNT];
    SmmuRootLook root;
    bool strict;
    SmmuStats stats;
    GpcStats gpc;
    SmmuIotlbStats tlb;
    uint32_t tlb_entries;
    SmmuCfgStats config;
    uint32_t config_entries[SMMU_CFG__COUNT];
    SmmuStallLook stall[SMMU_STALL_LOOKS];
    unsigned stalls;
} SmmuStateLook;

void smmu_look_at_state(const Smmu *s, SmmuStateLook *look);

/* Names for people; "?" for what has none. */
const char *smmu_sec_sid_name(CcaSecSid sec_sid);
const char *smmu_irq_name(SmmuIrqSource source);
const char *smmu_ats_status_name(SmmuAtsStatus status);
const char *smmu_step_name(SmmuStepKind kind);
const char *smmu_outcome_name(SmmuOutcome outcome);
/* Of one bit of GERROR: "CMDQ_ERR"; NULL if the bit is reserved. */
const char *smmu_gerror_name(unsigned bit);
const char *smmu_gpc_reason_name(SmmuGpcReason reason);
const char *smmu_gpc_code_name(SmmuGpcReason reason, uint8_t code);
const char *smmu_cfg_err_name(uint8_t cfg_err);

#endif
