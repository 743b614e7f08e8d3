/*
 * Counting and reporting. What tests/guest/run reads on the console:
 *
 *   MACHINE rme=N l0gptsz=N        once, what the PE's registers say
 *   FAIL <group>: <case>: ...      one per failed case (the first of many)
 *   GROUP <group>: N passed, M failed
 *   SKIP <group>: <why>
 *   END N passed, M failed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_TEST_H
#define GUEST_TEST_H

#include "pe.h"

/* Begin a group; the previous one is closed and reported. */
void test_group(const char *name);

/* A group that cannot run on this machine, and why. */
void test_skip(const char *name, const char *why);

/*
 * One case. @format names it and says what was expected and what came; it is
 * printed if the case failed. Returns @ok.
 */
bool test_case(bool ok, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * One case: the outcome of an access. MFAR is compared where @want->el is 3
 * and the syndrome is that of a GPC exception; HPFAR where @want->el is 2 and
 * @want->hpfar is not 0; x0 where nothing faulted.
 */
bool test_outcome(const struct outcome *want, const struct outcome *got,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Say what machine this is: rme= and l0gptsz= as the PE's registers have it. */
void test_start(void);

/*
 * What the runner says of the machine, by -device loader: whether
 * strict-tlb=on, the rme= and l0gptsz= that were asked for (0: it does not
 * say), mecid-bits= (0: without mec=on), mpe= (world.h), and how long an image
 * that knows no end may run.
 */
struct test_param {
    bool strict;
    unsigned rme, l0gptsz, mecid_bits, mpe, seconds;
};
struct test_param test_param(void);

/* Report and leave the emulator: status 0 if all cases passed, else 1. */
void test_exit(void) __attribute__((noreturn));

#endif
