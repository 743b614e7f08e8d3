/*
 * One load at EL3 under a configuration of granule protection that may be
 * broken: it is there for the load only, and GPC is off again afterwards.
 *
 * With a broken configuration nothing can be fetched or walked, so this
 * relies on the TLB: code, stack, vectors and translation tables are touched
 * with GPC off first, and writing the registers invalidates nothing (Arm ARM,
 * "GPT caching": the fields may be cached in a TLB).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_PROBE_H
#define GUEST_PROBE_H

#include "access.h"
#include "gpt.h"

/* What a probe must come to, besides GPCF_* with a level. */
enum { PROBE_EXTERNAL = 0x200, /* passes; nothing is there (FSC 0x10) */
       PROBE_DEFINED = 0x201,  /* any GPC exception or GPF, nothing else */ };

struct probe {
    uint64_t gpccr, gptbr, gpcbw;   /* GPC is set by the probe */
    uint64_t pa;
    enum pas pas;
    unsigned want;                  /* GPCF_* or PROBE_* */
    unsigned level;
};

/* One case; @format names it. */
bool probe(const struct probe *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Under the tables as gpt_build() made them. */
bool probe_built(uint64_t pa, enum pas pas, unsigned want, unsigned level,
                 const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
