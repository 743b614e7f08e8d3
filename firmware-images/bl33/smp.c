/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The other PEs. The primary PE announces one phase after the other; each
 * other PE does its part and says so in Pe.reached.
 */
#include "console.h"
#include "granule.h"
#include "mmu.h"
#include "pe.h"
#include "report.h"
#include "smc.h"
#include "smp.h"
#include "sysreg.h"

#define MPIDR_AFFINITY          UINT64_C(0xff00ffffff)
#define AFFINITY_INFO_OFF       INT64_C(1)
#define NO_SUCH_MPIDR           UINT64_C(0xff0000)
/* A PE that is silent for so long of the guest's time is lost. */
#define PATIENCE_SECONDS        120

/* Granules that each PE delegates in the last phase, and how often. */
#define OWN_ROUNDS              16

typedef enum Phase {
    PHASE_NONE,
    PHASE_ONLINE,       /* up, and sees the shared granule as memory */
    PHASE_DELEGATED,    /* every access to the shared granule faults */
    PHASE_RETURNED,     /* the shared granule is memory again */
    PHASE_OWN,          /* all PEs change a granule of their own at once */
    PHASE_AGAIN,        /* up again after it was off */
} Phase;

Pe pes[PE_MAX];
char pe_stacks[PE_MAX][PE_STACK_SIZE] __attribute__((aligned(16)));

static unsigned int current_phase;
static bool have_rme;

static uint64_t shared_granule(void)
{
    return (uintptr_t)&arena[0][0] + 128 * GRANULE_SIZE;
}

/* A granule per PE, far from each other's. */
static uint64_t own_granule(unsigned int index)
{
    return (uintptr_t)&arena[0][0] + (192 + 2 * index) * GRANULE_SIZE;
}

static const char *own_rounds(unsigned int index)
{
    uint64_t pa = own_granule(index);
    const char *problem = NULL;

    for (unsigned int i = 0; i < OWN_ROUNDS && !problem; i++) {
        granule_fill(pa, index + i);
        if (granule_delegate(pa) != 0) {
            return "RMI_GRANULE_DELEGATE failed";
        }
        problem = granule_expect_faults(pa);
        if (granule_undelegate(pa) != 0) {
            return "RMI_GRANULE_UNDELEGATE failed";
        }
        problem = problem ? problem : granule_check_returned(pa, index + i);
    }
    return problem;
}

static const char *do_phase(Pe *pe, Phase phase)
{
    switch (phase) {
    case PHASE_ONLINE:
    case PHASE_AGAIN:
        if (current_el() != 2) {
            return mismatch("exception level", current_el(), 2);
        }
        if ((read_sysreg(mpidr_el1) & MPIDR_AFFINITY) != pe->mpidr) {
            return mismatch("MPIDR_EL1", read_sysreg(mpidr_el1), pe->mpidr);
        }
        return granule_check(shared_granule(), 7);
    case PHASE_DELEGATED:
        return have_rme ? granule_expect_faults(shared_granule()) : NULL;
    case PHASE_RETURNED:
        return granule_check_returned(shared_granule(), 7);
    case PHASE_OWN:
        return have_rme ? own_rounds(pe->index) : NULL;
    default:
        return NULL;
    }
}

/* C entry of the other PEs. */
void pe_main(uint64_t index);
void pe_main(uint64_t index)
{
    Pe *pe = &pes[index];
    Phase last = pe->reached < PHASE_OWN ? PHASE_OWN : PHASE_AGAIN;

    mmu_enable();
    write_sysreg(tpidr_el2, (uintptr_t)pe);
    isb();
    for (Phase phase = pe->reached + 1; phase <= last; phase++) {
        while (__atomic_load_n(&current_phase, __ATOMIC_ACQUIRE) < phase) {
            yield();
        }
        if (!pe->failure) {
            pe->failure = do_phase(pe, phase);
        }
        __atomic_store_n(&pe->reached, phase, __ATOMIC_RELEASE);
    }
    smc_call(PSCI_CPU_OFF, 0, 0, 0);
}

static void start_phase(Phase phase)
{
    __atomic_store_n(&current_phase, phase, __ATOMIC_RELEASE);
}

/* Waits until a PE has finished a phase; NULL, or what went wrong. */
static const char *wait_for(const Pe *pe, Phase phase)
{
    uint64_t start = read_sysreg(cntpct_el0);
    uint64_t patience = read_sysreg(cntfrq_el0) * PATIENCE_SECONDS;

    while (__atomic_load_n(&pe->reached, __ATOMIC_ACQUIRE) < phase) {
        if (read_sysreg(cntpct_el0) - start > patience) {
            return "the PE does not answer";
        }
        yield();
    }
    return pe->failure;
}

/* Reports a phase as one line; the first PE that failed is named. */
static void report_phase(unsigned int count, Phase phase, const char *text)
{
    for (unsigned int i = 1; i < count; i++) {
        const char *problem = wait_for(&pes[i], phase);

        if (problem) {
            report(problem, "%s (PE %u)", text, i);
            return;
        }
    }
    report(NULL, "%s", text);
}

static const char *expect_status(int64_t got, int64_t expected)
{
    return got == expected ? NULL
                           : mismatch("PSCI says", (uint64_t)got,
                                      (uint64_t)expected);
}

static void psci_errors(const Board *board)
{
    report(expect_status(smc_call(PSCI_CPU_ON, NO_SUCH_MPIDR,
                                  (uintptr_t)pe_entry, 0).x0,
                         PSCI_INVALID_PARAMS),
           "CPU_ON of a PE that does not exist: refused");
    report(expect_status(smc_call(PSCI_CPU_ON, board->mpidr[0],
                                  (uintptr_t)pe_entry, 0).x0,
                         PSCI_ALREADY_ON),
           "CPU_ON of the PE that runs: already on");
}

static bool start_all(const Board *board)
{
    bool all = true;

    start_phase(PHASE_ONLINE);
    for (unsigned int i = 1; i < board->pe_count; i++) {
        const char *problem;

        pes[i] = (Pe){ .mpidr = board->mpidr[i], .index = i };
        problem = expect_status(smc_call(PSCI_CPU_ON, board->mpidr[i],
                                         (uintptr_t)pe_entry, i).x0,
                                PSCI_SUCCESS);
        problem = problem ? problem : wait_for(&pes[i], PHASE_ONLINE);
        all &= report(problem, "PE %u (MPIDR 0x%lx) is up at EL2", i,
                      board->mpidr[i]);
    }
    return all;
}

static const char *wait_until_off(uint64_t mpidr)
{
    uint64_t start = read_sysreg(cntpct_el0);
    uint64_t patience = read_sysreg(cntfrq_el0) * PATIENCE_SECONDS;

    while (smc_call(PSCI_AFFINITY_INFO, mpidr, 0, 0).x0 != AFFINITY_INFO_OFF) {
        if (read_sysreg(cntpct_el0) - start > patience) {
            return "a PE does not go off";
        }
    }
    return NULL;
}

/* All other PEs are off in the end. */
static void expect_off(const Board *board, const char *when)
{
    const char *problem = NULL;

    for (unsigned int i = 1; i < board->pe_count && !problem; i++) {
        problem = wait_until_off(board->mpidr[i]);
    }
    report(problem, "%u PEs went off%s by PSCI", board->pe_count - 1, when);
}

static void start_again(const Board *board)
{
    const char *problem = NULL;

    /* A realm payload may have wiped it. */
    granule_fill(shared_granule(), 7);
    start_phase(PHASE_AGAIN);
    for (unsigned int i = 1; i < board->pe_count && !problem; i++) {
        problem = expect_status(smc_call(PSCI_CPU_ON, board->mpidr[i],
                                         (uintptr_t)pe_entry, i).x0,
                                PSCI_SUCCESS);
        problem = problem ? problem : wait_for(&pes[i], PHASE_AGAIN);
    }
    report(problem, "CPU_ON brings them back");
    expect_off(board, " again");
}

static void share_granules(const Board *board)
{
    uint64_t shared = shared_granule();

    report(granule_delegate(shared) ? "RMI_GRANULE_DELEGATE failed" : NULL,
           "PE 0 delegates granule 0x%lx, which all PEs have used", shared);
    start_phase(PHASE_DELEGATED);
    report_phase(board->pe_count, PHASE_DELEGATED,
                 "load, store and fetch fault on each PE");
    report(granule_undelegate(shared) ? "RMI_GRANULE_UNDELEGATE failed" : NULL,
           "PE 0 undelegates it");
    start_phase(PHASE_RETURNED);
    report_phase(board->pe_count, PHASE_RETURNED,
                 "each PE sees its data again");

    start_phase(PHASE_OWN);
    report(own_rounds(0), "all PEs delegate and undelegate at once: PE 0");
    report_phase(board->pe_count, PHASE_OWN,
                 "all PEs delegate and undelegate at once: the others");
}

void smp_steps(const Board *board, bool rme)
{
    have_rme = rme;
    granule_fill(shared_granule(), 7);
    psci_errors(board);
    if (board->pe_count == 1 || !start_all(board)) {
        return;
    }
    if (rme) {
        share_granules(board);
    } else {
        start_phase(PHASE_OWN);
    }
    expect_off(board, "");
    start_again(board);
}
