/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout.h"
ENTRY(_start)
SECTIONS
{
    . = IMAGE_BASE;
    .text : {
        *(.text.start) *(.text .text.[a-rt-z]*)
        . = ALIGN(4096);
        __stubs_start = .;
        *(.text.stubs)
        __stubs_end = .;
    }
    .rodata : ALIGN(16) { *(.rodata .rodata.*) }
    .data : ALIGN(16) { *(.data .data.*) }
    . = ALIGN(16);
    __image_end = .;
    .bss (NOLOAD) : ALIGN(4096) {
        __bss_start = .;
        *(.bss .bss.* COMMON)
        . = ALIGN(16);
        __bss_end = .;
    }
    /DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }
}
