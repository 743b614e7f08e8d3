/*
 * What RME adds to the filters of PMU counters (DDI 0487, PMCCFILTR_EL0 and
 * PMEVTYPER<n>_EL0): whether to count at EL0, EL1 and EL2 of Realm.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "cpu.h"
#include "internals.h"
#include "hooks.h"

#define FILTER_P    BIT_ULL(31)
#define FILTER_U    BIT_ULL(30)
#define FILTER_NSH  BIT_ULL(27)
#define FILTER_RLK  BIT_ULL(22)
#define FILTER_RLU  BIT_ULL(21)
#define FILTER_RLH  BIT_ULL(20)

uint64_t cca_pmu_filters(CPUARMState *env)
{
    return env_archcpu(env)->cca ? FILTER_RLK | FILTER_RLU | FILTER_RLH : 0;
}

static bool differ(uint64_t filter, uint64_t a, uint64_t b)
{
    return !(filter & a) != !(filter & b);
}

bool cca_pmu_filtered(CPUARMState *env, int el, uint64_t filter,
                      bool filtered)
{
    if (!env_archcpu(env)->cca || el > 2 ||
        arm_security_space(env) != ARMSS_Realm) {
        return filtered;
    }
    switch (el) {
    case 0:
        return differ(filter, FILTER_U, FILTER_RLU);
    case 1:
        return differ(filter, FILTER_P, FILTER_RLK);
    default:
        /* NSH has the opposite sense: EL2 is counted where it is 1. */
        return !differ(filter, FILTER_NSH, FILTER_RLH);
    }
}
