/*
 * cca-fvp: random numbers, non-volatile counters, keys; and what all small
 * devices take along when they migrate.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"
#include "qemu/bswap.h"

#define ALL UINT32_MAX

/* --- TZ-TRNG --- */

enum {
    IMR = 0x100, ISR = 0x104, ICR = 0x108, VALID = 0x110, EHR = 0x114,
    ENABLE = 0x12c, SAMPLE_CNT1 = 0x130, SW_RESET = 0x140, BUSY = 0x1b8,
    RST_BITS = 0x1bc, EHR_WORDS = 6,
};

static const FvpReg trng[] = {
    { "RNG_IMR",            IMR, 0xf, ~1u, 0xe },
    { "RNG_ISR",            ISR, 0, ALL, 0 },
    { "RNG_ICR",            ICR, 0, ALL, 0 },
    { "TRNG_CONFIG",        0x10c, 0, ALL, 3 },
    { "TRNG_VALID",         VALID, 0, ALL, 0 },
    { "EHR_DATA0",          EHR, 0, ALL, 0 },
    { "EHR_DATA5",          EHR + 20, 0, ALL, 0 },
    { "RND_SOURCE_ENABLE",  ENABLE, 0, ~1u, 0 },
    { "SAMPLE_CNT1",        SAMPLE_CNT1, 0xffff, ALL, ALL },
    { "AUTOCORR_STATISTIC", 0x134, 0, ALL, 0 },
    { "TRNG_DEBUG_CONTROL", 0x138, 0, ALL, 0xe },
    { "RNG_BUSY",           BUSY, 0, ALL, 0 },
    { "RNG_BIST_CNTR_2",    0x1e8, 0, ALL, 0 },
    { "nothing",            0x000, 0, ALL, 0 },
};

static void read_ehr(QTestState *s, uint32_t *words)
{
    for (unsigned i = 0; i < EHR_WORDS; i++) {
        words[i] = qtest_readl(s, FVP_TRNG + EHR + 4 * i);
    }
}

static void test_trng_registers(void)
{
    QTestState *s = fvp_start_open("");

    fvp_check_registers(s, FVP_TRNG, trng, ARRAY_SIZE(trng));
    qtest_quit(s);
}

/* What Arm's driver for it does, twice. */
static void test_trng(void)
{
    QTestState *s = fvp_start_open("");
    uint32_t first[EHR_WORDS] = { 0 }, again[EHR_WORDS], next[EHR_WORDS];
    static const uint32_t none[EHR_WORDS];

    qtest_writel(s, FVP_TRNG + SAMPLE_CNT1, 1000);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + SAMPLE_CNT1), ==, 1000);
    qtest_writel(s, FVP_TRNG + ICR, ALL);
    qtest_writel(s, FVP_TRNG + ENABLE, 1);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + ISR), ==, 1);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + VALID), ==, 1);
    for (unsigned i = 0; i < EHR_WORDS - 1; i++) {
        first[i] = qtest_readl(s, FVP_TRNG + EHR + 4 * i);
        g_assert_cmphex(qtest_readl(s, FVP_TRNG + EHR + 4 * i), ==, first[i]);
    }
    /* The last word has it fill again. */
    qtest_writel(s, FVP_TRNG + ICR, 1);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + ISR), ==, 0);
    first[EHR_WORDS - 1] = qtest_readl(s, FVP_TRNG + EHR + 20);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + ISR), ==, 1);
    read_ehr(s, again);
    read_ehr(s, next);
    g_assert(memcmp(first, again, sizeof(first)) != 0);
    g_assert(memcmp(again, next, sizeof(next)) != 0);
    g_assert(memcmp(first, none, sizeof(none)) != 0);
    /* Off, there is nothing. */
    qtest_writel(s, FVP_TRNG + ENABLE, 0);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + VALID), ==, 0);
    read_ehr(s, again);
    g_assert_cmpmem(again, sizeof(again), none, sizeof(none));
    qtest_writel(s, FVP_TRNG + ENABLE, 1);
    qtest_writel(s, FVP_TRNG + RST_BITS, 1);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + VALID), ==, 1);
    qtest_writel(s, FVP_TRNG + SW_RESET, 1);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + VALID), ==, 0);
    g_assert_cmphex(qtest_readl(s, FVP_TRNG + SAMPLE_CNT1), ==, 0xffff);
    qtest_quit(s);
}

/* Under -seed the numbers are the same every time, and others for others. */
static void test_seed(void)
{
    static const char *const seeds[] = { "-seed 1", "-seed 1", "-seed 2" };
    uint32_t words[ARRAY_SIZE(seeds)][EHR_WORDS];

    for (size_t i = 0; i < ARRAY_SIZE(seeds); i++) {
        QTestState *s = fvp_start_open(seeds[i]);

        qtest_writel(s, FVP_TRNG + ENABLE, 1);
        read_ehr(s, words[i]);
        qtest_quit(s);
    }
    g_assert_cmpmem(words[0], sizeof(words[0]), words[1], sizeof(words[1]));
    g_assert(memcmp(words[0], words[2], sizeof(words[0])) != 0);
}

static void test_trng_interrupt(void)
{
    QTestState *s = fvp_start_open("");

    qtest_irq_intercept_out_named(s, "/machine/map/trng", "sysbus-irq");
    qtest_writel(s, FVP_TRNG + ENABLE, 1);
    g_assert(!qtest_get_irq(s, 0));
    qtest_writel(s, FVP_TRNG + IMR, 0xe);
    g_assert(qtest_get_irq(s, 0));
    qtest_writel(s, FVP_TRNG + ICR, 1);
    g_assert(!qtest_get_irq(s, 0));
    qtest_quit(s);
}

/* --- counters --- */

static void test_nvcounters(void)
{
    QTestState *s = fvp_start_open("");

    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS), ==, 31);
    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS + 4), ==, 223);
    qtest_writel(s, FVP_NVCOUNTERS, 30);
    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS), ==, 31);
    qtest_writel(s, FVP_NVCOUNTERS, 40);
    qtest_writel(s, FVP_NVCOUNTERS + 4, ALL);
    qtest_writel(s, FVP_NVCOUNTERS + 8, 1);
    fvp_reset(s);
    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS), ==, 40);
    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS + 4), ==, ALL);
    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS + 8), ==, 0);
    qtest_writel(s, FVP_NVCOUNTERS + 4, 0);
    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS + 4), ==, ALL);
    qtest_quit(s);
}

static void test_nvcounter_properties(void)
{
    QTestState *s = fvp_start_open("-global cca-fvp-nvcounters.trusted=3 "
                              "-global cca-fvp-nvcounters.non-trusted=0 "
                              "-global cca-fvp-nvcounters.locked=on");

    qtest_writel(s, FVP_NVCOUNTERS, 40);
    qtest_writel(s, FVP_NVCOUNTERS + 4, 40);
    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS), ==, 3);
    g_assert_cmpuint(qtest_readl(s, FVP_NVCOUNTERS + 4), ==, 0);
    qtest_quit(s);
}

/* --- keys --- */

#define DIGITS32 "00112233445566778899aabbccddeeff"
enum { HUK = 0x20, ENDORSEMENT = 0x44, KEYS_END = 0x64 };

/* The hash as TF-A collects it: words from the last to the first. */
static void test_keys(void)
{
    static const uint8_t hash[32] = {
        0xb0, 0xf3, 0x82, 0x09, 0x12, 0x97, 0xd8, 0x3a,
        0x37, 0x7a, 0x72, 0x47, 0x1b, 0xec, 0x32, 0x73,
        0xe9, 0x92, 0x32, 0xe2, 0x49, 0x59, 0xf6, 0x5e,
        0x8b, 0x4a, 0x4a, 0x46, 0xd8, 0x22, 0x9a, 0xda,
    };
    QTestState *s = fvp_start_open("-global cca-fvp-keys.hardware-unique-key="
                              DIGITS32
                              " -global cca-fvp-keys.endorsement-key="
                              "FFEEDDCCBBAA99887766554433221100" DIGITS32);

    for (unsigned i = 0; i < 8; i++) {
        g_assert_cmphex(qtest_readl(s, FVP_KEYS + 28 - 4 * i), ==,
                        (uint32_t)ldl_le_p(hash + 4 * i));
    }
    for (unsigned i = 0; i < 16; i++) {
        g_assert_cmphex(qtest_readb(s, FVP_KEYS + HUK + i), ==, 0x11 * i);
        g_assert_cmphex(qtest_readb(s, FVP_KEYS + ENDORSEMENT + i), ==,
                        0xff - 0x11 * i);
        g_assert_cmphex(qtest_readb(s, FVP_KEYS + ENDORSEMENT + 16 + i), ==,
                        0x11 * i);
    }
    for (unsigned i = HUK + 16; i < ENDORSEMENT; i += 4) {
        g_assert_cmphex(qtest_readl(s, FVP_KEYS + i), ==, 0);
    }
    g_assert_cmphex(qtest_readq(s, FVP_KEYS + KEYS_END - 4), ==, 0xffeeddcc);
    qtest_writel(s, FVP_KEYS, 0);
    g_assert_cmphex(qtest_readl(s, FVP_KEYS + 28), ==,
                    (uint32_t)ldl_le_p(hash));
    qtest_quit(s);
}

static void test_bad_keys(void)
{
    static const struct {
        const char *global, *says;
    } bad[] = {
        { "cca-fvp-keys.public-key-hash=" DIGITS32, "64 hex" },
        { "cca-fvp-keys.hardware-unique-key=" DIGITS32 "0", "32 hex" },
        { "cca-fvp-keys.hardware-unique-key=", "32 hex" },
        { "cca-fvp-keys.endorsement-key=0x" DIGITS32
          "112233445566778899aabbccddeeff", "64 hex" },
        { "cca-fvp-stub.revision=16", "revision" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        const char *args[] = { "-M", "cca-fvp", "-display", "none", "-S",
                               "-global", bad[i].global, NULL };
        g_autofree char *err = qemu_refusal(args);

        if (!strstr(err, bad[i].says)) {
            g_error("%s: no '%s' in '%s'", bad[i].global, bad[i].says, err);
        }
    }
}

/* --- worlds --- */

/* All of them are Root's and Secure's. */
static void test_worlds(void)
{
    static const struct {
        uint64_t reg;
        uint32_t value, write;
    } regs[] = {
        { FVP_TRNG + SAMPLE_CNT1, 0xffff, 5 }, { FVP_NVCOUNTERS, 31, 32 },
        { FVP_KEYS + HUK, 0x03020100, 0 },
        { FVP_TRUSTED_WATCHDOG, ALL, 5 },
    };
    QTestState *s = fvp_start("");

    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        g_assert_cmphex(fvp_read(s, regs[i].reg), ==, regs[i].value);
        qtest_writel(s, regs[i].reg, regs[i].write);
        g_assert_cmphex(qtest_readl(s, regs[i].reg), !=, regs[i].value);
        g_assert_cmphex(fvp_read(s, regs[i].reg), ==, regs[i].value);
    }
    qtest_quit(s);
}

/* --- migration --- */

/* Every register that keeps what is written, with a value of its own. */
static void test_migration(void)
{
    static const struct {
        uint64_t reg;
        uint32_t value;
    } regs[] = {
        { FVP_SYSREGS + 0x04, 0x51 }, { FVP_SYSREGS + 0x08, 0x52 },
        { FVP_SYSREGS + 0x30, 0x53 }, { FVP_SYSREGS + 0x38, 0x54 },
        { FVP_SYSREGS + 0x4c, 1 }, { FVP_SYSREGS + 0x58, 0x55 },
        { FVP_SYSREGS + 0x60, 1 << 19 }, { FVP_SYSREGS + 0x64, 0x56 },
        { FVP_SYSREGS + 0xa0, 0x57 }, { FVP_SYSREGS + 0xa4, 0x58 },
        { FVP_SYSREGS + 0xa8, 2 },
        { FVP_SP810 + 0x00, 0x008000 }, { FVP_SP810 + 0x08, 0x81 },
        { FVP_SP810 + 0x20, 0x59 },
        { FVP_CNTCONTROL + 0x00, 2 }, { FVP_CNTCONTROL + 0x08, 0x5a },
        { FVP_CNTCTL + 0x00, 0x5b }, { FVP_CNTCTL + 0x04, 3 },
        { FVP_CNTCTL + 0x40, 0x3f }, { FVP_CNTCTL + 0x44, 0x3e },
        { FVP_CNTCTL + 0x80, 0x5c }, { FVP_CNTCTL + 0x8c, 0x5d },
        { FVP_CNTBASE0 + 0x20, 0x5e }, { FVP_CNTBASE0 + 0x3c, 2 },
        { FVP_CNTBASE1 + 0x24, 0x5f }, { FVP_CNTBASE1 + 0x34, 0x60 },
        { FVP_TRNG + IMR, 5 }, { FVP_TRNG + SAMPLE_CNT1, 0x61 },
        { FVP_TRNG + 0x10c, 2 }, { FVP_TRNG + 0x138, 4 },
        { FVP_TRNG + ENABLE, 1 },
        { FVP_NVCOUNTERS, 0x62 }, { FVP_NVCOUNTERS + 4, 0x1000 },
    };
    QTestState *s = fvp_start_open("-m 64M");
    uint32_t ehr[EHR_WORDS], after[EHR_WORDS];

    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        qtest_writel(s, regs[i].reg, regs[i].value);
    }
    for (unsigned i = 0; i < EHR_WORDS - 1; i++) {
        ehr[i] = qtest_readl(s, FVP_TRNG + EHR + 4 * i);
    }
    s = fvp_migrate(s, fvp_start_open("-m 64M -incoming defer"));
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        g_assert_cmphex(qtest_readl(s, regs[i].reg), ==, regs[i].value);
    }
    for (unsigned i = 0; i < EHR_WORDS - 1; i++) {
        after[i] = qtest_readl(s, FVP_TRNG + EHR + 4 * i);
    }
    g_assert_cmpmem(ehr, sizeof(ehr) - 4, after, sizeof(ehr) - 4);
    g_assert_cmpuint(qtest_readl(s, FVP_TRNG + VALID), ==, 1);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/cca/fvp/trng/registers", test_trng_registers);
    qtest_add_func("/cca/fvp/trng/numbers", test_trng);
    qtest_add_func("/cca/fvp/trng/seed", test_seed);
    qtest_add_func("/cca/fvp/trng/interrupt", test_trng_interrupt);
    qtest_add_func("/cca/fvp/nvcounters/grow", test_nvcounters);
    qtest_add_func("/cca/fvp/nvcounters/properties",
                   test_nvcounter_properties);
    qtest_add_func("/cca/fvp/keys/values", test_keys);
    qtest_add_func("/cca/fvp/keys/bad", test_bad_keys);
    qtest_add_func("/cca/fvp/trusted/worlds", test_worlds);
    qtest_add_func("/cca/fvp/trusted/migration", test_migration);
    return g_test_run();
}
