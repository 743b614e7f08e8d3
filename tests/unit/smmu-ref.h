/*
 * A reference of what becomes of transactions, for tests only: configuration
 * look-up, both stages, granule protection, outcome and event record.
 *
 * Written from the architecture (IHI 0070), plain and slow on purpose; it
 * shares nothing with the engine but the vocabulary in smmu-types.h. Walks
 * are those of smmu-walk-ref.h. Implementation choices are the reference
 * platform's, with Secure state, stalls and HTTU; no DPT, no stalling client.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_REF_H
#define SMMU_REF_H

#include "smmu-types.h"

typedef enum RefEnd { REF_PASS, REF_ABORT, REF_RAZ_WI } RefEnd;

/* The SMMU as its software left it; of the world of the transaction. */
typedef struct RefMachine {
    CcaSecSid world;
    unsigned oas;
    bool smmuen, atschk, e2h, recinvsid, rec_cfg_ats, sif;
    uint32_t gbpa;
    uint64_t strtab;            /* address */
    unsigned log2size, split;   /* split 0: linear */
    /* @n words in host order. */
    SmmuMemResult (*read)(void *opaque, uint64_t addr, CcaPas pas,
                          uint64_t *words, unsigned n);
    SmmuMemResult (*read_bytes)(void *opaque, uint64_t addr, CcaPas pas,
                                uint8_t bytes[8]);
    SmmuMemResult (*write_bytes)(void *opaque, uint64_t addr, CcaPas pas,
                                 const uint8_t bytes[8]);
    /* Granule protection: does the access pass? */
    bool (*gpc)(void *opaque, uint64_t addr, CcaPas pas);
    void *opaque;
} RefMachine;

typedef struct RefTxn {
    uint64_t addr;
    uint32_t sid, ssid;
    bool ssv, write, fetch, priv, ns, translated;
} RefTxn;

typedef struct RefEffect {
    RefEnd end;
    uint64_t pa;
    CcaPas pas;
    uint16_t mecid;
    uint64_t event[4];          /* all 0: none */
    uint64_t far;               /* ROOT_GPF_FAR; 0: no granule was closed */
} RefEffect;

RefEffect ref_transact(const RefMachine *m, const RefTxn *txn);

#endif
