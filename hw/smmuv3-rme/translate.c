/*
 * What becomes of a transaction (section 15).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-internal.h"

enum {
    MAIR_WRITE_BACK = 0xff,     /* PCIe traffic is cacheable and shareable */
    SH_INNER = 3,
};

CcaPas smmu_bypass_pas(CcaSecSid sec_sid, bool ns, unsigned nscfg)
{
    if (sec_sid == CCA_SEC_SID_NS) {
        return CCA_PAS_NS;
    }
    if (nscfg == STE_NSCFG_NS || (nscfg != STE_NSCFG_SECURE && ns)) {
        return CCA_PAS_NS;
    }
    return smmu_pas_of_sec_sid(sec_sid);
}

/* May a fetch of instructions go there without translation? */
static bool fetch_allowed(const SmmuReq *r, CcaPas pas)
{
    if (!r->access.instruction || pas != CCA_PAS_NS) {
        return true;
    }
    switch (r->txn->sec_sid) {
    case CCA_SEC_SID_SECURE:
        return !(r->bank->cr0 & SMMU_S_CR0_SIF_MASK);
    case CCA_SEC_SID_REALM:
        return false;
    default:
        return true;
    }
}

/* @mecid counts in the Realm PAS. */
static void set_output(SmmuOutput *out, uint64_t pa, CcaPas pas,
                       uint16_t mecid)
{
    *out = (SmmuOutput) {
        .pa = pa, .pas = pas,
        .mecid = pas == CCA_PAS_REALM ? mecid : 0,
        .shift = SMMU_TLB_MAX_SHIFT,
        .mair = MAIR_WRITE_BACK, .sh = SH_INNER,
    };
}

/* The last step: granule protection of the output. */
static SmmuOutcome deliver(SmmuReq *r, SmmuOutput *out)
{
    const Gpc *gpc = &r->s->gpc;

    r->own.reason = SMMU_GPC_TRANSACTION;
    r->own.code = 0;
    if (!smmu_gpc_passes(&r->own, out->pa, out->pas, out->mecid)) {
        return SMMU_ABORT;
    }
    /* The answer is one granule's. */
    if (gpc->cfg.enabled && out->shift > SMMU_TLB_MIN_SHIFT) {
        out->shift = SMMU_TLB_MIN_SHIFT;
    }
    return SMMU_PASS;
}

static SmmuOutcome disabled(SmmuReq *r, SmmuOutput *out)
{
    const SmmuFeatures *f = &r->s->regs.feat;
    uint32_t gbpa = r->bank->gbpa;
    CcaPas pas;

    if ((gbpa & SMMU_GBPA_ABORT_MASK) || r->txn->addr >> f->oas) {
        return SMMU_ABORT;
    }
    r->access = smmu_override(r->access, SMMU_GET(gbpa, SMMU_GBPA_PRIVCFG),
                              SMMU_GET(gbpa, SMMU_GBPA_INSTCFG));
    pas = smmu_bypass_pas(r->txn->sec_sid, r->txn->ns,
                          SMMU_GET(gbpa, SMMU_S_GBPA_NSCFG));
    if (!fetch_allowed(r, pas)) {
        return SMMU_ABORT;
    }
    set_output(out, r->txn->addr, pas, 0);
    return deliver(r, out);
}

/* Config == 0b100, or stage 1 only and skipped. */
static bool bypass(SmmuReq *r, SmmuOutput *out)
{
    CcaPas pas = smmu_bypass_pas(r->txn->sec_sid, r->txn->ns, r->ste->nscfg);

    if (r->txn->addr >> r->s->regs.feat.oas) {
        smmu_req_fault(r, SMMU_F_ADDR_SIZE);
        r->event.class_ = SMMU_CLASS_IN;
        return false;
    }
    if (!fetch_allowed(r, pas)) {
        smmu_req_fault(r, SMMU_F_PERMISSION);
        r->event.class_ = SMMU_CLASS_IN;
        return false;
    }
    set_output(out, r->txn->addr, pas, r->ste->mecid);
    return true;
}

static bool through_stages(SmmuReq *r, uint64_t addr, SmmuOutput *out)
{
    SmmuTlbEntry e;

    if (!smmu_translate_stages(r, addr, &e)) {
        return false;
    }
    *out = (SmmuOutput) {
        .pa = e.pa, .pas = e.pas, .mecid = e.mecid, .shift = e.shift,
        .mair = e.attrs & 0xff, .sh = e.attrs >> 8 & 3,
    };
    return true;
}

/*
 * Sections 3.9.1.3 and 3.24: an ATS Translated transaction. False: r->event,
 * or none.
 */
static bool translated(SmmuReq *r, SmmuOutput *out)
{
    const SmmuFeatures *f = &r->s->regs.feat;
    bool atschk = r->bank->cr0 & SMMU_CR0_ATSCHK_MASK;
    uint64_t addr = r->txn->addr;
    bool too_big = addr >> f->oas;
    unsigned eats;
    CcaPas pas;

    if (!atschk) {
        if (too_big) {
            return false;
        }
        set_output(out, addr, smmu_pas_of_sec_sid(r->txn->sec_sid), 0);
        return true;
    }
    if (!smmu_find_ste(r)) {
        if (!(r->bank->cr2 & SMMU_CR2_REC_CFG_ATS_MASK)) {
            r->event.id = SMMU_EVT_NONE;
        }
        return false;
    }
    if (r->ste->abort) {
        return false;
    }
    eats = smmu_ste_eats(r->ste, atschk);
    if (eats == STE_EATS_SPLIT) {
        return through_stages(r, addr, out);
    }
    if (too_big) {
        return false;       /* section 3.9.1.1 */
    }
    pas = smmu_bypass_pas(r->txn->sec_sid, r->txn->ns, r->ste->nscfg);
    if (eats == STE_EATS_OFF ||
        (eats == STE_EATS_DPT && !smmu_dpt_check(r, addr, &pas))) {
        smmu_req_fault(r, SMMU_F_TRANSL_FORBIDDEN);
        return false;
    }
    if (r->txn->sec_sid == CCA_SEC_SID_REALM && pas == CCA_PAS_NS &&
        r->access.instruction) {
        smmu_req_fault(r, SMMU_F_TRANSL_FORBIDDEN);
        return false;
    }
    set_output(out, addr, pas, r->ste->mecid);
    return true;
}

static SmmuOutcome run_translated(SmmuReq *r, SmmuOutput *out)
{
    /* Without PASIDTT a PASID does not count (section 3.9.1.3). */
    SmmuTxn plain = *r->txn;

    plain.ssv = false;
    plain.ssid = 0;
    plain.access.privileged = plain.access.instruction = false;
    r->txn = &plain;
    r->access = plain.access;
    if (!smmu_bank_enabled(r->bank, SMMU_CR0_SMMUEN_MASK) ||
        plain.sec_sid == CCA_SEC_SID_SECURE) {
        smmu_req_fault(r, SMMU_F_TRANSL_FORBIDDEN);
        return smmu_req_end(r);
    }
    return translated(r, out) ? deliver(r, out) : smmu_req_end(r);
}

/* False: it has come to its end with *@outcome. */
static bool configure(SmmuReq *r, SmmuOutcome *outcome)
{
    if (smmu_find_recent(r)) {
        return true;
    }
    *outcome = SMMU_ABORT;
    if (!smmu_find_ste(r)) {
        if (r->event.id == SMMU_C_BAD_STREAMID &&
            !(r->bank->cr2 & SMMU_CR2_RECINVSID_MASK)) {
            r->event.id = SMMU_EVT_NONE;
        }
        *outcome = smmu_req_end(r);
        return false;
    }
    if (r->ste->abort) {
        return false;
    }
    if (!smmu_find_cd(r)) {
        *outcome = smmu_req_end(r);
        return false;
    }
    smmu_keep_recent(r);
    return true;
}

SmmuOutcome smmu_req_run(SmmuReq *r, SmmuOutput *out)
{
    SmmuOutcome outcome;
    bool ok;

    if (r->txn->translated) {
        return run_translated(r, out);
    }
    if (!smmu_bank_enabled(r->bank, SMMU_CR0_SMMUEN_MASK)) {
        return disabled(r, out);
    }
    if (!configure(r, &outcome)) {
        return outcome;
    }
    ok = r->s1 || r->ste->s2 ? through_stages(r, r->txn->addr, out) :
                               bypass(r, out);
    return ok ? deliver(r, out) : smmu_req_end(r);
}

SmmuOutcome smmu_transact(Smmu *s, const SmmuTxn *txn, SmmuOutput *out)
{
    SmmuOutcome outcome;
    SmmuReq r;

    if (s->late_count) {
        smmu_late_tlbis(s);
    }
    if ((unsigned)txn->sec_sid >= CCA_SEC_SID__COUNT ||
        !smmu_has_interface(&s->regs.feat, txn->sec_sid)) {
        outcome = SMMU_ABORT;
    } else if (!s->stalled || !smmu_stall_lookup(s, txn, &outcome)) {
        smmu_req_init(&r, s, txn);
        outcome = smmu_req_run(&r, out);
    }
    s->stats.transactions[outcome]++;
    return outcome;
}
