/*
 * Memory Encryption Contexts: which one each granule is under, and how it
 * changes over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "mec-internal.h"

bool mec_refuse(MecError *why, const char *fmt, ...)
{
    va_list ap;

    if (why) {
        va_start(ap, fmt);
        vsnprintf(why->text, sizeof(why->text), fmt, ap);
        va_end(ap);
    }
    return false;
}

/* --- making one ----------------------------------------------------------- */

static bool check_range(const MecConfig *config, unsigned i, MecError *why)
{
    const MecRange *r = &config->range[i];

    if (!r->size || r->size % MEC_GRANULE || r->base % MEC_GRANULE ||
        r->size > 1ull << MEC_DRAM_BITS ||
        r->base > (1ull << MEC_PA_BITS) - r->size) {
        return mec_refuse(why, "range 0x%" PRIx64 " of 0x%" PRIx64 " bytes is "
                          "not whole granules within %d address bits",
                          r->base, r->size, MEC_PA_BITS);
    }
    for (unsigned j = 0; j < i; j++) {
        const MecRange *other = &config->range[j];

        if (r->base < other->base + other->size &&
            other->base < r->base + r->size) {
            return mec_refuse(why, "ranges 0x%" PRIx64 " and 0x%" PRIx64
                              " overlap", other->base, r->base);
        }
    }
    return true;
}

static bool check_config(const MecConfig *config, MecError *why)
{
    if ((unsigned)config->policy >= MEC_POLICY__COUNT) {
        return mec_refuse(why, "there is no policy %d", (int)config->policy);
    }
    if (config->mecid_bits < 1 || config->mecid_bits > 16) {
        return mec_refuse(why, "mecid-bits=%u is not 1 to 16",
                          config->mecid_bits);
    }
    if (!config->bus.granule) {
        return mec_refuse(why, "there is no memory");
    }
    if (config->range_count < 1 || config->range_count > MEC_RANGES_MAX) {
        return mec_refuse(why, "%u ranges of DRAM are not 1 to %d",
                          config->range_count, MEC_RANGES_MAX);
    }
    for (unsigned i = 0; i < config->range_count; i++) {
        if (!check_range(config, i, why)) {
            return false;
        }
    }
    return true;
}

uint64_t mec_span_chunks(const MecSpan *span)
{
    uint64_t chunk_bytes = (uint64_t)MEC_CHUNK_GRANULES * MEC_GRANULE;

    return (span->size + chunk_bytes - 1) / chunk_bytes;
}

void mec_free_chunks(const MecSpan *span)
{
    for (uint64_t i = 0; span->chunk && i < mec_span_chunks(span); i++) {
        free(atomic_exchange(&span->chunk[i], NULL));
    }
}

/* By address, so that runs come so. */
static int by_base(const void *a, const void *b)
{
    const MecSpan *x = a, *y = b;

    return (x->base > y->base) - (x->base < y->base);
}

static bool make_spans(Mec *m, const MecConfig *config)
{
    m->span_count = config->range_count;
    for (unsigned i = 0; i < m->span_count; i++) {
        m->span[i].base = config->range[i].base;
        m->span[i].size = config->range[i].size;
    }
    qsort(m->span, m->span_count, sizeof(m->span[0]), by_base);
    for (unsigned i = 0; i < m->span_count; i++) {
        m->span[i].chunk = calloc(mec_span_chunks(&m->span[i]),
                                  sizeof(m->span[i].chunk[0]));
        if (!m->span[i].chunk) {
            return false;
        }
    }
    return true;
}

static bool make_private(Mec *m, const MecConfig *config)
{
    MecPrivate *p = m->priv = calloc(1, sizeof(*m->priv));

    if (!p) {
        return false;
    }
    p->bus = config->bus;
    p->pc = config->pc;
    p->mecid_bits = config->mecid_bits;
    p->ns_identity = config->ns_identity;
    memcpy(p->seed, config->seed, MEC_SEED_BYTES);
    memcpy(p->first_seed, config->seed, MEC_SEED_BYTES);
    p->cipher = mec_cipher_new(p->seed);
    p->first_cipher = mec_cipher_new(p->first_seed);
    return p->cipher && p->first_cipher;
}

Mec *mec_new(const MecConfig *config, MecError *why)
{
    Mec *m;

    if (!check_config(config, why)) {
        return NULL;
    }
    m = calloc(1, sizeof(*m));
    if (!m || !make_spans(m, config) || !make_private(m, config)) {
        mec_free(m);
        mec_refuse(why, "memory is short");
        return NULL;
    }
    m->policy = config->policy;
    m->mecid_mask = (1u << config->mecid_bits) - 1;
    m->faults = config->faults;
    return m;
}

void mec_free(Mec *m)
{
    if (!m) {
        return;
    }
    for (unsigned i = 0; i < m->span_count; i++) {
        mec_free_chunks(&m->span[i]);
        free(m->span[i].chunk);
    }
    if (m->priv) {
        mec_forget_seen(m);
        mec_cipher_free(m->priv->cipher);
        mec_cipher_free(m->priv->first_cipher);
        free(m->priv);
    }
    free(atomic_load(&m->losses));
    free(m);
}

const char *mec_policy_name(MecPolicy policy)
{
    static const char *const names[MEC_POLICY__COUNT] = {
        [MEC_OFF] = "off", [MEC_MECID] = "mecid", [MEC_PAS] = "pas",
    };

    return (unsigned)policy < MEC_POLICY__COUNT ? names[policy] : "?";
}

/* --- keys and ciphertext -------------------------------------------------- */

MecContext mec_context_behind(MecKeyId key)
{
    return (MecContext) {
        .pas = (key & 7) ^ CCA_PAS_NS, .mecid = key >> 3 & 0xffff,
    };
}

bool mec_is_plain(const Mec *m, MecKeyId key)
{
    return m->policy == MEC_OFF || (key == 0 && m->priv->ns_identity);
}

/* The first context's key is not that of a boot: mec_reset(). */
static MecCipher *cipher_of(const Mec *m, MecKeyId key)
{
    return key & MEC_CONTEXT_MASK ? m->priv->cipher : m->priv->first_cipher;
}

void mec_part_to_cipher(Mec *m, MecKeyId key, const MecPart *part)
{
    if (!mec_is_plain(m, key)) {
        mec_encrypt(cipher_of(m, key), key, part);
    }
}

void mec_part_from_cipher(Mec *m, MecKeyId key, const MecPart *part)
{
    if (!mec_is_plain(m, key)) {
        mec_decrypt(cipher_of(m, key), key, part);
    }
}

void mec_rekey(Mec *m, MecKeyId from, MecKeyId to, const MecPart *part)
{
    if (from != to) {
        mec_part_to_cipher(m, from, part);
        mec_part_from_cipher(m, to, part);
    }
}

bool mec_change(Mec *m, uint64_t pa, uint64_t size)
{
    MecPrivate *p = m->priv;

    if (p->bus.change && !p->bus.change(p->bus.opaque, pa, size)) {
        p->stats.refused++;
        return false;
    }
    return true;
}

void mec_changed(Mec *m, uint64_t pa, uint64_t size)
{
    MecPrivate *p = m->priv;

    if (p->bus.changed) {
        p->bus.changed(p->bus.opaque, pa, size);
    }
}

/* --- switches ------------------------------------------------------------- */

/* The slot of granule @index, with its chunk made if need be, or NULL. */
static MecSlot *slot_of(const MecSpan *span, uint64_t index)
{
    _Atomic(MecSlot *) *link = &span->chunk[index / MEC_CHUNK_GRANULES];
    MecSlot *chunk = atomic_load_explicit(link, memory_order_acquire);

    if (!chunk) {
        chunk = calloc(MEC_CHUNK_GRANULES, sizeof(*chunk));
        if (!chunk) {
            return NULL;
        }
        atomic_store_explicit(link, chunk, memory_order_release);
    }
    return &chunk[index % MEC_CHUNK_GRANULES];
}

bool mec_set_held(const MecSpan *span, uint64_t index, MecKeyId key)
{
    MecSlot *slot;

    if (mec_held(span, index) == key) {
        return true;
    }
    slot = slot_of(span, index);
    if (slot) {
        atomic_store_explicit(slot, key, memory_order_relaxed);
    }
    return slot;
}

static void count_switch(Mec *m, MecKeyId from, MecKeyId to)
{
    MecPrivate *p = m->priv;
    uint64_t hash;

    from &= MEC_CONTEXT_MASK;
    to &= MEC_CONTEXT_MASK;
    hash = ((uint64_t)from << 32 | to) * 0x9e3779b97f4a7c15ull;
    p->stats.switches++;
    for (unsigned i = 0; i < MEC_PAIRS_MAX; i++) {
        MecPair *pair = &p->pair[((hash >> 56) + i) % MEC_PAIRS_MAX];

        if (!pair->count) {
            *pair = (MecPair) { .from = from, .to = to };
        }
        if (pair->from == from && pair->to == to) {
            pair->count++;
            return;
        }
    }
    p->stats.uncounted++;
}

static MecResult switch_granule(Mec *m, const MecSpan *span, uint64_t index,
                                MecKeyId from, MecKeyId to)
{
    uint64_t pa = span->base + index * MEC_GRANULE;
    MecBus *bus = &m->priv->bus;
    MecPart part = { .unit = pa / MEC_GRANULE, .count = MEC_BLOCKS };
    MecSlot *slot;

    if (!bus->granule(bus->opaque, pa)) {
        return MEC_OUTSIDE;
    }
    slot = slot_of(span, index);
    if (!slot || !mec_change(m, pa, MEC_GRANULE)) {
        return MEC_REFUSED;
    }
    /* Once more: change() may have moved what there was. */
    part.data = bus->granule(bus->opaque, pa);
    if (part.data) {
        mec_rekey(m, from, to, &part);
        atomic_store_explicit(slot, to, memory_order_relaxed);
        count_switch(m, from, to);
    }
    mec_changed(m, pa, MEC_GRANULE);
    return part.data ? MEC_SWITCHED : MEC_OUTSIDE;
}

MecResult mec_switch(Mec *m, const CcaAccess *access)
{
    const MecSpan *span = mec_span(m, access->addr);
    CcaAccess a = *access;
    MecKeyId from, to;
    uint64_t index;

    if (!span) {
        return MEC_OUTSIDE;
    }
    if (a.requester.kind == CCA_REQUESTER_DEBUG) {
        return MEC_REFUSED;
    }
    a.mecid &= m->mecid_mask;
    if (mec_armed(m)) {
        mec_pass_sites(m, &a);
    }
    index = (a.addr - span->base) / MEC_GRANULE;
    from = mec_held(span, index);
    to = mec_key(m, a.pas, a.mecid);
    return from == to ? MEC_HELD : switch_granule(m, span, index, from, to);
}

bool mec_context_of(const Mec *m, uint64_t pa, MecContext *context)
{
    const MecSpan *span = mec_span(m, pa);

    if (!span) {
        return false;
    }
    *context = mec_context_behind(
        mec_held(span, (pa - span->base) / MEC_GRANULE));
    return true;
}

_Atomic uint16_t *mec_losses(Mec *m)
{
    _Atomic uint16_t *losses = atomic_load(&m->losses);

    if (!losses) {
        losses = calloc(1u << MEC_CONTEXT_BITS, sizeof(*losses));
        atomic_store_explicit(&m->losses, losses, memory_order_release);
    }
    return losses;
}

bool mec_lose_key(Mec *m, MecContext context)
{
    MecKeyId key = mec_first_key(m, context.pas, context.mecid);
    _Atomic uint16_t *losses;

    if (mec_is_plain(m, key)) {
        return false;
    }
    losses = mec_losses(m);
    if (!losses || losses[key] == MEC_LOSSES_MAX ||
        !mec_change(m, 0, UINT64_MAX)) {
        return false;
    }
    m->priv->lost_count += losses[key]++ == 0;
    m->priv->stats.lost_keys++;
    mec_changed(m, 0, UINT64_MAX);
    return true;
}

/* --- reset ---------------------------------------------------------------- */

/*
 * Leave the granule's ciphertext as it is and call it the first context's,
 * whose key stays.
 */
static void settle(Mec *m, const MecSpan *span, uint64_t index)
{
    MecKeyId key = mec_held(span, index);
    uint64_t pa = span->base + index * MEC_GRANULE;
    MecPart part = { .unit = pa / MEC_GRANULE, .count = MEC_BLOCKS };

    if (key & MEC_CONTEXT_MASK) {
        part.data = m->priv->bus.granule(m->priv->bus.opaque, pa);
        if (part.data) {
            mec_rekey(m, key, 0, &part);
        }
        mec_set_held(span, index, 0);
    }
}

static void settle_chunk(Mec *m, const MecSpan *span, uint64_t chunk)
{
    uint64_t first = chunk * MEC_CHUNK_GRANULES;
    uint64_t granules = span->size / MEC_GRANULE;

    if (!atomic_load(&span->chunk[chunk])) {
        return;
    }
    for (uint64_t i = first;
         i < first + MEC_CHUNK_GRANULES && i < granules; i++) {
        settle(m, span, i);
    }
}

void mec_reset(Mec *m, const uint8_t seed[MEC_SEED_BYTES])
{
    MecPrivate *p = m->priv;
    _Atomic uint16_t *losses = atomic_load(&m->losses);
    uint16_t of_first = losses ? losses[0] : 0;

    for (unsigned i = 0; i < m->span_count; i++) {
        for (uint64_t c = 0; c < mec_span_chunks(&m->span[i]); c++) {
            settle_chunk(m, &m->span[i], c);
        }
        /* What the first context lost stays lost. */
        if (!of_first) {
            mec_free_chunks(&m->span[i]);
        }
    }
    if (losses) {
        memset((void *)losses, 0,
               sizeof(*losses) << MEC_CONTEXT_BITS);
        losses[0] = of_first;
        p->lost_count = of_first != 0;
    }
    memcpy(p->seed, seed, MEC_SEED_BYTES);
    mec_cipher_seed(p->cipher, seed);
    memset(&p->stats, 0, sizeof(p->stats));
    memset(p->pair, 0, sizeof(p->pair));
}

/* --- counters ------------------------------------------------------------- */

void mec_stats(const Mec *m, MecStats *stats)
{
    *stats = m->priv->stats;
}

void mec_pairs(const Mec *m,
               void (*fn)(void *opaque, MecContext from, MecContext to,
                          uint64_t count), void *opaque)
{
    for (unsigned i = 0; i < MEC_PAIRS_MAX; i++) {
        const MecPair *pair = &m->priv->pair[i];

        if (pair->count) {
            fn(opaque, mec_context_behind(pair->from),
               mec_context_behind(pair->to), pair->count);
        }
    }
}

size_t mec_bytes(const Mec *m)
{
    size_t chunks = 0;

    for (unsigned i = 0; i < m->span_count; i++) {
        for (uint64_t c = 0; c < mec_span_chunks(&m->span[i]); c++) {
            chunks += atomic_load(&m->span[i].chunk[c]) != NULL;
        }
    }
    return chunks * MEC_CHUNK_GRANULES * sizeof(MecSlot);
}
