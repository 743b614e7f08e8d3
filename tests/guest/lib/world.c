/*
 * Views of EL3, and worlds that live in their own physical address space.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "mec.h"
#include "world.h"
#include "string.h"
#include "sysreg.h"
#include "test.h"

#define D_BLOCK         0x1ull
#define D_NS            (1ull << 5)
#define D_AP_RES1       (1ull << 6)     /* of EL2 and EL3 */
#define D_SH_INNER      (3ull << 8)
#define D_AF            (1ull << 10)
#define D_NSE           (1ull << 11)
#define D_XN            (1ull << 54)
#define D_AMEC          (1ull << 63)
#define D_DEVICE        (1ull << 2)     /* index 1 of MAIR */
#define S2_NORMAL       ((0xfull << 2) | (3ull << 6))
#define S2_NS           (1ull << 55)
#define NORMAL          (D_BLOCK | D_AF | D_SH_INNER)

/* Each world has a MiB, all of it in one physical address space. */
#define WORLD_PA(world, copy) \
    (0x4a000000ull + ((copy) * 4 + (world)) * 0x100000ull)
enum { CODE_PAGES = 8 };

struct world_regime {
    table l0, l1, win1, win2;
};
struct world {
    struct world_regime regime[REGIMES];    /* EL2 and EL1&0 */
    table s2;
    uint32_t vectors[REGIMES][512] __attribute__((aligned(2048)));
    uint8_t code[CODE_PAGES * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
};

extern const uint8_t __stubs_start[], __stubs_end[];

enum mpe mpe_policy(void)
{
    return test_param().mpe;
}

bool pas_differ(enum pas a, enum pas b)
{
    return a != b && mpe_policy() == MPE_PAS;
}

static uint64_t el3_leaf(uint64_t pa, enum pas pas)
{
    return pa | D_AF | D_AP_RES1 | (pas & 1 ? D_NS : 0) |
           (pas & 2 ? D_NSE : 0);
}

void views_init(void)
{
    uint64_t *l1 = mmu_s1[REGIME_EL3].l1;

    for (unsigned pas = PAS_SECURE; pas <= PAS_REALM; pas++) {
        for (unsigned i = 0; i < 4; i++) {
            l1[4 * (1 + pas) + i] = el3_leaf(i * GIB, pas) | D_BLOCK |
                (i ? D_SH_INNER : D_DEVICE | D_XN);
        }
    }
    dsb(sy);
    isb();
}

void *view_pair(unsigned pair, uint64_t pa0, enum pas pas0, uint64_t pa1,
               enum pas pas1)
{
    uint64_t *page = &mmu_s1[REGIME_EL3].win[3][2 * (pair & 15)];

    page[0] = 0;
    page[1] = 0;
    dsb(sy);
    tlbi(alle3);
    dsb(sy);
    page[0] = mmu_page(REGIME_EL3, pa0, pas0, false);
    page[1] = mmu_page(REGIME_EL3, pa1, pas1, false);
    dsb(sy);
    isb();
    return (void *)(WIN_VA + 2 * (pair & 15) * (uint64_t)PAGE_SIZE);
}

/* --- worlds below EL3 ----------------------------------------------------- */

static unsigned copy_of[MAX_PES];

void world_use_copy(unsigned copy)
{
    copy_of[pe_self()->index] = copy & 3;
}

static struct world *world_at(enum pas world)
{
    return (struct world *)WORLD_PA(world, copy_of[pe_self()->index]);
}

static struct world *world_view(enum pas world)
{
    return view((uint64_t)world_at(world), world);
}

/* What a vector does: report to EL3. */
static void build_vectors(uint32_t *vectors, unsigned imm)
{
    for (unsigned i = 0; i < 16; i++) {
        vectors[32 * i] = 0xd4000003u | (imm + i) << 5;     /* smc */
        vectors[32 * i + 1] = 0x14000000u;                  /* b . */
    }
}

static void build_regime(struct world *mine, const struct world *at,
                         enum regime r, enum pas world)
{
    struct world_regime *to = &mine->regime[r];
    const struct world_regime *from = &at->regime[r];
    uint64_t own = NORMAL | (r == REGIME_EL2 ? D_AP_RES1 : 0) |
                   (world == PAS_NS ? D_NS : 0);

    to->l0[0] = mmu_table((uint64_t)from->l1, false);
    to->l0[1] = mmu_table((uint64_t)from->win1, false);
    to->win1[0] = mmu_table((uint64_t)from->win2, false);
    for (unsigned i = 1; i < 4; i++) {
        to->l1[i] = (i * GIB) | own;
        if (r == REGIME_EL2) {
            to->l1[4 + i] = (i * GIB) | own | D_NS | D_XN;
            to->l1[8 + i] = (i * GIB) | own |
                             (world == PAS_REALM ? D_AMEC : 0);
        } else {
            to->l1[4 + i] = ((4 + i) * GIB) | own;
            to->l1[8 + i] = ((8 + i) * GIB) | own;
        }
    }
}

void world_build(enum pas world)
{
    struct world *mine = world_view(world);
    const struct world *at = world_at(world);

    memset(mine, 0, sizeof(*mine));
    build_regime(mine, at, REGIME_EL2, world);
    build_regime(mine, at, REGIME_EL10, world);
    for (unsigned i = 1; i < 4; i++) {
        mine->s2[i] = (i * GIB) | NORMAL | S2_NORMAL;
        mine->s2[4 + i] = (i * GIB) | NORMAL | S2_NORMAL | S2_NS;
        mine->s2[8 + i] = (i * GIB) | NORMAL | S2_NORMAL | D_AMEC;
    }
    mine->regime[REGIME_EL10].l1[12] = WORLD_S2_VA | NORMAL |
                                       (world == PAS_NS ? D_NS : 0);
    build_vectors(mine->vectors[REGIME_EL2], SMC_EL2);
    build_vectors(mine->vectors[REGIME_EL10], SMC_EL1);
    memcpy(mine->code, __stubs_start, __stubs_end - __stubs_start);
    dsb(sy);
    __asm__ volatile("ic ialluis" : : : "memory");
    dsb(sy);
    isb();
}

void world_enter(enum pas world)
{
    const struct world *at = world_at(world);

    pe_set_world(world, SCR_GPF | (mec_present() ? SCR_MEC : 0));
    write_sysreg(vbar_el2, (uint64_t)at->vectors[REGIME_EL2]);
    write_sysreg(vbar_el1, (uint64_t)at->vectors[REGIME_EL10]);
    write_sysreg(ttbr0_el2, (uint64_t)at->regime[REGIME_EL2].l0);
    write_sysreg(ttbr0_el1, (uint64_t)at->regime[REGIME_EL10].l0);
    mmu_stage2(false, false, false, 0);
    write_sysreg(vttbr_el2, (uint64_t)at->s2);
    pe_tlb_clear();
}

void world_window(enum pas world, enum regime regime, uint64_t table)
{
    world_view(world)->regime[regime].win2[0] = mmu_table(table, false);
    dsb(sy);
}

void world_table(enum pas world, uint64_t va, uint64_t table)
{
    world_view(world)->regime[REGIME_EL10].l1[va / GIB] =
        mmu_table(table, false);
    dsb(sy);
}

void world_s2_window(enum pas world, uint64_t table)
{
    world_view(world)->s2[12] = mmu_table(table, false);
    dsb(sy);
}

uint64_t world_s2_block(uint64_t pa)
{
    return pa | NORMAL | S2_NORMAL;
}

void world_stage2(bool on)
{
    uint64_t hcr = read_sysreg(hcr_el2);

    write_sysreg(hcr_el2, on ? hcr | HCR_VM : hcr & ~HCR_VM);
    isb();
    pe_tlb_clear();
}

struct outcome world_run(enum pas world, unsigned el, const void *stub,
                       const uint64_t x[5])
{
    if (el == 3) {
        return pe_run(3, stub, x);
    }
    return pe_run(el, world_at(world)->code +
                  ((const uint8_t *)stub - __stubs_start), x);
}

struct outcome world_access(enum pas world, unsigned el, unsigned op,
                          uint64_t va, uint64_t value)
{
    const uint64_t x[5] = { va, value };

    return world_run(world, el, op_stub(op, el), x);
}
