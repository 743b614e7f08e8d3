/*
 * Fault sites: where a model may be told to fail (docs/fault-injection.md).
 *
 * An engine asks at each site, in this order:
 *
 *     if (cca_fault_armed(faults, CCA_SITE_X) &&
 *         cca_fault_consult(faults, CCA_SITE_X, &passage, &effect)) {
 *         ... do what effect.action says ...
 *     }
 *
 * With nothing armed the cost is one load and one predictable branch.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FAULT_H
#define CCA_FAULT_H

#include <stdatomic.h>
#include "cca/access.h"

typedef enum CcaFaultSite {
    CCA_SITE_GPT_FETCH,     /* "gpt.fetch": a GPT entry is read from memory */
    CCA_SITE_GPC_VERDICT,   /* "gpc.verdict": a check has come to its end */
    CCA_SITE_TLBI_PA,       /* "tlbi.pa": a TLB invalidation by PA arrives */
    CCA_SITE_SMMU_L1STD_FETCH,  /* "smmu.l1std-fetch" */
    CCA_SITE_SMMU_STE_FETCH,    /* "smmu.ste-fetch" */
    CCA_SITE_SMMU_CD_FETCH,     /* "smmu.cd-fetch": L1CD or CD */
    CCA_SITE_SMMU_WALK,         /* "smmu.walk": a translation table entry */
    CCA_SITE_SMMU_CMDQ,         /* "smmu.cmdq": a command was fetched */
    CCA_SITE_SMMU_TLBI,         /* "smmu.tlbi": a CMD_TLBI_* takes effect */
    CCA_SITE_SMMU_EVENTQ,       /* "smmu.eventq": an event is recorded */
    CCA_SITE_SMMU_GPC,          /* "smmu.gpc": a check of the SMMU's is over */
    CCA_SITE_SMMU_MSI,          /* "smmu.msi": an MSI of the SMMU's is sent */
    CCA_SITE_DMA_RID,       /* "dma.rid": a device sends a transaction */
    CCA_SITE_DMA_DATA,      /* "dma.data": a device's DMA moves its data */
    CCA_SITE_MEC_CONTEXT,   /* "mec.context": an access brings its context */
    CCA_SITE_MEC_KEY,       /* "mec.key": ... and needs the context's key */
    CCA_SITE_MEM_FLIP,      /* "mem.flip": DRAM is read for an access */
    CCA_SITE_MEM_REPLAY,    /* "mem.replay": the same, by the granule */
    CCA_SITE__COUNT
} CcaFaultSite;

typedef enum CcaFaultAction {
    CCA_ACT_NONE,
    CCA_ACT_ABORT,          /* "abort": the access ends in an External abort */
    CCA_ACT_FLIP,           /* "flip": value ^= effect.xor_mask */
    CCA_ACT_STALE,          /* "stale": value = effect.value, an older one */
    CCA_ACT_WRONG_PASS,     /* "wrong-pass": a check that fails passes */
    CCA_ACT_WRONG_FAIL,     /* "wrong-fail": a check that passes fails (GPF) */
    CCA_ACT_DROP,           /* "drop": the operation has no effect */
    CCA_ACT_DELAY,          /* "delay": it takes effect effect.delay_ns later */
    CCA_ACT_DUPLICATE,      /* "duplicate": the operation happens twice */
    CCA_ACT_STALL,          /* "stall": nothing happens for effect.delay_ns */
    CCA_ACT_OVERFLOW,       /* "overflow": as if the queue were full */
    CCA_ACT_REPLAY,         /* "replay": memory is what it was before */
    CCA_ACT__COUNT
} CcaFaultAction;

/* One passage of a model through a site: what triggers are matched against. */
typedef struct CcaFaultPassage {
    CcaAccess access;       /* access.addr: the address that is worked on */
    uint64_t size;          /* bytes from access.addr; 0 where meaningless */
    uint64_t entry_addr;    /* address of the structure, where there is one */
    /*
     * What is read, sent or written: an entry, the first word of a structure
     * or of a record, the data of an MSI, a Requester ID. Else 0.
     */
    uint64_t value;
    /* All of a structure of several words, the first of which is @value. */
    const uint64_t *words;
    unsigned word_count;    /* 0: there is nothing but @value */
    /*
     * The honest outcome is a failure already: the verdict is a fault
     * (gpc.verdict, smmu.gpc), memory answered with an External abort
     * (fetches), the queue is full (smmu.eventq), no other ciphertext is
     * known (mem.replay).
     */
    bool failed;
    /* The requester's PC; called only if a trigger or an event asks. */
    uint64_t (*pc)(void *opaque);
    void *pc_opaque;
} CcaFaultPassage;

/* What the model must do, filled in when cca_fault_consult() returns true. */
typedef struct CcaFaultEffect {
    CcaFaultAction action;
    uint64_t xor_mask;      /* CCA_ACT_FLIP */
    uint64_t value;         /* CCA_ACT_STALE */
    uint64_t delay_ns;      /* CCA_ACT_DELAY, STALL: of virtual time */
    uint8_t word;           /* CCA_ACT_FLIP: which 64-bit word, from 0 */
} CcaFaultEffect;

/*
 * The armed faults of a machine. Only @armed is for the models' eyes: the
 * number of faults armed per site.
 */
typedef struct CcaFaults {
    atomic_uint armed[CCA_SITE__COUNT];
    struct CcaFaultsPrivate *priv;
} CcaFaults;

/* Is anything armed at @site? @faults may be NULL (nothing is). */
static inline bool cca_fault_armed(const CcaFaults *faults, CcaFaultSite site)
{
    return faults && __builtin_expect(
        atomic_load_explicit(&faults->armed[site], memory_order_relaxed), 0);
}

/*
 * Match @passage against the faults armed at @site, in the order in which
 * they were armed; the first that fires fills @effect and ends the search.
 * Returns whether one fired. Thread-safe. Debug requesters never fire one.
 */
bool cca_fault_consult(CcaFaults *faults, CcaFaultSite site,
                       const CcaFaultPassage *passage, CcaFaultEffect *effect);

/*
 * Does a fault armed at @site look at the addresses of @passage? For sites
 * whose passage takes some work to describe. Thread-safe.
 */
bool cca_fault_watches(CcaFaults *faults, CcaFaultSite site,
                       const CcaFaultPassage *passage);

#endif
