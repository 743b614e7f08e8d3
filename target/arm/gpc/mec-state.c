/*
 * Memory Encryption Contexts: the state as bytes, for migration.
 *
 *   header    "MEC1"; policy, mecid-bits, ns-identity, number of ranges, a
 *             byte each; base and size of each range, 8 bytes each; the seed,
 *             and that of the first context
 *   losses    4 bytes: how many; of each, the key (4 bytes) and its losses (2)
 *   contexts  runs until all granules are told, range after range: length and
 *             key, 7 bits a byte, all but the last with bit 7 set
 *
 * Numbers are little-endian.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include "mec-internal.h"

static const uint8_t magic[4] = "MEC1";

/* --- saving --------------------------------------------------------------- */

typedef struct Out {
    uint8_t *data;
    size_t len, room;
    bool bad;
} Out;

static void put_bytes(Out *out, const void *bytes, size_t n)
{
    if (out->room - out->len < n && !out->bad) {
        size_t room = 2 * out->room + n + 4096;
        uint8_t *data = realloc(out->data, room);

        out->bad = !data;
        if (data) {
            out->data = data;
            out->room = room;
        }
    }
    if (!out->bad) {
        memcpy(out->data + out->len, bytes, n);
        out->len += n;
    }
}

static void put(Out *out, uint64_t value, unsigned bytes)
{
    uint8_t b[8];

    for (unsigned i = 0; i < bytes; i++) {
        b[i] = value >> (8 * i);
    }
    put_bytes(out, b, bytes);
}

static void put_short(Out *out, uint64_t value)
{
    uint8_t b[10];
    unsigned n = 0;

    for (; value >> 7; value >>= 7) {
        b[n++] = (value & 0x7f) | 0x80;
    }
    b[n++] = value;
    put_bytes(out, b, n);
}

static void put_header(Out *out, const Mec *m)
{
    const MecPrivate *p = m->priv;

    put_bytes(out, magic, sizeof(magic));
    put(out, m->policy, 1);
    put(out, p->mecid_bits, 1);
    put(out, p->ns_identity, 1);
    put(out, m->span_count, 1);
    for (unsigned i = 0; i < m->span_count; i++) {
        put(out, m->span[i].base, 8);
        put(out, m->span[i].size, 8);
    }
    put_bytes(out, p->seed, MEC_SEED_BYTES);
    put_bytes(out, p->first_seed, MEC_SEED_BYTES);
}

static void put_losses(Out *out, const Mec *m)
{
    const _Atomic uint16_t *losses = atomic_load(&m->losses);
    uint32_t left = m->priv->lost_count;

    put(out, left, 4);
    for (MecKeyId k = 0; left && k <= MEC_CONTEXT_MASK; k++) {
        if (losses[k]) {
            put(out, k, 4);
            put(out, losses[k], 2);
            left--;
        }
    }
}

static void put_contexts(Out *out, const MecSpan *span)
{
    uint64_t granules = span->size / MEC_GRANULE, length = 0, step;
    MecKeyId key = 0;

    for (uint64_t i = 0; i < granules; i += step) {
        MecKeyId next = mec_held(span, i);
        bool empty = !atomic_load(&span->chunk[i / MEC_CHUNK_GRANULES]);

        step = empty ? MEC_CHUNK_GRANULES : 1;
        if (step > granules - i) {
            step = granules - i;
        }
        if (next != key && length) {
            put_short(out, length);
            put_short(out, key);
            length = 0;
        }
        key = next;
        length += step;
    }
    put_short(out, length);
    put_short(out, key);
}

uint8_t *mec_save(const Mec *m, size_t *len)
{
    Out out = { NULL, 0, 0, false };

    put_header(&out, m);
    put_losses(&out, m);
    for (unsigned i = 0; i < m->span_count; i++) {
        put_contexts(&out, &m->span[i]);
    }
    if (out.bad) {
        free(out.data);
        return NULL;
    }
    *len = out.len;
    return out.data;
}

/* --- loading -------------------------------------------------------------- */

typedef struct In {
    const uint8_t *data;
    size_t left;
    bool bad;                   /* there was less than was wanted */
} In;

static const uint8_t *take_bytes(In *in, size_t n)
{
    static const uint8_t none[MEC_SEED_BYTES];
    const uint8_t *bytes = in->data;

    if (in->left < n) {
        in->bad = true;
        in->left = 0;
        return none;
    }
    in->data += n;
    in->left -= n;
    return bytes;
}

static uint64_t take(In *in, unsigned bytes)
{
    const uint8_t *b = take_bytes(in, bytes);
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++) {
        value |= (uint64_t)b[i] << (8 * i);
    }
    return value;
}

static uint64_t take_short(In *in)
{
    uint64_t value = 0, byte;

    for (unsigned shift = 0; shift < 63; shift += 7) {
        byte = take(in, 1);
        value |= (byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            return value;
        }
    }
    in->bad = true;
    return 0;
}

/* What a state is read into before it counts. */
typedef struct Loaded {
    uint8_t seed[MEC_SEED_BYTES], first_seed[MEC_SEED_BYTES];
    _Atomic uint16_t *losses;   /* NULL: there are none */
    unsigned lost_count;
    MecSpan span[MEC_RANGES_MAX];
} Loaded;

/* The machine's options have to be those that the state was saved with. */
static bool take_options(In *in, const Mec *m, MecError *why)
{
    unsigned policy = take(in, 1), bits = take(in, 1);

    if (policy != m->policy) {
        return mec_refuse(why, "they were saved with mpe=%s, this machine has "
                          "mpe=%s", mec_policy_name(policy),
                          mec_policy_name(m->policy));
    }
    if (bits != m->priv->mecid_bits) {
        return mec_refuse(why, "they were saved with mecid-bits=%u, this "
                          "machine has mecid-bits=%u", bits,
                          m->priv->mecid_bits);
    }
    return true;
}

static bool take_header(In *in, const Mec *m, Loaded *l, MecError *why)
{
    bool same;

    if (memcmp(take_bytes(in, sizeof(magic)), magic, sizeof(magic))) {
        return mec_refuse(why, "this is no state of memory encryption "
                          "contexts, or of another version");
    }
    if (!take_options(in, m, why)) {
        return false;
    }
    same = take(in, 1) == m->priv->ns_identity;
    same &= take(in, 1) == m->span_count;
    for (unsigned i = 0; same && i < m->span_count; i++) {
        same &= take(in, 8) == m->span[i].base;
        same &= take(in, 8) == m->span[i].size;
    }
    if (!same) {
        return mec_refuse(why, "they were saved with DRAM at other places, or "
                          "of another size");
    }
    memcpy(l->seed, take_bytes(in, MEC_SEED_BYTES), MEC_SEED_BYTES);
    memcpy(l->first_seed, take_bytes(in, MEC_SEED_BYTES), MEC_SEED_BYTES);
    return true;
}

/* May a granule be under @key? */
static bool is_key(const Mec *m, const _Atomic uint16_t *losses, uint64_t key)
{
    MecKeyId first = key & MEC_CONTEXT_MASK;
    MecContext c = mec_context_behind(first);

    return key <= UINT32_MAX && (unsigned)c.pas < CCA_PAS__COUNT &&
           mec_first_key(m, c.pas, c.mecid) == first &&
           key >> MEC_CONTEXT_BITS <= (losses ? losses[first] : 0u);
}

static bool take_losses(In *in, const Mec *m, Loaded *l, MecError *why)
{
    uint64_t count = take(in, 4);

    if (!count) {
        return true;
    }
    l->losses = calloc(1u << MEC_CONTEXT_BITS, sizeof(*l->losses));
    if (!l->losses) {
        return mec_refuse(why, "memory is short");
    }
    while (count-- && !in->bad) {
        uint64_t key = take(in, 4), losses = take(in, 2);

        if (key > MEC_CONTEXT_MASK || !is_key(m, NULL, key) ||
            mec_is_plain(m, key) || !losses || losses > MEC_LOSSES_MAX ||
            l->losses[key]) {
            return mec_refuse(why, "the state names a lost key that does not "
                              "exist");
        }
        l->losses[key] = losses;
        l->lost_count++;
    }
    return true;
}

static bool take_contexts(In *in, const Mec *m, const Loaded *l,
                          const MecSpan *span, MecError *why)
{
    uint64_t granules = span->size / MEC_GRANULE, at = 0;

    while (at < granules && !in->bad) {
        uint64_t length = take_short(in), key = take_short(in);

        if (in->bad || !length || length > granules - at ||
            !is_key(m, l->losses, key)) {
            return mec_refuse(why, "the state names granules or contexts that "
                              "do not exist");
        }
        for (uint64_t end = at + length; at < end; at++) {
            if (!key) {
                at = end - 1;
            } else if (!mec_set_held(span, at, key)) {
                return mec_refuse(why, "memory is short");
            }
        }
    }
    return true;
}

static bool take_all(In *in, const Mec *m, Loaded *l, MecError *why)
{
    if (!take_header(in, m, l, why) || !take_losses(in, m, l, why)) {
        return false;
    }
    for (unsigned i = 0; i < m->span_count; i++) {
        MecSpan *span = &l->span[i];

        *span = m->span[i];
        span->chunk = calloc(mec_span_chunks(span), sizeof(span->chunk[0]));
        if (!span->chunk) {
            return mec_refuse(why, "memory is short");
        }
        if (!take_contexts(in, m, l, span, why)) {
            return false;
        }
    }
    return (!in->bad && !in->left) ||
           mec_refuse(why, "the state is cut off, or goes on beyond its end");
}

bool mec_load(Mec *m, const uint8_t *state, size_t len, MecError *why)
{
    In in = { state, len, false };
    MecPrivate *p = m->priv;
    Loaded l = { .losses = NULL };
    bool good = take_all(&in, m, &l, why);

    if (good) {
        _Atomic uint16_t *losses = atomic_exchange(&m->losses, l.losses);

        l.losses = losses;
        p->lost_count = l.lost_count;
        for (unsigned i = 0; i < m->span_count; i++) {
            MecSpan old = m->span[i];

            m->span[i] = l.span[i];
            l.span[i] = old;
        }
        memcpy(p->seed, l.seed, MEC_SEED_BYTES);
        memcpy(p->first_seed, l.first_seed, MEC_SEED_BYTES);
        mec_cipher_seed(p->cipher, p->seed);
        mec_cipher_seed(p->first_cipher, p->first_seed);
        mec_forget_seen(m);
    }
    for (unsigned i = 0; i < m->span_count; i++) {
        mec_free_chunks(&l.span[i]);
        free(l.span[i].chunk);
    }
    free(l.losses);
    return good;
}
