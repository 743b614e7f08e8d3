/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * linux-entry: the Normal world's first image on cca-fvp when Linux is to
 * follow. The kernel and its device tree lie in memory already. That device
 * tree describes the FVP and gives Linux all its memory; TF-A's own device
 * tree, whose address BL31 passes in x1, leaves out what belongs to the other
 * worlds. So linux-entry does what a boot loader does: it puts the memory of
 * the second into the first, and enters the kernel.
 */
#include "console.h"
#include "fdt.h"
#include "mmio.h"
#include "string.h"
#include "sysreg.h"

#define UART0_BASE      UINT64_C(0x1c090000)

/* Where the machine puts what -kernel and -dtb name. */
#define KERNEL_BASE     UINT64_C(0x84000000)
#define TREE_BASE       UINT64_C(0x8f000000)
#define TREE_MAX        UINT32_C(0x100000)

/* The mark in the header of an arm64 kernel. */
#define KERNEL_MAGIC_AT 56
#define KERNEL_MAGIC    UINT32_C(0x644d5241)

void linux_jump(uintptr_t kernel, uintptr_t device_tree)
    __attribute__((noreturn));
void linux_entry_main(uintptr_t firmware_tree);

static void __attribute__((noreturn)) stop(const char *why)
{
    con_printf("linux-entry: %s\n", why);
    for (;;) {
        wfi();
    }
}

/* The ranges of memory in the tree at blob. */
static bool find_memory(const void *blob, FdtProperty *memory)
{
    Fdt fdt;

    if (!fdt_open(&fdt, blob, TREE_MAX)) {
        return false;
    }
    while (fdt_next(&fdt, memory)) {
        if (fdt_node_is(memory, "memory") &&
            strcmp(memory->name, "reg") == 0) {
            return memory->length >= 16 && memory->length % 16 == 0;
        }
    }
    return false;
}

/*
 * Where a range of Linux's memory begins as one of the firmware's, it becomes
 * no longer than that.
 */
static void leave_out(const FdtProperty *memory, const FdtProperty *firmware)
{
    for (uint32_t at = 0; at < memory->length; at += 16) {
        for (uint32_t from = 0; from < firmware->length; from += 16) {
            const uint8_t *range = memory->value + at;
            const uint8_t *allowed = firmware->value + from;

            if (fdt_number(range, 8) == fdt_number(allowed, 8) &&
                fdt_number(range + 8, 8) > fdt_number(allowed + 8, 8)) {
                /* The tree lies in memory that is ours to change. */
                memcpy((void *)(uintptr_t)(range + 8), allowed + 8, 8);
                con_printf("linux-entry: memory at 0x%lx ends at 0x%lx\n",
                           fdt_number(range, 8),
                           fdt_number(range, 8) + fdt_number(range + 8, 8) - 1);
            }
        }
    }
}

/* C entry. */
void linux_entry_main(uintptr_t firmware_tree)
{
    FdtProperty memory, firmware;

    con_init(UART0_BASE);
    if (mmio_read32(KERNEL_BASE + KERNEL_MAGIC_AT) != KERNEL_MAGIC) {
        stop("there is no arm64 kernel at 0x84000000 (-kernel)");
    }
    if (!find_memory((const void *)TREE_BASE, &memory)) {
        stop("there is no device tree with memory at 0x8f000000 (-dtb)");
    }
    if (!firmware_tree || firmware_tree % 8 ||
        !find_memory((const void *)firmware_tree, &firmware)) {
        stop("TF-A passes no device tree with memory in x1");
    }
    leave_out(&memory, &firmware);
    con_puts("linux-entry: entering Linux at 0x84000000\n");
    linux_jump(KERNEL_BASE, TREE_BASE);
}
