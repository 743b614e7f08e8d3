/*
 * SMMUv3TestEngine: layout of its registers, as Arm publishes it
 * (docs/test-engine.md says where, and what of it is not known).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TEST_ENGINE_REGS_H
#define TEST_ENGINE_REGS_H

/* A page of user frames, then one of privileged frames. */
enum {
    TE_PAGE_SIZE = 0x10000,
    TE_FRAME_SIZE = 128,
    TE_FRAMES = TE_PAGE_SIZE / TE_FRAME_SIZE,
    TE_FRAME_WORDS = TE_FRAME_SIZE / 4,
    TE_SIZE = 2 * TE_PAGE_SIZE,
};

/* User frame: offsets. Those of 64 bits: low word first. */
enum {
    TE_CMD = 0x00,
    TE_UCTRL = 0x04,
    TE_LAUNCHED = 0x08,         /* count_of_transactions_launched */
    TE_RETURNED = 0x0c,         /* count_of_transactions_returned */
    TE_MSIADDRESS = 0x10,       /* 64 bits */
    TE_MSIDATA = 0x18,
    TE_MSIATTR = 0x1c,
    TE_ATTRIBUTES = 0x20,
    TE_SEED = 0x24,
    TE_BEGIN = 0x28,            /* 64 bits, as those below */
    TE_END_INCL = 0x30,
    TE_STRIDE = 0x38,
    TE_UDATA = 0x40,            /* eight */
};
#define TE_UDATA_N(n)   (TE_UDATA + 8 * (n))

/* TE_CMD: commands written, and states read */
#define TE_CMD_NO_FRAME         0u  /* not there, or not for who reads */
#define TE_CMD_HALTED           1u
#define TE_CMD_MEMCPY           2u
#define TE_CMD_RAND48           3u
#define TE_CMD_SUM64            4u
#define TE_CMD_MISCONFIGURED    0xfffffffeu
#define TE_CMD_ERROR            0xffffffffu

/* TE_UCTRL */
#define TE_UCTRL_MSI_ABORTED    (1u << 0)
#define TE_UCTRL_RATE           (0xffffu << 16)

/* TE_ATTRIBUTES: source in the low half, destination in the high half. */
#define TE_ATTR_PRIVILEGED      (1u << 8)
#define TE_ATTR_NS              (1u << 9)
#define TE_ATTR_INSTRUCTION     (1u << 10)
#define TE_ATTR_DEST_SHIFT      16

/* TE_SEED: order of the work */
#define TE_SEED_FORWARD         0u
#define TE_SEED_BACKWARD        0xffffffffu

/* Privileged frame */
enum {
    TE_PCTRL = 0x00,
    TE_PORT = 0x04,             /* downstream_port_index */
    TE_STREAMID = 0x08,
    TE_SUBSTREAMID = 0x0c,
    TE_PDATA = 0x10,            /* 14 of 64 bits */
};

/* TE_PCTRL */
#define TE_PCTRL_SSD_NS         (1u << 0)
#define TE_PCTRL_ATS_ENABLE     (1u << 8)   /* no effect, as on the FVP */
#define TE_PCTRL_PRI_ENABLE     (1u << 9)   /* no effect, as on the FVP */

#define TE_PORTS                64u
#define TE_NO_SUBSTREAMID       0xffffffffu
#define TE_SUBSTREAMIDS         (1u << 20)

/* Under PCIe, TE_MSIADDRESS says whether, and TE_MSIDATA which. */
#define TE_PCI_MSI              1u
#define TE_PCI_VECTORS          2048u

/* The PCIe function */
#define TE_PCI_VENDOR_ID        0x13b5
#define TE_PCI_DEVICE_ID        0xff80
#define TE_PCI_REVISION         0x0f
#define TE_PCI_CLASS            0xff00
enum { TE_BAR_FRAMES = 0, TE_BAR_MSIX = 2, TE_BAR_PBA = 4 };

#endif
