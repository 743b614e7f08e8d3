# SPDX-License-Identifier: GPL-2.0-or-later
"""cca-fvp beside cca-virt: what tests/bench/run starts.

Firmware of the same TF-A, built for each; the same kernel and the same RAM file
system, with 8 PEs. A boot of Linux makes all measurements, one after the other.
"""
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "boot"))
import fvp_linux                # noqa: E402
import linux                    # noqa: E402

PES = 8
BL33_LINE = rb"bl33: Normal world"
SHELL_LINE = rb"cca-linux: Linux .* is up"
# The whole boots: name, what it is, target, last line.
BOOTS = [
    ("fvp-boot", "cca-fvp, power-on to BL33", 1 / 3, BL33_LINE),
    ("fvp-linux", "cca-fvp, power-on to Linux's shell", 1 / 2, SHELL_LINE),
]
# Then, in the second boot: name, what it is, how often, and the shell's line
# that prints the marks. Some seconds each, as a host is never quite alone.
PHASES = [
    ("fvp-integer", "cca-fvp, integer loop in the TLB", 1500000000,
     "/cpubench integer COUNT"),
    ("fvp-copy", "cca-fvp, copying loop in the TLB", 400000000,
     "/cpubench copy COUNT"),
    ("fvp-gzip", "cca-fvp, gzip of 2 MB", 4,
     "echo BENCH BEGIN; i=0; while [ $i -lt COUNT ]; do gzip -c /bin/busybox "
     "| wc -c >/tmp/size; i=$((i + 1)); done; echo BENCH END COUNT runs"),
    ("fvp-exec", "cca-fvp, programs started", 400,
     "echo BENCH BEGIN; i=0; while [ $i -lt COUNT ]; do /bin/busybox true; "
     "i=$((i + 1)); done; echo BENCH END COUNT programs"),
]
PHASE_TARGET = 0.98


def prepare(folder, program):
    """The command lines of both machines: {part: [cca-fvp's, cca-virt's]}."""
    made = linux.build(linux.STABLE)
    script = os.path.join(folder, "fvp-job")
    with open(script, "w", encoding="utf-8") as out:
        for _, _, count, line in PHASES:
            # Once before, so that translated code is there.
            for times in (count // 8 or 1, count):
                out.write(line.replace("COUNT", str(times)) + "\n")
    added, initrd = script + ".cpio.gz", script + ".initrd"
    subprocess.run([f"{TOP}/firmware-images/linux/make-cpio", added,
                    f"job={script}", f"cpubench={program}"], check=True)
    with open(initrd, "wb") as out:
        for part in (f"{made}/initrd.gz", added):
            with open(part, "rb") as data:
                out.write(data.read())
    fvp, fvp_linux_, virt, virt_linux = (
        linux.images("release", *variant) for variant in
        (("fvp",), ("fvp", "linux"), (), ("linux",)))
    common = ["-smp", str(PES), "-m", "2G", "-nodefaults", "-display", "none",
              "-nic", "none", "-serial", "stdio", "-bios"]

    def on_fvp(images):
        return ["-M", f"cca-fvp,flash0={images}/fip.bin", *common,
                f"{images}/bl1.bin"]

    def on_virt(images):
        return ["-M", "cca-virt", *common, f"{images}/flash.bin"]

    return {
        "bl33": [on_fvp(fvp), on_virt(virt)],
        "linux": [[*on_fvp(fvp_linux_), *fvp_linux.arguments(made, initrd, "")],
                  [*on_virt(virt_linux),
                   *linux.arguments(f"{made}/Image", initrd, "")]],
    }
