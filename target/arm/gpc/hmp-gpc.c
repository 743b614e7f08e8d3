/*
 * Granule protection seen from HMP: "info gpt".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/module.h"
#include "qobject/qdict.h"
#include "monitor/monitor.h"
#include "monitor/hmp-target.h"
#include "cpu.h"
#include "cpu-gpc.h"

enum {
    MAX_READS = 1 << 21,    /* entries; a fraction of a second */
    MAX_RANGES = 4096,      /* lines */
};

typedef struct Printer {
    Monitor *mon;
    bool verbose;
    unsigned ranges;
} Printer;

/* 4096: "4 KiB"; what is no multiple of 1 KiB counts bytes. */
static void print_size(char *text, size_t len, uint64_t size)
{
    static const char *const units[] = {
        "B", "KiB", "MiB", "GiB", "TiB", "PiB",
    };
    unsigned unit = 0;

    while (size && size % 1024 == 0 && unit + 1 < ARRAY_SIZE(units)) {
        size /= 1024;
        unit++;
    }
    snprintf(text, len, "%" PRIu64 " %s", size, units[unit]);
}

static bool print_range(void *opaque, uint64_t base, uint64_t size,
                        const GptWalk *w)
{
    Printer *p = opaque;
    const char *what = w->fault != CCA_GPCF_NONE ? cca_gpcf_name(w->fault) :
                       w->protected_ ? gpt_gpi_name(w->gpi) : "not protected";
    char text[32];

    print_size(text, sizeof(text), size);
    monitor_printf(p->mon, "%014" PRIx64 "-%014" PRIx64 " %10s  %-28s", base,
                   base + size - 1, text, what);
    if (w->levels) {
        monitor_printf(p->mon, " %u  %s", w->levels - 1,
                       gpt_entry_kind_name(w->kind));
    }
    monitor_printf(p->mon, "\n");
    for (unsigned i = 0; p->verbose && i < w->levels; i++) {
        monitor_printf(p->mon, "    level %u entry at 0x%014" PRIx64
                       ": 0x%016" PRIx64 "\n", i, w->entry_addr[i],
                       w->entry[i]);
    }
    return ++p->ranges < MAX_RANGES;
}

static void print_config(Monitor *mon, CcaPe *pe, GptConfig *cfg)
{
    GptRegs regs;
    GptImpl impl;

    cca_pe_config(pe, &regs, &impl, cfg);
    monitor_printf(mon, "PE %d: granule protection checks are %s",
                   CPU(pe->cpu)->cpu_index,
                   !cfg->enabled ? "off" : cfg->valid ? "on" :
                   "on, but the configuration is invalid");
    monitor_printf(mon, " (GPCCR_EL3 0x%" PRIx64 ", GPTBR_EL3 0x%" PRIx64
                   ")\n", regs.gpccr, regs.gptbr);
    monitor_printf(mon, "PPS %u bits, PGS %u KiB, L0GPTSZ %u bits, level 0 "
                   "table at 0x%" PRIx64 "\n", cfg->pps, 1u << (cfg->pgs - 10),
                   impl.l0gptsz + 30, cfg->base);
    for (CcaPas pas = 0; cfg->enabled && pas < CCA_PAS__COUNT; pas++) {
        if (cfg->denied >> pas & 1) {
            monitor_printf(mon, "the %s PAS is disabled\n",
                           cca_pas_name(pas));
        }
    }
}

static void hmp_info_gpt(Monitor *mon, const QDict *qdict)
{
    Printer p = {
        .mon = mon,
        .verbose = qdict_get_try_bool(qdict, "verbose", false),
    };
    uint64_t from = qdict_get_try_int(qdict, "from", 0), stopped;
    CPUState *cs = mon_get_cpu(mon);
    CcaPe *pe = cs ? cca_cpu_pe(ARM_CPU(cs)) : NULL;
    GptConfig cfg;

    if (!pe) {
        monitor_printf(mon, "no granule protection: this takes a machine "
                       "like cca-virt, and rme other than off\n");
        return;
    }
    print_config(mon, pe, &cfg);
    if (!cfg.enabled || !cfg.valid) {
        return;
    }
    if (from >> cfg.pps) {
        monitor_printf(mon, "0x%" PRIx64 " is above the protected range\n",
                       from);
        return;
    }
    monitor_printf(mon, "%-29s %10s  %-28s %s\n", "physical addresses", "size",
                   "granted to", "level, entry");
    stopped = gpt_map(&cfg, cca_gpt_bus(), from, MAX_READS, print_range, &p);
    if (stopped == UINT64_MAX) {
        monitor_printf(mon, "from 0x%" PRIx64 " up: %s\n", (uint64_t)1 << cfg.pps,
                       cfg.appsaa ? "every access passes" :
                       "Non-secure accesses pass, all others fault");
    } else {
        monitor_printf(mon, "cut short; to go on: info gpt%s 0x%" PRIx64 "\n",
                       p.verbose ? " -v" : "", stopped);
    }
}

static void register_hmp(void)
{
    monitor_register_hmp("gpt", true, hmp_info_gpt);
}

type_init(register_hmp)
