/*
 * What the stages of a translation table walk share. Not for others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_WALK_INTERNAL_H
#define CCA_SMMU_WALK_INTERNAL_H

#include "descriptor.h"
#include "walk.h"

enum {
    WALK_FINAL_LEVEL = 3,
    /* How often a descriptor may change between our read and our update. */
    WALK_UPDATE_TRIES = 16,
};

#define WALK_LOW_BITS(n) ((n) >= 64 ? ~0ull : (1ull << (n)) - 1)

/* Is TxSZ @tsz in range? @big: down to 12, for 52-bit addresses. */
bool walk_tsz_ok(unsigned granule, unsigned tsz, bool big, bool stt);

/* The shape of a table walk: what TG, TxSZ, DS and the address sizes say. */
typedef struct WalkShape {
    uint8_t granule;        /* log2 */
    uint8_t in_bits;        /* input address size */
    int8_t start;           /* level: -1..3 */
    uint8_t out_bits;       /* output address size */
    bool ds;                /* 52-bit descriptors of 4KB and 16KB granules */
    bool high_64k;          /* 64KB granule: OA[51:48] in bits 15:12 */
} WalkShape;

/*
 * Fill the members that both stages find in the same way. @size is CD.IPS or
 * STE.S2PS, in bits.
 */
WalkShape walk_shape(unsigned granule, unsigned in_bits, bool ds,
                     unsigned size, unsigned oas);

/* log2 of what a descriptor of @level covers. */
static inline unsigned walk_shift(const WalkShape *s, int level)
{
    return s->granule + (WALK_FINAL_LEVEL - level) * (s->granule - 3);
}

/* The first table, aligned to its size (CD.TTB0, STE.S2TTB). */
uint64_t walk_base(const WalkShape *s, uint64_t ttb, unsigned size,
                   unsigned oas);

typedef enum WalkKind {
    WALK_INVALID, WALK_TABLE, WALK_LEAF,
} WalkKind;

static inline bool walk_too_big(const WalkShape *s, uint64_t addr)
{
    return addr & ~WALK_LOW_BITS(s->out_bits);
}

/* Where a descriptor lies. */
typedef struct WalkPlace {
    const SmmuMem *mem;
    uint64_t addr;
    CcaPas pas;
    uint16_t mecid;
    bool big_endian;
} WalkPlace;

/*
 * Replace @desc by @wanted at @p. *@seen is what was there; it is @desc if
 * the update was made.
 */
SmmuMemResult walk_update(const WalkPlace *p, uint64_t desc, uint64_t wanted,
                          uint64_t *seen);

/* MECIDs exist in the Realm PAS only. */
static inline uint16_t walk_mecid(CcaPas pas, uint16_t mecid)
{
    return pas == CCA_PAS_REALM ? mecid : 0;
}

/*
 * A walk under way, in either stage. What a stage does in its own way is in
 * WalkOps; those that return a bool note a fault where they return false.
 */
typedef struct Walk Walk;

typedef struct WalkOps {
    unsigned stage;
    /* Where in memory the descriptor at @addr lies, to be read or written. */
    bool (*locate)(Walk *w, uint64_t addr, bool write, WalkPlace *p);
    /* Does this leaf have an AMEC bit where there must not be one? */
    bool (*bad_amec)(const Walk *w, uint64_t desc);
    /* Permissions of a leaf, and what hardware makes of it (section 3.13). */
    bool (*access)(Walk *w, uint64_t desc, int level, uint8_t *perms,
                   uint64_t *wanted);
    /* Take what a Table descriptor hands down; may be NULL. */
    void (*inherit)(Walk *w, uint64_t desc);
    /* The translation by leaf @desc, which was @before the access. */
    void (*finish)(const Walk *w, uint64_t desc, uint64_t before,
                   uint8_t perms, int level);
    /* Note a fault; always false. */
    bool (*fail)(Walk *w, SmmuEventId event, int level);
    bool (*fail_fetch)(Walk *w, SmmuMemResult r, const WalkPlace *p,
                       int level);
} WalkOps;

struct Walk {
    WalkShape shape;
    uint64_t input;         /* address */
    SmmuAccessType access;
    SmmuWalkTrace *trace;
    SmmuWalkResult *result;
    SmmuWalkFault *fault;
};

/* A stage 2 that several walks of one nested walk go through. */
typedef struct WalkStage2 {
    const SmmuWalkS2 *cfg;
    WalkShape shape;
    uint64_t table;
    bool ok;                /* its sizes fit */
} WalkStage2;

void walk_stage2_prepare(const SmmuWalkS2 *cfg, WalkStage2 *s2);

/*
 * As smmu_walk_stage2(), but mair and sh of the result are left out, and all
 * but pa and pas where @class_ is not IN.
 */
bool walk_stage2_nested(const SmmuMem *mem, const WalkStage2 *s2, uint64_t ipa,
                        SmmuAccessType access, SmmuFaultClass class_,
                        SmmuWalkTrace *trace, SmmuWalkResult *result,
                        SmmuWalkFault *fault);

#endif
