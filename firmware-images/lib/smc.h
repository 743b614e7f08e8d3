/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Calls to EL3 (SMC Calling Convention, DEN0028) and the services our images
 * use: PSCI (DEN0022) and the realm payload's RMI (DEN0137).
 */
#ifndef LIB_SMC_H
#define LIB_SMC_H

#include <stdint.h>

/* SMCCC: what an unknown function returns. */
#define SMC_UNKNOWN             INT64_C(-1)

#define PSCI_VERSION            UINT64_C(0x84000000)
#define PSCI_CPU_OFF            UINT64_C(0x84000002)
#define PSCI_CPU_ON             UINT64_C(0xc4000003)
#define PSCI_AFFINITY_INFO      UINT64_C(0xc4000004)
#define PSCI_SYSTEM_OFF         UINT64_C(0x84000008)

#define PSCI_SUCCESS            INT64_C(0)
#define PSCI_INVALID_PARAMS     INT64_C(-2)
#define PSCI_ALREADY_ON         INT64_C(-4)

#define RMI_REQ_VERSION         UINT64_C(0xc4000150)
#define RMI_GRANULE_DELEGATE    UINT64_C(0xc4000151)
#define RMI_GRANULE_UNDELEGATE  UINT64_C(0xc4000152)
/* RMI 2 in their place: first address, address after the last granule. */
#define RMI_GRANULE_RANGE_DELEGATE      UINT64_C(0xc40001f1)
#define RMI_GRANULE_RANGE_UNDELEGATE    UINT64_C(0xc40001f2)
/* RMI 2: from then on the payload takes granules. */
#define RMI_RMM_ACTIVATE        UINT64_C(0xc4000202)

#define RMI_SUCCESS             INT64_C(0)
#define RMI_ERROR_INPUT         INT64_C(1)

typedef struct SmcResult {
    int64_t x0;
    uint64_t x1;
    uint64_t x2;
    uint64_t x3;
} SmcResult;

/* SMC #0 with a function identifier and three arguments. */
static inline SmcResult smc_call(uint64_t function, uint64_t a1, uint64_t a2,
                                 uint64_t a3)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a1;
    register uint64_t x2 __asm__("x2") = a2;
    register uint64_t x3 __asm__("x3") = a3;

    __asm__ volatile("smc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
                     :
                     : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
                       "x12", "x13", "x14", "x15", "x16", "x17", "memory");

    return (SmcResult){ .x0 = (int64_t)x0, .x1 = x1, .x2 = x2, .x3 = x3 };
}

#endif
