/*
 * Who looks at memory without an access of a PE or a client of the SMMU:
 * debuggers, monitors, dumps, fw_cfg, loaders. Each sees what docs/mec.md says,
 * and no granule changes its context by that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mec.h"
#include "qemu/bswap.h"
#include <glib/gstdio.h>
#include <sys/un.h>

#define PA          ((uint64_t)MAILBOX_TEST_BASE + 0x340000)
#define FW_CFG_DMA  0x09020010ull
enum { WORDS = 16, BYTES = WORDS * 8, BLOCK = 16, MECID = 5 };

/* As bytes: 0, 1, 2, ... */
static uint64_t text[WORDS];

static char *folder;

/* A guest with the text at PA, which is of Realm MECID 5. */
static QTestState *start(const char *args)
{
    QTestState *s = mec_start("pas", args);
    uint64_t words[WORDS];

    for (unsigned i = 0; i < BYTES; i++) {
        ((uint8_t *)text)[i] = i;
    }
    for (unsigned i = 0; i < WORDS; i++) {
        words[i] = le64_to_cpu(text[i]);
    }
    guest_set_mecid(s, MECID, 0);
    guest_write_words(s, PA, MAILBOX_REALM, words, WORDS);
    check_context(s, PA, "realm", MECID);
    return s;
}

/* Where EL3 has the granule as Realm's. */
static uint64_t va_of(QTestState *s)
{
    GuestAnswer a = guest_do(s, (GuestRequest) {
        .command = MAILBOX_LOAD, .el = 3, .address = PA, .pas = MAILBOX_REALM,
    });

    g_assert_cmpuint(a.took_el, ==, 0);
    return a.va;
}

/* Which blocks are not the text to the Realm: a bit for each. */
static unsigned damaged(QTestState *s)
{
    uint64_t words[WORDS];
    unsigned bits = 0;

    guest_read_words(s, PA, MAILBOX_REALM, words, WORDS);
    for (unsigned i = 0; i < WORDS; i++) {
        words[i] = cpu_to_le64(words[i]);
        bits |= (words[i] != text[i]) << i * 8 / BLOCK;
    }
    return bits;
}

/* --- monitors ------------------------------------------------------------- */

/* The bytes that HMP "x" or "xp" shows. */
static void examine(QTestState *s, const char *command, uint64_t address,
                    uint8_t *bytes)
{
    g_autofree char *out = qtest_hmp(s, "%s /%dbx 0x%" PRIx64, command,
                                     (int)BYTES, address);
    const char *at = out;

    for (unsigned i = 0; i < BYTES; i++) {
        at = strstr(at, " 0x");
        g_assert(at);
        at += 3;
        bytes[i] = g_ascii_strtoull(at, NULL, 16);
    }
}

static void save(QTestState *s, const char *command, uint64_t address,
                 uint8_t *bytes)
{
    g_autofree char *file = g_build_filename(folder, "saved", NULL);
    g_autofree char *seen = NULL;
    gsize size;

    qtest_qmp_assert_success(s, "{ 'execute': %s, 'arguments': { 'val': %"
                             PRIu64 ", 'size': %d, 'filename': %s } }",
                             command, address, (int)BYTES, file);
    g_assert(g_file_get_contents(file, &seen, &size, NULL));
    g_assert_cmpuint(size, ==, BYTES);
    memcpy(bytes, seen, BYTES);
    g_unlink(file);
}

/*
 * By virtual address it is the context's data, by physical address DRAM's,
 * whether the granule is that context's at the moment or another one's.
 */
static void test_monitor(const void *other)
{
    QTestState *s = start("");
    uint64_t va = va_of(s), switches;
    uint8_t cipher[BYTES], seen[BYTES];

    if (other) {
        guest_read(s, PA, 8, MAILBOX_NS);
    }
    switches = mec_counter(s, "switches");
    dram_read(s, PA, cipher, BYTES);
    g_assert(memcmp(cipher, text, BYTES));
    examine(s, "x", va, seen);
    g_assert(!memcmp(seen, text, BYTES));
    examine(s, "xp", PA, seen);
    g_assert(!memcmp(seen, cipher, BYTES));
    save(s, "memsave", va, seen);
    g_assert(!memcmp(seen, text, BYTES));
    save(s, "pmemsave", PA, seen);
    g_assert(!memcmp(seen, cipher, BYTES));
    qtest_memread(s, PA, seen, BYTES);
    g_assert(!memcmp(seen, cipher, BYTES));
    g_assert_cmpuint(mec_counter(s, "switches"), ==, switches);
    if (other) {
        check_context(s, PA, "ns", 0);
    } else {
        check_context(s, PA, "realm", MECID);
    }
    qtest_quit(s);
}

/* A dump has RAM as QEMU has it: what the context that holds it sees. */
static void test_dump(void)
{
    QTestState *s = start("");
    g_autofree char *file = g_build_filename(folder, "dump", NULL);
    g_autofree char *uri = g_strdup_printf("file:%s", file), *seen = NULL;
    gsize size;

    qtest_qmp_assert_success(s, "{ 'execute': 'dump-guest-memory',"
                             " 'arguments': { 'paging': false, 'protocol': %s,"
                             " 'begin': %" PRIu64 ", 'length': 4096 } }", uri,
                             PA);
    g_assert(g_file_get_contents(file, &seen, &size, NULL));
    g_assert(memmem(seen, size, text, BYTES));
    check_context(s, PA, "realm", MECID);
    g_unlink(file);
    qtest_quit(s);
}

/* --- debugger ------------------------------------------------------------- */

static int gdb_connect(const char *path)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    g_assert_cmpint(fd, >=, 0);
    g_strlcpy(to.sun_path, path, sizeof(to.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&to, sizeof(to)), ==, 0);
    return fd;
}

static char gdb_char(int fd)
{
    char c;

    g_assert_cmpint(read(fd, &c, 1), ==, 1);
    return c;
}

/* A packet of gdb's remote protocol; its answer, to be freed. */
static char *gdb_ask(int fd, const char *text_of_it)
{
    g_autofree char *packet = NULL;
    GString *answer = g_string_new("");
    uint8_t sum = 0;
    char c;

    for (const char *p = text_of_it; *p; p++) {
        sum += *p;
    }
    packet = g_strdup_printf("$%s#%02x", text_of_it, sum);
    g_assert_cmpint(write(fd, packet, strlen(packet)), ==, strlen(packet));
    while (gdb_char(fd) != '$') {
    }
    while ((c = gdb_char(fd)) != '#') {
        g_string_append_c(answer, c);
    }
    gdb_char(fd);
    gdb_char(fd);
    g_assert_cmpint(write(fd, "+", 1), ==, 1);
    return g_string_free(answer, false);
}

static void gdb_do(int fd, const char *packet)
{
    g_autofree char *answer = gdb_ask(fd, packet);

    g_assert_cmpstr(answer, ==, "OK");
}

static void gdb_read(int fd, uint64_t address, uint8_t *bytes)
{
    g_autofree char *packet = g_strdup_printf("m%" PRIx64 ",%x", address,
                                              (int)BYTES);
    g_autofree char *hex = gdb_ask(fd, packet);

    g_assert_cmpuint(strlen(hex), ==, 2 * BYTES);
    for (unsigned i = 0; i < BYTES; i++) {
        bytes[i] = g_ascii_xdigit_value(hex[2 * i]) << 4 |
                   g_ascii_xdigit_value(hex[2 * i + 1]);
    }
}

static void gdb_write(int fd, uint64_t address, uint8_t byte)
{
    g_autofree char *packet = g_strdup_printf("M%" PRIx64 ",1:%02x", address,
                                              byte);

    gdb_do(fd, packet);
}

/*
 * By virtual address a debugger reads and writes what the PE does, and walks
 * its tables, which are Root's; by physical address it has the bus.
 */
static void test_debugger(const void *other)
{
    g_autofree char *path = g_build_filename(folder, "gdb", NULL);
    g_autofree char *args = g_strdup_printf(
        "-chardev socket,id=g,path=%s,server=on,wait=off -gdb chardev:g",
        path);
    QTestState *s = start(args);
    uint64_t va = va_of(s), switches;
    uint8_t cipher[BYTES], seen[BYTES];
    int fd;

    if (other) {
        guest_read(s, PA, 8, MAILBOX_NS);
    }
    switches = mec_counter(s, "switches");
    fd = gdb_connect(path);
    dram_read(s, PA, cipher, BYTES);
    gdb_read(fd, va, seen);
    g_assert(!memcmp(seen, text, BYTES));
    gdb_write(fd, va + 3, 0xa5);
    ((uint8_t *)text)[3] = 0xa5;
    gdb_read(fd, va, seen);
    g_assert(!memcmp(seen, text, BYTES));
    /* One block of ciphertext is another. */
    dram_read(s, PA, seen, BYTES);
    g_assert(memcmp(seen, cipher, BLOCK));
    g_assert(!memcmp(seen + BLOCK, cipher + BLOCK, BYTES - BLOCK));

    gdb_do(fd, "Qqemu.PhyMemMode:1");
    dram_read(s, PA, cipher, BYTES);
    gdb_read(fd, PA, seen);
    g_assert(!memcmp(seen, cipher, BYTES));
    gdb_write(fd, PA + 2 * BLOCK, cipher[2 * BLOCK] ^ 1);
    cipher[2 * BLOCK] ^= 1;
    dram_read(s, PA, seen, BYTES);
    g_assert(!memcmp(seen, cipher, BYTES));

    g_assert_cmpuint(mec_counter(s, "switches"), ==, switches);
    gdb_do(fd, "D");
    close(fd);
    g_assert_cmphex(damaged(s), ==, 1 << 2);
    qtest_quit(s);
}

/* --- devices and loaders -------------------------------------------------- */

/* fw_cfg writes its signature, as the Normal world's device that it is. */
static void test_fw_cfg(void)
{
    enum { READ = 2, SELECT = 8, SIGNATURE = 0 };
    const uint64_t request = PA + 0x10000, to = PA + BLOCK + 5;
    QTestState *s = start("");
    uint8_t before[BYTES], after[BYTES];
    struct {
        uint32_t control, length;
        uint64_t address;
    } words = {
        cpu_to_be32(SIGNATURE << 16 | SELECT | READ), cpu_to_be32(4),
        cpu_to_be64(to),
    };

    dram_read(s, PA, before, BYTES);
    qtest_memwrite(s, request, &words, sizeof(words));
    qtest_writeq(s, FW_CFG_DMA, bswap64(request));
    g_assert_cmphex(qtest_readl(s, request), ==, 0);
    qtest_memread(s, to, after, 4);
    g_assert(!memcmp(after, "QEMU", 4));
    memcpy(before + BLOCK + 5, "QEMU", 4);
    dram_read(s, PA, after, BYTES);
    g_assert(!memcmp(before, after, BYTES));
    check_context(s, PA, "realm", MECID);
    g_assert_cmphex(damaged(s), ==, 1 << 1);
    qtest_quit(s);
}

/* What loaders bring is the Normal world's again after each reset. */
static void test_loader(void)
{
    const uint64_t word = 0x0123456789abcdef;
    g_autofree char *args = g_strdup_printf(
        "-device loader,addr=0x%" PRIx64 ",data=0x%" PRIx64 ",data-len=8",
        PA + 8, word);
    QTestState *s = mec_start("pas", args);
    uint64_t seen;

    for (unsigned round = 0; round < 3; round++) {
        g_assert_cmphex(qtest_readq(s, PA + 8), ==, word);
        dram_read(s, PA + 8, &seen, 8);
        g_assert_cmphex(le64_to_cpu(seen), ==, word);
        g_assert_cmphex(guest_read(s, PA + 8, 8, MAILBOX_NS), ==, word);
        guest_set_mecid(s, MECID, 0);
        g_assert_cmphex(guest_read(s, PA + 8, 8, MAILBOX_REALM), !=, word);
        /* What the Realm of the boot before left is under other keys. */
        g_assert_cmphex(guest_read(s, PA + 64, 8, MAILBOX_REALM), !=, word);
        guest_write(s, PA + 64, 8, MAILBOX_REALM, word);
        guest_write(s, PA + 8, 8, MAILBOX_REALM, word);
        check_context(s, PA, "realm", MECID);
        g_assert_cmphex(qtest_readq(s, PA + 8), !=, word);
        qtest_qmp_assert_success(s, "{ 'execute': 'stop' }");
        qtest_system_reset(s);
        qtest_writeq(s, MAILBOX_ADDRESS + offsetof(struct Mailbox, magic), 0);
        guest_wait(s);
    }
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    int failed;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("cca-mec-XXXXXX", NULL);
    qtest_add_data_func("/cca/mec/view/monitor", NULL, test_monitor);
    qtest_add_data_func("/cca/mec/view/monitor-of-another", "",
                        test_monitor);
    qtest_add_func("/cca/mec/view/dump", test_dump);
    qtest_add_data_func("/cca/mec/view/debugger", NULL, test_debugger);
    qtest_add_data_func("/cca/mec/view/debugger-of-another", "",
                        test_debugger);
    qtest_add_func("/cca/mec/view/fw-cfg", test_fw_cfg);
    qtest_add_func("/cca/mec/view/loader", test_loader);
    failed = g_test_run();
    g_rmdir(folder);
    g_free(folder);
    return failed;
}
