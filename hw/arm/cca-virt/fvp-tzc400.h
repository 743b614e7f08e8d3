/*
 * Machine "cca-fvp": the TZC-400 in front of DRAM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_TZC400_H
#define CCA_FVP_TZC400_H

#include "exec/memory.h"
#include "hw/sysbus.h"

/*
 * Set the link "downstream" to memory without filter, by physical address;
 * its size is a power of two of 4 GiB at least. "secure-memory" off: nothing
 * is filtered. One MMIO region: the registers, for trusted masters; one line:
 * the interrupt.
 */
#define TYPE_CCA_TZC400 "cca-tzc400"
OBJECT_DECLARE_SIMPLE_TYPE(CcaTzc400State, CCA_TZC400)

/* Non-secure identities of the FVP's masters. */
enum {
    TZC400_NSAID_DEFAULT = 0,
    TZC400_NSAID_PCI = 1,
    TZC400_NSAID_HDLCD = 2,
    TZC400_NSAID_CLCD = 7,
    TZC400_NSAID_VIRTIO = 8,
    TZC400_NSAID_AP = 9,
    TZC400_NSAID_VIRTIO_OLD = 15,
};

/*
 * Memory as the master @nsaid (0..15) sees it; @secure: in its Secure or Root
 * accesses. As large as "downstream", and the same region each time. Needs
 * the big lock, and the device realized.
 */
MemoryRegion *cca_tzc400_view(CcaTzc400State *s, unsigned nsaid, bool secure);

#endif
