/*
 * qtests of devices of cca-fvp: machines without PEs, registers in tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"

static int64_t now;

QTestState *fvp_start_open(const char *args)
{
    now = 0;
    return qtest_initf("-M cca-fvp,secure-memory=off -net none %s", args);
}

void fvp_step(QTestState *s, int64_t ns)
{
    now = qtest_clock_step(s, ns);
}

int64_t fvp_now(void)
{
    return now;
}

void fvp_reset(QTestState *s)
{
    qtest_qmp_assert_success(s, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(s, "RESET");
}

static void check(QTestState *s, uint64_t base, const FvpReg *reg,
                  uint32_t expect, const char *when)
{
    uint32_t value = qtest_readl(s, base + reg->offset);

    if (value != expect) {
        g_error("%s %s is 0x%08x, not 0x%08x", reg->name, when, value,
                expect);
    }
}

void fvp_check_registers(QTestState *s, uint64_t base, const FvpReg *regs,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(s, base, &regs[i], regs[i].reset, "at first");
    }
    for (size_t i = 0; i < count; i++) {
        qtest_writel(s, base + regs[i].offset, regs[i].write);
        check(s, base, &regs[i], regs[i].after, "after a write");
    }
    fvp_reset(s);
    for (size_t i = 0; i < count; i++) {
        check(s, base, &regs[i], regs[i].reset, "after a reset");
    }
}

void fvp_check_primecell(QTestState *s, uint64_t base, unsigned part,
                         unsigned revision)
{
    const uint8_t id[8] = {
        part, part >> 8 | 0x10, revision << 4 | 4, 0,
        0x0d, 0xf0, 0x05, 0xb1,
    };

    for (unsigned i = 0; i < ARRAY_SIZE(id); i++) {
        g_assert_cmphex(qtest_readl(s, base + 0xfe0 + 4 * i), ==, id[i]);
    }
}
