# SPDX-License-Identifier: GPL-2.0-or-later
"""From ID registers of the SMMU (IHI 0070, 6.3) to properties of cca-smmuv3.

Output size and DS follow the PEs, which have 52 bits: an SMMU that reaches
less than they do is refused by RMM.
"""
from .errors import Refused

MMU = "pci.pci_smmuv3.mmu."
# (property, lowest bit) of fields of one bit.
IDR0 = (("s2p", 0), ("s1p", 1), ("btm", 5), ("hyp", 9), ("ats", 10),
        ("asid16", 12), ("msi", 13), ("sev", 14), ("pri", 16), ("vmw", 17),
        ("vmid16", 18), ("cd2l", 19))
IDR3 = (("had", 2), ("xnx", 4), ("pps", 5), ("fwb", 8), ("stt", 9),
        ("ril", 10), ("e0pd", 13), ("ptwnnc", 14), ("dpt", 15))
IDR5 = (("gran4k", 4), ("gran16k", 5), ("gran64k", 6))
ROOT_IDR0 = (("root", 0), ("bgptm", 1), ("rgptm", 2), ("realm", 3))
# (property, lowest bit, bits)
IDR1 = (("sid-bits", 0, 6), ("ssid-bits", 6, 5), ("priq-log2", 11, 5),
        ("eventq-log2", 16, 5), ("cmdq-log2", 21, 5))
# Published command lines have 2, with which no PCIe function has a StreamID.
LEAST_SID_BITS, DEFAULT_SID_BITS = 6, 16
# What Realm interfaces need of IDR3: HAD, XNX, FWB, STT, E0PD, PTWNNC.
REALM_IDR3 = 0x6314


def _bits(value, low, count):
    return value >> low & (1 << count) - 1


def arguments(settings):
    """-global options."""
    words = []
    for name, value in _consistent(dict(_properties(settings))).items():
        if isinstance(value, bool):
            value = "on" if value else "off"
        words += ["-global", f"cca-smmuv3.{name}={value}"]
    return words


def _consistent(said):
    """A register that was given may contradict one that was not: what needs a
    feature that is off is off, too. Larger StreamIDs need two-level tables."""
    if not said:
        return said

    def have(name):
        return said.get(name, True)

    for name, needs in (("pri", "ats"), ("pps", "pri"), ("bgptm", "root"),
                        ("rgptm", "root"), ("realm", "root"), ("mec", "realm"),
                        ("dpt", "realm"), ("dpt", "ats")):
        if not have(needs) and said.get(name) is not False:
            said[name] = False
    if said.get("ssid-bits") == 0:
        said["cd2l"] = False
    if said.get("sid-bits", DEFAULT_SID_BITS) > LEAST_SID_BITS and not have(
            "st-level"):
        said["st-level"] = True
    return said


def _flags(value, fields):
    return [(name, bool(value >> bit & 1)) for name, bit in fields]


def _properties(settings):
    def value(name):
        return settings.get(MMU + name) if settings.given(MMU + name) else None

    def refuse(name, why):
        raise Refused(f"{settings.text(MMU + name)}: {why}")

    result = []
    idr0, idr1, idr3, idr5 = (value(f"SMMU_IDR{n}") for n in (0, 1, 3, 5))
    if idr0 is not None:
        if _bits(idr0, 2, 2) not in (2, 3):
            refuse("SMMU_IDR0", "TTF must include AArch64 tables")
        if not _bits(idr0, 4, 1):
            refuse("SMMU_IDR0", "COHACC must be 1")
        if _bits(idr0, 21, 2) == 3:
            refuse("SMMU_IDR0", "TTENDIAN: tables are little-endian here")
        stall = _bits(idr0, 24, 2)
        result += [*_flags(idr0, IDR0), ("httu", min(_bits(idr0, 6, 2), 2)),
                   ("stall", stall == 0), ("stall-forced", stall == 2),
                   ("st-level", bool(_bits(idr0, 27, 2)))]
    if idr1 is not None:
        if _bits(idr1, 29, 2):
            refuse("SMMU_IDR1", "queues and tables are where software puts "
                   "them, so *_PRESET must be 0")
        sizes = {name: _bits(idr1, low, count) for name, low, count in IDR1}
        sizes["sid-bits"] = max(sizes["sid-bits"], LEAST_SID_BITS)
        result += sizes.items()
    if idr3 is not None:
        result += [*_flags(idr3, IDR3), ("bbml", _bits(idr3, 11, 2))]
    if idr5 is not None:
        result += [*_flags(idr5, IDR5), ("vax", _bits(idr5, 10, 2) == 1)]
    if value("SMMU_S_IDR1") is not None:
        result.append(("secure", bool(value("SMMU_S_IDR1") >> 31)))
    if value("SMMU_ROOT_IDR0") is not None:
        result += _flags(value("SMMU_ROOT_IDR0"), ROOT_IDR0)
    elif idr3 is not None and idr3 & REALM_IDR3 != REALM_IDR3:
        result.append(("realm", False))
    if value("root_register_page_offset") is not None:
        result.append(("root-offset", value("root_register_page_offset")))
    if value("size_of_tlb") is not None:
        result.append(("tlb-entries", max(value("size_of_tlb"), 1)))
    return result
