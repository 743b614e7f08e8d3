/*
 * Reset, the pen for secondary PEs, vectors, and the way down and back up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "layout.h"

        .arch   armv8.5-a

#define MFAR_EL3        s3_6_c6_c0_5
#define GPCCR_EL3       s3_6_c2_c1_6

        .section .text.start, "ax"
        .globl  _start
_start:
        mrs     x0, mpidr_el1
        and     x0, x0, #0xffff
        ldr     x4, =BOOT_FLAG
        cbnz    x0, pen

        /* The boot PE: copy the image, clear .bss, open the pen. */
        adr     x1, _start
        ldr     x2, =IMAGE_BASE
        ldr     x3, =__image_end
1:      ldp     x5, x6, [x1], #16
        stp     x5, x6, [x2], #16
        cmp     x2, x3
        b.lo    1b
        ldr     x2, =__bss_start
        ldr     x3, =__bss_end
2:      stp     xzr, xzr, [x2], #16
        cmp     x2, x3
        b.lo    2b
        dsb     sy
        ic      ialluis
        mov     x5, #1
        str     x5, [x4]
        dsb     sy
        isb
        b       3f
pen:
        /* Not 0: to Root, fresh memory of the Normal world may be anything. */
        ldr     x5, [x4]
        cmp     x5, #1
        b.ne    pen
3:      ldr     x5, =el3_entry
        br      x5
        .ltorg

        .text
el3_entry:
        /* x0: index of this PE */
        ldr     x1, =pes
        mov     x2, #PE_SIZE
        madd    x1, x0, x2, x1
        msr     tpidr_el3, x1
        ldr     x2, =stacks
        add     x3, x0, #1
        mov     x4, #STACK_SIZE
        madd    x2, x3, x4, x2
        msr     spsel, #1
        mov     sp, x2
        ldr     x1, =vectors_el3
        msr     vbar_el3, x1
        ldr     x1, =vectors_el2
        msr     vbar_el2, x1
        ldr     x1, =vectors_el1
        msr     vbar_el1, x1
        msr     cptr_el3, xzr
        isb
        bl      pe_main
4:      wfi
        b       4b

/*
 * void pe_down(struct pe *pe): ERET with the state in *pe; returns when an
 * exception has come to EL3, its syndrome and registers in *pe.
 */
        .globl  pe_down
pe_down:
        stp     x29, x30, [sp, #-96]!
        stp     x27, x28, [sp, #16]
        stp     x25, x26, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x21, x22, [sp, #64]
        stp     x19, x20, [sp, #80]
        mov     x8, sp
        str     x8, [x0, #PE_SP]
        mov     x8, #1
        str     x8, [x0, #PE_ACTIVE]
        ldr     x8, [x0, #PE_ELR]
        msr     elr_el3, x8
        ldr     x8, [x0, #PE_SPSR]
        msr     spsr_el3, x8
        ldp     x2, x3, [x0, #PE_REGS + 16]
        ldp     x4, x5, [x0, #PE_REGS + 32]
        ldp     x6, x7, [x0, #PE_REGS + 48]
        ldp     x0, x1, [x0, #PE_REGS]
        eret

/* An exception has come: x0 = vector number; old x0, x1 on the stack. */
el3_common:
        mrs     x1, tpidr_el3
        stp     x2, x3, [x1, #PE_REGS + 16]
        ldr     x2, [x1, #PE_RESTORE]
        cbz     x2, 1f
        ldr     x2, [x1, #PE_SAFE_GPCCR]
        msr     GPCCR_EL3, x2
        isb
1:      stp     x4, x5, [x1, #PE_REGS + 32]
        stp     x6, x7, [x1, #PE_REGS + 48]
        stp     x8, x9, [x1, #PE_REGS + 64]
        stp     x29, x30, [x1, #PE_REGS + 232]
        ldp     x2, x3, [sp], #16
        stp     x2, x3, [x1, #PE_REGS]
        str     x0, [x1, #PE_VECTOR]
        mrs     x2, elr_el3
        str     x2, [x1, #PE_ELR]
        mrs     x2, spsr_el3
        str     x2, [x1, #PE_SPSR]
        mrs     x2, esr_el3
        str     x2, [x1, #PE_ESR]
        mrs     x2, far_el3
        str     x2, [x1, #PE_FAR]
        mrs     x2, MFAR_EL3
        str     x2, [x1, #PE_MFAR]
        ldr     x2, [x1, #PE_ACTIVE]
        cbz     x2, 2f
        str     xzr, [x1, #PE_ACTIVE]
        ldr     x2, [x1, #PE_SP]
        mov     sp, x2
        ldp     x27, x28, [sp, #16]
        ldp     x25, x26, [sp, #32]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #64]
        ldp     x19, x20, [sp, #80]
        ldp     x29, x30, [sp], #96
        ret
2:      mov     x0, x1
        bl      pe_unexpected
3:      b       3b

        .balign 2048
vectors_el3:
        .set    n, 0
        .rept   16
        .balign 128
        stp     x0, x1, [sp, #-16]!
        mov     x0, #n
        b       el3_common
        .set    n, n + 1
        .endr

        .balign 2048
vectors_el2:
        .set    n, 0
        .rept   16
        .balign 128
        smc     #(SMC_EL2 + n)
        b       .
        .set    n, n + 1
        .endr

        .balign 2048
vectors_el1:
        .set    n, 0
        .rept   16
        .balign 128
        smc     #(SMC_EL1 + n)
        b       .
        .set    n, n + 1
        .endr

/* uint64_t semihost(uint64_t op, const void *args) */
        .globl  semihost
semihost:
        hlt     #0xf000
        ret
