/*
 * The Root Control Page: locks, GPT configuration, fault address registers,
 * invalidation by PA.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-fixture.h"

enum { CR0 = ROOT_PAGE + 0x20, CR0ACK = ROOT_PAGE + 0x24,
       GPT_BASE = ROOT_PAGE + 0x28, GPT_BASE_CFG = ROOT_PAGE + 0x30,
       GPF_FAR = ROOT_PAGE + 0x38, GPT_CFG_FAR = ROOT_PAGE + 0x40,
       TLBI = ROOT_PAGE + 0x50, TLBI_CTRL = ROOT_PAGE + 0x58 };

/* 4KB granules, 40 bits, Inner Shareable, write-back. */
#define GOOD_CFG 0x3502ull

static SmmuRoot *const root = &mmio.root;

/* What firmware does, with its widths of accesses. */
static void test_firmware_sequence(void **state)
{
    GptRegs regs;
    GptConfig cfg;

    (void)state;
    assert_false(smmu_root_access_enabled(root));
    wr(GPT_BASE_CFG, 4, 0x1fff3502);    /* GPC too, and all that is RO */
    assert_int_equal(rd(GPT_BASE_CFG, 8), 0x16a3502);
    wr(GPT_BASE_CFG, 8, GOOD_CFG);
    wr(GPT_BASE, 8, 0x80000000);
    regs = smmu_root_gpt_regs(root);
    assert_int_equal(regs.gpccr, 0x603502);
    wr(CR0, 4, 2);
    assert_int_equal(rd(CR0ACK, 4), 2);
    assert_false(smmu_root_access_enabled(root));
    wr(CR0, 4, 3);
    assert_int_equal(rd(CR0ACK, 4), 3);
    assert_true(smmu_root_access_enabled(root));
    assert_int_equal(seen.root_begins, 2);
    assert_int_equal(seen.root_dones, 2);
    assert_int_equal(seen.from, 2);
    assert_int_equal(seen.to, 3);

    regs = smmu_root_gpt_regs(root);
    assert_int_equal(regs.gpccr, 0x613502);
    assert_int_equal(regs.gptbr, 0x80000);
    gpt_config_decode(&cfg, &root->impl, &regs);
    assert_true(cfg.enabled && cfg.valid && cfg.base_ok);
    assert_int_equal(cfg.base, 0x80000000);
    assert_int_equal(cfg.pps, 40);
    assert_int_equal(cfg.l0_shift, 36);
}

static void test_locks(void **state)
{
    (void)state;
    wr(GPT_BASE, 4, 0xabcde000);
    wr(GPT_BASE + 4, 4, 0x12);
    assert_int_equal(rd(GPT_BASE, 8), 0x12abcde000);
    wr(GPT_BASE_CFG, 8, GOOD_CFG);
    wr(CR0, 4, 1);              /* ACCESSEN alone locks nothing */
    wr(GPT_BASE, 4, 0xabcdf000);
    assert_int_equal(rd(GPT_BASE, 8), 0x12abcdf000);

    seen.hold = true;
    wr(CR0, 4, 3);
    assert_int_equal(rd(CR0, 4), 3);
    assert_int_equal(rd(CR0ACK, 4), 1);
    for (int i = 0; i < 3; i++) {
        wr(GPT_BASE, 8, 0);
        wr(GPT_BASE + 4, 4, 0);
        wr(GPT_BASE_CFG, 4, 0);
        assert_int_equal(rd(GPT_BASE, 8), 0x12abcdf000);
        assert_int_equal(rd(GPT_BASE_CFG, 8), 0x600000 | GOOD_CFG);
        /* GPC is on all the time that the lock is. */
        assert_true(smmu_root_gpt_regs(root).gpccr >> 16 & 1);
        if (i == 0) {
            wr(CR0, 4, 0);      /* read-only while an update is pending */
            assert_int_equal(rd(CR0, 4), 3);
            assert_int_equal(seen.root_begins, 2);
            smmu_root_cr0_complete(root);
            assert_int_equal(rd(CR0ACK, 4), 3);
        } else if (i == 1) {
            wr(CR0, 4, 1);
            assert_int_equal(rd(CR0ACK, 4), 3);
        }
    }
    smmu_root_cr0_complete(root);
    assert_false(smmu_root_gpt_regs(root).gpccr >> 16 & 1);
    wr(GPT_BASE, 8, ~0ull);
    assert_int_equal(rd(GPT_BASE, 8), 0xffffffffff000);
    seen.hold = false;
    wr(CR0, 4, 0xfffffffe);
    assert_int_equal(rd(CR0, 4), 2);
    assert_false(smmu_root_access_enabled(root));

    /* Access is enabled for sure only between two acknowledgements. */
    smmu_root_reset(root);
    seen.hold = true;
    wr(CR0, 4, 1);
    assert_false(smmu_root_access_enabled(root));
    smmu_root_cr0_complete(root);
    assert_true(smmu_root_access_enabled(root));
    wr(CR0, 4, 0);
    assert_false(smmu_root_access_enabled(root));
}

static void test_record(void **state)
{
    static const struct {
        CcaGpcf fault;
        uint64_t cfg, base;     /* as configured */
        CcaPas pas;
        SmmuGpcReason reason;
        SmmuGpcCode code;
        uint64_t gpf, gpt_cfg;  /* as recorded for 0xab_cdef1234_5678 */
    } rows[] = {
        { CCA_GPCF_NONE, GOOD_CFG, 0, CCA_PAS_NS, 3, 0, 0, 0 },
        { CCA_GPCF_FAIL, GOOD_CFG, 0, CCA_PAS_SECURE, 3, 0x10,
          0x00abcdef12345007ull, 0 },
        { CCA_GPCF_FAIL, GOOD_CFG, 0, CCA_PAS_NS, SMMU_GPC_TRANSLATION,
          SMMU_GPC_STE_FETCH, 0x40abcdef12345033ull, 0 },
        { CCA_GPCF_FAIL, GOOD_CFG, 0, CCA_PAS_ROOT, SMMU_GPC_TRANSLATION,
          SMMU_GPC_VMS_FETCH, 0x80abcdef12345253ull, 0 },
        { CCA_GPCF_FAIL, GOOD_CFG, 0, CCA_PAS_REALM, SMMU_GPC_GERROR,
          SMMU_GPC_OTHER, 0xc0abcdef12345105ull, 0 },
        /* Two configuration errors: SH reserved, PGS reserved. */
        { CCA_GPCF_WALK, 0x1502, 0, CCA_PAS_REALM, SMMU_GPC_GERROR,
          SMMU_GPC_CMDQ, 0, 0xc0abcdef12345005ull },
        { CCA_GPCF_WALK, 0xf502, 0, CCA_PAS_NS, SMMU_GPC_TRANSACTION,
          SMMU_GPC_CMDQ, 0, 0x40abcdef12345007ull },
        { CCA_GPCF_ADDRESS_SIZE, GOOD_CFG, 1ull << 40, CCA_PAS_NS,
          SMMU_GPC_TRANSLATION, SMMU_GPC_CD_FETCH, 0,
          0x41abcdef12345093ull },
        { CCA_GPCF_EABT, GOOD_CFG, 0, CCA_PAS_NS, SMMU_GPC_TRANSLATION,
          SMMU_GPC_WALK, 0, 0x42abcdef123450b3ull },
        { CCA_GPCF_WALK, GOOD_CFG, 0, CCA_PAS_NS, SMMU_GPC_GERROR,
          SMMU_GPC_MSI_GERROR, 0, 0x43abcdef12345075ull },
        { CCA_GPCF_ADDRESS_SIZE, GOOD_CFG, 1ull << 39, CCA_PAS_NS,
          SMMU_GPC_GERROR, SMMU_GPC_EVENTQ, 0, 0x44abcdef12345025ull },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CcaGpcVerdict v = { .fault = rows[i].fault, .pas = rows[i].pas,
                            .addr = 0xabcdef12345678ull };
        bool recorded = rows[i].gpf || rows[i].gpt_cfg;

        smmu_root_reset(root);
        memset(&seen, 0, sizeof(seen));
        wr(GPT_BASE_CFG, 8, rows[i].cfg);
        wr(GPT_BASE, 8, rows[i].base);
        wr(CR0, 4, 3);
        assert_int_equal(smmu_root_record(root, &v, rows[i].reason,
                                          rows[i].code), recorded);
        assert_int_equal(rd(GPF_FAR, 8), rows[i].gpf);
        assert_int_equal(rd(GPT_CFG_FAR, 8), rows[i].gpt_cfg);
        assert_int_equal(seen.root_irqs, recorded);
        if (recorded) {
            assert_int_equal(seen.root_irq, rows[i].gpf ?
                             SMMU_ROOT_FAR_GPF : SMMU_ROOT_FAR_GPT_CFG);
        }
    }
}

/* The first fault stays until a write clears FAULT, and with it all. */
static void test_far_latch(void **state)
{
    static const uint32_t at[] = { GPF_FAR, GPT_CFG_FAR };

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        CcaGpcVerdict v = {
            .fault = i ? CCA_GPCF_EABT : CCA_GPCF_FAIL,
            .pas = CCA_PAS_REALM, .addr = 0x1234567000,
        };
        uint64_t first;

        memset(&seen, 0, sizeof(seen));
        assert_true(smmu_root_record(root, &v, SMMU_GPC_TRANSACTION, 0));
        first = rd(at[i], 8);
        assert_int_equal(first >> 12 & 0xfffffffff, 0x1234567);
        v.addr = 0x5555000;
        v.pas = CCA_PAS_NS;
        assert_false(smmu_root_record(root, &v, SMMU_GPC_TRANSACTION, 0));
        assert_int_equal(rd(at[i], 8), first);
        assert_int_equal(seen.root_irqs, 1);

        wr(at[i], 8, ~0ull);                /* FAULT == 1 */
        wr(at[i], 4, 1);
        wr(at[i] + 4, 4, 0);                /* FAULT is not in this half */
        wr(at[i] + 4, 4, ~0u);
        smmu_mmio_write(&mmio, at[i], 8, CCA_PAS_REALM, 0);
        assert_int_equal(rd(at[i], 8), first);
        assert_int_equal(rd(at[i] + 4, 4), first >> 32);

        wr(at[i], i ? 4 : 8, 0xfffffffe);
        assert_int_equal(rd(at[i], 8), 0);
        wr(at[i], 8, ~0ull);                /* does not make one up */
        assert_int_equal(rd(at[i], 8), 0);
        assert_int_equal(seen.root_irqs, 1);
        assert_true(smmu_root_record(root, &v, SMMU_GPC_TRANSACTION, 0));
        assert_int_equal(rd(at[i], 8) >> 12 & 0xfffffffff, 0x5555);
        assert_int_equal(seen.root_irqs, 2);
    }
}

static void test_tlbi(void **state)
{
    static const struct {
        uint64_t cfg, tlbi;
        bool runs, all, last;
        uint64_t base, size;
    } rows[] = {
        { GOOD_CFG, 0x1, true, true, false, 0, 0 },
        { GOOD_CFG, 0xfffffffff00f3ull, true, true, false, 0, 0 },
        { GOOD_CFG, 0x12345000, true, false, false, 0x12345000, 0x1000 },
        { GOOD_CFG, 0x12345002, true, false, true, 0x12345000, 0x1000 },
        { GOOD_CFG, 0x12345010, true, false, false, 0x12344000, 0x4000 },
        { GOOD_CFG, 0x12345020, true, false, false, 0x12340000, 0x10000 },
        { GOOD_CFG, 0x12345030, true, false, false, 0x12200000, 0x200000 },
        { GOOD_CFG, 0x12345040, true, false, false, 0x12000000, 1 << 25 },
        { GOOD_CFG, 0x32345050, true, false, false, 0x20000000, 1 << 29 },
        { GOOD_CFG, 0x52345060, true, false, false, 0x40000000, 1 << 30 },
        { GOOD_CFG, 0xf800000000070ull, true, false, false,
          0xf800000000000ull, 1ull << 34 },
        { GOOD_CFG, 0xf800000000080ull, true, false, false,
          0xf800000000000ull, 1ull << 36 },
        { GOOD_CFG, 0xf801000000092ull, true, false, true,
          0xf800000000000ull, 1ull << 39 },
        { GOOD_CFG, 0xa0, false, false, false, 0, 0 },
        { GOOD_CFG, 0xf2, false, false, false, 0, 0 },
        /* 64KB granules: no less than one. */
        { GOOD_CFG | 1 << 14, 0x12345000, true, false, false,
          0x12340000, 0x10000 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        memset(&seen, 0, sizeof(seen));
        wr(GPT_BASE_CFG, 8, rows[i].cfg);
        wr(TLBI, 4, rows[i].tlbi);
        wr(TLBI + 4, 4, rows[i].tlbi >> 32);
        wr(TLBI_CTRL, 4, 2);
        assert_int_equal(seen.tlbis, 0);
        wr(TLBI_CTRL, 4, 1);
        assert_int_equal(rd(TLBI_CTRL, 4), 0);
        assert_int_equal(seen.tlbis, rows[i].runs);
        if (rows[i].runs) {
            assert_int_equal(seen.tlbi.all, rows[i].all);
            assert_int_equal(seen.tlbi.last_level, rows[i].last);
            assert_int_equal(seen.tlbi.base, rows[i].base);
            assert_int_equal(seen.tlbi.size, rows[i].size);
        }
    }
}

/* While RUN is set nothing else starts and ROOT_TLBI does not change. */
static void test_tlbi_run(void **state)
{
    (void)state;
    seen.hold = true;
    wr(TLBI, 8, 0x1002);
    wr(TLBI_CTRL, 4, 1);
    assert_int_equal(rd(TLBI_CTRL, 4), 1);
    wr(TLBI, 8, 1);
    wr(TLBI, 4, 1);
    assert_int_equal(rd(TLBI, 8), 0x1002);
    wr(TLBI_CTRL, 4, 1);
    wr(TLBI_CTRL, 4, 0);
    assert_int_equal(rd(TLBI_CTRL, 4), 1);
    assert_int_equal(seen.tlbis, 1);
    smmu_root_tlbi_complete(root);
    assert_int_equal(rd(TLBI_CTRL, 4), 0);
    wr(TLBI, 8, 1);
    wr(TLBI_CTRL, 4, 1);
    assert_int_equal(seen.tlbis, 2);
    assert_true(seen.tlbi.all);
}

static void test_without(void **state)
{
    SmmuMmioConfig config = reference_config();

    (void)state;
    config.feat.rgptm = false;
    config.root_ops = (SmmuRootOps) { 0 };
    make(&config);
    wr(TLBI, 8, ~0ull);
    wr(TLBI_CTRL, 4, 1);
    assert_int_equal(rd(TLBI, 8), 0);
    assert_int_equal(rd(TLBI_CTRL, 4), 0);
    wr(CR0, 4, 3);              /* no callback: at once */
    assert_int_equal(rd(CR0ACK, 4), 3);

    config.feat = (SmmuFeatures) {
        .s1p = true, .sid_bits = 6, .gran4k = true, .oas = 32,
    };
    make(&config);
    wr(CR0, 4, 3);
    assert_int_equal(rd(CR0, 4), 0);
    assert_true(smmu_root_access_enabled(root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_firmware_sequence, setup),
        cmocka_unit_test_setup(test_locks, setup),
        cmocka_unit_test_setup(test_record, setup),
        cmocka_unit_test_setup(test_far_latch, setup),
        cmocka_unit_test_setup(test_tlbi, setup),
        cmocka_unit_test_setup(test_tlbi_run, setup),
        cmocka_unit_test_setup(test_without, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
