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
# Between the marks, in the second boot's job: name, what it is, and a line of
# shell that prints the marks.
PHASES = [
    ("fvp-integer", "cca-fvp, integer loop in the TLB", "/cpubench integer 200000000"),
    ("fvp-copy", "cca-fvp, copying loop in the TLB", "/cpubench copy 50000000"),
    ("fvp-gzip", "cca-fvp, gzip of 2 MB",
     "echo BENCH BEGIN; gzip -c /bin/busybox | wc -c >/tmp/size; "
     "echo BENCH END 1 runs"),
    ("fvp-exec", "cca-fvp, programs started",
     "echo BENCH BEGIN; i=0; while [ $i -lt 200 ]; do /bin/busybox true; "
     "i=$((i + 1)); done; echo BENCH END 200 programs"),
]
PHASE_TARGET = 0.98


def prepare(folder, program):
    """The command lines of both machines: {part: [cca-fvp's, cca-virt's]}."""
    made = linux.build(linux.STABLE)
    script = os.path.join(folder, "fvp-job")
    with open(script, "w", encoding="utf-8") as out:
        for _, _, line in PHASES:
            out.write(f"{line}\n{line}\n")
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
