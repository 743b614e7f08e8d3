/*
 * TrustZone Address Space Controller TZC-400: registers, and who may access
 * what. Sections are those of ARM DDI 0504.
 *
 * An engine: no QEMU header, no global state. One thread at a time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TZC400_H
#define TZC400_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TZC_FILTERS = 4,
    TZC_REGIONS = 9,            /* with region 0, the background */
    TZC_NSAIDS = 16,
    /* Of one master: as many ranges as boundaries can make, one apart. */
    TZC_MAX_OPEN = TZC_REGIONS,
};

typedef struct Tzc400Region {
    uint64_t base, top;         /* @top: the last byte */
    uint32_t attributes, id_access;
} Tzc400Region;

/* What a filter remembers of the first access that failed. */
typedef struct Tzc400Fail {
    uint64_t address;
    uint32_t control, id;
} Tzc400Fail;

typedef struct Tzc400 {
    unsigned address_bits;      /* 32..64 */
    uint32_t action, gates, speculation;
    uint32_t status, overrun, overlap;  /* a bit per filter */
    Tzc400Fail fail[TZC_FILTERS];
    Tzc400Region region[TZC_REGIONS];
} Tzc400;

/* Who asks: the filter on the way, and its identity. */
typedef struct Tzc400Master {
    unsigned filter;            /* 0 .. TZC_FILTERS - 1 */
    unsigned nsaid;             /* 0 .. TZC_NSAIDS - 1; of Non-secure ones */
    bool secure;
} Tzc400Master;

/* What a master may do at an address. */
typedef enum Tzc400Verdict {
    TZC_NONE = 0,
    TZC_READ = 1,
    TZC_WRITE = 2,
    TZC_BOTH = TZC_READ | TZC_WRITE,
    /* Nothing, because the gate is closed. */
    TZC_CLOSED = 4,
    /* Nothing, because two regions other than region 0 are here (2.2.4). */
    TZC_OVERLAP = 8,
} Tzc400Verdict;

/* Addresses from @first to @last. */
typedef struct Tzc400Range {
    uint64_t first, last;
} Tzc400Range;

/* Power-on values, all gates closed; @address_bits: 32..64. */
void tzc400_reset(Tzc400 *tzc, unsigned address_bits);

/* Register at @offset, a multiple of 4; RAZ where there is none. */
uint32_t tzc400_read(const Tzc400 *tzc, uint32_t offset);

/*
 * Write the register at @offset, a multiple of 4. Returns whether it was one
 * that masters may notice: of regions or gates. False with *@wrong set, if
 * that is not NULL, where nothing can be written.
 */
bool tzc400_write(Tzc400 *tzc, uint32_t offset, uint32_t value, bool *wrong);

/* Level of the interrupt line, TZCINT. */
bool tzc400_line(const Tzc400 *tzc);

/* Make a loaded state one that writes can produce. False: it is not. */
bool tzc400_sane(const Tzc400 *tzc);

/* What @who may do at @address. */
Tzc400Verdict tzc400_check(const Tzc400 *tzc, const Tzc400Master *who,
                           uint64_t address);

/*
 * Where @who may both read and write, in ascending order and with something
 * between each two, up to the last address of TZC-400's width. Returns how
 * many there are.
 */
unsigned tzc400_open_ranges(const Tzc400 *tzc, const Tzc400Master *who,
                            Tzc400Range ranges[TZC_MAX_OPEN]);

/*
 * An access of @who failed with @verdict. @id: what FAIL_ID shall say.
 * Returns whether it gets an error response, else the answer is OKAY: reads
 * give zero.
 */
bool tzc400_fail(Tzc400 *tzc, const Tzc400Master *who, Tzc400Verdict verdict,
                 uint64_t address, bool write, bool privileged, uint32_t id);

#endif
