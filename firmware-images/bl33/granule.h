/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Granules that BL33 gives to the Realm world and takes back, and what the
 * Normal world sees of them.
 */
#ifndef BL33_GRANULE_H
#define BL33_GRANULE_H

#include <stdint.h>

#include "board.h"

#define GRANULE_SIZE    UINT64_C(4096)
#define BLOCK_SIZE      UINT64_C(0x200000)

/* Memory whose PAS changes: two blocks of 2 MiB. */
extern uint64_t arena[2][BLOCK_SIZE / sizeof(uint64_t)];

/* The realm payload speaks RMI of this major version (0 until then). */
void granule_use_rmi(unsigned int major);

/*
 * Calls RMI_GRANULE_DELEGATE or _UNDELEGATE, or what RMI 2 has in their place;
 * 0 is success.
 */
int64_t granule_delegate(uint64_t pa);
int64_t granule_undelegate(uint64_t pa);

/* Fills a granule with a pattern made of seed, and tells whether it holds. */
void granule_fill(uint64_t pa, uint64_t seed);
const char *granule_check(uint64_t pa, uint64_t seed);

/*
 * The same for a granule that the realm payload has given back: some wipe it
 * (TF-RMM), which leaves garbage where memory is encrypted by PAS, some do not
 * (TF-A's test payload).
 */
const char *granule_check_returned(uint64_t pa, uint64_t seed);

/*
 * Loads from, stores to and fetches from a granule of the Realm PAS and wants
 * three faults with exact syndromes. NULL, or what differs.
 */
const char *granule_expect_faults(uint64_t pa);

/* All steps that one PE can do alone. */
void granule_steps(void);

/* A granule in each bank of memory but the first. */
void granule_bank_steps(const Board *board, bool rme);

#endif
