/*
 * Machine cca-fvp: the map.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "fvp-map.h"

#define PAGE (4 * KiB)
#define FRAME (64 * KiB)

const CcaFvpRegion cca_fvp_map[FVP__COUNT] = {
    [FVP_ROM]           = { "rom",          0x00000000, 64 * MiB, true },
    [FVP_SRAM]          = { "sram",         0x04000000, 512 * KiB, true },
    [FVP_TRUSTED_DRAM]  = { "trusted-dram", 0x06000000, 32 * MiB, true },
    [FVP_FLASH0]        = { "flash0",       0x08000000, 64 * MiB },
    [FVP_FLASH1]        = { "flash1",       0x0c000000, 64 * MiB },
    [FVP_PSRAM]         = { "psram",        0x14000000, 64 * MiB },
    [FVP_VRAM]          = { "vram",         0x18000000, 32 * MiB },
    [FVP_ETHERNET]      = { "ethernet",     0x1a000000, 64 * KiB },
    [FVP_SYSREGS]       = { "sysregs",      0x1c010000, PAGE },
    [FVP_SP810]         = { "sp810",        0x1c020000, PAGE },
    [FVP_AACI]          = { "aaci",         0x1c040000, PAGE },
    [FVP_MMC]           = { "mmc",          0x1c050000, PAGE },
    [FVP_KMI0]          = { "kmi0",         0x1c060000, PAGE },
    [FVP_KMI1]          = { "kmi1",         0x1c070000, PAGE },
    [FVP_UART0]         = { "uart0",        0x1c090000, PAGE },
    [FVP_UART1]         = { "uart1",        0x1c0a0000, PAGE },
    [FVP_UART2]         = { "uart2",        0x1c0b0000, PAGE },
    [FVP_UART3]         = { "uart3",        0x1c0c0000, PAGE },
    [FVP_VFS]           = { "vfs",          0x1c0d0000, PAGE },
    [FVP_WATCHDOG]      = { "watchdog",     0x1c0f0000, PAGE },
    [FVP_PWRC]          = { "pwrc",         0x1c100000, PAGE },
    [FVP_SP804_0]       = { "sp804-0",      0x1c110000, PAGE },
    [FVP_SP804_1]       = { "sp804-1",      0x1c120000, PAGE },
    [FVP_VIRTIO0]       = { "virtio0",      0x1c130000, 512 },
    [FVP_VIRTIO1]       = { "virtio1",      0x1c140000, 512 },
    [FVP_VIRTIO2]       = { "virtio2",      0x1c150000, 512 },
    [FVP_RTC]           = { "rtc",          0x1c170000, PAGE },
    [FVP_CF]            = { "cf",           0x1c1a0000, PAGE },
    [FVP_CLCD]          = { "clcd",         0x1c1f0000, PAGE },
    [FVP_VIRTIO3]       = { "virtio3",      0x1c200000, 512 },
    [FVP_CORESIGHT]     = { "coresight",    0x20000000, 128 * MiB },
    [FVP_CCI]           = { "cci",          0x2a000000, 1 * MiB },
    [FVP_CNTCONTROL]    = { "cntcontrol",   0x2a430000, FRAME, true },
    [FVP_GWDT_CONTROL]  = { "gwdt-control", 0x2a440000, PAGE },
    [FVP_GWDT_REFRESH]  = { "gwdt-refresh", 0x2a450000, PAGE },
    [FVP_TRUSTED_WATCHDOG] = { "trusted-watchdog", 0x2a490000, PAGE, true },
    [FVP_TZC]           = { "tzc",          0x2a4a0000, PAGE, true },
    [FVP_DMC]           = { "dmc",          0x2b0a0000, FRAME },
    [FVP_CNTREAD]       = { "cntread",      0x2a800000, FRAME },
    [FVP_CNTCTL]        = { "cntctl",       0x2a810000, FRAME },
    [FVP_CNTBASE0]      = { "cntbase0",     0x2a820000, FRAME },
    [FVP_CNTBASE1]      = { "cntbase1",     0x2a830000, FRAME },
    [FVP_SMMU]          = { "smmu",         0x2b400000, 1 * MiB },
    [FVP_TEST_ENGINE]   = { "test-engine",  0x2bfe0000, 128 * KiB },
    [FVP_NSRAM]         = { "nsram",        0x2e000000, 64 * KiB },
    [FVP_GICD]          = { "gicd",         0x2f000000, 64 * KiB },
    [FVP_GITS]          = { "gits",         0x2f020000, 128 * KiB },
    [FVP_GICR]          = { "gicr",         0x2f100000, 2 * MiB },
    [FVP_ECAM]          = { "pcie-ecam",    0x40000000, 256 * MiB },
    [FVP_PCI_MMIO]      = { "pcie-mmio",    0x50000000, 256 * MiB },
    [FVP_TRNG]          = { "trng",         0x7fe60000, PAGE, true },
    [FVP_NVCOUNTERS]    = { "nvcounters",   0x7fe70000, PAGE, true },
    [FVP_KEYS]          = { "keys",         0x7fe80000, PAGE, true },
    [FVP_HDLCD]         = { "hdlcd",        0x7ff60000, PAGE },
    [FVP_DMA330]        = { "dma330",       0x7ff00000, PAGE },
    [FVP_DRAM1]         = { "dram1",        0x80000000, 2 * GiB },
    [FVP_DRAM2]         = { "dram2",        0x880000000, 30 * GiB },
    [FVP_PCI_MMIO64]    = { "pcie-mmio64",  0x4000000000, 256 * GiB },
};
