/*
 * How a device model reaches memory with its whole identity.
 *
 * QEMU's DMA functions carry an address and 16 bits of Requester ID. What an
 * SMMU decides by is more: SubstreamID, Security state, privilege, address
 * type. A device that has these asks cca_dma_port_of() for the port that its
 * bus leads to, and makes its accesses there.
 *
 * Ports stand in a row: a root port that decides on the Security state passes
 * transactions on to the SMMU. Masters that are no PCI functions are wired to
 * the SMMU, under StreamIDs of their own: cca_dma_stream_rw(). Call with the
 * big QEMU lock held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_DMA_PORT_H
#define CCA_DMA_PORT_H

#include "qom/object.h"
#include "exec/memattrs.h"
#include "cca/access.h"
#include "cca/sec-sid.h"

/* PCIe address type (AT) of a transaction. */
typedef enum CcaDmaAt {
    CCA_DMA_UNTRANSLATED = 0,
    CCA_DMA_TRANSLATION_REQUEST = 1,
    CCA_DMA_TRANSLATED = 2,
} CcaDmaAt;

/* Who makes a transaction, and how. */
typedef struct CcaDmaIdentity {
    /*
     * Requester ID as the transaction claims it, 16 bits. Of a master that is
     * no PCI function: its StreamID.
     */
    uint32_t rid;
    CcaSecSid sec_sid;      /* Security state of the stream */
    bool pasid_valid;
    uint32_t pasid;         /* 20 bits, if @pasid_valid */
    bool privileged;        /* Privileged Mode Requested */
    bool instruction;       /* Execute Requested: reads only */
    bool ns;                /* NS attribute, of streams that are not NS */
    bool no_snoop;
    bool stallable;         /* the device can wait: CCA_DMA_STALLED */
    CcaDmaAt at;            /* for accesses: not TRANSLATION_REQUEST */
} CcaDmaIdentity;

/* How an access ended. */
typedef enum CcaDmaResult {
    CCA_DMA_OK,
    CCA_DMA_ABORT,          /* Completer Abort or Unsupported Request */
    CCA_DMA_RAZ_WI,         /* the SMMU ended it: the rest of @buf is zeroed */
    CCA_DMA_STALLED,        /* the SMMU holds it: try again after resume() */
} CcaDmaResult;

/* Completion of a translation request (PCIe ATS). */
typedef struct CcaAtsAnswer {
    /* Success: permissions may still be none. Else the request failed. */
    enum { CCA_ATS_SUCCESS, CCA_ATS_UNSUPPORTED, CCA_ATS_ABORT } status;
    uint64_t addr;          /* translated, aligned to @size */
    uint64_t size;          /* bytes, a power of 2, at least 4096 */
    bool read, write, execute, privileged, global, untranslated_only;
} CcaAtsAnswer;

/* A page request (PCIe PRI), or the stop marker. */
typedef struct CcaPageRequest {
    uint64_t addr;          /* page */
    uint16_t group;         /* PRG index, 9 bits */
    bool last, read, write, execute;
} CcaPageRequest;

typedef enum CcaPriResponse {
    CCA_PRI_FAILURE = 0, CCA_PRI_INVALID = 1, CCA_PRI_SUCCESS = 2,
} CcaPriResponse;

/*
 * What a port tells a device that registered. Any may be NULL; @opaque is
 * the device's.
 */
typedef struct CcaDmaClientOps {
    /* ATS invalidation of [addr, last]. False: the device rejects it. */
    bool (*ats_invalidate)(void *opaque, bool pasid_valid, uint32_t pasid,
                           bool global, uint64_t addr, uint64_t last);
    /* PRI response to a page request group. */
    void (*page_response)(void *opaque, bool pasid_valid, uint32_t pasid,
                          uint16_t group, CcaPriResponse response);
    /* Stalled accesses may be tried again. */
    void (*resume)(void *opaque);
} CcaDmaClientOps;

#define TYPE_CCA_DMA_PORT "cca-dma-port"
typedef struct CcaDmaPortClass CcaDmaPortClass;
DECLARE_CLASS_CHECKERS(CcaDmaPortClass, CCA_DMA_PORT, TYPE_CCA_DMA_PORT)
#define CCA_DMA_PORT(obj) INTERFACE_CHECK(CcaDmaPort, (obj), TYPE_CCA_DMA_PORT)
typedef struct CcaDmaPort CcaDmaPort;

struct CcaDmaPortClass {
    InterfaceClass parent_class;

    /* @len bytes at @addr, across pages; bytes before a fault are done. */
    CcaDmaResult (*access)(CcaDmaPort *port, const CcaDmaIdentity *id,
                           uint64_t addr, void *buf, size_t len, bool write);
    /* Translate the page of @addr; @write: with permission to write. */
    void (*ats_request)(CcaDmaPort *port, const CcaDmaIdentity *id,
                        uint64_t addr, bool write, CcaAtsAnswer *answer);
    /* False: there is no PRI, or no space for the request. */
    bool (*page_request)(CcaDmaPort *port, const CcaDmaIdentity *id,
                         const CcaPageRequest *request);
    /* Hear of invalidations and responses for @rid; @ops NULL: no longer. */
    void (*attach)(CcaDmaPort *port, uint16_t rid, const CcaDmaClientOps *ops,
                   void *opaque);
};

typedef struct DeviceState DeviceState;
typedef struct PCIDevice PCIDevice;

/*
 * The port that @dev's DMA goes through; NULL if its bus leads to memory
 * without an SMMU of ours (no SMMU, or bypass_iommu).
 */
CcaDmaPort *cca_dma_port_of(PCIDevice *dev);

/*
 * What devices call. All pass the fault site dma.rid, and end as an abort
 * unless Bus Master Enable is set.
 *
 * Access @len bytes at @addr, through the port of @dev. Without one, this is
 * pci_dma_rw() for what needs no SMMU (Non-secure, untranslated, no PASID,
 * neither privileged nor instruction), and CCA_DMA_ABORT for the rest. An
 * access of no bytes does nothing. Fault site dma.data. A write does not
 * change @buf.
 */
CcaDmaResult cca_dma_rw(PCIDevice *dev, const CcaDmaIdentity *id,
                        uint64_t addr, void *buf, size_t len, bool write);

/*
 * The same for a master @dev that is no PCI function, and has no Bus Master
 * Enable: through the SMMU of the machine, with @id->rid as its StreamID.
 * Without an SMMU this is an access to memory as bus masters see it.
 */
CcaDmaResult cca_dma_stream_rw(DeviceState *dev, const CcaDmaIdentity *id,
                               uint64_t addr, void *buf, size_t len,
                               bool write);

/* A translation request; CCA_ATS_UNSUPPORTED if there is no port. */
void cca_dma_ats_request(PCIDevice *dev, const CcaDmaIdentity *id,
                         uint64_t addr, bool write, CcaAtsAnswer *answer);

/* A page request; false if it was not accepted. */
bool cca_dma_page_request(PCIDevice *dev, const CcaDmaIdentity *id,
                          const CcaPageRequest *request);

#endif
