/*
 * A reference of what becomes of transactions, for tests only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "smmu-ref.h"
#include "smmu-walk-ref.h"

/* Fields by the bit numbers of the specification. */
static uint64_t field(const uint64_t *w, unsigned hi, unsigned lo)
{
    uint64_t v = w[lo / 64] >> lo % 64;

    return hi - lo == 63 ? v : v & ((1ull << (hi - lo + 1)) - 1);
}

typedef struct Run {
    const RefMachine *m;
    const RefTxn *t;
    RefEffect e;
    unsigned reason, code;      /* for the FAR */
    bool fetch, priv;           /* with overrides */
    uint64_t ste[8], cd[8];
    bool s1, s2;
    RefSmmu walk;
} Run;

static CcaPas own(const RefMachine *m)
{
    return m->world == CCA_SEC_SID_NS ? CCA_PAS_NS :
           m->world == CCA_SEC_SID_SECURE ? CCA_PAS_SECURE : CCA_PAS_REALM;
}

/* A check; the first that fails is in the FAR (section 6.3.116). */
static bool gpc(Run *r, uint64_t addr, CcaPas pas)
{
    static const uint64_t fpas[] = {
        [CCA_PAS_SECURE] = 0, [CCA_PAS_NS] = 1, [CCA_PAS_REALM] = 3,
    };

    if (r->m->gpc(r->m->opaque, addr, pas)) {
        return true;
    }
    if (!r->e.far) {
        r->e.far = 1 | r->reason << 1 | r->code << 4 |
                   (addr & 0x00fffffffffff000) | fpas[pas] << 62;
    }
    return false;
}

static SmmuMemResult read_words(Run *r, uint64_t addr, CcaPas pas,
                                uint64_t *w, unsigned n)
{
    return gpc(r, addr, pas) ? r->m->read(r->m->opaque, addr, pas, w, n) :
                               SMMU_MEM_GPF;
}

static SmmuMemResult walk_read(void *opaque, uint64_t addr, CcaPas pas,
                               uint8_t bytes[8])
{
    Run *r = opaque;

    return gpc(r, addr, pas) ?
           r->m->read_bytes(r->m->opaque, addr, pas, bytes) : SMMU_MEM_GPF;
}

static SmmuMemResult walk_write(void *opaque, uint64_t addr, CcaPas pas,
                                const uint8_t bytes[8])
{
    Run *r = opaque;

    return gpc(r, addr, pas) ?
           r->m->write_bytes(r->m->opaque, addr, pas, bytes) : SMMU_MEM_GPF;
}

/* Event records (section 7.3) */

static void put(Run *r, unsigned lo, uint64_t v)
{
    r->e.event[lo / 64] |= v << lo % 64;
}

/* Number, StreamID, SubstreamID; ends with an abort. */
static bool event(Run *r, unsigned id)
{
    memset(r->e.event, 0, sizeof(r->e.event));
    put(r, 0, id);
    put(r, 32, r->t->sid);
    if (id == 0x08) {
        put(r, 12, r->t->ssid);
    } else if (r->t->ssv) {
        put(r, 11, 1);
        put(r, 12, r->t->ssid);
    }
    r->e.end = REF_ABORT;
    return false;
}

static void put_access(Run *r)
{
    put(r, 97, r->priv);
    put(r, 98, r->fetch && !r->t->write);
    put(r, 99, !r->t->write);
    put(r, 128, r->t->addr);
}

static bool fetch_event(Run *r, unsigned id, SmmuMemResult result,
                        uint64_t addr)
{
    event(r, id);
    put(r, 80, result == SMMU_MEM_GPF);
    put(r, 192, addr & ~7ull);
    return false;
}

/* A translation fault that A, R and S have no say in. */
static bool plain_fault(Run *r, unsigned id)
{
    event(r, id);
    put_access(r);
    put(r, 104, 2);
    return false;
}

/* What a walk ended with (sections 3.12 and 5.5). */
static bool walk_fault(Run *r, const RefAnswer *a)
{
    bool s2 = a->stage == 2, record, aborts = true;

    event(r, a->event);
    put_access(r);
    put(r, 103, s2);
    put(r, 100, s2 && a->nsipa && r->m->world == CCA_SEC_SID_SECURE);
    put(r, 104, a->class_);
    if (a->event == SMMU_F_WALK_EABT) {
        put(r, 80, a->gpf);
        put(r, 192, a->fetch & ~7ull);
        return false;
    }
    if (s2) {
        put(r, 192, a->ipa & 0x00fffffffffff000 &
                    ((1ull << r->m->oas) - 1));
    }
    if (a->event == SMMU_F_PERMISSION && a->class_ == SMMU_CLASS_TT) {
        put(r, 108, !a->ttw);
    }
    if (s2) {
        record = field(r->ste, 185, 185) || field(r->ste, 186, 186);
    } else {
        bool s = field(r->cd, 44, 44);

        record = s || field(r->cd, 45, 45);
        aborts = s || field(r->cd, 46, 46);
    }
    if (!record) {
        memset(r->e.event, 0, sizeof(r->e.event));
    }
    r->e.end = aborts ? REF_ABORT : REF_RAZ_WI;
    return false;
}

/* STE (section 5.2) */

static unsigned size_bits(const Run *r, unsigned code)
{
    static const unsigned bits[] = { 32, 36, 40, 42, 44, 48, 52, 52 };

    return bits[code] > r->m->oas ? r->m->oas : bits[code];
}

static unsigned granule_kb(unsigned tg0)
{
    return tg0 == 0 ? 4 : tg0 == 1 ? 64 : tg0 == 2 ? 16 : 0;
}

static unsigned granule_bits(unsigned kb)
{
    return kb == 4 ? 12 : kb == 16 ? 14 : 16;
}

/* Table base addresses: as large as outputs may be. */
static bool base_too_big(uint64_t ttb, unsigned ps, unsigned kb, bool ds)
{
    return ttb >> (ps > 48 && kb != 64 && !ds ? 48 : ps);
}

/* Does the start level suit the size: up to 16 tables, 2 entries or more? */
static bool start_level_ok(const Run *r, unsigned kb, unsigned t0sz,
                           unsigned sl0, bool sl0_2, bool ds)
{
    unsigned bits = granule_bits(kb), step = bits - 3, in = 64 - t0sz;
    int level;

    if (kb == 4) {
        unsigned sl = sl0 | (ds && sl0_2 ? 4 : 0);

        if (sl > 4 || (sl == 4 && r->m->oas < 52) ||
            (sl == 2 && r->m->oas < 44)) {
            return false;
        }
        level = sl == 3 ? 3 : sl == 4 ? -1 : 2 - (int)sl;
    } else {
        if (sl0 == 3 && !(kb == 16 && ds && r->m->oas == 52)) {
            return false;
        }
        level = 3 - (int)sl0;
    }
    bits += (3 - level) * step;
    return in > bits && in <= bits + step + 4;
}

static bool stage2_legal(const Run *r)
{
    const uint64_t *w = r->ste;
    bool secure = r->m->world == CCA_SEC_SID_SECURE;
    unsigned kb = granule_kb(field(w, 175, 174)), t0sz = field(w, 165, 160);
    unsigned skb = granule_kb(field(w, 303, 302));
    unsigned ps = size_bits(r, field(w, 178, 176));
    bool ds = field(w, 195, 195) && kb != 64 && !(secure && skb == 64);
    unsigned min = kb == 64 || ds ? 12 : 16;

    if (!field(w, 179, 179) || !kb ||
        (r->m->world == CCA_SEC_SID_REALM && field(w, 185, 185))) {
        return false;
    }
    min = min < 64 - r->m->oas ? 64 - r->m->oas : min;
    if (t0sz < min || t0sz > (kb == 64 ? 47 : 48) ||
        base_too_big(field(w, 243, 196) << 4, ps, kb, ds) ||
        !start_level_ok(r, kb, t0sz, field(w, 167, 166),
                        field(w, 194, 194), ds)) {
        return false;
    }
    return !secure ||
           !base_too_big(field(w, 435, 388) << 4, ps, skb, ds);
}

static bool ste_legal(const Run *r)
{
    const uint64_t *w = r->ste;
    unsigned config = field(w, 3, 1), strw = field(w, 95, 94);
    unsigned eats = field(w, 93, 92);
    bool secure = r->m->world == CCA_SEC_SID_SECURE;
    bool s2s = field(w, 185, 185);

    if (!field(w, 0, 0)) {
        return false;
    }
    if (config < 4) {
        return true;
    }
    if (!secure && config > 4) {
        if ((eats == 2 && (config != 7 || s2s)) ||
            (eats == 1 && (config & 2) && s2s)) {
            return false;
        }
    }
    if (config == 5 && (strw == 1 || strw == 3)) {
        return false;
    }
    if (config & 1) {
        if ((field(w, 91, 91) && r->m->world == CCA_SEC_SID_REALM) ||
            field(w, 63, 59) > 20 ||
            field(w, 55, 6) << 6 >> r->m->oas) {
            return false;
        }
    }
    return !(config & 2) || stage2_legal(r);
}

static bool find_ste(Run *r)
{
    const RefMachine *m = r->m;
    uint64_t at, l1std;
    SmmuMemResult result;
    unsigned span, cfg;

    if (r->t->sid >> m->log2size) {
        return event(r, 0x02);
    }
    r->reason = 1;
    r->code = 0x03;
    at = m->strtab + r->t->sid * 64ull;
    if (m->split) {
        uint32_t low = r->t->sid & ((1u << m->split) - 1);

        at = m->strtab + (r->t->sid >> m->split) * 8ull;
        result = read_words(r, at, own(m), &l1std, 1);
        if (result != SMMU_MEM_OK) {
            return fetch_event(r, 0x03, result, at);
        }
        span = l1std & 31;
        if (!span || span > m->split + 1 || span > 11 || low >> (span - 1)) {
            return event(r, 0x02);
        }
        at = ((l1std & 0x00ffffffffffffc0 & ((1ull << m->oas) - 1)) >>
              (span + 5) << (span + 5)) + low * 64ull;
    }
    result = read_words(r, at, own(m), r->ste, 8);
    if (result != SMMU_MEM_OK) {
        return fetch_event(r, 0x03, result, at);
    }
    if (!ste_legal(r)) {
        return event(r, 0x04);
    }
    if (field(r->ste, 3, 3)) {
        cfg = field(r->ste, 113, 112);
        r->priv = cfg == 3 || (cfg != 2 && r->priv);
        cfg = field(r->ste, 115, 114);
        r->fetch = !r->t->write && (cfg == 3 || (cfg != 2 && r->fetch));
    }
    r->s2 = field(r->ste, 3, 3) && field(r->ste, 2, 2);
    return true;
}

/* Stage 2 as the walks want it. */
static void walk_s2(Run *r)
{
    const uint64_t *w = r->ste;
    bool secure = r->m->world == CCA_SEC_SID_SECURE;
    RefSmmu *s = &r->walk;

    *s = (RefSmmu) {
        .sid = r->m->world, .oas = r->m->oas, .vax = true, .stt = true,
        .xnx = true, .mec = true, .sif = r->m->sif,
        .read = walk_read, .write = walk_write, .opaque = r,
    };
    s->use2 = r->s2;
    s->el = 1;
    if (field(w, 3, 1) == 5 && field(w, 95, 94) == 2) {
        s->el = r->m->e2h ? 20 : 2;
    }
    s->s2.ttb[1] = field(w, 243, 196) << 4;
    s->s2.ttb[0] = secure ? field(w, 435, 388) << 4 : s->s2.ttb[1];
    s->s2.kb = granule_kb(field(w, 175, 174));
    s->s2.tsz = field(w, 165, 160);
    s->s2.sl0 = field(w, 167, 166);
    s->s2.sl0_2 = field(w, 194, 194);
    s->s2.ps = size_bits(r, field(w, 178, 176));
    s->s2.sw = field(w, 384, 384);
    s->s2.sa = field(w, 385, 385);
    s->s2.nsw = field(w, 192, 192);
    s->s2.nsa = field(w, 193, 193);
    s->s2.ds = field(w, 195, 195) && s->s2.kb != 64;
    s->s2.be = field(w, 180, 180);
    s->s2.affd = field(w, 181, 181);
    s->s2.ptw = field(w, 182, 182);
    s->s2.hd = field(w, 183, 183);
    s->s2.ha = field(w, 184, 184);
    s->s2.fwb = field(w, 89, 89);
    if (!secure) {
        s->s2.ttb[0] = s->s2.ttb[1];
    }
}

/* CD (section 5.4) */

static bool half_legal(Run *r, unsigned h, unsigned kb, bool ds)
{
    const uint64_t *w = r->cd;
    unsigned tsz = h ? field(w, 21, 16) : field(w, 5, 0);
    uint64_t ttb = (h ? field(w, 179, 132) : field(w, 115, 68)) << 4;
    unsigned ips = size_bits(r, field(w, 34, 32));

    return kb && tsz >= (kb == 64 || ds ? 12 : 16) &&
           tsz <= (kb == 64 ? 47 : 48) && !base_too_big(ttb, ips, kb, ds);
}

static bool use_cd(Run *r)
{
    static const unsigned tg1_kb[] = { 0, 16, 4, 64 };
    const uint64_t *w = r->cd;
    RefSmmu *s = &r->walk;
    bool two = s->el != 2, s_bit = field(w, 44, 44);
    unsigned kb[2] = { granule_kb(field(w, 7, 6)), tg1_kb[field(w, 23, 22)] };
    bool ds = field(w, 186, 186) && !(kb[0] == 64 && (!two || kb[1] == 64));
    bool epd[2] = { two && field(w, 14, 14), !two || field(w, 30, 30) };

    if (!field(w, 31, 31) || !field(w, 41, 41) ||
        (s_bit && (r->m->world == CCA_SEC_SID_REALM ||
                   field(r->ste, 91, 91)))) {
        return event(r, 0x0a);
    }
    for (unsigned h = 0; h < 2; h++) {
        if (!epd[h] && !half_legal(r, h, kb[h], ds)) {
            return event(r, 0x0a);
        }
        s->s1.half[h].kb = kb[h];
        s->s1.half[h].epd = epd[h];
        s->s1.half[h].tbi = field(w, 38 + h, 38 + h);
        s->s1.half[h].tsz = h ? field(w, 21, 16) : field(w, 5, 0);
        s->s1.half[h].ttb = (h ? field(w, 179, 132) : field(w, 115, 68)) << 4;
        s->s1.half[h].nscfg = field(w, h ? 128 : 64, h ? 128 : 64);
        s->s1.half[h].had = field(w, h ? 129 : 65, h ? 129 : 65);
        s->s1.half[h].e0pd = two && field(w, h ? 130 : 66, h ? 130 : 66);
    }
    s->use1 = true;
    s->s1.ips = size_bits(r, field(w, 34, 32));
    s->s1.ds = ds;
    s->s1.be = field(w, 15, 15);
    s->s1.affd = field(w, 35, 35);
    s->s1.wxn = field(w, 36, 36);
    s->s1.pan = field(w, 40, 40);
    s->s1.hd = field(w, 42, 42);
    s->s1.ha = field(w, 43, 43);
    return true;
}

/* Read @n words of CD or L1CD at @at, which stage 2 may move. */
static bool read_cd(Run *r, uint64_t at, uint64_t *words, unsigned n)
{
    CcaPas pas = own(r->m);
    SmmuMemResult result;

    if (r->s2) {
        RefAnswer a;

        r->code = 0x0b;
        a = ref_translate_ipa(&r->walk, at, false, (SmmuAccessType) { 0 },
                              SMMU_CLASS_CD);
        if (a.event) {
            return walk_fault(r, &a);
        }
        at = a.pa;
        pas = a.pas;
    }
    r->code = 0x09;
    result = read_words(r, at, pas, words, n);
    return result == SMMU_MEM_OK ? true : fetch_event(r, 0x09, result, at);
}

static bool find_cd(Run *r)
{
    const uint64_t *w = r->ste;
    bool s1 = field(w, 1, 1);
    unsigned cdmax = s1 ? field(w, 63, 59) : 0, dss = field(w, 65, 64);
    unsigned fmt = cdmax ? field(w, 5, 4) : 0, leaf = fmt == 1 ? 6 : 10;
    uint64_t base = field(w, 55, 6) << 6, l1cd, at;
    uint32_t index = 0;

    r->s1 = false;
    if (r->t->ssv) {
        if (!cdmax || r->t->ssid >> cdmax) {
            return event(r, 0x08);
        }
        if (dss == 2 && !r->t->ssid) {
            return event(r, 0x06);
        }
        index = r->t->ssid;
    } else if (!s1 || (cdmax && dss == 1)) {
        return true;
    } else if (cdmax && dss != 2) {
        return event(r, 0x06);
    }
    r->s1 = true;
    if (fmt == 0 || fmt == 3) {
        at = (base >> (6 + cdmax) << (6 + cdmax)) + index * 64ull;
        return read_cd(r, at, r->cd, 8) && use_cd(r);
    }
    {
        unsigned log2 = cdmax > leaf + 3 ? cdmax - leaf + 3 : 6;

        at = (base >> log2 << log2) + (index >> leaf) * 8ull;
    }
    if (!read_cd(r, at, &l1cd, 1)) {
        return false;
    }
    at = l1cd & 0x00fffffffffff000;
    if (!(l1cd & 1) || at >> r->m->oas) {
        return event(r, 0x08);
    }
    at = (at >> (leaf + 6) << (leaf + 6)) +
         (index & ((1u << leaf) - 1)) * 64ull;
    return read_cd(r, at, r->cd, 8) && use_cd(r);
}

/* Outputs */

static CcaPas by_nscfg(const Run *r, unsigned nscfg)
{
    if (r->m->world == CCA_SEC_SID_NS || nscfg == 3 ||
        (nscfg != 2 && r->t->ns)) {
        return CCA_PAS_NS;
    }
    return own(r->m);
}

static void deliver(Run *r, uint64_t pa, CcaPas pas, uint16_t mecid)
{
    r->reason = 3;
    r->code = 0;
    r->e.end = REF_ABORT;
    if (gpc(r, pa, pas)) {
        r->e.end = REF_PASS;
        r->e.pa = pa;
        r->e.pas = pas;
        r->e.mecid = pas == CCA_PAS_REALM ? mecid : 0;
    }
}

static uint16_t mecid_of(const Run *r)
{
    return r->m->world == CCA_SEC_SID_REALM ? field(r->ste, 319, 304) : 0;
}

static void through_stage_2(Run *r)
{
    bool ns_ipa = r->m->world == CCA_SEC_SID_SECURE &&
                  by_nscfg(r, field(r->ste, 111, 110)) == CCA_PAS_NS;
    SmmuAccessType access = { r->t->write, r->fetch, r->priv };
    RefAnswer a;

    if (r->t->addr >> r->m->oas) {
        plain_fault(r, 0x11);
        return;
    }
    a = ref_translate_ipa(&r->walk, r->t->addr, ns_ipa, access,
                          SMMU_CLASS_IN);
    if (a.event) {
        walk_fault(r, &a);
    } else {
        deliver(r, a.pa, a.pas, mecid_of(r));
    }
}

static void translate(Run *r)
{
    SmmuAccessType access = { r->t->write, r->fetch, r->priv };
    RefAnswer a;

    r->code = 0x0b;
    if (r->s1) {
        a = ref_translate(&r->walk, r->t->addr, access);
        if (a.event) {
            walk_fault(r, &a);
        } else {
            deliver(r, a.pa, a.pas, mecid_of(r));
        }
    } else if (r->s2) {
        through_stage_2(r);
    } else {
        CcaPas pas = by_nscfg(r, field(r->ste, 111, 110));

        if (r->t->addr >> r->m->oas) {
            plain_fault(r, 0x11);
        } else if (r->fetch && pas == CCA_PAS_NS &&
                   (r->m->world == CCA_SEC_SID_REALM ||
                    (r->m->world == CCA_SEC_SID_SECURE && r->m->sif))) {
            plain_fault(r, 0x13);
        } else {
            deliver(r, r->t->addr, pas, mecid_of(r));
        }
    }
}

/* SMMUEN is 0 (sections 3.11 and 6.3.15) */
static void disabled(Run *r)
{
    uint32_t gbpa = r->m->gbpa;
    unsigned inst = gbpa >> 18 & 3;
    CcaPas pas = by_nscfg(r, gbpa >> 14 & 3);
    bool fetch = !r->t->write && (inst == 3 || (inst != 2 && r->fetch));

    r->e.end = REF_ABORT;
    if (r->m->world != CCA_SEC_SID_REALM && !(gbpa >> 20 & 1) &&
        !(r->t->addr >> r->m->oas) &&
        !(fetch && pas == CCA_PAS_NS && r->m->sif &&
          r->m->world == CCA_SEC_SID_SECURE)) {
        deliver(r, r->t->addr, pas, 0);
    }
}

static bool forbidden(Run *r)
{
    event(r, 0x07);
    put(r, 99, !r->t->write);
    put(r, 128, r->t->addr);
    return false;
}

/* Section 3.9.1.3 */
static void translated(Run *r)
{
    const RefMachine *m = r->m;
    bool big = r->t->addr >> m->oas;
    unsigned eats;
    CcaPas pas;

    if (!m->smmuen || m->world == CCA_SEC_SID_SECURE) {
        forbidden(r);
        return;
    }
    r->e.end = REF_ABORT;
    if (!m->atschk) {
        if (!big) {
            deliver(r, r->t->addr, own(m), 0);
        }
        return;
    }
    if (!find_ste(r)) {
        if (!m->rec_cfg_ats) {
            memset(r->e.event, 0, sizeof(r->e.event));
        }
        return;
    }
    if (!field(r->ste, 3, 3)) {
        return;
    }
    eats = field(r->ste, 3, 1) == 4 ? 0 : field(r->ste, 93, 92);
    walk_s2(r);
    r->code = 0x0b;
    if (eats == 2) {
        through_stage_2(r);
        return;
    }
    if (big) {
        return;
    }
    pas = by_nscfg(r, field(r->ste, 111, 110));
    if (eats != 1 || (m->world == CCA_SEC_SID_REALM && pas == CCA_PAS_NS &&
                      r->fetch)) {
        forbidden(r);
        return;
    }
    deliver(r, r->t->addr, pas, mecid_of(r));
}

RefEffect ref_transact(const RefMachine *m, const RefTxn *txn)
{
    RefTxn plain = *txn;
    Run r = { .m = m, .t = txn, .fetch = txn->fetch && !txn->write,
              .priv = txn->priv };

    if (txn->translated) {
        plain.ssv = plain.fetch = plain.priv = false;
        plain.ssid = 0;
        r.t = &plain;
        r.fetch = r.priv = false;
        translated(&r);
        return r.e;
    }
    if (!m->smmuen) {
        disabled(&r);
        return r.e;
    }
    if (!find_ste(&r)) {
        if ((r.e.event[0] & 0xff) == 0x02 && !m->recinvsid) {
            memset(r.e.event, 0, sizeof(r.e.event));
        }
        return r.e;
    }
    r.e.end = REF_ABORT;
    if (field(r.ste, 3, 3)) {
        walk_s2(&r);
        if (find_cd(&r)) {
            translate(&r);
        }
    }
    return r.e;
}
