/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BL33: our Normal-world image at EL2, after TF-A. It says what it finds,
 * talks to the realm payload, moves granules between the worlds, catches the
 * faults, starts all PEs and powers off.
 */
#include "board.h"
#include "console.h"
#include "dma.h"
#include "granule.h"
#include "mmu.h"
#include "pe.h"
#include "platform.h"
#include "report.h"
#include "smc.h"
#include "smp.h"
#include "sysreg.h"

/* The room that the device tree has. */
#define DTB_MAX         UINT32_C(0x100000)

#define RMI_MAJOR(v)    ((unsigned int)((v) >> 16) & 0x7fff)
#define RMI_MINOR(v)    ((unsigned int)(v) & 0xffff)

static void __attribute__((noreturn)) power_off(void)
{
    smc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
    con_puts("bl33: PSCI SYSTEM_OFF came back\n");
    for (;;) {
        wfi();
    }
}

/* From start.S: an exception that no probe waits for. */
void bl33_unexpected(uint64_t kind, uint64_t esr, uint64_t far, uint64_t elr);
void bl33_unexpected(uint64_t kind, uint64_t esr, uint64_t far, uint64_t elr)
{
    con_printf("bl33: ESR_EL2 0x%lx, FAR_EL2 0x%lx, ELR_EL2 0x%lx, "
               "MPIDR_EL1 0x%lx\n", esr, far, elr, read_sysreg(mpidr_el1));
    report("the registers are above", "no exception by vector %lu", kind);
    report_end();
    power_off();
}

/* The system counter starts at 0 with the machine. */
static uint64_t power_on_ms(void)
{
    uint64_t frequency = read_sysreg(cntfrq_el0);

    return frequency ? read_sysreg(cntpct_el0) * 1000 / frequency : 0;
}

static void describe_pe(void)
{
    static const char *const rme_text[] = {
        "no RME", "RME", "RME with GPC2", "RME with GPC3",
    };
    static const unsigned char pa_bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };
    uint64_t pfr0 = read_sysreg(id_aa64pfr0_el1);
    uint64_t rme = sysreg_field(pfr0, 55, 52);
    uint64_t range = sysreg_field(read_sysreg(id_aa64mmfr0_el1), 3, 0);

    con_printf("bl33: PE          %s (ID_AA64PFR0_EL1.RME = %lu), MIDR 0x%lx\n",
               rme < 4 ? rme_text[rme] : "RME of a later kind", rme,
               read_sysreg(midr_el1));
    con_printf("bl33: PA size     %u bits; S-EL2 %s\n",
               range < sizeof(pa_bits) ? pa_bits[range] : 0,
               sysreg_field(pfr0, 39, 36) ? "yes" : "no");
}

static void describe_board(const Board *board)
{
    con_printf("bl33: PEs         %u, MPIDR", board->pe_count);
    for (unsigned int i = 0; i < board->pe_count && i < 8; i++) {
        con_printf(" 0x%lx", board->mpidr[i]);
    }
    con_printf("%s\n", board->pe_count > 8 ? " ..." : "");
    if (board->pe_count < board->pes_listed) {
        con_printf("bl33: PEs         %u more in the device tree are not there\n",
                   board->pes_listed - board->pe_count);
    }
    for (unsigned int i = 0; i < board->bank_count; i++) {
        const Bank *bank = &board->bank[i];

        con_printf("bl33: memory      0x%lx to 0x%lx (%lu MiB)\n", bank->base,
                   bank->base + bank->size - 1, bank->size >> 20);
    }
}

/* Returns the major version of the RMI. */
static unsigned int ask_version(void)
{
    unsigned int major;
    SmcResult result = smc_call(RMI_REQ_VERSION, 0, 0, 0);

    /* A payload that does not know 0.0 names the lowest it does know. */
    if (result.x0 == RMI_ERROR_INPUT) {
        result = smc_call(RMI_REQ_VERSION, result.x1, 0, 0);
    }
    report(result.x0 == RMI_SUCCESS
               ? NULL
               : mismatch("RMI_REQ_VERSION", (uint64_t)result.x0, RMI_SUCCESS),
           "realm payload speaks RMI %u.%u", RMI_MAJOR(result.x1),
           RMI_MINOR(result.x1));
    major = RMI_MAJOR(result.x1);

    result = smc_call(RMI_REQ_VERSION, UINT64_C(0x7fff0000), 0, 0);
    report(result.x0 == RMI_ERROR_INPUT
               ? NULL
               : mismatch("RMI_REQ_VERSION", (uint64_t)result.x0,
                          RMI_ERROR_INPUT),
           "realm payload refuses RMI 32767.0");
    return major;
}

/* From RMI 2 on a realm payload has to be told to begin. */
static void activate(unsigned int major)
{
    int64_t status;

    granule_use_rmi(major);
    if (major >= 2) {
        status = smc_call(RMI_RMM_ACTIVATE, 0, 0, 0).x0;
        report(status == RMI_SUCCESS
                   ? NULL
                   : mismatch("RMI_RMM_ACTIVATE", (uint64_t)status,
                              RMI_SUCCESS),
               "realm payload is active");
    }
}

static uint64_t faults_caught(void)
{
    uint64_t sum = 0;

    for (unsigned int i = 0; i < PE_MAX; i++) {
        sum += pes[i].faults;
    }
    return sum;
}

/* The granules of a machine without RME are all Non-secure, for ever. */
static void expect_no_rmi(void)
{
    int64_t version = smc_call(RMI_REQ_VERSION, 0, 0, 0).x0;

    report(version == SMC_UNKNOWN
               ? NULL
               : mismatch("RMI_REQ_VERSION", (uint64_t)version,
                          (uint64_t)SMC_UNKNOWN),
           "there is no realm payload");
}

/* C entry of the primary PE, with what TF-A passes. */
void bl33_main(uint64_t x0, uint64_t x1);
void bl33_main(uint64_t x0, uint64_t x1)
{
    extern char image_base[];
    static Board board;
    uint64_t tree;
    bool have_board, rme;

    pes[0].index = 0;
    write_sysreg(tpidr_el2, (uintptr_t)&pes[0]);
    platform_find((uintptr_t)image_base);
    con_init(platform->uart);
    con_printf("\nbl33: Normal world, EL2, %lu ms after power-on\n",
               power_on_ms());
    con_printf("bl33: platform    %s\n", platform->name);
    describe_pe();
    rme = sysreg_field(read_sysreg(id_aa64pfr0_el1), 55, 52) != 0;

    mmu_init(platform->device_gib);
    mmu_enable();
    /* In x1 up to TF-A 2.13, with something else in x0; later in x0 alone. */
    tree = platform->device_tree ? platform->device_tree : x1 ? x1 : x0;
    have_board = tree && tree % 8 == 0 &&
                 board_read((const void *)tree, DTB_MAX, &board);
    if (have_board) {
        describe_board(&board);
    }
    report(have_board ? NULL : "there is none", "device tree read at 0x%lx",
           tree);
    report(current_el() == 2 ? NULL : mismatch("EL", current_el(), 2),
           "runs at EL2");

    if (rme) {
        activate(ask_version());
        granule_steps();
    } else {
        expect_no_rmi();
    }
    if (have_board && board.bank_count > 1) {
        granule_bank_steps(&board, rme);
    }
    dma_steps(rme);
    if (have_board) {
        smp_steps(&board, rme);
    }
    con_printf("bl33: %lu granule protection faults were caught\n",
               faults_caught());
    con_puts("bl33: powering off\n");
    report_end();
    power_off();
}
