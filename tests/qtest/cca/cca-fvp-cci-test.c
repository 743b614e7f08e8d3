/*
 * The CCI-550 of cca-fvp: what firmware programs stays, and nothing is ever
 * pending.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp.h"

/* What is written as all ones reads as @reset | @writable. */
static const struct {
    const char *name;
    uint32_t offset, reset, writable;
} registers[] = {
    { "control override", 0x00000, 0, 0x3f },
    { "secure access", 0x00008, 0, 0x3 },
    { "status", 0x0000c, 0, 0 },
    { "imprecise error", 0x00010, 0, 0 },
    { "PMCR", 0x00100, 0x4000, 0 },
    { "PID4", 0x00fd0, 0x44, 0 },
    { "PID0", 0x00fe0, 0x23, 0 },
    { "PID1", 0x00fe4, 0xb4, 0 },
    { "PID2", 0x00fe8, 0x1b, 0 },
    { "CID0", 0x00ff0, 0x0d, 0 },
    { "CID1", 0x00ff4, 0xf0, 0 },
    { "CID2", 0x00ff8, 0x05, 0 },
    { "CID3", 0x00ffc, 0xb1, 0 },
    { "snoop control of S0", 0x01000, 0, 0 },
    { "snoop control of S4", 0x05000, 0, 0 },
    { "snoop control of S5", 0x06000, 0xc0000000, 0x3 },
    { "snoop control of S6", 0x07000, 0xc0000000, 0x3 },
    { "shareable override of S0", 0x01004, 0, 0x3 },
    { "read QoS of S6", 0x07100, 0, 0xf },
    { "write QoS of S6", 0x07104, 0, 0xf },
    { "maximum of S6", 0x07110, 0, 0x3f3f3f3f },
    { "no slave interface", 0x08000, 0, 0 },
    { "event select", 0x10000, 0, 0 },
    { "event count", 0x80004, 0, 0 },
    { "monitor", 0x90000, 0, 0 },
    { "end", 0xffffc, 0, 0 },
};

static uint64_t address(size_t i)
{
    return FVP_CCI + registers[i].offset;
}

static void expect_all(QTestState *s, bool written)
{
    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        uint32_t expected = registers[i].reset |
                            (written ? registers[i].writable : 0);
        uint32_t value = qtest_readl(s, address(i));

        if (value != expected) {
            g_error("%s is 0x%08x, not 0x%08x", registers[i].name, value,
                    expected);
        }
    }
}

static void write_all(QTestState *s, uint32_t value)
{
    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        qtest_writel(s, address(i), value);
    }
}

#define ARGS "-accel qtest -M cca-fvp -smp 1 -net none"

static void test_registers(void)
{
    QTestState *s = qtest_init(ARGS);

    expect_all(s, false);
    write_all(s, 0xffffffff);
    expect_all(s, true);
    write_all(s, 0);
    expect_all(s, false);
    write_all(s, 0xffffffff);
    qtest_system_reset(s);
    expect_all(s, false);
    qtest_quit(s);
}

static void test_migration(void)
{
    QTestState *s = qtest_init(ARGS);

    write_all(s, 0xffffffff);
    s = fvp_migrate(s, qtest_init(ARGS " -incoming defer"));
    expect_all(s, true);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/fvp-cci/registers", test_registers);
    qtest_add_func("cca/fvp-cci/migration", test_migration);
    return g_test_run();
}
