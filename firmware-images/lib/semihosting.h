/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The way out of an image that runs with -semihosting (Arm semihosting
 * specification, SYS_EXIT_EXTENDED).
 */
#ifndef LIB_SEMIHOSTING_H
#define LIB_SEMIHOSTING_H

#include <stdint.h>

#define SYS_EXIT_EXTENDED               0x20
#define ADP_STOPPED_APPLICATION_EXIT    UINT64_C(0x20026)

/* Ends the emulator with the given exit status, 0 to 255. */
static inline void __attribute__((noreturn)) semihosting_exit(uint64_t status)
{
    uint64_t block[2] = { ADP_STOPPED_APPLICATION_EXIT, status };
    register uint64_t w0 __asm__("x0") = SYS_EXIT_EXTENDED;
    register uint64_t *x1 __asm__("x1") = block;

    for (;;) {
        __asm__ volatile("hlt #0xf000" : "+r"(w0) : "r"(x1) : "memory");
    }
}

#endif
