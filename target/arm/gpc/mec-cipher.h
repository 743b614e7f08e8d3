/*
 * The cipher of the memory encryption contexts: AES-128-XTS (IEEE 1619), a
 * data unit per granule, and where its keys come from.
 *
 * A key is named by a number. Each is derived from a seed and its number, so
 * the same seed gives the same ciphertext; schedules of keys lately used are
 * held in a cache of fixed size. Not thread-safe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_MEC_CIPHER_H
#define CCA_MEC_CIPHER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    MEC_SEED_BYTES = 32,
    MEC_KEY_BYTES = 32,         /* of the data, then of the tweak */
    MEC_BLOCK = 16,             /* bytes of an AES block */
    MEC_GRANULE = 4096,         /* bytes of a data unit */
    MEC_BLOCKS = MEC_GRANULE / MEC_BLOCK,
};

/*
 * What a key is derived from besides the seed, a number of 32 bits: bits
 * [2:0] the PAS, XOR 1; [18:3] the MECID; [31:19] how often the key of that
 * context was lost.
 */
typedef uint32_t MecKeyId;

typedef struct MecCipher MecCipher;

/* Part of a granule: @count blocks from block @first, together at @data. */
typedef struct MecPart {
    uint64_t unit;              /* number of the granule: PA[55:12] */
    unsigned first, count;      /* @first + @count <= MEC_BLOCKS */
    uint8_t *data;
} MecPart;

/* NULL if memory is short. */
MecCipher *mec_cipher_new(const uint8_t seed[MEC_SEED_BYTES]);
void mec_cipher_free(MecCipher *cipher);

/* Keys come from @seed from now on. */
void mec_cipher_seed(MecCipher *cipher, const uint8_t seed[MEC_SEED_BYTES]);

/*
 * The key @id under @seed: HKDF-SHA256 (RFC 5869) without salt, of @seed, with
 * the information "cca-mec" and the four bytes of @id, little-endian.
 */
void mec_derive_key(const uint8_t seed[MEC_SEED_BYTES], MecKeyId id,
                    uint8_t key[MEC_KEY_BYTES]);

/* Replace the plaintext of @part by ciphertext under key @id, or back. */
void mec_encrypt(MecCipher *cipher, MecKeyId id, const MecPart *part);
void mec_decrypt(MecCipher *cipher, MecKeyId id, const MecPart *part);

/* The same under a key that the caller has: for tests of the cipher. */
void mec_xts(const uint8_t key[MEC_KEY_BYTES], bool encrypt,
             const MecPart *part);

#endif
