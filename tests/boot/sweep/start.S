/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Entry at EL3, and exceptions: an access that aborts is skipped and counted
 * in x18. Other PEs, which a write to the power controller may start, wait.
 */
#include "sweep.h"

        .section .text.start, "ax"
        .global sweep_start
sweep_start:
        msr     daifset, #0xf
        mrs     x0, mpidr_el1
        tst     x0, #0xffffff
        b.ne    pen
        ldr     x0, =vectors
        msr     vbar_el3, x0
        ldr     x0, =stack_end
        mov     sp, x0
        mov     x18, xzr
        msr     cptr_el3, xzr
        isb
        /* SRAM is as it was before a reset. */
        ldr     x0, =SWEEP_RAM
        ldr     x1, =SWEEP_RAM + SWEEP_RAM_SIZE
1:      stp     xzr, xzr, [x0], #16
        cmp     x0, x1
        b.lo    1b
        b       sweep_main

pen:    wfi
        b       pen

        .balign 0x800
vectors:
        .rept   4
        b       broken
        .balign 0x80
        .endr

        /* Synchronous, EL3 with SP_EL3. */
        msr     tpidr_el3, x0
        mrs     x0, esr_el3
        lsr     x0, x0, #26
        cmp     x0, #0x25               /* data abort */
        b.ne    broken
        mrs     x0, elr_el3
        add     x0, x0, #4
        msr     elr_el3, x0
        add     x18, x18, #1
        mrs     x0, tpidr_el3
        eret
        .balign 0x80

        .rept   11
        b       broken
        .balign 0x80
        .endr

broken: mov     x0, #SWEEP_BROKEN
        b       sweep_end

        .bss
        .balign 16
        .skip   0x4000
stack_end:
