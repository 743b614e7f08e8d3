/*
 * Granule protection of a PE: its state, and the check at TLB fill.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "exec/translation-block.h"
#include "tcg/insn-start-words.h"
#include "cpu.h"
#include "cpu-features.h"
#include "internals.h"
#include "hooks.h"
#include "cpu-gpc.h"
#include "cpu-mecid.h"
#include "pe-watch.h"
#include "trace.h"

QEMU_BUILD_BUG_ON(CCA_PAS_SECURE != (int)ARMSS_Secure);
QEMU_BUILD_BUG_ON(CCA_PAS_NS != (int)ARMSS_NonSecure);
QEMU_BUILD_BUG_ON(CCA_PAS_ROOT != (int)ARMSS_Root);
QEMU_BUILD_BUG_ON(CCA_PAS_REALM != (int)ARMSS_Realm);

static const CcaPeConfig *pe_config;

void cca_pe_configure(const CcaPeConfig *config)
{
    static CcaPeConfig copy;

    copy = *config;
    pe_config = &copy;
}

const CcaPeConfig *cca_pe_configuration(void)
{
    return pe_config;
}

CcaPe *cca_cpu_pe(ARMCPU *cpu)
{
    return cpu->cca;
}

/*
 * A GPT entry, from RAM or flash only. What answers through device code is
 * no place for a table here: silicon's walker would get an External abort
 * from most peripherals too, and the walk must not wait for device locks.
 */
static bool read_gpt(void *opaque, uint64_t addr, uint64_t *value)
{
    MemTxAttrs attrs = { .secure = true, .space = ARMSS_Root };
    AddressSpace *as = arm_addressspace(opaque, attrs);
    hwaddr xlat, len = sizeof(*value);
    MemoryRegion *mr;
    uint64_t *host;

    RCU_READ_LOCK_GUARD();
    mr = address_space_translate(as, addr, &xlat, &len, false, attrs);
    if (len < sizeof(*value) || !memory_access_is_direct(mr, false, attrs)) {
        return false;
    }
    if (cca_dram_part_apart(mr, xlat, sizeof(*value), attrs)) {
        uint64_t word;

        if (cca_dram_rw(xlat, &word, sizeof(word), attrs, false) != MEMTX_OK) {
            return false;
        }
        *value = le64_to_cpu(word);
        return true;
    }
    host = memory_region_get_ram_ptr(mr) + xlat;
    *value = le64_to_cpu(qatomic_read(host));
    return true;
}

const GptBus *cca_gpt_bus(void)
{
    static GptBus bus = { .read64 = read_gpt };

    bus.opaque = first_cpu;
    return &bus;
}

uint64_t cca_cpu_pc(ARMCPU *cpu, uintptr_t ra)
{
    CPUState *cs = CPU(cpu);
    CPUARMState *env = &cpu->env;
    uint64_t data[TARGET_INSN_START_WORDS];

    if (!ra || !cpu_unwind_state_data(cs, ra, data)) {
        return env->pc;
    }
    return tcg_cflags_has(cs, CF_PCREL) ?
           (env->pc & TARGET_PAGE_MASK) | data[0] : data[0];
}

uint64_t cca_pe_pc(void *opaque)
{
    CcaPe *pe = opaque;

    return pe->access_type == MMU_INST_FETCH ? pe->access_va :
           cca_cpu_pc(pe->cpu, pe->access_ra);
}

static void observe_fetch(void *opaque, uint64_t pa, unsigned level,
                          uint64_t entry_addr, uint64_t entry, bool ok)
{
    CcaPe *pe = opaque;

    trace_cca_gpt_fetch(CPU(pe->cpu)->cpu_index, pa, level, entry_addr, entry,
                        ok ? "" : " External abort");
}

static GptImpl implementation_of(ARMCPU *cpu)
{
    const ARMISARegisters *id = &cpu->isar;

    return (GptImpl) {
        .rme = pe_config->rme,
        .l0gptsz = pe_config->l0gptsz - 30,
        .pa_bits = arm_pamax(cpu),
        .sel2 = cpu_isar_feature(aa64_sel2, cpu),
        .tgran4 = isar_feature_aa64_tgran4(id) ||
                  isar_feature_aa64_tgran4_2(id),
        .tgran16 = isar_feature_aa64_tgran16(id) ||
                   isar_feature_aa64_tgran16_2(id),
        .tgran64 = isar_feature_aa64_tgran64(id) ||
                   isar_feature_aa64_tgran64_2(id),
    };
}

bool cca_cpu_realize(ARMCPU *cpu, Error **errp)
{
    GptBus bus = { .read64 = read_gpt, .opaque = CPU(cpu) };
    GptImpl impl;
    CcaPe *pe;

    cca_pe_watch_realize(cpu);
    if (!pe_config) {
        return true;
    }
    if (!pe_config->rme) {
        if (cpu_isar_feature(aa64_rme, cpu)) {
            error_setg(errp, "x-rme=on contradicts the machine's rme=off");
            return false;
        }
        return true;
    }
    if (!arm_feature(&cpu->env, ARM_FEATURE_AARCH64) ||
        !arm_feature(&cpu->env, ARM_FEATURE_EL3)) {
        error_setg(errp, "RME needs a CPU with AArch64 and EL3: "
                   "drop aarch64=off and has_el3=off, or use rme=off");
        return false;
    }
    cpu->isar.id_aa64pfr0 = FIELD_DP64(cpu->isar.id_aa64pfr0, ID_AA64PFR0,
                                       RME, pe_config->rme);
    cpu->reset_l0gptsz = pe_config->l0gptsz - 30;

    impl = implementation_of(cpu);
    pe = g_new0(CcaPe, 1);
    pe->cpu = cpu;
    pe->filter = g_new0(TlbFilter, 1);
    pe->passed = g_new0(PassCache, 1);
    pass_cache_clear(pe->passed);
    qemu_spin_init(&pe->lock);
    if (!gpc_init(&pe->gpc, &impl, &bus, pe_config->strict_tlb)) {
        error_setg(errp, "no memory for the GPT walk cache");
        g_free(pe->filter);
        g_free(pe->passed);
        g_free(pe);
        return false;
    }
    pe->gpc.faults = pe_config->faults;
    pe->gpc.pc = cca_pe_pc;
    pe->gpc.on_fetch = observe_fetch;
    pe->gpc.opaque = pe;
    cpu->cca = pe;
    if (pe_config->mec) {
        cca_mecid_realize(cpu, pe_config->mecid_bits);
    }
    return true;
}

void cca_pe_config(CcaPe *pe, GptRegs *regs, GptImpl *impl, GptConfig *cfg)
{
    qemu_spin_lock(&pe->lock);
    if (regs) {
        *regs = pe->gpc.regs;
    }
    if (impl) {
        *impl = pe->gpc.impl;
    }
    if (cfg) {
        *cfg = pe->gpc.cfg;
    }
    qemu_spin_unlock(&pe->lock);
}

void cca_pe_stats(CcaPe *pe, GpcStats *stats, CcaPeCounters *more)
{
    qemu_spin_lock(&pe->lock);
    if (stats) {
        *stats = pe->gpc.stats;
        stats->checks += pe->short_cuts;
        stats->hits += pe->short_cuts;
    }
    if (more) {
        *more = pe->counters;
    }
    qemu_spin_unlock(&pe->lock);
}

/*
 * Checks are off: the TLB may get any page. Seen noted while another PE
 * clears it: that PE has also scheduled a flush, which comes after this fill.
 */
void cca_pe_note_unchecked(CcaPe *pe)
{
    qemu_spin_lock(&pe->lock);
    pe->filter->everything = pe->filter->any = true;
    qemu_spin_unlock(&pe->lock);
}

/*
 * The Security state that owns a translation regime. A regime of physical
 * addresses stands for the table walks of some other one: those of EL3 are
 * in the Root PAS, where the state makes no difference.
 */
static ARMSecuritySpace regime_state(CPUARMState *env, ARMMMUIdx mmu_idx)
{
    switch (mmu_idx) {
    case ARMMMUIdx_E3:
    case ARMMMUIdx_E30_0:
    case ARMMMUIdx_E30_3_PAN:
        return ARMSS_Root;
    default:
        return arm_security_space_below_el3(env);
    }
}

static ARMGPCF gpcf_of(CcaGpcf fault)
{
    static const ARMGPCF kinds[] = {
        [CCA_GPCF_NONE] = GPCF_None,
        [CCA_GPCF_ADDRESS_SIZE] = GPCF_AddressSize,
        [CCA_GPCF_WALK] = GPCF_Walk,
        [CCA_GPCF_FAIL] = GPCF_Fail,
        [CCA_GPCF_EABT] = GPCF_EABT,
    };

    return kinds[fault];
}

/*
 * Check, and note the page for the TLB, in one go: a PA TLBI of another PE
 * comes either before, and the check reads the new table, or after, and
 * finds the page noted.
 */
static bool check_and_note(CcaPe *pe, const CcaAccess *access,
                           CcaGpcVerdict *verdict)
{
    bool pass;

    qemu_spin_lock(&pe->lock);
    pass = gpc_check(&pe->gpc, access, verdict);
    if (pass) {
        tlb_filter_add(pe->filter, access->addr);
        /* What a fault site says goes for one check only. */
        if (!verdict->state_dependent &&
            !cca_fault_armed(pe->gpc.faults, CCA_SITE_GPC_VERDICT)) {
            pass_cache_add(pe->passed, access->addr, access->pas);
        }
    }
    qemu_spin_unlock(&pe->lock);
    return pass;
}

static bool check_for_debug(CcaPe *pe, const CcaAccess *access,
                            CcaGpcVerdict *verdict)
{
    bool pass;

    qemu_spin_lock(&pe->lock);
    pass = gpc_check(&pe->gpc, access, verdict);
    qemu_spin_unlock(&pe->lock);
    return pass;
}

bool cca_gpc_fails_slowly(CPUARMState *env, ARMMMUIdx mmu_idx, bool debug,
                          GetPhysAddrResult *result, ARMMMUFaultInfo *fi)
{
    ARMCPU *cpu = env_archcpu(env);
    CcaPe *pe = cpu->cca;
    CcaAccess access = {
        .addr = result->f.phys_addr,
        .pas = cca_pas_of_space(result->f.attrs.space),
        .requester = {
            .kind = debug ? CCA_REQUESTER_DEBUG : CCA_REQUESTER_PE,
            .id = CPU(cpu)->cpu_index,
            .state = cca_pas_of_space(regime_state(env, mmu_idx)),
        },
    };
    CcaGpcVerdict verdict = { .fault = CCA_GPCF_NONE };

    if (debug ? check_for_debug(pe, &access, &verdict) :
                check_and_note(pe, &access, &verdict)) {
        /*
         * QEMU's TLB for walks in the Non-secure PAS does not know whose
         * walk an entry came from: leave such a page out of it.
         */
        if (verdict.state_dependent && mmu_idx == ARMMMUIdx_Phys_NS) {
            result->f.lg_page_size = 0;
        }
        return false;
    }
    trace_cca_gpc_fault(CPU(cpu)->cpu_index, access.addr,
                        cca_pas_name(access.pas),
                        cca_gpcf_name(verdict.fault), verdict.level);
    fi->type = ARMFault_GPCFOnOutput;
    fi->gpcf = gpcf_of(verdict.fault);
    fi->gpt_level = verdict.level;
    fi->paddr = access.addr;
    fi->paddr_space = result->f.attrs.space;
    return true;
}
