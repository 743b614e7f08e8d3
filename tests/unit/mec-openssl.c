/*
 * The cipher of the memory encryption contexts as OpenSSL does it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include "cmocka-all.h"
#include "mec-openssl.h"

enum { HELD = 256 };

static struct Held {
    bool valid;
    uint8_t seed[32];
    uint32_t id;
    EVP_CIPHER_CTX *ctx[2];
} held[HELD];

void openssl_derive(const uint8_t seed[32], uint32_t id, uint8_t key[32])
{
    uint8_t info[11] = "cca-mec";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                         (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)seed,
                                          32),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info,
                                          sizeof(info)),
        OSSL_PARAM_construct_end(),
    };
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);

    for (unsigned i = 0; i < 4; i++) {
        info[7 + i] = id >> (8 * i);
    }
    assert_true(EVP_KDF_derive(ctx, key, 32, params) > 0);
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
}

static EVP_CIPHER_CTX *prepare(const uint8_t key[32], bool encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

    assert_true(EVP_CipherInit_ex(ctx, EVP_aes_128_xts(), NULL, key, NULL,
                                  encrypt));
    return ctx;
}

static void run(EVP_CIPHER_CTX *ctx, uint64_t unit, uint8_t *data, size_t len)
{
    uint8_t iv[16] = { 0 };
    int out;

    for (unsigned i = 0; i < 8; i++) {
        iv[i] = unit >> (8 * i);
    }
    assert_true(EVP_CipherInit_ex(ctx, NULL, NULL, NULL, iv, -1));
    assert_true(EVP_CipherUpdate(ctx, data, &out, data, len));
    assert_int_equal(out, len);
}

void openssl_xts(const uint8_t key[32], bool encrypt, uint64_t unit,
                 uint8_t *data, size_t len)
{
    EVP_CIPHER_CTX *ctx = prepare(key, encrypt);

    run(ctx, unit, data, len);
    EVP_CIPHER_CTX_free(ctx);
}

static void release(struct Held *h)
{
    EVP_CIPHER_CTX_free(h->ctx[0]);
    EVP_CIPHER_CTX_free(h->ctx[1]);
    memset(h, 0, sizeof(*h));
}

void openssl_crypt(void *opaque, const uint8_t seed[32], uint32_t id,
                   bool encrypt, uint64_t unit, uint8_t data[4096])
{
    struct Held *h = &held[(id * 0x9e3779b1u ^ seed[0]) % HELD];
    uint8_t key[32];

    (void)opaque;
    if (!h->valid || h->id != id || memcmp(h->seed, seed, 32)) {
        release(h);
        openssl_derive(seed, id, key);
        h->ctx[0] = prepare(key, false);
        h->ctx[1] = prepare(key, true);
        memcpy(h->seed, seed, 32);
        h->id = id;
        h->valid = true;
    }
    run(h->ctx[encrypt], unit, data, 4096);
}

void openssl_done(void)
{
    for (unsigned i = 0; i < HELD; i++) {
        release(&held[i]);
    }
}
