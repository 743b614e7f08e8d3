/*
 * Placing the granule under test in a translation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "place.h"
#include "string.h"
#include "sysreg.h"

bool path_possible(const struct path *p)
{
    bool stage2_place = p->place == PLACE_S2 || p->place == PLACE_S2_FOR_S1;

    if (!world_reaches(p->world, p->pas) ||
        (p->regime == REGIME_EL3) != (p->world == PAS_ROOT) ||
        (p->s2 && p->regime != REGIME_EL10) || (stage2_place && !p->s2)) {
        return false;
    }
    if (p->place == PLACE_OUTPUT) {
        /* Stage 1 of Realm EL1&0 has only Realm addresses to give. */
        return !(p->world == PAS_REALM && p->pas == PAS_NS &&
                 p->regime == REGIME_EL10 && !p->s2);
    }
    /* Only Secure tables may be moved to the NS PAS (NSTable, SW, NSW). */
    if (p->pas != p->world && p->world != PAS_SECURE) {
        return false;
    }
    switch (p->place) {
    case PLACE_S1:
        if (p->level == 0) {
            return p->regime == REGIME_EL10 && p->pas == p->world;
        }
        return p->level <= 3;
    default:
        return p->level == 2 || p->level == 3;
    }
}

uint64_t path_output(const struct path *p)
{
    return p->place == PLACE_OUTPUT ? GRANULE : GOOD;
}

/* Put a copy of @source in the granule. */
static void granule_holds(const table source)
{
    memcpy((void *)GRANULE, source, sizeof(table));
}

static void place_s1_table(const struct path *p)
{
    struct tables *t = &mmu_s1[p->regime];
    uint64_t address = p->s2 ? IPA : GRANULE;
    uint64_t entry = mmu_table(address, p->pas != p->world);

    mmu_s2.win[3][IPA_SLOT] = mmu_s2_page(GRANULE, false);
    switch (p->level) {
    case 0:
        granule_holds(t->l0_high);
        write_sysreg(ttbr1_el1, address);
        break;
    case 1:
        granule_holds(t->win[1]);
        t->l0[1] = entry;
        break;
    case 2:
        granule_holds(t->win[2]);
        t->win[1][0] = entry;
        break;
    default:
        granule_holds(t->win[3]);
        t->win[2][0] = entry;
        break;
    }
}

static void place_s2_table(const struct path *p)
{
    if (p->level == 2) {
        granule_holds(mmu_s2.win[2]);
        mmu_s2.l1[256] = mmu_table(GRANULE, false);
    } else {
        granule_holds(mmu_s2.win[3]);
        mmu_s2.win[2][0] = mmu_table(GRANULE, false);
    }
}

uint64_t path_set(const struct path *p, uint64_t scr, uint64_t hcr)
{
    struct tables *t = &mmu_s1[p->regime];
    bool ns = p->world == PAS_SECURE && p->pas == PAS_NS;
    bool s2_place = p->place == PLACE_S2 || p->place == PLACE_S2_FOR_S1;
    uint64_t output = path_output(p), leaf = output;

    granule_is(GPI_ANY);
    access_fill(GRANULE, WORD);
    access_fill(GOOD, WORD);
    mmu_reset_windows();
    write_sysreg(ttbr1_el1, (uint64_t)t->l0_high);
    if (p->s2 && (p->place == PLACE_OUTPUT || p->place == PLACE_S2)) {
        leaf = IPA;
        mmu_s2.win[3][IPA_SLOT] =
            mmu_s2_page(output, p->world == PAS_REALM && p->pas == PAS_NS);
    }
    t->win[3][VA_SLOT] = mmu_page(p->regime, leaf,
                                  p->place == PLACE_S1 ? p->world : p->pas,
                                  p->user);
    switch (p->place) {
    case PLACE_OUTPUT:
        break;
    case PLACE_S1:
        place_s1_table(p);
        break;
    case PLACE_S2_FOR_S1:
        t->win[2][0] = mmu_table(IPA, ns);
        mmu_s2.win[3][IPA_SLOT] = mmu_s2_page((uint64_t)t->win[3], false);
        place_s2_table(p);
        break;
    case PLACE_S2:
        place_s2_table(p);
        break;
    }
    pe_set_world(p->world, scr);
    mmu_stage2(p->s2, ns && s2_place, ns, hcr);
    pe_tlb_clear();
    return (p->place == PLACE_S1 && p->level == 0 ? WIN_VA_HIGH : WIN_VA) +
           VA_SLOT * (uint64_t)PAGE_SIZE;
}

unsigned path_xfsc(const struct path *p)
{
    switch (p->place) {
    case PLACE_OUTPUT:
        return 0x28;
    case PLACE_S2_FOR_S1:
        return (0x24 + p->level) | ISS_S1PTW;
    default:
        return 0x24 + p->level;
    }
}

uint64_t path_hpfar(const struct path *p)
{
    bool ns_ipa = p->world == PAS_SECURE && p->pas == PAS_NS;

    if (p->place != PLACE_S2 && p->place != PLACE_S2_FOR_S1) {
        return 0;
    }
    if (p->place == PLACE_S2_FOR_S1 && ns_ipa) {
        /*
         * QEMU leaves HPFAR_EL2.NS at 0 for any stage 2 fault of a walk that
         * NSTable has moved; that is not granule protection's to put right.
         */
        return HPFAR_NS_ANY | (IPA >> 12) << 4;
    }
    return (IPA >> 12) << 4 | (uint64_t)ns_ipa << 63;
}

const char *path_text(const struct path *p)
{
    static const char *const s1[] = {
        "S1 table L0", "S1 table L1", "S1 table L2", "S1 table L3",
    };

    switch (p->place) {
    case PLACE_OUTPUT:
        return p->s2 ? "output, stage 2 on" : "output";
    case PLACE_S1:
        return s1[p->level];
    case PLACE_S2:
        return p->level == 2 ? "S2 table L2" : "S2 table L3";
    default:
        return p->level == 2 ? "S2 table L2 for S1 walk" :
                               "S2 table L3 for S1 walk";
    }
}
