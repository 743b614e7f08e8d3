/*
 * The PRI queue: entries, overflow, errors, answers (chapter 8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig-streams.h"

enum { SUCCESS = 0, FAILURE = 0xf, ENTRIES = 1 << RIG_PRIQ_LOG2 };

static Rig rig;

static SmmuPageRequest request_of(CcaSecSid world, bool ssv)
{
    return (SmmuPageRequest) {
        .sec_sid = world, .sid = SID, .ssv = ssv, .ssid = ssv ? 0x12345 : 0,
        .addr = 0xabcdef0123456fffull, .group = 0x155, .last = true,
        .read = true,
    };
}

static uint32_t prod(CcaSecSid world)
{
    return rig_rd(&rig, world, SMMU_PRIQ_PROD, 4);
}

static void fill(CcaSecSid world)
{
    SmmuPageRequest q = request_of(world, false);

    for (unsigned i = 0; i < ENTRIES; i++) {
        assert_true(smmu_page_request(rig.s, &q));
    }
    rig_forget_log(&rig);
}

/* Every bit of an entry has its place. */
static void test_entries(void **state)
{
    static const struct {
        bool ssv, last, read, write, execute, priv;
        uint64_t word0;
    } rows[] = {
        { false, true, false, false, false, false, 1ull << 62 },
        { false, false, true, false, false, false, 1ull << 60 },
        { false, false, false, true, false, false, 1ull << 61 },
        { true, false, false, false, false, false,
          1ull << 63 | 0x12345ull << 32 },
        { true, false, false, false, true, true,
          1ull << 63 | 0x12345ull << 32 | 3ull << 58 },
        /* Without a PASID there is neither Exe nor Priv. */
        { false, false, false, false, true, true, 0 },
        /* A Stop Marker is an entry like any. */
        { true, true, false, false, false, false,
          1ull << 63 | 1ull << 62 | 0x12345ull << 32 },
    };

    (void)state;
    for (CcaSecSid w = NS; w <= REALM; w += REALM - NS) {
        for (unsigned i = 0; i < COUNT_OF(rows); i++) {
            SmmuPageRequest q = request_of(w, rows[i].ssv);

            q.last = rows[i].last;
            q.read = rows[i].read;
            q.write = rows[i].write;
            q.execute = rows[i].execute;
            q.privileged = rows[i].priv;
            rig_start(&rig, NULL);
            assert_true(smmu_page_request(rig.s, &q));
            assert_int_equal(rig_get(&rig, RIG_PRIQ, world_pas(w)),
                             rows[i].word0 | SID);
            assert_int_equal(rig_get(&rig, RIG_PRIQ + 8, world_pas(w)),
                             0xabcdef0123456155ull);
            assert_int_equal(prod(w), 1);
            assert_int_equal(rig.responses, 0);
            rig_stop(&rig);
        }
    }
}

/* Who gets an answer when, and with or without a PASID. */
typedef struct Row {
    const char *name;
    CcaSecSid world;
    bool pps, full, ssv, not_last, stop;
    uint32_t clear;             /* of CR0 */
    unsigned ste;               /* 0 valid, 1 PPAR, 2 invalid, 3 out of range */
    uint32_t cr2_clear;
    bool answered, with_pasid;
    unsigned code;
    unsigned event;
} Row;

static const Row rows[] = {
    { "PRIQEN 0", NS, true, .clear = 2, .ssv = true, .answered = true,
      .code = FAILURE },
    { "SMMUEN 0", NS, true, .clear = 1, .ssv = true, .answered = true,
      .code = FAILURE },
    { "PRIQEN 0, not the last", NS, true, .clear = 2, .not_last = true,
      .answered = true, .code = FAILURE },
    { "PRIQEN 0, Stop Marker", NS, true, .clear = 2, .ssv = true,
      .stop = true },
    { "Secure", SECURE, true, .ssv = true, .answered = true,
      .code = FAILURE },
    { "full, no PASID", NS, false, true, .answered = true, .code = SUCCESS },
    { "full, not the last", NS, false, true, .not_last = true },
    { "full, Stop Marker", NS, false, true, true, .stop = true, .ste = 2 },
    { "full, PASID, PPS", NS, true, true, true, .answered = true,
      .with_pasid = true, .code = SUCCESS },
    { "full, PASID, PPS: no STE is looked at", NS, true, true, true,
      .ste = 2, .answered = true, .with_pasid = true, .code = SUCCESS },
    { "full, PASID, PPAR 0", NS, false, true, true, .answered = true,
      .code = SUCCESS },
    { "full, PASID, PPAR 1", NS, false, true, true, .ste = 1,
      .answered = true, .with_pasid = true, .code = SUCCESS },
    { "full, PASID, bad STE", NS, false, true, true, .ste = 2,
      .answered = true, .code = FAILURE, .event = 0x04 },
    { "full, PASID, bad STE, REC_CFG_ATS 0", NS, false, true, true, .ste = 2,
      .cr2_clear = 1 << 3, .answered = true, .code = FAILURE },
    { "full, PASID, bad StreamID", NS, false, true, true, .ste = 3,
      .answered = true, .code = FAILURE, .event = 0x02 },
    { "full, PASID, bad StreamID, RECINVSID 0", NS, false, true, true,
      .ste = 3, .cr2_clear = 1 << 1, .answered = true, .code = FAILURE },
    { "Realm, full, PASID, PPAR 1", REALM, false, true, true, .ste = 1,
      .answered = true, .with_pasid = true, .code = SUCCESS },
};

static void no_pps(SmmuFeatures *f)
{
    f->pps = false;
}

static void with_pps(SmmuFeatures *f)
{
    f->pps = true;
}

static void check(const Row *row)
{
    RigOptions o = { .tweak = row->pps ? with_pps : no_pps };
    SmmuPageRequest q = request_of(row->world, row->ssv);
    const SmmuBits ppar[4] = { { 82, 82, 1 } };
    const SmmuBits bad[4] = { { STRW, 3 } };
    uint64_t event[4] = { 0 };
    uint32_t before;

    rig_start(&rig, &o);
    rig_stream(&rig, row->world, SID, 5, 0, 0,
               row->ste == 1 ? ppar : row->ste == 2 ? bad : NULL, NULL);
    if (row->full) {
        fill(row->world);
    }
    rig_wr(&rig, row->world, SMMU_CR2, 4, 0);   /* SMMUEN: no effect */
    if (row->cr2_clear) {
        rig_cr0(&rig, row->world, 0, 1);
        rig_wr(&rig, row->world, SMMU_CR2, 4, 0xa & ~row->cr2_clear);
        rig_cr0(&rig, row->world, 1, 0);
    }
    rig_cr0(&rig, row->world, 0, row->clear);
    q.last = !row->not_last;
    q.read = !row->stop;
    q.sid = row->ste == 3 ? 0x100 : SID;
    before = prod(row->world);
    assert_false(smmu_page_request(rig.s, &q));
    assert_int_equal(prod(row->world),
                     before | (row->full ? 1u << 31 : 0));
    assert_int_equal(rig.responses, row->answered);
    if (row->answered) {
        const RigResponse *r = &rig.response[0];

        assert_int_equal(r->code, row->code);
        assert_int_equal(r->ssv, row->with_pasid);
        assert_int_equal(r->ssid, row->with_pasid ? 0x12345 : 0);
        assert_int_equal(r->group, 0x155);
        assert_int_equal(r->sid, q.sid);
        assert_int_equal(r->sec_sid, row->world);
    }
    if (row->event) {
        rig_next_event(&rig, row->world, event);
    }
    assert_int_equal(event[0] & 0xff, row->event);
    assert_int_equal(rig_events(&rig, row->world), 0);
    rig_stop(&rig);
}

static void test_answers(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        check(&rows[i]);
    }
}

/* Section 8.1: closed until the overflow is acknowledged, space or not. */
static void test_overflow(void **state)
{
    SmmuPageRequest q = request_of(NS, false);

    (void)state;
    rig_start(&rig, NULL);
    fill(NS);
    assert_int_equal(rig.irqs, 0);
    assert_false(smmu_page_request(rig.s, &q));
    assert_int_equal(prod(NS), 4 | 1u << 31);
    assert_int_equal(rig.irqs, 1);
    assert_int_equal(rig.irq[0].irq.source, SMMU_IRQ_PRIQ);
    /* Space, but no acknowledgement */
    rig_wr(&rig, NS, SMMU_PRIQ_CONS, 4, 4);
    assert_false(smmu_page_request(rig.s, &q));
    assert_int_equal(prod(NS), 4 | 1u << 31);
    assert_int_equal(rig.responses, 2);
    rig_wr(&rig, NS, SMMU_PRIQ_CONS, 4, 4 | 1u << 31);
    assert_true(smmu_page_request(rig.s, &q));
    assert_int_equal(prod(NS), 5 | 1u << 31);
    rig_stop(&rig);
}

/* An abort closes it until GERRORN says so. */
static void test_abort(void **state)
{
    SmmuPageRequest q = request_of(NS, true);

    (void)state;
    rig_start(&rig, NULL);
    rig_kill(&rig, RIG_PRIQ, CCA_PAS_NS, true);
    assert_false(smmu_page_request(rig.s, &q));
    rig_revive(&rig);
    assert_int_equal(prod(NS), 0);
    assert_int_equal(rig_rd(&rig, NS, SMMU_GERROR, 4), 1 << 3);
    assert_false(smmu_page_request(rig.s, &q));
    assert_int_equal(rig.responses, 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(rig.response[i].code, FAILURE);
        assert_false(rig.response[i].ssv);
    }
    rig_wr(&rig, NS, SMMU_GERRORN, 4, 1 << 3);
    assert_true(smmu_page_request(rig.s, &q));
    rig_stop(&rig);
}

/* PRIQ_IRQ_CFG2.LO: for the last of a group only, else when not empty. */
static void test_interrupts(void **state)
{
    SmmuPageRequest q = request_of(NS, false);

    (void)state;
    for (unsigned lo = 0; lo < 2; lo++) {
        rig_start(&rig, NULL);
        rig_wr(&rig, NS, SMMU_IRQ_CTRL, 4, 0);
        rig_wr(&rig, NS, SMMU_PRIQ_IRQ_CFG2, 4, lo << 31);
        rig_wr(&rig, NS, SMMU_IRQ_CTRL, 4, 7);
        q.last = false;
        assert_true(smmu_page_request(rig.s, &q));
        assert_int_equal(rig.irqs, !lo);
        assert_true(smmu_page_request(rig.s, &q));
        assert_int_equal(rig.irqs, !lo);
        q.last = true;
        assert_true(smmu_page_request(rig.s, &q));
        assert_int_equal(rig.irqs, 1);
        rig_stop(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries), cmocka_unit_test(test_answers),
        cmocka_unit_test(test_overflow), cmocka_unit_test(test_abort),
        cmocka_unit_test(test_interrupts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
