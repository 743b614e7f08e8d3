/*
 * Marks on the console between which tests/bench/run takes the time:
 *
 *   BENCH BEGIN
 *   BENCH END <count> <unit> in <ticks> ticks of <frequency> Hz
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_H
#define BENCH_H

#include "console.h"
#include "sysreg.h"

static uint64_t bench_ticks;

static inline void bench_begin(void)
{
    con_puts("BENCH BEGIN\n");
    isb();
    bench_ticks = read_sysreg(cntpct_el0);
}

/* Does not return: tests/bench/run ends the emulator. */
static inline void __attribute__((noreturn))
bench_end(uint64_t count, const char *unit)
{
    isb();
    bench_ticks = read_sysreg(cntpct_el0) - bench_ticks;
    con_printf("BENCH END %lu %s in %lu ticks of %lu Hz\n",
               (unsigned long)count, unit, (unsigned long)bench_ticks,
               (unsigned long)read_sysreg(cntfrq_el0));
    for (;;) {
        wfi();
    }
}

#endif
