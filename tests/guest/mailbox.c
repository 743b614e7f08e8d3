/*
 * The mailbox image: does what a host program asks (lib/mailbox.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "console.h"
#include "gpt.h"
#include "mailbox.h"
#include "mec.h"
#include "mmu.h"
#include "semihosting.h"
#include "sysreg.h"
#include "test.h"

/*
 * Memory from 1 GiB on once more, as Non-secure memory: what the host writes
 * is not to be read under another memory encryption context.
 */
enum { ALIAS_ENTRY = 4, ALIASED_ENTRY = 1 };
#define GIB             0x40000000ull
#define ALIAS_OFFSET    ((ALIAS_ENTRY - ALIASED_ENTRY) * GIB)

static volatile struct Mailbox *box = (void *)(MAILBOX_BASE + ALIAS_OFFSET);

/* Without encryption the box is Root's: nothing can keep EL3 from that. */
static void find_box(void)
{
    volatile struct Mailbox *plain = (void *)MAILBOX_BASE;

    /* A Block descriptor is a Page descriptor without bit 1. */
    mmu_s1[REGIME_EL3].l1[ALIAS_ENTRY] =
        mmu_page(REGIME_EL3, ALIASED_ENTRY * GIB, PAS_NS, false) & ~2ull;
    dsb(sy);
    isb();
    box->va = MAILBOX_MAGIC;
    dsb(sy);
    if (plain->va == MAILBOX_MAGIC) {
        box = plain;
    }
}

static bool do_access(enum op op, uint64_t address, uint64_t value)
{
    uint64_t flags = box->flags;
    struct outcome out;

    pe_set_world(box->el == 3 ? PAS_ROOT : box->world,
                 flags & MAILBOX_SCR_GPF ? SCR_GPF : 0);
    mmu_stage2(false, false, false, flags & MAILBOX_HCR_GPF ? HCR_GPF : 0);
    out = access_run(op, box->el, address, box->pas, value);
    box->va = access_map(box->el, address, box->pas);
    box->took_el = out.el;
    box->esr = out.esr;
    box->far = out.far;
    box->elr = out.elr;
    box->mfar = out.el == 3 ? out.mfar : 0;
    box->hpfar = out.hpfar;
    box->result = out.el ? 0 : out.x0;
    return out.el != 0;
}

/* By the size of an access: 1, 2, 4 or 8 bytes. */
static void do_sized(bool write)
{
    static const enum op reads[] = {
        [1] = OP_LDRB, [2] = OP_LDRH, [4] = OP_LDRW, [8] = OP_LOAD,
    };
    static const enum op writes[] = {
        [1] = OP_STRB, [2] = OP_STRH, [4] = OP_STRW, [8] = OP_STORE,
    };

    box->el = 3;
    box->flags = 0;
    do_access((write ? writes : reads)[box->size], box->address, box->value);
}

static void wipe(void)
{
    uint64_t page = box->address & ~(uint64_t)(PAGE_SIZE - 1);

    box->el = 3;
    box->flags = 0;
    for (uint64_t at = 0; at < PAGE_SIZE; at += 8) {
        do_access(OP_STORE, page + at, 0);
    }
}

static void set_mecid(void)
{
    mec_set(MECID_RL_A, box->value);
    mec_enable(false, true);
}

static void sweep(void)
{
    uint64_t faults = 0;

    for (uint64_t i = 0; i < box->value; i++) {
        faults += do_access(OP_LOAD, box->address + i * box->size, 0);
    }
    box->result = faults;
}

static bool sensible(void)
{
    bool table = box->command == MAILBOX_SET_GPI ||
                 box->command == MAILBOX_SET_ENTRY ||
                 box->command == MAILBOX_ENTRY_ADDRESS ||
                 box->command == MAILBOX_FILL;

    if (box->command >= MAILBOX__COUNT || box->el > 3 || box->pas > 3 ||
        box->world > 3 || (box->el < 3 && box->world == MAILBOX_ROOT) ||
        box->pe >= box->pes) {
        return false;
    }
    if (box->command == MAILBOX_READ || box->command == MAILBOX_WRITE) {
        return box->size && box->size <= 8 && !(box->size & (box->size - 1)) &&
               !(box->address & (box->size - 1));
    }
    if (box->command == MAILBOX_MECID) {
        return mec_present() && box->value <= UINT16_MAX;
    }
    return !table || (box->address >= TEST_BASE &&
                      box->address - TEST_BASE < TEST_SIZE);
}

/* On the PE that was asked for. */
static void execute(struct pe *pe, uint64_t arg)
{
    (void)pe;
    (void)arg;
    switch (box->command) {
    case MAILBOX_LOAD:
        do_access(OP_LOAD, box->address, 0);
        break;
    case MAILBOX_STORE:
        do_access(OP_STORE, box->address, box->value);
        break;
    case MAILBOX_LDADD:
        do_access(OP_LDADD, box->address, box->value);
        break;
    case MAILBOX_FETCH:
        do_access(OP_FETCH, box->address + FETCH_OFFSET, 0);
        break;
    case MAILBOX_FILL:
        access_fill(box->address, box->value);
        break;
    case MAILBOX_SET_GPI:
        gpt_set(box->address, box->value & 15);
        break;
    case MAILBOX_SET_ENTRY:
        *gpt_entry(box->address) = box->value;
        break;
    case MAILBOX_SET_L0:
        gpt.l0[box->address >> gpt.l0_bits] = box->value;
        break;
    case MAILBOX_ENTRY_ADDRESS:
        box->result = (uint64_t)gpt_entry(box->address);
        break;
    case MAILBOX_PAALL:
        gpt_tlbi_all();
        break;
    case MAILBOX_PAALLOS:
        gpt_tlbi_all_os();
        break;
    case MAILBOX_RPAOS:
        gpt_tlbi_rpaos(box->address, box->size);
        break;
    case MAILBOX_RPALOS:
        gpt_tlbi_rpalos(box->address, box->size);
        break;
    case MAILBOX_TLBI_VA:
        dsb(sy);
        tlbi(alle3);
        tlbi(alle2);
        tlbi(alle1);
        dsb(sy);
        isb();
        break;
    case MAILBOX_GPC_ON:
        gpt_on(box->value);
        break;
    case MAILBOX_GPC_OFF:
        gpt_off();
        break;
    case MAILBOX_EXIT:
        semihosting_exit(box->value);
    case MAILBOX_SWEEP:
        sweep();
        break;
    case MAILBOX_READ:
        do_sized(false);
        break;
    case MAILBOX_WRITE:
        do_sized(true);
        break;
    case MAILBOX_WIPE:
        wipe();
        break;
    case MAILBOX_MECID:
        set_mecid();
        break;
    default:
        break;
    }
}

/* GPCCR_EL3 and GPTBR_EL3 are of each PE. */
static void enable_gpc(struct pe *pe, uint64_t arg)
{
    (void)pe;
    (void)arg;
    write_sysreg(GPTBR_EL3, GPT_L0_BASE >> 12);
    gpt_on(0);
}

void test_main(void)
{
    unsigned pes = 1;
    uint64_t seen;

    find_box();
    while (pes < MAX_PES && pe_present(pes)) {
        pes++;
    }
    gpt_build(2, 0);
    enable_gpc(pe_self(), 0);
    for (unsigned i = 1; i < pes; i++) {
        pe_start(i, enable_gpc, 0);
        pe_wait(i);
    }
    box->pes = pes;
    box->request = 0;
    box->done = 0;
    dmb(sy);
    box->magic = MAILBOX_MAGIC;
    con_printf("mailbox: ready at %x, %u PEs\n", MAILBOX_ADDRESS, pes);
    for (seen = 0;;) {
        uint64_t request = box->request;

        if (request == seen) {
            continue;
        }
        seen = request;
        dmb(sy);
        box->status = !sensible();
        if (box->status == 0) {
            if (box->pe == 0) {
                execute(pe_self(), 0);
            } else {
                pe_start(box->pe, execute, 0);
                pe_wait(box->pe);
            }
        }
        dmb(sy);
        box->done = seen;
    }
}
