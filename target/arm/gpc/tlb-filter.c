/*
 * Which pages may a TLB hold?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "tlb-filter.h"

enum { WORDS_PER_CHUNK =
           1 << (TLB_FILTER_CHUNK_SHIFT - TLB_FILTER_PAGE_SHIFT - 6) };

bool tlb_filter_test(const TlbFilter *f, uint64_t base, uint64_t size)
{
    bool by_page = size <= 1ull << TLB_FILTER_CHUNK_SHIFT;
    unsigned shift = by_page ? TLB_FILTER_PAGE_SHIFT : TLB_FILTER_CHUNK_SHIFT;
    uint64_t mask = (by_page ? TLB_FILTER_PAGES : TLB_FILTER_CHUNKS) - 1;
    const uint64_t *bits = by_page ? f->page : f->chunk;
    uint64_t first = base >> shift, last = (base + size - 1) >> shift;

    if (f->everything) {
        return true;
    }
    if (!f->any) {
        return false;
    }
    if (last - first >= mask) {
        return true;
    }
    for (uint64_t i = first; i <= last; i++) {
        if (bits[(i & mask) / 64] >> (i % 64) & 1) {
            return true;
        }
    }
    return false;
}

void tlb_filter_clear(TlbFilter *f)
{
    f->everything = false;
    if (!f->any) {
        return;
    }
    f->any = false;
    for (unsigned i = 0; i < TLB_FILTER_CHUNKS; i++) {
        if (f->chunk[i / 64] >> (i % 64) & 1) {
            memset(&f->page[i * WORDS_PER_CHUNK], 0,
                   WORDS_PER_CHUNK * sizeof(f->page[0]));
        }
    }
    memset(f->chunk, 0, sizeof(f->chunk));
}
