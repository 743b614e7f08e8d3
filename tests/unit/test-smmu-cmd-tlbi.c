/*
 * CMD_TLBI_*: what each asks of the translation cache, to the bit, from each
 * queue; ranges and hints. Bit numbers are those of IHI 0070, section 4.4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-cmd-sink.h"

SMMU_TWEAK(no_s1p, s1p, false)
SMMU_TWEAK(no_s2p, s2p, false)
SMMU_TWEAK(no_ril, ril, false)
SMMU_TWEAK(no_ds, ds, false)
SMMU_TWEAK(no_root, root_impl, false)
SMMU_TWEAK(asid_8, asid16, false)
SMMU_TWEAK(vmid_8, vmid16, false)

/* VMW is different in each world; E2H is that of the case. */
enum { IGNORE_NS = 1, IGNORE_S = 3, IGNORE_R = 15 };

enum { E2H_NS = 1 << NS, E2H_S = 1 << S, E2H_R = 1 << R,
       E2H_ALL = E2H_NS | E2H_S | E2H_R };

static SmmuCmdRegs regs_of(unsigned e2h)
{
    return (SmmuCmdRegs) {
        .e2h = { [NS] = e2h & E2H_NS, [S] = e2h & E2H_S,
                 [R] = e2h & E2H_R },
        .vmw = { [NS] = 1, [S] = 2, [R] = 4 },
    };
}

typedef struct TlbCase {
    const char *name;
    int queue;
    uint8_t op;
    unsigned e2h;
    SmmuTweak *tweak;
    SmmuTlbInvScope scope;
    SmmuRegime regime;
    uint16_t vmid, asid, ignore;
} TlbCase;

#define EL1_NS  SMMU_REGIME_NS_EL1
#define EL1_S   SMMU_REGIME_S_EL1
#define EL1_R   SMMU_REGIME_REALM_EL1
#define EL2_NS  SMMU_REGIME_NS_EL2
#define EL2_S   SMMU_REGIME_S_EL2
#define EL2_R   SMMU_REGIME_REALM_EL2
#define E2H_OF(el2) ((SmmuRegime)((el2) + 1))

/* All with VMID 0x1234, ASID 0x5678, VA or IPA 0xabcd000. */
static const TlbCase tlb_cases[] = {
    { "NH_ALL", NS, 0x10, 0, NULL, SMMU_TLB_INV_VMID_S1, EL1_NS, 0x1234, 0,
      IGNORE_NS },
    { "NH_ALL", S, 0x10, 0, NULL, SMMU_TLB_INV_VMID_S1, EL1_S, 0x1234, 0,
      IGNORE_S },
    { "NH_ALL", R, 0x10, 0, NULL, SMMU_TLB_INV_VMID_S1, EL1_R, 0x1234, 0,
      IGNORE_R },
    { "NH_ALL, no VMIDs", NS, 0x10, 0, no_s2p, SMMU_TLB_INV_VMID_S1, EL1_NS,
      0, 0, IGNORE_NS },
    { "NH_ALL, no VMIDs", S, 0x10, 0, no_s2p, SMMU_TLB_INV_VMID_S1, EL1_S, 0,
      0, IGNORE_S },
    { "NH_ASID", NS, 0x11, 0, NULL, SMMU_TLB_INV_ASID, EL1_NS, 0x1234, 0x5678,
      IGNORE_NS },
    { "NH_ASID", S, 0x11, 0, NULL, SMMU_TLB_INV_ASID, EL1_S, 0x1234, 0x5678,
      IGNORE_S },
    { "NH_ASID", R, 0x11, E2H_ALL, NULL, SMMU_TLB_INV_ASID, EL1_R, 0x1234,
      0x5678, IGNORE_R },
    { "NH_ASID, no VMIDs", NS, 0x11, 0, no_s2p, SMMU_TLB_INV_ASID, EL1_NS, 0,
      0x5678, IGNORE_NS },
    { "NH_VA", NS, 0x12, 0, NULL, SMMU_TLB_INV_VA, EL1_NS, 0x1234, 0x5678,
      IGNORE_NS },
    { "NH_VA", S, 0x12, E2H_ALL, NULL, SMMU_TLB_INV_VA, EL1_S, 0x1234, 0x5678,
      IGNORE_S },
    { "NH_VA", R, 0x12, 0, NULL, SMMU_TLB_INV_VA, EL1_R, 0x1234, 0x5678,
      IGNORE_R },
    { "NH_VA, no VMIDs", S, 0x12, 0, no_s2p, SMMU_TLB_INV_VA, EL1_S, 0,
      0x5678, IGNORE_S },
    { "NH_VAA", NS, 0x13, 0, NULL, SMMU_TLB_INV_VAA, EL1_NS, 0x1234, 0,
      IGNORE_NS },
    { "NH_VAA", S, 0x13, 0, NULL, SMMU_TLB_INV_VAA, EL1_S, 0x1234, 0,
      IGNORE_S },
    { "NH_VAA", R, 0x13, 0, NULL, SMMU_TLB_INV_VAA, EL1_R, 0x1234, 0,
      IGNORE_R },

    { "EL3_ALL", S, 0x18, E2H_ALL, no_root, SMMU_TLB_INV_REGIME,
      SMMU_REGIME_EL3, 0, 0, 0 },
    { "EL3_VA", S, 0x1a, E2H_ALL, no_root, SMMU_TLB_INV_VA, SMMU_REGIME_EL3,
      0, 0, 0 },

    { "EL2_ALL", NS, 0x20, 0, NULL, SMMU_TLB_INV_REGIME, EL2_NS, 0, 0,
      0 },
    { "EL2_ALL", S, 0x20, E2H_S, NULL, SMMU_TLB_INV_REGIME, EL2_NS, 0, 0,
      0 },
    { "EL2_ALL", R, 0x20, E2H_R, NULL, SMMU_TLB_INV_REGIME, EL2_R, 0, 0,
      0 },
    { "EL2_ASID", NS, 0x21, 0, NULL, SMMU_TLB_INV_ASID, E2H_OF(EL2_NS), 0,
      0x5678, 0 },
    { "EL2_ASID", S, 0x21, E2H_NS, NULL, SMMU_TLB_INV_ASID, E2H_OF(EL2_NS), 0,
      0x5678, 0 },
    { "EL2_ASID", R, 0x21, 0, NULL, SMMU_TLB_INV_ASID, E2H_OF(EL2_R), 0,
      0x5678, 0 },
    { "EL2_VA", NS, 0x22, E2H_S | E2H_R, NULL, SMMU_TLB_INV_VA, EL2_NS, 0,
      0x5678, 0 },
    { "EL2_VA, E2H", NS, 0x22, E2H_NS, NULL, SMMU_TLB_INV_VA, E2H_OF(EL2_NS),
      0, 0x5678, 0 },
    /* The Secure queue goes by the Non-secure E2H, for that is whose it is. */
    { "EL2_VA", S, 0x22, E2H_S | E2H_R, NULL, SMMU_TLB_INV_VA, EL2_NS, 0,
      0x5678, 0 },
    { "EL2_VA, E2H", S, 0x22, E2H_NS, NULL, SMMU_TLB_INV_VA, E2H_OF(EL2_NS),
      0, 0x5678, 0 },
    { "EL2_VA", R, 0x22, E2H_NS | E2H_S, NULL, SMMU_TLB_INV_VA, EL2_R, 0,
      0x5678, 0 },
    { "EL2_VA, E2H", R, 0x22, E2H_R, NULL, SMMU_TLB_INV_VA, E2H_OF(EL2_R), 0,
      0x5678, 0 },
    { "EL2_VAA", NS, 0x23, 0, NULL, SMMU_TLB_INV_VAA, EL2_NS, 0, 0, 0 },
    { "EL2_VAA, E2H", NS, 0x23, E2H_ALL, NULL, SMMU_TLB_INV_VAA,
      E2H_OF(EL2_NS), 0, 0, 0 },
    { "EL2_VAA, E2H", S, 0x23, E2H_ALL, NULL, SMMU_TLB_INV_VAA,
      E2H_OF(EL2_NS), 0, 0, 0 },
    { "EL2_VAA, E2H", R, 0x23, E2H_ALL, NULL, SMMU_TLB_INV_VAA, E2H_OF(EL2_R),
      0, 0, 0 },

    { "S12_VMALL", NS, 0x28, 0, NULL, SMMU_TLB_INV_VMID, EL1_NS, 0x1234, 0,
      IGNORE_NS },
    { "S12_VMALL", S, 0x28, 0, NULL, SMMU_TLB_INV_VMID, EL1_NS, 0x1234, 0,
      IGNORE_NS },
    { "S12_VMALL", R, 0x28, 0, NULL, SMMU_TLB_INV_VMID, EL1_R, 0x1234, 0,
      IGNORE_R },
    { "S12_VMALL, stage 2 only", NS, 0x28, 0, no_s1p, SMMU_TLB_INV_VMID,
      EL1_NS, 0x1234, 0, IGNORE_NS },
    { "S2_IPA", NS, 0x2a, 0, NULL, SMMU_TLB_INV_IPA, EL1_NS, 0x1234, 0,
      IGNORE_NS },
    { "S2_IPA", S, 0x2a, 0, NULL, SMMU_TLB_INV_IPA, EL1_NS, 0x1234, 0,
      IGNORE_NS },
    { "S2_IPA", R, 0x2a, E2H_ALL, NULL, SMMU_TLB_INV_IPA, EL1_R, 0x1234, 0,
      IGNORE_R },
    { "NSNH_ALL", NS, 0x30, E2H_ALL, NULL, SMMU_TLB_INV_REGIME, EL1_NS, 0, 0,
      IGNORE_NS },
    { "NSNH_ALL", S, 0x30, 0, NULL, SMMU_TLB_INV_REGIME, EL1_NS, 0, 0,
      IGNORE_NS },
    { "NSNH_ALL", R, 0x30, 0, NULL, SMMU_TLB_INV_REGIME, EL1_R, 0, 0,
      IGNORE_R },

    { "S_EL2_ALL", S, 0x50, E2H_NS, NULL, SMMU_TLB_INV_REGIME, EL2_S, 0, 0,
      0 },
    { "S_EL2_ASID", S, 0x51, 0, NULL, SMMU_TLB_INV_ASID, E2H_OF(EL2_S), 0,
      0x5678, 0 },
    { "S_EL2_VA", S, 0x52, E2H_NS | E2H_R, NULL, SMMU_TLB_INV_VA, EL2_S, 0,
      0x5678, 0 },
    { "S_EL2_VA, E2H", S, 0x52, E2H_S, NULL, SMMU_TLB_INV_VA, E2H_OF(EL2_S),
      0, 0x5678, 0 },
    { "S_EL2_VAA", S, 0x53, 0, NULL, SMMU_TLB_INV_VAA, EL2_S, 0, 0, 0 },
    { "S_EL2_VAA, E2H", S, 0x53, E2H_S, NULL, SMMU_TLB_INV_VAA,
      E2H_OF(EL2_S), 0, 0, 0 },
    { "S_S12_VMALL", S, 0x58, 0, NULL, SMMU_TLB_INV_VMID, EL1_S, 0x1234, 0,
      IGNORE_S },
    { "S_S2_IPA", S, 0x5a, 0, NULL, SMMU_TLB_INV_IPA, EL1_S, 0x1234, 0,
      IGNORE_S },
    { "SNH_ALL", S, 0x60, E2H_ALL, NULL, SMMU_TLB_INV_REGIME, EL1_S, 0, 0,
      IGNORE_S },
};

#define VMID(v)     { 47, 32, (v) }
#define ASID(v)     { 63, 48, (v) }
#define ADDR(v)     { 127, 76, (v) >> 12 }
#define NUM(v)      { 16, 12, (v) }
#define SCALE(v)    { 25, 20, (v) }
#define TTL(v)      { 73, 72, (v) }
#define TG_4K       { 75, 74, 1 }
#define TG_16K      { 75, 74, 2 }
#define TG_64K      { 75, 74, 3 }

static bool has_range(SmmuTlbInvScope scope)
{
    return scope == SMMU_TLB_INV_VA || scope == SMMU_TLB_INV_VAA ||
           scope == SMMU_TLB_INV_IPA;
}

static void check_inv(const TlbCase *c, const SmmuTlbInv *inv,
                      SmmuRegime regime)
{
    if (inv->scope != c->scope || inv->regime != regime ||
        inv->vmid != c->vmid || inv->asid != c->asid ||
        inv->vmid_ignore != c->ignore || inv->ns_ipa || inv->broadcast) {
        fail_msg("%s from %d: scope %d, regime %d, VMID 0x%x but 0x%x, "
                 "ASID 0x%x, %d, %d", c->name, c->queue, inv->scope,
                 inv->regime, inv->vmid, inv->vmid_ignore, inv->asid,
                 inv->ns_ipa, inv->broadcast);
    }
    if (has_range(c->scope)) {
        assert_int_equal(inv->first, 0xabcd000);
        assert_int_equal(inv->last, 0xabcdfff);
        assert_int_equal(inv->tg, 0);
        assert_int_equal(inv->level, SMMU_TLB_ANY_LEVEL);
    }
}

static void test_scopes(void **state)
{
    static const SmmuBits bits[MAX_BITS] = { VMID(0x1234), ASID(0x5678),
                                             ADDR(0xabcd000ull) };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(tlb_cases); i++) {
        const TlbCase *c = &tlb_cases[i];
        /* All of EL2: with ASIDs and without. */
        bool both = c->op == 0x20 || c->op == 0x50;
        SmmuCmdRegs regs = regs_of(c->e2h);

        assert_int_equal(issue(c->queue, c->op, bits, c->tweak, &regs),
                         SMMU_CERROR_NONE);
        assert_int_equal(asked_in_all(), 1 + both);
        assert_int_equal(asked.tlbs, 1 + both);
        check_inv(c, &asked.tlb[0], c->regime);
        if (both) {
            check_inv(c, &asked.tlb[1], E2H_OF(c->regime));
        }
    }
}

/* Ranges and hints (section 4.4.1.1) */

typedef struct RangeCase {
    const char *name;
    SmmuBits bits[MAX_BITS];
    SmmuTweak *tweak;
    bool illegal;
    uint64_t first, last;
    uint8_t tg, level;
} RangeCase;

enum { ANY = SMMU_TLB_ANY_LEVEL };

static const RangeCase range_cases[] = {
    { "no TG", { ADDR(0x5000ull) }, NULL, false, 0x5000, 0x5fff, 0, ANY },
    { "no TG: others are RES0", { ADDR(0x5000ull), NUM(3), SCALE(4), TTL(2) },
      NULL, false, 0x5000, 0x5fff, 0, ANY },
    { "no RIL: all are RES0",
      { ADDR(0x5000ull), NUM(3), SCALE(4), TTL(2), TG_64K }, no_ril, false,
      0x5000, 0x5fff, 0, ANY },
    { "no RIL, TG alone", { ADDR(0x5000ull), TG_4K }, no_ril, false, 0x5000,
      0x5fff, 0, ANY },
    { "4K, NUM", { ADDR(0x5000ull), TG_4K, NUM(1) }, NULL, false, 0x5000,
      0x6fff, 12, ANY },
    { "4K, largest NUM", { ADDR(0x5000ull), TG_4K, NUM(31) }, NULL, false,
      0x5000, 0x24fff, 12, ANY },
    { "4K, SCALE", { ADDR(0x40000000ull), TG_4K, SCALE(9) }, NULL, false,
      0x40000000, 0x401fffff, 12, ANY },
    { "16K, NUM and SCALE", { ADDR(0x40000000ull), TG_16K, NUM(2), SCALE(3) },
      NULL, false, 0x40000000, 0x4005ffff, 14, ANY },
    { "64K, NUM and SCALE", { ADDR(0x40000000ull), TG_64K, NUM(4), SCALE(1) },
      NULL, false, 0x40000000, 0x4009ffff, 16, ANY },
    { "4K, level 1", { ADDR(0x40000000ull), TG_4K, TTL(1) }, NULL, false,
      0x40000000, 0x40000fff, 12, 1 },
    { "4K, level 2", { ADDR(0x40000000ull), TG_4K, TTL(2) }, NULL, false,
      0x40000000, 0x40000fff, 12, 2 },
    { "64K, level 3", { ADDR(0x40000000ull), TG_64K, TTL(3), NUM(1) }, NULL,
      false, 0x40000000, 0x4001ffff, 16, 3 },
    { "TTL128 changes nothing",
      { ADDR(0x40000000ull), TG_64K, TTL(3), { 71, 71, 1 } }, NULL, false,
      0x40000000, 0x4000ffff, 16, 3 },
    { "4K, nothing asked for", { ADDR(0x5000ull), TG_4K }, NULL, true, 0, 0,
      0, 0 },
    { "16K, nothing asked for", { ADDR(0x5000ull), TG_16K }, NULL, true, 0, 0,
      0, 0 },
    { "64K, nothing asked for", { ADDR(0x5000ull), TG_64K }, NULL, true, 0, 0,
      0, 0 },
    { "16K, level 1", { ADDR(0x4000ull), TG_16K, TTL(1) }, NULL, false,
      0x4000, 0x7fff, 14, 1 },
    { "16K, level 1 without DS is no level",
      { ADDR(0x4000ull), TG_16K, TTL(1) }, no_ds, true, 0, 0, 0, 0 },
    { "16K, level 1 without DS, a range",
      { ADDR(0x4000ull), TG_16K, TTL(1), NUM(1) }, no_ds, false, 0x4000,
      0xbfff, 14, ANY },
    { "64K, level 1 without DS", { ADDR(0ull), TG_64K, TTL(1) }, no_ds, false,
      0, 0xffff, 16, 1 },
    { "SCALE has 5 bits without DS",
      { ADDR(0x5000ull), TG_4K, NUM(1), SCALE(32) }, no_ds, false, 0x5000,
      0x6fff, 12, ANY },
    { "SCALE of 32 without DS is 0", { ADDR(0x5000ull), TG_4K, SCALE(32) },
      no_ds, true, 0, 0, 0, 0 },
    { "SCALE of 31 without DS", { ADDR(0ull), TG_4K, SCALE(31) }, no_ds,
      false, 0, 0x7ffffffffff, 12, ANY },
    { "SCALE of 32", { ADDR(0ull), TG_4K, SCALE(32) }, NULL, false, 0,
      0xfffffffffff, 12, ANY },
    { "SCALE of 39", { ADDR(0ull), TG_4K, SCALE(39) }, NULL, false, 0,
      0x7ffffffffffff, 12, ANY },
    { "SCALE of 40 is 39", { ADDR(0ull), TG_4K, SCALE(40) }, NULL, false, 0,
      0x7ffffffffffff, 12, ANY },
    { "SCALE of 63 is 39", { ADDR(0ull), TG_64K, SCALE(63), NUM(31) }, NULL,
      false, 0, 0xfffffffffffffff, 16, ANY },
};

/* Of addresses with all of their bits: VAs only. */
static const RangeCase va_range_cases[] = {
    { "the last page", { ADDR(0xfffffffffffff000ull) }, NULL, false,
      0xfffffffffffff000, 0xffffffffffffffff, 0, ANY },
    { "never wraps", { ADDR(0xffffffffffff0000ull), TG_4K, NUM(31) }, NULL,
      false, 0xffffffffffff0000, 0xffffffffffffffff, 12, ANY },
    { "to the very end", { ADDR(0xfffffffffffe0000ull), TG_4K, NUM(31) }, NULL,
      false, 0xfffffffffffe0000, 0xffffffffffffffff, 12, ANY },
    { "one page short of it", { ADDR(0xfffffffffffdf000ull), TG_4K, NUM(31) },
      NULL, false, 0xfffffffffffdf000, 0xffffffffffffefff, 12, ANY },
    { "never wraps, huge",
      { ADDR(0xffffffffffff0000ull), TG_64K, SCALE(39), NUM(31) }, NULL,
      false, 0xffffffffffff0000, 0xffffffffffffffff, 16, ANY },
};

static void check_range(const RangeCase *c, int queue, uint8_t op)
{
    SmmuCmdRegs regs = regs_of(0);
    SmmuCmdError error = issue(queue, op, c->bits, c->tweak, &regs);
    const SmmuTlbInv *inv = &asked.tlb[0];

    if (error != (c->illegal ? SMMU_CERROR_ILL : SMMU_CERROR_NONE)) {
        fail_msg("%s: error %d of 0x%x", c->name, error, op);
    }
    assert_int_equal(asked.tlbs, !c->illegal);
    if (!c->illegal && (inv->first != c->first || inv->last != c->last ||
                        inv->tg != c->tg || inv->level != c->level)) {
        fail_msg("%s: 0x%x: 0x%" PRIx64 "..0x%" PRIx64
                 ", granule %d, level %d", c->name, op, inv->first, inv->last,
                 inv->tg, inv->level);
    }
}

static void test_ranges(void **state)
{
    static const struct {
        int queue;
        uint8_t op;
        bool ipa;
    } ops[] = {
        { NS, 0x12, false }, { R, 0x13, false }, { NS, 0x22, false },
        { S, 0x23, false }, { S, 0x52, false }, { S, 0x53, false },
        { R, 0x2a, true }, { S, 0x5a, true },
    };

    (void)state;
    for (unsigned o = 0; o < COUNT_OF(ops); o++) {
        for (unsigned i = 0; i < COUNT_OF(range_cases); i++) {
            check_range(&range_cases[i], ops[o].queue, ops[o].op);
        }
        for (unsigned i = 0; !ops[o].ipa && i < COUNT_OF(va_range_cases);
             i++) {
            check_range(&va_range_cases[i], ops[o].queue, ops[o].op);
        }
    }
}

/* IPAs have 56 bits, and in Secure state two spaces. */
static void test_ipa(void **state)
{
    static const SmmuBits high[MAX_BITS] = { { 127, 76, (1ull << 52) - 1 } };
    static const SmmuBits ns[MAX_BITS] = { ADDR(0x5000ull), { 65, 65, 1 } };
    SmmuCmdRegs regs = regs_of(0);

    (void)state;
    assert_int_equal(issue(R, 0x2a, high, NULL, &regs), SMMU_CERROR_NONE);
    assert_int_equal(asked.tlb[0].first, 0xfffffffffff000);
    assert_int_equal(asked.tlb[0].last, 0xffffffffffffff);
    assert_int_equal(issue(S, 0x5a, ns, NULL, &regs), SMMU_CERROR_NONE);
    assert_true(asked.tlb[0].ns_ipa);
    assert_int_equal(asked.tlb[0].first, 0x5000);
    for (int queue = 0; queue < CCA_SEC_SID__COUNT; queue++) {
        assert_int_equal(issue(queue, 0x2a, ns, NULL, &regs),
                         SMMU_CERROR_NONE);
        assert_false(asked.tlb[0].ns_ipa);
    }
}

/* There is nothing in the translation cache that Leaf would spare. */
static void test_leaf_changes_nothing(void **state)
{
    static const uint8_t ops[] = { 0x12, 0x13, 0x22, 0x23, 0x2a };
    static const SmmuBits leaf[MAX_BITS] = { ADDR(0x5000ull), BIT0 };
    SmmuCmdRegs regs = regs_of(0);

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(ops); i++) {
        SmmuTlbInv without;

        assert_int_equal(issue(NS, ops[i],
                               (SmmuBits[MAX_BITS]) { ADDR(0x5000ull) }, NULL,
                               &regs), SMMU_CERROR_NONE);
        without = asked.tlb[0];
        assert_int_equal(issue(NS, ops[i], leaf, NULL, &regs),
                         SMMU_CERROR_NONE);
        assert_int_equal(asked.tlbs, 1);
        assert_int_equal(asked.tlb[0].scope, without.scope);
        assert_int_equal(asked.tlb[0].regime, without.regime);
        assert_int_equal(asked.tlb[0].first, without.first);
        assert_int_equal(asked.tlb[0].last, without.last);
        assert_int_equal(asked.tlb[0].level, without.level);
    }
}

/* The upper halves of 8-bit ASIDs and VMIDs: those name nothing. */
static void test_tags_of_8_bits(void **state)
{
    static const struct {
        int queue;
        uint8_t op;
        bool vmid, asid;        /* has it */
    } ops[] = {
        { NS, 0x10, true, false }, { R, 0x11, true, true },
        { S, 0x12, true, true }, { R, 0x13, true, false },
        { NS, 0x20, false, false }, { NS, 0x21, false, true },
        { R, 0x22, false, true }, { R, 0x23, false, false },
        { NS, 0x28, true, false }, { R, 0x2a, true, false },
        { R, 0x30, false, false }, { S, 0x50, false, false },
        { S, 0x51, false, true }, { S, 0x52, false, true },
        { S, 0x53, false, false }, { S, 0x58, true, false },
        { S, 0x5a, true, false }, { S, 0x60, false, false },
    };
    SmmuCmdRegs regs = regs_of(0);

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(ops); i++) {
        for (unsigned high = 0; high < 2; high++) {
            SmmuBits vmid[MAX_BITS] = { VMID(high ? 0x134 : 0x34) };
            SmmuBits asid[MAX_BITS] = { ASID(high ? 0x178 : 0x78) };

            assert_int_equal(issue(ops[i].queue, ops[i].op, vmid, vmid_8,
                                   &regs), SMMU_CERROR_NONE);
            assert_int_equal(asked.tlbs > 0, !high || !ops[i].vmid);
            assert_int_equal(asked.tlb[0].vmid,
                             ops[i].vmid && !high ? 0x34 : 0);
            assert_int_equal(issue(ops[i].queue, ops[i].op, asid, asid_8,
                                   &regs), SMMU_CERROR_NONE);
            assert_int_equal(asked.tlbs > 0, !high || !ops[i].asid);
            assert_int_equal(asked.tlb[0].asid,
                             ops[i].asid && !high ? 0x78 : 0);
        }
    }
}

/* CR0.VMW as a number of bits; reserved ones ignore nothing. */
static void test_vmw(void **state)
{
    static const uint16_t want[] = { 0, 1, 3, 7, 15, 0, 0, 0 };

    (void)state;
    for (unsigned vmw = 0; vmw < COUNT_OF(want); vmw++) {
        SmmuCmdRegs regs = { .vmw = { [R] = vmw } };

        assert_int_equal(smmu_vmw_ignore(vmw), want[vmw]);
        assert_int_equal(issue(R, 0x28, (SmmuBits[MAX_BITS]) { VMID(9) },
                               NULL, &regs), SMMU_CERROR_NONE);
        assert_int_equal(asked.tlb[0].vmid_ignore, want[vmw]);
        assert_int_equal(issue(NS, 0x28, (SmmuBits[MAX_BITS]) { VMID(9) },
                               NULL, &regs), SMMU_CERROR_NONE);
        assert_int_equal(asked.tlb[0].vmid_ignore, 0);
    }
    assert_int_equal(smmu_vmw_ignore(255), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scopes),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_ipa),
        cmocka_unit_test(test_leaf_changes_nothing),
        cmocka_unit_test(test_tags_of_8_bits),
        cmocka_unit_test(test_vmw),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
