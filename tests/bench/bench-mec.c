/*
 * How fast is the engine of the memory encryption contexts, on one core?
 *
 *   switch     a granule of 4 KiB goes from one key to another
 *   half       ... from plaintext to a key
 *   new key    ... to a key that was never used, which is derived first
 *   lookup     is a granule under the context of an access?
 *   save       the contexts of 2 GiB of which no two neighbours share one
 *   load       the opposite
 *
 * Each figure is the median of some rounds, of CPU time. A line of JSON with
 * the same figures ends the output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _POSIX_C_SOURCE 199309L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "mec.h"
#include "rng.h"

#define DRAM 0x80000000ull
#define DRAM_SIZE (2ull << 30)

enum {
    ROUNDS = 7,
    SWITCHES = 20000,
    LOOKUPS = 1 << 22,
    RAM = 256 * MEC_GRANULE,    /* that all of DRAM shares */
};

static uint8_t ram[RAM] __attribute__((aligned(4096)));
static CcaAccess accesses[1 << 16];

static uint8_t *granule(void *opaque, uint64_t pa)
{
    (void)opaque;
    return ram + pa % RAM;
}

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return ts.tv_sec + ts.tv_nsec * 1e-9;
}

static void die(const char *why)
{
    fprintf(stderr, "bench-mec: %s\n", why);
    exit(1);
}

/* Each returns seconds per operation. */
typedef double Work(Mec *mec);

static double switches(Mec *mec, unsigned first, unsigned contexts, CcaPas pas)
{
    double start = now();

    for (unsigned i = 0; i < SWITCHES; i++) {
        CcaAccess a = {
            .addr = DRAM + i / 2 % 256 * MEC_GRANULE,
            .pas = i % 2 ? pas : CCA_PAS_REALM,
            .mecid = pas == CCA_PAS_NS && i % 2 ? 0 :
                     first + i / 2 * 2 % contexts + i % 2,
        };

        if (mec_switch(mec, &a) != MEC_SWITCHED) {
            die("a switch that must be one was none");
        }
    }
    return (now() - start) / SWITCHES;
}

static double full(Mec *mec)
{
    return switches(mec, 1, 2, CCA_PAS_REALM);
}

static double half(Mec *mec)
{
    return switches(mec, 1, 1, CCA_PAS_NS);
}

static double new_keys(Mec *mec)
{
    return switches(mec, 1000, 2 * SWITCHES, CCA_PAS_REALM);
}

static double lookups(Mec *mec)
{
    unsigned held = 0;
    double start = now();

    for (unsigned i = 0; i < LOOKUPS; i++) {
        held += mec_lookup(mec, &accesses[i % (1 << 16)]);
    }
    start = (now() - start) / LOOKUPS;
    if (held != LOOKUPS) {
        die("a lookup failed");
    }
    return start;
}

static uint8_t *state;
static size_t state_len;

static double save(Mec *mec)
{
    double start = now();

    free(state);
    state = mec_save(mec, &state_len);
    if (!state) {
        die("memory is short");
    }
    return now() - start;
}

static double load(Mec *mec)
{
    double start = now();

    if (!mec_load(mec, state, state_len, NULL)) {
        die("the state is refused");
    }
    return now() - start;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* In units of @scale seconds. */
static double median(const char *what, const char *unit, double scale,
                     Work *work, Mec *mec)
{
    double round[ROUNDS];

    work(mec);                  /* warm up */
    for (unsigned i = 0; i < ROUNDS; i++) {
        round[i] = work(mec) / scale;
    }
    qsort(round, ROUNDS, sizeof(round[0]), by_value);
    printf("%-40s %8.1f %s  (%.1f to %.1f)\n", what, round[ROUNDS / 2], unit,
           round[0], round[ROUNDS - 1]);
    fflush(stdout);
    return round[ROUNDS / 2];
}

/* All granules of DRAM under contexts of their own, and accesses to them. */
static void mix(Mec *mec)
{
    Rng r = { 3 };

    for (uint64_t g = 0; g < DRAM_SIZE / MEC_GRANULE; g++) {
        CcaAccess a = {
            .addr = DRAM + g * MEC_GRANULE, .pas = CCA_PAS_REALM,
            .mecid = 1 + g % 97,
        };

        if (mec_switch(mec, &a) == MEC_REFUSED) {
            die("memory is short");
        }
    }
    for (unsigned i = 0; i < 1 << 16; i++) {
        uint64_t g = rng_below(&r, DRAM_SIZE / MEC_GRANULE);

        accesses[i] = (CcaAccess) {
            .addr = DRAM + g * MEC_GRANULE, .pas = CCA_PAS_REALM,
            .mecid = 1 + g % 97,
        };
    }
}

int main(void)
{
    CcaFaults faults = { .priv = NULL };    /* there, and nothing armed */
    MecConfig config = {
        MEC_CONFIG_DEFAULT, .range_count = 1, .range = { { DRAM, DRAM_SIZE } },
        .bus = { .granule = granule }, .faults = &faults, .seed = "bench",
    };
    Mec *mec = mec_new(&config, NULL);
    double ns[4], ms[2];

    if (!mec) {
        die("no engine");
    }
    printf("memory encryption contexts, one core, median of %d rounds\n",
           ROUNDS);
    ns[0] = median("switch of 4 KiB, key to key", "ns", 1e-9, full, mec);
    ns[1] = median("switch of 4 KiB, plaintext to key", "ns", 1e-9, half,
                   mec);
    ns[2] = median("switch of 4 KiB, new key", "ns", 1e-9, new_keys, mec);
    mix(mec);
    ns[3] = median("lookup, 2 GiB", "ns", 1e-9, lookups, mec);
    ms[0] = median("save 2 GiB of mixed contexts", "ms", 1e-3, save, mec);
    ms[1] = median("load them", "ms", 1e-3, load, mec);
    printf("%-40s %8.1f\n", "bytes per granule, saved",
           (double)state_len * MEC_GRANULE / DRAM_SIZE);
    printf("%-40s %8.1f\n", "bytes per granule, held",
           (double)mec_bytes(mec) * MEC_GRANULE / DRAM_SIZE);
    printf("{\"bench\":\"mec\",\"mec_switch_ns\":%.0f,"
           "\"mec_half_switch_ns\":%.0f,\"mec_new_key_ns\":%.0f,"
           "\"mec_lookup_ns\":%.1f,\"mec_save_ms\":%.2f,"
           "\"mec_load_ms\":%.2f}\n",
           ns[0], ns[1], ns[2], ns[3], ms[0], ms[1]);
    free(state);
    mec_free(mec);
    return 0;
}
