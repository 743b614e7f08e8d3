/*
 * The SMMU's GPT: lookup errors, the Root page with a GPT of its own, how
 * faults are latched, and what is remembered until it is invalidated.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-stream.h"
#include "qemu/units.h"

enum {
    /* The SMMU's own tables, where PEs have GPI Any. */
    L0_AT = 0x60000000, L1_AT = 0x61000000,
    GIB_SHIFT = 30,
    CODE_STE = 0x03,
    GICD = 0x08000000, SPI_GPF_FAR = 80 + 12, SPI_CFG_FAR = 80 + 13,
};
/* RAM ends before it. */
#define NO_MEMORY       0xc1000000ull

/* GPT_BASE_CFG: as GPCCR_EL3 */
#define PPS(n)          ((uint64_t)(n))
#define IRGN(n)         ((uint64_t)(n) << 8)
#define ORGN(n)         ((uint64_t)(n) << 10)
#define SH(n)           ((uint64_t)(n) << 12)
#define PGS(n)          ((uint64_t)(n) << 14)
#define CFG_PGS(n)      (PPS(2) | IRGN(1) | ORGN(1) | SH(3) | PGS(n))
#define CFG             CFG_PGS(0)

#define L0_BLOCK(gpi)   (1ull | (uint64_t)(gpi) << 4)
#define L0_TABLE(pa)    (3ull | (pa))
#define L1_CONTIG(gpi, size) (1ull | (uint64_t)(gpi) << 4 | \
                              (uint64_t)(size) << 8)
#define L1_ALL(gpi)     ((gpi) * 0x1111111111111111ull)

static Smmu smmu;
static SmmuStream stream;
static char *machine;           /* what it was started with */

/* One machine at a time. */
static void use(const char *args, SmmuWorld world)
{
    if (!machine || strcmp(machine, args)) {
        if (machine) {
            smmu_quit(&smmu);
            g_free(machine);
        }
        machine = g_strdup(args);
        smmu_start(&smmu, world, args);
    } else if (smmu.world != world) {
        smmu_switch(&smmu, world);
    }
    smmu_reset(&smmu);
}

#define FOLLOW          ""
#define ROOT_PAGE       "-global cca-smmuv3.gpt=root-page"
#define STRICT          "-machine strict-tlb=on"
#define STRICT_ROOT     STRICT " " ROOT_PAGE

static void root_cr0(uint32_t value)
{
    smmu_root_write(&smmu, ROOT_CR0, value);
    g_assert_cmphex(smmu_root_read(&smmu, ROOT_CR0ACK), ==, value);
}

static void root_tlbi(uint64_t operand, bool run)
{
    smmu_root_write64(&smmu, ROOT_TLBI, operand);
    smmu_root_write(&smmu, ROOT_TLBI_CTRL, run);
    g_assert_cmphex(smmu_root_read(&smmu, ROOT_TLBI_CTRL), ==, 0);
}

/* The tables of the Root page: one GiB by level 1, all the rest GPI Any. */
static void own_tables(uint64_t l0, uint64_t l1, uint64_t cfg, uint64_t base)
{
    uint64_t entry[4] = { L0_BLOCK(GPI_ANY), L0_BLOCK(GPI_ANY), l0,
                          L0_BLOCK(GPI_ANY) };

    root_cr0(0);
    qtest_memset(smmu.qts, L0_AT, 0, 8 * KIB);
    smmu_poke(&smmu, L0_AT, entry, 4);
    qtest_memset(smmu.qts, L1_AT, GPI_ANY * 0x11, 128 * KIB);
    if (stream.page) {
        unsigned pgs = cfg >> 14 & 3;
        unsigned shift = 4 + (pgs == 1 ? 16 : pgs == 2 ? 14 : 12);

        smmu_poke(&smmu, L1_AT + ((stream.page & (GiB - 1)) >> shift) * 8,
                  &l1, 1);
    }
    smmu_root_write64(&smmu, ROOT_GPT_BASE_CFG, cfg);
    smmu_root_write64(&smmu, ROOT_GPT_BASE, base);
    root_tlbi(1, true);
    root_cr0(ROOT_CR0_GPCEN);
    root_cr0(ROOT_CR0_GPCEN | ROOT_CR0_ACCESSEN);
}

/* --- lookups -------------------------------------------------------------- */

/* What a lookup comes to. */
enum { PASS = -1, GPF = -2 };

typedef struct Lookup {
    const char *name;
    uint64_t cfg, base;         /* 0: CFG, L0_AT */
    uint64_t l0, l1;            /* l0 0: a table; l1 0: the world's GPI */
    int result;                 /* PASS, GPF, or CFG_ERR */
    bool l0_zero;
} Lookup;

static const Lookup lookups[] = {
    { "granules", .result = PASS },
    { "granules-any", .l1 = L1_ALL(GPI_ANY), .result = PASS },
    { "granules-root", .l1 = L1_ALL(GPI_ROOT), .result = GPF },
    { "granules-realm", .l1 = L1_ALL(GPI_REALM), .result = GPF },
    { "no-access", .l0 = L0_BLOCK(GPI_NO_ACCESS), .result = GPF },
    { "block-any", .l0 = L0_BLOCK(GPI_ANY), .result = PASS },
    { "block-root", .l0 = L0_BLOCK(GPI_ROOT), .result = GPF },
    { "contiguous-2m", .l1 = L1_CONTIG(GPI_ANY, 1), .result = PASS },
    { "contiguous-512m", .l1 = L1_CONTIG(GPI_ANY, 3), .result = PASS },
    { "contiguous-realm", .l1 = L1_CONTIG(GPI_REALM, 1), .result = GPF },
    { "pgs-64k", .cfg = CFG_PGS(1), .l1 = L1_ALL(GPI_ANY), .result = PASS },
    { "pgs-64k-root", .cfg = CFG_PGS(1), .l1 = L1_ALL(GPI_ROOT),
      .result = GPF },
    { "pgs-16k", .cfg = CFG_PGS(2), .l1 = L1_ALL(GPI_ANY), .result = PASS },
    { "pgs-16k-root", .cfg = CFG_PGS(2), .l1 = L1_ALL(GPI_ROOT),
      .result = GPF },
    { "pgs-reserved", .cfg = CFG_PGS(3), .result = 0 },
    { "pps-reserved", .cfg = CFG | PPS(7), .result = 0 },
    { "sh-reserved", .cfg = PPS(2) | IRGN(1) | ORGN(1) | SH(1), .result = 0 },
    { "non-cacheable-inner", .cfg = PPS(2) | SH(3), .result = 0 },
    { "non-cacheable-outer", .cfg = PPS(2) | SH(2), .result = PASS },
    { "base-above-pps", .cfg = CFG & ~PPS(7), .base = 1ull << 32,
      .result = 1 },
    { "base-nowhere", .base = NO_MEMORY, .result = 2 },
    { "l1-nowhere", .l0 = L0_TABLE(NO_MEMORY), .result = 2 },
    { "l0-invalid", .l0_zero = true, .result = 3 },
    { "l0-reserved-type", .l0 = 2, .result = 3 },
    { "l0-block-reserved-gpi", .l0 = L0_BLOCK(5), .result = 3 },
    { "l0-block-reserved-bit", .l0 = L0_BLOCK(GPI_ANY) | 1ull << 20,
      .result = 3 },
    { "l0-table-reserved-bit", .l0 = L0_TABLE(L1_AT) | 1ull << 60,
      .result = 3 },
    { "l1-reserved-gpi", .l1 = L1_ALL(GPI_ANY) & ~0x8000000000000000ull,
      .result = 3 },
    { "l1-contiguous-size-0", .l1 = L1_CONTIG(GPI_ANY, 0), .result = 3 },
    { "l1-contiguous-reserved-gpi", .l1 = L1_CONTIG(5, 1), .result = 3 },
    { "l1-contiguous-reserved-bit", .l1 = L1_CONTIG(GPI_ANY, 1) | 1ull << 30,
      .result = 3 },
    { "l1-above-pps", .cfg = CFG & ~PPS(7), .l0 = L0_TABLE(1ull << 33),
      .result = 4 },
};

typedef struct Instance {
    const void *row;
    SmmuWorld world;
} Instance;

/* A client's access that needs no other: through a disabled interface. */
static void run_lookup(const void *opaque)
{
    const Instance *i = opaque;
    const Lookup *l = i->row;
    unsigned fpas;
    uint64_t at;

    use(ROOT_PAGE, i->world);
    smmu.what = l->name;
    smmu_disable(&smmu);
    fpas = smmu_fpas(smmu_world_pas(i->world));
    smmu_stream_new(&smmu, &stream, &(SmmuShape) { .config = CFG_BYPASS });
    own_tables(l->l0 || l->l0_zero ? l->l0 : L0_TABLE(L1_AT),
               l->l1 ?: L1_ALL(smmu_world_gpi(i->world)), l->cfg ?: CFG,
               l->base ?: L0_AT);
    smmu_stream_access(&stream, &(SmmuDma) { 0 },
                       l->result == PASS ? END_WORKS : END_ABORT);
    at = stream.page + IN_PAGE;
    smmu_expect_far(&smmu, l->result != GPF ? 0 :
                           smmu_far(REASON_TRANSACTION, 0, at, fpas, 0),
                    l->result < 0 ? 0 :
                    smmu_far(REASON_TRANSACTION, 0, at, fpas, l->result));
}

/* The same, of an STE: an entry of the table is wrong, no more. */
static void run_lookup_ste(const void *opaque)
{
    const Instance *i = opaque;
    const Lookup *l = i->row;
    unsigned fpas = smmu_fpas(smmu_world_pas(i->world));
    const uint64_t good = L1_ALL(GPI_ANY);
    uint64_t at, entry, ste;
    SmmuEvt event;

    use(ROOT_PAGE, i->world);
    smmu.what = l->name;
    stream.page = 0;
    own_tables(L0_TABLE(L1_AT), good, CFG, L0_AT);
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &stream, &(SmmuShape) { .config = CFG_BYPASS });
    smmu_stream_install(&stream);
    entry = l->l1;
    ste = stream.ste_at;
    at = L1_AT + ((ste & (GiB - 1)) >> 16) * 8;
    smmu_poke(&smmu, at, &entry, 1);
    root_tlbi(1, true);
    smmu_stream_access(&stream, &(SmmuDma) { 0 },
                       l->result == PASS ? END_WORKS : END_ABORT);
    event = smmu_stream_event(&stream, &(SmmuDma) { 0 },
                              l->result == PASS ? EV_NONE : F_STE_FETCH);
    event.gpcf = true;
    event.fetch = ste;
    smmu_expect_event(&smmu, &event);
    smmu_expect_far(&smmu, l->result != GPF ? 0 :
                           smmu_far(REASON_TRANSLATION, CODE_STE, ste, fpas,
                                    0),
                    l->result < 0 ? 0 :
                    smmu_far(REASON_TRANSLATION, CODE_STE, ste, fpas,
                             l->result));
    smmu_poke(&smmu, at, &good, 1);
}

/* --- what is remembered --------------------------------------------------- */

typedef enum How {
    H_NOTHING, H_PAALL, H_PAALLOS, H_RPALOS, H_RPAOS, H_RPALOS_OTHER,
    H_ROOT_ALL, H_ROOT_4K, H_ROOT_64K, H_ROOT_2M, H_ROOT_L, H_ROOT_OTHER,
    H_ROOT_NOT_RUN,
} How;

typedef struct Memory {
    const char *name;
    How how;
    bool forgets;               /* with strict-tlb=on */
} Memory;

static const Memory memories[] = {
    { "nothing", H_NOTHING, false },
    { "paall-of-the-pe", H_PAALL, false },
    { "paallos", H_PAALLOS, true },
    { "rpalos", H_RPALOS, true },
    { "rpaos", H_RPAOS, true },
    { "rpalos-elsewhere", H_RPALOS_OTHER, false },
    { "root-all", H_ROOT_ALL, true },
    { "root-4k", H_ROOT_4K, true },
    { "root-64k", H_ROOT_64K, true },
    { "root-2m", H_ROOT_2M, true },
    { "root-last-level", H_ROOT_L, true },
    { "root-elsewhere", H_ROOT_OTHER, false },
    { "root-not-run", H_ROOT_NOT_RUN, false },
};

static void invalidate(How how)
{
    static const enum MailboxCommand commands[] = {
        [H_NOTHING] = MAILBOX_NOP, [H_PAALL] = MAILBOX_PAALL,
        [H_PAALLOS] = MAILBOX_PAALLOS, [H_RPALOS] = MAILBOX_RPALOS,
        [H_RPALOS_OTHER] = MAILBOX_RPALOS, [H_RPAOS] = MAILBOX_RPAOS,
    };
    enum { SIZE_64K = 2 << 4, SIZE_2M = 3 << 4, LAST = 2 };
    uint64_t at = stream.page;

    switch (how) {
    case H_ROOT_ALL:
        root_tlbi(1, true);
        break;
    case H_ROOT_4K:
        root_tlbi(at, true);
        break;
    case H_ROOT_64K:
        root_tlbi(at | SIZE_64K, true);
        break;
    case H_ROOT_2M:
        root_tlbi((at & ~0x1fffffull) | SIZE_2M, true);
        break;
    case H_ROOT_L:
        root_tlbi(at | LAST, true);
        break;
    case H_ROOT_OTHER:
        root_tlbi(at + 16 * MIB, true);
        break;
    case H_ROOT_NOT_RUN:
        root_tlbi(1, false);
        break;
    default:
        guest_do(smmu.qts, (GuestRequest) {
            .command = commands[how], .size = 4096,
            .address = at + (how == H_RPALOS_OTHER ? 16 * MIB : 0),
        });
        break;
    }
}

/* The page is taken away; the device goes on. */
static void run_memory(const char *args, const Instance *i)
{
    const Memory *m = i->row;
    bool strict = strstr(args, "strict"), root = strstr(args, "root-page");
    bool works = strict && !m->forgets;
    unsigned fpas = smmu_fpas(smmu_world_pas(i->world));
    const uint64_t none = 0;
    uint64_t at;

    use(args, i->world);
    smmu.what = m->name;
    if (root) {
        stream.page = 0;
        own_tables(L0_TABLE(L1_AT), 0, CFG, L0_AT);
    }
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &stream, &(SmmuShape) { .config = CFG_S2 });
    smmu_stream_install(&stream);
    at = stream.page;
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_WORKS);
    if (root) {
        smmu_poke(&smmu, L1_AT + ((at & (GiB - 1)) >> 16) * 8, &none, 1);
    } else {
        smmu_gpi(&smmu, at, 64 * KIB, GPI_NO_ACCESS);
    }
    invalidate(m->how);
    smmu_stream_access(&stream, &(SmmuDma) { 0 },
                       works ? END_WORKS : END_ABORT);
    smmu_expect_event(&smmu, NULL);
    smmu_expect_far(&smmu, works ? 0 :
                    smmu_far(REASON_TRANSACTION, 0, at, fpas, 0), 0);
}

static void run_memory_follow(const void *i)
{
    run_memory(FOLLOW, i);
}

static void run_memory_root(const void *i)
{
    run_memory(ROOT_PAGE, i);
}

static void run_memory_strict(const void *i)
{
    run_memory(STRICT, i);
}

static void run_memory_strict_root(const void *i)
{
    run_memory(STRICT_ROOT, i);
}

/* --- the Root page -------------------------------------------------------- */

static void bypass_page(SmmuWorld world, const char *args)
{
    use(args, world);
    smmu_disable(&smmu);
    smmu_stream_new(&smmu, &stream, &(SmmuShape) { .config = CFG_BYPASS });
}

/* Default deny, and what each bit of CR0 lets through. */
static void test_accessen(void)
{
    static const struct { uint32_t cr0; SmmuEnd end; } steps[] = {
        { 0, END_ABORT }, { ROOT_CR0_GPCEN, END_ABORT },
        { ROOT_CR0_GPCEN | ROOT_CR0_ACCESSEN, END_WORKS },
        { ROOT_CR0_ACCESSEN, END_WORKS }, { 0, END_ABORT },
    };

    bypass_page(W_NS, ROOT_PAGE);
    own_tables(L0_TABLE(L1_AT), L1_ALL(GPI_ANY), CFG, L0_AT);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        root_cr0(steps[i].cr0);
        smmu_stream_access(&stream, &(SmmuDma) { 0 }, steps[i].end);
        smmu_expect_far(&smmu, steps[i].end == END_WORKS ? 0 :
                        smmu_far(REASON_TRANSACTION, 0, stream.page, FPAS_NS,
                                 0), 0);
    }
    /* GPCEN == 0: whatever the tables say. */
    own_tables(L0_BLOCK(GPI_ROOT), 0, CFG, L0_AT);
    root_cr0(ROOT_CR0_ACCESSEN);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_WORKS);
    smmu_expect_far(&smmu, 0, 0);
}

/* Without ACCESSEN no fetch and no queue works either: out of reset, too. */
static void test_accessen_fetch(void)
{
    bypass_page(W_NS, ROOT_PAGE);
    own_tables(L0_BLOCK(GPI_ANY), 0, CFG, L0_AT);
    smmu_configure(&smmu, NULL);
    smmu_stream_install(&stream);
    root_cr0(0);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    /* First the fetch; the record of it is lost. */
    smmu_expect_far(&smmu, smmu_far(REASON_TRANSLATION, CODE_STE,
                                    stream.ste_at, FPAS_NS, 0), 0);
    smmu_expect_gerror(&smmu, GERROR_EVENTQ_ABT);
    smmu_cmd(&smmu, 0x46, 0);
    smmu_write(&smmu, R_CMDQ_PROD, smmu.cmdq_prod);
    smmu_expect_gerror(&smmu, GERROR_EVENTQ_ABT | GERROR_CMDQ);
    smmu_expect_far(&smmu, smmu_far(REASON_GERROR, 0, smmu.cmdq, FPAS_NS, 0),
                    0);
}

/* The first fault is kept; how it is cleared; the other register is free. */
static void test_latch(void)
{
    uint64_t first, other, seen;

    bypass_page(W_NS, ROOT_PAGE);
    own_tables(L0_TABLE(L1_AT), L1_ALL(GPI_ROOT), CFG, L0_AT);
    first = smmu_far(REASON_TRANSACTION, 0, stream.page, FPAS_NS, 0);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    smmu_stream_access(&stream, &(SmmuDma) { .xor = 0x1000 }, END_ABORT);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPF_FAR), ==, first);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_CFG_FAR), ==, 0);
    /* A write that does not clear FAULT, of either size. */
    smmu_root_write64(&smmu, ROOT_GPF_FAR, 1);
    smmu_root_write(&smmu, ROOT_GPF_FAR, 0xf1);
    smmu_root_write(&smmu, ROOT_GPF_FAR + 4, 0);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPF_FAR), ==, first);
    g_assert_cmphex(smmu_root_read(&smmu, ROOT_GPF_FAR + 4), ==, first >> 32);
    /* A lookup error goes to the other one, at the same time. */
    root_cr0(ROOT_CR0_ACCESSEN);
    smmu_root_write64(&smmu, ROOT_GPT_BASE, NO_MEMORY);
    root_cr0(ROOT_CR0_ACCESSEN | ROOT_CR0_GPCEN);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    other = smmu_far(REASON_TRANSACTION, 0, stream.page, FPAS_NS, 2);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPF_FAR), ==, first);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_CFG_FAR), ==, other);
    /* Clearing the low half clears all; then a new one is taken. */
    smmu_root_write(&smmu, ROOT_GPF_FAR, 0);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPF_FAR), ==, 0);
    smmu_root_write64(&smmu, ROOT_GPT_CFG_FAR, 0xfffffffffffffffeull);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_CFG_FAR), ==, 0);
    smmu_stream_access(&stream, &(SmmuDma) { .xor = 0x1000 }, END_ABORT);
    seen = smmu_root_read64(&smmu, ROOT_GPT_CFG_FAR);
    g_assert_cmphex(seen, ==, smmu_far(REASON_TRANSACTION, 0,
                                       stream.page + 0x1000, FPAS_NS, 2));
    smmu_expect_far(&smmu, 0, seen);
    /* FAULT cannot be made. */
    smmu_root_write64(&smmu, ROOT_GPF_FAR, ~0ull);
    smmu_expect_far(&smmu, 0, 0);
}

/* BASE and BASE_CFG: locked by GPCEN, RES0 and RO bits, halves. */
static void test_registers(void)
{
    uint64_t cfg;

    bypass_page(W_NS, ROOT_PAGE);
    root_cr0(0);
    smmu_root_write64(&smmu, ROOT_GPT_BASE, ~0ull);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_BASE), ==,
                    0x000ffffffffff000ull);
    smmu_root_write(&smmu, ROOT_GPT_BASE, L0_AT);
    smmu_root_write(&smmu, ROOT_GPT_BASE + 4, 0);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_BASE), ==, L0_AT);
    /* L0GPTSZ is RO, there is no GPC. */
    smmu_root_write64(&smmu, ROOT_GPT_BASE_CFG, ~0ull);
    cfg = smmu_root_read64(&smmu, ROOT_GPT_BASE_CFG);
    g_assert_cmphex(cfg & 0xf10000, ==, 0);
    g_assert_cmphex(cfg & 0xff07, ==, 0xff07);
    smmu_root_write64(&smmu, ROOT_GPT_BASE_CFG, CFG);
    root_cr0(ROOT_CR0_GPCEN);
    smmu_root_write64(&smmu, ROOT_GPT_BASE, 0);
    smmu_root_write(&smmu, ROOT_GPT_BASE_CFG, 0);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_BASE), ==, L0_AT);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_BASE_CFG), ==, CFG);
    smmu_root_write(&smmu, ROOT_CR0, 0xfffffffc | ROOT_CR0_GPCEN);
    g_assert_cmphex(smmu_root_read(&smmu, ROOT_CR0), ==, ROOT_CR0_GPCEN);
    g_assert_cmphex(smmu_root_read(&smmu, ROOT_IDR0), ==, 0x0080000f);
    root_cr0(0);
}

/* A GPT of the SMMU's own says nothing about PEs, and the other way round. */
static void test_apart(void)
{
    enum { PE_FAULTS_TO = 3 };

    bypass_page(W_NS, ROOT_PAGE);
    own_tables(L0_TABLE(L1_AT), L1_ALL(GPI_NS), CFG, L0_AT);
    smmu_gpi(&smmu, stream.page, 64 * KIB, GPI_REALM);
    smmu_tlbi_pa_all(&smmu);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_WORKS);
    g_assert_cmpuint(guest_load_ns(smmu.qts, stream.page, 0).took_el, ==,
                     PE_FAULTS_TO);
    smmu_gpt_restore(&smmu);
    own_tables(L0_TABLE(L1_AT), L1_ALL(GPI_REALM), CFG, L0_AT);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    g_assert_cmpuint(guest_load_ns(smmu.qts, stream.page, 0).took_el, ==, 0);
    smmu_expect_far(&smmu, smmu_far(REASON_TRANSACTION, 0, stream.page,
                                    FPAS_NS, 0), 0);
}

/* Following: as if TF-A had copied GPTBR and GPCCR, and while they change. */
static void test_follow(void)
{
    bypass_page(W_NS, FOLLOW);
    g_assert_cmphex(smmu_root_read(&smmu, ROOT_CR0ACK), ==,
                    ROOT_CR0_GPCEN | ROOT_CR0_ACCESSEN);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_BASE), ==,
                    MAILBOX_GPT_L0);
    g_assert_cmphex(smmu_root_read64(&smmu, ROOT_GPT_BASE_CFG), ==, CFG);
    smmu_gpi(&smmu, stream.page, 64 * KIB, GPI_REALM);
    smmu_tlbi_pa_all(&smmu);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    smmu_expect_far(&smmu, smmu_far(REASON_TRANSACTION, 0, stream.page,
                                    FPAS_NS, 0), 0);
    guest_do(smmu.qts, (GuestRequest) { .command = MAILBOX_GPC_OFF });
    g_assert_cmphex(smmu_root_read(&smmu, ROOT_CR0ACK), ==,
                    ROOT_CR0_ACCESSEN);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_WORKS);
    guest_do(smmu.qts, (GuestRequest) { .command = MAILBOX_GPC_ON });
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    smmu_expect_far(&smmu, smmu_far(REASON_TRANSACTION, 0, stream.page,
                                    FPAS_NS, 0), 0);
}

/* Above PPS: Non-secure passes, and ends on the bus; others may not. */
static void test_above_pps(void)
{
    const uint64_t above = 1ull << 40;
    uint64_t value;

    for (SmmuWorld w = W_NS; w <= W_SECURE; w++) {
        ExerciserId id = { .sec_sid = w };

        bypass_page(w, FOLLOW);
        g_assert_cmpuint(exerciser_readq(&smmu.ex, &id, above, &value), ==,
                         EXERCISER_CAUSE_ABORT);
        smmu_expect_far(&smmu, w == W_NS ? 0 :
                        smmu_far(REASON_TRANSACTION, 0, above, FPAS_SECURE,
                                 0), 0);
    }
}

/* --- interrupts of the Root page ------------------------------------------ */

static uint32_t gic(unsigned reg, unsigned spi, unsigned bits)
{
    unsigned intid = 32 + spi;

    return GICD + reg + intid * bits / 32 * 4;
}

static bool pending(unsigned spi)
{
    uint32_t word = guest_read(smmu.qts, gic(0x200, spi, 1), 4, MAILBOX_S);

    return word >> (32 + spi) % 32 & 1;
}

static void edge(unsigned spi)
{
    uint32_t at = gic(0xc00, spi, 2);
    uint32_t word = guest_read(smmu.qts, at, 4, MAILBOX_S);

    guest_write(smmu.qts, at, 4, MAILBOX_S,
                word | 2u << (32 + spi) % 16 * 2);
    guest_write(smmu.qts, gic(0x280, spi, 1), 4, MAILBOX_S,
                1u << (32 + spi) % 32);
    g_assert(!pending(spi));
}

/* One edge for each fault that becomes active. */
static void test_interrupts(void)
{
    bypass_page(W_NS, ROOT_PAGE);
    own_tables(L0_TABLE(L1_AT), L1_ALL(GPI_ROOT), CFG, L0_AT);
    edge(SPI_GPF_FAR);
    edge(SPI_CFG_FAR);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    g_assert(pending(SPI_GPF_FAR));
    g_assert(!pending(SPI_CFG_FAR));
    /* No other while it is active. */
    edge(SPI_GPF_FAR);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    g_assert(!pending(SPI_GPF_FAR));
    smmu_root_write64(&smmu, ROOT_GPF_FAR, 0);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    g_assert(pending(SPI_GPF_FAR));
    smmu_root_write64(&smmu, ROOT_GPF_FAR, 0);

    own_tables(2, 0, CFG, L0_AT);
    smmu_stream_access(&stream, &(SmmuDma) { 0 }, END_ABORT);
    g_assert(pending(SPI_CFG_FAR));
    smmu_root_write64(&smmu, ROOT_GPT_CFG_FAR, 0);
}

/* -------------------------------------------------------------------------- */

static void add(const char *kind, const char *name, const void *row,
                SmmuWorld world, GTestDataFunc f)
{
    g_autofree char *path = g_strdup_printf("cca/smmu-gpt/%s/%s/%s", kind,
                                            smmu_world_name(world), name);
    Instance *i = g_new(Instance, 1);

    *i = (Instance) { row, world };
    qtest_add_data_func_full(path, i, f, g_free);
}

static void add_memories(const char *kind, GTestDataFunc f)
{
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t i = 0; i < ARRAY_SIZE(memories); i++) {
            add(kind, memories[i].name, &memories[i], w, f);
        }
    }
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/smmu-gpt/follow", test_follow);
    qtest_add_func("cca/smmu-gpt/above-pps", test_above_pps);
    add_memories("remembered/follow", run_memory_follow);
    qtest_add_func("cca/smmu-gpt/accessen", test_accessen);
    qtest_add_func("cca/smmu-gpt/accessen-fetch", test_accessen_fetch);
    qtest_add_func("cca/smmu-gpt/latch", test_latch);
    qtest_add_func("cca/smmu-gpt/registers", test_registers);
    qtest_add_func("cca/smmu-gpt/apart", test_apart);
    qtest_add_func("cca/smmu-gpt/interrupts", test_interrupts);
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        for (size_t i = 0; i < ARRAY_SIZE(lookups); i++) {
            const Lookup *l = &lookups[i];

            /* A disabled Realm interface lets nothing through. */
            if (w != W_REALM) {
                add("lookup", l->name, l, w, run_lookup);
            }
            if (l->l1 && !l->cfg &&
                !(l->result == GPF && w == W_REALM &&
                  strstr(l->name, "realm"))) {
                add("lookup-ste", l->name, l, w, run_lookup_ste);
            }
        }
    }
    add_memories("remembered/root-page", run_memory_root);
    add_memories("remembered/strict-follow", run_memory_strict);
    add_memories("remembered/strict-root-page", run_memory_strict_root);
    result = g_test_run();
    if (machine) {
        smmu_quit(&smmu);
        g_free(machine);
    }
    return result;
}
