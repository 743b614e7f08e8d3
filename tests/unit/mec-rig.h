/*
 * A Mec with a little DRAM: two ranges, one of more than a chunk.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MEC_RIG_H
#define MEC_RIG_H

#include "mec.h"

#define RIG_LOW 0x80000000ull
#define RIG_HIGH 0x880000000ull

enum {
    RIG_LOW_GRANULES = 8,
    RIG_HIGH_GRANULES = 600,
    RIG_GRANULES = RIG_LOW_GRANULES + RIG_HIGH_GRANULES,
};

typedef struct MecRig {
    Mec *mec;
    MecConfig config;
    uint8_t *ram;               /* RIG_GRANULES of them */
    uint64_t hole;              /* RAM is gone here; 0: nowhere */
    bool refuse;                /* change() says no */
    unsigned changes, changeds;
    uint64_t pa, size;          /* of the last change() */
} MecRig;

/* The default configuration with this rig's memory and seed 1. */
void rig_config(MecRig *rig, MecPolicy policy);
/* ... and a Mec with it, in memory that is random but the same each time. */
void rig_start(MecRig *rig, MecPolicy policy);
/* A Mec with @rig->config. */
void rig_make(MecRig *rig);
void rig_stop(MecRig *rig);

/* Number of the rig's granule at @pa, or -1. */
int rig_granule(uint64_t pa);
/* The opposite. */
uint64_t rig_pa(unsigned granule);
/* What RAM holds at @pa, in DRAM. */
uint8_t *rig_ram(MecRig *rig, uint64_t pa);

/* An access of PE 0. */
CcaAccess rig_access(uint64_t pa, CcaPas pas, uint16_t mecid);
/* What a PE does: look up, switch if need be. */
MecResult rig_touch(MecRig *rig, uint64_t pa, CcaPas pas, uint16_t mecid);
/* ... and read or write, within a granule. */
void rig_read(MecRig *rig, uint64_t pa, CcaPas pas, uint16_t mecid, void *buf,
              size_t len);
void rig_write(MecRig *rig, uint64_t pa, CcaPas pas, uint16_t mecid,
               const void *buf, size_t len);

/* A seed with @n in its first byte, and others. */
void rig_seed(uint8_t seed[MEC_SEED_BYTES], uint8_t n);

#endif
