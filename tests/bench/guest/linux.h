/*
 * What a Linux program without a C library needs. It begins at run().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef BENCH_LINUX_H
#define BENCH_LINUX_H

#include <stddef.h>

/* Linux's interface on arm64 */
enum {
    SYS_OPENAT = 56, SYS_WRITE = 64, SYS_PREAD64 = 67, SYS_EXIT = 93,
    AT_FDCWD = -100, O_DIRECT = 0200000,
};

static inline long sys(long number, long a, long b, long c, long d)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;

    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3)
                     : "memory");
    return x0;
}

static inline void say(const char *text)
{
    size_t len = 0;

    while (text[len]) {
        len++;
    }
    sys(SYS_WRITE, 1, (long)text, len, 0);
}

static inline void __attribute__((noreturn)) fail(const char *why)
{
    say("FAIL: ");
    say(why);
    say("\n");
    for (;;) {
        sys(SYS_EXIT, 1, 0, 0, 0);
    }
}

static inline unsigned long number(const char *text)
{
    unsigned long value = 0;

    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (*text - '0');
    }
    return value;
}

static inline void end(unsigned long count, const char *unit)
{
    char digits[24], *p = &digits[sizeof(digits) - 1];

    *p = '\0';
    do {
        *--p = '0' + count % 10;
        count /= 10;
    } while (count);
    say("BENCH END ");
    say(p);
    say(" ");
    say(unit);
    say("\n");
}

/* The arguments' count, and the arguments, as the kernel leaves them. */
void run(long *stack);

__asm__(".globl _start\n"
        "_start: mov x0, sp\n"
        "        b run\n");

#endif
