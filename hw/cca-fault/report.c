/*
 * From a firing to the event CCA_FAULT_FIRED.
 *
 * A firing happens on the thread of a model, with locks held. It is copied
 * to a ring here, and a bottom half sends the events in their order from the
 * main loop: the guest never waits for a monitor. What the ring or the
 * allowance has no room for is counted, and the next event says how many.
 *
 * The allowance refills with virtual time, so that under -icount the same
 * firings are reported in each run.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/cutils.h"
#include "qemu/lockable.h"
#include "qemu/timer.h"
#include "hw/core/cpu.h"
#include "system/cpu-timers.h"
#include "qapi/qapi-events-cca-target.h"
#include "glue.h"
#include "trace.h"

enum {
    RING = 2048,                /* firings that wait for the main loop */
    BURST = 1000,               /* events that may come at once ... */
    PER_SECOND = 1000,          /* ... and per second of virtual time */
};

/* A firing, with copies of what it points to. */
typedef struct Record {
    CcaFaultFiring firing;
    CcaFaultPassage passage;
    CcaFaultEffect effect;
    char id[CCA_FAULT_ID_MAX + 1];
    int64_t ns;
    uint64_t unreported;        /* between the event before and this one */
} Record;

static struct {
    QemuMutex lock;
    QEMUBH *bh;
    Record ring[RING];
    unsigned head, used;
    uint64_t allowance;         /* in 1/PER_SECOND ns */
    int64_t refilled;           /* when, in ns */
    uint64_t unreported;        /* since the last record */
    uint64_t unreported_ever;
} reporter;

QEMU_BUILD_BUG_ON(CCA_SPACE_SECURE != (int)CCA_PAS_SECURE);
QEMU_BUILD_BUG_ON(CCA_SPACE_NS != (int)CCA_PAS_NS);
QEMU_BUILD_BUG_ON(CCA_SPACE_ROOT != (int)CCA_PAS_ROOT);
QEMU_BUILD_BUG_ON(CCA_SPACE_REALM != (int)CCA_PAS_REALM);
QEMU_BUILD_BUG_ON(CCA_SPACE_SA != (int)CCA_PAS_SA);
QEMU_BUILD_BUG_ON(CCA_SPACE_NSP != (int)CCA_PAS_NSP);

int64_t cca_fault_virtual_ns(void)
{
    CPUState *cpu = current_cpu;
    int64_t ns, executed;

    if (!icount_enabled() || !cpu || !cpu->running || cpu->neg.can_do_io) {
        return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    }
    executed = cpu->icount_budget -
               (cpu->neg.icount_decr.u16.low + cpu->icount_extra);
    /* As seen from outside the CPU: when it last came out of its loop. */
    current_cpu = NULL;
    ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    current_cpu = cpu;
    return ns + icount_to_ns(executed);
}

/* Take one event out of the allowance, if there is one in it. */
static bool allowed(int64_t now)
{
    const uint64_t one = NANOSECONDS_PER_SECOND, full = BURST * one;
    int64_t passed = now - reporter.refilled;

    if (passed > 0) {
        uint64_t most = (full - reporter.allowance) / PER_SECOND + 1;

        reporter.allowance = MIN(full, reporter.allowance +
                                 MIN(passed, most) * PER_SECOND);
        reporter.refilled = now;
    }
    if (reporter.allowance < one) {
        return false;
    }
    reporter.allowance -= one;
    return true;
}

static void keep(const CcaFaultFiring *firing, int64_t now)
{
    Record *r = &reporter.ring[(reporter.head + reporter.used++) % RING];

    r->firing = *firing;
    r->passage = *firing->passage;
    r->passage.words = NULL;
    r->effect = *firing->effect;
    pstrcpy(r->id, sizeof(r->id), firing->id);
    r->ns = now;
    r->unreported = reporter.unreported;
    reporter.unreported = 0;
}

static void watch(void *opaque, const CcaFaultFiring *firing)
{
    int64_t now = cca_fault_virtual_ns();
    bool kept;

    trace_cca_fault_fired(firing->id, cca_fault_site_info(firing->site)->name,
                          cca_fault_action_name(firing->effect->action),
                          firing->sequence, firing->passage->access.addr);
    WITH_QEMU_LOCK_GUARD(&reporter.lock) {
        kept = allowed(now) && reporter.used < RING;
        if (kept) {
            keep(firing, now);
        } else {
            reporter.unreported++;
            reporter.unreported_ever++;
        }
    }
    if (kept) {
        qemu_bh_schedule(reporter.bh);
    }
}

static void send_event(const Record *r)
{
    const CcaFaultPassage *p = &r->passage;
    const CcaRequester *requester = &p->access.requester;
    const CcaFaultSiteInfo *site = cca_fault_site_info(r->firing.site);
    CcaFaultRequester who = {
        .kind = requester->kind == CCA_REQUESTER_PE ?
                CCA_FAULT_REQUESTER_KIND_PE : CCA_FAULT_REQUESTER_KIND_DEVICE,
        .id = requester->id,
        .state = (CcaSpace)requester->state,
    };
    CcaFaultFired event = {
        .id = (char *)r->id,
        .site = (char *)site->name,
        .action = (char *)cca_fault_action_name(r->effect.action),
        .sequence = r->firing.sequence,
        .hit = r->firing.hit,
        .virtual_ns = r->ns,
        .address = p->access.addr,
        .size = p->size,
        .pas = (CcaSpace)p->access.pas,
        .has_mecid = site->has_context,
        .mecid = p->access.mecid,
        .requester = &who,
        .has_pc = r->firing.has_pc,
        .pc = r->firing.pc,
        .has_entry_address = site->has_entry,
        .entry_address = p->entry_addr,
        .has_word = r->effect.action == CCA_ACT_FLIP && site->words,
        .word = r->effect.word,
        .has_value = r->firing.has_value,
        .value = r->firing.value_before,
        .has_new_value = r->firing.has_values,
        .new_value = r->firing.value_after,
        .has_delay = r->effect.delay_ns,
        .delay = r->effect.delay_ns,
        .unreported = r->unreported,
    };

    qapi_event_send_cca_fault_fired(&event);
}

static void send_events(void *opaque)
{
    g_autofree Record *r = g_new(Record, 1);

    for (;;) {
        WITH_QEMU_LOCK_GUARD(&reporter.lock) {
            if (!reporter.used) {
                return;
            }
            *r = reporter.ring[reporter.head];
            reporter.head = (reporter.head + 1) % RING;
            reporter.used--;
        }
        send_event(r);
    }
}

uint64_t cca_fault_unreported(void)
{
    QEMU_LOCK_GUARD(&reporter.lock);
    return reporter.unreported_ever;
}

void cca_fault_report_events(CcaFaults *faults)
{
    qemu_mutex_init(&reporter.lock);
    reporter.bh = qemu_bh_new(send_events, NULL);
    reporter.allowance = BURST * (uint64_t)NANOSECONDS_PER_SECOND;
    cca_fault_observe(faults, watch, NULL);
}
