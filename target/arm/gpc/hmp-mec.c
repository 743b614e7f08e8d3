/*
 * Memory Encryption Contexts seen from HMP: "info mec", "cca_dram_read" and
 * "cca_dram_write", as the QMP commands have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-cca-mec-target.h"
#include "qemu/ctype.h"
#include "qemu/module.h"
#include "qobject/qdict.h"
#include "monitor/hmp.h"
#include "monitor/monitor.h"

enum { BYTES_PER_LINE = 16, MAX_READ = 65536 };

/* --- contexts ------------------------------------------------------------- */

static void print_counters(Monitor *mon, const CcaMecCounters *c)
{
    monitor_printf(mon, "%" PRIu64 " switches, %" PRIu64 " refused; %" PRIu64
                   " keys lost, %" PRIu64 " flips, %" PRIu64 " replays\n",
                   c->switches, c->refused, c->lost_keys, c->flips,
                   c->replays);
    for (const CcaMecPairList *i = c->pairs; i; i = i->next) {
        const CcaMecPair *p = i->value;

        monitor_printf(mon, "%12" PRIu64 "  from %-6s MECID %-5u to %-6s "
                       "MECID %u\n", p->count, CcaSpace_str(p->from->pas),
                       p->from->mecid, CcaSpace_str(p->to->pas),
                       p->to->mecid);
    }
    if (c->uncounted) {
        monitor_printf(mon, "%12" PRIu64 "  from others to others\n",
                       c->uncounted);
    }
}

static void hmp_info_mec(Monitor *mon, const QDict *qdict)
{
    bool has_from = qdict_haskey(qdict, "from");
    bool has_limit = qdict_haskey(qdict, "limit");
    int64_t limit = qdict_get_try_int(qdict, "limit", 0);
    CcaMecContexts *c;
    Error *err = NULL;

    c = qmp_cca_mec_contexts(has_from, qdict_get_try_int(qdict, "from", 0),
                             has_limit, MIN((uint64_t)limit, UINT32_MAX),
                             &err);
    if (err) {
        hmp_handle_error(mon, err);
        return;
    }
    if (!c->mecid_bits) {
        monitor_printf(mon, "This machine has no memory encryption "
                       "contexts.\n");
        qapi_free_CcaMecContexts(c);
        return;
    }
    monitor_printf(mon, "policy %s, MECIDs of %u bits\n",
                   CcaMecPolicy_str(c->policy), c->mecid_bits);
    print_counters(mon, c->counters);
    monitor_printf(mon, "%-29s %14s  %s\n", "physical addresses", "size",
                   "context");
    for (const CcaMecRunList *i = c->runs; i; i = i->next) {
        const CcaMecRun *r = i->value;

        monitor_printf(mon, "%014" PRIx64 "-%014" PRIx64 " %10" PRIu64
                       " KiB  %-6s MECID %u%s\n", r->base,
                       r->base + r->size - 1, r->size / 1024,
                       CcaSpace_str(r->pas), r->mecid,
                       r->lost ? ", key lost" : "");
    }
    if (c->has_next) {
        monitor_printf(mon, "there is more; to go on: info mec 0x%" PRIx64
                       "\n", c->next);
    }
    qapi_free_CcaMecContexts(c);
}

/* --- ciphertext ----------------------------------------------------------- */

static void hmp_cca_dram_read(Monitor *mon, const QDict *qdict)
{
    uint64_t address = qdict_get_int(qdict, "addr");
    uint64_t size = qdict_get_int(qdict, "size");
    g_autofree uint8_t *bytes = NULL;
    CcaDramData *answer;
    Error *err = NULL;
    gsize length;

    if (size > MAX_READ) {
        monitor_printf(mon, "Error: %" PRIu64 " bytes are not 1 to %d\n",
                       size, MAX_READ);
        return;
    }
    answer = qmp_cca_dram_read(address, size, &err);
    if (err) {
        hmp_handle_error(mon, err);
        return;
    }
    bytes = g_base64_decode(answer->data, &length);
    qapi_free_CcaDramData(answer);
    for (gsize i = 0; i < length; i++) {
        if (i % BYTES_PER_LINE == 0) {
            monitor_printf(mon, "%s%014" PRIx64 ":", i ? "\n" : "",
                           address + i);
        }
        monitor_printf(mon, " %02x", bytes[i]);
    }
    monitor_printf(mon, "\n");
}

/* The bytes that @hex spells, or NULL. */
static uint8_t *bytes_of(const char *hex, size_t *size)
{
    g_autofree uint8_t *bytes = g_malloc(strlen(hex) / 2 + 1);
    size_t i;

    for (i = 0; qemu_isxdigit(hex[2 * i]) &&
                qemu_isxdigit(hex[2 * i + 1]); i++) {
        bytes[i] = g_ascii_xdigit_value(hex[2 * i]) << 4 |
                   g_ascii_xdigit_value(hex[2 * i + 1]);
    }
    *size = i;
    return hex[2 * i] ? NULL : g_steal_pointer(&bytes);
}

static void hmp_cca_dram_write(Monitor *mon, const QDict *qdict)
{
    g_autofree uint8_t *bytes = NULL;
    g_autofree char *data = NULL;
    Error *err = NULL;
    size_t size;

    bytes = bytes_of(qdict_get_str(qdict, "data"), &size);
    if (!bytes) {
        monitor_printf(mon, "Error: data is not pairs of hexadecimal "
                       "digits\n");
        return;
    }
    data = g_base64_encode(bytes, size);
    qmp_cca_dram_write(qdict_get_int(qdict, "addr"), data, &err);
    hmp_handle_error(mon, err);
}

static void register_hmp(void)
{
    monitor_register_hmp("mec", true, hmp_info_mec);
    monitor_register_hmp("cca_dram_read", false, hmp_cca_dram_read);
    monitor_register_hmp("cca_dram_write", false, hmp_cca_dram_write);
}

type_init(register_hmp)
