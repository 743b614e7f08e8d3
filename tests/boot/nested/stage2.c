/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stage 2 of the guest. Devices, and what firmware and tests have put into
 * memory, are where they seem to be. The upper part of the guest's memory is
 * in other places: block by block of 2 MiB from the end to the start, and the
 * hypervisor's own blocks from behind the guest's end.
 */
#include "nested.h"

enum {
    VALID_BLOCK = 1, VALID_TABLE = 3, VALID_PAGE = 3,
    DEVICE = 1, NORMAL = 15,            /* MemAttr[3:0] */
    READ_WRITE = 3, INNER = 3, ACCESSED = 1,
};

#define BLOCK           UINT64_C(0x200000)
#define PAGE            UINT64_C(0x1000)
#define GIG             UINT64_C(0x40000000)
#define OWN             UINT64_C(0x60000000)
#define OWN_SIZE        (2 * BLOCK)
/* The guest's memory ends at TURNED_END ("mem=" in tests/boot/linux.py). */
#define TURNED          UINT64_C(0x80000000)
#define TURNED_END      UINT64_C(0xb8000000)
#define SPARE           TURNED_END
#define RAM             UINT64_C(0x40000000)
#define RAM_END         UINT64_C(0x100000000)

static uint64_t level1[1024] __attribute__((aligned(8192)));
static uint64_t level2[4][512] __attribute__((aligned(4096)));
static uint64_t level3[512] __attribute__((aligned(4096)));

uint64_t stage2_pa(uint64_t ipa)
{
    if (ipa >= OWN && ipa < OWN + OWN_SIZE) {
        return ipa - OWN + SPARE;
    }
    if (ipa >= TURNED && ipa < TURNED_END) {
        uint64_t block = ipa & ~(BLOCK - 1);

        return TURNED + (TURNED_END - BLOCK - block) + (ipa - block);
    }
    return ipa;
}

static uint64_t leaf(uint64_t ipa, unsigned int type)
{
    bool memory = ipa >= RAM && ipa < RAM_END;

    /* What only the hypervisor may see has no entry. */
    if (ipa >= SPARE && ipa < SPARE + OWN_SIZE) {
        return 0;
    }
    return stage2_pa(ipa) | type | (memory ? NORMAL : DEVICE) << 2 |
           READ_WRITE << 6 | INNER << 8 | ACCESSED << 10;
}

uint64_t stage2_init(void)
{
    uint64_t smmu_block = SMMU_BASE & ~(BLOCK - 1);

    for (unsigned int i = 0; i < 512; i++) {
        uint64_t ipa = smmu_block + i * PAGE;
        bool trapped = ipa - SMMU_BASE < SMMU_PAGE0_SIZE;

        level3[i] = trapped ? 0 : leaf(ipa, VALID_PAGE);
    }
    for (unsigned int gig = 0; gig < 1024; gig++) {
        uint64_t ipa = gig * GIG;

        if (ipa >= RAM_END) {
            level1[gig] = leaf(ipa, VALID_BLOCK);
            continue;
        }
        level1[gig] = (uintptr_t)level2[gig] | VALID_TABLE;
        for (unsigned int i = 0; i < 512; i++) {
            uint64_t block = ipa + i * BLOCK;

            level2[gig][i] = block == smmu_block ?
                (uintptr_t)level3 | VALID_TABLE : leaf(block, VALID_BLOCK);
        }
    }
    return (uintptr_t)level1;
}
