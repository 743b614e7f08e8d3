/*
 * The engine with its cache: random sequences of checks, changes of the
 * tables, invalidations and register writes, against a model of what a cache
 * is allowed to (and, if strict, has to) remember.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "gpc.h"
#include "gpc-model.h"
#include "gpt-synth.h"

enum {
    SEQUENCES = 400, STEPS = 1000, POOL = 24, CHANGES_MAX = 2048,
    LOG_MAX = 8,
};

/* Memory: random tables, and what was changed in them since. */
typedef struct Memory {
    Synth synth;
    struct { uint64_t addr, salt; } change[CHANGES_MAX];
    unsigned changes;
} Memory;

static bool memory_read64(void *opaque, uint64_t addr, uint64_t *value)
{
    Memory *m = opaque;
    uint64_t salt = 0;

    for (unsigned i = 0; i < m->changes; i++) {
        if (m->change[i].addr == addr) {
            salt = m->change[i].salt;
            break;
        }
    }
    return synth_entry(&m->synth, addr, salt, value);
}

static void memory_change(Memory *m, uint64_t addr, uint64_t salt)
{
    for (unsigned i = 0; i < m->changes; i++) {
        if (m->change[i].addr == addr) {
            m->change[i].salt = salt;
            return;
        }
    }
    assert_true(m->changes < CHANGES_MAX);
    m->change[m->changes].addr = addr;
    m->change[m->changes++].salt = salt;
}

/* The engine's view of memory: every read is logged. */
typedef struct Log {
    Memory *memory;
    uint64_t addr[LOG_MAX];
    unsigned reads;
} Log;

static bool logged_read64(void *opaque, uint64_t addr, uint64_t *value)
{
    Log *log = opaque;

    assert_true(log->reads < LOG_MAX);
    log->addr[log->reads++] = addr;
    return memory_read64(log->memory, addr, value);
}

typedef struct World {
    Rng rng;
    GptImpl impl;
    GptRegs regs, home_regs;
    Memory memory;
    Log log;
    Gpc gpc;
    GpcModel model;
    uint64_t pool[POOL];
    uint64_t pool_spread;       /* checks go to pool + random & this */
} World;

static struct {
    uint64_t checks, held, stale_pass, stale_fail, forgotten, evictions;
    uint64_t reads[LOG_MAX], faults[CCA_GPCF__COUNT];
    uint64_t tlbi_all, tlbi_pa, tlbi_last;
} seen;

static void new_pool(World *w)
{
    static const uint8_t steps[] = { 12, 14, 16, 18, 20, 21, 22, 25, 27, 29 };
    Rng *r = &w->rng;
    unsigned pps = w->memory.synth.pps;
    uint64_t home = rng_next(r);

    for (unsigned i = 0; i < POOL; i++) {
        if (rng_once_in(r, 12)) {
            home = rng_next(r);
        }
        w->pool[i] = home ^ rng_below(r, 4) << steps[rng_below(r, 10)];
        w->pool[i] &= (1ull << pps) - 1;
    }
}

static void world_start(World *w, uint64_t seed, bool strict, bool spread)
{
    GptBus bus = { logged_read64, &w->log };
    RefMachine m;

    memset(w, 0, sizeof(*w));
    w->rng.state = seed;
    do {
        w->impl = synth_impl(&w->rng);
        w->regs = synth_regs(&w->rng, &w->impl);
        w->regs.gpccr |= 1 << 16;
        w->regs.gpccr &= ~(7ull << 5);
        m = synth_reference(&w->impl, &w->regs);
    } while (!ref_config_valid(&m) ||
             w->regs.gptbr << 12 >= 1ull << ref_pps(&m));
    w->home_regs = w->regs;
    w->memory.synth = synth_memory(&w->rng, &w->impl, &w->regs,
                                   rng_once_in(&w->rng, 3));
    w->log.memory = &w->memory;
    w->pool_spread = spread ? (1ull << w->memory.synth.pps) - 1 : 0xffff;
    new_pool(w);
    assert_true(gpc_init(&w->gpc, &w->impl, &bus, strict));
    gpc_set_regs(&w->gpc, &w->regs);
    w->model.machine = m;
    w->model.machine.read64 = memory_read64;
    w->model.machine.opaque = &w->memory;
}

static uint64_t some_address(World *w)
{
    return w->pool[rng_below(&w->rng, POOL)] ^
           (rng_next(&w->rng) & w->pool_spread);
}

static void must(const World *w, const CcaAccess *a, const CcaGpcVerdict *got,
                 const RefVerdict *want, const char *what)
{
    const RefMachine *m = &w->model.machine;

    fail_msg("%s: address 0x%" PRIx64 " PAS %d from state %d: got %d level "
             "%u after %u reads, expected %d level %u after %u; GPCCR 0x%"
             PRIx64 " rme %u l0gptsz %u gdi %d strict %d", what, a->addr,
             a->pas, a->requester.state, got->fault, got->level,
             w->log.reads, want->fault, want->level, want->reads, m->gpccr,
             m->rme, m->l0gptsz, m->gdi, w->gpc.cache.strict);
}

/* Nothing was lost: the one right answer, and the reads it takes. */
static void check_exact(World *w, const CcaAccess *a,
                        const CcaGpcVerdict *got)
{
    RefVerdict want = model_check(&w->model, a), fresh;

    if (got->fault != want.fault ||
        (want.fault != CCA_GPCF_NONE && got->level != want.level)) {
        must(w, a, got, &want, "wrong answer");
    }
    if (w->log.reads != want.reads ||
        memcmp(w->log.addr, w->model.read_addr, want.reads * 8)) {
        must(w, a, got, &want, "wrong reads of memory");
    }
    if (w->model.from_cache) {
        fresh = ref_check(&w->model.machine, a);
        seen.held++;
        seen.stale_pass += fresh.fault != CCA_GPCF_NONE &&
                           got->fault == CCA_GPCF_NONE;
        seen.stale_fail += fresh.fault == CCA_GPCF_NONE &&
                           got->fault != CCA_GPCF_NONE;
    }
}

static void step_check(World *w)
{
    CcaAccess a = synth_access(&w->rng, &w->impl, &w->regs);
    GpcStats before = w->gpc.stats;
    CcaGpcVerdict got;

    if (!rng_once_in(&w->rng, 16)) {
        a.addr = some_address(w);
    }
    w->log.reads = 0;
    gpc_check(&w->gpc, &a, &got);

    seen.checks++;
    seen.reads[w->log.reads]++;
    seen.faults[got.fault]++;
    assert_int_equal(w->gpc.stats.fetches - before.fetches, w->log.reads);
    if (w->gpc.cfg.enabled) {
        assert_int_equal(w->gpc.stats.checks - before.checks, 1);
        assert_int_equal(w->gpc.stats.hits - before.hits, !w->log.reads);
    }
    if (w->gpc.cache.evictions == 0) {
        check_exact(w, &a, &got);
    } else {
        RefVerdict want = { 0 };

        assert_false(w->gpc.cache.strict);
        seen.forgotten++;
        if (!model_accepts(&w->model, &a, w->log.reads, w->log.addr[0],
                           got.fault, got.level)) {
            must(w, &a, &got, &want, "not an answer that can be held");
        }
    }
}

/* A human looks: sees memory as it is, and changes nothing. */
static void step_debug(World *w)
{
    CcaAccess a = synth_access(&w->rng, &w->impl, &w->regs);
    GpcStats before = w->gpc.stats;
    CcaGpcVerdict got;
    RefVerdict want;

    a.addr = some_address(w);
    a.requester.kind = CCA_REQUESTER_DEBUG;
    w->log.reads = 0;
    gpc_check(&w->gpc, &a, &got);
    want = ref_check(&w->model.machine, &a);
    if (got.fault != want.fault ||
        (want.fault != CCA_GPCF_NONE && got.level != want.level)) {
        must(w, &a, &got, &want, "wrong answer to a debugger");
    }
    assert_memory_equal(&before, &w->gpc.stats, sizeof(before));
}

/* Change an entry that some address of the pool is described by. */
static void step_change(World *w)
{
    RefMachine *m = &w->model.machine;
    uint64_t pa = some_address(w), entry, at;

    if (!ref_config_valid(m) || pa >> ref_pps(m)) {
        return;
    }
    at = ref_l0_addr(m, pa);
    if (!rng_once_in(&w->rng, 8) && memory_read64(&w->memory, at, &entry) &&
        ref_l0_kind(m, entry) == REF_TABLE) {
        at = ref_l1_addr(m, entry & 0xffffffffff000, pa);
    }
    memory_change(&w->memory, at, rng_next(&w->rng));
}

static void step_tlbi(World *w)
{
    static const uint8_t sizes[] = { 12, 14, 16, 21, 25, 29, 30, 34, 36, 39 };
    uint64_t size = 1ull << sizes[rng_below(&w->rng, 10)];
    uint64_t base = some_address(w) & ~(size - 1);
    bool last = rng_below(&w->rng, 2);

    if (rng_once_in(&w->rng, 16)) {
        gpc_tlbi_all(&w->gpc);
        model_tlbi_all(&w->model);
        seen.tlbi_all++;
        return;
    }
    gpc_tlbi_pa(&w->gpc, base, size, last);
    model_tlbi_pa(&w->model, base, size, last);
    seen.tlbi_pa += !last;
    seen.tlbi_last += last;
}

static void step_regs(World *w)
{
    Rng *r = &w->rng;

    w->regs = w->home_regs;
    switch (rng_below(r, 8)) {
    case 0:                                     /* PGS */
        w->regs.gpccr ^= (1 + rng_below(r, 3)) << 14;
        break;
    case 1:                                     /* which GPIs exist */
        w->regs.gpccr ^= 1ull << 19;
        w->regs.gpccr ^= rng_next(r) & 0xfull << 25;
        break;
    case 2:
        w->regs.gpccr ^= rng_below(r, 8);       /* PPS */
        break;
    case 3:
        w->regs.gptbr ^= 1ull << rng_below(r, 20);
        break;
    case 4:
        w->regs.gpccr ^= 1ull << (5 + rng_below(r, 25));
        break;
    default:
        break;
    }
    gpc_set_regs(&w->gpc, &w->regs);
    w->model.machine.gpccr = w->regs.gpccr;
    w->model.machine.gptbr = w->regs.gptbr;
    w->model.machine.gpcbw = w->regs.gpcbw;
}

static void run_sequence(World *w, uint64_t seed, bool strict, bool spread)
{
    world_start(w, seed, strict, spread);
    for (unsigned i = 0; i < STEPS; i++) {
        unsigned roll = rng_below(&w->rng, 100);

        if (roll < 78) {
            step_check(w);
        } else if (roll < 80) {
            step_debug(w);
        } else if (roll < 92) {
            step_change(w);
        } else if (roll < (spread ? 93 : 98)) {
            step_tlbi(w);
        } else if (roll >= 98) {
            step_regs(w);
        }
    }
    seen.evictions += w->gpc.cache.evictions;
    if (strict) {
        assert_int_equal(w->gpc.cache.evictions, 0);
    }
    gpc_destroy(&w->gpc);
}

static void test_strict(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SEQUENCES; i++) {
        World *w = malloc(sizeof(*w));

        run_sequence(w, 0x5354 + i, true, i % 4 == 0);
        free(w);
    }
    printf("  %" PRIu64 " checks, %" PRIu64 " answered from the cache, %"
           PRIu64 " stale passes, %" PRIu64 " stale faults\n", seen.checks,
           seen.held, seen.stale_pass, seen.stale_fail);
    assert_true(seen.held > 50000);
    assert_true(seen.stale_pass > 1000);
    assert_true(seen.stale_fail > 1000);
    assert_true(seen.tlbi_all > 500);
    assert_true(seen.tlbi_pa > 5000);
    assert_true(seen.tlbi_last > 5000);
    for (unsigned i = 0; i <= 3; i++) {     /* 3: pairs, FEAT_RME_GDI */
        assert_true(seen.reads[i] > 500);
    }
    for (CcaGpcf f = CCA_GPCF_NONE; f < CCA_GPCF__COUNT; f++) {
        assert_true(seen.faults[f] > 1000);
    }
}

static void test_plain(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    for (unsigned i = 0; i < SEQUENCES; i++) {
        World *w = malloc(sizeof(*w));

        run_sequence(w, 0x504c + i, false, i % 2);
        free(w);
    }
    printf("  %" PRIu64 " checks, %" PRIu64 " after an eviction, %" PRIu64
           " evictions\n", seen.checks, seen.forgotten, seen.evictions);
    assert_true(seen.held > 20000);
    assert_true(seen.evictions > 5000);
    assert_true(seen.forgotten > 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strict),
        cmocka_unit_test(test_plain),
    };

    return cmocka_run_group_tests_name("gpc-sequence", tests, NULL, NULL);
}
