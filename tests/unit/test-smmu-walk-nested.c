/*
 * Table walks of the SMMU, stage 2 and nested: descriptors placed by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "smmu-memory.h"
#include "walk.h"

#define BIT(n) (1ull << (n))
#define AF BIT(10)
#define S2R BIT(6)
#define S2W BIT(7)
#define WB (15ull << 2)

enum { TTB2 = 0x40000000, TTB1 = 0x100000 };

static const SmmuAccessType
    pr = { .privileged = true }, pw = { .privileged = true, .write = true },
    px = { .privileged = true, .instruction = true },
    ur = { .write = false }, uw = { .write = true },
    ux = { .instruction = true };

static SmmuWalkS2 stage2(unsigned granule, unsigned tsz, unsigned sl0)
{
    return (SmmuWalkS2) {
        .ttb = TTB2, .granule = granule, .tsz = tsz, .sl0 = sl0, .ps = 48,
        .oas = 52, .stt = true, .xnx = true, .mecid = 0x99,
    };
}

typedef struct Got {
    bool ok;
    SmmuWalkResult r;
    SmmuWalkFault f;
    SmmuWalkTrace t;
} Got;

static Got walk2(SmmuMemory *m, const SmmuWalkS2 *cfg, uint64_t ipa,
                 SmmuAccessType access, SmmuFaultClass class_)
{
    SmmuMem mem = smmu_memory_bus(m);
    Got g = { .f.event = SMMU_EVT_NONE };

    g.ok = smmu_walk_stage2(&mem, cfg, ipa, access, class_, &g.t, &g.r, &g.f);
    assert_false(m->broken);
    return g;
}

static void expect_fault(const Got *g, SmmuEventId event, SmmuFaultClass c,
                         int level, uint64_t ipa)
{
    assert_false(g->ok);
    assert_int_equal(g->f.event, event);
    assert_true(g->f.s2);
    assert_int_equal(g->f.class_, c);
    assert_int_equal(g->f.level, level);
    assert_int_equal(g->f.ipa, ipa);
}

/* Start levels: each S2SL0 with each S2T0SZ, with 1 to 16 tables in a row. */
static void test_start(void **state)
{
    static const struct {
        uint8_t granule, sl0;
        bool sl0_2, ds;
        int8_t level;
        uint8_t min_bits, max_bits;     /* input sizes that fit */
    } rows[] = {
        { 12, 0, false, false, 2, 22, 34 },
        { 12, 1, false, false, 1, 31, 43 },
        { 12, 2, false, false, 0, 40, 48 },
        { 12, 2, false, true, 0, 40, 52 },
        { 12, 3, false, false, 3, 16, 25 },
        { 12, 0, true, true, -1, 49, 52 },
        { 12, 0, true, false, 2, 22, 34 },
        { 12, 1, true, true, 4, 0, 0 },
        { 12, 3, true, true, 4, 0, 0 },
        { 14, 0, false, false, 3, 16, 29 },
        { 14, 1, false, false, 2, 26, 40 },
        { 14, 2, false, false, 1, 37, 48 },
        { 14, 2, false, true, 1, 37, 51 },
        { 14, 3, false, false, 4, 0, 0 },
        { 14, 3, false, true, 0, 48, 52 },
        { 16, 0, false, false, 3, 17, 33 },
        { 16, 1, false, false, 2, 30, 46 },
        { 16, 2, false, false, 1, 43, 52 },
        { 16, 3, false, false, 4, 0, 0 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        for (unsigned tsz = 0; tsz < 64; tsz++) {
            SmmuWalkS2 cfg = stage2(rows[i].granule, tsz, rows[i].sl0);
            unsigned bits = 64 - tsz;
            bool ok = bits >= rows[i].min_bits && bits <= rows[i].max_bits;
            unsigned shift = rows[i].granule +
                             (3 - rows[i].level) * (rows[i].granule - 3);
            SmmuMemory m = { .words = 0 };
            uint64_t ipa;
            Got g;

            cfg.sl0_2 = rows[i].sl0_2;
            cfg.ds = rows[i].ds;
            assert_int_equal(smmu_walk_s2_size_ok(&cfg), ok);
            if (!ok) {
                g = walk2(&m, &cfg, 0, pr, SMMU_CLASS_IN);
                expect_fault(&g, SMMU_F_TRANSLATION, SMMU_CLASS_IN, 0, 0);
                assert_int_equal(m.reads, 0);
                continue;
            }
            /* The last of the tables in a row, then one beyond. */
            ipa = BIT(bits) - 1;
            g = walk2(&m, &cfg, ipa, pr, SMMU_CLASS_IN);
            expect_fault(&g, SMMU_F_WALK_EABT, SMMU_CLASS_IN, rows[i].level,
                         ipa);
            assert_int_equal(g.f.fetch_addr, TTB2 + (ipa >> shift) * 8);
            m.reads = 0;
            g = walk2(&m, &cfg, ipa + 1, pr, SMMU_CLASS_TT);
            expect_fault(&g, SMMU_F_TRANSLATION, SMMU_CLASS_TT, 0, ipa + 1);
            assert_int_equal(m.reads, 0);
        }
    }
}

static void test_start_needs(void **state)
{
    SmmuWalkS2 cfg = stage2(12, 48, 3);

    (void)state;
    cfg.stt = false;
    assert_false(smmu_walk_s2_size_ok(&cfg));
    cfg = stage2(12, 39, 0);
    cfg.stt = false;
    assert_true(smmu_walk_s2_size_ok(&cfg));
    cfg = stage2(12, 24, 1);
    cfg.oas = 40;
    assert_true(smmu_walk_s2_size_ok(&cfg));
    cfg.tsz = 23;                       /* more than IAS */
    assert_false(smmu_walk_s2_size_ok(&cfg));
    cfg = stage2(12, 24, 2);
    cfg.oas = 42;
    assert_false(smmu_walk_s2_size_ok(&cfg));
    cfg.oas = 44;
    assert_true(smmu_walk_s2_size_ok(&cfg));
    cfg = stage2(13, 24, 1);
    assert_false(smmu_walk_s2_size_ok(&cfg));
}

static void test_permissions2(void **state)
{
    static const struct {
        uint64_t bits;
        bool xnx;
        uint8_t perms;          /* pr pw px ur uw ux */
    } rows[] = {
        { 0, true, 0x24 }, { S2R, true, 0x2d }, { S2W, true, 0x36 },
        { S2R | S2W, true, 0x3f }, { S2R | BIT(53), true, 0x29 },
        { S2R | BIT(54), true, 0x09 }, { S2R | BIT(54) | BIT(53), true, 0x0d },
        { S2R | BIT(53), false, 0x2d },
        { S2R | BIT(54) | BIT(53), false, 0x09 },
    };
    const SmmuAccessType accesses[] = { pr, pw, px, ur, uw, ux };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        for (unsigned a = 0; a < COUNT_OF(accesses); a++) {
            SmmuWalkS2 cfg = stage2(12, 48, 3);
            SmmuMemory m = { .words = 0 };
            Got g;

            cfg.xnx = rows[i].xnx;
            smmu_memory_put(&m, TTB2, CCA_PAS_NS, rows[i].bits | AF | 0x7003,
                            false);
            g = walk2(&m, &cfg, 0x12, accesses[a], SMMU_CLASS_IN);
            if (rows[i].perms >> a & 1) {
                assert_true(g.ok);
                assert_int_equal(g.r.perms, rows[i].perms);
                assert_int_equal(g.r.pa, 0x7012);
            } else {
                expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_IN, 3, 0x12);
            }
        }
    }
}

static void test_htt_update(void **state)
{
    const uint64_t clean = S2R | BIT(51) | 0x7003;
    SmmuWalkS2 cfg = stage2(12, 48, 3);
    SmmuMemory m = { .words = 0 };
    Got g;

    (void)state;
    cfg.big_endian = true;
    smmu_memory_put(&m, TTB2, CCA_PAS_NS, clean, true);
    g = walk2(&m, &cfg, 0, pr, SMMU_CLASS_IN);
    expect_fault(&g, SMMU_F_ACCESS, SMMU_CLASS_IN, 3, 0);
    cfg.affd = true;
    assert_true(walk2(&m, &cfg, 0, pr, SMMU_CLASS_IN).ok);
    g = walk2(&m, &cfg, 0, pw, SMMU_CLASS_IN);
    expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_IN, 3, 0);
    cfg.ha = cfg.hd = true;
    g = walk2(&m, &cfg, 0, pr, SMMU_CLASS_IN);
    assert_int_equal(g.r.set_af, SMMU_WALK_STAGE2);
    assert_int_equal(g.r.clean, SMMU_WALK_STAGE2);
    assert_int_equal(g.r.perms & SMMU_PERM_W, 0);
    g = walk2(&m, &cfg, 0, uw, SMMU_CLASS_IN);
    assert_int_equal(g.r.set_dirty, SMMU_WALK_STAGE2);
    assert_int_equal(smmu_memory_get(&m, TTB2, CCA_PAS_NS, true),
                     clean | AF | S2W);
    /* No rest: bounded. */
    smmu_memory_put(&m, TTB2, CCA_PAS_NS, clean, true);
    m.races = 1000000;
    m.race = BIT(44);
    m.updates = 0;
    g = walk2(&m, &cfg, 0, pr, SMMU_CLASS_IN);
    expect_fault(&g, SMMU_F_ACCESS, SMMU_CLASS_IN, 3, 0);
    assert_in_range(m.updates, 2, 64);
}

static void test_realm2(void **state)
{
    SmmuWalkS2 cfg = stage2(12, 48, 3);
    SmmuMemory m = { .words = 0 };
    Got g;

    (void)state;
    cfg.sec_sid = CCA_SEC_SID_REALM;
    cfg.mec = true;
    smmu_memory_put(&m, TTB2, CCA_PAS_REALM, S2R | AF | 0x7003, false);
    g = walk2(&m, &cfg, 0, px, SMMU_CLASS_IN);
    assert_true(g.ok);
    assert_int_equal(g.r.pas, CCA_PAS_REALM);
    assert_int_equal(g.r.mecid, 0x99);
    assert_int_equal(m.mecid, 0x99);
    smmu_memory_put(&m, TTB2, CCA_PAS_REALM, S2R | AF | 0x7003 | BIT(55) |
                    BIT(63), false);
    g = walk2(&m, &cfg, 0, pr, SMMU_CLASS_IN);
    assert_true(g.ok);
    assert_int_equal(g.r.pas, CCA_PAS_NS);
    assert_int_equal(g.r.mecid, 0);
    g = walk2(&m, &cfg, 0, px, SMMU_CLASS_IN);
    expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_IN, 3, 0);
    g = walk2(&m, &cfg, 0, pr, SMMU_CLASS_CD);
    expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_CD, 3, 0);
    smmu_memory_put(&m, TTB2, CCA_PAS_REALM, S2R | AF | 0x7003 | BIT(63),
                    false);
    g = walk2(&m, &cfg, 0, pr, SMMU_CLASS_IN);
    expect_fault(&g, SMMU_F_TRANSLATION, SMMU_CLASS_IN, 3, 0);
    cfg.mec = false;
    assert_true(walk2(&m, &cfg, 0, pr, SMMU_CLASS_IN).ok);
}

static void test_secure2(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 16; bits++) {
        bool sw = bits & 1, sa = bits & 2, nsw = bits & 4, nsa = bits & 8;
        SmmuWalkS2 s = stage2(12, 48, 3), ns = s;
        SmmuMemory m = { .words = 0 };

        s.sec_sid = ns.sec_sid = CCA_SEC_SID_SECURE;
        smmu_walk_s2_secure(&s, &ns, sw, sa, nsw, nsa);
        smmu_memory_put(&m, TTB2, sw ? CCA_PAS_NS : CCA_PAS_SECURE,
                        S2R | AF | 0x7003, false);
        assert_int_equal(walk2(&m, &s, 0, pr, SMMU_CLASS_IN).r.pas,
                         sw || sa ? CCA_PAS_NS : CCA_PAS_SECURE);
        m.words = 0;
        smmu_memory_put(&m, TTB2, nsw ? CCA_PAS_NS : CCA_PAS_SECURE,
                        S2R | AF | 0x7003, false);
        assert_int_equal(walk2(&m, &ns, 0, pr, SMMU_CLASS_IN).r.pas,
                         bits ? CCA_PAS_NS : CCA_PAS_SECURE);
        assert_true(walk2(&m, &ns, BIT(17), pr, SMMU_CLASS_IN).f.nsipa);
        assert_false(walk2(&m, &s, BIT(17), pr, SMMU_CLASS_IN).f.nsipa);
    }
}

static void test_attributes(void **state)
{
    static const struct {
        uint8_t mair, sh, memattr, s2_sh;
        bool fwb;
        uint8_t want, want_sh;
    } rows[] = {
        { 0xff, 3, 0xf, 0, false, 0xff, 3 },
        { 0xff, 0, 0xf, 2, false, 0xff, 2 },
        { 0xff, 0, 0xf, 0, false, 0xff, 0 },
        { 0xff, 3, 0xa, 3, false, 0xbb, 3 },
        { 0xff, 3, 0x5, 0, false, 0x44, 2 },
        { 0x44, 0, 0xf, 0, false, 0x44, 2 },
        { 0xbb, 3, 0xf, 0, false, 0xbb, 3 },
        { 0x77, 3, 0xa, 0, false, 0x33, 3 },
        { 0xff, 3, 0x1, 3, false, 0x04, 2 },
        { 0x0c, 0, 0x1, 3, false, 0x04, 2 },
        { 0x00, 0, 0x1, 3, false, 0x00, 2 },
        { 0x04, 0, 0xf, 3, false, 0x04, 2 },
        { 0xf4, 3, 0xf, 3, false, 0xf4, 3 },
        { 0xff, 3, 0xd, 3, false, 0xf4, 3 },
        { 0xf0, 3, 0xf, 3, false, 0xff, 3 },
        { 0x04, 0, 0x6, 3, true, 0xff, 2 },
        { 0x44, 0, 0x6, 3, true, 0xff, 3 },
        { 0xff, 3, 0x5, 3, true, 0x44, 2 },
        { 0x04, 3, 0x5, 3, true, 0x04, 2 },
        { 0xbb, 3, 0x7, 3, true, 0xbb, 3 },
        { 0xff, 3, 0x2, 3, true, 0x08, 2 },
        { 0x00, 3, 0x2, 3, true, 0x00, 2 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        uint8_t mair = rows[i].mair, sh = rows[i].sh;

        smmu_attr_combine(&mair, &sh, rows[i].memattr, rows[i].s2_sh,
                          rows[i].fwb);
        assert_int_equal(mair, rows[i].want);
        assert_int_equal(sh, rows[i].want_sh);
    }
}

/*
 * Nested: VA 0 is a 4KB page of stage 1 (level 3, table at IPA 0x1000), IPA
 * 0x1000 is at PA 0x81000, the output IPA 0x5000 at 0x95000.
 */
typedef struct Nested {
    SmmuWalkS1 s1;
    SmmuWalkS2 s2, s2_ns;
    SmmuMemory m;
    CcaPas pas;
} Nested;

static uint64_t s2_entry(uint64_t ipa)
{
    return TTB2 + (ipa >> 12) * 8;
}

static void nested_init(Nested *n, CcaSecSid sid)
{
    *n = (Nested) {
        .s1 = {
            .half[0] = { .ttb = 0x1000, .granule = 12, .tsz = 43 },
            .sec_sid = sid, .regime = SMMU_WALK_EL1, .ips = 48, .oas = 48,
            .stt = true, .mair = 0xff, .mecid = 0x99,
        },
        .s2 = stage2(12, 43, 3),
        .pas = smmu_pas_of_sec_sid(sid),
    };
    n->s2.sec_sid = sid;
    smmu_memory_put(&n->m, s2_entry(0x1000), n->pas, 0x81003 | AF | S2R | WB,
                    false);
    smmu_memory_put(&n->m, s2_entry(0x5000), n->pas,
                    0x95003 | AF | S2R | S2W | WB, false);
    smmu_memory_put(&n->m, 0x81000, n->pas, 0x5003 | AF | 3 << 8, false);
}

static Got nested(Nested *n, SmmuAccessType access)
{
    SmmuWalkNested cfg = { &n->s1, &n->s2, NULL };
    SmmuMem mem = smmu_memory_bus(&n->m);
    Got g = { .f.event = SMMU_EVT_NONE };

    if (n->s2_ns.granule) {
        cfg.s2_ns = &n->s2_ns;
    }
    g.ok = smmu_walk_nested(&mem, &cfg, 0xabc, access, &g.t, &g.r, &g.f);
    assert_false(n->m.broken);
    return g;
}

static void test_nested(void **state)
{
    Nested n;
    Got g;

    (void)state;
    nested_init(&n, CCA_SEC_SID_NS);
    g = nested(&n, pr);
    assert_true(g.ok);
    assert_int_equal(g.r.pa, 0x95abc);
    assert_int_equal(g.r.ipa, 0x5abc);
    assert_int_equal(g.r.shift, 12);
    assert_int_equal(g.r.mair, 0xff);
    assert_int_equal(g.r.sh, 3);
    assert_int_equal(g.r.perms, SMMU_PERM_PR | SMMU_PERM_PW | SMMU_PERM_X);
    assert_int_equal(g.t.steps, 3);
    assert_int_equal(g.t.step[0].stage, 2);
    assert_int_equal(g.t.step[0].addr, s2_entry(0x1000));
    assert_int_equal(g.t.step[1].stage, 1);
    assert_int_equal(g.t.step[1].addr, 0x81000);
    assert_int_equal(g.t.step[1].value, 0x5303 | AF);
    assert_int_equal(g.t.step[2].addr, s2_entry(0x5000));

    /* Permissions of both stages. */
    smmu_memory_put(&n.m, s2_entry(0x5000), n.pas,
                    0x95003 | AF | S2R | WB | BIT(54), false);
    g = nested(&n, pr);
    assert_int_equal(g.r.perms, SMMU_PERM_PR);
    g = nested(&n, pw);
    expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_IN, 3, 0x5abc);
    g = nested(&n, uw);         /* stage 1 comes first */
    assert_false(g.f.s2);
    assert_int_equal(g.f.event, SMMU_F_PERMISSION);

    /* A larger page of either stage does not enlarge the other's. */
    smmu_memory_put(&n.m, 0x81000, n.pas, 0x200003 | AF, false);
    n.s2 = stage2(12, 39, 0);
    smmu_memory_put(&n.m, TTB2, n.pas, 0x80000001 | AF | S2R, false);
    smmu_memory_put(&n.m, TTB2 + 8, n.pas, 0xc0000001 | AF | S2R, false);
    smmu_memory_put(&n.m, 0x80001000, n.pas, 0x200003 | AF, false);
    g = nested(&n, pr);
    assert_int_equal(g.r.pa, 0xc0000abc);
    assert_int_equal(g.r.shift, 12);
    assert_int_equal(g.r.s2_shift, 21);
}

static void test_nested_faults(void **state)
{
    Nested n;
    Got g;

    (void)state;
    nested_init(&n, CCA_SEC_SID_NS);
    smmu_memory_put(&n.m, s2_entry(0x1000), n.pas, 0, false);
    g = nested(&n, pw);
    expect_fault(&g, SMMU_F_TRANSLATION, SMMU_CLASS_TT, 3, 0x1000);
    assert_false(g.f.tt_write);
    smmu_memory_put(&n.m, s2_entry(0x1000), n.pas, 0x81003 | S2R, false);
    g = nested(&n, pw);
    expect_fault(&g, SMMU_F_ACCESS, SMMU_CLASS_TT, 3, 0x1000);
    smmu_memory_put(&n.m, s2_entry(0x1000), n.pas, BIT(47) | 0x81003 | S2R,
                    false);
    n.s2.ps = 44;
    g = nested(&n, pw);
    expect_fault(&g, SMMU_F_ADDR_SIZE, SMMU_CLASS_TT, 3, 0x1000);
    smmu_memory_put(&n.m, s2_entry(0x1000), n.pas, 0x81003 | AF, false);
    g = nested(&n, pw);
    expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_TT, 3, 0x1000);
    smmu_memory_word(&n.m, s2_entry(0x1000), n.pas)->read = SMMU_MEM_GPF;
    g = nested(&n, pr);
    expect_fault(&g, SMMU_F_WALK_EABT, SMMU_CLASS_TT, 3, 0x1000);
    assert_true(g.f.gpf);
    assert_int_equal(g.f.fetch_addr, s2_entry(0x1000));

    /* The PA of stage 1's descriptor aborts: stage 1's fault. */
    nested_init(&n, CCA_SEC_SID_NS);
    smmu_memory_word(&n.m, 0x81000, n.pas)->read = SMMU_MEM_ABORT;
    g = nested(&n, pr);
    assert_false(g.ok || g.f.s2 || g.f.gpf);
    assert_int_equal(g.f.event, SMMU_F_WALK_EABT);
    assert_int_equal(g.f.class_, SMMU_CLASS_TT);
    assert_int_equal(g.f.fetch_addr, 0x81000);

    /* Tables in what stage 2 says is a device. */
    nested_init(&n, CCA_SEC_SID_NS);
    n.s2.ptw = true;
    assert_true(nested(&n, pr).ok);
    smmu_memory_put(&n.m, s2_entry(0x1000), n.pas, 0x81003 | AF | S2R | 4,
                    false);
    g = nested(&n, pr);
    expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_TT, 3, 0x1000);
    n.s2.ptw = false;
    assert_true(nested(&n, pr).ok);
    n.s2.ptw = n.s2.fwb = true;
    assert_false(nested(&n, pr).ok);
    smmu_memory_put(&n.m, s2_entry(0x1000), n.pas, 0x81003 | AF | S2R | 6 << 2,
                    false);
    assert_true(nested(&n, pr).ok);
}

/* An update of stage 1's descriptor is a write that stage 2 must allow. */
static void test_nested_update(void **state)
{
    Nested n;
    Got g;

    (void)state;
    nested_init(&n, CCA_SEC_SID_NS);
    n.s1.ha = n.s1.hd = true;
    smmu_memory_put(&n.m, 0x81000, n.pas, 0x5083 | BIT(51), false);
    g = nested(&n, pr);
    expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_TT, 3, 0x1000);
    assert_true(g.f.tt_write);
    assert_int_equal(smmu_memory_get(&n.m, 0x81000, n.pas, false),
                     0x5083 | BIT(51));
    /* Writable after an update of stage 2's own. */
    n.s2.ha = n.s2.hd = true;
    smmu_memory_put(&n.m, s2_entry(0x1000), n.pas,
                    0x81003 | S2R | BIT(51) | WB, false);
    g = nested(&n, pw);
    assert_true(g.ok);
    assert_int_equal(g.r.set_af, SMMU_WALK_STAGE1);
    assert_int_equal(g.r.set_dirty, SMMU_WALK_STAGE1);
    assert_int_equal(smmu_memory_get(&n.m, 0x81000, n.pas, false),
                     0x5003 | BIT(51) | AF);
    assert_int_equal(smmu_memory_get(&n.m, s2_entry(0x1000), n.pas, false),
                     0x81003 | S2R | S2W | BIT(51) | WB | AF);
}

static void test_nested_worlds(void **state)
{
    Nested n;
    Got g;

    (void)state;
    nested_init(&n, CCA_SEC_SID_REALM);
    g = nested(&n, px);
    assert_true(g.ok);
    assert_int_equal(g.r.pas, CCA_PAS_REALM);
    assert_int_equal(g.r.mecid, 0x99);
    /* The table of stage 1 is not in the Realm PAS. */
    smmu_memory_put(&n.m, s2_entry(0x1000), n.pas,
                    0x81003 | AF | S2R | WB | BIT(55), false);
    g = nested(&n, pr);
    expect_fault(&g, SMMU_F_PERMISSION, SMMU_CLASS_TT, 3, 0x1000);

    /* A Secure stream whose stage 1 puts out a Non-secure IPA. */
    nested_init(&n, CCA_SEC_SID_SECURE);
    smmu_memory_put(&n.m, 0x81000, n.pas, 0x5003 | AF | BIT(5), false);
    g = nested(&n, pr);         /* for which there is no stage 2 */
    expect_fault(&g, SMMU_F_TRANSLATION, SMMU_CLASS_IN, 0, 0x5abc);
    assert_true(g.f.nsipa);
    n.s2_ns = n.s2;
    n.s2_ns.ttb = TTB2 + 0x10000;
    smmu_walk_s2_secure(&n.s2, &n.s2_ns, false, false, false, true);
    smmu_memory_put(&n.m, TTB2 + 0x10000 + 5 * 8, n.pas, 0xa5003 | AF | S2R,
                    false);
    g = nested(&n, pr);
    assert_true(g.ok);
    assert_int_equal(g.r.pa, 0xa5abc);
    assert_int_equal(g.r.pas, CCA_PAS_NS);
    assert_true(g.r.ipa_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_start_needs),
        cmocka_unit_test(test_permissions2),
        cmocka_unit_test(test_htt_update),
        cmocka_unit_test(test_realm2),
        cmocka_unit_test(test_secure2),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_nested_faults),
        cmocka_unit_test(test_nested_update),
        cmocka_unit_test(test_nested_worlds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
