/*
 * SMMUv3TestEngine: what a frame does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "test-engine.h"

/* Transactions do not cross multiples of this. */
#define CHUNK       4096u
/* With a stride other than 1, elements of this size. */
#define ELEMENT     8u

/* --- random numbers ------------------------------------------------------- */

#define RANDOM_MASK ((1ull << 48) - 1)

/* The generator of the C library's rand48 family. */
static uint64_t random_step(uint64_t state)
{
    return (state * 0x5deece66dull + 0xb) & RANDOM_MASK;
}

uint64_t test_engine_random_seed(uint32_t seed)
{
    return (uint64_t)seed << 16 | 0x330e;
}

uint32_t test_engine_random(uint64_t *state)
{
    uint64_t first = random_step(*state);

    /* 31 bits of one state, and the topmost from the next. */
    *state = random_step(first);
    return (uint32_t)(first >> 17 & 0x7fffffff) |
           (uint32_t)(*state & 0x80000000);
}

/* What RAND48 writes at @addr; it begins anew with each transaction. */
static void fill(uint32_t seed, uint64_t addr, uint8_t *buf, unsigned len)
{
    uint64_t state = test_engine_random_seed(seed ^ (uint32_t)(addr >> 32) ^
                                             (uint32_t)addr);

    for (unsigned i = 0; i < len; i++) {
        buf[i] = (uint8_t)test_engine_random(&state);
    }
}

/* --- the range ------------------------------------------------------------ */

typedef struct Range {
    uint64_t begin, end;        /* end: the last byte */
    uint64_t stride;
    uint64_t to;                /* of a copy */
} Range;

static Range range_of(const TestEngineFrame *f)
{
    Range r = {
        .begin = te_reg64(f->user, TE_BEGIN),
        .end = te_reg64(f->user, TE_END_INCL),
        .stride = te_reg64(f->user, TE_STRIDE),
        .to = te_reg64(f->user, TE_UDATA_N(0)),
    };

    if (r.stride != 1) {
        r.begin &= ~(uint64_t)(ELEMENT - 1);
        r.end |= ELEMENT - 1;
        r.to &= ~(uint64_t)(ELEMENT - 1);
    }
    return r;
}

/* The number of the last element, with a stride other than 1. */
static uint64_t last_element(const TestEngineFrame *f)
{
    uint64_t len = te_reg64(f->user, TE_END_INCL) -
                   te_reg64(f->user, TE_BEGIN) + 1;
    Range r = range_of(f);

    if (r.stride > (len > ELEMENT ? len : ELEMENT)) {
        return 0;
    }
    return (r.end - (ELEMENT - 1) - r.begin) / r.stride;
}

static bool range_valid(const TestEngineFrame *f, uint32_t cmd)
{
    uint64_t begin = te_reg64(f->user, TE_BEGIN);
    uint64_t end = te_reg64(f->user, TE_END_INCL);
    Range r = range_of(f);

    if (begin > end || (begin < ELEMENT && end >= -(uint64_t)ELEMENT)) {
        return false;
    }
    if (r.stride != 1 && (!r.stride || r.stride % ELEMENT)) {
        return false;
    }
    switch (cmd) {
    case TE_CMD_MEMCPY:
        /* Nor does the destination go beyond the end of all addresses. */
        return r.to <= UINT64_MAX - (r.end - r.begin);
    case TE_CMD_SUM64:
        return begin % ELEMENT == 0 && end % ELEMENT == ELEMENT - 1;
    default:
        return true;
    }
}

bool te_work_valid(const TestEngine *e, const TestEngineFrame *f, uint32_t cmd)
{
    uint32_t port = f->priv[TE_PORT / 4];
    uint32_t substreamid = f->priv[TE_SUBSTREAMID / 4];
    uint64_t msi = te_reg64(f->user, TE_MSIADDRESS);

    if (port >= (e->config.pci ? 1 : TE_PORTS) ||
        (substreamid != TE_NO_SUBSTREAMID && substreamid >= TE_SUBSTREAMIDS)) {
        return false;
    }
    if (e->config.pci && msi && (msi != TE_PCI_MSI ||
                                 f->user[TE_MSIDATA / 4] >= TE_PCI_VECTORS)) {
        return false;
    }
    return range_valid(f, cmd);
}

void te_work_begin(TestEngineFrame *f)
{
    Range r = range_of(f);

    f->lo = r.stride == 1 ? r.begin : 0;
    f->hi = r.stride == 1 ? r.end : last_element(f);
    f->direction = test_engine_random_seed(f->user[TE_SEED / 4]);
    f->sum = 0;
}

bool te_work_sane(const TestEngineFrame *f)
{
    Range r = range_of(f);

    if (f->lo > f->hi || f->direction > RANDOM_MASK) {
        return false;
    }
    if (r.stride != 1) {
        return f->hi <= last_element(f);
    }
    return f->lo >= r.begin && f->hi <= r.end &&
           (f->user[TE_CMD / 4] != TE_CMD_SUM64 ||
            (f->lo % ELEMENT == 0 && f->hi % ELEMENT == ELEMENT - 1));
}

/* --- transactions --------------------------------------------------------- */

/* A piece of the work: a read, a write, or both. */
typedef struct Piece {
    uint64_t from, to;
    unsigned len;
    bool last;                  /* nothing is left after it */
} Piece;

static bool takes_from_the_end(TestEngineFrame *f)
{
    switch (f->user[TE_SEED / 4]) {
    case TE_SEED_FORWARD:
        return false;
    case TE_SEED_BACKWARD:
        return true;
    default:
        return test_engine_random(&f->direction) & 1;
    }
}

/* How many of the bytes from @addr on, and up to it, are in its chunk. */
static uint64_t room_after(uint64_t addr)
{
    return CHUNK - addr % CHUNK;
}

static uint64_t room_before(uint64_t addr)
{
    return addr % CHUNK + 1;
}

static uint64_t min3(uint64_t a, uint64_t b, uint64_t c)
{
    a = a < b ? a : b;
    return a < c ? a : c;
}

/* Take the next piece from what is left. */
static Piece take(TestEngineFrame *f)
{
    bool from_end = takes_from_the_end(f);
    bool copy = f->user[TE_CMD / 4] == TE_CMD_MEMCPY;
    Range r = range_of(f);
    Piece p = { .last = f->lo == f->hi };
    uint64_t n = 1, left;

    if (r.stride != 1) {
        n = from_end ? f->hi : f->lo;
        p.from = r.begin + n * r.stride;
        p.to = r.to + n * r.stride;
        p.len = ELEMENT;
        n = 1;
    } else {
        /* Not + 1, which could be all that there is. */
        left = f->hi - f->lo < CHUNK ? f->hi - f->lo + 1 : CHUNK;
        if (from_end) {
            n = min3(left, room_before(f->hi),
                     copy ? room_before(r.to + (f->hi - r.begin)) : CHUNK);
            p.from = f->hi - n + 1;
        } else {
            n = min3(left, room_after(f->lo),
                     copy ? room_after(r.to + (f->lo - r.begin)) : CHUNK);
            p.from = f->lo;
        }
        p.to = r.to + (p.from - r.begin);
        p.len = (unsigned)n;
        p.last = f->hi - f->lo == n - 1;
    }
    if (!p.last && from_end) {
        f->hi -= n;
    } else if (!p.last) {
        f->lo += n;
    }
    return p;
}

static TestEngineId id_of(const TestEngine *e, unsigned frame, uint32_t attr)
{
    const uint32_t *priv = e->frame[frame].priv;
    uint32_t substreamid = priv[TE_SUBSTREAMID / 4];
    bool has_substreamid = substreamid != TE_NO_SUBSTREAMID;

    return (TestEngineId) {
        .frame = frame,
        .port = priv[TE_PORT / 4],
        .streamid = priv[TE_STREAMID / 4],
        .has_substreamid = has_substreamid,
        .substreamid = has_substreamid ? substreamid : 0,
        .secure = !(priv[TE_PCTRL / 4] & TE_PCTRL_SSD_NS),
        .ns = attr & TE_ATTR_NS,
        .privileged = attr & TE_ATTR_PRIVILEGED,
        .instruction = attr & TE_ATTR_INSTRUCTION,
    };
}

/* The work is over, one way or the other. */
static void end(TestEngine *e, unsigned frame, uint32_t how)
{
    TestEngineFrame *f = &e->frame[frame];
    TestEngineId id = id_of(e, frame, f->user[TE_MSIATTR / 4]);
    uint64_t addr = te_reg64(f->user, TE_MSIADDRESS);
    uint32_t resets = e->resets;

    f->user[TE_CMD / 4] = how;
    e->running--;
    /* An MSI is data, and not of a process: no SubstreamID. */
    id.has_substreamid = false;
    id.substreamid = 0;
    id.instruction = false;
    if (addr && !e->bus.msi(e->bus.opaque, &id, addr,
                            f->user[TE_MSIDATA / 4]) &&
        e->resets == resets) {
        f->user[TE_UCTRL / 4] |= TE_UCTRL_MSI_ABORTED;
    }
    e->bus.ended(e->bus.opaque, frame, how);
}

/*
 * One transaction. False: it was aborted, and the work has ended; or there was
 * a reset, and no work is left.
 */
static bool transact(TestEngine *e, unsigned frame, uint64_t addr,
                     uint8_t *buf, unsigned len, bool write)
{
    TestEngineFrame *f = &e->frame[frame];
    uint32_t attr = f->user[TE_ATTRIBUTES / 4];
    TestEngineId id = id_of(e, frame, write ? attr >> TE_ATTR_DEST_SHIFT :
                                              attr);
    uint32_t resets = e->resets;
    bool good;

    f->user[TE_LAUNCHED / 4]++;
    good = e->bus.access(e->bus.opaque, &id, addr, buf, len, write);
    if (e->resets != resets) {
        return false;
    }
    f->user[TE_RETURNED / 4]++;
    if (!good) {
        te_set64(f->user, TE_UDATA_N(2), addr);
        end(e, frame, TE_CMD_ERROR);
    }
    return good;
}

static uint64_t sum_of(const uint8_t *buf, unsigned len)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < len; i += ELEMENT) {
        uint64_t element = 0;

        for (unsigned b = 0; b < ELEMENT; b++) {
            element |= (uint64_t)buf[i + b] << b * 8;
        }
        sum += element;
    }
    return sum;
}

unsigned te_work_step(TestEngine *e, unsigned frame)
{
    TestEngineFrame *f = &e->frame[frame];
    uint32_t cmd = f->user[TE_CMD / 4];
    Piece p = take(f);
    unsigned cost = p.len > TE_TRANSACTION ? p.len : TE_TRANSACTION;
    uint8_t buf[CHUNK];

    switch (cmd) {
    case TE_CMD_MEMCPY:
        if (!transact(e, frame, p.from, buf, p.len, false) ||
            !transact(e, frame, p.to, buf, p.len, true)) {
            return cost;
        }
        break;
    case TE_CMD_RAND48:
        fill(f->user[TE_SEED / 4], p.from, buf, p.len);
        if (!transact(e, frame, p.from, buf, p.len, true)) {
            return cost;
        }
        break;
    default:
        if (!transact(e, frame, p.from, buf, p.len, false)) {
            return cost;
        }
        f->sum += sum_of(buf, p.len);
        break;
    }
    if (p.last) {
        if (cmd == TE_CMD_SUM64) {
            te_set64(f->user, TE_UDATA_N(1), f->sum);
        }
        end(e, frame, TE_CMD_HALTED);
    }
    return cost;
}
