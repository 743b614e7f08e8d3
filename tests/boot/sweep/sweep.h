/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The sweep's places, and what sweep.py and it tell each other. All numbers
 * are 64 bits, little-endian.
 */
#ifndef SWEEP_H
#define SWEEP_H

/* In the ROM of cca-fvp: nothing that the sweep does can change it. */
#define SWEEP_IMAGE     0x03f00000
#define SWEEP_ORDERS    0x03f40000
/* The end of trusted SRAM: tables and stack. No access of the sweep's. */
#define SWEEP_RAM       0x04070000
#define SWEEP_RAM_SIZE  0x10000
/* The end of Non-secure SRAM: the report. No access of the sweep's. */
#define SWEEP_REPORT    0x2e00e000
#define SWEEP_REPORT_SIZE 0x2000

#define SWEEP_MAGIC     0x70656577732d6676

/* States of the report. */
#define SWEEP_RUNS      1
#define SWEEP_DONE      2
#define SWEEP_BROKEN    3

#ifndef __ASSEMBLER__
#include <stdint.h>

/*
 * At SWEEP_ORDERS. Behind it, in this order: the @loads, the @stores, the
 * @parts, the @holes.
 */
struct sweep_orders {
    uint64_t magic, seed;
    uint64_t loads, stores, parts, holes;       /* how many */
};

/* A word to be loaded, Non-secure; its value is part of the report. */
struct sweep_load {
    uint64_t address;
};

/* A word to be stored, Non-secure. */
struct sweep_store {
    uint64_t address, value;
};

/*
 * Each @step-th page from @first to @last, and the last one: @visits in each
 * PAS, or a single one in any.
 */
struct sweep_part {
    uint64_t first, last;               /* of 4 KiB pages */
    uint64_t step;                      /* pages */
    uint64_t visits;                    /* accesses per page */
};

/* Bytes that are left alone. */
struct sweep_hole {
    uint64_t first, last;
    uint64_t reads;                     /* 1: reads are left out, too */
};

/* At SWEEP_REPORT. */
struct sweep_report {
    uint64_t state;
    uint64_t pages, accesses, faults;   /* a fault: an access that aborted */
    uint64_t walks;                     /* of tables in places of all kinds */
    uint64_t heartbeat;                 /* goes up when all is done */
    uint64_t esr, elr, far;             /* of what the sweep did not expect */
    uint64_t unused[7];
    uint32_t loaded[];
};
#endif

#endif
