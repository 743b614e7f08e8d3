/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Entry, the guest's entry, and the way of a trap to C and back.
 */
        .section .text.start, "ax"
        .global nested_start
nested_start:
        msr     daifset, #0xf
        adr     x0, vectors
        msr     vbar_el2, x0
        adrp    x0, stack_end
        add     x0, x0, :lo12:stack_end
        mov     sp, x0
        adrp    x0, bss_start
        add     x0, x0, :lo12:bss_start
        adrp    x1, bss_end
        add     x1, x1, :lo12:bss_end
1:      cmp     x0, x1
        b.hs    2f
        stp     xzr, xzr, [x0], #16
        b       1b
2:      b       nested_main

        .global guest_eret
        /* noreturn guest_eret(x0 of the guest): the other registers are 0. */
guest_eret:
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, \
                18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
        mov     x\n, xzr
        .endr
        eret

        .macro  vector kind
        .balign 0x80
        mov     x0, #\kind
        b       vector_unexpected
        .endm

        .balign 0x800
vectors:
        .irp    kind, 0, 1, 2, 3, 4, 5, 6, 7
        vector  \kind
        .endr

        /* Synchronous, from AArch64 below. */
        .balign 0x80
        sub     sp, sp, #256
        stp     x0, x1, [sp, #16 * 0]
        stp     x2, x3, [sp, #16 * 1]
        stp     x4, x5, [sp, #16 * 2]
        stp     x6, x7, [sp, #16 * 3]
        stp     x8, x9, [sp, #16 * 4]
        stp     x10, x11, [sp, #16 * 5]
        stp     x12, x13, [sp, #16 * 6]
        stp     x14, x15, [sp, #16 * 7]
        stp     x16, x17, [sp, #16 * 8]
        stp     x18, x19, [sp, #16 * 9]
        stp     x20, x21, [sp, #16 * 10]
        stp     x22, x23, [sp, #16 * 11]
        stp     x24, x25, [sp, #16 * 12]
        stp     x26, x27, [sp, #16 * 13]
        stp     x28, x29, [sp, #16 * 14]
        str     x30, [sp, #16 * 15]
        b       trap

        .irp    kind, 9, 10, 11, 12, 13, 14, 15
        vector  \kind
        .endr

trap:
        mov     x0, sp
        bl      guest_trap
        ldp     x0, x1, [sp, #16 * 0]
        ldp     x2, x3, [sp, #16 * 1]
        ldp     x4, x5, [sp, #16 * 2]
        ldp     x6, x7, [sp, #16 * 3]
        ldp     x8, x9, [sp, #16 * 4]
        ldp     x10, x11, [sp, #16 * 5]
        ldp     x12, x13, [sp, #16 * 6]
        ldp     x14, x15, [sp, #16 * 7]
        ldp     x16, x17, [sp, #16 * 8]
        ldp     x18, x19, [sp, #16 * 9]
        ldp     x20, x21, [sp, #16 * 10]
        ldp     x22, x23, [sp, #16 * 11]
        ldp     x24, x25, [sp, #16 * 12]
        ldp     x26, x27, [sp, #16 * 13]
        ldp     x28, x29, [sp, #16 * 14]
        ldr     x30, [sp, #16 * 15]
        add     sp, sp, #256
        eret

vector_unexpected:
        b       nested_unexpected

        .bss
        .balign 16
        .skip   0x4000
stack_end:
