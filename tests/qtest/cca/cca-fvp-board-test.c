/*
 * cca-fvp: QEMU's own devices at their places in the map, with their lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"
#include "qemu/units.h"

#define ARGS    "-audio none"
enum { MILLISECOND = 1000000 };

/* With the GIC's inputs for qtest_get_irq(). */
static QTestState *start(const char *args)
{
    QTestState *s = fvp_start_open(args);

    qtest_irq_intercept_in(s, "/machine/map/gicd");
    return s;
}

/* Part number, designer and class, as drivers tell PrimeCells apart. */
static void test_ids(void)
{
    enum { PIDR0 = 0xfe0, CIDR0 = 0xff0, DESIGNER_ARM = 0x41 };
    static const struct {
        const char *name;
        uint64_t base;
        unsigned part;
    } cells[] = {
        { "AACI", 0x1c040000, 0x041 }, { "MMC", 0x1c050000, 0x181 },
        { "KMI0", 0x1c060000, 0x050 }, { "KMI1", 0x1c070000, 0x050 },
        { "UART0", 0x1c090000, 0x011 }, { "UART1", 0x1c0a0000, 0x011 },
        { "UART2", 0x1c0b0000, 0x011 }, { "UART3", 0x1c0c0000, 0x011 },
        { "timer 0", 0x1c110000, 0x804 }, { "timer 1", 0x1c120000, 0x804 },
        { "RTC", 0x1c170000, 0x031 }, { "CLCD", 0x1c1f0000, 0x111 },
    };
    QTestState *s = fvp_start_open(ARGS);

    for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
        uint32_t id = 0, class = 0;

        for (unsigned byte = 0; byte < 4; byte++) {
            id |= (qtest_readl(s, cells[i].base + PIDR0 + 4 * byte) & 0xff)
                  << 8 * byte;
            class |= (qtest_readl(s, cells[i].base + CIDR0 + 4 * byte) & 0xff)
                     << 8 * byte;
        }
        g_test_message("%s: id 0x%08x", cells[i].name, id);
        g_assert_cmphex(id & 0xfff, ==, cells[i].part);
        g_assert_cmphex(id >> 12 & 0xff, ==, DESIGNER_ARM);
        g_assert_cmphex(class, ==, 0xb105f00d);
    }
    qtest_quit(s);
}

/* PL011 (DDI 0183): what is sent comes back, and raises its own line only. */
static void test_uarts(void)
{
    enum {
        DR = 0x00, FR = 0x18, IBRD = 0x24, LCR_H = 0x2c, CR = 0x30,
        IMSC = 0x38, RIS = 0x3c, MIS = 0x40, ICR = 0x44,
        RXFE = 1 << 4, RXI = 1 << 4, LBE_ON = 1 | 1 << 7 | 3 << 8,
        FIRST_SPI = 5, UARTS = 4,
    };
    QTestState *s = start(ARGS);

    for (unsigned n = 0; n < UARTS; n++) {
        uint64_t base = 0x1c090000 + n * 0x10000;

        qtest_writel(s, base + CR, LBE_ON);
        qtest_writel(s, base + IMSC, RXI);
        g_assert_cmphex(qtest_readl(s, base + FR) & RXFE, ==, RXFE);
        g_assert_false(qtest_get_irq(s, FIRST_SPI + n));
        qtest_writel(s, base + DR, 'a' + n);
        for (unsigned i = 0; i < UARTS; i++) {
            g_assert_cmpint(qtest_get_irq(s, FIRST_SPI + i), ==, i == n);
        }
        g_assert_cmphex(qtest_readl(s, base + MIS) & RXI, ==, RXI);
        g_assert_cmphex(qtest_readl(s, base + DR), ==, 'a' + n);
        g_assert_cmphex(qtest_readl(s, base + FR) & RXFE, ==, RXFE);
        qtest_writel(s, base + ICR, RXI);
        g_assert_false(qtest_get_irq(s, FIRST_SPI + n));
    }
    qtest_quit(s);
}

/* UART n is -serial n; a character from there is an interrupt. */
static void test_serial(void)
{
    enum { CR = 0x30, DR = 0, ON = 1 | 3 << 8 };
    static const char name[] = "UART?";
    g_autofree char *folder = g_dir_make_tmp("cca-fvp-XXXXXX", NULL);
    g_autoptr(GString) args = g_string_new(ARGS);
    QTestState *s;

    for (unsigned n = 0; n < 4; n++) {
        g_string_append_printf(args, " -serial file:%s/%u", folder, n);
    }
    s = start(args->str);
    for (unsigned n = 0; n < 4; n++) {
        uint64_t base = 0x1c090000 + n * 0x10000;

        qtest_writel(s, base + CR, ON);
        for (unsigned i = 0; i < 5; i++) {
            qtest_writel(s, base + DR, i < 4 ? (uint8_t)name[i] : '0' + n);
        }
    }
    qtest_quit(s);
    for (unsigned n = 0; n < 4; n++) {
        g_autofree char *path = g_strdup_printf("%s/%u", folder, n);
        g_autofree char *wanted = g_strdup_printf("UART%u", n);
        g_autofree char *text = NULL;

        g_assert(g_file_get_contents(path, &text, NULL, NULL));
        g_assert_cmpstr(text, ==, wanted);
        unlink(path);
    }
    rmdir(folder);
}

/* SP804 (DDI 0271): both timers of both, by the clock of 1 MHz. */
static void test_sp804(void)
{
    enum {
        LOAD = 0x00, VALUE = 0x04, CONTROL = 0x08, INTCLR = 0x0c, RIS = 0x10,
        MIS = 0x14, ONE_SHOT_32_ON = 1 << 7 | 1 << 5 | 1 << 1 | 1,
        TICKS = 5000, SPI = 2,
    };
    QTestState *s = start(ARGS);

    for (unsigned n = 0; n < 4; n++) {
        uint64_t base = 0x1c110000 + n / 2 * 0x10000 + n % 2 * 0x20;

        qtest_writel(s, base + LOAD, TICKS);
        qtest_writel(s, base + CONTROL, ONE_SHOT_32_ON);
        fvp_step(s, 4 * MILLISECOND);
        g_assert_cmpuint(qtest_readl(s, base + VALUE), >, 900);
        g_assert_cmpuint(qtest_readl(s, base + VALUE), <=, 1001);
        g_assert_false(qtest_get_irq(s, SPI + n / 2));
        fvp_step(s, 2 * MILLISECOND);
        g_assert_true(qtest_get_irq(s, SPI + n / 2));
        g_assert_false(qtest_get_irq(s, SPI + !(n / 2)));
        g_assert_cmpuint(qtest_readl(s, base + MIS), ==, 1);
        g_assert_cmpuint(qtest_readl(s, base + VALUE), ==, 0);
        qtest_writel(s, base + INTCLR, 1);
        g_assert_false(qtest_get_irq(s, SPI + n / 2));
    }
    qtest_quit(s);
}

/* PL031 (DDI 0224): seconds, and an alarm. */
static void test_rtc(void)
{
    enum {
        DR = 0x00, MR = 0x04, LR = 0x08, CR = 0x0c, IMSC = 0x10, MIS = 0x18,
        ICR = 0x1c, SPI = 4, SOME_DAY = 1000000000,
    };
    const uint64_t base = 0x1c170000;
    QTestState *s = start("-rtc base=2001-09-09T01:46:40,clock=vm " ARGS);
    uint32_t now = qtest_readl(s, base + DR);

    g_assert_cmpuint(now, ==, SOME_DAY);
    fvp_step(s, 10 * NANOSECONDS_PER_SECOND);
    g_assert_cmpuint(qtest_readl(s, base + DR), ==, now + 10);
    qtest_writel(s, base + IMSC, 1);
    qtest_writel(s, base + MR, now + 13);
    fvp_step(s, 2 * NANOSECONDS_PER_SECOND);
    g_assert_false(qtest_get_irq(s, SPI));
    fvp_step(s, 2 * NANOSECONDS_PER_SECOND);
    g_assert_true(qtest_get_irq(s, SPI));
    g_assert_cmpuint(qtest_readl(s, base + MIS), ==, 1);
    qtest_writel(s, base + ICR, 1);
    g_assert_false(qtest_get_irq(s, SPI));
    qtest_writel(s, base + LR, 77);
    g_assert_cmpuint(qtest_readl(s, base + DR), ==, 77);
    qtest_quit(s);
}

/* The bank register tells a 91C111; bank 3 has its revision. */
static void test_ethernet(void)
{
    enum { BANK = 14, REVISION = 10, CHIP_91C111 = 9 };
    const uint64_t base = 0x1a000000;
    QTestState *s = fvp_start_open(ARGS);

    g_assert_cmphex(qtest_readw(s, base + BANK) >> 8, ==, 0x33);
    for (unsigned bank = 0; bank < 4; bank++) {
        qtest_writew(s, base + BANK, bank);
        g_assert_cmphex(qtest_readw(s, base + BANK), ==, 0x3300 | bank);
    }
    g_assert_cmphex(qtest_readb(s, base + REVISION) >> 4, ==, CHIP_91C111);
    qtest_quit(s);
}

/* Two chips of 16 bits side by side, with the Intel command set (CFI 0001). */
static void test_flash(void)
{
    enum {
        QUERY = 0x980098, QUERY_AT = 0x55, READ = 0xff00ff, STATUS = 0x700070,
        PROGRAM = 0x400040, ERASE = 0x200020, CONFIRM = 0xd000d0,
        READY = 0x800080, SECTOR = 256 * KiB,
        CFI_SIZE = 0x27, CFI_SECTORS = 0x2d, CFI_SECTOR_SIZE = 0x2f,
    };
    QTestState *s = fvp_start_open(ARGS);

    for (uint64_t base = 0x08000000; base <= 0x0c000000; base += 64 * MiB) {
        uint64_t at = base + 3 * SECTOR;

        g_assert_cmphex(qtest_readl(s, base), ==, ~0u);
        g_assert_cmphex(qtest_readl(s, base + 64 * MiB - 4), ==, ~0u);
        qtest_writel(s, base + QUERY_AT * 4, QUERY);
        g_assert_cmphex(qtest_readl(s, base + 0x10 * 4), ==, 'Q' << 16 | 'Q');
        g_assert_cmphex(qtest_readl(s, base + 0x11 * 4), ==, 'R' << 16 | 'R');
        g_assert_cmphex(qtest_readl(s, base + 0x12 * 4), ==, 'Y' << 16 | 'Y');
        g_assert_cmphex(qtest_readl(s, base + 0x13 * 4), ==, 1 << 16 | 1);
        /* Each chip has half of it. */
        g_assert_cmpuint(1 << (qtest_readl(s, base + CFI_SIZE * 4) & 0xff), ==,
                         32 * MiB);
        g_assert_cmpuint((qtest_readl(s, base + CFI_SECTORS * 4) & 0xff) + 1,
                         ==, 64 * MiB / SECTOR);
        g_assert_cmpuint((qtest_readl(s, base + CFI_SECTOR_SIZE * 4) & 0xff) |
                         (qtest_readl(s, base + (CFI_SECTOR_SIZE + 1) * 4) &
                          0xff) << 8, ==, SECTOR / 2 / 256);
        qtest_writel(s, base, READ);
        g_assert_cmphex(qtest_readl(s, base + 0x10 * 4), ==, ~0u);

        qtest_writel(s, at + 8, PROGRAM);
        qtest_writel(s, at + 8, 0x12345678);
        qtest_writel(s, at, STATUS);
        g_assert_cmphex(qtest_readl(s, at), ==, READY);
        qtest_writel(s, at, READ);
        g_assert_cmphex(qtest_readl(s, at + 8), ==, 0x12345678);
        g_assert_cmphex(qtest_readl(s, at + 12), ==, ~0u);
        /* The other flash has nothing of it; a reset takes nothing away. */
        g_assert_cmphex(qtest_readl(s, (at ^ 0x04000000) + 8), ==, ~0u);
        fvp_reset(s);
        g_assert_cmphex(qtest_readl(s, at + 8), ==, 0x12345678);

        qtest_writel(s, at, ERASE);
        qtest_writel(s, at, CONFIRM);
        qtest_writel(s, at, READ);
        g_assert_cmphex(qtest_readl(s, at + 8), ==, ~0u);
    }
    qtest_quit(s);
}

/*
 * PL111 (DDI 0293): switched on before one or both of the timing registers
 * have a value, it has few pixels, not none.
 */
static void test_clcd(void)
{
    enum { BASE = 0x1c1f0000, TIMING0 = 0, TIMING1 = 4, CONTROL = 0x18,
           ON = 1 | 1 << 11 };
    static const struct {
        bool timing0, timing1;
    } runs[] = { { false, false }, { false, true }, { true, false } };

    for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
        QTestState *s = fvp_start_open(ARGS);

        g_assert_cmphex(qtest_readl(s, BASE + TIMING0), ==, 0);
        g_assert_cmphex(qtest_readl(s, BASE + TIMING1), ==, 0);
        if (runs[i].timing0) {
            qtest_writel(s, BASE + TIMING0, 0x7c);
        }
        if (runs[i].timing1) {
            qtest_writel(s, BASE + TIMING1, 0x1df);
        }
        qtest_writel(s, BASE + CONTROL, ON);
        g_assert_cmphex(qtest_readl(s, BASE + CONTROL), ==, ON);
        fvp_reset(s);
        qtest_writel(s, BASE + CONTROL, 0);
        qtest_writel(s, BASE + CONTROL, ON);
        g_assert_cmphex(qtest_readl(s, BASE + CONTROL), ==, ON);
        qtest_quit(s);
    }
}

/* SBSA Generic Watchdog (DEN0029): first stage is an interrupt. */
static void test_gwdt(void)
{
    enum { REFRESH = 0x2a450000, CONTROL = 0x2a440000, WCS = 0, WOR = 8,
           IIDR = 0xfcc, EN = 1, WS0 = 2, WS1 = 4, SPI = 27, HZ = 100000000,
           ARM = 0x43b };
    QTestState *s = start(ARGS);

    g_assert_cmphex(qtest_readl(s, CONTROL + IIDR) & 0xfff, ==, ARM);
    g_assert_cmphex(qtest_readl(s, REFRESH + IIDR) & 0xfff, ==, ARM);
    qtest_writel(s, CONTROL + WOR, HZ / 100);
    qtest_writel(s, CONTROL + WCS, EN);
    fvp_step(s, 9 * MILLISECOND);
    qtest_writel(s, REFRESH, 1);
    fvp_step(s, 9 * MILLISECOND);
    g_assert_false(qtest_get_irq(s, SPI));
    fvp_step(s, 2 * MILLISECOND);
    g_assert_true(qtest_get_irq(s, SPI));
    g_assert_cmphex(qtest_readl(s, CONTROL + WCS), ==, EN | WS0);
    qtest_writel(s, REFRESH, 1);
    g_assert_cmphex(qtest_readl(s, CONTROL + WCS), ==, EN);
    fvp_step(s, 25 * MILLISECOND);
    qtest_qmp_eventwait(s, "WATCHDOG");
    qtest_quit(s);
}

static const uint64_t transports[] = {
    0x1c130000, 0x1c140000, 0x1c150000, 0x1c200000,
};
enum { MMIO_MAGIC = 0, MMIO_VERSION = 4, MMIO_DEVICE = 8 };

/* DeviceID of each transport: 0 for an empty one. */
static void check_transports(const char *args, const uint32_t *device)
{
    QTestState *s = fvp_start_open(args);

    for (unsigned n = 0; n < ARRAY_SIZE(transports); n++) {
        uint64_t base = transports[n];

        g_assert_cmphex(qtest_readl(s, base + MMIO_MAGIC), ==, 0x74726976);
        g_assert_cmpuint(qtest_readl(s, base + MMIO_VERSION), ==, 2);
        g_assert_cmpuint(qtest_readl(s, base + MMIO_DEVICE), ==, device[n]);
    }
    qtest_quit(s);
}

#define BLOCK   " -blockdev null-co,node-name=b,read-zeroes=on " \
                "-device virtio-blk-device,drive=b"
#define RNG     " -device virtio-rng-device"

static void test_virtio(void)
{
    enum { BLK = 2, ENTROPY = 4 };
    static const struct {
        const char *args;
        uint32_t device[4];
    } runs[] = {
        { ARGS, { 0 } },
        { ARGS BLOCK, { BLK } },
        { ARGS BLOCK RNG, { BLK, ENTROPY } },
        { ARGS RNG BLOCK, { ENTROPY, BLK } },
        { ARGS RNG RNG RNG RNG, { ENTROPY, ENTROPY, ENTROPY, ENTROPY } },
        { ARGS BLOCK ",bus=virtio-mmio-bus.0", { BLK } },
        { ARGS BLOCK ",bus=virtio-mmio-bus.1", { 0, BLK } },
        { ARGS BLOCK ",bus=virtio-mmio-bus.2" RNG, { ENTROPY, 0, BLK } },
        { ARGS BLOCK ",bus=virtio-mmio-bus.3", { 0, 0, 0, BLK } },
    };

    for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
        g_test_message("%s", runs[i].args);
        check_transports(runs[i].args, runs[i].device);
    }
}

/* A transport raises its own SPI: a cable is pulled. */
static void test_virtio_line(void)
{
    enum { STATUS = 0x70, INTERRUPT = 0x60, ACK = 0x64,
           DRIVER_OK = 4 | 1 | 2, CONFIG_CHANGED = 2, ALL_CAUSES = 3 };
    static const unsigned spis[] = { 42, 43, 44, 46 };

    for (unsigned n = 0; n < ARRAY_SIZE(spis); n++) {
        g_autofree char *args = g_strdup_printf(
            ARGS " -netdev hubport,id=n,hubid=1 -device virtio-net-device,"
            "netdev=n,id=d,bus=virtio-mmio-bus.%u", n);
        QTestState *s = start(args);
        uint64_t base = transports[n];

        qtest_writel(s, base + STATUS, DRIVER_OK);
        g_assert_false(qtest_get_irq(s, spis[n]));
        qtest_qmp_assert_success(s, "{ 'execute': 'set_link', 'arguments':"
                                 " { 'name': 'd', 'up': false } }");
        for (unsigned i = 0; i < ARRAY_SIZE(spis); i++) {
            g_assert_cmpint(qtest_get_irq(s, spis[i]), ==, i == n);
        }
        g_assert_cmphex(qtest_readl(s, base + INTERRUPT) & CONFIG_CHANGED, ==,
                        CONFIG_CHANGED);
        qtest_writel(s, base + ACK, ALL_CAUSES);
        g_assert_false(qtest_get_irq(s, spis[n]));
        qtest_quit(s);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/cca/fvp/board/ids", test_ids);
    qtest_add_func("/cca/fvp/board/uarts", test_uarts);
    qtest_add_func("/cca/fvp/board/serial", test_serial);
    qtest_add_func("/cca/fvp/board/sp804", test_sp804);
    qtest_add_func("/cca/fvp/board/rtc", test_rtc);
    qtest_add_func("/cca/fvp/board/ethernet", test_ethernet);
    qtest_add_func("/cca/fvp/board/flash", test_flash);
    qtest_add_func("/cca/fvp/board/clcd", test_clcd);
    qtest_add_func("/cca/fvp/board/gwdt", test_gwdt);
    qtest_add_func("/cca/fvp/board/virtio", test_virtio);
    qtest_add_func("/cca/fvp/board/virtio-line", test_virtio_line);
    return g_test_run();
}
