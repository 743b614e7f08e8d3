/*
 * A Linux program without a C library: reads from a disk, past the page cache,
 * between the marks of bench.h.
 *
 *   iobench DISK BYTES COUNT order|random
 *
 * COUNT reads of BYTES (up to 1 MiB), one after the other or anywhere in the
 * first 512 MiB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Linux's interface on arm64 */
enum {
    SYS_OPENAT = 56, SYS_WRITE = 64, SYS_PREAD64 = 67, SYS_EXIT = 93,
    AT_FDCWD = -100, O_DIRECT = 0200000,
};

#define MAX_BYTES   (1ul << 20)
#define AREA        (512ul << 20)

static uint8_t buffer[MAX_BYTES] __attribute__((aligned(4096)));

static long sys(long number, long a, long b, long c, long d)
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

static void say(const char *text)
{
    size_t len = 0;

    while (text[len]) {
        len++;
    }
    sys(SYS_WRITE, 1, (long)text, len, 0);
}

static void __attribute__((noreturn)) fail(const char *why)
{
    say("FAIL iobench: ");
    say(why);
    say("\n");
    for (;;) {
        sys(SYS_EXIT, 1, 0, 0, 0);
    }
}

static unsigned long number(const char *text)
{
    unsigned long value = 0;

    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (*text - '0');
    }
    return value;
}

static void end(unsigned long count)
{
    char digits[24], *p = &digits[sizeof(digits) - 1];

    *p = '\0';
    do {
        *--p = '0' + count % 10;
        count /= 10;
    } while (count);
    say("BENCH END ");
    say(p);
    say(" reads\n");
}

void run(long *stack);
void run(long *stack)
{
    char **argv = (char **)&stack[1];
    unsigned long bytes, count, x = 88172645463325252ul, at = 0;
    bool random;
    long disk;

    if (stack[0] != 5) {
        fail("iobench DISK BYTES COUNT order|random");
    }
    bytes = number(argv[2]);
    count = number(argv[3]);
    random = argv[4][0] == 'r';
    if (!bytes || bytes > MAX_BYTES) {
        fail("so many bytes cannot be read");
    }
    disk = sys(SYS_OPENAT, AT_FDCWD, (long)argv[1], O_DIRECT, 0);
    if (disk < 0) {
        fail("there is no such disk");
    }
    say("BENCH BEGIN\n");
    for (unsigned long i = 0; i < count; i++) {
        if (random) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            at = x % (AREA / bytes) * bytes;
        }
        if (sys(SYS_PREAD64, disk, (long)buffer, bytes, at) != (long)bytes) {
            fail("a read failed");
        }
        at = (at + bytes) % AREA;
    }
    end(count);
    sys(SYS_EXIT, 0, 0, 0, 0);
}

__asm__(".globl _start\n"
        "_start: mov x0, sp\n"
        "        b run\n");
