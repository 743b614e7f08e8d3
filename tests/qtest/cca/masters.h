/*
 * Helpers of qtests about bus masters: their counters, and granules.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_MASTERS_H
#define CCA_QTEST_MASTERS_H

#include "guest.h"

enum { GPI_SECURE = 8, GPI_ROOT = 10, GPI_ANY = 15 };

/* A GPI, by name, and whether a Non-secure access passes. */
typedef struct Gpi {
    const char *name;
    unsigned gpi;
    bool passes;
} Gpi;

/* Ends with a name of NULL. */
extern const Gpi all_gpis[];

/* Granule @n of the test memory. */
#define GRANULE(n) (MAILBOX_TEST_BASE + (n) * 0x1000ull)

/* What QMP says of a master. */
typedef struct Master {
    uint64_t id, checks;
    uint64_t faults;            /* of all kinds */
    const char *fault;          /* the newest: CcaGpcFaultKind; or NULL */
    uint64_t level, address;
    bool write;
} Master;

/* Look the master @name up; it must exist. */
Master master_of(QTestState *s, const char *name);

/* Set the GPI of the granule at @pa, and invalidate everything everywhere. */
void set_granule(QTestState *s, uint64_t pa, unsigned gpi);

/* A command of the guest that needs no argument, or an address and a size. */
void guest_command(QTestState *s, enum MailboxCommand command);
void guest_tlbi(QTestState *s, enum MailboxCommand command, uint64_t pa,
                uint64_t size);

/* Wait until the bits @mask of the 32-bit word at @pa are @value. */
void wait_for_bits(QTestState *s, uint64_t pa, uint32_t mask, uint32_t value);

#endif
