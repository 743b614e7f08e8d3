/*
 * Helpers of qtests about bus masters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "masters.h"

enum { POLL_US = 200, POLLS = 300000 };

const Gpi all_gpis[] = {
    { "No access", GPI_NO_ACCESS, false },
    { "Secure", GPI_SECURE, false },
    { "Non-secure", GPI_NS, true },
    { "Root", GPI_ROOT, false },
    { "Realm", GPI_REALM, false },
    { "Any", GPI_ANY, true },
    { NULL },
};

Master master_of(QTestState *s, const char *name)
{
    static const char *const kinds[] = {
        "address-size", "walk", "protection", "external-abort",
    };
    QDict *answer = qtest_qmp_assert_success_ref(
        s, "{ 'execute': 'query-cca-gpc-faults' }");
    Master m = { .id = UINT64_MAX };
    QListEntry *e;

    QLIST_FOREACH_ENTRY(qdict_get_qlist(answer, "masters"), e) {
        QDict *d = qobject_to(QDict, qlist_entry_obj(e));
        QDict *last = qdict_get_qdict(d, "last");

        if (strcmp(member_str(d, "name"), name)) {
            continue;
        }
        m.id = member_uint(d, "id");
        m.checks = member_uint(d, "checks");
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
            m.faults += member_uint(qdict_get_qdict(d, "faults"), kinds[i]);
            if (last && !strcmp(member_str(last, "fault"), kinds[i])) {
                m.fault = kinds[i];
            }
        }
        if (last) {
            m.level = member_uint(last, "level");
            m.address = member_uint(last, "address");
            m.write = !strcmp(member_str(last, "access"), "store");
        }
    }
    if (m.id == UINT64_MAX) {
        g_error("there is no master '%s'", name);
    }
    qobject_unref(answer);
    return m;
}

void guest_command(QTestState *s, enum MailboxCommand command)
{
    guest_do(s, (GuestRequest) { .command = command });
}

void guest_tlbi(QTestState *s, enum MailboxCommand command, uint64_t pa,
                uint64_t size)
{
    guest_do(s, (GuestRequest) {
        .command = command, .address = pa, .size = size,
    });
}

void set_granule(QTestState *s, uint64_t pa, unsigned gpi)
{
    guest_set_gpi(s, pa, gpi);
    guest_command(s, MAILBOX_PAALLOS);
}

void wait_for_bits(QTestState *s, uint64_t pa, uint32_t mask, uint32_t value)
{
    for (unsigned i = 0; i < POLLS; i++) {
        if ((qtest_readl(s, pa) & mask) == value) {
            return;
        }
        g_usleep(POLL_US);
    }
    g_error("bits 0x%x at 0x%" PRIx64 " never are 0x%x", mask, pa, value);
}
