/*
 * AMEC (bit 63) of Block and Page descriptors: where it is a Translation
 * fault, at which level, and where it is ignored or chooses a MECID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mec.h"
#include "matrix.h"
#include "sysreg.h"

#define D_BLOCK_BIT     (1ull << 1)     /* 0: Block, at levels 1 and 2 */
#define D_AF            (1ull << 10)
#define BLOCK_OFFSET    0x5000ull
#define FSC_TRANSLATION 0x04

extern const uint32_t stub_at_s1e2r[], stub_at_s1e2w[];

/* Which regime and which of its tables. */
enum range { EL2_LOW, EL20_LOW, EL20_HIGH, RANGES };
static const char *const range_names[] = {
    "EL2", "EL2&0 by TTBR0", "EL2&0 by TTBR1",
};

static enum regime tables_of(enum range range)
{
    return range == EL2_LOW ? REGIME_EL2 : REGIME_EL10;
}

/* A descriptor of that level for TEST_BASE. */
static uint64_t at_level(unsigned level, uint64_t page)
{
    return level == 3 ? page : page & ~D_BLOCK_BIT;
}

/*
 * Map the window by one descriptor at @level; returns an address in it,
 * which is TEST_BASE + BLOCK_OFFSET.
 */
static uint64_t map(enum range range, unsigned level, bool ns, uint64_t extra)
{
    struct tables *t = &mmu_s1[tables_of(range)];
    uint64_t pa = TEST_BASE + (level == 3 ? BLOCK_OFFSET : 0);
    uint64_t d = at_level(level, mmu_page(tables_of(range), pa,
                                          ns ? PAS_NS : PAS_REALM, false));

    mmu_reset_windows();
    d |= extra;
    switch (level) {
    case 1:
        t->win[1][0] = d;
        break;
    case 2:
        t->win[2][0] = d;
        break;
    default:
        t->win[3][BLOCK_OFFSET / PAGE_SIZE] = d;
        break;
    }
    pe_tlb_clear();
    return (range == EL20_HIGH ? WIN_VA_HIGH : WIN_VA) + BLOCK_OFFSET;
}

struct amec_case {
    enum range range;
    enum pas world;
    uint64_t scr;
    unsigned level;
    bool emec, amec[2], ns, bit;
};

static void describe(const struct amec_case *c, char *text)
{
    /* One letter for each thing that is 1. */
    *text++ = c->emec ? 'E' : '-';
    *text++ = c->amec[0] ? '0' : '-';
    *text++ = c->amec[1] ? '1' : '-';
    *text++ = c->ns ? 'N' : '-';
    *text++ = c->bit ? 'A' : '-';
    *text++ = c->scr & SCR_TCR2EN ? 'T' : '-';
    *text++ = c->scr & SCR_SCTLR2EN ? 'S' : '-';
    *text = 0;
}

static bool faults(const struct amec_case *c)
{
    bool allowed = c->amec[c->range == EL20_HIGH] && (c->scr & SCR_TCR2EN);

    return c->world == PAS_REALM && c->emec && (c->scr & SCR_SCTLR2EN) &&
           c->bit && !c->ns && !allowed;
}

static void one_access(const struct amec_case *c, enum op op, uint64_t va)
{
    const uint64_t x[5] = { va, WORD };
    struct outcome want = { 0 }, got;
    char text[8];

    describe(c, text);
    got = pe_run(2, op_stub(op, 2), x);
    want.x0 = got.x0;
    want.far = got.far;
    if (faults(c)) {
        want.el = 2;
        want.far = va;
        want.elr = op_fault_pc(op, 2, va);
        want.esr = ESR_MAKE(op == OP_FETCH ? EC_IABT_SAME : EC_DABT_SAME,
                            (FSC_TRANSLATION + c->level) |
                            (op_writes(op) ? 1u << 6 : 0));
    }
    test_outcome(&want, &got, "%s of %s at %s, level %u, %s", op_name(op),
                 range_names[c->range], pas_name(c->world), c->level, text);
}

static void one_at(const struct amec_case *c, bool write, uint64_t va)
{
    const uint64_t x[5] = { va };
    uint64_t par = pe_run(2, write ? stub_at_s1e2w : stub_at_s1e2r, x).x0;
    char text[8];

    describe(c, text);
    test_case((par & 0x7f) == (faults(c) ? 1 | (FSC_TRANSLATION + c->level) << 1
                                         : par & 0x7e),
              "AT of %s at %s, level %u, %s: PAR_EL1 %lx",
              range_names[c->range], pas_name(c->world), c->level, text,
              (unsigned long)par);
}

static void one_setting(struct amec_case *c)
{
    for (c->level = 1; c->level <= 3; c->level++) {
        for (unsigned n = 0; n < 4; n++) {
            uint64_t va;

            c->ns = n & 1;
            c->bit = n & 2;
            va = map(c->range, c->level, c->ns, c->bit ? DESC_AMEC : 0);
            one_access(c, OP_LOAD, va);
            one_access(c, OP_STORE, va);
            if (!c->ns) {
                access_fill(TEST_BASE + BLOCK_OFFSET, WORD);
                one_access(c, OP_FETCH, va + FETCH_OFFSET);
            }
            one_at(c, false, va);
            one_at(c, true, va);
        }
    }
}

static void stage_1_of_el2(void)
{
    static const uint64_t scr[] = {
        SCR_MEC, SCR_MEC & ~SCR_TCR2EN, SCR_MEC & ~SCR_SCTLR2EN,
        SCR_MEC & ~SCR_MECEN,
    };
    static const enum pas worlds[] = { PAS_REALM, PAS_NS, PAS_SECURE };

    test_group("mec-amec-stage1");
    for (enum range range = 0; range < RANGES; range++) {
        if (range == EL20_LOW) {
            mec_el20(0);
        }
        for (unsigned n = 0; n < 8; n++) {
            struct amec_case c = {
                .range = range, .emec = n & 1, .amec = { n & 2, n & 4 },
            };

            mec_enable(c.emec, false);
            mec_allow_alternate(c.amec[0], c.amec[1]);
            for (unsigned w = 0; w < 3; w++) {
                for (unsigned i = 0; i < (w ? 1 : 4); i++) {
                    c.world = worlds[w];
                    c.scr = scr[i];
                    pe_set_world(c.world, c.scr);
                    one_setting(&c);
                }
            }
        }
    }
    mec_el2();
    mec_off();
}

/* A fault by AMEC comes before one by the Access flag. */
static void priority(void)
{
    test_group("mec-amec-priority");
    mec_enable(true, false);
    pe_set_world(PAS_REALM, SCR_MEC);
    for (unsigned level = 1; level <= 3; level++) {
        struct amec_case c = {
            .world = PAS_REALM, .scr = SCR_MEC, .level = level, .emec = true,
            .bit = true,
        };
        uint64_t va = map(EL2_LOW, level, false, DESC_AMEC);
        struct tables *t = &mmu_s1[REGIME_EL2];
        uint64_t *d = level == 1 ? &t->win[1][0] : level == 2 ? &t->win[2][0] :
                      &t->win[3][BLOCK_OFFSET / PAGE_SIZE];

        *d &= ~D_AF;
        pe_tlb_clear();
        one_access(&c, OP_LOAD, va);
    }
    mec_off();
}

/* Bit 63 is ignored at EL1 and at EL3; at stage 2 it never faults. */
static void elsewhere(void)
{
    static const uint64_t x[5] = { WIN_VA + BLOCK_OFFSET, WORD };
    const uint64_t ipa = WIN_IPA + BLOCK_OFFSET;

    test_group("mec-amec-elsewhere");
    for (unsigned n = 0; n < 16; n++) {
        bool emec = n & 1, alternate = n & 2, ns = n & 4;
        uint64_t amec = n & 8 ? DESC_AMEC : 0;
        struct outcome want = { 0 }, got;

        mec_enable(emec, emec);
        mec_allow_alternate(alternate, alternate);
        mmu_reset_windows();
        mmu_s1[REGIME_EL3].win[3][BLOCK_OFFSET / PAGE_SIZE] =
            mmu_page(REGIME_EL3, TEST_BASE, ns ? PAS_NS : PAS_REALM, false) |
            amec;
        mmu_s1[REGIME_EL10].win[3][BLOCK_OFFSET / PAGE_SIZE] =
            mmu_page(REGIME_EL10, TEST_BASE, PAS_REALM, false) | amec;
        pe_set_world(PAS_REALM, SCR_MEC);
        pe_tlb_clear();
        for (unsigned el = 1; el <= 3; el += 2) {
            got = pe_run(el, op_stub(OP_LOAD, el), x);
            want.x0 = got.x0;
            test_outcome(&want, &got, "load at EL%u, case %u", el, n);
        }
        mmu_s1[REGIME_EL10].win[3][BLOCK_OFFSET / PAGE_SIZE] =
            mmu_page(REGIME_EL10, ipa & ~0xfffull, PAS_REALM, false) | amec;
        mmu_stage2(true, false, false, 0);
        for (unsigned level = 1; level <= 3; level++) {
            uint64_t d = at_level(level, mmu_s2_page(TEST_BASE, ns)) | amec;

            if (level == 1) {
                mmu_s2.l1[256] = d;
            } else {
                mmu_s2.l1[256] = mmu_table((uint64_t)mmu_s2.win[2], false);
                mmu_s2.win[2][0] =
                    level == 2 ? d : mmu_table((uint64_t)mmu_s2.win[3], false);
            }
            mmu_s2.win[3][BLOCK_OFFSET / PAGE_SIZE] = d;
            pe_tlb_clear();
            got = pe_run(1, op_stub(OP_LOAD, 1), x);
            want.x0 = got.x0;
            test_outcome(&want, &got, "load by stage 2, level %u, case %u",
                         level, n);
            got = pe_run(1, op_stub(OP_STORE, 1), x);
            want.x0 = got.x0;
            test_outcome(&want, &got, "store by stage 2, level %u, case %u",
                         level, n);
        }
        mmu_stage2(false, false, false, 0);
    }
    mec_off();
}

void test_main(void)
{
    stage_1_of_el2();
    priority();
    elsewhere();
}
