/*
 * GPT entries: where they are, and every rule of what is a valid one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "gpt.h"

/* Configuration with PPS field @pps, PGS field @pgs; every GPI exists. */
static GptConfig config(uint8_t l0gptsz, unsigned pps, unsigned pgs,
                        uint64_t gptbr)
{
    GptImpl impl = {
        .rme = 3, .l0gptsz = l0gptsz, .pa_bits = 56, .sel2 = true,
        .gdi = true, .tgran4 = true, .tgran16 = true, .tgran64 = true,
    };
    GptRegs regs = {
        .gpccr = 1 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | pgs << 14 | pps |
                 0xfull << 25 | 1 << 19,
        .gptbr = gptbr,
    };
    GptConfig cfg;

    gpt_config_decode(&cfg, &impl, &regs);
    assert_true(cfg.valid);
    return cfg;
}

/* The same, with the five GPIs that always exist and no other. */
static GptConfig poor_config(void)
{
    GptImpl impl = { .rme = 1, .pa_bits = 52, .tgran4 = true };
    GptRegs regs = { .gpccr = 1 << 16 | 3 << 12 | 1 << 8 | 2 };
    GptConfig cfg;

    gpt_config_decode(&cfg, &impl, &regs);
    return cfg;
}

static bool always_there(unsigned gpi)
{
    return gpi == 0 || gpi == 9 || gpi == 0xa || gpi == 0xb || gpi == 0xf;
}

static bool reserved(unsigned gpi)
{
    return (gpi >= 1 && gpi <= 3) || gpi == 0xc || gpi == 0xe;
}

static void test_l0_address(void **state)
{
    static const struct {
        uint8_t l0gptsz, pps;
        uint64_t gptbr, pa, addr;
    } t[] = {
        { 0, 2, 0x100, 0x0, 0x100000 },
        { 0, 2, 0x100, 0x3fffffff, 0x100000 },
        { 0, 2, 0x100, 0x40000000, 0x100008 },
        { 0, 2, 0x100, 0xffffffffff, 0x101ff8 },
        { 4, 2, 0x100, 0x3ffffffff, 0x100000 },
        { 4, 2, 0x100, 0x400000000, 0x100008 },
        { 6, 2, 0x100, 0xffffffffff, 0x100078 },
        { 9, 2, 0x100, 0x8000000000, 0x100008 },
        /* PPS not above L0GPTSZ: index 0 for all */
        { 4, 0, 0x100, 0xffffffff, 0x100000 },
        { 6, 1, 0x100, 0xfffffffff, 0x100000 },
        { 9, 1, 0x100, 0xfffffffff, 0x100000 },
        { 9, 0, 0x100, 0xffffffff, 0x100000 },
        { 0, 7, 0, 0xffffffffffffff, 0x1ffffff8 },
        /* bits of the base below the table's size do not count */
        { 0, 5, 0x3ff, 0x40000000, 0x200008 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(t); i++) {
        GptConfig cfg = config(t[i].l0gptsz, t[i].pps, 0, t[i].gptbr);

        assert_int_equal(gpt_l0_entry_addr(&cfg, t[i].pa), t[i].addr);
    }
}

static void test_l1_address(void **state)
{
    static const struct { uint8_t l0gptsz, pgs; uint64_t pa, offset; } t[] = {
        { 0, 0, 0xffff, 0 }, { 0, 0, 0x10000, 8 },
        { 0, 0, 0x3fffffff, 0x1fff8 }, { 0, 0, 0x40000000, 0 },
        { 0, 2, 0x3ffff, 0 }, { 0, 2, 0x40000, 8 },
        { 0, 2, 0x3fffffff, 0x7ff8 },
        { 0, 1, 0xfffff, 0 }, { 0, 1, 0x100000, 8 },
        { 0, 1, 0x3fffffff, 0x1ff8 },
        { 4, 0, 0x3ffffffff, 0x1ffff8 }, { 6, 0, 0xfffffffff, 0x7ffff8 },
        { 9, 0, 0x7fffffffff, 0x3fffff8 }, { 9, 0, 0x8000000000, 0 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(t); i++) {
        GptConfig cfg = config(t[i].l0gptsz, 2, t[i].pgs, 0);

        assert_int_equal(gpt_l1_entry_addr(&cfg, 0x4000000, t[i].pa),
                         0x4000000 + t[i].offset);
    }
}

static void test_granule_slot(void **state)
{
    static const uint8_t pgs_bits[] = { 12, 16, 14 };

    (void)state;
    for (unsigned pgs = 0; pgs < 3; pgs++) {
        GptConfig cfg = config(0, 2, pgs, 0);

        for (uint64_t i = 0; i < 16; i++) {
            uint64_t pa = (0x60 + i) << pgs_bits[pgs];

            assert_int_equal(gpt_granules_gpi(&cfg, 0xfedcba9876543210, pa),
                             i);
            pa += (1ull << pgs_bits[pgs]) - 1;
            assert_int_equal(gpt_granules_gpi(&cfg, 0xfedcba9876543210, pa),
                             i);
        }
    }
}

static void test_l0_types(void **state)
{
    GptConfig cfg = config(0, 2, 0, 0);

    (void)state;
    for (unsigned type = 0; type < 16; type++) {
        GptEntryKind want = type == 1 ? GPT_ENTRY_BLOCK :
                            type == 3 ? GPT_ENTRY_TABLE : GPT_ENTRY_INVALID;

        assert_int_equal(gpt_l0_decode(&cfg, type).kind, want);
        assert_int_equal(gpt_l0_decode(&cfg, 0x99999999999999f0 | type).kind,
                         GPT_ENTRY_INVALID);
    }
}

static void test_l0_block(void **state)
{
    GptConfig rich = config(4, 2, 0, 0), poor = poor_config();

    (void)state;
    for (unsigned gpi = 0; gpi < 16; gpi++) {
        GptEntry e = gpt_l0_decode(&rich, 1 | gpi << 4);

        assert_int_equal(e.kind == GPT_ENTRY_BLOCK, !reserved(gpi));
        if (!reserved(gpi)) {
            assert_int_equal(e.gpi, gpi);
            assert_int_equal(e.shift, 34);
        }
        assert_int_equal(gpt_l0_decode(&poor, 1 | gpi << 4).kind,
                         always_there(gpi) ? GPT_ENTRY_BLOCK :
                                             GPT_ENTRY_INVALID);
    }
    for (unsigned bit = 8; bit < 64; bit++) {
        assert_int_equal(gpt_l0_decode(&rich, 0x91 | 1ull << bit).kind,
                         GPT_ENTRY_INVALID);
    }
}

static void test_l0_table_reserved_bits(void **state)
{
    static const uint8_t l0gptsz[] = { 0, 4, 6, 9 };
    static const uint8_t pgs_bits[] = { 12, 16, 14 };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(l0gptsz); i++) {
        for (unsigned pgs = 0; pgs < 3; pgs++) {
            GptConfig cfg = config(l0gptsz[i], 6, pgs, 0);
            /* the size of a level 1 table, in bits */
            unsigned size = 30 + l0gptsz[i] - pgs_bits[pgs] - 4 + 3;

            assert_int_equal(gpt_l0_decode(&cfg, 3).kind, GPT_ENTRY_TABLE);
            for (unsigned bit = 4; bit < 64; bit++) {
                GptEntry e = gpt_l0_decode(&cfg, 3 | 1ull << bit);
                bool ok = bit >= size && bit <= 51;

                assert_int_equal(e.kind, ok ? GPT_ENTRY_TABLE :
                                              GPT_ENTRY_INVALID);
                if (ok) {
                    assert_int_equal(e.table, 1ull << bit);
                    assert_int_equal(e.shift, 30 + l0gptsz[i]);
                }
            }
        }
    }
}

static void test_l0_table_too_big(void **state)
{
    static const uint8_t pps_bits[] = { 32, 36, 40, 42, 44, 48, 52 };

    (void)state;
    for (unsigned pps = 0; pps < COUNT_OF(pps_bits); pps++) {
        GptConfig cfg = config(0, pps, 0, 0);
        uint64_t end = 1ull << pps_bits[pps];

        assert_int_equal(gpt_l0_decode(&cfg, (end - 0x20000) | 3).kind,
                         GPT_ENTRY_TABLE);
        if (pps_bits[pps] < 52) {
            assert_int_equal(gpt_l0_decode(&cfg, end | 3).kind,
                             GPT_ENTRY_TOO_BIG);
            /* Invalid comes before too big. */
            assert_int_equal(gpt_l0_decode(&cfg, end | 0x1003).kind,
                             GPT_ENTRY_INVALID);
        }
    }
}

static void test_l1_contiguous(void **state)
{
    static const uint8_t shift[] = { 0, 21, 25, 29 };
    GptConfig rich = config(0, 2, 0, 0), poor = poor_config();

    (void)state;
    for (unsigned gpi = 0; gpi < 16; gpi++) {
        for (unsigned contig = 0; contig < 4; contig++) {
            uint64_t raw = 1 | gpi << 4 | contig << 8;
            GptEntry e = gpt_l1_decode(&rich, raw);
            bool ok = contig && !reserved(gpi);

            assert_int_equal(e.kind, ok ? GPT_ENTRY_CONTIGUOUS :
                                          GPT_ENTRY_INVALID);
            if (ok) {
                assert_int_equal(e.gpi, gpi);
                assert_int_equal(e.shift, shift[contig]);
            }
            assert_int_equal(gpt_l1_decode(&poor, raw).kind,
                             contig && always_there(gpi) ?
                             GPT_ENTRY_CONTIGUOUS : GPT_ENTRY_INVALID);
        }
    }
    for (unsigned bit = 10; bit < 64; bit++) {
        assert_int_equal(gpt_l1_decode(&rich, 0x191 | 1ull << bit).kind,
                         GPT_ENTRY_INVALID);
    }
}

/* One bad nibble of sixteen spoils the entry, wherever it is. */
static void test_l1_granules(void **state)
{
    static const uint8_t pgs_bits[] = { 12, 16, 14 };
    GptConfig poor = poor_config();

    (void)state;
    for (unsigned pgs = 0; pgs < 3; pgs++) {
        GptConfig rich = config(0, 2, pgs, 0);

        for (unsigned gpi = 0; gpi < 16; gpi++) {
            for (unsigned slot = 0; slot < 16; slot++) {
                uint64_t raw = 0x9999999999999999, mask = 15ull << slot * 4;
                GptEntry e;

                raw = (raw & ~mask) | (uint64_t)gpi << slot * 4;
                e = gpt_l1_decode(&rich, raw);
                assert_int_equal(e.kind, reserved(gpi) ? GPT_ENTRY_INVALID :
                                                         GPT_ENTRY_GRANULES);
                if (!reserved(gpi)) {
                    assert_int_equal(e.shift, pgs_bits[pgs] + 4);
                }
                assert_int_equal(gpt_l1_decode(&poor, raw).kind,
                                 always_there(gpi) ? GPT_ENTRY_GRANULES :
                                                     GPT_ENTRY_INVALID);
            }
        }
    }
}

static void test_pair_address(void **state)
{
    (void)state;
    assert_int_equal(gpt_l1_pair_addr(0x1000), 0x1008);
    assert_int_equal(gpt_l1_pair_addr(0x1008), 0x1000);
}

static void test_names(void **state)
{
    (void)state;
    for (unsigned gpi = 0; gpi < 16; gpi++) {
        assert_int_equal(!strcmp(gpt_gpi_name(gpi), "reserved"),
                         reserved(gpi));
    }
    assert_string_equal(gpt_gpi_name(16), "reserved");
    for (unsigned kind = 0; kind <= GPT_ENTRY_GRANULES; kind++) {
        assert_string_not_equal(gpt_entry_kind_name(kind), "?");
    }
    assert_string_equal(gpt_entry_kind_name(GPT_ENTRY_GRANULES + 1), "?");
    for (unsigned pas = 0; pas < CCA_PAS__COUNT; pas++) {
        assert_string_not_equal(cca_pas_name(pas), "?");
    }
    assert_string_equal(cca_pas_name(CCA_PAS__COUNT), "?");
    for (unsigned f = 0; f < CCA_GPCF__COUNT; f++) {
        assert_string_not_equal(cca_gpcf_name(f), "?");
    }
    assert_string_equal(cca_gpcf_name(CCA_GPCF_NONE), "none");
    assert_string_equal(cca_gpcf_name(CCA_GPCF__COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_l0_address),
        cmocka_unit_test(test_l1_address),
        cmocka_unit_test(test_granule_slot),
        cmocka_unit_test(test_l0_types),
        cmocka_unit_test(test_l0_block),
        cmocka_unit_test(test_l0_table_reserved_bits),
        cmocka_unit_test(test_l0_table_too_big),
        cmocka_unit_test(test_l1_contiguous),
        cmocka_unit_test(test_l1_granules),
        cmocka_unit_test(test_pair_address),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests_name("gpt-entry", tests, NULL, NULL);
}
