/*
 * Translation table walks of the SMMU: VMSAv8-64, stage 1, stage 2, nested.
 *
 * A walk reads descriptors, may update them (HTTU), and ends with an address
 * or with the fault that the event queue wants to hear of. It keeps nothing:
 * caching is for others. It never allocates, and whatever the tables say it
 * makes at most 35 fetches, and a bounded number of attempts at updates.
 *
 * Numbered sections are those of IHI 0070, named ones those of DDI 0487.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_WALK_H
#define CCA_SMMU_WALK_H

#include "smmu-types.h"

/* Who translates at stage 1 (STE.STRW, section 3.3.4). */
typedef enum SmmuWalkRegime {
    SMMU_WALK_EL1,          /* two halves, EL0 and EL1 */
    SMMU_WALK_EL2_E2H,      /* two halves, EL0 and EL2 */
    SMMU_WALK_EL2,          /* one half, one privilege */
    SMMU_WALK_EL3,          /* one half, one privilege */
} SmmuWalkRegime;

/* What CD fields with a 0 or a 1 in their names say (section 5.4). */
typedef struct SmmuWalkHalf {
    uint64_t ttb;           /* address; low bits that alignment wants are 0 */
    uint8_t granule;        /* log2: 12, 14 or 16 */
    uint8_t tsz;            /* TxSZ, any value */
    uint8_t sh;             /* SHx: of outputs too, if DS */
    bool epd, tbi, had, e0pd;
    bool nscfg;             /* NSCFGx, used by Secure streams */
} SmmuWalkHalf;

/* Stage 1. There is no UWXN: VMSAv8-64 ignores it (section 5.4). */
typedef struct SmmuWalkS1 {
    SmmuWalkHalf half[2];   /* [1] is used by two-halves regimes only */
    CcaSecSid sec_sid;
    SmmuWalkRegime regime;
    uint8_t ips;            /* CD.IPS in bits: 32..52 */
    uint8_t oas;            /* SmmuFeatures.oas */
    bool vax, stt, mec;     /* SmmuFeatures */
    bool ds;                /* CD.DS */
    bool big_endian;        /* CD.ENDI */
    bool ha, hd, affd, wxn, pan;
    bool sif;               /* SMMU_S_CR0.SIF, used by Secure streams */
    uint16_t mecid;         /* STE.MECID: used in the Realm PAS */
    uint64_t mair;          /* CD.MAIR1:MAIR0 */
} SmmuWalkS1;

/* Stage 2 (section 5.2). A Secure stream has two, one per IPA space. */
typedef struct SmmuWalkS2 {
    uint64_t ttb;           /* S2TTB or S_S2TTB */
    uint8_t granule;        /* log2: 12, 14 or 16 */
    uint8_t tsz;            /* S2T0SZ, any value */
    uint8_t sl0;            /* S2SL0 */
    bool sl0_2;             /* S2SL0_2: counts with 4KB and DS only */
    uint8_t sh;             /* S2SH0: of outputs too, if DS */
    CcaSecSid sec_sid;
    bool walk_ns, out_ns;   /* Secure streams: see smmu_walk_s2_secure() */
    bool ipa_ns;            /* Secure streams: the NS IPA space */
    uint8_t ps;             /* S2PS in bits: 32..52 */
    uint8_t oas;            /* SmmuFeatures.oas */
    bool stt, xnx, mec;     /* SmmuFeatures */
    bool ds;                /* S2DS */
    bool big_endian;        /* S2ENDI */
    bool ha, hd, affd, ptw, fwb;
    bool sif;               /* SMMU_S_CR0.SIF, used by Secure streams */
    uint16_t mecid;         /* STE.MECID: used in the Realm PAS */
} SmmuWalkS2;

/* Permissions: one bit per privilege and kind of access. */
enum {
    SMMU_PERM_PR = 1 << 0, SMMU_PERM_PW = 1 << 1, SMMU_PERM_PX = 1 << 2,
    SMMU_PERM_UR = 1 << 3, SMMU_PERM_UW = 1 << 4, SMMU_PERM_UX = 1 << 5,
    SMMU_PERM_W = SMMU_PERM_PW | SMMU_PERM_UW,
    SMMU_PERM_X = SMMU_PERM_PX | SMMU_PERM_UX,
    SMMU_PERM_ALL = 0x3f,
};

/* Sets with a bit per stage: SmmuWalkResult. */
enum { SMMU_WALK_STAGE1 = 1 << 0, SMMU_WALK_STAGE2 = 1 << 1 };

/*
 * Where a walk ended. All of it holds for the whole naturally aligned
 * 2^shift bytes around the input address (@pa and @ipa are of the address).
 */
typedef struct SmmuWalkResult {
    uint64_t pa;            /* after smmu_walk_stage1() alone: the output */
    CcaPas pas;
    uint16_t mecid;         /* 0 outside of the Realm PAS */
    uint8_t shift;          /* the smaller of both stages */
    uint8_t s1_shift, s2_shift;     /* 0: no such stage */
    int8_t s1_level, s2_level;      /* of Block or Page */
    /*
     * As the descriptors stand after the walk. A stage in @clean would grant
     * writes, but has to be walked for a write first, to mark the page dirty:
     * its writes are not in @perms.
     */
    uint8_t perms, s1_perms, s2_perms;
    uint8_t clean;
    uint8_t set_af, set_dirty;      /* updated by this walk */
    uint8_t contiguous, nt;         /* the descriptors' hints, not acted on */
    uint8_t mair, sh;       /* attributes of both stages, as in MAIR; SH */
    uint8_t s2_memattr, s2_sh;      /* raw, of stage 2 */
    bool ng;                /* not global: tagged by ASID */
    uint64_t ipa;           /* nested: between the stages */
    bool ipa_ns;            /* Secure stream: in the NS IPA space */
} SmmuWalkResult;

/* Why a walk failed, as events want it (section 7.3.12 to 7.3.16). */
typedef struct SmmuWalkFault {
    /* SMMU_F_WALK_EABT, TRANSLATION, ADDR_SIZE, ACCESS or PERMISSION */
    SmmuEventId event;
    bool s2;                /* event field S2 */
    SmmuFaultClass class_;
    int8_t level;           /* -1..3; 0 if no descriptor is to blame */
    bool gpf;               /* F_WALK_EABT: granule protection (GPCF) */
    bool tt_write;          /* class TT at stage 2: not TTRnW */
    uint64_t ipa;           /* at stage 2 */
    bool nsipa;             /* at stage 2 of a Secure stream */
    uint64_t fetch_addr;    /* F_WALK_EABT: PA of the descriptor */
} SmmuWalkFault;

/*
 * Which descriptors a walk read, for those who look; or a transaction, whose
 * L1CD and CD stage 2 may have to find as well.
 */
enum { SMMU_WALK_STEPS_MAX = 5 * (5 + 1) + 5 + 2 * 5 };

typedef struct SmmuWalkStep {
    uint64_t addr;          /* PA */
    uint64_t value;         /* as read, in host order */
    CcaPas pas;
    int8_t level;           /* -1..3 */
    uint8_t stage;          /* 1 or 2 */
} SmmuWalkStep;

typedef struct SmmuWalkTrace {
    SmmuWalkStep step[SMMU_WALK_STEPS_MAX];
    uint8_t steps;
} SmmuWalkTrace;

/*
 * What lies between a stage 1 walk and memory. Makes *@addr and *@pas, in
 * which a descriptor is to be read (or updated, if @write), what memory
 * understands; false with *@fault if that fails.
 */
typedef struct SmmuWalkVia {
    bool (*translate)(void *opaque, bool write, uint64_t *addr, CcaPas *pas,
                      SmmuWalkFault *fault);
    void *opaque;
} SmmuWalkVia;

/* The tables of a nested walk. */
typedef struct SmmuWalkNested {
    const SmmuWalkS1 *s1;
    const SmmuWalkS2 *s2;
    const SmmuWalkS2 *s2_ns;    /* NS IPA of a Secure stream, or NULL */
} SmmuWalkNested;

/*
 * Is the half's TxSZ one that a CD may have (section 5.4, CD.T0SZ)? Walks
 * through another one end in a Translation fault.
 */
bool smmu_walk_s1_size_ok(const SmmuWalkS1 *cfg, unsigned half);

/*
 * Do S2T0SZ, S2SL0 and S2TG fit each other and the implementation (section
 * 5.2; DDI 0487, AArch64.S2InvalidSL, AArch64.S2InconsistentSL)? Walks
 * through others end in a Translation fault.
 */
bool smmu_walk_s2_size_ok(const SmmuWalkS2 *cfg);

/*
 * Set walk_ns, out_ns and ipa_ns of both stages 2 of a Secure stream from
 * STE.S2SW, S2SA, S2NSW and S2NSA (section 5.2): @s translates the Secure IPA
 * space, @ns the Non-secure one.
 */
void smmu_walk_s2_secure(SmmuWalkS2 *s, SmmuWalkS2 *ns, bool sw, bool sa,
                         bool nsw, bool nsa);

/*
 * Translate @va for @access through stage 1. Descriptors are reached by @via;
 * NULL: they are where the tables say. @trace may be NULL; steps are added to
 * it. True with *@result, or false with *@fault; the other is not touched.
 */
bool smmu_walk_stage1(const SmmuMem *mem, const SmmuWalkS1 *cfg, uint64_t va,
                      SmmuAccessType access, const SmmuWalkVia *via,
                      SmmuWalkTrace *trace, SmmuWalkResult *result,
                      SmmuWalkFault *fault);

/*
 * Translate @ipa through stage 2. @class_ is what the address belongs to: IN
 * for a client's access; CD or TT for a fetch of the SMMU's own, which is
 * subject to S2PTW and must not leave the Realm PAS (section 7.3.16).
 */
bool smmu_walk_stage2(const SmmuMem *mem, const SmmuWalkS2 *cfg, uint64_t ipa,
                      SmmuAccessType access, SmmuFaultClass class_,
                      SmmuWalkTrace *trace, SmmuWalkResult *result,
                      SmmuWalkFault *fault);

/* Translate @va through both stages, stage 1's tables being in IPA space. */
bool smmu_walk_nested(const SmmuMem *mem, const SmmuWalkNested *cfg,
                      uint64_t va, SmmuAccessType access,
                      SmmuWalkTrace *trace, SmmuWalkResult *result,
                      SmmuWalkFault *fault);

/* Does a set of SMMU_PERM_* allow @access? */
static inline bool smmu_perms_allow(uint8_t perms, SmmuAccessType access)
{
    uint8_t need = access.instruction ? SMMU_PERM_PX :
                   access.write ? SMMU_PERM_PW : SMMU_PERM_PR;

    if (!access.privileged) {
        need <<= 3;
    }
    return perms & need;
}

/*
 * Combine attributes in the form of MAIR and SH with raw stage 2 ones
 * (DDI 0487, "Combining stage 1 and stage 2 memory type attributes"; with
 * @fwb, "Stage 2 memory region type with FEAT_S2FWB").
 */
void smmu_attr_combine(uint8_t *mair, uint8_t *sh, uint8_t s2_memattr,
                       uint8_t s2_sh, bool fwb);

#endif
