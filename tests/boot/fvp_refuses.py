# SPDX-License-Identifier: GPL-2.0-or-later
"""What cca-fvp does not start with: each ends QEMU with one sentence."""
import os
import re
import struct
import subprocess

import linux
from linux import MIB
from machine import PATIENCE, QEMU, want

# What has to be said of each wrong thing, and QEMU's arguments; {name} is one of
# the files that wrong_files makes.
WRONG = {
    "no such kernel": (r"-kernel: .*No such file",
                       "-kernel {none} -dtb {dtb}"),
    "an empty kernel": (r"-kernel: .* is empty", "-kernel {empty} -dtb {dtb}"),
    "a kernel that is too large": (
        r"-kernel: .* has 67108865 bytes, and there is room for 67108864",
        "-kernel {huge} -dtb {dtb}"),
    "a kernel without a device tree": (
        r"-kernel needs -dtb: .*fvp-base-revc\.dtb", "-kernel {some}"),
    "a kernel with too little memory": (
        r"-kernel needs 256 MiB of memory", "-kernel {some} -dtb {dtb} -m 128M"),
    "no such device tree": (r"-dtb: .*No such file", "-dtb {none}"),
    "an empty device tree": (r"-dtb: .* is empty", "-dtb {empty}"),
    "a device tree that is too large": (r"-dtb: .* has \d+ bytes, and there is "
                                        r"room for 524288", "-dtb {huge}"),
    "a device tree that is none": (r"-dtb .* is no device tree blob",
                                   "-dtb {some}"),
    "a device tree that is cut off": (r"-dtb .* is no device tree blob",
                                      "-dtb {cut}"),
    "a device tree without memory": (r"-dtb .* has no memory node",
                                     "-dtb {nomem}"),
    "a device tree of another platform": (
        r"-dtb .* does not have 2 cells per address and size", "-dtb {cells}"),
    "no such RAM file system": (r"-initrd: .*No such file",
                                "-kernel {some} -initrd {none} -dtb {dtb}"),
    "a RAM file system that does not fit": (
        r"-initrd: .* has 67108865 bytes, and there is room for 33554432",
        "-kernel {some} -initrd {huge} -dtb {dtb} -m 288M"),
    "a RAM file system with too little memory": (
        r"-initrd: there is no memory at 0x90000000",
        "-kernel {some} -initrd {some} -dtb {dtb} -m 256M"),
    "no such ROM": (r"-bios: .*No such file", "-bios {none}"),
    "an empty ROM": (r"-bios: .* is empty", "-bios {empty}"),
    "a ROM that is too large": (r"-bios: .* has 67108865 bytes",
                                "-bios {huge}"),
    "no such flash": (r"flash0: .*No such file", "-M cca-fvp,flash0={none}"),
    "an empty flash": (r"flash1: .* is empty", "-M cca-fvp,flash1={empty}"),
    "a flash that is too large": (r"flash0: .* has 67108865 bytes",
                                  "-M cca-fvp,flash0={huge}"),
    "a flash twice": (r"flash0=.* and -drive if=pflash,index=0 are for the "
                      r"same flash", "-M cca-fvp,flash0={some} "
                      "-drive if=pflash,format=raw,file={flash}"),
    "nine PEs": (r"Invalid SMP CPUs 9", "-smp 9"),
    "three clusters": (r"cca-fvp has 2 clusters of at most 4 cores",
                       "-smp 6,clusters=3,cores=2"),
    "threads": (r"cca-fvp has one thread per core", "-smp 4,threads=2"),
    "too much memory": (
        r"cca-fvp has at most 32 GiB", "-M cca-fvp,memory-backend=m -m 33G "
        "-object memory-backend-ram,id=m,size=33G,reserve=off"),
    "too little memory": (r"cca-fvp needs 64 MiB", "-m 32M"),
    "a beginning that is no instruction's": (
        r"rvbar= must be a multiple of 4", "-M cca-fvp,rvbar=1"),
    "a counter that stands": (r"refcounter-frequency=0: must be 1 to",
                              "-M cca-fvp,refcounter-frequency=0"),
}


def with_cells(tree, cells):
    """The tree with another #address-cells of its root, which comes first."""
    strings = struct.unpack_from(">I", tree, 12)[0]
    name = tree.index(b"#address-cells\0", strings) - strings
    # A property: its mark, length, name and value.
    old, new = (struct.pack(">IIII", 3, 4, name, value)
                for value in (2, cells))
    want(old in tree, "the root has not 2 cells per address")
    return tree.replace(old, new, 1)


def wrong_files(folder):
    """The files that WRONG names."""
    dtb = os.path.join(linux.build(linux.STABLE), "fvp.dtb")
    with open(dtb, "rb") as file:
        tree = file.read()
    content = {
        "empty": b"", "some": bytes(4096), "dtb": tree,
        "cut": tree[:len(tree) // 2],
        # Its device_type is the first string of this name.
        "nomem": tree.replace(b"memory\0", b"memxry\0", 1),
        "cells": with_cells(tree, 1),
    }
    result = {"none": os.path.join(folder, "none")}
    for name, data in content.items():
        result[name] = os.path.join(folder, f"wrong-{name}")
        with open(result[name], "wb") as file:
            file.write(data)
    for name, size in (("flash", 64 * MIB), ("huge", 64 * MIB + 1)):
        result[name] = os.path.join(folder, f"wrong-{name}")
        with open(result[name], "wb") as file:
            file.truncate(size)
    return result


def refused(folder, sentence, arguments):
    """QEMU ends at once, with one sentence."""
    names = wrong_files(folder)
    done = subprocess.run(
        [QEMU, "-M", "cca-fvp", "-nodefaults", "-display", "none",
         "-S", *(word.format(**names) for word in arguments.split())],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, timeout=PATIENCE)
    text = done.stdout.strip()
    want(done.returncode == 1, f"exit status {done.returncode}: {text}")
    want(re.search(sentence, text), f'no sentence "{sentence}" in: {text}')
    want("\n" not in text, f"more than one line: {text}")
    return text.removeprefix("qemu-system-aarch64: ").replace(folder + "/", "")


def cases(folder):
    """(name, function) of each case."""
    return [(f"cca-fvp refuses {name}", lambda sentence=sentence,
             arguments=arguments: refused(folder, sentence, arguments))
            for name, (sentence, arguments) in WRONG.items()]
