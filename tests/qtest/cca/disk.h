/*
 * A virtio-blk device for qtests: one request at a time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_QTEST_DISK_H
#define CCA_QTEST_DISK_H

#include "masters.h"

/* Arguments; the drive goes on with ",file=...". */
#define DISK_ARGS "-global virtio-mmio.force-legacy=false " \
    "-device virtio-blk-device,drive=d,bus=virtio-mmio-bus.0 " \
    "-drive if=none,id=d,format=raw,cache=writethrough"

/* The Status register of the transport (virtio 1.1, section 4.2.2). */
#define DISK_TRANSPORT  0x0a000000u
#define DISK_STATUS     (DISK_TRANSPORT + 0x70)
enum { DISK_NEEDS_RESET = 0x40 };

/* What is in which granule. */
#define DESC            GRANULE(0x00)
#define AVAIL           GRANULE(0x10)
#define USED            GRANULE(0x20)
#define HEADER          GRANULE(0x30)
#define SECTOR_DATA     GRANULE(0x40)
#define BLK_STATUS      GRANULE(0x50)

/* The device reads sector 0 to memory, or writes it from there. */
enum { BLK_IN = 0, BLK_OUT = 1, SECTOR = 512 };

/* Reset the device, and have it ready with one queue. */
void disk_set_up(QTestState *s);
/* Queue a request, the first since then: of one sector at SECTOR_DATA, ... */
void disk_request(QTestState *s, unsigned type);
/* ... or of @length bytes at @address. */
void disk_request_at(QTestState *s, unsigned type, uint64_t address,
                     uint32_t length);
/* Wait until it is done; it must have gone well. */
void disk_wait(QTestState *s);

#endif
