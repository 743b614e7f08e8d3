/*
 * Memory encryption contexts against a model that has ciphertext only: more
 * than a million random steps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "mec-model.h"
#include "mec-openssl.h"
#include "mec-rig.h"
#include "rng.h"

typedef struct World {
    MecRig rig;
    MecModel model;
    uint8_t (*cipher)[MEC_GRANULE];     /* the model's DRAM */
    uint32_t held[RIG_GRANULES];        /* who was there last */
    uint64_t switches, steps;
    Rng rng;
} World;

/* Few granules, so that contexts meet: ends, and where a chunk begins. */
static const uint16_t hot[] = {
    0, 1, 7, 8, 9, 8 + 510, 8 + 511, 8 + 512, 8 + 513, 607,
};

/* Contexts differ in the PAS, in low and high bits of the MECID. */
static MecContext some_context(World *w)
{
    static const uint16_t mecids[] = { 0, 1, 2, 5, 0x1001, 0xffff };
    static const CcaPas pas[] = {
        CCA_PAS_NS, CCA_PAS_SECURE, CCA_PAS_ROOT, CCA_PAS_REALM,
        CCA_PAS_REALM,
    };
    MecContext c = { .pas = pas[rng_below(&w->rng, COUNT_OF(pas))] };

    if (c.pas == CCA_PAS_REALM || rng_once_in(&w->rng, 8)) {
        c.mecid = rng_once_in(&w->rng, 50) ? rng_next(&w->rng) :
                  mecids[rng_below(&w->rng, COUNT_OF(mecids))];
    }
    return c;
}

static unsigned some_granule(World *w)
{
    return rng_once_in(&w->rng, 40) ? rng_below(&w->rng, RIG_GRANULES) :
                                      hot[rng_below(&w->rng, COUNT_OF(hot))];
}

static uint64_t unit_of(unsigned g)
{
    return rig_pa(g) / MEC_GRANULE;
}

static void fill(World *w, uint8_t *buf, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        buf[i] = rng_next(&w->rng);
    }
}

/* @at and @len within a granule; mostly short. */
static void some_part(World *w, unsigned *at, unsigned *len)
{
    unsigned most = rng_once_in(&w->rng, 16) ? MEC_GRANULE : 48;

    *at = rng_below(&w->rng, MEC_GRANULE);
    *len = 1 + rng_below(&w->rng, most);
    if (*len > MEC_GRANULE - *at) {
        *len = MEC_GRANULE - *at;
    }
}

static void step_access(World *w)
{
    MecContext c = some_context(w);
    unsigned g = some_granule(w), at, len;
    uint32_t key = model_key(&w->model, c.pas, c.mecid);
    uint8_t buf[MEC_GRANULE];
    CcaAccess a;

    some_part(w, &at, &len);
    a = rig_access(rig_pa(g) + at, c.pas, c.mecid);
    assert_int_equal(mec_lookup(w->rig.mec, &a), w->held[g] == key);
    w->rig.refuse = rng_once_in(&w->rng, 50);
    if (w->rig.refuse && w->held[g] != key) {
        assert_int_equal(mec_switch(w->rig.mec, &a), MEC_REFUSED);
        w->rig.refuse = false;
        return;
    }
    assert_int_equal(mec_switch(w->rig.mec, &a),
                     w->held[g] == key ? MEC_HELD : MEC_SWITCHED);
    w->rig.refuse = false;
    w->switches += w->held[g] != key;
    w->held[g] = key;
    assert_true(mec_lookup(w->rig.mec, &a));
    if (rng_once_in(&w->rng, 2)) {
        model_read(&w->model, c.pas, c.mecid, w->cipher[g], unit_of(g), at,
                   buf, len);
        assert_memory_equal(rig_ram(&w->rig, a.addr), buf, len);
    } else {
        fill(w, buf, len);
        memcpy(rig_ram(&w->rig, a.addr), buf, len);
        model_write(&w->model, c.pas, c.mecid, w->cipher[g], unit_of(g), at,
                    buf, len);
    }
}

/* A range of DRAM from granule *@g on, perhaps over more than one. */
static unsigned some_range(World *w, unsigned *g, unsigned *at)
{
    unsigned len, end;

    *g = some_granule(w);
    some_part(w, at, &len);
    if (rng_once_in(&w->rng, 8)) {
        len += rng_below(&w->rng, 2 * MEC_GRANULE);
    }
    end = *g < RIG_LOW_GRANULES ? RIG_LOW_GRANULES : RIG_GRANULES;
    if (len > (end - *g) * MEC_GRANULE - *at) {
        len = (end - *g) * MEC_GRANULE - *at;
    }
    return len;
}

/* A probe on the bus. */
static void step_cipher(World *w)
{
    uint8_t buf[4 * MEC_GRANULE];
    unsigned g, at, len = some_range(w, &g, &at);

    if (rng_once_in(&w->rng, 2)) {
        assert_true(mec_cipher_read(w->rig.mec, rig_pa(g) + at, buf, len));
        assert_memory_equal(buf, w->cipher[g] + at, len);
    } else {
        fill(w, buf, len);
        w->rig.refuse = rng_once_in(&w->rng, 20);
        assert_int_equal(mec_cipher_write(w->rig.mec, rig_pa(g) + at, buf,
                                          len), !w->rig.refuse);
        if (!w->rig.refuse) {
            memcpy(w->cipher[g] + at, buf, len);
        }
        w->rig.refuse = false;
    }
}

/* A debugger, or a device: neither makes a granule change over. */
static void step_plain(World *w)
{
    MecContext c = some_context(w);
    uint8_t buf[4 * MEC_GRANULE], want[MEC_GRANULE];
    unsigned g, at, len = some_range(w, &g, &at), n;
    bool write = rng_once_in(&w->rng, 2);
    bool device = rng_once_in(&w->rng, 2);
    uint64_t pa = rig_pa(g) + at;
    CcaAccess a = rig_access(pa, c.pas, c.mecid);

    a.requester.kind = CCA_REQUESTER_DEVICE;
    if (write) {
        fill(w, buf, len);
        assert_true(device ? mec_access_write(w->rig.mec, &a, buf, len) :
                    mec_plain_write(w->rig.mec, c, pa, buf, len));
    } else {
        assert_true(device ? mec_access_read(w->rig.mec, &a, buf, len) :
                    mec_plain_read(w->rig.mec, c, pa, buf, len));
    }
    for (unsigned done = 0; done < len; done += n, g++, at = 0) {
        n = MEC_GRANULE - at < len - done ? MEC_GRANULE - at : len - done;
        if (write) {
            model_write(&w->model, c.pas, c.mecid, w->cipher[g], unit_of(g),
                        at, buf + done, n);
        } else {
            model_read(&w->model, c.pas, c.mecid, w->cipher[g], unit_of(g),
                       at, want, n);
            assert_memory_equal(buf + done, want, n);
        }
    }
}

static void step_lose(World *w)
{
    MecContext c = some_context(w);

    if (w->model.lost_count < MODEL_LOST_MAX) {
        assert_int_equal(mec_lose_key(w->rig.mec, c),
                         model_lose(&w->model, c.pas, c.mecid));
    }
}

static void step_reset(World *w)
{
    uint8_t seed[MEC_SEED_BYTES];

    fill(w, seed, sizeof(seed));
    mec_reset(w->rig.mec, seed);
    for (unsigned g = 0; g < RIG_GRANULES; g++) {
        if (w->held[g] % (1u << 19)) {
            w->held[g] = 0;
        }
    }
    model_reset(&w->model, seed);
}

/* Save, and go on with another Mec. */
static void step_move(World *w)
{
    size_t len;
    uint8_t *state = mec_save(w->rig.mec, &len);
    Mec *mec = mec_new(&w->rig.config, NULL);
    MecError why;

    assert_non_null(state);
    assert_non_null(mec);
    assert_true(mec_load(mec, state, len, &why));
    free(state);
    mec_free(w->rig.mec);
    w->rig.mec = mec;
}

/* A loader fills a granule. */
static void step_claim(World *w)
{
    unsigned g = some_granule(w);
    uint8_t *ram = rig_ram(&w->rig, rig_pa(g));

    fill(w, ram, MEC_GRANULE);
    assert_true(mec_claim(w->rig.mec, rig_pa(g) + 5, 7));
    w->held[g] = model_key(&w->model, CCA_PAS_NS, 0);
    model_write(&w->model, CCA_PAS_NS, 0, w->cipher[g], unit_of(g), 0, ram,
                MEC_GRANULE);
}

static void step(World *w)
{
    uint64_t what = rng_below(&w->rng, 100000);

    w->steps++;
    if (what < 10) {
        step_reset(w);
    } else if (what < 30) {
        step_lose(w);
    } else if (what < 50) {
        step_move(w);
    } else if (what < 300) {
        step_claim(w);
    } else if (what < 12000) {
        step_cipher(w);
    } else if (what < 22000) {
        step_plain(w);
    } else {
        step_access(w);
    }
}

static void start(World *w, MecPolicy policy, unsigned bits, bool identity)
{
    memset(w, 0, sizeof(*w));
    rig_config(&w->rig, policy);
    w->rig.config.mecid_bits = bits;
    w->rig.config.ns_identity = identity;
    rig_make(&w->rig);
    w->model = (MecModel) {
        .policy = policy, .mecid_bits = bits, .ns_identity = identity,
        .crypt = openssl_crypt,
    };
    memcpy(w->model.seed, w->rig.config.seed, MEC_SEED_BYTES);
    memcpy(w->model.first_seed, w->rig.config.seed, MEC_SEED_BYTES);
    w->rng.state = policy * 100 + bits * 2 + identity;
    w->cipher = malloc((size_t)RIG_GRANULES * MEC_GRANULE);
    assert_non_null(w->cipher);
    for (unsigned g = 0; g < RIG_GRANULES; g++) {
        model_write(&w->model, CCA_PAS_NS, 0, w->cipher[g], unit_of(g), 0,
                    rig_ram(&w->rig, rig_pa(g)), MEC_GRANULE);
    }
}

static void finish(World *w)
{
    static uint8_t all[MEC_GRANULE];

    for (unsigned g = 0; g < RIG_GRANULES; g++) {
        assert_true(mec_cipher_read(w->rig.mec, rig_pa(g), all, sizeof(all)));
        assert_memory_equal(all, w->cipher[g], sizeof(all));
    }
    rig_stop(&w->rig);
    free(w->cipher);
    openssl_done();
}

static void random_steps(MecPolicy policy, unsigned bits, bool identity,
                         unsigned steps)
{
    World w;

    start(&w, policy, bits, identity);
    while (w.steps < steps) {
        step(&w);
    }
    /* The steps did what they are for. */
    assert_true(policy == MEC_OFF ? w.switches == 0 : w.switches > steps / 4);
    finish(&w);
}

static void each_pas(void **state)
{
    (void)state;
    random_steps(MEC_PAS, 16, true, 350000);
}

static void each_pas_encrypted(void **state)
{
    (void)state;
    random_steps(MEC_PAS, 16, false, 250000);
}

static void narrow(void **state)
{
    (void)state;
    random_steps(MEC_PAS, 2, true, 150000);
}

static void mecid_only(void **state)
{
    (void)state;
    random_steps(MEC_MECID, 16, true, 150000);
}

static void mecid_only_encrypted(void **state)
{
    (void)state;
    random_steps(MEC_MECID, 12, false, 100000);
}

static void off(void **state)
{
    (void)state;
    random_steps(MEC_OFF, 16, false, 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pas),
        cmocka_unit_test(each_pas_encrypted),
        cmocka_unit_test(narrow),
        cmocka_unit_test(mecid_only),
        cmocka_unit_test(mecid_only_encrypted),
        cmocka_unit_test(off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
