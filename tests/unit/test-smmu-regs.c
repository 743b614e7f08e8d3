/*
 * The SMMU's registers as the bus sees them: values of the identification
 * registers, who may see which page, the Root page's locks, hostile pokes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include "id.h"
#include "mmio.h"

enum { SECURE = 0x8000, ROOT = 0x20000, REALM = 0x40000 };

static void cmdq_kick(void *opaque, SmmuSecSid sec_sid)
{
    (void)opaque;
    (void)sec_sid;
}

static void cr0_done(void *opaque, SmmuSecSid sec_sid, uint32_t from,
                     uint32_t to)
{
    (void)opaque;
    (void)sec_sid;
    (void)from;
    (void)to;
}

static void bank_irq(void *opaque, SmmuSecSid sec_sid, const SmmuIrq *irq)
{
    (void)opaque;
    (void)sec_sid;
    (void)irq;
}

static void invalidate_all(void *opaque)
{
    (void)opaque;
}

static void root_cr0_done(void *opaque, uint32_t from, uint32_t to)
{
    (void)opaque;
    (void)from;
    (void)to;
}

static bool tlbi(void *opaque, const SmmuRootTlbi *what)
{
    (void)opaque;
    (void)what;
    return true;
}

static void root_irq(void *opaque, SmmuRootFar which)
{
    (void)opaque;
    (void)which;
}

static int make(void **state)
{
    SmmuMmioConfig config = {
        .feat = smmu_features_reference(),
        .gpt = { .rme = 1, .pa_bits = 52, .sel2 = true, .tgran4 = true,
                 .tgran16 = true, .tgran64 = true },
        .gbpa_abort = true,
        .root_offset = ROOT,
        .bank_ops = { .cmdq_kick = cmdq_kick, .cr0_done = cr0_done,
                      .irq = bank_irq, .invalidate_all = invalidate_all },
        .root_ops = { .cr0_done = root_cr0_done, .tlbi = tlbi,
                      .irq = root_irq },
    };
    SmmuMmio *mmio = calloc(1, sizeof(*mmio));

    *state = mmio;
    return mmio && !smmu_mmio_init(mmio, &config) ? 0 : -1;
}

static int drop(void **state)
{
    free(*state);
    return 0;
}

typedef struct IdRow {
    uint32_t offset;
    CcaPas pas;
    uint32_t value;
} IdRow;

/* The reference set, as firmware knows it from elsewhere. */
static const IdRow id_rows[] = {
    { 0x00, CCA_PAS_NS, 0x498f769b },
    { 0x04, CCA_PAS_NS, 0x0e733d10 },
    { 0x0c, CCA_PAS_NS, 0x773c },
    { 0x14, CCA_PAS_NS, 0x4f6 },
    { 0x1c, CCA_PAS_NS, 3 },
    { SECURE + 0x00, CCA_PAS_SECURE, 0x01000000 },
    { SECURE + 0x04, CCA_PAS_SECURE, 0xa0000002 },
    { SECURE + 0x08, CCA_PAS_SECURE, 0 },
    { SECURE + 0x0c, CCA_PAS_SECURE, 0 },
    { ROOT + 0x00, CCA_PAS_ROOT, 0x0080000f },
    { ROOT + 0x08, CCA_PAS_ROOT, 0x43b },
    { REALM + 0x00, CCA_PAS_REALM, 0x01012400 },
    { REALM + 0x04, CCA_PAS_REALM, 0x80000000 },
    { REALM + 0x08, CCA_PAS_REALM, 0 },
    { REALM + 0x0c, CCA_PAS_REALM, 0x10000 },
    { REALM + 0x220, CCA_PAS_REALM, 0xf },
};

static bool may_see(uint32_t offset, CcaPas pas)
{
    if (offset >= REALM) {
        return pas == CCA_PAS_REALM || pas == CCA_PAS_ROOT;
    }
    if (offset >= ROOT) {
        return pas == CCA_PAS_ROOT;
    }
    return offset < SECURE || pas == CCA_PAS_SECURE || pas == CCA_PAS_ROOT;
}

static void test_id(void **state)
{
    for (size_t i = 0; i < sizeof(id_rows) / sizeof(id_rows[0]); i++) {
        const IdRow *row = &id_rows[i];

        for (CcaPas pas = CCA_PAS_SECURE; pas <= CCA_PAS_REALM; pas++) {
            uint64_t want = may_see(row->offset, pas) ? row->value : 0;
            uint64_t got = smmu_mmio_read(*state, row->offset, 4, pas);

            if (got != want) {
                fail_msg("offset 0x%x in the %s PAS: 0x%llx, not 0x%llx",
                         row->offset, cca_pas_name(pas),
                         (unsigned long long)got, (unsigned long long)want);
            }
        }
        /* Read-only to all. */
        smmu_mmio_write(*state, row->offset, 4, CCA_PAS_ROOT, ~row->value);
        assert_int_equal(smmu_mmio_read(*state, row->offset, 4, row->pas),
                         row->value);
    }
}

/* ROOT_GPT_BASE and _CFG are locked while GPCEN is set; ACCESSEN is 0. */
static void test_root_lock(void **state)
{
    enum { CR0 = ROOT + 0x20, ACK = ROOT + 0x24, BASE = ROOT + 0x28,
           CFG = ROOT + 0x30, GPCEN = 2 };
    CcaPas r = CCA_PAS_ROOT;

    assert_int_equal(smmu_mmio_read(*state, CR0, 4, r), 0);
    smmu_mmio_write(*state, CFG, 4, r, 0x13502);
    smmu_mmio_write(*state, BASE, 8, r, 0x0eefc000);
    assert_int_equal(smmu_mmio_read(*state, BASE, 8, r), 0x0eefc000);
    assert_int_equal(smmu_mmio_read(*state, CFG, 4, r), 0x03502);
    smmu_mmio_write(*state, CR0, 4, r, GPCEN);
    assert_int_equal(smmu_mmio_read(*state, ACK, 4, r), GPCEN);
    smmu_mmio_write(*state, BASE, 8, r, 0x12345000);
    smmu_mmio_write(*state, CFG, 4, r, 0);
    assert_int_equal(smmu_mmio_read(*state, BASE, 8, r), 0x0eefc000);
    assert_int_equal(smmu_mmio_read(*state, CFG, 4, r), 0x03502);
    smmu_mmio_write(*state, CR0, 4, r, 0);
    smmu_mmio_write(*state, BASE, 8, r, 0x12345000);
    assert_int_equal(smmu_mmio_read(*state, BASE, 8, r), 0x12345000);
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Whatever others write, Realm and Root pages stay as they are. */
static void test_hostile_pokes(void **state)
{
    static const unsigned sizes[] = { 0, 1, 2, 3, 4, 8, 16 };
    SmmuMmio *mmio = *state;
    SmmuBank realm = mmio->bank[SMMU_SEC_SID_REALM];
    SmmuRoot root = mmio->root;
    uint64_t seed = 0x5eed, sum = 0;

    for (int i = 0; i < 300000; i++) {
        uint64_t offset = next(&seed) % 0x70000;
        unsigned size = sizes[next(&seed) % 7];
        CcaPas pas = next(&seed) & 1 ? CCA_PAS_NS : CCA_PAS_SECURE;

        if (next(&seed) & 7) {
            offset &= ~7ull;
        }
        smmu_mmio_write(mmio, offset, size, pas, next(&seed));
        sum += smmu_mmio_read(mmio, offset, size, pas);
        if (offset >= ROOT) {
            assert_int_equal(smmu_mmio_read(mmio, offset, size, pas), 0);
        }
    }
    assert_int_not_equal(sum, 0);
    assert_memory_equal(&realm, &mmio->bank[SMMU_SEC_SID_REALM],
                        sizeof(realm));
    assert_memory_equal(&root, &mmio->root, sizeof(root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_id, make, drop),
        cmocka_unit_test_setup_teardown(test_root_lock, make, drop),
        cmocka_unit_test_setup_teardown(test_hostile_pokes, make, drop),
    };

    return cmocka_run_group_tests_name("smmu-regs", tests, NULL, NULL);
}
