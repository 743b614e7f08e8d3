/*
 * Building Granule Protection Tables for tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_GPT_H
#define GUEST_GPT_H

#include "pe.h"

enum gpi {
    GPI_NONE = 0, GPI_SECURE = 8, GPI_NS = 9, GPI_ROOT = 10, GPI_REALM = 11,
    GPI_NSO = 13, GPI_ANY = 15,
};

/* GPCCR_EL3 fields */
#define GPCCR_PPS(n)    ((uint64_t)(n))
#define GPCCR_RLPAD     (1ull << 5)
#define GPCCR_NSPAD     (1ull << 6)
#define GPCCR_SPAD      (1ull << 7)
#define GPCCR_IRGN(n)   ((uint64_t)(n) << 8)
#define GPCCR_ORGN(n)   ((uint64_t)(n) << 10)
#define GPCCR_SH(n)     ((uint64_t)(n) << 12)
#define GPCCR_PGS(n)    ((uint64_t)(n) << 14)
#define GPCCR_GPC       (1ull << 16)
#define GPCCR_NSO       (1ull << 19)
#define GPCCR_APPSAA    (1ull << 24)
#define GPCCR_BW        (1ull << 29)
/* Cacheable and Inner Shareable, as TF-A has it */
#define GPCCR_WB        (GPCCR_IRGN(1) | GPCCR_ORGN(1) | GPCCR_SH(3))

#define L0_BLOCK(gpi)   (0x1ull | ((uint64_t)(gpi) << 4))
#define L0_TABLE(pa)    (0x3ull | (pa))
#define L1_CONTIG(gpi, size)    (0x1ull | ((uint64_t)(gpi) << 4) | \
                                 ((uint64_t)(size) << 8))
#define L1_GRANULES(gpi)        ((uint64_t)(gpi) * 0x1111111111111111ull)
enum { CONTIG_2M = 1, CONTIG_32M = 2, CONTIG_512M = 3 };

/* The tables as last built. */
struct gpt {
    unsigned pps_bits, pgs_bits, l0_bits;
    uint64_t gpccr;         /* with GPC = 1 */
    uint64_t *l0, *l1;
    uint64_t l1_base;       /* the address that l1[0] describes */
};
extern struct gpt gpt;

/* ID_AA64PFR0_EL1.RME; log2 of what a level 0 entry covers. */
unsigned gpt_rme(void);
unsigned gpt_l0gptsz(void);
/* Is granule size @pgs (encoded) offered by stage 1 or stage 2? */
bool gpt_pgs_exists(unsigned pgs);

/*
 * Build tables in which everything below 4 GiB is GPI Any; memory from
 * TEST_BASE on is described by level 1 Granules entries. @pps and @pgs are
 * GPCCR_EL3 encodings. GPC must be off.
 */
void gpt_build(unsigned pps, unsigned pgs);

/* Turn checks on with gpt.gpccr | @extra, or off; caches are invalidated. */
void gpt_on(uint64_t extra);
void gpt_off(void);

/* The level 1 entry for @pa, and how many bytes one entry describes. */
uint64_t *gpt_entry(uint64_t pa);
uint64_t gpt_entry_bytes(void);

/* Set the GPI of the granule at @pa (Granules entry). Nothing invalidated. */
void gpt_set(uint64_t pa, unsigned gpi);
/* Write @entry for each level 1 entry of [@pa, @pa + @size). */
void gpt_fill(uint64_t pa, uint64_t size, uint64_t entry);

/* The operand of TLBI RPAOS/RPALOS for @size bytes: 4K ... 512G */
uint64_t gpt_tlbi_operand(uint64_t pa, uint64_t size);
/* TLBI by PA with the barriers that it takes. */
void gpt_tlbi_rpalos(uint64_t pa, uint64_t size);
void gpt_tlbi_rpaos(uint64_t pa, uint64_t size);
void gpt_tlbi_all(void);        /* PAALL: this PE */
void gpt_tlbi_all_os(void);     /* PAALLOS */

#endif
