/*
 * Memory Encryption Contexts: DRAM as those see it who make no access of the
 * machine: a probe on its bus, a debugger, a loader.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "mec-internal.h"

/* What is done to each piece of a range: @len bytes at @at of a granule. */
typedef struct Piece {
    MecKeyId held;
    MecKeyId seen;              /* whose view it is, unless a probe's */
    uint64_t unit;
    unsigned at, len;
    uint8_t *ram;               /* the granule */
} Piece;

typedef struct View {
    Mec *m;
    bool cipher;                /* a probe, else */
    MecKeyId key;               /* one who has this key */
} View;

/* Is all of [@pa, @pa + @len) RAM with a context? */
static bool is_dram(const Mec *m, uint64_t pa, size_t len)
{
    const MecBus *bus = &m->priv->bus;
    uint64_t last = pa + (len - 1);

    if (last < pa) {
        return false;
    }
    for (uint64_t g = pa / MEC_GRANULE; g <= last / MEC_GRANULE; g++) {
        if (!mec_span(m, g * MEC_GRANULE) ||
            !bus->granule(bus->opaque, g * MEC_GRANULE)) {
            return false;
        }
    }
    return true;
}

/* The first piece of [@pa, @pa + @len), all of which is DRAM. */
static Piece piece_at(const View *v, uint64_t pa, size_t len)
{
    const MecSpan *span = mec_span(v->m, pa);
    const MecBus *bus = &v->m->priv->bus;
    Piece p = {
        .held = mec_held(span, (pa - span->base) / MEC_GRANULE),
        .seen = v->key,
        .unit = pa / MEC_GRANULE,
        .at = pa % MEC_GRANULE,
        .len = MEC_GRANULE - pa % MEC_GRANULE,
        .ram = bus->granule(bus->opaque, pa - pa % MEC_GRANULE),
    };

    if (p.len > len) {
        p.len = len;
    }
    return p;
}

/* The blocks that @p touches, as the viewer sees them, into @buf. */
static MecPart blocks_seen(const View *v, const Piece *p,
                           uint8_t buf[MEC_GRANULE])
{
    unsigned first = p->at / MEC_BLOCK;
    unsigned last = (p->at + p->len - 1) / MEC_BLOCK;
    MecPart part = {
        .unit = p->unit, .first = first, .count = last - first + 1,
        .data = buf,
    };

    memcpy(buf, p->ram + first * MEC_BLOCK, part.count * MEC_BLOCK);
    if (v->cipher) {
        mec_part_to_cipher(v->m, p->held, &part);
    } else {
        mec_rekey(v->m, p->held, p->seen, &part);
    }
    return part;
}

static bool view_read(const View *v, uint64_t pa, uint8_t *out, size_t len)
{
    uint8_t buf[MEC_GRANULE];

    if (!len) {
        return true;
    }
    if (!is_dram(v->m, pa, len)) {
        return false;
    }
    while (len) {
        Piece p = piece_at(v, pa, len);

        blocks_seen(v, &p, buf);
        memcpy(out, buf + p.at % MEC_BLOCK, p.len);
        pa += p.len;
        out += p.len;
        len -= p.len;
    }
    return true;
}

static void write_piece(const View *v, const Piece *p, const uint8_t *in)
{
    uint8_t buf[MEC_GRANULE];
    MecPart part = blocks_seen(v, p, buf);

    memcpy(buf + p->at % MEC_BLOCK, in, p->len);
    if (v->cipher) {
        mec_part_from_cipher(v->m, p->held, &part);
    } else {
        mec_rekey(v->m, p->seen, p->held, &part);
    }
    memcpy(p->ram + part.first * MEC_BLOCK, buf, part.count * MEC_BLOCK);
}

static bool view_write(const View *v, uint64_t pa, const uint8_t *in,
                       size_t len)
{
    uint64_t start = pa;
    size_t left = len;

    if (!len) {
        return true;
    }
    if (!is_dram(v->m, pa, len) || !mec_change(v->m, pa, len)) {
        return false;
    }
    while (left) {
        Piece p = piece_at(v, pa, left);

        write_piece(v, &p, in);
        pa += p.len;
        in += p.len;
        left -= p.len;
    }
    mec_changed(v->m, start, len);
    return true;
}

bool mec_cipher_read(Mec *m, uint64_t pa, void *buf, size_t len)
{
    View v = { .m = m, .cipher = true };

    return view_read(&v, pa, buf, len);
}

bool mec_cipher_write(Mec *m, uint64_t pa, const void *buf, size_t len)
{
    View v = { .m = m, .cipher = true };

    return view_write(&v, pa, buf, len);
}

bool mec_plain_read(Mec *m, MecContext context, uint64_t pa, void *buf,
                    size_t len)
{
    View v = { .m = m, .key = mec_key(m, context.pas, context.mecid) };

    return view_read(&v, pa, buf, len);
}

bool mec_plain_write(Mec *m, MecContext context, uint64_t pa,
                     const void *buf, size_t len)
{
    View v = { .m = m, .key = mec_key(m, context.pas, context.mecid) };

    return view_write(&v, pa, buf, len);
}

/* --- accesses that switch nothing ----------------------------------------- */

/* The view of who makes @access, which passes the fault sites if need be. */
static View view_of_access(Mec *m, const CcaAccess *access, size_t len)
{
    CcaAccess a = *access;

    a.mecid &= m->mecid_mask;
    if (mec_armed(m) && a.requester.kind != CCA_REQUESTER_DEBUG && len &&
        is_dram(m, a.addr, len)) {
        mec_pass_sites(m, &a);
    }
    return (View) { .m = m, .key = mec_key(m, a.pas, a.mecid) };
}

bool mec_access_read(Mec *m, const CcaAccess *access, void *buf, size_t len)
{
    View v = view_of_access(m, access, len);

    return view_read(&v, access->addr, buf, len);
}

bool mec_access_write(Mec *m, const CcaAccess *access, const void *buf,
                      size_t len)
{
    View v = view_of_access(m, access, len);

    return view_write(&v, access->addr, buf, len);
}

/* --- the state of granules ------------------------------------------------ */

bool mec_claim(Mec *m, uint64_t pa, uint64_t size)
{
    uint64_t last = size > UINT64_MAX - pa ? UINT64_MAX : pa + size - 1;
    MecKeyId first_context = mec_key(m, CCA_PAS_NS, 0);

    for (unsigned i = 0; size && i < m->span_count; i++) {
        const MecSpan *span = &m->span[i];
        uint64_t end = span->base + span->size - 1;
        uint64_t from = pa > span->base ? pa : span->base;
        uint64_t to = last < end ? last : end;

        if (from > to) {
            continue;
        }
        from = (from - span->base) / MEC_GRANULE;
        to = (to - span->base) / MEC_GRANULE;
        for (uint64_t g = from; g <= to; g++) {
            if (!mec_set_held(span, g, first_context)) {
                return false;
            }
        }
    }
    return true;
}

/* Granules from @index on under @key, as that one is. */
static uint64_t run_length(const MecSpan *span, uint64_t index, MecKeyId key)
{
    uint64_t granules = span->size / MEC_GRANULE, i = index + 1;

    while (i < granules) {
        uint64_t chunk = i / MEC_CHUNK_GRANULES;

        if (key == 0 && !atomic_load_explicit(&span->chunk[chunk],
                                              memory_order_acquire)) {
            i = (chunk + 1) * MEC_CHUNK_GRANULES;
        } else if (mec_held(span, i) == key) {
            i++;
        } else {
            break;
        }
    }
    return (i < granules ? i : granules) - index;
}

uint64_t mec_runs(const Mec *m, uint64_t from, uint64_t limit,
                  bool (*fn)(void *opaque, const MecRun *run), void *opaque)
{
    for (unsigned s = 0; s < m->span_count; s++) {
        const MecSpan *span = &m->span[s];
        uint64_t granules = span->size / MEC_GRANULE, i = 0, n;

        if (from > span->base) {
            i = (from - span->base) / MEC_GRANULE;
        }
        for (; i < granules; i += n) {
            MecRun run = { .base = span->base + i * MEC_GRANULE };
            MecKeyId key = mec_held(span, i);

            if (!limit--) {
                return run.base;
            }
            n = run_length(span, i, key);
            run.size = n * MEC_GRANULE;
            run.context = mec_context_behind(key);
            run.lost = key != mec_key(m, run.context.pas, run.context.mecid);
            if (!fn(opaque, &run)) {
                return run.base + run.size;
            }
        }
    }
    return UINT64_MAX;
}
