/*
 * Memory under Memory Encryption Contexts, as EL3 and lower worlds see it.
 *
 * EL3 has views: all memory, as each physical address space. What runs below
 * EL3 needs code and tables that were written as its own physical address
 * space, or it fetches garbage: each world has a copy of the stubs, vectors
 * and tables of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_WORLD_H
#define GUEST_WORLD_H

#include "mmu.h"
#include "pe.h"

enum { BLOCK = 16, BLOCKS = PAGE_SIZE / BLOCK };

/* mpe= of the machine, which the runner says. */
enum mpe { MPE_UNKNOWN, MPE_OFF, MPE_MECID, MPE_PAS };
enum mpe mpe_policy(void);
/* Have @a and @b, both with MECID 0, keys of their own? */
bool pas_differ(enum pas a, enum pas b);

/* Once, by the boot PE: EL3's views. */
void views_init(void);

/*
 * EL3's address of @pa below 4 GiB as @pas: Normal memory, below 1 GiB
 * Device memory.
 */
#define GIB             0x40000000ull
static inline void *view(uint64_t pa, enum pas pas)
{
    return (void *)(pa + (1 + pas) * 4 * GIB);
}

/*
 * EL3's address of two pages with different physical pages, or the same one,
 * for accesses across their boundary. @pair: 0 to 15. For the boot PE.
 */
void *view_pair(unsigned pair, uint64_t pa0, enum pas pas0, uint64_t pa1,
               enum pas pas1);

/* --- worlds below EL3 ----------------------------------------------------- */

/*
 * Virtual addresses of each world, at EL2 and EL1, for memory at @pa from 1
 * to 4 GiB: in its own physical address space; in that of NS (EL2, and EL1
 * by stage 2); and in its own by the alternate MECID (ditto).
 */
#define WORLD_NS(pa)    ((pa) + 4 * GIB)
#define WORLD_AMEC(pa)  ((pa) + 8 * GIB)
/* Pages of which the test has the level 3 table: world_window(). */
#define WORLD_WIN_VA    0x0000008000000000ull
/* By stage 2, 2 MiB blocks of which it has the level 2 table: EL1. */
#define WORLD_S2_VA     (12 * GIB)

/*
 * What a PE calls world @world of these is copy @copy of it from then on,
 * 0 to 3; at first 0. For PEs that give the Realm world different MECIDs.
 */
void world_use_copy(unsigned copy);
/* Fill the tables and code of @world, by its own view. */
void world_build(enum pas world);
/* The PE that calls: run @world below EL3, with the MMU on and no stage 2. */
void world_enter(enum pas world);
/* The physical address of the level 3 table of @regime's window. */
void world_window(enum pas world, enum regime regime, uint64_t table);
/* The GiB at @va (1 to 3 GiB) by the level 2 table at @table, as EL1 has it. */
void world_table(enum pas world, uint64_t va, uint64_t table);
/* The same for the level 2 table of stage 2. */
void world_s2_window(enum pas world, uint64_t table);
/* Descriptor of a 2 MiB block at @pa for it, in the world's own space. */
uint64_t world_s2_block(uint64_t pa);
/* Stage 2 on or off for the PE that calls; of NS and Realm. */
void world_stage2(bool on);
/* pe_run() of the world's copy of @stub. */
struct outcome world_run(enum pas world, unsigned el, const void *stub,
                       const uint64_t x[5]);
/* A load, store, ... of OP_*: x0 of what came, at address @va. */
struct outcome world_access(enum pas world, unsigned el, unsigned op,
                          uint64_t va, uint64_t value);

#endif
