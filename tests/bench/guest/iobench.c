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
#include <stdint.h>

#include "linux.h"

#define MAX_BYTES   (1ul << 20)
#define AREA        (512ul << 20)

static uint8_t buffer[MAX_BYTES] __attribute__((aligned(4096)));

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
    end(count, "reads");
    sys(SYS_EXIT, 0, 0, 0, 0);
}
