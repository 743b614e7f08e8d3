/*
 * Granule protection checks: the check itself, with its walk cache.
 *
 * One Gpc is what one PE (or one SMMU) has: configuration, cache, counters.
 * It is not thread-safe; whoever shares one locks it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_GPC_H
#define CCA_GPC_H

#include "cca/access.h"
#include "cca/fault.h"
#include "gpt.h"
#include "gpt-cache.h"

/* What a Gpc has done since it was made or since gpc_reset(). */
typedef struct GpcStats {
    uint64_t checks;        /* with GPC on */
    uint64_t hits;          /* answered without a read of memory */
    uint64_t fetches;       /* GPT entries read from memory */
    uint64_t faults[CCA_GPCF__COUNT];
    uint64_t tlbi_all, tlbi_pa;
} GpcStats;

/* Called when an entry was read (or aborted): for trace events. */
typedef void GpcFetchObserver(void *opaque, uint64_t pa, unsigned level,
                              uint64_t entry_addr, uint64_t entry, bool ok);

typedef struct Gpc {
    GptConfig cfg;          /* first: the hot path reads it */
    GptCache cache;
    GptImpl impl;
    GptRegs regs;
    GptBus bus;
    GpcStats stats;
    bool uncached;          /* owner's choice: hold nothing, read each time */
    CcaFaults *faults;      /* may be NULL */
    uint64_t (*pc)(void *opaque);   /* for CcaFaultPassage; may be NULL */
    GpcFetchObserver *on_fetch;     /* may be NULL */
    void *opaque;           /* of pc and on_fetch */
} Gpc;

/*
 * Make a Gpc in its reset state: checks are off. @strict: the cache never
 * forgets by itself (see gpt-cache.h). False if memory is short.
 */
bool gpc_init(Gpc *gpc, const GptImpl *impl, const GptBus *bus, bool strict);
void gpc_destroy(Gpc *gpc);

/* Registers, cache and counters as after reset. */
void gpc_reset(Gpc *gpc);

/*
 * Software wrote the registers. Nothing is invalidated: as the architecture
 * has it, that takes a TLBI (Arm ARM, "GPT caching").
 */
void gpc_set_regs(Gpc *gpc, const GptRegs *regs);

/*
 * Check one access (Arm ARM, "Granule protection checks",
 * AArch64.GranuleProtectionCheck). Returns whether it passes; *@verdict is
 * filled in either way. Does not allocate, except to hold a new entry in a
 * strict cache. Debug requesters are checked by an uncached walk that
 * changes nothing.
 */
bool gpc_check(Gpc *gpc, const CcaAccess *access, CcaGpcVerdict *verdict);

/*
 * The same. *@shift is more than 0 if what the GPT says holds for the
 * 1 << *@shift bytes around, by the same entries.
 */
bool gpc_check_around(Gpc *gpc, const CcaAccess *access,
                      CcaGpcVerdict *verdict, unsigned *shift);

/* TLBI PAALL, PAALLOS: forget every entry. */
void gpc_tlbi_all(Gpc *gpc);

/*
 * TLBI RPAOS, RPALOS: forget what was read for [@base, @base + @size), of
 * the last level only if @last_level. Over-wide contiguous and block entries
 * that overlap the range go with it.
 */
void gpc_tlbi_pa(Gpc *gpc, uint64_t base, uint64_t size, bool last_level);

#endif
