/*
 * cca-fvp without PEs: reads and writes of each size all over the map, by
 * random numbers of a fixed seed, and time goes by. QEMU has to answer, to
 * migrate, and to be as new after a reset. tests/boot has the same by a PE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"

enum {
    PARTS_MAX = 512, PAGE = 4096, PAGES_EACH = 64, ACCESSES = 24,
    SYS_CFGCTRL = 0x1c0100a4,   /* may switch the board off, as it has to */
};
#define DEVICES "-audio none -watchdog-action none -device cca-exerciser " \
                "-device virtio-rng-device -device virtio-rng-pci " \
                "-netdev hubport,id=n,hubid=1 " \
                "-device virtio-net-device,netdev=n " \
                "-d guest_errors,unimp -D /dev/null"

typedef struct Part {
    uint64_t first, last;
    bool flash;                 /* takes long: QEMU lays out its map anew */
    bool device;
} Part;

static Part parts[PARTS_MAX];
static size_t count;

static char *monitor(QTestState *s, const char *line)
{
    return qtest_hmp(s, "%s", line);
}

/* What PEs see, nothing included. */
static void survey(QTestState *s)
{
    g_autofree char *text = monitor(s, "info mtree -f");
    const char *at = strstr(text, "AS \"cpu-memory-0\"");
    const char *end;

    g_assert(at);
    end = strstr(at, "FlatView #") ?: at + strlen(at);
    count = 0;
    for (at = strchr(at, '\n'); at && at < end; at = strchr(at + 1, '\n')) {
        uint64_t first, last;

        if (sscanf(at, "\n  %16" PRIx64 "-%16" PRIx64 " (prio", &first,
                   &last) == 2) {
            const char *line_end = strchr(at + 1, '\n') ?: end;
            size_t len = line_end - at;

            g_assert_cmpuint(count, <, PARTS_MAX);
            parts[count++] = (Part) {
                .first = first, .last = last,
                .flash = g_strstr_len(at, len, " romd)"),
                .device = g_strstr_len(at, len, " i/o)") &&
                          !g_strstr_len(at, len, "nothing") &&
                          !g_strstr_len(at, len, "tzc400-"),
            };
        }
    }
    g_assert_cmpuint(count, >, 80);
    g_assert_cmphex(parts[count - 1].last, ==, (1ull << 52) - 1);
}

static uint64_t some_value(uint64_t *seed)
{
    uint64_t r = test_random(seed);

    switch (r % 5) {
    case 0:
        return ~0ull;
    case 1:
        return 1ull << (r >> 8 & 63);
    case 2:
        return r >> 8 & 0xff;
    case 3:
        return FVP_DRAM + (r >> 8 & 0xffff03f);
    default:
        return r >> 8;
    }
}

/*
 * qtest's own accesses over the end of a flash are not split where it ends;
 * those of PEs and devices are.
 */
static bool over_end_of_flash(uint64_t at)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].flash && at <= parts[i].last && at + 7 > parts[i].last) {
            return true;
        }
    }
    return false;
}

static void poke(QTestState *s, uint64_t at, uint64_t *seed)
{
    uint64_t value = some_value(seed);

    if ((at + 8 > SYS_CFGCTRL && at < SYS_CFGCTRL + 4) ||
        over_end_of_flash(at)) {
        return;
    }
    switch (test_random(seed) % 8) {
    case 0: qtest_readb(s, at); break;
    case 1: qtest_readw(s, at); break;
    case 2: qtest_readl(s, at); break;
    case 3: qtest_readq(s, at); break;
    case 4: qtest_writeb(s, at, value); break;
    case 5: qtest_writew(s, at, value); break;
    case 6: qtest_writel(s, at, value); break;
    default: qtest_writeq(s, at, value); break;
    }
}

/* Where a page begins or ends, over its end, or anywhere. */
static void sweep_page(QTestState *s, uint64_t page, unsigned accesses,
                       uint64_t *seed)
{
    for (unsigned i = 0; i < accesses; i++) {
        uint64_t r = test_random(seed);
        uint64_t offset = r % 4 == 0 ? 0 : r % 4 == 1 ? PAGE - (r >> 8) % 9 :
                          (r >> 8) % PAGE & (r % 4 == 2 ? ~3u : ~0u);

        poke(s, page + offset, seed);
    }
}

static void sweep(QTestState *s, uint64_t *seed)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t pages = (parts[i].last - parts[i].first) / PAGE + 1;
        unsigned each = parts[i].flash ? 4 : MIN(pages, PAGES_EACH);
        unsigned more = pages <= 4 ? 10 : 1;

        sweep_page(s, parts[i].last & -(uint64_t)PAGE, ACCESSES, seed);
        for (unsigned n = 0; n < each; n++) {
            uint64_t page = pages <= PAGES_EACH ? n :
                            test_random(seed) % pages;

            sweep_page(s, (parts[i].first & -(uint64_t)PAGE) + page * PAGE,
                       parts[i].flash ? 4 : ACCESSES * more, seed);
        }
        qtest_clock_step(s, test_random(seed) % (50 * SCALE_MS));
    }
}

static void answers(QTestState *s)
{
    static const char *const lines[] = {
        "info mtree -f", "info qtree", "info pci", "info network",
    };

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        g_autofree char *text = monitor(s, lines[i]);

        g_assert_cmpuint(strlen(text), >, 20);
    }
    qtest_qmp_assert_success(s, "{ 'execute': 'query-cca-smmu' }");
}

/* Registers of all small devices, the first ones and the last of each page */

enum { WORDS = 80, FIRST_WORDS = 64, SMALL = 16 /* pages */ };

/*
 * Time goes by; or no reset takes it away, on the board or in QEMU's models
 * of these PrimeCells: not compared.
 */
static bool stays(uint64_t at)
{
    static const struct {
        uint64_t first, last;
    } those[] = {
        { 0x1c050004, 0x1c050007 },                 /* MMCIClock */
        { 0x1c060000, 0x1c07ffff },                 /* PL050 */
        { 0x1c090000, 0x1c090003 },                 /* UARTDR */
        { 0x1c0a0000, 0x1c0a0003 },
        { 0x1c0b0000, 0x1c0b0003 },
        { 0x1c0c0000, 0x1c0c0003 },
        { FVP_PWRC + 0x10, FVP_PWRC + 0x13 },       /* PSYSR.WK */
        { 0x1c110000, 0x1c12ffff },                 /* SP804 */
        { 0x1c1f0000, 0x1c1fffff },                 /* PL111 */
        { FVP_SYSREGS, FVP_SYSREGS + PAGE - 1 },    /* counters, NVFLAGS */
        { 0x1c170000, 0x1c170fff },                 /* RTC */
        { FVP_TRNG, FVP_TRNG + PAGE - 1 },
        { FVP_NVCOUNTERS, FVP_NVCOUNTERS + PAGE - 1 },
        { FVP_CNTCONTROL, FVP_CNTCONTROL + 0xffff },
        { FVP_CNTREAD, FVP_CNTBASE1 + 0xffff },
    };

    for (size_t i = 0; i < ARRAY_SIZE(those); i++) {
        if (at >= those[i].first && at <= those[i].last) {
            return true;
        }
    }
    return false;
}

static uint64_t register_at(uint64_t page, unsigned word)
{
    return page + (word < FIRST_WORDS ? 4 * word :
                   PAGE - 4 * (WORDS - word));
}

/* Once before the sweep, and again after a reset. */
static void registers(QTestState *s, uint32_t *values, bool compare)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t first = parts[i].first;

        if (!parts[i].device || parts[i].last - first >= SMALL * PAGE) {
            continue;
        }
        for (uint64_t page = first; page < parts[i].last; page += PAGE) {
            for (unsigned w = 0; w < WORDS; w++) {
                uint64_t at = register_at(page, w);
                uint32_t value = at > parts[i].last || stays(at) ? 0 :
                                 qtest_readl(s, at);

                if (compare && value != *values) {
                    g_error("after a reset 0x%" PRIx64 " is 0x%08x, not "
                            "0x%08x", at, value, *values);
                }
                *values++ = value;
            }
        }
    }
}

static void test_sweep(const void *data)
{
    g_autofree char *args = g_strdup_printf("-M cca-fvp%s -net none " DEVICES,
                                            (const char *)data);
    g_autofree char *incoming = g_strconcat(args, " -incoming defer", NULL);
    g_autofree uint32_t *values = g_new0(uint32_t, PARTS_MAX * SMALL * WORDS);

    for (uint64_t number = 1; number <= 2; number++) {
        uint64_t seed = number;
        QTestState *s = qtest_init(args);

        survey(s);
        registers(s, values, false);
        sweep(s, &seed);
        answers(s);
        s = fvp_migrate(s, qtest_init(incoming));
        answers(s);
        sweep(s, &seed);
        fvp_reset(s);
        answers(s);
        registers(s, values, true);
        qtest_quit(s);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_data_func("/cca/fvp/hostile/default", "", test_sweep);
    qtest_add_data_func("/cca/fvp/hostile/open", ",secure-memory=off",
                        test_sweep);
    return g_test_run();
}
