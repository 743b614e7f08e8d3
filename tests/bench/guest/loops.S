/*
 * The inner loops of the benches. Each is entered with x1..x3 and ends with
 * SMC, as the stubs of the guest tests do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
        .section .text.stubs, "ax"

/* x1 = base of 1 GiB, x2 = how many, x3 = seed */
        .globl  stub_random_loads
        .balign 64
stub_random_loads:
        ldr     x4, =6364136223846793005
        ldr     x5, =1442695040888963407
1:      madd    x3, x3, x4, x5
        lsr     x6, x3, #46
        lsl     x6, x6, #12
        ldr     x7, [x1, x6]
        subs    x2, x2, #1
        b.ne    1b
        smc     #0

/* x2 = how many rounds of eight integer instructions, all on registers */
        .globl  stub_integer
        .balign 64
stub_integer:
        mov     x4, #1
1:      add     x4, x4, x2
        eor     x5, x4, x2, lsl #3
        madd    x6, x5, x4, x2
        ror     x4, x6, #7
        and     x5, x4, x6
        sub     x4, x4, x5
        subs    x2, x2, #1
        b.ne    1b
        smc     #0

/* x1 = from, x2 = to, x3 = bytes (a multiple of 64), x4 = how many times */
        .globl  stub_copy
        .balign 64
stub_copy:
        mov     x5, x1
        mov     x6, x2
        mov     x7, x3
2:      ldp     x10, x11, [x5]
        ldp     x12, x13, [x5, #16]
        ldp     x14, x15, [x5, #32]
        ldp     x16, x17, [x5, #48]
        stp     x10, x11, [x6]
        stp     x12, x13, [x6, #16]
        stp     x14, x15, [x6, #32]
        stp     x16, x17, [x6, #48]
        add     x5, x5, #64
        add     x6, x6, #64
        subs    x7, x7, #64
        b.ne    2b
        subs    x4, x4, #1
        b.ne    stub_copy
        smc     #0
        .ltorg
