/*
 * cca-fvp: the SP805 watchdogs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"

enum {
    LOAD = 0x000, VALUE = 0x004, CONTROL = 0x008, INTCLR = 0x00c, RIS = 0x010,
    MIS = 0x014, LOCK = 0xc00, ITCR = 0xf00, ITOP = 0xf04,
};
enum { INTEN = 1, RESEN = 2 };
#define UNLOCK      0x1acce551u
#define ALL         UINT32_MAX
#define HZ          32768

typedef struct Dog {
    const char *name;
    uint64_t base;
    unsigned spi;
} Dog;

static const Dog dogs[] = {
    { "normal", FVP_WATCHDOG, FVP_WATCHDOG_SPI },
    { "trusted", FVP_TRUSTED_WATCHDOG, FVP_TRUSTED_WATCHDOG_SPI },
};

static const FvpReg registers[] = {
    { "WDOGVALUE",      VALUE, ALL, 0, ALL },
    { "WDOGLOAD",       LOAD, ALL, 0x12345678, 0x12345678 },
    { "WDOGCONTROL",    CONTROL, 0, ~INTEN, RESEN },
    { "WDOGINTCLR",     INTCLR, 0, ALL, 0 },
    { "WDOGRIS",        RIS, 0, ALL, 0 },
    { "WDOGMIS",        MIS, 0, ALL, 0 },
    { "WDOGITCR",       ITCR, 0, ALL, 1 },
    { "WDOGITOP",       ITOP, 0, 2, 0 },
    { "nothing",        0x018, 0, ALL, 0 },
    { "WDOGLOCK",       LOCK, 0, 0, 1 },
};

static void test_registers(const void *data)
{
    const Dog *d = data;
    QTestState *s = fvp_start_open("");

    fvp_check_registers(s, d->base, registers, ARRAY_SIZE(registers));
    fvp_check_primecell(s, d->base, 0x805, 1);
    qtest_quit(s);
}

/* @ticks of its clock go by; it is between two of them then. */
static void step(QTestState *s, uint64_t ticks)
{
    fvp_step(s, ticks * NANOSECONDS_PER_SECOND / HZ);
}

/* Half a tick, so that rounding is out of the way. */
static void start(QTestState *s, const Dog *d, uint32_t load, unsigned how)
{
    qtest_writel(s, d->base + LOAD, load);
    qtest_writel(s, d->base + CONTROL, how);
    fvp_step(s, NANOSECONDS_PER_SECOND / HZ / 2);
}

static void expect(QTestState *s, const Dog *d, uint32_t value, bool ris,
                   bool line)
{
    g_assert_cmpuint(qtest_readl(s, d->base + VALUE), ==, value);
    g_assert_cmpuint(qtest_readl(s, d->base + RIS), ==, ris);
    g_assert_cmpuint(qtest_readl(s, d->base + MIS), ==, line);
    g_assert_cmpint(qtest_get_irq(s, d->spi), ==, line);
}

static QTestState *with_lines(const char *args)
{
    QTestState *s = fvp_start_open(args);

    qtest_irq_intercept_in(s, "/machine/map/gicd");
    return s;
}

/* Counts down, raises its line at 0, starts again; no reset without RESEN. */
static void test_interrupt(const void *data)
{
    const Dog *d = data;
    QTestState *s = with_lines("-action watchdog=pause");

    qtest_writel(s, d->base + LOAD, 1000);
    expect(s, d, 1000, false, false);
    step(s, 10);                        /* it is off */
    expect(s, d, 1000, false, false);
    start(s, d, 1000, INTEN);
    step(s, 999);
    expect(s, d, 1, false, false);
    step(s, 1);
    expect(s, d, 0, true, true);
    step(s, 1);
    expect(s, d, 1000, true, true);
    step(s, 400);
    expect(s, d, 600, true, true);
    step(s, 5 * 1001);
    expect(s, d, 600, true, true);
    qtest_writel(s, d->base + INTCLR, 0);
    expect(s, d, 1000, false, false);
    fvp_step(s, NANOSECONDS_PER_SECOND / HZ / 2);
    step(s, 1000);
    expect(s, d, 0, true, true);
    qtest_writel(s, d->base + CONTROL, 0);      /* stands, and is masked */
    step(s, 3);
    expect(s, d, 0, true, false);
    qtest_writel(s, d->base + CONTROL, INTEN);  /* from the start */
    expect(s, d, 1000, true, true);
    qtest_writel(s, d->base + LOAD, 7);         /* at once */
    expect(s, d, 7, true, true);
    g_assert(!qtest_qmp_event_ref(s, "WATCHDOG"));
    fvp_reset(s);
    expect(s, d, ALL, false, false);
    step(s, 10);
    expect(s, d, ALL, false, false);
    qtest_quit(s);
}

/* A second expiry that finds the interrupt still there. */
static void test_reset(const void *data)
{
    const Dog *d = data;
    QTestState *s = with_lines("-action watchdog=none");

    start(s, d, 100, INTEN | RESEN);
    step(s, 100);
    expect(s, d, 0, true, true);
    qtest_writel(s, d->base + INTCLR, 1);
    fvp_step(s, NANOSECONDS_PER_SECOND / HZ / 2);
    step(s, 100 + 100);
    expect(s, d, 1, true, true);
    g_assert(!qtest_qmp_event_ref(s, "WATCHDOG"));
    step(s, 1);
    qtest_qmp_eventwait(s, "WATCHDOG");
    step(s, 50);                        /* it has done its work */
    expect(s, d, 0, true, true);
    g_assert(!qtest_qmp_event_ref(s, "WATCHDOG"));
    qtest_quit(s);
}

/* By default it resets the machine; flags say why afterwards. */
static void test_action(const void *data)
{
    const Dog *d = data;
    QTestState *s = with_lines("");

    qtest_writel(s, FVP_SYSREGS + 0x38, 0x80000001);
    start(s, d, 1, INTEN | RESEN);
    step(s, 3);
    qtest_qmp_eventwait(s, "RESET");
    expect(s, d, ALL, false, false);
    g_assert_cmphex(qtest_readl(s, d->base + CONTROL), ==, 0);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + 0x38), ==, 0x80000001);
    qtest_quit(s);
}

static void test_lock(const void *data)
{
    const Dog *d = data;
    QTestState *s = with_lines("");

    start(s, d, 1000, INTEN);
    qtest_writel(s, d->base + LOCK, 0);
    g_assert_cmpuint(qtest_readl(s, d->base + LOCK), ==, 1);
    qtest_writel(s, d->base + LOAD, 5);
    qtest_writel(s, d->base + CONTROL, 0);
    qtest_writel(s, d->base + LOCK, UNLOCK + 1);
    g_assert_cmpuint(qtest_readl(s, d->base + LOAD), ==, 1000);
    g_assert_cmpuint(qtest_readl(s, d->base + CONTROL), ==, INTEN);
    step(s, 1000);
    qtest_writel(s, d->base + INTCLR, 0);
    expect(s, d, 0, true, true);
    qtest_writel(s, d->base + LOCK, UNLOCK);
    g_assert_cmpuint(qtest_readl(s, d->base + LOCK), ==, 0);
    qtest_writel(s, d->base + INTCLR, 0);
    expect(s, d, 1000, false, false);
    qtest_quit(s);
}

/* Integration test registers drive the outputs. */
static void test_integration(const void *data)
{
    const Dog *d = data;
    QTestState *s = with_lines("-action watchdog=none");

    qtest_writel(s, d->base + ITOP, 2);
    g_assert(!qtest_get_irq(s, d->spi));
    qtest_writel(s, d->base + ITCR, 1);
    g_assert(qtest_get_irq(s, d->spi));
    qtest_writel(s, d->base + ITOP, 1);
    g_assert(!qtest_get_irq(s, d->spi));
    qtest_qmp_eventwait(s, "WATCHDOG");
    qtest_quit(s);
}

/* The extremes of its counter, and a load of 0. */
static void test_extremes(const void *data)
{
    const Dog *d = data;
    QTestState *s = with_lines("-action watchdog=none");

    start(s, d, ALL, INTEN);
    step(s, ALL - 1);
    expect(s, d, 1, false, false);
    step(s, 1);
    expect(s, d, 0, true, true);
    step(s, 1);
    expect(s, d, ALL, true, true);
    qtest_writel(s, d->base + INTCLR, 0);
    g_assert(!qtest_get_irq(s, d->spi));
    qtest_writel(s, d->base + LOAD, 0);
    expect(s, d, 0, true, true);
    qtest_writel(s, d->base + INTCLR, 0);
    expect(s, d, 0, true, true);
    qtest_writel(s, d->base + CONTROL, INTEN | RESEN);
    step(s, 2);
    qtest_qmp_eventwait(s, "WATCHDOG");
    qtest_quit(s);
}

static void test_frequency(void)
{
    const Dog *d = &dogs[0];
    QTestState *s = with_lines("-global cca-sp805.clock-frequency=1000");
    static const char *const refused[] = {
        "-M", "cca-fvp", "-display", "none", "-S",
        "-global", "cca-sp805.clock-frequency=0", NULL,
    };
    g_autofree char *err = NULL;

    qtest_writel(s, d->base + LOAD, 100);
    qtest_writel(s, d->base + CONTROL, INTEN);
    fvp_step(s, 99999999);
    expect(s, d, 1, false, false);
    fvp_step(s, 1);
    expect(s, d, 0, true, true);
    qtest_quit(s);
    err = qemu_refusal(refused);
    g_assert(strstr(err, "clock-frequency=0"));
}

/* On to another QEMU in the middle of its last round. */
static void test_migration(const void *data)
{
    const Dog *d = data;
    g_autofree char *file = g_strdup_printf("%s/cca-fvp-watchdog-%d.state",
                                            g_get_tmp_dir(), getpid());
    g_autofree char *uri = g_strdup_printf("file:%s", file);
    g_autofree char *args = g_strdup_printf("-m 64M -action watchdog=none "
                                            "-incoming %s", uri);
    QTestState *s = fvp_start_open("-m 64M -action watchdog=none");
    int64_t now;

    step(s, 1000);
    start(s, d, 100, INTEN | RESEN);
    step(s, 150);
    qtest_writel(s, d->base + LOCK, 0);
    now = fvp_now();
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate', 'arguments':"
                             " { 'uri': %s } }", uri);
    wait_for_migration(s);
    qtest_quit(s);

    s = fvp_start_open(args);
    wait_for_migration(s);
    fvp_step(s, now);
    g_assert_cmpuint(qtest_readl(s, d->base + VALUE), ==, 51);
    g_assert_cmpuint(qtest_readl(s, d->base + RIS), ==, 1);
    g_assert_cmpuint(qtest_readl(s, d->base + LOCK), ==, 1);
    step(s, 50);
    g_assert(!qtest_qmp_event_ref(s, "WATCHDOG"));
    step(s, 1);
    qtest_qmp_eventwait(s, "WATCHDOG");
    qtest_quit(s);
    unlink(file);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(const void *data);
    } tests[] = {
        { "registers", test_registers }, { "interrupt", test_interrupt },
        { "reset", test_reset }, { "action", test_action },
        { "lock", test_lock }, { "integration", test_integration },
        { "extremes", test_extremes }, { "migration", test_migration },
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
        for (size_t n = 0; n < ARRAY_SIZE(dogs); n++) {
            g_autofree char *path = g_strdup_printf("/cca/fvp/watchdog/%s/%s",
                                                    tests[i].name,
                                                    dogs[n].name);

            qtest_add_data_func(path, &dogs[n], tests[i].test);
        }
    }
    qtest_add_func("/cca/fvp/watchdog/frequency", test_frequency);
    return g_test_run();
}
