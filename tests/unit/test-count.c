/*
 * The counting plugin: counts, where no image can bring them about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "count.h"
#include "rng.h"

enum { PES = 3, ROOT3 = CCA_PAS_ROOT * COUNT_ELS + 3 };

static CountSlot slots[PES];

static CountSlot *slot_of(void *opaque, unsigned pe)
{
    (void)opaque;
    assert_true(pe < PES);
    return &slots[pe];
}

static Count *make(CountOptions options)
{
    Count *count = count_new(&options, PES, NULL, slot_of, NULL);

    memset(slots, 0, sizeof(slots));
    for (unsigned pe = 0; pe < PES; pe++) {
        count_placed(count, pe, (CcaPeContext) { CCA_PAS_ROOT, 3, false });
    }
    return count;
}

/* PE @pe begins a block of @n instructions at address 0. */
static void begin(unsigned pe, unsigned n)
{
    uint8_t size[COUNT_BLOCK_MAX_INSNS];

    memset(size, 4, sizeof(size));
    slots[pe].insns += n;
    slots[pe].block = count_block(NULL, 0, n, size);
}

static uint64_t insns(Count *count, unsigned pe, unsigned phase)
{
    const CountCell *cell;

    count_update(count);
    cell = count_cell(count, pe, phase);
    return cell ? cell->insns[ROOT3] : 0;
}

/* A marker of another PE comes, and then a fault takes instructions back. */
static void test_fault_behind_marker(void **state)
{
    Count *count = make((CountOptions) { .from_start = true });

    (void)state;
    begin(1, 10);
    count_mark(count, 0, false, 5, 1);
    count_mark(count, 0, false, 6, 1);
    count_unwound(count, 1, 7);
    assert_int_equal(insns(count, 1, 0), 3);
    assert_int_equal(insns(count, 1, 1), 0);
    assert_int_equal(insns(count, 1, 2), 0);
    /* One that QEMU executes without telling, and a block as usual. */
    count_unwound(count, 1, -1);
    begin(1, 4);
    assert_int_equal(insns(count, 1, 2), 5);
    count_free(count);
}

/*
 * Two PEs are in blocks with markers. That of PE 0 comes first, when PE 1 has
 * begun its block but is not told of its marker, the fourth of ten
 * instructions: what is before it belongs to the phase before PE 0's marker,
 * and what is behind it to its own.
 */
static void test_two_markers(void **state)
{
    Count *count = make((CountOptions) { .from_start = true });

    (void)state;
    begin(1, 20);
    begin(1, 10);
    begin(0, 1);
    count_mark(count, 0, false, 5, 1);
    count_mark(count, 1, false, 6, 7);
    begin(1, 10);
    begin(0, 1);
    count_mark(count, 0, false, 7, 1);
    count_mark(count, 1, false, 8, 7);
    count_mark(count, 1, false, 9, 6);
    assert_int_equal(insns(count, 1, 0), 20 + 3);
    assert_int_equal(insns(count, 1, 1), 0);
    assert_int_equal(insns(count, 1, 2), 6 + 3);
    assert_int_equal(insns(count, 1, 3), 0);
    assert_int_equal(insns(count, 1, 4), 0);
    assert_int_equal(insns(count, 1, 5), 5);
    for (unsigned phase = 0; phase < 6; phase++) {
        assert_int_equal(insns(count, 0, phase), 0);
    }
    count_free(count);
}

/* Markers in a block, and an exception in the same block. */
static void test_marker_and_fault(void **state)
{
    Count *count = make((CountOptions) { .from_start = true });
    CcaPeSwitch fault = {
        .from = { CCA_PAS_ROOT, 3, false }, .to = { CCA_PAS_ROOT, 3, false },
        .cause = CCA_PE_BY_INSTRUCTION, .pc = 7 * 4,
    };

    (void)state;
    begin(0, 10);
    count_mark(count, 0, false, 1, 8);          /* the third instruction */
    count_mark(count, 0, false, 2, 5);          /* the sixth */
    count_switched(count, 0, &fault);           /* at the eighth */
    assert_int_equal(insns(count, 0, 0), 2);
    assert_int_equal(insns(count, 0, 1), 2);
    assert_int_equal(insns(count, 0, 2), 1);
    /* QEMU has gone back already: it is not done twice. */
    begin(0, 10);
    count_unwound(count, 0, 3);
    count_switched(count, 0, &fault);
    assert_int_equal(insns(count, 0, 2), 8);
    /* An interrupt at an address of the block, which was all executed. */
    begin(0, 10);
    fault.cause = CCA_PE_BETWEEN;
    count_switched(count, 0, &fault);
    assert_int_equal(insns(count, 0, 2), 18);
    assert_int_equal(count_strays(count), 0);
    fault.cause = CCA_PE_BY_INSTRUCTION;
    fault.pc = 0x800;
    count_switched(count, 0, &fault);
    assert_int_equal(count_strays(count), 1);
    count_free(count);
}

/* What looks like a marker in AArch32 is none. */
static void test_aarch32(void **state)
{
    Count *count = make((CountOptions) { .from_start = true });

    (void)state;
    count_placed(count, 0, (CcaPeContext) { CCA_PAS_NS, 0, true });
    begin(0, 10);
    assert_false(count_mark(count, 0, false, 1, 5));
    assert_int_equal(count_phases(count), 1);
    count_update(count);
    assert_int_equal(count_cell(count, 0, 0)->insns[CCA_PAS_NS * COUNT_ELS],
                     10);
    count_free(count);
}

/* More phases and more function ids than there is room for. */
static void test_limits(void **state)
{
    Count *count = make((CountOptions) { .from_start = true });
    CcaPeSwitch call = {
        .from = { CCA_PAS_NS, 2, false }, .to = { CCA_PAS_ROOT, 3, false },
        .cause = CCA_PE_BY_INSTRUCTION, .syndrome = 0x17u << 26, .pc = 4,
    };
    const CountCell *cell;

    (void)state;
    for (unsigned i = 0; i < 2 * COUNT_MAX_PHASES; i++) {
        begin(0, 2);
        count_mark(count, 0, false, i, 1);
    }
    assert_int_equal(count_phases(count), COUNT_MAX_PHASES + 1);
    assert_true(count_phase(count, COUNT_MAX_PHASES)->others);
    assert_int_equal(count_phase(count, COUNT_MAX_PHASES)->entries,
                     COUNT_MAX_PHASES + 1);
    assert_int_equal(insns(count, 0, COUNT_MAX_PHASES), COUNT_MAX_PHASES);
    for (unsigned i = 0; i < COUNT_MAX_CALLS + 50; i++) {
        begin(0, 1);
        call.x0 = 0xc4000000 + i;
        count_switched(count, 0, &call);
    }
    cell = count_cell(count, 0, COUNT_MAX_PHASES);
    assert_int_equal(g_hash_table_size(cell->calls), COUNT_MAX_CALLS);
    assert_int_equal(cell->calls_lost, 50);
    count_free(count);
}

/*
 * Random blocks, faults and markers on three PEs: each instruction is in
 * exactly one phase, and no count ever falls below zero.
 */
static void test_nothing_lost(void **state)
{
    Rng rng = { 1 };

    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        Count *count = make((CountOptions) { .from_start = true });
        uint64_t executed[PES] = { 0 };
        int open[PES] = { 0 };          /* of the last block, not faulted */

        for (unsigned step = 0; step < 300; step++) {
            unsigned pe = rng_below(&rng, PES), n, rest, other;

            switch (rng_below(&rng, 4)) {
            case 0:
                n = 1 + rng_below(&rng, 20);
                begin(pe, n);
                executed[pe] += n;
                open[pe] = n;
                break;
            case 1:
                if (open[pe]) {
                    n = 1 + rng_below(&rng, open[pe]);
                    count_unwound(count, pe, n);
                    executed[pe] -= n;
                    open[pe] = 0;
                }
                break;
            case 2:
                /* A block with a marker; another PE's may come before it. */
                n = 1 + rng_below(&rng, 20);
                rest = 1 + rng_below(&rng, n);
                other = rng_below(&rng, PES);
                begin(pe, n);
                if (other != pe) {
                    begin(other, 1);
                    count_mark(count, other, false, rng_below(&rng, 5), 1);
                    open[other] = 0;
                }
                count_mark(count, pe, false, rng_below(&rng, 5), rest);
                executed[pe] += n - 1;
                open[pe] = rest - 1;
                break;
            default:
                count_update(count);
                break;
            }
        }
        count_update(count);
        for (unsigned pe = 0; pe < PES; pe++) {
            uint64_t sum = 0;

            for (unsigned i = 0; i < count_phases(count); i++) {
                uint64_t n = insns(count, pe, i);

                assert_true(n < 1u << 20);
                sum += n;
            }
            assert_int_equal(sum, executed[pe]);
        }
        count_free(count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault_behind_marker),
        cmocka_unit_test(test_two_markers),
        cmocka_unit_test(test_marker_and_fault),
        cmocka_unit_test(test_aarch32),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_nothing_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
