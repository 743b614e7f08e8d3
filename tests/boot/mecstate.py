# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory under contexts while a machine is migrated, saved, reset: nothing is
lost that has to stay, and what has to be lost is (tests/guest/mec-keep.c)."""
import os
import subprocess
import time

from machine import TOP, Failure, Machine, want
from snapshot import create_disk, wait_for_job

IMAGE = os.path.join(TOP, "build/guest/mec-keep.bin")
# lib/layout.h and lib/test.h of tests/guest.
PARAM, BOOT_FLAG, TEST_BASE = 0x40ffff00, 0x40fffff0, 0x80000000
MPE = {"off": 1, "mecid": 2, "pas": 3}
GRANULE = 4096
# Where mec-keep.c leaves something that stays as it is, one granule for each
# of four contexts, and what it wants to see after a reset.
FIXED, LEFT = TEST_BASE, TEST_BASE + 0x400000
PES = 4
# What it does: it fights, leaves memory to a reset, or fights for longer.
FIGHT, LEAVE, LONG_FIGHTS = 0, 1, (4, 16, 64)
MIDDLE, AT_REST = "mec-keep: in the middle", "mec-keep: left"
# What machines with other options say of the state of one with PAS and MECIDs.
REFUSALS = [
    ("mpe=mecid,mec=on", "they were saved with mpe=pas, this machine has "
     "mpe=mecid"),
    ("mpe=off,mec=on", "they were saved with mpe=pas, this machine has mpe=off"),
    ("mpe=pas,mec=on,mecid-bits=8", "they were saved with mecid-bits=16, this "
     "machine has mecid-bits=8"),
]
# The machine runs in slices of so many seconds until the point is reached.
SLICE, TRIES = 0.003, 20


def build():
    """The image."""
    done = subprocess.run([f"{TOP}/tests/guest/run", "-k"], check=False)
    want(done.returncode == 0, "the guest images did not build")
    return IMAGE


def start(folder, options, mode=FIGHT, extra=()):
    """The image on four PEs. Loaders are what runs again at a reset."""
    policy = options.split("mpe=")[1].split(",")[0]
    word = MPE[policy] << 29 | mode << 32
    return Machine(folder, f"cca-virt,{options}", PES, build(), (
        "-m", "1100M", "-net", "none", *extra,
        "-device", f"loader,addr={PARAM},data={word},data-len=8",
        "-device", f"loader,addr={BOOT_FLAG},data=0,data-len=8"))


def verdict(machine):
    """The image's last line."""
    return next((line for line in machine.console()
                 if line.startswith("mec-keep: ") and line.endswith("failed")),
                None)


def good(machine):
    """Waits for the image's end, which has to be a good one."""
    machine.wait_for(lambda: verdict(machine), "verdict")
    bad = [line for line in machine.console() if "FAILED" in line]
    want(not bad and verdict(machine).endswith(" 0 failed"),
         bad[0] if bad else verdict(machine))
    return verdict(machine)


def in_the_middle(folder, options, mode=FIGHT, extra=()):
    """A machine that is stopped while its PEs fight. When is the host's
    affair: one whose fight has ended by then is tried again."""
    for _ in range(TRIES):
        machine = start(folder, options, mode, ("-S", *extra))
        while MIDDLE not in machine.console():
            machine.command("cont")
            time.sleep(SLICE)
            machine.command("stop")
        if verdict(machine) is None:
            return machine
        machine.__exit__()
    raise Failure("the fight was always over before it could be stopped")


def ciphertext(machine, address, granules=PES):
    """What DRAM holds."""
    return machine.command("cca-dram-read", address=address,
                           size=granules * GRANULE)


def contexts(machine):
    """Which granule is under which context, all of them."""
    state = machine.command("cca-mec-contexts", limit=4096)
    want("next" not in state, "there are too many contexts to look at")
    return state["runs"]


def saves(machine, path):
    """Migration to a file."""
    machine.command("migrate", uri="file:" + path)
    machine.wait_for(
        lambda: machine.command("query-migrate").get("status")
        in ("completed", "failed"), "end of the migration")
    want(machine.command("query-migrate")["status"] == "completed",
         "the migration failed")


def saved(folder, options, mode, stream):
    """Migration in the middle of a fight to a file; what the state was by
    then, or None if the fight was over."""
    with in_the_middle(folder, options, mode) as source:
        if mode != FIGHT:
            source.command("cont")
        saves(source, stream)
        if verdict(source) is not None:
            return None
        return contexts(source), ciphertext(source, FIXED)


def migrates(folder, options, modes=(FIGHT,)):
    """Another QEMU goes on in the middle of the fight. In a long one, PEs run
    while memory is sent; how long it has to be is the host's affair."""
    stream = os.path.join(folder, "migration")
    for mode in modes:
        before = saved(folder, options, mode, stream)
        if before:
            break
    want(before, "the fight was always over before the migration was")
    there = os.path.join(folder, "there")
    os.makedirs(there, exist_ok=True)
    with start(there, options, mode,
               ("-S", "-incoming", "file:" + stream)) as target:
        target.wait_for(
            lambda: target.command("query-migrate").get("status")
            == "completed", "end of the incoming migration")
        want(contexts(target) == before[0], "the contexts are others")
        want(ciphertext(target, FIXED) == before[1], "the ciphertext is other")
        target.command("cont")
        note = good(target)
    os.unlink(stream)
    return f"{len(before[0])} runs of contexts; {note}"


def saves_and_loads(folder, options):
    """loadvm puts the fight back, after it has ended and a reset, which takes
    other keys."""
    disk = os.path.join(folder, "contexts.qcow2")
    with in_the_middle(folder, options) as machine:
        create_disk(machine, disk)
        which = {"tag": "s", "vmstate": "snap", "devices": ["snap"]}
        machine.command("snapshot-save", **{"job-id": "save"}, **which)
        wait_for_job(machine, "save")
        before = contexts(machine), ciphertext(machine, FIXED)
        machine.command("cont")
        good(machine)
        machine.command("stop")
        machine.command("system_reset")
        machine.command("snapshot-load", **{"job-id": "load"}, **which)
        wait_for_job(machine, "load")
        want(contexts(machine) == before[0], "the contexts are others")
        want(ciphertext(machine, FIXED) == before[1],
             "the ciphertext is other")
        lines = len(machine.console())
        machine.command("cont")
        machine.wait_for(
            lambda: any(line.endswith("failed")
                        for line in machine.console()[lines - 1:]), "verdict")
        note = machine.console()[-2]
    want(note.endswith(" 0 failed"), f"after loadvm: {note}")
    os.unlink(disk)
    return note


def refused(folder, options, others):
    """Other machines do not take the state, and say why."""
    stream = os.path.join(folder, "migration")
    with in_the_middle(folder, options) as source:
        saves(source, stream)
    for other, sentence in others:
        there = os.path.join(folder, "there")
        os.makedirs(there, exist_ok=True)
        try:
            with start(there, other,
                       extra=("-S", "-incoming", "file:" + stream)) as target:
                target.wait_for(
                    lambda target=target:
                    target.command("query-migrate").get("status") ==
                    "completed", "end of the incoming migration")
        except (Failure, OSError):      # QEMU has ended, as it has to
            pass
        with open(os.path.join(there, "stderr.log"), encoding="utf-8") as log:
            said = log.read().strip() or "nothing"
        want(sentence in said, f'{other} does not say "{sentence}", but: '
             f"{said}")
    os.unlink(stream)
    return "; ".join(sentence for _, sentence in others)


def resets(folder, options):
    """What (NS, 0) left is there after a reset; what others left is garbage.
    Ciphertext stays."""
    with start(folder, options, LEAVE) as machine:
        machine.wait_for_line(AT_REST)
        before = ciphertext(machine, LEFT)
        machine.command("system_reset")
        note = good(machine)
        want(ciphertext(machine, LEFT) == before, "the ciphertext is other")
        want(all(r["base"] > LEFT + PES * GRANULE or
                 r["base"] + r["size"] <= LEFT or not r["lost"]
                 for r in contexts(machine)), "contexts without a key")
    return note


def resets_while_saving(folder, options):
    """A reset when migration has seen all of memory: it has to send again what
    the reset has made garbage."""
    stream = os.path.join(folder, "migration")
    with start(folder, options, LEAVE) as source:
        source.wait_for_line(AT_REST)
        source.command("migrate-set-capabilities", capabilities=[
            {"capability": "pause-before-switchover", "state": True}])
        # So that it has sent all by the pause, and not only nearly all.
        source.command("migrate-set-parameters", **{"downtime-limit": 0})
        source.command("migrate", uri="file:" + stream)
        source.wait_for(
            lambda: source.command("query-migrate").get("status")
            == "pre-switchover", "pause of the migration")
        want(len(contexts(source)) > PES, "the reset will have nothing to do")
        source.events.clear()
        source.command("system_reset")
        source.wait_for(lambda: "RESET" in source.events, "reset")
        want([r["pas"] for r in contexts(source)] == ["ns"],
             "a reset leaves contexts")
        before = ciphertext(source, LEFT)
        source.command("migrate-continue", state="pre-switchover")
        source.wait_for(
            lambda: source.command("query-migrate").get("status")
            == "completed", "end of the migration")
    there = os.path.join(folder, "there")
    os.makedirs(there, exist_ok=True)
    with start(there, options, LEAVE,
               extra=("-S", "-incoming", "file:" + stream)) as target:
        target.wait_for(
            lambda: target.command("query-migrate").get("status")
            == "completed", "end of the incoming migration")
        want(ciphertext(target, LEFT) == before,
             "memory is not what the reset has made of it")
    os.unlink(stream)
    return "what the reset has changed is there"


def seeds(folder, options):
    """The same seed makes the same ciphertext, after a reset too; another
    seed, or none, makes another."""
    def run(*extra):
        with start(folder, options, LEAVE, extra=extra) as machine:
            machine.wait_for_line(AT_REST)
            first = ciphertext(machine, LEFT)
            machine.command("stop")
            # Forget that it was here, so that it leaves all of it again.
            machine.command("cca-dram-write", address=TEST_BASE + 0x600000,
                            data="AAAAAAAAAAA=")
            machine.command("system_reset")
            machine.command("cont")
            machine.wait_for(lambda: machine.console().count(AT_REST) == 2,
                             "second time")
            return first, ciphertext(machine, LEFT)

    one, again, other = run("-seed", "1"), run("-seed", "1"), run("-seed", "2")
    chance = [run(), run()]
    want(one == again, "-seed 1 makes other ciphertext the second time")
    keys = [*one, *other, *chance[0], *chance[1]]
    want(all(a != b for i, a in enumerate(keys) for b in keys[:i]),
         "two boots have the same keys")
    return "the same ciphertext by the same seed only"


def cases(folder):
    """(name, function) of each case."""
    both = "mpe=pas,mec=on"
    result = [(f"{options}: migration in a fight",
               lambda options=options: migrates(folder, options))
              for options in (both, "mpe=mecid,mec=on", "mpe=pas,mec=off")]
    result += [(f"{both}: migration in a fight that goes on",
                lambda: migrates(folder, both, LONG_FIGHTS)),
               (f"{both}: savevm, loadvm in a fight",
                lambda: saves_and_loads(folder, both)),
               (f"{both}: state for other machines only", lambda: refused(
                   folder, both, REFUSALS))]
    result += [(f"{options}: reset", lambda options=options:
                resets(folder, options))
               for options in (both, "mpe=mecid,mec=on", "mpe=pas,mec=off",
                               "mpe=off,mec=on")]
    result.append((f"{both}: reset while migration is under way",
                   lambda: resets_while_saving(folder, both)))
    result.append((f"{both}: -seed", lambda: seeds(folder, both)))
    return result
