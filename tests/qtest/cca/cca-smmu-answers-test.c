/*
 * With strict-tlb=off the SMMU uses an answer again if all that was read for
 * it still stands in memory. Whatever the answer depends on is changed here
 * after that has happened, and the next access has to come to another end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"
#include "qobject/qdict.h"
#include "qobject/qlist.h"

/* Opcodes (section 4.1.1) */
enum { OP_CFGI_CD = 5, OP_TLBI_NSNH_ALL = 0x30, OP_TLBI_SNH_ALL = 0x60 };
#define CMD_SSEC        (1u << 10)

static Smmu smmu;
static SmmuStream stream;
static bool armed;

typedef struct Change {
    const char *name;
    void (*apply)(void);
    SmmuEnd end;
    bool nested;                /* with stage 2 only */
} Change;

static uint64_t counter(const char *name)
{
    QDict *r = qtest_qmp(smmu.qts, "{ 'execute': 'query-cca-smmu' }");
    QList *all = qdict_get_qlist(r, "return");
    QDict *first = qobject_to(QDict, qlist_entry_obj(qlist_first(all)));
    uint64_t value = qdict_get_int(qdict_get_qdict(first, "counters"), name);

    qobject_unref(r);
    return value;
}

/* No configuration is forgotten by this. */
static void forget_translations(void)
{
    bool secure = smmu.world == W_SECURE;

    smmu_cmd(&smmu, secure ? OP_TLBI_SNH_ALL : OP_TLBI_NSNH_ALL, 0);
    smmu_sync(&smmu);
}

/* --- changes -------------------------------------------------------------- */

static void invalid_leaf1(void)
{
    smmu_set_desc(&stream.s1, stream.leaf1, 0);
}

static void invalid_leaf2(void)
{
    smmu_set_desc(&stream.s2, stream.leaf2, 0);
}

static void invalid_table1(void)
{
    smmu_set_desc(&stream.s1, smmu_entry(&stream.s1, stream.va, 1), 0);
}

static void invalid_table2(void)
{
    smmu_set_desc(&stream.s2, smmu_entry(&stream.s2, stream.ipa, 1), 0);
}

/* To a page that nobody has written to. */
static void move_leaf(void)
{
    bool nested = stream.has_s2;
    SmmuTable *t = nested ? &stream.s2 : &stream.s1;
    uint64_t at = nested ? stream.leaf2 : stream.leaf1;
    uint64_t to = smmu_alloc(&smmu, 64 * KIB);

    smmu_set_desc(t, at, smmu_desc(t, at) + to - stream.page);
    stream.page = to;
}

static void protect_data(void)
{
    smmu_gpi(&smmu, stream.page, 64 * KIB, GPI_ROOT);
}

static void protect_table1(void)
{
    smmu_gpi(&smmu, stream.leaf1 & ~0xffffull, 64 * KIB, GPI_ROOT);
}

static void protect_table2(void)
{
    smmu_gpi(&smmu, stream.leaf2 & ~0xffffull, 64 * KIB, GPI_ROOT);
}

/* Held until it is invalidated, as ever. */
static void write_ste(void)
{
    stream.ste.config = CFG_ABORT;
    smmu_set_ste(&smmu, stream.sid, &stream.ste);
}

static void write_ste_cfgi(void)
{
    write_ste();
    smmu_forget(&smmu);
}

static void write_cd(void)
{
    uint64_t words[8];

    stream.cd.epd0 = true;
    smmu_cd_pack(&stream.cd, words);
    smmu_poke(&smmu, stream.cd_at, words, 8);
}

static void write_cd_cfgi(void)
{
    uint64_t word = OP_CFGI_CD | (smmu.world == W_SECURE ? CMD_SSEC : 0);

    write_cd();
    smmu_cmd(&smmu, word | (uint64_t)stream.sid << 32, 1);
    smmu_sync(&smmu);
}

static void switch_off(void)
{
    smmu_write(&smmu, R_GBPA, GBPA_ABORT | R_GBPA_UPDATE);
    smmu_cr0(&smmu, 0);
    smmu.configured = false;
}

static void inject(const char *json)
{
    g_free(arm(smmu.qts, json));
    armed = true;
}

static void inject_walk(void)
{
    inject("{ 'id': 'f', 'site': 'smmu.walk', 'action': 'abort' }");
}

static void inject_gpc(void)
{
    inject("{ 'id': 'f', 'site': 'smmu.gpc', 'action': 'wrong-fail' }");
}

static void inject_gpt(void)
{
    inject("{ 'id': 'f', 'site': 'gpt.fetch', 'action': 'abort' }");
}

static void nothing(void)
{
}

static const Change changes[] = {
    { "nothing", nothing, END_WORKS },
    { "leaf1", invalid_leaf1, END_ABORT },
    { "leaf2", invalid_leaf2, END_ABORT, true },
    { "table1", invalid_table1, END_ABORT },
    { "table2", invalid_table2, END_ABORT, true },
    { "leaf-moved", move_leaf, END_WORKS },
    { "gpi-of-data", protect_data, END_ABORT },
    { "gpi-of-table1", protect_table1, END_ABORT },
    { "gpi-of-table2", protect_table2, END_ABORT, true },
    { "ste", write_ste, END_WORKS },
    { "ste-cfgi", write_ste_cfgi, END_ABORT },
    { "cd", write_cd, END_WORKS },
    { "cd-cfgi", write_cd_cfgi, END_ABORT },
    { "smmuen", switch_off, END_ABORT },
    { "fault-walk", inject_walk, END_ABORT },
    { "fault-gpc", inject_gpc, END_ABORT },
    { "fault-gpt", inject_gpt, END_ABORT },
};

/* --- cases ---------------------------------------------------------------- */

typedef struct Instance {
    const Change *change;
    SmmuWorld world;
    bool nested;
} Instance;

/*
 * The first access finds the configuration, the second one walks, and the
 * third one is answered by what the second one came to: it counts as a walk
 * too, which it would not if a translation that is held had answered.
 */
static void warm_up(const SmmuDma *dma)
{
    uint64_t misses, passed, checks, step;

    smmu_stream_access(&stream, dma, END_WORKS);
    forget_translations();
    checks = counter("gpc-checks");
    smmu_stream_access(&stream, dma, END_WORKS);
    step = counter("gpc-checks") - checks;
    misses = counter("tlb-misses");
    passed = counter("passed");
    smmu_stream_access(&stream, dma, END_WORKS);
    if (counter("tlb-misses") == misses) {
        smmu_fail(&smmu, "the answer was not used again");
    }
    if (counter("passed") != passed + 1 ||
        counter("gpc-checks") != checks + 2 * step) {
        smmu_fail(&smmu, "it does not count as the walk does");
    }
}

static void run(const void *opaque)
{
    const Instance *i = opaque;
    SmmuShape shape = { .config = i->nested ? CFG_NESTED : CFG_S1 };

    if (!smmu.qts) {
        smmu_start(&smmu, i->world, "");
    } else if (smmu.world != i->world) {
        smmu_switch(&smmu, i->world);
    }
    for (unsigned write = 0; write < 2; write++) {
        SmmuDma dma = { .write = write };

        smmu_reset(&smmu);
        smmu.what = i->change->name;
        smmu_configure(&smmu, NULL);
        smmu_stream_new(&smmu, &stream, &shape);
        smmu_stream_install(&stream);
        warm_up(&dma);
        i->change->apply();
        smmu_stream_access(&stream, &dma, i->change->end);
        if (armed) {
            disarm(smmu.qts, "f");
            armed = false;
        }
    }
}

static void add(const Change *change, SmmuWorld world, bool nested)
{
    g_autofree char *path = g_strdup_printf(
        "cca/smmu-answers/%s/%s/%s", smmu_world_name(world),
        nested ? "nested" : "s1", change->name);
    Instance *i = g_new(Instance, 1);

    *i = (Instance) { change, world, nested };
    qtest_add_data_func_full(path, i, run, g_free);
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (unsigned nested = 0; nested < 2; nested++) {
            for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
                if (nested || !changes[i].nested) {
                    add(&changes[i], w, nested);
                }
            }
        }
    }
    result = g_test_run();
    if (smmu.qts) {
        smmu_quit(&smmu);
    }
    return result;
}
