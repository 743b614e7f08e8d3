/*
 * The fault injection engine: options, triggers, actions, threads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <pthread.h>
#include "cmocka-all.h"
#include "control.h"

#define NUM(v) { .given = true, .value = (v) }
#define FETCH .site = "gpt.fetch", .action = "abort"

/* What the observer saw last. */
static struct Seen {
    unsigned calls;
    CcaFaultFiring firing;
    CcaFaultPassage passage;
    CcaFaultEffect effect;
    char id[CCA_FAULT_ID_MAX + 1];
} seen;

static unsigned pc_calls;

static uint64_t some_pc(void *opaque)
{
    pc_calls++;
    return *(uint64_t *)opaque;
}

static void watch(void *opaque, const CcaFaultFiring *firing)
{
    struct Seen *s = opaque;

    /* Each firing has the number after the one before. */
    if (s->calls) {
        assert_int_equal(firing->sequence, s->firing.sequence + 1);
    }
    s->calls++;
    s->firing = *firing;
    s->passage = *firing->passage;
    s->effect = *firing->effect;
    snprintf(s->id, sizeof(s->id), "%s", firing->id);
}

static int setup(void **state)
{
    memset(&seen, 0, sizeof(seen));
    pc_calls = 0;
    *state = cca_faults_new();
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    cca_faults_free(*state);
    return 0;
}

static uint64_t must_arm(CcaFaults *faults, CcaFaultSpec spec)
{
    CcaFaultError error;
    uint64_t handle = cca_fault_arm(faults, &spec, &error);

    if (!handle) {
        fail_msg("%s", error.text);
    }
    return handle;
}

/* A check of PE 1 in Realm state; @addr in the Realm PAS. */
static CcaFaultPassage passage_at(uint64_t addr)
{
    return (CcaFaultPassage) {
        .access = {
            .addr = addr, .pas = CCA_PAS_REALM,
            .requester = { CCA_REQUESTER_PE, 1, CCA_PAS_REALM },
        },
    };
}

static bool consult(CcaFaults *faults, CcaFaultSite site, CcaFaultPassage p)
{
    CcaFaultEffect effect;

    return cca_fault_consult(faults, site, &p, &effect);
}

static CcaFaultInfo info_of(CcaFaults *faults, const char *id)
{
    CcaFaultInfo all[CCA_FAULT_ARMED_MAX];
    size_t n = cca_fault_list(faults, all, COUNT_OF(all));

    for (size_t i = 0; i < n; i++) {
        if (!strcmp(all[i].id, id)) {
            return all[i];
        }
    }
    fail_msg("no fault %s is listed", id);
    return (CcaFaultInfo) { .hits = 0 };
}

/* Each bad option is refused with a sentence that names it and its value. */
static void bad_options(void **state)
{
    static const struct {
        CcaFaultSpec spec;
        const char *says[2];
    } bad[] = {
        { { .action = "abort" }, { "needs a site", "gpt.fetch" } },
        { { .site = "gpt.fech", .action = "abort" },
          { "'gpt.fech'", "gpt.fetch, gpc.verdict, tlbi.pa" } },
        { { .site = "gpt.fetch" }, { "needs an action", "abort, flip" } },
        { { .site = "tlbi.pa", .action = "flip" },
          { "tlbi.pa has no action 'flip'", "drop, delay" } },
        { { .site = "gpt.fetch", .action = "none" }, { "'none'", "abort" } },
        { { .site = "gpt.fetch", .action = "flip" }, { "mask", "0" } },
        { { .site = "gpt.fetch", .action = "flip", .mask = NUM(0) },
          { "mask", "0" } },
        { { FETCH, .mask = NUM(0x10) }, { "mask=0x10", "'abort'" } },
        { { .site = "tlbi.pa", .action = "delay" }, { "delay", "0" } },
        { { .site = "tlbi.pa", .action = "delay", .delay = NUM(0) },
          { "delay", "0" } },
        { { .site = "tlbi.pa", .action = "delay",
            .delay = NUM(CCA_FAULT_DELAY_MAX + 1) },
          { "delay=3600000000001", "hour" } },
        { { .site = "tlbi.pa", .action = "drop", .delay = NUM(7) },
          { "delay=7", "'drop'" } },
        { { .site = "smmu.cmdq", .action = "stall" }, { "'stall'", "0" } },
        { { .site = "smmu.cmdq", .action = "stall", .delay = NUM(0) },
          { "'stall' needs a delay", "nanoseconds" } },
        { { .site = "smmu.cmdq", .action = "stall",
            .delay = NUM(CCA_FAULT_DELAY_MAX + 1) },
          { "delay=3600000000001", "hour" } },
        { { .site = "smmu.cmdq", .action = "stall", .delay = NUM(1),
            .mask = NUM(1) }, { "mask=0x1", "'stall'" } },
        { { .site = "smmu.cmdq", .action = "duplicate", .delay = NUM(1) },
          { "delay=1", "'duplicate'" } },
        { { .site = "smmu.cmdq", .action = "corrupt" }, { "mask", "0" } },
        { { .site = "smmu.walk", .action = "corrupt", .mask = NUM(1) },
          { "smmu.walk has no action 'corrupt'", "flip" } },
        { { FETCH, .word = NUM(0) }, { "word=0", "'abort'" } },
        { { .site = "smmu.ste-fetch", .action = "stale", .word = NUM(1) },
          { "word=1", "'stale'" } },
        { { .site = "smmu.ste-fetch", .action = "flip", .mask = NUM(1),
            .word = NUM(8) }, { "word=8", "smmu.ste-fetch, 7" } },
        { { .site = "smmu.cd-fetch", .action = "flip", .mask = NUM(1),
            .word = NUM(1ull << 32) },
          { "word=4294967296", "smmu.cd-fetch, 7" } },
        { { .site = "smmu.cmdq", .action = "flip", .mask = NUM(1),
            .word = NUM(2) }, { "word=2", "smmu.cmdq, 1" } },
        { { .site = "smmu.walk", .action = "flip", .mask = NUM(1),
            .word = NUM(1) }, { "word=1", "smmu.walk, 0" } },
        { { .site = "smmu.msi", .action = "flip", .mask = NUM(1ull << 32) },
          { "mask=0x100000000", "32 bits of the data of an MSI" } },
        { { .site = "dma.rid", .action = "flip", .mask = NUM(0x10000) },
          { "mask=0x10000", "16 bits of a Requester ID" } },
        { { FETCH, .nth = NUM(0) }, { "nth=0", "1" } },
        { { FETCH, .every = NUM(0) }, { "every=0", "1" } },
        { { FETCH, .count = NUM(0) }, { "count=0", "1" } },
        { { FETCH, .addr = NUM(1ull << 56) },
          { "addr=0x100000000000000", "56 bits" } },
        { { FETCH, .size = NUM(4096) }, { "size=4096", "without addr" } },
        { { FETCH, .addr = NUM(0), .size = NUM(0) }, { "size=0", "no" } },
        { { FETCH, .addr = NUM(4096), .size = NUM(1ull << 56) },
          { "size=72057594037927936", "addr=0x1000" } },
        { { FETCH, .pas = "nonsense" }, { "pas='nonsense'", "realm" } },
        { { FETCH, .state = "martian" }, { "state='martian'", "realm" } },
        { { FETCH, .state = "nsp" }, { "state='nsp'", "realm" } },
        { { FETCH, .pe = NUM(512) }, { "pe=512", "511" } },
        { { FETCH, .pe = NUM(0), .device = NUM(8) },
          { "pe=0", "device=0x8" } },
        { { FETCH, .device = NUM(1ull << 32) },
          { "device=0x100000000", "32" } },
        { { FETCH, .pc_size = NUM(4) }, { "pc-size=4", "without pc" } },
        { { FETCH, .pc = NUM(4), .pc_size = NUM(0) }, { "pc-size=0", "no" } },
        { { FETCH, .pc = NUM(UINT64_MAX), .pc_size = NUM(2) },
          { "pc-size=2", "pc=0xffffffffffffffff" } },
        { { FETCH, .probability = "0" }, { "probability='0'", "above 0" } },
        { { FETCH, .probability = "0.0" }, { "'0.0'", "above 0" } },
        { { FETCH, .probability = "1.5" }, { "'1.5'", "at most 1" } },
        { { FETCH, .probability = "1.0.0" }, { "'1.0.0'", "decimal" } },
        { { FETCH, .probability = "-0.5" }, { "'-0.5'", "decimal" } },
        { { FETCH, .probability = "half" }, { "'half'", "decimal" } },
        { { FETCH, .probability = "." }, { "'.'", "decimal" } },
        { { FETCH, .probability = "" }, { "probability=''", "decimal" } },
        { { FETCH, .probability = "0.1234567890123456789012" },
          { "'0.1234567890123456789012'", "decimal" } },
        { { FETCH, .seed = NUM(3) }, { "seed=3", "probability" } },
        { { FETCH, .id = "" }, { "id=''", "identifier" } },
        { { FETCH, .id = "9lives" }, { "id='9lives'", "identifier" } },
        { { FETCH, .id = "a b" }, { "id='a b'", "identifier" } },
    };
    CcaFaults *faults = *state;

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CcaFaultError error;

        assert_int_equal(cca_fault_arm(faults, &bad[i].spec, &error), 0);
        for (size_t k = 0; k < COUNT_OF(bad[i].says); k++) {
            if (!strstr(error.text, bad[i].says[k])) {
                fail_msg("case %zu: no '%s' in '%s'", i, bad[i].says[k],
                         error.text);
            }
        }
        assert_null(strchr(error.text, '\n'));
    }
    for (CcaFaultSite s = 0; s < CCA_SITE__COUNT; s++) {
        assert_false(cca_fault_armed(faults, s));
    }
}

/* Strings of any length make a bounded message. */
static void long_strings(void **state)
{
    char text[5000];
    CcaFaultError error;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(cca_fault_arm(*state, &(CcaFaultSpec) {
        .site = text, .action = "abort" }, &error), 0);
    assert_non_null(strstr(error.text, "gpt.fetch"));
    assert_int_equal(cca_fault_arm(*state, &(CcaFaultSpec) {
        .id = text, .site = "gpt.fetch", .action = "abort" }, &error), 0);
    assert_non_null(strstr(error.text, "at most 63"));
}

static void arm_and_disarm(void **state)
{
    CcaFaults *faults = *state;
    CcaFaultSpec spec = { .site = "gpt.fetch", .action = "abort" };
    CcaFaultError error;
    char id[CCA_FAULT_ID_MAX + 1];
    uint64_t a, b;

    assert_false(consult(faults, CCA_SITE_GPT_FETCH, passage_at(0)));
    a = must_arm(faults, spec);
    cca_fault_id(faults, a, id);
    spec.id = id;
    assert_int_equal(cca_fault_arm(faults, &spec, &error), 0);
    assert_non_null(strstr(error.text, id));
    spec.id = "mine";
    b = must_arm(faults, spec);
    assert_int_not_equal(a, b);
    assert_true(cca_fault_armed(faults, CCA_SITE_GPT_FETCH));
    assert_false(cca_fault_armed(faults, CCA_SITE_GPC_VERDICT));

    /* The first that was armed takes it. */
    assert_true(consult(faults, CCA_SITE_GPT_FETCH, passage_at(0)));
    assert_int_equal(info_of(faults, id).fired, 1);
    assert_int_equal(info_of(faults, "mine").hits, 0);

    assert_true(cca_fault_disarm_handle(faults, a));
    assert_false(cca_fault_disarm_handle(faults, a));
    assert_false(cca_fault_disarm_handle(faults, 0));
    assert_false(cca_fault_disarm(faults, id));
    assert_true(consult(faults, CCA_SITE_GPT_FETCH, passage_at(0)));
    assert_int_equal(info_of(faults, "mine").fired, 1);
    assert_true(cca_fault_disarm(faults, "mine"));
    assert_false(cca_fault_armed(faults, CCA_SITE_GPT_FETCH));
    assert_false(consult(faults, CCA_SITE_GPT_FETCH, passage_at(0)));
    assert_int_equal(cca_fault_firings(faults), 2);

    /* A handle is not used twice, even if the id is. */
    assert_true(must_arm(faults, spec) > b);
    assert_false(cca_fault_disarm_handle(faults, b));
}

static void made_up_ids(void **state)
{
    CcaFaults *faults = *state;
    CcaFaultSpec spec = { .site = "tlbi.pa", .action = "drop" };
    CcaFaultError error;
    CcaFaultInfo all[CCA_FAULT_ARMED_MAX + 1];

    spec.id = "fault1";
    must_arm(faults, spec);
    spec.id = NULL;
    for (unsigned i = 1; i < CCA_FAULT_ARMED_MAX; i++) {
        must_arm(faults, spec);
    }
    assert_int_equal(cca_fault_arm(faults, &spec, &error), 0);
    assert_non_null(strstr(error.text, "64 faults"));
    assert_int_equal(cca_fault_list(faults, all, COUNT_OF(all)),
                     CCA_FAULT_ARMED_MAX);
    for (unsigned i = 0; i < CCA_FAULT_ARMED_MAX; i++) {
        for (unsigned k = 0; k < i; k++) {
            assert_string_not_equal(all[i].id, all[k].id);
        }
    }
    assert_int_equal(cca_fault_list(faults, all, 3), 3);
}

/* Which of the hits 1..n fire, as a bit mask. */
static uint64_t pattern(CcaFaults *faults, CcaFaultSpec spec, unsigned n)
{
    uint64_t handle = must_arm(faults, spec), bits = 0;

    for (unsigned i = 0; i < n; i++) {
        bits |= (uint64_t)consult(faults, CCA_SITE_GPT_FETCH, passage_at(0))
                << i;
    }
    assert_true(cca_fault_disarm_handle(faults, handle));
    return bits;
}

static void counting(void **state)
{
    CcaFaults *f = *state;

    assert_int_equal(pattern(f, (CcaFaultSpec) { FETCH }, 8), 0xff);
    assert_int_equal(pattern(f, (CcaFaultSpec) {
        FETCH, .nth = NUM(3) }, 8), 0x04);
    assert_int_equal(pattern(f, (CcaFaultSpec) {
        FETCH, .nth = NUM(3), .count = NUM(2) }, 8), 0x0c);
    assert_int_equal(pattern(f, (CcaFaultSpec) {
        FETCH, .every = NUM(3) }, 8), 0x24);
    assert_int_equal(pattern(f, (CcaFaultSpec) {
        FETCH, .nth = NUM(1), .every = NUM(3) }, 8), 0x49);
    assert_int_equal(pattern(f, (CcaFaultSpec) {
        FETCH, .nth = NUM(2), .every = NUM(2), .count = NUM(3) }, 8), 0x2a);
    assert_int_equal(pattern(f, (CcaFaultSpec) {
        FETCH, .count = NUM(5) }, 8), 0x1f);
    assert_int_equal(pattern(f, (CcaFaultSpec) {
        FETCH, .nth = NUM(UINT64_MAX), .every = NUM(UINT64_MAX) }, 8), 0);
}

static void chance(void **state)
{
    CcaFaultSpec spec = { FETCH, .probability = "0.25", .seed = NUM(7) };
    CcaFaults *f = *state, *other = cca_faults_new();
    uint64_t first = pattern(f, spec, 64);
    unsigned fired = 0;

    /* The same seed fires the same, wherever it is armed. */
    assert_int_equal(pattern(f, spec, 64), first);
    assert_int_equal(pattern(other, spec, 64), first);
    cca_faults_free(other);
    spec.seed.value = 8;
    assert_int_not_equal(pattern(f, spec, 64), first);
    spec.probability = "1";
    assert_int_equal(pattern(f, spec, 64), UINT64_MAX);

    spec.probability = ".25";
    must_arm(f, spec);
    for (unsigned i = 0; i < 100000; i++) {
        fired += consult(f, CCA_SITE_GPT_FETCH, passage_at(0));
    }
    /* Six standard deviations; the seed is fixed anyway. */
    assert_in_range(fired, 25000 - 822, 25000 + 822);
}

/* Draws are made for hits only: other traffic does not move the firings. */
static void chance_ignores_others(void **state)
{
    CcaFaultSpec spec = { FETCH, .probability = "0.5",
                          .addr = NUM(0) };
    CcaFaults *f = *state;
    uint64_t quiet = pattern(f, spec, 64), busy = 0;

    must_arm(f, spec);
    for (unsigned i = 0; i < 64; i++) {
        assert_false(consult(f, CCA_SITE_GPT_FETCH, passage_at(0x5000)));
        busy |= (uint64_t)consult(f, CCA_SITE_GPT_FETCH, passage_at(0)) << i;
    }
    assert_int_equal(quiet, busy);
}

/* Arm @spec, offer @p, disarm; did it fire? */
static bool takes(CcaFaults *faults, CcaFaultSpec spec, CcaFaultPassage p)
{
    CcaFaultPlan plan;
    CcaFaultError error;
    uint64_t handle = must_arm(faults, spec);
    bool fired;

    assert_true(cca_fault_plan(&spec, &plan, &error));
    fired = consult(faults, plan.site, p);
    cca_fault_disarm_handle(faults, handle);
    return fired;
}

static void where(void **state)
{
    CcaFaults *f = *state;
    CcaFaultSpec page = { FETCH, .addr = NUM(0x40001234) };
    CcaFaultSpec exact = { FETCH, .addr = NUM(0x40001234), .size = NUM(8) };
    CcaFaultPassage all = passage_at(0);

    /* Without a size, the whole 4 KiB around. */
    assert_false(takes(f, page, passage_at(0x40000fff)));
    assert_true(takes(f, page, passage_at(0x40001000)));
    assert_true(takes(f, page, passage_at(0x40001fff)));
    assert_false(takes(f, page, passage_at(0x40002000)));
    /* With a size, what was said. */
    assert_false(takes(f, exact, passage_at(0x40001233)));
    assert_true(takes(f, exact, passage_at(0x40001234)));
    assert_true(takes(f, exact, passage_at(0x4000123b)));
    assert_false(takes(f, exact, passage_at(0x4000123c)));
    /* A passage may itself cover a range. */
    all.size = 0x40001234;
    assert_false(takes(f, exact, all));
    all.size++;
    assert_true(takes(f, exact, all));
    all.size = UINT64_MAX;
    assert_true(takes(f, exact, all));
    all.access.addr = 0x40001000;
    assert_true(takes(f, exact, all));
    all.access.addr = 0x40002000;
    assert_false(takes(f, exact, all));
}

static void who(void **state)
{
    CcaFaults *f = *state;
    CcaFaultPassage p = passage_at(0), dev = p, debug = p;

    assert_true(takes(f, (CcaFaultSpec) { FETCH, .pas = "Realm" }, p));
    assert_false(takes(f, (CcaFaultSpec) { FETCH, .pas = "ns" }, p));
    assert_true(takes(f, (CcaFaultSpec) { FETCH, .state = "realm" }, p));
    assert_false(takes(f, (CcaFaultSpec) { FETCH, .state = "root" }, p));
    assert_true(takes(f, (CcaFaultSpec) { FETCH, .pe = NUM(1) }, p));
    assert_false(takes(f, (CcaFaultSpec) { FETCH, .pe = NUM(0) }, p));
    assert_false(takes(f, (CcaFaultSpec) { FETCH, .device = NUM(1) }, p));
    dev.access.requester.kind = CCA_REQUESTER_DEVICE;
    assert_true(takes(f, (CcaFaultSpec) { FETCH, .device = NUM(1) }, dev));
    assert_false(takes(f, (CcaFaultSpec) { FETCH, .pe = NUM(1) }, dev));
    assert_true(takes(f, (CcaFaultSpec) { FETCH }, dev));
    debug.access.requester.kind = CCA_REQUESTER_DEBUG;
    assert_false(takes(f, (CcaFaultSpec) { FETCH }, debug));
}

static void by_pc(void **state)
{
    CcaFaults *f = *state;
    CcaFaultSpec spec = { FETCH, .pc = NUM(0x1000), .pc_size = NUM(0x10) };
    CcaFaultPassage p = passage_at(0);
    uint64_t pc = 0x1000;

    /* No PC, no firing. */
    assert_false(takes(f, spec, p));
    p.pc = some_pc;
    p.pc_opaque = &pc;
    assert_true(takes(f, spec, p));
    assert_int_equal(pc_calls, 1);
    pc = 0x100f;
    assert_true(takes(f, spec, p));
    pc = 0x1010;
    assert_false(takes(f, spec, p));
    pc = 0xfff;
    assert_false(takes(f, spec, p));
    spec.pc_size.given = false;
    pc = 0x1003;
    assert_true(takes(f, spec, p));
    pc = 0x1004;
    assert_false(takes(f, spec, p));

    /* It is not asked for where nobody wants it. */
    pc_calls = 0;
    assert_true(takes(f, (CcaFaultSpec) { FETCH }, p));
    spec.pas = "ns";
    assert_false(takes(f, spec, p));
    assert_int_equal(pc_calls, 0);
}

/* An action that would change nothing is not a hit. */
static void honest_outcome(void **state)
{
    CcaFaults *f = *state;
    CcaFaultSpec pass = { .site = "gpc.verdict", .action = "wrong-pass" };
    CcaFaultSpec fail = { .site = "gpc.verdict", .action = "wrong-fail" };
    CcaFaultPassage good = passage_at(0), bad = good;

    bad.failed = true;
    assert_true(takes(f, pass, bad));
    assert_false(takes(f, pass, good));
    assert_true(takes(f, fail, good));
    assert_false(takes(f, fail, bad));
    assert_false(takes(f, (CcaFaultSpec) { FETCH }, bad));
    assert_true(takes(f, (CcaFaultSpec) {
        .site = "tlbi.pa", .action = "drop" }, bad));
    /* A full queue: it overflows anyway, but a lost record is another end. */
    assert_false(takes(f, (CcaFaultSpec) {
        .site = "smmu.eventq", .action = "overflow" }, bad));
    assert_true(takes(f, (CcaFaultSpec) {
        .site = "smmu.eventq", .action = "overflow" }, good));
    assert_true(takes(f, (CcaFaultSpec) {
        .site = "smmu.eventq", .action = "drop" }, bad));
}

/* The word of a structure that is flipped, and the values that events show. */
static void words(void **state)
{
    CcaFaults *f = *state;
    const uint64_t structure[8] = { 100, 101, 102, 103, 104, 105, 106, 107 };
    CcaFaultPassage p = passage_at(0x80001000);
    CcaFaultEffect effect;

    p.value = structure[0];
    p.words = structure;
    p.word_count = COUNT_OF(structure);
    cca_fault_observe(f, watch, &seen);
    for (unsigned i = 0; i < COUNT_OF(structure); i++) {
        uint64_t handle = must_arm(f, (CcaFaultSpec) {
            .site = "smmu.ste-fetch", .action = "flip", .mask = NUM(3),
            .word = NUM(i) });

        assert_true(cca_fault_consult(f, CCA_SITE_SMMU_STE_FETCH, &p,
                                      &effect));
        assert_int_equal(effect.word, i);
        assert_int_equal(effect.xor_mask, 3);
        assert_true(seen.firing.has_value);
        assert_true(seen.firing.has_values);
        assert_int_equal(seen.firing.value_before, 100 + i);
        assert_int_equal(seen.firing.value_after, (100 + i) ^ 3);

        /* A shorter structure has no such word: not a hit. */
        p.word_count = i;
        assert_int_equal(cca_fault_consult(f, CCA_SITE_SMMU_STE_FETCH, &p,
                                           &effect), i == 0);
        p.word_count = COUNT_OF(structure);
        assert_true(cca_fault_disarm_handle(f, handle));
    }
    /* Without flip, the value is that of the first word. */
    must_arm(f, (CcaFaultSpec) { .site = "smmu.ste-fetch",
                                 .action = "abort" });
    assert_true(cca_fault_consult(f, CCA_SITE_SMMU_STE_FETCH, &p, &effect));
    assert_true(seen.firing.has_value);
    assert_false(seen.firing.has_values);
    assert_int_equal(seen.firing.value_before, 100);
    /* Data on its way has no one value. */
    must_arm(f, (CcaFaultSpec) { .site = "dma.data", .action = "flip",
                                 .mask = NUM(3) });
    assert_true(consult(f, CCA_SITE_DMA_DATA, passage_at(0)));
    assert_false(seen.firing.has_value);
    assert_false(seen.firing.has_values);
}

static void stall_and_corrupt(void **state)
{
    CcaFaults *f = *state;
    CcaFaultPassage p = passage_at(0);
    CcaFaultEffect effect;

    must_arm(f, (CcaFaultSpec) { .site = "smmu.cmdq", .action = "stall",
                                 .delay = NUM(77), .count = NUM(1) });
    must_arm(f, (CcaFaultSpec) { .id = "c", .site = "smmu.cmdq",
                                 .action = "corrupt", .mask = NUM(5) });
    assert_true(cca_fault_consult(f, CCA_SITE_SMMU_CMDQ, &p, &effect));
    assert_int_equal(effect.action, CCA_ACT_STALL);
    assert_int_equal(effect.delay_ns, 77);
    assert_true(cca_fault_consult(f, CCA_SITE_SMMU_CMDQ, &p, &effect));
    assert_int_equal(effect.action, CCA_ACT_FLIP);
    assert_int_equal(effect.xor_mask, 5);
    assert_int_equal(info_of(f, "c").plan.action, CCA_ACT_FLIP);
}

/* Models get what the command said; observers see the whole context. */
static void effects_and_firings(void **state)
{
    CcaFaults *f = *state;
    CcaFaultPassage p = passage_at(0x80001000);
    CcaFaultEffect effect;
    uint64_t pc = 0x40c;

    p.entry_addr = 0x2008;
    p.value = 0x9999999999999999;
    p.pc = some_pc;
    p.pc_opaque = &pc;
    cca_fault_observe(f, watch, &seen);
    must_arm(f, (CcaFaultSpec) { .id = "one", .site = "gpt.fetch",
                                 .action = "flip", .mask = NUM(0xf0),
                                 .nth = NUM(2) });
    must_arm(f, (CcaFaultSpec) { .id = "two", .site = "tlbi.pa",
                                 .action = "delay", .delay = NUM(5000) });

    assert_false(cca_fault_consult(f, CCA_SITE_GPT_FETCH, &p, &effect));
    assert_int_equal(seen.calls, 0);
    assert_true(cca_fault_consult(f, CCA_SITE_GPT_FETCH, &p, &effect));
    assert_int_equal(effect.action, CCA_ACT_FLIP);
    assert_int_equal(effect.xor_mask, 0xf0);
    assert_string_equal(seen.id, "one");
    assert_int_equal(seen.firing.site, CCA_SITE_GPT_FETCH);
    assert_int_equal(seen.firing.sequence, 1);
    assert_int_equal(seen.firing.hit, 2);
    assert_true(seen.firing.has_pc);
    assert_int_equal(seen.firing.pc, 0x40c);
    assert_true(seen.firing.has_values);
    assert_int_equal(seen.firing.value_before, 0x9999999999999999);
    assert_int_equal(seen.firing.value_after, 0x9999999999999969);
    assert_int_equal(seen.passage.access.addr, 0x80001000);
    assert_int_equal(seen.passage.entry_addr, 0x2008);
    assert_int_equal(seen.effect.action, CCA_ACT_FLIP);

    p.pc = NULL;
    assert_true(cca_fault_consult(f, CCA_SITE_TLBI_PA, &p, &effect));
    assert_int_equal(effect.action, CCA_ACT_DELAY);
    assert_int_equal(effect.delay_ns, 5000);
    assert_string_equal(seen.id, "two");
    assert_int_equal(seen.firing.sequence, 2);
    assert_false(seen.firing.has_pc);
    assert_false(seen.firing.has_values);

    cca_fault_observe(f, NULL, NULL);
    assert_true(cca_fault_consult(f, CCA_SITE_TLBI_PA, &p, &effect));
    assert_int_equal(seen.calls, 2);
    assert_int_equal(cca_fault_firings(f), 3);
}

/* Offer @value at @entry_addr; the stale value, or UINT64_MAX for honest. */
static uint64_t read_entry(CcaFaults *f, uint64_t entry_addr, uint64_t value,
                           uint32_t pe)
{
    CcaFaultPassage p = passage_at(0x80000000);
    CcaFaultEffect effect;

    p.access.requester.id = pe;
    p.entry_addr = entry_addr;
    p.value = value;
    if (!cca_fault_consult(f, CCA_SITE_GPT_FETCH, &p, &effect)) {
        return UINT64_MAX;
    }
    assert_int_equal(effect.action, CCA_ACT_STALE);
    return effect.value;
}

static void stale(void **state)
{
    CcaFaults *f = *state;
    CcaFaultPassage aborted = passage_at(0x80000000);

    must_arm(f, (CcaFaultSpec) { .id = "old", .site = "gpt.fetch",
                                 .action = "stale", .pe = NUM(1) });
    /* Nothing older is known. */
    assert_int_equal(read_entry(f, 0x100, 9, 1), UINT64_MAX);
    assert_int_equal(read_entry(f, 0x100, 9, 1), UINT64_MAX);
    assert_int_equal(info_of(f, "old").hits, 0);
    /* Another requester's look counts as seen, but it is not lied to. */
    assert_int_equal(read_entry(f, 0x100, 11, 0), UINT64_MAX);
    assert_int_equal(read_entry(f, 0x100, 11, 1), 9);
    assert_int_equal(read_entry(f, 0x108, 5, 1), UINT64_MAX);
    /* The latest of the older values. */
    assert_int_equal(read_entry(f, 0x100, 10, 1), 11);
    assert_int_equal(read_entry(f, 0x100, 10, 1), 11);
    assert_int_equal(read_entry(f, 0x100, 11, 1), 10);
    /* An abort says nothing about the value. */
    aborted.failed = true;
    aborted.entry_addr = 0x108;
    assert_false(consult(f, CCA_SITE_GPT_FETCH, aborted));
    assert_int_equal(read_entry(f, 0x108, 5, 1), UINT64_MAX);
    assert_int_equal(info_of(f, "old").fired, 4);

    /* A second one learns although the first takes the passages. */
    must_arm(f, (CcaFaultSpec) { .id = "young", .site = "gpt.fetch",
                                 .action = "stale" });
    assert_int_equal(read_entry(f, 0x100, 12, 1), 11);
    assert_int_equal(read_entry(f, 0x100, 13, 1), 12);
    assert_true(cca_fault_disarm(f, "old"));
    assert_int_equal(read_entry(f, 0x100, 13, 1), 12);
}

/* A table of any size fills a bounded memory. */
static void stale_is_bounded(void **state)
{
    CcaFaults *f = *state;

    must_arm(f, (CcaFaultSpec) { .id = "old", .site = "gpt.fetch",
                                 .action = "stale" });
    for (uint64_t i = 0; i < CCA_FAULT_STALE_MAX + 10; i++) {
        assert_int_equal(read_entry(f, i * 8, 1, 0), UINT64_MAX);
    }
    assert_int_equal(info_of(f, "old").untracked, 10);
    for (uint64_t i = 0; i < CCA_FAULT_STALE_MAX + 10; i++) {
        assert_int_equal(read_entry(f, i * 8, 2, 0),
                         i < CCA_FAULT_STALE_MAX ? 1 : UINT64_MAX);
    }
}

static void listing(void **state)
{
    CcaFaults *f = *state;
    CcaFaultInfo i;

    must_arm(f, (CcaFaultSpec) {
        .id = "x", .site = "gpt.fetch", .action = "flip", .mask = NUM(6),
        .nth = NUM(4), .addr = NUM(0x1800), .size = NUM(0x100), .pas = "root",
        .state = "secure", .device = NUM(0x108), .pc = NUM(0x20),
        .probability = "0.5", .seed = NUM(11) });
    i = info_of(f, "x");
    assert_int_equal(i.plan.site, CCA_SITE_GPT_FETCH);
    assert_int_equal(i.plan.action, CCA_ACT_FLIP);
    assert_int_equal(i.plan.mask, 6);
    assert_int_equal(i.plan.nth, 4);
    assert_int_equal(i.plan.every, 1);
    assert_int_equal(i.plan.count, 1);
    assert_int_equal(i.plan.addr.first, 0x1800);
    assert_int_equal(i.plan.addr.last, 0x18ff);
    assert_int_equal(i.plan.pas, CCA_PAS_ROOT);
    assert_int_equal(i.plan.state, CCA_PAS_SECURE);
    assert_int_equal(i.plan.requester_kind, CCA_REQUESTER_DEVICE);
    assert_int_equal(i.plan.requester_id, 0x108);
    assert_int_equal(i.plan.pc.last, 0x23);
    assert_true(i.plan.probability == 0.5);
    assert_string_equal(i.plan.probability_text, "0.5");
    assert_int_equal(i.plan.seed, 11);
}

/* Every site has a name, a line of text and at least one action. */
static void every_site(void **state)
{
    (void)state;
    for (CcaFaultSite s = 0; s < CCA_SITE__COUNT; s++) {
        const CcaFaultSiteInfo *i = cca_fault_site_info(s);

        assert_true(i->name && i->doc && i->actions);
        assert_false(i->actions & 1u << CCA_ACT_NONE);
        for (CcaFaultSite t = 0; t < s; t++) {
            assert_string_not_equal(i->name, cca_fault_site_info(t)->name);
        }
    }
    assert_null(cca_fault_site_info(CCA_SITE__COUNT));
    assert_string_equal(cca_fault_action_name(CCA_ACT__COUNT), "?");
    assert_string_equal(cca_fault_pas_name(CCA_PAS__COUNT), "?");
}

/* Threads that pass a site while faults come and go. */
enum { THREADS = 4, ROUNDS = 20000 };

static void *passer(void *opaque)
{
    CcaFaults *f = opaque;
    uint64_t fired = 0;

    for (uint64_t i = 0; i < ROUNDS; i++) {
        CcaFaultPassage p = passage_at(i << 12);
        CcaFaultEffect e;

        p.entry_addr = i * 8 % 512;
        p.value = i;
        if (cca_fault_armed(f, CCA_SITE_GPT_FETCH) &&
            cca_fault_consult(f, CCA_SITE_GPT_FETCH, &p, &e)) {
            fired++;
        }
    }
    return (void *)(uintptr_t)fired;
}

static void threads(void **state)
{
    CcaFaults *f = *state;
    pthread_t thread[THREADS];
    uint64_t fired = 0;

    cca_fault_observe(f, watch, &seen);
    must_arm(f, (CcaFaultSpec) { .id = "third", FETCH, .every = NUM(3) });
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&thread[i], NULL, passer, f), 0);
    }
    for (unsigned i = 0; i < 2000; i++) {
        uint64_t h = must_arm(f, (CcaFaultSpec) { .site = "gpt.fetch",
                                                  .action = "stale" });

        assert_true(cca_fault_disarm_handle(f, h));
    }
    for (unsigned i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(thread[i], &result);
        fired += (uintptr_t)result;
    }
    /* Whatever the interleaving was: not one hit lost or counted twice. */
    assert_int_equal(info_of(f, "third").hits, THREADS * ROUNDS);
    assert_int_equal(info_of(f, "third").fired, THREADS * ROUNDS / 3);
    assert_int_equal(cca_fault_firings(f), fired);
    assert_int_equal(seen.calls, fired);
    assert_true(fired >= THREADS * ROUNDS / 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_options), TEST(long_strings), TEST(arm_and_disarm),
        TEST(made_up_ids), TEST(counting), TEST(chance),
        TEST(chance_ignores_others), TEST(where), TEST(who), TEST(by_pc),
        TEST(honest_outcome), TEST(words), TEST(stall_and_corrupt),
        TEST(effects_and_firings), TEST(stale),
        TEST(stale_is_bounded), TEST(listing), TEST(every_site),
        TEST(threads),
    };

    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
