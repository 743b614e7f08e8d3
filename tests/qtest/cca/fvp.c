/*
 * qtests of machine cca-fvp, some with an agent that PEs run at EL3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fvp.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"

/* Polls before a guest counts as dead: minutes. */
enum { POLL_US = 200, POLLS = 600000 };

/* A slot of Non-secure SRAM for each PE. */
#define SLOTS           0x2e000000u
enum {
    SLOT_SIZE = 0x100,
    SLOT_COMMAND = 0x00,        /* 0 when done */
    SLOT_ADDRESS = 0x08, SLOT_VALUE = 0x10, SLOT_ESR = 0x18,
    SLOT_BOOTS = 0x20,
};
enum { LOAD = 1, STORE = 2, WFI = 3 };

/* Vectors at 0x800: a synchronous exception of EL3's own is noted. */
enum { VECTOR = 0xa00, IMAGE_SIZE = 0x1000 };

static const uint32_t agent[] = {
    0xd53800a0,         /* mrs  x0, mpidr_el1 */
    0xd3483c01,         /* ubfx x1, x0, #8, #8 */
    0xd3505c02,         /* ubfx x2, x0, #16, #8 */
    0x37c00060,         /* tbnz x0, #24, 1f             with MT */
    0x92401c01,         /* and  x1, x0, #0xff */
    0xd3483c02,         /* ubfx x2, x0, #8, #8 */
    0x8b020821,         /* 1: add x1, x1, x2, lsl #2    PE number */
    0xd2a5c003,         /* mov  x3, #SLOTS */
    0x8b012063,         /* add  x3, x3, x1, lsl #8 */
    0xd2810004,         /* mov  x4, #0x800 */
    0xd51ec004,         /* msr  vbar_el3, x4 */
    0xb900007f,         /* str  wzr, [x3] */
    0xb9402064,         /* ldr  w4, [x3, #SLOT_BOOTS] */
    0x11000484,         /* add  w4, w4, #1 */
    0xb9002064,         /* str  w4, [x3, #SLOT_BOOTS] */
    0xb9400064,         /* loop: ldr w4, [x3] */
    0x34ffffe4,         /* cbz  w4, loop */
    0xf9400465,         /* ldr  x5, [x3, #SLOT_ADDRESS] */
    0xb9401066,         /* ldr  w6, [x3, #SLOT_VALUE] */
    0x7100089f,         /* cmp  w4, #STORE */
    0x540000a0,         /* b.eq 2f */
    0x540000c8,         /* b.hi 3f */
    0xb94000a6,         /* ldr  w6, [x5] */
    0xb9001066,         /* str  w6, [x3, #SLOT_VALUE] */
    0x14000005,         /* b    done */
    0xb90000a6,         /* 2: str w6, [x5] */
    0x14000003,         /* b    done */
    0xd5033f9f,         /* 3: dsb sy */
    0xd503207f,         /* wfi */
    0xd5033f9f,         /* done: dsb sy */
    0xb900007f,         /* str  wzr, [x3] */
    0x17fffff0,         /* b    loop */
};

static const uint32_t vector[] = {
    0xd53e5207,         /* mrs  x7, esr_el3 */
    0xb9001867,         /* str  w7, [x3, #SLOT_ESR] */
    0xd53e4027,         /* mrs  x7, elr_el3 */
    0x910010e7,         /* add  x7, x7, #4 */
    0xd51e4027,         /* msr  elr_el3, x7 */
    0xd69f03e0,         /* eret */
};

static void put_code(uint8_t *at, const uint32_t *code, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        stl_le_p(at + i * 4, code[i]);
    }
}

static char *write_image(void)
{
    g_autofree uint8_t *image = g_malloc0(IMAGE_SIZE);
    char *name;
    int fd = g_file_open_tmp("cca-fvp-agent-XXXXXX", &name, NULL);

    g_assert(fd >= 0);
    close(fd);
    put_code(image, agent, ARRAY_SIZE(agent));
    put_code(image + VECTOR, vector, ARRAY_SIZE(vector));
    g_assert(g_file_set_contents(name, (char *)image, IMAGE_SIZE, NULL));
    return name;
}

uint32_t fvp_affinity(unsigned pe, bool mt)
{
    uint32_t affinity = pe / 4 << 8 | pe % 4;

    return mt ? affinity << 8 : affinity;
}

QTestState *fvp_start_paused(const char *args)
{
    g_autofree char *image = write_image();
    QTestState *s = qtest_initf("-accel tcg -M cca-fvp,mpe=off -net none -m 4G "
                                "-bios %s -S %s", image, args);

    /* By now it has read the image. */
    qtest_qmp_assert_success(s, "{ 'execute': 'query-status' }");
    g_unlink(image);
    return s;
}

QTestState *fvp_start(const char *args)
{
    QTestState *s = fvp_start_paused(args);

    qtest_qmp_assert_success(s, "{ 'execute': 'cont' }");
    fvp_wait_for_boots(s, 0, 1);
    return s;
}

static uint64_t slot(unsigned pe, unsigned offset)
{
    return SLOTS + pe * SLOT_SIZE + offset;
}

unsigned fvp_boots(QTestState *s, unsigned pe)
{
    return qtest_readl(s, slot(pe, SLOT_BOOTS));
}

void fvp_wait_for_boots(QTestState *s, unsigned pe, unsigned times)
{
    for (unsigned i = 0; fvp_boots(s, pe) != times; i++) {
        if (i == POLLS) {
            g_error("PE %u came up %u times, not %u", pe, fvp_boots(s, pe),
                    times);
        }
        g_usleep(POLL_US);
    }
}

static void post(QTestState *s, unsigned pe, unsigned command, uint64_t pa,
                 uint32_t value)
{
    qtest_writeq(s, slot(pe, SLOT_ADDRESS), pa);
    qtest_writel(s, slot(pe, SLOT_VALUE), value);
    qtest_writel(s, slot(pe, SLOT_ESR), 0);
    qtest_writel(s, slot(pe, SLOT_COMMAND), command);
}

static FvpAnswer answer(QTestState *s, unsigned pe)
{
    for (unsigned i = 0; qtest_readl(s, slot(pe, SLOT_COMMAND)); i++) {
        if (i == POLLS) {
            g_error("PE %u does not answer", pe);
        }
        g_usleep(POLL_US);
    }
    return (FvpAnswer) {
        .value = qtest_readl(s, slot(pe, SLOT_VALUE)),
        .esr = qtest_readl(s, slot(pe, SLOT_ESR)),
    };
}

FvpAnswer fvp_load(QTestState *s, unsigned pe, uint64_t pa)
{
    post(s, pe, LOAD, pa, 0);
    return answer(s, pe);
}

FvpAnswer fvp_store(QTestState *s, unsigned pe, uint64_t pa, uint32_t value)
{
    post(s, pe, STORE, pa, value);
    return answer(s, pe);
}

uint32_t fvp_read(QTestState *s, uint64_t pa)
{
    FvpAnswer a = fvp_load(s, 0, pa);

    g_assert_cmphex(a.esr, ==, 0);
    return a.value;
}

void fvp_write(QTestState *s, uint64_t pa, uint32_t value)
{
    FvpAnswer a = fvp_store(s, 0, pa, value);

    g_assert_cmphex(a.esr, ==, 0);
}

void fvp_wfi(QTestState *s, unsigned pe)
{
    post(s, pe, WFI, 0, 0);
}

QTestState *fvp_migrate(QTestState *s, QTestState *to)
{
    g_autofree char *name = NULL, *uri = NULL;
    int fd = g_file_open_tmp("cca-fvp-state-XXXXXX", &name, NULL);

    g_assert(fd >= 0);
    close(fd);
    uri = g_strdup_printf("file:%s", name);
    qtest_qmp_assert_success(s, "{ 'execute': 'stop' }");
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate', 'arguments':"
                             " { 'uri': %s } }", uri);
    wait_for_migration(s);
    qtest_quit(s);
    qtest_qmp_assert_success(to, "{ 'execute': 'migrate-incoming',"
                             " 'arguments': { 'uri': %s } }", uri);
    wait_for_migration(to);
    g_unlink(name);
    qtest_qmp_assert_success(to, "{ 'execute': 'cont' }");
    return to;
}
