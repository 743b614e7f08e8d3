/*
 * Translation tables for tests of whole transactions: pages of each kind of
 * outcome, the same in every world.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_RIG_STREAMS_H
#define SMMU_RIG_STREAMS_H

#include "smmu-rig.h"

/* Pages of stage 1 (VA), which lead to RIG_DATA + VA. */
enum {
    VA_RW = 0x1000, VA_RO = 0x2000, VA_NONE = 0x3000, VA_NO_AF = 0x4000,
    VA_XN = 0x6000, VA_PRIV = 0x7000, VA_XO = 0x8000,
    VA_BIG = 0x9000,            /* to 2^40 */
    VA_IPA_NONE = 0xa000,       /* to IPA_NONE, and so on */
    VA_IPA_RO = 0xb000, VA_IPA_BIG = 0xc000, VA_IPA_NO_AF = 0xd000,
    VA_CLEAN = 0xe000,          /* writable-clean: DBM, read-only */
    VA_BLOCK = 0x200000,        /* 2 MiB to RIG_DATA + 0x200000 */
    VA_NO_TABLE = 0x400000,     /* level 2 invalid */
    /* A level 3 table in IPA space without a translation there. */
    VA_IPA_TABLE = 0x600000,
    VA_TABLE = 0x800000,        /* a level 3 table of its own at TT_PAGE */
    TT_PAGE = 0x13f00000,
};
/* Stage 2: the first GiB is itself but for one page of tables; above: */
#define IPA_NONE 0x40003000ull
#define IPA_RO 0x40002000ull
#define IPA_RW 0x40001000ull        /* to RIG_DATA + 0x1000 */
#define IPA_BIG 0x40009000ull       /* to 2^40 */
#define IPA_NO_AF 0x40004000ull
#define IPA_XN 0x40006000ull
#define IPA_NS 0x40007000ull        /* Realm: in the Non-secure PAS */
#define IPA_BLOCK 0x40200000ull     /* 2 MiB to RIG_DATA + 0x200000 */

enum { SID = 5 };

typedef struct Tables {
    uint64_t s1, s2;
} Tables;

static inline CcaPas world_pas(CcaSecSid world)
{
    return world == NS ? CCA_PAS_NS :
           world == SECURE ? CCA_PAS_SECURE : CCA_PAS_REALM;
}

static inline Tables make_tables(Rig *r, CcaSecSid world)
{
    const uint64_t af = 1ull << 10, ro = 1ull << 7, el0 = 1ull << 6;
    const uint64_t xn = 3ull << 53, s2_w = 1ull << 7, ns = 1ull << 55;
    CcaPas pas = world_pas(world);
    Tables t = { rig_table(r), rig_table(r) };
    const struct { uint64_t va, desc; } s1[] = {
        { VA_RW, RIG_S1_RW }, { VA_RO, RIG_S1_RW | ro }, { VA_NONE, 0 },
        { VA_NO_AF, RIG_S1_RW & ~af }, { VA_XN, RIG_S1_RW | xn },
        { VA_PRIV, RIG_S1_RW & ~el0 },
        { VA_XO, (RIG_S1_RW | ro) & ~el0 },
        { VA_CLEAN, RIG_S1_RW | ro | 1ull << 51 },
    };
    const struct { uint64_t va, ipa; } out[] = {
        { VA_BIG, 1ull << 40 }, { VA_IPA_NONE, IPA_NONE },
        { VA_IPA_RO, IPA_RO }, { VA_IPA_BIG, IPA_BIG },
        { VA_IPA_NO_AF, IPA_NO_AF },
    };
    const struct { uint64_t ipa, desc; } s2[] = {
        { IPA_NONE, 0 }, { IPA_RO, RIG_S2_RW & ~s2_w },
        { IPA_RW, RIG_S2_RW }, { IPA_NO_AF, RIG_S2_RW & ~af },
        { IPA_XN, RIG_S2_RW | 2ull << 53 }, { IPA_NS, RIG_S2_RW | ns },
    };

    for (unsigned i = 0; i < COUNT_OF(s1); i++) {
        rig_map(r, pas, t.s1, s1[i].va, 3,
                s1[i].desc ? s1[i].desc | (RIG_DATA + s1[i].va) : 0);
    }
    for (unsigned i = 0; i < COUNT_OF(out); i++) {
        rig_map(r, pas, t.s1, out[i].va, 3, RIG_S1_RW | out[i].ipa);
    }
    rig_map(r, pas, t.s1, VA_BLOCK, 2, RIG_S1_BLOCK | (RIG_DATA + VA_BLOCK));
    rig_map(r, pas, t.s1, VA_IPA_TABLE, 2, IPA_NONE | 3);
    rig_map(r, pas, t.s1, VA_TABLE, 2, TT_PAGE | 3);
    rig_put(r, TT_PAGE, pas, RIG_S1_RW | (RIG_DATA + 0x1000));

    rig_map(r, pas, t.s2, 0, 1, RIG_S2_BLOCK);
    for (unsigned i = 0; i < COUNT_OF(s2); i++) {
        rig_map(r, pas, t.s2, s2[i].ipa, 3,
                s2[i].desc ? s2[i].desc | (RIG_DATA + (s2[i].ipa & 0xffff)) :
                             0);
    }
    rig_map(r, pas, t.s2, IPA_BIG, 3, RIG_S2_RW | 1ull << 40);
    rig_map(r, pas, t.s2, IPA_BLOCK, 2,
            RIG_S2_BLOCK | (RIG_DATA + VA_BLOCK));
    return t;
}

/* Fields of event records (section 7.3), by bit numbers. */
#define EV_ID(id)       { 7, 0, id }, { 63, 32, SID }
#define EV_SSID(n)      { 11, 11, 1 }, { 31, 12, n }
#define EV_P            { 97, 97, 1 }
#define EV_X            { 98, 98, 1 }
#define EV_READ         { 99, 99, 1 }
#define EV_NSIPA        { 100, 100, 1 }
#define EV_S2           { 103, 103, 1 }
#define EV_TT           { 105, 104, 1 }
#define EV_IN           { 105, 104, 2 }
#define EV_TTRNW        { 108, 108, 1 }
#define EV_GPCF         { 80, 80, 1 }
#define EV_STALL(tag)   { 95, 95, 1 }, { 79, 64, tag }
#define EV_ADDR(a)      { 191, 128, a }
#define EV_IPA(a)       { 247, 204, (a) >> 12 }
#define EV_FETCH(a)     { 247, 195, (a) >> 3 }

/* Fields of STEs and CDs. */
#define S1STALLD        91, 91
#define S1DSS           65, 64
#define S1CDMAX         63, 59
#define S1FMT           5, 4
#define EATS            93, 92
#define STRW            95, 94
#define NSCFG           111, 110
#define PRIVCFG         113, 112
#define INSTCFG         115, 114
#define S2PS            178, 176
#define S2PTW           182, 182
#define S2S             185, 185
#define S2R             186, 186
#define MECID           319, 304
#define CD_T0SZ         5, 0
#define CD_IPS          34, 32
#define CD_HA           43, 43
#define CD_HD           42, 42
#define CD_S            44, 44
#define CD_R            45, 45
#define CD_A            46, 46

#endif
