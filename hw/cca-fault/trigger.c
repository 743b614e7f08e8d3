/*
 * Triggers: which passages a fault takes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "internal.h"

bool fault_passage_pc(FaultPassage *passage, uint64_t *pc)
{
    if (!passage->p->pc) {
        return false;
    }
    if (!passage->asked) {
        passage->pc = passage->p->pc(passage->p->pc_opaque);
        passage->asked = true;
    }
    *pc = passage->pc;
    return true;
}

bool fault_trigger_addr(const CcaFaultPlan *plan, const CcaFaultPassage *p)
{
    uint64_t first = p->access.addr;
    uint64_t more = p->size ? p->size - 1 : 0;
    uint64_t last = more > UINT64_MAX - first ? UINT64_MAX : first + more;

    return !plan->addr.given ||
           (first <= plan->addr.last && last >= plan->addr.first);
}

/* Would the action change anything? */
static bool action_applies(const CcaFaultPlan *plan, const CcaFaultPassage *p)
{
    switch (plan->action) {
    case CCA_ACT_WRONG_PASS:
        return p->failed;
    case CCA_ACT_FLIP:
        /* A structure may be shorter than the longest of its site. */
        return !p->failed && plan->word < (p->word_count ? p->word_count : 1);
    case CCA_ACT_WRONG_FAIL:
    case CCA_ACT_ABORT:
    case CCA_ACT_STALE:
    case CCA_ACT_OVERFLOW:
    case CCA_ACT_REPLAY:
        return !p->failed;
    default:
        return true;
    }
}

bool fault_trigger_match(const CcaFaultPlan *plan, FaultPassage *passage)
{
    const CcaAccess *access = &passage->p->access;
    uint64_t pc;

    if (plan->by_pas && access->pas != plan->pas) {
        return false;
    }
    if (plan->by_requester &&
        (access->requester.kind != plan->requester_kind ||
         access->requester.id != plan->requester_id)) {
        return false;
    }
    if (plan->by_state && access->requester.state != plan->state) {
        return false;
    }
    if (!action_applies(plan, passage->p)) {
        return false;
    }
    /* Last, because finding a PC out is expensive. */
    return !plan->pc.given ||
           (fault_passage_pc(passage, &pc) &&
            pc >= plan->pc.first && pc <= plan->pc.last);
}

bool fault_trigger_counts(const CcaFaultPlan *plan, uint64_t hit,
                          uint64_t fired)
{
    if (plan->count && fired >= plan->count) {
        return false;
    }
    return hit >= plan->nth && (hit - plan->nth) % plan->every == 0;
}

/* SplitMix64: small, and good enough for every seed including 0. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ull;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

bool fault_trigger_draw(const CcaFaultPlan *plan, uint64_t *state)
{
    if (!plan->by_chance) {
        return true;
    }
    /* The 53 upper bits make a double in [0, 1) without rounding. */
    return (next_random(state) >> 11) * 0x1p-53 < plan->probability;
}
