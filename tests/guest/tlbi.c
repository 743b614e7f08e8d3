/*
 * PA TLB maintenance on one PE: what it makes forgotten, and, where
 * strict-tlb=on says that nothing else does, what is still remembered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mmu.h"
#include "sysreg.h"
#include "test.h"
#include "verdict.h"

/* 512 MiB below 2.5 GiB is described by the level 1 table. */
#define SECOND_L1   (GPT_L1_BASE + 0x4000000)

static const uint64_t sizes[] = {
    1ull << 12, 1ull << 14, 1ull << 16, 1ull << 21, 1ull << 25, 1ull << 29,
    1ull << 30, 1ull << 34, 1ull << 36, 1ull << 39,
};
enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

enum kind { PAALL, PAALLOS, RPAOS, RPALOS, KINDS };
static const char *const kind_names[] = {
    "PAALL", "PAALLOS", "RPAOS", "RPALOS",
};

static void invalidate(enum kind kind, uint64_t pa, uint64_t size)
{
    switch (kind) {
    case PAALL:
        gpt_tlbi_all();
        break;
    case PAALLOS:
        gpt_tlbi_all_os();
        break;
    case RPAOS:
        gpt_tlbi_rpaos(pa & ~(size - 1), size);
        break;
    default:
        gpt_tlbi_rpalos(pa & ~(size - 1), size);
        break;
    }
}

static void world(unsigned el)
{
    pe_set_world(el == 3 ? PAS_ROOT : PAS_NS, SCR_GPF);
}

static bool is_now(unsigned el, uint64_t pa, enum verdict want,
                   const char *when, const char *what, uint64_t size)
{
    enum verdict got = verdict_now(el, pa, PAS_NS);

    return test_case(got == want, "EL%u, PA %lx, %s %s size %lx: expected "
                     "%s, got %s", el, (unsigned long)pa, when, what,
                     (unsigned long)size, verdict_name(want),
                     verdict_name(got));
}

/* Both ways, from a known state: the TLBI makes the new GPI seen. */
static void effect(enum kind kind, uint64_t pa, uint64_t size, unsigned el)
{
    world(el);
    for (int round = 0; round < 2; round++) {
        unsigned before = round ? GPI_REALM : GPI_NS;
        unsigned after = round ? GPI_NS : GPI_REALM;

        gpt_set(pa, before);
        gpt_tlbi_all_os();
        is_now(el, pa, round ? FAILS : PASSES, "before", kind_names[kind],
               size);
        gpt_set(pa, after);
        invalidate(kind, pa, size);
        is_now(el, pa, round ? PASSES : FAILS, "after", kind_names[kind],
               size);
    }
    gpt_set(pa, GPI_ANY);
}

static void effects(void)
{
    test_group("tlbi-effect");
    for (unsigned el = 0; el <= 3; el++) {
        for (enum kind kind = PAALL; kind < KINDS; kind++) {
            for (unsigned i = 0; i < (kind < RPAOS ? 1 : SIZES); i++) {
                uint64_t base = TEST_BASE & ~(sizes[i] - 1);
                uint64_t last = base + sizes[i] - 4096;

                if (base < TEST_BASE) {
                    base = TEST_BASE;
                }
                if (last >= TEST_BASE + TEST_SIZE) {
                    last = TEST_BASE + TEST_SIZE - 4096;
                }
                effect(kind, base, sizes[i], el);
                effect(kind, last, sizes[i], el);
            }
        }
    }
}

/* Contiguous entries are forgotten as a whole, or at least that address. */
static void contiguous_effects(void)
{
    static const struct {
        unsigned code;
        uint64_t bytes;
    } contig[] = {
        { CONTIG_2M, 1ull << 21 }, { CONTIG_32M, 1ull << 25 },
        { CONTIG_512M, 1ull << 29 },
    };

    test_group("tlbi-contiguous");
    world(3);
    for (unsigned c = 0; c < 3; c++) {
        for (enum kind kind = PAALL; kind < KINDS; kind++) {
            uint64_t pa = TEST_BASE + contig[c].bytes / 2 + 0x3000;

            gpt_fill(TEST_BASE, contig[c].bytes,
                     L1_CONTIG(GPI_NS, contig[c].code));
            gpt_tlbi_all_os();
            is_now(3, pa, PASSES, "contiguous NS", kind_names[kind],
                   contig[c].bytes);
            gpt_fill(TEST_BASE, contig[c].bytes,
                     L1_CONTIG(GPI_ROOT, contig[c].code));
            invalidate(kind, pa, contig[c].bytes);
            is_now(3, pa, FAILS, "contiguous Root, after", kind_names[kind],
                   contig[c].bytes);
            is_now(3, TEST_BASE, FAILS, "contiguous Root, first granule",
                   kind_names[kind], contig[c].bytes);
            gpt_fill(TEST_BASE, contig[c].bytes, L1_GRANULES(GPI_NS));
            /* A granule's worth of TLBI is enough to see that granule. */
            invalidate(kind, pa, 4096);
            is_now(3, pa, PASSES, "granules NS, after", kind_names[kind],
                   4096);
        }
        gpt_fill(TEST_BASE, contig[c].bytes, L1_GRANULES(GPI_ANY));
        gpt_tlbi_all_os();
    }
}

/* Level 0: blocks, and a table that moves. */
static void level0(bool strict)
{
    uint64_t *l0 = &gpt.l0[TEST_BASE >> gpt.l0_bits], table = *l0;
    uint64_t pa = TEST_BASE + 0x3000;
    uint64_t *second = (uint64_t *)SECOND_L1;
    uint64_t index = gpt_entry(pa) - gpt.l1;

    test_group("tlbi-level0");
    world(3);
    for (uint64_t i = 0; i < (1ull << 32) / gpt_entry_bytes(); i++) {
        second[i] = L1_GRANULES(GPI_ANY);
    }
    second[index] = L1_GRANULES(GPI_ROOT);
    for (enum kind kind = PAALL; kind < KINDS; kind++) {
        *l0 = table;
        gpt_tlbi_all_os();
        is_now(3, pa, PASSES, "first table", kind_names[kind], 4096);
        *l0 = L0_TABLE(SECOND_L1);
        if (kind == RPALOS) {
            if (strict) {
                invalidate(kind, pa, 4096);
                is_now(3, pa, PASSES, "level 0 table is kept by",
                       kind_names[kind], 4096);
                invalidate(kind, pa, 1ull << 30);
                is_now(3, pa, PASSES, "level 0 table is kept by",
                       kind_names[kind], 1ull << 30);
            }
            continue;
        }
        invalidate(kind, pa, 4096);
        is_now(3, pa, FAILS, "second table, after", kind_names[kind], 4096);
    }
    for (enum kind kind = PAALL; gpt.l0_bits == 30 && kind < KINDS; kind++) {
        *l0 = L0_BLOCK(GPI_NS);
        gpt_tlbi_all_os();
        is_now(3, pa, PASSES, "block NS", kind_names[kind], 1ull << 30);
        *l0 = L0_BLOCK(GPI_SECURE);
        if (strict) {
            is_now(3, pa + 0x5000, PASSES, "block NS is remembered for",
                   "other granules", 0);
        }
        invalidate(kind, pa, 1ull << 30);
        is_now(3, pa, FAILS, "block Secure, after", kind_names[kind],
               1ull << 30);
    }
    *l0 = table;
    gpt_tlbi_all_os();
}

static void flush_by_va(void)
{
    dsb(sy);
    tlbi(alle3);
    tlbi(alle2);
    tlbi(alle1);
    tlbi(alle3is);
    tlbi(vmalls12e1is);
    dsb(sy);
    isb();
}

/* strict-tlb=on: without the right TLBI the old GPI stays in force. */
static void remembered(void)
{
    test_group("tlbi-missing");
    for (unsigned el = 0; el <= 3; el++) {
        for (int round = 0; round < 2; round++) {
            uint64_t pa = TEST_BASE + 0x400000 + el * 0x20000;
            enum verdict old = round ? FAILS : PASSES;

            world(el);
            gpt_set(pa, round ? GPI_NONE : GPI_NS);
            gpt_tlbi_all_os();
            is_now(el, pa, old, "at first,", "no TLBI", 0);
            gpt_set(pa, round ? GPI_NS : GPI_NONE);
            is_now(el, pa, old, "after", "no TLBI", 0);
            flush_by_va();
            is_now(el, pa, old, "after", "TLBI ALLE1, 2 and 3", 0);
            is_now(el, pa + 8, old, "another word after", "TLBI ALLE3", 0);
            /* Another world and back: QEMU flushes its own TLB there. */
            pe_set_world(PAS_REALM, SCR_GPF);
            verdict_now(2, TEST_BASE + 0x800000, PAS_REALM);
            world(el);
            is_now(el, pa, old, "after", "a change of world", 0);
            for (unsigned i = 0; i < SIZES - 4; i++) {
                uint64_t size = sizes[i];
                uint64_t base = pa & ~(size - 1);

                /* What shares the entry, 64 KiB, goes with it. */
                if (size < 1ull << 16) {
                    base = pa & ~0xffffull;
                    size = 1ull << 16;
                }
                if (base >= TEST_BASE + size) {
                    gpt_tlbi_rpaos(base - size, sizes[i]);
                    is_now(el, pa, old, "after RPAOS", "below", sizes[i]);
                }
                gpt_tlbi_rpalos(base + size, sizes[i]);
                is_now(el, pa, old, "after RPALOS", "above", sizes[i]);
            }
            gpt_tlbi_rpalos(pa, 4096);
            is_now(el, pa, round ? PASSES : FAILS, "after", "RPALOS", 4096);
            gpt_set(pa, GPI_ANY);
        }
    }
}

void test_main(void)
{
    bool strict = test_param().strict;

    gpt_build(5, 0);
    mmu_stage2(false, false, false, 0);
    gpt_on(0);
    effects();
    contiguous_effects();
    level0(strict);
    if (strict) {
        remembered();
    } else {
        test_skip("tlbi-missing", "needs strict-tlb=on");
    }
}
