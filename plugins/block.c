/*
 * Translation blocks in a word.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "block.h"

/*
 * 11:0 start, 21:12 instructions, 22: they have two bytes each, else four;
 * 23: sizes differ, with the index of a table of offsets in 63:32. Words
 * without a table fit in 31 bits, which makes storing them cheap.
 */
enum {
    PAGE = 4096,
    N_SHIFT = 12, N_MASK = 0x3ff,
    HALF = 1u << 22,
    UNEVEN = 1u << 23,
    INDEX_SHIFT = 32,
    MAX_UNEVEN = 1u << 20,
};

struct CountBlocks {
    GMutex lock;
    GPtrArray *uneven;          /* of uint16_t[]: the end of each instruction */
};

CountBlocks *count_blocks_new(void)
{
    CountBlocks *blocks = g_new0(CountBlocks, 1);

    g_mutex_init(&blocks->lock);
    blocks->uneven = g_ptr_array_new_with_free_func(g_free);
    return blocks;
}

void count_blocks_free(CountBlocks *blocks)
{
    g_ptr_array_free(blocks->uneven, TRUE);
    g_mutex_clear(&blocks->lock);
    g_free(blocks);
}

void count_blocks_forget(CountBlocks *blocks)
{
    g_mutex_lock(&blocks->lock);
    g_ptr_array_set_size(blocks->uneven, 0);
    g_mutex_unlock(&blocks->lock);
}

/* The index of a table with the ends of instructions, or MAX_UNEVEN. */
static uint64_t add_uneven(CountBlocks *blocks, unsigned n,
                           const uint8_t *size)
{
    uint64_t index;

    g_mutex_lock(&blocks->lock);
    index = blocks->uneven->len;
    if (index < MAX_UNEVEN) {
        uint16_t *end = g_new(uint16_t, n);
        unsigned sum = 0;

        for (unsigned i = 0; i < n; i++) {
            sum += size[i];
            end[i] = sum;
        }
        g_ptr_array_add(blocks->uneven, end);
    }
    g_mutex_unlock(&blocks->lock);
    return index;
}

uint64_t count_block(CountBlocks *blocks, uint64_t start, unsigned n,
                     const uint8_t *size)
{
    uint64_t word = (start & (PAGE - 1)) | n << N_SHIFT;

    for (unsigned i = 0; i < n; i++) {
        if (size[i] != size[0] || (size[i] != 2 && size[i] != 4)) {
            return word | UNEVEN |
                   add_uneven(blocks, n, size) << INDEX_SHIFT;
        }
    }
    return size[0] == 2 ? word | HALF : word;
}

unsigned count_block_insns(uint64_t block)
{
    return block >> N_SHIFT & N_MASK;
}

int count_block_before(CountBlocks *blocks, uint64_t block, uint64_t pc)
{
    unsigned n = count_block_insns(block);
    unsigned offset = (pc - block) & (PAGE - 1);
    unsigned size = block & HALF ? 2 : 4;
    int before = -1;

    if (!(block & UNEVEN)) {
        return offset % size || offset / size > n ? -1 : (int)(offset / size);
    }
    if (!offset) {
        return 0;
    }
    g_mutex_lock(&blocks->lock);
    if (block >> INDEX_SHIFT < blocks->uneven->len) {
        const uint16_t *end = blocks->uneven->pdata[block >> INDEX_SHIFT];

        for (unsigned i = 0; i < n && before < 0; i++) {
            if (end[i] == offset) {
                before = i + 1;
            }
        }
    }
    g_mutex_unlock(&blocks->lock);
    return before;
}
