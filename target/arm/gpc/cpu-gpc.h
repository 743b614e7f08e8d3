/*
 * Granule protection of a PE: glue between the engine and QEMU's CPU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_CPU_GPC_H
#define CCA_CPU_GPC_H

#include "qemu/thread.h"
#include "cpu.h"
#include "gpc.h"
#include "pass-cache.h"
#include "tlb-filter.h"

/* What the machine wants of its PEs. */
typedef struct CcaPeConfig {
    uint8_t rme;            /* ID_AA64PFR0_EL1.RME: 1..3; 0: no RME at all */
    uint8_t l0gptsz;        /* log2: 30, 34, 36 or 39 */
    bool strict_tlb;
    bool mec;               /* FEAT_MEC; needs @rme */
    uint8_t mecid_bits;     /* 1..16 */
    CcaFaults *faults;
} CcaPeConfig;

/* Counters beside the engine's, as QMP shows them. */
typedef struct CcaPeCounters {
    uint64_t tlb_flushes;           /* TLB flushes that PA TLBIs made */
    uint64_t tlb_flushes_avoided;   /* the TLB could not hold the range */
    uint64_t tlbi_broadcast;        /* Outer Shareable ones issued here */
} CcaPeCounters;

/* Granule protection state of a PE. */
typedef struct CcaPe {
    ARMCPU *cpu;
    /*
     * Guards @gpc, @filter, @passed (but for a test by the PE's own thread)
     * and @counters against PA TLBIs of other PEs. A
     * leaf lock: nothing is called under it that takes another one, so
     * whoever holds the BQL may take it.
     */
    QemuSpin lock;
    Gpc gpc;
    TlbFilter *filter;
    PassCache *passed;
    CcaPeCounters counters;
    int flushes_pending;            /* scheduled on this PE, not done yet */
    struct CcaPeMec *mec;           /* cpu-mecid.h; NULL without FEAT_MEC */

    /* Of the PE's own thread only: */
    uint64_t short_cuts;            /* checks that @passed answered */
    uint64_t actlr_el3;
    vaddr access_va;                /* the access that missed the TLB */
    MMUAccessType access_type;
    uintptr_t access_ra;
    bool access_first;              /* its instruction looked up no other */
    CcaAccess *settled;             /* cpu-mec.c: what switch_work() did, */
    uint32_t settled_at;            /* ... cca_dram_era after it, */
    bool settled_refused;           /* ... and what came of it */
    CcaAccess asked;                /* what it was asked for last, ... */
    uint64_t asked_pc;              /* ... by code here; ~0: it was of use */
    uint64_t mec_wanted;            /* cpu-mec.c: the granule of an access */
                                    /* that is made again, alone */
} CcaPe;

/* How a granule protection check fault came to software. */
typedef enum CcaGpcReport {
    CCA_REPORT_GPC_EXCEPTION,       /* EC 0x1E, to EL3 */
    CCA_REPORT_ABORT,               /* Instruction or Data Abort */
    CCA_REPORT_PAR,                 /* PAR_EL1, from an AT instruction */
} CcaGpcReport;

/* One entry of the fault log. */
typedef struct CcaGpcFaultRecord {
    uint64_t seq;                   /* counts from 0 since power-on */
    int cpu_index;
    CcaGpcf fault;
    uint8_t level;                  /* GPT level */
    CcaPas pas;
    uint64_t pa;
    uint64_t va;
    uint64_t pc;
    CcaPas state;                   /* Security state of the PE */
    uint8_t from_el, to_el;         /* to_el: 0 for CCA_REPORT_PAR */
    MMUAccessType access;
    bool on_walk;                   /* on a translation table walk */
    bool at;                        /* by an AT instruction */
    CcaGpcReport report;
    uint64_t syndrome;              /* ESR_ELx; CCA_REPORT_ABORT: 0 */
} CcaGpcFaultRecord;

enum { CCA_GPC_FAULT_LOG_SIZE = 256 };

/*
 * Called by the machine before it makes its CPUs: those become PEs with
 * granule protection (rme 1..3), or must be without RME (rme 0).
 */
void cca_pe_configure(const CcaPeConfig *config);

/* What the machine asked for; NULL where it did not. */
const CcaPeConfig *cca_pe_configuration(void);

/* The PE behind @cpu; NULL if it has no granule protection of ours. */
CcaPe *cca_cpu_pe(ARMCPU *cpu);

/* A copy of a PE's configuration. Any of the pointers may be NULL. */
void cca_pe_config(CcaPe *pe, GptRegs *regs, GptImpl *impl, GptConfig *cfg);

/* A copy of a PE's counters. Either pointer may be NULL. */
void cca_pe_stats(CcaPe *pe, GpcStats *stats, CcaPeCounters *more);

/*
 * The newest records of the fault log, at most @max, newest last; returns
 * how many. *@total: how many were ever written.
 */
size_t cca_gpc_fault_log(CcaGpcFaultRecord *out, size_t max, uint64_t *total);

/*
 * Memory as the GPT walker of the first PE reads it: RAM and flash; all else
 * is an External abort. Takes no lock but RCU's.
 */
const GptBus *cca_gpt_bus(void);

/* --- between the files of the glue --- */

/* Map between the engine's PAS and QEMU's ARMSecuritySpace. */
static inline CcaPas cca_pas_of_space(ARMSecuritySpace space)
{
    return (CcaPas)space;
}

/* The TLB of @pe is empty, or will be before it can matter. Needs the lock. */
static inline void cca_pe_forget_pages(CcaPe *pe)
{
    tlb_filter_clear(pe->filter);
    pass_cache_clear(pe->passed);
}

/* Checks are off, and the TLB gets a page: take the lock and note it. */
void cca_pe_note_unchecked(CcaPe *pe);

/* Does an access pass without a look at tables, caches and locks? */
static inline bool cca_pe_passes_at_once(CcaPe *pe, uint64_t pa, CcaPas pas)
{
    if (!pe->gpc.cfg.enabled) {
        if (unlikely(!pe->filter->everything)) {
            cca_pe_note_unchecked(pe);
        }
        return true;
    }
    if (pass_cache_test(pe->passed, pa, pas) &&
        !cca_fault_armed(pe->gpc.faults, CCA_SITE_GPC_VERDICT)) {
        pe->short_cuts++;
        return true;
    }
    return false;
}

/* TLBI PAALL (PAALLOS if @broadcast), from the thread of @pe. */
void cca_pe_tlbi_all(CcaPe *pe, bool broadcast);

/* TLBI RPAOS, RPALOS with register operand @operand, from its thread. */
void cca_pe_tlbi_range(CcaPe *pe, uint64_t operand, bool last_level);

/*
 * Tell the followers (gpc-follow.h) of the registers of @pe, or of an
 * invalidation that reached all PEs. No spin lock may be held; these take
 * the big lock if the thread does not have it.
 */
void cca_gpc_tell_regs(CcaPe *pe, bool forget);
void cca_gpc_tell_tlbi(bool all, uint64_t base, uint64_t size,
                       bool last_level);

/*
 * Guest PC of the instruction that the host's code at @ra belongs to, on the
 * thread of @cpu; where its block began if @ra is 0 or in no block.
 */
uint64_t cca_cpu_pc(ARMCPU *cpu, uintptr_t ra);

/* Guest PC of the access that a PE is making: for fault sites. */
uint64_t cca_pe_pc(void *pe);

#endif
