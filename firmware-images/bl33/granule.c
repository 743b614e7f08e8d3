/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Granules that BL33 gives to the Realm world and takes back.
 *
 * TF-A leaves SCR_EL3.GPF at 0, so a granule protection fault of EL2 is
 * taken to EL2 as an ordinary Data or Instruction Abort (contract A.4).
 */
#include "console.h"
#include "granule.h"
#include "mmu.h"
#include "pe.h"
#include "platform.h"
#include "report.h"
#include "smc.h"
#include "sysreg.h"

/* ESR_EL2 of an abort taken from EL2 itself. */
#define ESR_EC_INSN_SAME_EL     (UINT64_C(0x21) << 26)
#define ESR_EC_DATA_SAME_EL     (UINT64_C(0x25) << 26)
#define ESR_IL                  (UINT64_C(1) << 25)
#define ESR_WNR                 (UINT64_C(1) << 6)
#define ESR_FSC                 UINT64_C(0x3f)
#define FSC_EXTERNAL            UINT64_C(0x10)
#define FSC_GPF                 UINT64_C(0x28)
/* Granule protection fault on a walk, at level 0 to 3. */
#define FSC_GPF_WALK(level)     (UINT64_C(0x24) + (level))

#define INSN_RET                UINT64_C(0xd65f03c0)

uint64_t arena[2][BLOCK_SIZE / sizeof(uint64_t)]
    __attribute__((section(".arena"), aligned(BLOCK_SIZE)));

static bool ranges;

void granule_use_rmi(unsigned int major)
{
    ranges = major >= 2;
}

int64_t granule_delegate(uint64_t pa)
{
    return smc_call(ranges ? RMI_GRANULE_RANGE_DELEGATE : RMI_GRANULE_DELEGATE,
                    pa, pa + GRANULE_SIZE, 0).x0;
}

int64_t granule_undelegate(uint64_t pa)
{
    return smc_call(ranges ? RMI_GRANULE_RANGE_UNDELEGATE
                           : RMI_GRANULE_UNDELEGATE,
                    pa, pa + GRANULE_SIZE, 0).x0;
}

static uint64_t pattern(uint64_t seed, uint64_t i)
{
    return (seed + i) * UINT64_C(0x9e3779b97f4a7c15);
}

void granule_fill(uint64_t pa, uint64_t seed)
{
    volatile uint64_t *word = (uint64_t *)pa;

    for (uint64_t i = 0; i < GRANULE_SIZE / sizeof(*word); i++) {
        word[i] = pattern(seed, i);
    }
    dsb(sy);
}

/* What the realm payload makes of what it gives back. */
typedef enum Return {
    RETURN_KEPT,        /* all is as it was: TF-A's own */
    RETURN_WIPED,       /* zeroes */
    /* Zeroes that Realm wrote: DRAM is encrypted by PAS, so NS sees garbage. */
    RETURN_ENCRYPTED,
} Return;

static Return payload_return;

static Return return_of(uint64_t word, uint64_t seed)
{
    if (word == pattern(seed, 0)) {
        return RETURN_KEPT;
    }
    return word ? RETURN_ENCRYPTED : RETURN_WIPED;
}

static const char *expect_word(uint64_t value, uint64_t seed, uint64_t i)
{
    return value == pattern(seed, i) ? NULL
               : mismatch("memory has changed", value, pattern(seed, i));
}

/* The same for a word of a granule that the realm payload has given back. */
static const char *expect_returned(uint64_t value, uint64_t seed, uint64_t i)
{
    switch (payload_return) {
    case RETURN_WIPED:
        return value ? mismatch("memory is not wiped", value, 0) : NULL;
    case RETURN_ENCRYPTED:
        return value && value != pattern(seed, i) ? NULL
                   : mismatch("memory is not garbage", value, 0);
    default:
        return expect_word(value, seed, i);
    }
}

static const char *check(uint64_t pa, uint64_t seed,
                         const char *(*expect)(uint64_t value, uint64_t seed,
                                               uint64_t i))
{
    const char *problem;

    for (uint64_t i = 0; i < GRANULE_SIZE / sizeof(uint64_t); i++) {
        uint64_t value = 0;

        if (probe_load(pa + i * sizeof(uint64_t), &value).faulted) {
            return mismatch("a load faults, FAR", this_pe()->probe.far, 0);
        }
        problem = expect(value, seed, i);
        if (problem) {
            return problem;
        }
    }
    return NULL;
}

const char *granule_check(uint64_t pa, uint64_t seed)
{
    return check(pa, seed, expect_word);
}

const char *granule_check_returned(uint64_t pa, uint64_t seed)
{
    return check(pa, seed, expect_returned);
}

static const char *expect_fault(const char *kind, Probe probe, uint64_t esr,
                                uint64_t far)
{
    if (!probe.faulted) {
        return kind;
    }
    if (probe.esr != esr) {
        return mismatch("ESR_EL2", probe.esr, esr);
    }
    if (probe.far != far) {
        return mismatch("FAR_EL2", probe.far, far);
    }
    this_pe()->faults++;
    return NULL;
}

static const char *expect_load_fault(uint64_t va)
{
    return expect_fault("the load went through", probe_load(va, NULL),
                        ESR_EC_DATA_SAME_EL | ESR_IL | FSC_GPF, va);
}

static const char *expect_store_fault(uint64_t va)
{
    return expect_fault("the store went through", probe_store(va, 0),
                        ESR_EC_DATA_SAME_EL | ESR_IL | ESR_WNR | FSC_GPF, va);
}

static const char *expect_fetch_fault(uint64_t va)
{
    return expect_fault("the fetch went through", probe_fetch(va),
                        ESR_EC_INSN_SAME_EL | ESR_IL | FSC_GPF, va);
}

const char *granule_expect_faults(uint64_t pa)
{
    const char *problem = expect_load_fault(pa);

    problem = problem ? problem : expect_store_fault(pa + GRANULE_SIZE - 8);
    return problem ? problem : expect_fetch_fault(pa + 8);
}

static const char *expect_zero(const char *what, int64_t result)
{
    return result == 0 ? NULL : mismatch(what, (uint64_t)result, 0);
}

static const char *expect_refusal(int64_t result)
{
    if (result == SMC_UNKNOWN) {
        return "there is no such service";
    }
    return result != 0 ? NULL : "it was accepted";
}

static void refusals(uint64_t pa)
{
    con_puts("bl33: five calls that must be refused (TF-A reports each)\n");
    report(expect_refusal(granule_delegate(pa)),
           "delegate a granule that is delegated: refused");
    report(expect_refusal(granule_undelegate(pa + GRANULE_SIZE)),
           "undelegate a Non-secure granule: refused");
    report(expect_refusal(granule_delegate(pa + GRANULE_SIZE + 8)),
           "delegate an unaligned address: refused");
    report(expect_refusal(granule_delegate(platform->realm_payload)),
           "delegate the realm payload's memory: refused");
    report(expect_refusal(granule_delegate(UINT64_C(1) << 52)),
           "delegate an address beyond all memory: refused");
}

/* One granule: there and back, with a look from every side. */
static void one_granule(void)
{
    uint64_t pa = (uintptr_t)&arena[0][0] + 16 * GRANULE_SIZE;
    uint64_t after = pa + GRANULE_SIZE, word = 0;
    static const char *const returned[] = {
        [RETURN_KEPT] = "its data is as it was, no store got through",
        [RETURN_WIPED] = "the realm payload has wiped it, all of it",
        [RETURN_ENCRYPTED] = "the realm payload has wiped it; zeroes of the "
                             "Realm world are garbage here",
    };
    const char *problem;

    granule_fill(pa, 1);
    granule_fill(after, 2);
    granule_fill(pa - GRANULE_SIZE, 3);
    report(granule_check(pa, 1), "granule 0x%lx is Non-secure memory", pa);

    report(expect_zero("RMI_GRANULE_DELEGATE", granule_delegate(pa)),
           "delegate granule 0x%lx to Realm", pa);
    report(expect_load_fault(pa), "load:  granule protection fault at EL2");
    report(expect_store_fault(pa), "store: granule protection fault at EL2");
    report(expect_fetch_fault(pa), "fetch: granule protection fault at EL2");
    problem = expect_load_fault(after - 8);
    report(problem ? problem : expect_store_fault(after - 8),
           "its last word: granule protection fault at EL2");
    problem = granule_check(after, 2);
    report(problem ? problem : granule_check(pa - GRANULE_SIZE, 3),
           "its neighbours stay Non-secure (granule size 4 KiB)");
    refusals(pa);
    report(expect_load_fault(pa), "it still faults after the refusals");

    report(expect_zero("RMI_GRANULE_UNDELEGATE", granule_undelegate(pa)),
           "undelegate granule 0x%lx", pa);
    probe_load(pa, &word);
    payload_return = return_of(word, 1);
    report(granule_check_returned(pa, 1), "%s", returned[payload_return]);
    granule_fill(pa, 4);
    report(granule_check(pa, 4), "it can be written again");
    *(volatile uint64_t *)pa = INSN_RET;
    dsb(ish);
    __asm__ volatile("ic iallu" : : : "memory");
    dsb(ish);
    isb();
    report(probe_fetch(pa).faulted ? "the fetch faults" : NULL,
           "it can be executed again");
}

/* A stage 1 table that moves to the Realm world under its walker. */
static void walked_table(void)
{
    uint64_t table = (uintptr_t)&arena[0][0] + 64 * GRANULE_SIZE;
    uint64_t target = (uintptr_t)&arena[0][0] + 65 * GRANULE_SIZE;
    uint64_t va = MMU_SLOT_VA + (target - (uintptr_t)&arena[0][0]);
    uint64_t value = 0;
    const char *problem;
    Probe probe;

    for (uint64_t i = 0; i < GRANULE_SIZE / sizeof(uint64_t); i++) {
        ((volatile uint64_t *)table)[i] = 0;
    }
    *(volatile uint64_t *)table = mmu_block_descriptor((uintptr_t)&arena[0][0]);
    granule_fill(target, 5);
    mmu_set_slot(table);
    probe = probe_load(va, &value);
    report(probe.faulted || value != pattern(5, 0) ? "the mapping is not there"
                                                   : NULL,
           "map memory through a table of its own");

    problem = expect_zero("RMI_GRANULE_DELEGATE", granule_delegate(table));
    /* The walk may be cached; the change of the GPT alone need not drop it. */
    mmu_set_slot(table);
    if (!problem) {
        problem = expect_fault("the walk went through", probe_load(va, NULL),
                               ESR_EC_DATA_SAME_EL | ESR_IL | FSC_GPF_WALK(2),
                               va);
    }
    report(problem, "walk of a delegated table: fault at level 2");

    problem = expect_zero("RMI_GRANULE_UNDELEGATE", granule_undelegate(table));
    if (payload_return != RETURN_KEPT) {
        *(volatile uint64_t *)table =
            mmu_block_descriptor((uintptr_t)&arena[0][0]);
        mmu_set_slot(table);
    }
    probe = probe_load(va, &value);
    if (!problem && (probe.faulted || value != pattern(5, 0))) {
        problem = "the mapping did not come back";
    }
    report(problem, "the table works again after undelegation");
    mmu_set_slot(0);
}

/* 2 MiB granule by granule: TF-A shatters and fuses its block entries. */
static void whole_block(void)
{
    uint64_t base = (uintptr_t)&arena[1][0];
    const char *problem = NULL;

    for (uint64_t at = 0; at < BLOCK_SIZE; at += GRANULE_SIZE) {
        *(volatile uint64_t *)(base + at) = pattern(6, at);
    }
    dsb(sy);
    for (uint64_t at = 0; at < BLOCK_SIZE && !problem; at += GRANULE_SIZE) {
        problem = expect_zero("RMI_GRANULE_DELEGATE",
                              granule_delegate(base + at));
    }
    report(problem, "delegate 2 MiB, granule by granule");

    problem = NULL;
    for (uint64_t at = 0; at < BLOCK_SIZE && !problem; at += GRANULE_SIZE) {
        problem = expect_load_fault(base + at);
    }
    report(problem, "each of its 512 granules faults");

    problem = NULL;
    for (uint64_t at = 0; at < BLOCK_SIZE && !problem; at += GRANULE_SIZE) {
        problem = expect_zero("RMI_GRANULE_UNDELEGATE",
                              granule_undelegate(base + at));
        if (!problem && at + GRANULE_SIZE < BLOCK_SIZE) {
            problem = expect_load_fault(base + at + GRANULE_SIZE);
        }
    }
    report(problem, "undelegate it again, the next granule faulting each time");

    problem = NULL;
    for (uint64_t at = 0; at < BLOCK_SIZE && !problem; at += GRANULE_SIZE) {
        uint64_t value = 0;

        if (probe_load(base + at, &value).faulted) {
            problem = "a granule still faults";
        } else {
            problem = expect_returned(value, 6, at);
        }
    }
    report(problem, "all of it is back with its data");
}

static const char *there_and_back(uint64_t pa, bool rme)
{
    const char *problem;

    granule_fill(pa, 8);
    problem = granule_check(pa, 8);
    if (problem || !rme) {
        return problem;
    }
    if (granule_delegate(pa) != 0) {
        return "RMI_GRANULE_DELEGATE failed";
    }
    problem = granule_expect_faults(pa);
    if (granule_undelegate(pa) != 0) {
        return "RMI_GRANULE_UNDELEGATE failed";
    }
    return problem ? problem : granule_check_returned(pa, 8);
}

void granule_bank_steps(const Board *board, bool rme)
{
    for (unsigned int i = 1; i < board->bank_count; i++) {
        const Bank *bank = &board->bank[i];
        uint64_t last = bank->base + bank->size - GRANULE_SIZE;
        Probe probe = probe_load(bank->base, NULL);

        if (probe.faulted && (probe.esr & ESR_FSC) == FSC_EXTERNAL) {
            con_printf("bl33: memory      none at 0x%lx after all\n",
                       bank->base);
            continue;
        }
        report(there_and_back(last, rme),
               rme ? "granule 0x%lx of bank %u: delegate, fault, undelegate"
                   : "granule 0x%lx of bank %u is memory", last, i);
    }
}

void granule_steps(void)
{
    one_granule();
    walked_table();
    whole_block();
}
