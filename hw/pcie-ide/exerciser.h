/*
 * The DMA exerciser: state, and what its files share.
 *
 *   exerciser.c        the PCIe function: capabilities, BARs, migration
 *   exerciser-mmio.c   the register block
 *   exerciser-dma.c    DMA
 *   exerciser-ats.c    translation requests, invalidations, page requests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_EXERCISER_H
#define CCA_EXERCISER_H

#include "hw/pci/pci_device.h"
#include "hw/pci/pci_regs.h"
#include "cca/dma-port.h"
#include "atc.h"
#include "exerciser-regs.h"
#include "pri.h"

#define TYPE_CCA_EXERCISER "cca-exerciser"
OBJECT_DECLARE_SIMPLE_TYPE(CcaExerciser, CCA_EXERCISER)

/* A DMA as it was when it was started. */
typedef struct ExerciserDma {
    uint64_t addr;
    uint32_t offset, len;       /* in the buffer; within it */
    uint16_t rid;
    uint8_t sec_sid, at;
    uint32_t pasid;
    bool write;                 /* device to memory */
    bool pasid_valid, privileged, instruction, no_snoop, stallable;
} ExerciserDma;

struct CcaExerciser {
    PCIDevice parent_obj;

    /* properties */
    uint64_t ram_size;
    uint64_t buffer_size;       /* 0 given: all of the RAM */
    uint32_t vectors;
    uint8_t pasid_bits;         /* 0: no PASID capability */
    bool has_ats, has_pri;

    MemoryRegion regs;
    MemoryRegion ram_bar;       /* moves; @ram stays at 0 in it */
    MemoryRegion ram;           /* begins with the buffer */
    AddressSpace ram_as;        /* @ram at 0 */
    MSITriggerFunc *plain_msi;  /* MSIs where there is no port */

    /* registers, as exerciser-regs.h has them */
    uint32_t msictl, intxctl, dmactl1, dma_offset, dma_len, dmastatus;
    uint32_t pasid, atsctl, ats_perm, rid_ctl, sec_sid_ctl;
    uint32_t atcctl, atcinv, prictl, prirsp;
    uint64_t dma_addr, ats_addr, ats_size, pri_addr;
    uint16_t pri_responses;

    Atc atc;
    Pri pri;
    bool held;                  /* @dma is stalled by the SMMU */
    ExerciserDma dma;
    bool busy;                  /* a DMA is being made */

    CcaDmaPort *port;           /* where we are attached ... */
    uint16_t port_rid;          /* ... and as whom */
};

/* exerciser.c */
bool exerciser_ats_enabled(CcaExerciser *s);
bool exerciser_pri_enabled(CcaExerciser *s);
/* The control bits of the PASID capability; 0 if there is none. */
uint16_t exerciser_pasid_control(CcaExerciser *s);
/* Be attached to the port that DMA goes to now, under the RID of now. */
CcaDmaPort *exerciser_attach(CcaExerciser *s);
void exerciser_detach(CcaExerciser *s);
/* Drive INTx as INTXCTL says. */
void exerciser_update_intx(CcaExerciser *s);
/* Send the MSI that MSICTL names. */
void exerciser_fire_msi(CcaExerciser *s);

/* exerciser-mmio.c */
extern const MemoryRegionOps exerciser_regs_ops;

/* exerciser-dma.c */
/*
 * Who DMACTL1 and the others say that we are, for an access of type @at.
 * Returns EXERCISER_CAUSE_NONE, or why we cannot be that.
 */
unsigned exerciser_identity(CcaExerciser *s, bool pasid_valid, CcaDmaAt at,
                            CcaDmaIdentity *id);
void exerciser_dma_go(CcaExerciser *s);
/* The SMMU lets stalled accesses try again. */
void exerciser_dma_resume(void *opaque);

/* exerciser-ats.c */
extern const CcaDmaClientOps exerciser_client_ops;
void exerciser_ats_request(CcaExerciser *s);
/* Software empties the ATC. */
void exerciser_atc_clear(CcaExerciser *s);
void exerciser_page_request(CcaExerciser *s);
/* PRI control was written; @was_enabled: before that. */
void exerciser_pri_control(CcaExerciser *s, bool was_enabled);
/* Let the PRI status say whether requests are stopped. */
void exerciser_pri_status(CcaExerciser *s);

#endif
