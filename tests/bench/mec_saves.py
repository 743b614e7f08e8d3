# SPDX-License-Identifier: GPL-2.0-or-later
"""savevm of 2 GiB, most of it data, with each granule under another context
than its neighbours, beside the same without contexts."""
import os
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "boot"))
import machine as boot          # noqa: E402
import snapshot                 # noqa: E402

# With contexts, and without.
MACHINES = ("cca-virt,mpe=pas", "cca-virt,mpe=off")
FULL = "mec-fill: full"


def check_contexts(guest, options):
    """The machine is what the bench is about."""
    counters = guest.command("cca-mec-contexts", limit=1)["counters"]
    switches = counters["switches"]
    boot.want((switches > 200000) == ("pas" in options),
              f"{options}: {switches} granules changed their context")


def run(qemu, options, image, folder, cpu_seconds):
    """One savevm: (CPU time, time) in seconds. cpu_seconds() of a process
    says what it has used."""
    disk = os.path.join(folder, "mec-saves.qcow2")
    boot.QEMU = qemu
    with boot.Machine(folder, options, 1, image,
                      ("-m", "2G", "-net", "none")) as guest:
        guest.wait_for_line(FULL)
        guest.command("stop")
        check_contexts(guest, options)
        snapshot.create_disk(guest, disk)
        pid = guest.process.pid
        cpu, wall = cpu_seconds(pid), time.monotonic()
        guest.command("snapshot-save", **{
            "job-id": "save", "tag": "s", "vmstate": "snap",
            "devices": ["snap"]})
        snapshot.wait_for_job(guest, "save")
        cpu, wall = cpu_seconds(pid) - cpu, time.monotonic() - wall
    os.unlink(disk)
    return cpu, wall
