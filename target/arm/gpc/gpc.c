/*
 * Granule protection checks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "gpc.h"

/* Address bits of a key in each table; Granules entries depend on PGS. */
static unsigned key_shift(const Gpc *gpc, GptCacheKind kind, unsigned pgs)
{
    switch (kind) {
    case GPT_CACHE_2M:
        return 21;
    case GPT_CACHE_32M:
        return 25;
    case GPT_CACHE_512M:
        return 29;
    case GPT_CACHE_L0:
        return 30 + gpc->impl.l0gptsz;
    default:
        return pgs + 4;
    }
}

static uint64_t key_of(const Gpc *gpc, GptCacheKind kind, uint64_t pa)
{
    return pa >> key_shift(gpc, kind, gpc->cfg.pgs);
}

static void decode(Gpc *gpc)
{
    gpt_config_decode(&gpc->cfg, &gpc->impl, &gpc->regs);
}

static GptRegs reset_regs(const GptImpl *impl)
{
    return (GptRegs) { .gpccr = GPT_SET(0, GPCCR_L0GPTSZ, impl->l0gptsz) };
}

bool gpc_init(Gpc *gpc, const GptImpl *impl, const GptBus *bus, bool strict)
{
    memset(gpc, 0, sizeof(*gpc));
    gpc->impl = *impl;
    gpc->bus = *bus;
    gpc->regs = reset_regs(impl);
    decode(gpc);
    return gpt_cache_init(&gpc->cache, strict);
}

void gpc_destroy(Gpc *gpc)
{
    gpt_cache_destroy(&gpc->cache);
}

void gpc_reset(Gpc *gpc)
{
    gpc->regs = reset_regs(&gpc->impl);
    decode(gpc);
    gpt_cache_clear(&gpc->cache);
    memset(&gpc->stats, 0, sizeof(gpc->stats));
}

void gpc_set_regs(Gpc *gpc, const GptRegs *regs)
{
    gpc->regs = *regs;
    decode(gpc);
}

/* The answer of the tables for one address. */
typedef struct Lookup {
    CcaGpcf fault;      /* of the walk itself */
    uint8_t level;
    uint8_t gpi;
    uint8_t shift;      /* what the entry says holds for so much; 0: unknown */
} Lookup;

static CcaFaultPassage passage_of(const Gpc *gpc, const CcaAccess *access)
{
    return (CcaFaultPassage) {
        .access = *access,
        .pc = gpc->pc,
        .pc_opaque = gpc->opaque,
    };
}

/* Read one entry, through the fault site. False: External abort. */
static bool fetch(Gpc *gpc, const CcaAccess *access, unsigned level,
                  uint64_t entry_addr, uint64_t *entry)
{
    bool ok = gpc->bus.read64(gpc->bus.opaque, entry_addr, entry);

    gpc->stats.fetches++;
    if (cca_fault_armed(gpc->faults, CCA_SITE_GPT_FETCH)) {
        CcaFaultPassage passage = passage_of(gpc, access);
        CcaFaultEffect effect;

        passage.entry_addr = entry_addr;
        passage.value = ok ? *entry : 0;
        passage.failed = !ok;
        if (cca_fault_consult(gpc->faults, CCA_SITE_GPT_FETCH, &passage,
                              &effect)) {
            switch (effect.action) {
            case CCA_ACT_ABORT:
                ok = false;
                break;
            case CCA_ACT_FLIP:
                *entry ^= effect.xor_mask;
                break;
            case CCA_ACT_STALE:
                *entry = effect.value;
                break;
            default:
                break;
            }
        }
    }
    if (gpc->on_fetch) {
        gpc->on_fetch(gpc->opaque, access->addr, level, entry_addr,
                      ok ? *entry : 0, ok);
    }
    return ok;
}

static bool cached(Gpc *gpc, GptCacheKind kind, uint64_t pa, uint64_t *entry)
{
    return gpt_cache_lookup(&gpc->cache, kind, key_of(gpc, kind, pa),
                            gpc->cfg.pgs, entry);
}

static void hold(Gpc *gpc, GptCacheKind kind, uint64_t pa, uint64_t entry)
{
    if (gpc->uncached) {
        return;
    }
    gpt_cache_insert(&gpc->cache, kind, key_of(gpc, kind, pa), gpc->cfg.pgs,
                     entry);
}

/* log2 of how much around @pa a Granules entry says the same of. */
static unsigned granules_shift(const Gpc *gpc, uint64_t entry)
{
    return gpc->cfg.pgs +
           (entry == (entry & 15) * 0x1111111111111111ull ? 4 : 0);
}

/* A held GPI counts as long as the configuration still knows it. */
static bool usable(const Gpc *gpc, Lookup *out, uint8_t gpi, unsigned shift)
{
    out->gpi = gpi;
    out->shift = shift;
    return gpc->cfg.gpi_valid >> gpi & 1;
}

/* Answer from held level 1 entries. */
static bool lookup_l1_cached(Gpc *gpc, uint64_t pa, Lookup *out)
{
    uint64_t entry;

    out->level = 1;
    if (cached(gpc, GPT_CACHE_GRANULES, pa, &entry) &&
        usable(gpc, out, gpt_granules_gpi(&gpc->cfg, entry, pa),
               granules_shift(gpc, entry))) {
        return true;
    }
    for (GptCacheKind k = GPT_CACHE_2M; k <= GPT_CACHE_512M; k++) {
        if (cached(gpc, k, pa, &entry) &&
            usable(gpc, out, GPT_GET(entry, GPT_GPI), key_shift(gpc, k, 0))) {
            return true;
        }
    }
    return false;
}

static Lookup walk_fault(CcaGpcf fault, unsigned level)
{
    return (Lookup) { .fault = fault, .level = level };
}

static Lookup walk_l1(Gpc *gpc, const CcaAccess *access, uint64_t table)
{
    uint64_t addr = gpt_l1_entry_addr(&gpc->cfg, table, access->addr);
    uint64_t raw, other;
    GptCacheKind kind = GPT_CACHE_GRANULES;
    GptEntry e;

    if (!fetch(gpc, access, 1, addr, &raw)) {
        return walk_fault(CCA_GPCF_EABT, 1);
    }
    if (gpc->cfg.pairs) {
        if (!fetch(gpc, access, 1, gpt_l1_pair_addr(addr), &other)) {
            return walk_fault(CCA_GPCF_EABT, 1);
        }
        if (gpt_l1_decode(&gpc->cfg, other).kind == GPT_ENTRY_INVALID) {
            return walk_fault(CCA_GPCF_WALK, 1);
        }
    }
    e = gpt_l1_decode(&gpc->cfg, raw);
    if (e.kind == GPT_ENTRY_INVALID) {
        return walk_fault(CCA_GPCF_WALK, 1);
    }
    if (e.kind == GPT_ENTRY_GRANULES) {
        e.gpi = gpt_granules_gpi(&gpc->cfg, raw, access->addr);
        e.shift = granules_shift(gpc, raw);
    } else {
        kind = GPT_CACHE_2M + GPT_GET(raw, GPT_CONTIG) - GPT_CONTIG_2M;
    }
    hold(gpc, kind, access->addr, raw);
    return (Lookup) { .level = 1, .gpi = e.gpi, .shift = e.shift };
}

static Lookup lookup(Gpc *gpc, const CcaAccess *access)
{
    uint64_t fetches = gpc->stats.fetches, raw;
    GptEntry e = { .kind = GPT_ENTRY_INVALID };
    Lookup out = { .fault = CCA_GPCF_NONE };

    if (!gpc->uncached && lookup_l1_cached(gpc, access->addr, &out)) {
        gpc->stats.hits++;
        return out;
    }
    if (!gpc->uncached && cached(gpc, GPT_CACHE_L0, access->addr, &raw)) {
        e = gpt_l0_decode(&gpc->cfg, raw);
    }
    if (e.kind != GPT_ENTRY_BLOCK && e.kind != GPT_ENTRY_TABLE) {
        if (!fetch(gpc, access, 0,
                   gpt_l0_entry_addr(&gpc->cfg, access->addr), &raw)) {
            return walk_fault(CCA_GPCF_EABT, 0);
        }
        e = gpt_l0_decode(&gpc->cfg, raw);
        switch (e.kind) {
        case GPT_ENTRY_BLOCK:
        case GPT_ENTRY_TABLE:
            hold(gpc, GPT_CACHE_L0, access->addr, raw);
            break;
        case GPT_ENTRY_TOO_BIG:
            return walk_fault(CCA_GPCF_ADDRESS_SIZE, 0);
        default:
            return walk_fault(CCA_GPCF_WALK, 0);
        }
    }
    if (e.kind == GPT_ENTRY_TABLE) {
        return walk_l1(gpc, access, e.table);
    }
    gpc->stats.hits += gpc->stats.fetches == fetches;
    return (Lookup) { .level = 0, .gpi = e.gpi, .shift = e.shift };
}

/*
 * The causes that come before the tables, in the order of their priority.
 * Returns true if the matter is settled with *@fault (a pass, or level 0).
 */
static bool settled_early(const GptConfig *cfg, const CcaAccess *access,
                          CcaGpcf *fault)
{
    *fault = CCA_GPCF_NONE;
    if (!cfg->valid) {
        *fault = CCA_GPCF_WALK;
        return true;
    }
    if (cfg->denied >> access->pas & 1) {
        *fault = CCA_GPCF_FAIL;
        return true;
    }
    if (access->addr >> cfg->pps) {
        if (access->pas != CCA_PAS_NS && !cfg->appsaa) {
            *fault = CCA_GPCF_FAIL;
        }
        return true;
    }
    if (cfg->bw_on && (access->addr & cfg->bw_mask) == cfg->bw_match) {
        return true;
    }
    if (!cfg->base_ok) {
        *fault = CCA_GPCF_ADDRESS_SIZE;
        return true;
    }
    return false;
}

static void judge(const GptConfig *cfg, const CcaAccess *access,
                  CcaGpcVerdict *v, const Lookup *l)
{
    v->level = l->level;
    v->fault = l->fault;
    if (v->fault == CCA_GPCF_NONE &&
        !gpt_gpi_grants(cfg, l->gpi, access->pas, access->requester.state,
                        &v->state_dependent)) {
        v->fault = CCA_GPCF_FAIL;
    }
}

/* A human asks: same answer as a PE with an empty cache, and no trace. */
static void check_for_debug(const Gpc *gpc, const CcaAccess *access,
                            CcaGpcVerdict *v)
{
    GptWalk walk;
    Lookup l;

    gpt_walk(&gpc->cfg, &gpc->bus, access->addr, &walk);
    l = (Lookup) { .fault = walk.fault, .level = walk.level, .gpi = walk.gpi };
    judge(&gpc->cfg, access, v, &l);
}

static void consult_verdict(Gpc *gpc, const CcaAccess *access,
                            CcaGpcVerdict *v)
{
    CcaFaultPassage passage = passage_of(gpc, access);
    CcaFaultEffect effect;

    passage.failed = v->fault != CCA_GPCF_NONE;
    if (!cca_fault_consult(gpc->faults, CCA_SITE_GPC_VERDICT, &passage,
                           &effect)) {
        return;
    }
    if (effect.action == CCA_ACT_WRONG_PASS) {
        v->fault = CCA_GPCF_NONE;
    } else if (effect.action == CCA_ACT_WRONG_FAIL && !passage.failed) {
        v->fault = CCA_GPCF_FAIL;
    }
}

bool gpc_check(Gpc *gpc, const CcaAccess *access, CcaGpcVerdict *verdict)
{
    unsigned shift;

    return gpc_check_around(gpc, access, verdict, &shift);
}

bool gpc_check_around(Gpc *gpc, const CcaAccess *access,
                      CcaGpcVerdict *verdict, unsigned *shift)
{
    bool debug = access->requester.kind == CCA_REQUESTER_DEBUG;
    CcaGpcVerdict v = { .pas = access->pas, .addr = access->addr };

    *shift = 0;
    if (gpc->cfg.enabled) {
        if (!settled_early(&gpc->cfg, access, &v.fault)) {
            if (debug) {
                check_for_debug(gpc, access, &v);
            } else {
                Lookup l = lookup(gpc, access);

                judge(&gpc->cfg, access, &v, &l);
                *shift = l.shift;
            }
        } else {
            gpc->stats.hits += !debug;
        }
        if (!debug) {
            gpc->stats.checks++;
            if (cca_fault_armed(gpc->faults, CCA_SITE_GPC_VERDICT)) {
                consult_verdict(gpc, access, &v);
            }
            gpc->stats.faults[v.fault]++;
        }
    }
    *verdict = v;
    return v.fault == CCA_GPCF_NONE;
}

void gpc_tlbi_all(Gpc *gpc)
{
    gpc->stats.tlbi_all++;
    gpt_cache_clear(&gpc->cache);
}

static bool is_block(uint64_t entry)
{
    return GPT_GET(entry, GPT_TYPE) == GPT_L0_BLOCK;
}

void gpc_tlbi_pa(Gpc *gpc, uint64_t base, uint64_t size, bool last_level)
{
    static const uint8_t granule_sizes[] = { 12, 14, 16 };
    uint64_t last = base + size - 1;

    gpc->stats.tlbi_pa++;
    for (unsigned i = 0; i < sizeof(granule_sizes); i++) {
        unsigned pgs = granule_sizes[i];
        unsigned shift = key_shift(gpc, GPT_CACHE_GRANULES, pgs);

        gpt_cache_invalidate(&gpc->cache, GPT_CACHE_GRANULES, pgs,
                             base >> shift, last >> shift, NULL);
    }
    for (GptCacheKind k = GPT_CACHE_2M; k <= GPT_CACHE_L0; k++) {
        unsigned shift = key_shift(gpc, k, 0);

        gpt_cache_invalidate(&gpc->cache, k, 0, base >> shift, last >> shift,
                             k == GPT_CACHE_L0 && last_level ? is_block :
                                                               NULL);
    }
}
