/*
 * Translation tables of the three regimes and of stage 2.
 *
 * Every regime maps the image and its memory one to one, and a window (one
 * table each of levels 1, 2 and 3) that tests rearrange. Stage 2 maps memory
 * one to one too, and has a window of its own. The granule size is 4 KiB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_MMU_H
#define GUEST_MMU_H

#include "pe.h"

enum { TABLE_ENTRIES = 512, PAGE_SIZE = 4096 };
typedef uint64_t table[TABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));

/* The window: 512 pages, as a virtual and as an intermediate address. */
#define WIN_VA          0x0000008000000000ull
#define WIN_VA_HIGH     0xffff008000000000ull   /* EL1&0 only: by TTBR1 */
#define WIN_IPA         0x0000004000000000ull

enum regime { REGIME_EL3, REGIME_EL2, REGIME_EL10, REGIMES };

struct tables {
    table l0;           /* VA 0 .. 2^48 - 1 */
    table l0_high;      /* by TTBR1: the window only */
    table l1;
    table win[4];       /* [1], [2], [3] by level; [0] unused */
};

extern struct tables mmu_s1[REGIMES];
struct s2_tables {
    table l1;
    table win[4];       /* [2], [3] */
};
extern struct s2_tables mmu_s2;

/* A level 3 descriptor of @regime for @pa in @pas. @user: for EL0. */
uint64_t mmu_page(enum regime regime, uint64_t pa, enum pas pas, bool user);
/* A level 3 descriptor of stage 2; @ns: Realm stage 2 to the NS PAS. */
uint64_t mmu_s2_page(uint64_t pa, bool ns);
/* A table descriptor for the next level. */
uint64_t mmu_table(uint64_t pa, bool nstable);

/* Fill all tables as described above. Window pages are unmapped. */
void mmu_build(void);

/* Window tables back to their places, window pages unmapped. */
void mmu_reset_windows(void);

/* Program this PE's translation registers of EL1 to EL3; MMU on. */
void mmu_enable(void);

/*
 * Stage 2 on or off for EL1&0. In Secure state @ns_tables puts the stage 2
 * tables in the NS PAS (VSTCR_EL2.SW, VTCR_EL2.NSW); @ns_out maps Non-secure
 * IPAs to the NS PAS (VTCR_EL2.NSA).
 */
void mmu_stage2(bool on, bool ns_tables, bool ns_out, uint64_t hcr_extra);

#endif
