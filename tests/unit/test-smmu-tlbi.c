/*
 * TLBI instructions of PEs, as the SMMU hears them: one line each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tlbi.h"

enum { ANY = SMMU_TLB_ANY_LEVEL };

#define EL1 SMMU_REGIME_NS_EL1
#define EL2 SMMU_REGIME_NS_EL2
#define HOST SMMU_REGIME_NS_EL2_E2H
#define MAX UINT64_MAX
#define ASID(x) ((uint64_t)(x) << 48)
#define VA_OF(va) ((uint64_t)(va) >> 12 & ((1ull << 44) - 1))
#define TTL(tg, level) ((uint64_t)(tg) << 46 | (uint64_t)(level) << 44)
#define RANGE_OF(base, tg, scale, num, ttl)                             \
    (((uint64_t)(base) & ((1ull << 37) - 1)) | (uint64_t)(ttl) << 37 |  \
     (uint64_t)(num) << 39 | (uint64_t)(scale) << 44 | (uint64_t)(tg) << 46)

typedef struct Case {
    const char *what;
    SmmuTlbi tlbi;
    SmmuTlbiPe pe;
    SmmuTlbInv want;        /* vmid and broadcast are filled in */
} Case;

#define INV(name) SMMU_TLB_INV_##name

static const Case cases[] = {
    { "VMALLE1IS", { 0, 3, 0, 0 }, { 0 },
      { INV(VMID_S1), EL1, .last = MAX, .level = ANY } },
    { "VMALLE1OS", { 0, 1, 0, 0 }, { 0 },
      { INV(VMID_S1), EL1, .last = MAX, .level = ANY } },
    { "VMALLE1IS of a host", { 0, 3, 0, 0 }, { .e2h = true, .tge = true },
      { INV(REGIME), HOST, .last = MAX, .level = ANY } },
    { "VMALLE1IS of a host's guest", { 0, 3, 0, 0 }, { .e2h = true },
      { INV(VMID_S1), EL1, .last = MAX, .level = ANY } },
    { "VAE1IS", { 0, 3, 1, ASID(7) | VA_OF(0x12345000) }, { 0 },
      { INV(VA), EL1, .asid = 7, .first = 0x12345000, .last = 0x12345fff,
        .level = ANY } },
    { "VAE1IS, upper half", { 0, 3, 1, VA_OF(0xffffffff80000000) }, { 0 },
      { INV(VA), EL1, .first = 0xffffffff80000000,
        .last = 0xffffffff80000fff, .level = ANY } },
    { "VAE1IS, TTL 4KB level 2", { 0, 3, 1, TTL(1, 2) | VA_OF(0x200000) },
      { 0 }, { INV(VA), EL1, .first = 0x200000, .last = 0x200fff, .tg = 12,
               .level = 2 } },
    { "VAE1IS, TTL 64KB, no level", { 0, 3, 1, TTL(3, 0) | VA_OF(0x20000) },
      { 0 }, { INV(VA), EL1, .first = 0x20000, .last = 0x20fff, .tg = 16,
               .level = ANY } },
    { "VAE1OS of a host", { 0, 1, 1, ASID(9) | VA_OF(0x1000) },
      { .e2h = true, .tge = true },
      { INV(VA), HOST, .asid = 9, .first = 0x1000, .last = 0x1fff,
        .level = ANY } },
    { "ASIDE1IS", { 0, 3, 2, ASID(0x1234) }, { 0 },
      { INV(ASID), EL1, .asid = 0x1234, .last = MAX, .level = ANY } },
    { "VAAE1IS", { 0, 3, 3, VA_OF(0x5000) }, { 0 },
      { INV(VAA), EL1, .first = 0x5000, .last = 0x5fff, .level = ANY } },
    { "VALE1IS", { 0, 3, 5, VA_OF(0x5000) }, { 0 },
      { INV(VA), EL1, .first = 0x5000, .last = 0x5fff, .level = ANY } },
    { "VAALE1OS", { 0, 1, 7, VA_OF(0x5000) }, { 0 },
      { INV(VAA), EL1, .first = 0x5000, .last = 0x5fff, .level = ANY } },
    { "VAE1, forced", { 0, 7, 1, VA_OF(0x5000) }, { .force = true },
      { INV(VA), EL1, .first = 0x5000, .last = 0x5fff, .level = ANY } },
    { "RVAE1IS, 2 pages", { 0, 2, 1, ASID(3) | RANGE_OF(0x10, 1, 0, 0, 0) },
      { 0 }, { INV(VA), EL1, .asid = 3, .first = 0x10000, .last = 0x11fff,
               .tg = 12, .level = ANY } },
    { "RVAE1OS, scale 1, num 3, level 3",
      { 0, 5, 1, RANGE_OF(4, 3, 1, 3, 3) }, { 0 },
      { INV(VA), EL1, .first = 0x40000, .last = 0x40000 + (256ull << 16) - 1,
        .tg = 16, .level = 3 } },
    { "RVAAE1IS, DS", { 0, 2, 3, RANGE_OF(2, 1, 0, 0, 0) },
      { .ds = { true, false } },
      { INV(VAA), EL1, .first = 0x20000, .last = 0x21fff, .tg = 12,
        .level = ANY } },
    { "RVALE1IS, upper half", { 0, 2, 5, RANGE_OF(-1ull, 2, 0, 0, 0) }, { 0 },
      { INV(VA), EL1, .first = -0x4000ull, .last = MAX, .tg = 14,
        .level = ANY } },
    { "RVAE1, forced", { 0, 6, 1, RANGE_OF(1, 1, 0, 0, 0) },
      { .force = true },
      { INV(VA), EL1, .first = 0x1000, .last = 0x2fff, .tg = 12,
        .level = ANY } },
    { "ALLE2IS", { 4, 3, 0, 0 }, { 0 },
      { INV(REGIME), EL2, .last = MAX, .level = ANY } },
    { "ALLE2IS, E2H", { 4, 3, 0, 0 }, { .e2h = true },
      { INV(REGIME), HOST, .last = MAX, .level = ANY } },
    { "VAE2IS, not sign-extended", { 4, 3, 1, VA_OF(0x80000000000000) }, { 0 },
      { INV(VA), EL2, .first = 0x80000000000000, .last = 0x80000000000fff,
        .level = ANY } },
    { "VALE2OS, E2H", { 4, 1, 5, ASID(5) | VA_OF(0x3000) }, { .e2h = true },
      { INV(VA), HOST, .asid = 5, .first = 0x3000, .last = 0x3fff,
        .level = ANY } },
    { "RVAE2IS", { 4, 2, 1, RANGE_OF(1, 1, 0, 0, 0) }, { 0 },
      { INV(VA), EL2, .first = 0x1000, .last = 0x2fff, .tg = 12,
        .level = ANY } },
    { "ALLE1IS of a host", { 4, 3, 4, 0 }, { .e2h = true, .tge = true },
      { INV(REGIME), EL1, .last = MAX, .level = ANY } },
    { "VMALLS12E1IS", { 4, 3, 6, 0 }, { .e2h = true, .tge = true },
      { INV(VMID), EL1, .last = MAX, .level = ANY } },
    { "IPAS2E1IS", { 4, 0, 1, 0x12345 }, { 0 },
      { INV(IPA), EL1, .first = 0x12345000, .last = 0x12345fff,
        .level = ANY } },
    { "IPAS2LE1OS", { 4, 4, 4, 0x12345 }, { 0 },
      { INV(IPA), EL1, .first = 0x12345000, .last = 0x12345fff,
        .level = ANY } },
    { "RIPAS2E1IS, TTL 1", { 4, 0, 2, RANGE_OF(8, 1, 0, 1, 1) }, { 0 },
      { INV(IPA), EL1, .first = 0x8000, .last = 0xbfff, .tg = 12,
        .level = 1 } },
    { "RIPAS2LE1OS", { 4, 4, 7, RANGE_OF(8, 1, 0, 1, 0) }, { .ds2 = true },
      { INV(IPA), EL1, .first = 0x80000, .last = 0x83fff, .tg = 12,
        .level = ANY } },
    { "IPAS2E1IS, Secure NS", { 4, 0, 1, 1ull << 63 | 1 },
      { .world = CCA_SEC_SID_SECURE },
      { INV(IPA), SMMU_REGIME_S_EL1, .first = 0x1000, .last = 0x1fff,
        .level = ANY, .ns_ipa = true } },
    { "IPAS2E1IS, Non-secure: NS does not count", { 4, 0, 1, 1ull << 63 | 1 },
      { 0 }, { INV(IPA), EL1, .first = 0x1000, .last = 0x1fff,
               .level = ANY } },
    { "VMALLE1IS, Realm", { 0, 3, 0, 0 }, { .world = CCA_SEC_SID_REALM },
      { INV(VMID_S1), SMMU_REGIME_REALM_EL1, .last = MAX, .level = ANY } },
    { "ALLE2IS, Secure, E2H", { 4, 3, 0, 0 },
      { .world = CCA_SEC_SID_SECURE, .e2h = true },
      { INV(REGIME), SMMU_REGIME_S_EL2_E2H, .last = MAX, .level = ANY } },
};

static void test_each(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const Case *c = &cases[i];
        SmmuTlbiPe pe = c->pe;
        SmmuTlbInv want = c->want, got;

        pe.vmid = want.vmid = 0x55;
        want.broadcast = true;
        /* What the scope does not use may be anything. */
        if (!smmu_tlbi_decode(&c->tlbi, &pe, &got)) {
            fail_msg("%s: nothing", c->what);
        }
        if (want.scope != SMMU_TLB_INV_VA && want.scope != SMMU_TLB_INV_ASID) {
            got.asid = 0;
        }
        if (got.scope != want.scope || got.regime != want.regime ||
            got.vmid != want.vmid || got.asid != want.asid ||
            got.first != want.first || got.last != want.last ||
            got.tg != want.tg || got.level != want.level ||
            got.ns_ipa != want.ns_ipa || !got.broadcast || got.vmid_ignore) {
            fail_msg("%s: scope %d regime %d asid 0x%x [0x%llx, 0x%llx] "
                     "tg %d level %d ns %d", c->what, got.scope, got.regime,
                     got.asid, (unsigned long long)got.first,
                     (unsigned long long)got.last, got.tg, got.level,
                     got.ns_ipa);
        }
        assert_true(smmu_tlbi_concerns(c->tlbi.op1, c->tlbi.crm,
                                       c->tlbi.op2));
    }
}

/* Those that are nobody else's business, and those that are none at all. */
static void test_nothing(void **state)
{
    static const struct {
        const char *what;
        SmmuTlbi tlbi;
        SmmuTlbiPe pe;
    } none[] = {
        { "VMALLE1", { 0, 7, 0, 0 }, { 0 } },
        { "VAE2, forced is EL1's", { 4, 7, 1, 0 }, { .force = true } },
        { "IPAS2E1", { 4, 4, 1, 0 }, { .force = true } },
        { "RIPAS2LE1", { 4, 4, 6, RANGE_OF(0, 1, 0, 0, 0) }, { 0 } },
        { "ALLE3IS", { 6, 3, 0, 0 }, { 0 } },
        { "PAALLOS", { 6, 1, 4, 0 }, { 0 } },
        { "RVAE1IS, reserved granule", { 0, 2, 1, 0 }, { 0 } },
        { "RIPAS2E1IS, reserved granule", { 4, 0, 2, 0 }, { 0 } },
        { "no such EL1 op2", { 0, 3, 4, 0 }, { 0 } },
        { "no such EL2 op2", { 4, 3, 3, 0 }, { 0 } },
        { "no such range", { 0, 2, 2, RANGE_OF(0, 1, 0, 0, 0) }, { 0 } },
        { "RVAAE2IS does not exist", { 4, 2, 3, RANGE_OF(0, 1, 0, 0, 0) },
          { 0 } },
        { "no such IPA op2", { 4, 0, 0, 0 }, { 0 } },
        { "no such CRm", { 0, 8, 0, 0 }, { 0 } },
        { "no such world", { 0, 3, 0, 0 }, { .world = CCA_SEC_SID__COUNT } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        SmmuTlbInv inv;

        if (smmu_tlbi_decode(&none[i].tlbi, &none[i].pe, &inv)) {
            fail_msg("%s: an invalidation", none[i].what);
        }
    }
}

/* Any operand gives a range that does not wrap. */
static void test_ranges(void **state)
{
    uint64_t x = 0x9e3779b97f4a7c15ull;

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        SmmuTlbi tlbi;
        SmmuTlbiPe pe = { .world = i % 3, .force = true, .e2h = i & 1,
                          .tge = i & 2, .ds = { i & 4, i & 8 },
                          .ds2 = i & 16 };
        SmmuTlbInv inv;

        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        tlbi = (SmmuTlbi) { (x >> 5 & 1) * 4, x >> 9 & 7, x >> 12 & 7,
                            x * 0xd6e8feb86659fd93ull };
        if (smmu_tlbi_decode(&tlbi, &pe, &inv)) {
            assert_true(inv.first <= inv.last);
            assert_true(inv.scope < SMMU_TLB_INV__COUNT);
            assert_true(inv.regime < SMMU_REGIME__COUNT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_ranges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
