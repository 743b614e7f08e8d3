# SPDX-License-Identifier: GPL-2.0-or-later
"""Firmware that knows nothing of Memory Encryption Contexts, under each
policy: it boots as ever, and each granule changes its context once at most."""
import os
import re
import subprocess

import firmware
import fvp
import linux
from machine import PATIENCE, QEMU, Machine, want

SWITCH = re.compile(r"cca_mec_switch PE (\d+) PA 0x([0-9a-f]+) from (\S+) "
                    r"MECID 0x([0-9a-f]+) to (\S+) MECID 0x([0-9a-f]+) by (\S+) PC "
                    r"0x([0-9a-f]+)(, refused)?$")
# Granules of Realm and Root memory that TF-A and its realm payload use at
# most: the payload, its stacks, BL31's page for it, and the GPT's tables.
MOST = 512
# MiB in and out of each device of Linux.
AMOUNT = 16
POLICIES = ("off", "mecid", "pas")
# Where a loader puts a program, in DRAM, and the program: b .
PROGRAM = 0x40100000
BRANCH_TO_SELF = 0x14000000
# Options that cannot be, and what QEMU says of them.
WRONG = {
    "mpe=foo": "mpe=foo: must be off, mecid or pas",
    "mpe=": "mpe=: must be off, mecid or pas",
    "mpe=pas,rme=off": "mpe=pas needs RME: drop rme=off",
    "mec=on,rme=off": "mec=on needs RME: drop rme=off",
    "mec=on,mecid-bits=17": "mecid-bits=17: must be 1 to 16",
    "mec=off,mecid-bits=8": "mecid-bits= has no meaning with mec=off",
}


class Switch:
    """A line of the trace."""

    def __init__(self, match):
        self.pa = int(match.group(2), 16) & ~0xfff
        self.start = match.group(3), int(match.group(4), 16)
        self.end = match.group(5), int(match.group(6), 16)
        self.refused = bool(match.group(9))


def switches(log):
    """What a trace says."""
    with open(log, encoding="utf-8", errors="replace") as lines:
        found = [(line, SWITCH.match(line.rstrip("\n"))) for line in lines
                 if line.startswith("cca_mec_switch")]
    want(all(match for _, match in found), "lines of the trace look otherwise")
    return [Switch(match) for _, match in found]


def tracing(folder):
    """QEMU's arguments for the trace, and its file."""
    log = os.path.join(folder, "mec.log")
    if os.path.exists(log):
        os.unlink(log)
    return ("-trace", "cca_mec_switch", "-D", log), log


def check_counters(guest, policy, seen):
    """The machine counts what the trace says, and has that policy."""
    state = guest.command("cca-mec-contexts", limit=1)
    want(state["policy"] == policy, f"the policy is {state['policy']}")
    counters = state["counters"]
    want(counters["switches"] == len(seen) and not counters["refused"],
         f"{len(seen)} granules changed over, and the machine counts "
         f"{counters}")


def check_switches(policy, seen, root):
    """Granules change over when Realm or Root takes them, and never back;
    under pas only, as no firmware here uses a MECID but 0."""
    if policy != "pas":
        want(not seen, f"mpe={policy}: {len(seen)} granules changed over")
        return "no granule changed over"
    want(not any(s.refused for s in seen), "a granule may not change over")
    for switch in seen:
        want(switch.start == ("Non-secure", 0) and
             switch.end in (("Realm", 0), ("Root", 0)),
             f"granule 0x{switch.pa:x} goes from {switch.start} to "
             f"{switch.end}")
    want(len({s.pa for s in seen}) == len(seen),
         "a granule changed over twice")
    realm = sum(s.end[0] == "Realm" for s in seen)
    want(realm, "the realm payload's memory is not Realm's")
    want(bool(len(seen) - realm) == root, "Root's GPT is not in DRAM"
         if root else "Root has DRAM")
    want(len(seen) <= MOST, f"{len(seen)} granules changed over")
    return f"{len(seen)} granules changed over, {realm} to Realm"


def options(policy, mec):
    """The machine's options."""
    return f",mpe={policy}" + (f",mec={mec}" if mec else "")


def boot_virt(folder, flash, policy, smp, extra=(), mec=None):
    """TF-A, its realm payload and BL33 on cca-virt."""
    trace, log = tracing(folder)
    note = firmware.boot(folder, flash, f"cca-virt{options(policy, mec)}", smp,
                         extra=(*trace, *extra), look=lambda guest:
                         check_counters(guest, policy, switches(log)))
    return f"{note}; {check_switches(policy, switches(log), False)}"


def boot_fvp(folder, images, policy, smp, extra=(), mec=None):
    """The same on cca-fvp, where DMA is among BL33's checks, and the GPT's
    tables are in DRAM."""
    trace, log = tracing(folder)
    note = fvp.boot(folder, images, smp, options=options(policy, mec),
                    extra=(*trace, *extra), look=lambda guest:
                    check_counters(guest, policy, switches(log)))
    return f"{note}; {check_switches(policy, switches(log), True)}"


def refused(options_given, sentence):
    """QEMU ends at once, with one sentence, on both machines."""
    for machine in ("cca-virt", "cca-fvp"):
        done = subprocess.run(
            [QEMU, "-M", f"{machine},{options_given}", "-nodefaults", "-S",
             "-display", "none"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=PATIENCE)
        text = done.stdout.strip()
        want(done.returncode == 1, f"exit status {done.returncode}: {text}")
        want(text.endswith(sentence) and "\n" not in text,
             f'not the sentence "{sentence}", but: {text}')
    return sentence


def is_there(guest):
    """Is PE 0 at its program?"""
    return f"PC={PROGRAM:016x}" in guest.command(
        "human-monitor-command", **{"command-line": "info registers"})


def begins_in_dram(folder):
    """A loader's program that EL3 is to execute: QEMU says where it cannot."""
    said = {}
    for policy in POLICIES:
        with Machine(folder, f"cca-virt,mpe={policy}", 1, None, (
                "-device", f"loader,addr={PROGRAM:#x},data={BRANCH_TO_SELF:#x}"
                ",data-len=4",
                "-device", f"loader,addr={PROGRAM:#x},cpu-num=0")) as guest:
            if policy == "pas":
                guest.wait_for(lambda: not is_there(guest), "exception")
            want(is_there(guest) == (policy != "pas"), "the PE is elsewhere")
            want(guest.quit() == 0, "QEMU ends")
            with open(guest.errors_path, encoding="utf-8") as errors:
                said[policy] = errors.read().strip().split("\n")
    want(said["off"] == said["mecid"] == [""], f"QEMU says {said}")
    want(len(said["pas"]) == 1 and f"warning: PE 0 begins at {PROGRAM:#x}, in "
         "Root: what a loader put into DRAM is garbage" in said["pas"][0],
         f"QEMU says {said}")
    return said["pas"][0]


def cases(folder, release, debug, build):
    """(name, function) of each case."""
    single = ("-accel", "tcg,thread=single")
    ways = [("release", 1, ()), ("release", 8, ()), ("debug", 4, ()),
            ("release", 4, single)]
    made = {}

    def fvp_images(variant):
        if variant not in made:
            made[variant] = build(variant, "fvp")
        return made[variant]

    def virt(policy, variant, *rest):
        flash = f"{release if variant == 'release' else debug}/flash.bin"
        return boot_virt(folder, flash, policy, *rest)

    def board(policy, variant, *rest):
        return boot_fvp(folder, fvp_images(variant), policy, *rest)

    result = []
    for machine, function in (("cca-virt", virt), ("cca-fvp", board)):
        for policy in POLICIES:
            result += [(
                f"{machine},mpe={policy}: {variant} TF-A, {smp} PEs" +
                (", one thread" if extra else ""),
                lambda function=function, arguments=(policy, variant, smp,
                                                     extra):
                function(*arguments))
                for variant, smp, extra in ways]
        result += [(
            f"{machine},mpe=pas,mec={mec}: release TF-A, 4 PEs",
            lambda function=function, mec=mec:
            function("pas", "release", 4, (), mec))
            for mec in ("on", "off")]
    result += [(f"-M ...,{wrong} is refused", lambda wrong=wrong:
                refused(wrong, WRONG[wrong])) for wrong in WRONG]
    result += [("-device loader, to begin in DRAM",
                lambda: begins_in_dram(folder))]
    result += [(f"Linux moves data, mpe={policy}",
                lambda policy=policy: linux.moves_data(
                    folder, 1, machine=f"cca-virt,strict-tlb=on,mpe={policy}",
                    amount=AMOUNT))
               for policy in ("off", "pas")]
    return result
