/*
 * What becomes of transactions: outcome, output and event record, in each
 * world and configuration (sections 3.12, 5.5, 7.3 and 15).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig-streams.h"

typedef struct Case {
    const char *name;
    CcaSecSid world;
    unsigned config;            /* STE.Config */
    SmmuBits ste[4], cd[4];     /* changes of rig_ste() and rig_cd() */
    uint64_t addr;
    bool w, x, p, ns, ssv;
    uint32_t ssid;
    SmmuOutcome outcome;
    uint64_t pa;
    CcaPas pas;
    uint8_t shift;              /* 0: 12 */
    uint16_t mecid;
    SmmuBits event[10];
} Case;

#define DATA(va) (RIG_DATA + (va))
#define TO(pa_, pas_) .outcome = SMMU_PASS, .pa = (pa_), .pas = CCA_PAS_##pas_
#define ABORTS .outcome = SMMU_ABORT

/* IPA of the descriptor that walks of VA_IPA_TABLE want at level 3. */
#define IPA_TT (IPA_NONE)

static const Case cases[] = {
    /* Bypass, and what it says of PAS and addresses. */
    { "NS bypass", NS, 4, .addr = 0x12345678, TO(0x12345678, NS) },
    { "Secure bypass", SECURE, 4, .addr = 0x5000, TO(0x5000, SECURE) },
    { "Secure bypass, NS input", SECURE, 4, .addr = 0x5000, .ns = true,
      TO(0x5000, NS) },
    { "Secure bypass, NSCFG NS", SECURE, 4, { { NSCFG, 3 } },
      .addr = 0x5000, TO(0x5000, NS) },
    { "Secure bypass, NSCFG Secure", SECURE, 4, { { NSCFG, 2 } },
      .addr = 0x5000, .ns = true, TO(0x5000, SECURE) },
    { "Realm bypass", REALM, 4, .addr = 0x5000, TO(0x5000, REALM) },
    { "Realm bypass, NS input", REALM, 4, .addr = 0x5000, .ns = true,
      TO(0x5000, NS) },
    { "Realm bypass, NSCFG NS", REALM, 4, { { NSCFG, 3 } },
      .addr = 0x5000, TO(0x5000, NS) },
    { "Realm bypass, NSCFG Realm, MECID", REALM, 4,
      { { NSCFG, 2 }, { MECID, 0x77 } }, .addr = 0x5000, .ns = true,
      TO(0x5000, REALM), .mecid = 0x77 },
    { "Realm bypass to NS has no MECID", REALM, 4,
      { { NSCFG, 3 }, { MECID, 0x77 } }, .addr = 0x5000, TO(0x5000, NS) },
    { "bypass above OAS", NS, 4, .addr = 1ull << 52, ABORTS,
      .event = { EV_ID(0x11), EV_READ, EV_IN, EV_ADDR(1ull << 52) } },
    { "Realm fetch of instructions bypasses to NS", REALM, 4,
      { { NSCFG, 3 } }, .addr = 0x5000, .x = true, ABORTS,
      .event = { EV_ID(0x13), EV_READ, EV_X, EV_IN, EV_ADDR(0x5000) } },
    { "an override makes it data", REALM, 4,
      { { NSCFG, 3 }, { INSTCFG, 2 } }, .addr = 0x5000, .x = true,
      TO(0x5000, NS) },
    { "Config abort", NS, 0, .addr = 0x5000, ABORTS },
    { "Config abort is 0b0xx", NS, 3, .addr = 0x5000, ABORTS },

    /* Stage 1 */
    { "read", NS, 5, .addr = VA_RW + 0x123, TO(DATA(VA_RW + 0x123), NS) },
    { "write", NS, 5, .addr = VA_RW, .w = true, TO(DATA(VA_RW), NS) },
    { "Secure read", SECURE, 5, .addr = VA_RW, TO(DATA(VA_RW), SECURE) },
    { "Realm read with MECID", REALM, 5, { { MECID, 0x1234 } },
      .addr = VA_RW, TO(DATA(VA_RW), REALM), .mecid = 0x1234 },
    { "block", NS, 5, .addr = VA_BLOCK + 0x54321,
      TO(DATA(VA_BLOCK + 0x54321), NS) },
    { "read of a read-only page", NS, 5, .addr = VA_RO,
      TO(DATA(VA_RO), NS) },
    { "write to a read-only page", NS, 5, .addr = VA_RO + 8, .w = true, ABORTS,
      .event = { EV_ID(0x13), EV_IN, EV_ADDR(VA_RO + 8) } },
    { "no descriptor", NS, 5, .addr = VA_NONE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_IN, EV_ADDR(VA_NONE) } },
    { "no table", NS, 5, .addr = VA_NO_TABLE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_IN, EV_ADDR(VA_NO_TABLE) } },
    { "beyond T0SZ", NS, 5, .addr = 1ull << 39, .w = true, .p = true, ABORTS,
      .event = { EV_ID(0x10), EV_P, EV_IN, EV_ADDR(1ull << 39) } },
    { "TTB1 disabled", NS, 5, .addr = ~0xfffull, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_IN, EV_ADDR(~0xfffull) } },
    { "AF is 0", NS, 5, .addr = VA_NO_AF, ABORTS,
      .event = { EV_ID(0x12), EV_READ, EV_IN, EV_ADDR(VA_NO_AF) } },
    { "above IPS", NS, 5, .cd = { { CD_IPS, 1 } }, .addr = VA_BIG, ABORTS,
      .event = { EV_ID(0x11), EV_READ, EV_IN, EV_ADDR(VA_BIG) } },
    { "unprivileged at a privileged page", NS, 5, .addr = VA_PRIV, ABORTS,
      .event = { EV_ID(0x13), EV_READ, EV_IN, EV_ADDR(VA_PRIV) } },
    { "privileged there", NS, 5, .addr = VA_PRIV, .p = true,
      TO(DATA(VA_PRIV), NS) },
    { "PRIVCFG privileged", NS, 5, { { PRIVCFG, 3 } }, .addr = VA_PRIV,
      TO(DATA(VA_PRIV), NS) },
    { "PRIVCFG unprivileged shows in the event", NS, 5, { { PRIVCFG, 2 } },
      .addr = VA_PRIV, .p = true, ABORTS,
      .event = { EV_ID(0x13), EV_READ, EV_IN, EV_ADDR(VA_PRIV) } },
    { "fetch of an XN page", NS, 5, .addr = VA_XN, .x = true, ABORTS,
      .event = { EV_ID(0x13), EV_READ, EV_X, EV_IN, EV_ADDR(VA_XN) } },
    { "INSTCFG data", NS, 5, { { INSTCFG, 2 } }, .addr = VA_XN, .x = true,
      TO(DATA(VA_XN), NS) },
    { "INSTCFG instruction", NS, 5, { { INSTCFG, 3 } }, .addr = VA_XN, ABORTS,
      .event = { EV_ID(0x13), EV_READ, EV_X, EV_IN, EV_ADDR(VA_XN) } },
    { "INSTCFG never makes a write a fetch", NS, 5, { { INSTCFG, 3 } },
      .addr = VA_XN, .w = true, TO(DATA(VA_XN), NS) },

    /* CD.A, R and S (section 5.5) */
    { "A 0, R 1: RAZ/WI and an event", NS, 5, .cd = { { CD_A, 0 } },
      .addr = VA_NONE, .outcome = SMMU_RAZ_WI,
      .event = { EV_ID(0x10), EV_READ, EV_IN, EV_ADDR(VA_NONE) } },
    { "A 0, R 0: RAZ/WI in silence", NS, 5,
      .cd = { { CD_A, 0 }, { CD_R, 0 } }, .addr = VA_NONE,
      .outcome = SMMU_RAZ_WI },
    { "A 1, R 0: abort in silence", NS, 5, .cd = { { CD_R, 0 } },
      .addr = VA_NONE, ABORTS },
    { "S for a client that cannot wait", NS, 5,
      .cd = { { CD_S, 1 }, { CD_A, 0 }, { CD_R, 0 } }, .addr = VA_NONE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_IN, EV_ADDR(VA_NONE) } },
    { "S against S1STALLD", NS, 5, { { S1STALLD, 1 } }, { { CD_S, 1 } },
      .addr = VA_RW, ABORTS, .event = { EV_ID(0x0a) } },

    /* Stage 2 */
    { "stage 2", NS, 6, .addr = IPA_RW + 8, TO(DATA(0x1008), NS) },
    { "Secure stage 2", SECURE, 6, .addr = IPA_RW, TO(DATA(0x1000), SECURE) },
    { "Realm stage 2", REALM, 6, { { MECID, 9 } }, .addr = IPA_RW,
      TO(DATA(0x1000), REALM), .mecid = 9 },
    { "Realm stage 2 to the NS PAS", REALM, 6, { { MECID, 9 } },
      .addr = IPA_NS, TO(DATA(0x7000), NS) },
    { "Realm fetch there", REALM, 6, .addr = IPA_NS, .x = true, ABORTS,
      .event = { EV_ID(0x13), EV_READ, EV_X, EV_S2, EV_IN, EV_ADDR(IPA_NS),
                 EV_IPA(IPA_NS) } },
    { "stage 2 block", NS, 6, .addr = IPA_BLOCK + 0x12345,
      TO(DATA(VA_BLOCK + 0x12345), NS) },
    { "stage 2: no descriptor", NS, 6, .addr = IPA_NONE + 0x18, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_S2, EV_IN,
                 EV_ADDR(IPA_NONE + 0x18), EV_IPA(IPA_NONE) } },
    { "Secure stage 2: no descriptor", SECURE, 6, .addr = IPA_NONE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_S2, EV_IN, EV_ADDR(IPA_NONE),
                 EV_IPA(IPA_NONE) } },
    { "Secure stage 2, NS input: the other IPA space", SECURE, 6,
      .addr = IPA_NONE, .ns = true, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_S2, EV_IN, EV_NSIPA,
                 EV_ADDR(IPA_NONE), EV_IPA(IPA_NONE) } },
    { "stage 2: S2R 0", NS, 6, { { S2R, 0 } }, .addr = IPA_NONE, ABORTS },
    { "stage 2: S2S for a client that cannot wait", NS, 6, { { S2S, 1 } },
      .addr = IPA_NONE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_S2, EV_IN, EV_ADDR(IPA_NONE),
                 EV_IPA(IPA_NONE) } },
    { "stage 2: write to read-only", NS, 6, .addr = IPA_RO, .w = true, ABORTS,
      .event = { EV_ID(0x13), EV_S2, EV_IN, EV_ADDR(IPA_RO),
                 EV_IPA(IPA_RO) } },
    { "stage 2: AF is 0", NS, 6, .addr = IPA_NO_AF, ABORTS,
      .event = { EV_ID(0x12), EV_READ, EV_S2, EV_IN, EV_ADDR(IPA_NO_AF),
                 EV_IPA(IPA_NO_AF) } },
    { "stage 2: above S2PS", NS, 6, { { S2PS, 1 } }, .addr = IPA_BIG, ABORTS,
      .event = { EV_ID(0x11), EV_READ, EV_S2, EV_IN, EV_ADDR(IPA_BIG),
                 EV_IPA(IPA_BIG) } },
    { "stage 2: XN", NS, 6, .addr = IPA_XN, .x = true, ABORTS,
      .event = { EV_ID(0x13), EV_READ, EV_X, EV_S2, EV_IN, EV_ADDR(IPA_XN),
                 EV_IPA(IPA_XN) } },
    { "stage 2: input above IAS is stage 1's fault", NS, 6,
      .addr = 1ull << 52, ABORTS,
      .event = { EV_ID(0x11), EV_READ, EV_IN, EV_ADDR(1ull << 52) } },
    { "stage 2: input beyond S2T0SZ", NS, 6, .addr = 1ull << 39, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_S2, EV_IN, EV_ADDR(1ull << 39),
                 EV_IPA(1ull << 39) } },

    /* Nested */
    { "nested", NS, 7, .addr = VA_RW, TO(DATA(VA_RW), NS) },
    { "nested Secure", SECURE, 7, .addr = VA_RW, TO(DATA(VA_RW), SECURE) },
    { "nested Realm", REALM, 7, { { MECID, 3 } }, .addr = VA_RW,
      TO(DATA(VA_RW), REALM), .mecid = 3 },
    { "nested: stage 1 fault", NS, 7, .addr = VA_NONE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_IN, EV_ADDR(VA_NONE) } },
    { "nested: stage 2 fault of the output", NS, 7, .addr = VA_IPA_NONE + 4,
      .w = true, ABORTS,
      .event = { EV_ID(0x10), EV_S2, EV_IN, EV_ADDR(VA_IPA_NONE + 4),
                 EV_IPA(IPA_NONE) } },
    { "nested: it ignores CD.A", NS, 7, .cd = { { CD_A, 0 } },
      .addr = VA_IPA_NONE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_S2, EV_IN, EV_ADDR(VA_IPA_NONE),
                 EV_IPA(IPA_NONE) } },
    { "nested: S2R 0 is not R", NS, 7, { { S2R, 0 } }, .addr = VA_IPA_NONE,
      ABORTS },
    { "nested: write to stage 2 read-only", NS, 7, .addr = VA_IPA_RO,
      .w = true, ABORTS,
      .event = { EV_ID(0x13), EV_S2, EV_IN, EV_ADDR(VA_IPA_RO),
                 EV_IPA(IPA_RO) } },
    { "nested: a table that stage 2 does not map", NS, 7,
      .addr = VA_IPA_TABLE + 0x5008, .w = true, ABORTS,
      .event = { EV_ID(0x10), EV_S2, EV_TT, EV_ADDR(VA_IPA_TABLE + 0x5008),
                 EV_IPA(IPA_TT) } },
    { "nested Secure: the same", SECURE, 7, .addr = VA_IPA_TABLE, ABORTS,
      .event = { EV_ID(0x10), EV_READ, EV_S2, EV_TT, EV_ADDR(VA_IPA_TABLE),
                 EV_IPA(IPA_TT) } },

    /* Substreams (section 3.3.2) */
    { "a SubstreamID where there are none", NS, 5, .addr = VA_RW, .ssv = true,
      .ssid = 1, ABORTS, .event = { EV_ID(0x08), { 31, 12, 1 } } },
    { "SubstreamID 0 where there are none", NS, 5, .addr = VA_RW,
      .ssv = true, ABORTS, .event = { EV_ID(0x08) } },
    { "a SubstreamID with stage 2 only", NS, 6, .addr = IPA_RW, .ssv = true,
      ABORTS, .event = { EV_ID(0x08) } },
    { "a SubstreamID in bypass", NS, 4, .addr = IPA_RW, .ssv = true, .ssid = 7,
      ABORTS, .event = { EV_ID(0x08), { 31, 12, 7 } } },
    { "SubstreamID", NS, 5, { { S1CDMAX, 2 } }, .addr = VA_RW, .ssv = true,
      .ssid = 3, TO(DATA(VA_RW), NS) },
    { "its events name it", NS, 5, { { S1CDMAX, 2 } }, .addr = VA_NONE,
      .ssv = true, .ssid = 3, ABORTS,
      .event = { EV_ID(0x10), EV_SSID(3), EV_READ, EV_IN,
                 EV_ADDR(VA_NONE) } },
    { "SubstreamID out of S1CDMax", NS, 5, { { S1CDMAX, 2 } }, .addr = VA_RW,
      .ssv = true, .ssid = 4, ABORTS,
      .event = { EV_ID(0x08), { 31, 12, 4 } } },
    { "S1DSS terminate", NS, 5, { { S1CDMAX, 2 } }, .addr = VA_RW, ABORTS,
      .event = { EV_ID(0x06) } },
    { "S1DSS bypass", NS, 5, { { S1CDMAX, 2 }, { S1DSS, 1 } },
      .addr = 0x777000, TO(0x777000, NS) },
    { "S1DSS bypass above OAS", NS, 5, { { S1CDMAX, 2 }, { S1DSS, 1 } },
      .addr = 1ull << 53, ABORTS,
      .event = { EV_ID(0x11), EV_READ, EV_IN, EV_ADDR(1ull << 53) } },
    { "S1DSS bypass, nested: stage 2 only", NS, 7,
      { { S1CDMAX, 2 }, { S1DSS, 1 } }, .addr = IPA_RW,
      TO(DATA(0x1000), NS) },
    { "S1DSS substream 0", NS, 5, { { S1CDMAX, 2 }, { S1DSS, 2 } },
      .addr = VA_RW, TO(DATA(VA_RW), NS) },
    { "S1DSS substream 0, and 0 used", NS, 5,
      { { S1CDMAX, 2 }, { S1DSS, 2 } }, .addr = VA_RW, .ssv = true, ABORTS,
      .event = { EV_ID(0x06), EV_SSID(0) } },

    /* Bad structures; the rest of 5.2 and 5.4 has tests of its own. */
    { "invalid STE", NS, 4, { { 31, 0, 8 } }, .addr = 0x5000, ABORTS,
      .event = { EV_ID(0x04) } },
    { "reserved STRW", NS, 5, { { STRW, 3 } }, .addr = VA_RW, .ssv = true,
      .ssid = 5, ABORTS, .event = { EV_ID(0x04), EV_SSID(5) } },
    { "invalid CD", NS, 5, .cd = { { 31, 31, 0 } }, .addr = VA_RW, ABORTS,
      .event = { EV_ID(0x0a) } },
    { "CD.T0SZ out of range", REALM, 5, .cd = { { CD_T0SZ, 50 } },
      .addr = VA_RW, ABORTS, .event = { EV_ID(0x0a) } },
};

static void set_up(Rig *r, const Case *c)
{
    Tables t;

    rig_start(r, NULL);
    t = make_tables(r, c->world);
    rig_stream(r, c->world, SID, c->config, t.s2, t.s1, c->ste, c->cd);
    if (c->config & 1) {
        uint64_t cd[8];

        rig_cd(cd, t.s1);
        smmu_put_list(cd, c->cd, 4);
        rig_put_cd(r, c->world, SID, 3, cd);
    }
}

static bool run(Rig *r, const Case *c)
{
    SmmuTxn txn = {
        .addr = c->addr, .sid = SID, .sec_sid = c->world, .ssv = c->ssv,
        .ssid = c->ssid, .ns = c->ns,
        .access = { .write = c->w, .instruction = c->x, .privileged = c->p },
    };
    SmmuOutput out = { 0 };
    SmmuOutcome outcome = smmu_transact(r->s, &txn, &out);
    uint8_t shift = c->shift ? c->shift : 12;

    rig_expect_event(r, c->world, c->event[0].hi ? c->event : NULL, 10);
    if (outcome != c->outcome) {
        print_error("outcome %d, not %d\n", outcome, c->outcome);
        return false;
    }
    if (outcome == SMMU_PASS &&
        (out.pa != c->pa || out.pas != c->pas || out.shift != shift ||
         out.mecid != c->mecid)) {
        print_error("output %#" PRIx64 " PAS %d shift %u MECID %#x\n",
                    out.pa, out.pas, out.shift, out.mecid);
        return false;
    }
    return smmu_stats(r->s)->gpc_faults == 0;
}

static Rig rig;

/* Each case twice: from memory, then from the caches. */
static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        const Case *c = &cases[i];

        set_up(&rig, c);
        for (unsigned again = 0; again < 2; again++) {
            if (!run(&rig, c)) {
                fail_msg("case '%s', %s time", c->name,
                         again ? "second" : "first");
            }
        }
        rig_stop(&rig);
    }
}

/* SMMUEN 0: what GBPA and S_GBPA say; Realm always aborts. */
static void test_disabled(void **state)
{
    enum { UPDATE = 1u << 31, ABORT_BIT = 1 << 20 };
    static const struct {
        const char *name;
        CcaSecSid world;
        uint32_t gbpa;
        uint64_t addr;
        bool ns, x, sif;
        SmmuOutcome outcome;
        CcaPas pas;
    } rows[] = {
        { "NS", NS, 0, 0x5000, .outcome = SMMU_PASS, .pas = CCA_PAS_NS },
        { "NS abort", NS, ABORT_BIT, 0x5000, .outcome = SMMU_ABORT },
        { "NS above OAS", NS, 0, 1ull << 52, .outcome = SMMU_ABORT },
        { "Secure", SECURE, 0, 0x5000, .pas = CCA_PAS_SECURE },
        { "Secure, NS input", SECURE, 0, 0x5000, .ns = true,
          .pas = CCA_PAS_NS },
        { "Secure, NSCFG Secure", SECURE, 2 << 14, 0x5000, .ns = true,
          .pas = CCA_PAS_SECURE },
        { "Secure, NSCFG NS", SECURE, 3 << 14, 0x5000, .pas = CCA_PAS_NS },
        { "Secure, fetch from NS", SECURE, 3 << 14, 0x5000, .x = true,
          .pas = CCA_PAS_NS },
        { "Secure, fetch from NS, SIF", SECURE, 3 << 14, 0x5000, .x = true,
          .sif = true, .outcome = SMMU_ABORT },
        { "SIF, but INSTCFG data", SECURE, 3 << 14 | 2 << 18, 0x5000,
          .x = true, .sif = true, .pas = CCA_PAS_NS },
        { "Secure abort", SECURE, ABORT_BIT, 0x5000, .outcome = SMMU_ABORT },
        { "Realm", REALM, 0, 0x5000, .outcome = SMMU_ABORT },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        SmmuTxn txn = rig_read(rows[i].world, SID, rows[i].addr);
        SmmuOutput out;
        SmmuOutcome outcome;

        txn.ns = rows[i].ns;
        txn.access.instruction = rows[i].x;
        rig_start(&rig, NULL);
        rig_cr0(&rig, rows[i].world, rows[i].sif << 5, 1);
        rig_wr(&rig, rows[i].world, SMMU_GBPA, 4, rows[i].gbpa | UPDATE);
        outcome = smmu_transact(rig.s, &txn, &out);
        if (outcome != rows[i].outcome ||
            (outcome == SMMU_PASS && (out.pas != rows[i].pas ||
                                      out.pa != rows[i].addr))) {
            fail_msg("row '%s': outcome %d", rows[i].name, outcome);
        }
        rig_expect_event(&rig, rows[i].world, NULL, 0);
        rig_stop(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_disabled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
