/*
 * Which MECID register an access goes by, seen in the data: with mpe=mecid,
 * what is written under one MECID is garbage under any other. MECIDs change
 * without any TLB maintenance, which takes effect at once.
 *
 * What a regime fetches, code and tables, has MECID 0 here, so its source is
 * one that the page under test does not have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mec.h"
#include "matrix.h"
#include "string.h"
#include "sysreg.h"

#define PAGE            (TEST_BASE + 0x5000ull)
#define S2_COPY(n)      (TEST_BASE + 0x10000ull + (n) * 0x1000ull)
/* Where the image is by TTBR1_EL2, too. */
#define HIGH            0xffff000000000000ull
#define ANY_SLOT        11

/* Each register has a MECID of its own; what must be 0 is. */
#define MECID_OF(source)    (0x81u + (source))
#define OTHER               0x77u

struct way {
    const char *name;
    enum mecid source;
    enum mecid zero;            /* of what the regime fetches; or source */
    unsigned el;
    bool e2h, high, amec, s2;
};

static const struct way ways[] = {
    { "EL3", MECID_RL_A, MECID_RL_A, 3, 0, 0, 0, 0 },
    { "EL2, AMEC", MECID_A0, MECID_P0, 2, 0, 0, 1, 0 },
    { "EL2&0 by TTBR0", MECID_P0, MECID_P1, 2, 1, 0, 0, 0 },
    { "EL2&0 by TTBR0, AMEC", MECID_A0, MECID_P0, 2, 1, 0, 1, 0 },
    { "EL2&0 by TTBR1", MECID_P1, MECID_P0, 2, 1, 1, 0, 0 },
    { "EL2&0 by TTBR1, AMEC", MECID_A1, MECID_P0, 2, 1, 1, 1, 0 },
    { "EL1, stage 2", VMECID_P, VMECID_A, 1, 0, 0, 0, 1 },
    { "EL1, stage 2, AMEC", VMECID_A, VMECID_P, 1, 0, 0, 1, 1 },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* Must a register be 0, for what the regime or the vectors of EL2 fetch? */
static bool must_be_0(const struct way *w, enum mecid i)
{
    return i != w->source && (i == w->zero || (i == MECID_P0 && w->el == 1));
}

static void registers_of(const struct way *w)
{
    for (unsigned i = 0; i < MECIDS; i++) {
        mec_set(i, must_be_0(w, i) ? 0 : MECID_OF(i));
    }
}

/* An access as @w does it. */
static struct outcome go(const struct way *w, enum op op, uint64_t value)
{
    uint64_t va = (w->high ? WIN_VA_HIGH : WIN_VA) + VA_SLOT * PAGE_SIZE + 8;
    const uint64_t x[5] = { va, value };
    uint64_t stub = (uint64_t)op_stub(op, w->el);

    /* The code has the MECID of the other half. */
    if (w->source == MECID_P0) {
        stub |= HIGH;
    }
    return pe_run(w->el, (const void *)stub, x);
}

/* Does a load give the word that was stored? */
static bool right(const struct way *w)
{
    struct outcome out = go(w, OP_LOAD, 0);

    return out.el == 0 && out.x0 == WORD;
}

/* A load at EL3 from the Realm physical address space under @mecid. */
static uint64_t look(uint64_t pa, unsigned mecid)
{
    const uint64_t x[5] = { WIN_VA + ANY_SLOT * PAGE_SIZE + pa % PAGE_SIZE };

    mmu_s1[REGIME_EL3].win[3][ANY_SLOT] =
        mmu_page(REGIME_EL3, pa - pa % PAGE_SIZE, PAS_REALM, false);
    pe_tlb_clear();
    mec_set(MECID_RL_A, mecid);
    return pe_run(3, op_stub(OP_LOAD, 3), x).x0;
}

/* A copy of @from at @pa, written under @mecid. */
static void copy(uint64_t pa, const table from, unsigned mecid)
{
    mmu_s1[REGIME_EL3].win[3][ANY_SLOT] =
        mmu_page(REGIME_EL3, pa, PAS_REALM, false);
    pe_tlb_clear();
    mec_set(MECID_RL_A, mecid);
    memcpy((void *)(WIN_VA + ANY_SLOT * PAGE_SIZE), from, sizeof(table));
    dsb(sy);
}

/* Stage 2: walks are under VMECID_P, stage 1 and code are under MECID 0. */
static void stage_2(const struct way *w)
{
    uint64_t amec = w->zero == VMECID_A ? DESC_AMEC : 0;
    table *l1 = &mmu_s2.l1;
    unsigned walk = w->source == VMECID_P ? MECID_OF(VMECID_P) : 0;

    mmu_s2.win[3][IPA_SLOT] = mmu_s2_page(PAGE, false) |
                              (w->amec ? DESC_AMEC : 0);
    copy(S2_COPY(2), mmu_s2.win[3], walk);
    mmu_s2.win[2][0] = mmu_table(S2_COPY(2), false);
    copy(S2_COPY(1), mmu_s2.win[2], walk);
    (*l1)[256] = mmu_table(S2_COPY(1), false);
    for (unsigned i = 1; i < 4; i++) {
        (*l1)[i] |= amec;
    }
    copy(S2_COPY(0), *l1, walk);
    for (unsigned i = 1; i < 4; i++) {
        (*l1)[i] &= ~DESC_AMEC;
    }
    mmu_stage2(true, false, false, 0);
    write_sysreg(vttbr_el2, S2_COPY(0));
    isb();
}

static void set_up(const struct way *w)
{
    enum regime regime = w->el == 3 ? REGIME_EL3 : w->el == 2 && !w->e2h ?
                         REGIME_EL2 : REGIME_EL10;

    mec_el2();
    mmu_reset_windows();
    mec_enable(true, true);
    mec_allow_alternate(true, true);
    mmu_s1[regime].win[3][VA_SLOT] =
        mmu_page(regime, w->s2 ? IPA : PAGE, PAS_REALM, false) |
        (w->amec && !w->s2 ? DESC_AMEC : 0);
    mmu_s1[REGIME_EL10].l0_high[0] = mmu_s1[REGIME_EL10].l0[0];
    if (w->s2) {
        stage_2(w);
    } else if (w->e2h) {
        mec_el20(w->zero == MECID_P0 ? TCR_A1 : 0);
    }
    pe_set_world(PAS_REALM, SCR_MEC);
    pe_tlb_clear();
    registers_of(w);
}

static void sources(void)
{
    test_group("mec-select-sources");
    for (unsigned n = 0; n < WAYS; n++) {
        const struct way *w = &ways[n];

        set_up(w);
        go(w, OP_STORE, WORD);
        test_case(right(w), "%s: a load after a store", w->name);
        for (unsigned i = 0; i <= MECIDS; i++) {
            unsigned mecid = i < MECIDS ? MECID_OF(i) : 0;
            uint64_t word = look(PAGE + 8, mecid);

            test_case((word == WORD) == (i == w->source), "%s: EL3 reads what "
                      "it stored as %lx under MECID %x", w->name,
                      (unsigned long)word, mecid);
        }
    }
}

/* A new value of a register takes effect at once, in what it decides. */
static void not_cached(void)
{
    test_group("mec-select-changes");
    for (unsigned n = 0; n < WAYS; n++) {
        const struct way *w = &ways[n];

        set_up(w);
        go(w, OP_STORE, WORD);
        for (unsigned again = 0; again < 3; again++) {
            for (unsigned i = 0; i < MECIDS; i++) {
                if (must_be_0(w, i)) {
                    continue;
                }
                mec_set(i, OTHER);
                test_case(right(w) == (i != w->source),
                          "%s: a load with another MECID in register %u",
                          w->name, i);
                mec_set(i, MECID_OF(i));
                test_case(right(w), "%s: a load with register %u as before",
                          w->name, i);
            }
        }
    }
}

/* More pages by one register than a TLB might be asked to drop singly. */
static void many_pages(void)
{
    const struct way *w = &ways[1];
    enum { PAGES = 40, FIRST = 100 };

    test_group("mec-select-many");
    set_up(w);
    for (unsigned i = 0; i < PAGES; i++) {
        mmu_s1[REGIME_EL2].win[3][FIRST + i] =
            mmu_page(REGIME_EL2, TEST_BASE + 0x40000 + i * 0x1000ull,
                     PAS_REALM, false) | DESC_AMEC;
    }
    for (unsigned round = 0; round < 4; round++) {
        mec_set(MECID_A0, round & 1 ? OTHER : MECID_OF(MECID_A0));
        for (unsigned i = 0; i < PAGES; i++) {
            const uint64_t x[5] = { WIN_VA + (FIRST + i) * PAGE_SIZE,
                                    WORD + i };
            struct outcome out;

            if (round == 0) {
                pe_run(2, op_stub(OP_STORE, 2), x);
            }
            out = pe_run(2, op_stub(OP_LOAD, 2), x);
            test_case(out.el == 0 && (out.x0 == WORD + i) == !(round & 1),
                      "page %u, round %u: %lx", i, round,
                      (unsigned long)out.x0);
        }
    }
}

/*
 * Walks of EL2&0 are under P1, or under P0 with TCR_EL2.A1: so are the tables
 * here, and nothing else. By any other MECID they are garbage, and EL2 does
 * not come back.
 */
static void walks(void)
{
    struct tables *t = &mmu_s1[REGIME_EL10];

    test_group("mec-select-walks");
    for (unsigned a1 = 0; a1 < 2; a1++) {
        /* Data by the alternate MECID of the half; code by the other half. */
        struct way w = {
            .source = a1 ? MECID_A0 : MECID_A1, .el = 2, .e2h = true,
            .high = !a1, .amec = true, .zero = a1 ? MECID_P1 : MECID_P0,
        };
        enum mecid by = a1 ? MECID_P0 : MECID_P1;
        unsigned mecid = MECID_OF(by);
        const uint64_t x[5] = {
            (a1 ? WIN_VA : WIN_VA_HIGH) + VA_SLOT * PAGE_SIZE + 8, WORD,
        };
        const uint64_t code = a1 ? HIGH : 0;
        struct outcome out;

        set_up(&w);
        copy(S2_COPY(0), t->win[3], mecid);
        t->win[2][0] = mmu_table(S2_COPY(0), false);
        copy(S2_COPY(1), t->win[2], mecid);
        t->win[1][0] = mmu_table(S2_COPY(1), false);
        copy(S2_COPY(2), t->win[1], mecid);
        t->l0[1] = mmu_table(S2_COPY(2), false);
        copy(S2_COPY(3), t->l1, mecid);
        t->l0[0] = mmu_table(S2_COPY(3), false);
        copy(S2_COPY(4), t->l0, mecid);
        mec_el20(a1 ? TCR_A1 : 0);
        /* Both halves have the same tables. */
        write_sysreg(ttbr0_el2, S2_COPY(4));
        write_sysreg(S3_4_C2_C0_1, S2_COPY(4));
        isb();
        pe_tlb_clear();
        registers_of(&w);
        out = pe_run(2, (const void *)((uint64_t)op_stub(OP_STORE, 2) | code),
                     x);
        test_case(out.el == 0, "a store, TCR_EL2.A1=%u", a1);
        out = pe_run(2, (const void *)((uint64_t)op_stub(OP_LOAD, 2) | code),
                     x);
        test_case(out.el == 0 && out.x0 == WORD, "a load, TCR_EL2.A1=%u: %lx",
                  a1, (unsigned long)out.x0);
        test_case(look(PAGE + 8, MECID_OF(w.source)) == WORD,
                  "what EL3 sees of it, TCR_EL2.A1=%u", a1);
        t->l0[0] = mmu_table((uint64_t)t->l1, false);
    }
}

/* What makes a MECID 0. */
static void zeroes(void)
{
    static const uint64_t scr[] = {
        SCR_MEC & ~SCR_MECEN, SCR_MEC & ~SCR_SCTLR2EN,
    };

    test_group("mec-select-zero");
    for (unsigned n = 1; n < WAYS; n++) {
        const struct way *w = &ways[n];

        if (w->source == VMECID_P) {
            continue;           /* its tables would be garbage */
        }
        for (unsigned i = 0; i < 3; i++) {
            set_up(w);
            go(w, OP_STORE, WORD);
            if (i < 2) {
                pe_set_world(PAS_REALM, scr[i]);
            } else {
                mec_enable(false, true);
            }
            test_case(!right(w), "%s: a load without MECIDs, case %u",
                      w->name, i);
            go(w, OP_STORE, WORD + 1);
            test_case(look(PAGE + 8, 0) == WORD + 1,
                      "%s: a store without MECIDs, case %u", w->name, i);
            pe_set_world(PAS_REALM, SCR_MEC);
            mec_enable(true, true);
            test_case(go(w, OP_LOAD, 0).x0 != WORD + 1,
                      "%s: a load with MECIDs again, case %u", w->name, i);
        }
    }
    /* To the NS physical address space from Realm EL2, AMEC or not. */
    for (unsigned amec = 0; amec < 2; amec++) {
        const struct way *w = &ways[1];

        set_up(w);
        mmu_s1[REGIME_EL2].win[3][VA_SLOT] =
            mmu_page(REGIME_EL2, PAGE, PAS_NS, false) |
            (amec ? DESC_AMEC : 0);
        pe_tlb_clear();
        go(w, OP_STORE, WORD + 2);
        test_case(look(PAGE + 8, 0) == WORD + 2, "to NS, AMEC=%u", amec);
    }
    /* From EL3 to other physical address spaces. */
    for (enum pas pas = PAS_SECURE; pas <= PAS_ROOT; pas++) {
        set_up(&ways[0]);
        mmu_s1[REGIME_EL3].win[3][VA_SLOT] =
            mmu_page(REGIME_EL3, PAGE, pas, false);
        pe_tlb_clear();
        go(&ways[0], OP_STORE, WORD + 3 + pas);
        test_case(look(PAGE + 8, 0) == WORD + 3 + pas, "EL3 to %s",
                  pas_name(pas));
    }
}

void test_main(void)
{
    sources();
    not_cached();
    many_pages();
    walks();
    zeroes();
    mec_el2();
    mec_off();
}
