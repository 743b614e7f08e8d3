/*
 * ATS Translation Requests, line by line of the tables in section 3.9.1.2 and
 * of 13.7, and ATS Translated transactions (section 3.9.1.3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig-streams.h"

enum { OK = SMMU_ATS_SUCCESS, UR = SMMU_ATS_UR, CA = SMMU_ATS_CA };
enum {
    RECINVSID = 1 << 1, REC_CFG_ATS = 1 << 3,
    DEFAULT_CR2 = RECINVSID | REC_CFG_ATS,
};

#define EATS_FULL   { EATS, 1 }
#define EATS_SPLIT  { EATS, 2 }
#define EATS_DPT    { EATS, 3 }
#define TO_ADDR(a)  { 191, 140, (a) >> 12 }
/* What F_BAD_ATS_TREQ says of a request to read. */
#define BAD_TREQ(a) { EV_ID(0x05), EV_READ, { 135, 128, 1 }, TO_ADDR(a) }
#define DATA(va)    (RIG_DATA + (va))

typedef struct Request {
    const char *name;
    CcaSecSid world;
    unsigned config;
    SmmuBits ste[4], cd[4];
    uint64_t addr;
    bool w, x, p, ssv;
    uint32_t clear;             /* of CR0 */
    uint32_t cr2_clear;
    uint32_t sid;               /* 0: SID */
    unsigned status;
    char rwx[4];                /* "rw", "r", "rx", "" */
    uint64_t to;
    SmmuBits event[8];
} Request;

static const Request requests[] = {
    /* The first table */
    { "SMMUEN 0", NS, 5, { EATS_FULL }, .addr = VA_RW, .clear = 1,
      .status = UR, .event = BAD_TREQ(VA_RW) },
    { "Realm, SMMUEN 0", REALM, 5, { EATS_FULL }, .addr = VA_RW, .clear = 1,
      .status = UR, .event = BAD_TREQ(VA_RW) },
    { "Secure", SECURE, 5, { EATS_FULL }, .addr = VA_RW, .status = UR,
      .event = BAD_TREQ(VA_RW) },
    { "Config abort", NS, 0, { EATS_FULL }, .addr = VA_RW, .status = UR },
    { "Config bypass", NS, 4, { EATS_FULL }, .addr = VA_RW, .status = UR,
      .event = BAD_TREQ(VA_RW) },
    { "EATS 0", NS, 5, .addr = VA_RW, .status = UR,
      .event = BAD_TREQ(VA_RW) },
    { "EATS 3 where there is no DPT", NS, 5, { EATS_DPT }, .addr = VA_RW,
      .status = UR, .event = BAD_TREQ(VA_RW) },
    { "Split stage without ATSCHK", NS, 7, { EATS_SPLIT }, .addr = VA_RW,
      .clear = 1 << 4, .status = UR, .event = BAD_TREQ(VA_RW) },
    { "the request in the event", NS, 5, .addr = VA_RW, .w = true, .x = true,
      .p = true, .ssv = true, .status = UR,
      .event = { EV_ID(0x05), EV_SSID(3), { 99, 96, 15 }, { 135, 128, 1 },
                 TO_ADDR(VA_RW) } },

    /* The second one */
    { "C_BAD_STREAMID", NS, 5, .sid = 0x100, .addr = VA_RW, .status = CA,
      .event = { { 7, 0, 0x02 }, { 63, 32, 0x100 } } },
    { "C_BAD_STREAMID, REC_CFG_ATS 0", NS, 5, .sid = 0x100, .addr = VA_RW,
      .cr2_clear = REC_CFG_ATS, .status = CA },
    { "C_BAD_STREAMID, RECINVSID 0", NS, 5, .sid = 0x100, .addr = VA_RW,
      .cr2_clear = RECINVSID, .status = CA },
    { "C_BAD_STE", NS, 5, { { STRW, 3 }, EATS_FULL }, .addr = VA_RW,
      .status = CA, .event = { EV_ID(0x04) } },
    { "C_BAD_STE, RECINVSID 0", NS, 5, { { STRW, 3 }, EATS_FULL },
      .addr = VA_RW, .cr2_clear = RECINVSID, .status = CA,
      .event = { EV_ID(0x04) } },
    { "C_BAD_STE, REC_CFG_ATS 0", NS, 5, { { STRW, 3 }, EATS_FULL },
      .addr = VA_RW, .cr2_clear = REC_CFG_ATS, .status = CA },
    { "C_BAD_SUBSTREAMID", NS, 5, { EATS_FULL }, .addr = VA_RW, .ssv = true,
      .status = CA, .event = { EV_ID(0x08), { 31, 12, 3 } } },
    { "F_STREAM_DISABLED", NS, 5, { EATS_FULL, { S1CDMAX, 2 } },
      .addr = VA_RW, .status = CA, .event = { EV_ID(0x06) } },
    { "C_BAD_CD", NS, 5, { EATS_FULL }, { { 31, 31, 0 } }, .addr = VA_RW,
      .status = CA, .event = { EV_ID(0x0a) } },
    { "F_TRANSLATION", NS, 5, { EATS_FULL }, .addr = VA_NONE, .status = OK },
    { "F_ACCESS", NS, 5, { EATS_FULL }, .addr = VA_NO_AF, .status = OK },
    { "F_ADDR_SIZE", NS, 5, { EATS_FULL }, { { CD_IPS, 1 } }, .addr = VA_BIG,
      .status = OK },
    { "F_PERMISSION", NS, 5, { EATS_FULL }, .addr = VA_PRIV, .status = OK },
    { "CD.A 0 does not matter", NS, 5, { EATS_FULL }, { { CD_A, 0 } },
      .addr = VA_NONE, .status = OK },
    { "CD.S does not matter", NS, 5, { EATS_FULL }, { { CD_S, 1 } },
      .addr = VA_NONE, .status = OK },
    { "stage 2 F_TRANSLATION", NS, 7, { EATS_FULL }, .addr = VA_IPA_NONE,
      .status = OK },
    { "stage 2 F_TRANSLATION of a table", NS, 7, { EATS_FULL },
      .addr = VA_IPA_TABLE, .status = OK },
    { "S1DSS bypass: identity", NS, 5,
      { EATS_FULL, { S1CDMAX, 2 }, { S1DSS, 1 } }, .addr = 0x12345678,
      .status = OK, .rwx = "rw", .to = 0x12345000 },
    { "S1DSS bypass above OAS", NS, 5,
      { EATS_FULL, { S1CDMAX, 2 }, { S1DSS, 1 } }, .addr = 1ull << 52,
      .status = OK },

    /* Permissions (section 13.7) */
    { "read", NS, 5, { EATS_FULL }, .addr = VA_RO + 0x10, .status = OK,
      .rwx = "r", .to = DATA(VA_RO) },
    { "write to read-only", NS, 5, { EATS_FULL }, .addr = VA_RO, .w = true,
      .status = OK, .rwx = "r", .to = DATA(VA_RO) },
    { "write", NS, 5, { EATS_FULL }, .addr = VA_RW, .w = true, .status = OK,
      .rwx = "rw", .to = DATA(VA_RW) },
    { "no write asked for, but there", NS, 5, { EATS_FULL }, .addr = VA_RW,
      .status = OK, .rwx = "rw", .to = DATA(VA_RW) },
    { "NW, clean", NS, 5, { EATS_FULL }, { { CD_HA, 1 }, { CD_HD, 1 } },
      .addr = VA_CLEAN, .status = OK, .rwx = "r", .to = DATA(VA_CLEAN) },
    { "write, clean: becomes dirty", NS, 5, { EATS_FULL },
      { { CD_HA, 1 }, { CD_HD, 1 } }, .addr = VA_CLEAN, .w = true,
      .status = OK, .rwx = "rw", .to = DATA(VA_CLEAN) },
    { "write, clean, no HTTU", NS, 5, { EATS_FULL }, .addr = VA_CLEAN,
      .w = true, .status = OK, .rwx = "r", .to = DATA(VA_CLEAN) },
    { "Exe, not XN", NS, 5, { EATS_FULL, { S1CDMAX, 2 } }, .addr = VA_RO,
      .x = true, .ssv = true, .status = OK, .rwx = "rx", .to = DATA(VA_RO) },
    { "Exe, XN", NS, 5, { EATS_FULL, { S1CDMAX, 2 } }, .addr = VA_XN,
      .x = true, .ssv = true, .status = OK, .rwx = "rw", .to = DATA(VA_XN) },
    { "Exe without a PASID is none", NS, 5, { EATS_FULL }, .addr = VA_RO,
      .x = true, .status = OK, .rwx = "r", .to = DATA(VA_RO) },
    { "execute-only", NS, 5, { EATS_FULL, { S1CDMAX, 2 } }, .addr = VA_XO,
      .x = true, .ssv = true, .status = OK },
    { "execute-only, INSTCFG instruction", NS, 5,
      { EATS_FULL, { S1CDMAX, 2 }, { INSTCFG, 3 } }, .addr = VA_XO,
      .x = true, .ssv = true, .status = OK, .rwx = "rx", .to = DATA(VA_XO) },
    { "INSTCFG data", NS, 5, { EATS_FULL, { S1CDMAX, 2 }, { INSTCFG, 2 } },
      .addr = VA_XN, .x = true, .ssv = true, .status = OK, .rwx = "rwx",
      .to = DATA(VA_XN) },
    { "Priv", NS, 5, { EATS_FULL, { S1CDMAX, 2 } }, .addr = VA_PRIV,
      .p = true, .ssv = true, .status = OK, .rwx = "rw",
      .to = DATA(VA_PRIV) },
    { "Priv without a PASID is none", NS, 5, { EATS_FULL }, .addr = VA_PRIV,
      .p = true, .status = OK },
    { "PRIVCFG", NS, 5, { EATS_FULL, { PRIVCFG, 3 } }, .addr = VA_PRIV,
      .status = OK, .rwx = "rw", .to = DATA(VA_PRIV) },
    { "nested: the weaker of both", NS, 7, { EATS_FULL }, .addr = VA_IPA_RO,
      .w = true, .status = OK, .rwx = "r", .to = DATA(0x2000) },
    { "stage 2", NS, 6, { EATS_FULL }, .addr = IPA_RW, .w = true,
      .status = OK, .rwx = "rw", .to = DATA(0x1000) },
    { "Realm, DPT: as full", REALM, 6, { EATS_DPT }, .addr = IPA_RW,
      .status = OK, .rwx = "rw", .to = DATA(0x1000) },
    { "split stage: the IPA", NS, 7, { EATS_SPLIT }, .addr = VA_IPA_RO + 8,
      .status = OK, .rwx = "r", .to = IPA_RO },
    { "split stage, stage 1 bypassed", NS, 7,
      { EATS_SPLIT, { S1CDMAX, 2 }, { S1DSS, 1 } }, .addr = IPA_RW,
      .status = OK, .rwx = "rw", .to = IPA_RW },
};

static Rig rig;
static Tables tables;

static void set_up(CcaSecSid world, unsigned config, const SmmuBits *ste,
                   const SmmuBits *cd)
{
    uint64_t words[8];

    rig_start(&rig, NULL);
    tables = make_tables(&rig, world);
    rig_stream(&rig, world, SID, config, tables.s2, tables.s1, ste, cd);
    rig_cd(words, tables.s1);
    if (cd) {
        smmu_put_list(words, cd, 4);
    }
    rig_put_cd(&rig, world, SID, 3, words);
}

static bool has(const char *rwx, char c)
{
    return strchr(rwx, c) != NULL;
}

static void test_requests(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(requests); i++) {
        const Request *q = &requests[i];
        SmmuAtsCompletion c;
        SmmuTxn txn = {
            .addr = q->addr, .sid = q->sid ? q->sid : SID,
            .sec_sid = q->world, .ssv = q->ssv, .ssid = 3,
            .access = { q->w, q->x, q->p },
        };

        set_up(q->world, q->config, q->ste, q->cd);
        rig_cr0(&rig, q->world, 0, q->clear | 1);
        rig_wr(&rig, q->world, SMMU_CR2, 4, DEFAULT_CR2 & ~q->cr2_clear);
        rig_cr0(&rig, q->world, ~q->clear & 1, 0);
        for (unsigned again = 0; again < 2; again++) {
            smmu_ats_request(rig.s, &txn, &c);
            if (c.status != q->status || c.r != has(q->rwx, 'r') ||
                c.w != has(q->rwx, 'w') || c.x != has(q->rwx, 'x') ||
                c.shift != 12 || c.addr != q->to ||
                c.priv != (q->p && q->ssv)) {
                fail_msg("'%s': status %d %d%d%d %#" PRIx64 " shift %u",
                         q->name, c.status, c.r, c.w, c.x, c.addr, c.shift);
            }
            rig_expect_event(&rig, q->world,
                             q->event[0].hi ? q->event : NULL, 8);
        }
        rig_stop(&rig);
    }
}

/* A write request makes a clean page dirty; without one it stays as it is. */
static void test_dirty(void **state)
{
    const SmmuBits ste[4] = { EATS_FULL };
    const SmmuBits cd[4] = { { CD_HA, 1 }, { CD_HD, 1 } };
    SmmuTxn txn = rig_read(NS, SID, VA_CLEAN);
    SmmuAtsCompletion c;
    uint64_t at, before;

    (void)state;
    set_up(NS, 5, ste, cd);
    at = rig_desc_addr(&rig, CCA_PAS_NS, tables.s1, VA_CLEAN, 3);
    before = rig_get(&rig, at, CCA_PAS_NS);
    smmu_ats_request(rig.s, &txn, &c);
    assert_int_equal(rig_get(&rig, at, CCA_PAS_NS), before);
    txn.access.write = true;
    smmu_ats_request(rig.s, &txn, &c);
    assert_int_equal(rig_get(&rig, at, CCA_PAS_NS), before & ~(1ull << 7));
    rig_stop(&rig);
}

/* Sections 3.25.2 and 3.9.1.2: the output is checked, no event is recorded. */
static void test_granule_protection(void **state)
{
    static const struct { unsigned config; SmmuBits ste[4]; uint64_t addr; }
    rows[] = {
        { 5, { EATS_FULL }, VA_RW },
        { 6, { EATS_FULL }, IPA_RW },
        { 7, { EATS_SPLIT }, VA_RW },
        { 5, { EATS_FULL, { S1CDMAX, 2 }, { S1DSS, 1 } }, DATA(VA_RW) },
    };
    SmmuAtsCompletion c;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        SmmuTxn txn = rig_read(NS, SID, rows[i].addr);

        set_up(NS, rows[i].config, rows[i].ste, NULL);
        rig_gpi(&rig, DATA(VA_RW), 8);
        smmu_ats_request(rig.s, &txn, &c);
        assert_int_equal(c.status, SMMU_ATS_CA);
        assert_false(c.r || c.w || c.x || c.addr);
        assert_int_equal(c.shift, 12);
        assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_GPF_FAR, 8),
                         1 | 3 << 1 | DATA(VA_RW) | 1ull << 62);
        rig_expect_event(&rig, NS, NULL, 0);
        /* Nothing is granted, so nothing is checked. */
        txn.addr = VA_NONE;
        rig_root_wr(&rig, SMMU_ROOT_GPF_FAR, 8, 0);
        smmu_ats_request(rig.s, &txn, &c);
        assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_GPF_FAR, 8), 0);
        rig_stop(&rig);
    }
}

typedef struct Translated {
    const char *name;
    CcaSecSid world;
    unsigned config;
    SmmuBits ste[4];
    uint64_t addr;
    bool w, x, ns, ssv;
    uint32_t clear, cr2_clear, sid;
    SmmuOutcome outcome;
    CcaPas pas;
    uint64_t to;                /* 0: the address */
    uint16_t mecid;
    SmmuBits event[8];
} Translated;

#define FORBIDDEN(a) { EV_ID(0x07), EV_READ, EV_ADDR(a) }
#define PASSES(pas_) .outcome = SMMU_PASS, .pas = CCA_PAS_##pas_
#define ABORTS .outcome = SMMU_ABORT

static const Translated translated[] = {
    { "SMMUEN 0", NS, 5, { EATS_FULL }, 0x5000, .clear = 1, ABORTS,
      .event = FORBIDDEN(0x5000) },
    { "Secure", SECURE, 5, { EATS_FULL }, 0x5000, ABORTS,
      .event = FORBIDDEN(0x5000) },
    { "Config abort", NS, 0, { EATS_FULL }, 0x5000, ABORTS },
    { "Config bypass", NS, 4, { EATS_FULL }, 0x5000, ABORTS,
      .event = FORBIDDEN(0x5000) },
    { "EATS 0", NS, 5, .addr = 0x5000, ABORTS, .event = FORBIDDEN(0x5000) },
    { "full", NS, 5, { EATS_FULL }, 0x5008, PASSES(NS) },
    { "full, write", NS, 6, { EATS_FULL }, 0x5008, .w = true, PASSES(NS) },
    { "a PASID does not count", NS, 5, { EATS_FULL }, 0x5008, .ssv = true,
      PASSES(NS) },
    { "ATSCHK 0, EATS 0", NS, 5, .addr = 0x5000, .clear = 1 << 4,
      PASSES(NS) },
    { "ATSCHK 0, bad StreamID", NS, 5, .addr = 0x5000, .sid = 0x100,
      .clear = 1 << 4, PASSES(NS) },
    { "above OAS, ATSCHK 0", NS, 5, .addr = 1ull << 52, .clear = 1 << 4,
      ABORTS },
    { "above OAS, full", NS, 5, { EATS_FULL }, 1ull << 52, ABORTS },
    { "above OAS, split stage", NS, 7, { EATS_SPLIT }, 1ull << 52, ABORTS,
      .event = { EV_ID(0x11), EV_READ, EV_IN, EV_ADDR(1ull << 52) } },
    { "C_BAD_STREAMID", NS, 5, .addr = 0x5000, .sid = 0x100, ABORTS,
      .event = { { 7, 0, 0x02 }, { 63, 32, 0x100 } } },
    { "C_BAD_STREAMID, RECINVSID 0", NS, 5, .addr = 0x5000, .sid = 0x100,
      .cr2_clear = RECINVSID, ABORTS,
      .event = { { 7, 0, 0x02 }, { 63, 32, 0x100 } } },
    { "C_BAD_STREAMID, REC_CFG_ATS 0", NS, 5, .addr = 0x5000, .sid = 0x100,
      .cr2_clear = REC_CFG_ATS, ABORTS },
    { "C_BAD_STE", NS, 5, { { STRW, 3 } }, 0x5000, ABORTS,
      .event = { EV_ID(0x04) } },
    { "C_BAD_STE, REC_CFG_ATS 0", NS, 5, { { STRW, 3 } }, 0x5000,
      .cr2_clear = REC_CFG_ATS, ABORTS },
    { "split stage", NS, 7, { EATS_SPLIT }, IPA_RW + 4, PASSES(NS),
      .to = DATA(0x1004) },
    { "split stage, without ATSCHK: let through", NS, 7, { EATS_SPLIT },
      0x5000, .clear = 1 << 4, PASSES(NS) },
    { "split stage, fault", NS, 7, { EATS_SPLIT }, IPA_NONE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_S2, EV_IN, EV_ADDR(IPA_NONE),
                 EV_IPA(IPA_NONE) } },
    { "split stage, fault, S2R 0", NS, 7, { EATS_SPLIT, { S2R, 0 } },
      IPA_NONE, ABORTS },
    { "split stage, write to read-only", NS, 7, { EATS_SPLIT }, IPA_RO,
      .w = true, ABORTS,
      .event = { EV_ID(0x13), EV_S2, EV_IN, EV_ADDR(IPA_RO),
                 EV_IPA(IPA_RO) } },
    { "Realm, full", REALM, 5, { EATS_FULL, { MECID, 5 } }, 0x5000,
      PASSES(REALM), .mecid = 5 },
    { "Realm, full, NS input", REALM, 5, { EATS_FULL, { MECID, 5 } }, 0x5000,
      .ns = true, PASSES(NS) },
    { "Realm, full, NSCFG Realm", REALM, 5, { EATS_FULL, { NSCFG, 2 } },
      0x5000, .ns = true, PASSES(REALM) },
    { "Realm, full, NSCFG NS", REALM, 7, { EATS_FULL, { NSCFG, 3 } }, 0x5000,
      PASSES(NS) },
    { "Realm, full, fetch from NS by INSTCFG", REALM, 7,
      { EATS_FULL, { NSCFG, 3 }, { INSTCFG, 3 } }, 0x5000, ABORTS,
      .event = FORBIDDEN(0x5000) },
    { "Realm, split stage", REALM, 7, { EATS_SPLIT, { MECID, 7 } }, IPA_RW,
      PASSES(REALM), .to = DATA(0x1000), .mecid = 7 },
    { "Realm, split stage to NS", REALM, 7, { EATS_SPLIT, { MECID, 7 } },
      IPA_NS, PASSES(NS), .to = DATA(0x7000) },
    { "Realm, split stage, fetch from NS", REALM, 7,
      { EATS_SPLIT, { INSTCFG, 3 } }, IPA_NS, ABORTS,
      .event = { EV_ID(0x13), EV_READ, EV_X, EV_S2, EV_IN, EV_ADDR(IPA_NS),
                 EV_IPA(IPA_NS) } },
};

static void test_translated(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(translated); i++) {
        const Translated *t = &translated[i];
        SmmuOutput out;
        SmmuOutcome outcome;
        SmmuTxn txn = {
            .addr = t->addr, .sid = t->sid ? t->sid : SID,
            .sec_sid = t->world, .ssv = t->ssv, .ssid = 3, .ns = t->ns,
            .access = { t->w, t->x, false }, .translated = true,
        };

        set_up(t->world, t->config, t->ste, NULL);
        rig_cr0(&rig, t->world, 0, t->clear | 1);
        rig_wr(&rig, t->world, SMMU_CR2, 4, DEFAULT_CR2 & ~t->cr2_clear);
        rig_cr0(&rig, t->world, ~t->clear & 1, 0);
        for (unsigned again = 0; again < 2; again++) {
            outcome = smmu_transact(rig.s, &txn, &out);
            if (outcome != t->outcome ||
                (outcome == SMMU_PASS &&
                 (out.pa != (t->to ? t->to : t->addr) || out.pas != t->pas ||
                  out.mecid != t->mecid))) {
                fail_msg("'%s': outcome %d %#" PRIx64 " PAS %d", t->name,
                         outcome, out.pa, out.pas);
            }
            rig_expect_event(&rig, t->world,
                             t->event[0].hi ? t->event : NULL, 8);
        }
        rig_stop(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_dirty),
        cmocka_unit_test(test_granule_protection),
        cmocka_unit_test(test_translated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
