/*
 * cca-exerciser behind the SMMU of cca-virt: translation requests, its ATC
 * and invalidations, page requests, held DMA, Requester IDs that change on
 * the way. What the SMMU does is the subject of other tests; here is one
 * Non-secure stream with stage 2 only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"
#include "exerciser.h"
#include "hw/pci/pci_regs.h"
#include "hw/smmuv3-rme/cmd-fields.h"
#include "ste-s2.h"

#define SMMU        0x0b000000ull
#define PAGE1       (SMMU + 0x10000)

/* In memory */
#define BASE        0x50000000ull
#define STRTAB      BASE
#define CMDQ        (BASE + 0x10000)
#define EVENTQ      (BASE + 0x20000)
#define PRIQ        (BASE + 0x30000)
#define S2_L1       (BASE + 0x40000)
#define S2_L2       (BASE + 0x41000)
#define S2_L3       (BASE + 0x42000)
#define PAGES       (BASE + 0x100000)
#define PAGE(n)     (PAGES + (n) * 0x1000ull)

enum { LOG2_STREAMS = 8, LOG2_QUEUE = 4, QUEUE = 1 << LOG2_QUEUE };

/* Stage 2 descriptors */
#define S2_TABLE    3ull
#define S2_PAGE     (3ull | 0xfull << 2 | 3ull << 8 | 1ull << 10)
#define S2_READ     (1ull << 6)
#define S2_WRITE    (2ull << 6)

/* What the StreamWorld of the test is like. */
typedef struct World {
    QTestState *s;
    Exerciser ex;
    uint32_t commands;          /* given so far */
} World;

/* The page at @ipa is page @n, or nothing without @rights. */
static void map(World *w, uint64_t ipa, unsigned n, uint64_t rights)
{
    qtest_writeq(w->s, S2_L3 + ipa / 0x1000 * 8,
                 rights ? PAGE(n) | S2_PAGE | rights : 0);
}

static void stream(World *w, uint16_t sid, unsigned eats, bool stall)
{
    uint64_t ste[STE_WORDS] = { 0 };

    ste_s2_only(ste, S2_L1);
    SMMU_WSET(ste, STE_EATS, eats);
    SMMU_WSET(ste, STE_S2S, stall);
    for (unsigned i = 0; i < STE_WORDS; i++) {
        qtest_writeq(w->s, STRTAB + sid * STE_BYTES + i * 8, ste[i]);
    }
}

static World make(unsigned eats, bool stall, const char *args)
{
    World w = {
        .s = qtest_initf("-M cca-virt -m 512M -net none -device cca-exerciser "
                         "%s", args),
    };

    w.ex = exerciser_one(w.s);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_INFO), ==, INFO_PORT);
    stream(&w, w.ex.rid, eats, stall);
    qtest_writeq(w.s, S2_L1, S2_L2 | S2_TABLE);
    qtest_writeq(w.s, S2_L2, S2_L3 | S2_TABLE);
    qtest_writeq(w.s, SMMU + SMMU_STRTAB_BASE, STRTAB);
    qtest_writel(w.s, SMMU + SMMU_STRTAB_BASE_CFG, LOG2_STREAMS);
    qtest_writeq(w.s, SMMU + SMMU_CMDQ_BASE, CMDQ | LOG2_QUEUE);
    qtest_writeq(w.s, SMMU + SMMU_EVENTQ_BASE, EVENTQ | LOG2_QUEUE);
    qtest_writeq(w.s, SMMU + SMMU_PRIQ_BASE, PRIQ | LOG2_QUEUE);
    qtest_writel(w.s, SMMU + SMMU_CR2, 2);      /* record bad StreamIDs */
    qtest_writel(w.s, SMMU + SMMU_CR0, 0x1f);   /* all, and ATSCHK */
    g_assert_cmphex(qtest_readl(w.s, SMMU + SMMU_CR0ACK), ==, 0x1f);
    return w;
}

/* Give a command, and CMD_SYNC. Returns the error of the queue. */
static unsigned command(World *w, const uint64_t cmd[2])
{
    const uint64_t sync[2] = { SMMU_CMD_SYNC };
    const uint64_t *both[] = { cmd, sync };
    uint32_t cons;

    for (unsigned i = 0; i < 2; i++) {
        uint64_t at = CMDQ + w->commands % QUEUE * 16;

        qtest_writeq(w->s, at, both[i][0]);
        qtest_writeq(w->s, at + 8, both[i][1]);
        w->commands++;
    }
    qtest_writel(w->s, SMMU + SMMU_CMDQ_PROD, w->commands % (2 * QUEUE));
    cons = qtest_readl(w->s, SMMU + SMMU_CMDQ_CONS);
    if (!SMMU_GET(cons, SMMU_CMDQ_CONS_ERR)) {
        g_assert_cmphex(cons, ==, w->commands % (2 * QUEUE));
    }
    return SMMU_GET(cons, SMMU_CMDQ_CONS_ERR);
}

/* Forget the translations of all; the device is told nothing. */
static void tlbi(World *w)
{
    const uint64_t cmd[2] = { SMMU_CMD_TLBI_NSNH_ALL };

    g_assert_cmpuint(command(w, cmd), ==, 0);
}

static unsigned atc_inv(World *w, uint64_t addr, unsigned log2_pages)
{
    uint64_t cmd[2] = { SMMU_CMD_ATC_INV, addr };

    SMMU_WSET(cmd, CMD_SID, w->ex.rid);
    SMMU_WSET(cmd, CMD_ATC_SIZE, log2_pages);
    return command(w, cmd);
}

/* The next event, whose number and StreamID are checked; returns its STAG. */
static unsigned event(World *w, unsigned number, uint32_t sid)
{
    uint32_t cons = qtest_readl(w->s, PAGE1 + SMMU_EVENTQ_CONS);
    uint64_t at = EVENTQ + cons % QUEUE * 32, first, second;

    g_assert_cmphex(qtest_readl(w->s, PAGE1 + SMMU_EVENTQ_PROD), !=, cons);
    first = qtest_readq(w->s, at);
    second = qtest_readq(w->s, at + 8);
    g_assert_cmphex(first & 0xff, ==, number);
    g_assert_cmphex(first >> 32, ==, sid);
    qtest_writel(w->s, PAGE1 + SMMU_EVENTQ_CONS, (cons + 1) % (2 * QUEUE));
    return second & 0xffff;
}

static void no_event(World *w)
{
    g_assert_cmphex(qtest_readl(w->s, PAGE1 + SMMU_EVENTQ_PROD), ==,
                    qtest_readl(w->s, PAGE1 + SMMU_EVENTQ_CONS));
}

enum { C_BAD_STREAMID = 0x02, C_BAD_STE = 0x04, F_TRANSLATION = 0x10,
       F_PERMISSION = 0x13 };

/* --- DMA ------------------------------------------------------------------ */

static void test_translated(void)
{
    World w = make(0, false, "");
    ExerciserId bad = { .forge = true, .rid = 0x1234 };
    ExerciserId realm = { .sec_sid = 2 };
    uint8_t data[0x1800], seen[0x1800];
    uint64_t value;

    map(&w, 0x1000, 7, S2_READ | S2_WRITE);
    map(&w, 0x2000, 3, S2_READ | S2_WRITE);
    map(&w, 0x3000, 4, S2_READ);
    for (unsigned i = 0; i < sizeof(data); i++) {
        data[i] = i * 7 + (i >> 8);
    }
    /* Two pages that are not neighbours in memory. */
    g_assert_cmpuint(exerciser_write(&w.ex, NULL, 0x1400, data, sizeof(data)),
                     ==, EXERCISER_CAUSE_NONE);
    qtest_memread(w.s, PAGE(7) + 0x400, seen, 0xc00);
    g_assert_cmpmem(seen, 0xc00, data, 0xc00);
    qtest_memread(w.s, PAGE(3), seen, 0xc00);
    g_assert_cmpmem(seen, 0xc00, data + 0xc00, 0xc00);
    g_assert_cmpuint(exerciser_read(&w.ex, NULL, 0x1400, seen, sizeof(seen)),
                     ==, EXERCISER_CAUSE_NONE);
    g_assert_cmpmem(seen, sizeof(seen), data, sizeof(data));
    no_event(&w);
    /* Faults, each with its event. */
    g_assert_cmpuint(exerciser_readq(&w.ex, NULL, 0x3000, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmpuint(exerciser_writeq(&w.ex, NULL, 0x3000, 1), ==,
                     EXERCISER_CAUSE_ABORT);
    event(&w, F_PERMISSION, w.ex.rid);
    g_assert_cmpuint(exerciser_readq(&w.ex, NULL, 0x4000, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    event(&w, F_TRANSLATION, w.ex.rid);
    g_assert_cmpuint(exerciser_readq(&w.ex, &bad, 0x1000, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    event(&w, C_BAD_STREAMID, 0x1234);
    bad.rid = 0x20;
    g_assert_cmpuint(exerciser_readq(&w.ex, &bad, 0x1000, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    event(&w, C_BAD_STE, 0x20);
    /* A Realm stream never comes by the Non-secure table. */
    g_assert_cmpuint(exerciser_readq(&w.ex, &realm, 0x1000, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    no_event(&w);
    qtest_quit(w.s);
}

/* MSIs are DMA, too. */
static void test_msi(void)
{
    World w = make(0, false, "");

    exerciser_msix_set(&w.ex, 2, 0x5040, 0xbeef);
    exerciser_msix_enable(&w.ex, true);
    exerciser_fire(&w.ex, 2);
    event(&w, F_TRANSLATION, w.ex.rid);
    map(&w, 0x5000, 9, S2_WRITE);
    exerciser_fire(&w.ex, 2);
    no_event(&w);
    g_assert_cmphex(qtest_readl(w.s, PAGE(9) + 0x40), ==, 0xbeef);
    /* They are of the device's world; Realm streams are aborted here. */
    qtest_writel(w.s, PAGE(9) + 0x40, 0);
    exerciser_set_reg(&w.ex, EXERCISER_SEC_SID_CTL, 2);
    exerciser_fire(&w.ex, 2);
    g_assert_cmphex(qtest_readl(w.s, PAGE(9) + 0x40), ==, 0);
    no_event(&w);
    qtest_quit(w.s);
}

/* Another Requester ID than the device has, from the fault site. */
static void test_fault_rid(void)
{
    World w = make(0, false, "");
    g_autofree char *id = arm(w.s, "{ 'site': 'dma.rid', 'action': 'flip',"
                              " 'mask': 16, 'nth': 2 }");
    uint64_t value;

    map(&w, 0x1000, 7, S2_READ);
    g_assert_cmpuint(exerciser_readq(&w.ex, NULL, 0x1000, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmpuint(exerciser_readq(&w.ex, NULL, 0x1000, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    event(&w, C_BAD_STE, w.ex.rid ^ 16);
    g_assert_cmpuint(exerciser_readq(&w.ex, NULL, 0x1000, &value), ==,
                     EXERCISER_CAUSE_NONE);
    qtest_quit(w.s);
}

/* --- ATS ------------------------------------------------------------------ */

static void test_ats(void)
{
    World w = make(1, false, "");
    ExerciserId translated = { .translated = true };
    ExerciserId by_atc = { .use_atc = true };
    ExerciserAts a;
    uint64_t value;

    exerciser_enable(&w.ex, true, false, false);
    map(&w, 0x1000, 7, S2_READ | S2_WRITE);
    map(&w, 0x2000, 3, S2_READ);
    a = exerciser_ats(&w.ex, NULL, 0x1ff8, true);
    g_assert_cmpuint(a.cause, ==, EXERCISER_CAUSE_NONE);
    g_assert_cmphex(a.addr, ==, PAGE(7));
    g_assert_cmphex(a.size, ==, 4096);
    g_assert_cmphex(a.perm, ==, ATS_PERM_READ | ATS_PERM_WRITE);
    g_assert(a.cacheable);
    a = exerciser_ats(&w.ex, NULL, 0x2000, true);
    g_assert_cmphex(a.addr, ==, PAGE(3));
    g_assert_cmphex(a.perm, ==, ATS_PERM_READ);
    a = exerciser_ats(&w.ex, NULL, 0x3000, false);
    g_assert_cmpuint(a.cause, ==, EXERCISER_CAUSE_NONE);
    g_assert_cmphex(a.perm, ==, 0);
    g_assert(!a.cacheable);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCCTL), ==,
                    2 << ATCCTL_ENTRIES_SHIFT);

    /* By the ATC, whatever the tables say now. */
    map(&w, 0x1000, 8, S2_READ | S2_WRITE);
    tlbi(&w);
    g_assert_cmpuint(exerciser_writeq(&w.ex, &by_atc, 0x1008, 0xaaaa), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(qtest_readq(w.s, PAGE(7) + 8), ==, 0xaaaa);
    g_assert_cmpuint(exerciser_writeq(&w.ex, NULL, 0x1008, 0xbbbb), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(qtest_readq(w.s, PAGE(8) + 8), ==, 0xbbbb);
    g_assert_cmphex(qtest_readq(w.s, PAGE(7) + 8), ==, 0xaaaa);
    /* What it does not hold, does not cover, does not allow. */
    g_assert_cmpuint(exerciser_readq(&w.ex, &by_atc, 0x3000, &value), ==,
                     EXERCISER_CAUSE_ATC);
    g_assert_cmpuint(exerciser_readq(&w.ex, &by_atc, 0x1ffc, &value), ==,
                     EXERCISER_CAUSE_ATC);
    g_assert_cmpuint(exerciser_readq(&w.ex, &by_atc, 0x2000, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmpuint(exerciser_writeq(&w.ex, &by_atc, 0x2000, 1), ==,
                     EXERCISER_CAUSE_ATC);
    /* A translated address of one's own. */
    g_assert_cmpuint(exerciser_readq(&w.ex, &translated, PAGE(7) + 8, &value),
                     ==, EXERCISER_CAUSE_NONE);
    g_assert_cmphex(value, ==, 0xaaaa);
    no_event(&w);

    /* Software's own clearing, and disabling ATS, empty the ATC. */
    exerciser_set_reg(&w.ex, EXERCISER_ATSCTL, ATSCTL_INVALIDATE);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCCTL), ==, 0);
    exerciser_ats(&w.ex, NULL, 0x1000, false);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCCTL), ==,
                    1 << ATCCTL_ENTRIES_SHIFT);
    exerciser_enable(&w.ex, false, false, false);
    exerciser_enable(&w.ex, true, false, false);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCCTL), ==, 0);
    qtest_quit(w.s);
}

static void test_atc_inv(void)
{
    World w = make(1, false, "");
    ExerciserId by_atc = { .use_atc = true };
    uint64_t value;

    exerciser_enable(&w.ex, true, false, false);
    map(&w, 0x1000, 7, S2_READ | S2_WRITE);
    map(&w, 0x2000, 3, S2_READ);
    exerciser_ats(&w.ex, NULL, 0x1000, true);
    exerciser_ats(&w.ex, NULL, 0x2000, true);
    g_assert_cmpuint(atc_inv(&w, 0x4000, 0), ==, 0);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCCTL), ==,
                    2 << ATCCTL_ENTRIES_SHIFT);
    g_assert(!(exerciser_reg(&w.ex, EXERCISER_ATSCTL) & ATSCTL_INVALIDATED));
    g_assert_cmpuint(atc_inv(&w, 0x1000, 0), ==, 0);
    g_assert(exerciser_reg(&w.ex, EXERCISER_ATSCTL) & ATSCTL_INVALIDATED);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCCTL), ==,
                    1 << ATCCTL_ENTRIES_SHIFT);
    g_assert_cmpuint(exerciser_readq(&w.ex, &by_atc, 0x1000, &value), ==,
                     EXERCISER_CAUSE_ATC);
    g_assert_cmpuint(exerciser_readq(&w.ex, &by_atc, 0x2000, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmpuint(atc_inv(&w, 0, 52), ==, 0);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCCTL), ==, 0);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCINV), ==, 3);
    /* A device that refuses: no error, but no invalidation (3.9.1.5). */
    exerciser_ats(&w.ex, NULL, 0x2000, true);
    exerciser_set_reg(&w.ex, EXERCISER_ATCCTL, ATCCTL_REFUSE);
    g_assert_cmpuint(atc_inv(&w, 0, 52), ==, 0);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_ATCCTL), ==,
                    ATCCTL_REFUSE | 1 << ATCCTL_ENTRIES_SHIFT);
    qtest_quit(w.s);
}

/* --- PRI ------------------------------------------------------------------ */

static void respond(World *w, unsigned group, unsigned code)
{
    uint64_t cmd[2] = { SMMU_CMD_PRI_RESP };

    SMMU_WSET(cmd, CMD_SID, w->ex.rid);
    SMMU_WSET(cmd, CMD_PRI_PRGINDEX, group);
    SMMU_WSET(cmd, CMD_PRI_RESPONSE, code);
    g_assert_cmpuint(command(w, cmd), ==, 0);
}

static void test_pri(void)
{
    World w = make(1, false, "");
    unsigned status = exerciser_ext_cap(&w.ex, PCI_EXT_CAP_ID_PRI) +
                      PCI_PRI_STATUS;
    uint16_t idle = PCI_PRI_STATUS_PASID;

    exerciser_enable(&w.ex, true, false, true);
    g_assert(exerciser_page_request(&w.ex, NULL, 0x7000, PRICTL_READ, 5));
    g_assert(exerciser_page_request(&w.ex, NULL, 0x8000, PRICTL_WRITE |
                                    PRICTL_LAST, 5));
    g_assert(exerciser_page_request(&w.ex, NULL, 0x9000, PRICTL_READ |
                                    PRICTL_LAST, 511));
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_PRICOUNT), ==, 3);
    g_assert_cmphex(qtest_readl(w.s, PAGE1 + SMMU_PRIQ_PROD), ==, 3);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmphex(qtest_readl(w.s, PRIQ + 16 * i), ==, w.ex.rid);
        g_assert_cmphex(qtest_readq(w.s, PRIQ + 16 * i + 8) & ~0xfffull, ==,
                        0x7000 + 0x1000 * i);
    }
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_PRIRSP), ==, 0);
    respond(&w, 5, CMD_PRI_RESPONSE_SUCCESS);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_PRIRSP), ==, PRIRSP_VALID |
                    CMD_PRI_RESPONSE_SUCCESS << PRIRSP_CODE_SHIFT | 5);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_PRICOUNT), ==,
                    1 | 1 << PRICOUNT_RESPONSES_SHIFT);
    g_assert_cmphex(exerciser_config16(&w.ex, status), ==, idle);
    exerciser_set_reg(&w.ex, EXERCISER_PRIRSP, 0);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_PRIRSP), ==, 0);
    /* One that nobody asked for; then a failure, after which it is over. */
    respond(&w, 5, CMD_PRI_RESPONSE_SUCCESS);
    g_assert_cmphex(exerciser_config16(&w.ex, status), ==,
                    idle | PCI_PRI_STATUS_UPRGI);
    respond(&w, 511, CMD_PRI_RESPONSE_FAILURE);
    g_assert_cmphex(exerciser_config16(&w.ex, status), ==,
                    idle | PCI_PRI_STATUS_UPRGI | PCI_PRI_STATUS_RF);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_PRICOUNT), ==,
                    3 << PRICOUNT_RESPONSES_SHIFT);
    g_assert(!exerciser_page_request(&w.ex, NULL, 0x7000, PRICTL_LAST, 1));
    exerciser_enable(&w.ex, true, false, false);
    exerciser_enable(&w.ex, true, false, true);
    g_assert_cmphex(exerciser_config16(&w.ex, status), ==, idle);
    /* Software allots one. */
    exerciser_set_config(&w.ex, status - PCI_PRI_STATUS + PCI_PRI_ALLOC_REQ,
                         1);
    g_assert(exerciser_page_request(&w.ex, NULL, 0x7000, PRICTL_LAST |
                                    PRICTL_READ, 1));
    g_assert(!exerciser_page_request(&w.ex, NULL, 0x7000, PRICTL_LAST |
                                     PRICTL_READ, 2));
    qtest_quit(w.s);
}

/* --- stalls --------------------------------------------------------------- */

static void resume(World *w, unsigned stag, bool retry, bool abort)
{
    uint64_t cmd[2] = { SMMU_CMD_RESUME };

    SMMU_WSET(cmd, CMD_SID, w->ex.rid);
    SMMU_WSET(cmd, CMD_RESUME_AC, retry);
    SMMU_WSET(cmd, CMD_RESUME_AB, abort);
    SMMU_WSET(cmd, CMD_RESUME_STAG, stag);
    g_assert_cmpuint(command(w, cmd), ==, 0);
}

static unsigned cause_now(const World *w)
{
    return (exerciser_reg(&w->ex, EXERCISER_DMASTATUS) & DMASTATUS_CAUSE) >>
           DMASTATUS_CAUSE_SHIFT;
}

static void test_held(void)
{
    World w = make(0, true, "-global cca-smmuv3.stall=on");
    ExerciserId patient = { .stallable = true };
    unsigned stag;

    /* One that may not be held ends at once. */
    g_assert_cmpuint(exerciser_writeq(&w.ex, NULL, 0x6000, 1), ==,
                     EXERCISER_CAUSE_ABORT);
    event(&w, F_TRANSLATION, w.ex.rid);
    /* Held, then let go on. */
    g_assert_cmpuint(exerciser_writeq(&w.ex, &patient, 0x6010, 0x5151), ==,
                     EXERCISER_CAUSE_HELD);
    stag = event(&w, F_TRANSLATION, w.ex.rid);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_INFO), ==,
                    INFO_PORT | INFO_HELD);
    g_assert(exerciser_reg(&w.ex, EXERCISER_DMACTL1) & DMACTL1_GO);
    exerciser_set_reg(&w.ex, EXERCISER_DMASTATUS, DMASTATUS_CLEAR);
    g_assert_cmpuint(cause_now(&w), ==, EXERCISER_CAUSE_HELD);
    map(&w, 0x6000, 2, S2_READ | S2_WRITE);
    g_assert_cmphex(qtest_readq(w.s, PAGE(2) + 0x10), ==, 0);
    resume(&w, stag, true, false);
    g_assert_cmpuint(cause_now(&w), ==, EXERCISER_CAUSE_NONE);
    g_assert_cmphex(qtest_readq(w.s, PAGE(2) + 0x10), ==, 0x5151);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_INFO), ==, INFO_PORT);
    /* Held, then ended, in both ways. */
    for (unsigned abort = 0; abort < 2; abort++) {
        g_assert_cmpuint(exerciser_writeq(&w.ex, &patient, 0x7000, 1), ==,
                         EXERCISER_CAUSE_HELD);
        stag = event(&w, F_TRANSLATION, w.ex.rid);
        resume(&w, stag, false, abort);
        g_assert_cmpuint(cause_now(&w), ==, abort ? EXERCISER_CAUSE_ABORT :
                                                    EXERCISER_CAUSE_NONE);
    }
    /* A reset ends it, too. */
    g_assert_cmpuint(exerciser_writeq(&w.ex, &patient, 0x7000, 1), ==,
                     EXERCISER_CAUSE_HELD);
    qtest_system_reset(w.s);
    w.ex = exerciser_one(w.s);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_INFO), ==, INFO_PORT);
    g_assert_cmphex(exerciser_reg(&w.ex, EXERCISER_DMASTATUS), ==, 0);
    qtest_quit(w.s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/exerciser-smmu/translated", test_translated);
    qtest_add_func("cca/exerciser-smmu/msi", test_msi);
    qtest_add_func("cca/exerciser-smmu/fault-rid", test_fault_rid);
    qtest_add_func("cca/exerciser-smmu/ats", test_ats);
    qtest_add_func("cca/exerciser-smmu/atc-inv", test_atc_inv);
    qtest_add_func("cca/exerciser-smmu/pri", test_pri);
    qtest_add_func("cca/exerciser-smmu/held", test_held);
    return g_test_run();
}
