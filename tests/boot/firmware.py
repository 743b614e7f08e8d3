# SPDX-License-Identifier: GPL-2.0-or-later
"""Real firmware on the machine: what each image says, and what BL33 finds."""
import re

from machine import Machine, want

RME_TEXT = {0: "no RME (ID_AA64PFR0_EL1.RME = 0)",
            1: "RME (ID_AA64PFR0_EL1.RME = 1)",
            2: "RME with GPC2 (ID_AA64PFR0_EL1.RME = 2)",
            3: "RME with GPC3 (ID_AA64PFR0_EL1.RME = 3)"}

# Lines of a good boot, in this order.
LOADER_LINES = [
    r"NOTICE:  BL1: v2\.12.*\((release|debug)\)",
    r"NOTICE:  BL1: Booting BL2",
    r"NOTICE:  BL2: v2\.12",
    r"NOTICE:  BL[12]: Booting BL31",
    r"NOTICE:  BL31: v2\.12",
]
TRP_LINES = [
    r"NOTICE:  TRP: v2\.12",
    r"NOTICE:  TRP: Supported RMM-EL3 Interface ABI: v\.0\.4",
]
BL33_LINES = [
    r"bl33: Normal world, EL2, \d+ ms after power-on",
    r"bl33: device tree read at 0x[0-9a-f]+ \.\.\. ok",
    r"bl33: runs at EL2 \.\.\. ok",
]
GRANULE_LINES = [
    r"bl33: realm payload speaks RMI 0\.0 \.\.\. ok",
    r"bl33: delegate granule 0x[0-9a-f]+ to Realm \.\.\. ok",
    r"bl33: load:  granule protection fault at EL2 \.\.\. ok",
    r"bl33: store: granule protection fault at EL2 \.\.\. ok",
    r"bl33: fetch: granule protection fault at EL2 \.\.\. ok",
    r"bl33: undelegate granule 0x[0-9a-f]+ \.\.\. ok",
    r"bl33: its data is as it was, no store got through \.\.\. ok",
    r"bl33: walk of a delegated table: fault at level 2 \.\.\. ok",
    r"bl33: each of its 512 granules faults \.\.\. ok",
    r"bl33: all of it is back with its data \.\.\. ok",
]
PSCI_LINES = [
    r"bl33: CPU_ON of the PE that runs: already on \.\.\. ok",
]
UP_LINES = [
    r"bl33: PE {last} \(MPIDR 0x[0-9a-f]+\) is up at EL2 \.\.\. ok",
]
SHARED_LINES = [
    r"bl33: load, store and fetch fault on each PE \.\.\. ok",
    r"bl33: each PE sees its data again \.\.\. ok",
    r"bl33: all PEs delegate and undelegate at once: the others \.\.\. ok",
]
OFF_LINES = [
    r"bl33: {last} PEs went off by PSCI \.\.\. ok",
    r"bl33: CPU_ON brings them back \.\.\. ok",
    r"bl33: {last} PEs went off again by PSCI \.\.\. ok",
]
END_LINES = [r"bl33: \d+ granule protection faults were caught",
             r"bl33: powering off",
             r"bl33: \d+ passed, 0 failed$"]


def expect_lines(console, patterns):
    """All patterns, each after the one before."""
    at = 0
    for pattern in patterns:
        for number, line in enumerate(console[at:], at):
            if re.match(pattern, line):
                at = number + 1
                break
        else:
            failed = [line for line in console if "FAILED" in line]
            want(False, f'no line "{pattern}"' +
                 (f"; but: {failed[0]}" if failed else ""))


def only(console, pattern):
    """The groups of the one line that matches."""
    found = [m for m in (re.match(pattern, line) for line in console) if m]
    want(len(found) == 1, f'{len(found)} lines "{pattern}", not 1')
    return found[0]


def faults_of_qemu(machine):
    """How many granule protection faults QEMU says it reported."""
    return machine.command("query-cca-gpc-faults", **{"max-records": 1})


def smp_lines(smp, rme):
    """BL33's lines about smp PEs."""
    if smp == 1:
        return []
    lines = UP_LINES + (SHARED_LINES if rme else []) + OFF_LINES
    return [line.format(last=smp - 1) for line in lines]


def judge(guest, lines, smp, rme):
    """A boot that has ended and must be good, the console with these lines
    and no failure; returns a note for the reader."""
    note = []
    console = guest.console()
    # What went wrong in BL33 says more than a missing line.
    failed = [line for line in console if "FAILED" in line]
    want(not failed, failed[0] if failed else "")
    expect_lines(console, lines + END_LINES)
    pe = only(console, r"bl33: PE          (.*), MIDR").group(1)
    want(pe == RME_TEXT[rme], f'BL33 sees "{pe}", not "{RME_TEXT[rme]}"')
    pes = int(only(console, r"bl33: PEs         (\d+),").group(1))
    want(pes == smp, f"BL33 sees {pes} PEs, not {smp}")
    steps = int(only(console, r"bl33: (\d+) passed, 0 failed$").group(1))
    ok = sum(line.endswith(" ... ok") for line in console)
    want(steps == ok, f"BL33 counts {steps} steps, its console {ok}")

    caught = int(only(console, r"bl33: (\d+) granule protection").group(1))
    want(caught > 1000 if rme else caught == 0, f"BL33 caught {caught} faults")
    if rme and guest.knows("query-cca-gpc-faults"):
        faults = faults_of_qemu(guest)
        want(faults["total"] == caught,
             f"QEMU reported {faults['total']} faults, BL33 caught {caught}")
        want(len(faults["counters"]) == smp,
             f"QEMU counts faults of {len(faults['counters'])} PEs")
        note.append("as many as QEMU reports")
    note.insert(0, f"{steps} steps, {caught} faults")
    return ", ".join(note)


def boot(folder, flash, machine="cca-virt", smp=1, rme=2, extra=(),
         look=None):
    """A whole boot that must be good; without rme, of firmware without it.
    look() gets the machine at the end."""
    with Machine(folder, machine, smp, flash, extra) as guest:
        guest.wait_for_power_off()
        lines = LOADER_LINES + (TRP_LINES if rme else []) + BL33_LINES
        lines += (GRANULE_LINES if rme else []) + PSCI_LINES
        note = judge(guest, lines + smp_lines(smp, rme), smp, rme)
        if look:
            look(guest)
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return note


def traces(folder, flash):
    """Trace events tell of the walks, faults and invalidations of a boot."""
    log = f"{folder}/trace.log"
    with Machine(folder, "cca-virt", 2, flash,
                 ("-trace", "cca_*", "-D", log)) as guest:
        guest.wait_for_power_off()
        total = faults_of_qemu(guest)["total"]
        counters = faults_of_qemu(guest)["counters"]
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    with open(log, encoding="utf-8") as lines:
        events = [line for line in lines if line.startswith("cca_")]

    def count(pattern):
        return sum(bool(re.match(pattern, line)) for line in events)

    reports = count(r"cca_gpc_report PE \d granule protection fault PA 0x6")
    want(reports == total, f"{reports} reports traced, QEMU counts {total}")
    fetches = count("cca_gpt_fetch ")
    counted = sum(pe["fetches"] for pe in counters)
    want(fetches == counted, f"{fetches} fetches traced, QEMU counts {counted}")
    want(count(r"cca_gpt_fetch .*level 0 entry at 0xeefc000 is 0x0+ef00003") > 0,
         "no fetch of TF-A's first level 0 entry")
    want(count(r"cca_tlbi_pa PE 0 PAALLOS ") > 0, "no PAALLOS")
    want(count(r"cca_tlbi_pa PE 1 RPALOS base 0x6\w+ size 0x1000$") > 0,
         "no RPALOS of a granule")
    return f"{len(events)} events"


def goes_red(folder, flash, lines, machine="cca-virt", extra=()):
    """A system whose granule protection fails: BL33 has to see that."""
    with Machine(folder, machine, 2, flash, extra) as guest:
        guest.wait_for_power_off()
        console = guest.console()
        expect_lines(console, [r"bl33: Normal world", *lines])
        bad = int(only(console, r"bl33: \d+ passed, (\d+) failed$").group(1))
        want(bad >= 10, f"only {bad} of BL33's checks fail")
        caught = int(only(console, r"bl33: (\d+) granule protection").group(1))
        want(caught == 0, f"BL33 caught {caught} faults all the same")
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return f"{bad} of BL33's checks fail, as they must"


def refuses_l0gptsz(folder, flash, size):
    """PLAT=qemu places its L1 tables for 1 GiB each: BL2 must stop."""
    with Machine(folder, f"cca-virt,l0gptsz={size}", 1, flash) as guest:
        guest.wait_for_line("gpt_init_pas_l1_tables() failed!")
        guest.command("stop")
        console = guest.console()
        expect_lines(console, [r"NOTICE:  BL1: Booting BL2",
                               r"ERROR:   GPT: Unaligned L1 GPT base address"])
        want(not any("BL31" in line and "NOTICE" in line for line in console),
             "BL31 started all the same")
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return "BL2 says its L1 tables do not fit and stops"


def sees_l0gptsz(folder, flash):
    """l0gptsz=30 shows in what TF-A reads back."""
    note = boot(folder, flash, machine="cca-virt,l0gptsz=30", smp=1)
    with open(f"{folder}/console.log", encoding="utf-8", errors="replace") as log:
        want("L0GPTSZ/S: 0x0/30" in log.read(), "TF-A does not read 30 back")
    return note
