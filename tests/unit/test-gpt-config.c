/*
 * Granule protection configuration: every encoding, the reserved ones too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "gpt.h"

static const GptImpl full = {
    .rme = 3, .l0gptsz = 0, .pa_bits = 56, .sel2 = true, .gdi = true,
    .tgran4 = true, .tgran16 = true, .tgran64 = true,
};

/* 40 bits, 4 KiB, write-back, Inner Shareable, on. */
enum { GOOD_GPCCR = 1 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 2 };

static GptConfig decode(const GptImpl *impl, uint64_t gpccr, uint64_t gptbr,
                        uint64_t gpcbw)
{
    GptRegs regs = { gpccr, gptbr, gpcbw };
    GptConfig cfg;

    gpt_config_decode(&cfg, impl, &regs);
    return cfg;
}

static bool valid(const GptImpl *impl, uint64_t gpccr)
{
    return decode(impl, gpccr, 0, 0).valid;
}

static void test_good(void **state)
{
    GptConfig cfg = decode(&full, GOOD_GPCCR, 0x12345, 0);

    (void)state;
    assert_true(cfg.enabled);
    assert_true(cfg.valid);
    assert_true(cfg.base_ok);
    assert_int_equal(cfg.pps, 40);
    assert_int_equal(cfg.pgs, 12);
    assert_int_equal(cfg.l0_shift, 30);
    assert_int_equal(cfg.denied, 0);
    assert_false(cfg.appsaa);
    assert_false(cfg.bw_on);
    assert_false(decode(&full, GOOD_GPCCR & ~(1 << 16), 0, 0).enabled);
}

static void test_pps(void **state)
{
    static const uint8_t rme1[16] = {
        32, 36, 40, 42, 44, 48, 52, 0,
        /* bit 3 is RES0, and does nothing */
        32, 36, 40, 42, 44, 48, 52, 0,
    };
    static const uint8_t rme3[16] = {
        32, 36, 40, 42, 44, 48, 52, 56, 46, 47,
    };
    GptImpl impl = full;

    (void)state;
    for (impl.rme = 1; impl.rme <= 3; impl.rme++) {
        const uint8_t *want = impl.rme == 3 ? rme3 : rme1;

        for (unsigned pps = 0; pps < 16; pps++) {
            GptConfig cfg = decode(&impl, (GOOD_GPCCR & ~15) | pps, 0, 0);

            assert_int_equal(cfg.valid, want[pps] != 0);
            if (want[pps]) {
                assert_int_equal(cfg.pps, want[pps]);
            }
        }
    }
}

static void test_pps_above_pa_bits(void **state)
{
    static const struct { uint8_t field, bits; } pps[] = {
        { 0, 32 }, { 1, 36 }, { 2, 40 }, { 3, 42 }, { 4, 44 }, { 8, 46 },
        { 9, 47 }, { 5, 48 }, { 6, 52 }, { 7, 56 },
    };
    GptImpl impl = full;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(pps); i++) {
        for (unsigned k = 0; k < COUNT_OF(pps); k++) {
            impl.pa_bits = pps[k].bits;
            assert_int_equal(valid(&impl, (GOOD_GPCCR & ~15) | pps[i].field),
                             pps[i].bits <= pps[k].bits);
        }
    }
}

static void test_pgs(void **state)
{
    static const uint8_t want[] = { 12, 16, 14, 0 };

    (void)state;
    for (unsigned pgs = 0; pgs < 4; pgs++) {
        for (unsigned have = 0; have < 8; have++) {
            GptImpl impl = full;
            GptConfig cfg;
            bool ok;

            impl.tgran4 = have & 1;
            impl.tgran64 = have & 2;
            impl.tgran16 = have & 4;
            ok = pgs < 3 && have >> pgs & 1;
            cfg = decode(&impl, GOOD_GPCCR | pgs << 14, 0, 0);
            assert_int_equal(cfg.valid, ok);
            if (ok) {
                assert_int_equal(cfg.pgs, want[pgs]);
            }
        }
    }
}

static void test_shareability(void **state)
{
    (void)state;
    for (unsigned sh = 0; sh < 4; sh++) {
        for (unsigned rgn = 0; rgn < 16; rgn++) {
            uint64_t gpccr = (GOOD_GPCCR & ~0x3f00) | sh << 12 | rgn << 8;
            /* SH 1 is reserved; Non-cacheable goes with Outer only. */
            bool want = sh == 2 || (sh != 1 && rgn != 0);

            assert_int_equal(valid(&full, gpccr), want);
        }
    }
}

static void test_l0gptsz(void **state)
{
    static const struct { uint8_t field, shift; } l0[] = {
        { 0, 30 }, { 4, 34 }, { 6, 36 }, { 9, 39 },
    };
    GptImpl impl = full;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(l0); i++) {
        impl.l0gptsz = l0[i].field;
        /* Read-only: what software writes there does not matter. */
        for (uint64_t written = 0; written < 16; written++) {
            GptConfig cfg = decode(&impl, GOOD_GPCCR | written << 20, 0, 0);

            assert_true(cfg.valid);
            assert_int_equal(cfg.l0_shift, l0[i].shift);
        }
    }
}

static void test_features_by_version(void **state)
{
    uint64_t all = GOOD_GPCCR | 7 << 5 | 1 << 19 | 1 << 24;

    (void)state;
    for (unsigned rme = 1; rme <= 3; rme++) {
        GptImpl impl = full;
        GptConfig cfg;
        bool gpc2 = rme >= 2;

        impl.rme = rme;
        cfg = decode(&impl, all, 0, 0);
        assert_int_equal(cfg.appsaa, gpc2);
        assert_int_equal(cfg.denied, gpc2 ? 1 << CCA_PAS_REALM |
                         1 << CCA_PAS_NS | 1 << CCA_PAS_SECURE : 0);
        assert_int_equal(cfg.gpi_valid >> 0xd & 1, gpc2);
    }
    assert_int_equal(decode(&full, GOOD_GPCCR | 1 << 5, 0, 0).denied,
                     1 << CCA_PAS_REALM);
    assert_int_equal(decode(&full, GOOD_GPCCR | 1 << 6, 0, 0).denied,
                     1 << CCA_PAS_NS);
    assert_int_equal(decode(&full, GOOD_GPCCR | 1 << 7, 0, 0).denied,
                     1 << CCA_PAS_SECURE);
}

static void test_gpis(void **state)
{
    static const struct { uint64_t gpccr; bool sel2, gdi; uint16_t want; } t[] = {
        /* 0 9 A B F always; D: NSO; 8: FEAT_SEL2; 4 to 7: GDI and a bit */
        { 0, false, false, 0x8e01 },
        { 0, true, false, 0x8f01 },
        { 1 << 19, false, false, 0xae01 },
        { 0xf << 25, false, false, 0x8e01 },
        { 0, false, true, 0x8e01 },
        { 1 << 25, false, true, 0x8e11 },
        { 1 << 26, false, true, 0x8e21 },
        { 1 << 27, false, true, 0x8e41 },
        { 1 << 28, false, true, 0x8e81 },
        { 0xf << 25 | 1 << 19, true, true, 0xaff1 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(t); i++) {
        GptImpl impl = full;

        impl.sel2 = t[i].sel2;
        impl.gdi = t[i].gdi;
        assert_int_equal(decode(&impl, GOOD_GPCCR | t[i].gpccr, 0, 0).gpi_valid,
                         t[i].want);
    }
}

static void test_grants(void **state)
{
    /* Who may, by GPI: one letter per PAS: S N R(oot) L(realm) A P */
    static const struct { uint8_t gpi; const char *pas; } t[] = {
        { 0x0, "" }, { 0x4, "A" }, { 0x5, "P" }, { 0x6, "" }, { 0x7, "" },
        { 0x8, "S" }, { 0x9, "N" }, { 0xa, "R" }, { 0xb, "L" },
        { 0xf, "SNRLAP" },
    };
    GptConfig cfg = decode(&full, GOOD_GPCCR | 0xf << 25 | 1 << 19, 0, 0);

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(t); i++) {
        for (unsigned pas = 0; pas < CCA_PAS__COUNT; pas++) {
            for (unsigned from = 0; from < 4; from++) {
                bool dependent = false;

                assert_int_equal(gpt_gpi_grants(&cfg, t[i].gpi, pas, from,
                                                &dependent),
                                 strchr(t[i].pas, "SNRLAP"[pas]) != NULL);
                assert_false(dependent);
            }
        }
    }
}

static void test_grants_nso(void **state)
{
    GptConfig cfg = decode(&full, GOOD_GPCCR | 1 << 19, 0, 0);

    (void)state;
    for (unsigned pas = 0; pas < CCA_PAS__COUNT; pas++) {
        for (unsigned from = 0; from < 4; from++) {
            bool dependent = false;
            bool want = pas == CCA_PAS_NS &&
                        (from == CCA_PAS_NS || from == CCA_PAS_ROOT);

            assert_int_equal(gpt_gpi_grants(&cfg, 0xd, pas, from, &dependent),
                             want);
            assert_int_equal(dependent, pas == CCA_PAS_NS);
        }
    }
}

static void test_base(void **state)
{
    static const struct {
        uint8_t rme, pps, l0gptsz;
        uint64_t gptbr, base;
        bool ok;
    } t[] = {
        /* 40 bits over 1 GiB: 1024 entries, 8 KiB */
        { 1, 2, 0, 0x1, 0x0, true },
        { 1, 2, 0, 0x3, 0x2000, true },
        /* PPS at or below L0GPTSZ: one entry, and still 4 KiB */
        { 1, 0, 9, 0x7, 0x7000, true },
        { 1, 0, 4, 0x7, 0x7000, true },
        { 1, 1, 6, 0xfffff, 0xfffff000, true },
        /* 52 bits over 1 GiB: 32 MiB */
        { 1, 6, 0, 0xffffffffff, 0xffffffe000000, true },
        /* 56 bits over 1 GiB: 512 MiB */
        { 3, 7, 0, 0xfffffffffff, 0xffffffe0000000, true },
        { 3, 7, 9, 0xfffffffffff, 0xfffffffff00000, true },
        /* the end of the protected space */
        { 1, 2, 0, 0xfffffff, 0xffffffe000, true },
        { 1, 2, 0, 0x10000000, 0x10000000000, false },
        /* bits 43:40 exist with GPC3 only */
        { 2, 2, 0, 0x10000000002, 0x2000, true },
        { 3, 2, 0, 0x10000000002, 0x10000000002000, false },
        /* above 43 there is nothing */
        { 3, 2, 0, 0x100000000002, 0x2000, true },
        { 1, 2, 0, 0xfffff00000000002, 0x2000, true },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(t); i++) {
        GptImpl impl = full;
        GptConfig cfg;

        impl.rme = t[i].rme;
        impl.l0gptsz = t[i].l0gptsz;
        cfg = decode(&impl, (GOOD_GPCCR & ~7) | t[i].pps, t[i].gptbr, 0);
        assert_true(cfg.valid);
        assert_int_equal(cfg.base_ok, t[i].ok);
        if (t[i].ok) {
            assert_int_equal(cfg.base, t[i].base);
        }
    }
}

static void test_writable(void **state)
{
    static const struct { uint8_t rme; bool gdi; uint64_t gpccr; } t[] = {
        { 1, false, 0x0003ff07 }, { 2, false, 0x010bffe7 },
        { 3, false, 0x210bffef }, { 1, true, 0x1e03ff07 },
        { 3, true, 0x3f0bffef },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(t); i++) {
        GptImpl impl = full;

        impl.rme = t[i].rme;
        impl.gdi = t[i].gdi;
        assert_int_equal(gpt_gpccr_writable(&impl), t[i].gpccr);
        assert_int_equal(gpt_gptbr_writable(&impl),
                         t[i].rme >= 3 ? 0xfffffffffff : 0xffffffffff);
        assert_int_equal(gpt_gpcbw_writable(&impl),
                         t[i].rme >= 3 ? 0xff03ffffff : 0);
    }
}

enum { BW_ON = 1 << 29 };

static uint64_t gpcbw(uint64_t addr, uint64_t stride, uint64_t size)
{
    return addr | stride << 32 | size << 37;
}

static void test_bypass_reserved(void **state)
{
    static const char size_ok[] = "yyynynyn";
    static const char stride_ok[] = "ynynynyyyyynnnnnynnnnnnnnnnnnnnn";

    (void)state;
    for (unsigned size = 0; size < 8; size++) {
        for (unsigned stride = 0; stride < 32; stride++) {
            bool want = size_ok[size] == 'y' && stride_ok[stride] == 'y';
            uint64_t bw = gpcbw(0, stride, size);
            GptConfig cfg = decode(&full, GOOD_GPCCR | BW_ON, 0, bw);

            assert_int_equal(cfg.valid, want);
            assert_int_equal(cfg.valid && cfg.bw_on, want);
            /* Switched off, or not there: no say at all. */
            cfg = decode(&full, GOOD_GPCCR, 0, bw);
            assert_true(cfg.valid && !cfg.bw_on);
            cfg = decode(&(GptImpl) { .rme = 2, .pa_bits = 56,
                                      .tgran4 = true },
                         GOOD_GPCCR | BW_ON, 0, bw);
            assert_true(cfg.valid && !cfg.bw_on);
        }
    }
}

static void test_bypass_base(void **state)
{
    static const struct { uint64_t addr; uint8_t stride, size; bool ok; } t[] = {
        { 1, 0, 0, true }, { 1, 0, 1, false }, { 2, 0, 1, true },
        { 2, 0, 2, false }, { 4, 0, 2, true }, { 8, 0, 4, false },
        { 16, 0, 4, true }, { 32, 0, 6, false }, { 64, 0, 6, true },
        /* the base is below the stride */
        { 0x3ff, 0, 0, true }, { 0x400, 0, 0, false },
        { 0xfff, 2, 0, true }, { 0x1000, 2, 0, false },
        { 0x3fff, 4, 0, true }, { 0x4000, 4, 0, false },
        { 0xffff, 6, 0, true }, { 0x10000, 6, 0, false },
        { 0x1ffff, 7, 0, true }, { 0x20000, 7, 0, false },
        { 0x3ffff, 8, 0, true }, { 0x40000, 8, 0, false },
        { 0x7ffff, 9, 0, true }, { 0x80000, 9, 0, false },
        { 0xfffff, 0xa, 0, true }, { 0x100000, 0xa, 0, false },
        { 0x3ffffff, 0x10, 0, true },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(t); i++) {
        uint64_t bw = gpcbw(t[i].addr, t[i].stride, t[i].size);

        assert_int_equal(decode(&full, GOOD_GPCCR | BW_ON, 0, bw).valid,
                         t[i].ok);
    }
}

static void test_tlbi_operand(void **state)
{
    static const uint8_t shift[16] = {
        12, 14, 16, 21, 25, 29, 30, 34, 36, 39,
    };

    (void)state;
    for (unsigned pgs = 0; pgs < 3; pgs++) {
        GptConfig cfg = decode(&full, GOOD_GPCCR | pgs << 14, 0, 0);

        for (uint64_t size = 0; size < 16; size++) {
            unsigned want = shift[size] < cfg.pgs ? cfg.pgs : shift[size];
            uint64_t base, bytes, operand = 0x52345678fff | size << 44;

            assert_int_equal(gpt_tlbi_range(&cfg, operand, &base, &bytes),
                             shift[size] != 0);
            if (shift[size]) {
                assert_int_equal(bytes, 1ull << want);
                assert_int_equal(base, 0x52345678fff000 >> want << want);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_pps),
        cmocka_unit_test(test_pps_above_pa_bits),
        cmocka_unit_test(test_pgs),
        cmocka_unit_test(test_shareability),
        cmocka_unit_test(test_l0gptsz),
        cmocka_unit_test(test_features_by_version),
        cmocka_unit_test(test_gpis),
        cmocka_unit_test(test_grants),
        cmocka_unit_test(test_grants_nso),
        cmocka_unit_test(test_base),
        cmocka_unit_test(test_writable),
        cmocka_unit_test(test_bypass_reserved),
        cmocka_unit_test(test_bypass_base),
        cmocka_unit_test(test_tlbi_operand),
    };

    return cmocka_run_group_tests_name("gpt-config", tests, NULL, NULL);
}
