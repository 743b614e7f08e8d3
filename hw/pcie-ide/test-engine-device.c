/*
 * SMMUv3TestEngine in QEMU: registers, time, migration.
 *
 * The work goes on in slices of virtual time, so that a long one does not
 * stop the machine. Software that looks at a frame at work pushes it on: how
 * often it has to look does not depend on the host.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "test-engine-device.h"
#include "trace.h"

enum {
    SLICE_NS = 50 * SCALE_US,
    SLICE = 8 * TE_TURN,        /* work in a slice; see test_engine_run() */
};

/* What the trace calls the device. */
static const char *name_of(const CcaTestEngine *t)
{
    return t->dev->canonical_path ?: "";
}

static void run_slice(CcaTestEngine *t)
{
    if (t->engine.busy) {
        return;
    }
    if (test_engine_run(&t->engine, SLICE)) {
        timer_mod(t->timer,
                  qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + SLICE_NS);
    } else {
        timer_del(t->timer);
    }
}

static void timeout(void *opaque)
{
    run_slice(opaque);
}

/* --- what the engine calls ------------------------------------------------ */

static bool bus_access(void *opaque, const TestEngineId *id, uint64_t addr,
                       void *buf, size_t len, bool write)
{
    CcaTestEngine *t = opaque;
    bool good = t->form->access(t, id, addr, buf, len, write);

    trace_cca_test_engine_access(name_of(t), id->frame, write, addr, len,
                                 good);
    return good;
}

static bool bus_msi(void *opaque, const TestEngineId *id, uint64_t addr,
                    uint32_t data)
{
    CcaTestEngine *t = opaque;
    bool good = t->form->msi(t, id, addr, data);

    trace_cca_test_engine_msi(name_of(t), id->frame, addr, data, good);
    return good;
}

static void bus_begun(void *opaque, unsigned frame, uint32_t cmd)
{
    CcaTestEngine *t = opaque;

    trace_cca_test_engine_begun(name_of(t), frame, cmd);
    if (!timer_pending(t->timer)) {
        timer_mod(t->timer,
                  qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + SLICE_NS);
    }
}

static void bus_ended(void *opaque, unsigned frame, uint32_t cmd)
{
    CcaTestEngine *t = opaque;

    trace_cca_test_engine_ended(name_of(t), frame, cmd);
}

/* --- registers ------------------------------------------------------------ */

/* Of the user frame @offset is in, is that what says how the work goes? */
static bool is_progress(hwaddr offset)
{
    return offset < TE_PAGE_SIZE && offset % TE_FRAME_SIZE < TE_MSIADDRESS;
}

static MemTxResult frames_read(void *opaque, hwaddr offset, uint64_t *value,
                               unsigned size, MemTxAttrs attrs)
{
    CcaTestEngine *t = opaque;

    *value = test_engine_read(&t->engine, offset, size, attrs.secure);
    trace_cca_test_engine_read(name_of(t), offset, *value, size);
    if (is_progress(offset) &&
        test_engine_running(&t->engine, offset / TE_FRAME_SIZE)) {
        run_slice(t);
    }
    return MEMTX_OK;
}

static MemTxResult frames_write(void *opaque, hwaddr offset, uint64_t value,
                                unsigned size, MemTxAttrs attrs)
{
    CcaTestEngine *t = opaque;

    trace_cca_test_engine_write(name_of(t), offset, value, size);
    test_engine_write(&t->engine, offset, value, size, attrs.secure);
    return MEMTX_OK;
}

static const MemoryRegionOps frames_ops = {
    .read_with_attrs = frames_read,
    .write_with_attrs = frames_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

/* --- life ----------------------------------------------------------------- */

void cca_test_engine_init(CcaTestEngine *t, DeviceState *dev,
                          const CcaTestEngineForm *form,
                          const TestEngineConfig *config)
{
    TestEngineBus bus = {
        .access = bus_access, .msi = bus_msi, .begun = bus_begun,
        .ended = bus_ended, .opaque = t,
    };

    t->dev = dev;
    t->form = form;
    t->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timeout, t);
    test_engine_init(&t->engine, config, &bus);
    memory_region_init_io(&t->frames, OBJECT(dev), &frames_ops, t,
                          "cca-smmu-test-engine-frames", TE_SIZE);
    /* A frame may well work on the frames; the engine is made for it. */
    t->frames.disable_reentrancy_guard = true;
}

void cca_test_engine_exit(CcaTestEngine *t)
{
    timer_free(t->timer);
    t->timer = NULL;
}

void cca_test_engine_reset(CcaTestEngine *t)
{
    timer_del(t->timer);
    test_engine_reset(&t->engine);
}

/* --- migration ------------------------------------------------------------ */

static int post_load(void *opaque, int version)
{
    CcaTestEngine *t = opaque;

    return test_engine_loaded(&t->engine) ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_frame = {
    .name = "cca-smmu-test-engine/frame",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_ARRAY(user, TestEngineFrame, TE_FRAME_WORDS),
        VMSTATE_UINT32_ARRAY(priv, TestEngineFrame, TE_FRAME_WORDS),
        VMSTATE_UINT64(lo, TestEngineFrame),
        VMSTATE_UINT64(hi, TestEngineFrame),
        VMSTATE_UINT64(direction, TestEngineFrame),
        VMSTATE_UINT64(sum, TestEngineFrame),
        VMSTATE_END_OF_LIST()
    },
};

const VMStateDescription vmstate_cca_test_engine = {
    .name = "cca-smmu-test-engine/engine",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT_ARRAY(engine.frame, CcaTestEngine, TE_FRAMES, 1,
                             vmstate_frame, TestEngineFrame),
        VMSTATE_UINT32(engine.turn, CcaTestEngine),
        VMSTATE_TIMER_PTR(timer, CcaTestEngine),
        VMSTATE_END_OF_LIST()
    },
};
