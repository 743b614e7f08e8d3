/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * linux-entry: from TF-A to C, and from C to Linux.
 */
#include "relocate.h"

#define STACK_SIZE      4096

        .section .text.start, "ax"
        msr     daifset, #0xf
        mov     x19, x1
        relocate_and_clear
        address_of x9, stack_top
        mov     sp, x9
        mov     x0, x19
        bl      linux_entry_main
1:      wfi
        b       1b

        .text
        .global linux_jump
        /*
         * void linux_jump(uintptr_t kernel, uintptr_t device_tree): as Linux
         * wants it (Documentation/arch/arm64/booting.rst): MMU and data cache
         * off, x0 = device tree, x1 to x3 zero.
         */
linux_jump:
        mov     x9, x0
        mov     x0, x1
        mov     x1, xzr
        mov     x2, xzr
        mov     x3, xzr
        ic      iallu
        dsb     sy
        isb
        br      x9

        .bss
        .balign 16
        .skip   STACK_SIZE
stack_top:
