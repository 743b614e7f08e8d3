/*
 * Memory Encryption Contexts: what the engine's files share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_MEC_INTERNAL_H
#define CCA_MEC_INTERNAL_H

#include "mec.h"

/* A MecKeyId without losses. */
#define MEC_CONTEXT_BITS 19
#define MEC_CONTEXT_MASK ((1u << MEC_CONTEXT_BITS) - 1)

typedef struct MecPair {
    MecKeyId from, to;
    uint64_t count;             /* 0: free */
} MecPair;

/* Ciphertext that mem.replay has seen in a granule. */
typedef struct MecSeen {
    struct MecSeen *next;
    uint64_t pa;
    bool has_older;
    uint8_t latest[MEC_GRANULE], older[MEC_GRANULE];
} MecSeen;

struct MecPrivate {
    MecBus bus;
    uint64_t (*pc)(void *opaque);
    unsigned mecid_bits;
    bool ns_identity;
    uint8_t seed[MEC_SEED_BYTES];
    uint8_t first_seed[MEC_SEED_BYTES];     /* of the first context's key */
    MecCipher *cipher, *first_cipher;
    unsigned lost_count;        /* contexts with losses */
    MecStats stats;
    MecPair pair[MEC_PAIRS_MAX];
    MecSeen *seen;
    unsigned seen_count;
};

/* Store a sentence in @why, if there is one. False. */
bool mec_refuse(MecError *why, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The context behind a key. */
MecContext mec_context_behind(MecKeyId key);

/* Is that what is stored as plaintext? */
bool mec_is_plain(const Mec *m, MecKeyId key);

/* From what @from sees in @part to what @to sees there. */
void mec_rekey(Mec *m, MecKeyId from, MecKeyId to, const MecPart *part);

/* The contents of a granule under @key as ciphertext, or back. */
void mec_part_to_cipher(Mec *m, MecKeyId key, const MecPart *part);
void mec_part_from_cipher(Mec *m, MecKeyId key, const MecPart *part);

/* Memory is about to change, and has changed. */
bool mec_change(Mec *m, uint64_t pa, uint64_t size);
void mec_changed(Mec *m, uint64_t pa, uint64_t size);

/* The state of @index in @span becomes @key. False: memory is short. */
bool mec_set_held(const MecSpan *span, uint64_t index, MecKeyId key);

uint64_t mec_span_chunks(const MecSpan *span);
void mec_free_chunks(const MecSpan *span);

/*
 * @access, in DRAM, passes the fault sites; its context may be another
 * afterwards. A granule without RAM passes none that changes memory.
 */
void mec_pass_sites(Mec *m, CcaAccess *access);

/* Forget what mem.replay has seen. */
void mec_forget_seen(Mec *m);

/* Make room to count losses. NULL: memory is short. */
_Atomic uint16_t *mec_losses(Mec *m);

#endif
