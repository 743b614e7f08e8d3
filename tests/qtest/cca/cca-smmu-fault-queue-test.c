/*
 * The fault sites of the SMMU's queues: commands, invalidations, events,
 * MSIs. What each action does to registers, queues and memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-fault.h"
#include "smmu-stream.h"

enum { NS = 1 << W_NS, SEC = 1 << W_SECURE, RLM = 1 << W_REALM,
       ANY_WORLD = NS | SEC | RLM, NOT_SECURE = NS | RLM };
enum { OP_CFGI_STE = 0x03, OP_TLBI_NH_ALL = 0x10, OP_TLBI_S2_IPA = 0x2a,
       OP_TLBI_NSNH_ALL = 0x30, OP_ATC_INV = 0x40, OP_SYNC = 0x46,
       OP_TLBI_SNH_ALL = 0x60, SSEC = 1 << 10, CS_IRQ = 1 << 12 };
enum { SID_OF_NOBODY = 0x77, OVERFLOW_BIT = 31 };
#define MSI_DATA 0x600dcafeu
#define HOUR     3600000000000ull
#define SECOND   1000000000ull

static Smmu smmu;

static void begin(SmmuWorld world, const char *name, unsigned eventq_log2)
{
    const SmmuConfig config = {
        .two_level = true, .log2size = 16, .split = 8, .cmdq_log2 = 6,
        .eventq_log2 = eventq_log2, .priq_log2 = 4,
    };

    if (smmu.world != world) {
        smmu_switch(&smmu, world);
    }
    smmu.what = name;
    smmu_reset(&smmu);
    smmu_configure(&smmu, &config);
}

static uint64_t ssec(void)
{
    return smmu.world == W_SECURE ? SSEC : 0;
}

/* Where the next command will be. */
static uint64_t next_cmd(void)
{
    uint32_t size = 1u << smmu.config.cmdq_log2;

    return smmu.cmdq + (smmu.cmdq_prod & (size - 1)) * 16ull;
}

static void expect(const char *what, uint64_t seen, uint64_t want)
{
    if (seen != want) {
        smmu_fail(&smmu, "%s is 0x%" PRIx64 ", not 0x%" PRIx64, what, seen,
                  want);
    }
}

static void bypass(SmmuStream *x)
{
    smmu_stream_new(&smmu, x, &(SmmuShape) { .config = CFG_BYPASS });
    smmu_stream_install(x);
}

/* --- commands ------------------------------------------------------------- */

/* A CFGI_STE that is lost: the old STE is used. */
static void cmdq_drop(void)
{
    SmmuDma dma = { 0 };
    g_autofree char *id = NULL;
    SmmuStream x = { 0 };
    SmmuEvt event;
    uint64_t at, none[8] = { 0 }, w0;

    bypass(&x);
    smmu_stream_access(&x, &dma, END_WORKS);
    smmu_poke(&smmu, x.ste_at, none, 8);
    id = arm(smmu.qts, "{ 'site': 'smmu.cmdq', 'action': 'drop', 'nth': 1 }");
    at = next_cmd();
    w0 = OP_CFGI_STE | ssec() | (uint64_t)x.sid << 32;
    smmu_cmd(&smmu, w0, 1);
    smmu_sync(&smmu);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.cmdq", "drop", at, true, false, w0 });
    smmu_stream_access(&x, &dma, END_WORKS);
    smmu_expect_event(&smmu, NULL);
    /* The next one counts. */
    smmu_cmd(&smmu, w0, 1);
    smmu_sync(&smmu);
    smmu_stream_access(&x, &dma, END_ABORT);
    event = smmu_stream_event(&x, &dma, C_BAD_STE);
    smmu_expect_event(&smmu, &event);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

static void cmdq_duplicate(void)
{
    g_autofree char *id = NULL;
    SmmuStream x = { 0 };
    uint64_t at, w0;

    smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_S1 });
    x.ste.eats = EATS_FULL;
    smmu_stream_install(&x);
    w0 = OP_ATC_INV | (uint64_t)x.sid << 32;
    for (unsigned round = 0; round < 2; round++) {
        exerciser_set_reg(&smmu.ex, EXERCISER_ATCINV, 0);
        at = next_cmd();
        smmu_cmd(&smmu, w0, 52);
        smmu_sync(&smmu);
        expect("ATCINV", exerciser_reg(&smmu.ex, EXERCISER_ATCINV),
               round ? 2 : 1);
        if (!round) {
            id = arm(smmu.qts, "{ 'site': 'smmu.cmdq', 'action': 'duplicate',"
                     " 'nth': 1 }");
        }
    }
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.cmdq", "duplicate", at, true, false, w0 });
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

/* An opcode that there is not; both names of the action. */
static void flip_opcode(const char *action)
{
    g_autofree char *id = NULL, *json = NULL;
    uint64_t at = next_cmd();
    uint32_t cons = smmu_read(&smmu, R_CMDQ_CONS);

    json = g_strdup_printf("{ 'site': 'smmu.cmdq', 'action': '%s',"
                           " 'mask': 185, 'count': 1, 'addr': %" PRIu64
                           ", 'size': 16 }", action, at);
    id = arm(smmu.qts, json);
    smmu_cmd(&smmu, OP_SYNC, 0);
    expect("CERROR", smmu_submit(&smmu), CERROR_ILL);
    expect("CMDQ_CONS", smmu_read(&smmu, R_CMDQ_CONS),
           (cons & 0xfffff) | CERROR_ILL << 24);
    smmu_expect_gerror(&smmu, GERROR_CMDQ);
    /* Memory has it right: acknowledged, it is fetched again and done. */
    smmu_gerror_ack(&smmu);
    expect("CERROR", smmu_submit(&smmu), CERROR_NONE);
    smmu_expect_gerror(&smmu, 0);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.cmdq", "flip", at, true, true, OP_SYNC, OP_SYNC ^ 185,
        .other = true });
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

static void cmdq_flip(void)
{
    flip_opcode("flip");
}

static void cmdq_corrupt(void)
{
    flip_opcode("corrupt");
}

/* The second word of CMD_SYNC: its MSI goes elsewhere. */
static void cmdq_flip_word_1(void)
{
    uint64_t page = smmu_alloc(&smmu, 8192), at = next_cmd();
    g_autofree char *id = NULL;

    id = arm(smmu.qts, "{ 'site': 'smmu.cmdq', 'action': 'flip', 'word': 1,"
             " 'mask': 4096, 'nth': 1 }");
    smmu_cmd(&smmu, OP_SYNC | CS_IRQ | (uint64_t)MSI_DATA << 32, page);
    expect("CERROR", smmu_submit(&smmu), CERROR_NONE);
    expect("memory", qtest_readl(smmu.qts, page), 0);
    expect("other memory", qtest_readl(smmu.qts, page + 4096), MSI_DATA);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.cmdq", "flip", at, true, true, page, page ^ 4096,
        .other = true, .device = MSI_DATA });
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

/* --- invalidations -------------------------------------------------------- */

static uint64_t read_word(const SmmuStream *x)
{
    ExerciserId self = { .sec_sid = smmu.world };
    uint64_t value;

    exerciser_readq(&smmu.ex, &self, x->va, &value);
    return value;
}

/* Stage 2 of one page; then it leads to the next page. */
static void remap(SmmuStream *x)
{
    uint64_t leaf;

    smmu_stream_new(&smmu, x, &(SmmuShape) { .config = CFG_S2 });
    smmu_stream_install(x);
    qtest_writeq(smmu.qts, x->page, 1);
    qtest_writeq(smmu.qts, x->page + 4096, 2);
    expect("data", read_word(x), 1);
    leaf = smmu_peek(&smmu, x->leaf2) + 4096;
    smmu_poke(&smmu, x->leaf2, &leaf, 1);
}

static void tlbi_drop(void)
{
    uint64_t op = smmu.world == W_SECURE ? OP_TLBI_SNH_ALL : OP_TLBI_NSNH_ALL;
    g_autofree char *id = NULL;
    SmmuStream x = { 0 };

    remap(&x);
    id = arm(smmu.qts, "{ 'site': 'smmu.tlbi', 'action': 'drop',"
             " 'nth': 1, 'every': 3 }");
    smmu_cmd(&smmu, op, 0);
    smmu_sync(&smmu);
    expect("data", read_word(&x), 1);
    smmu_expect_firing(&smmu, &(SmmuFiring) { "smmu.tlbi", "drop", 0,
                                              .other = true });
    smmu_cmd(&smmu, op, 0);
    smmu_sync(&smmu);
    expect("data", read_word(&x), 2);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

/* By address: the fault takes the invalidation of its page only. */
static void tlbi_drop_addr(void)
{
    for (unsigned here = 0; here < 2; here++) {
        g_autofree char *id = NULL, *json = NULL;
        SmmuStream x = { 0 };

        remap(&x);
        json = g_strdup_printf("{ 'site': 'smmu.tlbi', 'action': 'drop',"
                               " 'addr': %" PRIu64 " }",
                               x.ipa ^ (here ? 0 : 0x100000));
        id = arm(smmu.qts, json);
        smmu_cmd(&smmu, OP_TLBI_S2_IPA | (uint64_t)STREAM_VMID << 32, x.ipa);
        smmu_sync(&smmu);
        expect("data", read_word(&x), here ? 1 : 2);
        if (here) {
            smmu_expect_firing(&smmu, &(SmmuFiring) {
                "smmu.tlbi", "drop", x.ipa, .other = true });
        }
        disarm(smmu.qts, id);
        smmu_expect_no_firing(&smmu);
        smmu_forget(&smmu);
        expect("data", read_word(&x), 2);
    }
}

/* --- events --------------------------------------------------------------- */

/* An access that makes an event: the first word of the record. */
static uint64_t make_event(void)
{
    ExerciserId stranger = {
        .sec_sid = smmu.world, .forge = true, .rid = SID_OF_NOBODY,
    };

    g_assert_cmpuint(exerciser_dma(&smmu.ex, &stranger, false,
                                   MAILBOX_TEST_BASE, 0, 8), ==,
                     EXERCISER_CAUSE_ABORT);
    return C_BAD_STREAMID | (uint64_t)SID_OF_NOBODY << 32;
}

static uint64_t next_event_at(void)
{
    uint32_t size = 1u << smmu.config.eventq_log2;

    return smmu.eventq + (smmu_read(&smmu, R_EVENTQ_PROD) & (size - 1)) * 32;
}

static void eventq(const char *action, uint32_t flag)
{
    const SmmuEvt event = { .id = C_BAD_STREAMID, .sid = SID_OF_NOBODY };
    uint32_t prod = smmu_read(&smmu, R_EVENTQ_PROD);
    uint64_t at = next_event_at(), record;
    g_autofree char *id = NULL, *json = NULL;

    /* An entry for the stranger may be held from a table of before. */
    smmu_forget(&smmu);
    json = g_strdup_printf("{ 'site': 'smmu.eventq', 'action': '%s',"
                           " 'device': %u, 'nth': 1 }", action,
                           SID_OF_NOBODY);
    id = arm(smmu.qts, json);
    qtest_writeq(smmu.qts, at, 0);
    record = make_event();
    expect("EVENTQ_PROD", smmu_read(&smmu, R_EVENTQ_PROD), prod ^ flag);
    expect("memory", qtest_readq(smmu.qts, at), 0);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.eventq", action, at, true, false, record, .other = true,
        .device = SID_OF_NOBODY });
    make_event();
    smmu_expect_event(&smmu, &event);
    expect("EVENTQ_PROD", smmu_read(&smmu, R_EVENTQ_PROD), (prod ^ flag) + 1);
    smmu_expect_gerror(&smmu, 0);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
}

static void eventq_drop(void)
{
    eventq("drop", 0);
}

static void eventq_overflow(void)
{
    eventq("overflow", 1u << OVERFLOW_BIT);
}

/* A full queue: "drop" hides the overflow; "overflow" would change nothing. */
static void eventq_full(void)
{
    g_autofree char *drop = NULL, *overflow = NULL;
    uint32_t prod;

    begin(smmu.world, smmu.what, 0);
    make_event();
    prod = smmu_read(&smmu, R_EVENTQ_PROD);
    overflow = arm(smmu.qts, "{ 'site': 'smmu.eventq', 'action':"
                   " 'overflow' }");
    drop = arm(smmu.qts, "{ 'site': 'smmu.eventq', 'action': 'drop',"
               " 'nth': 1 }");
    make_event();
    expect("EVENTQ_PROD", smmu_read(&smmu, R_EVENTQ_PROD), prod);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.eventq", "drop", smmu.eventq, true, false,
        C_BAD_STREAMID | (uint64_t)SID_OF_NOBODY << 32, .other = true,
        .device = SID_OF_NOBODY });
    make_event();
    expect("EVENTQ_PROD", smmu_read(&smmu, R_EVENTQ_PROD),
           prod ^ 1u << OVERFLOW_BIT);
    disarm(smmu.qts, drop);
    disarm(smmu.qts, overflow);
    smmu_expect_no_firing(&smmu);
}

/* --- MSIs ----------------------------------------------------------------- */

typedef enum Source { S_SYNC, S_EVENTQ, S_PRIQ, S_GERROR, S__COUNT } Source;

static const struct {
    const char *name;
    unsigned cfg0, cfg1, enable;
    uint32_t error;             /* that is active anyway */
    uint32_t msi_error;
} sources[S__COUNT] = {
    [S_SYNC] = { "cmd-sync", .msi_error = GERROR_MSI_CMDQ },
    [S_EVENTQ] = { "eventq", R_EVENTQ_IRQ_CFG0, R_EVENTQ_IRQ_CFG1,
                   IRQ_EVENTQ, 0, GERROR_MSI_EVENTQ },
    [S_PRIQ] = { "priq", R_PRIQ_IRQ_CFG0, R_PRIQ_IRQ_CFG1, IRQ_PRIQ, 0,
                 GERROR_MSI_PRIQ },
    [S_GERROR] = { "gerror", R_GERROR_IRQ_CFG0, R_GERROR_IRQ_CFG1,
                   IRQ_GERROR, GERROR_CMDQ, GERROR_MSI_GERROR },
};

static void provoke(Source source, uint64_t page)
{
    ExerciserId self = { .sec_sid = smmu.world };

    switch (source) {
    case S_SYNC:
        smmu_cmd(&smmu, OP_SYNC | CS_IRQ | (uint64_t)MSI_DATA << 32, page);
        smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
        break;
    case S_EVENTQ:
        make_event();
        break;
    case S_PRIQ:
        exerciser_enable(&smmu.ex, true, true, true);
        exerciser_page_request(&smmu.ex, &self, 0x1000,
                               PRICTL_READ | PRICTL_LAST, 1);
        exerciser_enable(&smmu.ex, false, true, false);
        break;
    default:
        smmu_cmd(&smmu, 0xff, 0);
        smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
        break;
    }
}

typedef struct Msi {
    const char *action;
    uint32_t mask;              /* flip */
    uint32_t memory;            /* what is there then */
    bool error;
} Msi;

static const Msi msis[] = {
    { "drop" }, { "abort", .error = true },
    { "flip", 0xff00, MSI_DATA ^ 0xff00 },
};

typedef struct MsiRow {
    Source source;
    const Msi *msi;
} MsiRow;

static void run_msi(const MsiRow *r)
{
    const Msi *m = r->msi;
    uint64_t page = smmu_alloc(&smmu, 4096);
    g_autofree char *id = NULL, *json = NULL;

    smmu_write(&smmu, R_IRQ_CTRL, 0);
    if (r->source != S_SYNC) {
        smmu_write64(&smmu, sources[r->source].cfg0, page);
        smmu_write(&smmu, sources[r->source].cfg1, MSI_DATA);
        smmu_write(&smmu, R_IRQ_CTRL, sources[r->source].enable);
    }
    json = m->mask ?
           g_strdup_printf("{ 'site': 'smmu.msi', 'action': 'flip', 'mask':"
                           " %u, 'addr': %" PRIu64 " }", m->mask, page) :
           g_strdup_printf("{ 'site': 'smmu.msi', 'action': '%s' }",
                           m->action);
    id = arm(smmu.qts, json);
    provoke(r->source, page);
    smmu_expect_gerror(&smmu, sources[r->source].error |
                       (m->error ? sources[r->source].msi_error : 0));
    expect("memory", qtest_readl(smmu.qts, page), m->memory);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.msi", m->action, page, true, m->mask, MSI_DATA,
        MSI_DATA ^ m->mask, .other = true });
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
    smmu_write(&smmu, R_IRQ_CTRL, 0);
    smmu_disable(&smmu);
}

/* --- time (without a guest: the test moves the clock) --------------------- */

static void start_bare(const char *name, const char *args)
{
    smmu_start_bare(&smmu, args);
    begin(W_NS, name, 6);
}

/* The queue stands still for an hour, and goes on by itself. */
static void bare_stall(void)
{
    g_autofree char *id = NULL, *json = NULL;
    uint64_t page, at;
    uint32_t cons;

    start_bare("cmdq/stall", "");
    page = smmu_alloc(&smmu, 4096);
    cons = smmu_read(&smmu, R_CMDQ_CONS);
    json = g_strdup_printf("{ 'site': 'smmu.cmdq', 'action': 'stall',"
                           " 'delay': %" PRIu64 ", 'nth': 2 }",
                           (uint64_t)HOUR);
    id = arm(smmu.qts, json);
    smmu_cmd(&smmu, OP_SYNC, 0);
    at = next_cmd();
    smmu_cmd(&smmu, OP_SYNC | CS_IRQ | (uint64_t)MSI_DATA << 32, page);
    smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
    smmu_expect_firing(&smmu, &(SmmuFiring) {
        "smmu.cmdq", "stall", at, true, false,
        OP_SYNC | CS_IRQ | (uint64_t)MSI_DATA << 32, .other = true,
        .device = MSI_DATA });
    expect("CMDQ_CONS", smmu_read(&smmu, R_CMDQ_CONS), cons + 1);
    /* Neither disarming nor another command changes that. */
    disarm(smmu.qts, id);
    smmu_cmd(&smmu, OP_SYNC, 0);
    smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
    qtest_clock_step(smmu.qts, HOUR - 1);
    expect("CMDQ_CONS", smmu_read(&smmu, R_CMDQ_CONS), cons + 1);
    expect("memory", qtest_readl(smmu.qts, page), 0);
    /* Events are recorded meanwhile. */
    make_event();
    smmu_expect_event(&smmu, &(SmmuEvt) { .id = C_BAD_STREAMID,
                                          .sid = SID_OF_NOBODY });
    qtest_clock_step(smmu.qts, 1);
    expect("CMDQ_CONS", smmu_read(&smmu, R_CMDQ_CONS), cons + 3);
    expect("memory", qtest_readl(smmu.qts, page), MSI_DATA);
    smmu_expect_no_firing(&smmu);
    smmu_quit(&smmu);
}

/* Armed for every passage: it is fetched again, and stalls again. */
static void bare_stall_again(void)
{
    g_autofree char *id = NULL;
    uint32_t cons;

    start_bare("cmdq/stall-again", "");
    cons = smmu_read(&smmu, R_CMDQ_CONS);
    id = arm(smmu.qts, "{ 'site': 'smmu.cmdq', 'action': 'stall',"
             " 'delay': 1000000000 }");
    for (unsigned n = 0; n < 5; n++) {
        uint64_t at = next_cmd();

        if (n == 0) {
            smmu_cmd(&smmu, OP_SYNC, 0);
            smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
        } else {
            at -= 16;
            qtest_clock_step(smmu.qts, SECOND);
        }
        smmu_expect_firing(&smmu, &(SmmuFiring) {
            "smmu.cmdq", "stall", at, true, false, OP_SYNC, .other = true });
        smmu_expect_no_firing(&smmu);
        expect("CMDQ_CONS", smmu_read(&smmu, R_CMDQ_CONS), cons);
    }
    /* A reset ends it. */
    qtest_system_reset(smmu.qts);
    qtest_clock_step(smmu.qts, SECOND);
    smmu_expect_no_firing(&smmu);
    disarm(smmu.qts, id);
    smmu_quit(&smmu);
}

static void bare_delay(void)
{
    g_autofree char *id = NULL;
    SmmuStream x = { 0 };

    start_bare("tlbi/delay", "-machine strict-tlb=on");
    remap(&x);
    id = arm(smmu.qts, "{ 'site': 'smmu.tlbi', 'action': 'delay',"
             " 'delay': 1000000000, 'nth': 1 }");
    smmu_cmd(&smmu, OP_TLBI_NSNH_ALL, 0);
    smmu_sync(&smmu);
    smmu_expect_firing(&smmu, &(SmmuFiring) { "smmu.tlbi", "delay", 0,
                                              .other = true });
    expect("data", read_word(&x), 1);
    qtest_clock_step(smmu.qts, SECOND - 1);
    expect("data", read_word(&x), 1);
    qtest_clock_step(smmu.qts, 1);
    expect("data", read_word(&x), 2);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
    smmu_quit(&smmu);
}

/* What is held back is bounded; none of it gets lost. */
static void bare_delay_many(void)
{
    enum { MANY = 70 };
    g_autofree char *id = NULL;
    uint64_t leaf;
    SmmuStream x = { 0 };

    start_bare("tlbi/delay-many", "-machine strict-tlb=on");
    remap(&x);
    id = arm(smmu.qts, "{ 'site': 'smmu.tlbi', 'action': 'delay',"
             " 'delay': 1000000000 }");
    for (unsigned n = 0; n < MANY; n++) {
        smmu_cmd(&smmu, OP_TLBI_NH_ALL | 0x77ull << 32, 0);
        smmu_sync(&smmu);
        smmu_expect_firing(&smmu, &(SmmuFiring) { "smmu.tlbi", "delay", 0,
                                                  .other = true });
    }
    expect("data", read_word(&x), 1);
    /* No room to hold this one back: it takes effect. */
    smmu_cmd(&smmu, OP_TLBI_NSNH_ALL, 0);
    smmu_sync(&smmu);
    smmu_expect_firing(&smmu, &(SmmuFiring) { "smmu.tlbi", "delay", 0,
                                              .other = true });
    expect("data", read_word(&x), 2);
    /* And when they are all over, there is. */
    qtest_clock_step(smmu.qts, SECOND);
    leaf = smmu_peek(&smmu, x.leaf2) - 4096;
    smmu_poke(&smmu, x.leaf2, &leaf, 1);
    smmu_cmd(&smmu, OP_TLBI_NSNH_ALL, 0);
    smmu_sync(&smmu);
    smmu_expect_firing(&smmu, &(SmmuFiring) { "smmu.tlbi", "delay", 0,
                                              .other = true });
    expect("data", read_word(&x), 2);
    qtest_clock_step(smmu.qts, SECOND);
    expect("data", read_word(&x), 1);
    disarm(smmu.qts, id);
    smmu_expect_no_firing(&smmu);
    smmu_quit(&smmu);
}

/* -------------------------------------------------------------------------- */

typedef struct Row {
    const char *name;
    unsigned worlds;
    void (*run)(void);
} Row;

static const Row rows[] = {
    { "cmdq/drop", ANY_WORLD, cmdq_drop },
    { "cmdq/duplicate", NOT_SECURE, cmdq_duplicate },
    { "cmdq/flip", ANY_WORLD, cmdq_flip },
    { "cmdq/corrupt", ANY_WORLD, cmdq_corrupt },
    { "cmdq/flip-word-1", NOT_SECURE, cmdq_flip_word_1 },
    { "tlbi/drop", ANY_WORLD, tlbi_drop },
    { "tlbi/drop-addr", NOT_SECURE, tlbi_drop_addr },
    { "eventq/drop", ANY_WORLD, eventq_drop },
    { "eventq/overflow", ANY_WORLD, eventq_overflow },
    { "eventq/full", ANY_WORLD, eventq_full },
};

static const Row bare_rows[] = {
    { "cmdq/stall", NS, bare_stall },
    { "cmdq/stall-again", NS, bare_stall_again },
    { "tlbi/delay", NS, bare_delay },
    { "tlbi/delay-many", NS, bare_delay_many },
};

typedef struct Instance {
    char *name;
    SmmuWorld world;
    void (*run)(void);
    MsiRow msi;
} Instance;

static void run(const void *opaque)
{
    const Instance *i = opaque;

    if (!smmu.qts) {
        smmu_start(&smmu, W_NS, "");
        exerciser_enable(&smmu.ex, false, true, false);
        smmu_no_firings_yet();
    }
    begin(i->world, i->name, 6);
    if (i->run) {
        i->run();
    } else {
        run_msi(&i->msi);
    }
}

static void add(SmmuWorld world, const char *name, void (*f)(void),
                MsiRow msi)
{
    Instance *i = g_new(Instance, 1);

    *i = (Instance) {
        g_strdup_printf("cca/smmu-fault-queue/%s/%s", smmu_world_name(world),
                        name), world, f, msi,
    };
    qtest_add_data_func(i->name, i, run);
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(bare_rows); i++) {
        g_autofree char *path = g_strdup_printf("cca/smmu-fault-queue/bare/%s",
                                                bare_rows[i].name);

        qtest_add_func(path, bare_rows[i].run);
    }
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
            if (rows[i].worlds >> w & 1) {
                add(w, rows[i].name, rows[i].run, (MsiRow) { 0 });
            }
        }
        for (Source s = 0; w != W_SECURE && s < S__COUNT; s++) {
            for (size_t i = 0; i < ARRAY_SIZE(msis); i++) {
                g_autofree char *name = g_strdup_printf(
                    "msi/%s/%s", sources[s].name, msis[i].action);

                add(w, name, NULL, (MsiRow) { s, &msis[i] });
            }
        }
    }
    result = g_test_run();
    if (smmu.qts) {
        smmu_quit(&smmu);
    }
    return result;
}
