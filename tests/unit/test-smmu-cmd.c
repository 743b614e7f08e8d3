/*
 * Commands but for TLB invalidation: which queue takes which, their fields,
 * and what they ask for. Bit numbers are those of IHI 0070, chapter 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-cmd-sink.h"

static const SmmuCmdRegs no_regs;

/* Legal, illegal */

SMMU_TWEAK(no_s1p, s1p, false)
SMMU_TWEAK(no_s2p, s2p, false)
SMMU_TWEAK(no_hyp, hyp, false)
SMMU_TWEAK(no_root, root_impl, false)
SMMU_TWEAK(no_ats, ats, false)
SMMU_TWEAK(no_pri, pri, false)
SMMU_TWEAK(no_stall, stall, false)
SMMU_TWEAK(no_dpt, dpt, false)
SMMU_TWEAK(no_ril, ril, false)
SMMU_TWEAK(no_sev, sev, false)
SMMU_TWEAK(no_msi, msi, false)
SMMU_TWEAK(no_ssids, ssid_bits, 0)
SMMU_TWEAK(sid_8, sid_bits, 8)
SMMU_TWEAK(sid_32, sid_bits, 32)
SMMU_TWEAK(ssid_4, ssid_bits, 4)
SMMU_TWEAK(oas_40, oas, 40)

/* The letters of OpCase.needs. */
static const struct {
    char letter;
    SmmuTweak *without;
} needs[] = {
    { '1', no_s1p }, { '2', no_s2p }, { 'h', no_hyp }, { 'a', no_ats },
    { 'p', no_pri }, { 's', no_stall }, { 'd', no_dpt }, { ' ', no_ril },
    { ' ', no_sev }, { ' ', no_msi }, { ' ', no_ssids },
};

typedef struct OpCase {
    uint8_t op;
    const char *name;
    const char *queues;     /* of N, S, R: where it is legal */
    const char *needs;
} OpCase;

static const OpCase op_cases[] = {
    { 0x01, "CMD_PREFETCH_CONFIG", "NSR", "" },
    { 0x02, "CMD_PREFETCH_ADDR", "NSR", "" },
    { 0x03, "CMD_CFGI_STE", "NSR", "" },
    { 0x04, "CMD_CFGI_STE_RANGE", "NSR", "" },
    { 0x05, "CMD_CFGI_CD", "NSR", "1" },
    { 0x06, "CMD_CFGI_CD_ALL", "NSR", "1" },
    { 0x10, "CMD_TLBI_NH_ALL", "NSR", "1" },
    { 0x11, "CMD_TLBI_NH_ASID", "NSR", "1" },
    { 0x12, "CMD_TLBI_NH_VA", "NSR", "1" },
    { 0x13, "CMD_TLBI_NH_VAA", "NSR", "1" },
    { 0x18, "CMD_TLBI_EL3_ALL", "", "" },       /* there is RME */
    { 0x1a, "CMD_TLBI_EL3_VA", "", "" },
    { 0x20, "CMD_TLBI_EL2_ALL", "NSR", "1h" },
    { 0x21, "CMD_TLBI_EL2_ASID", "NSR", "1h" },
    { 0x22, "CMD_TLBI_EL2_VA", "NSR", "1h" },
    { 0x23, "CMD_TLBI_EL2_VAA", "NSR", "1h" },
    { 0x28, "CMD_TLBI_S12_VMALL", "NSR", "2" },
    { 0x2a, "CMD_TLBI_S2_IPA", "NSR", "2" },
    { 0x30, "CMD_TLBI_NSNH_ALL", "NSR", "" },
    { 0x40, "CMD_ATC_INV", "NSR", "a" },
    { 0x41, "CMD_PRI_RESP", "NSR", "p" },
    { 0x44, "CMD_RESUME", "NS", "s" },
    { 0x45, "CMD_STALL_TERM", "NS", "s" },
    { 0x46, "CMD_SYNC", "NSR", "" },
    { 0x50, "CMD_TLBI_S_EL2_ALL", "S", "12" },  /* Secure EL2: both stages */
    { 0x51, "CMD_TLBI_S_EL2_ASID", "S", "12" },
    { 0x52, "CMD_TLBI_S_EL2_VA", "S", "12" },
    { 0x53, "CMD_TLBI_S_EL2_VAA", "S", "12" },
    { 0x58, "CMD_TLBI_S_S12_VMALL", "S", "12" },
    { 0x5a, "CMD_TLBI_S_S2_IPA", "S", "12" },
    { 0x60, "CMD_TLBI_SNH_ALL", "S", "12" },
    { 0x70, "CMD_DPTI_ALL", "R", "d" },
    { 0x73, "CMD_DPTI_PA", "R", "d" },
};

static const char letter_of[] = { [NS] = 'N', [S] = 'S', [R] = 'R' };

static void check_legal(const OpCase *c, int queue, SmmuTweak *tweak,
                        bool want, char without)
{
    SmmuCmdError got = issue(queue, c->op, (SmmuBits[MAX_BITS]) { { 0 } },
                             tweak, &no_regs);

    if (got != (want ? SMMU_CERROR_NONE : SMMU_CERROR_ILL)) {
        fail_msg("%s from %c without '%c': error %d", c->name,
                 letter_of[queue], without, got);
    }
    /* A legal one has an effect with all of its fields 0, too. */
    assert_int_equal(asked_in_all() > 0, want);
}

static void test_opcodes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(op_cases); i++) {
        const OpCase *c = &op_cases[i];

        assert_string_equal(smmu_cmd_name(c->op), c->name);
        for (int queue = 0; queue < CCA_SEC_SID__COUNT; queue++) {
            bool taken = strchr(c->queues, letter_of[queue]);

            check_legal(c, queue, NULL, taken, ' ');
            for (unsigned n = 0; n < COUNT_OF(needs); n++) {
                bool needed = strchr(c->needs, needs[n].letter);

                check_legal(c, queue, needs[n].without, taken && !needed,
                            needs[n].letter);
            }
        }
    }
}

static void test_reserved_opcodes(void **state)
{
    unsigned reserved = 0, next = 0;

    (void)state;
    for (unsigned op = 0; op < 256; op++) {
        if (next < COUNT_OF(op_cases) && op_cases[next].op == op) {
            next++;
            continue;
        }
        reserved++;
        assert_null(smmu_cmd_name(op));
        for (int queue = 0; queue < CCA_SEC_SID__COUNT; queue++) {
            assert_int_equal(issue(queue, op,
                                   (SmmuBits[MAX_BITS]) { { 0 } }, NULL,
                                   &no_regs), SMMU_CERROR_ILL);
            assert_int_equal(asked_in_all(), 0);
        }
    }
    assert_int_equal(reserved, 256 - COUNT_OF(op_cases));
}

/* EL3 has streams only where there is no RME; its commands are Secure's. */
static void test_el3(void **state)
{
    static const OpCase all = { 0x18, "CMD_TLBI_EL3_ALL", "S", "" };
    static const OpCase va = { 0x1a, "CMD_TLBI_EL3_VA", "S", "" };

    (void)state;
    for (int queue = NS; queue <= S; queue++) {
        check_legal(&all, queue, no_root, queue == S, 'R');
        check_legal(&va, queue, no_root, queue == S, 'R');
    }
}

/* SSec: which commands have it, and what it means where */

typedef struct SsecCase {
    uint8_t op;
    int secure_means;       /* on the Secure queue */
} SsecCase;

static const SsecCase ssec_cases[] = {
    { 0x01, S }, { 0x02, S }, { 0x03, S }, { 0x04, S }, { 0x05, S },
    { 0x06, S }, { 0x44, S }, { 0x45, S },
    /* ATS and PRI are not for Secure streams. */
    { 0x40, NS }, { 0x41, NS },
};

static void test_ssec(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(ssec_cases); i++) {
        const SsecCase *c = &ssec_cases[i];

        for (int queue = 0; queue < CCA_SEC_SID__COUNT; queue++) {
            for (unsigned ssec = 0; ssec < 2; ssec++) {
                SmmuBits bits[MAX_BITS] = { SID(5), { 10, 10, ssec } };
                bool bad = queue != S && ssec;
                bool taken = queue != R || (c->op & 0xfe) != 0x44;
                int want = queue != S ? queue : ssec ? c->secure_means : NS;

                assert_int_equal(issue(queue, c->op, bits, NULL, &no_regs),
                                 bad || !taken ? SMMU_CERROR_ILL :
                                 SMMU_CERROR_NONE);
                if (!bad && taken) {
                    assert_int_equal(asked_in_all(), 1);
                    assert_int_equal(asked.configs ? asked.config.sec_sid :
                                     asked.other.sec_sid, want);
                }
            }
        }
    }
}

/* Configuration caches (section 4.3) */

typedef struct CfgCase {
    const char *name;
    int queue;
    uint8_t op;
    SmmuBits bits[MAX_BITS];
    SmmuTweak *tweak;
    bool nothing;           /* out of range */
    SmmuCfgInv want;
} CfgCase;

#define WANT(scope_, sec, ...) { .scope = SMMU_CFG_INV_##scope_,          \
                                 .sec_sid = (CcaSecSid)(sec), __VA_ARGS__ }
#define RANGE(v) { 68, 64, (v) }

static const CfgCase cfg_cases[] = {
    { "STE", NS, 0x03, { SID(0xabcd) }, NULL, false,
      WANT(STE, NS, .sid = 0xabcd) },
    { "STE, leaf", R, 0x03, { SID(0xabcd), BIT0 }, NULL, false,
      WANT(STE, R, .sid = 0xabcd, .leaf = true) },
    { "STE, Secure", S, 0x03, { SID(1), SSEC }, NULL, false,
      WANT(STE, S, .sid = 1) },
    { "STE, RES0 bits set", NS, 0x03,
      { SID(1), { 9, 8, 3 }, { 31, 11, 0x1fffff }, { 127, 65, ~0ull >> 1 } },
      NULL, false, WANT(STE, NS, .sid = 1) },
    { "STE, the last StreamID", NS, 0x03, { SID(0xff) }, sid_8, false,
      WANT(STE, NS, .sid = 0xff) },
    { "STE, one too large", NS, 0x03, { SID(0x100) }, sid_8, true, { 0 } },
    { "STE, 32 bits", NS, 0x03, { SID(0xffffffff) }, sid_32, false,
      WANT(STE, NS, .sid = 0xffffffff) },
    { "CD", R, 0x05, { SID(9), SSID(0x81234) }, NULL, false,
      WANT(CD, R, .sid = 9, .ssid = 0x81234) },
    { "CD, leaf", S, 0x05, { SID(9), SSID(1), SSEC, BIT0 }, NULL, false,
      WANT(CD, S, .sid = 9, .ssid = 1, .leaf = true) },
    { "CD, the last SubstreamID", NS, 0x05, { SID(9), SSID(15) }, ssid_4,
      false, WANT(CD, NS, .sid = 9, .ssid = 15) },
    { "CD, SubstreamID too large", NS, 0x05, { SID(9), SSID(16) }, ssid_4,
      true, { 0 } },
    { "CD, no SubstreamIDs", NS, 0x05, { SID(9) }, no_ssids, false,
      WANT(CD, NS, .sid = 9) },
    { "CD, no SubstreamIDs, but one", NS, 0x05, { SID(9), SSID(1) }, no_ssids,
      true, { 0 } },
    { "CD, StreamID too large", NS, 0x05, { SID(0x10000) }, NULL, true,
      { 0 } },
    { "CD_ALL", R, 0x06, { SID(77) }, NULL, false,
      WANT(CD_ALL, R, .sid = 77) },
    { "CD_ALL, no SubstreamID", R, 0x06, { SID(77), SSID(5), BIT0 }, NULL,
      false, WANT(CD_ALL, R, .sid = 77) },
    { "CD_ALL, too large", R, 0x06, { SID(0x12345678) }, NULL, true, { 0 } },
    { "RANGE of 2", NS, 0x04, { SID(0x101), RANGE(0) }, NULL, false,
      WANT(RANGE, NS, .sid = 0x100, .last_sid = 0x101) },
    { "RANGE of 64", R, 0x04, { SID(0x1234), RANGE(5) }, NULL, false,
      WANT(RANGE, R, .sid = 0x1200, .last_sid = 0x123f) },
    { "RANGE, no Leaf in it", S, 0x04, { SID(0x1234), RANGE(1), SSEC }, NULL,
      false, WANT(RANGE, S, .sid = 0x1234, .last_sid = 0x1237) },
    { "RANGE of half of all", NS, 0x04, { SID(0x80000000), RANGE(30) },
      sid_32, false,
      WANT(RANGE, NS, .sid = 0x80000000, .last_sid = 0xffffffff) },
    { "RANGE, too large but for what is ignored", NS, 0x04,
      { SID(0xffff), RANGE(15) }, sid_8, false,
      WANT(RANGE, NS, .sid = 0, .last_sid = 0xffff) },
    { "RANGE, too large", NS, 0x04, { SID(0x100), RANGE(7) }, sid_8, true,
      { 0 } },
    { "ALL", NS, 0x04, { RANGE(31) }, NULL, false,
      WANT(ALL, NS, .last_sid = UINT32_MAX) },
    { "ALL, StreamID ignored", R, 0x04, { SID(0xdeadbeef), RANGE(31) }, NULL,
      false, WANT(ALL, R, .last_sid = UINT32_MAX) },
    { "ALL, Secure", S, 0x04, { RANGE(31), SSEC }, NULL, false,
      WANT(ALL, S, .last_sid = UINT32_MAX) },
    { "ALL, Non-secure by Secure", S, 0x04, { RANGE(31) }, NULL, false,
      WANT(ALL, NS, .last_sid = UINT32_MAX) },
};

static void test_config(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cfg_cases); i++) {
        const CfgCase *c = &cfg_cases[i];
        const SmmuCfgInv *got = &asked.config, *want = &c->want;

        assert_int_equal(issue(c->queue, c->op, c->bits, c->tweak, &no_regs),
                         SMMU_CERROR_NONE);
        if (asked_in_all() != !c->nothing || asked.configs != !c->nothing ||
            got->scope != want->scope || got->sec_sid != want->sec_sid ||
            got->sid != want->sid || got->last_sid != want->last_sid ||
            got->ssid != want->ssid || got->leaf != want->leaf) {
            fail_msg("%s: scope %d of %d, 0x%x..0x%x, 0x%x, leaf %d",
                     c->name, got->scope, got->sec_sid, got->sid,
                     got->last_sid, got->ssid, got->leaf);
        }
    }
}

/* Device permission tables (section 4.6) */

typedef struct DptCase {
    const char *name;
    SmmuBits bits[MAX_BITS];
    SmmuTweak *tweak;
    bool nothing;
    uint64_t first, last;
} DptCase;

#define SIZE(v) { 71, 68, (v) }
#define PA(v)   { 119, 76, (v) >> 12 }

static const DptCase dpt_cases[] = {
    { "4K", { PA(0x12345000ull), SIZE(0) }, NULL, false, 0x12345000,
      0x12345fff },
    { "16K", { PA(0x12344000ull), SIZE(1) }, NULL, false, 0x12344000,
      0x12347fff },
    { "64K", { PA(0x12340000ull), SIZE(2) }, NULL, false, 0x12340000,
      0x1234ffff },
    { "2M", { PA(0x12200000ull), SIZE(3) }, NULL, false, 0x12200000,
      0x123fffff },
    { "32M", { PA(0x12000000ull), SIZE(4) }, NULL, false, 0x12000000,
      0x13ffffff },
    { "512M", { PA(0x20000000ull), SIZE(5) }, NULL, false, 0x20000000,
      0x3fffffff },
    { "1G", { PA(0x40000000ull), SIZE(6) }, NULL, false, 0x40000000,
      0x7fffffff },
    { "16G", { PA(0x400000000ull), SIZE(7) }, NULL, false, 0x400000000,
      0x7ffffffff },
    { "64G", { PA(0x1000000000ull), SIZE(8) }, NULL, false, 0x1000000000,
      0x1fffffffff },
    { "512G", { PA(0x8000000000ull), SIZE(9) }, NULL, false, 0x8000000000,
      0xffffffffff },
    { "reserved", { PA(0ull), SIZE(10) }, NULL, true, 0, 0 },
    { "reserved, too", { PA(0ull), SIZE(15) }, NULL, true, 0, 0 },
    { "not aligned", { PA(0x1000ull), SIZE(1) }, NULL, true, 0, 0 },
    { "not aligned by a bit", { PA(0x4000000000ull), SIZE(9) }, NULL, true,
      0, 0 },
    { "above the output size", { PA(0xff0000001000ull), SIZE(0) }, oas_40,
      false, 0x1000, 0x1fff },
};

static void test_dpti(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(dpt_cases); i++) {
        const DptCase *c = &dpt_cases[i];

        for (unsigned leaf = 0; leaf < 2; leaf++) {
            SmmuBits bits[MAX_BITS] = { c->bits[0], c->bits[1],
                                        { 64, 64, leaf } };

            assert_int_equal(issue(R, 0x73, bits, c->tweak, &no_regs),
                             SMMU_CERROR_NONE);
            assert_int_equal(asked_in_all(), !c->nothing);
            assert_int_equal(asked.dpts, !c->nothing);
            if (c->nothing) {
                continue;
            }
            if (asked.dpt_first != c->first || asked.dpt_last != c->last) {
                fail_msg("%s: 0x%" PRIx64 "..0x%" PRIx64, c->name,
                         asked.dpt_first, asked.dpt_last);
            }
            assert_int_equal(asked.dpt_sec_sid, R);
            assert_int_equal(asked.dpt_leaf, leaf);
        }
    }
    assert_int_equal(issue(R, 0x70, (SmmuBits[MAX_BITS]) { BIT0 }, NULL,
                           &no_regs), SMMU_CERROR_NONE);
    assert_int_equal(asked.dpts, 1);
    assert_int_equal(asked.dpt_first, 0);
    assert_true(asked.dpt_last == UINT64_MAX);
    assert_false(asked.dpt_leaf);
}

/* The others, by their fields */

typedef struct OtherCase {
    const char *name;
    int queue;
    uint8_t op;
    SmmuBits bits[MAX_BITS];
    SmmuTweak *tweak;
    enum { DONE, NOTHING, ILLEGAL } outcome;
    SmmuCmd want;           /* but for op and queue */
} OtherCase;

#define ADDR(v)     { 127, 76, (v) >> 12 }
#define ATC(v)      { 69, 64, (v) }

static const OtherCase other_cases[] = {
    { "PREFETCH_CONFIG", R, 0x01, { SID(0x123), SSV, SSID(0x45) }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_REALM, .sid = 0x123, .ssv = true,
        .ssid = 0x45 } },
    { "PREFETCH_CONFIG, no SSV", R, 0x01, { SID(0x123), SSID(0x45) }, NULL,
      DONE, { .sec_sid = CCA_SEC_SID_REALM, .sid = 0x123 } },
    { "PREFETCH_CONFIG, no SubstreamIDs", NS, 0x01,
      { SID(0x123), SSV, SSID(0x45) }, no_ssids, DONE, { .sid = 0x123 } },
    { "PREFETCH_CONFIG, SubstreamID too large", NS, 0x01,
      { SSV, SSID(16) }, ssid_4, NOTHING, { 0 } },
    { "PREFETCH_CONFIG, unused SubstreamID too large", NS, 0x01, { SSID(16) },
      ssid_4, DONE, { 0 } },
    { "PREFETCH_CONFIG, StreamID too large", NS, 0x01, { SID(0x10000) }, NULL,
      NOTHING, { 0 } },
    { "PREFETCH_ADDR", NS, 0x02,
      { SID(3), ADDR(0xfffffffffffff000ull), { 68, 64, 0x15 },
        { 73, 69, 0x0a } }, NULL, DONE,
      { .sid = 3, .addr = 0xfffffffffffff000, .size = 0x15,
        .stride = 0x0a } },
    { "PREFETCH_ADDR, NS of a Secure stream", S, 0x02,
      { SSEC, { 75, 75, 1 } }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_SECURE, .ns = true } },
    { "PREFETCH_ADDR, bit 74 is not NS", S, 0x02, { SSEC, { 74, 74, 1 } },
      NULL, DONE, { .sec_sid = CCA_SEC_SID_SECURE } },
    { "PREFETCH_ADDR, NS without Secure EL2", S, 0x02,
      { SSEC, { 75, 75, 1 } }, no_s2p, DONE,
      { .sec_sid = CCA_SEC_SID_SECURE } },
    { "PREFETCH_ADDR, NS of a Non-secure stream", S, 0x02, { { 75, 75, 1 } },
      NULL, DONE, { 0 } },
    { "PREFETCH_ADDR, NS from Realm", R, 0x02, { { 75, 75, 1 } }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_REALM } },

    { "ATC_INV, 4K", NS, 0x40, { SID(8), ADDR(0x1234567ull << 12) }, NULL,
      DONE, { .sid = 8, .addr = 0x1234567000, .last = 0x1234567fff } },
    { "ATC_INV, aligned down", R, 0x40,
      { SID(8), ADDR(0x12345678000ull), ATC(9) }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_REALM, .sid = 8, .addr = 0x12345600000,
        .last = 0x123457fffff } },
    { "ATC_INV, half of all", NS, 0x40, { ADDR(~0ull), ATC(51) }, NULL, DONE,
      { .addr = 1ull << 63, .last = UINT64_MAX } },
    { "ATC_INV, all", NS, 0x40, { ADDR(~0ull), ATC(52) }, NULL, DONE,
      { .last = UINT64_MAX } },
    { "ATC_INV, more than all", NS, 0x40, { ATC(53) }, NULL, ILLEGAL, { 0 } },
    { "ATC_INV, much more", R, 0x40, { ATC(63) }, NULL, ILLEGAL, { 0 } },
    { "ATC_INV, PASID", R, 0x40, { SSV, SSID(0xabcde) }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_REALM, .ssv = true, .ssid = 0xabcde,
        .last = 0xfff } },
    { "ATC_INV, global", NS, 0x40, { SSV, { 9, 9, 1 } }, NULL, DONE,
      { .ssv = true, .global = true, .last = 0xfff } },
    { "ATC_INV, global without PASID", NS, 0x40, { { 9, 9, 1 } }, NULL, DONE,
      { .last = 0xfff } },
    { "ATC_INV, no PASIDs", NS, 0x40, { SSV, SSID(5), { 9, 9, 1 } }, no_ssids,
      DONE, { .last = 0xfff } },
    { "ATC_INV, StreamID too large", NS, 0x40, { SID(0x10000) }, NULL,
      NOTHING, { 0 } },
    { "ATC_INV, illegal before out of range", NS, 0x40,
      { SID(0x10000), ATC(53) }, NULL, ILLEGAL, { 0 } },

    { "PRI_RESP, failure", NS, 0x41, { SID(4), { 72, 64, 0x1ff } }, NULL,
      DONE, { .sid = 4, .prg_index = 0x1ff } },
    { "PRI_RESP, invalid", NS, 0x41, { { 77, 76, 1 } }, NULL, DONE,
      { .response = 1 } },
    { "PRI_RESP, success, PASID", R, 0x41,
      { { 77, 76, 2 }, SSV, SSID(0xfffff) }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_REALM, .response = 2, .ssv = true,
        .ssid = 0xfffff } },
    { "PRI_RESP, reserved", NS, 0x41, { { 77, 76, 3 } }, NULL, ILLEGAL,
      { 0 } },
    { "PRI_RESP, reserved and out of range", NS, 0x41,
      { SID(0x10000), { 77, 76, 3 } }, NULL, ILLEGAL, { 0 } },
    { "PRI_RESP, StreamID too large", NS, 0x41, { SID(0x10000) }, NULL,
      NOTHING, { 0 } },

    { "RESUME, retry", NS, 0x44, { SID(2), { 12, 12, 1 }, { 79, 64, 0xbeef } },
      NULL, DONE, { .sid = 2, .retry = true, .stag = 0xbeef } },
    { "RESUME, abort", S, 0x44, { SSEC, { 13, 13, 1 } }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_SECURE, .abort = true } },
    { "RESUME, StreamID too large", NS, 0x44, { SID(0x10000) }, NULL, NOTHING,
      { 0 } },
    { "STALL_TERM", S, 0x45, { SID(0xffff), SSEC }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_SECURE, .sid = 0xffff } },
    { "STALL_TERM, StreamID too large", NS, 0x45, { SID(0x10000) }, NULL,
      NOTHING, { 0 } },
};

#define IRQ             { 13, 12, 1 }
#define MSH(v)          { 23, 22, (v) }
#define MSIATTR(v)      { 27, 24, (v) }
#define MSIDATA(v)      { 63, 32, (v) }
#define MSIADDR(v)      { 119, 66, (v) >> 2 }
#define MSI_NS          { 127, 127, 1 }

static const OtherCase sync_cases[] = {
    { "SYNC", NS, 0x46, { { 0 } }, NULL, DONE,
      { .msi_pas = CCA_PAS_NS } },
    { "SYNC, no MSI without interrupt", R, 0x46,
      { MSIADDR(0x1000ull), MSIDATA(5), MSIATTR(15), MSH(3), MSI_NS }, NULL,
      DONE, { .sec_sid = CCA_SEC_SID_REALM, .msi_pas = CCA_PAS_REALM } },
    { "SYNC, interrupt", NS, 0x46, { IRQ }, NULL, DONE,
      { .cs = 1, .msi_pas = CCA_PAS_NS } },
    { "SYNC, MSI", NS, 0x46,
      { IRQ, MSIADDR(0xfffffffffffffcull), MSIDATA(0xdeadbeef), MSIATTR(15),
        MSH(3) }, NULL, DONE,
      { .cs = 1, .msi_addr = 0xfffffffffffffc, .msi_data = 0xdeadbeef,
        .msi_attr = 15, .msi_sh = 3, .msi_pas = CCA_PAS_NS } },
    { "SYNC, MSI, bits beside the address", NS, 0x46,
      { IRQ, MSIADDR(0x1000ull), { 65, 64, 3 }, { 126, 120, 0x7f } }, NULL,
      DONE, { .cs = 1, .msi_addr = 0x1000, .msi_pas = CCA_PAS_NS } },
    { "SYNC, Secure MSI", S, 0x46, { IRQ, MSIADDR(4ull), MSH(2), MSI_NS },
      NULL, DONE,
      { .sec_sid = CCA_SEC_SID_SECURE, .cs = 1, .msi_addr = 4, .msi_sh = 2,
        .msi_pas = CCA_PAS_SECURE } },
    { "SYNC, Realm MSI", R, 0x46, { IRQ, MSIADDR(8ull), MSH(1) }, NULL, DONE,
      { .sec_sid = CCA_SEC_SID_REALM, .cs = 1, .msi_addr = 8,
        .msi_pas = CCA_PAS_REALM } },
    { "SYNC, Realm MSI to Non-secure", R, 0x46, { IRQ, MSIADDR(8ull), MSI_NS },
      NULL, DONE,
      { .sec_sid = CCA_SEC_SID_REALM, .cs = 1, .msi_addr = 8,
        .msi_pas = CCA_PAS_NS } },
    { "SYNC, there are no MSIs", NS, 0x46,
      { IRQ, MSIADDR(8ull), MSIDATA(1) }, no_msi, DONE,
      { .cs = 1, .msi_pas = CCA_PAS_NS } },
    { "SYNC, event", NS, 0x46, { { 13, 12, 2 } }, NULL, DONE,
      { .cs = 2, .msi_pas = CCA_PAS_NS } },
    { "SYNC, there are no events", NS, 0x46, { { 13, 12, 2 } }, no_sev, DONE,
      { .msi_pas = CCA_PAS_NS } },
    { "SYNC, reserved", NS, 0x46, { { 13, 12, 3 } }, NULL, ILLEGAL, { 0 } },
    { "SYNC, reserved, Realm", R, 0x46, { { 13, 12, 3 } }, NULL, ILLEGAL,
      { 0 } },
};

#define SAME(field)                                                       \
    if (got->field != want->field) {                                      \
        fail_msg("%s: " #field " is 0x%" PRIx64, c->name,                 \
                 (uint64_t)got->field);                                   \
    }

static void check_other(const OtherCase *c)
{
    const SmmuCmd *got = &asked.other, *want = &c->want;
    SmmuCmdError error = issue(c->queue, c->op, c->bits, c->tweak, &no_regs);

    if ((error == SMMU_CERROR_ILL) != (c->outcome == ILLEGAL)) {
        fail_msg("%s: error %d", c->name, error);
    }
    if (asked_in_all() != (c->outcome == DONE) ||
        asked.others != (c->outcome == DONE)) {
        fail_msg("%s: %u of all, %u of these", c->name, asked_in_all(),
                 asked.others);
    }
    if (c->outcome != DONE) {
        return;
    }
    SAME(sec_sid); SAME(ssv); SAME(leaf); SAME(sid); SAME(ssid);
    SAME(last_sid); SAME(vmid); SAME(asid); SAME(addr); SAME(last); SAME(tg);
    SAME(level); SAME(ns); SAME(global); SAME(size); SAME(stride);
    SAME(prg_index); SAME(response); SAME(stag); SAME(retry); SAME(abort);
    SAME(cs); SAME(msi_addr); SAME(msi_data); SAME(msi_attr); SAME(msi_sh);
    SAME(no_effect);
    if (c->op == 0x46) {
        SAME(msi_pas);
    }
}

static void test_others(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(other_cases); i++) {
        check_other(&other_cases[i]);
    }
}

static void test_sync(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(sync_cases); i++) {
        check_other(&sync_cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opcodes),
        cmocka_unit_test(test_reserved_opcodes),
        cmocka_unit_test(test_el3),
        cmocka_unit_test(test_ssec),
        cmocka_unit_test(test_config),
        cmocka_unit_test(test_dpti),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_sync),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
