/*
 * What PEs do, told to one listener: changes of Exception level and Security
 * state, and instructions that QEMU began and took back.
 *
 * The listener is a TCG plugin (plugins/). QEMU's interface for plugins tells
 * neither of these; this one is exported next to it (pe-watch.symbols).
 * Without a listener nothing is called.
 *
 * All callbacks come in the thread of the PE that they are about, except
 * where said otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_PE_WATCH_H
#define CCA_PE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "cca/pas.h"

/* Where a PE executes. */
typedef struct CcaPeContext {
    CcaPas world;       /* its Security state: the first four of CcaPas */
    uint8_t el;         /* 0 to 3 */
    bool aarch32;       /* Execution state */
} CcaPeContext;

typedef enum CcaPeCause {
    /* An exception return (ERET and AArch32's kind). */
    CCA_PE_RETURN,
    /* An exception between two instructions: an interrupt, a fetch. */
    CCA_PE_BETWEEN,
    /* An exception of the instruction at the end of what was executed. */
    CCA_PE_BY_INSTRUCTION,
} CcaPeCause;

/* An exception or an exception return. */
typedef struct CcaPeSwitch {
    CcaPeContext from, to;
    CcaPeCause cause;
    uint64_t pc;        /* of exceptions: the preferred return address */
    uint32_t syndrome;  /* of CCA_PE_BY_INSTRUCTION: as in ESR_ELx */
    uint64_t x0;        /* X0 at the time */
} CcaPeSwitch;

typedef struct CcaPeWatch {
    /* The PE @pe (QEMU's index) took an exception or returned from one. */
    void (*switched)(unsigned pe, const CcaPeSwitch *how);
    /* @pe continues at @now without an exception: reset, state loaded. */
    void (*placed)(unsigned pe, CcaPeContext now);
    /*
     * Of the translation block that @pe executes, the last @count
     * instructions were not executed; or where @count is -1, it executes one
     * instruction that no callback of the plugin's shows.
     */
    void (*unwound)(unsigned pe, int count);
} CcaPeWatch;

/*
 * Listen, from before the first PE exists until QEMU ends; for plugins, when
 * they are installed. False if somebody does already.
 */
__attribute__((visibility("default")))
bool cca_pe_watch_install(const CcaPeWatch *watch);

/*
 * The immediate of the HLT that the machine takes for a trace toggle (its
 * option trace-hlt), or -1. Valid once PEs exist.
 */
__attribute__((visibility("default")))
int cca_trace_hlt_imm(void);

#endif
