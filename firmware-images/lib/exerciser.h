/*
 * A driver for cca-exerciser, without an operating system: finds it by ECAM
 * on the root bus, maps its BARs, makes it do DMA under any identity.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef LIB_EXERCISER_H
#define LIB_EXERCISER_H

#include <stdbool.h>
#include <stdint.h>

#include "../../hw/pcie-ide/exerciser-regs.h"

/*
 * Addresses of the configuration space of bus 0, and of what is free of the
 * window for 32-bit PCI memory. At first those of cca-virt with
 * highmem-ecam=off, which are within the first GiB.
 */
extern struct pci_host {
    uint64_t ecam, window, window_end;
} pci_host;

struct exerciser {
    uint64_t config;        /* address of its configuration space */
    uint64_t regs, ram;     /* addresses of its BARs */
    uint64_t ram_size;
    uint32_t buffer_size;
    uint16_t rid;
};

/* As whom to make a transaction; all 0: Non-secure, untranslated, itself. */
struct exerciser_id {
    unsigned sec_sid;       /* 0 Non-secure, 1 Secure, 2 Realm */
    bool forge;             /* use @rid */
    uint16_t rid;
    bool pasid_valid;
    uint32_t pasid;         /* 16 bits */
    bool privileged, instruction, translated;
};

/*
 * Find exerciser @index (from 0) on bus 0, put its BARs into the PCI window
 * and enable it. False if there is none.
 */
bool exerciser_find(struct exerciser *ex, unsigned index);

/* Offset of an extended capability; 0 if there is none. */
unsigned exerciser_capability(const struct exerciser *ex, uint16_t id);

/* Bus Master Enable */
void exerciser_bus_master(const struct exerciser *ex, bool on);

uint32_t exerciser_load(const struct exerciser *ex, unsigned reg);
void exerciser_store(const struct exerciser *ex, unsigned reg, uint32_t value);

/* The buffer, bytes */
void exerciser_fill(const struct exerciser *ex, uint32_t offset,
                    const void *data, uint32_t len);
void exerciser_fetch(const struct exerciser *ex, uint32_t offset, void *data,
                     uint32_t len);

/*
 * One DMA between @addr and the buffer at @offset, as @id (NULL: all 0).
 * Returns EXERCISER_CAUSE_*.
 */
unsigned exerciser_dma(const struct exerciser *ex,
                       const struct exerciser_id *id, bool to_memory,
                       uint64_t addr, uint32_t offset, uint32_t len);

#endif
