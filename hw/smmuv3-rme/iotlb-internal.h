/*
 * The translation cache inside: slots, chains and groups. For iotlb*.c only.
 *
 * Each entry stands in a slot. Slots hang on hash chains, one hash table per
 * kind of chain, and on the list of their space: the entries that have the
 * same tags but for the address. Spaces hang on the list of their VM (regime
 * and VMID), VMs on the list of their regime. Spaces and VMs are groups; one
 * that is empty is gone. All references are indices, so that a strict cache
 * can move its arrays when it grows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_IOTLB_INTERNAL_H
#define CCA_SMMU_IOTLB_INTERNAL_H

#include "iotlb.h"
#include "smmu-fields.h"

#define NIL UINT32_MAX

typedef struct Link {
    uint32_t next, prev;
} Link;

/* Hash chains of a slot, and what their hash takes in. */
typedef enum ChainKind {
    CHAIN_KEY,      /* all tags and the range: look-ups */
    CHAIN_VA,       /* all but ASID, global and ASET: by VA, all ASIDs */
    CHAIN_IPA,      /* combined entries: VMID and range of stage 2 */
    CHAIN__COUNT
} ChainKind;

/* The tags of a space. */
SMMU_FIELD(SPACE_ASID, 0, 16);
SMMU_FIELD(SPACE_ASET, 16, 1);      /* global ones only */
SMMU_FIELD(SPACE_GLOBAL, 17, 1);
SMMU_FIELD(SPACE_STAGE, 18, 2);
SMMU_FIELD(SPACE_NS_IPA, 20, 1);
SMMU_FIELD(SPACE_VMID, 24, 16);
SMMU_FIELD(SPACE_REGIME, 40, 4);
SMMU_FIELD(SPACE_IS_VM, 63, 1);     /* not a space but a VM */

/* First what a look-up reads: 64 bytes. */
typedef struct Slot {
    uint64_t range;                 /* input | shift */
    uint64_t space_key;
    SmmuTlbEntry entry;
    Link chain[CHAIN__COUNT];
    Link list;                      /* of the space */
    uint32_t space;                 /* NIL: the slot is free */
} Slot;

typedef struct Group {
    uint64_t key;
    Link chain;                     /* hash */
    Link list;                      /* of the parent */
    uint32_t first;                 /* slot of a space, space of a VM */
    uint32_t parent;                /* a space's VM */
    uint32_t count;                 /* slots in it */
} Group;

struct SmmuIotlb {
    Slot *slots;
    Group *groups;
    uint32_t *heads[CHAIN__COUNT];
    uint32_t *group_heads;
    uint32_t capacity;              /* slots; groups are twice as many */
    uint32_t mask;                  /* hash tables: buckets - 1 */
    uint32_t free_slot, free_group; /* lists through list.next */
    uint32_t count;
    uint32_t victim;
    bool strict;
    uint32_t regime_first[SMMU_REGIME__COUNT];  /* VMs */
    /* Sizes in use, as a set of log2, and how many have each. */
    uint64_t sizes[SMMU_TLB_STAGE__COUNT][2];   /* [stage][global] */
    uint32_t size_count[SMMU_TLB_STAGE__COUNT][2][64];
    uint64_t ipa_sizes;
    uint32_t ipa_size_count[64];
    SmmuIotlbStats stats;
};

/* Hash of a range and tags. */
static inline uint32_t iotlb_hash(uint64_t range, uint64_t tags)
{
    uint64_t h = (range ^ tags * 0x9e3779b97f4a7c15ull) * 0xd6e8feb86659fd93ull;

    h = (h ^ h >> 32) * 0xd6e8feb86659fd93ull;
    return h >> 32;
}

/* Those tags of a space that chain @kind looks at. */
static inline uint64_t iotlb_chain_tags(ChainKind kind, uint64_t space_key)
{
    switch (kind) {
    case CHAIN_VA:
        return space_key & (SPACE_STAGE_MASK | SPACE_VMID_MASK |
                            SPACE_REGIME_MASK);
    case CHAIN_IPA:
        return space_key & (SPACE_VMID_MASK | SPACE_REGIME_MASK);
    default:
        return space_key;
    }
}

static inline uint64_t iotlb_vm_key(SmmuRegime regime, uint16_t vmid)
{
    return SMMU_SET(SMMU_SET(SPACE_IS_VM_MASK, SPACE_REGIME, regime),
                    SPACE_VMID, vmid);
}

static inline uint64_t iotlb_range(uint64_t addr, unsigned shift)
{
    return (addr >> shift << shift) | shift;
}

/* The tags for a look-up of (not) global entries in @ctx. */
static inline uint64_t iotlb_space_key(const SmmuTlbContext *ctx, bool global)
{
    bool s2 = ctx->stage == SMMU_TLB_S2;
    uint64_t key = SMMU_SET(0, SPACE_REGIME, ctx->regime);

    key = SMMU_SET(key, SPACE_STAGE, ctx->stage);
    if (s2) {
        key = SMMU_SET(key, SPACE_NS_IPA, ctx->ns_ipa);
    } else if (global) {
        key |= SPACE_GLOBAL_MASK;
        key = SMMU_SET(key, SPACE_ASET, ctx->aset);
    } else if (smmu_regime_has_asid(ctx->regime)) {
        key = SMMU_SET(key, SPACE_ASID, ctx->asid);
    }
    if (smmu_regime_has_vmid(ctx->regime)) {
        key = SMMU_SET(key, SPACE_VMID, ctx->vmid);
    }
    return key;
}

/* The group with @key, NIL if there is none. */
uint32_t iotlb_find_group(const SmmuIotlb *tlb, uint64_t key);

/* Remove the entry of slot @i, and the groups that it leaves empty. */
void iotlb_remove(SmmuIotlb *tlb, uint32_t i);

#endif
