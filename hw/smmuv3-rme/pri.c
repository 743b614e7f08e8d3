/*
 * The PRI queue (section 8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-internal.h"

enum { PRIQ_WORDS = 2, CODE_SUCCESS = 0x0, CODE_FAILURE = 0xf };

SMMU_WFIELD(PRIQ_SID, 0, 0, 32);
SMMU_WFIELD(PRIQ_SSID, 0, 32, 20);
SMMU_WFIELD(PRIQ_PRIV, 0, 58, 1);
SMMU_WFIELD(PRIQ_X, 0, 59, 1);
SMMU_WFIELD(PRIQ_R, 0, 60, 1);
SMMU_WFIELD(PRIQ_W, 0, 61, 1);
SMMU_WFIELD(PRIQ_LAST, 0, 62, 1);
SMMU_WFIELD(PRIQ_SSV, 0, 63, 1);
SMMU_WFIELD(PRIQ_PRGINDEX, 1, 0, 9);
SMMU_WFIELD(PRIQ_ADDR, 1, 12, 52);

static bool is_stop_marker(const SmmuPageRequest *q)
{
    return q->ssv && q->last && !q->read && !q->write;
}

/* Only an answer that is no failure carries a PASID (section 8.2). */
static void respond(Smmu *s, const SmmuPageRequest *q, bool ssv, uint8_t code)
{
    if (!is_stop_marker(q) && s->bus.page_response) {
        s->bus.page_response(s->bus.opaque, q->sec_sid, q->sid, ssv,
                             ssv ? q->ssid : 0, q->group, code);
    }
}

/*
 * Section 8.1: the request falls to an overflow. What is answered, and with
 * a PASID or not, may be up to STE.PPAR.
 */
static void overflow_response(Smmu *s, const SmmuPageRequest *q)
{
    SmmuTxn txn = { .sid = q->sid, .sec_sid = q->sec_sid, .addr = q->addr };
    SmmuReq r;

    /* Without an answer there is no PPAR to look up. */
    if (!q->last || is_stop_marker(q)) {
        return;
    }
    if (!q->ssv || s->regs.feat.pps) {
        respond(s, q, q->ssv, CODE_SUCCESS);
        return;
    }
    smmu_req_init(&r, s, &txn);
    if (smmu_find_ste(&r)) {
        respond(s, q, r.ste->ppar, CODE_SUCCESS);
        return;
    }
    smmu_record_config(&r);
    respond(s, q, false, CODE_FAILURE);
}

static bool write_entry(Smmu *s, const SmmuPageRequest *request,
                        const SmmuQueue *q)
{
    CcaPas pas = smmu_pas_of_sec_sid(request->sec_sid);
    SmmuBank *bank = &s->regs.bank[request->sec_sid];
    SmmuOwn own = {
        .s = s, .sec_sid = request->sec_sid, .sid = request->sid,
        .reason = SMMU_GPC_GERROR, .code = SMMU_GPC_PRIQ,
        .site = CCA_SITE__COUNT,
    };
    SmmuMem mem = smmu_own_mem(&own);
    uint64_t words[PRIQ_WORDS] = { 0 };

    SMMU_WSET(words, PRIQ_SID, request->sid);
    SMMU_WSET(words, PRIQ_R, request->read);
    SMMU_WSET(words, PRIQ_W, request->write);
    SMMU_WSET(words, PRIQ_LAST, request->last);
    if (request->ssv) {
        SMMU_WSET(words, PRIQ_SSV, 1);
        SMMU_WSET(words, PRIQ_SSID, request->ssid);
        SMMU_WSET(words, PRIQ_X, request->execute);
        SMMU_WSET(words, PRIQ_PRIV, request->privileged);
    }
    SMMU_WSET(words, PRIQ_PRGINDEX, request->group);
    SMMU_WSET(words, PRIQ_ADDR, request->addr >> 12);
    for (unsigned i = 0; i < PRIQ_WORDS; i++) {
        words[i] = smmu_le64_to_host(words[i]);
    }
    return mem.write(mem.opaque, smmu_queue_entry_addr(q, q->prod), pas,
                     smmu_bank_gmecid(bank, pas), words,
                     sizeof(words)) == SMMU_MEM_OK;
}

/* CFG2.LO: only the last request of a group asks for an interrupt. */
static void interrupt(SmmuBank *bank, const SmmuQueue *q, bool last)
{
    if (bank->irq_cfg[SMMU_IRQ_PRIQ].cfg2 & SMMU_PRIQ_IRQ_CFG2_LO_MASK ?
        last : smmu_queue_empty(q)) {
        smmu_bank_raise_irq(bank, SMMU_IRQ_PRIQ);
    }
}

bool smmu_page_request(Smmu *s, const SmmuPageRequest *request)
{
    SmmuBank *bank;
    SmmuQueue q;

    s->stats.page_requests++;
    if ((unsigned)request->sec_sid >= CCA_SEC_SID__COUNT) {
        return false;
    }
    if (!smmu_has_pri(&s->regs.feat, request->sec_sid)) {
        respond(s, request, false, CODE_FAILURE);
        return false;
    }
    bank = &s->regs.bank[request->sec_sid];
    if (!smmu_queue_writable(bank, SMMU_PRIQ)) {
        respond(s, request, false, CODE_FAILURE);
        return false;
    }
    q = smmu_bank_queue(bank, SMMU_PRIQ);
    if (smmu_queue_full(&q) && !smmu_queue_overflow_pending(&q)) {
        smmu_bank_set_queue(bank, SMMU_PRIQ, smmu_queue_overflow(&q));
        smmu_bank_raise_irq(bank, SMMU_IRQ_PRIQ);
        q = smmu_bank_queue(bank, SMMU_PRIQ);
    }
    /* An overflow keeps the queue closed until it is acknowledged. */
    if (smmu_queue_overflow_pending(&q)) {
        overflow_response(s, request);
        return false;
    }
    if (!write_entry(s, request, &q)) {
        smmu_bank_raise_gerror(bank, SMMU_GERROR_PRIQ_ABT_ERR_MASK);
        respond(s, request, false, CODE_FAILURE);
        return false;
    }
    smmu_bank_set_queue(bank, SMMU_PRIQ, smmu_queue_advance(&q, q.prod));
    interrupt(bank, &q, request->last);
    return true;
}
