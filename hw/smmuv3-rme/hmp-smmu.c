/*
 * The SMMU seen from HMP: "info cca-smmu", as query-cca-smmu has it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-cca-smmu-walk-target.h"
#include "qemu/module.h"
#include "qobject/qdict.h"
#include "monitor/hmp.h"
#include "monitor/monitor.h"

enum { COLUMNS = 79 };

static const char *on_off(bool on)
{
    return on ? "on" : "off";
}

/* State */

static void print_queue(Monitor *mon, const CcaSmmuQueue *q)
{
    monitor_printf(mon, "  %-7s queue %-3s %012" PRIx64
                   ", %u of %u, PROD %x CONS %x\n",
                   CcaSmmuQueueKind_str(q->queue), on_off(q->on), q->base,
                   q->used, q->entries, q->prod, q->cons);
    if (q->overflow) {
        monitor_printf(mon, "    overflow: entries were lost\n");
    } else if (q->full && q->on) {
        monitor_printf(mon, "    full\n");
    }
    if (q->has_error) {
        monitor_printf(mon, "    stopped by a command error, code %u\n",
                       q->error);
    }
}

static void print_world(Monitor *mon, const CcaSmmuWorld *w)
{
    monitor_printf(mon, "%s: %s%s\n", CcaStreamWorld_str(w->sec_sid),
                   on_off(w->enabled), w->enabled ? "" :
                   w->gbpa_abort ? " (abort)" : " (bypass)");
    monitor_printf(mon, "  CR0 0x%x, CR0ACK 0x%x, CR1 0x%x, CR2 0x%x"
                   ", GBPA 0x%x\n", w->cr0, w->cr0ack, w->cr1, w->cr2,
                   w->gbpa);
    monitor_printf(mon, "  stream table at 0x%012" PRIx64 ", %u bits",
                   w->stream_table, w->stream_bits);
    if (w->has_split) {
        monitor_printf(mon, ", split at %u", w->split);
    }
    monitor_printf(mon, "\n");
    for (CcaSmmuQueueList *i = w->queues; i; i = i->next) {
        print_queue(mon, i->value);
    }
    for (strList *i = w->gerror; i; i = i->next) {
        monitor_printf(mon, "  GERROR.%s\n", i->value);
    }
    for (CcaSmmuInterruptList *i = w->interrupts; i; i = i->next) {
        const CcaSmmuInterrupt *irq = i->value;

        if (irq->has_address) {
            monitor_printf(mon, "  interrupt %-6s %-3s 0x%x to 0x%012" PRIx64
                           " (%s)\n", irq->source, on_off(irq->enabled),
                           irq->data, irq->address, CcaSpace_str(irq->pas));
        } else if (irq->enabled) {
            monitor_printf(mon, "  interrupt %-6s on  by wire\n",
                           irq->source);
        }
    }
    if (w->has_dpt_base) {
        monitor_printf(mon, "  DPT_BASE 0x%" PRIx64 ", DPT_BASE_CFG 0x%x, "
                       "DPT_CFG_FAR 0x%" PRIx64 "\n", w->dpt_base,
                       w->dpt_base_cfg, w->dpt_cfg_far);
    }
}

static void print_far(Monitor *mon, const char *name, const CcaSmmuFar *far)
{
    if (far) {
        monitor_printf(mon, "  %s: 0x%012" PRIx64 " (%s), for %s: %s%s%s\n",
                       name, far->address, CcaSpace_str(far->pas),
                       far->reason, far->what, far->error ? "; " : "",
                       far->error ? far->error : "");
    }
}

static void print_root(Monitor *mon, const CcaSmmuRoot *r)
{
    monitor_printf(mon, "root: access %s, granule protection checks %s%s%s\n",
                   on_off(r->access_enabled), on_off(r->gpc_enabled),
                   r->gpc_enabled && !r->gpc_valid ?
                   ", but the configuration is invalid" : "",
                   r->follows_pes ? " (as the PEs)" : "");
    monitor_printf(mon, "  GPT_BASE 0x%" PRIx64 ", GPT_BASE_CFG 0x%" PRIx64
                   "\n", r->gpt_base, r->gpt_base_cfg);
    print_far(mon, "GPF_FAR", r->gpf_far);
    print_far(mon, "GPT_CFG_FAR", r->gpt_cfg_far);
}

static void print_counters(Monitor *mon, const CcaSmmuInfo *info)
{
    const CcaSmmuCounters *c = info->counters;

    monitor_printf(mon, "transactions: %" PRIu64 " passed, %" PRIu64
                   " aborted, %" PRIu64 " RAZ/WI, %" PRIu64 " stalled\n",
                   c->passed, c->aborted, c->raz_wi, c->stalled);
    monitor_printf(mon, "events: %" PRIu64 ", lost: %" PRIu64
                   "; commands: %" PRIu64 ", wrong: %" PRIu64 "\n",
                   c->events, c->events_lost, c->commands, c->command_errors);
    monitor_printf(mon, "ATS requests: %" PRIu64 ", page requests: %" PRIu64
                   "\n", c->ats_requests, c->page_requests);
    monitor_printf(mon, "granule protection: %" PRIu64 " checks, %" PRIu64
                   " without a read, %" PRIu64 " reads, %" PRIu64 " faults\n",
                   c->gpc_checks, c->gpc_hits, c->gpc_fetches, c->gpc_faults);
    for (CcaSmmuCacheList *i = info->caches; i; i = i->next) {
        const CcaSmmuCache *cache = i->value;
        bool tlb = g_str_equal(cache->name, "translation");

        monitor_printf(mon, "%s cache: %" PRIu64 " entries, %" PRIu64
                       " hits, %" PRIu64 " misses\n", cache->name,
                       cache->entries, tlb ? c->tlb_hits : c->config_hits,
                       tlb ? c->tlb_misses : c->config_misses);
        monitor_printf(mon, "  %" PRIu64 " inserted, %" PRIu64
                       " evicted, %" PRIu64 " removed by %" PRIu64
                       " invalidations\n", cache->inserts, cache->evictions,
                       cache->removed, cache->invalidations);
    }
    for (CcaSmmuStallList *i = info->stalled; i; i = i->next) {
        const CcaSmmuStall *s = i->value;

        monitor_printf(mon, "stalled: STAG %u, %s StreamID 0x%x, %s 0x%"
                       PRIx64 "%s%s\n", s->stag,
                       CcaStreamWorld_str(s->sec_sid), s->stream_id,
                       s->write ? "write to" : "read of", s->address,
                       s->decided ? ", decided" : "",
                       s->recorded ? "" : ", not recorded");
    }
}

/* A stream */

static void print_entry(Monitor *mon, const char *name, const CcaSmmuEntry *e)
{
    int column = COLUMNS;

    monitor_printf(mon, "  %s", name);
    if (e->has_address) {
        monitor_printf(mon, " at 0x%012" PRIx64 " (%s)", e->address,
                       CcaSpace_str(e->pas));
    }
    monitor_printf(mon, "%s%s", e->cached ? ", from the cache" : "",
                   e->stale ? ", STALE: memory has another one" : "");
    if (e->error) {
        monitor_printf(mon, ", ILLEGAL: %s", e->error);
    }
    for (CcaSmmuFieldList *i = e->fields; i; i = i->next) {
        g_autofree char *text = g_strdup_printf(
            i->value->value > 9 ? "%s 0x%" PRIx64 : "%s %" PRIu64,
            i->value->name, i->value->value);
        int len = strlen(text) + 2;

        if (column + len > COLUMNS) {
            monitor_printf(mon, "\n    %s", text);
            column = len + 2;
        } else {
            monitor_printf(mon, ", %s", text);
            column += len;
        }
    }
    monitor_printf(mon, "\n");
    if (e->has_words) {
        unsigned n = 0;

        for (uint64List *i = e->words; i; i = i->next, n++) {
            monitor_printf(mon, "%s%016" PRIx64 "%s", n % 4 ? " " : "    ",
                           i->value, n % 4 == 3 ? "\n" : "");
        }
    }
}

static void print_stream(Monitor *mon, const CcaSmmuStream *s)
{
    monitor_printf(mon, "StreamID 0x%x (%s)", s->stream_id,
                   CcaStreamWorld_str(s->sec_sid));
    if (s->has_substream_id) {
        monitor_printf(mon, ", SubstreamID 0x%x", s->substream_id);
    }
    monitor_printf(mon, ": %s", !s->enabled ? "the SMMU is off" :
                   s->config ? s->config : "no stream table entry");
    if (s->world) {
        monitor_printf(mon, ", %s", s->world);
    }
    monitor_printf(mon, "%s%s\n", s->fault ? ", ends with " : "",
                   s->fault ? s->fault : "");
    if (s->ste) {
        print_entry(mon, "STE", s->ste);
    }
    if (s->cd) {
        print_entry(mon, "CD", s->cd);
    }
}

/* A translation */

static char *verdict(bool faults, CcaGpcFaultKind kind, uint8_t level)
{
    return faults ? g_strdup_printf("%s fault, level %u",
                                    CcaGpcFaultKind_str(kind), level) :
                    g_strdup("passes");
}

static void print_step(Monitor *mon, const CcaSmmuStep *s)
{
    g_autofree char *level = s->has_level ?
                             g_strdup_printf(" L%d", s->level) : g_strdup("");
    g_autofree char *target = !s->q_for || g_str_equal(s->q_for, "output") ?
        g_strdup("") : s->has_for_level ?
        g_strdup_printf(" for %s L%d", s->q_for, s->for_level) :
        g_strdup_printf(" for %s", s->q_for);
    g_autofree char *what = g_strconcat(s->what, level, target, NULL);
    g_autofree char *says = verdict(s->has_gpc_fault, s->gpc_fault,
                                    s->gpc_level);

    if (s->cached) {
        monitor_printf(mon, "  %-26s from the cache\n", what);
        return;
    }
    monitor_printf(mon, "  %-26s %012" PRIx64 " %-6s ", what, s->address,
                   CcaSpace_str(s->pas));
    if (s->has_words) {
        monitor_printf(mon, "%016" PRIx64 " ", s->words->value);
    }
    monitor_printf(mon, "%s%s\n", says, s->has_aborts ?
                   ", External abort" : "");
    if (s->has_would_write) {
        monitor_printf(mon, "    an access would write %016" PRIx64 ":%s%s\n",
                       s->would_write, s->sets_af ? " accessed" : "",
                       s->sets_dirty ? " dirty" : "");
    }
}

static void print_fault(Monitor *mon, const CcaSmmuFault *f)
{
    monitor_printf(mon, "  %s (0x%02x)", f->event, f->code);
    if (f->q_class) {
        monitor_printf(mon, ", class %s", f->q_class);
    }
    if (f->has_ipa) {
        monitor_printf(mon, ", at stage 2, IPA 0x%" PRIx64, f->ipa);
    }
    if (f->has_fetch_address) {
        monitor_printf(mon, ", fetch of 0x%" PRIx64 "%s", f->fetch_address,
                       f->gpcf ? " (GPC)" : "");
    }
    monitor_printf(mon, "\n    %s\n", f->recorded ? "would be recorded" :
                   f->wanted ? "would be lost: the Event queue is off or full"
                             : "would not be recorded");
}

static void print_translation(Monitor *mon, const CcaSmmuTranslation *t)
{
    monitor_printf(mon, "  %-26s %-12s %-6s %-16s GPC\n",
                   "step", "address", "PAS", "value");
    for (CcaSmmuStepList *i = t->steps; i; i = i->next) {
        print_step(mon, i->value);
    }
    if (t->output) {
        const CcaSmmuOutput *o = t->output;
        g_autofree char *says = verdict(o->has_gpc_fault, o->gpc_fault,
                                        o->gpc_level);

        monitor_printf(mon, "  %-26s %012" PRIx64 " %-6s ", "output",
                       o->address, CcaSpace_str(o->pas));
        monitor_printf(mon, "%*s%s\n", o->has_gpc_fault ? 0 : 17, "", says);
        if (o->mecid) {
            monitor_printf(mon, "    MECID 0x%x\n", o->mecid);
        }
    }
    if (t->held) {
        monitor_printf(mon, "  in the translation cache: 0x%" PRIx64
                       " (%s)%s%s\n", t->held->address,
                       CcaSpace_str(t->held->pas), t->held->allowed ?
                       "" : ", but not for this access", t->held->stale ?
                       ", STALE" : "");
    }
    if (t->fault) {
        print_fault(mon, t->fault);
    }
    monitor_printf(mon, "  %s%s%s\n", CcaSmmuOutcome_str(t->outcome),
                   t->why ? ": " : "", t->why ? t->why : "");
}

static void hmp_info_cca_smmu(Monitor *mon, const QDict *qdict)
{
    bool secure = qdict_get_try_bool(qdict, "secure", false);
    bool realm = qdict_get_try_bool(qdict, "realm", false);
    bool write = qdict_get_try_bool(qdict, "write", false);
    bool execute = qdict_get_try_bool(qdict, "execute", false);
    bool privileged = qdict_get_try_bool(qdict, "privileged", false);
    bool translated = qdict_get_try_bool(qdict, "translated", false);
    bool stream = qdict_haskey(qdict, "stream");
    bool substream = qdict_haskey(qdict, "substream");
    bool address = qdict_haskey(qdict, "address");
    g_autoptr(CcaSmmuInfoList) list = NULL;
    Error *err = NULL;

    if ((secure && realm) || (write && execute)) {
        monitor_printf(mon, "-s and -r, -w and -x: one of them\n");
        return;
    }
    list = qmp_query_cca_smmu(
        NULL, stream, qdict_get_try_int(qdict, "stream", 0), secure || realm,
        realm ? CCA_STREAM_WORLD_REALM : CCA_STREAM_WORLD_SECURE, substream,
        qdict_get_try_int(qdict, "substream", 0), address,
        qdict_get_try_int(qdict, "address", 0), write || execute,
        write ? CCA_SMMU_ACCESS_WRITE : CCA_SMMU_ACCESS_EXECUTE, privileged,
        privileged, translated, translated, &err);
    if (hmp_handle_error(mon, err)) {
        return;
    }
    if (!list) {
        monitor_printf(mon, "no SMMU: this takes a machine like cca-virt "
                       "with a cca-smmuv3\n");
    }
    for (CcaSmmuInfoList *i = list; i; i = i->next) {
        const CcaSmmuInfo *info = i->value;

        monitor_printf(mon, "%s, %s caches\n", info->path,
                       info->strict ? "strict" : "plain");
        if (info->stream) {
            print_stream(mon, info->stream);
        }
        if (info->translation) {
            print_translation(mon, info->translation);
        }
        if (info->stream) {
            continue;
        }
        for (CcaSmmuWorldList *w = info->worlds; w; w = w->next) {
            print_world(mon, w->value);
        }
        if (info->root) {
            print_root(mon, info->root);
        }
        print_counters(mon, info);
    }
}

static void register_hmp(void)
{
    monitor_register_hmp("cca-smmu", true, hmp_info_cca_smmu);
}

type_init(register_hmp)
