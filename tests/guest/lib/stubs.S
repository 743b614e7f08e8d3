/*
 * What is executed at the exception level under test: one access each, with
 * registers only. x1 = address, x2..x4 = operands, result in x0.
 *
 * Each stub comes twice: stub_NAME ends with SMC and is for EL1 to EL3,
 * stub_NAME_el0 ends with SVC.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "layout.h"

        .arch   armv8.5-a

#define GPTBR_EL3       s3_6_c2_c1_4
#define GPCBW_EL3       s3_6_c2_c1_5
#define GPCCR_EL3       s3_6_c2_c1_6

        /* One page of its own: mapped read-only and executable everywhere. */
        .section .text.stubs, "ax"
        .balign 4096

        .macro  STUB name:req, insns:vararg
        .globl  stub_\name, stub_\name\()_el0
stub_\name:
        \insns
        smc     #SMC_DONE
        b       .
stub_\name\()_el0:
        \insns
        svc     #0
        b       .
        .endm

        .macro  DO_CAS
        mov     x0, x3
        cas     x0, x2, [x1]
        .endm
        .macro  DO_STXR
        ldxr    x0, [x1]
        stxr    w3, x2, [x1]
        .endm
        .macro  DO_LDP
        ldp     x0, x3, [x1]
        .endm
        .macro  DO_FETCH
        blr     x1
        .endm

        STUB    nop, nop
        STUB    load, ldr x0, [x1]
        STUB    store, str x2, [x1]
        STUB    ldadd, ldadd x2, x0, [x1]
        STUB    swp, swp x2, x0, [x1]
        STUB    cas, DO_CAS
        STUB    ldxr, DO_STXR
        STUB    ldp, DO_LDP
        STUB    ldrb, ldrb w0, [x1]
        STUB    ldrh, ldrh w0, [x1]
        STUB    ldrw, ldr w0, [x1]
        STUB    strb, strb w2, [x1]
        STUB    strh, strh w2, [x1]
        STUB    strw, str w2, [x1]
        STUB    fetch, DO_FETCH

        .macro  ATSTUB name:req, op:req
        .globl  stub_at_\name
stub_at_\name:
        at      \op, x1
        isb
        mrs     x0, par_el1
        smc     #SMC_DONE
        b       .
        .endm

        ATSTUB  s1e3r, s1e3r
        ATSTUB  s1e3w, s1e3w
        ATSTUB  s1e2r, s1e2r
        ATSTUB  s1e2w, s1e2w
        ATSTUB  s1e1r, s1e1r
        ATSTUB  s1e1w, s1e1w
        ATSTUB  s1e0r, s1e0r
        ATSTUB  s12e1r, s12e1r
        ATSTUB  s12e0r, s12e0r

/* At EL3: x2 = GPCCR, x3 = GPTBR, x4 = GPCBW if x5 != 0; then load [x1]. */
        .globl  stub_gpc_load, stub_gpc_store, stub_gpc_fetch
stub_gpc_load:
        bl      set_gpc
        ldr     x0, [x1]
        smc     #SMC_DONE
stub_gpc_store:
        bl      set_gpc
        str     x6, [x1]
        smc     #SMC_DONE
stub_gpc_fetch:
        bl      set_gpc
        blr     x1
        smc     #SMC_DONE
set_gpc:
        msr     GPTBR_EL3, x3
        cbz     x5, 1f
        msr     GPCBW_EL3, x4
1:      msr     GPCCR_EL3, x2
        isb
        ret

/* Count x1 down. */
        .globl  stub_spin
stub_spin:
        subs    x1, x1, #1
        b.ne    stub_spin
        smc     #SMC_DONE
        b       .

/* Instructions that regs.c tries at each exception level. */
        .macro  MRSSTUB name:req, reg:req
        .globl  stub_mrs_\name, stub_msr_\name
stub_mrs_\name:
        mrs     x0, \reg
        smc     #SMC_DONE
        b       .
stub_msr_\name:
        msr     \reg, x2
        smc     #SMC_DONE
        b       .
        .endm
        MRSSTUB gptbr, GPTBR_EL3
        MRSSTUB gpcbw, GPCBW_EL3
        MRSSTUB gpccr, GPCCR_EL3
        MRSSTUB mfar, s3_6_c6_c0_5
        MRSSTUB actlr, actlr_el3
        MRSSTUB zcr1, s3_0_c1_c2_0
        MRSSTUB zcr2, s3_4_c1_c2_0
        MRSSTUB zcr3, s3_6_c1_c2_0

        .macro  SYSSTUB name:req, insn:vararg
        .globl  stub_sys_\name
stub_sys_\name:
        \insn
        smc     #SMC_DONE
        b       .
        .endm
        SYSSTUB paall, sys #6, c8, c7, #4
        SYSSTUB paallos, sys #6, c8, c1, #4
        SYSSTUB rpaos, sys #6, c8, c4, #3, x2
        SYSSTUB rpalos, sys #6, c8, c4, #7, x2
        SYSSTUB cipapa, sys #6, c7, c14, #1, x2
        SYSSTUB cigdpapa, sys #6, c7, c14, #5, x2

/*
 * Load [x1] over and over, counting in x0, until *x2 != 0. Returns at once
 * by exception if a load faults. x3: the last value read.
 */
        .globl  stub_loop, stub_loop_el0
        .macro  LOOP
        mov     x0, xzr
1:      ldr     x3, [x1]
        add     x0, x0, #1
        ldr     x4, [x2]
        cbz     x4, 1b
        .endm
        STUB    loop, LOOP

/*
 * Load [x1] over and over while *x2 is 0: done if a load passes after *x2 was
 * seen to be 1, else an exception. What comes first takes a while, and all
 * of it is straight-line code: an emulator that looks for interrupts and for
 * work of other PEs between blocks of code does not look in here.
 */
        .balign 1024
        .globl  stub_watch
stub_watch:
        mov     x7, #-1
        mov     x8, #3
1:      .rept   160
        udiv    x6, x7, x8
        .endr
        ldar    x3, [x2]
        ldr     x0, [x1]
        cbz     x3, 1b
        smc     #SMC_DONE
        b       .
        .balign 4096
