/*
 * Commands: one table says what each needs, whom it is about, and what it
 * invalidates (chapter 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "cmd.h"

/* Which queues take a command, as a set. */
enum {
    Q_NS = 1 << CCA_SEC_SID_NS,
    Q_S = 1 << CCA_SEC_SID_SECURE,
    Q_R = 1 << CCA_SEC_SID_REALM,
    Q_ALL = Q_NS | Q_S | Q_R,
};

/* What must be implemented. */
enum {
    NEED_S1 = 1, NEED_S2 = 2, NEED_HYP = 4, NEED_SEL2 = 8, NEED_EL3 = 16,
    NEED_ATS = 32, NEED_PRI = 64, NEED_STALL = 128, NEED_DPT = 256,
};

/* Groups of fields. */
typedef enum Fields {
    F_NONE, F_STREAM, F_PREFETCH, F_STE, F_STE_RANGE, F_CD, F_TLBI_ASID,
    F_TLBI_VMID, F_TLBI_VA, F_TLBI_IPA, F_ATC, F_PRI, F_RESUME, F_SYNC,
    F_DPTI,
} Fields;

/* Whose translations a TLBI is about. */
typedef enum Target {
    T_QUEUE,            /* the world of the queue */
    T_NS_OR_REALM,      /* Realm from its queue, otherwise Non-secure */
    T_SECURE,
} Target;

typedef enum TlbiEl {
    EL_1, EL_2, EL_2_E2H, EL_2_BY_E2H, EL_2_BOTH, EL_3,
} TlbiEl;

typedef struct CmdInfo {
    const char *name;
    uint8_t queues;
    uint8_t fields;         /* Fields */
    uint16_t needs;
    uint8_t target, el;     /* Target and TlbiEl: TLBI only */
    uint8_t scope;          /* SmmuTlbInvScope or SmmuCfgInvScope */
} CmdInfo;

#define OTHER(op, queues, fields, needs) \
    [SMMU_CMD_##op] = { "CMD_" #op, queues, fields, needs, T_QUEUE, 0, 0 }
#define CFGI(op, fields, needs, scope) \
    [SMMU_CMD_CFGI_##op] = { "CMD_CFGI_" #op, Q_ALL, fields, needs, T_QUEUE, \
                             0, SMMU_CFG_INV_##scope }
#define TLBI(op, queues, fields, needs, target, el, scope) \
    [SMMU_CMD_TLBI_##op] = { "CMD_TLBI_" #op, queues, fields, needs, target, \
                             el, SMMU_TLB_INV_##scope }

static const CmdInfo cmd_info[256] = {
    OTHER(PREFETCH_CONFIG, Q_ALL, F_PREFETCH, 0),
    OTHER(PREFETCH_ADDR, Q_ALL, F_PREFETCH, 0),
    CFGI(STE, F_STE, 0, STE),
    CFGI(STE_RANGE, F_STE_RANGE, 0, RANGE),
    CFGI(CD, F_CD, NEED_S1, CD),
    CFGI(CD_ALL, F_STREAM, NEED_S1, CD_ALL),
    TLBI(NH_ALL, Q_ALL, F_TLBI_VMID, NEED_S1, T_QUEUE, EL_1, VMID_S1),
    TLBI(NH_ASID, Q_ALL, F_TLBI_ASID, NEED_S1, T_QUEUE, EL_1, ASID),
    TLBI(NH_VA, Q_ALL, F_TLBI_VA, NEED_S1, T_QUEUE, EL_1, VA),
    TLBI(NH_VAA, Q_ALL, F_TLBI_VA, NEED_S1, T_QUEUE, EL_1, VAA),
    TLBI(EL3_ALL, Q_S, F_NONE, NEED_S1 | NEED_EL3, T_SECURE, EL_3, REGIME),
    TLBI(EL3_VA, Q_S, F_TLBI_VA, NEED_S1 | NEED_EL3, T_SECURE, EL_3, VA),
    TLBI(EL2_ALL, Q_ALL, F_NONE, NEED_S1 | NEED_HYP, T_NS_OR_REALM, EL_2_BOTH,
         REGIME),
    TLBI(EL2_ASID, Q_ALL, F_TLBI_ASID, NEED_S1 | NEED_HYP, T_NS_OR_REALM,
         EL_2_E2H, ASID),
    TLBI(EL2_VA, Q_ALL, F_TLBI_VA, NEED_S1 | NEED_HYP, T_NS_OR_REALM,
         EL_2_BY_E2H, VA),
    TLBI(EL2_VAA, Q_ALL, F_TLBI_VA, NEED_S1 | NEED_HYP, T_NS_OR_REALM,
         EL_2_BY_E2H, VAA),
    TLBI(S12_VMALL, Q_ALL, F_TLBI_VMID, NEED_S2, T_NS_OR_REALM, EL_1, VMID),
    TLBI(S2_IPA, Q_ALL, F_TLBI_IPA, NEED_S2, T_NS_OR_REALM, EL_1, IPA),
    TLBI(NSNH_ALL, Q_ALL, F_NONE, 0, T_NS_OR_REALM, EL_1, REGIME),
    OTHER(ATC_INV, Q_ALL, F_ATC, NEED_ATS),
    OTHER(PRI_RESP, Q_ALL, F_PRI, NEED_PRI),
    OTHER(RESUME, Q_NS | Q_S, F_RESUME, NEED_STALL),
    OTHER(STALL_TERM, Q_NS | Q_S, F_STREAM, NEED_STALL),
    OTHER(SYNC, Q_ALL, F_SYNC, 0),
    TLBI(S_EL2_ALL, Q_S, F_NONE, NEED_SEL2, T_SECURE, EL_2_BOTH, REGIME),
    TLBI(S_EL2_ASID, Q_S, F_TLBI_ASID, NEED_SEL2, T_SECURE, EL_2_E2H, ASID),
    TLBI(S_EL2_VA, Q_S, F_TLBI_VA, NEED_SEL2, T_SECURE, EL_2_BY_E2H, VA),
    TLBI(S_EL2_VAA, Q_S, F_TLBI_VA, NEED_SEL2, T_SECURE, EL_2_BY_E2H, VAA),
    TLBI(S_S12_VMALL, Q_S, F_TLBI_VMID, NEED_SEL2, T_SECURE, EL_1, VMID),
    TLBI(S_S2_IPA, Q_S, F_TLBI_IPA, NEED_SEL2, T_SECURE, EL_1, IPA),
    TLBI(SNH_ALL, Q_S, F_NONE, NEED_SEL2, T_SECURE, EL_1, REGIME),
    OTHER(DPTI_ALL, Q_R, F_NONE, NEED_DPT),
    OTHER(DPTI_PA, Q_R, F_DPTI, NEED_DPT),
};

const char *smmu_cmd_name(uint8_t opcode)
{
    return cmd_info[opcode].name;
}

static bool has_sel2(const SmmuFeatures *f)
{
    return f->secure_impl && f->s1p && f->s2p;
}

static unsigned implemented(const SmmuFeatures *f)
{
    return (f->s1p ? NEED_S1 : 0) | (f->s2p ? NEED_S2 : 0) |
           (f->hyp ? NEED_HYP : 0) | (has_sel2(f) ? NEED_SEL2 : 0) |
           (f->root_impl ? 0 : NEED_EL3) | (f->ats ? NEED_ATS : 0) |
           (f->pri ? NEED_PRI : 0) | (f->stall ? NEED_STALL : 0) |
           (f->dpt ? NEED_DPT : 0);
}

/* Fields */

static bool fits(uint64_t value, unsigned bits)
{
    return value >> bits == 0;
}

/* StreamID and SSec. False: illegal. */
static bool decode_stream(SmmuCmd *cmd, const SmmuFeatures *f,
                          const uint64_t *w)
{
    bool ssec = SMMU_WGET(w, CMD_SSEC);

    if (cmd->queue == CCA_SEC_SID_SECURE) {
        cmd->sec_sid = ssec ? CCA_SEC_SID_SECURE : CCA_SEC_SID_NS;
    } else if (ssec) {
        return false;
    }
    cmd->sid = SMMU_WGET(w, CMD_SID);
    cmd->no_effect = !fits(cmd->sid, f->sid_bits);
    return true;
}

/* ATS and PRI: from the Secure queue, always about Non-secure streams. */
static bool decode_ats_stream(SmmuCmd *cmd, const SmmuFeatures *f,
                              const uint64_t *w)
{
    if (!decode_stream(cmd, f, w)) {
        return false;
    }
    if (cmd->queue == CCA_SEC_SID_SECURE) {
        cmd->sec_sid = CCA_SEC_SID_NS;
    }
    return true;
}

static void decode_ssid(SmmuCmd *cmd, const SmmuFeatures *f,
                        const uint64_t *w)
{
    cmd->ssid = SMMU_WGET(w, CMD_SSID);
    if (!fits(cmd->ssid, f->ssid_bits)) {
        cmd->no_effect = true;
    }
}

/* SSV and SubstreamID: without PASIDs as if SSV were 0. */
static void decode_ssv(SmmuCmd *cmd, const SmmuFeatures *f, const uint64_t *w)
{
    cmd->ssv = f->ssid_bits && SMMU_WGET(w, CMD_SSV);
    if (cmd->ssv) {
        decode_ssid(cmd, f, w);
    }
}

/* The low Range + 1 bits of StreamID do not count. */
static void decode_ste_range(SmmuCmd *cmd, const SmmuFeatures *f,
                             const uint64_t *w)
{
    unsigned range = SMMU_WGET(w, CMD_CFGI_RANGE);
    uint32_t low = (2ull << range) - 1;

    cmd->sid &= ~low;
    cmd->last_sid = cmd->sid | low;
    cmd->no_effect = !fits(cmd->sid, f->sid_bits);
}

/* Is stage 2 there for the world? Otherwise VMIDs are not. */
static bool has_stage2(const SmmuFeatures *f, CcaSecSid sec_sid)
{
    return sec_sid == CCA_SEC_SID_SECURE ? has_sel2(f) : f->s2p;
}

static void decode_vmid(SmmuCmd *cmd, const SmmuFeatures *f,
                        const CmdInfo *info, const uint64_t *w)
{
    if (info->el == EL_1 && has_stage2(f, cmd->sec_sid)) {
        cmd->vmid = SMMU_WGET(w, CMD_TLBI_VMID);
        if (!f->vmid16 && !fits(cmd->vmid, 8)) {
            cmd->no_effect = true;
        }
    }
}

static void decode_asid(SmmuCmd *cmd, const SmmuFeatures *f,
                        const CmdInfo *info, const uint64_t *w)
{
    if (info->scope != SMMU_TLB_INV_VAA && info->el != EL_3) {
        cmd->asid = SMMU_WGET(w, CMD_TLBI_ASID);
        if (!f->asid16 && !fits(cmd->asid, 8)) {
            cmd->no_effect = true;
        }
    }
}

/* (NUM + 1) << SCALE granules from the address on; never wraps. */
static void decode_span(SmmuCmd *cmd, unsigned num, unsigned scale)
{
    unsigned shift = scale + cmd->tg;
    uint64_t n = num + 1, max = UINT64_MAX - cmd->addr;
    bool huge = shift > 63 || n > UINT64_MAX >> shift;

    cmd->last = huge || (n << shift) - 1 > max ?
                UINT64_MAX : cmd->addr + (n << shift) - 1;
}

/* Range and hints (section 4.4.1.1). False: illegal. */
static bool decode_range(SmmuCmd *cmd, const SmmuFeatures *f,
                         const uint64_t *w)
{
    static const uint8_t granules[] = {
        [CMD_TLBI_TG_4K] = 12, [CMD_TLBI_TG_16K] = 14, [CMD_TLBI_TG_64K] = 16,
    };
    enum { MAX_SCALE = 39, SCALE_MASK_NO_DS = 31 };
    unsigned tg = f->ril ? SMMU_WGET(w, CMD_TLBI_TG) : CMD_TLBI_TG_ANY;
    unsigned num = SMMU_WGET(w, CMD_TLBI_NUM);
    unsigned scale = SMMU_WGET(w, CMD_TLBI_SCALE);
    unsigned ttl = SMMU_WGET(w, CMD_TLBI_TTL);

    cmd->level = SMMU_TLB_ANY_LEVEL;
    if (tg == CMD_TLBI_TG_ANY) {
        cmd->last = cmd->addr | 0xfff;
        return true;
    }
    if (!f->ds) {
        scale &= SCALE_MASK_NO_DS;
    } else if (scale > MAX_SCALE) {
        scale = MAX_SCALE;
    }
    if (tg == CMD_TLBI_TG_16K && ttl == 1 && !f->ds) {
        ttl = 0;
    }
    if (!num && !scale && !ttl) {
        return false;
    }
    cmd->tg = granules[tg];
    if (ttl) {
        cmd->level = ttl;
    }
    decode_span(cmd, num, scale);
    return true;
}

static bool decode_atc(SmmuCmd *cmd, const SmmuFeatures *f, const uint64_t *w)
{
    unsigned size = SMMU_WGET(w, CMD_ATC_SIZE);
    uint64_t low;

    if (!decode_ats_stream(cmd, f, w) || size > CMD_ATC_SIZE_ALL) {
        return false;
    }
    decode_ssv(cmd, f, w);
    cmd->global = cmd->ssv && SMMU_WGET(w, CMD_ATC_GLOBAL);
    low = size == CMD_ATC_SIZE_ALL ? UINT64_MAX : (1ull << (12 + size)) - 1;
    cmd->addr = SMMU_WIN_PLACE(w, CMD_VA) & ~low;
    cmd->last = cmd->addr | low;
    return true;
}

static bool decode_pri(SmmuCmd *cmd, const SmmuFeatures *f, const uint64_t *w)
{
    if (!decode_ats_stream(cmd, f, w)) {
        return false;
    }
    decode_ssv(cmd, f, w);
    cmd->prg_index = SMMU_WGET(w, CMD_PRI_PRGINDEX);
    cmd->response = SMMU_WGET(w, CMD_PRI_RESPONSE);
    return cmd->response != CMD_PRI_RESPONSE_RESERVED;
}

static bool decode_sync(SmmuCmd *cmd, const SmmuFeatures *f, const uint64_t *w)
{
    cmd->cs = SMMU_WGET(w, CMD_SYNC_CS);
    if (cmd->cs == CMD_SYNC_CS_RESERVED) {
        return false;
    }
    if (cmd->cs == CMD_SYNC_CS_SEV && !f->sev) {
        cmd->cs = CMD_SYNC_CS_NONE;
    }
    cmd->msi_pas = smmu_pas_of_sec_sid(cmd->queue);
    if (cmd->cs == CMD_SYNC_CS_IRQ && f->msi) {
        cmd->msi_addr = SMMU_WIN_PLACE(w, CMD_SYNC_MSIADDR);
        cmd->msi_data = SMMU_WGET(w, CMD_SYNC_MSIDATA);
        cmd->msi_attr = SMMU_WGET(w, CMD_SYNC_MSIATTR);
        cmd->msi_sh = SMMU_WGET(w, CMD_SYNC_MSH);
        if (cmd->msi_sh == CMD_SYNC_MSH_RESERVED) {
            cmd->msi_sh = CMD_SYNC_MSH_NON;
        }
        if (cmd->queue == CCA_SEC_SID_REALM &&
            SMMU_WGET(w, CMD_SYNC_MSI_NS)) {
            cmd->msi_pas = CCA_PAS_NS;
        }
    }
    return true;
}

/* Reserved sizes and addresses that are not aligned: nothing to do. */
static void decode_dpti(SmmuCmd *cmd, const SmmuFeatures *f, const uint64_t *w)
{
    static const uint8_t shifts[] = { 12, 14, 16, 21, 25, 29, 30, 34, 36, 39 };
    unsigned size = SMMU_WGET(w, CMD_DPTI_SIZE);
    uint64_t low;

    cmd->leaf = SMMU_WGET(w, CMD_LEAF);
    cmd->addr = SMMU_WIN_PLACE(w, CMD_DPTI_ADDR) & ((1ull << f->oas) - 1);
    if (size >= sizeof(shifts)) {
        cmd->no_effect = true;
        return;
    }
    low = (1ull << shifts[size]) - 1;
    cmd->no_effect = cmd->addr & low;
    cmd->last = cmd->addr | low;
}

/* False: illegal. */
static bool decode_fields(SmmuCmd *cmd, const SmmuFeatures *f,
                          const CmdInfo *info, const uint64_t *w)
{
    switch (info->fields) {
    case F_STREAM:
        return decode_stream(cmd, f, w);
    case F_PREFETCH:
        if (!decode_stream(cmd, f, w)) {
            return false;
        }
        decode_ssv(cmd, f, w);
        if (cmd->op == SMMU_CMD_PREFETCH_ADDR) {
            cmd->addr = SMMU_WIN_PLACE(w, CMD_VA);
            cmd->size = SMMU_WGET(w, CMD_PREFETCH_SIZE);
            cmd->stride = SMMU_WGET(w, CMD_PREFETCH_STRIDE);
            cmd->ns = cmd->sec_sid == CCA_SEC_SID_SECURE && has_sel2(f) &&
                      SMMU_WGET(w, CMD_PREFETCH_NS);
        }
        return true;
    case F_STE:
        cmd->leaf = SMMU_WGET(w, CMD_LEAF);
        return decode_stream(cmd, f, w);
    case F_STE_RANGE:
        if (!decode_stream(cmd, f, w)) {
            return false;
        }
        decode_ste_range(cmd, f, w);
        return true;
    case F_CD:
        if (!decode_stream(cmd, f, w)) {
            return false;
        }
        decode_ssid(cmd, f, w);
        cmd->leaf = SMMU_WGET(w, CMD_LEAF);
        return true;
    case F_TLBI_VMID:
        decode_vmid(cmd, f, info, w);
        return true;
    case F_TLBI_ASID:
        decode_vmid(cmd, f, info, w);
        decode_asid(cmd, f, info, w);
        return true;
    case F_TLBI_VA:
        decode_vmid(cmd, f, info, w);
        decode_asid(cmd, f, info, w);
        cmd->leaf = SMMU_WGET(w, CMD_LEAF);
        cmd->addr = SMMU_WIN_PLACE(w, CMD_VA);
        return decode_range(cmd, f, w);
    case F_TLBI_IPA:
        decode_vmid(cmd, f, info, w);
        cmd->leaf = SMMU_WGET(w, CMD_LEAF);
        cmd->ns = info->target == T_SECURE && SMMU_WGET(w, CMD_TLBI_NS);
        cmd->addr = SMMU_WIN_PLACE(w, CMD_IPA);
        return decode_range(cmd, f, w);
    case F_ATC:
        return decode_atc(cmd, f, w);
    case F_PRI:
        return decode_pri(cmd, f, w);
    case F_RESUME:
        cmd->retry = SMMU_WGET(w, CMD_RESUME_AC);
        cmd->abort = SMMU_WGET(w, CMD_RESUME_AB);
        cmd->stag = SMMU_WGET(w, CMD_RESUME_STAG);
        return decode_stream(cmd, f, w);
    case F_SYNC:
        return decode_sync(cmd, f, w);
    case F_DPTI:
        decode_dpti(cmd, f, w);
        return true;
    default:
        cmd->last = UINT64_MAX;     /* CMD_DPTI_ALL, CMD_TLBI_*_ALL */
        return true;
    }
}

SmmuCmdError smmu_cmd_decode(SmmuCmd *cmd, const SmmuFeatures *f,
                             CcaSecSid queue, const uint64_t words[2])
{
    uint8_t op = SMMU_WGET(words, CMD_OPCODE);
    const CmdInfo *info = &cmd_info[op];

    memset(cmd, 0, sizeof(*cmd));
    if (!info->name || !(info->queues >> queue & 1) ||
        (info->needs & ~implemented(f))) {
        return SMMU_CERROR_ILL;
    }
    cmd->op = op;
    cmd->queue = queue;
    cmd->sec_sid = info->target == T_QUEUE || queue == CCA_SEC_SID_REALM ?
                   queue : info->target == T_SECURE ?
                   CCA_SEC_SID_SECURE : CCA_SEC_SID_NS;
    return decode_fields(cmd, f, info, words) ? SMMU_CERROR_NONE :
                                                SMMU_CERROR_ILL;
}

/* Carrying out */

uint16_t smmu_vmw_ignore(uint8_t vmw)
{
    return vmw <= 4 ? (1u << vmw) - 1 : 0;
}

static SmmuRegime regime_of(CcaSecSid sec_sid, TlbiEl el)
{
    static const SmmuRegime first[CCA_SEC_SID__COUNT] = {
        [CCA_SEC_SID_NS] = SMMU_REGIME_NS_EL1,
        [CCA_SEC_SID_SECURE] = SMMU_REGIME_S_EL1,
        [CCA_SEC_SID_REALM] = SMMU_REGIME_REALM_EL1,
    };

    return el == EL_3 ? SMMU_REGIME_EL3 :
           first[sec_sid] + (el == EL_2 ? 1 : el == EL_2_E2H ? 2 : 0);
}

static void run_tlbi(const SmmuCmd *cmd, const CmdInfo *info,
                     const SmmuCmdRegs *regs, const SmmuCmdSink *sink)
{
    TlbiEl el = info->el == EL_2_BY_E2H ?
                (regs->e2h[cmd->sec_sid] ? EL_2_E2H : EL_2) :
                info->el == EL_2_BOTH ? EL_2 : info->el;
    SmmuTlbInv inv = {
        .scope = info->scope, .regime = regime_of(cmd->sec_sid, el),
        .vmid = cmd->vmid, .asid = cmd->asid, .first = cmd->addr,
        .last = cmd->last, .tg = cmd->tg, .level = cmd->level,
        .ns_ipa = cmd->ns,
    };

    if (el == EL_1) {
        inv.vmid_ignore = smmu_vmw_ignore(regs->vmw[cmd->sec_sid]);
    }
    sink->tlb(sink->opaque, &inv);
    if (info->el == EL_2_BOTH) {
        inv.regime = regime_of(cmd->sec_sid, EL_2_E2H);
        sink->tlb(sink->opaque, &inv);
    }
}

static void run_cfgi(const SmmuCmd *cmd, const CmdInfo *info,
                     const SmmuCmdSink *sink)
{
    SmmuCfgInv inv = {
        .scope = info->scope, .sec_sid = cmd->sec_sid, .sid = cmd->sid,
        .last_sid = cmd->last_sid, .ssid = cmd->ssid, .leaf = cmd->leaf,
    };

    if (inv.scope == SMMU_CFG_INV_RANGE && !inv.sid &&
        inv.last_sid == UINT32_MAX) {
        inv.scope = SMMU_CFG_INV_ALL;
    }
    sink->config(sink->opaque, &inv);
}

void smmu_cmd_run(const SmmuCmd *cmd, const SmmuCmdRegs *regs,
                  const SmmuCmdSink *sink)
{
    const CmdInfo *info = &cmd_info[cmd->op & 0xff];

    if (cmd->no_effect || !info->name) {
        return;
    }
    switch (cmd->op) {
    case SMMU_CMD_CFGI_STE:
    case SMMU_CMD_CFGI_STE_RANGE:
    case SMMU_CMD_CFGI_CD:
    case SMMU_CMD_CFGI_CD_ALL:
        if (sink->config) {
            run_cfgi(cmd, info, sink);
        }
        break;
    case SMMU_CMD_DPTI_ALL:
    case SMMU_CMD_DPTI_PA:
        if (sink->dpt) {
            sink->dpt(sink->opaque, cmd->sec_sid, cmd->addr, cmd->last,
                      cmd->leaf);
        }
        break;
    case SMMU_CMD_PREFETCH_CONFIG:
    case SMMU_CMD_PREFETCH_ADDR:
    case SMMU_CMD_ATC_INV:
    case SMMU_CMD_PRI_RESP:
    case SMMU_CMD_RESUME:
    case SMMU_CMD_STALL_TERM:
    case SMMU_CMD_SYNC:
        if (sink->other) {
            sink->other(sink->opaque, cmd);
        }
        break;
    default:
        if (sink->tlb) {
            run_tlbi(cmd, info, regs, sink);
        }
        break;
    }
}
