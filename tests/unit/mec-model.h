/*
 * Memory encryption contexts as they are on silicon: DRAM holds ciphertext,
 * and nothing else is remembered. Each access decrypts and encrypts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MEC_MODEL_H
#define MEC_MODEL_H

#include "mec.h"

enum { MODEL_LOST_MAX = 64 };

/* Encrypt or decrypt a granule under the key @id that comes from @seed. */
typedef void ModelCrypt(void *opaque, const uint8_t seed[MEC_SEED_BYTES],
                        uint32_t id, bool encrypt, uint64_t unit,
                        uint8_t data[MEC_GRANULE]);

typedef struct MecModel {
    MecPolicy policy;
    unsigned mecid_bits;
    bool ns_identity;
    uint8_t seed[MEC_SEED_BYTES], first_seed[MEC_SEED_BYTES];
    struct {
        uint32_t id;
        unsigned times;
    } lost[MODEL_LOST_MAX];
    unsigned lost_count;
    ModelCrypt *crypt;
    void *opaque;
} MecModel;

/* The key of a context, losses included; 0: the first context's. */
uint32_t model_key(const MecModel *m, CcaPas pas, uint32_t mecid);

/* Is memory of that context stored as plaintext? */
bool model_plain(const MecModel *m, uint32_t key);

/* @len bytes at @at of the granule with ciphertext @cipher, number @unit. */
void model_read(const MecModel *m, CcaPas pas, uint32_t mecid,
                const uint8_t cipher[MEC_GRANULE], uint64_t unit, unsigned at,
                void *buf, unsigned len);
void model_write(const MecModel *m, CcaPas pas, uint32_t mecid,
                 uint8_t cipher[MEC_GRANULE], uint64_t unit, unsigned at,
                 const void *buf, unsigned len);

/* Its key is lost. False: it has none, or the model has no room. */
bool model_lose(MecModel *m, CcaPas pas, uint32_t mecid);

/* New keys for all but the first context. DRAM stays as it is. */
void model_reset(MecModel *m, const uint8_t seed[MEC_SEED_BYTES]);

#endif
