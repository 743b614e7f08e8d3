/*
 * Who listens to PEs (include/cca/pe-watch.h), and the trace toggle of the
 * machine. In every QEMU, also in one without a machine of ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cca/pe-watch-hooks.h"

const CcaPeWatch *cca_pe_watch;
int cca_trace_hlt = -1;

bool cca_pe_watch_install(const CcaPeWatch *watch)
{
    if (cca_pe_watch) {
        return false;
    }
    cca_pe_watch = watch;
    return true;
}

int cca_trace_hlt_imm(void)
{
    return cca_trace_hlt;
}
