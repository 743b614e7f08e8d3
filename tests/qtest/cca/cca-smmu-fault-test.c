/*
 * The fault sites on the way of a transaction through the SMMU: fetches,
 * granule protection checks, Requester IDs, data. What each action does to
 * the device, to memory, to the event record; and what the event
 * CCA_FAULT_FIRED says of it. cca-smmu-fault-queue-test.c has the queues.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-fault.h"
#include "smmu-stream.h"

enum { SSID = 3, FAULT_SID = 0x31 };

static Smmu smmu;

static void begin(SmmuWorld world, const char *name)
{
    static const SmmuConfig config = {
        .two_level = true, .log2size = 16, .split = 8, .cmdq_log2 = 6,
        .eventq_log2 = 6, .priq_log2 = 4,
    };

    if (smmu.world != world) {
        smmu_switch(&smmu, world);
    }
    smmu.what = name;
    smmu_reset(&smmu);
    smmu_configure(&smmu, &config);
}

/* --- fetches -------------------------------------------------------------- */

typedef enum Place { P_L1STD, P_STE, P_L1CD, P_CD, P_S1, P_S2 } Place;

typedef struct Fetch {
    const char *name;
    Place place;
    const char *action;
    uint64_t mask;              /* of flip; of stale: what software changes */
    unsigned word;
    unsigned event;             /* of abort and flip; of stale: without it */
    bool s2;
    unsigned class_;
    unsigned secure_word;       /* Secure has its stage 2 elsewhere */
} Fetch;

#define VALID31 (1ull << 31)

static const Fetch fetches[] = {
    { "l1std/abort", P_L1STD, "abort", .event = F_STE_FETCH },
    { "l1std/flip", P_L1STD, "flip", 9, .event = C_BAD_STREAMID },
    { "l1std/stale", P_L1STD, "stale", 9, .event = C_BAD_STREAMID },
    { "ste/abort", P_STE, "abort", .event = F_STE_FETCH },
    { "ste/flip-v", P_STE, "flip", 1, .event = C_BAD_STE },
    { "ste/flip-s2t0sz", P_STE, "flip", 63ull << 32, 2, .event = C_BAD_STE },
    { "ste/flip-s2ttb", P_STE, "flip", 1 << 18, 3, F_TRANSLATION, true,
      CLASS_CD, 6 },
    { "ste/flip-nothing-there", P_STE, "flip", ~0ull, 7 },
    { "ste/stale", P_STE, "stale", 1, .event = C_BAD_STE },
    { "l1cd/abort", P_L1CD, "abort", .event = F_CD_FETCH },
    { "l1cd/flip", P_L1CD, "flip", 1, .event = C_BAD_SUBSTREAMID },
    { "l1cd/stale", P_L1CD, "stale", 1, .event = C_BAD_SUBSTREAMID },
    { "cd/abort", P_CD, "abort", .event = F_CD_FETCH },
    { "cd/flip-v", P_CD, "flip", VALID31, .event = C_BAD_CD },
    { "cd/flip-ttb0", P_CD, "flip", 1ull << 37, 1, F_TRANSLATION, true,
      CLASS_TT },
    { "cd/flip-mair", P_CD, "flip", 0xff, 3 },
    { "cd/stale", P_CD, "stale", VALID31, .event = C_BAD_CD },
    { "walk/s1-abort", P_S1, "abort", 0, 0, F_WALK_EABT, false, CLASS_TT },
    { "walk/s1-flip-valid", P_S1, "flip", 1, 0, F_TRANSLATION, false,
      CLASS_IN },
    { "walk/s1-flip-af", P_S1, "flip", D_AF, 0, F_ACCESS, false, CLASS_IN },
    { "walk/s1-flip-user", P_S1, "flip", D_USER, 0, F_PERMISSION, false,
      CLASS_IN },
    { "walk/s1-stale", P_S1, "stale", 1, 0, F_TRANSLATION, false, CLASS_IN },
    { "walk/s2-abort", P_S2, "abort", 0, 0, F_WALK_EABT, true, CLASS_IN },
    { "walk/s2-flip-valid", P_S2, "flip", 1, 0, F_TRANSLATION, true,
      CLASS_IN },
    { "walk/s2-flip-read", P_S2, "flip", D_S2AP_R, 0, F_PERMISSION, true,
      CLASS_IN },
    { "walk/s2-stale", P_S2, "stale", 1, 0, F_TRANSLATION, true, CLASS_IN },
};

typedef struct Instance {
    const void *row;
    SmmuWorld world;
} Instance;

static const char *const fetch_sites[] = {
    [P_L1STD] = "smmu.l1std-fetch", [P_STE] = "smmu.ste-fetch",
    [P_L1CD] = "smmu.cd-fetch", [P_CD] = "smmu.cd-fetch",
    [P_S1] = "smmu.walk", [P_S2] = "smmu.walk",
};

static uint64_t where(const SmmuStream *x, Place place)
{
    switch (place) {
    case P_L1STD:
        return x->s->strtab + (x->sid >> x->s->config.split) * 8ull;
    case P_STE:
        return x->ste_at;
    case P_L1CD:
        return x->l1cd;
    case P_CD:
        return x->cd_at;
    case P_S1:
        return x->leaf1;
    default:
        return x->leaf2;
    }
}

/* IPA of an event: of the access, or of what was looked for first. */
static uint64_t ipa_of(const SmmuStream *x, const Fetch *f)
{
    switch (f->class_) {
    case CLASS_CD:
        return x->cdtab + x->offset + (SSID >> 6) * 8;
    case CLASS_TT:
        return ((x->cd.ttb0 ^ f->mask) & ~0xfffull) +
               (x->va >> 39 & 0x1ff) * 8;
    default:
        return x->ipa + IN_PAGE;
    }
}

static void run_fetch(const void *opaque)
{
    const Instance *i = opaque;
    const Fetch *f = i->row;
    const char *site = fetch_sites[f->place];
    bool stale = !strcmp(f->action, "stale"), flip = !strcmp(f->action, "flip");
    SmmuShape shape = { .config = CFG_NESTED, .cdmax = 8, .cdfmt = 1 };
    SmmuDma dma = { .id = { .pasid_valid = true, .pasid = SSID } };
    g_autofree char *parameters = NULL, *json = NULL, *id = NULL;
    SmmuStream x = { .ssid = SSID };
    unsigned nr = i->world == W_SECURE && f->secure_word ? f->secure_word :
                                                           f->word;
    uint64_t at, value, word;
    SmmuEvt event;
    SmmuFiring firing;

    begin(i->world, f->name);
    smmu_stream_new(&smmu, &x, &shape);
    smmu_stream_install(&x);
    at = where(&x, f->place);
    value = smmu_peek(&smmu, at);
    word = smmu_peek(&smmu, at + nr * 8);
    event = smmu_stream_event(&x, &dma, f->event);
    event.s2 = f->s2;
    event.class_ = f->class_;
    event.fetch = at;
    event.ipa = ipa_of(&x, f);

    parameters = !flip ? g_strdup("") :
                 g_strdup_printf(", 'mask': %" PRIu64 ", 'word': %u", f->mask,
                                 nr);
    json = g_strdup_printf("{ 'site': '%s', 'action': '%s', 'addr': %" PRIu64
                           ", 'size': 8, 'nth': 1%s }", site, f->action, at,
                           parameters);
    id = arm(smmu.qts, json);
    firing = (SmmuFiring) {
        site, f->action, at, true, flip || stale, flip ? word : value,
        flip ? word ^ f->mask : value,
    };
    if (stale) {
        /* Seen once; then software changes it, and the SMMU is told. */
        smmu_stream_access(&x, &dma, END_WORKS);
        smmu_expect_no_firing(&smmu);
        value ^= f->mask;
        firing.value = value;
        smmu_poke(&smmu, at, &value, 1);
        smmu_forget(&smmu);
        smmu_stream_access(&x, &dma, END_WORKS);
        smmu_expect_event(&smmu, NULL);
        smmu_expect_firing(&smmu, &firing);
        smmu_forget(&smmu);
    }
    smmu_stream_access(&x, &dma, f->event ? END_ABORT : END_WORKS);
    smmu_expect_event(&smmu, &event);
    if (stale) {
        value ^= f->mask;
        smmu_poke(&smmu, at, &value, 1);
    } else {
        smmu_expect_firing(&smmu, &firing);
    }
    smmu_expect_far(&smmu, 0, 0);
    smmu_expect_gerror(&smmu, 0);
    /* What was cached of it is used until it is invalidated; then all works. */
    smmu_forget(&smmu);
    smmu_stream_access(&x, &dma, END_WORKS);
    smmu_expect_event(&smmu, NULL);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

/* A flipped address bit leads the data elsewhere. */
static void run_walk_address(const void *opaque)
{
    const Instance *i = opaque;
    const uint64_t mark = 0x7157aec0de;
    SmmuShape shape = { .config = CFG_S2 };
    ExerciserId self = { .sec_sid = i->world };
    g_autofree char *json = NULL, *id = NULL;
    SmmuStream x = { 0 };
    uint64_t seen, leaf;

    begin(i->world, "walk/s2-flip-address");
    smmu_stream_new(&smmu, &x, &shape);
    smmu_stream_install(&x);
    leaf = smmu_peek(&smmu, x.leaf2);
    qtest_writeq(smmu.qts, x.page, 1);
    qtest_writeq(smmu.qts, x.page + 0x3000, 2);
    json = g_strdup_printf("{ 'site': 'smmu.walk', 'action': 'flip', 'mask':"
                           " 12288, 'addr': %" PRIu64 ", 'size': 8, "
                           "'count': 1 }", x.leaf2);
    id = arm(smmu.qts, json);
    g_assert_cmpuint(exerciser_readq(&smmu.ex, &self, x.va, &seen), ==, 0);
    g_assert_cmphex(seen, ==, 2);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.walk", "flip", x.leaf2, true, true, leaf, leaf ^ 0x3000 });
    /* The TLB has it so: writes go there, too, without another fetch. */
    g_assert_cmpuint(exerciser_writeq(&smmu.ex, &self, x.va, mark), ==, 0);
    g_assert_cmphex(qtest_readq(smmu.qts, x.page + 0x3000), ==, mark);
    g_assert_cmphex(qtest_readq(smmu.qts, x.page), ==, 1);
    smmu_forget(&smmu);
    g_assert_cmpuint(exerciser_readq(&smmu.ex, &self, x.va, &seen), ==, 0);
    g_assert_cmphex(seen, ==, 1);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

/* --- granule protection --------------------------------------------------- */

typedef struct Check {
    const char *name;
    bool cd;                    /* of the CD; else of the output */
    bool wrong_pass;
} Check;

static const Check checks[] = {
    { "output/wrong-pass", false, true },
    { "output/wrong-fail", false, false },
    { "cd/wrong-pass", true, true },
    { "cd/wrong-fail", true, false },
};

static void run_check(const void *opaque)
{
    const Instance *i = opaque;
    const Check *c = i->row;
    SmmuShape shape = { .config = CFG_S1 };
    SmmuDma dma = { .write = !c->cd };
    unsigned fpas = smmu_fpas(smmu_world_pas(i->world));
    const char *action = c->wrong_pass ? "wrong-pass" : "wrong-fail";
    g_autofree char *json = NULL, *id = NULL;
    SmmuStream x = { 0 };
    uint64_t at, far;
    SmmuEvt event;

    begin(i->world, c->name);
    smmu_stream_new(&smmu, &x, &shape);
    smmu_stream_install(&x);
    at = c->cd ? x.cd_at : x.page + IN_PAGE;
    far = c->cd ? smmu_far(REASON_TRANSLATION, 9, at, fpas, 0) :
                  smmu_far(REASON_TRANSACTION, 0, at, fpas, 0);
    event = smmu_stream_event(&x, &dma, c->cd ? F_CD_FETCH : EV_NONE);
    event.gpcf = true;
    event.fetch = at;
    json = g_strdup_printf("{ 'site': 'smmu.gpc', 'action': '%s', 'addr': %"
                           PRIu64 " }", action, at);

    if (c->wrong_pass) {
        smmu_gpi(&smmu, at & ~0xfffull, 4096, GPI_NO_ACCESS);
        smmu_tlbi_pa_all(&smmu);
    }
    id = arm(smmu.qts, json);
    smmu_stream_access(&x, &dma, c->wrong_pass ? END_WORKS : END_ABORT);
    smmu_expect_firing(&smmu, &(SmmuFiring) { "smmu.gpc", action, at });
    disarm(smmu.qts, id);
    if (c->wrong_pass) {
        smmu_expect_event(&smmu, NULL);
        smmu_expect_far(&smmu, 0, 0);
        smmu_forget(&smmu);
        smmu_stream_access(&x, &dma, END_ABORT);
    }
    smmu_expect_event(&smmu, &event);
    smmu_expect_far(&smmu, far, 0);
    smmu_gpt_restore(&smmu);
    smmu_stream_access(&x, &dma, END_WORKS);
    smmu_expect_no_firing(&smmu);
}

/* --- the device ----------------------------------------------------------- */

static void run_rid(const void *opaque)
{
    const Instance *i = opaque;
    SmmuShape shape = { .config = CFG_S1 };
    SmmuDma dma = { 0 };
    g_autofree char *json = NULL, *id = NULL;
    SmmuStream x = { 0 };
    SmmuSte none = { .v = false };
    SmmuEvt event;

    begin(i->world, "dma.rid");
    smmu_stream_new(&smmu, &x, &shape);
    smmu_stream_install(&x);
    smmu_set_ste(&smmu, smmu.ex.rid ^ FAULT_SID, &none);
    smmu_forget(&smmu);
    json = g_strdup_printf("{ 'site': 'dma.rid', 'action': 'flip', 'mask': %u,"
                           " 'device': %u, 'nth': 2 }", FAULT_SID,
                           smmu.ex.rid);
    id = arm(smmu.qts, json);
    smmu_stream_access(&x, &dma, END_WORKS);
    smmu_expect_event(&smmu, NULL);
    smmu_stream_access(&x, &dma, END_ABORT);
    event = smmu_stream_event(&x, &dma, C_BAD_STE);
    event.sid = smmu.ex.rid ^ FAULT_SID;
    smmu_expect_event(&smmu, &event);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "dma.rid", "flip", x.va + IN_PAGE, true, true, smmu.ex.rid,
        smmu.ex.rid ^ FAULT_SID });
    smmu_stream_access(&x, &dma, END_WORKS);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

typedef struct Data {
    const char *name, *action;
    bool write;
    uint64_t mask;
    unsigned cause;
    enum { UNCHANGED, MOVED, FLIPPED } end;
} Data;

static const Data data_rows[] = {
    { "write/abort", "abort", true, 0, EXERCISER_CAUSE_ABORT, UNCHANGED },
    { "write/drop", "drop", true, 0, EXERCISER_CAUSE_NONE, UNCHANGED },
    { "write/flip", "flip", true, 0x8000000000000001, EXERCISER_CAUSE_NONE,
      FLIPPED },
    { "read/abort", "abort", false, 0, EXERCISER_CAUSE_ABORT, UNCHANGED },
    { "read/drop", "drop", false, 0, EXERCISER_CAUSE_ABORT, UNCHANGED },
    { "read/flip", "flip", false, 0x00ff00000000ff00, EXERCISER_CAUSE_NONE,
      FLIPPED },
};

static void run_data(const void *opaque)
{
    enum { LEN = 20 };
    const Instance *i = opaque;
    const Data *d = i->row;
    SmmuShape shape = { .config = CFG_S1 };
    ExerciserId self = { .sec_sid = i->world };
    uint8_t from[LEN], to[LEN], want[LEN], seen[LEN];
    g_autofree char *json = NULL, *id = NULL;
    SmmuStream x = { 0 };

    begin(i->world, d->name);
    smmu_stream_new(&smmu, &x, &shape);
    smmu_stream_install(&x);
    for (unsigned k = 0; k < LEN; k++) {
        from[k] = 0x11 + k;
        to[k] = 0xa0 + k;
    }
    json = d->mask ?
           g_strdup_printf("{ 'site': 'dma.data', 'action': 'flip',"
                           " 'mask': %" PRIu64 ", 'count': 1 }", d->mask) :
           g_strdup_printf("{ 'site': 'dma.data', 'action': '%s',"
                           " 'count': 1 }", d->action);
    id = arm(smmu.qts, json);
    for (unsigned round = 0; round < 2; round++) {
        /* The first time with the fault, the second without. */
        bool fault = round == 0;
        unsigned cause;

        qtest_memwrite(smmu.qts, x.page, d->write ? to : from, LEN);
        exerciser_fill(&smmu.ex, 0, d->write ? from : to, LEN);
        cause = exerciser_dma(&smmu.ex, &self, d->write, x.va, 0, LEN);
        if (cause != (fault ? d->cause : EXERCISER_CAUSE_NONE)) {
            smmu_fail(&smmu, "round %u ends with %u", round, cause);
        }
        for (unsigned k = 0; k < LEN; k++) {
            want[k] = fault && d->end == UNCHANGED ? to[k] : from[k];
            if (fault) {
                want[k] ^= d->mask >> (k % 8 * 8);
            }
        }
        if (d->write) {
            qtest_memread(smmu.qts, x.page, seen, LEN);
        } else {
            exerciser_fetch(&smmu.ex, 0, seen, LEN);
        }
        if (memcmp(seen, want, LEN)) {
            smmu_fail(&smmu, "round %u: the data is not as expected", round);
        }
        if (fault) {
            smmu_expect_firing(&smmu, &(SmmuFiring) {
                "dma.data", d->action, x.va });
        }
    }
    smmu_expect_event(&smmu, NULL);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

/* --- triggers ------------------------------------------------------------- */

typedef struct Trigger {
    const char *name;
    const char *json;           /* %u in it: the exerciser's Requester ID */
    unsigned fires;             /* bit per access of the four */
} Trigger;

/* Four accesses by Realm; each has its STE fetched. */
static const Trigger triggers[] = {
    { "all", "", 0xf },
    { "nth", ", 'nth': 3", 0x4 },
    { "nth-every", ", 'nth': 1, 'every': 2", 0x5 },
    { "every", ", 'every': 2", 0xa },
    { "count", ", 'count': 2", 0x3 },
    { "state", ", 'state': 'realm'", 0xf },
    { "other-state", ", 'state': 'ns'", 0 },
    { "pas", ", 'pas': 'realm'", 0xf },
    { "other-pas", ", 'pas': 'secure'", 0 },
    { "device", ", 'device': %u", 0xf },
    { "other-device", ", 'device': 65535", 0 },
    { "pe", ", 'pe': 0", 0 },
    { "pc", ", 'pc': 0", 0 },
    { "other-addr", ", 'addr': 4096", 0 },
    { "certain", ", 'probability': '1'", 0xf },
};

static void run_trigger(const void *opaque)
{
    const Trigger *t = ((const Instance *)opaque)->row;
    SmmuShape shape = { .config = CFG_S1 };
    SmmuDma dma = { 0 };
    SmmuEvt event;
    SmmuStream x = { 0 };
    g_autofree char *more = NULL, *json = NULL, *id = NULL;
    char *at_id = strstr(t->json, "%u");

    begin(W_REALM, t->name);
    smmu_stream_new(&smmu, &x, &shape);
    smmu_stream_install(&x);
    event = smmu_stream_event(&x, &dma, F_STE_FETCH);
    event.fetch = x.ste_at;
    more = at_id ? g_strdup_printf("%.*s%u", (int)(at_id - t->json), t->json,
                                   smmu.ex.rid) : g_strdup(t->json);
    json = g_strdup_printf("{ 'site': 'smmu.ste-fetch', 'action': 'abort'%s }",
                           more);
    id = arm(smmu.qts, json);
    for (unsigned n = 0; n < 4; n++) {
        bool fires = t->fires >> n & 1;

        smmu_forget(&smmu);
        smmu_stream_access(&x, &dma, fires ? END_ABORT : END_WORKS);
        smmu_expect_event(&smmu, fires ? &event : NULL);
        if (fires) {
            smmu_expect_firing(&smmu, &(SmmuFiring) {
                "smmu.ste-fetch", "abort", x.ste_at, true, false,
                smmu_peek(&smmu, x.ste_at) });
        }
    }
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

/* Every site, armed where nobody comes by and disarmed: as if never armed. */
static void run_disarmed(const void *opaque)
{
    static const char *const sites[] = {
        "smmu.l1std-fetch', 'action': 'abort", "smmu.ste-fetch', 'action':"
        " 'abort", "smmu.cd-fetch', 'action': 'abort", "smmu.walk', 'action':"
        " 'abort", "smmu.cmdq', 'action': 'drop", "smmu.tlbi', 'action':"
        " 'drop", "smmu.eventq', 'action': 'drop", "smmu.gpc', 'action':"
        " 'wrong-fail", "smmu.msi', 'action': 'drop", "dma.data', 'action':"
        " 'abort", "gpt.fetch', 'action': 'abort",
    };
    const Instance *i = opaque;
    SmmuShape shape = { .config = CFG_NESTED };
    SmmuDma dma = { 0 };
    SmmuStream x = { 0 };
    SmmuEvt event;

    begin(i->world, "disarmed");
    smmu_stream_new(&smmu, &x, &shape);
    smmu_stream_install(&x);
    for (size_t k = 0; k < ARRAY_SIZE(sites); k++) {
        g_autofree char *json = NULL, *id = NULL;

        /* While it is armed for another device: nothing happens. */
        json = g_strdup_printf("{ 'site': '%s', 'device': 65535 }", sites[k]);
        id = arm(smmu.qts, json);
        smmu_forget(&smmu);
        smmu_stream_access(&x, &dma, END_WORKS);
        disarm(smmu.qts, id);
        g_free(json);
        g_free(id);
        json = g_strdup_printf("{ 'site': '%s' }", sites[k]);
        id = arm(smmu.qts, json);
        disarm(smmu.qts, id);
        smmu_forget(&smmu);
        smmu_stream_access(&x, &dma, END_WORKS);
        dma.addr = x.va ^ STREAM_TOO_BIG;
        smmu_stream_access(&x, &dma, END_ABORT);
        event = smmu_stream_event(&x, &dma, F_TRANSLATION);
        smmu_expect_event(&smmu, &event);
        dma.addr = 0;
    }
    smmu_expect_gerror(&smmu, 0);
    smmu_expect_far(&smmu, 0, 0);
    smmu_expect_no_firing(&smmu);
}

/* -------------------------------------------------------------------------- */

static void add(const char *kind, const char *name, const void *row,
                SmmuWorld world, GTestDataFunc f)
{
    g_autofree char *path = g_strdup_printf("cca/smmu-fault/%s/%s/%s",
                                            smmu_world_name(world), kind,
                                            name);
    Instance *i = g_new(Instance, 1);

    *i = (Instance) { row, world };
    qtest_add_data_func_full(path, i, f, g_free);
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t i = 0; i < ARRAY_SIZE(fetches); i++) {
            add("fetch", fetches[i].name, &fetches[i], w, run_fetch);
        }
        add("fetch", "walk/s2-flip-address", NULL, w, run_walk_address);
        for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
            add("gpc", checks[i].name, &checks[i], w, run_check);
        }
        add("dma", "rid/flip", NULL, w, run_rid);
        for (size_t i = 0; i < ARRAY_SIZE(data_rows); i++) {
            add("dma", data_rows[i].name, &data_rows[i], w, run_data);
        }
        add("life", "disarmed", NULL, w, run_disarmed);
    }
    for (size_t i = 0; i < ARRAY_SIZE(triggers); i++) {
        add("trigger", triggers[i].name, &triggers[i], W_REALM, run_trigger);
    }
    smmu_start(&smmu, W_NS, "");
    exerciser_enable(&smmu.ex, false, true, false);
    result = g_test_run();
    smmu_quit(&smmu);
    return result;
}
