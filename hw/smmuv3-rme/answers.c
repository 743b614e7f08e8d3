/*
 * SMMUv3 with RME: answers that memory still confirms.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "target/arm/gpc/dram.h"
#include "answers.h"

enum {
    SLOTS_LOG2 = 14,            /* 64 MiB, by pages; 8 MiB at most */
    PAGE_SHIFT = 12,
    /*
     * An answer that is used lets so many be kept; beyond that only each
     * PAUSE'th is, so that traffic that never repeats costs nothing.
     */
    CREDIT = 8, CREDIT_MAX = 2 << SLOTS_LOG2, PAUSE = 16,
};

struct CcaAnswer {
    uint64_t who, page;
    uint32_t era;               /* 0: empty */
    uint32_t contexts;          /* cca_dram_era */
    uint16_t count, room;
    CcaWord *words;             /* @count of @room */
    SmmuOutput out;             /* for the first byte of the page */
    SmmuEffort effort;
};

/* All of a transaction but its address. */
static uint64_t who_of(const SmmuTxn *txn)
{
    return txn->sid | (uint64_t)txn->ssid << 32 |
           (uint64_t)txn->sec_sid << 52 | (uint64_t)txn->ssv << 54 |
           (uint64_t)txn->access.write << 55 |
           (uint64_t)txn->access.instruction << 56 |
           (uint64_t)txn->access.privileged << 57 |
           (uint64_t)txn->ns << 58 | (uint64_t)txn->translated << 59 |
           (uint64_t)txn->stallable << 60;
}

/* Neighbours are neighbours. */
static CcaAnswer *slot(CcaAnswers *a, uint64_t who, uint64_t page)
{
    uint64_t hash = who * 0x9e3779b97f4a7c15ull;

    return &a->table[(page + (hash >> (64 - SLOTS_LOG2))) &
                     ((1u << SLOTS_LOG2) - 1)];
}

void cca_answers_init(CcaAnswers *a)
{
    a->era = 1;
    a->credit = CREDIT_MAX;
}

void cca_answers_forget(CcaAnswers *a)
{
    if (++a->era == 0) {
        for (size_t i = 0; a->table && i < 1u << SLOTS_LOG2; i++) {
            a->table[i].era = 0;
        }
        a->era = 1;
    }
    cca_answers_spoil(a);
}

bool cca_answers_find(CcaAnswers *a, const SmmuTxn *txn, SmmuOutput *out,
                      SmmuEffort *effort)
{
    uint64_t who = who_of(txn), page = txn->addr >> PAGE_SHIFT;
    const CcaAnswer *answer;

    if (!a->table || txn->ssid >> 20) {
        return false;
    }
    answer = slot(a, who, page);
    if (answer->page != page || answer->who != who || answer->era != a->era) {
        return false;
    }
    for (unsigned i = 0; i < answer->count; i++) {
        const CcaWord *w = &answer->words[i];

        if (qatomic_read(w->host) != w->value) {
            return false;
        }
    }
    smp_rmb();
    if (qatomic_read(&cca_dram_era) != answer->contexts) {
        return false;
    }
    a->credit = MIN(a->credit + CREDIT, CREDIT_MAX);
    *out = answer->out;
    out->pa += txn->addr & ((1u << PAGE_SHIFT) - 1);
    *effort = answer->effort;
    return true;
}

void cca_answers_begin(CcaAnswers *a)
{
    if (!a->credit && ++a->skipped % PAUSE) {
        return;
    }
    a->noting = true;
    a->count = 0;
    a->contexts = qatomic_read(&cca_dram_era);
    smp_rmb();
    memset(a->seen, 0, sizeof(a->seen));
}

static void add_word(CcaAnswers *a, const uint64_t *host, uint64_t value)
{
    uint8_t *seen = &a->seen[(uintptr_t)host / sizeof(*host) *
                             0x9e3779b97f4a7c15ull >> 58];

    QEMU_BUILD_BUG_ON(CCA_SEEN != 1 << (64 - 58));
    if (*seen && a->words[*seen - 1].host == host) {
        if (a->words[*seen - 1].value != value) {
            cca_answers_spoil(a);
        }
        return;
    }
    a->words[a->count] = (CcaWord) { host, value };
    *seen = ++a->count;
}

void cca_answers_add(CcaAnswers *a, const uint64_t *host,
                     const uint64_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a->count >= CCA_WORDS) {
            cca_answers_spoil(a);
            return;
        }
        add_word(a, &host[i], values[i]);
    }
}

/* What was noted becomes the answer to @txn. */
static void keep(CcaAnswers *a, const SmmuTxn *txn, const SmmuOutput *out,
                 const SmmuEffort *effort)
{
    uint64_t who = who_of(txn), page = txn->addr >> PAGE_SHIFT;
    CcaAnswer *answer;

    if (!a->table) {
        a->table = g_new0(CcaAnswer, 1u << SLOTS_LOG2);
    }
    answer = slot(a, who, page);
    if (answer->room < a->count) {
        answer->room = ROUND_UP(a->count, 4);
        g_free(answer->words);
        answer->words = g_new(CcaWord, answer->room);
    }
    memcpy(answer->words, a->words, a->count * sizeof(CcaWord));
    answer->count = a->count;
    answer->who = who;
    answer->page = page;
    answer->era = a->era;
    answer->contexts = a->contexts;
    answer->out = *out;
    answer->out.pa -= txn->addr & ((1u << PAGE_SHIFT) - 1);
    answer->effort = *effort;
    a->credit -= a->credit > 0;
}

void cca_answers_end(CcaAnswers *a, const SmmuTxn *txn, const SmmuOutput *out,
                     const SmmuEffort *effort)
{
    if (a->noting && a->count <= CCA_WORDS && effort->by_walk &&
        out->shift >= PAGE_SHIFT && !(txn->ssid >> 20)) {
        keep(a, txn, out, effort);
    }
    a->noting = false;
}
