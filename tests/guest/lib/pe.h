/*
 * A processing element under test: its state on the way down to an exception
 * level and what came back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_PE_H
#define GUEST_PE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/*
 * Physical address spaces and security states, numbered {NSE,NS} as in
 * SCR_EL3, MFAR_EL3 and the descriptors of the EL3 regime.
 */
enum pas { PAS_SECURE, PAS_NS, PAS_ROOT, PAS_REALM };

/* One per PE; start.S knows the offsets down to restore (layout.h). */
struct pe {
    uint64_t regs[31];
    uint64_t elr, spsr, esr, far, mfar;     /* *_EL3 */
    uint64_t vector;        /* entry of the EL3 vector table that was used */
    uint64_t active;        /* in pe_down() */
    uint64_t sp;
    uint64_t safe_gpccr;    /* written to GPCCR_EL3 on the way up ... */
    uint64_t restore;       /* ... if not 0 */
    uint64_t index;
    void (*volatile work)(struct pe *pe, uint64_t arg);
    volatile uint64_t arg;
} __attribute__((aligned(PE_SIZE)));

_Static_assert(offsetof(struct pe, elr) == PE_ELR, "layout.h");
_Static_assert(offsetof(struct pe, spsr) == PE_SPSR, "layout.h");
_Static_assert(offsetof(struct pe, esr) == PE_ESR, "layout.h");
_Static_assert(offsetof(struct pe, far) == PE_FAR, "layout.h");
_Static_assert(offsetof(struct pe, mfar) == PE_MFAR, "layout.h");
_Static_assert(offsetof(struct pe, vector) == PE_VECTOR, "layout.h");
_Static_assert(offsetof(struct pe, active) == PE_ACTIVE, "layout.h");
_Static_assert(offsetof(struct pe, sp) == PE_SP, "layout.h");
_Static_assert(offsetof(struct pe, safe_gpccr) == PE_SAFE_GPCCR, "layout.h");
_Static_assert(offsetof(struct pe, restore) == PE_RESTORE, "layout.h");
_Static_assert(sizeof(struct pe) == PE_SIZE, "layout.h");

/* Bits of SCR_EL3 and HCR_EL2 that tests set. */
#define SCR_NS      (1ull << 0)
#define SCR_NSE     (1ull << 62)
#define SCR_GPF     (1ull << 48)
#define HCR_VM      (1ull << 0)
#define HCR_RW      (1ull << 31)
#define HCR_GPF     (1ull << 48)

/* ESR_ELx */
#define EC_UNDEF        0x00
#define EC_SVC32        0x11
#define EC_SVC          0x15
#define EC_SMC          0x17
#define EC_GPC          0x1e
#define EC_IABT_LOWER   0x20
#define EC_IABT_SAME    0x21
#define EC_DABT_LOWER   0x24
#define EC_DABT_SAME    0x25
#define ESR_EC(esr)     (((esr) >> 26) & 0x3f)
#define ESR_IL          (1ull << 25)
#define ESR_MAKE(ec, iss)   (((uint64_t)(ec) << 26) | ESR_IL | (iss))

/* In what is wanted of hpfar: the NS bit may be anything. */
#define HPFAR_NS_ANY    1ull
#define HPFAR_NS        (1ull << 63)

/* What came of an access. */
struct outcome {
    unsigned el;        /* the EL that an exception was taken to; 0: none */
    uint64_t esr, far, elr;     /* of that EL */
    uint64_t hpfar;     /* HPFAR_EL2, if el is 2 */
    uint64_t mfar;      /* MFAR_EL3, if el is 3 */
    uint64_t x0;
};

/* The PE that is executing; the PE with index @index. */
struct pe *pe_self(void);
struct pe *pe_get(unsigned index);

/*
 * SCR_EL3 for security state @world, with @extra bits set (SCR_GPF). From
 * then on what is below EL3 is of that world.
 */
void pe_set_world(enum pas world, uint64_t extra);

/*
 * Execute @stub (stubs.S) at EL@el of the world that was set, with x1..x5
 * from @x[0..4]. @el is 0 to 3, and 0 takes the stub's _el0 form.
 */
struct outcome pe_run(unsigned el, const void *stub, const uint64_t x[5]);

/* Execute T32 code at virtual address @at at EL0 of the world, up to an SVC. */
struct outcome pe_run_t32(uint32_t at);

/* Invalidate all TLB entries of all regimes of this world and of EL3. */
void pe_tlb_clear(void);

/*
 * Hand @fn to PE @index, which calls it at EL3 with the MMU on; wait until
 * it has come back. Both are for the boot PE.
 */
void pe_start(unsigned index, void (*fn)(struct pe *pe, uint64_t arg),
              uint64_t arg);
void pe_wait(unsigned index);

/*
 * Is PE @index there? Waits for it a while: secondary PEs come to the pen by
 * themselves, some time after the boot PE.
 */
bool pe_present(unsigned index);

/* The image's own code: runs on the boot PE at EL3 with the MMU on. */
void test_main(void);

#endif
