/*
 * qtests of devices of cca-fvp, most on a machine whose PEs do not run.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_FVP_DEVICE_H
#define CCA_QTEST_FVP_DEVICE_H

#include "fvp.h"
#include "qemu/timer.h"

/* Addresses of devices, and their SPIs. */
enum {
    FVP_SYSREGS = 0x1c010000, FVP_SP810 = 0x1c020000,
    FVP_WATCHDOG = 0x1c0f0000, FVP_WATCHDOG_SPI = 0,
    FVP_CNTCONTROL = 0x2a430000,
    FVP_TRUSTED_WATCHDOG = 0x2a490000, FVP_TRUSTED_WATCHDOG_SPI = 24,
    FVP_CNTREAD = 0x2a800000, FVP_CNTCTL = 0x2a810000,
    FVP_CNTBASE0 = 0x2a820000, FVP_CNTBASE0_SPI = 25,
    FVP_CNTBASE1 = 0x2a830000, FVP_CNTBASE1_SPI = 26,
    FVP_NSRAM = 0x2e000000,
    FVP_TRNG = 0x7fe60000, FVP_NVCOUNTERS = 0x7fe70000, FVP_KEYS = 0x7fe80000,
    FVP_HDLCD = 0x7ff60000, FVP_DMA330 = 0x7ff00000,
};

/*
 * Start the machine without PEs that run, everything within reach of NS
 * accesses (those of qtest), and with @args.
 */
QTestState *fvp_start_open(const char *args);

/* Reset it as a user does, and wait until it is done. */
void fvp_reset(QTestState *s);

/* @ns of virtual time go by; the time since the machine was started. */
void fvp_step(QTestState *s, int64_t ns);
int64_t fvp_now(void);

/* A register: what it is after reset, and after @write was written. */
typedef struct FvpReg {
    const char *name;
    unsigned offset;
    uint32_t reset, write, after;
} FvpReg;

/*
 * Check values, write masks, and that a reset brings the values back. Values
 * are those of a machine that was just reset, and are so at the end.
 */
void fvp_check_registers(QTestState *s, uint64_t base, const FvpReg *regs,
                         size_t count);

/* PrimeCell identification of the 4 KiB at @base. */
void fvp_check_primecell(QTestState *s, uint64_t base, unsigned part,
                         unsigned revision);

#endif
