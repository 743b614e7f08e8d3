/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What BL33 keeps per PE, and accesses that may fault. TPIDR_EL2 of each PE
 * points to its Pe.
 */
#ifndef BL33_PE_H
#define BL33_PE_H

/* Offsets in Probe, for start.S. */
#define PROBE_RESUME    0
#define PROBE_FAULTED   8
#define PROBE_ESR       16
#define PROBE_FAR       24

#define PE_STACK_SIZE   4096
#define PE_MAX          64

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The outcome of one access. */
typedef struct Probe {
    /* Where the exception handler goes on; 0 while no fault is expected. */
    uint64_t resume;
    uint64_t faulted;
    uint64_t esr;
    uint64_t far;
} Probe;

_Static_assert(offsetof(Probe, resume) == PROBE_RESUME, "start.S");
_Static_assert(offsetof(Probe, faulted) == PROBE_FAULTED, "start.S");
_Static_assert(offsetof(Probe, esr) == PROBE_ESR, "start.S");
_Static_assert(offsetof(Probe, far) == PROBE_FAR, "start.S");

typedef struct Pe {
    Probe probe;
    uint64_t mpidr;
    unsigned int index;
    /* The last phase this PE has finished, and what went wrong in it. */
    unsigned int reached;
    const char *failure;
    /* Granule protection faults that it wanted and got. */
    uint64_t faults;
    /* Room for the text of failure. */
    char text[160];
} Pe;

extern Pe pes[PE_MAX];
extern char pe_stacks[PE_MAX][PE_STACK_SIZE];

/* Entry point for CPU_ON; the context argument is the index of the PE. */
void pe_entry(void);

uint64_t probe_load_raw(uintptr_t address);
void probe_store_raw(uintptr_t address, uint64_t value);
void probe_fetch_raw(uintptr_t address);

/* The Pe of the PE that asks. */
static inline Pe *this_pe(void)
{
    Pe *pe;

    __asm__ volatile("mrs %0, tpidr_el2" : "=r"(pe));
    return pe;
}

/* Loads 8 bytes; *value (may be NULL) is valid unless the probe faulted. */
static inline Probe probe_load(uintptr_t address, uint64_t *value)
{
    uint64_t loaded = probe_load_raw(address);

    if (value) {
        *value = loaded;
    }
    return this_pe()->probe;
}

static inline Probe probe_store(uintptr_t address, uint64_t value)
{
    probe_store_raw(address, value);
    return this_pe()->probe;
}

/* Calls the code at address, which has to be a RET. */
static inline Probe probe_fetch(uintptr_t address)
{
    probe_fetch_raw(address);
    return this_pe()->probe;
}

#endif
#endif
