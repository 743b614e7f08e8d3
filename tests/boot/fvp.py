# SPDX-License-Identifier: GPL-2.0-or-later
"""TF-A's PLAT=fvp on the machine cca-fvp, unmodified: all images, PSCI by the
power controller, and devices behind an SMMU whose Root page TF-A programs."""
import os

import firmware
from firmware import expect_lines, only
from frontdoor import good, read, write, wrong
from machine import Machine, want

EXERCISER = ("-device", "cca-exerciser")
# BL31 at run time; a Secure payload; the realm payload. UART0 is the console.
UARTS = {1: "bl31", 2: "secure", 3: "realm"}
# HW_CONFIG, where TF-A's FW_CONFIG wants it.
TREE = "0x82000000"
# ROOT_CR0: ACCESSEN and GPCEN.
PROTECTED = 3

LINES = [
    rf"bl33: device tree read at {TREE} \.\.\. ok",
]
BANK_LINE = r"bl33: granule 0x8fffff000 of bank 1: delegate, fault, .* \.\.\. ok"
DMA_LINES = [
    r"bl33: TF-A has left the SMMU aborting all DMA \.\.\. ok",
    r"bl33: let DMA pass untranslated \.\.\. ok",
    r"bl33: DMA copies granule 0x[0-9a-f]+ \.\.\. ok",
]
PROTECTION_LINES = [
    r"bl33: DMA to granule 0x[0-9a-f]+, delegated to Realm: refused \.\.\. ok",
    r"bl33: DMA to its neighbours works \.\.\. ok",
    r"bl33: undelegate it: no DMA write got through \.\.\. ok",
    r"bl33: DMA to it works again \.\.\. ok",
    r"bl33: 2 MiB, granule by granule: DMA until it is delegated \.\.\. ok",
    r"bl33: and back: DMA from when it is undelegated \.\.\. ok",
    r"bl33: DMA to the realm payload: refused \.\.\. ok",
    r"bl33: DMA as a Secure device: refused \.\.\. ok",
    r"bl33: DMA as a Realm device: refused \.\.\. ok",
    r"bl33: the SMMU's Root page is out of reach \.\.\. ok",
]
# What BL33 has to find broken when checks of the SMMU pass what must not.
LEAKS = [
    r"bl33: DMA to granule 0x[0-9a-f]+, delegated to Realm: refused .* FAILED",
    r"bl33: 2 MiB, granule by granule: DMA until .* FAILED",
    r"bl33: DMA to the realm payload: refused \.\.\. FAILED",
]
# The same, when they refuse what must pass, or when the Root page is not where
# TF-A programs it, and so lets nothing pass.
DENIED = [
    r"bl33: DMA copies granule .* FAILED: DMA read, status: got 0xa, expected",
    r"bl33: DMA to its neighbours works \.\.\. FAILED",
    r"bl33: DMA to it works again \.\.\. FAILED",
]


def start(folder, images, smp, options="", extra=()):
    """The machine with TF-A's images, each UART in a file."""
    serials = [word for n, name in UARTS.items() for word in
               ("-serial", f"file:{os.path.join(folder, name + '.log')}")]
    return Machine(folder, f"cca-fvp,flash0={images}/fip.bin{options}", smp,
                   f"{images}/bl1.bin", (*serials, *EXERCISER, *extra))


def uart(folder, name):
    """What came by a UART, as lines."""
    with open(os.path.join(folder, name + ".log"), encoding="utf-8",
              errors="replace") as log:
        return [line.rstrip("\r\n") for line in log.read().split("\n")]


def root_page(guest):
    """The SMMU's Root page, as QMP has it."""
    return guest.command("query-cca-smmu")[0]["root"]


def boot(folder, images, smp, rme=2, options="", extra=(), look=None):
    """A whole boot that must be good. look() gets the machine at the end."""
    with start(folder, images, smp, options, extra) as guest:
        guest.wait_for_power_off()
        lines = firmware.LOADER_LINES + firmware.BL33_LINES[:1] + LINES
        if rme:
            lines += firmware.GRANULE_LINES + [BANK_LINE]
            lines += DMA_LINES + PROTECTION_LINES
        else:
            lines += DMA_LINES
        lines += firmware.PSCI_LINES + firmware.smp_lines(smp, rme)
        note = firmware.judge(guest, lines, smp, rme)
        if rme:
            expect_lines(uart(folder, "realm"), firmware.TRP_LINES)
            root = root_page(guest)
            want(not root["follows-pes"], "the Root page follows the PEs")
            want(root["cr0"] == root["cr0ack"] == PROTECTED,
                 f"ROOT_CR0 is {root['cr0']}, ROOT_CR0ACK {root['cr0ack']}")
            want(root["gpc-valid"], "the SMMU's GPT configuration is not valid")
        want(not uart(folder, "secure")[0], "the Secure payload's UART talks")
        if look:
            look(guest)
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return note


def before_bl31(folder, images):
    """Until BL31 has programmed the Root page, no access passes the SMMU."""
    with start(folder, images, 1, extra=("-S",)) as guest:
        root = root_page(guest)
        want(root["cr0"] == 0 and not root["access-enabled"],
             "the SMMU lets accesses pass after reset")
        guest.command("cont")
        guest.wait_for_power_off()
        want(root_page(guest)["access-enabled"], "BL31 has not let them pass")
        counters = guest.command("query-cca-smmu")[0]["counters"]
        want(counters["passed"] > 1000 and counters["aborted"] > 1000,
             f"the SMMU counts {counters['passed']} transactions that passed, "
             f"{counters['aborted']} aborted")
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return "closed at reset, open after BL31"


def goes_red(folder, images, lines, at_least, *extra):
    """Devices are not as TF-A wants them: BL33 has to see that."""
    with start(folder, images, 2, extra=extra) as guest:
        guest.wait_for_power_off()
        console = guest.console()
        expect_lines(console, [r"bl33: Normal world", *lines])
        bad = int(only(console, r"bl33: \d+ passed, (\d+) failed$").group(1))
        want(bad >= at_least, f"only {bad} of BL33's checks fail")
        caught = int(only(console, r"bl33: (\d+) granule protection").group(1))
        want(caught > 1000, "the PEs' own checks fail, too")
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return f"{bad} of BL33's checks fail, as they must"


def one_bank(folder, images):
    """With 2 GiB there is no second bank, whatever TF-A's device tree says."""
    with start(folder, images, 1, extra=("-m", "2G")) as guest:
        guest.wait_for_power_off()
        expect_lines(guest.console(), [
            r"bl33: memory      none at 0x880000000 after all",
            *DMA_LINES, r"bl33: \d+ passed, 0 failed$"])
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return "no second bank"


def kernel(folder):
    """As much of an arm64 kernel as linux-entry looks at, without -dtb."""
    header = bytes(56) + b"ARM\x64" + bytes(4)
    path = write(folder, "header.bin", header)
    return "-device", f"cca-fvp-load,file={path},addr=0x84000000"


def linux_entry(folder, images, sentence, *extra):
    """What Linux needs is not there: linux-entry says so, and stops."""
    with start(folder, images, 1, extra=extra) as guest:
        guest.wait_for_line(f"linux-entry: {sentence}")
        expect_lines(guest.console(), firmware.LOADER_LINES +
                     [f"linux-entry: {sentence}"])
        want(guest.quit() == 0, "QEMU's exit status is not 0")
    return sentence


def own_images(folder, images):
    """tools/run with the user's BL1 and FIP, in a folder with a comma."""
    own = os.path.join(folder, "a,b")
    os.makedirs(own, exist_ok=True)
    return good(MACHINE="cca-fvp", SMP="2",
                BL1=write(own, "bl1.bin", read(f"{images}/bl1.bin")),
                FIP=write(own, "fip.bin", read(f"{images}/fip.bin")))


def short_fip(folder, images):
    """A FIP without its end is refused before anything is built."""
    return wrong("is cut off: image [0-9]+ of the FIP", MACHINE="cca-fvp",
                 FIP=write(folder, "fvp-short.bin",
                           read(f"{images}/fip.bin")[:-1000]))


def cases(folder, build):
    """(name, function) of each case; build(*variant) makes TF-A."""
    made = {}

    def images(*variant):
        if variant not in made:
            made[variant] = build(*variant, "fvp")
        return made[variant]

    result = []
    for variant in ("release", "debug"):
        for smp in (1, 4, 8):
            result.append((
                f"cca-fvp: {variant} TF-A, {smp} PEs",
                lambda variant=variant, smp=smp:
                boot(folder, images(variant), smp)))
        result.append((
            f"cca-fvp: no RME in machine and {variant} TF-A, 8 PEs",
            lambda variant=variant:
            boot(folder, images(variant, "no-rme"), 8, 0, ",rme=off")))
    result += [
        ("cca-fvp: strict-tlb=on, 8 PEs",
         lambda: boot(folder, images("release"), 8, options=",strict-tlb=on")),
        ("cca-fvp: no DMA before BL31",
         lambda: before_bl31(folder, images("release"))),
        ("cca-fvp: an SMMU that ignores the GPT",
         lambda: goes_red(folder, images("release"), LEAKS, 4, "-object",
                          "cca-fault,id=f,site=smmu.gpc,action=wrong-pass")),
        ("cca-fvp: an SMMU that sees faults everywhere",
         lambda: goes_red(folder, images("release"), DENIED, 4, "-object",
                          "cca-fault,id=f,site=smmu.gpc,action=wrong-fail")),
        ("cca-fvp: a Root page that TF-A does not find",
         lambda: goes_red(folder, images("release"), DENIED, 6, "-global",
                          "cca-smmuv3.root-offset=0x80000")),
        ("cca-fvp: tools/run", lambda: good(MACHINE="cca-fvp")),
        ("cca-fvp: 2 GiB", lambda: one_bank(folder, images("release"))),
        ("cca-fvp: no kernel for linux-entry", lambda: linux_entry(
            folder, images("release", "linux"),
            "there is no arm64 kernel at 0x84000000")),
        ("cca-fvp: no device tree for linux-entry", lambda: linux_entry(
            folder, images("release", "linux"),
            "there is no device tree with memory at 0x8f000000", *kernel(folder))),
        ("cca-fvp: own images", lambda: own_images(folder, images("release"))),
        ("cca-fvp: FIP cut off", lambda: short_fip(folder, images("release"))),
        ("cca-fvp: FLASH=", lambda: wrong("FLASH= is for cca-virt",
                                          MACHINE="cca-fvp", FLASH=__file__)),
        ("cca-fvp: SMP=9", lambda: wrong("PLAT=fvp knows at most 8 PEs",
                                         MACHINE="cca-fvp", SMP="9")),
    ]
    return result
