# SPDX-License-Identifier: GPL-2.0-or-later
"""cca-fvp beside cca-virt: what tests/bench/run starts.

Firmware of the same TF-A, built for each; the same kernel and the same RAM file
system. Boots have 8 PEs. Instructions are measured with one PE: with more, the
FVP's device tree, which has caches, makes Linux spread tasks otherwise than
cca-virt's does, and that would be compared.
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
# Then, in a boot of their own: name, what it is, how often, and the shell's line
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
    """The arguments of both machines, [cca-fvp's, cca-virt's], for each boot
    by its name, and for "phases"."""
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
    fvp, fvp_kernel, virt, virt_kernel = (
        linux.images("release", *variant) for variant in
        (("fvp",), ("fvp", "linux"), (), ("linux",)))
    common = ["-m", "2G", "-nodefaults", "-display", "none", "-nic", "none",
              "-serial", "stdio", "-bios"]

    def on_fvp(pes, images):
        return ["-M", f"cca-fvp,flash0={images}/fip.bin", "-smp", str(pes),
                *common, f"{images}/bl1.bin"]

    def on_virt(pes, images):
        return ["-M", "cca-virt", "-smp", str(pes), *common,
                f"{images}/flash.bin"]

    def to_linux(pes):
        return [[*on_fvp(pes, fvp_kernel),
                 *fvp_linux.arguments(made, initrd, "")],
                [*on_virt(pes, virt_kernel),
                 *linux.arguments(f"{made}/Image", initrd, "")]]

    return {"fvp-boot": [on_fvp(PES, fvp), on_virt(PES, virt)],
            "fvp-linux": to_linux(PES), "phases": to_linux(1)}
