/*
 * SMMUv3 with RME: the device.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMUV3_RME_H
#define CCA_SMMUV3_RME_H

#include "hw/pci/pci.h"
#include "hw/sysbus.h"
#include "cca/dma-port.h"
#include "qemu/thread.h"
#include "target/arm/gpc/gpc-follow.h"
#include "answers.h"
#include "ram.h"
#include "smmu.h"

#define TYPE_CCA_SMMUV3 "cca-smmuv3"
OBJECT_DECLARE_SIMPLE_TYPE(CcaSmmuState, CCA_SMMUV3)

/*
 * Output lines, as for qdev_connect_gpio_out_named(): a line per world and
 * SmmuIrqSource, at sec_sid * SMMU_IRQ__COUNT + source; then Root's two. All
 * of them are edges: pulses.
 */
enum {
    CCA_SMMU_ROOT_LINES = CCA_SEC_SID__COUNT * SMMU_IRQ__COUNT,
    CCA_SMMU_LINES = CCA_SMMU_ROOT_LINES + SMMU_ROOT_FAR__COUNT,
    /* uint64_t that smmu_save() needs. */
    CCA_SMMU_STATE_WORDS = 512,
    CCA_SMMU_CLIENTS = 256,
};

/* What is behind one function of a PCI bus. */
typedef struct CcaSmmuEndpoint CcaSmmuEndpoint;

/* A device that hears of ATS invalidations, by StreamID. */
typedef struct CcaSmmuClient {
    uint32_t sid;
    const CcaDmaClientOps *ops;
    void *opaque;
    bool resume;                /* to be called */
} CcaSmmuClient;

/* Something to do when the lock is free. */
typedef struct CcaSmmuDue {
    CcaSecSid sec_sid;
    SmmuIrq irq;
} CcaSmmuDue;

struct CcaSmmuState {
    SysBusDevice parent_obj;

    /* Properties */
    SmmuConfig config;
    char *gpt;                  /* "root-page" or "follow-pe" */
    PCIBus *bus;                /* whose functions are behind the SMMU */
    uint32_t msi_device_id;     /* DeviceID of the SMMU's own MSIs */
    MemoryRegion *memory;           /* NULL: that of the system */
    MemoryRegion *secure_memory;    /* Secure and Root; NULL: as Non-secure */

    MemoryRegion regs;
    MemoryRegion raz_wi;        /* where transactions end that read as zero */
    AddressSpace raz_wi_as, secure_as, own_as;
    AddressSpace *memory_as;    /* &own_as, or the system's */
    bool has_secure_as;
    CcaRam ram, secure_ram;     /* of @memory_as and of @secure_as */
    qemu_irq line[CCA_SMMU_LINES];

    QemuMutex lock;             /* of the engine, and of what follows */
    Smmu *engine;
    CcaAnswers answers;
    GArray *due;                /* CcaSmmuDue */
    uint32_t root_due;          /* bits by SmmuRootFar */
    QEMUBH *bh;
    QEMUTimer *timer;           /* for delays of fault injection */
    bool run;                   /* commands are left */
    GArray *clients;            /* CcaSmmuClient */

    GHashTable *endpoints;      /* PCIBus and devfn to CcaSmmuEndpoint */
    CcaGpcFollower follower;
    bool following;
    uint64_t saved[CCA_SMMU_STATE_WORDS];
    uint32_t saved_words;
};

/* bus.c: the engine's way to memory and to the rest of the machine. */
SmmuBus cca_smmu_bus(CcaSmmuState *s);
AddressSpace *cca_smmu_as(CcaSmmuState *s, CcaPas pas);
CcaRam *cca_smmu_ram(CcaSmmuState *s, CcaPas pas);
MemTxAttrs cca_smmu_attrs(CcaPas pas, uint16_t mecid, uint16_t rid);

/*
 * Enter and leave the engine. Leaving delivers interrupts, or, without the
 * big lock, has them delivered.
 */
void cca_smmu_lock(CcaSmmuState *s);
void cca_smmu_unlock(CcaSmmuState *s);

/* btm.c: the PEs' TLBIs reach the SMMU. Once, when the PEs stand. */
void cca_smmu_hear_tlbis(CcaSmmuState *s);

/* pci.c: functions behind the SMMU, and the DMA port. */
bool cca_smmu_pci_realize(CcaSmmuState *s, Error **errp);
void cca_smmu_port_class_init(CcaDmaPortClass *port);

#endif
