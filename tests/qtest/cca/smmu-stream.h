/*
 * A stream for SMMU qtests: its STE, its CD, its tables and one page of data,
 * built as a shape says and then bent by the test; and accesses through it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_SMMU_STREAM_H
#define CCA_QTEST_SMMU_STREAM_H

#include "smmu.h"

/* Rows of the tests' tables leave out what is 0. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* What to build; 0 is what is usual. */
typedef struct SmmuShape {
    unsigned config;            /* CFG_* */
    unsigned g1, g2;            /* granules, log2; 0: 12 */
    unsigned in1, in2;          /* input bits; 0: 48 */
    int start2;                 /* level + 1; 0: as few levels as it takes */
    int leaf1, leaf2;           /* level of the data's leaf; 0: 3 */
    bool ds1, ds2;              /* 52-bit descriptors */
    bool high;                  /* the VA is in the upper half */
    bool el2;                   /* STRW */
    unsigned cdmax, cdfmt;      /* 2^cdmax CDs; 0 linear, 1 4K, 2 64K */
} SmmuShape;

typedef struct SmmuStream {
    Smmu *s;
    SmmuShape shape;
    uint32_t sid;
    unsigned ssid;              /* whose CD is @cd */
    SmmuSte ste;
    SmmuCd cd;
    bool has_s1, has_s2;
    SmmuTable s1, s2;
    SmmuTable s2_ns;            /* Secure: of Non-secure IPAs; empty */
    uint64_t offset;            /* IPA - PA; 0 without stage 2 */
    uint64_t page;              /* PA of the data: 64 KiB, so aligned */
    uint64_t va, ipa;           /* what leads there; va without stage 1: ipa */
    uint64_t cdtab, l1cd, cd_at, ste_at;    /* PAs */
    uint64_t leaf1, leaf2;      /* PAs of the data's descriptors */
    uint64_t bits1, bits2;      /* attributes of leaves */
} SmmuStream;

enum { STREAM_ASID = 7, STREAM_VMID = 5, IN_PAGE = 0x128 };

/* Output size of tables, and a bit of an address beyond it */
#define STREAM_PS       4u                  /* 44 bits */
#define STREAM_TOO_BIG  (1ull << 46)

/* Make all of it, with the exerciser's StreamID. Not installed yet. */
void smmu_stream_new(Smmu *s, SmmuStream *x, const SmmuShape *shape);
/* Write the CD and the STE, and have the SMMU forget what it knew. */
void smmu_stream_install(SmmuStream *x);
/* Map [@pa, +64 KiB) in stage 2 where the others are. */
void smmu_stream_map2(SmmuStream *x, uint64_t pa);

/* An access. */
typedef struct SmmuDma {
    bool write;
    ExerciserId id;             /* sec_sid is filled in */
    uint64_t addr;              /* 0: x->va + IN_PAGE */
    uint64_t xor;               /* of the address */
} SmmuDma;

/* A member of SmmuStream to be set to something: a field of a table's row. */
typedef struct SmmuSet {
    size_t offset, size;        /* 0: nothing */
    uint64_t value;
} SmmuSet;

#define SMMU_SET(member, v) { offsetof(SmmuStream, member), \
                              sizeof_field(SmmuStream, member), (v) }

void smmu_stream_set(SmmuStream *x, const SmmuSet *set, size_t n);

/* How it ends: an abort, data at x->page + IN_PAGE, or RAZ/WI. */
typedef enum SmmuEnd { END_ABORT, END_WORKS, END_ZERO } SmmuEnd;

/*
 * Make it and look at data: where it has to be, and that nothing else has
 * changed. What is not so: smmu_fail().
 */
void smmu_stream_access(SmmuStream *x, const SmmuDma *dma, SmmuEnd end);
/* The parts of an event that follow from the access. */
SmmuEvt smmu_stream_event(const SmmuStream *x, const SmmuDma *dma,
                          unsigned id);

#endif
