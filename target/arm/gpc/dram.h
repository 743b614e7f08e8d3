/*
 * The machine's DRAM under Memory Encryption Contexts: glue between the
 * engine (mec.h) and QEMU's memory.
 *
 * Who may touch host memory directly, and when: PEs through their TLBs, which
 * cpu-mec.c keeps right; all others if cca_dram_direct() says so, as long as
 * they hold the big lock or run as a PE's instruction. A granule changes its
 * context with the big lock held and no PE inside an instruction.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_DRAM_GLUE_H
#define CCA_DRAM_GLUE_H

#include "exec/memory.h"
#include "qemu/thread.h"
#include "cca/dram.h"
#include "mec.h"

/* A range of physical addresses, and where it is in the region of DRAM. */
typedef struct CcaDramRange {
    uint64_t base, size;        /* multiples of 4 KiB */
    hwaddr offset;
} CcaDramRange;

typedef struct CcaDramConfig {
    MemoryRegion *mr;           /* RAM */
    unsigned range_count;       /* 1..MEC_RANGES_MAX */
    CcaDramRange range[MEC_RANGES_MAX];
    MecPolicy policy;
    unsigned mecid_bits;        /* 1..16 */
    CcaFaults *faults;
} CcaDramConfig;

/* The machine's DRAM; NULL before cca_dram_create(). */
typedef struct CcaDram {
    Mec *mec;
    CcaDramConfig config;
    uint8_t *host;              /* of offset 0 */
    /*
     * For all of @mec that is not free of locks. A leaf, and taken inside the
     * big lock where both are.
     */
    QemuMutex lock;
    /*
     * A granule is to change its context: drop translations to it. False: it
     * must stay. NULL: there are no PEs. Set by cpu-mec.c. Called with both
     * locks held, and all PEs outside of instructions.
     */
    bool (*drop)(uint64_t pa, uint64_t size);
    uint64_t (*pc)(void);       /* of the instruction that a PE is at */
    /* Who makes an access for which cca_dram_is_by_pe(). */
    CcaRequester (*pe)(void);
    bool switching;             /* inside cca_dram_switch() */
    bool writing;               /* a view writes, and what it has written */
    uint64_t late_first, late_last;     /* first > last: nothing */
    uint8_t *state;             /* of @mec, for migration */
    uint32_t state_size;
} CcaDram;

extern CcaDram *cca_dram;

/*
 * MemTxAttrs.pid and .requester_id of what a PE accesses by the operations of
 * the region. No device has them (include/cca/its-device-id.h).
 */
enum { CCA_DRAM_BY_PE_PID = 0xff, CCA_DRAM_BY_PE_ID = 0xffff };

static inline bool cca_dram_is_by_pe(MemTxAttrs attrs)
{
    return attrs.pid == CCA_DRAM_BY_PE_PID &&
           attrs.requester_id == CCA_DRAM_BY_PE_ID;
}

/*
 * Goes up before a granule changes its context, and when a key does: what
 * the host's memory holds now means something else than it did. Atomic.
 */
extern uint32_t cca_dram_era;

/*
 * Once, by the machine, before there is a reset: DRAM is under contexts from
 * now on. Ends QEMU if that cannot be.
 */
void cca_dram_create(const CcaDramConfig *config);

/* The physical address of @offset in the region. False: it has none. */
bool cca_dram_pa(hwaddr offset, uint64_t *pa);

/* The offset of @pa in the region. False: @pa is not DRAM. */
bool cca_dram_offset(uint64_t pa, hwaddr *offset);

/*
 * The context of an access to memory with @attrs. Masters that say nothing
 * about themselves are Non-secure.
 */
static inline CcaPas cca_dram_pas(MemTxAttrs attrs)
{
    return attrs.unspecified || (!attrs.secure && !attrs.space) ?
           CCA_PAS_NS : (CcaPas)attrs.space;
}

/* An access with @attrs to @pa. */
CcaAccess cca_dram_access(uint64_t pa, MemTxAttrs attrs);

/*
 * May who makes @access use host memory directly, in the granule at its
 * address, until it lets the big lock go, or its instruction ends?
 */
static inline bool cca_dram_direct(const CcaAccess *access)
{
    return !cca_dram || mec_lookup(cca_dram->mec, access);
}

/*
 * Make @access without the granule changing its context: @len bytes, which
 * may go beyond a granule. False, and nothing has happened: not DRAM.
 */
bool cca_dram_read(const CcaAccess *access, void *buf, size_t len);
bool cca_dram_write(const CcaAccess *access, const void *buf, size_t len);

/*
 * The same, of 8 aligned bytes as they are in memory: if they are @expected,
 * @desired takes their place. @seen: what was there.
 */
bool cca_dram_cmpxchg64(const CcaAccess *access, uint64_t expected,
                        uint64_t desired, uint64_t *seen);

/*
 * What a probe on the bus to DRAM reads and writes, as mec_cipher_read() and
 * mec_cipher_write(). With the big lock held, so that no granule changes over
 * meanwhile.
 */
bool cca_dram_probe_read(uint64_t pa, void *buf, size_t len);
bool cca_dram_probe_write(uint64_t pa, const void *buf, size_t len);

/*
 * Bring the granule of @access under its context; with the big lock held and
 * all other PEs outside of instructions.
 */
MecResult cca_dram_switch(const CcaAccess *access);

/* dram-view.c: what QEMU's memory core asks. */
extern const CcaDramHooks cca_dram_memory_hooks;

/* As cca_dram_rw() and the questions before it, of DRAM at @offset. */
bool cca_dram_differs(hwaddr offset, hwaddr *len, MemTxAttrs attrs);
MemTxResult cca_dram_view(hwaddr offset, void *buf, hwaddr len,
                          MemTxAttrs attrs, bool write);

/* dram-map.c: what address_space_map() and address_space_unmap() ask. */
void cca_dram_map_init(void);
bool cca_dram_map_range(AddressSpace *as, hwaddr offset, hwaddr *len,
                        MemTxAttrs attrs, bool write, void **copy);
bool cca_dram_unmap_range(AddressSpace *as, void *host, hwaddr len,
                          bool write, hwaddr access_len);

/*
 * dram-map.c: is there a mapping for DMA of the granule at @pa, so that
 * somebody has its host address? With the big lock held.
 */
bool cca_dram_pinned(uint64_t pa);

#endif
