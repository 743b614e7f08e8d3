/*
 * The SMMU's table walks against the reference: random configurations,
 * tables that are a function of their address, random accesses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "rng.h"
#include "smmu-walk-ref.h"
#include "walk.h"

enum { MACHINES = 80000, WALKS_PER_MACHINE = 24, UPDATES_MAX = 64 };

/* What memory is made of, and what has been written to it. */
typedef struct World {
    uint64_t seed;
    unsigned hostile;       /* one descriptor in so many is bad */
    unsigned width;         /* of addresses in most descriptors */
    struct { uint64_t addr, value; CcaPas pas; } update[UPDATES_MAX];
    unsigned updates;
} World;

/* Most descriptors are good ones; big endian ones are good by luck only. */
static uint64_t synth(const World *w, uint64_t addr, CcaPas pas, bool be)
{
    Rng r = { w->seed ^ rng_mix(addr * 8 + pas) };
    uint64_t v = rng_next(&r), swapped = 0;

    if (!rng_once_in(&r, w->hostile)) {
        v &= ~3ull;
        v |= rng_below(&r, 8) < 5 ? 3 : 1;
        for (unsigned n = w->width; n < 50; n++) {
            v &= ~(1ull << n);
        }
        if (w->width < 52) {
            v &= ~(15ull << 12 | 3ull << 8);
        }
        v |= rng_below(&r, 4) ? 1ull << 10 : 0;
        v |= rng_below(&r, 6) ? 1ull << 6 : 0;
        if (rng_below(&r, 4)) {
            v &= ~(31ull << 59);
        }
        if (rng_below(&r, 4)) {
            v &= ~(7ull << 53);
        }
    }
    if (!be) {
        return v;
    }
    for (unsigned i = 0; i < 64; i += 8) {
        swapped |= (v >> i & 255) << (56 - i);
    }
    return swapped;
}

static SmmuMemResult ending(const World *w, uint64_t addr, CcaPas pas,
                            bool write)
{
    uint64_t h = rng_mix(w->seed + rng_mix(addr ^ (uint64_t)pas << 60) +
                         write);

    return h % w->hostile ? SMMU_MEM_OK :
           h & 1ull << 40 ? SMMU_MEM_GPF : SMMU_MEM_ABORT;
}

static uint64_t load(const World *w, uint64_t addr, CcaPas pas)
{
    for (unsigned i = 0; i < w->updates; i++) {
        if (w->update[i].addr == addr && w->update[i].pas == pas) {
            return w->update[i].value;
        }
    }
    return synth(w, addr, pas, w->seed & 1);
}

static void save(World *w, uint64_t addr, CcaPas pas, uint64_t value)
{
    unsigned i = 0;

    while (i < w->updates && (w->update[i].addr != addr ||
                              w->update[i].pas != pas)) {
        i++;
    }
    assert_true(i < UPDATES_MAX);
    w->update[i].addr = addr;
    w->update[i].pas = pas;
    w->update[i].value = value;
    w->updates += i == w->updates;
}

static SmmuMemResult ref_read(void *opaque, uint64_t addr, CcaPas pas,
                              uint8_t bytes[8])
{
    World *w = opaque;
    uint64_t v = load(w, addr, pas);

    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = v >> 8 * i;
    }
    return ending(w, addr, pas, false);
}

static SmmuMemResult ref_write(void *opaque, uint64_t addr, CcaPas pas,
                               const uint8_t bytes[8])
{
    World *w = opaque;
    SmmuMemResult r = ending(w, addr, pas, true);
    uint64_t v = 0;

    for (unsigned i = 0; i < 8; i++) {
        v |= (uint64_t)bytes[i] << 8 * i;
    }
    if (r == SMMU_MEM_OK) {
        save(w, addr, pas, v);
    }
    return r;
}

static SmmuMemResult engine_read(void *opaque, uint64_t addr, CcaPas pas,
                                 uint16_t mecid, void *buf, size_t len)
{
    assert_int_equal(len, 8);
    assert_int_equal(mecid, pas == CCA_PAS_REALM ? 0x1234 : 0);
    return ref_read(opaque, addr, pas, buf);
}

static SmmuMemResult engine_swap(void *opaque, uint64_t addr, CcaPas pas,
                                 uint16_t mecid, uint64_t expected,
                                 uint64_t desired, uint64_t *seen)
{
    World *w = opaque;
    SmmuMemResult r = ending(w, addr, pas, true);

    assert_int_equal(mecid, pas == CCA_PAS_REALM ? 0x1234 : 0);
    *seen = load(w, addr, pas);
    if (r == SMMU_MEM_OK && *seen == expected) {
        save(w, addr, pas, desired);
    }
    return r;
}

static bool coin(Rng *r)
{
    return rng_once_in(r, 2);
}

static RefSmmu random_fields(Rng *r, World *w)
{
    static const unsigned sizes[] = { 32, 36, 40, 42, 44, 48, 52 };
    static const unsigned kbs[] = { 4, 16, 64 };
    static const unsigned els[] = { 1, 20, 2, 3 };
    unsigned in2;
    RefSmmu s = {
        .sid = rng_below(r, 3),
        .el = els[rng_below(r, 4)],
        .oas = sizes[rng_below(r, 2) ? 6 : rng_below(r, 7)],
        .vax = coin(r), .stt = coin(r), .xnx = coin(r), .mec = coin(r),
        .sif = coin(r), .use1 = true, .use2 = coin(r),
    };

    if (s.use2) {
        s.use1 = rng_below(r, 3);
        s.el = 1;
    }
    for (unsigned h = 0; h < 2; h++) {
        s.s1.half[h].kb = kbs[rng_below(r, 3)];
        s.s1.half[h].tsz = rng_once_in(r, 8) ? rng_below(r, 64) :
                           12 + rng_below(r, 37);
        s.s1.half[h].ttb = rng_next(r) & ((1ull << 28) - 16);
        s.s1.half[h].epd = rng_once_in(r, 8);
        s.s1.half[h].tbi = coin(r);
        s.s1.half[h].had = coin(r);
        s.s1.half[h].e0pd = rng_once_in(r, 8);
        s.s1.half[h].nscfg = coin(r);
    }
    s.s1.ips = sizes[rng_once_in(r, 4) ? rng_below(r, 7) : 6];
    s.s1.ds = coin(r);
    s.s1.be = s.s2.be = coin(r);
    s.s1.ha = coin(r);
    s.s1.hd = coin(r);
    s.s1.affd = coin(r);
    s.s1.wxn = coin(r);
    s.s1.pan = coin(r);
    s.s2.kb = kbs[rng_below(r, 3)];
    s.s2.sl0 = rng_below(r, 4);
    s.s2.sl0_2 = rng_once_in(r, 4);
    s.s2.tsz = rng_once_in(r, 8) ? rng_below(r, 64) : 12 + rng_below(r, 37);
    s.s2.ttb[0] = rng_next(r) & ((1ull << 28) - 16);
    s.s2.ttb[1] = rng_next(r) & ((1ull << 28) - 16);
    s.s2.ps = sizes[rng_once_in(r, 4) ? rng_below(r, 7) : 6];
    s.s2.sw = coin(r);
    s.s2.sa = coin(r);
    s.s2.nsw = coin(r);
    s.s2.nsa = coin(r);
    s.s2.ds = coin(r);
    s.s2.ha = coin(r);
    s.s2.hd = coin(r);
    s.s2.affd = coin(r);
    s.s2.ptw = rng_once_in(r, 4);
    s.s2.fwb = coin(r);

    if (rng_once_in(r, 12)) {           /* level -1, which is rare */
        s.oas = 52;
        s.s2.kb = 4;
        s.s2.ds = true;
        s.s2.sl0 = 0;
        s.s2.sl0_2 = 1;
        s.s2.tsz = 12 + rng_below(r, 4);
    }

    /* Addresses that mostly stay below every limit. */
    in2 = s.use2 ? 64 - s.s2.tsz : 52;
    w->seed = (rng_next(r) & ~1ull) | s.s1.be;
    w->hostile = 16u << 3 * rng_below(r, 4);
    w->width = s.oas < s.s1.ips ? s.oas : s.s1.ips;
    w->width = s.use2 && s.s2.ps < w->width ? s.s2.ps : w->width;
    w->width = in2 < w->width ? in2 : w->width;
    w->width = rng_once_in(r, 8) ? 52 : w->width;
    w->width = w->width < 18 ? 18 : w->width;
    s.read = ref_read;
    s.write = ref_write;
    return s;
}

static unsigned log2_of_kb(unsigned kb)
{
    return kb == 4 ? 12 : kb == 16 ? 14 : 16;
}

static SmmuWalkS1 engine_s1(const RefSmmu *s)
{
    SmmuWalkS1 c = {
        .sec_sid = s->sid,
        .regime = s->el == 1 ? SMMU_WALK_EL1 : s->el == 2 ? SMMU_WALK_EL2 :
                  s->el == 3 ? SMMU_WALK_EL3 : SMMU_WALK_EL2_E2H,
        .ips = s->s1.ips, .oas = s->oas, .vax = s->vax, .stt = s->stt,
        .mec = s->mec, .ds = s->s1.ds, .big_endian = s->s1.be,
        .ha = s->s1.ha, .hd = s->s1.hd, .affd = s->s1.affd,
        .wxn = s->s1.wxn, .pan = s->s1.pan, .sif = s->sif, .mecid = 0x1234,
    };

    for (unsigned h = 0; h < 2; h++) {
        c.half[h] = (SmmuWalkHalf) {
            .ttb = s->s1.half[h].ttb, .tsz = s->s1.half[h].tsz,
            .granule = log2_of_kb(s->s1.half[h].kb),
            .epd = s->s1.half[h].epd, .tbi = s->s1.half[h].tbi,
            .had = s->s1.half[h].had, .e0pd = s->s1.half[h].e0pd,
            .nscfg = s->s1.half[h].nscfg,
        };
    }
    return c;
}

static SmmuWalkS2 engine_s2(const RefSmmu *s, unsigned space)
{
    return (SmmuWalkS2) {
        .ttb = s->s2.ttb[space], .granule = log2_of_kb(s->s2.kb),
        .tsz = s->s2.tsz, .sl0 = s->s2.sl0, .sl0_2 = s->s2.sl0_2,
        .sec_sid = s->sid, .ps = s->s2.ps, .oas = s->oas, .stt = s->stt,
        .xnx = s->xnx, .mec = s->mec, .ds = s->s2.ds,
        .big_endian = s->s2.be, .ha = s->s2.ha, .hd = s->s2.hd,
        .affd = s->s2.affd, .ptw = s->s2.ptw, .fwb = s->s2.fwb,
        .sif = s->sif, .mecid = 0x1234,
    };
}

/* Most configurations are ones that a decoder lets through. */
static RefSmmu random_smmu(Rng *r, World *w)
{
    bool any = rng_once_in(r, 8);

    for (;;) {
        RefSmmu s = random_fields(r, w);
        SmmuWalkS1 s1 = engine_s1(&s);
        SmmuWalkS2 s2 = engine_s2(&s, 0);

        if (any || ((!s.use1 || smmu_walk_s1_size_ok(&s1, 0)) &&
                    (!s.use2 || smmu_walk_s2_size_ok(&s2)))) {
            return s;
        }
    }
}

/* What was seen, so that the generator is known not to be vacuous. */
static struct {
    uint64_t walks, passed[3];          /* stage 1, stage 2, nested */
    uint64_t fault[0x20][3][3];         /* event, stage, class */
    uint64_t leaf[3][3][5];             /* stage, granule, level + 1 */
    uint64_t eabt_level[3][5];
    uint64_t gpf, ttw, nsipa, updated, out_ns[3], big_steps;
} seen;

static unsigned granule_index(unsigned kb)
{
    return kb == 4 ? 0 : kb == 16 ? 1 : 2;
}

static void note(const RefSmmu *s, const RefAnswer *a, uint64_t addr,
                 unsigned updates)
{
    bool upper = (s->el == 1 || s->el == 20) && (addr >> 55 & 1);

    seen.walks++;
    seen.updated += updates > 0;
    if (a->event) {
        seen.fault[a->event][a->stage][a->class_]++;
        seen.gpf += a->gpf;
        seen.ttw += a->ttw;
        seen.nsipa += a->nsipa;
        if (a->event == SMMU_F_WALK_EABT) {
            seen.eabt_level[a->stage][a->level + 1]++;
        }
        return;
    }
    seen.passed[s->use1 && s->use2 ? 2 : s->use2]++;
    seen.out_ns[s->sid] += a->pas == CCA_PAS_NS;
    if (s->use1) {
        unsigned g = granule_index(s->s1.half[upper].kb);

        seen.leaf[1][g][a->level1 + 1]++;
    }
    if (s->use2) {
        seen.leaf[2][granule_index(s->s2.kb)][a->level2 + 1]++;
    }
}

static void compare(const RefSmmu *s, const RefAnswer *want, bool ok,
                    const SmmuWalkResult *r, const SmmuWalkFault *f)
{
    assert_int_equal(ok, want->event == SMMU_EVT_NONE);
    if (!ok) {
        assert_int_equal(f->event, want->event);
        assert_int_equal(f->s2, want->stage == 2);
        assert_int_equal(f->level, want->level);
        assert_int_equal(f->class_, want->class_);
        assert_int_equal(f->ipa, want->ipa);
        assert_int_equal(f->fetch_addr, want->fetch);
        assert_int_equal(f->gpf, want->gpf);
        assert_int_equal(f->nsipa, want->nsipa);
        assert_int_equal(f->tt_write, want->ttw);
        return;
    }
    assert_int_equal(r->pa, want->pa);
    assert_int_equal(r->pas, want->pas);
    assert_int_equal(r->shift, want->bits);
    assert_int_equal(r->ng, want->ng);
    assert_int_equal(r->mecid, want->pas == CCA_PAS_REALM ? 0x1234 : 0);
    if (s->use1) {
        assert_int_equal(r->s1_level, want->level1);
    }
    if (s->use2) {
        assert_int_equal(r->s2_level, want->level2);
    }
    for (unsigned i = 0; i < 6; i++) {
        SmmuAccessType t = {
            .privileged = i / 3, .write = i % 3 == 1,
            .instruction = i % 3 == 2,
        };

        assert_int_equal(smmu_perms_allow(r->perms, t),
                         want->can[i / 3][i % 3]);
    }
}

static void one_walk(RefSmmu *s, const World *w, uint64_t addr,
                     SmmuAccessType t)
{
    SmmuWalkS1 s1 = engine_s1(s);
    SmmuWalkS2 s2 = engine_s2(s, 0), s2_ns = engine_s2(s, 1);
    SmmuWalkNested both = { &s1, &s2, &s2_ns };
    World mine = *w, theirs = *w;
    SmmuMem mem = { engine_read, NULL, engine_swap, &mine };
    SmmuWalkTrace trace = { .steps = 0 };
    SmmuWalkResult r;
    SmmuWalkFault f;
    RefAnswer want;
    bool ok;

    smmu_walk_s2_secure(&s2, &s2_ns, s->s2.sw, s->s2.sa, s->s2.nsw,
                        s->s2.nsa);
    ok = !s->use2 ? smmu_walk_stage1(&mem, &s1, addr, t, NULL, &trace, &r,
                                     &f) :
         !s->use1 ? smmu_walk_stage2(&mem, &s2, addr, t, SMMU_CLASS_IN,
                                     &trace, &r, &f) :
         smmu_walk_nested(&mem, &both, addr, t, &trace, &r, &f);
    s->opaque = &theirs;
    want = ref_translate(s, addr, t);
    compare(s, &want, ok, &r, &f);
    /* Both have left the same memory behind. */
    assert_int_equal(mine.updates, theirs.updates);
    for (unsigned i = 0; i < mine.updates; i++) {
        assert_int_equal(mine.update[i].addr, theirs.update[i].addr);
        assert_int_equal(mine.update[i].pas, theirs.update[i].pas);
        assert_int_equal(mine.update[i].value, theirs.update[i].value);
    }
    assert_true(trace.steps <= SMMU_WALK_STEPS_MAX);
    seen.big_steps += trace.steps > 15;
    note(s, &want, addr, mine.updates);
}

static void test_against_reference(void **state)
{
    Rng r = { 0x736d6d75 };

    (void)state;
    for (unsigned i = 0; i < MACHINES; i++) {
        World w = { .updates = 0 };
        RefSmmu s = random_smmu(&r, &w);

        for (unsigned k = 0; k < WALKS_PER_MACHINE; k++) {
            unsigned kind = rng_below(&r, 3);
            bool upper = s.use1 && s.el != 2 && s.el != 3 && coin(&r);
            unsigned tsz = s.use1 ? s.s1.half[upper].tsz : s.s2.tsz;
            uint64_t addr = rng_next(&r);
            SmmuAccessType t = {
                .privileged = coin(&r), .write = kind == 1,
                .instruction = kind == 2,
            };

            if (rng_below(&r, 16)) {
                addr = tsz ? addr >> tsz : addr;
                addr = upper ? ~addr : addr;
            }
            one_walk(&s, &w, addr, t);
        }
    }
}

static void at_least(uint64_t have, uint64_t want, const char *what,
                     unsigned a, unsigned b, int c)
{
    if (have < want) {
        fail_msg("%s %u %u %d: seen %" PRIu64 " times, %" PRIu64 " wanted",
                 what, a, b, c, have, want);
    }
}

/* Runs after the test above: was everything there? */
static void test_coverage(void **state)
{
    static const SmmuEventId events[] = {
        SMMU_F_TRANSLATION, SMMU_F_ADDR_SIZE, SMMU_F_ACCESS,
        SMMU_F_PERMISSION, SMMU_F_WALK_EABT,
    };
    /* First level that can hold a leaf: 4KB and 16KB with DS, 64KB. */
    static const int first_leaf[] = { 0, 1, 1 };

    (void)state;
    printf("  %" PRIu64 " walks, %" PRIu64 " %" PRIu64 " %" PRIu64
           " translate\n", seen.walks, seen.passed[0], seen.passed[1],
           seen.passed[2]);
    at_least(seen.walks, 300000, "walks", 0, 0, 0);
    for (unsigned i = 0; i < 3; i++) {
        at_least(seen.passed[i], 2000, "translated", i, 0, 0);
        at_least(seen.out_ns[i], 500, "to NS from", i, 0, 0);
    }
    for (unsigned i = 0; i < COUNT_OF(events); i++) {
        SmmuFaultClass c1 = events[i] == SMMU_F_WALK_EABT ? SMMU_CLASS_TT :
                                                            SMMU_CLASS_IN;

        at_least(seen.fault[events[i]][1][c1], 200, "stage 1", events[i], 1,
                 c1);
        at_least(seen.fault[events[i]][2][1], 200, "stage 2", events[i], 2, 1);
        at_least(seen.fault[events[i]][2][2], 200, "stage 2", events[i], 2, 2);
    }
    for (unsigned stage = 1; stage <= 2; stage++) {
        for (int level = -1; level <= 3; level++) {
            at_least(seen.eabt_level[stage][level + 1], 20, "abort", stage, 0,
                     level);
        }
        for (unsigned g = 0; g < 3; g++) {
            for (int level = first_leaf[g]; level <= 3; level++) {
                at_least(seen.leaf[stage][g][level + 1], 50, "leaf", stage, g,
                         level);
            }
        }
    }
    at_least(seen.gpf, 1000, "GPF", 0, 0, 0);
    at_least(seen.ttw, 500, "updates of stage 1 that fail", 0, 0, 0);
    at_least(seen.nsipa, 500, "NS IPA", 0, 0, 0);
    at_least(seen.updated, 5000, "updates", 0, 0, 0);
    at_least(seen.big_steps, 50, "more than 15 descriptors", 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_reference),
        cmocka_unit_test(test_coverage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
