/*
 * Commands: decode, legality, and what they ask of the caches (chapter 4).
 *
 * Where the architecture leaves a choice: fields that are RES0 are not looked
 * at, but for SSec; a parameter that is out of range (StreamID, SubstreamID,
 * and the upper halves of 8-bit ASIDs and VMIDs) makes a command do nothing;
 * CMD_ATC_INV with a Size above 52 is illegal. CMD_CFGI_VMS_PIDM is reserved,
 * for there is no MPAM; DPTs belong to Realm streams only. TTL128 is ignored:
 * there are no 128-bit descriptors. Secure EL2 goes with Secure state if
 * there are both stages, as S_IDR1.SEL2 says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_CMD_H
#define CCA_SMMU_CMD_H

#include "cfgcache.h"
#include "cmd-fields.h"
#include "iotlb.h"

/* CMDQ_CONS.ERR (section 7.1) */
typedef enum SmmuCmdError {
    SMMU_CERROR_NONE = 0,
    SMMU_CERROR_ILL = 1,
    SMMU_CERROR_ABT = 2,
    SMMU_CERROR_ATC_INV_SYNC = 3,
} SmmuCmdError;

/* A legal command. Fields that it does not have are 0. */
typedef struct SmmuCmd {
    SmmuCmdOp op;
    CcaSecSid queue;       /* where it was issued */
    CcaSecSid sec_sid;     /* of what it is about */
    bool no_effect;         /* a parameter is out of range */
    bool ssv, leaf;
    uint32_t sid;
    uint32_t ssid;
    uint32_t last_sid;      /* CFGI_STE_RANGE: @sid is the first one */
    uint16_t vmid, asid;
    uint64_t addr, last;    /* range, inclusive: TLBI, ATC_INV, DPTI */
    uint8_t tg;             /* TLBI: log2 of the granule, 0: any */
    uint8_t level;          /* TLBI: or SMMU_TLB_ANY_LEVEL */
    bool ns;                /* S_S2_IPA, PREFETCH_ADDR: Non-secure IPA */
    bool global;            /* ATC_INV */
    uint8_t size, stride;   /* PREFETCH_ADDR, encoded */
    uint16_t prg_index;     /* PRI_RESP */
    uint8_t response;       /* PRI_RESP: 0 failure, 1 invalid, 2 success */
    uint16_t stag;          /* RESUME */
    bool retry, abort;      /* RESUME: Ac, Ab */
    uint8_t cs;             /* SYNC: CMD_SYNC_CS_*; SEV only if there is one */
    uint64_t msi_addr;      /* SYNC: 0: no MSI */
    uint32_t msi_data;
    uint8_t msi_attr, msi_sh;
    CcaPas msi_pas;
} SmmuCmd;

/*
 * Decode two @words from the Command queue of @queue, which must be one that
 * @f has. SMMU_CERROR_ILL: the command is illegal there, and *@cmd has no
 * meaning.
 */
SmmuCmdError smmu_cmd_decode(SmmuCmd *cmd, const SmmuFeatures *f,
                             CcaSecSid queue, const uint64_t words[2]);

/* Registers that commands depend on, by Security state. */
typedef struct SmmuCmdRegs {
    bool e2h[CCA_SEC_SID__COUNT];      /* CR2.E2H */
    uint8_t vmw[CCA_SEC_SID__COUNT];   /* CR0.VMW; reserved ones are 0 */
} SmmuCmdRegs;

/* Who carries commands out. Any may be NULL: then nothing happens. */
typedef struct SmmuCmdSink {
    void (*config)(void *opaque, const SmmuCfgInv *inv);
    void (*tlb)(void *opaque, const SmmuTlbInv *inv);
    /* CMD_DPTI_*: cached DPT entries of PAs from first to last */
    void (*dpt)(void *opaque, CcaSecSid sec_sid, uint64_t first,
                uint64_t last, bool leaf);
    /* The others: PREFETCH, ATC_INV, PRI_RESP, RESUME, STALL_TERM, SYNC */
    void (*other)(void *opaque, const SmmuCmd *cmd);
    void *opaque;
} SmmuCmdSink;

/* Carry out a decoded command. */
void smmu_cmd_run(const SmmuCmd *cmd, const SmmuCmdRegs *regs,
                  const SmmuCmdSink *sink);

/* CR0.VMW as VMID bits that are not compared (section 3.17.6). */
uint16_t smmu_vmw_ignore(uint8_t vmw);

/* "CMD_SYNC", ...; NULL for reserved opcodes. */
const char *smmu_cmd_name(uint8_t opcode);

#endif
