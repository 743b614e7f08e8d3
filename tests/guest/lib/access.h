/*
 * Accesses to a physical address, as PAS @pas from an exception level.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_ACCESS_H
#define GUEST_ACCESS_H

#include "pe.h"

enum op {
    OP_LOAD, OP_STORE, OP_FETCH, OP_LDADD, OP_SWP, OP_CAS, OP_LDXR, OP_LDP,
    OP_LDRB, OP_LOOP, OP_LDRH, OP_LDRW, OP_STRB, OP_STRH, OP_STRW, OP__COUNT
};

/* "load", ...; "S", "NS", "Root", "Realm". */
const char *op_name(enum op op);
const char *pas_name(enum pas pas);

/* The stub for @op, in the form for EL@el. */
const void *op_stub(enum op op, unsigned el);
static inline bool op_writes(enum op op)
{
    return op == OP_STORE || op == OP_STRB || op == OP_STRH || op == OP_STRW;
}

/*
 * The virtual address in the window at which EL@el reaches @pa as @pas. The
 * same address each time for the same question, so that what a TLB holds for
 * it stays in use; nothing is invalidated, but for when the window is full.
 * EL1 and EL0 have no stage 2 here.
 */
uint64_t access_map(unsigned el, uint64_t pa, enum pas pas);
/* Forget all such addresses: the window is free for other uses. */
void access_unmap_all(void);

/*
 * One access to @pa as @pas from EL@el of the world that was set. @value is
 * what a store writes, or the operand of an atomic.
 */
struct outcome access_run(enum op op, unsigned el, uint64_t pa, enum pas pas,
                          uint64_t value);

/*
 * The outcome that a granule protection fault on the output of a
 * translation has (Arm ARM, "GPC exceptions and GPFs"): of @op at EL@el with
 * the address @va, for @pa as @pas.
 */
enum gpcf { GPCF_PASS, GPCF_SIZE = 0x100, GPCF_WALK = 0x104, GPCF_FAIL = 0x10c,
            GPCF_EABT = 0x114 };
struct outcome access_fault(enum op op, unsigned el, uint64_t va, uint64_t pa,
                            enum pas pas, unsigned gpcf, unsigned level,
                            bool scr_gpf, bool hcr_gpf);

/* ELR of a fault of @op at EL@el (the access is not the first instruction). */
uint64_t op_fault_pc(enum op op, unsigned el, uint64_t va);

/*
 * Fill the granule at @pa: 8-byte words of @word, and at offset FETCH_OFFSET
 * code that returns FETCH_MAGIC. By the Root PAS from EL3.
 */
enum { FETCH_OFFSET = 0x800, FETCH_MAGIC = 0x5ca1 };
void access_fill(uint64_t pa, uint64_t word);

#endif
