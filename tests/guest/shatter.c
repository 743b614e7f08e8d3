/*
 * A contiguous block is shattered into granules, one granule is delegated
 * and undelegated, and the block is fused again, as TF-A's GPT library does
 * it, while three other PEs touch the block.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sysreg.h"
#include "test.h"
#include "touch.h"

static const struct size {
    const char *name;
    unsigned code;
    uint64_t bytes;
    unsigned rounds;
} sizes[] = {
    { "shatter-2m", CONTIG_2M, 1ull << 21, 2000 },
    { "shatter-32m", CONTIG_32M, 1ull << 25, 300 },
    { "shatter-512m", CONTIG_512M, 1ull << 29, 40 },
};

/* The block's granules that are touched; the last one moves. */
enum { STAY = 32, MOVER = STAY, TOUCHED = STAY + 1 };

static void shatter(const struct size *s)
{
    gpt_fill(TEST_BASE, s->bytes, L1_GRANULES(GPI_NS));
    gpt_tlbi_rpalos(TEST_BASE, s->bytes);
}

static void fuse(const struct size *s)
{
    gpt_fill(TEST_BASE, s->bytes, L1_CONTIG(GPI_NS, s->code));
    gpt_tlbi_rpalos(TEST_BASE, s->bytes);
}

static void set_mover(unsigned gpi)
{
    uint64_t pa = touch_granules[MOVER].pa;

    touch_moving(MOVER);
    gpt_set(pa, gpi);
    gpt_tlbi_rpalos(pa, 4096);
    touch_settled(MOVER, gpi);
}

static void rounds(const struct size *s)
{
    test_group(s->name);
    touch_count = TOUCHED;
    for (unsigned g = 0; g < touch_count; g++) {
        touch_granules[g].pa = TEST_BASE + g * (s->bytes / STAY);
        touch_settled(g, GPI_NS);
    }
    touch_granules[STAY - 1].pa = TEST_BASE + s->bytes - 4096;
    touch_granules[MOVER].pa = TEST_BASE + s->bytes / 2 + 4096;
    gpt_fill(TEST_BASE, s->bytes, L1_CONTIG(GPI_NS, s->code));
    gpt_tlbi_all_os();
    touch_begin();
    for (unsigned i = 0; i < s->rounds || touch_least() < 10000; i++) {
        shatter(s);
        set_mover(GPI_REALM);
        set_mover(GPI_NONE);
        set_mover(GPI_NS);
        fuse(s);
    }
    touch_end();
    touch_judge(s->name);
    gpt_fill(TEST_BASE, s->bytes, L1_GRANULES(GPI_ANY));
    gpt_tlbi_all_os();
}

/* What one PE alone must see after each step. */
static void step_by_step(const struct size *s)
{
    uint64_t pa = TEST_BASE + s->bytes / 2 + 4096;
    static const struct {
        const char *name;
        unsigned gpi;
    } steps[] = {
        { "delegated", GPI_REALM }, { "no access", GPI_NONE },
        { "undelegated", GPI_NS },
    };

    pe_set_world(PAS_ROOT, 0);
    gpt_fill(TEST_BASE, s->bytes, L1_CONTIG(GPI_NS, s->code));
    gpt_tlbi_rpalos(TEST_BASE, s->bytes);
    for (unsigned round = 0; round < 3; round++) {
        shatter(s);
        for (unsigned i = 0; i < 3; i++) {
            gpt_set(pa, steps[i].gpi);
            gpt_tlbi_rpalos(pa, 4096);
            for (enum pas pas = PAS_SECURE; pas <= PAS_REALM; pas++) {
                bool may = steps[i].gpi == (8u | pas);
                struct outcome out;

                out = access_run(OP_LOAD, 3, pa, pas, 0);
                test_case(may == (out.el == 0), "%s, the granule as %s: "
                          "ESR %lx", steps[i].name, pas_name(pas),
                          (unsigned long)out.esr);
                out = access_run(OP_LOAD, 3, pa + 4096, pas, 0);
                test_case((pas == PAS_NS) == (out.el == 0), "%s, the next "
                          "one as %s: ESR %lx", steps[i].name,
                          pas_name(pas), (unsigned long)out.esr);
            }
        }
        fuse(s);
        for (enum pas pas = PAS_SECURE; pas <= PAS_REALM; pas++) {
            struct outcome out = access_run(OP_LOAD, 3, pa, pas, 0);

            test_case((pas == PAS_NS) == (out.el == 0), "fused, as %s: ESR "
                      "%lx", pas_name(pas), (unsigned long)out.esr);
        }
    }
    gpt_fill(TEST_BASE, s->bytes, L1_GRANULES(GPI_ANY));
    gpt_tlbi_all_os();
}

void test_main(void)
{
    bool alone = false;

    for (unsigned pe = 1; pe < TOUCH_PES; pe++) {
        alone |= !pe_present(pe);
    }
    gpt_build(2, 0);
    gpt_on(0);
    test_group("shatter-steps");
    for (unsigned i = 0; i < 3; i++) {
        step_by_step(&sizes[i]);
    }
    if (alone) {
        test_skip("shatter-concurrent", "needs 4 PEs");
        return;
    }
    touch_prepare();
    for (unsigned i = 0; i < 3; i++) {
        rounds(&sizes[i]);
    }
}
