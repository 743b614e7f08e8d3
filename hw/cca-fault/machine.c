/*
 * The machine's faults, and arming them with what users wrote.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "glue.h"
#include "trace.h"

CcaFaults *cca_machine_faults(void)
{
    static gsize made;
    static CcaFaults *faults;

    if (g_once_init_enter(&made)) {
        faults = cca_faults_new();
        if (!faults) {
            g_error("no memory for the table of faults");
        }
        cca_fault_report_events(faults);
        g_once_init_leave(&made, 1);
    }
    return faults;
}

static void (*on_arming)(CcaFaultSite site);

void cca_machine_faults_on_arming(void (*fn)(CcaFaultSite site))
{
    g_assert(!on_arming);
    on_arming = fn;
}

static void tell_of_arming(const char *name)
{
    for (CcaFaultSite s = 0; on_arming && s < CCA_SITE__COUNT; s++) {
        if (g_str_equal(cca_fault_site_info(s)->name, name)) {
            on_arming(s);
        }
    }
}

uint64_t cca_fault_arm_qapi(const char *id, const CcaFaultProperties *props,
                            Error **errp)
{
#define NUMBER(field) { .given = props->has_##field, .value = props->field }
    CcaFaultSpec spec = {
        .id = id,
        .site = props->site,
        .action = props->action,
        .mask = NUMBER(mask),
        .word = NUMBER(word),
        .delay = NUMBER(delay),
        .nth = NUMBER(nth),
        .every = NUMBER(every),
        .count = NUMBER(count),
        .addr = NUMBER(addr),
        .size = NUMBER(size),
        .pas = props->pas,
        .pe = NUMBER(pe),
        .device = NUMBER(device),
        .state = props->state,
        .pc = NUMBER(pc),
        .pc_size = NUMBER(pc_size),
        .probability = props->probability,
        .seed = NUMBER(seed),
    };
#undef NUMBER
    CcaFaultError error;
    uint64_t handle = cca_fault_arm(cca_machine_faults(), &spec, &error);

    if (!handle) {
        error_setg(errp, "%s", error.text);
        return 0;
    }
    trace_cca_fault_armed(id ? id : "", props->site, props->action);
    tell_of_arming(props->site);
    return handle;
}
