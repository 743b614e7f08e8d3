/*
 * The SMMU of cca-virt for qtests: registers of each world, tables, queues,
 * granule protection, and what an access of the exerciser comes to.
 *
 * Layouts are written down here once more, from IHI 0070: a test that used the
 * model's own definitions would not see a field in the wrong place.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_SMMU_H
#define CCA_QTEST_SMMU_H

/* Rows of tables end where the rest of their fields are 0. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#include "guest.h"
#include "exerciser.h"

enum { KIB = 1024, MIB = 1024 * 1024 };

#define SMMU_BASE       0x0b000000ull

/* A programming interface; as SEC_SID. */
typedef enum SmmuWorld { W_NS, W_SECURE, W_REALM, W__COUNT } SmmuWorld;

const char *smmu_world_name(SmmuWorld world);
/* The PAS of its structures (MAILBOX_*), and the GPI that allows only it. */
unsigned smmu_world_pas(SmmuWorld world);
unsigned smmu_world_gpi(SmmuWorld world);
enum { GPI_SECURE = 8, GPI_ROOT = 10, GPI_ANY = 15 };

/* Registers: offsets in Page 0 of an interface (chapter 6). */
enum {
    R_IDR0 = 0x00, R_IDR1 = 0x04, R_IDR3 = 0x0c, R_IDR5 = 0x14,
    R_CR0 = 0x20, R_CR0ACK = 0x24, R_CR1 = 0x28, R_CR2 = 0x2c, R_GBPA = 0x44,
    R_IRQ_CTRL = 0x50, R_IRQ_CTRLACK = 0x54, R_GERROR = 0x60, R_GERRORN = 0x64,
    R_GERROR_IRQ_CFG0 = 0x68, R_GERROR_IRQ_CFG1 = 0x70,
    R_STRTAB_BASE = 0x80, R_STRTAB_BASE_CFG = 0x88,
    R_CMDQ_BASE = 0x90, R_CMDQ_PROD = 0x98, R_CMDQ_CONS = 0x9c,
    R_EVENTQ_BASE = 0xa0, R_EVENTQ_IRQ_CFG0 = 0xb0, R_EVENTQ_IRQ_CFG1 = 0xb8,
    R_PRIQ_BASE = 0xc0, R_PRIQ_IRQ_CFG0 = 0xd0, R_PRIQ_IRQ_CFG1 = 0xd8,
    R_GMECID = 0x228, R_S_INIT = 0x3c,
    /* In Page 1, but for Secure. */
    R_EVENTQ_PROD = 0xa8, R_EVENTQ_CONS = 0xac,
    R_PRIQ_PROD = 0xc8, R_PRIQ_CONS = 0xcc,

    PAGE_1 = 0x10000, PAGE_ROOT = 0x20000, PAGE_REALM = 0x40000,
    SECURE_REGS = 0x8000,

    ROOT_IDR0 = 0x00, ROOT_CR0 = 0x20, ROOT_CR0ACK = 0x24,
    ROOT_GPT_BASE = 0x28, ROOT_GPT_BASE_CFG = 0x30, ROOT_GPF_FAR = 0x38,
    ROOT_GPT_CFG_FAR = 0x40, ROOT_TLBI = 0x50, ROOT_TLBI_CTRL = 0x58,

    CR0_SMMUEN = 1, CR0_PRIQEN = 2, CR0_EVENTQEN = 4, CR0_CMDQEN = 8,
    CR0_ATSCHK = 16, CR0_SIF = 32,
    CR2_E2H = 1, CR2_RECINVSID = 2, CR2_REC_CFG_ATS = 8,
    GBPA_ABORT = 1 << 20, GBPA_NSCFG_NS = 3 << 14,
    GERROR_CMDQ = 1, GERROR_EVENTQ_ABT = 4, GERROR_PRIQ_ABT = 8,
    GERROR_MSI_CMDQ = 0x10, GERROR_MSI_EVENTQ = 0x20, GERROR_MSI_PRIQ = 0x40,
    GERROR_MSI_GERROR = 0x80,
    IRQ_GERROR = 1, IRQ_PRIQ = 2, IRQ_EVENTQ = 4,
    CERROR_NONE = 0, CERROR_ILL = 1, CERROR_ABT = 2, CERROR_ATC_INV_SYNC = 3,
    ROOT_CR0_ACCESSEN = 1, ROOT_CR0_GPCEN = 2,
};
#define R_GBPA_UPDATE   0x80000000u

/* Stream Table Entry (section 5.2), by fields; addresses in place. */
typedef struct SmmuSte {
    bool v;
    unsigned config;
    unsigned s1fmt, s1cdmax, s1dss, eats, strw;
    uint64_t s1contextptr;
    bool s1stalld, mev, s2fwb;
    unsigned memattr, mtcfg, shcfg, nscfg, privcfg, instcfg;
    unsigned s2vmid, s2t0sz, s2sl0, s2tg, s2ps;
    bool s2aa64, s2endi, s2affd, s2ptw, s2hd, s2ha, s2s, s2r;
    bool s2nsw, s2nsa, s2sl0_2, s2ds;
    uint64_t s2ttb;
    unsigned s_s2t0sz, s_s2sl0, s_s2tg;
    bool s_s2sl0_2, s2sw, s2sa;
    uint64_t s_s2ttb;
    unsigned mecid, dpt_vmatch;
} SmmuSte;

enum {
    CFG_ABORT = 0, CFG_BYPASS = 4, CFG_S1 = 5, CFG_S2 = 6, CFG_NESTED = 7,
    S1DSS_TERMINATE = 0, S1DSS_BYPASS = 1, S1DSS_SSID0 = 2,
    STRW_EL1 = 0, STRW_EL3 = 1, STRW_EL2 = 2,
    EATS_OFF = 0, EATS_FULL = 1, EATS_SPLIT = 2, EATS_DPT = 3,
    NSCFG_INCOMING = 0, NSCFG_OWN = 2, NSCFG_NS = 3,
    ATTR_LOW = 2, ATTR_HIGH = 3,    /* PRIVCFG, INSTCFG: 0, 1 */
};

/* Context Descriptor (section 5.4). */
typedef struct SmmuCd {
    bool v, aa64;
    unsigned t0sz, tg0, t1sz, tg1;  /* TG0: 0 4K, 1 64K, 2 16K */
    bool epd0, epd1, endi;
    unsigned ips, asid;
    bool affd, wxn, uwxn, tbi0, tbi1, pan, hd, ha, s, r, a, aset;
    bool nscfg0, had0, e0pd0, nscfg1, had1, e0pd1, ds;
    uint64_t ttb0, ttb1, mair;
} SmmuCd;

void smmu_ste_pack(const SmmuSte *ste, uint64_t words[8]);
void smmu_cd_pack(const SmmuCd *cd, uint64_t words[8]);

/* Descriptor bits */
#define D_VALID     1ull
#define D_TABLE     3ull
#define D_AF        (1ull << 10)
#define D_SH        (3ull << 8)
#define D_NS1       (1ull << 5)     /* stage 1 NS */
#define D_USER      (1ull << 6)     /* AP[1] */
#define D_RO        (1ull << 7)     /* AP[2] */
#define D_NG        (1ull << 11)
#define D_DBM       (1ull << 51)
#define D_CONTIG    (1ull << 52)
#define D_PXN       (1ull << 53)
#define D_XN        (1ull << 54)    /* stage 2: XN[1] */
#define D_NS2       (1ull << 55)    /* stage 2 NS, Realm */
#define D_AMEC      (1ull << 63)
#define D_NSTABLE   (1ull << 63)
#define D_S2AP_R    (1ull << 6)
#define D_S2AP_W    (1ull << 7)
#define D_S2_WB     (0xfull << 2)
/* What a leaf has, unless a test says otherwise. */
#define D_LEAF1     (D_AF | D_SH | D_USER | D_NG)
#define D_LEAF2     (D_AF | D_SH | D_S2_WB | D_S2AP_R | D_S2AP_W)

typedef struct Smmu Smmu;

enum { TABLES_MAX = 48 };

/* Translation tables of one stage, of any granule and start level. */
typedef struct SmmuTable {
    Smmu *smmu;
    unsigned granule;           /* log2: 12, 14, 16 */
    int start;                  /* level: -1 .. 3 */
    unsigned in_bits;
    bool ds;                    /* 52-bit descriptors */
    bool big_endian;
    uint64_t offset;            /* of addresses in descriptors, from PAs */
    uint64_t root;              /* PA */
    unsigned pages;             /* tables, by PA */
    uint64_t page[TABLES_MAX];
} SmmuTable;

/* Level at which a walk of stage 1 starts. */
int smmu_s1_start(unsigned granule, unsigned in_bits);
/* Encodings: TG0 and S2TG, TG1, {S2SL0_2, S2SL0}. */
unsigned smmu_tg0(unsigned granule);
unsigned smmu_tg1(unsigned granule);
unsigned smmu_sl0(unsigned granule, int start);

/* New tables with an empty root: as many in a row as @in_bits take. */
void smmu_table_new(Smmu *s, SmmuTable *t, unsigned granule, unsigned in_bits,
                    int start, bool ds);
/* log2 of what an entry of @level covers. */
unsigned smmu_table_shift(const SmmuTable *t, int level);
/*
 * Map @va to @pa with a page, or a block of @level, with attributes @bits.
 * Tables are made as it takes. Returns the PA of the descriptor.
 */
uint64_t smmu_map(SmmuTable *t, uint64_t va, uint64_t pa, int level,
                  uint64_t bits);
/* PA of the descriptor of @level on the way to @va, which must be there. */
uint64_t smmu_entry(const SmmuTable *t, uint64_t va, int level);
uint64_t smmu_desc(const SmmuTable *t, uint64_t at);
void smmu_set_desc(const SmmuTable *t, uint64_t at, uint64_t value);
/* The address bits of a descriptor for @pa. */
uint64_t smmu_desc_addr(const SmmuTable *t, uint64_t pa);

/* Event record (section 7.3); fields that the record of @id lacks are 0. */
typedef struct SmmuEvt {
    unsigned id;
    uint32_t sid, ssid;
    bool ssv, gpcf, stall, pnu, ind, rnw, nsipa, s2, ttrnw;
    unsigned stag, class_;
    uint64_t addr, ipa, fetch;
    bool ats_r, ats_w, ats_x, ats_p;    /* F_BAD_ATS_TREQ */
} SmmuEvt;

enum {
    EV_NONE = 0, F_UUT = 1, C_BAD_STREAMID = 2, F_STE_FETCH = 3, C_BAD_STE = 4,
    F_BAD_ATS_TREQ = 5, F_STREAM_DISABLED = 6, F_TRANSL_FORBIDDEN = 7,
    C_BAD_SUBSTREAMID = 8, F_CD_FETCH = 9, C_BAD_CD = 10, F_WALK_EABT = 11,
    F_TRANSLATION = 0x10, F_ADDR_SIZE = 0x11, F_ACCESS = 0x12,
    F_PERMISSION = 0x13,
    CLASS_CD = 0, CLASS_TT = 1, CLASS_IN = 2,
};

void smmu_evt_pack(const SmmuEvt *e, uint64_t words[4]);
char *smmu_evt_text(const uint64_t words[4]);
const char *smmu_evt_name(unsigned id);

/* What a world's interface is set up as. */
typedef struct SmmuConfig {
    bool two_level;
    unsigned log2size, split;
    uint32_t cr0, cr2;          /* CR0 beyond SMMUEN, queues */
    unsigned cmdq_log2, eventq_log2, priq_log2;
} SmmuConfig;

typedef struct SmmuUndo { uint64_t at, value; } SmmuUndo;
enum { UNDO_MAX = 64, SMMU_STES = 64 };

/* An SMMU in a machine with one exerciser, as one world drives it. */
struct Smmu {
    QTestState *qts;
    Exerciser ex;
    SmmuWorld world;
    SmmuConfig config;
    bool configured;
    uint64_t strtab, l2strtab, cmdq, eventq, priq;  /* memory */
    uint64_t heap, next, end;
    uint32_t cmdq_prod, eventq_cons, priq_cons;
    unsigned events;            /* taken since EVENTQ_CONS was written */
    SmmuUndo undo[UNDO_MAX];    /* of the GPT */
    unsigned undos;
    uint64_t ste_at[SMMU_STES]; /* STEs and L1STDs to be cleared */
    unsigned ste_size[SMMU_STES], stes;
    const char *what;           /* the case, for messages */
    /*
     * Memory is encrypted: what is there for the world is written and read
     * by a PE, as smmu_world_pas(). See smmu_mecid().
     */
    bool contexts;
};

/*
 * Start the machine with @args and attach to it as @world. It has MECIDs, but
 * memory is not encrypted. Memory of each world has its GPI; smmu_switch()
 * changes the world.
 */
void smmu_start(Smmu *s, SmmuWorld world, const char *args);
/*
 * The same with memory under contexts, mpe=@policy and mec=on; without granule
 * protection, so that nothing else is between the worlds.
 */
void smmu_start_contexts(Smmu *s, SmmuWorld world, const char *policy,
                         const char *args);
/* From now on, the PE's accesses to the Realm PAS are made under @mecid. */
void smmu_mecid(const Smmu *s, unsigned mecid);
void smmu_switch(Smmu *s, SmmuWorld world);
/* Change the world, but leave the interface of the old one as it is. */
void smmu_adopt(Smmu *s, SmmuWorld world);
void smmu_quit(Smmu *s);

/*
 * Enable the interface as @config says (NULL: a linear table of 256 entries,
 * queues of 64 entries), if it is not so yet.
 */
void smmu_configure(Smmu *s, const SmmuConfig *config);
/* SMMUEN and all else off. */
void smmu_disable(Smmu *s);

/*
 * Ready for the next case: the heap, the STEs and the GPT as at first. What
 * caches hold is up to smmu_forget(), and so to smmu_stream_install().
 */
void smmu_reset(Smmu *s);

/* Registers of this world; of the Root page; anything in any PAS. */
uint64_t smmu_address(const Smmu *s, unsigned reg);
uint32_t smmu_read(const Smmu *s, unsigned reg);
uint64_t smmu_read64(const Smmu *s, unsigned reg);
void smmu_write(const Smmu *s, unsigned reg, uint32_t value);
void smmu_write64(const Smmu *s, unsigned reg, uint64_t value);
uint32_t smmu_root_read(const Smmu *s, unsigned reg);
uint64_t smmu_root_read64(const Smmu *s, unsigned reg);
void smmu_root_write(const Smmu *s, unsigned reg, uint32_t value);
void smmu_root_write64(const Smmu *s, unsigned reg, uint64_t value);
/* Write CR0 and wait for its acknowledgement. */
void smmu_cr0(const Smmu *s, uint32_t value);
/* Active errors: GERROR ^ GERRORN; acknowledge them all. */
uint32_t smmu_gerror(const Smmu *s);
void smmu_gerror_ack(const Smmu *s);

/* 64 KiB-aligned zeroed memory of the world, until smmu_reset(). */
uint64_t smmu_alloc(Smmu *s, uint64_t size);
void smmu_poke(const Smmu *s, uint64_t pa, const uint64_t *words, unsigned n);
uint64_t smmu_peek(const Smmu *s, uint64_t pa);

/* Install an STE; where it stands. */
uint64_t smmu_ste_at(Smmu *s, uint32_t sid);
uint64_t smmu_set_ste(Smmu *s, uint32_t sid, const SmmuSte *ste);

/* Queue a command; run all, which must go well; run, and return CERROR. */
void smmu_cmd(Smmu *s, uint64_t w0, uint64_t w1);
void smmu_sync(Smmu *s);
unsigned smmu_submit(Smmu *s);
/* Invalidate all configuration and translations. */
void smmu_forget(Smmu *s);

/* Take the oldest event; false if there is none. */
bool smmu_event(Smmu *s, uint64_t words[4]);
/*
 * What has to be is not: the test fails, and goes on with the next case. The
 * smmu_expect_*() below do so.
 */
void smmu_fail(Smmu *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* There is exactly this event (NULL, EV_NONE: none). */
void smmu_expect_event(Smmu *s, const SmmuEvt *expected);
/* Active global errors. */
void smmu_expect_gerror(Smmu *s, uint32_t want);

/*
 * Granule protection: GPI of @size bytes at @pa (in test memory), in the
 * tables that PEs and, following them, the SMMU use. Nothing is invalidated.
 */
void smmu_gpi(Smmu *s, uint64_t pa, uint64_t size, unsigned gpi);
/* Level 1 entry for @pa. */
void smmu_gpt_entry(Smmu *s, uint64_t pa, uint64_t value);
void smmu_gpt_restore(Smmu *s);
void smmu_tlbi_pa_all(Smmu *s);

/* ROOT_GPF_FAR and ROOT_GPT_CFG_FAR */
enum {
    REASON_TRANSLATION = 1, REASON_GERROR = 2, REASON_TRANSACTION = 3,
    FPAS_SECURE = 0, FPAS_NS = 1, FPAS_ROOT = 2, FPAS_REALM = 3,
};
uint64_t smmu_far(unsigned reason, unsigned code, uint64_t pa, unsigned fpas,
                  unsigned cfg_err);
unsigned smmu_fpas(unsigned pas);
/* Compare; both registers are cleared then. */
void smmu_expect_far(Smmu *s, uint64_t gpf, uint64_t cfg);

/* A row of a table in one world, as a test program's function gets it. */
typedef struct SmmuCase {
    const void *row;
    SmmuWorld world;
} SmmuCase;

/* Add the test "cca/@suite/<@world>/@name": @run with an SmmuCase. */
void smmu_add_case(const char *suite, SmmuWorld world, const char *name,
                   const void *row, void (*run)(const void *));

#endif
