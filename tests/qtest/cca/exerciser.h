/*
 * cca-exerciser for qtests: find it, map it, make it do DMA under any
 * identity. docs/exerciser.md has an example.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_EXERCISER_H
#define CCA_QTEST_EXERCISER_H

#include "qemu/osdep.h"
#include "tests/qtest/libqtest.h"
#include "hw/pcie-ide/exerciser-regs.h"

/* The ECAM of virt and cca-virt; with highmem-ecam=off the other one. */
#define EXERCISER_ECAM      0x4010000000ull
#define EXERCISER_ECAM_LOW  0x3f000000ull
/* That of cca-fvp. */
#define EXERCISER_ECAM_FVP  0x40000000ull

/* An exerciser whose BARs are mapped and which may send. */
typedef struct Exerciser {
    QTestState *qts;
    uint64_t config;            /* address of its configuration space */
    uint16_t rid;               /* its own Requester ID */
    uint64_t regs, ram, msix;   /* addresses of its BARs */
    uint64_t ram_size;
    uint32_t buffer_size;       /* the buffer begins at @ram */
} Exerciser;

/* As whom to make a transaction; all 0: Non-secure, untranslated, itself. */
typedef struct ExerciserId {
    unsigned sec_sid;           /* 0 Non-secure, 1 Secure, 2 Realm */
    bool forge;                 /* use @rid */
    uint16_t rid;
    bool pasid_valid;           /* wants exerciser_enable(.., PASID, ..) */
    uint32_t pasid;
    bool privileged, instruction, no_snoop;
    bool translated;            /* AT = 10: the address is an output */
    bool use_atc;               /* translate by the ATC first, then the same */
    bool stallable;             /* the SMMU may hold it */
} ExerciserId;

/* An answer to a translation request. */
typedef struct ExerciserAts {
    unsigned cause;             /* EXERCISER_CAUSE_NONE: success */
    bool cacheable;
    uint64_t addr, size;
    uint32_t perm;              /* ATS_PERM_* */
} ExerciserAts;

/*
 * Number the buses below the root bus behind @ecam, map the exercisers on
 * them, in the order of their Requester IDs, and enable them. Returns how
 * many there are; at most @max are filled in. All other functions are left
 * alone, but for bridges on the way.
 */
unsigned exerciser_scan(QTestState *qts, uint64_t ecam, Exerciser *found,
                        unsigned max);

/* The only exerciser of the machine. */
Exerciser exerciser_one(QTestState *qts);

/* Configuration space; 4-byte accesses, 2-byte where it says so. */
uint32_t exerciser_config(const Exerciser *ex, unsigned offset);
void exerciser_set_config(const Exerciser *ex, unsigned offset,
                          uint32_t value);
uint16_t exerciser_config16(const Exerciser *ex, unsigned offset);
void exerciser_set_config16(const Exerciser *ex, unsigned offset,
                            uint16_t value);
/* Offset of a capability, of an extended one; 0 if there is none. */
unsigned exerciser_cap(const Exerciser *ex, uint8_t id);
unsigned exerciser_ext_cap(const Exerciser *ex, uint16_t id);

/* Memory and bus master enable, or neither. */
void exerciser_command(const Exerciser *ex, bool enable);
/* Enable bits of ATS; of PASID (all three); of PRI, with all requests. */
void exerciser_enable(const Exerciser *ex, bool ats, bool pasid, bool pri);

/* Registers */
uint32_t exerciser_reg(const Exerciser *ex, unsigned offset);
uint64_t exerciser_reg64(const Exerciser *ex, unsigned offset);
void exerciser_set_reg(const Exerciser *ex, unsigned offset, uint32_t value);
void exerciser_set_reg64(const Exerciser *ex, unsigned offset,
                         uint64_t value);

/* The buffer */
void exerciser_fill(const Exerciser *ex, uint32_t offset, const void *data,
                    size_t len);
void exerciser_fetch(const Exerciser *ex, uint32_t offset, void *data,
                     size_t len);

/*
 * One DMA of @len bytes between @addr and the buffer at @offset, as @id (NULL:
 * all 0). Returns EXERCISER_CAUSE_*; the status register was checked to be
 * consistent with it.
 */
unsigned exerciser_dma(const Exerciser *ex, const ExerciserId *id,
                       bool to_memory, uint64_t addr, uint32_t offset,
                       uint32_t len);

/* Memory to @data, and @data to memory, through the start of the buffer. */
unsigned exerciser_read(const Exerciser *ex, const ExerciserId *id,
                        uint64_t addr, void *data, uint32_t len);
unsigned exerciser_write(const Exerciser *ex, const ExerciserId *id,
                         uint64_t addr, const void *data, uint32_t len);
/* Ditto, 8 bytes little-endian. A read that does not work gives 0. */
unsigned exerciser_readq(const Exerciser *ex, const ExerciserId *id,
                         uint64_t addr, uint64_t *value);
unsigned exerciser_writeq(const Exerciser *ex, const ExerciserId *id,
                          uint64_t addr, uint64_t value);

/* A translation request for @addr, with permission to write if @write. */
ExerciserAts exerciser_ats(const Exerciser *ex, const ExerciserId *id,
                           uint64_t addr, bool write);

/*
 * A page request, by PRICTL bits @prictl (READ, WRITE, LAST, ...) for @group.
 * Returns whether it was sent.
 */
bool exerciser_page_request(const Exerciser *ex, const ExerciserId *id,
                            uint64_t addr, uint32_t prictl, unsigned group);

/* Program an MSI-X vector, unmasked; enable or disable MSI-X; fire one. */
void exerciser_msix_set(const Exerciser *ex, unsigned vector, uint64_t addr,
                        uint32_t data);
void exerciser_msix_enable(const Exerciser *ex, bool enable);
void exerciser_fire(const Exerciser *ex, unsigned vector);

#endif
