/*
 * TZC-400: registers, regions, filters (ARM DDI 0504, chapters 2 and 3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>
#include "tzc400-regs.h"
#include "tzc400.h"

enum { FILTER_MASK = (1u << TZC_FILTERS) - 1 };

static uint64_t last_address(const Tzc400 *tzc)
{
    return UINT64_MAX >> (64 - tzc->address_bits);
}

void tzc400_reset(Tzc400 *tzc, unsigned address_bits)
{
    *tzc = (Tzc400) { .address_bits = address_bits };
    for (unsigned i = 0; i < TZC_REGIONS; i++) {
        tzc->region[i].top = TZC_GRANULE - 1;
    }
    tzc->region[0] = (Tzc400Region) {
        .top = last_address(tzc),
        .attributes = TZC_ATTR_S_RD_EN | TZC_ATTR_S_WR_EN |
                      TZC_ATTR_FILTER_EN_MASK,
    };
}

bool tzc400_sane(const Tzc400 *tzc)
{
    const uint32_t filters = tzc->gates | tzc->status | tzc->overrun |
                             tzc->overlap;

    if (tzc->address_bits < 32 || tzc->address_bits > 64 ||
        (filters & ~FILTER_MASK) || tzc->overlap & ~tzc->status ||
        tzc->action & ~TZC_ACTION_MASK ||
        tzc->speculation & ~TZC_SPECULATION_MASK) {
        return false;
    }
    for (unsigned i = 0; i < TZC_REGIONS; i++) {
        const Tzc400Region *r = &tzc->region[i];

        if (r->base % TZC_GRANULE || (r->top + 1) % TZC_GRANULE ||
            r->base > last_address(tzc) || r->top > last_address(tzc) ||
            r->attributes & ~(TZC_ATTR_S_RD_EN | TZC_ATTR_S_WR_EN |
                              TZC_ATTR_FILTER_EN_MASK)) {
            return false;
        }
    }
    return tzc->region[0].base == 0 &&
           tzc->region[0].top == last_address(tzc) &&
           (tzc->region[0].attributes & TZC_ATTR_FILTER_EN_MASK) ==
               TZC_ATTR_FILTER_EN_MASK;
}

bool tzc400_line(const Tzc400 *tzc)
{
    return tzc->overlap ||
           (tzc->status && tzc->action & TZC_ACTION_INTERRUPT);
}

/* --- registers --- */

static uint32_t id_byte(uint32_t offset)
{
    /* Part 0x400 becomes 0x460 by its configuration; r0p1. */
    static const uint8_t pid0[] = { 0x60, 0xb4, 0x1b, 0x00 };
    static const uint8_t cid[] = { 0x0d, 0xf0, 0x05, 0xb1 };

    if (offset >= TZC_CID0) {
        return cid[(offset - TZC_CID0) / 4];
    }
    if (offset >= TZC_PID0) {
        return pid0[(offset - TZC_PID0) / 4];
    }
    return offset == TZC_PID4 ? 0x04 : 0;
}

static uint32_t read_fail(const Tzc400Fail *fail, uint32_t offset)
{
    switch (offset) {
    case TZC_FAIL_ADDRESS_LOW:
        return (uint32_t)fail->address;
    case TZC_FAIL_ADDRESS_HIGH:
        return fail->address >> 32;
    case TZC_FAIL_CONTROL:
        return fail->control;
    default:
        return fail->id;
    }
}

static uint32_t read_region(const Tzc400Region *r, uint32_t offset)
{
    switch (offset) {
    case TZC_REGION_BASE_LOW:
        return (uint32_t)r->base;
    case TZC_REGION_BASE_HIGH:
        return r->base >> 32;
    case TZC_REGION_TOP_LOW:
        return (uint32_t)r->top;
    case TZC_REGION_TOP_HIGH:
        return r->top >> 32;
    case TZC_REGION_ATTRIBUTES:
        return r->attributes;
    case TZC_REGION_ID_ACCESS:
        return r->id_access;
    default:
        return 0;
    }
}

uint32_t tzc400_read(const Tzc400 *tzc, uint32_t offset)
{
    if (offset >= TZC_REGION &&
        offset < TZC_REGION + TZC_REGIONS * TZC_REGION_STRIDE) {
        offset -= TZC_REGION;
        return read_region(&tzc->region[offset / TZC_REGION_STRIDE],
                           offset % TZC_REGION_STRIDE);
    }
    if (offset >= TZC_FAIL &&
        offset < TZC_FAIL + TZC_FILTERS * TZC_FAIL_STRIDE) {
        offset -= TZC_FAIL;
        return read_fail(&tzc->fail[offset / TZC_FAIL_STRIDE],
                         offset % TZC_FAIL_STRIDE);
    }
    if (offset >= TZC_PID4 && offset < TZC_SIZE) {
        return id_byte(offset);
    }
    switch (offset) {
    case TZC_BUILD_CONFIG:
        return (TZC_REGIONS - 1) << TZC_BUILD_REGIONS_SHIFT |
               (tzc->address_bits - 1) << TZC_BUILD_ADDRESS_WIDTH_SHIFT |
               (TZC_FILTERS - 1) << TZC_BUILD_FILTERS_SHIFT;
    case TZC_ACTION:
        return tzc->action;
    case TZC_GATE_KEEPER:
        /* Nothing is ever under way when a gate is asked to move. */
        return tzc->gates << TZC_GATE_OPEN_REQUEST_SHIFT |
               tzc->gates << TZC_GATE_OPEN_STATUS_SHIFT;
    case TZC_SPECULATION_CTRL:
        return tzc->speculation;
    case TZC_INT_STATUS:
        return tzc->status << TZC_INT_STATUS_SHIFT |
               tzc->overrun << TZC_INT_OVERRUN_SHIFT |
               tzc->overlap << TZC_INT_OVERLAP_SHIFT;
    default:
        return 0;
    }
}

static uint64_t with_low(uint64_t address, uint32_t value)
{
    return (address & ~(uint64_t)UINT32_MAX) | value;
}

static uint64_t with_high(uint64_t address, uint32_t value)
{
    return (uint64_t)value << 32 | (uint32_t)address;
}

/* Region @n; returns whether there is such a register to write. */
static bool write_region(Tzc400 *tzc, unsigned n, uint32_t offset,
                         uint32_t value)
{
    Tzc400Region *r = &tzc->region[n];
    const uint64_t last = last_address(tzc);

    if (n == 0 && offset < TZC_REGION_ATTRIBUTES) {
        return false;           /* it is everywhere */
    }
    switch (offset) {
    case TZC_REGION_BASE_LOW:
        r->base = with_low(r->base, value & ~(TZC_GRANULE - 1));
        return true;
    case TZC_REGION_BASE_HIGH:
        r->base = with_high(r->base, value) & last;
        return true;
    case TZC_REGION_TOP_LOW:
        r->top = with_low(r->top, value | (TZC_GRANULE - 1));
        return true;
    case TZC_REGION_TOP_HIGH:
        r->top = with_high(r->top, value) & last;
        return true;
    case TZC_REGION_ATTRIBUTES:
        r->attributes = value & (TZC_ATTR_S_RD_EN | TZC_ATTR_S_WR_EN |
                                 TZC_ATTR_FILTER_EN_MASK);
        if (n == 0) {
            r->attributes |= TZC_ATTR_FILTER_EN_MASK;
        }
        return true;
    case TZC_REGION_ID_ACCESS:
        r->id_access = value;
        return true;
    default:
        return false;
    }
}

bool tzc400_write(Tzc400 *tzc, uint32_t offset, uint32_t value, bool *wrong)
{
    bool none = false;

    if (wrong) {
        *wrong = false;
    }
    if (offset >= TZC_REGION &&
        offset < TZC_REGION + TZC_REGIONS * TZC_REGION_STRIDE) {
        offset -= TZC_REGION;
        none = !write_region(tzc, offset / TZC_REGION_STRIDE,
                             offset % TZC_REGION_STRIDE, value);
        if (!none) {
            return true;
        }
    } else {
        switch (offset) {
        case TZC_ACTION:
            tzc->action = value & TZC_ACTION_MASK;
            break;
        case TZC_GATE_KEEPER:
            tzc->gates = value >> TZC_GATE_OPEN_REQUEST_SHIFT & FILTER_MASK;
            return true;
        case TZC_SPECULATION_CTRL:
            tzc->speculation = value & TZC_SPECULATION_MASK;
            break;
        case TZC_INT_CLEAR:
            tzc->status &= ~value;
            tzc->overrun &= ~value;
            tzc->overlap &= ~value;
            break;
        default:
            none = true;
            break;
        }
    }
    if (wrong) {
        *wrong = none;
    }
    return false;
}

/* --- who may access what --- */

static bool in_region(const Tzc400Region *r, unsigned filter,
                      uint64_t address)
{
    return r->attributes >> filter & 1 && address >= r->base &&
           address <= r->top;
}

static Tzc400Verdict permissions(const Tzc400Region *r,
                                 const Tzc400Master *who)
{
    bool read, write;

    if (who->secure) {
        read = r->attributes & TZC_ATTR_S_RD_EN;
        write = r->attributes & TZC_ATTR_S_WR_EN;
    } else {
        read = r->id_access >> (TZC_ID_RD_EN_SHIFT + who->nsaid) & 1;
        write = r->id_access >> (TZC_ID_WR_EN_SHIFT + who->nsaid) & 1;
    }
    return (read ? TZC_READ : TZC_NONE) | (write ? TZC_WRITE : TZC_NONE);
}

Tzc400Verdict tzc400_check(const Tzc400 *tzc, const Tzc400Master *who,
                           uint64_t address)
{
    const Tzc400Region *found = NULL;

    if (!(tzc->gates >> who->filter & 1)) {
        return TZC_CLOSED;
    }
    if (address > last_address(tzc)) {
        return TZC_NONE;
    }
    for (unsigned i = 1; i < TZC_REGIONS; i++) {
        if (in_region(&tzc->region[i], who->filter, address)) {
            if (found) {
                return TZC_OVERLAP;
            }
            found = &tzc->region[i];
        }
    }
    return permissions(found ? found : &tzc->region[0], who);
}

/* The first address after @address where a region begins or has ended. */
static bool next_boundary(const Tzc400 *tzc, unsigned filter,
                          uint64_t address, uint64_t *next)
{
    uint64_t best = last_address(tzc);
    bool any = false;

    for (unsigned i = 1; i < TZC_REGIONS; i++) {
        const Tzc400Region *r = &tzc->region[i];

        if (!(r->attributes >> filter & 1) || r->base > r->top) {
            continue;
        }
        if (r->base > address && r->base <= best) {
            best = r->base;
            any = true;
        }
        if (r->top >= address && r->top < best) {
            best = r->top + 1;
            any = true;
        }
    }
    *next = best;
    return any;
}

unsigned tzc400_open_ranges(const Tzc400 *tzc, const Tzc400Master *who,
                            Tzc400Range ranges[TZC_MAX_OPEN])
{
    uint64_t at = 0, next;
    unsigned n = 0;
    bool more, open = false;

    do {
        bool pass = tzc400_check(tzc, who, at) == TZC_BOTH;

        more = next_boundary(tzc, who->filter, at, &next);
        if (pass && !open) {
            if (n == TZC_MAX_OPEN) {
                break;          /* more than there are boundaries */
            }
            ranges[n++].first = at;
        }
        open = pass;
        if (pass) {
            ranges[n - 1].last = more ? next - 1 : last_address(tzc);
        }
        at = next;
    } while (more);
    return n;
}

bool tzc400_fail(Tzc400 *tzc, const Tzc400Master *who, Tzc400Verdict verdict,
                 uint64_t address, bool write, bool privileged, uint32_t id)
{
    const uint32_t filter = 1u << who->filter;
    const bool overlap = verdict == TZC_OVERLAP;

    /* What does not come past a gate, no filter sees. */
    if (verdict != TZC_CLOSED) {
        if (tzc->status & filter) {
            tzc->overrun |= filter;
        } else {
            tzc->fail[who->filter] = (Tzc400Fail) {
                .address = address,
                .control = (write ? TZC_FAIL_WRITE : 0) |
                           (who->secure ? 0 : TZC_FAIL_NON_SECURE) |
                           (privileged ? TZC_FAIL_PRIVILEGED : 0),
                .id = id,
            };
        }
        tzc->status |= filter;
        tzc->overlap |= overlap ? filter : 0;
    }
    /* ACTION is not asked about overlaps. */
    return overlap || tzc->action & TZC_ACTION_ERROR;
}
