/*
 * What each register of the reference SMMU is, written down once more from
 * the specification, in plain numbers: the tests compare with this.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_REG_TABLE_H
#define SMMU_REG_TABLE_H

#include "smmu-fixture.h"

/* Bits of CcaPas that may see a register. */
enum {
    SEEN_ALL = 0x3f,
    SEEN_S = 1 << CCA_PAS_SECURE | 1 << CCA_PAS_ROOT,
    SEEN_R = 1 << CCA_PAS_REALM | 1 << CCA_PAS_ROOT,
    SEEN_ROOT = 1 << CCA_PAS_ROOT,
};

typedef struct RegRow {
    const char *name;
    uint32_t offset;
    unsigned size;
    unsigned seen;
    uint64_t reset;
    uint64_t rw;            /* bits that a write changes, all being off */
    uint64_t bits;          /* bits that may ever read 1 */
} RegRow;

#define ADDR52(lo) ((1ull << 52) - (1ull << (lo)))
#define RO(name_, offset_, seen_, value_)                               \
    { name_, offset_, 4, seen_, value_, 0, value_ }
#define RW(name_, offset_, size_, seen_, mask_)                         \
    { name_, offset_, size_, seen_, 0, mask_, mask_ }

static const RegRow reg_table[] = {
    RO("IDR0", 0x00, SEEN_ALL, 0x498f769b),
    RO("IDR1", 0x04, SEEN_ALL, 0x0e733d10),
    RO("IDR2", 0x08, SEEN_ALL, 0),
    RO("IDR3", 0x0c, SEEN_ALL, 0x773c),
    RO("IDR4", 0x10, SEEN_ALL, 0),
    RO("IDR5", 0x14, SEEN_ALL, 0x4f6),
    RO("IIDR", 0x18, SEEN_ALL, 0x43b),
    RO("AIDR", 0x1c, SEEN_ALL, 3),
    { "CR0", 0x20, 4, SEEN_ALL, 0, 0x1df, 0x1df },
    { "CR0ACK", 0x24, 4, SEEN_ALL, 0, 0, 0x1df },
    RW("CR1", 0x28, 4, SEEN_ALL, 0xfff),
    RW("CR2", 0x2c, 4, SEEN_ALL, 0xb),
    RO("S2PII", 0x30, SEEN_ALL, 0),
    RO("STATUSR", 0x40, SEEN_ALL, 0),
    { "GBPA", 0x44, 4, SEEN_ALL, 0x1000, 0, 0x1f3f1f },
    RO("AGBPA", 0x48, SEEN_ALL, 0),
    RW("IRQ_CTRL", 0x50, 4, SEEN_ALL, 7),
    { "IRQ_CTRLACK", 0x54, 4, SEEN_ALL, 0, 0, 7 },
    { "GERROR", 0x60, 4, SEEN_ALL, 0, 0, 0x1fd },
    RW("GERRORN", 0x64, 4, SEEN_ALL, 0x1fd),
    RW("GERROR_IRQ_CFG0", 0x68, 8, SEEN_ALL, ADDR52(2)),
    RW("GERROR_IRQ_CFG1", 0x70, 4, SEEN_ALL, 0xffffffff),
    RW("GERROR_IRQ_CFG2", 0x74, 4, SEEN_ALL, 0x3f),
    RW("STRTAB_BASE", 0x80, 8, SEEN_ALL, ADDR52(6) | 1ull << 62),
    RW("STRTAB_BASE_CFG", 0x88, 4, SEEN_ALL, 0x307ff),
    RW("CMDQ_BASE", 0x90, 8, SEEN_ALL, ADDR52(5) | 1ull << 62 | 31),
    RW("CMDQ_PROD", 0x98, 4, SEEN_ALL, 0xfffff),
    RW("CMDQ_CONS", 0x9c, 4, SEEN_ALL, 0x7f0fffff),
    RW("EVENTQ_BASE", 0xa0, 8, SEEN_ALL, ADDR52(5) | 1ull << 62 | 31),
    RO("EVENTQ_PROD in Page 0", 0xa8, SEEN_ALL, 0),
    RO("EVENTQ_CONS in Page 0", 0xac, SEEN_ALL, 0),
    RW("EVENTQ_IRQ_CFG0", 0xb0, 8, SEEN_ALL, ADDR52(2)),
    RW("EVENTQ_IRQ_CFG1", 0xb8, 4, SEEN_ALL, 0xffffffff),
    RW("EVENTQ_IRQ_CFG2", 0xbc, 4, SEEN_ALL, 0x3f),
    RW("PRIQ_BASE", 0xc0, 8, SEEN_ALL, ADDR52(5) | 1ull << 62 | 31),
    RO("PRIQ_PROD in Page 0", 0xc8, SEEN_ALL, 0),
    RW("PRIQ_IRQ_CFG0", 0xd0, 8, SEEN_ALL, ADDR52(2)),
    RW("PRIQ_IRQ_CFG1", 0xd8, 4, SEEN_ALL, 0xffffffff),
    RW("PRIQ_IRQ_CFG2", 0xdc, 4, SEEN_ALL, 0x8000003f),
    RO("GATOS_CTRL", 0x100, SEEN_ALL, 0),
    RO("MPAMIDR", 0x130, SEEN_ALL, 0),
    RO("IDR6", 0x190, SEEN_ALL, 0),
    RO("DPT_BASE, not Realm", 0x200, SEEN_ALL, 0),
    RO("GMECID, not Realm", 0x228, SEEN_ALL, 0),
    RW("EVENTQ_PROD", 0x100a8, 4, SEEN_ALL, 0x800fffff),
    RW("EVENTQ_CONS", 0x100ac, 4, SEEN_ALL, 0x800fffff),
    RW("PRIQ_PROD", 0x100c8, 4, SEEN_ALL, 0x800fffff),
    RW("PRIQ_CONS", 0x100cc, 4, SEEN_ALL, 0x800fffff),

    RO("S_IDR0", 0x8000, SEEN_S, 0x01000000),
    RO("S_IDR1", 0x8004, SEEN_S, 0xa0000002),
    RO("S_IDR2", 0x8008, SEEN_S, 0),
    RO("S_IDR3", 0x800c, SEEN_S, 0),
    RO("S_IDR4", 0x8010, SEEN_S, 0),
    { "S_CR0", 0x8020, 4, SEEN_S, 0, 0x1ed, 0x1ed },
    { "S_CR0ACK", 0x8024, 4, SEEN_S, 0, 0, 0x1ed },
    RW("S_CR1", 0x8028, 4, SEEN_S, 0xfff),
    RW("S_CR2", 0x802c, 4, SEEN_S, 0x3),
    RO("S_INIT", 0x803c, SEEN_S, 0),
    { "S_GBPA", 0x8044, 4, SEEN_S, 0x1000, 0, 0x1fff1f },
    RO("S_AGBPA", 0x8048, SEEN_S, 0),
    RW("S_IRQ_CTRL", 0x8050, 4, SEEN_S, 5),
    { "S_IRQ_CTRLACK", 0x8054, 4, SEEN_S, 0, 0, 5 },
    { "S_GERROR", 0x8060, 4, SEEN_S, 0, 0, 0x105 },
    RW("S_GERRORN", 0x8064, 4, SEEN_S, 0x105),
    RO("S_GERROR_IRQ_CFG0 without MSIs", 0x8068, SEEN_S, 0),
    RW("S_STRTAB_BASE", 0x8080, 8, SEEN_S, ADDR52(6) | 1ull << 62),
    RW("S_STRTAB_BASE_CFG", 0x8088, 4, SEEN_S, 0x307ff),
    RW("S_CMDQ_BASE", 0x8090, 8, SEEN_S, ADDR52(5) | 1ull << 62 | 31),
    RW("S_CMDQ_PROD", 0x8098, 4, SEEN_S, 0xfffff),
    RW("S_CMDQ_CONS", 0x809c, 4, SEEN_S, 0x7f0fffff),
    RW("S_EVENTQ_BASE", 0x80a0, 8, SEEN_S, ADDR52(5) | 1ull << 62 | 31),
    RW("S_EVENTQ_PROD", 0x80a8, 4, SEEN_S, 0x800fffff),
    RW("S_EVENTQ_CONS", 0x80ac, 4, SEEN_S, 0x800fffff),
    RO("no S_PRIQ_BASE", 0x80c0, SEEN_S, 0),
    RO("S_EVENTQ_PROD not in Page 1", 0x180a8, SEEN_S, 0),

    RO("R_IDR0", 0x40000, SEEN_R, 0x01012400),
    RO("R_IDR1", 0x40004, SEEN_R, 0x80000000),
    RO("R_IDR2", 0x40008, SEEN_R, 0),
    RO("R_IDR3", 0x4000c, SEEN_R, 0x10000),
    RO("R_IDR4", 0x40010, SEEN_R, 0),
    RO("no R_IDR5", 0x40014, SEEN_R, 0),
    RO("no R_IIDR", 0x40018, SEEN_R, 0),
    RO("R_AIDR", 0x4001c, SEEN_R, 3),
    /* ATSCHK is read-only, 1. */
    { "R_CR0", 0x40020, 4, SEEN_R, 0x10, 0x1cf, 0x1df },
    { "R_CR0ACK", 0x40024, 4, SEEN_R, 0x10, 0, 0x1df },
    RW("R_CR1", 0x40028, 4, SEEN_R, 0xfff),
    RW("R_CR2", 0x4002c, 4, SEEN_R, 0xb),
    RO("no R_INIT", 0x4003c, SEEN_R, 0),
    RO("R_GBPA", 0x40044, SEEN_R, 0x100000),
    RO("R_AGBPA", 0x40048, SEEN_R, 0),
    RW("R_IRQ_CTRL", 0x40050, 4, SEEN_R, 7),
    { "R_IRQ_CTRLACK", 0x40054, 4, SEEN_R, 0, 0, 7 },
    { "R_GERROR", 0x40060, 4, SEEN_R, 0, 0, 0xfd },
    RW("R_GERRORN", 0x40064, 4, SEEN_R, 0xfd),
    RW("R_GERROR_IRQ_CFG0", 0x40068, 8, SEEN_R, ADDR52(2) | 1ull << 63),
    RW("R_GERROR_IRQ_CFG1", 0x40070, 4, SEEN_R, 0xffffffff),
    RW("R_GERROR_IRQ_CFG2", 0x40074, 4, SEEN_R, 0x3f),
    RW("R_STRTAB_BASE", 0x40080, 8, SEEN_R, ADDR52(6) | 1ull << 62),
    RW("R_STRTAB_BASE_CFG", 0x40088, 4, SEEN_R, 0x307ff),
    RW("R_CMDQ_BASE", 0x40090, 8, SEEN_R, ADDR52(5) | 1ull << 62 | 31),
    RW("R_CMDQ_PROD", 0x40098, 4, SEEN_R, 0xfffff),
    RW("R_CMDQ_CONS", 0x4009c, 4, SEEN_R, 0x7f0fffff),
    RW("R_EVENTQ_BASE", 0x400a0, 8, SEEN_R, ADDR52(5) | 1ull << 62 | 31),
    RW("R_EVENTQ_IRQ_CFG0", 0x400b0, 8, SEEN_R, ADDR52(2) | 1ull << 63),
    RW("R_EVENTQ_IRQ_CFG1", 0x400b8, 4, SEEN_R, 0xffffffff),
    RW("R_EVENTQ_IRQ_CFG2", 0x400bc, 4, SEEN_R, 0x3f),
    RW("R_PRIQ_BASE", 0x400c0, 8, SEEN_R, ADDR52(5) | 1ull << 62 | 31),
    RW("R_PRIQ_IRQ_CFG0", 0x400d0, 8, SEEN_R, ADDR52(2) | 1ull << 63),
    RW("R_PRIQ_IRQ_CFG1", 0x400d8, 4, SEEN_R, 0xffffffff),
    RW("R_PRIQ_IRQ_CFG2", 0x400dc, 4, SEEN_R, 0x8000003f),
    RO("R_DPT_BASE without DPT", 0x40200, SEEN_R, 0),
    RO("R_DPT_CFG_FAR without DPT", 0x40210, SEEN_R, 0),
    RO("R_MECIDR", 0x40220, SEEN_R, 0xf),
    RW("R_GMECID", 0x40228, 4, SEEN_R, 0xffff),
    RW("R_EVENTQ_PROD", 0x500a8, 4, SEEN_R, 0x800fffff),
    RW("R_EVENTQ_CONS", 0x500ac, 4, SEEN_R, 0x800fffff),
    RW("R_PRIQ_PROD", 0x500c8, 4, SEEN_R, 0x800fffff),
    RW("R_PRIQ_CONS", 0x500cc, 4, SEEN_R, 0x800fffff),

    RO("ROOT_IDR0", 0x20000, SEEN_ROOT, 0x0080000f),
    RO("ROOT_IIDR", 0x20008, SEEN_ROOT, 0x43b),
    RW("ROOT_CR0", 0x20020, 4, SEEN_ROOT, 3),
    { "ROOT_CR0ACK", 0x20024, 4, SEEN_ROOT, 0, 0, 3 },
    RW("ROOT_GPT_BASE", 0x20028, 8, SEEN_ROOT, ADDR52(12)),
    { "ROOT_GPT_BASE_CFG", 0x20030, 8, SEEN_ROOT, 0x600000,
      0x10affe7, 0x16affe7 },
    { "ROOT_GPF_FAR", 0x20038, 8, SEEN_ROOT, 0, 0, 0xc0ffffffffffffff },
    { "ROOT_GPT_CFG_FAR", 0x20040, 8, SEEN_ROOT, 0, 0, 0xcfffffffffffffff },
    RW("ROOT_TLBI", 0x20050, 8, SEEN_ROOT, ADDR52(12) | 0xf3),
    { "ROOT_TLBI_CTRL", 0x20058, 4, SEEN_ROOT, 0, 0, 1 },
    RO("ROOT_GPT_BASE2", 0x20060, SEEN_ROOT, 0),
};

#endif
