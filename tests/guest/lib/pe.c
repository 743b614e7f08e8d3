/*
 * Bringing PEs up, down to an exception level and back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "console.h"
#include "mmu.h"
#include "pe.h"
#include "semihosting.h"
#include "string.h"
#include "sysreg.h"
#include "test.h"

#define SPSR_DAIF       0x3c0
#define SPSR_EL0T       0x0
#define SPSR_T32        (0x10 | 1 << 5)         /* AArch32 User, T */
#define SPSR_ELXH(el)   (((el) << 2) | 1)

/* RES1, HCE, RW, EEL2, and no traps of pointer authentication. */
#define SCR_BASE        ((3ull << 4) | (1ull << 8) | (1ull << 10) | \
                         (3ull << 16) | (1ull << 18))

struct pe pes[MAX_PES];
uint8_t stacks[MAX_PES][STACK_SIZE] __attribute__((aligned(16)));

static volatile uint32_t released;
static volatile uint32_t present[MAX_PES];

void pe_down(struct pe *pe);
void pe_main(uint64_t index);
void pe_unexpected(struct pe *pe);

struct pe *pe_self(void)
{
    return (struct pe *)read_sysreg(tpidr_el3);
}

struct pe *pe_get(unsigned index)
{
    return &pes[index];
}

void pe_unexpected(struct pe *pe)
{
    con_printf("FAIL unexpected exception on PE %d: vector %d ESR_EL3 %lx "
               "ELR_EL3 %lx FAR_EL3 %lx MFAR_EL3 %lx\n", (int)pe->index,
               (int)pe->vector, (unsigned long)pe->esr,
               (unsigned long)pe->elr, (unsigned long)pe->far,
               (unsigned long)pe->mfar);
    semihosting_exit(2);
}

void pe_set_world(enum pas world, uint64_t extra)
{
    uint64_t scr = SCR_BASE | extra;

    scr |= world & 1 ? SCR_NS : 0;
    scr |= world == PAS_REALM ? SCR_NSE : 0;
    if (world == PAS_ROOT) {
        scr |= SCR_NS;  /* nothing runs below EL3 then */
    }
    write_sysreg(scr_el3, scr);
    isb();
}

static void collect(const struct pe *pe, struct outcome *out)
{
    unsigned imm = pe->esr & 0xffff;

    out->x0 = pe->regs[0];
    if (ESR_EC(pe->esr) != EC_SMC) {
        out->el = 3;
        out->esr = pe->esr;
        out->far = pe->far;
        out->elr = pe->elr;
        out->mfar = pe->mfar;
    } else if (imm >= SMC_EL2) {
        out->el = 2;
        out->esr = read_sysreg(esr_el2);
        out->far = read_sysreg(far_el2);
        out->elr = read_sysreg(elr_el2);
        out->hpfar = read_sysreg(hpfar_el2);
    } else if (imm >= SMC_EL1) {
        uint64_t esr = read_sysreg(esr_el1);

        if (ESR_EC(esr) != EC_SVC && ESR_EC(esr) != EC_SVC32) {
            out->el = 1;
            out->esr = esr;
            out->far = read_sysreg(far_el1);
            out->elr = read_sysreg(elr_el1);
        }
    }
}

static struct outcome run(uint64_t at, unsigned mode, const uint64_t x[5])
{
    struct pe *pe = pe_self();
    struct outcome out = { 0 };

    pe->regs[0] = 0;
    for (int i = 0; i < 5; i++) {
        pe->regs[1 + i] = x[i];
    }
    pe->elr = at;
    pe->spsr = SPSR_DAIF | mode;
    pe_down(pe);
    collect(pe, &out);
    return out;
}

struct outcome pe_run(unsigned el, const void *stub, const uint64_t x[5])
{
    return run((uint64_t)stub, el ? SPSR_ELXH(el) : SPSR_EL0T, x);
}

struct outcome pe_run_t32(uint32_t at)
{
    const uint64_t x[5] = { 0 };

    return run(at, SPSR_T32, x);
}

void pe_tlb_clear(void)
{
    dsb(sy);
    tlbi(alle3);
    tlbi(alle2);
    tlbi(alle1);
    tlbi_paall();
    dsb(sy);
    isb();
}

void pe_start(unsigned index, void (*fn)(struct pe *pe, uint64_t arg),
              uint64_t arg)
{
    pes[index].arg = arg;
    dmb(sy);
    pes[index].work = fn;
    dsb(sy);
    sev();
}

/*
 * Wait a little without keeping the host busy: WFIT (FEAT_WFxT) puts the PE
 * to sleep, where WFE would only be a NOP under multi-threaded emulation.
 */
static void pause(void)
{
    uint64_t until = read_sysreg(cntvct_el0) +
                     read_sysreg(cntfrq_el0) / 20000;

    if (sysreg_field(read_sysreg(S3_0_C0_C6_2), 3, 0) >= 2) {
        __asm__ volatile("wfit %0" : : "r"(until) : "memory");
    }
}

void pe_wait(unsigned index)
{
    while (pes[index].work) {
        pause();
        dmb(sy);
    }
    dmb(sy);
}

bool pe_present(unsigned index)
{
    uint64_t start = read_sysreg(cntpct_el0);
    uint64_t limit = read_sysreg(cntfrq_el0);

    if (limit == 0) {
        limit = 62500000;
    }
    while (!present[index]) {
        if (read_sysreg(cntpct_el0) - start > limit) {
            return false;
        }
        pause();
    }
    return true;
}

void pe_main(uint64_t index)
{
    struct pe *pe = &pes[index];

    pe->index = index;
    pe_set_world(PAS_NS, 0);
    if (index == 0) {
        mmu_build();
    } else {
        while (!released) {
            pause();
        }
        dmb(sy);
    }
    mmu_enable();
    if (index == 0) {
        con_init(UART_BASE);
        released = 1;
        dsb(sy);
        test_start();
        test_main();
        test_exit();
    }
    present[index] = 1;
    for (;;) {
        if (pe->work) {
            dmb(sy);
            pe->work(pe, pe->arg);
            dmb(sy);
            pe->work = NULL;
        } else {
            pause();
        }
    }
}
