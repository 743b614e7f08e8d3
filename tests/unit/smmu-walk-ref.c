/*
 * A reference of the SMMU's table walks, for tests only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-walk-ref.h"

enum { READ, WRITE, EXECUTE };

static bool bit(uint64_t v, unsigned n)
{
    return v >> n & 1;
}

static uint64_t bits(uint64_t v, unsigned hi, unsigned lo)
{
    uint64_t r = 0;

    for (unsigned n = lo; n <= hi; n++) {
        r |= (uint64_t)bit(v, n) << (n - lo);
    }
    return r;
}

static unsigned page_bits(unsigned kb)
{
    return kb == 4 ? 12 : kb == 16 ? 14 : 16;
}

/* Bits that one descriptor of @level covers. */
static unsigned cover(unsigned kb, int level)
{
    unsigned n = page_bits(kb);

    for (int l = 3; l > level; l--) {
        n += kb == 4 ? 9 : kb == 16 ? 11 : 13;
    }
    return n;
}

static unsigned out_size(const RefSmmu *s, unsigned size, unsigned kb, bool ds)
{
    unsigned n = size > s->oas ? s->oas : size;
    bool wide = kb == 64 || ds;

    return n == 52 && !wide ? 48 : n;
}

static uint64_t descriptor_address(const RefSmmu *s, uint64_t d, unsigned kb,
                                   bool ds, unsigned low)
{
    uint64_t a = bits(d, 47, low) << low;

    if (kb == 64) {
        return s->oas == 52 ? a | bits(d, 15, 12) << 48 : a;
    }
    return ds ? a | bits(d, 49, 48) << 48 | bits(d, 9, 8) << 50 : a;
}

static bool block_level(const RefSmmu *s, unsigned kb, bool ds, int level)
{
    if (kb == 4) {
        return level == 1 || level == 2 || (ds && level == 0);
    } else if (kb == 16) {
        return level == 2 || (ds && level == 1);
    }
    return level == 2 || (s->oas == 52 && level == 1);
}

/* First-table address: aligned to the table, to 64 for 52 bits of output. */
static uint64_t base(const RefSmmu *s, uint64_t ttb, uint64_t entries,
                     unsigned size)
{
    uint64_t bytes = entries * 8;

    if (bytes < 64 && s->oas == 52 && size == 52) {
        bytes = 64;
    }
    return ttb / bytes * bytes;
}

static uint64_t value_of(const uint8_t b[8], bool be)
{
    uint64_t v = 0;

    for (int i = 0; i < 8; i++) {
        v = v * 256 + b[be ? i : 7 - i];
    }
    return v;
}

static SmmuMemResult store(const RefSmmu *s, uint64_t addr, CcaPas pas,
                           bool be, uint64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++) {
        b[be ? 7 - i : i] = v & 255;
        v /= 256;
    }
    return s->write(s->opaque, addr, pas, b);
}

static bool allowed(const RefAnswer *a, SmmuAccessType t)
{
    return a->can[t.privileged][t.instruction ? EXECUTE :
                                t.write ? WRITE : READ];
}

static CcaPas own_pas(const RefSmmu *s)
{
    return s->sid == CCA_SEC_SID_NS ? CCA_PAS_NS :
           s->sid == CCA_SEC_SID_SECURE ? CCA_PAS_SECURE : CCA_PAS_REALM;
}

static RefAnswer fault2(const RefSmmu *s, SmmuEventId e, int level,
                        uint64_t ipa, bool ns_ipa, SmmuAccessType t,
                        SmmuFaultClass c)
{
    (void)s;
    return (RefAnswer) {
        .event = e, .stage = 2, .level = level, .class_ = c, .ipa = ipa,
        .nsipa = ns_ipa, .ttw = c == SMMU_CLASS_TT && t.write,
    };
}

/* The start level of VTCR_EL2.{SL2,SL0}; 9 is none. */
static int start2(const RefSmmu *s)
{
    unsigned sl = s->s2.sl0 + (s->s2.kb == 4 && s->s2.ds ? s->s2.sl0_2 * 4 : 0);

    switch (s->s2.kb) {
    case 4:
        return sl == 0 ? 2 : sl == 1 ? 1 : sl == 2 && s->oas >= 44 ? 0 :
               sl == 3 && s->stt ? 3 : sl == 4 && s->oas == 52 ? -1 : 9;
    case 16:
        return sl == 0 ? 3 : sl == 1 ? 2 : sl == 2 && s->oas >= 42 ? 1 :
               sl == 3 && s->s2.ds && s->oas == 52 ? 0 : 9;
    default:
        return sl == 0 ? 3 : sl == 1 ? 2 : sl == 2 && s->oas >= 44 ? 1 : 9;
    }
}

static RefAnswer stage2(const RefSmmu *s, uint64_t ipa, bool ns_ipa,
                        SmmuAccessType t, SmmuFaultClass c)
{
    unsigned kb = s->s2.kb, in = 64 - s->s2.tsz;
    unsigned out = out_size(s, s->s2.ps, kb, s->s2.ds);
    unsigned max_tsz = s->stt ? (kb == 64 ? 47 : 48) : 39;
    bool secure = s->sid == CCA_SEC_SID_SECURE;
    bool realm = s->sid == CCA_SEC_SID_REALM;
    bool sa = s->s2.sa || s->s2.sw;
    CcaPas walk_pas = own_pas(s);
    int level = start2(s);
    uint64_t table, tables;

    if (secure && (ns_ipa ? s->s2.nsw : s->s2.sw)) {
        walk_pas = CCA_PAS_NS;
    }
    if (level == 9 || s->s2.tsz > max_tsz ||
        s->s2.tsz < (kb == 64 || s->s2.ds ? 12 : 16) || in > s->oas ||
        in <= cover(kb, level) || in > cover(kb, level - 1) + 4 ||
        ipa >> in) {
        return fault2(s, SMMU_F_TRANSLATION, 0, ipa, ns_ipa, t, c);
    }
    tables = 1ull << (in - cover(kb, level));
    table = base(s, s->s2.ttb[ns_ipa], tables, s->s2.ps);
    if (table >> out) {
        return fault2(s, SMMU_F_ADDR_SIZE, 0, ipa, ns_ipa, t, c);
    }
    for (bool first = true; ; level++, first = false) {
        unsigned low = cover(kb, level);
        uint64_t index = ipa >> low, at, d, out_addr;
        RefAnswer a = { .event = SMMU_EVT_NONE };
        uint8_t b[8] = { 0 };
        SmmuMemResult r;
        bool leaf, ns, xn_el1, xn_el0, htd, own = c != SMMU_CLASS_IN;

        if (!first) {
            index %= 1ull << (page_bits(kb) - 3);
        }
        at = table + index * 8;
        r = s->read(s->opaque, at, walk_pas, b);
        d = value_of(b, s->s2.be);
        if (r != SMMU_MEM_OK) {
            a = fault2(s, SMMU_F_WALK_EABT, level, ipa, ns_ipa, t, c);
            a.fetch = at;
            a.gpf = r == SMMU_MEM_GPF;
            return a;
        }
        leaf = level == 3 || !bit(d, 1);
        ns = realm && bit(d, 55);
        if (!bit(d, 0) || (level == 3 && !bit(d, 1)) ||
            (!bit(d, 1) && !block_level(s, kb, s->s2.ds, level)) ||
            (leaf && realm && s->mec && bit(d, 63) && !ns)) {
            return fault2(s, SMMU_F_TRANSLATION, level, ipa, ns_ipa, t, c);
        }
        out_addr = descriptor_address(s, d, kb, s->s2.ds,
                                      leaf ? low : page_bits(kb));
        if (out_addr >> out) {
            return fault2(s, SMMU_F_ADDR_SIZE, level, ipa, ns_ipa, t, c);
        }
        if (!leaf) {
            table = out_addr;
            continue;
        }
        if (!bit(d, 10) && !s->s2.ha && !s->s2.affd) {
            return fault2(s, SMMU_F_ACCESS, level, ipa, ns_ipa, t, c);
        }
        if (secure) {
            ns = ns_ipa ? s->s2.nsa || s->s2.nsw || sa : sa;
        }
        htd = s->s2.ha && s->s2.hd && bit(d, 51);
        switch (bit(d, 54) * 2 + (s->xnx && bit(d, 53))) {
        case 0: xn_el1 = false; xn_el0 = false; break;
        case 1: xn_el1 = true; xn_el0 = false; break;
        case 2: xn_el1 = true; xn_el0 = true; break;
        default: xn_el1 = false; xn_el0 = true; break;
        }
        for (int p = 0; p < 2; p++) {
            a.can[p][READ] = bit(d, 6);
            a.can[p][WRITE] = bit(d, 7) || htd;
            a.can[p][EXECUTE] = !(p ? xn_el1 : xn_el0) && !(realm && ns) &&
                                !(secure && ns && s->sif);
        }
        if (!allowed(&a, t) || (own && realm && ns) ||
            (own && s->s2.ptw &&
             (s->s2.fwb ? !bit(d, 4) : bits(d, 5, 4) == 0))) {
            return fault2(s, SMMU_F_PERMISSION, level, ipa, ns_ipa, t, c);
        }
        uint64_t new = d;
        if (s->s2.ha) {
            new |= 1ull << 10;
        }
        if (t.write && htd) {
            new |= 1ull << 7;
        }
        if (new != d) {
            r = store(s, at, walk_pas, s->s2.be, new);
            if (r != SMMU_MEM_OK) {
                a = fault2(s, SMMU_F_WALK_EABT, level, ipa, ns_ipa, t, c);
                a.fetch = at;
                a.gpf = r == SMMU_MEM_GPF;
                return a;
            }
        }
        a.can[0][WRITE] = a.can[1][WRITE] = bit(new, 7);
        a.pa = out_addr + ipa % (1ull << low);
        a.bits = low;
        a.level2 = level;
        a.pas = ns ? CCA_PAS_NS : own_pas(s);
        return a;
    }
}

static RefAnswer fault1(SmmuEventId e, int level)
{
    return (RefAnswer) {
        .event = e, .stage = 1, .level = level, .class_ = SMMU_CLASS_IN,
    };
}

/* Where stage 1's descriptor at @at is in memory. */
static RefAnswer place1(const RefSmmu *s, uint64_t at, CcaPas pas, bool write)
{
    SmmuAccessType t = { .privileged = true, .write = write };

    if (!s->use2) {
        return (RefAnswer) { .pa = at, .pas = pas };
    }
    return stage2(s, at, s->sid == CCA_SEC_SID_SECURE && pas == CCA_PAS_NS,
                  t, SMMU_CLASS_TT);
}

static RefAnswer eabt1(SmmuMemResult r, int level, uint64_t fetch)
{
    RefAnswer a = fault1(SMMU_F_WALK_EABT, level);

    a.class_ = SMMU_CLASS_TT;
    a.gpf = r == SMMU_MEM_GPF;
    a.fetch = fetch;
    return a;
}

static RefAnswer stage1(const RefSmmu *s, uint64_t va, SmmuAccessType t)
{
    bool el0 = s->el == 1 || s->el == 20;
    unsigned h = el0 && bit(va, 55), kb = s->s1.half[h].kb;
    unsigned tsz = s->s1.half[h].tsz, in = 64 - tsz;
    unsigned out = out_size(s, s->s1.ips, kb, s->s1.ds);
    unsigned max_tsz = s->stt ? (kb == 64 ? 47 : 48) : 39;
    unsigned min_tsz = s->vax && (kb == 64 || s->s1.ds) ? 12 : 16;
    bool secure = s->sid == CCA_SEC_SID_SECURE;
    bool rel2 = s->sid == CCA_SEC_SID_REALM && s->el != 1;
    bool nst = secure && s->s1.half[h].nscfg;
    bool no_el0 = false, no_w = false, no_x = false, no_px = false;
    uint64_t table;
    int level;

    if ((el0 && s->s1.half[h].epd) || tsz < min_tsz || tsz > max_tsz) {
        return fault1(SMMU_F_TRANSLATION, 0);
    }
    for (unsigned n = in; n < (s->s1.half[h].tbi ? 56u : 64u); n++) {
        if (bit(va, n) != h) {
            return fault1(SMMU_F_TRANSLATION, 0);
        }
    }
    if (el0 && !t.privileged && s->s1.half[h].e0pd) {
        return fault1(SMMU_F_TRANSLATION, 0);
    }
    for (level = -1; cover(kb, level) >= in; level++) {
        continue;
    }
    table = base(s, s->s1.half[h].ttb, 1ull << (in - cover(kb, level)),
                 s->s1.ips);
    if (table >> out) {
        return fault1(SMMU_F_ADDR_SIZE, 0);
    }
    for (bool first = true; ; level++, first = false) {
        unsigned low = cover(kb, level);
        uint64_t index = bits(va, first ? in - 1 : cover(kb, level - 1) - 1,
                              low);
        uint64_t at = table + 8 * index, d, new, out_addr;
        CcaPas pas = nst ? CCA_PAS_NS : own_pas(s);
        RefAnswer p = place1(s, at, pas, false), a = { .event = 0 };
        uint8_t b[8] = { 0 };
        SmmuMemResult r;
        bool leaf, ns, w, htd;

        if (p.event) {
            return p;
        }
        r = s->read(s->opaque, p.pa, p.pas, b);
        d = value_of(b, s->s1.be);
        if (r != SMMU_MEM_OK) {
            return eabt1(r, level, p.pa);
        }
        leaf = level == 3 || !bit(d, 1);
        if (!bit(d, 0) || (level == 3 && !bit(d, 1)) ||
            (!bit(d, 1) && !block_level(s, kb, s->s1.ds, level)) ||
            (leaf && rel2 && s->mec && bit(d, 63) && !bit(d, 5))) {
            return fault1(SMMU_F_TRANSLATION, level);
        }
        out_addr = descriptor_address(s, d, kb, s->s1.ds,
                                      leaf ? low : page_bits(kb));
        if (out_addr >> out) {
            return fault1(SMMU_F_ADDR_SIZE, level);
        }
        if (!leaf) {
            table = out_addr;
            nst = nst || (secure && bit(d, 63));
            if (!s->s1.half[h].had) {
                no_w = no_w || bit(d, 62);
                no_el0 = no_el0 || (el0 && bit(d, 61));
                no_x = no_x || bit(d, 60);
                no_px = no_px || (el0 && bit(d, 59));
            }
            continue;
        }
        if (!bit(d, 10) && !s->s1.ha && !s->s1.affd) {
            return fault1(SMMU_F_ACCESS, level);
        }
        ns = secure ? nst || bit(d, 5) : rel2 && bit(d, 5);
        htd = s->s1.ha && s->s1.hd && bit(d, 51);
        w = (!bit(d, 7) || htd) && !no_w;
        a.can[1][READ] = true;
        a.can[1][WRITE] = w;
        a.can[0][READ] = !el0 || (bit(d, 6) && !no_el0);
        a.can[0][WRITE] = a.can[0][READ] && w;
        if (el0) {
            a.can[0][EXECUTE] = !bit(d, 54) && !no_x;
            a.can[1][EXECUTE] = !bit(d, 53) && !no_px && !a.can[0][WRITE];
        } else {
            a.can[0][EXECUTE] = a.can[1][EXECUTE] = !bit(d, 54) && !no_x;
        }
        for (int q = 0; q < 2; q++) {
            if ((s->s1.wxn && a.can[q][WRITE]) ||
                (ns && (rel2 || s->sif))) {
                a.can[q][EXECUTE] = false;
            }
        }
        if (el0 && s->s1.pan && a.can[0][READ]) {
            a.can[1][READ] = a.can[1][WRITE] = false;
        }
        if (!allowed(&a, t)) {
            return fault1(SMMU_F_PERMISSION, level);
        }
        new = d;
        if (s->s1.ha) {
            new |= 1ull << 10;
        }
        if (htd && t.write) {
            new &= ~(1ull << 7);
        }
        if (new != d) {
            p = place1(s, at, pas, true);
            if (p.event) {
                return p;
            }
            r = store(s, p.pa, p.pas, s->s1.be, new);
            if (r != SMMU_MEM_OK) {
                return eabt1(r, level, p.pa);
            }
        }
        if (bit(new, 7)) {
            a.can[0][WRITE] = a.can[1][WRITE] = false;
        }
        a.pa = out_addr + va % (1ull << low);
        a.bits = low;
        a.level1 = level;
        a.pas = ns ? CCA_PAS_NS : own_pas(s);
        a.ng = el0 && (bit(d, 11) || nst);
        return a;
    }
}

RefAnswer ref_translate(const RefSmmu *s, uint64_t addr, SmmuAccessType t)
{
    RefAnswer a = { .pa = addr, .pas = own_pas(s) }, b;

    if (s->use1) {
        a = stage1(s, addr, t);
    }
    if (a.event || !s->use2) {
        return a;
    }
    b = stage2(s, a.pa, s->sid == CCA_SEC_SID_SECURE && a.pas == CCA_PAS_NS,
               t, SMMU_CLASS_IN);
    if (!b.event && s->use1) {
        for (int i = 0; i < 6; i++) {
            b.can[i / 3][i % 3] &= a.can[i / 3][i % 3];
        }
        b.bits = a.bits < b.bits ? a.bits : b.bits;
        b.level1 = a.level1;
        b.ng = a.ng;
    }
    return b;
}

RefAnswer ref_translate_ipa(const RefSmmu *s, uint64_t ipa, bool ns_ipa,
                            SmmuAccessType t, SmmuFaultClass class_)
{
    return stage2(s, ipa, ns_ipa, t, class_);
}
