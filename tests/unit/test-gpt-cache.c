/*
 * The walk cache: what is found, what is forgotten, and what never is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "gpt-cache.h"
#include "rng.h"

static GptCache cache;

static int setup_plain(void **state)
{
    (void)state;
    return gpt_cache_init(&cache, false) ? 0 : -1;
}

static int setup_strict(void **state)
{
    (void)state;
    return gpt_cache_init(&cache, true) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    gpt_cache_destroy(&cache);
    return 0;
}

static bool has(GptCacheKind kind, uint64_t key, unsigned pgs, uint64_t want)
{
    uint64_t entry = 0;

    if (!gpt_cache_lookup(&cache, kind, key, pgs, &entry)) {
        return false;
    }
    assert_int_equal(entry, want);
    return true;
}

static bool lacks(GptCacheKind kind, uint64_t key, unsigned pgs)
{
    uint64_t entry;

    return !gpt_cache_lookup(&cache, kind, key, pgs, &entry);
}

static unsigned used(void)
{
    unsigned n = 0;

    for (int k = 0; k < GPT_CACHE__COUNT; k++) {
        n += cache.table[k].used;
    }
    return n;
}

static void test_empty(void **state)
{
    (void)state;
    for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
        assert_true(lacks(k, 0, 12));
        assert_true(lacks(k, UINT64_MAX >> 20, 16));
    }
}

/* Kinds, keys and granule sizes are apart; key 0 is a key like others. */
static void test_insert_and_look_up(void **state)
{
    (void)state;
    for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
        for (uint64_t key = 0; key < 3; key++) {
            gpt_cache_insert(&cache, k, key, 12, 100 * k + key);
        }
    }
    for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
        for (uint64_t key = 0; key < 3; key++) {
            assert_true(has(k, key, 12, 100 * k + key));
            assert_true(lacks(k, key, 14));
            assert_true(lacks(k, key, 16));
        }
        assert_true(lacks(k, 3, 12));
    }
    assert_int_equal(used(), 3 * GPT_CACHE__COUNT);
}

static void test_entry_may_be_zero(void **state)
{
    (void)state;
    gpt_cache_insert(&cache, GPT_CACHE_GRANULES, 5, 12, 0);
    assert_true(has(GPT_CACHE_GRANULES, 5, 12, 0));
}

static void test_replace(void **state)
{
    (void)state;
    gpt_cache_insert(&cache, GPT_CACHE_2M, 7, 12, 1);
    gpt_cache_insert(&cache, GPT_CACHE_2M, 7, 12, 2);
    assert_true(has(GPT_CACHE_2M, 7, 12, 2));
    assert_int_equal(cache.table[GPT_CACHE_2M].used, 1);
    assert_int_equal(cache.evictions, 0);
}

/* There is one copy only, or the older could come back when the newer goes. */
static void test_replace_beside_a_hole(void **state)
{
    (void)state;
    for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
        /* one key, so one set */
        for (unsigned pgs = 12; pgs <= 16; pgs += 2) {
            gpt_cache_insert(&cache, k, 9, pgs, pgs);
        }
        /* a hole in front of the last one */
        gpt_cache_invalidate(&cache, k, 12, 9, 9, NULL);
        gpt_cache_insert(&cache, k, 9, 16, 99);
        assert_int_equal(cache.table[k].used, 2);
        assert_true(has(k, 9, 16, 99));
        assert_true(has(k, 9, 14, 14));
        for (unsigned pgs = 17; pgs < 17 + 2 * GPT_CACHE_WAYS; pgs++) {
            gpt_cache_insert(&cache, k, 9, pgs, pgs);
            assert_true(lacks(k, 9, 16) || has(k, 9, 16, 99));
        }
    }
}

static void test_granule_size_tags(void **state)
{
    (void)state;
    for (unsigned pgs = 12; pgs <= 16; pgs += 2) {
        gpt_cache_insert(&cache, GPT_CACHE_L0, 1, pgs, pgs);
    }
    for (unsigned pgs = 12; pgs <= 16; pgs += 2) {
        assert_true(has(GPT_CACHE_L0, 1, pgs, pgs));
    }
    gpt_cache_invalidate(&cache, GPT_CACHE_L0, 14, 0, 10, NULL);
    assert_true(has(GPT_CACHE_L0, 1, 12, 12));
    assert_true(lacks(GPT_CACHE_L0, 1, 14));
    assert_true(has(GPT_CACHE_L0, 1, 16, 16));
    /* 0: all of them */
    gpt_cache_invalidate(&cache, GPT_CACHE_L0, 0, 0, 10, NULL);
    assert_int_equal(used(), 0);
}

/* Exactly the range, by probes (narrow) and by a sweep (wide). */
static void test_invalidate_range(void **state)
{
    static const struct { uint64_t first, last; } range[] = {
        { 10, 10 }, { 0, 0 }, { 31, 31 }, { 4, 20 }, { 0, 31 },
        { 5, 1ull << 40 }, { 0, 1ull << 50 }, { 40, 1ull << 40 },
    };

    (void)state;
    for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
        for (unsigned i = 0; i < COUNT_OF(range); i++) {
            for (uint64_t key = 0; key < 32; key++) {
                gpt_cache_insert(&cache, k, key, 12, key);
            }
            gpt_cache_invalidate(&cache, k, 0, range[i].first, range[i].last,
                                 NULL);
            for (uint64_t key = 0; key < 32; key++) {
                if (key >= range[i].first && key <= range[i].last) {
                    assert_true(lacks(k, key, 12));
                } else {
                    assert_true(has(k, key, 12, key));
                }
            }
        }
    }
}

static void test_invalidate_other_kinds_stay(void **state)
{
    (void)state;
    for (GptCacheKind gone = 0; gone < GPT_CACHE__COUNT; gone++) {
        for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
            gpt_cache_insert(&cache, k, 1, 12, k);
        }
        gpt_cache_invalidate(&cache, gone, 0, 0, UINT64_MAX >> 1, NULL);
        for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
            assert_int_equal(lacks(k, 1, 12), k == gone);
        }
    }
}

static bool is_odd(uint64_t entry)
{
    return entry & 1;
}

static void test_invalidate_match(void **state)
{
    static const uint64_t last[] = { 15, 1ull << 40 };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(last); i++) {
        for (uint64_t key = 0; key < 16; key++) {
            gpt_cache_insert(&cache, GPT_CACHE_L0, key, 12, key);
        }
        gpt_cache_invalidate(&cache, GPT_CACHE_L0, 0, 0, last[i], is_odd);
        for (uint64_t key = 0; key < 16; key++) {
            assert_int_equal(lacks(GPT_CACHE_L0, key, 12), key & 1);
        }
    }
}

static void test_clear(void **state)
{
    (void)state;
    for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
        gpt_cache_insert(&cache, k, k, 12, k);
    }
    gpt_cache_clear(&cache);
    assert_int_equal(used(), 0);
    for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
        assert_true(lacks(k, k, 12));
    }
    gpt_cache_insert(&cache, GPT_CACHE_2M, 1, 12, 11);
    assert_true(has(GPT_CACHE_2M, 1, 12, 11));
}

/* A strict cache holds all, far beyond its first size, whatever the keys. */
static void strict_growth(GptCacheKind kind, uint64_t count, uint64_t stride,
                          bool random)
{
    for (uint64_t i = 0; i < count; i++) {
        uint64_t key = random ? rng_mix(i) >> 24 : i * stride;

        gpt_cache_insert(&cache, kind, key, 12, i);
    }
    assert_int_equal(cache.table[kind].used, count);
    assert_int_equal(cache.evictions, 0);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t key = random ? rng_mix(i) >> 24 : i * stride;

        assert_true(has(kind, key, 12, i));
    }
    gpt_cache_clear(&cache);
    assert_int_equal(used(), 0);
    assert_true(lacks(kind, 0, 12));
}

static void test_strict_growth(void **state)
{
    (void)state;
    strict_growth(GPT_CACHE_GRANULES, 100000, 1, false);
    strict_growth(GPT_CACHE_GRANULES, 100000, 0, true);
    strict_growth(GPT_CACHE_GRANULES, 5000, 4096, false);
    strict_growth(GPT_CACHE_2M, 20000, 1, false);
    strict_growth(GPT_CACHE_32M, 2000, 16, false);
    strict_growth(GPT_CACHE_512M, 2000, 1, false);
    strict_growth(GPT_CACHE_L0, 20000, 1, false);
}

/* A table that has grown still forgets exactly what it is told to. */
static void test_strict_invalidate_after_growth(void **state)
{
    (void)state;
    for (uint64_t key = 0; key < 50000; key++) {
        gpt_cache_insert(&cache, GPT_CACHE_GRANULES, key, 12, key);
    }
    gpt_cache_invalidate(&cache, GPT_CACHE_GRANULES, 12, 777, 777, NULL);
    gpt_cache_invalidate(&cache, GPT_CACHE_GRANULES, 12, 1000, 40000, NULL);
    assert_int_equal(cache.table[GPT_CACHE_GRANULES].used,
                     50000 - 1 - 39001);
    for (uint64_t key = 0; key < 50000; key++) {
        bool gone = key == 777 || (key >= 1000 && key <= 40000);

        assert_int_equal(lacks(GPT_CACHE_GRANULES, key, 12), gone);
    }
}

/* A plain cache stays as it is, holds the newest, and counts its losses. */
static void test_plain_eviction(void **state)
{
    (void)state;
    for (GptCacheKind k = 0; k < GPT_CACHE__COUNT; k++) {
        GptCacheTable *t = &cache.table[k];
        unsigned bits = t->set_bits, found = 0;
        uint64_t count = 8ull << bits, evictions = cache.evictions;

        for (uint64_t key = 0; key < count; key++) {
            gpt_cache_insert(&cache, k, key, 12, key);
            assert_true(has(k, key, 12, key));
        }
        assert_int_equal(t->set_bits, bits);
        for (uint64_t key = 0; key < count; key++) {
            found += !lacks(k, key, 12);
        }
        assert_int_equal(found, t->used);
        assert_true(found <= (unsigned)GPT_CACHE_WAYS << bits);
        assert_int_equal(cache.evictions - evictions, count - found);
        assert_true(cache.evictions > evictions);
    }
}

int main(void)
{
#define PLAIN(name) \
    cmocka_unit_test_setup_teardown(name, setup_plain, teardown)
#define STRICT(name) \
    cmocka_unit_test_setup_teardown(name, setup_strict, teardown)
    const struct CMUnitTest tests[] = {
        PLAIN(test_empty),
        PLAIN(test_insert_and_look_up),
        PLAIN(test_entry_may_be_zero),
        PLAIN(test_replace),
        PLAIN(test_replace_beside_a_hole),
        STRICT(test_replace_beside_a_hole),
        PLAIN(test_granule_size_tags),
        PLAIN(test_invalidate_range),
        STRICT(test_invalidate_range),
        PLAIN(test_invalidate_other_kinds_stay),
        PLAIN(test_invalidate_match),
        PLAIN(test_clear),
        STRICT(test_clear),
        STRICT(test_strict_growth),
        STRICT(test_strict_invalidate_after_growth),
        PLAIN(test_plain_eviction),
    };

    return cmocka_run_group_tests_name("gpt-cache", tests, NULL, NULL);
}
