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
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "exec/cputlb.h"
#include "exec/exec-all.h"
#include "hw/core/cpu.h"
#include "system/runstate.h"
#include "tcg/tcg.h"
#include "internals.h"
#include "cca/machine-faults.h"
#include "cpu-gpc.h"
#include "cpu-mec.h"
#include "trace.h"

/* --- translations that end ------------------------------------------------ */

/* Is @e in use, and for the page at @pa? */
static bool leads_to(const CPUTLBEntry *e, const CPUTLBEntryFull *full,
                     uint64_t pa)
{
    return full->phys_addr / MEC_GRANULE == pa / MEC_GRANULE &&
           (e->addr_read & e->addr_write & e->addr_code) != UINTPTR_MAX;
}

static void empty(CPUTLBEntry *e)
{
    memset(e, -1, sizeof(*e));
}

/* Is TLB index @idx for table walks only? */
static bool is_for_walks(unsigned idx)
{
    return idx >= (ARMMMUIdx_Stage2_S & ARM_MMU_IDX_COREIDX_MASK);
}

/*
 * Is there an entry for the page at @pa in the TLB of @cs, other than those
 * of table walks, which are used at once? @drop: all of them go. The TLB is
 * not in use now, but for what the instruction that @cs is in looked up.
 */
static bool find_page(CPUState *cs, uint64_t pa, bool drop)
{
    CPUTLB *tlb = &cs->neg.tlb;
    bool found = false;

    qemu_spin_lock(&tlb->c.lock);
    for (unsigned idx = 0; idx < NB_MMU_MODES; idx++) {
        CPUTLBDesc *d = &tlb->d[idx];
        CPUTLBDescFast *f = &tlb->f[idx];
        size_t entries = (f->mask >> CPU_TLB_ENTRY_BITS) + 1;

        if (!(tlb->c.dirty >> idx & 1)) {
            continue;
        }
        /* n_used_entries misses what came back from the victim TLB. */
        for (size_t i = 0; i < entries; i++) {
            if (leads_to(&f->table[i], &d->fulltlb[i], pa)) {
                found |= !is_for_walks(idx);
                if (drop) {
                    empty(&f->table[i]);
                    d->n_used_entries -= d->n_used_entries > 0;
                }
            }
        }
        for (size_t i = 0; i < CPU_VTLB_SIZE; i++) {
            if (leads_to(&d->vtable[i], &d->vfulltlb[i], pa)) {
                found |= !is_for_walks(idx);
                if (drop) {
                    empty(&d->vtable[i]);
                }
            }
        }
    }
    qemu_spin_unlock(&tlb->c.lock);
    return found;
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
            find_page(cs, pa, true);
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

static bool same_wish(const CcaAccess *a, const CcaAccess *b)
{
    return a->addr / MEC_GRANULE == b->addr / MEC_GRANULE &&
           a->pas == b->pas && a->mecid == b->mecid;
}

/*
 * Was @access just made ready by switch_work(), and nothing changed since?
 * While faults are armed, nothing else tells.
 */
static bool take_settled(CcaPe *pe, const CcaAccess *access)
{
    g_autofree CcaAccess *settled = g_steal_pointer(&pe->settled);
    bool ok = settled && same_wish(settled, access) &&
              pe->settled_at == qatomic_read(&cca_dram_era);

    if (ok) {
        pe->asked_pc = UINT64_MAX;
    }
    return ok;
}

/*
 * The PE makes the access that it is in again: alone, or when work that was
 * scheduled for it is done. A table walk may be under way. It may be alone
 * already, or one of those that share a thread, which cpu_loop_exit_atomic()
 * does not expect.
 */
static G_NORETURN void make_access_again(CPUState *cs, bool alone)
{
    ARMCPU *cpu = ARM_CPU(cs);

    cpu->env.tlb_fi = NULL;
    if (alone) {
        cs->exception_index = EXCP_ATOMIC;
        cpu_loop_exit_restore(cs, cca_cpu_pe(cpu)->access_ra);
    }
    cpu_loop_exit(cs);
}

/*
 * An instruction may make several accesses, and it may have looked up more
 * than one of them before it makes the first: across two pages, from one
 * place to another. So it may want one granule under two contexts at once.
 * To notice that, this PE's translations to the granule go before the
 * instruction is executed alone: one that is there after that was made by it,
 * and must stay as it is. Where PEs share a thread nobody has to be alone, so
 * the first access of an instruction may go on at once.
 *
 * Returns whether it is so; else the granule may change over.
 */
static bool wanted_twice(CPUState *cs, uint64_t pa)
{
    CcaPe *pe = cca_cpu_pe(ARM_CPU(cs));
    bool alone = cpu_in_exclusive_context(cs), used;

    pa -= pa % MEC_GRANULE;
    if (pe->access_first && (alone || !tcg_cflags_has(cs, CF_PARALLEL))) {
        return false;
    }
    if (alone && pe->mec_wanted == pa && find_page(cs, pa, false)) {
        return true;
    }
    used = find_page(cs, pa, true);
    if (used || (!alone && tcg_cflags_has(cs, CF_PARALLEL))) {
        pe->mec_wanted = pa;
        make_access_again(cs, true);
    }
    return false;
}

static void go_by_operations(CPUTLBEntryFull *full)
{
    full->tlb_fill_flags |= TLB_MMIO;
    full->attrs.pid = CCA_DRAM_BY_PE_PID;
    full->attrs.requester_id = CCA_DRAM_BY_PE_ID;
}

void cca_mec_settle_slowly(CPUARMState *env, CPUTLBEntryFull *full)
{
    CcaPe *pe = cca_cpu_pe(env_archcpu(env));
    CPUState *cs = env_cpu(env);
    CcaAccess access = {
        .addr = full->phys_addr,
        .pas = cca_pas_of_space(full->attrs.space),
        .mecid = full->attrs.mecid,
        .requester = {
            .kind = CCA_REQUESTER_PE,
            .id = cs->cpu_index,
            .state = cca_pas_of_space(arm_security_space(env)),
        },
    };

    if (pe->settled && take_settled(pe, &access)) {
        if (pe->settled_refused) {
            go_by_operations(full);
        }
        return;
    }
    if (tcg_ctx->gen_tb) {
        /*
         * A T32 instruction that lies across two pages: locks of translated
         * code are held now, which a switch has to take. If that was of no
         * use the last time, its first page wants the granule back, or
         * another PE does.
         */
        if (pe->asked_pc == env->regs[15] && same_wish(&pe->asked, &access)) {
            go_by_operations(full);
            return;
        }
        pe->asked = access;
        pe->asked_pc = env->regs[15];
        async_safe_run_on_cpu(cs, switch_work,
            RUN_ON_CPU_HOST_PTR(g_memdup2(&access, sizeof(access))));
        make_access_again(cs, false);
    }
    if (wanted_twice(cs, access.addr) ||
        switch_granule(&access) == MEC_REFUSED) {
        go_by_operations(full);
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

/* For CcaDram.pe: such an access looks nothing up, so tell pc_now() of it. */
static CcaRequester requester_now(void)
{
    CPUState *cs = current_cpu;
    CcaPe *pe = cca_cpu_pe(ARM_CPU(cs));

    pe->access_type = MMU_DATA_LOAD;
    pe->access_ra = cs->mem_io_pc;
    return (CcaRequester) {
        .kind = CCA_REQUESTER_PE,
        .id = cs->cpu_index,
        .state = cca_pas_of_space(arm_security_space(cpu_env(cs))),
    };
}

/* --- software that loaders brought ---------------------------------------- */

/* Is @cpu about to execute, in Root, what is not Root's? */
static bool begins_in_garbage(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;
    hwaddr offset;

    return cpu->power_state == PSCI_ON && arm_current_el(env) == 3 &&
           is_a64(env) && !(env->cp15.sctlr_el[3] & SCTLR_M) &&
           cca_dram_offset(env->pc, &offset) &&
           !mec_holds(cca_dram->mec, env->pc, CCA_PAS_ROOT, 0);
}

/* Who forgets that loaders write as the Normal world does sees a silent PE. */
static void machine_runs(void *opaque, bool running, RunState state)
{
    CPUState *cs;

    CPU_FOREACH(cs) {
        if (running && begins_in_garbage(ARM_CPU(cs))) {
            warn_report_once("PE %d begins at 0x%" PRIx64 ", in Root: what a "
                             "loader put into DRAM is garbage there without "
                             "mpe=mecid or mpe=off (docs/mec.md)",
                             cs->cpu_index, ARM_CPU(cs)->env.pc);
        }
    }
}

void cca_mec_attach_pes(void)
{
    qemu_add_vm_change_state_handler(machine_runs, NULL);
    cca_dram->pe = requester_now;
    cca_dram->drop = drop;
    cca_dram->pc = pc_now;
    cca_machine_faults_on_arming(armed);
}
