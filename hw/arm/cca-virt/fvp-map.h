/*
 * The physical address map of machine cca-fvp: that of Arm's Base RevC
 * 2xAEMvA FVP.
 *
 * Interrupts are SPI numbers: GIC INTID minus 32.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_MAP_H
#define CCA_FVP_MAP_H

#include "exec/hwaddr.h"

typedef enum CcaFvpPlace {
    FVP_ROM, FVP_SRAM, FVP_TRUSTED_DRAM,
    FVP_FLASH0, FVP_FLASH1, FVP_PSRAM, FVP_VRAM, FVP_ETHERNET,
    FVP_SYSREGS, FVP_SP810, FVP_AACI, FVP_MMC, FVP_KMI0, FVP_KMI1,
    FVP_UART0, FVP_UART1, FVP_UART2, FVP_UART3, FVP_VFS, FVP_WATCHDOG,
    FVP_PWRC, FVP_SP804_0, FVP_SP804_1, FVP_VIRTIO0, FVP_VIRTIO1, FVP_VIRTIO2,
    FVP_RTC, FVP_CF, FVP_CLCD, FVP_VIRTIO3,
    FVP_CORESIGHT, FVP_CCI, FVP_CNTCONTROL, FVP_GWDT_CONTROL,
    FVP_GWDT_REFRESH, FVP_TRUSTED_WATCHDOG, FVP_TZC, FVP_DMC,
    FVP_CNTREAD, FVP_CNTCTL, FVP_CNTBASE0, FVP_CNTBASE1,
    FVP_SMMU, FVP_TEST_ENGINE, FVP_NSRAM, FVP_GICD, FVP_GITS, FVP_GICR,
    FVP_ECAM, FVP_PCI_MMIO, FVP_TRNG, FVP_NVCOUNTERS, FVP_KEYS, FVP_HDLCD,
    FVP_DMA330, FVP_DRAM1, FVP_DRAM2, FVP_PCI_MMIO64,
    FVP__COUNT,
} CcaFvpPlace;

/* Bytes from @base; what trusted software alone reaches is @secure. */
typedef struct CcaFvpRegion {
    const char *name;
    hwaddr base, size;
    bool secure;
} CcaFvpRegion;

extern const CcaFvpRegion cca_fvp_map[FVP__COUNT];

enum {
    FVP_SPI_WATCHDOG = 0,
    FVP_SPI_SP804_0 = 2, FVP_SPI_SP804_1 = 3,
    FVP_SPI_RTC = 4,
    FVP_SPI_UART0 = 5,              /* the others follow */
    FVP_SPI_MMC0 = 9, FVP_SPI_MMC1 = 10,
    FVP_SPI_AACI = 11, FVP_SPI_KMI0 = 12, FVP_SPI_KMI1 = 13,
    FVP_SPI_CLCD = 14, FVP_SPI_ETHERNET = 15,
    FVP_SPI_TRUSTED_WATCHDOG = 24,
    FVP_SPI_CNTBASE0 = 25, FVP_SPI_CNTBASE1 = 26,
    FVP_SPI_GWDT = 27,
    FVP_SPI_VIRTIO0 = 42, FVP_SPI_VIRTIO1 = 43, FVP_SPI_VIRTIO2 = 44,
    FVP_SPI_VIRTIO3 = 46,
    /* SMMU, Non-secure; those of the other worlds are ours. */
    FVP_SPI_SMMU_EVENTQ = 74, FVP_SPI_SMMU_PRIQ = 75,
    FVP_SPI_SMMU_SYNC = 77, FVP_SPI_SMMU_GERROR = 79,
    FVP_SPI_TZC = 80,
    FVP_SPI_SMMU_OTHERS = 84,       /* Secure, Realm, Root, up to 93 */
    FVP_SPI_PCI = 168,              /* INTA; B, C and D follow */
    FVP_SPIS = 224,
};

enum {
    FVP_CLUSTERS = 2, FVP_CLUSTER_CPUS = 4,
    FVP_MAX_CPUS = FVP_CLUSTERS * FVP_CLUSTER_CPUS,
    FVP_PERIPHBASE = 0x2c000000,
    /* StreamID of the platform's test engine; DeviceID of the SMMU's MSIs. */
    FVP_TEST_ENGINE_SID = 31,
    FVP_SMMU_DEVICE_ID = 0x10000,
};

/*
 * Where -kernel, -dtb and -initrd go: clear of what TF-A's PLAT=fvp writes to
 * DRAM (configurations at 0x80000000 and 0x82000000, BL33 at 0x88000000), and
 * on 2 MiB, as Linux wants it.
 */
#define FVP_KERNEL_BASE     0x84000000ull
#define FVP_KERNEL_ROOM     0x04000000ull
#define FVP_INITRD_BASE     0x90000000ull
#define FVP_DTB_BASE        0x8f000000ull
#define FVP_DTB_ROOM        0x00100000ull

/* PPIs, as PPI numbers (INTID minus 16). */
enum {
    FVP_PPI_PMU = 7, FVP_PPI_MAINTENANCE = 9, FVP_PPI_HYP_TIMER = 10,
    FVP_PPI_VIRT_TIMER = 11, FVP_PPI_HYP_VIRT_TIMER = 12,
    FVP_PPI_SEC_TIMER = 13, FVP_PPI_PHYS_TIMER = 14,
    FVP_PPI_SEC_HYP_VIRT_TIMER = 3, FVP_PPI_SEC_HYP_TIMER = 4,
};

#endif
