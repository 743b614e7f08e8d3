# SPDX-License-Identifier: GPL-2.0-or-later
"""Disks of Debian's kernel behind an SMMU: what tests/bench/run starts.

One boot makes all measurements, one after the other: each read (of 1 MiB, in
order; of 4 KiB, anywhere) is mapped and unmapped by itself (iommu.strict=1).
"""
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "boot"))
import linux                    # noqa: E402

# name, what it is, disk, bytes of a read, reads, where
PHASES = [
    ("linux-nvme-1m", "Linux, nvme, 1 MiB in order", "nvme0n1", 1 << 20, 512,
     "order"),
    ("linux-nvme-4k", "Linux, nvme, 4 KiB anywhere", "nvme0n1", 4096, 10000,
     "random"),
    ("linux-virtio-1m", "Linux, virtio-blk, 1 MiB in order", "vda", 1 << 20,
     512, "order"),
    ("linux-virtio-4k", "Linux, virtio-blk, 4 KiB anywhere", "vda", 4096,
     10000, "random"),
]
# Ours, and QEMU's own without anything of ours but its PEs' checks. One
# firmware, which switches granule protection on.
MACHINES = (["cca-virt"],
            ["virt,secure=on,virtualization=on,gic-version=3,iommu=smmuv3",
             "-cpu", "max,x-rme=on"])
JOB = """
for device in /sys/bus/pci/devices/*; do
    [ -e "$device/driver" ] || continue
    grep -qx DMA "$device/iommu_group/type" ||
        echo "FAIL: $device is not behind the SMMU"
done
"""


def prepare(folder, program):
    """The parts that commands() needs, made once."""
    made = linux.build(linux.STABLE)
    script = os.path.join(folder, "linux-job")
    with open(script, "w", encoding="utf-8") as out:
        out.write(JOB)
        for _, _, disk, size, count, where in PHASES:
            # Once before, so that all is allocated and translated code there.
            for reads in (count // 8, count):
                out.write(f"/iobench /dev/{disk} {size} {reads} {where}\n")
    added, whole = script + ".cpio.gz", script + ".initrd"
    subprocess.run([f"{TOP}/firmware-images/linux/make-cpio", added,
                    f"job={script}", f"iobench={program}"], check=True)
    with open(whole, "wb") as out:
        for part in (f"{made}/initrd.gz", added):
            with open(part, "rb") as data:
                out.write(data.read())
    return {"image": f"{made}/Image", "initrd": whole,
            "flash": linux.firmware("release", "linux")}


def command(qemu, machine, parts):
    """QEMU's command line."""
    # No file: what the host does for it would be the largest part.
    drive = "if=none,driver=null-co,size=512M,read-zeroes=on"
    return [qemu, "-M", *machine, "-smp", "1", "-nodefaults",
            "-display", "none", "-serial", "stdio", "-bios", parts["flash"],
            *linux.arguments(parts["image"], parts["initrd"],
                             "quiet iommu.passthrough=0 iommu.strict=1"),
            "-drive", f"{drive},id=virtio", "-device",
            "virtio-blk-pci,drive=virtio,iommu_platform=on,"
            "disable-legacy=on,packed=on",
            "-drive", f"{drive},id=nvme", "-device",
            "nvme,drive=nvme,serial=1"]
