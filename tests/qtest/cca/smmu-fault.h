/*
 * Fault injection for SMMU qtests: firings, and a machine whose clock the
 * test moves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_SMMU_FAULT_H
#define CCA_QTEST_SMMU_FAULT_H

#include "smmu.h"

/* What a firing has to be like. It is of the SMMU's world. */
typedef struct SmmuFiring {
    const char *site, *action;
    uint64_t address;
    bool has_value, has_new;
    uint64_t value, new_value;
    bool other;                 /* the requester is @device, ... */
    uint32_t device;            /* ... not the exerciser */
} SmmuFiring;

/* The next firing since the last call is @want; there is none. */
void smmu_expect_firing(Smmu *s, const SmmuFiring *want);
void smmu_expect_no_firing(Smmu *s);
/* A machine has started: none of its firings has been seen. */
void smmu_no_firings_yet(void);

/*
 * Start the machine with @args, but without a guest: only the Non-secure
 * world can be driven, and virtual time is the test's (qtest_clock_step()).
 */
void smmu_start_bare(Smmu *s, const char *args);

#endif
