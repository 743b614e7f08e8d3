/*
 * Memory Encryption Contexts of a PE: what its translations need.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_CPU_MEC_H
#define CCA_CPU_MEC_H

#include "cpu.h"
#include "dram.h"

/* PEs make accesses to DRAM: once, after cca_dram_create(). */
void cca_mec_attach_pes(void);

/* cca_mec_settle() where the granule is under another context. */
void cca_mec_settle_slowly(CPUARMState *env, CPUTLBEntryFull *full);

/*
 * A translation ends at @full->phys_addr, under the context of @full->attrs,
 * and goes into the TLB: bring the granule under that context. May not
 * return, so that the PE makes the access again; or makes each access by
 * this translation go by the operations of the region.
 */
static inline void cca_mec_settle(CPUARMState *env, bool debug,
                                  CPUTLBEntryFull *full)
{
    if (cca_dram && !debug &&
        unlikely(!mec_holds(cca_dram->mec, full->phys_addr,
                            (CcaPas)full->attrs.space, full->attrs.mecid))) {
        cca_mec_settle_slowly(env, full);
    }
}

#endif
