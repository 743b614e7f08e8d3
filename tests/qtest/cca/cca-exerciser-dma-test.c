/*
 * cca-exerciser: DMA, against plain memory of virt, where no SMMU of ours is;
 * what is rejected there; faults on the way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"
#include "exerciser.h"
#include "hw/pci/pci_regs.h"

#define VIRT    "-M virt,gic-version=3 -cpu max -m 512M -net none "
#define RAM     0x50000000ull
#define RAM_END 0x60000000ull
enum { AROUND = 64 };

static QTestState *start(const char *args)
{
    return qtest_initf(VIRT "%s", args);
}

static void pattern(uint8_t *data, size_t len, unsigned seed)
{
    for (size_t i = 0; i < len; i++) {
        data[i] = (i * 167 + (i >> 8) * 13 + seed * 59) | 1;
    }
}

/* --- data ----------------------------------------------------------------- */

static const struct Move { uint64_t addr; uint32_t offset, len; } moves[] = {
    { RAM + 0x1000, 0, 0 },
    { RAM + 0x1000, 0, 1 },
    { RAM + 0x1fff, 0, 1 },
    { RAM + 0x1ffe, 1, 3 },
    { RAM + 0x1003, 5, 7 },
    { RAM + 0x1001, 0, 4095 },
    { RAM + 0x1000, 0, 4096 },
    { RAM + 0x1fff, 3, 4097 },
    { RAM + 0x1abc, 0x777, 12345 },
    { RAM + 0x10000, 0, 65536 },
    { RAM + 0x1000, 65535, 1 },
    { RAM + 0x1000, 65536, 0 },
    { RAM_END - 64, 0, 64 },
};

/* The bytes that were asked for, all of them, and no other. */
static void test_both_ways(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    g_autofree uint8_t *data = g_malloc(65536 + 2 * AROUND);
    g_autofree uint8_t *seen = g_malloc(65536 + 2 * AROUND);
    g_autofree uint8_t *blank = g_malloc0(65536);

    for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
        const struct Move *m = &moves[i];
        unsigned behind = m->addr + m->len < RAM_END ? AROUND : 0;
        size_t all = AROUND + m->len + behind;

        /* Device to memory: neighbours stay 0xee. */
        pattern(data, 65536, i);
        exerciser_fill(&ex, 0, data, 65536);
        qtest_memset(s, m->addr - AROUND, 0xee, all);
        g_assert_cmpuint(exerciser_dma(&ex, NULL, true, m->addr, m->offset,
                                       m->len), ==, EXERCISER_CAUSE_NONE);
        qtest_memread(s, m->addr - AROUND, seen, all);
        for (unsigned k = 0; k < AROUND; k++) {
            g_assert_cmphex(seen[k], ==, 0xee);
            g_assert_cmphex(behind ? seen[AROUND + m->len + k] : 0xee, ==,
                            0xee);
        }
        g_assert_cmpmem(seen + AROUND, m->len, data + m->offset, m->len);
        exerciser_fetch(&ex, 0, seen, 65536);
        g_assert_cmpmem(seen, 65536, data, 65536);

        /* Memory to device: the rest of the buffer stays 0. */
        exerciser_fill(&ex, 0, blank, 65536);
        g_assert_cmpuint(exerciser_dma(&ex, NULL, false, m->addr, m->offset,
                                       m->len), ==, EXERCISER_CAUSE_NONE);
        exerciser_fetch(&ex, 0, seen, 65536);
        g_assert_cmpmem(seen, m->offset, blank, m->offset);
        g_assert_cmpmem(seen + m->offset, m->len, data + m->offset, m->len);
        g_assert_cmpmem(seen + m->offset + m->len,
                        65536 - m->offset - m->len, blank,
                        65536 - m->offset - m->len);
    }
    qtest_quit(s);
}

/* Longer than the buffer, by its offset or by itself. */
static void test_range(void)
{
    static const struct { uint32_t offset, len; bool good; } ranges[] = {
        { 0, 3000, true }, { 0, 3001, false }, { 1, 3000, false },
        { 2999, 1, true }, { 3000, 0, true }, { 3000, 1, false },
        { 3001, 0, false }, { 0, UINT32_MAX, false },
        { UINT32_MAX, 1, false }, { UINT32_MAX, UINT32_MAX, false },
        { 2, UINT32_MAX - 1, false }, { 0x80000000, 0x80000000, false },
    };
    QTestState *s = start("-device cca-exerciser,buffer-size=3000");
    Exerciser ex = exerciser_one(s);

    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
        for (unsigned dir = 0; dir < 2; dir++) {
            qtest_memset(s, RAM, 0x33, 4);
            qtest_memset(s, ex.ram, 0x44, 4096);
            g_assert_cmpuint(exerciser_dma(&ex, NULL, dir, RAM,
                                           ranges[i].offset, ranges[i].len),
                             ==, ranges[i].good ? EXERCISER_CAUSE_NONE :
                             EXERCISER_CAUSE_RANGE);
            if (!ranges[i].good) {
                g_assert_cmphex(qtest_readl(s, RAM), ==, 0x33333333);
                g_assert_cmphex(qtest_readl(s, ex.ram), ==, 0x44444444);
            }
            g_assert_cmphex(qtest_readb(s, ex.ram + 3000), ==, 0x44);
        }
    }
    qtest_quit(s);
}

/* --- what is rejected ----------------------------------------------------- */

typedef struct Reject {
    const char *what;
    bool ats, pasid;            /* enabled */
    uint32_t dmactl1, pasid_reg, sec_sid;
    unsigned cause;
} Reject;

#define AT(n)   ((uint32_t)(n) << DMACTL1_AT_SHIFT)
#define LEN(n)  ((uint32_t)(n) << DMACTL1_PASID_LEN_SHIFT)

static const Reject rejects[] = {
    { "plain", false, false, 0, 0, 0, EXERCISER_CAUSE_NONE },
    { "untranslated", false, false, AT(1), 0, 0, EXERCISER_CAUSE_NONE },
    { "no snoop", false, false, DMACTL1_NO_SNOOP, 0, 0,
      EXERCISER_CAUSE_NONE },
    { "PASID register without a PASID", false, false, LEN(7), 0xfffff, 0,
      EXERCISER_CAUSE_NONE },
    { "ATS enabled", true, false, AT(1), 0, 0, EXERCISER_CAUSE_NONE },
    { "AT reserved", true, true, AT(3), 0, 0, EXERCISER_CAUSE_AT },
    { "AT translated, ATS off", false, false, AT(2), 0, 0,
      EXERCISER_CAUSE_ATS },
    { "AT translated", true, false, AT(2), 0, 0, EXERCISER_CAUSE_NO_PORT },
    { "by ATC, ATS off", false, false, DMACTL1_USE_ATC, 0, 0,
      EXERCISER_CAUSE_ATS },
    { "by ATC, which is empty", true, false, DMACTL1_USE_ATC, 0, 0,
      EXERCISER_CAUSE_ATC },
    { "by ATC, and translated", true, false, DMACTL1_USE_ATC | AT(2), 0, 0,
      EXERCISER_CAUSE_AT },
    { "PASID off", false, false, DMACTL1_PASID, 1, 0,
      EXERCISER_CAUSE_PASID },
    { "PASID", false, true, DMACTL1_PASID, 1, 0, EXERCISER_CAUSE_NO_PORT },
    { "PASID 0", false, true, DMACTL1_PASID, 0, 0, EXERCISER_CAUSE_NO_PORT },
    { "PASID of 16 bits", false, true, DMACTL1_PASID, 0xffff, 0,
      EXERCISER_CAUSE_NO_PORT },
    { "17 bits, length 16", false, true, DMACTL1_PASID, 0x10000, 0,
      EXERCISER_CAUSE_PASID },
    { "17 bits, length 17", false, true, DMACTL1_PASID | LEN(1), 0x1ffff, 0,
      EXERCISER_CAUSE_NO_PORT },
    { "20 bits", false, true, DMACTL1_PASID | LEN(4), 0xfffff, 0,
      EXERCISER_CAUSE_NO_PORT },
    { "length 21", false, true, DMACTL1_PASID | LEN(5), 1, 0,
      EXERCISER_CAUSE_PASID },
    { "length 23", false, true, DMACTL1_PASID | LEN(7), 1, 0,
      EXERCISER_CAUSE_PASID },
    { "privileged", false, false, DMACTL1_PRIVILEGED, 0, 0,
      EXERCISER_CAUSE_NO_PORT },
    { "privileged, PASID", false, true, DMACTL1_PRIVILEGED | DMACTL1_PASID, 1,
      0, EXERCISER_CAUSE_NO_PORT },
    { "instruction", false, false, DMACTL1_INSTRUCTION, 0, 0,
      EXERCISER_CAUSE_NO_PORT },
    { "instruction, written", false, false, DMACTL1_INSTRUCTION |
      DMACTL1_TO_MEMORY, 0, 0, EXERCISER_CAUSE_DIRECTION },
    { "Secure", false, false, 0, 0, 1, EXERCISER_CAUSE_NO_PORT },
    { "Realm", false, false, 0, 0, 2, EXERCISER_CAUSE_NO_PORT },
    { "SEC_SID reserved", false, false, 0, 0, 3, EXERCISER_CAUSE_SEC_SID },
};

static void test_rejects(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);

    exerciser_set_reg(&ex, EXERCISER_DMA_LEN, 4);
    exerciser_set_reg64(&ex, EXERCISER_DMA_ADDR, RAM);
    for (size_t i = 0; i < ARRAY_SIZE(rejects); i++) {
        const Reject *r = &rejects[i];
        uint32_t status;

        g_test_message("%s", r->what);
        exerciser_enable(&ex, r->ats, r->pasid, false);
        exerciser_set_reg(&ex, EXERCISER_PASID, r->pasid_reg);
        exerciser_set_reg(&ex, EXERCISER_SEC_SID_CTL, r->sec_sid);
        qtest_writel(s, RAM, 0x600dda7a);
        qtest_writel(s, ex.ram, 0);
        exerciser_set_reg(&ex, EXERCISER_DMACTL1, r->dmactl1 | DMACTL1_GO);
        status = exerciser_reg(&ex, EXERCISER_DMASTATUS);
        g_assert_cmpuint((status & DMASTATUS_CAUSE) >> DMASTATUS_CAUSE_SHIFT,
                         ==, r->cause);
        g_assert_cmpuint(status & DMASTATUS_CODE, ==,
                         r->cause ? DMASTATUS_ERROR : DMASTATUS_OK);
        if (!(r->dmactl1 & DMACTL1_TO_MEMORY)) {
            g_assert_cmphex(qtest_readl(s, ex.ram), ==,
                            r->cause ? 0 : 0x600dda7a);
        } else {
            g_assert_cmphex(qtest_readl(s, RAM), ==, 0x600dda7a);
        }
    }
    qtest_quit(s);
}

/* A function that has enabled PASID, but not what the access says with it. */
static void test_pasid_modes(void)
{
    QTestState *s = start("-device cca-exerciser,pasid-bits=4");
    Exerciser ex = exerciser_one(s);
    ExerciserId id = { .pasid_valid = true, .pasid = 3 };
    unsigned control = exerciser_ext_cap(&ex, PCI_EXT_CAP_ID_PASID) +
                       PCI_PASID_CTRL;

    /* The length on the wire is 16 at least, the function has 4. */
    exerciser_enable(&ex, false, true, false);
    g_assert_cmpuint(exerciser_dma(&ex, &id, false, RAM, 0, 4), ==,
                     EXERCISER_CAUSE_NO_PORT);
    id.pasid = 16;
    g_assert_cmpuint(exerciser_dma(&ex, &id, false, RAM, 0, 4), ==,
                     EXERCISER_CAUSE_PASID);
    id.pasid = 3;
    for (unsigned bits = 0; bits < 8; bits++) {
        exerciser_set_config16(&ex, control, bits);
        for (unsigned mode = 0; mode < 4; mode++) {
            bool good = (bits & PCI_PASID_CTRL_ENABLE) &&
                        (!(mode & 1) || (bits & PCI_PASID_CTRL_PRIV)) &&
                        (!(mode & 2) || (bits & PCI_PASID_CTRL_EXEC));

            id.privileged = mode & 1;
            id.instruction = mode & 2;
            g_assert_cmpuint(exerciser_dma(&ex, &id, false, RAM, 0, 4), ==,
                             good ? EXERCISER_CAUSE_NO_PORT :
                                    EXERCISER_CAUSE_PASID);
        }
    }
    qtest_quit(s);
}

static void test_aborts(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    uint64_t value;

    exerciser_command(&ex, false);
    g_assert_cmpuint(exerciser_readq(&ex, NULL, RAM, &value), ==,
                     EXERCISER_CAUSE_BUS_MASTER);
    exerciser_command(&ex, true);
    g_assert_cmpuint(exerciser_readq(&ex, NULL, RAM, &value), ==,
                     EXERCISER_CAUSE_NONE);
    /* Nothing is there, and the end of the address space. */
    g_assert_cmpuint(exerciser_readq(&ex, NULL, 0x7000000000ull, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    g_assert_cmpuint(exerciser_writeq(&ex, NULL, 0x7000000000ull, 1), ==,
                     EXERCISER_CAUSE_ABORT);
    g_assert_cmpuint(exerciser_readq(&ex, NULL, UINT64_MAX, &value), ==,
                     EXERCISER_CAUSE_ABORT);
    g_assert_cmpuint(exerciser_dma(&ex, NULL, true, UINT64_MAX - 3, 0, 4), ==,
                     EXERCISER_CAUSE_ABORT);
    /* It may reach itself: its memory, but not its own GO. */
    qtest_writeq(s, ex.ram + 0x2000, 0x0123456789abcdef);
    g_assert_cmpuint(exerciser_readq(&ex, NULL, ex.ram + 0x2000, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(value, ==, 0x0123456789abcdef);
    qtest_writel(s, ex.ram, DMACTL1_GO | DMACTL1_TO_MEMORY);
    g_assert_cmpuint(exerciser_dma(&ex, NULL, true,
                                   ex.regs + EXERCISER_DMACTL1, 0, 4), ==,
                     EXERCISER_CAUSE_ABORT);
    g_assert_cmpuint(exerciser_readq(&ex, NULL, RAM, &value), ==,
                     EXERCISER_CAUSE_NONE);
    qtest_quit(s);
}

/* --- who it is ------------------------------------------------------------ */

static void test_two_behind_a_port(void)
{
    QTestState *s = start("-device pcie-root-port,id=p,addr=4.0,chassis=1 "
                          "-device cca-exerciser,addr=2.0 "
                          "-device cca-exerciser,bus=p,ram-size=4K "
                          "-device cca-exerciser,addr=6.0");
    Exerciser ex[3];
    uint64_t value;

    g_assert_cmpuint(exerciser_scan(s, EXERCISER_ECAM, ex, 3), ==, 3);
    g_assert_cmphex(ex[0].rid, ==, 0x10);
    g_assert_cmphex(ex[1].rid, ==, 0x100);
    g_assert_cmphex(ex[2].rid, ==, 0x30);
    g_assert_cmpuint(ex[1].buffer_size, ==, 4096);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(exerciser_writeq(&ex[i], NULL, RAM + 8 * i, i + 1),
                         ==, EXERCISER_CAUSE_NONE);
    }
    /* Peer to peer. */
    g_assert_cmpuint(exerciser_readq(&ex[0], NULL, ex[1].ram, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(value, ==, 2);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmphex(qtest_readq(s, RAM + 8 * i), ==, i + 1);
    }
    qtest_quit(s);
}

/* Each other's GO, in a ring: every one moves once at most. */
static void test_ring(void)
{
    QTestState *s = start("-device cca-exerciser,addr=1.0 "
                          "-device cca-exerciser,addr=2.0");
    Exerciser ex[2];

    g_assert_cmpuint(exerciser_scan(s, EXERCISER_ECAM, ex, 2), ==, 2);
    for (unsigned i = 0; i < 2; i++) {
        qtest_writel(s, ex[i].ram, DMACTL1_GO | DMACTL1_TO_MEMORY);
        exerciser_set_reg64(&ex[i], EXERCISER_DMA_ADDR,
                            ex[!i].regs + EXERCISER_DMACTL1);
        exerciser_set_reg(&ex[i], EXERCISER_DMA_LEN, 4);
    }
    exerciser_set_reg(&ex[0], EXERCISER_DMACTL1,
                      DMACTL1_GO | DMACTL1_TO_MEMORY);
    g_assert_cmphex(exerciser_reg(&ex[0], EXERCISER_DMASTATUS), ==, 0);
    g_assert_cmphex(exerciser_reg(&ex[1], EXERCISER_DMASTATUS), ==,
                    DMASTATUS_ERROR |
                    EXERCISER_CAUSE_ABORT << DMASTATUS_CAUSE_SHIFT);
    qtest_quit(s);
}

/* A root bus that bypasses the IOMMU has no port, on any machine. */
static void test_bypass(void)
{
    QTestState *s = qtest_init("-M cca-virt,default-bus-bypass-iommu=on "
                               "-m 512M -net none -device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    ExerciserId realm = { .sec_sid = 2 };
    uint64_t value;

    g_assert_cmphex(exerciser_reg(&ex, EXERCISER_INFO) & INFO_PORT, ==, 0);
    qtest_writeq(s, RAM, 42);
    g_assert_cmpuint(exerciser_readq(&ex, NULL, RAM, &value), ==,
                     EXERCISER_CAUSE_NONE);
    g_assert_cmphex(value, ==, 42);
    g_assert_cmpuint(exerciser_readq(&ex, &realm, RAM, &value), ==,
                     EXERCISER_CAUSE_NO_PORT);
    qtest_quit(s);
}

/* --- fault sites ---------------------------------------------------------- */

static void test_fault_data(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    uint8_t data[13], seen[13];
    g_autofree char *id = arm(s, "{ 'site': 'dma.data', 'action': 'flip',"
                              " 'mask': 1152921504606846993, 'count': 2,"
                              " 'addr': 1342177280 }");     /* 1 << 60 | 0x11 */
    QDict *firing;

    pattern(data, sizeof(data), 1);
    /* Elsewhere nothing happens. */
    g_assert_cmpuint(exerciser_write(&ex, NULL, RAM + 0x1000, data,
                                     sizeof(data)), ==, EXERCISER_CAUSE_NONE);
    qtest_memread(s, RAM + 0x1000, seen, sizeof(seen));
    g_assert_cmpmem(seen, sizeof(seen), data, sizeof(data));
    /* On the way out: the buffer keeps what it had. */
    g_assert_cmpuint(exerciser_write(&ex, NULL, RAM, data, sizeof(data)), ==,
                     EXERCISER_CAUSE_NONE);
    qtest_memread(s, RAM, seen, sizeof(seen));
    for (unsigned i = 0; i < sizeof(seen); i++) {
        g_assert_cmphex(seen[i] ^ data[i], ==,
                        i % 8 == 0 ? 0x11 : i % 8 == 7 ? 0x10 : 0);
    }
    exerciser_fetch(&ex, 0, seen, sizeof(seen));
    g_assert_cmpmem(seen, sizeof(seen), data, sizeof(data));
    firing = next_firing(s);
    g_assert_cmpstr(member_str(firing, "site"), ==, "dma.data");
    g_assert_cmphex(member_uint(firing, "address"), ==, RAM);
    g_assert_cmpuint(member_uint(firing, "size"), ==, sizeof(data));
    g_assert_cmphex(member_uint(qdict_get_qdict(firing, "requester"), "id"),
                    ==, ex.rid);
    qobject_unref(firing);
    /* On the way in it is undone; the third time nothing fires. */
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmpuint(exerciser_read(&ex, NULL, RAM, seen, sizeof(seen)),
                         ==, EXERCISER_CAUSE_NONE);
        g_assert_cmphex(seen[0] ^ data[0], ==, i ? 0x11 : 0);
        g_assert_cmphex(seen[7] ^ data[7], ==, i ? 0x10 : 0);
    }
    disarm(s, id);
    qtest_quit(s);
}

static void test_fault_lost(void)
{
    static const struct { const char *action; unsigned out, in; } ways[] = {
        { "drop", EXERCISER_CAUSE_NONE, EXERCISER_CAUSE_ABORT },
        { "abort", EXERCISER_CAUSE_ABORT, EXERCISER_CAUSE_ABORT },
    };
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);

    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        g_autofree char *json = g_strdup_printf(
            "{ 'site': 'dma.data', 'action': '%s', 'device': %u }",
            ways[i].action, ex.rid);
        g_autofree char *id = arm(s, json);
        uint64_t value;

        qtest_writeq(s, RAM, 7);
        g_assert_cmpuint(exerciser_writeq(&ex, NULL, RAM, 8), ==,
                         ways[i].out);
        g_assert_cmphex(qtest_readq(s, RAM), ==, 7);
        g_assert_cmpuint(exerciser_readq(&ex, NULL, RAM, &value), ==,
                         ways[i].in);
        g_assert_cmphex(qtest_readq(s, ex.ram), ==, 8);
        disarm(s, id);
        g_assert_cmpuint(exerciser_readq(&ex, NULL, RAM, &value), ==,
                         EXERCISER_CAUSE_NONE);
        g_assert_cmphex(value, ==, 7);
    }
    qtest_quit(s);
}

/* The site sees the Requester ID that the device gives, forged or not. */
static void test_fault_rid(void)
{
    QTestState *s = start("-device cca-exerciser");
    Exerciser ex = exerciser_one(s);
    ExerciserId forged = { .forge = true, .rid = 0x1234 };
    g_autofree char *id = arm(s, "{ 'site': 'dma.rid', 'action': 'flip',"
                              " 'mask': 3, 'device': 4660 }");
    QDict *firing, *fault;
    uint64_t value;

    g_assert_cmpuint(exerciser_readq(&ex, NULL, RAM, &value), ==,
                     EXERCISER_CAUSE_NONE);
    fault = armed_fault(s, id);
    g_assert_cmpuint(member_uint(fault, "hits"), ==, 0);
    qobject_unref(fault);
    g_assert_cmpuint(exerciser_readq(&ex, &forged, RAM, &value), ==,
                     EXERCISER_CAUSE_NONE);
    firing = next_firing(s);
    g_assert_cmpstr(member_str(firing, "site"), ==, "dma.rid");
    g_assert_cmphex(member_uint(qdict_get_qdict(firing, "requester"), "id"),
                    ==, 0x1234);
    qobject_unref(firing);
    disarm(s, id);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("cca/exerciser-dma/both-ways", test_both_ways);
    qtest_add_func("cca/exerciser-dma/range", test_range);
    qtest_add_func("cca/exerciser-dma/rejects", test_rejects);
    qtest_add_func("cca/exerciser-dma/pasid-modes", test_pasid_modes);
    qtest_add_func("cca/exerciser-dma/aborts", test_aborts);
    qtest_add_func("cca/exerciser-dma/behind-a-port", test_two_behind_a_port);
    qtest_add_func("cca/exerciser-dma/ring", test_ring);
    qtest_add_func("cca/exerciser-dma/bypass", test_bypass);
    qtest_add_func("cca/exerciser-dma/fault-data", test_fault_data);
    qtest_add_func("cca/exerciser-dma/fault-lost", test_fault_lost);
    qtest_add_func("cca/exerciser-dma/fault-rid", test_fault_rid);
    return g_test_run();
}
