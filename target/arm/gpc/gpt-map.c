/*
 * Looking at Granule Protection Tables as a human does: one address, or the
 * whole map.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "gpt.h"

enum {
    PA_BITS_MAX = 56,
    WALK_READS_MAX = 3,     /* level 0, and a pair of level 1 */
};

static void set_range(GptWalk *w, uint64_t pa, unsigned shift)
{
    w->size = 1ull << shift;
    w->base = pa & ~(w->size - 1);
}

/* The answer of the registers alone, if they have one. */
static bool settled_by_config(const GptConfig *cfg, uint64_t pa, GptWalk *w)
{
    set_range(w, pa, PA_BITS_MAX);
    if (!cfg->enabled) {
        return true;
    }
    if (!cfg->valid) {
        w->fault = CCA_GPCF_WALK;
        return true;
    }
    if (pa >> cfg->pps) {
        w->base = 1ull << cfg->pps;
        w->size = (1ull << PA_BITS_MAX) - w->base;
        return true;
    }
    if (cfg->bw_on && (pa & cfg->bw_mask) == cfg->bw_match) {
        set_range(w, pa, __builtin_ctzll(cfg->bw_mask));
        return true;
    }
    if (!cfg->base_ok) {
        set_range(w, pa, cfg->bw_on ? __builtin_ctzll(cfg->bw_mask) :
                                      cfg->pps);
        w->fault = CCA_GPCF_ADDRESS_SIZE;
        return true;
    }
    w->protected_ = true;
    return false;
}

static bool read_entry(const GptBus *bus, GptWalk *w, unsigned level,
                       uint64_t addr)
{
    w->level = level;
    w->levels = level + 1;
    w->entry_addr[level] = addr;
    if (!bus->read64(bus->opaque, addr, &w->entry[level])) {
        w->fault = CCA_GPCF_EABT;
        w->entry[level] = 0;
        return false;
    }
    return true;
}

/* FEAT_RME_GDI: what stands beside the entry counts too. */
static bool pair_ok(const GptConfig *cfg, const GptBus *bus, GptWalk *w)
{
    uint64_t other;

    if (!cfg->pairs) {
        return true;
    }
    if (!bus->read64(bus->opaque, gpt_l1_pair_addr(w->entry_addr[1]),
                     &other)) {
        w->fault = CCA_GPCF_EABT;
        return false;
    }
    if (gpt_l1_decode(cfg, other).kind == GPT_ENTRY_INVALID) {
        w->fault = CCA_GPCF_WALK;
        return false;
    }
    return true;
}

static void walk_l1(const GptConfig *cfg, const GptBus *bus, uint64_t pa,
                    uint64_t table, GptWalk *w)
{
    GptEntry e;

    w->kind = GPT_ENTRY_INVALID;
    set_range(w, pa, cfg->pgs + 4);
    if (!read_entry(bus, w, 1, gpt_l1_entry_addr(cfg, table, pa))) {
        return;
    }
    if (!pair_ok(cfg, bus, w)) {
        return;
    }
    e = gpt_l1_decode(cfg, w->entry[1]);
    w->kind = e.kind;
    switch (e.kind) {
    case GPT_ENTRY_GRANULES:
        set_range(w, pa, cfg->pgs);
        w->gpi = gpt_granules_gpi(cfg, w->entry[1], pa);
        break;
    case GPT_ENTRY_CONTIGUOUS:
        set_range(w, pa, e.shift);
        w->gpi = e.gpi;
        break;
    default:
        w->fault = CCA_GPCF_WALK;
        break;
    }
}

void gpt_walk(const GptConfig *cfg, const GptBus *bus, uint64_t pa,
              GptWalk *walk)
{
    GptEntry e;

    *walk = (GptWalk) { .fault = CCA_GPCF_NONE };
    if (settled_by_config(cfg, pa, walk)) {
        return;
    }
    set_range(walk, pa, cfg->l0_shift < cfg->pps ? cfg->l0_shift : cfg->pps);
    if (!read_entry(bus, walk, 0, gpt_l0_entry_addr(cfg, pa))) {
        return;
    }
    e = gpt_l0_decode(cfg, walk->entry[0]);
    walk->kind = e.kind;
    switch (e.kind) {
    case GPT_ENTRY_BLOCK:
        walk->gpi = e.gpi;
        break;
    case GPT_ENTRY_TABLE:
        walk_l1(cfg, bus, pa, e.table, walk);
        break;
    case GPT_ENTRY_TOO_BIG:
        walk->fault = CCA_GPCF_ADDRESS_SIZE;
        break;
    default:
        walk->fault = CCA_GPCF_WALK;
        break;
    }
}

/* The range that is being put together, and who gets it. */
typedef struct Merge {
    GptEmit *emit;
    void *opaque;
    uint64_t base, size;    /* size 0: nothing yet */
    GptWalk first;
} Merge;

static bool same_answer(const GptWalk *a, const GptWalk *b)
{
    return a->fault == b->fault && a->protected_ == b->protected_ &&
           a->gpi == b->gpi &&
           (a->fault == CCA_GPCF_NONE || a->level == b->level);
}

static bool flush(Merge *m)
{
    bool more = !m->size || m->emit(m->opaque, m->base, m->size, &m->first);

    m->size = 0;
    return more;
}

static bool add(Merge *m, uint64_t base, uint64_t size, const GptWalk *w)
{
    if (m->size && !same_answer(&m->first, w) && !flush(m)) {
        return false;
    }
    if (!m->size) {
        m->base = base;
        m->first = *w;
    }
    m->size += size;
    return true;
}

/* The rest of a Granules entry, from @pa on. */
static bool add_granules(Merge *m, const GptConfig *cfg, uint64_t *pa,
                         uint64_t limit, GptWalk *w)
{
    uint64_t granule = 1ull << cfg->pgs;
    uint64_t end = ((*pa >> (cfg->pgs + 4)) + 1) << (cfg->pgs + 4);

    for (; *pa < end && *pa < limit; *pa = w->base + granule) {
        w->base = *pa & ~(granule - 1);
        w->gpi = gpt_granules_gpi(cfg, w->entry[1], *pa);
        if (!add(m, *pa, w->base + granule - *pa, w)) {
            return false;
        }
    }
    return true;
}

uint64_t gpt_map(const GptConfig *cfg, const GptBus *bus, uint64_t from,
                 uint64_t max_reads, GptEmit *emit, void *opaque)
{
    Merge m = { .emit = emit, .opaque = opaque };
    uint64_t limit = cfg->enabled && cfg->valid ? 1ull << cfg->pps :
                                                  1ull << PA_BITS_MAX;
    uint64_t pa = from, reads = 0;

    while (pa < limit) {
        GptWalk w;

        if (max_reads - reads < WALK_READS_MAX) {
            flush(&m);
            return pa;
        }
        gpt_walk(cfg, bus, pa, &w);
        /* Count steps without a read too, and pairs as what they are. */
        reads += w.levels == 2 && cfg->pairs ? WALK_READS_MAX :
                 w.levels ? w.levels : 1;
        if (w.protected_ && w.kind == GPT_ENTRY_GRANULES) {
            if (!add_granules(&m, cfg, &pa, limit, &w)) {
                return pa;
            }
        } else {
            uint64_t end = w.base + w.size;

            if (!add(&m, pa, (end < limit ? end : limit) - pa, &w)) {
                return pa;
            }
            pa = end;
        }
    }
    flush(&m);
    return UINT64_MAX;
}
