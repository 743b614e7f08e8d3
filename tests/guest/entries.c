/*
 * Table entries: every form, every reserved bit, tables where no table
 * should be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "probe.h"
#include "test.h"

#define PA          (TEST_BASE + 0x7008ull)
#define NO_MEMORY   0x2000000000ull     /* 128 GiB */

static uint64_t *l0_slot(void)
{
    return &gpt.l0[PA >> gpt.l0_bits];
}

/* log2 of the size of a level 1 table */
static unsigned l1_bits(void)
{
    return gpt.l0_bits - gpt.pgs_bits - 1;
}

static void at_l0(uint64_t entry, unsigned want, unsigned level,
                  const char *what, unsigned n)
{
    uint64_t old = *l0_slot();

    *l0_slot() = entry;
    probe_built(PA, PAS_NS, want, level, "level 0 entry %lx: %s %u",
                (unsigned long)entry, what, n);
    *l0_slot() = old;
}

static void at_l1(uint64_t entry, unsigned want, const char *what,
                  unsigned n)
{
    uint64_t old = *gpt_entry(PA);

    *gpt_entry(PA) = entry;
    probe_built(PA, PAS_NS, want, 1, "level 1 entry %lx: %s %u",
                (unsigned long)entry, what, n);
    *gpt_entry(PA) = old;
}

static bool reserved_gpi(unsigned gpi)
{
    return !(gpi == GPI_NONE || (gpi >= 8 && gpi <= 11) || gpi == GPI_ANY);
}

static unsigned gpi_as_ns(unsigned gpi)
{
    return reserved_gpi(gpi) ? GPCF_WALK :
           gpi == GPI_NS || gpi == GPI_ANY ? GPCF_PASS : GPCF_FAIL;
}

static void level0(void)
{
    uint64_t table = L0_TABLE(GPT_L1_BASE);

    test_group("entries-level0");
    gpt_build(2, 0);
    for (unsigned n = 0; n < 16; n++) {
        if (n != 1 && n != 3) {
            at_l0(n, GPCF_WALK, 0, "type", n);
            at_l0(n | GPT_L1_BASE, GPCF_WALK, 0, "with an address, type", n);
            at_l0(n | 0xf0, GPCF_WALK, 0, "with a GPI, type", n);
        }
    }
    for (unsigned gpi = 0; gpi < 16; gpi++) {
        at_l0(L0_BLOCK(gpi), gpi_as_ns(gpi), 0, "block of GPI", gpi);
    }
    for (unsigned bit = 8; bit < 64; bit++) {
        at_l0(L0_BLOCK(GPI_ANY) | 1ull << bit, GPCF_WALK, 0,
              "block with RES0 bit", bit);
        at_l0(L0_BLOCK(GPI_NONE) | 1ull << bit, GPCF_WALK, 0,
              "no-access block with RES0 bit", bit);
    }
    at_l0(table, GPCF_PASS, 0, "table", 0);
    for (unsigned bit = 4; bit < 64; bit++) {
        if (bit < 12 || bit >= 52 || bit < l1_bits()) {
            at_l0(table | 1ull << bit, GPCF_WALK, 0, "table with RES0 bit",
                  bit);
        } else if (bit >= gpt.pps_bits) {
            at_l0(table | 1ull << bit, GPCF_SIZE, 0,
                  "table above PPS, bit", bit);
        }
    }
    /* RES0 bits come first: the entry is not valid. */
    at_l0(table | 1ull << 51 | 1ull << 4, GPCF_WALK, 0,
          "table above PPS with RES0 bit", 4);
    at_l0(table | 1ull << 51 | 1ull << 63, GPCF_WALK, 0,
          "table above PPS with RES0 bit", 63);
    at_l0(L0_TABLE(NO_MEMORY), GPCF_EABT, 1, "table in no memory", 0);
}

static void level1(void)
{
    test_group("entries-level1");
    for (unsigned pgs = 0; pgs < 3; pgs++) {
        if (!gpt_pgs_exists(pgs)) {
            continue;
        }
        gpt_build(2, pgs);
        for (unsigned gpi = 0; gpi < 16; gpi++) {
            for (unsigned size = 0; size < 4; size++) {
                at_l1(L1_CONTIG(gpi, size),
                      size == 0 ? GPCF_WALK : gpi_as_ns(gpi),
                      "contiguous of size", size);
            }
            at_l1(L1_GRANULES(gpi), gpi_as_ns(gpi), "granules of GPI", gpi);
        }
        for (unsigned bit = 10; bit < 64; bit++) {
            at_l1(L1_CONTIG(GPI_ANY, CONTIG_2M) | 1ull << bit, GPCF_WALK,
                  "contiguous with RES0 bit", bit);
        }
        /* One reserved nibble spoils the entry, for all its granules. */
        for (unsigned i = 0; i < 16; i++) {
            for (unsigned gpi = 2; gpi < 15; gpi++) {
                uint64_t entry = L1_GRANULES(GPI_ANY) & ~(15ull << (4 * i));

                if (reserved_gpi(gpi)) {
                    at_l1(entry | (uint64_t)gpi << (4 * i), GPCF_WALK,
                          "reserved GPI in nibble", i);
                }
            }
        }
    }
}

/* What a table entry describes, from its first word to its last. */
static void reach(void)
{
    static const struct {
        unsigned code;
        uint64_t bytes;
    } sizes[] = {
        { CONTIG_2M, 1ull << 21 }, { CONTIG_32M, 1ull << 25 },
        { CONTIG_512M, 1ull << 29 },
    };

    test_group("entries-contiguous");
    for (unsigned i = 0; i < 9; i++) {
        uint64_t bytes = sizes[i % 3].bytes, base = TEST_BASE, at;
        unsigned pgs = i / 3;

        if (!gpt_pgs_exists(pgs)) {
            continue;
        }
        gpt_build(2, pgs);
        gpt_fill(base, bytes, L1_CONTIG(GPI_REALM, sizes[i % 3].code));
        for (unsigned part = 0; part < 8; part++) {
            at = base + part * (bytes / 8);
            probe_built(at, PAS_REALM, GPCF_PASS, 0, "PGS=%u, contiguous "
                        "%lx, part %u", pgs, (unsigned long)bytes, part);
            probe_built(at, PAS_NS, GPCF_FAIL, 1, "PGS=%u, contiguous "
                        "%lx, part %u", pgs, (unsigned long)bytes, part);
        }
        at = base + bytes - 8;
        probe_built(at, PAS_NS, GPCF_FAIL, 1, "PGS=%u, contiguous %lx, end",
                    pgs, (unsigned long)bytes);
        at = base + bytes;
        probe_built(at, PAS_NS, GPCF_PASS, 0, "PGS=%u, after contiguous %lx",
                    pgs, (unsigned long)bytes);
    }
}

static void probe_base(uint64_t l0_base, unsigned want, unsigned level,
                       const char *what)
{
    struct probe p = {
        .gpccr = gpt.gpccr, .gptbr = l0_base >> 12, .pa = PA,
        .pas = PAS_ROOT, .want = want, .level = level,
    };

    probe(&p, "level 0 table at %lx: %s", (unsigned long)l0_base, what);
}

static void odd_places(void)
{
    static const uint64_t devices[] = {
        0x08000000, 0x08010000, 0x080a0000, 0x09000000, 0x09010000,
        0x09020000, 0x09030000, 0x0a000000, 0x0c000000, 0x10000000,
        0x3eff0000, 0x3f000000, 0x0e000000, 0x04000000,
    };
    uint64_t table_size;

    test_group("entries-odd-places");
    for (unsigned pps = 1; pps <= 2; pps++) {
        gpt_build(pps, 0);
        probe_base(pps == 1 ? NO_MEMORY >> 2 : NO_MEMORY, GPCF_EABT, 0,
                   "no memory");
        probe_base((1ull << gpt.pps_bits) - 0x200000, GPCF_EABT, 0,
                   "top of the protected space");
        for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
            probe_base(devices[i], PROBE_DEFINED, 0, "a device");
        }
    }
    gpt_build(2, 0);
    table_size = 1ull << l1_bits();
    for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        uint64_t at = devices[i] & ~(table_size - 1);

        at_l0(L0_TABLE(at), PROBE_DEFINED, 0, "level 1 table in device", i);
    }
    /* A level 0 table that is its own level 1 table. */
    if (!(GPT_L0_BASE & (table_size - 1))) {
        uint64_t own = L0_TABLE(GPT_L0_BASE);
        uint64_t index = (PA & ((1ull << gpt.l0_bits) - 1)) >> 16;

        /* The entry read at level 1 is that which says "table": reserved. */
        gpt.l0[index] = own;
        at_l0(own, GPCF_WALK, 1, "own table, its own entry", 0);
        if (index != PA >> gpt.l0_bits) {
            gpt.l0[index] = 0;
            at_l0(own, GPCF_FAIL, 1, "own table, an empty entry", 0);
        }
    }
    /* Full of tables, each pointing to the next. */
    gpt_build(5, 0);
    for (unsigned i = 0; i < 16; i++) {
        gpt.l0[i] = L0_TABLE(GPT_L1_BASE);
    }
    gpt_fill(TEST_BASE, 1ull << 24, L0_TABLE(GPT_L1_BASE));
    probe_built(PA, PAS_NS, GPCF_WALK, 1, "tables in a loop");
}

void test_main(void)
{
    level0();
    level1();
    reach();
    odd_places();
}
