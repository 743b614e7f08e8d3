/*
 * A reference of the granule protection check, for tests only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "gpt-ref.h"

/* Bits [hi:lo] of @x. */
static uint64_t bits(uint64_t x, unsigned hi, unsigned lo)
{
    uint64_t r = 0;

    for (unsigned i = lo; i <= hi; i++) {
        if (x & (1ull << i)) {
            r |= 1ull << (i - lo);
        }
    }
    return r;
}

static uint64_t two_to(unsigned n)
{
    return 1ull << n;
}

/* GPCCR_EL3.PPS, with PPS3 where FEAT_RME_GPC3 gives it. */
unsigned ref_pps(const RefMachine *m)
{
    unsigned pps = bits(m->gpccr, 2, 0);

    if (m->rme >= 3 && bits(m->gpccr, 3, 3)) {
        return pps == 0 ? 46 : pps == 1 ? 47 : 0;
    }
    switch (pps) {
    case 0: return 32;
    case 1: return 36;
    case 2: return 40;
    case 3: return 42;
    case 4: return 44;
    case 5: return 48;
    case 6: return 52;
    default: return m->rme >= 3 ? 56 : 0;
    }
}

/* GPCCR_EL3.PGS: a size that no translation stage has is reserved too. */
unsigned ref_pgs(const RefMachine *m)
{
    switch (bits(m->gpccr, 15, 14)) {
    case 0: return m->tgran4 ? 12 : 0;
    case 1: return m->tgran64 ? 16 : 0;
    case 2: return m->tgran16 ? 14 : 0;
    default: return 0;
    }
}

unsigned ref_l0_bits(const RefMachine *m)
{
    switch (m->l0gptsz) {
    case 4: return 34;
    case 6: return 36;
    case 9: return 39;
    default: return 30;
    }
}

static bool windows_on(const RefMachine *m)
{
    return m->rme >= 3 && bits(m->gpccr, 29, 29) == 1;
}

/* Size of a bypass window in bits, 0 if reserved. */
static unsigned window_size(const RefMachine *m)
{
    switch (bits(m->gpcbw, 39, 37)) {
    case 0: return 30;
    case 1: return 31;
    case 2: return 32;
    case 4: return 34;
    case 6: return 36;
    default: return 0;
    }
}

/* Distance of two windows in bits: 56 if there is only one, 0 if reserved. */
static unsigned window_stride(const RefMachine *m)
{
    switch (bits(m->gpcbw, 36, 32)) {
    case 0x0: return 40;
    case 0x2: return 42;
    case 0x4: return 44;
    case 0x6: return 46;
    case 0x7: return 47;
    case 0x8: return 48;
    case 0x9: return 49;
    case 0xa: return 50;
    case 0x10: return 56;
    default: return 0;
    }
}

static uint64_t window_base(const RefMachine *m)
{
    return bits(m->gpcbw, 25, 0) * two_to(30);
}

bool ref_config_valid(const RefMachine *m)
{
    uint64_t sh = bits(m->gpccr, 13, 12);
    uint64_t orgn = bits(m->gpccr, 11, 10);
    uint64_t irgn = bits(m->gpccr, 9, 8);

    if (ref_pps(m) == 0 || ref_pps(m) > m->pa_bits) {
        return false;
    }
    if (ref_pgs(m) == 0) {
        return false;
    }
    if (sh == 1) {
        return false;
    }
    if (orgn == 0 && irgn == 0 && sh != 2) {
        return false;
    }
    if (windows_on(m)) {
        if (window_size(m) == 0 || window_stride(m) == 0) {
            return false;
        }
        if (window_base(m) % two_to(window_size(m)) != 0) {
            return false;
        }
        if (window_base(m) >= two_to(window_stride(m))) {
            return false;
        }
    }
    return true;
}

bool ref_gpi_valid(const RefMachine *m, unsigned gpi)
{
    switch (gpi) {
    case 0x0:
    case 0x9:
    case 0xa:
    case 0xb:
    case 0xf:
        return true;
    case 0x4: return m->gdi && bits(m->gpccr, 25, 25);
    case 0x5: return m->gdi && bits(m->gpccr, 26, 26);
    case 0x6: return m->gdi && bits(m->gpccr, 27, 27);
    case 0x7: return m->gdi && bits(m->gpccr, 28, 28);
    case 0x8: return m->sel2;
    case 0xd: return m->rme >= 2 && bits(m->gpccr, 19, 19);
    default: return false;
    }
}

bool ref_gpi_allows(unsigned gpi, CcaPas pas, CcaPas state)
{
    switch (gpi) {
    case 0x4: return pas == CCA_PAS_SA;
    case 0x5: return pas == CCA_PAS_NSP;
    case 0x8: return pas == CCA_PAS_SECURE;
    case 0x9: return pas == CCA_PAS_NS;
    case 0xa: return pas == CCA_PAS_ROOT;
    case 0xb: return pas == CCA_PAS_REALM;
    case 0xd:
        return pas == CCA_PAS_NS &&
               (state == CCA_PAS_NS || state == CCA_PAS_ROOT);
    case 0xf: return true;
    default: return false;
    }
}

RefKind ref_l0_kind(const RefMachine *m, uint64_t entry)
{
    unsigned s = ref_l0_bits(m), p = ref_pgs(m);

    if (bits(entry, 3, 0) == 1) {
        return bits(entry, 63, 8) == 0 && ref_gpi_valid(m, bits(entry, 7, 4))
               ? REF_BLOCK : REF_INVALID;
    }
    if (bits(entry, 3, 0) == 3) {
        if (bits(entry, 11, 4) != 0 || bits(entry, 63, 52) != 0 ||
            bits(entry, s - p - 2, 12) != 0) {
            return REF_INVALID;
        }
        return bits(entry, 51, 12) * 4096 >= two_to(ref_pps(m))
               ? REF_TOO_BIG : REF_TABLE;
    }
    return REF_INVALID;
}

RefKind ref_l1_kind(const RefMachine *m, uint64_t entry)
{
    if (bits(entry, 3, 0) == 1) {
        return bits(entry, 63, 10) == 0 && bits(entry, 9, 8) != 0 &&
               ref_gpi_valid(m, bits(entry, 7, 4)) ? REF_CONTIG : REF_INVALID;
    }
    for (unsigned i = 0; i < 16; i++) {
        if (!ref_gpi_valid(m, bits(entry, 4 * i + 3, 4 * i))) {
            return REF_INVALID;
        }
    }
    return REF_GRANULES;
}

static uint64_t raw_base(const RefMachine *m)
{
    return bits(m->gptbr, m->rme >= 3 ? 43 : 39, 0) * 4096;
}

uint64_t ref_l0_addr(const RefMachine *m, uint64_t pa)
{
    unsigned pps = ref_pps(m), s = ref_l0_bits(m);
    unsigned align = 12;
    uint64_t index = 0;

    if (pps + 3 > s && pps + 3 - s > align) {
        align = pps + 3 - s;
    }
    if (pps > s) {
        index = bits(pa, pps - 1, s);
    }
    return raw_base(m) / two_to(align) * two_to(align) + index * 8;
}

uint64_t ref_l1_addr(const RefMachine *m, uint64_t table, uint64_t pa)
{
    return table + bits(pa, ref_l0_bits(m) - 1, ref_pgs(m) + 4) * 8;
}

static RefVerdict verdict(CcaGpcf fault, unsigned level, RefReason reason)
{
    return (RefVerdict) { .fault = fault, .level = level, .reason = reason };
}

bool ref_before_tables(const RefMachine *m, const CcaAccess *a, RefVerdict *v)
{
    if (bits(m->gpccr, 16, 16) == 0) {
        *v = verdict(CCA_GPCF_NONE, 0, REF_PASS_OFF);
        return true;
    }
    if (!ref_config_valid(m)) {
        *v = verdict(CCA_GPCF_WALK, 0, REF_FAULT_CONFIG);
        return true;
    }
    if (m->rme >= 2 &&
        ((a->pas == CCA_PAS_REALM && bits(m->gpccr, 5, 5)) ||
         (a->pas == CCA_PAS_NS && bits(m->gpccr, 6, 6)) ||
         (a->pas == CCA_PAS_SECURE && bits(m->gpccr, 7, 7)))) {
        *v = verdict(CCA_GPCF_FAIL, 0, REF_FAULT_PAS_OFF);
        return true;
    }
    if (a->addr >= two_to(ref_pps(m))) {
        if (a->pas == CCA_PAS_NS) {
            *v = verdict(CCA_GPCF_NONE, 0, REF_PASS_ABOVE_NS);
        } else if (m->rme >= 2 && bits(m->gpccr, 24, 24)) {
            *v = verdict(CCA_GPCF_NONE, 0, REF_PASS_ABOVE_APPSAA);
        } else {
            *v = verdict(CCA_GPCF_FAIL, 0, REF_FAULT_ABOVE);
        }
        return true;
    }
    if (windows_on(m)) {
        uint64_t in_stride = a->addr % two_to(window_stride(m));

        if (in_stride >= window_base(m) &&
            in_stride - window_base(m) < two_to(window_size(m))) {
            *v = verdict(CCA_GPCF_NONE, 0, REF_PASS_WINDOW);
            return true;
        }
    }
    if (raw_base(m) >= two_to(ref_pps(m))) {
        *v = verdict(CCA_GPCF_ADDRESS_SIZE, 0, REF_FAULT_BASE);
        return true;
    }
    return false;
}

/* The end of a walk: does @gpi allow the access? */
static RefVerdict last(const CcaAccess *a, unsigned gpi, unsigned level,
                       RefReason pass, RefReason fail)
{
    RefVerdict v = verdict(CCA_GPCF_NONE, 0, pass);

    if (!ref_gpi_allows(gpi, a->pas, a->requester.state)) {
        v = verdict(CCA_GPCF_FAIL, level, fail);
    }
    v.gpi = gpi;
    return v;
}

static bool read_memory(const RefMachine *m, uint64_t addr, uint64_t *value,
                        unsigned *reads)
{
    (*reads)++;
    return m->read64(m->opaque, addr, value);
}

static RefVerdict check_l1(const RefMachine *m, const CcaAccess *a,
                           uint64_t table, unsigned *reads)
{
    uint64_t at = ref_l1_addr(m, table, a->addr), entry, other;
    unsigned p = ref_pgs(m), slot = bits(a->addr, p + 3, p);

    if (!read_memory(m, at, &entry, reads)) {
        return verdict(CCA_GPCF_EABT, 1, REF_FAULT_L1_FETCH);
    }
    if (m->gdi) {
        /* Entries are looked at in pairs; both have to be valid. */
        at = at % 16 ? at - 8 : at + 8;
        if (!read_memory(m, at, &other, reads)) {
            return verdict(CCA_GPCF_EABT, 1, REF_FAULT_L1_FETCH);
        }
        if (ref_l1_kind(m, other) == REF_INVALID) {
            return verdict(CCA_GPCF_WALK, 1, REF_FAULT_L1_ENTRY);
        }
    }
    switch (ref_l1_kind(m, entry)) {
    case REF_CONTIG:
        return last(a, bits(entry, 7, 4), 1, REF_PASS_CONTIGUOUS,
                    REF_FAULT_CONTIGUOUS);
    case REF_GRANULES:
        return last(a, bits(entry, 4 * slot + 3, 4 * slot), 1,
                    REF_PASS_GRANULES, REF_FAULT_GRANULES);
    default:
        return verdict(CCA_GPCF_WALK, 1, REF_FAULT_L1_ENTRY);
    }
}

static RefVerdict check_tables(const RefMachine *m, const CcaAccess *a,
                               unsigned *reads)
{
    uint64_t entry;

    if (!read_memory(m, ref_l0_addr(m, a->addr), &entry, reads)) {
        return verdict(CCA_GPCF_EABT, 0, REF_FAULT_L0_FETCH);
    }
    switch (ref_l0_kind(m, entry)) {
    case REF_INVALID:
        return verdict(CCA_GPCF_WALK, 0, REF_FAULT_L0_ENTRY);
    case REF_TOO_BIG:
        return verdict(CCA_GPCF_ADDRESS_SIZE, 0, REF_FAULT_TABLE_ADDR);
    case REF_BLOCK:
        return last(a, bits(entry, 7, 4), 0, REF_PASS_BLOCK, REF_FAULT_BLOCK);
    default:
        return check_l1(m, a, bits(entry, 51, 12) * 4096, reads);
    }
}

RefVerdict ref_check(const RefMachine *m, const CcaAccess *a)
{
    unsigned reads = 0;
    RefVerdict v;

    if (!ref_before_tables(m, a, &v)) {
        v = check_tables(m, a, &reads);
    }
    v.reads = reads;
    return v;
}

const char *ref_reason_name(RefReason reason)
{
    static const char *const name[REF__COUNT] = {
        [REF_PASS_OFF] = "pass, checks off",
        [REF_PASS_ABOVE_NS] = "pass, NS above PPS",
        [REF_PASS_ABOVE_APPSAA] = "pass, APPSAA",
        [REF_PASS_WINDOW] = "pass, bypass window",
        [REF_PASS_BLOCK] = "pass, block",
        [REF_PASS_CONTIGUOUS] = "pass, contiguous",
        [REF_PASS_GRANULES] = "pass, granules",
        [REF_FAULT_CONFIG] = "walk L0, configuration",
        [REF_FAULT_PAS_OFF] = "GPF L0, PAS disabled",
        [REF_FAULT_ABOVE] = "GPF L0, above PPS",
        [REF_FAULT_BASE] = "address size L0, GPTBR",
        [REF_FAULT_L0_FETCH] = "EABT L0",
        [REF_FAULT_L0_ENTRY] = "walk L0, entry",
        [REF_FAULT_TABLE_ADDR] = "address size L0, table",
        [REF_FAULT_BLOCK] = "GPF L0, block",
        [REF_FAULT_L1_FETCH] = "EABT L1",
        [REF_FAULT_L1_ENTRY] = "walk L1, entry",
        [REF_FAULT_CONTIGUOUS] = "GPF L1, contiguous",
        [REF_FAULT_GRANULES] = "GPF L1, granules",
    };

    return reason < REF__COUNT ? name[reason] : "?";
}
