/*
 * The translation cache: final translations of stage 1, stage 2, or both.
 *
 * Entries are tagged as section 3.17 says: translation regime, VMID, ASID or
 * global, and the input range, of any size from 4 KiB. Besides, an entry of
 * one kind of translation (stage 1, stage 1 and 2, stage 2) never answers for
 * another, although the architecture would let those that share a VMID.
 * Table descriptors are not held, so Leaf in commands changes nothing.
 *
 * A plain cache has a fixed size and loses old entries to new ones; it
 * forgets more than commands demand where that is cheap and allowed: it
 * ignores TG and TTL hints and CD.ASET, and invalidation by IPA reaches
 * combined entries. A strict cache forgets what the architecture requires
 * and nothing else, so that a missing invalidation always shows.
 *
 * What an invalidation costs goes with what it hits: each of VMID, ASID, VA
 * without ASID, and IPA has an index of its own. A range is probed page by
 * page, or its address space is swept if that holds fewer entries.
 *
 * Sections are those of IHI 0070. Not thread-safe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_IOTLB_H
#define CCA_SMMU_IOTLB_H

#include "smmu-types.h"

/* Translation regime, the StreamWorld of section 3.17. */
typedef enum SmmuRegime {
    SMMU_REGIME_NS_EL1,
    SMMU_REGIME_NS_EL2,
    SMMU_REGIME_NS_EL2_E2H,
    SMMU_REGIME_S_EL1,          /* StreamWorld Secure */
    SMMU_REGIME_S_EL2,
    SMMU_REGIME_S_EL2_E2H,
    SMMU_REGIME_REALM_EL1,
    SMMU_REGIME_REALM_EL2,
    SMMU_REGIME_REALM_EL2_E2H,
    SMMU_REGIME_EL3,
    SMMU_REGIME__COUNT
} SmmuRegime;

/* Which stages a held translation went through. */
typedef enum SmmuTlbStage {
    SMMU_TLB_S1,        /* VA to PA by stage 1 only */
    SMMU_TLB_S12,       /* VA to PA by both stages */
    SMMU_TLB_S2,        /* IPA to PA: stage 2 only streams, nested walks */
    SMMU_TLB_STAGE__COUNT
} SmmuTlbStage;

/*
 * The address space that a look-up is in. Tags that a regime does not have
 * (VMID at EL2 and EL3; ASID there and for IPAs) are not looked at.
 */
typedef struct SmmuTlbContext {
    SmmuRegime regime;
    SmmuTlbStage stage;
    uint16_t vmid;
    uint16_t asid;
    bool aset;          /* CD.ASET */
    bool ns_ipa;        /* Secure SMMU_TLB_S2: the Non-secure IPA space */
} SmmuTlbContext;

/* Permissions, as a set of bits. */
enum {
    SMMU_TLB_PRIV_R = 1, SMMU_TLB_PRIV_W = 2, SMMU_TLB_PRIV_X = 4,
    SMMU_TLB_USER_R = 8, SMMU_TLB_USER_W = 16, SMMU_TLB_USER_X = 32,
};

enum {
    SMMU_TLB_MIN_SHIFT = 12,
    SMMU_TLB_MAX_SHIFT = 52,
    SMMU_TLB_ANY_LEVEL = 0xff,
};

/*
 * One translation. It covers 1 << shift bytes: the smaller of the sizes of
 * its stage 1 and stage 2 entries.
 */
typedef struct SmmuTlbEntry {
    uint64_t input;     /* VA (sign-extended, no tag) or IPA, aligned */
    uint64_t pa;        /* aligned likewise */
    uint64_t ipa;       /* SMMU_TLB_S12: where its stage 2 entry begins */
    uint32_t attrs;     /* memory type and shareability, the caller's coding */
    uint16_t mecid;
    uint8_t pas;        /* CcaPas of @pa */
    uint8_t perms;
    uint8_t shift;      /* 12..52 */
    uint8_t ipa_shift;  /* SMMU_TLB_S12: log2 size of its stage 2 entry */
    uint8_t tg;         /* log2 granule of the table of the input address */
    uint8_t level;      /* where the leaf stood in that table: 0..3 */
    bool global;        /* nG == 0; ignored in regimes without ASIDs */
    bool aset;          /* set by the cache, from the context */
} SmmuTlbEntry;

/* What an invalidation is for. */
typedef enum SmmuTlbInvScope {
    SMMU_TLB_INV_VA,        /* stage 1 by VMID, ASID or global, and VA */
    SMMU_TLB_INV_VAA,       /* stage 1 by VMID and VA */
    SMMU_TLB_INV_ASID,      /* stage 1 by VMID and ASID, not global ones */
    SMMU_TLB_INV_VMID_S1,   /* stage 1 by VMID, global ones too */
    SMMU_TLB_INV_VMID,      /* all stages by VMID */
    SMMU_TLB_INV_IPA,       /* stage 2 by VMID and IPA */
    SMMU_TLB_INV_REGIME,    /* everything of a regime */
    SMMU_TLB_INV__COUNT
} SmmuTlbInvScope;

/*
 * One invalidation (section 4.4). The range is inclusive; it may be anything,
 * also all of the address space, and never wraps: @first <= @last.
 */
typedef struct SmmuTlbInv {
    SmmuTlbInvScope scope;
    SmmuRegime regime;
    uint16_t vmid;
    uint16_t vmid_ignore;   /* CR0.VMW: VMID bits not to compare, at most 4 */
    uint16_t asid;
    uint64_t first, last;   /* VA, VAA and IPA only */
    uint8_t tg;             /* log2 of the granule that is meant; 0: any */
    uint8_t level;          /* TTL; SMMU_TLB_ANY_LEVEL: any */
    bool ns_ipa;            /* Secure IPA: the Non-secure IPA space */
    bool broadcast;         /* from a PE, not from a command: ASET counts */
} SmmuTlbInv;

typedef struct SmmuIotlbStats {
    uint64_t inserts;
    uint64_t evictions;     /* entries lost to others */
    uint64_t invalidations;
    uint64_t probes;        /* hash chains that invalidations looked into */
    uint64_t visited;       /* entries looked at by invalidations ... */
    uint64_t removed;       /* ... and removed */
} SmmuIotlbStats;

typedef struct SmmuIotlb SmmuIotlb;

enum {
    SMMU_IOTLB_STRICT_START = 1 << 10,
    /* A strict cache stops to grow here, and evicts: about 640 MiB. */
    SMMU_IOTLB_STRICT_LIMIT = 1 << 22,
};

/*
 * A new, empty cache; NULL if memory is short. A plain one holds @entries
 * (1 .. SMMU_IOTLB_STRICT_LIMIT); a strict one starts with them and doubles.
 */
SmmuIotlb *smmu_tlb_new(bool strict, uint32_t entries);
void smmu_tlb_free(SmmuIotlb *tlb);

/*
 * The translation of @addr in @ctx, NULL if none is held. Of several that
 * cover @addr (a block became a table without invalidation) the smallest one
 * counts. The answer is valid until the next call that changes the cache.
 */
const SmmuTlbEntry *smmu_tlb_lookup(const SmmuIotlb *tlb,
                                      const SmmuTlbContext *ctx,
                                      uint64_t addr);

/*
 * Hold @entry in @ctx, in the place of one with the same tags and the same
 * range. Bits of its addresses below its size are dropped; false, and
 * nothing is held, if a size, the regime or the stage is out of range, or if
 * a regime that has no stage 2 is to hold a translation by stage 2.
 */
bool smmu_tlb_insert(SmmuIotlb *tlb, const SmmuTlbContext *ctx,
                       const SmmuTlbEntry *entry);

/* Forget what @inv covers; out-of-range scopes and regimes cover nothing. */
void smmu_tlb_invalidate(SmmuIotlb *tlb, const SmmuTlbInv *inv);

/* Forget everything. */
void smmu_tlb_clear(SmmuIotlb *tlb);

/* How many entries are held. */
uint32_t smmu_tlb_count(const SmmuIotlb *tlb);
const SmmuIotlbStats *smmu_tlb_stats(const SmmuIotlb *tlb);

/* Does a regime have VMIDs, and with them a stage 2? Does it have ASIDs? */
static inline bool smmu_regime_has_vmid(SmmuRegime regime)
{
    return regime == SMMU_REGIME_NS_EL1 || regime == SMMU_REGIME_S_EL1 ||
           regime == SMMU_REGIME_REALM_EL1;
}

static inline bool smmu_regime_has_asid(SmmuRegime regime)
{
    return smmu_regime_has_vmid(regime) ||
           regime == SMMU_REGIME_NS_EL2_E2H ||
           regime == SMMU_REGIME_S_EL2_E2H ||
           regime == SMMU_REGIME_REALM_EL2_E2H;
}

#endif
