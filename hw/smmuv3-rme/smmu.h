/*
 * SMMUv3 with RME: the engine as a whole.
 *
 * An Smmu is the registers of all worlds, its caches, its own granule
 * protection, and what happens to a transaction. It reaches memory and the
 * rest of the machine through SmmuBus.
 *
 * It is not thread-safe; its owner locks it. Callbacks come with that lock
 * held and must not call the engine; those that need to (an MSI that ended
 * in an abort) are told so. The guest has a say in everything but SmmuConfig.
 *
 * Sections are those of IHI 0070.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_H
#define CCA_SMMU_H

#include "cca/fault.h"
#include "target/arm/gpc/gpc.h"
#include "cmd.h"
#include "event.h"
#include "mmio.h"
#include "walk.h"

/* Below granule protection: memory, and the rest of the machine. */
typedef struct SmmuBus {
    /*
     * @len bytes (1..64, within a line of 64) at @addr. False: External
     * abort. Device memory may abort, but must not call back.
     */
    bool (*read)(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                 void *buf, size_t len);
    bool (*write)(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                  const void *buf, size_t len);
    /* As SmmuMem.cmpxchg64. */
    bool (*cmpxchg64)(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                      uint64_t expected, uint64_t desired, uint64_t *seen);
    /* 8 bytes of a GPT, which is in the Root PAS and not checked. */
    GptBus gpt;
    /*
     * An interrupt: an edge on a wire, or a 4-byte write that has passed its
     * granule protection check. If that aborts: smmu_msi_aborted().
     */
    void (*irq)(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq);
    /* An edge on GPF_FAR's or GPT_CFG_FAR's interrupt. */
    void (*root_irq)(void *opaque, SmmuRootFar which);
    /* CMD_SYNC with CS == SIG_SEV. */
    void (*sev)(void *opaque);
    /*
     * CMD_ATC_INV; false: the endpoint did not complete it, or there is no
     * such one. A response of UR is true.
     */
    bool (*atc_invalidate)(void *opaque, const SmmuCmd *cmd);
    /* A PRG response, by CMD_PRI_RESP or by the SMMU itself. */
    void (*page_response)(void *opaque, CcaSecSid sec_sid, uint32_t sid,
                          bool ssv, uint32_t ssid, uint16_t group,
                          uint8_t code);
    /* Stalled transactions of a stream may be presented again. */
    void (*resume)(void *opaque, CcaSecSid sec_sid, uint32_t sid);
    /*
     * There is something left to do: call smmu_run() when virtual time is
     * @due (ns), or soon, if that is 0.
     */
    void (*schedule)(void *opaque, int64_t due);
    /* Virtual time in ns, for delays of fault injection. */
    int64_t (*now)(void *opaque);
    /*
     * Watchers, may be NULL. @record: the 32 bytes of an event;
     * @command: two words and what became of it.
     */
    void (*on_event)(void *opaque, const SmmuEvent *event, bool recorded);
    void (*on_command)(void *opaque, CcaSecSid queue, const uint64_t *words,
                       SmmuCmdError error);
    void (*on_gpc_fault)(void *opaque, const CcaGpcVerdict *verdict,
                         uint32_t sid, SmmuGpcReason reason,
                         SmmuGpcCode code);
    void *opaque;
} SmmuBus;

/* What an Smmu is made from. */
typedef struct SmmuConfig {
    SmmuFeatures feat;
    GptImpl gpt;
    bool gbpa_abort;            /* SMMU_GBPA.ABORT and S_GBPA.ABORT at reset */
    uint32_t root_offset;       /* of the Root page from the SMMU's base */
    /*
     * The Root page is as if firmware had copied the PEs' GPTBR and GPCCR,
     * until Root software writes to it: smmu_follow_pe().
     */
    bool follow_pe;
    /*
     * Caches forget only what they must. Otherwise translations are held in
     * @tlb_entries entries, and answers of the GPT not at all.
     */
    bool strict;
    uint32_t tlb_entries;       /* 1 or more */
    CcaFaults *faults;          /* may be NULL */
} SmmuConfig;

/* One transaction as it arrives (section 3.1). */
typedef struct SmmuTxn {
    uint64_t addr;
    uint32_t sid;
    CcaSecSid sec_sid;
    bool ssv;
    uint32_t ssid;
    SmmuAccessType access;
    bool ns;                    /* input NS: Secure and Realm streams */
    bool translated;            /* ATS Translated */
    bool stallable;             /* the client can wait */
} SmmuTxn;

typedef enum SmmuOutcome {
    SMMU_PASS,
    SMMU_ABORT,
    SMMU_RAZ_WI,
    SMMU_STALL,
} SmmuOutcome;

typedef struct SmmuOutput {
    uint64_t pa;
    CcaPas pas;
    uint16_t mecid;
    uint8_t shift;              /* the 1 << shift bytes around go there too */
    uint8_t mair, sh;           /* memory attributes, as in MAIR and SH */
} SmmuOutput;

/* Completion of an ATS Translation Request (section 3.9.1.2). */
typedef enum SmmuAtsStatus {
    SMMU_ATS_SUCCESS, SMMU_ATS_UR, SMMU_ATS_CA,
} SmmuAtsStatus;

typedef struct SmmuAtsCompletion {
    SmmuAtsStatus status;
    uint64_t addr;              /* aligned to the size */
    uint8_t shift;              /* log2 of the size, 12 or more */
    bool r, w, x, priv;         /* r and w both 0: no access */
} SmmuAtsCompletion;

/* A PCIe Page Request or Stop Marker (section 8). */
typedef struct SmmuPageRequest {
    CcaSecSid sec_sid;
    uint32_t sid;
    bool ssv;
    uint32_t ssid;
    uint64_t addr;
    uint16_t group;             /* 9 bits */
    bool last, read, write, execute, privileged;
} SmmuPageRequest;

typedef struct SmmuStats {
    uint64_t transactions[4];   /* by SmmuOutcome */
    uint64_t tlb_hits, tlb_misses;
    uint64_t config_hits, config_misses;
    uint64_t walk_fetches;
    uint64_t events, events_lost;
    uint64_t commands, command_errors;
    uint64_t ats_requests, page_requests;
    uint64_t gpc_faults;
} SmmuStats;

typedef struct Smmu Smmu;

/*
 * A new SMMU in its reset state. NULL, with a sentence in *@error, if
 * @config cannot be or memory is short. @bus is copied.
 */
Smmu *smmu_new(const SmmuConfig *config, const SmmuBus *bus,
               const char **error);
void smmu_free(Smmu *s);

/* Registers and caches as after reset. */
void smmu_reset(Smmu *s);

/* Register accesses, as smmu_mmio_read() and smmu_mmio_write(). */
uint64_t smmu_read(Smmu *s, uint64_t offset, unsigned size, CcaPas pas);
void smmu_write(Smmu *s, uint64_t offset, unsigned size, CcaPas pas,
                uint64_t value);
uint64_t smmu_size(const Smmu *s);

/* Go on with what SmmuBus.schedule() was called for. */
void smmu_run(Smmu *s);

/*
 * What becomes of a transaction. Events are recorded, flags in tables are
 * updated. *@out counts for SMMU_PASS only.
 */
SmmuOutcome smmu_transact(Smmu *s, const SmmuTxn *txn, SmmuOutput *out);

/* What a transaction took, as it counts in SmmuStats and GpcStats. */
typedef struct SmmuEffort {
    /*
     * It passed, with configurations that are held and by tables and GPT as
     * they stand in memory now.
     */
    bool by_walk;
    uint16_t config_hits, tlb_misses;
    uint16_t gpc_checks, gpc_hits, gpc_fetches;
} SmmuEffort;

/*
 * The owner sees all that the engine reads. If after a transaction with
 * effort.by_walk, in which nothing was written,
 *  - all that was read still stands in memory,
 *  - no register was written, but for indices of queues,
 *  - no command was carried out, but for invalidations of TLBs and ATCs,
 *  - GPT regs that are followed did not change, and no transaction stalled,
 * then the same one would have the same end; smmu_transact_again() makes it
 * count. For engines with a TLB of one entry that are not strict.
 */
SmmuOutcome smmu_transact_noting(Smmu *s, const SmmuTxn *txn, SmmuOutput *out,
                                 SmmuEffort *effort);
void smmu_transact_again(Smmu *s, const SmmuEffort *effort);

/*
 * Answer an ATS Translation Request; txn->access.write says that NW is 0,
 * txn->access.instruction is Exe; txn->translated does not count.
 */
void smmu_ats_request(Smmu *s, const SmmuTxn *txn, SmmuAtsCompletion *out);

/*
 * Record a page request. An answer that the SMMU gives itself comes by
 * SmmuBus.page_response() before this returns. False: not recorded.
 */
bool smmu_page_request(Smmu *s, const SmmuPageRequest *request);

/* The MSI of @source ended in an External abort. */
void smmu_msi_aborted(Smmu *s, CcaSecSid sec_sid, SmmuIrqSource source);

/* The PEs' GPTBR_EL3 and GPCCR_EL3 are now these: SmmuConfig.follow_pe. */
void smmu_follow_pe(Smmu *s, const GptRegs *regs);

/* Broadcast TLBI PA; without ROOT_IDR0.BGPTM nothing happens. */
void smmu_tlbi_pa_all(Smmu *s);
void smmu_tlbi_pa(Smmu *s, uint64_t base, uint64_t size, bool last_level);

/*
 * Broadcast TLBI by VA, ASID, VMID or IPA from a PE; without IDR0.BTM, or
 * while CR2.PTM of the world is set, nothing happens (section 3.17).
 */
void smmu_tlbi(Smmu *s, const SmmuTlbInv *inv);

/*
 * The state that migration carries, as at most @max words: how many there
 * are, 0 if @max is too small. smmu_load() takes them back; false, with the
 * SMMU reset, if they are no such state, or that of another set of features.
 */
unsigned smmu_save(Smmu *s, uint64_t *words, unsigned max);
bool smmu_load(Smmu *s, const uint64_t *words, unsigned n);

/* For those who look. */
SmmuMmio *smmu_registers(Smmu *s);
const SmmuStats *smmu_stats(const Smmu *s);
const GpcStats *smmu_gpc_stats(const Smmu *s);
const SmmuIotlbStats *smmu_tlb_stats_of(const Smmu *s);
const SmmuCfgStats *smmu_config_stats_of(const Smmu *s);
uint32_t smmu_tlb_entries(const Smmu *s);
uint32_t smmu_config_entries(const Smmu *s, SmmuCfgKind kind);
/* Bytes that the configuration cache has taken. */
size_t smmu_config_memory(const Smmu *s);

#endif
