/*
 * Memory Encryption Contexts of devices: which context the SMMU's own accesses
 * and those of its clients are made under, and what others find there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mec.h"
#include "smmu-stream.h"
#include "qemu/bswap.h"

enum {
    A = 5, B = 0x1234, G = 9,   /* MECIDs */
    LEN = 64, BLOCK = 16,       /* of data; of the cipher */
    ODD = 0x25,                 /* a byte in the middle of a block */
    OP_CMD_SYNC = 0x46,
};

static Smmu smmu;

static const uint8_t *pattern(void)
{
    static uint8_t bytes[LEN];

    for (unsigned i = 0; i < LEN; i++) {
        bytes[i] = i % BLOCK * 7 + 1;       /* equal blocks */
    }
    return bytes;
}

/* --- accesses ------------------------------------------------------------- */

static void dma(unsigned sec_sid, bool write, uint64_t addr, uint8_t *data)
{
    const ExerciserId id = { .sec_sid = sec_sid };

    g_assert_cmpuint((write ? exerciser_write(&smmu.ex, &id, addr, data, LEN) :
                      exerciser_read(&smmu.ex, &id, addr, data, LEN)), ==,
                     EXERCISER_CAUSE_NONE);
}

static bool reads_pattern(unsigned sec_sid, uint64_t addr)
{
    uint8_t seen[LEN];

    dma(sec_sid, false, addr, seen);
    return !memcmp(seen, pattern(), LEN);
}

/* The STE is the SMMU's, and under GMECID. */
static void set_stream_mecid(SmmuStream *x, unsigned mecid, unsigned gmecid)
{
    x->ste.mecid = mecid;
    x->has_s1 = false;          /* the CD stays as it is */
    smmu_mecid(&smmu, gmecid);
    smmu_stream_install(x);
    smmu_mecid(&smmu, mecid);
}

/* Enable the interface with its own structures under @gmecid. */
static void configure(unsigned gmecid)
{
    smmu_mecid(&smmu, gmecid);
    smmu_disable(&smmu);
    smmu_write(&smmu, R_GMECID, gmecid);
    smmu_configure(&smmu, NULL);
}

/* A Realm stream whose tables are under @mecid. */
static void make_stream(SmmuStream *x, unsigned config, unsigned mecid,
                        unsigned gmecid)
{
    SmmuShape shape = { .config = config };
    uint64_t words[8];

    smmu_mecid(&smmu, mecid);
    *x = (SmmuStream) { 0 };
    smmu_stream_new(&smmu, x, &shape);
    if (x->has_s1) {
        smmu_cd_pack(&x->cd, words);
        smmu_poke(&smmu, x->cd_at, words, 8);
    }
    set_stream_mecid(x, mecid, gmecid);
}

static const char *const policies[] = { "off", "mecid", "pas" };

static void start(const void *policy, SmmuWorld world)
{
    smmu_start_contexts(&smmu, world, policy, "-seed 7");
}

/* --- data ----------------------------------------------------------------- */

/* Which blocks of @seen are not those of the pattern: a bit for each. */
static unsigned damaged(const uint8_t *seen)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < LEN / BLOCK; i++) {
        bits |= !!memcmp(seen + i * BLOCK, pattern() + i * BLOCK, BLOCK) << i;
    }
    return bits;
}

static void test_data(const void *policy)
{
    bool off = !strcmp(policy, "off");
    uint8_t data[LEN], again[LEN];
    const ExerciserId id = { .sec_sid = W_REALM };
    SmmuStream x;

    start(policy, W_REALM);
    configure(0);
    make_stream(&x, CFG_BYPASS, A, 0);
    memcpy(data, pattern(), LEN);
    dma(W_REALM, true, x.page, data);
    g_assert(reads_pattern(W_REALM, x.page));

    /* Garbage under another MECID, the same each time, no block as another. */
    set_stream_mecid(&x, B, 0);
    dma(W_REALM, false, x.page, data);
    dma(W_REALM, false, x.page, again);
    g_assert_cmpmem(data, LEN, again, LEN);
    g_assert_cmphex(damaged(data), ==, off ? 0 : 0xf);
    g_assert_cmpint(!memcmp(data, data + BLOCK, BLOCK), ==, off);

    /* A write of one byte damages a block, and nothing else. */
    set_stream_mecid(&x, A, 0);
    g_assert(reads_pattern(W_REALM, x.page));
    set_stream_mecid(&x, B, 0);
    g_assert_cmpuint(exerciser_write(&smmu.ex, &id, x.page + ODD, "!", 1), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmpuint(exerciser_read(&smmu.ex, &id, x.page + ODD, again, 1), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(again[0], ==, '!');
    set_stream_mecid(&x, A, 0);
    dma(W_REALM, false, x.page, data);
    g_assert_cmphex(damaged(data), ==, 1 << ODD / BLOCK);
    if (off) {
        data[ODD] = pattern()[ODD];
        g_assert_cmphex(damaged(data), ==, 0);
    } else {
        g_assert_cmphex(data[ODD - 1], !=, pattern()[ODD - 1]);
    }
    smmu_quit(&smmu);
}

/*
 * No granule protection: what is between the worlds is the cipher. The device
 * reads untranslated in each of them.
 */
static void test_worlds(const void *policy)
{
    bool pas = !strcmp(policy, "pas"), mecid = !strcmp(policy, "mecid");
    uint8_t data[LEN], cpu[LEN];
    SmmuStream x;

    start(policy, W_REALM);
    configure(0);
    make_stream(&x, CFG_BYPASS, A, 0);
    memcpy(data, pattern(), LEN);
    dma(W_REALM, true, x.page, data);
    g_assert_cmpint(reads_pattern(W_NS, x.page), ==, !pas && !mecid);
    g_assert_cmpint(reads_pattern(W_SECURE, x.page), ==, !pas && !mecid);
    /* A host program that has no PAS is Non-secure, too. */
    dma(W_NS, false, x.page, data);
    qtest_memread(smmu.qts, x.page, cpu, LEN);
    g_assert_cmpmem(data, LEN, cpu, LEN);

    /* MECID 0 is one context with all other PAS, or one of its own. */
    set_stream_mecid(&x, 0, 0);
    memcpy(data, pattern(), LEN);
    dma(W_REALM, true, x.page, data);
    g_assert(reads_pattern(W_REALM, x.page));
    g_assert_cmpint(reads_pattern(W_NS, x.page), ==, !pas);
    g_assert_cmpint(reads_pattern(W_SECURE, x.page), ==, !pas);

    /* What Non-secure writes, a Realm does not find; and back. */
    memcpy(data, pattern(), LEN);
    dma(W_NS, true, x.page, data);
    g_assert(reads_pattern(W_NS, x.page));
    g_assert_cmpint(reads_pattern(W_REALM, x.page), ==, !pas);
    qtest_memread(smmu.qts, x.page, cpu, LEN);
    g_assert_cmpmem(cpu, LEN, pattern(), LEN);
    smmu_quit(&smmu);
}

/* PEs and devices of one context find each other's data. */
static void test_pe_and_device(const void *policy)
{
    uint8_t data[LEN];
    uint64_t word;
    SmmuStream x;

    start(policy, W_REALM);
    configure(0);
    make_stream(&x, CFG_BYPASS, A, 0);
    memcpy(data, pattern(), LEN);
    dma(W_REALM, true, x.page, data);
    memcpy(&word, pattern() + 8, 8);
    g_assert_cmphex(smmu_peek(&smmu, x.page + 8), ==, le64_to_cpu(word));
    /* The granule is now the PE's, under another MECID. */
    smmu_mecid(&smmu, B);
    g_assert_cmpint(smmu_peek(&smmu, x.page + 8) == le64_to_cpu(word), ==,
                    !strcmp(policy, "off"));
    g_assert(reads_pattern(W_REALM, x.page));
    memset(data, 0x77, LEN);
    dma(W_REALM, true, x.page, data);
    smmu_mecid(&smmu, A);
    g_assert_cmphex(smmu_peek(&smmu, x.page + 8), ==, 0x7777777777777777);
    smmu_quit(&smmu);
}

/*
 * A device's access comes when the key of its context is lost: a PE that has
 * the page in its TLB loses sight of the data, too.
 */
static void test_lost_key(void)
{
    g_autofree char *json = NULL, *id = NULL;
    uint64_t word;
    SmmuStream x;
    QDict *f;

    start("pas", W_REALM);
    configure(0);
    make_stream(&x, CFG_BYPASS, A, 0);
    memcpy(&word, pattern(), 8);
    smmu_poke(&smmu, x.page, &word, 1);
    json = g_strdup_printf("{ 'site': 'mec.key', 'action': 'drop', 'device':"
                           " %u, 'addr': %" PRIu64 " }", smmu.ex.rid, x.page);
    id = arm(smmu.qts, json);
    g_assert_cmphex(smmu_peek(&smmu, x.page), ==, word);
    g_assert_cmphex(smmu_peek(&smmu, x.page), ==, word);
    f = armed_fault(smmu.qts, id);
    g_assert_cmpuint(member_uint(f, "hits"), ==, 0);
    qobject_unref(f);
    g_assert(!reads_pattern(W_REALM, x.page));
    qobject_unref(next_firing(smmu.qts));
    g_assert_cmpuint(mec_counter(smmu.qts, "lost-keys"), ==, 1);
    g_assert_cmphex(smmu_peek(&smmu, x.page), !=, word);
    smmu_quit(&smmu);
}

/* --- what the SMMU does for itself ---------------------------------------- */

/* The structures of the interface are under GMECID, and nothing else. */
static void test_gmecid(const void *policy)
{
    bool off = !strcmp(policy, "off");
    const ExerciserId id = { .sec_sid = W_REALM };
    uint64_t words[8], at, msi, event[4];
    unsigned cause;
    uint8_t data[LEN];
    SmmuStream x;

    start(policy, W_REALM);
    configure(G);
    make_stream(&x, CFG_BYPASS, A, G);
    g_assert(!smmu_gerror(&smmu));
    memcpy(data, pattern(), LEN);
    dma(W_REALM, true, x.page, data);
    smmu_mecid(&smmu, A);
    memcpy(words, pattern(), 8);
    g_assert_cmphex(smmu_peek(&smmu, x.page), ==, le64_to_cpu(words[0]));

    /* An STE of another MECID */
    smmu_ste_pack(&x.ste, words);
    smmu_poke(&smmu, x.ste_at, words, 8);
    smmu_mecid(&smmu, G);
    smmu_forget(&smmu);
    cause = exerciser_read(&smmu.ex, &id, x.page, data, LEN);
    g_assert_cmpuint(cause, ==, off ? EXERCISER_CAUSE_NONE :
                                      EXERCISER_CAUSE_ABORT);
    /* Its event is in the queue, for who reads under GMECID. */
    if (!off) {
        smmu_mecid(&smmu, A);
        at = smmu.eventq + smmu.eventq_cons * 32ull;
        g_assert_cmphex(smmu_peek(&smmu, at + 16), !=, x.page);
        smmu_mecid(&smmu, G);
        g_assert(smmu_event(&smmu, event));
        g_assert_cmphex(event[0] & 0xff, ==, C_BAD_STE);
        g_assert_cmphex(event[0] >> 32, ==, x.sid);
    }
    g_assert(!smmu_event(&smmu, event));

    /* An MSI */
    msi = smmu_alloc(&smmu, 4096);
    smmu_cmd(&smmu, OP_CMD_SYNC | 1 << 12 | 0x5eull << 32, msi);
    g_assert_cmpuint(smmu_submit(&smmu), ==, CERROR_NONE);
    g_assert_cmphex(smmu_peek(&smmu, msi), ==, 0x5e);
    smmu_mecid(&smmu, A);
    g_assert_cmpint(smmu_peek(&smmu, msi) == 0x5e, ==, off);

    /* A command of another MECID */
    smmu_cmd(&smmu, OP_CMD_SYNC, 0);
    g_assert_cmpuint(smmu_submit(&smmu), ==, off ? CERROR_NONE : CERROR_ILL);
    smmu_quit(&smmu);
}

/* --- tables --------------------------------------------------------------- */

static unsigned access_at(uint64_t addr, bool write)
{
    const ExerciserId id = { .sec_sid = W_REALM };
    uint8_t data[8] = { 0 };

    return write ? exerciser_write(&smmu.ex, &id, addr, data, 8) :
                   exerciser_read(&smmu.ex, &id, addr, data, 8);
}

static unsigned access_of(const SmmuStream *x, bool write)
{
    return access_at(x->va, write);
}

/* The newest event: that of the stream's failed access. */
static unsigned take_event(const SmmuStream *x, unsigned gmecid)
{
    uint64_t words[4];

    smmu_mecid(&smmu, gmecid);
    g_assert(smmu_event(&smmu, words));
    g_assert_cmphex(words[0] >> 32, ==, x->sid);
    g_assert(!smmu_event(&smmu, words));
    return words[0] & 0xff;
}

/* What a walk may make of garbage. */
#define WALK_FAULTS (1u << F_TRANSLATION | 1u << F_ADDR_SIZE | \
                     1u << F_ACCESS | 1u << F_PERMISSION)

static void test_tables(unsigned config, const char *policy, unsigned events)
{
    bool off = !strcmp(policy, "off");
    SmmuStream x;

    start(policy, W_REALM);
    configure(G);
    make_stream(&x, config, A, G);
    g_assert_cmpuint(access_of(&x, false), ==, EXERCISER_CAUSE_NONE);

    /* The tables are as good as before, but not for this stream. */
    set_stream_mecid(&x, B, G);
    g_assert_cmpuint(access_of(&x, false), ==, off ? EXERCISER_CAUSE_NONE :
                                                     EXERCISER_CAUSE_ABORT);
    if (!off) {
        g_assert_cmphex(1u << take_event(&x, G) & events, !=, 0);
    }
    set_stream_mecid(&x, A, G);
    g_assert_cmpuint(access_of(&x, true), ==, EXERCISER_CAUSE_NONE);
    smmu_quit(&smmu);
}

static void test_stage2(const void *policy)
{
    test_tables(CFG_S2, policy, WALK_FAULTS);
}

static void test_stage1(const void *policy)
{
    test_tables(CFG_S1, policy, 1u << C_BAD_CD);
}

static void test_nested(const void *policy)
{
    test_tables(CFG_NESTED, policy, WALK_FAULTS);
}

/*
 * The Access flag is set in the table as the stream sees it, also while a PE
 * has the table's granule under another MECID.
 */
static void test_flags(const void *policy)
{
    SmmuStream x;

    start(policy, W_REALM);
    configure(0);
    make_stream(&x, CFG_S2, A, 0);
    for (unsigned other = 0; other < 2; other++) {
        uint64_t leaf;

        smmu_mecid(&smmu, A);
        leaf = smmu_desc(&x.s2, x.leaf2);
        smmu_set_desc(&x.s2, x.leaf2, leaf & ~D_AF);
        x.ste.s2ha = true;
        set_stream_mecid(&x, A, 0);
        if (other) {
            smmu_mecid(&smmu, B);
            smmu_peek(&smmu, x.leaf2);
        }
        g_assert_cmpuint(access_of(&x, true), ==, EXERCISER_CAUSE_NONE);
        smmu_mecid(&smmu, A);
        g_assert_cmphex(smmu_desc(&x.s2, x.leaf2), ==, leaf);
    }
    smmu_quit(&smmu);
}

/*
 * An answer that was kept counts only while its words are of the context they
 * were read under: here each of them is in the host's memory as it was. The
 * SMMU may hold one translation: another address comes in between.
 */
static void test_answers(const void *policy)
{
    uint64_t leaf, other;
    SmmuStream x;

    start(policy, W_REALM);
    configure(0);
    make_stream(&x, CFG_S2, A, 0);
    other = smmu_alloc(&smmu, 4096);
    smmu_stream_map2(&x, other);
    for (unsigned i = 0; i < 4; i++) {
        g_assert_cmpuint(access_of(&x, false), ==, EXERCISER_CAUSE_NONE);
        g_assert_cmpuint(access_at(other + x.offset, false), ==,
                         EXERCISER_CAUSE_NONE);
    }
    leaf = smmu_desc(&x.s2, x.leaf2);
    smmu_mecid(&smmu, B);
    smmu_set_desc(&x.s2, x.leaf2, leaf);
    g_assert_cmpuint(access_of(&x, false), ==, EXERCISER_CAUSE_ABORT);
    smmu_quit(&smmu);
}

/* What an ATC gives out is used under the stream's MECID, too. */
static void test_ats(const void *policy)
{
    const ExerciserId translated = { .sec_sid = W_REALM, .translated = true };
    const ExerciserId id = { .sec_sid = W_REALM };
    uint8_t data[LEN], seen[LEN];
    ExerciserAts ats;
    SmmuStream x;

    start(policy, W_REALM);
    configure(0);
    make_stream(&x, CFG_S2, A, 0);
    x.ste.eats = EATS_FULL;
    set_stream_mecid(&x, A, 0);
    exerciser_enable(&smmu.ex, true, false, false);
    memcpy(data, pattern(), LEN);
    dma(W_REALM, true, x.va, data);
    ats = exerciser_ats(&smmu.ex, &id, x.va, false);
    g_assert_cmpuint(ats.cause, ==, EXERCISER_CAUSE_NONE);
    g_assert_cmphex(ats.addr, ==, x.page);
    g_assert_cmpuint(exerciser_read(&smmu.ex, &translated, x.page, seen, LEN),
                     ==, EXERCISER_CAUSE_NONE);
    g_assert_cmpmem(seen, LEN, data, LEN);
    set_stream_mecid(&x, B, 0);
    g_assert_cmpuint(exerciser_read(&smmu.ex, &translated, x.page, seen, LEN),
                     ==, EXERCISER_CAUSE_NONE);
    g_assert_cmphex(damaged(seen), ==, strcmp(policy, "off") ? 0xf : 0);
    smmu_quit(&smmu);
}

/* --- Granule Protection Tables -------------------------------------------- */

/* The exception that EL3 takes for a Non-secure load at @pa: its EC, or 0. */
static unsigned load_ns(QTestState *s, uint64_t pa)
{
    return ESR_EC(guest_do(s, (GuestRequest) {
        .command = MAILBOX_LOAD, .address = pa, .pas = MAILBOX_NS, .el = 3,
        .world = MAILBOX_ROOT,
    }).esr);
}

/* They are in the Root PAS. */
static void test_gpt(const void *policy)
{
    bool pas = !strcmp(policy, "pas");
    uint64_t at = MAILBOX_TEST_BASE, entry, value;
    g_autofree char *args = g_strdup_printf("-machine mpe=%s -seed 7",
                                            (const char *)policy);
    QTestState *s = guest_start(args);

    guest_set_gpi(s, at, GPI_NS);
    guest_do(s, (GuestRequest) { .command = MAILBOX_PAALLOS });
    entry = guest_do(s, (GuestRequest) {
        .command = MAILBOX_ENTRY_ADDRESS, .address = at,
    }).result;
    g_assert_cmphex(load_ns(s, at), ==, 0);
    value = guest_read(s, entry, 8, MAILBOX_ROOT);
    g_assert_cmphex(value & 0xf, ==, GPI_NS);
    g_assert_cmpint(qtest_readq(s, entry) == value, ==, !pas);

    /* A walk finds them also in a granule that others use. */
    g_assert_cmpint(guest_read(s, entry, 8, MAILBOX_NS) == value, ==, !pas);
    guest_do(s, (GuestRequest) { .command = MAILBOX_PAALLOS });
    guest_tlbi_va(s, 0);
    g_assert_cmphex(load_ns(s, at), ==, 0);

    /* Somebody Non-secure writes what is there already. */
    qtest_writeq(s, entry, value);
    guest_do(s, (GuestRequest) { .command = MAILBOX_PAALLOS });
    guest_tlbi_va(s, 0);
    g_assert_cmphex(load_ns(s, at), ==, pas ? EC_GPC : 0);
    qtest_quit(s);
}

/* --- what is said of it --------------------------------------------------- */

static void test_width(void)
{
    enum { IDR3_MEC = 1 << 16, MECIDR = 0x220 };
    static const struct {
        const char *args;
        bool mec;
        unsigned width;
    } rows[] = {
        { "-machine mec=off", false, 0 }, { "", true, 16 },
        { "-machine mec=on,mecid-bits=1", true, 1 },
        { "-machine mec=on,mecid-bits=9", true, 9 },
        { "-machine mec=on -global cca-smmuv3.mec=off", false, 0 },
        { "-machine mec=on,mecid-bits=4 -global cca-smmuv3.mecid-bits=8",
          true, 8 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint32_t mask = rows[i].mec ? (1u << rows[i].width) - 1 : 0;

        smmu_start(&smmu, W_REALM, rows[i].args);
        g_assert_cmpint(!!(smmu_read(&smmu, R_IDR3) & IDR3_MEC), ==,
                        rows[i].mec);
        g_assert_cmpuint(smmu_read(&smmu, MECIDR), ==,
                         rows[i].mec ? rows[i].width - 1 : 0);
        smmu_write(&smmu, R_GMECID, UINT32_MAX);
        g_assert_cmphex(smmu_read(&smmu, R_GMECID), ==, mask);
        smmu_quit(&smmu);
    }
}

/* Bits above the width make no other context. */
static void test_high_bits(void)
{
    uint8_t data[LEN];
    SmmuStream x;

    smmu_start_contexts(&smmu, W_REALM, "pas", "-machine mecid-bits=3");
    configure(0);
    make_stream(&x, CFG_BYPASS, 5, 0);
    memcpy(data, pattern(), LEN);
    dma(W_REALM, true, x.page, data);
    set_stream_mecid(&x, 0xfff8 | 5, 0);
    g_assert(reads_pattern(W_REALM, x.page));
    set_stream_mecid(&x, 0xfff8 | 1, 0);
    g_assert(!reads_pattern(W_REALM, x.page));
    smmu_quit(&smmu);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(const void *);
        bool needs_contexts;
    } tests[] = {
        { "data", test_data }, { "worlds", test_worlds },
        { "pe-and-device", test_pe_and_device }, { "gmecid", test_gmecid },
        { "stage1", test_stage1 }, { "stage2", test_stage2 },
        { "nested", test_nested }, { "flags", test_flags },
        { "answers", test_answers, true }, { "ats", test_ats },
        { "gpt", test_gpt },
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
        for (size_t p = 0; p < ARRAY_SIZE(policies); p++) {
            g_autofree char *name = g_strdup_printf(
                "cca/mec-device/%s/%s", tests[i].name, policies[p]);

            if (p || !tests[i].needs_contexts) {
                qtest_add_data_func(name, policies[p], tests[i].run);
            }
        }
    }
    qtest_add_func("cca/mec-device/lost-key", test_lost_key);
    qtest_add_func("cca/mec-device/width", test_width);
    qtest_add_func("cca/mec-device/high-bits", test_high_bits);
    return g_test_run();
}
