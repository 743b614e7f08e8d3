/*
 * Bus masters outside the SMMU pass granule protection: what each kind of
 * device makes of an access that fails, and that it recovers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "disk.h"

/* --- GICv3: ITS, LPI tables --- */

#define GITS            0x08080000u
#define GICR            0x080a0000u
enum {
    GITS_CTLR = 0x0, GITS_CBASER = 0x80, GITS_CWRITER = 0x88,
    GITS_CREADR = 0x90, GITS_BASER = 0x100,
    GICR_CTLR = 0x0, GICR_PROPBASER = 0x70, GICR_PENDBASER = 0x78,
};
enum { CMD_INT = 3, CMD_MAPD = 8, CMD_MAPC = 9, CMD_MAPTI = 10, CMD_INV = 12 };
enum { DEVICE = 1, EVENT = 2, COLLECTION = 0, LPI = 8192 + 5, COMMANDS = 4 };

#define QUEUE           GRANULE(0x00)
#define DEVICES         GRANULE(0x10)
#define COLLECTIONS     GRANULE(0x20)
#define ITT             GRANULE(0x30)
#define LPI_CONFIG      GRANULE(0x40)
#define LPI_PENDING     GRANULE(0x50)
#define VALID           (1ull << 63)

/* A structure in a granule that the GIC may not access. */
typedef struct GicCase {
    const char *name;
    uint64_t granule;           /* 0: none */
    bool stalls;
    unsigned done;              /* commands that were carried out */
    bool pending;               /* the LPI is pending in memory */
} GicCase;

static const GicCase gic_cases[] = {
    { "all within reach", 0, false, COMMANDS, true },
    { "command queue", QUEUE, true, 0, false },
    { "device table", DEVICES, true, 0, false },
    { "collection table", COLLECTIONS, true, 1, false },
    { "interrupt translation table", ITT, true, 2, false },
    { "LPI configuration", LPI_CONFIG, false, COMMANDS, true },
    { "LPI pending", LPI_PENDING, false, COMMANDS, false },
};

static void its_command(QTestState *s, unsigned n, uint64_t w0, uint64_t w1,
                        uint64_t w2)
{
    uint64_t words[4] = { w0, w1, w2, 0 };

    for (unsigned i = 0; i < 4; i++) {
        qtest_writeq(s, QUEUE + n * 32 + i * 8, words[i]);
    }
}

static void its_set_up(QTestState *s)
{
    for (unsigned i = 0; i < 8; i++) {
        uint64_t baser = qtest_readq(s, GITS + GITS_BASER + i * 8);

        switch (baser >> 56 & 7) {
        case 1:
            qtest_writeq(s, GITS + GITS_BASER + i * 8, DEVICES | VALID);
            break;
        case 4:
            qtest_writeq(s, GITS + GITS_BASER + i * 8, COLLECTIONS | VALID);
            break;
        }
    }
    qtest_writeq(s, GITS + GITS_CBASER, QUEUE | VALID);
    qtest_writeq(s, GITS + GITS_CWRITER, 0);
    qtest_writeb(s, LPI_CONFIG + LPI - 8192, 0xa1);
    qtest_writeq(s, GICR + GICR_PROPBASER, LPI_CONFIG | 13);
    qtest_writeq(s, GICR + GICR_PENDBASER, LPI_PENDING);
    its_command(s, 0, CMD_MAPD | (uint64_t)DEVICE << 32, 3, ITT | VALID);
    its_command(s, 1, CMD_MAPC, 0, COLLECTION | VALID);
    its_command(s, 2, CMD_MAPTI | (uint64_t)DEVICE << 32,
                EVENT | (uint64_t)LPI << 32, COLLECTION);
    its_command(s, 3, CMD_INT | (uint64_t)DEVICE << 32, EVENT, 0);
}

static bool lpi_is_pending(QTestState *s)
{
    return qtest_readb(s, LPI_PENDING + LPI / 8) >> LPI % 8 & 1;
}

static void test_gic(const void *data)
{
    const GicCase *c = data;
    QTestState *s = guest_start("");
    uint64_t read;

    its_set_up(s);
    if (c->granule) {
        set_granule(s, c->granule, GPI_REALM);
    }
    qtest_writel(s, GICR + GICR_CTLR, 1);
    qtest_writel(s, GITS + GITS_CTLR, 1);
    qtest_writeq(s, GITS + GITS_CWRITER, COMMANDS * 32);
    read = qtest_readq(s, GITS + GITS_CREADR);
    g_assert_cmpint(read & 1, ==, c->stalls);
    g_assert_cmpuint(read / 32, ==, c->done);
    g_assert_cmpint(lpi_is_pending(s), ==, c->pending);
    if (c->granule) {
        Master m = master_of(s, "gic");

        g_assert_cmpstr(m.fault, ==, "protection");
        g_assert_cmphex(m.address & ~0xfffull, ==, c->granule);
        /* Software mends it and tries again. */
        set_granule(s, c->granule, GPI_NS);
        if (c->stalls) {
            qtest_writeq(s, GITS + GITS_CWRITER, COMMANDS * 32 | 1);
            g_assert_cmpuint(qtest_readq(s, GITS + GITS_CREADR) / 32, ==,
                             COMMANDS);
            g_assert(lpi_is_pending(s));
        }
    } else {
        g_assert_cmpuint(master_of(s, "gic").faults, ==, 0);
        g_assert_cmpuint(master_of(s, "gic").checks, >, 0);
    }
    qtest_quit(s);
}

/* --- virtio-mmio --- */

#define TRANSPORT_NAME  "virtio-mmio@000000000a000000"

/* A part of a request in a granule that the device may not access. */
typedef struct BlkCase {
    const char *name;
    uint64_t granule;           /* 0: none */
    unsigned type;
    bool moves;                 /* the data is moved nevertheless */
} BlkCase;

static const BlkCase blk_cases[] = {
    { "read/all within reach", 0, BLK_IN, true },
    { "read/descriptors", DESC, BLK_IN, false },
    { "read/available ring", AVAIL, BLK_IN, false },
    { "read/used ring", USED, BLK_IN, true },
    { "read/header", HEADER, BLK_IN, false },
    { "read/data", SECTOR_DATA, BLK_IN, false },
    { "read/status", BLK_STATUS, BLK_IN, false },
    { "write/all within reach", 0, BLK_OUT, true },
    { "write/descriptors", DESC, BLK_OUT, false },
    { "write/available ring", AVAIL, BLK_OUT, false },
    { "write/used ring", USED, BLK_OUT, true },
    { "write/header", HEADER, BLK_OUT, false },
    { "write/data", SECTOR_DATA, BLK_OUT, false },
    { "write/status", BLK_STATUS, BLK_OUT, false },
};

static uint8_t byte_of_disk(const char *file)
{
    g_autofree char *content = NULL;
    gsize length;

    g_assert(g_file_get_contents(file, &content, &length, NULL));
    g_assert_cmpuint(length, ==, 1024 * SECTOR);
    return content[17];
}

static void check_done(QTestState *s, const char *file, unsigned type)
{
    disk_wait(s);
    if (type == BLK_IN) {
        g_assert_cmphex(qtest_readb(s, SECTOR_DATA + 17), ==, 0xd1);
    } else {
        g_assert_cmphex(byte_of_disk(file), ==, 0x5e);
    }
}

static void test_virtio(const void *data)
{
    const BlkCase *c = data;
    g_autofree char *content = g_malloc(1024 * SECTOR), *args = NULL;
    g_autofree char *file = NULL;
    int fd = g_file_open_tmp("cca-disk-XXXXXX", &file, NULL);
    QTestState *s;

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    memset(content, 0xd1, 1024 * SECTOR);
    g_assert(g_file_set_contents(file, content, 1024 * SECTOR, NULL));
    args = g_strdup_printf(DISK_ARGS ",file=%s", file);
    s = guest_start(args);

    qtest_memset(s, SECTOR_DATA, 0x5e, SECTOR);
    disk_set_up(s);
    if (c->granule) {
        set_granule(s, c->granule, GPI_REALM);
    }
    disk_request(s, c->type);
    if (!c->granule) {
        check_done(s, file, c->type);
        g_assert_cmphex(qtest_readl(s, DISK_STATUS) & DISK_NEEDS_RESET, ==,
                        0);
    } else {
        Master m;

        wait_for_bits(s, DISK_STATUS, DISK_NEEDS_RESET, DISK_NEEDS_RESET);
        m = master_of(s, TRANSPORT_NAME);
        g_assert_cmpstr(m.fault, ==, "protection");
        g_assert_cmphex(m.address & ~0xfffull, ==, c->granule);
        g_assert_cmpuint(qtest_readw(s, USED + 2), ==, 0);
        if (!c->moves) {
            g_assert_cmphex(qtest_readb(s, SECTOR_DATA + 17), ==, 0x5e);
            g_assert_cmphex(byte_of_disk(file), ==, 0xd1);
        }
        /* A reset makes it as new. */
        set_granule(s, c->granule, GPI_NS);
        disk_set_up(s);
        disk_request(s, c->type);
        check_done(s, file, c->type);
    }
    qtest_quit(s);
    unlink(file);
}

/* --- PCI without an SMMU --- */

#define ECAM            0x4010000000ull
#define EDU_CONFIG      (ECAM + (1 << 15))
#define EDU_NAME        "0000:00:01.0"
#define EDU_BAR         0x10000000u
#define EDU_RID         0x0008
#define DMA_BUFFER      GRANULE(0x00)
#define MSI_TARGET      GRANULE(0x10)
enum { DMA_SRC = 0x80, DMA_DST = 0x88, DMA_COUNT = 0x90, DMA_COMMAND = 0x98,
       DEVICE_BUFFER = 0x40000, RUN = 1, TO_MEMORY = 2, INTERRUPT = 4 };

/* Offset in configuration space of the MSI capability. */
static unsigned msi_capability(QTestState *s)
{
    unsigned at = qtest_readb(s, EDU_CONFIG + 0x34);

    while (at && qtest_readb(s, EDU_CONFIG + at) != 5) {
        at = qtest_readb(s, EDU_CONFIG + at + 1);
    }
    g_assert_cmpuint(at, !=, 0);
    return at;
}

static void edu_set_up(QTestState *s)
{
    unsigned msi = msi_capability(s);

    g_assert_cmphex(qtest_readl(s, EDU_CONFIG), ==, 0x11e81234);
    qtest_writel(s, EDU_CONFIG + 0x10, EDU_BAR);
    qtest_writew(s, EDU_CONFIG + 4, 6);         /* memory, bus master */
    qtest_writel(s, EDU_CONFIG + msi + 4, MSI_TARGET + 0x40);
    qtest_writel(s, EDU_CONFIG + msi + 8, 0);
    qtest_writew(s, EDU_CONFIG + msi + 12, 0x77);
    qtest_writew(s, EDU_CONFIG + msi + 2, 1);
}

/* One transfer of 8 bytes. */
static void edu_dma(QTestState *s, bool to_memory, bool interrupt)
{
    qtest_writeq(s, EDU_BAR + DMA_SRC,
                 to_memory ? DEVICE_BUFFER : DMA_BUFFER);
    qtest_writeq(s, EDU_BAR + DMA_DST,
                 to_memory ? DMA_BUFFER : DEVICE_BUFFER);
    qtest_writeq(s, EDU_BAR + DMA_COUNT, 8);
    qtest_writeq(s, EDU_BAR + DMA_COMMAND, RUN |
                 (to_memory ? TO_MEMORY : 0) | (interrupt ? INTERRUPT : 0));
    wait_for_bits(s, EDU_BAR + DMA_COMMAND, RUN, 0);
}

static void test_pci(const void *without_smmu)
{
    const uint64_t known = 0x1122334455667788ull, secret = ~known;
    g_autofree char *args = g_strdup_printf(
        "-machine %s -device edu,addr=1,dma_mask=0xffffffffffffffff",
        (const char *)without_smmu);
    QTestState *s = guest_start(args);
    Master m;

    edu_set_up(s);
    for (const Gpi *g = all_gpis; g->name; g++) {
        g_test_message("%s", g->name);
        /* Into the device: what it gets is seen when it gives it back. */
        set_granule(s, DMA_BUFFER, GPI_NS);
        qtest_writeq(s, DMA_BUFFER, known);
        edu_dma(s, false, false);
        set_granule(s, DMA_BUFFER, g->gpi);
        qtest_writeq(s, DMA_BUFFER, secret);
        edu_dma(s, false, false);
        m = master_of(s, EDU_NAME);
        g_assert_cmphex(m.id, ==, EDU_RID);
        if (!g->passes) {
            g_assert_cmpstr(m.fault, ==, "protection");
            g_assert(!m.write);
        }
        set_granule(s, DMA_BUFFER, GPI_NS);
        edu_dma(s, true, false);
        if (g->passes) {
            g_assert_cmphex(qtest_readq(s, DMA_BUFFER), ==, secret);
        } else {
            g_assert_cmphex(qtest_readq(s, DMA_BUFFER), !=, secret);
        }

        /* Out of the device. */
        qtest_writeq(s, DMA_BUFFER, known);
        edu_dma(s, false, false);
        set_granule(s, DMA_BUFFER, g->gpi);
        qtest_writeq(s, DMA_BUFFER, secret);
        edu_dma(s, true, false);
        g_assert_cmphex(qtest_readq(s, DMA_BUFFER), ==,
                        g->passes ? known : secret);

        /* An MSI is a write as well. */
        set_granule(s, DMA_BUFFER, GPI_NS);
        set_granule(s, MSI_TARGET, g->gpi);
        qtest_writel(s, MSI_TARGET + 0x40, 0);
        edu_dma(s, true, true);
        g_assert_cmphex(qtest_readl(s, MSI_TARGET + 0x40), ==,
                        g->passes ? 0x77 : 0);
        qtest_writel(s, EDU_BAR + 0x64, 0xffffffff);
    }
    m = master_of(s, EDU_NAME);
    g_assert_cmphex(m.address, ==, MSI_TARGET + 0x40);
    g_assert(m.write);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(gic_cases); i++) {
        g_autofree char *name = g_strdup_printf("cca/bus-device/gic/%s",
                                                gic_cases[i].name);

        qtest_add_data_func(name, &gic_cases[i], test_gic);
    }
    for (size_t i = 0; i < ARRAY_SIZE(blk_cases); i++) {
        g_autofree char *name = g_strdup_printf("cca/bus-device/virtio/%s",
                                                blk_cases[i].name);

        qtest_add_data_func(name, &blk_cases[i], test_virtio);
    }
    qtest_add_data_func("cca/bus-device/pci/no SMMU", "smmu=off", test_pci);
    qtest_add_data_func("cca/bus-device/pci/around the SMMU",
                        "default-bus-bypass-iommu=on", test_pci);
    return g_test_run();
}
