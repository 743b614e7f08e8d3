/*
 * The mailbox of the `mailbox` image: how a program on the host has a PE make
 * accesses and keep its Granule Protection Tables, one command at a time.
 *
 * The host fills in the request, then adds 1 to @request. The image executes
 * it, fills in the result and stores the same number in @done. All values
 * are 64-bit little-endian. The mailbox is at MAILBOX_ADDRESS, in memory that
 * every PAS reaches; @magic is there when the image is ready. Where memory is
 * encrypted by PAS, the image uses it as Non-secure memory, as the host does.
 *
 * When the image starts, GPC is on, everything below 4 GiB is GPI Any, and
 * [MAILBOX_TEST_BASE, +MAILBOX_TEST_SIZE) is described by Granules entries
 * of 4 KiB granules. SCR_EL3.GPF and HCR_EL2.GPF follow @flags.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_MAILBOX_H
#define GUEST_MAILBOX_H

#include <stdint.h>

#define MAILBOX_ADDRESS     0x48000000u
#define MAILBOX_MAGIC       0x584f424c49414d43ull
#define MAILBOX_TEST_BASE   0x80000000u
#define MAILBOX_TEST_SIZE   0x20000000u
/* Of the tables: level 0, and the level 1 table of the test memory. */
#define MAILBOX_GPT_L0      0x52000000u
#define MAILBOX_GPT_L1      0x58000000u

enum MailboxCommand {
    /* Does nothing. */
    MAILBOX_NOP,
    /*
     * Access @address as @pas from EL @el of world @world on PE @pe. Result:
     * @took_el and what belongs to it. LOAD: @result is the word; STORE
     * writes @value; LDADD adds @value, @result is the old word; FETCH runs
     * the code there (FILL puts some) at @address + 0x800, @result is 0x5ca1.
     * A result that is no fault has @took_el = 0.
     */
    MAILBOX_LOAD, MAILBOX_STORE, MAILBOX_LDADD, MAILBOX_FETCH,
    /* Fill the page at @address with words @value, and with code. */
    MAILBOX_FILL,
    /* Write GPI @value for the granule at @address. No TLBI. */
    MAILBOX_SET_GPI,
    /* Write @value as the level 1 entry for @address. No TLBI. */
    MAILBOX_SET_ENTRY,
    /* Write @value as the level 0 entry for @address. No TLBI. */
    MAILBOX_SET_L0,
    /* @result: the address of the level 1 entry for @address. */
    MAILBOX_ENTRY_ADDRESS,
    /* TLBI, with DSB and ISB: by PA ones for @size bytes from @address. */
    MAILBOX_PAALL, MAILBOX_PAALLOS, MAILBOX_RPAOS, MAILBOX_RPALOS,
    /* TLBI ALLE3, ALLE2, ALLE1: everything but what is cached of the GPT. */
    MAILBOX_TLBI_VA,
    /* GPC on with GPCCR_EL3 bits @value added; off; both with PAALLOS. */
    MAILBOX_GPC_ON, MAILBOX_GPC_OFF,
    /* Leave the emulator with exit status @value. */
    MAILBOX_EXIT,
    /*
     * Make @value accesses (LOADs) like MAILBOX_LOAD, at @address,
     * @address + @size, ...; @result: how many faulted.
     */
    MAILBOX_SWEEP,
    /*
     * Read or write @size bytes (1, 2, 4, 8) at @address as @pas, as EL3
     * does it on PE @pe: device registers. What was read is @result.
     */
    MAILBOX_READ, MAILBOX_WRITE,
    /* Store 0 to all of the page at @address as @pas, as EL3 does. */
    MAILBOX_WIPE,
    /* From now on EL3 on PE @pe accesses the Realm PAS with MECID @value. */
    MAILBOX_MECID,
    MAILBOX__COUNT
};

/* @world and @pas: {NSE,NS} */
enum { MAILBOX_S, MAILBOX_NS, MAILBOX_ROOT, MAILBOX_REALM };

/* @flags */
enum { MAILBOX_SCR_GPF = 1, MAILBOX_HCR_GPF = 2 };

struct Mailbox {
    uint64_t magic;         /* 0x00 */
    uint64_t request;       /* 0x08: counts up; written last by the host */
    uint64_t done;          /* 0x10: = request when the result is there */
    /* the request */
    uint64_t command;       /* 0x18 */
    uint64_t address;       /* 0x20 */
    uint64_t pas;           /* 0x28 */
    uint64_t world;         /* 0x30 */
    uint64_t el;            /* 0x38: 0 .. 3; at 3, @world is Root */
    uint64_t value;         /* 0x40 */
    uint64_t size;          /* 0x48 */
    uint64_t flags;         /* 0x50 */
    uint64_t pe;            /* 0x58: 0 .. 3, for accesses and PAALL */
    /* the result */
    uint64_t status;        /* 0x60: 0; 1: the request makes no sense */
    uint64_t result;        /* 0x68 */
    uint64_t took_el;       /* 0x70: EL of the exception, 0: none */
    uint64_t esr;           /* 0x78: of that EL */
    uint64_t far;           /* 0x80 */
    uint64_t mfar;          /* 0x88: MFAR_EL3, if @took_el is 3 */
    uint64_t hpfar;         /* 0x90: HPFAR_EL2, if @took_el is 2 */
    uint64_t elr;           /* 0x98 */
    uint64_t va;            /* 0xa0: the VA that was used */
    uint64_t pes;           /* 0xa8: how many PEs there are (from @magic on) */
};

#endif
