/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The hypervisor's side of the PE: the guest's entry, and its traps.
 */
#include "console.h"
#include "nested.h"
#include "smc.h"
#include "sysreg.h"

/* Registers that the assembler may not know. */
#define HCRX_EL2        S3_4_C1_C2_2
#define HFGRTR_EL2      S3_4_C1_C1_4
#define HFGWTR_EL2      S3_4_C1_C1_5
#define HFGITR_EL2      S3_4_C1_C1_6
#define HDFGRTR_EL2     S3_4_C3_C1_4
#define HDFGWTR_EL2     S3_4_C3_C1_5
#define ICC_SRE_EL2     S3_4_C12_C9_5
#define ICH_HCR_EL2     S3_4_C12_C11_0
#define ZCR_EL2         S3_4_C1_C2_0
#define SMCR_EL2        S3_4_C1_C2_6

#define BIT(n)          (UINT64_C(1) << (n))

enum {
    EC_DATA_ABORT_BELOW = 0x24,
    ESR_ISV = 24, ESR_SAS = 22, ESR_SRT = 16, ESR_SF = 15, ESR_WNR = 6,
    SPSR_EL1H_MASKED = 0x3c5,
};

void __attribute__((noreturn)) guest_eret(uint64_t x0);
void __attribute__((noreturn)) nested_main(void);
void __attribute__((noreturn)) nested_unexpected(uint64_t kind);
void guest_trap(Frame *frame);

void stop(const char *why, uint64_t value)
{
    con_printf("\nnested: FAILED: %s 0x%lx, ESR 0x%lx, ELR 0x%lx, FAR 0x%lx, "
               "IPA 0x%lx\n", why, (unsigned long)value,
               (unsigned long)read_sysreg(esr_el2),
               (unsigned long)read_sysreg(elr_el2),
               (unsigned long)read_sysreg(far_el2),
               (unsigned long)read_sysreg(hpfar_el2) << 8);
    smc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) {
        wfi();
    }
}

void nested_unexpected(uint64_t kind)
{
    stop("exception at vector", kind);
}

/* Nothing that the PE has traps, but accesses that stage 2 doesn't map. */
static void let_el1_have_all(void)
{
    uint64_t counters = sysreg_field(read_sysreg(pmcr_el0), 15, 11);

    write_sysreg(cptr_el2, 0x22ff);
    write_sysreg(hstr_el2, 0);
    write_sysreg(mdcr_el2, counters);
    write_sysreg(cnthctl_el2, 3);
    write_sysreg(cntvoff_el2, 0);
    write_sysreg(vpidr_el2, read_sysreg(midr_el1));
    write_sysreg(vmpidr_el2, read_sysreg(mpidr_el1));
    write_sysreg(ICC_SRE_EL2, 0xf);
    isb();
    write_sysreg(ICH_HCR_EL2, 0);
    /* Fine-grained traps whose names start with n: 1 is no trap. */
    write_sysreg(HFGRTR_EL2, UINT64_MAX << 50);
    write_sysreg(HFGWTR_EL2, UINT64_MAX << 50);
    write_sysreg(HFGITR_EL2, UINT64_C(0x1f) << 55 | BIT(61));
    write_sysreg(HDFGRTR_EL2, UINT64_C(0xf) << 59);
    write_sysreg(HDFGWTR_EL2, UINT64_C(0xf) << 59);
    /* EnAS0, EnALS, EnASR, MSCEn, TCR2En, SCTLR2En, D128En, GCSEn, EnFPM */
    write_sysreg(HCRX_EL2, 7 | BIT(11) | BIT(14) | BIT(15) | BIT(17) |
                 BIT(22) | BIT(23));
    if (sysreg_field(read_sysreg(id_aa64pfr0_el1), 35, 32)) {
        write_sysreg(ZCR_EL2, 0xf);
    }
    if (sysreg_field(read_sysreg(id_aa64pfr1_el1), 27, 24)) {
        write_sysreg(SMCR_EL2, 0xf | BIT(31) | BIT(30));
    }
}

void guest_enter(uint64_t tables)
{
    /* VM, APK, API, EnSCXT, ATA, RW: AArch64 at EL1 */
    write_sysreg(hcr_el2, BIT(0) | BIT(31) | BIT(40) | BIT(41) | BIT(53) |
                 BIT(56));
    isb();
    let_el1_have_all();
    write_sysreg(vtcr_el2, BIT(31) | S2_PS_40BIT << 16 | S2_INNER << 12 |
                 S2_WALK_CACHED << 10 | S2_WALK_CACHED << 8 | S2_SL0 << 6 |
                 S2_T0SZ);
    write_sysreg(vttbr_el2, tables | UINT64_C(1) << 48);
    write_sysreg(spsr_el2, SPSR_EL1H_MASKED);
    write_sysreg(elr_el2, KERNEL);
    dsb(sy);
    tlbi(vmalls12e1);
    dsb(sy);
    isb();
    guest_eret(DEVICE_TREE);
}

void guest_trap(Frame *frame)
{
    uint64_t esr = read_sysreg(esr_el2);
    uint64_t ipa = (read_sysreg(hpfar_el2) & 0xfffffffff0) << 8 |
                   (read_sysreg(far_el2) & 0xfff);
    unsigned int size = 1u << sysreg_field(esr, ESR_SAS + 1, ESR_SAS);
    unsigned int reg = (unsigned int)sysreg_field(esr, ESR_SRT + 4, ESR_SRT);

    if (sysreg_field(esr, 31, 26) != EC_DATA_ABORT_BELOW ||
        !(esr & BIT(ESR_ISV)) || ipa - SMMU_BASE >= SMMU_PAGE0_SIZE) {
        stop("a trap that is not expected", ipa);
    }
    if (esr & BIT(ESR_WNR)) {
        smmu_write((uint32_t)(ipa - SMMU_BASE), size,
                   reg == 31 ? 0 : frame->x[reg]);
    } else if (reg != 31) {
        frame->x[reg] = smmu_read((uint32_t)(ipa - SMMU_BASE), size);
    }
    write_sysreg(elr_el2, read_sysreg(elr_el2) + 4);
}

void nested_main(void)
{
    uint64_t tables = stage2_init();

    con_init(CON_UART0_BASE);
    con_printf("nested: Normal world, EL%u, Linux goes to EL1\n", current_el());
    smmu_init(tables);
    guest_enter(tables);
}
