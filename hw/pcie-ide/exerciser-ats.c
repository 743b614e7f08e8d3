/*
 * The DMA exerciser: what it asks the SMMU (ATS, PRI), and what the SMMU
 * tells it (PCIe 6.0, chapter 10).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "exerciser.h"
#include "trace.h"

/* --- ATS ------------------------------------------------------------------ */

static uint32_t permissions(const CcaAtsAnswer *a)
{
    uint32_t perm = (a->read ? ATS_PERM_READ : 0) |
                    (a->write ? ATS_PERM_WRITE : 0) |
                    (a->execute ? ATS_PERM_EXECUTE : 0);

    if (a->privileged) {
        perm <<= ATS_PERM_PRIV_SHIFT;
    }
    return perm | (a->global ? ATS_PERM_GLOBAL : 0) |
           (a->untranslated_only ? ATS_PERM_UNTRANSLATED : 0);
}

/* Keep a translation that may be used. Returns whether it may. */
static bool cache(CcaExerciser *s, const CcaDmaIdentity *id,
                  const CcaAtsAnswer *a)
{
    AtcEntry entry = {
        .addr = s->dma_addr & -a->size,
        .size = a->size,
        .out = a->addr,
        .pasid = id->pasid,
        .flags = ATC_VALID | (id->pasid_valid ? ATC_PASID : 0) |
                 (id->privileged ? ATC_PRIVILEGED : 0) |
                 (a->read ? ATC_READ : 0) | (a->write ? ATC_WRITE : 0) |
                 (a->execute ? ATC_EXECUTE : 0),
    };

    if (!(a->read || a->write) || a->untranslated_only) {
        return false;
    }
    atc_insert(&s->atc, &entry);
    return true;
}

static unsigned request(CcaExerciser *s, CcaDmaIdentity *id, CcaAtsAnswer *a)
{
    bool pasid = (s->atsctl & ATSCTL_PASID) || (s->dmactl1 & DMACTL1_PASID);
    unsigned cause = exerciser_identity(s, pasid, CCA_DMA_TRANSLATION_REQUEST,
                                        id);
    uint16_t control = exerciser_pasid_control(s);

    if (cause != EXERCISER_CAUSE_NONE) {
        return cause;
    }
    id->privileged = s->atsctl & ATSCTL_PRIVILEGED;
    id->instruction = s->atsctl & ATSCTL_EXECUTE;
    if (pasid && ((id->privileged && !(control & PCI_PASID_CTRL_PRIV)) ||
                  (id->instruction && !(control & PCI_PASID_CTRL_EXEC)))) {
        return EXERCISER_CAUSE_PASID;
    }
    if (!exerciser_attach(s)) {
        return EXERCISER_CAUSE_NO_PORT;
    }
    cca_dma_ats_request(PCI_DEVICE(s), id, s->dma_addr,
                        !(s->atsctl & ATSCTL_NO_WRITE), a);
    switch (a->status) {
    case CCA_ATS_SUCCESS:
        return EXERCISER_CAUSE_NONE;
    case CCA_ATS_UNSUPPORTED:
        return EXERCISER_CAUSE_UNSUPPORTED;
    default:
        return EXERCISER_CAUSE_ABORT;
    }
}

void exerciser_ats_request(CcaExerciser *s)
{
    CcaDmaIdentity id = { 0 };
    CcaAtsAnswer a = { 0 };
    unsigned cause;

    s->atsctl &= ATSCTL_WRITABLE;
    s->ats_addr = s->ats_size = s->ats_perm = 0;
    cause = request(s, &id, &a);
    s->atsctl |= cause << ATSCTL_CAUSE_SHIFT;
    if (cause == EXERCISER_CAUSE_NONE) {
        s->atsctl |= ATSCTL_SUCCESS;
        s->ats_addr = a.addr;
        s->ats_size = a.size;
        s->ats_perm = permissions(&a);
        if (cache(s, &id, &a)) {
            s->atsctl |= ATSCTL_CACHEABLE;
        }
    }
    trace_cca_exerciser_ats(id.rid, s->dma_addr, cause, s->ats_addr,
                            s->ats_size, s->ats_perm);
}

void exerciser_atc_clear(CcaExerciser *s)
{
    atc_clear(&s->atc);
    s->atsctl &= ATSCTL_WRITABLE;
    s->ats_addr = s->ats_size = s->ats_perm = 0;
}

static bool invalidate(void *opaque, bool pasid_valid, uint32_t pasid,
                       bool global, uint64_t addr, uint64_t last)
{
    CcaExerciser *s = opaque;
    unsigned dropped;

    s->atcinv++;
    if (!exerciser_ats_enabled(s) || (s->atcctl & ATCCTL_REFUSE)) {
        trace_cca_exerciser_invalidate(addr, last, -1);
        return false;
    }
    dropped = atc_invalidate(&s->atc, pasid_valid, pasid, global, addr, last);
    if (dropped) {
        s->atsctl |= ATSCTL_INVALIDATED;
    }
    trace_cca_exerciser_invalidate(addr, last, dropped);
    return true;
}

/* --- PRI ------------------------------------------------------------------ */

static uint8_t *pri_config(CcaExerciser *s)
{
    return PCI_DEVICE(s)->config + EXERCISER_CAP_PRI;
}

static void pri_status_set(CcaExerciser *s, uint16_t bits)
{
    pci_word_test_and_set_mask(pri_config(s) + PCI_PRI_STATUS, bits);
}

void exerciser_pri_status(CcaExerciser *s)
{
    if (!s->has_pri) {
        return;
    }
    if (!exerciser_pri_enabled(s) && !s->pri.total) {
        pri_status_set(s, PCI_PRI_STATUS_STOPPED);
    } else {
        pci_word_test_and_clear_mask(pri_config(s) + PCI_PRI_STATUS,
                                     PCI_PRI_STATUS_STOPPED);
    }
}

void exerciser_pri_control(CcaExerciser *s, bool was_enabled)
{
    bool enabled = exerciser_pri_enabled(s);
    uint8_t *control = pri_config(s) + PCI_PRI_CTRL;

    if (!s->has_pri) {
        return;
    }
    if (pci_word_test_and_clear_mask(control, PCI_PRI_CTRL_RESET) &&
        !enabled) {
        pri_clear(&s->pri);
    }
    if (enabled && !was_enabled) {
        pci_word_test_and_clear_mask(pri_config(s) + PCI_PRI_STATUS,
                                     PCI_PRI_STATUS_RF |
                                     PCI_PRI_STATUS_UPRGI);
    }
    exerciser_pri_status(s);
}

static bool send_page_request(CcaExerciser *s)
{
    uint32_t c = s->prictl;
    CcaPageRequest request = {
        .addr = s->pri_addr,
        .group = (c & PRICTL_GROUP) >> PRICTL_GROUP_SHIFT,
        .last = c & PRICTL_LAST,
        .read = c & PRICTL_READ,
        .write = c & PRICTL_WRITE,
        .execute = c & PRICTL_EXECUTE,
    };
    CcaDmaIdentity id;

    if (!exerciser_pri_enabled(s) ||
        (pci_get_word(pri_config(s) + PCI_PRI_STATUS) & PCI_PRI_STATUS_RF) ||
        !pri_may_send(&s->pri,
                      pci_get_long(pri_config(s) + PCI_PRI_ALLOC_REQ)) ||
        exerciser_identity(s, c & PRICTL_PASID, CCA_DMA_UNTRANSLATED, &id) !=
        EXERCISER_CAUSE_NONE || !exerciser_attach(s)) {
        return false;
    }
    id.privileged = c & PRICTL_PRIVILEGED;
    id.instruction = request.execute;
    /* The response may come before this returns. */
    pri_sent(&s->pri, request.group);
    if (!cca_dma_page_request(PCI_DEVICE(s), &id, &request)) {
        pri_unsent(&s->pri, request.group);
        return false;
    }
    return true;
}

void exerciser_page_request(CcaExerciser *s)
{
    bool sent = send_page_request(s);

    s->prictl = (s->prictl & PRICTL_WRITABLE) | (sent ? PRICTL_SENT : 0);
    exerciser_pri_status(s);
    trace_cca_exerciser_page_request(s->pri_addr, s->prictl, sent);
}

static void page_response(void *opaque, bool pasid_valid, uint32_t pasid,
                          uint16_t group, CcaPriResponse response)
{
    CcaExerciser *s = opaque;

    trace_cca_exerciser_page_response(group, response);
    s->pri_responses++;
    s->prirsp = PRIRSP_VALID | (pasid_valid ? PRIRSP_PASID : 0) |
                (group & PRIRSP_GROUP) |
                ((response << PRIRSP_CODE_SHIFT) & PRIRSP_CODE);
    if (!s->has_pri) {
        return;
    }
    if (!pri_answered(&s->pri, group)) {
        pri_status_set(s, PCI_PRI_STATUS_UPRGI);
    } else if (response == CCA_PRI_FAILURE) {
        pri_status_set(s, PCI_PRI_STATUS_RF);
    }
    exerciser_pri_status(s);
}

const CcaDmaClientOps exerciser_client_ops = {
    .ats_invalidate = invalidate,
    .page_response = page_response,
    .resume = exerciser_dma_resume,
};
