/*
 * Entry of the delegate bench.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
        .section .text.start, "ax"
        .globl  _start
_start:
        ldr     x0, =__stack_top
        mov     sp, x0
        ldr     x1, =__bss_start
        ldr     x2, =__bss_end
1:      cmp     x1, x2
        b.hs    2f
        stp     xzr, xzr, [x1], #16
        b       1b
2:      bl      bench_main
3:      wfi
        b       3b
        .ltorg
