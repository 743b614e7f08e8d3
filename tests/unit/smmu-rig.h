/*
 * A whole SMMU in a small machine, for tests: sparse memory in every PAS,
 * a GPT that is made up on the fly, and a log of all that the SMMU asks of
 * the rest of the machine. Everything is programmed through registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_RIG_H
#define SMMU_RIG_H

#include "cmocka-all.h"
#include "id.h"
#include "smmu.h"
#include "smmu-regs.h"
#include "smmu-words.h"

#define NS CCA_SEC_SID_NS
#define SECURE CCA_SEC_SID_SECURE
#define REALM CCA_SEC_SID_REALM

/* Where things are. Each PAS has memory of its own at all addresses. */
enum {
    RIG_STRTAB = 0x10000000, RIG_STRTAB_L2 = 0x10100000,
    RIG_CMDQ = 0x12000000, RIG_EVENTQ = 0x12100000, RIG_PRIQ = 0x12200000,
    RIG_CDS = 0x11000000,           /* 64 KiB per StreamID */
    RIG_TABLES = 0x13000000,        /* translation tables grow from here */
    RIG_MSI = 0x14000000,           /* + 0x1000 * source */
    RIG_DPT = 0x15000000,
    RIG_DATA = 0x20000000,
    RIG_STREAMS_LOG2 = 8,
    RIG_CMDQ_LOG2 = 6, RIG_EVENTQ_LOG2 = 3, RIG_PRIQ_LOG2 = 2,
};
/* The GPT is where nothing else is: in Root memory, above 32 bits. */
#define RIG_GPT 0x8000000000ull

enum { RIG_WORDS = 1 << 14, RIG_LINES = 64, RIG_LOG = 64 };

typedef struct RigWord {
    uint64_t key, value;            /* key: address | PAS + 1 */
} RigWord;

typedef struct RigResponse {
    CcaSecSid sec_sid;
    uint32_t sid, ssid;
    bool ssv;
    uint16_t group;
    uint8_t code;
} RigResponse;

typedef struct RigResume {
    CcaSecSid sec_sid;
    uint32_t sid;
} RigResume;

typedef struct RigGpcFault {
    CcaGpcVerdict verdict;
    uint32_t sid;
    SmmuGpcReason reason;
    SmmuGpcCode code;
} RigGpcFault;

typedef struct Rig {
    Smmu *s;
    RigWord word[RIG_WORDS];
    /* Aborts of memory: 64-byte lines. */
    struct { uint64_t addr; CcaPas pas; bool write; } dead[RIG_LINES];
    unsigned deads;
    /* The GPT: all granules are of any PAS (GPI 15) but for these. */
    struct { uint64_t addr; uint8_t gpi; } gpi[RIG_LINES];
    unsigned gpis;
    uint64_t gpt_abort;             /* GPT entries from here on abort */
    uint64_t next_table;
    uint64_t accesses;              /* of memory, GPT not counted */
    uint64_t gpt_reads;
    uint16_t mecid;                 /* of the last access */
    bool strict;

    /* The log */
    struct { CcaSecSid sec_sid; SmmuIrq irq; } irq[RIG_LOG];
    SmmuRootFar root_irq[RIG_LOG];
    SmmuCmd atc[RIG_LOG];
    RigResponse response[RIG_LOG];
    RigResume resume[RIG_LOG];
    RigGpcFault gpc[RIG_LOG];
    unsigned irqs, root_irqs, sevs, atcs, responses, resumes, schedules, gpcs;
    bool atc_fails;
    int64_t now;                    /* virtual time, ns */
    int64_t due;                    /* what the last schedule() asked for */
} Rig;

typedef struct RigOptions {
    SmmuTweak *tweak;               /* of the reference features, plus DPT */
    bool lazy;                      /* not strict */
    uint32_t tlb_entries;           /* lazy: 0 means 1 */
    bool follow_pe, gbpa_abort;
    bool off;                       /* no register is written */
    bool two_level;                 /* Stream tables, SPLIT 6 */
    bool no_gpc;                    /* ACCESSEN without GPCEN */
    CcaFaults *faults;              /* may be NULL */
} RigOptions;

/* A machine with an SMMU that is on in all worlds; NULL options: defaults. */
void rig_start(Rig *r, const RigOptions *o);
void rig_stop(Rig *r);
void rig_forget_log(Rig *r);
/* Program the Root page, and one world's interface, as rig_start() does. */
void rig_root(Rig *r, bool gpcen);
void rig_world(Rig *r, CcaSecSid world, bool two_level);

/* Registers, as software of the world sees them (Root page: as Root). */
uint64_t rig_rd(Rig *r, CcaSecSid world, uint32_t offset, unsigned size);
void rig_wr(Rig *r, CcaSecSid world, uint32_t offset, unsigned size,
            uint64_t value);
uint64_t rig_root_rd(Rig *r, uint32_t offset, unsigned size);
void rig_root_wr(Rig *r, uint32_t offset, unsigned size, uint64_t value);
/* CR0 bits on and off. */
void rig_cr0(Rig *r, CcaSecSid world, uint32_t set, uint32_t clear);

/* Memory; what was never written is 0. */
uint64_t rig_get(Rig *r, uint64_t addr, CcaPas pas);
void rig_put(Rig *r, uint64_t addr, CcaPas pas, uint64_t value);
void rig_put_words(Rig *r, uint64_t addr, CcaPas pas, const uint64_t *words,
                   unsigned n);
/* Reads of the line at @addr abort; with @write, writes only. */
void rig_kill(Rig *r, uint64_t addr, CcaPas pas, bool write);
void rig_revive(Rig *r);
/* The granule at @addr has this GPI; no TLBI. */
void rig_gpi(Rig *r, uint64_t addr, uint8_t gpi);

/* Put a structure of @world: of the STE of @sid, CD @ssid of @sid. */
void rig_put_ste(Rig *r, CcaSecSid world, uint32_t sid,
                 const uint64_t words[8]);
void rig_put_cd(Rig *r, CcaSecSid world, uint32_t sid, uint32_t ssid,
                const uint64_t words[8]);
uint64_t rig_ste_addr(uint32_t sid, bool two_level);

/*
 * Valid structures to start from. STE: Config, VMID 0x42, S1ContextPtr at
 * its CDs, stage 2 of 40 bits from level 1 at @s2, EL1, NS output for NS.
 * CD: AA64, 39 bits from level 1 with 4KB granules at @ttb0, TTB1 disabled,
 * ASID 7, A, R, MAIR: all write-back.
 */
void rig_ste(uint64_t w[8], uint32_t sid, unsigned config, uint64_t s2);
void rig_cd(uint64_t w[8], uint64_t ttb0);

/* Both, put into memory, with @ste and @cd (may be NULL) changed. */
void rig_stream(Rig *r, CcaSecSid world, uint32_t sid, unsigned config,
                uint64_t s2, uint64_t ttb0, const SmmuBits *ste,
                const SmmuBits *cd);

/* A new, empty table (page) of 4KB. */
uint64_t rig_table(Rig *r);
/*
 * In the tables at @root, which start at level 1 (4KB granule), make what is
 * missing and set the descriptor of @level for @in.
 */
void rig_map(Rig *r, CcaPas pas, uint64_t root, uint64_t in, int level,
             uint64_t desc);
/* Address of that descriptor. */
uint64_t rig_desc_addr(Rig *r, CcaPas pas, uint64_t root, uint64_t in,
                       int level);

/* Descriptors: low attributes of pages that anybody may read and write. */
#define RIG_S1_RW 0x0000000000000f43ull     /* page, nG, AF, inner, EL0 */
#define RIG_S1_BLOCK 0x0000000000000f41ull
#define RIG_S2_RW 0x00000000000007ffull     /* page, AF, inner, WB, RW */
#define RIG_S2_BLOCK 0x00000000000007fdull

/* Put a command into the queue of @world and have it carried out. */
void rig_cmd(Rig *r, CcaSecSid world, uint64_t word0, uint64_t word1);

/* Events: how many there are unread, and the next one, consumed. */
unsigned rig_events(Rig *r, CcaSecSid world);
void rig_next_event(Rig *r, CcaSecSid world, uint64_t words[4]);
/* The next event is exactly @want (by bit numbers); no event: NULL. */
void rig_expect_event(Rig *r, CcaSecSid world, const SmmuBits *want,
                      unsigned max);

/* A read of @addr as a plain client of @world. */
SmmuTxn rig_read(CcaSecSid world, uint32_t sid, uint64_t addr);

#endif
