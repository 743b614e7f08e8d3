/*
 * ATS: answers to Translation Requests, and what becomes of Translated
 * transactions, for each kind of EATS; a device that says it has translated
 * what it has not.
 *
 * A row is a case for each world that it names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

enum { NS = 1 << W_NS, SEC = 1 << W_SECURE, RLM = 1 << W_REALM,
       NR = NS | RLM, ALL = NS | SEC | RLM };

#define SET             SMMU_SET
#define EATS(kind)      SET(ste.eats, EATS_##kind)

enum { NOTHING, LEAF1, LEAF2, LEAF2_OF_CD };
/* What an answer holds */
enum { A_NONE, A_PAGE, A_IPA, A_SAME };
/* What was tried */
enum { G_NONE, G_PAGE, G_CD, G_STE };

enum {
    CA = EXERCISER_CAUSE_ABORT, UR = EXERCISER_CAUSE_UNSUPPORTED,
    R = ATS_PERM_READ, W = ATS_PERM_WRITE, X = ATS_PERM_EXECUTE,
    PRIV = 8,                   /* the same three, as R_PRIV, ... */
};

typedef struct Row {
    const char *name;
    unsigned worlds;
    SmmuShape shape;
    SmmuSet set[2];
    uint32_t cr0, cr2;
    unsigned cause;             /* 0: success */
    unsigned perm, answer;
    unsigned event;
    unsigned bend;
    uint64_t clear, bits;
    bool no_write;              /* NW = 1 */
    ExerciserId id;
    unsigned ssid;
    unsigned gpf;               /* G_*: with its granule taken away */
    bool off;                   /* SMMUEN is 0 */
    bool unknown_sid;
} Row;

#define C(cfg)      { .config = CFG_##cfg }
#define S1SS        { .config = CFG_S1, .cdmax = 4 }
#define PASID(n)    .id = { .pasid_valid = true, .pasid = (n) }, .ssid = (n)
#define PASID_P(n)  .id = { .pasid_valid = true, .pasid = (n), \
                            .privileged = true }, .ssid = (n)
#define PASID_X(n)  .id = { .pasid_valid = true, .pasid = (n), \
                            .instruction = true }, .ssid = (n)
#define ATSCHK      .cr0 = CR0_ATSCHK
#define REC         .cr2 = CR2_REC_CFG_ATS
#define GRANTS(p, a) .perm = (p), .answer = A_##a
#define BEND(where, c, b) .bend = where, .clear = (c), .bits = (b)

static const Row requests[] = {
    { "s1", NR, C(S1), { EATS(FULL) }, GRANTS(R | W, PAGE) },
    { "s2", NR, C(S2), { EATS(FULL) }, GRANTS(R | W, PAGE) },
    { "nested", NR, C(NESTED), { EATS(FULL) }, GRANTS(R | W, PAGE) },
    { "s1-atschk", NR, C(S1), { EATS(FULL) }, ATSCHK, GRANTS(R | W, PAGE) },
    { "s1-ro", NR, C(S1), { EATS(FULL) }, GRANTS(R, PAGE),
      BEND(LEAF1, 0, D_RO) },
    { "s2-ro", NR, C(S2), { EATS(FULL) }, GRANTS(R, PAGE),
      BEND(LEAF2, D_S2AP_W, 0) },
    { "s2-wo", NR, C(S2), { EATS(FULL) }, GRANTS(W, PAGE),
      BEND(LEAF2, D_S2AP_R, 0) },
    { "nested-ro-in-s2", NR, C(NESTED), { EATS(FULL) }, GRANTS(R, PAGE),
      BEND(LEAF2, D_S2AP_W, 0) },
    { "s1-no-user", NR, C(S1), { EATS(FULL) }, BEND(LEAF1, D_USER, 0) },
    { "s1-invalid", NR, C(S1), { EATS(FULL) }, BEND(LEAF1, 1, 0) },
    { "s1-invalid-rec", NR, C(S1), { EATS(FULL) }, REC, BEND(LEAF1, 1, 0) },
    { "s1-no-af", NR, C(S1), { EATS(FULL) }, BEND(LEAF1, D_AF, 0) },
    { "s1-too-big", NR, C(S1), { EATS(FULL) },
      BEND(LEAF1, 0, STREAM_TOO_BIG) },
    { "s2-invalid", NR, C(S2), { EATS(FULL) }, BEND(LEAF2, 1, 0) },
    { "nested-s2-invalid", NR, C(NESTED), { EATS(FULL) },
      BEND(LEAF2, 1, 0) },
    { "nested-cd-unmapped", NR, C(NESTED), { EATS(FULL) },
      BEND(LEAF2_OF_CD, 1, 0) },
    { "nested-cd-no-read", NR, C(NESTED), { EATS(FULL) },
      BEND(LEAF2_OF_CD, D_S2AP_R, 0) },
    { "pasid", NR, S1SS, { EATS(FULL) }, GRANTS(R | W, PAGE), PASID(3) },
    { "pasid-privileged", NR, S1SS, { EATS(FULL) },
      GRANTS((R | W) * PRIV, PAGE), PASID_P(3) },
    { "pasid-privileged-no-user", NR, S1SS, { EATS(FULL) },
      GRANTS((R | W) * PRIV, PAGE), BEND(LEAF1, D_USER, 0), PASID_P(3) },
    { "pasid-execute", NR, S1SS, { EATS(FULL) }, GRANTS(R | W | X, PAGE),
      PASID_X(3) },
    { "pasid-execute-xn", NR, S1SS, { EATS(FULL) }, GRANTS(R | W, PAGE),
      BEND(LEAF1, 0, D_XN), PASID_X(3) },
    { "execute-without-pasid", NR, C(S1), { EATS(FULL) }, GRANTS(R | W, PAGE),
      .id = { .instruction = true } },
    { "privcfg", NR, C(S1), { EATS(FULL), SET(ste.privcfg, ATTR_HIGH) },
      GRANTS(R | W, PAGE), BEND(LEAF1, D_USER, 0) },
    { "dirty", NR, C(S1), { EATS(FULL), SET(cd.ha, 1) }, GRANTS(R, PAGE),
      BEND(LEAF1, 0, D_RO | D_DBM) },
    { "s1dss-bypass", NR, S1SS, { EATS(FULL), SET(ste.s1dss, S1DSS_BYPASS) },
      GRANTS(R | W, SAME) },

    { "split", NR, C(NESTED), { EATS(SPLIT) }, ATSCHK, GRANTS(R | W, IPA) },
    { "split-ro-in-s2", NR, C(NESTED), { EATS(SPLIT) }, ATSCHK,
      GRANTS(R, IPA), BEND(LEAF2, D_S2AP_W, 0) },
    { "split-without-atschk", NS, C(NESTED), { EATS(SPLIT) }, .cause = UR,
      .event = F_BAD_ATS_TREQ },

    { "eats-off", NR, C(S1), .cause = UR, .event = F_BAD_ATS_TREQ },
    { "eats-off-pasid", NR, S1SS, .cause = UR, .event = F_BAD_ATS_TREQ,
      PASID(3) },
    { "eats-off-pasid-execute", NR, S1SS, .cause = UR,
      .event = F_BAD_ATS_TREQ, PASID_X(3) },
    { "eats-off-read-only", NR, C(S1), .cause = UR, .event = F_BAD_ATS_TREQ,
      .no_write = true },
    { "eats-dpt-without-dpt", NR, C(S2), { EATS(DPT) }, .cause = UR,
      .event = F_BAD_ATS_TREQ },
    { "bypass", NR, C(BYPASS), { EATS(FULL) }, .cause = UR,
      .event = F_BAD_ATS_TREQ },
    { "abort", NR, C(ABORT), { EATS(FULL) }, .cause = UR },
    { "disabled", ALL, C(S1), { EATS(FULL) }, .cause = UR,
      .event = F_BAD_ATS_TREQ, .off = true },
    { "secure", SEC, C(S1), { EATS(FULL) }, .cause = UR,
      .event = F_BAD_ATS_TREQ },

    { "ste-invalid", NR, C(S1), { EATS(FULL), SET(ste.v, 0) }, .cause = CA },
    { "ste-invalid-rec", NR, C(S1), { EATS(FULL), SET(ste.v, 0) }, REC,
      .cause = CA, .event = C_BAD_STE },
    { "sid-unknown", NR, C(S1), { EATS(FULL) }, .cause = CA,
      .unknown_sid = true },
    { "sid-unknown-rec", NR, C(S1), { EATS(FULL) }, REC, .cause = CA,
      .event = C_BAD_STREAMID, .unknown_sid = true },
    { "cd-invalid", NR, C(S1), { EATS(FULL), SET(cd.v, 0) }, .cause = CA },
    { "cd-invalid-rec", NR, C(S1), { EATS(FULL), SET(cd.v, 0) }, REC,
      .cause = CA, .event = C_BAD_CD },
    { "ssid-too-big-rec", NR, S1SS, { EATS(FULL) }, REC, .cause = CA,
      .event = C_BAD_SUBSTREAMID,
      .id = { .pasid_valid = true, .pasid = 16 } },
    { "s1dss-terminate-rec", NR, S1SS, { EATS(FULL) }, REC, .cause = CA,
      .event = F_STREAM_DISABLED },

    { "gpf-of-the-page", NR, C(S2), { EATS(FULL) }, .cause = CA,
      .gpf = G_PAGE },
    { "gpf-of-the-page-s1", NR, C(S1), { EATS(FULL) }, REC, .cause = CA,
      .gpf = G_PAGE },
    { "gpf-of-no-access", NR, C(S1), { EATS(FULL) },
      BEND(LEAF1, D_USER, 0) },
    { "gpf-of-the-cd", NR, C(S1), { EATS(FULL) }, .cause = CA, .gpf = G_CD },
    { "gpf-of-the-cd-rec", NR, C(S1), { EATS(FULL) }, REC, .cause = CA,
      .event = F_CD_FETCH, .gpf = G_CD },
    { "gpf-of-the-ste-rec", NR, C(S1), { EATS(FULL) }, REC, .cause = CA,
      .event = F_STE_FETCH, .gpf = G_STE },
};

/* Translated: AT = 10. The address is that of the page. */
static const Row translated[] = {
    { "full", NR, C(S1), { EATS(FULL) }, ATSCHK, .answer = A_PAGE },
    { "full-s2", NR, C(S2), { EATS(FULL) }, ATSCHK, .answer = A_PAGE },
    { "full-unmapped", NR, C(S1), { EATS(FULL) }, ATSCHK, .answer = A_PAGE,
      BEND(LEAF1, 1, 0) },
    { "unchecked", NS, C(S1), { EATS(FULL) }, .answer = A_PAGE },
    { "unchecked-eats-off", NS, C(S1), .answer = A_PAGE },
    { "unchecked-abort", NS, C(ABORT), .answer = A_PAGE },
    { "unchecked-ste-invalid", NS, C(S1), { SET(ste.v, 0) },
      .answer = A_PAGE },
    { "unchecked-foreign-page", NS, C(S1), .gpf = G_PAGE },
    { "eats-off", NR, C(S1), ATSCHK, .event = F_TRANSL_FORBIDDEN },
    { "eats-off-s2", NR, C(S2), ATSCHK, .event = F_TRANSL_FORBIDDEN },
    { "eats-dpt-without-dpt", NR, C(S2), { EATS(DPT) }, ATSCHK,
      .event = F_TRANSL_FORBIDDEN },
    { "bypass", NR, C(BYPASS), { EATS(FULL) }, ATSCHK,
      .event = F_TRANSL_FORBIDDEN },
    { "abort", NR, C(ABORT), { EATS(FULL) }, ATSCHK },
    { "disabled", NR, C(S1), { EATS(FULL) }, ATSCHK,
      .event = F_TRANSL_FORBIDDEN, .off = true },
    { "secure", SEC, C(S1), { EATS(FULL) }, .event = F_TRANSL_FORBIDDEN },
    { "secure-disabled", SEC, C(S1), { EATS(FULL) },
      .event = F_TRANSL_FORBIDDEN, .off = true },
    { "split", NR, C(NESTED), { EATS(SPLIT) }, ATSCHK, .answer = A_IPA },
    { "split-pa", NR, C(NESTED), { EATS(SPLIT) }, ATSCHK,
      .event = F_TRANSLATION },
    { "split-unmapped", NR, C(NESTED), { EATS(SPLIT) }, ATSCHK,
      .event = F_TRANSLATION, BEND(LEAF2, 1, 0) },
    { "ste-invalid", NR, C(S1), { EATS(FULL), SET(ste.v, 0) }, ATSCHK },
    { "ste-invalid-rec", NR, C(S1), { EATS(FULL), SET(ste.v, 0) }, ATSCHK,
      REC, .event = C_BAD_STE },
    { "sid-unknown", NR, C(S1), { EATS(FULL) }, ATSCHK,
      .unknown_sid = true },
    { "sid-unknown-rec", NR, C(S1), { EATS(FULL) }, ATSCHK, REC,
      .event = C_BAD_STREAMID, .unknown_sid = true },
    { "full-foreign-page", NR, C(S1), { EATS(FULL) }, ATSCHK,
      .gpf = G_PAGE },
    { "full-nscfg-ns", RLM, C(S1), { EATS(FULL),
      SET(ste.nscfg, NSCFG_NS) }, .answer = A_PAGE },
};

/* --- running -------------------------------------------------------------- */

typedef struct Instance {
    const Row *row;
    SmmuWorld world;
} Instance;

static Smmu smmu;

static uint64_t place(const SmmuStream *x, unsigned gpf)
{
    return gpf == G_PAGE ? x->page : gpf == G_CD ? x->cd_at : x->ste_at;
}

/* Build, bend and install; returns the GPF_FAR that there has to be. */
static uint64_t set_up(const Instance *i, SmmuStream *x)
{
    const Row *r = i->row;
    bool realm = i->world == W_REALM;
    SmmuConfig config = {
        .log2size = 8, .cmdq_log2 = 6, .eventq_log2 = 6, .priq_log2 = 4,
        /* Realm is always checked; Secure has no ATS. */
        .cr0 = i->world == W_NS ? r->cr0 : 0, .cr2 = r->cr2,
    };
    unsigned fpas = smmu_fpas(smmu_world_pas(i->world));
    uint64_t at, value;

    if (smmu.world != i->world) {
        smmu_switch(&smmu, i->world);
    }
    smmu.what = r->name;
    smmu_reset(&smmu);
    smmu_configure(&smmu, &config);
    *x = (SmmuStream) { .ssid = r->ssid };
    smmu_stream_new(&smmu, x, &r->shape);
    smmu_stream_set(x, r->set, ARRAY_SIZE(r->set));
    if (r->bend) {
        at = r->bend == LEAF1 ? x->leaf1 : r->bend == LEAF2 ? x->leaf2 :
             smmu_entry(&x->s2, x->cd_at + x->offset, 3);
        value = (smmu_peek(&smmu, at) & ~r->clear) | r->bits;
        smmu_poke(&smmu, at, &value, 1);
    }
    smmu_stream_install(x);
    if (r->off) {
        smmu_cr0(&smmu, CR0_CMDQEN | CR0_EVENTQEN |
                 (realm ? 0 : config.cr0));
    }
    exerciser_enable(&smmu.ex, true, true, false);
    if (!r->gpf) {
        return 0;
    }
    at = place(x, r->gpf);
    smmu_gpi(&smmu, at & ~0xfffull, 4096, GPI_ROOT);
    smmu_tlbi_pa_all(&smmu);
    return r->gpf == G_PAGE ? smmu_far(REASON_TRANSACTION, 0, at, fpas, 0) :
           smmu_far(REASON_TRANSLATION, r->gpf == G_CD ? 0x09 : 0x03, at,
                    fpas, 0);
}

static void finish(const Row *r)
{
    exerciser_set_reg(&smmu.ex, EXERCISER_ATSCTL, ATSCTL_INVALIDATE);
    exerciser_enable(&smmu.ex, false, true, false);
    if (r->off) {
        smmu.configured = false;
    }
}

static uint64_t answer_of(const SmmuStream *x, const Row *r)
{
    switch (r->answer) {
    case A_PAGE:
        return x->page;
    case A_IPA:
        return x->ipa;
    case A_SAME:
        return x->page;
    default:
        return 0;
    }
}

enum { UNKNOWN_RID = 0x4321 };

static void run_request(const void *opaque)
{
    const Instance *i = opaque;
    const Row *r = i->row;
    SmmuDma dma = { .id = r->id };
    ExerciserId id = r->id;
    SmmuStream x;
    ExerciserAts a;
    SmmuEvt event;
    uint64_t far = set_up(i, &x);
    uint64_t addr = r->answer == A_SAME ? x.page : x.va;

    id.sec_sid = i->world;
    id.forge = r->unknown_sid;
    id.rid = UNKNOWN_RID;
    a = exerciser_ats(&smmu.ex, &id, addr, !r->no_write);
    if (a.cause != r->cause) {
        smmu_fail(&smmu, "cause %u, not %u", a.cause, r->cause);
    } else if (!a.cause) {
        if (a.perm != r->perm) {
            smmu_fail(&smmu, "permissions 0x%x, not 0x%x", a.perm, r->perm);
        }
        /* GPT granules are 4 KiB: so is what one answer is about. */
        if (a.size != 4096 || (r->perm && a.addr != answer_of(&x, r))) {
            smmu_fail(&smmu, "0x%" PRIx64 " bytes at 0x%" PRIx64, a.size,
                      a.addr);
        }
    }
    event = smmu_stream_event(&x, &dma, r->event);
    event.sid = r->unknown_sid ? UNKNOWN_RID : x.sid;
    event.addr = x.va;
    event.gpcf = r->gpf;
    event.fetch = r->gpf ? place(&x, r->gpf) : 0;
    event.ats_r = true;
    event.ats_w = !r->no_write;
    event.ats_x = r->id.pasid_valid && r->id.instruction;
    event.ats_p = r->id.pasid_valid && r->id.privileged;
    smmu_expect_event(&smmu, &event);
    smmu_expect_far(&smmu, far, 0);
    finish(r);
}

static void run_translated(const void *opaque)
{
    const Instance *i = opaque;
    const Row *r = i->row;
    SmmuDma dma = { .write = true, .id = { .translated = true } };
    bool works = r->answer != A_NONE;
    SmmuStream x;
    SmmuEvt event;
    uint64_t far = set_up(i, &x);

    /* NSCFG decides the PAS as for bypass: then the page has to be NS. */
    if (x.ste.nscfg == NSCFG_NS) {
        smmu_gpi(&smmu, x.page, 4096, GPI_NS);
        smmu_tlbi_pa_all(&smmu);
    }
    dma.addr = (r->answer == A_IPA || r->bend == LEAF2 ? x.ipa : x.page) +
               IN_PAGE;
    dma.id.forge = r->unknown_sid;
    dma.id.rid = UNKNOWN_RID;
    smmu_stream_access(&x, &dma, works ? END_WORKS : END_ABORT);
    event = smmu_stream_event(&x, &dma, r->event);
    event.s2 = true;
    event.ipa = dma.addr;
    smmu_expect_event(&smmu, &event);
    smmu_expect_far(&smmu, far, 0);
    finish(r);
}

/* A device that uses what it was told, then what it was not. */
static void run_atc(SmmuWorld world)
{
    static const Row row = { "atc", ALL, C(S1), { EATS(FULL) }, ATSCHK };
    Instance i = { &row, world };
    ExerciserId id = { .sec_sid = world };
    SmmuDma dma = { .id = { .use_atc = true } };
    SmmuStream x;
    ExerciserAts a;
    uint64_t zero = 0;

    set_up(&i, &x);
    a = exerciser_ats(&smmu.ex, &id, x.va, true);
    g_assert_cmphex(a.addr, ==, x.page);
    smmu_stream_access(&x, &dma, END_WORKS);
    /* Unmapped, but the device was not told: it goes on ... */
    smmu_poke(&smmu, x.leaf1, &zero, 1);
    smmu_forget(&smmu);
    smmu_stream_access(&x, &dma, END_WORKS);
    /* ... but for granule protection ... */
    smmu_gpi(&smmu, x.page, 4096, GPI_ROOT);
    smmu_tlbi_pa_all(&smmu);
    smmu_stream_access(&x, &dma, END_ABORT);
    smmu_gpt_restore(&smmu);
    smmu_expect_far(&smmu, smmu_far(REASON_TRANSACTION, 0, x.page,
                                    smmu_fpas(smmu_world_pas(world)), 0), 0);
    /* ... until CMD_ATC_INV. */
    smmu_cmd(&smmu, 0x40 | (uint64_t)x.sid << 32, x.va);
    smmu_sync(&smmu);
    g_assert_cmpuint(exerciser_dma(&smmu.ex, &(ExerciserId) {
        .sec_sid = world, .use_atc = true }, false, x.va, 0, 8), ==,
        EXERCISER_CAUSE_ATC);
    smmu_expect_event(&smmu, NULL);
    finish(&row);
}

static void test_atc_ns(void)
{
    run_atc(W_NS);
}

static void test_atc_realm(void)
{
    run_atc(W_REALM);
}

static void add(const char *kind, const Row *rows, size_t n, SmmuWorld world,
                GTestDataFunc f)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *path = NULL;
        Instance *instance;

        if (rows[i].worlds >> world & 1) {
            path = g_strdup_printf("cca/smmu-ats/%s/%s/%s", kind,
                                   smmu_world_name(world), rows[i].name);
            instance = g_new(Instance, 1);
            *instance = (Instance) { &rows[i], world };
            qtest_add_data_func_full(path, instance, f, g_free);
        }
    }
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        add("request", requests, ARRAY_SIZE(requests), w, run_request);
        add("translated", translated, ARRAY_SIZE(translated), w,
            run_translated);
    }
    qtest_add_func("cca/smmu-ats/atc/ns", test_atc_ns);
    qtest_add_func("cca/smmu-ats/atc/realm", test_atc_realm);
    smmu_start(&smmu, W_NS, "");
    exerciser_enable(&smmu.ex, false, true, false);
    result = g_test_run();
    smmu_quit(&smmu);
    return result;
}
