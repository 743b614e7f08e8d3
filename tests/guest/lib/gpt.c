/*
 * Building Granule Protection Tables for tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "gpt.h"
#include "string.h"
#include "sysreg.h"

struct gpt gpt;

static const uint8_t pps_bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };
static const uint8_t pgs_bits[] = { 12, 16, 14 };

unsigned gpt_rme(void)
{
    return sysreg_field(read_sysreg(id_aa64pfr0_el1), 55, 52);
}

unsigned gpt_l0gptsz(void)
{
    return 30 + sysreg_field(read_sysreg(GPCCR_EL3), 23, 20);
}

bool gpt_pgs_exists(unsigned pgs)
{
    uint64_t mmfr0 = read_sysreg(id_aa64mmfr0_el1);

    switch (pgs) {
    case 0:
        return sysreg_field(mmfr0, 31, 28) != 0xf;
    case 1:
        return sysreg_field(mmfr0, 27, 24) != 0xf;
    case 2:
        return sysreg_field(mmfr0, 23, 20) != 0;
    default:
        return false;
    }
}

uint64_t gpt_entry_bytes(void)
{
    return 16ull << gpt.pgs_bits;
}

uint64_t *gpt_entry(uint64_t pa)
{
    return &gpt.l1[(pa - gpt.l1_base) >> (gpt.pgs_bits + 4)];
}

void gpt_set(uint64_t pa, unsigned gpi)
{
    volatile uint64_t *entry = gpt_entry(pa);
    unsigned shift = ((pa >> gpt.pgs_bits) & 15) * 4;

    *entry = (*entry & ~(15ull << shift)) | ((uint64_t)gpi << shift);
}

void gpt_fill(uint64_t pa, uint64_t size, uint64_t value)
{
    volatile uint64_t *entry = gpt_entry(pa);

    for (uint64_t i = 0; i < size / gpt_entry_bytes(); i++) {
        entry[i] = value;
    }
}

void gpt_build(unsigned pps, unsigned pgs)
{
    uint64_t four_gib = 1ull << 32, entries;

    gpt.pps_bits = pps_bits[pps];
    gpt.pgs_bits = pgs_bits[pgs];
    gpt.l0_bits = gpt_l0gptsz();
    gpt.gpccr = GPCCR_PPS(pps) | GPCCR_PGS(pgs) | GPCCR_WB | GPCCR_GPC;
    gpt.l0 = (uint64_t *)GPT_L0_BASE;
    gpt.l1 = (uint64_t *)GPT_L1_BASE;
    gpt.l1_base = gpt.l0_bits == 30 ? TEST_BASE : 0;

    entries = gpt.pps_bits <= gpt.l0_bits ? 1 :
              1ull << (gpt.pps_bits - gpt.l0_bits);
    memset(gpt.l0, 0, entries * 8);
    for (uint64_t i = 0; i < entries && (i << gpt.l0_bits) < four_gib; i++) {
        gpt.l0[i] = L0_BLOCK(GPI_ANY);
    }
    gpt.l0[TEST_BASE >> gpt.l0_bits] = L0_TABLE(GPT_L1_BASE);
    entries = gpt.l0_bits == 30 ? 1ull << 30 : four_gib;
    gpt_fill(gpt.l1_base, entries, L1_GRANULES(GPI_ANY));
    write_sysreg(GPTBR_EL3, GPT_L0_BASE >> 12);
    dsb(sy);
    isb();
}

void gpt_on(uint64_t extra)
{
    write_sysreg(GPCCR_EL3, (gpt.gpccr | extra) & ~GPCCR_GPC);
    isb();
    tlbi_paallos();
    dsb(sy);
    isb();
    write_sysreg(GPCCR_EL3, gpt.gpccr | extra);
    isb();
    tlbi_paallos();
    dsb(sy);
    isb();
}

void gpt_off(void)
{
    write_sysreg(GPCCR_EL3, gpt.gpccr & ~GPCCR_GPC);
    isb();
    tlbi_paallos();
    dsb(sy);
    isb();
}

uint64_t gpt_tlbi_operand(uint64_t pa, uint64_t size)
{
    /* SIZE: Arm ARM, "TLBI RPALOS" */
    static const struct {
        uint64_t bytes;
        uint8_t code;
    } sizes[] = {
        { 1ull << 12, 0 }, { 1ull << 14, 1 }, { 1ull << 16, 2 },
        { 1ull << 21, 3 }, { 1ull << 25, 4 }, { 1ull << 29, 5 },
        { 1ull << 30, 6 }, { 1ull << 34, 7 }, { 1ull << 36, 8 },
        { 1ull << 39, 9 },
    };
    uint64_t code = 0;

    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        if (sizes[i].bytes == size) {
            code = sizes[i].code;
        }
    }
    return (pa >> 12) | (code << 44);
}

void gpt_tlbi_rpalos(uint64_t pa, uint64_t size)
{
    dsb(sy);
    tlbi_rpalos(gpt_tlbi_operand(pa, size));
    dsb(sy);
    isb();
}

void gpt_tlbi_rpaos(uint64_t pa, uint64_t size)
{
    dsb(sy);
    tlbi_rpaos(gpt_tlbi_operand(pa, size));
    dsb(sy);
    isb();
}

void gpt_tlbi_all(void)
{
    dsb(sy);
    tlbi_paall();
    dsb(sy);
    isb();
}

void gpt_tlbi_all_os(void)
{
    dsb(sy);
    tlbi_paallos();
    dsb(sy);
    isb();
}
