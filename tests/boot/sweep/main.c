/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Loads and stores of all kinds wherever the orders say, as Root, Secure,
 * Realm and Non-secure, through a window of two pages at EL3. What comes of
 * an access does not matter; that the machine goes on does.
 */
#include <stdbool.h>
#include <stddef.h>
#include "sweep.h"
#include "sysreg.h"

enum { PAGE = 4096, ENTRIES = 512, LONGEST = 64, SHORT = 128 };

/* One gigabyte each: the machine as Root, the window, odd tables. */
enum { GIB_FLAT, GIB_WINDOW, GIB_ODD };
#define GIB         (1ull << 30)
#define WINDOW      (GIB_WINDOW * GIB)
#define ODD         (GIB_ODD * GIB)
#define PA_MASK     ((1ull << 52) - 1)

/* Descriptors of stage 1 at EL3; with TCR_EL3.DS, OA[51:50] is at 9:8. */
enum {
    DESC_BLOCK = 1, DESC_TABLE = 3, DESC_PAGE = 3,
    DESC_NS = 1 << 5, DESC_AF = 1 << 10, DESC_NSE = 1 << 11,
};
#define DESC_XN     (1ull << 54)

/* MAIR_EL3: Normal write-back, Device-nGnRnE, Normal non-cacheable. */
enum { ATTRIBUTES = 3 };
#define MAIR        0x4400ffull

/* 39 bits of VA, write-back tables, 52 bits of PA, DS, hardware AF. */
#define TCR         (25 | 1 << 8 | 1 << 10 | 3 << 12 | 6 << 16 | 1ull << 21 | \
                     1ull << 23 | 1ull << 31 | 1ull << 32)
/* M, C, I and the bits that are 1; unaligned accesses are allowed. */
#define SCTLR       (1 | 1 << 2 | 1 << 12 | 0x30c50830)

enum { ROOT, SECURE, REALM, NON_SECURE, WORLDS };

static uint64_t level1[ENTRIES] __attribute__((aligned(PAGE)));
static uint64_t level2[ENTRIES] __attribute__((aligned(PAGE)));
static uint64_t level3[ENTRIES] __attribute__((aligned(PAGE)));

static const struct sweep_orders *const orders = (const void *)SWEEP_ORDERS;
static volatile struct sweep_report *const report = (void *)SWEEP_REPORT;
static const struct sweep_load *const loads = (const void *)
    (SWEEP_ORDERS + sizeof(*orders));
static uint64_t random_state;
static bool has_rme;

void __attribute__((noreturn)) sweep_end(uint64_t state);
void __attribute__((noreturn)) sweep_main(void);

static const struct sweep_store *stores(void)
{
    return (const void *)(loads + orders->loads);
}

static const struct sweep_part *parts(void)
{
    return (const void *)(stores() + orders->stores);
}

/* xorshift64* */
static uint64_t random64(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1dull;
}

static uint64_t below(uint64_t n)
{
    return (random64() >> 32) % n;
}

/* Numbers as software and attackers write them. */
static uint64_t number(void)
{
    uint64_t word = random64();

    switch (below(8)) {
    case 0:
        return 0;
    case 1:
        return ~0ull;
    case 2:
        return 1ull << (word & 31);
    case 3:
        return word & 3;
    case 4:
        return word & 1 ? 0xff : word >> 8 & 0xff;
    case 5:
        /* An address of DRAM, with low bits as queues and tables have. */
        return 0x80000000 + (word & 0x0ffff03f);
    default:
        return word;
    }
}

/* Faults so far: start.S counts them. */
static uint64_t faults(void)
{
    uint64_t count;

    __asm__ volatile("mov %0, x18" : "=r"(count));
    return count;
}

void sweep_end(uint64_t state)
{
    report->esr = read_sysreg(esr_el3);
    report->elr = read_sysreg(elr_el3);
    report->far = read_sysreg(far_el3);
    report->faults = faults();
    dsb(sy);
    report->state = state;
    for (;;) {
        report->heartbeat++;
        yield();
    }
}

/* Translation */

static uint64_t output(uint64_t pa)
{
    pa &= PA_MASK & -PAGE;
    return (pa & ((1ull << 50) - 1)) | pa >> 50 << 8;
}

static uint64_t world_bits(unsigned world)
{
    static const uint16_t bits[WORLDS] = {
        [ROOT] = DESC_NSE, [SECURE] = 0, [REALM] = DESC_NSE | DESC_NS,
        [NON_SECURE] = DESC_NS,
    };

    return has_rme ? bits[world] : bits[world] & DESC_NS;
}

static void forget(uint64_t va)
{
    dsb(sy);
    __asm__ volatile("tlbi vae3, %0" : : "r"(va >> 12) : "memory");
    dsb(sy);
    isb();
}

static void mmu_on(void)
{
    has_rme = sysreg_field(read_sysreg(id_aa64pfr0_el1), 55, 52);
    level1[GIB_FLAT] = DESC_BLOCK | DESC_AF | world_bits(ROOT);
    level1[GIB_WINDOW] = (uint64_t)level2 | DESC_TABLE;
    level2[0] = (uint64_t)level3 | DESC_TABLE;
    write_sysreg(mair_el3, MAIR);
    write_sysreg(tcr_el3, TCR);
    write_sysreg(ttbr0_el3, (uint64_t)level1);
    dsb(sy);
    tlbi(alle3);
    dsb(sy);
    isb();
    write_sysreg(sctlr_el3, SCTLR);
    isb();
}

/* @pa and the page behind it into the window. */
static void map(uint64_t pa, unsigned world)
{
    uint64_t attributes = below(ATTRIBUTES) << 2 | DESC_PAGE | DESC_AF |
                          DESC_XN | world_bits(world);

    for (unsigned i = 0; i < 2; i++) {
        level3[i] = output(pa + i * PAGE) | attributes;
        forget(WINDOW + i * PAGE);
    }
}

/*
 * Have tables read, and their access flags set, at @pa. Whatever they lead to
 * is loaded.
 */
static void walk(uint64_t pa)
{
    level1[GIB_ODD] = output(pa) | DESC_TABLE;
    forget(ODD);
    __asm__ volatile("ldr xzr, [%0]"
                     : : "r"(ODD + (random64() & (GIB - 8))) : "memory");
    report->walks++;
}

/* Accesses */

#define LOAD(text) \
    __asm__ volatile(text \
                     : : [a] "r"(va), [v] "r"(value), [w] "r"(other) \
                     : "x0", "x1", "x2", "x3", "memory")
#define STORE LOAD

/* How many kinds of loads and stores there are below. */
enum { LOADS = 14, STORES = 26 };

static void load(uint64_t va, unsigned kind)
{
    uint64_t value = 0, other = 0;

    switch (kind) {
    case 0: LOAD("ldrb w0, [%[a]]"); break;
    case 1: LOAD("ldrh w0, [%[a]]"); break;
    case 2: LOAD("ldr w0, [%[a]]"); break;
    case 3: LOAD("ldr x0, [%[a]]"); break;
    case 4: LOAD("ldp x0, x1, [%[a]]"); break;
    case 5: LOAD("ldp w0, w1, [%[a]]"); break;
    case 6: LOAD("ldr q0, [%[a]]"); break;
    case 7: LOAD("ldp q0, q1, [%[a]]"); break;
    case 8: LOAD("ld4 {v0.16b-v3.16b}, [%[a]]"); break;
    case 9: LOAD("ldar w0, [%[a]]"); break;
    case 10: LOAD("ldxr x0, [%[a]]"); break;
    case 11: LOAD("ldxp x0, x1, [%[a]]"); break;
    case 12: LOAD("ldapr x0, [%[a]]"); break;
    default: LOAD("prfm pldl1keep, [%[a]]"); break;
    }
}

static void store(uint64_t va, unsigned kind)
{
    uint64_t value = number(), other = number();

    switch (kind) {
    case 0: STORE("strb %w[v], [%[a]]"); break;
    case 1: STORE("strh %w[v], [%[a]]"); break;
    case 2: case 3: case 4: case 5: case 6:     /* what devices expect */
        STORE("str %w[v], [%[a]]"); break;
    case 7: STORE("str %[v], [%[a]]"); break;
    case 8: STORE("stp %[v], %[w], [%[a]]"); break;
    case 9: STORE("stp %w[v], %w[w], [%[a]]"); break;
    case 10: STORE("str q0, [%[a]]"); break;
    case 11: STORE("stp q0, q1, [%[a]]"); break;
    case 12: STORE("st4 {v0.16b-v3.16b}, [%[a]]"); break;
    case 13: STORE("stlr %w[v], [%[a]]"); break;
    case 14: STORE("stxr w0, %[v], [%[a]]"); break;
    case 15: STORE("dc zva, %[a]"); break;
    case 16: STORE("ldadd %[v], x0, [%[a]]"); break;
    case 17: STORE("ldaddb %w[v], w0, [%[a]]"); break;
    case 18: STORE("swp %w[v], w0, [%[a]]"); break;
    case 19: STORE("cas %[v], %[w], [%[a]]"); break;
    case 20: STORE("casp x0, x1, x2, x3, [%[a]]"); break;
    case 21: STORE("ldsmaxh %w[v], w0, [%[a]]"); break;
    case 22: STORE("stclr %[v], [%[a]]"); break;
    case 23: STORE("dc civac, %[a]"); break;
    case 24: STORE("dc cvac, %[a]"); break;
    default: STORE("stnp %[v], %[w], [%[a]]"); break;
    }
}

/* May the @bytes from @pa be accessed? */
static bool allowed(uint64_t pa, uint64_t bytes, bool is_store)
{
    const struct sweep_hole *holes = (const void *)(parts() + orders->parts);

    for (uint64_t i = 0; i < orders->holes; i++) {
        if (pa + bytes > holes[i].first && pa <= holes[i].last &&
            (is_store || holes[i].reads)) {
            return false;
        }
    }
    return true;
}

/* Offset in a page: often where it begins or ends, or over its end. */
static uint64_t offset(void)
{
    switch (below(8)) {
    case 0:
        return PAGE - (1 << below(5));
    case 1:
        return PAGE - below(LONGEST);
    case 2:
        return random64() & (PAGE - 1);
    case 3:
        return random64() & (PAGE - 8);
    case 4:
        return random64() & (PAGE - 4);
    default:
        /* Where most devices have their registers. */
        return random64() & (SHORT - 4);
    }
}

static void access_once(uint64_t page)
{
    uint64_t at = offset();
    bool is_store = below(2);
    uint64_t aligned = at & -(uint64_t)LONGEST;

    /* DC ZVA begins at a boundary; the others may reach over one. */
    if (!allowed(page + aligned, 2 * LONGEST, is_store)) {
        return;
    }
    if (is_store) {
        store(WINDOW + at, below(STORES));
    } else {
        load(WINDOW + at, below(LOADS));
    }
    report->accesses++;
}

static void visit(uint64_t page, uint64_t visits)
{
    unsigned only = visits > 1 ? WORLDS : below(WORLDS);

    for (unsigned world = 0; world < WORLDS; world++) {
        if (only != WORLDS && world != only) {
            continue;
        }
        map(page, world);
        for (uint64_t i = 0; i < visits; i++) {
            access_once(page);
        }
    }
    if (below(16) == 0 && allowed(page, PAGE, true)) {
        walk(page);
    }
    report->pages++;
}

static void do_part(const struct sweep_part *part)
{
    uint64_t bytes = part->step * PAGE;

    for (uint64_t at = part->first;; at += bytes) {
        if (at > part->last || part->last - at < bytes) {
            visit(at, part->visits);
            visit(part->last & -PAGE, part->visits);
            return;
        }
        visit(at > part->first ? at + below(part->step) * PAGE : at,
              part->visits);
    }
}

static volatile uint32_t *word_at(uint64_t pa)
{
    map(pa, NON_SECURE);
    return (volatile uint32_t *)(WINDOW + (pa & (PAGE - 1)));
}

void sweep_main(void)
{
    volatile uint64_t *words = (volatile void *)report;

    for (unsigned i = 0; i < SWEEP_REPORT_SIZE / sizeof(*words); i++) {
        words[i] = 0;
    }
    mmu_on();
    if (orders->magic != SWEEP_MAGIC) {
        sweep_end(SWEEP_BROKEN);
    }
    report->state = SWEEP_RUNS;
    random_state = orders->seed | 1;
    for (uint64_t i = 0; i < orders->loads; i++) {
        report->loaded[i] = *word_at(loads[i].address);
    }
    for (uint64_t i = 0; i < orders->stores; i++) {
        *word_at(stores()[i].address) = stores()[i].value;
    }
    for (uint64_t i = 0; i < orders->parts; i++) {
        do_part(&parts()[i]);
    }
    sweep_end(SWEEP_DONE);
}
