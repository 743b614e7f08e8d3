/*
 * cca-fvp: system registers of the board, and the SP810.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"

enum {
    SYS_LED = 0x08, SYS_100HZ = 0x24, SYS_FLAGS = 0x30, SYS_FLAGSCLR = 0x34,
    SYS_NVFLAGS = 0x38, SYS_NVFLAGSCLR = 0x3c, SYS_MCI = 0x48,
    SYS_24MHZ = 0x5c, SYS_CFGDATA = 0xa0, SYS_CFGCTRL = 0xa4,
    SYS_CFGSTAT = 0xa8,
};
enum { COMPLETE = 1, ERROR = 2 };
#define START       (1u << 31)
#define WRITE       (1u << 30)
#define FUNCTION(n) ((n) << 20)
#define SITE(n)     ((n) << 16)
enum { OSC = 1, TEMP = 4, RESET = 5, MUXFPGA = 7, SHUTDOWN = 8, REBOOT = 9,
       DVIMODE = 11 };
#define ALL UINT32_MAX

static const FvpReg sysregs[] = {
    { "SYS_ID",         0x00, 0x20201100, ALL, 0x20201100 },
    { "SYS_SW",         0x04, 0, ALL, 0xff },
    { "SYS_LED",        0x08, 0, ALL, 0xff },
    { "nothing",        0x0c, 0, ALL, 0 },
    { "SYS_FLAGS",      0x30, 0, 0xf0f0, 0xf0f0 },
    { "SYS_FLAGSCLR",   0x34, 0, 0xff00, 0 },
    { "SYS_FLASH",      0x4c, 0, ALL, 1 },
    { "SYS_MCI",        0x48, 0, ALL, 0 },
    { "SYS_CFGSW",      0x58, 0, ALL, ALL },
    { "SYS_MISC",       0x60, 0, ALL, 1 << 19 },
    { "SYS_DMA",        0x64, 0, ALL, ALL },
    { "SYS_PROCID0",    0x84, 0, ALL, 0 },
    { "SYS_PROCID1",    0x88, 0, ALL, 0 },
    { "SYS_CFGDATA",    0xa0, 0, ALL, ALL },
    { "SYS_CFGCTRL",    0xa4, 0, ~START, 0x7ff3ffff },
    { "SYS_CFGSTAT",    0xa8, 0, ALL, COMPLETE | ERROR },
    { "the last",       0xffc, 0, ALL, 0 },
};

static void test_registers(void)
{
    QTestState *s = fvp_start_open("");

    fvp_check_registers(s, FVP_SYSREGS, sysregs, ARRAY_SIZE(sysregs));
    qtest_quit(s);
}

static void test_properties(void)
{
    QTestState *s = fvp_start_open("-global cca-fvp-sysregs.sys-id=0x12345678 "
                              "-global cca-fvp-sysregs.switches=0x5a "
                              "-global cca-fvp-sysregs.proc-id1=7");

    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS), ==, 0x12345678);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + 4), ==, 0x5a);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + 0x88), ==, 7);
    qtest_quit(s);
}

/* Set and clear; a reset leaves the non-volatile ones. */
static void test_flags(void)
{
    QTestState *s = fvp_start_open("");

    qtest_writel(s, FVP_SYSREGS + SYS_FLAGS, 0x0f);
    qtest_writel(s, FVP_SYSREGS + SYS_FLAGS, 0xf0);
    qtest_writel(s, FVP_SYSREGS + SYS_FLAGSCLR, 0x3c);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_FLAGS), ==, 0xc3);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_NVFLAGS), ==, 0);
    qtest_writel(s, FVP_SYSREGS + SYS_NVFLAGS, 0xff);
    qtest_writel(s, FVP_SYSREGS + SYS_NVFLAGSCLR, 0x0f);
    fvp_reset(s);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_FLAGS), ==, 0);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_NVFLAGS), ==, 0xf0);
    qtest_quit(s);
}

static void test_counters(void)
{
    QTestState *s = fvp_start_open("");
    uint32_t hundred = qtest_readl(s, FVP_SYSREGS + SYS_100HZ);
    uint32_t fast = qtest_readl(s, FVP_SYSREGS + SYS_24MHZ);

    fvp_step(s, 3 * NANOSECONDS_PER_SECOND);
    g_assert_cmpuint(qtest_readl(s, FVP_SYSREGS + SYS_100HZ) - hundred, ==,
                     300);
    g_assert_cmpuint(qtest_readl(s, FVP_SYSREGS + SYS_24MHZ) - fast, ==,
                     72000000);
    fvp_reset(s);
    g_assert_cmpuint(qtest_readl(s, FVP_SYSREGS + SYS_24MHZ), ==, 0);
    g_assert_cmpuint(qtest_readl(s, FVP_SYSREGS + SYS_100HZ), ==, 0);
    qtest_quit(s);
}

/* Bytes of a register can be read, not written; 8 bytes are two registers. */
static void test_sizes(void)
{
    QTestState *s = fvp_start_open("");

    g_assert_cmphex(qtest_readb(s, FVP_SYSREGS + 1), ==, 0x11);
    g_assert_cmphex(qtest_readw(s, FVP_SYSREGS + 2), ==, 0x2020);
    qtest_writeb(s, FVP_SYSREGS + SYS_LED, 0x55);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_LED), ==, 0);
    qtest_writeq(s, FVP_SYSREGS, 0x0000003c00000000ull);
    g_assert_cmphex(qtest_readq(s, FVP_SYSREGS), ==, 0x0000003c20201100ull);
    qtest_quit(s);
}

static void set_pin(QTestState *s, const char *pin, int level)
{
    qtest_set_irq_in(s, "/machine/map/sysregs", pin, 0, level);
}

static void test_card(void)
{
    QTestState *s = fvp_start_open("");

    set_pin(s, "card-inserted", 1);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_MCI), ==, 1);
    set_pin(s, "card-read-only", 1);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_MCI), ==, 3);
    set_pin(s, "card-inserted", 0);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_MCI), ==, 2);
    qtest_quit(s);
}

/* SYS_CFGCTRL, as Linux's driver goes about it; the status. */
static unsigned configure(QTestState *s, uint32_t command, uint32_t *data)
{
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_CFGCTRL) & START, ==, 0);
    qtest_writel(s, FVP_SYSREGS + SYS_CFGSTAT, 0);
    qtest_writel(s, FVP_SYSREGS + SYS_CFGDATA, *data);
    qtest_writel(s, FVP_SYSREGS + SYS_CFGCTRL, command | START);
    *data = qtest_readl(s, FVP_SYSREGS + SYS_CFGDATA);
    return qtest_readl(s, FVP_SYSREGS + SYS_CFGSTAT);
}

static const struct Value {
    const char *name;
    uint32_t command;           /* without WRITE */
    bool there;
    uint32_t reset, good, bad;  /* bad == 0: all values are good */
} values[] = {
    { "osc 0", FUNCTION(OSC) | 0, true, 50000000, 40000000, 0 },
    { "osc 1", FUNCTION(OSC) | 1, true, 23750000, 63500000, 0 },
    { "osc 2", FUNCTION(OSC) | 2, true, 24000000, 1, 0 },
    { "osc 3", FUNCTION(OSC) | 3, false, 0, 1, 0 },
    { "muxfpga", FUNCTION(MUXFPGA), true, 1, 2, 4 },
    { "muxfpga 1", FUNCTION(MUXFPGA) | 1, false, 0, 1, 0 },
    { "dvimode", FUNCTION(DVIMODE), true, 0, 4, 5 },
    { "temperature", FUNCTION(TEMP), false, 0, 1, 0 },
    { "function 0", 0, false, 0, 1, 0 },
    { "function 63", FUNCTION(63), false, 0, 1, 0 },
    { "osc 1 of a daughterboard", SITE(1) | FUNCTION(OSC) | 1, false, 0, 1,
      0 },
    { "osc 1 of position 1", 1 << 12 | FUNCTION(OSC) | 1, false, 0, 1, 0 },
    { "osc 1 of DCC 1", 1 << 26 | FUNCTION(OSC) | 1, false, 0, 1, 0 },
};

static void check_value(QTestState *s, const struct Value *v)
{
    unsigned expect = v->there ? COMPLETE : COMPLETE | ERROR;
    uint32_t data = 0x55;

    g_assert_cmphex(configure(s, v->command, &data), ==, expect);
    g_assert_cmphex(data, ==, v->there ? v->reset : 0x55);
    data = v->good;
    g_assert_cmphex(configure(s, v->command | WRITE, &data), ==, expect);
    if (!v->there) {
        return;
    }
    if (v->bad) {
        data = v->bad;
        g_assert_cmphex(configure(s, v->command | WRITE, &data), ==,
                        COMPLETE | ERROR);
    }
    data = 0;
    g_assert_cmphex(configure(s, v->command, &data), ==, COMPLETE);
    g_assert_cmphex(data, ==, v->good);
}

static void test_configure(void)
{
    QTestState *s = fvp_start_open("");

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        check_value(s, &values[i]);
    }
    fvp_reset(s);
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        check_value(s, &values[i]);
    }
    qtest_quit(s);
}

static void check_guest(QTestState *s, const char *event)
{
    QDict *answer = qtest_qmp_eventwait_ref(s, event);
    QDict *data = qdict_get_qdict(answer, "data");

    g_assert(qdict_get_bool(data, "guest"));
    qobject_unref(answer);
}

/* Words that TF-A writes for PSCI SYSTEM_OFF and SYSTEM_RESET. */
static void test_power(void)
{
    static const uint32_t resets[] = { 0xc0900000, 0xc0500000 };
    QTestState *s = fvp_start_open("-no-shutdown");

    for (size_t i = 0; i < ARRAY_SIZE(resets); i++) {
        qtest_writel(s, FVP_SYSREGS + SYS_LED, 1);
        qtest_writel(s, FVP_SYSREGS + SYS_CFGCTRL, resets[i]);
        check_guest(s, "RESET");
        g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_LED), ==, 0);
    }
    qtest_writel(s, FVP_SYSREGS + SYS_CFGCTRL, 0xc0800000);
    check_guest(s, "SHUTDOWN");
    qtest_quit(s);
}

/* Reading them does nothing but fail; nor does a shutdown that is off. */
static void test_power_off(void)
{
    static const unsigned functions[] = { RESET, SHUTDOWN, REBOOT };
    QTestState *s = fvp_start_open("-no-shutdown "
                              "-global cca-fvp-sysregs.exit-on-shutdown=off");
    uint32_t data = 0;

    qtest_writel(s, FVP_SYSREGS + SYS_LED, 1);
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
        g_assert_cmphex(configure(s, FUNCTION(functions[i]), &data), ==,
                        COMPLETE | ERROR);
    }
    g_assert_cmphex(configure(s, WRITE | FUNCTION(SHUTDOWN), &data), ==,
                    COMPLETE);
    g_assert_cmphex(qtest_readl(s, FVP_SYSREGS + SYS_LED), ==, 1);
    /* Had it been asked for, SHUTDOWN would come before this. */
    fvp_reset(s);
    g_assert(!qtest_qmp_event_ref(s, "SHUTDOWN"));
    qtest_quit(s);
}

static const FvpReg sp810[] = {
    { "SCCTRL",     0x000, 0x00000009, ALL, 0x00fff127 },
    { "SCSYSSTAT",  0x004, 0, ALL, 0 },
    { "SCIMCTRL",   0x008, 0, ALL, 0x8f },
    { "SCIMSTAT",   0x00c, 0, ALL, 1 },
    { "SCXTALCTRL", 0x010, 0, ALL, 0x7fffb },
    { "SCPLLCTRL",  0x014, 0, ALL, 0x0ffffffb },
    { "SCPLLFCTRL", 0x018, 0, ALL, ALL },
    { "SCPERCTRL0", 0x01c, 0, ALL, ALL },
    { "SCPERCTRL1", 0x020, 0, ALL, ALL },
    { "SCPEREN",    0x024, 0, 0, 0 },
    { "SCPERCLKEN", 0x02c, ALL, 0, ALL },
    { "SCPERSTAT",  0x030, ALL, 0, ALL },
    { "SCSYSID0",   0xee0, 0, ALL, 0 },
};

static void test_sp810(void)
{
    QTestState *s = fvp_start_open("");

    fvp_check_registers(s, FVP_SP810, sp810, ARRAY_SIZE(sp810));
    fvp_check_primecell(s, FVP_SP810, 0x810, 0);
    /* Modes: sleep, doze, slow, normal. */
    for (unsigned i = 0; i < 8; i++) {
        unsigned mode = i & 4 ? 4 : i & 2 ? 2 : i & 1;

        qtest_writel(s, FVP_SP810, i);
        g_assert_cmphex(qtest_readl(s, FVP_SP810), ==, i | mode << 3);
    }
    qtest_writel(s, FVP_SP810 + 0x28, 0x0f);
    qtest_writel(s, FVP_SP810 + 0x24, 0x03);
    g_assert_cmphex(qtest_readl(s, FVP_SP810 + 0x2c), ==, 0xfffffff3);
    g_assert_cmphex(qtest_readl(s, FVP_SP810 + 0x30), ==, 0xfffffff3);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/cca/fvp/sysregs/registers", test_registers);
    qtest_add_func("/cca/fvp/sysregs/properties", test_properties);
    qtest_add_func("/cca/fvp/sysregs/flags", test_flags);
    qtest_add_func("/cca/fvp/sysregs/counters", test_counters);
    qtest_add_func("/cca/fvp/sysregs/sizes", test_sizes);
    qtest_add_func("/cca/fvp/sysregs/card", test_card);
    qtest_add_func("/cca/fvp/sysregs/configure", test_configure);
    qtest_add_func("/cca/fvp/sysregs/power", test_power);
    qtest_add_func("/cca/fvp/sysregs/power-off", test_power_off);
    qtest_add_func("/cca/fvp/sp810", test_sp810);
    return g_test_run();
}
