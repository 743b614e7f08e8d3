/*
 * SMMUv3TestEngine behind the SMMU: as PCIe functions of cca-virt, and as the
 * platform device of cca-fvp. What the SMMU does is the subject of other
 * tests; here is who asks it, and what comes of the answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"
#include "exerciser.h"
#include "test-engine.h"
#include "hw/pci/pci_regs.h"
#include "hw/smmuv3-rme/smmu-regs.h"

#define VIRT        "-M cca-virt -m 512M -net none " ENGINE_DEVICE("")
#define VIRT_SMMU   0x0b000000ull
#define VIRT_RAM    0x50000000ull
/* Nobody programs the Root page here: let the SMMU do as the PEs do. */
#define FVP         "-M cca-fvp -net none -global cca-smmuv3.gpt=follow-pe "
#define FVP_SMMU    0x2b400000ull
#define FVP_ENGINE  0x2bfe0000ull
/* Video memory, which no TZC-400 stands in front of; and trusted memory. */
#define FVP_RAM     0x18000000ull
#define FVP_SRAM    0x04000000ull
#define FVP_ECAM    0x40000000ull
#define FVP_WINDOW  0x50000000ull
#define FVP_SID     31

enum { C_BAD_STREAMID = 0x02, C_BAD_SUBSTREAMID = 0x08, F_TRANSLATION = 0x10,
       F_PERMISSION = 0x13 };
enum { READ = 1, WRITE = 2, RW = 3 };

/* --- PCIe ----------------------------------------------------------------- */

typedef struct World {
    QTestState *s;
    Engine e[2];
    EngineSmmu smmu;
} World;

static World make(void)
{
    World w = { .s = qtest_init(VIRT) };

    g_assert_cmpuint(engine_scan(w.s, w.e, 2), ==, 2);
    w.smmu = engine_smmu(w.s, VIRT_SMMU, VIRT_RAM);
    return w;
}

static uint64_t page(unsigned n)
{
    return VIRT_RAM + 0x100000 + n * 0x1000ull;
}

/* While the SMMU is not enabled, all goes through. */
static void test_bypass(void)
{
    World w = make();
    EngineWork work = { TE_CMD_MEMCPY, page(0), 0x3000, page(8) };

    engine_fill(w.s, page(0), 0x3000, 1);
    g_assert_cmphex(engine_run(&w.e[0], 0, &work), ==, TE_CMD_HALTED);
    g_assert(engine_filled(w.s, page(8), 0x3000, 1));
    qtest_quit(w.s);
}

static void test_translated(void)
{
    World w = make();
    EngineWork copy = { TE_CMD_MEMCPY, 0x1234, 0x2000, 0x10567 };
    EngineWork rand = { TE_CMD_RAND48, 0x10000, 0x1000, .seed = UINT32_MAX };
    EngineWork sum = { TE_CMD_SUM64, 0x1000, 0x4000, .seed = UINT32_MAX };

    for (unsigned i = 0; i < 3; i++) {
        /* From back to front in memory. */
        engine_smmu_map(&w.smmu, 0x1000 + i * 0x1000, page(20 - i), READ);
        engine_smmu_map(&w.smmu, 0x10000 + i * 0x1000, page(30 - i), RW);
    }
    engine_smmu_stream(&w.smmu, w.e[0].rid);
    engine_smmu_enable(&w.smmu);
    engine_fill(w.s, page(0), 0x2000, 2);
    /* 0x1234 and on: three pages. */
    qtest_bufwrite(w.s, page(20) + 0x234, "ABCDEFGH", 8);
    qtest_bufwrite(w.s, page(19), "IJKLMNOP", 8);
    qtest_bufwrite(w.s, page(18) + 0x22c, "QRSTUVWX", 8);
    g_assert_cmphex(engine_run(&w.e[0], 1, &copy), ==, TE_CMD_HALTED);
    g_assert_cmphex(qtest_readq(w.s, page(30) + 0x567), ==,
                    qtest_readq(w.s, page(20) + 0x234));
    /* 0x2000 is 0xdcc bytes on: 0x11333. */
    g_assert_cmphex(qtest_readq(w.s, page(29) + 0x333), ==,
                    qtest_readq(w.s, page(19)));
    g_assert_cmphex(qtest_readq(w.s, page(28) + 0x55f), ==,
                    qtest_readq(w.s, page(18) + 0x22c));
    g_assert_cmphex(qtest_readb(w.s, page(28) + 0x567), ==, 0);
    engine_smmu_no_event(&w.smmu);
    /* Faults: which access it was, and where it was. */
    rand.begin = 0x1000;
    g_assert_cmphex(engine_run(&w.e[0], 1, &rand), ==, TE_CMD_ERROR);
    g_assert_cmphex(engine_get64(&w.e[0], 1, TE_UDATA_N(2)), ==, 0x1000);
    engine_smmu_event(&w.smmu, F_PERMISSION, w.e[0].rid, 0x1000);
    g_assert_cmphex(engine_run(&w.e[0], 1, &sum), ==, TE_CMD_ERROR);
    g_assert_cmphex(engine_get64(&w.e[0], 1, TE_UDATA_N(2)), ==, 0x4000);
    engine_smmu_event(&w.smmu, F_TRANSLATION, w.e[0].rid, 0x4000);
    copy.begin = 0x1000;
    copy.to = 0x1fff8;
    g_assert_cmphex(engine_run(&w.e[0], 1, &copy), ==, TE_CMD_ERROR);
    g_assert_cmphex(engine_get64(&w.e[0], 1, TE_UDATA_N(2)), ==, 0x1fff8);
    engine_smmu_event(&w.smmu, F_TRANSLATION, w.e[0].rid, 0x1fff8);
    g_assert_cmpuint(engine_get(&w.e[0], 1, TE_LAUNCHED), ==,
                     engine_get(&w.e[0], 1, TE_RETURNED));
    /* All of it works when it is mapped. */
    engine_smmu_map(&w.smmu, 0x1f000, page(40), WRITE);
    engine_smmu_map(&w.smmu, 0x20000, page(41), WRITE);
    engine_smmu_map(&w.smmu, 0x21000, page(42), WRITE);
    g_assert_cmphex(engine_run(&w.e[0], 1, &copy), ==, TE_CMD_HALTED);
    engine_smmu_no_event(&w.smmu);
    qtest_quit(w.s);
}

/* The other function is another stream; the frame's StreamID is nothing. */
static void test_identity(void)
{
    World w = make();
    EngineWork work = { TE_CMD_RAND48, 0x5000, 0x100 };

    engine_smmu_map(&w.smmu, 0x5000, page(5), RW);
    engine_smmu_stream(&w.smmu, w.e[1].rid);
    engine_smmu_enable(&w.smmu);
    qtest_writel(w.s, engine_priv(&w.e[0], 0, TE_STREAMID), w.e[1].rid);
    g_assert_cmphex(engine_run(&w.e[0], 0, &work), ==, TE_CMD_ERROR);
    /* V is 0 in its STE: C_BAD_STE has no address. */
    engine_smmu_event(&w.smmu, 4, w.e[0].rid, 0);
    g_assert_cmphex(engine_run(&w.e[1], 0, &work), ==, TE_CMD_HALTED);
    engine_smmu_no_event(&w.smmu);
    /* A SubstreamID gets there, and there are none in this stream. */
    qtest_writel(w.s, engine_priv(&w.e[1], 0, TE_SUBSTREAMID), 0x12345);
    g_assert_cmphex(engine_run(&w.e[1], 0, &work), ==, TE_CMD_ERROR);
    engine_smmu_event(&w.smmu, C_BAD_SUBSTREAMID, w.e[1].rid, 0);
    qtest_quit(w.s);
}

static void test_msi(void)
{
    World w = make();
    const Engine *e = &w.e[0];
    EngineWork work = { TE_CMD_RAND48, 0x5000, 0x100 };

    engine_smmu_map(&w.smmu, 0x5000, page(5), RW);
    engine_smmu_map(&w.smmu, 0x6000, page(7), RW);
    engine_smmu_stream(&w.smmu, e->rid);
    engine_smmu_enable(&w.smmu);
    qtest_writeq(w.s, e->table, 0x6010);
    qtest_writel(w.s, e->table + PCI_MSIX_ENTRY_DATA, 0xabcd);
    qtest_writel(w.s, e->table + PCI_MSIX_ENTRY_VECTOR_CTRL, 0);
    qtest_writew(w.s, e->config + engine_cap(e, PCI_CAP_ID_MSIX) +
                 PCI_MSIX_FLAGS, PCI_MSIX_FLAGS_ENABLE);
    engine_set64(e, 0, TE_MSIADDRESS, 1);
    g_assert_cmphex(engine_run(e, 0, &work), ==, TE_CMD_HALTED);
    g_assert_cmphex(qtest_readl(w.s, page(7) + 0x10), ==, 0xabcd);
    g_assert_cmphex(engine_get(e, 0, TE_UCTRL), ==, 0);
    /* Nowhere */
    qtest_writeq(w.s, e->table, 0x7010);
    g_assert_cmphex(engine_run(e, 0, &work), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get(e, 0, TE_UCTRL), ==, TE_UCTRL_MSI_ABORTED);
    engine_smmu_event(&w.smmu, F_TRANSLATION, e->rid, 0x7010);
    qtest_quit(w.s);
}

/* The page goes away under a work, and the work ends there. */
static void test_unmapped_under_way(void)
{
    World w = make();
    EngineWork work = { TE_CMD_RAND48, 0x10000, 0x80000 };

    for (unsigned i = 0; i < 0x80; i++) {
        engine_smmu_map(&w.smmu, 0x10000 + i * 0x1000, page(0x100 + i), RW);
    }
    engine_smmu_stream(&w.smmu, w.e[0].rid);
    engine_smmu_enable(&w.smmu);
    engine_begin(&w.e[0], 0, &work);
    qtest_clock_step(w.s, ENGINE_SLICE_NS);
    engine_smmu_map(&w.smmu, 0x10000 + 0x60000, page(0x160), READ);
    qtest_clock_step(w.s, 10 * ENGINE_SLICE_NS);
    g_assert_cmphex(engine_get(&w.e[0], 0, TE_CMD), ==, TE_CMD_ERROR);
    g_assert_cmphex(engine_get64(&w.e[0], 0, TE_UDATA_N(2)), ==, 0x70000);
    g_assert_cmpuint(engine_get(&w.e[0], 0, TE_RETURNED), ==, 0x61);
    engine_smmu_event(&w.smmu, F_PERMISSION, w.e[0].rid, 0x70000);
    qtest_quit(w.s);
}

/* Faults that are injected: data that does not come, and another's name. */
static void test_injected(void)
{
    World w = make();
    EngineWork work = { TE_CMD_MEMCPY, 0x10000, 0x4000, 0x20000 };
    char *id;

    for (unsigned i = 0; i < 4; i++) {
        engine_smmu_map(&w.smmu, 0x10000 + i * 0x1000, page(i), RW);
        engine_smmu_map(&w.smmu, 0x20000 + i * 0x1000, page(8 + i), RW);
    }
    engine_smmu_stream(&w.smmu, w.e[0].rid);
    engine_smmu_enable(&w.smmu);
    id = arm(w.s, "{ 'site': 'dma.data', 'action': 'abort', 'device': 256,"
             " 'addr': 131072, 'size': 16384, 'nth': 2 }");
    g_assert_cmphex(engine_run(&w.e[0], 0, &work), ==, TE_CMD_ERROR);
    g_assert_cmphex(engine_get64(&w.e[0], 0, TE_UDATA_N(2)), ==, 0x21000);
    g_assert_cmpuint(engine_get(&w.e[0], 0, TE_RETURNED), ==, 4);
    disarm(w.s, id);
    g_free(id);
    engine_smmu_no_event(&w.smmu);
    id = arm(w.s, "{ 'site': 'dma.rid', 'action': 'flip', 'mask': 1 }");
    g_assert_cmphex(engine_run(&w.e[0], 0, &work), ==, TE_CMD_ERROR);
    engine_smmu_event(&w.smmu, 4, w.e[1].rid, 0);
    disarm(w.s, id);
    g_free(id);
    g_assert_cmphex(engine_run(&w.e[0], 0, &work), ==, TE_CMD_HALTED);
    qtest_quit(w.s);
}

/* --- the platform device -------------------------------------------------- */

static uint64_t fvp_page(unsigned n)
{
    return FVP_RAM + 0x100000 + n * 0x1000ull;
}

static void test_platform(void)
{
    QTestState *s = qtest_init(FVP);
    Engine e = { .qts = s, .frames = FVP_ENGINE };
    EngineSmmu smmu = engine_smmu(s, FVP_SMMU, FVP_RAM);
    EngineWork work = { TE_CMD_MEMCPY, 0x5000, 0x1000, 0x6000 };

    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 9, TE_STREAMID)), ==,
                    FVP_SID);
    engine_smmu_map(&smmu, 0x5000, fvp_page(3), READ);
    engine_smmu_map(&smmu, 0x6000, fvp_page(2), WRITE);
    engine_smmu_stream(&smmu, FVP_SID);
    engine_smmu_stream(&smmu, 1);
    engine_smmu_enable(&smmu);
    engine_fill(s, fvp_page(3), 0x1000, 1);
    g_assert_cmphex(engine_run(&e, 9, &work), ==, TE_CMD_HALTED);
    g_assert(engine_filled(s, fvp_page(2), 0x1000, 1));
    /* The StreamID is what the frame says. */
    qtest_writel(s, engine_priv(&e, 9, TE_STREAMID), 2);
    g_assert_cmphex(engine_run(&e, 9, &work), ==, TE_CMD_ERROR);
    engine_smmu_event(&smmu, 4, 2, 0);
    qtest_writel(s, engine_priv(&e, 9, TE_STREAMID), 0x87654321);
    g_assert_cmphex(engine_run(&e, 9, &work), ==, TE_CMD_ERROR);
    engine_smmu_event(&smmu, C_BAD_STREAMID, 0x87654321, 0);
    qtest_writel(s, engine_priv(&e, 9, TE_STREAMID), 1);
    g_assert_cmphex(engine_run(&e, 9, &work), ==, TE_CMD_HALTED);
    /* An MSI is a write to where the frame says, translated. */
    engine_set64(&e, 9, TE_MSIADDRESS, 0x6010);
    engine_set(&e, 9, TE_MSIDATA, 0xfeed);
    g_assert_cmphex(engine_run(&e, 9, &work), ==, TE_CMD_HALTED);
    g_assert_cmphex(qtest_readl(s, fvp_page(2) + 0x10), ==, 0xfeed);
    engine_set64(&e, 9, TE_MSIADDRESS, 0x5010);
    g_assert_cmphex(engine_run(&e, 9, &work), ==, TE_CMD_HALTED);
    g_assert_cmphex(engine_get(&e, 9, TE_UCTRL), ==, TE_UCTRL_MSI_ABORTED);
    engine_smmu_event(&smmu, F_PERMISSION, 1, 0x5010);
    /* There is one port. */
    qtest_writel(s, engine_priv(&e, 9, TE_PORT), 1);
    g_assert_cmphex(engine_run(&e, 9, &work), ==, TE_CMD_ERROR);
    engine_smmu_no_event(&smmu);
    qtest_writel(s, engine_priv(&e, 9, TE_PORT), 64);
    g_assert_cmphex(engine_run(&e, 9, &work), ==, TE_CMD_MISCONFIGURED);
    /* A reset gives it all back. */
    qtest_system_reset(s);
    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 9, TE_STREAMID)), ==,
                    FVP_SID);
    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 9, TE_PORT)), ==, 0);
    qtest_quit(s);
}

/* An exerciser, to make Secure accesses to registers with. */
static Exerciser fvp_exerciser(QTestState *s)
{
    Exerciser ex = {
        .qts = s, .rid = 3 << 3, .config = FVP_ECAM + (3 << 15),
        .regs = FVP_WINDOW, .ram = FVP_WINDOW + 0x100000,
    };

    g_assert_cmphex(exerciser_config(&ex, 0), ==, 0xed0113b5);
    exerciser_set_config(&ex, PCI_BASE_ADDRESS_0, ex.regs);
    exerciser_set_config(&ex, PCI_BASE_ADDRESS_2, ex.ram);
    exerciser_set_config(&ex, PCI_BASE_ADDRESS_3, 0);
    exerciser_set_config(&ex, PCI_BASE_ADDRESS_4, FVP_WINDOW + 0x200000);
    exerciser_command(&ex, true);
    return ex;
}

static const ExerciserId secure = { .sec_sid = 1 };

static void secure_writel(const Exerciser *ex, uint64_t addr, uint32_t value)
{
    g_assert_cmpuint(exerciser_write(ex, &secure, addr, &value, 4), ==,
                     EXERCISER_CAUSE_NONE);
}

static void secure_writeq(const Exerciser *ex, uint64_t addr, uint64_t value)
{
    g_assert_cmpuint(exerciser_writeq(ex, &secure, addr, value), ==,
                     EXERCISER_CAUSE_NONE);
}

static uint32_t secure_readl(const Exerciser *ex, uint64_t addr)
{
    uint32_t value;

    g_assert_cmpuint(exerciser_read(ex, &secure, addr, &value, 4), ==,
                     EXERCISER_CAUSE_NONE);
    return value;
}

/*
 * A frame of the Secure world: no one else sees it, and its stream is Secure.
 * Non-secure streams are all invalid here; Secure ones go through.
 */
static void test_secure(void)
{
    QTestState *s = qtest_init(FVP "-device cca-exerciser,addr=3");
    Exerciser ex = fvp_exerciser(s);
    Engine e = { .qts = s, .frames = FVP_ENGINE };
    EngineSmmu smmu = engine_smmu(s, FVP_SMMU, FVP_RAM);
    uint64_t cmd = engine_user(&e, 2, TE_CMD);

    engine_smmu_enable(&smmu);
    /* Non-secure software cannot do it. */
    qtest_writel(s, engine_priv(&e, 2, TE_PCTRL), 0);
    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 2, TE_PCTRL)), ==, 1);
    secure_writel(&ex, engine_priv(&e, 2, TE_PCTRL), 0);
    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 2, TE_PCTRL)), ==, 0);
    g_assert_cmphex(qtest_readl(s, engine_priv(&e, 2, TE_STREAMID)), ==, 0);
    g_assert_cmphex(qtest_readl(s, cmd), ==, TE_CMD_NO_FRAME);
    g_assert_cmphex(secure_readl(&ex, engine_priv(&e, 2, TE_STREAMID)), ==,
                    FVP_SID);
    /* Trusted memory, as Secure and as Non-secure. */
    secure_writeq(&ex, engine_user(&e, 2, TE_BEGIN), FVP_SRAM + 0x100);
    secure_writeq(&ex, engine_user(&e, 2, TE_END_INCL), FVP_SRAM + 0x107);
    secure_writeq(&ex, engine_user(&e, 2, TE_STRIDE), 1);
    secure_writeq(&ex, FVP_SRAM + 0x100, 0);
    secure_writel(&ex, cmd, TE_CMD_RAND48);
    while (secure_readl(&ex, cmd) == TE_CMD_RAND48) {
        continue;
    }
    g_assert_cmphex(secure_readl(&ex, cmd), ==, TE_CMD_HALTED);
    g_assert_cmphex(secure_readl(&ex, FVP_SRAM + 0x100), !=, 0);
    engine_smmu_no_event(&smmu);
    secure_writel(&ex, engine_user(&e, 2, TE_ATTRIBUTES), TE_ATTR_NS << 16);
    secure_writel(&ex, cmd, TE_CMD_RAND48);
    while (secure_readl(&ex, cmd) == TE_CMD_RAND48) {
        continue;
    }
    g_assert_cmphex(secure_readl(&ex, cmd), ==, TE_CMD_ERROR);
    engine_smmu_no_event(&smmu);
    /* Given to others, it is a Non-secure stream. */
    secure_writel(&ex, engine_priv(&e, 2, TE_PCTRL), 1);
    g_assert_cmphex(engine_run(&e, 2, &(EngineWork) {
                        TE_CMD_RAND48, FVP_RAM + 0x100000, 8 }), ==,
                    TE_CMD_ERROR);
    engine_smmu_event(&smmu, 4, FVP_SID, 0);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/test-engine-smmu/bypass", test_bypass);
    qtest_add_func("cca/test-engine-smmu/translated", test_translated);
    qtest_add_func("cca/test-engine-smmu/identity", test_identity);
    qtest_add_func("cca/test-engine-smmu/msi", test_msi);
    qtest_add_func("cca/test-engine-smmu/unmapped", test_unmapped_under_way);
    qtest_add_func("cca/test-engine-smmu/injected", test_injected);
    qtest_add_func("cca/test-engine-smmu/platform", test_platform);
    qtest_add_func("cca/test-engine-smmu/secure", test_secure);
    return g_test_run();
}
