/*
 * Machine "cca-fvp": what its files share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FVP_H
#define CCA_FVP_H

#include "hw/boards.h"
#include "hw/pci/pci_bus.h"
#include "options.h"
#include "fvp-map.h"

#define TYPE_CCA_FVP_MACHINE MACHINE_TYPE_NAME("cca-fvp")
OBJECT_DECLARE_SIMPLE_TYPE(CcaFvpMachineState, CCA_FVP_MACHINE)

struct CcaFvpMachineState {
    MachineState parent_obj;

    /* Properties */
    CcaMachineOptions options;
    bool secure_memory;         /* bp.secure_memory: TrustZone of the map */
    bool mt;                    /* MPIDR_EL1.MT, affinities one level up */
    bool auto_secure_memory;    /* @secure_memory was not given */
    uint32_t counter_frequency; /* Hz */
    uint64_t rvbar;
    char *flash[2];             /* files */

    MemoryRegion *secure;       /* what Root and Secure see */
    MemoryRegion *trusted;      /* what only trusted software sees */
    /* All that there is, without filters: what loaders write to. */
    MemoryRegion physical;
    AddressSpace physical_as;
    MemoryRegion dram;          /* by physical address, unfiltered */
    MemoryRegion *flash_memory[2];
    DeviceState *gic;
    DeviceState *tzc;           /* NULL: nothing filters */
    PCIBus *bus;
    /* Memory as masters see it that TZC-400 tells from PEs. */
    MemoryRegion pci_memory, virtio_memory, clcd_memory;
    AddressSpace virtio_as;
};

/* Affinity fields of PE @n as they stand in MPIDR_EL1, with MT. */
uint64_t cca_fvp_affinity(const CcaFvpMachineState *s, unsigned n);

/* -kernel without firmware: QEMU enters it at EL2, and has the PSCI calls. */
bool cca_fvp_direct(const CcaFvpMachineState *s);

/* Bytes of DRAM in bank 0 or 1. */
uint64_t cca_fvp_dram_size(const CcaFvpMachineState *s, unsigned bank);

/* The input of SPI @spi. */
qemu_irq cca_fvp_spi(const CcaFvpMachineState *s, unsigned spi);

/* Devices to their places (fvp-place.c) */

/* A device at /machine/map/<name of place>: to be configured, then placed. */
DeviceState *cca_fvp_make(CcaFvpMachineState *s, const char *type,
                          CcaFvpPlace place);

/* Realize @dev, and its region 0 to @place. */
void cca_fvp_put(CcaFvpMachineState *s, DeviceState *dev, CcaFvpPlace place);

/* Region @n of @dev to @place. */
void cca_fvp_map_at(CcaFvpMachineState *s, DeviceState *dev, unsigned n,
                    CcaFvpPlace place);

/* Interrupt @line of @dev to SPI @spi. */
void cca_fvp_wire(CcaFvpMachineState *s, DeviceState *dev, unsigned line,
                  unsigned spi);

/* The parts, in the order of their creation */

/* RAM, and the views of PEs; DRAM comes with the filters (fvp-memory.c). */
void cca_fvp_create_memory(CcaFvpMachineState *s);

/* DRAM gets its contexts: once PEs are there. */
void cca_fvp_encrypt_dram(CcaFvpMachineState *s);

/* GICv3 with ITS, wired to the PEs (fvp-gic.c). */
void cca_fvp_create_gic(CcaFvpMachineState *s);

/* The TZC-400, and DRAM as it lets it through (fvp-memory.c). */
void cca_fvp_create_filters(CcaFvpMachineState *s);

/* Make everything but PEs and memory (fvp-devices.c). */
void cca_fvp_create_devices(CcaFvpMachineState *s);

/*
 * Check and read what -bios, flash0=, flash1=, -kernel, -initrd and -dtb
 * name, and see to the reset of the PEs (fvp-boot.c). Ends QEMU with one
 * sentence if something is wrong.
 */
void cca_fvp_boot(CcaFvpMachineState *s);

#endif
