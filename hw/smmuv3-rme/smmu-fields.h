/*
 * SMMUv3 with RME: bit fields of registers, commands and memory structures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_FIELDS_H
#define CCA_SMMU_FIELDS_H

#include <stdint.h>

/*
 * A field of a register or of any other single word of up to 64 bits:
 * @name##_SHIFT, @name##_LEN (1..64), @name##_MASK (in place).
 */
#define SMMU_FIELD(name, shift, len)                                    \
    enum { name##_SHIFT = (shift), name##_LEN = (len) };                \
    static const uint64_t name##_MASK __attribute__((unused)) =         \
        ((len) == 64 ? ~0ull : ((1ull << ((len) & 63)) - 1)) << (shift)

/*
 * The value of field @name in @reg; @reg with field @name set to @val; field
 * @name in place with all else zero, which is how addresses are meant.
 */
#define SMMU_GET(reg, name) (((reg) & name##_MASK) >> name##_SHIFT)
#define SMMU_SET(reg, name, val)                                        \
    (((reg) & ~name##_MASK) |                                           \
     (((uint64_t)(val) << name##_SHIFT) & name##_MASK))
#define SMMU_IN_PLACE(reg, name) ((reg) & name##_MASK)

/*
 * A field of a structure of several 64-bit words: also @name##_WORD. The
 * specification counts bits through the whole structure, so bit 143 is
 * word 2, shift 15. A field never crosses a word; where the architecture
 * has one that does, it gets a name for each part.
 */
#define SMMU_WFIELD(name, word, shift, len)                             \
    enum { name##_WORD = (word) };                                      \
    SMMU_FIELD(name, shift, len)

/* As above, on @words: an array of uint64_t in host order. */
#define SMMU_WGET(words, name) SMMU_GET((words)[name##_WORD], name)
#define SMMU_WSET(words, name, val)                                     \
    ((words)[name##_WORD] = SMMU_SET((words)[name##_WORD], name, val))
#define SMMU_WIN_PLACE(words, name) SMMU_IN_PLACE((words)[name##_WORD], name)

#endif
