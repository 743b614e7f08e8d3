/*
 * The cipher of the memory encryption contexts: known answers, and OpenSSL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "mec-cipher.h"
#include "mec-openssl.h"
#include "rng.h"

static void from_hex(const char *hex, uint8_t *out, size_t len)
{
    assert_int_equal(strlen(hex), 2 * len);
    for (size_t i = 0; i < len; i++) {
        unsigned byte;

        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        out[i] = byte;
    }
}

/* IEEE 1619-2007, annex B: vectors 1 to 4 (the last one's first 64 bytes). */
static void ieee_1619(void **state)
{
    static const struct {
        const char *key, *cipher;
        uint64_t unit;
        int plain;              /* byte of the plaintext; -1: 00 01 02 ... */
    } vectors[] = {
        { "00000000000000000000000000000000"
          "00000000000000000000000000000000",
          "917cf69ebd68b2ec9b9fe9a3eadda692"
          "cd43d2f59598ed858c02c2652fbf922e", 0, 0x00 },
        { "11111111111111111111111111111111"
          "22222222222222222222222222222222",
          "c454185e6a16936e39334038acef838b"
          "fb186fff7480adc4289382ecd6d394f0", 0x3333333333, 0x44 },
        { "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0"
          "22222222222222222222222222222222",
          "af85336b597afc1a900b2eb21ec949d2"
          "92df4c047e0b21532186a5971a227a89", 0x3333333333, 0x44 },
        { "27182818284590452353602874713526"
          "31415926535897932384626433832795",
          "27a7479befa1d476489f308cd4cfa6e2"
          "a96e4bbe3208ff25287dd3819616e89c"
          "c78cf7f5e543445f8333d8fa7f560000"
          "05279fa5d8b5e4ad40e736ddb4d35412", 0, -1 },
    };

    (void)state;
    for (unsigned v = 0; v < COUNT_OF(vectors); v++) {
        size_t len = strlen(vectors[v].cipher) / 2;
        uint8_t key[32], plain[64], cipher[64], data[64];
        MecPart part = {
            .unit = vectors[v].unit, .count = len / MEC_BLOCK, .data = data,
        };

        from_hex(vectors[v].key, key, sizeof(key));
        from_hex(vectors[v].cipher, cipher, len);
        for (unsigned i = 0; i < len; i++) {
            plain[i] = vectors[v].plain < 0 ? (int)i : vectors[v].plain;
        }
        memcpy(data, plain, len);
        mec_xts(key, true, &part);
        assert_memory_equal(data, cipher, len);
        mec_xts(key, false, &part);
        assert_memory_equal(data, plain, len);
    }
}

static void as_openssl_does(void **state)
{
    Rng r = { 5 };

    (void)state;
    for (unsigned i = 0; i < 500; i++) {
        uint8_t key[32], data[MEC_GRANULE], want[MEC_GRANULE];
        bool encrypt = i % 2;
        MecPart part = {
            .unit = rng_next(&r) >> rng_below(&r, 64), .data = data,
            .count = MEC_BLOCKS,
        };

        for (unsigned b = 0; b < sizeof(key); b++) {
            key[b] = rng_next(&r);
        }
        for (unsigned b = 0; b < sizeof(data); b++) {
            data[b] = want[b] = rng_next(&r);
        }
        openssl_xts(key, encrypt, part.unit, want, sizeof(want));
        mec_xts(key, encrypt, &part);
        assert_memory_equal(data, want, sizeof(want));
    }
}

/* Some blocks of a granule come out as they do with all of it. */
static void parts(void **state)
{
    uint8_t key[32] = { 1, 2, 3, [16] = 9 };
    uint8_t plain[MEC_GRANULE], all[MEC_GRANULE], some[MEC_GRANULE];
    MecPart whole = { .unit = 0x81234, .count = MEC_BLOCKS, .data = all };
    Rng r = { 6 };

    (void)state;
    for (unsigned b = 0; b < sizeof(plain); b++) {
        all[b] = plain[b] = rng_next(&r);
    }
    mec_xts(key, true, &whole);
    for (unsigned i = 0; i < 500; i++) {
        unsigned first = rng_below(&r, MEC_BLOCKS);
        unsigned count = rng_below(&r, MEC_BLOCKS - first + 1);
        MecPart part = {
            .unit = whole.unit, .first = first, .count = count,
            .data = some + first * MEC_BLOCK,
        };

        memcpy(some, plain, sizeof(some));
        mec_xts(key, true, &part);
        assert_memory_equal(some, plain, first * MEC_BLOCK);
        assert_memory_equal(part.data, all + first * MEC_BLOCK,
                            count * MEC_BLOCK);
        assert_memory_equal(part.data + count * MEC_BLOCK,
                            plain + (first + count) * MEC_BLOCK,
                            (MEC_BLOCKS - first - count) * MEC_BLOCK);
        mec_xts(key, false, &part);
        assert_memory_equal(some, plain, sizeof(some));
    }
}

static void derivation(void **state)
{
    static const struct {
        uint32_t id;
        const char *key;        /* of seed 00 01 02 ... 1f */
    } fixed[] = {
        { 0x0,
          "d5c18370a124331a9a76033bbcc5125b"
          "4007f427dc62248e40c1ffc1670ef7fe" },
        { 0x2,
          "d8e6c524b680a0241424e4b7c50a7bb1"
          "038a7a512c9ef4f7f67ae81674f9fbda" },
        { 0xa,
          "f8746af8c1ea1a8f62b860a0440036d8"
          "ed6834b11f71ccc357eb5bc2f431789a" },
        { 0x7fffa,
          "80522748a515cb55a1b325b64dd5b481"
          "8b7a1807e83205f9ae76903ec5c7d992" },
        { 0x80001,
          "1b5a1439a64c2d50279dc4c7926e10a6"
          "2a0d0a4f253b2e7bcd532b7ca85f85c6" },
    };
    uint8_t seed[32], got[32], want[32];
    Rng r = { 7 };

    (void)state;
    for (unsigned i = 0; i < sizeof(seed); i++) {
        seed[i] = i;
    }
    for (unsigned i = 0; i < COUNT_OF(fixed); i++) {
        from_hex(fixed[i].key, want, sizeof(want));
        mec_derive_key(seed, fixed[i].id, got);
        assert_memory_equal(got, want, sizeof(want));
    }
    for (unsigned i = 0; i < 100; i++) {
        uint32_t id = rng_next(&r);

        seed[i % 32] = rng_next(&r);
        openssl_derive(seed, id, want);
        mec_derive_key(seed, id, got);
        assert_memory_equal(got, want, sizeof(want));
    }
}

/*
 * More keys than the cache holds, pairs of them in turns: the same answers as
 * without a cache, and after a new seed, those of the new seed.
 */
static void cache(void **state)
{
    uint8_t seed[32] = { 1 }, data[MEC_BLOCK], want[MEC_BLOCK], key[32];
    MecCipher *c = mec_cipher_new(seed);
    MecPart part = { .unit = 77, .count = 1, .data = data };
    Rng r = { 8 };

    (void)state;
    assert_non_null(c);
    for (unsigned i = 0; i < 3000; i++) {
        uint32_t id = rng_below(&r, 300) << (i % 2 * 20);

        if (i % 700 == 699) {
            seed[i % 31]++;
            mec_cipher_seed(c, seed);
        }
        memset(data, i, sizeof(data));
        memset(want, i, sizeof(want));
        mec_derive_key(seed, id, key);
        openssl_xts(key, i % 2, part.unit, want, sizeof(want));
        if (i % 2) {
            mec_encrypt(c, id, &part);
        } else {
            mec_decrypt(c, id, &part);
        }
        assert_memory_equal(data, want, sizeof(want));
    }
    mec_cipher_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ieee_1619),
        cmocka_unit_test(as_openssl_does),
        cmocka_unit_test(parts),
        cmocka_unit_test(derivation),
        cmocka_unit_test(cache),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
