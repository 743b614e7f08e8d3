/*
 * qtests that drive the guest image "mailbox" (tests/guest/lib/mailbox.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_GUEST_H
#define CCA_QTEST_GUEST_H

#include "qemu/osdep.h"
#include "tests/qtest/libqtest.h"
#include "qobject/qdict.h"
#include "qobject/qlist.h"
#include "qobject/qnum.h"
#include "qobject/qstring.h"
#include "../../guest/lib/mailbox.h"

/* What the guest answered. */
typedef struct GuestAnswer {
    uint64_t result;
    unsigned took_el;           /* of the exception; 0: none */
    uint64_t esr, far, mfar, va;
} GuestAnswer;

/* A command; what is not given is 0, which means EL0 of S: see load_as(). */
typedef struct GuestRequest {
    enum MailboxCommand command;
    uint64_t address, value, size;
    unsigned pas, world, el, pe;
    uint64_t flags;
} GuestRequest;

/*
 * Start cca-virt under TCG with the image and @args; wait until it is up.
 * Memory is not encrypted unless "-machine mpe=..." is in @args: software
 * below EL3 is code that EL3 has written, and tables are the test's.
 */
QTestState *guest_start(const char *args);

/* Start it, but do not let it run yet. */
QTestState *guest_start_paused(const char *args);

/* Let it run and wait until it is up. */
void guest_wait(QTestState *s);

/* Have the guest do something, and wait for its answer. */
GuestAnswer guest_do(QTestState *s, GuestRequest request);

/* @size bytes (1, 2, 4, 8) at @pa as MAILBOX_* @pas, as EL3 does it. */
uint64_t guest_read(QTestState *s, uint64_t pa, unsigned size, unsigned pas);
void guest_write(QTestState *s, uint64_t pa, unsigned size, unsigned pas,
                 uint64_t value);

/* The guest loads the word at @pa in NS EL2, SCR_EL3.GPF set, on PE @pe. */
GuestAnswer guest_load_ns(QTestState *s, uint64_t pa, unsigned pe);

/* Set the GPI of the granule at @pa; no TLBI. */
void guest_set_gpi(QTestState *s, uint64_t pa, unsigned gpi);

/* Forget translations, but nothing of the GPT. */
void guest_tlbi_va(QTestState *s, unsigned pe);

/* ESR fields of a Granule Protection Check exception. */
#define ESR_EC(esr)     ((unsigned)((esr) >> 26 & 0x3f))
#define ESR_GPCSC(esr)  ((unsigned)((esr) >> 14 & 0x3f))
enum {
    EC_GPC = 0x1e, GPCSC_WALK_L1 = 0x05, GPCSC_FAIL_L1 = 0x0d,
    GPCSC_EABT_L0 = 0x14, GPCSC_EABT_L1 = 0x15,
    GPI_NO_ACCESS = 0, GPI_NS = 9, GPI_REALM = 11,
};

/* Members of QMP answers; a missing one fails the test. */
uint64_t member_uint(const QDict *d, const char *name);
const char *member_str(const QDict *d, const char *name);

/* Run a QMP command that must fail; every one of the texts is in the error. */
void expect_error(QTestState *s, const char *says1, const char *says2,
                  const char *fmt, ...) G_GNUC_PRINTF(4, 5);

/*
 * Start QEMU with @args, NULL-terminated; check that it ends with status 1
 * and one line. Returns that line, to be freed.
 */
char *qemu_refusal(const char *const *args);

/* Wait for the next event CCA_FAULT_FIRED; its data, to be unref'd. */
QDict *next_firing(QTestState *s);

/* Arm what the JSON says; check that it works, and return the id. */
char *arm(QTestState *s, const char *json);
void disarm(QTestState *s, const char *id);

/* The armed fault @id in query-cca-faults, to be unref'd; NULL if none. */
QDict *armed_fault(QTestState *s, const char *id);

/* The next of a sequence of numbers that depends on the first @state only. */
uint64_t test_random(uint64_t *state);

/* Until a migration, in or out, has completed; one that fails is a failure. */
void wait_for_migration(QTestState *s);

#endif
