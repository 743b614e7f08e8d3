/*
 * The system registers and instructions of granule protection: what is
 * undefined where, and which bits are there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "gpt.h"
#include "mmu.h"
#include "sysreg.h"
#include "test.h"

#define MRSMSR(name) extern const uint32_t stub_mrs_##name[], \
                                           stub_msr_##name[];
#define SYS(name) extern const uint32_t stub_sys_##name[];
MRSMSR(gptbr) MRSMSR(gpcbw) MRSMSR(gpccr) MRSMSR(mfar) MRSMSR(actlr)
MRSMSR(zcr1) MRSMSR(zcr2) MRSMSR(zcr3)
SYS(paall) SYS(paallos) SYS(rpaos) SYS(rpalos) SYS(cipapa) SYS(cigdpapa)

static const struct {
    const char *name;
    const uint32_t *stub;
    enum { RME, GPC3, MTE2 } needs;
} instructions[] = {
    { "MRS GPTBR_EL3", stub_mrs_gptbr, RME },
    { "MSR GPTBR_EL3", stub_msr_gptbr, RME },
    { "MRS GPCCR_EL3", stub_mrs_gpccr, RME },
    { "MSR GPCCR_EL3", stub_msr_gpccr, RME },
    { "MRS MFAR_EL3", stub_mrs_mfar, RME },
    { "MSR MFAR_EL3", stub_msr_mfar, RME },
    { "MRS ACTLR_EL3", stub_mrs_actlr, RME },
    { "MSR ACTLR_EL3", stub_msr_actlr, RME },
    { "MRS GPCBW_EL3", stub_mrs_gpcbw, GPC3 },
    { "MSR GPCBW_EL3", stub_msr_gpcbw, GPC3 },
    { "TLBI PAALL", stub_sys_paall, RME },
    { "TLBI PAALLOS", stub_sys_paallos, RME },
    { "TLBI RPAOS", stub_sys_rpaos, RME },
    { "TLBI RPALOS", stub_sys_rpalos, RME },
    { "DC CIPAPA", stub_sys_cipapa, RME },
    { "DC CIGDPAPA", stub_sys_cigdpapa, MTE2 },
};

static bool exists(unsigned needs)
{
    switch (needs) {
    case GPC3:
        return gpt_rme() >= 3;
    case MTE2:
        return sysreg_field(read_sysreg(id_aa64pfr1_el1), 11, 8) >= 2;
    default:
        return true;
    }
}

static void undefined_below_el3(void)
{
    static const enum pas worlds[] = { PAS_NS, PAS_SECURE, PAS_REALM };

    test_group("regs-undefined");
    for (unsigned i = 0; i < sizeof(instructions) / sizeof(instructions[0]);
         i++) {
        for (unsigned el = 1; el <= 3; el++) {
            for (unsigned w = 0; w < 3; w++) {
                struct outcome want = { 0 }, got;
                const uint64_t x[5] = { 0 };

                pe_set_world(worlds[w], 0);
                if (el < 3 || !exists(instructions[i].needs)) {
                    want.el = el;
                    want.esr = ESR_MAKE(EC_UNDEF, 0);
                    want.elr = (uint64_t)instructions[i].stub;
                }
                got = pe_run(el, instructions[i].stub, x);
                want.x0 = got.x0;
                want.far = got.far;     /* not of this exception */
                test_outcome(&want, &got, "%s at %s EL%u",
                             instructions[i].name,
                             pas_name(worlds[w]), el);
            }
        }
    }
}

static uint64_t reg_rw(const uint32_t *write, const uint32_t *read,
                       uint64_t value)
{
    const uint64_t x[5] = { 0, value };

    pe_run(3, write, x);
    return pe_run(3, read, x).x0;
}

static void bits(const char *name, const uint32_t *write,
                 const uint32_t *read, uint64_t writable, uint64_t fixed)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t one = 1ull << bit;
        uint64_t want = (one & writable) | fixed;
        uint64_t got = reg_rw(write, read, one);

        test_case(got == want, "%s after writing bit %u: expected %lx, got "
                  "%lx", name, bit, (unsigned long)want, (unsigned long)got);
    }
    reg_rw(write, read, 0);
}

static void register_bits(void)
{
    unsigned rme = gpt_rme();
    /* PPS, IRGN, ORGN, SH, PGS; GPC is left out: nothing is set up here */
    uint64_t gpccr = 0x7ull | 0xff00ull;
    uint64_t gptbr = (1ull << 40) - 1;
    uint64_t l0gptsz = (uint64_t)(gpt_l0gptsz() - 30) << 20;
    uint64_t got;

    test_group("regs-bits");
    gpccr |= 1ull << 17;        /* GPCP: our PEs store it */
    if (rme >= 2) {
        gpccr |= GPCCR_RLPAD | GPCCR_NSPAD | GPCCR_SPAD | GPCCR_NSO |
                 GPCCR_APPSAA;
    }
    if (rme >= 3) {
        gpccr |= 1ull << 3 | GPCCR_BW;
        gptbr |= 0xfull << 40;
    }
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t one = 1ull << bit;
        uint64_t want = (one & gpccr) | l0gptsz;

        if (bit == 16 || bit == 18) {
            continue;           /* GPC; TBGPCD is of FEAT_TRBE_EXT */
        }
        got = reg_rw(stub_msr_gpccr, stub_mrs_gpccr, one);
        test_case(got == want, "GPCCR_EL3 after writing bit %u: expected "
                  "%lx, got %lx", bit, (unsigned long)want,
                  (unsigned long)got);
    }
    reg_rw(stub_msr_gpccr, stub_mrs_gpccr, 0);
    bits("GPTBR_EL3", stub_msr_gptbr, stub_mrs_gptbr, gptbr, 0);
    bits("ACTLR_EL3", stub_msr_actlr, stub_mrs_actlr, ~0ull, 0);
    if (rme >= 3) {
        bits("GPCBW_EL3", stub_msr_gpcbw, stub_mrs_gpcbw,
             0x3ffffffull | 0x1full << 32 | 7ull << 37, 0);
    }
}

static void reset_values(void)
{
    uint64_t gpccr = read_sysreg(GPCCR_EL3);
    unsigned rme = gpt_rme(), size = gpt_l0gptsz();

    test_group("regs-reset");
    test_case(!(gpccr & GPCCR_GPC), "GPCCR_EL3.GPC is 0 out of reset, "
              "GPCCR_EL3 = %lx", (unsigned long)gpccr);
    test_case(rme >= 1 && rme <= 3, "ID_AA64PFR0_EL1.RME = %u", rme);
    test_case(size == 30 || size == 34 || size == 36 || size == 39,
              "GPCCR_EL3.L0GPTSZ is one of 30, 34, 36, 39: %u", size);
    if (test_param().rme) {
        test_case(rme == test_param().rme, "ID_AA64PFR0_EL1.RME: machine "
                  "option %u, got %u", test_param().rme, rme);
    }
    if (test_param().l0gptsz) {
        test_case(size == test_param().l0gptsz, "L0GPTSZ: machine option %u, "
                  "got %u", test_param().l0gptsz, size);
    }
}

/* Traps of SVE stop accesses to ZCR_ELx; traps of floating point do not. */
#define CPTR_EL3_EZ     (1ull << 8)
#define CPTR_EL3_TFP    (1ull << 10)
#define CPTR_EL2_RES1   0x32ffull
#define CPTR_EL2_TZ     (1ull << 8)
#define CPTR_EL2_TFP    (1ull << 10)
#define CPACR_EL1_ZEN   (3ull << 16)
#define CPACR_EL1_FPEN  (3ull << 20)
#define EC_SVE          0x19

static const struct {
    const char *name;
    unsigned el;            /* of the access */
    const uint32_t *read, *write;
    uint64_t cptr_el3, cptr_el2, cpacr_el1;
    unsigned target;        /* 0: no trap */
} zcr_accesses[] = {
    { "ZCR_EL3, FP is trapped at EL3", 3, stub_mrs_zcr3, stub_msr_zcr3,
      CPTR_EL3_EZ | CPTR_EL3_TFP, 0, 0, 0 },
    { "ZCR_EL3, SVE is trapped at EL3", 3, stub_mrs_zcr3, stub_msr_zcr3,
      0, 0, 0, 3 },
    { "ZCR_EL2, FP is trapped at EL3 and EL2", 2, stub_mrs_zcr2, stub_msr_zcr2,
      CPTR_EL3_EZ | CPTR_EL3_TFP, CPTR_EL2_TFP, 0, 0 },
    { "ZCR_EL2, SVE is trapped at EL2", 2, stub_mrs_zcr2, stub_msr_zcr2,
      CPTR_EL3_EZ, CPTR_EL2_TZ, 0, 2 },
    { "ZCR_EL2, SVE is trapped at EL3", 2, stub_mrs_zcr2, stub_msr_zcr2,
      0, 0, 0, 3 },
    { "ZCR_EL1, FP is trapped at EL3, EL2, EL1", 1, stub_mrs_zcr1,
      stub_msr_zcr1, CPTR_EL3_EZ | CPTR_EL3_TFP, CPTR_EL2_TFP, CPACR_EL1_ZEN,
      0 },
    { "ZCR_EL1, SVE at EL1, FP at no EL", 1, stub_mrs_zcr1, stub_msr_zcr1,
      CPTR_EL3_EZ, 0, CPACR_EL1_FPEN, 1 },
    { "ZCR_EL1, FP at EL1, SVE at EL2", 1, stub_mrs_zcr1, stub_msr_zcr1,
      CPTR_EL3_EZ, CPTR_EL2_TZ, CPACR_EL1_ZEN, 2 },
};

static void zcr_access(unsigned n, const char *verb, const uint32_t *stub)
{
    struct outcome want = { .el = zcr_accesses[n].target }, got;
    const uint64_t x[5] = { 0, 1 };

    if (want.el) {
        want.esr = ESR_MAKE(EC_SVE, 0);
        want.elr = (uint64_t)stub;
    }
    got = pe_run(zcr_accesses[n].el, stub, x);
    want.x0 = got.x0;
    want.far = got.far;
    test_outcome(&want, &got, "%s %s", verb, zcr_accesses[n].name);
}

static void traps_of_zcr(void)
{
    test_group("regs-zcr");
    if (!sysreg_field(read_sysreg(id_aa64pfr0_el1), 35, 32)) {
        return;
    }
    pe_set_world(PAS_NS, 0);
    for (unsigned n = 0; n < sizeof(zcr_accesses) / sizeof(zcr_accesses[0]);
         n++) {
        write_sysreg(cptr_el3, zcr_accesses[n].cptr_el3);
        write_sysreg(cptr_el2, zcr_accesses[n].cptr_el2 | CPTR_EL2_RES1);
        write_sysreg(cpacr_el1, zcr_accesses[n].cpacr_el1);
        isb();
        zcr_access(n, "MRS", zcr_accesses[n].read);
        zcr_access(n, "MSR", zcr_accesses[n].write);
    }
    write_sysreg(cptr_el3, 0);
    isb();
}

void test_main(void)
{
    reset_values();
    undefined_below_el3();
    traps_of_zcr();
    register_bits();
}
