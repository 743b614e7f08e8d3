/*
 * Command queues of a whole SMMU: consumption, errors, CMD_SYNC, ATS and PRI
 * commands, storms; and the Event queue's overflow (chapters 4 and 7).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig-streams.h"

enum {
    CS_IRQ = 1 << 12, CS_SEV = 2 << 12, CS_RESERVED = 3 << 12,
    ERR_ILL = 1 << 24, ERR_ABT = 2 << 24, ERR_ATC = 3 << 24,
};

static Rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_start(&rig, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static uint32_t cons(CcaSecSid world)
{
    return rig_rd(&rig, world, SMMU_CMDQ_CONS, 4);
}

static void acknowledge(CcaSecSid world)
{
    rig_wr(&rig, world, SMMU_GERRORN, 4, rig_rd(&rig, world, SMMU_GERROR, 4));
}

/* CMD_SYNC: what signals its completion. */
static void test_sync(void **state)
{
    static const struct {
        const char *name;
        CcaSecSid queue;
        uint64_t word0, word1;
        unsigned irqs, sevs;
        bool msi;
        CcaPas pas;
    } rows[] = {
        { "none", NS, 0, RIG_MSI, 0, 0, false, 0 },
        { "wire", NS, CS_IRQ, 0, 1, 0, false, CCA_PAS_NS },
        { "MSI", NS, CS_IRQ | 0x1234ull << 32, RIG_MSI, 1, 0, true,
          CCA_PAS_NS },
        { "SEV", NS, CS_SEV, RIG_MSI, 0, 1, false, 0 },
        { "Secure: a wire, there are no MSIs", SECURE, CS_IRQ, RIG_MSI, 1, 0,
          false, CCA_PAS_SECURE },
        { "Realm", REALM, CS_IRQ | 0x1234ull << 32, RIG_MSI, 1, 0, true,
          CCA_PAS_REALM },
        { "Realm to NS", REALM, CS_IRQ | 0x1234ull << 32,
          RIG_MSI | 1ull << 63, 1, 0, true, CCA_PAS_NS },
        { "NS: MSI_NS is nothing", NS, CS_IRQ | 0x1234ull << 32,
          RIG_MSI | 1ull << 63, 1, 0, true, CCA_PAS_NS },
    };

    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        rig_cmd(&rig, rows[i].queue, SMMU_CMD_SYNC | rows[i].word0,
                rows[i].word1);
        if (cons(rows[i].queue) != 1 || rig.irqs != rows[i].irqs ||
            rig.sevs != rows[i].sevs) {
            fail_msg("row '%s'", rows[i].name);
        }
        if (rows[i].irqs) {
            const SmmuIrq *irq = &rig.irq[0].irq;

            assert_int_equal(irq->source, SMMU_IRQ_CMD_SYNC);
            assert_int_equal(irq->msi, rows[i].msi);
            assert_int_equal(rig.irq[0].sec_sid, rows[i].queue);
            if (irq->msi) {
                assert_int_equal(irq->addr, RIG_MSI);
                assert_int_equal(irq->data, 0x1234);
                assert_int_equal(irq->pas, rows[i].pas);
            }
        }
        tear_down(state);
        set_up(state);
    }
}

/* Errors stop the queue at the command, which is tried again when acked. */
static void test_errors(void **state)
{
    static const struct { const char *name; CcaSecSid queue;
                          uint64_t word0, word1; uint32_t err; } rows[] = {
        { "reserved opcode", NS, 0x7f, 0, ERR_ILL },
        { "zero", REALM, 0, 0, ERR_ILL },
        { "CS reserved", NS, SMMU_CMD_SYNC | CS_RESERVED, 0, ERR_ILL },
        { "SSec in the NS queue", NS, SMMU_CMD_CFGI_STE | 1 << 10, 0,
          ERR_ILL },
        { "SSec in the Realm queue", REALM, SMMU_CMD_CFGI_STE | 1 << 10, 0,
          ERR_ILL },
        { "Secure command in the NS queue", NS, SMMU_CMD_TLBI_SNH_ALL, 0,
          ERR_ILL },
        { "DPTI in the NS queue", NS, SMMU_CMD_DPTI_ALL, 0, ERR_ILL },
        { "PRI_RESP reserved", NS, SMMU_CMD_PRI_RESP, 3 << 12, ERR_ILL },
    };

    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        CcaSecSid q = rows[i].queue;

        rig_cmd(&rig, q, SMMU_CMD_SYNC, 0);
        rig_cmd(&rig, q, rows[i].word0, rows[i].word1);
        if (cons(q) != (1 | rows[i].err)) {
            fail_msg("row '%s': CONS %#x", rows[i].name, cons(q));
        }
        assert_int_equal(rig_rd(&rig, q, SMMU_GERROR, 4), 1);
        assert_int_equal(rig.irqs, 1);
        assert_int_equal(rig.irq[0].irq.source, SMMU_IRQ_GERROR);
        /* Nothing moves while the error is active. */
        rig_cmd(&rig, q, SMMU_CMD_SYNC | CS_SEV, 0);
        assert_int_equal(cons(q), 1 | rows[i].err);
        /* Still wrong: the same again, and GERROR toggles back. */
        acknowledge(q);
        assert_int_equal(cons(q), 1 | rows[i].err);
        assert_int_equal(rig_rd(&rig, q, SMMU_GERROR, 4), 0);
        /* Mended, all of it is done. */
        rig_put(&rig, RIG_CMDQ + 16, world_pas(q), SMMU_CMD_SYNC);
        acknowledge(q);
        assert_int_equal(cons(q) & 0xff, 3);
        assert_int_equal(rig.sevs, 1);
        tear_down(state);
        set_up(state);
    }
}

/* An abort, and its acknowledgement. */
static void test_abort(void **state)
{
    (void)state;
    rig_kill(&rig, RIG_CMDQ, CCA_PAS_NS, false);
    rig_cmd(&rig, NS, SMMU_CMD_SYNC | CS_SEV, 0);
    assert_int_equal(cons(NS), ERR_ABT);
    rig_revive(&rig);
    acknowledge(NS);
    assert_int_equal(cons(NS) & 0xff, 1);
    assert_int_equal(rig.sevs, 1);
}

/* CMDQEN 0: nothing; then at once. */
static void test_enable(void **state)
{
    (void)state;
    rig_cr0(&rig, NS, 0, 1 << 3);
    rig_cmd(&rig, NS, SMMU_CMD_SYNC | CS_SEV, 0);
    assert_int_equal(cons(NS), 0);
    rig_cr0(&rig, NS, 1 << 3, 0);
    assert_int_equal(cons(NS), 1);
    assert_int_equal(rig.sevs, 1);
}

/* Section 4.5: to whom ATS and PRI commands go, and when to nobody. */
static void test_ats_commands(void **state)
{
    static const struct {
        const char *name;
        CcaSecSid queue;
        CcaSecSid off;          /* CCA_SEC_SID__COUNT: none */
        CcaSecSid to;
        bool sent;
    } rows[] = {
        { "NS", NS, CCA_SEC_SID__COUNT, NS, true },
        { "Realm", REALM, CCA_SEC_SID__COUNT, REALM, true },
        { "Secure: about NS streams", SECURE, CCA_SEC_SID__COUNT, NS, true },
        { "NS off", NS, NS, NS, false },
        { "Realm off", REALM, REALM, REALM, false },
        { "Secure off", SECURE, SECURE, NS, false },
        { "NS off, from Secure", SECURE, NS, NS, true },
        { "Realm off, from NS", NS, REALM, NS, true },
    };

    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        rig.atc_fails = true;
        if (rows[i].off != CCA_SEC_SID__COUNT) {
            rig_cr0(&rig, rows[i].off, 0, 1);
        }
        /* SSV, SubstreamID 9, 64KB from 0x12340000 on */
        rig_cmd(&rig, rows[i].queue, SMMU_CMD_ATC_INV | 1 << 11 | 9 << 12 |
                (uint64_t)SID << 32, 0x1234f000 | 4);
        rig_cmd(&rig, rows[i].queue, SMMU_CMD_PRI_RESP | 1 << 11 | 9 << 12 |
                (uint64_t)SID << 32, 0x1aa | 2 << 12);
        if (rig.atcs != rows[i].sent || rig.responses != rows[i].sent ||
            cons(rows[i].queue) != 2) {
            fail_msg("row '%s': %u %u", rows[i].name, rig.atcs,
                     rig.responses);
        }
        if (rows[i].sent) {
            const SmmuCmd *c = &rig.atc[0];
            const RigResponse *r = &rig.response[0];

            assert_int_equal(c->sec_sid, rows[i].to);
            assert_int_equal(c->sid, SID);
            assert_true(c->ssv && c->ssid == 9);
            assert_int_equal(c->addr, 0x12340000);
            assert_int_equal(c->last, 0x1234ffff);
            assert_int_equal(r->sec_sid, rows[i].to);
            assert_true(r->ssv && r->ssid == 9);
            assert_int_equal(r->group, 0x1aa);
            assert_int_equal(r->code, 0);
        }
        /* What was not sent cannot have failed. */
        rig_cmd(&rig, rows[i].queue, SMMU_CMD_SYNC, 0);
        assert_int_equal(cons(rows[i].queue),
                         rows[i].sent ? 2 | ERR_ATC : 3);
        if (rows[i].sent) {
            acknowledge(rows[i].queue);
            assert_int_equal(cons(rows[i].queue) & 0xff, 3);
        }
        tear_down(state);
        set_up(state);
    }
}

static void test_pri_codes(void **state)
{
    static const uint8_t codes[] = { 0xf, 1, 0 };

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        rig_forget_log(&rig);
        rig_cmd(&rig, NS, SMMU_CMD_PRI_RESP | (uint64_t)SID << 32, i << 12);
        assert_int_equal(rig.responses, 1);
        assert_int_equal(rig.response[0].code, codes[i]);
        assert_false(rig.response[0].ssv);
    }
}

/* Queues of one world say nothing about those of another. */
static void test_queues_are_apart(void **state)
{
    (void)state;
    rig_cmd(&rig, NS, 0xff, 0);
    for (CcaSecSid w = SECURE; w <= REALM; w++) {
        assert_int_equal(rig_rd(&rig, w, SMMU_GERROR, 4), 0);
        rig_cmd(&rig, w, SMMU_CMD_SYNC, 0);
        assert_int_equal(cons(w), 1);
    }
    assert_int_equal(cons(NS), ERR_ILL);
}

/* A storm: so many at once, the rest when smmu_run() is called. */
static void test_storm(void **state)
{
    enum { LOG2 = 13, BATCH = 4096 };

    (void)state;
    rig_cr0(&rig, NS, 0, 1 << 3);
    rig_wr(&rig, NS, SMMU_CMDQ_BASE, 8, 0x30000000 | LOG2);
    for (unsigned i = 0; i < 6000; i++) {
        rig_put(&rig, 0x30000000 + i * 16, CCA_PAS_NS, SMMU_CMD_SYNC | CS_SEV);
    }
    rig_wr(&rig, NS, SMMU_CMDQ_PROD, 4, 6000);
    rig_cr0(&rig, NS, 1 << 3, 0);
    assert_int_equal(cons(NS), BATCH);
    assert_int_equal(rig.sevs, BATCH);
    assert_int_equal(rig.schedules, 1);
    smmu_run(rig.s);
    assert_int_equal(cons(NS), 6000);
    assert_int_equal(rig.schedules, 1);
    assert_int_equal(smmu_stats(rig.s)->commands, 6000);
}

static SmmuOutcome bad_stream(uint32_t sid)
{
    SmmuTxn txn = rig_read(NS, sid, 0);
    SmmuOutput out;

    return smmu_transact(rig.s, &txn, &out);
}

/* Section 7.4: lost events toggle OVFLG once; space is used without an ack. */
static void test_event_overflow(void **state)
{
    enum { ENTRIES = 1 << RIG_EVENTQ_LOG2 };
    const uint32_t ovflg = 1u << 31;
    uint64_t event[4];

    (void)state;
    for (unsigned i = 0; i < ENTRIES; i++) {
        bad_stream(0x1000 + i);
    }
    assert_int_equal(rig.irqs, 1);      /* when it was empty */
    assert_int_equal(rig_rd(&rig, NS, SMMU_EVENTQ_PROD, 4), ENTRIES);
    bad_stream(0x2000);
    bad_stream(0x2000);
    assert_int_equal(rig_rd(&rig, NS, SMMU_EVENTQ_PROD, 4), ENTRIES | ovflg);
    rig_next_event(&rig, NS, event);
    assert_int_equal(event[0] >> 32, 0x1000);
    bad_stream(0x3000);
    assert_int_equal(rig_rd(&rig, NS, SMMU_EVENTQ_PROD, 4),
                     (ENTRIES + 1) | ovflg);
    /* Acknowledged: the next loss shows again. */
    rig_wr(&rig, NS, SMMU_EVENTQ_CONS, 4, 1 | ovflg);
    bad_stream(0x4000);
    assert_int_equal(rig_rd(&rig, NS, SMMU_EVENTQ_PROD, 4), ENTRIES + 1);
    assert_int_equal(smmu_stats(rig.s)->events, ENTRIES + 1);
    assert_int_equal(smmu_stats(rig.s)->events_lost, 3);
    /* Off: lost in silence */
    rig_cr0(&rig, NS, 0, 1 << 2);
    bad_stream(0x5000);
    assert_int_equal(rig_rd(&rig, NS, SMMU_EVENTQ_PROD, 4), ENTRIES + 1);
}

/* MSIs of each source go where they were told to; without IRQEN nowhere. */
static void test_msis(void **state)
{
    static const struct {
        unsigned cfg0, cfg1, cfg2;
        SmmuIrqSource source;
    } sources[] = {
        { SMMU_GERROR_IRQ_CFG0, SMMU_GERROR_IRQ_CFG1, SMMU_GERROR_IRQ_CFG2,
          SMMU_IRQ_GERROR },
        { SMMU_PRIQ_IRQ_CFG0, SMMU_PRIQ_IRQ_CFG1, SMMU_PRIQ_IRQ_CFG2,
          SMMU_IRQ_PRIQ },
        { SMMU_EVENTQ_IRQ_CFG0, SMMU_EVENTQ_IRQ_CFG1, SMMU_EVENTQ_IRQ_CFG2,
          SMMU_IRQ_EVENTQ },
    };
    SmmuPageRequest ppr = { .sec_sid = REALM, .sid = SID, .read = true };
    SmmuTxn txn = rig_read(REALM, 0x1000, 0);
    SmmuOutput out;

    for (unsigned i = 0; i < 3 * 3; i++) {
        unsigned s = i % 3, how = i / 3;    /* Realm PAS, NS PAS, IRQEN 0 */

        rig_wr(&rig, REALM, SMMU_IRQ_CTRL, 4, 0);
        rig_wr(&rig, REALM, sources[s].cfg0, 8,
               (RIG_MSI + s * 0x1000) | (uint64_t)(how == 1) << 63);
        rig_wr(&rig, REALM, sources[s].cfg1, 4, 0x1000 + s);
        rig_wr(&rig, REALM, SMMU_IRQ_CTRL, 4, how == 2 ? 0 : 7);
        switch (sources[s].source) {
        case SMMU_IRQ_GERROR:
            rig_cmd(&rig, REALM, 0xff, 0);
            break;
        case SMMU_IRQ_PRIQ:
            smmu_page_request(rig.s, &ppr);
            break;
        default:
            smmu_transact(rig.s, &txn, &out);
            break;
        }
        assert_int_equal(rig.irqs, how != 2);
        if (how != 2) {
            const SmmuIrq *irq = &rig.irq[0].irq;

            assert_int_equal(irq->source, sources[s].source);
            assert_true(irq->msi);
            assert_int_equal(irq->addr, RIG_MSI + s * 0x1000);
            assert_int_equal(irq->data, 0x1000 + s);
            assert_int_equal(irq->pas, how ? CCA_PAS_NS : CCA_PAS_REALM);
        }
        tear_down(state);
        set_up(state);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sync), TEST(test_errors), TEST(test_abort),
        TEST(test_enable), TEST(test_ats_commands), TEST(test_pri_codes),
        TEST(test_queues_are_apart), TEST(test_storm),
        TEST(test_event_overflow), TEST(test_msis),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
