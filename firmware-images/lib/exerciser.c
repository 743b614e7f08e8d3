/*
 * A driver for cca-exerciser.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>

#include "exerciser.h"
#include "sysreg.h"

/* Configuration space (PCIe 6.0, chapter 7) */
#define PCI_ID              0x00
#define PCI_COMMAND         0x04
#define COMMAND_MEMORY      (1u << 1)
#define COMMAND_MASTER      (1u << 2)
#define PCI_BAR(n)          (0x10 + 4 * (n))
#define PCI_EXTENDED        0x100

enum { FUNCTIONS = 256, BARS = 6 };

struct pci_host pci_host = {
    .ecam = 0x3f000000,
    .window = 0x10000000,
    .window_end = 0x3eff0000,
};

static uint32_t load32(uint64_t addr)
{
    return *(volatile uint32_t *)addr;
}

static void store32(uint64_t addr, uint32_t value)
{
    *(volatile uint32_t *)addr = value;
}

/* Size BAR @n, with the one after it if it is 64-bit; give it an address. */
static uint64_t place_bar(uint64_t config, unsigned n, uint64_t *size)
{
    uint32_t low;
    uint64_t addr;
    bool wide;

    store32(config + PCI_BAR(n), UINT32_MAX);
    low = load32(config + PCI_BAR(n));
    wide = (low & 6) == 4;
    *size = -(low & ~0xfu) & UINT32_MAX;
    addr = (pci_host.window + *size - 1) & -*size;
    if (addr + *size > pci_host.window_end) {
        return 0;
    }
    store32(config + PCI_BAR(n), addr);
    if (wide) {
        store32(config + PCI_BAR(n + 1), 0);
    }
    pci_host.window = addr + *size;
    return addr;
}

bool exerciser_find(struct exerciser *ex, unsigned index)
{
    uint64_t size;

    for (unsigned devfn = 0; devfn < FUNCTIONS; devfn++) {
        uint64_t config = pci_host.ecam + (uint64_t)devfn * 4096;

        if (load32(config + PCI_ID) !=
            (EXERCISER_VENDOR_ID | (uint32_t)EXERCISER_DEVICE_ID << 16) ||
            index--) {
            continue;
        }
        ex->rid = devfn;
        ex->config = config;
        ex->regs = place_bar(config, EXERCISER_BAR_REGS, &size);
        ex->ram = place_bar(config, EXERCISER_BAR_RAM, &ex->ram_size);
        if (!ex->regs || !ex->ram ||
            !place_bar(config, EXERCISER_BAR_MSIX, &size)) {
            return false;
        }
        exerciser_bus_master(ex, true);
        ex->buffer_size = exerciser_load(ex, EXERCISER_BUFFER_SIZE);
        return true;
    }
    return false;
}

unsigned exerciser_capability(const struct exerciser *ex, uint16_t id)
{
    unsigned at = PCI_EXTENDED;

    /* As many as there is room for. */
    for (unsigned n = 0; at && n < 960; n++) {
        uint32_t header = load32(ex->config + at);

        if ((header & 0xffff) == id) {
            return at;
        }
        at = header >> 20 & ~3u;
    }
    return 0;
}

void exerciser_bus_master(const struct exerciser *ex, bool on)
{
    store32(ex->config + PCI_COMMAND,
            COMMAND_MEMORY | (on ? COMMAND_MASTER : 0));
}

uint32_t exerciser_load(const struct exerciser *ex, unsigned reg)
{
    return load32(ex->regs + reg);
}

void exerciser_store(const struct exerciser *ex, unsigned reg, uint32_t value)
{
    store32(ex->regs + reg, value);
}

void exerciser_fill(const struct exerciser *ex, uint32_t offset,
                    const void *data, uint32_t len)
{
    volatile uint8_t *ram = (void *)(ex->ram + offset);

    for (uint32_t i = 0; i < len; i++) {
        ram[i] = ((const uint8_t *)data)[i];
    }
}

void exerciser_fetch(const struct exerciser *ex, uint32_t offset, void *data,
                     uint32_t len)
{
    volatile uint8_t *ram = (void *)(ex->ram + offset);

    for (uint32_t i = 0; i < len; i++) {
        ((uint8_t *)data)[i] = ram[i];
    }
}

unsigned exerciser_dma(const struct exerciser *ex,
                       const struct exerciser_id *id, bool to_memory,
                       uint64_t addr, uint32_t offset, uint32_t len)
{
    static const struct exerciser_id plain;
    uint32_t control = DMACTL1_GO | (to_memory ? DMACTL1_TO_MEMORY : 0);

    id = id ? id : &plain;
    control |= (id->pasid_valid ? DMACTL1_PASID : 0) |
               (id->privileged ? DMACTL1_PRIVILEGED : 0) |
               (id->instruction ? DMACTL1_INSTRUCTION : 0) |
               (id->translated ? DMACTL1_AT_TRANSLATED :
                                 DMACTL1_AT_UNTRANSLATED) << DMACTL1_AT_SHIFT;
    exerciser_store(ex, EXERCISER_SEC_SID_CTL, id->sec_sid);
    exerciser_store(ex, EXERCISER_RID_CTL,
                    id->forge ? RID_CTL_VALID | id->rid : 0);
    exerciser_store(ex, EXERCISER_PASID, id->pasid);
    exerciser_store(ex, EXERCISER_DMA_OFFSET, offset);
    exerciser_store(ex, EXERCISER_DMA_ADDR, addr);
    exerciser_store(ex, EXERCISER_DMA_ADDR + 4, addr >> 32);
    exerciser_store(ex, EXERCISER_DMA_LEN, len);
    /* What memory holds comes before the DMA, and its effect after it. */
    dsb(sy);
    exerciser_store(ex, EXERCISER_DMACTL1, control);
    dsb(sy);
    return (exerciser_load(ex, EXERCISER_DMASTATUS) & DMASTATUS_CAUSE) >>
           DMASTATUS_CAUSE_SHIFT;
}
