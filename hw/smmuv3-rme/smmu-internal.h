/*
 * SMMUv3 with RME: what the files of the engine share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_INTERNAL_H
#define CCA_SMMU_INTERNAL_H

#include "cd.h"
#include "cdtab.h"
#include "cfgcache.h"
#include "id.h"
#include "iotlb.h"
#include "smmu.h"
#include "smmu-regs.h"
#include "strtab.h"
#include "target/arm/gpc/pass-cache.h"

static inline uint64_t smmu_le64_to_host(uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

enum {
    /* Commands of one queue that are done before others get a turn. */
    SMMU_COMMAND_BATCH = 4096,
    SMMU_LATE_TLBIS = 64,
};

/* A stalled transaction (section 3.12.2). */
typedef enum SmmuStallState {
    SMMU_STALL_FREE,
    SMMU_STALL_WAITING,         /* recorded, or to be recorded */
    SMMU_STALL_ABORT,           /* how it ends when it is presented again */
    SMMU_STALL_RAZ_WI,
} SmmuStallState;

typedef struct SmmuStallSlot {
    SmmuStallState state;
    bool unrecorded;            /* waits for space in the Event queue */
    SmmuTxn txn;
} SmmuStallSlot;

/* An invalidation that a fault holds back. */
typedef struct SmmuLateTlbi {
    SmmuTlbInv inv;
    int64_t due;
} SmmuLateTlbi;

/*
 * The configuration of a recent transaction, found in the cache, so that the
 * next one like it needs one look instead of two or three.
 */
typedef struct SmmuRecent {
    uint64_t key;               /* 0: none */
    uint64_t changes;           /* smmu_cfgcache_changes() of then */
    const SmmuSte *ste;
    const SmmuCd *cd;           /* NULL: no stage 1 */
    SmmuTlbContext ctx;         /* where stage 1 is looked up */
} SmmuRecent;

enum { SMMU_RECENT_LOG2 = 6 };

struct Smmu {
    SmmuMmio regs;
    SmmuConfig config;
    SmmuBus bus;
    Gpc gpc;
    PassCache passed;           /* granules whose last check passed */
    SmmuCfgCache *cfg;
    SmmuRecent recent[1 << SMMU_RECENT_LOG2];
    SmmuIotlb *tlb;
    SmmuStats stats;
    bool root_written;          /* follow_pe is over */
    bool running[CCA_SEC_SID__COUNT];       /* in run_queue() */
    bool atc_failed[CCA_SEC_SID__COUNT];    /* since the last CMD_SYNC */
    int64_t stuck_until[CCA_SEC_SID__COUNT];    /* fault smmu.cmdq: stall */
    SmmuLateTlbi late[SMMU_LATE_TLBIS];     /* fault smmu.tlbi: delay */
    unsigned late_count;
    unsigned stalled;           /* slots that are not free */
    SmmuStallSlot stall[SMMU_STALLS];
};

/* Who an access of the SMMU's own is made for. */
typedef struct SmmuOwn {
    Smmu *s;
    CcaSecSid sec_sid;
    uint32_t sid;
    SmmuGpcReason reason;
    SmmuGpcCode code;
    CcaFaultSite site;          /* CCA_SITE__COUNT: none */
    bool quiet;                 /* a human looks: leave no trace */
    PassCache *passed;          /* for a transaction, or NULL */
} SmmuOwn;

/* mem.c */

/* The memory functions; opaque is an SmmuOwn, which is not quiet. */
SmmuMem smmu_own_mem(SmmuOwn *own);

/* What granule protection says of one access; nothing is recorded. */
bool smmu_gpc_verdict(const SmmuOwn *own, uint64_t addr, CcaPas pas,
                      uint16_t mecid, CcaGpcVerdict *verdict);

/*
 * Granule protection of one access; a fault is recorded in the Root page,
 * unless @own is quiet.
 */
bool smmu_gpc_passes(const SmmuOwn *own, uint64_t addr, CcaPas pas,
                     uint16_t mecid);

/*
 * A human looks at what a transaction would meet (inspect.c). What the way of
 * a transaction has to tell, besides its reads.
 */
typedef struct SmmuWatch {
    bool from_memory;           /* look at no cache of configurations */
    void (*cached)(void *opaque, SmmuCfgKind kind);     /* one was held */
    void *opaque;
    bool held;                  /* the TLB has the client's translation: */
    SmmuTlbEntry entry;         /* with @pa of its address */
    bool reported;              /* an event would be recorded */
    SmmuEventId cause;          /* the last fault met, recorded or not */
    SmmuWalkFault fault;        /* of the last walk that failed */
} SmmuWatch;

/* What is for those who look only: away from the way of transactions. */
#define SMMU_WATCHED __attribute__((cold, noinline))

/*
 * One transaction on its way. With @watch nothing may change, neither here
 * nor in memory; @own is quiet, and @mem not smmu_own_mem()'s.
 */
typedef struct SmmuReq {
    Smmu *s;
    const SmmuTxn *txn;
    SmmuBank *bank;
    SmmuAccessType access;      /* with the STE's overrides */
    SmmuWatch *watch;           /* NULL: an access */
    SmmuOwn own;
    SmmuMem mem;                /* through @own */
    /* In the cache, or below; before they are found, all is 0. */
    const SmmuSte *ste;
    const SmmuCd *cd;
    bool s1;                    /* stage 1 translates, with @cd */
    const SmmuTlbContext *ctx;  /* of a recent one, or NULL */
    /* Why it failed, if it did. */
    SmmuEvent event;            /* id NONE: no event */
    bool translation_fault;     /* CD.{A,R,S}, STE.{S2R,S2S} apply */
    SmmuWalkTrace *trace;       /* may be NULL */
    SmmuSte ste_read;           /* from memory */
    SmmuCd cd_read;
} SmmuReq;

void smmu_req_init(SmmuReq *r, Smmu *s, const SmmuTxn *txn);

/* An event about @r with nothing but who and what. */
void smmu_req_fault(SmmuReq *r, SmmuEventId id);
/* An event from a walk. */
void smmu_req_walk_fault(SmmuReq *r, const SmmuWalkFault *fault);

/* config.c: find r->ste, then r->cd and r->s1. False: r->event says why. */
bool smmu_find_ste(SmmuReq *r);
bool smmu_find_cd(SmmuReq *r);
/* Both at once, if they are what a recent transaction had. */
bool smmu_find_recent(SmmuReq *r);
/* Both were found: the next one may want them. */
void smmu_keep_recent(SmmuReq *r);

/* tables.c: walk configurations from decoded structures. */
void smmu_make_s1(const SmmuReq *r, SmmuWalkS1 *s1);
/* Both stages 2; *@ns counts for Secure streams. */
void smmu_make_s2(const SmmuReq *r, SmmuWalkS2 *s2, SmmuWalkS2 *ns);
SmmuRegime smmu_regime_of(const SmmuReq *r);
/* Where the TLB has translations of r's address by stage 1. */
SmmuTlbContext smmu_stage1_context(const SmmuReq *r);

/* Translate an IPA of r's stream for @class_; keeps it in the TLB. */
bool smmu_translate_ipa(SmmuReq *r, uint64_t ipa, bool ns_ipa,
                        SmmuAccessType access, SmmuFaultClass class_,
                        SmmuTlbEntry *out);
/* Translate r's address through the stages in r->ste and r->s1. */
bool smmu_translate_stages(SmmuReq *r, uint64_t addr, SmmuTlbEntry *out);

/* The PAS of what bypasses translation (STE.NSCFG, S_GBPA.NSCFG). */
CcaPas smmu_bypass_pas(CcaSecSid sec_sid, bool ns, unsigned nscfg);

/* Overrides of privilege and instruction (PRIVCFG, INSTCFG). */
static inline SmmuAccessType smmu_override(SmmuAccessType access,
                                           unsigned privcfg,
                                           unsigned instcfg)
{
    if (privcfg == STE_PRIVCFG_PRIV || privcfg == STE_PRIVCFG_UNPRIV) {
        access.privileged = privcfg == STE_PRIVCFG_PRIV;
    }
    if (instcfg == STE_INSTCFG_INST || instcfg == STE_INSTCFG_DATA) {
        access.instruction = instcfg == STE_INSTCFG_INST;
    }
    /* A write is always Data. */
    access.instruction = access.instruction && !access.write;
    return access;
}

/*
 * translate.c: what becomes of @r. Its @txn may be gone afterwards. An output
 * was reached, and *@out counts, if own.reason is SMMU_GPC_TRANSACTION.
 */
SmmuOutcome smmu_req_run(SmmuReq *r, SmmuOutput *out);

/* report.c: record r->event if it is to be; how the transaction ends. */
SmmuOutcome smmu_req_end(SmmuReq *r);
/*
 * Record an event. False: lost. A stall event that finds no room causes no
 * overflow (section 7.4).
 */
bool smmu_record(Smmu *s, const SmmuEvent *event);

/*
 * Record why a configuration was not found for a Translation Request or a
 * page request, if CR2 wants that (sections 3.9.1.2 and 8.1).
 */
void smmu_record_config(SmmuReq *r);

/* A queue takes entries: on, and without an abort error (section 7.2.1). */
bool smmu_queue_writable(const SmmuBank *bank, SmmuQueueId id);

/*
 * Fault injection: a passage through @site, on behalf of a stream of a world.
 * @passage has all but the requester and the PAS, which are those of the world.
 */
bool smmu_consult(Smmu *s, CcaFaultSite site, CcaSecSid sec_sid, uint32_t sid,
                  CcaFaultPassage passage, CcaFaultEffect *effect);

/* stall.c */

/* A slot for one more; NULL if there is none. Its index is the STAG. */
SmmuStallSlot *smmu_stall_room(Smmu *s);
/* Take such a slot for @txn. */
SmmuStallSlot *smmu_stall_add(Smmu *s, const SmmuTxn *txn);
/*
 * Was @txn stalled? Then *@outcome is what was decided, and the slot is free;
 * that of a transaction that has to go on waiting is SMMU_STALL.
 */
bool smmu_stall_lookup(Smmu *s, const SmmuTxn *txn, SmmuOutcome *outcome);
/* CMD_RESUME */
void smmu_stall_resume(Smmu *s, const SmmuCmd *cmd);
/* CMD_STALL_TERM (@all false), SMMUEN going to 0. */
void smmu_stall_terminate(Smmu *s, CcaSecSid sec_sid, bool all, uint32_t sid);
/* The Event queue may have become writable: retry what it had no room for. */
void smmu_stall_retry(Smmu *s, CcaSecSid sec_sid);

/* smmu.c: registers were changed from outside. */
void smmu_registers_changed(Smmu *s);

/* cmdq.c */
void smmu_run_queue(Smmu *s, CcaSecSid sec_sid);
/* Carry out what is due of the invalidations that were held back. */
void smmu_late_tlbis(Smmu *s);

/* dpt.c: the DPT check of an ATS Translated transaction (section 3.24). */
bool smmu_dpt_check(SmmuReq *r, uint64_t pa, CcaPas *pas);

#endif
