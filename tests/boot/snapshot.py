# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine that is interrupted in the middle of granule protection: migrated
to another QEMU, or saved and put back."""
import os
import time

from machine import Failure, Machine, want

MACHINE = "cca-virt,strict-tlb=on"
# BL33 has a delegated granule at each of these points.
POINTS = ["bl33: store: granule protection fault",
          "bl33: delegate 2 MiB, granule by granule",
          "bl33: PE 0 delegates granule"]
# The machine runs in slices of this many seconds until the point is reached.
SLICE = 0.003
TRIES = 20


def wait_for_job(machine, job):
    """Waits until a job has ended, well."""
    def ended():
        return all(j["status"] == "concluded"
                   for j in machine.command("query-jobs") if j["id"] == job)
    machine.wait_for(ended, f"end of {job}")
    for state in machine.command("query-jobs"):
        if state["id"] == job:
            want("error" not in state, f"{job}: {state.get('error')}")
    machine.command("job-dismiss", id=job)


def stopped_after(point, folder, flash, extra=()):
    """A machine that is stopped soon after its console showed point. How soon
    is the host's affair: one that has ended by then is tried again."""
    for _ in range(TRIES):
        machine = Machine(folder, MACHINE, 4, flash, ("-S", *extra))
        while not any(point in line for line in machine.console()):
            machine.command("cont")
            time.sleep(SLICE)
            machine.command("stop")
        if closing_line(machine.console()) is None:
            return machine
        machine.__exit__()
    raise Failure(f"BL33 always ended before it could be stopped at {point}")


def closing_line(lines):
    """BL33's own verdict."""
    return next((line for line in lines
                 if line.startswith("bl33: ") and line.endswith("failed")), None)


def gpt_registers(machine):
    """What each PE's granule protection is configured to."""
    shown = machine.command("human-monitor-command",
                            **{"command-line": "info gpt"})
    want("checks are on" in shown, "granule protection is off")
    return shown.split("physical addresses")[0]


def migrates(folder, flash, point):
    """Another QEMU goes on where the first one was stopped."""
    stream = os.path.join(folder, "migration")
    with stopped_after(point, folder, flash) as source:
        before = gpt_registers(source)
        source.command("migrate", uri="file:" + stream)
        source.wait_for(
            lambda: source.command("query-migrate").get("status")
            in ("completed", "failed"), "end of the migration")
        want(source.command("query-migrate")["status"] == "completed",
             "the migration failed")
    there = os.path.join(folder, "there")
    os.makedirs(there, exist_ok=True)
    with Machine(there, MACHINE, 4, flash,
                 ("-S", "-incoming", "file:" + stream)) as target:
        target.wait_for(
            lambda: target.command("query-migrate").get("status")
            == "completed", "end of the incoming migration")
        want(gpt_registers(target) == before,
             "the GPT registers are others after the migration")
        target.command("cont")
        target.wait_for_power_off()
        verdict = closing_line(target.console())
    want(verdict and verdict.endswith(" 0 failed"), f"BL33 says: {verdict}")
    os.unlink(stream)
    return verdict


def create_disk(machine, path):
    """A new qcow2 image at path, as node "snap" of the machine."""
    def create(**options):
        machine.command("blockdev-create", **{"job-id": "create"},
                        options=options)
        wait_for_job(machine, "create")

    create(driver="file", filename=path, size=0)
    machine.command("blockdev-add", driver="file", filename=path,
                    **{"node-name": "file"})
    create(driver="qcow2", file="file", size=64 << 20)
    machine.command("blockdev-add", driver="qcow2", file="file",
                    **{"node-name": "snap"})


def saves_and_loads(folder, flash, point):
    """loadvm puts the machine back, with whatever its caches hold by then."""
    disk = os.path.join(folder, "snapshots.qcow2")
    with stopped_after(point, folder, flash) as machine:
        create_disk(machine, disk)
        which = {"tag": "s", "vmstate": "snap", "devices": ["snap"]}
        machine.command("snapshot-save", **{"job-id": "save"}, **which)
        wait_for_job(machine, "save")
        before = gpt_registers(machine)
        lines_before = len(machine.console())
        machine.command("cont")
        machine.wait_for_power_off()
        first = machine.console()
        machine.events.clear()
        machine.command("system_reset")
        machine.command("snapshot-load", **{"job-id": "load"}, **which)
        wait_for_job(machine, "load")
        want(gpt_registers(machine) == before,
             "the GPT registers are others after loadvm")
        machine.command("cont")
        machine.wait_for_power_off()
        second = machine.console()[len(first) - 1:]
    want((closing_line(first) or "").endswith(" 0 failed"),
         f"BL33 says after savevm: {closing_line(first)}")
    want((closing_line(second) or "").endswith(" 0 failed"),
         f"BL33 says after loadvm: {closing_line(second)}")
    want(len(second) < len(first) and lines_before < len(first),
         "loadvm started from power-on")
    os.unlink(disk)
    return closing_line(second)


def cases(folder, flash):
    """(name, function) of each case."""
    result = []
    for point in POINTS:
        what = point.removeprefix("bl33: ")
        result.append((f"migration at \"{what}\"", lambda point=point:
                       migrates(folder, flash, point)))
    result.append(("savevm, loadvm", lambda:
                   saves_and_loads(folder, flash, POINTS[1])))
    return result
