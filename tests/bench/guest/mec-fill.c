/*
 * Fills memory with data, with neighbouring granules under different contexts,
 * for a machine that is saved then (tests/bench/mec_saves.py).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "console.h"
#include "test.h"
#include "world.h"

/* Above what the image uses, up to the end of 2 GiB of memory. */
#define START   0x60000000ull
#define END     0xc0000000ull

void test_main(void)
{
    uint64_t value = 1;

    views_init();
    for (uint64_t pa = START; pa < END; pa += PAGE_SIZE) {
        volatile uint64_t *p = view(pa, pa / PAGE_SIZE % 4);

        for (unsigned i = 0; i < PAGE_SIZE / 8; i++) {
            p[i] = value;
            value = value * 6364136223846793005ull + 1442695040888963407ull;
        }
    }
    con_puts("mec-fill: full\n");
    for (;;) {
        __asm__ volatile("wfi");
    }
}
