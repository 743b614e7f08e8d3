/*
 * Fuzzing of memory encryption contexts: any sequence of accesses, probes,
 * resets, states. Every byte that is seen is compared with a model that has
 * ciphertext only, and decrypts with nettle's own XTS.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include <nettle/xts.h>
#include "fuzz-input.h"
#include "fuzz-mec.h"
#include "mec-model.h"

enum { OPS_MAX = 64, BUF = 3 * MEC_GRANULE };

typedef struct World {
    Mec *mec;
    MecConfig config;
    MecModel model;
    _Alignas(16) uint8_t ram[FUZZ_MEC_GRANULES][MEC_GRANULE];
    uint8_t cipher[FUZZ_MEC_GRANULES][MEC_GRANULE];
    unsigned changing;
} World;

static uint64_t pa_of(unsigned g)
{
    return g < FUZZ_MEC_LOW_GRANULES ?
           FUZZ_MEC_LOW + g * MEC_GRANULE :
           FUZZ_MEC_HIGH + (g - FUZZ_MEC_LOW_GRANULES) * MEC_GRANULE;
}

/* Number of the granule at @pa, or -1. */
static int granule_at(uint64_t pa)
{
    for (unsigned g = 0; g < FUZZ_MEC_GRANULES; g++) {
        if (pa / MEC_GRANULE == pa_of(g) / MEC_GRANULE) {
            return g;
        }
    }
    return -1;
}

static uint8_t *bus_granule(void *opaque, uint64_t pa)
{
    World *w = opaque;
    int g = granule_at(pa);

    CHECK(g >= 0 && pa % MEC_GRANULE == 0);
    return w->ram[g];
}

static bool bus_change(void *opaque, uint64_t pa, uint64_t size)
{
    World *w = opaque;

    (void)pa;
    CHECK(size > 0 && !w->changing++);
    return true;
}

static void bus_changed(void *opaque, uint64_t pa, uint64_t size)
{
    World *w = opaque;

    (void)pa;
    (void)size;
    CHECK(!--w->changing);
}

static void crypt(void *opaque, const uint8_t seed[MEC_SEED_BYTES],
                  uint32_t id, bool encrypt, uint64_t unit,
                  uint8_t data[MEC_GRANULE])
{
    struct xts_aes128_key key;
    uint8_t bytes[MEC_KEY_BYTES], tweak[16] = { 0 };

    (void)opaque;
    mec_derive_key(seed, id, bytes);
    for (unsigned i = 0; i < 8; i++) {
        tweak[i] = unit >> (8 * i);
    }
    if (encrypt) {
        xts_aes128_set_encrypt_key(&key, bytes);
        xts_aes128_encrypt_message(&key, tweak, MEC_GRANULE, data, data);
    } else {
        xts_aes128_set_decrypt_key(&key, bytes);
        xts_aes128_decrypt_message(&key, tweak, MEC_GRANULE, data, data);
    }
}

static void start(World *w, Input *in)
{
    uint8_t policy = take(in, 1), bits = take(in, 1);

    memset(w, 0, sizeof(*w));
    w->config = (MecConfig) {
        .policy = policy % MEC_POLICY__COUNT, .mecid_bits = 1 + bits % 16,
        .ns_identity = policy >> 7, .range_count = 2,
        .range = {
            { FUZZ_MEC_LOW, FUZZ_MEC_LOW_GRANULES * MEC_GRANULE },
            { FUZZ_MEC_HIGH, (FUZZ_MEC_GRANULES - FUZZ_MEC_LOW_GRANULES) *
                             MEC_GRANULE },
        },
        .bus = { bus_granule, bus_change, bus_changed, w },
    };
    w->mec = mec_new(&w->config, NULL);
    CHECK(w->mec);
    w->model = (MecModel) {
        .policy = w->config.policy, .mecid_bits = w->config.mecid_bits,
        .ns_identity = w->config.ns_identity, .crypt = crypt,
    };
    for (unsigned g = 0; g < FUZZ_MEC_GRANULES; g++) {
        model_write(&w->model, CCA_PAS_NS, 0, w->cipher[g],
                    pa_of(g) / MEC_GRANULE, 0, w->ram[g], MEC_GRANULE);
    }
}

static MecContext take_context(Input *in)
{
    MecContext c = { .pas = take(in, 1) % CCA_PAS__COUNT };

    c.mecid = take(in, 2);
    return c;
}

/* Half of the numbers are any address, the others are in or near DRAM. */
static uint64_t take_addr(Input *in)
{
    uint64_t v = take(in, 8);

    if (v >> 63) {
        return v << 1 >> 1 << (v & 1);
    }
    return (v >> 62 ? FUZZ_MEC_LOW : FUZZ_MEC_HIGH) - 64 +
           v % (5 * MEC_GRANULE);
}

static bool all_dram(uint64_t pa, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        if (granule_at(pa + i) < 0 || pa + i < pa) {
            return false;
        }
    }
    return true;
}

/* --- operations ----------------------------------------------------------- */

static void op_access(World *w, Input *in, bool write)
{
    unsigned place = take(in, 2) % (FUZZ_MEC_GRANULES * MEC_GRANULE);
    unsigned g = place / MEC_GRANULE, at = place % MEC_GRANULE, len = 64;
    MecContext c = take_context(in);
    uint8_t buf[256];
    CcaAccess a = { .addr = pa_of(g) + at, .pas = c.pas, .mecid = c.mecid };
    MecContext held;

    if (write) {
        len = 1 + take(in, 1);
        memset(buf, take(in, 1), sizeof(buf));
    }
    len = len < MEC_GRANULE - at ? len : MEC_GRANULE - at;
    CHECK(mec_lookup(w->mec, &a) || mec_switch(w->mec, &a) == MEC_SWITCHED);
    CHECK(mec_lookup(w->mec, &a) && mec_switch(w->mec, &a) == MEC_HELD);
    CHECK(mec_context_of(w->mec, a.addr, &held));
    CHECK(model_key(&w->model, held.pas, held.mecid) ==
          model_key(&w->model, c.pas, c.mecid));
    if (write) {
        memcpy(w->ram[g] + at, buf, len);
        model_write(&w->model, c.pas, c.mecid, w->cipher[g],
                    a.addr / MEC_GRANULE, at, buf, len);
    } else {
        model_read(&w->model, c.pas, c.mecid, w->cipher[g],
                   a.addr / MEC_GRANULE, at, buf, len);
        CHECK(!memcmp(w->ram[g] + at, buf, len));
    }
}

static void model_view(World *w, bool cipher, MecContext c, bool write,
                       uint64_t pa, uint8_t *buf, unsigned len)
{
    unsigned n;

    for (; len; pa += n, buf += n, len -= n) {
        uint8_t *granule = w->cipher[granule_at(pa)];
        unsigned at = pa % MEC_GRANULE;

        n = len < MEC_GRANULE - at ? len : MEC_GRANULE - at;
        if (cipher) {
            memcpy(write ? granule + at : buf, write ? buf : granule + at, n);
        } else if (write) {
            model_write(&w->model, c.pas, c.mecid, granule, pa / MEC_GRANULE,
                        at, buf, n);
        } else {
            model_read(&w->model, c.pas, c.mecid, granule, pa / MEC_GRANULE,
                       at, buf, n);
        }
    }
}

static bool view_write(World *w, bool cipher, MecContext c, uint64_t pa,
                       const uint8_t *buf, unsigned len)
{
    CcaAccess a = { .addr = pa, .pas = c.pas, .mecid = c.mecid };

    return cipher ? mec_cipher_write(w->mec, pa, buf, len) :
           len % 2 ? mec_access_write(w->mec, &a, buf, len) :
                     mec_plain_write(w->mec, c, pa, buf, len);
}

static bool view_read(World *w, bool cipher, MecContext c, uint64_t pa,
                      uint8_t *buf, unsigned len)
{
    CcaAccess a = { .addr = pa, .pas = c.pas, .mecid = c.mecid };

    return cipher ? mec_cipher_read(w->mec, pa, buf, len) :
           len % 2 ? mec_access_read(w->mec, &a, buf, len) :
                     mec_plain_read(w->mec, c, pa, buf, len);
}

static void op_view(World *w, Input *in, bool cipher, bool write)
{
    static uint8_t buf[BUF], want[BUF];
    MecContext c = { CCA_PAS_NS, 0 };
    uint64_t pa;
    unsigned len;
    bool good;

    if (!cipher) {
        c = take_context(in);
    }
    pa = take_addr(in);
    len = take(in, 2) % BUF;
    good = all_dram(pa, len);
    if (write) {
        memset(buf, take(in, 1), len);
        CHECK(view_write(w, cipher, c, pa, buf, len) == good);
        if (good) {
            model_view(w, cipher, c, true, pa, buf, len);
        }
        return;
    }
    CHECK(view_read(w, cipher, c, pa, buf, len) == good);
    if (good) {
        model_view(w, cipher, c, false, pa, want, len);
        CHECK(!memcmp(buf, want, len));
    }
}

static void op_lose(World *w, Input *in)
{
    MecContext c = take_context(in);

    if (w->model.lost_count < MODEL_LOST_MAX) {
        CHECK(mec_lose_key(w->mec, c) ==
              model_lose(&w->model, c.pas, c.mecid));
    }
}

static void op_reset(World *w, Input *in)
{
    uint8_t seed[MEC_SEED_BYTES];

    memset(seed, take(in, 1), sizeof(seed));
    mec_reset(w->mec, seed);
    model_reset(&w->model, seed);
}

static void op_move(World *w)
{
    Mec *mec = mec_new(&w->config, NULL);
    size_t len;
    uint8_t *state = mec_save(w->mec, &len);

    CHECK(mec && state && mec_load(mec, state, len, NULL));
    free(state);
    mec_free(w->mec);
    w->mec = mec;
}

/* Something else is loaded, and if it is a state, can be saved as such. */
static void op_bad_state(World *w, Input *in)
{
    size_t len, len2;
    uint8_t *good = mec_save(w->mec, &len), *bad, *again;
    unsigned cut = take(in, 2);

    CHECK(good);
    len2 = cut < len ? len - cut : len;
    bad = malloc(len2);         /* so that ASan sees its end */
    CHECK(bad);
    memcpy(bad, good, len2);
    do {
        unsigned place = take(in, 2);

        bad[place % len2] = take(in, 1);
    } while (in->left && take(in, 1) & 1);
    if (mec_load(w->mec, bad, len2, NULL)) {
        again = mec_save(w->mec, &len2);
        CHECK(again && mec_load(w->mec, again, len2, NULL));
        free(again);
    }
    CHECK(mec_load(w->mec, good, len, NULL));
    free(good);
    free(bad);
}

static void op_claim(World *w, Input *in)
{
    uint64_t pa = take_addr(in), size = take(in, 8), last;

    CHECK(mec_claim(w->mec, pa, size));
    last = size > UINT64_MAX - pa ? UINT64_MAX : pa + size - 1;
    for (unsigned g = 0; size && g < FUZZ_MEC_GRANULES; g++) {
        if (pa < pa_of(g) + MEC_GRANULE && last >= pa_of(g)) {
            model_write(&w->model, CCA_PAS_NS, 0, w->cipher[g],
                        pa_of(g) / MEC_GRANULE, 0, w->ram[g], MEC_GRANULE);
        }
    }
}

static bool on_run(void *opaque, const MecRun *run)
{
    uint64_t *last = opaque;

    CHECK(run->size && run->base >= *last && run->size % MEC_GRANULE == 0);
    CHECK(granule_at(run->base) >= 0);
    CHECK(granule_at(run->base + run->size - 1) >= 0);
    *last = run->base + run->size;
    return true;
}

static void op_runs(World *w, Input *in)
{
    uint64_t from = take_addr(in), limit = take(in, 1), last = 0, next;

    next = mec_runs(w->mec, from, limit, on_run, &last);
    CHECK(next == UINT64_MAX || next >= last);
    CHECK(next == UINT64_MAX || granule_at(next) >= 0);
}

static void one(World *w, Input *in)
{
    unsigned op = take(in, 1) % FUZZ_MEC__COUNT;

    switch (op) {
    case FUZZ_MEC_READ:
    case FUZZ_MEC_WRITE:
        op_access(w, in, op == FUZZ_MEC_WRITE);
        break;
    case FUZZ_MEC_CIPHER_READ:
    case FUZZ_MEC_CIPHER_WRITE:
        op_view(w, in, true, op == FUZZ_MEC_CIPHER_WRITE);
        break;
    case FUZZ_MEC_PLAIN_READ:
    case FUZZ_MEC_PLAIN_WRITE:
        op_view(w, in, false, op == FUZZ_MEC_PLAIN_WRITE);
        break;
    case FUZZ_MEC_LOSE:
        op_lose(w, in);
        break;
    case FUZZ_MEC_RESET:
        op_reset(w, in);
        break;
    case FUZZ_MEC_MOVE:
        op_move(w);
        break;
    case FUZZ_MEC_BAD_STATE:
        op_bad_state(w, in);
        break;
    case FUZZ_MEC_CLAIM:
        op_claim(w, in);
        break;
    default:
        op_runs(w, in);
        break;
    }
    CHECK(!w->changing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static World w;
    static uint8_t all[MEC_GRANULE];
    Input in = { data, size };

    start(&w, &in);
    for (unsigned i = 0; i < OPS_MAX && in.left; i++) {
        one(&w, &in);
    }
    for (unsigned g = 0; g < FUZZ_MEC_GRANULES; g++) {
        CHECK(mec_cipher_read(w.mec, pa_of(g), all, sizeof(all)));
        CHECK(!memcmp(all, w.cipher[g], sizeof(all)));
    }
    mec_free(w.mec);
    return 0;
}
