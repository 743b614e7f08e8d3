# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernel on cca-fvp: TF-A's PLAT=fvp, and the device tree of the FVP
that Debian ships."""
import os
import re

import linux
from linux import MIB, sha256
from machine import PATIENCE, Machine, want
from tftp import BLOCK, MTU, Cable

# Eight PEs of a host that may have two; a guard against hangs, not a measure.
LONG = 6 * PATIENCE
PES = 8
AMOUNT = 16

# What the kernel says on this board without anything being wrong, and why.
KNOWN = {
    r"Failed to initialize '.*/timer@1[12]0000': -22|"
    r"timer_sp804: .*clock not found: -":
        "the SP804s' clock is the SP810, whose driver Debian leaves out",
    r"\[Firmware Bug\]: CPU interface incapable of MMIO access":
        "the device tree lists GICv2 interfaces, which QEMU's GICv3 lacks",
    r"basic-mmio-gpio: Failed to locate of_node \[id: -2\]":
        "the driver of the system registers gives its cells no node",
    r"arm_spe_pmu spe-pmu: unsupported ID_AA64DFR0_EL1\.PMSVer \[0\]":
        "QEMU's PEs have no FEAT_SPE",
    r"pci .*: bridge configuration invalid \(\[bus 00-00\]\), reconfiguring":
        "no firmware has given the root port its bus numbers",
    r"arch_timer: \[Firmware Bug\]: VHE-capable CPU without EL2 virtual timer":
        "the device tree has four timers of five (Linux 7)",
    r"^<4>\[[ .\d]+\]$": "the driver of the 91C111 ends a message twice",
    r"DMI not present or invalid": "that comes with UEFI",
    r"iommu: DMA domain TLB invalidation policy": "says how, not that",
    r"CPU features: detected: ": "not what sounds bad in it",
}
SUSPICIOUS = re.compile(
    r"error|fail|warn|\bbug\b|unable|\binvalid\b|cannot|can't|time[d ]*out|"
    r"\bstall|unsupported|unexpected|mismatch|spurious|\bbad\b|denied|ignored",
    re.IGNORECASE)

# The driver of each node of the device tree, by the node's first compatible
# string.
DRIVERS = {
    "arm,armv8-pmuv3": "armv8-pmu",
    "arm,pl011": "uart-pl011",
    "arm,pl031": "rtc-pl031",
    "arm,pl180": "mmci-pl18x",
    "arm,smmu-v3": "arm-smmu-v3",
    "arm,sp805": "sp805-wdt",
    "arm,vexpress-osc": "vexpress-osc",
    "arm,vexpress-reboot": "vexpress-reset",
    "arm,vexpress-reset": "vexpress-reset",
    "arm,vexpress-shutdown": "vexpress-reset",
    "arm,vexpress-sysreg": "vexpress-sysreg",
    "pci-host-ecam-generic": "pci-host-generic",
    "regulator-fixed": "reg-fixed-voltage",
    "simple-bus": "simple-pm-bus",
    "smsc,lan91c111": "smc91x",
    "virtio,mmio": "virtio-mmio",
}
# Nodes whose driver Debian's kernel has not, and why.
WITHOUT_DRIVER = {
    "arm,pl041": "SND_ARMAACI is for 32-bit kernels",
    "arm,pl050": "SERIO_AMBAKMI is not set",
    "arm,pl111": "DRM_PL111 is not set",
    "arm,rtsm-display": "its driver comes with DRM_PL111",
    "arm,sp804": "wants the clocks of CLK_SP810",
    "arm,sp810": "CLK_SP810 is not set",
    "arm,statistical-profiling-extension-v1": "QEMU's PEs have no FEAT_SPE",
    "arm,vexpress-dvimode": "Linux has no driver",
    "arm,vexpress-flash": "MTD_PHYSMAP is not set",
    "arm,vexpress-muxfpga": "Linux has no driver",
}
# Nodes that the kernel uses without a driver for a device.
WITHOUT_DEVICE = {
    "arm,armv8", "arm,armv8-timer", "arm,fvp-base-revc", "arm,gic-v3",
    "arm,gic-v3-its", "arm,psci-0.2", "arm,vexpress,config-bus",
    "arm,vexpress,v2m-p1", "cache", "fixed-clock", "shared-dma-pool",
}
CLOCKS = {"v2m:clk24mhz": 24000000, "v2m:refclk1mhz": 1000000,
          "v2m:refclk32khz": 32768}


def script(name, **variables):
    """A shell script of this folder with variables set in front of it."""
    with open(os.path.join(os.path.dirname(__file__), name),
              encoding="utf-8") as file:
        return "".join(f"{name}='{value}'\n" for name, value
                       in variables.items()) + linux.COPY + file.read()


def arguments(made, initrd, append):
    """QEMU's arguments for a kernel that linux-entry finds in memory."""
    return ("-kernel", f"{made}/Image", "-dtb", f"{made}/fvp.dtb",
            "-initrd", initrd, "-append", f"console=ttyAMA0 panic=-1 {append}")


def started(folder, firmware, job, extra, machine="cca-fvp", append=""):
    """A machine that boots Linux with this job."""
    made = linux.build(linux.STABLE)
    initrd = linux.with_job(folder, f"{made}/initrd.gz", job)
    guest = Machine(folder, f"{machine},flash0={firmware}/fip.bin", PES,
                    f"{firmware}/bl1.bin",
                    (*arguments(made, initrd, append), *extra))
    guest.deadline += LONG
    return guest


def said(lines, what):
    """The rest of each line "job: WHAT ..."."""
    start = f"job: {what} "
    return [line.removeprefix(start) for line in lines
            if line.startswith(start)]


def check_nodes(lines):
    """Each node of the device tree has its driver, if there is one at all."""
    drivers = dict(line.split(" ") for line in said(lines, "device")
                   if line.startswith("/"))
    bound = 0
    for line in said(lines, "node"):
        node, status, *compatible = line.split(" ")
        node, kind = node.rstrip("/"), compatible[0]
        driver = drivers.get(node, "none")
        wanted = DRIVERS.get(kind, "none") if status == "okay" else "none"
        want(kind in DRIVERS or kind in WITHOUT_DRIVER or
             kind in WITHOUT_DEVICE, f"{node} ({kind}) is known to no table")
        want(driver == wanted,
             f"{node} ({kind}) has driver {driver}, wanted: {wanted}")
        bound += driver != "none"
    for kind in [*DRIVERS, *WITHOUT_DRIVER, *WITHOUT_DEVICE]:
        want(any(f" {kind} " in line for line in said(lines, "node")),
             f"no node of the device tree is {kind}")
    for name, rate in CLOCKS.items():
        want(f"{name} {rate}" in said(lines, "clock"), f"no clock {name}")
    return bound


def check_messages(lines):
    """No message of the kernel's sounds like a failure, but those known."""
    messages = said(lines, "dmesg")
    want(len(messages) > 200, f"the kernel says only {len(messages)} lines")
    for line in messages:
        if SUSPICIOUS.search(line):
            want(any(re.search(text, line)
                     for text in [*KNOWN, *linux.HARMLESS]),
                 f"the kernel says: {line}")


def check_pes(lines):
    """All PEs are there, and each has been off and on again."""
    whole = f"0-{PES - 1}"
    want(said(lines, "PEs") == [whole, whole],
         f"PEs before and after hotplug: {said(lines, 'PEs')}")
    off = dict(line.split(" ", 1) for line in said(lines, "off"))
    for pe in range(PES):
        left = [n for n in range(PES) if n != pe]
        found = []
        for part in off.get(f"cpu{pe}", "").split(","):
            first, _, last = part.partition("-")
            found += range(int(first or -1), int(last or first or -1) + 1)
        want(found == left, f"with PE {pe} off, these run: {found}")


def check_interrupts(lines):
    """The SMMU's event came through the ITS."""
    irqs = said(lines, "irq")
    for name in ("evtq", "gerror", "priq"):
        want(any("ITS" in line and line.endswith(f"arm-smmu-v3-{name}")
                 for line in irqs), f"{name} is no MSI: {irqs}")
    counts = [sum(int(n) for n in line.split()[1:1 + PES]) for line in irqs
              if line.endswith("evtq")]
    want(counts and counts[0] > 0, f"no interrupt of the SMMU's: {irqs}")
    want(said(lines, "event"), "the SMMU has recorded no event")


def check_others(lines, folder, slot):
    """RTC, watchdog, UARTs, and what is at the second transport."""
    want(said(lines, "rtc") == ["rtc-pl031 1c170000.rtc 2031-02-03"],
         f"the RTC says: {said(lines, 'rtc')}")
    want(said(lines, "watchdog") == ["sp805-wdt", "active", "inactive"],
         f"the watchdog says: {said(lines, 'watchdog')}")
    for uart in (1, 2, 3):
        text = linux.text_of(os.path.join(folder, f"uart{uart}"))
        # The realm payload speaks on the last one, too.
        want(text.endswith(f"this is ttyAMA{uart}"), f"ttyAMA{uart}: {text!r}")
    if slot == "9p":
        sums = []
        for name in ("in", "out"):
            with open(os.path.join(folder, "share", name), "rb") as file:
                sums.append(sha256(file.read()))
        linux.same("9p", sums[1], sums[0])
    else:
        name, packed = said(lines, "rng")
        want(name.startswith("virtio_rng"), f"hwrng is {name}")
        want(int(packed.split()[1]) >= 65536, f"random data: {packed}")


class Board:
    """What is plugged in, and what has to be there in the end."""

    def __init__(self, folder, strict, slot):
        seed = f"fvp {strict}"
        self.folder, self.slot = folder, slot
        self.data = {name: linux.data_of(f"{seed} {name}", amount)
                     for name, amount in (("mmio", AMOUNT), ("pci", AMOUNT),
                                          ("nvme", AMOUNT), ("card", 1))}
        self.disk = {name: linux.new_disk(self.file(name), data,
                                          64 if name == "card" else 4 * AMOUNT)
                     for name, data in self.data.items()}
        self.net = {name: linux.data_of(f"{seed} {name}", 1)
                    for name in ("virtio-mmio", "virtio-pci", "smc91x")}
        self.cables = {name: Cable(folder, self.net[name], name)
                       for name in ("virtio-mmio", "virtio-pci")}
        for name, data in (("tftp/get", self.net["smc91x"]),
                           ("share/in", self.data["card"])):
            os.makedirs(os.path.dirname(self.file(name)), exist_ok=True)
            with open(self.file(name), "wb") as file:
                file.write(data)

    def file(self, name):
        """A file of this board's."""
        return os.path.join(self.folder, name)

    def arguments(self, nvme_at, pci_at):
        """QEMU's arguments; where the NVMe and the virtio disk are."""
        result = ["-rtc", "base=2031-02-03T04:05:06"]
        for uart in (1, 2, 3):
            result += ["-serial", "file:" + self.file(f"uart{uart}")]
        for name, path in self.disk.items():
            kind = "sd" if name == "card" else f"none,id={name}"
            result += ["-drive", f"if={kind},format=raw,file={path}"]
        for name, cable in self.cables.items():
            result += ["-netdev", f"stream,id={name},server=off,"
                       f"addr.type=unix,addr.path={cable.path}"]
        result += [
            "-netdev", f"user,id=lan,tftp={self.file('tftp')},"
            f"guestfwd=tcp:10.0.2.100:1234-cmd:dd of={self.file('put')}",
            "-net", "nic,model=smc91c111,netdev=lan",
            "-device", "virtio-blk-device,drive=mmio,bus=virtio-mmio-bus.0"]
        if self.slot == "9p":
            result += ["-fsdev", "local,id=share,security_model=none,"
                       f"path={self.file('share')}",
                       "-device", "virtio-9p-device,fsdev=share,"
                       "mount_tag=share,bus=virtio-mmio-bus.1"]
        else:
            result += ["-device", "virtio-rng-device,bus=virtio-mmio-bus.1"]
        return result + [
            "-device", "virtio-net-device,netdev=virtio-mmio,"
            f"host_mtu={MTU},bus=virtio-mmio-bus.2",
            "-device", "pcie-root-port,id=rp0,addr=1,hotplug=off",
            "-device", f"nvme,drive=nvme,serial=1,{nvme_at}",
            "-device", f"virtio-blk-pci,drive=pci,{pci_at}",
            "-device", "virtio-net-pci,netdev=virtio-pci,addr=4,"
            f"host_mtu={MTU}",
            "-device", "cca-exerciser,addr=5"]

    def check(self, lines):
        """What was copied is as it was, in the guest and here."""
        for name, data in self.net.items():
            sums = [line.split()[1] for line in said(lines, "sum")
                    if line.split()[0] == name]
            want(sums, f"nothing has come through {name}")
            linux.same(f"{name} to the guest", sums[0], sha256(data))
        for name, cable in self.cables.items():
            cable.join(PATIENCE)
            linux.same(f"{name} from the guest", cable.taken.hexdigest(),
                       sha256(self.net[name]))
        with open(self.file("put"), "rb") as file:
            linux.same("smc91x from the guest", sha256(file.read()),
                       sha256(self.net["smc91x"]))
        for source, target, at, amount in (
                ("mmio", "nvme", AMOUNT, AMOUNT), ("nvme", "pci", AMOUNT, AMOUNT),
                ("pci", "mmio", AMOUNT, AMOUNT), ("mmio", "card", 1, 1),
                ("card", "mmio", 2 * AMOUNT, 1)):
            linux.same(f"{source} to {target}", sha256(
                linux.part_of(self.disk[target], at, amount)),
                sha256(self.data[source][:amount * MIB]))


def every_device(folder, strict, slot, nvme_at, pci_at, behind):
    """One boot that uses all that the device tree has."""
    board = Board(folder, strict, slot)
    job = script("fvp-devices.sh", amount=AMOUNT, slot=slot, block=BLOCK)
    with started(folder, linux.images("release", "fvp", "linux"), job,
                 board.arguments(nvme_at, pci_at), "cca-fvp,strict-tlb=on",
                 f"iommu.passthrough=0 iommu.strict={strict}") as guest:
        guest.wait_for_power_off()
        lines = guest.console()
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    linux.check_end([line for line in lines if "arm-smmu-v3" not in line])
    bound = check_nodes(lines)
    check_messages(lines)
    check_pes(lines)
    linux.check_groups(lines, "DMA" if strict else "DMA-FQ")
    want(any(line.startswith(behind) and line.endswith("0000:01:00.0")
             for line in said(lines, "disk")),
         f"{behind} is not behind the root port: {said(lines, 'disk')}")
    check_interrupts(lines)
    check_others(lines, folder, slot)
    board.check(lines)
    for path in board.disk.values():
        os.unlink(path)
    return (f"{PES} PEs, {bound} nodes with their drivers, data on 4 disks, "
            f"3 networks and {slot}")


def reboots(folder, variant, machine):
    """PSCI's restart, the watchdog's, and the power-off."""
    disk = linux.new_disk(os.path.join(folder, "life"), b"0", 1)
    with started(folder, linux.images("release", *variant, "fvp", "linux"),
                 script("fvp-reboots.sh"), (
                     "-drive", f"if=none,id=disk,format=raw,file={disk}",
                     "-device", "virtio-blk-device,drive=disk"),
                 machine) as guest:
        guest.wait_for_power_off()
        lines = guest.console()
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    linux.check_end(lines)
    lives = [f"{life} with {PES} PEs" for life in range(3)]
    want(said(lines, "life") == lives, f"lives: {said(lines, 'life')}")
    events = [event for event in guest.events
              if event in ("RESET", "WATCHDOG", "SHUTDOWN")]
    want(events == ["RESET", "WATCHDOG", "RESET", "SHUTDOWN"],
         f"events: {events}")
    return f"{PES} PEs thrice: a restart, a watchdog, the power-off"


def cases(folder):
    """(name, function) of each case."""
    return [
        ("Linux on cca-fvp uses every device, iommu.strict=1",
         lambda: every_device(folder, 1, "9p", "bus=rp0", "addr=3",
                              "/dev/nvme")),
        ("Linux on cca-fvp uses every device, iommu.strict=0",
         lambda: every_device(folder, 0, "rng", "addr=3", "bus=rp0",
                              "/dev/vd")),
        ("Linux on cca-fvp starts again",
         lambda: reboots(folder, (), "cca-fvp")),
        ("Linux on cca-fvp starts again, no RME in machine and TF-A",
         lambda: reboots(folder, ("no-rme",), "cca-fvp,rme=off")),
        (f"Linux of {linux.NEWEST}: make run-linux MACHINE=cca-fvp",
         lambda: linux.to_a_shell(linux.NEWEST, "cca-fvp", KNOWN, LONG)),
        ("run-linux: too many PEs for cca-fvp",
         lambda: linux.wrong("from 1 to 8", MACHINE="cca-fvp", SMP="9")),
        ("run-linux: a device tree for cca-virt",
         lambda: linux.wrong("only MACHINE=cca-fvp takes one",
                             MACHINE="cca-virt", DTB=__file__)),
        ("run-linux: no such device tree",
         lambda: linux.wrong("DTB=.*there is no such file",
                             MACHINE="cca-fvp", DTB="/none")),
    ]
