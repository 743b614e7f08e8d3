/*
 * Granule protection of bus masters that no SMMU stands in front of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_BUS_GPC_H
#define CCA_BUS_GPC_H

#include "exec/hwaddr.h"
#include "cca/access.h"

/* Ids of masters that have no Requester ID count up from here. */
enum { CCA_BUS_MASTER_IDS = 0x10000 };

/* What a master has done since QEMU started. */
typedef struct CcaBusMasterInfo {
    const char *name;           /* lives as long as QEMU */
    /*
     * CcaRequester.id: the Requester ID of a function on a PCI root bus,
     * else CCA_BUS_MASTER_IDS and up.
     */
    uint32_t id;
    uint64_t checks;            /* with GPC on: one per page of an access */
    uint64_t faults[CCA_GPCF__COUNT];
    /* The newest fault, if there was one (last.fault). */
    CcaGpcVerdict last;
    bool last_write;
} CcaBusMasterInfo;

/*
 * From now on, devices that ask cca_bus_master_as() get a view that checks.
 * Called by a machine whose PEs have granule protection, before it makes
 * them. Needs the big lock, as do the others.
 */
void cca_bus_gpc_enable(void);

/*
 * What lies behind the check is @memory(dev), for a master that is @dev (or
 * NULL, where a master is known by name only), instead of the memory of the
 * system. For masters that are made from now on.
 */
void cca_bus_gpc_set_memory(AddressSpace *(*memory)(DeviceState *dev));

/* The @i-th master, counted from 0 in the order of creation. False: none. */
bool cca_bus_gpc_master(unsigned i, CcaBusMasterInfo *info);

#endif
