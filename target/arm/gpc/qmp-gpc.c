/*
 * Granule protection seen from QMP: the tables, the counters, the faults.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-cca-target.h"
#include "cpu.h"
#include "bus-gpc.h"
#include "cpu-gpc.h"

enum { PA_BITS = 56, DEFAULT_RECORDS = 32 };

/* The PE with this index, or NULL with @errp set. */
static CcaPe *find_pe(int64_t index, Error **errp)
{
    CPUState *cs = index >= 0 && index <= INT_MAX ? qemu_get_cpu(index) : NULL;
    CcaPe *pe;

    if (!cs) {
        error_setg(errp, "cpu=%" PRId64 " does not exist", index);
        return NULL;
    }
    pe = cca_cpu_pe(ARM_CPU(cs));
    if (!pe) {
        error_setg(errp, "cpu=%" PRId64 " has no granule protection: this "
                   "takes a machine like cca-virt, and rme other than off",
                   index);
    }
    return pe;
}

static CcaGpcFaultKind fault_kind(CcaGpcf fault)
{
    switch (fault) {
    case CCA_GPCF_ADDRESS_SIZE:
        return CCA_GPC_FAULT_KIND_ADDRESS_SIZE;
    case CCA_GPCF_WALK:
        return CCA_GPC_FAULT_KIND_WALK;
    case CCA_GPCF_EABT:
        return CCA_GPC_FAULT_KIND_EXTERNAL_ABORT;
    default:
        return CCA_GPC_FAULT_KIND_PROTECTION;
    }
}

/* Do accesses to @pa in @pas pass, at least from its own Security state? */
static bool passes(const GptConfig *cfg, const GptWalk *walk, uint64_t pa,
                   CcaPas pas, bool *state_dependent)
{
    if (!cfg->enabled) {
        return true;
    }
    if (walk->fault != CCA_GPCF_NONE || cfg->denied >> pas & 1) {
        return false;
    }
    if (!walk->protected_) {
        return !(pa >> cfg->pps) || pas == CCA_PAS_NS || cfg->appsaa;
    }
    return gpt_gpi_grants(cfg, walk->gpi, pas, pas, state_dependent);
}

static CcaGptAnswer *answer(int64_t index, uint64_t pa, const GptConfig *cfg,
                            const GptWalk *w)
{
    CcaGptAnswer *a = g_new0(CcaGptAnswer, 1);
    CcaSpaceList **access = &a->access;
    CcaGptEntryInfoList **entries = &a->entries;

    a->cpu_index = index;
    a->address = pa;
    a->enabled = cfg->enabled;
    a->q_protected = w->protected_;
    a->has_fault = w->fault != CCA_GPCF_NONE;
    a->fault = fault_kind(w->fault);
    a->has_level = a->has_fault || w->protected_;
    a->level = w->level;
    a->kind = w->levels ? g_strdup(gpt_entry_kind_name(w->kind)) : NULL;
    a->has_gpi = w->protected_ && !a->has_fault;
    a->gpi = w->gpi;
    a->gpi_name = a->has_gpi ? g_strdup(gpt_gpi_name(w->gpi)) : NULL;
    for (CcaPas pas = 0; pas <= CCA_PAS_REALM; pas++) {
        if (passes(cfg, w, pa, pas, &a->root_and_ns_only)) {
            QAPI_LIST_APPEND(access, (CcaSpace)pas);
        }
    }
    for (unsigned i = 0; i < w->levels; i++) {
        CcaGptEntryInfo *e = g_new0(CcaGptEntryInfo, 1);

        e->level = i;
        e->address = w->entry_addr[i];
        e->value = w->entry[i];
        QAPI_LIST_APPEND(entries, e);
    }
    a->base = w->base;
    a->has_size = w->size;
    a->size = w->size;
    return a;
}

CcaGptAnswer *qmp_query_cca_gpt(uint64_t address, bool has_cpu, int64_t cpu,
                                Error **errp)
{
    int64_t index = has_cpu ? cpu : 0;
    GptConfig cfg;
    GptWalk walk;
    CcaPe *pe;

    if (address >> PA_BITS) {
        error_setg(errp, "address=0x%" PRIx64 " is not a physical address of "
                   "at most %d bits", address, PA_BITS);
        return NULL;
    }
    pe = find_pe(index, errp);
    if (!pe) {
        return NULL;
    }
    cca_pe_config(pe, NULL, NULL, &cfg);
    gpt_walk(&cfg, cca_gpt_bus(), address, &walk);
    return answer(index, address, &cfg, &walk);
}

static CcaGpcFaultCounts *fault_counts(const uint64_t *faults)
{
    CcaGpcFaultCounts *c = g_new0(CcaGpcFaultCounts, 1);

    c->address_size = faults[CCA_GPCF_ADDRESS_SIZE];
    c->walk = faults[CCA_GPCF_WALK];
    c->protection = faults[CCA_GPCF_FAIL];
    c->external_abort = faults[CCA_GPCF_EABT];
    return c;
}

static CcaGpcCounters *counters_of(CcaPe *pe)
{
    CcaGpcCounters *c = g_new0(CcaGpcCounters, 1);
    CcaPeCounters more;
    GpcStats stats;

    cca_pe_stats(pe, &stats, &more);
    c->cpu_index = CPU(pe->cpu)->cpu_index;
    c->checks = stats.checks;
    c->hits = stats.hits;
    c->fetches = stats.fetches;
    c->faults = fault_counts(stats.faults);
    c->tlbi_all = stats.tlbi_all;
    c->tlbi_pa = stats.tlbi_pa;
    c->tlbi_broadcast = more.tlbi_broadcast;
    c->tlb_flushes = more.tlb_flushes;
    c->tlb_flushes_avoided = more.tlb_flushes_avoided;
    return c;
}

static CcaGpcAccessKind access_kind(MMUAccessType type)
{
    switch (type) {
    case MMU_INST_FETCH:
        return CCA_GPC_ACCESS_KIND_FETCH;
    case MMU_DATA_STORE:
        return CCA_GPC_ACCESS_KIND_STORE;
    default:
        return CCA_GPC_ACCESS_KIND_LOAD;
    }
}

static CcaGpcReportKind report_kind(CcaGpcReport report)
{
    switch (report) {
    case CCA_REPORT_GPC_EXCEPTION:
        return CCA_GPC_REPORT_KIND_GPC_EXCEPTION;
    case CCA_REPORT_PAR:
        return CCA_GPC_REPORT_KIND_PAR;
    default:
        return CCA_GPC_REPORT_KIND_ABORT;
    }
}

static CcaGpcFaultEntry *describe(const CcaGpcFaultRecord *r)
{
    CcaGpcFaultEntry *e = g_new0(CcaGpcFaultEntry, 1);

    *e = (CcaGpcFaultEntry) {
        .sequence = r->seq,
        .cpu_index = r->cpu_index,
        .fault = fault_kind(r->fault),
        .level = r->level,
        .address = r->pa,
        .pas = (CcaSpace)r->pas,
        .va = r->va,
        .pc = r->pc,
        .el = r->from_el,
        .state = (CcaSpace)r->state,
        .access = access_kind(r->access),
        .on_walk = r->on_walk,
        .at = r->at,
        .report = report_kind(r->report),
        .has_target_el = r->report != CCA_REPORT_PAR,
        .target_el = r->to_el,
        .has_syndrome = r->report == CCA_REPORT_GPC_EXCEPTION,
        .syndrome = r->syndrome,
    };
    return e;
}

static CcaGpcMasterList *describe_masters(void)
{
    CcaGpcMasterList *masters = NULL, **tail = &masters;
    CcaBusMasterInfo info;

    for (unsigned i = 0; cca_bus_gpc_master(i, &info); i++) {
        CcaGpcMaster *m = g_new0(CcaGpcMaster, 1);

        m->name = g_strdup(info.name);
        m->id = info.id;
        m->checks = info.checks;
        m->faults = fault_counts(info.faults);
        if (info.last.fault != CCA_GPCF_NONE) {
            m->last = g_new0(CcaGpcMasterFault, 1);
            m->last->fault = fault_kind(info.last.fault);
            m->last->level = info.last.level;
            m->last->address = info.last.addr;
            m->last->access = info.last_write ? CCA_GPC_ACCESS_KIND_STORE :
                                                CCA_GPC_ACCESS_KIND_LOAD;
        }
        QAPI_LIST_APPEND(tail, m);
    }
    return masters;
}

CcaGpcFaults *qmp_query_cca_gpc_faults(bool has_cpu, int64_t cpu,
                                       bool has_max_records,
                                       uint32_t max_records, Error **errp)
{
    g_autofree CcaGpcFaultRecord *log = NULL;
    size_t n, max = has_max_records ? max_records : DEFAULT_RECORDS, skip = 0;
    CcaGpcCountersList **counters;
    CcaGpcFaultEntryList **records;
    CcaGpcFaults *faults;
    CPUState *cs;

    if (max > CCA_GPC_FAULT_LOG_SIZE) {
        error_setg(errp, "max-records=%zu is more than is kept, %d", max,
                   CCA_GPC_FAULT_LOG_SIZE);
        return NULL;
    }
    if (has_cpu && !find_pe(cpu, errp)) {
        return NULL;
    }
    faults = g_new0(CcaGpcFaults, 1);
    counters = &faults->counters;
    CPU_FOREACH(cs) {
        CcaPe *pe = cca_cpu_pe(ARM_CPU(cs));

        if (pe && (!has_cpu || cs->cpu_index == cpu)) {
            QAPI_LIST_APPEND(counters, counters_of(pe));
        }
    }

    log = g_new(CcaGpcFaultRecord, CCA_GPC_FAULT_LOG_SIZE);
    n = cca_gpc_fault_log(log, CCA_GPC_FAULT_LOG_SIZE, &faults->total);
    /* The newest @max of those that are asked for. */
    for (size_t i = n, wanted = 0; i > 0 && !skip; i--) {
        wanted += !has_cpu || log[i - 1].cpu_index == cpu;
        if (wanted > max) {
            skip = i;
        }
    }
    records = &faults->records;
    for (size_t i = skip; i < n; i++) {
        if (!has_cpu || log[i].cpu_index == cpu) {
            QAPI_LIST_APPEND(records, describe(&log[i]));
        }
    }
    faults->masters = has_cpu ? NULL : describe_masters();
    return faults;
}
