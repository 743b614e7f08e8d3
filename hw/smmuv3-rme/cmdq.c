/*
 * The Command queues: fetching, carrying out, errors (sections 4, 7.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "smmu-internal.h"

typedef struct Executor {
    Smmu *s;
    SmmuBank *bank;
    SmmuCmdError error;         /* of CMD_SYNC */
} Executor;

static void invalidate_config(void *opaque, const SmmuCfgInv *inv)
{
    Executor *x = opaque;

    smmu_cfgcache_invalidate(x->s->cfg, inv);
}

/* Fault site smmu.tlbi. True: nothing is to be invalidated now. */
static bool tamper_tlbi(Smmu *s, CcaSecSid queue, const SmmuTlbInv *inv)
{
    bool by_address = inv->scope == SMMU_TLB_INV_VA ||
                      inv->scope == SMMU_TLB_INV_VAA ||
                      inv->scope == SMMU_TLB_INV_IPA;
    CcaFaultPassage passage = { .size = UINT64_MAX };
    CcaFaultEffect effect;
    int64_t due;

    if (by_address) {
        passage.access.addr = inv->first;
        passage.size = inv->last - inv->first + 1;
    }

    if (!smmu_consult(s, CCA_SITE_SMMU_TLBI, queue, 0, passage, &effect)) {
        return false;
    }
    if (effect.action != CCA_ACT_DELAY) {
        return true;
    }
    if (s->late_count == SMMU_LATE_TLBIS) {
        return false;
    }
    due = s->bus.now(s->bus.opaque) + effect.delay_ns;
    s->late[s->late_count++] = (SmmuLateTlbi) { .inv = *inv, .due = due };
    s->bus.schedule(s->bus.opaque, due);
    return true;
}

static void invalidate_tlb(void *opaque, const SmmuTlbInv *inv)
{
    Executor *x = opaque;

    if (!tamper_tlbi(x->s, x->bank->sec_sid, inv)) {
        smmu_tlb_invalidate(x->s->tlb, inv);
    }
}

void smmu_late_tlbis(Smmu *s)
{
    int64_t now = s->bus.now(s->bus.opaque);
    unsigned left = 0;

    for (unsigned i = 0; i < s->late_count; i++) {
        if (s->late[i].due <= now) {
            smmu_tlb_invalidate(s->tlb, &s->late[i].inv);
        } else {
            s->late[left++] = s->late[i];
        }
    }
    s->late_count = left;
}

static void respond(Smmu *s, const SmmuCmd *cmd)
{
    static const uint8_t codes[] = {
        [CMD_PRI_RESPONSE_FAILURE] = 0xf,
        [CMD_PRI_RESPONSE_INVALID] = 0x1,
        [CMD_PRI_RESPONSE_SUCCESS] = 0x0,
    };

    if (s->bus.page_response && cmd->response < sizeof(codes)) {
        s->bus.page_response(s->bus.opaque, cmd->sec_sid, cmd->sid, cmd->ssv,
                             cmd->ssid, cmd->prg_index, codes[cmd->response]);
    }
}

/* Sections 4.5.1 and 4.5.2: what goes to endpoints takes SMMUEN. */
static bool reaches_endpoints(const Executor *x)
{
    return smmu_bank_enabled(x->bank, SMMU_CR0_SMMUEN_MASK);
}

static void run_other(void *opaque, const SmmuCmd *cmd)
{
    Executor *x = opaque;
    Smmu *s = x->s;

    switch (cmd->op) {
    case SMMU_CMD_ATC_INV:
        if (!reaches_endpoints(x)) {
            break;
        }
        if (!s->bus.atc_invalidate ||
            !s->bus.atc_invalidate(s->bus.opaque, cmd)) {
            s->atc_failed[cmd->queue] = true;
        }
        break;
    case SMMU_CMD_PRI_RESP:
        if (reaches_endpoints(x)) {
            respond(s, cmd);
        }
        break;
    case SMMU_CMD_RESUME:
        smmu_stall_resume(s, cmd);
        break;
    case SMMU_CMD_STALL_TERM:
        smmu_stall_terminate(s, cmd->sec_sid, false, cmd->sid);
        break;
    case SMMU_CMD_SYNC:
        if (s->atc_failed[cmd->queue]) {
            s->atc_failed[cmd->queue] = false;
            x->error = SMMU_CERROR_ATC_INV_SYNC;
        }
        break;
    default:
        break;      /* prefetches: nothing has to happen */
    }
}

/* A CMD_SYNC is complete, and consumed. */
static void complete(Executor *x, const SmmuCmd *cmd)
{
    if (cmd->op != SMMU_CMD_SYNC) {
        return;
    }
    if (cmd->cs == CMD_SYNC_CS_IRQ) {
        smmu_bank_cmd_sync_irq(x->bank, cmd->msi_addr, cmd->msi_data,
                               cmd->msi_sh, cmd->msi_attr,
                               cmd->msi_pas == CCA_PAS_NS);
    } else if (cmd->cs == CMD_SYNC_CS_SEV && x->s->bus.sev) {
        x->s->bus.sev(x->s->bus.opaque);
    }
}

static void stop(Executor *x, const SmmuQueue *q, SmmuCmdError error)
{
    x->s->stats.command_errors++;
    smmu_bank_set_queue(x->bank, SMMU_CMDQ,
                        SMMU_SET(q->cons, SMMU_CMDQ_CONS_ERR, error));
    smmu_bank_raise_gerror(x->bank, SMMU_GERROR_CMDQ_ERR_MASK);
}

/*
 * Fault site smmu.cmdq. False: the command is not carried out. *@times is how
 * often it is; *@stuck: not now, and nothing after it.
 */
static bool tamper(Executor *x, uint64_t addr, uint64_t words[2],
                   unsigned *times, bool *stuck)
{
    Smmu *s = x->s;
    CcaFaultPassage passage = {
        .access.addr = addr, .size = 16, .entry_addr = addr,
        .value = words[0], .words = words, .word_count = 2,
    };
    CcaFaultEffect effect;

    if (!smmu_consult(s, CCA_SITE_SMMU_CMDQ, x->bank->sec_sid,
                      SMMU_WGET(words, CMD_SID), passage, &effect)) {
        return true;
    }
    switch (effect.action) {
    case CCA_ACT_DROP:
        return false;
    case CCA_ACT_DUPLICATE:
        *times = 2;
        return true;
    case CCA_ACT_FLIP:
        words[effect.word & 1] ^= effect.xor_mask;
        return true;
    case CCA_ACT_STALL:
        *stuck = true;
        s->stuck_until[x->bank->sec_sid] = s->bus.now(s->bus.opaque) +
                                           effect.delay_ns;
        s->bus.schedule(s->bus.opaque, s->stuck_until[x->bank->sec_sid]);
        return false;
    default:
        return true;
    }
}

static SmmuCmdError execute(Executor *x, const uint64_t words[2],
                            SmmuCmd *cmd)
{
    static const SmmuCmdSink functions = {
        .config = invalidate_config, .tlb = invalidate_tlb,
        .other = run_other,
    };
    SmmuCmdSink sink = functions;
    SmmuCmdRegs regs = { 0 };
    SmmuCmdError error;

    for (unsigned i = 0; i < CCA_SEC_SID__COUNT; i++) {
        const SmmuBank *b = &x->s->regs.bank[i];

        regs.e2h[i] = b->cr2 & SMMU_CR2_E2H_MASK;
        regs.vmw[i] = SMMU_GET(b->cr0, SMMU_CR0_VMW);
    }
    sink.opaque = x;
    x->error = SMMU_CERROR_NONE;
    error = smmu_cmd_decode(cmd, &x->s->regs.feat, x->bank->sec_sid, words);
    if (error == SMMU_CERROR_NONE) {
        smmu_cmd_run(cmd, &regs, &sink);
        error = x->error;
    }
    return error;
}

/* One command. False: the queue stands still. */
static bool step(Executor *x)
{
    Smmu *s = x->s;
    CcaSecSid sec_sid = x->bank->sec_sid;
    CcaPas pas = smmu_pas_of_sec_sid(sec_sid);
    SmmuQueue q = smmu_bank_queue(x->bank, SMMU_CMDQ);
    uint64_t addr = smmu_queue_entry_addr(&q, q.cons), words[2];
    SmmuOwn own = {
        .s = s, .sec_sid = sec_sid, .reason = SMMU_GPC_GERROR,
        .code = SMMU_GPC_CMDQ, .site = CCA_SITE__COUNT,
    };
    SmmuMem mem = smmu_own_mem(&own);
    SmmuCmdError error = SMMU_CERROR_NONE;
    unsigned times = 1;
    bool stuck = false;
    SmmuCmd cmd = { 0 };

    if (mem.read(mem.opaque, addr, pas, smmu_bank_gmecid(x->bank, pas), words,
                 sizeof(words)) != SMMU_MEM_OK) {
        stop(x, &q, SMMU_CERROR_ABT);
        return false;
    }
    words[0] = smmu_le64_to_host(words[0]);
    words[1] = smmu_le64_to_host(words[1]);
    if (!tamper(x, addr, words, &times, &stuck)) {
        times = 0;
    }
    if (stuck) {
        return false;
    }
    for (; times && error == SMMU_CERROR_NONE; times--) {
        error = execute(x, words, &cmd);
    }
    s->stats.commands++;
    if (s->bus.on_command) {
        s->bus.on_command(s->bus.opaque, sec_sid, words, error);
    }
    if (error != SMMU_CERROR_NONE) {
        stop(x, &q, error);
        return false;
    }
    smmu_bank_set_queue(x->bank, SMMU_CMDQ, smmu_queue_advance(&q, q.cons));
    complete(x, &cmd);
    return true;
}

/*
 * Fault smmu.cmdq "stall" has not come to its end. When it has, the command is
 * fetched again.
 */
static bool stuck(Smmu *s, CcaSecSid sec_sid)
{
    int64_t until = s->stuck_until[sec_sid];

    if (until && s->bus.now(s->bus.opaque) < until) {
        return true;
    }
    s->stuck_until[sec_sid] = 0;
    return false;
}

void smmu_run_queue(Smmu *s, CcaSecSid sec_sid)
{
    Executor x = { .s = s, .bank = &s->regs.bank[sec_sid] };

    /* A command that writes registers would come back here. */
    if (s->running[sec_sid] || stuck(s, sec_sid)) {
        return;
    }
    s->running[sec_sid] = true;
    for (unsigned n = 0; smmu_bank_queue_on(x.bank, SMMU_CMDQ); n++) {
        SmmuQueue q = smmu_bank_queue(x.bank, SMMU_CMDQ);

        if (smmu_queue_empty(&q)) {
            break;
        }
        if (n == SMMU_COMMAND_BATCH) {
            s->bus.schedule(s->bus.opaque, 0);
            break;
        }
        if (!step(&x)) {
            break;
        }
    }
    s->running[sec_sid] = false;
}

void smmu_run(Smmu *s)
{
    if (s->late_count) {
        smmu_late_tlbis(s);
    }
    for (CcaSecSid i = 0; i < CCA_SEC_SID__COUNT; i++) {
        if (smmu_has_interface(&s->regs.feat, i)) {
            smmu_run_queue(s, i);
        }
    }
}
