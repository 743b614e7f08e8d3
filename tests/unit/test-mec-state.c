/*
 * Memory encryption contexts: keys that change, state, what there is to see.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "mec-rig.h"
#include "rng.h"

static const uint8_t text[32] = "sixteen bytes...and as many more";

/* --- keys ----------------------------------------------------------------- */

/* DRAM keeps its ciphertext; only the first context can still read its own. */
static void reset(void **state)
{
    static const MecContext contexts[] = {
        { CCA_PAS_NS, 0 }, { CCA_PAS_ROOT, 0 }, { CCA_PAS_SECURE, 0 },
        { CCA_PAS_REALM, 0 }, { CCA_PAS_REALM, 5 },
    };
    uint8_t seed[MEC_SEED_BYTES], before[COUNT_OF(contexts)][32], buf[32];

    (void)state;
    for (unsigned identity = 0; identity < 2; identity++) {
        MecRig rig;

        rig_config(&rig, MEC_PAS);
        rig.config.ns_identity = identity;
        rig_make(&rig);
        for (unsigned i = 0; i < COUNT_OF(contexts); i++) {
            rig_write(&rig, rig_pa(i), contexts[i].pas, contexts[i].mecid,
                      text, 32);
            mec_cipher_read(rig.mec, rig_pa(i), before[i], 32);
        }
        rig_seed(seed, 99);
        mec_reset(rig.mec, seed);
        for (unsigned i = 0; i < COUNT_OF(contexts); i++) {
            MecContext c;

            mec_cipher_read(rig.mec, rig_pa(i), buf, 32);
            assert_memory_equal(buf, before[i], 32);
            assert_true(mec_context_of(rig.mec, rig_pa(i), &c));
            assert_true(c.pas == CCA_PAS_NS && c.mecid == 0);
            rig_read(&rig, rig_pa(i), contexts[i].pas, contexts[i].mecid,
                     buf, 32);
            assert_int_equal(!memcmp(buf, text, 32), i == 0);
        }
        rig_stop(&rig);
    }
}

/* A seed decides on all ciphertext; the same one makes the same. */
static void seeds(void **state)
{
    uint8_t cipher[3][32];

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        MecRig rig;

        rig_config(&rig, MEC_PAS);
        rig_seed(rig.config.seed, i / 2);
        rig_make(&rig);
        rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 1, text, 32);
        mec_cipher_read(rig.mec, RIG_LOW, cipher[i], 32);
        rig_stop(&rig);
    }
    assert_memory_equal(cipher[0], cipher[1], 32);
    assert_memory_not_equal(cipher[0], cipher[2], 16);
}

static void lost_key(void **state)
{
    MecContext realm = { CCA_PAS_REALM, 1 }, c;
    CcaAccess access = rig_access(RIG_LOW, CCA_PAS_REALM, 1);
    uint8_t buf[32], seed[MEC_SEED_BYTES];
    MecStats stats;
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 1, text, 32);
    rig_write(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 2, text, 32);
    rig.changes = rig.changeds = 0;
    assert_true(mec_lose_key(rig.mec, realm));
    assert_int_equal(rig.changes, 1);
    assert_true(rig.pa == 0 && rig.size == UINT64_MAX);
    assert_false(mec_lookup(rig.mec, &access));
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 1, buf, 32);
    assert_memory_not_equal(buf, text, 16);
    assert_true(mec_context_of(rig.mec, RIG_LOW, &c));
    assert_true(c.pas == CCA_PAS_REALM && c.mecid == 1);
    /* The new key is as good as the old one was; others are not touched. */
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 1, text, 32);
    rig_touch(&rig, RIG_LOW, CCA_PAS_ROOT, 0);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 1, buf, 32);
    assert_memory_equal(buf, text, 32);
    rig_read(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 2, buf, 32);
    assert_memory_equal(buf, text, 32);

    /* What is plaintext has no key. */
    assert_false(mec_lose_key(rig.mec, (MecContext) { CCA_PAS_NS, 0 }));
    for (unsigned i = 1; i < MEC_LOSSES_MAX; i++) {
        assert_true(mec_lose_key(rig.mec, realm));
    }
    assert_false(mec_lose_key(rig.mec, realm));
    mec_stats(rig.mec, &stats);
    assert_int_equal(stats.lost_keys, MEC_LOSSES_MAX);
    rig_seed(seed, 5);
    mec_reset(rig.mec, seed);
    assert_true(mec_lose_key(rig.mec, realm));
    rig_stop(&rig);

    rig_start(&rig, MEC_OFF);
    assert_false(mec_lose_key(rig.mec, realm));
    rig_stop(&rig);
}

/* --- looking at it -------------------------------------------------------- */

typedef struct Runs {
    MecRun run[16];
    unsigned n, stop;
} Runs;

static bool note(void *opaque, const MecRun *run)
{
    Runs *r = opaque;

    assert_true(r->n < COUNT_OF(r->run));
    r->run[r->n++] = *run;
    return r->n != r->stop;
}

static void runs(void **state)
{
    const uint64_t g = MEC_GRANULE;
    MecContext realm2 = { CCA_PAS_REALM, 2 };
    const struct {
        uint64_t base, granules;
        CcaPas pas;
        uint16_t mecid;
        bool lost;
    } want[] = {
        { RIG_LOW, 1, CCA_PAS_NS, 0, false },
        { RIG_LOW + g, 2, CCA_PAS_REALM, 1, false },
        { RIG_LOW + 3 * g, 4, CCA_PAS_NS, 0, false },
        { RIG_LOW + 7 * g, 1, CCA_PAS_ROOT, 0, false },
        { RIG_HIGH, 511, CCA_PAS_NS, 0, false },
        { RIG_HIGH + 511 * g, 1, CCA_PAS_REALM, 2, true },
        { RIG_HIGH + 512 * g, 1, CCA_PAS_REALM, 2, false },
        { RIG_HIGH + 513 * g, 87, CCA_PAS_NS, 0, false },
    };
    Runs r = { .n = 0 };
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    /* Nothing is held: a run per range, though there are two chunks. */
    assert_true(mec_runs(rig.mec, 0, 99, note, &r) == UINT64_MAX);
    assert_int_equal(r.n, 2);
    assert_true(r.run[1].size == RIG_HIGH_GRANULES * g);
    /* The last one of a chunk, and no chunk after it. */
    rig_touch(&rig, RIG_HIGH + 511 * g, CCA_PAS_REALM, 2);
    r.n = 0;
    mec_runs(rig.mec, RIG_HIGH + 511 * g, 1, note, &r);
    assert_int_equal(r.run[0].size, g);
    assert_int_equal(r.run[0].context.mecid, 2);

    rig_touch(&rig, RIG_LOW + g, CCA_PAS_REALM, 1);
    rig_touch(&rig, RIG_LOW + 2 * g, CCA_PAS_REALM, 1);
    rig_touch(&rig, RIG_LOW + 7 * g, CCA_PAS_ROOT, 0);
    rig_touch(&rig, RIG_HIGH + 511 * g, CCA_PAS_REALM, 2);
    assert_true(mec_lose_key(rig.mec, realm2));
    rig_touch(&rig, RIG_HIGH + 512 * g, CCA_PAS_REALM, 2);
    r.n = 0;
    assert_true(mec_runs(rig.mec, 0, 99, note, &r) == UINT64_MAX);
    assert_int_equal(r.n, COUNT_OF(want));
    for (unsigned i = 0; i < r.n; i++) {
        assert_int_equal(r.run[i].base, want[i].base);
        assert_int_equal(r.run[i].size, want[i].granules * g);
        assert_int_equal(r.run[i].context.pas, want[i].pas);
        assert_int_equal(r.run[i].context.mecid, want[i].mecid);
        assert_int_equal(r.run[i].lost, want[i].lost);
    }
    /* In pieces: from the middle of a run, with a limit, with a stop. */
    r.n = 0;
    assert_int_equal(mec_runs(rig.mec, RIG_LOW + 4 * g + 9, 2, note, &r),
                     RIG_HIGH);
    assert_int_equal(r.n, 2);
    assert_int_equal(r.run[0].base, RIG_LOW + 4 * g);
    assert_int_equal(r.run[0].size, 3 * g);
    r.n = 0;
    r.stop = 2;
    assert_int_equal(mec_runs(rig.mec, RIG_HIGH, 99, note, &r),
                     RIG_HIGH + 512 * g);
    assert_int_equal(r.n, 2);
    r.n = 0;
    assert_true(mec_runs(rig.mec, RIG_HIGH + 600 * g, 9, note, &r) ==
                UINT64_MAX);
    assert_int_equal(r.n, 0);
    rig_stop(&rig);
}

typedef struct Pairs {
    unsigned n;
    uint64_t sum, realm1_to_2;
} Pairs;

static void note_pair(void *opaque, MecContext from, MecContext to,
                      uint64_t count)
{
    Pairs *p = opaque;

    p->n++;
    p->sum += count;
    if (from.pas == CCA_PAS_REALM && from.mecid == 1 &&
        to.pas == CCA_PAS_REALM && to.mecid == 2) {
        p->realm1_to_2 += count;
    }
}

static void pairs(void **state)
{
    Pairs p = { .n = 0 };
    MecStats stats;
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    for (unsigned i = 0; i < 10; i++) {
        rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 1);
        rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 2);
    }
    mec_pairs(rig.mec, note_pair, &p);
    assert_int_equal(p.n, 3);
    assert_int_equal(p.sum, 20);
    assert_int_equal(p.realm1_to_2, 10);
    /* More pairs than there is room for are counted together. */
    for (unsigned i = 0; i < 1000; i++) {
        rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 10 + i);
    }
    rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 1);
    rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 2);
    p = (Pairs) { .n = 0 };
    mec_pairs(rig.mec, note_pair, &p);
    mec_stats(rig.mec, &stats);
    assert_int_equal(stats.switches, 1022);
    assert_int_equal(p.n, MEC_PAIRS_MAX);
    assert_int_equal(p.sum + stats.uncounted, stats.switches);
    assert_int_equal(p.realm1_to_2, 11);
    mec_reset(rig.mec, rig.config.seed);
    p = (Pairs) { .n = 0 };
    mec_pairs(rig.mec, note_pair, &p);
    assert_int_equal(p.n, 0);
    rig_stop(&rig);
}

/* --- state ---------------------------------------------------------------- */

/* Something of everything. */
static void mix(MecRig *rig)
{
    MecContext realm = { CCA_PAS_REALM, 0xffff };
    uint8_t seed[MEC_SEED_BYTES];
    Rng r = { 4 };

    rig_seed(seed, 42);
    mec_reset(rig->mec, seed);
    for (unsigned i = 0; i < 400; i++) {
        rig_touch(rig, rig_pa(rng_below(&r, RIG_GRANULES)),
                  rng_below(&r, 4), rng_next(&r));
        rig_touch(rig, rig_pa(rng_below(&r, 20)), CCA_PAS_REALM, 0xffff);
        if (i % 100 == 50) {
            assert_true(mec_lose_key(rig->mec, realm));
        }
    }
}

static uint8_t *saved(const MecRig *rig, size_t *len)
{
    uint8_t *state = mec_save(rig->mec, len);

    assert_non_null(state);
    return state;
}

static void save_and_load(bool identity)
{
    static uint8_t a[MEC_GRANULE], b[MEC_GRANULE];
    MecRig rig, other;
    uint8_t *first, *second;
    size_t len, len2;

    rig_config(&rig, MEC_PAS);
    rig.config.ns_identity = identity;
    rig_make(&rig);
    /* Its own keys are of no use to it: those of the state count. */
    rig_config(&other, MEC_PAS);
    other.config.ns_identity = identity;
    rig_seed(other.config.seed, 77);
    rig_make(&other);
    first = saved(&rig, &len);
    assert_true(len < 256);
    free(first);
    mix(&rig);
    first = saved(&rig, &len);
    assert_true(mec_load(other.mec, first, len, NULL));
    memcpy(other.ram, rig.ram, (size_t)RIG_GRANULES * MEC_GRANULE);
    second = saved(&other, &len2);
    assert_int_equal(len, len2);
    assert_memory_equal(first, second, len);
    for (unsigned i = 0; i < RIG_GRANULES; i++) {
        assert_true(mec_cipher_read(rig.mec, rig_pa(i), a, sizeof(a)));
        assert_true(mec_cipher_read(other.mec, rig_pa(i), b, sizeof(b)));
        assert_memory_equal(a, b, sizeof(a));
    }
    /* Loading nothing but the first context empties it. */
    free(second);
    rig_stop(&rig);
    rig_config(&rig, MEC_PAS);
    rig.config.ns_identity = identity;
    rig_make(&rig);
    second = saved(&rig, &len2);
    assert_true(mec_load(other.mec, second, len2, NULL));
    assert_int_equal(mec_bytes(other.mec), 0);
    free(first);
    free(second);
    rig_stop(&rig);
    rig_stop(&other);
}

static void save_and_load_identity(void **state)
{
    (void)state;
    save_and_load(true);
}

static void save_and_load_encrypted(void **state)
{
    (void)state;
    save_and_load(false);
}

/* What does not fit is refused with the reason, and nothing has happened. */
static void other_configurations(void **state)
{
    static const char *const reasons[] = {
        "they were saved with mpe=mecid, this machine has mpe=pas",
        "they were saved with mecid-bits=15, this machine has mecid-bits=16",
        "other places, or of another size", "other places, or of another size",
        "other places, or of another size", "other places, or of another size",
    };

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        uint8_t *mine, *theirs, *after;
        size_t len, their_len, len_after;
        MecError why;
        MecRig rig, other;

        rig_start(&rig, MEC_PAS);
        mix(&rig);
        rig_config(&other, i == 0 ? MEC_MECID : MEC_PAS);
        other.config.mecid_bits -= i == 1;
        other.config.ns_identity = i != 2;
        other.config.range_count -= i == 3;
        other.config.range[0].size -= i == 4 ? MEC_GRANULE : 0;
        other.config.range[1].base += i == 5 ? MEC_GRANULE : 0;
        other.config.range[1].size -= i == 5 ? MEC_GRANULE : 0;
        rig_make(&other);
        theirs = saved(&other, &their_len);
        mine = saved(&rig, &len);
        assert_false(mec_load(rig.mec, theirs, their_len, &why));
        assert_non_null(strstr(why.text, reasons[i]));
        after = saved(&rig, &len_after);
        assert_int_equal(len, len_after);
        assert_memory_equal(mine, after, len);
        free(mine);
        free(theirs);
        free(after);
        rig_stop(&rig);
        rig_stop(&other);
    }
}

/* Any byte of a state may be wrong, and it may end anywhere. */
static void hostile_states(void **state)
{
    unsigned accepted = 0;
    uint8_t *good, *bad, *now;
    size_t len, now_len;
    MecRig rig;
    Rng r = { 9 };

    (void)state;
    rig_start(&rig, MEC_PAS);
    mix(&rig);
    good = saved(&rig, &len);
    bad = malloc(len + 1);
    assert_non_null(bad);
    for (size_t cut = 0; cut < len; cut++) {
        assert_false(mec_load(rig.mec, good, cut, NULL));
    }
    memcpy(bad, good, len);
    bad[len] = 0;
    assert_false(mec_load(rig.mec, bad, len + 1, NULL));
    now = saved(&rig, &now_len);
    assert_int_equal(now_len, len);
    assert_memory_equal(now, good, len);
    free(now);
    for (unsigned i = 0; i < 3000; i++) {
        memcpy(bad, good, len);
        for (unsigned n = rng_below(&r, 3); n < 3; n++) {
            bad[rng_below(&r, rng_once_in(&r, 2) ? 150 : len)] = rng_next(&r);
        }
        if (mec_load(rig.mec, bad, len, NULL)) {
            accepted++;
            /* Then it means something, and can be saved again. */
            now = saved(&rig, &now_len);
            assert_true(mec_load(rig.mec, now, now_len, NULL));
            free(now);
            rig_touch(&rig, rig_pa(i % RIG_GRANULES), CCA_PAS_REALM, 3);
        }
    }
    assert_true(accepted > 0 && accepted < 2900);
    free(good);
    free(bad);
    rig_stop(&rig);
}

/*
 * Fields that no honest state has: PAS 6, a MECID above the width, a key lost
 * more often than the losses say, a loss of what has no key.
 */
static void impossible_states(void **state)
{
    const uint8_t tails[][24] = {
        /* losses: none; then runs of 8 and 600 granules under a key */
        { 12, 0, 0, 0, 0, 8, 0, 0xd8, 4, 0 , 0, 0 },
        { 9, 0, 0, 0, 0, 8, 0, 0xd8, 4, 0 },            /* good */
        { 9, 0, 0, 0, 0, 8, 7, 0xd8, 4, 0 },            /* PAS 6 */
        { 9, 0, 0, 0, 0, 8, 0x7a, 0xd8, 4, 0 },         /* MECID 15: good */
        { 10, 0, 0, 0, 0, 8, 0x82, 1, 0xd8, 4, 0 },     /* MECID 16 */
        { 11, 0, 0, 0, 0, 8, 0x82, 0x80, 0x20, 0xd8, 4, 0 },    /* lost */
        { 15, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0xd8, 4, 0 }, /* of NS */
        { 15, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 8, 0, 0xd8, 4, 0 }, /* good */
        { 15, 1, 0, 0, 0, 2, 0, 0, 0, 0, 32, 8, 0, 0xd8, 4, 0 },
        { 15, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 8, 0, 0xd8, 4, 0 }, /* never */
        { 21, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0, 0, 0, 1, 0,   /* twice */
          8, 0, 0xd8, 4, 0 },
        { 9, 0, 0, 0, 0, 9, 0, 0xd8, 4, 0 },            /* 9 granules of 8 */
        { 11, 0, 0, 0, 0, 0, 0, 8, 0, 0xd8, 4, 0 },     /* a run of none */
    };
    const bool good[] = { 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0 };
    _Static_assert(COUNT_OF(tails) == COUNT_OF(good), "a row of each");
    uint8_t *base, all[256];
    size_t len, head;
    MecRig rig;

    (void)state;
    rig_config(&rig, MEC_PAS);
    rig.config.mecid_bits = 4;
    rig_make(&rig);
    base = saved(&rig, &len);
    head = len - 9;             /* without losses and runs */
    assert_int_equal(head, 8 + 2 * 16 + 64);
    memcpy(all, base, head);
    for (unsigned i = 0; i < COUNT_OF(tails); i++) {
        memcpy(all + head, tails[i] + 1, tails[i][0]);
        assert_int_equal(mec_load(rig.mec, all, head + tails[i][0], NULL),
                         good[i]);
    }
    free(base);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset),
        cmocka_unit_test(seeds),
        cmocka_unit_test(lost_key),
        cmocka_unit_test(runs),
        cmocka_unit_test(pairs),
        cmocka_unit_test(save_and_load_identity),
        cmocka_unit_test(save_and_load_encrypted),
        cmocka_unit_test(other_configurations),
        cmocka_unit_test(hostile_states),
        cmocka_unit_test(impossible_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
