/*
 * Translation blocks in a word: how many instructions one has, and where an
 * address lies in it.
 *
 * QEMU uses one translation for all virtual addresses of a page, so only the
 * place in the page is known: addresses are taken modulo 4096. A block is far
 * shorter than that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_COUNT_BLOCK_H
#define CCA_COUNT_BLOCK_H

#include <stdint.h>

enum {
    COUNT_BLOCK_MAX_INSNS = 512,        /* QEMU's own limit */
};

/* Blocks of T32 whose instructions differ in size; bounded. */
typedef struct CountBlocks CountBlocks;

CountBlocks *count_blocks_new(void);
void count_blocks_free(CountBlocks *blocks);

/*
 * The word for a block at address @start with @n instructions (1 to
 * COUNT_BLOCK_MAX_INSNS) of @size[] bytes. From any thread.
 */
uint64_t count_block(CountBlocks *blocks, uint64_t start, unsigned n,
                     const uint8_t *size);

/* How many instructions the block has. */
unsigned count_block_insns(uint64_t block);

/*
 * How many of its instructions lie before @pc: 0 to all of them; -1 where @pc
 * is neither at one of them nor right behind the last.
 */
int count_block_before(CountBlocks *blocks, uint64_t block, uint64_t pc);

/* No word that count_block() gave is used any more. */
void count_blocks_forget(CountBlocks *blocks);

#endif
