/*
 * Memory Encryption Contexts of a guest, seen from outside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mec.h"

QTestState *mec_start(const char *policy, const char *args)
{
    /* The same keys, so the same ciphertext, in each run. */
    const char *seed = strstr(args, "-seed ") ? "" : "-seed 1";
    g_autofree char *line = g_strdup_printf("-machine mec=on,mpe=%s %s %s",
                                            policy, seed, args);

    return guest_start(line);
}

void dram_read(QTestState *s, uint64_t pa, void *bytes, size_t size)
{
    g_autofree void *decoded = NULL;
    gsize length;
    QDict *answer = qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'cca-dram-read', 'arguments': { 'address': %" PRIu64
        ", 'size': %" PRIu64 " } }", pa, (uint64_t)size);

    decoded = g_base64_decode(member_str(answer, "data"), &length);
    g_assert_cmpuint(length, ==, size);
    memcpy(bytes, decoded, size);
    qobject_unref(answer);
}

void dram_write(QTestState *s, uint64_t pa, const void *bytes, size_t size)
{
    g_autofree char *data = g_base64_encode(bytes, size);

    qtest_qmp_assert_success(s, "{ 'execute': 'cca-dram-write', 'arguments':"
                             " { 'address': %" PRIu64 ", 'data': %s } }", pa,
                             data);
}

DramRun dram_run(QTestState *s, uint64_t pa)
{
    QDict *answer = qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'cca-mec-contexts', 'arguments': { 'address': %"
        PRIu64 ", 'limit': 1 } }", pa);
    QDict *run = qobject_to(QDict, qlist_entry_obj(qlist_first(
        qdict_get_qlist(answer, "runs"))));
    DramRun r = {
        .base = member_uint(run, "base"),
        .size = member_uint(run, "size"),
        .mecid = member_uint(run, "mecid"),
        .lost = qdict_get_bool(run, "lost"),
    };

    g_strlcpy(r.pas, member_str(run, "pas"), sizeof(r.pas));
    qobject_unref(answer);
    return r;
}

void check_context(QTestState *s, uint64_t pa, const char *pas,
                   unsigned mecid)
{
    DramRun r = dram_run(s, pa);

    g_assert_cmphex(r.base, ==, pa & ~0xfffull);
    g_assert_cmpstr(r.pas, ==, pas);
    g_assert_cmpuint(r.mecid, ==, mecid);
}

uint64_t mec_counter(QTestState *s, const char *name)
{
    QDict *answer = qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'cca-mec-contexts', 'arguments': { 'limit': 1 } }");
    uint64_t n = member_uint(qdict_get_qdict(answer, "counters"), name);

    qobject_unref(answer);
    return n;
}

void guest_set_mecid(QTestState *s, unsigned mecid, unsigned pe)
{
    guest_do(s, (GuestRequest) {
        .command = MAILBOX_MECID, .value = mecid, .pe = pe,
    });
}

void guest_read_words(QTestState *s, uint64_t pa, unsigned pas,
                      uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        words[i] = guest_read(s, pa + 8 * i, 8, pas);
    }
}

void guest_write_words(QTestState *s, uint64_t pa, unsigned pas,
                       const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        guest_write(s, pa + 8 * i, 8, pas, words[i]);
    }
}
