/*
 * Fuzzing of granule protection: any registers, any tables, any sequence of
 * accesses, writes and invalidations. Every answer is compared:
 *
 *   - on an empty cache with the reference;
 *   - a strict cache with the model, reads of memory included;
 *   - a plain cache with what the model accepts;
 *   - the map with the walk at each range's ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz-gpc.h"
#include "fuzz-input.h"
#include "gpc.h"
#include "gpc-model.h"

enum { OPS_MAX = 256 };

typedef struct World {
    uint64_t word[FUZZ_WORDS];
    unsigned reads;
    uint64_t first_read;
    GptImpl impl;
    GptRegs regs;
    Gpc strict, plain, empty;
    GpcModel model, plain_model;
} World;

static bool read64(void *opaque, uint64_t addr, uint64_t *value)
{
    World *w = opaque;

    if (w->reads++ == 0) {
        w->first_read = addr;
    }
    *value = w->word[FUZZ_WORD(addr)];
    return *value != FUZZ_ABORT;
}

static RefMachine reference(World *w)
{
    return (RefMachine) {
        .rme = w->impl.rme, .l0gptsz = w->impl.l0gptsz,
        .pa_bits = w->impl.pa_bits, .sel2 = w->impl.sel2,
        .gdi = w->impl.gdi, .tgran4 = w->impl.tgran4,
        .tgran16 = w->impl.tgran16, .tgran64 = w->impl.tgran64,
        .gpccr = w->regs.gpccr, .gptbr = w->regs.gptbr,
        .gpcbw = w->regs.gpcbw, .read64 = read64, .opaque = w,
    };
}

static void set_regs(World *w, Input *in)
{
    w->regs.gpccr = take(in, 8);
    w->regs.gptbr = take(in, 8);
    w->regs.gpcbw = take(in, 8);
    gpc_set_regs(&w->strict, &w->regs);
    gpc_set_regs(&w->plain, &w->regs);
    gpc_set_regs(&w->empty, &w->regs);
    w->model.machine = w->plain_model.machine = reference(w);
}

static bool same(const CcaGpcVerdict *got, const RefVerdict *want)
{
    return got->fault == want->fault &&
           (got->fault == CCA_GPCF_NONE || got->level == want->level);
}

static void op_check(World *w, Input *in)
{
    uint8_t who = take(in, 1);
    CcaAccess a = {
        .pas = who % CCA_PAS__COUNT,
        .requester = { .state = who / CCA_PAS__COUNT % 4 },
        .addr = take(in, 8) & ((1ull << 56) - 1),
    };
    CcaAccess debug = a;
    CcaGpcVerdict got;
    RefVerdict want;
    unsigned reads;

    want = ref_check(&w->model.machine, &a);
    gpc_tlbi_all(&w->empty);
    w->reads = 0;
    gpc_check(&w->empty, &a, &got);
    CHECK(same(&got, &want));
    CHECK(w->reads == want.reads);

    debug.requester.kind = CCA_REQUESTER_DEBUG;
    gpc_check(&w->strict, &debug, &got);
    CHECK(same(&got, &want));

    w->reads = 0;
    gpc_check(&w->strict, &a, &got);
    reads = w->reads;
    want = model_check(&w->model, &a);
    CHECK(same(&got, &want));
    CHECK(reads == want.reads);

    w->reads = 0;
    gpc_check(&w->plain, &a, &got);
    CHECK(model_accepts(&w->plain_model, &a, w->reads, w->first_read,
                        got.fault, got.level));
}

static void op_tlbi_pa(World *w, Input *in)
{
    bool last = take(in, 1) & 1;
    uint64_t operand = take(in, 8), base, size;

    if (!gpt_tlbi_range(&w->strict.cfg, operand, &base, &size)) {
        return;
    }
    CHECK(size >= 4096 && (size & (size - 1)) == 0 && base % size == 0);
    gpc_tlbi_pa(&w->strict, base, size, last);
    gpc_tlbi_pa(&w->plain, base, size, last);
    model_tlbi_pa(&w->model, base, size, last);
    model_tlbi_pa(&w->plain_model, base, size, last);
}

typedef struct MapCheck {
    World *world;
    const GptConfig *cfg;
    uint64_t next;
} MapCheck;

static bool map_range(void *opaque, uint64_t base, uint64_t size,
                      const GptWalk *first)
{
    MapCheck *mc = opaque;
    GptBus bus = { read64, mc->world };
    unsigned reads = mc->world->reads;
    GptWalk w;

    CHECK(size > 0 && base == mc->next);
    mc->next = base + size;
    gpt_walk(mc->cfg, &bus, base, &w);
    CHECK(w.fault == first->fault);
    CHECK(w.fault || (w.gpi == first->gpi &&
                      w.protected_ == first->protected_));
    mc->world->reads = reads;
    return true;
}

static void op_map(World *w, Input *in)
{
    uint64_t limit = take(in, 1) + 3, from = take(in, 8) >> 8, end;
    GptBus bus = { read64, w };
    MapCheck mc = { w, &w->strict.cfg, from };

    w->reads = 0;
    end = gpt_map(&w->strict.cfg, &bus, from, limit, map_range, &mc);
    CHECK(w->reads <= limit);
    CHECK(end == UINT64_MAX || end == mc.next);
}

/* Made once and then reset: memory for caches is most of a run's time. */
static void start_gpc(Gpc *gpc, const GptImpl *impl, const GptBus *bus,
                      bool strict)
{
    if (!gpc->cache.table[0].lines) {
        CHECK(gpc_init(gpc, impl, bus, strict));
    }
    gpc->impl = *impl;
    gpc->cache.evictions = 0;
    gpc_reset(gpc);
    CHECK(gpc->stats.checks == 0 && !gpc->cfg.enabled);
}

static void start(World *w, Input *in)
{
    GptBus bus = { read64, w };
    uint8_t impl = take(in, 1), features = take(in, 1);

    w->impl = (GptImpl) {
        .rme = 1 + impl % 3,
        .l0gptsz = fuzz_l0gptsz[impl / 3 % 4],
        .pa_bits = fuzz_pa_bits[impl / 12 % 10],
        .sel2 = features & FUZZ_SEL2,
        .gdi = features & FUZZ_GDI,
        .tgran4 = !(features & FUZZ_NO_4K),
        .tgran16 = !(features & FUZZ_NO_16K),
        .tgran64 = !(features & FUZZ_NO_64K),
    };
    start_gpc(&w->strict, &w->impl, &bus, true);
    start_gpc(&w->plain, &w->impl, &bus, false);
    start_gpc(&w->empty, &w->impl, &bus, false);
    set_regs(w, in);
    for (unsigned i = 0; i < FUZZ_WORDS; i++) {
        w->word[i] = take(in, 8);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static World w;
    Input in = { data, size };
    unsigned which;

    memset(w.word, 0, sizeof(w.word));
    model_tlbi_all(&w.model);
    model_tlbi_all(&w.plain_model);
    start(&w, &in);
    for (unsigned i = 0; i < OPS_MAX && in.left; i++) {
        switch (take(&in, 1) % FUZZ_OP__COUNT) {
        case FUZZ_OP_TLBI_ALL:
            gpc_tlbi_all(&w.strict);
            gpc_tlbi_all(&w.plain);
            model_tlbi_all(&w.model);
            model_tlbi_all(&w.plain_model);
            break;
        case FUZZ_OP_TLBI_PA:
            op_tlbi_pa(&w, &in);
            break;
        case FUZZ_OP_REGS:
            set_regs(&w, &in);
            break;
        case FUZZ_OP_WRITE:
            which = take(&in, 1) % FUZZ_WORDS;
            w.word[which] = take(&in, 8);
            break;
        case FUZZ_OP_MAP:
            op_map(&w, &in);
            break;
        default:
            op_check(&w, &in);
            break;
        }
    }
    return 0;
}
