/*
 * What the gpi-matrix images share: worlds and the verdict of a GPI.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_MATRIX_H
#define GUEST_MATRIX_H

#include "access.h"
#include "gpt.h"
#include "mmu.h"
#include "test.h"

/* The granule under test, a good one, and their places in the windows. */
#define GRANULE         (TEST_BASE + 0x5000ull)
#define GOOD            (TEST_BASE + 0x200000ull)
enum { VA_SLOT = 7, IPA_SLOT = 9, OFFSET = 0x10 };
#define VA              (WIN_VA + VA_SLOT * (uint64_t)PAGE_SIZE)
#define IPA             (WIN_IPA + IPA_SLOT * (uint64_t)PAGE_SIZE)
#define WORD            0x1111222233334444ull

/*
 * What a level 1 GPI says of an access as @pas made from state @world:
 * GPCF_PASS, GPCF_FAIL, or GPCF_WALK for a reserved encoding.
 */
static inline unsigned gpi_verdict(unsigned gpi, enum pas pas,
                                   enum pas world, bool nso)
{
    switch (gpi) {
    case GPI_NONE:
        return GPCF_FAIL;
    case GPI_SECURE:
    case GPI_NS:
    case GPI_ROOT:
    case GPI_REALM:
        return (gpi & 3) == pas ? GPCF_PASS : GPCF_FAIL;
    case GPI_ANY:
        return GPCF_PASS;
    case GPI_NSO:
        if (nso) {
            return pas == PAS_NS && (world == PAS_NS || world == PAS_ROOT) ?
                   GPCF_PASS : GPCF_FAIL;
        }
        return GPCF_WALK;
    default:
        return GPCF_WALK;
    }
}

/* Can EL1 and below, or EL2, of @world address @pas at all? */
static inline bool world_reaches(enum pas world, enum pas pas)
{
    return world == PAS_ROOT || pas == world ||
           (pas == PAS_NS && world != PAS_NS);
}

static inline const char *world_name(enum pas world)
{
    return pas_name(world);
}

/* Give the granule under test @gpi, and have everything forgotten. */
static inline void granule_is(unsigned gpi)
{
    gpt_set(GRANULE, gpi);
    pe_tlb_clear();
}

/* The GPIs to try: all 16 or, where NSO is on, that one. */
static inline unsigned first_gpi(bool nso) { return nso ? GPI_NSO : 0; }
static inline unsigned last_gpi(bool nso) { return nso ? GPI_NSO : 15; }

#endif
