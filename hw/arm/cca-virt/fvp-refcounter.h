/*
 * The system counter, seen through memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_REFCOUNTER_H
#define CCA_REFCOUNTER_H

#include "qemu/notify.h"
#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * Regions, each of 64 KiB: 0 is CNTControlBase, 1 is CNTReadBase. Properties:
 * frequency in Hz, by default 100 MHz; the machine gives the PEs the same.
 * non-arch-start-at-default: it counts from reset, by default on.
 */
#define TYPE_CCA_REFCOUNTER "cca-refcounter"
OBJECT_DECLARE_SIMPLE_TYPE(CcaRefcounter, CCA_REFCOUNTER)

/* The count. */
uint64_t cca_refcounter_count(const CcaRefcounter *s);

/*
 * When the counter will have gone on by @ticks, in ns of the virtual clock;
 * INT64_MAX if it stands or if that is too far away.
 */
int64_t cca_refcounter_after(const CcaRefcounter *s, uint64_t ticks);

/* Call @notifier when software starts, stops or sets the counter. */
void cca_refcounter_observe(CcaRefcounter *s, Notifier *notifier);

#endif
