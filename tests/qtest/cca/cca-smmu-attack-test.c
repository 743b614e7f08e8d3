/*
 * What a hypervisor, or a device that it controls, tries on the SMMU to reach
 * what belongs to another world: registers of other pages, structures in
 * memory, streams with the same number, forged Requester IDs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

static Smmu smmu;

/* --- attackers ------------------------------------------------------------ */

/* Software of a world, or a device's stream of it that is not translated. */
typedef struct Attacker {
    const char *name;
    SmmuWorld world;
    bool dma, translated;
} Attacker;

static const Attacker attackers[] = {
    { "pe-ns", W_NS }, { "pe-secure", W_SECURE }, { "pe-realm", W_REALM },
    { "dma-ns", W_NS, true }, { "dma-secure", W_SECURE, true },
    { "dma-realm", W_REALM, true },
    { "dma-ns-translated", W_NS, true, true },
};

/* Let the attacker's stream reach all that granule protection lets it. */
static void prepare(const Attacker *a)
{
    SmmuStream x = { 0 };

    if (!a->dma) {
        return;
    }
    if (smmu.world != a->world) {
        smmu_switch(&smmu, a->world);
    }
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_BYPASS });
    smmu_stream_install(&x);
}

static ExerciserId identity(const Attacker *a)
{
    return (ExerciserId) { .sec_sid = a->world, .translated = a->translated };
}

/* Store; true: it was not refused. */
static bool attack_store(const Attacker *a, uint64_t at, uint32_t value)
{
    ExerciserId id = identity(a);

    if (a->dma) {
        qtest_writel(smmu.qts, smmu.ex.ram, value);
        return exerciser_dma(&smmu.ex, &id, true, at, 0, 4) ==
               EXERCISER_CAUSE_NONE;
    }
    return guest_do(smmu.qts, (GuestRequest) {
        .command = MAILBOX_WRITE, .address = at, .size = 4,
        .pas = smmu_world_pas(a->world), .value = value,
    }).took_el == 0;
}

static bool attack_load(const Attacker *a, uint64_t at, uint32_t *value)
{
    ExerciserId id = identity(a);
    GuestAnswer answer;

    if (a->dma) {
        bool ok;

        qtest_writel(smmu.qts, smmu.ex.ram, 0);
        ok = exerciser_dma(&smmu.ex, &id, false, at, 0, 4) ==
             EXERCISER_CAUSE_NONE;
        *value = qtest_readl(smmu.qts, smmu.ex.ram);
        return ok;
    }
    answer = guest_do(smmu.qts, (GuestRequest) {
        .command = MAILBOX_READ, .address = at, .size = 4,
        .pas = smmu_world_pas(a->world),
    });
    *value = answer.result;
    return answer.took_el == 0;
}

/* --- registers ------------------------------------------------------------ */

enum { OF_ROOT = W__COUNT };

typedef struct Poke {
    const char *name;
    uint32_t offset;            /* from the SMMU's base */
    unsigned owner;             /* SmmuWorld, or OF_ROOT */
    uint32_t before, attempt;   /* what Root writes, what the attacker does */
} Poke;

#define S(reg)  (SECURE_REGS + (reg))
#define R(reg)  (PAGE_REALM + (reg))
#define ROOT(r) (PAGE_ROOT + (r))

static const Poke pokes[] = {
    { "s-idr1", S(R_IDR1), W_SECURE, 0, ~0u },
    { "s-cr0", S(R_CR0), W_SECURE, CR0_SIF, 0 },
    { "s-cr2", S(R_CR2), W_SECURE, CR2_RECINVSID, 0 },
    { "s-gbpa", S(R_GBPA), W_SECURE, R_GBPA_UPDATE | GBPA_ABORT,
      R_GBPA_UPDATE | GBPA_NSCFG_NS },
    { "s-irq-ctrl", S(R_IRQ_CTRL), W_SECURE, IRQ_GERROR, 0 },
    { "s-strtab-base", S(R_STRTAB_BASE), W_SECURE, 0x84000000, 0x80000000 },
    { "s-strtab-base-cfg", S(R_STRTAB_BASE_CFG), W_SECURE, 8, 0x10006 },
    { "s-cmdq-base", S(R_CMDQ_BASE), W_SECURE, 0x84000006, 0x80000004 },
    { "s-cmdq-prod", S(R_CMDQ_PROD), W_SECURE, 1, 0 },
    { "s-eventq-base", S(R_EVENTQ_BASE), W_SECURE, 0x84000006, 0x80000004 },
    { "s-eventq-cons", S(R_EVENTQ_CONS), W_SECURE, 1, 0 },
    { "r-idr0", R(R_IDR0), W_REALM, 0, ~0u },
    { "r-cr0", R(R_CR0), W_REALM, CR0_EVENTQEN, CR0_SMMUEN },
    { "r-cr1", R(R_CR1), W_REALM, 0xd75, 0 },
    { "r-cr2", R(R_CR2), W_REALM, CR2_RECINVSID, 0 },
    { "r-irq-ctrl", R(R_IRQ_CTRL), W_REALM, IRQ_GERROR, 0 },
    { "r-strtab-base", R(R_STRTAB_BASE), W_REALM, 0x88000000, 0x80000000 },
    { "r-strtab-base-cfg", R(R_STRTAB_BASE_CFG), W_REALM, 8, 0x10006 },
    { "r-cmdq-base", R(R_CMDQ_BASE), W_REALM, 0x88000006, 0x80000004 },
    { "r-cmdq-prod", R(R_CMDQ_PROD), W_REALM, 1, 0 },
    { "r-cmdq-cons", R(R_CMDQ_CONS), W_REALM, 1, 0 },
    { "r-eventq-prod", R(PAGE_1 + R_EVENTQ_PROD), W_REALM, 1, 0 },
    { "r-eventq-cons", R(PAGE_1 + R_EVENTQ_CONS), W_REALM, 1, 0 },
    { "r-priq-cons", R(PAGE_1 + R_PRIQ_CONS), W_REALM, 1, 0 },
    { "r-gmecid", R(R_GMECID), W_REALM, 3, 0 },
    { "root-idr0", ROOT(ROOT_IDR0), OF_ROOT, 0, ~0u },
    { "root-cr0", ROOT(ROOT_CR0), OF_ROOT,
      ROOT_CR0_GPCEN | ROOT_CR0_ACCESSEN, ROOT_CR0_ACCESSEN },
    { "root-gpt-base", ROOT(ROOT_GPT_BASE), OF_ROOT, MAILBOX_GPT_L0,
      0x80000000 },
    { "root-gpt-base-cfg", ROOT(ROOT_GPT_BASE_CFG), OF_ROOT, 0, 7 },
    { "root-tlbi", ROOT(ROOT_TLBI), OF_ROOT, 0x82, 1 },
};

static bool may(const Attacker *a, const Poke *p)
{
    return !a->translated && a->world == p->owner;
}

typedef struct Instance {
    const void *row;
    const Attacker *by;
    SmmuWorld owner;
} Instance;

static uint32_t as_root(uint64_t at)
{
    return guest_read(smmu.qts, at, 4, MAILBOX_ROOT);
}

/* Read as zero, written without effect, and no fault: section 6.1. */
static void run_poke(const void *opaque)
{
    const Instance *i = opaque;
    const Poke *p = i->row;
    uint64_t at = SMMU_BASE + p->offset;
    bool gbpa = p->offset == S(R_GBPA);
    uint32_t want = gbpa ? GBPA_ABORT : p->before, before, seen = 1;

    smmu.what = p->name;
    smmu_reset(&smmu);
    smmu_disable(&smmu);
    prepare(i->by);
    /* Root may do what each of the others may. */
    if (p->owner != OF_ROOT || p->offset == ROOT(ROOT_TLBI)) {
        guest_write(smmu.qts, at, 4, MAILBOX_ROOT, p->before);
    }
    before = as_root(at);
    if ((before & want) != want) {
        smmu_fail(&smmu, "Root reads 0x%x", before);
    }
    if (!attack_load(i->by, at, &seen) || seen) {
        smmu_fail(&smmu, "%s reads 0x%x", i->by->name, seen);
    }
    if (!attack_store(i->by, at, p->attempt)) {
        smmu_fail(&smmu, "%s is refused", i->by->name);
    }
    seen = as_root(at);
    if (seen != before) {
        smmu_fail(&smmu, "0x%x became 0x%x", before, seen);
    }
    if (p->owner != OF_ROOT) {
        guest_write(smmu.qts, at, 4, MAILBOX_ROOT,
                    gbpa ? R_GBPA_UPDATE | 1 << 12 : 0);
    }
}

/* The owner itself, so that the above means something. */
static void run_owner(const void *opaque)
{
    const Instance *i = opaque;
    const Poke *p = i->row;
    uint64_t at = SMMU_BASE + p->offset;
    uint32_t seen = 0;

    smmu.what = p->name;
    smmu_reset(&smmu);
    smmu_disable(&smmu);
    if (p->before && !attack_store(i->by, at, p->before)) {
        smmu_fail(&smmu, "%s is refused", i->by->name);
    }
    if (!attack_load(i->by, at, &seen) || seen != as_root(at) || !seen) {
        smmu_fail(&smmu, "%s reads 0x%x", i->by->name, seen);
    }
    if (p->before) {
        attack_store(i->by, at, p->offset == S(R_GBPA) ?
                                R_GBPA_UPDATE | 1 << 12 : 0);
    }
}

/* --- structures in memory ------------------------------------------------- */

static const char *const structures[] = {
    "stream-table", "context-descriptor", "s1-table", "s2-table",
    "command-queue", "event-queue", "data",
};

static uint64_t structure(const SmmuStream *x, const char *name)
{
    const uint64_t places[] = {
        x->ste_at, x->cd_at, x->leaf1, x->leaf2, x->s->cmdq, x->s->eventq,
        x->page,
    };

    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        if (!strcmp(structures[i], name)) {
            return places[i];
        }
    }
    g_assert_not_reached();
}

/* Rewriting and reading them: granule protection stops it, and says who. */
static void run_structure(const void *opaque)
{
    const Instance *i = opaque;
    SmmuStream x = { 0 };
    uint64_t at, far = 0;
    uint32_t before, value;

    smmu.what = i->row;
    if (smmu.world != i->owner) {
        smmu_switch(&smmu, i->owner);
    }
    smmu_reset(&smmu);
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_NESTED });
    smmu_stream_install(&x);
    at = structure(&x, i->row);
    before = qtest_readl(smmu.qts, at);
    /* Leaves the owner's interface, but not what is in memory. */
    smmu.stes = 0;
    if (i->by->dma) {
        prepare(i->by);
        far = smmu_far(REASON_TRANSACTION, 0, at,
                       smmu_fpas(smmu_world_pas(i->by->world)), 0);
        if (i->by->translated) {
            exerciser_enable(&smmu.ex, true, true, false);
        }
    }
    if (attack_load(i->by, at, &value)) {
        smmu_fail(&smmu, "%s reads 0x%x", i->by->name, value);
    }
    if (attack_store(i->by, at, before ^ 0xffff)) {
        smmu_fail(&smmu, "%s is not refused", i->by->name);
    }
    if (qtest_readl(smmu.qts, at) != before) {
        smmu_fail(&smmu, "it has 0x%x now", qtest_readl(smmu.qts, at));
    }
    smmu_expect_far(&smmu, far, 0);
    exerciser_enable(&smmu.ex, false, true, false);
    /* Clear the stream table of the owner, too. */
    qtest_memset(smmu.qts, x.ste_at, 0, 64);
}

/* --- streams -------------------------------------------------------------- */

/* A stream of @other, which will have the same number as one of NS. */
static void own_stream(SmmuWorld other, SmmuStream *mine)
{
    if (smmu.world != other) {
        smmu_switch(&smmu, other);
    }
    smmu_reset(&smmu);
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, mine, &(SmmuShape) { .config = CFG_S2 });
    smmu_stream_install(mine);
}

/* Adopt @world without switching off what the other one has set up. */
static void visit(SmmuWorld world)
{
    smmu.undos = smmu.stes = 0;
    smmu_adopt(&smmu, world);
}

static void run_same_sid(SmmuWorld other)
{
    SmmuStream mine = { 0 }, ns = { 0 };
    Smmu left;
    SmmuEvt event;

    smmu.what = "same StreamID";
    own_stream(other, &mine);
    left = smmu;
    visit(W_NS);
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &ns, &(SmmuShape) { .config = CFG_S1 });
    smmu_stream_install(&ns);
    /* Each by its own tables, to its own page. */
    smmu_stream_access(&ns, &(SmmuDma) { 0 }, END_WORKS);
    mine.s = &left;
    smmu_stream_access(&mine, &(SmmuDma) { 0 }, END_WORKS);
    /* What one maps the other one does not have. */
    smmu_stream_access(&ns, &(SmmuDma) { .addr = mine.va + IN_PAGE },
                       END_ABORT);
    event = smmu_stream_event(&ns, &(SmmuDma) { .addr = mine.va + IN_PAGE },
                              F_TRANSLATION);
    smmu_expect_event(&smmu, &event);
    /* NS switches off, bypasses and invalidates: the other is unmoved. */
    smmu_forget(&smmu);
    smmu_cr0(&smmu, 0);
    smmu_write(&smmu, R_GBPA, R_GBPA_UPDATE | 1 << 12);
    smmu_stream_access(&mine, &(SmmuDma) { 0 }, END_WORKS);
    smmu_write(&smmu, R_GBPA, R_GBPA_UPDATE | 1 << 12 | GBPA_ABORT);
    smmu_stream_access(&mine, &(SmmuDma) { 0 }, END_WORKS);
    smmu_write(&smmu, R_GBPA, R_GBPA_UPDATE | 1 << 12);
    smmu.configured = false;
    smmu_reset(&smmu);
    smmu = left;
    smmu_expect_event(&smmu, NULL);
    smmu_expect_far(&smmu, 0, 0);
}

static void test_same_sid_secure(void)
{
    run_same_sid(W_SECURE);
}

static void test_same_sid_realm(void)
{
    run_same_sid(W_REALM);
}

/* GBPA: what it lets pass and where to; in Realm nothing. */
static void test_gbpa(void)
{
    static const struct {
        SmmuWorld world;
        uint32_t gbpa;
        unsigned gpi;
        SmmuEnd end;
    } steps[] = {
        { W_NS, 0, GPI_NS, END_WORKS },
        { W_NS, GBPA_ABORT, GPI_NS, END_ABORT },
        { W_NS, 0, GPI_REALM, END_ABORT },
        { W_NS, 0, GPI_SECURE, END_ABORT },
        { W_NS, 0, GPI_ROOT, END_ABORT },
        { W_SECURE, 0, GPI_SECURE, END_WORKS },
        { W_SECURE, GBPA_ABORT, GPI_SECURE, END_ABORT },
        { W_SECURE, GBPA_NSCFG_NS, GPI_NS, END_WORKS },
        { W_SECURE, GBPA_NSCFG_NS, GPI_SECURE, END_ABORT },
        { W_SECURE, 0, GPI_REALM, END_ABORT },
        { W_REALM, 0, GPI_REALM, END_ABORT },
        { W_REALM, 0, GPI_NS, END_ABORT },
    };

    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        SmmuWorld w = steps[i].world;
        SmmuStream x = { 0 };

        if (smmu.world != w) {
            smmu_switch(&smmu, w);
        }
        smmu.what = "GBPA";
        smmu_reset(&smmu);
        smmu_disable(&smmu);
        smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_BYPASS });
        smmu_gpi(&smmu, x.page, 64 * KIB, steps[i].gpi);
        smmu_tlbi_pa_all(&smmu);
        smmu_write(&smmu, R_GBPA, R_GBPA_UPDATE | 1 << 12 | steps[i].gbpa);
        smmu_stream_access(&x, &(SmmuDma) { 0 }, steps[i].end);
        smmu_write(&smmu, R_GBPA, R_GBPA_UPDATE | 1 << 12);
        smmu_root_write64(&smmu, ROOT_GPF_FAR, 0);
    }
    /* Without Update nothing changes; R_GBPA is read-only. */
    g_assert_cmphex(smmu_read(&smmu, R_GBPA), ==, GBPA_ABORT);
}

/* A Requester ID that is not the device's. */
static void run_forged(SmmuWorld world)
{
    enum { OTHER_RID = 0x42, BEYOND = 0x1234 };
    SmmuDma forged = { .id = { .forge = true, .rid = OTHER_RID } };
    SmmuDma beyond = { .id = { .forge = true, .rid = BEYOND } };
    SmmuStream x = { 0 };
    SmmuEvt event;

    if (smmu.world != world) {
        smmu_switch(&smmu, world);
    }
    smmu.what = "forged";
    smmu_reset(&smmu);
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_S2 });
    smmu_stream_install(&x);
    /* Nobody's entry, and none: reported under the forged number. */
    smmu_stream_access(&x, &forged, END_ABORT);
    event = smmu_stream_event(&x, &forged, C_BAD_STE);
    smmu_expect_event(&smmu, &event);
    smmu_stream_access(&x, &beyond, END_ABORT);
    event = smmu_stream_event(&x, &beyond, C_BAD_STREAMID);
    smmu_expect_event(&smmu, &event);
    /* Somebody's: then it is that stream. Keeping it from that is PCIe's. */
    smmu_set_ste(&smmu, OTHER_RID, &x.ste);
    smmu_forget(&smmu);
    smmu_stream_access(&x, &forged, END_WORKS);
    smmu_expect_event(&smmu, NULL);
    smmu_expect_far(&smmu, 0, 0);
    /* CR2.RECINVSID is 0: not recorded. */
    smmu_disable(&smmu);
    smmu_configure(&smmu, NULL);
    smmu_cr0(&smmu, CR0_CMDQEN | CR0_EVENTQEN);
    smmu_write(&smmu, R_CR2, 0);
    smmu_cr0(&smmu, CR0_CMDQEN | CR0_EVENTQEN | CR0_SMMUEN);
    smmu_stream_access(&x, &beyond, END_ABORT);
    smmu_expect_event(&smmu, NULL);
    smmu_disable(&smmu);
}

static void test_forged_ns(void)
{
    run_forged(W_NS);
}

static void test_forged_secure(void)
{
    run_forged(W_SECURE);
}

static void test_forged_realm(void)
{
    run_forged(W_REALM);
}

/* -------------------------------------------------------------------------- */

static void add(const char *kind, const char *name, const Attacker *by,
                const void *row, SmmuWorld owner, GTestDataFunc f)
{
    g_autofree char *path = g_strdup_printf("cca/smmu-attack/%s/%s/%s", kind,
                                            name, by->name);
    Instance *i = g_new(Instance, 1);

    *i = (Instance) { row, by, owner };
    qtest_add_data_func_full(path, i, f, g_free);
}

static void add_structures(SmmuWorld owner)
{
    g_autofree char *kind = g_strdup_printf("%s-structures",
                                            smmu_world_name(owner));

    for (size_t n = 0; n < ARRAY_SIZE(structures); n++) {
        for (size_t a = 0; a < ARRAY_SIZE(attackers); a++) {
            if (attackers[a].world != owner) {
                add(kind, structures[n], &attackers[a], structures[n], owner,
                    run_structure);
            }
        }
    }
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (size_t n = 0; n < ARRAY_SIZE(pokes); n++) {
        const Poke *p = &pokes[n];

        for (size_t a = 0; a < ARRAY_SIZE(attackers); a++) {
            const Attacker *by = &attackers[a];

            if (may(by, p)) {
                if (!by->dma) {
                    add("registers-own", p->name, by, p, 0, run_owner);
                }
            } else if (!by->translated) {
                add("registers", p->name, by, p, 0, run_poke);
            }
        }
    }
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        add_structures(w);
    }
    qtest_add_func("cca/smmu-attack/same-sid/secure", test_same_sid_secure);
    qtest_add_func("cca/smmu-attack/same-sid/realm", test_same_sid_realm);
    qtest_add_func("cca/smmu-attack/gbpa", test_gbpa);
    qtest_add_func("cca/smmu-attack/forged-rid/ns", test_forged_ns);
    qtest_add_func("cca/smmu-attack/forged-rid/secure", test_forged_secure);
    qtest_add_func("cca/smmu-attack/forged-rid/realm", test_forged_realm);
    smmu_start(&smmu, W_NS, "");
    exerciser_enable(&smmu.ex, false, true, false);
    result = g_test_run();
    smmu_quit(&smmu);
    return result;
}
