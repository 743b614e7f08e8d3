/*
 * Properties of cca-smmuv3 that Secure, Realm and Root software sees, and
 * machines without some of these worlds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-fault.h"
#include "smmu-stream.h"

enum {
    S_INIT = 0x803c, S_CR2 = 0x802c, S_IDR0 = 0x8000, S_IDR1 = 0x8004,
    S_IDR2 = 0x8008, S_IDR3 = 0x800c, S_GBPA = 0x8044,
    RLM_IDR0 = PAGE_REALM, RLM_IDR1 = PAGE_REALM + 4,
    RLM_IDR2 = PAGE_REALM + 8, RLM_IDR3 = PAGE_REALM + 12,
    RLM_AIDR = PAGE_REALM + 0x1c,
    RLM_GBPA = PAGE_REALM + 0x44, RLM_DPT_BASE = PAGE_REALM + 0x200,
    RLM_MECIDR = PAGE_REALM + 0x220, RLM_GMECID = PAGE_REALM + 0x228,
    ROOT_0 = PAGE_ROOT + ROOT_IDR0, ROOT_IIDR = PAGE_ROOT + 8,
    ROOT_CR0_AT = PAGE_ROOT + ROOT_CR0,
    ROOT_TLBI_AT = PAGE_ROOT + ROOT_TLBI, NS_IDR0 = 0,
};
#define G(setting) "-global cca-smmuv3." setting " "
#define NO_ROOT G("root=off") G("bgptm=off") G("rgptm=off") G("realm=off") \
                G("mec=off")
#define NO_REALM G("realm=off") G("mec=off")

/* A register, as a PAS sees it; with @write, after ~0 was written to it. */
typedef struct Value {
    unsigned offset, pas;
    uint32_t value;
    bool write;
} Value;

/* How a device's read in bypass ends in each world: works or not. */
typedef struct Row {
    const char *name, *args;
    bool works[W__COUNT];
    Value values[13];           /* up to the first of 0, 0, 0 */
} Row;

#define S MAILBOX_S
#define R MAILBOX_REALM
#define ROOT MAILBOX_ROOT

static const Row rows[] = {
    { "reference", "", { true, true, false }, {
      { S_IDR0, S, 0x01000000 }, { S_IDR1, S, 0xa0000002 },
      { S_IDR1, ROOT, 0xa0000002 }, { S_IDR1, R, 0 },
      { RLM_IDR0, R, 0x01012400 }, { RLM_IDR1, R, 0x80000000 },
      { RLM_IDR3, R, 0x00010000 }, { RLM_AIDR, R, 3 },
      { RLM_MECIDR, R, 15 }, { RLM_GBPA, R, 0x00100000, true },
      { ROOT_0, ROOT, 0x0080000f }, { ROOT_IIDR, ROOT, 0x43b } } },
    { "reference-more", "", { true, true, false }, {
      { S_IDR2, ROOT, 0 }, { S_IDR3, S, 0 }, { RLM_IDR2, R, 0 },
      { RLM_GMECID, R, 0xffff, true }, { RLM_DPT_BASE, R, 0, true },
      { ROOT_0, R, 0 }, { ROOT_0, S, 0 }, { ROOT_0, MAILBOX_NS, 0 },
      { RLM_IDR0, MAILBOX_NS, 0 }, { RLM_IDR0, S, 0 },
      { ROOT_CR0_AT, ROOT, 3 } } },
    { "secure", G("secure=off"), { true, false, false }, {
      { S_IDR0, S, 0 }, { S_IDR1, ROOT, 0 }, { S_CR2, S, 0, true },
      { S_GBPA, ROOT, 0, true }, { S_INIT, ROOT, 0, true },
      { RLM_IDR1, R, 0x80000000 } } },
    { "realm", NO_REALM, { true, true, false }, {
      { ROOT_0, ROOT, 7 }, { S_IDR1, S, 0xa0000002 } } },
    { "root", NO_ROOT, { true, true, false }, {
      { S_IDR1, S, 0xa0000002 }, { S_IDR1, ROOT, 0xa0000002 } } },
    { "mec", G("mec=off"), { true, true, false }, {
      { RLM_IDR3, R, 0 }, { RLM_MECIDR, R, 0 },
      { RLM_GMECID, R, 0, true } } },
    { "mecid-bits", G("mecid-bits=8"), { true, true, false }, {
      { RLM_MECIDR, R, 7 }, { RLM_GMECID, R, 0xff, true } } },
    { "dpt", G("dpt=on"), { true, true, false }, {
      { RLM_IDR3, R, 0x00018000 },
      { RLM_DPT_BASE, R, 0xfffff000, true } } },
    { "ats", G("ats=off") G("pri=off") G("pps=off"), { true, true, false }, {
      { RLM_IDR0, R, 0x01002000 } } },
    { "pri", G("pri=off") G("pps=off"), { true, true, false }, {
      { RLM_IDR0, R, 0x01002400 } } },
    { "msi", G("msi=off"), { true, true, false }, {
      { RLM_IDR0, R, 0x01010400 } } },
    { "bgptm", G("bgptm=off"), { true, true, false }, {
      { ROOT_0, ROOT, 0x0080000d },
      { ROOT_TLBI_AT, ROOT, 0xfffff0f3, true } } },
    { "rgptm", G("rgptm=off"), { true, true, false }, {
      { ROOT_0, ROOT, 0x0080000b }, { ROOT_TLBI_AT, ROOT, 0, true } } },
    { "root-page", G("gpt=root-page"), { false, false, false }, {
      { ROOT_CR0_AT, ROOT, 0 }, { ROOT_0, ROOT, 0x0080000f } } },
    { "follow-pe", G("gpt=follow-pe"), { true, true, false }, {
      { ROOT_CR0_AT, ROOT, 3 } } },
    { "root-offset", G("root-offset=0x30000"), { true, true, false }, {
      { ROOT_0, ROOT, 0 }, { ROOT_0 + 0x10000, ROOT, 0x0080000f },
      { ROOT_CR0_AT + 0x10000, ROOT, 3 } } },
    { "gbpa-abort", G("gbpa-abort=on"), { false, false, false }, {
      { S_GBPA, S, 0x00101000 } } },
};

static Smmu smmu;

static void expect(const char *what, uint64_t seen, uint64_t want)
{
    if (seen != want) {
        smmu_fail(&smmu, "%s is 0x%" PRIx64 ", not 0x%" PRIx64, what, seen,
                  want);
    }
}

static bool dma_works(SmmuWorld world, uint64_t at)
{
    ExerciserId as = { .sec_sid = world };
    uint64_t seen;

    qtest_writeq(smmu.qts, at, 0x1234567);
    return exerciser_readq(&smmu.ex, &as, at, &seen) == 0 &&
           seen == 0x1234567;
}

static void run(const void *opaque)
{
    const Row *r = opaque;
    const uint64_t region = 64 * MIB;

    smmu_start(&smmu, W_NS, r->args);
    smmu.what = r->name;
    for (SmmuWorld w = 0; w < W__COUNT; w++) {
        expect(smmu_world_name(w),
               dma_works(w, MAILBOX_TEST_BASE + w * region), r->works[w]);
    }
    for (const Value *v = r->values; v->offset || v->pas || v->value; v++) {
        g_autofree char *what = g_strdup_printf("+0x%x, PAS %u", v->offset,
                                                v->pas);
        uint64_t at = SMMU_BASE + v->offset;

        if (v->write) {
            guest_write(smmu.qts, at, 4, v->pas, ~0u);
        }
        expect(what, guest_read(smmu.qts, at, 4, v->pas), v->value);
    }
    smmu_quit(&smmu);
}

/* Without a Root page nothing is checked. */
static void test_root_off(void)
{
    for (unsigned off = 0; off < 2; off++) {
        smmu_start(&smmu, W_NS, off ? NO_ROOT : "");
        smmu.what = off ? "root=off" : "root=on";
        smmu_gpi(&smmu, MAILBOX_TEST_BASE, 4096, GPI_NO_ACCESS);
        smmu_tlbi_pa_all(&smmu);
        expect("access", dma_works(W_NS, MAILBOX_TEST_BASE), off);
        smmu_quit(&smmu);
    }
}

/* Who makes the SMMU forget its answers of the GPT. */
static void test_maintenance(void)
{
    static const struct {
        const char *args;
        bool broadcast, page;
    } table[] = {
        { "", true, true },
        { G("bgptm=off"), false, true },
        { G("rgptm=off"), true, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        for (unsigned page = 0; page < 2; page++) {
            g_autofree char *args = g_strdup_printf(
                "-machine strict-tlb=on %s", table[i].args);

            smmu_start(&smmu, W_NS, args);
            smmu.what = table[i].args;
            if (!table[i].broadcast) {
                /* From before the GPT had its worlds. */
                smmu_root_write64(&smmu, ROOT_TLBI, 1);
                smmu_root_write(&smmu, ROOT_TLBI_CTRL, 1);
            }
            expect("at first", dma_works(W_NS, MAILBOX_TEST_BASE), true);
            smmu_gpi(&smmu, MAILBOX_TEST_BASE, 4096, GPI_NO_ACCESS);
            expect("held", dma_works(W_NS, MAILBOX_TEST_BASE), true);
            if (page) {
                smmu_root_write64(&smmu, ROOT_TLBI, 1);
                smmu_root_write(&smmu, ROOT_TLBI_CTRL, 1);
            } else {
                smmu_tlbi_pa_all(&smmu);
            }
            expect(page ? "after ROOT_TLBI" : "after a broadcast",
                   dma_works(W_NS, MAILBOX_TEST_BASE),
                   page ? !table[i].page : !table[i].broadcast);
            smmu_quit(&smmu);
        }
    }
}

/*
 * -M rme=off: neither Root nor Realm. No guest of ours runs there; a device
 * in bypass reads the registers, in the PAS of its world.
 */
static void test_rme_off(void)
{
    static const struct {
        SmmuWorld world;
        unsigned offset;
        uint32_t value;         /* 0 beyond Page 1: nobody is there */
    } reads[] = {
        { W_SECURE, S_IDR0, 0x01000000 }, { W_SECURE, S_IDR1, 0xa0000002 },
        { W_NS, S_IDR1, 0 }, { W_SECURE, ROOT_0, 0 }, { W_SECURE, RLM_IDR1, 0 },
        { W_NS, RLM_IDR1, 0 }, { W_NS, NS_IDR0, 0x098f769b },
    };
    ExerciserId secure = { .sec_sid = W_SECURE };
    uint32_t seen;

    smmu_start_bare(&smmu, "-M rme=off");
    smmu.what = "rme=off";
    expect("IDR0", qtest_readl(smmu.qts, SMMU_BASE), 0x098f769b);
    for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
        ExerciserId as = { .sec_sid = reads[i].world };
        g_autofree char *what = g_strdup_printf("+0x%x", reads[i].offset);

        expect("cause", exerciser_read(&smmu.ex, &as, SMMU_BASE +
                                       reads[i].offset, &seen, 4),
               reads[i].offset < PAGE_ROOT ? EXERCISER_CAUSE_NONE :
                                             EXERCISER_CAUSE_ABORT);
        if (reads[i].offset < PAGE_ROOT) {
            expect(what, seen, reads[i].value);
        }
    }
    /* Secure registers are there, and decide: bypass, then abort. */
    expect("NS", dma_works(W_NS, MAILBOX_TEST_BASE), true);
    expect("Secure", dma_works(W_SECURE, MAILBOX_TEST_BASE), true);
    expect("Realm", dma_works(W_REALM, MAILBOX_TEST_BASE), false);
    seen = 0x80000000 | GBPA_ABORT;
    exerciser_write(&smmu.ex, &secure, SMMU_BASE + S_GBPA, &seen, 4);
    expect("Secure", dma_works(W_SECURE, MAILBOX_TEST_BASE), false);
    expect("NS", dma_works(W_NS, MAILBOX_TEST_BASE), true);
    smmu_quit(&smmu);
}

/* smmu=off: nobody is there. QEMU's own is another one. */
static void test_smmu_off(void)
{
    static const char *const args[] = {
        "-M smmu=off", "-M smmu=off,iommu=smmuv3",
    };

    for (size_t i = 0; i < ARRAY_SIZE(args); i++) {
        ExerciserId realm = { .sec_sid = W_REALM };
        uint64_t seen;

        smmu_start_bare(&smmu, args[i]);
        smmu.what = args[i];
        expect("INFO", exerciser_reg(&smmu.ex, EXERCISER_INFO) & INFO_PORT,
               0);
        expect("NS", dma_works(W_NS, MAILBOX_TEST_BASE), true);
        expect("Realm", exerciser_readq(&smmu.ex, &realm, MAILBOX_TEST_BASE,
                                        &seen), EXERCISER_CAUSE_NO_PORT);
        expect("nothing", qtest_readl(smmu.qts, SMMU_BASE), 0);
        smmu_quit(&smmu);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        g_autofree char *path = g_strdup_printf("cca/smmu-world/%s",
                                                rows[i].name);

        qtest_add_data_func(path, &rows[i], run);
    }
    qtest_add_func("cca/smmu-world/root-off", test_root_off);
    qtest_add_func("cca/smmu-world/maintenance", test_maintenance);
    qtest_add_func("cca/smmu-world/rme-off", test_rme_off);
    qtest_add_func("cca/smmu-world/smmu-off", test_smmu_off);
    return g_test_run();
}
