/*
 * Configurations: which are consistent, and what comes of those that are
 * not; bounds of the protected space.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "probe.h"
#include "test.h"

#define PA          (TEST_BASE + 0x7008ull)
#define GPTBR       (GPT_L0_BASE >> 12)
#define PPS3(n)     (((uint64_t)(n) & 7) | ((uint64_t)(n) >> 3) << 3)

static const uint8_t pps_size[16] = {
    32, 36, 40, 42, 44, 48, 52, 56, 46, 47,
};

static void attributes(void)
{
    test_group("config-attributes");
    gpt_build(2, 0);
    for (unsigned v = 0; v < 64; v++) {
        unsigned sh = v >> 4, orgn = (v >> 2) & 3, irgn = v & 3;
        bool bad = sh == 1 || (orgn == 0 && irgn == 0 && sh != 2);
        struct probe p = {
            .gpccr = GPCCR_PPS(2) | GPCCR_SH(sh) | GPCCR_ORGN(orgn) |
                     GPCCR_IRGN(irgn),
            .gptbr = GPTBR, .pa = PA, .pas = PAS_ROOT,
            .want = bad ? GPCF_WALK : GPCF_PASS,
        };

        for (p.pas = PAS_SECURE; p.pas <= PAS_REALM; p.pas++) {
            probe(&p, "SH=%u ORGN=%u IRGN=%u", sh, orgn, irgn);
        }
    }
}

static void granule_sizes(void)
{
    test_group("config-pgs");
    for (unsigned pgs = 0; pgs < 3; pgs++) {
        bool exists = gpt_pgs_exists(pgs);
        uint64_t size, base;

        gpt_build(2, pgs);
        size = 1ull << gpt.pgs_bits;
        base = TEST_BASE + 5 * size;
        gpt_set(base, GPI_NONE);
        probe_built(base - 8, PAS_ROOT, exists ? GPCF_PASS : GPCF_WALK, 0,
                    "PGS=%u, before the granule", pgs);
        probe_built(base, PAS_ROOT, exists ? GPCF_FAIL : GPCF_WALK, exists,
                    "PGS=%u, start of the granule", pgs);
        probe_built(base + size - 8, PAS_ROOT,
                    exists ? GPCF_FAIL : GPCF_WALK, exists,
                    "PGS=%u, end of the granule", pgs);
        probe_built(base + size, PAS_ROOT, exists ? GPCF_PASS : GPCF_WALK, 0,
                    "PGS=%u, after the granule", pgs);
    }
    gpt_build(2, 0);
    probe(&(struct probe) {
        .gpccr = gpt.gpccr | GPCCR_PGS(3), .gptbr = GPTBR, .pa = PA,
        .pas = PAS_ROOT, .want = GPCF_WALK,
    }, "PGS=3 is reserved");
}

/* Every {PPS3,PPS}: its validity, a look-up, and the bound. */
static void protected_size(void)
{
    unsigned rme = gpt_rme();

    test_group("config-pps");
    for (unsigned pps = 0; pps < (rme >= 3 ? 16 : 8); pps++) {
        unsigned bits = pps_size[pps];
        bool valid = bits >= 32 && bits <= 52;
        struct probe p = { .gptbr = GPTBR, .pa = PA, .pas = PAS_ROOT };

        gpt_build(valid && pps < 8 ? pps : 6, 0);
        p.gpccr = (gpt.gpccr & ~7ull) | PPS3(pps);
        p.want = valid ? GPCF_PASS : GPCF_WALK;
        probe(&p, "PPS=%u", pps);
        if (!valid) {
            p.pas = PAS_NS;
            p.pa = 1ull << 47;
            probe(&p, "PPS=%u, NS far above", pps);
            continue;
        }
        gpt_set(PA, GPI_NONE);
        p.want = GPCF_FAIL;
        p.level = 1;
        probe(&p, "PPS=%u, no access", pps);
        p.level = 0;
        if (bits >= 48) {
            continue;   /* stage 1 gives no address above 2^48 */
        }
        for (p.pas = PAS_SECURE; p.pas <= PAS_REALM; p.pas++) {
            /* Nothing is there above 2^pps; below it, no level 0 entry is */
            p.pa = 1ull << bits;
            p.want = p.pas == PAS_NS ? PROBE_EXTERNAL : GPCF_FAIL;
            probe(&p, "PPS=%u, at 2^PPS", pps);
            p.pa = (1ull << 48) - 8;
            probe(&p, "PPS=%u, at the top of 2^48", pps);
            p.pa = (1ull << bits) - 8;
            p.want = bits > 34 ? GPCF_WALK : GPCF_PASS;
            if (bits > 34 && bits > gpt.l0_bits) {
                probe(&p, "PPS=%u, last word below 2^PPS", pps);
            }
            if (rme >= 2) {
                p.gpccr |= GPCCR_APPSAA;
                p.pa = 1ull << bits;
                p.want = PROBE_EXTERNAL;
                probe(&p, "PPS=%u APPSAA=1, at 2^PPS", pps);
                p.gpccr &= ~GPCCR_APPSAA;
            }
        }
    }
}

static void base_address(void)
{
    test_group("config-base");
    for (unsigned pps = 0; pps <= 5; pps++) {
        struct probe p = { .pa = PA, .pas = PAS_ROOT };
        unsigned align;

        gpt_build(pps, 0);
        p.gpccr = gpt.gpccr;
        for (unsigned bit = gpt.pps_bits; bit < 52; bit++) {
            p.gptbr = GPTBR | 1ull << (bit - 12);
            p.want = GPCF_SIZE;
            probe(&p, "PPS=%u, GPTBR bit for PA[%u]", pps, bit);
        }
        align = gpt.pps_bits > gpt.l0_bits ?
                gpt.pps_bits - gpt.l0_bits + 3 : 3;
        for (unsigned bit = 12; bit < align; bit++) {
            p.gptbr = GPTBR | 1ull << (bit - 12);
            p.want = GPCF_PASS;
            probe(&p, "PPS=%u, GPTBR bit for PA[%u] is ignored", pps, bit);
        }
        p.gptbr = (1ull << 52 >> 12) - 1;
        p.want = GPCF_SIZE;
        probe(&p, "PPS=%u, GPTBR all ones", pps);
        /* The bound of the access comes first. */
        if (gpt.pps_bits < 48) {
            p.pa = 1ull << gpt.pps_bits;
            p.want = GPCF_FAIL;
            probe(&p, "PPS=%u, PA above PPS and so is GPTBR", pps);
            p.pas = PAS_NS;
            p.want = PROBE_EXTERNAL;
            probe(&p, "PPS=%u, NS PA above PPS and so is GPTBR", pps);
        }
    }
}

static void disabled_spaces(void)
{
    static const struct {
        uint64_t bit;
        enum pas pas;
    } pads[] = {
        { GPCCR_RLPAD, PAS_REALM }, { GPCCR_NSPAD, PAS_NS },
        { GPCCR_SPAD, PAS_SECURE },
    };

    if (gpt_rme() < 2) {
        test_skip("config-pad", "needs rme=2");
        return;
    }
    test_group("config-pad");
    gpt_build(2, 0);
    for (unsigned i = 0; i < 8; i++) {
        struct probe p = { .gpccr = gpt.gpccr, .gptbr = GPTBR };

        for (unsigned b = 0; b < 3; b++) {
            p.gpccr |= i & (1 << b) ? pads[b].bit : 0;
        }
        for (p.pas = PAS_SECURE; p.pas <= PAS_REALM; p.pas++) {
            bool denied = false;

            for (unsigned b = 0; b < 3; b++) {
                denied |= (i & (1 << b)) && pads[b].pas == p.pas;
            }
            p.pa = PA;
            p.want = denied ? GPCF_FAIL : GPCF_PASS;
            probe(&p, "RLPAD,NSPAD,SPAD = %u", i);
            p.pa = 1ull << 40;
            p.want = denied || p.pas != PAS_NS ? GPCF_FAIL : PROBE_EXTERNAL;
            probe(&p, "RLPAD,NSPAD,SPAD = %u, above PPS", i);
            /* Before a base above PPS, and after a broken configuration. */
            p.pa = PA;
            p.gptbr = 1ull << (41 - 12);
            p.want = denied ? GPCF_FAIL : GPCF_SIZE;
            probe(&p, "RLPAD,NSPAD,SPAD = %u, GPTBR above PPS", i);
            p.gpccr |= GPCCR_PGS(3);
            p.want = GPCF_WALK;
            probe(&p, "RLPAD,NSPAD,SPAD = %u, PGS=3", i);
            p.gpccr &= ~GPCCR_PGS(3);
            p.gptbr = GPTBR;
        }
    }
}

#define BW(addr_gib, stride, size)  ((uint64_t)(addr_gib) | \
                                     (uint64_t)(stride) << 32 | \
                                     (uint64_t)(size) << 37)

static bool in_set(unsigned v, const uint8_t *set, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (set[i] == v) {
            return true;
        }
    }
    return false;
}

static void bypass_windows(void)
{
    static const uint8_t sizes[] = { 0, 1, 2, 4, 6 };
    static const uint8_t strides[] = { 0, 2, 4, 6, 7, 8, 9, 10, 16 };
    struct probe p = { .gptbr = GPTBR, .pa = PA, .pas = PAS_ROOT };

    if (gpt_rme() < 3) {
        test_skip("config-bypass", "needs rme=3");
        return;
    }
    test_group("config-bypass");
    gpt_build(5, 0);
    gpt_set(PA, GPI_NONE);
    p.gpccr = gpt.gpccr | GPCCR_BW;
    for (unsigned stride = 0; stride < 32; stride++) {
        for (unsigned size = 0; size < 8; size++) {
            bool ok = in_set(size, sizes, sizeof(sizes)) &&
                      in_set(stride, strides, sizeof(strides));

            /* At 512 GiB: not where we look. */
            p.gpcbw = BW(512, stride, size);
            p.want = ok ? GPCF_FAIL : GPCF_WALK;
            p.level = ok;
            probe(&p, "BWSTRIDE=%u BWSIZE=%u", stride, size);
        }
    }
    p.level = 0;
    p.want = GPCF_WALK;
    for (unsigned i = 1; i < 5; i++) {
        for (unsigned bit = 0; bit < sizes[i]; bit++) {
            p.gpcbw = BW(512 | 1u << bit, 16, sizes[i]);
            probe(&p, "BWSIZE=%u, BWADDR bit %u not aligned", sizes[i], bit);
        }
    }
    p.gpcbw = BW(1024, 0, 0);
    probe(&p, "base at the stride, 1 TiB");
    p.gpcbw = BW(1024, 2, 0);
    p.want = GPCF_FAIL;
    p.level = 1;
    probe(&p, "base at 1 TiB, stride 4 TiB");
    /* The window over the granule: 2 GiB .. 3 GiB */
    p.gpcbw = BW(2, 16, 0);
    p.want = GPCF_PASS;
    for (p.pas = PAS_SECURE; p.pas <= PAS_REALM; p.pas++) {
        probe(&p, "in the window");
    }
    p.pas = PAS_ROOT;
    p.gpcbw = BW(0, 16, 2);
    probe(&p, "in a window of 4 GiB");
    p.gpcbw = BW(3, 16, 0);
    p.want = GPCF_FAIL;
    probe(&p, "before the window");
    p.gpcbw = BW(1, 16, 0);
    probe(&p, "behind the window");
    p.gpccr &= ~GPCCR_BW;
    p.gpcbw = BW(2, 16, 0);
    probe(&p, "GPCBW=0");
    p.gpcbw = BW(2, 31, 7);
    probe(&p, "GPCBW=0, and reserved values");
    p.gpccr |= GPCCR_BW;
    /* It repeats: at 1 TiB + 2 GiB no memory is there, nor a table entry. */
    p.pa = (1ull << 40) + TEST_BASE;
    p.level = 0;
    p.gpcbw = BW(2, 0, 0);
    p.want = PROBE_EXTERNAL;
    probe(&p, "second window, stride 1 TiB");
    p.gpcbw = BW(2, 2, 0);
    p.want = GPCF_WALK;
    probe(&p, "no second window, stride 4 TiB");
    p.gpcbw = BW(2, 16, 0);
    probe(&p, "no second window, no stride");
    /* Order: after xPAD and the bound, before the base. */
    p.pa = PA;
    p.pas = PAS_NS;
    p.gpcbw = BW(2, 16, 0);
    p.gpccr |= GPCCR_NSPAD;
    p.want = GPCF_FAIL;
    probe(&p, "in the window, but NSPAD=1");
    p.gpccr &= ~GPCCR_NSPAD;
    p.gptbr = 1ull << (49 - 12);
    p.want = GPCF_PASS;
    probe(&p, "in the window, GPTBR above PPS");
}

void test_main(void)
{
    attributes();
    granule_sizes();
    protected_size();
    base_address();
    disabled_spaces();
    bypass_windows();
}
