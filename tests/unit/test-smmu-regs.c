/*
 * SMMU registers: who sees what, reset values, writable bits, guards, and
 * what writes set off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-reg-table.h"
#include "smmu-regs.h"

#define PATTERN 0xa5c33c5a96f0e178ull

/* One register through one PAS, from reset. */
static void check_row(const RegRow *r, CcaPas pas)
{
    bool visible = r->seen >> pas & 1;
    uint64_t ones = r->size == 8 ? ~0ull : 0xffffffffull;
    uint64_t values[] = { ones, 0, PATTERN & ones, ~PATTERN & ones };

    for (size_t i = 0; i < COUNT_OF(values); i++) {
        uint64_t want = (r->reset & ~r->rw) | (values[i] & r->rw), before;

        smmu_mmio_reset(&mmio);
        assert_int_equal(rd(r->offset, r->size), r->reset);
        assert_int_equal(smmu_mmio_read(&mmio, r->offset, r->size, pas),
                         visible ? r->reset : 0);
        /* The pointers read only as wide as the queue: make it wide. */
        mmio.bank[0].queue[0].base = mmio.bank[1].queue[0].base = 31;
        mmio.bank[2].queue[0].base = mmio.bank[0].queue[1].base = 31;
        mmio.bank[1].queue[1].base = mmio.bank[2].queue[1].base = 31;
        mmio.bank[0].queue[2].base = mmio.bank[2].queue[2].base = 31;
        if (strstr(r->name, "PRIQ_PROD") || strstr(r->name, "PRIQ_CONS")) {
            want &= 0x800000ff;     /* 2^7 entries at most */
        }
        /* GBPA: all at once, with Update. */
        if (strstr(r->name, "GBPA") && values[i] >> 31) {
            want = r->bits == r->reset ? r->reset : values[i] & r->bits;
        }
        before = rd(r->offset, r->size);
        smmu_mmio_write(&mmio, r->offset, r->size, pas, values[i]);
        assert_int_equal(rd(r->offset, r->size), visible ? want : before);
    }
}

static void test_every_register(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(reg_table); i++) {
        for (CcaPas pas = 0; pas < CCA_PAS__COUNT; pas++) {
            check_row(&reg_table[i], pas);
        }
    }
}

/* 64-bit registers by halves; 32-bit ones not by anything else. */
static void test_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(reg_table); i++) {
        const RegRow *r = &reg_table[i];
        uint64_t whole;

        smmu_mmio_reset(&mmio);
        if (r->size == 8) {
            wr(r->offset, 4, 0xffffffff);
            assert_int_equal(rd(r->offset, 8), r->reset |
                             (r->rw & 0xffffffff));
            wr(r->offset + 4, 4, 0xffffffff);
            whole = rd(r->offset, 8);
            assert_int_equal(whole, r->reset | r->rw);
            assert_int_equal(rd(r->offset, 4), whole & 0xffffffff);
            assert_int_equal(rd(r->offset + 4, 4), whole >> 32);
        } else {
            wr(r->offset, 8, ~0ull);
            wr(r->offset & ~7u, 8, ~0ull);
            assert_int_equal(rd(r->offset, 4), r->reset);
            assert_int_equal(rd(r->offset & ~7u, 8), 0);
        }
        whole = rd(r->offset, r->size);
        for (unsigned size = 0; size <= 16; size++) {
            for (unsigned skew = 0; skew < 4; skew++) {
                if ((size == 4 || size == 8) && !skew) {
                    continue;
                }
                wr(r->offset + skew, size, PATTERN);
                assert_int_equal(rd(r->offset + skew, size), 0);
            }
        }
        assert_int_equal(rd(r->offset, r->size), whole);
    }
    assert_int_equal(seen.invalidates, 0);
}

/* An enable bit, and a register that it makes read-only. */
static const struct {
    const char *name;
    uint32_t offset;        /* from the base of the interface */
    unsigned size;
    unsigned in;            /* bit per CcaSecSid */
    uint32_t control;       /* CR0 or IRQ_CTRL */
    uint32_t enable;        /* each bit alone locks ... */
    uint64_t mask;          /* ... these bits */
} guards[] = {
    { "CR1.TABLE", 0x28, 4, 7, 0x20, 0x1, 0xfc0 },
    { "CR1.QUEUE", 0x28, 4, 5, 0x20, 0xe, 0x3f },
    { "CR1.QUEUE", 0x28, 4, 2, 0x20, 0xc, 0x3f },
    { "CR2", 0x2c, 4, 7, 0x20, 0x1, 0x3 },
    { "STRTAB_BASE", 0x80, 8, 7, 0x20, 0x1, ADDR52(6) },
    { "STRTAB_BASE_CFG", 0x88, 4, 7, 0x20, 0x1, 0x307ff },
    { "CMDQ_BASE", 0x90, 8, 7, 0x20, 0x8, ADDR52(5) },
    { "CMDQ_CONS", 0x9c, 4, 7, 0x20, 0x8, 0x7f000001 },
    { "EVENTQ_BASE", 0xa0, 8, 7, 0x20, 0x4, ADDR52(5) },
    { "EVENTQ_PROD", 0x100a8, 4, 5, 0x20, 0x4, 0x80000001 },
    { "S_EVENTQ_PROD", 0xa8, 4, 2, 0x20, 0x4, 0x80000001 },
    { "PRIQ_BASE", 0xc0, 8, 5, 0x20, 0x2, ADDR52(5) },
    { "PRIQ_PROD", 0x100c8, 4, 5, 0x20, 0x2, 0x80000001 },
    { "R_GMECID", 0x228, 4, 4, 0x20, 0xd, 0xffff },
    { "GERROR_IRQ_CFG0", 0x68, 8, 5, 0x50, 0x1, ADDR52(2) },
    { "GERROR_IRQ_CFG1", 0x70, 4, 5, 0x50, 0x1, 0xffffffff },
    { "GERROR_IRQ_CFG2", 0x74, 4, 5, 0x50, 0x1, 0x3f },
    { "PRIQ_IRQ_CFG0", 0xd0, 8, 5, 0x50, 0x2, ADDR52(2) },
    { "PRIQ_IRQ_CFG1", 0xd8, 4, 5, 0x50, 0x2, 0xffffffff },
    { "PRIQ_IRQ_CFG2", 0xdc, 4, 5, 0x50, 0x2, 0x8000003f },
    { "EVENTQ_IRQ_CFG0", 0xb0, 8, 5, 0x50, 0x4, ADDR52(2) },
    { "EVENTQ_IRQ_CFG1", 0xb8, 4, 5, 0x50, 0x4, 0xffffffff },
    { "EVENTQ_IRQ_CFG2", 0xbc, 4, 5, 0x50, 0x4, 0x3f },
};

static const uint32_t iface_base[] = { 0, SECURE, REALM_PAGES };

/* Does writing all ones to guard @g change anything of its mask? */
static bool takes(size_t g, unsigned iface)
{
    uint32_t at = iface_base[iface] + guards[g].offset;
    uint64_t before = rd(at, guards[g].size) & guards[g].mask, after;

    wr(at, guards[g].size, before ? 0 : ~0ull);
    after = rd(at, guards[g].size) & guards[g].mask;
    assert_true(after == before || after == (before ? 0 : guards[g].mask));
    return after != before;
}

static void test_guards(void **state)
{
    (void)state;
    for (size_t g = 0; g < COUNT_OF(guards); g++) {
        for (unsigned i = 0; i < 3; i++) {
            uint32_t control = iface_base[i] + guards[g].control;

            for (unsigned bit = 0; (guards[g].in >> i & 1) && bit < 11;
                 bit++) {
                bool locks = guards[g].enable >> bit & 1;

                smmu_mmio_reset(&mmio);
                seen.hold = false;
                assert_true(takes(g, i));
                wr(control, 4, 1u << bit);
                assert_int_equal(takes(g, i), !locks);
                /* On the way back it is locked until acknowledged. */
                if (guards[g].control == 0x20 && locks) {
                    seen.hold = true;
                    wr(control, 4, 0);
                    assert_false(takes(g, i));
                    smmu_bank_cr0_complete(&mmio.bank[i]);
                    assert_true(takes(g, i));
                    /* And on the way there from the write on. */
                    wr(control, 4, 1u << bit);
                    assert_false(takes(g, i));
                    smmu_bank_cr0_complete(&mmio.bank[i]);
                    assert_false(takes(g, i));
                    seen.hold = false;
                }
                wr(control, 4, 0);
                assert_true(takes(g, i));
            }
        }
    }
}

/* Fields are acknowledged by value; one that waits cannot be changed. */
static void test_cr0_update(void **state)
{
    SmmuBank *b = &mmio.bank[CCA_SEC_SID_REALM];

    (void)state;
    wr(REALM_PAGES + 0x20, 4, 0xc);
    assert_int_equal(rd(REALM_PAGES + 0x24, 4), 0x1c);
    assert_int_equal(seen.begins, 1);
    assert_int_equal(seen.dones, 1);
    assert_int_equal(seen.kicks, 1);
    assert_int_equal(seen.sec_sid, CCA_SEC_SID_REALM);
    wr(REALM_PAGES + 0x20, 4, 0xc);     /* nothing new */
    assert_int_equal(seen.begins, 1);

    seen.hold = true;
    wr(REALM_PAGES + 0x20, 4, 0xd);
    assert_int_equal(rd(REALM_PAGES + 0x20, 4), 0x1d);
    assert_int_equal(rd(REALM_PAGES + 0x24, 4), 0x1c);
    assert_int_equal(seen.from, 0x1c);
    assert_int_equal(seen.to, 0x1d);
    assert_false(smmu_bank_enabled(b, 1));
    wr(REALM_PAGES + 0x20, 4, 0x4c);    /* SMMUEN waits, VMW is free */
    assert_int_equal(rd(REALM_PAGES + 0x20, 4), 0x5d);
    wr(REALM_PAGES + 0x20, 4, 0x9d);    /* now VMW waits, as a whole */
    assert_int_equal(rd(REALM_PAGES + 0x20, 4), 0x5d);
    wr(REALM_PAGES + 0x20, 4, 0x45);    /* CMDQEN is free */
    assert_int_equal(rd(REALM_PAGES + 0x20, 4), 0x55);
    smmu_bank_cr0_complete(b);
    assert_int_equal(rd(REALM_PAGES + 0x24, 4), 0x55);
    assert_int_equal(seen.dones, 2);
    assert_true(smmu_bank_enabled(b, 1));
    smmu_bank_cr0_complete(b);          /* nothing is pending */
    assert_int_equal(seen.dones, 2);
}

/* Commands are announced only where they may be processed. */
static void test_kick(void **state)
{
    SmmuBank *b = &mmio.bank[CCA_SEC_SID_NS];

    (void)state;
    wr(0x90, 8, 4);
    wr(0x98, 4, 1);
    assert_int_equal(seen.kicks, 0);
    wr(0x20, 4, 8);
    assert_int_equal(seen.kicks, 1);
    wr(0x98, 4, 2);
    assert_int_equal(seen.kicks, 2);

    assert_true(smmu_bank_raise_gerror(b, 1));
    assert_false(smmu_bank_queue_on(b, SMMU_CMDQ));
    wr(0x98, 4, 3);
    assert_int_equal(seen.kicks, 2);
    wr(0x64, 4, 1);
    assert_int_equal(seen.kicks, 3);
    assert_true(smmu_bank_queue_on(b, SMMU_CMDQ));
    wr(0x64, 4, 1);
    assert_int_equal(seen.kicks, 3);

    /* CMDQ_CONS moves while software cannot write it. */
    smmu_bank_set_queue(b, SMMU_CMDQ, 3 | 0x02000000);
    wr(0x9c, 4, 0);
    assert_int_equal(rd(0x9c, 4), 0x02000003);
}

static void test_queue_on(void **state)
{
    SmmuBank *b = &mmio.bank[CCA_SEC_SID_NS];

    (void)state;
    wr(0x20, 4, 0x6);
    assert_true(smmu_bank_queue_on(b, SMMU_EVENTQ));
    assert_false(smmu_bank_queue_on(b, SMMU_PRIQ));
    assert_false(smmu_bank_queue_on(b, SMMU_CMDQ));
    wr(0x20, 4, 0x3);
    assert_false(smmu_bank_queue_on(b, SMMU_EVENTQ));
    assert_true(smmu_bank_queue_on(b, SMMU_PRIQ));
    seen.hold = true;
    wr(0x20, 4, 0x7);
    assert_false(smmu_bank_queue_on(b, SMMU_EVENTQ));
}

/* Bits above the wrap flag read as zero; LOG2SIZE is capped in use only. */
static void test_queue_registers(void **state)
{
    SmmuQueue q;

    (void)state;
    wr(0x90, 8, 0x123400000ull | 3);
    wr(0x98, 4, 0xfffff);
    wr(0x9c, 4, 0x7f0fffff);
    assert_int_equal(rd(0x98, 4), 0xf);
    assert_int_equal(rd(0x9c, 4), 0x7f00000f);
    q = smmu_bank_queue(&mmio.bank[0], SMMU_CMDQ);
    assert_int_equal(q.log2size, 3);
    assert_int_equal(smmu_queue_entry_addr(&q, q.prod), 0x123400070);

    wr(0xc0, 8, 31);
    assert_int_equal(rd(0xc0, 8), 31);
    q = smmu_bank_queue(&mmio.bank[0], SMMU_PRIQ);
    assert_int_equal(q.log2size, 7);
    assert_int_equal(q.entry_shift, 4);
    wr(0xa0, 8, 31);
    q = smmu_bank_queue(&mmio.bank[0], SMMU_EVENTQ);
    assert_int_equal(q.log2size, 19);
    assert_int_equal(q.entry_shift, 5);
    wr(PAGE_1 + 0xac, 4, 0xffffffff);
    assert_int_equal(rd(PAGE_1 + 0xac, 4), 0x800fffff);
    smmu_bank_set_queue(&mmio.bank[0], SMMU_EVENTQ, 0xffffffff);
    assert_int_equal(rd(PAGE_1 + 0xa8, 4), 0x800fffff);
}

static void test_gbpa(void **state)
{
    SmmuMmioConfig config = reference_config();

    (void)state;
    wr(0x44, 4, 0x00100000);        /* without Update */
    assert_int_equal(rd(0x44, 4), 0x1000);
    wr(0x44, 4, 0x80100000);
    assert_int_equal(rd(0x44, 4), 0x100000);
    wr(0x44, 4, 0xffffffff);
    assert_int_equal(rd(0x44, 4), 0x1f3f1f);
    wr(SECURE + 0x44, 4, 0xffffffff);
    assert_int_equal(rd(SECURE + 0x44, 4), 0x1fff1f);
    wr(REALM_PAGES + 0x44, 4, 0x80000000);
    assert_int_equal(rd(REALM_PAGES + 0x44, 4), 0x100000);

    config.gbpa_abort = true;
    make(&config);
    assert_int_equal(rd(0x44, 4), 0x101000);
    assert_int_equal(rd(SECURE + 0x44, 4), 0x101000);
    assert_int_equal(rd(REALM_PAGES + 0x44, 4), 0x100000);
}

/* S_INIT clears itself, and is there without Secure state. */
static void test_s_init(void **state)
{
    SmmuMmioConfig config = reference_config();

    (void)state;
    for (int i = 0; i < 2; i++) {
        make(&config);
        wr(SECURE + 0x3c, 4, 0);
        assert_int_equal(seen.invalidates, 0);
        wr(SECURE + 0x3c, 4, 1);
        assert_int_equal(seen.invalidates, 1);
        assert_int_equal(rd(SECURE + 0x3c, 4), 0);
        wr(SECURE + 0x3c, 8, 1);
        wr(SECURE + 0x38, 8, ~0ull);
        for (CcaPas p = 0; p < CCA_PAS__COUNT; p++) {
            if (p != CCA_PAS_ROOT && p != CCA_PAS_SECURE) {
                smmu_mmio_write(&mmio, SECURE + 0x3c, 4, p, 1);
            }
        }
        assert_int_equal(seen.invalidates, 1);
        smmu_mmio_write(&mmio, SECURE + 0x3c, 4, CCA_PAS_SECURE, 1);
        assert_int_equal(seen.invalidates, 2);
        config.feat.secure_impl = false;
    }
    for (uint32_t at = SECURE; at < SECURE + 0x4000; at += 4) {
        wr(at, 4, 0xffffffff);
        assert_int_equal(rd(at, 4), 0);
    }
}

static void test_gerror(void **state)
{
    static const uint32_t implemented[] = { 0x1fd, 0x105, 0xfd };

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        SmmuBank *b = &mmio.bank[i];
        uint32_t gerror = 0, gerrorn = 0;

        wr(iface_base[i] + 0x50, 4, 1);
        for (unsigned bit = 0; bit < 32; bit++) {
            uint32_t mask = 1u << bit;
            bool there = implemented[i] & mask;
            unsigned irqs = seen.irqs;

            assert_int_equal(smmu_bank_raise_gerror(b, mask), there);
            gerror ^= there ? mask : 0;
            assert_int_equal(rd(iface_base[i] + 0x60, 4), gerror);
            /* Only an aborted GERROR MSI makes no interrupt. */
            assert_int_equal(seen.irqs - irqs, there && bit != 7);
            /* Again: it is active already. */
            assert_false(smmu_bank_raise_gerror(b, mask));
            assert_int_equal(rd(iface_base[i] + 0x60, 4), gerror);
            assert_int_equal(smmu_bank_active_gerror(b), gerror ^ gerrorn);
            /* Acknowledged, it can happen again, and toggles back. */
            wr(iface_base[i] + 0x64, 4, gerror);
            assert_int_equal(smmu_bank_active_gerror(b), 0);
            assert_int_equal(smmu_bank_raise_gerror(b, mask), there);
            gerrorn = gerror;
            gerror ^= there ? mask : 0;
            assert_int_equal(rd(iface_base[i] + 0x60, 4), gerror);
            wr(iface_base[i] + 0x64, 4, gerror);
            gerrorn = gerror;
        }
        /* Not enabled: it is raised, in silence. */
        wr(iface_base[i] + 0x50, 4, 0);
        seen.irqs = 0;
        assert_true(smmu_bank_raise_gerror(b, 4));
        assert_int_equal(seen.irqs, 0);
    }
}

static void test_msi_aborted(void **state)
{
    static const uint32_t bit[] = { 0x80, 0x40, 0x20, 0x10 };

    (void)state;
    for (SmmuIrqSource s = 0; s < SMMU_IRQ__COUNT; s++) {
        smmu_mmio_reset(&mmio);
        smmu_bank_msi_aborted(&mmio.bank[0], s);
        assert_int_equal(rd(0x60, 4), bit[s]);
    }
    smmu_bank_msi_aborted(&mmio.bank[0], 77);
    assert_int_equal(rd(0x60, 4), 0x10);
}

/* Which sources are enabled; wire or MSI; to where. */
static void test_irq(void **state)
{
    static const uint32_t cfg0[] = { 0x68, 0xd0, 0xb0 };

    (void)state;
    wr(REALM_PAGES + 0x228, 4, 0x77);
    for (unsigned i = 0; i < 3; i++) {
        SmmuBank *b = &mmio.bank[i];

        for (SmmuIrqSource s = 0; s < SMMU_IRQ_CMD_SYNC; s++) {
            uint32_t at = iface_base[i] + cfg0[s];
            bool there = i != CCA_SEC_SID_SECURE || s != SMMU_IRQ_PRIQ;

            seen.irqs = 0;
            wr(iface_base[i] + 0x50, 4, 7u & ~(1u << s));
            smmu_bank_raise_irq(b, s);
            assert_int_equal(seen.irqs, 0);
            wr(iface_base[i] + 0x50, 4, 1u << s);
            smmu_bank_raise_irq(b, s);
            assert_int_equal(seen.irqs, there);
            if (!there) {
                continue;
            }
            assert_int_equal(seen.irq.source, s);
            assert_int_equal(seen.sec_sid, i);
            assert_false(seen.irq.msi);

            wr(iface_base[i] + 0x50, 4, 0);
            wr(at, 8, 0x8000000012345678ull);
            wr(at + 8, 4, 0xcafe0000 + s);
            wr(at + 12, 4, 0x3f);
            wr(iface_base[i] + 0x50, 4, 1u << s);
            smmu_bank_raise_irq(b, s);
            assert_int_equal(seen.irqs, 2);
            assert_int_equal(seen.irq.msi, i != CCA_SEC_SID_SECURE);
            if (!seen.irq.msi) {
                continue;
            }
            assert_int_equal(seen.irq.addr, 0x12345678);
            assert_int_equal(seen.irq.data, 0xcafe0000 + s);
            assert_int_equal(seen.irq.sh, 3);
            assert_int_equal(seen.irq.memattr, 15);
            /* Bit 63 is Realm's: this MSI goes to the Non-secure PAS. */
            assert_int_equal(seen.irq.pas, CCA_PAS_NS);
            assert_int_equal(seen.irq.mecid, 0);
        }
    }
    wr(REALM_PAGES + 0x50, 4, 0);
    wr(REALM_PAGES + 0x68, 8, 0x1000);
    wr(REALM_PAGES + 0x50, 4, 1);
    smmu_bank_raise_irq(&mmio.bank[2], SMMU_IRQ_GERROR);
    assert_int_equal(seen.irq.pas, CCA_PAS_REALM);
    assert_int_equal(seen.irq.mecid, 0x77);
    seen.irqs = 0;
    smmu_bank_raise_irq(&mmio.bank[0], SMMU_IRQ_CMD_SYNC);
    smmu_bank_raise_irq(&mmio.bank[0], 31);
    assert_int_equal(seen.irqs, 0);
}

static void test_cmd_sync_irq(void **state)
{
    (void)state;
    wr(REALM_PAGES + 0x228, 4, 0x77);
    smmu_bank_cmd_sync_irq(&mmio.bank[0], 0, 1, 3, 0xf, false);
    assert_false(seen.irq.msi);
    smmu_bank_cmd_sync_irq(&mmio.bank[0], 0x1003, 1, 3, 0xf, true);
    assert_true(seen.irq.msi);
    assert_int_equal(seen.irq.source, SMMU_IRQ_CMD_SYNC);
    assert_int_equal(seen.irq.addr, 0x1000);
    assert_int_equal(seen.irq.pas, CCA_PAS_NS);
    smmu_bank_cmd_sync_irq(&mmio.bank[1], 0x1000, 1, 3, 0xf, true);
    assert_false(seen.irq.msi);
    smmu_bank_cmd_sync_irq(&mmio.bank[2], 0x1000, 0, 3, 0xf, false);
    assert_int_equal(seen.irq.pas, CCA_PAS_REALM);
    assert_int_equal(seen.irq.mecid, 0x77);
    smmu_bank_cmd_sync_irq(&mmio.bank[2], 0x1000, 0, 3, 0xf, true);
    assert_int_equal(seen.irq.pas, CCA_PAS_NS);
    assert_int_equal(seen.irq.mecid, 0);
    assert_int_equal(seen.irqs, 5);
}

/* Features that the reference lacks, and one without most of them. */
static void test_other_features(void **state)
{
    SmmuMmioConfig config = reference_config();
    SmmuBank *realm = &mmio.bank[CCA_SEC_SID_REALM];

    (void)state;
    smmu_bank_dpt_fault(realm, 1, 2, 0x123456789000);
    assert_int_equal(rd(REALM_PAGES + 0x60, 4), 0);

    config.feat.dpt = config.feat.btm = true;
    config.feat.mecid_bits = 5;
    config.feat.oas = 40;
    make(&config);
    wr(0x2c, 4, ~0u);
    assert_int_equal(rd(0x2c, 4), 0xf);
    wr(0x80, 8, ~0ull);
    assert_int_equal(rd(0x80, 8), 0x400000ffffffffc0ull);
    wr(REALM_PAGES + 0x228, 4, ~0u);
    assert_int_equal(rd(REALM_PAGES + 0x228, 4), 0x1f);
    wr(REALM_PAGES + 0x208, 4, ~0u);
    assert_int_equal(rd(REALM_PAGES + 0x208, 4), 0xf0c007);
    wr(REALM_PAGES + 0x200, 8, ~0ull);
    assert_int_equal(rd(REALM_PAGES + 0x200, 8), 0x400000fffffff000ull);
    wr(REALM_PAGES + 0x20, 4, 0x400);
    assert_int_equal(rd(REALM_PAGES + 0x24, 4), 0x410);
    wr(REALM_PAGES + 0x200, 8, 0);
    wr(REALM_PAGES + 0x208, 4, 0);
    assert_int_equal(rd(REALM_PAGES + 0x200, 8), 0x400000fffffff000ull);
    assert_int_equal(rd(REALM_PAGES + 0x208, 4), 0xf0c007);

    smmu_bank_dpt_fault(realm, 1, 2, 0x123456789abc);
    assert_int_equal(rd(REALM_PAGES + 0x60, 4), 0x400);
    assert_int_equal(rd(REALM_PAGES + 0x210, 8), 0x123456789023);
    smmu_bank_dpt_fault(realm, 0, 3, 0x1000);       /* the first is kept */
    assert_int_equal(rd(REALM_PAGES + 0x210, 8), 0x123456789023);
    wr(REALM_PAGES + 0x210, 8, 1);
    wr(REALM_PAGES + 0x214, 4, 0);
    assert_int_equal(rd(REALM_PAGES + 0x210, 8), 0x123456789023);
    wr(REALM_PAGES + 0x210, 4, 0);
    assert_int_equal(rd(REALM_PAGES + 0x210, 8), 0);

    config.feat = (SmmuFeatures) {
        .s2p = true, .sid_bits = 6, .gran4k = true, .oas = 32,
    };
    make(&config);
    wr(0x20, 4, ~0u);
    assert_int_equal(rd(0x24, 4), 0xd);
    wr(0x50, 4, ~0u);
    assert_int_equal(rd(0x54, 4), 0x5);
    wr(0x64, 4, ~0u);
    assert_int_equal(rd(0x64, 4), 0x105);
    wr(0x88, 4, ~0u);
    assert_int_equal(rd(0x88, 4), 0);       /* SMMUEN is set */
    wr(0x20, 4, 0);
    wr(0x88, 4, ~0u);
    assert_int_equal(rd(0x88, 4), 0x3f);
    wr(0x2c, 4, ~0u);
    assert_int_equal(rd(0x2c, 4), 0x2);
    wr(0x68, 8, ~0ull);
    assert_int_equal(rd(0x68, 8), 0);
    for (uint32_t at = ROOT_PAGE; at < 0x60000; at += 4) {
        wr(at, 4, ~0u);
        assert_int_equal(rd(at, 4), 0);
    }
}

static void test_layout(void **state)
{
    static const struct { uint32_t offset; bool ok; uint64_t size; } rows[] = {
        { 0x20000, true, 0x60000 }, { 0x30000, true, 0x60000 },
        { 0xa0000, true, 0xb0000 }, { 0x60000, true, 0x70000 },
        { 0xffff0000, true, 0x100000000ull },
        { 0, false, 0 }, { 0x10000, false, 0 }, { 0x40000, false, 0 },
        { 0x50000, false, 0 }, { 0x28000, false, 0 }, { 0x20004, false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        SmmuMmioConfig config = reference_config();
        const char *wrong;

        config.root_offset = rows[i].offset;
        wrong = smmu_mmio_init(&mmio, &config);
        assert_int_equal(wrong == NULL, rows[i].ok);
        if (wrong) {
            assert_non_null(strstr(wrong, "Root Control Page"));
            continue;
        }
        assert_int_equal(smmu_mmio_size(&mmio), rows[i].size);
        assert_int_equal(rd(rows[i].offset, 4), 0x0080000f);
        assert_int_equal(smmu_mmio_read(&mmio, rows[i].offset, 4,
                                        CCA_PAS_REALM), 0);
        assert_int_equal(rd(0x40004, 4), 0x80000000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_every_register, setup),
        cmocka_unit_test_setup(test_sizes, setup),
        cmocka_unit_test_setup(test_guards, setup),
        cmocka_unit_test_setup(test_cr0_update, setup),
        cmocka_unit_test_setup(test_kick, setup),
        cmocka_unit_test_setup(test_queue_on, setup),
        cmocka_unit_test_setup(test_queue_registers, setup),
        cmocka_unit_test_setup(test_gbpa, setup),
        cmocka_unit_test_setup(test_s_init, setup),
        cmocka_unit_test_setup(test_gerror, setup),
        cmocka_unit_test_setup(test_msi_aborted, setup),
        cmocka_unit_test_setup(test_irq, setup),
        cmocka_unit_test_setup(test_cmd_sync_irq, setup),
        cmocka_unit_test_setup(test_other_features, setup),
        cmocka_unit_test(test_layout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
