/*
 * Accesses that the SMMU makes itself, and outputs of transactions, where
 * memory aborts, the GPT forbids them, or the GPT itself cannot be read
 * (sections 3.25, 7.3.4 to 7.3.12, 7.5, 8.2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig-streams.h"

/* What is accessed; each has its address in target(). */
typedef enum Target {
    AT_L1STD, AT_STE, AT_L1CD, AT_CD, AT_TT1, AT_TT3, AT_S2_ROOT, AT_S2_LEAF,
    AT_OUTPUT, AT_CMDQ, AT_EVENTQ, AT_PRIQ, AT_DPT_L0, AT_DPT_L1,
    AT_MSI_GERROR, AT_MSI_PRIQ, AT_MSI_EVENTQ, AT_MSI_CMDQ,
} Target;

/* What has to be done for the access to be made. */
typedef enum Deed {
    TRANSACT, WARM_TRANSACT,    /* with the configuration cached */
    TRANSLATED,
    COMMAND, EVENT, PAGE_REQUEST, SYNC, GLOBAL_ERROR,
} Deed;

typedef struct Case {
    const char *name;
    CcaSecSid world;
    Deed deed;
    Target at;
    unsigned config;
    bool two_level;
    uint64_t addr;
    SmmuBits ste[4];
    SmmuBits event[8];      /* FetchAddr is added if @fetch */
    bool fetch;
    unsigned reason, code;  /* of the FAR */
    uint32_t gerror;
} Case;

enum { TRANSLATION = 1, GERROR = 2, TRANSACTION = 3 };

#define STE_FETCH .event = { EV_ID(0x03) }, .fetch = true, \
    .reason = TRANSLATION, .code = 0x03
#define CD_FETCH .event = { EV_ID(0x09) }, .fetch = true, \
    .reason = TRANSLATION, .code = 0x09
#define WALK(...) .event = { EV_ID(0x0b), EV_READ, __VA_ARGS__ }, \
    .fetch = true, .reason = TRANSLATION, .code = 0x0b

static const Case cases[] = {
    { "L1STD", NS, TRANSACT, AT_L1STD, 4, true, 0x5000, STE_FETCH },
    { "STE", NS, TRANSACT, AT_STE, 4, .addr = 0x5000, STE_FETCH },
    { "STE behind an L1STD", NS, TRANSACT, AT_STE, 4, true, 0x5000,
      STE_FETCH },
    { "Secure STE", SECURE, TRANSACT, AT_STE, 4, .addr = 0x5000, STE_FETCH },
    { "Realm L1STD", REALM, TRANSACT, AT_L1STD, 4, true, 0x5000, STE_FETCH },
    { "Realm STE", REALM, TRANSACT, AT_STE, 4, .addr = 0x5000, STE_FETCH },
    { "L1CD", NS, TRANSACT, AT_L1CD, 5, .addr = VA_RW,
      .ste = { { S1CDMAX, 8 }, { S1FMT, 1 }, { S1DSS, 2 } }, CD_FETCH },
    { "CD", NS, TRANSACT, AT_CD, 5, .addr = VA_RW, CD_FETCH },
    { "Secure CD", SECURE, TRANSACT, AT_CD, 5, .addr = VA_RW, CD_FETCH },
    { "Realm CD", REALM, TRANSACT, AT_CD, 5, .addr = VA_RW, CD_FETCH },
    { "CD behind stage 2", NS, TRANSACT, AT_CD, 7, .addr = VA_RW, CD_FETCH },
    { "stage 1, first table", NS, TRANSACT, AT_TT1, 5, .addr = VA_RW,
      WALK(EV_TT, EV_ADDR(VA_RW)) },
    { "stage 1, last table", NS, TRANSACT, AT_TT3, 5, .addr = VA_RW,
      WALK(EV_TT, EV_ADDR(VA_RW)) },
    { "Secure stage 1", SECURE, TRANSACT, AT_TT3, 5, .addr = VA_RW,
      WALK(EV_TT, EV_ADDR(VA_RW)) },
    { "Realm stage 1", REALM, TRANSACT, AT_TT3, 5, .addr = VA_RW,
      WALK(EV_TT, EV_ADDR(VA_RW)) },
    { "nested: stage 1's table", NS, TRANSACT, AT_TT3, 7, .addr = VA_RW,
      WALK(EV_TT, EV_ADDR(VA_RW)) },
    { "nested: stage 2 for the CD", NS, TRANSACT, AT_S2_ROOT, 7,
      .addr = VA_RW, WALK(EV_S2, { 105, 104, 0 }, EV_ADDR(VA_RW)) },
    { "nested: stage 2 for stage 1's table", NS, WARM_TRANSACT, AT_S2_ROOT, 7,
      .addr = VA_RO, WALK(EV_S2, EV_TT, EV_ADDR(VA_RO)) },
    { "nested: stage 2 for the output", NS, TRANSACT, AT_S2_LEAF, 7,
      .addr = VA_IPA_NONE, WALK(EV_S2, EV_IN, EV_ADDR(VA_IPA_NONE)) },
    { "stage 2", NS, TRANSACT, AT_S2_LEAF, 6, .addr = IPA_NONE,
      WALK(EV_S2, EV_IN, EV_ADDR(IPA_NONE)) },
    { "Secure stage 2", SECURE, TRANSACT, AT_S2_LEAF, 6, .addr = IPA_NONE,
      WALK(EV_S2, EV_IN, EV_ADDR(IPA_NONE)) },
    { "Realm stage 2", REALM, TRANSACT, AT_S2_LEAF, 6, .addr = IPA_NONE,
      WALK(EV_S2, EV_IN, EV_ADDR(IPA_NONE)) },
    { "output, bypass", NS, TRANSACT, AT_OUTPUT, 4,
      .addr = RIG_DATA + VA_RW, .reason = TRANSACTION },
    { "output, stage 1", NS, TRANSACT, AT_OUTPUT, 5, .addr = VA_RW,
      .reason = TRANSACTION },
    { "output, stage 2, Secure", SECURE, TRANSACT, AT_OUTPUT, 6,
      .addr = IPA_RW, .reason = TRANSACTION },
    { "output, nested, Realm", REALM, TRANSACT, AT_OUTPUT, 7, .addr = VA_RW,
      .reason = TRANSACTION },
    { "output of an ATS Translated transaction", NS, TRANSLATED, AT_OUTPUT, 5,
      .addr = RIG_DATA + VA_RW, .ste = { { EATS, 1 } },
      .reason = TRANSACTION },
    { "DPT, level 0", REALM, TRANSLATED, AT_DPT_L0, 6,
      .addr = RIG_DATA + VA_RW, .ste = { { EATS, 3 } },
      .event = { EV_ID(0x07), EV_READ, EV_ADDR(RIG_DATA + VA_RW) },
      .reason = TRANSLATION, .code = 0x0b, .gerror = 1 << 10 },
    { "DPT, level 1", REALM, TRANSLATED, AT_DPT_L1, 6,
      .addr = RIG_DATA + VA_RW, .ste = { { EATS, 3 } },
      .event = { EV_ID(0x07), EV_READ, EV_ADDR(RIG_DATA + VA_RW) },
      .reason = TRANSLATION, .code = 0x0b, .gerror = 1 << 10 },
    { "Command queue", NS, COMMAND, AT_CMDQ, .reason = GERROR, .code = 0,
      .gerror = 1 << 0 },
    { "Secure Command queue", SECURE, COMMAND, AT_CMDQ, .reason = GERROR,
      .gerror = 1 << 0 },
    { "Realm Command queue", REALM, COMMAND, AT_CMDQ, .reason = GERROR,
      .gerror = 1 << 0 },
    { "Event queue", NS, EVENT, AT_EVENTQ, .reason = GERROR, .code = 2,
      .gerror = 1 << 2 },
    { "Secure Event queue", SECURE, EVENT, AT_EVENTQ, .reason = GERROR,
      .code = 2, .gerror = 1 << 2 },
    { "Realm Event queue", REALM, EVENT, AT_EVENTQ, .reason = GERROR,
      .code = 2, .gerror = 1 << 2 },
    { "PRI queue", NS, PAGE_REQUEST, AT_PRIQ, .reason = GERROR, .code = 3,
      .gerror = 1 << 3 },
    { "Realm PRI queue", REALM, PAGE_REQUEST, AT_PRIQ, .reason = GERROR,
      .code = 3, .gerror = 1 << 3 },
    { "MSI of CMD_SYNC", NS, SYNC, AT_MSI_CMDQ, .reason = GERROR, .code = 4,
      .gerror = 1 << 4 },
    { "MSI of CMD_SYNC, Realm", REALM, SYNC, AT_MSI_CMDQ, .reason = GERROR,
      .code = 4, .gerror = 1 << 4 },
    { "MSI of the Event queue", NS, EVENT, AT_MSI_EVENTQ, .reason = GERROR,
      .code = 5, .gerror = 1 << 5 },
    { "MSI of the PRI queue", NS, PAGE_REQUEST, AT_MSI_PRIQ,
      .reason = GERROR, .code = 6, .gerror = 1 << 6 },
    { "MSI of GERROR", NS, GLOBAL_ERROR, AT_MSI_GERROR, .reason = GERROR,
      .code = 7, .gerror = 1 << 0 | 1 << 7 },
    { "MSI of GERROR, Realm", REALM, GLOBAL_ERROR, AT_MSI_GERROR,
      .reason = GERROR, .code = 7, .gerror = 1 << 0 | 1 << 7 },
};

static Rig rig;
static Tables tables;

static uint64_t target(const Case *c)
{
    CcaPas pas = world_pas(c->world);

    switch (c->at) {
    case AT_L1STD:
        return RIG_STRTAB;
    case AT_STE:
        return rig_ste_addr(SID, c->two_level);
    case AT_L1CD:
    case AT_CD:
        return RIG_CDS + SID * 0x10000;
    case AT_TT1:
        return tables.s1;
    case AT_TT3:
        return rig_desc_addr(&rig, pas, tables.s1, c->addr, 3);
    case AT_S2_ROOT:
        return tables.s2;
    case AT_S2_LEAF:
        return rig_desc_addr(&rig, pas, tables.s2, IPA_NONE, 3);
    case AT_OUTPUT:
        return RIG_DATA + VA_RW;
    case AT_CMDQ:
        return RIG_CMDQ;
    case AT_EVENTQ:
        return RIG_EVENTQ;
    case AT_PRIQ:
        return RIG_PRIQ;
    case AT_DPT_L0:
        return RIG_DPT;
    case AT_DPT_L1:
        return RIG_DPT + 0x100000 + (RIG_DATA + VA_RW) / 0x2000 * 8;
    default:
        return RIG_MSI + (c->at - AT_MSI_GERROR) * 0x1000;
    }
}

static bool is_msi(const Case *c)
{
    return c->at >= AT_MSI_GERROR;
}

/* DPT: 36 bits, 1 GiB per entry, 4KB; all granules open to VMID 0x42. */
static void make_dpt(void)
{
    const uint64_t open = 1ull << 4 | 0x42ull << 16;

    rig_cr0(&rig, REALM, 0, 1);
    rig_wr(&rig, REALM, SMMU_R_DPT_BASE, 8, RIG_DPT);
    rig_wr(&rig, REALM, SMMU_R_DPT_BASE_CFG, 4, 1);
    rig_put(&rig, RIG_DPT, CCA_PAS_REALM, (RIG_DPT + 0x100000) | 3);
    rig_put(&rig, RIG_DPT + 0x100000 + (RIG_DATA + VA_RW) / 0x2000 * 8,
            CCA_PAS_REALM, 3 | open | open << 32);
    rig_cr0(&rig, REALM, 1 | 1 << 10, 0);
}

static void set_up(const Case *c)
{
    static const uint32_t cfg0[] = {
        SMMU_GERROR_IRQ_CFG0, SMMU_PRIQ_IRQ_CFG0, SMMU_EVENTQ_IRQ_CFG0,
    };
    RigOptions o = { .two_level = c->two_level };

    rig_start(&rig, &o);
    tables = make_tables(&rig, c->world);
    rig_stream(&rig, c->world, SID, c->config, tables.s2, tables.s1, c->ste,
               NULL);
    if (c->at == AT_DPT_L0 || c->at == AT_DPT_L1) {
        make_dpt();
    }
    if (is_msi(c) && c->deed != SYNC) {
        rig_wr(&rig, c->world, SMMU_IRQ_CTRL, 4, 0);
        rig_wr(&rig, c->world, cfg0[c->at - AT_MSI_GERROR], 8, target(c));
        rig_wr(&rig, c->world, SMMU_IRQ_CTRL, 4, 7);
    }
}

static SmmuOutcome transact(const Case *c, uint64_t addr, bool translated)
{
    SmmuTxn txn = rig_read(c->world, SID, addr);
    SmmuOutput out;

    txn.translated = translated;
    return smmu_transact(rig.s, &txn, &out);
}

/* Before what is to fail. */
static void prepare(const Case *c)
{
    if (c->deed == WARM_TRANSACT) {
        assert_int_equal(transact(c, VA_RW, false), SMMU_PASS);
    }
}

static SmmuOutcome act(const Case *c)
{
    SmmuPageRequest ppr = {
        .sec_sid = c->world, .sid = SID, .ssv = true, .ssid = 4,
        .group = 9, .last = true, .read = true, .addr = 0x7000,
    };
    SmmuTxn txn = rig_read(c->world, 0x1234, 0);
    SmmuOutput out;

    switch (c->deed) {
    case TRANSLATED:
        return transact(c, c->addr, true);
    case COMMAND:
        rig_cmd(&rig, c->world, SMMU_CMD_SYNC, 0);
        return SMMU_ABORT;
    case SYNC:
        rig_cmd(&rig, c->world, SMMU_CMD_SYNC | 1 << 12, target(c));
        return SMMU_ABORT;
    case GLOBAL_ERROR:
        rig_cmd(&rig, c->world, 0xff, 0);
        return SMMU_ABORT;
    case EVENT:     /* C_BAD_STREAMID */
        return smmu_transact(rig.s, &txn, &out);
    case PAGE_REQUEST:
        smmu_page_request(rig.s, &ppr);
        return SMMU_ABORT;
    default:
        return transact(c, c->addr, false);
    }
}

static void expect_event(const Case *c, bool gpf)
{
    SmmuBits want[12] = { { 0, 0, 0 } };
    unsigned n = 0;

    if (!c->event[0].hi) {
        if (c->at == AT_MSI_EVENTQ) {
            return;
        }
        rig_expect_event(&rig, c->world, NULL, 0);
        return;
    }
    for (; n < 8 && c->event[n].hi; n++) {
        want[n] = c->event[n];
    }
    if (c->fetch) {
        want[n++] = (SmmuBits) EV_FETCH(target(c));
        if (gpf) {
            want[n++] = (SmmuBits) EV_GPCF;
        }
    }
    rig_expect_event(&rig, c->world, want, 12);
}

static uint64_t far_of(const Case *c, uint64_t cfg_err)
{
    static const uint64_t fpas[] = { [NS] = 1, [SECURE] = 0, [REALM] = 3 };

    return 1 | c->reason << 1 | c->code << 4 | (target(c) & ~0xfffull) |
           cfg_err << 56 | fpas[c->world] << 62;
}

typedef enum Failure {
    NONE, MEMORY_ABORTS, GPT_FORBIDS, GPT_ABORTS,
} Failure;

static void check_registers(const Case *c, Failure failure)
{
    bool one_more = c->at == AT_DPT_L0 || c->at == AT_DPT_L1;
    uint64_t gpf = failure == GPT_FORBIDS ? far_of(c, 0) : 0;
    uint64_t cfg = failure == GPT_ABORTS ? far_of(c, SMMU_CFG_ERR_EABT) : 0;

    assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_GPF_FAR, 8), gpf);
    assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_GPT_CFG_FAR, 8), cfg);
    assert_int_equal(rig.root_irqs, failure >= GPT_FORBIDS);
    if (rig.root_irqs) {
        assert_int_equal(rig.root_irq[0], failure == GPT_FORBIDS ?
                         SMMU_ROOT_FAR_GPF : SMMU_ROOT_FAR_GPT_CFG);
    }
    assert_int_equal(rig_rd(&rig, c->world, SMMU_GERROR, 4), c->gerror);
    if (c->gerror & 1 && !is_msi(c)) {
        assert_int_equal(rig_rd(&rig, c->world, SMMU_CMDQ_CONS, 4), 2 << 24);
    }
    if (one_more) {
        assert_int_equal(rig_rd(&rig, REALM, SMMU_R_DPT_CFG_FAR, 8),
                         1 | (c->at == AT_DPT_L1) << 1 |
                         (failure == MEMORY_ABORTS ? 3 : 2) << 4 |
                         (RIG_DATA + VA_RW));
    }
    /* No PASID is on the answer (section 8.2). */
    assert_int_equal(rig.responses, c->at == AT_PRIQ);
    if (rig.responses) {
        assert_int_equal(rig.response[0].code, 0xf);
        assert_int_equal(rig.response[0].group, 9);
        assert_false(rig.response[0].ssv);
    }
}

static void fail_one(const Case *c, Failure failure)
{
    CcaPas pas = world_pas(c->world);

    set_up(c);
    prepare(c);
    switch (failure) {
    case MEMORY_ABORTS:
        rig_kill(&rig, target(c), pas, false);
        break;
    case GPT_FORBIDS:
        /* Open to another PAS, and what was read before forgotten. */
        rig_gpi(&rig, target(c), c->world == NS ? 11 : 9);
        rig_root_wr(&rig, SMMU_ROOT_TLBI, 8, 1);
        rig_root_wr(&rig, SMMU_ROOT_TLBI_CTRL, 4, 1);
        break;
    default:
        break;
    }
    rig_forget_log(&rig);
    if (act(c) != SMMU_ABORT) {
        fail_msg("case '%s', failure %d: no abort", c->name, failure);
    }
    expect_event(c, failure >= GPT_FORBIDS);
    check_registers(c, failure);
    rig_stop(&rig);
}

static void test_memory_aborts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        if (cases[i].at != AT_OUTPUT && !is_msi(&cases[i])) {
            fail_one(&cases[i], MEMORY_ABORTS);
        }
    }
}

static void test_gpt_forbids(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        fail_one(&cases[i], GPT_FORBIDS);
    }
}

/* Those whose first access it is: the GPT cannot be read at all. */
static void test_gpt_aborts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        const Case *c = &cases[i];

        if (c->at == AT_L1STD || (c->at == AT_STE && !c->two_level) ||
            c->at == AT_CMDQ || c->at == AT_EVENTQ || c->at == AT_PRIQ) {
            set_up(c);
            rig.gpt_abort = 1;
            rig_forget_log(&rig);
            assert_int_equal(act(c), SMMU_ABORT);
            rig.gpt_abort = 0;
            /* The record of it aborts as well, and finds the FAR taken. */
            if (c->event[0].hi) {
                assert_int_equal(rig_events(&rig, c->world), 0);
                assert_int_equal(rig_rd(&rig, c->world, SMMU_GERROR, 4),
                                 1 << 2);
                assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_GPT_CFG_FAR, 8),
                                 far_of(c, SMMU_CFG_ERR_EABT));
            } else {
                check_registers(c, GPT_ABORTS);
            }
            rig_stop(&rig);
        }
    }
}

/* An abort of the MSI itself comes from outside. */
static void test_msi_aborts(void **state)
{
    static const struct { SmmuIrqSource source; uint32_t gerror; } rows[] = {
        { SMMU_IRQ_GERROR, 1 << 7 }, { SMMU_IRQ_PRIQ, 1 << 6 },
        { SMMU_IRQ_EVENTQ, 1 << 5 }, { SMMU_IRQ_CMD_SYNC, 1 << 4 },
    };

    (void)state;
    for (CcaSecSid w = NS; w <= REALM; w++) {
        for (unsigned i = 0; w != SECURE && i < COUNT_OF(rows); i++) {
            rig_start(&rig, NULL);
            smmu_msi_aborted(rig.s, w, rows[i].source);
            assert_int_equal(rig_rd(&rig, w, SMMU_GERROR, 4), rows[i].gerror);
            /* All but the GERROR MSI's abort raise the GERROR interrupt. */
            assert_int_equal(rig.irqs, rows[i].source != SMMU_IRQ_GERROR);
            rig_stop(&rig);
        }
    }
    rig_start(&rig, NULL);
    smmu_msi_aborted(rig.s, 99, SMMU_IRQ_GERROR);
    smmu_msi_aborted(rig.s, NS, 99);
    assert_int_equal(rig_rd(&rig, NS, SMMU_GERROR, 4), 0);
    rig_stop(&rig);
}

/* ROOT_CR0.ACCESSEN is 0: nothing reaches memory, and the FAR says why. */
static void test_no_access(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        const Case *c = &cases[i];
        uint64_t accesses;

        set_up(c);
        prepare(c);
        rig_root_wr(&rig, SMMU_ROOT_CR0, 4, 2);
        rig_forget_log(&rig);
        accesses = rig.accesses;
        assert_int_equal(act(c), SMMU_ABORT);
        assert_int_equal(rig.accesses, accesses);
        assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_GPF_FAR, 8) & 1, 1);
        assert_int_equal(rig_root_rd(&rig, SMMU_ROOT_GPT_CFG_FAR, 8), 0);
        rig_stop(&rig);
    }
}

/* ACCESSEN without GPCEN: unchecked, and no GPT is read. */
static void test_unchecked(void **state)
{
    RigOptions o = { .no_gpc = true };
    SmmuTxn txn = rig_read(NS, SID, IPA_BLOCK + 0x1234);
    SmmuOutput out;

    (void)state;
    rig_start(&rig, &o);
    tables = make_tables(&rig, NS);
    rig_stream(&rig, NS, SID, 6, tables.s2, tables.s1, NULL, NULL);
    rig_gpi(&rig, RIG_DATA + VA_BLOCK + 0x1000, 0);
    assert_int_equal(smmu_transact(rig.s, &txn, &out), SMMU_PASS);
    assert_int_equal(out.pa, RIG_DATA + VA_BLOCK + 0x1234);
    assert_int_equal(out.shift, 21);
    assert_int_equal(rig.gpt_reads, 0);
    rig_stop(&rig);
}

/* What passes in one PAS says nothing about another, nor about a neighbour. */
static void test_spaces_are_apart(void **state)
{
    static const struct { uint8_t gpi; CcaSecSid open; } rows[] = {
        { 9, NS }, { 8, SECURE }, { 11, REALM },
    };
    const uint64_t page = RIG_DATA + 0x5000;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        rig_start(&rig, NULL);
        rig_gpi(&rig, page, rows[i].gpi);
        for (unsigned n = 0; n < 2 * CCA_SEC_SID__COUNT; n++) {
            /* First the world that may, then all. */
            CcaSecSid w = (rows[i].open + n) % CCA_SEC_SID__COUNT;
            const Case c = { .world = w };

            rig_stream(&rig, w, SID, 4, 0, 0, NULL, NULL);
            assert_int_equal(transact(&c, page, false),
                             w == rows[i].open ? SMMU_PASS : SMMU_ABORT);
            assert_int_equal(transact(&c, page + 0x1000, false), SMMU_PASS);
            assert_int_equal(transact(&c, page - 1, false), SMMU_PASS);
        }
        rig_stop(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_aborts),
        cmocka_unit_test(test_gpt_forbids),
        cmocka_unit_test(test_gpt_aborts),
        cmocka_unit_test(test_msi_aborts),
        cmocka_unit_test(test_no_access),
        cmocka_unit_test(test_unchecked),
        cmocka_unit_test(test_spaces_are_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
