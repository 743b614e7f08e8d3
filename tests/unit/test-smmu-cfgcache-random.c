/*
 * The configuration cache against a list that knows nothing of streams,
 * hashes and chunks: the same answers and the same losses, step by step.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rng.h"
#include "smmu-cfg-payload.h"

enum { MODEL_MAX = 4096, STEPS = 200000, NO_ENTRY = -1 };

typedef struct ModelEntry {
    SmmuCfgKind kind;
    SmmuCfgKey key;
    uint32_t number;
} ModelEntry;

typedef struct Model {
    ModelEntry entry[MODEL_MAX];
    int count;
    unsigned counts[SMMU_CFG__COUNT];
} Model;

static bool is_level1(SmmuCfgKind kind)
{
    return kind == SMMU_CFG_L1STD || kind == SMMU_CFG_L1CD;
}

static bool model_locates(const ModelEntry *m, CcaSecSid sec_sid, uint32_t sid,
                          uint32_t ssid)
{
    unsigned shift = is_level1(m->kind) ? m->key.shift : 0;

    if (m->key.sec_sid != sec_sid) {
        return false;
    }
    switch (m->kind) {
    case SMMU_CFG_L1STD:
        return m->key.sid >> shift == sid >> shift;
    case SMMU_CFG_STE:
        return m->key.sid == sid;
    default:
        return m->key.sid == sid && m->key.ssid >> shift == ssid >> shift;
    }
}

/* Which entry answers; NO_ENTRY: none. */
static int model_lookup(const Model *model, SmmuCfgKind kind,
                        const SmmuCfgKey *key)
{
    int best = NO_ENTRY;

    for (int i = 0; i < model->count; i++) {
        const ModelEntry *m = &model->entry[i];

        if (m->kind == kind &&
            model_locates(m, key->sec_sid, key->sid, key->ssid) &&
            (best == NO_ENTRY ||
             m->key.shift < model->entry[best].key.shift)) {
            best = i;
        }
    }
    return best;
}

static void model_insert(Model *model, SmmuCfgKind kind,
                         const SmmuCfgKey *key, uint32_t number)
{
    int i;

    for (i = 0; i < model->count; i++) {
        const ModelEntry *m = &model->entry[i];

        if (m->kind == kind &&
            (!is_level1(kind) || m->key.shift == key->shift) &&
            model_locates(m, key->sec_sid, key->sid, key->ssid)) {
            break;
        }
    }
    assert_true(i < MODEL_MAX);
    model->entry[i] = (ModelEntry) { kind, *key, number };
    if (i == model->count) {
        model->count++;
        model->counts[kind]++;
    }
}

static bool model_covers(const ModelEntry *m, const SmmuCfgInv *inv)
{
    bool std = m->kind == SMMU_CFG_L1STD, ste = m->kind == SMMU_CFG_STE;
    uint32_t low;

    if (m->key.sec_sid != inv->sec_sid) {
        return false;
    }
    switch (inv->scope) {
    case SMMU_CFG_INV_STE:
        return std ? !inv->leaf &&
                     model_locates(m, inv->sec_sid, inv->sid, 0) :
               m->key.sid == inv->sid;
    case SMMU_CFG_INV_CD:
        return !std && !ste && (!inv->leaf || m->kind == SMMU_CFG_CD) &&
               model_locates(m, inv->sec_sid, inv->sid, inv->ssid);
    case SMMU_CFG_INV_CD_ALL:
        return !std && !ste && m->key.sid == inv->sid;
    case SMMU_CFG_INV_RANGE:
        if (!std) {
            return m->key.sid >= inv->sid && m->key.sid <= inv->last_sid;
        }
        low = (1u << m->key.shift) - 1;
        return inv->sid <= inv->last_sid && inv->sid <= (m->key.sid | low) &&
               inv->last_sid >= (m->key.sid & ~low);
    case SMMU_CFG_INV_ALL:
        return true;
    default:
        return false;
    }
}

static unsigned model_invalidate(Model *model, const SmmuCfgInv *inv)
{
    int before = model->count, kept = 0;

    for (int i = 0; i < before; i++) {
        if (model_covers(&model->entry[i], inv)) {
            model->counts[model->entry[i].kind]--;
        } else {
            model->entry[kept++] = model->entry[i];
        }
    }
    model->count = kept;
    return before - kept;
}

/* Random things: few streams, so that they meet */

static uint32_t random_sid(Rng *r)
{
    return rng_below(r, 192) + (rng_once_in(r, 4) ? UINT32_MAX - 191 : 0);
}

static SmmuCfgKey random_key(Rng *r, SmmuCfgKind kind)
{
    static const uint8_t std_shifts[] = { 6, 6, 6, 8, 10 };
    SmmuCfgKey key = {
        .sec_sid = rng_once_in(r, 3) ? rng_below(r, CCA_SEC_SID__COUNT) :
                   CCA_SEC_SID_REALM,
        .sid = random_sid(r),
    };

    if (kind == SMMU_CFG_CD || kind == SMMU_CFG_L1CD) {
        key.ssid = rng_once_in(r, 8) ? 0xfffff - rng_below(r, 100) :
                   rng_below(r, 4) << rng_below(r, 9);
    }
    if (kind == SMMU_CFG_L1STD) {
        key.shift = std_shifts[rng_below(r, COUNT_OF(std_shifts))];
    } else if (kind == SMMU_CFG_L1CD) {
        key.shift = rng_once_in(r, 4) ? 10 : 6;
    }
    return key;
}

static SmmuCfgInv random_inv(Rng *r)
{
    static const uint8_t scopes[] = {
        SMMU_CFG_INV_STE, SMMU_CFG_INV_STE, SMMU_CFG_INV_STE, SMMU_CFG_INV_CD,
        SMMU_CFG_INV_CD, SMMU_CFG_INV_CD, SMMU_CFG_INV_CD,
        SMMU_CFG_INV_CD_ALL, SMMU_CFG_INV_CD_ALL, SMMU_CFG_INV_RANGE,
        SMMU_CFG_INV_RANGE,
    };
    SmmuCfgKey key = random_key(r, SMMU_CFG_CD);
    SmmuCfgInv inv = {
        .scope = scopes[rng_below(r, COUNT_OF(scopes))],
        .sec_sid = key.sec_sid, .sid = key.sid, .ssid = key.ssid,
        .leaf = rng_once_in(r, 2),
    };
    unsigned length = 1 + rng_below(r, rng_once_in(r, 20) ? 200 : 20);

    /* All of a world seldom, or nothing would stay. */
    if (rng_once_in(r, 400)) {
        inv.scope = SMMU_CFG_INV_ALL;
    }
    inv.last_sid = inv.sid + length - 1;
    if (inv.last_sid < inv.sid && !rng_once_in(r, 20)) {
        inv.last_sid = UINT32_MAX;
    }
    return inv;
}

/* Steps */

typedef struct Run {
    SmmuCfgCache *cache;
    Model *model;
    Rng rng;
    bool exact;         /* nothing is evicted */
    unsigned most, hits, covered;
} Run;

static void check_lookup(Run *run, SmmuCfgKind kind, const SmmuCfgKey *key)
{
    const void *got = smmu_cfgcache_lookup(run->cache, kind, key);
    const Model *model = run->model;
    int want = model_lookup(model, kind, key);

    run->hits += got != NULL;
    if (run->exact) {
        assert_int_equal(!got, want == NO_ENTRY);
    }
    if (!got) {
        return;
    }
    /* The smallest may have been evicted: then it is one of the others. */
    for (int i = 0; !run->exact && i < model->count; i++) {
        const ModelEntry *m = &model->entry[i];

        if (m->kind == kind && cfg_is(got, kind, m->number) &&
            model_locates(m, key->sec_sid, key->sid, key->ssid)) {
            want = i;
        }
    }
    assert_int_not_equal(want, NO_ENTRY);
    assert_true(cfg_is(got, kind, model->entry[want].number));
}

static void step_insert(Run *run, uint32_t number)
{
    SmmuCfgKind kind = rng_once_in(&run->rng, 4) ? SMMU_CFG_L1STD :
                       1 + rng_below(&run->rng, SMMU_CFG__COUNT - 1);
    SmmuCfgKey key = random_key(&run->rng, kind);

    cfg_insert(run->cache, kind, key, number);
    model_insert(run->model, kind, &key, number);
    check_lookup(run, kind, &key);
    assert_true(cfg_has(run->cache, kind, key));
}

static void step_lookup(Run *run)
{
    SmmuCfgKind kind = rng_below(&run->rng, SMMU_CFG__COUNT);
    SmmuCfgKey key = random_key(&run->rng, kind);

    check_lookup(run, kind, &key);
}

static void step_invalidate(Run *run)
{
    const SmmuCfgStats *stats = smmu_cfgcache_stats(run->cache);
    SmmuCfgInv inv = random_inv(&run->rng);
    uint64_t removed = stats->removed;
    unsigned gone = model_invalidate(run->model, &inv);

    smmu_cfgcache_invalidate(run->cache, &inv);
    removed = stats->removed - removed;
    if (run->exact) {
        assert_int_equal(removed, gone);
    } else {
        assert_true(removed <= gone);
    }
    run->covered += gone;
}

static void run_random(bool strict, uint32_t entries, bool exact, Rng rng)
{
    Run run = { .cache = cfg_new(strict, entries),
                .model = calloc(1, sizeof(Model)), .rng = rng,
                .exact = exact };

    assert_non_null(run.model);
    for (uint32_t step = 0; step < STEPS; step++) {
        unsigned what = rng_below(&run.rng, 20), count = run.model->count;

        if (what < 10) {
            step_insert(&run, step);
        } else if (what < 18) {
            step_lookup(&run);
        } else {
            step_invalidate(&run);
        }
        for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
            unsigned held = smmu_cfgcache_count(run.cache, k);

            if (exact) {
                assert_int_equal(held, run.model->counts[k]);
            } else {
                assert_true(held <= run.model->counts[k] && held <= entries);
            }
        }
        run.most = count > run.most ? count : run.most;
    }
    /* Or the comparison would be about little. */
    assert_true(run.most > 300);
    assert_true(run.hits > STEPS / 4);
    assert_true(run.covered > STEPS / 10);
    assert_int_equal(smmu_cfgcache_stats(run.cache)->evictions == 0, exact);
    smmu_cfgcache_clear(run.cache);
    for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
        assert_int_equal(smmu_cfgcache_count(run.cache, k), 0);
    }
    free(run.model);
    smmu_cfgcache_free(run.cache);
}

static void test_strict(void **state)
{
    (void)state;
    run_random(true, 1, true, (Rng) { 1 });
}

static void test_plain(void **state)
{
    (void)state;
    run_random(false, MODEL_MAX, true, (Rng) { 2 });
}

static void test_plain_small(void **state)
{
    (void)state;
    run_random(false, 40, false, (Rng) { 3 });
}

static void test_plain_tiny(void **state)
{
    (void)state;
    run_random(false, 1, false, (Rng) { 4 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strict),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_plain_small),
        cmocka_unit_test(test_plain_tiny),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
