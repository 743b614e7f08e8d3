/*
 * Memory Encryption Contexts while a device has memory mapped: a disk whose
 * requests stop halfway, and a PE that wants the same granule as a Realm.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "disk.h"
#include "mec.h"
#include "qemu/bswap.h"
#include "qemu/units.h"

enum { ON_DISK = 0xd1, IN_MEMORY = 0x5e, BEYOND = 0x800 };

/* More than copies may have, in memory that nobody else uses. */
#define MANY        (40 * MiB)
#define MANY_AT     (MAILBOX_TEST_BASE + 0x10000000ull)
#define MARK 0x1122334455667788ull

typedef struct Machine {
    QTestState *s;
    char *file;
} Machine;

static Machine start(const char *policy, const char *more)
{
    g_autofree char *content = g_malloc(1024 * SECTOR), *args = NULL;
    Machine m;
    int fd = g_file_open_tmp("cca-disk-XXXXXX", &m.file, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    memset(content, ON_DISK, 1024 * SECTOR);
    g_assert(g_file_set_contents(m.file, content, 1024 * SECTOR, NULL));
    g_assert(!truncate(m.file, MANY));
    args = g_strdup_printf("-machine mpe=%s -seed 3 " DISK_ARGS
                           ",file.driver=blkdebug,file.image.driver=file,"
                           "file.image.filename=%s %s", policy, m.file, more);
    m.s = guest_start(args);
    guest_do(m.s, (GuestRequest) { .command = MAILBOX_GPC_OFF });
    return m;
}

static void stop(Machine *m)
{
    qtest_quit(m->s);
    unlink(m->file);
    g_free(m->file);
}

/* Have the next request stop when it is about to move data. */
static void hold(Machine *m, unsigned type)
{
    g_autofree char *answer = qtest_hmp(m->s, "qemu-io d \"break %s a\"",
                                        type == BLK_IN ? "read_aio" :
                                                         "write_aio");

    g_assert_cmpstr(answer, ==, "");
    disk_set_up(m->s);
    disk_request(m->s, type);
    g_free(qtest_hmp(m->s, "qemu-io d \"wait_break a\""));
    g_assert_cmphex(qtest_readb(m->s, BLK_STATUS), ==, 0xff);
}

static void go_on(Machine *m)
{
    g_free(qtest_hmp(m->s, "qemu-io d \"resume a\""));
    disk_wait(m->s);
}

static bool all_bytes(const uint8_t *data, uint8_t value)
{
    for (unsigned i = 0; i < SECTOR; i++) {
        if (data[i] != value) {
            return false;
        }
    }
    return true;
}

/* What the Non-secure world sees of the data. */
static bool memory_is(Machine *m, uint8_t value)
{
    uint8_t data[SECTOR];

    qtest_memread(m->s, SECTOR_DATA, data, SECTOR);
    return all_bytes(data, value);
}

static void expect_holder(Machine *m, const char *pas)
{
    check_context(m->s, SECTOR_DATA, pas, 0);
}

static uint64_t refusals(Machine *m)
{
    return mec_counter(m->s, "refused");
}

static uint64_t realm_reads(Machine *m, unsigned offset)
{
    return guest_read(m->s, SECTOR_DATA + offset, 8, MAILBOX_REALM);
}

static void realm_writes(Machine *m, unsigned offset, uint64_t value)
{
    guest_write(m->s, SECTOR_DATA + offset, 8, MAILBOX_REALM, value);
}

/*
 * The granule is the device's until the request is done. A PE makes its
 * accesses nevertheless, as if memory were encrypted.
 */
static void test_pinned(const void *data)
{
    Machine m = start("pas", "");
    uint64_t seen, refused;
    unsigned type = *(const unsigned *)data;

    qtest_memset(m.s, SECTOR_DATA, IN_MEMORY, 0x1000);
    hold(&m, type);
    refused = refusals(&m);
    seen = realm_reads(&m, 8);
    g_assert_cmphex(seen, !=, 0x0101010101010101ull * IN_MEMORY);
    g_assert_cmphex(realm_reads(&m, 8), ==, seen);
    realm_writes(&m, BEYOND, MARK);
    g_assert_cmphex(realm_reads(&m, BEYOND), ==, MARK);
    g_assert_cmphex(qtest_readq(m.s, SECTOR_DATA + BEYOND), !=, MARK);
    expect_holder(&m, "ns");
    g_assert_cmpuint(refusals(&m), >, refused);
    go_on(&m);
    g_assert(memory_is(&m, type == BLK_IN ? ON_DISK : IN_MEMORY));
    /* What the Realm wrote is there, in its eyes. */
    g_assert_cmphex(realm_reads(&m, BEYOND), ==, MARK);

    /* Now it may change over; nothing of the mapping is left. */
    refused = refusals(&m);
    guest_tlbi_va(m.s, 0);
    g_assert_cmphex(realm_reads(&m, BEYOND), ==, MARK);
    expect_holder(&m, "realm");
    g_assert_cmpuint(refusals(&m), ==, refused);
    stop(&m);
}

/* A granule that is a Realm's when the request begins: a copy. */
static void test_copy_in(void)
{
    Machine m = start("pas", "");
    uint64_t before;

    realm_writes(&m, 0, MARK);
    realm_writes(&m, SECTOR, MARK);
    realm_writes(&m, BEYOND, MARK);
    expect_holder(&m, "realm");
    hold(&m, BLK_IN);
    before = refusals(&m);
    g_assert_cmphex(realm_reads(&m, 0), ==, MARK);
    go_on(&m);
    expect_holder(&m, "realm");
    g_assert_cmpuint(refusals(&m), ==, before);
    /* The data are Non-secure, and nothing else is. */
    g_assert_cmphex(realm_reads(&m, 0), !=, MARK);
    g_assert_cmphex(realm_reads(&m, SECTOR), ==, MARK);
    g_assert_cmphex(realm_reads(&m, BEYOND), ==, MARK);
    g_assert(memory_is(&m, ON_DISK));
    stop(&m);
}

/* The granule changes over while there is a copy of it: twice. */
static void test_copy_meanwhile(void)
{
    Machine m = start("pas", "");

    realm_writes(&m, 0, MARK);
    hold(&m, BLK_IN);
    guest_write(m.s, SECTOR_DATA + BEYOND, 8, MAILBOX_NS, MARK);
    expect_holder(&m, "ns");
    go_on(&m);
    g_assert(memory_is(&m, ON_DISK));
    g_assert_cmphex(qtest_readq(m.s, SECTOR_DATA + BEYOND), ==, MARK);

    realm_writes(&m, 0, MARK);
    hold(&m, BLK_IN);
    guest_write(m.s, SECTOR_DATA + BEYOND, 8, MAILBOX_ROOT, MARK);
    expect_holder(&m, "root");
    go_on(&m);
    g_assert(memory_is(&m, ON_DISK));
    g_assert_cmphex(guest_read(m.s, SECTOR_DATA + BEYOND, 8, MAILBOX_ROOT), ==,
                    MARK);
    stop(&m);
}

/* What the device takes out is ciphertext, not what the Realm wrote. */
static void test_copy_out(void)
{
    Machine m = start("pas", "");
    g_autofree char *content = NULL;
    uint8_t seen[SECTOR];
    gsize length;

    for (unsigned i = 0; i < SECTOR; i += 8) {
        realm_writes(&m, i, MARK);
    }
    disk_set_up(m.s);
    disk_request(m.s, BLK_OUT);
    disk_wait(m.s);
    expect_holder(&m, "realm");
    g_assert_cmphex(realm_reads(&m, SECTOR - 8), ==, MARK);
    qtest_memread(m.s, SECTOR_DATA, seen, SECTOR);
    g_assert(g_file_get_contents(m.file, &content, &length, NULL));
    g_assert_cmpuint(length, ==, MANY);
    g_assert_cmpmem(content, SECTOR, seen, SECTOR);
    for (unsigned i = 0; i + 8 <= SECTOR; i++) {
        uint64_t word;

        memcpy(&word, content + i, 8);
        g_assert_cmphex(word, !=, MARK);
    }
    stop(&m);
}

/* A device that runs outside the big lock has copies of everything. */
static void test_iothread(void)
{
    g_autofree char *content = NULL;
    gsize length;
    Machine m = start("pas", "-object iothread,id=t "
                      "-global virtio-blk-device.iothread=t");

    qtest_memset(m.s, SECTOR_DATA, IN_MEMORY, 0x1000);
    disk_set_up(m.s);
    disk_request(m.s, BLK_IN);
    disk_wait(m.s);
    g_assert(memory_is(&m, ON_DISK));
    g_assert_cmphex(qtest_readb(m.s, SECTOR_DATA + SECTOR), ==, IN_MEMORY);

    /* The same where a Realm has the granule. */
    qtest_memset(m.s, SECTOR_DATA, IN_MEMORY, 0x1000);
    realm_writes(&m, BEYOND, MARK);
    disk_set_up(m.s);
    disk_request(m.s, BLK_IN);
    disk_wait(m.s);
    expect_holder(&m, "realm");
    g_assert(memory_is(&m, ON_DISK));
    g_assert_cmphex(realm_reads(&m, BEYOND), ==, MARK);

    qtest_memset(m.s, SECTOR_DATA, IN_MEMORY, SECTOR);
    disk_set_up(m.s);
    disk_request(m.s, BLK_OUT);
    disk_wait(m.s);
    expect_holder(&m, "realm");
    g_assert(g_file_get_contents(m.file, &content, &length, NULL));
    g_assert(all_bytes((uint8_t *)content, IN_MEMORY));
    stop(&m);
}

/* A word of its own at the end of each MiB. */
static uint64_t word_of(unsigned i, unsigned what)
{
    return 0x0101010101010101ull * what + i;
}

static void request_many(Machine *m, unsigned type)
{
    disk_set_up(m->s);
    disk_request_at(m->s, type, MANY_AT, MANY);
}

/*
 * With one granule of a Realm at the start, a map of 40 MiB is a copy of as
 * much as there may be, and a direct one of the rest.
 */
static void test_shorter(void)
{
    Machine m = start("pas", "");
    uint64_t word;
    FILE *f;

    f = fopen(m.file, "r+");
    g_assert(f);
    guest_write(m.s, MANY_AT, 8, MAILBOX_REALM, MARK);
    for (unsigned i = 1; i <= MANY / MiB; i++) {
        qtest_writeq(m.s, MANY_AT + i * MiB - 8, word_of(i, IN_MEMORY));
    }
    request_many(&m, BLK_OUT);
    disk_wait(m.s);
    g_assert_cmphex(guest_read(m.s, MANY_AT, 8, MAILBOX_REALM), ==, MARK);
    for (unsigned i = 1; i <= MANY / MiB; i++) {
        g_assert(!fseek(f, i * MiB - 8, SEEK_SET));
        g_assert(fread(&word, 8, 1, f) == 1);
        g_assert_cmphex(le64_to_cpu(word), ==, word_of(i, IN_MEMORY));
        word = cpu_to_le64(word_of(i, ON_DISK));
        g_assert(!fseek(f, i * MiB - 8, SEEK_SET));
        g_assert(fwrite(&word, 8, 1, f) == 1);
    }
    g_assert(!fclose(f));
    request_many(&m, BLK_IN);
    disk_wait(m.s);
    for (unsigned i = 1; i <= MANY / MiB; i++) {
        g_assert_cmphex(qtest_readq(m.s, MANY_AT + i * MiB - 8), ==,
                        word_of(i, ON_DISK));
    }
    stop(&m);
}

/* If the rest takes a copy, too, there is no room: the disk gives up. */
static void test_no_room(void)
{
    Machine m = start("pas", "");

    for (unsigned round = 0; round < 2; round++) {
        guest_write(m.s, MANY_AT, 8, MAILBOX_REALM, MARK);
        guest_write(m.s, MANY_AT + MANY - 8, 8, MAILBOX_REALM, MARK);
        request_many(&m, BLK_IN);
        wait_for_bits(m.s, DISK_STATUS, DISK_NEEDS_RESET, DISK_NEEDS_RESET);
        g_assert_cmphex(guest_read(m.s, MANY_AT, 8, MAILBOX_REALM), ==, MARK);

        /* What it had got is there for others. */
        guest_write(m.s, MANY_AT + MANY - 8, 8, MAILBOX_NS, MARK);
        request_many(&m, BLK_IN);
        disk_wait(m.s);
        g_assert_cmphex(guest_read(m.s, MANY_AT, 8, MAILBOX_REALM), !=, MARK);
    }
    stop(&m);
}

/* Contexts that share a key do not get in each other's way. */
static void test_no_contexts(const void *policy)
{
    Machine m = start(policy, "");

    qtest_memset(m.s, SECTOR_DATA, IN_MEMORY, 0x1000);
    hold(&m, BLK_IN);
    realm_writes(&m, BEYOND, MARK);
    g_assert_cmphex(qtest_readq(m.s, SECTOR_DATA + BEYOND), ==, MARK);
    go_on(&m);
    g_assert(memory_is(&m, ON_DISK));
    g_assert_cmphex(realm_reads(&m, 8), ==, 0x0101010101010101ull * ON_DISK);
    g_assert_cmpuint(refusals(&m), ==, 0);
    stop(&m);
}

int main(int argc, char **argv)
{
    static const unsigned in = BLK_IN, out = BLK_OUT;

    g_test_init(&argc, &argv, NULL);
    qtest_add_data_func("cca/mec-map/pinned/in", &in, test_pinned);
    qtest_add_data_func("cca/mec-map/pinned/out", &out, test_pinned);
    qtest_add_func("cca/mec-map/copy/in", test_copy_in);
    qtest_add_func("cca/mec-map/copy/meanwhile", test_copy_meanwhile);
    qtest_add_func("cca/mec-map/copy/out", test_copy_out);
    qtest_add_func("cca/mec-map/iothread", test_iothread);
    qtest_add_func("cca/mec-map/shorter", test_shorter);
    qtest_add_func("cca/mec-map/no-room", test_no_room);
    qtest_add_data_func("cca/mec-map/off", "off", test_no_contexts);
    qtest_add_data_func("cca/mec-map/mecid", "mecid", test_no_contexts);
    return g_test_run();
}
