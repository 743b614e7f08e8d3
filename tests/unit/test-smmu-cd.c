/*
 * Context Descriptors: every rule of validity with a row that differs from a
 * valid descriptor, decoded values, and the tables that they stand in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "rng.h"
#include "smmu-words.h"
#include "cd.h"
#include "cdtab.h"

#define NS CCA_SEC_SID_NS
#define SECURE CCA_SEC_SID_SECURE
#define REALM CCA_SEC_SID_REALM
#define EL1 SMMU_WORLD_EL1
#define EL2 SMMU_WORLD_EL2
#define EL3 SMMU_WORLD_EL3
#define E2H SMMU_WORLD_EL2_E2H

/* The fields of section 5.4 that rows use: [hi:lo]. */
#define WORD0       63, 0
#define T0SZ        5, 0
#define TG0         7, 6
#define EPD0        14, 14
#define ENDI        15, 15
#define T1SZ        21, 16
#define TG1         23, 22
#define EPD1        30, 30
#define V           31, 31
#define IPS         34, 32
#define AA64        41, 41
#define HD          42, 42
#define HA          43, 43
#define S           44, 44
#define R           45, 45
#define A           46, 46
#define ASID        63, 48
#define NSCFG0      64, 64
#define TTB0        115, 68
#define NSCFG1      128, 128
#define TTB1        179, 132
#define DS          186, 186

SMMU_TWEAK(no_stall, stall, false)
SMMU_TWEAK(stall_forced, stall_forced, true)
SMMU_TWEAK(no_httu, httu, 0)
SMMU_TWEAK(httu_af, httu, 1)
SMMU_TWEAK(no_asid16, asid16, false)
SMMU_TWEAK(no_4k, gran4k, false)
SMMU_TWEAK(no_16k, gran16k, false)
SMMU_TWEAK(no_64k, gran64k, false)
SMMU_TWEAK(no_vax, vax, false)
SMMU_TWEAK(no_ds, ds, false)
SMMU_TWEAK(no_stt, stt, false)
SMMU_TWEAK(oas_40, oas, 40)

/* A valid CD: 4KB, 48 bits in both halves, 44-bit output. */
static void base_cd(uint64_t w[8])
{
    memset(w, 0, 64);
    smmu_put(w, V, 1);
    smmu_put(w, T0SZ, 16);
    smmu_put(w, T1SZ, 16);
    smmu_put(w, TG1, 2);
    smmu_put(w, IPS, 4);
    smmu_put(w, AA64, 1);
    smmu_put(w, R, 1);
    smmu_put(w, A, 1);
    smmu_put(w, ASID, 0x17);
    smmu_put(w, TTB0, 0x80001000 >> 4);
    smmu_put(w, TTB1, 0x90003000 >> 4);
}

static SmmuSte base_ste(CcaSecSid sec_sid, SmmuStreamWorld world)
{
    return (SmmuSte) { .s1 = true, .sec_sid = sec_sid, .world = world };
}

typedef struct Row {
    const char *what;
    CcaSecSid sec_sid;
    SmmuStreamWorld world;
    SmmuCdError want;
    SmmuTweak *tweak;
    SmmuBits bits[6];
    bool s1stalld;
} Row;

#define OK SMMU_CD_OK
#define BAD(name) SMMU_CD_BAD_##name

static const Row rows[] = {
    { "valid", NS, EL1, OK, NULL, { { 0 } }, false },
    { "valid", NS, EL2, OK, NULL, { { 0 } }, false },
    { "valid", NS, E2H, OK, NULL, { { 0 } }, false },
    { "valid", SECURE, EL1, OK, NULL, { { 0 } }, false },
    { "valid", SECURE, EL3, OK, NULL, { { 0 } }, false },
    { "valid", REALM, EL1, OK, NULL, { { 0 } }, false },
    { "valid", REALM, EL2, OK, NULL, { { 0 } }, false },
    { "V is 0", NS, EL1, BAD(V), NULL, { { V, 0 } }, false },
    { "all is 0", NS, EL1, BAD(V), NULL, { { WORD0, 0 }, { V, 0 } }, false },

    /* Stalls */
    { "S", NS, EL1, OK, NULL, { { S, 1 } }, false },
    { "S", SECURE, EL1, OK, NULL, { { S, 1 } }, false },
    { "S, S1STALLD", NS, EL1, BAD(S), NULL, { { S, 1 } }, true },
    { "no S, S1STALLD", NS, EL1, OK, NULL, { { 0 } }, true },
    { "S, no stall", NS, EL1, BAD(S), no_stall, { { S, 1 } }, false },
    { "S, Realm", REALM, EL1, BAD(S), NULL, { { S, 1 } }, false },
    { "S 0, forced", NS, EL1, BAD(S), stall_forced, { { 0 } }, false },
    { "S 1, forced", NS, EL1, OK, stall_forced, { { S, 1 } }, false },
    { "S 0, forced, Realm", REALM, EL1, OK, stall_forced, { { 0 } }, false },
    { "A is 0", NS, EL1, OK, NULL, { { A, 0 } }, false },

    /* Format, HTTU, ASID */
    { "AA64 is 0", NS, EL1, BAD(AA64), NULL, { { AA64, 0 } }, false },
    { "AA64 is 0", REALM, E2H, BAD(AA64), NULL, { { AA64, 0 } }, false },
    { "ENDI", NS, EL1, OK, NULL, { { ENDI, 1 } }, false },
    { "HA", NS, EL1, OK, httu_af, { { HA, 1 } }, false },
    { "HA, none", NS, EL1, BAD(HA), no_httu, { { HA, 1 } }, false },
    { "HD", NS, EL1, OK, NULL, { { HA, 1 }, { HD, 1 } }, false },
    { "HD, AF only", NS, EL1, BAD(HD), httu_af, { { HA, 1 }, { HD, 1 } },
      false },
    { "HD alone, none", NS, EL2, BAD(HD), no_httu, { { HD, 1 } }, false },
    { "HD alone", NS, EL1, OK, NULL, { { HD, 1 } }, false },
    { "ASID 8 bits", NS, EL1, OK, no_asid16, { { ASID, 0xff } }, false },
    { "ASID 9 bits", NS, EL1, BAD(ASID), no_asid16, { { ASID, 0x100 } },
      false },
    { "ASID, E2H", REALM, E2H, BAD(ASID), no_asid16, { { ASID, 0x8000 } },
      false },
    { "ASID, EL2", NS, EL2, OK, no_asid16, { { ASID, 0x100 } }, false },
    { "ASID, EL3", SECURE, EL3, OK, no_asid16, { { ASID, 0x100 } }, false },
    { "ASID 16 bits", NS, EL1, OK, NULL, { { ASID, 0xffff } }, false },

    /* Granules: TG0 and TG1 have different orders */
    { "TG0 64KB", NS, EL1, OK, NULL, { { TG0, 1 } }, false },
    { "TG0 16KB", NS, EL1, OK, NULL, { { TG0, 2 } }, false },
    { "TG0 reserved", NS, EL1, BAD(TG0), NULL, { { TG0, 3 } }, false },
    { "TG0 no 4KB", NS, EL2, BAD(TG0), no_4k, { { 0 } }, false },
    { "TG0 no 64KB", NS, EL1, BAD(TG0), no_64k, { { TG0, 1 } }, false },
    { "TG0 no 16KB", NS, EL1, BAD(TG0), no_16k, { { TG0, 2 } }, false },
    { "TG0, EPD0", NS, EL1, OK, NULL, { { TG0, 3 }, { EPD0, 1 } }, false },
    { "TG0, EPD0 E2H", NS, E2H, OK, NULL, { { TG0, 3 }, { EPD0, 1 } }, false },
    { "TG0, EPD0 IGNORED", NS, EL2, BAD(TG0), NULL,
      { { TG0, 3 }, { EPD0, 1 } }, false },
    { "TG0, EPD0 IGNORED", SECURE, EL3, BAD(TG0), NULL,
      { { TG0, 3 }, { EPD0, 1 } }, false },
    { "TG1 reserved", NS, EL1, BAD(TG1), NULL, { { TG1, 0 } }, false },
    { "TG1 16KB", NS, EL1, OK, NULL, { { TG1, 1 } }, false },
    { "TG1 64KB", NS, EL1, OK, NULL, { { TG1, 3 } }, false },
    { "TG1 no 16KB", NS, EL1, BAD(TG1), no_16k, { { TG1, 1 } }, false },
    { "TG1 no 64KB", REALM, E2H, BAD(TG1), no_64k, { { TG1, 3 } }, false },
    { "TG1 no 4KB", NS, EL1, BAD(TG1), no_4k, { { TG0, 1 } }, false },
    { "TG1, EPD1", NS, EL1, OK, NULL, { { TG1, 0 }, { EPD1, 1 } }, false },
    { "TG1, EL2", NS, EL2, OK, NULL, { { TG1, 0 } }, false },
    { "TG1, EL3", SECURE, EL3, OK, NULL, { { TG1, 0 } }, false },

    /* Sizes */
    { "T0SZ 15", NS, EL1, BAD(T0SZ), NULL, { { T0SZ, 15 } }, false },
    { "T0SZ 12, 64KB", NS, EL1, OK, NULL, { { T0SZ, 12 }, { TG0, 1 } },
      false },
    { "T0SZ 11, 64KB", NS, EL1, BAD(T0SZ), NULL, { { T0SZ, 11 }, { TG0, 1 } },
      false },
    { "T0SZ 12, no VAX", NS, EL1, BAD(T0SZ), no_vax,
      { { T0SZ, 12 }, { TG0, 1 } }, false },
    { "T0SZ 16, no VAX", NS, EL1, OK, no_vax, { { TG0, 1 } }, false },
    { "T0SZ 12, DS", NS, EL1, OK, NULL, { { T0SZ, 12 }, { DS, 1 } }, false },
    { "T0SZ 12, DS, no VAX", NS, EL1, BAD(T0SZ), no_vax,
      { { T0SZ, 12 }, { DS, 1 } }, false },
    { "T0SZ 11, DS", NS, EL1, BAD(T0SZ), NULL, { { T0SZ, 11 }, { DS, 1 } },
      false },
    { "T0SZ 12, no DS", NS, EL1, BAD(T0SZ), no_ds,
      { { T0SZ, 12 }, { DS, 1 } }, false },
    { "T0SZ 12, 16KB DS", NS, EL2, OK, NULL,
      { { T0SZ, 12 }, { DS, 1 }, { TG0, 2 } }, false },
    { "T0SZ 39", NS, EL1, OK, no_stt, { { T0SZ, 39 } }, false },
    { "T0SZ 40", NS, EL1, BAD(T0SZ), no_stt, { { T0SZ, 40 } }, false },
    { "T0SZ 48", NS, EL1, OK, NULL, { { T0SZ, 48 } }, false },
    { "T0SZ 49", NS, EL1, BAD(T0SZ), NULL, { { T0SZ, 49 } }, false },
    { "T0SZ 47, 64KB", NS, EL1, OK, NULL, { { T0SZ, 47 }, { TG0, 1 } },
      false },
    { "T0SZ 48, 64KB", NS, EL1, BAD(T0SZ), NULL, { { T0SZ, 48 }, { TG0, 1 } },
      false },
    { "T0SZ, EPD0", NS, EL1, OK, NULL, { { T0SZ, 63 }, { EPD0, 1 } }, false },
    { "T0SZ, EPD0 IGNORED", NS, EL2, BAD(T0SZ), NULL,
      { { T0SZ, 63 }, { EPD0, 1 } }, false },
    { "T1SZ 15", NS, EL1, BAD(T1SZ), NULL, { { T1SZ, 15 } }, false },
    { "T1SZ 49", REALM, E2H, BAD(T1SZ), NULL, { { T1SZ, 49 } }, false },
    { "T1SZ 12, DS", NS, EL1, OK, NULL, { { T1SZ, 12 }, { DS, 1 } }, false },
    { "T1SZ 12, other 64KB", NS, EL1, BAD(T1SZ), NULL,
      { { T1SZ, 12 }, { TG0, 1 } }, false },
    { "T1SZ 12, 64KB", NS, EL1, OK, NULL, { { T1SZ, 12 }, { TG1, 3 } },
      false },
    { "T1SZ, EPD1", NS, EL1, OK, NULL, { { T1SZ, 0 }, { EPD1, 1 } }, false },
    { "T1SZ, EL2", NS, EL2, OK, NULL, { { T1SZ, 0 } }, false },

    /* Bases */
    { "TTB0 44", NS, EL1, OK, NULL, { { TTB0, 1ull << 39 } }, false },
    { "TTB0 45", NS, EL1, BAD(TTB0), NULL, { { TTB0, 1ull << 40 } }, false },
    { "TTB0 33 of 32", NS, EL1, BAD(TTB0), NULL,
      { { IPS, 0 }, { TTB0, 1ull << 28 } }, false },
    { "TTB0 49, 4KB", NS, EL1, BAD(TTB0), NULL,
      { { IPS, 6 }, { TTB0, 1ull << 44 } }, false },
    { "TTB0 49, DS", NS, EL1, OK, NULL,
      { { IPS, 6 }, { TTB0, 1ull << 44 }, { DS, 1 } }, false },
    { "TTB0 52, 64KB", NS, EL2, OK, NULL,
      { { IPS, 6 }, { TTB0, 1ull << 47 }, { TG0, 1 } }, false },
    { "TTB0, IPS reserved", NS, EL2, OK, NULL,
      { { IPS, 7 }, { TTB0, 1ull << 47 }, { TG0, 1 } }, false },
    { "TTB0 above OAS", NS, EL1, BAD(TTB0), oas_40,
      { { IPS, 6 }, { TTB0, 1ull << 36 } }, false },
    { "TTB0, EPD0", NS, EL1, OK, NULL,
      { { TTB0, 1ull << 47 }, { EPD0, 1 } }, false },
    { "TTB1 45", NS, EL1, BAD(TTB1), NULL, { { TTB1, 1ull << 40 } }, false },
    { "TTB1 49, 16KB", REALM, E2H, BAD(TTB1), NULL,
      { { IPS, 6 }, { TTB1, 1ull << 44 }, { TG1, 1 } }, false },
    { "TTB1, EPD1", NS, EL1, OK, NULL,
      { { TTB1, 1ull << 47 }, { EPD1, 1 } }, false },
    { "TTB1, EL2", NS, EL2, OK, NULL, { { TTB1, 1ull << 47 } }, false },
};

static void test_validity(void **state)
{
    unsigned failed = 0;
    bool seen[SMMU_CD__ERRORS] = { false };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const Row *row = &rows[i];
        SmmuFeatures f = smmu_all_features();
        SmmuSte ste = base_ste(row->sec_sid, row->world);
        uint64_t w[8];
        SmmuCd cd;
        bool ok;

        base_cd(w);
        smmu_put_list(w, row->bits, 6);
        ste.s1stalld = row->s1stalld;
        if (row->tweak) {
            row->tweak(&f);
        }
        ok = smmu_cd_decode(&cd, &f, &ste, w);
        seen[row->want] = true;
        if (cd.error != row->want || ok != (row->want == OK)) {
            print_error("row %zu, %s: %s\n", i, row->what,
                        smmu_cd_error_name(cd.error));
            failed++;
        }
    }
    assert_int_equal(failed, 0);
    for (SmmuCdError e = 0; e < SMMU_CD__ERRORS; e++) {
        assert_true(seen[e]);
        assert_string_not_equal(smmu_cd_error_name(e), "?");
    }
}

static SmmuCd decoded(CcaSecSid sec_sid, SmmuStreamWorld world,
                      const SmmuBits *bits, unsigned n)
{
    SmmuFeatures f = smmu_all_features();
    SmmuSte ste = base_ste(sec_sid, world);
    uint64_t w[8];
    SmmuCd cd;

    base_cd(w);
    smmu_put_list(w, bits, n);
    assert_true(smmu_cd_decode(&cd, &f, &ste, w));
    return cd;
}

#define DECODED(sec_sid, world, ...)                                    \
    decoded(sec_sid, world, (const SmmuBits[]) { __VA_ARGS__ },         \
            sizeof((const SmmuBits[]) { __VA_ARGS__ }) / sizeof(SmmuBits))

static void test_values(void **state)
{
    SmmuCd c;

    (void)state;
    c = DECODED(NS, EL1, { 9, 8, 1 }, { 11, 10, 2 }, { 13, 12, 3 },
                { 25, 24, 3 }, { 27, 26, 1 }, { 29, 28, 2 },
                { 35, 35, 1 }, { 36, 36, 1 }, { 37, 37, 1 }, { 40, 40, 1 },
                { 47, 47, 1 }, { 255, 192, 0x123456789abcdef0 });
    assert_int_equal(c.half[0].ir, 1);
    assert_int_equal(c.half[0].or_, 2);
    assert_int_equal(c.half[0].sh, 3);
    assert_int_equal(c.half[1].ir, 3);
    assert_int_equal(c.half[1].or_, 1);
    assert_int_equal(c.half[1].sh, 2);
    assert_true(c.affd && c.wxn && c.uwxn && c.pan && c.aset);
    assert_true(c.a && c.r && !c.s);
    assert_true(c.mair == 0x123456789abcdef0);
    assert_int_equal(c.ips, 44);
    assert_int_equal(c.asid, 0x17);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(c.half[i].granule, 12);
        assert_int_equal(c.half[i].tsz, 16);
        assert_int_equal(c.half[i].start_level, 0);
    }
    assert_int_equal(c.half[0].ttb, 0x80001000);
    assert_int_equal(c.half[1].ttb, 0x90003000);
    c = DECODED(NS, EL1, { HA, 1 }, { HD, 1 }, { 35, 35, 1 }, { S, 1 },
                { R, 0 });
    assert_true(c.ha && c.hd && !c.affd && c.s && c.r);
    assert_false(DECODED(NS, EL1, { HD, 1 }).hd);
}

static void test_halves(void **state)
{
    SmmuCd c;

    (void)state;
    c = DECODED(SECURE, EL1, { 38, 38, 1 }, { 65, 65, 1 }, { 66, 66, 1 },
                { NSCFG0, 1 });
    assert_true(c.half[0].tbi && c.half[0].had && c.half[0].e0pd &&
                c.half[0].nscfg);
    assert_true(!c.half[1].tbi && !c.half[1].had && !c.half[1].e0pd &&
                !c.half[1].nscfg);
    c = DECODED(SECURE, E2H, { 39, 39, 1 }, { 129, 129, 1 },
                { 130, 130, 1 }, { NSCFG1, 1 });
    assert_true(!c.half[0].tbi && !c.half[0].had && !c.half[0].e0pd &&
                !c.half[0].nscfg);
    assert_true(c.half[1].tbi && c.half[1].had && c.half[1].e0pd &&
                c.half[1].nscfg);
    c = DECODED(REALM, EL1, { NSCFG0, 1 }, { NSCFG1, 1 });
    assert_true(!c.half[0].nscfg && !c.half[1].nscfg);
    /* EL2 has one half, no ASID, no unprivileged accesses */
    c = DECODED(NS, EL2, { 66, 66, 1 }, { 40, 40, 1 }, { EPD0, 1 });
    assert_true(!c.half[0].epd && c.half[1].epd && !c.half[0].e0pd);
    assert_true(!c.pan && !c.asid && !c.half[1].granule);
    c = DECODED(NS, EL1, { EPD0, 1 }, { ENDI, 1 });
    assert_true(c.half[0].epd && !c.half[1].epd && c.endi);
    assert_int_equal(c.half[0].ttb, 0);
    c = DECODED(NS, EL1, { EPD0, 1 }, { EPD1, 1 }, { ENDI, 1 });
    assert_false(c.endi);
}

static void test_start_levels(void **state)
{
    static const struct {
        unsigned tg0, tsz;
        bool ds;
        int level;
        uint64_t ttb;       /* of all ones */
    } cases[] = {
        { 0, 16, false, 0, 0xfffffff000 }, { 0, 24, false, 0, 0xfffffffff0 },
        { 0, 25, false, 1, 0xfffffff000 }, { 0, 39, false, 2, 0xffffffff80 },
        { 0, 42, false, 2, 0xfffffffff0 }, { 0, 43, false, 3, 0xfffffff000 },
        { 0, 48, false, 3, 0xffffffff80 }, { 0, 12, true, -1, 0xffffffff80 },
        { 2, 16, false, 0, 0xfffffffff0 }, { 2, 17, false, 1, 0xffffffc000 },
        { 2, 12, true, 0, 0xffffffff00 }, { 1, 12, false, 1, 0xffffffe000 },
        { 1, 16, false, 1, 0xfffffffe00 }, { 1, 22, false, 2, 0xffffff0000 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        SmmuCd c = DECODED(NS, EL2, { TG0, cases[i].tg0 },
                           { T0SZ, cases[i].tsz }, { DS, cases[i].ds },
                           { TTB0, 0xfffffffff });

        assert_int_equal(c.half[0].start_level, cases[i].level);
        assert_int_equal(c.half[0].ttb, cases[i].ttb);
    }
    /* 52-bit output wants 64 bytes */
    assert_int_equal(DECODED(NS, EL2, { T0SZ, 24 }, { IPS, 6 },
                             { TTB0, 0xfffffffff }).half[0].ttb,
                     0xffffffffc0);
}

static void check_invariants(const SmmuFeatures *f, const SmmuSte *ste,
                             const SmmuCd *c)
{
    if (c->error != OK) {
        assert_true(!c->asid && !c->mair && !c->half[0].granule);
        return;
    }
    assert_true(c->ips <= f->oas);
    assert_true(!c->s || (c->r && !ste->s1stalld && f->stall));
    assert_true(!c->hd || (c->ha && f->httu == 2));
    assert_true(f->asid16 || c->asid < 256);
    assert_true(ste->world == EL1 || ste->world == E2H || c->half[1].epd);
    for (int i = 0; i < 2; i++) {
        const SmmuCdHalf *h = &c->half[i];
        int bits;

        if (h->epd) {
            assert_true(!h->granule && !h->ttb && !h->tsz);
            continue;
        }
        bits = 64 - h->tsz - (3 - h->start_level) * (h->granule - 3) -
               h->granule;
        assert_in_range(h->start_level + 1, 0, 4);
        assert_in_range(bits, 1, h->granule - 3);
        assert_int_equal(h->ttb & ((8ull << bits) - 1), 0);
        assert_int_equal(h->ttb >> c->ips, 0);
        assert_true(!h->nscfg || ste->sec_sid == SECURE);
    }
}

static void test_random(void **state)
{
    Rng rng = { 0xcd5eed };
    unsigned valid = 0;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        SmmuFeatures f = smmu_random_features(&rng);
        SmmuSte ste = base_ste(rng_below(&rng, 3), rng_below(&rng, 4));
        uint64_t w[8];
        SmmuCd c;

        f.asid16 = rng_next(&rng) & 1;
        ste.s1stalld = rng_next(&rng) & 1;
        base_cd(w);
        for (int n = 0; n < 8; n++) {
            /* anything, or near a valid one */
            w[n] = i % 2 ? w[n] ^ 1ull << rng_below(&rng, 64)
                         : rng_next(&rng);
        }
        smmu_cd_decode(&c, &f, &ste, w);
        check_invariants(&f, &ste, &c);
        valid += c.error == OK;
    }
    assert_true(valid > 5000);
}

/* Which CD, and where */

static void test_select(void **state)
{
    static const struct {
        bool s1;
        uint8_t cdmax, dss;
        bool ssv;
        uint32_t ssid;
        SmmuCdUse use;
        uint32_t index;
    } cases[] = {
        { false, 0, 0, false, 0, SMMU_CD_BYPASS, 0 },
        { false, 0, 0, true, 0, SMMU_CD_BAD_SUBSTREAMID, 0 },
        { false, 0, 0, true, 7, SMMU_CD_BAD_SUBSTREAMID, 0 },
        { true, 0, 0, false, 9, SMMU_CD_USE, 0 },
        { true, 0, 0, true, 0, SMMU_CD_BAD_SUBSTREAMID, 0 },
        { true, 4, 0, true, 0, SMMU_CD_USE, 0 },
        { true, 4, 0, true, 15, SMMU_CD_USE, 15 },
        { true, 4, 0, true, 16, SMMU_CD_BAD_SUBSTREAMID, 0 },
        { true, 4, 0, true, UINT32_MAX, SMMU_CD_BAD_SUBSTREAMID, 0 },
        { true, 20, 0, true, 0xfffff, SMMU_CD_USE, 0xfffff },
        { true, 4, 0, false, 5, SMMU_CD_STREAM_DISABLED, 0 },
        { true, 4, 1, false, 5, SMMU_CD_BYPASS, 0 },
        { true, 4, 1, true, 5, SMMU_CD_USE, 5 },
        { true, 4, 1, true, 0, SMMU_CD_USE, 0 },
        { true, 4, 2, false, 5, SMMU_CD_USE, 0 },
        { true, 4, 2, true, 5, SMMU_CD_USE, 5 },
        { true, 4, 2, true, 0, SMMU_CD_STREAM_DISABLED, 0 },
        { true, 4, 2, true, 16, SMMU_CD_BAD_SUBSTREAMID, 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        SmmuSte ste = { .s1 = cases[i].s1, .s1cdmax = cases[i].cdmax,
                        .s1dss = cases[i].dss };
        uint32_t index = ~0u;

        assert_int_equal(smmu_cd_select(&ste, cases[i].ssv, cases[i].ssid,
                                        &index), cases[i].use);
        assert_int_equal(index, cases[i].index);
    }
}

static void test_cd_tables(void **state)
{
    static const struct {
        uint8_t fmt;
        uint32_t index;
        uint64_t l1cd;
        bool two, ok;
        uint64_t first, second;
    } cases[] = {
        { 0, 0, 0, false, false, 0x80000000, 0 },
        { 0, 0xfffff, 0, false, false, 0x83ffffc0, 0 },
        { 1, 0, 0x90001001, true, true, 0x80000000, 0x90001000 },
        { 1, 63, 0x90001001, true, true, 0x80000000, 0x90001fc0 },
        { 1, 64, 0x90001001, true, true, 0x80000008, 0x90001000 },
        { 1, 0xfffff, 0x90001001, true, true, 0x8001fff8, 0x90001fc0 },
        { 2, 1023, 0x90010001, true, true, 0x80000000, 0x9001ffc0 },
        { 2, 1024, 0x90010001, true, true, 0x80000008, 0x90010000 },
        { 2, 0xfffff, 0x9001f001, true, true, 0x80001ff8, 0x9001ffc0 },
        { 1, 1, 0x90001000, true, false, 0x80000000, 0 },
        { 1, 1, 0x0008000090001001, true, true, 0x80000000,
          0x0008000090001040 },
        { 1, 1, 0x0010000090001001, true, false, 0x80000000, 0 },
        { 1, 1, 0xff00000090001fff, true, true, 0x80000000, 0x90001040 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        SmmuFeatures f = smmu_all_features();
        SmmuSte ste = { .s1 = true, .s1cdmax = 20, .s1fmt = cases[i].fmt,
                        .s1contextptr = 0x80000000 };
        uint64_t addr = 0;

        assert_int_equal(smmu_cdtab_first(&ste, cases[i].index, &addr),
                         cases[i].two);
        assert_int_equal(addr, cases[i].first);
        addr = 0;
        if (cases[i].two) {
            assert_int_equal(smmu_cdtab_second(&ste, &f, cases[i].l1cd,
                                               cases[i].index, &addr),
                             cases[i].ok);
            assert_int_equal(addr, cases[i].second);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_start_levels),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_cd_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
