# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernel on real firmware: disks and network behind the SMMU."""
import contextlib
import hashlib
import os
import random
import re
import socket
import subprocess
import threading
import time

from machine import PATIENCE, QEMU, TOP, Failure, Machine, want

MACHINE = os.environ.get("MACHINE", "cca-virt")
RUN_LINUX = os.path.join(TOP, "tools/run-linux")
STABLE, NEWEST = "trixie", "trixie-backports"
# Where TF-A enters the kernel, as firmware-images/build-tfa says, and a place
# above it for the RAM file system.
KERNEL_AT, INITRD_AT = 0x62000000, 0x6a000000
MIB = 1 << 20
AMOUNT = 256
# What the kernel warns of on this machine with any SMMU, or with none.
HARMLESS = [
    r"cacheinfo: Unable to detect cache hierarchy",
    r"pci-host-generic .*: Memory resource size exceeds max for 32 bits",
    # A host that is busy elsewhere.
    r"hrtimer: interrupt took \d+ ns",
    r"clocksource: ",
    r"workqueue: .* hogged CPU",
]
# The device's driver, and the disk that it makes.
DRIVERS = {"virtio-pci": 2, "nvme": 1}

# The guest's part. Disks are read and written past the page cache; what
# arrived where is for the host to say.
JOB = """
copy() {
    what=$1; shift
    if dd bs=1M count=AMOUNT "$@" 2>/tmp/dd && grep -q '^AMOUNT+0 .*out' /tmp/dd
    then echo "job: $what: copied"
    else echo "job: $what: FAILED: $(tr '\\n' ' ' </tmp/dd)"
    fi
}
copy 'virtio-blk to nvme' if=/dev/vda of=/dev/nvme0n1 iflag=direct oflag=direct
copy 'nvme to virtio-blk' if=/dev/nvme0n1 of=/dev/vda seek=AMOUNT \\
    iflag=direct oflag=direct
for try in 1 2 3 4 5 6 7 8 9 10; do
    ping -c 1 -W 1 10.0.2.2 >/dev/null && break
done
nc 10.0.2.2 SERVER </dev/null |
    copy 'network to nvme' of=/dev/nvme0n1 seek=AMOUNT iflag=fullblock oflag=direct
dd if=/dev/nvme0n1 bs=1M skip=AMOUNT count=AMOUNT iflag=direct 2>/dev/null |
    nc 10.0.2.2 SINK || echo 'job: nvme to network: FAILED: no connection'
for device in /sys/bus/pci/devices/*; do
    driver=$(basename "$(readlink "$device/driver")")
    [ "$driver" ] || continue
    echo "job: device $driver type $(cat "$device/iommu_group/type" 2>&1)"
done
dmesg -r | grep '^<[0-4]>' | sed 's/^/job: log /'
grep -E 'MSI|gerror|evtq' /proc/interrupts | sed 's/^/job: irq /'
echo 'job: end'
"""


def text_of(path):
    """A small text file, stripped."""
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def build(suite):
    """Kernel and RAM file system of a suite; their folder."""
    done = subprocess.run([f"{TOP}/firmware-images/build-linux", suite],
                          stdout=subprocess.PIPE, text=True, check=False)
    want(done.returncode == 0, f"there is no kernel of Debian {suite}: the "
         "reason stands above")
    return done.stdout.strip()


def firmware():
    """TF-A that enters a kernel; its flash."""
    done = subprocess.run([f"{TOP}/firmware-images/build-tfa", "release",
                           "linux"], stdout=subprocess.PIPE, text=True,
                          check=False)
    want(done.returncode == 0, "the firmware did not build")
    return done.stdout.strip() + "/flash.bin"


def with_job(folder, initrd, job):
    """The RAM file system initrd with the script job in it; its path."""
    script = os.path.join(folder, "job")
    with open(script, "w", encoding="utf-8") as out:
        out.write(job)
    added, whole = script + ".cpio.gz", script + ".initrd"
    subprocess.run([f"{TOP}/firmware-images/linux/make-cpio", added,
                    f"job={script}"], check=True)
    with open(whole, "wb") as out:
        for part in (initrd, added):
            with open(part, "rb") as data:
                out.write(data.read())
    return whole


def sha256(data):
    """A short name of what data holds."""
    return hashlib.sha256(data).hexdigest()


def part_of(path, at):
    """AMOUNT MiB of a disk, from MiB at on."""
    with open(path, "rb") as disk:
        disk.seek(at * MIB)
        return disk.read(AMOUNT * MIB)


class Peer(threading.Thread):
    """One TCP connection of the guest's: gives it data, or takes its data."""

    def __init__(self, data=None):
        super().__init__(daemon=True)
        self.data, self.taken, self.amount = data, hashlib.sha256(), 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        with contextlib.suppress(OSError), self.listener, \
                self.listener.accept()[0] as guest:
            if self.data is not None:
                guest.sendall(self.data)
                guest.shutdown(socket.SHUT_WR)
            while chunk := guest.recv(MIB):
                self.taken.update(chunk)
                self.amount += len(chunk)


def data_of(seed):
    """AMOUNT MiB that look like chance, and are always the same."""
    chance = random.Random(seed)
    return b"".join(chance.randbytes(MIB) for _ in range(AMOUNT))


def new_disk(path, content=b""):
    """A disk of twice AMOUNT MiB that starts with content."""
    with open(path, "wb") as disk:
        disk.write(content)
        disk.truncate(2 * AMOUNT * MIB)
    return path


def check_log(lines):
    """No warning of the kernel's but harmless ones; none at all of the SMMU."""
    warnings = [line.removeprefix("job: log ") for line in lines
                if line.startswith("job: log ")]
    bad = [line for line in warnings
           if not any(re.search(text, line) for text in HARMLESS)]
    bad += [line for line in lines if re.search(
        r"WARNING: CPU|Call trace|Kernel panic|Oops|arm-smmu-v3 .*(event |"
        r"unexpected|timeout|fault)", line)]
    want(not bad, f"the kernel warns: {bad[0] if bad else ''}")


def check_groups(lines, kind):
    """Each device is in a group of the SMMU's, of the kind that was asked."""
    found = {}
    for line in lines:
        device = re.match(r"job: device (\S+) type (.*)", line)
        if device and device.group(1) in DRIVERS:
            want(device.group(2) == kind, f"a device of {device.group(1)} is "
                 f"not translated as {kind}: {device.group(2)}")
            found[device.group(1)] = found.get(device.group(1), 0) + 1
    want(found == DRIVERS, f"devices in groups: {found}, wanted: {DRIVERS}")


def same(what, found, wanted):
    """What arrived is what was sent."""
    want(found == wanted, f"{what}: {AMOUNT} MiB arrived changed "
         f"(sha256 {found[:12]}..., sent {wanted[:12]}...)")


def moves_data(folder, flash, strict, smp=4, machine=MACHINE):
    """AMOUNT MiB in and out of each device, looked at from outside."""
    made = build(STABLE)
    source = data_of(f"disk {strict}")
    stream = data_of(f"net {strict}")
    virtio = new_disk(os.path.join(folder, "virtio.raw"), source)
    nvme = new_disk(os.path.join(folder, "nvme.raw"))
    server, sink = Peer(stream), Peer()
    job = JOB
    for name, value in (("AMOUNT", AMOUNT), ("SERVER", server.port),
                        ("SINK", sink.port)):
        job = job.replace(name, str(value))
    initrd = with_job(folder, f"{made}/initrd.gz", job)
    with Machine(folder, machine, smp, flash, arguments(
            f"{made}/Image", initrd, f"iommu.passthrough=0 "
            f"iommu.strict={strict}") + devices(virtio, nvme)) as guest:
        guest.wait_for_power_off()
        lines = guest.console()
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    failed = [line for line in lines if "FAILED" in line]
    want(not failed, failed[0] if failed else "")
    want("job: end" in lines, "the job came to no end; the console ends: " +
         " | ".join(lines[-4:]))
    check_log(lines)
    check_groups(lines, "DMA" if strict else "DMA-FQ")
    sent = sha256(source)
    same("virtio-blk to nvme", sha256(part_of(nvme, 0)), sent)
    same("nvme to virtio-blk", sha256(part_of(virtio, AMOUNT)), sent)
    sent = sha256(stream)
    same("network to nvme", sha256(part_of(nvme, AMOUNT)), sent)
    sink.join(PATIENCE)
    want(sink.amount == AMOUNT * MIB, f"nvme to network: {sink.amount} bytes "
         f"arrived, not {AMOUNT} MiB")
    same("nvme to network", sink.taken.hexdigest(), sent)
    for path in (virtio, nvme):
        os.unlink(path)
    return (f"Linux {text_of(made + '/release')}, {AMOUNT} MiB in and out of "
            "virtio-blk, nvme and virtio-net")


def arguments(image, initrd, append):
    """QEMU's arguments for a kernel that TF-A finds in memory."""
    place = f"initrd={INITRD_AT},{os.path.getsize(initrd)}"
    # -append wants a -kernel; firmware would read that by fw_cfg, TF-A doesn't.
    return ("-m", "2G", "-kernel", initrd,
            "-append", f"console=ttyAMA0 panic=-1 {place} {append}",
            "-device", f"loader,file={image},addr={KERNEL_AT},force-raw=on",
            "-device", f"loader,file={initrd},addr={INITRD_AT},force-raw=on")


def devices(virtio, nvme):
    """The PCIe devices; without iommu_platform, virtio goes around an SMMU."""
    platform = "iommu_platform=on,disable-legacy=on"
    return ("-netdev", "user,id=net",
            "-device", f"virtio-net-pci,netdev=net,romfile=,{platform}",
            "-drive", f"if=none,id=virtio,format=raw,file={virtio}",
            "-device", f"virtio-blk-pci,drive=virtio,{platform}",
            "-drive", f"if=none,id=nvme,format=raw,file={nvme}",
            "-device", "nvme,drive=nvme,serial=1")
