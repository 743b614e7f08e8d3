/*
 * Granule protection of everything that the SMMU does: each fetch, each queue,
 * each MSI and each client access, with its granule in a wrong PAS.
 *
 * A row is a case for each world that it names and each GPI that is wrong for
 * that world.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

enum { NS = 1 << W_NS, SEC = 1 << W_SECURE, RLM = 1 << W_REALM,
       ANY_WORLD = NS | SEC | RLM };
enum { SSID = 3, SID_OF_NOBODY = 0x77 };

/* --- fetches and outputs -------------------------------------------------- */

typedef enum Target {
    T_L1STD, T_STE, T_L1CD, T_CD, T_S1, T_S2_DATA, T_S2_ONLY, T_S1_ONLY,
    T_OUTPUT, T_OUTPUT_WRITE, T_OUTPUT_BYPASS, T_OUTPUT_S1, T_OUTPUT_S2,
} Target;

typedef struct Row {
    const char *name;
    Target target;
    int level;
    unsigned event, code;       /* FAULTCODE; event 0: the output */
    bool s2;
    unsigned class_;
} Row;

static const Row rows[] = {
    { "l1std", T_L1STD, 0, F_STE_FETCH, 0x03 },
    { "ste", T_STE, 0, F_STE_FETCH, 0x03 },
    { "l1cd", T_L1CD, 0, F_CD_FETCH, 0x09 },
    { "cd", T_CD, 0, F_CD_FETCH, 0x09 },
    { "nested-s1-l0", T_S1, 0, F_WALK_EABT, 0x0b, false, CLASS_TT },
    { "nested-s1-l1", T_S1, 1, F_WALK_EABT, 0x0b, false, CLASS_TT },
    { "nested-s1-l2", T_S1, 2, F_WALK_EABT, 0x0b, false, CLASS_TT },
    { "nested-s1-l3", T_S1, 3, F_WALK_EABT, 0x0b, false, CLASS_TT },
    { "nested-s2-l0", T_S2_DATA, 0, F_WALK_EABT, 0x0b, true, CLASS_CD },
    { "nested-s2-l1", T_S2_DATA, 1, F_WALK_EABT, 0x0b, true, CLASS_IN },
    { "nested-s2-l2", T_S2_DATA, 2, F_WALK_EABT, 0x0b, true, CLASS_IN },
    { "nested-s2-l3", T_S2_DATA, 3, F_WALK_EABT, 0x0b, true, CLASS_IN },
    { "s1-l0", T_S1_ONLY, 0, F_WALK_EABT, 0x0b, false, CLASS_TT },
    { "s1-l1", T_S1_ONLY, 1, F_WALK_EABT, 0x0b, false, CLASS_TT },
    { "s1-l2", T_S1_ONLY, 2, F_WALK_EABT, 0x0b, false, CLASS_TT },
    { "s1-l3", T_S1_ONLY, 3, F_WALK_EABT, 0x0b, false, CLASS_TT },
    { "s2-l0", T_S2_ONLY, 0, F_WALK_EABT, 0x0b, true, CLASS_IN },
    { "s2-l1", T_S2_ONLY, 1, F_WALK_EABT, 0x0b, true, CLASS_IN },
    { "s2-l2", T_S2_ONLY, 2, F_WALK_EABT, 0x0b, true, CLASS_IN },
    { "s2-l3", T_S2_ONLY, 3, F_WALK_EABT, 0x0b, true, CLASS_IN },
    { "output-read", T_OUTPUT },
    { "output-write", T_OUTPUT_WRITE },
    { "output-bypass", T_OUTPUT_BYPASS },
    { "output-s1", T_OUTPUT_S1 },
    { "output-s2", T_OUTPUT_S2 },
};

static const unsigned gpis[] = { GPI_NO_ACCESS, GPI_SECURE, GPI_NS, GPI_ROOT,
                                 GPI_REALM };

static const char *gpi_name(unsigned gpi)
{
    return gpi == GPI_NO_ACCESS ? "none" : gpi == GPI_SECURE ? "secure" :
           gpi == GPI_NS ? "ns" : gpi == GPI_ROOT ? "root" : "realm";
}

typedef struct Instance {
    const void *row;
    SmmuWorld world;
    unsigned gpi;
} Instance;

static Smmu smmu;

static unsigned config_of(Target target)
{
    switch (target) {
    case T_S1_ONLY:
    case T_OUTPUT_S1:
        return CFG_S1;
    case T_S2_ONLY:
    case T_OUTPUT_S2:
        return CFG_S2;
    case T_OUTPUT_BYPASS:
        return CFG_BYPASS;
    default:
        return CFG_NESTED;
    }
}

/* Where the access goes wrong: the address of the structure. */
static uint64_t place(const SmmuStream *x, const Row *r)
{
    switch (r->target) {
    case T_L1STD:
        return x->s->strtab + (x->sid >> x->s->config.split) * 8ull;
    case T_STE:
        return x->ste_at;
    case T_L1CD:
        return x->l1cd;
    case T_CD:
        return x->cd_at;
    case T_S1:
    case T_S1_ONLY:
        return smmu_entry(&x->s1, x->va, r->level);
    case T_S2_DATA:
        /* The root is that of the CD, too, which comes first. */
        return smmu_entry(&x->s2, r->level ? x->ipa : x->cdtab + x->offset,
                          r->level);
    case T_S2_ONLY:
        return smmu_entry(&x->s2, x->ipa, r->level);
    default:
        return x->page + IN_PAGE;
    }
}

static void begin(const Instance *i, const char *name)
{
    static const SmmuConfig config = {
        .two_level = true, .log2size = 16, .split = 8, .cmdq_log2 = 6,
        .eventq_log2 = 6, .priq_log2 = 4,
    };

    if (smmu.world != i->world) {
        smmu_switch(&smmu, i->world);
    }
    smmu.what = name;
    smmu_reset(&smmu);
    smmu_configure(&smmu, &config);
}

static void run(const void *opaque)
{
    const Instance *i = opaque;
    const Row *r = i->row;
    unsigned config = config_of(r->target);
    bool s1 = (config & 5) == 5;
    SmmuDma dma = {
        .write = r->target == T_OUTPUT_WRITE,
        .id = { .pasid_valid = s1, .pasid = s1 ? SSID : 0 },
    };
    SmmuShape shape = { .config = config, .cdmax = 8, .cdfmt = 1 };
    SmmuStream x = { .ssid = SSID };
    unsigned fpas = smmu_fpas(smmu_world_pas(i->world));
    uint64_t at, far;
    SmmuEvt event;

    begin(i, r->name);
    smmu_stream_new(&smmu, &x, &shape);
    smmu_stream_install(&x);
    smmu_stream_access(&x, &dma, END_WORKS);
    smmu_forget(&smmu);

    at = place(&x, r);
    smmu_gpi(&smmu, at & ~0xfffull, 4096, i->gpi);
    smmu_tlbi_pa_all(&smmu);
    event = smmu_stream_event(&x, &dma, r->event);
    event.gpcf = true;
    event.s2 = r->s2;
    event.class_ = r->class_;
    event.fetch = at;
    far = r->event ? smmu_far(REASON_TRANSLATION, r->code, at, fpas, 0) :
                     smmu_far(REASON_TRANSACTION, 0, at, fpas, 0);
    smmu_stream_access(&x, &dma, END_ABORT);
    smmu_expect_event(&smmu, &event);
    smmu_expect_far(&smmu, far, 0);
    smmu_expect_gerror(&smmu, 0);

    /* As it was, all works again. */
    smmu_gpt_restore(&smmu);
    smmu_stream_access(&x, &dma, END_WORKS);
    smmu_expect_event(&smmu, NULL);
    smmu_expect_far(&smmu, 0, 0);
}

/* --- queues and MSIs ------------------------------------------------------ */

typedef enum Own {
    O_CMDQ, O_EVENTQ, O_PRIQ, O_MSI_CMDQ, O_MSI_EVENTQ, O_MSI_PRIQ,
    O_MSI_GERROR,
} Own;

typedef struct OwnRow {
    const char *name;
    unsigned worlds;
    Own own;
    uint32_t gerror;
    unsigned code;
} OwnRow;

/* Secure has no PRI, and in the reference profile no MSIs. */
static const OwnRow own_rows[] = {
    { "cmdq", ANY_WORLD, O_CMDQ, GERROR_CMDQ, 0x00 },
    { "eventq", ANY_WORLD, O_EVENTQ, GERROR_EVENTQ_ABT, 0x02 },
    { "priq", NS | RLM, O_PRIQ, GERROR_PRIQ_ABT, 0x03 },
    { "msi-cmd-sync", NS | RLM, O_MSI_CMDQ, GERROR_MSI_CMDQ, 0x04 },
    { "msi-eventq", NS | RLM, O_MSI_EVENTQ, GERROR_MSI_EVENTQ, 0x05 },
    { "msi-priq", NS | RLM, O_MSI_PRIQ, GERROR_MSI_PRIQ, 0x06 },
    { "msi-gerror", NS | RLM, O_MSI_GERROR, GERROR_CMDQ | GERROR_MSI_GERROR,
      0x07 },
};

enum { MSI_DATA = 0x600dcafe, CMD_SYNC_OP = 0x46, CS_IRQ = 1 << 12 };

/* Have the SMMU use what the row is about; @page is for MSIs. */
static void provoke(Own own, uint64_t page)
{
    ExerciserId stranger = {
        .sec_sid = smmu.world, .forge = true, .rid = SID_OF_NOBODY,
    };
    ExerciserId self = { .sec_sid = smmu.world };

    switch (own) {
    case O_CMDQ:
    case O_MSI_GERROR:
        /* An illegal opcode, if it gets that far. */
        smmu_cmd(&smmu, 0xff, 0);
        smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
        break;
    case O_EVENTQ:
    case O_MSI_EVENTQ:
        g_assert_cmpuint(exerciser_dma(&smmu.ex, &stranger, false,
                                       page, 0, 8), ==,
                         EXERCISER_CAUSE_ABORT);
        break;
    case O_PRIQ:
    case O_MSI_PRIQ:
        exerciser_enable(&smmu.ex, true, true, true);
        exerciser_page_request(&smmu.ex, &self, 0x1000, PRICTL_READ |
                               PRICTL_LAST, 1);
        exerciser_enable(&smmu.ex, false, true, false);
        break;
    case O_MSI_CMDQ:
        smmu_cmd(&smmu, CMD_SYNC_OP | CS_IRQ | (uint64_t)MSI_DATA << 32, page);
        smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
        break;
    }
}

/* Interrupts of @own as MSIs to @page; page 0: none. */
static void set_msi(Own own, uint64_t page)
{
    static const struct { unsigned cfg0, cfg1, enable; } regs[] = {
        [O_MSI_EVENTQ] = { R_EVENTQ_IRQ_CFG0, R_EVENTQ_IRQ_CFG1, IRQ_EVENTQ },
        [O_MSI_PRIQ] = { R_PRIQ_IRQ_CFG0, R_PRIQ_IRQ_CFG1, IRQ_PRIQ },
        [O_MSI_GERROR] = { R_GERROR_IRQ_CFG0, R_GERROR_IRQ_CFG1, IRQ_GERROR },
    };

    if (own != O_MSI_EVENTQ && own != O_MSI_PRIQ && own != O_MSI_GERROR) {
        return;
    }
    smmu_write(&smmu, R_IRQ_CTRL, 0);
    smmu_write64(&smmu, regs[own].cfg0, page);
    smmu_write(&smmu, regs[own].cfg1, MSI_DATA);
    smmu_write(&smmu, R_IRQ_CTRL, page ? regs[own].enable : 0);
}

static uint64_t own_place(Own own, uint64_t page)
{
    return own == O_CMDQ ? smmu.cmdq : own == O_EVENTQ ? smmu.eventq :
           own == O_PRIQ ? smmu.priq : page;
}

static void run_own(const void *opaque)
{
    const Instance *i = opaque;
    const OwnRow *r = i->row;
    unsigned fpas = smmu_fpas(smmu_world_pas(i->world));
    bool msi = r->own >= O_MSI_CMDQ;
    uint64_t page, at;
    bool passes = i->gpi == smmu_world_gpi(i->world);
    uint32_t gerror = passes ? r->own == O_CMDQ || r->own == O_MSI_GERROR ?
                               GERROR_CMDQ : 0 : r->gerror;

    begin(i, r->name);
    page = smmu_alloc(&smmu, 4096);
    at = own_place(r->own, page);
    set_msi(r->own, page);
    smmu_gpi(&smmu, at, 4096, i->gpi);
    smmu_tlbi_pa_all(&smmu);
    provoke(r->own, page);
    smmu_expect_gerror(&smmu, gerror);
    if (passes) {
        smmu_expect_far(&smmu, 0, 0);
    } else {
        smmu_expect_far(&smmu, smmu_far(REASON_GERROR, r->code, at, fpas, 0),
                        0);
    }
    if (qtest_readl(smmu.qts, page) != (msi && passes ? MSI_DATA : 0)) {
        smmu_fail(&smmu, "memory has 0x%x", qtest_readl(smmu.qts, page));
    }
    if (r->own == O_CMDQ) {
        unsigned error = smmu_read(&smmu, R_CMDQ_CONS) >> 24 & 0x7f;

        if (error != (passes ? CERROR_ILL : CERROR_ABT)) {
            smmu_fail(&smmu, "CMDQ_CONS.ERR is %u", error);
        }
    }
    set_msi(r->own, 0);
    smmu_gpt_restore(&smmu);
    smmu_disable(&smmu);
}

/* -------------------------------------------------------------------------- */

static void add(const char *kind, const char *name, const void *row,
                SmmuWorld world, unsigned gpi, GTestDataFunc f)
{
    g_autofree char *path = g_strdup_printf("cca/smmu-gpc/%s/%s/%s/gpi-%s",
                                            smmu_world_name(world), kind,
                                            name, gpi_name(gpi));
    Instance *i = g_new(Instance, 1);

    *i = (Instance) { row, world, gpi };
    qtest_add_data_func_full(path, i, f, g_free);
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t g = 0; g < ARRAY_SIZE(gpis); g++) {
            for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                if (gpis[g] != smmu_world_gpi(w)) {
                    add("fetch", rows[i].name, &rows[i], w, gpis[g], run);
                }
            }
            for (size_t i = 0; i < ARRAY_SIZE(own_rows); i++) {
                if (own_rows[i].worlds >> w & 1) {
                    add("own", own_rows[i].name, &own_rows[i], w, gpis[g],
                        run_own);
                }
            }
        }
    }
    smmu_start(&smmu, W_NS, "");
    exerciser_enable(&smmu.ex, false, true, false);
    result = g_test_run();
    smmu_quit(&smmu);
    return result;
}
