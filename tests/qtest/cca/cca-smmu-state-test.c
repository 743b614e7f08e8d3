/*
 * The SMMU in the middle of things is reset, saved and migrated: events that
 * nobody has read and one that was lost, an error of a Command queue, a
 * transaction that waits, programmed worlds, a Root page of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"

#define ARGS "-machine mec=on,mpe=off -global cca-smmuv3.stall=on"
#define PATTERN 0x5ca1ab1e00c0ffeeull
enum { OP_SYNC = 0x46, CS_IRQ = 1 << 12, OP_RESUME = 0x44,
       RESUME_RETRY = 1 << 12,
       SID_OF_NOBODY = 0x77, GMECID = 0x15, OVERFLOW_BIT = 31,
       DISK_BYTES = 64 * MIB };

/* The three worlds of one machine, and what they have. */
typedef struct Worlds {
    Smmu s[W__COUNT];
    SmmuStream ns, realm;
    uint64_t hidden;            /* a page of the Realm that it cannot reach */
} Worlds;

static Worlds w;

/* --- all registers -------------------------------------------------------- */

static const struct {
    unsigned from, to, pas;
} ranges[] = {
    { 0x00000, 0x00140, MAILBOX_NS },
    { 0x08000, 0x08140, MAILBOX_S },
    { 0x100a8, 0x100d0, MAILBOX_NS },
    { PAGE_ROOT, PAGE_ROOT + 0x60, MAILBOX_ROOT },
    { PAGE_REALM, PAGE_REALM + 0x240, MAILBOX_REALM },
    { PAGE_REALM + 0x100a8, PAGE_REALM + 0x100d0, MAILBOX_REALM },
};
enum { DUMP_MAX = 512 };

typedef struct Dump {
    unsigned n;
    uint32_t value[DUMP_MAX];
} Dump;

static void dump(QTestState *qts, Dump *d)
{
    d->n = 0;
    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
        for (unsigned at = ranges[i].from; at < ranges[i].to; at += 4) {
            g_assert_cmpuint(d->n, <, DUMP_MAX);
            d->value[d->n++] = guest_read(qts, SMMU_BASE + at, 4,
                                          ranges[i].pas);
        }
    }
}

static void expect_same(const char *when, const Dump *before,
                        const Dump *after)
{
    unsigned n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
        for (unsigned at = ranges[i].from; at < ranges[i].to; at += 4, n++) {
            if (before->value[n] != after->value[n]) {
                g_test_message("%s: +0x%x is 0x%x, not 0x%x", when, at,
                               after->value[n], before->value[n]);
                g_test_fail();
            }
        }
    }
}

static void expect(Smmu *s, const char *what, uint64_t seen, uint64_t want)
{
    if (seen != want) {
        smmu_fail(s, "%s is 0x%" PRIx64 ", not 0x%" PRIx64, what, seen, want);
    }
}

/* --- the middle of things ------------------------------------------------- */

static const SmmuEvt stranger_event = {
    .id = C_BAD_STREAMID, .sid = SID_OF_NOBODY,
};

static void make_event(Smmu *s)
{
    ExerciserId id = { .sec_sid = s->world, .forge = true,
                       .rid = SID_OF_NOBODY };

    g_assert_cmpuint(exerciser_dma(&s->ex, &id, false, MAILBOX_TEST_BASE, 0,
                                   8), ==, EXERCISER_CAUSE_ABORT);
}

static void configure(Smmu *s, unsigned eventq_log2)
{
    /* 64 streams: nobody's is beyond. */
    const SmmuConfig config = {
        .log2size = 6, .cmdq_log2 = 6, .eventq_log2 = eventq_log2,
        .priq_log2 = 4,
    };

    smmu_configure(s, &config);
}

/* A Realm with a stream, an event, a MECID; and a fault of its GPT. */
static void prepare_realm(Smmu *s)
{
    smmu_write(s, R_GMECID, GMECID);
    configure(s, 3);
    smmu_stream_new(s, &w.realm, &(SmmuShape) { .config = CFG_NESTED });
    smmu_stream_install(&w.realm);
    smmu_stream_access(&w.realm, &(SmmuDma) { 0 }, END_WORKS);
    smmu_gpi(s, w.realm.page, 4096, GPI_NO_ACCESS);
    smmu_tlbi_pa_all(s);
    smmu_stream_access(&w.realm, &(SmmuDma) { 0 }, END_ABORT);
    smmu_gpt_restore(s);
    w.hidden = smmu_alloc(s, 4096);
    smmu_gpi(s, w.hidden, 4096, GPI_NO_ACCESS);
    smmu_tlbi_pa_all(s);
    /* An error that running the queue again does not bring about. */
    smmu_cmd(s, OP_SYNC | CS_IRQ, w.hidden);
    expect(s, "CERROR", smmu_submit(s), CERROR_NONE);
    make_event(s);
}

/* The Root page decides from now on, by the tables that the PEs have, too. */
static void prepare_root(Smmu *s)
{
    uint64_t base = smmu_root_read64(s, ROOT_GPT_BASE);
    uint64_t config = smmu_root_read64(s, ROOT_GPT_BASE_CFG);

    smmu_root_write(s, ROOT_CR0, 0);
    smmu_root_write64(s, ROOT_GPT_BASE_CFG, config);
    smmu_root_write64(s, ROOT_GPT_BASE, base);
    smmu_root_write(s, ROOT_CR0, ROOT_CR0_ACCESSEN | ROOT_CR0_GPCEN);
}

/* A read that waits, its event, another, and one that found no room. */
static void prepare_ns(Smmu *s)
{
    ExerciserId waits = { .stallable = true };

    configure(s, 1);
    smmu_stream_new(s, &w.ns, &(SmmuShape) { .config = CFG_S1 });
    w.ns.cd.s = true;
    smmu_set_desc(&w.ns.s1, w.ns.leaf1, 0);
    smmu_stream_install(&w.ns);
    make_event(s);
    g_assert_cmpuint(exerciser_dma(&s->ex, &waits, false,
                                   w.ns.va + IN_PAGE, 0, 8), ==,
                     EXERCISER_CAUSE_HELD);
}

static void prepare(const char *args)
{
    Smmu *ns = &w.s[W_NS];

    memset(&w, 0, sizeof(w));
    smmu_start(ns, W_NS, args);
    for (SmmuWorld i = W_NS + 1; i < W__COUNT; i++) {
        w.s[i] = *ns;
        smmu_adopt(&w.s[i], i);
    }
}

/* What could not be done while a DMA is held comes first. */
static void make_busy(void)
{
    Smmu *ns = &w.s[W_NS];

    ns->what = "NS";
    w.s[W_SECURE].what = "Secure";
    w.s[W_REALM].what = "Realm";
    prepare_realm(&w.s[W_REALM]);
    prepare_root(&w.s[W_REALM]);
    configure(&w.s[W_SECURE], 4);
    make_event(&w.s[W_SECURE]);
    prepare_ns(ns);
    /* An illegal command, and one behind it. */
    smmu_cmd(ns, 0xff, 0);
    smmu_cmd(ns, OP_SYNC, 0);
    expect(ns, "CERROR", smmu_submit(ns), CERROR_ILL);
}

/* Everything goes on from where it was. */
static void go_on(QTestState *qts)
{
    Smmu *ns = &w.s[W_NS], *realm = &w.s[W_REALM];
    uint32_t cons = smmu_read(ns, R_CMDQ_CONS) & 0xfffff;
    const uint64_t sync[2] = { OP_SYNC, 0 };
    ExerciserId self = { .sec_sid = W_REALM };
    uint64_t seen, words[4] = { 0 };

    for (SmmuWorld i = 0; i < W__COUNT; i++) {
        w.s[i].qts = w.s[i].ex.qts = qts;
    }
    /* Non-secure: the error, the events, the transaction that waits */
    smmu_expect_gerror(ns, GERROR_CMDQ);
    smmu_poke(ns, ns->cmdq + (cons & 63) * 16ull, sync, 2);
    smmu_gerror_ack(ns);
    expect(ns, "CERROR", smmu_submit(ns), CERROR_NONE);
    g_assert(smmu_event(ns, words));
    expect(ns, "first event", words[0],
           C_BAD_STREAMID | (uint64_t)SID_OF_NOBODY << 32);
    g_assert(smmu_event(ns, words));
    expect(ns, "second event", words[0] & 0xff, F_TRANSLATION);
    expect(ns, "Stall", words[1] >> 31 & 1, 1);
    expect(ns, "a third event", smmu_event(ns, words), false);
    smmu_write(ns, R_EVENTQ_CONS, ns->eventq_cons);
    expect(ns, "HELD", exerciser_reg(&ns->ex, EXERCISER_INFO) & INFO_HELD,
           INFO_HELD);
    smmu_map(&w.ns.s1, w.ns.va & 0xffffffffffffull, w.ns.page, 3,
             w.ns.bits1);
    qtest_writeq(qts, w.ns.page + IN_PAGE, PATTERN);
    smmu_cmd(ns, OP_RESUME | RESUME_RETRY | (uint64_t)ns->ex.rid << 32,
             words[1] & 0xffff);
    smmu_sync(ns);
    for (unsigned i = 0; i < 10000 && exerciser_reg(&ns->ex, EXERCISER_INFO) &
         INFO_HELD; i++) {
        g_usleep(100);
    }
    expect(ns, "DMASTATUS", exerciser_reg(&ns->ex, EXERCISER_DMASTATUS), 0);
    expect(ns, "the data", qtest_readq(qts, ns->ex.ram), PATTERN);

    /* The others */
    smmu_expect_event(&w.s[W_SECURE], &stranger_event);
    smmu_expect_gerror(&w.s[W_SECURE], 0);
    smmu_expect_event(realm, &stranger_event);
    w.realm.s = realm;
    smmu_stream_access(&w.realm, &(SmmuDma) { 0 }, END_WORKS);
    smmu_expect_gerror(realm, GERROR_MSI_CMDQ);
    expect(realm, "GPF_FAR",
           smmu_root_read64(realm, ROOT_GPF_FAR),
           smmu_far(REASON_TRANSACTION, 0, w.realm.page, FPAS_REALM, 0));

    /* The Root page is its own: the PEs' does not count. */
    guest_do(qts, (GuestRequest) { .command = MAILBOX_GPC_OFF });
    smmu_set_desc(&w.realm.s2, w.realm.leaf2,
                  smmu_desc_addr(&w.realm.s2, w.hidden) | D_LEAF2 | 3);
    smmu_forget(realm);
    expect(realm, "the hidden page",
           exerciser_readq(&realm->ex, &self, w.realm.va, &seen),
           EXERCISER_CAUSE_ABORT);
    guest_do(qts, (GuestRequest) { .command = MAILBOX_GPC_ON });
}

/* --- reset ---------------------------------------------------------------- */

static void test_reset(void)
{
    static Dump fresh, busy, after;
    Smmu *ns = &w.s[W_NS];
    QTestState *qts;
    unsigned differ = 0;

    prepare(ARGS);
    qts = ns->qts;
    dump(qts, &fresh);
    make_busy();
    dump(qts, &busy);
    for (unsigned i = 0; i < fresh.n; i++) {
        differ += fresh.value[i] != busy.value[i];
    }
    g_assert_cmpuint(differ, >=, 50);
    qtest_writeq(qts, MAILBOX_ADDRESS, 0);
    qtest_system_reset(qts);
    guest_wait(qts);
    dump(qts, &after);
    expect_same("after reset", &fresh, &after);

    /* Nothing waits or comes back; the SMMU works as a new one. */
    ns->ex = exerciser_one(qts);
    expect(ns, "HELD", exerciser_reg(&ns->ex, EXERCISER_INFO) & INFO_HELD, 0);
    smmu_adopt(ns, W_NS);
    qtest_memset(qts, ns->strtab, 0, 4096);
    configure(ns, 4);
    smmu_expect_event(ns, NULL);
    smmu_expect_gerror(ns, 0);
    make_event(ns);
    smmu_expect_event(ns, &stranger_event);
    qtest_quit(qts);
}

/* --- migration ------------------------------------------------------------ */

static char *temporary(void)
{
    char *path = g_strdup_printf("%s/cca-smmu-XXXXXX", g_get_tmp_dir());
    int fd = g_mkstemp(path);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    return path;
}

static void test_migration(void)
{
    static Dump before, after;
    g_autofree char *path = temporary(), *uri = g_strdup_printf("file:%s",
                                                                path);
    g_autofree char *args = g_strdup_printf("-device cca-exerciser,addr=2.0 "
                                            ARGS " -incoming %s", uri);
    QTestState *s, *t;

    prepare(ARGS);
    make_busy();
    s = w.s[W_NS].qts;
    dump(s, &before);
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate', 'arguments':"
                             " { 'uri': %s } }", uri);
    wait_for_migration(s);
    qtest_quit(s);

    t = guest_start_paused(args);
    wait_for_migration(t);
    guest_wait(t);
    dump(t, &after);
    expect_same("after migration", &before, &after);
    for (SmmuWorld i = 0; i < W__COUNT; i++) {
        w.s[i].qts = w.s[i].ex.qts = t;
    }
    go_on(t);
    qtest_quit(t);
    unlink(path);
}

/* An SMMU with other features says so, and QEMU ends in order. */
static void test_other_features(void)
{
    static const struct {
        const char *args;
        const char *says;
    } others[] = {
        { "", "other features" },       /* without stalls */
        { ARGS " -global cca-smmuv3.msi=off", "other features" },
        { ARGS " -global cca-smmuv3.mecid-bits=8", "other features" },
        { ARGS " -global cca-smmuv3.dpt=on", "other features" },
        { ARGS " -global cca-smmuv3.bgptm=off", "other features" },
        { ARGS " -global cca-smmuv3.oas=48", "other features" },
        { ARGS " -global cca-smmuv3.cmdq-log2=7", "other features" },
        { ARGS " -global cca-smmuv3.secure=off", "other features" },
        { ARGS " -global cca-smmuv3.root-offset=0x60000", "other features" },
        { "-M smmu=off", "cca-smmuv3" },
    };
    const char *image = getenv("CCA_GUEST_IMAGE");
    g_autofree char *path = temporary(), *uri = g_strdup_printf("file:%s",
                                                                path);
    QTestState *s;

    prepare(ARGS);
    make_busy();
    s = w.s[W_NS].qts;
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate', 'arguments':"
                             " { 'uri': %s } }", uri);
    wait_for_migration(s);
    qtest_quit(s);
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        g_autofree char *line = g_strdup_printf(
            "timeout 60 %s -accel tcg -M cca-virt,mec=on,mpe=off -m 2G "
            "-net none -bios %s -serial none -display none -S "
            "-device cca-exerciser,addr=2.0 %s "
            "-incoming %s", getenv("QTEST_QEMU_BINARY"), image,
            others[i].args, uri);
        g_autofree char *err = NULL;
        int status;

        g_assert(g_spawn_command_line_sync(line, NULL, &err, &status, NULL));
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 1 ||
            !strstr(err, others[i].says)) {
            g_test_message("%s: wait status 0x%x, '%s'", others[i].args,
                           status, err);
            g_test_fail();
        }
    }
    unlink(path);
}

/* --- savevm, loadvm ------------------------------------------------------- */

static void wait_for_job(QTestState *s, const char *id)
{
    for (bool done = false; !done;) {
        QDict *answer = qtest_qmp(s, "{ 'execute': 'query-jobs' }");
        QListEntry *e;

        QLIST_FOREACH_ENTRY(qdict_get_qlist(answer, "return"), e) {
            QDict *job = qobject_to(QDict, qlist_entry_obj(e));

            if (!strcmp(member_str(job, "id"), id) &&
                !strcmp(member_str(job, "status"), "concluded")) {
                if (qdict_haskey(job, "error")) {
                    g_error("%s: %s", id, member_str(job, "error"));
                }
                done = true;
            }
        }
        qobject_unref(answer);
        g_usleep(1000);
    }
    qtest_qmp_assert_success(s, "{ 'execute': 'job-dismiss', 'arguments':"
                             " { 'id': %s } }", id);
}

static void make_disk(QTestState *s, const char *path)
{
    qtest_qmp_assert_success(s, "{ 'execute': 'blockdev-add', 'arguments':"
                             " { 'driver': 'file', 'filename': %s,"
                             " 'node-name': 'file' } }", path);
    qtest_qmp_assert_success(s, "{ 'execute': 'blockdev-create', 'arguments':"
                             " { 'job-id': 'make', 'options': { 'driver':"
                             " 'qcow2', 'file': 'file', 'size': %u } } }",
                             DISK_BYTES);
    wait_for_job(s, "make");
    qtest_qmp_assert_success(s, "{ 'execute': 'blockdev-add', 'arguments':"
                             " { 'driver': 'qcow2', 'file': 'file',"
                             " 'node-name': 'disk' } }");
}

static void test_snapshot(void)
{
    static Dump before, after;
    g_autofree char *path = temporary();
    static Worlds then;
    QTestState *s;

    prepare(ARGS);
    s = w.s[W_NS].qts;
    make_disk(s, path);
    make_busy();
    dump(s, &before);
    qtest_qmp_assert_success(s, "{ 'execute': 'snapshot-save', 'arguments':"
                             " { 'job-id': 'save', 'tag': 't', 'vmstate':"
                             " 'disk', 'devices': [ 'disk' ] } }");
    wait_for_job(s, "save");
    then = w;
    dump(s, &after);
    expect_same("after saving", &before, &after);
    go_on(s);
    qtest_qmp_assert_success(s, "{ 'execute': 'snapshot-load', 'arguments':"
                             " { 'job-id': 'load', 'tag': 't', 'vmstate':"
                             " 'disk', 'devices': [ 'disk' ] } }");
    wait_for_job(s, "load");
    qtest_qmp_assert_success(s, "{ 'execute': 'cont' }");
    w = then;
    w.ns.s = w.ns.s1.smmu = &w.s[W_NS];
    dump(s, &after);
    expect_same("after loading", &before, &after);
    go_on(s);
    qtest_quit(s);
    unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/smmu-state/reset", test_reset);
    qtest_add_func("cca/smmu-state/migration", test_migration);
    qtest_add_func("cca/smmu-state/other-features", test_other_features);
    qtest_add_func("cca/smmu-state/snapshot", test_snapshot);
    return g_test_run();
}
