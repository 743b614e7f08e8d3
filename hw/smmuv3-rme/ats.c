/*
 * PCIe ATS Translation Requests (sections 3.9.1, 13.6, 13.7).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-internal.h"

enum { STU_SHIFT = 12 };        /* size of a completion that grants nothing */

static void deny(SmmuAtsCompletion *out, SmmuAtsStatus status)
{
    out->status = status;
}

static void bad_request(SmmuReq *r, SmmuAtsCompletion *out)
{
    const SmmuTxn *txn = r->txn;

    smmu_req_fault(r, SMMU_F_BAD_ATS_TREQ);
    r->event.access = txn->access;
    r->event.ats_read = true;
    r->event.span = 1;
    smmu_record(r->s, &r->event);
    deny(out, SMMU_ATS_UR);
}

/* A fault that an ordinary transaction would have had (table of 3.9.1.2). */
static void failed(SmmuReq *r, SmmuAtsCompletion *out)
{
    switch (r->event.id) {
    case SMMU_F_TRANSLATION:
    case SMMU_F_ADDR_SIZE:
    case SMMU_F_ACCESS:
    case SMMU_F_PERMISSION:
        return;         /* Success, without any permission */
    default:
        break;
    }
    smmu_record_config(r);
    deny(out, SMMU_ATS_CA);
}

/* Section 13.7.1: what of the page's permissions is granted. */
static void grant(const SmmuReq *r, uint8_t perms, SmmuAtsCompletion *out)
{
    bool priv = r->access.privileged;
    bool read = perms & (priv ? SMMU_PERM_PR : SMMU_PERM_UR);
    bool write = perms & (priv ? SMMU_PERM_PW : SMMU_PERM_UW);
    bool exec = perms & (priv ? SMMU_PERM_PX : SMMU_PERM_UX);
    bool wants_x = r->txn->ssv && r->txn->access.instruction;

    out->w = write;
    switch (r->ste->instcfg) {
    case STE_INSTCFG_INST:
        out->r = exec;
        out->x = wants_x && exec;
        break;
    case STE_INSTCFG_DATA:
        out->r = read;
        out->x = wants_x && read;
        break;
    default:
        out->r = read;
        out->x = wants_x && read && exec;
        break;
    }
}

/*
 * The translation, and what may be done there: first as a write if that is
 * asked for, so that flags are updated; then as what is left.
 */
static bool translate(SmmuReq *r, SmmuTlbEntry *e)
{
    SmmuAccessType tries[] = {
        { .write = true, .privileged = r->access.privileged },
        { .privileged = r->access.privileged },
        { .instruction = true, .privileged = r->access.privileged },
    };

    for (unsigned i = r->txn->access.write ? 0 : 1; i < 3; i++) {
        r->access = tries[i];
        if (smmu_translate_stages(r, r->txn->addr, e)) {
            return true;
        }
        if (r->event.id != SMMU_F_PERMISSION) {
            return false;
        }
    }
    return false;
}

static bool output_passes(SmmuReq *r, uint64_t pa, CcaPas pas, uint16_t mecid)
{
    r->own.reason = SMMU_GPC_TRANSACTION;
    r->own.code = 0;
    return smmu_gpc_passes(&r->own, pa, pas, mecid);
}

static void answer(SmmuReq *r, const SmmuTlbEntry *e, SmmuAtsCompletion *out)
{
    bool split = smmu_ste_eats(r->ste, true) == STE_EATS_SPLIT;
    uint64_t addr = e->pa;

    grant(r, e->perms, out);
    if (!out->r && !out->w) {
        return;
    }
    if (!output_passes(r, e->pa, e->pas, e->mecid)) {
        out->r = out->w = out->x = false;
        deny(out, SMMU_ATS_CA);
        return;
    }
    if (split) {
        /* The completion holds the IPA (section 13.6.3). */
        addr = r->s1 ? e->ipa | (e->pa & ((1ull << e->ipa_shift) - 1)) :
                       r->txn->addr;
    }
    out->shift = r->s->gpc.cfg.enabled || e->shift < STU_SHIFT ? STU_SHIFT :
                 e->shift;
    out->addr = addr & ~((1ull << out->shift) - 1);
}

/* Section 13.6.4: a stream whose stage 1 is skipped, with no stage 2. */
static void identity(SmmuReq *r, SmmuAtsCompletion *out)
{
    CcaPas pas = smmu_bypass_pas(r->txn->sec_sid, r->txn->ns, r->ste->nscfg);
    uint64_t addr = r->txn->addr;

    if (addr >> r->s->regs.feat.oas) {
        return;         /* F_ADDR_SIZE: no permission */
    }
    if (!output_passes(r, addr, pas, 0)) {
        deny(out, SMMU_ATS_CA);
        return;
    }
    out->r = out->w = true;
    out->addr = addr & ~((1ull << STU_SHIFT) - 1);
}

static void request(SmmuReq *r, SmmuAtsCompletion *out)
{
    bool atschk = r->bank->cr0 & SMMU_CR0_ATSCHK_MASK;
    SmmuTlbEntry e;

    if (!smmu_bank_enabled(r->bank, SMMU_CR0_SMMUEN_MASK) ||
        r->txn->sec_sid == CCA_SEC_SID_SECURE) {
        bad_request(r, out);
        return;
    }
    if (!smmu_find_ste(r)) {
        failed(r, out);
        return;
    }
    if (r->ste->abort) {
        deny(out, SMMU_ATS_UR);
        return;
    }
    if (!(r->ste->s1 || r->ste->s2) ||
        smmu_ste_eats(r->ste, atschk) == STE_EATS_OFF) {
        bad_request(r, out);
        return;
    }
    if (!smmu_find_cd(r)) {
        failed(r, out);
        return;
    }
    if (!r->s1 && !r->ste->s2) {
        identity(r, out);
    } else if (translate(r, &e)) {
        answer(r, &e, out);
    } else {
        failed(r, out);
    }
}

void smmu_ats_request(Smmu *s, const SmmuTxn *txn, SmmuAtsCompletion *out)
{
    SmmuTxn copy = *txn;
    SmmuReq r;

    *out = (SmmuAtsCompletion) {
        .shift = STU_SHIFT, .addr = 0,
        .priv = txn->ssv && txn->access.privileged,
    };
    if (!txn->ssv) {
        copy.access.instruction = copy.access.privileged = false;
    }
    s->stats.ats_requests++;
    if (s->late_count) {
        smmu_late_tlbis(s);
    }
    if ((unsigned)txn->sec_sid >= CCA_SEC_SID__COUNT ||
        !smmu_has_interface(&s->regs.feat, txn->sec_sid) ||
        !s->regs.feat.ats) {
        deny(out, SMMU_ATS_UR);
        return;
    }
    smmu_req_init(&r, s, &copy);
    request(&r, out);
}
