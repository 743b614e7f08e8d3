/*
 * Granule protection of a PE: TLB invalidation by physical address.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "exec/cputlb.h"
#include "hw/core/cpu.h"
#include "cpu.h"
#include "cpu-gpc.h"
#include "trace.h"

/* One invalidation, as it was asked for. */
typedef struct Tlbi {
    const char *name;
    bool all, broadcast, last_level;
    uint64_t base, size;
} Tlbi;

static void flush_here(CcaPe *pe)
{
    tlb_flush(CPU(pe->cpu));
}

static void flush_work(CPUState *cs, run_on_cpu_data data)
{
    CcaPe *pe = data.host_ptr;

    flush_here(pe);
    qatomic_dec(&pe->flushes_pending);
}

static void nothing_work(CPUState *cs, run_on_cpu_data data)
{
}

/*
 * Invalidate in the walk cache of @pe. Returns whether its TLB may hold
 * something of it as well; if so the caller flushes the TLB before the
 * instruction completes, and the filter starts anew.
 */
static bool invalidate(CcaPe *pe, const Tlbi *t)
{
    bool hit;

    qemu_spin_lock(&pe->lock);
    if (t->all) {
        gpc_tlbi_all(&pe->gpc);
        hit = pe->filter->any;
    } else {
        gpc_tlbi_pa(&pe->gpc, t->base, t->size, t->last_level);
        hit = tlb_filter_test(pe->filter, t->base, t->size);
    }
    if (hit) {
        cca_pe_forget_pages(pe);
        pe->counters.tlb_flushes++;
    } else {
        pe->counters.tlb_flushes_avoided++;
    }
    qemu_spin_unlock(&pe->lock);
    return hit;
}

/*
 * Invalidate in every PE, and in all that follow them. PEs whose TLBs may be
 * concerned flush them in their own threads; all of them have done so before
 * @issuer (NULL: nobody waits) goes on to its next instruction. A flush that
 * an earlier invalidation scheduled and that is not done yet counts as one of
 * ours: the filter no longer tells.
 */
static void invalidate_all_pes(CcaPe *issuer, const Tlbi *t)
{
    bool wait = false;
    CPUState *cs;

    CPU_FOREACH(cs) {
        CcaPe *pe = cca_cpu_pe(ARM_CPU(cs));
        bool hit = invalidate(pe, t);

        if (pe == issuer) {
            if (hit) {
                flush_here(pe);
            }
        } else if (hit) {
            qatomic_inc(&pe->flushes_pending);
            async_run_on_cpu(cs, flush_work, RUN_ON_CPU_HOST_PTR(pe));
            wait = true;
        } else if (qatomic_read(&pe->flushes_pending)) {
            wait = true;
        }
    }
    cca_gpc_tell_tlbi(t->all, t->base, t->size, t->last_level);
    if (issuer && wait) {
        async_safe_run_on_cpu(CPU(issuer->cpu), nothing_work,
                              RUN_ON_CPU_NULL);
    }
}

/* --- the fault site "tlbi.pa" --- */

typedef struct DelayedTlbi {
    QEMUTimer *timer;
    CPUState *cs;           /* the issuer */
    Tlbi tlbi;
} DelayedTlbi;

static void delayed_local_work(CPUState *cs, run_on_cpu_data data)
{
    DelayedTlbi *d = data.host_ptr;
    CcaPe *pe = cca_cpu_pe(ARM_CPU(cs));

    if (invalidate(pe, &d->tlbi)) {
        flush_here(pe);
    }
    g_free(d);
}

static void delayed_expires(void *opaque)
{
    DelayedTlbi *d = opaque;

    timer_free(d->timer);
    if (d->tlbi.broadcast) {
        invalidate_all_pes(NULL, &d->tlbi);
        g_free(d);
    } else {
        async_run_on_cpu(d->cs, delayed_local_work, RUN_ON_CPU_HOST_PTR(d));
    }
}

static void delay(CcaPe *pe, const Tlbi *t, uint64_t delay_ns)
{
    DelayedTlbi *d = g_new0(DelayedTlbi, 1);

    d->cs = CPU(pe->cpu);
    d->tlbi = *t;
    d->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, delayed_expires, d);
    timer_mod(d->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + delay_ns);
}

/* Returns whether a fault takes the invalidation's place. */
static bool faulted(CcaPe *pe, const Tlbi *t)
{
    CcaFaultPassage passage = {
        .access = {
            .addr = t->base,
            .pas = CCA_PAS_ROOT,
            .requester = {
                .kind = CCA_REQUESTER_PE,
                .id = CPU(pe->cpu)->cpu_index,
                .state = CCA_PAS_ROOT,
            },
        },
        .size = t->size,
        .pc = cca_pe_pc,
        .pc_opaque = pe,
    };
    CcaFaultEffect effect;

    if (!cca_fault_armed(pe->gpc.faults, CCA_SITE_TLBI_PA)) {
        return false;
    }
    /* The instruction at the PC is the TLBI itself: env->pc is exact. */
    pe->access_type = MMU_DATA_LOAD;
    pe->access_ra = 0;
    if (!cca_fault_consult(pe->gpc.faults, CCA_SITE_TLBI_PA, &passage,
                           &effect)) {
        return false;
    }
    switch (effect.action) {
    case CCA_ACT_DROP:
        return true;
    case CCA_ACT_DELAY:
        delay(pe, t, effect.delay_ns);
        return true;
    default:
        return false;
    }
}

/* --- the instructions --- */

static void tlbi(CcaPe *pe, const Tlbi *t)
{
    trace_cca_tlbi_pa(CPU(pe->cpu)->cpu_index, t->name, t->base, t->size);
    if (faulted(pe, t)) {
        return;
    }
    if (t->broadcast) {
        qatomic_inc(&pe->counters.tlbi_broadcast);
        invalidate_all_pes(pe, t);
    } else if (invalidate(pe, t)) {
        flush_here(pe);
    }
}

void cca_pe_tlbi_all(CcaPe *pe, bool broadcast)
{
    tlbi(pe, &(Tlbi) {
        .name = broadcast ? "PAALLOS" : "PAALL",
        .all = true, .broadcast = broadcast,
        .size = 1ull << 56,
    });
}

void cca_pe_tlbi_range(CcaPe *pe, uint64_t operand, bool last_level)
{
    Tlbi t = {
        .name = last_level ? "RPALOS" : "RPAOS",
        .broadcast = true, .last_level = last_level,
    };

    if (gpt_tlbi_range(&pe->gpc.cfg, operand, &t.base, &t.size)) {
        tlbi(pe, &t);
    }
}
