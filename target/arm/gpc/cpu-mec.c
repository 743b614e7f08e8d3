/*
 * Memory Encryption Contexts of a PE: granules change over at its TLB fills.
 *
 * A granule changes over while no other PE is inside an instruction, and no
 * TLB keeps a translation to it. The PE whose access it is does so in an
 * exclusive section of one instruction, which includes the access itself: so
 * however many PEs want a granule under other contexts, each of them gets on
 * by an instruction each time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "exec/cputlb.h"
#include "exec/exec-all.h"
#include "hw/core/cpu.h"
#include "tcg/tcg.h"
#include "cca/machine-faults.h"
#include "cpu-gpc.h"
#include "cpu-mec.h"
#include "trace.h"

/* --- translations that end ------------------------------------------------ */

static bool is_empty(const CPUTLBEntry *e)
{
    return e->addr_read == -1 && e->addr_write == -1 && e->addr_code == -1;
}

/* Drop @e if it leads to the page at @pa. Returns whether it did. */
static bool drop_entry(CPUTLBEntry *e, const CPUTLBEntryFull *full,
                       uint64_t pa)
{
    if ((full->phys_addr & TARGET_PAGE_MASK) != pa || is_empty(e)) {
        return false;
    }
    memset(e, -1, sizeof(*e));
    return true;
}

/* The TLB of @cs is not in use now. */
static void drop_page(CPUState *cs, uint64_t pa)
{
    CPUTLB *tlb = &cs->neg.tlb;

    qemu_spin_lock(&tlb->c.lock);
    for (unsigned idx = 0; idx < NB_MMU_MODES; idx++) {
        CPUTLBDesc *d = &tlb->d[idx];
        CPUTLBDescFast *f = &tlb->f[idx];
        size_t entries = (f->mask >> CPU_TLB_ENTRY_BITS) + 1;

        if (!(tlb->c.dirty >> idx & 1)) {
            continue;
        }
        for (size_t i = 0; d->n_used_entries && i < entries; i++) {
            if (drop_entry(&f->table[i], &d->fulltlb[i], pa)) {
                d->n_used_entries--;
            }
        }
        for (size_t i = 0; i < CPU_VTLB_SIZE; i++) {
            drop_entry(&d->vtable[i], &d->vfulltlb[i], pa);
        }
    }
    qemu_spin_unlock(&tlb->c.lock);
}

/* For CcaDram.drop. */
static bool drop(uint64_t pa, uint64_t size)
{
    CPUState *cs;

    if (size == UINT64_MAX) {
        CPU_FOREACH(cs) {
            tlb_flush(cs);
        }
        return true;
    }
    if (cca_dram_pinned(pa)) {
        return false;
    }
    CPU_FOREACH(cs) {
        CcaPe *pe = cca_cpu_pe(ARM_CPU(cs));

        if (!pe || tlb_filter_test(pe->filter, pa, size)) {
            drop_page(cs, pa);
        }
    }
    return true;
}

/* --- switches ------------------------------------------------------------- */

static MecResult switch_granule(const CcaAccess *access)
{
    bool locked = bql_locked();
    MecResult result;

    if (!locked) {
        bql_lock();
    }
    result = cca_dram_switch(access);
    if (!locked) {
        bql_unlock();
    }
    return result;
}

static void switch_work(CPUState *cs, run_on_cpu_data data)
{
    CcaPe *pe = cca_cpu_pe(ARM_CPU(cs));
    CcaAccess *access = data.host_ptr;

    pe->settled_refused = switch_granule(access) == MEC_REFUSED;
    pe->settled_at = qatomic_read(&cca_dram_era);
    g_free(pe->settled);
    pe->settled = access;
}

/*
 * Was @access just made ready by switch_work(), and nothing changed since?
 * While faults are armed, nothing else tells.
 */
static bool take_settled(CcaPe *pe, const CcaAccess *access)
{
    g_autofree CcaAccess *settled = g_steal_pointer(&pe->settled);

    return settled && !((settled->addr ^ access->addr) & TARGET_PAGE_MASK) &&
           settled->pas == access->pas && settled->mecid == access->mecid &&
           pe->settled_at == qatomic_read(&cca_dram_era);
}

/*
 * The PE makes the access that it is in again: alone, or when work that was
 * scheduled for it is done. A table walk may be under way.
 */
static G_NORETURN void make_access_again(CPUState *cs, bool alone)
{
    ARMCPU *cpu = ARM_CPU(cs);

    cpu->env.tlb_fi = NULL;
    if (alone) {
        cpu_loop_exit_atomic(cs, cca_cpu_pe(cpu)->access_ra);
    }
    cpu_loop_exit(cs);
}

void cca_mec_settle_slowly(CPUARMState *env, const CcaAccess *access,
                           CPUTLBEntryFull *full)
{
    CcaPe *pe = cca_cpu_pe(env_archcpu(env));
    CPUState *cs = env_cpu(env);
    CcaAccess by_pe = *access;

    if (pe->settled && take_settled(pe, access)) {
        if (pe->settled_refused) {
            full->tlb_fill_flags |= TLB_MMIO;
        }
        return;
    }
    by_pe.requester.state = cca_pas_of_space(arm_security_space(env));
    if (tcg_ctx->gen_tb) {
        /*
         * A T32 instruction that lies across two pages: locks of translated
         * code are held now, which a switch has to take.
         */
        async_safe_run_on_cpu(cs, switch_work,
            RUN_ON_CPU_HOST_PTR(g_memdup2(&by_pe, sizeof(by_pe))));
        make_access_again(cs, false);
    }
    if (tcg_cflags_has(cs, CF_PARALLEL) && !cpu_in_exclusive_context(cs)) {
        make_access_again(cs, true);
    }
    if (switch_granule(&by_pe) == MEC_REFUSED) {
        full->tlb_fill_flags |= TLB_MMIO;
    }
}

/* --- fault sites ---------------------------------------------------------- */

static void flush_work(CPUState *cs, run_on_cpu_data data)
{
    tlb_flush(cs);
}

/*
 * Translations that were made before a fault was armed go around its site:
 * the next access of each PE to each page is to pass it.
 */
static void armed(CcaFaultSite site)
{
    CPUState *cs;

    if (site < CCA_SITE_MEC_CONTEXT || site > CCA_SITE_MEM_REPLAY) {
        return;
    }
    CPU_FOREACH(cs) {
        run_on_cpu(cs, flush_work, RUN_ON_CPU_NULL);
    }
}

static uint64_t pc_now(void)
{
    return cca_pe_pc(cca_cpu_pe(ARM_CPU(current_cpu)));
}

void cca_mec_attach_pes(void)
{
    cca_dram->drop = drop;
    cca_dram->pc = pc_now;
    cca_machine_faults_on_arming(armed);
}
