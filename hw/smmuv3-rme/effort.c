/*
 * What a transaction took, for an owner that can tell that another one would
 * come to the same answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-internal.h"

SmmuOutcome smmu_transact_noting(Smmu *s, const SmmuTxn *txn, SmmuOutput *out,
                                 SmmuEffort *effort)
{
    const SmmuStats *after = &s->stats;
    SmmuStats before = s->stats;
    GpcStats gpc = s->gpc.stats;
    SmmuOutcome outcome = smmu_transact(s, txn, out);

    *effort = (SmmuEffort) {
        /* Nothing of the answer comes from a held translation. */
        .by_walk = outcome == SMMU_PASS &&
                   after->tlb_hits == before.tlb_hits &&
                   after->config_misses == before.config_misses,
        .config_hits = after->config_hits - before.config_hits,
        .tlb_misses = after->tlb_misses - before.tlb_misses,
        .gpc_checks = s->gpc.stats.checks - gpc.checks,
        .gpc_hits = s->gpc.stats.hits - gpc.hits,
        .gpc_fetches = s->gpc.stats.fetches - gpc.fetches,
    };
    return outcome;
}

void smmu_transact_again(Smmu *s, const SmmuEffort *effort)
{
    s->stats.transactions[SMMU_PASS]++;
    s->stats.config_hits += effort->config_hits;
    s->stats.tlb_misses += effort->tlb_misses;
    s->gpc.stats.checks += effort->gpc_checks;
    s->gpc.stats.hits += effort->gpc_hits;
    s->gpc.stats.fetches += effort->gpc_fetches;
    /* A translation that is held now would outlive this one. */
    if (smmu_tlb_count(s->tlb)) {
        smmu_tlb_clear(s->tlb);
    }
}
