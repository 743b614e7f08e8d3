# SPDX-License-Identifier: GPL-2.0-or-later
"""A device tree blob as software reads it: nodes, addresses, interrupts
(Devicetree Specification 0.4)."""
import struct

BEGIN, END, PROPERTY, NOTHING, LAST = 1, 2, 3, 4, 9
MAGIC = 0xd00dfeed


class Node:
    """A node: its properties as bytes, what is around it."""

    def __init__(self, name, parent):
        self.name, self.parent = name, parent
        self.properties, self.children = {}, []

    def path(self):
        """Where it is."""
        return self.parent.path().rstrip("/") + "/" + self.name \
            if self.parent else "/"

    def cells(self, name):
        """A property as 32-bit numbers; None if there is none."""
        data = self.properties.get(name)
        return data if data is None else \
            list(struct.unpack(f">{len(data) // 4}I", data))

    def cell(self, name, default):
        """A property of one number."""
        cells = self.cells(name)
        return cells[0] if cells else default

    def strings(self, name):
        """A property as strings."""
        data = self.properties.get(name, b"").rstrip(b"\0")
        return data.decode().split("\0") if data else []

    def all(self):
        """The node and all below it."""
        yield self
        for child in self.children:
            yield from child.all()


def read(path):
    """The root node of a blob."""
    with open(path, "rb") as file:
        blob = file.read()
    magic, _, at, strings = struct.unpack_from(">4I", blob)
    if magic != MAGIC:
        raise ValueError(f"{path} is no device tree blob")
    node = root = None
    while True:
        token, = struct.unpack_from(">I", blob, at)
        at += 4
        if token == BEGIN:
            end = blob.index(b"\0", at)
            child = Node(blob[at:end].decode(), node)
            if node:
                node.children.append(child)
            node = child
            root = root or node
            at = (end + 4) & ~3
        elif token == END:
            node = node.parent
        elif token == PROPERTY:
            length, name = struct.unpack_from(">2I", blob, at)
            name += strings
            name = blob[name:blob.index(b"\0", name)].decode()
            node.properties[name] = blob[at + 8:at + 8 + length]
            at = (at + 8 + length + 3) & ~3
        elif token == LAST:
            return root
        elif token != NOTHING:
            raise ValueError(f"{path}: token {token} at {at - 4}")


def take(cells, count):
    """The first count cells as one number, and the others."""
    value = 0
    for cell in cells[:count]:
        value = value << 32 | cell
    return value, cells[count:]


def rows(cells, *widths):
    """Cells as rows of numbers of so many cells each."""
    while cells:
        row = []
        for width in widths:
            value, cells = take(cells, width)
            row.append(value)
        yield row


def translated(node, address):
    """An address on the bus node, as PEs have it; None if no PE reaches it."""
    while node.parent:
        ranges = node.cells("ranges")
        if ranges is None:
            return None
        for child, parent, size in rows(
                ranges, node.cell("#address-cells", 2),
                node.parent.cell("#address-cells", 2),
                node.cell("#size-cells", 1)):
            if child <= address < child + size:
                address += parent - child
                break
        else:
            if ranges:
                return None
        node = node.parent
    return address


def regions(node):
    """(address, size) of each entry of reg, by PEs' addresses."""
    if not node.parent or "reg" not in node.properties:
        return []
    size_cells = node.parent.cell("#size-cells", 1)
    if not size_cells:
        return []
    return [(translated(node.parent, address), size) for address, size in
            rows(node.cells("reg"), node.parent.cell("#address-cells", 2),
                 size_cells)]


def windows(node):
    """(address, size) of each window of a PCI host bridge."""
    return [(parent, size) for _, _, parent, size in
            rows(node.cells("ranges"), 1, node.cell("#address-cells", 3) - 1,
                 node.parent.cell("#address-cells", 2),
                 node.cell("#size-cells", 2))]


def with_phandle(root, phandle):
    """The node that others call phandle."""
    return next(node for node in root.all()
                if node.cell("phandle", 0) == phandle)


def interrupt_parent(root, node):
    """Where the interrupts of a node go."""
    while True:
        phandle = node.cell("interrupt-parent", 0)
        node = with_phandle(root, phandle) if phandle else node.parent
        if "#interrupt-cells" in node.properties:
            return node


def mapped(root, nexus, unit, number):
    """A line of the device at address unit, through an interrupt-map: the
    cells at the interrupt controller."""
    cells = nexus.cells("interrupt-map")
    count = nexus.cell("#address-cells", 2)
    mask = nexus.cells("interrupt-map-mask")
    wanted = [a & b for a, b in zip([*unit, number], mask)]
    while cells:
        key, cells = cells[:count + 1], cells[count + 1:]
        parent, cells = with_phandle(root, cells[0]), cells[1:]
        _, cells = take(cells, parent.cell("#address-cells", 0))
        width = parent.cell("#interrupt-cells", 1)
        value, cells = cells[:width], cells[width:]
        if key == wanted:
            return value
    return None


def interrupts(root, node):
    """What the node's interrupts are at the interrupt controller, as lists of
    its cells; None for one that leads nowhere."""
    cells = node.cells("interrupts")
    if cells is None:
        return []
    parent = interrupt_parent(root, node)
    width = parent.cell("#interrupt-cells", 1)
    lines = [cells[i:i + width] for i in range(0, len(cells), width)]
    if "interrupt-map" not in parent.properties:
        return lines
    unit = [0] * parent.cell("#address-cells", 2)
    return [mapped(root, parent, unit, line[0]) for line in lines]
