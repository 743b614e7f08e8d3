# SPDX-License-Identifier: GPL-2.0-or-later
"""PCIe: SATA disks, and the FVP's JSON description of a hierarchy."""
import json
import os

from . import images
from .errors import Refused

NAME = "pci.hierarchy_file_name"
DEFAULT = "<default>"
AHCI_SLOT = "1f.0"
AHCI_PORTS = 6
# What the description says of a device's registers, which its model fixes.
DEEPEST = 4


def arguments(result, settings):
    """Add PCIe devices."""
    paths = {settings.get(name) for name in (
        "pci.pcie_rc.ahci0.ahci.image_path", "pci.ahci_pci.ahci.image_path")}
    paths.discard("")
    if len(paths) > 1:
        raise Refused("pci.pcie_rc.ahci0.ahci.image_path and pci.ahci_pci."
                      "ahci.image_path do not agree")
    file = settings.get(NAME)
    if paths and file not in ("", DEFAULT):
        raise Refused(f"{NAME}: says where disks are, so image_path goes there")
    if paths:
        _ahci(result, "fvp-ahci0", f"bus=pcie.0,addr={AHCI_SLOT}", paths.pop(),
              "pci.pcie_rc.ahci0.ahci.image_path")
    if file not in ("", DEFAULT):
        _Hierarchy(result, file).add()


def _ahci(result, name, place, paths, option):
    disks = [p.strip() for p in paths.split(",")]
    if len(disks) > AHCI_PORTS:
        raise Refused(f"{option}: there are {AHCI_PORTS} SATA ports")
    result.add("-device", f"ich9-ahci,id={name},{place}")
    for port, disk in enumerate(disks):
        if not disk:
            continue
        file = os.path.abspath(os.path.expanduser(disk))
        images.size_of(option, file)
        drive = f"{name}-disk{port}"
        result.add("-drive", f"id={drive},if=none,format=raw,file="
                   + file.replace(",", ",,"), "-device",
                   f"ide-hd,drive={drive},bus={name}.{port}")


class _Hierarchy:
    """A description: {"TYPE/NAME": {parameters, "__downstream__": {…}}}."""

    def __init__(self, result, file):
        self.result = result
        self.count = 0
        try:
            with open(file, encoding="utf-8") as text:
                self.tree = json.load(text)
        except OSError as problem:
            raise Refused(f"{NAME}: {file}: {problem.strerror}") from None
        except ValueError as problem:
            raise Refused(f"{NAME}: {file} is no JSON: {problem}") from None

    def add(self):
        """Add the whole tree."""
        self._level(self.tree, "pcie.0", 0)

    def _level(self, tree, bus, depth):
        if not isinstance(tree, dict) or depth > DEEPEST:
            raise Refused(f"{NAME}: devices are \"TYPE/NAME\": {{…}}, and at "
                          f"most {DEEPEST} below each other")
        for key, what in tree.items():
            if "/" not in key or not isinstance(what, dict):
                raise Refused(f"{NAME}: {key} is not \"TYPE/NAME\": {{…}}")
        devices = [what.get("device", 0) for what in tree.values()]
        for key, what in tree.items():
            kind, _, name = key.partition("/")
            what = {**what, "multi_function": what.get("multi_function") or
                    devices.count(what.get("device", 0)) > 1}
            make = {"rootport": self._rootport, "ahci": self._disks,
                    "smmuv3testengine": self._engine,
                    "hostbridge": lambda *_: None}.get(kind)
            if make is None:
                raise Refused(f"{NAME}: {key}: there is no {kind} here, only "
                              "rootport, ahci, smmuv3testengine and hostbridge")
            make(key, name, what, bus, depth)

    def _place(self, key, what, bus):
        device, function = what.get("device", 0), what.get("function", 0)
        if not (isinstance(device, int) and 0 <= device < 32
                and isinstance(function, int) and 0 <= function < 8):
            raise Refused(f"{NAME}: {key}: device must be 0 to 31, function 0 "
                          "to 7")
        return (f"bus={bus},addr={device:x}.{function}" + (
            ",multifunction=on" if what.get("multi_function") else ""))

    def _rootport(self, key, _name, what, bus, depth):
        self.count += 1
        port = f"fvp-port{self.count}"
        self.result.add("-device", f"pcie-root-port,id={port},"
                        f"chassis={self.count},{self._place(key, what, bus)}")
        self._level(what.get("__downstream__", {}), port, depth + 1)

    def _disks(self, key, _name, what, bus, _depth):
        self.count += 1
        _ahci(self.result, f"fvp-ahci{self.count}",
              self._place(key, what, bus), str(what.get("image_path", "")),
              f"{NAME}: {key}: image_path")

    def _engine(self, key, _name, what, bus, _depth):
        self.result.add("-device", "cca-smmu-test-engine,functions=1,"
                        + self._place(key, what, bus))
