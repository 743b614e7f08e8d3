/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Single accesses of a given size that the compiler neither drops nor merges,
 * for device registers and for memory whose access may fault.
 */
#ifndef LIB_MMIO_H
#define LIB_MMIO_H

#include <stdint.h>

#define MMIO_ACCESSORS(bits)                                            \
    static inline uint##bits##_t mmio_read##bits(uintptr_t address)     \
    {                                                                   \
        return *(volatile uint##bits##_t *)address;                     \
    }                                                                   \
    static inline void mmio_write##bits(uintptr_t address,              \
                                        uint##bits##_t value)           \
    {                                                                   \
        *(volatile uint##bits##_t *)address = value;                    \
    }

MMIO_ACCESSORS(8)
MMIO_ACCESSORS(16)
MMIO_ACCESSORS(32)
MMIO_ACCESSORS(64)

#undef MMIO_ACCESSORS

#endif
