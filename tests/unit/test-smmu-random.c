/*
 * Whole transactions against the reference: random configurations in all
 * worlds, memory that is a function of its address, closed granules, random
 * accesses; outcome, output, event record, FAR and updates of tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "id.h"
#include "rng.h"
#include "smmu.h"
#include "smmu-ref.h"
#include "smmu-regs.h"
#include "smmu-words.h"

enum {
    MACHINES = 160000, TXNS_PER_MACHINE = 24, UPDATES_MAX = 400,
    EVENTQ = 0x7000000, EVENTQ_LOG2 = 4, ROOT_PAGE = 0x20000,
};
/* Where tables hardly ever lead to; what is there is nG as well. */
#define STRTAB 0xfff000000000ull
#define L2_STRTAB 0xfff000800800ull
#define GPT_L1 (1ull << 40)

typedef struct Updates {
    struct { uint64_t addr, value; CcaPas pas; } at[UPDATES_MAX];
    unsigned n;
} Updates;

typedef struct World {
    uint64_t seed;
    unsigned hostile;           /* one thing in so many is bad */
    unsigned width;             /* of addresses in most descriptors */
    unsigned closed;            /* one granule in so many is */
    bool big_endian;
    CcaSecSid world;
    uint16_t mecid;
    unsigned oas;
    uint64_t ste[8];
    uint32_t sid;
    unsigned split;
    Updates by_ref, by_engine, *updates;
    uint64_t event[4];
    unsigned events;
} World;

static World w;

static uint64_t swap(uint64_t v)
{
    return __builtin_bswap64(v);
}

/* Most descriptors are good ones; all are nG, as ASIDs have to count. */
static uint64_t descriptor(uint64_t addr, CcaPas pas)
{
    Rng r = { w.seed ^ rng_mix(addr * 8 + pas) };
    uint64_t v = rng_next(&r);

    if (!rng_once_in(&r, w.hostile)) {
        v &= ~3ull;
        v |= rng_below(&r, 8) < 5 ? 3 : 1;
        for (unsigned n = w.width; n < 50; n++) {
            v &= ~(1ull << n);
        }
        if (w.width < 52) {
            v &= ~(15ull << 12 | 3ull << 8);
        }
        v |= rng_below(&r, 4) ? 1ull << 10 : 0;
        v |= rng_below(&r, 6) ? 1ull << 6 : 0;
        v |= rng_below(&r, 4) ? 1ull << 7 : 0;
        if (rng_below(&r, 4)) {
            v &= ~(31ull << 59 | 7ull << 53);
        }
    }
    v |= 1ull << 11;
    return w.big_endian ? swap(v) : v;
}

static bool coin(Rng *r)
{
    return rng_once_in(r, 2);
}

static uint64_t small_address(Rng *r)
{
    return rng_next(r) & ((1ull << 30) - 1);
}

/* The CD at @addr; ASIDs of two of them are hardly ever the same. */
static void make_cd(uint64_t addr, CcaPas pas, uint64_t cd[8])
{
    static const uint8_t tg1[] = { 2, 1, 3 }, tg0[] = { 0, 2, 1 };
    Rng r = { w.seed ^ rng_mix(addr * 8 + pas + 0x4344) };
    unsigned g[2] = { rng_below(&r, 3), rng_below(&r, 3) };
    bool ds = coin(&r);

    memset(cd, 0, 64);
    smmu_put(cd, 31, 31, !rng_once_in(&r, 64));
    smmu_put(cd, 41, 41, !rng_once_in(&r, 64));
    for (unsigned h = 0; h < 2; h++) {
        unsigned min = ds || g[h] == 2 ? 12 : 16;
        unsigned tsz = rng_once_in(&r, 32) ? rng_below(&r, 64) :
                       min + rng_below(&r, 48 - min);

        smmu_put(cd, h ? 21 : 5, h ? 16 : 0, tsz);
        smmu_put(cd, h ? 23 : 7, h ? 22 : 6, rng_once_in(&r, 64) ?
                 (h ? 0 : 3) : h ? tg1[g[1]] : tg0[g[0]]);
        smmu_put(cd, h ? 30 : 14, h ? 30 : 14, rng_once_in(&r, 8));
        smmu_put(cd, h ? 179 : 115, h ? 132 : 68,
                 (rng_once_in(&r, 32) ? rng_next(&r) & ((1ull << 52) - 1) :
                  small_address(&r)) >> 4);
        for (unsigned bit = 0; bit < 3; bit++) {    /* NSCFG, HAD, E0PD */
            smmu_put(cd, 64 * (h + 1) + bit, 64 * (h + 1) + bit,
                     bit == 2 ? rng_once_in(&r, 8) : coin(&r));
        }
        smmu_put(cd, 38 + h, 38 + h, coin(&r));     /* TBI */
    }
    smmu_put(cd, 186, 186, ds);
    smmu_put(cd, 15, 15, w.big_endian);
    smmu_put(cd, 34, 32, rng_once_in(&r, 4) ? rng_below(&r, 8) : 6);
    for (unsigned bit = 35; bit < 47; bit++) {  /* AFFD .. A */
        if (bit != 38 && bit != 39 && bit != 41) {
            smmu_put(cd, bit, bit, bit == 44 ? rng_once_in(&r, 16) :
                                               coin(&r));
        }
    }
    smmu_put(cd, 63, 48, rng_next(&r) & 0xffff);
    smmu_put(cd, 255, 192, rng_next(&r));
}

static bool in_strtab(uint64_t addr)
{
    return addr >> 28 == STRTAB >> 28;
}

static uint64_t l1std(uint64_t addr)
{
    uint64_t h = rng_mix(addr + w.seed);

    return L2_STRTAB | (h % 16 ? w.split + 1 : h >> 8 & 15);
}

static uint64_t load(uint64_t addr, CcaPas pas)
{
    const Updates *u = w.updates;

    for (unsigned i = 0; i < u->n; i++) {
        if (u->at[i].addr == addr && u->at[i].pas == pas) {
            return u->at[i].value;
        }
    }
    /* Walks that stray into the Stream table find L1STDs. */
    return in_strtab(addr) ? l1std(addr) : descriptor(addr, pas);
}

static void save(uint64_t addr, CcaPas pas, uint64_t value)
{
    Updates *u = w.updates;
    unsigned i = 0;

    while (i < u->n && (u->at[i].addr != addr || u->at[i].pas != pas)) {
        i++;
    }
    assert_true(i < UPDATES_MAX);
    u->at[i].addr = addr;
    u->at[i].pas = pas;
    u->at[i].value = value;
    u->n += i == u->n;
}

static bool aborts(uint64_t addr, CcaPas pas, bool write)
{
    return rng_mix(w.seed + rng_mix(addr ^ (uint64_t)pas << 60) + write) %
           (w.hostile * 4) == 0;
}

static uint8_t gpi_of(uint64_t addr)
{
    static const uint8_t gpis[] = { 0, 8, 9, 11 };
    uint64_t h = rng_mix(w.seed + rng_mix((addr >> 12) + 0x475054));

    return addr >> 12 == EVENTQ >> 12 || h % w.closed ? 15 : gpis[h >> 60 & 3];
}

/* 64 bytes are an STE or a CD; 8 are an L1STD or a descriptor (or L1CD). */
static SmmuMemResult read_words(void *opaque, uint64_t addr, CcaPas pas,
                                uint64_t *words, unsigned n)
{
    (void)opaque;
    if (aborts(addr, pas, false)) {
        return SMMU_MEM_ABORT;
    }
    if (n == 8 && in_strtab(addr)) {
        memcpy(words, w.ste, sizeof(w.ste));
    } else if (n == 8) {
        make_cd(addr, pas, words);
    } else {
        words[0] = load(addr, pas);
    }
    return SMMU_MEM_OK;
}

static SmmuMemResult read_bytes(void *opaque, uint64_t addr, CcaPas pas,
                                uint8_t bytes[8])
{
    uint64_t v = load(addr, pas);

    (void)opaque;
    if (aborts(addr, pas, false)) {
        return SMMU_MEM_ABORT;
    }
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = v >> 8 * i;
    }
    return SMMU_MEM_OK;
}

static SmmuMemResult write_bytes(void *opaque, uint64_t addr, CcaPas pas,
                                 const uint8_t bytes[8])
{
    uint64_t v = 0;

    (void)opaque;
    if (aborts(addr, pas, true)) {
        return SMMU_MEM_ABORT;
    }
    for (unsigned i = 0; i < 8; i++) {
        v |= (uint64_t)bytes[i] << 8 * i;
    }
    save(addr, pas, v);
    return SMMU_MEM_OK;
}

static bool ref_gpc(void *opaque, uint64_t addr, CcaPas pas)
{
    uint8_t gpi = gpi_of(addr);

    (void)opaque;
    return gpi == 15 || (gpi == 8 && pas == CCA_PAS_SECURE) ||
           (gpi == 9 && pas == CCA_PAS_NS) ||
           (gpi == 11 && pas == CCA_PAS_REALM);
}

/* The engine's side */

static bool bus_read(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                     void *buf, size_t len)
{
    uint64_t words[8];

    (void)opaque;
    assert_true(len == 8 || len == 64);
    assert_int_equal(mecid, pas == CCA_PAS_REALM && !in_strtab(addr) ?
                            w.mecid : mecid);
    if (len == 8) {
        return read_bytes(NULL, addr, pas, buf) == SMMU_MEM_OK;
    }
    if (read_words(NULL, addr, pas, words, 8) != SMMU_MEM_OK) {
        return false;
    }
    memcpy(buf, words, 64);
    return true;
}

static bool bus_write(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                      const void *buf, size_t len)
{
    (void)opaque;
    (void)pas;
    (void)mecid;
    assert_int_equal(len, 32);
    assert_int_equal(addr >> 12, EVENTQ >> 12);
    memcpy(w.event, buf, 32);
    w.events++;
    return true;
}

static bool bus_cmpxchg(void *opaque, uint64_t addr, CcaPas pas,
                        uint16_t mecid, uint64_t expected, uint64_t desired,
                        uint64_t *seen)
{
    (void)opaque;
    (void)mecid;
    if (aborts(addr, pas, true)) {
        return false;
    }
    *seen = load(addr, pas);
    if (*seen == expected) {
        save(addr, pas, desired);
    }
    return true;
}

static bool bus_gpt(void *opaque, uint64_t addr, uint64_t *value)
{
    (void)opaque;
    if (addr < GPT_L1) {
        *value = (GPT_L1 + (addr / 8 << 17)) | 3;
        return true;
    }
    *value = 0;
    for (unsigned i = 0; i < 16; i++) {
        uint64_t pa = ((addr - GPT_L1) / 8 << 16) + (i << 12);

        *value |= (uint64_t)gpi_of(pa) << 4 * i;
    }
    return true;
}

static void no_irq(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq)
{
    (void)opaque;
    (void)sec_sid;
    (void)irq;
}

static void no_schedule(void *opaque, int64_t due)
{
    (void)opaque;
    (void)due;
}

static Smmu *make_engine(bool strict, unsigned oas)
{
    SmmuConfig config = {
        .feat = smmu_features_reference(), .root_offset = ROOT_PAGE,
        .strict = strict, .tlb_entries = 4,
        .gpt = { .rme = 1, .pa_bits = oas, .sel2 = true, .tgran4 = true,
                 .tgran16 = true, .tgran64 = true },
    };
    SmmuBus bus = {
        .read = bus_read, .write = bus_write, .cmpxchg64 = bus_cmpxchg,
        .gpt = { bus_gpt, NULL }, .irq = no_irq, .schedule = no_schedule,
    };
    const char *error;
    Smmu *s;

    config.feat.oas = oas;
    config.feat.secure_impl = config.feat.stall = true;
    s = smmu_new(&config, &bus, &error);
    if (!s) {
        fail_msg("smmu_new: %s", error);
    }
    return s;
}

static const uint32_t bases[] = { 0, 0x8000, 0x40000 };
static const CcaPas pases[] = { CCA_PAS_NS, CCA_PAS_SECURE, CCA_PAS_REALM };

static void reg(Smmu *s, uint32_t offset, unsigned size, uint64_t value)
{
    smmu_write(s, bases[w.world] + offset, size, pases[w.world], value);
}

static uint32_t page1(uint32_t offset)
{
    return offset + (w.world == CCA_SEC_SID_SECURE ? 0 : 0x10000);
}

/* A random STE, most often a good one. */
static void make_ste(Rng *r)
{
    static const uint8_t configs[] = { 4, 5, 5, 5, 6, 6, 7, 7, 7, 7 };
    static const uint8_t tgs[] = { 0, 2, 1 }, strws[] = { 0, 0, 0, 2, 2, 2 };
    unsigned config = rng_once_in(r, 64) ? rng_below(r, 8) :
                      configs[rng_below(r, sizeof(configs))];
    unsigned tg = tgs[rng_below(r, 3)], bits = tg == 0 ? 12 : tg == 2 ? 14 :
                  16, sl0, in, ds = coin(r);
    uint64_t *ste = w.ste;

    memset(ste, 0, 64);
    smmu_put(ste, 0, 0, !rng_once_in(r, 64));
    smmu_put(ste, 3, 1, config);
    smmu_put(ste, 5, 4, rng_below(r, 4));                   /* S1Fmt */
    smmu_put(ste, 55, 6, (rng_once_in(r, 64) ? rng_next(r) >> 8 :
                          small_address(r)) >> 6);
    smmu_put(ste, 63, 59, coin(r) ? 0 : rng_below(r, 22));  /* S1CDMax */
    smmu_put(ste, 65, 64, rng_below(r, 12) % 4);            /* S1DSS */
    smmu_put(ste, 89, 89, coin(r));                         /* S2FWB */
    smmu_put(ste, 91, 91, rng_once_in(r, 32));              /* S1STALLD */
    smmu_put(ste, 93, 92, rng_once_in(r, 4) ? rng_below(r, 3) :
                          config == 7 ? 2 * coin(r) : coin(r));
    smmu_put(ste, 95, 94, rng_once_in(r, 32) ? rng_below(r, 4) :
                          strws[rng_below(r, sizeof(strws))]);
    smmu_put(ste, 111, 110, rng_below(r, 4));               /* NSCFG */
    smmu_put(ste, 113, 112, rng_below(r, 4));               /* PRIVCFG */
    smmu_put(ste, 115, 114, rng_below(r, 4));               /* INSTCFG */
    smmu_put(ste, 143, 128, rng_next(r) & 0xffff);
    sl0 = rng_once_in(r, 32) ? rng_below(r, 4) : rng_below(r, 3);
    in = bits + (tg ? sl0 : sl0 + 1) * (bits - 3) + 1 +
         rng_below(r, bits - 3 + 4);
    in = rng_once_in(r, 32) ? rng_below(r, 64) : in > w.oas ? w.oas : in;
    in = in < 12 ? 12 : in;
    smmu_put(ste, 165, 160, 64 - in > 63 ? 63 : 64 - in);
    smmu_put(ste, 167, 166, sl0);
    smmu_put(ste, 175, 174, rng_once_in(r, 64) ? 3 : tg);
    smmu_put(ste, 178, 176, rng_once_in(r, 4) ? rng_below(r, 8) : 6);
    smmu_put(ste, 179, 179, !rng_once_in(r, 64));
    smmu_put(ste, 180, 180, w.big_endian);
    for (unsigned bit = 181; bit < 187; bit++) {    /* AFFD .. S2R */
        smmu_put(ste, bit, bit, bit == 182 ? rng_once_in(r, 4) :
                                bit == 185 ? rng_once_in(r, 16) : coin(r));
    }
    smmu_put(ste, 192, 192, coin(r));
    smmu_put(ste, 193, 193, coin(r));
    smmu_put(ste, 194, 194, rng_once_in(r, 32));
    smmu_put(ste, 195, 195, ds);
    smmu_put(ste, 243, 196, small_address(r) >> 4);
    smmu_put(ste, 293, 288, smmu_bits(ste, 165, 160));
    smmu_put(ste, 295, 294, sl0);
    smmu_put(ste, 303, 302, smmu_bits(ste, 175, 174));
    smmu_put(ste, 319, 304, rng_next(r) & 0xffff);
    smmu_put(ste, 384, 384, coin(r));
    smmu_put(ste, 385, 385, coin(r));
    smmu_put(ste, 386, 386, smmu_bits(ste, 194, 194));
    smmu_put(ste, 435, 388, small_address(r) >> 4);
    w.mecid = smmu_bits(ste, 319, 304);
    w.width = w.oas < in || !(config & 2) ? w.oas : in;
    w.width = rng_once_in(r, 8) || w.width < 18 ? 52 : w.width;
}

static RefMachine make_machine(Rng *r, Smmu *s)
{
    RefMachine m = {
        .world = w.world, .oas = w.oas, .smmuen = !rng_once_in(r, 32),
        .atschk = w.world == CCA_SEC_SID_REALM || coin(r), .e2h = coin(r),
        .recinvsid = coin(r), .rec_cfg_ats = coin(r),
        .sif = w.world == CCA_SEC_SID_SECURE && coin(r),
        .strtab = STRTAB, .log2size = 8 + rng_below(r, 4), .split = w.split,
        .read = read_words, .read_bytes = read_bytes,
        .write_bytes = write_bytes, .gpc = ref_gpc,
    };

    smmu_reset(s);
    smmu_write(s, ROOT_PAGE + SMMU_ROOT_GPT_BASE_CFG, 8, CCA_PAS_ROOT,
               (w.oas == 52 ? 6 : 5) | 1 << 8 | 1 << 10 | 3 << 12);
    smmu_write(s, ROOT_PAGE + SMMU_ROOT_CR0, 4, CCA_PAS_ROOT, 3);
    if (w.world != CCA_SEC_SID_REALM) {
        m.gbpa = rng_below(r, 4) << 14 | rng_below(r, 4) << 16 |
                 rng_below(r, 4) << 18 | (uint32_t)rng_once_in(r, 4) << 20;
        if (w.world == CCA_SEC_SID_NS) {
            m.gbpa &= ~(3u << 14);
        }
        reg(s, SMMU_GBPA, 4, m.gbpa | 1u << 31);
    }
    reg(s, SMMU_STRTAB_BASE, 8, m.strtab);
    reg(s, SMMU_STRTAB_BASE_CFG, 4, m.log2size |
        (m.split ? 1 << 16 | m.split << 6 : 0));
    reg(s, SMMU_CR2, 4, m.e2h | m.recinvsid << 1 | m.rec_cfg_ats << 3);
    reg(s, SMMU_EVENTQ_BASE, 8, EVENTQ | EVENTQ_LOG2);
    reg(s, SMMU_CR0, 4, m.smmuen | 1 << 2 | m.atschk << 4 | m.sif << 5);
    return m;
}

/* What was seen, so that the generator is known not to be vacuous. */
static struct {
    uint64_t end[3][3];             /* world, end */
    uint64_t event[3][0x20];
    uint64_t far[4][0x10];          /* reason, code */
    uint64_t silent, updated, hits;
} seen;

static void note(const RefEffect *e)
{
    seen.end[w.world][e->end]++;
    seen.event[w.world][e->event[0] & 0x1f]++;
    seen.far[e->far >> 1 & 3][e->far >> 4 & 15]++;
    seen.silent += e->end != REF_PASS && !e->event[0] && !e->far;
}

static RefTxn random_txn(Rng *r, const RefMachine *m, uint32_t ssid)
{
    unsigned bits = smmu_bits(w.ste, 3, 1) == 6 ?
                    64 - smmu_bits(w.ste, 165, 160) : 12 + rng_below(r, 41);
    uint64_t addr = rng_next(r) & ((1ull << bits) - 1);
    RefTxn t = {
        .sid = rng_once_in(r, 64) ? 1u << m->log2size : w.sid,
        .ssv = coin(r) && smmu_bits(w.ste, 1, 1) &&
               smmu_bits(w.ste, 63, 59) > 1, .ssid = ssid,
        .write = rng_below(r, 5) == 0, .priv = coin(r),
        .fetch = rng_below(r, 5) == 0, .ns = coin(r),
        .translated = rng_once_in(r, 12),
    };

    if (rng_once_in(r, 32)) {
        t.ssv = true;
        t.ssid = rng_next(r) & 0xfffff;
    }
    if (coin(r) && bits >= 40 && smmu_bits(w.ste, 3, 1) != 6) {
        addr = ~addr;                           /* TTB1 */
    }
    t.addr = rng_once_in(r, 24) ? rng_next(r) : addr;
    t.fetch = t.fetch && !t.write;
    return t;
}

static bool same_updates(void)
{
    const Updates *a = &w.by_ref, *b = &w.by_engine;

    if (a->n != b->n) {
        return false;
    }
    for (unsigned i = 0; i < a->n; i++) {
        if (a->at[i].addr != b->at[i].addr || a->at[i].pas != b->at[i].pas ||
            a->at[i].value != b->at[i].value) {
            return false;
        }
    }
    return true;
}

static void compare(const RefTxn *t, const RefEffect *want, Smmu *s)
{
    static const SmmuOutcome outcomes[] = {
        [REF_PASS] = SMMU_PASS, [REF_ABORT] = SMMU_ABORT,
        [REF_RAZ_WI] = SMMU_RAZ_WI,
    };
    static const uint64_t none[4];
    SmmuTxn txn = {
        .addr = t->addr, .sid = t->sid, .sec_sid = w.world, .ssv = t->ssv,
        .ssid = t->ssid, .ns = t->ns, .translated = t->translated,
        .access = { t->write, t->fetch, t->priv },
    };
    SmmuOutput out = { 0 };
    SmmuOutcome outcome;
    uint64_t far;

    w.events = 0;
    w.updates = &w.by_engine;
    outcome = smmu_transact(s, &txn, &out);
    far = smmu_read(s, ROOT_PAGE + SMMU_ROOT_GPF_FAR, 8, CCA_PAS_ROOT);
    if (outcome != outcomes[want->end] ||
        (outcome == SMMU_PASS &&
         (out.pa != want->pa || out.pas != want->pas ||
          out.mecid != want->mecid || out.shift != 12)) ||
        w.events != (want->event[0] != 0) ||
        memcmp(w.events ? w.event : none, want->event, 32) ||
        far != want->far || !same_updates()) {
        print_error("world %d SID %#x SSV %d %#x addr %#" PRIx64
                    " write %d fetch %d priv %d ns %d translated %d\n",
                    w.world, t->sid, t->ssv, t->ssid, t->addr, t->write,
                    t->fetch, t->priv, t->ns, t->translated);
        for (unsigned i = 0; i < 8; i++) {
            print_error("STE %u %016" PRIx64 "\n", i, w.ste[i]);
        }
        print_error("want %d %#" PRIx64 " PAS %d MECID %#x FAR %#" PRIx64
                    "\n got %d %#" PRIx64 " PAS %d MECID %#x FAR %#" PRIx64
                    "\n", want->end, want->pa, want->pas, want->mecid,
                    want->far, outcome, out.pa, out.pas, out.mecid, far);
        for (unsigned i = 0; i < 4; i++) {
            print_error("event want %016" PRIx64 " got %016" PRIx64 "\n",
                        want->event[i], w.events ? w.event[i] : 0);
        }
        print_error("updates %u and %u\n", w.by_ref.n, w.by_engine.n);
        fail();
    }
    if (far) {
        smmu_write(s, ROOT_PAGE + SMMU_ROOT_GPF_FAR, 8, CCA_PAS_ROOT, 0);
    }
    if (w.events) {
        reg(s, page1(SMMU_EVENTQ_CONS), 4,
            smmu_read(s, bases[w.world] + page1(SMMU_EVENTQ_PROD), 4,
                      pases[w.world]));
    }
}

static void one_machine(Rng *r, Smmu *engines[2][2])
{
    Smmu *s;
    RefMachine m;
    bool no_asid;
    uint32_t ssid;
    uint64_t again = 0;

    memset(&w, 0, sizeof(w));
    w.seed = rng_next(r);
    w.hostile = 64u << 3 * rng_below(r, 3);
    w.closed = 64u << 3 * rng_below(r, 3);
    w.big_endian = rng_once_in(r, 4);
    w.world = rng_below(r, CCA_SEC_SID__COUNT);
    w.oas = coin(r) ? 52 : 48;
    w.split = coin(r) ? 0 : 6 + 2 * rng_below(r, 3);
    w.sid = rng_below(r, 256);
    make_ste(r);
    s = engines[coin(r)][w.oas == 52];
    m = make_machine(r, s);
    /* Where translations have no ASID, one SubstreamID must do. */
    no_asid = smmu_bits(w.ste, 3, 1) == 5 && smmu_bits(w.ste, 95, 94) == 2 &&
              !m.e2h;
    ssid = rng_below(r, 4);
    for (unsigned i = 0; i < TXNS_PER_MACHINE; i++) {
        RefTxn t = random_txn(r, &m, no_asid ? ssid : rng_below(r, 4));
        RefEffect want;

        if (no_asid) {
            t.ssid = ssid;
            t.ssv = ssid & 1 && smmu_bits(w.ste, 63, 59);
        }
        /* Now and then to the same page again. */
        t.addr = again && rng_once_in(r, 3) ? again ^ rng_below(r, 4096) :
                 t.addr;
        again = t.addr;
        if (w.by_ref.n + 40 > UPDATES_MAX) {
            break;
        }
        w.updates = &w.by_ref;
        want = ref_transact(&m, &t);
        note(&want);
        compare(&t, &want, s);
    }
    seen.updated += w.by_ref.n;
    seen.hits += smmu_stats(s)->tlb_hits;
}

static void test_random(void **state)
{
    static const uint8_t events[] = {
        0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0x11,
        0x12, 0x13,
    };
    Smmu *engines[2][2];
    Rng r = { 20240 };
    uint64_t n = 0;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        engines[i & 1][i >> 1] = make_engine(i & 1, i >> 1 ? 52 : 48);
    }
    for (unsigned i = 0; i < MACHINES; i++) {
        one_machine(&r, engines);
    }
    for (unsigned i = 0; i < 4; i++) {
        smmu_free(engines[i & 1][i >> 1]);
    }
    for (unsigned world = 0; world < CCA_SEC_SID__COUNT; world++) {
        for (unsigned e = 0; e < 3; e++) {
            n += seen.end[world][e];
            assert_true(seen.end[world][e] > 500);
        }
        for (unsigned i = 0; i < sizeof(events); i++) {
            print_message("world %u, event %#04x: %" PRIu64 "\n", world,
                          events[i], seen.event[world][events[i]]);
            assert_true(seen.event[world][events[i]] > 100);
        }
    }
    print_message("%" PRIu64 " transactions, %" PRIu64 " updates, %" PRIu64
                  " TLB hits\n", n, seen.updated, seen.hits);
    assert_true(n >= 1000000);
    assert_true(seen.updated > 5000 && seen.hits > 20000);
    assert_true(seen.silent > 1000);
    assert_true(seen.far[1][3] > 100 && seen.far[1][9] > 100 &&
                seen.far[1][11] > 100 && seen.far[3][0] > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_random) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
