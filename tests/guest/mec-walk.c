/*
 * Code and translation tables under contexts: what was written as one
 * physical address space is no code and no table to another, and a change
 * that another makes is seen.
 *
 * A change through another context that comes to something known: what @p
 * reads of a granule is, when @p writes it back, what @w wrote at that time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "string.h"
#include "sysreg.h"
#include "test.h"
#include "world.h"

#define GRANULE     (TEST_BASE + 0x800000ull)
#define PAGE(n)     (TEST_BASE + 0xa00000ull + (n) * 0x200000ull)
enum { FIRST = 0x1111, SECOND = 0x2222 };

static uint8_t kept[2][PAGE_SIZE];

static void clean(void)
{
    dsb(sy);
    __asm__ volatile("ic ialluis" : : : "memory");
    dsb(sy);
    isb();
}

/* The lowest and highest EL of @world. */
static unsigned el_from(enum pas world) { return world == PAS_ROOT ? 3 : 1; }
static unsigned el_to(enum pas world) { return world == PAS_ROOT ? 3 : 2; }

static void enter(enum pas world)
{
    if (world == PAS_ROOT) {
        pe_set_world(PAS_ROOT, 0);
    } else {
        world_enter(world);
    }
}

/* --- code ----------------------------------------------------------------- */

/* Code that returns @value, many times: it runs from any of its words. */
static void put_code(enum pas as, unsigned value)
{
    uint32_t *code = view(GRANULE, as);

    for (unsigned i = 0; i < PAGE_SIZE / 4; i += 2) {
        code[i] = 0xd2800000u | value << 5;     /* mov x0, #value */
        code[i + 1] = 0xd65f03c0u;              /* ret */
    }
    clean();
}

static bool returns(enum pas world, unsigned el, unsigned value)
{
    uint64_t va = GRANULE + 0x100;
    struct outcome out;

    if (world == PAS_ROOT) {
        const uint64_t x[5] = { va };

        out = pe_run(3, op_stub(OP_FETCH, 3), x);
    } else {
        out = world_access(world, el, OP_FETCH, va, 0);
    }
    return out.el == 0 && out.x0 == value;
}

static void fetch(enum pas w, enum pas p)
{
    bool differ = pas_differ(w, p);

    enter(w);
    for (unsigned el = el_from(w); el <= el_to(w); el++) {
        for (unsigned round = 0; round < 3; round++) {
            put_code(w, FIRST + round);
            test_case(returns(w, el, FIRST + round), "%s EL%u: its code does "
                      "not run", pas_name(w), el);
            put_code(p, SECOND + round);
            test_case(returns(w, el, SECOND + round) == !differ, "%s EL%u: "
                      "code of %s %s", pas_name(w), el, pas_name(p),
                      differ ? "runs" : "does not run");
        }
    }
}

/* What is translated and what is in use changes under it. */
static void fetch_changed(enum pas w, enum pas p)
{
    enter(w);
    for (unsigned i = 0; i < 2; i++) {
        put_code(w, i ? SECOND : FIRST);
        memcpy(kept[i], view(GRANULE, p), PAGE_SIZE);
    }
    for (unsigned el = el_from(w); el <= el_to(w); el++) {
        for (unsigned i = 0; i < 6; i++) {
            memcpy(view(GRANULE, p), kept[i & 1], PAGE_SIZE);
            clean();
            for (unsigned twice = 0; twice < 2; twice++) {
                test_case(returns(w, el, i & 1 ? SECOND : FIRST), "%s EL%u, "
                          "round %u: not the code that %s changed it to",
                          pas_name(w), el, i, pas_name(p));
            }
        }
    }
}

/* --- tables --------------------------------------------------------------- */

enum kind { STAGE_1, STAGE_2 };

static uint64_t descriptor(enum pas w, unsigned el, enum kind kind,
                           unsigned page)
{
    if (kind == STAGE_2) {
        return world_s2_block(PAGE(page));
    }
    return mmu_page(el == 3 ? REGIME_EL3 : el == 2 ? REGIME_EL2 : REGIME_EL10,
                    PAGE(page), w, false);
}

static void put_table(enum pas w, unsigned el, enum kind kind, enum pas as,
                      unsigned page)
{
    uint64_t *table = view(GRANULE, as), d = descriptor(w, el, kind, page);

    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        table[i] = d;
    }
    dsb(sy);
}

static void use_table(enum pas w, unsigned el, enum kind kind)
{
    if (el == 3) {
        mmu_s1[REGIME_EL3].win[2][1] = mmu_table(GRANULE, false);
        dsb(sy);
    } else if (kind == STAGE_2) {
        world_s2_window(w, GRANULE);
    } else {
        world_window(w, el == 2 ? REGIME_EL2 : REGIME_EL10, GRANULE);
    }
    if (el != 3) {
        world_stage2(kind == STAGE_2);
    }
}

/* What a load by the table comes to; false: it faults. */
static bool load(enum pas w, unsigned el, enum kind kind, uint64_t *value)
{
    uint64_t va = el == 3 ? WIN_VA + 0x200000 + 5 * PAGE_SIZE :
                  kind == STAGE_2 ? WORLD_S2_VA + 5 * 0x200000 :
                  WORLD_WIN_VA + 5 * PAGE_SIZE;
    struct outcome out;

    pe_tlb_clear();
    if (el == 3) {
        const uint64_t x[5] = { va };

        out = pe_run(3, op_stub(OP_LOAD, 3), x);
    } else {
        out = world_access(w, el, OP_LOAD, va, 0);
    }
    *value = out.x0;
    return out.el == 0;
}

static void walk_by(enum pas w, enum pas p, unsigned el, enum kind kind)
{
    const char *stage = kind == STAGE_2 ? "stage 2" : "stage 1";
    bool differ = pas_differ(w, p);
    uint64_t value;

    use_table(w, el, kind);
    for (unsigned i = 0; i < 2; i++) {
        *(volatile uint64_t *)view(PAGE(i), w) = FIRST + i;
        put_table(w, el, kind, w, i);
        test_case(load(w, el, kind, &value) && value == FIRST + i,
                  "%s EL%u, %s: its own table does not translate",
                  pas_name(w), el, stage);
        memcpy(kept[i], view(GRANULE, p), PAGE_SIZE);
        /* Looks that the walker must not mind. */
        test_case(load(w, el, kind, &value) && value == FIRST + i,
                  "%s EL%u, %s: its own table does not translate after a "
                  "look by %s", pas_name(w), el, stage, pas_name(p));
    }
    put_table(w, el, kind, p, 0);
    test_case((load(w, el, kind, &value) && value == FIRST) == !differ,
              "%s EL%u, %s: a table of %s %s", pas_name(w), el, stage,
              pas_name(p), differ ? "translates" : "does not translate");
    for (unsigned i = 0; i < 6; i++) {
        memcpy(view(GRANULE, p), kept[i & 1], PAGE_SIZE);
        dsb(sy);
        test_case(load(w, el, kind, &value) && value == FIRST + (i & 1),
                  "%s EL%u, %s: not the table that %s changed it to",
                  pas_name(w), el, stage, pas_name(p));
    }
}

static void walk(enum pas w, enum pas p)
{
    enter(w);
    for (unsigned el = el_from(w); el <= el_to(w); el++) {
        walk_by(w, p, el, STAGE_1);
    }
    if (w == PAS_NS || w == PAS_REALM) {
        walk_by(w, p, 1, STAGE_2);
        world_stage2(false);
    }
}

/* --- an instruction whose walk and data are in one granule ---------------- */

/*
 * A page that is its own level 3 table, and is read as another physical
 * address space; and a load whose second page is walked to by the granule
 * that its first page is in.
 */
static void self(enum pas w, enum pas p)
{
    uint64_t *table = view(GRANULE, w), value, want, d[2];
    uint8_t *va = (uint8_t *)WIN_VA + 0x200000 + 5 * PAGE_SIZE;

    if (w != PAS_ROOT) {
        return;
    }
    enter(w);
    use_table(w, 3, STAGE_1);
    memset(table, 0, PAGE_SIZE);
    d[0] = mmu_page(REGIME_EL3, GRANULE, p, false);
    d[1] = mmu_page(REGIME_EL3, PAGE(0), PAS_ROOT, false);
    table[5] = d[0];
    table[6] = d[1];
    *(uint64_t *)view(PAGE(0), PAS_ROOT) = 0x0102030405060708;
    memcpy(kept[0], view(GRANULE, p), PAGE_SIZE);
    pe_tlb_clear();
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(va + i * 8) :
                         "memory");
        memcpy(&want, kept[0] + i * 8, 8);
        test_case(value == want, "a table seen by itself as %s, word %u",
                  pas_name(p), i);
        if (i % 7 == 0) {
            pe_tlb_clear();
        }
    }
    memcpy(&want, kept[0] + PAGE_SIZE - 4, 4);
    value = 0x05060708;
    memcpy((uint8_t *)&want + 4, &value, 4);
    for (unsigned i = 0; i < 4; i++) {
        if (i & 1) {
            pe_tlb_clear();
            __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(va) :
                             "memory");
        }
        __asm__ volatile("ldr %0, [%1]" : "=r"(value)
                         : "r"(va + PAGE_SIZE - 4) : "memory");
        test_case(value == want, "data as %s and a walk in one granule: 0x%lx,"
                  " expected 0x%lx", pas_name(p), (unsigned long)value,
                  (unsigned long)want);
        pe_tlb_clear();
    }
    test_case(table[5] == d[0] && table[6] == d[1], "the table has changed");
}

static void each_pair(const char *name, void (*test)(enum pas w, enum pas p))
{
    test_group(name);
    for (enum pas w = PAS_SECURE; w <= PAS_REALM; w++) {
        for (enum pas p = PAS_SECURE; p <= PAS_REALM; p++) {
            test(w, p);
        }
    }
}

void test_main(void)
{
    views_init();
    for (enum pas w = PAS_SECURE; w <= PAS_REALM; w++) {
        if (w != PAS_ROOT) {
            world_build(w);
        }
    }
    each_pair("mec-fetch", fetch);
    each_pair("mec-fetch-changed", fetch_changed);
    each_pair("mec-tables", walk);
    each_pair("mec-table-is-data", self);
}
