/*
 * DRAM as an attacker has it, and the contexts of its granules: QMP and HMP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mec.h"
#include "qemu/units.h"

#define PA          ((uint64_t)MAILBOX_TEST_BASE + 0x300000)
enum { WORDS = 16, MAX_BYTES = 1048576 };

static const uint64_t text[WORDS] = {
    0x1111111111111111, 0x2222222222222222, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    13, 14, 15, 16,
};

/* --- bad input ------------------------------------------------------------ */

/* Reading and writing @size bytes at @pa is refused, with these texts. */
static void refuse(QTestState *s, uint64_t pa, size_t size, const char *says1,
                   const char *says2)
{
    g_autofree uint8_t *bytes = g_malloc0(size);
    g_autofree char *data = g_base64_encode(bytes, size);

    expect_error(s, says1, says2, "{ 'execute': 'cca-dram-read',"
                 " 'arguments': { 'address': %" PRIu64 ", 'size': %" PRIu64
                 " } }", pa, (uint64_t)size);
    expect_error(s, says1, says2, "{ 'execute': 'cca-dram-write',"
                 " 'arguments': { 'address': %" PRIu64 ", 'data': %s } }",
                 pa, data);
}

static void test_ranges(void)
{
    const uint64_t base = 0x40000000, end = 0x80000000;
    QTestState *s = qtest_init("-M cca-virt -m 1G -net none");
    uint8_t bytes[8];

    refuse(s, base, 0, "0 bytes", "1048576");
    refuse(s, base, MAX_BYTES + 1, "1048577 bytes", "1048576");
    refuse(s, 0, 16, "0x0 in", "not DRAM");
    refuse(s, base - 1, 2, "0x3fffffff in the 2 bytes from 0x3fffffff",
           "not DRAM");
    refuse(s, end, 1, "0x80000000 in", "not DRAM");
    refuse(s, 1ull << 56, 1, "address=0x100000000000000", "56 bits");
    refuse(s, UINT64_MAX, 1, "address=0xffffffffffffffff", "56 bits");
    refuse(s, (1ull << 56) - 1, MAX_BYTES, "0xffffffffffffff in", "not DRAM");
    expect_error(s, "18446744073709551615 bytes", "", "{ 'execute':"
                 " 'cca-dram-read', 'arguments': { 'address': 1073741824,"
                 " 'size': 18446744073709551615 } }");

    /* All or nothing. */
    qtest_memset(s, end - 8, 0xa5, 8);
    refuse(s, end - 8, 9, "0x80000000 in the 9 bytes from 0x7ffffff8",
           "not DRAM");
    qtest_memread(s, end - 8, bytes, 8);
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        g_assert_cmphex(bytes[i], ==, 0xa5);
    }
    dram_read(s, end - 8, bytes, 8);
    g_assert_cmphex(bytes[7], ==, 0xa5);
    qtest_quit(s);
}

static void test_base64(void)
{
    static const char *const bad[] = {
        "!", "AAA", "AA=A", "AAAA\n", "=", "====", "A===", "AA==AAAA",
        "AAAAA", "AAAAAA=", "\xc3\xa4\xc3\xa4",
    };
    QTestState *s = qtest_init("-M cca-virt -m 1G -net none");
    g_autofree char *flood = g_strnfill(4 * MiB, '?');

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        expect_error(s, "not base64", "data", "{ 'execute':"
                     " 'cca-dram-write', 'arguments': { 'address':"
                     " 1073741824, 'data': %s } }", bad[i]);
    }
    expect_error(s, "not base64", "data", "{ 'execute': 'cca-dram-write',"
                 " 'arguments': { 'address': 1073741824, 'data': %s } }",
                 flood);
    expect_error(s, "0 bytes", "1048576", "{ 'execute': 'cca-dram-write',"
                 " 'arguments': { 'address': 1073741824, 'data': '' } }");
    expect_error(s, "data", "", "{ 'execute': 'cca-dram-write',"
                 " 'arguments': { 'address': 1073741824 } }");
    expect_error(s, "address", "", "{ 'execute': 'cca-dram-read',"
                 " 'arguments': { 'address': -1, 'size': 1 } }");
    qtest_quit(s);
}

static void test_limits(void)
{
    QTestState *s = qtest_init("-M cca-virt -m 1G -net none");
    QDict *answer;

    expect_error(s, "limit=0", "4096", "{ 'execute': 'cca-mec-contexts',"
                 " 'arguments': { 'limit': 0 } }");
    expect_error(s, "limit=4097", "4096", "{ 'execute': 'cca-mec-contexts',"
                 " 'arguments': { 'limit': 4097 } }");
    expect_error(s, "address=0x100000000000000", "56 bits", "{ 'execute':"
                 " 'cca-mec-contexts', 'arguments':"
                 " { 'address': 72057594037927936 } }");
    /* Beyond DRAM there is nothing. */
    answer = qtest_qmp_assert_success_ref(s, "{ 'execute':"
        " 'cca-mec-contexts', 'arguments': { 'address': 2147483648 } }");
    g_assert(qlist_empty(qdict_get_qlist(answer, "runs")));
    g_assert(!qdict_haskey(answer, "next"));
    qobject_unref(answer);
    qtest_quit(s);
}

static void test_without_contexts(void)
{
    static const char *const machines[] = {
        "cca-virt,rme=off", "cca-fvp,rme=off", "virt", "none",
    };

    for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
        QTestState *s = qtest_initf("-M %s %s -net none", machines[i],
                                    strstr(machines[i], "fvp") ? "" :
                                    "-m 128M");
        g_autofree char *info = qtest_hmp(s, "info mec");
        g_autofree char *read = qtest_hmp(s, "cca_dram_read 0 16");
        g_autofree char *write = qtest_hmp(s, "cca_dram_write 0 00");
        QDict *answer;

        refuse(s, 0x40000000, 16, "no memory encryption contexts", "rme");
        answer = qtest_qmp_assert_success_ref(
            s, "{ 'execute': 'cca-mec-contexts' }");
        g_assert_cmpstr(qdict_get_str(answer, "policy"), ==, "off");
        g_assert_cmpint(qdict_get_int(answer, "mecid-bits"), ==, 0);
        g_assert(qlist_empty(qdict_get_qlist(answer, "runs")));
        g_assert(!qdict_haskey(answer, "next"));
        g_assert_cmpint(qdict_get_int(qdict_get_qdict(answer, "counters"),
                                      "switches"), ==, 0);
        qobject_unref(answer);
        g_assert(strstr(info, "no memory encryption contexts"));
        g_assert(strstr(read, "no memory encryption contexts"));
        g_assert(strstr(write, "no memory encryption contexts"));
        qtest_quit(s);
    }
}

/* DRAM of cca-fvp is in two banks. */
static void test_holes(void)
{
    const uint64_t end1 = 0x100000000, base2 = 0x880000000;
    QTestState *s = qtest_init("-M cca-fvp -m 3G -net none");
    uint64_t word = 0x0123456789abcdef, seen;
    DramRun r;
    QDict *answer;

    refuse(s, end1 - 4096, 8192, "0x100000000 in the 8192 bytes",
           "not DRAM");
    refuse(s, base2 - 1, 2, "0x87fffffff in", "not DRAM");
    refuse(s, base2 + 1 * GiB - 1, 2, "0x8c0000000 in", "not DRAM");
    /* RAM, but on no bus that is encrypted. */
    refuse(s, 0x06000000, 16, "0x6000000 in", "not DRAM");
    dram_write(s, end1 - 8, &word, 8);
    dram_read(s, end1 - 8, &seen, 8);
    g_assert_cmphex(seen, ==, word);
    dram_write(s, base2, &word, 8);
    dram_read(s, base2, &seen, 8);
    g_assert_cmphex(seen, ==, word);

    answer = qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'cca-mec-contexts' }");
    g_assert_cmpuint(qlist_size(qdict_get_qlist(answer, "runs")), ==, 2);
    g_assert(!qdict_haskey(answer, "next"));
    qobject_unref(answer);
    r = dram_run(s, 0);
    g_assert_cmphex(r.base, ==, 0x80000000);
    g_assert_cmphex(r.size, ==, 2 * GiB);
    r = dram_run(s, end1);
    g_assert_cmphex(r.base, ==, base2);
    g_assert_cmphex(r.size, ==, 1 * GiB);
    answer = qtest_qmp_assert_success_ref(s, "{ 'execute':"
        " 'cca-mec-contexts', 'arguments': { 'limit': 1 } }");
    g_assert_cmphex(member_uint(answer, "next"), ==, base2);
    qobject_unref(answer);
    qtest_quit(s);
}

/* --- ciphertext ----------------------------------------------------------- */

static void test_ciphertext(void)
{
    static const struct {
        unsigned pas;
        const char *name;
        unsigned mecid;
    } rows[] = {
        { MAILBOX_NS, "ns", 0 }, { MAILBOX_S, "secure", 0 },
        { MAILBOX_ROOT, "root", 0 }, { MAILBOX_REALM, "realm", 0 },
        { MAILBOX_REALM, "realm", 5 },
    };
    uint64_t seen[ARRAY_SIZE(rows)][WORDS], words[WORDS];
    QTestState *s = mec_start("pas", "");

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint64_t pa = PA + i * 4096;

        guest_set_mecid(s, rows[i].mecid, 0);
        guest_write_words(s, pa, rows[i].pas, text, WORDS);
        dram_read(s, pa, seen[i], sizeof(text));
        g_assert_cmpint(!memcmp(seen[i], text, sizeof(text)), ==, i == 0);
        check_context(s, pa, rows[i].name, rows[i].mecid);
        /* Looking at it changes nothing. */
        guest_read_words(s, pa, rows[i].pas, words, WORDS);
        g_assert_cmpmem(words, sizeof(words), text, sizeof(text));
        for (size_t j = 0; j < i; j++) {
            g_assert(memcmp(seen[i], seen[j], 16));
        }
    }
    /* The same data in the same place, under another context. */
    guest_write_words(s, PA, MAILBOX_REALM, text, WORDS);
    dram_read(s, PA, seen[0], sizeof(text));
    guest_set_mecid(s, 6, 0);
    guest_write_words(s, PA, MAILBOX_REALM, text, WORDS);
    dram_read(s, PA, seen[1], sizeof(text));
    for (unsigned i = 0; i < WORDS; i++) {
        g_assert_cmphex(seen[0][i], !=, seen[1][i]);
    }
    check_context(s, PA, "realm", 6);
    qtest_quit(s);
}

/* A byte of ciphertext damages the 16 bytes that it is in, and no other. */
static void test_damage(void)
{
    QTestState *s = mec_start("pas", "");
    uint64_t words[WORDS];
    uint8_t byte, two[2];

    guest_set_mecid(s, 5, 0);
    guest_write_words(s, PA, MAILBOX_REALM, text, WORDS);
    dram_read(s, PA + 39, &byte, 1);
    byte ^= 1;
    dram_write(s, PA + 39, &byte, 1);
    guest_read_words(s, PA, MAILBOX_REALM, words, WORDS);
    for (unsigned i = 0; i < WORDS; i++) {
        g_assert_cmpint(words[i] == text[i], ==, i / 2 != 2);
    }
    check_context(s, PA, "realm", 5);
    /* Across two blocks. */
    byte ^= 1;
    dram_write(s, PA + 39, &byte, 1);
    dram_read(s, PA + 15, two, 2);
    two[0] ^= 0x40;
    two[1] ^= 2;
    dram_write(s, PA + 15, two, 2);
    guest_read_words(s, PA, MAILBOX_REALM, words, WORDS);
    for (unsigned i = 0; i < WORDS; i++) {
        g_assert_cmpint(words[i] == text[i], ==, i / 2 > 1);
    }
    /* What is stored as plaintext is written as it is. */
    guest_write_words(s, PA + 4096, MAILBOX_NS, text, WORDS);
    dram_write(s, PA + 4096 + 8, "\x7f", 1);
    guest_read_words(s, PA + 4096, MAILBOX_NS, words, WORDS);
    for (unsigned i = 0; i < WORDS; i++) {
        g_assert_cmphex(words[i], ==, i == 1 ? 0x222222222222227f : text[i]);
    }
    qtest_quit(s);
}

/* Old ciphertext is good: nothing says how old it is. Elsewhere it is not. */
static void test_replay(void)
{
    const uint64_t old = 0x1000000, new = 999;
    QTestState *s = mec_start("pas", "");
    uint8_t saved[4096], now[4096];

    guest_set_mecid(s, 5, 0);
    guest_write(s, PA, 8, MAILBOX_REALM, old);
    dram_read(s, PA, saved, sizeof(saved));
    guest_write(s, PA, 8, MAILBOX_REALM, new);
    dram_read(s, PA, now, sizeof(now));
    g_assert(memcmp(saved, now, 16));
    g_assert_cmpmem(saved + 16, 4080, now + 16, 4080);
    dram_write(s, PA, saved, sizeof(saved));
    g_assert_cmphex(guest_read(s, PA, 8, MAILBOX_REALM), ==, old);
    dram_write(s, PA, now, sizeof(now));
    g_assert_cmphex(guest_read(s, PA, 8, MAILBOX_REALM), ==, new);
    /* Another address, another context. */
    guest_write(s, PA + 4096, 8, MAILBOX_REALM, new);
    dram_write(s, PA + 4096, saved, sizeof(saved));
    g_assert_cmphex(guest_read(s, PA + 4096, 8, MAILBOX_REALM), !=, old);
    guest_set_mecid(s, 6, 0);
    dram_write(s, PA, saved, sizeof(saved));
    g_assert_cmphex(guest_read(s, PA, 8, MAILBOX_REALM), !=, old);
    guest_set_mecid(s, 5, 0);
    g_assert_cmphex(guest_read(s, PA, 8, MAILBOX_REALM), ==, old);
    qtest_quit(s);
}

/* Code that a PE has run already is read again. */
static void test_code(void)
{
    const uint32_t mov = 0xd2800000 | 0x77 << 5;    /* mov x0, #0x77 */
    QTestState *s = mec_start("pas", "");
    GuestRequest fetch = {
        .command = MAILBOX_FETCH, .address = PA, .pas = MAILBOX_ROOT, .el = 3,
    };
    uint8_t saved[16];

    guest_do(s, (GuestRequest) { .command = MAILBOX_FILL, .address = PA });
    g_assert_cmphex(guest_do(s, fetch).result, ==, 0x5ca1);
    dram_read(s, PA + 0x800, saved, sizeof(saved));
    guest_write(s, PA + 0x800, 4, MAILBOX_ROOT, mov);
    g_assert_cmphex(guest_do(s, fetch).result, ==, 0x77);
    dram_write(s, PA + 0x800, saved, sizeof(saved));
    g_assert_cmphex(guest_do(s, fetch).result, ==, 0x5ca1);
    check_context(s, PA, "root", 0);
    qtest_quit(s);
}

/* As much as one command takes: what is read is what can be written. */
static void test_much(void)
{
    g_autofree uint8_t *all = g_malloc(MAX_BYTES);
    QTestState *s = mec_start("pas", "");
    uint64_t words[WORDS];
    uint8_t bytes[64];

    guest_set_mecid(s, 5, 0);
    for (unsigned i = 0; i < 256; i += 51) {
        guest_write_words(s, PA + i * 4096, i % 2 ? MAILBOX_REALM :
                          MAILBOX_ROOT, text, WORDS);
    }
    dram_read(s, PA, all, MAX_BYTES);
    for (unsigned i = 0; i < 256; i += 51) {
        dram_read(s, PA + i * 4096 + 24, bytes, sizeof(bytes));
        g_assert_cmpmem(bytes, sizeof(bytes), all + i * 4096 + 24,
                        sizeof(bytes));
        g_assert(memcmp(bytes, (uint8_t *)text + 24, sizeof(bytes)));
    }
    dram_write(s, PA, all, MAX_BYTES);
    for (unsigned i = 0; i < 256; i += 51) {
        guest_read_words(s, PA + i * 4096, i % 2 ? MAILBOX_REALM :
                         MAILBOX_ROOT, words, WORDS);
        g_assert_cmpmem(words, sizeof(words), text, sizeof(text));
    }
    qtest_quit(s);
}

/* --- contexts ------------------------------------------------------------- */

static QDict *contexts(QTestState *s, uint64_t pa, unsigned limit)
{
    return qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'cca-mec-contexts', 'arguments': { 'address': %"
        PRIu64 ", 'limit': %u } }", pa, limit);
}

/* How often granules went from one context to the other. */
static uint64_t pair_count(QTestState *s, const char *from_pas,
                           unsigned from_mecid, const char *to_pas,
                           unsigned to_mecid)
{
    QDict *answer = contexts(s, 0, 1);
    uint64_t n = 0;
    QListEntry *e;

    QLIST_FOREACH_ENTRY(qdict_get_qlist(qdict_get_qdict(answer, "counters"),
                                        "pairs"), e) {
        QDict *pair = qobject_to(QDict, qlist_entry_obj(e));
        QDict *from = qdict_get_qdict(pair, "from");
        QDict *to = qdict_get_qdict(pair, "to");

        if (!strcmp(member_str(from, "pas"), from_pas) &&
            member_uint(from, "mecid") == from_mecid &&
            !strcmp(member_str(to, "pas"), to_pas) &&
            member_uint(to, "mecid") == to_mecid) {
            n += member_uint(pair, "count");
        }
    }
    qobject_unref(answer);
    return n;
}

static void test_counters(void)
{
    QTestState *s = mec_start("pas", "");
    uint64_t switches, there, back;

    guest_set_mecid(s, 5, 0);
    switches = mec_counter(s, "switches");
    there = pair_count(s, "ns", 0, "realm", 5);
    back = pair_count(s, "realm", 5, "ns", 0);
    guest_write(s, PA, 8, MAILBOX_REALM, 1);
    guest_read(s, PA, 8, MAILBOX_NS);
    guest_read(s, PA, 8, MAILBOX_NS);
    guest_read(s, PA, 8, MAILBOX_REALM);
    g_assert_cmpuint(mec_counter(s, "switches"), ==, switches + 3);
    g_assert_cmpuint(pair_count(s, "ns", 0, "realm", 5), ==, there + 2);
    g_assert_cmpuint(pair_count(s, "realm", 5, "ns", 0), ==, back + 1);
    g_assert_cmpuint(mec_counter(s, "refused"), ==, 0);
    g_assert_cmpuint(mec_counter(s, "lost-keys"), ==, 0);
    g_assert_cmpuint(mec_counter(s, "flips"), ==, 0);
    g_assert_cmpuint(mec_counter(s, "replays"), ==, 0);
    g_assert_cmpuint(mec_counter(s, "uncounted"), ==, 0);
    /* A probe is no access. */
    dram_write(s, PA, "x", 1);
    check_context(s, PA, "realm", 5);
    g_assert_cmpuint(mec_counter(s, "switches"), ==, switches + 3);
    qtest_quit(s);
}

static void test_runs(void)
{
    QTestState *s = mec_start("pas", "");
    uint64_t at = 0, end = 0;
    unsigned total, seen = 0;
    QDict *answer;
    DramRun r;

    guest_set_mecid(s, 7, 0);
    for (unsigned i = 0; i < 3; i++) {
        guest_write(s, PA + i * 4096, 8, MAILBOX_REALM, 1);
    }
    guest_write(s, PA + 3 * 4096, 8, MAILBOX_ROOT, 1);
    r = dram_run(s, PA);
    g_assert_cmphex(r.size, ==, 3 * 4096);
    check_context(s, PA, "realm", 7);
    g_assert(!r.lost);
    /* From the middle of it, and of a granule. */
    r = dram_run(s, PA + 4096 + 8);
    g_assert_cmphex(r.base, ==, PA + 4096);
    g_assert_cmphex(r.size, ==, 2 * 4096);
    check_context(s, PA + 3 * 4096, "root", 0);
    check_context(s, PA + 4 * 4096, "ns", 0);

    /* Two by two is all of it, without a gap. */
    answer = contexts(s, 0, 4096);
    g_assert_cmpstr(member_str(answer, "policy"), ==, "pas");
    g_assert_cmpuint(member_uint(answer, "mecid-bits"), ==, 16);
    g_assert(!qdict_haskey(answer, "next"));
    total = qlist_size(qdict_get_qlist(answer, "runs"));
    qobject_unref(answer);
    for (bool more = true; more;) {
        QListEntry *e;

        answer = contexts(s, at, 2);
        QLIST_FOREACH_ENTRY(qdict_get_qlist(answer, "runs"), e) {
            QDict *run = qobject_to(QDict, qlist_entry_obj(e));

            g_assert_cmphex(member_uint(run, "base"), ==,
                            end ? end : 0x40000000);
            end = member_uint(run, "base") + member_uint(run, "size");
            seen++;
        }
        more = qdict_haskey(answer, "next");
        at = more ? member_uint(answer, "next") : 0;
        g_assert(!more || at == end);
        qobject_unref(answer);
    }
    g_assert_cmpuint(seen, ==, total);
    g_assert_cmphex(end, ==, 0xc0000000);
    qtest_quit(s);
}

/* Policies: which contexts are one. */
static void test_policies(void)
{
    QTestState *s = mec_start("off", "");
    uint64_t words[WORDS];
    QDict *answer;

    guest_set_mecid(s, 5, 0);
    guest_write_words(s, PA, MAILBOX_REALM, text, WORDS);
    dram_read(s, PA, words, sizeof(words));
    g_assert_cmpmem(words, sizeof(words), text, sizeof(text));
    answer = contexts(s, 0, 4096);
    g_assert_cmpstr(member_str(answer, "policy"), ==, "off");
    g_assert_cmpuint(qlist_size(qdict_get_qlist(answer, "runs")), ==, 1);
    qobject_unref(answer);
    qtest_quit(s);

    s = mec_start("mecid", "-machine mecid-bits=4");
    guest_set_mecid(s, 5, 0);
    guest_write_words(s, PA, MAILBOX_ROOT, text, WORDS);
    dram_read(s, PA, words, sizeof(words));
    g_assert_cmpmem(words, sizeof(words), text, sizeof(text));
    check_context(s, PA & ~0x1fffffffull, "ns", 0);
    guest_write_words(s, PA, MAILBOX_REALM, text, WORDS);
    dram_read(s, PA, words, sizeof(words));
    g_assert(memcmp(words, text, 16));
    check_context(s, PA, "realm", 5);
    answer = contexts(s, 0, 1);
    g_assert_cmpstr(member_str(answer, "policy"), ==, "mecid");
    g_assert_cmpuint(member_uint(answer, "mecid-bits"), ==, 4);
    qobject_unref(answer);
    qtest_quit(s);
}

/* What is in force where nobody says; pas, unless firmware starts in DRAM. */
static void test_default_policy(void)
{
    static const char *const machines[][2] = {
        { "cca-virt", "pas" }, { "cca-virt,mec=on", "pas" },
        { "cca-virt,mpe=mecid", "mecid" }, { "cca-fvp", "pas" },
        { "cca-fvp,rvbar=0x7ffffffc", "pas" },
        { "cca-fvp,rvbar=0x80000000", "mecid" },
        { "cca-fvp,rvbar=0xfffffffc", "mecid" },
        { "cca-fvp,rvbar=0x87ffffffc", "pas" },
        { "cca-fvp,rvbar=0x8bffffffc", "mecid" },
        { "cca-fvp,rvbar=0x8c0000000", "pas" },
        { "cca-fvp,rvbar=0x80000000,mpe=pas", "pas" },
        { "cca-fvp,mpe=off,rvbar=0x80000000", "off" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
        QTestState *s = qtest_initf("-M %s -m 3G -net none", machines[i][0]);
        QDict *answer = contexts(s, 0, 1);

        g_test_message("%s", machines[i][0]);
        g_assert_cmpstr(member_str(answer, "policy"), ==, machines[i][1]);
        qobject_unref(answer);
        qtest_quit(s);
    }
}

/* --- HMP ------------------------------------------------------------------ */

static void test_hmp(void)
{
    QTestState *s = mec_start("pas", "");
    g_autofree char *info = NULL, *one = NULL, *read = NULL, *wrote = NULL;
    g_autofree char *line = NULL;
    uint8_t bytes[20];

    guest_set_mecid(s, 5, 0);
    guest_write_words(s, PA, MAILBOX_REALM, text, WORDS);
    info = qtest_hmp(s, "info mec");
    g_assert(strstr(info, "policy pas, MECIDs of 16 bits"));
    g_assert(strstr(info, "switches"));
    g_assert(strstr(info, "from ns     MECID 0     to realm  MECID 5"));
    g_assert(strstr(info, "00000080300000-00000080300fff          4 KiB  "
                    "realm  MECID 5"));
    g_assert(!strstr(info, "there is more"));
    one = qtest_hmp(s, "info mec 0x80300000 1");
    g_assert(strstr(one, "00000080300000-"));
    g_assert(!strstr(one, "00000040000000-"));
    g_assert(strstr(one, "there is more; to go on: info mec 0x80301000"));

    dram_read(s, PA, bytes, sizeof(bytes));
    line = g_strdup_printf("00000080300000: %02x %02x", bytes[0], bytes[1]);
    read = qtest_hmp(s, "cca_dram_read 0x80300000 20");
    g_assert(strstr(read, line));
    g_free(line);
    line = g_strdup_printf("00000080300010: %02x %02x %02x %02x", bytes[16],
                           bytes[17], bytes[18], bytes[19]);
    g_assert(strstr(read, line));
    wrote = qtest_hmp(s, "cca_dram_write 0x80300001 c0ffEE");
    g_assert_cmpstr(wrote, ==, "");
    dram_read(s, PA, bytes, sizeof(bytes));
    g_assert_cmpmem(bytes + 1, 3, "\xc0\xff\xee", 3);
    qtest_quit(s);
}

static void test_hmp_errors(void)
{
    static const struct {
        const char *command, *says;
    } rows[] = {
        { "cca_dram_read 0 1", "0x0 in the 1 bytes" },
        { "cca_dram_read 0x40000000 0", "0 bytes are not 1 to" },
        { "cca_dram_read 0x40000000 65537", "65537 bytes are not 1 to 65536" },
        { "cca_dram_read 0x40000000 0xffffffffffffffff", "are not 1 to 65536" },
        { "cca_dram_read -1 1", "address=0xffffffffffffffff" },
        { "cca_dram_write 0x40000000 0", "hexadecimal" },
        { "cca_dram_write 0x40000000 0x00", "hexadecimal" },
        { "cca_dram_write 0x40000000 \"\"", "0 bytes are not 1 to" },
        { "cca_dram_write 0x7fffffff 0000", "0x80000000 in the 2 bytes" },
        { "info mec -1", "address=0xffffffffffffffff" },
        { "info mec 0 0", "limit=0 is not" },
        { "info mec 0 0xffffffffffffffff", "limit=4294967295 is not" },
        { "info mec 0 4294967297", "limit=4294967295 is not" },
    };
    QTestState *s = qtest_init("-M cca-virt -m 1G -net none");

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        g_autofree char *said = qtest_hmp(s, "%s", rows[i].command);

        if (!strstr(said, rows[i].says)) {
            g_error("'%s' does not say '%s' but: %s", rows[i].command,
                    rows[i].says, said);
        }
    }
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/mec/ranges", test_ranges);
    qtest_add_func("cca/mec/base64", test_base64);
    qtest_add_func("cca/mec/limits", test_limits);
    qtest_add_func("cca/mec/without-contexts", test_without_contexts);
    qtest_add_func("cca/mec/holes", test_holes);
    qtest_add_func("cca/mec/ciphertext", test_ciphertext);
    qtest_add_func("cca/mec/damage", test_damage);
    qtest_add_func("cca/mec/replay", test_replay);
    qtest_add_func("cca/mec/code", test_code);
    qtest_add_func("cca/mec/much", test_much);
    qtest_add_func("cca/mec/counters", test_counters);
    qtest_add_func("cca/mec/runs", test_runs);
    qtest_add_func("cca/mec/policies", test_policies);
    qtest_add_func("cca/mec/default-policy", test_default_policy);
    qtest_add_func("cca/mec/hmp", test_hmp);
    qtest_add_func("cca/mec/hmp-errors", test_hmp_errors);
    return g_test_run();
}
