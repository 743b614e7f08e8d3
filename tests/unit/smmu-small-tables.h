/*
 * Tables for an SMMU in its small machine: what a transaction may meet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_SMALL_TABLES_H
#define SMMU_SMALL_TABLES_H

#include "smmu-small.h"

static inline void s1(void)
{
    put_ste(STRTAB, SID, 5);
}

static inline void s2(void)
{
    put_ste(STRTAB, SID, 6);
}

static inline void nested(void)
{
    put_ste(STRTAB, SID, 7);
}

static inline void bypass(void)
{
    put_ste(STRTAB, SID, 4);
}

static inline void ste_aborts(void)
{
    put_ste(STRTAB, SID, 0);
}

static inline void smmu_off(void)
{
    wr(0x20, 4, 4);
}

static inline void gbpa_aborts(void)
{
    smmu_off();
    wr(0x44, 4, 1u << 31 | 1 << 20);
}

static inline void quiet_invalid_sid(void)
{
    wr(0x2c, 4, 0);
}

static inline void two_levels(void)
{
    nested();
    smmu_off();
    wr(0x80, 8, L1STDS);
    wr(0x88, 4, 1 << 16 | 6 << 6 | 8);
    wr(0x20, 4, 5);
    put64(L1STDS, STRTAB | 5);
}

static inline void l1std_denied(void)
{
    two_levels();
    grant(L1STDS, false);
}

static inline void ste_denied(void)
{
    nested();
    grant(STRTAB, false);
}

static inline void ste_illegal(void)
{
    nested();
    change(STRTAB + 64 * SID, 165, 160, 1);
}

static inline void cd_denied(void)
{
    s1();
    grant(CDS, false);
}

static inline void cd_invalid(void)
{
    nested();
    change(CDS, 31, 31, 0);
}

static inline void cd_unmapped(void)
{
    nested();
    put64(S2_L2, 0);
}

static inline void cd_aborts(void)
{
    s1();
    change(STRTAB + 64 * SID, 55, 6, 0x80000000 >> 6);
}

static inline void cd_two_levels(void)
{
    nested();
    change(STRTAB + 64 * SID, 63, 59, 8);       /* S1CDMax */
    change(STRTAB + 64 * SID, 5, 4, 1);         /* S1Fmt: 4KB leaves */
    change(STRTAB + 64 * SID, 55, 6, L1CDS >> 6);
    put64(L1CDS + 8, CDS | 1);
    put_cd(CDS + 64 * 2);
}

static inline void table_denied(void)
{
    s1();
    grant(S1_L2, false);
}

static inline void table_denied_nested(void)
{
    nested();
    grant(S1_L3, false);
}

static inline void table_unmapped(void)
{
    nested();
    put64(S1_L2, 0x48000000 | D_TABLE);
}

static inline void table_aborts(void)
{
    s1();
    put64(S1_L2, 0x80000000 | D_TABLE);
}

static inline void output_denied(void)
{
    nested();
    grant(DATA, false);
}

static inline void no_access(void)
{
    nested();
    wr(ROOT_REGS + 0x20, 4, 0);
}

static inline void af(void)
{
    s1();
    change(CDS, 43, 43, 1);
    put64(S1_L3, DATA | (D1_RW & ~D_AF));
}

static inline void no_af(void)
{
    s1();
    put64(S1_L3, DATA | (D1_RW & ~D_AF));
}

static inline void dirty(void)
{
    s1();
    change(CDS, 43, 42, 3);
    put64(S1_L3, DATA | D1_RW | D1_RO | D_DBM);
}

/* Flags at both stages, also in the block that has stage 1's tables. */
static inline void dirty_nested(void)
{
    uint64_t table = S1_L3 & ~0x1fffffull;

    nested();
    change(CDS, 43, 42, 3);
    change(STRTAB + 64 * SID, 184, 183, 3);
    put64(S1_L3, DATA | (D1_RW & ~D_AF) | D1_RO | D_DBM);
    put64(S2_L3, DATA | (D2_RW & ~(D_AF | D2_W)) | D_DBM);
    put64(S2_L2, table | D_BLOCK | D_DBM | (D2_RW & ~(3ull | D_AF | D2_W)));
}

/* The same with big-endian tables of stage 1. */
static inline void dirty_big_endian(void)
{
    static const uint64_t at[] = { S1_L1, S1_L2, S1_L3 };

    dirty_nested();
    change(CDS, 15, 15, 1);
    for (unsigned i = 0; i < COUNT_OF(at); i++) {
        put64(at[i], __builtin_bswap64(get64(at[i])));
    }
}

static inline void read_only(void)
{
    s1();
    put64(S1_L3, DATA | D1_RW | D1_RO);
}

static inline void read_only_stage2(void)
{
    nested();
    put64(S2_L3, DATA | (D2_RW & ~D2_W));
}

static inline void read_as_zero(void)
{
    read_only();
    change(CDS, 46, 46, 0);
}

static inline void unrecorded(void)
{
    read_only();
    change(CDS, 45, 45, 0);
}

static inline void stalls(void)
{
    read_only();
    change(CDS, 44, 44, 1);
}

static inline void invalid(void)
{
    s1();
    put64(S1_L3, 0);
}

static inline void too_far(void)
{
    s1();
    put64(S1_L3, 1ull << 45 | D1_RW);
}

/* The guest may write to PROD only while the queue is off. */
static inline void set_events_prod(uint32_t prod)
{
    wr(0x20, 4, 1);
    wr(0x100a8, 4, prod);
    wr(0x20, 4, 5);
}

static inline void events_full(void)
{
    invalid();
    set_events_prod(4);
}

static inline void ats(void)
{
    s1();
    wr(0x20, 4, 5 | 16);
    change(STRTAB + 64 * SID, 93, 92, 1);
}

static inline void ats_split(void)
{
    nested();
    wr(0x20, 4, 5 | 16);
    change(STRTAB + 64 * SID, 93, 92, 2);
}

static inline void ats_forbidden(void)
{
    s1();
    wr(0x20, 4, 5 | 16);
}

static inline void realm(void)
{
    put_ste(REALM_STRTAB, SID, 7);
    change(REALM_STRTAB + 64 * SID, 463, 448, 0x99);    /* MECID */
    change(REALM_STRTAB + 64 * SID, 186, 186, 0);
    change(CDS, 45, 45, 0);
}

/* An ATS Translated transaction of Realm state, with no DPT behind it ... */
static inline void dpt_off(void)
{
    realm();
    change(REALM_STRTAB + 64 * SID, 93, 92, 3);
    wr(REALM_REGS + 0x20, 4, 0x11);
}

/* ... and with one that grants 1 GiB as Non-secure memory. */
static inline void dpt(void)
{
    dpt_off();
    put64(DPT_L0 + 8, 1 | 2 << 2 | 1 << 4);
    wr(REALM_REGS + 0x200, 8, DPT_L0);
    wr(REALM_REGS + 0x208, 4, 0);
    wr(REALM_REGS + 0x20, 4, 0x411);
}

#endif
