/*
 * ZCR_EL1, ZCR_EL2 and ZCR_EL3 of the PEs of a CCA machine: traps of floating
 * point do not apply to them.
 *
 * Traps of SVE are all that the architecture has for these registers (DDI
 * 0487, "Accessing ZCR_EL3"). QEMU takes them for SVE instructions, which
 * traps of floating point stop, too. TF-A from 2.15 on has such a trap
 * enabled for EL3 (CPTR_EL3.TFP) when it writes ZCR_EL3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "cpu-features.h"
#include "internals.h"
#include "cpregs.h"
#include "syndrome.h"
#include "hooks.h"

/* op1 of the encoding of ZCR_EL1, ZCR_EL2, ZCR_EL3 */
static const unsigned zcr_op1[] = { 0, 4, 6 };

static CPAccessResult zcr_access(CPUARMState *env, const ARMCPRegInfo *ri,
                                 bool isread)
{
    int target = sve_exception_el(env, arm_current_el(env));

    if (target) {
        raise_exception(env, EXCP_UDEF, syn_sve_access_trap(), target);
    }
    return CP_ACCESS_OK;
}

void cca_cpu_define_zcr(ARMCPU *cpu)
{
    if (!cpu_isar_feature(aa64_sve, cpu)) {
        return;
    }
    for (unsigned n = 0; n < ARRAY_SIZE(zcr_op1); n++) {
        uint32_t key = ENCODE_AA64_CP_REG(CP_REG_ARM64_SYSREG_CP, 1, 2, 3,
                                          zcr_op1[n], 0);
        ARMCPRegInfo *ri = g_hash_table_lookup(cpu->cp_regs,
                                               (gpointer)(uintptr_t)key);

        if (ri) {
            assert(!ri->accessfn && (ri->type & ARM_CP_SVE));
            ri->type &= ~ARM_CP_SVE;
            ri->accessfn = zcr_access;
        }
    }
}
