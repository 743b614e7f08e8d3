/*
 * SMMUv3TestEngine as a platform device: its privileged frames say under
 * which StreamID, and in which world, their accesses reach the SMMU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "test-engine-device.h"

OBJECT_DECLARE_SIMPLE_TYPE(CcaTestEnginePlatform, CCA_TEST_ENGINE_PLATFORM)

struct CcaTestEnginePlatform {
    SysBusDevice parent_obj;

    uint32_t stream_id;         /* property: of frames after a reset */
    CcaTestEngine te;
};

static bool platform_access(CcaTestEngine *t, const TestEngineId *id,
                            uint64_t addr, void *buf, size_t len, bool write)
{
    CcaDmaIdentity dma = {
        .rid = id->streamid,
        .sec_sid = id->secure ? CCA_SEC_SID_SECURE : CCA_SEC_SID_NS,
        .pasid_valid = id->has_substreamid,
        .pasid = id->substreamid,
        .ns = id->secure && id->ns,
        .privileged = id->privileged,
        .instruction = id->instruction && !write,
    };
    CcaDmaResult result;

    /* The SMMU is at the first port; nothing is at the others. */
    if (id->port) {
        return false;
    }
    result = cca_dma_stream_rw(t->dev, &dma, addr, buf, len, write);
    return result == CCA_DMA_OK || result == CCA_DMA_RAZ_WI;
}

static bool platform_msi(CcaTestEngine *t, const TestEngineId *id,
                         uint64_t addr, uint32_t data)
{
    uint8_t buf[4];

    stl_le_p(buf, data);
    return platform_access(t, id, addr, buf, sizeof(buf), true);
}

static const CcaTestEngineForm platform_form = {
    .access = platform_access,
    .msi = platform_msi,
};

static void platform_realize(DeviceState *dev, Error **errp)
{
    CcaTestEnginePlatform *s = CCA_TEST_ENGINE_PLATFORM(dev);
    TestEngineConfig config = { .streamid = s->stream_id };

    cca_test_engine_init(&s->te, dev, &platform_form, &config);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->te.frames);
}

static void platform_unrealize(DeviceState *dev)
{
    cca_test_engine_exit(&CCA_TEST_ENGINE_PLATFORM(dev)->te);
}

static void platform_reset(Object *obj, ResetType type)
{
    cca_test_engine_reset(&CCA_TEST_ENGINE_PLATFORM(obj)->te);
}

static const VMStateDescription vmstate_platform = {
    .name = TYPE_CCA_TEST_ENGINE_PLATFORM,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_CCA_TEST_ENGINE(te, CcaTestEnginePlatform),
        VMSTATE_END_OF_LIST()
    },
};

static const Property platform_properties[] = {
    DEFINE_PROP_UINT32("stream-id", CcaTestEnginePlatform, stream_id, 31),
};

static void platform_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->realize = platform_realize;
    dc->unrealize = platform_unrealize;
    dc->desc = "SMMUv3TestEngine (platform device)";
    dc->vmsd = &vmstate_platform;
    rc->phases.hold = platform_reset;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, platform_properties);
    object_class_property_set_description(oc, "stream-id", "StreamID in "
                                          "privileged frames after a reset");
}

static const TypeInfo platform_info = {
    .name = TYPE_CCA_TEST_ENGINE_PLATFORM,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaTestEnginePlatform),
    .class_init = platform_class_init,
};

static void register_types(void)
{
    type_register_static(&platform_info);
}

type_init(register_types)
