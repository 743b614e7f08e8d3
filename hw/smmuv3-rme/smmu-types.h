/*
 * SMMUv3 with RME: the vocabulary that its parts share.
 *
 * Sections are those of the Arm SMMU architecture specification (IHI 0070).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_TYPES_H
#define CCA_SMMU_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "cca/access.h"
#include "cca/sec-sid.h"

/* The PAS that structures of a programming interface live in. */
static inline CcaPas smmu_pas_of_sec_sid(CcaSecSid sec_sid)
{
    return sec_sid == CCA_SEC_SID_REALM ? CCA_PAS_REALM :
           sec_sid == CCA_SEC_SID_SECURE ? CCA_PAS_SECURE : CCA_PAS_NS;
}

/* How an access that the SMMU makes itself ends. */
typedef enum SmmuMemResult {
    SMMU_MEM_OK,
    SMMU_MEM_ABORT,         /* External abort */
    SMMU_MEM_GPF,           /* granule protection check fault (any kind) */
} SmmuMemResult;

/*
 * Memory as the SMMU's own accesses see it: granule protection is already
 * inside. Lengths are 1..64 bytes and do not cross a 64-byte line.
 */
typedef struct SmmuMem {
    SmmuMemResult (*read)(void *opaque, uint64_t addr, CcaPas pas,
                          uint16_t mecid, void *buf, size_t len);
    SmmuMemResult (*write)(void *opaque, uint64_t addr, CcaPas pas,
                           uint16_t mecid, const void *buf, size_t len);
    /*
     * Atomically: if the 8 little-endian bytes at @addr are @expected, make
     * them @desired. *@seen is what was there.
     */
    SmmuMemResult (*cmpxchg64)(void *opaque, uint64_t addr, CcaPas pas,
                               uint16_t mecid, uint64_t expected,
                               uint64_t desired, uint64_t *seen);
    void *opaque;
} SmmuMem;

/* What kind of access a client makes. */
typedef struct SmmuAccessType {
    bool write;
    bool instruction;       /* InD: fetch; never together with @write */
    bool privileged;        /* PnU */
} SmmuAccessType;

/* Stalled transactions of all worlds together: IDR5.STALL_MAX. */
enum { SMMU_STALLS = 64 };

/* What the implementation has, from which the ID registers follow. */
typedef struct SmmuFeatures {
    bool s1p, s2p;          /* IDR0.S1P, S2P */
    bool secure_impl;       /* S_IDR1.SECURE_IMPL */
    bool realm_impl;        /* ROOT_IDR0.REALM_IMPL */
    bool root_impl;         /* ROOT_IDR0.ROOT_IMPL, IDR0.RME_IMPL */
    bool bgptm, rgptm;      /* ROOT_IDR0 */
    bool btm, ats, pri, msi, sev, vmw, hyp;         /* IDR0, R_IDR0 */
    bool asid16, vmid16, cd2l, st_level, stall;     /* IDR0 */
    bool stall_forced;      /* IDR0.STALL_MODEL = 2 */
    uint8_t httu;           /* IDR0.HTTU: 0 none, 1 access, 2 and dirty */
    uint8_t sid_bits;       /* IDR1.SIDSIZE: 6..32 */
    uint8_t ssid_bits;      /* IDR1.SSIDSIZE: 0..20 */
    uint8_t cmdq_log2, eventq_log2, priq_log2;      /* IDR1: 0..19 */
    bool gran4k, gran16k, gran64k;                  /* IDR5 */
    bool vax, ds;           /* IDR5.VAX (52-bit VA), IDR5.DS (LPA2) */
    uint8_t oas;            /* output address bits: 32, 36, 40, 42, 44, 48, 52 */
    bool ril, had, xnx, pps, fwb, stt, e0pd, ptwnnc;    /* IDR3 */
    uint8_t bbml;           /* IDR3.BBML: 0..2 */
    bool mec;               /* R_IDR3.MEC */
    uint8_t mecid_bits;     /* R_MECIDR.MECIDSIZE + 1: 1..16 */
    bool dpt;               /* R_IDR3.DPT */
} SmmuFeatures;

/* Event numbers (section 7.3). */
typedef enum SmmuEventId {
    SMMU_EVT_NONE = 0x00,
    SMMU_F_UUT = 0x01,
    SMMU_C_BAD_STREAMID = 0x02,
    SMMU_F_STE_FETCH = 0x03,
    SMMU_C_BAD_STE = 0x04,
    SMMU_F_BAD_ATS_TREQ = 0x05,
    SMMU_F_STREAM_DISABLED = 0x06,
    SMMU_F_TRANSL_FORBIDDEN = 0x07,
    SMMU_C_BAD_SUBSTREAMID = 0x08,
    SMMU_F_CD_FETCH = 0x09,
    SMMU_C_BAD_CD = 0x0a,
    SMMU_F_WALK_EABT = 0x0b,
    SMMU_F_TRANSLATION = 0x10,
    SMMU_F_ADDR_SIZE = 0x11,
    SMMU_F_ACCESS = 0x12,
    SMMU_F_PERMISSION = 0x13,
    SMMU_F_TLB_CONFLICT = 0x20,
    SMMU_F_CFG_CONFLICT = 0x21,
    SMMU_E_PAGE_REQUEST = 0x24,
    SMMU_F_VMS_FETCH = 0x25,
} SmmuEventId;

/* What a fault was about: event field CLASS (section 7.3). */
typedef enum SmmuFaultClass {
    SMMU_CLASS_CD = 0,      /* CD fetch */
    SMMU_CLASS_TT = 1,      /* translation table fetch */
    SMMU_CLASS_IN = 2,      /* input address */
} SmmuFaultClass;

#endif
