/*
 * Memory Encryption Contexts of a guest, seen from outside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_MEC_H
#define CCA_QTEST_MEC_H

#include "guest.h"

/*
 * Start the guest with mec=on, mpe=@policy and @args; wait until it is up. Its
 * keys are the same each time, but for a -seed in @args.
 */
QTestState *mec_start(const char *policy, const char *args);

/* What DRAM holds: @size bytes by cca-dram-read and cca-dram-write. */
void dram_read(QTestState *s, uint64_t pa, void *bytes, size_t size);
void dram_write(QTestState *s, uint64_t pa, const void *bytes, size_t size);

/* The run that the granule at @pa is the first of. */
typedef struct DramRun {
    uint64_t base, size;
    char pas[8];
    unsigned mecid;
    bool lost;
} DramRun;

DramRun dram_run(QTestState *s, uint64_t pa);

/* Is the granule at @pa under this context? If not, the test fails. */
void check_context(QTestState *s, uint64_t pa, const char *pas,
                   unsigned mecid);

/* A counter of cca-mec-contexts. */
uint64_t mec_counter(QTestState *s, const char *name);

/* From now on EL3 on PE @pe accesses the Realm PAS with @mecid. */
void guest_set_mecid(QTestState *s, unsigned mecid, unsigned pe);

/* @count words from @pa on, as MAILBOX_* @pas, by EL3. */
void guest_read_words(QTestState *s, uint64_t pa, unsigned pas,
                      uint64_t *words, unsigned count);
void guest_write_words(QTestState *s, uint64_t pa, unsigned pas,
                       const uint64_t *words, unsigned count);

#endif
