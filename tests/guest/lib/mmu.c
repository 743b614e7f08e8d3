/*
 * Translation tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mmu.h"
#include "string.h"
#include "sysreg.h"

/* Descriptors (Arm ARM, "VMSAv8-64 descriptor formats") */
#define D_BLOCK         0x1ull
#define D_TABLE         0x3ull
#define D_PAGE          0x3ull
#define D_ATTR(n)       ((uint64_t)(n) << 2)
#define D_NS            (1ull << 5)
#define D_AP_USER       (1ull << 6)
#define D_AP_RO         (1ull << 7)
#define D_SH_INNER      (3ull << 8)
#define D_AF            (1ull << 10)
#define D_NSE           (1ull << 11)
#define D_XN            (1ull << 54)
#define D_NSTABLE       (1ull << 63)
#define S2_ATTR_WB      (0xfull << 2)
#define S2_AP_RW        (3ull << 6)
#define S2_NS           (1ull << 55)

#define MAIR_NORMAL     0       /* index: Normal Write-Back */
#define MAIR_DEVICE     1       /* index: Device-nGnRnE */
#define MAIR_VALUE      0x00ffull

#define T0SZ_48         16ull
#define T0SZ_39         25ull
#define TCR_WB_INNER    ((3ull << 12) | (1ull << 10) | (1ull << 8))
#define TCR_RES1        ((1ull << 31) | (1ull << 23))
#define TCR_PS_48       (5ull << 16)
#define TCR1_IPS_48     (5ull << 32)
#define TCR1_HIGH       ((2ull << 30) | (3ull << 28) | (1ull << 26) | \
                         (1ull << 24) | (T0SZ_48 << 16))
#define VTCR_SL0_L1     (1ull << 6)
#define VTCR_RES1       (1ull << 31)
#define VTCR_NSW        (1ull << 29)    /* VSTCR_EL2.SW */
#define VTCR_NSA        (1ull << 30)

#define SCTLR_EL23      (0x30c50830ull | 0x1005)
#define SCTLR_EL1       (0x30d00800ull | 0x1005)

#define GIB             0x40000000ull

#define VSTTBR_EL2      S3_4_C2_C6_0
#define VSTCR_EL2       S3_4_C2_C6_2

struct tables mmu_s1[REGIMES];
struct s2_tables mmu_s2;

static uint64_t leaf(enum regime regime, enum pas pas, bool user)
{
    uint64_t d = D_AF | D_SH_INNER | D_ATTR(MAIR_NORMAL);

    switch (regime) {
    case REGIME_EL3:
        d |= D_AP_USER;     /* RES1 */
        d |= pas & 1 ? D_NS : 0;
        d |= pas & 2 ? D_NSE : 0;
        break;
    case REGIME_EL2:
        d |= D_AP_USER;     /* RES1 */
        d |= pas == PAS_NS ? D_NS : 0;
        break;
    default:
        d |= user ? D_AP_USER : 0;
        d |= pas == PAS_NS ? D_NS : 0;
        break;
    }
    return d;
}

uint64_t mmu_page(enum regime regime, uint64_t pa, enum pas pas, bool user)
{
    return pa | D_PAGE | leaf(regime, pas, user);
}

uint64_t mmu_s2_page(uint64_t pa, bool ns)
{
    return pa | D_PAGE | D_AF | D_SH_INNER | S2_ATTR_WB | S2_AP_RW |
           (ns ? S2_NS : 0);
}

uint64_t mmu_table(uint64_t pa, bool nstable)
{
    return pa | D_TABLE | (nstable ? D_NSTABLE : 0);
}

void mmu_reset_windows(void)
{
    for (int r = 0; r < REGIMES; r++) {
        struct tables *t = &mmu_s1[r];

        memset(t->win[3], 0, sizeof(table));
        t->l0[1] = mmu_table((uint64_t)t->win[1], false);
        t->l0_high[1] = t->l0[1];
        t->win[1][0] = mmu_table((uint64_t)t->win[2], false);
        t->win[2][0] = mmu_table((uint64_t)t->win[3], false);
    }
    memset(mmu_s2.win[3], 0, sizeof(table));
    mmu_s2.l1[256] = mmu_table((uint64_t)mmu_s2.win[2], false);
    mmu_s2.win[2][0] = mmu_table((uint64_t)mmu_s2.win[3], false);
}

void mmu_build(void)
{
    for (int r = 0; r < REGIMES; r++) {
        struct tables *t = &mmu_s1[r];

        t->l0[0] = mmu_table((uint64_t)t->l1, false);
        for (int i = 1; i < 4; i++) {
            t->l1[i] = (i * GIB) | D_BLOCK |
                       leaf(r, r == REGIME_EL3 ? PAS_ROOT : PAS_SECURE, true);
            if (r == REGIME_EL10) {
                t->l1[i] |= D_AP_RO;    /* executable at EL1 and EL0 */
            }
        }
    }
    mmu_s1[REGIME_EL3].l1[0] = D_BLOCK | D_AF | D_XN | D_AP_USER | D_NSE |
                               D_ATTR(MAIR_DEVICE);
    for (int i = 1; i < 4; i++) {
        mmu_s2.l1[i] = (i * GIB) | D_BLOCK | D_AF | D_SH_INNER | S2_ATTR_WB |
                       S2_AP_RW;
    }
    mmu_reset_windows();
}

void mmu_stage2(bool on, bool ns_tables, bool ns_out, uint64_t hcr_extra)
{
    uint64_t vtcr = T0SZ_39 | VTCR_SL0_L1 | TCR_WB_INNER | TCR_PS_48 |
                    VTCR_RES1 | (ns_tables ? VTCR_NSW : 0);

    write_sysreg(vtcr_el2, vtcr | (ns_out ? VTCR_NSA : 0));
    write_sysreg(VSTCR_EL2, T0SZ_39 | VTCR_SL0_L1 | VTCR_RES1 |
                 (ns_tables ? VTCR_NSW : 0));
    write_sysreg(vttbr_el2, (uint64_t)mmu_s2.l1);
    write_sysreg(VSTTBR_EL2, (uint64_t)mmu_s2.l1);
    write_sysreg(hcr_el2, HCR_RW | (on ? HCR_VM : 0) | hcr_extra);
    isb();
}

void mmu_enable(void)
{
    uint64_t tcr = T0SZ_48 | TCR_WB_INNER;

    write_sysreg(mair_el3, MAIR_VALUE);
    write_sysreg(mair_el2, MAIR_VALUE);
    write_sysreg(mair_el1, MAIR_VALUE);
    write_sysreg(tcr_el3, tcr | TCR_RES1 | TCR_PS_48);
    write_sysreg(tcr_el2, tcr | TCR_RES1 | TCR_PS_48);
    write_sysreg(tcr_el1, tcr | TCR1_IPS_48 | TCR1_HIGH);
    write_sysreg(ttbr0_el3, (uint64_t)mmu_s1[REGIME_EL3].l0);
    write_sysreg(ttbr0_el2, (uint64_t)mmu_s1[REGIME_EL2].l0);
    write_sysreg(ttbr0_el1, (uint64_t)mmu_s1[REGIME_EL10].l0);
    write_sysreg(ttbr1_el1, (uint64_t)mmu_s1[REGIME_EL10].l0_high);
    mmu_stage2(false, false, false, 0);
    dsb(sy);
    tlbi(alle3);
    tlbi(alle2);
    tlbi(alle1);
    tlbi_paall();
    dsb(sy);
    isb();
    write_sysreg(sctlr_el2, SCTLR_EL23);
    write_sysreg(sctlr_el1, SCTLR_EL1);
    write_sysreg(sctlr_el3, SCTLR_EL23);
    isb();
}
