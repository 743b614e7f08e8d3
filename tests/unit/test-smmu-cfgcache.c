/*
 * The configuration cache: what each invalidation hits and what it spares,
 * what that costs, eviction, growth, and memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-cfg-payload.h"

enum { NS = CCA_SEC_SID_NS, S = CCA_SEC_SID_SECURE, R = CCA_SEC_SID_REALM };

static SmmuCfgKey key_of(int sec_sid, uint32_t sid, uint32_t ssid,
                         uint8_t shift)
{
    return (SmmuCfgKey) { .sec_sid = sec_sid, .sid = sid, .ssid = ssid,
                          .shift = shift };
}

/* What is covered, case by case */

typedef struct Held {
    char name;
    SmmuCfgKind kind;
    int sec_sid;
    uint32_t sid, ssid;
    uint8_t shift;
} Held;

static const Held held[] = {
    { 'a', SMMU_CFG_STE, NS, 0x140, 0, 0 },
    { 'b', SMMU_CFG_CD, NS, 0x140, 0, 0 },
    { 'c', SMMU_CFG_CD, NS, 0x140, 5, 0 },
    { 'd', SMMU_CFG_CD, NS, 0x140, 65, 0 },
    { 'e', SMMU_CFG_L1CD, NS, 0x140, 0, 6 },
    { 'f', SMMU_CFG_L1CD, NS, 0x140, 64, 6 },
    { 'g', SMMU_CFG_L1STD, NS, 0x140, 0, 6 },
    { 'h', SMMU_CFG_STE, NS, 0x141, 0, 0 },
    { 'i', SMMU_CFG_CD, NS, 0x141, 0, 0 },
    { 'j', SMMU_CFG_L1CD, NS, 0x141, 0, 10 },
    { 'k', SMMU_CFG_STE, NS, 0x180, 0, 0 },
    { 'l', SMMU_CFG_CD, NS, 0x180, 0, 0 },
    { 'm', SMMU_CFG_L1STD, NS, 0x180, 0, 6 },
    { 'n', SMMU_CFG_STE, R, 0x140, 0, 0 },
    { 'o', SMMU_CFG_CD, R, 0x140, 0, 0 },
    { 'p', SMMU_CFG_L1CD, R, 0x140, 0, 6 },
    { 'q', SMMU_CFG_L1STD, R, 0x140, 0, 8 },
    { 'r', SMMU_CFG_STE, S, 0x140, 0, 0 },
    { 's', SMMU_CFG_L1STD, S, 0x140, 0, 10 },
    { 't', SMMU_CFG_STE, NS, 0xffffffff, 0, 0 },
    { 'u', SMMU_CFG_CD, NS, 0xffffffff, 0xfffff, 0 },
    { 'v', SMMU_CFG_L1CD, NS, 0xffffffff, 0xfffff, 10 },
    { 'w', SMMU_CFG_L1STD, NS, 0xffffffff, 0, 6 },
};

typedef struct CoverCase {
    const char *name;
    SmmuCfgInv inv;
    const char *removed;
} CoverCase;

#define INV(scope_, sec, sid_, ...)                                       \
    { .scope = SMMU_CFG_INV_##scope_, .sec_sid = (CcaSecSid)(sec),        \
      .sid = (sid_), __VA_ARGS__ }
#define LEAF .leaf = true

static const CoverCase cover_cases[] = {
    { "STE", INV(STE, NS, 0x140, 0), "abcdefg" },
    { "STE, leaf", INV(STE, NS, 0x140, LEAF), "abcdef" },
    { "STE, the one beside", INV(STE, NS, 0x141, LEAF), "hij" },
    { "STE, next L1STD", INV(STE, NS, 0x180, 0), "klm" },
    { "STE, Realm", INV(STE, R, 0x140, 0), "nopq" },
    { "STE, Realm, leaf", INV(STE, R, 0x140, LEAF), "nop" },
    { "STE, Secure", INV(STE, S, 0x140, 0), "rs" },
    { "STE, Secure, leaf", INV(STE, S, 0x140, LEAF), "r" },
    { "STE, not held, but its L1STD", INV(STE, NS, 0x17f, 0), "g" },
    { "STE, not held, leaf", INV(STE, NS, 0x17f, LEAF), "" },
    { "STE, below its L1STD", INV(STE, NS, 0x13f, 0), "" },
    { "STE, the last one", INV(STE, NS, 0xffffffff, 0), "tuvw" },
    { "STE, SubstreamID does not matter",
      INV(STE, NS, 0x140, .ssid = 0xffffffff), "abcdefg" },
    { "CD", INV(CD, NS, 0x140, 0), "be" },
    { "CD, leaf", INV(CD, NS, 0x140, LEAF), "b" },
    { "CD, another", INV(CD, NS, 0x140, .ssid = 5), "ce" },
    { "CD, another L1CD", INV(CD, NS, 0x140, .ssid = 65), "df" },
    { "CD, not held, but its L1CD", INV(CD, NS, 0x140, .ssid = 63), "e" },
    { "CD, not held, leaf", INV(CD, NS, 0x140, .ssid = 63, LEAF), "" },
    { "CD, large L1CD", INV(CD, NS, 0x141, .ssid = 1023), "j" },
    { "CD, above large L1CD", INV(CD, NS, 0x141, .ssid = 1024), "" },
    { "CD, Realm", INV(CD, R, 0x140, 0), "op" },
    { "CD, Secure", INV(CD, S, 0x140, 0), "" },
    { "CD, the last one", INV(CD, NS, 0xffffffff, .ssid = 0xfffff), "uv" },
    { "CD, out of range", INV(CD, NS, 0x140, .ssid = 1 << 20), "" },
    { "CD_ALL", INV(CD_ALL, NS, 0x140, 0), "bcdef" },
    { "CD_ALL, leaf does not matter", INV(CD_ALL, NS, 0x140, LEAF), "bcdef" },
    { "CD_ALL, Realm", INV(CD_ALL, R, 0x140, 0), "op" },
    { "CD_ALL, none", INV(CD_ALL, S, 0x140, 0), "" },
    { "CD_ALL, no such stream", INV(CD_ALL, NS, 0x142, 0), "" },
    { "RANGE, one", INV(RANGE, NS, 0x140, .last_sid = 0x140), "abcdefg" },
    { "RANGE, two", INV(RANGE, NS, 0x140, .last_sid = 0x141), "abcdefghij" },
    { "RANGE, leaf does not matter",
      INV(RANGE, NS, 0x140, .last_sid = 0x141, LEAF), "abcdefghij" },
    { "RANGE, between", INV(RANGE, NS, 0x142, .last_sid = 0x17f), "g" },
    { "RANGE, across L1STDs", INV(RANGE, NS, 0x150, .last_sid = 0x1ff),
      "gklm" },
    { "RANGE, below", INV(RANGE, NS, 0, .last_sid = 0x13f), "" },
    { "RANGE, below, but a large L1STD", INV(RANGE, R, 0, .last_sid = 0x13f),
      "q" },
    { "RANGE, upper half", INV(RANGE, NS, 0x80000000,
                               .last_sid = 0xffffffff), "tuvw" },
    { "RANGE, the last one", INV(RANGE, NS, 0xffffffff,
                                 .last_sid = 0xffffffff), "tuvw" },
    { "RANGE, all", INV(RANGE, R, 0, .last_sid = 0xffffffff), "nopq" },
    { "RANGE, backwards", INV(RANGE, NS, 0x141, .last_sid = 0x140), "" },
    { "ALL, Non-secure", INV(ALL, NS, 0, 0), "abcdefghijklmtuvw" },
    { "ALL, Realm, ranges do not matter",
      INV(ALL, R, 0x500, .last_sid = 0x400), "nopq" },
    { "ALL, Secure", INV(ALL, S, 0, LEAF), "rs" },
    { "no such Security state", INV(ALL, CCA_SEC_SID__COUNT, 0, 0), "" },
    { "no such scope", { .scope = SMMU_CFG_INV__COUNT, .sid = 0x140 }, "" },
};

static void check_cover(const CoverCase *c, bool strict)
{
    SmmuCfgCache *cache = cfg_new(strict, 100);
    unsigned left = 0;

    for (unsigned i = 0; i < COUNT_OF(held); i++) {
        const Held *h = &held[i];

        cfg_insert(cache, h->kind,
                   key_of(h->sec_sid, h->sid, h->ssid, h->shift), i);
    }
    smmu_cfgcache_invalidate(cache, &c->inv);
    for (unsigned i = 0; i < COUNT_OF(held); i++) {
        const Held *h = &held[i];
        SmmuCfgKey key = key_of(h->sec_sid, h->sid, h->ssid, 0);
        const void *got = smmu_cfgcache_lookup(cache, h->kind, &key);

        if (!got != !!strchr(c->removed, h->name)) {
            fail_msg("%s, %s: '%c' is %s", c->name,
                     strict ? "strict" : "plain", h->name,
                     got ? "spared" : "removed");
        }
        if (got) {
            assert_true(cfg_is(got, h->kind, i));
        }
    }
    for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
        left += smmu_cfgcache_count(cache, k);
    }
    assert_int_equal(left, COUNT_OF(held) - strlen(c->removed));
    assert_int_equal(smmu_cfgcache_stats(cache)->removed, strlen(c->removed));
    /* A second time there is nothing. */
    smmu_cfgcache_invalidate(cache, &c->inv);
    assert_int_equal(smmu_cfgcache_stats(cache)->removed, strlen(c->removed));
    smmu_cfgcache_free(cache);
}

static void test_cover(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cover_cases); i++) {
        check_cover(&cover_cases[i], true);
        check_cover(&cover_cases[i], false);
    }
}

/* Keys */

static void test_what_is_held_comes_back(void **state)
{
    SmmuCfgCache *cache = cfg_new(true, 1);

    (void)state;
    for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
        SmmuCfgKey key = key_of(R, 0x1234, 77, 6);

        assert_false(cfg_has(cache, k, key));
        cfg_insert(cache, k, key, 100 + k);
        assert_true(cfg_is(smmu_cfgcache_lookup(cache, k, &key), k, 100 + k));
        /* The same again: one entry, the new payload. */
        cfg_insert(cache, k, key, 200 + k);
        assert_true(cfg_is(smmu_cfgcache_lookup(cache, k, &key), k, 200 + k));
        assert_int_equal(smmu_cfgcache_count(cache, k), 1);
        assert_false(cfg_has(cache, k, key_of(NS, 0x1234, 77, 6)));
        assert_false(cfg_has(cache, k, key_of(R, 0x1274, 77, 6)));
        assert_int_equal(cfg_has(cache, k, key_of(R, 0x1234, 77 + 64, 6)),
                         k == SMMU_CFG_STE || k == SMMU_CFG_L1STD);
    }
    assert_int_equal(smmu_cfgcache_stats(cache)->inserts, 8);
    smmu_cfgcache_free(cache);
}

/* A level 1 descriptor answers for all that it locates. */
static void test_level1_spans(void **state)
{
    static const uint8_t shifts[] = { 6, 8, 10 };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(shifts); i++) {
        SmmuCfgCache *cache = cfg_new(false, 4);
        uint32_t size = 1u << shifts[i], base = 5 * size;

        cfg_insert(cache, SMMU_CFG_L1STD, key_of(NS, base + 3, 0, shifts[i]),
                   1);
        cfg_insert(cache, SMMU_CFG_L1CD,
                   key_of(NS, 9, base + size - 1, shifts[i]), 2);
        for (uint32_t at = base - 1; at <= base + size; at++) {
            bool in = at >= base && at < base + size;

            assert_int_equal(cfg_has(cache, SMMU_CFG_L1STD,
                                     key_of(NS, at, 0, 31)), in);
            assert_int_equal(cfg_has(cache, SMMU_CFG_L1CD,
                                     key_of(NS, 9, at, 31)), in);
        }
        assert_false(cfg_has(cache, SMMU_CFG_L1CD, key_of(NS, 8, base, 0)));
        smmu_cfgcache_free(cache);
    }
}

/* Descriptors of several spans: the smallest counts, all are forgotten. */
static void test_level1_of_several_spans(void **state)
{
    SmmuCfgCache *cache = cfg_new(true, 4);
    SmmuCfgKey key = key_of(NS, 0x500, 0, 6);

    (void)state;
    cfg_insert(cache, SMMU_CFG_L1STD, key, 6);
    cfg_insert(cache, SMMU_CFG_L1STD, key_of(NS, 0x500, 0, 10), 10);
    assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_L1STD), 2);
    assert_true(cfg_is(smmu_cfgcache_lookup(cache, SMMU_CFG_L1STD, &key),
                       SMMU_CFG_L1STD, 6));
    key.sid = 0x5c0;
    assert_true(cfg_is(smmu_cfgcache_lookup(cache, SMMU_CFG_L1STD, &key),
                       SMMU_CFG_L1STD, 10));
    smmu_cfgcache_invalidate(cache, &(SmmuCfgInv) INV(STE, NS, 0x501, 0));
    assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_L1STD), 0);
    smmu_cfgcache_free(cache);
}

static void test_bad_input(void **state)
{
    size_t sizes[SMMU_CFG__COUNT];
    SmmuCfgCache *cache;
    CfgPayload p = cfg_fill(0);
    SmmuCfgKey key = key_of(NS, 1, 1 << 20, 32);

    (void)state;
    assert_null(smmu_cfgcache_new(cfg_payload, false, 0));
    assert_null(smmu_cfgcache_new(cfg_payload, true, 0));
    assert_null(smmu_cfgcache_new(cfg_payload, false,
                                  SMMU_CFG_STRICT_LIMIT + 1u));
    for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
        memcpy(sizes, cfg_payload, sizeof(sizes));
        sizes[k] = 0;
        assert_null(smmu_cfgcache_new(sizes, false, 1));
        sizes[k] = SMMU_CFG_MAX_PAYLOAD + 1;
        assert_null(smmu_cfgcache_new(sizes, false, 1));
    }
    smmu_cfgcache_free(NULL);

    cache = cfg_new(false, 1);
    assert_false(smmu_cfgcache_insert(cache, SMMU_CFG_CD, &key, &p));
    assert_false(smmu_cfgcache_insert(cache, SMMU_CFG_L1CD, &key, &p));
    assert_false(smmu_cfgcache_insert(cache, SMMU_CFG_L1STD, &key, &p));
    assert_null(smmu_cfgcache_lookup(cache, SMMU_CFG_CD, &key));
    assert_false(smmu_cfgcache_insert(cache, SMMU_CFG__COUNT, &key, &p));
    assert_null(smmu_cfgcache_lookup(cache, SMMU_CFG__COUNT, &key));
    /* What a kind does not have is not looked at. */
    cfg_insert(cache, SMMU_CFG_STE, key, 3);
    assert_true(cfg_has(cache, SMMU_CFG_STE, key_of(NS, 1, 0, 0)));
    key.shift = 31;
    cfg_insert(cache, SMMU_CFG_L1STD, key, 3);
    key.ssid = 0;
    key.shift = 200;
    assert_true(cfg_has(cache, SMMU_CFG_L1STD, key));
    cfg_insert(cache, SMMU_CFG_CD, key, 3);
    key.sec_sid = CCA_SEC_SID__COUNT;
    assert_false(smmu_cfgcache_insert(cache, SMMU_CFG_STE, &key, &p));
    assert_null(smmu_cfgcache_lookup(cache, SMMU_CFG_STE, &key));
    smmu_cfgcache_free(cache);
}

/* Sizes that are no multiple of 8 do not run into each other. */
static void test_odd_payloads(void **state)
{
    static const size_t sizes[SMMU_CFG__COUNT] = { 1, 13, 7, 191 };
    SmmuCfgCache *cache = smmu_cfgcache_new(sizes, true, 1);

    (void)state;
    assert_non_null(cache);
    for (uint32_t sid = 0; sid < 600; sid++) {
        for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
            SmmuCfgKey key = key_of(NS, sid, sid, 0);
            CfgPayload p = cfg_fill(sid);

            assert_true(smmu_cfgcache_insert(cache, k, &key, &p));
        }
    }
    for (uint32_t sid = 0; sid < 600; sid++) {
        for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
            SmmuCfgKey key = key_of(NS, sid, sid, 0);
            CfgPayload p = cfg_fill(sid);
            const void *got = smmu_cfgcache_lookup(cache, k, &key);

            assert_non_null(got);
            assert_int_equal((uintptr_t)got & 7, 0);
            assert_memory_equal(got, &p, sizes[k]);
        }
    }
    smmu_cfgcache_free(cache);
}

/* Size */

static void test_plain_evicts(void **state)
{
    static const uint32_t sizes[] = { 1, 2, 16, 255, 256, 257, 300, 1024 };
    enum { INSERTS = 4000 };

    (void)state;
    for (unsigned n = 0; n < COUNT_OF(sizes); n++) {
        SmmuCfgCache *cache = cfg_new(false, sizes[n]);
        size_t memory = 0;

        for (uint32_t i = 0; i < INSERTS; i++) {
            for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
                /* Streams with several CDs, and CDs without an STE. */
                SmmuCfgKey key = key_of(i % 3, k * 100000 + i / 3, i, 0);

                cfg_insert(cache, k, key, i);
                assert_true(cfg_is(smmu_cfgcache_lookup(cache, k, &key), k,
                                   i));
                assert_int_equal(smmu_cfgcache_count(cache, k),
                                 i < sizes[n] ? i + 1 : sizes[n]);
            }
            if (i == INSERTS / 2) {
                memory = smmu_cfgcache_memory(cache);
            }
        }
        assert_int_equal(smmu_cfgcache_memory(cache), memory);
        assert_int_equal(smmu_cfgcache_stats(cache)->evictions,
                         SMMU_CFG__COUNT * (INSERTS - sizes[n]));
        for (uint32_t i = 0; i < INSERTS; i++) {
            for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
                SmmuCfgKey key = key_of(i % 3, k * 100000 + i / 3, i, 0);
                const void *got = smmu_cfgcache_lookup(cache, k, &key);

                /* Old ones go first. */
                assert_int_equal(got != NULL, i >= INSERTS - sizes[n]);
                assert_true(!got || cfg_is(got, k, i));
            }
        }
        smmu_cfgcache_free(cache);
    }
}

/* What goes may be the last of the very stream that something comes for. */
static void test_eviction_in_the_same_stream(void **state)
{
    SmmuCfgCache *cache = cfg_new(false, 1);

    (void)state;
    for (uint32_t ssid = 0; ssid < 5; ssid++) {
        cfg_insert(cache, SMMU_CFG_CD, key_of(R, 7, ssid, 0), ssid);
    }
    assert_true(cfg_has(cache, SMMU_CFG_CD, key_of(R, 7, 4, 0)));
    assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_CD), 1);
    smmu_cfgcache_invalidate(cache, &(SmmuCfgInv) INV(STE, R, 7, LEAF));
    assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_CD), 0);
    assert_int_equal(smmu_cfgcache_stats(cache)->evictions, 4);
    smmu_cfgcache_free(cache);
}

static void test_strict_grows(void **state)
{
    enum { STREAMS = 3000, CDS = 3 };
    SmmuCfgCache *cache = cfg_new(true, 1);
    size_t memory;

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < STREAMS; i++) {
            cfg_insert(cache, SMMU_CFG_STE, key_of(NS, i * 37, 0, 0), i);
            for (uint32_t c = 0; c < CDS; c++) {
                cfg_insert(cache, SMMU_CFG_CD, key_of(NS, i * 37, c, 0),
                           i + c);
            }
        }
        if (round == 0) {
            /* The memory of what is forgotten is used again. */
            memory = smmu_cfgcache_memory(cache);
            smmu_cfgcache_clear(cache);
            assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_STE), 0);
            assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_CD), 0);
        }
    }
    assert_int_equal(smmu_cfgcache_memory(cache), memory);
    assert_int_equal(smmu_cfgcache_stats(cache)->evictions, 0);
    assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_STE), STREAMS);
    assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_CD), STREAMS * CDS);
    for (uint32_t i = 0; i < STREAMS; i++) {
        SmmuCfgKey key = key_of(NS, i * 37, CDS - 1, 0);

        assert_true(cfg_is(smmu_cfgcache_lookup(cache, SMMU_CFG_STE, &key),
                           SMMU_CFG_STE, i));
        assert_true(cfg_is(smmu_cfgcache_lookup(cache, SMMU_CFG_CD, &key),
                           SMMU_CFG_CD, i + CDS - 1));
    }
    smmu_cfgcache_free(cache);
}

static void test_clear_reaches_all(void **state)
{
    SmmuCfgCache *cache = cfg_new(false, 64);

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(held); i++) {
        cfg_insert(cache, held[i].kind,
                   key_of(held[i].sec_sid, held[i].sid, held[i].ssid,
                          held[i].shift), i);
    }
    smmu_cfgcache_clear(cache);
    for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
        assert_int_equal(smmu_cfgcache_count(cache, k), 0);
    }
    for (unsigned i = 0; i < COUNT_OF(held); i++) {
        assert_false(cfg_has(cache, held[i].kind,
                             key_of(held[i].sec_sid, held[i].sid,
                                    held[i].ssid, 0)));
    }
    smmu_cfgcache_free(cache);
}

/* 64K streams, each with an STE, an L1CD and a CD: 1 KiB each at most. */
static void test_memory_goes_with_use(void **state)
{
    enum { STREAMS = 1 << 16, ALLOWED = 1024 };

    (void)state;
    for (unsigned strict = 0; strict < 2; strict++) {
        SmmuCfgCache *cache = cfg_new(strict, SMMU_CFG_DEFAULT_ENTRIES);
        uint64_t payloads = 0;

        assert_true(smmu_cfgcache_memory(cache) < 16 * 1024);
        for (uint32_t sid = 0; sid < STREAMS; sid++) {
            cfg_insert(cache, SMMU_CFG_L1STD, key_of(R, sid, 0, 6), sid);
            cfg_insert(cache, SMMU_CFG_STE, key_of(R, sid, 0, 0), sid);
            cfg_insert(cache, SMMU_CFG_L1CD, key_of(R, sid, 0, 6), sid);
            cfg_insert(cache, SMMU_CFG_CD, key_of(R, sid, 1, 0), sid);
            if (sid == 99) {
                /* A hundred take what hundreds need, not what 64K do. */
                assert_true(smmu_cfgcache_memory(cache) < 256 * ALLOWED);
            }
        }
        assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_STE), STREAMS);
        assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_CD), STREAMS);
        assert_int_equal(smmu_cfgcache_count(cache, SMMU_CFG_L1STD),
                         STREAMS / 64);
        assert_int_equal(smmu_cfgcache_stats(cache)->evictions, 0);
        for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
            payloads += cfg_payload[k] * smmu_cfgcache_count(cache, k);
        }
        assert_true(smmu_cfgcache_memory(cache) >= payloads);
        assert_true(smmu_cfgcache_memory(cache) / STREAMS <= ALLOWED);
        smmu_cfgcache_free(cache);
    }
}

/* What it costs */

enum { STREAMS = 1024, CDS = 4, PER_STREAM = 2 + CDS, L1STDS = STREAMS / 64,
       ALL = STREAMS * PER_STREAM + L1STDS };

typedef struct CostCase {
    const char *name;
    SmmuCfgInv inv;
    unsigned removed, visited, probes;  /* the latter two at most */
} CostCase;

/* Among STREAMS Non-secure and Realm streams, and a single Secure one. */
static const CostCase cost_cases[] = {
    { "STE", INV(STE, NS, 100, 0), PER_STREAM + 1, PER_STREAM + 1, 2 },
    { "STE, leaf", INV(STE, NS, 100, LEAF), PER_STREAM, PER_STREAM, 1 },
    { "STE, none", INV(STE, NS, 5000, LEAF), 0, 0, 1 },
    { "CD", INV(CD, NS, 100, .ssid = 2, LEAF), 1, 1, 1 },
    { "CD and L1CD", INV(CD, NS, 100, .ssid = 2), 2, 2, 2 },
    { "CD_ALL", INV(CD_ALL, R, 100, 0), CDS + 1, CDS + 1, 1 },
    { "RANGE of 16", INV(RANGE, R, 64, .last_sid = 79), 16 * PER_STREAM + 1,
      16 * (PER_STREAM + 1) + 1, 17 },
    { "RANGE of 16 not held", INV(RANGE, R, 1 << 20,
                                  .last_sid = (1 << 20) + 15), 0, 0, 17 },
    { "RANGE of half of all there could be",
      INV(RANGE, R, 1u << 31, .last_sid = UINT32_MAX), 0, STREAMS + L1STDS,
      0 },
    { "RANGE of all held, and more",
      INV(RANGE, NS, 0, .last_sid = (1 << 20) - 1), ALL, ALL + STREAMS, 0 },
    { "RANGE, where little is held",
      INV(RANGE, S, 1024, .last_sid = 2047), 0, 2, 0 },
    { "ALL", INV(ALL, NS, 0, 0), ALL, ALL + STREAMS, 0 },
    { "ALL, where little is held", INV(ALL, S, 0, 0), 2, 3, 0 },
};

static SmmuCfgCache *new_full(bool strict)
{
    SmmuCfgCache *cache = cfg_new(strict, 3 * STREAMS * CDS);

    for (uint32_t sid = 0; sid < STREAMS; sid++) {
        for (int w = 0; w < 2; w++) {
            int sec_sid = w ? R : NS;

            cfg_insert(cache, SMMU_CFG_L1STD, key_of(sec_sid, sid, 0, 6), 1);
            cfg_insert(cache, SMMU_CFG_STE, key_of(sec_sid, sid, 0, 0), 2);
            cfg_insert(cache, SMMU_CFG_L1CD, key_of(sec_sid, sid, 0, 6), 3);
            for (uint32_t ssid = 0; ssid < CDS; ssid++) {
                cfg_insert(cache, SMMU_CFG_CD, key_of(sec_sid, sid, ssid, 0),
                           4);
            }
        }
    }
    cfg_insert(cache, SMMU_CFG_L1STD, key_of(S, 3, 0, 6), 1);
    cfg_insert(cache, SMMU_CFG_STE, key_of(S, 3, 0, 0), 2);
    return cache;
}

static void test_cost(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cost_cases); i++) {
        const CostCase *c = &cost_cases[i];

        for (unsigned strict = 0; strict < 2; strict++) {
            SmmuCfgCache *cache = new_full(strict);
            const SmmuCfgStats *stats = smmu_cfgcache_stats(cache);

            smmu_cfgcache_invalidate(cache, &c->inv);
            assert_int_equal(stats->invalidations, 1);
            if (stats->removed != c->removed ||
                stats->visited > c->visited || stats->probes > c->probes ||
                stats->visited < c->removed) {
                fail_msg("%s: removed %" PRIu64 ", visited %" PRIu64
                         ", probes %" PRIu64, c->name, stats->removed,
                         stats->visited, stats->probes);
            }
            smmu_cfgcache_free(cache);
        }
    }
}

/* What was held once costs nothing. */
static void test_cost_goes_with_what_is_left(void **state)
{
    SmmuCfgCache *cache = new_full(true);
    const SmmuCfgStats *stats = smmu_cfgcache_stats(cache);
    uint64_t visited, probes;

    (void)state;
    smmu_cfgcache_invalidate(cache, &(SmmuCfgInv) INV(ALL, NS, 0, 0));
    cfg_insert(cache, SMMU_CFG_CD, key_of(NS, 5, 0, 0), 1);
    visited = stats->visited;
    probes = stats->probes;
    smmu_cfgcache_invalidate(cache, &(SmmuCfgInv)
                             INV(RANGE, NS, 512, .last_sid = 1023));
    assert_int_equal(stats->visited - visited, 1);
    assert_int_equal(stats->probes, probes);
    assert_true(cfg_has(cache, SMMU_CFG_CD, key_of(NS, 5, 0, 0)));
    smmu_cfgcache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_held_comes_back),
        cmocka_unit_test(test_level1_spans),
        cmocka_unit_test(test_level1_of_several_spans),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_odd_payloads),
        cmocka_unit_test(test_cover),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_cost_goes_with_what_is_left),
        cmocka_unit_test(test_plain_evicts),
        cmocka_unit_test(test_eviction_in_the_same_stream),
        cmocka_unit_test(test_strict_grows),
        cmocka_unit_test(test_clear_reaches_all),
        cmocka_unit_test(test_memory_goes_with_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
