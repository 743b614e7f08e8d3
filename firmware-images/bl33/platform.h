/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What BL33 has to know of a machine before, and beside, its device tree.
 */
#ifndef BL33_PLATFORM_H
#define BL33_PLATFORM_H

#include <stdint.h>

typedef struct Platform {
    const char *name;
    /* Where TF-A loads BL33, which tells one machine from the other. */
    uint64_t image;
    uint64_t uart;
    /* The device tree; 0: TF-A passes its address in x1 or x0. */
    uint64_t device_tree;
    /* An address of the realm payload's. */
    uint64_t realm_payload;
    /* As many GiB from 0 hold devices. */
    unsigned int device_gib;
    /* Where DMA can be tested; all 0 elsewhere. */
    uint64_t smmu;
    uint64_t pci_ecam, pci_window, pci_window_end;
} Platform;

/* The machine on which an image at this address runs; never NULL. */
const Platform *platform_find(uint64_t image);

/* The platform that platform_find() found last. */
extern const Platform *platform;

#endif
