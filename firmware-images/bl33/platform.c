/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The machines that BL33 runs on.
 */
#include <stddef.h>

#include "platform.h"

static const Platform platforms[] = {
    {
        .name = "virt (PLAT=qemu)",
        .image = 0x60000000,
        .uart = 0x09000000,
        .device_tree = 0x40000000,
        .realm_payload = 0x40100000,
        .device_gib = 1,
    },
    {
        .name = "FVP Base RevC (PLAT=fvp)",
        .image = 0x88000000,
        .uart = 0x1c090000,
        .realm_payload = 0xfdc00000,
        .device_gib = 2,
        .smmu = 0x2b400000,
        .pci_ecam = 0x40000000,
        .pci_window = 0x50000000,
        .pci_window_end = 0x60000000,
    },
};

const Platform *platform = &platforms[0];

const Platform *platform_find(uint64_t image)
{
    for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
        if (platforms[i].image == image) {
            platform = &platforms[i];
        }
    }
    return platform;
}
