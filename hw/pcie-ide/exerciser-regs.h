/*
 * Registers of the DMA exerciser: offsets in BAR 0, fields, PCI identity.
 *
 * Offsets below 0x80 are those that Arm publishes for the PCIe exerciser of
 * its compliance suites; those marked "own", and all from 0x80 on, are ours.
 * Included by the model, by qtests and by the bare-metal driver: values only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_EXERCISER_REGS_H
#define CCA_EXERCISER_REGS_H

#define EXERCISER_VENDOR_ID     0x13b5
#define EXERCISER_DEVICE_ID     0xed01

/* BARs */
#define EXERCISER_BAR_REGS      0
#define EXERCISER_BAR_RAM       2       /* 64-bit, prefetchable */
#define EXERCISER_BAR_MSIX      4
#define EXERCISER_REGS_SIZE     0x10000

/* Extended capabilities stand here, whichever of them there are. */
#define EXERCISER_CAP_AER       0x100
#define EXERCISER_CAP_ATS       0x150
#define EXERCISER_CAP_PASID     0x158
#define EXERCISER_CAP_PRI       0x160

/* MSICTL */
#define EXERCISER_MSICTL        0x00
#define MSICTL_VECTOR           0x000007ffu
#define MSICTL_FIRE             0x80000000u     /* reads as 0 */

/* INTXCTL */
#define EXERCISER_INTXCTL       0x04
#define INTXCTL_ASSERT          0x00000001u

/* DMACTL1 */
#define EXERCISER_DMACTL1       0x08
/* Reads as 1 while a DMA is held; writing 1 then makes that one try again. */
#define DMACTL1_GO              0x00000001u
#define DMACTL1_TO_MEMORY       0x00000010u     /* else memory to device */
#define DMACTL1_NO_SNOOP        0x00000020u
#define DMACTL1_PASID           0x00000040u
#define DMACTL1_PASID_LEN_SHIFT 7               /* 3 bits: length - 16 */
#define DMACTL1_PASID_LEN       0x00000380u
#define DMACTL1_AT_SHIFT        10
#define DMACTL1_AT              0x00000c00u
#define DMACTL1_AT_DEFAULT      0u              /* untranslated */
#define DMACTL1_AT_UNTRANSLATED 1u
#define DMACTL1_AT_TRANSLATED   2u
#define DMACTL1_AT_RESERVED     3u
#define DMACTL1_INSTRUCTION     0x00001000u     /* own: Execute Requested */
#define DMACTL1_PRIVILEGED      0x00002000u     /* own: Privileged Mode */
#define DMACTL1_USE_ATC         0x00004000u     /* own: translate by the ATC */
#define DMACTL1_STALLABLE       0x00008000u     /* own: the SMMU may hold it */
#define DMACTL1_WRITABLE        0x0000fff0u

/* Offset of the transfer in the buffer, bytes */
#define EXERCISER_DMA_OFFSET    0x0c
/* DMA bus address, 64 bits; also the address of translation requests */
#define EXERCISER_DMA_ADDR      0x10
#define EXERCISER_DMA_LEN       0x18

/* DMASTATUS: of the last DMA; valid when the store to DMACTL1 returns */
#define EXERCISER_DMASTATUS     0x1c
#define DMASTATUS_CODE          0x00000003u
#define DMASTATUS_OK            0u
#define DMASTATUS_RANGE         1u      /* outside of the buffer */
#define DMASTATUS_ERROR         2u
#define DMASTATUS_HELD          3u      /* own: stalled by the SMMU */
#define DMASTATUS_CLEAR         0x00000004u     /* write 1: status is 0 */
#define DMASTATUS_CAUSE_SHIFT   8
#define DMASTATUS_CAUSE         0x00000f00u     /* own: EXERCISER_CAUSE_* */

/* Why a DMA or a translation request did not work. */
#define EXERCISER_CAUSE_NONE        0u
#define EXERCISER_CAUSE_RANGE       1u  /* outside of the buffer */
#define EXERCISER_CAUSE_BUS_MASTER  2u  /* Bus Master Enable is 0 */
#define EXERCISER_CAUSE_AT          3u  /* address type is reserved */
#define EXERCISER_CAUSE_ATS         4u  /* ATS is not enabled */
#define EXERCISER_CAUSE_PASID       5u  /* not enabled, or does not fit */
#define EXERCISER_CAUSE_SEC_SID     6u  /* SEC_SID_CTL is 3 */
#define EXERCISER_CAUSE_DIRECTION   7u  /* instruction fetch as a write */
#define EXERCISER_CAUSE_NO_PORT     8u  /* takes an SMMU, and there is none */
#define EXERCISER_CAUSE_ATC         9u  /* no ATC entry covers or allows it */
#define EXERCISER_CAUSE_ABORT       10u /* Completer Abort */
#define EXERCISER_CAUSE_HELD        11u
#define EXERCISER_CAUSE_UNSUPPORTED 12u /* Unsupported Request (ATS only) */

/* PASID, 20 bits */
#define EXERCISER_PASID         0x20
#define EXERCISER_PASID_MASK    0x000fffffu

/* ATSCTL */
#define EXERCISER_ATSCTL        0x24
#define ATSCTL_REQUEST          0x00000001u     /* reads as 0 */
#define ATSCTL_PRIVILEGED       0x00000002u
#define ATSCTL_NO_WRITE         0x00000004u
#define ATSCTL_PASID            0x00000008u     /* or DMACTL1_PASID */
#define ATSCTL_EXECUTE          0x00000010u
#define ATSCTL_INVALIDATE       0x00000020u     /* reads as 0; empty the ATC */
#define ATSCTL_SUCCESS          0x00000080u     /* RO */
#define ATSCTL_CACHEABLE        0x00000100u     /* RO: in the ATC */
#define ATSCTL_INVALIDATED      0x00000200u     /* RO: since the request */
#define ATSCTL_CAUSE_SHIFT      16
#define ATSCTL_CAUSE            0x000f0000u     /* own, RO */
#define ATSCTL_WRITABLE         0x0000001eu

/* Answer to a translation request, RO: address and size are 64-bit */
#define EXERCISER_ATS_ADDR      0x28
#define EXERCISER_ATS_SIZE      0x30
#define EXERCISER_ATS_PERM      0x38
#define ATS_PERM_EXECUTE        0x01u
#define ATS_PERM_WRITE          0x02u
#define ATS_PERM_READ           0x04u
#define ATS_PERM_PRIV_SHIFT     3       /* the same three, privileged */
#define ATS_PERM_GLOBAL         0x40u   /* own */
#define ATS_PERM_UNTRANSLATED   0x80u   /* own: untranslated access only */

/* RID_CTL */
#define EXERCISER_RID_CTL       0x3c
#define RID_CTL_RID             0x0000ffffu
#define RID_CTL_VALID           0x80000000u

/* SEC_SID_CTL: 0 Non-secure, 1 Secure, 2 Realm, 3 is rejected */
#define EXERCISER_SEC_SID_CTL   0x48
#define SEC_SID_CTL_SEC_SID     0x00000003u

/* INFO, RO */
#define EXERCISER_INFO          0x80
#define INFO_PORT               0x01u   /* DMA goes through an SMMU of ours */
#define INFO_ATS                0x02u   /* enabled */
#define INFO_PASID              0x04u   /* enabled */
#define INFO_PRI                0x08u   /* enabled */
#define INFO_HELD               0x10u   /* a DMA is stalled */

/* Bytes of the buffer, which begins where the RAM BAR does; RO */
#define EXERCISER_BUFFER_SIZE   0x84

/* ATCCTL */
#define EXERCISER_ATCCTL        0x88
#define ATCCTL_REFUSE           0x00000001u /* answer invalidations with UR */
#define ATCCTL_ENTRIES_SHIFT    8           /* RO: entries that are valid */
#define ATCCTL_ENTRIES          0x0000ff00u

/* Invalidations from the SMMU since it was written, whatever they hit */
#define EXERCISER_ATCINV        0x8c

/* Page requests: address, 64 bits */
#define EXERCISER_PRI_ADDR      0x90
#define EXERCISER_PRICTL        0x98
#define PRICTL_SEND             0x00000001u     /* reads as 0 */
#define PRICTL_READ             0x00000002u
#define PRICTL_WRITE            0x00000004u
#define PRICTL_EXECUTE          0x00000008u
#define PRICTL_LAST             0x00000010u
#define PRICTL_PRIVILEGED       0x00000020u
#define PRICTL_PASID            0x00000040u
#define PRICTL_GROUP_SHIFT      16              /* 9 bits */
#define PRICTL_GROUP            0x01ff0000u
#define PRICTL_SENT             0x80000000u     /* RO: the last one went out */
#define PRICTL_WRITABLE         0x01ff007eu

/* The last PRG response; a write clears it */
#define EXERCISER_PRIRSP        0x9c
#define PRIRSP_GROUP            0x000001ffu
#define PRIRSP_CODE_SHIFT       12              /* 4 bits: CcaPriResponse */
#define PRIRSP_CODE             0x0000f000u
#define PRIRSP_PASID            0x40000000u     /* it had a PASID */
#define PRIRSP_VALID            0x80000000u

/* RO: page requests without a response; responses since reset (modulo 2^16) */
#define EXERCISER_PRICOUNT      0xa0
#define PRICOUNT_OUTSTANDING    0x0000ffffu
#define PRICOUNT_RESPONSES_SHIFT 16

#define EXERCISER_REGS_END      0xa4

#endif
