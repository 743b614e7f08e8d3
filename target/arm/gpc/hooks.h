/*
 * What QEMU's own files call (qemu/patches): granule protection of a PE.
 *
 * Include it where target/arm's "internals.h" is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_GPC_HOOKS_H
#define CCA_GPC_HOOKS_H

#ifndef CONFIG_USER_ONLY

#include "cpu-gpc.h"
#include "cpu-mec.h"

/*
 * Give @cpu its granule protection state if the machine asks for it
 * (cca_pe_configure()); decides ID_AA64PFR0_EL1.RME. False with @errp set
 * where the CPU cannot have it.
 */
bool cca_cpu_realize(ARMCPU *cpu, Error **errp);

/*
 * Define or redefine the system registers and TLBIs of granule protection,
 * and on any CCA machine what cca_cpu_define_zcr() and cca_cpu_define_wfe()
 * do.
 */
void cca_cpu_define_regs(ARMCPU *cpu);

/* Bits of PMCCFILTR_EL0 and PMEVTYPER<n>_EL0 that @env's PE has for Realm. */
uint64_t cca_pmu_filters(CPUARMState *env);

/*
 * Is a counter with filter bits @filter stopped at EL@el, in the security
 * state that @env's PE is in? @filtered: QEMU's answer, for other states than
 * Realm.
 */
bool cca_pmu_filtered(CPUARMState *env, int el, uint64_t filter,
                      bool filtered);

/* No floating-point trap stops an access to ZCR_ELx of @cpu. */
void cca_cpu_define_zcr(ARMCPU *cpu);

/* Bits of SCR_EL3 and of HCRX_EL2 that @env's PE has for FEAT_MEC. */
uint64_t cca_mecid_scr_bits(CPUARMState *env);
uint64_t cca_mecid_hcrx_bits(CPUARMState *env);

/* SCR_EL3 has a new value. */
void cca_mecid_scr_written(CPUARMState *env);

/*
 * MECIDs of translations (mecid.h). 0 and no fault without FEAT_MEC, and in
 * all other physical address spaces than Realm's. @mmu_idx
 * is the regime that translates, @space its Security state, @debug: on behalf
 * of a human, and leaves no trace.
 */

/*
 * The MECID of an access whose address @mmu_idx does not translate.
 * @of_walk: what cca_mecid_of_walk() said, if this is the output of
 * ARMMMUIdx_Phys_Realm for @debug.
 */
uint16_t cca_mecid_untranslated_slowly(CPUARMState *env, ARMMMUIdx mmu_idx,
                                       ARMSecuritySpace space, bool debug,
                                       uint16_t of_walk);
static inline uint16_t cca_mecid_untranslated(CPUARMState *env,
                                              ARMMMUIdx mmu_idx,
                                              ARMSecuritySpace space,
                                              bool debug, uint16_t of_walk)
{
    CcaPe *pe = env_archcpu(env)->cca;

    return unlikely(space == ARMSS_Realm) && pe && pe->mec ?
           cca_mecid_untranslated_slowly(env, mmu_idx, space, debug, of_walk) :
           0;
}

/*
 * Does AMEC of @descriptor, which a walk found at @level, give a Translation
 * fault? Never if it is a Table descriptor.
 */
bool cca_mecid_faults_slowly(CPUARMState *env, ARMMMUIdx mmu_idx,
                             ARMSecuritySpace space, bool upper, int level,
                             uint64_t descriptor);
static inline bool cca_mecid_faults(CPUARMState *env, ARMMMUIdx mmu_idx,
                                    ARMSecuritySpace space, bool upper,
                                    int level, uint64_t descriptor)
{
    CcaPe *pe = env_archcpu(env)->cca;

    return unlikely(space == ARMSS_Realm) && pe && pe->mec &&
           cca_mecid_faults_slowly(env, mmu_idx, space, upper, level,
                                   descriptor);
}

/*
 * The MECID of an access to @out_space by @descriptor, which translates
 * @address, in the upper range (TTBR1) or not.
 */
uint16_t cca_mecid_of_output_slowly(CPUARMState *env, ARMMMUIdx mmu_idx,
                                    ARMSecuritySpace out_space,
                                    vaddr address, bool upper,
                                    uint64_t descriptor, bool debug);
static inline uint16_t cca_mecid_of_output(CPUARMState *env,
                                           ARMMMUIdx mmu_idx,
                                           ARMSecuritySpace out_space,
                                           vaddr address, bool upper,
                                           uint64_t descriptor, bool debug)
{
    CcaPe *pe = env_archcpu(env)->cca;

    return unlikely(out_space == ARMSS_Realm) && pe && pe->mec ?
           cca_mecid_of_output_slowly(env, mmu_idx, out_space, address, upper,
                                      descriptor, debug) : 0;
}

/*
 * A walk of @mmu_idx is about to fetch a descriptor by way of @ptw_idx: the
 * MECID of the fetch, where that is ARMMMUIdx_Phys_Realm. What the TLB holds
 * of that goes, if it is under another MECID.
 */
uint16_t cca_mecid_of_walk_slowly(CPUARMState *env, ARMMMUIdx mmu_idx,
                                  ARMMMUIdx ptw_idx, bool debug);
static inline uint16_t cca_mecid_of_walk(CPUARMState *env, ARMMMUIdx mmu_idx,
                                         ARMMMUIdx ptw_idx, bool debug)
{
    CcaPe *pe = env_archcpu(env)->cca;

    return unlikely(ptw_idx == ARMMMUIdx_Phys_Realm) && pe && pe->mec ?
           cca_mecid_of_walk_slowly(env, mmu_idx, ptw_idx, debug) : 0;
}
/* @cpu sleeps in WFE when it polls (cpu-wfe.c). */
void cca_cpu_define_wfe(ARMCPU *cpu);

/* The check in full, with caches, tables and locks. */
bool cca_gpc_fails_slowly(CPUARMState *env, ARMMMUIdx mmu_idx, bool debug,
                          GetPhysAddrResult *result, ARMMMUFaultInfo *fi);

/*
 * Check the output of a translation, *@result. Returns true, with @fi filled
 * in, if it faults. What passes is brought under its context (cpu-mec.h). @mmu_idx: the regime that translated. @debug: on behalf
 * of a human.
 */
static inline bool cca_gpc_fails(CPUARMState *env, ARMMMUIdx mmu_idx,
                                 bool debug, GetPhysAddrResult *result,
                                 ARMMMUFaultInfo *fi)
{
    CcaPe *pe = env_archcpu(env)->cca;

    if (!(likely(!debug) &&
          cca_pe_passes_at_once(pe, result->f.phys_addr,
                                cca_pas_of_space(result->f.attrs.space))) &&
        cca_gpc_fails_slowly(env, mmu_idx, debug, result, fi)) {
        return true;
    }
    cca_mec_settle(env, debug, &result->f);
    return false;
}

/*
 * The guest makes an access that misses the TLB, at host return address @ra.
 * @memop is not 0 where it is the first page of a load or store: the lookups
 * of second pages, and of helpers that make more than one access, say 0.
 */
static inline void cca_gpc_note_access(ARMCPU *cpu, vaddr address,
                                       MMUAccessType access_type,
                                       MemOp memop, uintptr_t ra)
{
    CcaPe *pe = cpu->cca;

    pe->access_va = address;
    pe->access_type = access_type;
    pe->access_ra = ra;
    pe->access_first = memop || access_type == MMU_INST_FETCH;
}

/* The guest is in an AT instruction for @address: env->pc is exact there. */
static inline void cca_gpc_note_at(ARMCPU *cpu, vaddr address)
{
    if (cpu->cca) {
        cca_gpc_note_access(cpu, address, MMU_DATA_LOAD, MO_64, 0);
    }
}

/*
 * Report a granule protection check fault of an access. Does not return
 * where it is a Granule Protection Check exception; else returns the type of
 * access that the abort must show (Arm ARM, ESR_ELx.WnR on atomics).
 */
MMUAccessType cca_gpc_report(ARMCPU *cpu, vaddr address,
                             MMUAccessType access_type, bool vncr,
                             ARMMMUFaultInfo *fi);

/* The same for an AT instruction; returns where PAR_EL1 is to hold it. */
void cca_gpc_report_at(ARMCPU *cpu, vaddr address, ARMMMUIdx mmu_idx,
                       ARMMMUFaultInfo *fi);

#else

static inline void cca_cpu_define_regs(ARMCPU *cpu)
{
}

static inline uint64_t cca_pmu_filters(CPUARMState *env)
{
    return 0;
}

static inline bool cca_pmu_filtered(CPUARMState *env, int el, uint64_t filter,
                                    bool filtered)
{
    return filtered;
}

static inline uint64_t cca_mecid_scr_bits(CPUARMState *env)
{
    return 0;
}

static inline uint64_t cca_mecid_hcrx_bits(CPUARMState *env)
{
    return 0;
}

static inline void cca_mecid_scr_written(CPUARMState *env)
{
}

static inline MMUAccessType cca_gpc_report(ARMCPU *cpu, vaddr address,
                                           MMUAccessType access_type,
                                           bool vncr, ARMMMUFaultInfo *fi)
{
    return access_type;
}

#endif
#endif
