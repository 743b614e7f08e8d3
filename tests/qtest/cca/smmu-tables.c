/*
 * The SMMU for qtests: STEs, CDs, translation tables, event records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu.h"
#include "qemu/bswap.h"

static uint64_t at(uint64_t value, unsigned shift, unsigned bits)
{
    g_assert(value >> bits == 0);
    return value << shift;
}

void smmu_ste_pack(const SmmuSte *e, uint64_t w[8])
{
    memset(w, 0, 64);
    w[0] = at(e->v, 0, 1) | at(e->config, 1, 3) | at(e->s1fmt, 4, 2) |
           e->s1contextptr | at(e->s1cdmax, 59, 5);
    w[1] = at(e->s1dss, 0, 2) | at(e->mev, 19, 1) | at(e->s2fwb, 25, 1) |
           at(e->s1stalld, 27, 1) | at(e->eats, 28, 2) | at(e->strw, 30, 2) |
           at(e->memattr, 32, 4) | at(e->mtcfg, 36, 1) | at(e->shcfg, 44, 2) |
           at(e->nscfg, 46, 2) | at(e->privcfg, 48, 2) |
           at(e->instcfg, 50, 2);
    w[2] = at(e->s2vmid, 0, 16) | at(e->s2t0sz, 32, 6) | at(e->s2sl0, 38, 2) |
           at(e->s2tg, 46, 2) | at(e->s2ps, 48, 3) | at(e->s2aa64, 51, 1) |
           at(e->s2endi, 52, 1) | at(e->s2affd, 53, 1) | at(e->s2ptw, 54, 1) |
           at(e->s2hd, 55, 1) | at(e->s2ha, 56, 1) | at(e->s2s, 57, 1) |
           at(e->s2r, 58, 1) | at(e->dpt_vmatch, 62, 2);
    w[3] = at(e->s2nsw, 0, 1) | at(e->s2nsa, 1, 1) | at(e->s2sl0_2, 2, 1) |
           at(e->s2ds, 3, 1) | e->s2ttb;
    w[4] = at(e->s_s2t0sz, 32, 6) | at(e->s_s2sl0, 38, 2) |
           at(e->s_s2tg, 46, 2) | at(e->mecid, 48, 16);
    w[6] = at(e->s2sw, 0, 1) | at(e->s2sa, 1, 1) | at(e->s_s2sl0_2, 2, 1) |
           e->s_s2ttb;
}

void smmu_cd_pack(const SmmuCd *c, uint64_t w[8])
{
    memset(w, 0, 64);
    w[0] = at(c->t0sz, 0, 6) | at(c->tg0, 6, 2) | at(1, 8, 2) | at(1, 10, 2) |
           at(3, 12, 2) | at(c->epd0, 14, 1) | at(c->endi, 15, 1) |
           at(c->t1sz, 16, 6) | at(c->tg1, 22, 2) | at(1, 24, 2) |
           at(1, 26, 2) | at(3, 28, 2) | at(c->epd1, 30, 1) |
           at(c->v, 31, 1) | at(c->ips, 32, 3) | at(c->affd, 35, 1) |
           at(c->wxn, 36, 1) | at(c->uwxn, 37, 1) | at(c->tbi0, 38, 1) |
           at(c->tbi1, 39, 1) | at(c->pan, 40, 1) | at(c->aa64, 41, 1) |
           at(c->hd, 42, 1) | at(c->ha, 43, 1) | at(c->s, 44, 1) |
           at(c->r, 45, 1) | at(c->a, 46, 1) | at(c->aset, 47, 1) |
           at(c->asid, 48, 16);
    w[1] = at(c->nscfg0, 0, 1) | at(c->had0, 1, 1) | at(c->e0pd0, 2, 1) |
           c->ttb0;
    w[2] = at(c->nscfg1, 0, 1) | at(c->had1, 1, 1) | at(c->e0pd1, 2, 1) |
           c->ttb1 | at(c->ds, 58, 1);
    w[3] = c->mair;
}

/* --- translation tables --------------------------------------------------- */

unsigned smmu_tg0(unsigned granule)
{
    return granule == 12 ? 0 : granule == 16 ? 1 : 2;
}

unsigned smmu_tg1(unsigned granule)
{
    return granule == 12 ? 2 : granule == 16 ? 3 : 1;
}

/* Section 5.2, STE.S2SL0: bit 2 is S2SL0_2. */
unsigned smmu_sl0(unsigned granule, int start)
{
    if (granule == 12) {
        return start == -1 ? 4 : start == 3 ? 3 : 2 - start;
    }
    return 3 - start;
}

int smmu_s1_start(unsigned granule, unsigned in_bits)
{
    int level = 3;

    for (unsigned bits = granule; bits + granule - 3 < in_bits;
         bits += granule - 3) {
        level--;
    }
    return level;
}

unsigned smmu_table_shift(const SmmuTable *t, int level)
{
    return t->granule + (3 - level) * (t->granule - 3);
}

static uint64_t new_table(SmmuTable *t, uint64_t size)
{
    uint64_t pa = smmu_alloc(t->smmu, size);

    for (uint64_t i = 0; i < size; i += 64 * KIB) {
        g_assert(t->pages < TABLES_MAX);
        t->page[t->pages++] = pa + i;
    }
    return pa;
}

void smmu_table_new(Smmu *s, SmmuTable *t, unsigned granule, unsigned in_bits,
                    int start, bool ds)
{
    uint64_t entries;

    *t = (SmmuTable) {
        .smmu = s, .granule = granule, .start = start, .in_bits = in_bits,
        .ds = ds,
    };
    entries = 1ull << (in_bits - smmu_table_shift(t, start));
    g_assert(entries <= 16ull << (granule - 3));
    t->root = new_table(t, MAX(entries * 8, 1ull << granule));
}

uint64_t smmu_desc_addr(const SmmuTable *t, uint64_t pa)
{
    uint64_t low = pa & 0x0000fffffffff000ull;

    if (t->granule == 16) {
        return (pa & 0x0000ffffffff0000ull) | (pa >> 48 & 0xf) << 12;
    }
    if (t->ds) {
        return (pa & 0x0003fffffffff000ull) | (pa >> 50 & 3) << 8;
    }
    return low;
}

/* The PA that a descriptor of ours points at. */
static uint64_t next_table(const SmmuTable *t, uint64_t desc)
{
    uint64_t mask = 0x0000ffffffffffffull & ~((1ull << t->granule) - 1);

    return (desc & mask) - t->offset;
}

static uint64_t slot(const SmmuTable *t, uint64_t table, uint64_t va,
                     int level)
{
    unsigned shift = smmu_table_shift(t, level);
    unsigned top = level == t->start ? t->in_bits : shift + t->granule - 3;

    return table + ((va & (top == 64 ? ~0ull : (1ull << top) - 1)) >> shift) *
                   8;
}

uint64_t smmu_desc(const SmmuTable *t, uint64_t where)
{
    uint64_t v = smmu_peek(t->smmu, where);

    return t->big_endian ? bswap64(v) : v;
}

void smmu_set_desc(const SmmuTable *t, uint64_t where, uint64_t value)
{
    uint64_t v = t->big_endian ? bswap64(value) : value;

    smmu_poke(t->smmu, where, &v, 1);
}

uint64_t smmu_map(SmmuTable *t, uint64_t va, uint64_t pa, int level,
                  uint64_t bits)
{
    uint64_t table = t->root, where, desc;

    for (int i = t->start; i < level; i++) {
        where = slot(t, table, va, i);
        desc = smmu_desc(t, where);
        if (!(desc & D_VALID)) {
            table = new_table(t, 1ull << t->granule);
            desc = smmu_desc_addr(t, table + t->offset) | D_TABLE;
            smmu_set_desc(t, where, desc);
        } else {
            table = next_table(t, desc);
        }
    }
    if (t->ds) {
        bits &= ~D_SH;          /* there are address bits */
    }
    where = slot(t, table, va, level);
    pa &= ~((1ull << smmu_table_shift(t, level)) - 1);
    smmu_set_desc(t, where, smmu_desc_addr(t, pa) | bits |
                            (level == 3 ? 3 : 1));
    return where;
}

uint64_t smmu_entry(const SmmuTable *t, uint64_t va, int level)
{
    uint64_t table = t->root;

    for (int i = t->start; i < level; i++) {
        uint64_t desc = smmu_desc(t, slot(t, table, va, i));

        g_assert_cmphex(desc & 3, ==, 3);
        table = next_table(t, desc);
    }
    return slot(t, table, va, level);
}

/* --- event records -------------------------------------------------------- */

const char *smmu_evt_name(unsigned id)
{
    static const char *const names[] = {
        [EV_NONE] = "none", [F_UUT] = "F_UUT",
        [C_BAD_STREAMID] = "C_BAD_STREAMID", [F_STE_FETCH] = "F_STE_FETCH",
        [C_BAD_STE] = "C_BAD_STE", [F_BAD_ATS_TREQ] = "F_BAD_ATS_TREQ",
        [F_STREAM_DISABLED] = "F_STREAM_DISABLED",
        [F_TRANSL_FORBIDDEN] = "F_TRANSL_FORBIDDEN",
        [C_BAD_SUBSTREAMID] = "C_BAD_SUBSTREAMID",
        [F_CD_FETCH] = "F_CD_FETCH", [C_BAD_CD] = "C_BAD_CD",
        [F_WALK_EABT] = "F_WALK_EABT", [F_TRANSLATION] = "F_TRANSLATION",
        [F_ADDR_SIZE] = "F_ADDR_SIZE", [F_ACCESS] = "F_ACCESS",
        [F_PERMISSION] = "F_PERMISSION",
    };

    return id < ARRAY_SIZE(names) && names[id] ? names[id] : "?";
}

void smmu_evt_pack(const SmmuEvt *e, uint64_t w[4])
{
    bool access = e->id >= F_WALK_EABT;     /* InputAddr, RnW, InD, PnU */
    bool stage = access;
    bool fetch = e->id == F_STE_FETCH || e->id == F_CD_FETCH ||
                 e->id == F_WALK_EABT;

    memset(w, 0, 32);
    w[0] = e->id | at(e->sid, 32, 32);
    if (e->id == C_BAD_SUBSTREAMID) {
        w[0] |= at(e->ssid, 12, 20);
    } else if (e->ssv) {
        w[0] |= 1 << 11 | at(e->ssid, 12, 20);
    }
    if (fetch) {
        w[1] |= at(e->gpcf, 80 - 64, 1);
        w[3] |= e->fetch & 0x00fffffffffffff8ull;
    }
    if (access) {
        w[1] |= at(e->pnu, 97 - 64, 1) | at(e->ind, 98 - 64, 1) |
                at(e->rnw, 99 - 64, 1);
        w[2] |= e->addr;
    }
    if (e->id == F_TRANSL_FORBIDDEN) {
        w[1] |= at(e->rnw, 99 - 64, 1);
        w[2] |= e->addr;
    }
    if (stage) {
        w[1] |= at(e->nsipa, 100 - 64, 1) | at(e->s2, 103 - 64, 1) |
                at(e->class_, 104 - 64, 2);
    }
    if (e->id >= F_TRANSLATION && e->stall) {
        w[1] |= at(1, 95 - 64, 1) | at(e->stag, 0, 16);
    }
    if (e->id >= F_TRANSLATION && e->s2) {
        w[3] |= e->ipa & 0x00fffffffffff000ull;
    }
    if (e->id == F_PERMISSION && e->class_ == CLASS_TT) {
        w[1] |= at(e->ttrnw, 108 - 64, 1);
    }
    if (e->id == F_BAD_ATS_TREQ) {
        w[1] |= at(e->ats_p, 96 - 64, 1) | at(e->ats_x, 97 - 64, 1) |
                at(e->ats_w, 98 - 64, 1) | at(e->ats_r, 99 - 64, 1);
        w[2] |= (e->addr & ~0xfffull) | 1;
    }
}

char *smmu_evt_text(const uint64_t w[4])
{
    static const char *const classes[] = { "CD", "TT", "IN", "?" };

    return g_strdup_printf(
        "%s SID %x%s SSID %x%s%s%s%s%s class %s addr %" PRIx64
        " ipa/fetch %" PRIx64 " (%016" PRIx64 " %016" PRIx64 ")",
        smmu_evt_name(w[0] & 0xff), (unsigned)(w[0] >> 32),
        w[0] >> 11 & 1 ? " SSV" : "", (unsigned)w[0] >> 12,
        w[1] >> 16 & 1 ? " GPCF" : "", w[1] >> 33 & 1 ? " PnU" : "",
        w[1] >> 34 & 1 ? " InD" : "", w[1] >> 35 & 1 ? " RnW" : "",
        w[1] >> 39 & 1 ? " S2" : "", classes[w[1] >> 40 & 3], w[2], w[3],
        w[0], w[1]);
}
