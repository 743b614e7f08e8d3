/*
 * Memory Encryption Contexts (FEAT_MEC): DRAM is one store of ciphertext,
 * seen through contexts (docs/mec.md).
 *
 * RAM holds the plaintext of each granule of 4 KiB under the granule's
 * current context. An access under another context makes the granule change
 * over: encrypted under the old context, decrypted under the new one, in
 * place. Addresses outside the configured DRAM have no context.
 *
 * An engine has no lock. Whoever calls mec_lookup(), mec_context_of() or
 * mec_runs() may do so while another thread is in any call but mec_reset(),
 * mec_load() and mec_free(), and gets the state before or after it. All
 * other calls take turns, with nobody but the caller reading or writing
 * the memory that they work on between MecBus.change() and changed().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_MEC_H
#define CCA_MEC_H

#include <stdatomic.h>
#include <stddef.h>
#include "cca/access.h"
#include "cca/fault.h"
#include "mec-cipher.h"

enum {
    MEC_RANGES_MAX = 8,
    MEC_PA_BITS = 56,
    MEC_DRAM_BITS = 46,         /* DRAM of 2^46 bytes at the most */
    MEC_LOSSES_MAX = 8191,      /* of one key, between resets */
    MEC_PAIRS_MAX = 256,        /* pairs of contexts that are counted */
    MEC_REPLAY_MAX = 1024,      /* granules whose ciphertext mem.replay holds */
};

/* Which contexts differ, machine option mpe=. */
typedef enum MecPolicy {
    MEC_OFF,            /* none: there is one context, and no encryption */
    MEC_MECID,          /* by MECID only: MECID 0 of all PAS is one context */
    MEC_PAS,            /* each (PAS, MECID) */
    MEC_POLICY__COUNT
} MecPolicy;

typedef struct MecContext {
    CcaPas pas;
    uint16_t mecid;
} MecContext;

typedef struct MecRange {
    uint64_t base, size;        /* multiples of 4 KiB, @size not 0 */
} MecRange;

typedef struct MecBus {
    /*
     * The host's address of the 4 KiB at @pa, 16-byte aligned, valid until
     * the call of the engine returns. NULL: no RAM is there (any more).
     */
    uint8_t *(*granule)(void *opaque, uint64_t pa);
    /*
     * What [@pa, @pa + @size) holds is about to change under all who use it.
     * Drop what was translated to it (TLBs of PEs and SMMUs, DMA mappings),
     * and keep everybody away until changed(). False: that is not possible
     * now, so it does not change. (0, UINT64_MAX): all memory. NULL: nobody
     * is there to be told.
     */
    bool (*change)(void *opaque, uint64_t pa, uint64_t size);
    /* It has changed, and is dirty (migration). NULL: as above. */
    void (*changed)(void *opaque, uint64_t pa, uint64_t size);
    void *opaque;
} MecBus;

/* Start from MEC_CONFIG_DEFAULT. */
typedef struct MecConfig {
    MecPolicy policy;
    unsigned mecid_bits;        /* 1..16; MECID bits above are RES0 */
    bool ns_identity;           /* (NS, 0) is stored as plaintext */
    unsigned range_count;       /* 1..MEC_RANGES_MAX; may not overlap */
    MecRange range[MEC_RANGES_MAX];
    uint8_t seed[MEC_SEED_BYTES];
    MecBus bus;
    CcaFaults *faults;          /* may be NULL */
    /* Of the PE that makes an access; may be NULL. With the bus' opaque. */
    uint64_t (*pc)(void *opaque);
} MecConfig;

#define MEC_CONFIG_DEFAULT \
    .policy = MEC_PAS, .mecid_bits = 16, .ns_identity = true

/* One sentence without a full stop. */
typedef struct MecError {
    char text[160];
} MecError;

/* Since the Mec was made or mec_reset(). */
typedef struct MecStats {
    uint64_t switches;          /* granules that changed their context */
    uint64_t refused;           /* times that change() did not allow it */
    uint64_t lost_keys;
    uint64_t flips, replays;    /* done by mem.flip and mem.replay */
    uint64_t uncounted;         /* switches of pairs there was no room for */
} MecStats;

/* Granules of DRAM and their keys: the latter in chunks, made when needed. */
enum { MEC_CHUNK_GRANULES = 512 };
typedef _Atomic MecKeyId MecSlot;

typedef struct MecSpan {
    uint64_t base, size;
    _Atomic(MecSlot *) *chunk;  /* NULL: all in the first context, key 0 */
} MecSpan;

typedef struct MecPrivate MecPrivate;

/* For the functions below only. */
typedef struct Mec {
    MecPolicy policy;
    uint16_t mecid_mask;
    unsigned span_count;
    MecSpan span[MEC_RANGES_MAX];
    _Atomic(_Atomic uint16_t *) losses;     /* by MecKeyId; NULL: none */
    CcaFaults *faults;
    MecPrivate *priv;
} Mec;

/*
 * Memory as it is becomes that of the first context, (NS, 0). NULL, with the
 * reason in @why (may be NULL), if the configuration makes no sense or
 * memory is short.
 */
Mec *mec_new(const MecConfig *config, MecError *why);
void mec_free(Mec *mec);                    /* @mec may be NULL */

/*
 * Reset: DRAM keeps its ciphertext, keys come from @seed. Thus what other
 * contexts than the first one held is garbage to all. The first context
 * keeps its key: what it wrote before the reset is there after it. Counters
 * start again. Granules of other contexts take their time: half a
 * microsecond each.
 */
void mec_reset(Mec *mec, const uint8_t seed[MEC_SEED_BYTES]);

/* --- accesses ------------------------------------------------------------- */

static inline bool mec_armed(const Mec *m)
{
    return cca_fault_armed(m->faults, CCA_SITE_MEC_CONTEXT) ||
           cca_fault_armed(m->faults, CCA_SITE_MEC_KEY) ||
           cca_fault_armed(m->faults, CCA_SITE_MEM_FLIP) ||
           cca_fault_armed(m->faults, CCA_SITE_MEM_REPLAY);
}

/* The number of the context's key, as if it had never been lost. */
static inline MecKeyId mec_first_key(const Mec *m, CcaPas pas, uint16_t mecid)
{
    mecid &= m->mecid_mask;
    if (m->policy == MEC_OFF) {
        return 0;
    }
    if (m->policy == MEC_MECID) {
        pas = mecid ? CCA_PAS_REALM : CCA_PAS_NS;
    }
    return ((unsigned)pas & 7) ^ CCA_PAS_NS ^ (MecKeyId)mecid << 3;
}

/* The number of the context's key. */
static inline MecKeyId mec_key(const Mec *m, CcaPas pas, uint16_t mecid)
{
    MecKeyId key = mec_first_key(m, pas, mecid);
    _Atomic uint16_t *losses = atomic_load_explicit(&m->losses,
                                                    memory_order_acquire);

    if (losses) {
        key |= (MecKeyId)atomic_load_explicit(&losses[key],
                                              memory_order_relaxed) << 19;
    }
    return key;
}

/* The span that @pa is in; NULL: @pa is outside DRAM. */
static inline const MecSpan *mec_span(const Mec *m, uint64_t pa)
{
    for (unsigned i = 0; i < m->span_count; i++) {
        if (pa - m->span[i].base < m->span[i].size) {
            return &m->span[i];
        }
    }
    return NULL;
}

/* The number of the key that granule @index of @span is under. */
static inline MecKeyId mec_held(const MecSpan *span, uint64_t index)
{
    MecSlot *chunk = atomic_load_explicit(
        &span->chunk[index / MEC_CHUNK_GRANULES], memory_order_acquire);

    return chunk ? atomic_load_explicit(&chunk[index % MEC_CHUNK_GRANULES],
                                        memory_order_relaxed) : 0;
}

/* mec_lookup() for an access of (@pas, @mecid) to @pa. */
static inline bool mec_holds(const Mec *m, uint64_t pa, CcaPas pas,
                             uint16_t mecid)
{
    const MecSpan *span;

    if (mec_armed(m)) {
        return false;
    }
    if (m->policy == MEC_OFF) {
        return true;
    }
    span = mec_span(m, pa);
    return !span || mec_held(span, (pa - span->base) >> 12) ==
                    mec_key(m, pas, mecid);
}

/*
 * May @access be made, and cached, as things are? True: the granule is under
 * that context, or has none. False: call mec_switch(). For each TLB fill.
 */
static inline bool mec_lookup(const Mec *m, const CcaAccess *access)
{
    return mec_holds(m, access->addr, access->pas, access->mecid);
}

typedef enum MecResult {
    MEC_HELD,           /* the granule is under that context already */
    MEC_SWITCHED,       /* it is now */
    MEC_OUTSIDE,        /* not DRAM, or no RAM there: no context */
    MEC_REFUSED,        /* change() said no, or memory is short; a debugger */
} MecResult;

/*
 * Bring the granule of @access under its context. Passes the fault sites
 * mec.context, mec.key, mem.replay and mem.flip, in this order.
 */
MecResult mec_switch(Mec *mec, const CcaAccess *access);

/*
 * Make @access, of @len bytes, without a switch: what does not keep
 * translations, as DMA, sees and leaves what it would with one. Passes the
 * fault sites as above. False, and nothing has happened: some of it is no
 * DRAM, or change() did not allow a write.
 */
bool mec_access_read(Mec *mec, const CcaAccess *access, void *buf,
                     size_t len);
bool mec_access_write(Mec *mec, const CcaAccess *access, const void *buf,
                      size_t len);

/*
 * The context that holds the granule at @pa: of those that share a key, the
 * one with PAS NS for MECID 0, and Realm for others. False: outside DRAM.
 */
bool mec_context_of(const Mec *mec, uint64_t pa, MecContext *context);

/*
 * The context's key is lost, and a new one in its place. What it has written
 * is garbage to it from now on. False: the context has no key (it is stored
 * as plaintext), lost it MEC_LOSSES_MAX times already, change() did not
 * allow it, or memory is short.
 */
bool mec_lose_key(Mec *mec, MecContext context);

/* --- views ---------------------------------------------------------------- */

/*
 * What a probe on the bus to DRAM reads and writes: ciphertext, @len bytes
 * from @pa on. The granules' contexts stay, and see what decrypts from it.
 * False, and nothing has happened: some of it is no DRAM, or change() did
 * not allow it.
 */
bool mec_cipher_read(Mec *mec, uint64_t pa, void *buf, size_t len);
bool mec_cipher_write(Mec *mec, uint64_t pa, const void *buf, size_t len);

/*
 * What accesses under @context would read and write, without a switch: for
 * debuggers and loaders. False as above.
 */
bool mec_plain_read(Mec *mec, MecContext context, uint64_t pa, void *buf,
                    size_t len);
bool mec_plain_write(Mec *mec, MecContext context, uint64_t pa,
                     const void *buf, size_t len);

/*
 * The granules that [@pa, @pa + @size) touches were filled past the engine
 * (a loader that has the host's address): all that is in them now is of the
 * first context. What is no DRAM is left out. False: memory is short.
 */
bool mec_claim(Mec *mec, uint64_t pa, uint64_t size);

/* --- looking at it -------------------------------------------------------- */

typedef struct MecRun {
    uint64_t base, size;
    MecContext context;
    bool lost;          /* under a key that the context has lost since */
} MecRun;

/*
 * Call @fn for runs of granules under one key, by address, from @from on and
 * at most @limit; it returns whether to go on. Returns where to go on, or
 * UINT64_MAX at the end. A run does not go beyond its range of DRAM.
 */
uint64_t mec_runs(const Mec *mec, uint64_t from, uint64_t limit,
                  bool (*fn)(void *opaque, const MecRun *run), void *opaque);

void mec_stats(const Mec *mec, MecStats *stats);

/* Call @fn for each pair of contexts that a granule went from and to. */
void mec_pairs(const Mec *mec,
               void (*fn)(void *opaque, MecContext from, MecContext to,
                          uint64_t count), void *opaque);

/* Bytes that hold contexts: 4 per granule in chunks that were needed. */
size_t mec_bytes(const Mec *mec);

/* "off", ...: the spelling of options; "?" outside the enum. */
const char *mec_policy_name(MecPolicy policy);

/* --- state ---------------------------------------------------------------- */

/*
 * Keys and the contexts of all granules, for migration and snapshots: runs,
 * at most 8 bytes each. To be freed with free(); NULL if memory is short.
 */
uint8_t *mec_save(const Mec *mec, size_t *len);

/*
 * The opposite, in a Mec with the same configuration; seeds come with the
 * state. False, with the reason in @why and @mec as before: it is not that.
 * The caller drops all translations, and restores RAM. Counters stay.
 */
bool mec_load(Mec *mec, const uint8_t *state, size_t len, MecError *why);

#endif
