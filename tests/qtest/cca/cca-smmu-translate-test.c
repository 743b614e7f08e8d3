/*
 * Translation by the SMMU: every world, every kind of stream, every granule,
 * and each way in which a walk ends; what data moves, and the whole record.
 *
 * A row is a case for each world, for each configuration that it names and for
 * each granule; a level that a granule does not have is left out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

/* Configurations, as a set */
enum { S1 = 1 << CFG_S1, S2 = 1 << CFG_S2, N = 1 << CFG_NESTED };
/* What stage 2 was bent for */
enum { OF_DATA, OF_TABLE, OF_CD };
#define ALL (~0ull)

typedef struct Row {
    const char *name;
    unsigned configs;
    /* A descriptor: its stage (0: none), level, bits to clear and to set. */
    unsigned stage;
    int level;
    uint64_t clear, set;
    unsigned event;             /* 0: it works */
    SmmuDma dma;
    unsigned of;                /* stage 2: of which fetch */
    void (*bend)(SmmuStream *x);
    uint64_t after;             /* leaf afterwards: these bits are set ... */
    uint64_t after_clear;       /* ... and these are not */
    int leaf;                   /* level of the data's descriptor; 0: 3 */
    unsigned in_bits;           /* of the stage; 0: 48 */
} Row;

static void affd(SmmuStream *x)
{
    x->cd.affd = x->ste.s2affd = true;
}

static void ha(SmmuStream *x)
{
    x->cd.ha = x->ste.s2ha = true;
}

static void hd(SmmuStream *x)
{
    ha(x);
    x->cd.hd = x->ste.s2hd = true;
}

static void quiet(SmmuStream *x)
{
    x->cd.r = x->ste.s2r = false;
}

static void zero(SmmuStream *x)
{
    x->cd.a = false;
}

static void wxn(SmmuStream *x)
{
    x->cd.wxn = true;
}

static void pan(SmmuStream *x)
{
    x->cd.pan = true;
}

static void had(SmmuStream *x)
{
    x->cd.had0 = true;
}

static void big_endian(SmmuStream *x)
{
    x->cd.endi = x->ste.s2endi = true;
    for (unsigned stage = 0; stage < 2; stage++) {
        SmmuTable *t = stage ? &x->s2 : &x->s1;
        unsigned n = (1u << t->granule) / 8;

        for (unsigned i = 0; i < t->pages; i++) {
            for (unsigned j = 0; j < n; j++) {
                uint64_t at = t->page[i] + j * 8, v = smmu_peek(x->s, at);

                if (v) {
                    smmu_set_desc(&(SmmuTable) { .smmu = x->s,
                                                 .big_endian = true }, at, v);
                }
            }
        }
        t->big_endian = true;
    }
}

#define W   .dma = { .write = true }
#define P   .dma = { .id = { .privileged = true } }
#define PW  .dma = { .write = true, .id = { .privileged = true } }
#define I   .dma = { .id = { .instruction = true } }
#define PI  .dma = { .id = { .instruction = true, .privileged = true } }
#define APTABLE_RO      (1ull << 62)
#define APTABLE_PRIV    (1ull << 61)
#define XNTABLE         (1ull << 60)
#define PXNTABLE        (1ull << 59)

static const Row rows[] = {
    { "read", S1 | S2 | N },
    { "write", S1 | S2 | N, W },
    { "read-privileged", S1 | S2 | N, P },
    { "write-privileged", S1 | S2 | N, PW },
    { "fetch", S1 | S2 | N, 1, 3, D_USER, D_RO | D_USER, 0, I },
    { "fetch-privileged", S1 | S2 | N, 1, 3, D_USER, 0, 0, PI },

    /* Translation faults, at each level */
    { "s1-invalid-l0", S1 | N, 1, 0, ALL, 0, F_TRANSLATION },
    { "s1-invalid-l1", S1 | N, 1, 1, ALL, 0, F_TRANSLATION },
    { "s1-invalid-l2", S1 | N, 1, 2, ALL, 0, F_TRANSLATION },
    { "s1-invalid-l3", S1 | N, 1, 3, ALL, 0, F_TRANSLATION },
    { "s1-invalid-l3-write", S1 | N, 1, 3, ALL, 0, F_TRANSLATION, W },
    { "s1-block-at-l3", S1 | N, 1, 3, 2, 0, F_TRANSLATION },
    { "s2-invalid-l0", S2 | N, 2, 0, ALL, 0, F_TRANSLATION },
    { "s2-invalid-l1", S2 | N, 2, 1, ALL, 0, F_TRANSLATION },
    { "s2-invalid-l2", S2 | N, 2, 2, ALL, 0, F_TRANSLATION },
    { "s2-invalid-l3", S2 | N, 2, 3, ALL, 0, F_TRANSLATION },
    { "s2-invalid-l3-write", S2 | N, 2, 3, ALL, 0, F_TRANSLATION, W },
    { "s2-block-at-l3", S2 | N, 2, 3, 2, 0, F_TRANSLATION },
    { "tt-invalid-l3", N, 2, 3, ALL, 0, F_TRANSLATION, .of = OF_TABLE },
    { "tt-invalid-l3-write", N, 2, 3, ALL, 0, F_TRANSLATION, W,
      .of = OF_TABLE },
    { "cd-invalid-l3", N, 2, 3, ALL, 0, F_TRANSLATION, .of = OF_CD },
    { "s1-range", S1 | N, .event = F_TRANSLATION,
      .dma = { .xor = 1ull << 48 } },
    { "s1-range-top", S1 | N, .event = F_TRANSLATION,
      .dma = { .xor = 1ull << 63 } },
    { "s1-other-half", S1 | N, .event = F_TRANSLATION,
      .dma = { .xor = 0xffffull << 48 } },
    { "s2-range", S2, .event = F_TRANSLATION, .dma = { .xor = 1ull << 48 } },

    /* Address size faults */
    { "s1-too-big-l0", S1 | N, 1, 0, 0, STREAM_TOO_BIG, F_ADDR_SIZE },
    { "s1-too-big-l1", S1 | N, 1, 1, 0, STREAM_TOO_BIG, F_ADDR_SIZE },
    { "s1-too-big-l2", S1 | N, 1, 2, 0, STREAM_TOO_BIG, F_ADDR_SIZE },
    { "s1-too-big-l3", S1 | N, 1, 3, 0, STREAM_TOO_BIG, F_ADDR_SIZE },
    { "s1-too-big-l3-write", S1 | N, 1, 3, 0, STREAM_TOO_BIG, F_ADDR_SIZE,
      W },
    { "s2-too-big-l0", S2 | N, 2, 0, 0, STREAM_TOO_BIG, F_ADDR_SIZE },
    { "s2-too-big-l1", S2 | N, 2, 1, 0, STREAM_TOO_BIG, F_ADDR_SIZE },
    { "s2-too-big-l2", S2 | N, 2, 2, 0, STREAM_TOO_BIG, F_ADDR_SIZE },
    { "s2-too-big-l3", S2 | N, 2, 3, 0, STREAM_TOO_BIG, F_ADDR_SIZE },
    { "tt-too-big-l3", N, 2, 3, 0, STREAM_TOO_BIG, F_ADDR_SIZE,
      .of = OF_TABLE },
    { "cd-too-big-l3", N, 2, 3, 0, STREAM_TOO_BIG, F_ADDR_SIZE, .of = OF_CD },

    /* Access flag */
    { "s1-no-af", S1 | N, 1, 3, D_AF, 0, F_ACCESS },
    { "s1-no-af-write", S1 | N, 1, 3, D_AF, 0, F_ACCESS, W },
    { "s1-no-af-affd", S1 | N, 1, 3, D_AF, 0, 0, .bend = affd,
      .after_clear = D_AF },
    { "s1-no-af-ha", S1 | N, 1, 3, D_AF, 0, 0, .bend = ha, .after = D_AF },
    { "s1-no-af-ha-write", S1 | N, 1, 3, D_AF, 0, 0, W, .bend = ha,
      .after = D_AF },
    { "s1-no-af-no-permission", S1 | N, 1, 3, D_AF, D_RO, F_ACCESS, W },
    { "s2-no-af", S2 | N, 2, 3, D_AF, 0, F_ACCESS },
    { "s2-no-af-write", S2 | N, 2, 3, D_AF, 0, F_ACCESS, W },
    { "s2-no-af-affd", S2 | N, 2, 3, D_AF, 0, 0, .bend = affd,
      .after_clear = D_AF },
    { "s2-no-af-ha", S2 | N, 2, 3, D_AF, 0, 0, .bend = ha, .after = D_AF },
    { "s2-no-af-ha-write", S2 | N, 2, 3, D_AF, 0, 0, W, .bend = ha,
      .after = D_AF },
    { "tt-no-af", N, 2, 3, D_AF, 0, F_ACCESS, .of = OF_TABLE },
    { "tt-no-af-ha", N, 2, 3, D_AF, 0, 0, .of = OF_TABLE, .bend = ha,
      .after = D_AF },
    { "cd-no-af", N, 2, 3, D_AF, 0, F_ACCESS, .of = OF_CD },
    { "cd-no-af-ha", N, 2, 3, D_AF, 0, 0, .of = OF_CD, .bend = ha,
      .after = D_AF },

    /* Permissions, and dirty state */
    { "s1-ro-read", S1 | N, 1, 3, 0, D_RO },
    { "s1-ro-write", S1 | N, 1, 3, 0, D_RO, F_PERMISSION, W },
    { "s1-ro-write-privileged", S1 | N, 1, 3, 0, D_RO, F_PERMISSION, PW },
    { "s1-no-user", S1 | N, 1, 3, D_USER, 0, F_PERMISSION },
    { "s1-no-user-write", S1 | N, 1, 3, D_USER, 0, F_PERMISSION, W },
    { "s1-no-user-privileged", S1 | N, 1, 3, D_USER, 0, 0, PW },
    { "s1-xn", S1 | N, 1, 3, 0, D_XN, F_PERMISSION, I },
    { "s1-xn-read", S1 | N, 1, 3, 0, D_XN },
    { "s1-xn-privileged", S1 | N, 1, 3, 0, D_XN | D_RO, 0, PI },
    { "s1-pxn", S1 | N, 1, 3, D_USER, D_PXN, F_PERMISSION, PI },
    { "s1-writable-by-user-pxn", S1 | N, .event = F_PERMISSION, PI },
    { "s1-wxn", S1 | N, .event = F_PERMISSION, I, .bend = wxn },
    { "s1-wxn-ro", S1 | N, 1, 3, 0, D_RO, 0, I, .bend = wxn },
    { "s1-pan", S1 | N, .event = F_PERMISSION, P, .bend = pan },
    { "s1-pan-no-user", S1 | N, 1, 3, D_USER, 0, 0, P, .bend = pan },
    { "s1-aptable-ro", S1 | N, 1, 2, 0, APTABLE_RO, F_PERMISSION, W },
    { "s1-aptable-ro-read", S1 | N, 1, 2, 0, APTABLE_RO },
    { "s1-aptable-privileged", S1 | N, 1, 2, 0, APTABLE_PRIV, F_PERMISSION },
    { "s1-xntable", S1 | N, 1, 2, 0, XNTABLE, F_PERMISSION, I },
    { "s1-had", S1 | N, 1, 2, 0, APTABLE_RO | APTABLE_PRIV | XNTABLE, 0, W,
      .bend = had },
    { "s1-dirty-write", S1 | N, 1, 3, 0, D_RO | D_DBM, 0, W, .bend = hd,
      .after_clear = D_RO },
    { "s1-dirty-read", S1 | N, 1, 3, 0, D_RO | D_DBM, 0, .bend = hd,
      .after = D_RO },
    { "s1-dirty-no-dbm", S1 | N, 1, 3, 0, D_RO, F_PERMISSION, W, .bend = hd },
    { "s1-dirty-no-hd", S1 | N, 1, 3, 0, D_RO | D_DBM, F_PERMISSION, W,
      .bend = ha },
    { "s2-ro-read", S2 | N, 2, 3, D_S2AP_W, 0 },
    { "s2-ro-write", S2 | N, 2, 3, D_S2AP_W, 0, F_PERMISSION, W },
    { "s2-wo-read", S2 | N, 2, 3, D_S2AP_R, 0, F_PERMISSION },
    { "s2-wo-write", S2 | N, 2, 3, D_S2AP_R, 0, 0, W },
    { "s2-xn", S2 | N, 2, 3, 0, D_XN, F_PERMISSION, I },
    { "s2-xn-read", S2 | N, 2, 3, 0, D_XN },
    { "s2-pxn-user", S2 | N, 2, 3, 0, D_PXN, 0, I },
    { "s2-pxn-xn-user", S2 | N, 2, 3, 0, D_PXN | D_XN, F_PERMISSION, I },
    { "s2-dirty-write", S2 | N, 2, 3, D_S2AP_W, D_DBM, 0, W, .bend = hd,
      .after = D_S2AP_W },
    { "s2-dirty-read", S2 | N, 2, 3, D_S2AP_W, D_DBM, 0, .bend = hd,
      .after_clear = D_S2AP_W },
    { "s2-dirty-no-dbm", S2 | N, 2, 3, D_S2AP_W, 0, F_PERMISSION, W,
      .bend = hd },
    { "tt-no-read", N, 2, 3, D_S2AP_R, 0, F_PERMISSION, .of = OF_TABLE },
    { "tt-no-read-write", N, 2, 3, D_S2AP_R, 0, F_PERMISSION, W,
      .of = OF_TABLE },
    { "tt-read-only", N, 2, 3, D_S2AP_W, 0, 0, W, .of = OF_TABLE },
    { "tt-xn", N, 2, 3, 0, D_XN, 0, I, .of = OF_TABLE },
    { "cd-no-read", N, 2, 3, D_S2AP_R, 0, F_PERMISSION, .of = OF_CD },
    { "cd-read-only", N, 2, 3, D_S2AP_W, 0, 0, W, .of = OF_CD },

    /* What is done about a fault */
    { "s1-unrecorded", S1 | N, 1, 3, ALL, 0, F_TRANSLATION, .bend = quiet },
    { "s2-unrecorded", S2 | N, 2, 3, ALL, 0, F_TRANSLATION, .bend = quiet },
    { "s1-raz", S1 | N, 1, 3, ALL, 0, F_TRANSLATION, .bend = zero },
    { "s1-wi", S1 | N, 1, 3, 0, D_RO, F_PERMISSION, W, .bend = zero },

    /* Shapes */
    { "s1-block-l2", S1, 1, 2, .leaf = 2 },
    { "s1-block-l2-write", S1, 1, 2, .leaf = 2, W },
    { "s1-block-l2-ro", S1, 1, 2, 0, D_RO, F_PERMISSION, W, .leaf = 2 },
    { "s2-block-l2", S2, 2, 2, .leaf = 2 },
    { "s2-block-l2-ro", S2, 2, 2, D_S2AP_W, 0, F_PERMISSION, W, .leaf = 2 },
    { "s1-39-bits", S1 | N, 1, 3, .in_bits = 39 },
    { "s1-39-bits-range", S1 | N, .stage = 1, .level = 3, .in_bits = 39,
      .event = F_TRANSLATION, .dma = { .xor = 1ull << 39 } },
    { "s1-32-bits", S1 | N, 1, 3, .in_bits = 32 },
    { "s2-40-bits", S2 | N, 2, 3, .in_bits = 40 },
    { "s2-40-bits-range", S2, .stage = 2, .level = 3, .in_bits = 40,
      .event = F_TRANSLATION, .dma = { .xor = 1ull << 40 } },
    { "s2-32-bits", S2 | N, 2, 3, .in_bits = 32 },
    { "big-endian", S1 | S2 | N, .bend = big_endian },
};

/* --- running -------------------------------------------------------------- */

typedef struct Instance {
    const Row *row;
    SmmuWorld world;
    unsigned config, g1, g2;
} Instance;

static Smmu smmu;

/* The descriptor that is bent, and which fault there is about what. */
static uint64_t target(const SmmuStream *x, const Row *r, uint64_t *ipa,
                       unsigned *class_)
{
    uint64_t at;

    *ipa = 0;
    *class_ = CLASS_IN;
    if (r->stage == 1) {
        return smmu_entry(&x->s1, x->va & ((1ull << x->s1.in_bits) - 1),
                          r->level);
    }
    *ipa = x->ipa + IN_PAGE;
    if (r->of == OF_TABLE) {
        at = smmu_entry(&x->s1, x->va, x->s1.start);
        *ipa = at + x->offset;
        *class_ = CLASS_TT;
    } else if (r->of == OF_CD) {
        *ipa = x->cd_at + x->offset;
        *class_ = CLASS_CD;
    }
    return smmu_entry(&x->s2, *ipa, r->level);
}

static void check_after(const SmmuStream *x, const Row *r, uint64_t at)
{
    const SmmuTable *t = r->stage == 1 ? &x->s1 : &x->s2;
    uint64_t desc = smmu_desc(t, at);

    if ((desc & r->after) != r->after || (desc & r->after_clear)) {
        smmu_fail(&smmu, "the descriptor is 0x%" PRIx64, desc);
    }
}

static void run(const void *opaque)
{
    const Instance *i = opaque;
    const Row *r = i->row;
    SmmuShape shape = {
        .config = i->config, .g1 = i->g1, .g2 = i->g2,
        .in1 = r->stage == 1 ? r->in_bits : 0,
        .in2 = r->stage == 2 ? r->in_bits : 0,
        .leaf1 = r->stage == 1 ? r->leaf : 0,
        .leaf2 = r->stage == 2 ? r->leaf : 0,
    };
    SmmuStream x = { 0 };
    SmmuEvt event;
    uint64_t at = 0, ipa = 0;
    unsigned class_ = CLASS_IN;
    SmmuEnd end = r->event ? END_ABORT : END_WORKS;

    if (smmu.world != i->world) {
        smmu_switch(&smmu, i->world);
    }
    smmu.what = r->name;
    smmu_reset(&smmu);
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, &shape);
    if (r->bend) {
        r->bend(&x);
    }
    if (r->stage == 1 ? x.has_s1 : r->stage == 2) {
        SmmuTable *t = r->stage == 1 ? &x.s1 : &x.s2;

        at = target(&x, r, &ipa, &class_);
        smmu_set_desc(t, at, (smmu_desc(t, at) & ~r->clear) | r->set);
    }
    if (r->bend == zero) {
        end = END_ZERO;
    }
    smmu_stream_install(&x);
    smmu_stream_access(&x, &r->dma, end);

    event = smmu_stream_event(&x, &r->dma, r->bend == quiet ? EV_NONE :
                                                              r->event);
    event.class_ = class_;
    /* A range has no descriptor: the only stage that there is has failed. */
    event.s2 = r->stage == 2 || i->config == CFG_S2;
    if (event.s2) {
        event.ipa = r->dma.xor ? (x.va + IN_PAGE) ^ r->dma.xor : ipa;
    }
    event.ttrnw = true;
    smmu_expect_event(&smmu, &event);
    smmu_expect_far(&smmu, 0, 0);
    if (at) {
        check_after(&x, r, at);
    }
}

static bool has_level(const Row *r, unsigned g1, unsigned g2)
{
    unsigned in_bits = r->in_bits ?: 48;
    int start = r->stage == 2 ? smmu_s1_start(g2, in_bits) :
                                smmu_s1_start(g1, in_bits);

    /* Stage 2 of 16KB begins at level 1 with two tables. */
    if (r->stage == 2 && g2 == 14 && start == 0) {
        start = 1;
    }
    return r->stage == 0 || r->level >= start;
}

static void add(const Row *r, SmmuWorld world, unsigned config, unsigned g)
{
    static const char *const names[] = {
        [CFG_S1] = "s1", [CFG_S2] = "s2", [CFG_NESTED] = "nested",
    };
    /* Stages of different granules. */
    unsigned g2 = config == CFG_S2 ? g : g == 12 ? 14 : g == 14 ? 16 : 12;
    Instance *i;
    char *path;

    if (!has_level(r, g, g2)) {
        return;
    }
    i = g_new(Instance, 1);
    *i = (Instance) { r, world, config, g, g2 };
    path = g_strdup_printf("cca/smmu-translate/%s/%s/%uk/%s",
                           smmu_world_name(world), names[config],
                           1u << (g - 10), r->name);
    qtest_add_data_func_full(path, i, run, g_free);
    g_free(path);
}

int main(int argc, char **argv)
{
    static const unsigned configs[] = { CFG_S1, CFG_S2, CFG_NESTED };
    static const unsigned granules[] = { 12, 14, 16 };
    int result;

    g_test_init(&argc, &argv, NULL);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t c = 0; c < ARRAY_SIZE(configs); c++) {
            for (size_t g = 0; g < ARRAY_SIZE(granules); g++) {
                for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                    if (rows[i].configs >> configs[c] & 1) {
                        add(&rows[i], w, configs[c], granules[g]);
                    }
                }
            }
        }
    }
    smmu_start(&smmu, W_NS, "");
    result = g_test_run();
    smmu_quit(&smmu);
    return result;
}
