/*
 * Memory Encryption Contexts seen from QMP: what DRAM holds, and under which
 * contexts.
 *
 * Commands run with the big lock, so that no PE makes a granule change its
 * context meanwhile, and there is no reset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/ctype.h"
#include "qemu/lockable.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-cca-mec-target.h"
#include "dram.h"

enum {
    MAX_BYTES = 1 * MiB,
    DEFAULT_RUNS = 256,
    MAX_RUNS = 4096,
};

QEMU_BUILD_BUG_ON(CCA_SPACE_SECURE != (int)CCA_PAS_SECURE);
QEMU_BUILD_BUG_ON(CCA_SPACE_NS != (int)CCA_PAS_NS);
QEMU_BUILD_BUG_ON(CCA_SPACE_ROOT != (int)CCA_PAS_ROOT);
QEMU_BUILD_BUG_ON(CCA_SPACE_REALM != (int)CCA_PAS_REALM);
QEMU_BUILD_BUG_ON(CCA_MEC_POLICY_OFF != (int)MEC_OFF);
QEMU_BUILD_BUG_ON(CCA_MEC_POLICY_MECID != (int)MEC_MECID);
QEMU_BUILD_BUG_ON(CCA_MEC_POLICY_PAS != (int)MEC_PAS);

static bool has_contexts(Error **errp)
{
    if (!cca_dram) {
        error_setg(errp, "this machine has no memory encryption contexts: "
                   "this takes a machine like cca-virt, and rme other than "
                   "off");
    }
    return cca_dram;
}

static bool is_address(uint64_t address, Error **errp)
{
    if (address >> MEC_PA_BITS) {
        error_setg(errp, "address=0x%" PRIx64 " is not a physical address of "
                   "at most %d bits", address, MEC_PA_BITS);
        return false;
    }
    return true;
}

/* The first address from @pa on that is no DRAM. */
static uint64_t end_of_dram(uint64_t pa)
{
    const CcaDramConfig *config = &cca_dram->config;
    unsigned i = 0;

    while (i < config->range_count) {
        const CcaDramRange *r = &config->range[i++];

        if (pa - r->base < r->size) {
            pa = r->base + r->size;
            i = 0;
        }
    }
    return pa;
}

/* Are @size bytes at @address something to read or write? */
static bool is_range(uint64_t address, uint64_t size, Error **errp)
{
    uint64_t end;

    if (!size || size > MAX_BYTES) {
        error_setg(errp, "%" PRIu64 " bytes are not 1 to %d", size,
                   (int)MAX_BYTES);
        return false;
    }
    if (!is_address(address, errp)) {
        return false;
    }
    end = end_of_dram(address);
    if (end - address < size) {
        error_setg(errp, "0x%" PRIx64 " in the %" PRIu64 " bytes from 0x%"
                   PRIx64 " on is not DRAM", end, size, address);
        return false;
    }
    return true;
}

/*
 * Whole groups of four, no line breaks, padding at the end only: decoders
 * drop what does not fit, and then not all of the data would be written.
 */
static bool is_base64(const char *text)
{
    size_t n = 0, padding;

    while (qemu_isalnum(text[n]) || text[n] == '+' || text[n] == '/') {
        n++;
    }
    padding = strlen(text + n);
    return (n + padding) % 4 == 0 && padding <= 2 &&
           strspn(text + n, "=") == padding;
}

CcaDramData *qmp_cca_dram_read(uint64_t address, uint64_t size, Error **errp)
{
    g_autofree uint8_t *bytes = NULL;
    CcaDramData *answer;
    bool ok;

    if (!has_contexts(errp) || !is_range(address, size, errp)) {
        return NULL;
    }
    bytes = g_malloc(size);
    ok = cca_dram_probe_read(address, bytes, size);
    g_assert(ok);
    answer = g_new0(CcaDramData, 1);
    answer->data = g_base64_encode(bytes, size);
    return answer;
}

void qmp_cca_dram_write(uint64_t address, const char *data, Error **errp)
{
    g_autofree uint8_t *bytes = NULL;
    gsize size = 0;
    bool ok;

    if (!has_contexts(errp)) {
        return;
    }
    if (!is_base64(data)) {
        error_setg(errp, "data is not base64");
        return;
    }
    bytes = g_base64_decode(data, &size);
    if (!is_range(address, size, errp)) {
        return;
    }
    ok = cca_dram_probe_write(address, bytes, size);
    g_assert(ok);
}

static bool add_run(void *opaque, const MecRun *run)
{
    CcaMecRunList ***tail = opaque;
    CcaMecRun *r = g_new0(CcaMecRun, 1);

    r->base = run->base;
    r->size = run->size;
    r->pas = (CcaSpace)run->context.pas;
    r->mecid = run->context.mecid;
    r->lost = run->lost;
    QAPI_LIST_APPEND(*tail, r);
    return true;
}

static CcaMecContext *context_of(MecContext context)
{
    CcaMecContext *c = g_new0(CcaMecContext, 1);

    c->pas = (CcaSpace)context.pas;
    c->mecid = context.mecid;
    return c;
}

static void add_pair(void *opaque, MecContext from, MecContext to,
                     uint64_t count)
{
    CcaMecPairList ***tail = opaque;
    CcaMecPair *p = g_new0(CcaMecPair, 1);

    p->from = context_of(from);
    p->to = context_of(to);
    p->count = count;
    QAPI_LIST_APPEND(*tail, p);
}

static CcaMecCounters *counters(void)
{
    CcaMecCounters *c = g_new0(CcaMecCounters, 1);
    CcaMecPairList **tail = &c->pairs;
    MecStats stats;

    WITH_QEMU_LOCK_GUARD(&cca_dram->lock) {
        mec_stats(cca_dram->mec, &stats);
        mec_pairs(cca_dram->mec, add_pair, &tail);
    }
    c->switches = stats.switches;
    c->refused = stats.refused;
    c->lost_keys = stats.lost_keys;
    c->flips = stats.flips;
    c->replays = stats.replays;
    c->uncounted = stats.uncounted;
    return c;
}

CcaMecContexts *qmp_cca_mec_contexts(bool has_address, uint64_t address,
                                     bool has_limit, uint32_t limit,
                                     Error **errp)
{
    CcaMecContexts *answer;
    CcaMecRunList **tail;

    if (!has_address) {
        address = 0;
    }
    if (!has_limit) {
        limit = DEFAULT_RUNS;
    }
    if (!is_address(address, errp)) {
        return NULL;
    }
    if (!limit || limit > MAX_RUNS) {
        error_setg(errp, "limit=%" PRIu32 " is not 1 to %d", limit, MAX_RUNS);
        return NULL;
    }
    answer = g_new0(CcaMecContexts, 1);
    if (!cca_dram) {
        answer->policy = CCA_MEC_POLICY_OFF;
        answer->counters = g_new0(CcaMecCounters, 1);
        return answer;
    }
    answer->policy = (CcaMecPolicy)cca_dram->config.policy;
    answer->mecid_bits = cca_dram->config.mecid_bits;
    tail = &answer->runs;
    answer->next = mec_runs(cca_dram->mec, address, limit, add_run, &tail);
    answer->has_next = answer->next != UINT64_MAX;
    answer->counters = counters();
    return answer;
}
