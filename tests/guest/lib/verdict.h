/*
 * Does an access pass now? For tests of what is cached.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef GUEST_VERDICT_H
#define GUEST_VERDICT_H

#include "access.h"
#include "gpt.h"

enum verdict { PASSES, FAILS, OTHERWISE };

/*
 * A load of @pa as @pas at EL@el. FAILS: with a GPF, by whatever exception;
 * OTHERWISE: it ends in anything else.
 */
static inline enum verdict verdict_now(unsigned el, uint64_t pa, enum pas pas)
{
    struct outcome out = access_run(OP_LOAD, el, pa, pas, 0);

    if (out.el == 0) {
        return PASSES;
    }
    if (ESR_EC(out.esr) == EC_GPC) {
        return ((out.esr >> 14) & 0x3e) == 0xc ? FAILS : OTHERWISE;
    }
    return (out.esr & 0x3f) == 0x28 ? FAILS : OTHERWISE;
}

static inline const char *verdict_name(enum verdict v)
{
    return v == PASSES ? "pass" : v == FAILS ? "GPF" : "something else";
}

#endif
