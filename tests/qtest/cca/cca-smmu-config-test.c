/*
 * What streams can be configured as: Stream Table Entries and Context
 * Descriptors, valid and not, substreams, address sizes, overrides, and which
 * PAS an access ends in.
 *
 * A row is a case for each world that it names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

enum { NS = 1 << W_NS, SEC = 1 << W_SECURE, RLM = 1 << W_REALM,
       ALL = NS | SEC | RLM };

/* RAM ends before it. */
#define NO_MEMORY       0xc1000000ull
#define BIT(n)          (1ull << (n))

#define SET             SMMU_SET

/* Descriptors that are bent */
enum { NOTHING, LEAF1, LEAF2, TABLE1, LEAF2_OF_CD, LEAF2_OF_TT, L1CD };

typedef struct Row {
    const char *name;
    unsigned worlds;
    SmmuShape shape;
    SmmuSet set[3];
    unsigned event;             /* 0: none */
    SmmuDma dma;
    SmmuEnd end;                /* with an event: always an abort */
    unsigned bend;
    uint64_t clear, bits;       /* of that descriptor */
    bool s2;
    unsigned class_;            /* CLASS_*, plus 1; 0: IN */
    bool pnu, ind;              /* in the event, other than in the access */
    unsigned gpi;               /* of the data's granule; 0: the world's */
    unsigned far;               /* 1 + FPAS: a fault in GPF_FAR */
    uint64_t far_xor;           /* its address, from that of the data */
    uint32_t cr0, cr2;
    unsigned ssid;              /* whose CD there is */
    bool nsipa, fetch_no_memory;
    bool direct;                /* the address is that of the page */
} Row;

#define SSV(n)          .dma = { .id = { .pasid_valid = true, .pasid = (n) } }
#define WRITE           .dma = { .write = true }
#define PRIV            .dma = { .id = { .privileged = true } }
#define INST            .dma = { .id = { .instruction = true } }
#define FLIP(x)         .dma = { .xor = (x) }
#define OK              .end = END_WORKS
#define C(cfg)          { .config = CFG_##cfg }

static const Row rows[] = {
    /* Stream Table Entries */
    { "ste/bypass", ALL, C(BYPASS), OK },
    { "ste/bypass-write", ALL, C(BYPASS), OK, WRITE },
    { "ste/bypass-too-big", ALL, C(BYPASS), .event = F_ADDR_SIZE,
      FLIP(BIT(52)) },
    { "ste/bypass-top-bit", ALL, C(BYPASS), .event = F_ADDR_SIZE,
      FLIP(BIT(63)) },
    { "ste/abort", ALL, C(ABORT) },
    { "ste/abort-1", ALL, { .config = 1 } },
    { "ste/abort-3", ALL, { .config = 3 } },
    { "ste/not-valid-bypass", ALL, C(BYPASS), { SET(ste.v, 0) }, C_BAD_STE },
    { "ste/not-valid-s1", ALL, C(S1), { SET(ste.v, 0) }, C_BAD_STE },
    { "ste/not-valid-s2", ALL, C(S2), { SET(ste.v, 0) }, C_BAD_STE },
    { "ste/not-valid-abort", ALL, C(ABORT), { SET(ste.v, 0) }, C_BAD_STE },
    { "ste/s2aa64-0", ALL, C(S2), { SET(ste.s2aa64, 0) }, C_BAD_STE },
    { "ste/s2aa64-0-s1", ALL, C(S1), { SET(ste.s2aa64, 0) }, 0, OK },
    { "ste/s2s-without-stalls", ALL, C(S2), { SET(ste.s2s, 1) }, C_BAD_STE },
    { "ste/s1stalld-without-stalls", ALL, C(S1), { SET(ste.s1stalld, 1) },
      C_BAD_STE },
    { "ste/s2tg-reserved", ALL, C(S2), { SET(ste.s2tg, 3) }, C_BAD_STE },
    { "ste/s_s2tg-reserved", SEC, C(S2), { SET(ste.s_s2tg, 3) }, C_BAD_STE },
    { "ste/s_s2tg-ignored", NS | RLM, C(S2), { SET(ste.s_s2tg, 3) }, 0, OK },
    { "ste/s2t0sz-too-small", ALL, C(S2), { SET(ste.s2t0sz, 15) },
      C_BAD_STE },
    { "ste/s2t0sz-above-ias", ALL, C(S2), { SET(ste.s2t0sz, 11) },
      C_BAD_STE },
    { "ste/s2t0sz-too-big", ALL, C(S2), { SET(ste.s2t0sz, 49) }, C_BAD_STE },
    { "ste/s_s2t0sz-too-big", SEC, C(S2), { SET(ste.s_s2t0sz, 49) },
      C_BAD_STE },
    { "ste/s2sl0-too-deep", ALL, C(S2), { SET(ste.s2sl0, 0) }, C_BAD_STE },
    { "ste/s2sl0-one-less", ALL, C(S2), { SET(ste.s2sl0, 1) }, C_BAD_STE },
    { "ste/s2sl0-reserved-64k", ALL, { .config = CFG_S2, .g2 = 16 },
      { SET(ste.s2sl0, 3) }, C_BAD_STE },
    { "ste/s2sl0-reserved-16k", ALL, { .config = CFG_S2, .g2 = 14 },
      { SET(ste.s2sl0, 3) }, C_BAD_STE },
    { "ste/s2ttb-above-ps", ALL, C(S2), { SET(ste.s2ttb, BIT(44)) },
      C_BAD_STE },
    { "ste/s_s2ttb-above-ps", SEC, C(S2), { SET(ste.s_s2ttb, BIT(44)) },
      C_BAD_STE },
    { "ste/strw-el3", ALL, C(S1), { SET(ste.strw, STRW_EL3) }, C_BAD_STE },
    { "ste/strw-reserved", ALL, C(S1), { SET(ste.strw, 3) }, C_BAD_STE },
    { "ste/strw-ignored-s2", ALL, C(S2), { SET(ste.strw, 3) }, 0, OK },
    { "ste/strw-ignored-nested", ALL, C(NESTED), { SET(ste.strw, STRW_EL2) },
      0, OK },
    { "ste/s1cdmax-too-big", ALL, C(S1), { SET(ste.s1cdmax, 21) },
      C_BAD_STE },
    { "ste/s1contextptr-too-big", ALL, C(S1),
      { SET(ste.s1contextptr, BIT(52)) }, C_BAD_STE },
    { "ste/eats-split-s1", NS | RLM, C(S1), { SET(ste.eats, EATS_SPLIT) },
      C_BAD_STE },
    { "ste/eats-split-s2", NS | RLM, C(S2), { SET(ste.eats, EATS_SPLIT) },
      C_BAD_STE },
    { "ste/eats-split-nested", NS | RLM, C(NESTED),
      { SET(ste.eats, EATS_SPLIT) }, 0, OK },
    { "ste/eats-ignored-secure", SEC, C(S1), { SET(ste.eats, EATS_SPLIT) },
      0, OK },
    { "ste/eats-ignored-bypass", ALL, C(BYPASS), { SET(ste.eats, 2) }, 0,
      OK },
    { "ste/eats-dpt-without-dpt", ALL, C(S2), { SET(ste.eats, EATS_DPT) }, 0,
      OK },
    { "ste/dpt-vmatch-without-dpt", ALL, C(S2), { SET(ste.dpt_vmatch, 3) }, 0,
      OK },
    { "ste/memory-type", ALL, C(BYPASS), { SET(ste.mtcfg, 1),
      SET(ste.memattr, 5), SET(ste.shcfg, 3) }, 0, OK },
    { "ste/mecid", ALL, C(S2), { SET(ste.mecid, 0xffff) }, 0, OK },
    { "ste/mecid-bypass", ALL, C(BYPASS), { SET(ste.mecid, 0x1234) }, 0, OK },
    { "ste/mecid-nested", ALL, C(NESTED), { SET(ste.mecid, 7) }, 0, OK },

    /* Context Descriptors */
    { "cd/not-valid", ALL, C(S1), { SET(cd.v, 0) }, C_BAD_CD },
    { "cd/not-valid-nested", ALL, C(NESTED), { SET(cd.v, 0) }, C_BAD_CD },
    { "cd/aarch32", ALL, C(S1), { SET(cd.aa64, 0) }, C_BAD_CD },
    { "cd/stall-without-stalls", ALL, C(S1), { SET(cd.s, 1) }, C_BAD_CD },
    { "cd/tg0-reserved", ALL, C(S1), { SET(cd.tg0, 3) }, C_BAD_CD },
    { "cd/t0sz-too-small", ALL, C(S1), { SET(cd.t0sz, 15) }, C_BAD_CD },
    { "cd/t0sz-too-big", ALL, C(S1), { SET(cd.t0sz, 49) }, C_BAD_CD },
    { "cd/t0sz-ignored", ALL, { .config = CFG_S1, .high = true },
      { SET(cd.t0sz, 63) }, 0, OK },
    { "cd/t1sz-ignored", ALL, C(S1), { SET(cd.t1sz, 63) }, 0, OK },
    { "cd/t1sz-too-big", ALL, C(S1), { SET(cd.t1sz, 49), SET(cd.epd1, 0) },
      C_BAD_CD },
    { "cd/tg1-reserved", ALL, C(S1), { SET(cd.tg1, 0), SET(cd.epd1, 0) },
      C_BAD_CD },
    { "cd/ttb0-above-ips", ALL, C(S1), { SET(cd.ttb0, BIT(44)) }, C_BAD_CD },
    { "cd/ttb1-above-ips", ALL, C(S1), { SET(cd.ttb1, BIT(44)),
      SET(cd.epd1, 0) }, C_BAD_CD },
    { "cd/ips-reserved", ALL, C(S1), { SET(cd.ips, 7) }, 0, OK },
    { "cd/r-0", ALL, C(S1), { SET(cd.r, 0), SET(cd.epd0, 1) } },

    /* Substreams */
    { "ssid/linear", ALL, { .config = CFG_S1, .cdmax = 4 }, OK, SSV(9),
      .ssid = 9 },
    { "ssid/linear-nested", ALL, { .config = CFG_NESTED, .cdmax = 4 }, OK,
      SSV(15), .ssid = 15 },
    { "ssid/l2-4k", ALL, { .config = CFG_S1, .cdmax = 8, .cdfmt = 1 }, OK,
      SSV(70), .ssid = 70 },
    { "ssid/l2-4k-nested", ALL, { .config = CFG_NESTED, .cdmax = 8,
      .cdfmt = 1 }, OK, SSV(255), .ssid = 255 },
    { "ssid/l2-64k", ALL, { .config = CFG_S1, .cdmax = 12, .cdfmt = 2 }, OK,
      SSV(1030), .ssid = 1030 },
    { "ssid/l2-64k-nested", ALL, { .config = CFG_NESTED, .cdmax = 12,
      .cdfmt = 2 }, OK, SSV(4095), .ssid = 4095 },
    { "ssid/20-bits", ALL, { .config = CFG_S1, .cdmax = 20, .cdfmt = 2 }, OK,
      SSV(0xfffff), .ssid = 0xfffff },
    { "ssid/ssv-0", ALL, { .config = CFG_S1, .cdmax = 4 }, OK, SSV(0) },
    { "ssid/l1cd-not-valid", ALL, { .config = CFG_S1, .cdmax = 8,
      .cdfmt = 1 }, .event = C_BAD_SUBSTREAMID, SSV(70), .ssid = 70,
      .bend = L1CD, .clear = 1 },
    { "ssid/other-l1cd", ALL, { .config = CFG_S1, .cdmax = 8, .cdfmt = 1 },
      .event = C_BAD_SUBSTREAMID, SSV(130), .ssid = 70 },
    { "ssid/cd-not-valid", ALL, { .config = CFG_S1, .cdmax = 4 },
      .event = C_BAD_CD, SSV(8), .ssid = 9 },
    { "ssid/too-big", ALL, { .config = CFG_S1, .cdmax = 4 },
      .event = C_BAD_SUBSTREAMID, SSV(16) },
    { "ssid/too-big-l2", ALL, { .config = CFG_S1, .cdmax = 8, .cdfmt = 1 },
      .event = C_BAD_SUBSTREAMID, SSV(256) },
    { "ssid/without-substreams", ALL, C(S1), .event = C_BAD_SUBSTREAMID,
      SSV(1) },
    { "ssid/0-without-substreams", ALL, C(S1), .event = C_BAD_SUBSTREAMID,
      SSV(0) },
    { "ssid/bypass", ALL, C(BYPASS), .event = C_BAD_SUBSTREAMID, SSV(1) },
    { "ssid/s2", ALL, C(S2), .event = C_BAD_SUBSTREAMID, SSV(1) },
    { "ssid/s1dss-terminate", ALL, { .config = CFG_S1, .cdmax = 4 },
      .event = F_STREAM_DISABLED },
    { "ssid/s1dss-reserved", ALL, { .config = CFG_S1, .cdmax = 4 },
      { SET(ste.s1dss, 3) }, F_STREAM_DISABLED },
    { "ssid/s1dss-bypass", ALL, { .config = CFG_S1, .cdmax = 4 },
      { SET(ste.s1dss, S1DSS_BYPASS) }, 0, OK, .direct = true },
    { "ssid/s1dss-bypass-too-big", ALL, { .config = CFG_S1, .cdmax = 4 },
      { SET(ste.s1dss, S1DSS_BYPASS) }, F_ADDR_SIZE, FLIP(BIT(53)),
      .direct = true },
    { "ssid/s1dss-bypass-nested", ALL, { .config = CFG_NESTED, .cdmax = 4 },
      { SET(ste.s1dss, S1DSS_BYPASS) }, 0, OK, .direct = true },
    { "ssid/s1dss-bypass-ssv", ALL, { .config = CFG_S1, .cdmax = 4 },
      { SET(ste.s1dss, S1DSS_BYPASS) }, 0, OK, SSV(5), .ssid = 5 },
    { "ssid/s1dss-ssid0", ALL, { .config = CFG_S1, .cdmax = 4 },
      { SET(ste.s1dss, S1DSS_SSID0) }, 0, OK },
    { "ssid/s1dss-ssid0-l2", ALL, { .config = CFG_S1, .cdmax = 8,
      .cdfmt = 1 }, { SET(ste.s1dss, S1DSS_SSID0) }, 0, OK },
    { "ssid/s1dss-ssid0-ssv-0", ALL, { .config = CFG_S1, .cdmax = 4 },
      { SET(ste.s1dss, S1DSS_SSID0) }, F_STREAM_DISABLED, SSV(0) },
    { "ssid/s1dss-ssid0-ssv-5", ALL, { .config = CFG_S1, .cdmax = 4 },
      { SET(ste.s1dss, S1DSS_SSID0) }, 0, OK, SSV(5), .ssid = 5 },
    { "ssid/in-record", ALL, { .config = CFG_S1, .cdmax = 20, .cdfmt = 2 },
      { SET(cd.epd0, 1) }, F_TRANSLATION, SSV(0xabcde), .ssid = 0xabcde },

    /* Halves, tags, ranges */
    { "va/high", ALL, { .config = CFG_S1, .high = true }, OK },
    { "va/high-nested", ALL, { .config = CFG_NESTED, .high = true }, OK },
    { "va/high-64k", ALL, { .config = CFG_S1, .g1 = 16, .high = true }, OK },
    { "va/high-16k", ALL, { .config = CFG_S1, .g1 = 14, .high = true }, OK },
    { "va/epd0", ALL, C(S1), { SET(cd.epd0, 1) }, F_TRANSLATION },
    { "va/epd1", ALL, { .config = CFG_S1, .high = true }, { SET(cd.epd1, 1) },
      F_TRANSLATION },
    { "va/tbi0", ALL, C(S1), { SET(cd.tbi0, 1) }, 0, OK, FLIP(0xa5ull << 56) },
    { "va/tbi0-nested", ALL, C(NESTED), { SET(cd.tbi0, 1) }, 0, OK,
      FLIP(0x7full << 56) },
    { "va/tbi0-off", ALL, C(S1), .event = F_TRANSLATION,
      FLIP(0xa5ull << 56) },
    { "va/tbi0-bit-55", ALL, C(S1), { SET(cd.tbi0, 1) }, F_TRANSLATION,
      FLIP(BIT(54)) },
    { "va/tbi0-not-tbi1", ALL, C(S1), { SET(cd.tbi1, 1) }, F_TRANSLATION,
      FLIP(BIT(60)) },
    { "va/tbi1", ALL, { .config = CFG_S1, .high = true },
      { SET(cd.tbi1, 1) }, 0, OK, FLIP(0xffull << 56) },
    { "va/tbi1-off", ALL, { .config = CFG_S1, .high = true },
      .event = F_TRANSLATION, FLIP(BIT(56)) },
    { "va/tbi-in-record", ALL, C(S1), { SET(cd.tbi0, 1) }, F_TRANSLATION,
      FLIP(0x5aull << 56), .bend = LEAF1, .clear = 1 },
    { "va/e0pd0", ALL, C(S1), { SET(cd.e0pd0, 1) }, F_TRANSLATION },
    { "va/e0pd0-privileged", ALL, C(S1), { SET(cd.e0pd0, 1) }, 0, OK, PRIV },
    { "va/e0pd1", ALL, { .config = CFG_S1, .high = true },
      { SET(cd.e0pd1, 1) }, F_TRANSLATION },
    { "va/25-bits", ALL, { .config = CFG_S1, .in1 = 25 }, OK },
    { "va/16-bits", ALL, { .config = CFG_S1, .in1 = 16 }, OK },
    { "va/36-bits-64k", ALL, { .config = CFG_S1, .g1 = 16, .in1 = 36 }, OK },
    { "va/17-bits-64k", ALL, { .config = CFG_S1, .g1 = 16, .in1 = 17 }, OK },
    { "va/47-bits-16k", ALL, { .config = CFG_S1, .g1 = 14, .in1 = 47 }, OK },

    /* 52 bits */
    { "52/va-64k", ALL, { .config = CFG_S1, .g1 = 16, .in1 = 52 }, OK },
    { "52/va-64k-range", ALL, { .config = CFG_S1, .g1 = 16, .in1 = 52 },
      .event = F_TRANSLATION, FLIP(BIT(52)) },
    { "52/va-4k-ds", ALL, { .config = CFG_S1, .in1 = 52, .ds1 = true }, OK },
    { "52/va-16k-ds", ALL, { .config = CFG_S1, .g1 = 14, .in1 = 52,
      .ds1 = true }, OK },
    { "52/va-4k-ds-high", ALL, { .config = CFG_S1, .in1 = 52, .ds1 = true,
      .high = true }, OK },
    { "52/va-4k-without-ds", ALL, C(S1), { SET(cd.t0sz, 12) }, C_BAD_CD },
    { "52/ipa-64k", ALL, { .config = CFG_S2, .g2 = 16, .in2 = 52 }, OK },
    { "52/ipa-4k-ds", ALL, { .config = CFG_S2, .in2 = 52, .ds2 = true }, OK },
    { "52/ipa-16k-ds", ALL, { .config = CFG_S2, .g2 = 14, .in2 = 52,
      .ds2 = true }, OK },
    { "52/nested-4k-ds", ALL, { .config = CFG_NESTED, .in1 = 52, .in2 = 52,
      .ds1 = true, .ds2 = true }, OK },
    { "52/nested-64k", ALL, { .config = CFG_NESTED, .g1 = 16, .g2 = 16,
      .in1 = 52, .in2 = 52 }, OK },
    /* Outputs: no fault of translation, but they are above PPS. */
    { "52/pa-64k-s1", SEC | RLM, { .config = CFG_S1, .g1 = 16, .in1 = 52 },
      .bend = LEAF1, .bits = BIT(14), .far = 1, .far_xor = BIT(50) },
    { "52/pa-4k-ds-s1", SEC | RLM, { .config = CFG_S1, .in1 = 52,
      .ds1 = true }, .bend = LEAF1, .clear = 3ull << 8, .bits = BIT(9),
      .far = 1, .far_xor = BIT(51) },
    { "52/pa-4k-ds-s1-bit-49", SEC | RLM, { .config = CFG_S1, .in1 = 52,
      .ds1 = true }, .bend = LEAF1, .clear = 3ull << 8, .bits = BIT(49),
      .far = 1, .far_xor = BIT(49) },
    { "52/pa-64k-s2", SEC | RLM, { .config = CFG_S2, .g2 = 16, .in2 = 52 },
      .bend = LEAF2, .bits = BIT(15), .far = 1, .far_xor = BIT(51) },
    { "52/pa-16k-ds-s2", SEC | RLM, { .config = CFG_S2, .g2 = 14, .in2 = 52,
      .ds2 = true }, .bend = LEAF2, .clear = 3ull << 8, .bits = BIT(8),
      .far = 1, .far_xor = BIT(50) },

    /* Start levels of stage 2 */
    { "start/4k-l1", ALL, { .config = CFG_S2, .in2 = 39, .start2 = 2 }, OK },
    { "start/4k-l1-x2", ALL, { .config = CFG_S2, .in2 = 40, .start2 = 2 },
      OK },
    { "start/4k-l1-x16", ALL, { .config = CFG_S2, .in2 = 43, .start2 = 2 },
      OK },
    { "start/4k-l2-x16", ALL, { .config = CFG_S2, .in2 = 34, .start2 = 3 },
      OK },
    { "start/4k-l2", ALL, { .config = CFG_S2, .in2 = 32, .start2 = 3 }, OK },
    { "start/16k-l2-x16", ALL, { .config = CFG_S2, .g2 = 14, .in2 = 40,
      .start2 = 3 }, OK },
    { "start/16k-l1", ALL, { .config = CFG_S2, .g2 = 14, .in2 = 42,
      .start2 = 2 }, OK },
    { "start/64k-l2", ALL, { .config = CFG_S2, .g2 = 16, .in2 = 42,
      .start2 = 3 }, OK },
    { "start/64k-l2-x16", ALL, { .config = CFG_S2, .g2 = 16, .in2 = 46,
      .start2 = 3 }, OK },
    { "start/nested-4k-l1-x4", ALL, { .config = CFG_NESTED, .in2 = 41,
      .start2 = 2 }, OK },

    /* Overrides of the STE */
    { "attr/privcfg-unprivileged", ALL, C(S1), { SET(ste.privcfg, ATTR_LOW) },
      F_PERMISSION, PRIV, .bend = LEAF1, .clear = D_USER, .pnu = true },
    { "attr/privcfg-privileged", ALL, C(S1), { SET(ste.privcfg, ATTR_HIGH) },
      0, OK, .bend = LEAF1, .clear = D_USER },
    { "attr/privcfg-in-record", ALL, C(S1), { SET(ste.privcfg, ATTR_HIGH) },
      F_TRANSLATION, .bend = LEAF1, .clear = 1, .pnu = true },
    { "attr/privcfg-reserved", ALL, C(S1), { SET(ste.privcfg, 1) },
      F_PERMISSION, .bend = LEAF1, .clear = D_USER },
    { "attr/instcfg-data", ALL, C(S1), { SET(ste.instcfg, ATTR_LOW) }, 0, OK,
      INST, .bend = LEAF1, .bits = D_XN },
    { "attr/instcfg-instruction", ALL, C(S1), { SET(ste.instcfg, ATTR_HIGH) },
      F_PERMISSION, .bend = LEAF1, .bits = D_XN, .ind = true },
    { "attr/instcfg-write", ALL, C(S1), { SET(ste.instcfg, ATTR_HIGH) }, 0,
      OK, WRITE, .bend = LEAF1, .bits = D_XN },
    { "attr/s2-privcfg", ALL, C(S2), { SET(ste.privcfg, ATTR_HIGH) },
      F_TRANSLATION, .bend = LEAF2, .clear = 1, .s2 = true, .pnu = true },

    /* EL2 */
    { "el2/read", ALL, { .config = CFG_S1, .el2 = true }, OK },
    { "el2/unprivileged", ALL, { .config = CFG_S1, .el2 = true }, OK,
      .bend = LEAF1, .clear = D_USER },
    { "el2/ro", ALL, { .config = CFG_S1, .el2 = true },
      .event = F_PERMISSION, WRITE, .bend = LEAF1, .bits = D_RO },
    { "el2/one-half", ALL, { .config = CFG_S1, .el2 = true },
      .event = F_TRANSLATION, FLIP(BIT(63)) },
    { "el2/e2h", ALL, { .config = CFG_S1, .el2 = true }, OK, .cr2 = CR2_E2H },
    { "el2/e2h-no-user", ALL, { .config = CFG_S1, .el2 = true },
      .event = F_PERMISSION, .bend = LEAF1, .clear = D_USER,
      .cr2 = CR2_E2H },
    { "el2/e2h-high", ALL, { .config = CFG_S1, .el2 = true, .high = true },
      { SET(cd.epd1, 0) }, 0, OK, .cr2 = CR2_E2H },

    /* The PAS that an access ends in: Realm */
    { "pas/bypass-nscfg-own", RLM | SEC, C(BYPASS),
      { SET(ste.nscfg, NSCFG_OWN) }, 0, OK },
    { "pas/bypass-nscfg-ns", RLM | SEC, C(BYPASS),
      { SET(ste.nscfg, NSCFG_NS) }, 0, OK, .gpi = GPI_NS },
    { "pas/bypass-nscfg-ns-own-page", RLM | SEC, C(BYPASS),
      { SET(ste.nscfg, NSCFG_NS) }, .far = 1 + FPAS_NS },
    { "pas/bypass-nscfg-ignored", NS, C(BYPASS), { SET(ste.nscfg, 2) }, 0,
      OK },
    { "pas/bypass-ns-page", RLM, C(BYPASS), .gpi = GPI_NS,
      .far = 1 + FPAS_REALM },
    { "pas/bypass-ns-fetch", RLM, C(BYPASS), { SET(ste.nscfg, NSCFG_NS) },
      F_PERMISSION, INST, .gpi = GPI_NS },
    { "pas/s2-ns", RLM, C(S2), OK, .bend = LEAF2, .bits = D_NS2,
      .gpi = GPI_NS },
    { "pas/s2-ns-write", RLM, C(S2), OK, WRITE, .bend = LEAF2, .bits = D_NS2,
      .gpi = GPI_NS },
    { "pas/s2-ns-realm-page", RLM, C(S2), .bend = LEAF2, .bits = D_NS2,
      .far = 1 + FPAS_NS },
    { "pas/s2-realm-ns-page", RLM, C(S2), .gpi = GPI_NS,
      .far = 1 + FPAS_REALM },
    { "pas/s2-ns-fetch", RLM, C(S2), .event = F_PERMISSION, INST,
      .bend = LEAF2, .bits = D_NS2, .gpi = GPI_NS, .s2 = true },
    { "pas/s2-ns-ignored", NS, C(S2), OK, .bend = LEAF2, .bits = D_NS2 },
    { "pas/nested-ns", RLM, C(NESTED), OK, .bend = LEAF2, .bits = D_NS2,
      .gpi = GPI_NS },
    { "pas/nested-s1-ns-ignored", RLM, C(NESTED), OK, .bend = LEAF1,
      .bits = D_NS1 },
    { "pas/nested-ns-cd", RLM, C(NESTED), .event = F_PERMISSION,
      .bend = LEAF2_OF_CD, .bits = D_NS2, .s2 = true,
      .class_ = 1 + CLASS_CD },
    { "pas/nested-ns-tt", RLM, C(NESTED), .event = F_PERMISSION,
      .bend = LEAF2_OF_TT, .bits = D_NS2, .s2 = true,
      .class_ = 1 + CLASS_TT },
    { "pas/nested-ns-fetch", RLM, C(NESTED), .event = F_PERMISSION, INST,
      .bend = LEAF2, .bits = D_NS2, .gpi = GPI_NS, .s2 = true },
    { "pas/s1-el1-ns-ignored", RLM, C(S1), OK, .bend = LEAF1, .bits = D_NS1 },
    { "pas/s1-el2-ns", RLM, { .config = CFG_S1, .el2 = true }, OK,
      .bend = LEAF1, .bits = D_NS1, .gpi = GPI_NS },
    { "pas/s1-el2-ns-realm-page", RLM, { .config = CFG_S1, .el2 = true },
      .bend = LEAF1, .bits = D_NS1, .far = 1 + FPAS_NS },
    { "pas/s1-el2-ns-fetch", RLM, { .config = CFG_S1, .el2 = true },
      .event = F_PERMISSION, INST, .bend = LEAF1, .bits = D_NS1 | D_RO,
      .gpi = GPI_NS },
    { "pas/amec-s2", RLM, C(S2), .event = F_TRANSLATION, .bend = LEAF2,
      .bits = D_AMEC, .s2 = true },
    { "pas/amec-s2-ns", RLM, C(S2), OK, .bend = LEAF2, .bits = D_AMEC | D_NS2,
      .gpi = GPI_NS },
    { "pas/amec-s1-el2", RLM, { .config = CFG_S1, .el2 = true },
      .event = F_TRANSLATION, .bend = LEAF1, .bits = D_AMEC },
    { "pas/amec-s1-el1", RLM, C(S1), OK, .bend = LEAF1, .bits = D_AMEC },
    { "pas/amec-not-realm", NS | SEC, C(S2), OK, .bend = LEAF2,
      .bits = D_AMEC },
    { "pas/nscfg0-ignored", NS | RLM, C(S1), { SET(cd.nscfg0, 1) }, 0, OK },

    /* Secure */
    { "pas/s1-ns", SEC, C(S1), OK, .bend = LEAF1, .bits = D_NS1,
      .gpi = GPI_NS },
    { "pas/s1-ns-secure-page", SEC, C(S1), .bend = LEAF1, .bits = D_NS1,
      .far = 1 + FPAS_NS },
    { "pas/s1-secure-ns-page", SEC, C(S1), .gpi = GPI_NS,
      .far = 1 + FPAS_SECURE },
    { "pas/s1-ns-ignored", NS, C(S1), OK, .bend = LEAF1, .bits = D_NS1 },
    { "pas/s1-ns-fetch", SEC, C(S1), OK, INST, .bend = LEAF1,
      .bits = D_NS1 | D_RO, .gpi = GPI_NS },
    { "pas/s1-ns-fetch-sif", SEC, C(S1), .event = F_PERMISSION, INST,
      .bend = LEAF1, .bits = D_NS1 | D_RO, .gpi = GPI_NS, .cr0 = CR0_SIF },
    { "pas/bypass-ns-fetch-sif", SEC, C(BYPASS),
      { SET(ste.nscfg, NSCFG_NS) }, F_PERMISSION, INST, .gpi = GPI_NS,
      .cr0 = CR0_SIF },
    { "pas/s2sa", SEC, C(S2), { SET(ste.s2sa, 1), SET(ste.s2nsa, 1) }, 0, OK,
      .gpi = GPI_NS },
    { "pas/s2sa-secure-page", SEC, C(S2), { SET(ste.s2sa, 1),
      SET(ste.s2nsa, 1) }, .far = 1 + FPAS_NS },
    { "pas/nsipa", SEC, C(NESTED), .event = F_TRANSLATION, .bend = LEAF1,
      .bits = D_NS1, .s2 = true, .nsipa = true },
    { "pas/nsipa-s2-only", SEC, C(S2), { SET(ste.nscfg, NSCFG_NS) },
      F_TRANSLATION, .s2 = true, .nsipa = true },

    /* External aborts: as granule protection's, but for GPCF and the FARs */
    { "eabt/cd", ALL, C(S1), { SET(ste.s1contextptr, NO_MEMORY) },
      F_CD_FETCH, .fetch_no_memory = true },
    { "eabt/s1-root", ALL, C(S1), { SET(cd.ttb0, NO_MEMORY) }, F_WALK_EABT,
      .class_ = 1 + CLASS_TT, .fetch_no_memory = true },
    { "eabt/s1-l3", ALL, C(S1), .event = F_WALK_EABT, .bend = TABLE1,
      .clear = 0xfffffffff000ull, .bits = NO_MEMORY,
      .class_ = 1 + CLASS_TT, .fetch_no_memory = true },
    { "eabt/s2-root", NS | RLM, C(S2), { SET(ste.s2ttb, NO_MEMORY) },
      F_WALK_EABT, .s2 = true, .fetch_no_memory = true },
    { "eabt/output", ALL, C(BYPASS), { SET(page, NO_MEMORY),
      SET(va, NO_MEMORY) } },
};

/* --- running -------------------------------------------------------------- */

static Smmu smmu;

/* PA of the descriptor; *@ipa is what a fault of stage 2 would report. */
static uint64_t descriptor(const SmmuStream *x, unsigned which, uint64_t *ipa)
{
    uint64_t va = x->va;

    if (x->has_s1 && x->s1.in_bits < 64) {
        va &= (1ull << x->s1.in_bits) - 1;
    }
    *ipa = x->ipa + IN_PAGE;
    switch (which) {
    case LEAF1:
        return x->leaf1;
    case LEAF2:
        return x->leaf2;
    case TABLE1:
        return smmu_entry(&x->s1, va, 2);
    case LEAF2_OF_CD:
        *ipa = x->cd_at + x->offset;
        return smmu_entry(&x->s2, *ipa, 3);
    case LEAF2_OF_TT:
        *ipa = smmu_entry(&x->s1, va, x->s1.start) + x->offset;
        return smmu_entry(&x->s2, *ipa, 3);
    default:
        return x->l1cd;
    }
}

/* FetchAddr of what does not exist. */
static uint64_t fetch_address(const SmmuStream *x, const Row *r)
{
    const SmmuTable *t = r->s2 ? &x->s2 : &x->s1;
    int level = r->bend == TABLE1 ? 3 : t->start;
    uint64_t at;

    if (r->event == F_CD_FETCH) {
        return NO_MEMORY;
    }
    at = r->bend == TABLE1 ? x->leaf1 : smmu_entry(t, x->va, level);
    return NO_MEMORY | (at & 0xfff);
}

static void expect(SmmuStream *x, const Row *r, SmmuDma *dma, uint64_t ipa)
{
    SmmuEvt event = smmu_stream_event(x, dma, r->event);
    unsigned fpas = r->far - 1;

    event.class_ = r->class_ ? r->class_ - 1 : CLASS_IN;
    event.s2 = r->s2;
    event.nsipa = r->nsipa;
    event.pnu ^= r->pnu;
    event.ind ^= r->ind;
    event.ttrnw = true;
    event.ipa = r->s2 ? ipa : 0;
    if (r->fetch_no_memory) {
        event.fetch = fetch_address(x, r);
    }
    smmu_expect_event(&smmu, &event);
    if (r->far_xor) {
        fpas = smmu_fpas(smmu_world_pas(smmu.world));
    }
    smmu_expect_far(&smmu, !r->far ? 0 :
                    smmu_far(REASON_TRANSACTION, 0, x->page ^ r->far_xor,
                             fpas, 0), 0);
}

static void run(const void *opaque)
{
    const SmmuCase *i = opaque;
    const Row *r = i->row;
    SmmuConfig config = {
        .log2size = 8, .cmdq_log2 = 6, .eventq_log2 = 6, .priq_log2 = 4,
        .cr0 = r->cr0, .cr2 = r->cr2,
    };
    SmmuStream x = { .ssid = r->ssid };
    SmmuDma dma = r->dma;
    uint64_t at, value, ipa = 0;

    if (smmu.world != i->world) {
        smmu_switch(&smmu, i->world);
    }
    smmu.what = r->name;
    smmu_reset(&smmu);
    smmu_configure(&smmu, &config);
    smmu_stream_new(&smmu, &x, &r->shape);
    at = descriptor(&x, r->bend, &ipa);
    if (r->bend) {
        value = (smmu_peek(&smmu, at) & ~r->clear) | r->bits;
        smmu_poke(&smmu, at, &value, 1);
    }
    if (r->gpi) {
        smmu_gpi(&smmu, x.page, 64 * KIB, r->gpi);
    }
    if (r->direct) {
        dma.addr = (x.has_s2 ? x.ipa : x.page) + IN_PAGE;
    }
    smmu_stream_set(&x, r->set, ARRAY_SIZE(r->set));
    smmu_stream_install(&x);
    if (x.page != NO_MEMORY) {
        smmu_stream_access(&x, &dma, r->end);
    } else {
        ExerciserId id = { .sec_sid = smmu.world };

        g_assert_cmpuint(exerciser_readq(&smmu.ex, &id, NO_MEMORY, &value),
                         ==, EXERCISER_CAUSE_ABORT);
    }
    expect(&x, r, &dma, ipa);
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            if (rows[i].worlds >> w & 1) {
                smmu_add_case("smmu-config", w, rows[i].name, &rows[i], run);
            }
        }
    }
    smmu_start(&smmu, W_NS, "");
    exerciser_enable(&smmu.ex, false, true, false);
    result = g_test_run();
    smmu_quit(&smmu);
    return result;
}
