/*
 * What the SMMU remembers with strict-tlb=on, and which command makes it
 * forget that: something in memory changes below a stream that has been used.
 *
 * A row is a case for each world that it names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

enum { NS = 1 << W_NS, SEC = 1 << W_SECURE, RLM = 1 << W_REALM,
       NR = NS | RLM, ALL = NS | SEC | RLM };

/* What changes */
enum { LEAF1, LEAF2, STE, CD, L1STD, L1CD };
/* What is put into a command besides @w0 and @w1 */
enum { VA = 1, IPA = 2, SID = 4, NEXT = 8 /* the page after it */,
       OTHER_SID = 16, PREV = 32 };

typedef struct Row {
    const char *name;
    unsigned worlds;
    SmmuShape shape;
    unsigned change;
    uint64_t w0, w1;
    unsigned with;
    bool forgets;
    bool global;                /* the leaf has nG = 0 */
    uint32_t cr2;
} Row;

#define C(cfg)      { .config = CFG_##cfg }
#define L2CD        { .config = CFG_S1, .cdmax = 8, .cdfmt = 1 }
#define EL2         { .config = CFG_S1, .el2 = true }
#define FORGETS     .forgets = true
#define ASID(n)     ((uint64_t)(n) << 48)
#define VMID(n)     ((uint64_t)(n) << 32)
#define SSID(n)     ((uint64_t)(n) << 12 | 1 << 11)
#define OWN_ASID    ASID(STREAM_ASID)
#define OWN_VMID    VMID(STREAM_VMID)
#define SSEC        (1 << 10)
#define LEAF        1
#define NOP         0x46            /* CMD_SYNC */
/* By range: TG, then NUM + 1 << SCALE granules. */
#define TG_4K       (1 << 10)
#define NUM(n)      ((uint64_t)(n) << 12)
#define SCALE(n)    ((uint64_t)(n) << 20)

static const Row rows[] = {
    /* Stage 1 */
    { "s1/nothing", ALL, C(S1), LEAF1, NOP },
    { "s1/nh-all", ALL, C(S1), LEAF1, 0x10, FORGETS },
    { "s1/nh-all-other-vmid", NR, C(S1), LEAF1, 0x10 | VMID(9) },
    { "s1/nh-asid", ALL, C(S1), LEAF1, 0x11 | OWN_ASID, FORGETS },
    { "s1/nh-asid-other", ALL, C(S1), LEAF1, 0x11 | ASID(8) },
    { "s1/nh-asid-other-vmid", NR, C(S1), LEAF1, 0x11 | OWN_ASID | VMID(9) },
    { "s1/nh-asid-global", ALL, C(S1), LEAF1, 0x11 | OWN_ASID,
      .global = true },
    { "s1/nh-va", ALL, C(S1), LEAF1, 0x12 | OWN_ASID, 0, VA, FORGETS },
    { "s1/nh-va-leaf", ALL, C(S1), LEAF1, 0x12 | OWN_ASID, LEAF, VA,
      FORGETS },
    { "s1/nh-va-other-asid", ALL, C(S1), LEAF1, 0x12 | ASID(8), 0, VA },
    { "s1/nh-va-other-va", ALL, C(S1), LEAF1, 0x12 | OWN_ASID, 0, VA | NEXT },
    { "s1/nh-va-global", ALL, C(S1), LEAF1, 0x12 | ASID(8), 0, VA, FORGETS,
      .global = true },
    { "s1/nh-va-range", ALL, C(S1), LEAF1, 0x12 | OWN_ASID | NUM(1), TG_4K,
      VA | PREV, FORGETS },
    { "s1/nh-va-range-scale", ALL, C(S1), LEAF1, 0x12 | OWN_ASID | SCALE(4),
      TG_4K, VA | PREV, FORGETS },
    { "s1/nh-va-range-before", ALL, C(S1), LEAF1, 0x12 | OWN_ASID,
      TG_4K | 3 << 8, VA | PREV },
    { "s1/nh-va-range-after", ALL, C(S1), LEAF1, 0x12 | OWN_ASID | NUM(7),
      TG_4K, VA | NEXT },
    { "s1/nh-vaa", ALL, C(S1), LEAF1, 0x13, 0, VA, FORGETS },
    { "s1/nh-vaa-other-va", ALL, C(S1), LEAF1, 0x13, 0, VA | NEXT },
    { "s1/nsnh-all", NR, C(S1), LEAF1, 0x30, FORGETS },
    { "s1/nsnh-all-secure", SEC, C(S1), LEAF1, 0x30 },
    { "s1/snh-all", SEC, C(S1), LEAF1, 0x60, FORGETS },
    { "s1/el2-all", ALL, C(S1), LEAF1, 0x20 },
    { "s1/s12-vmall", NR, C(S1), LEAF1, 0x28, FORGETS },
    { "s1/s-s12-vmall", SEC, C(S1), LEAF1, 0x58, FORGETS },
    { "s1/cfgi-all", ALL, C(S1), LEAF1, 0x04, 31 },

    /* EL2 */
    { "el2/nothing", ALL, EL2, LEAF1, NOP },
    { "el2/el2-all", NR, EL2, LEAF1, 0x20, FORGETS },
    { "el2/s-el2-all", SEC, EL2, LEAF1, 0x50, FORGETS },
    { "el2/el2-all-secure", SEC, EL2, LEAF1, 0x20 },
    { "el2/el2-va", NR, EL2, LEAF1, 0x22, 0, VA, FORGETS },
    { "el2/el2-va-other", NR, EL2, LEAF1, 0x22, 0, VA | NEXT },
    { "el2/s-el2-va", SEC, EL2, LEAF1, 0x52, 0, VA, FORGETS },
    { "el2/nsnh-all", NR, EL2, LEAF1, 0x30 },
    { "el2/snh-all", SEC, EL2, LEAF1, 0x60 },
    { "el2/e2h-asid", NR, EL2, LEAF1, 0x21 | OWN_ASID, FORGETS,
      .cr2 = CR2_E2H },
    { "el2/e2h-other-asid", NR, EL2, LEAF1, 0x21 | ASID(8),
      .cr2 = CR2_E2H },

    /* Stage 2 */
    { "s2/nothing", ALL, C(S2), LEAF2, NOP },
    { "s2/s2-ipa", NR, C(S2), LEAF2, 0x2a | OWN_VMID, 0, IPA, FORGETS },
    { "s2/s2-ipa-leaf", NR, C(S2), LEAF2, 0x2a | OWN_VMID, LEAF, IPA,
      FORGETS },
    { "s2/s2-ipa-other-vmid", NR, C(S2), LEAF2, 0x2a | VMID(9), 0, IPA },
    { "s2/s2-ipa-other-ipa", NR, C(S2), LEAF2, 0x2a | OWN_VMID, 0,
      IPA | NEXT },
    { "s2/s2-ipa-range", NR, C(S2), LEAF2, 0x2a | OWN_VMID | NUM(1), TG_4K,
      IPA | PREV, FORGETS },
    { "s2/s-s2-ipa", SEC, C(S2), LEAF2, 0x5a | OWN_VMID, 0, IPA, FORGETS },
    { "s2/s12-vmall", NR, C(S2), LEAF2, 0x28 | OWN_VMID, FORGETS },
    { "s2/s12-vmall-other", NR, C(S2), LEAF2, 0x28 | VMID(9) },
    { "s2/s-s12-vmall", SEC, C(S2), LEAF2, 0x58 | OWN_VMID, FORGETS },
    { "s2/s12-vmall-secure", SEC, C(S2), LEAF2, 0x28 | OWN_VMID },
    { "s2/nh-all", ALL, C(S2), LEAF2, 0x10 | OWN_VMID },
    { "s2/nsnh-all", NR, C(S2), LEAF2, 0x30, FORGETS },
    { "s2/snh-all", SEC, C(S2), LEAF2, 0x60, FORGETS },

    /* Both */
    { "nested/nothing", ALL, C(NESTED), LEAF1, NOP },
    { "nested/nh-va", ALL, C(NESTED), LEAF1, 0x12 | OWN_ASID | OWN_VMID, 0,
      VA, FORGETS },
    { "nested/nh-va-other-vmid", ALL, C(NESTED), LEAF1, 0x12 | OWN_ASID |
      VMID(9), 0, VA },
    { "nested/nh-asid", ALL, C(NESTED), LEAF1, 0x11 | OWN_ASID | OWN_VMID,
      FORGETS },
    { "nested/s12-vmall", NR, C(NESTED), LEAF2, 0x28 | OWN_VMID, FORGETS },
    { "nested/s12-vmall-other", NR, C(NESTED), LEAF2, 0x28 | VMID(9) },
    { "nested/s-s12-vmall", SEC, C(NESTED), LEAF2, 0x58 | OWN_VMID, FORGETS },

    /* Configuration */
    { "ste/nothing", ALL, C(S1), STE, NOP },
    { "ste/cfgi-ste", NR, C(S1), STE, 0x03, 0, SID, FORGETS },
    { "ste/cfgi-ste-leaf", NR, C(S1), STE, 0x03, LEAF, SID, FORGETS },
    { "ste/cfgi-ste-other", NR, C(S1), STE, 0x03, 0, OTHER_SID },
    { "ste/cfgi-ste-ssec", SEC, C(S1), STE, 0x03 | SSEC, 0, SID, FORGETS },
    { "ste/cfgi-ste-ns", SEC, C(S1), STE, 0x03, 0, SID },
    { "ste/cfgi-range", NR, C(S1), STE, 0x04, 4, SID, FORGETS },
    { "ste/cfgi-range-other", NR, C(S1), STE, 0x04, 3, OTHER_SID },
    { "ste/cfgi-all", NR, C(S1), STE, 0x04, 31, FORGETS },
    { "ste/cfgi-all-ssec", SEC, C(S1), STE, 0x04 | SSEC, 31, FORGETS },
    { "ste/cfgi-all-ns", SEC, C(S1), STE, 0x04, 31 },
    { "ste/tlbi", NR, C(S1), STE, 0x30 },
    { "cd/nothing", ALL, C(S1), CD, NOP },
    { "cd/cfgi-cd", NR, C(S1), CD, 0x05, LEAF, SID, FORGETS },
    { "cd/cfgi-cd-other-sid", NR, C(S1), CD, 0x05, LEAF, OTHER_SID },
    { "cd/cfgi-cd-other-ssid", NR, C(S1), CD, 0x05 | SSID(3), LEAF, SID },
    { "cd/cfgi-cd-all", NR, C(S1), CD, 0x06, 0, SID, FORGETS },
    { "cd/cfgi-cd-all-other", NR, C(S1), CD, 0x06, 0, OTHER_SID },
    { "cd/cfgi-cd-ssec", SEC, C(S1), CD, 0x05 | SSEC, LEAF, SID, FORGETS },
    { "cd/cfgi-cd-all-ssec", SEC, C(S1), CD, 0x06 | SSEC, 0, SID, FORGETS },
    { "cd/cfgi-ste", NR, C(S1), CD, 0x03, 0, SID, FORGETS },
    { "cd/cfgi-all", NR, C(S1), CD, 0x04, 31, FORGETS },
    { "cd/tlbi", NR, C(S1), CD, 0x11 | OWN_ASID },
};

static Smmu smmu;

static void command(const SmmuStream *x, const Row *r)
{
    uint64_t w0 = r->w0, w1 = r->w1;
    int64_t step = r->with & NEXT ? 0x1000 : r->with & PREV ? -0x1000 : 0;

    if (r->with & VA) {
        w1 |= x->va + step;
    }
    if (r->with & IPA) {
        w1 |= x->ipa + step;
    }
    if (r->with & SID) {
        w0 |= (uint64_t)x->sid << 32;
    }
    if (r->with & OTHER_SID) {
        w0 |= (uint64_t)(x->sid ^ 0x60) << 32;
    }
    smmu_cmd(&smmu, w0, w1);
    smmu_sync(&smmu);
}

/* Make the change; where data is then, or which event there is. */
static unsigned change(SmmuStream *x, const Row *r, uint64_t *page)
{
    const uint64_t zero = 0;
    uint64_t at, desc;

    switch (r->change) {
    case STE:
        smmu_poke(&smmu, x->ste_at, &zero, 1);
        return C_BAD_STE;
    case CD:
        smmu_poke(&smmu, x->cd_at, &zero, 1);
        return C_BAD_CD;
    default:
        /* A neighbour: the page of what follows in memory. */
        at = r->change == LEAF1 ? x->leaf1 : x->leaf2;
        desc = smmu_peek(&smmu, at) + 0x1000;
        smmu_poke(&smmu, at, &desc, 1);
        *page += 0x1000;
        return EV_NONE;
    }
}

static void run(const void *opaque)
{
    const SmmuCase *i = opaque;
    const Row *r = i->row;
    SmmuConfig config = {
        .log2size = 8, .cmdq_log2 = 6, .eventq_log2 = 6, .priq_log2 = 4,
        .cr2 = r->cr2,
    };
    SmmuDma dma = { 0 };
    SmmuStream x = { 0 };
    uint64_t page;
    SmmuEvt event;
    unsigned id;

    if (smmu.world != i->world) {
        smmu_switch(&smmu, i->world);
    }
    smmu.what = r->name;
    smmu_reset(&smmu);
    smmu_configure(&smmu, &config);
    smmu_stream_new(&smmu, &x, &r->shape);
    if (r->global) {
        uint64_t desc = smmu_peek(&smmu, x.leaf1) & ~D_NG;

        smmu_poke(&smmu, x.leaf1, &desc, 1);
    }
    if (x.has_s2) {
        /* What stage 1 may be turned to. */
        smmu_map(&x.s2, x.ipa + 0x1000, x.page + 0x1000, 3, D_LEAF2);
    }
    smmu_stream_install(&x);
    smmu_stream_access(&x, &dma, END_WORKS);

    page = x.page;
    id = change(&x, r, &page);
    command(&x, r);
    if (r->forgets) {
        x.page = page;
    }
    smmu_stream_access(&x, &dma, r->forgets && id ? END_ABORT : END_WORKS);
    event = smmu_stream_event(&x, &dma, r->forgets ? id : EV_NONE);
    smmu_expect_event(&smmu, &event);
    smmu_expect_far(&smmu, 0, 0);
}

/* S_INIT.INV_ALL: all of it, for all worlds; it takes Secure or Root. */
static void test_s_init(void)
{
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        SmmuStream x = { 0 };
        uint64_t desc;

        if (smmu.world != w) {
            smmu_switch(&smmu, w);
        }
        smmu.what = "S_INIT";
        smmu_reset(&smmu);
        smmu_configure(&smmu, NULL);
        smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_S1 });
        smmu_stream_install(&x);
        smmu_stream_access(&x, &(SmmuDma) { 0 }, END_WORKS);
        desc = smmu_peek(&smmu, x.leaf1) + 0x1000;
        smmu_poke(&smmu, x.leaf1, &desc, 1);
        guest_write(smmu.qts, SMMU_BASE + SECURE_REGS + R_S_INIT, 4,
                    MAILBOX_NS, 1);
        smmu_stream_access(&x, &(SmmuDma) { 0 }, END_WORKS);
        guest_write(smmu.qts, SMMU_BASE + SECURE_REGS + R_S_INIT, 4,
                    MAILBOX_ROOT, 1);
        g_assert_cmphex(guest_read(smmu.qts, SMMU_BASE + SECURE_REGS +
                                   R_S_INIT, 4, MAILBOX_S), ==, 0);
        x.page += 0x1000;
        smmu_stream_access(&x, &(SmmuDma) { 0 }, END_WORKS);
        smmu_expect_event(&smmu, NULL);
    }
}

/* Commands of Non-secure software say nothing about the other worlds. */
static void run_foreign(SmmuWorld owner)
{
    SmmuStream x = { 0 };
    uint64_t desc;
    Smmu left;

    if (smmu.world != owner) {
        smmu_switch(&smmu, owner);
    }
    smmu.what = "foreign commands";
    smmu_reset(&smmu);
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_S1 });
    smmu_stream_install(&x);
    smmu_stream_access(&x, &(SmmuDma) { 0 }, END_WORKS);
    desc = smmu_peek(&smmu, x.leaf1) + 0x1000;
    smmu_poke(&smmu, x.leaf1, &desc, 1);
    left = smmu;
    smmu.undos = smmu.stes = 0;
    smmu_adopt(&smmu, W_NS);
    smmu_configure(&smmu, NULL);
    smmu_cmd(&smmu, 0x10, 0);
    smmu_cmd(&smmu, 0x11 | OWN_ASID, 0);
    smmu_cmd(&smmu, 0x12 | OWN_ASID, x.va);
    smmu_cmd(&smmu, 0x03 | (uint64_t)x.sid << 32, 0);
    smmu_forget(&smmu);
    x.s = &left;
    smmu_stream_access(&x, &(SmmuDma) { 0 }, END_WORKS);
    smmu_disable(&smmu);
    smmu = left;
    smmu_expect_event(&smmu, NULL);
}

static void test_foreign_secure(void)
{
    run_foreign(W_SECURE);
}

static void test_foreign_realm(void)
{
    run_foreign(W_REALM);
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            if (rows[i].worlds >> w & 1) {
                smmu_add_case("smmu-cache", w, rows[i].name, &rows[i], run);
            }
        }
    }
    qtest_add_func("cca/smmu-cache/s-init", test_s_init);
    qtest_add_func("cca/smmu-cache/foreign/secure", test_foreign_secure);
    qtest_add_func("cca/smmu-cache/foreign/realm", test_foreign_realm);
    smmu_start(&smmu, W_NS, "-machine strict-tlb=on");
    exerciser_enable(&smmu.ex, false, true, false);
    result = g_test_run();
    smmu_quit(&smmu);
    return result;
}
