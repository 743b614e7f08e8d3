/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For start.S of an image that is linked at 0 and runs elsewhere.
 */
#ifndef LIB_RELOCATE_H
#define LIB_RELOCATE_H

#define RELA_SIZE               24
#define R_AARCH64_RELATIVE      1027

        /* reg = the address of symbol, wherever the image runs. */
        .macro  address_of reg, symbol
        adrp    \reg, \symbol
        add     \reg, \reg, :lo12:\symbol
        .endm

        /*
         * Adds the image's address to each pointer in its data (ELF for the
         * Arm 64-bit architecture, 5.7.16), and clears .bss. Needs the symbols
         * image_base, rela_start, rela_end, bss_start and bss_end; changes x9
         * to x14. An entry of another kind stops it here.
         */
        .macro  relocate_and_clear
        address_of x9, image_base
        address_of x10, rela_start
        address_of x11, rela_end
1:      cmp     x10, x11
        b.hs    3f
        ldp     x12, x13, [x10]
        ldr     x14, [x10, #16]
        cmp     w13, #R_AARCH64_RELATIVE
2:      b.ne    2b
        add     x14, x14, x9
        str     x14, [x9, x12]
        add     x10, x10, #RELA_SIZE
        b       1b

3:      address_of x10, bss_start
        address_of x11, bss_end
4:      cmp     x10, x11
        b.hs    5f
        stp     xzr, xzr, [x10], #16
        b       4b
5:
        .endm

#endif
