/*
 * Nothing that a guest or a device does to the SMMU harms QEMU: random
 * accesses to its registers, of every size, aligned or not, in every PAS;
 * random structures; random transactions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-fault.h"
#include "qemu/bswap.h"

static Smmu smmu;

static void expect(const char *what, uint64_t seen, uint64_t want)
{
    if (seen != want) {
        smmu_fail(&smmu, "%s is 0x%" PRIx64 ", not 0x%" PRIx64, what, seen,
                  want);
    }
}

#define FEATURES "-global cca-smmuv3.stall=on -global cca-smmuv3.btm=on " \
                 "-global cca-smmuv3.dpt=on"
#define STRICT   "-machine strict-tlb=on"

/* An offset where there is something, mostly. */
static uint32_t some_offset(uint64_t *seed)
{
    static const uint32_t pages[] = {
        0, 0, PAGE_1, SECURE_REGS, PAGE_ROOT, PAGE_REALM, PAGE_REALM + PAGE_1,
    };
    uint64_t r = test_random(seed);

    if (r % 16 == 0) {
        return test_random(seed) % 0x60000;
    }
    return pages[r % ARRAY_SIZE(pages)] + (r >> 8) % 0x240;
}

/* A value that may do something: addresses in memory, small numbers, bits. */
static uint64_t some_value(uint64_t *seed)
{
    uint64_t r = test_random(seed);

    switch (r % 5) {
    case 0:
        return r >> 8;
    case 1:
        return 1ull << (r >> 8 & 63);
    case 2:
        return r >> 8 & 0x1f;
    case 3:
        return (MAILBOX_TEST_BASE + (r >> 8 & 0xf000)) | (r >> 48 & 31);
    default:
        return ~0ull;
    }
}

static void poke(uint64_t offset, unsigned size, uint64_t value)
{
    uint64_t at = SMMU_BASE + offset;

    switch (size) {
    case 1:
        qtest_writeb(smmu.qts, at, value);
        break;
    case 2:
        qtest_writew(smmu.qts, at, value);
        break;
    case 4:
        qtest_writel(smmu.qts, at, value);
        break;
    default:
        qtest_writeq(smmu.qts, at, value);
    }
}

static void peek(uint64_t offset, unsigned size)
{
    uint64_t at = SMMU_BASE + offset;

    switch (size) {
    case 1:
        qtest_readb(smmu.qts, at);
        break;
    case 2:
        qtest_readw(smmu.qts, at);
        break;
    case 4:
        qtest_readl(smmu.qts, at);
        break;
    default:
        qtest_readq(smmu.qts, at);
    }
}

static void some_dma(uint64_t *seed)
{
    uint64_t r = test_random(seed);
    ExerciserId as = {
        .sec_sid = r % 3, .forge = r >> 2 & 1, .rid = r >> 8,
        .pasid_valid = r >> 3 & 1, .pasid = r >> 24 & 0xfff,
        .privileged = r >> 4 & 1, .translated = r >> 5 & 1,
        .stallable = r >> 6 & 1,
    };
    uint64_t addr = some_value(seed);

    switch (r >> 60) {
    case 0:
        exerciser_ats(&smmu.ex, &as, addr, r & 1);
        break;
    case 1:
        exerciser_page_request(&smmu.ex, &as, addr, r >> 32 & 0x3e, r & 511);
        break;
    default:
        exerciser_dma(&smmu.ex, &as, r >> 7 & 1, addr, 0, r >> 40 & 0x7f);
    }
}

/* QEMU is there, and the SMMU is as new after a reset. */
static void is_alive(void)
{
    QDict *answer = qtest_qmp_assert_success_ref(
        smmu.qts, "{ 'execute': 'query-status' }");
    ExerciserId self = { 0 };
    uint64_t seen;

    qobject_unref(answer);
    qtest_system_reset(smmu.qts);
    smmu.ex = exerciser_one(smmu.qts);
    expect("CR0", qtest_readl(smmu.qts, SMMU_BASE + R_CR0), 0);
    expect("CMDQ_BASE", qtest_readq(smmu.qts, SMMU_BASE + R_CMDQ_BASE), 0);
    qtest_writeq(smmu.qts, MAILBOX_TEST_BASE, 0x1234);
    expect("cause", exerciser_readq(&smmu.ex, &self, MAILBOX_TEST_BASE,
                                    &seen), EXERCISER_CAUSE_NONE);
    expect("data", seen, 0x1234);
}

/* Random structures: what is read as tables and commands. */
static void make_structures(uint64_t *seed)
{
    uint64_t words[512];

    for (unsigned page = 0; page < 16; page++) {
        for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
            words[i] = cpu_to_le64(some_value(seed));
        }
        qtest_memwrite(smmu.qts, MAILBOX_TEST_BASE + page * 4096, words,
                       sizeof(words));
    }
}

/* All that Non-secure software and devices can do at random. */
static void run_ns(const void *opaque)
{
    enum { STEPS = 30000, ROUNDS = 3 };
    uint64_t seed = (uintptr_t)opaque;

    smmu_start_bare(&smmu, seed % 2 ? FEATURES : STRICT);
    smmu.what = "hostile";
    exerciser_enable(&smmu.ex, true, true, true);
    for (unsigned n = 0; n < ROUNDS; n++) {
        make_structures(&seed);
        for (unsigned i = 0; i < STEPS / ROUNDS; i++) {
            uint64_t r = test_random(&seed);
            uint32_t offset = some_offset(&seed);
            unsigned size = 1u << (r & 3);

            if (r >> 8 & 1) {
                offset &= -size;
            }
            if ((r >> 12) % 8 == 0) {
                some_dma(&seed);
            } else if ((r >> 12) % 8 == 1) {
                peek(offset, size);
            } else {
                poke(offset, (r >> 16) % 4 ? MAX(size, 4) : size,
                     some_value(&seed));
            }
        }
        is_alive();
        exerciser_enable(&smmu.ex, true, true, true);
    }
    smmu_quit(&smmu);
}

/* The same through PEs, in every PAS: all registers of all worlds. */
static void run_every_pas(const void *opaque)
{
    enum { STEPS = 4000 };
    uint64_t seed = (uintptr_t)opaque;

    smmu_start(&smmu, W_NS, seed % 2 ? FEATURES : STRICT);
    smmu.what = "hostile";
    exerciser_enable(&smmu.ex, true, true, true);
    make_structures(&seed);
    for (unsigned i = 0; i < STEPS; i++) {
        uint64_t r = test_random(&seed);
        uint64_t at = SMMU_BASE + some_offset(&seed);
        unsigned size = 1u << (r & 3), pas = r >> 4 & 3;

        /* The guest maps devices as such: they take aligned accesses. */
        at &= -(uint64_t)size;
        if ((r >> 12) % 4 == 0) {
            some_dma(&seed);
        } else if ((r >> 12) % 4 == 1) {
            guest_read(smmu.qts, at, size, pas);
        } else {
            guest_write(smmu.qts, at, size, pas, some_value(&seed));
        }
    }
    /* QEMU and its guest are there. */
    guest_read(smmu.qts, SMMU_BASE, 4, MAILBOX_ROOT);
    expect("IDR0", qtest_readl(smmu.qts, SMMU_BASE) & 1, 1);
    smmu_quit(&smmu);
}

/* -------------------------------------------------------------------------- */

static void add(const char *name, uintptr_t seed, GTestDataFunc f)
{
    g_autofree char *path = g_strdup_printf("cca/smmu-hostile/%s/%u", name,
                                            (unsigned)seed);

    qtest_add_data_func(path, (void *)seed, f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (uintptr_t seed = 1; seed <= 4; seed++) {
        add("ns", seed, run_ns);
        add("every-pas", seed, run_every_pas);
    }
    return g_test_run();
}
