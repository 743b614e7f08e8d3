/*
 * qtests of machine cca-fvp, some with an agent that PEs run at EL3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_FVP_H
#define CCA_QTEST_FVP_H

#include "guest.h"

#define FVP_PWRC        0x1c100000u
#define FVP_CCI         0x2a000000u
#define FVP_TZC         0x2a4a0000u
#define FVP_GICD        0x2f000000u
#define FVP_GICR        0x2f100000u
#define FVP_DRAM        0x80000000u

/* The affinity fields of PE @pe, without MT itself. */
uint32_t fvp_affinity(unsigned pe, bool mt);

/*
 * Start cca-fvp under TCG with @args; PEs run the agent from their reset
 * vector, in Root with the MMU off. Wait until PE 0 is up, or with @paused,
 * do not let it run.
 */
QTestState *fvp_start(const char *args);
QTestState *fvp_start_paused(const char *args);

/* How often PE @pe came out of reset; until it has @times. */
unsigned fvp_boots(QTestState *s, unsigned pe);
void fvp_wait_for_boots(QTestState *s, unsigned pe, unsigned times);

/* What an access by PE @pe gave: @esr is 0 if it took no exception. */
typedef struct FvpAnswer {
    uint32_t value, esr;
} FvpAnswer;

/* An aligned word at @pa, by PE @pe, which must be running. */
FvpAnswer fvp_load(QTestState *s, unsigned pe, uint64_t pa);
FvpAnswer fvp_store(QTestState *s, unsigned pe, uint64_t pa, uint32_t value);

/* The same by PE 0, without an exception. */
uint32_t fvp_read(QTestState *s, uint64_t pa);
void fvp_write(QTestState *s, uint64_t pa, uint32_t value);

/* Have PE @pe execute WFI, sooner or later. */
void fvp_wfi(QTestState *s, unsigned pe);

/* Migrate through a file; returns the new one, running, and ends @s. */
QTestState *fvp_migrate(QTestState *s, QTestState *to);

#endif
