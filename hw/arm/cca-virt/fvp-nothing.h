/*
 * Accesses to addresses where nothing stands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_NOTHING_H
#define CCA_FVP_NOTHING_H

#include "exec/memory.h"

/*
 * Report accesses to what nothing in @container covers, once per 4 KiB page
 * and @world (a name for @container, for people); they go on to end in an
 * External abort. A report is a warning on stderr, or a line of the log if
 * -d unimp or -d guest_errors is on. @owner lives as long as @container.
 */
void cca_fvp_log_nothing(MemoryRegion *container, Object *owner,
                         const char *world);

#endif
