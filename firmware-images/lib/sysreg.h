/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * System registers, barriers and TLB maintenance. Registers that the
 * assembler may not know are named by their encoding (contract A.1, A.5).
 */
#ifndef LIB_SYSREG_H
#define LIB_SYSREG_H

#include <stdint.h>

/* Value of the system register called name (no quotes), e.g. esr_el2. */
#define read_sysreg(name)                                               \
    ({                                                                  \
        uint64_t value_;                                                \
        __asm__ volatile("mrs %0, " SYSREG_STRING(name)                 \
                         : "=r"(value_) : : "memory");                  \
        value_;                                                         \
    })

/* Writes a system register; the caller adds isb() where it is needed. */
#define write_sysreg(name, value)                                       \
    do {                                                                \
        __asm__ volatile("msr " SYSREG_STRING(name) ", %0"              \
                         : : "r"((uint64_t)(value)) : "memory");        \
    } while (0)

/* The name as text, after expansion: an alias below becomes its encoding. */
#define SYSREG_STRING(name) SYSREG_STRING_(name)
#define SYSREG_STRING_(name) #name

#define GPTBR_EL3               S3_6_C2_C1_4
#define GPCCR_EL3               S3_6_C2_C1_6
#define GPCBW_EL3               S3_6_C2_C1_5
#define MFAR_EL3                S3_6_C6_C0_5
#define ID_AA64MMFR3_EL1        S3_0_C0_C7_3
#define ID_AA64MMFR4_EL1        S3_0_C0_C7_4

/* A barrier; the option is a bare word: dsb(ish), dsb(sy), dmb(osh). */
#define isb()           __asm__ volatile("isb" : : : "memory")
#define dsb(option)     __asm__ volatile("dsb " #option : : : "memory")
#define dmb(option)     __asm__ volatile("dmb " #option : : : "memory")
#define wfe()           __asm__ volatile("wfe" : : : "memory")
#define wfi()           __asm__ volatile("wfi" : : : "memory")
/* Hint of a loop that waits for another PE. */
#define yield()         __asm__ volatile("yield" : : : "memory")
#define sev()           __asm__ volatile("sev" : : : "memory")

/* A TLB invalidation without operand: tlbi(alle2), tlbi(alle3is). */
#define tlbi(operation) __asm__ volatile("tlbi " #operation : : : "memory")

/* PA TLB maintenance, EL3 only (contract A.5). */
#define tlbi_paall()    __asm__ volatile("sys #6, c8, c7, #4" : : : "memory")
#define tlbi_paallos()  __asm__ volatile("sys #6, c8, c1, #4" : : : "memory")
#define tlbi_rpaos(operand)                                             \
    __asm__ volatile("sys #6, c8, c4, #3, %0"                           \
                     : : "r"((uint64_t)(operand)) : "memory")
#define tlbi_rpalos(operand)                                            \
    __asm__ volatile("sys #6, c8, c4, #7, %0"                           \
                     : : "r"((uint64_t)(operand)) : "memory")

/* Current exception level, 0 to 3 (CurrentEL[3:2]). */
static inline unsigned int current_el(void)
{
    return (unsigned int)(read_sysreg(CurrentEL) >> 2) & 3;
}

/* Bits [hi:lo] of a register value. */
static inline uint64_t sysreg_field(uint64_t value, unsigned int hi,
                                    unsigned int lo)
{
    return (value >> lo) & (UINT64_MAX >> (63 - (hi - lo)));
}

#endif
