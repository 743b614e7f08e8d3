/*
 * Translation table walks of the SMMU: the way through the tables, which is
 * the same in both stages. Each gets one of its own, with its WalkOps in
 * place: this is where walks spend their time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_WALK_TABLES_H
#define CCA_SMMU_WALK_TABLES_H

#include "walk-internal.h"

/* Address of the descriptor for @addr in @table of @level. */
static inline uint64_t walk_entry(const WalkShape *s, uint64_t table,
                                  int level, uint64_t addr)
{
    /* The first table may be a small one, or up to 16 in a row. */
    unsigned top = level == s->start ? s->in_bits : walk_shift(s, level - 1);

    return table + ((addr & WALK_LOW_BITS(top)) >> walk_shift(s, level)) * 8;
}

/* DDI 0487, "VMSAv8-64 Block descriptor": the levels that may hold one. */
static inline bool walk_block_allowed(const WalkShape *s, int level)
{
    switch (s->granule) {
    case 12:
        return level == 2 || level == 1 || (level == 0 && s->ds);
    case 14:
        return level == 2 || (level == 1 && s->ds);
    default:
        return level == 2 || (level == 1 && s->high_64k);
    }
}

static inline WalkKind walk_kind(const WalkShape *s, uint64_t desc, int level)
{
    switch (SMMU_GET(desc, TTD_TYPE)) {
    case TTD_TYPE_TABLE:
        return level == WALK_FINAL_LEVEL ? WALK_LEAF : WALK_TABLE;
    case TTD_TYPE_BLOCK:
        return walk_block_allowed(s, level) ? WALK_LEAF : WALK_INVALID;
    default:
        return WALK_INVALID;
    }
}

/* The address that a valid descriptor holds. */
static inline uint64_t walk_output(const WalkShape *s, uint64_t desc,
                                   int level, WalkKind kind)
{
    unsigned align = kind == WALK_LEAF ? walk_shift(s, level) : s->granule;
    uint64_t addr = SMMU_IN_PLACE(desc, TTD_ADDR_48) & ~WALK_LOW_BITS(align);

    if (s->ds) {
        addr |= SMMU_GET(desc, TTD_ADDR_DS_49_48) << 48 |
                SMMU_GET(desc, TTD_ADDR_DS_51_50) << 50;
    } else if (s->high_64k) {
        addr |= SMMU_GET(desc, TTD_ADDR_64K_51_48) << 48;
    }
    return addr;
}

/* Tables are bytes: neither endianness is that of the host. */
static inline uint64_t walk_swap(uint64_t v, bool big_endian)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    big_endian = !big_endian;
#endif
    return big_endian ? __builtin_bswap64(v) : v;
}

static inline SmmuMemResult walk_read(const WalkPlace *p, uint64_t *desc)
{
    uint64_t bytes = 0;
    SmmuMemResult r = p->mem->read(p->mem->opaque, p->addr, p->pas, p->mecid,
                                   &bytes, sizeof(bytes));

    *desc = walk_swap(bytes, p->big_endian);
    return r;
}

static inline void walk_note(SmmuWalkTrace *trace, const WalkPlace *p,
                             uint64_t desc, int level, unsigned stage)
{
    if (trace && trace->steps < SMMU_WALK_STEPS_MAX) {
        trace->step[trace->steps++] = (SmmuWalkStep) {
            .addr = p->addr, .value = desc, .pas = p->pas, .level = level,
            .stage = stage,
        };
    }
}

/*
 * The checks of one descriptor up to its address, in the order of section
 * 7.3.22.
 */
static inline bool walk_check(Walk *w, const WalkOps *ops, uint64_t desc,
                              int level, WalkKind *kind)
{
    *kind = walk_kind(&w->shape, desc, level);
    if (*kind == WALK_INVALID) {
        return ops->fail(w, SMMU_F_TRANSLATION, level);
    }
    if (*kind == WALK_LEAF && ops->bad_amec(w, desc)) {
        return ops->fail(w, SMMU_F_TRANSLATION, level);
    }
    if (walk_too_big(&w->shape,
                     walk_output(&w->shape, desc, level, *kind))) {
        return ops->fail(w, SMMU_F_ADDR_SIZE, level);
    }
    return true;
}

/*
 * Go through with descriptor *@desc, read from @p for @entry: up to the
 * result if it is a leaf. There is another round only if it changes under our
 * hands; then *@desc is what it has become.
 */
static inline bool walk_take(Walk *w, const WalkOps *ops, uint64_t entry,
                             int level, WalkPlace *p, uint64_t *desc,
                             WalkKind *kind)
{
    for (unsigned tries = 0; ; tries++) {
        uint64_t seen, wanted = 0;
        SmmuMemResult r;
        uint8_t perms = 0;

        if (!walk_check(w, ops, *desc, level, kind)) {
            return false;
        }
        if (*kind == WALK_TABLE) {
            return true;
        }
        if (!ops->access(w, *desc, level, &perms, &wanted)) {
            return false;
        }
        if (wanted == *desc) {
            ops->finish(w, *desc, *desc, perms, level);
            return true;
        }
        if (tries == WALK_UPDATE_TRIES) {
            /* As if hardware could not do it: software can. */
            return ops->fail(w, SMMU_GET(*desc, TTD_AF) ?
                                SMMU_F_PERMISSION : SMMU_F_ACCESS, level);
        }
        if (!ops->locate(w, entry, true, p)) {
            return false;
        }
        r = walk_update(p, *desc, wanted, &seen);
        if (r != SMMU_MEM_OK) {
            return ops->fail_fetch(w, r, p, level);
        }
        if (seen == *desc) {
            ops->finish(w, wanted, *desc, perms, level);
            return true;
        }
        *desc = seen;
    }
}

/* From the first table to the leaf, which is updated if need be. */
static inline bool walk_tables(Walk *w, const WalkOps *ops, uint64_t table)
{
    if (walk_too_big(&w->shape, table)) {
        return ops->fail(w, SMMU_F_ADDR_SIZE, 0);
    }
    for (int level = w->shape.start; level <= WALK_FINAL_LEVEL; level++) {
        uint64_t entry = walk_entry(&w->shape, table, level, w->input);
        uint64_t desc;
        SmmuMemResult r;
        WalkKind kind;
        WalkPlace p;

        if (!ops->locate(w, entry, false, &p)) {
            return false;
        }
        r = walk_read(&p, &desc);
        if (r != SMMU_MEM_OK) {
            return ops->fail_fetch(w, r, &p, level);
        }
        walk_note(w->trace, &p, desc, level, ops->stage);
        if (!walk_take(w, ops, entry, level, &p, &desc, &kind)) {
            return false;
        }
        if (kind == WALK_LEAF) {
            return true;
        }
        if (ops->inherit) {
            ops->inherit(w, desc);
        }
        table = walk_output(&w->shape, desc, level, WALK_TABLE);
    }
    /* Not reached: level 3 has no tables. */
    return ops->fail(w, SMMU_F_TRANSLATION, WALK_FINAL_LEVEL);
}

#endif
