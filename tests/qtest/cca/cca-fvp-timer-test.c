/*
 * cca-fvp: the system counter and the generic timers in memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp-device.h"

/* CNTControlBase, CNTReadBase */
enum { CNTCR = 0x00, CNTSR = 0x04, CNTCV = 0x08, CNTFID0 = 0x20,
       CNTFID1 = 0x24, READ_CNTCV = 0x00 };
enum { EN = 1 };
/* CNTCTLBase */
enum { CTL_CNTFRQ = 0x00, CNTNSAR = 0x04, CNTTIDR = 0x08, CNTACR0 = 0x40,
       CNTACR1 = 0x44, CNTVOFF0 = 0x80, CNTVOFF1 = 0x88 };
enum { RPCT = 1, RVCT = 2, RFRQ = 4, RVOFF = 8, RWVT = 16, RWPT = 32,
       CNTACR_ALL = 63 };
/* CNTBase<n> */
enum { CNTPCT = 0x00, CNTVCT = 0x08, CNTFRQ = 0x10, CNTEL0ACR = 0x14,
       CNTVOFF = 0x18, CNTP = 0x20, CNTV = 0x30, CVAL = 0x0, TVAL = 0x8,
       CTL = 0xc };
enum { ENABLE = 1, IMASK = 2, ISTATUS = 4 };
#define ALL         UINT32_MAX
#define HZ          100000000
#define TICK_NS     10

static const struct Frame {
    uint64_t base;
    unsigned spi, acr, voff, other_spi;
} frames[] = {
    { FVP_CNTBASE0, FVP_CNTBASE0_SPI, CNTACR0, CNTVOFF0, FVP_CNTBASE1_SPI },
    { FVP_CNTBASE1, FVP_CNTBASE1_SPI, CNTACR1, CNTVOFF1, FVP_CNTBASE0_SPI },
};

static uint64_t ticks(void)
{
    return fvp_now() / TICK_NS;
}

static uint64_t control_count(QTestState *s)
{
    return qtest_readq(s, FVP_CNTCONTROL + CNTCV);
}

/* --- the counter --- */

static const FvpReg control_regs[] = {
    { "CNTCR",      CNTCR, EN, ALL & ~EN, 0x3ff02 },
    { "CNTSR",      CNTSR, 0, ALL, 0 },
    { "CNTSCR",     0x10, 0, ALL, 0 },
    { "CNTID",      0x1c, 0, ALL, 0 },
    { "CNTFID0",    CNTFID0, HZ, 1, HZ },
    { "CNTFID1",    CNTFID1, 0, ALL, 0 },
    { "the last of the table", 0xbc, 0, ALL, 0 },
    { "CounterID0", 0xfd0, 0, ALL, 0 },
    { "CounterID11", 0xffc, 0, ALL, 0 },
    { "the frame's end", 0xfffc, 0, ALL, 0 },
};

static const FvpReg read_regs[] = {
    { "nothing",    0x08, 0, ALL, 0 },
    { "CounterID0", 0xfd0, 0, ALL, 0 },
    { "the frame's end", 0xfffc, 0, ALL, 0 },
};

static void test_counter_registers(void)
{
    QTestState *s = fvp_start_open("");

    fvp_check_registers(s, FVP_CNTCONTROL, control_regs,
                        ARRAY_SIZE(control_regs));
    fvp_check_registers(s, FVP_CNTREAD, read_regs, ARRAY_SIZE(read_regs));
    qtest_quit(s);
}

/* It is the clock of the PEs, from reset on and across resets. */
static void test_counter(void)
{
    QTestState *s = fvp_start_open("");

    for (unsigned i = 0; i < 3; i++) {
        fvp_step(s, 123456789);
        g_assert_cmpuint(control_count(s), ==, ticks());
        g_assert_cmpuint(qtest_readq(s, FVP_CNTREAD), ==, ticks());
        g_assert_cmpuint(qtest_readl(s, FVP_CNTREAD + 4), ==,
                         ticks() >> 32);
        fvp_reset(s);
    }
    /* Nobody writes through CNTReadBase. */
    qtest_writeq(s, FVP_CNTREAD, 0);
    g_assert_cmpuint(control_count(s), ==, ticks());
    qtest_quit(s);
}

/* Stopped, set, started; as a whole and in halves. */
static void test_counter_control(void)
{
    QTestState *s = fvp_start_open("");
    uint64_t stopped;

    fvp_step(s, 1000);
    qtest_writel(s, FVP_CNTCONTROL + CNTCR, 0);
    stopped = ticks();
    fvp_step(s, 50000);
    g_assert_cmpuint(control_count(s), ==, stopped);
    qtest_writeq(s, FVP_CNTCONTROL + CNTCV, 0x1fffffffeull);
    fvp_step(s, 50000);
    g_assert_cmphex(control_count(s), ==, 0x1fffffffeull);
    qtest_writel(s, FVP_CNTCONTROL + CNTCR, EN);
    fvp_step(s, 3 * TICK_NS);
    g_assert_cmphex(control_count(s), ==, 0x200000001ull);
    g_assert_cmphex(qtest_readq(s, FVP_CNTREAD), ==, 0x200000001ull);
    qtest_writel(s, FVP_CNTCONTROL + CNTCV + 4, 7);
    g_assert_cmphex(control_count(s), ==, 0x700000001ull);
    qtest_writel(s, FVP_CNTCONTROL + CNTCV, 9);
    fvp_step(s, TICK_NS);
    g_assert_cmphex(control_count(s), ==, 0x70000000aull);
    fvp_reset(s);
    g_assert_cmphex(control_count(s), ==, ticks());
    qtest_quit(s);
}

static void test_counter_properties(void)
{
    QTestState *s = fvp_start_open("-M refcounter-frequency=50000000 -global "
        "cca-refcounter.non-arch-start-at-default=off");

    g_assert_cmpuint(qtest_readl(s, FVP_CNTCONTROL + CNTFID0), ==, 50000000);
    fvp_step(s, 1000);
    g_assert_cmpuint(control_count(s), ==, 0);
    g_assert_cmpuint(qtest_readl(s, FVP_CNTCONTROL + CNTCR), ==, 0);
    qtest_writel(s, FVP_CNTCONTROL + CNTCR, EN);
    fvp_step(s, 1000);
    g_assert_cmpuint(control_count(s), ==, 50);
    fvp_reset(s);
    fvp_step(s, 1000);
    g_assert_cmpuint(control_count(s), ==, 0);
    qtest_quit(s);
}

/* --- the timers --- */

static const FvpReg ctl_regs[] = {
    { "CNTFRQ",     CTL_CNTFRQ, 0, 12345, 12345 },
    { "CNTNSAR",    CNTNSAR, 0, ALL, 3 },
    { "CNTTIDR",    CNTTIDR, 0x33, ALL, 0x33 },
    { "CNTACR0",    CNTACR0, 0, ALL, CNTACR_ALL },
    { "CNTACR1",    CNTACR1, 0, ALL, CNTACR_ALL },
    { "CNTACR2",    CNTACR1 + 4, 0, ALL, 0 },
    { "CNTVOFF0",   CNTVOFF0, 0, ALL, ALL },
    { "CNTVOFF0 high", CNTVOFF0 + 4, 0, 5, 5 },
    { "CNTVOFF1",   CNTVOFF1, 0, 6, 6 },
    { "CNTVOFF1 high", CNTVOFF1 + 4, 0, ALL, ALL },
    { "CNTVOFF2",   CNTVOFF1 + 8, 0, ALL, 0 },
    { "CounterID0", 0xfd0, 0, ALL, 0 },
    { "the frame's end", 0xfffc, 0, ALL, 0 },
};

static void test_timer_registers(void)
{
    QTestState *s = fvp_start_open("");

    fvp_check_registers(s, FVP_CNTCTL, ctl_regs, ARRAY_SIZE(ctl_regs));
    qtest_quit(s);
}

static QTestState *open_frames(const char *args)
{
    QTestState *s = fvp_start_open(args);

    qtest_writel(s, FVP_CNTCTL + CNTACR0, CNTACR_ALL);
    qtest_writel(s, FVP_CNTCTL + CNTACR1, CNTACR_ALL);
    qtest_irq_intercept_in(s, "/machine/map/gicd");
    return s;
}

static void test_frame_registers(void)
{
    static const FvpReg regs[] = {
        { "CNTEL0ACR",      CNTEL0ACR, 0, ALL, 0 },
        { "CNTFRQ",         CNTFRQ, 0, ALL, 0 },
        { "CNTVOFF",        CNTVOFF, 0, ALL, 0 },
        { "CNTP_CVAL",      CNTP + CVAL, 0, ALL, 0 },
        { "CNTP_CTL",       CNTP + CTL, 0, ALL, 0 },
        { "CNTV_CVAL",      CNTV + CVAL, 0, ALL, 0 },
        { "CNTV_CTL",       CNTV + CTL, 0, ALL, 0 },
        { "nothing",        0x40, 0, ALL, 0 },
        { "the frame's end", 0xfffc, 0, ALL, 0 },
    };
    QTestState *s = fvp_start_open("");

    for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
        /* Closed, as CNTACR<n> is 0. */
        fvp_check_registers(s, frames[i].base, regs, ARRAY_SIZE(regs));
    }
    qtest_quit(s);
}

/* What each bit of CNTACR<n> opens; 0 opens nothing. */
static void test_access_control(void)
{
    static const struct {
        unsigned offset, bit;
        uint32_t write, value;  /* value != 0 when it is open */
    } regs[] = {
        { CNTPCT + 4, RPCT, 0, 0x10 }, { CNTVCT + 4, RVCT, 0, 0xd },
        { CNTFRQ, RFRQ, 0, 77 }, { CNTVOFF + 4, RVOFF, 0, 3 },
        { CNTP + CVAL, RWPT, 0x11, 0x11 }, { CNTP + CTL, RWPT, 2, 2 },
        { CNTV + CVAL, RWVT, 0x22, 0x22 }, { CNTV + CTL, RWVT, 2, 2 },
    };
    QTestState *s = fvp_start_open("");

    qtest_writel(s, FVP_CNTCONTROL + CNTCR, 0);
    qtest_writeq(s, FVP_CNTCONTROL + CNTCV, 0x1000000000ull);
    qtest_writel(s, FVP_CNTCTL + CTL_CNTFRQ, 77);
    for (size_t f = 0; f < ARRAY_SIZE(frames); f++) {
        qtest_writeq(s, FVP_CNTCTL + frames[f].voff, 0x300000000ull);
        for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
            uint64_t reg = frames[f].base + regs[i].offset;

            qtest_writel(s, FVP_CNTCTL + frames[f].acr,
                         CNTACR_ALL & ~regs[i].bit);
            qtest_writel(s, reg, regs[i].write);
            g_assert_cmphex(qtest_readl(s, reg), ==, 0);
            qtest_writel(s, FVP_CNTCTL + frames[f].acr, regs[i].bit);
            if (regs[i].write) {        /* closed, it was not written */
                g_assert_cmphex(qtest_readl(s, reg), ==, 0);
                qtest_writel(s, reg, regs[i].write);
            }
            g_assert_cmphex(qtest_readl(s, reg), ==, regs[i].value);
        }
    }
    qtest_quit(s);
}

static void expect(QTestState *s, const struct Frame *f, unsigned timer,
                   unsigned ctl, bool line)
{
    g_assert_cmphex(qtest_readl(s, f->base + timer + CTL), ==, ctl);
    g_assert_cmpint(qtest_get_irq(s, f->spi), ==, line);
    g_assert(!qtest_get_irq(s, f->other_spi));
}

/* CVAL, TVAL, CTL and the line; with an offset for the virtual one. */
static void check_timer(const struct Frame *f, unsigned timer,
                        uint64_t offset)
{
    QTestState *s = open_frames("");
    uint64_t t = f->base + timer;

    fvp_step(s, 1000 * TICK_NS);
    qtest_writeq(s, FVP_CNTCTL + f->voff, offset);
    if (timer == CNTP) {
        offset = 0;
    }
    g_assert_cmphex(qtest_readq(s, f->base + CNTPCT), ==, ticks());
    g_assert_cmphex(qtest_readq(s, f->base + (timer - CNTP) / 2), ==,
                    ticks() - offset);
    qtest_writel(s, t + TVAL, 500);
    g_assert_cmphex(qtest_readq(s, t + CVAL), ==, ticks() + 500 - offset);
    expect(s, f, timer, 0, false);
    qtest_writel(s, t + CTL, ENABLE);
    fvp_step(s, 499 * TICK_NS);
    g_assert_cmpuint(qtest_readl(s, t + TVAL), ==, 1);
    expect(s, f, timer, ENABLE, false);
    fvp_step(s, TICK_NS);
    expect(s, f, timer, ENABLE | ISTATUS, true);
    fvp_step(s, 7 * TICK_NS);
    g_assert_cmpint((int32_t)qtest_readl(s, t + TVAL), ==, -7);
    qtest_writel(s, t + CTL, ENABLE | IMASK);
    expect(s, f, timer, ENABLE | IMASK | ISTATUS, false);
    qtest_writel(s, t + CTL, ENABLE);
    expect(s, f, timer, ENABLE | ISTATUS, true);
    qtest_writeq(s, t + CVAL, ticks() - offset + 100);
    expect(s, f, timer, ENABLE, false);
    fvp_step(s, 100 * TICK_NS);
    expect(s, f, timer, ENABLE | ISTATUS, true);
    qtest_writel(s, t + TVAL, -1);      /* in the past */
    expect(s, f, timer, ENABLE | ISTATUS, true);
    qtest_writel(s, t + CTL, 0);
    expect(s, f, timer, 0, false);
    qtest_writel(s, t + CTL, ENABLE);
    fvp_reset(s);
    g_assert(!qtest_get_irq(s, f->spi));
    fvp_step(s, 1000 * TICK_NS);
    g_assert(!qtest_get_irq(s, f->spi));
    qtest_quit(s);
}

static void test_timers(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
        check_timer(&frames[i], CNTP, 12345);
        check_timer(&frames[i], CNTV, 0);
        check_timer(&frames[i], CNTV, 300);
        check_timer(&frames[i], CNTV, 0xffffffffffff0000ull);
    }
}

/* Both timers of a frame on its line. */
static void test_shared_line(void)
{
    const struct Frame *f = &frames[1];
    QTestState *s = open_frames("");

    qtest_writel(s, f->base + CNTP + TVAL, 100);
    qtest_writel(s, f->base + CNTV + TVAL, 200);
    qtest_writel(s, f->base + CNTP + CTL, ENABLE);
    qtest_writel(s, f->base + CNTV + CTL, ENABLE);
    fvp_step(s, 100 * TICK_NS);
    expect(s, f, CNTP, ENABLE | ISTATUS, true);
    expect(s, f, CNTV, ENABLE, true);
    qtest_writel(s, f->base + CNTP + CTL, 0);
    expect(s, f, CNTV, ENABLE, false);
    fvp_step(s, 100 * TICK_NS);
    expect(s, f, CNTV, ENABLE | ISTATUS, true);
    qtest_quit(s);
}

/* A view of the count that wraps takes the condition back. */
static void test_wrap(void)
{
    const struct Frame *f = &frames[0];
    QTestState *s = open_frames("");

    qtest_writeq(s, FVP_CNTCTL + f->voff, ticks() + 50);
    qtest_writeq(s, f->base + CNTV + CVAL, 10);
    qtest_writel(s, f->base + CNTV + CTL, ENABLE);
    expect(s, f, CNTV, ENABLE | ISTATUS, true);         /* -50 >= 10 */
    fvp_step(s, 50 * TICK_NS);
    expect(s, f, CNTV, ENABLE, false);
    fvp_step(s, 9 * TICK_NS);
    expect(s, f, CNTV, ENABLE, false);
    fvp_step(s, TICK_NS);
    expect(s, f, CNTV, ENABLE | ISTATUS, true);
    /* As far away as can be: nothing happens, and nothing breaks. */
    qtest_writeq(s, f->base + CNTV + CVAL, UINT64_MAX);
    expect(s, f, CNTV, ENABLE, false);
    fvp_step(s, 1000 * TICK_NS);
    expect(s, f, CNTV, ENABLE, false);
    qtest_quit(s);
}

/* Timers follow the counter that software stops, sets and starts. */
static void test_counter_moves(void)
{
    const struct Frame *f = &frames[1];
    QTestState *s = open_frames("");

    qtest_writel(s, f->base + CNTP + TVAL, 100);
    qtest_writel(s, f->base + CNTP + CTL, ENABLE);
    fvp_step(s, 60 * TICK_NS);
    qtest_writel(s, FVP_CNTCONTROL + CNTCR, 0);
    fvp_step(s, 1000 * TICK_NS);
    expect(s, f, CNTP, ENABLE, false);
    qtest_writel(s, FVP_CNTCONTROL + CNTCR, EN);
    fvp_step(s, 39 * TICK_NS);
    expect(s, f, CNTP, ENABLE, false);
    fvp_step(s, TICK_NS);
    expect(s, f, CNTP, ENABLE | ISTATUS, true);
    qtest_writeq(s, FVP_CNTCONTROL + CNTCV, 0);
    expect(s, f, CNTP, ENABLE, false);
    qtest_writeq(s, FVP_CNTCONTROL + CNTCV, 1ull << 40);
    expect(s, f, CNTP, ENABLE | ISTATUS, true);
    qtest_quit(s);
}

/* --- worlds --- */

/* TF-A hands frame 1 to the Non-secure world; it keeps the rest. */
static void test_worlds(void)
{
    QTestState *s = fvp_start("");
    uint64_t ns1 = FVP_CNTBASE1 + CNTP + CVAL;
    uint64_t ns0 = FVP_CNTBASE0 + CNTP + CVAL;

    g_assert_cmpuint(fvp_read(s, FVP_CNTCONTROL + CNTFID0), ==, HZ);
    fvp_write(s, FVP_CNTCTL + CNTACR0, CNTACR_ALL);
    fvp_write(s, FVP_CNTCTL + CNTACR1, CNTACR_ALL);
    fvp_write(s, FVP_CNTCTL + CTL_CNTFRQ, HZ);
    fvp_write(s, ns0, 0x10);
    fvp_write(s, ns1, 0x11);
    /* Nothing is open to NS. */
    g_assert_cmphex(qtest_readl(s, FVP_CNTCTL + CNTACR1), ==, 0);
    g_assert_cmphex(qtest_readl(s, ns1), ==, 0);
    qtest_writel(s, ns1, 0x22);
    qtest_writel(s, FVP_CNTCTL + CNTACR1, 0);
    qtest_writel(s, FVP_CNTCTL + CNTNSAR, 3);
    qtest_writel(s, FVP_CNTCTL + CTL_CNTFRQ, 1);
    g_assert_cmphex(fvp_read(s, ns1), ==, 0x11);
    g_assert_cmphex(fvp_read(s, FVP_CNTCTL + CNTNSAR), ==, 0);

    fvp_write(s, FVP_CNTCTL + CNTNSAR, 2);
    g_assert_cmphex(qtest_readl(s, FVP_CNTCTL + CNTNSAR), ==, 0);
    g_assert_cmphex(qtest_readl(s, FVP_CNTCTL + CTL_CNTFRQ), ==, 0);
    g_assert_cmphex(qtest_readl(s, FVP_CNTCTL + CNTTIDR), ==, 0x33);
    g_assert_cmphex(qtest_readl(s, FVP_CNTCTL + CNTACR0), ==, 0);
    /* What Linux does before it takes a frame with a virtual timer. */
    qtest_writel(s, FVP_CNTCTL + CNTACR1, CNTACR_ALL);
    g_assert_cmphex(qtest_readl(s, FVP_CNTCTL + CNTACR1), ==, CNTACR_ALL);
    g_assert_cmpuint(qtest_readl(s, FVP_CNTBASE1 + CNTFRQ), ==, HZ);
    qtest_writel(s, ns1, 0x22);
    g_assert_cmphex(fvp_read(s, ns1), ==, 0x22);
    qtest_writel(s, FVP_CNTCTL + CNTVOFF1, 5);
    g_assert_cmphex(qtest_readl(s, FVP_CNTBASE1 + CNTVOFF), ==, 5);
    /* Frame 0 is Secure's still. */
    qtest_writel(s, ns0, 0x33);
    qtest_writel(s, FVP_CNTCTL + CNTVOFF0, 5);
    qtest_writel(s, FVP_CNTCTL + CNTACR0, 0);
    g_assert_cmphex(qtest_readl(s, ns0), ==, 0);
    g_assert_cmphex(fvp_read(s, ns0), ==, 0x10);
    g_assert_cmphex(fvp_read(s, FVP_CNTCTL + CNTVOFF0), ==, 0);
    g_assert_cmphex(fvp_read(s, FVP_CNTCTL + CNTACR0), ==, CNTACR_ALL);
    /* CNTControlBase is not in NS's map at all; CNTReadBase is. */
    qtest_writel(s, FVP_CNTCONTROL + CNTCR, 0);
    g_assert_cmphex(fvp_read(s, FVP_CNTCONTROL + CNTCR), ==, EN);
    g_assert_cmpuint(qtest_readq(s, FVP_CNTREAD), >, 0);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/cca/fvp/counter/registers", test_counter_registers);
    qtest_add_func("/cca/fvp/counter/count", test_counter);
    qtest_add_func("/cca/fvp/counter/control", test_counter_control);
    qtest_add_func("/cca/fvp/counter/properties", test_counter_properties);
    qtest_add_func("/cca/fvp/timer/registers", test_timer_registers);
    qtest_add_func("/cca/fvp/timer/frame-registers", test_frame_registers);
    qtest_add_func("/cca/fvp/timer/access-control", test_access_control);
    qtest_add_func("/cca/fvp/timer/timers", test_timers);
    qtest_add_func("/cca/fvp/timer/shared-line", test_shared_line);
    qtest_add_func("/cca/fvp/timer/wrap", test_wrap);
    qtest_add_func("/cca/fvp/timer/counter-moves", test_counter_moves);
    qtest_add_func("/cca/fvp/timer/worlds", test_worlds);
    return g_test_run();
}
