/*
 * Instructions that the counting plugin looks for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "insn.h"

enum {
    ZR = 31,
    /* Move wide (immediate): bits 30:23 */
    MOVN = 0x25,        /* opc 00 */
    MOVZ = 0xa5,        /* opc 10 */
    /* HLT: bits 31:21 and 4:0 */
    HLT_TOP = 0x6a2,
};

bool count_insn_is_marker(uint32_t insn, uint64_t *number)
{
    bool is_64bit = insn >> 31;
    unsigned op = insn >> 23 & 0xff;
    unsigned hw = insn >> 21 & 3;
    uint64_t value = (uint64_t)(insn >> 5 & 0xffff) << (hw * 16);

    if ((insn & 31) != ZR || (op != MOVZ && op != MOVN) ||
        (!is_64bit && hw > 1)) {
        return false;
    }
    if (op == MOVN) {
        value = ~value;
    }
    *number = is_64bit ? value : (uint32_t)value;
    return true;
}

bool count_insn_is_hlt(uint32_t insn, unsigned *imm)
{
    if (insn >> 21 != HLT_TOP || insn & 31) {
        return false;
    }
    *imm = insn >> 5 & 0xffff;
    return true;
}
