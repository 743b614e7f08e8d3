/*
 * The configuration of a transaction: its STE and its CD, from the cache or
 * from memory (sections 3.3, 7.3.3 to 7.3.11).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "smmu-internal.h"

/* Where nothing was found. */
static const SmmuSte no_ste;
static const SmmuCd no_cd;

/*
 * Where a transaction notes which granules passed their check. In a strict
 * SMMU that counts until an invalidation, which is how long the GPT cache
 * would answer the same; in another for this transaction, which sees one state
 * of the GPT. Faults want to see each check.
 */
static PassCache *remember_passes(Smmu *s)
{
    const CcaFaults *faults = s->config.faults;

    if (!s->gpc.cfg.enabled || !smmu_root_access_enabled(&s->regs.root) ||
        cca_fault_armed(faults, CCA_SITE_GPT_FETCH) ||
        cca_fault_armed(faults, CCA_SITE_GPC_VERDICT) ||
        cca_fault_armed(faults, CCA_SITE_SMMU_GPC)) {
        return NULL;
    }
    if (!s->config.strict) {
        pass_cache_clear(&s->passed);
    }
    return &s->passed;
}

void smmu_req_init(SmmuReq *r, Smmu *s, const SmmuTxn *txn)
{
    r->s = s;
    r->txn = txn;
    r->bank = &s->regs.bank[txn->sec_sid];
    r->access = txn->access;
    r->watch = NULL;
    r->own = (SmmuOwn) {
        .s = s, .sec_sid = txn->sec_sid, .sid = txn->sid,
        .reason = SMMU_GPC_TRANSLATION, .site = CCA_SITE__COUNT,
        .passed = remember_passes(s),
    };
    r->mem = smmu_own_mem(&r->own);
    r->ste = &no_ste;
    r->cd = &no_cd;
    r->s1 = false;
    r->ctx = NULL;
    r->event.id = SMMU_EVT_NONE;
    r->translation_fault = false;
    r->trace = NULL;
}

void smmu_req_fault(SmmuReq *r, SmmuEventId id)
{
    if (r->watch) {
        r->watch->cause = id;
    }
    r->event = (SmmuEvent) {
        .id = id,
        .sec_sid = r->txn->sec_sid,
        .stream_id = r->txn->sid,
        .ssv = r->txn->ssv,
        .substream_id = r->txn->ssid,
        .access = r->access,
        .addr = r->txn->addr,
    };
}

/* A structure in memory, and what it is to the outside. */
typedef struct Place {
    uint64_t addr;
    CcaPas pas;
    uint16_t mecid;
    SmmuEventId event;      /* if it cannot be read */
    SmmuGpcCode code;
    CcaFaultSite site;
} Place;

/* Read @n little-endian words. False: r->event. */
static bool fetch(SmmuReq *r, const Place *p, uint64_t *words, size_t n)
{
    SmmuMemResult result;

    r->own.code = p->code;
    r->own.site = p->site;
    result = r->mem.read(r->mem.opaque, p->addr, p->pas,
                         p->pas == CCA_PAS_REALM ? p->mecid : 0, words,
                         n * sizeof(*words));
    if (result != SMMU_MEM_OK) {
        smmu_req_fault(r, p->event);
        r->event.gpcf = result == SMMU_MEM_GPF;
        r->event.fetch_addr = p->addr;
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        words[i] = smmu_le64_to_host(words[i]);
    }
    return true;
}

static SmmuCfgKey key_of(const SmmuReq *r)
{
    return (SmmuCfgKey) { .sec_sid = r->txn->sec_sid, .sid = r->txn->sid };
}

/* What @w makes of an entry that the cache has, or has not. */
SMMU_WATCHED
static const void *watched(SmmuWatch *w, SmmuCfgKind kind, const void *found)
{
    if (w->from_memory) {
        return NULL;
    }
    if (found) {
        w->cached(w->opaque, kind);
    }
    return found;
}

static const void *cached(SmmuReq *r, SmmuCfgKind kind, const SmmuCfgKey *key)
{
    const void *found = smmu_cfgcache_lookup(r->s->cfg, kind, key);

    if (r->watch) {
        return watched(r->watch, kind, found);
    }
    *(found ? &r->s->stats.config_hits : &r->s->stats.config_misses) += 1;
    return found;
}

static void hold(SmmuReq *r, SmmuCfgKind kind, const SmmuCfgKey *key,
                 const void *payload)
{
    if (!r->watch) {
        smmu_cfgcache_insert(r->s->cfg, kind, key, payload);
    }
}

/* The place of the STE; at first, of its L1STD. */
static bool locate_ste(SmmuReq *r, Place *p)
{
    const SmmuFeatures *f = &r->s->regs.feat;
    SmmuCfgKey key = key_of(r);
    const uint64_t *held;
    SmmuStrtab tab;
    uint64_t l1std;

    *p = (Place) {
        .pas = smmu_pas_of_sec_sid(r->txn->sec_sid),
        .mecid = r->bank->gmecid, .event = SMMU_F_STE_FETCH,
        .code = SMMU_GPC_STE_FETCH, .site = CCA_SITE_SMMU_L1STD_FETCH,
    };
    smmu_strtab_decode(&tab, f, r->bank->strtab_base,
                       r->bank->strtab_base_cfg);
    if (!smmu_strtab_first(&tab, r->txn->sid, &p->addr)) {
        smmu_req_fault(r, SMMU_C_BAD_STREAMID);
        return false;
    }
    if (tab.two_level) {
        key.shift = tab.split;
        held = cached(r, SMMU_CFG_L1STD, &key);
        if (held) {
            l1std = *held;
        } else if (fetch(r, p, &l1std, 1)) {
            hold(r, SMMU_CFG_L1STD, &key, &l1std);
        } else {
            return false;
        }
        if (!smmu_strtab_second(&tab, l1std, r->txn->sid, &p->addr)) {
            smmu_req_fault(r, SMMU_C_BAD_STREAMID);
            return false;
        }
    }
    p->site = CCA_SITE_SMMU_STE_FETCH;
    return true;
}

bool smmu_find_ste(SmmuReq *r)
{
    const SmmuFeatures *f = &r->s->regs.feat;
    bool e2h = r->bank->cr2 & SMMU_CR2_E2H_MASK;
    SmmuCfgKey key = key_of(r);
    uint64_t words[STE_WORDS];
    const SmmuSte *held;
    Place p;

    held = cached(r, SMMU_CFG_STE, &key);
    if (held) {
        r->ste = held;
    } else {
        if (!locate_ste(r, &p) || !fetch(r, &p, words, STE_WORDS)) {
            return false;
        }
        smmu_ste_decode(&r->ste_read, f, r->txn->sec_sid, e2h, words);
        hold(r, SMMU_CFG_STE, &key, &r->ste_read);
        r->ste = &r->ste_read;
    }
    if (r->ste->error != SMMU_STE_OK) {
        smmu_req_fault(r, SMMU_C_BAD_STE);
        return false;
    }
    r->access = smmu_override(r->txn->access, r->ste->privcfg, r->ste->instcfg);
    return true;
}

/* With stage 2, p->addr is an IPA: make it an address in memory. */
static bool reach(SmmuReq *r, Place *p)
{
    SmmuTlbEntry e;

    if (!r->ste->s2) {
        return true;
    }
    if (!smmu_translate_ipa(r, p->addr, false, (SmmuAccessType) { 0 },
                            SMMU_CLASS_CD, &e)) {
        return false;
    }
    p->addr = e.pa;
    p->pas = e.pas;
    return true;
}

/* The place of CD @index. */
static bool locate_cd(SmmuReq *r, uint32_t index, Place *p)
{
    enum { L1_SHIFT_4K = 6, L1_SHIFT_64K = 10 };
    const SmmuFeatures *f = &r->s->regs.feat;
    CcaPas pas = smmu_pas_of_sec_sid(r->txn->sec_sid);
    SmmuCfgKey key = key_of(r);
    const uint64_t *held;
    uint64_t l1cd;

    *p = (Place) {
        .pas = pas, .mecid = r->ste->mecid, .event = SMMU_F_CD_FETCH,
        .code = SMMU_GPC_CD_FETCH, .site = CCA_SITE_SMMU_CD_FETCH,
    };
    if (!smmu_cdtab_first(r->ste, index, &p->addr)) {
        return reach(r, p);
    }
    key.ssid = index;
    key.shift = r->ste->s1fmt == STE_S1FMT_4K ? L1_SHIFT_4K : L1_SHIFT_64K;
    held = cached(r, SMMU_CFG_L1CD, &key);
    if (held) {
        l1cd = *held;
    } else if (reach(r, p) && fetch(r, p, &l1cd, 1)) {
        hold(r, SMMU_CFG_L1CD, &key, &l1cd);
    } else {
        return false;
    }
    p->pas = pas;
    if (!smmu_cdtab_second(r->ste, f, l1cd, index, &p->addr)) {
        smmu_req_fault(r, SMMU_C_BAD_SUBSTREAMID);
        return false;
    }
    return reach(r, p);
}

bool smmu_find_cd(SmmuReq *r)
{
    const SmmuFeatures *f = &r->s->regs.feat;
    SmmuCfgKey key = key_of(r);
    uint64_t words[CD_WORDS];
    const SmmuCd *held;
    uint32_t index;
    Place p;

    switch (smmu_cd_select(r->ste, r->txn->ssv, r->txn->ssid, &index)) {
    case SMMU_CD_BYPASS:
        r->s1 = false;
        return true;
    case SMMU_CD_BAD_SUBSTREAMID:
        smmu_req_fault(r, SMMU_C_BAD_SUBSTREAMID);
        return false;
    case SMMU_CD_STREAM_DISABLED:
        smmu_req_fault(r, SMMU_F_STREAM_DISABLED);
        return false;
    default:
        break;
    }
    r->s1 = true;
    key.ssid = index;
    held = cached(r, SMMU_CFG_CD, &key);
    if (held) {
        r->cd = held;
    } else {
        if (!locate_cd(r, index, &p) || !fetch(r, &p, words, CD_WORDS)) {
            return false;
        }
        smmu_cd_decode(&r->cd_read, f, r->ste, words);
        hold(r, SMMU_CFG_CD, &key, &r->cd_read);
        r->cd = &r->cd_read;
    }
    if (r->cd->error != SMMU_CD_OK) {
        smmu_req_fault(r, SMMU_C_BAD_CD);
        return false;
    }
    return true;
}

/* Stream and SubstreamID in one number, which is not 0. */
static uint64_t recent_key(const SmmuTxn *txn)
{
    enum { SSID_SHIFT = 32, SSV_SHIFT = 60, SEC_SID_SHIFT = 61 };
    uint64_t key = txn->sid | (txn->sec_sid + 1ull) << SEC_SID_SHIFT;

    if (txn->ssv) {
        key |= 1ull << SSV_SHIFT | (txn->ssid & 0xfffffffull) << SSID_SHIFT;
    }
    return key;
}

static SmmuRecent *recent_of(Smmu *s, uint64_t key)
{
    return &s->recent[(key ^ key >> 32) * 0x9e3779b97f4a7c15ull >>
                      (64 - SMMU_RECENT_LOG2)];
}

bool smmu_find_recent(SmmuReq *r)
{
    uint64_t key = recent_key(r->txn);
    Smmu *s = r->s;
    const SmmuRecent *recent = recent_of(s, key);

    if (r->watch || recent->key != key ||
        recent->changes != smmu_cfgcache_changes(s->cfg)) {
        return false;
    }
    r->ste = recent->ste;
    r->s1 = recent->cd;
    if (r->s1) {
        r->cd = recent->cd;
        r->ctx = &recent->ctx;
    }
    r->access = smmu_override(r->txn->access, r->ste->privcfg,
                              r->ste->instcfg);
    s->stats.config_hits += 1 + r->s1;
    return true;
}

void smmu_keep_recent(SmmuReq *r)
{
    uint64_t key = recent_key(r->txn);

    if (!r->watch && r->ste != &r->ste_read && r->cd != &r->cd_read &&
        r->txn->ssid >> 28 == 0) {
        *recent_of(r->s, key) = (SmmuRecent) {
            .key = key, .changes = smmu_cfgcache_changes(r->s->cfg),
            .ste = r->ste, .cd = r->s1 ? r->cd : NULL,
            .ctx = smmu_stage1_context(r),
        };
    }
}
