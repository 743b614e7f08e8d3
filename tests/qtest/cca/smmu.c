/*
 * The SMMU for qtests: registers, memory, queues, granule protection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu.h"
#include "qemu/bswap.h"
#include "qemu/host-utils.h"

/* Where a world's structures are: a region each, in test memory. */
enum {
    REGION = 64 * MIB, CMDQ_AT = 5 * MIB, EVENTQ_AT = 6 * MIB,
    PRIQ_AT = 7 * MIB, HEAP_AT = 8 * MIB,
    CHUNK = 64 * KIB,           /* what a level 1 entry of the GPT covers */
    POLLS = 10000,
    IDR0_HYP = 1 << 9, IDR0_PRI = 1 << 16,
};

enum {
    OP_CFGI_STE_RANGE = 0x04, OP_TLBI_EL2_ALL = 0x20, OP_TLBI_NSNH_ALL = 0x30,
    OP_SYNC = 0x46, OP_TLBI_S_EL2_ALL = 0x50, OP_TLBI_SNH_ALL = 0x60,
};

static const struct {
    const char *name;
    unsigned pas, gpi;
    uint32_t page;
} worlds[W__COUNT] = {
    [W_NS] = { "ns", MAILBOX_NS, GPI_NS, 0 },
    [W_SECURE] = { "secure", MAILBOX_S, GPI_SECURE, SECURE_REGS },
    [W_REALM] = { "realm", MAILBOX_REALM, GPI_REALM, PAGE_REALM },
};

const char *smmu_world_name(SmmuWorld world)
{
    return worlds[world].name;
}

unsigned smmu_world_pas(SmmuWorld world)
{
    return worlds[world].pas;
}

unsigned smmu_world_gpi(SmmuWorld world)
{
    return worlds[world].gpi;
}

/* --- registers ------------------------------------------------------------ */

uint64_t smmu_address(const Smmu *s, unsigned reg)
{
    bool in_page_1 = reg == R_EVENTQ_PROD || reg == R_EVENTQ_CONS ||
                     reg == R_PRIQ_PROD || reg == R_PRIQ_CONS;

    return SMMU_BASE + worlds[s->world].page + reg +
           (in_page_1 && s->world != W_SECURE ? PAGE_1 : 0);
}

static uint64_t load(const Smmu *s, unsigned reg, unsigned size)
{
    uint64_t at = smmu_address(s, reg);

    if (s->world == W_NS) {
        return size == 4 ? qtest_readl(s->qts, at) : qtest_readq(s->qts, at);
    }
    return guest_read(s->qts, at, size, worlds[s->world].pas);
}

static void store(const Smmu *s, unsigned reg, unsigned size, uint64_t value)
{
    uint64_t at = smmu_address(s, reg);

    if (s->world != W_NS) {
        guest_write(s->qts, at, size, worlds[s->world].pas, value);
    } else if (size == 4) {
        qtest_writel(s->qts, at, value);
    } else {
        qtest_writeq(s->qts, at, value);
    }
}

uint32_t smmu_read(const Smmu *s, unsigned reg)
{
    return load(s, reg, 4);
}

uint64_t smmu_read64(const Smmu *s, unsigned reg)
{
    return load(s, reg, 8);
}

void smmu_write(const Smmu *s, unsigned reg, uint32_t value)
{
    store(s, reg, 4, value);
}

void smmu_write64(const Smmu *s, unsigned reg, uint64_t value)
{
    store(s, reg, 8, value);
}

uint32_t smmu_root_read(const Smmu *s, unsigned reg)
{
    return guest_read(s->qts, SMMU_BASE + PAGE_ROOT + reg, 4, MAILBOX_ROOT);
}

uint64_t smmu_root_read64(const Smmu *s, unsigned reg)
{
    return guest_read(s->qts, SMMU_BASE + PAGE_ROOT + reg, 8, MAILBOX_ROOT);
}

void smmu_root_write(const Smmu *s, unsigned reg, uint32_t value)
{
    guest_write(s->qts, SMMU_BASE + PAGE_ROOT + reg, 4, MAILBOX_ROOT, value);
}

void smmu_root_write64(const Smmu *s, unsigned reg, uint64_t value)
{
    guest_write(s->qts, SMMU_BASE + PAGE_ROOT + reg, 8, MAILBOX_ROOT, value);
}

void smmu_cr0(const Smmu *s, uint32_t value)
{
    uint32_t fixed = s->world == W_REALM ? CR0_ATSCHK : 0;

    smmu_write(s, R_CR0, value);
    for (unsigned i = 0; i < POLLS; i++) {
        if (smmu_read(s, R_CR0ACK) == (value | fixed)) {
            return;
        }
    }
    g_error("CR0ACK does not become 0x%x", value);
}

uint32_t smmu_gerror(const Smmu *s)
{
    return smmu_read(s, R_GERROR) ^ smmu_read(s, R_GERRORN);
}

void smmu_gerror_ack(const Smmu *s)
{
    smmu_write(s, R_GERRORN, smmu_read(s, R_GERROR));
}

/* --- life ----------------------------------------------------------------- */

static uint64_t region(SmmuWorld world)
{
    return MAILBOX_TEST_BASE + (uint64_t)world * REGION;
}

void smmu_adopt(Smmu *s, SmmuWorld world)
{
    uint64_t base = region(world);

    s->world = world;
    s->configured = false;
    s->strtab = base;
    s->cmdq = base + CMDQ_AT;
    s->eventq = base + EVENTQ_AT;
    s->priq = base + PRIQ_AT;
    s->heap = s->next = base + HEAP_AT;
    s->end = base + REGION;
    s->undos = s->stes = 0;
}

void smmu_start(Smmu *s, SmmuWorld world, const char *args)
{
    g_autofree char *line = g_strdup_printf(
        "-machine mec=on -device cca-exerciser,addr=2.0 %s", args);

    *s = (Smmu) { .qts = guest_start(line) };
    s->ex = exerciser_one(s->qts);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        qtest_memset(s->qts, MAILBOX_GPT_L1 + w * (REGION / CHUNK) * 8,
                     worlds[w].gpi * 0x11, REGION / CHUNK * 8);
    }
    smmu_tlbi_pa_all(s);
    smmu_adopt(s, world);
}

void smmu_start_contexts(Smmu *s, SmmuWorld world, const char *policy,
                         const char *args)
{
    g_autofree char *line = g_strdup_printf(
        "-machine mec=on,mpe=%s -device cca-exerciser,addr=2.0 %s", policy,
        args);

    *s = (Smmu) { .qts = guest_start(line), .contexts = true };
    s->ex = exerciser_one(s->qts);
    guest_do(s->qts, (GuestRequest) { .command = MAILBOX_GPC_OFF });
    smmu_mecid(s, 0);
    smmu_adopt(s, world);
}

void smmu_mecid(const Smmu *s, unsigned mecid)
{
    guest_do(s->qts, (GuestRequest) {
        .command = MAILBOX_MECID, .value = mecid,
    });
}

void smmu_switch(Smmu *s, SmmuWorld world)
{
    smmu_reset(s);
    smmu_disable(s);
    smmu_adopt(s, world);
}

void smmu_quit(Smmu *s)
{
    qtest_quit(s->qts);
    s->qts = NULL;
}

void smmu_disable(Smmu *s)
{
    smmu_cr0(s, 0);
    s->configured = false;
}

static const SmmuConfig plain = {
    .log2size = 8, .cmdq_log2 = 6, .eventq_log2 = 6, .priq_log2 = 4,
};

void smmu_configure(Smmu *s, const SmmuConfig *config)
{
    const SmmuConfig *c = config ?: &plain;
    const uint64_t ra = 1ull << 62;
    uint32_t queues = CR0_CMDQEN | CR0_EVENTQEN;

    if (s->configured && !memcmp(c, &s->config, sizeof(*c))) {
        return;
    }
    s->config = *c;
    smmu_cr0(s, 0);
    smmu_gerror_ack(s);
    smmu_write64(s, R_STRTAB_BASE, s->strtab | ra);
    smmu_write(s, R_STRTAB_BASE_CFG, c->log2size | c->split << 6 |
               (uint32_t)c->two_level << 16);
    smmu_write64(s, R_CMDQ_BASE, s->cmdq | ra | c->cmdq_log2);
    smmu_write(s, R_CMDQ_PROD, 0);
    smmu_write(s, R_CMDQ_CONS, 0);
    smmu_write64(s, R_EVENTQ_BASE, s->eventq | ra | c->eventq_log2);
    smmu_write(s, R_EVENTQ_PROD, 0);
    smmu_write(s, R_EVENTQ_CONS, 0);
    if (s->world != W_SECURE && smmu_read(s, R_IDR0) & IDR0_PRI) {
        smmu_write64(s, R_PRIQ_BASE, s->priq | ra | c->priq_log2);
        smmu_write(s, R_PRIQ_PROD, 0);
        smmu_write(s, R_PRIQ_CONS, 0);
        queues |= CR0_PRIQEN;
    }
    s->cmdq_prod = s->eventq_cons = s->priq_cons = s->events = 0;
    smmu_write(s, R_CR1, 0xd75);        /* Inner Shareable, Write-Back */
    smmu_write(s, R_CR2, CR2_RECINVSID | c->cr2);
    smmu_cr0(s, queues & ~CR0_PRIQEN);
    smmu_forget(s);
    smmu_cr0(s, queues | CR0_SMMUEN | c->cr0);
    s->configured = true;
}

static void clear_stes(Smmu *s)
{
    const uint64_t zeros[8] = { 0 };

    for (unsigned i = 0; i < s->stes; i++) {
        smmu_poke(s, s->ste_at[i], zeros, s->ste_size[i] / 8);
    }
    s->stes = 0;
}

void smmu_reset(Smmu *s)
{
    smmu_gpt_restore(s);
    clear_stes(s);
    s->next = s->heap;
    if (!s->configured) {
        return;
    }
    if (smmu_gerror(s)) {
        s->configured = false;
        return;
    }
    /* Room for what a case may record: not each time, it takes a while. */
    if (s->events >= (1u << s->config.eventq_log2) / 2) {
        smmu_write(s, R_EVENTQ_CONS, s->eventq_cons);
        s->events = 0;
    }
}

void smmu_fail(Smmu *s, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    g_test_message("%s: %s", s->what ?: "?", text);
    g_test_fail();
    s->configured = false;
}

/* --- memory --------------------------------------------------------------- */

uint64_t smmu_alloc(Smmu *s, uint64_t size)
{
    uint64_t whole = ROUND_UP(size, CHUNK), pa;

    /* As large a table is aligned to its size. */
    s->next = ROUND_UP(s->next, 1ull << (64 - clz64(whole - 1)));
    pa = s->next;
    s->next += whole;
    g_assert_cmphex(s->next, <=, s->end);
    if (!s->contexts) {
        qtest_memset(s->qts, pa, 0, whole);
    }
    for (uint64_t at = 0; s->contexts && at < size; at += 4 * KIB) {
        guest_do(s->qts, (GuestRequest) {
            .command = MAILBOX_WIPE, .address = pa + at,
            .pas = worlds[s->world].pas,
        });
    }
    return pa;
}

void smmu_poke(const Smmu *s, uint64_t pa, const uint64_t *words, unsigned n)
{
    uint64_t out[16];

    g_assert(n <= ARRAY_SIZE(out));
    if (s->contexts) {
        for (unsigned i = 0; i < n; i++) {
            guest_write(s->qts, pa + i * 8, 8, worlds[s->world].pas, words[i]);
        }
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        out[i] = cpu_to_le64(words[i]);
    }
    qtest_memwrite(s->qts, pa, out, n * sizeof(*out));
}

uint64_t smmu_peek(const Smmu *s, uint64_t pa)
{
    return s->contexts ? guest_read(s->qts, pa, 8, worlds[s->world].pas) :
                         qtest_readq(s->qts, pa);
}

static void note_ste(Smmu *s, uint64_t pa, unsigned size)
{
    for (unsigned i = 0; i < s->stes; i++) {
        if (s->ste_at[i] == pa) {
            return;
        }
    }
    g_assert(s->stes < SMMU_STES);
    s->ste_at[s->stes] = pa;
    s->ste_size[s->stes++] = size;
}

uint64_t smmu_ste_at(Smmu *s, uint32_t sid)
{
    unsigned split = s->config.split;
    uint64_t l1std, l2;

    if (!s->config.two_level) {
        return s->strtab + sid * 64ull;
    }
    l1std = s->strtab + (sid >> split) * 8ull;
    l2 = smmu_peek(s, l1std) & 0x00ffffffffffffc0ull;
    if (!l2) {
        uint64_t word;

        l2 = smmu_alloc(s, 64ull << split);
        word = l2 | (split + 1);        /* Span */
        smmu_poke(s, l1std, &word, 1);
        note_ste(s, l1std, 8);
    }
    return l2 + (sid & ((1u << split) - 1)) * 64ull;
}

uint64_t smmu_set_ste(Smmu *s, uint32_t sid, const SmmuSte *ste)
{
    uint64_t at = smmu_ste_at(s, sid), words[8];

    smmu_ste_pack(ste, words);
    smmu_poke(s, at, words, 8);
    note_ste(s, at, 64);
    return at;
}

/* --- commands and events -------------------------------------------------- */

void smmu_cmd(Smmu *s, uint64_t w0, uint64_t w1)
{
    uint32_t size = 1u << s->config.cmdq_log2;
    const uint64_t words[2] = { w0, w1 };

    smmu_poke(s, s->cmdq + (s->cmdq_prod & (size - 1)) * 16ull, words, 2);
    s->cmdq_prod = (s->cmdq_prod + 1) & (2 * size - 1);
}

unsigned smmu_submit(Smmu *s)
{
    uint32_t cons;

    smmu_write(s, R_CMDQ_PROD, s->cmdq_prod);
    for (unsigned i = 0; i < POLLS; i++) {
        cons = smmu_read(s, R_CMDQ_CONS);
        if ((cons & 0xfffff) == s->cmdq_prod) {
            return CERROR_NONE;
        }
        if (smmu_gerror(s) & GERROR_CMDQ) {
            return smmu_read(s, R_CMDQ_CONS) >> 24 & 0x7f;
        }
    }
    g_error("the command queue stands still");
}

void smmu_sync(Smmu *s)
{
    unsigned error;

    smmu_cmd(s, OP_SYNC, 0);
    error = smmu_submit(s);
    if (error) {
        g_error("a command ends with CERROR %u", error);
    }
}

void smmu_forget(Smmu *s)
{
    bool secure = s->world == W_SECURE;

    smmu_cmd(s, OP_CFGI_STE_RANGE | (secure ? 1 << 10 : 0), 31);
    smmu_cmd(s, secure ? OP_TLBI_SNH_ALL : OP_TLBI_NSNH_ALL, 0);
    if (s->world != W_NS || smmu_read(s, R_IDR0) & IDR0_HYP) {
        smmu_cmd(s, secure ? OP_TLBI_S_EL2_ALL : OP_TLBI_EL2_ALL, 0);
    }
    smmu_sync(s);
}

bool smmu_event(Smmu *s, uint64_t words[4])
{
    uint32_t size = 1u << s->config.eventq_log2;
    uint32_t prod = smmu_read(s, R_EVENTQ_PROD);

    if ((prod & (2 * size - 1)) == (s->eventq_cons & (2 * size - 1))) {
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        words[i] = smmu_peek(s, s->eventq +
                             (s->eventq_cons & (size - 1)) * 32ull + i * 8);
    }
    s->eventq_cons = (s->eventq_cons & 0x80000000) |
                     ((s->eventq_cons + 1) & (2 * size - 1));
    s->events++;
    return true;
}

void smmu_expect_event(Smmu *s, const SmmuEvt *expected)
{
    uint64_t want[4] = { 0 }, seen[4] = { 0 };
    bool any = smmu_event(s, seen);

    if (expected && expected->id != EV_NONE) {
        smmu_evt_pack(expected, want);
    }
    if (memcmp(want, seen, sizeof(want))) {
        g_autofree char *a = smmu_evt_text(want), *b = smmu_evt_text(seen);

        smmu_fail(s, "event: not %s", a);
        smmu_fail(s, "event: but %s", b);
    } else if (any && smmu_event(s, seen)) {
        g_autofree char *b = smmu_evt_text(seen);

        smmu_fail(s, "another event: %s", b);
    }
}

/* --- granule protection --------------------------------------------------- */

static uint64_t gpt_entry_of(uint64_t pa)
{
    g_assert(pa >= MAILBOX_TEST_BASE &&
             pa - MAILBOX_TEST_BASE < MAILBOX_TEST_SIZE);
    return MAILBOX_GPT_L1 + (pa - MAILBOX_TEST_BASE) / CHUNK * 8;
}

void smmu_gpt_entry(Smmu *s, uint64_t pa, uint64_t value)
{
    uint64_t at = gpt_entry_of(pa);

    g_assert(s->undos < UNDO_MAX);
    s->undo[s->undos++] = (SmmuUndo) { at, smmu_peek(s, at) };
    smmu_poke(s, at, &value, 1);
}

void smmu_gpi(Smmu *s, uint64_t pa, uint64_t size, unsigned gpi)
{
    while (size) {
        uint64_t entry = smmu_peek(s, gpt_entry_of(pa));

        do {
            unsigned shift = (pa >> 12 & 15) * 4;

            entry = (entry & ~(15ull << shift)) | (uint64_t)gpi << shift;
            pa += 4096;
            size -= 4096;
        } while (size && pa % CHUNK);
        smmu_gpt_entry(s, pa - 4096, entry);
    }
}

void smmu_gpt_restore(Smmu *s)
{
    bool any = s->undos;

    while (s->undos) {
        const SmmuUndo *u = &s->undo[--s->undos];

        smmu_poke(s, u->at, &u->value, 1);
    }
    if (any) {
        smmu_tlbi_pa_all(s);
    }
}

void smmu_tlbi_pa_all(Smmu *s)
{
    guest_do(s->qts, (GuestRequest) { .command = MAILBOX_PAALLOS });
}

uint64_t smmu_far(unsigned reason, unsigned code, uint64_t pa, unsigned fpas,
                  unsigned cfg_err)
{
    return 1 | reason << 1 | code << 4 | (pa & 0x00fffffffffff000ull) |
           (uint64_t)cfg_err << 56 | (uint64_t)fpas << 62;
}

unsigned smmu_fpas(unsigned pas)
{
    static const uint8_t codes[] = {
        [MAILBOX_S] = FPAS_SECURE, [MAILBOX_NS] = FPAS_NS,
        [MAILBOX_ROOT] = FPAS_ROOT, [MAILBOX_REALM] = FPAS_REALM,
    };

    return codes[pas];
}

static void expect_one_far(Smmu *s, unsigned reg, const char *name,
                           uint64_t want)
{
    uint64_t seen = smmu_root_read64(s, reg);

    if (seen != want) {
        smmu_fail(s, "%s is 0x%" PRIx64 ", not 0x%" PRIx64, name, seen, want);
    }
    if (seen) {
        smmu_root_write64(s, reg, 0);
    }
}

void smmu_expect_far(Smmu *s, uint64_t gpf, uint64_t cfg)
{
    expect_one_far(s, ROOT_GPF_FAR, "GPF_FAR", gpf);
    expect_one_far(s, ROOT_GPT_CFG_FAR, "GPT_CFG_FAR", cfg);
}

void smmu_expect_gerror(Smmu *s, uint32_t want)
{
    uint32_t seen = smmu_gerror(s);

    if (seen != want) {
        smmu_fail(s, "GERROR is 0x%x, not 0x%x", seen, want);
    }
}

void smmu_add_case(const char *suite, SmmuWorld world, const char *name,
                   const void *row, void (*run)(const void *))
{
    g_autofree char *path = g_strdup_printf("cca/%s/%s/%s", suite,
                                            smmu_world_name(world), name);
    SmmuCase *instance = g_new(SmmuCase, 1);

    *instance = (SmmuCase) { row, world };
    qtest_add_data_func_full(path, instance, run, g_free);
}
