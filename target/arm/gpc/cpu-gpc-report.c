/*
 * Granule protection of a PE: how a fault comes to software, and the log of
 * those that did.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "exec/exec-all.h"
#include "exec/cpu_ldst.h"
#include "cpu.h"
#include "cpu-features.h"
#include "internals.h"
#include "syndrome.h"
#include "hooks.h"
#include "cpu-gpc.h"
#include "trace.h"

/* --- the log --- */

static struct {
    QemuMutex lock;
    uint64_t total;
    CcaGpcFaultRecord record[CCA_GPC_FAULT_LOG_SIZE];
} fault_log;

static void __attribute__((constructor)) init_log(void)
{
    qemu_mutex_init(&fault_log.lock);
}

size_t cca_gpc_fault_log(CcaGpcFaultRecord *out, size_t max, uint64_t *total)
{
    size_t n;

    QEMU_LOCK_GUARD(&fault_log.lock);
    n = MIN(max, MIN(fault_log.total, CCA_GPC_FAULT_LOG_SIZE));
    for (size_t i = 0; i < n; i++) {
        uint64_t seq = fault_log.total - n + i;

        out[i] = fault_log.record[seq % CCA_GPC_FAULT_LOG_SIZE];
    }
    *total = fault_log.total;
    return n;
}

static CcaGpcf fault_of(ARMGPCF gpcf)
{
    switch (gpcf) {
    case GPCF_AddressSize:
        return CCA_GPCF_ADDRESS_SIZE;
    case GPCF_Walk:
        return CCA_GPCF_WALK;
    case GPCF_EABT:
        return CCA_GPCF_EABT;
    case GPCF_Fail:
        return CCA_GPCF_FAIL;
    default:
        return CCA_GPCF_NONE;
    }
}

/* A fault, and everything that its report needs to know. */
typedef struct Report {
    ARMCPU *cpu;
    const ARMMMUFaultInfo *fi;
    vaddr address;
    MMUAccessType access_type;
    bool vncr, at;
} Report;

static void log_fault(const Report *r, CcaGpcReport how, int target_el,
                      uint64_t syndrome)
{
    CPUARMState *env = &r->cpu->env;
    CcaGpcFaultRecord rec = {
        .cpu_index = CPU(r->cpu)->cpu_index,
        .fault = fault_of(r->fi->gpcf),
        .level = r->fi->gpt_level,
        .pas = cca_pas_of_space(r->fi->paddr_space),
        .pa = r->fi->paddr,
        .va = r->address,
        .pc = env->pc,
        .state = cca_pas_of_space(arm_security_space(env)),
        .from_el = arm_current_el(env),
        .to_el = target_el,
        .access = r->access_type,
        .on_walk = r->fi->type == ARMFault_GPCFOnWalk,
        .at = r->at,
        .report = how,
        .syndrome = syndrome,
    };

    trace_cca_gpc_report(rec.cpu_index, cca_gpcf_name(rec.fault), rec.pa,
                         cca_pas_name(rec.pas), rec.va, rec.pc, target_el,
                         syndrome);
    QEMU_LOCK_GUARD(&fault_log.lock);
    rec.seq = fault_log.total++;
    fault_log.record[rec.seq % CCA_GPC_FAULT_LOG_SIZE] = rec;
}

/* --- Granule Protection Check exceptions --- */

/*
 * Arm ARM, "Granule Protection Check exceptions" (R_PYTGX, R_BLYPM,
 * R_VBZMW, R_LXHQR): all but granule protection faults; those where
 * SCR_EL3.GPF asks for it and EL3 is not the one that faults.
 */
static bool is_gpc_exception(const Report *r)
{
    CPUARMState *env = &r->cpu->env;

    return r->fi->gpcf != GPCF_Fail ||
           ((env->cp15.scr_el3 & SCR_GPF) && arm_current_el(env) != 3);
}

/* ISS.GPCSC (Arm ARM, "ISS encoding for a Granule Protection Check"). */
static unsigned gpcsc_of(const ARMMMUFaultInfo *fi)
{
    static const uint8_t code[] = {
        [GPCF_AddressSize] = 0x00, [GPCF_Walk] = 0x04,
        [GPCF_Fail] = 0x0c, [GPCF_EABT] = 0x14,
    };

    return code[fi->gpcf] | fi->gpt_level;
}

static uint64_t mfar_of(const ARMMMUFaultInfo *fi)
{
    uint64_t mfar = fi->paddr & MFAR_FPA_MASK;

    mfar = GPT_SET(mfar, MFAR_NS, fi->paddr_space & 1);
    return GPT_SET(mfar, MFAR_NSE, fi->paddr_space >> 1);
}

G_NORETURN static void raise_gpc_exception(const Report *r)
{
    CPUARMState *env = &r->cpu->env;
    ARMMMUFaultInfo fi = *r->fi;
    bool write = r->at || r->access_type == MMU_DATA_STORE;
    uint32_t fsr = arm_fi_to_lfsc(&fi), syn;

    syn = syn_gpc(fi.stage2 && fi.type == ARMFault_GPCFOnWalk,
                  r->access_type == MMU_INST_FETCH && !r->at,
                  gpcsc_of(&fi), r->vncr, r->at, fi.s1ptw, write,
                  extract32(fsr, 0, 6));
    env->cp15.mfar_el3 = mfar_of(&fi);
    log_fault(r, CCA_REPORT_GPC_EXCEPTION, 3, syn);
    env->exception.vaddress = r->address;
    env->exception.fsr = fsr;
    raise_exception(env, EXCP_GPC, syn, 3);
}

/* --- accesses --- */

/*
 * An A64 instruction that reads and writes one location: CAS, CASP, LD<op>
 * and SWP (Arm ARM, "Loads and stores"). Store-exclusives are not: their
 * read was another instruction.
 */
static bool is_atomic(uint32_t insn)
{
    bool cas = (insn & 0x3fa07c00) == 0x08a07c00;
    bool casp = (insn & 0xbfa07c00) == 0x08207c00;
    bool memop = (insn & 0x3b200c00) == 0x38200000;
    bool o3 = insn >> 15 & 1;
    unsigned opc = insn >> 12 & 7;

    return cas || casp || (memop && (!o3 || opc == 0));
}

/*
 * ESR_ELx.WnR is 0 for an atomic instruction whose read would have faulted
 * in the same way; granule protection does not tell reads from writes.
 */
static MMUAccessType reported_access(ARMCPU *cpu, MMUAccessType access_type)
{
    CPUARMState *env = &cpu->env;

    if (access_type == MMU_DATA_STORE && is_a64(env) &&
        is_atomic(cpu_ldl_code(env, env->pc))) {
        return MMU_DATA_LOAD;
    }
    return access_type;
}

MMUAccessType cca_gpc_report(ARMCPU *cpu, vaddr address,
                             MMUAccessType access_type, bool vncr,
                             ARMMMUFaultInfo *fi)
{
    CPUARMState *env = &cpu->env;
    Report r = {
        .cpu = cpu, .fi = fi, .address = address,
        .access_type = reported_access(cpu, access_type), .vncr = vncr,
    };
    int target_el = exception_target_el(env);

    if (is_gpc_exception(&r)) {
        raise_gpc_exception(&r);
    }
    if (vncr || fi->stage2 ||
        (target_el < 2 && (arm_hcr_el2_eff(env) & HCR_GPF))) {
        target_el = 2;
    }
    log_fault(&r, CCA_REPORT_ABORT, target_el, 0);
    return r.access_type;
}

/* --- address translation instructions --- */

static bool is_at_s1_of_el1(ARMMMUIdx mmu_idx)
{
    return mmu_idx == ARMMMUIdx_Stage1_E0 || mmu_idx == ARMMMUIdx_Stage1_E1 ||
           mmu_idx == ARMMMUIdx_Stage1_E1_PAN;
}

/*
 * Arm ARM, AArch64.AT: an exception is taken for a GPC exception, for a
 * stage 2 fault on a stage 1 walk at EL1 (QEMU's own code does that), and
 * for a GPF on ATS1E0*, ATS1E1* at EL1 with HCR_EL2.GPF set.
 */
void cca_gpc_report_at(ARMCPU *cpu, vaddr address, ARMMMUIdx mmu_idx,
                       ARMMMUFaultInfo *fi)
{
    CPUARMState *env = &cpu->env;
    int current_el = arm_current_el(env);
    Report r = {
        .cpu = cpu, .fi = fi, .address = address,
        .access_type = MMU_DATA_LOAD, .at = true,
    };

    if (is_gpc_exception(&r)) {
        raise_gpc_exception(&r);
    }
    if (current_el == 1 && !fi->s1ptw && is_at_s1_of_el1(mmu_idx) &&
        (arm_hcr_el2_eff(env) & HCR_GPF)) {
        uint32_t fsr = arm_fi_to_lfsc(fi);
        uint32_t syn = syn_data_abort_no_iss(false, 0, 0, 1, 0, 1,
                                             extract32(fsr, 0, 6));

        log_fault(&r, CCA_REPORT_ABORT, 2, syn);
        env->exception.vaddress = address;
        env->exception.fsr = fsr;
        raise_exception(env, EXCP_DATA_ABORT, syn, 2);
    }
    if (fi->s1ptw && current_el == 1) {
        log_fault(&r, CCA_REPORT_ABORT, 2, 0);
    } else {
        log_fault(&r, CCA_REPORT_PAR, 0, 0);
    }
}
