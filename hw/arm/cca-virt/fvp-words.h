/*
 * Devices made of 32-bit registers, on a bus that carries 1 to 8 bytes.
 *
 * Narrow reads get their bytes of the register; narrow writes have no strobes
 * on such a bus, so nothing defines them: they are ignored. Eight bytes are
 * two registers, the lower one first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_WORDS_H
#define CCA_FVP_WORDS_H

#include "qemu/bitops.h"
#include "qemu/log.h"
#include "exec/memory.h"

/* Register at @offset, a multiple of 4, of the device @opaque. */
typedef uint32_t CcaFvpReadWord(void *opaque, hwaddr offset);
typedef void CcaFvpWriteWord(void *opaque, hwaddr offset, uint32_t value);

/* What belongs in the ops of such a device; unaligned accesses abort. */
#define CCA_FVP_WORD_ACCESS                                             \
    .endianness = DEVICE_LITTLE_ENDIAN,                                 \
    .valid = { .min_access_size = 1, .max_access_size = 8 },            \
    .impl = { .min_access_size = 1, .max_access_size = 8 }

static inline uint64_t cca_fvp_read(CcaFvpReadWord *read, void *opaque,
                                    hwaddr addr, unsigned size)
{
    uint64_t value;

    if (size == 8) {
        value = read(opaque, addr);
        return value | (uint64_t)read(opaque, addr + 4) << 32;
    }
    value = read(opaque, addr & ~3ull) >> (addr & 3) * 8;
    return extract64(value, 0, size * 8);
}

static inline void cca_fvp_write(CcaFvpWriteWord *write, void *opaque,
                                 const char *name, hwaddr addr,
                                 uint64_t value, unsigned size)
{
    if (size < 4) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: %u-byte write at 0x%" HWADDR_PRIx
                      " ignored\n", name, size, addr);
        return;
    }
    write(opaque, addr, value);
    if (size == 8) {
        write(opaque, addr + 4, value >> 32);
    }
}

/* An access to no register, or of the wrong kind. */
static inline void cca_fvp_no_register(const char *name, const char *what,
                                       hwaddr offset)
{
    qemu_log_mask(LOG_GUEST_ERROR, "%s: bad %s at 0x%" HWADDR_PRIx "\n",
                  name, what, offset);
}

/* Identification of an Arm PrimeCell. */
typedef struct CcaPrimeCell {
    uint16_t part;              /* 12 bits */
    uint8_t revision;           /* 4 bits */
    uint8_t configuration;
} CcaPrimeCell;

enum {
    PRIMECELL_ID = 0xfe0,       /* PeriphID0-3, then PCellID0-3 */
    PRIMECELL_END = 0x1000,
    PRIMECELL_DESIGNER = 0x41,  /* Arm */
};
#define PRIMECELL_CID 0xb105f00du

/* The identification register at @offset, PRIMECELL_ID to PRIMECELL_END. */
static inline uint32_t cca_primecell_id(const CcaPrimeCell *id, hwaddr offset)
{
    uint32_t pid = id->part | PRIMECELL_DESIGNER << 12 |
                   (uint32_t)id->revision << 20 |
                   (uint32_t)id->configuration << 24;
    uint64_t all = pid | (uint64_t)PRIMECELL_CID << 32;

    return extract64(all, (offset - PRIMECELL_ID) / 4 * 8, 8);
}

#endif
