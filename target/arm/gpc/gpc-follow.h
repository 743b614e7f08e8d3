/*
 * Following the granule protection of the PEs.
 *
 * What checks accesses that are not a PE's, under the tables that the PEs
 * use, is a follower: it hears of the registers and of the invalidations that
 * reach it, and drives a Gpc of its own with them. Software programs all PEs
 * alike; the registers that are followed are those of the boot PE.
 *
 * Locks: the functions are called, and call back, with the big QEMU lock
 * held, whichever thread it is: that of a vCPU at a TLBI or MSR, the main
 * thread at a reset, at the load of a snapshot, or for a TLBI that a fault
 * delayed. No other lock is held, so a callback may take its own ones and may
 * call whatever wants the big lock. It must not wait for a vCPU.
 *
 * A TLBI is complete only when all callbacks have returned. An access that a
 * thread checked and made without letting go of the big lock is hence over
 * before the PE goes on. Who checks without the big lock (from an iothread)
 * orders its checks against its callbacks by a lock of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_GPC_FOLLOW_H
#define CCA_GPC_FOLLOW_H

#include "qemu/queue.h"
#include "cca/fault.h"
#include "gpt.h"

typedef struct CcaGpcFollower CcaGpcFollower;

/* The caller's; it stays where it is while it follows. */
struct CcaGpcFollower {
    /*
     * The registers are now @regs; may be called with no change. @forget:
     * they come from a reset or a snapshot, and nothing that is cached is
     * about this memory; otherwise software wrote them, which by itself
     * invalidates nothing.
     */
    void (*set_regs)(CcaGpcFollower *follower, const GptRegs *regs,
                     bool forget);
    /* TLBI PAALLOS by any PE. */
    void (*tlbi_all)(CcaGpcFollower *follower);
    /*
     * TLBI RPAOS, RPALOS (@last_level) by any PE, for the @size bytes from
     * @base: see gpc_tlbi_pa().
     */
    void (*tlbi_pa)(CcaGpcFollower *follower, uint64_t base, uint64_t size,
                    bool last_level);

    /* cca_gpc_follow() fills these in, for gpc_init(): */
    GptImpl impl;               /* of the boot PE */
    const GptBus *bus;          /* memory, as its walker reads it */
    bool strict_tlb;            /* the machine's option */
    CcaFaults *faults;          /* of the machine */

    QLIST_ENTRY(CcaGpcFollower) next;       /* private */
};

/*
 * Follow from now on. The CPUs must exist. False, and nothing is followed, if
 * they have no granule protection (rme=off, other machines). The registers
 * are not announced yet: make the Gpc, then call cca_gpc_follow_now().
 */
bool cca_gpc_follow(CcaGpcFollower *follower);

/* Call @follower's set_regs() with the registers as they are, and @forget. */
void cca_gpc_follow_now(CcaGpcFollower *follower);

/* No more. For those whose cca_gpc_follow() returned true. */
void cca_gpc_unfollow(CcaGpcFollower *follower);

#endif
