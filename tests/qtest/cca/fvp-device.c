/*
 * qtests of devices of cca-fvp: machines, registers in tables, and a PE that
 * makes accesses as Root.
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

QTestState *fvp_start_secure(const char *args)
{
    now = 0;
    return qtest_initf("-M cca-fvp,secure-memory=on -net none %s", args);
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

/* Accesses as Root */

enum { MAILBOX = FVP_NSRAM + 0x1000, READ = 1, WRITE = 2, POLLS = 600000 };

/*
 * Wait for a command: 1 or 2; load or store the word at the address in the
 * mailbox; leave what was loaded there; set the command to 0.
 */
static const uint32_t program[] = {
    0xd2a5c000,         /*      mov     x0, #0x2e000000 */
    0xf2820000,         /*      movk    x0, #0x1000 */
    0xb9400001,         /* 1:   ldr     w1, [x0] */
    0x34ffffe1,         /*      cbz     w1, 1b */
    0xf9400402,         /*      ldr     x2, [x0, #8] */
    0xb9401003,         /*      ldr     w3, [x0, #16] */
    0x36080061,         /*      tbz     w1, #1, 2f */
    0xb9000043,         /*      str     w3, [x2] */
    0x14000003,         /*      b       3f */
    0xb9400043,         /* 2:   ldr     w3, [x2] */
    0xb9001003,         /*      str     w3, [x0, #16] */
    0xd5033f9f,         /* 3:   dsb     sy */
    0xb900001f,         /*      str     wzr, [x0] */
    0x17fffff5,         /*      b       1b */
};

QTestState *fvp_root_start(const char *args)
{
    QTestState *s = qtest_initf("-accel tcg -M cca-fvp,secure-memory=on,"
                                "rvbar=0x%x -net none -S %s", FVP_NSRAM,
                                args);

    for (size_t i = 0; i < ARRAY_SIZE(program); i++) {
        qtest_writel(s, FVP_NSRAM + 4 * i, program[i]);
    }
    qtest_qmp_assert_success(s, "{ 'execute': 'cont' }");
    return s;
}

static void ask(QTestState *s, unsigned command, uint64_t address,
                uint32_t value)
{
    qtest_writeq(s, MAILBOX + 8, address);
    qtest_writel(s, MAILBOX + 16, value);
    qtest_writel(s, MAILBOX, command);
}

static void wait_for_answer(QTestState *s)
{
    for (unsigned i = 0; i < POLLS; i++) {
        if (!qtest_readl(s, MAILBOX)) {
            return;
        }
        g_usleep(200);
    }
    g_error("the PE does not answer");
}

uint32_t fvp_root_read(QTestState *s, uint64_t address)
{
    ask(s, READ, address, 0);
    wait_for_answer(s);
    return qtest_readl(s, MAILBOX + 16);
}

void fvp_root_write(QTestState *s, uint64_t address, uint32_t value)
{
    ask(s, WRITE, address, value);
    wait_for_answer(s);
}

void fvp_root_read_nothing(QTestState *s, uint64_t address)
{
    ask(s, READ, address, 0);
}
