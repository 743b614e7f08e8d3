/*
 * Following the granule protection of the PEs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "hw/core/cpu.h"
#include "cpu.h"
#include "cpu-gpc.h"
#include "gpc-follow.h"

/*
 * Guarded by the big lock. Whether it is empty is also read without: who
 * starts to follow while a vCPU runs asks for the registers afterwards, and
 * has nothing cached that a TLBI of before could concern.
 */
static QLIST_HEAD(, CcaGpcFollower) followers =
    QLIST_HEAD_INITIALIZER(followers);

static CcaPe *boot_pe(void)
{
    return first_cpu ? cca_cpu_pe(ARM_CPU(first_cpu)) : NULL;
}

bool cca_gpc_follow(CcaGpcFollower *follower)
{
    const CcaPeConfig *config = cca_pe_configuration();
    CcaPe *pe = config ? boot_pe() : NULL;

    g_assert(bql_locked());
    if (!pe) {
        return false;
    }
    cca_pe_config(pe, NULL, &follower->impl, NULL);
    follower->bus = cca_gpt_bus();
    follower->strict_tlb = config->strict_tlb;
    follower->faults = config->faults;
    QLIST_INSERT_HEAD(&followers, follower, next);
    return true;
}

void cca_gpc_follow_now(CcaGpcFollower *follower)
{
    GptRegs regs;

    cca_pe_config(boot_pe(), &regs, NULL, NULL);
    follower->set_regs(follower, &regs, true);
}

void cca_gpc_unfollow(CcaGpcFollower *follower)
{
    g_assert(bql_locked());
    QLIST_REMOVE(follower, next);
}

static bool nobody_follows(void)
{
    return !qatomic_read(&followers.lh_first);
}

void cca_gpc_tell_regs(CcaPe *pe, bool forget)
{
    CcaGpcFollower *f;
    GptRegs regs;

    if (nobody_follows() || CPU(pe->cpu) != first_cpu) {
        return;
    }
    BQL_LOCK_GUARD();
    cca_pe_config(pe, &regs, NULL, NULL);
    QLIST_FOREACH(f, &followers, next) {
        f->set_regs(f, &regs, forget);
    }
}

void cca_gpc_tell_tlbi(bool all, uint64_t base, uint64_t size,
                       bool last_level)
{
    CcaGpcFollower *f;

    if (nobody_follows()) {
        return;
    }
    BQL_LOCK_GUARD();
    QLIST_FOREACH(f, &followers, next) {
        if (all) {
            f->tlbi_all(f);
        } else {
            f->tlbi_pa(f, base, size, last_level);
        }
    }
}
