/*
 * The translation cache: invalidation (section 4.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "iotlb-internal.h"

/* An invalidation at work, on one VM. */
typedef struct Job {
    SmmuIotlb *tlb;
    const SmmuTlbInv *inv;
    uint16_t vmid;
} Job;

static bool overlaps(const SmmuTlbInv *inv, uint64_t base, unsigned shift)
{
    return base <= inv->last && base + ((1ull << shift) - 1) >= inv->first;
}

/* The hints say which entries software means: exact only if strict. */
static bool hints_match(const SmmuIotlb *tlb, const SmmuTlbInv *inv,
                        const SmmuTlbEntry *e)
{
    return !tlb->strict || ((!inv->tg || inv->tg == e->tg) &&
                            (inv->level == SMMU_TLB_ANY_LEVEL ||
                             inv->level == e->level));
}

/*
 * Broadcasts that match an ASID, and in regimes without ASIDs those by VA,
 * need not affect entries with ASET == 1 (section 3.17).
 */
static bool spared_by_aset(const SmmuIotlb *tlb, const SmmuTlbInv *inv,
                           const SmmuTlbEntry *e)
{
    return tlb->strict && inv->broadcast && e->aset &&
           (inv->scope == SMMU_TLB_INV_VA || inv->scope == SMMU_TLB_INV_ASID ||
            (inv->scope == SMMU_TLB_INV_VAA &&
             !smmu_regime_has_asid(inv->regime)));
}

/* Does the invalidation cover an entry of the right regime and VMID? */
static bool covers(const SmmuIotlb *tlb, const SmmuTlbInv *inv, const Slot *s)
{
    const SmmuTlbEntry *e = &s->entry;
    SmmuTlbStage stage = SMMU_GET(s->space_key, SPACE_STAGE);
    bool same_asid = !smmu_regime_has_asid(inv->regime) ||
                     SMMU_GET(s->space_key, SPACE_ASID) == inv->asid;

    if (spared_by_aset(tlb, inv, e)) {
        return false;
    }
    switch (inv->scope) {
    case SMMU_TLB_INV_VA:
        return stage != SMMU_TLB_S2 && (e->global || same_asid) &&
               overlaps(inv, e->input, e->shift) && hints_match(tlb, inv, e);
    case SMMU_TLB_INV_VAA:
        return stage != SMMU_TLB_S2 && overlaps(inv, e->input, e->shift) &&
               hints_match(tlb, inv, e);
    case SMMU_TLB_INV_ASID:
        return stage != SMMU_TLB_S2 && !e->global && same_asid;
    case SMMU_TLB_INV_VMID_S1:
        return stage != SMMU_TLB_S2;
    case SMMU_TLB_INV_IPA:
        if (stage == SMMU_TLB_S12) {
            return !tlb->strict && overlaps(inv, e->ipa, e->ipa_shift);
        }
        return stage == SMMU_TLB_S2 &&
               SMMU_GET(s->space_key, SPACE_NS_IPA) == inv->ns_ipa &&
               overlaps(inv, e->input, e->shift) && hints_match(tlb, inv, e);
    default:
        return true;
    }
}

static void visit(const Job *job, uint32_t i)
{
    job->tlb->stats.visited++;
    if (covers(job->tlb, job->inv, &job->tlb->slots[i])) {
        iotlb_remove(job->tlb, i);
        job->tlb->stats.removed++;
    }
}

/* Visit all entries of space @space, which may be NIL. */
static void sweep_space(const Job *job, uint32_t space)
{
    uint32_t i = space == NIL ? NIL : job->tlb->groups[space].first;

    while (i != NIL) {
        uint32_t next = job->tlb->slots[i].list.next;

        visit(job, i);
        i = next;
    }
}

/* Sets of stages, a bit per SmmuTlbStage. */
enum {
    STAGES_VA = 1 << SMMU_TLB_S1 | 1 << SMMU_TLB_S12,
    STAGES_ALL = STAGES_VA | 1 << SMMU_TLB_S2,
};

/* Visit all entries of VM @vm, which may be NIL, that are of @stages. */
static void sweep_vm(const Job *job, uint32_t vm, unsigned stages)
{
    uint32_t space = vm == NIL ? NIL : job->tlb->groups[vm].first;

    while (space != NIL) {
        const Group *g = &job->tlb->groups[space];
        uint32_t next = g->list.next;

        if (stages >> SMMU_GET(g->key, SPACE_STAGE) & 1) {
            sweep_space(job, space);
        }
        space = next;
    }
}

/* The pages of the range, of all sizes of the set @sizes. */
static uint64_t page_count(const SmmuTlbInv *inv, uint64_t sizes)
{
    uint64_t n = 0;

    for (; sizes; sizes &= sizes - 1) {
        unsigned shift = __builtin_ctzll(sizes);

        n += (inv->last >> shift) - (inv->first >> shift) + 1;
    }
    return n;
}

/* Does the slot stand on its chain for this range, and not by collision? */
static bool on_chain_for(const Slot *s, ChainKind kind, uint64_t range,
                         uint64_t tags)
{
    uint64_t own = kind == CHAIN_IPA ?
        iotlb_range(s->entry.ipa, s->entry.ipa_shift) : s->range;

    return own == range && iotlb_chain_tags(kind, s->space_key) == tags;
}

/* Visit the entries on the chains @kind of the range, for given tags. */
static void probe(const Job *job, ChainKind kind, uint64_t sizes,
                  uint64_t space_key)
{
    SmmuIotlb *tlb = job->tlb;
    uint64_t tags = iotlb_chain_tags(kind, space_key);

    for (; sizes; sizes &= sizes - 1) {
        unsigned shift = __builtin_ctzll(sizes);
        uint64_t last = job->inv->last >> shift;

        for (uint64_t page = job->inv->first >> shift; page <= last; page++) {
            uint64_t range = iotlb_range(page << shift, shift);
            uint32_t i = tlb->heads[kind][iotlb_hash(range, tags) &
                                          tlb->mask];

            tlb->stats.probes++;
            while (i != NIL) {
                const Slot *s = &tlb->slots[i];
                uint32_t next = s->chain[kind].next;

                if (on_chain_for(s, kind, range, tags)) {
                    visit(job, i);
                }
                i = next;
            }
        }
    }
}

static uint64_t space_key(const Job *job, SmmuTlbStage stage, bool global,
                          bool aset)
{
    return iotlb_space_key(&(SmmuTlbContext) {
        .regime = job->inv->regime, .stage = stage, .vmid = job->vmid,
        .asid = job->inv->asid, .aset = aset, .ns_ipa = job->inv->ns_ipa,
    }, global);
}

static uint32_t population(const SmmuIotlb *tlb, uint32_t group)
{
    return group == NIL ? 0 : tlb->groups[group].count;
}

/* One space, by probes or whole, whichever is less work. */
static void space_by_range(const Job *job, SmmuTlbStage stage, bool global,
                           bool aset)
{
    uint64_t key = space_key(job, stage, global, aset);
    uint64_t sizes = job->tlb->sizes[stage][global];
    uint32_t space = iotlb_find_group(job->tlb, key);

    if (page_count(job->inv, sizes) < population(job->tlb, space)) {
        probe(job, CHAIN_KEY, sizes, key);
    } else {
        sweep_space(job, space);
    }
}

static void by_va(const Job *job)
{
    for (SmmuTlbStage stage = SMMU_TLB_S1; stage <= SMMU_TLB_S12; stage++) {
        space_by_range(job, stage, false, false);
        space_by_range(job, stage, true, false);
        space_by_range(job, stage, true, true);
    }
}

/* A whole VM by a chain that all its entries of a stage are on. */
static void vm_by_range(const Job *job, uint32_t vm, ChainKind kind,
                        SmmuTlbStage stage, uint64_t sizes)
{
    if (page_count(job->inv, sizes) < population(job->tlb, vm)) {
        probe(job, kind, sizes, space_key(job, stage, false, false));
    } else {
        sweep_vm(job, vm, 1u << stage);
    }
}

static uint32_t vm_of(const Job *job)
{
    return iotlb_find_group(job->tlb, iotlb_vm_key(job->inv->regime,
                                                   job->vmid));
}

static void by_vaa(const Job *job)
{
    for (SmmuTlbStage stage = SMMU_TLB_S1; stage <= SMMU_TLB_S12; stage++) {
        uint64_t sizes = job->tlb->sizes[stage][false] |
                         job->tlb->sizes[stage][true];

        if (sizes) {
            vm_by_range(job, vm_of(job), CHAIN_VA, stage, sizes);
        }
    }
}

static void by_ipa(const Job *job)
{
    space_by_range(job, SMMU_TLB_S2, false, false);
    if (!job->tlb->strict && job->tlb->ipa_sizes) {
        vm_by_range(job, vm_of(job), CHAIN_IPA, SMMU_TLB_S12,
                    job->tlb->ipa_sizes);
    }
}

static void run(const Job *job)
{
    switch (job->inv->scope) {
    case SMMU_TLB_INV_VA:
        by_va(job);
        break;
    case SMMU_TLB_INV_VAA:
        by_vaa(job);
        break;
    case SMMU_TLB_INV_ASID:
        for (SmmuTlbStage s = SMMU_TLB_S1; s <= SMMU_TLB_S12; s++) {
            sweep_space(job, iotlb_find_group(job->tlb,
                                              space_key(job, s, false,
                                                        false)));
        }
        break;
    case SMMU_TLB_INV_VMID_S1:
        sweep_vm(job, vm_of(job), STAGES_VA);
        break;
    case SMMU_TLB_INV_VMID:
        sweep_vm(job, vm_of(job), STAGES_ALL);
        break;
    case SMMU_TLB_INV_IPA:
        by_ipa(job);
        break;
    default:
        break;
    }
}

void smmu_tlb_invalidate(SmmuIotlb *tlb, const SmmuTlbInv *inv)
{
    Job job = { .tlb = tlb, .inv = inv };
    uint16_t ignore = inv->vmid_ignore & 0xf;
    bool has_vmid;

    if ((unsigned)inv->regime >= SMMU_REGIME__COUNT ||
        (unsigned)inv->scope >= SMMU_TLB_INV__COUNT ||
        inv->first > inv->last) {
        return;
    }
    tlb->stats.invalidations++;
    if (inv->scope == SMMU_TLB_INV_REGIME) {
        uint32_t vm = tlb->regime_first[inv->regime];

        while (vm != NIL) {
            uint32_t next = tlb->groups[vm].list.next;

            sweep_vm(&job, vm, STAGES_ALL);
            vm = next;
        }
        return;
    }
    has_vmid = smmu_regime_has_vmid(inv->regime);
    /* Each VMID that differs from the given one in ignored bits only. */
    for (uint16_t bits = ignore; ; bits = (bits - 1) & ignore) {
        job.vmid = has_vmid ? (inv->vmid & ~ignore) | bits : 0;
        run(&job);
        if (!bits || !has_vmid) {
            break;
        }
    }
}
