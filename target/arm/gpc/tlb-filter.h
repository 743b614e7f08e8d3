/*
 * Which pages may a TLB hold? A filter in front of flushes by physical
 * address: QEMU's TLBs cannot be searched by physical address, so a flush
 * takes everything; the filter tells when there is nothing to take.
 *
 * It never misses a page that was added. It may name one that was not:
 * pages that differ by a multiple of 4 GiB are one to it, and ranges of more
 * than 2 MiB are looked up in steps of 2 MiB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_TLB_FILTER_H
#define CCA_TLB_FILTER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TLB_FILTER_PAGE_SHIFT = 12,
    TLB_FILTER_CHUNK_SHIFT = 21,
    TLB_FILTER_SPAN_SHIFT = 32,
    TLB_FILTER_PAGES = 1 << (TLB_FILTER_SPAN_SHIFT - TLB_FILTER_PAGE_SHIFT),
    TLB_FILTER_CHUNKS = 1 << (TLB_FILTER_SPAN_SHIFT - TLB_FILTER_CHUNK_SHIFT),
};

typedef struct TlbFilter {
    bool everything;        /* the TLB may hold any page */
    bool any;
    uint64_t chunk[TLB_FILTER_CHUNKS / 64];     /* a bit per 2 MiB */
    uint64_t page[TLB_FILTER_PAGES / 64];       /* a bit per 4 KiB */
} TlbFilter;

/* The page at @pa goes into the TLB. */
static inline void tlb_filter_add(TlbFilter *f, uint64_t pa)
{
    uint32_t page = (pa >> TLB_FILTER_PAGE_SHIFT) % TLB_FILTER_PAGES;
    uint32_t chunk = (pa >> TLB_FILTER_CHUNK_SHIFT) % TLB_FILTER_CHUNKS;

    f->any = true;
    f->chunk[chunk / 64] |= 1ull << (chunk % 64);
    f->page[page / 64] |= 1ull << (page % 64);
}

/* May the TLB hold a page of [@base, @base + @size)? @size is not 0. */
bool tlb_filter_test(const TlbFilter *f, uint64_t base, uint64_t size);

/* The TLB is empty. */
void tlb_filter_clear(TlbFilter *f);

#endif
