/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BL33: entry of the first and of the other PEs, the exception vectors, and
 * single accesses that survive a fault.
 */
#include "pe.h"
#include "relocate.h"

        /* sp = top of the stack of PE number `index` (changes index). */
        .macro  set_stack index
        address_of x9, pe_stacks
        add     \index, \index, #1
        mov     x10, #PE_STACK_SIZE
        madd    x9, \index, x10, x9
        mov     sp, x9
        .endm

        .macro  set_vectors
        address_of x9, vectors
        msr     vbar_el2, x9
        isb
        .endm

        .section .text.start, "ax"
        msr     daifset, #0xf
        msr     tpidr_el2, xzr
        mov     x19, x0
        mov     x20, x1
        relocate_and_clear
        set_vectors
        mov     x0, xzr
        set_stack x0

        mov     x0, x19
        mov     x1, x20
        bl      bl33_main
1:      wfi
        b       1b

        .text
        .global pe_entry
        /* Entry of a PE that CPU_ON started; x0 = its number. */
pe_entry:
        msr     daifset, #0xf
        msr     tpidr_el2, xzr
        mov     x19, x0
        set_vectors
        set_stack x0
        mov     x0, x19
        bl      pe_main
1:      wfi
        b       1b

        .macro  vector kind
        .balign 0x80
        stp     x0, x1, [sp, #-16]!
        mov     x0, #\kind
        b       unexpected
        .endm

        .balign 0x800
vectors:
        vector  0
        vector  1
        vector  2
        vector  3

        /* Synchronous, from this level: expected when a probe is armed. */
        .balign 0x80
        stp     x0, x1, [sp, #-16]!
        mrs     x0, tpidr_el2
        cbz     x0, 1f
        ldr     x1, [x0, #PROBE_RESUME]
        cbnz    x1, probe_fault
1:      mov     x0, #4
        b       unexpected

        vector  5
        vector  6
        vector  7
        vector  8
        vector  9
        vector  10
        vector  11
        vector  12
        vector  13
        vector  14
        vector  15

unexpected:
        mrs     x1, esr_el2
        mrs     x2, far_el2
        mrs     x3, elr_el2
        b       bl33_unexpected

        /* x0 = this PE, x1 = where to go on. */
probe_fault:
        str     xzr, [x0, #PROBE_RESUME]
        msr     elr_el2, x1
        mrs     x1, esr_el2
        str     x1, [x0, #PROBE_ESR]
        mrs     x1, far_el2
        str     x1, [x0, #PROBE_FAR]
        mov     x1, #1
        str     x1, [x0, #PROBE_FAULTED]
        ldp     x0, x1, [sp], #16
        eret

        .macro  arm_probe
        mrs     x9, tpidr_el2
        str     xzr, [x9, #PROBE_FAULTED]
        adr     x10, 9f
        str     x10, [x9, #PROBE_RESUME]
        dsb     sy
        .endm

        .macro  disarm_probe
9:      mrs     x9, tpidr_el2
        str     xzr, [x9, #PROBE_RESUME]
        .endm

        .global probe_load_raw, probe_store_raw, probe_fetch_raw

        /* uint64_t probe_load_raw(uintptr_t address) */
probe_load_raw:
        arm_probe
        ldr     x0, [x0]
        disarm_probe
        ret

        /* void probe_store_raw(uintptr_t address, uint64_t value) */
probe_store_raw:
        arm_probe
        str     x1, [x0]
        dsb     sy
        disarm_probe
        ret

        /* void probe_fetch_raw(uintptr_t address): calls what is there. */
probe_fetch_raw:
        stp     x29, x30, [sp, #-16]!
        arm_probe
        blr     x0
        disarm_probe
        ldp     x29, x30, [sp], #16
        ret
