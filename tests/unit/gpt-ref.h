/*
 * A reference of the granule protection check, for tests only.
 *
 * It is written from the architecture's rules, not from the engine, and
 * shares no code or header with it beyond the vocabulary in include/cca.
 * It is slow and plain on purpose: every rule stands where it is used.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GPT_REF_H
#define GPT_REF_H

#include "cca/access.h"

/* Everything that a check depends on. */
typedef struct RefMachine {
    /* the implementation */
    unsigned rme;           /* ID_AA64PFR0_EL1.RME: 1, 2 or 3 */
    unsigned l0gptsz;       /* 0, 4, 6 or 9 */
    unsigned pa_bits;
    bool sel2, gdi;
    bool tgran4, tgran16, tgran64;
    /* the registers, raw */
    uint64_t gpccr, gptbr, gpcbw;
    /* memory: 8 little-endian bytes; false is an External abort */
    bool (*read64)(void *opaque, uint64_t addr, uint64_t *value);
    void *opaque;
} RefMachine;

/* Which rule decided. */
typedef enum RefReason {
    /* the access passes */
    REF_PASS_OFF,           /* GPCCR_EL3.GPC is 0 */
    REF_PASS_ABOVE_NS,      /* above the protected space, NS */
    REF_PASS_ABOVE_APPSAA,  /* above it, any PAS, GPCCR_EL3.APPSAA */
    REF_PASS_WINDOW,        /* in a bypass window */
    REF_PASS_BLOCK,
    REF_PASS_CONTIGUOUS,
    REF_PASS_GRANULES,
    /* it does not */
    REF_FAULT_CONFIG,
    REF_FAULT_PAS_OFF,      /* SPAD, NSPAD, RLPAD */
    REF_FAULT_ABOVE,
    REF_FAULT_BASE,
    REF_FAULT_L0_FETCH,
    REF_FAULT_L0_ENTRY,
    REF_FAULT_TABLE_ADDR,
    REF_FAULT_BLOCK,
    REF_FAULT_L1_FETCH,
    REF_FAULT_L1_ENTRY,
    REF_FAULT_CONTIGUOUS,
    REF_FAULT_GRANULES,
    REF__COUNT
} RefReason;

typedef struct RefVerdict {
    CcaGpcf fault;
    unsigned level;         /* 0 if there is no fault */
    RefReason reason;
    unsigned gpi;           /* where the tables decided, else 0 */
    unsigned reads;         /* entries read from memory */
} RefVerdict;

/* A valid leaf, or why there is none. */
typedef enum RefKind {
    REF_INVALID, REF_TOO_BIG, REF_TABLE, REF_BLOCK, REF_CONTIG, REF_GRANULES,
} RefKind;

RefVerdict ref_check(const RefMachine *m, const CcaAccess *access);

/* The pieces, for tests that model a cache. */
bool ref_config_valid(const RefMachine *m);
unsigned ref_pps(const RefMachine *m);      /* bits; 0 if reserved */
unsigned ref_pgs(const RefMachine *m);      /* bits; 0 if reserved */
unsigned ref_l0_bits(const RefMachine *m);
uint64_t ref_l0_addr(const RefMachine *m, uint64_t pa);
uint64_t ref_l1_addr(const RefMachine *m, uint64_t table, uint64_t pa);
RefKind ref_l0_kind(const RefMachine *m, uint64_t entry);
RefKind ref_l1_kind(const RefMachine *m, uint64_t entry);
bool ref_gpi_valid(const RefMachine *m, unsigned gpi);
bool ref_gpi_allows(unsigned gpi, CcaPas pas, CcaPas state);
/* Rules 1 to 6: true if they decide, and then how. */
bool ref_before_tables(const RefMachine *m, const CcaAccess *access,
                       RefVerdict *v);

const char *ref_reason_name(RefReason reason);

#endif
