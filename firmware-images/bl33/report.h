/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BL33's report: one line per step, and the closing line.
 */
#ifndef BL33_REPORT_H
#define BL33_REPORT_H

#include <stdbool.h>

/*
 * Ends the step called name (a format): "ok" when problem is NULL, otherwise
 * "FAILED: problem". Returns whether the step passed.
 */
bool report(const char *problem, const char *name, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * "WHAT: got 0xGOT, expected 0xEXPECTED"; lives until the next call on the
 * same PE.
 */
const char *mismatch(const char *what, unsigned long got,
                     unsigned long expected);

/* Prints the closing line. */
void report_end(void);

#endif
