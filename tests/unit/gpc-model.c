/*
 * A model of a Gpc whose cache forgets nothing by itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <assert.h>
#include <stddef.h>
#include "gpc-model.h"

static uint64_t field(uint64_t x, unsigned lo, unsigned len)
{
    return x >> lo & ((1ull << len) - 1);
}

static bool covers(const ModelHeld *h, uint64_t pa)
{
    return pa >> h->shift == h->base >> h->shift;
}

/* The GPI that a leaf gives @pa, or -1 if @h is a level 0 Table. */
static int leaf_gpi(const ModelHeld *h, uint64_t pa)
{
    if (h->level == 0 && field(h->entry, 0, 4) == 3) {
        return -1;
    }
    if (field(h->entry, 0, 4) == 1) {
        return field(h->entry, 4, 4);
    }
    return field(h->entry, 4 * field(pa, h->pgs, 4), 4);
}

/* Is it still an entry, as the registers are now? */
static bool still_valid(const RefMachine *m, const ModelHeld *h, uint64_t pa)
{
    if (h->level == 0) {
        RefKind kind = ref_l0_kind(m, h->entry);

        return kind == REF_BLOCK || kind == REF_TABLE;
    }
    return ref_gpi_valid(m, leaf_gpi(h, pa));
}

/* The held entry of that level and range for @pa, or NULL. */
static ModelHeld *find(GpcModel *model, unsigned level, unsigned shift,
                       uint64_t pa)
{
    for (unsigned i = 0; i < model->count; i++) {
        ModelHeld *h = &model->held[i];

        if (h->level == level && h->shift == shift && covers(h, pa) &&
            h->pgs == ref_pgs(&model->machine)) {
            return h;
        }
    }
    return NULL;
}

static void hold(GpcModel *model, unsigned level, unsigned shift, uint64_t pa,
                 uint64_t entry)
{
    ModelHeld *h = find(model, level, shift, pa);

    if (!model->learning) {
        return;
    }
    if (!h) {
        assert(model->count < MODEL_HELD_MAX);
        h = &model->held[model->count++];
    }
    *h = (ModelHeld) {
        .shift = shift, .level = level, .pgs = ref_pgs(&model->machine),
        .base = pa >> shift << shift, .entry = entry,
    };
}

static bool read_entry(GpcModel *model, uint64_t addr, uint64_t *value)
{
    RefMachine *m = &model->machine;

    assert(model->reads < MODEL_READS_MAX);
    model->read_addr[model->reads++] = addr;
    model->from_cache = false;
    return m->read64(m->opaque, addr, value);
}

static RefVerdict fault(CcaGpcf kind, unsigned level)
{
    return (RefVerdict) { .fault = kind, .level = level };
}

static RefVerdict leaf(const CcaAccess *a, unsigned gpi, unsigned level)
{
    RefVerdict v = { .fault = CCA_GPCF_NONE, .gpi = gpi };

    if (!ref_gpi_allows(gpi, a->pas, a->requester.state)) {
        v.fault = CCA_GPCF_FAIL;
        v.level = level;
    }
    return v;
}

static RefVerdict check_l1(GpcModel *model, const CcaAccess *a,
                           uint64_t table)
{
    static const uint8_t contig[] = { 0, 21, 25, 29 };
    RefMachine *m = &model->machine;
    uint64_t at = ref_l1_addr(m, table, a->addr), entry, other;
    unsigned shift = ref_pgs(m) + 4;
    ModelHeld now;

    if (!read_entry(model, at, &entry)) {
        return fault(CCA_GPCF_EABT, 1);
    }
    if (m->gdi) {
        if (!read_entry(model, at % 16 ? at - 8 : at + 8, &other)) {
            return fault(CCA_GPCF_EABT, 1);
        }
        if (ref_l1_kind(m, other) == REF_INVALID) {
            return fault(CCA_GPCF_WALK, 1);
        }
    }
    switch (ref_l1_kind(m, entry)) {
    case REF_CONTIG:
        shift = contig[field(entry, 8, 2)];
        break;
    case REF_GRANULES:
        break;
    default:
        return fault(CCA_GPCF_WALK, 1);
    }
    hold(model, 1, shift, a->addr, entry);
    now = (ModelHeld) { .level = 1, .pgs = ref_pgs(m), .entry = entry };
    return leaf(a, leaf_gpi(&now, a->addr), 1);
}

static RefVerdict check_below_l0(GpcModel *model, const CcaAccess *a,
                                 uint64_t entry)
{
    if (field(entry, 0, 4) == 1) {
        return leaf(a, field(entry, 4, 4), 0);
    }
    return check_l1(model, a, field(entry, 12, 40) << 12);
}

static RefVerdict check_from_l0(GpcModel *model, const CcaAccess *a)
{
    RefMachine *m = &model->machine;
    uint64_t entry;

    if (!read_entry(model, ref_l0_addr(m, a->addr), &entry)) {
        return fault(CCA_GPCF_EABT, 0);
    }
    switch (ref_l0_kind(m, entry)) {
    case REF_BLOCK:
    case REF_TABLE:
        hold(model, 0, ref_l0_bits(m), a->addr, entry);
        return check_below_l0(model, a, entry);
    case REF_TOO_BIG:
        return fault(CCA_GPCF_ADDRESS_SIZE, 0);
    default:
        return fault(CCA_GPCF_WALK, 0);
    }
}

static ModelHeld *usable_l0(GpcModel *model, uint64_t pa)
{
    ModelHeld *h = find(model, 0, ref_l0_bits(&model->machine), pa);

    return h && still_valid(&model->machine, h, pa) ? h : NULL;
}

static RefVerdict check_tables(GpcModel *model, const CcaAccess *a)
{
    unsigned shifts[] = { ref_pgs(&model->machine) + 4, 21, 25, 29 };
    ModelHeld *h;

    for (unsigned i = 0; i < 4; i++) {
        h = find(model, 1, shifts[i], a->addr);
        if (h && still_valid(&model->machine, h, a->addr)) {
            return leaf(a, leaf_gpi(h, a->addr), 1);
        }
    }
    h = usable_l0(model, a->addr);
    return h ? check_below_l0(model, a, h->entry) : check_from_l0(model, a);
}

RefVerdict model_check(GpcModel *model, const CcaAccess *a)
{
    RefVerdict v;

    model->learning = true;
    model->reads = 0;
    model->from_cache = false;
    if (ref_before_tables(&model->machine, a, &v)) {
        return v;
    }
    model->from_cache = true;
    v = check_tables(model, a);
    v.reads = model->reads;
    return v;
}

void model_tlbi_all(GpcModel *model)
{
    model->count = 0;
}

void model_tlbi_pa(GpcModel *model, uint64_t base, uint64_t size,
                   bool last_level)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < model->count; i++) {
        ModelHeld h = model->held[i];
        bool overlaps = h.base < base + size &&
                        base < h.base + (1ull << h.shift);

        if (!overlaps || (last_level && leaf_gpi(&h, h.base) < 0)) {
            model->held[kept++] = h;
        }
    }
    model->count = kept;
}

static bool same(RefVerdict v, CcaGpcf kind, unsigned level)
{
    return v.fault == kind && (kind == CCA_GPCF_NONE || v.level == level);
}

/* Does some held leaf give that answer? */
static bool held_answer(const GpcModel *model, const CcaAccess *a,
                        CcaGpcf kind, unsigned level)
{
    const RefMachine *m = &model->machine;

    for (unsigned i = 0; i < model->count; i++) {
        const ModelHeld *h = &model->held[i];

        if (covers(h, a->addr) && h->pgs == ref_pgs(m) &&
            leaf_gpi(h, a->addr) >= 0 && still_valid(m, h, a->addr) &&
            same(leaf(a, leaf_gpi(h, a->addr), h->level), kind, level)) {
            return true;
        }
    }
    return false;
}

/* Walk from level 0 (@l0 is NULL) or from a held entry of it. */
static bool walk_explains(GpcModel *model, const CcaAccess *a,
                          const ModelHeld *l0, unsigned reads,
                          uint64_t first_read, CcaGpcf kind, unsigned level)
{
    uint64_t entry = l0 ? l0->entry : 0;
    RefVerdict v;

    for (unsigned wet = 0; wet < 2; wet++) {
        model->learning = wet;
        model->reads = 0;
        v = l0 ? check_below_l0(model, a, entry) : check_from_l0(model, a);
        if (model->reads != reads || model->read_addr[0] != first_read ||
            !same(v, kind, level)) {
            return false;
        }
    }
    return true;
}

bool model_accepts(GpcModel *model, const CcaAccess *a, unsigned reads,
                   uint64_t first_read, CcaGpcf kind, unsigned level)
{
    RefVerdict v;
    ModelHeld *h;

    if (ref_before_tables(&model->machine, a, &v)) {
        return reads == 0 && same(v, kind, level);
    }
    if (reads == 0) {
        return held_answer(model, a, kind, level);
    }
    /* A table may be its own level 1 table: the address does not tell. */
    h = usable_l0(model, a->addr);
    return (h && walk_explains(model, a, h, reads, first_read, kind,
                               level)) ||
           walk_explains(model, a, NULL, reads, first_read, kind, level);
}
