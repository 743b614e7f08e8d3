/*
 * A Mec with a little DRAM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "mec-rig.h"
#include "rng.h"

int rig_granule(uint64_t pa)
{
    if (pa - RIG_LOW < RIG_LOW_GRANULES * MEC_GRANULE) {
        return (pa - RIG_LOW) / MEC_GRANULE;
    }
    if (pa - RIG_HIGH < RIG_HIGH_GRANULES * MEC_GRANULE) {
        return RIG_LOW_GRANULES + (pa - RIG_HIGH) / MEC_GRANULE;
    }
    return -1;
}

uint64_t rig_pa(unsigned granule)
{
    return granule < RIG_LOW_GRANULES ?
           RIG_LOW + (uint64_t)granule * MEC_GRANULE :
           RIG_HIGH + (uint64_t)(granule - RIG_LOW_GRANULES) * MEC_GRANULE;
}

uint8_t *rig_ram(MecRig *rig, uint64_t pa)
{
    int granule = rig_granule(pa);

    assert_true(granule >= 0);
    return rig->ram + (size_t)granule * MEC_GRANULE + pa % MEC_GRANULE;
}

static uint8_t *rig_bus_granule(void *opaque, uint64_t pa)
{
    MecRig *rig = opaque;

    assert_int_equal(pa % MEC_GRANULE, 0);
    return pa == rig->hole ? NULL : rig_ram(rig, pa);
}

static bool rig_bus_change(void *opaque, uint64_t pa, uint64_t size)
{
    MecRig *rig = opaque;

    assert_int_equal(rig->changes, rig->changeds);
    if (rig->refuse) {
        return false;
    }
    rig->changes++;
    rig->pa = pa;
    rig->size = size;
    return true;
}

static void rig_bus_changed(void *opaque, uint64_t pa, uint64_t size)
{
    MecRig *rig = opaque;

    rig->changeds++;
    assert_int_equal(rig->changes, rig->changeds);
    assert_int_equal(pa, rig->pa);
    assert_int_equal(size, rig->size);
}

void rig_seed(uint8_t seed[MEC_SEED_BYTES], uint8_t n)
{
    for (unsigned i = 0; i < MEC_SEED_BYTES; i++) {
        seed[i] = n + 3 * i;
    }
}

void rig_config(MecRig *rig, MecPolicy policy)
{
    memset(rig, 0, sizeof(*rig));
    rig->config = (MecConfig) {
        MEC_CONFIG_DEFAULT,
        .range_count = 2,
        .range = {
            { RIG_HIGH, RIG_HIGH_GRANULES * MEC_GRANULE },
            { RIG_LOW, RIG_LOW_GRANULES * MEC_GRANULE },
        },
        .bus = { rig_bus_granule, rig_bus_change, rig_bus_changed, rig },
    };
    rig->config.policy = policy;
    rig_seed(rig->config.seed, 1);
}

void rig_make(MecRig *rig)
{
    MecError why;
    Rng r = { 11 };

    rig->ram = malloc((size_t)RIG_GRANULES * MEC_GRANULE);
    assert_non_null(rig->ram);
    for (size_t i = 0; i < (size_t)RIG_GRANULES * MEC_GRANULE; i++) {
        rig->ram[i] = rng_next(&r);
    }
    rig->mec = mec_new(&rig->config, &why);
    assert_non_null(rig->mec);
}

void rig_start(MecRig *rig, MecPolicy policy)
{
    rig_config(rig, policy);
    rig_make(rig);
}

void rig_stop(MecRig *rig)
{
    assert_int_equal(rig->changes, rig->changeds);
    mec_free(rig->mec);
    free(rig->ram);
    rig->mec = NULL;
    rig->ram = NULL;
}

CcaAccess rig_access(uint64_t pa, CcaPas pas, uint16_t mecid)
{
    return (CcaAccess) {
        .addr = pa, .pas = pas, .mecid = mecid,
        .requester = { .kind = CCA_REQUESTER_PE, .id = 0, .state = pas },
    };
}

MecResult rig_touch(MecRig *rig, uint64_t pa, CcaPas pas, uint16_t mecid)
{
    CcaAccess a = rig_access(pa, pas, mecid);

    return mec_lookup(rig->mec, &a) ? MEC_HELD : mec_switch(rig->mec, &a);
}

void rig_read(MecRig *rig, uint64_t pa, CcaPas pas, uint16_t mecid, void *buf,
              size_t len)
{
    assert_true(pa % MEC_GRANULE + len <= MEC_GRANULE);
    assert_true(rig_touch(rig, pa, pas, mecid) <= MEC_SWITCHED);
    memcpy(buf, rig_ram(rig, pa), len);
}

void rig_write(MecRig *rig, uint64_t pa, CcaPas pas, uint16_t mecid,
               const void *buf, size_t len)
{
    assert_true(pa % MEC_GRANULE + len <= MEC_GRANULE);
    assert_true(rig_touch(rig, pa, pas, mecid) <= MEC_SWITCHED);
    memcpy(rig_ram(rig, pa), buf, len);
}
