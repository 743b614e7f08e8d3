/*
 * Broadcast TLB maintenance: translations that the SMMU holds for a device
 * are gone after a TLBI of a PE that is about them and reaches the Inner or
 * Outer Shareable domain, and not after another one. Without IDR0.BTM, or
 * with CR2.PTM, they stay.
 *
 * For strict-tlb=on, where nothing else makes them go.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "exerciser.h"
#include "smmu.h"
#include "string.h"
#include "sysreg.h"
#include "test.h"

enum { PES = 4, VMID = 5, ASID = 7 };

/* One page of a device's addresses, which leads to the one or the other. */
#define DEVICE_VA       0x40203000ull
#define FIRST           (TEST_BASE + 0x100000)
#define SECOND          (TEST_BASE + 0x101000)
#define TABLES          (TEST_BASE + 0x200000)
#define OTHER_VA        (DEVICE_VA + 0x10000)

/* Which translation of the device is held. */
enum kind { STAGE_1, STAGE_2, EL2, NOT_SHARED /* CD.ASET */, KINDS };

/* What a TLBI takes; VA and RANGE with an ASID. */
enum operand { NONE, VA, VAA, ADDRESS_SPACE, IPA, RANGE, RANGE_A, IPA_RANGE };

struct op {
    const char *name;
    enum kind kind;
    enum operand operand;
    bool gone;              /* if the operand is about it */
    void (*run)(uint64_t operand);
};

#define PLAIN(n)    static void n(uint64_t x) \
                    { (void)x; __asm__ volatile("tlbi " #n : : : "memory"); }
#define TAKES(n)    static void n(uint64_t x) \
                    { __asm__ volatile("tlbi " #n ", %0" : : "r"(x) : \
                                       "memory"); }
TAKES(vae1is) TAKES(vae1os) TAKES(vale1is) TAKES(vale1os)
TAKES(vaae1is) TAKES(vaae1os) TAKES(vaale1is) TAKES(vaale1os)
TAKES(aside1is) TAKES(aside1os) TAKES(rvae1is) TAKES(rvae1os)
TAKES(rvale1is) TAKES(rvale1os) TAKES(rvaae1is) TAKES(rvaae1os)
TAKES(rvaale1is) TAKES(rvaale1os)
PLAIN(vmalle1is) PLAIN(vmalle1os) PLAIN(vmalls12e1is) PLAIN(vmalls12e1os)
PLAIN(alle1is) PLAIN(alle1os)
TAKES(ipas2e1is) TAKES(ipas2e1os) TAKES(ipas2le1is) TAKES(ipas2le1os)
TAKES(ripas2e1is) TAKES(ripas2e1os) TAKES(ripas2le1is) TAKES(ripas2le1os)
TAKES(vae2is) TAKES(vae2os) TAKES(vale2is) TAKES(vale2os)
TAKES(rvae2is) TAKES(rvae2os) TAKES(rvale2is) TAKES(rvale2os)
PLAIN(alle2is) PLAIN(alle2os)
/* Local ones */
TAKES(vae1) TAKES(vale1) TAKES(vaae1) TAKES(vaale1) TAKES(aside1)
TAKES(rvae1) TAKES(rvaae1) PLAIN(vmalle1) PLAIN(vmalls12e1) PLAIN(alle1)
TAKES(ipas2e1) TAKES(ipas2le1) TAKES(ripas2e1) TAKES(vae2) TAKES(rvae2)
PLAIN(alle2)
/* nXS: CRn is 9. */
#define NXS(n, o1, m, o2) \
    static void n(uint64_t x) \
    { __asm__ volatile("sys #" #o1 ", c9, c" #m ", #" #o2 ", %0" : : "r"(x) : \
                       "memory"); }
NXS(vae1isnxs, 0, 3, 1) NXS(vmalle1osnxs, 0, 1, 0) NXS(aside1isnxs, 0, 3, 2)
NXS(rvae1isnxs, 0, 2, 1) NXS(vae1nxs, 0, 7, 1) NXS(ipas2e1isnxs, 4, 0, 1)
NXS(ipas2e1osnxs, 4, 4, 0) NXS(alle1isnxs, 4, 3, 4) NXS(vae2isnxs, 4, 3, 1)
/* EL3's own regime: no stream of this SMMU has it. */
PLAIN(alle3is) TAKES(vae3is)

#define OP(n, kind, operand, gone) { #n, kind, operand, gone, n }

static const struct op ops[] = {
    OP(vae1is, STAGE_1, VA, true), OP(vae1os, STAGE_1, VA, true),
    OP(vale1is, STAGE_1, VA, true), OP(vale1os, STAGE_1, VA, true),
    OP(vaae1is, STAGE_1, VAA, true), OP(vaae1os, STAGE_1, VAA, true),
    OP(vaale1is, STAGE_1, VAA, true), OP(vaale1os, STAGE_1, VAA, true),
    OP(aside1is, STAGE_1, ADDRESS_SPACE, true),
    OP(aside1os, STAGE_1, ADDRESS_SPACE, true),
    OP(rvae1is, STAGE_1, RANGE, true), OP(rvae1os, STAGE_1, RANGE, true),
    OP(rvale1is, STAGE_1, RANGE, true), OP(rvale1os, STAGE_1, RANGE, true),
    OP(rvaae1is, STAGE_1, RANGE_A, true), OP(rvaae1os, STAGE_1, RANGE_A, true),
    OP(rvaale1is, STAGE_1, RANGE_A, true),
    OP(rvaale1os, STAGE_1, RANGE_A, true),
    OP(vmalle1is, STAGE_1, NONE, true), OP(vmalle1os, STAGE_1, NONE, true),
    OP(vmalls12e1is, STAGE_1, NONE, true),
    OP(vmalls12e1os, STAGE_1, NONE, true),
    OP(alle1is, STAGE_1, NONE, true), OP(alle1os, STAGE_1, NONE, true),
    OP(vae1isnxs, STAGE_1, VA, true), OP(vmalle1osnxs, STAGE_1, NONE, true),
    OP(aside1isnxs, STAGE_1, ADDRESS_SPACE, true),
    OP(rvae1isnxs, STAGE_1, RANGE, true), OP(vae1nxs, STAGE_1, VA, false),
    OP(alle1isnxs, STAGE_1, NONE, true),
    OP(ipas2e1is, STAGE_1, IPA, false), OP(vae2is, STAGE_1, VAA, false),
    OP(alle2is, STAGE_1, NONE, false), OP(alle3is, STAGE_1, NONE, false),
    OP(vae3is, STAGE_1, VAA, false),
    OP(vae1, STAGE_1, VA, false), OP(vale1, STAGE_1, VA, false),
    OP(vaae1, STAGE_1, VAA, false), OP(vaale1, STAGE_1, VAA, false),
    OP(aside1, STAGE_1, ADDRESS_SPACE, false),
    OP(rvae1, STAGE_1, RANGE, false), OP(rvaae1, STAGE_1, RANGE_A, false),
    OP(vmalle1, STAGE_1, NONE, false), OP(vmalls12e1, STAGE_1, NONE, false),
    OP(alle1, STAGE_1, NONE, false),

    OP(ipas2e1is, STAGE_2, IPA, true), OP(ipas2e1os, STAGE_2, IPA, true),
    OP(ipas2le1is, STAGE_2, IPA, true), OP(ipas2le1os, STAGE_2, IPA, true),
    OP(ripas2e1is, STAGE_2, IPA_RANGE, true),
    OP(ripas2e1os, STAGE_2, IPA_RANGE, true),
    OP(ripas2le1is, STAGE_2, IPA_RANGE, true),
    OP(ripas2le1os, STAGE_2, IPA_RANGE, true),
    OP(vmalls12e1is, STAGE_2, NONE, true),
    OP(vmalls12e1os, STAGE_2, NONE, true),
    OP(alle1is, STAGE_2, NONE, true), OP(alle1os, STAGE_2, NONE, true),
    OP(ipas2e1isnxs, STAGE_2, IPA, true),
    OP(ipas2e1osnxs, STAGE_2, IPA, true),
    OP(vmalle1is, STAGE_2, NONE, false), OP(vaae1is, STAGE_2, VAA, false),
    OP(alle2is, STAGE_2, NONE, false),
    OP(ipas2e1, STAGE_2, IPA, false), OP(ipas2le1, STAGE_2, IPA, false),
    OP(ripas2e1, STAGE_2, IPA_RANGE, false),
    OP(vmalls12e1, STAGE_2, NONE, false), OP(alle1, STAGE_2, NONE, false),

    OP(vae2is, EL2, VAA, true), OP(vae2os, EL2, VAA, true),
    OP(vale2is, EL2, VAA, true), OP(vale2os, EL2, VAA, true),
    OP(rvae2is, EL2, RANGE_A, true), OP(rvae2os, EL2, RANGE_A, true),
    OP(rvale2is, EL2, RANGE_A, true), OP(rvale2os, EL2, RANGE_A, true),
    OP(alle2is, EL2, NONE, true), OP(alle2os, EL2, NONE, true),
    OP(vae2isnxs, EL2, VAA, true),
    OP(vae1is, EL2, VAA, false), OP(alle1is, EL2, NONE, false),
    OP(vmalls12e1is, EL2, NONE, false),
    OP(vae2, EL2, VAA, false), OP(rvae2, EL2, RANGE_A, false),
    OP(alle2, EL2, NONE, false),

    OP(vae1is, NOT_SHARED, VA, false), OP(vale1os, NOT_SHARED, VA, false),
    OP(rvae1is, NOT_SHARED, RANGE, false),
    OP(aside1is, NOT_SHARED, ADDRESS_SPACE, false),
    OP(vmalle1is, NOT_SHARED, NONE, true),
    OP(vmalls12e1os, NOT_SHARED, NONE, true),
    OP(alle1is, NOT_SHARED, NONE, true),
};

static struct exerciser ex;
static struct smmu smmu;
static unsigned pes = 1;

/* --- what the device translates by ---------------------------------------- */

/* Three tables of 4KB: levels 1 to 3, for @pa at DEVICE_VA. */
static uint64_t *leaf(enum kind kind)
{
    uint64_t *table = (uint64_t *)(TABLES + kind * 0x10000 + 0x2000);

    return &table[DEVICE_VA >> 12 & 511];
}

static void point_at(enum kind kind, uint64_t pa)
{
    const uint64_t af_sh = 7ull << 8, stage_1 = 1ull << 6 | 1ull << 11;
    const uint64_t stage_2 = 0xfull << 2 | 3ull << 6;

    *leaf(kind) = pa | af_sh | (kind == STAGE_2 ? stage_2 : stage_1) | 3;
    dsb(sy);
}

static void make_tables(enum kind kind)
{
    uint64_t *l1 = (uint64_t *)(TABLES + kind * 0x10000), *l2 = l1 + 512;

    memset(l1, 0, 0x3000);
    l1[DEVICE_VA >> 30 & 511] = (uint64_t)l2 | 3;
    l2[DEVICE_VA >> 21 & 511] = (uint64_t)(l2 + 512) | 3;
}

/* The stream of the exerciser has translation @kind. */
static bool install(enum kind kind)
{
    enum { S1_ONLY = 5, S2_ONLY = 6, T0SZ = 25, PS_40 = 2 };
    uint64_t root = TABLES + kind * 0x10000;
    uint64_t *cd = (uint64_t *)(TABLES + 0x80000);
    uint64_t ste[8] = { 1 };

    make_tables(kind);
    ste[1] = 1ull << 44 | (kind == EL2 ? 2ull << 30 : 0);
    if (kind == STAGE_2) {
        ste[0] |= S2_ONLY << 1;
        /* VMID, T0SZ, from level 1, 40 bits, AA64, R */
        ste[2] = VMID | (uint64_t)T0SZ << 32 | 1ull << 38 |
                 (uint64_t)PS_40 << 48 | 1ull << 51 | 1ull << 58;
        ste[3] = root;
    } else {
        ste[0] |= S1_ONLY << 1 | (uint64_t)cd;
        ste[2] = VMID;
        memset(cd, 0, 64);
        /* T0SZ, EPD1, V, IPS, AA64, R, A, ASET, ASID */
        cd[0] = T0SZ | 3ull << 30 | (uint64_t)PS_40 << 32 | 1ull << 41 |
                3ull << 45 | (uint64_t)(kind == NOT_SHARED) << 47 |
                (uint64_t)ASID << 48;
        cd[1] = root;
        cd[3] = 0xff;
    }
    smmu_set_ste(&smmu, ex.rid, ste);
    return smmu_forget(&smmu);
}

/* What the device reads: 1 or 2, as the page that it comes to; 0: nothing. */
static unsigned seen(void)
{
    struct exerciser_id id = {
        .sec_sid = smmu.pas == PAS_REALM ? 2 : smmu.pas == PAS_SECURE ? 1 : 0,
    };
    uint64_t word = 0;

    if (exerciser_dma(&ex, &id, false, DEVICE_VA, 0, 8)) {
        return 0;
    }
    exerciser_fetch(&ex, 0, &word, 8);
    return word;
}

/* --- TLBIs ---------------------------------------------------------------- */

/* The order to a PE. */
static struct order {
    const struct op *op;
    uint64_t operand;
    enum pas world;
    unsigned vmid;
} order;

static void do_order(struct pe *pe, uint64_t arg)
{
    (void)pe;
    (void)arg;
    pe_set_world(order.world, 0);
    write_sysreg(hcr_el2, HCR_RW);
    write_sysreg(vtcr_el2, 0);
    write_sysreg(vttbr_el2, (uint64_t)order.vmid << 48);
    isb();
    order.op->run(order.operand);
    dsb(sy);
    isb();
}

static void on(unsigned pe)
{
    if (pe == 0) {
        do_order(pe_self(), 0);
    } else {
        pe_start(pe, do_order, 0);
        pe_wait(pe);
    }
}

static uint64_t operand_of(const struct op *op, uint64_t va, unsigned asid)
{
    const uint64_t tg_4k = 1ull << 46;      /* two pages */

    switch (op->operand) {
    case VA:
        return (uint64_t)asid << 48 | va >> 12;
    case VAA:
        return va >> 12;
    case ADDRESS_SPACE:
        return (uint64_t)asid << 48;
    case IPA:
        return va >> 12;
    case RANGE:
        return (uint64_t)asid << 48 | tg_4k | (va >> 12 & ~1ull);
    case RANGE_A:
    case IPA_RANGE:
        return tg_4k | (va >> 12 & ~1ull);
    default:
        return 0;
    }
}

/* A TLBI that differs in one thing from what is held. */
enum bend { EXACT, OTHER_ASID, OTHER_VMID, OTHER_ADDRESS, OTHER_WORLD, BENDS };
static const char *const bend_names[] = {
    "", ", other ASID", ", other VMID", ", other address", ", other world",
};

static bool about_el1_of_all(const struct op *op)
{
    return op->run == alle1is || op->run == alle1os || op->run == alle1 ||
           op->run == alle1isnxs;
}

/* Is there such a variant of @op? */
static bool bends(const struct op *op, enum bend bend)
{
    switch (bend) {
    case OTHER_ASID:
        return op->operand == VA || op->operand == RANGE ||
               op->operand == ADDRESS_SPACE;
    case OTHER_VMID:
        return op->kind != EL2 && !about_el1_of_all(op);
    case OTHER_ADDRESS:
        return op->operand != NONE && op->operand != ADDRESS_SPACE;
    default:
        return true;
    }
}

static void check(const struct op *op, enum bend bend, unsigned pe,
                  bool heard, const char *when)
{
    unsigned want = op->gone && bend == EXACT && heard ? 2 : 1, got;
    bool installed = install(op->kind);

    point_at(op->kind, FIRST);
    order.op = op;
    order.operand = operand_of(op, bend == OTHER_ADDRESS ? OTHER_VA :
                                                           DEVICE_VA,
                               ASID + (bend == OTHER_ASID));
    /* Secure stage 1 alone has VMID 0. */
    order.vmid = (smmu.pas == PAS_SECURE ? 0 : VMID) + (bend == OTHER_VMID);
    order.world = bend != OTHER_WORLD ? smmu.pas :
                  smmu.pas == PAS_NS ? PAS_REALM : PAS_NS;
    got = seen();
    test_case(installed && got == 1, "%s, %s: %u at first", op->name, when,
              got);
    point_at(op->kind, SECOND);
    got = seen();
    test_case(got == 1, "%s, %s: not held, %u", op->name, when, got);
    on(pe);
    got = seen();
    test_case(got == want, "%s by PE %u, %s%s: the device reads %u, expected "
              "%u", op->name, pe, when, bend_names[bend], got, want);
}

static bool exists(const struct op *op)
{
    /* Stage 2 of Secure streams stands elsewhere in the STE. */
    return smmu.pas != PAS_SECURE || op->kind == STAGE_1 ||
           op->kind == NOT_SHARED;
}

static void all_ops(enum pas pas, uint32_t cr2, bool heard, const char *name)
{
    test_group(name);
    if (!test_case(smmu_on(&smmu, pas, cr2), "the SMMU does not answer")) {
        return;
    }
    for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        const struct op *op = &ops[i];

        for (enum bend b = EXACT; exists(op) && b < BENDS; b++) {
            for (unsigned pe = 0; bends(op, b) && pe < pes; pe++) {
                check(op, b, pe, heard, name);
            }
        }
    }
    smmu_off(&smmu);
}

void test_main(void)
{
    bool btm = smmu_id(SMMU_IDR0) & SMMU_IDR0_BTM;

    test_group("btm-find");
    if (!test_case(smmu_present(), "there is no SMMU") ||
        !test_case(exerciser_find(&ex, 0), "there is no exerciser")) {
        return;
    }
    while (pes < PES && pe_present(pes)) {
        pes++;
    }
    *(uint64_t *)FIRST = 1;
    *(uint64_t *)SECOND = 2;
    all_ops(PAS_NS, 0, btm, btm ? "btm-ns" : "no-btm-ns");
    all_ops(PAS_REALM, 0, btm, btm ? "btm-realm" : "no-btm-realm");
    all_ops(PAS_SECURE, 0, btm, btm ? "btm-secure" : "no-btm-secure");
    if (btm) {
        all_ops(PAS_NS, SMMU_CR2_PTM, false, "btm-ptm-ns");
        all_ops(PAS_REALM, SMMU_CR2_PTM, false, "btm-ptm-realm");
        all_ops(PAS_SECURE, SMMU_CR2_PTM, false, "btm-ptm-secure");
    }
}
