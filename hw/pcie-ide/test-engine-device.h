/*
 * SMMUv3TestEngine in QEMU: what its two forms share. The form, a PCIe
 * function or a platform device, says how accesses and MSIs leave.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_TEST_ENGINE_DEVICE_H
#define CCA_TEST_ENGINE_DEVICE_H

#include "exec/memory.h"
#include "hw/qdev-core.h"
#include "qemu/timer.h"
#include "cca/dma-port.h"
#include "test-engine.h"

#define TYPE_CCA_TEST_ENGINE_PCI        "cca-smmu-test-engine"
#define TYPE_CCA_TEST_ENGINE_PLATFORM   "cca-smmu-test-engine-platform"

typedef struct CcaTestEngine CcaTestEngine;

typedef struct CcaTestEngineForm {
    /* As TestEngineBus has them. */
    bool (*access)(CcaTestEngine *t, const TestEngineId *id, uint64_t addr,
                   void *buf, size_t len, bool write);
    bool (*msi)(CcaTestEngine *t, const TestEngineId *id, uint64_t addr,
                uint32_t data);
} CcaTestEngineForm;

struct CcaTestEngine {
    DeviceState *dev;           /* that this is part of */
    const CcaTestEngineForm *form;
    MemoryRegion frames;        /* TE_SIZE bytes of registers */
    QEMUTimer *timer;           /* for the next slice of the work */
    TestEngine engine;
};

/* At realize and unrealize of @dev. */
void cca_test_engine_init(CcaTestEngine *t, DeviceState *dev,
                          const CcaTestEngineForm *form,
                          const TestEngineConfig *config);
void cca_test_engine_exit(CcaTestEngine *t);
void cca_test_engine_reset(CcaTestEngine *t);

extern const VMStateDescription vmstate_cca_test_engine;
#define VMSTATE_CCA_TEST_ENGINE(field, state) \
    VMSTATE_STRUCT(field, state, 1, vmstate_cca_test_engine, CcaTestEngine)

#endif
