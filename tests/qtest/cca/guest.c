/*
 * qtests that drive the guest image "mailbox", and shared helpers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"
#include "qapi/error.h"
#include "qobject/qjson.h"
#include "qemu/bswap.h"

/* Polls of guest memory before a guest counts as dead: minutes. */
enum { POLL_US = 200, POLLS = 600000 };

static uint64_t field(QTestState *s, size_t offset)
{
    return qtest_readq(s, MAILBOX_ADDRESS + offset);
}

static void set_field(QTestState *s, size_t offset, uint64_t value)
{
    qtest_writeq(s, MAILBOX_ADDRESS + offset, value);
}

static void wait_for(QTestState *s, size_t offset, uint64_t value)
{
    for (unsigned i = 0; i < POLLS; i++) {
        if (field(s, offset) == value) {
            return;
        }
        g_usleep(POLL_US);
    }
    g_error("the guest does not answer");
}

QTestState *guest_start_paused(const char *args)
{
    const char *image = getenv("CCA_GUEST_IMAGE");

    if (!image) {
        g_error("CCA_GUEST_IMAGE is not set: use tests/qtest/run");
    }
    return qtest_initf("-accel tcg -M cca-virt,mpe=off -m 2G -net none -bios %s "
                       "-serial none -S %s", image, args);
}

void guest_wait(QTestState *s)
{
    qtest_qmp_assert_success(s, "{ 'execute': 'cont' }");
    wait_for(s, offsetof(struct Mailbox, magic), MAILBOX_MAGIC);
}

QTestState *guest_start(const char *args)
{
    QTestState *s = guest_start_paused(args);

    guest_wait(s);
    return s;
}

/* One message for the request, one for what came of it. */
GuestAnswer guest_do(QTestState *s, GuestRequest r)
{
    const uint64_t words[] = {
        r.command, r.address, r.pas, r.world, r.el, r.value, r.size, r.flags,
        r.pe,
    };
    uint64_t number = field(s, offsetof(struct Mailbox, done)) + 1;
    uint64_t out[6], request[ARRAY_SIZE(words)];

    QEMU_BUILD_BUG_ON(offsetof(struct Mailbox, pe) + sizeof(uint64_t) -
                      offsetof(struct Mailbox, command) != sizeof(words));
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        request[i] = cpu_to_le64(words[i]);
    }
    qtest_memwrite(s, MAILBOX_ADDRESS + offsetof(struct Mailbox, command),
                   request, sizeof(request));
    set_field(s, offsetof(struct Mailbox, request), number);
    wait_for(s, offsetof(struct Mailbox, done), number);
    qtest_memread(s, MAILBOX_ADDRESS + offsetof(struct Mailbox, status), out,
                  sizeof(out));
    g_assert_cmpuint(le64_to_cpu(out[0]), ==, 0);
    return (GuestAnswer) {
        .result = le64_to_cpu(out[1]),
        .took_el = le64_to_cpu(out[2]),
        .esr = le64_to_cpu(out[3]),
        .far = le64_to_cpu(out[4]),
        .mfar = le64_to_cpu(out[5]),
        .va = field(s, offsetof(struct Mailbox, va)),
    };
}

uint64_t guest_read(QTestState *s, uint64_t pa, unsigned size, unsigned pas)
{
    GuestAnswer a = guest_do(s, (GuestRequest) {
        .command = MAILBOX_READ, .address = pa, .size = size, .pas = pas,
    });

    g_assert_cmpuint(a.took_el, ==, 0);
    return a.result;
}

void guest_write(QTestState *s, uint64_t pa, unsigned size, unsigned pas,
                 uint64_t value)
{
    GuestAnswer a = guest_do(s, (GuestRequest) {
        .command = MAILBOX_WRITE, .address = pa, .size = size, .pas = pas,
        .value = value,
    });

    g_assert_cmpuint(a.took_el, ==, 0);
}

GuestAnswer guest_load_ns(QTestState *s, uint64_t pa, unsigned pe)
{
    return guest_do(s, (GuestRequest) {
        .command = MAILBOX_LOAD, .address = pa, .pas = MAILBOX_NS,
        .world = MAILBOX_NS, .el = 2, .pe = pe, .flags = MAILBOX_SCR_GPF,
    });
}

void guest_set_gpi(QTestState *s, uint64_t pa, unsigned gpi)
{
    guest_do(s, (GuestRequest) {
        .command = MAILBOX_SET_GPI, .address = pa, .value = gpi,
    });
}

void guest_tlbi_va(QTestState *s, unsigned pe)
{
    guest_do(s, (GuestRequest) { .command = MAILBOX_TLBI_VA, .pe = pe });
}

uint64_t member_uint(const QDict *d, const char *name)
{
    QNum *number = qobject_to(QNum, qdict_get(d, name));
    uint64_t value;
    int64_t negative;

    if (!number) {
        g_error("no number '%s' in the answer", name);
    }
    if (!qnum_get_try_uint(number, &value)) {
        g_assert(qnum_get_try_int(number, &negative));
        value = negative;
    }
    return value;
}

const char *member_str(const QDict *d, const char *name)
{
    const char *value = qdict_get_try_str(d, name);

    if (!value) {
        g_error("no string '%s' in the answer", name);
    }
    return value;
}

void expect_error(QTestState *s, const char *says1, const char *says2,
                  const char *fmt, ...)
{
    QDict *response, *error;
    const char *text;
    va_list ap;

    va_start(ap, fmt);
    response = qtest_vqmp(s, fmt, ap);
    va_end(ap);
    error = qdict_get_qdict(response, "error");
    g_assert(error);
    text = qdict_get_str(error, "desc");
    if (!strstr(text, says1) || !strstr(text, says2)) {
        g_error("neither '%s' nor '%s' may miss in '%s'", says1, says2, text);
    }
    g_assert(!strchr(text, '\n'));
    qobject_unref(response);
}

char *qemu_refusal(const char *const *args)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autofree char *line = NULL;
    char *err = NULL;
    int status;

    /* One that is not refused would run for ever: a guard, not a measure. */
    g_ptr_array_add(argv, (char *)"timeout");
    g_ptr_array_add(argv, (char *)"60");
    g_ptr_array_add(argv, getenv("QTEST_QEMU_BINARY"));
    for (; *args; args++) {
        g_ptr_array_add(argv, (char *)*args);
    }
    g_ptr_array_add(argv, NULL);
    line = g_strjoinv(" ", (char **)argv->pdata + 3);
    g_assert(g_spawn_sync(NULL, (char **)argv->pdata, NULL,
                          G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                          NULL, NULL, NULL, &err,
                          &status, NULL));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 1) {
        g_error("'%s' ends with wait status 0x%x: %s", line, status, err);
    }
    if (!strchr(err, '\n') || strchr(err, '\n')[1]) {
        g_error("'%s' does not answer with one line: %s", line, err);
    }
    return err;
}

QDict *next_firing(QTestState *s)
{
    QDict *event = qtest_qmp_eventwait_ref(s, "CCA_FAULT_FIRED");
    QDict *data = qdict_get_qdict(event, "data");

    qobject_ref(data);
    qobject_unref(event);
    return data;
}

char *arm(QTestState *s, const char *json)
{
    QDict *args = qobject_to(QDict, qobject_from_json(json, &error_abort));
    QDict *answer;
    char *id;

    answer = qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'cca-fault-arm', 'arguments': %p }", args);
    id = g_strdup(member_str(answer, "id"));
    qobject_unref(answer);
    return id;
}

void disarm(QTestState *s, const char *id)
{
    qtest_qmp_assert_success(s, "{ 'execute': 'cca-fault-disarm',"
                             "  'arguments': { 'id': %s } }", id);
}

QDict *armed_fault(QTestState *s, const char *id)
{
    QDict *answer = qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'query-cca-faults' }");
    QDict *found = NULL;
    QListEntry *e;

    QLIST_FOREACH_ENTRY(qdict_get_qlist(answer, "faults"), e) {
        QDict *f = qobject_to(QDict, qlist_entry_obj(e));

        if (!strcmp(member_str(f, "id"), id)) {
            found = f;
            qobject_ref(found);
        }
    }
    qobject_unref(answer);
    return found;
}

void wait_for_migration(QTestState *s)
{
    for (;;) {
        QDict *answer = qtest_qmp_assert_success_ref(
            s, "{ 'execute': 'query-migrate' }");
        const char *status = qdict_get_try_str(answer, "status");
        bool done = status && !strcmp(status, "completed");

        g_assert(!status || strcmp(status, "failed"));
        qobject_unref(answer);
        if (done) {
            return;
        }
        g_usleep(1000);
    }
}

/* SplitMix64 */
uint64_t test_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ull;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}
