/*
 * The address translation cache of a PCIe function.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "atc.h"
#include "rng.h"

#define RW  (ATC_READ | ATC_WRITE)

static const AtcKey plain = { .pasid_valid = false };

static AtcKey with_pasid(uint32_t pasid)
{
    return (AtcKey) { .pasid_valid = true, .pasid = pasid };
}

static void put(Atc *atc, uint64_t addr, uint64_t size, uint64_t out,
                uint32_t flags, uint32_t pasid)
{
    AtcEntry e = { addr, size, out, pasid, flags };

    atc_insert(atc, &e);
    assert_true(atc_sane(atc));
}

static void test_find(void **state)
{
    Atc atc;
    const AtcEntry *e;

    (void)state;
    atc_clear(&atc);
    assert_null(atc_find(&atc, plain, 0, 1));
    put(&atc, 0x10000, 0x4000, 0x80000, RW, 0);
    e = atc_find(&atc, plain, 0x10000, 0x4000);
    assert_non_null(e);
    assert_int_equal(e->out, 0x80000);
    assert_non_null(atc_find(&atc, plain, 0x13fff, 1));
    assert_null(atc_find(&atc, plain, 0xffff, 1));
    assert_null(atc_find(&atc, plain, 0xffff, 2));
    assert_null(atc_find(&atc, plain, 0x14000, 1));
    assert_null(atc_find(&atc, plain, 0x13fff, 2));
    assert_null(atc_find(&atc, plain, 0x10000, UINT64_MAX));
    /* The last page that there is. */
    put(&atc, -0x1000ull, 0x1000, 0x1000, ATC_READ, 0);
    assert_non_null(atc_find(&atc, plain, UINT64_MAX, 1));
    assert_null(atc_find(&atc, plain, UINT64_MAX, 2));
    /* All of the address space. */
    atc_clear(&atc);
    put(&atc, 0, 1ull << 63, 0, ATC_READ, 0);
    assert_non_null(atc_find(&atc, plain, 0, 1ull << 63));
    assert_null(atc_find(&atc, plain, 1, 1ull << 63));
}

/* Whose an entry is. */
static void test_keys(void **state)
{
    static const struct { uint32_t flags, pasid; } keys[] = {
        { 0, 0 }, { ATC_PRIVILEGED, 0 }, { ATC_PASID, 0 }, { ATC_PASID, 1 },
        { ATC_PASID, 0xfffff }, { ATC_PASID | ATC_PRIVILEGED, 1 },
    };
    Atc atc;

    (void)state;
    atc_clear(&atc);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        put(&atc, 0x5000, 0x1000, 0x1000 * (i + 1), keys[i].flags | ATC_READ,
            keys[i].pasid);
    }
    assert_int_equal(atc_count(&atc), COUNT_OF(keys));
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        AtcKey key = {
            .pasid_valid = keys[i].flags & ATC_PASID,
            .privileged = keys[i].flags & ATC_PRIVILEGED,
            .pasid = keys[i].pasid,
        };
        const AtcEntry *e = atc_find(&atc, key, 0x5000, 1);

        assert_non_null(e);
        assert_int_equal(e->out, 0x1000 * (i + 1));
    }
    assert_null(atc_find(&atc, with_pasid(2), 0x5000, 1));
}

static void test_insert(void **state)
{
    static const AtcEntry bad[] = {
        { 0x1000, 0, 0x1000, 0, RW },           /* no size */
        { 0x1000, 0x800, 0x1000, 0, RW },       /* less than a page */
        { 0x1000, 0x3000, 0x1000, 0, RW },      /* no power of 2 */
        { 0x1000, 0x2000, 0x2000, 0, RW },      /* not aligned */
        { 0x2000, 0x2000, 0x1000, 0, RW },
        { 0x1000, 0x1000, 0x1000, 0, 64 },
    };
    Atc atc;

    (void)state;
    atc_clear(&atc);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        atc_insert(&atc, &bad[i]);
        assert_int_equal(atc_count(&atc), 0);
    }
    /* What overlaps goes, under the same key only. */
    put(&atc, 0x10000, 0x1000, 0x1000, ATC_READ, 0);
    put(&atc, 0x11000, 0x1000, 0x2000, ATC_READ, 0);
    put(&atc, 0x10000, 0x1000, 0x3000, ATC_READ | ATC_PASID, 4);
    put(&atc, 0x10000, 0x2000, 0x8000, ATC_READ, 0);
    assert_int_equal(atc_count(&atc), 2);
    assert_int_equal(atc_find(&atc, plain, 0x11000, 1)->out, 0x8000);
    assert_int_equal(atc_find(&atc, with_pasid(4), 0x10000, 1)->out, 0x3000);
    /* The oldest makes room. */
    atc_clear(&atc);
    for (unsigned i = 0; i < ATC_ENTRIES + 2; i++) {
        put(&atc, 0x1000 * i, 0x1000, 0x1000, ATC_READ, 0);
    }
    assert_int_equal(atc_count(&atc), ATC_ENTRIES);
    assert_null(atc_find(&atc, plain, 0, 1));
    assert_null(atc_find(&atc, plain, 0x1000, 1));
    for (unsigned i = 2; i < ATC_ENTRIES + 2; i++) {
        assert_non_null(atc_find(&atc, plain, 0x1000 * i, 1));
    }
}

static void test_invalidate(void **state)
{
    static const struct {
        bool pasid_valid;
        uint32_t pasid;
        bool global;
        uint64_t first, last;
        bool drops[4];          /* plain low, plain high, PASID 1, PASID 2 */
    } cases[] = {
        { false, 0, false, 0, UINT64_MAX, { true, true, false, false } },
        { false, 1, true, 0, UINT64_MAX, { true, true, false, false } },
        { true, 1, false, 0, UINT64_MAX, { false, false, true, false } },
        { true, 2, false, 0, UINT64_MAX, { false, false, false, true } },
        { true, 3, false, 0, UINT64_MAX, { false, false, false, false } },
        { true, 3, true, 0, UINT64_MAX, { false, false, true, true } },
        { false, 0, false, 0x1000, 0x1fff, { true, false, false, false } },
        { false, 0, false, 0x1fff, 0x1fff, { true, false, false, false } },
        { false, 0, false, 0x2000, 0x8fff, { false, false, false, false } },
        { false, 0, false, 0x2000, 0x9000, { false, true, false, false } },
        { false, 0, false, 0, 0xfff, { false, false, false, false } },
        { true, 1, true, 0x1000, 0x1000, { false, false, true, true } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        unsigned want = 0;
        Atc atc;

        atc_clear(&atc);
        put(&atc, 0x1000, 0x1000, 0, ATC_READ, 0);
        put(&atc, 0x9000, 0x1000, 0, ATC_READ, 0);
        put(&atc, 0x1000, 0x1000, 0, ATC_READ | ATC_PASID, 1);
        put(&atc, 0x1000, 0x1000, 0, ATC_READ | ATC_PASID, 2);
        for (unsigned k = 0; k < 4; k++) {
            want += cases[i].drops[k];
        }
        assert_int_equal(atc_invalidate(&atc, cases[i].pasid_valid,
                                        cases[i].pasid, cases[i].global,
                                        cases[i].first, cases[i].last), want);
        assert_int_equal(!atc_find(&atc, plain, 0x1000, 1),
                         cases[i].drops[0]);
        assert_int_equal(!atc_find(&atc, plain, 0x9000, 1),
                         cases[i].drops[1]);
        assert_int_equal(!atc_find(&atc, with_pasid(1), 0x1000, 1),
                         cases[i].drops[2]);
        assert_int_equal(!atc_find(&atc, with_pasid(2), 0x1000, 1),
                         cases[i].drops[3]);
    }
}

/* Whatever happens, what is found covers what was asked for. */
static void test_random(void **state)
{
    Rng r = { 11 };
    Atc atc;
    unsigned found = 0;

    (void)state;
    atc_clear(&atc);
    for (unsigned i = 0; i < 200000; i++) {
        uint64_t size = 0x1000ull << rng_below(&r, 6);
        uint64_t addr = rng_below(&r, 1 << 20), len = 1 + rng_below(&r, 9000);
        const AtcEntry *e;

        if (rng_once_in(&r, 3)) {
            put(&atc, addr & -size, size, rng_next(&r) & -size,
                rng_below(&r, 64) & ~(uint64_t)ATC_PASID,
                rng_below(&r, 3));
        }
        if (rng_once_in(&r, 20)) {
            atc_invalidate(&atc, false, 0, false, addr, addr + len);
            assert_null(atc_find(&atc, plain, addr, 1));
        }
        e = atc_find(&atc, plain, addr, len);
        if (e) {
            found++;
            assert_true(addr >= e->addr && addr + len <= e->addr + e->size);
        }
        assert_in_range(atc_count(&atc), 0, ATC_ENTRIES);
    }
    assert_true(found > 1000);
}

static void test_sane(void **state)
{
    Atc atc;

    (void)state;
    atc_clear(&atc);
    assert_true(atc_sane(&atc));
    atc.next = ATC_ENTRIES;
    assert_false(atc_sane(&atc));
    atc.next = 0;
    atc.entries[3] = (AtcEntry) { 0x1000, 0x2000, 0, 0, ATC_VALID };
    assert_false(atc_sane(&atc));
    atc.entries[3].flags = 0;
    assert_true(atc_sane(&atc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_insert),
        cmocka_unit_test(test_invalidate),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_sane),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
