/*
 * Options that all CCA machines have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_MACHINE_OPTIONS_H
#define CCA_MACHINE_OPTIONS_H

#include "qapi/qapi-types-common.h"
#include "qom/object.h"
#include "target/arm/gpc/dram.h"

typedef struct CcaMachineOptions {
    uint8_t rme;                /* 1..3; 0: off */
    uint32_t l0gptsz;           /* 0: not given */
    bool strict_tlb;
    OnOffAuto mec;              /* auto: mec_default, where RME is */
    bool mec_default;           /* the machine decides, before the options */
    uint8_t mecid_bits;         /* 0: not given */
    int32_t trace_hlt;          /* immediate of HLT; -1: none */
    MecPolicy mpe;
    bool mpe_given;
} CcaMachineOptions;

/* A machine that has them implements this interface. */
#define TYPE_CCA_MACHINE "cca-machine"
typedef struct CcaMachineClass CcaMachineClass;
DECLARE_CLASS_CHECKERS(CcaMachineClass, CCA_MACHINE, TYPE_CCA_MACHINE)

struct CcaMachineClass {
    InterfaceClass parent_class;

    CcaMachineOptions *(*options)(Object *machine);
};

/* To be called by class_init and instance_init of the machine. */
void cca_machine_class_add_options(ObjectClass *oc);
void cca_machine_options_init(CcaMachineOptions *options);

/*
 * The first thing about accelerator, CPU model and options that cannot be,
 * whatever the machine, ends QEMU with a sentence. Otherwise PEs that are
 * made from now on have what the options say.
 */
void cca_machine_configure(Object *machine);

/*
 * The machine's DRAM, @mr, is at @count ranges: it gets Memory Encryption
 * Contexts, unless without RME. PEs begin at @start, by which mpe= is chosen
 * if it is not given. To be called when PEs and memory stand.
 */
void cca_machine_encrypt_dram(Object *machine, MemoryRegion *mr,
                              const CcaDramRange *range, unsigned count,
                              uint64_t start);

#endif
