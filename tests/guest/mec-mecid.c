/*
 * What MECIDs do to data: two Realms that keep their memory to themselves and
 * share some by an alternate MECID; damage; maintenance to the Point of
 * Encryption; a granule that is delegated; MECIDs wider than the machine's;
 * walks, the MMU off, and an instruction under two. Which register is asked
 * when is in mec-select.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "gpt.h"
#include "mec.h"
#include "string.h"
#include "sysreg.h"
#include "test.h"
#include "world.h"

enum { SHARED = 3, THIRD = 4, WORD = 0x600d };      /* MECIDs of Realms: 1, 2 */
#define PAGE(n)     (TEST_BASE + 0x2000000ull + (n) * (uint64_t)PAGE_SIZE)
#define SYS_CIPAE(x) \
    __asm__ volatile("sys #4, c7, c14, #0, %0" : : "r"(x) : "memory")
#define SYS_CIGDPAE(x) \
    __asm__ volatile("sys #4, c7, c14, #7, %0" : : "r"(x) : "memory")
#define PA_REALM    (3ull << 62)    /* NSE and NS, of operands */

static uint8_t pattern[PAGE_SIZE], before[PAGE_SIZE],
               after[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/* Do these two MECIDs of Realm have keys of their own? */
static bool differ(unsigned a, unsigned b)
{
    return a != b && mpe_policy() != MPE_OFF;
}

static uint8_t *realm(uint64_t pa)
{
    return view(pa, PAS_REALM);
}

static void fill(uint64_t pa, unsigned mecid, unsigned seed)
{
    for (unsigned i = 0; i < PAGE_SIZE; i++) {
        pattern[i] = i * 41 + (i >> 8) * 7 + seed * 89 + 1;
    }
    mec_set(MECID_RL_A, mecid);
    memcpy(realm(pa), pattern, PAGE_SIZE);
}

static unsigned intact_blocks(const uint8_t *p)
{
    unsigned n = 0;

    for (unsigned i = 0; i < PAGE_SIZE; i += BLOCK) {
        n += !memcmp(p + i, pattern + i, BLOCK);
    }
    return n;
}

/* --- two Realms ----------------------------------------------------------- */

/* EL3 makes the memory of Realm @n, which is 0 or 1: MECID @n + 1. */
static void build(unsigned n)
{
    mec_set(MECID_RL_A, n + 1);
    world_use_copy(n);
    world_build(PAS_REALM);
}

/* Realm @n runs on this PE, at EL1 behind stage 2. */
static void enter(unsigned n)
{
    mec_set(MECID_RL_A, n + 1);
    mec_set(MECID_P0, n + 1);
    mec_set(VMECID_P, n + 1);
    mec_set(MECID_A0, SHARED);
    mec_set(VMECID_A, SHARED);
    world_use_copy(n);
    world_enter(PAS_REALM);
    world_stage2(true);
}

static uint64_t get(unsigned el, uint64_t va)
{
    struct outcome out = world_access(PAS_REALM, el, OP_LOAD, va, 0);

    return out.el ? ~0ull : out.x0;
}

static bool put(unsigned el, uint64_t va, uint64_t value)
{
    return world_access(PAS_REALM, el, OP_STORE, va, value).el == 0;
}

/* Realm 0 at EL@a and Realm 1 at EL@b. */
static void share(unsigned a, unsigned b)
{
    uint64_t shared = PAGE(8) + 0x40;
    uint64_t mine[2] = { PAGE(9) + 0x80, PAGE(10) + 0xc0 };

    for (unsigned round = 1; round <= 3; round++) {
        for (unsigned n = 0; n < 2; n++) {
            unsigned el = n ? b : a, other = n ? a : b;

            enter(n);
            test_case(put(el, mine[n], WORD + round) &&
                      put(el, WORLD_AMEC(shared), WORD + 10 * round + n),
                      "Realm %u EL%u: a store faults", n, el);
            enter(!n);
            test_case(get(other, WORLD_AMEC(shared)) == WORD + 10 * round + n,
                      "EL%u of Realm %u wrote what EL%u of the other does not "
                      "read by the alternate MECID", el, n, other);
            test_case((get(other, shared) == WORD + 10u * round + n) ==
                      !differ(1, SHARED), "the other Realm reads shared "
                      "memory by its own MECID");
            test_case((get(other, mine[n]) == WORD + round) ==
                      !differ(1, 2) &&
                      (get(other, WORLD_AMEC(mine[n])) == WORD + round) ==
                      !differ(1, SHARED), "Realm %u EL%u reads what the other "
                      "Realm has for itself", !n, other);
            enter(n);
            test_case(get(el, mine[n]) == WORD + round &&
                      get(el, WORLD_AMEC(shared)) == WORD + 10u * round + n,
                      "Realm %u EL%u: what it wrote is not intact", n, el);
        }
    }
    mec_set(MECID_RL_A, SHARED);
    test_case(*(uint64_t *)realm(shared) == WORD + 31, "EL3 does not read "
              "shared memory");
}

static void realms(void)
{
    test_group("mecid-share");
    build(0);
    build(1);
    for (unsigned a = 1; a <= 2; a++) {
        for (unsigned b = 1; b <= 2; b++) {
            share(a, b);
        }
    }
}

/* A table under another MECID than its walker's does not translate. */
static void walks(void)
{
    test_group("mecid-walk");
    for (unsigned el = 1; el <= 2; el++) {
        enum regime regime = el == 2 ? REGIME_EL2 : REGIME_EL10;

        enter(0);
        world_window(PAS_REALM, regime, PAGE(12));
        *(uint64_t *)realm(PAGE(13)) = WORD;
        for (unsigned i = 0; i < 6; i++) {
            unsigned mecid = i & 1 ? THIRD : 1;

            mec_set(MECID_RL_A, mecid);
            memset(realm(PAGE(12)), 0, PAGE_SIZE);
            ((uint64_t *)realm(PAGE(12)))[3] =
                mmu_page(regime, PAGE(13), PAS_REALM, false);
            pe_tlb_clear();
            test_case((get(el, WORLD_WIN_VA + 3 * PAGE_SIZE) == WORD) ==
                      !differ(1, mecid), "EL%u, a table of MECID %u", el,
                      mecid);
        }
    }
    enter(0);
    for (unsigned i = 0; i < 6; i++) {
        unsigned mecid = i & 1 ? THIRD : 1;

        world_s2_window(PAS_REALM, PAGE(14));
        mec_set(MECID_RL_A, 1);
        *(uint64_t *)realm(TEST_BASE + 0x2200000) = WORD;
        mec_set(MECID_RL_A, mecid);
        memset(realm(PAGE(14)), 0, PAGE_SIZE);
        ((uint64_t *)realm(PAGE(14)))[3] =
            world_s2_block(TEST_BASE + 0x2200000);
        mec_set(MECID_RL_A, 1);
        pe_tlb_clear();
        test_case((get(1, WORLD_S2_VA + 3 * 0x200000) == WORD) ==
                  !differ(1, mecid), "EL1, a table of stage 2 of MECID %u",
                  mecid);
    }
}

/* With the MMU off EL2 has MECID_P0, EL1 what stage 2 or VMECID_P says. */
static void mmu_off(void)
{
    uint64_t sctlr2, sctlr1;

    test_group("mecid-mmu-off");
    enter(0);
    fill(PAGE(0), 1, 1);
    fill(PAGE(1), THIRD, 2);
    memcpy(before, pattern, 8);
    sctlr2 = read_sysreg(sctlr_el2);
    sctlr1 = read_sysreg(sctlr_el1);
    write_sysreg(sctlr_el2, sctlr2 & ~1ull);
    write_sysreg(sctlr_el1, sctlr1 & ~1ull);
    pe_tlb_clear();
    for (unsigned n = 0; n < 3; n++) {
        unsigned el = n == 0 ? 2 : 1;
        uint64_t value;

        if (n == 2) {
            world_stage2(false);
        }
        fill(PAGE(0), 1, 1);
        memcpy(&value, pattern, 8);
        test_case(get(el, PAGE(0)) == value, "EL%u, stage 2 %s: its own page",
                  el, n == 1 ? "on" : "off");
        memcpy(&value, before, 8);
        test_case((get(el, PAGE(1)) == value) == !differ(1, THIRD), "EL%u, "
                  "stage 2 %s: another MECID's page", el,
                  n == 1 ? "on" : "off");
        put(el, PAGE(2), WORD + n);
        mec_set(MECID_RL_A, 1);
        test_case(*(uint64_t *)realm(PAGE(2)) == WORD + n, "EL%u: its store",
                  el);
    }
    write_sysreg(sctlr_el2, sctlr2);
    write_sysreg(sctlr_el1, sctlr1);
    pe_tlb_clear();
}

/* --- data, from EL3 ------------------------------------------------------- */

static void damage(unsigned a, unsigned b)
{
    static const struct { unsigned offset, len; } table[] = {
        { 0, 1 }, { 0x11, 2 }, { 0x2e, 4 }, { 0x48, 8 }, { 0x5c, 8 },
        { 0x100, 16 }, { 0x208, 16 }, { 0xfff, 1 },
    };

    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        unsigned offset = table[i].offset, len = table[i].len;
        unsigned touched = (offset + len - 1) / BLOCK - offset / BLOCK + 1;
        unsigned intact;

        fill(PAGE(0), a, i);
        mec_set(MECID_RL_A, b);
        memcpy(before, realm(PAGE(0)), PAGE_SIZE);
        test_case(intact_blocks(before) == (differ(a, b) ? 0 : BLOCKS),
                  "MECID %x reads what %x wrote", b, a);
        for (unsigned j = offset; j < offset + len; j++) {
            volatile uint8_t *p = realm(PAGE(0)) + j;

            before[j] = ~before[j];
            *p = before[j];
        }
        test_case(!memcmp(before, realm(PAGE(0)), PAGE_SIZE), "MECID %x does "
                  "not read what it wrote over %x", b, a);
        mec_set(MECID_RL_A, a);
        intact = intact_blocks(realm(PAGE(0)));
        test_case(intact == BLOCKS - touched, "MECID %x finds %u blocks "
                  "damaged by %u bytes at +0x%x of %x", a, BLOCKS - intact,
                  len, offset, b);
    }
}

static void damages(void)
{
    unsigned top = (1u << mec_bits()) - 1;

    test_group("mecid-damage");
    damage(0, 1);
    damage(1, 0);
    if (top > 1) {
        damage(1, 2);
        damage(top, top - 1);
        damage(5, top);
    }
    damage(top, top);
}

/* Bits above the width are RES0: no other context. */
static void width(void)
{
    unsigned bits = mec_bits();

    if (bits == 16) {
        test_skip("mecid-width", "MECIDs have 16 bits");
        return;
    }
    test_group("mecid-width");
    fill(PAGE(0), 1, 1);
    for (unsigned i = bits; i < 16; i++) {
        mec_set(MECID_RL_A, 1u | 1u << i);
        test_case(intact_blocks(realm(PAGE(0))) == BLOCKS, "MECID %x is "
                  "another one than 1", 1u | 1u << i);
        fill(PAGE(0), 1u | 1u << i, i);
        mec_set(MECID_RL_A, 1);
        test_case(intact_blocks(realm(PAGE(0))) == BLOCKS, "MECID 1 is "
                  "another one than %x", 1u | 1u << i);
    }
    mec_set(MECID_RL_A, 0);
    test_case(intact_blocks(realm(PAGE(0))) == (differ(0, 1) ? 0 : BLOCKS),
              "MECID 0 reads what 1 wrote");
}

/* Each line stays under its own context. */
static void maintenance(void)
{
    bool mte = sysreg_field(read_sysreg(id_aa64pfr1_el1), 11, 8) >= 2;

    test_group("mecid-maintenance");
    for (unsigned by = 0; by < 2; by++) {
        fill(PAGE(0), 1, by);
        fill(PAGE(1), 0, by);
        mec_set(MECID_RL_A, 1);
        memcpy(before, realm(PAGE(1)), PAGE_SIZE);
        mec_set(MECID_RL_A, by);
        for (uint64_t pa = PAGE(0); pa < PAGE(2); pa += 64) {
            SYS_CIPAE(pa | PA_REALM);
            if (mte) {
                SYS_CIGDPAE(pa | PA_REALM);
            }
            __asm__ volatile("dc civac, %0" : : "r"(realm(pa)) : "memory");
        }
        dsb(sy);
        mec_set(MECID_RL_A, 1);
        test_case(intact_blocks(realm(PAGE(0))) == BLOCKS, "maintenance "
                  "under MECID %u: what 1 wrote", by);
        test_case(!memcmp(realm(PAGE(1)), before, PAGE_SIZE), "maintenance "
                  "under MECID %u: the garbage of 0 that 1 reads", by);
        mec_set(MECID_RL_A, 0);
        test_case(intact_blocks(realm(PAGE(1))) == BLOCKS, "maintenance "
                  "under MECID %u: what 0 wrote", by);
    }
}

/* A granule of the Normal world becomes Realm's, and goes back. */
static void delegation(unsigned mecid)
{
    uint8_t *ns = view(PAGE(0), PAS_NS);
    bool apart = mpe_policy() == MPE_PAS || differ(mecid, 0);
    unsigned intact;

    fill(PAGE(1), 0, mecid);        /* the pattern only */
    gpt_set(PAGE(0), GPI_NS);
    gpt_tlbi_rpalos(PAGE(0), PAGE_SIZE);
    memcpy(ns, pattern, PAGE_SIZE);
    gpt_set(PAGE(0), GPI_REALM);
    gpt_tlbi_rpalos(PAGE(0), PAGE_SIZE);
    mec_set(MECID_RL_A, mecid);
    intact = intact_blocks(realm(PAGE(0)));
    test_case(intact == (apart ? 0 : BLOCKS), "MECID %u reads %u blocks of "
              "the Normal world's", mecid, intact);
    for (unsigned i = 0; i < PAGE_SIZE / 2; i += 64) {
        __asm__ volatile("dc zva, %0" : : "r"(realm(PAGE(0)) + i) : "memory");
    }
    memcpy(before, realm(PAGE(0)), PAGE_SIZE);
    memset(after, 0, PAGE_SIZE);
    test_case(!memcmp(before, after, PAGE_SIZE / 2), "MECID %u does not read "
              "what it wrote to a new granule", mecid);
    intact = intact_blocks(before);
    test_case(intact == (apart ? 0 : BLOCKS / 2), "MECID %u reads %u blocks of "
              "the Normal world's after it wrote to others", mecid, intact);
    gpt_set(PAGE(0), GPI_NS);
    gpt_tlbi_rpalos(PAGE(0), PAGE_SIZE);
    intact = intact_blocks(ns);
    test_case(intact == BLOCKS / 2 && (memcmp(ns, after, BLOCK) != 0) == apart,
              "the Normal world finds %u blocks as it left them", intact);
    gpt_set(PAGE(0), GPI_ANY);
    gpt_tlbi_rpalos(PAGE(0), PAGE_SIZE);
}

static void delegations(void)
{
    test_group("mecid-delegation");
    gpt_build(2, 0);
    gpt_on(0);
    for (unsigned mecid = 0; mecid < 2; mecid++) {
        delegation(mecid);
    }
    gpt_off();
}

/* --- an instruction under two contexts ------------------------------------ */

/*
 * T32 code that lies across two pages, which may be one granule: the end of
 * it by the alternate MECID, its start by the primary one.
 */
static void t32(unsigned first, unsigned second)
{
    enum { MOVW_R0 = 0xf241, IMM_1234 = 0x2034, SVC_0 = 0xdf00 };
    /* In AArch32, which has addresses of 32 bits: the GiB from 2 GiB on. */
    const uint32_t va = 0x80000000;
    volatile uint64_t *l2, *l3;
    volatile uint16_t *code;
    struct outcome out;

    build(0);
    mec_set(MECID_RL_A, 1);
    l2 = (void *)realm(PAGE(12));
    l3 = (void *)realm(PAGE(13));
    l2[0] = mmu_table(PAGE(13), false);
    l3[0] = mmu_page(REGIME_EL10, WORLD_AMEC(PAGE(first)), PAS_REALM, true);
    l3[1] = mmu_page(REGIME_EL10, PAGE(second), PAS_REALM, true);
    code = (void *)realm(PAGE(second));
    code[0] = IMM_1234;
    code[1] = SVC_0;
    mec_set(MECID_RL_A, SHARED);
    code = (void *)realm(PAGE(first));
    code[PAGE_SIZE / 2 - 1] = MOVW_R0;
    enter(0);
    world_table(PAS_REALM, va, PAGE(12));
    for (unsigned i = 0; i < 3; i++) {
        out = pe_run_t32(va + PAGE_SIZE - 2);
        test_case(!out.el && out.x0 == 0x1234, "pages %u and %u: EL%u, ESR "
                  "%lx, R0 %lx", first, second, out.el,
                  (unsigned long)out.esr, (unsigned long)out.x0);
    }
    world_build(PAS_REALM);
}

static void t32_code(void)
{
    test_group("mecid-t32");
    t32(14, 15);
    t32(14, 14);
    t32(15, 15);
}

void test_main(void)
{
    if (!mec_present()) {
        test_skip("mecid", "needs mec=on");
        return;
    }
    views_init();
    pe_set_world(PAS_REALM, SCR_MEC);
    mec_off();
    mec_enable(true, true);
    mec_allow_alternate(true, true);
    damages();
    width();
    maintenance();
    delegations();
    if (mec_bits() < 3) {
        test_skip("mecid-share", "needs MECIDs of 3 bits");
    } else {
        realms();
        walks();
        mmu_off();
        t32_code();
    }
    mec_off();
}
