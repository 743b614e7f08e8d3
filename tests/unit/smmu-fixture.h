/*
 * The registers of an SMMU with every callback noted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_FIXTURE_H
#define SMMU_FIXTURE_H

#include "cmocka-all.h"
#include "id.h"
#include "mmio.h"

enum { ROOT_PAGE = 0x20000, REALM_PAGES = 0x40000, SECURE = 0x8000,
       PAGE_1 = 0x10000 };

static SmmuMmio mmio;

static struct {
    unsigned kicks, begins, dones, invalidates, irqs;
    unsigned root_begins, root_dones, tlbis, root_irqs;
    bool hold;              /* hold back acknowledgements and ROOT_TLBI */
    CcaSecSid sec_sid;     /* of the last callback of a bank */
    uint32_t from, to;      /* of the last cr0_begin or cr0_done */
    SmmuIrq irq;
    SmmuRootTlbi tlbi;
    SmmuRootFar root_irq;
} seen;

static void on_kick(void *opaque, CcaSecSid sec_sid)
{
    assert_ptr_equal(opaque, &seen);
    seen.kicks++;
    seen.sec_sid = sec_sid;
}

static bool on_cr0_begin(void *opaque, CcaSecSid sec_sid, uint32_t from,
                         uint32_t to)
{
    assert_ptr_equal(opaque, &seen);
    assert_int_not_equal(from, to);
    seen.begins++;
    seen.sec_sid = sec_sid;
    seen.from = from;
    seen.to = to;
    return !seen.hold;
}

static void on_cr0_done(void *opaque, CcaSecSid sec_sid, uint32_t from,
                        uint32_t to)
{
    assert_ptr_equal(opaque, &seen);
    assert_int_not_equal(from, to);
    seen.dones++;
    seen.sec_sid = sec_sid;
    seen.from = from;
    seen.to = to;
}

static void on_irq(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq)
{
    assert_ptr_equal(opaque, &seen);
    seen.irqs++;
    seen.sec_sid = sec_sid;
    seen.irq = *irq;
}

static void on_invalidate(void *opaque)
{
    assert_ptr_equal(opaque, &seen);
    seen.invalidates++;
}

static bool on_root_begin(void *opaque, uint32_t from, uint32_t to)
{
    assert_ptr_equal(opaque, &seen);
    seen.root_begins++;
    seen.from = from;
    seen.to = to;
    return !seen.hold;
}

static void on_root_done(void *opaque, uint32_t from, uint32_t to)
{
    assert_ptr_equal(opaque, &seen);
    seen.root_dones++;
    seen.from = from;
    seen.to = to;
}

static bool on_tlbi(void *opaque, const SmmuRootTlbi *tlbi)
{
    assert_ptr_equal(opaque, &seen);
    seen.tlbis++;
    seen.tlbi = *tlbi;
    return !seen.hold;
}

static void on_root_irq(void *opaque, SmmuRootFar which)
{
    assert_ptr_equal(opaque, &seen);
    seen.root_irqs++;
    seen.root_irq = which;
}

static inline SmmuMmioConfig reference_config(void)
{
    return (SmmuMmioConfig) {
        .feat = smmu_features_reference(),
        .gpt = { .rme = 2, .l0gptsz = 6, .pa_bits = 52, .sel2 = true,
                 .tgran4 = true, .tgran16 = true, .tgran64 = true },
        .root_offset = ROOT_PAGE,
        .bank_ops = {
            .cmdq_kick = on_kick, .cr0_begin = on_cr0_begin,
            .cr0_done = on_cr0_done, .irq = on_irq,
            .invalidate_all = on_invalidate, .opaque = &seen,
        },
        .root_ops = {
            .cr0_begin = on_root_begin, .cr0_done = on_root_done,
            .tlbi = on_tlbi, .irq = on_root_irq, .opaque = &seen,
        },
    };
}

static inline void make(const SmmuMmioConfig *config)
{
    memset(&seen, 0, sizeof(seen));
    assert_null(smmu_mmio_init(&mmio, config));
}

static inline int setup(void **state)
{
    SmmuMmioConfig config = reference_config();

    (void)state;
    make(&config);
    return 0;
}

/* As Root, who may see all. */
static inline uint64_t rd(uint32_t offset, unsigned size)
{
    return smmu_mmio_read(&mmio, offset, size, CCA_PAS_ROOT);
}

static inline void wr(uint32_t offset, unsigned size, uint64_t value)
{
    smmu_mmio_write(&mmio, offset, size, CCA_PAS_ROOT, value);
}

#endif
