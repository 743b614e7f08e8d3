/*
 * Where the granule under test stands in a translation: the output, a table
 * of stage 1, or a table of stage 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_PLACE_H
#define GUEST_PLACE_H

#include "matrix.h"

enum place {
    PLACE_OUTPUT,       /* the page that is accessed */
    PLACE_S1,           /* the stage 1 table of a level */
    PLACE_S2,           /* the stage 2 table of a level, for the output */
    PLACE_S2_FOR_S1,    /* ditto, for the level 3 table of stage 1 */
};

struct path {
    enum pas world, pas;    /* @pas: as which the granule is accessed */
    enum regime regime;
    bool user, s2;
    enum place place;
    unsigned level;         /* of the table; level 0 of S1 is by TTBR1 */
};

/* Can it be arranged at all? */
bool path_possible(const struct path *path);

/*
 * Arrange it: programs the tables and this PE's registers, and fills the
 * granule with what it has to be. The virtual address to use is returned.
 * Where the granule is a table, the page that is accessed is GOOD. @hcr:
 * extra bits of HCR_EL2.
 */
uint64_t path_set(const struct path *path, uint64_t scr, uint64_t hcr);

/* The physical page that an access ends in. */
uint64_t path_output(const struct path *path);

/*
 * Fields of a syndrome for a fault of the granule: xFSC, S1PTW; and S2PTW,
 * in their places. HPFAR_EL2 for one that is a stage 2 fault, else 0.
 */
unsigned path_xfsc(const struct path *path);
uint64_t path_hpfar(const struct path *path);
#define ISS_S2PTW   (1u << 21)
#define ISS_IND     (1u << 20)
#define ISS_CM      (1u << 8)
#define ISS_S1PTW   (1u << 7)
#define ISS_WNR     (1u << 6)

const char *path_text(const struct path *path);

#endif
