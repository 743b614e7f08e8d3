/*
 * An image whose every instruction is known: for the counting plugin. It
 * starts at EL3 in flash, copies itself to memory that all worlds reach, uses
 * no stack and no MMU, and ends by semihosting.
 * tests/plugin/run knows what each phase has; the numbers are made here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define UART        0x09000000
#define NOTHING     0x0f000000      /* no device answers here */
#define PES         0x40ffff00      /* a word: how many PEs there are */
#define HANG        8               /* bit of it: say H and stay at EL2 */
#define COPIED      0x40fffff0      /* a word: not 0 when the copy is there */
#define DONE        0x42000000      /* a word per PE */
#define COPY        0x41000000

#define SCR_NS      0x1
#define SCR_BASE    0x530           /* RES1, HCE, RW */
#define SCR_EEL2    0x4             /* << 16 */
#define SCR_NSE     0x4000          /* << 48 */
#define SPSR_EL0    0x3c0
#define SPSR_EL1    0x3c5
#define SPSR_EL2    0x3c9
#define TRACE       0x1234

    .macro mark n
    mov     xzr, #\n
    .endm

    .macro nops n
    .rept \n
    nop
    .endr
    .endm

    /* EL3 to \label, in 10 instructions; it comes back with leave. */
    .macro enter label, spsr, world, nse
    mov     x1, #\spsr
    msr     spsr_el3, x1
    mov     x1, #(SCR_BASE | \world)
    movk    x1, #SCR_EEL2, lsl #16
    movk    x1, #\nse, lsl #48
    msr     scr_el3, x1
    adr     x1, \label
    msr     elr_el3, x1
    adr     x30, 9f
    eret
9:
    .endm

    /* Back to behind enter: 2 instructions, and 7 at EL3. */
    .macro leave
    mov     x0, #-1
    smc     #0
    .endm

    .text
    .global _start
_start:
    mov     x1, #(COPIED & 0xffff)
    movk    x1, #(COPIED >> 16), lsl #16
    mov     x2, #COPY
    mrs     x20, mpidr_el1
    and     x20, x20, #0xff
    cbnz    x20, 2f
    adr     x3, _start
    adr     x4, end
    mov     x5, x2
1:  ldr     x6, [x3], #8
    str     x6, [x5], #8
    cmp     x3, x4
    b.lo    1b
    dsb     sy
    str     x2, [x1]
2:  ldr     x3, [x1]
    cbz     x3, 2b
    ic      iallu
    isb
    adr     x1, _start
    adr     x3, in_memory
    sub     x3, x3, x1
    add     x2, x2, x3
    br      x2

in_memory:
    adr     x1, vectors3
    msr     vbar_el3, x1
    adr     x1, vectors2
    msr     vbar_el2, x1
    adr     x1, vectors1
    msr     vbar_el1, x1
    mov     x1, #0x80000000         /* HCR_EL2.RW */
    msr     hcr_el2, x1
    isb
    cbnz    x20, alone
    b       phases
    .balign 4096

phases:
    mark    1
    nops    10

    mark    2
    mov     x1, #1000
1:  subs    x1, x1, #1
    b.ne    1b

    /* An External abort in the middle of a block: 4 of the handler. */
    mov     x9, #NOTHING
    mark    3
    nops    5
    ldr     x0, [x9]
    nops    5

    /* UNDEFINED */
    mark    4
    nops    3
    udf     #0
    nops    3

    /* A device access in the middle of a block is executed twice by QEMU. */
    mov     x9, #UART
    mark    5
    nops    4
    ldr     w0, [x9, #0x18]
    nops    4
    str     w0, [x9, #0x24]
    nops    2

    /* So is an atomic one, with all other PEs stopped if there are any. */
    mov     x9, #UART
    add     x9, x9, #0x24
    mov     w1, #0
    mark    6
    nops    2
    ldadd   w1, w0, [x9]
    nops    2

    /* Calls from Non-secure EL2: 7 of the handler for each. */
    mark    7
    enter   calls_ns, SPSR_EL2, SCR_NS, 0

    /* A trap of a system register, in the middle of a block: 8. */
    mov     x1, #0x80000000         /* CPTR_EL3.TCPAC */
    msr     cptr_el3, x1
    mark    8
    enter   trap_ns, SPSR_EL2, SCR_NS, 0
    mark    9
    msr     cptr_el3, xzr

    /* Each world at EL1 and EL2. */
    mark    10
    enter   some11, SPSR_EL1, 0, 0
    enter   some12, SPSR_EL2, 0, 0
    enter   some13, SPSR_EL1, SCR_NS, 0
    enter   some14, SPSR_EL2, SCR_NS, 0
    enter   some15, SPSR_EL1, SCR_NS, SCR_NSE
    enter   some16, SPSR_EL2, SCR_NS, SCR_NSE

    /* EL0: SVC to EL1, whose handler leaves (2). */
    mark    11
    enter   user, SPSR_EL0, SCR_NS, SCR_NSE

    /* RSI: SMC of Realm EL1 goes to Realm EL2, whose handler has 4. */
    mov     x1, #0x80080000         /* HCR_EL2.RW, TSC */
    msr     hcr_el2, x1
    mark    12
    enter   rsi, SPSR_EL1, SCR_NS, SCR_NSE
    mark    13
    mov     x1, #0x80000000
    msr     hcr_el2, x1

    /* HVC from Non-secure EL1; the handler has 1. */
    mark    14
    enter   hvc, SPSR_EL1, SCR_NS, 0

    /* The same marker again, several in a block, and odd ones. */
    mark    1
    nops    3
    mark    2
    nops    1
    mov     wzr, #-2
    nops    6
    mov     xzr, #0x7fff0000
    nops    7

    /* Toggles; without trace-hlt they are UNDEFINED: 4 of the handler. */
    mark    15
    nops    1
    hlt     #TRACE
    nops    20
    hlt     #TRACE
    nops    300
    hlt     #TRACE
    nops    3
    hlt     #TRACE
    mark    16
    nops    3

    /* The others have been through their loop when PE 0 is at its own. */
    mark    17
    mov     x1, #(PES & 0xffff)
    movk    x1, #(PES >> 16), lsl #16
    ldr     x6, [x1]
    and     x1, x6, #0xff
    mov     x3, #DONE
1:  subs    x1, x1, #1
    b.eq    alone
2:  ldr     x4, [x3, x1, lsl #3]
    cbz     x4, 2b
    b       1b

    /* A loop of each PE's own length: 3 instructions per round, and 2. */
alone:
    add     x1, x20, #1
    mov     x2, #10000
    mul     x1, x1, x2
    mark    20
1:  subs    x1, x1, #1
    nop
    b.ne    1b
    mov     x0, #0
    dsb     sy
    mark    21
    mov     x3, #DONE
    mov     x4, #1
    str     x4, [x3, x20, lsl #3]
    cbnz    x20, sleep
    tbnz    x6, #HANG, hang

exit:
    adr     x1, exit_block
    mov     x0, #0x18               /* SYS_EXIT */
    hlt     #0xf000

hang:
    mov     x9, #UART
    mov     x1, #'H'
    str     w1, [x9]
    enter   forever, SPSR_EL2, SCR_NS, 0
forever:
    mark    22
1:  b       1b

sleep:
    wfi
    b       sleep

calls_ns:
    movz    x0, #0xc400, lsl #16
    movk    x0, #0x0151
    smc     #0
    smc     #0
    smc     #0
    movz    x0, #0x8400, lsl #16
    smc     #0
    leave

trap_ns:
    nops    2
    mrs     x0, cptr_el2
    nops    3
    leave

some16:
    nop
some15:
    nop
some14:
    nop
some13:
    nop
some12:
    nop
some11:
    nop
    leave

user:
    nops    5
    svc     #0

rsi:
    movz    x0, #0xc400, lsl #16
    movk    x0, #0x0190
    smc     #0
    nops    2
    smc     #0
    movk    x0, #0x0199
    smc     #0
    mov     x0, #-1
    hvc     #0

hvc:
    movz    x0, #0x8600, lsl #16
    hvc     #0
    nops    3
    hvc     #0
    leave

    .balign 2048
vectors3:
    .org vectors3 + 0x200           /* own level, SP_ELx */
    mrs     x8, elr_el3
    add     x8, x8, #4
    msr     elr_el3, x8
    eret
    .org vectors3 + 0x400           /* lower level */
    mrs     x8, esr_el3
    lsr     x8, x8, #26
    cmp     x8, #0x17               /* SMC */
    b.ne    1f
    cmn     x0, #1
    b.eq    2f
    eret
1:  mrs     x8, elr_el3
    add     x8, x8, #4
    msr     elr_el3, x8
    eret
2:  br      x30
    .org vectors3 + 0x780

    .balign 2048
vectors2:
    .org vectors2 + 0x400
    cmn     x0, #1
    b.eq    1f
    mrs     x8, esr_el2
    lsr     x8, x8, #26
    cmp     x8, #0x16               /* HVC */
    b.eq    2f
    mrs     x8, elr_el2
    add     x8, x8, #4
    msr     elr_el2, x8
2:  eret
1:  smc     #0
    .org vectors2 + 0x780

    .balign 2048
vectors1:
    .org vectors1 + 0x400
    leave
    .org vectors1 + 0x780

exit_block:
    .quad   0x20026, 0              /* ADP_Stopped_ApplicationExit, 0 */
    .balign 8
end:
