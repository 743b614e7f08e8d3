/*
 * The DeviceID of an interrupt that is a write to GITS_TRANSLATER.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_ITS_DEVICE_ID_H
#define CCA_ITS_DEVICE_ID_H

#include "exec/memattrs.h"

/*
 * QEMU's transactions carry 16 bits of it. Masters that are no PCI function
 * have more: bits 23:16 travel as the PASID, which the ITS does not use.
 */
static inline uint32_t cca_its_device_id(MemTxAttrs attrs)
{
    return (uint32_t)attrs.pid << 16 | attrs.requester_id;
}

/* The attributes of @attrs, from the master with DeviceID @id (24 bits). */
static inline MemTxAttrs cca_its_attrs(MemTxAttrs attrs, uint32_t id)
{
    attrs.requester_id = id & 0xffff;
    attrs.pid = id >> 16 & 0xff;
    return attrs;
}

#endif
