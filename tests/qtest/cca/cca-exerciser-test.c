/*
 * cca-exerciser: the PCIe function, its registers, interrupts, resets,
 * migration, hostile software. DMA is in cca-exerciser-dma-test.c.
 *
 * Mostly on virt, which has no SMMU of ours.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"
#include "qemu/host-utils.h"
#include "guest.h"
#include "exerciser.h"
#include "hw/pci/pci_regs.h"

#define VIRT    "-M virt,gic-version=3 -cpu max -m 512M -net none "
#define RAM     0x50000000ull

static QTestState *start(const char *args)
{
    return qtest_initf(VIRT "%s", args);
}

/* --- configuration space -------------------------------------------------- */

static void test_config(void)
{
    QTestState *s = start("-device cca-exerciser,addr=3.0");
    Exerciser ex = exerciser_one(s);

    g_assert_cmphex(ex.rid, ==, 3 << 3);
    g_assert_cmphex(exerciser_config(&ex, PCI_VENDOR_ID), ==, 0xed0113b5);
    g_assert_cmpuint(exerciser_config(&ex, PCI_INTERRUPT_LINE) >> 8 & 0xff,
                     ==, 1);
    g_assert_cmpuint(ex.ram_size, ==, 65536);
    g_assert_cmpuint(ex.buffer_size, ==, 65536);
    g_assert(exerciser_cap(&ex, PCI_CAP_ID_EXP));
    g_assert(exerciser_cap(&ex, PCI_CAP_ID_MSIX));
    g_assert(!exerciser_cap(&ex, PCI_CAP_ID_MSI));
    g_assert_cmphex(exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_ERR), ==, 0x100);
    g_assert_cmphex(exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_ATS), ==, 0x150);
    g_assert_cmphex(exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_PASID), ==, 0x158);
    g_assert_cmphex(exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_PRI), ==, 0x160);
    /* 20 bits, execute and privileged */
    g_assert_cmphex(exerciser_config16(&ex, 0x158 + PCI_PASID_CAP), ==,
                    0x1406);
    g_assert_cmpuint(exerciser_config(&ex, 0x160 + PCI_PRI_MAX_REQ), ==, 32);
    /* 16 vectors */
    g_assert_cmphex(exerciser_config16(&ex, exerciser_cap(&ex, PCI_CAP_ID_MSIX)
                                       + PCI_MSIX_FLAGS), ==, 15);
    qtest_quit(s);
}

/* Properties take capabilities away, and change sizes. */
static void test_properties(void)
{
    QTestState *s = start("-device cca-exerciser,ats=off,pri=off,pasid-bits=0,"
                          "vectors=2048,ram-size=16M,buffer-size=3000");
    Exerciser ex = exerciser_one(s);

    g_assert_cmpuint(ex.ram_size, ==, 16 << 20);
    g_assert_cmpuint(ex.buffer_size, ==, 3000);
    g_assert(exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_ERR));
    g_assert(!exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_ATS));
    g_assert(!exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_PASID));
    g_assert(!exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_PRI));
    g_assert_cmphex(exerciser_config16(&ex, exerciser_cap(&ex, PCI_CAP_ID_MSIX)
                                       + PCI_MSIX_FLAGS), ==, 2047);
    qtest_writeb(s, ex.ram + ex.ram_size - 1, 0x5a);
    g_assert_cmphex(qtest_readb(s, ex.ram + ex.ram_size - 1), ==, 0x5a);
    qtest_quit(s);

    s = start("-device cca-exerciser,pri=off,pasid-bits=1");
    ex = exerciser_one(s);
    g_assert(exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_ATS));
    g_assert_cmphex(exerciser_config16(&ex, 0x158 + PCI_PASID_CAP), ==, 0x106);
    qtest_quit(s);
}

static void test_bad_properties(void)
{
    static const struct { const char *device, *says[2]; } bad[] = {
        { "ram-size=5000", { "ram-size=5000", "power of two" } },
        { "ram-size=2K", { "ram-size=2048", "4 KiB" } },
        { "ram-size=512M", { "ram-size=536870912", "256 MiB" } },
        { "ram-size=big", { "ram-size", "" } },
        { "buffer-size=1K", { "buffer-size=1024", "2 KiB" } },
        { "buffer-size=65537", { "buffer-size=65537", "65536" } },
        { "vectors=0", { "vectors=0", "2048" } },
        { "vectors=2049", { "vectors=2049", "2048" } },
        { "pasid-bits=21", { "pasid-bits=21", "20" } },
        { "pasid-bits=-1", { "pasid_bits", "" } },
        { "ats=off", { "pri=on", "ats=on" } },
        { "colour=red", { "colour", "" } },
        { "bus=b", { "PCI Express bus", "" } },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *device = g_strdup_printf("cca-exerciser,%s",
                                                  bad[i].device);
        const char *args[] = {
            "-display", "none", "-S", "-M", "cca-virt", "-net", "none",
            "-device", "pcie-pci-bridge,id=b", "-device", device, NULL,
        };
        g_autofree char *err = qemu_refusal(args);

        /* The parser of numbers says property names in its own way. */
        if (strcmp(bad[i].device, "pasid-bits=-1") &&
            (!strstr(err, bad[i].says[0]) || !strstr(err, bad[i].says[1]))) {
            g_error("%s: no '%s' and '%s' in '%s'", device, bad[i].says[0],
                    bad[i].says[1], err);
        }
    }
}

/* --- registers ------------------------------------------------------------ */

/* What reads back of all ones, written when nothing is enabled. */
static const struct { unsigned offset; uint32_t reads; } registers[] = {
    { EXERCISER_MSICTL, 0x7ff },
    { EXERCISER_INTXCTL, 1 },
    { EXERCISER_DMACTL1, 0xfff0 },
    { EXERCISER_DMA_OFFSET, UINT32_MAX },
    { EXERCISER_DMA_ADDR, UINT32_MAX },
    { EXERCISER_DMA_ADDR + 4, UINT32_MAX },
    { EXERCISER_DMA_LEN, UINT32_MAX },
    { EXERCISER_DMASTATUS, 0 },
    { EXERCISER_PASID, 0xfffff },
    { EXERCISER_ATSCTL, 0x1e | EXERCISER_CAUSE_SEC_SID << 16 },
    { EXERCISER_ATS_ADDR, 0 },
    { EXERCISER_ATS_ADDR + 4, 0 },
    { EXERCISER_ATS_SIZE, 0 },
    { EXERCISER_ATS_SIZE + 4, 0 },
    { EXERCISER_ATS_PERM, 0 },
    { EXERCISER_RID_CTL, 0x8000ffff },
    { 0x40, 0 },
    { 0x44, 0 },
    { EXERCISER_SEC_SID_CTL, 3 },
    { EXERCISER_INFO, 0 },
    { EXERCISER_BUFFER_SIZE, 65536 },
    { EXERCISER_ATCCTL, 1 },
    { EXERCISER_ATCINV, 0 },
    { EXERCISER_PRI_ADDR, UINT32_MAX },
    { EXERCISER_PRI_ADDR + 4, UINT32_MAX },
    { EXERCISER_PRICTL, 0x01ff007e },
    { EXERCISER_PRIRSP, 0 },
    { EXERCISER_PRICOUNT, 0 },
    { EXERCISER_REGS_END, 0 },
    { EXERCISER_REGS_SIZE - 4, 0 },
};

static void check_reset_values(const Exerciser *ex)
{
    for (unsigned at = 0; at < 0x100; at += 4) {
        g_assert_cmphex(exerciser_reg(ex, at), ==,
                        at == EXERCISER_BUFFER_SIZE ? ex->buffer_size : 0);
    }
}

static void test_registers(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);

    check_reset_values(&ex);
    /* Triggers last: what they look at is then written. */
    exerciser_set_reg(&ex, EXERCISER_SEC_SID_CTL, UINT32_MAX);
    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        if (registers[i].offset != EXERCISER_DMACTL1) {
            exerciser_set_reg(&ex, registers[i].offset, UINT32_MAX);
        }
    }
    exerciser_set_reg(&ex, EXERCISER_DMACTL1, UINT32_MAX & ~DMACTL1_GO);
    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        g_assert_cmphex(exerciser_reg(&ex, registers[i].offset), ==,
                        registers[i].reads);
    }
    qtest_system_reset(s);
    ex = exerciser_one(s);
    check_reset_values(&ex);
    qtest_quit(s);
}

/* Loads of any size at any place see the bytes of the registers. */
static void check_loads(const Exerciser *ex)
{
    uint8_t bytes[EXERCISER_REGS_END + 8];

    for (unsigned at = 0; at < sizeof(bytes); at += 4) {
        stl_le_p(bytes + at, exerciser_reg(ex, at));
    }
    for (unsigned at = 0; at + 8 <= sizeof(bytes); at++) {
        g_assert_cmphex(qtest_readb(ex->qts, ex->regs + at), ==, bytes[at]);
        if (at % 2 == 0) {
            g_assert_cmphex(qtest_readw(ex->qts, ex->regs + at), ==,
                            lduw_le_p(bytes + at));
        }
        if (at % 4 == 0) {
            g_assert_cmphex(exerciser_reg64(ex, at), ==, ldq_le_p(bytes + at));
        }
    }
}

static void test_access_sizes(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    uint64_t value = 0x1122334455667788;

    exerciser_set_reg64(&ex, EXERCISER_DMA_ADDR, value);
    g_assert_cmphex(exerciser_reg64(&ex, EXERCISER_DMA_ADDR), ==, value);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_DMA_ADDR + 4), ==,
                    0x11223344);
    qtest_writeb(s, ex.regs + EXERCISER_DMA_ADDR + 5, 0xee);
    qtest_writew(s, ex.regs + EXERCISER_DMA_ADDR + 2, 0xabcd);
    g_assert_cmphex(exerciser_reg64(&ex, EXERCISER_DMA_ADDR), ==,
                    0x1122ee44abcd7788);
    /* Across two registers. */
    qtest_writel(s, ex.regs + EXERCISER_DMA_ADDR + 6, 0xfedc9876);
    g_assert_cmphex(exerciser_reg64(&ex, EXERCISER_DMA_ADDR), ==,
                    0x9876ee44abcd7788);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_DMA_LEN), ==, 0xfedc);
    /* A byte of a register leaves its other fields alone. */
    exerciser_set_reg(&ex, EXERCISER_RID_CTL, 0x8000ffff);
    qtest_writeb(s, ex.regs + EXERCISER_RID_CTL, 0x12);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_RID_CTL), ==, 0x8000ff12);
    qtest_writeb(s, ex.regs + EXERCISER_RID_CTL + 3, 0);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_RID_CTL), ==, 0xff12);
    check_loads(&ex);

    /* A 64-bit store to the length touches the length only. */
    exerciser_set_reg(&ex, EXERCISER_DMA_OFFSET, UINT32_MAX);
    exerciser_set_reg(&ex, EXERCISER_DMACTL1, DMACTL1_GO);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_DMASTATUS), ==,
                    DMASTATUS_RANGE | EXERCISER_CAUSE_RANGE << 8);
    exerciser_set_reg64(&ex, EXERCISER_DMA_LEN, 64);
    g_assert_cmphex(exerciser_reg64(&ex, EXERCISER_DMA_LEN), ==,
                    64 | (0x101ull << 32));
    exerciser_set_reg(&ex, EXERCISER_DMASTATUS, DMASTATUS_CLEAR);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_DMASTATUS), ==, 0);

    /* GO comes after the offset in the same store; a lone byte has GO too. */
    qtest_memset(s, RAM, 0x77, 64);
    exerciser_set_reg64(&ex, EXERCISER_DMA_ADDR, RAM);
    exerciser_set_reg64(&ex, EXERCISER_DMACTL1, DMACTL1_GO | 0x1000ull << 32);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_DMASTATUS), ==, 0);
    g_assert_cmphex(qtest_readb(s, ex.ram + 0x103f), ==, 0x77);
    g_assert_cmphex(qtest_readb(s, ex.ram + 0x1040), ==, 0);
    g_assert_cmphex(qtest_readb(s, ex.ram), ==, 0);
    exerciser_set_reg(&ex, EXERCISER_DMA_OFFSET, 0);
    qtest_writeb(s, ex.regs + EXERCISER_DMACTL1, DMACTL1_GO);
    g_assert_cmphex(qtest_readb(s, ex.ram), ==, 0x77);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_DMACTL1), ==, 0);
    qtest_quit(s);
}

/* --- ATS and PRI without an SMMU ------------------------------------------ */

static void test_ats(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    ExerciserId pasid = { .pasid_valid = true, .pasid = 5 };

    g_assert_cmpuint(exerciser_ats(&ex, NULL, RAM, true).cause, ==,
                     EXERCISER_CAUSE_ATS);
    exerciser_enable(&ex, true, false, false);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_INFO), ==, INFO_ATS);
    g_assert_cmpuint(exerciser_ats(&ex, NULL, RAM, true).cause, ==,
                     EXERCISER_CAUSE_NO_PORT);
    g_assert_cmpuint(exerciser_ats(&ex, &pasid, RAM, true).cause, ==,
                     EXERCISER_CAUSE_PASID);
    exerciser_enable(&ex, true, true, false);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_INFO), ==,
                    INFO_ATS | INFO_PASID);
    g_assert_cmpuint(exerciser_ats(&ex, &pasid, RAM, true).cause, ==,
                     EXERCISER_CAUSE_NO_PORT);
    /* Clearing the ATC clears the answer. */
    exerciser_set_reg(&ex, EXERCISER_ATSCTL, ATSCTL_INVALIDATE |
                      ATSCTL_PASID);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_ATSCTL), ==, ATSCTL_PASID);
    exerciser_command(&ex, false);
    g_assert_cmpuint(exerciser_ats(&ex, NULL, RAM, false).cause, ==,
                     EXERCISER_CAUSE_BUS_MASTER);
    qtest_quit(s);
}

static void test_pri(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    unsigned at = exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_PRI);
    uint16_t stopped = PCI_PRI_STATUS_STOPPED | PCI_PRI_STATUS_PASID;

    g_assert_cmphex(exerciser_config16(&ex, at + PCI_PRI_STATUS), ==, stopped);
    g_assert(!exerciser_page_request(&ex, NULL, RAM, PRICTL_READ, 0));
    exerciser_enable(&ex, true, false, true);
    g_assert_cmphex(exerciser_config16(&ex, at + PCI_PRI_STATUS), ==,
                    PCI_PRI_STATUS_PASID);
    g_assert_cmpuint(exerciser_config(&ex, at + PCI_PRI_ALLOC_REQ), ==, 32);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_INFO), ==,
                    INFO_ATS | INFO_PRI);
    /* Nobody is there to take it, and so nothing is outstanding. */
    g_assert(!exerciser_page_request(&ex, NULL, RAM, PRICTL_READ |
                                     PRICTL_LAST, 511));
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_PRICTL), ==,
                    PRICTL_READ | PRICTL_LAST | PRICTL_GROUP);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_PRICOUNT), ==, 0);
    exerciser_set_config16(&ex, at + PCI_PRI_CTRL, PCI_PRI_CTRL_RESET);
    g_assert_cmphex(exerciser_config16(&ex, at + PCI_PRI_CTRL), ==, 0);
    g_assert_cmphex(exerciser_config16(&ex, at + PCI_PRI_STATUS), ==, stopped);
    qtest_quit(s);
}

/* --- interrupts ----------------------------------------------------------- */

static void test_msix(void)
{
    QTestState *s = start("-device cca-exerciser,vectors=4");
    Exerciser ex = exerciser_one(s);
    unsigned cap = exerciser_cap(&ex, PCI_CAP_ID_MSIX);

    for (unsigned v = 0; v < 4; v++) {
        exerciser_msix_set(&ex, v, RAM + 0x100 * v, 0xcafe0000 | v);
    }
    exerciser_fire(&ex, 0);
    g_assert_cmphex(qtest_readl(s, RAM), ==, 0);        /* not enabled */
    exerciser_msix_enable(&ex, true);
    g_assert_cmphex(qtest_readl(s, RAM), ==, 0);
    for (unsigned v = 0; v < 4; v++) {
        exerciser_fire(&ex, v);
        for (unsigned k = 0; k < 4; k++) {
            g_assert_cmphex(qtest_readl(s, RAM + 0x100 * k), ==,
                            k <= v ? 0xcafe0000 | k : 0);
        }
        g_assert_cmphex(exerciser_reg(&ex, EXERCISER_MSICTL), ==, v);
    }
    /* A vector that is not there. */
    qtest_memset(s, RAM, 0, 0x1000);
    exerciser_fire(&ex, 4);
    exerciser_fire(&ex, 0x7ff);
    for (unsigned k = 0; k < 4; k++) {
        g_assert_cmphex(qtest_readl(s, RAM + 0x100 * k), ==, 0);
    }
    /* Masked, it waits; MSIs are memory writes of a bus master. */
    qtest_writel(s, ex.msix + 2 * PCI_MSIX_ENTRY_SIZE +
                 PCI_MSIX_ENTRY_VECTOR_CTRL, PCI_MSIX_ENTRY_CTRL_MASKBIT);
    exerciser_fire(&ex, 2);
    g_assert_cmphex(qtest_readl(s, RAM + 0x200), ==, 0);
    g_assert_cmphex(qtest_readl(s, ex.msix + (exerciser_config(
                        &ex, cap + PCI_MSIX_PBA) & ~7u)), ==, 1 << 2);
    qtest_writel(s, ex.msix + 2 * PCI_MSIX_ENTRY_SIZE +
                 PCI_MSIX_ENTRY_VECTOR_CTRL, 0);
    g_assert_cmphex(qtest_readl(s, RAM + 0x200), ==, 0xcafe0002);
    exerciser_command(&ex, false);
    exerciser_fire(&ex, 1);
    g_assert_cmphex(qtest_readl(s, RAM + 0x100), ==, 0);
    qtest_quit(s);
}

/* The PCIe interrupts of virt: SPIs 3 to 6. virt's GIC has one world here. */
#define GICD_ISPENDR1   (0x08000000ull + 0x204)
#define PCIE_SPIS       0x78u

static void check_intx(const Exerciser *ex, bool level)
{
    uint32_t pending = qtest_readl(ex->qts, GICD_ISPENDR1) & PCIE_SPIS;

    g_assert_cmpuint(ctpop32(pending), ==, level);
    g_assert_cmpuint(!!(exerciser_config16(ex, PCI_STATUS) &
                        PCI_STATUS_INTERRUPT), ==, level);
}

static void test_intx(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);

    check_intx(&ex, false);
    exerciser_set_reg(&ex, EXERCISER_INTXCTL, INTXCTL_ASSERT);
    check_intx(&ex, true);
    exerciser_set_reg(&ex, EXERCISER_INTXCTL, 0);
    check_intx(&ex, false);
    /* With MSI-X enabled there is no INTx. */
    exerciser_set_reg(&ex, EXERCISER_INTXCTL, INTXCTL_ASSERT);
    exerciser_msix_enable(&ex, true);
    check_intx(&ex, false);
    exerciser_msix_enable(&ex, false);
    check_intx(&ex, true);
    qtest_system_reset(s);
    ex = exerciser_one(s);
    check_intx(&ex, false);
    qtest_quit(s);
}

/* --- reset ---------------------------------------------------------------- */

static void test_flr(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    unsigned cap = exerciser_cap(&ex, PCI_CAP_ID_EXP);

    g_assert(exerciser_config(&ex, cap + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLR);
    exerciser_enable(&ex, true, true, true);
    exerciser_set_reg(&ex, EXERCISER_INTXCTL, 1);
    exerciser_set_reg64(&ex, EXERCISER_DMA_ADDR, UINT64_MAX);
    exerciser_set_reg(&ex, EXERCISER_PASID, 77);
    exerciser_set_reg(&ex, EXERCISER_SEC_SID_CTL, 2);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_INFO), ==,
                    INFO_ATS | INFO_PASID | INFO_PRI);
    exerciser_set_config16(&ex, cap + PCI_EXP_DEVCTL,
                           PCI_EXP_DEVCTL_BCR_FLR);
    g_assert_cmphex(exerciser_config16(&ex, PCI_COMMAND) &
                    PCI_COMMAND_MASTER, ==, 0);
    g_assert_cmphex(exerciser_config16(&ex, EXERCISER_CAP_ATS + PCI_ATS_CTRL),
                    ==, 0);
    g_assert_cmphex(exerciser_config16(&ex, EXERCISER_CAP_PASID +
                                       PCI_PASID_CTRL), ==, 0);
    g_assert_cmphex(exerciser_config16(&ex, EXERCISER_CAP_PRI + PCI_PRI_CTRL),
                    ==, 0);
    ex = exerciser_one(s);
    check_intx(&ex, false);
    check_reset_values(&ex);
    qtest_quit(s);
}

/* --- migration ------------------------------------------------------------ */

#define MIGRATED "-device cca-exerciser,vectors=4,ram-size=16K,buffer-size=8K"

static void test_migration(void)
{
    g_autofree char *path = g_strdup_printf("%s/cca-exerciser-XXXXXX",
                                            g_get_tmp_dir());
    int fd = g_mkstemp(path);
    g_autofree char *uri = g_strdup_printf("file:%s", path);
    g_autofree char *incoming = g_strdup_printf(MIGRATED " -incoming %s", uri);
    QTestState *s = start(MIGRATED), *t;
    Exerciser ex = exerciser_one(s);
    uint32_t before[0x100 / 4];
    uint8_t ram[16 << 10], ram_after[16 << 10];

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    for (size_t i = 0; i < sizeof(ram); i++) {
        ram[i] = i * 31 + (i >> 8);
    }
    exerciser_fill(&ex, 0, ram, sizeof(ram));
    exerciser_enable(&ex, true, true, true);
    exerciser_msix_set(&ex, 3, RAM + 0x800, 0xfeed);
    exerciser_msix_enable(&ex, true);
    for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
        if (registers[i].offset != EXERCISER_DMACTL1) {
            exerciser_set_reg(&ex, registers[i].offset,
                              0x9e3779b9u * (i + 1) & ~0x80000000u);
        }
    }
    exerciser_set_reg(&ex, EXERCISER_SEC_SID_CTL, 1);
    exerciser_set_reg(&ex, EXERCISER_DMACTL1, DMACTL1_GO | DMACTL1_NO_SNOOP);
    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_DMASTATUS), !=, 0);
    for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
        before[i] = exerciser_reg(&ex, 4 * i);
    }
    qtest_qmp_assert_success(s, "{ 'execute': 'migrate', 'arguments':"
                             " { 'uri': %s } }", uri);
    wait_for_migration(s);
    qtest_quit(s);

    t = start(incoming);
    wait_for_migration(t);
    ex.qts = t;
    for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
        g_assert_cmphex(exerciser_reg(&ex, 4 * i), ==, before[i]);
    }
    exerciser_fetch(&ex, 0, ram_after, sizeof(ram));
    g_assert_cmpmem(ram, sizeof(ram), ram_after, sizeof(ram));
    /* And it is alive. */
    exerciser_fire(&ex, 3);
    g_assert_cmphex(qtest_readl(t, RAM + 0x800), ==, 0xfeed);
    g_assert_cmpuint(exerciser_dma(&ex, NULL, true, RAM, 0, 8192), ==,
                     EXERCISER_CAUSE_NONE);
    qtest_memread(t, RAM, ram_after, 8192);
    g_assert_cmpmem(ram, 8192, ram_after, 8192);
    qtest_quit(t);
    g_unlink(path);
}

/* --- hostile software ----------------------------------------------------- */

/* Values that mean something as addresses and as lengths, or nothing. */
static uint64_t nasty(const Exerciser *ex, uint64_t *state)
{
    switch (test_random(state) % 10) {
    case 0:
        return RAM + test_random(state) % 0x10000;
    case 1:
        return ex->regs + test_random(state) % EXERCISER_REGS_END;
    case 2:
        return ex->ram + test_random(state) % ex->ram_size;
    case 3:
        return ex->msix + test_random(state) % 0x1000;
    case 4:
        return ex->config + test_random(state) % 0x1000;
    case 5:
        return 0x08000000 + test_random(state) % 0x4000000; /* devices */
    case 6:
        return test_random(state) % 0x20000;
    case 7:
        return UINT64_MAX - test_random(state) % 0x100;
    default:
        return test_random(state);
    }
}

static void poke(const Exerciser *ex, uint64_t addr, uint64_t *state)
{
    uint64_t value = nasty(ex, state);

    switch (test_random(state) % 8) {
    case 0:
        qtest_writeb(ex->qts, addr, value);
        break;
    case 1:
        qtest_writew(ex->qts, addr, value);
        break;
    case 2:
        qtest_writel(ex->qts, addr, value);
        break;
    case 3:
        qtest_writeq(ex->qts, addr, value);
        break;
    case 4:
        qtest_readb(ex->qts, addr);
        break;
    case 5:
        qtest_readw(ex->qts, addr);
        break;
    case 6:
        qtest_readl(ex->qts, addr);
        break;
    default:
        qtest_readq(ex->qts, addr);
        break;
    }
}

static void test_hostile(const void *machine)
{
    enum { ROUNDS = 12, POKES = 2500 };
    QTestState *s = qtest_initf("-M %s -cpu max -m 512M -net none "
                                "-device cca-exerciser,addr=1.0 "
                                "-device cca-exerciser,addr=2.0,vectors=4",
                                (const char *)machine);
    Exerciser ex[2], after[2];

    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t state = round;

        /* DMA may have written over the mapping of either. */
        g_assert_cmpuint(exerciser_scan(s, EXERCISER_ECAM, ex, 2), ==, 2);
        for (unsigned i = 0; i < 2; i++) {
            exerciser_enable(&ex[i], round & 1, round & 2, round & 4);
            exerciser_msix_enable(&ex[i], round & 1);
        }
        for (unsigned i = 0; i < POKES; i++) {
            const Exerciser *e = &ex[test_random(&state) % 2];
            uint64_t r = test_random(&state);

            switch (r % 16) {
            case 0:
                poke(e, e->ram + test_random(&state) % (e->ram_size - 8),
                     &state);
                break;
            case 1:
                poke(e, e->msix + test_random(&state) % 0xff8, &state);
                break;
            case 2:
                /* Past the BARs, which the others are reached by. */
                poke(e, e->config + 0x40 + test_random(&state) % 0xf80,
                     &state);
                break;
            case 3:
                exerciser_command(e, true);
                exerciser_set_reg(e, EXERCISER_DMACTL1, DMACTL1_GO |
                                  (r >> 32 & DMACTL1_WRITABLE));
                break;
            default:
                poke(e, e->regs + test_random(&state) %
                     (EXERCISER_REGS_END + 8), &state);
                break;
            }
        }
    }
    qtest_qmp_assert_success(s, "{ 'execute': 'query-status' }");
    qtest_system_reset(s);
    g_assert_cmpuint(exerciser_scan(s, EXERCISER_ECAM, after, 2), ==, 2);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t value;

        g_assert_cmphex(exerciser_reg(&after[i], EXERCISER_INFO), ==,
                        g_str_equal(machine, "cca-virt") ? INFO_PORT : 0);
        qtest_writeq(s, RAM, 0x1234567890abcdef);
        g_assert_cmpuint(exerciser_readq(&after[i], NULL, RAM, &value), ==,
                         EXERCISER_CAUSE_NONE);
        g_assert_cmphex(value, ==, 0x1234567890abcdef);
    }
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/exerciser/config", test_config);
    qtest_add_func("cca/exerciser/properties", test_properties);
    qtest_add_func("cca/exerciser/bad-properties", test_bad_properties);
    qtest_add_func("cca/exerciser/registers", test_registers);
    qtest_add_func("cca/exerciser/access-sizes", test_access_sizes);
    qtest_add_func("cca/exerciser/ats", test_ats);
    qtest_add_func("cca/exerciser/pri", test_pri);
    qtest_add_func("cca/exerciser/msix", test_msix);
    qtest_add_func("cca/exerciser/intx", test_intx);
    qtest_add_func("cca/exerciser/flr", test_flr);
    qtest_add_func("cca/exerciser/migration", test_migration);
    qtest_add_data_func("cca/exerciser/hostile/virt", "virt", test_hostile);
    qtest_add_data_func("cca/exerciser/hostile/cca-virt", "cca-virt",
                        test_hostile);
    return g_test_run();
}
