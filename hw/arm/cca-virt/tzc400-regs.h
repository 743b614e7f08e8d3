/*
 * Registers of Arm's TrustZone Address Space Controller TZC-400
 * (ARM DDI 0504, chapter 3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TZC400_REGS_H
#define TZC400_REGS_H

#include <stdint.h>

/* Offsets */
enum {
    TZC_BUILD_CONFIG = 0x000,
    TZC_ACTION = 0x004,
    TZC_GATE_KEEPER = 0x008,
    TZC_SPECULATION_CTRL = 0x00c,
    TZC_INT_STATUS = 0x010,
    TZC_INT_CLEAR = 0x014,
    /* One group per filter. */
    TZC_FAIL = 0x020,
    TZC_FAIL_STRIDE = 0x10,
    /* One group per region. */
    TZC_REGION = 0x100,
    TZC_REGION_STRIDE = 0x20,
    TZC_PID4 = 0xfd0,
    TZC_PID0 = 0xfe0,
    TZC_CID0 = 0xff0,
    TZC_SIZE = 0x1000,
};

/* In a filter's group at TZC_FAIL */
enum {
    TZC_FAIL_ADDRESS_LOW = 0x0,
    TZC_FAIL_ADDRESS_HIGH = 0x4,
    TZC_FAIL_CONTROL = 0x8,
    TZC_FAIL_ID = 0xc,
};

/* In a region's group at TZC_REGION */
enum {
    TZC_REGION_BASE_LOW = 0x00,
    TZC_REGION_BASE_HIGH = 0x04,
    TZC_REGION_TOP_LOW = 0x08,
    TZC_REGION_TOP_HIGH = 0x0c,
    TZC_REGION_ATTRIBUTES = 0x10,
    TZC_REGION_ID_ACCESS = 0x14,
};

/* BUILD_CONFIG: each is the number less one. */
enum {
    TZC_BUILD_REGIONS_SHIFT = 0,
    TZC_BUILD_ADDRESS_WIDTH_SHIFT = 8,
    TZC_BUILD_FILTERS_SHIFT = 24,
};

/* ACTION.reaction_value */
enum {
    TZC_ACTION_ERROR = 1u << 0,         /* DECERR, else OKAY */
    TZC_ACTION_INTERRUPT = 1u << 1,
    TZC_ACTION_MASK = 0x3,
};

/* Fields with a bit per filter */
enum {
    TZC_GATE_OPEN_REQUEST_SHIFT = 0,
    TZC_GATE_OPEN_STATUS_SHIFT = 16,
    TZC_INT_STATUS_SHIFT = 0,
    TZC_INT_OVERRUN_SHIFT = 8,
    TZC_INT_OVERLAP_SHIFT = 16,
};

enum { TZC_SPECULATION_MASK = 0x3 };

/* FAIL_CONTROL */
enum {
    TZC_FAIL_PRIVILEGED = 1u << 20,
    TZC_FAIL_NON_SECURE = 1u << 21,
    TZC_FAIL_WRITE = 1u << 24,
};

/* REGION_ATTRIBUTES */
#define TZC_ATTR_FILTER_EN_MASK 0xfu
#define TZC_ATTR_S_RD_EN        (1u << 30)
#define TZC_ATTR_S_WR_EN        (1u << 31)

/* REGION_ID_ACCESS: a bit per NSAID */
enum { TZC_ID_RD_EN_SHIFT = 0, TZC_ID_WR_EN_SHIFT = 16 };

/* Regions begin and end at such boundaries. */
#define TZC_GRANULE             0x1000u

#endif
