/*
 * How transactions that fail end, and what the Event queue hears of it
 * (sections 3.12, 7.2, 7.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "smmu-internal.h"

bool smmu_consult(Smmu *s, CcaFaultSite site, CcaSecSid sec_sid, uint32_t sid,
                  CcaFaultPassage passage, CcaFaultEffect *effect)
{
    if (!cca_fault_armed(s->config.faults, site)) {
        return false;
    }
    passage.access.pas = smmu_pas_of_sec_sid(sec_sid);
    passage.access.requester = (CcaRequester) {
        .kind = CCA_REQUESTER_DEVICE, .id = sid,
        .state = smmu_pas_of_sec_sid(sec_sid),
    };
    return cca_fault_consult(s->config.faults, site, &passage, effect);
}

void smmu_req_walk_fault(SmmuReq *r, const SmmuWalkFault *fault)
{
    smmu_req_fault(r, fault->event);
    if (r->watch) {
        r->watch->fault = *fault;
    }
    r->event.s2 = fault->s2;
    r->event.class_ = fault->class_;
    r->event.gpcf = fault->gpf;
    r->event.tt_write = fault->tt_write;
    r->event.ipa = fault->ipa;
    r->event.nsipa = fault->nsipa;
    r->event.fetch_addr = fault->fetch_addr;
    r->translation_fault = fault->event != SMMU_F_WALK_EABT;
}

bool smmu_queue_writable(const SmmuBank *bank, SmmuQueueId id)
{
    uint32_t error = id == SMMU_EVENTQ ? SMMU_GERROR_EVENTQ_ABT_ERR_MASK :
                                         SMMU_GERROR_PRIQ_ABT_ERR_MASK;

    return smmu_bank_queue_on(bank, id) &&
           !(smmu_bank_active_gerror(bank) & error);
}

/* Fault site smmu.eventq. True: the record is gone. */
static bool tamper(Smmu *s, SmmuBank *bank, const SmmuEvent *event,
                   const SmmuQueue *q, const uint8_t record[EVT_BYTES])
{
    CcaFaultPassage passage = {
        .access.addr = smmu_queue_entry_addr(q, q->prod),
        .size = EVT_BYTES,
        .entry_addr = smmu_queue_entry_addr(q, q->prod),
        .failed = smmu_queue_full(q),
    };
    CcaFaultEffect effect;

    memcpy(&passage.value, record, sizeof(passage.value));
    passage.value = smmu_le64_to_host(passage.value);
    if (!smmu_consult(s, CCA_SITE_SMMU_EVENTQ, event->sec_sid,
                      event->stream_id, passage, &effect)) {
        return false;
    }
    if (effect.action == CCA_ACT_OVERFLOW) {
        smmu_bank_set_queue(bank, SMMU_EVENTQ, smmu_queue_overflow(q));
    }
    return true;
}

static bool write_record(Smmu *s, const SmmuEvent *event)
{
    SmmuBank *bank = &s->regs.bank[event->sec_sid];
    SmmuQueue q = smmu_bank_queue(bank, SMMU_EVENTQ);
    CcaPas pas = smmu_pas_of_sec_sid(event->sec_sid);
    SmmuOwn own = {
        .s = s, .sec_sid = event->sec_sid, .sid = event->stream_id,
        .reason = SMMU_GPC_GERROR, .code = SMMU_GPC_EVENTQ,
        .site = CCA_SITE__COUNT,
    };
    SmmuMem mem = smmu_own_mem(&own);
    uint8_t record[EVT_BYTES];

    if (!smmu_queue_writable(bank, SMMU_EVENTQ) ||
        !smmu_event_encode(event, s->regs.feat.oas, record) ||
        tamper(s, bank, event, &q, record)) {
        return false;
    }
    if (smmu_queue_full(&q)) {
        if (!event->stall) {
            smmu_bank_set_queue(bank, SMMU_EVENTQ, smmu_queue_overflow(&q));
        }
        return false;
    }
    if (mem.write(mem.opaque, smmu_queue_entry_addr(&q, q.prod), pas,
                  smmu_bank_gmecid(bank, pas), record,
                  sizeof(record)) != SMMU_MEM_OK) {
        smmu_bank_raise_gerror(bank, SMMU_GERROR_EVENTQ_ABT_ERR_MASK);
        return false;
    }
    smmu_bank_set_queue(bank, SMMU_EVENTQ, smmu_queue_advance(&q, q.prod));
    if (smmu_queue_empty(&q)) {
        smmu_bank_raise_irq(bank, SMMU_IRQ_EVENTQ);
    }
    return true;
}

bool smmu_record(Smmu *s, const SmmuEvent *event)
{
    bool recorded = write_record(s, event);

    *(recorded ? &s->stats.events : &s->stats.events_lost) += 1;
    if (s->bus.on_event) {
        s->bus.on_event(s->bus.opaque, event, recorded);
    }
    return recorded;
}

void smmu_record_config(SmmuReq *r)
{
    uint32_t cr2 = r->bank->cr2;

    if ((cr2 & SMMU_CR2_REC_CFG_ATS_MASK) &&
        (r->event.id != SMMU_C_BAD_STREAMID ||
         (cr2 & SMMU_CR2_RECINVSID_MASK))) {
        smmu_record(r->s, &r->event);
    }
}

/* r->event is to be recorded. False: that could not be done. */
static bool record(SmmuReq *r)
{
    if (r->watch) {
        r->watch->reported = true;
        return true;
    }
    return smmu_record(r->s, &r->event);
}

/* Stall, if there is a place for that. */
static bool stall(SmmuReq *r)
{
    SmmuStallSlot *slot = !r->txn->stallable ? NULL :
                          r->watch ? smmu_stall_room(r->s) :
                                     smmu_stall_add(r->s, r->txn);
    bool recorded;

    if (!slot) {
        return false;
    }
    r->event.stall = true;
    r->event.stag = slot - r->s->stall;
    recorded = record(r);
    if (!r->watch) {
        slot->unrecorded = !recorded;
    }
    return true;
}

SmmuOutcome smmu_req_end(SmmuReq *r)
{
    bool s2;

    if (r->event.id == SMMU_EVT_NONE) {
        return SMMU_ABORT;      /* there is nothing else in the event */
    }
    s2 = r->event.s2;
    if (!r->translation_fault) {
        record(r);
        return SMMU_ABORT;
    }
    if (s2 ? r->ste->s2s : r->cd->s) {
        if (stall(r)) {
            return SMMU_STALL;
        }
        /* A client that cannot wait: as with the Terminate model. */
        record(r);
        return SMMU_ABORT;
    }
    if (s2 ? r->ste->s2r : r->cd->r) {
        record(r);
    }
    return s2 || r->cd->a ? SMMU_ABORT : SMMU_RAZ_WI;
}
