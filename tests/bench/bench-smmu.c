/*
 * How fast is the SMMU's engine, on one core?
 *
 *   cached      smmu_transact() through a nested stream, strict, GPC on,
 *               from the configuration, translation and GPT caches
 *   uncached    the same with a TLB of one entry and GPT answers never held:
 *               each a walk of both stages, 3 levels of 4KB granules each
 *   range       CMD_TLBI_NH_VA of 16 pages, which hits them, with so many
 *               other translations held
 *   streams     bytes of configuration cache per StreamID, of 64K in use
 *
 * Figures are medians of some rounds. A line of JSON with the same figures
 * ends the output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _POSIX_C_SOURCE 199309L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "id.h"
#include "rng.h"
#include "smmu.h"
#include "smmu-regs.h"

enum {
    ROUNDS = 7,
    ACCESSES = 1 << 16,
    RAM = 64 << 20,                 /* from address 0 */
    GPT_L0 = RAM, GPT_L1 = RAM + (1 << 20), GPT_GIB = 4,
    STRTAB = 0x400000,              /* 64K STEs of 64 bytes: 4 MiB */
    CMDQ = 0x900000, EVENTQ = 0xa00000,
    CD = 0xb00000,                  /* one CD for all */
    S1 = 0x1000000,                 /* tables */
    S2 = 0x2000000,
    ROOT_PAGE = 0x20000,
    STREAM = 77,
    RANGE_PAGES = 16, RANGES = 64,
};

static uint8_t *ram;
static uint64_t gpt_l0[GPT_GIB], *gpt_l1;
static uint64_t list[ACCESSES];

/* CPU time, which others on the machine disturb little. */
static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return ts.tv_sec + ts.tv_nsec * 1e-9;
}

static void die(const char *why)
{
    fprintf(stderr, "bench-smmu: %s\n", why);
    exit(1);
}

static bool ram_read(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                     void *buf, size_t len)
{
    (void)opaque;
    (void)pas;
    (void)mecid;
    if (addr >= RAM - 64) {
        return false;
    }
    if (len == 8) {
        memcpy(buf, ram + addr, 8);     /* one move */
    } else {
        memcpy(buf, ram + addr, len);
    }
    return true;
}

static bool ram_write(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                      const void *buf, size_t len)
{
    (void)opaque;
    (void)pas;
    (void)mecid;
    if (addr >= RAM - 64) {
        return false;
    }
    memcpy(ram + addr, buf, len);
    return true;
}

static bool gpt_read(void *opaque, uint64_t addr, uint64_t *value)
{
    (void)opaque;
    if (addr >= GPT_L1) {
        *value = gpt_l1[(addr - GPT_L1) / 8];
    } else {
        *value = gpt_l0[(addr - GPT_L0) / 8];
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

static void put(uint64_t addr, uint64_t value)
{
    memcpy(ram + addr, &value, 8);
}

/* Level 1 to 3 tables, 2^@pages_log2 pages from 0 to @to on. */
static void make_tables(uint64_t base, unsigned pages_log2, uint64_t low,
                        uint64_t to)
{
    uint64_t pages = 1ull << pages_log2, l2 = base + 0x1000;
    uint64_t l3 = l2 + ((pages >> 18) + 1) * 0x1000;

    for (uint64_t i = 0; i < (pages >> 18) + 1; i++) {
        put(base + i * 8, (l2 + i * 0x1000) | 3);
    }
    for (uint64_t i = 0; i < pages >> 9; i++) {
        put(l2 + i * 8, (l3 + i * 0x1000) | 3);
    }
    for (uint64_t i = 0; i < pages; i++) {
        put(l3 + i * 8, (to + i * 0x1000) | low | 3);
    }
}

static void make_memory(void)
{
    ram = calloc(1, RAM);
    gpt_l1 = malloc(GPT_GIB << 17);
    if (!ram || !gpt_l1) {
        die("out of memory");
    }
    for (unsigned i = 0; i < GPT_GIB; i++) {
        gpt_l0[i] = (GPT_L1 + ((uint64_t)i << 17)) | 3;
    }
    for (unsigned i = 0; i < GPT_GIB << 14; i++) {
        gpt_l1[i] = 0x9999999999999999ull;      /* Non-secure */
    }
    /* 1 GiB of VA to IPA 1 GiB on; 2 GiB of IPA, each to itself. */
    make_tables(S1, 18, 0xf40, 1 << 30);
    make_tables(S2, 19, 0x7fc, 0);
    for (uint64_t i = 0; i < 65536; i++) {
        uint64_t ste = STRTAB + i * 64;

        put(ste, CD | 7 << 1 | 1);
        put(ste + 16, 1 | (25ull | 1 << 6) << 32 | 5ull << 48 | 1ull << 51);
        put(ste + 24, S2);
    }
    put(CD, 25 | 1ull << 30 | 1ull << 31 | 5ull << 32 | 1ull << 41 |
            3ull << 45 | 7ull << 48);
    put(CD + 8, S1);
    put(CD + 24, 0xff);
}

static Smmu *make_smmu(bool strict)
{
    const char *error;
    SmmuConfig config = {
        .feat = smmu_features_reference(), .root_offset = ROOT_PAGE,
        .gpt = { .rme = 1, .pa_bits = 52, .sel2 = true, .tgran4 = true,
                 .tgran16 = true, .tgran64 = true },
        .strict = strict, .tlb_entries = 1,
    };
    SmmuBus bus = {
        .read = ram_read, .write = ram_write, .gpt = { gpt_read, NULL },
        .irq = no_irq, .schedule = no_schedule,
    };
    Smmu *s = smmu_new(&config, &bus, &error);

    if (!s) {
        die(error);
    }
    smmu_write(s, ROOT_PAGE + SMMU_ROOT_GPT_BASE_CFG, 8, CCA_PAS_ROOT,
               1 << 8 | 1 << 10 | 3 << 12);
    smmu_write(s, ROOT_PAGE + SMMU_ROOT_GPT_BASE, 8, CCA_PAS_ROOT, GPT_L0);
    smmu_write(s, ROOT_PAGE + SMMU_ROOT_CR0, 4, CCA_PAS_ROOT, 3);
    smmu_write(s, SMMU_STRTAB_BASE, 8, CCA_PAS_NS, STRTAB);
    smmu_write(s, SMMU_STRTAB_BASE_CFG, 4, CCA_PAS_NS, 16);
    smmu_write(s, SMMU_CMDQ_BASE, 8, CCA_PAS_NS, CMDQ | 10);
    smmu_write(s, SMMU_EVENTQ_BASE, 8, CCA_PAS_NS, EVENTQ | 4);
    smmu_write(s, SMMU_CR0, 4, CCA_PAS_NS, 0xd);
    return s;
}

static void random_list(uint64_t span)
{
    Rng r = { 1 };

    for (unsigned i = 0; i < ACCESSES; i++) {
        list[i] = rng_below(&r, span >> 12) << 12 | rng_below(&r, 512) << 3;
    }
}

/* Transactions per second over @passes of the list. */
static double measure(Smmu *s, unsigned passes)
{
    SmmuTxn txn = { .sid = STREAM };
    uint64_t sum = 0;
    double start = now(), end;

    for (unsigned p = 0; p < passes; p++) {
        for (unsigned i = 0; i < ACCESSES; i++) {
            SmmuOutput out;

            txn.addr = list[i];
            if (smmu_transact(s, &txn, &out) != SMMU_PASS) {
                die("a transaction failed");
            }
            sum += out.pa - txn.addr - (1 << 30);
        }
    }
    end = now();
    if (sum) {
        die("a translation is wrong");
    }
    return (double)passes * ACCESSES / (end - start);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const char *what, Smmu *s, unsigned passes)
{
    double round[ROUNDS];

    measure(s, 1);                          /* warm up */
    for (unsigned i = 0; i < ROUNDS; i++) {
        round[i] = measure(s, passes);
    }
    qsort(round, ROUNDS, sizeof(round[0]), by_value);
    printf("%-40s %7.2f million/s  (%.2f to %.2f)\n", what,
           round[ROUNDS / 2] / 1e6, round[0] / 1e6, round[ROUNDS - 1] / 1e6);
    fflush(stdout);
    return round[ROUNDS / 2];
}

static void touch(Smmu *s, uint64_t first, uint64_t pages)
{
    SmmuTxn txn = { .sid = STREAM };
    SmmuOutput out;

    for (uint64_t i = 0; i < pages; i++) {
        txn.addr = (first + i) << 12;
        if (smmu_transact(s, &txn, &out) != SMMU_PASS) {
            die("a transaction failed");
        }
    }
}

/* ns per CMD_TLBI_NH_VA of RANGE_PAGES pages, with @held pages held. */
static double range_cost(uint64_t held)
{
    Smmu *s = make_smmu(true);
    uint64_t step = held / RANGES;
    double round[ROUNDS];
    uint32_t prod = 0, all;

    touch(s, 0, held);
    all = smmu_tlb_entries(s);
    for (unsigned n = 0; n < ROUNDS; n++) {
        double start;

        for (uint64_t i = 0; i < RANGES; i++, prod++) {
            uint64_t at = CMDQ + (prod & 1023) * 16;

            put(at, SMMU_CMD_TLBI_NH_VA | (RANGE_PAGES - 1) << 12 |
                    1ull << 32 | 7ull << 48);
            put(at + 8, i * step << 12 | 1 << 10);
        }
        start = now();
        smmu_write(s, SMMU_CMDQ_PROD, 4, CCA_PAS_NS, prod & 2047);
        round[n] = (now() - start) / RANGES * 1e9;
        if (smmu_tlb_entries(s) != all - RANGES * RANGE_PAGES) {
            die("an invalidation missed something");
        }
        for (uint64_t i = 0; i < RANGES; i++) {
            touch(s, i * step, RANGE_PAGES);
        }
    }
    qsort(round, ROUNDS, sizeof(round[0]), by_value);
    smmu_free(s);
    return round[ROUNDS / 2];
}

/* Bytes per StreamID. */
static double stream_memory(void)
{
    Smmu *s = make_smmu(true);
    size_t before = smmu_config_memory(s), after;
    SmmuOutput out;

    for (uint32_t sid = 0; sid < 65536; sid++) {
        if (smmu_transact(s, &(SmmuTxn) { .sid = sid }, &out) != SMMU_PASS) {
            die("a transaction failed");
        }
    }
    after = smmu_config_memory(s);
    smmu_free(s);
    return (after - before) / 65536.0;
}

int main(void)
{
    static const unsigned sizes[] = { 4096, 65536, 262144 };
    double cached, uncached, ns[3], bytes;
    Smmu *s;

    make_memory();
    printf("SMMU engine, one core, medians of %d rounds\n", ROUNDS);
    s = make_smmu(true);
    random_list(16 << 20);
    cached = median("cached translations, 16 MiB, GPC on", s, 20);
    random_list(64 << 20);
    median("cached translations, 64 MiB, GPC on", s, 20);
    smmu_free(s);
    s = make_smmu(false);
    random_list(64 << 20);
    uncached = median("uncached nested walks, 64 MiB, GPC on", s, 4);
    random_list(1 << 30);
    median("uncached nested walks, 1 GiB, GPC on", s, 4);
    smmu_free(s);
    for (unsigned i = 0; i < 3; i++) {
        ns[i] = range_cost(sizes[i]);
        printf("TLBI of %u pages, %6u held               %7.0f ns\n",
               RANGE_PAGES, sizes[i], ns[i]);
    }
    bytes = stream_memory();
    printf("memory per StreamID, 64K in use           %7.0f bytes\n", bytes);
    printf("{\"bench\":\"smmu\",\"smmu_cached_per_s\":%.0f,"
           "\"smmu_uncached_walks_per_s\":%.0f,"
           "\"smmu_range_growth\":%.2f,\"smmu_bytes_per_stream\":%.0f}\n",
           cached, uncached, ns[2] / ns[0], bytes);
    return 0;
}
