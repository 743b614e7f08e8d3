/*
 * Stream Table Entries: what their fields decode to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "smmu-ste-base.h"

static SmmuSte decoded(CcaSecSid sec_sid, unsigned config, bool e2h,
                       const SmmuBits *bits, unsigned n)
{
    SmmuFeatures f = smmu_all_features();
    uint64_t w[8];
    SmmuSte ste;

    base_ste(w, config);
    smmu_put_list(w, bits, n);
    assert_true(smmu_ste_decode(&ste, &f, sec_sid, e2h, w));
    return ste;
}

#define DECODED(sec_sid, config, e2h, ...)                              \
    decoded(sec_sid, config, e2h, (const SmmuBits[]) { __VA_ARGS__ },   \
            sizeof((const SmmuBits[]) { __VA_ARGS__ }) / sizeof(SmmuBits))

static void test_stage1_values(void **state)
{
    SmmuSte s;

    (void)state;
    s = DECODED(NS, 5, false, { S1CDMAX, 12 }, { S1FMT, 1 }, { S1DSS, 2 },
                { 67, 66, 1 }, { 69, 68, 2 }, { 71, 70, 3 });
    assert_true(s.s1 && !s.s2 && !s.abort);
    assert_int_equal(s.s1cdmax, 12);
    assert_int_equal(s.s1fmt, STE_S1FMT_4K);
    assert_int_equal(s.s1dss, STE_S1DSS_SSID0);
    assert_int_equal(s.s1cir, 1);
    assert_int_equal(s.s1cor, 2);
    assert_int_equal(s.s1csh, 3);
    /* 64 L1CDs are 512 bytes */
    assert_int_equal(s.s1contextptr, (0x12345678ull << 6) & ~0x1ffull);
    assert_int_equal(s.s2vmid, 0x42);
    s = DECODED(NS, 5, false, { S1CDMAX, 8 }, { S1FMT, 3 }, { S1DSS, 3 });
    assert_int_equal(s.s1fmt, STE_S1FMT_LINEAR);
    assert_int_equal(s.s1dss, STE_S1DSS_TERMINATE);
    assert_int_equal(s.s1contextptr, (0x12345678ull << 6) & ~0x3fffull);
    s = DECODED(SECURE, 5, false, { S1STALLD, 1 });
    assert_true(s.s1stalld);
    assert_int_equal(s.s2vmid, 0);
    assert_int_equal(s.s1contextptr, 0x12345678ull << 6);
}

static void test_stage2_values(void **state)
{
    SmmuSte s;

    (void)state;
    s = DECODED(REALM, 7, false, { 169, 168, 1 }, { 171, 170, 2 },
                { 173, 172, 3 }, { 182, 182, 1 }, { HA, 1 }, { HD, 1 });
    assert_true(s.s1 && s.s2 && s.s2ptw && s.s2ha && s.s2hd && !s.s2affd);
    assert_int_equal(s.s2ir0, 1);
    assert_int_equal(s.s2or0, 2);
    assert_int_equal(s.s2sh0, 3);
    assert_int_equal(s.s2ps, 44);
    assert_int_equal(s.s2tt[0].granule, 12);
    assert_int_equal(s.s2tt[0].t0sz, 24);
    assert_int_equal(s.s2tt[0].sl0, 1);
    assert_int_equal(s.s2tt[0].start_level, 1);
    /* 40 bits from level 1 are two tables: the base is aligned to 8KB */
    assert_int_equal(s.s2tt[0].ttb, 0x80002000);
    assert_int_equal(s.s2tt[1].granule, 0);
    s = DECODED(NS, 6, false, { TTB, 0x80003ff0 >> 4 }, { 182, 182, 1 },
                { HD, 1 }, { 181, 181, 1 }, { ENDI, 1 }, { 89, 89, 1 },
                { 186, 186, 1 });
    assert_int_equal(s.s2tt[0].ttb, 0x80002000);
    assert_true(!s.s2ptw && !s.s2hd && s.s2affd && s.s2endi && s.s2fwb);
    assert_true(s.s2r && !s.s2s);
    s = DECODED(NS, 6, false, { T0SZ, 33 }, { TTB, 0x80003ff0 >> 4 });
    assert_int_equal(s.s2tt[0].ttb, 0x80003ff0);
    s = DECODED(NS, 6, false, { T0SZ, 33 }, { TTB, 0x80003ff0 >> 4 },
                { PS, 6 });
    assert_int_equal(s.s2ps, 52);
    assert_int_equal(s.s2tt[0].ttb, 0x80003fc0);
    s = DECODED(NS, 6, false, { T0SZ, 12 }, { SL0_2, 1 }, { SL0, 0 },
                { S2DS, 1 });
    assert_true(s.s2ds && s.s2tt[0].sl0_2);
    assert_int_equal(s.s2tt[0].start_level, -1);
    s = DECODED(NS, 6, false, { TG, 1 }, { S2DS, 1 }, { SL0_2, 1 });
    assert_true(!s.s2ds && !s.s2tt[0].sl0_2);
    assert_int_equal(s.s2tt[0].start_level, 2);
    /* a stall is always recorded */
    s = DECODED(NS, 6, false, { S2S, 1 });
    assert_true(s.s2r && s.s2s);
}

static void test_secure_stage2_values(void **state)
{
    SmmuSte s;

    (void)state;
    s = DECODED(SECURE, 6, false, { S_TG, 1 }, { 193, 193, 1 });
    assert_int_equal(s.s2tt[0].granule, 12);
    assert_int_equal(s.s2tt[1].granule, 16);
    assert_int_equal(s.s2tt[1].t0sz, 25);
    assert_int_equal(s.s2tt[1].start_level, 2);
    assert_true(!s.s2sw && !s.s2sa && !s.s2nsw && s.s2nsa);
    s = DECODED(SECURE, 6, false, { 384, 384, 1 });
    assert_true(s.s2sw && s.s2sa && !s.s2nsw && s.s2nsa);
    s = DECODED(SECURE, 6, false, { 192, 192, 1 });
    assert_true(!s.s2sw && !s.s2sa && s.s2nsw && s.s2nsa);
    s = DECODED(SECURE, 6, false, { 385, 385, 1 });
    assert_true(!s.s2sw && s.s2sa && !s.s2nsw && s.s2nsa);
    s = DECODED(REALM, 6, false, { 192, 192, 1 }, { 384, 384, 1 });
    assert_true(!s.s2sw && !s.s2sa && !s.s2nsw && !s.s2nsa);
}

static void test_stream_world(void **state)
{
    (void)state;
    assert_int_equal(DECODED(NS, 5, true, { STRW, 0 }).world,
                     SMMU_WORLD_EL1);
    assert_int_equal(DECODED(NS, 5, false, { STRW, 2 }).world,
                     SMMU_WORLD_EL2);
    assert_int_equal(DECODED(REALM, 5, true, { STRW, 2 }).world,
                     SMMU_WORLD_EL2_E2H);
    assert_int_equal(DECODED(REALM, 7, true, { STRW, 2 }).world,
                     SMMU_WORLD_EL1);
    assert_int_equal(DECODED(NS, 5, false, { STRW, 2 }).s2vmid, 0);
}

static void test_overrides(void **state)
{
    SmmuSte s;

    (void)state;
    s = DECODED(REALM, 4, false, { 99, 96, 5 }, { 100, 100, 1 },
                { 104, 101, 0xd }, { 109, 108, 2 }, { 111, 110, 3 },
                { 113, 112, 2 }, { 115, 114, 3 });
    assert_true(s.mtcfg);
    assert_int_equal(s.memattr, 5);
    assert_int_equal(s.alloccfg, 0xd);
    assert_int_equal(s.shcfg, STE_SHCFG_OUTER);
    assert_int_equal(s.nscfg, STE_NSCFG_NS);
    assert_int_equal(s.privcfg, STE_PRIVCFG_UNPRIV);
    assert_int_equal(s.instcfg, STE_INSTCFG_INST);
    s = DECODED(SECURE, 4, false, { 99, 96, 5 }, { 111, 110, 1 },
                { 113, 112, 1 }, { 115, 114, 1 });
    assert_int_equal(s.memattr, 0);
    assert_int_equal(s.nscfg, 0);
    assert_int_equal(s.privcfg, 0);
    assert_int_equal(s.instcfg, 0);
    assert_int_equal(DECODED(NS, 4, false, { 111, 110, 3 }).nscfg, 0);
    assert_int_equal(DECODED(SECURE, 5, false, { 111, 110, 3 }).nscfg, 0);
    assert_int_equal(DECODED(SECURE, 6, false, { 111, 110, 2 }).nscfg, 2);
    assert_int_equal(DECODED(REALM, 5, false, { 111, 110, 3 },
                             { S1CDMAX, 4 }, { S1DSS, 1 }).nscfg, 3);
    s = DECODED(NS, 4, false, { 76, 76, 1 }, { 80, 77, 9 }, { 81, 81, 1 },
                { 83, 83, 1 });
    assert_true(s.dre && s.dcp && s.mev && s.ppar);
    assert_int_equal(s.cont, 9);
}

static void test_eats(void **state)
{
    SmmuSte s;

    (void)state;
    s = DECODED(NS, 7, false, { EATS, 2 });
    assert_int_equal(smmu_ste_eats(&s, true), STE_EATS_SPLIT);
    assert_int_equal(smmu_ste_eats(&s, false), STE_EATS_OFF);
    s = DECODED(NS, 7, false, { EATS, 1 });
    assert_int_equal(smmu_ste_eats(&s, false), STE_EATS_FULL);
    s = DECODED(REALM, 7, false, { EATS, 3 });
    assert_int_equal(smmu_ste_eats(&s, false), STE_EATS_DPT);
    s = DECODED(NS, 7, false, { EATS, 3 });
    assert_int_equal(smmu_ste_eats(&s, true), STE_EATS_OFF);
    s = DECODED(NS, 4, false, { EATS, 1 });
    assert_int_equal(smmu_ste_eats(&s, true), STE_EATS_OFF);
}

static void test_mecid(void **state)
{
    SmmuFeatures f = smmu_all_features();
    uint64_t w[8];
    SmmuSte s;

    (void)state;
    base_ste(w, 6);
    smmu_put(w, 319, 304, 0xabcd);
    assert_true(smmu_ste_decode(&s, &f, REALM, false, w));
    assert_int_equal(s.mecid, 0xabcd);
    assert_true(smmu_ste_decode(&s, &f, NS, false, w));
    assert_int_equal(s.mecid, 0);
    f.mecid_bits = 9;
    assert_true(smmu_ste_decode(&s, &f, REALM, false, w));
    assert_int_equal(s.mecid, 0x1cd);
    f.mec = false;
    assert_true(smmu_ste_decode(&s, &f, REALM, false, w));
    assert_int_equal(s.mecid, 0);
    f.mec = true;
    smmu_put(w, 3, 1, 0);
    assert_true(smmu_ste_decode(&s, &f, REALM, false, w));
    assert_int_equal(s.mecid, 0);
    assert_true(s.abort);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stage1_values),
        cmocka_unit_test(test_stage2_values),
        cmocka_unit_test(test_secure_stage2_values),
        cmocka_unit_test(test_stream_world),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_eats),
        cmocka_unit_test(test_mecid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
