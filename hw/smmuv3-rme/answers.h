/*
 * SMMUv3 with RME: answers that memory still confirms.
 *
 * With strict-tlb=off each transaction goes by the tables and the GPT as they
 * are now. That takes a walk, of which most words lead where they led before.
 * So an answer is kept with every word that was read for it, and counts again
 * if each of them, read again, is the same. Nothing is held back by this: the
 * words that a walk would read are read, and one that differs means a walk.
 *
 * What else an answer depends on (smmu_transact_noting()) ends all of them:
 * cca_answers_forget(). So does a granule of DRAM that changes its Memory
 * Encryption Context: the same word under another one is another word.
 *
 * Called with the SMMU's lock held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_ANSWERS_H
#define CCA_SMMU_ANSWERS_H

#include "smmu.h"

/* A word that was read, as it stands in memory. */
typedef struct CcaWord {
    const uint64_t *host;
    uint64_t value;
} CcaWord;

enum { CCA_WORDS = 128, CCA_SEEN = 64 };

typedef struct CcaAnswer CcaAnswer;

typedef struct CcaAnswers {
    CcaAnswer *table;           /* by hash; NULL until there is one */
    uint32_t era;               /* answers of another one do not count */
    uint32_t credit;            /* answers to keep before one is used again */
    uint32_t skipped;           /* since credit was used up */

    bool noting;
    uint32_t contexts;          /* cca_dram_era before the first word */
    unsigned count;             /* of @words; CCA_WORDS + 1: no answer */
    CcaWord words[CCA_WORDS];
    uint8_t seen[CCA_SEEN];     /* index + 1 in @words, by hash */
} CcaAnswers;

void cca_answers_init(CcaAnswers *a);

/* An answer for @txn that memory confirms. */
bool cca_answers_find(CcaAnswers *a, const SmmuTxn *txn, SmmuOutput *out,
                      SmmuEffort *effort);

/* A transaction begins; ... */
void cca_answers_begin(CcaAnswers *a);
/* ... @n words at @host are read for it; ... */
void cca_answers_add(CcaAnswers *a, const uint64_t *host,
                     const uint64_t *values, size_t n);
/* ... it does what cannot be seen again; ... */
static inline void cca_answers_spoil(CcaAnswers *a)
{
    a->count = CCA_WORDS + 1;
}
/* ... it ends. */
void cca_answers_end(CcaAnswers *a, const SmmuTxn *txn, const SmmuOutput *out,
                     const SmmuEffort *effort);

/* No answer counts any more. */
void cca_answers_forget(CcaAnswers *a);

#endif
