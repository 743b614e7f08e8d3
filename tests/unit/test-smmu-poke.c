/*
 * Hostile software: any access, of any size, through any PAS, in any order.
 * After each one, what must always hold still does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rng.h"
#include "smmu-reg-table.h"

#define SEED 0x5eed0072ull
#define POKES 400000

/* What an access through @pas must not change. */
typedef struct Snapshot {
    SmmuBank bank[3];
    SmmuRoot root;
} Snapshot;

static Snapshot before;

static void take(Snapshot *s)
{
    memcpy(s->bank, mmio.bank, sizeof(s->bank));
    memcpy(&s->root, &mmio.root, sizeof(s->root));
}

static bool bank_same(unsigned i)
{
    return memcmp(&before.bank[i], &mmio.bank[i], sizeof(SmmuBank)) == 0;
}

static bool root_same(void)
{
    return memcmp(&before.root, &mmio.root, sizeof(SmmuRoot)) == 0;
}

/* Mostly near registers, or nothing would ever happen. */
static uint64_t pick_offset(Rng *rng)
{
    switch (rng_below(rng, 10)) {
    case 0:
        return rng_next(rng);
    case 1:
        return rng_below(rng, 0x70000);
    default:
        return reg_table[rng_below(rng, COUNT_OF(reg_table))].offset +
               (rng_once_in(rng, 8) ? rng_below(rng, 9) - 4 : 0);
    }
}

static unsigned pick_size(Rng *rng)
{
    static const unsigned sizes[] = { 0, 1, 2, 3, 16, 64, ~0u };

    return rng_once_in(rng, 10) ? sizes[rng_below(rng, COUNT_OF(sizes))] :
           rng_once_in(rng, 4) ? 8 : 4;
}

static uint64_t pick_value(Rng *rng)
{
    switch (rng_below(rng, 4)) {
    case 0:
        return 0;
    case 1:
        return 1ull << rng_below(rng, 64);
    default:
        return rng_next(rng);
    }
}

/* The bits that a read may give, and to whom; from the table alone. */
static uint64_t may_read(uint64_t offset, unsigned size, CcaPas pas)
{
    for (size_t i = 0; i < COUNT_OF(reg_table); i++) {
        const RegRow *r = &reg_table[i];
        uint64_t bits = r->bits;

        if (!(r->seen >> (unsigned)pas & 1)) {
            continue;
        }
        if (offset == r->offset && size == r->size) {
            return bits;
        }
        if (r->size == 8 && size == 4 && offset == r->offset) {
            return (uint32_t)bits;
        }
        if (r->size == 8 && size == 4 && offset == r->offset + 4) {
            return bits >> 32;
        }
    }
    return 0;
}

static void check_read(uint64_t offset, unsigned size, CcaPas pas)
{
    uint64_t value = smmu_mmio_read(&mmio, offset, size, pas);

    assert_int_equal(value & ~may_read(offset, size, pas), 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(bank_same(i));
    }
    assert_true(root_same());
}

static void check_write(uint64_t offset, unsigned size, CcaPas pas,
                        uint64_t value)
{
    bool root = pas == CCA_PAS_ROOT;

    smmu_mmio_write(&mmio, offset, size, pas, value);
    if (!root) {
        assert_true(root_same());
        assert_true(pas == CCA_PAS_SECURE || bank_same(CCA_SEC_SID_SECURE));
        assert_true(pas == CCA_PAS_REALM || bank_same(CCA_SEC_SID_REALM));
    }
    /* One write changes one interface at most. */
    assert_true(bank_same(0) + bank_same(1) + bank_same(2) + root_same() >= 3);
    for (unsigned i = 0; i < 3; i++) {
        const SmmuBank *now = &mmio.bank[i], *old = &before.bank[i];
        bool locked = (old->cr0 | old->cr0ack) & 1;

        /* No write raises an error or touches a preserved word. */
        assert_int_equal(now->gerror, old->gerror);
        assert_ptr_equal(now->feat, &mmio.feat);
        assert_true(!locked || now->strtab_base == old->strtab_base);
        assert_true(!((old->cr0 | old->cr0ack) & 0xd) ||
                    now->gmecid == old->gmecid);
        assert_int_equal(now->irq_ctrl, now->irq_ctrlack);
        for (SmmuQueueId q = 0; q < SMMU_QUEUE__COUNT; q++) {
            SmmuQueue view = smmu_bank_queue(now, q);
            uint64_t at = smmu_queue_entry_addr(&view, view.prod);

            assert_true(view.log2size <= (q == SMMU_PRIQ ? 7 : 19));
            assert_true(at + (1ull << view.entry_shift) <= 1ull << 52);
            assert_false(smmu_queue_empty(&view) && smmu_queue_full(&view));
        }
    }
    assert_int_equal(mmio.bank[2].cr0 & 0x10, 0x10);
    assert_int_equal(mmio.bank[2].gbpa, 0x100000);
    if ((before.root.cr0 | before.root.cr0ack) & 2) {
        assert_int_equal(mmio.root.gpt_base, before.root.gpt_base);
        assert_int_equal(mmio.root.gpt_base_cfg, before.root.gpt_base_cfg);
    }
}

/* What the SMMU itself does now and then. */
static void live(Rng *rng)
{
    unsigned i = rng_below(rng, 3);
    unsigned irqs = seen.irqs;
    SmmuIrqSource source = rng_below(rng, 3);
    CcaGpcVerdict v = {
        .fault = rng_below(rng, CCA_GPCF__COUNT), .addr = rng_next(rng),
        .pas = rng_below(rng, CCA_PAS__COUNT),
    };

    switch (rng_below(rng, 6)) {
    case 0:
        smmu_bank_raise_gerror(&mmio.bank[i], rng_next(rng));
        break;
    case 1:
        smmu_bank_raise_irq(&mmio.bank[i], source);
        assert_int_equal(seen.irqs - irqs,
                         mmio.bank[i].irq_ctrl >> source & 1);
        break;
    case 2:
        smmu_bank_set_queue(&mmio.bank[i], rng_below(rng, 3), rng_next(rng));
        break;
    case 3:
        smmu_root_record(&mmio.root, &v, 1 + rng_below(rng, 3),
                         rng_below(rng, 256));
        break;
    case 4:
        seen.hold = !seen.hold;
        break;
    default:
        smmu_bank_cr0_complete(&mmio.bank[i]);
        smmu_root_cr0_complete(&mmio.root);
        smmu_root_tlbi_complete(&mmio.root);
        assert_int_equal(mmio.bank[i].cr0, mmio.bank[i].cr0ack);
        break;
    }
}

static void test_pokes(void **state)
{
    Rng rng = { SEED };
    unsigned reads = 0, changes = 0;

    (void)state;
    for (unsigned i = 0; i < POKES; i++) {
        uint64_t offset = pick_offset(&rng);
        unsigned size = pick_size(&rng);
        CcaPas pas = rng_once_in(&rng, 3) ? CCA_PAS_ROOT :
                     rng_below(&rng, CCA_PAS__COUNT);

        take(&before);
        if (rng_once_in(&rng, 2)) {
            check_read(offset, size, pas);
            reads++;
        } else {
            check_write(offset, size, pas, pick_value(&rng));
            changes += !(bank_same(0) && bank_same(1) && bank_same(2) &&
                         root_same());
        }
        if (rng_once_in(&rng, 16)) {
            live(&rng);
        }
        if (rng_once_in(&rng, 20000)) {
            smmu_mmio_reset(&mmio);
        }
    }
    /* It did reach the registers. */
    assert_true(reads > POKES / 3);
    assert_true(changes > POKES / 20);
    assert_true(seen.kicks && seen.dones && seen.invalidates && seen.irqs);
    assert_true(seen.root_dones && seen.tlbis && seen.root_irqs);
}

/* Every aligned word of the map and beyond, through each PAS. */
static void test_sweep(void **state)
{
    (void)state;
    for (uint64_t at = 0; at < 0x70000; at += 4) {
        for (CcaPas pas = 0; pas < CCA_PAS__COUNT; pas++) {
            uint64_t value = smmu_mmio_read(&mmio, at, 4, pas);

            if (value & ~may_read(at, 4, pas)) {
                fail_msg("offset 0x%" PRIx64 " pas %d reads 0x%" PRIx64,
                         at, pas, value);
            }
        }
    }
    assert_int_equal(smmu_mmio_read(&mmio, UINT64_MAX, 4, CCA_PAS_ROOT), 0);
    assert_int_equal(smmu_mmio_read(&mmio, 1ull << 32, 4, CCA_PAS_ROOT), 0);
    assert_int_equal(smmu_mmio_read(&mmio, 0, 4, 77), 0x498f769b);
    assert_int_equal(smmu_mmio_read(&mmio, SECURE, 4, 77), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_pokes, setup),
        cmocka_unit_test_setup(test_sweep, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
