/*
 * The state of an SMMU as a list of words: what migration carries. Caches are
 * no part of it, as none of their contents may be relied upon.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bank-regs.h"
#include "smmu-internal.h"

enum { STATE_VERSION = 1 };

/* Saving, loading, or comparing, over the same list. */
typedef struct Stream {
    uint64_t *words;            /* saving */
    const uint64_t *from;       /* loading, comparing */
    unsigned max, n;
    bool compare;
    bool bad;
} Stream;

static void word(Stream *st, uint64_t *value)
{
    if (st->n >= st->max) {
        st->bad = true;
    } else if (st->compare) {
        st->bad |= *value != st->from[st->n++];
    } else if (st->from) {
        *value = st->from[st->n++];
    } else {
        st->words[st->n++] = *value;
    }
}

#define FIELD(st, lvalue)               \
    do {                                \
        uint64_t value_ = (lvalue);     \
        word(st, &value_);              \
        (lvalue) = value_;              \
    } while (0)

/* A word that has to be the same on both sides. */
static void same(Stream *st, uint64_t value)
{
    uint64_t theirs = value;

    word(st, &theirs);
    if (theirs != value) {
        st->bad = true;
    }
}

static void bank(Stream *st, SmmuBank *b)
{
    FIELD(st, b->cr0);
    FIELD(st, b->cr0ack);
    FIELD(st, b->cr1);
    FIELD(st, b->cr2);
    FIELD(st, b->gbpa);
    FIELD(st, b->irq_ctrl);
    FIELD(st, b->irq_ctrlack);
    FIELD(st, b->gerror);
    FIELD(st, b->gerrorn);
    for (unsigned i = 0; i < SMMU_IRQ_CMD_SYNC; i++) {
        FIELD(st, b->irq_cfg[i].cfg0);
        FIELD(st, b->irq_cfg[i].cfg1);
        FIELD(st, b->irq_cfg[i].cfg2);
    }
    FIELD(st, b->strtab_base);
    FIELD(st, b->strtab_base_cfg);
    for (unsigned i = 0; i < SMMU_QUEUE__COUNT; i++) {
        FIELD(st, b->queue[i].base);
        FIELD(st, b->queue[i].prod);
        FIELD(st, b->queue[i].cons);
    }
    FIELD(st, b->gmecid);
    FIELD(st, b->dpt_base);
    FIELD(st, b->dpt_base_cfg);
    FIELD(st, b->dpt_cfg_far);
}

static void root(Stream *st, SmmuRoot *r)
{
    FIELD(st, r->cr0);
    FIELD(st, r->cr0ack);
    FIELD(st, r->gpt_base);
    FIELD(st, r->gpt_base_cfg);
    for (unsigned i = 0; i < SMMU_ROOT_FAR__COUNT; i++) {
        FIELD(st, r->far[i]);
    }
    FIELD(st, r->tlbi);
    FIELD(st, r->tlbi_ctrl);
}

static void stalls(Stream *st, Smmu *s)
{
    same(st, SMMU_STALLS);
    FIELD(st, s->stalled);
    for (unsigned i = 0; i < SMMU_STALLS; i++) {
        SmmuStallSlot *slot = &s->stall[i];
        SmmuTxn *t = &slot->txn;
        uint64_t flags = slot->state == SMMU_STALL_FREE ? 0 :
                         slot->state | slot->unrecorded << 4 |
                         t->sec_sid << 8 | t->ssv << 12 |
                         t->access.write << 13 | t->access.instruction << 14 |
                         t->access.privileged << 15 | t->ns << 16 |
                         t->translated << 17;

        word(st, &flags);
        /* Most slots are free, of which there is nothing to say. */
        if (!(flags & 15)) {
            slot->state = SMMU_STALL_FREE;
            continue;
        }
        FIELD(st, t->addr);
        FIELD(st, t->sid);
        FIELD(st, t->ssid);
        if ((flags & 15) > SMMU_STALL_RAZ_WI ||
            (flags >> 8 & 15) >= CCA_SEC_SID__COUNT) {
            st->bad = true;
            return;
        }
        slot->state = flags & 15;
        slot->unrecorded = flags >> 4 & 1;
        t->sec_sid = flags >> 8 & 15;
        t->ssv = flags >> 12 & 1;
        t->access.write = flags >> 13 & 1;
        t->access.instruction = flags >> 14 & 1;
        t->access.privileged = flags >> 15 & 1;
        t->ns = flags >> 16 & 1;
        t->translated = flags >> 17 & 1;
        t->stallable = true;
    }
}

static void everything(Stream *st, Smmu *s)
{
    same(st, STATE_VERSION);
    for (CcaSecSid i = 0; i < CCA_SEC_SID__COUNT; i++) {
        for (unsigned offset = SMMU_IDR0; offset <= SMMU_AIDR; offset += 4) {
            same(st, smmu_id_read(&s->regs.feat, i, offset));
        }
    }
    same(st, smmu_id_read(&s->regs.feat, CCA_SEC_SID_REALM, SMMU_R_MECIDR));
    same(st, smmu_root_id_read(&s->regs.feat, SMMU_ROOT_IDR0));
    same(st, s->config.root_offset);
    for (unsigned i = 0; i < CCA_SEC_SID__COUNT; i++) {
        bank(st, &s->regs.bank[i]);
        FIELD(st, s->atc_failed[i]);
    }
    root(st, &s->regs.root);
    FIELD(st, s->root_written);
    stalls(st, s);
}

unsigned smmu_save(Smmu *s, uint64_t *words, unsigned max)
{
    Stream st = { .words = words, .max = max };

    everything(&st, s);
    return st.bad ? 0 : st.n;
}

/* Is what was loaded something that this SMMU can be in? */
static bool possible(Smmu *s, const uint64_t *words, unsigned n)
{
    /* A word that has no room where it goes comes back different. */
    Stream st = { .from = words, .max = n, .compare = true };
    unsigned taken = 0;

    everything(&st, s);
    for (unsigned i = 0; i < SMMU_STALLS; i++) {
        taken += s->stall[i].state != SMMU_STALL_FREE;
    }
    for (unsigned i = 0; i < CCA_SEC_SID__COUNT; i++) {
        if (smmu_has_interface(&s->regs.feat, i) &&
            !smmu_bank_possible(&s->regs.bank[i])) {
            return false;
        }
    }
    return !st.bad && taken == s->stalled &&
           smmu_root_possible(&s->regs.root);
}

bool smmu_load(Smmu *s, const uint64_t *words, unsigned n)
{
    Stream st = { .from = words, .max = n };

    everything(&st, s);
    if (st.bad || st.n != n || !possible(s, words, n)) {
        smmu_reset(s);
        return false;
    }
    /* Faults that were at work here are over; time may have gone back. */
    s->late_count = 0;
    for (unsigned i = 0; i < CCA_SEC_SID__COUNT; i++) {
        s->stuck_until[i] = 0;
    }
    smmu_registers_changed(s);
    return true;
}
