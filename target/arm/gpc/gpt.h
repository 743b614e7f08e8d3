/*
 * Granule Protection Tables: configuration, entries and walks (no cache).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_GPT_H
#define CCA_GPT_H

#include "cca/access.h"
#include "gpt-regs.h"

/* What an implementation offers. Fixed from reset on. */
typedef struct GptImpl {
    uint8_t rme;        /* ID_AA64PFR0_EL1.RME: 1 RME, 2 +GPC2, 3 +GPC3 */
    uint8_t l0gptsz;    /* GPCCR_EL3.L0GPTSZ: 0, 4, 6 or 9 */
    uint8_t pa_bits;    /* implemented physical address size, 32..56 */
    bool sel2;          /* FEAT_SEL2: GPI Secure exists */
    bool gdi;           /* FEAT_RME_GDI: GPIs SA, NSP, NA6, NA7 */
    bool tgran4, tgran16, tgran64;  /* granule sizes of stage 1 or stage 2 */
} GptImpl;

/* The registers that configure granule protection, as software wrote them. */
typedef struct GptRegs {
    uint64_t gpccr;     /* GPCCR_EL3, or SMMU_ROOT_GPT_BASE_CFG plus GPC */
    uint64_t gptbr;     /* GPTBR_EL3: PA[55:12] */
    uint64_t gpcbw;     /* GPCBW_EL3 */
} GptRegs;

/* GptRegs decoded against a GptImpl. */
typedef struct GptConfig {
    bool enabled;       /* GPCCR_EL3.GPC */
    bool valid;         /* the configuration is consistent */
    bool appsaa;        /* accesses above PPS pass in every PAS */
    bool base_ok;       /* GPTBR_EL3 is below 2^pps */
    bool pairs;         /* FEAT_RME_GDI: level 1 entries are read in pairs */
    uint8_t pps;        /* protected address bits, 32..56 */
    uint8_t pgs;        /* log2 of the granule size: 12, 14 or 16 */
    uint8_t l0_shift;   /* log2 of what one level 0 entry covers */
    uint8_t denied;     /* bit per CcaPas: the PAS is disabled (xPAD) */
    uint16_t gpi_valid; /* bit per GPI: may stand in a table */
    uint16_t gpi_grants[CCA_PAS__COUNT];    /* bit per GPI, NSO excepted */
    uint64_t base;      /* of the level 0 table, aligned */
    bool bw_on;         /* a bypass window is open ... */
    uint64_t bw_mask;   /* ... for PA & bw_mask == bw_match */
    uint64_t bw_match;
} GptConfig;

/* Where a GPT is read from: the Root PAS, never itself checked. */
typedef struct GptBus {
    /* Reads 8 little-endian bytes at @addr; false: External abort. */
    bool (*read64)(void *opaque, uint64_t addr, uint64_t *value);
    void *opaque;
} GptBus;

/* A decoded entry of level 0 or level 1. */
typedef enum GptEntryKind {
    GPT_ENTRY_INVALID,
    GPT_ENTRY_TOO_BIG,      /* level 0 Table whose address is above 2^pps */
    GPT_ENTRY_TABLE,
    GPT_ENTRY_BLOCK,
    GPT_ENTRY_CONTIGUOUS,
    GPT_ENTRY_GRANULES,
} GptEntryKind;

typedef struct GptEntry {
    GptEntryKind kind;
    uint8_t gpi;            /* Block and Contiguous */
    uint8_t shift;          /* log2 of the address range that it describes */
    uint64_t table;         /* Table: address of the level 1 table */
} GptEntry;

/* One whole walk, for those who look: QMP, HMP, traces. */
typedef struct GptWalk {
    CcaGpcf fault;          /* up to and including entry validity; never GPF */
    uint8_t level;          /* of @fault, or of the entry that gave @gpi */
    uint8_t levels;         /* how many entries were read: 0, 1 or 2 */
    uint8_t gpi;            /* if @fault is none and @protected_ */
    bool protected_;        /* false: the GPT has no say about the address */
    GptEntryKind kind;      /* of the last entry read */
    uint64_t entry[2];      /* the entries read, by level */
    uint64_t entry_addr[2]; /* and their addresses */
    uint64_t base, size;    /* the naturally aligned range with this answer */
} GptWalk;

/*
 * Decode @regs. Never fails: an inconsistent configuration is one with
 * valid == false (Arm ARM, "GPC configuration", R_JWCSM and neighbours).
 */
void gpt_config_decode(GptConfig *cfg, const GptImpl *impl,
                       const GptRegs *regs);

/* The bits of GPCCR_EL3 and GPTBR_EL3 that software can write. */
uint64_t gpt_gpccr_writable(const GptImpl *impl);
uint64_t gpt_gptbr_writable(const GptImpl *impl);
uint64_t gpt_gpcbw_writable(const GptImpl *impl);

/* Address of the level 0 (level 1) entry for @pa; @pa is below 2^pps. */
uint64_t gpt_l0_entry_addr(const GptConfig *cfg, uint64_t pa);
uint64_t gpt_l1_entry_addr(const GptConfig *cfg, uint64_t table, uint64_t pa);

/*
 * With GptConfig.pairs, an entry of level 1 is valid only if its neighbour in
 * the same aligned 16 bytes is valid too. Address of that neighbour.
 */
static inline uint64_t gpt_l1_pair_addr(uint64_t entry_addr)
{
    return entry_addr ^ 8;
}

/* Decode an entry (Arm ARM, "GPT entry formats"). Any 64-bit value will do. */
GptEntry gpt_l0_decode(const GptConfig *cfg, uint64_t entry);
GptEntry gpt_l1_decode(const GptConfig *cfg, uint64_t entry);

/* The GPI of the granule that holds @pa in a Granules entry. */
static inline uint8_t gpt_granules_gpi(const GptConfig *cfg, uint64_t entry,
                                       uint64_t pa)
{
    return (entry >> (((pa >> cfg->pgs) & 15) * 4)) & 15;
}

/*
 * Does a (valid) @gpi grant @pas to a requester in Security state @state?
 * Sets *@state_dependent where the answer is another one for other states.
 */
bool gpt_gpi_grants(const GptConfig *cfg, uint8_t gpi, CcaPas pas,
                    CcaPas state, bool *state_dependent);

/*
 * Read the table for @pa as a human would ask ("what is there?"): no cache,
 * no PAS, no fault site. @pa may be anything.
 */
void gpt_walk(const GptConfig *cfg, const GptBus *bus, uint64_t pa,
              GptWalk *walk);

/*
 * Walk the whole map from @from upwards and report it as ranges that have
 * the same answer, adjacent ones merged, until 2^pps or until @emit returns
 * false. Reads at most @max_reads entries (3 or more, or it gets nowhere), so
 * that a hostile table cannot hold up the reader: returns the address where
 * it stopped, UINT64_MAX if the map is complete.
 */
typedef bool GptEmit(void *opaque, uint64_t base, uint64_t size,
                     const GptWalk *first);
uint64_t gpt_map(const GptConfig *cfg, const GptBus *bus, uint64_t from,
                 uint64_t max_reads, GptEmit *emit, void *opaque);

/*
 * Decode the operand of TLBI RPAOS/RPALOS (Arm ARM, "TLBI RPAOS"): the range
 * is naturally aligned and at least one granule. False: reserved SIZE, for
 * which nothing needs to be invalidated.
 */
bool gpt_tlbi_range(const GptConfig *cfg, uint64_t operand,
                    uint64_t *base, uint64_t *size);

/* "No access", "NS", ...; "reserved" where the architecture says so. */
const char *gpt_gpi_name(uint8_t gpi);

/* "block", "table", ... */
const char *gpt_entry_kind_name(GptEntryKind kind);

#endif
