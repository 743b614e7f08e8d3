# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernel on real firmware: disks and network behind the SMMU."""
import hashlib
import os
import random
import re
import subprocess
import threading

from machine import PATIENCE, QEMU, TOP, Machine, want
from tftp import BLOCK, MTU, Cable

MACHINE = os.environ.get("MACHINE", "cca-virt")
# Caches forget nothing by themselves: an invalidation that gets lost shows.
STRICT_MACHINE = os.environ.get("MACHINE", "cca-virt,strict-tlb=on")
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
# What may be on the console at no time.
BAD = re.compile(r"WARNING: CPU|Call trace|Kernel panic|Oops|arm-smmu-v3 .*"
                 r"(event |unexpected|timeout|fault)")
# The device's driver, and the disk that it makes.
DRIVERS = {"virtio-pci": 2, "nvme": 1}
# Devices 1 to 3 of bus 0.
STREAMS = [device << 3 for device in (1, 2, 3)]

# The guest's part. Disks are read and written past the page cache; what
# arrived where is for the host to say.
COPY = """
# copy NAME MIB ARGUMENTS-OF-DD...
copy() {
    what=$1 mib=$2; shift 2
    if dd bs=1M count="$mib" "$@" 2>/tmp/dd && grep -q "^$mib+0 .*out" /tmp/dd
    then echo "job: $what: copied"
    else echo "job: $what: FAILED: $(tr '\\n' ' ' </tmp/dd)"
    fi
}
"""
JOB = COPY + """
copy 'virtio-blk to nvme' AMOUNT if=/dev/vda of=/dev/nvme0n1 iflag=direct oflag=direct
copy 'nvme to virtio-blk' AMOUNT if=/dev/nvme0n1 of=/dev/vda seek=AMOUNT \\
    iflag=direct oflag=direct
tftp -g -b BLOCK -l - -r get 10.0.2.2 2>/tmp/tftp |
    copy 'network to nvme' AMOUNT of=/dev/nvme0n1 seek=AMOUNT \\
        iflag=fullblock oflag=direct
dd if=/dev/nvme0n1 bs=1M skip=AMOUNT count=AMOUNT iflag=direct 2>/dev/null |
    tftp -p -b BLOCK -l - -r put 10.0.2.2 2>/tmp/tftp ||
    echo "job: nvme to network: FAILED: $(tail -n 1 /tmp/tftp)"
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


def images(*variant, **variables):
    """TF-A, as firmware-images/build-tfa makes it of these; its folder."""
    done = subprocess.run([f"{TOP}/firmware-images/build-tfa", *variant],
                          env={**os.environ, **variables},
                          stdout=subprocess.PIPE, text=True, check=False)
    want(done.returncode == 0, "the firmware did not build")
    return done.stdout.strip()


def firmware(*variant, **variables):
    """The same for cca-virt; its flash."""
    return images(*variant, **variables) + "/flash.bin"


def hypervisor():
    """TF-A with tests/boot/nested as BL33, which enters the kernel at EL1."""
    made = subprocess.run([f"{TOP}/tests/boot/nested/build"],
                          stdout=subprocess.PIPE, text=True, check=False)
    want(made.returncode == 0, "the hypervisor did not build")
    return firmware("release", BL33=made.stdout.strip())


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


def part_of(path, at, amount=AMOUNT):
    """amount MiB of a disk, from MiB at on."""
    with open(path, "rb") as disk:
        disk.seek(at * MIB)
        return disk.read(amount * MIB)


def data_of(seed, amount=AMOUNT):
    """amount MiB that look like chance, and are always the same."""
    chance = random.Random(seed)
    return b"".join(chance.randbytes(MIB) for _ in range(amount))


def new_disk(path, content=b"", size=2 * AMOUNT):
    """A disk of size MiB that starts with content."""
    with open(path, "wb") as disk:
        disk.write(content)
        disk.truncate(size * MIB)
    return path


def check_end(lines):
    """The job came to its end, and nothing in it went wrong."""
    failed = [line for line in lines if "FAILED" in line or BAD.search(line)]
    want(not failed, failed[0] if failed else "")
    want("job: end" in lines, "the job came to no end; the console ends: " +
         " | ".join(lines[-4:]))


def check_log(lines, harmless=()):
    """No warning of the kernel's but harmless ones; none at all of the SMMU."""
    warnings = [line.removeprefix("job: log ") for line in lines
                if line.startswith("job: log ")]
    bad = [line for line in warnings
           if not any(re.search(text, line)
                      for text in [*HARMLESS, *harmless])]
    bad += [line for line in lines if BAD.search(line)]
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
    want(found == wanted, f"{what}: the data arrived changed "
         f"(sha256 {found[:12]}..., sent {wanted[:12]}...)")


def check_nested(lines):
    """The hypervisor has put its stage 2 below each device's stage 1."""
    for stream in STREAMS:
        line = f"nested: StreamID 0x{stream:x}: stage 1 over stage 2"
        want(line in lines, f'no line "{line}"')


def run_to_end(guest):
    """The console up to the power-off, or up to what is bad: a device that
    lost its memory may never end its work."""
    guest.wait_for(lambda: "SHUTDOWN" in guest.events or
                   any(BAD.search(line) for line in guest.console()),
                   "power-off")
    return guest.console()


def moves_data(folder, strict, nested=False, machine=STRICT_MACHINE,
               amount=AMOUNT):
    """So many MiB in and out of each device, looked at from outside."""
    made = build(STABLE)
    source = data_of(f"disk {strict}", amount)
    stream = data_of(f"net {strict}", amount)
    virtio = new_disk(os.path.join(folder, "virtio.raw"), source, 2 * amount)
    nvme = new_disk(os.path.join(folder, "nvme.raw"), size=2 * amount)
    cable = Cable(folder, stream)
    job = JOB.replace("AMOUNT", str(amount)).replace("BLOCK", str(BLOCK))
    initrd = with_job(folder, f"{made}/initrd.gz", job)
    append = f"iommu.passthrough=0 iommu.strict={strict}"
    if nested:
        flash, smp, append = hypervisor(), 1, append + " mem=1920M"
    else:
        flash, smp = firmware("release", "linux"), 2
    with Machine(folder, machine, smp, flash, arguments(
            f"{made}/Image", initrd, append) +
                 devices(virtio, nvme, cable)) as guest:
        lines = run_to_end(guest)
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    check_end(lines)
    check_log(lines)
    check_groups(lines, "DMA" if strict else "DMA-FQ")
    if nested:
        check_nested(lines)
    sent = sha256(source)
    same("virtio-blk to nvme", sha256(part_of(nvme, 0, amount)), sent)
    same("nvme to virtio-blk", sha256(part_of(virtio, amount, amount)), sent)
    sent = sha256(stream)
    same("network to nvme", sha256(part_of(nvme, amount, amount)), sent)
    cable.join(PATIENCE)
    want(cable.amount == amount * MIB, f"nvme to network: {cable.amount} bytes "
         f"arrived, not {amount} MiB")
    same("nvme to network", cable.taken.hexdigest(), sent)
    for path in (virtio, nvme):
        os.unlink(path)
    return (f"Linux {text_of(made + '/release')}, {amount} MiB in and out of "
            "virtio-blk, nvme and virtio-net")


def arguments(image, initrd, append):
    """QEMU's arguments for a kernel that TF-A finds in memory."""
    place = f"initrd={INITRD_AT},{os.path.getsize(initrd)}"
    # -append wants a -kernel; firmware would read that by fw_cfg, TF-A doesn't.
    return ("-m", "2G", "-kernel", initrd,
            "-append", f"console=ttyAMA0 panic=-1 {place} {append}",
            "-device", f"loader,file={image},addr={KERNEL_AT},force-raw=on",
            "-device", f"loader,file={initrd},addr={INITRD_AT},force-raw=on")


def devices(virtio, nvme, cable):
    """The PCIe devices, with nothing said of an SMMU: our machines see to it
    that virtio goes through theirs. QEMU's do not. Packed rings, as QEMU 10.0
    writes an entry of a split ring that crosses a page to the page that
    follows in memory, not to the one that is mapped."""
    platform = ("romfile=" if MACHINE.startswith("cca-") else
                "romfile=,iommu_platform=on,disable-legacy=on,packed=on")
    return ("-netdev", "stream,id=net,server=off,addr.type=unix,"
            f"addr.path={cable.path}",
            "-device", "virtio-net-pci,netdev=net,addr=1,"
            f"host_mtu={MTU},{platform}",
            "-drive", f"if=none,id=virtio,format=raw,file={virtio}",
            "-device", f"virtio-blk-pci,drive=virtio,addr=2,{platform}",
            "-drive", f"if=none,id=nvme,format=raw,file={nvme}",
            "-device", "nvme,drive=nvme,serial=1,addr=3")


def to_a_shell(suite, machine=MACHINE, harmless=(), patience=PATIENCE):
    """tools/run-linux as a user meets it: a shell that answers."""
    made = build(suite)
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("INITRD", "APPEND", "JOB", "SMP", "MEMORY",
                                   "DEBUG", "TIMEOUT", "QEMU_ARGS",
                                   "DTB", "MAKEFLAGS")}
    environment.update(QEMU=QEMU, KERNEL=suite, MACHINE=machine)
    with subprocess.Popen([RUN_LINUX], env=environment, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as process:
        guard = threading.Timer(patience, process.terminate)
        guard.start()
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if "this is a busybox shell" in line:
                process.stdin.write(
                    "dmesg -r | grep '^<[0-4]>' | sed 's/^/job: log /'\n"
                    "echo job: $((6 * 7)) $(uname -r); exit\n")
                process.stdin.flush()
        guard.cancel()
        status = process.wait()
    release = text_of(f"{made}/release")
    want(f"job: 42 {release}" in lines,
         "the shell did not answer; the run ends: " + " | ".join(lines[-4:]))
    want(status == 0, f"exit status {status}")
    check_log(lines, harmless)
    return f"Linux {release}, a shell that answers, switched off from inside"


def wrong(sentence, **variables):
    """A run that has to end at once, with a sentence."""
    done = subprocess.run([RUN_LINUX],
                          env={**os.environ, "QEMU": QEMU, **variables},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=PATIENCE)
    want(done.returncode == 1, f"exit status {done.returncode}")
    want(re.search(sentence, done.stdout),
         f'no sentence "{sentence}" in: {done.stdout}')
    want("== booting" not in done.stdout, "it boots all the same")
    return done.stdout.strip().splitlines()[-1]


def cases(folder):
    """(name, function) of each case."""
    result = [(f"Linux moves data, {what}, iommu.strict={strict}",
               lambda strict=strict, nested=nested:
               moves_data(folder, strict, nested))
              for what, nested in (("translated", False), ("nested", True))
              for strict in (1, 0)]
    result += [(f"Linux of {suite}: make run-linux",
                lambda suite=suite: to_a_shell(suite))
               for suite in (NEWEST,)]
    empty = os.path.join(folder, "no-kernel")
    with open(empty, "wb") as out:
        out.write(bytes(4096))
    result += [
        ("run-linux: a kernel that is none",
         lambda: wrong("is no arm64 Image", KERNEL=empty)),
        ("run-linux: no such kernel",
         lambda: wrong("there is no such file", KERNEL=folder + "/none")),
        ("run-linux: no such RAM file system",
         lambda: wrong("INITRD=.*there is no such file", INITRD="/none")),
        ("run-linux: too many PEs", lambda: wrong("from 1 to 32", SMP="33")),
    ]
    return result
