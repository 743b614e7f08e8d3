/*
 * Machine "cca-fvp": its devices, where the map has them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "audio/audio.h"
#include "exec/address-spaces.h"
#include "hw/block/flash.h"
#include "hw/char/pl011.h"
#include "hw/pci-host/gpex.h"
#include "hw/qdev-properties.h"
#include "hw/sd/sd.h"
#include "hw/sysbus.h"
#include "hw/virtio/virtio-mmio.h"
#include "hw/watchdog/sbsa_gwdt.h"
#include "net/net.h"
#include "system/blockdev.h"
#include "system/system.h"
#include "hw/pcie-ide/test-engine-device.h"
#include "hw/smmuv3-rme/smmuv3-rme.h"
#include "fvp.h"
#include "fvp-cci550.h"
#include "fvp-generic-timer.h"
#include "fvp-keys.h"
#include "fvp-nothing.h"
#include "fvp-nvcounters.h"
#include "fvp-pwrc.h"
#include "fvp-refcounter.h"
#include "fvp-sp805.h"
#include "fvp-sp810.h"
#include "fvp-stub.h"
#include "fvp-sysregs.h"
#include "fvp-trng.h"

enum {
    FLASH_SECTOR = 256 * 1024,
    SP804_HZ = 1000000,
};

/* One of one region, one interrupt, and no choice. */
static DeviceState *simple(CcaFvpMachineState *s, const char *type,
                           CcaFvpPlace place, unsigned spi)
{
    DeviceState *dev = cca_fvp_make(s, type, place);

    cca_fvp_put(s, dev, place);
    cca_fvp_wire(s, dev, 0, spi);
    return dev;
}

/* Motherboard */

static void create_flash(CcaFvpMachineState *s, unsigned n)
{
    CcaFvpPlace place = FVP_FLASH0 + n;
    DeviceState *dev = cca_fvp_make(s, TYPE_PFLASH_CFI01, place);
    DriveInfo *drive = drive_get(IF_PFLASH, 0, n);

    /* Two chips of 16 bits beside each other. */
    qdev_prop_set_uint64(dev, "sector-length", FLASH_SECTOR);
    qdev_prop_set_uint32(dev, "num-blocks",
                         cca_fvp_map[place].size / FLASH_SECTOR);
    qdev_prop_set_uint8(dev, "width", 4);
    qdev_prop_set_uint8(dev, "device-width", 2);
    qdev_prop_set_bit(dev, "big-endian", false);
    qdev_prop_set_uint16(dev, "id0", 0x89);
    qdev_prop_set_uint16(dev, "id1", 0x18);
    qdev_prop_set_string(dev, "name", n ? "fvp.flash1" : "fvp.flash0");
    if (drive) {
        qdev_prop_set_drive(dev, "drive", blk_by_legacy_dinfo(drive));
    }
    cca_fvp_put(s, dev, place);
    s->flash_memory[n] = drive ? NULL :
                         pflash_cfi01_get_memory(PFLASH_CFI01(dev));
}

static void create_virtio(CcaFvpMachineState *s)
{
    static const struct {
        CcaFvpPlace place;
        unsigned spi;
    } transports[] = {
        { FVP_VIRTIO0, FVP_SPI_VIRTIO0 }, { FVP_VIRTIO1, FVP_SPI_VIRTIO1 },
        { FVP_VIRTIO2, FVP_SPI_VIRTIO2 }, { FVP_VIRTIO3, FVP_SPI_VIRTIO3 },
    };
    DeviceState *dev[ARRAY_SIZE(transports)];

    /*
     * A -device that names no bus takes the transport that came to the
     * system bus last; buses are numbered as transports are realized.
     */
    for (int i = ARRAY_SIZE(transports) - 1; i >= 0; i--) {
        dev[i] = cca_fvp_make(s, TYPE_VIRTIO_MMIO, transports[i].place);
        qdev_set_parent_bus(dev[i], sysbus_get_default(), &error_abort);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(transports); i++) {
        object_property_set_bool(OBJECT(dev[i]), "realized", true,
                                 &error_fatal);
        object_unref(OBJECT(dev[i]));
        cca_fvp_map_at(s, dev[i], 0, transports[i].place);
        cca_fvp_wire(s, dev[i], 0, transports[i].spi);
    }
}

static void create_uart(CcaFvpMachineState *s, unsigned n)
{
    DeviceState *dev = cca_fvp_make(s, TYPE_PL011, FVP_UART0 + n);

    qdev_prop_set_chr(dev, "chardev", serial_hd(n));
    cca_fvp_put(s, dev, FVP_UART0 + n);
    cca_fvp_wire(s, dev, 0, FVP_SPI_UART0 + n);
}

static void create_sp804(CcaFvpMachineState *s, CcaFvpPlace place,
                         unsigned spi)
{
    DeviceState *dev = cca_fvp_make(s, "sp804", place);

    qdev_prop_set_uint32(dev, "freq0", SP804_HZ);
    qdev_prop_set_uint32(dev, "freq1", SP804_HZ);
    cca_fvp_put(s, dev, place);
    cca_fvp_wire(s, dev, 0, spi);
}

static DeviceState *create_sysregs(CcaFvpMachineState *s)
{
    DeviceState *dev = cca_fvp_make(s, TYPE_CCA_FVP_SYSREGS, FVP_SYSREGS);

    cca_fvp_put(s, dev, FVP_SYSREGS);
    cca_fvp_put(s, cca_fvp_make(s, TYPE_CCA_FVP_SP810, FVP_SP810), FVP_SP810);
    return dev;
}

static void create_mmc(CcaFvpMachineState *s, DeviceState *sysregs)
{
    static const char *const card_lines[] = {
        "card-inserted", "card-read-only",
    };
    DeviceState *dev = simple(s, "pl181", FVP_MMC, FVP_SPI_MMC0);
    DriveInfo *drive = drive_get(IF_SD, 0, 0);

    cca_fvp_wire(s, dev, 1, FVP_SPI_MMC1);
    for (unsigned i = 0; i < ARRAY_SIZE(card_lines); i++) {
        qdev_connect_gpio_out_named(dev, card_lines[i], 0,
            qdev_get_gpio_in_named(sysregs, card_lines[i], 0));
    }
    if (drive) {
        DeviceState *card = qdev_new(TYPE_SD_CARD);

        qdev_prop_set_drive_err(card, "drive", blk_by_legacy_dinfo(drive),
                                &error_fatal);
        qdev_realize_and_unref(card, qdev_get_child_bus(dev, "sd-bus"),
                               &error_fatal);
    }
}

static void create_sound(CcaFvpMachineState *s)
{
    DeviceState *dev = cca_fvp_make(s, "pl041", FVP_AACI);

    if (MACHINE(s)->audiodev) {
        qdev_prop_set_string(dev, "audiodev", MACHINE(s)->audiodev);
    } else if (!defaults_enabled()) {
        /* The chip is on the board all the same. */
        Audiodev *silence = g_new0(Audiodev, 1);

        silence->id = g_strdup("silence");
        silence->driver = AUDIODEV_DRIVER_NONE;
        audio_define_default(silence, &error_abort);
    }
    cca_fvp_put(s, dev, FVP_AACI);
    cca_fvp_wire(s, dev, 0, FVP_SPI_AACI);
}

/*
 * QEMU's model has its size in pixels from the last writes to the timing
 * registers, and ends QEMU when it is switched on with a size of 0. They are
 * 0 after reset; written once, that means 16 x 1.
 */
static void create_clcd(CcaFvpMachineState *s)
{
    static const hwaddr timings[] = { 0, 4 };
    DeviceState *dev = cca_fvp_make(s, "pl111", FVP_CLCD);

    object_property_set_link(OBJECT(dev), "framebuffer-memory",
                             OBJECT(&s->clcd_memory), &error_abort);
    cca_fvp_put(s, dev, FVP_CLCD);
    cca_fvp_wire(s, dev, 0, FVP_SPI_CLCD);
    for (unsigned i = 0; i < ARRAY_SIZE(timings); i++) {
        memory_region_dispatch_write(
            sysbus_mmio_get_region(SYS_BUS_DEVICE(dev), 0), timings[i], 0,
            MO_LEUL, MEMTXATTRS_UNSPECIFIED);
    }
}

static void create_motherboard(CcaFvpMachineState *s)
{
    DeviceState *dev;

    create_flash(s, 0);
    create_flash(s, 1);
    dev = cca_fvp_make(s, "smc91c111", FVP_ETHERNET);
    qemu_configure_nic_device(dev, true, NULL);
    cca_fvp_put(s, dev, FVP_ETHERNET);
    cca_fvp_wire(s, dev, 0, FVP_SPI_ETHERNET);

    create_sound(s);
    create_mmc(s, create_sysregs(s));
    simple(s, TYPE_CCA_SP805, FVP_WATCHDOG, FVP_SPI_WATCHDOG);
    simple(s, "pl050_keyboard", FVP_KMI0, FVP_SPI_KMI0);
    simple(s, "pl050_mouse", FVP_KMI1, FVP_SPI_KMI1);
    for (unsigned n = 0; n < 4; n++) {
        create_uart(s, n);
    }
    create_sp804(s, FVP_SP804_0, FVP_SPI_SP804_0);
    create_sp804(s, FVP_SP804_1, FVP_SPI_SP804_1);
    simple(s, "pl031", FVP_RTC, FVP_SPI_RTC);

    create_clcd(s);
    create_virtio(s);
}

/* PCIe and the SMMU */

/* The device tree of the FVP turns no pins by slot. */
static int pin_of_root_bus(PCIDevice *dev, int pin)
{
    return pin;
}

static void create_pcie(CcaFvpMachineState *s)
{
    static const CcaFvpPlace windows[] = { FVP_PCI_MMIO, FVP_PCI_MMIO64 };
    DeviceState *dev = cca_fvp_make(s, TYPE_GPEX_HOST, FVP_ECAM);

    cca_fvp_put(s, dev, FVP_ECAM);
    for (unsigned i = 0; i < ARRAY_SIZE(windows); i++) {
        const CcaFvpRegion *r = &cca_fvp_map[windows[i]];
        MemoryRegion *window = g_new(MemoryRegion, 1);

        memory_region_init_alias(window, OBJECT(dev), r->name,
                                 sysbus_mmio_get_region(SYS_BUS_DEVICE(dev),
                                                        1),
                                 r->base, r->size);
        memory_region_add_subregion(get_system_memory(), r->base, window);
    }
    for (unsigned pin = 0; pin < PCI_NUM_PINS; pin++) {
        cca_fvp_wire(s, dev, pin, FVP_SPI_PCI + pin);
        gpex_set_irq_num(GPEX_HOST(dev), pin, FVP_SPI_PCI + pin);
    }
    s->bus = PCI_HOST_BRIDGE(dev)->bus;
    pci_bus_map_irqs(s->bus, pin_of_root_bus);
}

static void create_smmu(CcaFvpMachineState *s)
{
    static const unsigned ns_spi[SMMU_IRQ__COUNT] = {
        [SMMU_IRQ_EVENTQ] = FVP_SPI_SMMU_EVENTQ,
        [SMMU_IRQ_PRIQ] = FVP_SPI_SMMU_PRIQ,
        [SMMU_IRQ_CMD_SYNC] = FVP_SPI_SMMU_SYNC,
        [SMMU_IRQ_GERROR] = FVP_SPI_SMMU_GERROR,
    };
    DeviceState *dev = cca_fvp_make(s, TYPE_CCA_SMMUV3, FVP_SMMU);
    unsigned spi = FVP_SPI_SMMU_OTHERS;

    object_property_set_link(OBJECT(dev), "primary-bus", OBJECT(s->bus),
                             &error_abort);
    object_property_set_link(OBJECT(dev), "memory", OBJECT(&s->pci_memory),
                             &error_abort);
    object_property_set_link(OBJECT(dev), "secure-memory", OBJECT(s->secure),
                             &error_abort);
    qdev_prop_set_uint32(dev, "msi-device-id", FVP_SMMU_DEVICE_ID);
    cca_fvp_put(s, dev, FVP_SMMU);
    for (unsigned i = 0; i < CCA_SMMU_LINES; i++) {
        qdev_connect_gpio_out(dev, i, cca_fvp_spi(s,
            i < SMMU_IRQ__COUNT ? ns_spi[i] : spi++));
    }
}

/* Behind the SMMU, though not by PCIe. */
static void create_test_engine(CcaFvpMachineState *s)
{
    DeviceState *dev = cca_fvp_make(s, TYPE_CCA_TEST_ENGINE_PLATFORM,
                                    FVP_TEST_ENGINE);

    qdev_prop_set_uint32(dev, "stream-id", FVP_TEST_ENGINE_SID);
    cca_fvp_put(s, dev, FVP_TEST_ENGINE);
}

/* Compute subsystem */

static void create_gwdt(CcaFvpMachineState *s)
{
    DeviceState *dev = cca_fvp_make(s, TYPE_WDT_SBSA, FVP_GWDT_REFRESH);

    qdev_prop_set_uint64(dev, "clock-frequency", s->counter_frequency);
    cca_fvp_put(s, dev, FVP_GWDT_REFRESH);
    cca_fvp_map_at(s, dev, 1, FVP_GWDT_CONTROL);
    cca_fvp_wire(s, dev, 0, FVP_SPI_GWDT);
}

static void create_timers(CcaFvpMachineState *s)
{
    DeviceState *counter = cca_fvp_make(s, TYPE_CCA_REFCOUNTER, FVP_CNTCONTROL);
    DeviceState *timer = cca_fvp_make(s, TYPE_CCA_GENERIC_TIMER, FVP_CNTCTL);

    qdev_prop_set_uint32(counter, "frequency", s->counter_frequency);
    cca_fvp_put(s, counter, FVP_CNTCONTROL);
    cca_fvp_map_at(s, counter, 1, FVP_CNTREAD);

    object_property_set_link(OBJECT(timer), "counter", OBJECT(counter),
                             &error_abort);
    qdev_prop_set_bit(timer, "secure-memory", s->secure_memory);
    cca_fvp_put(s, timer, FVP_CNTCTL);
    cca_fvp_map_at(s, timer, 1, FVP_CNTBASE0);
    cca_fvp_map_at(s, timer, 2, FVP_CNTBASE1);
    cca_fvp_wire(s, timer, 0, FVP_SPI_CNTBASE0);
    cca_fvp_wire(s, timer, 1, FVP_SPI_CNTBASE1);
}

static void create_trusted(CcaFvpMachineState *s)
{
    simple(s, TYPE_CCA_SP805, FVP_TRUSTED_WATCHDOG, FVP_SPI_TRUSTED_WATCHDOG);
    cca_fvp_put(s, cca_fvp_make(s, TYPE_CCA_FVP_TRNG, FVP_TRNG), FVP_TRNG);
    cca_fvp_put(s, cca_fvp_make(s, TYPE_CCA_FVP_NVCOUNTERS, FVP_NVCOUNTERS),
                FVP_NVCOUNTERS);
    cca_fvp_put(s, cca_fvp_make(s, TYPE_CCA_FVP_KEYS, FVP_KEYS), FVP_KEYS);
}

/* What no firmware of ours touches. */
static void create_stubs(CcaFvpMachineState *s)
{
    static const struct {
        CcaFvpPlace place;
        uint16_t part;
    } stubs[] = {
        { FVP_VFS, 0 }, { FVP_CF, 0 }, { FVP_CORESIGHT, 0 },
        { FVP_DMC, 0 }, { FVP_HDLCD, 0 }, { FVP_DMA330, 0x330 },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(stubs); i++) {
        const CcaFvpRegion *r = &cca_fvp_map[stubs[i].place];
        DeviceState *dev = cca_fvp_make(s, TYPE_CCA_FVP_STUB, stubs[i].place);

        qdev_prop_set_string(dev, "name", r->name);
        qdev_prop_set_uint64(dev, "size", r->size);
        qdev_prop_set_uint16(dev, "part", stubs[i].part);
        cca_fvp_put(s, dev, stubs[i].place);
    }
}

/* What is left of places whose devices have fewer registers. */
static void create_rests(CcaFvpMachineState *s)
{
    static const CcaFvpPlace places[] = { FVP_ETHERNET, FVP_SMMU, FVP_GICR };
    enum { BENEATH = -1 };

    for (unsigned i = 0; i < ARRAY_SIZE(places); i++) {
        const CcaFvpRegion *r = &cca_fvp_map[places[i]];
        g_autofree char *name = g_strdup_printf("%s-rest", r->name);
        DeviceState *dev = qdev_new(TYPE_CCA_FVP_STUB);

        object_property_add_child(object_resolve_path_component(OBJECT(s),
                                                                "map"),
                                  name, OBJECT(dev));
        qdev_prop_set_string(dev, "name", name);
        qdev_prop_set_uint64(dev, "size", r->size);
        sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
        memory_region_add_subregion_overlap(get_system_memory(), r->base,
            sysbus_mmio_get_region(SYS_BUS_DEVICE(dev), 0), BENEATH);
    }
}

void cca_fvp_create_devices(CcaFvpMachineState *s)
{
    object_property_add_new_container(OBJECT(s), "map");
    cca_fvp_create_gic(s);
    cca_fvp_put(s, cca_fvp_make(s, TYPE_CCA_FVP_PWRC, FVP_PWRC), FVP_PWRC);
    cca_fvp_put(s, cca_fvp_make(s, TYPE_CCA_CCI550, FVP_CCI), FVP_CCI);
    cca_fvp_create_filters(s);
    create_motherboard(s);
    create_gwdt(s);
    create_timers(s);
    create_trusted(s);
    create_pcie(s);
    create_smmu(s);
    create_test_engine(s);
    create_stubs(s);
    create_rests(s);
    cca_fvp_log_nothing(get_system_memory(), OBJECT(s), "cca-fvp");
}
