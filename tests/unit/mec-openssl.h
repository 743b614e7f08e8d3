/*
 * The cipher of the memory encryption contexts as OpenSSL does it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MEC_OPENSSL_H
#define MEC_OPENSSL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* HKDF-SHA256 as mec_derive_key() says it. */
void openssl_derive(const uint8_t seed[32], uint32_t id, uint8_t key[32]);

/* AES-128-XTS of @len bytes, at least 16. */
void openssl_xts(const uint8_t key[32], bool encrypt, uint64_t unit,
                 uint8_t *data, size_t len);

/* ModelCrypt, which holds keys for speed. @opaque is not used. */
void openssl_crypt(void *opaque, const uint8_t seed[32], uint32_t id,
                   bool encrypt, uint64_t unit, uint8_t data[4096]);

/* Forget the keys. */
void openssl_done(void);

#endif
