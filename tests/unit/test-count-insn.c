/*
 * The counting plugin: instructions that it looks for, and blocks in a word.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "block.h"
#include "insn.h"

/* Words as GNU as makes them. */
static void test_markers(void **state)
{
    static const struct {
        uint32_t insn;
        bool is;
        uint64_t number;
    } rows[] = {
        { 0xd280003f, true, 1 },                    /* mov xzr, #1 */
        { 0xd29fffff, true, 0xffff },               /* mov xzr, #0xffff */
        { 0xd2e0003f, true, 1ull << 48 },           /* mov xzr, #1 << 48 */
        { 0x9280003f, true, UINT64_MAX - 1 },       /* mov xzr, #-2 */
        { 0x5280003f, true, 1 },                    /* mov wzr, #1 */
        { 0x52a0003f, true, 0x10000 },              /* mov wzr, #0x10000 */
        { 0x1280003f, true, 0xfffffffe },           /* mov wzr, #-2 */
        { 0xd2800020, false, 0 },                   /* mov x0, #1 */
        { 0xf280003f, false, 0 },                   /* movk xzr, #1 */
        { 0xb24003ff, false, 0 },                   /* mov sp, #1 (ORR) */
        { 0x52c0003f, false, 0 },                   /* hw of W: reserved */
        { 0xaa1f03ff, false, 0 },                   /* mov xzr, xzr */
        { 0xd503201f, false, 0 },                   /* nop */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t number = 0;

        assert_int_equal(count_insn_is_marker(rows[i].insn, &number),
                         rows[i].is);
        if (rows[i].is) {
            assert_int_equal(number, rows[i].number);
        }
    }
}

static void test_hlt(void **state)
{
    unsigned imm;

    (void)state;
    assert_true(count_insn_is_hlt(0xd4400000, &imm));
    assert_int_equal(imm, 0);
    assert_true(count_insn_is_hlt(0xd4424680, &imm));   /* hlt #0x1234 */
    assert_int_equal(imm, 0x1234);
    assert_true(count_insn_is_hlt(0xd45fffe0, &imm));
    assert_int_equal(imm, 0xffff);
    assert_false(count_insn_is_hlt(0xd4200000, &imm));  /* brk #0 */
    assert_false(count_insn_is_hlt(0xd4424681, &imm));
    assert_false(count_insn_is_hlt(0xd4000003, &imm));  /* smc #0 */
}

static void test_even_blocks(void **state)
{
    uint8_t size[COUNT_BLOCK_MAX_INSNS];

    (void)state;
    for (unsigned bytes = 2; bytes <= 4; bytes += 2) {
        memset(size, bytes, sizeof(size));
        for (unsigned n = 1; n <= COUNT_BLOCK_MAX_INSNS; n += 73) {
            /* Another virtual address of the page; and across its end. */
            uint64_t start = 0xffff000012345ff0ull;
            uint64_t block = count_block(NULL, start, n, size);
            uint64_t pc = start + 0x7000;

            assert_true(block < 1ull << 31);
            assert_int_equal(count_block_insns(block), n);
            for (unsigned i = 0; i <= n; i++) {
                assert_int_equal(count_block_before(NULL, block,
                                                    pc + i * bytes), i);
            }
            assert_int_equal(count_block_before(NULL, block, pc + 1), -1);
            assert_int_equal(count_block_before(NULL, block, pc - bytes), -1);
            assert_int_equal(count_block_before(NULL, block,
                                                pc + (n + 1) * bytes), -1);
        }
    }
}

static void test_uneven_blocks(void **state)
{
    static const uint8_t size[] = { 2, 4, 4, 2, 2 };
    static const int before[] = { 0, 1, -1, 2, -1, 3, 4, 5, -1 };
    CountBlocks *blocks = count_blocks_new();
    uint64_t other = count_block(blocks, 0x10, 2, size);
    uint64_t block = count_block(blocks, 0xffc, COUNT_OF(size), size);

    (void)state;
    assert_int_equal(count_block_insns(block), COUNT_OF(size));
    assert_int_equal(count_block_before(blocks, other, 0x12), 1);
    for (unsigned i = 0; i < COUNT_OF(before); i++) {
        assert_int_equal(count_block_before(blocks, block, 0xffc + 2 * i),
                         before[i]);
    }
    count_blocks_forget(blocks);
    assert_int_equal(count_block_before(blocks, block, 0xffe), -1);
    count_blocks_free(blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markers),
        cmocka_unit_test(test_hlt),
        cmocka_unit_test(test_even_blocks),
        cmocka_unit_test(test_uneven_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
