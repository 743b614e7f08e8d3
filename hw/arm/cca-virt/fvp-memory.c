/*
 * Machine "cca-fvp": memory, and who sees it how.
 *
 * There are two views, as QEMU's PEs have them: that of Root and Secure, and
 * that of Realm and Non-secure. DRAM stands in them as the TZC-400 lets it
 * through, which for other masters than PEs may be another part.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/virtio/virtio.h"
#include "target/arm/gpc/bus-gpc.h"
#include "cca/bus-master.h"
#include "fvp.h"
#include "fvp-tzc400.h"

/*
 * What the TZC-400 has addresses for. TF-A without RME places regions for
 * DRAM of the FVP's largest map, which ends at 52 bits; with fewer bits they
 * would overlap.
 */
#define DRAM_SPACE (1ull << 52)

static const CcaFvpPlace banks[] = { FVP_DRAM1, FVP_DRAM2 };

uint64_t cca_fvp_dram_size(const CcaFvpMachineState *s, unsigned bank)
{
    uint64_t size = MACHINE(s)->ram_size;
    uint64_t first = MIN(size, cca_fvp_map[FVP_DRAM1].size);

    return bank ? size - first : first;
}

/* A bank into @to, at its address: @from as of @offset. */
static void add_part(CcaFvpMachineState *s, MemoryRegion *to, unsigned bank,
                     MemoryRegion *from, hwaddr offset)
{
    const CcaFvpRegion *r = &cca_fvp_map[banks[bank]];
    uint64_t size = cca_fvp_dram_size(s, bank);

    if (size) {
        MemoryRegion *part = g_new(MemoryRegion, 1);

        memory_region_init_alias(part, OBJECT(s), r->name, from, offset, size);
        memory_region_add_subregion(to, r->base, part);
    }
}

static void create_ram(CcaFvpMachineState *s, CcaFvpPlace place)
{
    const CcaFvpRegion *r = &cca_fvp_map[place];
    MemoryRegion *ram = g_new(MemoryRegion, 1);
    g_autofree char *name = g_strdup_printf("fvp.%s", r->name);

    if (place == FVP_ROM) {
        memory_region_init_rom(ram, NULL, name, r->size, &error_fatal);
    } else {
        memory_region_init_ram(ram, NULL, name, r->size, &error_fatal);
    }
    memory_region_add_subregion(r->secure ? s->trusted : get_system_memory(),
                                r->base, ram);
}

/* DRAM as it is, at its addresses; and all of memory as loaders see it. */
static void create_dram(CcaFvpMachineState *s)
{
    uint64_t done = 0;

    memory_region_init(&s->dram, OBJECT(s), "fvp.dram", DRAM_SPACE);
    for (unsigned bank = 0; bank < ARRAY_SIZE(banks); bank++) {
        uint64_t size = cca_fvp_dram_size(s, bank);

        add_part(s, &s->dram, bank, MACHINE(s)->ram, done);
        done += size;
    }
    memory_region_init(&s->physical, OBJECT(s), "fvp.physical", UINT64_MAX);
    memory_region_add_subregion_overlap(&s->physical, 0, s->secure, -1);
    for (unsigned bank = 0; bank < ARRAY_SIZE(banks); bank++) {
        add_part(s, &s->physical, bank, &s->dram,
                 cca_fvp_map[banks[bank]].base);
    }
    address_space_init(&s->physical_as, &s->physical, "cca-fvp-physical");
}

void cca_fvp_encrypt_dram(CcaFvpMachineState *s)
{
    CcaDramRange range[ARRAY_SIZE(banks)];
    uint64_t done = 0;
    unsigned count = 0;

    for (unsigned bank = 0; bank < ARRAY_SIZE(banks); bank++) {
        uint64_t size = cca_fvp_dram_size(s, bank);

        if (size) {
            range[count++] = (CcaDramRange) {
                cca_fvp_map[banks[bank]].base, size, done,
            };
            done += size;
        }
    }
    cca_machine_encrypt_dram(OBJECT(s), MACHINE(s)->ram, range, count,
                             s->rvbar);
}

void cca_fvp_create_memory(CcaFvpMachineState *s)
{
    MemoryRegion *system = get_system_memory();

    s->secure = g_new(MemoryRegion, 1);
    memory_region_init(s->secure, OBJECT(s), "fvp.secure", UINT64_MAX);
    memory_region_add_subregion_overlap(s->secure, 0, system, -1);
    s->trusted = s->secure_memory ? s->secure : system;
    create_ram(s, FVP_ROM);
    create_ram(s, FVP_SRAM);
    create_ram(s, FVP_TRUSTED_DRAM);
    create_ram(s, FVP_PSRAM);
    create_ram(s, FVP_VRAM);
    create_ram(s, FVP_NSRAM);
    create_dram(s);
}

/* DRAM into @to, as the master @nsaid sees it. */
static void map_dram(CcaFvpMachineState *s, MemoryRegion *to, unsigned nsaid,
                     bool secure)
{
    MemoryRegion *from = cca_tzc400_view(CCA_TZC400(s->tzc), nsaid, secure);

    for (unsigned bank = 0; bank < ARRAY_SIZE(banks); bank++) {
        add_part(s, to, bank, from, cca_fvp_map[banks[bank]].base);
    }
}

/* Memory as the master @nsaid sees it, Non-secure. */
static void create_view(CcaFvpMachineState *s, MemoryRegion *view,
                        const char *name, unsigned nsaid)
{
    MemoryRegion *system = g_new(MemoryRegion, 1);

    memory_region_init(view, OBJECT(s), name, UINT64_MAX);
    memory_region_init_alias(system, OBJECT(s), "system", get_system_memory(),
                             0, UINT64_MAX);
    memory_region_add_subregion_overlap(view, 0, system, -1);
    map_dram(s, view, nsaid, false);
}

/* Virtio devices on the motherboard have an NSAID of their own. */
static AddressSpace *memory_of_master(DeviceState *dev)
{
    CcaFvpMachineState *s = CCA_FVP_MACHINE(current_machine);

    return dev && object_dynamic_cast(OBJECT(dev), TYPE_VIRTIO_DEVICE) ?
           &s->virtio_as : &address_space_memory;
}

static AddressSpace *unchecked_memory_of_master(const char *name,
                                                DeviceState *dev)
{
    return memory_of_master(dev);
}

static void create_views(CcaFvpMachineState *s)
{
    create_view(s, &s->pci_memory, "fvp.pci", TZC400_NSAID_PCI);
    create_view(s, &s->virtio_memory, "fvp.virtio", TZC400_NSAID_VIRTIO);
    create_view(s, &s->clcd_memory, "fvp.clcd", TZC400_NSAID_CLCD);
    address_space_init(&s->virtio_as, &s->virtio_memory, "fvp-virtio");
    if (cca_bus_master_view) {
        cca_bus_gpc_set_memory(memory_of_master);
    } else {
        cca_bus_master_view = unchecked_memory_of_master;
    }
}

static void create_tzc(CcaFvpMachineState *s)
{
    s->tzc = cca_fvp_make(s, TYPE_CCA_TZC400, FVP_TZC);
    object_property_set_link(OBJECT(s->tzc), "downstream", OBJECT(&s->dram),
                             &error_abort);
    qdev_prop_set_bit(s->tzc, "secure-memory", s->secure_memory);
    cca_fvp_put(s, s->tzc, FVP_TZC);
    cca_fvp_wire(s, s->tzc, 0, FVP_SPI_TZC);
}

void cca_fvp_create_filters(CcaFvpMachineState *s)
{
    create_tzc(s);
    map_dram(s, get_system_memory(), TZC400_NSAID_AP, false);
    map_dram(s, s->secure, TZC400_NSAID_AP, true);
    create_views(s);
}
