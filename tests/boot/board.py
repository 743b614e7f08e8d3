# SPDX-License-Identifier: GPL-2.0-or-later
"""What a running machine says of itself: its map as PEs see it, and where
its wires lead."""
import re

SECURE_VIEW, VIEW = "cpu-secure-memory-0", "cpu-memory-0"
MAP = "/machine/map"
GIC = MAP + "/gicd/unnamed-gpio-in["
LINE = re.compile(r"  ([0-9a-f]{16})-([0-9a-f]{16}) \(prio -?\d+, ([^)]+)\): "
                  r"(.*?)(?: @[0-9a-f]+)?"
                  r"(?: (?:owner|parent):\{(?:dev|obj) (?:path|id)=([^}]*)\})?$")


class Part:
    """Bytes from first to last, all in one region."""

    def __init__(self, first, last, kind, name, owner):
        self.first, self.last, self.kind = first, last, kind
        self.name, self.owner = name, owner

    def nothing(self):
        """Does nothing stand there?"""
        return self.name.startswith("nothing (")

    def memory(self):
        """Is it memory that takes all accesses as they come?"""
        return self.kind in ("ram", "rom") or \
            self.name.startswith(("tzc400-", "fvp.dram"))

    def label(self):
        """The device of the map, or the region."""
        return self.owner.removeprefix(MAP + "/") \
            if self.owner.startswith(MAP) else self.name


def monitor(machine, line):
    """A command of the human monitor."""
    return machine.command("human-monitor-command", **{"command-line": line})


def view(machine, space):
    """The parts of an address space, in order."""
    parts, here = [], False
    for block in monitor(machine, "info mtree -f -o").split("FlatView #"):
        here = f'AS "{space}",' in block
        if here:
            for line in block.split("\n"):
                match = LINE.match(line.rstrip())
                if match:
                    first, last, kind, name, owner = match.groups()
                    parts.append(Part(int(first, 16), int(last, 16), kind,
                                      name, owner or ""))
            return parts
    raise ValueError(f"there is no address space {space}")


def part_at(parts, address):
    """The part that address lies in."""
    return next((p for p in parts if p.first <= address <= p.last), None)


def children(machine, path):
    """(name, type) of the properties of an object."""
    return [(p["name"], p["type"])
            for p in machine.command("qom-list", path=path)]


def lines(machine, path):
    """Output line of a device to input of the GIC."""
    found = {}
    for name, kind in children(machine, path):
        if kind == "link<irq>":
            to = machine.command("qom-get", path=path, property=name)
            if to.startswith(GIC):
                found[name] = int(to[len(GIC):-1])
    return found


def wires(machine):
    """Input of the GIC to "device line" of the map."""
    found = {}
    for name, kind in children(machine, MAP):
        if kind.startswith("child<"):
            for line, number in lines(machine, f"{MAP}/{name}").items():
                found.setdefault(number, []).append(f"{name} {line}")
    return found
