/*
 * A valid Stream Table Entry to start from, and its fields by bit number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_SMMU_STE_BASE_H
#define TEST_SMMU_STE_BASE_H

#include <string.h>
#include "smmu-words.h"
#include "ste.h"

#define NS CCA_SEC_SID_NS
#define SECURE CCA_SEC_SID_SECURE
#define REALM CCA_SEC_SID_REALM

/* The fields of section 5.2 that rows use: [hi:lo]. */
#define WORD0       63, 0      /* V 0, Config [3:1] */
#define V           0, 0
#define S1FMT       5, 4
#define S1PTR       55, 6
#define S1CDMAX     63, 59
#define S1DSS       65, 64
#define S1STALLD    91, 91
#define EATS        93, 92
#define STRW        95, 94
#define VMID        143, 128
#define T0SZ        165, 160
#define SL0         167, 166
#define TG          175, 174
#define PS          178, 176
#define AA64        179, 179
#define ENDI        180, 180
#define HD          183, 183
#define HA          184, 184
#define S2S         185, 185
#define VMATCH      191, 190
#define SL0_2       194, 194
#define S2DS        195, 195
#define TTB         243, 196
#define S_T0SZ      293, 288
#define S_SL0       295, 294
#define S_TG        303, 302
#define S_SL0_2     386, 386
#define S_TTB       435, 388

/* A valid STE with @config: 40-bit IPA, 4KB, from level 1; 44-bit PA. */
static inline void base_ste(uint64_t w[8], unsigned config)
{
    memset(w, 0, 64);
    smmu_put(w, V, 1);
    smmu_put(w, 3, 1, config);
    smmu_put(w, S1PTR, 0x12345678);
    smmu_put(w, VMID, 0x42);
    smmu_put(w, T0SZ, 24);
    smmu_put(w, SL0, 1);
    smmu_put(w, PS, 4);
    smmu_put(w, AA64, 1);
    smmu_put(w, TTB, 0x80002000 >> 4);
    smmu_put(w, S_T0SZ, 25);
    smmu_put(w, S_SL0, 1);
    smmu_put(w, S_TTB, 0x90004000 >> 4);
}

#endif
