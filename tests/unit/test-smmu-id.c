/*
 * SMMU identification: registers follow from features, and features that do
 * not go together are named.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "id.h"

/* The reference platform, register by register. */
static void test_reference(void **state)
{
    static const struct {
        CcaSecSid sec_sid;
        uint32_t offset, want;
    } rows[] = {
        { CCA_SEC_SID_NS, 0x00, 0x498f769b },
        { CCA_SEC_SID_NS, 0x04, 0x0e733d10 },
        { CCA_SEC_SID_NS, 0x08, 0 },
        { CCA_SEC_SID_NS, 0x0c, 0x773c },
        { CCA_SEC_SID_NS, 0x10, 0 },
        { CCA_SEC_SID_NS, 0x14, 0x4f6 },
        { CCA_SEC_SID_NS, 0x1c, 3 },
        { CCA_SEC_SID_SECURE, 0x00, 0x01000000 },
        { CCA_SEC_SID_SECURE, 0x04, 0xa0000002 },
        { CCA_SEC_SID_SECURE, 0x08, 0 },
        { CCA_SEC_SID_SECURE, 0x0c, 0 },
        { CCA_SEC_SID_REALM, 0x00, 0x01012400 },
        { CCA_SEC_SID_REALM, 0x04, 0x80000000 },
        { CCA_SEC_SID_REALM, 0x08, 0 },
        { CCA_SEC_SID_REALM, 0x0c, 0x10000 },
        { CCA_SEC_SID_REALM, 0x10, 0 },
        { CCA_SEC_SID_REALM, 0x1c, 3 },
        { CCA_SEC_SID_REALM, 0x220, 0xf },
    };
    SmmuFeatures f = smmu_features_reference();

    (void)state;
    assert_null(smmu_features_check(&f));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(smmu_id_read(&f, rows[i].sec_sid, rows[i].offset),
                         rows[i].want);
    }
    assert_int_equal(smmu_root_id_read(&f, 0x0), 0x0080000f);
    assert_int_equal(smmu_root_id_read(&f, 0x8), 0x43b);
    assert_int_equal(smmu_root_id_read(&f, 0x4), 0);
}

#define FLIP(field_, reg_, mask_)                                       \
    { offsetof(SmmuFeatures, field_), reg_, mask_ }

/* A feature of one bit shows in these bits of IDR0, IDR3 or IDR5 alone. */
static void test_bits(void **state)
{
    static const struct { size_t at; uint32_t reg, mask; } rows[] = {
        FLIP(s2p, 0, 1 << 0), FLIP(s1p, 0, 1 << 1), FLIP(btm, 0, 1 << 5),
        FLIP(hyp, 0, 1 << 9), FLIP(ats, 0, 1 << 10 | 1 << 23),
        FLIP(asid16, 0, 1 << 12), FLIP(msi, 0, 1 << 13),
        FLIP(sev, 0, 1 << 14), FLIP(pri, 0, 1 << 16), FLIP(vmw, 0, 1 << 17),
        FLIP(vmid16, 0, 1 << 18), FLIP(cd2l, 0, 1 << 19),
        FLIP(stall_forced, 0, 3 << 24),
        FLIP(st_level, 0, 1 << 27), FLIP(root_impl, 0, 1 << 30),
        FLIP(had, 0xc, 3 << 2), FLIP(xnx, 0xc, 1 << 4),
        FLIP(pps, 0xc, 1 << 5), FLIP(fwb, 0xc, 1 << 8),
        FLIP(stt, 0xc, 1 << 9), FLIP(ril, 0xc, 1 << 10),
        FLIP(e0pd, 0xc, 1 << 13), FLIP(ptwnnc, 0xc, 1 << 14),
        FLIP(gran4k, 0x14, 1 << 4), FLIP(gran16k, 0x14, 1 << 5),
        FLIP(gran64k, 0x14, 1 << 6), FLIP(ds, 0x14, 1 << 7),
        FLIP(vax, 0x14, 1 << 10),
    };
    static const uint32_t regs[] = { 0, 0xc, 0x14 };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        SmmuFeatures a = smmu_features_reference(), b = a;
        bool *bit = (bool *)((char *)&b + rows[i].at);

        *bit = !*bit;
        for (size_t r = 0; r < COUNT_OF(regs); r++) {
            assert_int_equal(smmu_id_read(&a, CCA_SEC_SID_NS, regs[r]) ^
                             smmu_id_read(&b, CCA_SEC_SID_NS, regs[r]),
                             regs[r] == rows[i].reg ? rows[i].mask : 0);
        }
    }
}

static void test_fields(void **state)
{
    static const struct { uint8_t oas; uint32_t code; } oas[] = {
        { 32, 0 }, { 36, 1 }, { 40, 2 }, { 42, 3 }, { 44, 4 }, { 48, 5 },
        { 52, 6 },
    };
    SmmuFeatures f = smmu_features_reference();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(oas); i++) {
        f.oas = oas[i].oas;
        assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_NS, 0x14) & 7,
                         oas[i].code);
        assert_null(smmu_features_check(&f));
    }
    f.sid_bits = 32;
    f.ssid_bits = 5;
    f.priq_log2 = 3;
    f.eventq_log2 = 4;
    f.cmdq_log2 = 6;
    f.httu = 1;
    f.mecid_bits = 12;
    f.dpt = true;
    assert_null(smmu_features_check(&f));
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_NS, 4),
                     0x0c000000 | 6 << 21 | 4 << 16 | 3 << 11 | 5 << 6 | 32);
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_NS, 0) >> 6 & 3, 1);
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_REALM, 0xc), 0x18000);
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_REALM, 0x220), 0xb);
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_NS, 0x14) >> 16, 0);
    f.stall = true;
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_NS, 0) >> 24 & 3, 0);
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_NS, 0x14) >> 16,
                     SMMU_STALLS);
    f.pri = false;
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_NS, 4) >> 11 & 31, 0);
    f.mec = false;
    assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_REALM, 0x220), 0);
}

/* An interface that is not there has no register. */
static void test_absent(void **state)
{
    SmmuFeatures f = smmu_features_reference();

    (void)state;
    f.secure_impl = f.realm_impl = f.mec = false;
    assert_null(smmu_features_check(&f));
    for (uint32_t at = 0; at < 0x1000; at += 4) {
        assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_SECURE, at), 0);
        assert_int_equal(smmu_id_read(&f, CCA_SEC_SID_REALM, at), 0);
    }
    assert_false(smmu_has_ats(&f, CCA_SEC_SID_REALM));
    assert_true(smmu_has_ats(&f, CCA_SEC_SID_NS));
    assert_false(smmu_has_interface(&f, CCA_SEC_SID__COUNT));
    assert_int_equal(smmu_root_id_read(&f, 0), 7);
    f.root_impl = f.bgptm = f.rgptm = false;
    assert_null(smmu_features_check(&f));
    assert_int_equal(smmu_root_id_read(&f, 0), 0);
    assert_int_equal(smmu_root_id_read(&f, 8), 0);
}

#define WRONG(field_, value_, word_)                                    \
    { offsetof(SmmuFeatures, field_), sizeof(((SmmuFeatures *)0)->field_), \
      value_, word_ }

/* One thing changed in the reference, and a word of the answer. */
static void test_check(void **state)
{
    static const struct {
        size_t at, size;
        uint8_t value;
        const char *word;
    } rows[] = {
        WRONG(s1p, 0, "stage 1"), WRONG(s2p, 0, "stage 2"),
        WRONG(hyp, 0, "EL2"), WRONG(root_impl, 0, "Root page"),
        WRONG(httu, 3, "HTTU"), WRONG(bbml, 3, "BBML"),
        WRONG(bbml, 1, "BBML == 2"), WRONG(sid_bits, 5, "StreamID"),
        WRONG(sid_bits, 33, "StreamID"), WRONG(ssid_bits, 21, "SubstreamID"),
        WRONG(ssid_bits, 0, "cd2l"), WRONG(cmdq_log2, 20, "2^19"),
        WRONG(eventq_log2, 20, "2^19"), WRONG(priq_log2, 255, "2^19"),
        WRONG(oas, 51, "output address"), WRONG(oas, 0, "output address"),
        WRONG(st_level, 0, "two-level"), WRONG(stall_forced, 1, "stall"),
        WRONG(ats, 0, "PRI needs ATS"), WRONG(pri, 0, "PPS"),
        WRONG(had, 0, "had"), WRONG(xnx, 0, "xnx"), WRONG(fwb, 0, "fwb"),
        WRONG(stt, 0, "stt"), WRONG(e0pd, 0, "e0pd"),
        WRONG(ptwnnc, 0, "ptwnnc"), WRONG(realm_impl, 0, "MEC"),
        WRONG(mecid_bits, 0, "MECID"), WRONG(mecid_bits, 17, "MECID"),
    };
    SmmuFeatures f;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *wrong;

        f = smmu_features_reference();
        assert_int_equal(rows[i].size, 1);
        memcpy((char *)&f + rows[i].at, &rows[i].value, 1);
        wrong = smmu_features_check(&f);
        assert_non_null(wrong);
        assert_non_null(strstr(wrong, rows[i].word));
        assert_int_equal(wrong[strlen(wrong) - 1], '.');
    }

    f = smmu_features_reference();
    f.bgptm = false;
    assert_null(smmu_features_check(&f));
    f.rgptm = false;
    assert_non_null(strstr(smmu_features_check(&f), "rgptm"));
    f = smmu_features_reference();
    f.gran64k = false;
    assert_null(smmu_features_check(&f));
    f.ds = false;
    assert_non_null(strstr(smmu_features_check(&f), "52-bit"));
    f.oas = 48;
    assert_null(smmu_features_check(&f));
    f.gran4k = f.gran16k = false;
    assert_non_null(strstr(smmu_features_check(&f), "granule"));
    f = smmu_features_reference();
    f.gran4k = f.gran16k = false;
    assert_non_null(strstr(smmu_features_check(&f), "DS"));
    f = (SmmuFeatures) { .sid_bits = 6, .gran4k = true, .oas = 32 };
    assert_non_null(strstr(smmu_features_check(&f), "stage"));
    f.s2p = true;
    assert_null(smmu_features_check(&f));
    f.dpt = true;
    assert_non_null(strstr(smmu_features_check(&f), "Device Permission"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
