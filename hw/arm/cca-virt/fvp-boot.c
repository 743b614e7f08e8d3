/*
 * Machine "cca-fvp": images, and where PEs begin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/loader.h"
#include "system/device_tree.h"
#include "system/qtest.h"
#include "system/reset.h"
#include "target/arm/cpu.h"
#include "fvp.h"
#include <libfdt.h>

/* Two cells per address and size, as the FVP's device tree has them. */
enum { CELLS = 2 };

static G_NORETURN void die(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    error_vreport(format, args);
    va_end(args);
    exit(1);
}

/* The whole of @file, which must hold 1 to @most bytes. */
static char *read_image(const char *what, const char *file, uint64_t most,
                        size_t *len)
{
    g_autoptr(GError) err = NULL;
    char *data;

    if (!g_file_get_contents(file, &data, len, &err)) {
        die("%s: %s", what, err->message);
    }
    if (*len == 0) {
        die("%s: %s is empty", what, file);
    }
    if (*len > most) {
        die("%s: %s has %zu bytes, and there is room for %" PRIu64, what,
            file, *len, most);
    }
    return data;
}

/* @file to @base of the memory behind all filters, at each reset. */
static uint64_t load(CcaFvpMachineState *s, const char *what,
                     const char *file, hwaddr base, uint64_t room)
{
    size_t len;
    g_autofree char *data = read_image(what, file, room, &len);

    rom_add_blob_fixed_as(what, data, len, base, &s->physical_as);
    return len;
}

static void load_flash(CcaFvpMachineState *s, unsigned n)
{
    g_autofree char *what = g_strdup_printf("flash%u", n);
    uint64_t size = cca_fvp_map[FVP_FLASH0 + n].size;
    uint8_t *to;

    if (!s->flash_memory[n]) {
        if (s->flash[n]) {
            die("%s=%s and -drive if=pflash,index=%u are for the same flash",
                what, s->flash[n], n);
        }
        return;
    }
    to = memory_region_get_ram_ptr(s->flash_memory[n]);
    /* As erased. */
    memset(to, 0xff, size);
    if (s->flash[n]) {
        size_t len;
        g_autofree char *data = read_image(what, s->flash[n], size, &len);

        memcpy(to, data, len);
    }
}

/* Device tree */

/* The node of a unit of @type, after @node; or < 0. */
static int next_of_type(const void *fdt, int node, const char *type)
{
    return fdt_node_offset_by_prop_value(fdt, node, "device_type", type,
                                         strlen(type) + 1);
}

static void set_memory(CcaFvpMachineState *s, void *fdt, const char *file)
{
    static const CcaFvpPlace banks[] = { FVP_DRAM1, FVP_DRAM2 };
    int node = next_of_type(fdt, -1, "memory");
    uint64_t reg[2 * ARRAY_SIZE(banks)];
    unsigned words = 0;

    if (node < 0) {
        die("-dtb %s has no memory node", file);
    }
    if (fdt_address_cells(fdt, 0) != CELLS || fdt_size_cells(fdt, 0) != CELLS) {
        die("-dtb %s does not have %d cells per address and size: it is for "
            "another platform", file, CELLS);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(banks); i++) {
        uint64_t size = cca_fvp_dram_size(s, i);

        if (size) {
            reg[words++] = cpu_to_be64(cca_fvp_map[banks[i]].base);
            reg[words++] = cpu_to_be64(size);
        }
    }
    fdt_setprop(fdt, node, "reg", reg, words * sizeof(reg[0]));
}

/* PEs that this run does not have are out of order. */
static void fail_absent_pes(CcaFvpMachineState *s, void *fdt)
{
    int node = next_of_type(fdt, -1, "cpu");

    while (node >= 0) {
        int len;
        const void *reg = fdt_getprop(fdt, node, "reg", &len);
        uint64_t mpidr = 0;
        bool present = false;

        if (reg && len == sizeof(uint64_t)) {
            mpidr = ldq_be_p(reg);
        } else if (reg && len == sizeof(uint32_t)) {
            mpidr = (uint32_t)ldl_be_p(reg);
        }
        for (unsigned n = 0; n < MACHINE(s)->smp.cpus; n++) {
            present |= (cca_fvp_affinity(s, n) & ~(1ull << 24)) == mpidr;
        }
        if (!present) {
            fdt_setprop_string(fdt, node, "status", "fail");
        }
        node = next_of_type(fdt, node, "cpu");
    }
}

static int chosen_node(void *fdt)
{
    int node = fdt_path_offset(fdt, "/chosen");

    return node >= 0 ? node : fdt_add_subnode(fdt, 0, "chosen");
}

static void load_dtb(CcaFvpMachineState *s, uint64_t initrd_len)
{
    MachineState *machine = MACHINE(s);
    const char *file = machine->dtb;
    size_t len;
    g_autofree char *data = read_image("-dtb", file, FVP_DTB_ROOM / 2, &len);
    g_autofree void *fdt = g_malloc0(FVP_DTB_ROOM);
    int chosen;

    if (len < sizeof(struct fdt_header) || fdt_check_full(data, len) ||
        fdt_open_into(data, fdt, FVP_DTB_ROOM)) {
        die("-dtb %s is no device tree blob", file);
    }
    set_memory(s, fdt, file);
    fail_absent_pes(s, fdt);
    chosen = chosen_node(fdt);
    if (machine->kernel_cmdline && *machine->kernel_cmdline) {
        fdt_setprop_string(fdt, chosen, "bootargs", machine->kernel_cmdline);
    }
    if (initrd_len) {
        fdt_setprop_u64(fdt, chosen, "linux,initrd-start", FVP_INITRD_BASE);
        fdt_setprop_u64(fdt, chosen, "linux,initrd-end",
                        FVP_INITRD_BASE + initrd_len);
    }
    fdt_pack(fdt);
    rom_add_blob_fixed_as("-dtb", fdt, fdt_totalsize(fdt), FVP_DTB_BASE,
                          &s->physical_as);
    machine->fdt = g_memdup2(fdt, fdt_totalsize(fdt));
}

static void load_linux(CcaFvpMachineState *s)
{
    MachineState *machine = MACHINE(s);
    uint64_t end = cca_fvp_map[FVP_DRAM1].base + cca_fvp_dram_size(s, 0);
    uint64_t initrd_len = 0;

    if (machine->kernel_filename) {
        if (end < FVP_INITRD_BASE) {
            die("-kernel needs %llu MiB of memory at least",
                (FVP_INITRD_BASE - cca_fvp_map[FVP_DRAM1].base) / MiB);
        }
        load(s, "-kernel", machine->kernel_filename, FVP_KERNEL_BASE,
             FVP_KERNEL_ROOM);
        if (!machine->dtb) {
            die("-kernel needs -dtb: cca-fvp makes no device tree (Debian's "
                "arm64 kernels come with arm/fvp-base-revc.dtb)");
        }
    }
    /* QEMU takes -initrd and -append with -kernel only. */
    if (machine->initrd_filename) {
        if (end <= FVP_INITRD_BASE) {
            die("-initrd: there is no memory at 0x%llx", FVP_INITRD_BASE);
        }
        initrd_len = load(s, "-initrd", machine->initrd_filename,
                          FVP_INITRD_BASE, end - FVP_INITRD_BASE);
    }
    if (machine->dtb) {
        load_dtb(s, initrd_len);
    }
}

/* Reset */

static void reset_pe(void *opaque)
{
    CPUState *cs = opaque;

    cpu_reset(cs);
}

/* The kernel as if firmware had entered it, at EL2 with PSCI below it. */
static void reset_pe_to_kernel(void *opaque)
{
    CPUState *cs = opaque;

    cpu_reset(cs);
    arm_emulate_firmware_reset(cs, 2);
    if (cs == first_cpu) {
        ARM_CPU(cs)->env.xregs[0] = FVP_DTB_BASE;
        cpu_set_pc(cs, FVP_KERNEL_BASE);
    }
    arm_rebuild_hflags(&ARM_CPU(cs)->env);
}

void cca_fvp_boot(CcaFvpMachineState *s)
{
    MachineState *machine = MACHINE(s);
    bool direct = cca_fvp_direct(s);
    CPUState *cs;

    if (machine->firmware) {
        load(s, "-bios", machine->firmware, cca_fvp_map[FVP_ROM].base,
             cca_fvp_map[FVP_ROM].size);
        if (cca_fvp_dram_size(s, 0) < cca_fvp_map[FVP_DRAM1].size) {
            warn_report("firmware for the FVP expects 2 GiB of memory at "
                        "least: TF-A has its tables at the end of them");
        }
    }
    load_flash(s, 0);
    load_flash(s, 1);
    load_linux(s);
    CPU_FOREACH(cs) {
        if (direct) {
            object_property_set_int(OBJECT(cs), "psci-conduit",
                                    QEMU_PSCI_CONDUIT_SMC, &error_abort);
        }
        qemu_register_reset(direct ? reset_pe_to_kernel : reset_pe, cs);
    }
}
