/*
 * How long a PE sleeps in a WFE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdbool.h>
#include <string.h>
#include "wfe-wait.h"

int64_t wfe_wait(WfeWait *w, uint64_t pc, const uint64_t *regs, int64_t now)
{
    size_t size = sizeof(w->regs);
    bool same = w->pc == pc && !memcmp(w->regs, regs, size) && now <= w->next;
    int64_t waited, sleep = 0;

    if (!same) {
        w->pc = pc;
        memcpy(w->regs, regs, size);
        w->since = now;
    }
    waited = now - w->since;
    if (waited >= WFE_WAIT_PATIENCE) {
        sleep = waited / WFE_WAIT_PART;
        if (sleep > WFE_WAIT_LONGEST) {
            sleep = WFE_WAIT_LONGEST;
        }
    }
    /* A host that is busy may wake the PE as late again as it sleeps. */
    w->next = now + 2 * sleep + WFE_WAIT_GAP;
    return sleep;
}
