/*
 * How fast is the granule protection engine, on one core?
 *
 *   cached     gpc_check() of accesses whose entries are held
 *   uncached   a whole walk (two levels) and the verdict, from memory
 *   miss       gpc_check() that has to read, and then holds what it read
 *
 * Each figure is the median of some rounds, in checks per second. A line of
 * JSON with the same figures ends the output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _POSIX_C_SOURCE 199309L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "gpc.h"
#include "rng.h"

enum {
    ROUNDS = 7,
    ACCESSES = 1 << 16,
    L0 = 0x1000000,         /* level 0 table: 1024 entries */
    L1 = 0x2000000,         /* level 1 tables, 128 KiB each */
    TABLES = 4,             /* so many GiB have one */
};

/* The tables, as a machine's RAM would hold them. */
static uint64_t l0_table[1024], l1_table[TABLES * 16384];
static CcaAccess access_list[ACCESSES];

static bool read64(void *opaque, uint64_t addr, uint64_t *value)
{
    (void)opaque;
    if (addr - L1 < sizeof(l1_table)) {
        *value = l1_table[(addr - L1) / 8];
        return true;
    }
    if (addr - L0 < sizeof(l0_table)) {
        *value = l0_table[(addr - L0) / 8];
        return true;
    }
    return false;
}

static void make_tables(void)
{
    for (unsigned i = 0; i < 1024; i++) {
        l0_table[i] = i < TABLES ? (L1 + (uint64_t)i * 0x20000) | 3 : 0x91;
    }
    for (unsigned i = 0; i < TABLES * 16384; i++) {
        l1_table[i] = 0x9999999999999999ull;
    }
}

/* Random granules of @span bytes from 0. */
static void make_accesses(CcaRequesterKind kind, uint64_t span)
{
    Rng r = { 1 };

    for (unsigned i = 0; i < ACCESSES; i++) {
        access_list[i] = (CcaAccess) {
            .addr = rng_below(&r, span), .pas = CCA_PAS_NS,
            .requester = { .kind = kind, .state = CCA_PAS_NS },
        };
    }
}

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec + ts.tv_nsec * 1e-9;
}

/* Checks per second over @passes of the list, all of which must pass. */
static double measure(Gpc *gpc, unsigned passes, bool forget)
{
    uint64_t passed = 0;
    double start = now(), end;

    for (unsigned p = 0; p < passes; p++) {
        if (forget) {
            gpc_tlbi_all(gpc);
        }
        for (unsigned i = 0; i < ACCESSES; i++) {
            CcaGpcVerdict v;

            passed += gpc_check(gpc, &access_list[i], &v);
        }
    }
    end = now();
    if (passed != (uint64_t)passes * ACCESSES) {
        fprintf(stderr, "bench-engine: checks failed that must pass\n");
        exit(1);
    }
    return passed / (end - start);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const char *what, Gpc *gpc, unsigned passes, bool forget)
{
    double round[ROUNDS];

    measure(gpc, passes, forget);           /* warm up */
    for (unsigned i = 0; i < ROUNDS; i++) {
        round[i] = measure(gpc, passes, forget);
    }
    qsort(round, ROUNDS, sizeof(round[0]), by_value);
    printf("%-40s %7.1f million/s  (%.1f to %.1f)\n", what,
           round[ROUNDS / 2] / 1e6, round[0] / 1e6, round[ROUNDS - 1] / 1e6);
    fflush(stdout);
    return round[ROUNDS / 2];
}

int main(void)
{
    GptImpl impl = {
        .rme = 2, .l0gptsz = 0, .pa_bits = 48, .sel2 = true, .tgran4 = true,
        .tgran16 = true, .tgran64 = true,
    };
    GptRegs regs = {
        .gpccr = 1 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 2,
        .gptbr = L0 >> 12,
    };
    GptBus bus = { read64, NULL };
    CcaFaults faults = { .priv = NULL };    /* there, and nothing armed */
    double hot, granules, blocks, uncached, miss;
    Gpc gpc;

    make_tables();
    if (!gpc_init(&gpc, &impl, &bus, false)) {
        fprintf(stderr, "bench-engine: out of memory\n");
        return 1;
    }
    gpc.faults = &faults;
    gpc_set_regs(&gpc, &regs);

    printf("granule protection engine, one core, median of %d rounds\n",
           ROUNDS);
    make_accesses(CCA_REQUESTER_PE, 64 << 20);
    hot = median("cached checks, 64 MiB", &gpc, 40, false);
    gpc_tlbi_all(&gpc);
    make_accesses(CCA_REQUESTER_PE, 512 << 20);
    granules = median("cached checks, 512 MiB", &gpc, 40, false);
    gpc_tlbi_all(&gpc);
    make_accesses(CCA_REQUESTER_PE, 64 << 20);
    for (unsigned i = 0; i < ACCESSES; i++) {
        access_list[i].addr += (uint64_t)TABLES << 30;
    }
    blocks = median("cached checks, level 0 block", &gpc, 40, false);
    make_accesses(CCA_REQUESTER_DEBUG, (uint64_t)TABLES << 30);
    uncached = median("uncached walks of two levels, 4 GiB", &gpc, 10, false);
    make_accesses(CCA_REQUESTER_PE, (uint64_t)TABLES << 30);
    miss = median("checks over 4 GiB, cache emptied", &gpc, 10, true);

    printf("{\"bench\":\"engine\",\"cached_per_s\":%.0f,"
           "\"cached_512m_per_s\":%.0f,\"cached_block_per_s\":%.0f,"
           "\"uncached_walks_per_s\":%.0f,\"miss_per_s\":%.0f}\n",
           hot, granules, blocks, uncached, miss);
    gpc_destroy(&gpc);
    return 0;
}
