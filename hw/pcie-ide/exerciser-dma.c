/*
 * The DMA exerciser: DMA.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bus.h"
#include "exerciser.h"
#include "trace.h"

/* Does the PASID fit what DMACTL1 says of its length, and the capability? */
static bool pasid_fits(const CcaExerciser *s)
{
    unsigned length = 16 + ((s->dmactl1 & DMACTL1_PASID_LEN) >>
                            DMACTL1_PASID_LEN_SHIFT);

    return length <= MAX(s->pasid_bits, 16u) &&
           !(s->pasid >> MIN(s->pasid_bits, length));
}

unsigned exerciser_identity(CcaExerciser *s, bool pasid_valid, CcaDmaAt at,
                            CcaDmaIdentity *id)
{
    PCIDevice *dev = PCI_DEVICE(s);
    uint16_t pasid_control = exerciser_pasid_control(s);
    uint32_t sec_sid = s->sec_sid_ctl & SEC_SID_CTL_SEC_SID;

    if (!(pci_get_word(dev->config + PCI_COMMAND) & PCI_COMMAND_MASTER)) {
        return EXERCISER_CAUSE_BUS_MASTER;
    }
    if (sec_sid >= CCA_SEC_SID__COUNT) {
        return EXERCISER_CAUSE_SEC_SID;
    }
    if (at != CCA_DMA_UNTRANSLATED && !exerciser_ats_enabled(s)) {
        return EXERCISER_CAUSE_ATS;
    }
    *id = (CcaDmaIdentity) {
        .rid = s->rid_ctl & RID_CTL_VALID ? s->rid_ctl & RID_CTL_RID :
                                            pci_requester_id(dev),
        .sec_sid = sec_sid,
        .pasid_valid = pasid_valid,
        .pasid = pasid_valid ? s->pasid : 0,
        .at = at,
    };
    if (pasid_valid && (!(pasid_control & PCI_PASID_CTRL_ENABLE) ||
                        !pasid_fits(s))) {
        return EXERCISER_CAUSE_PASID;
    }
    return EXERCISER_CAUSE_NONE;
}

/*
 * A TLP says privileged and instruction with its PASID, if that was enabled.
 * Without a PASID no PCIe function could say so: masters of other kinds do,
 * and we let software play them.
 */
static unsigned set_modes(CcaExerciser *s, CcaDmaIdentity *id)
{
    uint16_t control = exerciser_pasid_control(s);

    id->privileged = s->dmactl1 & DMACTL1_PRIVILEGED;
    id->instruction = s->dmactl1 & DMACTL1_INSTRUCTION;
    id->no_snoop = s->dmactl1 & DMACTL1_NO_SNOOP;
    id->stallable = s->dmactl1 & DMACTL1_STALLABLE;
    if (id->instruction && (s->dmactl1 & DMACTL1_TO_MEMORY)) {
        return EXERCISER_CAUSE_DIRECTION;
    }
    if (id->pasid_valid &&
        ((id->privileged && !(control & PCI_PASID_CTRL_PRIV)) ||
         (id->instruction && !(control & PCI_PASID_CTRL_EXEC)))) {
        return EXERCISER_CAUSE_PASID;
    }
    return EXERCISER_CAUSE_NONE;
}

/* Turn @addr into a translated address, if an ATC entry allows the access. */
static bool translate_by_atc(CcaExerciser *s, const CcaDmaIdentity *id,
                             uint64_t *addr)
{
    AtcKey key = { id->pasid_valid, id->privileged, id->pasid };
    const AtcEntry *e = atc_find(&s->atc, key, *addr, MAX(s->dma_len, 1));
    uint32_t takes = s->dmactl1 & DMACTL1_TO_MEMORY ? ATC_WRITE :
                     id->instruction ? ATC_EXECUTE : ATC_READ;

    if (!e || !(e->flags & takes)) {
        return false;
    }
    *addr = e->out + (*addr - e->addr);
    return true;
}

static bool needs_port(const CcaDmaIdentity *id)
{
    return id->sec_sid != CCA_SEC_SID_NS || id->pasid_valid ||
           id->privileged || id->instruction || id->at != CCA_DMA_UNTRANSLATED;
}

/* Fill in @s->dma from the registers; EXERCISER_CAUSE_*. */
static unsigned prepare(CcaExerciser *s)
{
    uint32_t at = (s->dmactl1 & DMACTL1_AT) >> DMACTL1_AT_SHIFT;
    bool use_atc = s->dmactl1 & DMACTL1_USE_ATC;
    uint64_t addr = s->dma_addr;
    CcaDmaIdentity id;
    unsigned cause;

    if (s->dma_offset > s->buffer_size ||
        s->dma_len > s->buffer_size - s->dma_offset) {
        return EXERCISER_CAUSE_RANGE;
    }
    if (at == DMACTL1_AT_RESERVED ||
        (at == DMACTL1_AT_TRANSLATED && use_atc)) {
        return EXERCISER_CAUSE_AT;
    }
    cause = exerciser_identity(s, s->dmactl1 & DMACTL1_PASID,
                               at == DMACTL1_AT_TRANSLATED || use_atc ?
                               CCA_DMA_TRANSLATED : CCA_DMA_UNTRANSLATED, &id);
    if (cause == EXERCISER_CAUSE_NONE) {
        cause = set_modes(s, &id);
    }
    if (cause != EXERCISER_CAUSE_NONE) {
        return cause;
    }
    if (use_atc && !translate_by_atc(s, &id, &addr)) {
        return EXERCISER_CAUSE_ATC;
    }
    if (!exerciser_attach(s) && needs_port(&id)) {
        return EXERCISER_CAUSE_NO_PORT;
    }
    s->dma = (ExerciserDma) {
        .addr = addr,
        .offset = s->dma_offset,
        .len = s->dma_len,
        .rid = id.rid,
        .sec_sid = id.sec_sid,
        .at = id.at,
        .pasid = id.pasid,
        .write = s->dmactl1 & DMACTL1_TO_MEMORY,
        .pasid_valid = id.pasid_valid,
        .privileged = id.privileged,
        .instruction = id.instruction,
        .no_snoop = id.no_snoop,
        .stallable = id.stallable,
    };
    return EXERCISER_CAUSE_NONE;
}

/* Make the access of @s->dma. */
static unsigned perform(CcaExerciser *s)
{
    const ExerciserDma *d = &s->dma;
    CcaDmaIdentity id = {
        .rid = d->rid,
        .sec_sid = d->sec_sid,
        .pasid_valid = d->pasid_valid,
        .pasid = d->pasid,
        .privileged = d->privileged,
        .instruction = d->instruction,
        .no_snoop = d->no_snoop,
        .stallable = d->stallable,
        .at = d->at,
    };
    hwaddr mapped = d->len;
    CcaDmaResult result;
    void *buffer;

    if (!d->len) {
        return EXERCISER_CAUSE_NONE;
    }
    buffer = address_space_map(&s->ram_as, d->offset, &mapped, !d->write,
                               MEMTXATTRS_UNSPECIFIED);
    /* The RAM is one piece of memory of our own. */
    assert(buffer && mapped == d->len);
    result = cca_dma_rw(PCI_DEVICE(s), &id, d->addr, buffer, d->len, d->write);
    address_space_unmap(&s->ram_as, buffer, mapped, !d->write, mapped);
    trace_cca_exerciser_dma(id.rid, id.sec_sid, id.pasid_valid ?
                            (int)id.pasid : -1, id.at, d->write, d->addr,
                            d->len, result);
    switch (result) {
    case CCA_DMA_OK:
    case CCA_DMA_RAZ_WI:        /* looks like success from here */
        return EXERCISER_CAUSE_NONE;
    case CCA_DMA_STALLED:
        return EXERCISER_CAUSE_HELD;
    default:
        return EXERCISER_CAUSE_ABORT;
    }
}

static void set_status(CcaExerciser *s, unsigned cause)
{
    uint32_t code = cause == EXERCISER_CAUSE_NONE ? DMASTATUS_OK :
                    cause == EXERCISER_CAUSE_RANGE ? DMASTATUS_RANGE :
                    cause == EXERCISER_CAUSE_HELD ? DMASTATUS_HELD :
                    DMASTATUS_ERROR;

    s->dmastatus = code | cause << DMASTATUS_CAUSE_SHIFT;
    s->held = cause == EXERCISER_CAUSE_HELD;
}

void exerciser_dma_go(CcaExerciser *s)
{
    unsigned cause;

    if (s->busy) {
        return;
    }
    s->busy = true;
    cause = s->held ? EXERCISER_CAUSE_NONE : prepare(s);
    if (cause == EXERCISER_CAUSE_NONE) {
        cause = perform(s);
    } else {
        trace_cca_exerciser_rejected(pci_requester_id(PCI_DEVICE(s)), cause);
    }
    set_status(s, cause);
    s->busy = false;
}

void exerciser_dma_resume(void *opaque)
{
    CcaExerciser *s = opaque;

    if (!s->held || s->busy) {
        return;
    }
    s->busy = true;
    set_status(s, perform(s));
    s->busy = false;
}
