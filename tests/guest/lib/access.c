/*
 * Accesses, and what they must come to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "mmu.h"
#include "string.h"
#include "sysreg.h"

#define STUB(name) extern const uint32_t stub_##name[], stub_##name##_el0[];
STUB(load) STUB(store) STUB(fetch) STUB(ldadd) STUB(swp) STUB(cas)
STUB(ldxr) STUB(ldp) STUB(ldrb) STUB(loop)
STUB(ldrh) STUB(ldrw) STUB(strb) STUB(strh) STUB(strw)

static const struct {
    const char *name;
    const uint32_t *stub, *stub_el0;
    unsigned faulting;      /* index of the instruction that accesses */
} ops[OP__COUNT] = {
#define OP(name, index) { #name, stub_##name, stub_##name##_el0, index }
    [OP_LOAD] = OP(load, 0), [OP_STORE] = OP(store, 0),
    [OP_FETCH] = OP(fetch, 0), [OP_LDADD] = OP(ldadd, 0),
    [OP_SWP] = OP(swp, 0), [OP_CAS] = OP(cas, 1), [OP_LDXR] = OP(ldxr, 0),
    [OP_LDP] = OP(ldp, 0), [OP_LDRB] = OP(ldrb, 0), [OP_LOOP] = OP(loop, 1),
    [OP_LDRH] = OP(ldrh, 0), [OP_LDRW] = OP(ldrw, 0),
    [OP_STRB] = OP(strb, 0), [OP_STRH] = OP(strh, 0), [OP_STRW] = OP(strw, 0),
};

const char *op_name(enum op op)
{
    return ops[op].name;
}

const char *pas_name(enum pas pas)
{
    static const char *const names[] = { "S", "NS", "Root", "Realm" };

    return names[pas & 3];
}

const void *op_stub(enum op op, unsigned el)
{
    return el ? ops[op].stub : ops[op].stub_el0;
}

uint64_t op_fault_pc(enum op op, unsigned el, uint64_t va)
{
    const uint32_t *stub = op_stub(op, el);

    return op == OP_FETCH ? va : (uint64_t)&stub[ops[op].faulting];
}

/* The slot of @want in @pages, taken if it is new; -1: all are taken. */
static int find_slot(uint64_t *pages, unsigned first, uint64_t want)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        unsigned slot = (first + i) % TABLE_ENTRIES;

        if (!pages[slot]) {
            pages[slot] = want;
            dsb(sy);
            isb();
        }
        if (pages[slot] == want) {
            return slot;
        }
    }
    return -1;
}

uint64_t access_map(unsigned el, uint64_t pa, enum pas pas)
{
    static uint32_t lock;
    enum regime regime = el == 3 ? REGIME_EL3 :
                         el == 2 ? REGIME_EL2 : REGIME_EL10;
    uint64_t *pages = mmu_s1[regime].win[3];
    uint64_t page = pa & ~(uint64_t)(PAGE_SIZE - 1);
    uint64_t want = mmu_page(regime, page, pas, el == 0);
    /* Neighbours in memory are neighbours in the window. */
    unsigned first = (page / PAGE_SIZE) % TABLE_ENTRIES;
    int slot;

    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) {
    }
    slot = find_slot(pages, first, want);
    if (slot < 0) {
        access_unmap_all();
        slot = find_slot(pages, first, want);
    }
    __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
    return WIN_VA + slot * (uint64_t)PAGE_SIZE + (pa - page);
}

void access_unmap_all(void)
{
    mmu_reset_windows();
    dsb(sy);
    tlbi(alle3is);
    tlbi(alle2is);
    tlbi(alle1is);
    dsb(sy);
    isb();
}

struct outcome access_run(enum op op, unsigned el, uint64_t pa, enum pas pas,
                          uint64_t value)
{
    uint64_t va = access_map(el, pa, pas);
    const uint64_t x[5] = { va, value };

    return pe_run(el, op_stub(op, el), x);
}

struct outcome access_fault(enum op op, unsigned el, uint64_t va, uint64_t pa,
                            enum pas pas, unsigned gpcf, unsigned level,
                            bool scr_gpf, bool hcr_gpf)
{
    struct outcome out = { .far = va, .elr = op_fault_pc(op, el, va) };
    bool ind = op == OP_FETCH;
    unsigned wnr = op_writes(op) ? 1 << 6 : 0;

    if (gpcf != GPCF_FAIL || (scr_gpf && el < 3)) {
        unsigned gpcsc = (gpcf & 0x3f) | level;

        out.el = 3;
        out.esr = ESR_MAKE(EC_GPC, (unsigned)ind << 20 | gpcsc << 14 | wnr |
                           0x28);
        out.mfar = (pa & ~0xfffull) | (uint64_t)(pas & 1) << 63 |
                   (uint64_t)(pas >> 1) << 62;
        return out;
    }
    out.el = el >= 2 ? el : hcr_gpf ? 2 : 1;
    out.esr = ESR_MAKE((ind ? EC_IABT_LOWER : EC_DABT_LOWER) +
                       (out.el == el), wnr | 0x28);
    return out;
}

void access_fill(uint64_t pa, uint64_t word)
{
    uint64_t *p = (uint64_t *)(pa & ~(uint64_t)(PAGE_SIZE - 1));
    uint32_t *code = (uint32_t *)((uint8_t *)p + FETCH_OFFSET);

    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        p[i] = word;
    }
    code[0] = 0xd2800000u | (FETCH_MAGIC << 5);     /* mov x0, #FETCH_MAGIC */
    code[1] = 0xd65f03c0u;                          /* ret */
    dsb(sy);
    __asm__ volatile("ic ialluis" : : : "memory");
    dsb(sy);
    isb();
}
