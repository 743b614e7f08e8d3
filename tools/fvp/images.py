# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes into memory before the first instruction: where there is memory,
whether files fit, and whether they overlap."""
import os
import struct
from dataclasses import dataclass

from . import values
from .errors import Refused

FLASH_SIZE = 64 << 20
ROM_BASE, FLASH_BASES = 0x0, (0x08000000, 0x0c000000)
DRAM1, DRAM1_MOST, DRAM2 = 0x80000000, 2 << 30, 0x880000000
# (name, base, size) of memory that --data reaches, DRAM apart.
MEMORY = (
    ("trusted ROM", ROM_BASE, FLASH_SIZE),
    ("trusted SRAM", 0x04000000, 512 << 10),
    ("trusted DRAM", 0x06000000, 32 << 20),
    ("flash 0", FLASH_BASES[0], FLASH_SIZE),
    ("flash 1", FLASH_BASES[1], FLASH_SIZE),
    ("PSRAM", 0x14000000, 64 << 20),
    ("VRAM", 0x18000000, 32 << 20),
    ("non-trusted SRAM", 0x2e000000, 64 << 10),
)


@dataclass(frozen=True)
class Load:
    """size bytes to base: of file, or data if that is not None. what names it
    for the user."""
    what: str
    base: int
    size: int
    file: str = None
    data: bytes = None


def memory(dram_size):
    """All memory with so many bytes of DRAM."""
    first = min(dram_size, DRAM1_MOST)
    regions = [*MEMORY, ("DRAM1", DRAM1, first)]
    if dram_size > first:
        regions.append(("DRAM2", DRAM2, dram_size - first))
    return regions


def size_of(option, path):
    """The size of a file that is to be read; refuses what is none."""
    if os.path.isdir(path):
        raise Refused(f"{option}: {path} is a folder")
    try:
        with open(path, "rb") as data:
            size = data.seek(0, os.SEEK_END)
    except OSError as problem:
        raise Refused(f"{option}: {path}: {problem.strerror}") from None
    if size == 0:
        raise Refused(f"{option}: {path} is empty")
    return size


def image(option, path, base, room):
    """The Load of a whole file with room for so many bytes."""
    size = size_of(option, path)
    if size > room:
        raise Refused(f"{option}: {path} has {size} bytes, and there is room "
                      f"for {values.size_words(room)}")
    return Load(f"{option} {path}", base, size, file=path)


def check(loads, dram_size):
    """Refuse loads that overlap, or that lie where no memory is."""
    regions = memory(dram_size)
    for load in loads:
        end = load.base + load.size
        at = next((r for r in regions if r[1] <= load.base < r[1] + r[2]), None)
        if at is None:
            raise Refused(f"{load.what}: there is no memory at {load.base:#x}; "
                          "--list-memory tells where it is")
        # Memory that adjoins goes on: the ROM and the SRAM behind it.
        last = at[1] + at[2]
        while last < end:
            more = next((r for r in regions if r[1] == last), None)
            if more is None:
                raise Refused(
                    f"{load.what}: its {load.size} bytes at {load.base:#x} go "
                    f"beyond the end of {at[0]} at {last:#x}")
            at, last = more, more[1] + more[2]
    ordered = sorted(loads, key=lambda load: load.base)
    for one, other in zip(ordered, ordered[1:]):
        if one.base + one.size > other.base:
            raise Refused(
                f"{one.what} ({one.base:#x} to {one.base + one.size - 1:#x}) "
                f"and {other.what} ({other.base:#x} to "
                f"{other.base + other.size - 1:#x}) overlap")


ELF_HEADER = "<16sHHIQQQIHHHHHH"
ELF_SEGMENT = "<IIQQQQQQ"
MACHINE_AARCH64, LOADABLE = 183, 1


def elf(option, path):
    """(entry, loads) of an AArch64 ELF image."""
    size = size_of(option, path)
    with open(path, "rb") as data:
        content = data.read()
    if content[:4] != b"\x7fELF":
        raise Refused(f"{option}: {path} is no ELF image; --data takes others")
    if size < struct.calcsize(ELF_HEADER) or content[4] != 2 or content[5] != 1:
        raise Refused(f"{option}: {path} is not a 64-bit little-endian ELF "
                      "image, and PEs start in AArch64")
    (_, _, machine, _, entry, offset, _, _, _, each, count, *_
     ) = struct.unpack_from(ELF_HEADER, content)
    if machine != MACHINE_AARCH64:
        raise Refused(f"{option}: {path} is for another processor, not AArch64")
    loads = []
    for number in range(count):
        at = offset + number * each
        if each < struct.calcsize(ELF_SEGMENT) or at + each > size:
            raise Refused(f"{option}: {path} is cut off")
        kind, _, start, _, base, length, _, _ = struct.unpack_from(
            ELF_SEGMENT, content, at)
        if kind != LOADABLE or length == 0:
            continue
        if start + length > size:
            raise Refused(f"{option}: {path} is cut off")
        loads.append(Load(f"{option} {path} (segment {number})", base, length,
                          data=content[start:start + length]))
    if not loads:
        raise Refused(f"{option}: {path} has nothing to load")
    return entry, loads
