/*
 * A whole SMMU in a small machine, for tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig.h"

enum { ROOT_PAGE = 0x20000, L0GPTSZ_BITS = 30, PPS_52 = 6 };

/* Memory */

static RigWord *word_at(Rig *r, uint64_t addr, CcaPas pas, bool make)
{
    uint64_t key = (addr & ~7ull) | (pas + 1);
    uint64_t i = (key * 0x9e3779b97f4a7c15ull) >> 50;

    for (unsigned n = 0; n < RIG_WORDS; n++, i++) {
        RigWord *w = &r->word[i % RIG_WORDS];

        if (w->key == key) {
            return w;
        }
        if (!w->key) {
            if (!make) {
                return NULL;
            }
            w->key = key;
            return w;
        }
    }
    fail_msg("the rig's memory is full");
    return NULL;
}

uint64_t rig_get(Rig *r, uint64_t addr, CcaPas pas)
{
    RigWord *w = word_at(r, addr, pas, false);

    return w ? w->value : 0;
}

void rig_put(Rig *r, uint64_t addr, CcaPas pas, uint64_t value)
{
    word_at(r, addr, pas, true)->value = value;
}

void rig_put_words(Rig *r, uint64_t addr, CcaPas pas, const uint64_t *words,
                   unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        rig_put(r, addr + i * 8, pas, words[i]);
    }
}

void rig_kill(Rig *r, uint64_t addr, CcaPas pas, bool write)
{
    assert_true(r->deads < RIG_LINES);
    r->dead[r->deads].addr = addr & ~63ull;
    r->dead[r->deads].pas = pas;
    r->dead[r->deads++].write = write;
}

void rig_revive(Rig *r)
{
    r->deads = 0;
}

static bool dies(const Rig *r, uint64_t addr, CcaPas pas, bool write)
{
    for (unsigned i = 0; i < r->deads; i++) {
        if (r->dead[i].addr == (addr & ~63ull) && r->dead[i].pas == pas &&
            (!r->dead[i].write || write)) {
            return true;
        }
    }
    return false;
}

/* What the engine promises of each access that it makes. */
static void check_access(Rig *r, uint64_t addr, CcaPas pas, uint16_t mecid,
                         size_t len)
{
    assert_true(len >= 1 && len <= 64);
    assert_true((addr & 63) + len <= 64);
    assert_true(addr >> 52 == 0);
    assert_true(pas == CCA_PAS_REALM || !mecid);
    assert_int_not_equal(pas, CCA_PAS_ROOT);
    r->accesses++;
    r->mecid = mecid;
}

static bool on_read(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                    void *buf, size_t len)
{
    uint8_t *bytes = buf;
    Rig *r = opaque;

    check_access(r, addr, pas, mecid, len);
    if (dies(r, addr, pas, false)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        bytes[i] = rig_get(r, addr + i, pas) >> 8 * ((addr + i) & 7);
    }
    return true;
}

static bool on_write(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                     const void *buf, size_t len)
{
    const uint8_t *bytes = buf;
    Rig *r = opaque;

    check_access(r, addr, pas, mecid, len);
    if (dies(r, addr, pas, true)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        RigWord *w = word_at(r, addr + i, pas, true);
        unsigned shift = 8 * ((addr + i) & 7);

        w->value = (w->value & ~(0xffull << shift)) |
                   (uint64_t)bytes[i] << shift;
    }
    return true;
}

static bool on_cmpxchg64(void *opaque, uint64_t addr, CcaPas pas,
                         uint16_t mecid, uint64_t expected, uint64_t desired,
                         uint64_t *seen)
{
    Rig *r = opaque;

    check_access(r, addr, pas, mecid, 8);
    assert_int_equal(addr % 8, 0);
    if (dies(r, addr, pas, true)) {
        return false;
    }
    *seen = rig_get(r, addr, pas);
    if (*seen == expected) {
        rig_put(r, addr, pas, desired);
    }
    return true;
}

/* The GPT */

void rig_gpi(Rig *r, uint64_t addr, uint8_t gpi)
{
    unsigned i = 0;

    while (i < r->gpis && r->gpi[i].addr != (addr & ~0xfffull)) {
        i++;
    }
    assert_true(i < RIG_LINES);
    r->gpi[i].addr = addr & ~0xfffull;
    r->gpi[i].gpi = gpi;
    r->gpis += i == r->gpis;
}

/* Level 0 has a Table for each GiB; level 1 is at 2^40 above. */
static bool on_gpt(void *opaque, uint64_t addr, uint64_t *value)
{
    const uint64_t l1 = RIG_GPT + 0x10000000000ull;
    Rig *r = opaque;
    uint64_t pa, v = ~0ull;

    r->gpt_reads++;
    if (r->gpt_abort && addr >= r->gpt_abort) {
        return false;
    }
    if (addr < l1) {
        *value = (l1 + ((addr - RIG_GPT) / 8 << 17)) | 3;
        return true;
    }
    pa = (addr - l1) / 8 << 16;
    for (unsigned i = 0; i < r->gpis; i++) {
        if (r->gpi[i].addr >> 16 == pa >> 16) {
            unsigned shift = (r->gpi[i].addr >> 12 & 15) * 4;

            v = (v & ~(15ull << shift)) | (uint64_t)r->gpi[i].gpi << shift;
        }
    }
    *value = v;
    return true;
}

/* The rest of the machine */

#define NOTE(list, count, ...)                          \
    do {                                                \
        if (r->count < RIG_LOG) {                       \
            r->list[r->count] = __VA_ARGS__;            \
        }                                               \
        r->count++;                                     \
    } while (0)

static void on_irq(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq)
{
    Rig *r = opaque;

    if (r->irqs < RIG_LOG) {
        r->irq[r->irqs].sec_sid = sec_sid;
        r->irq[r->irqs].irq = *irq;
    }
    r->irqs++;
}

static void on_root_irq(void *opaque, SmmuRootFar which)
{
    Rig *r = opaque;

    NOTE(root_irq, root_irqs, which);
}

static void on_sev(void *opaque)
{
    Rig *r = opaque;

    r->sevs++;
}

static bool on_atc(void *opaque, const SmmuCmd *cmd)
{
    Rig *r = opaque;

    NOTE(atc, atcs, *cmd);
    return !r->atc_fails;
}

static void on_response(void *opaque, CcaSecSid sec_sid, uint32_t sid,
                        bool ssv, uint32_t ssid, uint16_t group, uint8_t code)
{
    Rig *r = opaque;

    NOTE(response, responses,
         (RigResponse) { sec_sid, sid, ssid, ssv, group, code });
}

static void on_resume(void *opaque, CcaSecSid sec_sid, uint32_t sid)
{
    Rig *r = opaque;

    NOTE(resume, resumes, (RigResume) { sec_sid, sid });
}

static void on_schedule(void *opaque, int64_t due)
{
    Rig *r = opaque;

    r->due = due;
    r->schedules++;
}

static int64_t on_now(void *opaque)
{
    Rig *r = opaque;

    return r->now;
}

static void on_gpc_fault(void *opaque, const CcaGpcVerdict *verdict,
                         uint32_t sid, SmmuGpcReason reason, SmmuGpcCode code)
{
    Rig *r = opaque;

    NOTE(gpc, gpcs, (RigGpcFault) { *verdict, sid, reason, code });
}

void rig_forget_log(Rig *r)
{
    r->irqs = r->root_irqs = r->sevs = r->atcs = r->responses = 0;
    r->resumes = r->schedules = r->gpcs = 0;
}

/* Registers */

static CcaPas pas_of(CcaSecSid world)
{
    return world == NS ? CCA_PAS_NS :
           world == SECURE ? CCA_PAS_SECURE : CCA_PAS_REALM;
}

static uint32_t place(CcaSecSid world, uint32_t offset)
{
    bool page1 = world != SECURE &&
                 (offset == SMMU_EVENTQ_PROD || offset == SMMU_EVENTQ_CONS ||
                  offset == SMMU_PRIQ_PROD || offset == SMMU_PRIQ_CONS);

    return offset + (world == NS ? 0 : world == SECURE ? 0x8000 : 0x40000) +
           (page1 ? 0x10000 : 0);
}

uint64_t rig_rd(Rig *r, CcaSecSid world, uint32_t offset, unsigned size)
{
    return smmu_read(r->s, place(world, offset), size, pas_of(world));
}

void rig_wr(Rig *r, CcaSecSid world, uint32_t offset, unsigned size,
            uint64_t value)
{
    smmu_write(r->s, place(world, offset), size, pas_of(world), value);
}

uint64_t rig_root_rd(Rig *r, uint32_t offset, unsigned size)
{
    return smmu_read(r->s, ROOT_PAGE + offset, size, CCA_PAS_ROOT);
}

void rig_root_wr(Rig *r, uint32_t offset, unsigned size, uint64_t value)
{
    smmu_write(r->s, ROOT_PAGE + offset, size, CCA_PAS_ROOT, value);
}

void rig_cr0(Rig *r, CcaSecSid world, uint32_t set, uint32_t clear)
{
    uint32_t cr0 = rig_rd(r, world, SMMU_CR0, 4);

    rig_wr(r, world, SMMU_CR0, 4, (cr0 & ~clear) | set);
}

void rig_root(Rig *r, bool gpcen)
{
    /* 4KB granules; tables are inner shareable and write-back */
    rig_root_wr(r, SMMU_ROOT_GPT_BASE_CFG, 8,
                PPS_52 | 1 << 8 | 1 << 10 | 3 << 12);
    rig_root_wr(r, SMMU_ROOT_GPT_BASE, 8, RIG_GPT);
    rig_root_wr(r, SMMU_ROOT_CR0, 4, 1 | gpcen << 1);
}

void rig_world(Rig *r, CcaSecSid world, bool two_level)
{
    rig_wr(r, world, SMMU_STRTAB_BASE, 8, RIG_STRTAB);
    rig_wr(r, world, SMMU_STRTAB_BASE_CFG, 4,
           RIG_STREAMS_LOG2 | (two_level ? 1 << 16 | 6 << 6 : 0));
    rig_wr(r, world, SMMU_CMDQ_BASE, 8, RIG_CMDQ | RIG_CMDQ_LOG2);
    rig_wr(r, world, SMMU_EVENTQ_BASE, 8, RIG_EVENTQ | RIG_EVENTQ_LOG2);
    rig_wr(r, world, SMMU_PRIQ_BASE, 8, RIG_PRIQ | RIG_PRIQ_LOG2);
    /* RECINVSID, REC_CFG_ATS */
    rig_wr(r, world, SMMU_CR2, 4, 1 << 1 | 1 << 3);
    rig_wr(r, world, SMMU_IRQ_CTRL, 4, 7);
    /* SMMUEN, PRIQEN, EVENTQEN, CMDQEN, ATSCHK */
    rig_wr(r, world, SMMU_CR0, 4, 0x1f);
    for (unsigned i = 0; two_level && i < 4; i++) {
        rig_put(r, RIG_STRTAB + i * 8, pas_of(world),
                (RIG_STRTAB_L2 + i * 0x1000) | 7);
    }
}

void rig_start(Rig *r, const RigOptions *o)
{
    static const RigOptions defaults;
    SmmuConfig config = { .feat = smmu_features_reference() };
    const char *error = NULL;
    SmmuBus bus = {
        .read = on_read, .write = on_write, .cmpxchg64 = on_cmpxchg64,
        .gpt = { on_gpt, r }, .irq = on_irq, .root_irq = on_root_irq,
        .sev = on_sev, .atc_invalidate = on_atc,
        .page_response = on_response, .resume = on_resume,
        .schedule = on_schedule, .now = on_now, .on_gpc_fault = on_gpc_fault,
        .opaque = r,
    };

    o = o ? o : &defaults;
    config.faults = o->faults;
    config.feat.dpt = true;
    config.feat.stall = true;
    config.feat.secure_impl = true;
    if (o->tweak) {
        o->tweak(&config.feat);
    }
    config.gpt = (GptImpl) {
        .rme = 1, .l0gptsz = L0GPTSZ_BITS - 30, .pa_bits = config.feat.oas,
        .sel2 = true, .tgran4 = true, .tgran16 = true, .tgran64 = true,
    };
    config.root_offset = ROOT_PAGE;
    config.strict = !o->lazy;
    config.tlb_entries = o->tlb_entries ? o->tlb_entries : 1;
    config.follow_pe = o->follow_pe;
    config.gbpa_abort = o->gbpa_abort;
    memset(r, 0, sizeof(*r));
    r->now = 1000;
    r->next_table = RIG_TABLES;
    r->s = smmu_new(&config, &bus, &error);
    if (!r->s) {
        fail_msg("smmu_new: %s", error);
    }
    if (o->off) {
        return;
    }
    if (config.feat.root_impl) {
        rig_root(r, !o->no_gpc);
    }
    for (CcaSecSid w = 0; w < CCA_SEC_SID__COUNT; w++) {
        if (smmu_has_interface(&config.feat, w)) {
            rig_world(r, w, o->two_level);
        }
    }
    rig_forget_log(r);
}

void rig_stop(Rig *r)
{
    smmu_free(r->s);
    r->s = NULL;
}

/* Structures */

uint64_t rig_ste_addr(uint32_t sid, bool two_level)
{
    return (two_level ? RIG_STRTAB_L2 : RIG_STRTAB) + sid * 64ull;
}

void rig_put_ste(Rig *r, CcaSecSid world, uint32_t sid,
                 const uint64_t words[8])
{
    bool two_level = rig_rd(r, world, SMMU_STRTAB_BASE_CFG, 4) >> 16;

    rig_put_words(r, rig_ste_addr(sid, two_level), pas_of(world), words, 8);
}

void rig_put_cd(Rig *r, CcaSecSid world, uint32_t sid, uint32_t ssid,
                const uint64_t words[8])
{
    rig_put_words(r, RIG_CDS + sid * 0x10000ull + ssid * 64, pas_of(world),
                  words, 8);
}

void rig_ste(uint64_t w[8], uint32_t sid, unsigned config, uint64_t s2)
{
    memset(w, 0, 64);
    smmu_put(w, 0, 0, 1);                   /* V */
    smmu_put(w, 3, 1, config);
    smmu_put(w, 55, 6, (RIG_CDS + sid * 0x10000ull) >> 6);
    smmu_put(w, 143, 128, 0x42);            /* S2VMID */
    smmu_put(w, 165, 160, 25);              /* S2T0SZ */
    smmu_put(w, 167, 166, 1);               /* S2SL0: level 1 */
    smmu_put(w, 178, 176, 5);               /* S2PS: 48 bits */
    smmu_put(w, 179, 179, 1);               /* S2AA64 */
    smmu_put(w, 186, 186, 1);               /* S2R */
    smmu_put(w, 243, 196, s2 >> 4);         /* S2TTB */
    smmu_put(w, 293, 288, 25);              /* S_S2T0SZ */
    smmu_put(w, 295, 294, 1);
    smmu_put(w, 435, 388, s2 >> 4);         /* S_S2TTB */
}

void rig_cd(uint64_t w[8], uint64_t ttb0)
{
    memset(w, 0, 64);
    smmu_put(w, 5, 0, 25);                  /* T0SZ */
    smmu_put(w, 30, 30, 1);                 /* EPD1 */
    smmu_put(w, 31, 31, 1);                 /* V */
    smmu_put(w, 34, 32, 5);                 /* IPS: 48 bits */
    smmu_put(w, 41, 41, 1);                 /* AA64 */
    smmu_put(w, 45, 45, 1);                 /* R */
    smmu_put(w, 46, 46, 1);                 /* A */
    smmu_put(w, 63, 48, 7);                 /* ASID */
    smmu_put(w, 115, 68, ttb0 >> 4);        /* TTB0 */
    smmu_put(w, 255, 192, 0xffffffffffffffff);
}

void rig_stream(Rig *r, CcaSecSid world, uint32_t sid, unsigned config,
                uint64_t s2, uint64_t ttb0, const SmmuBits *ste,
                const SmmuBits *cd)
{
    uint64_t w[8];

    rig_ste(w, sid, config, s2);
    if (ste) {
        smmu_put_list(w, ste, 8);
    }
    rig_put_ste(r, world, sid, w);
    if (config & 1) {
        rig_cd(w, ttb0);
        if (cd) {
            smmu_put_list(w, cd, 8);
        }
        rig_put_cd(r, world, sid, 0, w);
    }
}

uint64_t rig_table(Rig *r)
{
    uint64_t table = r->next_table;

    r->next_table += 0x1000;
    return table;
}

static uint64_t next_table(Rig *r, CcaPas pas, uint64_t entry)
{
    uint64_t desc = rig_get(r, entry, pas);

    if ((desc & 3) != 3) {
        desc = rig_table(r) | 3;
        rig_put(r, entry, pas, desc);
    }
    return desc & 0x0000fffffffff000ull;
}

uint64_t rig_desc_addr(Rig *r, CcaPas pas, uint64_t root, uint64_t in,
                       int level)
{
    uint64_t table = root;

    for (int l = 1; ; l++) {
        uint64_t entry = table + (in >> (12 + 9 * (3 - l)) & 0x1ff) * 8;

        if (l == level) {
            return entry;
        }
        table = next_table(r, pas, entry);
    }
}

void rig_map(Rig *r, CcaPas pas, uint64_t root, uint64_t in, int level,
             uint64_t desc)
{
    rig_put(r, rig_desc_addr(r, pas, root, in, level), pas, desc);
}

/* Queues */

void rig_cmd(Rig *r, CcaSecSid world, uint64_t word0, uint64_t word1)
{
    uint32_t prod = rig_rd(r, world, SMMU_CMDQ_PROD, 4);
    uint64_t at = RIG_CMDQ + (prod & ((1 << RIG_CMDQ_LOG2) - 1)) * 16;
    const uint64_t words[2] = { word0, word1 };

    rig_put_words(r, at, pas_of(world), words, 2);
    rig_wr(r, world, SMMU_CMDQ_PROD, 4,
           (prod + 1) & ((2 << RIG_CMDQ_LOG2) - 1));
}

unsigned rig_events(Rig *r, CcaSecSid world)
{
    uint32_t prod = rig_rd(r, world, SMMU_EVENTQ_PROD, 4);
    uint32_t cons = rig_rd(r, world, SMMU_EVENTQ_CONS, 4);

    return (prod - cons) & ((2 << RIG_EVENTQ_LOG2) - 1);
}

void rig_next_event(Rig *r, CcaSecSid world, uint64_t words[4])
{
    uint32_t cons = rig_rd(r, world, SMMU_EVENTQ_CONS, 4);
    uint32_t index = cons & ((1 << RIG_EVENTQ_LOG2) - 1);

    assert_int_not_equal(rig_events(r, world), 0);
    for (unsigned i = 0; i < 4; i++) {
        words[i] = rig_get(r, RIG_EVENTQ + index * 32 + i * 8, pas_of(world));
    }
    rig_wr(r, world, SMMU_EVENTQ_CONS, 4,
           (cons & 0x80000000) | ((cons + 1) & ((2 << RIG_EVENTQ_LOG2) - 1)));
}

void rig_expect_event(Rig *r, CcaSecSid world, const SmmuBits *want,
                      unsigned max)
{
    uint64_t got[4] = { 0 }, exact[4] = { 0 };

    if (!want) {
        assert_int_equal(rig_events(r, world), 0);
        return;
    }
    smmu_put_list(exact, want, max);
    rig_next_event(r, world, got);
    if (memcmp(got, exact, sizeof(got))) {
        fail_msg("event %016" PRIx64 " %016" PRIx64 " %016" PRIx64
                 " %016" PRIx64 ", not %016" PRIx64 " %016" PRIx64
                 " %016" PRIx64 " %016" PRIx64, got[0], got[1], got[2],
                 got[3], exact[0], exact[1], exact[2], exact[3]);
    }
}

SmmuTxn rig_read(CcaSecSid world, uint32_t sid, uint64_t addr)
{
    return (SmmuTxn) { .addr = addr, .sid = sid, .sec_sid = world };
}
