/*
 * The DMA exerciser: registers. Any access of 1 to 8 bytes is good: a store
 * changes the bytes that it covers, and triggers come after all of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exerciser.h"
#include "trace.h"

/* What a store set off. */
enum {
    FIRE_MSI = 1, DMA_GO = 2, ATS_REQUEST = 4, ATC_CLEAR = 8, PAGE_REQUEST = 16,
    INTX = 32,
};

static uint32_t info(CcaExerciser *s)
{
    return (cca_dma_port_of(PCI_DEVICE(s)) ? INFO_PORT : 0) |
           (exerciser_ats_enabled(s) ? INFO_ATS : 0) |
           (exerciser_pasid_control(s) & PCI_PASID_CTRL_ENABLE ?
            INFO_PASID : 0) |
           (exerciser_pri_enabled(s) ? INFO_PRI : 0) |
           (s->held ? INFO_HELD : 0);
}

static uint32_t load_word(CcaExerciser *s, hwaddr offset)
{
    switch (offset) {
    case EXERCISER_MSICTL:
        return s->msictl;
    case EXERCISER_INTXCTL:
        return s->intxctl;
    case EXERCISER_DMACTL1:
        return s->dmactl1 | (s->held ? DMACTL1_GO : 0);
    case EXERCISER_DMA_OFFSET:
        return s->dma_offset;
    case EXERCISER_DMA_ADDR:
        return s->dma_addr;
    case EXERCISER_DMA_ADDR + 4:
        return s->dma_addr >> 32;
    case EXERCISER_DMA_LEN:
        return s->dma_len;
    case EXERCISER_DMASTATUS:
        return s->dmastatus;
    case EXERCISER_PASID:
        return s->pasid;
    case EXERCISER_ATSCTL:
        return s->atsctl;
    case EXERCISER_ATS_ADDR:
        return s->ats_addr;
    case EXERCISER_ATS_ADDR + 4:
        return s->ats_addr >> 32;
    case EXERCISER_ATS_SIZE:
        return s->ats_size;
    case EXERCISER_ATS_SIZE + 4:
        return s->ats_size >> 32;
    case EXERCISER_ATS_PERM:
        return s->ats_perm;
    case EXERCISER_RID_CTL:
        return s->rid_ctl;
    case EXERCISER_SEC_SID_CTL:
        return s->sec_sid_ctl;
    case EXERCISER_INFO:
        return info(s);
    case EXERCISER_BUFFER_SIZE:
        return s->buffer_size;
    case EXERCISER_ATCCTL:
        return s->atcctl | atc_count(&s->atc) << ATCCTL_ENTRIES_SHIFT;
    case EXERCISER_ATCINV:
        return s->atcinv;
    case EXERCISER_PRI_ADDR:
        return s->pri_addr;
    case EXERCISER_PRI_ADDR + 4:
        return s->pri_addr >> 32;
    case EXERCISER_PRICTL:
        return s->prictl;
    case EXERCISER_PRIRSP:
        return s->prirsp;
    case EXERCISER_PRICOUNT:
        return s->pri.total |
               (uint32_t)s->pri_responses << PRICOUNT_RESPONSES_SHIFT;
    default:
        return 0;
    }
}

/* The bits of @mask in *@reg become those of @value. */
static void merge(uint32_t *reg, uint32_t value, uint32_t mask)
{
    *reg = (*reg & ~mask) | (value & mask);
}

static void merge64(uint64_t *reg, unsigned shift, uint32_t value,
                    uint32_t mask)
{
    *reg = (*reg & ~((uint64_t)mask << shift)) |
           (uint64_t)(value & mask) << shift;
}

/*
 * Store the bytes of @value that are set in @mask in the word at @offset.
 * Returns what that sets off.
 */
static unsigned store_word(CcaExerciser *s, hwaddr offset, uint32_t value,
                           uint32_t mask)
{
    value &= mask;
    switch (offset) {
    case EXERCISER_MSICTL:
        merge(&s->msictl, value, mask & MSICTL_VECTOR);
        return value & MSICTL_FIRE ? FIRE_MSI : 0;
    case EXERCISER_INTXCTL:
        merge(&s->intxctl, value, mask & INTXCTL_ASSERT);
        return INTX;
    case EXERCISER_DMACTL1:
        merge(&s->dmactl1, value, mask & DMACTL1_WRITABLE);
        return value & DMACTL1_GO ? DMA_GO : 0;
    case EXERCISER_DMA_OFFSET:
        merge(&s->dma_offset, value, mask);
        return 0;
    case EXERCISER_DMA_ADDR:
        merge64(&s->dma_addr, 0, value, mask);
        return 0;
    case EXERCISER_DMA_ADDR + 4:
        merge64(&s->dma_addr, 32, value, mask);
        return 0;
    case EXERCISER_DMA_LEN:
        merge(&s->dma_len, value, mask);
        return 0;
    case EXERCISER_DMASTATUS:
        if ((value & DMASTATUS_CLEAR) && !s->held) {
            s->dmastatus = 0;
        }
        return 0;
    case EXERCISER_PASID:
        merge(&s->pasid, value, mask & EXERCISER_PASID_MASK);
        return 0;
    case EXERCISER_ATSCTL:
        merge(&s->atsctl, value, mask & ATSCTL_WRITABLE);
        return (value & ATSCTL_REQUEST ? ATS_REQUEST : 0) |
               (value & ATSCTL_INVALIDATE ? ATC_CLEAR : 0);
    case EXERCISER_RID_CTL:
        merge(&s->rid_ctl, value, mask & (RID_CTL_VALID | RID_CTL_RID));
        return 0;
    case EXERCISER_SEC_SID_CTL:
        merge(&s->sec_sid_ctl, value, mask & SEC_SID_CTL_SEC_SID);
        return 0;
    case EXERCISER_ATCCTL:
        merge(&s->atcctl, value, mask & ATCCTL_REFUSE);
        return 0;
    case EXERCISER_ATCINV:
        s->atcinv = 0;
        return 0;
    case EXERCISER_PRI_ADDR:
        merge64(&s->pri_addr, 0, value, mask);
        return 0;
    case EXERCISER_PRI_ADDR + 4:
        merge64(&s->pri_addr, 32, value, mask);
        return 0;
    case EXERCISER_PRICTL:
        merge(&s->prictl, value, mask & PRICTL_WRITABLE);
        return value & PRICTL_SEND ? PAGE_REQUEST : 0;
    case EXERCISER_PRIRSP:
        s->prirsp = 0;
        return 0;
    default:
        return 0;
    }
}

static uint64_t regs_read(void *opaque, hwaddr addr, unsigned size)
{
    CcaExerciser *s = opaque;
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++) {
        uint32_t word = load_word(s, (addr + i) & ~(hwaddr)3);

        value |= (uint64_t)(uint8_t)(word >> ((addr + i) % 4 * 8)) << (i * 8);
    }
    trace_cca_exerciser_read(addr, value, size);
    return value;
}

static void regs_write(void *opaque, hwaddr addr, uint64_t value,
                       unsigned size)
{
    CcaExerciser *s = opaque;
    unsigned todo = 0, done = 0;

    trace_cca_exerciser_write(addr, value, size);
    while (done < size) {
        unsigned first = (addr + done) % 4;
        unsigned n = MIN(4 - first, size - done);
        uint32_t mask = (uint32_t)((UINT64_C(1) << (n * 8)) - 1) << first * 8;
        uint32_t word = (uint32_t)(value >> (done * 8)) << first * 8;

        todo |= store_word(s, addr + done - first, word, mask);
        done += n;
    }
    if (todo & INTX) {
        exerciser_update_intx(s);
    }
    if (todo & FIRE_MSI) {
        exerciser_fire_msi(s);
    }
    if (todo & ATC_CLEAR) {
        exerciser_atc_clear(s);
    }
    if (todo & ATS_REQUEST) {
        exerciser_ats_request(s);
    }
    if (todo & PAGE_REQUEST) {
        exerciser_page_request(s);
    }
    if (todo & DMA_GO) {
        exerciser_dma_go(s);
    }
}

const MemoryRegionOps exerciser_regs_ops = {
    .read = regs_read,
    .write = regs_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};
