/*
 * Features and fields for tests of SMMU structures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include "smmu-words.h"

SmmuFeatures smmu_all_features(void)
{
    return (SmmuFeatures) {
        .s1p = true, .s2p = true, .secure_impl = true, .realm_impl = true,
        .root_impl = true, .bgptm = true, .rgptm = true, .btm = true,
        .ats = true, .pri = true, .msi = true, .sev = true, .vmw = true,
        .hyp = true, .asid16 = true, .vmid16 = true, .cd2l = true,
        .st_level = true, .stall = true, .httu = 2, .sid_bits = 16,
        .ssid_bits = 20, .cmdq_log2 = 19, .eventq_log2 = 19, .priq_log2 = 7,
        .gran4k = true, .gran16k = true, .gran64k = true, .vax = true,
        .ds = true, .oas = 52, .ril = true, .had = true, .xnx = true,
        .pps = true, .fwb = true, .stt = true, .e0pd = true, .ptwnnc = true,
        .bbml = 2, .mec = true, .mecid_bits = 16, .dpt = true,
    };
}

static uint64_t mask_of(unsigned hi, unsigned lo)
{
    unsigned len = hi - lo + 1;

    if (hi < lo || hi / 64 != lo / 64) {
        abort();        /* a mistake in a test */
    }
    return len == 64 ? ~0ull : (1ull << len) - 1;
}

void smmu_put(uint64_t *words, unsigned hi, unsigned lo, uint64_t value)
{
    uint64_t mask = mask_of(hi, lo);

    if (value & ~mask) {
        abort();
    }
    words[lo / 64] &= ~(mask << lo % 64);
    words[lo / 64] |= value << lo % 64;
}

uint64_t smmu_bits(const uint64_t *words, unsigned hi, unsigned lo)
{
    return words[lo / 64] >> lo % 64 & mask_of(hi, lo);
}

void smmu_put_list(uint64_t *words, const SmmuBits *list, unsigned max)
{
    for (unsigned i = 0; i < max && (list[i].hi || list[i].value); i++) {
        smmu_put(words, list[i].hi, list[i].lo, list[i].value);
    }
}

SmmuFeatures smmu_random_features(Rng *rng)
{
    static const uint8_t oas[] = { 32, 36, 40, 42, 44, 48, 52 };
    SmmuFeatures f = smmu_all_features();
    uint64_t r = rng_next(rng);

    f.s1p = r & 1 || !(r & 2);
    f.s2p = r & 2;
    f.secure_impl = r & 4;
    f.root_impl = r & 8;
    f.vmid16 = r & 0x10;
    f.cd2l = r & 0x20;
    f.stall = r & 0x40;
    f.stall_forced = f.stall && (r & 0x80);
    f.ds = r & 0x100;
    f.stt = r & 0x200;
    f.gran16k = r & 0x400;
    f.gran64k = r & 0x800;
    f.ats = r & 0x1000;
    f.dpt = r & 0x2000;
    f.httu = (r >> 16) % 3;
    f.ssid_bits = (r >> 20) % 21;
    f.oas = oas[(r >> 32) % sizeof(oas)];
    f.mecid_bits = 1 + (r >> 40) % 16;
    return f;
}
