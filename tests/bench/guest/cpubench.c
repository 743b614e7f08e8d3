/*
 * A Linux program without a C library: instructions that hit the TLB, between
 * the marks of bench.h, which are counted.
 *
 *   cpubench integer|copy ROUNDS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdint.h>

#include "linux.h"

#define BYTES           (256ul << 10)
/* Of one round, with the loop's own. */
#define INTEGER_LOOP    8
#define COPY_LOOP       12

static uint8_t from[BYTES] __attribute__((aligned(4096)));
static uint8_t to[BYTES] __attribute__((aligned(4096)));

/* As stub_integer of loops.S. */
static void integer(unsigned long rounds)
{
    __asm__ volatile("   mov x4, #1\n"
                     "1: add x4, x4, %0\n"
                     "   eor x5, x4, %0, lsl #3\n"
                     "   madd x6, x5, x4, %0\n"
                     "   ror x4, x6, #7\n"
                     "   and x5, x4, x6\n"
                     "   sub x4, x4, x5\n"
                     "   subs %0, %0, #1\n"
                     "   b.ne 1b\n"
                     : "+r"(rounds) : : "x4", "x5", "x6", "cc");
}

/* 64 bytes a round, again and again the same pages. */
static void copy(unsigned long rounds)
{
    while (rounds) {
        unsigned long now = BYTES / 64 < rounds ? BYTES / 64 : rounds;
        const uint8_t *source = from;
        uint8_t *target = to;

        rounds -= now;
        __asm__ volatile("1: ldp x4, x5, [%0]\n"
                         "   ldp x6, x7, [%0, #16]\n"
                         "   ldp x8, x9, [%0, #32]\n"
                         "   ldp x10, x11, [%0, #48]\n"
                         "   stp x4, x5, [%1]\n"
                         "   stp x6, x7, [%1, #16]\n"
                         "   stp x8, x9, [%1, #32]\n"
                         "   stp x10, x11, [%1, #48]\n"
                         "   add %0, %0, #64\n"
                         "   add %1, %1, #64\n"
                         "   subs %2, %2, #1\n"
                         "   b.ne 1b\n"
                         : "+r"(source), "+r"(target), "+r"(now) :
                         : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
                           "cc", "memory");
    }
}

void run(long *stack)
{
    char **argv = (char **)&stack[1];
    unsigned long rounds;
    int loop;

    if (stack[0] != 3) {
        fail("cpubench integer|copy ROUNDS");
    }
    rounds = number(argv[2]);
    if (!rounds) {
        fail("no rounds");
    }
    say("BENCH BEGIN\n");
    if (argv[1][0] == 'i') {
        loop = INTEGER_LOOP;
        integer(rounds);
    } else {
        loop = COPY_LOOP;
        copy(rounds);
    }
    end(rounds * loop, "instructions");
    sys(SYS_EXIT, 0, 0, 0, 0);
}
