/*
 * AES-128-XTS of granules, and its keys.
 *
 * nettle's own XTS calls the cipher once per block; here the tweaks of all
 * blocks are made first, and the cipher is called once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include <nettle/aes.h>
#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <nettle/memxor.h>
#include "mec-cipher.h"

/* The cache: two keys in use at once never drive each other out. */
enum { SETS = 64, WAYS = 2 };

typedef struct Schedule {
    bool valid;
    MecKeyId id;
    struct aes128_ctx encrypt, decrypt, tweak;
} Schedule;

struct MecCipher {
    uint8_t seed[MEC_SEED_BYTES];
    Schedule set[SETS][WAYS];
    uint8_t next[SETS];         /* the way that is given up next */
};

MecCipher *mec_cipher_new(const uint8_t seed[MEC_SEED_BYTES])
{
    MecCipher *cipher = calloc(1, sizeof(*cipher));

    if (cipher) {
        mec_cipher_seed(cipher, seed);
    }
    return cipher;
}

void mec_cipher_free(MecCipher *cipher)
{
    free(cipher);
}

void mec_cipher_seed(MecCipher *cipher, const uint8_t seed[MEC_SEED_BYTES])
{
    memset(cipher, 0, sizeof(*cipher));
    memcpy(cipher->seed, seed, MEC_SEED_BYTES);
}

void mec_derive_key(const uint8_t seed[MEC_SEED_BYTES], MecKeyId id,
                    uint8_t key[MEC_KEY_BYTES])
{
    static const uint8_t no_salt[SHA256_DIGEST_SIZE];
    uint8_t info[] = { 'c', 'c', 'a', '-', 'm', 'e', 'c',
                       id & 0xff, id >> 8 & 0xff, id >> 16 & 0xff, id >> 24 };
    uint8_t prk[SHA256_DIGEST_SIZE];
    struct hmac_sha256_ctx hmac;

    hmac_sha256_set_key(&hmac, sizeof(no_salt), no_salt);
    hkdf_extract(&hmac, (nettle_hash_update_func *)hmac_sha256_update,
                 (nettle_hash_digest_func *)hmac_sha256_digest,
                 SHA256_DIGEST_SIZE, MEC_SEED_BYTES, seed, prk);
    hmac_sha256_set_key(&hmac, sizeof(prk), prk);
    hkdf_expand(&hmac, (nettle_hash_update_func *)hmac_sha256_update,
                (nettle_hash_digest_func *)hmac_sha256_digest,
                SHA256_DIGEST_SIZE, sizeof(info), info, MEC_KEY_BYTES, key);
}

static void schedule(Schedule *s, const uint8_t key[MEC_KEY_BYTES])
{
    aes128_set_encrypt_key(&s->encrypt, key);
    aes128_invert_key(&s->decrypt, &s->encrypt);
    aes128_set_encrypt_key(&s->tweak, key + AES128_KEY_SIZE);
}

static const Schedule *schedule_of(MecCipher *cipher, MecKeyId id)
{
    unsigned set = (id * 0x9e3779b1u) >> 26;
    uint8_t key[MEC_KEY_BYTES];
    Schedule *s;

    _Static_assert(SETS == 1 << 6, "the hash has 6 bits");
    for (unsigned way = 0; way < WAYS; way++) {
        s = &cipher->set[set][way];
        if (s->valid && s->id == id) {
            cipher->next[set] = !way;
            return s;
        }
    }
    s = &cipher->set[set][cipher->next[set]];
    cipher->next[set] = !cipher->next[set];
    mec_derive_key(cipher->seed, id, key);
    schedule(s, key);
    s->id = id;
    s->valid = true;
    return s;
}

/* Between the host's byte order and little-endian. */
static uint64_t le64(uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return v;
#else
    return __builtin_bswap64(v);
#endif
}

/* *@high:*@low times a in GF(2^128), IEEE 1619, 5.2. */
static inline void times_alpha(uint64_t *low, uint64_t *high)
{
    uint64_t carry = -(*high >> 63) & 0x87;

    *high = *high << 1 | *low >> 63;
    *low = *low << 1 ^ carry;
}

/* The tweaks of @part's blocks: T * a^j. */
static void make_tweaks(const Schedule *s, const MecPart *part,
                        uint64_t tweak[2 * MEC_BLOCKS])
{
    uint64_t t[2] = { le64(part->unit), 0 }, low, high;

    aes128_encrypt(&s->tweak, MEC_BLOCK, (uint8_t *)t, (uint8_t *)t);
    low = le64(t[0]);
    high = le64(t[1]);
    for (unsigned j = 0; j < part->first; j++) {
        times_alpha(&low, &high);
    }
    for (unsigned j = 0; j < part->count; j++) {
        tweak[2 * j] = le64(low);
        tweak[2 * j + 1] = le64(high);
        times_alpha(&low, &high);
    }
}

static void crypt_part(const Schedule *s, bool encrypt, const MecPart *part)
{
    uint64_t tweak[2 * MEC_BLOCKS];
    size_t size = (size_t)part->count * MEC_BLOCK;

    make_tweaks(s, part, tweak);
    memxor(part->data, tweak, size);
    if (encrypt) {
        aes128_encrypt(&s->encrypt, size, part->data, part->data);
    } else {
        aes128_decrypt(&s->decrypt, size, part->data, part->data);
    }
    memxor(part->data, tweak, size);
}

void mec_encrypt(MecCipher *cipher, MecKeyId id, const MecPart *part)
{
    crypt_part(schedule_of(cipher, id), true, part);
}

void mec_decrypt(MecCipher *cipher, MecKeyId id, const MecPart *part)
{
    crypt_part(schedule_of(cipher, id), false, part);
}

void mec_xts(const uint8_t key[MEC_KEY_BYTES], bool encrypt,
             const MecPart *part)
{
    Schedule s;

    schedule(&s, key);
    crypt_part(&s, encrypt, part);
}
