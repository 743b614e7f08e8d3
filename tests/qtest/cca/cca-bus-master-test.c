/*
 * Bus masters outside the SMMU pass granule protection: which granules they
 * reach, and when they see a change of the tables. fw_cfg's DMA stands for
 * all masters: it is synchronous, and reads and writes what it is told.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "masters.h"
#include "qemu/bswap.h"

#define FW_CFG_DMA      0x09020010u
#define FW_CFG_NAME     "fw-cfg"

enum { ERROR = 1, READ = 2, SELECT = 8, WRITE = 16 };
enum { KEY_SIGNATURE = 0, KEY_DIRECTORY = 0x19 };

/* Where things are: a granule each, far from what others cache with it. */
#define DESCRIPTOR      GRANULE(0)
#define BUFFER          GRANULE(0x100)
#define SCRATCH         GRANULE(0x200)

/* Other machines' RAM is where the image and its tables are here. */
#define FAR             0x60000000u

static const char *const modes[] = { "off", "on" };

static QTestState *start(const char *strict)
{
    g_autofree char *args = g_strdup_printf(
        "-machine strict-tlb=%s -device vmcoreinfo -smp 2", strict);

    return guest_start(args);
}

/*
 * One transfer of @length bytes of the file @key, with descriptor and buffer
 * at these addresses. Returns the control word as it is then.
 */
static uint32_t transfer(QTestState *s, uint64_t descriptor, unsigned key,
                         uint32_t operation, uint64_t buffer, uint32_t length)
{
    uint32_t control = key << 16 | SELECT | operation;

    qtest_writel(s, descriptor, cpu_to_be32(control));
    qtest_writel(s, descriptor + 4, cpu_to_be32(length));
    qtest_writeq(s, descriptor + 8, cpu_to_be64(buffer));
    qtest_writeq(s, FW_CFG_DMA, cpu_to_be64(descriptor));
    return be32_to_cpu(qtest_readl(s, descriptor));
}

/* Have the device write the four letters of its signature to @buffer. */
static bool device_writes(QTestState *s, uint64_t buffer)
{
    uint32_t result;

    qtest_writel(s, buffer, 0);
    result = transfer(s, DESCRIPTOR, KEY_SIGNATURE, READ, buffer, 4);
    g_assert(result == 0 || result == ERROR);
    g_assert_cmphex(qtest_readl(s, buffer), ==,
                    result == ERROR ? 0 : cpu_to_be32(0x51454d55));
    return result == 0;
}

/* The key of etc/vmcoreinfo, the file that software may write. */
static unsigned writable_key(QTestState *s)
{
    enum { ENTRY = 64 };
    uint32_t n;

    g_assert_cmphex(transfer(s, DESCRIPTOR, KEY_DIRECTORY, READ, SCRATCH,
                             0x1000), ==, 0);
    n = be32_to_cpu(qtest_readl(s, SCRATCH));
    for (uint32_t i = 0; i < n; i++) {
        uint64_t entry = SCRATCH + 4 + i * ENTRY;
        char name[56];

        qtest_memread(s, entry + 8, name, sizeof(name));
        if (!strcmp(name, "etc/vmcoreinfo")) {
            return be16_to_cpu(qtest_readw(s, entry + 4));
        }
    }
    g_error("no etc/vmcoreinfo");
}

/* The newest fault, of an access to some of the 16 bytes at @address. */
static void check_fault(QTestState *s, const char *fault, unsigned level,
                        uint64_t address, bool write)
{
    Master m = master_of(s, FW_CFG_NAME);

    g_assert_cmpstr(m.fault, ==, fault);
    g_assert_cmpuint(m.level, ==, level);
    g_assert_cmphex(m.address, >=, address);
    g_assert_cmphex(m.address, <, address + 16);
    g_assert_cmpint(m.write, ==, write);
}

/* The device writes to a granule of each kind. */
static void test_writes(const void *strict)
{
    QTestState *s = start(strict);

    for (const Gpi *g = all_gpis; g->name; g++) {
        uint64_t before = master_of(s, FW_CFG_NAME).faults;

        g_test_message("%s", g->name);
        set_granule(s, BUFFER, g->gpi);
        g_assert_cmpint(device_writes(s, BUFFER + 0xffc), ==, g->passes);
        g_assert_cmpuint(master_of(s, FW_CFG_NAME).faults - before, ==,
                         !g->passes);
        if (!g->passes) {
            check_fault(s, "protection", 1, BUFFER + 0xffc, true);
        }
    }
    qtest_quit(s);
}

/* The device reads from one: nothing of it may get into the file. */
static void test_reads(const void *strict)
{
    QTestState *s = start(strict);
    unsigned key = writable_key(s);

    for (const Gpi *g = all_gpis; g->name; g++) {
        uint64_t secret = 0x1111111111111111ull * (g->gpi + 1);
        uint64_t before = 0x0123456789abcdefull, now;

        g_test_message("%s", g->name);
        set_granule(s, BUFFER, GPI_NS);
        qtest_writeq(s, BUFFER, before);
        qtest_writeq(s, BUFFER + 8, before);
        g_assert_cmphex(transfer(s, DESCRIPTOR, key, WRITE, BUFFER, 16), ==,
                        0);
        set_granule(s, BUFFER, g->gpi);
        qtest_writeq(s, BUFFER, secret);
        qtest_writeq(s, BUFFER + 8, secret);
        g_assert_cmphex(transfer(s, DESCRIPTOR, key, WRITE, BUFFER, 16), ==,
                        g->passes ? 0 : ERROR);
        if (!g->passes) {
            check_fault(s, "protection", 1, BUFFER, false);
        }
        g_assert_cmphex(transfer(s, DESCRIPTOR, key, READ, SCRATCH, 16), ==,
                        0);
        now = qtest_readq(s, SCRATCH);
        if (g->passes) {
            g_assert_cmphex(now, ==, secret);
        } else {
            g_assert_cmphex(now, !=, secret);
        }
    }
    qtest_quit(s);
}

/* The descriptor is in one: it is neither read nor written. */
static void test_descriptor(const void *strict)
{
    QTestState *s = start(strict);

    for (const Gpi *g = all_gpis; g->name; g++) {
        uint64_t before = master_of(s, FW_CFG_NAME).faults;

        g_test_message("%s", g->name);
        set_granule(s, SCRATCH, g->gpi);
        qtest_writel(s, BUFFER, 0);
        g_assert_cmphex(transfer(s, SCRATCH, KEY_SIGNATURE, READ, BUFFER, 4),
                        ==, g->passes ? 0 : READ | SELECT);
        g_assert_cmphex(qtest_readl(s, BUFFER), ==,
                        g->passes ? cpu_to_be32(0x51454d55) : 0);
        g_assert_cmpint(master_of(s, FW_CFG_NAME).faults == before, ==,
                        g->passes);
    }
    qtest_quit(s);
}

/* What comes before a granule that refuses is done, nothing after. */
static void test_boundary(const void *strict)
{
    QTestState *s = start(strict);

    set_granule(s, BUFFER + 0x1000, GPI_REALM);
    qtest_writeq(s, BUFFER + 0xffc, 0);
    g_assert_cmphex(transfer(s, DESCRIPTOR, KEY_SIGNATURE, READ,
                             BUFFER + 0xffe, 4), ==, ERROR);
    g_assert_cmphex(qtest_readl(s, BUFFER + 0xffc), ==, 0x45510000);
    g_assert_cmphex(qtest_readl(s, BUFFER + 0x1000), ==, 0);
    check_fault(s, "protection", 1, BUFFER + 0x1000, true);
    qtest_quit(s);
}

/*
 * A step towards a change of the buffer's granule, and whether the device
 * writes to it afterwards: with strict-tlb=off, and with on.
 */
typedef struct Step {
    const char *name;
    enum MailboxCommand command;
    uint64_t address, value, size;
    unsigned pe;
    bool passes[2];
} Step;

static const Step steps[] = {
    /* Permission goes, entry by entry. */
    { "warm", MAILBOX_NOP, 0, 0, 0, 0, { true, true } },
    { "Realm, no TLBI", MAILBOX_SET_GPI, BUFFER, GPI_REALM, 0, 0,
      { false, true } },
    { "PAALL, of PE 0 only", MAILBOX_PAALL, 0, 0, 0, 0, { false, true } },
    { "PAALL of PE 1", MAILBOX_PAALL, 0, 0, 0, 1, { false, true } },
    { "by VA", MAILBOX_TLBI_VA, 0, 0, 0, 0, { false, true } },
    { "RPAOS elsewhere", MAILBOX_RPAOS, BUFFER + 0x10000, 0, 0x1000, 0,
      { false, true } },
    { "RPALOS", MAILBOX_RPALOS, BUFFER, 0, 0x1000, 0, { false, false } },
    /* Refusal is held as well. */
    { "Non-secure, no TLBI", MAILBOX_SET_GPI, BUFFER, GPI_NS, 0, 0,
      { true, false } },
    { "RPAOS by PE 1", MAILBOX_RPAOS, BUFFER, 0, 0x1000, 1, { true, true } },
    { "Root, no TLBI", MAILBOX_SET_GPI, BUFFER, GPI_ROOT, 0, 0,
      { false, true } },
    { "PAALLOS", MAILBOX_PAALLOS, 0, 0, 0, 0, { false, false } },
    { "checks off", MAILBOX_GPC_OFF, 0, 0, 0, 0, { true, true } },
    { "checks on", MAILBOX_GPC_ON, 0, 0, 0, 0, { false, false } },
    { "Non-secure again, no TLBI", MAILBOX_SET_GPI, BUFFER, GPI_NS, 0, 0,
      { true, false } },
    { "PAALLOS again", MAILBOX_PAALLOS, 0, 0, 0, 0, { true, true } },
    /* Level 0 entries are held by last-level TLBIs. */
    { "level 0: No access, no TLBI", MAILBOX_SET_L0, BUFFER, 0x1, 0, 0,
      { false, true } },
    { "RPALOS keeps level 0", MAILBOX_RPALOS, BUFFER, 0, 0x1000, 0,
      { false, true } },
    { "RPAOS takes it", MAILBOX_RPAOS, BUFFER, 0, 0x1000, 0,
      { false, false } },
};

static void test_tlbi(const void *strict)
{
    QTestState *s = start(strict);
    bool is_strict = !strcmp(strict, "on");

    for (const Step *p = steps; p < steps + ARRAY_SIZE(steps); p++) {
        g_test_message("%s", p->name);
        guest_do(s, (GuestRequest) {
            .command = p->command, .address = p->address, .value = p->value,
            .size = p->size, .pe = p->pe,
        });
        /* The descriptor is not under the entries that change. */
        qtest_writel(s, BUFFER, 0);
        g_assert_cmphex(transfer(s, FAR, KEY_SIGNATURE, READ, BUFFER, 4), ==,
                        p->passes[is_strict] ? 0 : ERROR);
        g_assert_cmphex(qtest_readl(s, BUFFER), ==,
                        p->passes[is_strict] ? cpu_to_be32(0x51454d55) : 0);
    }
    qtest_quit(s);
}

/* Each other kind of fault, by the entry or the configuration that makes it. */
typedef struct Kind {
    const char *name;
    enum MailboxCommand command;
    uint64_t value;
    const char *fault;          /* NULL: passes */
    unsigned level;
} Kind;

static const Kind kinds[] = {
    { "level 0 invalid", MAILBOX_SET_L0, 0, "walk", 0 },
    { "level 0 reserved type", MAILBOX_SET_L0, 0xf, "walk", 0 },
    { "level 0 Block, No access", MAILBOX_SET_L0, 0x1, "protection", 0 },
    { "level 0 Block, Realm", MAILBOX_SET_L0, 0xb1, "protection", 0 },
    { "level 0 Block, Non-secure", MAILBOX_SET_L0, 0x91, NULL, 0 },
    { "level 0 Block, Any", MAILBOX_SET_L0, 0xf1, NULL, 0 },
    { "table above PPS", MAILBOX_SET_L0, 1ull << 44 | 3, "address-size", 0 },
    { "table in no memory", MAILBOX_SET_L0, 0xf000000000 | 3,
      "external-abort", 1 },
    { "table in a device", MAILBOX_SET_L0, 0x09000000 | 3, "external-abort",
      1 },
    { "level 1 reserved GPI", MAILBOX_SET_ENTRY, 0x9999999999999992ull,
      "walk", 1 },
    { "level 1 one slot reserved", MAILBOX_SET_ENTRY, 0x2999999999999999ull,
      "walk", 1 },
    { "level 1 Contiguous 2M, Realm", MAILBOX_SET_ENTRY, 0x1b1,
      "protection", 1 },
    { "level 1 Contiguous 2M, Non-secure", MAILBOX_SET_ENTRY, 0x191, NULL, 0 },
    { "level 1 Non-secure", MAILBOX_SET_ENTRY, 0x9999999999999999ull, NULL,
      0 },
    { "level 1 NSO, without GPCCR_EL3.NSO", MAILBOX_SET_ENTRY,
      0xdddddddddddddddd, "walk", 1 },
    { "NSPAD", MAILBOX_GPC_ON, 1 << 6, "protection", 0 },
    { "SPAD, RLPAD", MAILBOX_GPC_ON, 1 << 7 | 1 << 5, NULL, 0 },
};

static void test_kinds(const void *strict)
{
    QTestState *s = start(strict);
    uint64_t l0 = qtest_readq(s, MAILBOX_GPT_L0 + 16);

    for (const Kind *k = kinds; k < kinds + ARRAY_SIZE(kinds); k++) {
        Master before = master_of(s, FW_CFG_NAME), after;

        g_test_message("%s", k->name);
        guest_do(s, (GuestRequest) {
            .command = k->command, .address = BUFFER, .value = k->value,
        });
        guest_command(s, MAILBOX_PAALLOS);
        qtest_writel(s, BUFFER, 0);
        transfer(s, FAR, KEY_SIGNATURE, READ, BUFFER, 4);
        after = master_of(s, FW_CFG_NAME);
        if (k->fault) {
            g_assert_cmphex(qtest_readl(s, BUFFER), ==, 0);
            g_assert_cmpuint(after.faults, >, before.faults);
            g_assert_cmpstr(after.fault, ==, k->fault);
            g_assert_cmpuint(after.level, ==, k->level);
        } else {
            g_assert_cmphex(qtest_readl(s, BUFFER), ==,
                            cpu_to_be32(0x51454d55));
            g_assert_cmpuint(after.faults, ==, before.faults);
        }
        guest_do(s, (GuestRequest) {
            .command = MAILBOX_SET_L0, .address = BUFFER, .value = l0,
        });
        guest_do(s, (GuestRequest) {
            .command = MAILBOX_SET_ENTRY, .address = BUFFER,
            .value = 0xffffffffffffffffull,
        });
        guest_do(s, (GuestRequest) { .command = MAILBOX_GPC_ON });
    }
    qtest_quit(s);
}

/* Faults of the sites: of this requester, and of no other. */
static void test_sites(void)
{
    QTestState *s = start("on");
    Master m = master_of(s, FW_CFG_NAME);
    g_autofree char *fail = NULL, *other = NULL, *drop = NULL;
    g_autofree char *json = g_strdup_printf(
        "{ 'site': 'gpc.verdict', 'action': 'wrong-fail', 'device': %" PRIu64
        ", 'addr': %" PRIu64 " }", m.id, (uint64_t)BUFFER);
    QDict *f;

    g_assert(device_writes(s, BUFFER));
    other = arm(s, "{ 'site': 'gpc.verdict', 'action': 'wrong-fail',"
                   " 'device': 4660 }");
    g_assert(device_writes(s, BUFFER));
    fail = arm(s, json);
    g_assert(!device_writes(s, BUFFER));
    f = next_firing(s);
    g_assert_cmphex(member_uint(f, "address"), ==, BUFFER);
    g_assert_cmpuint(member_uint(qdict_get_qdict(f, "requester"), "id"), ==,
                     m.id);
    qobject_unref(f);
    disarm(s, fail);
    g_assert(device_writes(s, BUFFER));

    /* An invalidation that is lost is lost for devices as well. */
    drop = arm(s, "{ 'site': 'tlbi.pa', 'action': 'drop' }");
    set_granule(s, BUFFER, GPI_REALM);
    g_assert(device_writes(s, BUFFER));
    disarm(s, drop);
    guest_command(s, MAILBOX_PAALLOS);
    g_assert(!device_writes(s, BUFFER));
    qtest_quit(s);
}

/*
 * A reset turns checks off, as it does for PEs, and forgets: also where no
 * invalidation of the image that starts anew arrives.
 */
static void test_reset(void)
{
    QTestState *s = start("on");

    set_granule(s, BUFFER, GPI_REALM);
    g_assert(!device_writes(s, BUFFER));
    g_free(arm(s, "{ 'site': 'tlbi.pa', 'action': 'drop' }"));
    qtest_qmp_assert_success(s, "{ 'execute': 'stop' }");
    qtest_system_reset(s);
    g_assert(device_writes(s, BUFFER));
    qtest_writeq(s, MAILBOX_ADDRESS + offsetof(struct Mailbox, magic), 0);
    guest_wait(s);
    g_assert_cmpuint(master_of(s, FW_CFG_NAME).checks, >, 0);
    /* The new tables say Any. */
    g_assert(device_writes(s, BUFFER));
    guest_set_gpi(s, BUFFER, GPI_REALM);
    g_assert(device_writes(s, BUFFER));
    qtest_quit(s);
}

/* Without RME there are no masters, and nothing is refused. */
static void test_without_rme(void)
{
    static const char *const machines[] = { "cca-virt,rme=off", "virt" };

    for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
        QTestState *s = qtest_initf("-M %s -m 2G -net none", machines[i]);
        QDict *answer = qtest_qmp_assert_success_ref(
            s, "{ 'execute': 'query-cca-gpc-faults' }");

        g_assert(qlist_empty(qdict_get_qlist(answer, "masters")));
        g_assert(device_writes(s, BUFFER));
        qobject_unref(answer);
        qtest_quit(s);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*fn)(const void *strict);
    } tests[] = {
        { "writes", test_writes }, { "reads", test_reads },
        { "descriptor", test_descriptor }, { "boundary", test_boundary },
        { "tlbi", test_tlbi }, { "kinds", test_kinds },
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
        for (size_t m = 0; m < ARRAY_SIZE(modes); m++) {
            g_autofree char *name = g_strdup_printf(
                "cca/bus-master/strict-%s/%s", modes[m], tests[i].name);

            qtest_add_data_func(name, modes[m], tests[i].fn);
        }
    }
    qtest_add_func("cca/bus-master/sites", test_sites);
    qtest_add_func("cca/bus-master/reset", test_reset);
    qtest_add_func("cca/bus-master/without-rme", test_without_rme);
    return g_test_run();
}
