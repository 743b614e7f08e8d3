/*
 * cca-smmu-test-engine: the PCIe functions, their registers, interrupts,
 * resets, migration, hostile software. What it does behind an SMMU is in
 * cca-test-engine-smmu-test.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "guest.h"
#include "test-engine.h"
#include "hw/pci/pci_regs.h"

#define VIRT    "-M virt,gic-version=3 -cpu max -m 512M -net none "
#define RAM     0x50000000ull

static QTestState *start(Engine *e)
{
    QTestState *s = qtest_init(VIRT ENGINE_DEVICE(""));

    g_assert_cmpuint(engine_scan(s, e, 1), ==, 2);
    return s;
}

/* --- configuration space -------------------------------------------------- */

static uint64_t bar_size(const Engine *e, unsigned bar)
{
    uint64_t at = e->config + PCI_BASE_ADDRESS_0 + 4 * bar, was, mask;

    was = qtest_readq(e->qts, at);
    qtest_writeq(e->qts, at, UINT64_MAX);
    mask = qtest_readq(e->qts, at);
    qtest_writeq(e->qts, at, was);
    g_assert_cmphex(mask & 0xf, ==, PCI_BASE_ADDRESS_MEM_TYPE_64);
    return -(mask & ~0xfull);
}

static void test_config(void)
{
    Engine e[2];
    QTestState *s = qtest_init(VIRT ENGINE_DEVICE(""));

    g_assert_cmpuint(engine_scan(s, e, 2), ==, 2);
    for (unsigned i = 0; i < 2; i++) {
        unsigned msix = engine_cap(&e[i], PCI_CAP_ID_MSIX);
        unsigned exp = engine_cap(&e[i], PCI_CAP_ID_EXP);

        g_assert_cmphex(e[i].rid, ==, 0x100 + i);
        g_assert_cmphex(qtest_readl(s, e[i].config), ==, 0xff8013b5);
        /* class FF.00.00, revision 0F */
        g_assert_cmphex(qtest_readl(s, e[i].config + PCI_CLASS_REVISION), ==,
                        0xff00000f);
        g_assert_cmphex(qtest_readl(s, e[i].config + PCI_SUBSYSTEM_VENDOR_ID),
                        ==, 0x13b5);
        g_assert_cmphex(qtest_readb(s, e[i].config + PCI_HEADER_TYPE), ==,
                        0x80);
        g_assert_cmphex(bar_size(&e[i], 0), ==, 0x20000);
        g_assert_cmphex(bar_size(&e[i], 2), ==, 0x8000);
        g_assert_cmphex(bar_size(&e[i], 4), ==, 0x1000);
        g_assert(msix && exp);
        g_assert_cmphex(qtest_readw(s, e[i].config + msix + PCI_MSIX_FLAGS),
                        ==, 2047);
        g_assert_cmphex(qtest_readl(s, e[i].config + msix + PCI_MSIX_TABLE),
                        ==, 2);
        g_assert_cmphex(qtest_readl(s, e[i].config + msix + PCI_MSIX_PBA),
                        ==, 4);
        g_assert_cmphex(qtest_readw(s, e[i].config + exp + PCI_EXP_FLAGS) &
                        PCI_EXP_FLAGS_TYPE, ==, PCI_EXP_TYPE_ENDPOINT << 4);
        g_assert(qtest_readl(s, e[i].config + exp + PCI_EXP_DEVCAP) &
                 PCI_EXP_DEVCAP_FLR);
    }
    qtest_quit(s);
}

static void test_functions(void)
{
    Engine e[8];
    QTestState *s = qtest_init(VIRT ENGINE_DEVICE(",functions=1"));

    g_assert_cmpuint(engine_scan(s, e, 8), ==, 1);
    g_assert_cmphex(qtest_readb(s, e[0].config + PCI_HEADER_TYPE), ==, 0);
    qtest_quit(s);

    s = qtest_init(VIRT ENGINE_DEVICE(",functions=8"));
    g_assert_cmpuint(engine_scan(s, e, 8), ==, 8);
    /* Each has registers and work of its own. */
    for (unsigned i = 0; i < 8; i++) {
        EngineWork work = { TE_CMD_RAND48, RAM + i * 0x100, 0x10, .seed = i };

        engine_begin(&e[i], 0, &work);
    }
    for (unsigned i = 0; i < 8; i++) {
        g_assert_cmphex(engine_wait(&e[i], 0), ==, TE_CMD_HALTED);
        g_assert_cmphex(engine_get(&e[i], 0, TE_SEED), ==, i);
        g_assert_cmpuint(engine_get(&e[i], 0, TE_RETURNED), ==, 1);
        g_assert_cmphex(qtest_readq(s, RAM + i * 0x100 + 8), !=, 0);
        g_assert_cmphex(qtest_readq(s, RAM + i * 0x100 + 0x10), ==, 0);
    }
    qtest_quit(s);
}

static void test_bad_properties(void)
{
    static const struct { const char *first, *device, *says[2]; } bad[] = {
        { "", "bus=rp,functions=0", { "functions=0", "1 to 8" } },
        { "", "bus=rp,functions=9", { "functions=9", "1 to 8" } },
        { "", "bus=rp,functions=-1", { "functions", "" } },
        { "", "bus=rp,addr=0.1", { "addr=0.1", "function 0" } },
        { "", "bus=b", { "PCI Express bus", "" } },
        { "pci-testdev,bus=rp,addr=0.1,multifunction=on", "bus=rp",
          { "functions=2", "0.1 is in use" } },
        { "", "bus=rp,colour=red", { "colour", "" } },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *device = g_strdup_printf("cca-smmu-test-engine,%s",
                                                  bad[i].device);
        const char *args[] = {
            "-display", "none", "-S", "-M", "cca-virt", "-net", "none",
            "-device", "pcie-root-port,id=rp,addr=4", "-device",
            "pcie-pci-bridge,id=b", "-device",
            *bad[i].first ? bad[i].first : "pci-testdev,addr=9",
            "-device", device, NULL,
        };
        g_autofree char *err = qemu_refusal(args);

        if (!strstr(err, bad[i].says[0]) || !strstr(err, bad[i].says[1])) {
            g_error("%s: no '%s' and '%s' in '%s'", device, bad[i].says[0],
                    bad[i].says[1], err);
        }
    }
}

/* --- registers ------------------------------------------------------------ */

static void test_registers(void)
{
    Engine e;
    QTestState *s = start(&e);
    uint64_t begin = engine_user(&e, 511, TE_BEGIN);

    /* At reset */
    g_assert_cmphex(engine_get(&e, 0, TE_CMD), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get(&e, 511, TE_CMD), ==, TE_CMD_HALTED);
    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 511, TE_PCTRL)), ==, 1);
    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 511, TE_SUBSTREAMID)), ==,
                    UINT32_MAX);
    /* Bytes, halfwords, words, over edges. */
    qtest_writeq(s, begin, 0x8877665544332211);
    g_assert_cmphex(qtest_readb(s, begin + 6), ==, 0x77);
    g_assert_cmphex(qtest_readw(s, begin + 3), ==, 0x5544);
    g_assert_cmphex(qtest_readl(s, begin + 2), ==, 0x66554433);
    qtest_writeb(s, begin + 1, 0xee);
    qtest_writew(s, begin + 3, 0xdddd);
    qtest_writel(s, begin + 6, 0xbbbbcccc);
    g_assert_cmphex(qtest_readq(s, begin), ==, 0xcccc66dddd33ee11);
    g_assert_cmphex(qtest_readq(s, begin + 8), ==, 0xbbbb);
    g_assert_cmphex(qtest_readq(s, engine_priv(&e, 511, TE_PCTRL)), ==, 1);
    /* No one makes a function's frame Secure. */
    qtest_writel(s, engine_priv(&e, 3, TE_PCTRL), 0x300);
    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 3, TE_PCTRL)), ==, 0x301);
    /* A command is not given in pieces. */
    qtest_writeb(s, engine_user(&e, 3, TE_CMD), 9);
    qtest_writew(s, engine_user(&e, 3, TE_CMD), 9);
    g_assert_cmphex(engine_get(&e, 3, TE_CMD), ==, TE_CMD_HALTED);
    engine_set(&e, 3, TE_CMD, 9);
    g_assert_cmphex(engine_get(&e, 3, TE_CMD), ==, TE_CMD_MISCONFIGURED);
    qtest_quit(s);
}

/* --- work ----------------------------------------------------------------- */

static void test_work(void)
{
    Engine e;
    QTestState *s = start(&e);
    EngineWork copy = { TE_CMD_MEMCPY, RAM + 3, 0x5001, RAM + 0x10005 };
    EngineWork sum = { TE_CMD_SUM64, RAM, 0x1000, .stride = 16 };
    EngineWork rand = { TE_CMD_RAND48, RAM + 0x20ff8, 0x10, .seed = 7 };
    uint64_t want = 0;

    engine_fill(s, RAM + 3, 0x5001, 1);
    qtest_writeb(s, RAM + 0x10004, 0x5a);
    qtest_writeb(s, RAM + 0x10005 + 0x5001, 0xa5);
    g_assert_cmphex(engine_run(&e, 5, &copy), ==, TE_CMD_HALTED);
    g_assert(engine_filled(s, RAM + 0x10005, 0x5001, 1));
    g_assert_cmphex(qtest_readb(s, RAM + 0x10004), ==, 0x5a);
    g_assert_cmphex(qtest_readb(s, RAM + 0x10005 + 0x5001), ==, 0xa5);
    for (unsigned i = 0; i < 0x1000; i += 16) {
        want += qtest_readq(s, RAM + i);
    }
    g_assert_cmphex(engine_run(&e, 6, &sum), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get64(&e, 6, TE_UDATA_N(1)), ==, want);
    g_assert_cmpuint(engine_get(&e, 6, TE_RETURNED), ==, 0x100);
    g_assert_cmphex(engine_run(&e, 7, &rand), ==, TE_CMD_HALTED);
    /* Two transactions; worked out by hand from srand48(), lrand48(). */
    g_assert_cmpuint(engine_get(&e, 7, TE_LAUNCHED), ==, 2);
    for (unsigned half = 0; half < 2; half++) {
        uint64_t addr = RAM + 0x20ff8 + 8 * half;

        srand48((int32_t)(7 ^ (uint32_t)addr));
        for (unsigned i = 0; i < 8; i++) {
            g_assert_cmphex(qtest_readb(s, addr + i), ==, lrand48() & 0xff);
            lrand48();
        }
    }
    /* No memory there. */
    copy.begin = 0x0a004000;
    copy.to = 1ull << 40;
    g_assert_cmphex(engine_run(&e, 5, &copy), ==, TE_CMD_ERROR);
    qtest_quit(s);
}

/*
 * A long work goes on while time does, and software that does not look sees
 * all of it in memory; other frames have their share.
 */
static void test_slices(void)
{
    Engine e;
    QTestState *s = start(&e);
    EngineWork longer = { TE_CMD_MEMCPY, RAM, 4 * ENGINE_SLICE,
                          RAM + 0x1000000 };
    EngineWork shorter = { TE_CMD_MEMCPY, RAM, 0x4000, RAM + 0x2000000 };

    engine_fill(s, RAM, 4 * ENGINE_SLICE, 2);
    engine_begin(&e, 0, &longer);
    g_assert(!engine_filled(s, RAM + 0x1000000, 0x1000, 2));
    qtest_clock_step(s, ENGINE_SLICE_NS);
    g_assert(engine_filled(s, RAM + 0x1000000, ENGINE_SLICE, 2));
    g_assert_cmphex(qtest_readb(s, RAM + 0x1000000 + ENGINE_SLICE), ==, 0);
    /* Not stopped by this; and ahead of one that begins now by one turn. */
    engine_set(&e, 0, TE_CMD, TE_CMD_HALTED);
    engine_begin(&e, 1, &shorter);
    qtest_clock_step(s, ENGINE_SLICE_NS);
    g_assert(engine_filled(s, RAM + 0x2000000, 0x4000, 2));
    g_assert(!engine_filled(s, RAM + 0x1000000, 4 * ENGINE_SLICE, 2));
    qtest_clock_step(s, 3 * ENGINE_SLICE_NS);
    g_assert(engine_filled(s, RAM + 0x1000000, 4 * ENGINE_SLICE, 2));
    g_assert_cmphex(engine_get(&e, 0, TE_CMD), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get(&e, 1, TE_CMD), ==, TE_CMD_HALTED);
    /* Looking pushes it on: at work at first, then over. */
    engine_begin(&e, 1, &shorter);
    g_assert_cmphex(engine_get(&e, 1, TE_CMD), ==, TE_CMD_MEMCPY);
    g_assert_cmphex(engine_get(&e, 1, TE_CMD), ==, TE_CMD_HALTED);
    qtest_quit(s);
}

/* All 512 frames of both functions at once. */
static void test_parallel(void)
{
    Engine e[2];
    QTestState *s = qtest_init(VIRT ENGINE_DEVICE(""));

    g_assert_cmpuint(engine_scan(s, e, 2), ==, 2);
    engine_fill(s, RAM, 0x2000, 3);
    for (unsigned i = 0; i < 2 * TE_FRAMES; i++) {
        EngineWork work = { TE_CMD_MEMCPY, RAM, 0x2000,
                            RAM + 0x100000 + i * 0x2000ull };

        engine_begin(&e[i % 2], i / 2, &work);
    }
    qtest_clock_step(s, 2 * TE_FRAMES * ENGINE_SLICE_NS);
    for (unsigned i = 0; i < 2 * TE_FRAMES; i++) {
        g_assert_cmphex(engine_get(&e[i % 2], i / 2, TE_CMD), ==,
                        TE_CMD_HALTED);
        g_assert(engine_filled(s, RAM + 0x100000 + i * 0x2000, 0x2000, 3));
    }
    qtest_quit(s);
}

/* Without Bus Master Enable nothing leaves: not from now on, either. */
static void test_bus_master(void)
{
    Engine e;
    QTestState *s = start(&e);
    EngineWork work = { TE_CMD_MEMCPY, RAM, 4 * ENGINE_SLICE,
                        RAM + 0x1000000 };

    engine_fill(s, RAM, 4 * ENGINE_SLICE, 4);
    engine_command(&e, false);
    g_assert_cmphex(engine_run(&e, 0, &work), ==, TE_CMD_ERROR);
    g_assert_cmphex(engine_get64(&e, 0, TE_UDATA_N(2)), ==, RAM);
    g_assert_cmphex(qtest_readb(s, RAM + 0x1000000), ==, 0);
    engine_command(&e, true);
    engine_begin(&e, 0, &work);
    qtest_clock_step(s, ENGINE_SLICE_NS);
    engine_command(&e, false);
    qtest_clock_step(s, 10 * ENGINE_SLICE_NS);
    g_assert(engine_filled(s, RAM + 0x1000000, ENGINE_SLICE, 4));
    g_assert_cmphex(qtest_readb(s, RAM + 0x1000000 + ENGINE_SLICE), ==, 0);
    g_assert_cmphex(engine_get(&e, 0, TE_CMD), ==, TE_CMD_ERROR);
    g_assert_cmphex(engine_get64(&e, 0, TE_UDATA_N(2)), ==,
                    RAM + ENGINE_SLICE);
    qtest_quit(s);
}

/* The frames of the engine are memory to it, too: one starts another. */
static void test_own_frames(void)
{
    Engine e;
    QTestState *s = start(&e);
    EngineWork starter = { TE_CMD_MEMCPY, RAM, 8, engine_user(&e, 1, TE_CMD) };
    EngineWork started = { TE_CMD_MEMCPY, RAM + 0x1000, 0x100, RAM + 0x2000 };
    EngineWork reader = { TE_CMD_MEMCPY, e.frames, TE_PAGE_SIZE,
                          RAM + 0x10000 };

    qtest_writeq(s, RAM, TE_CMD_MEMCPY);
    engine_fill(s, RAM + 0x1000, 0x100, 5);
    engine_prepare(&e, 1, &started);
    g_assert_cmphex(engine_run(&e, 0, &starter), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_wait(&e, 1), ==, TE_CMD_HALTED);
    g_assert(engine_filled(s, RAM + 0x2000, 0x100, 5));
    /* To itself: it is at work, and so takes nothing. */
    starter.to = engine_user(&e, 0, TE_BEGIN);
    g_assert_cmphex(engine_run(&e, 0, &starter), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get64(&e, 0, TE_BEGIN), ==, RAM);
    /* It reads itself, at work. */
    g_assert_cmphex(engine_run(&e, 9, &reader), ==, TE_CMD_HALTED);
    g_assert_cmphex(qtest_readl(s, RAM + 0x10000 + 9 * TE_FRAME_SIZE), ==,
                    TE_CMD_MEMCPY);
    g_assert_cmphex(qtest_readl(s, RAM + 0x10000 + 8 * TE_FRAME_SIZE), ==,
                    TE_CMD_HALTED);
    qtest_quit(s);
}

/* --- interrupts ----------------------------------------------------------- */

static void set_vector(const Engine *e, unsigned vector, uint64_t addr,
                       uint32_t data, bool masked)
{
    uint64_t entry = e->table + vector * PCI_MSIX_ENTRY_SIZE;

    qtest_writeq(e->qts, entry + PCI_MSIX_ENTRY_LOWER_ADDR, addr);
    qtest_writel(e->qts, entry + PCI_MSIX_ENTRY_DATA, data);
    qtest_writel(e->qts, entry + PCI_MSIX_ENTRY_VECTOR_CTRL, masked);
}

static void enable_msix(const Engine *e, bool enable)
{
    qtest_writew(e->qts, e->config + engine_cap(e, PCI_CAP_ID_MSIX) +
                 PCI_MSIX_FLAGS, enable ? PCI_MSIX_FLAGS_ENABLE : 0);
}

static void test_msi(void)
{
    Engine e;
    QTestState *s = start(&e);
    EngineWork work = { TE_CMD_SUM64, RAM, 8 };

    set_vector(&e, 2047, RAM + 0x1000, 0x1234, false);
    set_vector(&e, 3, RAM + 0x1004, 0x4321, true);
    engine_set64(&e, 0, TE_MSIADDRESS, 1);
    engine_set(&e, 0, TE_MSIDATA, 2047);
    /* MSI-X is off. */
    g_assert_cmphex(engine_run(&e, 0, &work), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get(&e, 0, TE_UCTRL), ==, TE_UCTRL_MSI_ABORTED);
    enable_msix(&e, true);
    engine_set(&e, 0, TE_UCTRL, 0);
    g_assert_cmphex(engine_run(&e, 0, &work), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get(&e, 0, TE_UCTRL), ==, 0);
    g_assert_cmphex(qtest_readl(s, RAM + 0x1000), ==, 0x1234);
    /* After an error, too. */
    qtest_writel(s, RAM + 0x1000, 0);
    work.begin = 0x0a004000;
    g_assert_cmphex(engine_run(&e, 0, &work), ==, TE_CMD_ERROR);
    g_assert_cmphex(qtest_readl(s, RAM + 0x1000), ==, 0x1234);
    work.begin = RAM;
    /* Masked: pending, and sent when it is not masked any more. */
    engine_set(&e, 0, TE_MSIDATA, 3);
    g_assert_cmphex(engine_run(&e, 0, &work), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get(&e, 0, TE_UCTRL), ==, TE_UCTRL_MSI_ABORTED);
    g_assert_cmphex(qtest_readl(s, RAM + 0x1004), ==, 0);
    g_assert_cmphex(qtest_readl(s, e.pba), ==, 1 << 3);
    qtest_writel(s, e.table + 3 * PCI_MSIX_ENTRY_SIZE +
                 PCI_MSIX_ENTRY_VECTOR_CTRL, 0);
    g_assert_cmphex(qtest_readl(s, RAM + 0x1004), ==, 0x4321);
    g_assert_cmphex(qtest_readl(s, e.pba), ==, 0);
    /* No such vector, no such way. */
    qtest_writel(s, RAM + 0x1000, 0);
    engine_set(&e, 0, TE_MSIDATA, 2048);
    g_assert_cmphex(engine_run(&e, 0, &work), ==, TE_CMD_MISCONFIGURED);
    engine_set(&e, 0, TE_MSIDATA, 2047);
    engine_set64(&e, 0, TE_MSIADDRESS, RAM + 0x1000);
    g_assert_cmphex(engine_run(&e, 0, &work), ==, TE_CMD_MISCONFIGURED);
    /* Not wanted. */
    engine_set64(&e, 0, TE_MSIADDRESS, 0);
    g_assert_cmphex(engine_run(&e, 0, &work), ==, TE_CMD_HALTED);
    g_assert_cmphex(qtest_readl(s, RAM + 0x1000), ==, 0);
    qtest_quit(s);
}

/* --- resets, migration ---------------------------------------------------- */

static void expect_fresh(const Engine *e)
{
    g_assert_cmphex(engine_get(e, 0, TE_CMD), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get64(e, 0, TE_BEGIN), ==, 0);
    g_assert_cmphex(engine_get(e, 0, TE_RETURNED), ==, 0);
}

static void test_resets(void)
{
    Engine e[2];
    QTestState *s = qtest_init(VIRT ENGINE_DEVICE(""));
    EngineWork work = { TE_CMD_MEMCPY, RAM, 4 * ENGINE_SLICE,
                        RAM + 0x1000000 };
    uint64_t control;

    g_assert_cmpuint(engine_scan(s, e, 2), ==, 2);
    engine_fill(s, RAM, 4 * ENGINE_SLICE, 6);
    control = e[1].config + engine_cap(&e[1], PCI_CAP_ID_EXP) +
              PCI_EXP_DEVCTL;
    engine_begin(&e[0], 0, &work);
    work.to += 0x1000000;
    engine_begin(&e[1], 0, &work);
    qtest_clock_step(s, ENGINE_SLICE_NS);
    /* A function level reset ends the work of that function. */
    qtest_writew(s, control, PCI_EXP_DEVCTL_BCR_FLR);
    qtest_clock_step(s, 10 * ENGINE_SLICE_NS);
    g_assert(engine_filled(s, RAM + 0x1000000, 4 * ENGINE_SLICE, 6));
    g_assert(engine_filled(s, RAM + 0x2000000, ENGINE_SLICE, 6));
    g_assert_cmphex(qtest_readb(s, RAM + 0x2000000 + ENGINE_SLICE), ==, 0);
    g_assert_cmpuint(engine_scan(s, e, 2), ==, 2);
    expect_fresh(&e[1]);
    g_assert_cmphex(engine_get64(&e[0], 0, TE_BEGIN), ==, RAM);
    /* A reset of the machine, that of both. */
    work.to = RAM + 0x3000000;
    engine_begin(&e[0], 0, &work);
    qtest_clock_step(s, ENGINE_SLICE_NS);
    qtest_system_reset(s);
    g_assert_cmpuint(engine_scan(s, e, 2), ==, 2);
    expect_fresh(&e[0]);
    expect_fresh(&e[1]);
    qtest_clock_step(s, 10 * ENGINE_SLICE_NS);
    g_assert_cmphex(qtest_readb(s, RAM + 0x3000000 + ENGINE_SLICE), ==, 0);
    qtest_quit(s);
}

static void test_migration(void)
{
    g_autofree char *path = g_strdup_printf("%s/cca-test-engine-XXXXXX",
                                            g_get_tmp_dir());
    int fd = g_mkstemp(path);
    g_autofree char *uri = g_strdup_printf("file:%s", path);
    g_autofree char *incoming = g_strdup_printf(VIRT ENGINE_DEVICE("")
                                                "-incoming %s", uri);
    Engine e;
    QTestState *s = start(&e), *t;
    EngineWork copy = { TE_CMD_MEMCPY, RAM, 4 * ENGINE_SLICE,
                        RAM + 0x1000000, .seed = UINT32_MAX };
    EngineWork sum = { TE_CMD_SUM64, RAM, 4 * ENGINE_SLICE, .seed = 99 };
    uint64_t want = 0;

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    engine_fill(s, RAM, 4 * ENGINE_SLICE, 7);
    for (unsigned i = 0; i < 4 * ENGINE_SLICE; i += 8) {
        want += qtest_readq(s, RAM + i);
    }
    set_vector(&e, 1, RAM + 0x4000000, 0x7777, false);
    enable_msix(&e, true);
    engine_set64(&e, 4, TE_MSIADDRESS, 1);
    engine_set(&e, 4, TE_MSIDATA, 1);
    engine_begin(&e, 4, &copy);
    engine_begin(&e, 5, &sum);
    qtest_clock_step(s, ENGINE_SLICE_NS);
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate', 'arguments':"
                             " { 'uri': %s } }", uri);
    wait_for_migration(s);
    qtest_quit(s);

    t = qtest_init(incoming);
    wait_for_migration(t);
    e.qts = t;
    /* Half of a slice's copy is done, from the end. */
    g_assert_cmphex(qtest_readb(t, RAM + 0x1000000), ==, 0);
    g_assert_cmphex(qtest_readq(t, RAM + 0x1000000 + 4 * ENGINE_SLICE -
                                ENGINE_SLICE / 2), ==,
                    qtest_readq(t, RAM + 4 * ENGINE_SLICE - ENGINE_SLICE / 2));
    g_assert_cmphex(qtest_readl(t, RAM + 0x4000000), ==, 0);
    /* The rest comes by itself. */
    qtest_clock_step(t, 20 * ENGINE_SLICE_NS);
    g_assert(engine_filled(t, RAM + 0x1000000, 4 * ENGINE_SLICE, 7));
    g_assert_cmphex(qtest_readl(t, RAM + 0x4000000), ==, 0x7777);
    g_assert_cmphex(engine_get(&e, 4, TE_CMD), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get(&e, 5, TE_CMD), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get64(&e, 5, TE_UDATA_N(1)), ==, want);
    qtest_quit(t);
    g_unlink(path);
}

/* --- hostile software ----------------------------------------------------- */

/* Addresses and sizes that mean something, or nothing. */
static uint64_t nasty(const Engine *e, uint64_t *state)
{
    switch (test_random(state) % 10) {
    case 0:
    case 1:
        return RAM + test_random(state) % 0x10000;
    case 2:
    case 3:
        return e->frames + test_random(state) % 0x800;
    case 4:
        return e->config + test_random(state) % 0x1000;
    case 5:
        return e->table + test_random(state) % 0x100;
    case 6:
        return test_random(state) % 32;
    case 7:
        return UINT64_MAX - test_random(state) % 0x100;
    case 8:
        return 0x08000000 + test_random(state) % 0x4000000; /* devices */
    default:
        return test_random(state);
    }
}

static void test_hostile(void)
{
    Engine e;
    QTestState *s = start(&e);
    uint64_t state = 480;

    enable_msix(&e, true);
    for (unsigned i = 0; i < 20000; i++) {
        unsigned frame = test_random(&state) % 8;
        uint64_t value = nasty(&e, &state);
        unsigned at = test_random(&state) % TE_FRAME_SIZE;

        switch (test_random(&state) % 8) {
        case 0:
            engine_set64(&e, frame, TE_BEGIN, value);
            engine_set64(&e, frame, TE_END_INCL,
                         test_random(&state) % 2 ? nasty(&e, &state) :
                         value + test_random(&state) % 0x2000);
            break;
        case 1:
            engine_set64(&e, frame, TE_UDATA, value);
            break;
        case 2:
            engine_set64(&e, frame, TE_STRIDE, test_random(&state) % 2 ? 1 :
                         8 * (test_random(&state) % 8));
            break;
        case 3:
        case 4:
            engine_set(&e, frame, TE_CMD, 2 + test_random(&state) % 3);
            break;
        case 5:
            qtest_writeb(s, engine_user(&e, frame, at), value);
            break;
        case 6:
            qtest_writeq(s, engine_user(&e, frame, at), value);
            break;
        default:
            qtest_readq(s, engine_user(&e, frame, at));
            break;
        }
        if (i % 500 == 0) {
            qtest_clock_step(s, ENGINE_SLICE_NS);
            /* It may have taken its own BARs away. */
            g_assert_cmpuint(engine_scan(s, &e, 1), ==, 2);
            enable_msix(&e, true);
        }
    }
    qtest_system_reset(s);
    g_assert_cmpuint(engine_scan(s, &e, 1), ==, 2);
    g_assert_cmphex(engine_run(&e, 0, &(EngineWork) { TE_CMD_RAND48, RAM, 8 }),
                    ==, TE_CMD_HALTED);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/test-engine/config", test_config);
    qtest_add_func("cca/test-engine/functions", test_functions);
    qtest_add_func("cca/test-engine/bad-properties", test_bad_properties);
    qtest_add_func("cca/test-engine/registers", test_registers);
    qtest_add_func("cca/test-engine/work", test_work);
    qtest_add_func("cca/test-engine/slices", test_slices);
    qtest_add_func("cca/test-engine/parallel", test_parallel);
    qtest_add_func("cca/test-engine/bus-master", test_bus_master);
    qtest_add_func("cca/test-engine/own-frames", test_own_frames);
    qtest_add_func("cca/test-engine/msi", test_msi);
    qtest_add_func("cca/test-engine/resets", test_resets);
    qtest_add_func("cca/test-engine/migration", test_migration);
    qtest_add_func("cca/test-engine/hostile", test_hostile);
    return g_test_run();
}
