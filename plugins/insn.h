/*
 * Instructions that the counting plugin looks for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_COUNT_INSN_H
#define CCA_COUNT_INSN_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Is the A64 instruction @insn a marker, MOV XZR, #imm or MOV WZR, #imm? Then
 * *@number is what the immediate stands for. Assemblers make MOVZ or MOVN of
 * it; their third form, ORR, has SP in the place of XZR and is no marker.
 * (Arm ARM, C6.2: MOV (wide immediate), MOV (inverted wide immediate))
 */
bool count_insn_is_marker(uint32_t insn, uint64_t *number);

/* Is the A64 instruction @insn HLT? Then *@imm is its immediate. */
bool count_insn_is_hlt(uint32_t insn, unsigned *imm);

#endif
