# SPDX-License-Identifier: GPL-2.0-or-later
"""The map of cca-fvp beside the device tree of the FVP that Debian ships."""
import re

import board
import devicetree
import sweep
from machine import Machine, want

# What a node of the tree is here: the type of the device.
TYPES = {
    "arm,vexpress-flash": "cfi.pflash01",
    "smsc,lan91c111": "smc91c111",
    "arm,vexpress-sysreg": "cca-fvp-sysregs",
    "arm,sp810": "cca-fvp-sp810",
    "arm,pl041": "pl041",
    "arm,pl180": "pl181",
    "arm,pl050": "pl050_(keyboard|mouse)",
    "arm,pl011": "pl011",
    "arm,sp805": "cca-sp805",
    "arm,sp804": "sp804",
    "virtio,mmio": "virtio-mmio",
    "arm,pl031": "pl031",
    "arm,pl111": "pl111",
    "arm,gic-v3": "arm-gicv3",
    "arm,gic-v3-its": "arm-gicv3-its",
    "pci-host-ecam-generic": "gpex-pcihost",
    "arm,smmu-v3": "cca-smmuv3",
}
# No device: memory.
MEMORY = {"memory@80000000": "tzc", "vram@18000000": "fvp.vram"}
# Regions of the tree that do not stand here, and why.
ABSENT = {
    0x2c000000: "GICC: a GICv3 whose SRE bits are 1 has system registers",
    0x2c010000: "GICH: the same",
    0x2c02f000: "GICV: the same",
}
# Nodes whose interrupts no device of ours raises, and why.
SILENT = {"spe-pmu": "QEMU's PEs have no Statistical Profiling Extension"}
# Outputs of devices by the place of an interrupt in its node; the other
# devices' are in the tree's order.
SMMU_LINES = {"gerror": 0, "priq": 1, "eventq": 2, "cmdq-sync": 3}
# Outputs of PEs, by PPI.
PE_LINES = {
    7: "pmu-interrupt[0]", 9: "gicv3-maintenance-interrupt[0]",
    10: "unnamed-gpio-out[2]", 11: "unnamed-gpio-out[1]",
    13: "unnamed-gpio-out[3]", 14: "unnamed-gpio-out[0]",
}
SPIS, PRIVATE, SGIS = 224, 32, 16

# What the tree does not have: the rest of the board, of no use to Linux.
OTHERS = {
    # Trusted memory and devices.
    "fvp.rom", "fvp.sram", "fvp.trusted-dram", "cntcontrol",
    "trusted-watchdog", "tzc", "trng", "nvcounters", "keys",
    # Firmware's.
    "pwrc", "cci", "cntctl", "gwdt-refresh", "fvp.nsram", "dmc",
    # The board's; fvp.vram goes on after what the tree reserves.
    "fvp.psram", "fvp.vram", "vfs", "cf", "coresight", "dma330", "hdlcd",
    # Those of Arm's SMMUv3 tests, and PCIe above 4 GiB.
    "test-engine", "pcie-ecam",
}
OTHER_LINES = {
    24: "trusted-watchdog", 25: "cntctl", 26: "cntctl", 27: "gwdt-refresh",
    80: "tzc", **{spi: "smmu" for spi in range(84, 94)},
}


def start(folder):
    """The machine, stopped; the ROM is empty."""
    return Machine(folder, "cca-fvp", 8, None, ("-S", "-m", "4G"))


def nodes_of(tree):
    """(node, address, size) of all that the tree has in the PEs' space."""
    for node in devicetree.read(tree).all():
        for address, size in devicetree.regions(node):
            if address is not None:
                yield node, address, size
        if node.name.startswith("pci@"):
            for address, size in devicetree.windows(node):
                yield node, address, size


def type_of(machine, part):
    """QOM type of the device that a part is of."""
    return machine.command("qom-get", path=part.owner, property="type") \
        if part.owner.startswith(board.MAP) else ""


def check_region(machine, parts, node, address, size):
    """A node stands where the tree has it, all of it."""
    what = f"{node.path()} at {address:#x}"
    at = address
    while at < address + size:
        part = board.part_at(parts, at)
        want(part and not part.nothing(),
             f"{what}: there is nothing at {at:#x} of its {size:#x} bytes")
        if node.name in MEMORY:
            want(part.label() == MEMORY[node.name],
                 f"{what}: {part.label()} is not its memory")
        elif at == address:
            wanted = TYPES[node.strings("compatible")[0]]
            found = type_of(machine, part)
            want(re.fullmatch(wanted, found),
                 f"{what}: {found or part.name} is no {wanted}")
        at = part.last + 1


def regions(folder, tree):
    """Each node of the tree stands in both views."""
    count = absent = 0
    with start(folder) as machine:
        for space in (board.VIEW, board.SECURE_VIEW):
            parts = board.view(machine, space)
            for node, address, size in nodes_of(tree):
                if address in ABSENT:
                    want(board.part_at(parts, address).nothing(),
                         f"{address:#x} stands, and is said not to")
                    absent += 1
                    continue
                check_region(machine, parts, node, address, size)
                count += 1
        want(machine.quit() == 0, "QEMU's exit status is not 0")
    want(count >= 2 * 31, f"the tree has {count // 2} regions only")
    return f"{count // 2} regions in both views, {absent // 2} absent"


def nothing_else(folder, tree):
    """What stands here and not in the tree is on the list, and all of it."""
    covered = [(address, address + size - 1)
               for _, address, size in nodes_of(tree)]
    found = set()
    with start(folder) as machine:
        for part in board.view(machine, board.SECURE_VIEW):
            if not part.nothing() and not any(
                    first <= part.first and part.last <= last
                    for first, last in covered):
                found.add(part.label())
        want(machine.quit() == 0, "QEMU's exit status is not 0")
    want(found == OTHERS,
         f"not on the list: {sorted(found - OTHERS)}; "
         f"on the list only: {sorted(OTHERS - found)}")
    return f"{len(found)} others"


def device_lines(node, count):
    """Outputs of a node's device, in the order of its interrupts."""
    if node.strings("compatible")[0] == "arm,smmu-v3":
        return [f"unnamed-gpio-out[{SMMU_LINES[name]}]"
                for name in node.strings("interrupt-names")]
    return [f"sysbus-irq[{i}]" for i in range(count)]


def check_spis(machine, parts, root, node):
    """The wires of one device; the SPIs that they lead to."""
    wanted = devicetree.interrupts(root, node)
    if node.name.startswith("pci@"):
        wanted = [devicetree.mapped(root, node, [0, 0, 0], pin)
                  for pin in range(1, 5)]
    wanted = [cells for cells in wanted if cells is None or cells[0] == 0]
    if not wanted:
        return []
    want(None not in wanted, f"{node.path()}: an interrupt leads nowhere")
    owner = board.part_at(parts, devicetree.regions(node)[0][0]).owner
    lines = board.lines(machine, owner)
    for line, cells in zip(device_lines(node, len(wanted)), wanted):
        want(lines.get(line) == cells[1],
             f"{node.path()}: {line} of {owner} leads to SPI "
             f"{lines.get(line)}, not to {cells[1]}")
    return [cells[1] for cells in wanted]


def check_ppis(machine, root, node):
    """The wires of each PE for one node; how many."""
    ppis = [cells[1] for cells in devicetree.interrupts(root, node)
            if cells and cells[0] == 1]
    for cpu in machine.command("query-cpus-fast") if ppis else ():
        lines = board.lines(machine, cpu["qom-path"])
        first = SPIS + PRIVATE * cpu["cpu-index"] + SGIS
        for ppi in ppis:
            if node.name in SILENT:
                want(first + ppi not in lines.values(),
                     f"PPI {ppi} is said to be silent: it has a wire")
                continue
            want(lines.get(PE_LINES[ppi]) == first + ppi,
                 f"{node.path()}: {PE_LINES[ppi]} of PE {cpu['cpu-index']} "
                 f"does not lead to PPI {ppi}")
    return len(ppis)


def interrupts(folder, tree):
    """Each interrupt of the tree has its wire, and no other has one that is
    not on the list."""
    root = devicetree.read(tree)
    spis, ppis = [], 0
    with start(folder) as machine:
        parts = board.view(machine, board.VIEW)
        for node in root.all():
            spis += check_spis(machine, parts, root, node)
            ppis += check_ppis(machine, root, node)
        wires = board.wires(machine)
        for spi, users in wires.items():
            want(len(users) == 1, f"SPI {spi} has {users}")
            want(spi in spis or users[0].split()[0] == OTHER_LINES.get(spi),
                 f"SPI {spi} of {users[0]} is not in the tree, nor listed")
        want(set(OTHER_LINES) <= set(wires) - set(spis),
             f"listed SPIs without a wire, or of the tree: "
             f"{sorted(set(OTHER_LINES) - (set(wires) - set(spis)))}")
        want(machine.quit() == 0, "QEMU's exit status is not 0")
    want(len(spis) >= 27 and ppis >= 7,
         f"the tree has {len(spis)} SPIs and {ppis} PPIs only")
    return f"{len(spis)} SPIs, {ppis} PPIs of each PE"


def affinities(folder, tree):
    """PEs have the affinities that the tree gives them, in its order."""
    wanted = [node.cells("reg")[-1] for node in devicetree.read(tree).all()
              if node.properties.get("device_type") == b"cpu\0"]
    with start(folder) as machine:
        found = [machine.command("qom-get", path=cpu["qom-path"],
                                 property="mp-affinity") & 0xffffff
                 for cpu in machine.command("query-cpus-fast")]
        want(machine.quit() == 0, "QEMU's exit status is not 0")
    want(found == wanted, f"PEs are {found}, not {wanted}")
    return f"{len(found)} PEs"


def identified(folder, tree):
    """A PE reads of each PrimeCell, of each virtio transport, who it is."""
    wanted = []
    for node, address, size in nodes_of(tree):
        compatible = node.strings("compatible")
        if "arm,primecell" in compatible:
            part = int(compatible[0][-3:], 16)
            # The FVP's card interface is the PL180's successor, as here.
            part = 0x181 if part == 0x180 else part
            last = address + size
            for i, value in enumerate((part & 0xff, 0x10 | part >> 8, 4)):
                wanted.append((last - 0x20 + 4 * i, value,
                               0xf if i == 2 else 0xff, node))
            wanted += [(last - 0x10 + 4 * i, value, 0xff, node)
                       for i, value in enumerate((0x0d, 0xf0, 0x05, 0xb1))]
        elif compatible == ["virtio,mmio"]:
            wanted += [(address, 0x74726976, ~0, node), (address + 4, 2, ~0, node)]
    with sweep.start(folder, [address for address, *_ in wanted]) as machine:
        report = sweep.wait(machine)
        values = sweep.loaded(machine, len(wanted))
        want(report["faults"] == 0, f"{report['faults']} of the loads abort")
        want(machine.quit() == 0, "QEMU's exit status is not 0")
    for (address, value, mask, node), found in zip(wanted, values):
        want(found & mask == value, f"{node.path()}: {found:#x} at "
             f"{address:#x}, not {value:#x}")
    want(len(wanted) >= 15 * 7, "the tree has too few PrimeCells")
    return f"{len(wanted)} registers"


def cases(folder, tree):
    """(name, function) of each case; tree() is the blob's path."""
    return [(f"cca-fvp beside its device tree: {name}",
             lambda function=function: function(folder, tree()))
            for name, function in (
                ("regions", regions), ("nothing else", nothing_else),
                ("interrupts", interrupts), ("affinities", affinities),
                ("identification", identified))]
