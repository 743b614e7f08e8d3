/*
 * A virtio-blk device for qtests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "disk.h"

enum {
    DEVICE_FEATURES_SEL = 0x14, DRIVER_FEATURES = 0x20,
    DRIVER_FEATURES_SEL = 0x24, QUEUE_SEL = 0x30, QUEUE_NUM = 0x38,
    QUEUE_READY = 0x44, QUEUE_NOTIFY = 0x50,
    QUEUE_DESC = 0x80, QUEUE_AVAIL = 0x90, QUEUE_USED = 0xa0,
    ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8,
    NEXT = 1, WRITE = 2,        /* flags of descriptors */
};

static void set_address(QTestState *s, unsigned reg, uint64_t address)
{
    qtest_writel(s, DISK_TRANSPORT + reg, address);
    qtest_writel(s, DISK_TRANSPORT + reg + 4, address >> 32);
}

static void descriptor(QTestState *s, unsigned n, uint64_t address,
                       uint32_t length, unsigned flags)
{
    qtest_writeq(s, DESC + n * 16, address);
    qtest_writel(s, DESC + n * 16 + 8, length);
    qtest_writew(s, DESC + n * 16 + 12, flags);
    qtest_writew(s, DESC + n * 16 + 14, n + 1);
}

void disk_set_up(QTestState *s)
{
    qtest_writel(s, DISK_STATUS, 0);
    g_assert_cmphex(qtest_readl(s, DISK_STATUS), ==, 0);
    qtest_memset(s, DESC, 0, 0x1000);
    qtest_memset(s, AVAIL, 0, 0x1000);
    qtest_memset(s, USED, 0, 0x1000);
    qtest_writel(s, DISK_STATUS, ACKNOWLEDGE | DRIVER);
    qtest_writel(s, DISK_TRANSPORT + DRIVER_FEATURES_SEL, 0);
    qtest_writel(s, DISK_TRANSPORT + DRIVER_FEATURES, 0);
    qtest_writel(s, DISK_TRANSPORT + DRIVER_FEATURES_SEL, 1);
    qtest_writel(s, DISK_TRANSPORT + DRIVER_FEATURES, 1);   /* VERSION_1 */
    qtest_writel(s, DISK_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    qtest_writel(s, DISK_TRANSPORT + QUEUE_SEL, 0);
    qtest_writel(s, DISK_TRANSPORT + QUEUE_NUM, 8);
    set_address(s, QUEUE_DESC, DESC);
    set_address(s, QUEUE_AVAIL, AVAIL);
    set_address(s, QUEUE_USED, USED);
    qtest_writel(s, DISK_TRANSPORT + QUEUE_READY, 1);
    qtest_writel(s, DISK_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK |
                 DRIVER_OK);
}

void disk_request_at(QTestState *s, unsigned type, uint64_t address,
                     uint32_t length)
{
    qtest_writel(s, HEADER, type);
    qtest_writel(s, HEADER + 4, 0);
    qtest_writeq(s, HEADER + 8, 0);
    qtest_writeb(s, BLK_STATUS, 0xff);
    descriptor(s, 0, HEADER, 16, NEXT);
    descriptor(s, 1, address, length, NEXT | (type == BLK_IN ? WRITE : 0));
    descriptor(s, 2, BLK_STATUS, 1, WRITE);
    qtest_writew(s, AVAIL + 4, 0);
    qtest_writew(s, AVAIL + 2, 1);
    qtest_writel(s, DISK_TRANSPORT + QUEUE_NOTIFY, 0);
}

void disk_request(QTestState *s, unsigned type)
{
    disk_request_at(s, type, SECTOR_DATA, SECTOR);
}

void disk_wait(QTestState *s)
{
    wait_for_bits(s, USED, 0xffff0000, 1 << 16);
    g_assert_cmphex(qtest_readb(s, BLK_STATUS), ==, 0);
}
