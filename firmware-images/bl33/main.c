/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BL33: our Normal-world image at EL2, after TF-A. It says what it finds,
 * talks to the realm payload, moves granules between the worlds, catches the
 * faults, starts all PEs and powers off.
 */
#include "console.h"
#include "fdt.h"
#include "granule.h"
#include "mmu.h"
#include "pe.h"
#include "report.h"
#include "smc.h"
#include "smp.h"
#include "sysreg.h"

/* Where QEMU and TF-A leave the device tree, and the room that it has. */
#define DTB_BASE        UINT64_C(0x40000000)
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
    con_printf("bl33: memory      0x%lx to 0x%lx (%lu MiB)\n", board->ram_base,
               board->ram_base + board->ram_size - 1, board->ram_size >> 20);
}

static void ask_version(void)
{
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

    result = smc_call(RMI_REQ_VERSION, UINT64_C(0x7fff0000), 0, 0);
    report(result.x0 == RMI_ERROR_INPUT
               ? NULL
               : mismatch("RMI_REQ_VERSION", (uint64_t)result.x0,
                          RMI_ERROR_INPUT),
           "realm payload refuses RMI 32767.0");
}

static uint64_t faults_caught(void)
{
    uint64_t sum = 0;

    for (unsigned int i = 0; i < PE_MAX; i++) {
        sum += pes[i].faults;
    }
    return sum;
}

/* C entry of the primary PE. */
void bl33_main(void);
void bl33_main(void)
{
    static Board board;
    bool have_board;

    pes[0].index = 0;
    write_sysreg(tpidr_el2, (uintptr_t)&pes[0]);
    con_init(CON_UART0_BASE);
    con_printf("\nbl33: Normal world, EL2, %lu ms after power-on\n",
               power_on_ms());
    describe_pe();

    mmu_init();
    mmu_enable();
    have_board = fdt_read_board((const void *)DTB_BASE, DTB_MAX, &board);
    if (have_board) {
        describe_board(&board);
    }
    report(have_board ? NULL : "none at 0x40000000", "device tree read");
    report(current_el() == 2 ? NULL : mismatch("EL", current_el(), 2),
           "runs at EL2");
    report(sysreg_field(read_sysreg(id_aa64pfr0_el1), 55, 52)
               ? NULL
               : "ID_AA64PFR0_EL1.RME is 0",
           "the PE has RME");

    ask_version();
    granule_steps();
    if (have_board) {
        smp_steps(&board);
    }
    con_printf("bl33: %lu granule protection faults were caught\n",
               faults_caught());
    con_puts("bl33: powering off\n");
    report_end();
    power_off();
}
