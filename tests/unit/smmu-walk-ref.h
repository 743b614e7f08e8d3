/*
 * A reference of the SMMU's table walks, for tests only.
 *
 * Written from the architecture, slow and plain on purpose; it shares nothing
 * with the engine but the vocabulary in smmu-types.h. No trace, no attributes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_WALK_REF_H
#define SMMU_WALK_REF_H

#include "smmu-types.h"

/* Everything that a translation depends on. */
typedef struct RefSmmu {
    CcaSecSid sid;
    unsigned el;            /* 1, 2, 3; 20 is EL2-E2H */
    unsigned oas;
    bool vax, stt, xnx, mec, sif;
    bool use1, use2;        /* the stages that translate */
    struct {
        struct {
            uint64_t ttb;
            unsigned kb, tsz;       /* granule in KB: 4, 16, 64 */
            bool epd, tbi, had, e0pd, nscfg;
        } half[2];
        unsigned ips;
        bool ds, be, ha, hd, affd, wxn, pan;
    } s1;
    struct {
        uint64_t ttb[2];    /* S_S2TTB or the only one; that of NS IPAs */
        unsigned kb, tsz, sl0, sl0_2, ps;
        bool sw, sa, nsw, nsa;      /* Secure */
        bool ds, be, ha, hd, affd, ptw, fwb;
    } s2;
    SmmuMemResult (*read)(void *opaque, uint64_t addr, CcaPas pas,
                          uint8_t bytes[8]);
    SmmuMemResult (*write)(void *opaque, uint64_t addr, CcaPas pas,
                           const uint8_t bytes[8]);
    void *opaque;
} RefSmmu;

typedef struct RefAnswer {
    SmmuEventId event;      /* SMMU_EVT_NONE: it translates */
    /* if not */
    unsigned stage;
    int level;
    SmmuFaultClass class_;
    uint64_t ipa, fetch;
    bool gpf, nsipa, ttw;
    /* if it does */
    uint64_t pa;
    CcaPas pas;
    unsigned bits;          /* log2 of the size */
    int level1, level2;     /* of the leaves */
    bool can[2][3];         /* [privileged][read, write, execute] */
    bool ng;
} RefAnswer;

RefAnswer ref_translate(const RefSmmu *s, uint64_t addr,
                        SmmuAccessType access);

/* Stage 2 alone, for what @class_ says; @ns_ipa: Secure, the NS IPA space. */
RefAnswer ref_translate_ipa(const RefSmmu *s, uint64_t ipa, bool ns_ipa,
                            SmmuAccessType access, SmmuFaultClass class_);

#endif
