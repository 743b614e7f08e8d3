/*
 * DRAM under Memory Encryption Contexts: who has a granule's host address.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "dram.h"

bool cca_dram_pinned(uint64_t pa)
{
    return false;
}
