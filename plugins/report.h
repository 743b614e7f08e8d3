/*
 * The counts, written down.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_COUNT_REPORT_H
#define CCA_COUNT_REPORT_H

#include <glib.h>

#include "count.h"
#include "names.h"

typedef enum CountFormat {
    COUNT_TABLE,        /* for people */
    COUNT_CSV,
    COUNT_JSON,
} CountFormat;

/* All of @count, which count_update() has brought up to date. */
GString *count_report(const Count *count, const CountNames *names,
                      CountFormat format);

#endif
