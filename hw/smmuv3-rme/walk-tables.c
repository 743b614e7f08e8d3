/*
 * Translation table walks of the SMMU: the way through the tables, which is
 * the same in both stages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk-internal.h"

enum {
    TSZ_MIN = 16, TSZ_MIN_52 = 12,
    TSZ_MAX = 39, TSZ_MAX_STT = 48, TSZ_MAX_STT_64K = 47,
};

bool walk_tsz_ok(unsigned granule, unsigned tsz, bool big, bool stt)
{
    unsigned max = !stt ? TSZ_MAX :
                   granule == 16 ? TSZ_MAX_STT_64K : TSZ_MAX_STT;

    return tsz >= (big ? TSZ_MIN_52 : TSZ_MIN) && tsz <= max;
}

/*
 * The checks of one descriptor up to its address, in the order of section
 * 7.3.22.
 */
static bool check(Walk *w, uint64_t desc, int level, WalkKind *kind)
{
    *kind = walk_kind(&w->shape, desc, level);
    if (*kind == WALK_INVALID) {
        return w->ops->fail(w, SMMU_F_TRANSLATION, level);
    }
    if (*kind == WALK_LEAF && w->ops->bad_amec(w, desc)) {
        return w->ops->fail(w, SMMU_F_TRANSLATION, level);
    }
    if (walk_too_big(&w->shape,
                     walk_output(&w->shape, desc, level, *kind))) {
        return w->ops->fail(w, SMMU_F_ADDR_SIZE, level);
    }
    return true;
}

/*
 * Go through with descriptor *@desc, read from @p for @entry: up to the
 * result if it is a leaf. There is another round only if it changes under our
 * hands; then *@desc is what it has become.
 */
static bool take(Walk *w, uint64_t entry, int level, WalkPlace *p,
                 uint64_t *desc, WalkKind *kind)
{
    for (unsigned tries = 0; ; tries++) {
        uint64_t seen, wanted = 0;
        SmmuMemResult r;
        uint8_t perms = 0;

        if (!check(w, *desc, level, kind)) {
            return false;
        }
        if (*kind == WALK_TABLE) {
            return true;
        }
        if (!w->ops->access(w, *desc, level, &perms, &wanted)) {
            return false;
        }
        if (wanted == *desc) {
            w->ops->finish(w, *desc, *desc, perms, level);
            return true;
        }
        if (tries == WALK_UPDATE_TRIES) {
            /* As if hardware could not do it: software can. */
            return w->ops->fail(w, SMMU_GET(*desc, TTD_AF) ?
                                SMMU_F_PERMISSION : SMMU_F_ACCESS, level);
        }
        if (!w->ops->locate(w, entry, true, p)) {
            return false;
        }
        r = walk_update(p, *desc, wanted, &seen);
        if (r != SMMU_MEM_OK) {
            return w->ops->fail_fetch(w, r, p, level);
        }
        if (seen == *desc) {
            w->ops->finish(w, wanted, *desc, perms, level);
            return true;
        }
        *desc = seen;
    }
}

bool walk_tables(Walk *w, uint64_t table)
{
    if (walk_too_big(&w->shape, table)) {
        return w->ops->fail(w, SMMU_F_ADDR_SIZE, 0);
    }
    for (int level = w->shape.start; level <= WALK_FINAL_LEVEL; level++) {
        uint64_t entry = walk_entry(&w->shape, table, level, w->input);
        uint64_t desc;
        SmmuMemResult r;
        WalkKind kind;
        WalkPlace p;

        if (!w->ops->locate(w, entry, false, &p)) {
            return false;
        }
        r = walk_read(&p, &desc);
        if (r != SMMU_MEM_OK) {
            return w->ops->fail_fetch(w, r, &p, level);
        }
        walk_note(w->trace, &p, desc, level, w->ops->stage);
        if (!take(w, entry, level, &p, &desc, &kind)) {
            return false;
        }
        if (kind == WALK_LEAF) {
            return true;
        }
        if (w->ops->inherit) {
            w->ops->inherit(w, desc);
        }
        table = walk_output(&w->shape, desc, level, WALK_TABLE);
    }
    /* Not reached: level 3 has no tables. */
    return w->ops->fail(w, SMMU_F_TRANSLATION, WALK_FINAL_LEVEL);
}
