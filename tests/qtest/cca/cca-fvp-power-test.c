/*
 * The power controller of cca-fvp: registers, and PEs that really go off and
 * come back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp.h"

enum { PPOFFR = 0x0, PPONR = 0x4, PCOFFR = 0x8, PWKUPR = 0xc, PSYSR = 0x10 };
enum { WAKE_COLD, WAKE_RESET, WAKE_PPONR, WAKE_GIC };
#define WEN             0x80000000u
#define PSYSR_L2        0x80000000u
#define PSYSR_L1        0x40000000u
#define PSYSR_L0        0x20000000u
#define PSYSR_WEN       0x10000000u
#define PSYSR_PC        0x08000000u
#define PSYSR_PP        0x04000000u
#define PSYSR_WK(x)     ((x) << 24)
#define NO_PE           0xffffffffu
/* With MT, which is the default: the PE, its core, its cluster. */
#define OFF             PSYSR_L2
#define ON              (PSYSR_L2 | PSYSR_L1 | PSYSR_L0)
enum { POLL_US = 200, POLLS = 600000 };

static uint32_t psysr_id(QTestState *s, uint32_t id)
{
    qtest_writel(s, FVP_PWRC + PSYSR, id);
    return qtest_readl(s, FVP_PWRC + PSYSR);
}

/* Without the affinity, which is checked. */
static uint32_t psysr(QTestState *s, unsigned pe)
{
    uint32_t value = psysr_id(s, fvp_affinity(pe, true));

    g_assert_cmphex(value & 0xffffff, ==, fvp_affinity(pe, true));
    return value & 0xff000000;
}

static void request(QTestState *s, unsigned reg, unsigned pe, uint32_t more)
{
    qtest_writel(s, FVP_PWRC + reg, fvp_affinity(pe, true) | more);
}

static void wait_for_psysr(QTestState *s, unsigned pe, uint32_t value)
{
    for (unsigned i = 0; psysr(s, pe) != value; i++) {
        if (i == POLLS) {
            g_error("PSYSR of PE %u is 0x%08x, not 0x%08x", pe, psysr(s, pe),
                    value);
        }
        g_usleep(POLL_US);
    }
}

static void reset(QTestState *s)
{
    qtest_system_reset(s);
}

/* --- registers, without a running guest --- */

static QTestState *start(const char *args)
{
    return qtest_initf("-accel qtest -M cca-fvp -net none %s", args);
}

/* Any number of PEs, in both layouts of MPIDR_EL1. */
static void test_topology(void)
{
    for (unsigned mt = 0; mt < 2; mt++) {
        for (unsigned pes = 1; pes <= 8; pes++) {
            g_autofree char *args = g_strdup_printf(
                "-M mt=%s -smp %u", mt ? "on" : "off", pes);
            QTestState *s = start(args);

            for (unsigned pe = 0; pe < 8; pe++) {
                uint32_t id = fvp_affinity(pe, mt), expected = id;

                if (pe == 0) {
                    expected |= PSYSR_L0 | (mt ? PSYSR_L1 : 0);
                }
                if (pe < 4) {
                    expected |= mt ? PSYSR_L2 : PSYSR_L1;
                }
                g_assert_cmphex(psysr_id(s, id), ==,
                                pe < pes ? expected : NO_PE);
                /* MT and what is above do not count. */
                g_assert_cmphex(psysr_id(s, id | 0x81000000), ==,
                                pe < pes ? expected : NO_PE);
            }
            g_assert_cmphex(psysr_id(s, mt ? 0x000001 : 0x010000), ==, NO_PE);
            g_assert_cmphex(psysr_id(s, 0xffffff), ==, NO_PE);
            qtest_quit(s);
        }
    }
}

static void test_requests(void)
{
    QTestState *s = start("-smp 8");

    request(s, PPOFFR, 0, 0);
    g_assert_cmphex(psysr(s, 0), ==, ON | PSYSR_PP);
    g_assert_cmphex(qtest_readl(s, FVP_PWRC + PPOFFR), ==, 0);
    request(s, PCOFFR, 1, 0);
    g_assert_cmphex(psysr(s, 0), ==, ON | PSYSR_PP | PSYSR_PC);
    g_assert_cmphex(psysr(s, 1), ==, OFF | PSYSR_PC);
    g_assert_cmphex(qtest_readl(s, FVP_PWRC + PCOFFR), ==, 0x100);
    /* PPONR to one that is on takes back what is not done yet. */
    request(s, PPONR, 0, 0);
    g_assert_cmphex(psysr(s, 0), ==, ON);
    g_assert_cmphex(psysr(s, 1), ==, OFF);
    /* Nothing to switch off. */
    request(s, PPOFFR, 1, 0);
    request(s, PCOFFR, 4, 0);
    g_assert_cmphex(psysr(s, 1), ==, OFF);
    g_assert_cmphex(psysr(s, 4), ==, 0);
    request(s, PWKUPR, 3, WEN);
    g_assert_cmphex(psysr(s, 3), ==, OFF | PSYSR_WEN);
    g_assert_cmphex(psysr(s, 2), ==, OFF);
    request(s, PWKUPR, 3, 0);
    g_assert_cmphex(psysr(s, 3), ==, OFF);
    /* Nobody. */
    for (unsigned reg = PPOFFR; reg <= PWKUPR; reg += 4) {
        qtest_writel(s, FVP_PWRC + reg, WEN | 0x123456);
        g_assert_cmphex(qtest_readl(s, FVP_PWRC + reg), ==, WEN | 0x123456);
    }
    for (unsigned pe = 0; pe < 8; pe++) {
        g_assert_cmphex(psysr(s, pe), ==, pe == 0 ? ON : pe < 4 ? OFF : 0);
    }
    /* No register. */
    for (unsigned offset = PSYSR + 4; offset < 0x1000; offset += 4) {
        qtest_writel(s, FVP_PWRC + offset, 0x100);
        g_assert_cmphex(qtest_readl(s, FVP_PWRC + offset), ==, 0);
    }
    g_assert_cmphex(psysr(s, 1), ==, OFF);
    qtest_quit(s);
}

static void test_on(void)
{
    QTestState *s = start("-smp 8");

    request(s, PPONR, 6, 0);
    g_assert_cmphex(psysr(s, 6), ==, ON | PSYSR_WK(WAKE_PPONR));
    /* Its cluster came with it. */
    g_assert_cmphex(psysr(s, 4), ==, OFF);
    g_assert_cmphex(psysr(s, 1), ==, OFF);
    reset(s);
    g_assert_cmphex(psysr(s, 6), ==, PSYSR_WK(WAKE_RESET));
    g_assert_cmphex(psysr(s, 0), ==, ON | PSYSR_WK(WAKE_RESET));
    g_assert_cmphex(qtest_readl(s, FVP_PWRC + PPONR), ==, 0);
    qtest_quit(s);
}

static void test_startup(void)
{
    static const char *const bad[] = {
        "", "0.0.0", "0.0.0.0.0", "0.0.0.256", "0.0.0.-1", "0.0.0.x",
        "0.0.0.0,", "0.0.0.**", "9.0.0.0",
    };
    QTestState *s = start("-smp 8 -global "
                          "cca-fvp-pwrc.startup=0.0.1.0,0.1.*.0");

    for (unsigned pe = 0; pe < 8; pe++) {
        g_assert_cmphex(psysr(s, pe), ==, pe == 1 || pe >= 4 ? ON : OFF);
    }
    qtest_quit(s);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *global = g_strdup_printf("cca-fvp-pwrc.startup=%s",
                                                  bad[i]);
        const char *args[] = {
            "-display", "none", "-S", "-accel", "tcg", "-M", "cca-fvp",
            "-net", "none", "-vga", "none", "-global", global, NULL,
        };
        g_autofree char *err = qemu_refusal(args);

        g_assert(strstr(err, "startup"));
    }
}

/* --- PEs that run --- */

static void enable_on(QTestState *s, unsigned pe)
{
    request(s, PPONR, pe, 0);
    fvp_wait_for_boots(s, pe, 1);
}

static void test_off_and_on(void)
{
    QTestState *s = fvp_start("-smp 8");

    g_assert_cmpuint(fvp_boots(s, 1), ==, 0);
    enable_on(s, 1);
    g_assert_cmphex(psysr(s, 1), ==, ON | PSYSR_WK(WAKE_PPONR));
    /* It works on until it idles. */
    request(s, PPOFFR, 1, 0);
    g_assert_cmphex(fvp_load(s, 1, 0).value, ==, 0xd53800a0);
    g_assert_cmphex(psysr(s, 1), ==,
                    ON | PSYSR_PP | PSYSR_WK(WAKE_PPONR));
    fvp_wfi(s, 1);
    wait_for_psysr(s, 1, OFF | PSYSR_WK(WAKE_PPONR));
    g_assert_cmpuint(fvp_boots(s, 1), ==, 1);
    /* From the reset vector again, more than once, and so does PE 0. */
    for (unsigned pe = 0; pe < 2; pe++) {
        for (unsigned i = 2; i < 12; i++) {
            request(s, PPOFFR, pe, 0);
            fvp_wfi(s, pe);
            wait_for_psysr(s, pe, OFF | (pe == 0 && i == 2 ? 0 :
                                         PSYSR_WK(WAKE_PPONR)));
            request(s, PPONR, pe, 0);
            g_assert_cmphex(psysr(s, pe), ==, ON | PSYSR_WK(WAKE_PPONR));
            fvp_wait_for_boots(s, pe, i);
        }
    }
    g_assert_cmphex(fvp_load(s, 0, 0).value, ==, 0xd53800a0);
    qtest_quit(s);
}

/* A request that comes while the PE idles already. */
static void test_off_while_idle(void)
{
    QTestState *s = fvp_start("-smp 2");

    enable_on(s, 1);
    fvp_wfi(s, 1);
    g_usleep(20000);            /* most likely it idles by then */
    g_assert_cmphex(psysr(s, 1), ==, ON | PSYSR_WK(WAKE_PPONR));
    request(s, PPOFFR, 1, 0);
    wait_for_psysr(s, 1, OFF | PSYSR_WK(WAKE_PPONR));
    g_assert_cmpuint(fvp_boots(s, 1), ==, 1);
    qtest_quit(s);
}

static void test_cluster(void)
{
    QTestState *s = fvp_start("-smp 8");
    const uint32_t up = PSYSR_WK(WAKE_PPONR);

    enable_on(s, 4);
    enable_on(s, 7);
    request(s, PCOFFR, 4, 0);
    fvp_wfi(s, 4);
    /* PE 7 still works, and so PE 4 only sleeps. */
    g_assert_cmphex(fvp_load(s, 7, 0).value, ==, 0xd53800a0);
    g_assert_cmphex(psysr(s, 4), ==, ON | PSYSR_PC | up);
    g_assert_cmphex(psysr(s, 7), ==, ON | PSYSR_PC | up);
    g_assert_cmphex(psysr(s, 5), ==, OFF | PSYSR_PC);
    fvp_wfi(s, 7);
    wait_for_psysr(s, 4, up);
    wait_for_psysr(s, 7, up);
    g_assert_cmphex(psysr(s, 5), ==, 0);
    g_assert_cmphex(psysr(s, 0), ==, ON);
    request(s, PPONR, 7, 0);
    fvp_wait_for_boots(s, 7, 2);
    g_assert_cmphex(psysr(s, 7), ==, ON | up);
    g_assert_cmphex(psysr(s, 4), ==, OFF | up);
    g_assert_cmpuint(fvp_boots(s, 4), ==, 1);
    /* As firmware does it: the last one asks for itself and its cluster. */
    request(s, PCOFFR, 7, 0);
    request(s, PPOFFR, 7, 0);
    fvp_wfi(s, 7);
    wait_for_psysr(s, 7, up);
    g_assert_cmphex(psysr(s, 4), ==, up);
    qtest_quit(s);
}

/* --- interrupts --- */

enum { PPI = 20, GICD_CTLR = 0, GICR_ISENABLER0 = 0x10100,
       GICR_ISPENDR0 = 0x10200, GICR_ICPENDR0 = 0x10280 };

static uint64_t gicr(unsigned pe, unsigned reg)
{
    return FVP_GICR + pe * 0x20000 + reg;
}

/* Group 0, highest priority; nobody's CPU interface is enabled. */
static void enable_ppi(QTestState *s, unsigned pe)
{
    fvp_write(s, FVP_GICD + GICD_CTLR, 1);
    fvp_write(s, gicr(pe, GICR_ISENABLER0), 1u << PPI);
}

static void test_wake(void)
{
    QTestState *s = fvp_start("-smp 4");
    const uint32_t up = PSYSR_WK(WAKE_PPONR);

    for (unsigned pe = 1; pe < 4; pe++) {
        enable_on(s, pe);
        enable_ppi(s, pe);
    }
    /* Off first, then the interrupt. */
    request(s, PWKUPR, 1, WEN);
    request(s, PPOFFR, 1, 0);
    fvp_wfi(s, 1);
    wait_for_psysr(s, 1, OFF | PSYSR_WEN | up);
    fvp_write(s, gicr(2, GICR_ISPENDR0), 1u << PPI);
    g_assert_cmphex(psysr(s, 1), ==, OFF | PSYSR_WEN | up);
    fvp_write(s, gicr(1, GICR_ISPENDR0), 1u << PPI);
    g_assert_cmphex(psysr(s, 1), ==, ON | PSYSR_WEN | PSYSR_WK(WAKE_GIC));
    fvp_wait_for_boots(s, 1, 2);
    /* The interrupt waits before the PE is off. */
    request(s, PWKUPR, 2, WEN);
    request(s, PPOFFR, 2, 0);
    fvp_wfi(s, 2);
    fvp_wait_for_boots(s, 2, 2);
    g_assert_cmphex(psysr(s, 2), ==, ON | PSYSR_WEN | PSYSR_WK(WAKE_GIC));
    /* Nobody said that it shall wake the PE; then somebody does. */
    request(s, PPOFFR, 3, 0);
    fvp_wfi(s, 3);
    wait_for_psysr(s, 3, OFF | up);
    fvp_write(s, gicr(3, GICR_ISPENDR0), 1u << PPI);
    g_assert_cmphex(psysr(s, 3), ==, OFF | up);
    request(s, PWKUPR, 3, WEN);
    g_assert_cmphex(psysr(s, 3), ==, ON | PSYSR_WEN | PSYSR_WK(WAKE_GIC));
    fvp_wait_for_boots(s, 3, 2);
    qtest_quit(s);
}

/* --- reset and migration of all of this --- */

static void test_reset(void)
{
    QTestState *s = fvp_start("-smp 8");
    const uint32_t reset_on = ON | PSYSR_WK(WAKE_RESET);

    enable_on(s, 1);
    enable_on(s, 4);
    request(s, PWKUPR, 4, WEN);
    request(s, PPOFFR, 0, 0);
    fvp_wfi(s, 0);
    wait_for_psysr(s, 0, OFF);
    reset(s);
    fvp_wait_for_boots(s, 0, 2);
    g_assert_cmphex(psysr(s, 0), ==, reset_on);
    g_assert_cmphex(psysr(s, 1), ==, OFF | PSYSR_WK(WAKE_RESET));
    g_assert_cmphex(psysr(s, 4), ==, PSYSR_WK(WAKE_RESET));
    g_assert_cmpuint(fvp_boots(s, 1), ==, 1);
    request(s, PPONR, 1, 0);
    fvp_wait_for_boots(s, 1, 2);
    qtest_quit(s);
}

static void test_migration(void)
{
    QTestState *s = fvp_start("-smp 8");
    const uint32_t up = PSYSR_WK(WAKE_PPONR);

    enable_on(s, 1);
    enable_on(s, 2);
    enable_on(s, 3);
    enable_ppi(s, 1);
    request(s, PWKUPR, 1, WEN);
    request(s, PPOFFR, 1, 0);
    fvp_wfi(s, 1);
    wait_for_psysr(s, 1, OFF | PSYSR_WEN | up);
    request(s, PPOFFR, 2, 0);
    request(s, PCOFFR, 2, 0);
    s = fvp_migrate(s, fvp_start_paused("-smp 8 -incoming defer"));
    g_assert_cmphex(psysr(s, 0), ==, ON | PSYSR_PC);
    g_assert_cmphex(psysr(s, 1), ==, OFF | PSYSR_PC | PSYSR_WEN | up);
    g_assert_cmphex(psysr(s, 2), ==, ON | PSYSR_PP | PSYSR_PC | up);
    g_assert_cmphex(psysr(s, 3), ==, ON | PSYSR_PC | up);
    /* What was asked for before happens after. */
    fvp_wfi(s, 2);
    wait_for_psysr(s, 2, OFF | PSYSR_PC | up);
    fvp_write(s, gicr(1, GICR_ISPENDR0), 1u << PPI);
    fvp_wait_for_boots(s, 1, 2);
    g_assert_cmphex(psysr(s, 1), ==, ON | PSYSR_WEN | PSYSR_WK(WAKE_GIC));
    g_assert_cmphex(psysr(s, 3), ==, ON | up);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/fvp-power/topology", test_topology);
    qtest_add_func("cca/fvp-power/requests", test_requests);
    qtest_add_func("cca/fvp-power/on", test_on);
    qtest_add_func("cca/fvp-power/startup", test_startup);
    qtest_add_func("cca/fvp-power/off-and-on", test_off_and_on);
    qtest_add_func("cca/fvp-power/off-while-idle", test_off_while_idle);
    qtest_add_func("cca/fvp-power/cluster", test_cluster);
    qtest_add_func("cca/fvp-power/wake", test_wake);
    qtest_add_func("cca/fvp-power/reset", test_reset);
    qtest_add_func("cca/fvp-power/migration", test_migration);
    return g_test_run();
}
