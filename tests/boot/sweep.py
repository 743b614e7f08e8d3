# SPDX-License-Identifier: GPL-2.0-or-later
"""A hostile PE: tests/boot/sweep makes accesses of all kinds to the whole map
of cca-fvp, and the machine has to go on. It is then migrated, and reset, and
boots firmware as if nothing had been."""
import os
import re
import struct
import subprocess
import threading
import time

import board
import firmware
import fvp
from machine import Failure, Machine, TOP, want

# tests/boot/sweep/sweep.h
IMAGE, ORDERS = 0x03f00000, 0x03f40000
OWN = ((0x04070000, 0x10000), (0x2e00e000, 0x2000))
REPORT, LOADED = 0x2e00e000, 0x80
MAGIC = 0x70656577732d6676
FIELDS = ("state", "pages", "accesses", "faults", "walks", "heartbeat",
          "esr", "elr", "far")
RUNS, DONE, BROKEN = 1, 2, 3

PAGE = 4096
# SYS_CFGCTRL: a word there may switch the board off, as it has to.
SYS_CFGCTRL = 0x1c0100a4
FLASH0 = 0x08000000
BARS, COMMAND, MEMORY_AND_MASTER = 0x10, 4, 6
ECAM, WINDOW, WINDOW_SIZE = 0x40000000, 0x50000000, 0x10000000
# Seconds: a guard, not a measure.
PATIENCE = 300

DEVICES = (
    "-device", "cca-exerciser", "-device", "pcie-root-port,id=root-port,slot=1",
    "-device", "cca-smmu-test-engine,bus=root-port",
    "-netdev", "hubport,id=net,hubid=1", "-device", "virtio-net-device,netdev=net",
    "-blockdev", "null-co,node-name=null,read-zeroes=on",
    "-device", "virtio-blk-device,drive=null", "-device", "virtio-rng-device",
    "-device", "virtio-rng-pci", "-audio", "none",
)


def start(folder, loads=(), stores=(), parts=(), seed=1, options="",
          extra=(), bios=None, smp=8):
    """The machine with the sweep, running: it makes the loads and the stores,
    then the parts, (first, last, step, visits)."""
    holes = [(first, first + size - 1, 1) for first, size in OWN]
    holes.append((SYS_CFGCTRL, SYS_CFGCTRL + 3, 0))
    numbers = [MAGIC, seed, len(loads), len(stores), len(parts), len(holes),
               *loads, *(n for row in (*stores, *parts, *holes) for n in row)]
    orders = os.path.join(folder, "orders.bin")
    with open(orders, "wb") as out:
        out.write(struct.pack(f"<{len(numbers)}Q", *numbers))
    made = subprocess.run([f"{TOP}/tests/boot/sweep/build"], text=True,
                          stdout=subprocess.PIPE, check=False)
    want(made.returncode == 0, "the sweep did not build")
    return Machine(folder, f"cca-fvp,rvbar={IMAGE}{options}", smp, bios, (
        "-watchdog-action", "none", "-d", "guest_errors,unimp",
        "-D", "/dev/null",
        "-device", f"cca-fvp-load,file={made.stdout.strip()},addr={IMAGE}",
        "-device", f"cca-fvp-load,file={orders},addr={ORDERS}", *extra))


def words(machine, address, count, letter):
    """Memory by physical address, in words of the size that letter says."""
    shown = board.monitor(machine, f"xp /{count}{letter}x {address:#x}")
    return [int(word, 16) for word in re.findall(r"0x([0-9a-f]+)", shown)]


def report_of(machine):
    """How far it is."""
    return dict(zip(FIELDS, words(machine, REPORT, len(FIELDS), "g")))


def loaded(machine, count):
    """What the loads have read."""
    return words(machine, REPORT + LOADED, count, "w")


def wait(machine):
    """Waits until the sweep is over; its report."""
    deadline = time.monotonic() + PATIENCE
    while True:
        report = report_of(machine)
        if report["state"] == DONE:
            return report
        want(report["state"] != BROKEN, "the sweep met what it cannot: " +
             ", ".join(f"{k} {report[k]:#x}" for k in ("esr", "elr", "far")))
        want("RESET" not in machine.events and
             "SHUTDOWN" not in machine.events, "the sweep reset the machine")
        if time.monotonic() > deadline:
            raise Failure(f"the sweep does not come to its end: {report}")
        time.sleep(0.1)


def bars_of(machine):
    """Stores that give each PCI function of bus 0 its BARs and let it act,
    and the parts that these are."""
    stores, parts, at = [], [], WINDOW
    for bus in machine.command("query-pci"):
        for device in bus["devices"]:
            config = ECAM + (device["slot"] << 15) + (device["function"] << 12)
            for region in device["regions"]:
                size = max(region["size"], PAGE)
                at = (at + size - 1) & -size
                stores.append((config + BARS + 4 * region["bar"], at))
                parts.append((at, at + size - 1, 1, 200))
                at += size
            stores.append((config + COMMAND, MEMORY_AND_MASTER))
    want(len(parts) >= 3 and at < WINDOW + WINDOW_SIZE, "no PCI functions")
    return stores, parts


def part_of(part):
    """How a part of the map is swept: devices page by page."""
    pages = (part.last - part.first) // PAGE + 1
    if part.nothing():
        at_most, visits = 16, 2
    elif part.kind == "romd":
        # A command to a flash makes QEMU lay out the map anew: that takes it
        # some milliseconds.
        at_most, visits = 16, 6
    elif part.memory():
        at_most, visits = 32, 4
    else:
        at_most = 65536
        visits = 8000 if pages <= 2 else 200 if pages <= 256 else 1
    return (part.first, part.last, max(1, pages // at_most), visits)


def survey(folder, options):
    """Stores and parts for a machine of these options."""
    os.makedirs(folder, exist_ok=True)
    with Machine(folder, "cca-fvp" + options, 8, None, ("-S", *DEVICES)) as m:
        stores, bars = bars_of(m)
        parts = [part_of(p) for p in board.view(m, board.SECURE_VIEW)]
        want(m.quit() == 0, "QEMU's exit status is not 0")
    want(len(parts) > 80 and parts[-1][1] == (1 << 52) - 1,
         f"{len(parts)} parts up to {parts[-1][1]:#x}")
    return stores, bars + parts + bars


def answers(machine):
    """It says what it is when asked, by all who look at devices."""
    for line in ("info qtree", "info mtree -f", "info pci", "info registers -a",
                 "info qom-tree", "info chardev", "info network"):
        want(len(board.monitor(machine, line)) > 20, f"no answer to {line}")
    for command in ("query-cca-smmu", "query-status", "query-pci",
                    "query-cpus-fast", "query-cca-gpc-faults"):
        want(machine.command(command), f"no answer to {command}")


def migrates(machine, folder, options):
    """Another QEMU takes it over; the sweep's heart beats there."""
    stream = os.path.join(folder, "swept")
    there = os.path.join(folder, "there")
    os.makedirs(there, exist_ok=True)
    machine.deadline = time.monotonic() + PATIENCE
    machine.command("stop")
    machine.command("migrate", uri="file:" + stream)
    machine.wait_for(lambda: machine.command("query-migrate").get("status")
                     in ("completed", "failed"), "end of the migration")
    state = machine.command("query-migrate")
    want(state["status"] == "completed", f"the migration failed: {state}")
    with start(there, options=options,
               extra=(*DEVICES, "-S", "-incoming", "file:" + stream)) as other:
        other.wait_for(lambda: other.command("query-migrate").get("status")
                       == "completed", "end of the incoming migration")
        before = report_of(other)
        want(before["state"] == DONE, f"the report is another: {before}")
        other.command("cont")
        other.wait_for(lambda: report_of(other)["heartbeat"] >
                       before["heartbeat"], "heartbeat")
        answers(other)
        want(other.quit() == 0, "QEMU's exit status is not 0")
    os.unlink(stream)


def boots(machine, smp):
    """After a reset firmware comes up, though it shares flash and devices."""
    for cpu in machine.command("query-cpus-fast"):
        machine.command("qom-set", path=cpu["qom-path"], property="rvbar",
                        value=0)
    machine.command("system_reset")
    machine.deadline = time.monotonic() + PATIENCE
    machine.command("cont")
    machine.wait_for_power_off()
    console = machine.console()
    failed = [line for line in console if "FAILED" in line]
    want(not failed, failed[0] if failed else "")
    firmware.expect_lines(console, firmware.BL33_LINES[:1] + fvp.LINES)
    verdict = firmware.only(console, r"bl33: (\d+) passed, 0 failed$")
    return f"BL33: {verdict.group(1)} passed with {smp} PEs"


def sweeps(folder, seed, options="", images=None):
    """A whole sweep."""
    folder = os.path.join(folder, "sweep")
    stores, parts = survey(folder, options)
    extra, bios = DEVICES, None
    if images:
        bios = f"{images}/bl1.bin"
        extra += ("-device",
                  f"cca-fvp-load,file={images}/fip.bin,addr={FLASH0}")
    begin = time.monotonic()
    with start(folder, (), stores, parts, seed, options, extra, bios) as guest:
        # A device that never comes back takes the monitor with it.
        guard = threading.Timer(PATIENCE, guest.process.kill)
        guard.start()
        try:
            report = wait(guest)
        finally:
            guard.cancel()
        took = time.monotonic() - begin
        want(report["pages"] > 200000 and report["accesses"] > 800000 and
             report["accesses"] // 8 < report["faults"] < report["accesses"]
             and report["walks"] > 1000, f"the sweep does too little: {report}")
        answers(guest)
        migrates(guest, folder, options)
        note = boots(guest, 8) if images else "migrated"
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return (f"{report['accesses']} accesses to {report['pages']} pages in "
            f"{took:.0f} s, {report['faults']} aborted; {note}")


def cases(folder, images):
    """(name, function) of each case; images() makes TF-A."""
    return [
        ("cca-fvp swept, seed 1", lambda: sweeps(folder, 1, images=images())),
        ("cca-fvp swept, seed 2, trusted parts open to all",
         lambda: sweeps(folder, 2, ",secure-memory=off")),
        ("cca-fvp swept, seed 3, no RME",
         lambda: sweeps(folder, 3, ",rme=off")),
    ]
